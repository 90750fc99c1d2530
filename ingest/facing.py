"""Two facing pages in one scan: where they part, and how they are read: the left page, then the right one.

An open book or two A4 sides on an A3 glass. A page lying broad with one table, or with its letterhead in two columns,
is one page: something of it crosses the middle, or its lines stand in pieces as cells do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt

from tonghop.ingest import tesseract
from tonghop.ingest.ink import grey_of, paper_level, scaled, text_ink
from tonghop.ingest.layout import part_columns
from tonghop.ingest.listrows import join_rows
from tonghop.ingest.rasterize import Pixels
from tonghop.ingest.tesseract import Reading
from tonghop.records import Line
from tonghop.settings import IngestSettings

__all__ = ["find_gutter", "in_reading_order", "read_sides"]

_MEASURE_DPI = 75
_SHAPE = (1.2, 1.7)  # width by height: two A4 pages have 1.41
_MIDDLE = (0.42, 0.58)  # of the width: where the middle of the gutter lies
_LEAST_GUTTER = 0.035  # of the width: two inner margins
_LEAST_LINES = 5  # on each side
# Of the height: how far the long lines of a side reach at least; and the share of its writing, by length, that must
# stand in long lines: the cells of a table do not. Of a page that is filled less, more must.
_FILLED, _SHORT = (0.35, 0.6), (0.1, 0.8)
_PIECE = 0.15  # inches: shorter ones are marks and numbers
_MARK_GAP = 0.03  # inches between a letter and its mark
_WORD_GAP = 0.16  # inches: words of 14 points in justified lines lie closer


def find_gutter(pixels: Pixels, dpi: int) -> int | None:
    """Return the x (pixels) at which two facing pages part; None for one page, and when it is not sure."""
    height, width = pixels.shape[:2]
    if not _SHAPE[0] <= width / height <= _SHAPE[1]:
        return None
    small, unit = grey_of(scaled(pixels, dpi, _MEASURE_DPI)), min(dpi, _MEASURE_DPI)
    ink = text_ink(small, unit)
    band = _widest_gap(ink)
    if band is None or _is_crossed(small, ink, band, unit):
        return None
    if not all(_is_page(side, unit) for side in (ink[:, : band[0]], ink[:, band[1] :])):
        return None
    return int((band[0] + band[1]) * width / (2 * ink.shape[1]))


def read_sides(
    grey: Pixels, gutter: int, dpi: int, settings: IngestSettings, mode: int = tesseract.PAGE_SEGMENTATION
) -> Reading:
    """Return what stands on `grey`: left of `gutter`, then right of it, boxes in pixels of the whole; 0: one page."""
    if not gutter:
        return tesseract.read_image(grey, dpi, settings, mode)
    sides = (np.ascontiguousarray(grey[:, :gutter]), np.ascontiguousarray(grey[:, gutter:]))
    left, right = (tesseract.read_image(side, dpi, settings, mode) for side in sides)
    return Reading(_joined(left.lines, tuple(_shifted(line, gutter) for line in right.lines)))


def in_reading_order(lines: Sequence[Line], gutter: int) -> tuple[Line, ...]:
    """Return `lines` with rows of lists joined and columns parted, the page left of `gutter` before the right one."""
    if not gutter:
        return part_columns(join_rows(lines))
    left = [line for line in lines if not line.box or line.box[0] < gutter]
    right = [line for line in lines if line.box and line.box[0] >= gutter]
    return _joined(part_columns(join_rows(left)), part_columns(join_rows(right)))


def _joined(left: Sequence[Line], right: Sequence[Line]) -> tuple[Line, ...]:
    """Return both, the right one's paragraphs numbered on."""
    first = max((line.paragraph for line in left), default=-1) + 1
    return (*left, *(replace(line, paragraph=line.paragraph + first) for line in right))


def _shifted(line: Line, x: int) -> Line:
    words = (
        replace(word, box=(word.box[0] + x, word.box[1], word.box[2] + x, word.box[3])) if word.box else word
        for word in line.words
    )
    return replace(line, words=tuple(words))


def _widest_gap(ink: npt.NDArray[np.bool_]) -> tuple[int, int] | None:
    """Return the widest run of columns without ink round the middle; None where all is blank."""
    if not ink.any():
        return None
    width = ink.shape[1]
    free = np.concatenate(([False], ink.sum(axis=0) <= 1, [False]))
    changes = np.flatnonzero(np.diff(free.astype(np.int8)))
    runs = [(int(a), int(b)) for a, b in zip(changes[::2], changes[1::2], strict=True)]
    inner = [(a, b) for a, b in runs if _MIDDLE[0] * width <= (a + b) / 2 <= _MIDDLE[1] * width]
    widest = max(inner, key=lambda run: run[1] - run[0], default=(0, 0))
    return widest if widest[1] - widest[0] >= _LEAST_GUTTER * width else None


def _is_crossed(small: Pixels, ink: npt.NDArray[np.bool_], band: tuple[int, int], unit: int) -> bool:
    """Return whether a rule runs across the gutter, as the lines of a table do, as high as there is writing."""
    depth = cv2.subtract(paper_level(small, max(3, unit // 4)), small)
    mask = np.asarray(depth > max(35.0, 0.4 * float(np.percentile(depth, 99.5))), dtype=np.uint8)
    rows = np.flatnonzero(ink.any(axis=1))
    inside = np.ascontiguousarray(mask[rows[0] : rows[-1] + 1, band[0] : band[1]])
    # Thickened, since a rule may be askew; then only what is as long as half the gutter stays: no rule that stands.
    flat = cv2.morphologyEx(
        cv2.dilate(inside, np.ones((3, 1), np.uint8)), cv2.MORPH_OPEN, np.ones((1, inside.shape[1] // 2), np.uint8)
    )
    _, _, stats, _ = cv2.connectedComponentsWithStats(flat, connectivity=8)
    # The shadow of the fold is as high as the page.
    return bool((stats[1:, cv2.CC_STAT_HEIGHT] < 0.2 * unit).any())


def _is_page(ink: npt.NDArray[np.bool_], unit: int) -> bool:
    """Return whether `ink` looks like a page of prose: enough lines, far enough down, most of them in one piece."""
    reach = (max(3, round(_MARK_GAP * unit)), max(3, round(_WORD_GAP * unit)))
    joined = cv2.morphologyEx(np.asarray(ink, dtype=np.uint8), cv2.MORPH_CLOSE, np.ones((1, reach[1]), np.uint8))
    joined = cv2.morphologyEx(joined, cv2.MORPH_CLOSE, np.ones((reach[0], 1), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(np.ascontiguousarray(joined), connectivity=8)
    x, y, width, height, _ = stats[1:][stats[1:, cv2.CC_STAT_WIDTH] > _PIECE * unit].T
    if not x.size:
        return False
    extent = int((x + width).max() - x.min())
    long = width > 0.6 * extent
    middles = y + height / 2
    if int(long.sum()) < _LEAST_LINES:
        return False
    reach, share = float(np.ptp(middles[long])) / ink.shape[0], float(width[long].sum()) / float(width.sum())
    return any(reach >= least_reach and share >= least_share for least_reach, least_share in (_FILLED, _SHORT))
