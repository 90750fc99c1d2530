"""Rings in a mask of coloured ink: what tells a round seal from letters, tables and frames of the same colour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from tonghop.ingest.rasterize import Pixels

__all__ = ["Ring", "find_ring", "is_broken_ring"]

_Numbers: TypeAlias = npt.NDArray[np.float64]

_RADIUS = (0.23, 1.0)  # inches: seals of 12 mm (printed beside a digital signature) to 50 mm
# A broken rim: its seal is 30 to 40 mm across. Along it lies 0.21 and more of the ink of five seals that show through
# from the back, 0.28 and more of the rim is inked; of blocks of text as small 0.11 of the ink at most.
_OFFICE_RADIUS = (0.6, 0.8)
_LEFT_OUT, _LEAST_ALONG, _LEAST_BROKEN = 0.03, 0.18, 0.25
_TRIALS = 600
_ANGLES = np.arange(72) * (2 * np.pi / 72)
_COS, _SIN = np.cos(_ANGLES), np.sin(_ANGLES)
_STEPS = np.array([(x, y, r) for x in range(-2, 3) for y in range(-2, 3) for r in range(-2, 3)], dtype=np.float64)
_TOLERANCE = 2  # pixels at 75 dpi (0.7 mm): rims are worn, and photos make them a little oval
_OUTSIDE = (0.055, 0.085, 0.115)  # inches from the rim: nothing stands there
# Of the rim, the share inked with nothing outside. Of 60 real seals 0.90 and more, on text set tight up to 0.79.
_LEAST_RIM = 0.85
_LEAST_SEEN = 0.3  # of the rim: the rest may lie outside the image, as of a seal across the edges of sheets
# Share of ink up to 0.25 in outside the rim, and well inside. Round real seals up to 0.035, between lines of text 0.06
# and more. A seal is not one solid disc.
_AROUND, _MOST_AROUND = 0.25, 0.05
# … and within 0.6 of the radius: a seal is not one solid disc, nor as empty there as the letter O.
_LEAST_INSIDE, _MOST_INSIDE = 0.02, 0.8


@dataclass(frozen=True, slots=True)
class Ring:
    """A circle on a mask: its middle and its radius, in pixels."""

    x: float
    y: float
    radius: float


def find_ring(mask: Pixels, box: tuple[int, int, int, int], unit: int) -> Ring | None:
    """Return the rim of the seal in `box` (left, top, width, height) of `mask` (0, 1) of `unit` dpi; None without.

    Circles through three points of the outline are tried (RANSAC, from a fixed seed: the same page gives the same
    answer); of a rim nearly every angle is inked, with no ink outside. Lines of text, rules and frames have ink at
    many angles of any circle, but not without more of it outside.
    """
    reach = round((_AROUND + 0.05) * unit)
    x, y, width, height = box
    left, top = max(0, x - reach), max(0, y - reach)
    part = np.ascontiguousarray(mask[top : y + height + reach, left : x + width + reach])
    at_edges = (left == 0, top == 0, left + part.shape[1] == mask.shape[1], top + part.shape[0] == mask.shape[0])
    points = _outline(mask[y : y + height, x : x + width]) + np.array([x - left, y - top])
    circles = _circles(points, _RADIUS, unit)
    if not len(circles):
        return None
    near = np.asarray(cv2.dilate(part, _square(2 * _TOLERANCE + 1)), dtype=np.uint8)
    best = circles[int(_rims(near, part, circles, unit, at_edges).argmax())] + _STEPS
    rims = _rims(near, part, best, unit, at_edges)
    found = best[int(rims.argmax())]
    if rims.max() < _LEAST_RIM or not _stands_alone(part, found, unit):
        return None
    return Ring(float(found[0]) + left, float(found[1]) + top, float(found[2]))


def is_broken_ring(mask: Pixels, box: tuple[int, int, int, int], unit: int) -> bool:
    """Return whether the ink in `box` of `mask` is what is left of a round office seal: arcs and specks.

    So it is when a circle of such a seal's size holds all the ink and much of it lies along its rim. Text in as small
    a place fills the circle evenly.
    """
    x, y, width, height = box
    part = mask[y : y + height, x : x + width]
    circles = _circles(_outline(part), _OFFICE_RADIUS, unit)
    rows, columns = np.nonzero(part)
    if max(width, height) > 2.1 * _OFFICE_RADIUS[1] * unit or not len(circles):
        return False
    outwards = np.hypot(columns - circles[:, :1], rows - circles[:, 1:2]) - circles[:, 2:]
    holds_all = (outwards > _TOLERANCE + 0.5).mean(axis=1) < _LEFT_OUT
    along = ((outwards >= -_TOLERANCE - 1) & (outwards <= _TOLERANCE + 0.5)).mean(axis=1)
    near = np.asarray(cv2.dilate(part, _square(2 * _TOLERANCE + 1)), dtype=np.uint8)
    rims = _rims(near, part, circles, unit, (False,) * 4)
    return bool((holds_all & (along >= _LEAST_ALONG) & (rims >= _LEAST_BROKEN)).any())


def _square(side: int) -> Pixels:
    return np.ones((side, side), np.uint8)


def _outline(part: Pixels) -> _Numbers:
    """Return the first and the last inked point of each row and column of `part`, as x and y."""
    inked = part > 0
    rows, columns = np.flatnonzero(inked.any(axis=1)), np.flatnonzero(inked.any(axis=0))
    height, width = inked.shape
    sides = (
        (inked.argmax(axis=1)[rows], rows),
        (width - 1 - inked[:, ::-1].argmax(axis=1)[rows], rows),
        (columns, inked.argmax(axis=0)[columns]),
        (columns, height - 1 - inked[::-1].argmax(axis=0)[columns]),
    )
    return np.concatenate([np.stack(side, axis=1) for side in sides]).astype(np.float64)


def _circles(points: _Numbers, radius_in: tuple[float, float], unit: int) -> _Numbers:
    """Return circles (x, y, radius) through three of `points` each, the least and the largest radius in inches."""
    if len(points) < 3:
        return np.zeros((0, 3))
    a, b, c = np.moveaxis(points[np.random.default_rng(0).integers(0, len(points), (_TRIALS, 3))], 1, 0)
    b, c = b - a, c - a
    twice = 2 * (b[:, 0] * c[:, 1] - b[:, 1] * c[:, 0])
    usable = np.abs(twice) > 1
    a, b, c, twice = a[usable], b[usable], c[usable], twice[usable]
    from_a = ((b**2).sum(axis=1), (c**2).sum(axis=1))
    x = (c[:, 1] * from_a[0] - b[:, 1] * from_a[1]) / twice
    y = (b[:, 0] * from_a[1] - c[:, 0] * from_a[0]) / twice
    radius = np.hypot(x, y)
    keep = (radius >= radius_in[0] * unit) & (radius <= radius_in[1] * unit)
    return np.asarray(np.stack((x + a[:, 0], y + a[:, 1], radius), axis=1)[keep], dtype=np.float64)


def _rims(near: Pixels, part: Pixels, circles: _Numbers, unit: int, at_edges: tuple[bool, ...]) -> _Numbers:
    """Return of each circle the share of its rim that is inked with nothing outside; what no image shows is left out.

    `near` is `part` with all ink made wider. `at_edges` says where `part` ends with the image: left, top, right, below.
    """
    inked, seen = _look(near, circles, 0.0, at_edges)
    for outside in _OUTSIDE:
        inked &= ~_look(part, circles, outside * unit, at_edges)[0]
    share = inked.sum(axis=1) / np.maximum(seen.sum(axis=1), 1)
    return np.where(seen.mean(axis=1) >= _LEAST_SEEN, share, 0.0)


def _look(
    mask: Pixels, circles: _Numbers, further: float, at_edges: tuple[bool, ...]
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Return where the rim of each circle, `further` pixels out, is inked, and where the image shows it."""
    reach = circles[:, 2:] + further
    x = np.rint(circles[:, :1] + reach * _COS).astype(np.intp)
    y = np.rint(circles[:, 1:2] + reach * _SIN).astype(np.intp)
    height, width = mask.shape
    is_inside = (x >= 0) & (y >= 0) & (x < width) & (y < height)
    is_unseen = np.zeros_like(is_inside)
    for beyond, is_edge in zip((x < 0, y < 0, x >= width, y >= height), at_edges, strict=True):
        is_unseen |= beyond & is_edge
    inked = mask[np.clip(y, 0, height - 1), np.clip(x, 0, width - 1)] > 0
    return inked & is_inside, ~is_unseen


def _stands_alone(part: Pixels, circle: _Numbers, unit: int) -> bool:
    """Return whether hardly any ink of the same colour stands round the circle, and it is not one solid disc."""
    x, y, radius = circle.tolist()
    rows, columns = np.ogrid[: part.shape[0], : part.shape[1]]
    away = np.hypot(columns - x, rows - y)
    around = part[(away > radius + _OUTSIDE[0] * unit) & (away < radius + _AROUND * unit)]
    inside = part[away < 0.6 * radius]
    if inside.size == 0 or not _LEAST_INSIDE <= inside.mean() <= _MOST_INSIDE:
        return False
    return bool(around.size == 0 or around.mean() <= _MOST_AROUND)
