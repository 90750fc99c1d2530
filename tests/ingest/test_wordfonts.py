"""Word files in fonts from before Unicode."""

from __future__ import annotations

from pathlib import Path

import pytest
from docx import Document
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part

from tests.ingest.legacyfonts import to_tcvn3, to_vni
from tests.ingest.wordfiles import level, make, numbered, pages, texts
from tonghop.ingest.reader import plan_jobs, read_job
from tonghop.records import Grade, MediaType
from tonghop.settings import IngestSettings

SENTENCE = "ủy ban nhân dân xã báo cáo kết quả cải cách hành chính quý i năm 2024: đạt 98,5%"
THEME = """<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" name="x"><a:themeElements>
<a:fontScheme name="x"><a:majorFont><a:latin typeface=".VnTimeH"/></a:majorFont>
<a:minorFont><a:latin typeface=".VnTime"/></a:minorFont></a:fontScheme></a:themeElements></a:theme>"""


def fonts(name: str, kind: str = "") -> str:
    return f'<w:rPr><w:rFonts w:ascii{kind}="{name}" w:hAnsi{kind}="{name}"/></w:rPr>'


def run(text: str, font: str = "", more: str = "") -> str:
    return f'<w:r>{fonts(font) if font else more}<w:t xml:space="preserve">{text}</w:t></w:r>'


def style(name: str, font: str, more: str = "", kind: str = "paragraph") -> str:
    return f'<w:style w:type="{kind}" w:styleId="{name}"><w:name w:val="{name}"/>{more}{fonts(font)}</w:style>'


def test_mixed_fonts_in_a_paragraph(tmp_path: Path) -> None:
    body = (
        f"<w:p>{run('Báo cáo số 15: ', 'Times New Roman')}{run(to_tcvn3(SENTENCE), '.VnTime')}"
        f"{run(to_tcvn3(' xã bảo lâm'), '.VnTimeH')}{run(to_vni(' đã nộp'), 'VNI-Times')}</w:p>"
    )
    path = make(tmp_path / "a.docx", body)
    assert texts(path) == [f"Báo cáo số 15: {SENTENCE} XÃ BẢO LÂM đã nộp"]
    (page,) = pages(path)
    assert page.grade is Grade.GOOD
    found = [dict(step.settings) for step in page.steps if step.action == "decode"]
    assert [(one["encoding"], one["by"]) for one in found] == [("TCVN3", "font"), ("VNI", "font")]
    assert page.lines[0].words[-1].raw == "nộp"


@pytest.mark.parametrize("where", ["paragraph style", "base style", "character style", "defaults"])
def test_font_from_a_style(tmp_path: Path, where: str) -> None:
    styles = {
        "paragraph style": style("old", ".VnTime"),
        "base style": style("basis", ".VnTime") + style("old", "", '<w:basedOn w:val="basis"/>').replace(fonts(""), ""),
        "character style": style("sign", ".VnTime", kind="character"),
        "defaults": "",
    }[where]
    by_run = '<w:rPr><w:rStyle w:val="sign"/></w:rPr>' if where == "character style" else ""
    by_paragraph = '<w:pPr><w:pStyle w:val="old"/></w:pPr>' if "old" in styles else ""
    path = tmp_path / "a.docx"
    make(path, f"<w:p>{by_paragraph}{run(to_tcvn3(SENTENCE), more=by_run)}</w:p>", styles=styles)
    if where == "defaults":
        document = Document(str(path))
        (defaults,) = document.styles.element.xpath("w:docDefaults/w:rPrDefault/w:rPr/w:rFonts")
        for name in list(defaults.attrib):
            del defaults.attrib[name]
        defaults.set(defaults.tag.replace("rFonts", "ascii"), ".VnTime")
        document.save(str(path))
    assert texts(path) == [SENTENCE]
    assert dict(pages(path)[0].steps[1].settings)["by"] == "font"


def test_font_from_the_theme_wins_over_the_name_beside_it(tmp_path: Path) -> None:
    both = '<w:rPr><w:rFonts w:hAnsi="Times New Roman" w:hAnsiTheme="{}HAnsi"/></w:rPr>'
    small, large = run(to_tcvn3("ủy ban"), more=both.format("minor")), run(to_tcvn3("xã"), more=both.format("major"))
    path = make(tmp_path / "a.docx", f"<w:p>{small}{large}</w:p>")
    document = Document(str(path))
    theme = Part(PackURI("/word/theme/theme9.xml"), CONTENT_TYPE.OFC_THEME, THEME.encode(), document.part.package)
    for key in [k for k, r in document.part.rels.items() if r.reltype == RELATIONSHIP_TYPE.THEME]:
        del document.part.rels[key]
    document.part.relate_to(theme, RELATIONSHIP_TYPE.THEME)
    document.save(str(path))
    assert texts(path) == ["ủy banXÃ"]


def test_the_letter_that_word_takes_for_a_soft_hyphen(tmp_path: Path) -> None:
    as_text, as_element = run("t\u00ad", ".VnTime"), f"<w:r>{fonts('.VnTime')}<w:softHyphen/></w:r>"
    body = f"<w:p>{as_text}{run(' nh', '.VnTime')}{as_element}</w:p><w:p>{run('phát' + chr(0xAD) + 'triển')}</w:p>"
    assert texts(make(tmp_path / "a.docx", body)) == ["tư như", "pháttriển"]


def test_a_sign_that_names_its_font(tmp_path: Path) -> None:
    sign = '<w:sym w:font=".VnTime" w:char="F0B6"/>'
    body = f"<w:p><w:r>{fonts('.VnTime')}<w:t>c</w:t>{sign}<w:t>i</w:t></w:r></w:p>"
    assert texts(make(tmp_path / "a.docx", body)) == ["cải"]


def test_numbers_of_lists_in_an_old_font(tmp_path: Path) -> None:
    pattern = level(0, to_tcvn3("chương %1:"), more="").replace("</w:lvl>", fonts(".VnTimeH") + "</w:lvl>")
    numbering = (
        f'<w:abstractNum w:abstractNumId="1">{pattern}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'
    )
    path = make(tmp_path / "a.docx", numbered(0, text="Quy định"), numbering=numbering)
    assert texts(path) == ["CHƯƠNG 1: Quy định"]


def test_rows_and_notes_are_decoded(tmp_path: Path) -> None:
    cell = f"<w:tc><w:p>{run(to_tcvn3('chỉ tiêu'), '.VnTime')}</w:p></w:tc>"
    border = '<w:tblPr><w:tblBorders><w:top w:val="single"/></w:tblBorders></w:tblPr>'
    note = f'<w:footnote w:id="2"><w:p>{run(to_tcvn3("số liệu ước"), ".VnTime")}</w:p></w:footnote>'
    body = (
        f"<w:tbl>{border}<w:tr>{cell}{cell}</w:tr></w:tbl>"
        '<w:p><w:r><w:t>Tổng</w:t><w:footnoteReference w:id="2"/></w:r></w:p>'
    )
    (page,) = pages(make(tmp_path / "a.docx", body, footnotes=note))
    assert page.tables[0].rows == (("chỉ tiêu", "chỉ tiêu"),)
    assert page.lines[-1].text == "[1] số liệu ước"
    assert dict(page.steps[1].settings)["words"] == "7"


def test_what_is_unsure_goes_to_review(tmp_path: Path) -> None:
    text = to_tcvn3("báo cáo quý") + " thực hiện nghiêm"
    path = make(tmp_path / "a.docx", f"<w:p>{run(text, '.VnTime')}</w:p>")
    (job,) = plan_jobs(path, "a.docx", MediaType.DOCX, IngestSettings())
    (page,) = read_job(job)
    assert page.text == text
    assert page.grade is Grade.DOUBTFUL
    assert page.steps[-1].action == "suspect_encoding"
