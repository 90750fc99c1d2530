"""Where the ink of a page lies: text ink without rules, pictures, specks and page edges.

All is measured on a copy at `INK_DPI`, small enough to be cheap and fine enough to keep every letter.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from tonghop.ingest.rasterize import Pixels
from tonghop.records import Box

__all__ = [
    "INK_DPI",
    "PageInk",
    "coverage",
    "find_lines_outside",
    "find_standing_outside",
    "grey_of",
    "has_lines",
    "hidden_area",
    "length_of_lines",
    "look_at_ink",
    "opaque_blobs",
    "paper_level",
    "row_ripple",
    "scaled",
    "share_inside",
    "text_ink",
]

INK_DPI = 100
# Inches. A line longer than a word is a rule; a blob larger than any letter is a picture, seal or signature.
_RULE = 0.5
_LETTER = 0.6
_EDGE = 0.12
_PAD = 0.03
_MOST_GRAIN = 2.0
_LEAST_RIPPLE = 0.3  # grey levels between neighbouring rows
_BLOB = 0.25  # inches: what is thicker than that is no writing
_BLOB_AREA = 0.25  # square inches: a short word
_BLOB_DARK = 0.62  # of the paper's brightness; shadows and shaded table heads are lighter
_BLOB_READ = 0.3  # share of a blob under words from which it is a dark ground with writing on it
# Inches: letters of 8 to 20 points with their marks, and what is called a line when they stand side by side.
_LETTER_HEIGHT = (0.04, 0.25)
# Pixels at `INK_DPI`: a line of the least length has more, and most pages have less outside all words.
_LEAST_STANDING_INK = 100
_LINE_GAP, _LINE_LENGTH, _LINE_HEIGHT = 0.2, 0.8, 0.35


def scaled(pixels: Pixels, dpi: int, target: int) -> Pixels:
    """Return `pixels` brought from `dpi` down to `target` dots per inch; as they are when not finer than that."""
    if dpi <= target:
        return pixels
    factor = target / dpi
    return np.asarray(cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def grey_of(pixels: Pixels) -> Pixels:
    """Return `pixels` as brightness alone."""
    return pixels if pixels.ndim == 2 else np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), dtype=np.uint8)


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
    """Return whether the page holds lines of writing, however faint: `row_ripple` past both limits.

    `python -m bench.grades --match levels` prints it for drawn blanks with grain of 0 to 20 levels and for drawn
    text of 8 to 26 levels' contrast; the limits lie between the two.
    """
    times, levels = row_ripple(grey, dpi)
    return levels > _LEAST_RIPPLE and times > _MOST_GRAIN


def row_ripple(grey: Pixels, dpi: int) -> tuple[float, float]:
    """Return how much neighbouring rows differ: as times the page's grain, and in grey levels; 0.0 without a page.

    Ink too faint to tell from grain pixel by pixel still darkens whole rows: averaged over the width, the grain
    all but vanishes and the lines stay.
    """
    small = scaled(grey, dpi, INK_DPI).astype(np.float32)
    edge = max(1, round(3 * _EDGE * min(dpi, INK_DPI)))
    inner = small[edge:-edge, edge:-edge]
    if inner.size == 0 or min(inner.shape) < 3 * edge:
        return 0.0, 0.0
    rows = np.asarray(cv2.blur(inner.mean(axis=1), (1, 3))).ravel()
    ripple = float(np.percentile(np.abs(np.diff(rows)), 95))
    # Half of all neighbours across the width differ by grain alone, on written pages too.
    grain = float(np.median(np.abs(np.diff(inner, axis=1)))) / 0.954 + 0.25
    return ripple / grain * float(inner.shape[1] ** 0.5), ripple


def coverage(ink: npt.NDArray[np.bool_], boxes: Iterable[Box], scale: float) -> float:
    """Return the share (0 to 1) of `ink` inside `boxes`, which are `scale` times larger; 1.0 without ink."""
    total = int(ink.sum())
    if not total:
        return 1.0
    inside = _inside(ink.shape, boxes, scale, max(1, round(_PAD * INK_DPI)))
    return float((ink & inside).sum() / total)


@dataclass(frozen=True, slots=True, eq=False)
class PageInk:
    """The ink of a page in `grey`, of `dpi`, looked at once for all that asks: `text` (`text_ink`) and `faint`.

    `faint` is the mask (0, 1) of all that stands out of the paper's grain and is no rule, at the same size;
    `has_lines` is what the function of that name says.
    """

    grey: Pixels
    dpi: int
    text: npt.NDArray[np.bool_]
    faint: Pixels
    has_lines: bool

    @property
    def scale(self) -> float:
        """Pixels of `grey` to one of the masks."""
        return float(self.grey.shape[0] / self.faint.shape[0])


def look_at_ink(grey: Pixels, dpi: int) -> PageInk:
    """Return the ink of a page in `grey`."""
    small, unit = scaled(grey, dpi, INK_DPI), min(dpi, INK_DPI)
    return PageInk(grey, dpi, text_ink(small, unit), _faint_ink(small, unit), has_lines(small, unit))


def find_lines_outside(ink: PageInk, boxes: Iterable[Box]) -> tuple[Box, ...]:
    """Return where something looks like a line of writing outside `boxes`, all in pixels of the page.

    Writing too faint to count as ink beside black text counts here: all that stands out of the paper's grain, in
    pieces of a letter's size, in rows.
    """
    scale, unit = ink.scale, min(ink.dpi, INK_DPI)
    mask = np.where(_inside(ink.faint.shape, boxes, scale, round(2 * _PAD * unit)), np.uint8(0), ink.faint)
    return tuple(
        (int(x * scale), int(y * scale), round((x + width) * scale), round((y + height) * scale))
        for x, y, width, height in _lines(mask, unit)
    )


def find_standing_outside(ink: PageInk, boxes: Sequence[Box]) -> tuple[Box, ...]:
    """Return where something looks like a line of writing up or down the page outside `boxes`, in pixels of the page.

    Ink about as black as the page's own alone: specks and what shows through from the back stand in rows by chance.
    """
    outside = ink.text & ~_inside(ink.text.shape, boxes, ink.scale, round(_PAD * INK_DPI))
    if int(outside.sum()) < _LEAST_STANDING_INK:
        return ()
    rows, columns = (np.flatnonzero(outside.any(axis=axis)) for axis in (1, 0))
    top, left, scale = int(rows[0]), int(columns[0]), ink.scale
    part = outside[top : rows[-1] + 1, left : columns[-1] + 1]
    turned = np.ascontiguousarray(part.T.astype(np.uint8))
    return tuple(
        (int((left + x) * scale), int((top + y) * scale), round((left + x + w) * scale), round((top + y + h) * scale))
        for y, x, h, w in _lines(turned, min(ink.dpi, INK_DPI))
    )


def share_inside(ink: PageInk, area: Box, boxes: Sequence[Box]) -> float:
    """Return the share (0 to 1) of the text ink in `area` that lies inside `boxes`; 1.0 without ink."""
    x0, y0, x1, y1 = (int(value / ink.scale) for value in area)
    part = (slice(y0, y1 + 1), slice(x0, x1 + 1))
    inside = _inside(ink.text.shape, boxes, ink.scale, max(1, round(_PAD * INK_DPI)))
    total = int(ink.text[part].sum())
    return float((ink.text & inside)[part].sum() / total) if total else 1.0


def _faint_ink(grey: Pixels, dpi: int) -> Pixels:
    small, unit = scaled(grey, dpi, INK_DPI), min(dpi, INK_DPI)
    depth = cv2.subtract(paper_level(small, max(3, unit // 4)), small)
    grain = float(np.median(np.abs(np.diff(small.astype(np.float32), axis=1)))) / 0.954
    mask = np.asarray(depth > max(6.0, 4.0 * grain), dtype=np.uint8)
    edge = max(1, round(3 * _EDGE * unit))
    mask[:edge], mask[-edge:], mask[:, :edge], mask[:, -edge:] = 0, 0, 0, 0
    return _without_rules(mask, unit)


def opaque_blobs(grey: Pixels, dpi: int, target: int) -> Pixels:
    """Return the mask (0, 1), at `target` dpi or `dpi` if lower, of dark blobs too thick for writing.

    What touches the edge of the image is left out: the scanner's lid, the desk under a photographed page.
    """
    small, unit = scaled(grey, dpi, target), min(dpi, target)
    reach = max(3, round(_BLOB * unit))
    thick = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    mask = np.asarray(thick < _BLOB_DARK * float(np.percentile(thick, 80)), dtype=np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    x, y, width, height, area = stats.T
    is_inner = (x > 1) & (y > 1) & (x + width < mask.shape[1] - 1) & (y + height < mask.shape[0] - 1)
    keep = is_inner & (area >= _BLOB_AREA * unit**2)
    keep[0] = False
    return np.asarray(keep[labels], dtype=np.uint8)


def hidden_area(blobs: Pixels, unit: int, boxes: Iterable[Box], scale: float) -> float:
    """Return the area, in square inches, of the `blobs` (mask of `unit` dpi) on which no words were read.

    `boxes` are `scale` times larger than the mask.
    """
    if not blobs.any():
        return 0.0
    inside = _inside(blobs.shape, boxes, scale, 0)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(blobs, connectivity=8)
    hidden = [n for n in range(1, count) if float(inside[labels == n].mean()) < _BLOB_READ]
    return float(stats[hidden, cv2.CC_STAT_AREA].sum()) / unit**2


def _inside(shape: tuple[int, ...], boxes: Iterable[Box], scale: float, pad: int) -> npt.NDArray[np.bool_]:
    inside = np.zeros(shape, dtype=np.bool_)
    for x0, y0, x1, y1 in boxes:
        top, left = max(0, int(y0 / scale) - pad), max(0, int(x0 / scale) - pad)
        inside[top : int(y1 / scale) + pad + 1, left : int(x1 / scale) + pad + 1] = True
    return inside


def length_of_lines(mask: Pixels, unit: int) -> float:
    """Return the total length, in pixels, of rows of pieces of a letter's size on `mask` (0, 1) of `unit` dpi."""
    return float(sum(width for _, _, width, _ in _lines(mask, unit)))


def _lines(mask: Pixels, unit: int) -> list[tuple[int, int, int, int]]:
    """Return left, top, width, height of each row of pieces of a letter's size on `mask` of `unit` dpi."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    height, width = stats[:, cv2.CC_STAT_HEIGHT], stats[:, cv2.CC_STAT_WIDTH]
    keep = (height >= _LETTER_HEIGHT[0] * unit) & (height <= _LETTER_HEIGHT[1] * unit)
    keep &= (width > 1) & (width <= _RULE * unit) & (stats[:, cv2.CC_STAT_AREA] >= max(3, unit // 20))
    keep[0] = False
    joined = cv2.morphologyEx(
        np.asarray(keep[labels], dtype=np.uint8), cv2.MORPH_CLOSE, np.ones((1, round(_LINE_GAP * unit)), np.uint8)
    )
    _, _, rows, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    rows = rows[1:]
    is_line = rows[:, cv2.CC_STAT_WIDTH] >= _LINE_LENGTH * unit
    is_line &= rows[:, cv2.CC_STAT_HEIGHT] <= _LINE_HEIGHT * unit
    return [(int(x), int(y), int(wide), int(high)) for x, y, wide, high, _ in rows[is_line].tolist()]


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
