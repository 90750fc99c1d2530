"""The measuring set rendered from digital PDFs: fit pages only, each state at its resolution, the same each time."""

from __future__ import annotations

import shutil
from pathlib import Path
from random import Random

import numpy as np
import pytest
from PIL import Image

from bench import imagesets
from bench.imagesets import STATES, public_images, real_images, rendered_images
from fixtures.compose import compose
from fixtures.layout import set_report
from fixtures.pdf import PdfPage, write_pdf
from fixtures.plan import draw_plans
from tonghop.request import load_preset

needs_poppler = pytest.mark.skipif(not shutil.which("pdftotext"), reason="poppler is not installed")


@pytest.fixture
def documents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of documents: one PDF with a page of a report, one page with a picture, one with too few words."""
    request = load_preset("cao-loc-2024-q1")
    report, _ = compose(draw_plans(request, 3)[0], request)
    sheets = set_report(report).sheets
    picture = tmp_path / "picture.jpg"
    Image.new("RGB", (40, 40), "white").save(picture)
    folder = tmp_path / "documents" / "digital_pdf"
    folder.mkdir(parents=True)
    pages = [PdfPage(sheets[0]), PdfPage(sheets[0], picture.read_bytes()), PdfPage()]
    (folder / "one.pdf").write_bytes(write_pdf(pages, Random(1)))
    monkeypatch.setattr(imagesets, "_REAL", folder.parent)
    return folder.parent


@needs_poppler
def test_only_fit_pages_are_rendered_each_state_in_its_own_way(documents: Path, tmp_path: Path) -> None:
    images = rendered_images(tmp_path / "kept", STATES, 5, seed=1)
    assert [image.state for image in images] == list(STATES)
    assert all("CỘNG HÒA XÃ HỘI" in image.truth for image in images)
    heights = {image.state: Image.open(image.path).height for image in images}
    assert heights.pop("photo") > 2339  # the desk round the page
    assert heights == {"clean": 3508, "office": 2339, "poor": 1754, "fax": 1754, "sealed": 2339, "upside": 2339}
    assert Image.open(images[STATES.index("fax")].path).mode == "1"


@needs_poppler
def test_rendered_pages_are_the_same_each_time(documents: Path, tmp_path: Path) -> None:
    first, again = (rendered_images(tmp_path / name, ("fax", "poor"), 1, seed=1) for name in ("a", "b"))
    assert [one.path.read_bytes() for one in first] == [one.path.read_bytes() for one in again]


@pytest.mark.parametrize("size", [(1654, 2339), (2339, 1654)])
def test_a_seal_is_as_large_on_either_side_of_the_paper(size: tuple[int, int]) -> None:
    sealed = np.asarray(imagesets._sealed(Image.new("RGB", size, "white"), Random(4))).astype(int)
    rows, columns = np.nonzero(sealed[..., 0] - sealed[..., 1] > 60)
    across = [np.ptp(np.percentile(where, (0.5, 99.5))) / 200 for where in (rows, columns)]
    assert across == pytest.approx([1.42, 1.42], abs=0.1)  # inches


def test_forms_and_pages_in_another_language_or_with_few_words_are_unfit() -> None:
    vietnamese = "Ủy ban nhân dân huyện báo cáo kết quả thực hiện 12 nhiệm vụ được giao. " * 6
    assert imagesets._is_fit(vietnamese)
    assert not imagesets._is_fit(vietnamese[:200])
    assert not imagesets._is_fit("The district council reports twelve duties that were all fulfilled. " * 9)
    assert not imagesets._is_fit("12 345 678 " * 40)
    assert not imagesets._is_fit(vietnamese + "Số: ________")


def test_without_the_documents_there_are_no_images(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imagesets, "_REAL", tmp_path)
    monkeypatch.setattr(imagesets, "_PUBLIC", tmp_path)
    assert rendered_images(tmp_path / "kept", STATES, 5, seed=1) == []
    assert real_images(tmp_path / "kept") == []
    assert public_images(STATES) == []


@needs_poppler
def test_a_real_scan_has_a_truth_for_each_page(documents: Path, tmp_path: Path) -> None:
    scans = documents / "scans_gt"
    scans.mkdir()
    shutil.copy(documents / "digital_pdf" / "one.pdf", scans / "one.pdf")
    (scans / "one.gt.txt").write_text("trang một\n\ftrang hai\n", encoding="utf-8")
    images = real_images(tmp_path / "kept")
    assert [(image.state, image.truth.strip()) for image in images] == [("one", "trang một"), ("one", "trang hai")]
    assert images[0].dpi == pytest.approx(300, abs=0.1)
