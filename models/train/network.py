"""Training of the network that rescores doubtful words, in NumPy: gradients by hand, Adam (Kingma and Ba 2015).

Half of each batch are doubtful words with what the n-grams made of them; half are any words of the text, to be told
from the others with the same letters without any help, so that there is more to learn from than doubts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tonghop.models.rescoring import NEAR, Network, Quantised

__all__ = ["FLOOR", "UNKNOWN", "Batch", "Sizes", "Weights", "gradients", "initial", "quantised", "train"]

FLOOR = -1e4  # log-posterior of a candidate that is none
UNKNOWN = 2  # id of a word that is not to be seen
_WARM_UP = 200  # steps until the full rate
_RATE, _DECAYS, _TINY = 2e-3, (0.9, 0.98), 1e-8
# Without both the network learns its 16 million words by heart: after four passes the loss on them had fallen from
# 0.32 to 0.15 while the words held out had become worse again.
_HIDDEN_DROPPED, _WORDS_DROPPED = 0.25, 0.08

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]
Weights = dict[str, Floats]


@dataclass(frozen=True, slots=True)
class Sizes:
    """Numbers for a word near by, for a word around, inside, for a candidate; places in a batch."""

    near: int = 96
    around: int = 64
    inside: int = 512
    candidate: int = 128
    batch: int = 4096


@dataclass(frozen=True, slots=True)
class Batch:
    """B places: words near by and their cases (B, 2 NEAR + 1), words around (B, A), candidates.

    `candidates`: (B, K) words; `prior`: their log-posteriors, `FLOOR` where there is none and 0 where the n-grams are
    not asked; `right`: (B,) the column of the right one.
    """

    near: Ints
    cases: Ints
    around: Ints
    candidates: Ints
    prior: Floats
    right: Ints


def initial(vectors: Floats, sizes: Sizes, rng: np.random.Generator) -> Weights:
    """Return weights to start from; `vectors` (V, 128) tell what words are like, the most telling number first."""
    entering = (2 * NEAR + 1) * sizes.near + sizes.around

    def drawn(rows: int, columns: int) -> Floats:
        return np.asarray(rng.standard_normal((rows, columns)) * np.sqrt(1 / columns), dtype=np.float32)

    return {
        "near": 0.3 * vectors[:, : sizes.near],
        "around": 0.3 * vectors[:, : sizes.around],
        "candidates": 0.02 * vectors[:, : sizes.candidate],
        "cases": 0.1 * drawn(5, sizes.near),
        "first": drawn(sizes.inside, entering),
        "first_bias": np.zeros(sizes.inside, np.float32),
        "second": drawn(sizes.inside, sizes.inside),
        "second_bias": np.zeros(sizes.inside, np.float32),
        "last": drawn(sizes.candidate, sizes.inside),
        "last_bias": np.zeros(sizes.candidate, np.float32),
        "bias": np.zeros(len(vectors), np.float32),
        "trust": np.ones(1, np.float32),
    }


def quantised(weights: Weights) -> Network:
    """Return the network as it is used, with the losses of its eight bits."""
    tables = {name: Quantised.of(weights[name]) for name in ("near", "around", "candidates")}
    others = {name: value for name, value in weights.items() if name not in tables}
    whole = Network(**tables, **others)  # type: ignore[arg-type]  # mypy takes every value for every field
    return Network.of(whole.arrays())


def gradients(weights: Weights, batch: Batch, masks: tuple[Floats, Floats]) -> tuple[float, Weights]:
    """Return the mean loss and its gradient; `masks` (B, H) are what is kept of the inside, and how much it counts.

    The gradients of `near`, `around`, `candidates` and `bias` are dense: most of their rows are 0.
    """
    near = weights["near"][batch.near] + weights["cases"][batch.cases]
    seen = (batch.around > 0).astype(np.float32)
    share = seen / np.maximum(seen.sum(axis=1, keepdims=True), 1)
    mean = np.einsum("bad,ba->bd", weights["around"][batch.around], share)
    entered = np.concatenate([near.reshape(len(near), -1), mean], axis=1)
    first = np.maximum(entered @ weights["first"].T + weights["first_bias"], 0)
    kept = first * masks[0]
    second = np.maximum(kept @ weights["second"].T + weights["second_bias"], 0)
    summed = (kept + second) * masks[1]
    hidden = summed @ weights["last"].T + weights["last_bias"]
    outer = weights["candidates"][batch.candidates]
    scores = np.einsum("bko,bo->bk", outer, hidden) + weights["bias"][batch.candidates] + weights["trust"] * batch.prior
    chances, loss = _softmax(scores, batch.right)

    wrong = chances / np.float32(len(chances))
    wrong[np.arange(len(wrong)), batch.right] -= np.float32(1 / len(wrong))
    back_hidden = np.einsum("bk,bko->bo", wrong, outer)
    back_sum = (back_hidden @ weights["last"]) * masks[1]
    back_second = back_sum * (second > 0)
    back_first = (back_sum + back_second @ weights["second"]) * masks[0] * (first > 0)
    back_entered = back_first @ weights["first"]
    width = near.shape[1] * near.shape[2]
    back_near = back_entered[:, :width].reshape(near.shape)
    back_around = back_entered[:, None, width:] * share[:, :, None]
    size = len(weights["near"])
    return loss, {
        "near": _gathered(batch.near, back_near, size),
        "around": _gathered(batch.around, back_around, size),
        "candidates": _gathered(batch.candidates, wrong[:, :, None] * hidden[:, None, :], size),
        "cases": _gathered(batch.cases, back_near, len(weights["cases"])),
        "first": back_first.T @ entered,
        "first_bias": back_first.sum(axis=0),
        "second": back_second.T @ kept,
        "second_bias": back_second.sum(axis=0),
        "last": back_hidden.T @ summed,
        "last_bias": back_hidden.sum(axis=0),
        "bias": np.bincount(batch.candidates.ravel(), wrong.ravel(), size).astype(np.float32),
        "trust": np.array([(wrong * np.where(batch.prior > FLOOR, batch.prior, 0)).sum()], np.float32),
    }


def _softmax(scores: Floats, right: Ints) -> tuple[Floats, float]:
    scores = scores - scores.max(axis=1, keepdims=True)
    chances = np.exp(scores)
    chances /= chances.sum(axis=1, keepdims=True)
    return chances, float(-np.log(np.maximum(chances[np.arange(len(right)), right], 1e-12)).mean())


def _gathered(rows: Ints, values: Floats, size: int) -> Floats:
    """Return (size, D): the sum of the `values` of each row."""
    flat, order = rows.ravel(), np.argsort(rows.ravel(), kind="stable")
    ordered = flat[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    out = np.zeros((size, values.shape[-1]), np.float32)
    out[ordered[starts]] = np.add.reduceat(values.reshape(len(flat), -1)[order], starts, axis=0)
    return out


def train(
    weights: Weights,
    draw: Callable[[int], Batch],
    steps: int,
    size: int,
    rng: np.random.Generator,
    say: Callable[[str], None] = lambda _text: None,
) -> Weights:
    """Return the `weights`, changed in place, after so many steps; `draw` gives a batch of `size` places."""
    moments = {name: (np.zeros_like(value), np.zeros_like(value)) for name, value in weights.items()}
    inside = len(weights["first_bias"])
    mean = 0.0
    for step in range(1, steps + 1):
        batch = _thinned(draw(size), rng)
        loss, slopes = gradients(weights, batch, (_mask(size, inside, rng), _mask(size, inside, rng)))
        rate = _RATE * min(1.0, step / _WARM_UP) * (0.505 + 0.495 * np.cos(np.pi * step / steps))
        for name, slope in slopes.items():
            _move(weights[name], slope, moments[name], rate, step)
        mean += (loss - mean) * max(0.01, 1 / step)
        if step % 200 == 0:
            say(f"step {step} of {steps}: loss {mean:.4f}")
    return weights


def _mask(size: int, inside: int, rng: np.random.Generator) -> Floats:
    kept = rng.random((size, inside), dtype=np.float32) >= _HIDDEN_DROPPED
    return kept.astype(np.float32) / np.float32(1 - _HIDDEN_DROPPED)


def _thinned(batch: Batch, rng: np.random.Generator) -> Batch:
    """Return the batch with some of the neighbours made unknown."""
    dropped = rng.random(batch.near.shape, dtype=np.float32) < _WORDS_DROPPED
    dropped[:, NEAR] = False
    near = np.where(dropped, UNKNOWN, batch.near)
    return Batch(near, batch.cases, batch.around, batch.candidates, batch.prior, batch.right)


def _move(value: Floats, slope: Floats, moments: tuple[Floats, Floats], rate: float, step: int) -> None:
    """One step of Adam, in place; of a table only the rows that the batch has a say in."""
    at = np.flatnonzero(slope.any(axis=1)) if value.ndim == 2 else np.arange(len(value))
    first, second = (decay * kept[at] for decay, kept in zip(_DECAYS, moments, strict=True))
    first += (1 - _DECAYS[0]) * slope[at]
    second += (1 - _DECAYS[1]) * np.square(slope[at])
    moments[0][at], moments[1][at] = first, second
    scale = np.sqrt(1 - _DECAYS[1] ** step) / (1 - _DECAYS[0] ** step)
    value[at] -= (np.float32(rate * scale) * first / (np.sqrt(second) + np.float32(_TINY))).astype(np.float32)
