"""How a reader misreads letters: the probability of the signs read, given the word printed.

The edit distance of a reader (Wagner and Fischer 1974, with learned costs after Brill and Moore 2000): a letter is
read as another sign, as two, or not at all; two letters are read as one (rn → m); a sign is read where none was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tonghop.models.channel import LEVELS
from tonghop.models.protection import Case, in_case
from tonghop.models.syllables import base_letters
from tonghop.text import is_syllable

__all__ = ["LetterChannel", "Misreadings", "Nearest", "nearest_words"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]
Counts = npt.NDArray[np.uint32]

_MOST_NEAR, _NEIGHBOURS = 24, 8
_FAR = 12.0  # log-probability behind the nearest word at which one is dropped
_LENGTH = 2  # letters more or fewer than were read
_OTHERS = 2  # letters that may be others
_FLOOR = 1e-5  # least probability that a letter is read as some other sign, as none, as two; of a sign from nowhere
_PRIOR = 0.5  # strength, in observations, of the belief that a letter is read right


@dataclass(frozen=True, slots=True, eq=False)
class Misreadings:
    """What one reader made of printed letters, counted. `printed`, `read`: the signs of both sides, P and R of them.

    `substitutions`: (P, R), letters read right among them; `deletions`: (P,); `insertions`: (R,), in so many `places`;
    `merges`: (M, 4) printed, printed, read, count; `splits`: (N, 4) printed, read, read, count; `words`: (bins, 3)
    words read right, with wrong marks alone, with wrong letters, by the reader's confidence
    (`channel.CONFIDENCE_EDGES`).
    """

    printed: str
    read: str
    substitutions: Counts
    deletions: Counts
    insertions: Counts
    merges: Counts
    splits: Counts
    words: Counts
    places: int


@dataclass(frozen=True, slots=True)
class Nearest:
    """Words near a reading, their ids and log P(read | word): (N,). `rates`: (bins + 1,) log, how much more often."""

    ids: Ints
    score: Floats
    rates: Floats

    def scores(self, bin_index: int) -> Floats:
        """Return (levels, N): misread letters are as much rarer in a cleaner text as confused marks are."""
        levels = np.log(np.array(LEVELS, dtype=np.float32))[:, None]
        return np.asarray(self.score[None, :] + self.rates[bin_index] + levels, dtype=np.float32)


class LetterChannel:
    """The words of a lexicon as one reader misreads them.

    `words`: by id; those with signs that were never printed are left out. `near`: (V, N) ids, padded with 0, and scores
    of the words that each word of the lexicon may be a misreading of, in lower case, so that nothing need be searched.
    """

    def __init__(
        self,
        misreadings: Misreadings,
        words: Sequence[str],
        near: tuple[npt.NDArray[np.generic], npt.NDArray[np.generic]] | None = None,
    ) -> None:
        self._printed = {sign: at for at, sign in enumerate(misreadings.printed)}
        self._seen = {sign: at for at, sign in enumerate(misreadings.read)}
        self._replace, self._lose, self._add, self._merge, self._split = _costs(misreadings)
        self._words = words
        self._rates = _rates(misreadings.words)
        self._near = near
        self._ids = {word: at for at, word in enumerate(words)} if near else {}
        self._forms: dict[Case, _Forms] = {}
        self._found: dict[tuple[str, Case], Nearest] = {}

    def nearest(self, read: str, case: Case) -> Nearest:
        """Return the words that are most likely read as `read`, in its case; with the right letters too."""
        key = (read, case)
        if key not in self._found:
            at = self._ids.get(read.lower())
            self._found[key] = self._search(read, case) if at is None else self._remembered(at)
        return self._found[key]

    def _remembered(self, at: int) -> Nearest:
        assert self._near is not None  # without, no word has an id here
        ids, scores = (side[at] for side in self._near)
        kept = ids.astype(np.int64) > 0
        return Nearest(ids[kept].astype(np.int64), scores[kept].astype(np.float32), self._rates)

    def _search(self, read: str, case: Case) -> Nearest:
        forms = self._forms_in(case)
        if len(read) > forms.signs.shape[1] + _LENGTH:  # whatever it is: a search takes as long as it is long
            return Nearest(np.zeros(0, np.int64), np.zeros(0, np.float32), self._rates)
        chosen = forms.alike(read)
        score = self._distances(read, forms.signs[chosen], forms.lengths[chosen])
        best = np.argsort(-score, kind="stable")[:_MOST_NEAR]
        best = best[score[best] >= score.max(initial=-np.inf) - _FAR]
        best = best[np.isfinite(score[best])]
        return Nearest(forms.ids[chosen[best]], score[best], self._rates)

    def _forms_in(self, case: Case) -> _Forms:
        if case not in self._forms:
            self._forms[case] = _encode(self._words, case, self._printed)
        return self._forms[case]

    def _distances(self, read: str, signs: Ints, lengths: Ints) -> Floats:
        """Return log P(read | word) of the words with the printed `signs`: (W, L), of `lengths`."""
        unknown = len(self._seen)
        seen = [self._seen.get(sign, unknown) for sign in read]
        count = len(seen)
        rows = np.full((signs.shape[1] + 1, count + 1, len(signs)), -np.inf, dtype=np.float32)
        rows[0, 0] = 0
        for j in range(1, count + 1):
            rows[0, j] = rows[0, j - 1] + self._add[seen[j - 1]]
        for i in range(1, signs.shape[1] + 1):
            here = signs[:, i - 1]
            rows[i, 0] = rows[i - 1, 0] + self._lose[here]
            for j in range(1, count + 1):
                sign = seen[j - 1]
                best = np.maximum(rows[i - 1, j - 1] + self._replace[here, sign], rows[i - 1, j] + self._lose[here])
                np.maximum(best, rows[i, j - 1] + self._add[sign], out=best)
                if j > 1 and (split := self._split.get((seen[j - 2], sign))) is not None:
                    np.maximum(best, rows[i - 1, j - 2] + split[here], out=best)
                if i > 1 and (merge := self._merge.get(sign)) is not None:
                    np.maximum(best, rows[i - 2, j - 1] + merge[signs[:, i - 2], here], out=best)
                rows[i, j] = best
        return np.asarray(rows[lengths, count, np.arange(len(signs))])


@dataclass(frozen=True, slots=True)
class _Forms:
    """The words of the lexicon in one case: ids and lengths (W,), printed signs (W, L), padded with 0.

    `letters`: (W, 26), how often each letter of the alphabet is in them, marks and case apart.
    """

    ids: Ints
    lengths: Ints
    signs: Ints
    letters: npt.NDArray[np.int8]

    def alike(self, read: str) -> Ints:
        """Return the words about as long as `read` that hold all but a few of its letters, in any order.

        Signs and digits stand for any letter: which one, the reader's confusions tell.
        """
        near = np.flatnonzero(np.abs(self.lengths - len(read)) <= _LENGTH)
        wanted = _letters_of(read)
        shared = np.minimum(self.letters[near], wanted).sum(axis=1)
        needed = np.maximum(int(wanted.sum()), self.lengths[near] - (len(read) - int(wanted.sum()))) - _OTHERS
        return np.asarray(near[shared >= needed], dtype=np.int64)


def _encode(words: Sequence[str], case: Case, printed: Mapping[str, int]) -> _Forms:
    cased = [(at, in_case(word, case)) for at, word in enumerate(words)]
    kept = [(at, word) for at, word in cased if all(sign in printed for sign in word)]
    longest = max((len(word) for _, word in kept), default=0)
    signs = np.zeros((len(kept), longest), dtype=np.int64)
    for row, (_, word) in enumerate(kept):
        signs[row, : len(word)] = [printed[sign] for sign in word]
    ids = np.array([at for at, _ in kept], dtype=np.int64)
    lengths = np.array([len(word) for _, word in kept], dtype=np.int64)
    letters = np.stack([_letters_of(word) for _, word in kept]) if kept else np.zeros((0, 26), np.int8)
    return _Forms(ids, lengths, signs, letters)


def _letters_of(word: str) -> npt.NDArray[np.int8]:
    out = np.zeros(26, dtype=np.int8)
    for letter in base_letters(word):
        if "a" <= letter <= "z":
            out[ord(letter) - ord("a")] += 1
    return out


_Merges = dict[int, Floats]
_Splits = dict[tuple[int, int], Floats]


def _costs(counts: Misreadings) -> tuple[Floats, Floats, Floats, _Merges, _Splits]:
    """Return log-probabilities: replaced (P, R + 1), lost (P,), added (R + 1,), merged by sign (P, P), split (P,)."""
    size = len(counts.printed)
    replaced = counts.substitutions.astype(np.float64)
    for at, sign in enumerate(counts.printed):
        if (same := counts.read.find(sign)) >= 0:
            replaced[at, same] += _PRIOR
    pairs = np.zeros(size)
    for table in (counts.merges, counts.splits):
        np.add.at(pairs, table[:, 0].astype(np.int64), table[:, 3])
    total = replaced.sum(axis=1) + counts.deletions + pairs + _PRIOR
    share = np.maximum(replaced / total[:, None], _FLOOR)
    replace = np.concatenate([np.log(share), np.full((size, 1), np.log(_FLOOR))], axis=1)
    lose = np.log(np.maximum(counts.deletions / total, _FLOOR))
    add = np.log(np.maximum(np.r_[counts.insertions / max(1, counts.places), 0], _FLOOR))
    merged: _Merges = {}
    for first, second, sign, count in counts.merges.tolist():
        both = merged.setdefault(sign, np.full((size, size), -np.inf, dtype=np.float32))
        both[first, second] = np.log(count / total[first])
    split: _Splits = {}
    for sign, one, two, count in counts.splits.tolist():
        row = split.setdefault((one, two), np.full(size, -np.inf, dtype=np.float32))
        row[sign] = np.log(count / total[sign])
    return replace.astype(np.float32), lose.astype(np.float32), add.astype(np.float32), merged, split


def _rates(words: Counts) -> Floats:
    """Return (bins + 1,): log of how much more often than on the whole letters are misread; 0 without a confidence."""
    right, wrong = words[:, :2].sum() + 1, words[:, 2].sum() + 1
    overall = wrong / (right + wrong)
    rates = (words[:, 2] + overall) / (words.sum(axis=1) + 1)
    return np.asarray(np.r_[np.log(rates / overall), 0.0], dtype=np.float32)


def nearest_words(
    channel: LetterChannel, words: Sequence[str]
) -> tuple[npt.NDArray[np.uint16], npt.NDArray[np.float16]]:
    """Return (V, 8) ids, padded with 0, and scores of the words with other letters that each may be misread from."""
    ids = np.zeros((len(words), _NEIGHBOURS), dtype=np.uint16)
    scores = np.zeros((len(words), _NEIGHBOURS), dtype=np.float16)
    for at, word in enumerate(words):
        if not is_syllable(word):
            continue
        found = channel.nearest(word, Case.LOWER)
        far = [n for n, near in enumerate(found.ids) if base_letters(words[near]) != base_letters(word)][:_NEIGHBOURS]
        ids[at, : len(far)], scores[at, : len(far)] = found.ids[far], found.score[far]
    return ids, scores
