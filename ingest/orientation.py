"""Which way up a page lies: what a reading tells of it.

Tesseract reads lines that stand, too, in pieces and often well: only the boxes of the words tell that the page
lies on its side.
"""

from __future__ import annotations

from tonghop.ingest.tesseract import Reading
from tonghop.text import syllable_share

__all__ = ["is_on_side", "is_upright", "likely_turns"]

_WORD_LETTERS = 4  # a level word of four letters is wider than high in every typeface; `lít` is not
_LEAST_WORDS = 3
_UPRIGHT = 0.85  # share of syllables; upside down it is 0.2 to 0.5, and a coarse copy upright has 0.95


def is_on_side(reading: Reading) -> bool:
    """Return whether the words of `reading` stand: most of those with four letters and more are higher than wide."""
    boxes = [word.box for word in reading.words if word.box and len(word.text) >= _WORD_LETTERS]
    standing = sum(y1 - y0 > x1 - x0 for x0, y0, x1, y1 in boxes)
    return len(boxes) >= _LEAST_WORDS and 2 * standing > len(boxes)


def is_upright(reading: Reading) -> bool:
    """Return whether `reading` is surely that of a page the right way up: level words, nearly all of them syllables."""
    enough = len(reading.words) >= _LEAST_WORDS
    return enough and not is_on_side(reading) and syllable_share(reading.text) >= _UPRIGHT


def likely_turns(reading: Reading) -> tuple[int, ...]:
    """Return the further turns worth trying on a page read as `reading`, the likeliest first."""
    return (90, 270, 180) if is_on_side(reading) else (180, 90, 270)
