"""Which way the lines of a page run: askew, fanned out (a photo from the side), or up the page.

Rows of ink are divided most sharply into lines and gaps when the lines are level: the angle at which they are is the
skew. The upper and the lower part of the page have each their own; where they differ, the lines fan out.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from tonghop.ingest.ink import scaled, text_ink
from tonghop.ingest.rasterize import Pixels

__all__ = ["Slope", "find_slope", "is_sideways", "levelled"]

_MEASURE_DPI = 75
_LEAST_INK = 200  # pixels at 75 dpi
_LEAST_SKEW = 0.3  # degrees; below it tesseract's own line finding copes and resampling only blurs
_LARGEST_SKEW = 8.0
_LEAST_FAN = 1.2  # degrees between the upper and the lower part; bands of a level page differ by a step of 0.5
_PEAK = 2.0  # times the median over all angles: below it a band holds no lines to go by
_BANDS = 3
_SMOOTH = (0.25, 0.5, 0.25)
_COARSE = 0.67  # of that resolution, for telling rows from columns


@dataclass(frozen=True, slots=True)
class Slope:
    """Angles (degrees, counter-clockwise) that make the lines level: of all, at the top and at the bottom.

    `top` and `bottom` are those of lines a sixth of the height from the page's ends.
    """

    skew: float
    top: float
    bottom: float

    @property
    def is_fanned(self) -> bool:
        """Whether the lines fan out too far for one turn to make them level."""
        return abs(self.top - self.bottom) >= _LEAST_FAN

    @property
    def is_sloping(self) -> bool:
        """Whether anything is to be done."""
        return self.is_fanned or abs(self.skew) >= _LEAST_SKEW


_LEVEL = Slope(0.0, 0.0, 0.0)


def find_slope(grey: Pixels, dpi: int) -> Slope:
    """Return how the lines slope, up to 8 degrees each way; level when not sure."""
    mask = _ink(grey, dpi)
    if mask is None:
        return _LEVEL
    ink = _Ink.of(mask)
    coarse = np.arange(-_LARGEST_SKEW, _LARGEST_SKEW + 0.1, 0.5)
    scores = np.array([ink.sharpness_by_band(angle) for angle in coarse])
    fanned = _fan(mask, coarse, scores[:, 1:])
    if fanned is not None:
        return fanned
    best = float(coarse[int(np.argmax(scores[:, 0]))])
    if abs(best) > _LARGEST_SKEW - 0.25:  # at the end of the range: no peak was found
        return _LEVEL
    skew = round(_sharpest(ink, best), 2)
    return Slope(skew, skew, skew)


def is_sideways(grey: Pixels, dpi: int) -> bool:
    """Return whether the text runs up or down the page: its columns are divided more sharply than its rows.

    Both at the angle at which they are most so: half a degree of skew blurs the rows of a broad page.
    """
    mask = _ink(grey, dpi)
    if mask is None:
        return False
    ink = _Ink.of(mask, _COARSE)
    angles = np.arange(-_LARGEST_SKEW, _LARGEST_SKEW + 0.1, 1.0)
    rows, columns = (max(one.sharpness(angle) for angle in angles) for one in (ink, ink.on_its_side()))
    return columns > 1.3 * rows


def levelled(grey: Pixels, slope: Slope) -> Pixels:
    """Return `grey` with its lines level, the same size; paper where nothing was."""
    height, width = grey.shape
    paper = int(np.percentile(grey[::16, ::16], 80))
    # Cubic keeps thin strokes and marks sharper than linear.
    if not slope.is_fanned:
        matrix = cv2.getRotationMatrix2D((width / 2, height / 2), slope.skew, 1.0)
        turned = cv2.warpAffine(grey, matrix, (width, height), flags=cv2.INTER_CUBIC, borderValue=(paper,))
        return np.asarray(turned, dtype=np.uint8)
    warp = _fan_matrix(slope, width, height)
    opened = cv2.warpPerspective(grey, warp, (width, height), flags=cv2.INTER_CUBIC, borderValue=(paper,))
    return np.asarray(opened, dtype=np.uint8)


def _ink(grey: Pixels, dpi: int) -> npt.NDArray[np.bool_] | None:
    ink = text_ink(scaled(grey, dpi, _MEASURE_DPI), min(dpi, _MEASURE_DPI))
    return ink if int(ink.sum()) >= _LEAST_INK else None


@dataclass(frozen=True, slots=True, eq=False)
class _Ink:
    """The pixels of ink, from the middle of a page of `height` and `width`: turning these is turning the page."""

    xs: npt.NDArray[np.float32]
    ys: npt.NDArray[np.float32]
    height: float
    width: float

    @classmethod
    def of(cls, mask: npt.NDArray[np.bool_], scale: float = 1.0) -> _Ink:
        """Return the ink of `mask` made smaller by `scale`."""
        height, width = (side * scale for side in mask.shape)
        ys, xs = ((at * scale).astype(np.float32) for at in np.nonzero(mask))
        return cls(xs - width / 2, ys - height / 2, height, width)

    def on_its_side(self) -> _Ink:
        """Return the same with rows and columns changed."""
        return _Ink(self.ys, self.xs, self.width, self.height)

    def steps(self, angle: float) -> npt.NDArray[np.float64]:
        """Return the squared steps of ink from row to row, turned by `angle` degrees counter-clockwise."""
        turn = np.radians(angle)
        size = int(self.height)
        at = (np.cos(turn) * self.ys - np.sin(turn) * self.xs + self.height / 2).astype(np.int32)
        rows = np.bincount(at[(at >= 0) & (at < size)], minlength=size) / self.width
        # Pixels fall into one row or the next by chance, which is no step.
        return np.asarray(np.diff(np.convolve(rows, _SMOOTH, "same")) ** 2)

    def sharpness(self, angle: float) -> float:
        """Return how sharply the page, turned by `angle`, is divided into rows of ink and of none."""
        return float(self.steps(angle).mean())

    def sharpness_by_band(self, angle: float) -> list[float]:
        """Return the sharpness of all rows, then of each third of them from above."""
        steps = self.steps(angle)
        return [float(steps.mean()), *(float(band.mean()) for band in np.array_split(steps, _BANDS))]


def _fan(mask: npt.NDArray[np.bool_], angles: npt.NDArray[np.float64], scores: npt.NDArray[np.float64]) -> Slope | None:
    """Return how the lines fan out; None when they do not, or a band has no clear angle of its own."""
    peaks = scores.max(axis=0)
    top, middle, bottom = (float(angles[at]) for at in np.argmax(scores, axis=0))
    is_clear = bool((peaks >= _PEAK * np.median(scores, axis=0)).all())
    is_within = max(abs(top), abs(bottom)) < _LARGEST_SKEW - 0.25
    if not (is_clear and is_within and abs(top - bottom) >= _LEAST_FAN and abs(middle - (top + bottom) / 2) <= 1.0):
        return None
    third = len(mask) // _BANDS
    top, bottom = _sharpest(_Ink.of(mask[:third]), top), _sharpest(_Ink.of(mask[-third:]), bottom)
    return Slope(round((top + bottom) / 2, 2), round(top, 2), round(bottom, 2))


def _fan_matrix(slope: Slope, width: int, height: int) -> npt.NDArray[np.float64]:
    """Return the projection under which a line at a sixth of the height and one at five sixths become level."""
    seen, level = [], []
    for angle, y in ((slope.top, height / 6), (slope.bottom, height * 5 / 6)):
        rise = width / 2 * float(np.tan(np.radians(angle)))
        seen += [(0.0, y - rise), (float(width), y + rise)]
        level += [(0.0, y), (float(width), y)]
    # The text stays on the canvas: lines above the first and below the second draw together or apart a little.
    matrix = cv2.getPerspectiveTransform(np.array(seen, np.float32), np.array(level, np.float32))
    return np.asarray(matrix, dtype=np.float64)


def _sharpest(ink: _Ink, near: float) -> float:
    """Return the angle within 0.4 degrees of `near` at which `ink` is divided most sharply."""
    angles = np.arange(near - 0.4, near + 0.41, 0.1)
    return float(angles[int(np.argmax([ink.sharpness(angle) for angle in angles]))])
