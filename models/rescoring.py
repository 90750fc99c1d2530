"""A second opinion on doubtful words: a small feed-forward network that sees a dozen words around and the paragraph.

After Bengio et al. (2003), "A neural probabilistic language model", with words on both sides, and beside the n-grams:
it is trained on what trigrams that had not seen a text made of it, so it learns what they do not know. Its score of
a candidate is added to the log-posterior that the lattice gave. NumPy alone: three matrix products.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tonghop.models.slots import Slots, Text

__all__ = [
    "AROUND",
    "DOUBT",
    "NEAR",
    "Context",
    "Network",
    "Quantised",
    "context_of",
    "doubtful",
    "gathered",
    "probabilities",
    "rescore",
]

NEAR = 6  # words on each side that are seen each by itself, in their order
AROUND = 24  # words on each side whose mean tells what the paragraph is about
# Posterior of the second candidate from which on a word is doubtful. At 0.001, 0.01 and 0.03 the encyclopedia without
# marks comes to 96.57, 96.57 and 96.55 %, law to 99.27, 99.27, 99.26, at 31,000, 38,000 and 42,000 syllables a second.
DOUBT = 0.02
# Weight of the score where a reader saw marks, chosen on held-out pages: of 352 wrong words 99 are left with 1.0, 100
# with 0.5, and 10 and 7 right ones harmed (109 and 6 without the network).
_BESIDE_A_READER = 0.5
_BATCH = 256  # as fast as 1024, in a quarter of the memory
_TINY = 1e-37  # near the least float32
_TABLES = ("near", "around", "candidates")  # stay in eight bits: few of their rows are looked at
_MATRICES = ("cases", "first", "second", "last")
_VECTORS = ("first_bias", "second_bias", "last_bias", "bias", "trust")

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]

_NEAR = np.arange(-NEAR, NEAR + 1)
_AROUND = np.array([step for step in range(-AROUND, AROUND + 1) if abs(step) > 1])


@dataclass(frozen=True, slots=True)
class Context:
    """A row of N words. `words`: id of the likeliest at each place; `cases`: 0 for a symbol, else 1 + its `Case`.

    `starts`, `ends`: (N,) the first place and the last but one of the paragraph that a place stands in.
    """

    words: Ints
    cases: Ints
    starts: Ints
    ends: Ints


@dataclass(frozen=True, slots=True)
class Quantised:
    """A matrix in eight bits: row r is `scales[r] * codes[r]`."""

    codes: npt.NDArray[np.int8]
    scales: Floats

    @classmethod
    def of(cls, matrix: Floats) -> Quantised:
        """Return the nearest to `matrix`; a row's largest value is 127 of its steps."""
        scales = np.maximum(np.abs(matrix).max(axis=1), 1e-12).astype(np.float32) / np.float32(127)
        return cls(np.rint(matrix / scales[:, None]).astype(np.int8), scales)

    def rows(self, at: Ints) -> Floats:
        """Return the rows `at`, of any shape, as floats in a last axis."""
        return self.codes[at].astype(np.float32) * self.scales[at][..., None]

    def mean(self, at: Ints, counted: Bools) -> Floats:
        """Return (M, D): the mean of the rows `at` (M, A) that are `counted`; 0 where none is."""
        share = counted / np.maximum(counted.sum(axis=1, keepdims=True), 1)
        weights = self.scales[at] * share.astype(np.float32)
        return np.asarray(np.einsum("mad,ma->md", self.codes[at].astype(np.float32), weights), dtype=np.float32)

    def whole(self) -> Floats:
        """Return all rows."""
        return self.rows(np.arange(len(self.codes)))


@dataclass(frozen=True, slots=True)
class Network:
    """The weights. V words, D numbers for a word near by, B for one around, H inside, O for a candidate.

    `near` (V, D), `around` (V, B), `candidates` (V, O): by word; `cases` (5, D); `first` (H, (2 NEAR + 1) D + B),
    `second` (H, H), `last` (O, H), with `first_bias`, `second_bias` (H,) and `last_bias` (O,); `bias` (V,) by
    candidate; `trust` (1,): the weight of the n-grams' log-posterior.
    """

    near: Quantised
    around: Quantised
    candidates: Quantised
    cases: Floats
    first: Floats
    first_bias: Floats
    second: Floats
    second_bias: Floats
    last: Floats
    last_bias: Floats
    bias: Floats
    trust: Floats

    def arrays(self) -> dict[str, npt.NDArray[np.generic]]:
        """Return the weights as they are stored: matrices in eight bits."""
        out: dict[str, npt.NDArray[np.generic]] = {}
        for name in (*_TABLES, *_MATRICES):
            value = getattr(self, name)
            stored = value if isinstance(value, Quantised) else Quantised.of(value)
            out |= {f"network_{name}": stored.codes, f"network_{name}_scales": stored.scales}
        return out | {f"network_{name}": getattr(self, name) for name in _VECTORS}

    @classmethod
    def of(cls, arrays: Mapping[str, npt.NDArray[np.generic]]) -> Network:
        """Return the network whose `arrays` these are."""
        stored = {
            name: Quantised(
                arrays[f"network_{name}"].astype(np.int8, copy=False),
                arrays[f"network_{name}_scales"].astype(np.float32, copy=False),
            )
            for name in (*_TABLES, *_MATRICES)
        }
        vectors = {name: arrays[f"network_{name}"].astype(np.float32, copy=False) for name in _VECTORS}
        tables = {name: stored[name] for name in _TABLES}
        whole = {name: stored[name].whole() for name in _MATRICES}
        return cls(**tables, **whole, **vectors)  # type: ignore[arg-type]  # mypy takes every value for every field


def context_of(text: Text, slots: Slots, words: Ints) -> Context:
    """Return the row of the `words` (N,) that stand at the positions of `text`."""
    cases = np.array([1 + form.case for form in text.forms], dtype=np.int64)[slots.tokens]
    bounds = np.searchsorted(slots.tokens, [start for start, _ in text.bounds])
    sizes = np.diff(np.r_[bounds, len(slots.tokens)])
    starts, ends = np.repeat(bounds, sizes), np.repeat(bounds + sizes, sizes)
    return Context(words, np.where(slots.runs < 0, 0, cases), starts, ends)


def doubtful(chances: Floats, is_open: Bools, least: float = DOUBT) -> Ints:
    """Return the places in question whose second candidate is worth a second opinion; `chances` is (N, K), sorted."""
    if chances.shape[1] < 2:
        return np.zeros(0, dtype=np.int64)
    return np.flatnonzero(is_open & (chances[:, 1] > least))


def gathered(context: Context, at: Ints) -> tuple[Ints, Ints, Ints]:
    """Return ids (M, 2 NEAR + 1), their cases, and ids (M, A) of the words around; 0 beyond the paragraph."""
    near, inside = _steps(context, at, _NEAR)
    around, is_around = _steps(context, at, _AROUND)
    words = np.where(inside, context.words[near], 0)
    return words, np.where(inside, context.cases[near], 0), np.where(is_around, context.words[around], 0)


def _steps(context: Context, at: Ints, steps: Ints) -> tuple[Ints, Bools]:
    places = at[:, None] + steps
    inside = (places >= context.starts[at][:, None]) & (places < context.ends[at][:, None])
    return np.clip(places, 0, len(context.words) - 1), inside


def rescore(
    network: Network, context: Context, at: Ints, words: Ints, chances: Floats, has_marks: Bools | None = None
) -> Floats:
    """Return (M, K): how probable the candidates `words` of the places `at` are, whose posteriors were `chances`.

    `has_marks`: (M,) where these posteriors also hold what a reader saw. It counts in full there, the network by half.
    """
    is_seen = np.zeros(len(at), dtype=np.bool_) if has_marks is None else has_marks
    trust = np.where(is_seen, 1, network.trust)[:, None].astype(np.float32)
    weight = np.where(is_seen, _BESIDE_A_READER, 1)[:, None].astype(np.float32)
    out = np.empty_like(chances)
    for rows in _batches(len(at)):
        hidden = _hidden(network, *gathered(context, at[rows]))
        scores = np.einsum("mko,mo->mk", network.candidates.rows(words[rows]), hidden)
        scores += network.bias[words[rows]]
        out[rows] = probabilities(weight[rows] * scores, chances[rows], trust[rows])
    return out


def probabilities(scores: Floats, chances: Floats, trust: Floats) -> Floats:
    """Return (M, K): exp(trust * log chance + score), normed to 1; a candidate without a chance gets none.

    At least one of each row must have a chance.
    """
    total = np.where(chances > 0, trust * np.log(np.maximum(chances, _TINY)) + scores, -np.inf)
    total -= total.max(axis=1, keepdims=True)
    weights = np.exp(total)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True), dtype=np.float32)


def _hidden(network: Network, words: Ints, cases: Ints, around: Ints) -> Floats:
    near = network.near.rows(words) + network.cases[cases]
    mean = network.around.mean(around, around > 0)
    entered = np.concatenate([near.reshape(len(words), -1), mean], axis=1)
    first = np.maximum(entered @ network.first.T + network.first_bias, 0)
    second = first + np.maximum(first @ network.second.T + network.second_bias, 0)
    return np.asarray(second @ network.last.T + network.last_bias, dtype=np.float32)


def _batches(size: int) -> Iterator[slice]:
    return (slice(start, start + _BATCH) for start in range(0, size, _BATCH))
