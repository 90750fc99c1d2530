"""Pages put together from a Word file's stream of lines, rows, breaks, notes and pictures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from tonghop.ingest.decoding import Decoding, decoding_steps
from tonghop.records import CellSpan, Grade, Line, LineRole, Origin, Page, ProcessingStep, Table

__all__ = ["A4_MM2", "Built", "Item", "Note", "PageBreak", "Picture", "Row", "ShownLine", "build_pages"]

# A picture that takes more than this share of an A4 page may be a scan: the words in it are not read here.
A4_MM2 = 210.0 * 297.0
_SCAN_SHARE = 0.35
_FEW_WORDS = 5


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line; `starts` when it begins a paragraph; `table` is the key of the table it is a row of."""

    line: Line
    starts: bool = True
    table: int | None = None


@dataclass(frozen=True, slots=True)
class PageBreak:
    """A page ends. `is_typed` when the author ended it, otherwise Word did when it laid the file out.

    `at_top` is what "page break before" asks for: nothing more when the page is still empty.
    """

    is_typed: bool
    at_top: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table `table`, for the page's record of it. Merged cells are repeated.

    `spans` has, for each of its cells in order, how many columns it covers, and whether it is the lower part of one.
    """

    table: int
    cells: tuple[str, ...]
    spans: tuple[tuple[int, bool], ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote referred to here; an endnote when `at_end`."""

    lines: tuple[Line, ...]
    at_end: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture; `area` in square millimetres, 0.0 when the file does not say; `key` is its relationship."""

    area: float
    key: str = ""


@dataclass(frozen=True, slots=True)
class Built:
    """A page, and its pictures in order where they may be scans: what stands in them is not in the page.

    `typed` is the grade of what was typed, whatever its pictures hold.
    """

    page: Page
    scans: tuple[Picture, ...] = ()
    typed: Grade = Grade.GOOD


Item = ShownLine | PageBreak | Row | Note | Picture | Decoding


@dataclass(slots=True)
class _Draft:
    lines: list[Line] = field(default_factory=list)
    notes: list[Line] = field(default_factory=list)
    tables: dict[int, list[Row]] = field(default_factory=dict)
    paragraph: int = -1
    follows_typed: bool = False
    pictures: list[Picture] = field(default_factory=list)
    decodings: list[Decoding] = field(default_factory=list)

    @property
    def is_blank(self) -> bool:
        return not (self.lines or self.tables or self.pictures)

    def add(self, line: Line, *, starts: bool, table: int | None = None) -> None:
        self.paragraph += starts or self.paragraph < 0
        position = list(self.tables).index(table) if table in self.tables else None
        self.lines.append(replace(line, paragraph=self.paragraph, table=position))


def build_pages(items: Iterable[Item], step: ProcessingStep) -> tuple[Built, ...]:
    """Return the pages of a document; at least one. `step` says how they were read."""
    drafts, endnotes = [_Draft()], list[Line]()
    for item in items:
        page = drafts[-1]
        if isinstance(item, PageBreak):
            if _turns(page, item, is_first=len(drafts) == 1):
                drafts.append(_Draft(follows_typed=item.is_typed))
        elif isinstance(item, ShownLine):
            page.add(item.line, starts=item.starts, table=item.table)
        elif isinstance(item, Row):
            page.tables.setdefault(item.table, []).append(item)
        elif isinstance(item, Picture):
            page.pictures.append(item)
        elif isinstance(item, Decoding):
            page.decodings.append(item)
        else:
            (endnotes if item.at_end else page.notes).extend(item.lines)
    drafts[-1].notes.extend(endnotes)
    has_text = any(draft.lines for draft in drafts)
    return tuple(_page(number, draft, step, has_text=has_text) for number, draft in enumerate(drafts, 1))


def _turns(page: _Draft, item: PageBreak, *, is_first: bool) -> bool:
    """Return whether `item` begins a new page. Word records its own break once more after one that was typed."""
    if not page.is_blank:
        return True
    if item.at_top:
        return False
    return item.is_typed or not (page.follows_typed or is_first)


def _page(number: int, draft: _Draft, step: ProcessingStep, *, has_text: bool) -> Built:
    for note in draft.notes:
        draft.add(replace(note, role=LineRole.FOOTNOTE), starts=True)
    words = sum(len(line.words) for line in draft.lines)
    area = sum(picture.area for picture in draft.pictures)
    is_scan = area > _SCAN_SHARE * A4_MM2 or (bool(draft.pictures) and not has_text)
    is_unread = is_scan and words < _FEW_WORDS
    typed = Grade.DOUBTFUL if any(decoding.is_unsure for decoding in draft.decodings) else Grade.GOOD
    page = Page(
        number=number,
        origin=Origin.TYPED,
        grade=Grade.UNREAD if is_unread else Grade.DOUBTFUL if is_scan else typed,
        lines=tuple(draft.lines),
        tables=tuple(_table(rows) for rows in draft.tables.values()),
        steps=(step, *decoding_steps(draft.decodings)),
        error="unreadable" if is_unread else None,
        error_detail="a page of the Word file holds pictures only" if is_unread else "",
    )
    return Built(page, tuple(draft.pictures) if is_scan else (), typed)


def _table(rows: Sequence[Row]) -> Table:
    return Table(tuple(row.cells for row in rows), spans=tuple(_merged(rows)))


@dataclass(frozen=True, slots=True)
class _Open:
    """A cell that may go on in the next row."""

    row: int
    column: int
    rows: int
    columns: int

    def merged(self) -> Iterator[CellSpan]:
        """Yield it as a merged cell if it is one."""
        if self.rows * self.columns > 1:
            yield CellSpan(self.row, self.column, self.rows, self.columns)


def _merged(rows: Sequence[Row]) -> Iterator[CellSpan]:
    """Yield the merged cells. The part of one that a page break leaves on a page is a cell of its own there."""
    open_cells: dict[int, _Open] = {}  # by first column
    for number, row in enumerate(rows):
        column = 0
        above, open_cells = open_cells, {}
        for columns, continues in row.spans:
            upper = above.pop(column, None)
            if continues and upper and upper.columns == columns:
                open_cells[column] = replace(upper, rows=upper.rows + 1)
            else:
                yield from upper.merged() if upper else ()
                open_cells[column] = _Open(number, column, 1, columns)
            column += columns
        yield from (span for upper in above.values() for span in upper.merged())
    yield from (span for upper in open_cells.values() for span in upper.merged())
