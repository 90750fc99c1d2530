from __future__ import annotations

import io
import zipfile
from pathlib import Path

import docx
import pytest
from docx.shared import Mm
from PIL import Image

from tests.ingest.wordfiles import lines, make, pages, texts
from tonghop import errors
from tonghop.ingest.word import read_word, read_word_pages
from tonghop.records import CellSpan, Grade, Origin
from tonghop.settings import IngestSettings

SHARED = Path(__file__).parents[3] / "shared"
BREAK, RENDERED = '<w:r><w:br w:type="page"/></w:r>', "<w:r><w:lastRenderedPageBreak/></w:r>"


def run(text: str, look: str = "") -> str:
    return f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def p(*content: str, look: str = "") -> str:
    inside = "".join(item if item.startswith("<") else run(item) for item in content)
    return f"<w:p><w:pPr>{look}</w:pPr>{inside}</w:p>"


def tc(*content: str, look: str = "") -> str:
    inside = "".join(item if item.startswith("<") else p(item) for item in content)
    return f"<w:tc><w:tcPr>{look}</w:tcPr>{inside}</w:tc>"


def tr(*cells: str, look: str = "") -> str:
    return f"<w:tr><w:trPr>{look}</w:trPr>{''.join(c if c.startswith('<') else tc(c) for c in cells)}</w:tr>"


LINES = "<w:tblBorders>" + "".join(f'<w:{side} w:val="single"/>' for side in ("top", "insideH")) + "</w:tblBorders>"


def tbl(*rows: str, borders: str = LINES) -> str:
    return f"<w:tbl><w:tblPr>{borders}</w:tblPr><w:tblGrid/>{''.join(rows)}</w:tbl>"


def by_page(path: Path) -> list[list[str]]:
    return [[line.text for line in page.lines] for page in pages(path)]


@pytest.fixture
def at(tmp_path: Path) -> Path:
    return tmp_path / "a.docx"


# --- text ---


def test_runs_join_and_blanks_are_single(at: Path) -> None:
    body = p("Cải cách th", "ủ t", "ục", "<w:r><w:tab/></w:r>", "hành\u00a0chính ") + p("") + p("hai")
    assert texts(make(at, body)) == ["Cải cách thủ tục hành chính", "hai"]


def test_look_alike_letters_are_mended_and_kept(at: Path) -> None:
    (line,) = lines(make(at, p("nǎm Ðông")))
    assert [(w.text, w.raw) for w in line.words] == [("năm", "nǎm"), ("Đông", "Ðông")]


def test_decomposed_text_is_composed(at: Path) -> None:
    (line,) = lines(make(at, p("ba\u0301o ca\u0301o")))
    assert [(w.text, w.raw) for w in line.words] == [("báo", "báo"), ("cáo", "cáo")]


def test_soft_breaks_make_lines_of_one_paragraph(at: Path) -> None:
    found = lines(make(at, p("một", "<w:r><w:br/></w:r>", "hai", "<w:r><w:cr/></w:r>", "ba") + p("bốn")))
    assert [(line.text, line.paragraph) for line in found] == [("một", 0), ("hai", 0), ("ba", 0), ("bốn", 1)]


def test_tracked_changes_are_taken_as_accepted(at: Path) -> None:
    deleted = "<w:del><w:r><w:delText>cũ</w:delText></w:r></w:del>"
    moved = "<w:moveFrom>" + run("đi") + "</w:moveFrom>" + "<w:moveTo>" + run(" đến") + "</w:moveTo>"
    assert texts(make(at, p("giữ ", deleted, "<w:ins>" + run("mới") + "</w:ins>", moved))) == ["giữ mới đến"]


def test_paragraph_whose_mark_was_deleted_flows_into_the_next(at: Path) -> None:
    assert texts(make(at, p("một ", look="<w:rPr><w:del/></w:rPr>") + p("hai"))) == ["một hai"]


def test_field_codes_are_left_out_and_results_kept(at: Path) -> None:
    def mark(kind: str) -> str:
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    code = "<w:r><w:instrText>IF </w:instrText></w:r>"
    inner = mark("begin") + code + mark("separate") + run("ẩn") + mark("end")
    field = mark("begin") + code + inner + mark("separate") + run("kết quả") + mark("end")
    simple = '<w:fldSimple w:instr=" DATE ">' + run(" ngày 5") + "</w:fldSimple>"
    assert texts(make(at, p("a ", field, simple))) == ["a kết quả ngày 5"]


def test_field_without_an_end_does_not_swallow_the_rest(at: Path) -> None:
    assert texts(make(at, p('<w:r><w:fldChar w:fldCharType="begin"/></w:r>', "mất") + p("còn"))) == ["còn"]


def test_links_controls_and_hidden_text(at: Path) -> None:
    link = "<w:hyperlink>" + run("liên kết ") + "</w:hyperlink>"
    control = "<w:sdt><w:sdtPr/><w:sdtContent>" + run("ô nhập") + "</w:sdtContent></w:sdt>"
    block = "<w:sdt><w:sdtContent>" + p("khối") + "</w:sdtContent></w:sdt>"
    assert texts(make(at, p(link, control, run(" ẩn", "<w:vanish/>")) + block)) == ["liên kết ô nhập", "khối"]


def test_text_boxes_are_taken_once(at: Path) -> None:
    box = f"<w:txbxContent>{p('DỰ THẢO')}{p('lần 2')}</w:txbxContent>"
    both = (
        f'<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:inline><wps:txbx>{box}</wps:txbx>'
        f"</wp:inline></w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape><v:textbox>{box}</v:textbox></v:shape>"
        "</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    assert texts(make(at, p("trước", both) + p("sau"))) == ["trước", "DỰ THẢO", "lần 2", "sau"]


def test_signs_of_symbol_fonts(at: Path) -> None:
    def sign(font: str, code: str) -> str:
        return f'<w:r><w:sym w:font="{font}" w:char="{code}"/></w:r>'

    body = p(
        sign("Wingdings", "F0FE"), " ", sign("Symbol", "F0B3"), sign("Symbol", "F035"), " ", sign("Wingdings", "F031")
    )
    assert texts(make(at, body + p(sign("Times New Roman", "1EA1")))) == ["☑ ≥5 \ufffd", "ạ"]


def test_headers_and_footers_are_left_out(at: Path) -> None:
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "đầu trang"
    document.sections[0].footer.paragraphs[0].text = "chân trang"
    document.add_paragraph("thân")
    document.save(str(at))
    assert texts(at) == ["thân"]


def test_footnotes_stand_at_the_end_of_their_page(at: Path) -> None:
    notes = "".join(f'<w:footnote w:id="{i}">{p(f"chú {i}")}</w:footnote>' for i in (2, 3))
    notes = '<w:footnote w:type="separator" w:id="0"><w:p/></w:footnote>' + notes

    def mark(key: int) -> str:
        return f'<w:r><w:footnoteReference w:id="{key}"/></w:r>'

    body = p("đạt 99,5%", mark(2)) + p("cuối trang", BREAK, "trang hai", mark(3)) + p("hết")
    assert by_page(make(at, body, footnotes=notes)) == [
        ["đạt 99,5%", "cuối trang", "[1] chú 2"],
        ["trang hai", "hết", "[2] chú 3"],
    ]


# --- look ---


def test_bold_size_alignment_indent(at: Path) -> None:
    styles = (
        '<w:style w:type="paragraph" w:styleId="Dam"><w:name w:val="Dam"/><w:pPr><w:jc w:val="center"/>'
        '<w:ind w:left="400"/></w:pPr><w:rPr><w:b/><w:sz w:val="26"/></w:rPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="Con"><w:name w:val="Con"/><w:basedOn w:val="Dam"/></w:style>'
    )
    body = (
        p("theo kiểu", look='<w:pStyle w:val="Con"/>')
        + p(run("tự", "<w:b/>"), run(" "), run("đậm", '<w:b w:val="1"/>'), look='<w:ind w:firstLine="567"/>')
        + p(run("một phần", "<w:b/>"), "không")
        + p(run("thôi đậm", '<w:b w:val="0"/>'), look='<w:pStyle w:val="Dam"/><w:jc w:val="left"/>')
    )
    found = [(line.is_bold, line.is_centred, line.size, line.indent) for line in lines(make(at, body, styles=styles))]
    assert found[0] == (True, True, 13.0, 20.0)
    assert found[1] == (True, False, 11.0, 28.35)
    assert found[2][0] is False
    assert found[3] == (False, False, 13.0, 20.0)


def test_capitals_by_format_are_shown(at: Path) -> None:
    assert texts(make(at, p(run("cải cách thể chế", "<w:caps/>")))) == ["CẢI CÁCH THỂ CHẾ"]


# --- tables ---


def test_rows_are_lines_and_records(at: Path) -> None:
    table = tbl(tr("STT", "Nội dung"), tr("1", tc("dòng một", "dòng hai")), tr("", ""))
    (page,) = pages(make(at, p("trước") + table + p("sau")))
    assert [(line.text, line.table) for line in page.lines] == [
        ("trước", None),
        ("STT | Nội dung", 0),
        ("1 | dòng một dòng hai", 0),
        ("sau", None),
    ]
    assert page.tables[0].rows == (("STT", "Nội dung"), ("1", "dòng một dòng hai"), ("", ""))


def test_merged_cells_repeat_in_the_record_and_show_once_in_the_line(at: Path) -> None:
    down = '<w:vMerge w:val="restart"/>'
    table = tbl(
        tr(tc("A", look=down), tc("rộng", look='<w:gridSpan w:val="2"/>')),
        tr(tc("", look="<w:vMerge/>"), "x", "y"),
        tr("z", look='<w:gridBefore w:val="1"/>'),
    )
    (page,) = pages(make(at, table))
    assert page.tables[0].rows == (("A", "rộng", "rộng"), ("A", "x", "y"), ("", "z"))
    assert page.tables[0].spans == (CellSpan(0, 1, 1, 2), CellSpan(0, 0, 2, 1))
    assert [line.text for line in page.lines] == ["A | rộng", "| x | y", "| z"]


def test_a_merged_cell_that_a_page_break_cuts_is_a_cell_on_either_page(at: Path) -> None:
    down = '<w:vMerge w:val="restart"/>'
    go_on = "<w:vMerge/>"
    broken = f"<w:p>{RENDERED}{run('c')}</w:p>"
    table = tbl(
        tr(tc("A", look=down), "a"), tr(tc("", look=go_on), "b"), tr(tc("", look=go_on), tc(broken)),
        tr(tc("", look=go_on), "d"),
    )  # fmt: skip
    first, second = pages(make(at, table))
    assert first.tables[0].rows == (("A", "a"), ("A", "b"))
    assert first.tables[0].spans == (CellSpan(0, 0, 2, 1),)
    assert second.tables[0].rows == (("A", "c"), ("A", "d"))
    assert second.tables[0].spans == (CellSpan(0, 0, 2, 1),)


def test_nested_tables(at: Path) -> None:
    table = tbl(tr("ngoài", tc(tbl(tr("trong 1", "trong 2")), "")))
    (page,) = pages(make(at, table))
    assert page.tables[0].rows == (("ngoài", "trong 1 | trong 2"),)
    assert page.tables[1].rows == (("trong 1", "trong 2"),)
    assert [line.text for line in page.lines] == ["ngoài | trong 1 | trong 2"]


def test_tables_without_lines_put_text_side_by_side(at: Path) -> None:
    head = tbl(tr(tc("UBND HUYỆN", "UBND XÃ A"), tc("CỘNG HÒA", "Độc lập")), tr("Số: 1/BC-UBND", "ngày 5"), borders="")
    (page,) = pages(make(at, head))
    assert [line.text for line in page.lines] == [
        "UBND HUYỆN",
        "UBND XÃ A",
        "CỘNG HÒA",
        "Độc lập",
        "Số: 1/BC-UBND",
        "ngày 5",
    ]
    assert {line.table for line in page.lines} == {0}
    assert page.tables[0].rows[0] == ("UBND HUYỆN UBND XÃ A", "CỘNG HÒA Độc lập")


def test_a_long_table_without_lines_is_one_of_data(at: Path) -> None:
    assert texts(make(at, tbl(*(tr(str(i), "x") for i in range(8)), borders="")))[7] == "7 | x"


def test_frame_round_a_report_keeps_its_paragraphs(at: Path) -> None:
    assert texts(make(at, tbl(tr(tc("I. Một", "nội dung", "II. Hai"))))) == ["I. Một", "nội dung", "II. Hai"]


def test_deleted_rows_are_left_out(at: Path) -> None:
    assert texts(make(at, tbl(tr("a", "b", look="<w:del/>"), tr("c", "d")))) == ["c | d"]


def test_table_goes_on_over_the_page(at: Path) -> None:
    turned = tc(p(RENDERED, "3"))
    one, two = pages(make(at, tbl(tr("1", "a"), tr("2", "b"), tr(turned, "c"))))
    assert (one.tables[0].rows, two.tables[0].rows) == ((("1", "a"), ("2", "b")), (("3", "c"),))
    assert [(line.text, line.table) for line in two.lines] == [("3 | c", 0)]


# --- pages ---


def test_breaks_by_author_word_and_section(at: Path) -> None:
    section = '<w:sectPr><w:type w:val="{}"/></w:sectPr>'
    body = (
        p("1", RENDERED, "2", BREAK)
        + p(RENDERED, "3", look=section.format("nextPage"))
        + p(RENDERED, "4", look=section.format("nextPage"))
        + p("cũng 4")
        + p(RENDERED, "5", look="<w:pageBreakBefore/>")
        + p("cũng 5")
        + section.format("continuous")
    )
    found = by_page(make(at, body))
    assert found == [["1"], ["2"], ["3"], ["4", "cũng 4"], ["5", "cũng 5"]]


def test_pages_are_numbered_and_say_how_they_were_read(at: Path) -> None:
    found = pages(make(at, p("1", BREAK, "2")))
    assert [page.number for page in found] == [1, 2]
    assert all((page.origin, page.grade, page.error) == (Origin.TYPED, Grade.GOOD, None) for page in found)
    assert [(step.action, step.engine) for step in found[0].steps] == [("read_word", "python-docx")]
    assert [[line.paragraph for line in page.lines] for page in found] == [[0], [0]]


def test_empty_document_is_one_good_page(at: Path) -> None:
    (page,) = pages(make(at, ""))
    assert (page.lines, page.grade) == ((), Grade.GOOD)


# --- pictures ---


def picture(path: Path, width: int, text: str = "") -> Path:
    stream = io.BytesIO()
    Image.new("L", (60, 80), 200).save(stream, "PNG")
    document = docx.Document()
    if text:
        document.add_paragraph(text)
    document.add_picture(stream, width=Mm(width))
    document.save(str(path))
    return path


def test_file_of_pictures_only_is_unread_and_gives_its_pictures(at: Path) -> None:
    path = picture(at, 160)
    (page,) = pages(path)
    assert (page.grade, page.error) == (Grade.UNREAD, "unreadable")
    (scan,) = read_word_pages(path, "a.docx", IngestSettings())[0].scans
    assert Image.open(io.BytesIO(scan.data)).size == (60, 80)
    assert scan.area == pytest.approx(160 * 160 * 80 / 60, rel=0.01)


def test_page_with_a_large_picture_is_doubtful(at: Path) -> None:
    (page,) = pages(picture(at, 160, "Kính gửi Phòng Nội vụ báo cáo quý I"))
    assert (page.grade, page.error) == (Grade.DOUBTFUL, None)


def test_logo_does_not_matter(at: Path) -> None:
    path = picture(at, 20, "Kính gửi Phòng Nội vụ")
    (page,) = read_word_pages(path, "a.docx", IngestSettings())
    assert (page.page.grade, page.scans) == (Grade.GOOD, ())


def test_picture_that_is_only_linked_to_has_no_content(at: Path) -> None:
    drawing = (
        '<w:p><w:r><w:pict><v:shape style="width:500pt;height:700pt"><v:imagedata r:id="rId99"/></v:shape></w:pict>'
    )
    (page,) = read_word_pages(make(at, drawing + "</w:r></w:p>"), "a.docx", IngestSettings())
    assert [scan.data for scan in page.scans] == [b""]


# --- damage ---


def damaged(path: Path) -> None:
    with pytest.raises(errors.LayoutUnreadable):
        read_word(path, "a.docx", IngestSettings())


def test_what_is_no_word_file(at: Path, tmp_path: Path) -> None:
    at.write_bytes(b"not a zip")
    damaged(at)
    at.write_bytes(b"")
    damaged(at)
    with pytest.raises(errors.UnreadableInput, match="gone"):
        read_word(tmp_path / "file", "gone.docx", IngestSettings())
    with zipfile.ZipFile(at, "w") as archive:
        archive.writestr("a.txt", "x")
    damaged(at)


@pytest.mark.parametrize("part", ["word/document.xml", "word/styles.xml", "word/numbering.xml"])
@pytest.mark.parametrize("content", [None, b"<w:", b"<x/>"])
def test_missing_and_broken_parts(at: Path, tmp_path: Path, part: str, content: bytes | None) -> None:
    whole = make(tmp_path / "whole.docx", p("một"))
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(at, "w") as new:
        for info in old.infolist():
            if info.filename != part:
                new.writestr(info, old.read(info))
            elif content is not None:
                new.writestr(info, content)
    if part != "word/document.xml" and content == b"<x/>":
        assert texts(at) == ["một"]  # nothing in it is needed
    else:
        damaged(at)


def test_text_in_another_file_inside(at: Path) -> None:
    damaged(make(at, '<w:altChunk r:id="rId1"/>'))


# --- real files ---


def test_real_word_files_show_their_lists() -> None:
    folder = SHARED / "realdocs" / "docx"
    if not folder.exists():
        pytest.skip("../shared is not there")
    for path in folder.glob("*.docx"):
        assert all(page.grade is Grade.GOOD for page in pages(path))
    found = [line.label for line in lines(folder / "nd30_2020_phu_luc3.docx") if line.label]
    assert found == [f"{i}." for i in range(1, 28)] + ["1.", "2.", "3."]


def test_formulas_are_kept(at: Path) -> None:
    formula = "<m:oMath><m:r><m:t>a+b</m:t></m:r></m:oMath>"
    assert texts(make(at, p("tổng ", formula))) == ["tổng a+b"]


def test_endnotes_and_notes_that_are_not_there(at: Path) -> None:
    body = p("một", '<w:r><w:endnoteReference w:id="9"/></w:r>', '<w:r><w:footnoteReference w:id="9"/></w:r>')
    assert texts(make(at, body)) == ["một"]


def test_paragraph_of_hidden_text_only(at: Path) -> None:
    hidden = p(run("ẩn", "<w:vanish/>"), look="<w:rPr><w:vanish/></w:rPr>")
    assert texts(make(at, hidden + p("hiện"))) == ["hiện"]


def test_styles_based_on_each_other(at: Path) -> None:
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="{a}"><w:name w:val="{a}"/><w:basedOn w:val="{b}"/></w:style>'
        for a, b in (("A", "B"), ("B", "A"))
    )
    assert texts(make(at, p("một", look='<w:pStyle w:val="A"/>'), styles=styles)) == ["một"]
