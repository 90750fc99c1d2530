"""Makes a page image readable: measure cheaply, act only when needed, record each act.

Every measure is taken on a copy of at most `_MEASURE_DPI`; only the acts touch the full image. What comes out
is grey, of the same resolution; its size changes only by a quarter turn.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
from tonghop.ingest.ink import paper_level, scaled, text_ink
from tonghop.ingest.rasterize import PageImage, Pixels

from tonghop.records import ProcessingStep

__all__ = ["Conditioned", "condition", "estimate_skew", "find_seals", "is_sideways", "turn"]

_MEASURE_DPI = 75
_LEAST_SKEW = 0.3  # degrees; below it tesseract's own line finding copes and resampling only blurs
_LARGEST_SKEW = 8.0
_UNEVEN_LIGHT = 45  # grey levels between the darkest and the brightest paper of a page
# Ink is coloured when its channels differ by this much once the paper is taken as white.
_COLOURED = 60
# Inches: a seal is at least this tall and wide; a line of coloured text is not and stays.
_SEAL_HEIGHT = 0.45
_SEAL_WIDTH = 0.12


@dataclass(frozen=True, slots=True, eq=False)
class Conditioned:
    """A grey page ready for reading. `skew` (degrees, counter-clockwise) was turned back."""

    grey: Pixels
    dpi: int
    skew: float
    steps: tuple[ProcessingStep, ...]


def condition(image: PageImage, rotation: int = 0) -> Conditioned:
    """Return `image` turned by `rotation`, without its seals, evenly lit and level."""
    steps: list[ProcessingStep] = []
    if rotation:
        steps.append(_step("rotate", degrees=rotation))
    grey = _without_seals(turn(image.pixels, rotation), image.dpi, steps)
    grey = _evenly_lit(grey, image.dpi, steps)
    skew = estimate_skew(grey, image.dpi)
    if abs(skew) < _LEAST_SKEW:
        return Conditioned(grey, image.dpi, 0.0, tuple(steps))
    steps.append(_step("deskew", degrees=f"{skew:.2f}"))
    return Conditioned(_rotated(grey, skew), image.dpi, skew, tuple(steps))


def turn(pixels: Pixels, rotation: int) -> Pixels:
    """Return `pixels` turned counter-clockwise by 0, 90, 180 or 270 degrees."""
    return np.ascontiguousarray(np.rot90(pixels, rotation // 90)) if rotation else pixels


def estimate_skew(grey: Pixels, dpi: int) -> float:
    """Return the angle (degrees, counter-clockwise) that makes the text lines level; 0.0 when not sure.

    The angle between ±8 at which the rows of ink are most sharply divided into lines and gaps.
    """
    ink = text_ink(grey, min(dpi, _MEASURE_DPI)) if dpi <= _MEASURE_DPI else text_ink(scaled(grey, dpi, 75), 75)
    if int(ink.sum()) < 200:
        return 0.0
    mask = ink.astype(np.uint8) * 255
    coarse = np.arange(-_LARGEST_SKEW, _LARGEST_SKEW + 0.1, 0.5)
    best = _sharpest(mask, coarse)
    if abs(best) > _LARGEST_SKEW - 0.25:  # at the end of the range: no peak was found
        return 0.0
    return round(float(_sharpest(mask, np.arange(best - 0.4, best + 0.41, 0.1))), 2)


def is_sideways(grey: Pixels, dpi: int) -> bool:
    """Return whether the text runs up or down the page: its columns are divided more sharply than its rows."""
    ink = text_ink(scaled(grey, dpi, _MEASURE_DPI), min(dpi, _MEASURE_DPI))
    if int(ink.sum()) < 200:
        return False
    mask = ink.astype(np.uint8) * 255
    return _sharpness(mask.T) > 2.0 * _sharpness(mask)


def find_seals(pixels: Pixels, dpi: int) -> list[tuple[slice, slice]]:
    """Return where coloured ink stands in blobs as tall as a seal: rows and columns of `pixels`.

    Lines of coloured text are left alone: they are wide but not tall, and taking them out would lose words.
    """
    if pixels.ndim == 2:
        return []
    small = scaled(pixels, dpi, _MEASURE_DPI)
    unit = min(dpi, _MEASURE_DPI)
    mask = _coloured(small, _paper_colour(small)).astype(np.uint8)
    if int(mask.sum()) < 0.02 * unit**2:
        return []
    joined = cv2.dilate(mask, np.ones((3, 3), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    factor = dpi / unit
    return [
        (slice(max(0, int((y - 2) * factor)), int((y + h + 2) * factor)),
         slice(max(0, int((x - 2) * factor)), int((x + w + 2) * factor)))
        for x, y, w, h, _ in stats[1:].tolist()
        if h >= _SEAL_HEIGHT * unit and w >= _SEAL_WIDTH * unit
    ]  # fmt: skip


def _without_seals(pixels: Pixels, dpi: int, steps: list[ProcessingStep]) -> Pixels:
    if pixels.ndim == 2:
        return pixels
    grey = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    seals = find_seals(pixels, dpi)
    paper = _paper_colour(scaled(pixels, dpi, _MEASURE_DPI)) if seals else None
    for place in seals:
        assert paper is not None
        grey[place] = _ink_under_seal(pixels[place], grey[place], paper)
    if seals:
        steps.append(_step("remove-seal", blobs=len(seals)))
    return grey


def _ink_under_seal(region: Pixels, grey: Pixels, paper: npt.NDArray[np.float32]) -> Pixels:
    """Return `grey` with coloured ink as light as paper.

    The brightest channel of red or blue ink is bright, that of black text under it is dark. It is stretched so
    that the ink's own brightness becomes the paper's.
    """
    mask = _coloured(region, paper)
    if not mask.any():
        return grey
    # JPEG smears colour over its neighbours: the rim of a stroke counts as coloured too.
    rim = cv2.dilate(mask.astype(np.uint8), np.ones((5, 5), np.uint8)).astype(bool)
    value = region.max(axis=2)
    ink_level = float(np.median(value[mask & (value > 110)])) if (mask & (value > 110)).any() else 255.0
    lifted = np.clip(value.astype(np.float32) * (float(paper.max()) / ink_level), 0, 255).astype(np.uint8)
    return np.where(rim, np.maximum(lifted, grey), grey)


def _paper_colour(small: Pixels) -> npt.NDArray[np.float32]:
    return np.maximum(np.percentile(small.reshape(-1, 3), 80, axis=0), 1.0).astype(np.float32)


def _coloured(region: Pixels, paper: npt.NDArray[np.float32]) -> npt.NDArray[np.bool_]:
    balanced = np.minimum(region.astype(np.float32) * (255.0 / paper), 255.0)
    return np.asarray(balanced.max(axis=2) - balanced.min(axis=2) > _COLOURED, dtype=np.bool_)


def _evenly_lit(grey: Pixels, dpi: int, steps: list[ProcessingStep]) -> Pixels:
    small = scaled(grey, dpi, _MEASURE_DPI)
    paper = paper_level(small, max(5, min(dpi, _MEASURE_DPI) // 3))
    dark, bright = np.percentile(paper, (5, 95))
    if bright - dark < _UNEVEN_LIGHT:
        return grey
    steps.append(_step("flatten-light", spread=round(float(bright - dark))))
    full = cv2.resize(np.maximum(paper, 1), (grey.shape[1], grey.shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.divide(grey, full, scale=255.0), dtype=np.uint8)


def _rotated(grey: Pixels, degrees: float) -> Pixels:
    height, width = grey.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    paper = int(np.percentile(grey[::16, ::16], 80))
    return np.asarray(
        cv2.warpAffine(grey, matrix, (width, height), flags=cv2.INTER_CUBIC, borderValue=(paper,)), dtype=np.uint8
    )


def _sharpest(mask: Pixels, angles: npt.NDArray[np.float64]) -> float:
    height, width = mask.shape
    scores = []
    for angle in angles:
        matrix = cv2.getRotationMatrix2D((width / 2, height / 2), float(angle), 1.0)
        scores.append(_sharpness(np.asarray(cv2.warpAffine(mask, matrix, (width, height)), dtype=np.uint8)))
    return float(angles[int(np.argmax(scores))])


def _sharpness(mask: Pixels) -> float:
    rows = mask.sum(axis=1, dtype=np.float64) / mask.shape[1]
    return float(np.mean(np.diff(rows) ** 2))


def _step(action: str, **settings: object) -> ProcessingStep:
    return ProcessingStep(
        action=action,
        engine="opencv",
        version=cv2.__version__,
        settings=tuple((key, str(value)) for key, value in settings.items()),
    )
