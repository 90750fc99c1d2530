from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from fixtures.scan import photograph, scan
from tonghop.ingest.sheet import Sheet, find_sheet, level_sheet

if TYPE_CHECKING:
    from tests.ingest.conftest import DrawPage

DESK = (98, 84, 70)


def shot(image: Image.Image, corners: list[tuple[float, float]], frame: tuple[int, int]) -> np.ndarray:
    """Photograph `image` so that its corners (from the upper left clockwise) are seen at `corners`."""
    wide, high = image.size
    matrix = cv2.getPerspectiveTransform(
        np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32), np.array(corners, np.float32)
    )
    return cv2.warpPerspective(np.asarray(image), matrix, frame, flags=cv2.INTER_CUBIC, borderValue=DESK)


def test_a_sheet_is_found_and_made_square(draw_page: DrawPage) -> None:
    corners = [(230.0, 90.0), (1560.0, 60.0), (1750.0, 2450.0), (80.0, 2380.0)]
    image = draw_page()
    pixels = shot(image, corners, (1850, 2520))
    sheet = find_sheet(pixels)
    assert sheet is not None
    assert np.abs(sheet.corners - np.array(corners)).max() < 8
    level = cv2.cvtColor(level_sheet(pixels, sheet), cv2.COLOR_RGB2GRAY)
    truth = cv2.resize(np.asarray(image.convert("L")), level.shape[::-1], interpolation=cv2.INTER_AREA)
    soft = [cv2.GaussianBlur(one, (0, 0), 12).astype(float) for one in (level, truth)]
    assert np.abs(soft[0] - soft[1])[40:-40, 40:-40].mean() < 4


def test_a_side_out_of_the_photo_costs_no_text(draw_page: DrawPage) -> None:
    whole = shot(draw_page(), [(230, 90), (1560, 60), (1700, 2450), (80, 2400)], (1850, 2520))
    cut = np.ascontiguousarray(whole[:2300])
    sheet = find_sheet(cut)
    assert sheet is not None
    inside = np.zeros(cut.shape[:2], np.uint8)
    cv2.fillConvexPoly(inside, np.round(sheet.corners).astype(np.int32), 1)
    dark = (cv2.cvtColor(cut, cv2.COLOR_RGB2GRAY) < 40).astype(np.uint8)
    assert (dark & inside).sum() > 0.999 * dark.sum()


@pytest.mark.parametrize("seed", range(3))
def test_photos_hold_a_sheet_and_scans_do_not(draw_page: DrawPage, seed: int) -> None:
    page = draw_page(dpi=100)
    assert find_sheet(np.asarray(photograph(page, Random(seed)))) is not None
    assert find_sheet(np.asarray(scan(page, Random(seed), rough=bool(seed % 2)))) is None


def test_what_may_be_no_sheet_is_left(draw_page: DrawPage) -> None:
    assert find_sheet(np.full((1200, 900, 3), 250, np.uint8)) is None
    picture = draw_page()
    ImageDraw.Draw(picture).rectangle((300, 300, 1350, 1200), fill=(60, 60, 60))  # a dark picture on a page
    assert find_sheet(np.asarray(picture)) is None
    copied = draw_page()
    ImageDraw.Draw(copied).polygon([(0, 0), (1654, 0), (1654, 30), (60, 60), (60, 2339), (0, 2339)], fill=(9, 9, 9))
    assert find_sheet(np.asarray(copied)) is None  # black along two sides only: a copy


def test_text_outside_the_bright_part_is_not_cut_off(draw_page: DrawPage) -> None:
    shaded = np.asarray(draw_page()).copy()
    shaded[:1200] = (shaded[:1200] * 0.4).astype(np.uint8)
    shaded[:, :60] = shaded[:, -60:] = (100, 90, 80)
    assert find_sheet(shaded) is None


@pytest.mark.parametrize("turns", [0, 1])
def test_a_last_line_in_shadow_is_not_cut_off(draw_page: DrawPage, turns: int) -> None:
    image = draw_page(repeat=5)
    last = image.height - 85
    font = ImageFont.truetype("Tinos-Regular.ttf", 38)
    ImageDraw.Draw(image).text((300, last + 12), "Nơi nhận: như trên; lưu: VT, 12 bản", font=font, fill="black")
    corners = [(160.0, 90.0), (1690.0, 100.0), (1700.0, 2280.0), (150.0, 2290.0)]

    def seen(shadow: float) -> Sheet | None:
        shaded = np.asarray(image).copy()
        shaded[last - 4 :] = (shaded[last - 4 :] * shadow).astype(np.uint8)
        photo = shot(Image.fromarray(shaded), corners, (1850, 2480))
        return find_sheet(np.ascontiguousarray(np.rot90(photo, turns)))

    assert seen(shadow=1.0) is not None
    assert seen(shadow=0.42) is None
