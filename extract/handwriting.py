"""Digits that a pen put into a printed line: known by their size and foot, and never taken for a reading.

An engine for print reads such digits with confidence and often wrongly: "07" by pen as 01, 97 or "Ô7".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from statistics import median_low

from tonghop.records import Box, Line, Word

__all__ = ["UNREAD", "without_pen"]

# Stands where digits by pen stood: it is no digit, so that neither number nor date can be made of it.
UNREAD = "?"

_TALL = "A-ZĐ0-9bdđfhklt"
# Words from the foot of the line to the height of its capitals, without a mark above or a tail below.
_PLAIN = re.compile(rf"(?=.*[{_TALL}])[A-ZĐa-fhik-or-xzđ0-9/&–-]+")
_DIGITS = re.compile(r"\d{1,3}[.,]?")
# Of the capitals' height. Printed digits of the same size differ by a pixel or two: at 150 dpi a tenth.
_LEAST_HEIGHT, _MOST_HEIGHT = 0.75, 1.25
_MOST_OFFSET = 0.25


def without_pen(line: Line) -> Line:
    """Return `line` with each word of one to three digits that stands out of it in height or foot as `UNREAD`.

    A line without boxes, or without a printed word to compare with, comes back as it is.
    """
    words = tuple(
        replace(word, text=UNREAD) if _DIGITS.fullmatch(word.text) and _stands_out(word, line.words) else word
        for word in line.words
    )
    return line if words == line.words else replace(line, words=words)


def _stands_out(word: Word, words: Sequence[Word]) -> bool:
    printed = [w.box for w in words if w.box and w is not word and _PLAIN.fullmatch(w.text)]
    if not printed or not word.box:
        return False
    # The lower of two middles: where a month was written by pen as well, the year is the printed one.
    height, foot = median_low(_height(box) for box in printed), median_low(box[3] for box in printed)
    if not height:
        return False
    is_of_size = _LEAST_HEIGHT <= _height(word.box) / height <= _MOST_HEIGHT
    return not is_of_size or abs(word.box[3] - foot) > _MOST_OFFSET * height


def _height(box: Box) -> int:
    return box[3] - box[1]
