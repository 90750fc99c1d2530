"""Cuts worn pages into the lines that tesseract finds, with their truth, and packs them for `lstmtraining`.

Lines are found by tesseract's own layout analysis, so that what is trained on is cut as what will be read: with the
neighbours' marks at the rim, split where gaps are wide, joined where columns touch. A line whose words cannot be told
for certain is left out. libtesseract is called directly (its C interface), because the program prints lines only
after it has read them, ten times slower.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import cv2
import numpy as np

from tonghop.models.train.printing import Pixels, PlacedWord
from tonghop.models.train.wear import WornPage

__all__ = ["CutLine", "LineFinder", "cut_lines", "write_lines"]

Box = tuple[int, int, int, int]

_TEXTLINE = 2  # RIL_TEXTLINE
_SEGMENTATION = 3  # as the product reads
_PADDING = 4  # pixels tesseract puts around a line it reads (kImagePadding)
_LEAST_COVERED = 0.9  # share of a word's width that lies in the line
_LEAST_HEIGHT = 8  # pixels


@dataclass(frozen=True, slots=True, eq=False)
class CutLine:
    """The grey image of a line and what stands on it."""

    pixels: Pixels
    text: str


class LineFinder:
    """Tesseract's layout analysis. To be used as a context. Raises `OSError` when libtesseract is not installed."""

    def __init__(self, tessdata: Path, language: str) -> None:
        name = ctypes.util.find_library("tesseract")
        if name is None:
            raise FileNotFoundError("libtesseract is not installed (Debian and Ubuntu: apt install tesseract-ocr)")
        self._library = ctypes.CDLL(name)
        for function in ("TessBaseAPICreate", "TessBaseAPIAnalyseLayout"):
            getattr(self._library, function).restype = ctypes.c_void_p
        self._handle = ctypes.c_void_p(self._library.TessBaseAPICreate())
        if self._library.TessBaseAPIInit3(self._handle, str(tessdata).encode(), language.encode()):
            raise FileNotFoundError(f"tesseract finds no {language}.traineddata in {tessdata}")
        self._library.TessBaseAPISetVariable(self._handle, b"debug_file", os.devnull.encode())  # it counts aloud

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._library.TessBaseAPIDelete(self._handle)

    def find(self, pixels: Pixels, dpi: int) -> list[Box]:
        """Return the boxes (left, top, right, bottom) of the lines of text on a grey page."""
        height, width = pixels.shape
        packed = np.ascontiguousarray(pixels)
        library, handle = self._library, self._handle
        library.TessBaseAPISetPageSegMode(handle, _SEGMENTATION)
        library.TessBaseAPISetImage(handle, packed.ctypes.data_as(ctypes.c_void_p), width, height, 1, width)
        library.TessBaseAPISetSourceResolution(handle, dpi)
        place = library.TessBaseAPIAnalyseLayout(handle)
        if not place:
            return []
        iterator = ctypes.c_void_p(place)
        boxes = list(self._boxes(iterator))
        library.TessPageIteratorDelete(iterator)
        library.TessBaseAPIClear(handle)
        return boxes

    def _boxes(self, iterator: ctypes.c_void_p) -> Iterator[Box]:
        sides = [ctypes.c_int() for _ in range(4)]
        while True:
            if self._library.TessPageIteratorBoundingBox(iterator, _TEXTLINE, *(ctypes.byref(s) for s in sides)):
                left, top, right, bottom = (side.value for side in sides)
                yield left, top, right, bottom
            if not self._library.TessPageIteratorNext(iterator, _TEXTLINE):
                return


def cut_lines(page: WornPage, finder: LineFinder) -> Iterator[CutLine]:
    """Yield the lines of `page` that tesseract finds and whose words are certain."""
    boxes = finder.find(page.pixels, page.dpi)
    _, binary = cv2.threshold(page.pixels, 0, 1, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    _, _, stats, centres = cv2.connectedComponentsWithStats(np.asarray(binary, np.uint8), connectivity=8)
    for box in boxes:
        words = _words_in(box, page.words)
        if words:
            left, top, right, bottom = _grown(box, stats[1:], centres[1:], words)
            pixels = page.pixels[max(0, top - _PADDING) : bottom + _PADDING, max(0, left - _PADDING) : right + _PADDING]
            if pixels.shape[0] >= _LEAST_HEIGHT:
                yield CutLine(np.ascontiguousarray(pixels), " ".join(word.text for word in words))


def _words_in(box: Box, words: Sequence[PlacedWord]) -> list[PlacedWord]:
    """Return the words in `box` from left to right; none when the box is no single line or cuts a word."""
    left, top, right, bottom = box
    level = [w for w in words if top < (w.box[1] + w.box[3]) / 2 < bottom and w.box[0] < right and w.box[2] > left]
    inside = [word for word in level if _covered(word, box) > _LEAST_COVERED]
    # A word half in is cut; one that only touches the rim belongs to the neighbouring cell.
    if not inside or any(0.1 < _covered(word, box) <= _LEAST_COVERED for word in level):
        return []
    height = max(word.box[3] - word.box[1] for word in inside)
    levels = [(word.box[1] + word.box[3]) / 2 for word in inside]
    if max(levels) - min(levels) > height * 0.3 or not 0.3 * height < bottom - top < 1.5 * height:
        return []
    return sorted(inside, key=lambda word: word.box[0])


def _covered(word: PlacedWord, box: Box) -> float:
    shared = min(word.box[2], box[2] + 2) - max(word.box[0], box[0] - 2)
    return shared / max(1.0, word.box[2] - word.box[0])


def _grown(box: Box, stats: np.ndarray, centres: np.ndarray, words: Sequence[PlacedWord]) -> Box:
    """Return `box` with the marks above and below its letters, which the layout analysis leaves out of it."""
    left, top, right, bottom = box
    over = min(word.box[1] for word in words)
    under = max(word.box[3] for word in words)
    room = (under - over) * 0.5
    small = (stats[:, cv2.CC_STAT_HEIGHT] < room) & (stats[:, cv2.CC_STAT_AREA] > 2)
    level = (centres[:, 1] > over) & (centres[:, 1] < under) & (centres[:, 0] > left) & (centres[:, 0] < right)
    marks = stats[small & level]
    if not len(marks):
        return box
    highest = int(marks[:, cv2.CC_STAT_TOP].min())
    lowest = int((marks[:, cv2.CC_STAT_TOP] + marks[:, cv2.CC_STAT_HEIGHT]).max())
    return left, min(top, highest), right, max(bottom, lowest)


def write_lines(lines: Iterable[CutLine], path: Path) -> int:
    """Write `lines` as an `.lstmf` file (tesseract's DocumentData, little-endian); returns how many."""
    packed = [_page(line, path.stem, number) for number, line in enumerate(lines)]
    path.write_bytes(struct.pack("<I", len(packed)) + b"".join(packed))
    return len(packed)


def _page(line: CutLine, name: str, number: int) -> bytes:
    _, png = cv2.imencode(".png", line.pixels)
    height, width = line.pixels.shape
    data = png.tobytes()
    text = line.text.encode("utf-8")
    return b"".join(
        (
            b"\x01",  # not null
            _string(name.encode()),
            struct.pack("<i", number),
            struct.pack("<I", len(data)) + data,
            _string(b""),  # language
            _string(text),
            struct.pack("<I4h", 1, 0, 0, min(width, 32767), height),  # one box: the whole line
            struct.pack("<I", 1) + _string(text),
            b"\x00",  # not vertical
        )
    )


def _string(data: bytes) -> bytes:
    return struct.pack("<I", len(data)) + data
