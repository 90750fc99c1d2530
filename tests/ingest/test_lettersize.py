from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bench.scenes import table_page
from tonghop.ingest.lettersize import best_factor, resized, x_height

if TYPE_CHECKING:
    from tests.ingest.conftest import DrawPage


@pytest.mark.parametrize("dpi", [75, 100, 150, 200, 300, 400])
def test_the_height_of_letters_is_measured_in_pixels(draw_page: DrawPage, dpi: int) -> None:
    # 14 points of Tinos: its x-height is 0.458 of that. Letters of few pixels touch each other.
    truth = 14 * dpi / 72 * 0.458
    assert x_height(np.asarray(draw_page(dpi=dpi).convert("L"))) == pytest.approx(truth, rel=0.35 if dpi < 100 else 0.2)


def test_a_page_without_letters_has_no_height(draw_page: DrawPage) -> None:
    assert x_height(np.full((900, 700), 240, np.uint8)) == 0.0
    assert x_height(np.asarray(draw_page(("Trang 1",), repeat=1).convert("L"))) == 0.0


def test_small_letters_are_enlarged_large_ones_reduced_and_others_left() -> None:
    assert best_factor(6.0, 1_000_000) == 3.0
    assert best_factor(9.0, 1_000_000) == 2.0
    assert best_factor(9.0, 8_000_000) == pytest.approx(2**0.5)
    assert best_factor(9.0, 30_000_000) == 1.0
    assert best_factor(48.0, 30_000_000) == 0.5
    assert best_factor(900.0, 30_000_000) == 0.4
    assert best_factor(0.0, 1_000_000) == 1.0


def test_the_rules_of_a_table_and_a_blob_are_no_letters() -> None:
    table = table_page("1", dpi=150)  # 12 points
    askew = np.asarray(Image.fromarray(table.pixels).convert("L").rotate(0.6, Image.Resampling.BICUBIC, fillcolor=255))
    blot = askew.copy()
    blot[600:1000, 300:900] = 20
    for grey in (askew, blot):
        assert x_height(grey) == pytest.approx(12 * 150 / 72 * 0.458, rel=0.2)


@given(st.floats(11.0, 36.0), st.integers(1, 40_000_000))
def test_letters_that_read_well_are_never_resampled(height: float, pixels: int) -> None:
    assert best_factor(height, pixels) == 1.0


@given(st.floats(0.5, 11.0), st.integers(1, 40_000_000))
def test_enlarging_never_makes_a_page_smaller_nor_enormous(height: float, pixels: int) -> None:
    factor = best_factor(height, pixels)
    assert 1.0 <= factor <= 3.0
    assert factor == 1.0 or factor**2 * pixels <= 16_000_001


def test_resizing_keeps_ink_and_paper() -> None:
    grey = np.full((60, 40), 240, np.uint8)
    grey[20:40, 10:30] = 20
    for factor in (2.0, 0.5):
        large = resized(grey, factor)
        assert large.shape == (60 * factor, 40 * factor)
        assert large.mean() == pytest.approx(grey.mean(), abs=4)
