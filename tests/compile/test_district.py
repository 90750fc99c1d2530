"""What the district report says, in order: read as text, without any file format."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tonghop import messages
from tonghop.compile.content import Document, Paragraph, Style, Table, plain_text
from tonghop.compile.district import compose, outline
from tonghop.compile.frame import signature
from tonghop.compile.merge import merge
from tonghop.records import (
    DistrictReport,
    Evidence,
    Gap,
    GapKind,
    GapState,
    MediaType,
    ReportingRequest,
    Section,
    SectionState,
    Span,
    UnitReport,
)
from tonghop.request import load_preset, preset_names
from tonghop.settings import CompileSettings

GOLDEN = Path(__file__).parent / "golden"
Render = Callable[[Evidence], str]
Make = Callable[..., UnitReport]

SIGNED = CompileSettings(
    number="5",
    date="07/03/2024",
    signer_authority="TM. Ủy ban nhân dân",
    signer_title="Chủ tịch",
    signer_name="Nguyễn Văn A",
    recipients=("Sở Nội vụ tỉnh Lạng Sơn", "Thường trực Huyện ủy"),
)


def composed(report: DistrictReport, render: Render, settings: CompileSettings | None = None) -> Document:
    return compose(report, settings or CompileSettings(), render, is_draft=False)


def lines_under(document: Document, title: str) -> list[str]:
    """The paragraphs from the heading that ends in `title` to the next heading."""
    found: list[str] = []
    is_in = False
    for block in document.blocks:
        if isinstance(block, Paragraph) and block.style not in {Style.BODY, Style.LEAD, Style.CLOSING}:
            is_in = block.text.endswith(title)
        elif is_in and isinstance(block, Paragraph):
            found.append(block.text)
    return found


def with_section(report: UnitReport, section: Section) -> UnitReport:
    kept = [s for s in report.sections if s.heading != section.heading]
    return replace(report, sections=(*kept, section))


@pytest.mark.parametrize("name", preset_names())
def test_golden(
    name: str, make_district: Callable[[ReportingRequest], DistrictReport], render: Render, regenerate_golden: bool
) -> None:
    request = load_preset(name)
    request = replace(request, units=request.units[:27])
    text = plain_text(composed(make_district(request), render, SIGNED))
    path = GOLDEN / f"{name}.txt"
    if regenerate_golden:
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def test_all_asked_headings_stand_in_the_requests_order(cao_loc: ReportingRequest) -> None:
    entries = outline(cao_loc, ())
    assert [e.heading.key for e in entries if e.heading.role != "container"] == [h.key for h in cao_loc.asked]
    numbers = {e.heading.key: e.number for e in entries}
    assert numbers["chi_dao_dieu_hanh"] == "I"
    assert numbers["ket_qua_linh_vuc"] == "II"
    assert (numbers["the_che"], numbers["cqdt_cqs"]) == ("II.1", "II.6")
    assert (numbers["nhiem_vu_trong_tam"], numbers["tu_cham_diem"]) == ("III", "VIII")


def test_groups_come_from_the_request(cao_loc: ReportingRequest) -> None:
    """Keys of its own are grouped as the request says; without a group each heading is a section."""
    own = tuple(
        replace(h, key=f"own_{h.key}", group=h.group and f"own_{h.group}", parent=None)
        for h in cao_loc.headings
        if h.parent is None
    )
    request = replace(cao_loc, headings=own, rules=(), owners=())
    numbers = {e.heading.key: e.number for e in outline(request, ())}
    assert (numbers["own_ket_qua_linh_vuc"], numbers["own_the_che"], numbers["own_cqdt_cqs"]) == ("II", "II.1", "II.6")
    flat = replace(request, headings=tuple(replace(h, group=None) for h in own))
    numbers = {e.heading.key: e.number for e in outline(flat, ())}
    assert (numbers["own_the_che"], numbers["own_cqdt_cqs"]) == ("II", "VII")
    assert "own_ket_qua_linh_vuc" not in numbers


def test_extras_stand_only_when_somebody_answered(cao_loc: ReportingRequest) -> None:
    assert "hai_long" not in {e.heading.key for e in outline(cao_loc, ())}
    assert outline(cao_loc, {"hai_long"})[-1].number == "IX"


def test_leading_office_comes_first(district: DistrictReport, render: Render) -> None:
    document = composed(district, render)
    assert lines_under(document, "Cải cách thể chế")[0].startswith("Phòng Tư pháp (chủ trì): ")
    digital = lines_under(document, "Xây dựng chính quyền điện tử, chính quyền số")
    assert digital[0].startswith("Văn phòng HĐND và UBND huyện (chủ trì): ")
    assert digital[1].startswith("Phòng Văn hóa và Thông tin (phối hợp): ")
    assert digital[2].startswith("Thị trấn Đồng Đăng: ")


def test_words_of_a_unit_stand_as_they_are(cao_loc: ReportingRequest, make_report: Make, render: Render) -> None:
    text = "Đã tiếp nhận 10.455 hồ sơ; đúng hạn 99,71%.\n- Hạn chế: còn 03 hồ sơ chậm."
    report = make_report(cao_loc, cao_loc.units[2], 1)
    report = with_section(report, Section("tthc", SectionState.PRESENT, "TTHC", text))
    found = lines_under(composed(merge(cao_loc, [report]), render), "Cải cách thủ tục hành chính")
    assert found == ["Xã Bảo Lâm: Đã tiếp nhận 10.455 hồ sơ; đúng hạn 99,71%.", "- Hạn chế: còn 03 hồ sơ chậm."]


def test_printed_lines_are_joined_and_typed_ones_are_not(
    cao_loc: ReportingRequest, make_report: Make, render: Render
) -> None:
    text = "Ủy ban nhân dân xã tiếp tục thực hiện nghiêm\ncác nhiệm vụ được giao trong quý."
    scanned = with_section(
        make_report(cao_loc, cao_loc.units[2], 1), Section("tthc", SectionState.PRESENT, "TTHC", text)
    )
    typed = replace(scanned, source=replace(scanned.source, media_type=MediaType.DOCX))
    assert len(lines_under(composed(merge(cao_loc, [scanned]), render), "thủ tục hành chính")) == 1
    assert len(lines_under(composed(merge(cao_loc, [typed]), render), "thủ tục hành chính")) == 2


def test_list_items_do_not_run_on_after_the_name(district: DistrictReport, render: Render) -> None:
    found = lines_under(composed(district, render), "TRỌNG TÂM")
    assert found[0] == "Thị trấn Đồng Đăng:"
    assert found[1].startswith("1. Tiếp tục")


def test_nil_answers_are_gathered_in_one_sentence(district: DistrictReport, render: Render) -> None:
    found = lines_under(composed(district, render), "KIẾN NGHỊ, ĐỀ XUẤT")
    gathered = [line for line in found if line.startswith("Các đơn vị báo cáo không phát sinh: ")]
    assert len(gathered) == 1
    assert gathered[0].startswith("Các đơn vị báo cáo không phát sinh: thị trấn Cao Lộc, xã Thanh Lòa, ")
    assert not any("Trong quý không phát sinh" in line for line in found)


def test_merged_answers_say_where(district: DistrictReport, render: Render) -> None:
    found = lines_under(composed(district, render), "chính quyền số")
    assert any("xã Thanh Lòa" in line and line.endswith("(nêu chung tại mục II.2).") for line in found)


def test_thin_answers_are_given_as_they_are(
    district: DistrictReport, cao_loc: ReportingRequest, make_report: Make, render: Render
) -> None:
    assert "Xã Thạch Đạn: Đã triển khai." in lines_under(composed(district, render), "UBND HUYỆN GIAO")
    bare = with_section(
        make_report(cao_loc, cao_loc.units[2], 1), Section("tthc", SectionState.THIN, "Cải cách TTHC", "")
    )
    found = lines_under(composed(merge(cao_loc, [bare]), render), "thủ tục hành chính")
    assert found == ["Các đơn vị chỉ nêu tên đề mục, chưa có nội dung: xã Bảo Lâm."]


def test_missing_and_unread_are_named_in_the_annex_alone(district: DistrictReport, render: Render) -> None:
    document = composed(district, render)
    body = "\n".join(lines_under(document, "ĐẾN CÁC CHỈ TIÊU PHÁT TRIỂN KINH TẾ - XÃ HỘI"))
    assert "Xã Bảo Lâm" in body
    assert "Xã Xuất Lễ" not in body
    assert "Xã Cao Lâu" not in body
    tables = {
        before.text: block
        for before, block in zip(document.annexes[1].blocks, document.annexes[1].blocks[1:], strict=False)
        if isinstance(before, Paragraph) and isinstance(block, Table)
    }
    missing, unread, thin, undecided, others = tables.values()
    assert [title.split("(")[0].strip() for title in tables] == [
        "I. ĐỀ MỤC CHƯA CÓ NỘI DUNG",
        "II. ĐỀ MỤC CHƯA ĐỌC ĐƯỢC",
        "III. ĐỀ MỤC CÓ NỘI DUNG SƠ SÀI",
        "IV. ĐỀ MỤC CHƯA XÁC ĐỊNH ĐƯỢC CÓ PHẢI BÁO CÁO HAY KHÔNG",
        "V. VẤN ĐỀ KHÁC CẦN XỬ LÝ",
    ]
    assert "Xã Xuất Lễ" in {row[1] for row in missing.rows}
    assert {row[1] for row in unread.rows} == {"Xã Cao Lâu", "Xã Bình Trung", "Xã Xuân Long"}
    assert "Trang 2 bị mờ" in unread.rows[0][3]
    assert {row[1] for row in thin.rows} == {"Xã Thạch Đạn", "Xã Hải Yến"}
    assert "Phòng Tư pháp" in undecided.rows[0][2]
    assert "“…kết quả giải qu” (trang 4)" in others.rows[0][3]


def test_settled_gaps_are_not_named(district: DistrictReport, render: Render) -> None:
    settled = replace(district, gaps=tuple(replace(g, state=GapState.WAIVED) for g in district.gaps))
    blocks = composed(settled, render).annexes[1].blocks
    assert [b.text for b in blocks if isinstance(b, Paragraph)] == [
        "Không có nội dung nào còn thiếu hoặc chưa rõ trong các báo cáo đã nhận."
    ]


def test_annex_one_lists_every_unit_once(district: DistrictReport, render: Render) -> None:
    tables = [b for b in composed(district, render).annexes[0].blocks if isinstance(b, Table)]
    on_time, late, undated, absent, unknown = tables
    assert [len(t.rows) for t in tables] == [22, 2, 1, 2, 1]
    assert sorted(r[1] for t in tables[:4] for r in t.rows) == sorted(u.name for u in district.request.units)
    assert on_time.rows[0][2:] == ("10/BC-UBND", "20/02/2024", "28/02/2024", "Thay thế 01 báo cáo gửi trước")
    assert late.rows[0][3] == "04/3/2024"
    assert undated.rows[0][3] == "không ghi"
    assert [row[1] for row in absent.rows] == ["Xã Hồng Phong", "Xã Tân Liên"]
    assert unknown.rows[0][1:3] == ("bao_cao_60.pdf", "UBND XÃ KHÁC")


def test_annexes_name_a_plan_and_a_draft(cao_loc: ReportingRequest, make_report: Make) -> None:
    plan, draft = make_report(cao_loc, cao_loc.units[0], 1), make_report(cao_loc, cao_loc.units[1], 2)
    gap = Gap(GapKind.DECISION_NEEDED, Evidence("document_no_report"), cao_loc.units[0].id)
    head = replace(draft.letterhead, is_draft=True, number=None, dated=None)
    merged = merge(cao_loc, [replace(plan, gaps=(gap,)), replace(draft, letterhead=head)])
    one, two = composed(merged, say_reason).annexes
    undated, absent = (block for block in one.blocks if isinstance(block, Table))
    assert undated.rows[0][5] == "Dự thảo, chưa có số"
    assert absent.rows[0][2] == "Đã gửi văn bản khác, không tính là báo cáo: bao_cao_01.pdf"
    assert absent.rows[1][2] == ""
    decisions, others = (block for block in two.blocks if isinstance(block, Table))
    assert all(row[1] for row in decisions.rows), "every decision there is about a heading"
    assert [row[1:] for row in others.rows] == [
        ("Thị trấn Đồng Đăng", "Chờ quyết định", "title_set_aside bao_cao_01.pdf"),
        ("Thị trấn Cao Lộc", "Chờ quyết định", "only_draft bao_cao_02.pdf"),
    ]


def say_reason(evidence: Evidence) -> str:
    return " ".join([evidence.reason, *(value for key, value in evidence.values if key == "file")])


def test_a_tools_own_words_stay_out_of_the_annex(cao_loc: ReportingRequest, make_report: Make) -> None:
    unit = cao_loc.units[0]
    values = (("page", "3"), ("error", "tesseract failed: Error in pixReadStream: Unknown format"))
    gap = Gap(GapKind.PAGE_UNREAD, Evidence("page_failed", values), unit.id)
    report = replace(make_report(cao_loc, unit, 1), gaps=(gap,))
    _, annex = composed(merge(cao_loc, [report]), messages.render).annexes
    table = next(block for block in annex.blocks if isinstance(block, Table) and unit.name in block.rows[0])
    assert [row[3] for row in table.rows] == ["Page 3 could not be read."]


def test_heading_nobody_answered_says_so(cao_loc: ReportingRequest, make_report: Make, render: Render) -> None:
    report = make_report(cao_loc, cao_loc.units[0], 1, the_che=SectionState.UNREAD)
    document = composed(merge(cao_loc, [report]), render)
    assert lines_under(document, "Cải cách tổ chức bộ máy hành chính") == ["Chưa có đơn vị nào báo cáo nội dung này."]
    assert lines_under(document, "KIẾN NGHỊ, ĐỀ XUẤT") == ["Không có đơn vị nào báo cáo nội dung này."]
    assert lines_under(document, "Cải cách thể chế") == [
        "Chưa xác định được nội dung này trong báo cáo của các đơn vị."
    ]


def test_every_paragraph_of_a_unit_names_its_source(district: DistrictReport, render: Render) -> None:
    document = composed(district, render)
    by_unit = {submission.unit.name: submission.report for submission in district.submissions}
    sourced = [b for b in document.blocks if isinstance(b, Paragraph) and b.sources]
    assert len(sourced) > 250
    for paragraph in sourced:
        for source in paragraph.sources:
            report = by_unit[source.unit]
            assert report
            assert (source.file, source.number) == (report.source.name, report.letterhead.number)
            assert source.pages


def test_a_paragraph_names_its_own_page_not_the_sections(
    cao_loc: ReportingRequest, make_report: Make, render: Render
) -> None:
    text = "Trong quý đã tiếp nhận hồ sơ như sau:\n- Trực tuyến: 20 hồ sơ.\nSTT | Số\n1 | 30\n- Hạn chế: chậm 03 hồ sơ."
    section = Section("the_che", SectionState.PRESENT, "I. CẢI CÁCH THỂ CHẾ", text, (Span(2, 8, 10), Span(3, 0, 4)))
    document = composed(merge(cao_loc, [with_section(make_report(cao_loc, cao_loc.units[0], 1), section)]), render)
    own = [block for block in document.blocks if isinstance(block, Paragraph | Table) and block.sources]
    at = next(n for n, block in enumerate(own) if isinstance(block, Paragraph) and "như sau" in block.text)
    assert [block.sources[0].pages for block in own[at : at + 4]] == [(2,), (3,), (3,), (3,)]


def test_opening_counts_who_reported(district: DistrictReport, render: Render) -> None:
    opening = composed(district, render).blocks[1]
    assert isinstance(opening, Paragraph)
    assert "Có 27 đơn vị phải báo cáo (22 xã, thị trấn; 05 phòng, cơ quan chuyên môn)" in opening.text
    assert "25 đơn vị đã gửi (22 đúng hạn, 02 quá hạn, 01 chưa xác định được ngày)" in opening.text
    assert "02 đơn vị chưa gửi; 01 văn bản chưa xác định được đơn vị gửi" in opening.text


def test_period_stands_in_the_subject(cao_loc: ReportingRequest, render: Render) -> None:
    without = replace(cao_loc, subject="Kết quả công tác cải cách hành chính")
    assert composed(merge(without, []), render).subject == "Kết quả công tác cải cách hành chính quý I năm 2024"
    assert composed(merge(cao_loc, []), render).subject.count("quý I") == 1


def test_recipients_begin_with_as_above_and_end_with_the_file(district: DistrictReport, render: Render) -> None:
    assert composed(district, render, SIGNED).signature.recipients == (
        "- Như trên;",
        "- Sở Nội vụ tỉnh Lạng Sơn;",
        "- Thường trực Huyện ủy;",
        "- Lưu: VT, NV.",
    )
    own = CompileSettings(recipients=("Như trên", "Lưu: VT, TH (05b)"))
    assert composed(district, render, own).signature.recipients == ("- Như trên;", "- Lưu: VT, TH (05b).")


@pytest.mark.parametrize(
    ("issuer", "authority", "title"),
    [
        ("Ủy ban nhân dân huyện Cao Lộc", "TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"),
        ("UBND xã Cao Lộc", "TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"),
        ("Sở Nội vụ tỉnh Lạng Sơn", "", "GIÁM ĐỐC"),
        ("Ban Chỉ đạo", "", ""),
    ],
)
def test_place_of_signature_without_settings(district: DistrictReport, issuer: str, authority: str, title: str) -> None:
    foot = signature(replace(district.request, issuer=issuer), CompileSettings())
    assert (foot.authority, foot.title, foot.name) == (authority, title, "")


def test_a_signer_of_the_settings_stands_alone(district: DistrictReport) -> None:
    foot = signature(district.request, CompileSettings(signer_title="Phó Chủ tịch"))
    assert (foot.authority, foot.title) == ("", "PHÓ CHỦ TỊCH")


HONG_PHONG = (
    "Trong quý I, UBND xã Hồng\nPhong ban hành 05 văn bản chỉ đạo, điều hành công tác cải cách hành chính trên\nxã."
)
RUN_IN = "1. Công tác chỉ đạo, điều hành cải cách hành chính"
OVER_TWO_LINES = (
    "4. Kết quả thực hiện các nhiệm vụ trọng tâm được Ủy ban nhân dân huyện, Chủ tịch UBND huyện giao "
    "cho xã trong quý I năm 2024"
)


@pytest.mark.parametrize(
    ("title", "rows", "is_run_in"),
    [(RUN_IN, 3, True), (RUN_IN, 4, False), (OVER_TWO_LINES, 4, True), (OVER_TWO_LINES, 5, False)],
)
def test_a_sentence_is_not_broken_where_its_title_was_cut_off(
    title: str, rows: int, is_run_in: bool, cao_loc: ReportingRequest, make_report: Make, render: Render
) -> None:
    unit = cao_loc.units[0]
    section = Section("the_che", SectionState.PRESENT, title, HONG_PHONG, (Span(1, 4, 4 + rows),))
    report = with_section(make_report(cao_loc, unit, 1), section)
    told = lines_under(composed(merge(cao_loc, [report]), render), "Cải cách thể chế")
    broken = HONG_PHONG.replace("trên\n", "trên ")
    assert told == f"{unit.name}: {broken.replace(chr(10), ' ') if is_run_in else broken}".split("\n")


def test_a_table_does_not_keep_the_lines_around_it_from_being_paragraphs(
    cao_loc: ReportingRequest, make_report: Make, render: Render
) -> None:
    printed = "Trong quý đã tiếp nhận và giải quyết hồ sơ thủ tục hành chính đúng\nhạn theo quy định."
    text = f"{printed}\nSTT | Số\n1 | 30\n{printed}"
    section = Section("the_che", SectionState.PRESENT, "I. CẢI CÁCH THỂ CHẾ", text, (Span(1, 4, 11),))
    unit = cao_loc.units[0]
    document = composed(merge(cao_loc, [with_section(make_report(cao_loc, unit, 1), section)]), render)
    told = lines_under(document, "Cải cách thể chế")
    assert told == [f"{unit.name}: {printed.replace(chr(10), ' ')}", printed.replace("\n", " ")]
    assert ("1", "30") in [row for block in document.blocks if isinstance(block, Table) for row in block.rows]
