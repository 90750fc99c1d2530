from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from PIL import Image

from tonghop.ingest.slope import Slope, find_slope, is_sideways, levelled

if TYPE_CHECKING:
    from tests.ingest.conftest import DrawPage

DPI = 200


def fanned(image: Image.Image, rise: float) -> np.ndarray:
    """Return the page as seen from the left: its upper lines fall by `2 * rise`, its lower ones rise by as much."""
    wide, high = image.size
    corners = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
    target = corners + np.array([[0, -rise], [0, rise], [0, -rise], [0, rise]], np.float32)
    matrix = cv2.getPerspectiveTransform(corners, target.astype(np.float32))
    return cv2.warpPerspective(np.asarray(image.convert("L")), matrix, (wide, high), borderValue=255)


@pytest.mark.parametrize("angle", [-7.0, -2.0, 0.8, 4.5])
def test_skew_is_one_angle_for_the_whole_page(draw_page: DrawPage, angle: float) -> None:
    tilted = draw_page(repeat=5).rotate(-angle, resample=Image.Resampling.BICUBIC, fillcolor="white").convert("L")
    slope = find_slope(np.asarray(tilted), DPI)
    assert slope.skew == pytest.approx(angle, abs=0.2)
    assert not slope.is_fanned


@pytest.mark.parametrize("rise", [30.0, -55.0])
def test_lines_that_fan_out_are_made_level(draw_page: DrawPage, rise: float) -> None:
    grey = fanned(draw_page(repeat=5), rise)
    slope = find_slope(grey, DPI)
    assert slope.is_fanned
    assert slope.top == pytest.approx(-slope.bottom, abs=0.8)
    assert slope.top * rise > 0
    after = find_slope(levelled(grey, slope), DPI)
    assert not after.is_sloping
    assert levelled(grey, slope).shape == grey.shape


def test_a_page_with_writing_in_its_upper_third_does_not_fan(draw_page: DrawPage) -> None:
    slope = find_slope(np.asarray(draw_page(repeat=1).rotate(-2.0, fillcolor="white").convert("L")), DPI)
    assert slope.skew == pytest.approx(2.0, abs=0.2)
    assert not slope.is_fanned


def test_nothing_to_go_by_is_level() -> None:
    assert find_slope(np.full((2339, 1654), 250, np.uint8), DPI) == Slope(0.0, 0.0, 0.0)
    assert not Slope(0.2, 0.2, 0.2).is_sloping


@pytest.mark.parametrize("angle", [-4.0, 2.0])
def test_a_broad_half_page_askew_is_not_sideways(draw_page: DrawPage, angle: float) -> None:
    half = draw_page(repeat=2).crop((0, 0, 1654, 1170)).rotate(angle, fillcolor="white").convert("L")
    assert not is_sideways(np.asarray(half), DPI)
    assert is_sideways(np.ascontiguousarray(np.rot90(np.asarray(half))), DPI)
