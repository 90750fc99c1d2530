"""A report's pages as one run of rows, each with its place. Rows are what letterhead, sections and gaps point to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tonghop.records import Line, Page, Span
from tonghop.text import fold

__all__ = ["Row", "is_ornament", "is_page_number", "rows_of", "spans_of", "text_of"]

_ORNAMENT = re.compile(r"[\W_]*")
_PAGE_NUMBER = re.compile(r"\W*(?:trang\s*)?\d{1,3}(?:\s*/\s*\d{1,3})?\W*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the report: `page` and `index` say where, `at` is its position among all rows."""

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
    """Return all lines of `pages`, by page number, then in the order of the page."""
    rows: list[Row] = []
    for page in sorted(pages, key=lambda p: p.number):
        last = len(page.lines) - 1
        for index, line in enumerate(page.lines):
            text = line.text
            raw = " ".join(word.raw for word in line.words)
            row = Row(len(rows), page.number, index, text, raw, fold(text), line, index == 0, index == last)
            rows.append(row)
    return tuple(rows)


def spans_of(rows: Iterable[Row]) -> tuple[Span, ...]:
    """Return the fewest spans that hold exactly `rows`."""
    spans: list[Span] = []
    for row in sorted(rows, key=lambda r: r.at):
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
