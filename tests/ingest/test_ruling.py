"""Rules found in an image: turned, broken, doubled, dotted; letterheads and frames are no tables."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from tests.ingest.drawntables import CELLS, DPI, PLACES, XS, YS, clean_page, turned
from tonghop.ingest.ink import coverage, text_ink
from tonghop.ingest.rasterize import Pixels
from tonghop.ingest.ruling import find_grids, without_rules


def grain(page: Pixels) -> Pixels:
    noise = np.random.default_rng(3).normal(0, 8, page.shape)
    return np.clip(cv2.GaussianBlur(page, (0, 0), 0.8) + noise, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("degrees", [0.0, 0.29, -0.29, 0.6])
@pytest.mark.parametrize("weight", [2, 4])
def test_merged_heads_on_a_scan_that_leans(degrees: float, weight: int) -> None:
    (grid,) = find_grids(grain(turned(clean_page(weight), degrees)), DPI)
    assert set(grid.lattice.places) == PLACES
    assert grid.fall == pytest.approx(-np.tan(np.radians(degrees)), abs=0.0015)
    upper_left = grid.point(grid.lattice.xs[0], grid.lattice.ys[0])
    matrix = cv2.getRotationMatrix2D((650, 450), degrees, 1.0)
    assert upper_left == pytest.approx(tuple(matrix @ (XS[0], YS[0], 1)), abs=5)


def test_coarse_and_fine_pages() -> None:
    fine = cv2.resize(clean_page(), None, fx=1.5, fy=1.5, interpolation=cv2.INTER_CUBIC)
    (grid,) = find_grids(np.asarray(fine, np.uint8), 300)
    assert set(grid.lattice.places) == PLACES
    assert grid.outline == pytest.approx((225, 450, 1695, 870), abs=4)
    coarse = cv2.resize(clean_page(), None, fx=0.75, fy=0.75, interpolation=cv2.INTER_AREA)
    assert set(find_grids(np.asarray(coarse, np.uint8), 150)[0].lattice.places) == PLACES


def test_rules_that_a_fax_broke() -> None:
    page = clean_page()
    holes = (np.random.default_rng(5).random(page.shape) < 0.0008).astype(np.uint8)
    rules = clean_page(texts=False) < 128
    page[rules & (cv2.dilate(holes, np.ones((7, 7), np.uint8)) > 0)] = 255
    assert set(find_grids(page, DPI)[0].lattice.places) == PLACES


def test_double_and_dotted_rules() -> None:
    double, dotted = clean_page(texts=False), clean_page(texts=False)
    double[:, :-5] = np.minimum(double[:, :-5], double[:, 5:])
    double[:-5] = np.minimum(double[:-5], double[5:])
    assert set(find_grids(double, DPI)[0].lattice.places) == PLACES
    along, across = np.indices(dotted.shape)
    dotted[(along % 5 > 2) & (across % 5 > 2)] = 255
    dots = np.where(((along + across) % 5 < 3), dotted, 255).astype(np.uint8)
    assert set(find_grids(dots, DPI)[0].lattice.places) == PLACES


def test_prose_a_frame_and_the_lines_of_a_letterhead_are_no_tables() -> None:
    page = clean_page()
    page[290:590] = 255
    cv2.rectangle(page, (40, 40), (1260, 860), 0, 3)
    cv2.rectangle(page, (48, 48), (1252, 852), 0, 3)
    for left, y in ((200, 400), (700, 410), (500, 560)):  # under issuer, motto and subject
        cv2.line(page, (left, y), (left + 300, y), 0, 2)
    assert find_grids(page, DPI) == ()
    assert find_grids(np.full((900, 1300), 250, np.uint8), DPI) == ()


def test_painting_the_rules_out_leaves_the_letters() -> None:
    page = grain(clean_page())
    grids = find_grids(page, DPI)
    clean = without_rules(page, DPI, grids)
    assert find_grids(clean, DPI) == ()
    assert np.array_equal(clean[:280], page[:280])
    # All ink that counts as text lies where it did, and is as dark.
    before, after = text_ink(page, DPI), text_ink(clean, DPI)
    assert float((before & after).sum() / before.sum()) > 0.97
    assert coverage(after, [grids[0].outline, (100, 150, 1200, 260), (100, 640, 1200, 740)], 2) > 0.99


def test_every_cell_has_its_box() -> None:
    (grid,) = find_grids(clean_page(), DPI)
    for place, _ in CELLS:
        around = XS[place.column], YS[place.row], XS[place.column + place.columns], YS[place.row + place.rows]
        assert grid.box(place) == pytest.approx(around, abs=3)


def test_rules_at_the_very_edge_of_the_page() -> None:
    page = np.full((900, 1300), 255, np.uint8)
    page[::300, ::2] = page[-1, ::2] = page[-3, ::2] = 0
    page[::2, ::400] = page[::2, -1] = 0
    (grid,) = find_grids(page, DPI)
    assert len(grid.lattice.places) >= 9
