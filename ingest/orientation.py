"""Which way up a page lies: what a reading tells of it.

Tesseract reads lines that stand, too, in pieces and often well: only the boxes of the words tell that the page
lies on its side.
"""

from __future__ import annotations

from tonghop.ingest.tesseract import Reading

__all__ = ["is_on_side"]

_WORD_LETTERS = 4  # a level word of four letters is wider than high in every typeface; `lít` is not
_LEAST_WORDS = 3


def is_on_side(reading: Reading) -> bool:
    """Return whether the words of `reading` stand: most of those with four letters and more are higher than wide."""
    boxes = [word.box for word in reading.words if word.box and len(word.text) >= _WORD_LETTERS]
    standing = sum(y1 - y0 > x1 - x0 for x0, y0, x1, y1 in boxes)
    return len(boxes) >= _LEAST_WORDS and 2 * standing > len(boxes)
