"""The Word file, read back: every row of the layout checklist of Decree 30/2020, the comments, the same bytes."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from io import BytesIO

import docx
import pytest
from docx.document import Document as Word
from docx.oxml.ns import qn
from docx.shared import Length, Mm
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from tonghop.compile.docx import write_report
from tonghop.compile.layout import text_width_mm
from tonghop.compile.merge import merge
from tonghop.records import (
    Correction,
    DistrictReport,
    Evidence,
    MediaType,
    ReportingRequest,
    Section,
    SectionState,
    Span,
    UnitReport,
)
from tonghop.settings import CompileSettings

Render = Callable[[Evidence], str]
Make = Callable[..., UnitReport]

SIGNED = CompileSettings(
    number="5",
    date="07/03/2024",
    signer_authority="TM. Ủy ban nhân dân",
    signer_title="Chủ tịch",
    signer_name="Nguyễn Văn A",
    recipients=("Sở Nội vụ tỉnh Lạng Sơn",),
)


@dataclass(frozen=True, slots=True)
class Look:
    """How a paragraph looks once its style is resolved. Size in points, spacing in points, indent in mm."""

    size: float
    bold: bool
    italic: bool
    align: str
    indent: float
    spacing: float
    line: float


def look(paragraph: Paragraph) -> Look:
    style = paragraph.style
    assert style is not None
    font, layout = style.font, style.paragraph_format
    assert font.size is not None
    runs = [run for run in paragraph.runs if run.text.strip()]
    bold = all(run.bold or (run.bold is None and font.bold) for run in runs) if runs else bool(font.bold)
    spacing = (layout.space_before or Length(0)).pt + (layout.space_after or Length(0)).pt
    align = layout.alignment.name if layout.alignment is not None else "LEFT"
    indent = (layout.first_line_indent or Length(0)).mm
    return Look(
        font.size.pt, bold, bool(font.italic), align, round(indent, 1), spacing, float(layout.line_spacing or 1)
    )


def rule_length(paragraph: Paragraph, width_mm: float) -> float | None:
    """The length in mm of the line a paragraph draws, None when it draws none."""
    properties = paragraph._p.pPr
    border = properties.find(qn("w:pBdr")) if properties is not None else None
    if border is None or border.find(qn("w:top")) is None or paragraph.text:
        return None
    assert border.find(qn("w:top")).get(qn("w:val")) == "single"
    layout = paragraph.paragraph_format
    left, right = layout.left_indent or Length(0), layout.right_indent or Length(0)
    assert left == right, "a line stands in the middle"
    return float(width_mm - left.mm - right.mm)


def all_paragraphs(word: Word) -> Iterator[Paragraph]:
    for item in word.iter_inner_content():
        if isinstance(item, Table):
            yield from (p for row in item.rows for cell in row.cells for p in cell.paragraphs)
        else:
            yield item


def find(word: Word, text: str) -> Paragraph:
    return next(p for p in all_paragraphs(word) if p.text == text)


def texts(cell: _Cell) -> list[str]:
    return [p.text for p in cell.paragraphs if p.text]


@pytest.fixture(scope="module")
def data(district: DistrictReport, render: Render) -> bytes:
    return write_report(district, SIGNED, render, draft=False)


@pytest.fixture(scope="module")
def word(data: bytes) -> Word:
    return docx.Document(BytesIO(data))


@pytest.fixture(scope="module")
def draft(district: DistrictReport, render: Render) -> Word:
    return docx.Document(BytesIO(write_report(district, CompileSettings(), render, draft=True)))


# ── the rows of the checklist, one test each ──


def test_page_is_a4_with_the_margins_of_the_decree(word: Word) -> None:
    for section in word.sections:
        size, margins = (section.page_width, section.page_height), (section.top_margin, section.bottom_margin)
        assert [round(Length(side or 0).mm) for side in size] == [210, 297]
        assert all(20 <= round(Length(m or 0).mm, 1) <= 25 for m in margins)
        assert 30 <= round(Length(section.left_margin or 0).mm, 1) <= 35
        assert 15 <= round(Length(section.right_margin or 0).mm, 1) <= 20


def test_font_is_times_new_roman_and_black(word: Word, data: bytes) -> None:
    names = set()
    for fonts in word.styles.element.iter(qn("w:rFonts")):
        names |= {fonts.get(qn(f"w:{script}")) for script in ("ascii", "hAnsi", "cs", "eastAsia")}
    assert names == {"Times New Roman"}
    assert {color.get(qn("w:val")) for color in word.styles.element.iter(qn("w:color"))} == {"000000"}
    body = zipfile.ZipFile(BytesIO(data)).read("word/document.xml")
    assert b"w:rFonts" not in body
    assert b"w:themeFont" not in body


def test_page_number_is_centred_at_the_top_and_hidden_on_first_pages(word: Word) -> None:
    assert len(word.sections) == 3  # the report, annex I, annex II
    for section in word.sections:
        number = section.header.paragraphs[0]
        assert " PAGE " in "".join(node.text or "" for node in number._p.iter(qn("w:instrText")))
        assert (look(number).size, look(number).align) == (14, "CENTER")
        assert section.different_first_page_header_footer
        assert not list(section.first_page_header.paragraphs[0]._p.iter(qn("w:instrText")))
        assert section._sectPr.find(qn("w:pgNumType")).get(qn("w:start")) == "1"
        assert Length(section.header_distance or 0).mm + 14 * 25.4 / 72 < Length(section.top_margin or 0).mm


def test_name_of_the_state_and_motto(word: Word) -> None:
    state, motto = find(word, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"), find(word, "Độc lập - Tự do - Hạnh phúc")
    assert look(state).size in {12, 13}
    assert look(motto).size in {13, 14}
    for paragraph in (state, motto):
        assert (look(paragraph).bold, look(paragraph).italic, look(paragraph).align) == (True, False, "CENTER")
        assert text_width_mm(paragraph.text, look(paragraph).size, is_bold=True) < 97.5, "fits on one line"
    lengths = [rule_length(p, 97.5) for p in word.tables[0].cell(0, 1).paragraphs]
    drawn = [length for length in lengths if length is not None]
    assert drawn == [pytest.approx(text_width_mm(motto.text, look(motto).size, is_bold=True), abs=0.5)]


def test_issuer_under_its_parent_in_the_head_grid(word: Word) -> None:
    grid = word.tables[0]
    assert [round(Length(column.width or 0).mm, 1) for column in grid.columns] == [67.5, 100.0]
    assert grid.style is None or "Grid" not in str(grid.style.name)
    cell = grid.cell(0, 0)
    assert texts(cell) == ["UBND TỈNH LẠNG SƠN", "ỦY BAN NHÂN DÂN", "HUYỆN CAO LỘC"]
    parent, first, second, line = cell.paragraphs
    assert (look(parent).size, look(parent).bold, look(parent).align) == (12, False, "CENTER")
    assert [(look(p).size, look(p).bold, look(p).align) for p in (first, second)] == [(12, True, "CENTER")] * 2
    length = rule_length(line, 65.0)
    assert length is not None
    assert 1 / 3 <= length / text_width_mm(second.text, 12, is_bold=True) <= 1 / 2


def test_number_is_padded_and_upright(word: Word) -> None:
    number = word.tables[0].cell(1, 0).paragraphs[0]
    assert number.text == "Số: 05/BC-UBND"
    assert (look(number).size, look(number).italic, look(number).bold) == (13, False, False)
    assert not re.search(r"\s[/-]|[/-]\s", number.text)


def test_place_and_date_in_the_same_row(word: Word) -> None:
    place = word.tables[0].cell(1, 1).paragraphs[0]
    assert place.text == "Cao Lộc, ngày 07 tháng 3 năm 2024"
    assert look(place).size in {13, 14}
    assert (look(place).italic, look(place).align) == (True, "CENTER")


def test_title_and_subject_with_their_line(word: Word) -> None:
    kind, subject = find(word, "BÁO CÁO"), find(word, "Kết quả công tác cải cách hành chính quý I năm 2024")
    for paragraph in (kind, subject):
        assert look(paragraph).size in {13, 14}
        assert (look(paragraph).bold, look(paragraph).align) == (True, "CENTER")
    after = word.paragraphs[[p.text for p in word.paragraphs].index(subject.text) + 1]
    length = rule_length(after, 165.0)
    assert length is not None
    assert 1 / 3 <= length / text_width_mm(subject.text, 14, is_bold=True) <= 1 / 2


def test_addressee_on_the_line(word: Word) -> None:
    to = find(word, "Kính gửi: Sở Nội vụ tỉnh Lạng Sơn")
    assert look(to).size in {13, 14}
    assert not look(to).bold


def test_several_addressees_one_under_the_other(district: DistrictReport, render: Render) -> None:
    settings = CompileSettings(addressee="Sở Nội vụ; Văn phòng UBND tỉnh")
    word = docx.Document(BytesIO(write_report(district, settings, render, draft=False)))
    lines = [p for p in word.paragraphs if p.style is not None and p.style.name == "Addressee List"]
    assert [p.text for p in lines] == ["Kính gửi:", "- Sở Nội vụ;", "- Văn phòng UBND tỉnh."]
    label, first, last = (Length(p.paragraph_format.left_indent or 0).mm for p in lines)
    assert first == last == pytest.approx(label + text_width_mm("Kính gửi:", 14), abs=0.1), "dashes under the colon"


def test_body_is_justified_with_indent_and_spacing(word: Word) -> None:
    body = [p for p in word.paragraphs if p.style is not None and p.style.name == "Body Text" and p.text]
    assert len(body) > 250
    for paragraph in body[:50]:
        seen = look(paragraph)
        assert seen.size in {13, 14}
        assert (seen.align, seen.indent) == ("JUSTIFY", 12.7)
        assert seen.spacing >= 6
        assert 1.0 <= seen.line <= 1.5


def test_text_ends_with_its_mark(word: Word) -> None:
    (last,) = (p for p in word.paragraphs if p.text.endswith("./."))
    assert last.paragraph_format.keep_with_next, "stays with the signature"
    assert last.text == (
        "Trên đây là kết quả công tác cải cách hành chính quý I năm 2024, Ủy ban nhân dân huyện Cao Lộc báo cáo Sở "
        "Nội vụ tỉnh Lạng Sơn./."
    )


def test_a_units_name_on_a_line_of_its_own_stays_with_what_follows(word: Word, district: DistrictReport) -> None:
    names = tuple(unit.name for unit in district.request.units)
    alone = [p for p in word.paragraphs if p.text.startswith(names) and p.text.endswith(":")]
    assert len(alone) >= 20  # before the numbered tasks of each report
    assert all(p.paragraph_format.keep_with_next for p in alone)
    run_in = [p for p in word.paragraphs if p.text.startswith(names) and not p.text.endswith(":")]
    assert not any(p.paragraph_format.keep_with_next for p in run_in)


def test_headings_are_real_headings(word: Word) -> None:
    first = [p for p in word.paragraphs if p.style is not None and p.style.name == "Heading 1"]
    second = [p for p in word.paragraphs if p.style is not None and p.style.name == "Heading 2"]
    assert first[0].text == "I. CÔNG TÁC CHỈ ĐẠO, ĐIỀU HÀNH CẢI CÁCH HÀNH CHÍNH"
    assert all(re.match(r"[IVX]+\. ", p.text) for p in first)
    roman = [p for p in (*first, *second) if re.match(r"[IVX]+\. ", p.text)]
    assert len(roman) > len(first), "the annexes have such headings too"
    assert all(p.text == p.text.upper() for p in roman)
    assert [p.text for p in second][:2] == ["1. Cải cách thể chế", "2. Cải cách thủ tục hành chính"]
    for paragraph in (*first, *second):
        assert look(paragraph).size in {13, 14}
        assert look(paragraph).bold
    levels = {
        style.get(qn("w:styleId")): level.get(qn("w:val"))
        for style in word.styles.element.iter(qn("w:style"))
        for level in style.iter(qn("w:outlineLvl"))
    }
    assert (levels["Heading1"], levels["Heading2"], levels["AnnexLabel"]) == ("0", "1", "0")


def foot(word: Word) -> Table:
    return next(t for t in word.tables if t.cell(0, 0).text.startswith("Nơi nhận:"))


def test_signature(word: Word) -> None:
    cell = foot(word).cell(0, 1)
    assert texts(cell) == ["TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH", "Nguyễn Văn A"]
    for paragraph in cell.paragraphs:
        assert look(paragraph).size in {13, 14}
        assert (look(paragraph).bold, look(paragraph).align) == (True, "CENTER")
    assert len([p for p in cell.paragraphs if not p.text]) >= 3, "room for signature and seal"


def test_recipients_level_with_the_signers_title(word: Word) -> None:
    table = foot(word)
    assert len(table.rows) == 1
    label, *lines = table.cell(0, 0).paragraphs
    assert (label.text, look(label).size, look(label).bold, look(label).italic) == ("Nơi nhận:", 12, True, True)
    assert [p.text for p in lines] == ["- Như trên;", "- Sở Nội vụ tỉnh Lạng Sơn;", "- Lưu: VT, NV."]
    assert {(look(p).size, look(p).bold) for p in lines} == {(11, False)}


def test_annexes(word: Word) -> None:
    lines = [p for p in word.paragraphs if p.text]
    at = [n for n, p in enumerate(lines) if p.style is not None and p.style.name == "Annex Label"]
    assert [lines[n].text for n in at] == ["Phụ lục I", "Phụ lục II"]
    for n in at:
        label, title, note, more = lines[n : n + 4]
        assert (look(label).size, look(label).bold, look(label).align) == (14, True, "CENTER")
        assert title.text == title.text.upper()
        assert (look(title).size, look(title).bold, look(title).align) == (14, True, "CENTER")
        assert f"{note.text} {more.text}" == (
            "(Kèm theo Báo cáo số 05/BC-UBND ngày 07 tháng 3 năm 2024 của Ủy ban nhân dân huyện Cao Lộc)"
        )
        assert (look(note).size, look(note).italic, look(note).align) == (14, True, "CENTER")


# ── tables, drafts, bytes, hostile content ──


def test_tables_stay_inside_the_margins_and_repeat_their_titles(word: Word) -> None:
    tables = [t for t in word.tables if t.style is not None and t.style.name == "Table Grid"]
    assert len(tables) == 10
    for table in tables:
        assert sum(Length(column.width or 0).mm for column in table.columns) <= 165.1
        assert list(table.rows[0]._tr.iter(qn("w:tblHeader")))


def test_draft_leaves_number_day_and_name_open(draft: Word) -> None:
    grid = draft.tables[0]
    assert texts(grid.cell(1, 0)) == ["Số:      /BC-UBND", "DỰ THẢO"]
    assert grid.cell(1, 1).text == "Cao Lộc, ngày      tháng      năm 20.."
    assert texts(foot(draft).cell(0, 1)) == ["TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"], "the place of the signature, no name"


def test_draft_has_a_comment_on_every_paragraph_of_a_unit(draft: Word, word: Word) -> None:
    assert len(word.comments) == 0
    commented = [p for p in draft.paragraphs if list(p._p.iter(qn("w:commentReference")))]
    assert len(commented) == len(draft.comments) > 250
    units = [p for p in commented if p.text.startswith("Xã Bảo Lâm: ")]
    assert units
    number = next(units[0]._p.iter(qn("w:commentReference"))).get(qn("w:id"))
    comment = draft.comments.get(int(number))
    assert comment is not None
    lines = comment.text.split("\n")
    assert lines[0] == "Xã Bảo Lâm"
    assert lines[1] == "Tệp: bao_cao_02.pdf"
    assert lines[2] == "Văn bản số 12/BC-UBND ngày 22/02/2024, trang 3"
    assert lines[3] == "Đề mục: khớp tên đề mục hoặc tên gọi khác đã biết"
    gathered = next(p for p in commented if p.text.startswith("Các đơn vị báo cáo không phát sinh"))
    number = next(gathered._p.iter(qn("w:commentReference"))).get(qn("w:id"))
    comment = draft.comments.get(int(number))
    assert comment is not None
    assert comment.text.split("\n")[0] == "Thị trấn Cao Lộc: bao_cao_01.pdf, số 11/BC-UBND ngày 21/02/2024, trang 2"
    assert comment.text.split("\n")[4] == "Xã Công Sơn: bao_cao_15.pdf, số 25/BC-UBND, không ghi ngày, trang 2"


@pytest.mark.parametrize(
    ("method", "words"),
    [
        ("exact", "Đề mục: khớp tên đề mục hoặc tên gọi khác đã biết"),
        ("fuzzy", "Đề mục: khớp gần đúng tên đề mục; độ khớp 0,91"),
        ("phrase", "Đề mục: theo cụm từ trong tên đề mục"),
    ],
)
def test_a_number_stands_only_where_it_measures_something(
    method: str, words: str, cao_loc: ReportingRequest, make_report: Make, render: Render
) -> None:
    section = Section("tthc", SectionState.PRESENT, "x", "Đã rà soát.", confidence=0.9123, method=method)
    report = replace(make_report(cao_loc, cao_loc.units[2], 1), sections=(section,))
    word = docx.Document(BytesIO(write_report(merge(cao_loc, [report]), SIGNED, render, draft=True)))
    assert next(iter(word.comments)).text.split("\n")[3] == words


@pytest.mark.parametrize(
    ("media_type", "pages"),
    [
        (MediaType.PDF, "trang 2"),
        (MediaType.DOCX, "trang 2 tính theo ngắt trang trong tệp"),
        (MediaType.XLSX, "trang 2"),
    ],
)
def test_pages_of_a_word_file_are_said_to_be_between_its_breaks(
    media_type: MediaType, pages: str, cao_loc: ReportingRequest, make_report: Make, render: Render
) -> None:
    section = Section("tthc", SectionState.PRESENT, "x", "Đã rà soát.", spans=(Span(2, 0, 1),), method="exact")
    report = make_report(cao_loc, cao_loc.units[2], 1)
    report = replace(report, source=replace(report.source, media_type=media_type), sections=(section,))
    word = docx.Document(BytesIO(write_report(merge(cao_loc, [report]), SIGNED, render, draft=True)))
    assert next(iter(word.comments)).text.split("\n")[2].endswith(f", {pages}")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (2, "Máy sửa 02 từ so với chữ đọc được: a0 → á0; a1 → á1"),
        (
            15,
            "Máy sửa 15 từ so với chữ đọc được: " + "; ".join(f"a{n} → á{n}" for n in range(12)) + "; và 03 từ khác",
        ),
    ],
)
def test_the_draft_tells_the_repaired_words_of_a_paragraph(
    words: int, told: str, cao_loc: ReportingRequest, make_report: Make, render: Render
) -> None:
    section = Section("tthc", SectionState.PRESENT, "x", "Đã rà soát.\n- Hết.", (Span(2, 5, 7),), method="exact")
    report = replace(make_report(cao_loc, cao_loc.units[2], 1), sections=(section,))
    repairs = tuple(Correction(2, 5, n, f"a{n}", f"á{n}", 0.9, "diacritics") for n in range(words))
    elsewhere = (Correction(2, 4, 0, "x", "ý", 0.9, "diacritics"), Correction(1, 5, 0, "x", "ý", 0.9, "diacritics"))
    report = replace(report, corrections=(*repairs, *elsewhere))
    word = docx.Document(BytesIO(write_report(merge(cao_loc, [report]), SIGNED, render, draft=True)))
    first, second = (comment.text.split("\n") for comment in word.comments)
    assert first[4:] == [told]
    assert second[4:] == []


def test_same_input_same_bytes(district: DistrictReport, render: Render, data: bytes) -> None:
    assert write_report(district, SIGNED, render, draft=False) == data
    with zipfile.ZipFile(BytesIO(data)) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        names = package.namelist()
        assert names[0] == "[Content_Types].xml"
        assert names[2:] == sorted(names[2:])
        assert b"rsid" not in package.read("word/document.xml")


def test_properties_come_from_the_request(word: Word) -> None:
    properties = word.core_properties
    assert properties.title == "BÁO CÁO Kết quả công tác cải cách hành chính quý I năm 2024"
    assert properties.author == "Ủy ban nhân dân huyện Cao Lộc"
    assert properties.created is not None
    assert properties.created.date().isoformat() == "2024-02-29"


def test_hostile_content_is_harmless(cao_loc: ReportingRequest, make_report: Make, render: Render) -> None:
    nasty = "a\x00b\u202ec\ufffed\ud800e _x0000_ <w:p/> & ]]> \u200fend\x0bnext"
    report = make_report(cao_loc, cao_loc.units[2], 1)
    sections = (
        Section("tthc", SectionState.PRESENT, nasty, nasty),
        Section("the_che", SectionState.PRESENT, "x", "m" * 1_000_000),
    )
    report = replace(
        report,
        sections=sections,
        source=replace(report.source, name="x\x01\ud800].pdf"),
        letterhead=replace(report.letterhead, number="1\x02/BC"),
    )
    written = write_report(merge(cao_loc, [report]), CompileSettings(issuer="<&>\x03"), render, draft=True)
    word = docx.Document(BytesIO(written))
    assert [p.text for p in word.paragraphs if "_x0000_" in p.text] == [
        "Xã Bảo Lâm: abcd\ufffde _x0000_ <w:p/> & ]]> end next"
    ]
    assert max(len(p.text) for p in word.paragraphs) == 1_000_000 + len("Xã Bảo Lâm: ")
    assert "Tệp: x\ufffd].pdf" in next(iter(word.comments)).text


def test_a_units_table_is_a_table_with_its_source(cao_loc: ReportingRequest, make_report: Make, render: Render) -> None:
    rows = "Kết quả như sau:\nSTT | Nội dung | Số\n1 | Tiếp nhận | 428\n2 | Giải quyết | 401"
    report = replace(
        make_report(cao_loc, cao_loc.units[2], 1), sections=(Section("tthc", SectionState.PRESENT, "x", rows),)
    )
    word = docx.Document(BytesIO(write_report(merge(cao_loc, [report]), SIGNED, render, draft=True)))
    table = next(t for t in word.tables if t.cell(0, 0).text == "STT" and t.cell(0, 1).text == "Nội dung")
    assert [cell.text for cell in table.rows[1].cells] == ["1", "Tiếp nhận", "428"]
    assert list(table.cell(0, 0)._tc.iter(qn("w:commentReference")))


def test_long_names_are_broken_into_balanced_lines(cao_loc: ReportingRequest, render: Render) -> None:
    settings = CompileSettings(issuer="Trung tâm Phục vụ hành chính công và Kiểm soát thủ tục hành chính tỉnh Lạng Sơn")
    word = docx.Document(BytesIO(write_report(merge(cao_loc, []), settings, render, draft=False)))
    lines = texts(word.tables[0].cell(0, 0))[1:]
    assert len(lines) > 1
    assert all(text_width_mm(line, 12, is_bold=True) <= Mm(65).mm for line in lines)
