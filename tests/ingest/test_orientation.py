from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from tonghop.ingest.ink import look_at_ink
from tonghop.ingest.orientation import ink_above, is_on_side, is_upright, is_upside_down, likely_turns
from tonghop.ingest.tesseract import Reading
from tonghop.records import Box, Line, Word

if TYPE_CHECKING:
    from tests.ingest.conftest import DrawPage

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


@pytest.mark.parametrize("dpi", [75, 100, 150, 300])
def test_ink_tells_a_page_on_its_head(draw_page: DrawPage, dpi: int) -> None:
    grey = np.asarray(draw_page(dpi=dpi).convert("L"))
    assert ink_above(look_at_ink(grey, dpi)) > 1.4
    assert not is_upside_down(look_at_ink(grey, dpi))
    assert is_upside_down(look_at_ink(np.ascontiguousarray(grey[::-1, ::-1]), dpi))


def test_where_ink_tells_nothing_the_page_is_left() -> None:
    assert ink_above(look_at_ink(np.full((900, 600), 240, np.uint8), 100)) == 1.0
    bars = np.full((900, 600), 240, np.uint8)
    bars[100:800:40, 100:103] = 10
    assert not is_upside_down(look_at_ink(bars, 100))


def test_a_reading_of_syllables_on_level_lines_is_upright() -> None:
    words = [("Ủy", LEVEL), ("ban", LEVEL), ("nhân", LEVEL), ("dân", LEVEL), ("huyện", LEVEL), ("quyết", LEVEL)]
    assert is_upright(reading(*words))
    assert not is_upright(reading(*[(text, STANDING) for text, _ in words]))
    assert not is_upright(reading(("uộyn4", LEVEL), ("uạp", LEVEL), ("ueqn", LEVEL)))
    assert not is_upright(reading(("ban", LEVEL)))
    assert likely_turns(reading(*words))[0] == 180
    assert set(likely_turns(reading(*[(text, STANDING) for text, _ in words]))[:2]) == {90, 270}
