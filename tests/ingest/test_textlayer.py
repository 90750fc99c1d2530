from __future__ import annotations

from pathlib import Path

import pytest

from tonghop.errors import ChildProcessFailed, MissingDependency
from tonghop.ingest.textlayer import (
    LayerVerdict,
    grade_layer,
    is_doubtful,
    is_partly_vietnamese,
    judge_layer,
    parse_bbox_layout,
    read_layer,
)
from tonghop.records import Grade, Line, Word
from tonghop.settings import IngestSettings

SETTINGS = IngestSettings()
GOOD = "Ủy ban nhân dân xã báo cáo kết quả thực hiện công tác cải cách hành chính quý I năm 2024 như sau"


def layer(text: str) -> tuple[Line, ...]:
    return (Line(tuple(Word(w, w, (0, 0, 9, 9)) for w in text.split())),) if text else ()


@pytest.mark.parametrize(
    ("text", "coverage", "verdict"),
    [
        ("", 1.0, LayerVerdict.NONE),
        (GOOD, 0.97, LayerVerdict.GOOD),
        ("12", 1.0, LayerVerdict.GOOD),
        (GOOD, 0.3, LayerVerdict.PARTIAL),
        ("Ký bởi: Ủy ban nhân dân", 0.02, LayerVerdict.PARTIAL),
        ("Uy ban nhan dan xa bao cao ket qua thuc hien cong tac cai cach", 1.0, LayerVerdict.GARBAGE),
        ("UY BAN NHAN DAN HUYEN CAO LOQC Doc lap - Tw do - Hanh phuc S6479 thang nam", 1.0, LayerVerdict.GARBAGE),
        ("The quick brown fox jumps over the lazy dog and runs away again", 1.0, LayerVerdict.GARBAGE),
        ("C¶i c¸ch thñ tôc hµnh chÝnh cña ñy ban nh©n d©n x·", 1.0, LayerVerdict.GARBAGE),
        ("Caûi caùch thuû tuïc haønh chính cuûa UÛy ban nhaân daân xaõ", 1.0, LayerVerdict.GARBAGE),
        ("\ue001\ue002\ue003 \ue004\ue005", 1.0, LayerVerdict.GARBAGE),
        (GOOD + " \ufffd\ufffd\ufffd", 1.0, LayerVerdict.GARBAGE),
    ],
    ids=["no words", "Vietnamese", "page number", "half a page", "signature", "no marks", "Latin OCR", "English",
         "TCVN3", "VNI", "private use", "unmapped"],
)  # fmt: skip
def test_a_layer_is_judged(text: str, coverage: float, verdict: LayerVerdict) -> None:
    assert judge_layer(layer(text), coverage, SETTINGS) is verdict


@pytest.mark.parametrize(("coverage", "grade"), [(1.0, Grade.GOOD), (0.9, Grade.GOOD), (0.89, Grade.DOUBTFUL)])
def test_a_page_with_ink_outside_its_layer_is_doubtful(coverage: float, grade: Grade) -> None:
    assert grade_layer(coverage, SETTINGS) is grade


@pytest.mark.parametrize(
    ("text", "is_partly"),
    [
        (GOOD + " The United Nations Children Fund " * 4, True),
        ("The quick brown fox jumps over the lazy dog and runs away again", False),
        ("C¶i c¸ch thñ tôc hµnh chÝnh cña ñy ban nh©n d©n x·", False),
        (GOOD + " \ufffd\ufffd\ufffd", False),
        ("", False),
    ],
    ids=["half foreign", "English", "TCVN3", "unmapped", "nothing"],
)
def test_foreign_names_do_not_make_a_page_foreign(text: str, *, is_partly: bool) -> None:
    assert is_partly_vietnamese(layer(text)) is is_partly


@pytest.mark.parametrize(
    ("text", "is_open"),
    [
        (GOOD, False),
        (GOOD + " Microsoft Teams Cloud", True),
        ("12 1.204 3.405 99,7 4.512 8.777 tổng", True),
        ("Họ và tên: " + "." * 90, False),
    ],
    ids=["Vietnamese", "some foreign", "numbers", "form"],
)
def test_what_words_alone_leave_open(text: str, *, is_open: bool) -> None:
    assert is_doubtful(layer(text)) is is_open


def test_the_thresholds_are_settings() -> None:
    strict = IngestSettings(layer_ink_coverage=0.99)
    assert judge_layer(layer(GOOD), 0.97, strict) is LayerVerdict.PARTIAL


def test_a_letter_read_by_an_english_scanner_is_garbage(shared_dir: Path) -> None:
    text = (shared_dir / "domain" / "request_letter.ocr.txt").read_text(encoding="utf-8")
    assert judge_layer(layer(text), 1.0, SETTINGS) is LayerVerdict.GARBAGE


@pytest.mark.parametrize("pattern", ["tcvn3_*.pdf", "*.doc"])
def test_transcribed_office_text_is_good(shared_dir: Path, pattern: str) -> None:
    judged = [
        judge_layer(layer(path.with_suffix(".gt.txt").read_text(encoding="utf-8")), 1.0, SETTINGS)
        for path in sorted((shared_dir / "realdocs" / "doc_legacy").glob(pattern))
        if path.with_suffix(".gt.txt").exists()
    ]
    assert judged
    assert set(judged) == {LayerVerdict.GOOD}


def test_words_lines_and_blocks_are_parsed() -> None:
    xhtml = """<page width="595" height="842"><flow>
      <block xMin="1" yMin="1" xMax="9" yMax="9">
        <line xMin="72" yMin="36" xMax="200" yMax="50">
          <word xMin="72.0" yMin="36.0" xMax="108.0" yMax="50.0">Điều</word>
          <word xMin="110.5" yMin="36.0" xMax="120.0" yMax="50.0">&lt;1&gt;\x01</word>
        </line>
      </block>
      <block><line><word xMin="-3" yMin="0" xMax="72" yMax="7.2">hai</word></line></block>
      <block><line><word xMin="0" yMin="0" xMax="1" yMax="1"> </word></line></block>
    </flow></page>"""
    lines = parse_bbox_layout(xhtml, 144)
    assert [one.text for one in lines] == ["Điều <1>", "hai"]
    assert [one.paragraph for one in lines] == [0, 1]
    assert lines[0].words[0].box == (144, 72, 216, 100)
    assert lines[1].words[0].box == (0, 0, 144, 14)
    assert lines[0].words[1].raw == "<1>\x01"


def test_a_file_that_is_no_pdf_fails_by_name(tmp_path: Path, real_tesseract: None) -> None:
    path = tmp_path / "x.pdf"
    path.write_bytes(b"not a pdf at all")
    with pytest.raises(ChildProcessFailed, match="pdftotext"):
        read_layer(path, 1, 300, SETTINGS)


def test_missing_poppler_says_how_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingDependency) as caught:
        read_layer(tmp_path / "x.pdf", 1, 300, SETTINGS)
    assert caught.value.params["how"] == "sudo apt-get install poppler-utils"
