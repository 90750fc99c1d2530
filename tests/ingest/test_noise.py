from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tonghop.ingest.noise import blur, grain, sharpened, smoothed, without_specks

if TYPE_CHECKING:
    from tests.ingest.conftest import DrawPage

X_HEIGHT = 17.8  # pixels: 14 points at 200 dpi


@given(st.floats(0.0, 40.0), st.integers(0, 9))
def test_grain_is_its_standard_deviation(sigma: float, seed: int) -> None:
    noise = np.random.default_rng(seed).normal(128, sigma, (300, 200)).clip(0, 255)
    assert grain(noise.round().astype(np.uint8)) == pytest.approx(sigma, abs=1.2 + 0.05 * sigma)


def test_smoothing_takes_grain_and_leaves_strokes() -> None:
    noise = np.random.default_rng(1).normal(0, 30, (300, 300))
    noise[:, 140:146] -= 180
    grey = (noise + 215).clip(0, 255).astype(np.uint8)
    calm = smoothed(grey, X_HEIGHT)
    assert grain(calm) < 0.4 * grain(grey)
    assert calm[:, 141:145].mean() < 80


def specked(grey: np.ndarray, share: float) -> np.ndarray:
    spots = np.random.default_rng(3).random(grey.shape) < share
    return np.where(spots, 20, grey).astype(np.uint8)


def test_specks_go_and_every_mark_stays(draw_page: DrawPage) -> None:
    clean = np.asarray(draw_page().convert("L"))
    dirty = specked(clean, 0.002)
    cleared, count = without_specks(dirty, X_HEIGHT)
    apart = (dirty < 60) & (clean > 250)
    assert count > 0.8 * apart.sum()
    assert (cleared[apart] > 200).mean() > 0.9
    assert (cleared[clean < 60] < 100).mean() > 0.995


@pytest.mark.parametrize("share", [0.0, 0.00003])
def test_a_page_with_few_specks_is_left_as_it_is(draw_page: DrawPage, share: float) -> None:
    grey = specked(np.asarray(draw_page().convert("L")), share)
    cleared, count = without_specks(grey, X_HEIGHT)
    assert count == 0
    assert cleared is grey


def with_dotted_rules(grey: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    dots = np.zeros(grey.shape, dtype=np.bool_)
    for y, x in ((row, column) for row in (500, 620) for column in range(100, 900, 6)):
        dots[y : y + 2, x : x + 2] = True
    for y, x in ((row, column) for row in range(500, 620, 6) for column in (100, 894)):
        dots[y : y + 2, x : x + 2] = True
    return np.where(dots, 20, grey).astype(np.uint8), dots


def test_dotted_rules_are_no_specks(draw_page: DrawPage) -> None:
    grey, _ = with_dotted_rules(np.full((900, 1000), 255, np.uint8))
    cleared, count = without_specks(grey, X_HEIGHT)
    assert count == 0
    assert cleared is grey
    specks, dots = with_dotted_rules(specked(np.asarray(draw_page().convert("L")), 0.002))
    cleared, count = without_specks(specks, X_HEIGHT)
    assert count > 1000
    assert (cleared[dots] < 60).mean() > 0.95


def test_letters_too_small_to_tell_from_specks_are_left(draw_page: DrawPage) -> None:
    grey = specked(np.asarray(draw_page(dpi=70).convert("L")), 0.01)
    assert without_specks(grey, 6.0) == (grey, 0)


@pytest.mark.parametrize("sigma", [1.5, 2.5, 3.5])
def test_blur_is_measured_and_sharpening_takes_most_of_it(draw_page: DrawPage, sigma: float) -> None:
    clean = np.asarray(draw_page().convert("L"))
    soft = np.asarray(cv2.GaussianBlur(clean, (0, 0), sigma), dtype=np.uint8)
    assert blur(soft) == pytest.approx(sigma, rel=0.2)
    sharp = sharpened(soft, sigma)
    assert blur(sharp) < 0.75 * blur(soft)
    apart = [np.abs(one.astype(float) - clean).mean() for one in (sharp, soft)]
    assert apart[0] < 0.9 * apart[1]


def test_a_sharp_page_and_a_blank_one_are_in_focus(draw_page: DrawPage) -> None:
    assert blur(np.asarray(draw_page().convert("L"))) < 1.0
    assert blur(np.full((900, 700), 240, np.uint8)) == 0.0
