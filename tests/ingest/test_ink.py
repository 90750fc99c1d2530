from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from tonghop.ingest.ink import (
    INK_DPI,
    coverage,
    find_lines_outside,
    has_lines,
    hidden_area,
    look_at_ink,
    opaque_blobs,
    scaled,
    text_ink,
)
from tonghop.records import Box

if TYPE_CHECKING:
    from tests.ingest.conftest import DrawPage


Draw = Callable[[ImageDraw.ImageDraw], object]

SIZE = (827, 1169)


def ink_of(draw: Draw) -> npt.NDArray[np.bool_]:
    image = Image.new("L", SIZE, 255)
    draw(ImageDraw.Draw(image))
    return text_ink(np.asarray(image), INK_DPI)


def letters(pen: ImageDraw.ImageDraw) -> None:
    for x in range(100, 700, 12):
        pen.rectangle((x, 300, x + 3, 312), fill=0)


def test_letters_are_ink() -> None:
    assert ink_of(letters).sum() == 50 * 4 * 13


@pytest.mark.parametrize(
    "extra",
    [
        lambda pen: pen.line((50, 500, 780, 500), fill=0, width=2),
        lambda pen: pen.line((400, 400, 400, 1000), fill=0, width=3),
        lambda pen: pen.ellipse((300, 600, 440, 740), outline=0, width=3),
        lambda pen: pen.ellipse((30, 580, 56, 606), fill=0),
        lambda pen: pen.rectangle((0, 0, 8, 1169), fill=90),
        lambda pen: [pen.point((x, 900), fill=0) for x in range(100, 700, 9)],
    ],
    ids=["rule across", "rule down", "seal", "punch hole", "edge shadow", "specks"],
)
def test_what_is_not_text_is_left_out(extra: Draw) -> None:
    def letters_and_more(pen: ImageDraw.ImageDraw) -> None:
        letters(pen)
        extra(pen)

    both = ink_of(letters_and_more)
    assert both.sum() == pytest.approx(ink_of(letters).sum(), rel=0.02)


def test_paper_has_no_ink() -> None:
    grain = np.random.default_rng(1).normal(235, 6, SIZE).clip(0, 255).astype(np.uint8)
    assert text_ink(grain, INK_DPI).mean() < 0.0001


def test_coverage_is_the_share_inside_the_boxes() -> None:
    ink = ink_of(letters)
    assert coverage(ink, [(95, 295, 720, 320)], 1.0) == 1.0
    assert coverage(ink, [(285, 885, 1200, 960)], 3.0) == pytest.approx(0.5, abs=0.03)
    assert coverage(ink, [], 1.0) == 0.0
    assert coverage(np.zeros((10, 10), bool), [], 1.0) == 1.0


@given(st.lists(st.tuples(*[st.integers(-50, 3000)] * 4).map(lambda b: (min(b[0], b[2]), min(b[1], b[3]),
       max(b[0], b[2]), max(b[1], b[3]))), max_size=6))  # fmt: skip
def test_more_boxes_never_cover_less(boxes: list[Box]) -> None:
    ink = np.random.default_rng(0).random((120, 90)) < 0.2
    shares = [coverage(ink, boxes[:count], 10.0) for count in range(len(boxes) + 1)]
    assert shares == sorted(shares)
    assert all(0.0 <= share <= 1.0 for share in shares)


def lines_outside(grey: npt.NDArray[np.uint8], boxes: list[Box]) -> float:
    """The length, in inches, of lines outside `boxes` on a page of 200 dpi."""
    return sum(x1 - x0 for x0, _, x1, _ in find_lines_outside(look_at_ink(grey, 200), boxes)) / 200


@pytest.mark.parametrize("contrast", [20, 60, 220])
def test_faint_lines_beside_black_ones_are_seen(draw_page: DrawPage, contrast: int) -> None:
    ink = 255.0 - np.asarray(draw_page().convert("L"))
    ink[1000:] *= contrast / 255
    grey = (np.random.default_rng(3).normal(245, 2, ink.shape) - ink).clip(0, 255).astype(np.uint8)
    upper = (150, 150, 1600, 1000)
    assert lines_outside(grey, [upper, (150, 1000, 1600, 2200)]) == 0
    assert lines_outside(grey, [upper]) > 15
    assert lines_outside(grey, []) > 40


def test_grain_rules_and_pictures_are_no_lines() -> None:
    grey = np.random.default_rng(4).normal(240, 8, (2339, 1654)).clip(0, 255).astype(np.uint8)
    grey[500:504, 200:1400] = 0
    grey[700:1100, 300:900] = 90
    assert lines_outside(grey, []) == 0


def covered(draw_page: DrawPage, box: Box, tone: int) -> npt.NDArray[np.uint8]:
    image = draw_page().convert("L")
    ImageDraw.Draw(image).ellipse(box, fill=tone)
    return opaque_blobs(np.asarray(image), 200, 75)


@pytest.mark.parametrize("tone", [0, 60, 120])
def test_a_dark_blob_over_text_is_found(draw_page: DrawPage, tone: int) -> None:
    blobs = covered(draw_page, (400, 500, 800, 800), tone)
    area = np.pi * 200 * 150 / 200**2
    assert hidden_area(blobs, 75, [], 200 / 75) == pytest.approx(area, rel=0.15)
    assert hidden_area(blobs, 75, [(900, 500, 1500, 800)], 200 / 75) > 0
    assert hidden_area(blobs, 75, [(400, 500, 800, 800)], 200 / 75) == 0  # words were read on it


@pytest.mark.parametrize(
    ("box", "tone"),
    [((400, 500, 800, 800), 190), ((-300, 500, 300, 900), 0), ((400, 500, 430, 900), 0)],
    ids=["pale", "from beyond the edge", "a thick rule"],
)
def test_what_hides_nothing_is_no_blob(draw_page: DrawPage, box: Box, tone: int) -> None:
    assert not covered(draw_page, box, tone).any()


def test_only_finer_images_are_scaled() -> None:
    pixels = np.zeros((300, 200), np.uint8)
    assert scaled(pixels, 300, 100).shape == (100, 67)
    assert scaled(pixels, 90, 100) is pixels


@pytest.mark.parametrize("grain", [0, 3, 15])
def test_writing_too_faint_to_be_ink_is_noticed(draw_page: DrawPage, grain: float) -> None:
    def seen(contrast: float) -> bool:
        ink = (255 - np.asarray(draw_page().convert("L")).astype(float)) / 255
        paper = np.random.default_rng(2).normal(240, grain, ink.shape)
        return has_lines((paper - contrast * ink).clip(0, 255).astype(np.uint8), 200)

    assert not seen(contrast=0)
    assert seen(contrast=28)
    assert seen(contrast=220)
