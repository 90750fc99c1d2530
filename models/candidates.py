"""What a word as read may have been: the syllables with its base letters, and how well each explains the reading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tonghop.models.channel import LEVELS, MarkChannel
from tonghop.models.syllables import UNKNOWN, base_letters, normal_form, with_case_of
from tonghop.text import is_syllable, nfc

__all__ = ["MOST_CANDIDATES", "Candidates", "Entry"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]

MOST_CANDIDATES = 16
_HOPELESS = 14.0  # log-probability behind the best, without context, at which a candidate is dropped
_UNKNOWN_SYLLABLE = -11.0  # log-probability that an UNKNOWN is this one well-formed syllable
_UNKNOWN_WORD = {False: -17.0, True: -22.0}  # … that it is this one other word; in a text that lost its marks


@dataclass(frozen=True, slots=True)
class Entry:
    """Candidates of one position: (K,) ids padded with 0; (levels, K) log P(read | candidate), padded with -inf.

    The word as it was read stands at place 0.
    """

    words: Ints
    emission: Floats


class Candidates:
    """The vocabulary by base letters. `words`: by id; `frequency`: (V,) log share of each among all symbols."""

    def __init__(self, words: Sequence[str], frequency: Floats, channel: MarkChannel) -> None:
        self._ids = {word: index for index, word in enumerate(words)}
        self._frequency = frequency
        self._channel = channel
        self._by_base: dict[str, list[str]] = {}
        for word in words[3:]:
            if is_syllable(word):
                self._by_base.setdefault(base_letters(word), []).append(word)
        self._entries: dict[tuple[str, int, bool], Entry] = {}
        self._fixed: dict[str, Entry] = {}

    def syllables(self, word: str) -> list[str]:
        """Return the known syllables with the base letters of `word`, in lower case."""
        return self._by_base.get(base_letters(nfc(word)), [])

    def fixed(self, symbol: str) -> Entry:
        """Return the entry of a symbol that is not in question."""
        if symbol not in self._fixed:
            word = np.array([self._ids.get(symbol, self._ids[UNKNOWN])], dtype=np.int64)
            self._fixed[symbol] = _entry(word, np.zeros((len(LEVELS), 1), dtype=np.float32))
        return self._fixed[symbol]

    def entry(self, word: str, bin_index: int, *, lost: bool) -> Entry:
        """Return the candidates for `word` as read, at least one; its case counts, capitals are read worse.

        `bin_index`: see `channel.confidence_bin`. `lost`: the text lost its marks.
        """
        key = (word, bin_index, lost)
        if key not in self._entries:
            self._entries[key] = self._new_entry(word, bin_index, lost=lost)
        return self._entries[key]

    def _new_entry(self, word: str, bin_index: int, *, lost: bool) -> Entry:
        read = with_case_of(word, normal_form(word))
        lower = read.lower()
        printed = [lower, *(w for w in self.syllables(word) if w != lower)]
        ids = np.array([self._ids.get(w, self._ids[UNKNOWN]) for w in printed], dtype=np.int64)
        score = self._channel.lost(printed, read) if lost else self._channel.confused(printed, read, bin_index)
        if lower not in self._ids:
            score[:, 0] += _UNKNOWN_SYLLABLE if is_syllable(lower) else _UNKNOWN_WORD[lost]
        prior = self._frequency[ids] + score[LEVELS.index(1.0)]
        floor = prior.max() - _HOPELESS
        prior[0] = np.inf  # what was read always stays in the running
        best = np.argsort(-prior, kind="stable")[:MOST_CANDIDATES]
        best = best[prior[best] >= floor]
        return _entry(ids[best], score[:, best])


def _entry(ids: Ints, score: Floats) -> Entry:
    words = np.zeros(MOST_CANDIDATES, dtype=np.int64)
    words[: len(ids)] = ids
    emission = np.full((len(LEVELS), MOST_CANDIDATES), -np.inf, dtype=np.float32)
    emission[:, : len(ids)] = score
    return Entry(words, emission)
