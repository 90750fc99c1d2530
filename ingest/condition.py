"""Makes a page image readable: measure cheaply, act only when needed, record each act.

    turn → part facing pages → the sheet alone, level and square → black edges, holes → seals → light → skew
         → focus → grain, specks → size of letters

Every measure is taken on a copy of at most `MEASURE_DPI`, or on a part of the page; only the acts touch the full
image. What comes out is grey. Its size changes by a quarter turn, by the sheet cut out of a photo, and where letters
are too small or too large to read; `dpi` follows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from tonghop.ingest.borders import find_edges, find_holes, painted
from tonghop.ingest.facing import find_gutter
from tonghop.ingest.ink import grey_of, has_lines, opaque_blobs, paper_level, scaled
from tonghop.ingest.lettersize import best_factor, densest, resized, x_height
from tonghop.ingest.noise import blur, grain, sharpened, smoothed, without_specks
from tonghop.ingest.rasterize import PageImage, Pixels, estimate_dpi
from tonghop.ingest.seals import without_seals
from tonghop.ingest.sheet import find_sheet, level_sheet
from tonghop.ingest.slope import find_slope, levelled
from tonghop.records import ProcessingStep

__all__ = ["MEASURE_DPI", "Conditioned", "condition", "turn"]

MEASURE_DPI = 75
_NO_PAPER = 110  # grey levels: paper photographed in poor light is brighter
_UNEVEN_LIGHT = 45  # grey levels between the darkest and the brightest paper of a page
# The grain (grey levels) up to which nothing is won by smoothing: at 25 0.7 % of tokens are read wrong with and
# without, at 28 half of them without and 0.7 to 1.0 % with; the same at 150, 200 and 300 dpi.
_MOST_GRAIN = 26.0
# Of the x-height as measured (blur makes it seem larger), the blur up to which nothing is won by sharpening. At a true
# x-height of 16.5 pixels a blur of 1.5 costs nothing, of 2.5 (0.10 to 0.12) 2.4 % of the tokens, 0.9 % once sharpened,
# of 3.5 (0.13 to 0.14) 44 %, and 8 %.
_MOST_BLUR = 0.105
_BLURRED = 0.126  # … and from which the page is not to be trusted
_LEAST_BLUR = 1.3  # pixels: sharp enough at any size
_LEAST_SHARPENED = 11.0  # pixels of x-height
_TOO_SMALL = 6.0  # pixels as measured (4.5 to 5 in truth): 3 to 11 % of the tokens are misread once enlarged


@dataclass(frozen=True, slots=True, eq=False)
class Conditioned:
    """A grey page ready for reading. `skew` (degrees, counter-clockwise) was turned back.

    `blobs` is the mask (0, 1; at most 75 dpi) of dark blobs on the page as it came, which may cover words. `gutter`
    is the x at which the right one of two facing pages begins, 0 for a single page; `skew` is then that of the left.
    `dark` is the share (0 to 1) of the page, its black edges painted, that was too dark for paper as it came.
    `is_unclear`: so far out of focus, or of so small letters, that words are misread whatever is done.
    """

    grey: Pixels
    dpi: int
    skew: float
    steps: tuple[ProcessingStep, ...]
    blobs: Pixels
    gutter: int = 0
    is_unclear: bool = False
    dark: float = 0.0


def condition(image: PageImage, rotation: int = 0) -> Conditioned:
    """Return `image` turned by `rotation`, each of its pages alone and level, without seals, evenly lit."""
    steps = (_step("rotate", degrees=rotation),) if rotation else ()
    turned = PageImage(turn(image.pixels, rotation), image.dpi)
    gutter = find_gutter(turned.pixels, turned.dpi)
    page = _level(turned) if gutter is None else _both(turned, gutter)
    return _legible(replace(page, steps=(*steps, *page.steps)))


def _both(image: PageImage, gutter: int) -> Conditioned:
    """Return the pages left and right of `gutter`, each level by itself, on one canvas."""
    halves = (image.pixels[:, :gutter], image.pixels[:, gutter:])
    left, right = (_level(PageImage(np.ascontiguousarray(half), image.dpi), is_half=True) for half in halves)
    steps = (_step("part-facing-pages", gutter=gutter), *left.steps, *right.steps)
    blobs = _beside(left.blobs, right.blobs, 0)
    grey = _beside(left.grey, right.grey, int(np.percentile(left.grey[::16, ::16], 80)))
    dark = max(left.dark, right.dark)
    return Conditioned(grey, image.dpi, left.skew, steps, blobs, left.grey.shape[1], dark=dark)


def _beside(left: Pixels, right: Pixels, filling: int) -> Pixels:
    height = max(len(left), len(right))
    padded = [
        cv2.copyMakeBorder(one, 0, height - len(one), 0, 0, cv2.BORDER_CONSTANT, value=(filling,))
        for one in (left, right)
    ]
    return np.asarray(np.hstack(padded), dtype=np.uint8)


def _level(image: PageImage, *, is_half: bool = False) -> Conditioned:
    """Return one page: its sheet alone, without black edges and seals, evenly lit, its lines level."""
    steps: list[ProcessingStep] = []
    pixels, dpi = image.pixels, image.dpi
    if not is_half:
        pixels, dpi = _sheet_alone(pixels, dpi, steps)
    # Before the seals go and the light is evened: both turn a blob into paper.
    blobs = opaque_blobs(grey_of(pixels), dpi, MEASURE_DPI)
    grey, seals = without_seals(pixels, dpi)
    if seals:
        steps.append(_step("remove-seal", blobs=seals))
    grey = _without_borders(grey, dpi, steps)
    # Once the light is even nothing is dark any more. One pixel in 64 says how much was.
    dark = float((grey[::8, ::8] < _NO_PAPER).mean())
    grey = _evenly_lit(grey, dpi, steps)
    slope = find_slope(grey, dpi)
    if not slope.is_sloping:
        return Conditioned(grey, dpi, 0.0, tuple(steps), blobs, dark=dark)
    if slope.is_fanned:
        steps.append(_step("level-lines", top=f"{slope.top:.2f}", bottom=f"{slope.bottom:.2f}"))
    else:
        steps.append(_step("deskew", degrees=f"{slope.skew:.2f}"))
    return Conditioned(levelled(grey, slope), dpi, slope.skew, tuple(steps), levelled(blobs, slope), dark=dark)


def _sheet_alone(pixels: Pixels, dpi: int, steps: list[ProcessingStep]) -> tuple[Pixels, int]:
    sheet = find_sheet(pixels)
    if sheet is None:
        return pixels, dpi
    level = level_sheet(pixels, sheet)
    if dpi == estimate_dpi(max(pixels.shape[:2]), 0):  # guessed as if the photo were the paper, desk and all
        dpi = estimate_dpi(max(level.shape[:2]), 0)
    corners = " ".join(f"{x:.0f},{y:.0f}" for x, y in sheet.corners)
    steps.append(_step("level-sheet", corners=corners))
    return level, dpi


def _without_borders(grey: Pixels, dpi: int, steps: list[ProcessingStep]) -> Pixels:
    small, unit = scaled(grey, dpi, MEASURE_DPI), min(dpi, MEASURE_DPI)
    for action, find in (("paint-black-edges", find_edges), ("paint-holes", find_holes)):
        mask = find(small, unit)
        if mask.any():
            steps.append(_step(action, share=f"{float(mask.mean()):.4f}"))
            grey = painted(grey, mask)
    return grey


def _legible(page: Conditioned) -> Conditioned:
    """Return `page` in focus, without the grain and specks that cost words, its letters of a size that reads well."""
    page = _in_focus(page)
    # The grain of a blank page has a size, too.
    height = x_height(page.grey) if has_lines(page.grey, page.dpi) else 0.0
    steps = list(page.steps)
    grey = _without_noise(page.grey, height or page.dpi / 12, steps)
    factor = best_factor(height, grey.size)
    if factor == 1.0:
        return replace(page, grey=grey, steps=tuple(steps))
    steps.append(_step("resize", factor=f"{factor:.2f}", x_height=f"{height:.0f}"))
    return replace(
        page,
        grey=resized(grey, factor),
        dpi=max(1, round(page.dpi * factor)),
        gutter=round(page.gutter * factor),
        is_unclear=page.is_unclear or height <= _TOO_SMALL,
        steps=tuple(steps),
    )


def _without_noise(grey: Pixels, height: float, steps: list[ProcessingStep]) -> Pixels:
    found = grain(grey)
    if found > _MOST_GRAIN:
        steps.append(_step("smooth", grain=f"{found:.0f}"))
        return smoothed(grey, height)
    cleared, specks = without_specks(grey, height)
    if specks:
        steps.append(_step("remove-specks", count=specks))
        return cleared
    return grey


def _in_focus(page: Conditioned) -> Conditioned:
    """Return `page` sharpened where it is out of focus; small letters are soft by themselves, and enlarged instead."""
    sigma = blur(page.grey)
    if sigma < _LEAST_BLUR:
        return page
    # Letters that run into each other are measured too large: first they are parted, as far as that goes.
    height = x_height(sharpened(densest(page.grey), sigma))
    if height <= _LEAST_SHARPENED or sigma <= _MOST_BLUR * height:
        return page
    step = _step("sharpen", blur=f"{sigma:.1f}", x_height=f"{height:.0f}")
    is_unclear = sigma > _BLURRED * height
    return replace(page, grey=sharpened(page.grey, sigma), steps=(*page.steps, step), is_unclear=is_unclear)


def turn(pixels: Pixels, rotation: int) -> Pixels:
    """Return `pixels` turned counter-clockwise by 0, 90, 180 or 270 degrees."""
    return np.ascontiguousarray(np.rot90(pixels, rotation // 90)) if rotation else pixels


def _evenly_lit(grey: Pixels, dpi: int, steps: list[ProcessingStep]) -> Pixels:
    small = scaled(grey, dpi, MEASURE_DPI)
    paper = paper_level(small, max(5, min(dpi, MEASURE_DPI) // 3))
    dark, bright = np.percentile(paper, (5, 95))
    if bright - dark < _UNEVEN_LIGHT:
        return grey
    steps.append(_step("flatten-light", spread=round(float(bright - dark))))
    full = cv2.resize(np.maximum(paper, 1), (grey.shape[1], grey.shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.divide(grey, full, scale=255.0), dtype=np.uint8)


def _step(action: str, **settings: object) -> ProcessingStep:
    return ProcessingStep(
        action=action,
        engine="opencv",
        version=cv2.__version__,
        settings=tuple((key, str(value)) for key, value in settings.items()),
    )
