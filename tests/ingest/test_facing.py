from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image, ImageDraw

from bench.scenes import SCENES, table_page
from fixtures.scan import scan
from tests.ingest.conftest import LINES
from tonghop.ingest.facing import find_gutter, in_reading_order, read_sides
from tonghop.ingest.rasterize import Pixels
from tonghop.records import Line, Word
from tonghop.settings import IngestSettings
from tonghop.text import fold

if TYPE_CHECKING:
    from tests.ingest.conftest import DrawPage

DPI = 100
LEFT = ("Tổng số hồ sơ tiếp nhận trong quý là 1.245 hồ sơ, trong đó",)
RIGHT = ("Phương hướng, nhiệm vụ trọng tâm quý tiếp theo: tiếp tục",)


def beside(left: Image.Image, right: Image.Image) -> Pixels:
    return np.hstack([np.asarray(left), np.asarray(right)])


@pytest.mark.parametrize("seed", range(3))
def test_facing_pages_part_at_the_gutter(draw_page: DrawPage, seed: int) -> None:
    rng = Random(seed)
    pixels = beside(*(scan(draw_page(dpi=DPI), rng, rough=bool(seed)) for _ in range(2)))
    gutter = find_gutter(pixels, DPI)
    assert gutter is not None
    # Left pages end 1.6 in before the middle here, right ones begin 1 in after it.
    assert 827 - 160 < gutter < 827 + 100


def test_facing_pages_filled_by_a_third_part_too(draw_page: DrawPage) -> None:
    """Each opens with a short heading, between which the paper is wide; six lines follow, and nothing."""
    side = draw_page(("II. THỂ CHẾ", *LINES), dpi=DPI, repeat=1)
    assert find_gutter(beside(side, side), DPI) is not None


@pytest.mark.parametrize("seed", ["a", "b"])
def test_an_open_book_on_black_is_parted(seed: str) -> None:
    book = SCENES["open book"](seed)
    assert find_gutter(book.pixels, book.dpi) == pytest.approx(
        book.pixels.shape[1] / 2, abs=0.03 * book.pixels.shape[1]
    )


@pytest.mark.parametrize("rules", [True, False])
@pytest.mark.parametrize("seed", ["1", "2", "3"])
def test_a_broad_table_is_one_page(seed: str, rules: bool) -> None:
    table = table_page(seed, broad=True, rules=rules)
    scanned = np.asarray(scan(Image.fromarray(table.pixels), Random(seed), rough=False))
    assert find_gutter(scanned, table.dpi) is None


def test_a_letterhead_in_two_columns_is_one_page(draw_page: DrawPage) -> None:
    broad = draw_page(dpi=DPI, repeat=1).resize((1169, 827))
    pen = ImageDraw.Draw(broad)
    pen.rectangle((0, 0, 1169, 827), fill="white")
    for number, (left, right) in enumerate(
        [("ỦY BAN NHÂN DÂN", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA"), ("XÃ BẢO LÂM", "Độc lập")]
    ):
        pen.text((120, 60 + 25 * number), left, fill="black", font_size=20)
        pen.text((720, 60 + 25 * number), right, fill="black", font_size=20)
    for number in range(18):
        pen.text((120, 160 + 30 * number), "Thực hiện Kế hoạch của Ủy ban nhân dân huyện về cải cách hành chính "
                 "năm hai nghìn", fill="black", font_size=20)  # fmt: skip
    assert find_gutter(np.asarray(broad), DPI) is None


def test_upright_and_blank_pages_are_one_page(draw_page: DrawPage) -> None:
    assert find_gutter(np.asarray(draw_page(dpi=DPI)), DPI) is None
    assert find_gutter(np.full((827, 1169, 3), 250, np.uint8), DPI) is None
    assert find_gutter(beside(draw_page(dpi=DPI), Image.new("RGB", (827, 1169), "white")), DPI) is None


def test_left_is_read_before_right_with_boxes_on_one_canvas(draw_page: DrawPage, real_tesseract: None) -> None:
    pixels = beside(draw_page(LEFT, dpi=150, repeat=2), draw_page(RIGHT, dpi=150, repeat=2))
    grey, gutter = np.asarray(Image.fromarray(pixels).convert("L")), pixels.shape[1] // 2
    lines = in_reading_order(read_sides(grey, gutter, 150, IngestSettings()).lines, gutter)
    assert [fold(line.text)[:7] for line in lines] == ["tong so", "tong so", "phuong ", "phuong "]
    assert [bool(line.box and line.box[0] >= gutter) for line in lines] == [False, False, True, True]
    assert len({line.paragraph for line in lines[:2]} & {line.paragraph for line in lines[2:]}) == 0


def test_lines_keep_their_side(draw_page: DrawPage) -> None:
    def line(text: str, x: int, y: int) -> Line:
        return Line(words=(Word(text, text, (x, y, x + 200, y + 20), 0.9),))

    lines = [line("a", 900, 10), line("b", 100, 10), line("c", 100, 60), line("d", 900, 60)]
    assert [one.text for one in in_reading_order(lines, 800)] == ["b", "c", "a", "d"]
    assert len(in_reading_order(lines, 0)) == 4
