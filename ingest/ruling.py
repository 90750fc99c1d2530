"""The rules of a scanned page: level and upright lines, whole or in pieces, a little turned, doubled or faint.

Rules are told from letters by being long and thin; what holds a grid together is left to `lattice`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from tonghop.ingest.celltable import Grid
from tonghop.ingest.ink import paper_level, scaled
from tonghop.ingest.lattice import Lattice, Rule, find_lattices
from tonghop.ingest.rasterize import Pixels

__all__ = ["RULE_DPI", "find_grids", "without_rules"]

RULE_DPI = 200  # a rule of half a point is a pixel and a half wide at that; finer only costs
# Inches.
_LEVEL = 0.25  # a level piece as long is no letter: a dash has half of it
_UPRIGHT = 0.14  # an upright one: the rows of a head are no higher
_DOTTED_LEVEL, _DOTTED_UPRIGHT = 0.3, 0.2  # the same for rules of dots or dashes
_GAP = 0.03  # between the dots or dashes of a rule; with 0.045 letters close to rules
_BESIDE = (0.02, 0.05)  # how far from a dotted rule its neighbourhood is looked at
_MOST_BESIDE = 0.15  # of it inked: a row of letters, its gaps closed, has more
_THICK = 0.045  # thicker is a bar; rules are a hundredth thick, double ones two or three
_SPARSE = 3  # of as many columns one shows dots that have been closed: gaps are longer
_LEAST_DEPTH = 28.0  # grey levels below the paper
_DEPTH = 0.3  # of the depth of the page's own black: half a point of grey after a scanner's blur
_FAINT = 0.2  # … of dots, which the blur leaves paler
_SECOND, _THIRD = 3.0, 0.8  # a table has two level rules as long as that, or three: a letterhead's are shorter
_PAINT = 0.03  # beyond the grid's edges: the outer half of its outer rules
_LONG = 1.5  # inches: lines as long tell how far the page still leans
_MOST_LEAN = 0.03  # px a px: 1.7 degrees; more is no rule of this page


@dataclass(frozen=True, slots=True)
class _Piece:
    """A straight piece of a rule: its middle along (`middle`) and across (`at`) its axis, its ends, and more.

    `lean` is how far it falls, px a px; `high` its height.
    """

    middle: float
    at: float
    start: float
    stop: float
    lean: float
    high: int

    @property
    def length(self) -> float:
        return self.stop - self.start


def find_grids(grey: Pixels, dpi: int) -> tuple[Grid, ...]:
    """Return the grids ruled on a page, in its pixels, from the top."""
    small, unit = scaled(grey, dpi, RULE_DPI), min(dpi, RULE_DPI)
    depth = _depth(small, unit)
    ink, faint = _ink(depth, _DEPTH), _ink(depth, _FAINT)
    level = _all_pieces(ink, faint, unit, _LEVEL, _DOTTED_LEVEL)
    lengths = sorted((piece.length / unit for piece in level), reverse=True)
    if not (len(lengths) > 2 and lengths[2] > _THIRD) and not (len(lengths) > 1 and lengths[1] > _SECOND):
        return ()
    upright = _all_pieces(np.ascontiguousarray(ink.T), np.ascontiguousarray(faint.T), unit, _UPRIGHT, _DOTTED_UPRIGHT)
    fall, drift = _lean(level, unit), _lean(upright, unit)
    lattices = find_lattices(_rules(level, fall, drift), _rules(upright, drift, fall), unit)
    return tuple(Grid(_larger(lattice, dpi / unit), fall, drift) for lattice in lattices)


def _depth(grey: Pixels, unit: int) -> Pixels:
    """Return by how many levels each pixel is darker than the paper."""
    return np.asarray(cv2.subtract(paper_level(grey, max(3, unit // 4)), grey), np.uint8)


def _ink(depth: Pixels, share: float) -> Pixels:
    """Return where it is darker than `share` of the page's own black."""
    return np.asarray(depth > max(_LEAST_DEPTH, share * float(np.percentile(depth[::3, ::3], 99.5))), np.uint8)


def _all_pieces(ink: Pixels, faint: Pixels, unit: int, whole: float, dotted: float) -> list[_Piece]:
    """Return the level pieces of rules, whole ones and those of dots where no whole one lies."""
    found = _pieces(ink, unit, whole)
    closed = (piece for piece in _dotted(faint, unit, dotted) if not _is_among(piece, found, unit))
    return [*found, *closed]


def _is_among(piece: _Piece, found: Sequence[_Piece], unit: int) -> bool:
    """Return whether most of `piece` is known: closed, a rule takes the stem of the letter over it with it."""
    near = (other for other in found if abs(other.at - piece.at) < _THICK * unit)
    known = sum(max(0.0, min(piece.stop, other.stop) - max(piece.start, other.start)) for other in near)
    return known > 0.5 * piece.length


def _pieces(ink: Pixels, unit: int, least: float, step: int = 1) -> list[_Piece]:
    """Return the level pieces of rules; give the page lying on its side for the upright ones.

    Of `ink` only every `step`-th column is looked at.
    """
    ink = np.ascontiguousarray(ink[:, ::step])
    # A rule that leans goes on one row further: thickened across, its steps hang together.
    thick = cv2.dilate(ink, np.ones((3, 1), np.uint8))
    long = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((1, round(least * unit / step)), np.uint8))
    outlines, _ = cv2.findContours(np.asarray(long, np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    flat = (outline for outline in outlines if _is_flat(cv2.boundingRect(outline), unit, step))
    return [_piece(np.asarray(outline, np.int32) * (step, 1)) for outline in flat]


def _is_flat(bounds: Sequence[int], unit: int, step: int) -> bool:
    """Return whether what has these `bounds` (left, top, width, height) is no higher than a rule that leans."""
    return bounds[3] <= _THICK * unit + _MOST_LEAN * bounds[2] * step


def _piece(outline: npt.NDArray[np.int32]) -> _Piece:
    xs, ys = outline[:, 0, 0], outline[:, 0, 1]
    left, right = int(xs.min()), int(xs.max()) + 1
    first = 2 * xs < left + right
    # How far it falls from the middle of its left half to that of its right one.
    lean = (
        0.0 if first.all() else float((ys[~first].mean() - ys[first].mean()) / (xs[~first].mean() - xs[first].mean()))
    )
    return _Piece((left + right) / 2, float(ys.mean()) + 0.5, left, right, lean, int(ys.max() - ys.min()) + 1)


def _dotted(ink: Pixels, unit: int, least: float) -> list[_Piece]:
    """Return the level pieces that show once small gaps are closed: rules of dots. Rows of letters close too."""
    closed = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((1, round(_GAP * unit)), np.uint8))
    sums = np.asarray(cv2.integral(ink), np.int32)
    pieces = _pieces(np.asarray(closed, np.uint8), unit, least, _SPARSE)
    return [piece for piece in pieces if _stands_alone(piece, sums, unit)]


def _stands_alone(piece: _Piece, sums: npt.NDArray[np.int32], unit: int) -> bool:
    """Return whether there is little ink above and below a piece. `sums` is the integral of the page's ink."""
    near, far = (round(edge * unit) for edge in _BESIDE)
    left, right = round(piece.start), round(piece.stop)
    off = round(abs(piece.lean) * piece.length / 2)
    middle, last = round(piece.at), sums.shape[0] - 1
    for first, stop in ((middle - off - far, middle - off - near), (middle + off + near, middle + off + far)):
        top, bottom = min(last, max(0, first)), min(last, max(0, stop))
        area = (right - left) * (bottom - top)
        inked = int(sums[bottom, right] - sums[top, right] - sums[bottom, left] + sums[top, left])
        if area > 0 and inked > _MOST_BESIDE * area:
            return False
    return True


def _lean(pieces: Sequence[_Piece], unit: int) -> float:
    """Return how far the long pieces lean, px a px: the median by length; 0.0 without any."""
    long = sorted((p for p in pieces if p.length > _LONG * unit and abs(p.lean) < _MOST_LEAN), key=lambda p: p.lean)
    half, passed = sum(piece.length for piece in long) / 2, 0.0
    for piece in long:
        passed += piece.length
        if passed >= half:
            return piece.lean
    return 0.0


def _rules(pieces: Sequence[_Piece], lean: float, other: float) -> list[Rule]:
    """Return the pieces as on a page that does not lean."""
    return [Rule(p.at - lean * p.middle, p.start - other * p.at, p.stop - other * p.at) for p in pieces]


def _larger(lattice: Lattice, factor: float) -> Lattice:
    return Lattice(tuple(x * factor for x in lattice.xs), tuple(y * factor for y in lattice.ys), lattice.places)


def without_rules(grey: Pixels, dpi: int, grids: Sequence[Grid]) -> Pixels:
    """Return a copy of the page with the rules of `grids` painted as paper. Nothing outside the grids changes."""
    small, unit = scaled(grey, dpi, RULE_DPI), min(dpi, RULE_DPI)
    ink = _ink(_depth(small, unit), _DEPTH)
    mask = np.zeros_like(ink)
    for grid in grids:
        pad = round(_PAINT * unit)
        left, top, right, bottom = (round(edge * unit / dpi) for edge in grid.outline)
        place = (slice(max(0, top - pad), bottom + pad), slice(max(0, left - pad), right + pad))
        mask[place] |= _rule_ink(ink[place], unit)
    # The blur of a rule is lighter than ink and would stay as a shadow.
    mask = np.asarray(cv2.dilate(mask, np.ones((3, 3), np.uint8)), np.uint8)
    paper = paper_level(small, max(3, unit // 4))
    height, width = grey.shape
    if mask.shape != grey.shape:
        mask = np.asarray(cv2.resize(mask, (width, height), interpolation=cv2.INTER_NEAREST), np.uint8)
        paper = np.asarray(cv2.resize(paper, (width, height)), np.uint8)
    return np.where(mask > 0, paper, grey)


def _rule_ink(ink: Pixels, unit: int) -> Pixels:
    """Return the ink of what is long and thin, level or upright."""
    level = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, round(_LEVEL * unit)), np.uint8))
    upright = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((round(_UPRIGHT * unit), 1), np.uint8))
    return np.asarray(cv2.bitwise_or(level, upright), np.uint8)
