"""The network in training: its gradient is the slope of its loss, and going down it the loss falls."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import numpy as np
import numpy.typing as npt
import pytest

from tonghop.models.rescoring import AROUND, NEAR, Context, gathered, rescore
from tonghop.models.train.network import FLOOR, Batch, Sizes, Weights, gradients, initial, quantised, train

Floats = npt.NDArray[np.float32]

WORDS, RIVALS = 12, 4
SMALL = Sizes(near=3, around=2, inside=5, candidate=4, batch=6)


def batch_of(size: int, seed: int = 0) -> Batch:
    """Any places: some words occur twice, some are beyond the paragraph, some candidates are none."""
    rng = np.random.default_rng(seed)
    words = np.stack([rng.permutation(np.arange(3, WORDS))[:RIVALS] for _ in range(size)])
    prior = np.log(rng.dirichlet(np.ones(RIVALS), size))
    words[::2, 3], prior[::2, 3] = 0, FLOOR
    around = rng.integers(0, WORDS, (size, 2 * AROUND - 2))
    around[0] = 0  # a paragraph of one word
    return Batch(
        rng.integers(0, WORDS, (size, 2 * NEAR + 1)),
        rng.integers(0, 5, (size, 2 * NEAR + 1)),
        around,
        words,
        prior.astype(np.float32),
        rng.integers(0, 3, size),
    )


def weights_of(sizes: Sizes, seed: int = 0) -> Weights:
    """Weights to start from, drawn larger: none is so small that its slope cannot be told from none."""
    rng = np.random.default_rng(seed)
    weights = initial(rng.standard_normal((WORDS, 128)).astype(np.float32), sizes, rng)
    weights["candidates"] *= np.float32(30)
    for name in ("first_bias", "second_bias", "last_bias", "bias"):
        weights[name] += rng.standard_normal(weights[name].shape).astype(np.float32) * np.float32(0.3)
    weights["trust"] *= np.float32(0.7)
    return weights


NAMES = sorted(weights_of(SMALL))


@pytest.mark.parametrize("name", NAMES)
def test_the_gradient_is_the_slope_of_the_loss(name: str) -> None:
    weights = {key: cast("Floats", value.astype(np.float64)) for key, value in weights_of(SMALL).items()}
    batch = batch_of(SMALL.batch)
    rng = np.random.default_rng(5)
    kept = [(rng.random((SMALL.batch, SMALL.inside)) > 0.25) / 0.75 for _ in range(2)]
    masks = cast("tuple[Floats, Floats]", tuple(kept))
    found = gradients(weights, batch, masks)[1][name]
    assert found.shape == weights[name].shape
    step = 1e-6  # so small that no unit goes on or off between
    slopes = np.zeros(weights[name].shape)
    for at in np.ndindex(weights[name].shape):
        value = weights[name][at]
        losses = []
        for moved in (value + step, value - step):
            weights[name][at] = moved
            losses.append(gradients(weights, batch, masks)[0])
        weights[name][at] = value
        slopes[at] = (losses[0] - losses[1]) / (2 * step)
    assert np.abs(slopes).max() > 1e-3
    np.testing.assert_allclose(found, slopes, rtol=1e-4, atol=1e-7)


def test_a_candidate_that_is_none_learns_nothing() -> None:
    weights, batch = weights_of(SMALL), batch_of(SMALL.batch)
    ones = np.ones((SMALL.batch, SMALL.inside), np.float32)
    slopes = gradients(weights, batch, (ones, ones))[1]
    assert (slopes["candidates"][0] == 0).all()  # stands only where there is none
    assert slopes["bias"][0] == 0


def test_the_network_at_work_scores_as_in_training() -> None:
    """Without what is left out in training and but for its eight bits, both give the right one the same chance."""
    context = Context(np.arange(30) % (WORDS - 3) + 3, np.arange(30) % 5, np.zeros(30, np.int64), np.full(30, 30))
    at = np.array([0, 4, 14, 29])
    words, cases, around = gathered(context, at)
    batch = replace(batch_of(4), near=words, cases=cases, around=around)
    weights = weights_of(SMALL)
    chances = np.where(batch.prior > FLOOR, np.exp(batch.prior), 0).astype(np.float32)
    network = quantised(weights)
    found = rescore(network, context, at, batch.candidates, chances)
    ones = np.ones((4, SMALL.inside), np.float32)
    loss, _ = gradients(weights, batch, (ones, ones))
    assert loss == pytest.approx(-np.log(found[np.arange(4), batch.right]).mean(), rel=0.02)
    plain = -np.log(chances[np.arange(4), batch.right]).mean()
    assert abs(loss - plain) > 0.1  # it does say something


def told_by_a_neighbour(size: int, rng: np.random.Generator) -> Batch:
    """Places where the first or the second candidate is right as the word before has an even number or an odd one."""
    batch = batch_of(size, int(rng.integers(1 << 30)))
    prior = np.zeros_like(batch.prior)
    prior[:, 2:] = FLOOR
    words = np.tile(np.arange(3, 3 + RIVALS), (size, 1))
    return replace(batch, candidates=words, prior=prior, right=batch.near[:, NEAR - 1] % 2)


def trained(steps: int, seed: int = 3) -> tuple[Weights, list[str]]:
    rng = np.random.default_rng(seed)
    sizes = Sizes(near=8, around=4, inside=16, candidate=8, batch=64)
    said: list[str] = []
    weights = initial(rng.standard_normal((WORDS, 128)).astype(np.float32), sizes, rng)
    return train(weights, lambda size: told_by_a_neighbour(size, rng), steps, sizes.batch, rng, said.append), said


def test_training_lowers_the_loss() -> None:
    weights, said = trained(600)
    assert len(said) == 3  # every two hundred steps
    batch = told_by_a_neighbour(200, np.random.default_rng(99))
    ones = np.ones((200, 16), np.float32)
    assert gradients(weights, batch, (ones, ones))[0] < 0.2  # log 2 at the outset
    assert all(value.dtype == np.float32 for value in weights.values())


def test_the_same_seed_trains_the_same_network() -> None:
    one, two, other = trained(5)[0], trained(5)[0], trained(5, seed=4)[0]
    for name, value in one.items():
        np.testing.assert_array_equal(value, two[name])
    assert (one["first"] != other["first"]).any()
