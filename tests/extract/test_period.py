from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tonghop.extract.period import is_readable, periods_in


def names(text: str) -> list[str]:
    return [mention.name for mention in periods_in(text)]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Kết quả công tác CCHC Quý I năm 2024", "quý I năm 2024"),
        ("quý 1/2024", "quý I năm 2024"),
        ("QUÝ II, NĂM 2024", "quý II năm 2024"),
        ("quý III/2023", "quý III năm 2023"),
        ("quý Il năm 2024", "quý II năm 2024"),
        ("quy l nam 2024", "quý I năm 2024"),
        ("tháng 3 năm 2024", "tháng 3 năm 2024"),
        ("6 tháng đầu năm 2024", "6 tháng đầu năm 2024"),
        ("9 tháng đầu năm 2023", "9 tháng đầu năm 2023"),
        ("quý U/2023", "quý … năm 2023"),  # the year was read, the quarter was not
    ],
)
def test_periods(text: str, name: str) -> None:
    assert names(text) == [name]


@pytest.mark.parametrize("text", ["ngày 28 tháng 02 năm 2024", "năm 2024", "quý I", "Kế hoạch số 14/KH-UBND", ""])
def test_what_is_no_period(text: str) -> None:
    assert names(text) == []


def test_several_in_order() -> None:
    assert names("quý I năm 2023 và quý I năm 2024") == ["quý I năm 2023", "quý I năm 2024"]


def test_a_half_read_period_says_so() -> None:
    assert [is_readable(m) for m in periods_in("quý U/2023, quý I/2023")] == [False, True]


@given(st.text(max_size=80))
def test_a_mention_is_quoted_as_printed(text: str) -> None:
    assert all(mention.text in mention.quote.text for mention in periods_in(text))
