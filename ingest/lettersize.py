"""How large the letters of a page are in pixels, and the size at which they read best.

Not from the file's tag: cameras write 72 dpi whatever they see, and a fax may be sent at any size.
"""

from __future__ import annotations

import cv2
import numpy as np

from tonghop.ingest.ink import paper_level
from tonghop.ingest.rasterize import Pixels

__all__ = ["best_factor", "densest", "resized", "x_height"]

# The error rate of the office recogniser by x-height in pixels, `as drawn` and `office scan`, 24 November 2026:
# 4.5: 48 and 82 % · 5.1: 23 and 41 % · 5.8: 6 and 12 % · 6.4: 4 and 5 % · 7.6: 1.5 % · 8.3 to 50: below 1 %; enlarged
# to twice its size 4.5: 3 and 11 %, 6.4: 0.4 and 0.9 %, 7.6: 0.3 %, and from 9 pixels nothing is won.
_SMALL, _LARGE = 11.0, 36.0
_AIM_SMALL, _AIM_LARGE = 18.0, 24.0
_MOST_ENLARGED = 3.0
_MOST_REDUCED = 0.4
_TALLEST = 130  # pixels: capitals of 14 points at 600 dpi with their marks
_MOST_PIXELS = 16_000_000  # of an enlarged page: what A4 has at 400 dpi
_SAMPLE = 1200  # pixels: the side of the part that is measured
_LEAST_LETTERS = 40


def x_height(grey: Pixels) -> float:
    """Return the height of a lower-case letter without ascender in pixels; 0.0 without enough letters to tell.

    The median height of what hangs together, among pieces as high as letters: in Vietnamese text about half are
    letters without ascender or mark. Measured on the part of the page that holds most ink.
    """
    part = densest(grey)
    mask = _inked(part)
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    width, height, area = (stats[1:, at] for at in (cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT, cv2.CC_STAT_AREA))
    # Marks are flat and small, rules long, pictures large, specks solid.
    letters = (height >= 3) & (width >= 2) & (width < 4 * height) & (height < 6 * width) & (area >= 6)
    letters &= (height <= _TALLEST) & (area > 0.15 * width * height)
    if int(letters.sum()) < _LEAST_LETTERS:
        return 0.0
    tall = height[letters]
    # Half the letters are lower than this without the marks, whose heights are a fraction of a letter's.
    # By area, so that the crumbs of a table's rules, many as they are, weigh nothing.
    order = np.argsort(tall)
    weight = np.cumsum(area[letters][order])
    high = tall[order][int(np.searchsorted(weight, 0.8 * weight[-1]))]
    letters_alone = tall[tall > 0.45 * high]
    return float(np.percentile(letters_alone, 35))


def densest(grey: Pixels) -> Pixels:
    """Return the part of the page, of at most `_SAMPLE` pixels each way, that is darkest against its paper."""
    height, width = grey.shape
    if max(height, width) <= _SAMPLE:
        return grey
    step = max(1, min(height, width) // 200)
    small = grey[::step, ::step]
    depth = cv2.subtract(paper_level(small, 9), small)
    reach = min(_SAMPLE // step, *depth.shape)
    mean = cv2.boxFilter(depth, cv2.CV_32F, (reach, reach), borderType=cv2.BORDER_CONSTANT)
    y, x = np.unravel_index(int(np.argmax(mean)), mean.shape)
    top, left = (max(0, int(at) * step - _SAMPLE // 2) for at in (y, x))
    return grey[top : top + _SAMPLE, left : left + _SAMPLE]


def best_factor(height: float, pixels: int) -> float:
    """Return the factor by which a page of `pixels` with letters of x-height `height` reads better; 1.0 for none."""
    if not height:
        return 1.0
    if height < _SMALL:
        most = min(_MOST_ENLARGED, float(np.sqrt(_MOST_PIXELS / pixels)))
        return max(1.0, min(most, _AIM_SMALL / height))
    return max(_MOST_REDUCED, _AIM_LARGE / height) if height > _LARGE else 1.0


def resized(grey: Pixels, factor: float) -> Pixels:
    """Return `grey` enlarged (cubic: it keeps strokes sharp) or reduced (by area: it keeps thin strokes)."""
    method = cv2.INTER_CUBIC if factor > 1 else cv2.INTER_AREA
    return np.asarray(cv2.resize(grey, None, fx=factor, fy=factor, interpolation=method), dtype=np.uint8)


def _inked(grey: Pixels) -> Pixels:
    depth = cv2.subtract(paper_level(grey, 31), grey)
    return np.asarray(depth > max(35.0, 0.45 * float(np.percentile(depth, 99.5))), dtype=np.uint8)
