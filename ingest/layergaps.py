"""What a text layer does not have: lines seen on the page outside its words, in a picture pasted in; read from there.

The layer's own words are painted over, so that what is read is what they leave out: first the area around the lines
that are seen, then what that reading dropped there, piece by piece, as on a scan. Words that stand where no line was
seen are dropped if not surely read: scraps of seals, signatures and rules are read as words, too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from tonghop.ingest import tesseract
from tonghop.ingest.ink import PageInk, coverage, find_lines_outside, look_at_ink
from tonghop.ingest.rasterize import PageImage, Pixels
from tonghop.ingest.secondlook import TRUSTED_WORD, find_dropped, pixels_read, read_dropped, with_words
from tonghop.ingest.tesseract import Reading
from tonghop.records import Box, Line, Word
from tonghop.settings import IngestSettings
from tonghop.text import fold

__all__ = ["Gaps", "find_gaps", "read_gaps"]

_LEAST_LENGTH = 0.8  # inches: the least that is called a line in `ingest.ink`; most scraps of signatures are shorter
_RIM = 0.4  # inches of page above and below the lines: their marks, and rows of short cells
_SURE_LINE = 0.75  # mean confidence: a scribble read as a line has less
_SURE = 0.75  # confidence of a word that stands beside the lines seen, as of one found by a second look
# What programs write into the picture that stands for a digital signature.
_STAMP = re.compile(r"nguoi ky|ky boi|ngay ky|thoi gian ky|ky ngay|signed by|signature")
_PAD = 0.03  # inches that ink may reach out of the box of its word


@dataclass(frozen=True, slots=True)
class Gaps:
    """What was read outside the words of a layer, boxes in its pixels, and what the page is like with it.

    `ink_coverage` (0 to 1) is the share of the page's ink inside the words of both, `unread` and `longest` the length
    (inches) of all lines outside them and of the longest. `pieces` is how many short pieces beside the lines could not
    be read, `share` the part (0 to 1) of the page's pixels that was read.
    """

    lines: tuple[Line, ...]
    ink_coverage: float
    unread: float
    longest: float
    pieces: int
    share: float

    @property
    def confidence(self) -> float:
        """Mean confidence (0 to 1) of the words read; 1.0 without any."""
        return Reading(self.lines).confidence if self.lines else 1.0

    @property
    def has_lost(self) -> bool:
        """Whether beside what was read something stands that was not: in a table it may be a number.

        Where nothing was read it is no writing, and beside the lines of a signature's stamp it is its seal.
        """
        return bool(self.lines and self.pieces) and not _STAMP.search(fold(Reading(self.lines).text))


def find_gaps(ink: PageInk, words: Sequence[Box]) -> tuple[Box, ...]:
    """Return where lines stand outside `words`, all in pixels of the page: pale ones, and dark ones in one piece."""
    return tuple(box for box in find_dropped(ink, words) if box[2] - box[0] >= _LEAST_LENGTH * ink.dpi)


def read_gaps(layer: Sequence[Line], image: PageImage, dpi: int, settings: IngestSettings) -> Gaps:
    """Return what stands on the grey page `image` outside the words of `layer`, whose boxes are in pixels at `dpi`.

    Raises what reading a page raises.
    """
    scale = image.dpi / dpi
    words = [_scaled(word.box, scale) for line in layer for word in line.words if word.box]
    ink = look_at_ink(image.pixels, image.dpi)
    seen = find_gaps(ink, words)
    read, pieces, share = _read_around(ink, seen, words, settings) if seen else (Reading(()), 0, 0.0)
    boxes = [*words, *_boxes(read)]
    left = [(x1 - x0) / image.dpi for x0, _, x1, _ in find_lines_outside(ink, boxes)]
    return Gaps(
        lines=tuple(_moved(line, 1 / scale) for line in read.lines),
        ink_coverage=coverage(ink.text, boxes, ink.scale),
        unread=sum(left),
        longest=max(left, default=0.0),
        pieces=pieces,
        share=share,
    )


def _read_around(
    ink: PageInk, seen: Sequence[Box], words: Sequence[Box], settings: IngestSettings
) -> tuple[Reading, int, float]:
    """Return what is read at the height of the lines `seen`, how many pieces there were not, and the share read.

    Over the whole width: beside the names in a picture of a table stand its numbers, each too short for a line.
    """
    rim = round(_RIM * ink.dpi)
    top, bottom = max(0, min(box[1] for box in seen) - rim), max(box[3] for box in seen) + rim
    clean = _without(ink.grey, words, round(_PAD * ink.dpi))
    part = clean[top:bottom]
    lines = [_moved(line, 1.0, 0, top) for line in tesseract.read_image(part, ink.dpi, settings).lines]
    reading = Reading(tuple(one for line in lines if (one := _believed(line, seen)).words))
    read = [*words, *_boxes(reading)]
    dropped = [box for box in find_dropped(ink, read) if top <= box[1] and box[3] <= bottom]
    beside = [] if _STAMP.search(fold(reading.text)) else [box for box in dropped if _is_beside(box, reading)]
    look = read_dropped(clean, ink.dpi, beside, read, settings)
    pixels = part.size + pixels_read(beside, ink.dpi)
    pieces = len(dropped) - len(beside) + len(look.unread)
    return with_words(reading, look.words), pieces, pixels / clean.size


def _is_beside(piece: Box, reading: Reading) -> bool:
    """Return whether `piece` stands at the height of a line of `reading`, as a number in its row does.

    Elsewhere it may be of a seal or a signature: of 84 such scraps on real digital pages 16 were read as numbers, and
    for sure.
    """
    middle = (piece[1] + piece[3]) / 2
    return any(line.box and line.box[1] <= middle <= line.box[3] for line in reading.lines)


def _boxes(reading: Reading) -> list[Box]:
    return [word.box for word in reading.words if word.box]


def _without(grey: Pixels, words: Sequence[Box], pad: int) -> Pixels:
    """Return `grey` with paper where the layer's `words` stand."""
    clean, paper = grey.copy(), int(np.percentile(grey[::8, ::8], 80))
    for x0, y0, x1, y1 in words:
        clean[max(0, y0 - pad) : y1 + pad, max(0, x0 - pad) : x1 + pad] = paper
    return clean


def _believed(line: Line, seen: Sequence[Box]) -> Line:
    """Return `line` with its words that are believed: those on a line that was `seen`, others if surely read."""
    is_sure = Reading((line,)).confidence >= _SURE_LINE
    words = [word for word in line.words if word.confidence >= (TRUSTED_WORD if _is_on(word, seen) else _SURE)]
    return replace(line, words=tuple(words) if is_sure else ())


def _is_on(word: Word, seen: Sequence[Box]) -> bool:
    if word.box is None:
        return False
    x, y = (word.box[0] + word.box[2]) / 2, (word.box[1] + word.box[3]) / 2
    return any(x0 <= x <= x1 and y0 <= y <= y1 for x0, y0, x1, y1 in seen)


def _moved(line: Line, scale: float, left: int = 0, top: int = 0) -> Line:
    """Return `line` with its boxes moved by `left` and `top`, then `scale` times larger."""
    words = [
        replace(word, box=_scaled((x0 + left, y0 + top, x1 + left, y1 + top), scale))
        for word in line.words
        if word.box
        for x0, y0, x1, y1 in [word.box]
    ]
    return replace(line, words=tuple(words))


def _scaled(box: Box, scale: float) -> Box:
    x0, y0, x1, y1 = box
    return int(x0 * scale), int(y0 * scale), round(x1 * scale), round(y1 * scale)
