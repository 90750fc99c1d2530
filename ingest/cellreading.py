"""Cells read on their own: cut out of the page, its rules gone, put together on a sheet, and read in one go.

Tesseract's page layout loses every second number of a ruled table: it takes lone digits for specks and rules for
digits. A sheet has neither rules nor columns: what stood side by side in a row stands there as close as words do, which
reads better than each cell on a line of its own. Measured with `python -m bench.tables` on seeds 1 and 2, cells with a
number read right: 49 % by the page, 93 % one a line, 99.5 % side by side with gaps of 0.1 in (0.25 in: 96 %).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import cv2
import numpy as np
import numpy.typing as npt

from tonghop.ingest import tesseract
from tonghop.ingest.rasterize import Pixels
from tonghop.records import Box, Word
from tonghop.settings import IngestSettings

__all__ = ["Crop", "crop_cells", "read_crops"]

# A sheet is read as one block of text: mode 4 reads 70 %, mode 11 86 % of what that does.
# Inches.
_INSET = 0.015  # from the middle of a rule: half its own width
_PAD = 0.02  # of paper kept round the ink
_GAP, _SPACE, _MARGIN = 0.1, 0.12, 0.06  # between cells side by side, between lines, round the sheet
_ONE_LINE = 0.26  # a cell whose ink is higher has several lines, and stands alone
_LEVEL = 0.09  # cells whose middles lie as close stand on one line
_LONGEST = 9.0  # of a line of the sheet
_HIGHEST = 60.0  # of a sheet; tesseract reads no image of more than 32,767 pixels
_TOUCH = (0.03, 0.16)  # ink of this height at a cell's side is a letter cut by the rule, not the rule's own rest
_DEPTH, _LEAST_DEPTH = 0.35, 25  # of the depth of the page's black, and never fewer grey levels: grain is lighter
_FAINT = 20  # grey levels below a cell's paper once grain is smoothed away: under ink, well above what is left of grain
_FAINT_BLUR = 1.0  # pixels at 200 dpi: of grain of 8 levels 2 are left, of a pale stroke more than half
_HIGH = 0.05  # ink as high is no speck, no dash and no rest of a rule: small letters of 9 points have 0.06
_DOT = 6  # pixels at 200 dpi: the dot between two digits has nine; grain and a fax's specks fewer
_SPECKS = 12  # pixels at 200 dpi: a full stop of 9 points has as many


@dataclass(frozen=True, slots=True)
class Crop:
    """The inked part of a cell on the page; `is_cut` when ink runs into the rule at its left or right.

    `pieces` is how many pieces of ink it has: a number has no fewer signs, unless some were not read. `is_high` when
    it is as high as small letters: no dash and no speck. `is_pale` when its ink is paler than the page's: printed in
    grey, or shining through from the back.
    """

    box: Box
    is_cut: bool
    pieces: int
    is_high: bool = True
    is_pale: bool = False


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where a crop stands on the sheet (`box`, with half the gaps round it) and how far that is from the page."""

    crop: int
    box: Box
    dx: int
    dy: int


def crop_cells(clean: Pixels, dpi: int, boxes: Sequence[Box]) -> tuple[Crop | None, ...]:
    """Return the inked part of each cell on a page without rules; None for one that holds no ink."""
    paper, black = np.percentile(clean[::3, ::3], (80, 0.5))
    depth = max(_LEAST_DEPTH, round(_DEPTH * float(paper - black)))
    return tuple(_crop(clean, dpi, box, depth) for box in boxes)


def _crop(clean: Pixels, dpi: int, box: Box, depth: int) -> Crop | None:
    inset, pad = round(_INSET * dpi), round(_PAD * dpi)
    left, top, right, bottom = box[0] + inset, box[1] + inset, box[2] - inset, box[3] - inset
    part = clean[top:bottom, left:right]
    if not part.size:
        return None
    ink = part < int(np.percentile(part, 90)) - depth
    is_pale = int(ink.sum()) < _SPECKS * (dpi / 200) ** 2
    if is_pale:
        ink = _faint_ink(part, dpi)
    ys, xs = np.nonzero(ink)
    if not len(ys):
        return None
    sides = (int(ink[:, :2].any(axis=1).sum()), int(ink[:, -2:].any(axis=1).sum()))
    return Crop(
        (
            max(left, left + int(xs.min()) - pad),
            max(top, top + int(ys.min()) - pad),
            min(right, left + int(xs.max()) + 1 + pad),
            min(bottom, top + int(ys.max()) + 1 + pad),
        ),
        any(_TOUCH[0] * dpi <= side <= _TOUCH[1] * dpi for side in sides),
        _pieces(ink, dpi),
        is_high=int(ys.max()) + 1 - int(ys.min()) >= _HIGH * dpi,
        is_pale=is_pale,
    )


def _faint_ink(part: Pixels, dpi: int) -> npt.NDArray[np.bool_]:
    """Return the pale ink of a cell without ink: nothing unless some of it is as high as letters, and off the rules."""
    smooth = cv2.GaussianBlur(part, (0, 0), _FAINT_BLUR * dpi / 200)
    faint = (smooth < int(np.percentile(smooth, 90)) - _FAINT).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(faint, connectivity=8)
    height, width = part.shape
    left, top, wide, high, area = stats.T
    is_off = (left > 0) & (top > 0) & (left + wide < width) & (top + high < height)
    kept = is_off & (area >= _DOT * (dpi / 200) ** 2) & (np.arange(count) > 0)
    if not (kept & (high >= _HIGH * dpi)).any():
        return np.zeros(part.shape, np.bool_)
    return np.asarray(kept[labels], np.bool_)


def _pieces(ink: npt.NDArray[np.bool_], dpi: int) -> int:
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8), connectivity=8)
    return int((stats[1:, cv2.CC_STAT_AREA] >= _DOT * (dpi / 200) ** 2).sum())


def read_crops(
    clean: Pixels, dpi: int, crops: Sequence[Crop], settings: IngestSettings, *, one_a_line: bool = False
) -> tuple[tuple[Word, ...], ...]:
    """Return the words of each crop, with their boxes on the page.

    `one_a_line` reads every crop on a line of its own: worse, and so a second opinion. Raises what `read_image` does.
    """
    lines = [[at] for at in range(len(crops))] if one_a_line else _lines(crops, dpi)
    words: list[list[Word]] = [[] for _ in crops]
    for _, group in groupby(_with_heights(lines, crops, dpi), key=lambda pair: int(pair[1] / (_HIGHEST * dpi))):
        sheet, spots = _sheet(clean, dpi, crops, [line for line, _ in group])
        for word in tesseract.read_image(sheet, dpi, settings, tesseract.ONE_BLOCK).words:
            if (spot := _spot_of(word, spots)) and word.box:
                x0, y0, x1, y1 = word.box
                box = (max(0, x0 + spot.dx), max(0, y0 + spot.dy), max(0, x1 + spot.dx), max(0, y1 + spot.dy))
                words[spot.crop].append(replace(word, box=box))
    return tuple(map(tuple, words))


def _lines(crops: Sequence[Crop], dpi: int) -> list[list[int]]:
    """Return the lines of the sheet from the top: crops that stand on one line of the page, from the left."""
    boxes = [crop.box for crop in crops]
    singles = [at for at, box in enumerate(boxes) if box[3] - box[1] <= _ONE_LINE * dpi]
    lines = [[at] for at, box in enumerate(boxes) if box[3] - box[1] > _ONE_LINE * dpi]
    row: list[int] = []
    for at in sorted(singles, key=lambda at: boxes[at][1] + boxes[at][3]):
        if row and abs(_middle(boxes, row) - _middle(boxes, [at])) > _LEVEL * dpi:
            lines += _cut(row, boxes, dpi)
            row = []
        row.append(at)
    return sorted([*lines, *_cut(row, boxes, dpi)], key=lambda line: boxes[line[0]][1])


def _middle(boxes: Sequence[Box], row: Sequence[int]) -> float:
    return (min(boxes[at][1] for at in row) + max(boxes[at][3] for at in row)) / 2


def _cut(row: Sequence[int], boxes: Sequence[Box], dpi: int) -> Iterator[list[int]]:
    """Yield `row` from the left in lines that are not too long."""
    line: list[int] = []
    length = 0.0
    for at in sorted(row, key=lambda at: boxes[at][0]):
        wide = boxes[at][2] - boxes[at][0]
        if line and length + wide > _LONGEST * dpi:
            yield line
            line, length = [], 0.0
        line.append(at)
        length += wide + _GAP * dpi
    if line:
        yield line


def _with_heights(lines: Sequence[list[int]], crops: Sequence[Crop], dpi: int) -> Iterator[tuple[list[int], float]]:
    """Yield each line with where it would stand on one endless sheet."""
    at = 0.0
    for line in lines:
        yield line, at
        at += _height(line, crops) + _SPACE * dpi


def _height(line: Sequence[int], crops: Sequence[Crop]) -> int:
    return max(crops[at].box[3] for at in line) - min(crops[at].box[1] for at in line)


def _sheet(
    clean: Pixels, dpi: int, crops: Sequence[Crop], lines: Sequence[Sequence[int]]
) -> tuple[Pixels, list[_Spot]]:
    gap, space, margin = (round(inches * dpi) for inches in (_GAP, _SPACE, _MARGIN))
    width = max(sum(crops[at].box[2] - crops[at].box[0] + gap for at in line) for line in lines) + 2 * margin
    height = sum(_height(line, crops) + space for line in lines) + space
    sheet = np.full((height, width), int(np.percentile(clean[::8, ::8], 80)), np.uint8)
    spots: list[_Spot] = []
    y = space
    for line in lines:
        x, top, high = margin, min(crops[at].box[1] for at in line), _height(line, crops)
        for at in line:
            left, upper, right, lower = crops[at].box
            # As high on the line as on the page: a dash is no full stop.
            down = y + upper - top
            part = clean[upper:lower, left:right]
            sheet[down : down + lower - upper, x : x + right - left] = (
                _darkened(part, int(sheet[0, 0])) if crops[at].is_pale else part
            )
            around = (x - gap // 2, y - space // 2, x + right - left + gap // 2, y + high + space // 2)
            spots.append(_Spot(at, around, left - x, upper - down))
            x += right - left + gap
        y += high + space
    return sheet, spots


def _darkened(part: Pixels, paper: int) -> Pixels:
    """Return pale writing as dark as ink on `paper`: beside ink tesseract takes it for paper."""
    low, high = (float(np.percentile(part, share)) for share in (1, 80))
    stretched = (part.astype(np.float32) - low) * paper / max(1.0, high - low)
    return np.asarray(np.clip(stretched, 0, paper), np.uint8)


def _spot_of(word: Word, spots: Sequence[_Spot]) -> _Spot | None:
    assert word.box
    x, y = (word.box[0] + word.box[2]) / 2, (word.box[1] + word.box[3]) / 2
    return next((s for s in spots if s.box[0] <= x < s.box[2] and s.box[1] <= y < s.box[3]), None)
