"""Words into the cells of a grid: the rows as lines, `a | b | c`, and the table.

One rule for all origins, as in a Word file: a merged cell stands once in the lines, in its first row, and its further
rows leave nothing between the bars; in the table it is repeated in every place that it covers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, groupby

from tonghop.ingest.lattice import Lattice, Place
from tonghop.records import Box, CellSpan, Line, Table, Word

__all__ = ["Cell", "Grid", "cells_of", "join_rows", "ruled_tables"]

_BESIDE = 0.5  # of the lower one's height: two runs of words that overlap by more stand side by side
_LEAST_FILLED = 2  # columns with words in them: a form's empty boxes are no table


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell and its words in reading order."""

    place: Place
    words: tuple[Word, ...] = ()

    @property
    def text(self) -> str:
        """The words, with single spaces."""
        return " ".join(word.text for word in self.words)


@dataclass(frozen=True, slots=True)
class Grid:
    """A lattice on a page. Its rules may lean: level ones fall by `fall` px a px, upright ones drift by `drift`."""

    lattice: Lattice
    fall: float = 0.0
    drift: float = 0.0

    def place_at(self, x: float, y: float) -> Place | None:
        """Return the cell at a point of the page."""
        return self.lattice.place_at(x - self.drift * y, y - self.fall * x)

    def box(self, place: Place) -> Box:
        """Return the box of a cell on the page, as large as its leaning edges make it."""
        return self._around(*self.lattice.box(place))

    @property
    def outline(self) -> Box:
        """The box of the whole grid on the page."""
        xs, ys = self.lattice.xs, self.lattice.ys
        return self._around(xs[0], ys[0], xs[-1], ys[-1])

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Return where on the page a point of the lattice lies."""
        across = (x + self.drift * y) / (1 - self.drift * self.fall)
        return across, y + self.fall * across

    def _around(self, left: float, top: float, right: float, bottom: float) -> Box:
        corners = [self.point(x, y) for x in (left, right) for y in (top, bottom)]
        xs, ys = zip(*corners, strict=True)
        return max(0, round(min(xs))), max(0, round(min(ys))), max(0, round(max(xs))), max(0, round(max(ys)))


def cells_of(lines: Sequence[Line], grid: Grid) -> tuple[Cell, ...]:
    """Return the cells of `grid` with the words whose middles lie in them; rows of known tables stay out of it."""
    runs = list(_runs(lines, grid))
    return tuple(
        Cell(place, tuple(chain.from_iterable(_in_order([words for where, words in runs if where == place]))))
        for place in grid.lattice.places
    )


def join_rows(
    lines: Sequence[Line], found: Sequence[tuple[Grid, Sequence[Cell]]]
) -> tuple[tuple[Line, ...], tuple[Table, ...]]:
    """Return `lines` with the rows of the tables `found`, `a | b | c`, in place of their words, and the tables.

    Grids that hold next to no words are left out. What stood on a line beside a table follows it.
    """
    kept = [(grid, cells) for grid, cells in found if _is_filled(cells)]
    rows: dict[int, list[Line]] = {}
    for number, (grid, cells) in enumerate(kept):
        at = _position(lines, grid)
        first = lines[min(at, len(lines) - 1)] if lines else Line(())
        rows.setdefault(at, []).extend(_row_lines(cells, first, number))
    joined: list[Line] = []
    for at, line in enumerate(lines):
        rest = _outside(line, [grid for grid, _ in kept])
        joined += [*rows.get(at, []), *([rest] if rest else [])]
    joined += rows.get(len(lines), [])
    return tuple(joined), tuple(_table(cells, grid) for grid, cells in kept)


def ruled_tables(lines: Sequence[Line], lattices: Sequence[Lattice]) -> tuple[tuple[Line, ...], tuple[Table, ...]]:
    """Return `lines` with the rows of the tables that upright `lattices` draw joined, and the tables. No word is lost.

    Words without a box stay in their line.
    """
    grids = [Grid(lattice) for lattice in lattices]
    return join_rows(lines, [(grid, cells_of(lines, grid)) for grid in grids])


def _runs(lines: Sequence[Line], grid: Grid) -> Iterator[tuple[Place, list[Word]]]:
    """Yield the words of a line that stand in one cell."""
    for line in lines:
        if line.table is None:
            for place, words in groupby(line.words, key=lambda word: _place_of(word, grid)):
                if place is not None:
                    yield place, list(words)


def _place_of(word: Word, grid: Grid) -> Place | None:
    if word.box is None:
        return None
    x0, y0, x1, y1 = word.box
    return grid.place_at((x0 + x1) / 2, (y0 + y1) / 2)


def _is_filled(cells: Iterable[Cell]) -> bool:
    """Return whether two columns hold words, and two rows: of three columns one row is enough, a page may end there."""
    filled = [cell.place for cell in cells if cell.words]
    rows, columns = len({place.row for place in filled}), len({place.column for place in filled})
    return columns >= _LEAST_FILLED and (rows >= _LEAST_FILLED or columns > _LEAST_FILLED)


def _position(lines: Sequence[Line], grid: Grid) -> int:
    """Return where in the reading order the grid goes in: at its first words, else before what stands lower."""
    for at, line in enumerate(lines):
        if line.table is None and any(_place_of(word, grid) for word in line.words):
            return at
    below = (at for at, line in enumerate(lines) if line.box and line.box[1] > grid.outline[1])
    return next(below, len(lines))


def _outside(line: Line, grids: Sequence[Grid]) -> Line | None:
    """Return what of a line stands in none of the grids; None where nothing does."""
    if line.table is not None or not grids:
        return line
    words = tuple(word for word in line.words if not any(_place_of(word, grid) for grid in grids))
    if len(words) == len(line.words):
        return line
    return replace(line, words=words) if words else None


def _in_order(runs: Sequence[list[Word]]) -> Iterator[list[Word]]:
    """Yield runs of words from above to below, those that stand side by side from the left."""
    boxed = sorted(((_box(run), run) for run in runs), key=lambda pair: pair[0][1] + pair[0][3])
    row: list[tuple[Box, list[Word]]] = []
    for box, run in boxed:
        if row and not _is_beside(row[-1][0], box):
            yield from (words for _, words in sorted(row, key=lambda pair: pair[0][0]))
            row = []
        row.append((box, run))
    yield from (words for _, words in sorted(row, key=lambda pair: pair[0][0]))


def _is_beside(a: Box, b: Box) -> bool:
    return min(a[3], b[3]) - max(a[1], b[1]) > _BESIDE * min(a[3] - a[1], b[3] - b[1])


def _box(words: Sequence[Word]) -> Box:
    box = Line(tuple(words)).box
    assert box is not None
    return box


def _row_lines(cells: Sequence[Cell], first: Line, table: int) -> Iterator[Line]:
    for row in range(max(cell.place.row + cell.place.rows for cell in cells)):
        across = sorted(
            (cell for cell in cells if cell.place.row <= row < cell.place.row + cell.place.rows),
            key=lambda cell: cell.place.column,
        )
        words: list[Word] = []
        for at, cell in enumerate(across):
            words += [Word("|", "|")] if at else []
            words += cell.words if cell.place.row == row else ()
        if any(word.box for word in words):
            yield replace(first, words=tuple(words), table=table)


def _table(cells: Sequence[Cell], grid: Grid) -> Table:
    rows, columns = len(grid.lattice.ys) - 1, len(grid.lattice.xs) - 1
    texts = [[""] * columns for _ in range(rows)]
    for cell in cells:
        place = cell.place
        for row in range(place.row, place.row + place.rows):
            texts[row][place.column : place.column + place.columns] = [cell.text] * place.columns
    spans = tuple(
        CellSpan(p.row, p.column, p.rows, p.columns) for p in (cell.place for cell in cells) if p.rows * p.columns > 1
    )
    return Table(tuple(map(tuple, texts)), grid.outline, spans)
