"""What printing, scanning, faxing and packing do to a page, and where its words come to stand.

Each page draws its own mixture, from nearly clean to barely legible. Afterwards the page is made level again and
brought to the resolution of reading as the product does: a scan inside a PDF is rendered at 300 dpi, whatever its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

import cv2
import numpy as np
import numpy.typing as npt

from tonghop.models.train.printing import Pixels, PlacedWord, PrintedPage

__all__ = ["PROFILES", "WornPage", "wear"]

Floats = npt.NDArray[np.float32]

PROFILES = ("clean", "office", "poor", "fax", "worn")
_READING_DPI = 300
_LEAST_SKEW = 0.3  # degrees; a page turned less is not turned back (tonghop.ingest.condition)
_SKEW_ERROR = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class WornPage:
    """A page as it is read: its words' boxes are in its own pixels."""

    pixels: Pixels
    dpi: int
    words: tuple[PlacedWord, ...]
    profile: str


def wear(page: PrintedPage, profile: str, chance: Random) -> WornPage:
    """Return `page` after `profile`, one of `PROFILES`, has happened to it."""
    noise = np.random.default_rng(chance.getrandbits(48))
    grey = page.pixels.astype(np.float32)
    if profile != "clean":
        grey = _toner(grey, chance)
    grey, turned = _turned(grey, chance.gauss(0, 0.5) if profile != "clean" else 0.0)
    grey = _scanned(grey, profile, page.dpi, chance, noise)
    pixels = _bitonal(grey, chance, noise) if profile == "fax" else _packed(grey, profile, chance)
    matrix = turned
    angle = _angle_of(turned)
    if abs(angle) >= _LEAST_SKEW:
        back, levelled = _turned(pixels.astype(np.float32), -angle + chance.uniform(-_SKEW_ERROR, _SKEW_ERROR))
        pixels = back.clip(0, 255).astype(np.uint8)
        matrix = _after(turned, levelled)
    factor = 1.0
    if page.dpi < _READING_DPI and chance.random() < 0.35:
        factor = _READING_DPI / page.dpi
        way = cv2.INTER_NEAREST if profile == "fax" else cv2.INTER_LINEAR
        pixels = np.asarray(cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=way), np.uint8)
    words = tuple(PlacedWord(w.text, w.line, _moved(w.box, matrix, factor)) for w in page.words)
    return WornPage(pixels, round(page.dpi * factor), words, profile)


def _toner(grey: Floats, chance: Random) -> Floats:
    """Make strokes a little thicker or thinner than the face has them."""
    sigma = chance.uniform(0.3, 0.7)
    soft = cv2.GaussianBlur(grey, (0, 0), sigma)
    shift = chance.uniform(-45, 45)  # a lower level of paper thins, a higher one thickens
    gain = chance.uniform(1.0, 1.8)
    return np.asarray((soft - 128 - shift) * gain + 128, np.float32).clip(0, 255)


def _scanned(grey: Floats, profile: str, dpi: int, chance: Random, noise: np.random.Generator) -> Floats:
    most_blur, most_noise = {
        "clean": (0.35, 1.5), "office": (0.8, 6.0), "poor": (1.0, 13.0), "fax": (0.8, 10.0), "worn": (1.5, 16.0),
    }[profile]  # fmt: skip
    # A fixed share of a letter, not of a pixel: what blurs 300 dots an inch a little makes 120 illegible.
    grey = np.asarray(
        cv2.GaussianBlur(grey, (0, 0), max(0.2, chance.uniform(0.3, most_blur) * (dpi / 170) ** 0.7)), np.float32
    )
    paper = 255.0 if profile == "clean" else chance.uniform(215, 255)
    ink = chance.uniform(0, 30) if profile in ("clean", "office") else chance.uniform(0, 90)
    grey = ink + grey * ((paper - ink) / 255)
    if profile in ("poor", "worn") and chance.random() < 0.5:
        grey *= _shade(grey.shape[0], grey.shape[1], chance)
    grain = noise.standard_normal(grey.shape, np.float32) * chance.uniform(0.5, most_noise)
    if chance.random() < 0.4:  # paper has coarser grain than a sensor
        grain = np.asarray(cv2.GaussianBlur(grain, (0, 0), 0.8), np.float32) * 1.8
    return np.asarray((grey + grain).clip(0, 255), np.float32)


def _shade(height: int, width: int, chance: Random) -> Floats:
    across = np.linspace(-1, 1, width, dtype=np.float32)[None, :] * chance.uniform(-0.08, 0.08)
    down = np.linspace(-1, 1, height, dtype=np.float32)[:, None] * chance.uniform(-0.08, 0.08)
    return np.asarray(0.92 + across + down, np.float32)


def _bitonal(grey: Floats, chance: Random, noise: np.random.Generator) -> Pixels:
    paper, ink = float(np.percentile(grey[::8, ::8], 80)), float(np.percentile(grey[::4, ::4], 1))
    level = ink + (paper - ink) * chance.uniform(0.45, 0.75)
    if chance.random() < 0.15:  # a fax sends half the rows
        height, width = grey.shape
        half = cv2.resize(grey, (width, round(height * 0.6)), interpolation=cv2.INTER_AREA)
        grey = np.asarray(cv2.resize(half, (width, height), interpolation=cv2.INTER_NEAREST), np.float32)
    black = grey < level
    specks = noise.random(grey.shape, np.float32)
    share = chance.choice((0.0, 0.0001, 0.0005, 0.002))
    black = (black | (specks < share)) & (specks < 1 - share)
    return np.where(black, 0, 255).astype(np.uint8)


def _packed(grey: Floats, profile: str, chance: Random) -> Pixels:
    pixels = grey.clip(0, 255).astype(np.uint8)
    quality = chance.randint(*{"clean": (85, 98), "office": (55, 90), "poor": (35, 75), "worn": (25, 60)}[profile])
    _, data = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), np.uint8)


def _turned(grey: Floats, degrees: float) -> tuple[Floats, Floats]:
    height, width = grey.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    if not degrees:
        return grey, matrix.astype(np.float32)
    paper = (float(np.percentile(grey[::16, ::16], 80)),)
    moved = cv2.warpAffine(grey, matrix, (width, height), flags=cv2.INTER_CUBIC, borderValue=paper)
    return np.asarray(moved, np.float32), matrix.astype(np.float32)


def _angle_of(matrix: Floats) -> float:
    return float(np.degrees(np.arctan2(matrix[0, 1], matrix[0, 0])))


def _after(first: Floats, second: Floats) -> Floats:
    whole = np.vstack([second, [0, 0, 1]]) @ np.vstack([first, [0, 0, 1]])
    return np.asarray(whole[:2], np.float32)


def _moved(box: tuple[float, float, float, float], matrix: Floats, factor: float) -> tuple[float, float, float, float]:
    """Return the box around the middle line of `box`, moved; its height stays that of the letters."""
    left, top, right, bottom = box
    middle = (top + bottom) / 2
    ends = np.array([[left, middle, 1], [right, middle, 1]], np.float32) @ matrix.T
    half = (bottom - top) / 2
    y = float(ends[:, 1].mean())
    start, end = float(ends[0, 0]), float(ends[1, 0])
    return start * factor, (y - half) * factor, end * factor, (y + half) * factor
