"""Running heads and feet: the same words at the edge of page after page.

They are found by likeness, for scanners read their letters differently each time. Their figures must be the same: two
lines that differ in those alone ("Thôn 3: 17 hộ", "Phụ lục II") are text. Only a count of pages may go on, where the
line says that it is one. What stands further out than a running head is one too, or a page number; so the search goes
inwards and ends at the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from tonghop.extract.aside import COUNTED, has_figures
from tonghop.extract.edges import Sheet, heights
from tonghop.extract.labels import read_label
from tonghop.extract.margins import First, body_height, first_lines, is_outside
from tonghop.extract.similarity import likeness
from tonghop.extract.wording import flat
from tonghop.text import fold

__all__ = ["find_running_heads", "find_stamps"]

_DEEP = 3  # lines of a running head at one edge
_ALIKE = 82.0  # a line of 30 letters with five misread; so it tells no figures apart, they are compared by themselves
_ALIKE_WORD = 60.0  # a word of three letters with one misread: 67; "Cát" and "Yến", two communes of a form: 0
_MOSTLY = 3  # for each page with other figures, so many with these: a digit misread, not a form filled in anew
_SAME_HEIGHT = 0.03  # of the page: where the line stands on each of its pages
_UNLIKE = 60.0  # a head of which two letters in five are misread is still the head of its page
_LEAST_PAGES = 3  # or half of the pages, two at least
_NEAR = 10  # pages to either side that are compared: heads of a thousand pages need not be held against each other
_LEAST_LETTERS = 4
_WIDE = 2.0  # heights of a line: blanks as wide part the cells of a table
_ROWS = 12.0  # ways from line to line: among so many below the head of a table one is a row with both cells on a line
_APART = 1.3  # ways from line to line: a form's pages are alike at their edges too, but stand no further apart
_MOST_PITCH = 2.5  # heights of a line: double spaced lines are as far apart
_BESIDE = 0.3  # the same; nearer lines are parts of one
_OF_TEXT = re.compile(  # names an annex or a form, has its blanks, or adds up: what no running head does
    r"\b(?:ph\w luc|ph\w bieu|bieu (?:so|mau)|mau (?:so|bieu)|tong (?:cong|so)|kem theo|don vi tinh|dvt)\b"
    r"|^(?:bieu|mau|bang) [\da-z]{1,3}\b|^cong \d|^(?:phieu|to khai|don (?:de nghi|xin|dang ky))\b|[.…_]{4}"
)
_NUMERAL = re.compile(r"\d+|[IVXLl]+|[A-ZĐ]")  # l is I, as scanners read it; "Nhóm A" is not "Nhóm B"
_NATIONAL = ("cong hoa xa hoi", "doc lap tu do", "chu nghia viet nam")
_SIGNED = re.compile(r"(?:nguoi ky|ky boi|ngay ky|gio ky|thoi gian ky|ky ngay|(?:digitally )?signed by|signature)\b")
_OF_STAMP = re.compile(r"(?:email|co quan|chuc vu|don vi|date|thoi gian|to chuc|ly do|vi tri|reason|location)\b")
_PERSON = re.compile(r"(?:nguoi ky|ky boi|(?:digitally )?signed by)\b")
_MINUTE = re.compile(r"\b\d{1,2}:\d{2}(?::\d{2})?\b")
_HEAD_LINES = 12  # from the top: stamps of two signatures take up to eight lines before the letterhead
_BESIDE_ISSUER = 0.45  # of the page's width
_CORNER = 0.5  # of the page's width: lines of the text begin left of the middle
_SMALLER = 0.8  # of the height of the text's words: a stamp is set at 6 to 9 points, the text at 13 or 14
_STAMP_LINES = 2  # what a line of a stamp may take besides: a long name goes on


@dataclass(frozen=True, slots=True)
class _Edge:
    sheet: Sheet
    at: int
    rank: int
    is_top: bool
    text: str
    figures: tuple[str, ...]
    counts: tuple[tuple[int, str], ...]
    is_apart: bool
    is_text: bool

    @property
    def height(self) -> float:
        box = self.sheet.box(self.at)
        return (box[1] + box[3]) / 2 / self.sheet.tallness


def find_running_heads(sheets: Sequence[Sheet], passed: Sequence[frozenset[int]]) -> tuple[frozenset[int], ...]:
    """Return for each sheet the lines of running heads and feet. `passed` are its page number and stamps."""
    edges = [tuple(_edges(sheet, out)) for sheet, out in zip(sheets, passed, strict=True)]
    firsts = [tuple(first_lines(sheet, out)) for sheet, out in zip(sheets, passed, strict=True)]
    found = []
    for at, own in enumerate(edges):
        near = [edge for page in edges[max(0, at - _NEAR) : at + _NEAR + 1] for edge in page]
        others = [first for page in firsts[max(0, at - _NEAR) : at + _NEAR + 1] for first in page]
        repeated = {edge.at for edge in own if _is_repeated(edge, near, len(sheets)) and _is_outside(edge, others)}
        found.append(frozenset((*_inwards(own, repeated, is_top=True), *_inwards(own, repeated, is_top=False))))
    return tuple(found)


def _edges(sheet: Sheet, out: frozenset[int]) -> Iterator[_Edge]:
    for is_top in (True, False):
        outermost = [at for at in sheet.edge(is_top=is_top) if at not in out]
        if is_top and any(_is_national(sheet, at) for at in outermost[:8]):
            continue  # a letterhead: what it says is on other pages of another document
        for rank, at in enumerate(outermost[:_DEEP]):
            line = sheet.page.lines[at]
            if line.table is not None or not sheet.is_in_margin(at, is_top=is_top):
                break
            text, is_apart = line.text, _is_apart(sheet, at, outermost)
            is_of_table = _has_cells(sheet, at)
            yield _Edge(
                sheet, at, rank, is_top, _letters(text), _figures(text), _counts(text, sheet.page.number), is_apart,
                is_of_table or _is_of_text(text),
            )  # fmt: skip
            if is_of_table:
                break


def _is_outside(edge: _Edge, firsts: Sequence[First]) -> bool:
    others = [first for first in firsts if likeness(_letters(first.text), edge.text) < _UNLIKE]
    return is_outside(edge.sheet, edge.at, others, is_top=edge.is_top)


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
    box = sheet.box(at)
    # Where rows of a table are all that stands on a page, the way between them is none of lines.
    pitch = min(sheet.pitch, _MOST_PITCH * (box[3] - box[1]))
    return following is not None and sheet.way(at, following) * sheet.pitch >= _APART * pitch


def _is_repeated(edge: _Edge, edges: Sequence[_Edge], count: int) -> bool:
    if sum(c.isalpha() for c in edge.text) < _LEAST_LETTERS or edge.is_text:
        return False
    alike = [other for other in edges if _is_alike(edge, other)]
    if any(other.is_text for other in alike):
        return False  # "Phiếo rà soát": on another page the word was read
    pages = {edge.sheet.page.number} | {other.sheet.page.number for other in alike if _says_the_same(edge, other)}
    others = {other.sheet.page.number for other in alike if other.figures != edge.figures} - pages
    if len(pages) < _MOSTLY * len(others):
        return False
    return len(pages) >= _LEAST_PAGES or (len(pages) == 2 and count <= 2 * len(pages))


def _is_alike(edge: _Edge, other: _Edge) -> bool:
    """Return whether two lines stand at the same place and have, but for misread letters, the same words."""
    if other.is_top != edge.is_top or abs(other.height - edge.height) > _SAME_HEIGHT:
        return False
    if likeness(other.text, edge.text) < _ALIKE:
        return False
    words, others = edge.text.split(), other.text.split()
    long = [(a, b) for a, b in zip(words, others, strict=False) if min(len(a), len(b)) > 2]
    return len(words) != len(others) or all(likeness(a, b) >= _ALIKE_WORD for a, b in long)


def _says_the_same(edge: _Edge, other: _Edge) -> bool:
    return other.figures == edge.figures and other.counts == edge.counts


def _is_of_text(text: str) -> bool:
    """Return whether a line is of the text however often it stands there: a heading, an annex's name, a sum."""
    return read_label(text) is not None or _OF_TEXT.search(fold(text)) is not None


def _letters(text: str) -> str:
    return re.sub(r"\d+", "0", fold(text))


def _figures(text: str) -> tuple[str, ...]:
    """Return the numbers of a line, Roman ones and letters too, in their order, but for those that count pages."""
    rest = list(text)
    for match in COUNTED.finditer(flat(text)):
        rest[match.start() : match.end()] = " " * len(match[0])
    tokens = re.findall(r"\d+|[^\W\d]+", "".join(rest))
    return tuple(token.replace("l", "I") for token in tokens if _NUMERAL.fullmatch(token))


def _counts(text: str, page: int) -> tuple[tuple[int, str], ...]:
    """Return how far each count of pages in a line is from `page`, and of how many pages it is one."""
    return tuple((int(match[1] or match[3]) - page, match[2] or "") for match in COUNTED.finditer(flat(text)))


def _is_national(sheet: Sheet, at: int) -> bool:
    text = fold(sheet.page.lines[at].text)
    return any(phrase in text for phrase in _NATIONAL)


def _has_cells(sheet: Sheet, at: int) -> bool:
    """Return whether a line is parted like a row of a table: the heads of a table are repeated as well."""
    blanks = _wide_blanks(sheet, at)
    if len(blanks) != 1:
        return len(blanks) > 1 or fold(sheet.page.lines[at].text).startswith(("stt ", "tt ", "so tt "))
    # A head of two parts has them at either margin, and the text below does not part where they do.
    box, (left, right) = sheet.box(at), blanks[0]
    if max(box[0] - sheet.left, sheet.right - box[2]) > _WIDE * sheet.height:
        return True
    near = [other for other in sheet.down if other != at and 0 < sheet.way(other, at) <= _ROWS]
    return any(min(b, right) > max(a, left) for other in near for a, b in _wide_blanks(sheet, other))


def _wide_blanks(sheet: Sheet, at: int) -> list[tuple[int, int]]:
    boxes = sorted(word.box for word in sheet.page.lines[at].words if word.box)
    return [(a[2], b[0]) for a, b in pairwise(boxes) if b[0] - a[2] > _WIDE * sheet.height]


def find_stamps(sheet: Sheet) -> frozenset[int]:
    """Return the lines that digital signatures printed: who signed, for whom, and when."""
    return _told_stamps(sheet) | _stamps_above_letterhead(sheet)


def _stamps_above_letterhead(sheet: Sheet) -> frozenset[int]:
    """Return the small print above the right part of a letterhead, when the minute of a signature is in it.

    Stamps without names for their fields are told by nothing else: an office, its mail, a day, an hour.
    """
    tops = [sheet.box(at)[1] for at in sheet.down[:_HEAD_LINES] if _is_national(sheet, at)]
    own = frozenset(at for at in sheet.down if tops and sheet.box(at)[3] <= min(tops) and _is_small_print(sheet, at))
    return own if any(_MINUTE.search(sheet.page.lines[at].text) for at in own) else frozenset()


def _is_small_print(sheet: Sheet, at: int) -> bool:
    """Return whether a line of small letters without figures stands in the top border, right of the issuer's column."""
    line = sheet.page.lines[at]
    is_there = sheet.is_in_border(at, is_top=True) and sheet.box(at)[0] >= _BESIDE_ISSUER * sheet.width
    is_small = median(heights([line])) <= _SMALLER * body_height(sheet)
    return is_there and is_small and line.table is None and not has_figures(line.text) and not _is_of_text(line.text)


def _told_stamps(sheet: Sheet) -> frozenset[int]:
    """Return the lines of stamps that name their fields.

    A list in the text may say the same. So a stamp stands in a corner or in letters smaller than the text's, holds no
    figures but days and hours, and names a person who signed or the minute when.
    """
    lines = sheet.page.lines
    own = [at for at in sheet.down if _can_be_stamp(sheet, at)]
    signed = [at for at in own if _SIGNED.match(fold(lines[at].text)) and _is_field(lines[at].text)]
    if not signed:
        return frozenset()
    found = set(signed)
    fields = [at for at in own if _OF_STAMP.match(fold(lines[at].text)) and _is_field(lines[at].text)]
    for at in sorted({*fields, *(b for s in signed for b in _below(sheet, s))}, key=lambda at: sheet.box(at)[1]):
        if at in fields and any(_is_near(sheet, at, other) for other in found):
            found.add(at)
    if not any(_PERSON.match(fold(lines[at].text)) or _MINUTE.search(lines[at].text) for at in found):
        return frozenset()
    return frozenset(found | (_between(sheet, found) & set(own)))


def _can_be_stamp(sheet: Sheet, at: int) -> bool:
    line, box = sheet.page.lines[at], sheet.box(at)
    if line.table is not None or has_figures(line.text):
        return False
    edges = (sheet.is_in_margin(at, is_top=True), sheet.is_in_margin(at, is_top=False))
    is_in_corner = any(edges) and box[0] >= _CORNER * sheet.width
    return is_in_corner or median(heights([line])) <= _SMALLER * body_height(sheet)


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
