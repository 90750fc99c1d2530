"""Seals: coloured ink in blobs as large as a stamp, taken out so that the black text under it stays."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from tonghop.ingest.ink import grey_of, scaled
from tonghop.ingest.rasterize import Pixels

__all__ = ["find_seals", "without_seals"]

_MEASURE_DPI = 75
# Ink is coloured when its channels differ by this much once the paper is taken as white.
_COLOURED = 60
_FAINT = 40  # … by this much when it is pale, or shows through from the other side
_DARK = 110  # the brightest channel of black text lies below this, that of red or blue ink above
_TINTED = 30  # … and by this much inside what is known to be a seal
# Inches: a seal is at least this tall and wide; a line of coloured text is not and stays.
_SEAL_HEIGHT = 0.45
_SEAL_WIDTH = 0.12
_SPECK_DISTANCE = 0.2
_DIAMETER = (0.8, 2.0)  # seals are 30 to 42 mm across (1.2 to 1.7 in); a faint one loses its rim


def find_seals(pixels: Pixels, dpi: int) -> list[tuple[slice, slice]]:
    """Return where coloured ink stands in blobs like a seal: rows and columns of `pixels`.

    A blob is one when it hangs together and is as tall as a seal, or when its specks, joined, have a seal's size
    and no lines (a faint seal, or one that shows through from the other side). Lines and paragraphs of coloured
    text are neither and stay: taking them out would lose words.
    """
    if pixels.ndim == 2:
        return []
    small = scaled(pixels, dpi, _MEASURE_DPI)
    unit = min(dpi, _MEASURE_DPI)
    paper = _paper_colour(small)
    chroma = _chroma(small, paper)
    faint = (chroma > _FAINT).astype(np.uint8)
    if int(faint.sum()) < 0.01 * unit**2:
        return []
    mask = (chroma > _COLOURED).astype(np.uint8)
    solid = [(x, y, w, h) for x, y, w, h in _blobs(mask, 3) if h >= _SEAL_HEIGHT * unit and w >= _SEAL_WIDTH * unit]
    joined = [blob for blob in _blobs(faint, round(_SPECK_DISTANCE * unit)) if _is_speckled_seal(faint, blob, unit)]
    factor = dpi / unit
    return [
        (slice(max(0, int((y - 2) * factor)), int((y + h + 2) * factor)),
         slice(max(0, int((x - 2) * factor)), int((x + w + 2) * factor)))
        for x, y, w, h in [*solid, *joined]
    ]  # fmt: skip


def _blobs(mask: Pixels, reach: int) -> list[tuple[int, int, int, int]]:
    """Return the boxes `(x, y, width, height)` of what hangs together once gaps below `reach` px are closed."""
    joined = cv2.dilate(mask, np.ones((reach, reach), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    boxes = []
    for label, (x, y, w, h, _) in enumerate(stats[1:].tolist(), 1):
        inked = mask[y : y + h, x : x + w] * (labels[y : y + h, x : x + w] == label)
        left, top, width, height = cv2.boundingRect(inked.astype(np.uint8))
        boxes.append((x + left, y + top, width, height))
    return boxes


def _is_speckled_seal(mask: Pixels, blob: tuple[int, int, int, int], unit: int) -> bool:
    """Return whether `blob` has a seal's size and no lines: blank rows stand between lines of text."""
    x, y, w, h = blob
    if not (_DIAMETER[0] * unit <= min(w, h) and max(w, h) <= _DIAMETER[1] * unit and max(w, h) <= 1.7 * min(w, h)):
        return False
    inked = mask[y : y + h, x : x + w]
    # Text inks far more of its box than specks do, and blank rows lie between its lines.
    return float(inked.any(axis=1).mean()) > 0.96 or float(inked.mean()) < 0.07


def without_seals(pixels: Pixels, dpi: int) -> tuple[Pixels, int]:
    """Return `pixels` in grey without the ink of its seals, and how many blobs of it there were."""
    if pixels.ndim == 2:
        return pixels, 0
    grey = grey_of(pixels)
    seals = find_seals(pixels, dpi)
    paper = _paper_colour(scaled(pixels, dpi, _MEASURE_DPI)) if seals else None
    for place in seals:
        assert paper is not None
        grey[place] = _ink_under_seal(pixels[place], grey[place], paper)
    return grey, len(seals)


def _ink_under_seal(region: Pixels, grey: Pixels, paper: npt.NDArray[np.float32]) -> Pixels:
    """Return `grey` with coloured ink as light as paper.

    The brightest channel of red or blue ink is bright, that of black text under it is dark. It is stretched so
    that the ink's own brightness becomes the paper's.
    """
    chroma = _chroma(region, paper)
    mask = chroma > _TINTED
    if not mask.any():
        return grey
    # JPEG smears colour over its neighbours: the rim of a stroke counts as coloured too.
    rim = cv2.dilate(mask.astype(np.uint8), np.ones((5, 5), np.uint8)).astype(bool)
    red, green, blue = cv2.split(region)
    value = np.asarray(cv2.max(cv2.max(red, green), blue), dtype=np.uint8)
    inked = value[(chroma > _COLOURED) & (value > _DARK)]
    # Not the mean: blots of a seal are darker than its lines, and black text beside them darker still.
    ink_level = float(np.percentile(inked, 15)) if inked.size else 255.0
    lifted = np.clip(value.astype(np.float32) * (float(paper.max()) / ink_level), 0, 255).astype(np.uint8)
    return np.where(rim, np.maximum(lifted, grey), grey)


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
