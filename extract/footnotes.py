"""Footnotes of printed pages: smaller letters at the foot of a page, each note behind its mark.

Rows of a table may look alike: numbered, smaller, at the foot. So a note must be text over the whole column, its mark
must count on from the note before, and either stand in the text of the page or be set apart from it. In doubt a
line is body.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from tonghop.extract.edges import Sheet, heights
from tonghop.records import Line

__all__ = ["begins_note", "find_footnotes", "has_mark_of", "last_mark_after", "mark_of", "refers_to"]

_MARK = re.compile(r"^[^\w\s]{0,2}[\[(]?(\d{1,2})[\])]?(?:[^\w\s]{0,2}\s+(?=[^\W\d_\"“])|(?=[A-ZĐÀ-Ỹ]))")
# What a recogniser makes of a raised digit at the head of a note: 9 of 9 on generated scans were read as one of ' ? ! )
_MISREAD = re.compile(r"[’‘'`\"”“?!)*°ˆ^¹²³|\]]{1,2}\s+(?=[^\W\d_])")
_MEASURE = re.compile(r"[kcdm]?m|CO|H|NO|PM")  # "450 m2": square metres
_SMALLER = 0.9  # of the body's height of words: notes are set at 10 or 11 points under a body of 13 or 14
_RAISED = 0.75  # of the height of the words around it: a raised mark is set at 60 to 65 %
_MOST = 0.4  # of the page's lines
_APART = 1.3  # ways from line to line, between text and notes, where no mark was read in the text: a rule is there
_TIGHT = 0.8  # of that, the most between two lines of the notes
_LONG = 0.5  # of the column: a note without a full stop fills half a line at least, somewhere
_WIDE = 1.6  # heights of a line: blanks as wide part the cells of a table
_SHIFT = 4.0  # heights of a line that a note may be indented by


def mark_of(line: Line) -> str | None:
    """Return the number a note begins with: "1 Kế hoạch …", "[1] …", "1Kế hoạch …"; None when it begins with none."""
    match = _MARK.match(line.text)
    return match[1] if match else None


def begins_note(line: Line) -> bool:
    """Return whether a line of a note begins one: with its mark, or with the sign as which a raised digit is read."""
    return mark_of(line) is not None or _MISREAD.match(line.text) is not None


def last_mark_after(lines: Sequence[Line], last_mark: int) -> int:
    """Return the number of the last note, those of a page being `lines` and the last one before them `last_mark`."""
    begun = [mark_of(line) for line in lines if begins_note(line)]
    read = [int(mark) + len(begun) - at for at, mark in enumerate(begun, 1) if mark]
    return read[-1] if read else last_mark + len(begun)


def has_mark_of(text: str, mark: str) -> bool:
    """Return whether `text` refers to the note `mark`: "… của UBND huyện1.", "… huyện [1]"."""
    return any(
        not _MEASURE.fullmatch(found[1] or "")
        for found in re.finditer(rf"(?:([^\W\d_]+)[.,;:)”\"’']?{mark}(?!\d)|\[{mark}\])(?![/\w])", text)
    )


def refers_to(line: Line, mark: str) -> bool:
    """Return whether a line refers to the note `mark`, also by a small word of its own, as layers have it."""
    if has_mark_of(line.text, mark):
        return True
    tall = heights([line])
    return any(
        word.text == mark and word.box is not None and word.box[3] - word.box[1] <= _RAISED * median(tall)
        for word in line.words[1:]
    )


def find_footnotes(sheet: Sheet, passed: frozenset[int], last_mark: int = 0) -> frozenset[int]:
    """Return the lines of the notes at the foot of a page.

    `passed` are the lines that count as no text, `last_mark` the number of the last note of the pages before.
    """
    lines = [at for at in sheet.down if at not in passed]
    for start in range(len(lines) - 1, max(0, int(len(lines) * (1 - _MOST))), -1):
        body, notes = lines[:start], lines[start:]
        if _are_notes(sheet, body, notes, last_mark):
            return frozenset(notes)
    return frozenset()


def _are_notes(sheet: Sheet, body: Sequence[int], notes: Sequence[int], last_mark: int) -> bool:
    of = sheet.page.lines
    if not begins_note(of[notes[0]]):
        return False
    begun = [mark_of(of[at]) for at in notes if begins_note(of[at])]
    firsts = {int(mark) - at for at, mark in enumerate(begun) if mark}  # where each mark says that the notes begin
    if len(firsts) > 1 or not firsts <= {1, last_mark + 1}:
        return False
    if any(of[at].table is not None or _has_cells(sheet, at) for at in notes) or not _is_smaller(sheet, body, notes):
        return False
    if any(abs(sheet.box(at)[0] - sheet.left) > _SHIFT * sheet.height for at in notes):
        return False
    return any(refers_to(of[at], str(first)) for first in firsts for at in body) or _are_set_apart(sheet, body, notes)


def _are_set_apart(sheet: Sheet, body: Sequence[int], notes: Sequence[int]) -> bool:
    """Return whether a rule may stand between text and notes, and these are no rows of a list or a table.

    Rows have a head in letters like their own, or stand as far from each other as from the text, or are all short and
    no sentences, or have a column for their numbers.
    """
    way = sheet.way(body[-1], notes[0])
    inside = max((sheet.way(a, b) for a, b in pairwise(notes)), default=0.0)
    if way < _APART or inside > _TIGHT * way or not _is_smaller(sheet, body[-1:], notes):
        return False
    boxes = [sheet.box(at) for at in notes]
    is_long = max(box[2] - box[0] for box in boxes) >= _LONG * (sheet.right - sheet.left)
    if not is_long and not sheet.page.lines[notes[-1]].text.endswith((".", ";")):
        return False
    return not any(_has_cells(sheet, at, 0) for at in notes)


def _is_smaller(sheet: Sheet, body: Sequence[int], notes: Sequence[int]) -> bool:
    large, small = (heights([sheet.page.lines[at] for at in lines]) for lines in (body, notes))
    return bool(large) and bool(small) and median(small) <= _SMALLER * median(large)


def _has_cells(sheet: Sheet, at: int, passed: int = 1) -> bool:
    """Return whether a line has a wide blank; that behind the mark, one word, is passed."""
    boxes = sorted(word.box for word in sheet.page.lines[at].words if word.box)
    return any(b[0] - a[2] > _WIDE * sheet.height for a, b in pairwise(boxes[passed:]))
