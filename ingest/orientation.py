"""Which way up a page lies: what its ink tells before it is read, and what a reading tells of it.

Above the lower-case letters of a line stand ascenders, capitals and most marks of Vietnamese; below them a few
descenders and the dot. So there is more ink above than below, unless the page stands on its head.

Tesseract reads lines that stand, too, in pieces and often well: only the boxes of the words tell that the page lies on
its side.
"""

from __future__ import annotations

import cv2
import numpy as np

from tonghop.ingest.ink import INK_DPI, PageInk
from tonghop.ingest.tesseract import Reading
from tonghop.text import syllable_share

__all__ = ["ink_above", "is_on_side", "is_upright", "is_upside_down", "likely_turns"]

_WORD_LETTERS = 4  # a level word of four letters is wider than high in every typeface; `lít` is not
_LEAST_WORDS = 3
_UPRIGHT = 0.85  # share of syllables; upside down it is 0.2 to 0.5, and a coarse copy upright has 0.95
# Ink above by ink below the lines' cores, 2 pages in each of 31 kinds (`bench.damage`, `bench.scenes`), 24 November
# 2026: upright 1.12 to 4.2, on their heads 0.24 to 0.66 and once 1.06.
_UPSIDE_DOWN = 0.7
_LEAST_INK = 200  # pixels
_ENVELOPE = 0.25  # inches: a line is at most that far from the next
_CORE = 0.5  # of the most ink in a row nearby
_REACH = 0.08  # inches from the core: ascenders of 14 points


def is_upside_down(page: PageInk) -> bool:
    """Return whether the level lines of `page` stand on their heads; False when not sure."""
    return ink_above(page) < _UPSIDE_DOWN


def ink_above(page: PageInk) -> float:
    """Return the ink above the cores of the lines (rows from baseline to x-height) by that below; 1.0 without lines."""
    ink = page.text
    rows, unit = ink.sum(axis=1).astype(np.float32), min(page.dpi, INK_DPI)
    if float(rows.sum()) < _LEAST_INK:
        return 1.0
    most = cv2.dilate(rows.reshape(-1, 1), np.ones((max(3, round(_ENVELOPE * unit)), 1), np.uint8)).ravel()
    core = (rows > _CORE * most) & (most > 0.005 * ink.shape[1])
    places, every = np.flatnonzero(core), np.arange(len(rows))
    if not places.size:
        return 1.0
    after = np.searchsorted(places, every)
    down = np.where(after < places.size, places[np.minimum(after, places.size - 1)] - every, len(rows))
    up = np.where(after > 0, every - places[np.maximum(after - 1, 0)], len(rows))
    reach = round(_REACH * unit)
    above = rows[~core & (down < up) & (down <= reach)].sum()
    below = rows[~core & (up < down) & (up <= reach)].sum()
    return float((above + 1) / (below + 1))


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
