"""Posteriors over a lattice of candidate words: forward-backward with bigrams, then with trigrams on what is left.

Shapes: T positions, B sequences side by side, K candidates at each position. Sequences shorter than T are filled
with the one candidate 0 (a sentence break), which changes nothing. An absent candidate has emission -inf.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tonghop.models.ngrams import NgramModel

__all__ = ["Lattice", "bigram_posteriors", "bigram_transitions", "narrow", "trigram_posteriors"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]

_TINY = 1e-37  # keeps a division by an underflowed sum finite; near the least float32


@dataclass(frozen=True, slots=True)
class Lattice:
    """`words`: (T, B, K) ids; `emission`: (T, B, K) log P(read | candidate), -inf where there is none."""

    words: Ints
    emission: Floats

    @property
    def present(self) -> npt.NDArray[np.bool_]:
        """Where there is a candidate."""
        return np.isfinite(self.emission)

    def likelihood(self) -> Floats:
        """Return the emissions as factors, the best of each position 1."""
        peak = self.emission.max(axis=2, keepdims=True)
        return np.asarray(np.exp(self.emission - peak), dtype=np.float32)


def bigram_transitions(lattice: Lattice, model: NgramModel) -> Floats:
    """Return (T - 1, B, K, K): P(candidate at t + 1 | candidate at t), 0 where either is absent."""
    words, present = lattice.words, lattice.present
    steps, width, size = words.shape[0] - 1, words.shape[1], words.shape[2]
    pairs = present[:-1, :, :, None] & present[1:, :, None, :]
    first = np.broadcast_to(words[:-1, :, :, None], pairs.shape)[pairs]
    second = np.broadcast_to(words[1:, :, None, :], pairs.shape)[pairs]
    out = np.zeros((steps, width, size, size), dtype=np.float32)
    out[pairs] = np.exp(model.log_bigram(first, second))
    return out


def bigram_posteriors(lattice: Lattice, transitions: Floats) -> Floats:
    """Return (T, B, K): how probable each candidate is, given everything read; sums to 1 over K."""
    factors = lattice.likelihood()
    last = len(factors) - 1
    forward = np.empty_like(factors)
    backward = np.ones_like(factors)
    forward[0] = factors[0] / factors[0].sum(axis=1, keepdims=True)
    for t in range(last):
        step = np.einsum("bi,bij->bj", forward[t], transitions[t]) * factors[t + 1]
        forward[t + 1] = step / np.maximum(step.sum(axis=1, keepdims=True), _TINY)
    for t in range(last - 1, -1, -1):
        step = np.einsum("bij,bj->bi", transitions[t], backward[t + 1] * factors[t + 1])
        backward[t] = step / np.maximum(step.max(axis=1, keepdims=True), _TINY)
    joint = forward * backward
    return _distribution(joint)


def narrow(lattice: Lattice, posteriors: Floats, most: int, least: float) -> tuple[Lattice, Ints]:
    """Keep the `most` likely candidates of each position that reach `least`; also return their old places."""
    most = min(most, posteriors.shape[2])
    order = np.argsort(-posteriors, axis=2, kind="stable")[:, :, :most]
    emission = np.take_along_axis(lattice.emission, order, axis=2)
    chance = np.take_along_axis(posteriors, order, axis=2)
    low = chance < least
    low[:, :, 0] = False
    narrowed = Lattice(np.take_along_axis(lattice.words, order, axis=2), np.where(low, -np.inf, emission))
    return narrowed, order


def trigram_posteriors(lattice: Lattice, model: NgramModel) -> Floats:
    """Return (T, B, K) as `bigram_posteriors` does, with three words in view; needs T >= 3."""
    pairs, triples = _trigram_transitions(lattice, model)
    factors = lattice.likelihood()
    last = len(factors) - 1
    width, size = factors.shape[1:]
    forward = np.empty((last, width, size, size), dtype=np.float32)
    backward = np.ones((last, width, size, size), dtype=np.float32)
    forward[0] = _normal(factors[0][:, :, None] * pairs[0] * factors[1][:, None, :])
    for t in range(1, last):
        step = np.einsum("bij,bijk->bjk", forward[t - 1], triples[t - 1]) * factors[t + 1][:, None, :]
        forward[t] = _normal(step)
    for t in range(last - 2, -1, -1):
        ahead = backward[t + 1] * factors[t + 2][:, None, :]
        backward[t] = _normal(np.einsum("bijk,bjk->bij", triples[t], ahead))
    joint = forward * backward
    out = np.empty_like(factors)
    out[0] = joint[0].sum(axis=2)
    out[1:] = joint.sum(axis=2)
    return _distribution(out)


def _trigram_transitions(lattice: Lattice, model: NgramModel) -> tuple[Floats, Floats]:
    words, present = lattice.words, lattice.present
    two = present[:-1, :, :, None] & present[1:, :, None, :]
    first = np.broadcast_to(words[:-1, :, :, None], two.shape)[two]
    second = np.broadcast_to(words[1:, :, None, :], two.shape)[two]
    at = np.full(two.shape, -1, dtype=np.int64)
    at[two] = model.find_bigrams(first, second)
    log2 = np.full(two.shape, -np.inf, dtype=np.float32)
    log2[two] = model.log_bigram(first, second, at[two])
    weight = model.context_weight(at[:-1])
    triples = weight[:, :, :, :, None] + log2[1:, :, None, :, :]  # absent candidates: -inf
    is_kept = (at[:-1, :, :, :, None] >= 0) & (at[1:, :, None, :, :] >= 0)
    three = (words[:-2, :, :, None, None], words[1:-1, :, None, :, None], words[2:, :, None, None, :])
    wanted = tuple(np.broadcast_to(word, is_kept.shape)[is_kept] for word in three)
    triples[is_kept] = model.log_trigram((wanted[0], wanted[1], wanted[2]), triples[is_kept])
    return np.exp(log2), np.exp(triples)


def _normal(step: Floats) -> Floats:
    peak = np.maximum(step.max(axis=(1, 2), keepdims=True), _TINY)
    return np.asarray(step / peak, dtype=np.float32)


def _distribution(joint: Floats) -> Floats:
    return np.asarray(joint / np.maximum(joint.sum(axis=2, keepdims=True), _TINY), dtype=np.float32)
