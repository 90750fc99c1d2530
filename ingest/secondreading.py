"""What another reading of a page had at the place of each word: evidence for repair, though it was not chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from tonghop.records import Line, Word

__all__ = ["with_second", "with_second_words"]

_SAME_PLACE = 0.5  # of two boxes' union both must cover: two halves of a word, or a word and its line, cover less


def with_second(lines: Sequence[Line], other: Sequence[Line]) -> tuple[Line, ...]:
    """Return `lines`, in each word what the lines `other`, in pixels of the same image, have at its place."""
    words = with_second_words([w for line in lines for w in line.words], [w for line in other for w in line.words])
    rest = iter(words)
    return tuple(replace(line, words=tuple(next(rest) for _ in line.words)) for line in lines)


def with_second_words(words: Sequence[Word], other: Sequence[Word]) -> tuple[Word, ...]:
    """Return `words`, each with the text of the word of `other` that stands at its place, where there is one."""
    others = [word for word in other if word.box]
    if not others:
        return tuple(words)
    boxes = np.array([word.box for word in others], dtype=np.int64)
    return tuple(_with_second(word, others, boxes) for word in words)


def _with_second(word: Word, others: Sequence[Word], boxes: npt.NDArray[np.int64]) -> Word:
    if word.box is None:
        return word
    inner = np.minimum(boxes[:, 2:], word.box[2:]) - np.maximum(boxes[:, :2], word.box[:2])
    shared = np.prod(np.maximum(inner, 0), axis=1)
    sizes = np.prod(boxes[:, 2:] - boxes[:, :2], axis=1)
    own = (word.box[2] - word.box[0]) * (word.box[3] - word.box[1])
    share = shared / np.maximum(sizes + own - shared, 1)
    best = int(share.argmax())
    return replace(word, second=others[best].text) if share[best] >= _SAME_PLACE else word
