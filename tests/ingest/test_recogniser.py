"""The choice of the model, how tesseract is told where it is, and how it reads a drawn page."""

from __future__ import annotations

import shlex
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tonghop import engines
from tonghop.ingest import recogniser, tesseract
from tonghop.ingest.recogniser import OFFICE, Recogniser, choose_recogniser, office_model
from tonghop.settings import IngestSettings

if TYPE_CHECKING:
    from tests.ingest.conftest import DrawPage, FakeTesseract

NUMBERED = (
    "I. CÔNG TÁC CHỈ ĐẠO, ĐIỀU HÀNH",
    "II. KẾT QUẢ THỰC HIỆN; III. TỒN TẠI, HẠN CHẾ; VIII. KIẾN NGHỊ",
    "Số: 362/QĐ-UBND ngày 15 tháng 3 năm 2024, 12.500.000 đồng, đạt 98,5%",
    "TTHC, CCHC, UBND, CBCCVC, VBQPPL và 1.245 hồ sơ",
)


def moved(monkeypatch: pytest.MonkeyPatch, folder: Path, *, with_model: bool = True) -> Path:
    """Let the installed model stand in `folder`."""
    folder.mkdir()
    if with_model:
        (folder / f"{OFFICE}.traineddata").write_bytes(b"weights")
    monkeypatch.setattr(recogniser, "files", lambda _: folder)
    return folder


def test_the_model_is_part_of_the_product() -> None:
    model = office_model()
    assert model is not None
    assert model.stat().st_size < 3_000_000
    assert (model.with_suffix(".md")).is_file()


def test_office_letters_are_read_with_the_model_made_for_them() -> None:
    assert choose_recogniser(IngestSettings()).language == OFFICE


@pytest.mark.parametrize(
    "settings",
    [IngestSettings(recogniser="system"), IngestSettings(language="vie+eng"), IngestSettings(language="eng")],
)
def test_other_settings_are_read_with_tesseract_s_own(settings: IngestSettings) -> None:
    assert choose_recogniser(settings) == Recogniser(settings.language)
    assert choose_recogniser(settings).config == ""


def test_without_the_file_tesseract_s_own_is_read_with(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    moved(monkeypatch, tmp_path / "data", with_model=False)
    assert choose_recogniser(IngestSettings()) == Recogniser("vie")


@pytest.mark.skipif(sys.platform == "win32", reason="pytesseract knows no quotes there")
@pytest.mark.parametrize("name", ["plain", "thư mục có dấu cách", 'it\'s "quoted" $HOME'])
def test_any_folder_reaches_tesseract_as_one_word(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = moved(monkeypatch, tmp_path / name)
    assert shlex.split(choose_recogniser(IngestSettings()).config) == ["--tessdata-dir", str(folder)]


def test_the_child_is_told_the_folder_and_the_model(
    fake_tesseract: FakeTesseract, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder, told = moved(monkeypatch, tmp_path / "mô hình"), tmp_path / "told"
    head = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n"
    fake_tesseract(
        f"open({str(told)!r}, 'w').write('|'.join(sys.argv)); open(sys.argv[2] + '.tsv', 'w').write({head!r})"
    )
    tesseract.read_image(np.full((200, 200), 255, np.uint8), 300, IngestSettings())
    words = told.read_text(encoding="utf-8").split("|")
    assert words[words.index("-l") + 1] == OFFICE
    assert words[words.index("--tessdata-dir") + 1] == str(folder)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows' own way")
@pytest.mark.parametrize(("folder", "word"), [(r"C:\tonghop\data", r"C:\tonghop\data"), (r"C:\My Files\data", "")])
def test_a_folder_that_windows_cannot_name_in_one_word_is_not_used(folder: str, word: str) -> None:
    assert recogniser._short_name(folder) == word


def test_pages_are_read_again_when_the_model_changes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    keys = {engines.reading_key(IngestSettings()), engines.reading_key(IngestSettings(recogniser="system"))}
    moved(monkeypatch, tmp_path / "other")
    assert len(keys | {engines.reading_key(IngestSettings())}) == 3


def wrong_words(settings: IngestSettings, draw_page: DrawPage, dpi: int) -> int:
    """The words of a drawn page that were not read as they stand."""
    grey = np.asarray(draw_page(NUMBERED, dpi=dpi, repeat=4).convert("L"), np.uint8)
    printed = Counter(" ".join(NUMBERED * 4).split())
    read = Counter(tesseract.read_image(grey, dpi, settings).text.split())
    return (printed - read).total()


@pytest.mark.parametrize("dpi", [120, 200, 300])
def test_numerals_codes_and_abbreviations_are_read(real_tesseract: None, draw_page: DrawPage, dpi: int) -> None:
    assert wrong_words(IngestSettings(), draw_page, dpi) == 0
