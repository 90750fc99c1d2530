"""The most likely words of a row of positions, and how sure each is: bigrams over all candidates, then trigrams."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tonghop.models.candidates import Candidates, Source
from tonghop.models.channel import LEVELS
from tonghop.models.lattice import Lattice, bigram_posteriors, bigram_transitions, narrow, trigram_posteriors
from tonghop.models.ngrams import NgramModel
from tonghop.models.slots import Slots

__all__ = ["FINALISTS", "Beams", "Decoded", "decode", "noise_level"]

FINALISTS = 5  # kept for the trigram pass
_LEAST = 2e-5  # posterior after the bigram pass below which a candidate is dropped
_BATCH = 4096  # positions decoded at once
_SAMPLE = 3000  # positions from which the noise of a text is estimated
_PRIOR_ERRORS = 1.5  # strength, in errors, of the belief that a text is as noisy as the training pages

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]
_Chunk = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Beams:
    """(N, K) each, the likeliest first: words, their posteriors (0: there is none), which is the one as read."""

    words: Ints
    chances: Floats
    is_read: npt.NDArray[np.bool_]

    def reweigh(self, at: Ints, chances: Floats) -> None:
        """Write new posteriors (M, K) at the places `at`, the likeliest first again; in place, for these are large."""
        order = np.argsort(-chances, axis=1, kind="stable")
        self.chances[at] = np.take_along_axis(chances, order, axis=1)
        self.words[at] = np.take_along_axis(self.words[at], order, axis=1)
        self.is_read[at] = np.take_along_axis(self.is_read[at], order, axis=1)

    def decided(self) -> Decoded:
        """Return the likeliest of each."""
        kept = np.where(self.is_read, self.chances, 0).sum(axis=1)
        return Decoded(self.words[:, 0], self.chances[:, 0], self.is_read[:, 0], kept)


@dataclass(frozen=True, slots=True)
class Decoded:
    """(N,) each: the likeliest word, its posterior, whether it is the word as read, the posterior of that one."""

    words: Ints
    top: Floats
    is_read: npt.NDArray[np.bool_]
    kept: Floats


def decode(slots: Slots, candidates: Candidates, ngrams: NgramModel, level: int) -> Beams:
    """Return what may stand at each position, given all others; `level` is that of the channel."""
    out = _certain(slots, candidates)
    for batch in _batches(sorted(slots.chunks, key=lambda chunk: chunk[1] - chunk[0])):
        lattice = _lattice(batch, slots, candidates, level)
        first = bigram_posteriors(lattice, bigram_transitions(lattice, ngrams))
        narrowed, places = narrow(lattice, first, FINALISTS, _LEAST)
        final = trigram_posteriors(narrowed, ngrams)
        order = np.argsort(-final, axis=2, kind="stable")
        words, chances = np.take_along_axis(narrowed.words, order, axis=2), np.take_along_axis(final, order, axis=2)
        is_read = np.take_along_axis(places == 0, order, axis=2)  # the word as read stands at place 0
        size = order.shape[2]
        for column, (a, b) in enumerate(batch):
            steps = slice(1, 1 + b - a)
            out.words[a:b, :size] = words[steps, column]
            out.chances[a:b, :size] = chances[steps, column]
            out.is_read[a:b, :size] = is_read[steps, column]
    return out


def _certain(slots: Slots, candidates: Candidates) -> Beams:
    """Return the beams of a text of which nothing is in question."""
    shape = (len(slots.numbers), FINALISTS)
    out = Beams(np.zeros(shape, np.int64), np.zeros(shape, np.float32), np.zeros(shape, np.bool_))
    out.words[:, 0] = candidates.words[slots.numbers, 0]
    out.chances[:, 0] = 1
    out.is_read[:, 0] = True
    return out


def noise_level(slots: Slots, candidates: Candidates, ngrams: NgramModel) -> int:
    """Return the level of the channel that makes as many errors as the text seems to have."""
    level = LEVELS.index(1.0)
    chunks = sorted(slots.chunks, key=lambda chunk: chunk[1] - chunk[0])
    sample = chunks[:: max(1, sum(b - a for a, b in chunks) // _SAMPLE)]
    if not sample:
        return level
    lattice = _lattice(sample, slots, candidates, level)
    transitions = bigram_transitions(lattice, ngrams)
    places = np.concatenate([np.arange(a, b) for a, b in sample])
    counted = slots.is_open[places] & (slots.sources[places] == Source.MARKS)
    for _ in range(3):
        posteriors = bigram_posteriors(_lattice(sample, slots, candidates, level), transitions)
        kept = np.concatenate([posteriors[1 : 1 + b - a, at, 0] for at, (a, b) in enumerate(sample)])
        seen = float((1 - kept)[counted].sum())
        right = candidates.right[slots.numbers[places[counted]], level]
        expected = float((1 - np.exp(right)).sum())
        wanted = LEVELS[level] * (seen + _PRIOR_ERRORS) / (expected + _PRIOR_ERRORS)
        new = int(np.argmin(np.abs(np.log(LEVELS) - np.log(wanted))))
        if new == level:
            break
        level = new
    return level


def _lattice(batch: Sequence[_Chunk], slots: Slots, candidates: Candidates, level: int) -> Lattice:
    """Return the candidates of the chunks side by side, a break before and after each."""
    steps = max(3, 2 + max(b - a for a, b in batch))
    index = np.zeros((steps, len(batch)), dtype=np.int64)
    for column, (a, b) in enumerate(batch):
        index[1 : 1 + b - a, column] = slots.numbers[a:b]
    used, places = np.unique(index, return_inverse=True)
    words, emission = candidates.words[used], candidates.emission[used, level]
    width = max(int(np.isfinite(emission).sum(axis=1).max()), 1)
    places = places.reshape(index.shape)
    return Lattice(words[places][:, :, :width], emission[places][:, :, :width])


def _batches(chunks: Sequence[_Chunk]) -> Iterator[list[_Chunk]]:
    batch: list[_Chunk] = []
    for chunk in chunks:  # sorted by length: little is filled up in vain
        if batch and (len(batch) + 1) * (chunk[1] - chunk[0]) > _BATCH:
            yield batch
            batch = []
        batch.append(chunk)
    if batch:
        yield batch
