"""The gap register as a workbook: sheet 1 unit × heading, sheet 2 every gap with its evidence.

Sheet 1 tells each state by sign and by colour. Nothing that came from a report can run as a formula.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, time
from io import BytesIO

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from tonghop.compile.archive import repack
from tonghop.compile.matrix import Matrix, MatrixRow, matrix
from tonghop.compile.safety import cell_text
from tonghop.compile.signs import GAP_LABELS, SHOWN, SIGNS, STATE_LABELS, STATUS_LABELS, colour, label, sign
from tonghop.errors import N_
from tonghop.records import DistrictReport, Evidence, Gap, GapState, SectionState, SubmissionStatus

__all__ = ["gap_workbook"]

_TITLES = (N_("No."), N_("Unit"), N_("Status"))
_TOTALS = (SectionState.MISSING, SectionState.UNREAD, SectionState.THIN)
_GAP_COLUMNS = (
    (N_("No."), 6),
    (N_("Unit"), 28),
    (N_("What"), 26),
    (N_("Heading"), 44),
    (N_("Evidence"), 80),
    (N_("File"), 30),
    (N_("State"), 14),
)
_GAP_STATES = {GapState.OPEN: N_("open"), GapState.RESOLVED: N_("resolved"), GapState.WAIVED: N_("waived")}
_HEAD_ROW = 4
_FONT = "Times New Roman"
_LINE = Side(style="thin", color="BFBFBF")
_BORDER = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_HEAD_FILL = PatternFill("solid", fgColor="E8ECEF")
_ABSENT_FILL, _ABSENT_INK = PatternFill("solid", fgColor="FBE9E7"), "C62F2F"
_CENTRED = Alignment(horizontal="center", vertical="center", wrap_text=True)
_TOP = Alignment(vertical="top", wrap_text=True)

Translate = Callable[[str], str]


def gap_workbook(report: DistrictReport, render: Callable[[Evidence], str], translate: Translate = str) -> bytes:
    """Return the register as an .xlsx. Same input, same bytes.

    `render` says evidence as a sentence; `translate` puts the labels into the reader's language.
    """
    book = Workbook()
    first = book.active
    assert isinstance(first, Worksheet)  # a new workbook has one sheet
    _matrix_sheet(first, report, translate)
    _gap_sheet(book.create_sheet(), report, render, translate)
    moment = datetime.combine(report.request.deadline, time(), UTC)
    book.properties.creator = book.properties.lastModifiedBy = cell_text(report.request.issuer)[:255]
    book.properties.title = cell_text(report.request.subject)[:255]
    book.properties.created = moment.replace(tzinfo=None)
    saved = BytesIO()
    book.save(saved)
    stamp = moment.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    return repack(saved.getvalue(), lambda name, content: _dated(name, content, stamp))


def _dated(name: str, content: bytes, stamp: bytes) -> bytes:
    """Put the request's day in place of the clock, which openpyxl writes at saving."""
    if name != "docProps/core.xml":
        return content
    return re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + stamp, content)


def _matrix_sheet(sheet: Worksheet, report: DistrictReport, translate: Translate) -> None:
    table = matrix(report)
    sheet.title = _sheet_name(translate(N_("Units and headings")))
    sheet["A1"] = cell_text(report.request.subject)
    sheet["A1"].font = Font(name=_FONT, size=14, bold=True)
    sheet["A2"] = _summary(table, translate)
    sheet["A2"].font = Font(name=_FONT, size=12)
    heads = [translate(title) for title in _TITLES] + [h.short or h.title for h in table.headings]
    heads += [f"{SIGNS[state]} {translate(STATE_LABELS[state])}" for state in _TOTALS]
    _head(sheet, _HEAD_ROW, heads)
    for number, row in enumerate(table.rows, 1):
        _matrix_row(sheet, _HEAD_ROW + number, number, row, translate)
    _legend(sheet, _HEAD_ROW + len(table.rows) + 2, translate)
    width = len(heads)
    for column, size in enumerate([6, 30, 13, *[11] * len(table.headings), *[12] * len(_TOTALS)], 1):
        sheet.column_dimensions[get_column_letter(column)].width = size
    sheet.row_dimensions[_HEAD_ROW].height = 48
    _view(sheet, f"D{_HEAD_ROW + 1}", f"A{_HEAD_ROW}:{get_column_letter(width)}{_HEAD_ROW + len(table.rows)}")


def _summary(table: Matrix, translate: Translate) -> str:
    return translate(N_("{received} of {units} units reported; {missing} headings missing, {unread} not read")).format(
        received=table.received,
        units=len(table.rows),
        missing=table.count(SectionState.MISSING),
        unread=table.count(SectionState.UNREAD),
    )


def _matrix_row(sheet: Worksheet, at: int, number: int, row: MatrixRow, translate: Translate) -> None:
    is_absent = row.status is SubmissionStatus.ABSENT
    undecided = [position in row.undecided for position in range(len(row.cells))]
    values: list[str | int | None] = [number, cell_text(row.unit.name), translate(STATUS_LABELS[row.status])]
    values += [None if is_absent else sign(c, is_undecided=u) for c, u in zip(row.cells, undecided, strict=True)]
    values += [None if is_absent else row.count(state) for state in _TOTALS]
    for column, value in enumerate(values, 1):
        cell = sheet.cell(at, column, value)
        cell.font, cell.border = Font(name=_FONT, size=12), _BORDER
        cell.alignment = Alignment(vertical="center") if column == 2 else _CENTRED
        if is_absent:
            cell.fill, cell.font = (
                _ABSENT_FILL,
                Font(name=_FONT, size=12, bold=column == len(_TITLES), color=_ABSENT_INK),
            )
    for column, (state, is_undecided) in enumerate(zip(row.cells, undecided, strict=True), 1 + len(_TITLES)):
        if not is_absent:
            fill, ink = colour(state, is_undecided=is_undecided)
            mark = sheet.cell(at, column)
            mark.fill = PatternFill("solid", fgColor=fill)
            mark.font = Font(name="DejaVu Sans", size=12, bold=state in _TOTALS, color=ink)


def _legend(sheet: Worksheet, at: int, translate: Translate) -> None:
    shown = [(state, False) for state in SHOWN] + [(SectionState.MISSING, True)]
    for offset, (state, is_undecided) in enumerate(shown):
        fill, ink = colour(state, is_undecided=is_undecided)
        mark = sheet.cell(at + offset, 1, sign(state, is_undecided=is_undecided))
        mark.fill, mark.font = PatternFill("solid", fgColor=fill), Font(name="DejaVu Sans", size=12, color=ink)
        mark.alignment, mark.border = _CENTRED, _BORDER
        words = translate(label(state, is_undecided=is_undecided))
        sheet.cell(at + offset, 2, words).font = Font(name=_FONT, size=12)


def _gap_sheet(
    sheet: Worksheet, report: DistrictReport, render: Callable[[Evidence], str], translate: Translate
) -> None:
    sheet.title = _sheet_name(translate(N_("Gaps")))
    _head(sheet, 1, [translate(title) for title, _ in _GAP_COLUMNS])
    lookup = _Names(report)
    for number, gap in enumerate(report.gaps, 1):
        values: list[str | int] = [number, *lookup.row(gap, render, translate)]
        for column, value in enumerate(values, 1):
            cell = sheet.cell(number + 1, column, value)
            cell.font, cell.border, cell.alignment = Font(name=_FONT, size=12), _BORDER, _TOP
    for column, (_, width) in enumerate(_GAP_COLUMNS, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    last = get_column_letter(len(_GAP_COLUMNS))
    _view(sheet, "C2", f"A1:{last}{max(len(report.gaps), 1) + 1}")


class _Names:
    """Names of units, headings and files, looked up once."""

    def __init__(self, report: DistrictReport) -> None:
        self._units = {unit.id: unit.name for unit in report.request.units}
        self._headings = {heading.key: heading.title for heading in report.request.headings}
        counting = [found for submission in report.submissions if (found := submission.report)]
        sources = [found.source for found in (*counting, *report.unidentified)]
        sources += [source for submission in report.submissions for source in submission.set_aside]
        self._files = {source.sha256: source.name for source in sources}

    def row(self, gap: Gap, render: Callable[[Evidence], str], translate: Translate) -> tuple[str, ...]:
        """Return the words of one gap's row, harmless."""
        words = (
            self._units.get(gap.unit or "", ""),
            translate(GAP_LABELS[gap.kind]),
            self._headings.get(gap.heading or "", ""),
            render(gap.evidence),
            self._files.get(gap.source or "", ""),
            translate(_GAP_STATES[gap.state]),
        )
        return tuple(cell_text(word) for word in words)


def _head(sheet: Worksheet, at: int, titles: Sequence[str]) -> None:
    for column, title in enumerate(titles, 1):
        cell = sheet.cell(at, column, cell_text(title))
        cell.font, cell.fill = Font(name=_FONT, size=12, bold=True), _HEAD_FILL
        cell.alignment, cell.border = _CENTRED, _BORDER


def _view(sheet: Worksheet, frozen: str, filtered: str) -> None:
    """Freeze what must stay in sight, filter the table, print it on A4 landscape, as wide as one page."""
    sheet.freeze_panes = frozen
    sheet.auto_filter.ref = filtered
    head = re.sub(r"[A-Z]+", "", filtered.partition(":")[0])
    sheet.print_title_rows = f"{head}:{head}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top = sheet.page_margins.bottom = 0.5
    if sheet.oddFooter:
        sheet.oddFooter.center.text = "&P/&N"


def _sheet_name(name: str) -> str:
    return re.sub(r"[\[\]:*?/\\]", " ", name)[:31]
