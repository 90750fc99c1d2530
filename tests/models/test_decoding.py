"""The likeliest words of each place, and what a second opinion makes of them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from hypothesis import given
from hypothesis import strategies as st

from tonghop.models.decoding import Beams

Floats = npt.NDArray[np.float32]


def beams() -> Beams:
    return Beams(
        np.array([[11, 12, 13], [21, 22, 0], [31, 0, 0]]),
        np.array([[0.6, 0.3, 0.1], [0.7, 0.3, 0.0], [1.0, 0.0, 0.0]], np.float32),
        np.array([[False, True, False], [True, False, False], [True, False, False]]),
    )


def test_the_word_as_read_keeps_its_mark_wherever_it_goes() -> None:
    after = beams()
    after.reweigh(np.array([0, 1]), np.array([[0.2, 0.5, 0.3], [0.1, 0.9, 0.0]], np.float32))
    assert after.words.tolist() == [[12, 13, 11], [22, 21, 0], [31, 0, 0]]
    np.testing.assert_allclose(after.chances, [[0.5, 0.3, 0.2], [0.9, 0.1, 0.0], [1.0, 0.0, 0.0]])
    assert after.is_read.tolist() == [[True, False, False], [False, True, False], [True, False, False]]
    decided = after.decided()
    assert decided.words.tolist() == [12, 22, 31]
    assert decided.is_read.tolist() == [True, False, True]
    np.testing.assert_allclose(decided.top, [0.5, 0.9, 1])
    np.testing.assert_allclose(decided.kept, [0.5, 0.1, 1])


def test_other_places_stay_as_they_are() -> None:
    after = beams()
    after.reweigh(np.array([0]), np.array([[0.1, 0.2, 0.7]], np.float32))
    np.testing.assert_array_equal(after.words[1:], beams().words[1:])
    np.testing.assert_array_equal(after.chances[1:], beams().chances[1:])
    np.testing.assert_array_equal(after.is_read[1:], beams().is_read[1:])


def test_of_equals_the_first_stays_first() -> None:
    after = beams()
    after.reweigh(np.array([1]), np.array([[0.5, 0.5, 0.0]], np.float32))
    assert after.words[1].tolist() == [21, 22, 0]


@given(st.lists(st.lists(st.floats(0, 1, width=32), min_size=4, max_size=4), min_size=1, max_size=6))
def test_each_word_takes_its_posterior_along(rows: list[list[float]]) -> None:
    chances = np.array(rows, np.float32)
    words = np.arange(chances.size).reshape(chances.shape)
    after = Beams(words, np.zeros_like(chances), words % 4 == 1)
    after.reweigh(np.arange(len(rows)), chances)
    assert (np.diff(after.chances, axis=1) <= 0).all()
    np.testing.assert_array_equal(chances.ravel()[after.words], after.chances)
    np.testing.assert_array_equal(after.is_read, after.words % 4 == 1)
