"""Seals: coloured ink in a ring of a stamp's size, taken out so that the black text under it stays.

Coloured text, tables and frames are no seals and stay, as do stamps in a rectangle, signatures and notes by hand: what
is not surely a seal is read like black ink, and where it cannot be read it counts against the page's grade.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from tonghop.ingest.ink import grey_of, scaled
from tonghop.ingest.rasterize import Pixels
from tonghop.ingest.rings import Ring, find_ring, is_broken_ring

__all__ = ["Seal", "find_seals", "without_seals"]

_MEASURE_DPI = 75
# Ink is coloured when its channels differ by this much once the paper is taken as white.
_COLOURED = 60
_FAINT = 40  # … by this much when it is pale, or shows through from the other side
_DARK = 110  # the brightest channel of black text lies below this, that of red or blue ink above
_TINTED = 30  # … and by this much inside what is known to be a seal
# Inches: a piece of a seal is at least this tall and wide; a line of coloured text is not, and is not looked at.
_SEAL_HEIGHT = 0.45
_SEAL_WIDTH = 0.12
_LEAST_INK = 0.01  # square inches of one colour: a seal has more
_SPECK_DISTANCE = 0.2
_RIM = 0.05  # inches outside the circle through the rim, up to which the ink is the seal's
_PAD = 4  # pixels of the page round that: JPEG smears colour
_MOST_LOOKS = 24  # pieces of coloured ink looked at for a ring, the largest first: on a page of coloured text are many


@dataclass(frozen=True, slots=True)
class Seal:
    """Where a seal stands: rows and columns of the page, the circle in them (None of a faint one), and its colour.

    `is_warm`: red to violet; else blue to green. Ink of the other kind in the same place is not the seal's.
    """

    place: tuple[slice, slice]
    circle: Ring | None
    is_warm: bool


def find_seals(pixels: Pixels, dpi: int) -> list[Seal]:
    """Return the seals on `pixels`, RGB: rings of coloured ink, whole or broken.

    A seal has a rim (`find_ring`), or a broken one that holds all there is (`is_broken_ring`: a faint seal, or one that
    shows through from the other side). Coloured text has neither: taking it out would lose words.
    """
    if pixels.ndim == 2:
        return []
    small = scaled(pixels, dpi, _MEASURE_DPI)
    return _find(small, _paper_colour(small), dpi)


def _find(small: Pixels, paper: npt.NDArray[np.float32], dpi: int) -> list[Seal]:
    """Return the seals of a page of `dpi`, as `find_seals`, from a `small` copy and the colour of its paper."""
    unit = min(dpi, _MEASURE_DPI)
    chroma = _chroma(small, paper)
    faint = (chroma > _FAINT).astype(np.uint8)
    if int(faint.sum()) < _LEAST_INK * unit**2:
        return []
    warm = _is_warm(small).astype(np.uint8)
    found: list[Seal] = []
    for is_warm in (True, False):
        kind = warm if is_warm else 1 - warm
        if int((faint & kind).sum()) < _LEAST_INK * unit**2:
            continue
        found += _seals_of((chroma > _COLOURED).astype(np.uint8) & kind, faint & kind, unit, dpi / unit, is_warm)
    return found


def _seals_of(solid: Pixels, faint: Pixels, unit: int, factor: float, is_warm: bool) -> list[Seal]:
    """Return the seals in ink of one kind of colour, on masks of `unit` dpi, in pixels `factor` times smaller."""
    rings: list[Ring] = []
    specks: list[tuple[int, int, int, int]] = []
    for mask, reach in ((solid, 3), (faint, round(_SPECK_DISTANCE * unit))):
        tall = [b for b in _blobs(mask, reach, _SEAL_HEIGHT * unit) if b[2] >= _SEAL_WIDTH * unit]
        for box in sorted(tall, key=lambda b: -b[2] * b[3])[:_MOST_LOOKS]:
            if any(_holds(ring, box, unit) for ring in rings):
                continue
            ring = find_ring(mask, box, unit)
            if ring:
                rings.append(ring)
            elif mask is faint and is_broken_ring(mask, box, unit):
                specks.append(box)
    circles = [Ring(ring.x * factor, ring.y * factor, (ring.radius + _RIM * unit) * factor) for ring in rings]
    return [
        *(Seal(_place(_square_round(circle)), circle, is_warm) for circle in circles),
        *(Seal(_place((x * factor, y * factor, w * factor, h * factor)), None, is_warm) for x, y, w, h in specks),
    ]


def _holds(ring: Ring, box: tuple[int, int, int, int], unit: int) -> bool:
    """Return whether `box` lies in the square round `ring`, or hardly reaches out of it."""
    x, y, width, height = box
    far = ring.radius + 2 * _RIM * unit
    return min(x - ring.x, y - ring.y) >= -far and max(x + width - ring.x, y + height - ring.y) <= far


def _square_round(circle: Ring) -> tuple[float, float, float, float]:
    return circle.x - circle.radius, circle.y - circle.radius, 2 * circle.radius, 2 * circle.radius


def _place(box: tuple[float, float, float, float]) -> tuple[slice, slice]:
    x, y, width, height = box
    return (
        slice(max(0, int(y) - _PAD), int(y + height) + _PAD + 1),
        slice(max(0, int(x) - _PAD), int(x + width) + _PAD + 1),
    )


def _is_warm(region: Pixels) -> npt.NDArray[np.bool_]:
    red, _, blue = cv2.split(region)
    return np.asarray(red >= blue, dtype=np.bool_)


def _blobs(mask: Pixels, reach: int, least: float) -> list[tuple[int, int, int, int]]:
    """Return the boxes `(x, y, width, height)` of what hangs together once gaps below `reach` px are closed.

    What is less than `least` px tall is left out.
    """
    left, top, wide, high = cv2.boundingRect(mask)
    part = cv2.copyMakeBorder(mask[top : top + high, left : left + wide], *(reach,) * 4, cv2.BORDER_CONSTANT, value=0)
    joined = cv2.dilate(part, np.ones((reach, reach), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    boxes = []
    for label in np.flatnonzero(stats[1:, cv2.CC_STAT_HEIGHT] >= least) + 1:
        x, y, w, h = stats[label, :4].tolist()
        inked = part[y : y + h, x : x + w] * (labels[y : y + h, x : x + w] == label)
        inner_left, inner_top, width, height = cv2.boundingRect(inked.astype(np.uint8))
        if height >= least:
            boxes.append((left - reach + x + inner_left, top - reach + y + inner_top, width, height))
    return boxes


def without_seals(pixels: Pixels, dpi: int) -> tuple[Pixels, int]:
    """Return `pixels` in grey without the ink of its seals, and how many seals there were."""
    if pixels.ndim == 2:
        return pixels, 0
    grey = grey_of(pixels)
    small = scaled(pixels, dpi, _MEASURE_DPI)
    paper = _paper_colour(small)
    seals = _find(small, paper, dpi)
    for seal in seals:
        grey[seal.place] = _ink_under_seal(pixels[seal.place], grey[seal.place], paper, seal)
    return grey, len(seals)


def _ink_under_seal(region: Pixels, grey: Pixels, paper: npt.NDArray[np.float32], seal: Seal) -> Pixels:
    """Return `grey` with the coloured ink of `seal` as light as paper.

    The brightest channel of red or blue ink is bright, that of black text under it is dark. It is stretched so
    that the ink's own brightness becomes the paper's.
    """
    chroma = _chroma(region, paper)
    own = (_is_warm(region) == seal.is_warm) & _within(seal, region.shape)
    mask = (chroma > _TINTED) & own
    if not mask.any():
        return grey
    # JPEG smears colour over its neighbours: the rim of a stroke counts as coloured too.
    rim = cv2.dilate(mask.astype(np.uint8), np.ones((5, 5), np.uint8)).astype(bool)
    red, green, blue = cv2.split(region)
    value = np.asarray(cv2.max(cv2.max(red, green), blue), dtype=np.uint8)
    # Ink of the other colour across the seal, a signature mostly, has as bright a channel as the seal's, and stays.
    rim &= own | (chroma <= _COLOURED)
    inked = value[(chroma > _COLOURED) & (value > _DARK) & own]
    # Not the mean: blots of a seal are darker than its lines, and black text beside them darker still.
    ink_level = float(np.percentile(inked, 15)) if inked.size else 255.0
    lifted = np.clip(value.astype(np.float32) * (float(paper.max()) / ink_level), 0, 255).astype(np.uint8)
    return np.where(rim, np.maximum(lifted, grey), grey)


def _within(seal: Seal, shape: tuple[int, ...]) -> npt.NDArray[np.bool_]:
    """Return which pixels of the seal's place, of `shape`, lie in its circle; all where it has none."""
    if seal.circle is None:
        return np.ones(shape[:2], dtype=np.bool_)
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    y, x = rows + seal.place[0].start - seal.circle.y, columns + seal.place[1].start - seal.circle.x
    return np.asarray(x**2 + y**2 <= seal.circle.radius**2, dtype=np.bool_)


def _paper_colour(small: Pixels) -> npt.NDArray[np.float32]:
    return np.maximum(np.percentile(small.reshape(-1, 3), 80, axis=0), 1.0).astype(np.float32)


def _chroma(region: Pixels, paper: npt.NDArray[np.float32]) -> Pixels:
    """Return how far the channels of each pixel lie apart (0 to 255), the paper's colour taken as white."""
    # Channel by channel in OpenCV: numpy is slow to reduce an axis of three.
    first, second, third = (
        cv2.convertScaleAbs(channel, alpha=255.0 / float(white))
        for channel, white in zip(cv2.split(region), paper, strict=True)
    )
    high, low = cv2.max(cv2.max(first, second), third), cv2.min(cv2.min(first, second), third)
    return np.asarray(cv2.subtract(high, low), dtype=np.uint8)
