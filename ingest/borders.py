"""What copiers and scanners leave round a page: black edges, and the holes of a punch; painted over with paper."""

from __future__ import annotations

from typing import TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from tonghop.ingest.ink import paper_level, scaled
from tonghop.ingest.rasterize import Pixels

__all__ = ["find_edges", "find_holes", "painted"]

Stats: TypeAlias = npt.NDArray[np.int32]  # what OpenCV says of the pieces of a mask: left, top, width, height, area

_DARK = 0.5  # of the paper's brightness
_THICK = 0.08  # inches: strokes of letters are thinner
_DEEPEST = 1.2  # inches from the edge of the image: what reaches further may be a picture, or dark paper
_RAGGED = 0.05  # inches round a black edge, where it frays; letters may stand 0.1 in beside it
_LETTERS = 0.25  # inches: strokes and letters of writing on a dark ground are closed over
_MOST_LIGHT = 1.06  # times the edges' area once closed: a frayed edge, a corner
_HOLE = (0.14, 0.36)  # inches: holes of 5 to 8 mm, a little torn or blurred
_MARGIN = 1.1  # inches from the nearest side of the paper
_ALONE = 0.12  # inches of paper round a hole


def find_edges(grey: Pixels, unit: int) -> Pixels:
    """Return the mask (0, 1) of black edges on `grey`, a page of `unit` dpi: thick, dark, along the image's edge."""
    mask = np.asarray(grey < _DARK * float(np.percentile(grey, 80)), dtype=np.uint8)
    reach = max(2, round(_THICK * unit))
    framed = cv2.copyMakeBorder(mask, reach, reach, reach, reach, cv2.BORDER_REPLICATE)
    thick = cv2.morphologyEx(framed, cv2.MORPH_OPEN, np.ones((reach, reach), np.uint8))[reach:-reach, reach:-reach]
    deep = round(_DEEPEST * unit)
    inner = thick[deep:-deep, deep:-deep]
    _, labels, stats, _ = cv2.connectedComponentsWithStats(np.ascontiguousarray(thick), connectivity=8)
    x, y, width, height, _ = stats.T
    keep = (x == 0) | (y == 0) | (x + width == mask.shape[1]) | (y + height == mask.shape[0])
    keep[np.unique(labels[deep:-deep, deep:-deep][inner > 0])] = False
    keep[0] = False
    edges = np.asarray(keep[labels], dtype=np.uint8)
    if _holds_letters(edges, round(_LETTERS * unit)):
        return np.zeros_like(mask)
    return np.asarray(cv2.dilate(edges, _square(2 * round(_RAGGED * unit) + 1)), dtype=np.uint8)


def find_holes(grey: Pixels, unit: int) -> Pixels:
    """Return the mask (0, 1) of punch holes on `grey`, a page of `unit` dpi: round, dark, alone in a margin."""
    mask = np.asarray(grey < 0.7 * float(np.percentile(grey, 80)), dtype=np.uint8)
    _, labels, found, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    stats = np.asarray(found, dtype=np.int32)
    holes = np.zeros_like(mask)
    for label in np.flatnonzero(_is_round(stats, unit)):
        if label and _is_in_margin(stats[label], mask.shape, unit) and _is_alone(mask, stats[label], unit):
            holes |= np.asarray(labels == label, dtype=np.uint8)
    return np.asarray(cv2.dilate(holes, _square(2 * max(1, unit // 50) + 1)), dtype=np.uint8)


def painted(grey: Pixels, mask: Pixels) -> Pixels:
    """Return `grey` with paper where `mask`, of the same page at a lower resolution, is set."""
    height, width = grey.shape
    small = scaled(grey, height, mask.shape[0])
    clean = _paper_drawn_out(cv2.resize(small, mask.shape[::-1]), mask)
    # Shaded paper beside a black edge stays shaded: no new edge is drawn, which would look like pale writing.
    level = cv2.resize(paper_level(clean, max(5, mask.shape[0] // 40)), (width, height))
    place = cv2.resize(mask, (width, height), interpolation=cv2.INTER_NEAREST) > 0
    result = grey.copy()
    result[place] = level[place]
    return result


def _paper_drawn_out(small: npt.NDArray[np.generic], mask: Pixels) -> Pixels:
    """Return `small` with the brightness of the nearest paper where `mask` is set."""
    bare = np.where(mask > 0, 0, small).astype(np.uint8)
    if mask.all():
        return bare
    reach = max(5, mask.shape[0] // 40)
    paper = cv2.morphologyEx(bare, cv2.MORPH_CLOSE, _square(reach))  # without ink
    _, nearest = cv2.distanceTransformWithLabels(mask, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    known = np.zeros(int(nearest.max()) + 1, np.uint8)
    known[nearest[mask == 0]] = paper[mask == 0]
    return np.where(mask > 0, known[nearest], small).astype(np.uint8)


def _holds_letters(edges: Pixels, reach: int) -> bool:
    """Return whether something light stands within `edges`: writing on a dark ground, which is no copier's edge."""
    framed = cv2.copyMakeBorder(edges, reach, reach, reach, reach, cv2.BORDER_REPLICATE)
    closed = cv2.morphologyEx(framed, cv2.MORPH_CLOSE, _square(reach))[reach:-reach, reach:-reach]
    return int(closed.sum()) > _MOST_LIGHT * int(edges.sum())


def _is_round(stats: Stats, unit: int) -> npt.NDArray[np.bool_]:
    width, height, area = (stats[:, at] for at in (cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT, cv2.CC_STAT_AREA))
    low, high = _HOLE[0] * unit, _HOLE[1] * unit
    is_round = (width >= low) & (width <= high) & (height >= low) & (height <= high)
    is_round &= np.abs(width - height) <= 0.2 * np.maximum(width, height) + 1
    share = area / (width * height)  # of a disc: 0.785
    return np.asarray(is_round & (share > 0.68) & (share < 0.92), dtype=np.bool_)


def _is_in_margin(stat: Stats, shape: tuple[int, ...], unit: int) -> bool:
    x, y, width, height, _ = stat.tolist()
    reach = _MARGIN * unit
    return bool(min(x, shape[1] - x - width) < reach or min(y, shape[0] - y - height) < reach)


def _is_alone(mask: Pixels, stat: Stats, unit: int) -> bool:
    x, y, width, height, area = stat.tolist()
    pad = round(_ALONE * unit)
    around = mask[max(0, y - pad) : y + height + pad, max(0, x - pad) : x + width + pad]
    return float(around.sum()) <= 1.02 * float(area)


def _square(side: int) -> Pixels:
    return np.ones((side, side), np.uint8)
