"""The numbers printed on a document's pages: at the top as Decree 30/2020 asks, or at the foot.

A lone number at the edge of a page may also be a cell of a table, an item of a list, or a figure of the text. So it
must stand in the margin, and what proves it is the count from page to page; in the middle, apart from the text, that it
is the number of this page. Where one number is proved, what stands at the same place of another page is its number too,
however it was read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tonghop.extract.edges import Sheet, sheet_of
from tonghop.extract.margins import First, first_lines, is_outside
from tonghop.extract.wording import flat
from tonghop.records import Page

__all__ = ["PageNumber", "find_page_numbers", "page_numbers"]

_PRINTED = re.compile(
    r"[^\w]*(?:(?:[^\W\d_]{0,2}rang|page)\s*(?:so\s*)?)?(\d{1,3})(?:\s*(?:/|\||tren|cua|of)\s*(\d{1,3}))?[^\w]*"
)
_ITEM = re.compile(r"\W*\d{1,3}\s*[.)]")  # "3." alone may be the number of an item
_DEEP = 3  # lines from the edge: a running head and a rule of signs may stand further out
_MIDDLE = 0.04  # of the page's width: margins of 35 and 15 mm put the middle of the text 10 mm from the page's
_SAME_PLACE = 0.04  # of the page: scans lie a few millimetres apart
_MIRRORED = 0.12  # the same, on pages printed on both sides: margins of 35 and 15 mm need not be mirrored with them
_APART = 0.6  # heights of a line: less than a paragraph's distance at the foot, where a table may end
_SURELY = 3  # pages that count on in the middle, where their numbers stand no further out than a text may
_LONGEST = 20  # characters: "- Trang 12 / 25 -"
_MARK = 4  # characters: "- 2 -" read as "»»", a lone digit as a letter
_OF_TEXT = re.compile(  # what a number is not misread as: a heading's label, a word, a share, a fraction
    r"\W*[IVXLl|]{1,4}\W*|\W*\w{1,3}[.)].*|.*[^\W\d_]{2}.*|.*%.*|.*\d[.,:]\d.*"
)


@dataclass(frozen=True, slots=True)
class PageNumber:
    """The number printed on page `page` (counted from 1), its line `line` there (from 0).

    `value` is None where it stands but no digit of it was read. `total` is the 5 of "Trang 2/5". `is_counted` says that
    the count from page to page confirms `value`; else a scan may have misread it.
    """

    page: int
    line: int
    value: int | None
    total: int | None = None
    is_counted: bool = False


@dataclass(frozen=True, slots=True)
class _Candidate:
    sheet: Sheet
    at: int
    is_top: bool
    value: int | None
    total: int | None = None

    @property
    def offset(self) -> int:
        return (self.value or 0) - self.sheet.page.number

    @property
    def is_item(self) -> bool:
        return _ITEM.fullmatch(self.sheet.page.lines[self.at].text) is not None

    @property
    def place(self) -> tuple[float, float]:
        box = self.sheet.box(self.at)
        return (box[0] + box[2]) / 2 / self.sheet.width, (box[1] + box[3]) / 2 / self.sheet.tallness


def page_numbers(pages: Sequence[Page]) -> tuple[PageNumber, ...]:
    """Return the numbers printed on `pages`, the pages of one document, in their order. A page has at most one."""
    return find_page_numbers([sheet_of(page) for page in pages])


def find_page_numbers(sheets: Sequence[Sheet], passed: Sequence[frozenset[int]] = ()) -> tuple[PageNumber, ...]:
    """Return the page numbers; `passed` are for each sheet the lines that count as no text, such as stamps."""
    skipped = passed or [frozenset[int]()] * len(sheets)
    printed = [c for sheet, out in zip(sheets, skipped, strict=True) for c in _printed(sheet, out)]
    firsts = [first for sheet, out in zip(sheets, skipped, strict=True) for first in first_lines(sheet, out)]
    texts = [first for first in firsts if not _is_mark(first.text) and not _PRINTED.fullmatch(flat(first.text))]
    proved = [(c, count) for c in printed if _is_proved(c, count := _pages_counted(c, printed), texts)]
    found: dict[int, PageNumber] = {}
    for c, count in sorted(proved, key=lambda one: (one[0].offset != 0, -one[1])):
        is_counted = c.offset == 0 or count > 1
        found.setdefault(c.sheet.page.number, PageNumber(c.sheet.page.number, c.at, c.value, c.total, is_counted))
    for sheet, out in zip(sheets, skipped, strict=True):
        if sheet.page.number not in found and (misread := _misread(sheet, out, [c for c, _ in proved])):
            found[sheet.page.number] = misread
    return tuple(found[number] for number in sorted(found))


def _printed(sheet: Sheet, out: frozenset[int]) -> Iterator[_Candidate]:
    for is_top in (True, False):
        for at in _outermost(sheet, out, is_top=is_top):
            line = sheet.page.lines[at]
            match = _PRINTED.fullmatch(flat(line.text)) if len(line.text) <= _LONGEST else None
            # Beside a running head a number says "Trang 2/5"; a lone one beside other words is a cell.
            if match and line.table is None and (sheet.is_alone(at) or match[2] or "rang" in match[0]):
                yield _Candidate(sheet, at, is_top, int(match[1]), int(match[2]) if match[2] else None)


def _outermost(sheet: Sheet, out: frozenset[int], *, is_top: bool) -> list[int]:
    outermost = [at for at in sheet.edge(is_top=is_top) if at not in out][:_DEEP]
    return [at for at in outermost if sheet.is_in_margin(at, is_top=is_top)]


def _pages_counted(candidate: _Candidate, printed: Sequence[_Candidate]) -> int:
    """Return on how many pages, with its own, the count goes on at the height of `candidate`."""
    return len(
        {
            c.sheet.page.number
            for c in printed
            if (c.is_top, c.offset, c.is_item) == (candidate.is_top, candidate.offset, candidate.is_item)
            and abs(c.place[1] - candidate.place[1]) <= _SAME_PLACE
            and _is_across(c.place[0], candidate.place[0])
        }
    )


def _is_across(x: float, other: float) -> bool:
    """Return whether two numbers stand at the same place across the page, or at its opposite sides."""
    return abs(x - other) <= _SAME_PLACE or abs(x + other - 1) <= _MIRRORED


def _is_proved(candidate: _Candidate, count: int, texts: Sequence[First]) -> bool:
    """Return whether a number is its page's; `count` are the pages over which it goes on, this one among them.

    `texts` are the first lines of the pages that begin, or end, with text.
    """
    sheet, at, is_top = candidate.sheet, candidate.at, candidate.is_top
    is_apart = sheet.gap(at, is_top=is_top) >= _APART
    is_centred = sheet.is_centred(at, _MIDDLE)
    is_in_border = sheet.is_in_border(at, is_top=is_top)
    if candidate.is_item and not (is_centred and is_apart and is_in_border):
        return False
    if "rang" in flat(sheet.page.lines[at].text) and (is_apart or candidate.offset == 0):
        return True
    if count > 1:
        is_in_middle = is_centred and (is_in_border or (is_apart and count >= _SURELY))
        return is_in_middle or is_outside(sheet, at, texts, is_top=is_top)
    # Alone in its count: it may be a cell or a figure, unless it stands in the border, and no page further on.
    is_outermost = next(sheet.edge(is_top=is_top)) == at and len(sheet.down) > 1 and sheet.is_alone(at)
    is_likely = candidate.offset == 0 or (candidate.offset < 0 and not candidate.is_item)
    return is_centred and is_outermost and is_in_border and is_likely


def _misread(sheet: Sheet, out: frozenset[int], proved: Sequence[_Candidate]) -> PageNumber | None:
    """Return what stands where other pages have their numbers, when it is no more than a mark."""
    for is_top in (True, False):
        places = [c.place for c in proved if c.is_top == is_top]
        for at in _outermost(sheet, out, is_top=is_top)[:1]:
            place = _Candidate(sheet, at, is_top, None).place
            is_there = any(max(abs(place[0] - x), abs(place[1] - y)) <= _SAME_PLACE for x, y in places)
            line = sheet.page.lines[at]
            if is_there and line.table is None and sheet.is_alone(at) and _is_mark(line.text):
                match = _PRINTED.fullmatch(flat(line.text))
                return PageNumber(sheet.page.number, at, int(match[1]) if match else None)
    return None


def _is_mark(text: str) -> bool:
    """Return whether a text may be a number as a scanner misreads it; "II." and "a)" are headings."""
    return len(text.replace(" ", "")) <= _MARK and not _OF_TEXT.fullmatch(text)
