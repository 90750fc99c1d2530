"""False blanks inside document codes: `80- NQ/TW` on a page that has `80-NQ/TW`.

The engine writes a blank where a hyphen stands a little apart. The page tells: between two words lies a word space,
inside a code hardly anything. So two words are one when together they are a code and no space lies between them.
The page's steps count the blanks that went; where one parted two digits, the word is shown as doubtful.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from statistics import median

from tonghop.records import DOUBT, Box, Line, Word

__all__ = ["without_false_blanks"]

# Number, year, abbreviations of the kind and of the issuer (Decree 30/2020, annex I, II.3); a sign may follow.
_CODE = re.compile(r"\d{1,5}(?:/\d{4})?[/-][A-ZĐ][A-Za-zĐđ&]*(?:[/-][A-ZĐ][A-Za-zĐđ&]*)*[/-]?[.,;:)]?")
_LEAST_SPACES = 3  # word spaces on a line before their middle says how wide they are
# Of the line's word space. Measured on drawn scans and photos: inside codes 0.1 to 0.4, between words 0.6 and more.
_MOST_GAP = 0.45


def without_false_blanks(line: Line) -> Line:
    """Return `line` with the words that are pieces of one code joined; confidence is the lowest of theirs."""
    gaps = [gap for a, b in pairwise(line.words) if (gap := _gap(a, b)) is not None and gap > 0]
    if len(gaps) < _LEAST_SPACES:
        return line
    space = median(gaps)
    words: list[Word] = []
    for word in line.words:
        if words and _is_one(words[-1], word, space):
            words[-1] = _joined(words[-1], word)
        else:
            words.append(word)
    return line if len(words) == len(line.words) else replace(line, words=tuple(words))


def _gap(a: Word, b: Word) -> int | None:
    return None if a.box is None or b.box is None else b.box[0] - a.box[2]


def _is_one(a: Word, b: Word, space: float) -> bool:
    gap = _gap(a, b)
    return gap is not None and abs(gap) <= _MOST_GAP * space and bool(_CODE.fullmatch(a.text + b.text))


def _joined(a: Word, b: Word) -> Word:
    is_inside_number = a.text[-1].isdigit() and b.text[0].isdigit()
    confidence = min(a.confidence, b.confidence, DOUBT if is_inside_number else 1.0)
    assert a.box  # `_is_one` measured the gap between the two
    assert b.box
    box: Box = (min(a.box[0], b.box[0]), min(a.box[1], b.box[1]), max(a.box[2], b.box[2]), max(a.box[3], b.box[3]))
    return Word(a.text + b.text, a.raw + b.raw, box, confidence)
