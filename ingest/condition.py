"""Makes a page image readable: measure cheaply, act only when needed, record each act.

Every measure is taken on a copy of at most `MEASURE_DPI`; only the acts touch the full image. What comes out
is grey, of the same resolution; its size changes only by a quarter turn.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from tonghop.ingest.ink import opaque_blobs, paper_level, scaled, text_ink
from tonghop.ingest.rasterize import PageImage, Pixels
from tonghop.records import ProcessingStep

__all__ = ["MEASURE_DPI", "Conditioned", "condition", "estimate_skew", "find_seals", "grey_of", "is_sideways", "turn"]

MEASURE_DPI = 75
_LEAST_SKEW = 0.3  # degrees; below it tesseract's own line finding copes and resampling only blurs
_LARGEST_SKEW = 8.0
_UNEVEN_LIGHT = 45  # grey levels between the darkest and the brightest paper of a page
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


@dataclass(frozen=True, slots=True, eq=False)
class Conditioned:
    """A grey page ready for reading. `skew` (degrees, counter-clockwise) was turned back.

    `blobs` is the mask (0, 1; at most 75 dpi) of dark blobs on the page as it came, which may cover words.
    """

    grey: Pixels
    dpi: int
    skew: float
    steps: tuple[ProcessingStep, ...]
    blobs: Pixels


def condition(image: PageImage, rotation: int = 0) -> Conditioned:
    """Return `image` turned by `rotation`, without its seals, evenly lit and level."""
    steps: list[ProcessingStep] = []
    if rotation:
        steps.append(_step("rotate", degrees=rotation))
    pixels = turn(image.pixels, rotation)
    # Before the seals go and the light is evened: both turn a blob into paper.
    blobs = opaque_blobs(grey_of(pixels), image.dpi, MEASURE_DPI)
    grey = _without_seals(pixels, image.dpi, steps)
    grey = _evenly_lit(grey, image.dpi, steps)
    skew = estimate_skew(grey, image.dpi)
    if abs(skew) < _LEAST_SKEW:
        return Conditioned(grey, image.dpi, 0.0, tuple(steps), blobs)
    steps.append(_step("deskew", degrees=f"{skew:.2f}"))
    return Conditioned(_rotated(grey, skew), image.dpi, skew, tuple(steps), _rotated(blobs, skew))


def turn(pixels: Pixels, rotation: int) -> Pixels:
    """Return `pixels` turned counter-clockwise by 0, 90, 180 or 270 degrees."""
    return np.ascontiguousarray(np.rot90(pixels, rotation // 90)) if rotation else pixels


def grey_of(pixels: Pixels) -> Pixels:
    """Return `pixels` as brightness alone."""
    return pixels if pixels.ndim == 2 else np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), dtype=np.uint8)


def estimate_skew(grey: Pixels, dpi: int) -> float:
    """Return the angle (degrees, counter-clockwise) that makes the text lines level; 0.0 when not sure.

    The angle between ±8 at which the rows of ink are most sharply divided into lines and gaps.
    """
    ink = text_ink(scaled(grey, dpi, MEASURE_DPI), min(dpi, MEASURE_DPI))
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
    ink = text_ink(scaled(grey, dpi, MEASURE_DPI), min(dpi, MEASURE_DPI))
    if int(ink.sum()) < 200:
        return False
    mask = ink.astype(np.uint8) * 255
    return _sharpness(mask.T) > 2.0 * _sharpness(mask)


def find_seals(pixels: Pixels, dpi: int) -> list[tuple[slice, slice]]:
    """Return where coloured ink stands in blobs like a seal: rows and columns of `pixels`.

    A blob is one when it hangs together and is as tall as a seal, or when its specks, joined, have a seal's size
    and no lines (a faint seal, or one that shows through from the other side). Lines and paragraphs of coloured
    text are neither and stay: taking them out would lose words.
    """
    if pixels.ndim == 2:
        return []
    small = scaled(pixels, dpi, MEASURE_DPI)
    unit = min(dpi, MEASURE_DPI)
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


def _without_seals(pixels: Pixels, dpi: int, steps: list[ProcessingStep]) -> Pixels:
    if pixels.ndim == 2:
        return pixels
    grey = grey_of(pixels)
    seals = find_seals(pixels, dpi)
    paper = _paper_colour(scaled(pixels, dpi, MEASURE_DPI)) if seals else None
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


def _evenly_lit(grey: Pixels, dpi: int, steps: list[ProcessingStep]) -> Pixels:
    small = scaled(grey, dpi, MEASURE_DPI)
    paper = paper_level(small, max(5, min(dpi, MEASURE_DPI) // 3))
    dark, bright = np.percentile(paper, (5, 95))
    if bright - dark < _UNEVEN_LIGHT:
        return grey
    steps.append(_step("flatten-light", spread=round(float(bright - dark))))
    full = cv2.resize(np.maximum(paper, 1), (grey.shape[1], grey.shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.divide(grey, full, scale=255.0), dtype=np.uint8)


def _rotated(grey: Pixels, degrees: float) -> Pixels:
    # Cubic keeps thin strokes and marks sharper than linear.
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
