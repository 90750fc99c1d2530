"""Grain, specks and blur: measured on the page as it is, mended only where they cost words.

Tesseract's recogniser reads through grain; its line finding, which works in black and white, does not.
"""

from __future__ import annotations

import cv2
import numpy as np

from tonghop.ingest.ink import paper_level
from tonghop.ingest.lettersize import densest
from tonghop.ingest.rasterize import Pixels

__all__ = ["blur", "grain", "sharpened", "smoothed", "without_specks"]

_EDGE = 0.5  # steepest step times sigma, for sigma 1.5 to 3.5, as measured on drawn text
_SHARPEN = 2.0  # with 4 grain stands out, and nothing more is won
_SPECK = 0.022  # of the square of the x-height: the dot of an i has twice that
_DARK, _BLACK = 0.8, 0.5  # of the paper's brightness
# Pixels of x-height. Below, specks are as large as the dot under a letter. Faxes with 9 specks in 10,000 pixels, tokens
# read wrong without and with: at 200 dpi 3.4 and 0.7 %, at 150 dpi 2.1 and 2.0 %, there with 11 points 4.5 and 4.5 %.
_LEAST_HEIGHT = 15.0
# Of the x-height. Dots that stand closer than the first, in rows longer than the second, are a dotted rule or a leader.
_DOTS_APART, _ROW = 0.7, 6.0
_THIN = 0.3  # of the x-height: a row of dots, also where they run together
_LEAST = 40  # specks: a blank page with a few is no specked page
_FAR = 0.25  # of as many as that in a quarter of the page
_MANY = 0.4  # specks for each letter, from which a page is specked


def grain(grey: Pixels) -> float:
    """Return the standard deviation, in grey levels, of the grain of `grey`: of most pixels against the next."""
    rows = grey[::8].astype(np.float32)
    return float(np.median(np.abs(np.diff(rows, axis=1)))) / 0.954


def smoothed(grey: Pixels, height: float) -> Pixels:
    """Return `grey` smoothed by a Gaussian of a sixteenth of the x-height: grain goes, strokes stay."""
    return np.asarray(cv2.GaussianBlur(grey, (0, 0), max(0.8, height / 16)), dtype=np.uint8)


def blur(grey: Pixels) -> float:
    """Return how far, in pixels, the page is out of focus: the sigma of a Gaussian that makes edges as soft.

    From the steepest steps of grey, as a share of the contrast of ink and paper, where there is most ink. Grain makes
    steps steeper: then the blur is thought less than it is, and 0.5 is the least that is told from none.
    """
    part = densest(grey)
    sample = part[::3, ::3]
    contrast = float(np.percentile(sample, 80)) - float(np.percentile(sample, 1))
    steps = np.abs(np.diff(part[::6].astype(np.float32), axis=1))
    steepest = float(np.percentile(steps, 99.5)) if steps.size else 0.0
    return _EDGE * contrast / steepest if steepest > 0 else 0.0


def sharpened(grey: Pixels, sigma: float) -> Pixels:
    """Return `grey` with what a blur of `sigma` pixels took from its edges given back (an unsharp mask)."""
    soft = cv2.GaussianBlur(grey, (0, 0), sigma)
    return np.asarray(cv2.addWeighted(grey, 1 + _SHARPEN, soft, -_SHARPEN, 0), dtype=np.uint8)


def without_specks(grey: Pixels, height: float) -> tuple[Pixels, int]:
    """Return `grey` without its specks and how many there were; as it is where they are few.

    Specks are dark pieces much smaller than the dot of an i, for letters of x-height `height`. Whether they are many
    is seen on the part of the page that holds most ink.
    """
    part = densest(grey)
    if height < _LEAST_HEIGHT or not _is_specked(part, height):
        return grey, 0
    spots, specks, _ = _specks(grey, height)
    cleared = grey.copy()
    cleared[cv2.dilate(spots, np.ones((3, 3), np.uint8)) > 0] = int(np.percentile(part, 75))
    return cleared, specks


def _is_specked(part: Pixels, height: float) -> bool:
    """Return whether `part` is specked; a quarter of it that is far from it speaks for the whole."""
    quarter = part[: len(part) // 2, : part.shape[1] // 2]
    _, specks, letters = _specks(np.ascontiguousarray(quarter), height)
    if specks < _FAR * _MANY * letters:
        return False
    _, specks, letters = _specks(part, height)
    return specks >= max(_LEAST, _MANY * letters)


def _specks(grey: Pixels, height: float) -> tuple[Pixels, int, int]:
    """Return the mask (0, 1) of specks, their number and that of pieces as high as letters."""
    mask, black = _darker(grey)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    is_speck = stats[:, cv2.CC_STAT_AREA] <= int(_SPECK * height**2)
    is_speck &= np.bincount(labels[black > 0], minlength=len(stats)) > 0
    is_speck[0] = False
    # Dots that have run together are no specks, but of their row.
    is_thin = stats[:, (cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT)].min(axis=1) <= _THIN * height
    in_rows = _in_rows(np.asarray(is_thin[labels] & (labels > 0), dtype=np.uint8), height)
    is_speck[np.unique(labels[in_rows > 0])] = False
    tall = stats[:, cv2.CC_STAT_HEIGHT]
    letters = int(((tall > 0.6 * height) & (tall < 4 * height)).sum())
    return np.asarray(is_speck[labels], dtype=np.uint8), int(is_speck.sum()), letters


def _in_rows(spots: Pixels, height: float) -> Pixels:
    """Return the mask (0, 1) of the spots that stand in rows, level or upright, as specks by chance do not."""
    apart, row = max(3, round(_DOTS_APART * height)), round(_ROW * height)
    return _in_level_rows(spots, apart, row) | _in_level_rows(spots.T, apart, row).T


def _in_level_rows(spots: Pixels, apart: int, row: int) -> Pixels:
    wide = cv2.dilate(spots, np.ones((3, 1), np.uint8))  # a row may slope a little
    joined = cv2.morphologyEx(wide, cv2.MORPH_CLOSE, np.ones((1, apart), np.uint8))
    rows = cv2.morphologyEx(joined, cv2.MORPH_OPEN, np.ones((1, row), np.uint8))
    return np.asarray(rows, dtype=np.uint8) & spots


def _darker(grey: Pixels) -> tuple[Pixels, Pixels]:
    """Return the masks (0, 1) of what is darker, and what is much darker, than the paper around it.

    The first joins the pieces of a broken or soft letter, the second leaves grain and the rims of JPEG out.
    """
    small = cv2.resize(grey, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    paper = cv2.resize(paper_level(np.asarray(small, np.uint8), 15), grey.shape[::-1], interpolation=cv2.INTER_LINEAR)
    darker, black = (
        cv2.threshold(cv2.subtract(cv2.convertScaleAbs(paper, alpha=share), grey), 0, 1, cv2.THRESH_BINARY)[1]
        for share in (_DARK, _BLACK)
    )
    return np.asarray(darker, dtype=np.uint8), np.asarray(black, dtype=np.uint8)
