"""Where the ink of a page lies: text ink without rules, pictures, specks and page edges.

All is measured on a copy at `INK_DPI`, small enough to be cheap and fine enough to keep every letter.
"""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np
import numpy.typing as npt

from tonghop.ingest.rasterize import Pixels
from tonghop.records import Box

__all__ = ["INK_DPI", "coverage", "has_lines", "paper_level", "scaled", "text_ink"]

INK_DPI = 100
# Inches. A line longer than a word is a rule; a blob larger than any letter is a picture, seal or signature.
_RULE = 0.5
_LETTER = 0.6
_EDGE = 0.12
_PAD = 0.03
_MOST_GRAIN = 2.0
_LEAST_RIPPLE = 0.3  # grey levels between neighbouring rows


def scaled(pixels: Pixels, dpi: int, target: int) -> Pixels:
    """Return `pixels` brought from `dpi` down to `target` dots per inch; as they are when not finer than that."""
    if dpi <= target:
        return pixels
    factor = target / dpi
    return np.asarray(cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def paper_level(grey: Pixels, reach: int) -> Pixels:
    """Return the brightness of the paper at each pixel: what remains when marks thinner than `reach` px go."""
    kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (reach, reach))
    closed = cv2.morphologyEx(grey, cv2.MORPH_CLOSE, kernel)
    return np.asarray(cv2.blur(closed, (reach, reach)), dtype=np.uint8)


def text_ink(grey: Pixels, dpi: int) -> npt.NDArray[np.bool_]:
    """Return where text ink lies on `grey`, at `INK_DPI` (or `dpi` where that is lower).

    Left out: table rules and underlines, blobs larger than any letter (seal, picture, signature), solid blobs
    (punch holes), specks, and a band along the edges where scanners leave shadows.
    """
    small = scaled(grey, dpi, INK_DPI)
    unit = min(dpi, INK_DPI)
    depth = cv2.subtract(paper_level(small, max(3, unit // 4)), small)
    # Two fifths as dark as the page's own black, and never as faint as the grain of paper.
    threshold = max(35.0, 0.4 * float(np.percentile(depth, 99.5)))
    mask = np.asarray(depth > threshold, dtype=np.uint8)
    edge = max(1, round(_EDGE * unit))
    mask[:edge], mask[-edge:], mask[:, :edge], mask[:, -edge:] = 0, 0, 0, 0
    return _letters(_without_rules(mask, unit), unit)


def has_lines(grey: Pixels, dpi: int) -> bool:
    """Return whether the page holds lines of writing, however faint.

    Ink too faint to tell from grain pixel by pixel still darkens whole rows: averaged over the width, the grain
    all but vanishes and the lines stay. Measured, as (times the grain, grey levels): drawn blanks with grain of
    0 to 20 levels at most (0.9, 0.55), three blank backs of real scans at most (8.5, 0.08), drawn text of 8 to
    26 levels' contrast at least (3.4, 0.53). Both limits must be passed.
    """
    small = scaled(grey, dpi, INK_DPI).astype(np.float32)
    edge = max(1, round(3 * _EDGE * min(dpi, INK_DPI)))
    inner = small[edge:-edge, edge:-edge]
    if inner.size == 0 or min(inner.shape) < 3 * edge:
        return False
    rows = np.asarray(cv2.blur(inner.mean(axis=1), (1, 3))).ravel()
    ripple = float(np.percentile(np.abs(np.diff(rows)), 95))
    # Half of all neighbours across the width differ by grain alone, on written pages too.
    grain = float(np.median(np.abs(np.diff(inner, axis=1)))) / 0.954 + 0.25
    return ripple > _LEAST_RIPPLE and ripple > _MOST_GRAIN * grain / inner.shape[1] ** 0.5


def coverage(ink: npt.NDArray[np.bool_], boxes: Iterable[Box], scale: float) -> float:
    """Return the share (0 to 1) of `ink` inside `boxes`, which are `scale` times larger; 1.0 without ink."""
    total = int(ink.sum())
    if not total:
        return 1.0
    inside = np.zeros(ink.shape, dtype=bool)
    pad = max(1, round(_PAD * INK_DPI))
    for x0, y0, x1, y1 in boxes:
        top, left = max(0, int(y0 / scale) - pad), max(0, int(x0 / scale) - pad)
        inside[top : int(y1 / scale) + pad + 1, left : int(x1 / scale) + pad + 1] = True
    return float((ink & inside).sum() / total)


def _without_rules(mask: Pixels, unit: int) -> Pixels:
    reach = max(3, round(_RULE * unit))
    rules = np.zeros_like(mask)
    for size in ((reach, 1), (1, reach)):
        opened = cv2.morphologyEx(mask, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_RECT, size))
        rules = np.asarray(cv2.bitwise_or(rules, opened), dtype=np.uint8)
    rules = np.asarray(cv2.dilate(rules, np.ones((3, 3), np.uint8)), dtype=np.uint8)
    return np.asarray(mask & (1 - rules), dtype=np.uint8)


def _letters(mask: Pixels, unit: int) -> npt.NDArray[np.bool_]:
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    width, height = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    area = stats[:, cv2.CC_STAT_AREA]
    is_speck = area < max(3, unit // 20)
    is_picture = (width > _LETTER * unit) & (height > _LETTER * unit)
    is_solid = (area > 0.7 * width * height) & (height > 0.15 * unit) & (width > 0.15 * unit)
    keep = ~(is_speck | is_picture | is_solid)
    keep[0] = False  # the background
    return np.asarray(keep[labels], dtype=np.bool_)
