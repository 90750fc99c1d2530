"""How a reader confuses marks: the probability of the letters read, given the letters printed.

Learned counts of (printed, read) letters, apart for lower case and capitals and for the reader's confidence.
A letter without observations borrows from what is known of its tone and its shape (â, ê, ô; ơ, ư; ă).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from tonghop.models.syllables import LETTER_INDEX, LETTERS, base_letters

__all__ = ["CONFIDENCE_EDGES", "LEVELS", "MarkChannel", "confidence_bin"]

Floats = npt.NDArray[np.float32]

# Confidences below, between and above these have their own counts; a word without confidence uses all together.
CONFIDENCE_EDGES = (0.7, 0.9)
# How much noisier or cleaner than the training pages a text may be: factors on every confusion.
LEVELS = (1 / 256, 1 / 64, 1 / 16, 1 / 4, 1.0, 3.0)

_SHARED = 20.0  # strength, in observations, of what all bins together say of a letter
_BORROWED = 30.0  # strength of what its tone and shape alone say
_UNSEEN = (2e-4, 1e-5)  # least probability, over all readings, of a change of tone or shape alone, and of both
_KEPT_MARK = -4.0  # log-probability, in text that lost its marks, that a mark which is there is wrong
_TONES = "\u0300\u0301\u0303\u0309\u0323"


def confidence_bin(confidence: float | None) -> int:
    """Return the index of the counts to use; the last is for a word without confidence."""
    if confidence is None:
        return len(CONFIDENCE_EDGES) + 1
    return int(np.searchsorted(CONFIDENCE_EDGES, confidence, side="right"))


class MarkChannel:
    """Log P(read | printed) per letter. `counts`: (confidence bins, 2 cases, printed, read)."""

    def __init__(self, counts: npt.NDArray[np.generic]) -> None:
        probable = _smoothed(counts.astype(np.float64))
        self._tables = [np.log(_scaled(probable, level)).astype(np.float32) for level in LEVELS]
        self._stripped = _stripped_table()

    def confused(self, printed: Sequence[str], read: str, bin_index: int) -> Floats:
        """Return (levels, candidates): log P(read | candidate) for candidates with the base letters of `read`.

        `read` keeps its case, `printed` are in lower case. The tone placement must be the same on both sides.
        """
        lower = read.lower()
        places = [i for i, c in enumerate(lower) if c in LETTER_INDEX]
        case = np.array([int(read[i].isupper()) for i in places], dtype=np.int64)
        seen = np.array([LETTER_INDEX[lower[i]] for i in places], dtype=np.int64)
        true = np.array([[LETTER_INDEX[word[i]] for i in places] for word in printed], dtype=np.int64)
        return np.stack([table[bin_index, case, true, seen].sum(axis=1) for table in self._tables])

    def lost(self, printed: Sequence[str], read: str) -> Floats:
        """Return (levels, candidates): the same for a text whose marks were lost; all levels are alike."""
        lower = read.lower()
        places = [i for i, c in enumerate(lower) if c in LETTER_INDEX]
        scores = [
            sum(float(self._stripped[LETTER_INDEX[w[i]], LETTER_INDEX[lower[i]]]) for i in places) for w in printed
        ]
        return np.tile(np.array(scores, dtype=np.float32), (len(LEVELS), 1))


def _features(letter: str) -> tuple[str, str]:
    decomposed = unicodedata.normalize("NFD", letter)
    tone = "".join(c for c in decomposed if c in _TONES)
    return unicodedata.normalize("NFC", "".join(c for c in decomposed if c not in _TONES)), tone


def _borrowed(counts: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """P(read | printed) if tone and shape were confused apart from each other, from (printed, read) counts."""
    shapes = sorted({_features(c)[0] for c in LETTERS})
    tones = sorted({_features(c)[1] for c in LETTERS})
    shape = np.array([shapes.index(_features(c)[0]) for c in LETTERS])
    tone = np.array([tones.index(_features(c)[1]) for c in LETTERS])
    by_shape = np.full((len(shapes), len(shapes)), 0.2)
    by_tone = np.full((len(tones), len(tones)), 0.2)
    np.add.at(by_shape, (shape[:, None], shape[None, :]), counts)
    np.add.at(by_tone, (tone[:, None], tone[None, :]), counts)
    by_shape /= by_shape.sum(axis=1, keepdims=True)
    by_tone /= by_tone.sum(axis=1, keepdims=True)
    product = by_shape[shape[:, None], shape[None, :]] * by_tone[tone[:, None], tone[None, :]]
    return np.asarray(product * _same_base(), dtype=np.float64)


def _unseen() -> npt.NDArray[np.float64]:
    """Spread a little probability over every confusion: another scanner confuses what ours never did."""
    features = [_features(c) for c in LETTERS]
    changes = np.array([[(a[0] != b[0]) + (a[1] != b[1]) for b in features] for a in features])
    out = np.zeros(changes.shape)
    for count, mass in enumerate(_UNSEEN, 1):
        apart = (changes == count) & (_same_base() > 0)
        out += mass * apart / np.maximum(apart.sum(axis=1, keepdims=True), 1)
    return out


def _same_base() -> npt.NDArray[np.float64]:
    bases = np.array([base_letters(c) for c in LETTERS])
    return np.asarray(bases[:, None] == bases[None, :], dtype=np.float64)


def _smoothed(counts: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return P(read | printed), (bins + 1, 2, L, L); the last bin is all of them together."""
    everything = counts.sum(axis=(0, 1))
    borrowed = _borrowed(everything)
    borrowed /= borrowed.sum(axis=1, keepdims=True)
    shared = (everything + _BORROWED * borrowed) / (everything.sum(axis=1, keepdims=True) + _BORROWED)
    bins = np.concatenate([counts, counts.sum(axis=0, keepdims=True)])
    learned = (bins + _SHARED * shared) / (bins.sum(axis=3, keepdims=True) + _SHARED)
    return np.asarray(learned * (1 - sum(_UNSEEN)) + _unseen(), dtype=np.float64)


def _scaled(probable: npt.NDArray[np.float64], level: float) -> npt.NDArray[np.float64]:
    """Multiply every confusion by `level`, never beyond half of all readings; the rest is read right."""
    same = np.eye(len(LETTERS), dtype=bool)
    wrong = np.where(same, 0.0, probable) * level
    total = wrong.sum(axis=-1, keepdims=True)
    wrong *= np.minimum(1.0, 0.5 / np.maximum(total, 1e-12))
    right = 1.0 - wrong.sum(axis=-1, keepdims=True)
    return np.where(same, right, np.maximum(wrong, 1e-12))


def _stripped_table() -> npt.NDArray[np.float64]:
    bases = [base_letters(c) for c in LETTERS]
    plain = np.array([c == b for c, b in zip(LETTERS, bases, strict=True)])
    table = np.where(plain[None, :] | np.eye(len(LETTERS), dtype=bool), 0.0, _KEPT_MARK)
    return np.where(_same_base() > 0, table, -30.0)
