"""What speaks for a spelling besides the reading itself: the same words elsewhere in the document, a second reading.

A language model cannot know the marks of a name; a document that writes the name on every page does. Two words in a
row with the same base letters are taken for the same two words, and their clear readings elsewhere are counted. Counts
and language model are mixed as observations and their Dirichlet prior (MacKay and Peto 1995): where the spelling c was
clearly read n times, P(c) becomes proportional to P(c) + n / strength, so that its score rises by
log(1 + n / (strength P(c))). No score falls, and what a reading may be a misreading of the channel says as before.

A second reading is scored by the same channels, and weighs less than the first: what misled one reader misleads
another too. It speaks for candidates of the first reading alone, so that no digit comes or goes with it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from tonghop.models.candidates import Candidates, Source
from tonghop.models.channel import CONFIDENCE_EDGES
from tonghop.models.protection import form_of
from tonghop.models.slots import Slots, Text
from tonghop.text import nfc

__all__ = ["Support", "joined", "read_again", "spelt_elsewhere", "supported"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]

_CLEAR = len(CONFIDENCE_EDGES)  # counts of `channel`: of the words that the reader was surest of
# `python -m bench.ownspelling`, seeds 1 and 2: of 59,247 syllables 457 are wrong after repair without what stands
# elsewhere, 49 of them harmed, that is right as read. With 0.1, 0.3 and 1.0 for names and 1.0 for other words it is
# 391, 395 and 406, and 54, 53 and 53 harmed; with 0.3 and 3.0 it is 398 and 49: repair must do no harm.
_NAME_STRENGTH, _STRENGTH = 0.3, 3.0
_LEAST_SHARE = 0.01  # of the words with the same base letters: of rarer ones no count knows how rare they are
_GIVEN = 2.0  # clear readings that a name given from without, or what was typed, is worth
# Weight of a second reading. Of 29,911 syllables of drawn documents 328 are wrong after repair with one reading. With a
# second by Debian's `vie` and the weights 0.1, 0.2, 0.5 and 1.0 it is 324, 321, 325, 365; by `eng` 329, 326, 327, 325.
_SECOND = 0.2
_SHIFT = 32  # bits: two numbers in one


@dataclass(frozen=True, slots=True)
class Support:
    """`places`: (S,) positions, rising; `added`: (S, K) what the score of each of their candidates rises by."""

    places: Ints
    added: Floats

    def covers(self, slots: Slots, words: Ints, candidates: Candidates) -> Bools:
        """Return (N,): at which positions the word of `words`, (N,), is a supported candidate."""
        out = np.zeros(len(slots.numbers), dtype=np.bool_)
        is_chosen = candidates.words[slots.numbers[self.places]] == words[self.places, None]
        out[self.places] = (is_chosen & (self.added > 0)).any(axis=1)
        return out


@dataclass(frozen=True, slots=True)
class _Spellings:
    """(C,) each, by key and then by form: how often a word was clearly read so beside the neighbour in its key."""

    keys: Ints
    forms: Ints
    counts: Floats


@dataclass(frozen=True, slots=True)
class _Claims:
    """(C,) each: the position, the form that it is spelt in elsewhere, and what the score of that form rises by."""

    places: Ints
    forms: Ints
    added: Floats


def supported(slots: Slots, support: Support, candidates: Candidates) -> Slots:
    """Return `slots` with the scores that `support` raises; see `Candidates.vary` for how long they last."""
    if not len(support.places):
        return slots
    numbers = slots.numbers.copy()
    numbers[support.places] = candidates.vary(numbers[support.places], support.added)
    return replace(slots, numbers=numbers)


def joined(first: Support, second: Support) -> Support:
    """Return what both say together."""
    places = np.union1d(first.places, second.places)
    added = np.zeros((len(places), first.added.shape[1]), dtype=np.float32)
    for one in (first, second):
        added[np.searchsorted(places, one.places)] += one.added
    return Support(places, added)


def read_again(text: Text, slots: Slots, candidates: Candidates) -> Support:
    """Return what the second readings of `text` say; none of a token in which they see other words or a digit."""
    places: list[int] = []
    added: list[Floats] = []
    at_second = np.array([bool(second) for second in text.seconds], dtype=np.bool_)
    asking = slots.is_open & (slots.sources == Source.MARKS)
    for place in np.flatnonzero(asking & at_second[slots.tokens] if len(at_second) else np.zeros(0)).tolist():
        token = int(slots.tokens[place])
        words = form_of(nfc(text.seconds[token])).words
        if len(words) == len(text.forms[token].words):
            score = candidates.likelihood(words[int(slots.runs[place])], int(slots.numbers[place]))
            places.append(place)
            added.append(_SECOND * (score - score.min()))
    width = candidates.words.shape[1]
    return Support(np.array(places, np.int64), np.array(added, np.float32).reshape(len(places), width))


def spelt_elsewhere(text: Text, slots: Slots, candidates: Candidates) -> Support:
    """Return what the words of `text`, and its names, say of one another; a word says nothing of itself."""
    bases, forms = candidates.bases[slots.numbers], candidates.forms[slots.numbers]
    is_read = (slots.sources == Source.MARKS) & (bases > 0)
    is_clear = is_read & (np.array(text.bins, dtype=np.int64)[slots.tokens] == _CLEAR)
    if not is_clear.any() and not text.names:
        return Support(np.zeros(0, np.int64), np.zeros((0, candidates.words.shape[1]), np.float32))
    pairs = np.where((bases[:-1] > 0) & (bases[1:] > 0), (bases[:-1] << _SHIFT) | bases[1:], 0)
    named, *named_forms = _pairs_of(text.names, candidates)
    claims = []
    for keys, spelling in zip((np.r_[pairs, 0], np.r_[0, pairs]), named_forms, strict=True):
        clear = np.flatnonzero(is_clear & (keys > 0))
        weights = np.r_[np.ones(len(clear)), np.full(len(named), _GIVEN)]
        found = _counted(np.r_[keys[clear], named], np.r_[forms[clear], spelling], weights.astype(np.float32))
        asking = np.flatnonzero(slots.is_open & is_read & (keys > 0))
        claims.append(_claims(asking, keys, forms, is_clear, found, slots, candidates))
    return _support(claims, slots, forms, candidates)


def _pairs_of(names: Iterable[tuple[str, ...]], candidates: Candidates) -> tuple[Ints, Ints, Ints]:
    """Return (P,) keys of the pairs of words in `names`, the forms of their first and of their second words."""
    found = [
        ((first[1] << _SHIFT) | second[1], first[0], second[0])
        for name in names
        for first, second in pairwise(map(candidates.read_as, name))
        if first[1] and second[1]
    ]
    keys, first, second = np.array(found, dtype=np.int64).reshape(-1, 3).T
    return keys, first, second


def _counted(keys: Ints, forms: Ints, weights: Floats) -> _Spellings:
    order = np.lexsort((forms, keys))
    keys, forms, weights = keys[order], forms[order], weights[order]
    starts = np.flatnonzero((np.diff(keys, prepend=-1) != 0) | (np.diff(forms, prepend=-1) != 0))
    counts = np.add.reduceat(weights, starts) if len(starts) else weights
    return _Spellings(keys[starts], forms[starts], counts)


def _claims(
    asking: Ints, keys: Ints, forms: Ints, is_clear: Bools, found: _Spellings, slots: Slots, candidates: Candidates
) -> _Claims:
    """Return what the spellings `found` say of the positions `asking`, beside whose neighbour they were read."""
    low, high = (np.searchsorted(found.keys, keys[asking], side) for side in ("left", "right"))
    size = high - low
    places = np.repeat(asking, size)
    at = np.repeat(low - np.cumsum(size) + size, size) + np.arange(size.sum())
    spelt, is_name = found.forms[at], slots.is_name[places]
    is_own = spelt == forms[places]
    counts = found.counts[at] - (is_own & is_clear[places])
    # Of common words the language model knows more than a reader that misreads the same two words twice.
    kept = (counts > 0) & (is_name | ~is_own)
    share = np.maximum(candidates.shares(spelt), _LEAST_SHARE) * np.where(is_name, _NAME_STRENGTH, _STRENGTH)
    return _Claims(places[kept], spelt[kept], np.log1p(counts / share).astype(np.float32)[kept])


def _support(claims: list[_Claims], slots: Slots, forms: Ints, candidates: Candidates) -> Support:
    """Return `claims` by position; where both neighbours tell something it is halved: mostly they tell the same."""
    places = np.unique(np.concatenate([one.places for one in claims]))
    added = np.zeros((len(places), candidates.words.shape[1]), dtype=np.float32)
    told = np.zeros(len(places), dtype=np.int64)
    for one in claims:
        row = np.searchsorted(places, one.places)
        is_meant = candidates.words[slots.numbers[one.places]] == one.forms[:, None]
        is_meant[:, 0] = forms[one.places] == one.forms
        np.add.at(added, row, is_meant * one.added[:, None])
        told += np.isin(places, one.places)
    added /= np.maximum(told, 1)[:, None]
    has_some = (added > 0).any(axis=1)
    return Support(places[has_some], added[has_some])
