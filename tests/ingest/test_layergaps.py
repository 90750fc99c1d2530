"""Pictures pasted into digital pages: their lines are read and added, what is no writing leaves the page as it is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest
from fpdf import FPDF
from PIL import Image, ImageDraw

from fixtures.fonts import Style, font, font_path
from fixtures.paint import seal_image
from tonghop.ingest.ink import look_at_ink
from tonghop.ingest.layergaps import Gaps, find_gaps, read_gaps
from tonghop.ingest.layerjudge import JudgedLayer, judge_page
from tonghop.ingest.rasterize import render_page
from tonghop.ingest.reader import plan_jobs, read_job
from tonghop.ingest.textlayer import LayerVerdict, read_layer
from tonghop.records import Grade, Line, MediaType, Origin, Page, Word
from tonghop.settings import IngestSettings

if TYPE_CHECKING:
    from tests.ingest.conftest import FakeTesseract

SETTINGS = IngestSettings()
TYPED = (
    "Ủy ban nhân dân xã báo cáo kết quả thực hiện nhiệm vụ phát triển kinh tế",
    "xã hội quý I năm 2024 trên địa bàn xã như sau: tổng thu ngân sách đạt",
    "bốn mươi lăm phần trăm dự toán giao, tăng so với cùng kỳ năm trước.",
    "Công tác tiếp công dân, giải quyết khiếu nại, tố cáo được duy trì.",
)
PICTURED = ("Tổng số hồ sơ quá hạn: 214 hồ sơ", "Tổng thu ngân sách: 4.512 triệu đồng")


def digital_page(path: Path, picture: Image.Image | None, dpi: int = 150) -> Path:
    """Write a page of typed lines, three times over, with `picture` under them."""
    pdf = FPDF(unit="pt", format="A4")
    pdf.add_font("Tinos", fname=str(font_path(Style.REGULAR)))
    pdf.add_page()
    pdf.set_font("Tinos", size=13)
    for at in range(3 * len(TYPED)):
        pdf.text(85, 90 + 20 * at, TYPED[at % len(TYPED)])
    if picture:
        pdf.image(picture, 85, 400, picture.width * 72 / dpi, picture.height * 72 / dpi)
    pdf.output(str(path))
    return path


def picture_of(*texts: str) -> Image.Image:
    image = Image.new("RGB", (700, 45 * len(texts) + 20), "white")
    pen = ImageDraw.Draw(image)
    for at, text in enumerate(texts):
        pen.text((10, 10 + 45 * at), text, font=font(Style.REGULAR, 24), fill="black")
    return image


def table_picture() -> Image.Image:
    image = Image.new("RGB", (800, 190), "white")
    pen = ImageDraw.Draw(image)
    for at in range(4):
        pen.line((5, 5 + 60 * at, 795, 5 + 60 * at), fill="black", width=2)
    for x in (5, 80, 420, 795):
        pen.line((x, 5, x, 185), fill="black", width=2)
    for at, number in enumerate((3858, 409, 7662)):
        for x, text in ((30, str(at + 1)), (100, "Thôn Mẫu Số Hai"), (500, str(number))):
            pen.text((x, 18 + 60 * at), text, font=font(Style.REGULAR, 24), fill="black")
    return image


def scribble() -> Image.Image:
    rng, image = Random(4), Image.new("RGB", (300, 200), "white")
    points = [(20 + 13 * at, 100 + rng.randint(-70, 70)) for at in range(20)]
    ImageDraw.Draw(image).line(points, fill=(20, 20, 120), width=4, joint="curve")
    return image


def logo() -> Image.Image:
    image = Image.new("RGB", (240, 240), "white")
    pen = ImageDraw.Draw(image)
    pen.ellipse((10, 10, 230, 230), fill=(30, 80, 160))
    pen.polygon([(120, 30), (200, 190), (40, 190)], fill=(240, 200, 40))
    return image


def frame() -> Image.Image:
    image = Image.new("RGB", (800, 300), "white")
    ImageDraw.Draw(image).rectangle((3, 3, 796, 296), outline="black", width=3)
    return image


def seal() -> Image.Image:
    return seal_image("ỦY BAN NHÂN DÂN", "XÃ MẪU", 250, Random(1))


def read(path: Path) -> Page:
    (page,) = read_job(plan_jobs(path, path.name, MediaType.PDF, SETTINGS)[0])
    return page


def test_the_lines_of_a_picture_are_added_to_the_layer(tmp_path: Path, real_tesseract: None) -> None:
    page = read(digital_page(tmp_path / "a.pdf", picture_of(*PICTURED)))
    assert (page.origin, page.grade) == (Origin.TEXT_LAYER, Grade.GOOD)
    assert [line.text for line in page.lines] == [*TYPED * 3, *PICTURED]
    assert all(0.5 < word.confidence < 1 for line in page.lines[-2:] for word in line.words)
    (step,) = [step for step in page.steps if step.action == "read-outside-layer"]
    assert dict(step.settings)["words"] == "16"


def test_the_numbers_of_a_table_that_is_a_picture_are_read(tmp_path: Path, real_tesseract: None) -> None:
    page = read(digital_page(tmp_path / "a.pdf", table_picture()))
    assert {"3858", "409", "7662"} <= set(page.text.split())


@pytest.mark.parametrize("draw", [scribble, logo, frame, seal])
def test_what_is_no_writing_leaves_a_digital_page_good(
    tmp_path: Path, draw: Callable[[], Image.Image], real_tesseract: None
) -> None:
    page = read(digital_page(tmp_path / "a.pdf", draw()))
    assert (page.grade, [line.text for line in page.lines]) == (Grade.GOOD, list(TYPED) * 3)


def test_a_page_without_pictures_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tonghop.ingest.layerjudge.read_gaps", None)
    layer = judge_page(digital_page(tmp_path / "a.pdf", None), "a.pdf", 1, SETTINGS)
    assert (layer.verdict, layer.gaps, layer.grade(SETTINGS)) == (LayerVerdict.GOOD, None, Grade.GOOD)


def test_where_reading_fails_the_layer_stays_and_is_doubtful(tmp_path: Path, fake_tesseract: FakeTesseract) -> None:
    path = digital_page(tmp_path / "a.pdf", picture_of(*PICTURED))
    fake_tesseract("sys.exit(3)")
    layer = judge_page(path, path.name, 1, SETTINGS)
    assert (layer.verdict, layer.grade(SETTINGS), len(layer.lines)) == (LayerVerdict.GOOD, Grade.DOUBTFUL, 12)
    assert layer.steps[-1].settings == (("failed", "child_failed"),)


def test_boxes_are_in_pixels_of_the_layer(tmp_path: Path, real_tesseract: None) -> None:
    path = digital_page(tmp_path / "a.pdf", picture_of(*PICTURED))
    image = render_page(path, path.name, 1, 200, SETTINGS, grey=True)
    layer = read_layer(path, 1, 300, SETTINGS)
    gaps = read_gaps(layer, image, 300, SETTINGS)
    (left, top, _, _), (*_, bottom) = (line.box or (0, 0, 0, 0) for line in gaps.lines)
    assert left == pytest.approx((85 + 10 * 72 / 150) * 300 / 72, abs=8)
    assert 400 * 300 / 72 < top < bottom < 470 * 300 / 72
    boxes = [word.box for line in layer for word in line.words if word.box]
    ink = look_at_ink(image.pixels, image.dpi)
    assert len(find_gaps(ink, [(x0 * 2 // 3, y0 * 2 // 3, x1 * 2 // 3, y1 * 2 // 3) for x0, y0, x1, y1 in boxes])) == 2


def gaps_of(text: str = "", confidence: float = 0.95, **more: float) -> Gaps:
    lines = (Line(tuple(Word(one, one, (0, 0, 9, 9), confidence) for one in text.split())),) if text else ()
    found = {"ink_coverage": 1.0, "unread": 0.0, "longest": 0.0, "share": 0.1, **more}
    return Gaps(lines, pieces=int(found.pop("pieces", 0)), **found)


@pytest.mark.parametrize(
    ("gaps", "grade"),
    [
        (gaps_of("214 hồ sơ"), Grade.GOOD),
        (gaps_of("214 hồ sơ", confidence=0.8), Grade.DOUBTFUL),
        (gaps_of("214 hồ sơ", unread=2.5, longest=2.5), Grade.DOUBTFUL),
        (gaps_of("214 hồ sơ", pieces=1), Grade.DOUBTFUL),
        (gaps_of("Người ký: Ủy ban nhân dân", pieces=3), Grade.GOOD),
        (gaps_of(pieces=3), Grade.GOOD),
    ],
)
def test_a_page_is_as_sure_as_what_its_picture_holds(gaps: Gaps, grade: Grade) -> None:
    words = (Line((Word("một", "một"),)),)
    layer = JudgedLayer(words, LayerVerdict.GOOD, ink_coverage=1.0, unread=gaps.unread, has_gaps=True, gaps=gaps)
    assert layer.grade(SETTINGS) is grade
