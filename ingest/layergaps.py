"""What a text layer does not have: lines seen on the page outside its words, in a picture pasted in; read from there.

The layer's own words are painted over, so that what is read is what they leave out. Words that stand where no line
was seen are dropped: scraps of seals, signatures and rules are read as words, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from tonghop.ingest import tesseract
from tonghop.ingest.ink import coverage, find_lines_outside, look_at_ink
from tonghop.ingest.rasterize import PageImage, Pixels
from tonghop.ingest.secondlook import TRUSTED_WORD
from tonghop.ingest.tesseract import Reading
from tonghop.records import Box, Line, Word
from tonghop.settings import IngestSettings

__all__ = ["Gaps", "read_gaps"]

_RIM = 0.4  # inches of page around the lines: their marks, and short cells beside and between them
_SURE_LINE = 0.6  # mean confidence: a scribble read as a line has less
_SURE = 0.75  # confidence of a word that stands beside the lines seen, as of one found by a second look
_PAD = 0.03  # inches that ink may reach out of the box of its word


@dataclass(frozen=True, slots=True)
class Gaps:
    """What was read outside the words of a layer, boxes in its pixels, and what the page is like with it.

    `ink_coverage` (0 to 1) is the share of the page's ink inside the words of both, `unread` and `longest` the length
    (inches) of all lines outside them and of the longest. `share` is that of the page's pixels that were read.
    """

    lines: tuple[Line, ...]
    ink_coverage: float
    unread: float
    longest: float
    share: float

    @property
    def confidence(self) -> float:
        """Mean confidence (0 to 1) of the words read; 1.0 without any."""
        return Reading(self.lines).confidence if self.lines else 1.0


def read_gaps(layer: Sequence[Line], image: PageImage, dpi: int, settings: IngestSettings) -> Gaps:
    """Return what stands on the grey page `image` outside the words of `layer`, whose boxes are in pixels at `dpi`.

    Raises what reading a page raises.
    """
    scale = image.dpi / dpi
    words = [_scaled(word.box, scale) for line in layer for word in line.words if word.box]
    ink = look_at_ink(image.pixels, image.dpi)
    seen = find_lines_outside(ink, words)
    read, share = _read_around(image, seen, words, settings) if seen else ((), 0.0)
    boxes = [*words, *(word.box for line in read for word in line.words if word.box)]
    left = [(x1 - x0) / image.dpi for x0, _, x1, _ in find_lines_outside(ink, boxes)]
    return Gaps(
        lines=tuple(_moved(line, 1 / scale) for line in read),
        ink_coverage=coverage(ink.text, boxes, ink.scale),
        unread=sum(left),
        longest=max(left, default=0.0),
        share=share,
    )


def _read_around(
    image: PageImage, seen: Sequence[Box], words: Sequence[Box], settings: IngestSettings
) -> tuple[tuple[Line, ...], float]:
    """Return what is read where the lines `seen` stand and beside them, and the share of the page that was read."""
    rim = round(_RIM * image.dpi)
    left, top = (max(0, min(box[at] for box in seen) - rim) for at in (0, 1))
    right, bottom = (max(box[at] for box in seen) + rim for at in (2, 3))
    part = _without(image.pixels, words, round(_PAD * image.dpi))[top:bottom, left:right]
    reading = tesseract.read_image(part, image.dpi, settings)
    lines = [_moved(line, 1.0, left, top) for line in reading.lines]
    kept = [one for line in lines if (one := _believed(line, seen)).words]
    return tuple(kept), part.size / image.pixels.size


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
