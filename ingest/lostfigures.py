"""Figures of which the ink is there and no reading came: a lone digit in a column or a row of numbers.

A signature, the rim of a seal, a logo leave pieces of ink as high as letters too. They are told from a figure by where
it stands: apart from all other ink, in line with numbers that were read, or with others that were not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tonghop.ingest.ink import INK_DPI, PageInk
from tonghop.ingest.secondlook import TRUSTED_WORD
from tonghop.ingest.tesseract import Reading
from tonghop.records import Box

__all__ = ["find_lost_figures"]

_NUMBER = re.compile(r"[-(]?\d[\d.,/%-]*[).]?")
_HEIGHT, _WIDTH = (0.07, 0.22), (0.03, 0.6)  # inches: figures of 8 to 20 points, of one digit to six
_ROOM = 0.06  # inches without ink around a figure: rows of 10 points leave as much
_APART = 0.25  # inches without words beside a number of a column: three word spaces
_SAME_HEIGHT = (0.75, 1.3)  # of a number beside it: tesseract's boxes are a pixel or two wider than the ink
_EDGE = 0.05  # inches by which left edges, right edges or middles of one column differ: half a digit
_ROW = 0.04  # inches by which the feet of one row's figures differ
_REACH = 3.0  # inches: rows further off are of another list
_LEAST_COLUMN = 2  # others in line: two points are in line with a third by chance far more seldom than one


@dataclass(frozen=True, slots=True)
class _Figures:
    """Boxes (pixels at `dpi`): of numbers that were read and stand apart, and of pieces that look like figures."""

    read: list[Box]
    unread: list[Box]
    dpi: int


def find_lost_figures(ink: PageInk, reading: Reading, unread: Sequence[Box]) -> tuple[Box, ...]:
    """Return those of the `unread` pieces that stand where a figure stands, all in pixels of the page."""
    pieces = [box for box in unread if _has_size(box, ink.dpi) and _is_apart(box, ink)]
    if not pieces:
        return ()
    words = [(word.text, word.box) for word in reading.words if word.box and word.confidence >= TRUSTED_WORD]
    numbers = [box for text, box in words if _NUMBER.fullmatch(text) and _has_size(box, ink.dpi)]
    apart = [box for box in numbers if not any(_is_beside(box, other, ink.dpi) for _, other in words)]
    figures = _Figures(apart, pieces, ink.dpi)
    return tuple(box for box in pieces if _is_in_row(box, figures) or _is_in_column(box, figures))


def _has_size(box: Box, dpi: int) -> bool:
    width, height = box[2] - box[0], box[3] - box[1]
    return _HEIGHT[0] * dpi <= height <= _HEIGHT[1] * dpi and _WIDTH[0] * dpi <= width <= _WIDTH[1] * dpi


def _is_apart(box: Box, ink: PageInk) -> bool:
    """Return whether no ink stands around `box`."""
    room = max(1, round(_ROOM * min(ink.dpi, INK_DPI)))
    x0, y0, x1, y1 = (int(box[0] / ink.scale), int(box[1] / ink.scale), *(round(v / ink.scale) for v in box[2:]))
    around = ink.text[max(0, y0 - room) : y1 + room, max(0, x0 - room) : x1 + room]
    # A pixel of the box's own edge may lie beyond it.
    inside = ink.text[max(0, y0 - 1) : y1 + 1, max(0, x0 - 1) : x1 + 1]
    return int(around.sum()) == int(inside.sum())


def _is_beside(box: Box, other: Box, dpi: int) -> bool:
    reach = _APART * dpi
    is_level = min(box[3], other[3]) - max(box[1], other[1]) > 0
    return other != box and is_level and other[0] < box[2] + reach and box[0] - reach < other[2]


def _is_in_row(box: Box, figures: _Figures) -> bool:
    """Return whether a number that was read stands on the same foot."""
    return any(_is_alike(box, one) and abs(box[3] - one[3]) <= _ROW * figures.dpi for one in figures.read)


def _is_in_column(box: Box, figures: _Figures) -> bool:
    """Return whether figures, read or not, stand above or below."""
    others = [one for one in (*figures.read, *figures.unread) if one != box and _is_alike(box, one)]
    near = [one for one in others if _is_stacked(box, one, figures.dpi)]
    # One edge must be in line with all: here a left edge and there a right one is chance.
    lines = (sum(abs(edge(box) - edge(one)) <= _EDGE * figures.dpi for one in near) for edge in (_left, _right, _mid))
    return max(lines) >= _LEAST_COLUMN


def _is_alike(box: Box, other: Box) -> bool:
    return _SAME_HEIGHT[0] <= (box[3] - box[1]) / (other[3] - other[1]) <= _SAME_HEIGHT[1]


def _is_stacked(box: Box, other: Box, dpi: int) -> bool:
    gap = max(box[1] - other[3], other[1] - box[3])
    return 0 < gap <= _REACH * dpi


def _left(box: Box) -> float:
    return box[0]


def _right(box: Box) -> float:
    return box[2]


def _mid(box: Box) -> float:
    return (box[0] + box[2]) / 2
