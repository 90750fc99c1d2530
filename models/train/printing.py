"""Draws office pages and remembers where each word stands.

Pages are set as word processors set them: justified, without kerning more often than with, sometimes condensed.
They are drawn at twice the resolution and made smaller, so that no stroke sits on the grid of pixels, as on paper.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from random import Random

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from tonghop.models.train.officetext import Block, Kind

__all__ = ["Family", "Pixels", "PlacedWord", "PrintedPage", "print_page"]

Pixels = npt.NDArray[np.uint8]

_WIDTH, _HEIGHT = 595.0, 842.0  # points: A4
_TOP, _BOTTOM = 50.0, 790.0
_OVERSAMPLING = 2


@dataclass(frozen=True, slots=True)
class Family:
    """The files of a typeface."""

    regular: Path
    bold: Path
    italic: Path


@dataclass(frozen=True, slots=True)
class PlacedWord:
    """A word, the number of its printed line, and its box (left, top, right, bottom) in pixels of the page.

    Top and bottom are those of the face, from its highest capital with a mark to its lowest letter.
    """

    text: str
    line: int
    box: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, eq=False)
class PrintedPage:
    """A clean grey page and its words. `dpi` is its resolution."""

    pixels: Pixels
    dpi: int
    words: tuple[PlacedWord, ...]


@lru_cache(maxsize=64)
def _face(path: Path, pixels: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(path), pixels, layout_engine=ImageFont.Layout.BASIC)


@dataclass(slots=True)
class _Press:
    """Sets lines one under the other. Lengths are in points until they reach the canvas."""

    family: Family
    size: float
    leading: float
    spacing: float  # between letters
    has_kerning: bool
    left: float
    right: float
    scale: float  # pixels of the canvas in a point
    ink: int
    canvas: Image.Image
    draw: ImageDraw.ImageDraw
    y: float = _TOP
    line: int = 0
    words: list[PlacedWord] = field(default_factory=list)

    def width(self, word: str, face: ImageFont.FreeTypeFont) -> float:
        """Return the length of `word`."""
        if self.has_kerning:
            return face.getlength(word) / self.scale + self.spacing * len(word)
        return sum(face.getlength(letter) / self.scale + self.spacing for letter in word)

    def put(self, word: str, x: float, face: ImageFont.FreeTypeFont) -> float:
        """Draw `word` at `x` on the line and return where it ends."""
        start, base = x * self.scale, self.y * self.scale
        place = start
        for piece in (word,) if self.has_kerning and not self.spacing else word:
            self.draw.text((place, base), piece, font=face, fill=self.ink, anchor="ls")
            place += face.getlength(piece) + self.spacing * self.scale
        ascent, descent = face.getmetrics()
        self.words.append(PlacedWord(word, self.line, (start, base - ascent * 0.95, place, base + descent * 0.9)))
        return place / self.scale

    def row(self, words: Sequence[str], x: float, gap: float, face: ImageFont.FreeTypeFont) -> None:
        """Draw `words` from `x` on."""
        for word in words:
            x = self.put(word, x, face) + gap

    def feed(self, share: float = 1.0) -> None:
        """Go to the next line."""
        self.y += self.leading * share
        self.line += 1

    def is_full(self) -> bool:
        """Return whether no line is left."""
        return self.y > _BOTTOM


def print_page(blocks: Iterable[Block], family: Family, dpi: int, chance: Random) -> PrintedPage:
    """Return a page of `blocks`, as many as find place, at `dpi`."""
    scale = dpi * _OVERSAMPLING / 72
    canvas = Image.new("L", (round(_WIDTH * scale), round(_HEIGHT * scale)), 255)
    size = chance.choice((10, 11, 12, 12, 13, 13, 13, 14, 14, 14))
    press = _Press(
        family,
        size,
        size * chance.choice((1.1, 1.2, 1.3, 1.4, 1.5, 1.6)),
        chance.choice((0.0, 0.0, 0.0, -0.1, -0.2, -0.3, 0.2)) if chance.random() < 0.5 else 0.0,
        chance.random() < 0.3,
        chance.uniform(60, 90),
        _WIDTH - chance.uniform(38, 60),
        scale,
        chance.choice((0, 0, 20, 40, 60)),
        canvas,
        ImageDraw.Draw(canvas),
    )
    press.y += chance.uniform(0, 20)
    for block in blocks:
        if press.is_full():
            break
        _SETTERS[block.kind](press, block, chance)
    whole = np.asarray(canvas, np.uint8)
    reduced = cv2.resize(whole, None, fx=1 / _OVERSAMPLING, fy=1 / _OVERSAMPLING, interpolation=cv2.INTER_AREA)
    words = tuple(
        PlacedWord(word.text, word.line, _halved(word.box)) for word in press.words if word.box[3] < whole.shape[0]
    )
    return PrintedPage(np.asarray(reduced, np.uint8), dpi, words)


def _halved(box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    left, top, right, bottom = (value / _OVERSAMPLING for value in box)
    return left, top, right, bottom


def _set_body(press: _Press, block: Block, chance: Random) -> None:
    face = _face(press.family.regular, press.size * press.scale)
    _paragraph(press, block.texts[0], face, chance.choice((0.0, 28.0, 36.0)), is_justified=chance.random() < 0.8)
    press.y += press.leading * chance.choice((0.0, 0.2, 0.4))


def _set_heading(press: _Press, block: Block, chance: Random) -> None:
    face = _face(press.family.bold, press.size * press.scale)
    _paragraph(press, block.texts[0], face, chance.choice((0.0, 28.0, 36.0)), is_justified=False)


def _set_italic(press: _Press, block: Block, chance: Random) -> None:
    face = _face(press.family.italic, press.size * press.scale)
    _paragraph(press, block.texts[0], face, chance.choice((0.0, 28.0)), is_justified=chance.random() < 0.5)


def _set_title(press: _Press, block: Block, chance: Random) -> None:
    face = _face(press.family.bold, press.size * press.scale * chance.choice((1.0, 1.0, 1.1)))
    press.feed(0.3)
    for line in _broken(press, block.texts[0], face, press.right - press.left - 40, 0.0):
        _centred(press, line, (press.left + press.right) / 2, face)
        press.feed()
    press.y += press.leading * 0.3


def _set_columns(press: _Press, block: Block, chance: Random) -> None:
    middle = press.left + (press.right - press.left) * chance.uniform(0.38, 0.46)
    centres = ((press.left + middle) / 2, (middle + press.right) / 2)
    columns = [text.split("\n") for text in block.texts]
    for number in range(max(map(len, columns))):
        for column, centre, room in zip(columns, centres, (middle - press.left, press.right - middle), strict=True):
            if number < len(column):
                style = chance.choice((press.family.regular, press.family.bold, press.family.bold, press.family.italic))
                face = _face(style, (press.size - 1) * press.scale)
                for line in _broken(press, column[number], face, room, 0.0)[:1]:
                    _centred(press, line, centre, face)
                press.line += 1
        press.feed()
    press.y += press.leading * 0.4


def _set_row(press: _Press, block: Block, chance: Random) -> None:
    face = _face(press.family.regular, (press.size - chance.choice((0, 1))) * press.scale)
    step = (press.right - press.left) / (len(block.texts) + 2)
    places = (0.0, 0.5, *(3.5 + number for number in range(len(block.texts))))
    gap, end = press.width(" ", face), 0.0
    for place, text in zip(places, block.texts, strict=False):
        x = max(press.left + place * step, end + 2 * gap)
        line = _broken(press, text, face, press.right - x, 0.0)[0]
        end = x + sum(press.width(word, face) + gap for word in line)
        press.row(line, x, gap, face)
        press.line += 1
    press.feed(chance.choice((1.0, 1.2)))


_SETTERS = {
    Kind.BODY: _set_body,
    Kind.HEADING: _set_heading,
    Kind.TITLE: _set_title,
    Kind.ITALIC: _set_italic,
    Kind.COLUMNS: _set_columns,
    Kind.ROW: _set_row,
}


def _broken(
    press: _Press, text: str, face: ImageFont.FreeTypeFont, room: float, indent: float
) -> list[tuple[str, ...]]:
    """Return `text` in lines no longer than `room`, the first shorter by `indent`."""
    gap = press.width(" ", face)
    lines: list[list[str]] = [[]]
    used = indent
    for word in text.split():
        length = press.width(word, face)
        if lines[-1] and used + length > room:
            lines.append([])
            used = 0.0
        lines[-1].append(word)
        used += length + gap
    return [tuple(line) for line in lines]


def _paragraph(press: _Press, text: str, face: ImageFont.FreeTypeFont, indent: float, *, is_justified: bool) -> None:
    room = press.right - press.left
    lines = _broken(press, text, face, room, indent)
    for number, line in enumerate(lines):
        if press.is_full():
            return
        shift = 0.0 if number else indent
        gap = press.width(" ", face)
        if is_justified and number < len(lines) - 1 and len(line) > 1:
            gap = (room - shift - sum(press.width(word, face) for word in line)) / (len(line) - 1)
        press.row(line, press.left + shift, gap, face)
        press.feed()


def _centred(press: _Press, line: Sequence[str], centre: float, face: ImageFont.FreeTypeFont) -> None:
    gap = press.width(" ", face)
    length = sum(press.width(word, face) for word in line) + gap * (len(line) - 1)
    press.row(line, centre - length / 2, gap, face)
