"""A report's pages as one run of rows, each with its place. Rows are what letterhead, sections and gaps point to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tonghop.records import Line, LineRole, Page, Span
from tonghop.text import fold

__all__ = ["Row", "is_ornament", "is_page_number", "rows_aside", "rows_of", "spans_of", "text_of"]

_ORNAMENT = re.compile(r"[\W_]*")
_PAGE_NUMBER = re.compile(r"\W*(?:trang\s*)?\d{1,3}(?:\s*/\s*\d{1,3})?\W*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the report: `page` and `index` say where, `at` is its position among all rows.

    `is_first` and `is_last` say that nothing of the text stands above, or below it, on its page.
    """

    at: int
    page: int
    index: int
    text: str
    raw: str
    folded: str
    line: Line
    is_first: bool
    is_last: bool

    @property
    def has_box(self) -> bool:
        """Return whether the row was read from an image or a laid out page, so that its lines end anywhere."""
        return bool(self.line.words) and self.line.words[0].box is not None


def rows_of(pages: Sequence[Page]) -> tuple[Row, ...]:
    """Return the running text of `pages`, by page number, then in the order of the page: all lines that are body."""
    return _rows(pages, frozenset((LineRole.BODY,)), 0)


def rows_aside(pages: Sequence[Page], first: int, *, notes: bool) -> tuple[Row, ...]:
    """Return the lines that stand aside of the text: footnotes with `notes`, else running heads, numbers, stamps.

    Their positions count on from `first`, behind the text.
    """
    aside = frozenset(LineRole) - {LineRole.BODY, LineRole.FOOTNOTE}
    return _rows(pages, frozenset((LineRole.FOOTNOTE,)) if notes else aside, first)


def _rows(pages: Sequence[Page], roles: frozenset[LineRole], first: int) -> tuple[Row, ...]:
    rows: list[Row] = []
    for page in sorted(pages, key=lambda p: p.number):
        chosen = [index for index, line in enumerate(page.lines) if line.role in roles]
        for index in chosen:
            line = page.lines[index]
            raw, at = " ".join(word.raw for word in line.words), first + len(rows)
            is_first, is_last = index == chosen[0], index == chosen[-1]
            rows.append(Row(at, page.number, index, line.text, raw, fold(line.text), line, is_first, is_last))
    return tuple(rows)


def spans_of(rows: Iterable[Row]) -> tuple[Span, ...]:
    """Return the fewest spans that hold exactly `rows`."""
    spans: list[Span] = []
    for row in sorted(rows, key=lambda r: (r.page, r.index)):
        if spans and spans[-1].page == row.page and spans[-1].stop == row.index:
            spans[-1] = Span(row.page, spans[-1].first, row.index + 1)
        else:
            spans.append(Span(row.page, row.index, row.index + 1))
    return tuple(spans)


def text_of(rows: Iterable[Row]) -> str:
    """Return the rows' text, one a line."""
    return "\n".join(row.text for row in rows)


def is_ornament(row: Row) -> bool:
    """Return whether the row holds no letter or digit: a rule, specks."""
    return _ORNAMENT.fullmatch(row.text) is not None


def is_page_number(row: Row) -> bool:
    """Return whether the row is the number of its page: alone, at the top or the bottom."""
    return (row.is_first or row.is_last) and _PAGE_NUMBER.fullmatch(row.text) is not None
