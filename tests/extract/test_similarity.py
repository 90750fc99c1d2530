"""Likeness is symmetric and bounded; nearest never returns what is less alike than asked."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tonghop.extract.catalogue import rule_in_words
from tonghop.extract.similarity import likeness, nearest, nearest_few, part_likeness, set_likeness

words = st.text(alphabet="abcdeghiklmnopqrstuvxy ", max_size=20)


@given(words, words)
def test_likeness_is_symmetric_and_bounded(first: str, second: str) -> None:
    assert likeness(first, second) == likeness(second, first)
    assert 0 <= likeness(first, second) <= 100
    assert likeness(first, first) == 100


@given(words, st.lists(words, min_size=1), st.integers(1, 100))
def test_nearest_is_at_least_as_alike_as_asked(text: str, choices: list[str], least: int) -> None:
    found = nearest(text, choices, least)
    best = max(likeness(text, choice) for choice in choices)
    assert (found is None) == (best < least)
    if found is not None:
        assert likeness(text, found) == best
    few = nearest_few(text, choices, least, 3)
    assert all(score >= least and likeness(text, choices[at]) == score for score, at in few)


def test_a_part_and_a_set_of_words_are_found_in_the_whole() -> None:
    assert part_likeness("che do cong vu", "ve cai cach che do cong vu cong chuc") == 100
    assert set_likeness("uy ban huyen", "huyen cao loc uy ban") == 100


def test_a_rule_is_said_with_the_names_of_its_figures() -> None:
    assert rule_in_words("ho_so_ton + ho_so_moi = ho_so_tong") == (
        "hồ sơ kỳ trước chuyển sang + hồ sơ tiếp nhận mới = tổng số hồ sơ"
    )
