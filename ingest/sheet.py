"""The sheet on a photo: its four sides against the desk, and the page brought level and square.

A sheet is believed only where its sides are straight and seen against something darker, and where what lies outside
them is no writing: at most a fiftieth of what looks like ink, and no line of letters, in shadow or not. What is cut off
all the same is a mark or two at the rim. The sides that the photo does not show are put where nothing is lost.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from tonghop.ingest.ink import grey_of, length_of_lines, paper_level, text_ink
from tonghop.ingest.rasterize import Pixels

__all__ = ["Sheet", "find_sheet", "level_sheet"]

Points = npt.NDArray[np.float32]  # (n, 2): x to the right, y down, in pixels

_LONG_SIDE = 600  # pixels of the copy that is measured: letters are gone, sides still sharp to a third of a percent
_LEAST_AREA = 0.2  # of the photo
_LEAST_FILL = 0.93  # how much the sheet and its four corners have in common
_LEAST_CONTRAST = 22  # grey levels between the sheet and what lies beside it
_BORDER = 4  # pixels of the copy: a side nearer to the edge of the photo is not seen
_ANGLES = (55.0, 125.0)  # degrees at the corners
_LEAST_RATIO = 0.55  # of opposite sides
_MOST_LOST = 0.02  # of the ink: grain of wood looks like letters now and then
_LINES_SIDE = 1170  # pixels of the copy on which lines are looked for: A4 at 100 dpi, fine enough for letters
_LINES_DPI = 100
_DARKEST = 60  # grey level of the paper: what is darker is a desk, and its grain is not to be made letters of
_RIM = 9  # pixels of the copy of 600 around the sheet: its own edge is as dark as ink
_LEAST_SIDES = 3  # that are seen: a copy has black edges along two


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """Corners of a sheet from the upper left one clockwise, `(4, 2)`, in pixels of the photo."""

    corners: Points

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels once level: the longer of two opposite sides, so that nothing is squeezed."""
        a, b, c, d = self.corners
        return round(max(_length(a, b), _length(d, c))), round(max(_length(a, d), _length(b, c)))


def find_sheet(pixels: Pixels) -> Sheet | None:
    """Return the sheet that `pixels` show on a darker ground; None where there is none, or it is not sure."""
    factor = _LONG_SIDE / max(pixels.shape[:2])
    if factor >= 1:
        return None
    small = np.asarray(cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    grey = grey_of(small)
    paper = np.asarray(cv2.medianBlur(paper_level(grey, 9), 5), dtype=np.uint8)
    if float(np.percentile(paper, 95)) - float(np.percentile(paper, 1)) < 2 * _LEAST_CONTRAST:
        return None  # one tone all over: a scan
    mask = _largest(paper)
    corners = _corners(mask)
    if corners is None:
        return None
    corners, seen = _with_unseen_sides(corners, mask.shape)
    if sum(seen) < _LEAST_SIDES:
        return None
    if not (_is_like_a_sheet(corners, mask) and _stands_out(corners, seen, paper) and _holds_ink(corners, grey)):
        return None
    sheet = Sheet(corners / factor)
    return None if _has_lines_outside(sheet, pixels) else sheet


def level_sheet(pixels: Pixels, sheet: Sheet) -> Pixels:
    """Return the sheet alone, level and square."""
    width, height = sheet.size
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(sheet.corners.astype(np.float32), target)
    warped = cv2.warpPerspective(
        pixels, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(warped, dtype=np.uint8)


def _largest(paper: Pixels) -> Pixels:
    """Return the mask (0, 1) of the largest bright area, its holes filled."""
    _, mask = cv2.threshold(paper, 0, 1, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    mask = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((7, 7), np.uint8))
    outlines, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    filled = np.zeros_like(mask)
    if outlines:
        cv2.drawContours(filled, [max(outlines, key=cv2.contourArea)], -1, (1,), cv2.FILLED)
    return np.asarray(filled, dtype=np.uint8)


def _corners(mask: Pixels) -> Points | None:
    """Return the corners of the four sides that fit the outline of `mask`; None when it has not four."""
    outlines, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not outlines:
        return None
    outline = max(outlines, key=cv2.contourArea)
    if cv2.contourArea(outline) < _LEAST_AREA * mask.size:
        return None
    hull = cv2.convexHull(outline)
    for part in (0.01, 0.015, 0.02, 0.03, 0.04, 0.05):
        rough = cv2.approxPolyDP(hull, part * cv2.arcLength(hull, closed=True), closed=True)
        if len(rough) == 4:
            ordered = _clockwise(rough.reshape(4, 2).astype(np.float32))
            return _fitted(ordered, outline.reshape(-1, 2).astype(np.float32))
    return None


def _clockwise(corners: Points) -> Points:
    """Return `corners` from the upper left one clockwise."""
    middle = corners.mean(axis=0)
    angle = np.arctan2(corners[:, 1] - middle[1], corners[:, 0] - middle[0])
    turned = corners[np.argsort(angle)]  # y points down: growing angles run clockwise
    return np.asarray(np.roll(turned, -int(np.argmin(turned.sum(axis=1))), axis=0), dtype=np.float32)


def _fitted(corners: Points, outline: Points) -> Points | None:
    """Return where the lines through the points of each side meet: corners of paper are bent, its sides are not."""
    lines = []
    for at in range(4):
        start, end = corners[at], corners[(at + 1) % 4]
        along = (end - start) / max(_length(start, end), 1e-6)
        offset = outline - start
        place = offset @ along
        away = np.abs(offset[:, 0] * along[1] - offset[:, 1] * along[0])
        length = _length(start, end)
        near = outline[(place > 0.05 * length) & (place < 0.95 * length) & (away < 0.03 * length + 2)]
        if len(near) < 10:
            return None
        vx, vy, x, y = cv2.fitLine(near, cv2.DIST_HUBER, 0, 0.01, 0.01).ravel().tolist()
        lines.append((np.array([x, y]), np.array([vx, vy])))
    found = [_crossing(lines[at - 1], lines[at]) for at in range(4)]
    return None if any(one is None for one in found) else np.asarray(found, dtype=np.float32)


def _crossing(first: tuple[Points, Points], second: tuple[Points, Points]) -> Points | None:
    (a, u), (b, v) = first, second
    area = float(u[0] * v[1] - u[1] * v[0])
    if abs(area) < 0.1:
        return None
    return np.asarray(a + u * float((b - a)[0] * v[1] - (b - a)[1] * v[0]) / area, dtype=np.float32)


def _with_unseen_sides(corners: Points, shape: tuple[int, ...]) -> tuple[Points, tuple[bool, ...]]:
    """Return `corners` and which sides (top, right, bottom, left) are seen.

    A side that is the photo's own edge says nothing of the sheet's direction: it is laid parallel to the side
    opposite, so far out that all of the sheet stays.
    """
    height, width = shape
    limits = ((1, 0), (0, width - 1), (1, height - 1), (0, 0))
    seen = []
    for at, (axis, limit) in enumerate(limits):
        ends = corners[[at, (at + 1) % 4], axis]
        seen.append(bool(np.abs(ends - limit).max() > _BORDER))
    moved = corners
    for at in range(4):
        if not seen[at] and seen[(at + 2) % 4]:
            moved = _parallel(moved, at)
    return moved, tuple(seen)


def _parallel(corners: Points, at: int) -> Points:
    """Return `corners` with side `at` parallel to the side opposite."""
    start, end, after, before = (corners[(at + step) % 4] for step in range(4))
    direction = (after - before) / max(_length(after, before), 1e-6)
    outward = np.array([direction[1], -direction[0]])
    anchor = max((start, end), key=lambda point: float(point @ outward))
    sides = ((before, start - before), (after, end - after))
    moved = [_crossing((anchor, direction), (origin, way / max(float(np.hypot(*way)), 1e-6))) for origin, way in sides]
    if moved[0] is None or moved[1] is None:
        return corners
    result = corners.copy()
    result[at], result[(at + 1) % 4] = moved[0], moved[1]
    return result


def _is_like_a_sheet(corners: Points, mask: Pixels) -> bool:
    quad = np.zeros_like(mask)
    cv2.fillConvexPoly(quad, np.round(corners).astype(np.int32), (1,))
    common = float((quad & mask).sum()) / max(1.0, float((quad | mask).sum()))
    a, b, c, d = corners
    ratios = [_length(a, b) / max(_length(d, c), 1e-6), _length(a, d) / max(_length(b, c), 1e-6)]
    angles = [_angle(corners[at - 1], corners[at], corners[(at + 1) % 4]) for at in range(4)]
    return (
        common >= _LEAST_FILL
        and all(_LEAST_RATIO <= ratio <= 1 / _LEAST_RATIO for ratio in ratios)
        and all(_ANGLES[0] <= angle <= _ANGLES[1] for angle in angles)
    )


def _stands_out(corners: Points, seen: tuple[bool, ...], paper: Pixels) -> bool:
    """Return whether the ground beside each side that is seen is darker than the sheet."""
    height, width = paper.shape
    middle = corners.mean(axis=0)
    for at in np.flatnonzero(seen):
        points = corners[at] + np.linspace(0.1, 0.9, 40)[:, None] * (corners[(at + 1) % 4] - corners[at])
        inward = (middle - points) / np.maximum(np.hypot(*(middle - points).T), 1e-6)[:, None]
        inner, outer = (np.round(points + step * inward).astype(int) for step in (8, -8))
        keep = ((outer >= 0) & (outer < (width, height))).all(axis=1)
        if not keep.any():
            continue
        step = paper[tuple(inner[keep].T[::-1])].astype(int) - paper[tuple(outer[keep].T[::-1])].astype(int)
        if float(np.percentile(step, 20)) < _LEAST_CONTRAST:
            return False
    return True


def _holds_ink(corners: Points, grey: Pixels) -> bool:
    ink = text_ink(grey, 72)
    inside = np.zeros(ink.shape, np.uint8)
    cv2.fillConvexPoly(inside, np.round(corners).astype(np.int32), (1,))
    rim = cv2.dilate(inside, np.ones((_RIM, _RIM), np.uint8))
    total = int(ink.sum())
    return total > 0 and float((ink & (rim == 0)).sum()) <= _MOST_LOST * total


def _has_lines_outside(sheet: Sheet, pixels: Pixels) -> bool:
    """Return whether letters stand in a row outside `sheet`: a part of it that lies in shadow, or another one."""
    factor = min(1.0, _LINES_SIDE / max(pixels.shape[:2]))
    small = cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    grey = grey_of(np.asarray(small, dtype=np.uint8))
    # In shadow ink is less deep, and as dark for its paper as elsewhere.
    paper = np.maximum(paper_level(grey, _LINES_DPI // 4), _DARKEST)
    lit = np.asarray(cv2.divide(grey, paper, scale=255.0), dtype=np.uint8)
    inside = np.zeros(grey.shape, np.uint8)
    cv2.fillConvexPoly(inside, np.round(sheet.corners * factor).astype(np.int32), (1,))
    rim = round(_RIM * _LINES_SIDE / _LONG_SIDE)
    outside = text_ink(lit, _LINES_DPI) & (cv2.dilate(inside, np.ones((rim, rim), np.uint8)) == 0)
    ink = np.asarray(outside, dtype=np.uint8)
    # A photo may lie on its side.
    return any(length_of_lines(np.ascontiguousarray(one), _LINES_DPI) > 0 for one in (ink, ink.T))


def _length(a: Points, b: Points) -> float:
    return float(np.hypot(*(b - a)))


def _angle(before: Points, corner: Points, after: Points) -> float:
    first, second = before - corner, after - corner
    cosine = float(first @ second) / max(_length(before, corner) * _length(after, corner), 1e-6)
    return float(np.degrees(np.arccos(np.clip(cosine, -1, 1))))
