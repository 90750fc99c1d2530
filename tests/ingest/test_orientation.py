from __future__ import annotations

import pytest

from tonghop.ingest.orientation import is_on_side
from tonghop.ingest.tesseract import Reading
from tonghop.records import Box, Line, Word

LEVEL: Box = (10, 10, 110, 40)
STANDING: Box = (10, 10, 40, 110)


def reading(*words: tuple[str, Box]) -> Reading:
    return Reading((Line(words=tuple(Word(text, text, box, 0.95) for text, box in words)),))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([("hành", LEVEL), ("chính", LEVEL), ("nhân", LEVEL)], False),
        ([("hành", STANDING), ("chính", STANDING), ("nhân", STANDING)], True),
        ([("hành", STANDING), ("chính", STANDING), ("nhân", LEVEL)], True),
        ([("hành", STANDING), ("chính", STANDING), ("nhân", LEVEL), ("quyết", LEVEL)], False),
        ([("l", STANDING), ("lít", STANDING), ("tỉ", STANDING), ("1.", STANDING)], False),
        ([("hành", STANDING), ("chính", STANDING)], False),  # the heading of a column in a table
        ([], False),
    ],
)
def test_most_long_words_standing_mean_a_page_on_its_side(words: list[tuple[str, Box]], expected: bool) -> None:
    assert is_on_side(reading(*words)) is expected
