"""A trigram language model in flat arrays: interpolated Kneser-Ney, pruned, quantised to one byte a value.

`log_bigram` and `log_trigram` look up whole arrays at once: a look-up costs a binary search, no Python.
All probabilities are natural logarithms.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["NgramModel", "load_ngrams"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class NgramModel:
    """The arrays. Bigrams are sorted by (first, second) word, trigrams by (bigram, third word).

    `unigram`, `backoff` : (V,) log P(w) and log back-off weight of w as a context;
    `bigram_keys`: (N2,) first * V + second; `trigram_keys`: (N3,) position of the bigram * V + third;
    `*_codes`: (N,) bytes into `levels` (log probabilities) or `backoff_levels` (log back-off weights), (256,) each.
    """

    unigram: Floats
    backoff: Floats
    bigram_keys: Ints
    bigram_codes: npt.NDArray[np.uint8]
    bigram_backoffs: npt.NDArray[np.uint8]
    trigram_keys: Ints
    trigram_codes: npt.NDArray[np.uint8]
    levels: Floats
    backoff_levels: Floats

    @property
    def size(self) -> int:
        """The number of words V."""
        return len(self.unigram)

    def find_bigrams(self, first: Ints, second: Ints) -> Ints:
        """Return the position of each bigram, -1 where it is not kept. Same shape in and out."""
        return _find(self.bigram_keys, first * self.size + second)

    def log_bigram(self, first: Ints, second: Ints, at: Ints | None = None) -> Floats:
        """Return log P(second | first), elementwise; `at` is `find_bigrams` of the same, when at hand."""
        at = self.find_bigrams(first, second) if at is None else at
        seen = self.levels[self.bigram_codes[at]]  # -1 reads the last entry, which `where` then discards
        return np.where(at >= 0, seen, self.backoff[first] + self.unigram[second]).astype(np.float32, copy=False)

    def log_trigram(self, context: Ints, third: Ints, shorter: Floats) -> Floats:
        """Return log P(third | context), elementwise.

        `context` holds positions of bigrams (-1: not kept), `shorter` is log P(third | last word of the context).
        """
        at = np.where(context >= 0, _find(self.trigram_keys, context * self.size + third), -1)
        weight = np.where(context >= 0, self.backoff_levels[self.bigram_backoffs[context]], np.float32(0))
        return np.where(at >= 0, self.levels[self.trigram_codes[at]], weight + shorter)


def _find(keys: Ints, wanted: Ints) -> Ints:
    at = np.searchsorted(keys, wanted)
    np.minimum(at, len(keys) - 1, out=at)
    return np.where(keys[at] == wanted, at, -1)


def load_ngrams(arrays: Mapping[str, npt.NDArray[np.generic]]) -> NgramModel:
    """Return the model from the artefact's arrays: counts per context are unrolled into keys."""
    unigram = arrays["unigram"].astype(np.float32)
    size = len(unigram)
    first = np.repeat(np.arange(size, dtype=np.int64), arrays["bigrams_per_word"].astype(np.int64))
    second = arrays["bigram_word"].astype(np.int64)
    context = np.repeat(np.arange(len(second), dtype=np.int64), arrays["trigrams_per_bigram"].astype(np.int64))
    return NgramModel(
        unigram=unigram,
        backoff=arrays["backoff"].astype(np.float32),
        bigram_keys=first * size + second,
        bigram_codes=arrays["bigram_code"].astype(np.uint8, copy=False),
        bigram_backoffs=arrays["bigram_backoff"].astype(np.uint8, copy=False),
        trigram_keys=context * size + arrays["trigram_word"].astype(np.int64),
        trigram_codes=arrays["trigram_code"].astype(np.uint8, copy=False),
        levels=arrays["levels"].astype(np.float32),
        backoff_levels=arrays["backoff_levels"].astype(np.float32),
    )
