from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from PIL import Image, ImageChops, ImageDraw

from fixtures.scan import photograph
from tonghop.ingest.condition import Conditioned, condition, turn
from tonghop.ingest.ink import text_ink
from tonghop.ingest.rasterize import PageImage
from tonghop.ingest.seals import find_seals
from tonghop.ingest.slope import find_slope, is_sideways

if TYPE_CHECKING:
    from tests.ingest.conftest import DrawPage


DPI = 200


def as_page(image: Image.Image) -> PageImage:
    return PageImage(np.asarray(image), DPI)


def stamped(image: Image.Image, centre: tuple[int, int], ink: tuple[int, int, int] = (205, 35, 50)) -> Image.Image:
    """Print a round seal over `image` as ink does: it darkens what is there."""
    layer = Image.new("RGB", image.size, "white")
    pen, radius = ImageDraw.Draw(layer), round(0.7 * DPI)
    x, y = centre
    for r in (radius, radius - 14):
        pen.ellipse((x - r, y - r, x + r, y + r), outline=ink, width=6)
    pen.regular_polygon((x, y, 40), 5, fill=ink)
    return ImageChops.multiply(image, layer)


def actions(page: Conditioned) -> list[str]:
    return [step.action for step in page.steps]


def test_a_clean_page_is_left_alone(draw_page: DrawPage) -> None:
    page = condition(as_page(draw_page()))
    assert page.steps == ()
    assert page.skew == 0.0
    assert page.grey.ndim == 2
    assert page.dpi == DPI


def test_a_blank_page_is_left_alone() -> None:
    assert condition(PageImage(np.full((2339, 1654, 3), 250, np.uint8), DPI)).steps == ()


@pytest.mark.parametrize("angle", [-5.0, -1.2, 0.6, 3.0])
def test_skew_is_found_and_taken_out(draw_page: DrawPage, angle: float) -> None:
    tilted = draw_page().rotate(-angle, resample=Image.Resampling.BICUBIC, fillcolor="white")
    page = condition(as_page(tilted))
    assert page.skew == pytest.approx(angle, abs=0.2)
    assert abs(find_slope(page.grey, DPI).skew) <= 0.2
    assert actions(page) == ["deskew"]


def test_a_seal_goes_and_the_text_under_it_stays(draw_page: DrawPage) -> None:
    plain = draw_page()
    page = condition(as_page(stamped(plain, (700, 500))))
    before = np.asarray(plain.convert("L")).astype(int)
    assert "remove-seal" in actions(page)
    assert np.abs(page.grey.astype(int) - before)[300:700, 500:900].mean() < 3
    assert page.grey[before < 60].mean() < 80  # the letters are still black


def test_a_faint_seal_showing_through_a_blank_page_goes(draw_page: DrawPage) -> None:
    page = condition(as_page(stamped(Image.new("RGB", (1654, 2339), "white"), (800, 1600), ink=(250, 190, 195))))
    assert actions(page) == ["remove-seal"]
    assert text_ink(page.grey, DPI).sum() == 0


@pytest.mark.parametrize("colour", ["#d2142a", "#1414c8"])
def test_coloured_text_is_not_a_seal(draw_page: DrawPage, colour: str) -> None:
    image = draw_page(colour=colour)
    assert find_seals(np.asarray(image), DPI) == []
    black, coloured = (text_ink(condition(as_page(page)).grey, DPI) for page in (draw_page(), image))
    assert coloured.sum() > 0.8 * black.sum()


@pytest.mark.parametrize("ink", [(30, 30, 30), (190, 30, 40)])
def test_a_blob_is_remembered_though_light_is_evened_and_colour_taken_out(
    draw_page: DrawPage, ink: tuple[int, int, int]
) -> None:
    image = draw_page().rotate(2, fillcolor="white")
    ImageDraw.Draw(image).rectangle((300, 600, 1400, 1100), fill=ink)
    page = condition(as_page(image))
    height, width = page.grey.shape
    rows, columns = np.nonzero(page.blobs)
    assert rows.mean() / page.blobs.shape[0] == pytest.approx(850 / height, abs=0.03)
    assert columns.mean() / page.blobs.shape[1] == pytest.approx(850 / width, abs=0.03)


def test_uneven_light_is_flattened(draw_page: DrawPage) -> None:
    grey = np.asarray(draw_page().convert("L")).astype(float) * np.linspace(1.0, 0.45, 1654)
    page = condition(PageImage(grey.astype(np.uint8), DPI))
    assert actions(page) == ["flatten-light"]
    assert np.percentile(page.grey[:, :100], 50) == pytest.approx(np.percentile(page.grey[:, -200:-100], 50), abs=12)


@pytest.mark.parametrize(("rotation", "sideways"), [(0, False), (90, True), (180, False), (270, True)])
def test_text_that_runs_up_or_down_is_noticed(draw_page: DrawPage, rotation: int, sideways: bool) -> None:
    assert is_sideways(turn(np.asarray(draw_page().convert("L")), rotation), DPI) is sideways


def test_turns_are_counter_clockwise() -> None:
    pixels = np.array([[1, 2], [3, 4]], np.uint8)
    assert turn(pixels, 90).tolist() == [[2, 4], [1, 3]]
    assert turn(turn(pixels, 90), 270).tolist() == pixels.tolist()


def test_a_turn_is_recorded(draw_page: DrawPage) -> None:
    upside = as_page(draw_page().rotate(180))
    page = condition(upside, 180)
    assert actions(page) == ["rotate"]
    assert dict(page.steps[0].settings) == {"degrees": "180"}


def test_a_photo_is_cut_to_its_sheet_and_its_resolution_follows(draw_page: DrawPage) -> None:
    photo = np.asarray(photograph(draw_page(), Random(3)))
    page = condition(PageImage(photo, round(max(photo.shape) / 11.69)))  # as guessed for an image without a tag
    assert actions(page)[0] == "level-sheet"
    assert page.dpi == pytest.approx(DPI, rel=0.03)
    assert page.grey.shape[0] == pytest.approx(2339, rel=0.06)
    assert condition(PageImage(photo, 300)).dpi == 300  # a tag is believed


def test_letters_too_small_are_enlarged_and_too_large_ones_reduced(draw_page: DrawPage) -> None:
    small = condition(PageImage(np.asarray(draw_page(dpi=75)), 75))
    assert actions(small) == ["resize"]
    assert 150 <= small.dpi <= 225
    assert small.grey.shape[0] / small.dpi == pytest.approx(11.69, rel=0.02)
    large = condition(PageImage(np.asarray(draw_page(dpi=600).crop((0, 0, 4900, 3500))), 600))
    assert actions(large) == ["resize"]
    assert large.dpi == pytest.approx(300, abs=60)


def test_strong_grain_is_smoothed_and_specks_are_removed(draw_page: DrawPage) -> None:
    clean = np.asarray(draw_page().convert("L"))
    rng = np.random.default_rng(5)
    grainy = (clean * 0.9 + rng.normal(0, 60, clean.shape)).clip(0, 255).astype(np.uint8)
    assert actions(condition(PageImage(grainy, DPI))) == ["smooth"]
    light = (clean * 0.9 + rng.normal(0, 12, clean.shape)).clip(0, 255).astype(np.uint8)
    assert actions(condition(PageImage(light, DPI))) == []
    specked = np.where(rng.random(clean.shape) < 0.001, 20, clean).astype(np.uint8)
    assert actions(condition(PageImage(specked, DPI))) == ["remove-specks"]


def test_a_copy_loses_its_black_edges(draw_page: DrawPage) -> None:
    image = draw_page()
    ImageDraw.Draw(image).rectangle((0, 0, 40, 2339), fill=(10, 10, 10))
    page = condition(as_page(image))
    assert actions(page) == ["paint-black-edges"]
    assert page.grey[:, :60].min() > 200


def test_facing_pages_stand_on_one_canvas_each_level(draw_page: DrawPage) -> None:
    halves = [draw_page(dpi=100).rotate(angle, fillcolor="white") for angle in (-1.5, 1.5)]
    page = condition(PageImage(np.hstack([np.asarray(half) for half in halves]), 100))
    assert actions(page)[:3] == ["part-facing-pages", "deskew", "deskew"]
    assert page.grey.shape[1] / page.dpi == pytest.approx(16.54, rel=0.02)
    assert 0.4 < page.gutter / page.grey.shape[1] < 0.6
    for side in (page.grey[:, : page.gutter], page.grey[:, page.gutter :]):
        assert not find_slope(np.ascontiguousarray(side), page.dpi).is_sloping
    assert page.blobs.shape[1] / page.blobs.shape[0] == pytest.approx(page.grey.shape[1] / page.grey.shape[0], rel=0.02)


def test_a_page_out_of_focus_is_sharpened_and_a_soft_one_left(draw_page: DrawPage) -> None:
    clean = np.asarray(draw_page().convert("L"))
    for sigma, expected, is_unclear in ((4.0, ["sharpen"], True), (2.7, ["sharpen"], False), (1.0, [], False)):
        page = condition(PageImage(np.asarray(cv2.GaussianBlur(clean, (0, 0), sigma)), DPI))
        assert (actions(page), page.is_unclear) == (expected, is_unclear)
