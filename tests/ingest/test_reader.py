from __future__ import annotations

import pickle
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

import docx
import pytest
from docx.shared import Mm
from fpdf import FPDF
from PIL import Image, ImageDraw, ImageFont

from bench.grades import wrong_share
from bench.readers import count_readings
from bench.scenes import table_page
from tests.ingest.conftest import LINES
from tonghop.errors import ChildProcessFailed, LayoutUnreadable, MissingDependency, PageTimeout, UnsupportedType
from tonghop.ingest import rasterize, reader, tesseract
from tonghop.ingest.reader import PageJob, plan_jobs, read_job
from tonghop.ingest.scantable import ScannedTables
from tonghop.ingest.secondlook import SecondLook, read_dropped
from tonghop.ingest.tesseract import Reading
from tonghop.records import Grade, Line, MediaType, Origin, Page, Word
from tonghop.settings import IngestSettings
from tonghop.text import fold

if TYPE_CHECKING:
    from tests.ingest.conftest import DrawPage, FakeTesseract


SETTINGS = IngestSettings()
KINDS = {".pdf": MediaType.PDF, ".jpg": MediaType.JPEG, ".png": MediaType.PNG, ".tif": MediaType.TIFF}


def jobs_of(path: Path, settings: IngestSettings = SETTINGS) -> tuple[PageJob, ...]:
    return plan_jobs(path, path.name, KINDS[path.suffix], settings)


def read(path: Path, number: int = 1, settings: IngestSettings = SETTINGS) -> Page:
    (page,) = read_job(jobs_of(path, settings)[number - 1])
    return page


def save(image: Image.Image, path: Path) -> Path:
    image.save(path, dpi=(200, 200))
    return path


def scanned_pdf(path: Path, *images: Image.Image, layer: str = "", font: str | None = None) -> Path:
    """A PDF whose pages are images, with a text layer in its corner on page 1."""
    pdf = FPDF(unit="mm", format="A4")
    if font:
        pdf.add_font("Tinos", fname=font)
        pdf.set_font("Tinos", size=6)
    for number, image in enumerate(images):
        pdf.add_page()
        pdf.image(image, 0, 0, 210, 297)
        if layer and number == 0:
            pdf.text(150, 8, layer)
    pdf.output(str(path))
    return path


@pytest.fixture
def tinos() -> str:
    from PIL import ImageFont

    try:
        return str(ImageFont.truetype("Tinos-Regular.ttf", 10).path)
    except OSError:
        pytest.skip("needs the font Tinos (package fonts-croscore)")


@pytest.fixture
def digital_pdf(tmp_path: Path, tinos: str) -> Path:
    pdf = FPDF(unit="mm", format="A4")
    pdf.add_font("Tinos", fname=tinos)
    pdf.set_font("Tinos", size=13)
    pdf.add_page()
    for number in range(20):
        pdf.text(30, 40 + 8 * number, f"{number}. Ủy ban nhân dân xã báo cáo kết quả cải cách hành chính quý I")
    pdf.output(str(tmp_path / "digital.pdf"))
    return tmp_path / "digital.pdf"


def test_one_job_a_page(tmp_path: Path, draw_page: DrawPage, real_tesseract: None) -> None:
    image = draw_page(dpi=50)
    image.save(tmp_path / "a.tif", save_all=True, append_images=[image, image])
    jobs = jobs_of(tmp_path / "a.tif")
    assert [job.number for job in jobs] == [1, 2, 3]
    assert pickle.loads(pickle.dumps(jobs)) == jobs
    assert len(jobs_of(scanned_pdf(tmp_path / "a.pdf", image, image))) == 2
    assert len(plan_jobs(tmp_path / "a.docx", "a.docx", MediaType.DOCX, SETTINGS)) == 1


def test_an_archive_and_a_damaged_file_have_no_jobs(tmp_path: Path, real_tesseract: None) -> None:
    with pytest.raises(UnsupportedType):
        plan_jobs(tmp_path / "a.zip", "a.zip", MediaType.ZIP, SETTINGS)
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7 and no more")
    with pytest.raises(LayoutUnreadable):
        jobs_of(tmp_path / "a.pdf")


def test_a_scan_is_read_and_graded(tmp_path: Path, draw_page: DrawPage, real_tesseract: None) -> None:
    page = read(save(draw_page(), tmp_path / "a.png"))
    assert (page.origin, page.grade, page.error, page.dpi) == (Origin.OCR, Grade.GOOD, None, 200)
    assert page.ink_coverage is not None
    assert page.ink_coverage > 0.95
    assert "nang cao chat luong phuc vu nguoi dan" in fold(page.text)
    assert "1.245" in page.text
    assert [step.action for step in page.steps] == ["read"]
    assert page.steps[0].version[0].isdigit()


def numbered(image: Image.Image) -> Image.Image:
    """Put a page number in the top margin, where tesseract's layout analysis leaves it out."""
    pen = ImageDraw.Draw(image)
    pen.text((image.width // 2, 90), "7", font=ImageFont.truetype("Tinos-Regular.ttf", 38), fill="black")
    return image


def test_a_page_number_that_the_layout_analysis_drops_is_read_again(
    tmp_path: Path, draw_page: DrawPage, real_tesseract: None
) -> None:
    page = read(save(numbered(draw_page()), tmp_path / "a.png"))
    assert page.lines[0].text == "7"
    (step,) = [step for step in page.steps if step.action == "read-again"]
    assert ("pieces", "1") in step.settings
    assert 0 < float(dict(step.settings)["share"]) < 0.02


PALE = "Số hồ sơ tiếp nhận: 1.245, quá hạn: 36"


def with_a_pale_line(image: Image.Image) -> Image.Image:
    font = ImageFont.truetype("Tinos-Regular.ttf", 38)
    ImageDraw.Draw(image).text((200, 200 + 18 * 60), PALE, font=font, fill=(185,) * 3)
    return image


def test_a_pale_line_among_black_ones_is_read(tmp_path: Path, draw_page: DrawPage, real_tesseract: None) -> None:
    page = read(save(with_a_pale_line(draw_page()), tmp_path / "a.png"))
    assert page.lines[-1].text == PALE


def test_a_pale_line_that_stays_unread_makes_the_page_doubtful(
    tmp_path: Path, draw_page: DrawPage, real_tesseract: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tonghop.ingest.scanreader.read_dropped", lambda *_: SecondLook((), ()))
    page = read(save(with_a_pale_line(draw_page()), tmp_path / "a.png"))
    assert page.grade is Grade.DOUBTFUL
    assert page.steps[-1].action == "look-for-losses"


LISTED = (7, 18, 24, 16, 9)


def with_a_list(image: Image.Image) -> Image.Image:
    """A list without rules below the text: names, and a column of figures far from them."""
    pen, font = ImageDraw.Draw(image), ImageFont.truetype("Tinos-Regular.ttf", 38)
    for row, figure in enumerate(LISTED):
        y = 1500 + 60 * row
        pen.text((200, y), f"Thôn {('Một', 'Hai', 'Ba', 'Bốn', 'Năm')[row]}", font=font, fill="black")
        pen.text((1000, y), str(figure), font=font, fill="black")
    return image


def test_a_list_without_rules_comes_out_row_by_row(tmp_path: Path, draw_page: DrawPage, real_tesseract: None) -> None:
    page = read(save(with_a_list(draw_page()), tmp_path / "a.png"))
    assert [line.text.split()[-1] for line in page.lines[-5:]] == [str(figure) for figure in LISTED]
    assert page.lines[-1].text == "Thôn Năm 9"


def without_figure(reading: Reading, figure: str) -> Reading:
    lines = (replace(line, words=tuple(w for w in line.words if w.text != figure)) for line in reading.lines)
    return Reading(tuple(line for line in lines if line.words))


def test_a_figure_of_a_list_that_stays_unread_makes_the_page_doubtful(
    tmp_path: Path, draw_page: DrawPage, real_tesseract: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def look(*args: Any) -> SecondLook:
        found = read_dropped(*args)
        kept = tuple(word for word in found.words if word.text != "24")
        return SecondLook(kept, (*found.unread, *(w.box for w in found.words if w.text == "24" and w.box)))

    first = tesseract.read_image
    monkeypatch.setattr("tonghop.ingest.tesseract.read_image", lambda *args: without_figure(first(*args), "24"))
    monkeypatch.setattr("tonghop.ingest.scanreader.read_dropped", look)
    page = read(save(with_a_list(draw_page()), tmp_path / "a.png"))
    assert page.grade is Grade.DOUBTFUL
    assert ("figures", "1") in page.steps[-1].settings


def test_pieces_that_are_too_many_for_a_second_look_make_the_page_doubtful(
    tmp_path: Path, draw_page: DrawPage, real_tesseract: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tonghop.ingest.scanreader.MOST_PIECES", 0)
    page = read(save(numbered(draw_page()), tmp_path / "a.png"))
    (step,) = [step for step in page.steps if step.action == "read-again"]
    assert ("left_out", "1") in step.settings
    assert page.grade is Grade.DOUBTFUL


def with_turned_text(image: Image.Image, degrees: int = 90) -> Image.Image:
    """A line up the left margin, as an appendix names the decision that it belongs to."""
    strip = Image.new("RGB", (700, 60), "white")
    font = ImageFont.truetype("Tinos-Regular.ttf", 34)
    ImageDraw.Draw(strip).text((4, 4), "Kèm theo Quyết định số 214/QĐ-UBND", font=font, fill="black")
    image.paste(strip.rotate(degrees, expand=True), (100, 700))
    return image


def test_writing_up_the_margin_is_read(tmp_path: Path, draw_page: DrawPage, real_tesseract: None) -> None:
    page = read(save(with_turned_text(draw_page()), tmp_path / "a.png"))
    assert "Kèm theo Quyết định số 214/QĐ-UBND" in [line.text for line in page.lines]


def test_writing_down_the_margin_makes_the_page_doubtful_and_no_words(
    tmp_path: Path, draw_page: DrawPage, real_tesseract: None
) -> None:
    page = read(save(with_turned_text(draw_page(), 270), tmp_path / "a.png"))
    assert page.grade is Grade.DOUBTFUL
    assert all(line.box and line.box[0] > 170 for line in page.lines)


def test_writing_up_the_margin_that_is_not_read_makes_the_page_doubtful(
    tmp_path: Path, draw_page: DrawPage, real_tesseract: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def level(*args: Any) -> Reading:
        lines = first(*args).lines
        return Reading(tuple(line for line in lines if line.box and line.box[0] > 170))

    first = tesseract.read_image
    monkeypatch.setattr("tonghop.ingest.tesseract.read_image", level)
    page = read(save(with_turned_text(draw_page()), tmp_path / "a.png"))
    assert page.grade is Grade.DOUBTFUL
    assert float(dict(page.steps[-1].settings)["standing_line_in"]) > 2


def test_a_second_look_that_crashes_leaves_the_first_reading(
    tmp_path: Path, draw_page: DrawPage, real_tesseract: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object) -> None:
        raise ChildProcessFailed(program="tesseract", detail="(signal 11)")

    monkeypatch.setattr("tonghop.ingest.secondlook.tesseract.read_pieces", crash)
    page = read(save(numbered(draw_page()), tmp_path / "a.png"))
    assert page.error is None
    assert "phuc vu nguoi dan" in fold(page.text)
    (step,) = [step for step in page.steps if step.action == "read-again"]
    assert ("error", "child_failed") in step.settings


@pytest.mark.parametrize(
    ("place", "program"),
    [("layerprobe.ask_poppler", "pdfimages"), ("layertrial.tesseract.read_image", "tesseract")],
)
def test_a_layer_that_cannot_be_judged_costs_the_layer_and_not_the_page(
    digital_pdf: Path, real_tesseract: None, monkeypatch: pytest.MonkeyPatch, place: str, program: str
) -> None:
    def hang(*_: object, **__: object) -> None:
        raise PageTimeout(program=program, seconds="60")

    monkeypatch.setattr("tonghop.ingest.layerjudge.is_doubtful", lambda _: True)
    with monkeypatch.context() as judging:
        judging.setattr(f"tonghop.ingest.{place}", hang)
        layer, steps = reader._by_its_layer(jobs_of(digital_pdf)[0])
    assert layer is None
    assert [(step.action, step.settings) for step in steps] == [("text-layer", (("failed", "page_timeout"),))]
    monkeypatch.setattr("tonghop.ingest.layerprobe.ask_poppler", hang)
    page = read(digital_pdf)
    assert (page.origin, page.error, page.steps[0]) == (Origin.OCR, None, steps[0])
    assert "bao cao ket qua cai cach hanh chinh" in fold(page.text)


def test_poppler_that_is_not_there_ends_the_run(digital_pdf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def miss(*_: object, **__: object) -> None:
        raise MissingDependency(what="Poppler", how="apt-get install poppler-utils")

    job = jobs_of(digital_pdf)[0]
    monkeypatch.setattr("tonghop.ingest.layerprobe.ask_poppler", miss)
    with pytest.raises(MissingDependency):
        read_job(job)


def reading_of(*words: str, confidence: float = 0.96) -> Reading:
    boxes = [(100 + 90 * at, 300, 180 + 90 * at, 330) for at in range(len(words))]
    found = (Word(word, word, box, confidence) for word, box in zip(words, boxes, strict=True))
    return Reading((Line(tuple(found)),))


def trials_of(page: Page) -> list[dict[str, str]]:
    return [dict(step.settings) for step in page.steps if step.action == "read-trial"]


def poorly_read(monkeypatch: pytest.MonkeyPatch, *then: Reading | PageTimeout) -> None:
    """Let the readings of a page be a poor one and `then` in turn."""
    answers = iter((reading_of("Ủy", "xqz", "zkw", "wqq", "pfq", "bdg"), *then))

    def answer(*_: object) -> Reading:
        one = next(answers)
        if isinstance(one, PageTimeout):
            raise one
        return one

    monkeypatch.setattr("tonghop.ingest.tesseract.read_image", answer)
    monkeypatch.setattr("tonghop.ingest.scanreader.find_dropped", lambda *_: ())
    monkeypatch.setattr("tonghop.ingest.scanreader._block_if_better", lambda first, *_: first)


HUNG = PageTimeout(program="tesseract", seconds="60")


def test_a_trial_that_hangs_leaves_the_first_reading(
    tmp_path: Path, draw_page: DrawPage, real_tesseract: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    poorly_read(monkeypatch, HUNG, reading_of("xq"), HUNG)
    monkeypatch.setattr("tonghop.ingest.scanreader._graded", lambda *_: Grade.GOOD)
    page = read(save(draw_page(), tmp_path / "a.png"))
    assert (page.error, page.grade) == (None, Grade.DOUBTFUL)
    assert page.text.startswith("Ủy xqz")
    found = trials_of(page)
    assert [(one["degrees"], one.get("failed")) for one in found] == [
        ("180", "page_timeout"),
        ("90", None),
        ("270", "page_timeout"),
    ]
    assert {one["share"] for one in found} == {"0.56"}  # 150 dpi of 200, both ways
    assert count_readings(page) == pytest.approx(1 + 3 * 0.56)


UPRIGHT = reading_of("Ủy", "ban", "nhân", "dân", "xã", "báo", "cáo")


def test_a_full_reading_that_hangs_leaves_the_first(
    tmp_path: Path, draw_page: DrawPage, real_tesseract: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    poorly_read(monkeypatch, UPRIGHT, HUNG)
    page = read(save(draw_page(), tmp_path / "a.png"))
    assert (page.error, page.rotation) == (None, 0)
    assert page.text.startswith("Ủy xqz")
    assert page.grade is not Grade.GOOD
    assert [(one["share"], one.get("failed")) for one in trials_of(page)] == [("0.56", None), ("1.00", "page_timeout")]


def test_a_first_reading_that_is_discarded_is_counted(
    tmp_path: Path, draw_page: DrawPage, real_tesseract: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    poorly_read(monkeypatch, UPRIGHT, UPRIGHT)
    page = read(save(draw_page(), tmp_path / "a.png"))
    assert page.rotation == 180
    assert [(one["degrees"], one["share"]) for one in trials_of(page)] == [("180", "0.56"), ("0", "1.00")]
    assert count_readings(page) == pytest.approx(2.56)


def test_text_under_a_blob_makes_the_page_doubtful(tmp_path: Path, draw_page: DrawPage, real_tesseract: None) -> None:
    image = draw_page()
    ImageDraw.Draw(image).ellipse((500, 560, 800, 680), fill=(40, 30, 20))
    page = read(save(image, tmp_path / "a.png"))
    assert page.grade is Grade.DOUBTFUL
    assert page.steps[-1].action == "look-for-losses"
    assert float(dict(page.steps[-1].settings)["hidden_sq_in"]) == pytest.approx(0.7, abs=0.15)


@pytest.mark.parametrize("has_doubt", [False, True])
def test_doubt_in_its_tables_is_doubt_of_the_page(
    tmp_path: Path, draw_page: DrawPage, monkeypatch: pytest.MonkeyPatch, real_tesseract: None, has_doubt: bool
) -> None:
    def read_tables(_page: object, lines: Sequence[Line], *_: object) -> ScannedTables:
        return ScannedTables(tuple(lines), has_doubt=has_doubt)

    monkeypatch.setattr("tonghop.ingest.scanreader.read_scanned_tables", read_tables)
    page = read(save(draw_page(), tmp_path / "a.png"))
    assert page.grade is (Grade.DOUBTFUL if has_doubt else Grade.GOOD)


@pytest.mark.parametrize(("turned", "rotation"), [(180, 180), (90, 270), (270, 90)])
def test_a_page_is_read_whichever_way_it_lay(
    tmp_path: Path, draw_page: DrawPage, real_tesseract: None, turned: int, rotation: int
) -> None:
    page = read(save(draw_page().rotate(turned, expand=True), tmp_path / "a.png"))
    assert page.rotation == rotation
    assert page.grade is Grade.GOOD
    assert "phuc vu nguoi dan" in fold(page.text)
    assert page.height is not None
    assert page.width is not None
    assert page.height > page.width


def test_lines_that_stand_are_not_taken_for_a_reading(
    tmp_path: Path, draw_page: DrawPage, monkeypatch: pytest.MonkeyPatch, real_tesseract: None
) -> None:
    monkeypatch.setattr("tonghop.ingest.scanreader._is_sideways", lambda _image: True)
    page = read(save(draw_page(repeat=2).crop((0, 0, 1654, 1170)), tmp_path / "a.png"))
    assert (page.rotation, page.grade) == (0, Grade.GOOD)
    assert "thuc hien ke hoach cua uy ban nhan dan huyen" in fold(page.text)


def test_a_page_whose_words_stand_in_every_reading_is_doubtful(
    tmp_path: Path, draw_page: DrawPage, fake_tesseract: FakeTesseract
) -> None:
    head = "level page_num block_num par_num line_num word_num left top width height conf text"
    rows = [f"5 1 1 1 {row} 1 150 {150 + 200 * row} 1400 1900 96 nghiêm" for row in range(6)]
    table = "\n".join([head, *rows]).replace(" ", "\t")
    fake_tesseract(f"open(sys.argv[2] + '.tsv', 'w', encoding='utf-8').write({table!r})")
    page = read(save(draw_page(), tmp_path / "a.png"))
    assert page.text.startswith("nghiêm")
    assert page.grade is Grade.DOUBTFUL


def test_a_digital_page_gives_its_own_words(digital_pdf: Path, real_tesseract: None) -> None:
    page = read(digital_pdf)
    assert (page.origin, page.grade, len(page.lines)) == (Origin.TEXT_LAYER, Grade.GOOD, 20)
    assert page.lines[3].text == "3. Ủy ban nhân dân xã báo cáo kết quả cải cách hành chính quý I"
    assert page.lines[0].words[0].box is not None
    assert page.lines[0].words[0].box[0] == pytest.approx(30 / 25.4 * 300, abs=5)
    assert page.height == pytest.approx(3508, abs=2)


def test_a_signature_does_not_hide_the_scan_under_it(
    tmp_path: Path, draw_page: DrawPage, tinos: str, real_tesseract: None
) -> None:
    path = scanned_pdf(tmp_path / "a.pdf", draw_page(), layer="Ký bởi: Ủy ban nhân dân xã", font=tinos)
    page = read(path)
    assert page.origin is Origin.OCR
    assert ("verdict", "partial") in page.steps[0].settings
    assert "phuc vu nguoi dan" in fold(page.text)


def test_a_blank_page_is_good_and_has_no_words(tmp_path: Path, real_tesseract: None) -> None:
    page = read(save(Image.new("RGB", (1654, 2339), (252, 250, 247)), tmp_path / "a.png"))
    assert (page.grade, page.lines, page.error) == (Grade.GOOD, (), None)


@pytest.mark.parametrize("level", [0, 40, 100])
def test_a_dark_page_is_not_taken_for_a_blank_one(tmp_path: Path, level: int, real_tesseract: None) -> None:
    page = read(save(Image.new("RGB", (1654, 2339), (level, level, level)), tmp_path / "a.png"))
    assert (page.grade, page.lines) == (Grade.UNREAD, ())


@pytest.mark.parametrize("box", [(150, 150, 1500, 2200), (0, 400, 1654, 2339)])
def test_a_page_that_is_a_blob_is_not_good(
    tmp_path: Path, box: tuple[int, int, int, int], real_tesseract: None
) -> None:
    image = Image.new("RGB", (1654, 2339), "white")
    ImageDraw.Draw(image).rectangle(box, fill=(90, 90, 90))
    assert read(save(image, tmp_path / "a.png")).grade is not Grade.GOOD


def test_a_page_that_fails_is_a_failed_page(tmp_path: Path, draw_page: DrawPage, fake_tesseract: FakeTesseract) -> None:
    fake_tesseract("sys.exit(1)")
    page = read(save(draw_page(), tmp_path / "a.png"))
    assert (page.error, page.grade, page.lines) == ("child_failed", Grade.UNREAD, ())
    assert "(1)" in page.error_detail


def test_a_page_that_hangs_is_a_failed_page(tmp_path: Path, draw_page: DrawPage, fake_tesseract: FakeTesseract) -> None:
    fake_tesseract("signal.pause()")
    page = read(save(draw_page(), tmp_path / "a.png"), settings=IngestSettings(page_timeout_s=0.5))
    assert page.error == "page_timeout"


@pytest.mark.parametrize("size", [(3000, 5), (5, 3000), (1, 1), (60, 15), (16, 20_000)])
def test_an_image_that_holds_no_line_is_a_page_unread_by_name(tmp_path: Path, size: tuple[int, int]) -> None:
    page = read(save(Image.new("RGB", size, "white"), tmp_path / "a.png"))
    assert (page.grade, page.error) == (Grade.UNREAD, "unreadable")


@pytest.mark.parametrize("size", [(3000, 16), (16, 3000), (64, 64)])
def test_a_blank_strip_is_no_good_page(tmp_path: Path, real_tesseract: None, size: tuple[int, int]) -> None:
    page = read(save(Image.new("L", size, 255), tmp_path / "a.png"))
    assert (page.grade, page.error) == (Grade.DOUBTFUL, None)


def test_a_missing_frame_and_a_cut_image_are_failed_pages(tmp_path: Path, draw_page: DrawPage) -> None:
    path = save(draw_page(), tmp_path / "a.png")
    (page,) = read_job(PageJob(path, "a.png", MediaType.TIFF, 2, SETTINGS))
    assert page.error == "damaged_file"
    path.write_bytes(path.read_bytes()[:5000])
    assert read(path).error in {"truncated_file", "damaged_file"}


def test_what_nobody_foresaw_costs_one_page(
    tmp_path: Path, draw_page: DrawPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def explode(*args: object) -> None:
        raise ZeroDivisionError("foo")

    monkeypatch.setattr("tonghop.ingest.scanreader.condition", explode)
    page = read(save(draw_page(dpi=60), tmp_path / "a.png"))
    assert page.error == "unexpected"
    assert "ZeroDivisionError" in page.error_detail


def test_a_missing_language_ends_the_run(tmp_path: Path, draw_page: DrawPage, real_tesseract: None) -> None:
    with pytest.raises(MissingDependency):
        read(save(draw_page(dpi=60), tmp_path / "a.png"), settings=IngestSettings(language="xyz"))


def test_a_damaged_word_file_is_a_failed_page(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(b"PK\x03\x04 not really")
    (page,) = read_job(plan_jobs(path, "a.docx", MediaType.DOCX, SETTINGS)[0])
    assert (page.origin, page.grade) == (Origin.TYPED, Grade.UNREAD)
    assert page.error is not None


def word_file(path: Path, *content: str | tuple[Image.Image, float]) -> Path:
    """A Word file of paragraphs and of pictures, each with its width in mm."""
    document = docx.Document()
    for item in content:
        if isinstance(item, str):
            document.add_paragraph(item)
        else:
            file = BytesIO()
            item[0].save(file, "JPEG", quality=85)
            document.add_picture(file, width=Mm(item[1]))
    document.save(str(path))
    return path


def read_word(path: Path, settings: IngestSettings = SETTINGS) -> tuple[Page, ...]:
    (job,) = plan_jobs(path, path.name, MediaType.DOCX, settings)
    return read_job(job)


def test_scans_in_a_word_file_are_read_in_order(tmp_path: Path, draw_page: DrawPage, real_tesseract: None) -> None:
    logo = Image.new("RGB", (400, 400), "red")
    second = draw_page(("Tổng số hồ sơ tiếp nhận trong quý là 1.245 hồ sơ",), repeat=8).rotate(180)
    pages = read_word(word_file(tmp_path / "a.docx", (logo, 20), (draw_page(), 160), (second, 160)))
    assert [(page.number, page.origin, page.grade) for page in pages] == [
        (1, Origin.OCR, Grade.GOOD),
        (2, Origin.OCR, Grade.GOOD),
    ]
    assert "phuc vu nguoi dan" in fold(pages[0].text)
    assert "1.245" in pages[1].text
    assert [step.action for step in pages[1].steps] == ["read_word", "rotate", "read"]


def test_what_was_typed_beside_a_scan_stays(tmp_path: Path, draw_page: DrawPage, real_tesseract: None) -> None:
    typed, scanned = read_word(word_file(tmp_path / "a.docx", "Phụ lục 1", (draw_page(), 160)))
    assert (typed.number, typed.origin, typed.grade, typed.error) == (1, Origin.TYPED, Grade.GOOD, None)
    assert typed.text == "Phụ lục 1"
    assert (scanned.number, scanned.origin) == (2, Origin.OCR)


def test_a_picture_too_coarse_for_writing_leaves_the_page_unread(tmp_path: Path, draw_page: DrawPage) -> None:
    (page,) = read_word(word_file(tmp_path / "a.docx", (draw_page(dpi=30), 160)))
    assert (page.origin, page.grade, page.error) == (Origin.TYPED, Grade.UNREAD, "unreadable")


def test_a_scan_that_fails_costs_its_page_only(tmp_path: Path, draw_page: DrawPage, real_tesseract: None) -> None:
    large, small = Image.new("RGB", (1200, 1200), "white"), draw_page(dpi=90)
    path = word_file(tmp_path / "a.docx", (large, 160), (small, 160))
    failed, read_well = read_word(path, IngestSettings(max_megapixels=1))
    assert (failed.number, failed.origin, failed.grade) == (1, Origin.OCR, Grade.UNREAD)
    assert failed.error == "oversized_image"
    assert (read_well.number, read_well.error) == (2, None)
    assert len(read_well.lines) == 18


def test_no_program_is_started_for_a_picture_of_another_kind(tmp_path: Path) -> None:
    with pytest.raises(LayoutUnreadable, match="known kind"):
        rasterize.open_frame(BytesIO(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n"), "a.docx", 1, SETTINGS)


def test_jobs_run_in_a_spawned_process(tmp_path: Path, draw_page: DrawPage, real_tesseract: None) -> None:
    (job,) = jobs_of(save(draw_page(), tmp_path / "a.png"))
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        assert pool.submit(read_job, job).result() == read_job(job)


def test_a_page_that_the_layout_analysis_loses_is_read_as_one_block(tmp_path: Path, real_tesseract: None) -> None:
    """A broad table without rules: its columns lie apart, and the analysis takes most of it for no text."""
    specimen = table_page("41:1", broad=True, rules=False)
    page = read(save(Image.fromarray(specimen.pixels), tmp_path / "a.png"))
    assert wrong_share(specimen.words, page.text.split()) < 0.05
    (step,) = [step for step in page.steps if step.action == "read"]
    assert ("psm", "6") in step.settings
    assert [step.action for step in page.steps if step.action == "read-trial"] == ["read-trial"]


def test_a_column_of_numbers_is_not_read_as_a_line_on_its_side(
    tmp_path: Path, draw_page: DrawPage, real_tesseract: None
) -> None:
    image = draw_page(tuple(f"      {line}" for line in LINES), repeat=1)
    pen, font = ImageDraw.Draw(image), ImageFont.truetype("Tinos-Regular.ttf", 39)
    for number in range(len(LINES)):
        pen.text((200, 200 + 60 * number), f"{number + 1}.", font=font, fill="black")
    page = read(save(image, tmp_path / "a.png"))
    labels = [word.text for line in page.lines for word in line.words if word.box and word.box[0] < 230]
    assert set(labels) <= {f"{number + 1}." for number in range(len(LINES))}
    assert len(labels) >= 4
