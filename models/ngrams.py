"""A trigram language model in flat arrays: interpolated Kneser-Ney, pruned, quantised to one byte a value.

`log_bigram` and `log_trigram` look up whole arrays at once, without Python for each. All probabilities are natural
logarithms.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tonghop.models.hashing import HashTable

__all__ = ["NgramModel", "load_ngrams"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class NgramModel:
    """The arrays, V words.

    `unigram`, `backoff`: (V,) log P(w) and log back-off weight of w as a context; `bigrams`, `trigrams`: tables of
    bytes `code` into `levels` (log probabilities), the former also of bytes `backoff` into `backoff_levels` (log
    back-off weights), (256,) each. Of each trigram that is kept both bigrams are.
    """

    unigram: Floats
    backoff: Floats
    bigrams: HashTable
    trigrams: HashTable
    levels: Floats
    backoff_levels: Floats

    @property
    def size(self) -> int:
        """The number of words V."""
        return len(self.unigram)

    def find_bigrams(self, first: Ints, second: Ints) -> Ints:
        """Return the slot of each bigram, -1 where it is not kept. Same shape in and out."""
        return self.bigrams.find(first * self.size + second)

    def log_bigram(self, first: Ints, second: Ints, at: Ints | None = None) -> Floats:
        """Return log P(second | first), elementwise; `at` is `find_bigrams` of the same, when at hand."""
        at = self.find_bigrams(first, second) if at is None else at
        seen = self.levels[self.bigrams.values["code"][at]]  # -1 reads the last entry, which `where` then discards
        return np.where(at >= 0, seen, self.backoff[first] + self.unigram[second]).astype(np.float32, copy=False)

    def context_weight(self, at: Ints) -> Floats:
        """Return the log back-off weight of each bigram as a context; 0 where `at`, its slot, is -1."""
        return np.where(at >= 0, self.backoff_levels[self.bigrams.values["backoff"][at]], np.float32(0))

    def log_trigram(self, words: tuple[Ints, Ints, Ints], shorter: Floats) -> Floats:
        """Return log P(third | first, second), elementwise, for triples both of whose bigrams are kept.

        `shorter` is what it is where the trigram is not: the weight of its context and log P(third | second).
        """
        first, second, third = words
        at = self.trigrams.find((first * self.size + second) * self.size + third)
        return np.where(at >= 0, self.levels[self.trigrams.values["code"][at]], shorter)


def load_ngrams(arrays: Mapping[str, npt.NDArray[np.generic]]) -> NgramModel:
    """Return the model from the artefact's arrays, as they are."""

    def table(name: str, *values: str) -> HashTable:
        codes = {value: arrays[f"{name}_{value}"].astype(np.uint8, copy=False) for value in values}
        return HashTable(arrays[f"{name}_prints"], codes)

    return NgramModel(
        unigram=arrays["unigram"].astype(np.float32, copy=False),
        backoff=arrays["backoff"].astype(np.float32, copy=False),
        bigrams=table("bigram", "code", "backoff"),
        trigrams=table("trigram", "code"),
        levels=arrays["levels"].astype(np.float32, copy=False),
        backoff_levels=arrays["backoff_levels"].astype(np.float32, copy=False),
    )
