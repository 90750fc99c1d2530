"""A text layer put to the proof: some of its lines are read from the page and compared.

Our own reading errs too, so only words that it is sure of may contradict a layer, and the layer must be confirmed for
the most part. Lines with numbers are tried first: a wrong digit is the worst that a layer can hide.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import islice, zip_longest

import numpy as np

from tonghop.ingest import tesseract
from tonghop.ingest.rasterize import PageImage, Pixels
from tonghop.records import Line, Word
from tonghop.settings import IngestSettings
from tonghop.text import is_syllable, nfc, same_tone_style

__all__ = ["Trial", "try_layer"]

_BLOCK_OF_TEXT = 6  # tesseract's page segmentation mode
_WORDS, _LINES = 100, 40  # of the layer, read at once
_ROUNDS = 3
_SURE = 0.9  # confidence of a word that may contradict the layer
_PAD, _SIDE = 0.1, 0.5  # of a line's height, for what its box leaves out above and beside it
_GAP = 24  # pixels between lines


@dataclass(frozen=True, slots=True)
class _Limits:
    """Shares (0 to 1): `wrong` of the words we are sure of, `numbers` of those tried, `confirmed` of all tried."""

    wrong: float
    numbers: float
    confirmed: float


# Measured by `python -m bench.layers`, see docs/benchmarks.md.
_HIDDEN = _Limits(wrong=0.04, numbers=0.1, confirmed=0.6)
# Words that are seen are what was typed: only a wrong character map can be at fault, and it spoils many.
_SEEN = _Limits(wrong=0.1, numbers=0.2, confirmed=0.4)
# Wrong shares: up to the first a layer agrees with the page (our own reading errs as often), past the second it never
# passes.
_CLEARLY_RIGHT, _CLEARLY_WRONG = 0.015, 0.15
_EDGE = re.compile(r"^\W+|\W+$")
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Trial:
    """Words of the layer that were tried; those confirmed and those contradicted; the same of those with digits."""

    words: int = 0
    confirmed: int = 0
    wrong: int = 0
    numbers: int = 0
    wrong_numbers: int = 0

    def __add__(self, other: Trial) -> Trial:
        return Trial(
            self.words + other.words,
            self.confirmed + other.confirmed,
            self.wrong + other.wrong,
            self.numbers + other.numbers,
            self.wrong_numbers + other.wrong_numbers,
        )

    @property
    def wrong_share(self) -> float:
        """Share (0 to 1) of the words we are sure of that the layer has otherwise."""
        return self.wrong / max(1, self.confirmed + self.wrong)

    def is_passed(self, *, is_seen: bool) -> bool:
        """Return whether the layer may stand for the page; `is_seen` when its words are what is seen.

        Where they are not, words must have been tried: nothing else speaks for them.
        """
        most = _SEEN if is_seen else _HIDDEN
        return (
            (is_seen or self.words > 0)
            and self.confirmed >= most.confirmed * self.words
            and self.wrong_share <= most.wrong
            and (self.wrong_numbers < 2 or self.wrong_numbers <= most.numbers * self.numbers)
        )

    @property
    def is_agreed(self) -> bool:
        """Whether nothing tried speaks against the layer: words were tried, and no number is wrong.

        A layer that passes without is kept, and its page is one to look at.
        """
        return self.words > 0 and not self.wrong_numbers and self.wrong_share <= _CLEARLY_RIGHT

    @property
    def is_clear(self) -> bool:
        """Whether more lines would hardly change the outcome."""
        is_wrong = self.confirmed < 0.5 * _HIDDEN.confirmed * self.words or self.wrong_share > _CLEARLY_WRONG
        is_right = self.is_passed(is_seen=False) and self.is_agreed
        return is_wrong or is_right


def try_layer(lines: Sequence[Line], image: PageImage, dpi: int, settings: IngestSettings) -> Trial:
    """Return how the layer `lines` (boxes in pixels at `dpi`) compares with what stands on the grey page `image`.

    Reads some hundred words at once, three times that at most when it is close. Raises what reading a page raises.
    """
    trial = Trial()
    for batch in islice(_batches(_order([line for line in lines if line.box and line.words])), _ROUNDS):
        trial += _compare(batch, image, dpi, settings)
        if trial.is_clear:
            break
    return trial


def _order(lines: Sequence[Line]) -> list[Line]:
    """Return `lines` in the order they are tried: spread over the page, three with numbers for one without."""
    spread = [line for first in range(7) for line in lines[first::7]]
    with_numbers = [line for line in spread if _DIGIT.search(line.text)]
    others = [line for line in spread if not _DIGIT.search(line.text)]
    groups = zip_longest(with_numbers[::3], with_numbers[1::3], with_numbers[2::3], others)
    return [line for group in groups for line in group if line is not None]


def _batches(lines: Sequence[Line]) -> Iterator[list[Line]]:
    batch: list[Line] = []
    for line in lines:
        batch.append(line)
        if len(batch) == _LINES or sum(len(one.words) for one in batch) >= _WORDS:
            yield batch
            batch = []
    if batch:
        yield batch


def _compare(lines: Sequence[Line], image: PageImage, dpi: int, settings: IngestSettings) -> Trial:
    crops = [_crop(line, image, dpi) for line in lines]
    stack, tops = _stack(crops)
    read = tesseract.read_image(stack, image.dpi, settings, _BLOCK_OF_TEXT).words
    trial = Trial()
    for line, top, bottom in zip(lines, tops, [*tops[1:], stack.shape[0]], strict=True):
        own = [word for word in read if word.box and top <= (word.box[1] + word.box[3]) / 2 < bottom]
        trial += _compare_line(line.words, own)
    return trial


def _crop(line: Line, image: PageImage, dpi: int) -> Pixels:
    assert line.box
    x0, y0, x1, y1 = (round(edge * image.dpi / dpi) for edge in line.box)
    pad, side = round(_PAD * (y1 - y0)), round(_SIDE * (y1 - y0))
    height, width = image.pixels.shape[:2]
    top, left = min(max(0, y0 - pad), height - 1), min(max(0, x0 - side), width - 1)
    return image.pixels[top : max(y1 + pad, top + 1), left : max(x1 + side, left + 1)]


def _stack(crops: Sequence[Pixels]) -> tuple[Pixels, list[int]]:
    """Return `crops` one under the other on white, and where each begins."""
    wide = max(crop.shape[1] for crop in crops) + 2 * _GAP
    high = sum(crop.shape[0] + 2 * _GAP for crop in crops)
    stack = np.full((high, wide), 255, dtype=np.uint8)
    tops, y = [], 0
    for crop in crops:
        tops.append(y)
        stack[y + _GAP : y + _GAP + crop.shape[0], _GAP : _GAP + crop.shape[1]] = crop
        y += crop.shape[0] + 2 * _GAP
    return stack, tops


def _compare_line(layer: Sequence[Word], own: Sequence[Word]) -> Trial:
    told = [token for word in layer for part in word.text.split() if (token := _token(part))]
    seen = [(token, word.confidence) for word in own for part in word.text.split() if (token := _token(part))]
    trial = Trial(words=len(told), numbers=sum(_has_digit(token) for token in told))
    matcher = SequenceMatcher(None, told, [token for token, _ in seen], autojunk=False)
    for action, i0, i1, j0, j1 in matcher.get_opcodes():
        if action == "equal":
            trial += Trial(confirmed=i1 - i0)
        elif action == "replace":
            sure = [token for token, confidence in seen[j0:j1] if confidence >= _SURE and _is_telling(token)]
            # A word the layer glues or parts is as wrong as one that it misspells.
            digits = min(sum(map(_has_digit, sure)), sum(map(_has_digit, told[i0:i1])))
            trial += Trial(wrong=len(sure), wrong_numbers=digits)
        elif action == "insert":
            trial += Trial(wrong=sum(confidence >= _SURE and _is_telling(token) for token, confidence in seen[j0:j1]))
    return trial


def _token(text: str) -> str:
    return same_tone_style(_EDGE.sub("", nfc(text)))


def _has_digit(token: str) -> bool:
    return bool(_DIGIT.search(token))


def _is_telling(token: str) -> bool:
    return _has_digit(token) or is_syllable(token)
