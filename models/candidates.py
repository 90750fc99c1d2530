"""What a word as read may have been: the words of the lexicon, and how well each explains the reading."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from math import exp

import numpy as np
import numpy.typing as npt

from tonghop.models.channel import CONFIDENCE_EDGES, LEVELS, MarkChannel
from tonghop.models.letters import LetterChannel, Nearest
from tonghop.models.protection import case_of
from tonghop.models.syllables import UNKNOWN, base_letters, normal_form, with_case_of
from tonghop.text import is_syllable, nfc

__all__ = ["MOST_CANDIDATES", "Candidates", "Lexicon", "Source"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]

MOST_CANDIDATES = 16
_HOPELESS = 14.0  # log-probability behind the best, without context, at which a candidate is dropped
# Half: neighbours know most of what the case tells. On held-out text 0.5 and 1.0 differ by less than 0.1 %.
_CASE_WEIGHT, _CASE_PRIOR = 0.5, (0.98, 0.02)
_UNKNOWN_SYLLABLE = -11.0  # log-probability that an UNKNOWN is this one well-formed syllable
# … that it is this one other word; where marks, or letters too, were lost, few of them are right as they stand.
_UNKNOWN_WORD = (-17.0, -22.0, -22.0)
_STRAY = 1e-4  # probability that another reading is of something else, such as the word beside
_SYMBOLS = 3  # BREAK, NUMBER, UNKNOWN: no words


class Source(IntEnum):
    """How a text came to be, and what may be wrong with its words."""

    MARKS = 0  # read by a Vietnamese reader: marks are confused, letters seldom
    STRIPPED = 1  # its marks were lost
    LATIN = 2  # read by a reader that knows no Vietnamese: marks and letters are wrong


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words by id, V of them; the first three are BREAK, NUMBER, UNKNOWN.

    `frequency`: (V,) log share of each among all symbols; `cases`: (V, 2) how often each stood in lower case and
    capitalised inside a sentence.
    """

    words: tuple[str, ...]
    frequency: Floats
    cases: npt.NDArray[np.generic]


class Candidates:
    """The candidates of all positions seen so far, in one table; a position is known by its number in it.

    Number 0 is the break between sentences. The word as it was read stands at place 0 of each row.
    """

    def __init__(self, lexicon: Lexicon, channel: MarkChannel, letters: tuple[LetterChannel, LetterChannel]) -> None:
        words = lexicon.words
        self._ids = {word: index for index, word in enumerate(words)}
        self.frequency = lexicon.frequency
        self._channel = channel
        self._letters = letters
        self._cases = _case_scores(lexicon.cases)
        self._by_base: dict[str, list[str]] = {}
        for word in words[3:]:
            if is_syllable(word):
                self._by_base.setdefault(base_letters(word), []).append(word)
        self._alike: dict[str, list[str]] = {}
        self._often: dict[str, float] = {}
        self._numbers: dict[tuple[str, int, Source, bool], int] = {}
        self._fixed: dict[str, int] = {}
        self._heard: dict[str, dict[int, float]] = {}
        self._words = np.zeros((1024, MOST_CANDIDATES), dtype=np.int64)
        self._emission = np.full((1024, len(LEVELS), MOST_CANDIDATES), -np.inf, dtype=np.float32)
        self._right = np.zeros((1024, len(LEVELS)), dtype=np.float32)
        self._read = np.zeros((1024, 2), dtype=np.int64)
        self._count = 0
        self._varied = (0, 0)  # the first and the last row but one that `vary` made
        self._forms = dict(self._ids)  # and other words as they were read
        self._bases: dict[str, int] = dict.fromkeys(words[:_SYMBOLS], 0)
        self._shares = _shares(words, lexicon.frequency)
        self.fixed(words[0])

    @property
    def words(self) -> Ints:
        """(N, K): the ids of the candidates of each position, padded with 0."""
        return self._words[: self._count]

    @property
    def emission(self) -> Floats:
        """(N, levels, K): log P(read | candidate), padded with -inf."""
        return self._emission[: self._count]

    @property
    def right(self) -> Floats:
        """(N, levels): the reader's log-probability of reading what it read right, whatever it is."""
        return self._right[: self._count]

    @property
    def forms(self) -> Ints:
        """(N,): a number for the word of each position as it was read: its id, or one of its own beyond all ids."""
        return self._read[: self._count, 0]

    @property
    def bases(self) -> Ints:
        """(N,): a number for the base letters of each position; 0 for what is no word."""
        return self._read[: self._count, 1]

    def shares(self, forms: Ints) -> Floats:
        """Return how often words with the base letters of each of `forms` are this one; 0 for one without an id."""
        return np.asarray(np.where(forms < len(self._shares), self._shares[forms % len(self._shares)], 0.0))

    def syllables(self, word: str) -> list[str]:
        """Return the known syllables with the base letters of `word`, in lower case."""
        found = self._alike.get(word)
        if found is None:
            found = self._alike[word] = self._by_base.get(base_letters(nfc(word)), [])
        return found

    def frequency_of(self, word: str) -> float:
        """Return the share among all symbols of the syllables with the base letters of `word`; 0 where it has none."""
        found = self._often.get(word)
        if found is None:
            ids = [self._ids[syllable] for syllable in self.syllables(word)]
            found = self._often[word] = float(np.exp(self.frequency[ids].astype(np.float64)).sum())
        return found

    def is_word(self, word: str) -> bool:
        """Return whether `word`, in lower case and the one tone placement, is in the lexicon."""
        return word in self._ids

    def has_rivals(self, word: str, source: Source) -> bool:
        """Return whether `word` as read may have been another one.

        Of words that have no syllable's letters those in lower case that no lexicon knows: names are left as they are.
        """
        if source is Source.LATIN or self.syllables(word):
            return True
        return source is Source.MARKS and len(word) > 1 and word.islower() and normal_form(word) not in self._ids

    def identity(self, word: str) -> int:
        """Return the id of `word`, that of UNKNOWN where it has none."""
        return self._ids.get(word, self._ids[UNKNOWN])

    def read_as(self, word: str) -> tuple[int, int]:
        """Return the numbers of `word`, in lower case and the one tone placement, and of its base letters.

        See `forms` and `bases`.
        """
        form = self._forms.setdefault(word, len(self._forms))
        return form, self._bases.setdefault(base_letters(word), len(self._bases) - _SYMBOLS + 1)

    def fixed(self, symbol: str) -> int:
        """Return the number of a symbol that is not in question."""
        if symbol not in self._fixed:
            ids, score = np.array([self.identity(symbol)]), np.zeros((len(LEVELS), 1), np.float32)
            self._fixed[symbol] = self._add(ids, score, symbol)
        return self._fixed[symbol]

    def number(self, word: str, bin_index: int, source: Source, *, is_name: bool) -> int:
        """Return the number of the candidates for `word` as read; its case counts, capitals are read worse.

        `bin_index`: see `channel.confidence_bin`. `is_name`: it is capitalised where no sentence begins.
        """
        key = (word, bin_index, source, is_name)
        if key not in self._numbers:
            ids, score, right = self._scored(word, bin_index, source)
            if is_name or word.islower():
                score = score + self._cases[ids, int(is_name)]
            prior = self.frequency[ids] + score[LEVELS.index(1.0)]
            floor = prior.max() - _HOPELESS
            prior[0] = np.inf  # what was read always stays in the running
            best = np.argsort(-prior, kind="stable")[:MOST_CANDIDATES]
            best = best[prior[best] >= floor]
            self._numbers[key] = self._add(ids[best], score[:, best], normal_form(word), right)
        return self._numbers[key]

    def _scored(self, word: str, bin_index: int, source: Source) -> tuple[Ints, Floats, Floats]:
        """Return (K,) ids and (levels, K) scores, the word as read first, and (levels,) log P(it is read right)."""
        read = with_case_of(word, normal_form(word))
        lower = read.lower()
        alike = [lower, *(w for w in self.syllables(word) if w != lower)]
        ids = np.array([self.identity(w) for w in alike], dtype=np.int64)
        if source is Source.STRIPPED:
            score = self._channel.lost(alike, read)
        elif source is Source.LATIN:
            score = np.zeros((len(LEVELS), 1), dtype=np.float32)
            ids = ids[:1]
        else:
            score = self._channel.confused(alike, read, bin_index)
        right = score[:, 0].copy()
        if lower not in self._ids:
            score[:, 0] += _UNKNOWN_SYLLABLE if is_syllable(lower) else _UNKNOWN_WORD[source]
        if source is Source.STRIPPED:
            return ids, score, right
        near = self._near(read, source)
        fresh = ~np.isin(near.ids, ids) | (source is Source.LATIN)
        # A text read as Latin is full of errors, whatever the reader thought of them.
        scores = np.tile(near.score, (len(LEVELS), 1)) if source is Source.LATIN else near.scores(bin_index)
        return np.r_[ids, near.ids[fresh]], np.concatenate([score, scores[:, fresh]], axis=1), right

    def _near(self, read: str, source: Source) -> Nearest:
        return self._letters[source is Source.LATIN].nearest(read, case_of(read))

    def likelihood(self, word: str, number: int) -> Floats:
        """Return (K,): log P(another reader reads `word` | candidate) for the candidates of a position.

        Who that reader is, is not known: one that knows Vietnamese or one that does not.
        """
        if word not in self._heard:
            self._heard[word] = self._explained(word)
        heard, row = self._heard[word], self._words[number].tolist()
        chance = np.array([heard.get(form, 0.0) for form in (int(self._read[number, 0]), *row[1:])])
        return np.asarray(np.log(chance + _STRAY), dtype=np.float32)

    def _explained(self, word: str) -> dict[int, float]:
        """Return P(`word` is read | word) by the number of each word that may be read so; see `forms`."""
        read = with_case_of(word, normal_form(word))
        alike = [read.lower(), *(w for w in self.syllables(word) if w != read.lower())]
        # The worst level: a reader of whom nothing is known may be the worse one.
        marks = self._channel.confused(alike, read, len(CONFIDENCE_EDGES) + 1)[-1]
        out = {self.read_as(one)[0]: exp(score) / 2 for one, score in zip(alike, marks.tolist(), strict=True)}
        for source in (Source.MARKS, Source.LATIN):
            near = self._near(read, source)
            for form, score in zip(near.ids.tolist(), near.score.tolist(), strict=True):
                if source is Source.LATIN or form not in out:
                    out[form] = out.get(form, 0.0) + exp(score) / 2
        return out

    def vary(self, numbers: Ints, added: Floats) -> Ints:
        """Return the numbers of positions like `numbers` whose candidates score more by `added`: (S, K).

        They last until `forget`.
        """
        while self._count + len(numbers) > len(self._words):
            self._grow()
        new = np.arange(self._count, self._count + len(numbers))
        self._varied, self._count = (self._count, self._count + len(numbers)), self._count + len(numbers)
        for table in (self._words, self._right, self._read):
            table[new] = table[numbers]
        self._emission[new] = self._emission[numbers] + added[:, None, :]
        return new

    def forget(self) -> None:
        """Take away what `vary` made last, unless positions that last came behind it."""
        first, last = self._varied
        if last == self._count:
            self._emission[first:last], self._words[first:last], self._count = -np.inf, 0, first
        self._varied = (self._count, self._count)

    def _grow(self) -> None:
        self._words = np.concatenate([self._words, np.zeros_like(self._words)])
        self._emission = np.concatenate([self._emission, np.full_like(self._emission, -np.inf)])
        self._right = np.concatenate([self._right, np.zeros_like(self._right)])
        self._read = np.concatenate([self._read, np.zeros_like(self._read)])

    def _add(self, ids: Ints, score: Floats, read: str, right: Floats | None = None) -> int:
        if self._count == len(self._words):
            self._grow()
        number, self._count = self._count, self._count + 1
        self._read[number] = self.read_as(read)
        self._words[number, : len(ids)] = ids
        self._emission[number, :, : len(ids)] = score
        self._right[number] = 0.0 if right is None else right
        return number


def _shares(words: tuple[str, ...], frequency: Floats) -> Floats:
    """Return (V,): how often words with the base letters of each are this one."""
    _, group = np.unique([base_letters(word) for word in words], return_inverse=True)
    often = np.exp(frequency.astype(np.float64))
    return np.asarray(often / np.maximum(np.bincount(group, often)[group], 1e-30), dtype=np.float32)


def _case_scores(cases: npt.NDArray[np.generic]) -> Floats:
    """Return (V, 2): the weighted log-probability that a word stands in lower case, and capitalised, in a sentence."""
    counts = cases.astype(np.float64)
    share = (counts + _CASE_PRIOR) / (counts.sum(axis=1, keepdims=True) + sum(_CASE_PRIOR))
    return np.asarray(_CASE_WEIGHT * np.log(share), dtype=np.float32)
