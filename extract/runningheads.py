"""Running heads and feet: the same words at the edge of page after page.

They are found by likeness, for scanners read them differently each time; digits in them may count pages. What stands
further out than a running head is one too, or a page number; so the search goes inwards and ends at the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tonghop.extract.edges import Sheet
from tonghop.extract.similarity import likeness
from tonghop.text import fold

__all__ = ["find_running_heads", "find_stamps"]

_DEEP = 3  # lines of a running head at one edge
_ALIKE = 82.0  # a line of 30 letters with five misread; "Phụ lục I" and "Phụ lục II" are told apart by their places
_SAME_HEIGHT = 0.03  # of the page: where the line stands on each of its pages
_MARGIN = 0.12  # of the page: 36 mm at top and foot; the text of an office's page leaves 20 to 25 mm
_LEAST_PAGES = 3  # or half of the pages, two at least
_NEAR = 10  # pages to either side that are compared: heads of a thousand pages need not be held against each other
_LEAST_LETTERS = 4
_WIDE = 2.0  # heights of a line: blanks as wide part the cells of a table
_APART = 1.3  # ways from line to line: a form's pages are alike at their edges too, but stand no further apart
_BESIDE = 0.3  # the same; nearer lines are parts of one
_NATIONAL = ("cong hoa xa hoi", "doc lap tu do", "chu nghia viet nam")
_SIGNED = re.compile(r"(?:nguoi ky|ky boi|ngay ky|thoi gian ky|ky ngay|(?:digitally )?signed by|signature)\b")
_OF_STAMP = re.compile(r"(?:email|co quan|chuc vu|don vi|date|thoi gian|to chuc|ly do|vi tri|reason|location)\b")
_STAMP_LINES = 2  # what a line of a stamp may take besides: a long name goes on


@dataclass(frozen=True, slots=True)
class _Edge:
    sheet: Sheet
    at: int
    rank: int
    is_top: bool
    text: str
    is_apart: bool

    @property
    def height(self) -> float:
        box = self.sheet.box(self.at)
        return (box[1] + box[3]) / 2 / self.sheet.tallness


def find_running_heads(sheets: Sequence[Sheet], passed: Sequence[frozenset[int]]) -> tuple[frozenset[int], ...]:
    """Return for each sheet the lines of running heads and feet. `passed` are its page number and stamps."""
    edges = [tuple(_edges(sheet, out)) for sheet, out in zip(sheets, passed, strict=True)]
    found = []
    for at, own in enumerate(edges):
        near = [edge for page in edges[max(0, at - _NEAR) : at + _NEAR + 1] for edge in page]
        repeated = {edge.at for edge in own if _is_repeated(edge, near, len(sheets))}
        found.append(frozenset((*_inwards(own, repeated, is_top=True), *_inwards(own, repeated, is_top=False))))
    return tuple(found)


def _edges(sheet: Sheet, out: frozenset[int]) -> Iterator[_Edge]:
    for is_top in (True, False):
        outermost = [at for at in sheet.edge(is_top=is_top) if at not in out]
        if is_top and any(_is_national(sheet, at) for at in outermost[:8]):
            continue  # a letterhead: what it says is on other pages of another document
        for rank, at in enumerate(outermost[:_DEEP]):
            line = sheet.page.lines[at]
            if line.table is not None or _has_cells(sheet, at) or not _is_in_margin(sheet, at, is_top=is_top):
                break
            yield _Edge(sheet, at, rank, is_top, _without_numbers(line.text), _is_apart(sheet, at, outermost))


def _is_in_margin(sheet: Sheet, at: int, *, is_top: bool) -> bool:
    box = sheet.box(at)
    return box[3] <= _MARGIN * sheet.tallness if is_top else box[1] >= (1 - _MARGIN) * sheet.tallness


def _inwards(own: Sequence[_Edge], repeated: set[int], *, is_top: bool) -> Sequence[int]:
    """Return the repeated lines from one edge inwards, to the last that stands apart from what follows it."""
    found: list[int] = []
    apart = 0
    for edge in sorted((e for e in own if e.is_top == is_top), key=lambda e: e.rank):
        if edge.at not in repeated:
            break
        found.append(edge.at)
        apart = len(found) if edge.is_apart else apart
    return found[:apart]


def _is_apart(sheet: Sheet, at: int, outermost: Sequence[int]) -> bool:
    inwards = (other for other in outermost[outermost.index(at) + 1 :] if sheet.way(other, at) > _BESIDE)
    following = next(inwards, None)
    return following is not None and sheet.way(at, following) >= _APART


def _is_repeated(edge: _Edge, edges: Sequence[_Edge], count: int) -> bool:
    if sum(c.isalpha() for c in edge.text) < _LEAST_LETTERS:
        return False
    pages = {edge.sheet.page.number} | {
        other.sheet.page.number
        for other in edges
        if other.is_top == edge.is_top
        and abs(other.height - edge.height) <= _SAME_HEIGHT
        and likeness(other.text, edge.text) >= _ALIKE
    }
    if len(pages) >= _LEAST_PAGES:
        return True
    return len(pages) == 2 and count <= 2 * len(pages)


def _without_numbers(text: str) -> str:
    return re.sub(r"\d+", "0", fold(text))


def _is_national(sheet: Sheet, at: int) -> bool:
    text = fold(sheet.page.lines[at].text)
    return any(phrase in text for phrase in _NATIONAL)


def _has_cells(sheet: Sheet, at: int) -> bool:
    """Return whether a line is parted like a row of a table: the heads of a table are repeated as well."""
    boxes = sorted(word.box for word in sheet.page.lines[at].words if word.box)
    wide = sum(b[0] - a[2] > _WIDE * sheet.height for a, b in pairwise(boxes))
    return wide > 1 or fold(sheet.page.lines[at].text).startswith(("stt ", "tt ", "so tt "))


def find_stamps(sheet: Sheet) -> frozenset[int]:
    """Return the lines that a digital signature printed: who signed, for whom, and when."""
    lines = sheet.page.lines
    signed = [at for at in sheet.down if _SIGNED.match(fold(lines[at].text)) and _is_field(lines[at].text)]
    if not signed:
        return frozenset()
    found = set(signed)
    fields = [at for at in sheet.down if _OF_STAMP.match(fold(lines[at].text)) and _is_field(lines[at].text)]
    for at in sorted({*fields, *(b for s in signed for b in _below(sheet, s))}, key=lambda at: sheet.box(at)[1]):
        if at in fields and any(_is_near(sheet, at, other) for other in found):
            found.add(at)
    return frozenset(found | _between(sheet, found))


def _is_field(text: str) -> bool:
    return ":" in text[:30] and len(text.split()) <= 20


def _below(sheet: Sheet, at: int) -> Iterator[int]:
    box = sheet.box(at)
    yield from (other for other in sheet.down if 0 < sheet.box(other)[1] - box[1] < 3 * (box[3] - box[1]))


def _is_near(sheet: Sheet, at: int, other: int) -> bool:
    a, b = sheet.box(at), sheet.box(other)
    height = max(a[3] - a[1], b[3] - b[1])
    return abs(a[0] - b[0]) <= 3 * height and min(abs(a[1] - b[3]), abs(b[1] - a[3])) <= _STAMP_LINES * height


def _between(sheet: Sheet, found: set[int]) -> set[int]:
    """Return the lines on which a long name goes on: between two lines of the stamp, in its column."""
    rows = sorted(found, key=lambda at: sheet.box(at)[1])
    inside: set[int] = set()
    for first, second in pairwise(rows):
        a, b = sheet.box(first), sheet.box(second)
        height = a[3] - a[1]
        if b[1] - a[3] > (_STAMP_LINES + 1) * 1.5 * height:
            continue
        for at in sheet.down:
            box = sheet.box(at)
            is_between = a[1] < box[1] and box[3] < b[3] and box[1] >= a[1] + height / 2
            if at not in found and is_between and abs(box[0] - a[0]) <= 3 * height:
                inside.add(at)
    return inside
