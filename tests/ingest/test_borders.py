from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from tonghop.ingest.borders import find_edges, find_holes, painted
from tonghop.ingest.condition import condition
from tonghop.ingest.ink import find_lines_outside, look_at_ink
from tonghop.ingest.rasterize import PageImage, open_frame
from tonghop.settings import IngestSettings

if TYPE_CHECKING:
    from tests.ingest.conftest import DrawPage

UNIT = 75


def small(image: Image.Image) -> np.ndarray:
    grey = np.asarray(image.convert("L"))
    return cv2.resize(grey, None, fx=UNIT / 200, fy=UNIT / 200, interpolation=cv2.INTER_AREA)


def test_black_edges_are_painted_as_paper(draw_page: DrawPage) -> None:
    clean = draw_page()
    copied = clean.copy()
    ImageDraw.Draw(copied).polygon([(0, 0), (1654, 0), (1654, 25), (40, 60), (30, 2339), (0, 2339)], fill=(9, 9, 9))
    mask = find_edges(small(copied), UNIT)
    mended = painted(np.asarray(copied.convert("L")), mask)
    before = np.asarray(clean.convert("L"))
    assert mended.min(where=before > 250, initial=255) > 200
    assert (mended[before < 60] < 60).all()


def test_letters_close_beside_a_black_edge_stay(draw_page: DrawPage) -> None:
    clean = draw_page().crop((140, 0, 1654, 2338))  # lines begin 0.3 in from the edge
    copied = clean.copy()
    ImageDraw.Draw(copied).rectangle((0, 0, 40, 2339), fill=(0, 0, 0))  # … and 0.1 in from the black
    mended = painted(np.asarray(copied.convert("L")), find_edges(small(copied), UNIT))
    before = np.asarray(clean.convert("L"))
    assert (mended[:, :40] > 200).all()
    assert (mended[before < 60] < 60).all()


def test_no_pale_line_is_drawn_where_shaded_paper_meets_a_painted_edge(draw_page: DrawPage) -> None:
    page = np.asarray(draw_page(repeat=1).convert("L")).astype(float)
    shade = np.linspace(1.0, 0.7, page.shape[0])[:, None]  # the page grows darker towards its foot
    grain = np.random.default_rng(1).normal(0, 2, page.shape)
    copied = (page * shade + grain).clip(0, 255).astype(np.uint8)
    copied[-90:] = 60
    conditioned = condition(PageImage(copied, 200))
    assert conditioned.grey[-140:-95].mean() == pytest.approx(conditioned.grey[-500:-400].mean(), abs=4)
    assert not [box for box in find_lines_outside(look_at_ink(conditioned.grey, 200), ()) if box[1] > 1800]


def test_no_line_is_seen_along_the_edges_of_the_photographed_sheet_of_the_fixtures() -> None:
    path = Path(__file__).parents[2] / "fixtures" / "inbox" / "IMG_20240228_161204.jpg"
    page = condition(open_frame(path, path.name, 1, IngestSettings()))
    assert "paint-black-edges" in [step.action for step in page.steps]
    high, lines = page.grey.shape[0], find_lines_outside(look_at_ink(page.grey, page.dpi), ())
    assert lines
    assert not [box for box in lines if box[1] < 0.06 * high or box[3] > 0.93 * high]


def test_letters_at_the_edge_a_picture_and_a_clean_page_stay(draw_page: DrawPage) -> None:
    assert not find_edges(small(draw_page()), UNIT).any()
    close = draw_page().crop((198, 0, 1654, 2339))  # text cut at the edge
    assert not find_edges(small(close), UNIT).any()
    picture = draw_page()
    ImageDraw.Draw(picture).rectangle((0, 1500, 900, 2339), fill=(30, 40, 30))
    assert not find_edges(small(picture), UNIT).any()


def test_light_letters_on_a_dark_head_stay(draw_page: DrawPage) -> None:
    image = draw_page()
    banner = draw_page(("ỦY BAN NHÂN DÂN HUYỆN BÁO CÁO QUÝ I NĂM 2024",), repeat=1).crop((0, 160, 1654, 280))
    image.paste(Image.eval(banner, lambda level: 255 - level), (0, 0))
    assert not find_edges(small(image), UNIT).any()


@pytest.mark.parametrize("x", [90, 1560])
def test_punch_holes_go(draw_page: DrawPage, x: int) -> None:
    image = draw_page()
    for y in (840, 1500):
        ImageDraw.Draw(image).ellipse((x - 24, y - 24, x + 24, y + 24), fill=(40, 40, 40))
    mended = painted(np.asarray(image.convert("L")), find_holes(small(image), UNIT))
    before = np.asarray(draw_page().convert("L"))
    assert np.abs(mended.astype(int) - before).max() < 40


def test_what_is_no_hole_stays(draw_page: DrawPage) -> None:
    image = draw_page()
    pen = ImageDraw.Draw(image)
    pen.ellipse((66, 700, 114, 748), outline=(20, 20, 20), width=6)  # a ring: the letter O
    pen.rectangle((66, 900, 114, 948), fill=(20, 20, 20))  # a box that is ticked
    pen.ellipse((66, 1100, 76, 1110), fill=(20, 20, 20))  # a bullet
    pen.ellipse((800, 1900, 848, 1948), fill=(20, 20, 20))  # in the middle of the page
    assert not find_holes(small(image), UNIT).any()
