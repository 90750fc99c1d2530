"""Workbooks (.xlsx) to pages: each visible sheet a page with one table, values as Excel shows them.

What Excel hides is not shown here either, and named: hidden sheets, and how many hidden rows and columns. Formulas
show the results that were saved with them; where there is none the page is doubtful.
"""

from __future__ import annotations

import datetime as dt
import warnings
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import openpyxl
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tonghop import __version__
from tonghop.errors import N_, LayoutUnreadable, TooManyCells, UnreadableInput
from tonghop.ingest.decoding import Decoder, Decoding, Piece, decoding_steps
from tonghop.ingest.numberformat import shown
from tonghop.ingest.sheetparts import MAX_CELLS, SheetCount, count_cells
from tonghop.ingest.store import safe_label
from tonghop.ingest.zipsafe import open_zip
from tonghop.records import Grade, Line, Origin, Page, ProcessingStep, Table, Word
from tonghop.settings import IngestSettings
from tonghop.text import clean, one_line

__all__ = ["read_workbook"]

# What a damaged part makes openpyxl raise.
_DAMAGE = (
    InvalidFileException,
    OverflowError,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    IndexError,
    SyntaxError,
    OSError,
    zipfile.BadZipFile,
)
_MAX_AREA = 1_000_000  # rows × columns that hold something
_LAST_COLUMN = 16_384
_PLAIN = (str, int, float, dt.date, dt.time, dt.timedelta)
_PICTURES_ONLY = N_("a sheet of the workbook holds pictures only")


@dataclass(slots=True)
class _Sheet:
    """A sheet as shown. `errors` counts cells such as #REF!, whose value is not known."""

    title: str
    rows: tuple[tuple[str, ...], ...] = ()
    lines: tuple[Line | None, ...] = ()
    decodings: list[Decoding] = field(default_factory=list)
    hidden: tuple[tuple[str, str], ...] = ()
    errors: int = 0


def read_workbook(path: Path, name: str, settings: IngestSettings) -> tuple[Page, ...]:  # noqa: ARG001 - the readers' common form
    """Return the pages of the workbook at `path`, at least one; `name` is what errors call it.

    Raises `TooManyCells` beyond 200,000, `LayoutUnreadable` when a part is damaged.
    """
    label = safe_label(name)
    with open_zip(path, label) as archive:
        counts = count_cells(archive, label)
    try:
        # A handle, for openpyxl judges a path by its ending, and originals have none.
        with path.open("rb") as file, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of extensions that are left out: none of them holds a value
            book = openpyxl.load_workbook(file, data_only=True, keep_links=False)
            return _pages(book, label, counts)
    except UnreadableInput:
        raise
    except _DAMAGE as error:
        raise LayoutUnreadable(name=label, detail=error) from error


def _pages(book: Workbook, name: str, counts: Mapping[str, SheetCount]) -> tuple[Page, ...]:
    visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    decoder = Decoder(_texts(sheet, counts.get(sheet.title, SheetCount())) for sheet in book.worksheets)
    left_out = _left_out(book)
    pages: list[Page] = []
    for worksheet in visible:
        count = counts.get(worksheet.title, SheetCount())
        sheet = _read(worksheet, _used(worksheet, count, name), decoder)
        if sheet.rows or count.has_drawing:
            pages.append(_page(len(pages) + 1, sheet, count, left_out))
    return tuple(pages) or (
        Page(1, Origin.TYPED, Grade.GOOD, steps=(_step(visible[0].title if visible else ""), *left_out)),
    )


def _left_out(book: Workbook) -> tuple[ProcessingStep, ...]:
    names = [sheet.title for sheet in book.worksheets if sheet.sheet_state != "visible"]
    charts = [sheet.title for sheet in book.chartsheets]
    found = (*(("hidden_sheet", title) for title in names), *(("chart_sheet", title) for title in charts))
    return (ProcessingStep("leave_out", "tonghop", __version__, found),) if found else ()


def _step(title: str, *more: tuple[str, str]) -> ProcessingStep:
    return ProcessingStep("read_workbook", "openpyxl", openpyxl.__version__, (("sheet", title), *more))


def _texts(sheet: Worksheet, count: SheetCount) -> list[Piece]:
    cells = (sheet.cell(row, column) for row, column in count.filled)
    return [_piece(cell) for cell in cells if isinstance(cell.value, str)]


def _piece(cell: Cell | MergedCell) -> Piece:
    return Piece(f"{cell.value} ", (cell.font.name if cell.font else "") or "")


def _used(sheet: Worksheet, count: SheetCount, name: str) -> tuple[list[int], list[int]]:
    """Return the rows and columns with a value that are not hidden: a stray cell far away costs one of each."""
    hidden = {row for row, one in sheet.row_dimensions.items() if one.hidden}
    rows = {row for row, _ in count.filled} - hidden
    columns = {column for _, column in count.filled} - _hidden_columns(sheet)
    if len(rows) * len(columns) > _MAX_AREA:
        raise TooManyCells(name=name, limit=MAX_CELLS)
    return sorted(rows), sorted(columns)


def _hidden_columns(sheet: Worksheet) -> set[int]:
    """Return the numbers of the hidden columns: neighbours with one format share an entry."""
    hidden = (one for one in sheet.column_dimensions.values() if one.hidden)
    return {number for one in hidden for number in range(one.min or 0, min(one.max or 0, _LAST_COLUMN) + 1)}


def _read(sheet: Worksheet, used: tuple[list[int], list[int]], decoder: Decoder) -> _Sheet:
    rows, columns = used
    anchors = _anchors(sheet)
    found = _Sheet(sheet.title)
    texts: dict[tuple[int, int], str] = {}

    def text(row: int, column: int) -> str:
        if (row, column) not in texts:
            texts[row, column] = _text(sheet.cell(row, column), decoder, found)
        return texts[row, column]

    places = [[anchors.get((row, column), (row, column)) for column in columns] for row in rows]
    found.rows = tuple(tuple(text(*place) for place in line) for line in places)
    found.lines = tuple(
        _line([text(*place) for place in dict.fromkeys(line) if place[0] == row], _is_bold(sheet, row, columns))
        for row, line in zip(rows, places, strict=True)
    )
    hidden = sum(one.hidden for one in sheet.row_dimensions.values())
    found.hidden = tuple(
        (key, str(count))
        for key, count in (("hidden_rows", hidden), ("hidden_columns", len(_hidden_columns(sheet))))
        if count
    )
    return found


def _anchors(sheet: Worksheet) -> dict[tuple[int, int], tuple[int, int]]:
    """Return, for each merged cell, the one whose value it shows."""
    return {
        (row, column): (area.min_row, area.min_col)
        for area in sheet.merged_cells.ranges
        for row in range(area.min_row, area.max_row + 1)
        for column in range(area.min_col, area.max_col + 1)
    }


def _text(cell: Cell | MergedCell, decoder: Decoder, sheet: _Sheet) -> str:
    value = cell.value
    if not isinstance(value, str):
        return shown(value, cell.number_format) if isinstance(value, _PLAIN) else ""
    texts, decodings = decoder.decode([_piece(cell)])
    sheet.decodings.extend(decodings)
    if cell.data_type == "e":
        sheet.errors += 1
    return one_line(clean(texts[0]))


def _is_bold(sheet: Worksheet, row: int, columns: Sequence[int]) -> bool:
    cells = (sheet.cell(row, column) for column in columns)
    return all(bool(cell.font and cell.font.b) for cell in cells if cell.value is not None)


def _line(texts: Sequence[str], is_bold: bool) -> Line | None:
    """Return a row as one line, "a | b | c", a merged cell once; None for a row without words."""
    if not any(texts):
        return None
    filled = [text for text in texts if text]
    is_row = len(filled) > 1
    words = [word for text in (texts if is_row else filled) for word in ("|", *text.split())][1:]
    return Line(tuple(Word(word, word) for word in words), is_bold=is_bold, table=0 if is_row else None)


def _page(number: int, sheet: _Sheet, count: SheetCount, left_out: tuple[ProcessingStep, ...]) -> Page:
    missed = count.formulas + sheet.errors
    steps = [_step(sheet.title, *sheet.hidden), *left_out, *decoding_steps(sheet.decodings)]
    if missed:
        steps.append(ProcessingStep("miss_results", "tonghop", __version__, (("cells", str(missed)),)))
    if not sheet.rows:
        return Page(
            number,
            Origin.TYPED,
            Grade.UNREAD,
            steps=tuple(steps),
            error=UnreadableInput.code,
            error_detail=_PICTURES_ONLY,
        )
    is_doubtful = missed or any(one.is_unsure for one in sheet.decodings)
    lines = [line for line in sheet.lines if line is not None]
    return Page(
        number,
        Origin.TYPED,
        Grade.DOUBTFUL if is_doubtful else Grade.GOOD,
        lines=tuple(replace(line, paragraph=at) for at, line in enumerate(lines)),
        tables=(Table(sheet.rows),),
        steps=tuple(steps),
    )
