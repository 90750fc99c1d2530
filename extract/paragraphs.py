"""Printed lines put together to the paragraphs they were written as, across lines and pages.

A line of print ends where the margin is, a paragraph where its writer wanted. What tells them apart is the indent, the
room left at the end of the line before, the sign it ends with, how the line begins, and the distance between the two.
None of these is sure on a scan, so they are weighed. Only line breaks become blanks; a word that was parted at its
hyphen or stroke is whole again, with the hyphen: Vietnamese syllables are never parted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tonghop.extract.document import Row, spans_of
from tonghop.extract.edges import Sheet, baseline
from tonghop.extract.footnotes import begins_note
from tonghop.extract.labels import Level, read_label
from tonghop.records import Box, LineRole, Span
from tonghop.text import is_capitals

__all__ = ["Paragraph", "join_lines", "paragraphs_of"]

_ENDED = re.compile(r"[.;:!?…/][”\"')\]]*$|[^\W\d_][.;]\s?\d{1,2}$")  # "… theo kế hoạch.2" refers to a note
_BULLET = re.compile(r"[-–—−+*•●·▪◦»]\s*(?P<next>\S)")
# A code, a range, a name or an address may be broken behind its sign, and is written without a blank there.
_PARTED = re.compile(r"[^\W_][-‐‑]$|\d[–]$|[^\W_]/$|(?:https?://|www\.|@)\S*[./?&=_-]$", re.IGNORECASE)
_NUMBER_BEFORE_CODE = re.compile(r"(?:^|\s)\d+/[^\W\d_]{1,6}(?:-[^\W_]+)*$")
_CODE_GOES_ON = re.compile(r"-[A-ZĐ]{2,}")
_SOFT_HYPHEN = "\u00ad"

# Weights of the evidence, for a paragraph that begins (+) and one that goes on (-). Chosen on generated reports, whose
# paragraphs are known: docs/benchmarks.md, "Paragraphs". The lengths below are in heights of a line.
_LABEL, _UNSURE_LABEL = 2.0, 0.5
_INDENTED, _FLUSH = 1.5, -1.0
_ROOM_LEFT, _FILLED = 2.0, -1.0
_SENTENCE_ENDED, _SENTENCE_OPEN = 1.0, -1.5
_SMALL_LETTER, _CAPITAL = -2.0, 0.3
_NEAR, _DISTANT, _FAR = -0.6, 0.7, 1.5
_CELLS = 2.0
_TITLE = 2.0  # capitals, and then none, or the other way round
_BEGINS = 0.8
_INDENT, _AT_MARGIN = 1.0, 0.5
_FULL = 0.6  # a justified line ends nearer to the margin than this
_BLANK = 0.5  # more than a blank between two words
_MORE_DISTANT, _MUCH_MORE = 1.25, 1.8  # of the usual way from line to line
_WIDE = 2.0  # blanks as wide part the cells of a table, not the words of a justified line


_Told = tuple[Row, str]  # a row, and of its text what does not belong to a title


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph or a row of a table: its text on one line, the rows it stands on and where each begins in it."""

    text: str
    rows: tuple[Row, ...]
    starts: tuple[int, ...]

    @property
    def spans(self) -> tuple[Span, ...]:
        """Where it stands in the original."""
        return spans_of(self.rows)

    def page_at(self, offset: int) -> int:
        """Return the page on which the character at `offset` stands."""
        return self.row_at(offset).page

    def row_at(self, offset: int) -> Row:
        """Return the row on which the character at `offset` stands."""
        return [row for row, start in zip(self.rows, self.starts, strict=True) if start <= offset][-1]


def paragraphs_of(lines: Iterable[_Told], sheets: Mapping[int, Sheet]) -> tuple[Paragraph, ...]:
    """Return the paragraphs of `lines`, rows in reading order with their text. `sheets` are the pages by number."""
    groups: list[list[_Told]] = []
    for row, text in lines:
        if groups and not _begins(groups[-1], (row, text), sheets):
            groups[-1].append((row, text))
        else:
            groups.append([(row, text)])
    return tuple(_paragraph(group) for group in groups)


def join_lines(before: str, after: str) -> str:
    """Return two lines of one paragraph as one: with a blank between, but where a word was parted at its sign."""
    if before.endswith(_SOFT_HYPHEN):
        return before.rstrip(_SOFT_HYPHEN) + after
    is_one_word = _PARTED.search(before) and after[:1].isalnum()
    is_one_code = _NUMBER_BEFORE_CODE.search(before) and _CODE_GOES_ON.match(after)
    return f"{before}{after}" if is_one_word or is_one_code else f"{before} {after}"


def _paragraph(group: Sequence[_Told]) -> Paragraph:
    text, starts = "", list[int]()
    for _, line in group:
        part = line.strip()
        text = join_lines(text, part) if starts else part
        starts.append(len(text) - len(part))
    return Paragraph(text, tuple(row for row, _ in group), tuple(starts))


def _begins(group: Sequence[_Told], after: _Told, sheets: Mapping[int, Sheet]) -> bool:
    (first, _), (second, _) = group[-1], after
    if first.line.table is not None or second.line.table is not None or first.line.role is not second.line.role:
        return True
    if second.line.role is LineRole.FOOTNOTE:
        return begins_note(second.line)
    a, b = first.line.box, second.line.box
    if a is None or b is None:
        return not _goes_over_the_page(group[-1], after)
    weight = _printed(group[-1], after, a, sheets) + _by_indent(a, b, sheets[first.page], sheets[second.page], group)
    return weight >= _BEGINS


def _goes_over_the_page(before: _Told, after: _Told) -> bool:
    """Return whether a typed paragraph goes on at the head of the next page: its sentence is open, and goes on."""
    (first, start), (second, rest) = before, after
    goes_on = (rest[:1].islower() or rest[:1].isdigit()) and _label(rest) < _LABEL
    return second.page == first.page + 1 and not _ENDED.search(start) and goes_on


def _printed(before: _Told, after: _Told, a: Box, sheets: Mapping[int, Sheet]) -> float:
    """Return the weight of what speaks for a new paragraph, less what speaks against it."""
    first, second = sheets[before[0].page], sheets[after[0].page]
    weight = _by_words(before[1], after[1]) + _by_room(a, after[0], first)
    if before[0].page == after[0].page:
        weight += _by_distance(before[0], after[0], second)
    return weight + _CELLS * (_has_cells(before[0], first) + _has_cells(after[0], second))


def _by_words(before: str, after: str) -> float:
    weight = _SENTENCE_ENDED if _ENDED.search(before) else _SENTENCE_OPEN
    bullet = _BULLET.match(after)
    if bullet:
        # "kinh tế / - xã hội": a dash before a small letter in the middle of a sentence is no bullet.
        is_item = _ENDED.search(before) is not None or not bullet["next"].islower()
        return weight + (_LABEL if is_item else _SMALL_LETTER)
    if is_capitals(before) != is_capitals(after) and min(len(before.split()), len(after.split())) > 1:
        weight += _TITLE
    if label := _label(after):
        return weight + label
    return weight + (_SMALL_LETTER if after[:1].islower() else _CAPITAL if after[:1].isupper() else 0.0)


def _label(text: str) -> float:
    label = read_label(text)
    if label is None or label.level > Level.BRACKETED:
        return 0.0
    return _LABEL if label.is_sure else _UNSURE_LABEL if not text[:1].islower() else 0.0


def _by_room(before: Box, after: Row, sheet: Sheet) -> float:
    """Weigh whether the next word would have fitted on the line before: then that one ended by intention."""
    room = sheet.right - before[2]
    if room < _FULL * sheet.height:
        return _FILLED
    word = after.line.words[0].box
    needed = (word[2] - word[0] if word else 0) + _BLANK * sheet.height
    return _ROOM_LEFT if room > needed else 0.0


def _by_indent(a: Box, b: Box, first: Sheet, second: Sheet, group: Sequence[_Told]) -> float:
    before, after = (a[0] - first.left) / max(first.height, 1), (b[0] - second.left) / max(second.height, 1)
    if after >= _INDENT:
        # The second line of a paragraph is not indented like its first; the further lines of a list's item are alike.
        is_other = abs(after - before) > _AT_MARGIN or len(group) == 1
        return _INDENTED if is_other else 0.0
    return _FLUSH if after < _AT_MARGIN and second.has_indents else 0.0


def _by_distance(before: Row, after: Row, sheet: Sheet) -> float:
    way = (baseline(after.line) - baseline(before.line)) / max(sheet.pitch, 1)
    return _FAR if way > _MUCH_MORE else _DISTANT if way > _MORE_DISTANT else _NEAR


def _has_cells(row: Row, sheet: Sheet) -> bool:
    boxes = sorted(word.box for word in row.line.words if word.box)
    return any(b[0] - a[2] > _WIDE * sheet.height for a, b in pairwise(boxes))
