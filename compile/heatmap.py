"""The matrix as a picture: what is missing, of whom, in five seconds.

State is told by sign and by colour. The headline says the result; the eye then finds the red cells.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from io import BytesIO
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Rectangle
from matplotlib.path import Path
from matplotlib.textpath import TextPath

from tonghop.compile.matrix import Matrix, MatrixRow, matrix
from tonghop.compile.safety import printable
from tonghop.compile.signs import SHOWN, STATUS_LABELS, colour, label, sign
from tonghop.errors import N_
from tonghop.records import DistrictReport, SectionState, SubmissionStatus

__all__ = ["matrix_png"]

_FONT = "DejaVu Sans"  # comes with matplotlib and holds every Vietnamese letter and every sign
_CELL, _WIDEST_CELL, _ROW = 0.62, 1.1, 0.34  # inches
_NAMES, _STATUS = 2.75, 1.3
_LEAST_INNER, _LEAST_WIDTH = 4.5, 8.2
_HEAD, _LEGEND_LINE = 2.05, 0.38
_DPI = 150
_MOST_PIXELS = 20_000  # on the longer side: viewers refuse more
_DARK, _GREY, _ALARM, _BAND = "#22303A", "#6B7780", "#C62F2F", "#FBE9E7"
_LEGEND = (*((state, False) for state in SHOWN[:-1]), (SectionState.MISSING, True), (SHOWN[-1], False))
_BOLD = frozenset({SectionState.MISSING, SectionState.UNREAD})
_NAME_LENGTH, _HEADING_LENGTH = 32, 24
_STATUS_INKS = {
    SubmissionStatus.ON_TIME: "#2F6B45",
    SubmissionStatus.LATE: "#B05E00",
    SubmissionStatus.UNDATED: _GREY,
    SubmissionStatus.ABSENT: _ALARM,
}

Translate = Callable[[str], str]


def matrix_png(report: DistrictReport, translate: Translate = str) -> bytes:
    """Return the matrix as a PNG of 150 dpi, fewer for hundreds of units.

    `translate` puts the labels into the reader's language. Same input, same bytes with the same matplotlib.
    """
    drawing = _Drawing(report, matrix(report), translate)
    drawing.draw()
    saved = BytesIO()
    drawing.figure.savefig(saved, format="png", metadata={"Software": None})
    return saved.getvalue()


class _Drawing:
    """The picture in the making. Lengths in inches from the top left corner, type sizes in points."""

    def __init__(self, report: DistrictReport, table: Matrix, translate: Translate) -> None:
        self._report, self._table, self._translate = report, table, translate
        self._cell = max(_CELL, min(_WIDEST_CELL, _LEAST_INNER / max(len(table.headings), 1)))
        self._inner = len(table.headings) * self._cell
        self._width = max(_NAMES + self._inner + _STATUS, _LEAST_WIDTH)
        self._legend = self._legend_lines()
        self._end = _HEAD + len(table.rows) * _ROW
        height = self._end + 0.5 + len(self._legend) * _LEGEND_LINE + 0.1
        dpi = min(_DPI, _MOST_PIXELS / max(height, self._width))
        self.figure = Figure(figsize=(self._width, height), dpi=dpi, facecolor="white")
        FigureCanvasAgg(self.figure)
        self._axes = self.figure.add_axes((0.0, 0.0, 1.0, 1.0))
        self._axes.set_xlim(0, self._width)
        self._axes.set_ylim(height, 0)
        self._axes.axis("off")

    def draw(self) -> None:
        """Draw headline, columns, rows, totals, legend."""
        self._draw_headline()
        self._draw_columns()
        kind = self._table.rows[0].unit.kind if self._table.rows else ""
        for position, row in enumerate(self._table.rows):
            y = _HEAD + position * _ROW
            if row.unit.kind != kind:
                self._axes.plot([0.2, _NAMES + self._inner], [y, y], color=_DARK, linewidth=1.2, zorder=3)
            kind = row.unit.kind
            self._draw_row(y, row)
        self._draw_cells()
        self._draw_bands()
        self._draw_totals()
        self._draw_legend()

    def _say(self, x: float, y: float, text: str, size: float, color: str, **look: Any) -> None:
        # A "$" in a unit's name is a letter, not mathematics.
        self._axes.text(x, y, text.replace("$", r"\$"), fontsize=size, color=color, family=_FONT, **look)

    def _fill(self, x: float, y: float, width: float, height: float, **look: Any) -> None:
        self._axes.add_patch(Rectangle((x, y), width, height, **look))

    def _draw_headline(self) -> None:
        table, translate, units = self._table, self._translate, len(self._table.rows)
        missing, unread = table.count(SectionState.MISSING), table.count(SectionState.UNREAD)
        self._say(0.2, 0.42, _shortened(self._report.request.subject, int(self._width * 9)), 13, _DARK, weight="bold")
        parts = (
            translate(N_("{received} of {units} units reported")).format(received=table.received, units=units),
            translate(N_("{missing} headings missing")).format(missing=missing),
            translate(N_("{unread} not read")).format(unread=unread),
        )
        is_clear = table.received == units and not missing and not unread
        self._say(0.2, 0.8, "  ·  ".join(parts), 12, _DARK if is_clear else _ALARM, weight="bold")

    def _draw_columns(self) -> None:
        for position, heading in enumerate(self._table.headings):
            x = _NAMES + (position + 0.5) * self._cell - 0.05
            words = _shortened(heading.short or heading.title, _HEADING_LENGTH)
            self._say(x, _HEAD - 0.08, words, 9.5, _DARK, rotation=40, rotation_mode="anchor", ha="left", va="bottom")

    def _draw_row(self, y: float, row: MatrixRow) -> None:
        middle, is_absent = y + _ROW / 2, row.status is SubmissionStatus.ABSENT
        name = _shortened(row.unit.name, _NAME_LENGTH)
        self._say(_NAMES - 0.12, middle, name, 9.5, _ALARM if is_absent else _DARK, ha="right", va="center")
        if not is_absent:
            status = self._translate(STATUS_LABELS[row.status])
            self._say(_NAMES + self._inner + 0.12, middle, status, 9, _STATUS_INKS[row.status], va="center")

    def _draw_cells(self) -> None:
        """Draw all cells of one look in one go: a thousand units have thirteen thousand cells."""
        places: dict[tuple[SectionState | None, bool], list[tuple[float, float]]] = defaultdict(list)
        for number, row in enumerate(self._table.rows):
            for position, state in enumerate(row.cells if row.status is not SubmissionStatus.ABSENT else ()):
                place = (_NAMES + (position + 0.5) * self._cell, _HEAD + (number + 0.5) * _ROW)
                places[state, position in row.undecided].append(place)
        wide, high = self._cell / 2 - 0.02, _ROW / 2 - 0.02
        for (state, is_undecided), centres in places.items():
            fill, ink = colour(state, is_undecided=is_undecided)
            self._boxes(centres, wide, high, facecolors=f"#{fill}", edgecolors="none")
            self._signs(centres, sign(state, is_undecided=is_undecided), 11, f"#{ink}", is_bold=state in _BOLD)

    def _draw_bands(self) -> None:
        """Draw absent units as hatched bands: with no report nothing can be said heading by heading."""
        centres = [
            (_NAMES + self._inner / 2, _HEAD + (number + 0.5) * _ROW)
            for number, row in enumerate(self._table.rows)
            if row.status is SubmissionStatus.ABSENT
        ]
        words = printable(self._translate(STATUS_LABELS[SubmissionStatus.ABSENT])).upper()
        wide, high = max(self._inner / 2 - 0.02, 0.0), _ROW / 2 - 0.02
        self._boxes(centres, wide, high, facecolors=_BAND, edgecolors="#E3A9A4", hatch="////", linewidths=0)
        self._boxes(centres, min(0.055 * len(words) + 0.05, wide), high, facecolors=_BAND, edgecolors="none")
        self._signs(centres, words, 9, _ALARM, is_bold=True)

    def _boxes(self, centres: list[tuple[float, float]], wide: float, high: float, **look: Any) -> None:
        corners = ((-wide, -high), (wide, -high), (wide, high), (-wide, high))
        boxes = [[(x + across, y + down) for across, down in corners] for x, y in centres]
        self._axes.add_collection(PolyCollection(boxes, **look), autolim=False)

    def _signs(self, centres: list[tuple[float, float]], mark: str, size: float, ink: str, *, is_bold: bool) -> None:
        path, extent = _outline(mark, size, is_bold=is_bold)
        xs, ys = [x for x, _ in centres], [y for _, y in centres]
        self._axes.plot(xs, ys, linestyle="none", marker=path, markersize=extent, color=ink, markeredgewidth=0)

    def _draw_totals(self) -> None:
        received = [row for row in self._table.rows if row.status is not SubmissionStatus.ABSENT]
        self._say(_NAMES - 0.12, self._end + 0.2, self._translate(N_("missing")), 9, _GREY, ha="right", va="center")
        for position in range(len(self._table.headings)):
            missing = sum(
                row.cells[position] is SectionState.MISSING and position not in row.undecided for row in received
            )
            x, ink = _NAMES + (position + 0.5) * self._cell, _ALARM if missing else _GREY
            self._say(x, self._end + 0.2, str(missing), 9.5, ink, ha="center", va="center", weight="bold")

    def _legend_lines(self) -> list[list[tuple[float, SectionState, bool]]]:
        """Return the legend's items line by line with their places, broken where the width ends."""
        lines: list[list[tuple[float, SectionState, bool]]] = [[]]
        x = 0.2
        for state, is_undecided in _LEGEND:
            length = 0.6 + 0.08 * len(self._translate(label(state, is_undecided=is_undecided)))
            if lines[-1] and x + length > self._width:
                lines.append([])
                x = 0.2
            lines[-1].append((x, state, is_undecided))
            x += length
        return lines

    def _draw_legend(self) -> None:
        for number, line in enumerate(self._legend):
            y = self._end + 0.5 + number * _LEGEND_LINE
            for x, state, is_undecided in line:
                fill, ink = colour(state, is_undecided=is_undecided)
                edge = "#D0D5D9" if state is SectionState.NOT_APPLICABLE else "none"
                self._fill(x, y, 0.28, 0.26, facecolor=f"#{fill}", edgecolor=edge, linewidth=0.8)
                mark, words = sign(state, is_undecided=is_undecided), label(state, is_undecided=is_undecided)
                self._say(x + 0.14, y + 0.13, mark, 9.5, f"#{ink}", ha="center", va="center")
                self._say(x + 0.36, y + 0.13, self._translate(words), 8.5, _DARK, va="center")


def _outline(mark: str, size: float, *, is_bold: bool) -> tuple[Path, float]:
    """Return the outline of `mark` around its middle, and the marker size that draws it at `size` points."""
    look = FontProperties(family=_FONT, weight="bold" if is_bold else "normal")
    drawn = TextPath((0, 0), mark, size=size, prop=look)
    box = drawn.get_extents()
    vertices = drawn.vertices - [(box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2]
    # A marker's path is scaled so that its farthest point lies half the marker's size from the middle.
    return Path(vertices, drawn.codes), 2 * float(abs(vertices).max())


def _shortened(text: str, length: int) -> str:
    text = printable(text).strip()
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}…"
