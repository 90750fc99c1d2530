"""The error rates of the bench follow their formula, and are those of the script that the public pages come with."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.scoring import Errors, compare, missed_numbers, tokens

_SCORE = Path(__file__).resolve().parents[3] / "shared" / "bench" / "score.py"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Kế hoạch  số\n12/KH-UBND,", ["Kế", "hoạch", "số", "12/KH-UBND"]),
        ("(hoà) hòa", ["hòa", "hòa"]),
        ("thuỷ thủy quý", ["thủy", "thủy", "quý"]),
        ("| - … 99,7%;", ["99,7"]),
        ("a\u0301", ["á"]),
        ("", []),
    ],
)
def test_tokens(text: str, found: list[str]) -> None:
    assert tokens(text) == found


def test_errors_are_counted_apart_for_syllables_and_numbers() -> None:
    errors = compare("ngày 15 tháng 01 năm 2024", "ngay 15 tháng 07 năm 2024 2024")
    assert errors == Errors(syllables_wrong=1, syllables=3, numbers_wrong=2, numbers=3)
    assert (errors.ser, errors.ner) == (1 / 3, 2 / 3)


def test_order_does_not_count_and_words_that_are_not_there_do() -> None:
    assert compare("một hai ba", "ba một hai").ser == 0
    assert compare("một hai", "một hai ba bốn").ser == 1
    assert compare("", "một") == Errors(syllables_wrong=1)
    assert compare("", "").ser == 0


def test_errors_add_up() -> None:
    whole = compare("một 1", "hai 2") + compare("một 1", "một 1")
    assert whole == Errors(1, 2, 1, 2)


def test_a_missed_number_stands_beside_what_was_read() -> None:
    (miss,) = missed_numbers("tiếp nhận 1.245 hồ sơ, trong đó 47 tồn", "tiếp nhận 1.248 hồ sơ, trong đó 47 tồn")
    assert (miss.truth, miss.read) == ("1.245", "1.248")
    assert miss.context == "tiếp nhận [1.245] hồ sơ trong"


def test_a_number_of_a_text_in_another_order_is_looked_for() -> None:
    truth = "hai cột ở đầu trang được đọc theo thứ tự khác hẳn với số 1.245"
    read = "1.248 " + truth.removesuffix(" 1.245")
    assert [(miss.truth, miss.read) for miss in missed_numbers(truth, read)] == [("1.245", "1.248")]


def test_a_number_that_was_dropped_has_nothing_beside_it() -> None:
    assert [(miss.truth, miss.read) for miss in missed_numbers("có 47 hồ sơ", "có hồ sơ")] == [("47", "")]


_WORDS = st.lists(st.sampled_from(["hoà", "hòa", "Quý", "quỹ", "1.245", "(12)", "12/KH", "—", "thuỷ", "a\u0301"]))


@given(truth=_WORDS, read=_WORDS)
def test_every_number_that_is_wrong_by_count_is_named(truth: list[str], read: list[str]) -> None:
    """At least as many as the rate counts, but for those that are only too many in the reading."""
    errors, named = compare(" ".join(truth), " ".join(read)), missed_numbers(" ".join(truth), " ".join(read))
    extra = sum(any(map(str.isdigit, word)) for word in tokens(" ".join(read))) - errors.numbers
    assert len(named) == errors.numbers_wrong - max(0, extra)


@pytest.mark.skipif(not _SCORE.exists(), reason="the script of the public pages is not beside the project")
@given(truth=_WORDS, read=_WORDS)
def test_the_rates_are_those_of_the_script(truth: list[str], read: list[str]) -> None:
    spec = importlib.util.spec_from_file_location("score", _SCORE)
    assert spec
    assert spec.loader
    score = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(score)
    sides = [score.tokens(" ".join(words)) for words in (truth, read)]
    assert [tokens(" ".join(words)) for words in (truth, read)] == sides
    numbers = [[word for word in side if any(map(str.isdigit, word))] for side in sides]
    errors = compare(" ".join(truth), " ".join(read))
    assert (errors.numbers_wrong, errors.numbers) == score.bag_errors(*numbers)
