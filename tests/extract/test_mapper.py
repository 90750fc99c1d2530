"""Whole reports: outlines of every kind, states, gaps, and that no line is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.extract.sheets import (
    FOOT,
    HEAD,
    SETTINGS,
    SUBSTANCE,
    cao_loc,
    failed_page,
    gap_kinds,
    mapped,
    report,
    scanned_page,
    section,
    source,
    states,
    typed_page,
    with_noise,
)
from tonghop.extract.mapper import map_report
from tonghop.messages import render
from tonghop.records import Grade, HeadingRole, Page, SectionState, UnitReport

TITLES = {
    "chi_dao_dieu_hanh": "Công tác chỉ đạo, điều hành cải cách hành chính",
    "the_che": "Cải cách thể chế",
    "tthc": "Cải cách thủ tục hành chính",
    "che_do_cong_vu": "Cải cách chế độ công vụ",
    "tai_chinh_cong": "Cải cách tài chính công",
    "cqdt_cqs": "Xây dựng chính quyền điện tử, chính quyền số",
    "nhiem_vu_trong_tam": "Kết quả thực hiện các nhiệm vụ trọng tâm được UBND huyện, Chủ tịch UBND huyện giao",
    "khac_phuc_chi_so": "Kết quả khắc phục tồn tại, hạn chế Chỉ số CCHC năm 2023",
    "tac_dong_kt_xh": "Tác động của CCHC đến phát triển kinh tế - xã hội",
    "phuong_huong": "Phương hướng, nhiệm vụ trọng tâm quý II",
    "kien_nghi": "Kiến nghị, đề xuất",
}
FIELDS = ("the_che", "tthc", "che_do_cong_vu", "tai_chinh_cong", "cqdt_cqs")
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
ORDINALS = ("nhất", "hai", "ba", "tư", "năm", "sáu", "bảy", "tám", "chín", "mười", "mười một")


def flat_roman(n: int, title: str) -> str:
    return f"{ROMAN[n]}. {title.upper()}\n{SUBSTANCE}"


def roman_without_space(n: int, title: str) -> str:
    return f"{ROMAN[n]}.{title.upper()}\n{SUBSTANCE}"


def arabic(n: int, title: str) -> str:
    return f"{n + 1}. {title}\n{SUBSTANCE}"


def run_in(n: int, title: str) -> str:
    return f"{n + 1}. Về {title[0].lower()}{title[1:]}: {SUBSTANCE}"


def ordinal(n: int, title: str) -> str:
    return f"Thứ {ORDINALS[n]}, về {title[0].lower()}{title[1:]}.\n{SUBSTANCE}"


def ordinal_run_in(n: int, title: str) -> str:
    return f"Thứ {ORDINALS[n]}, về {title[0].lower()}{title[1:]}. {SUBSTANCE}"


def dash(n: int, title: str) -> str:
    return f"- {title}:\n{SUBSTANCE}\n+ {SUBSTANCE}"


def bracketed(n: int, title: str) -> str:
    return f"({n + 1}) {title}:\n{SUBSTANCE}"


def letters(n: int, title: str) -> str:
    return f"{'abcdđeghikl'[n]}) {title}\n{SUBSTANCE}"


def unnumbered(n: int, title: str) -> str:
    return f"{title}:\n{SUBSTANCE}"


def part(n: int, title: str) -> str:
    return f"Phần {ROMAN[n]}\n{title.upper()}\n{SUBSTANCE}"


FLAT = [
    flat_roman,
    roman_without_space,
    arabic,
    run_in,
    ordinal,
    ordinal_run_in,
    dash,
    bracketed,
    letters,
    unnumbered,
    part,
]


def assert_whole(mapped_report: UnitReport, pages: tuple[Page, ...]) -> None:
    """Every line is in exactly one place."""
    spans = [*mapped_report.letterhead.spans, *mapped_report.unplaced]
    spans += [span for s in mapped_report.sections for span in s.spans]
    places = [(span.page, n) for span in spans for n in range(span.first, span.stop)]
    assert sorted(places) == [(page.number, n) for page in pages for n in range(len(page.lines))]


@pytest.mark.parametrize("style", FLAT, ids=lambda style: style.__name__)
@pytest.mark.parametrize("left_out", [None, "tthc", "phuong_huong"])
@pytest.mark.parametrize("page_of", [typed_page, scanned_page], ids=["typed", "scanned"])
def test_flat_outlines(style, left_out: str | None, page_of) -> None:  # type: ignore[no-untyped-def]
    keys = [key for key in TITLES if key != left_out]
    page = page_of(HEAD + "\n".join(style(n, TITLES[key]) for n, key in enumerate(keys)) + "\n" + FOOT)
    found = mapped(page)
    assert states(found) == {key: "missing" if key == left_out else "present" for key in TITLES}
    assert gap_kinds(found) == ({"section_missing"} if left_out else set())
    assert_whole(found, (page,))


@pytest.mark.parametrize("inner", [arabic, bracketed, letters, run_in, dash], ids=lambda style: style.__name__)
def test_fields_under_a_group(inner) -> None:  # type: ignore[no-untyped-def]
    fields = "\n".join(inner(n, TITLES[key]) for n, key in enumerate(FIELDS))
    body = [
        flat_roman(0, TITLES["chi_dao_dieu_hanh"]),
        "II. KẾT QUẢ THỰC HIỆN CÁC NHIỆM VỤ CẢI CÁCH HÀNH CHÍNH",
        fields,
    ]
    body += [flat_roman(n, TITLES[key]) for n, key in enumerate(list(TITLES)[6:], 2)]
    found = report("\n".join(body))
    assert set(states(found).values()) == {"present"}
    assert "ket_qua_linh_vuc" not in states(found)


def test_real_outline_of_a_commune_with_dashes_under_capitals() -> None:
    found = report(f"""
I. CÔNG TÁC CHỈ ĐẠO, ĐIỀU HÀNH CCHC
- Công tác xây dựng kế hoạch và tổ chức chỉ đạo, điều hành cải cách hành chính (CCHC): {SUBSTANCE}
- Về chế độ hội họp, báo cáo:
{SUBSTANCE}
- Cải cách thể chế và các lĩnh vực khác đã được quan tâm triển khai thực hiện.
II. CẢI CÁCH THỂ CHẾ
1.1.Về xây dựng văn bản
{SUBSTANCE}
""")
    assert states(found)["chi_dao_dieu_hanh"] == "present"
    assert "hội họp" in section(found, "chi_dao_dieu_hanh").text
    assert "quan tâm triển khai" in section(found, "chi_dao_dieu_hanh").text
    assert section(found, "the_che").text == f"1.1.Về xây dựng văn bản\n{SUBSTANCE}"
    assert section(found, "the_che").title == "II. CẢI CÁCH THỂ CHẾ"


def test_a_field_named_under_the_plans_is_no_answer() -> None:
    found = report(f"""
I. CÔNG TÁC CHỈ ĐẠO, ĐIỀU HÀNH
{SUBSTANCE}
II. PHƯƠNG HƯỚNG, NHIỆM VỤ TRỌNG TÂM
1. Cải cách thể chế: {SUBSTANCE}
2. Cải cách thủ tục hành chính: {SUBSTANCE}
III. KIẾN NGHỊ
- Về cải cách tài chính công: {SUBSTANCE}
""")
    assert states(found)["the_che"] == states(found)["tthc"] == states(found)["tai_chinh_cong"] == "missing"
    assert section(found, "phuong_huong").text.count(SUBSTANCE) == 2


def test_limits_under_a_field_belong_to_it() -> None:
    found = report(f"""
1. Cải cách thể chế
{SUBSTANCE}
Hạn chế: công chức còn kiêm nhiệm.
2. Cải cách thủ tục hành chính
{SUBSTANCE}
- Hạn chế: hồ sơ còn chậm.
3. Tồn tại, hạn chế và nguyên nhân
{SUBSTANCE}
""")
    assert "kiêm nhiệm" in section(found, "the_che").text
    assert "còn chậm" in section(found, "tthc").text
    assert states(found)["ton_tai_han_che"] == "present"


def test_a_heading_over_two_lines_and_over_a_page() -> None:
    first = HEAD + f"I. CẢI CÁCH THỂ CHẾ\n{SUBSTANCE}\nII. KẾT QUẢ THỰC HIỆN CÁC NHIỆM VỤ TRỌNG TÂM ĐƯỢC UBND HUYỆN,"
    second = f"2\nCHỦ TỊCH UBND HUYỆN GIAO\n{SUBSTANCE}\n" + FOOT
    pages = (scanned_page(first), scanned_page(second, 2))
    found = mapped(*pages)
    assert section(found, "nhiem_vu_trong_tam").text == SUBSTANCE
    assert section(found, "nhiem_vu_trong_tam").pages == (1, 2)
    assert_whole(found, pages)


def test_a_list_of_the_fields_is_not_five_headings() -> None:
    found = report(f"""
I. CÔNG TÁC CHỈ ĐẠO, ĐIỀU HÀNH
UBND xã tập trung vào các nội dung:
- Cải cách thể chế;
- Cải cách thủ tục hành chính;
- Cải cách tài chính công.
II. PHƯƠNG HƯỚNG, NHIỆM VỤ
{SUBSTANCE}
""")
    assert {states(found)[key] for key in ("the_che", "tthc", "tai_chinh_cong")} == {"missing"}


def test_a_speck_behind_a_title_makes_it_no_list() -> None:
    fields = f"a) Cải cách thể chế,\n{SUBSTANCE}\nb) Cải cách thủ tục hành chính,\n{SUBSTANCE}"
    found = states(mapped(scanned_page(f"{HEAD}II. KẾT QUẢ THỰC HIỆN\n{fields}\n{FOOT}")))
    assert (found["the_che"], found["tthc"]) == ("present", "present")
    listed = "Các nội dung gồm:\na) Cải cách thể chế,\nb) Cải cách thủ tục hành chính,\nc) Cải cách chế độ công vụ."
    found = states(mapped(scanned_page(f"{HEAD}I. CÔNG TÁC CHỈ ĐẠO, ĐIỀU HÀNH\n{listed}\n{SUBSTANCE}\n{FOOT}")))
    assert (found["the_che"], found["tthc"]) == ("missing", "missing")


def test_a_title_that_ends_in_and_goes_on() -> None:
    title = "VIII. KẾT QUẢ THỰC HIỆN NHIỆM VỤ UBND HUYỆN GIAO VÀ\nKHẮC PHỤC CHỈ SỐ CCHC NĂM 2023"
    found = states(mapped(scanned_page(f"{HEAD}{title}\n{SUBSTANCE}\n{FOOT}")))
    assert (found["nhiem_vu_trong_tam"], found["khac_phuc_chi_so"]) == ("present", "merged")


def test_a_run_in_title_whose_line_ends_in_a_joining_word() -> None:
    body = f"1. Về công tác chỉ đạo, điều hành CCHC: Ngay sau khi nhận kế hoạch của\nUBND huyện, {SUBSTANCE}"
    assert states(mapped(scanned_page(f"{HEAD}{body}\n{FOOT}")))["chi_dao_dieu_hanh"] == "present"


def test_the_opening_ends_before_the_text() -> None:
    body = "UBND xã phân công từng công chức phụ trách tiêu chí cụ thể."
    found = mapped(scanned_page(f"{HEAD}{body}\nI. CẢI CÁCH THỂ CHẾ\n{SUBSTANCE}\n{FOOT}"))
    assert "text_unplaced" in gap_kinds(found)


def test_the_same_heading_twice_is_one_section() -> None:
    found = report(f"""
1. Cải cách thủ tục hành chính
{SUBSTANCE}
2. Cải cách tài chính công
{SUBSTANCE}
3. Thực hiện cơ chế một cửa, cơ chế một cửa liên thông
{SUBSTANCE}
""")
    assert section(found, "tthc").text == f"{SUBSTANCE}\n{SUBSTANCE}"
    assert len(section(found, "tthc").spans) == 2


def test_one_title_over_two_headings() -> None:
    found = report(
        f"1. Cải cách thể chế và cải cách thủ tục hành chính\n{SUBSTANCE}\n2. Cải cách tài chính công\n{SUBSTANCE}"
    )
    assert states(found)["the_che"] == "present"
    merged = section(found, "tthc")
    assert (merged.state, merged.merged_into, merged.method) == (SectionState.MERGED, "the_che", "phrase")
    assert "section_missing" in gap_kinds(found)  # of others, not of the merged one
    assert all(gap.heading != "tthc" for gap in found.gaps)


NIL = [
    "Không.",
    "Không có",
    "Không phát sinh.",
    "Trong quý không phát sinh.",
    "Trong quý I năm 2024 không phát sinh",
    "Không ban hành VBQPPL.",
    "Không có kiến nghị, đề xuất.",
    "Trong kỳ báo cáo, đơn vị không có nội dung phát sinh.",
    "Chưa phát sinh.",
    "UBND xã không có kiến nghị, đề xuất gì.",
    "Khôngban hành văn bản quy phạm pháp luật.",
]
NOT_NIL = [
    "Không chỉ rà soát văn bản mà còn công khai tại trụ sở theo đúng quy định.",
    "Không ngừng nâng cao chất lượng phục vụ người dân và doanh nghiệp trên địa bàn.",
    "Không để xảy ra tình trạng hồ sơ quá hạn, gây phiền hà cho tổ chức, cá nhân.",
    "Không phát sinh hồ sơ quá hạn; đã tiếp nhận 120 hồ sơ và trả kết quả đúng hạn.",
    "Không có kiến nghị, tuy nhiên kinh phí cho cải cách hành chính còn hạn hẹp.",
    "Không có cán bộ, công chức bị xử lý kỷ luật, vi phạm quy tắc ứng xử.",
]


@pytest.mark.parametrize("answer", NIL)
@pytest.mark.parametrize("title", ["1. Cải cách thể chế\n", "1. Cải cách thể chế: "])
def test_nil_is_an_answer(answer: str, title: str) -> None:
    found = report(f"{title}{answer}\n2. Cải cách tài chính công\n{SUBSTANCE}")
    assert states(found)["the_che"] == "nil"
    assert all(gap.heading != "the_che" for gap in found.gaps)


NOT_DONE = [
    "Chưa thực hiện.",
    "Chưa triển khai.",
    "Chưa có số liệu.",
    "Chưa báo cáo.",
    "Chưa tổng hợp được.",
    "Không thực hiện cải cách thể chế.",
    "Không hoàn thành nhiệm vụ được giao.",
]


@pytest.mark.parametrize("answer", NOT_DONE)
def test_what_was_not_done_is_not_nil(answer: str) -> None:
    assert states(report(f"1. Cải cách thể chế\n{answer}"))["the_che"] == "thin"


@pytest.mark.parametrize("answer", NOT_NIL)
def test_a_statement_is_not_nil(answer: str) -> None:
    assert states(report(f"1. Cải cách thể chế\n{answer}"))["the_che"] == "present"


def test_thin() -> None:
    found = report(
        f"1. Cải cách thể chế\nThực hiện theo quy định.\n2. Cải cách tài chính công\n3. Kiến nghị\n{SUBSTANCE}"
    )
    assert states(found)["the_che"] == states(found)["tai_chinh_cong"] == "thin"
    assert {gap.heading for gap in found.gaps if gap.kind == "section_thin"} == {"the_che", "tai_chinh_cong"}


def body_of(keys: tuple[str, ...]) -> str:
    return "\n".join(flat_roman(n, TITLES[key]) for n, key in enumerate(keys)) + "\n"


def test_nothing_is_missing_while_a_page_is_unread() -> None:
    keys = tuple(TITLES)[:6]
    pages = (scanned_page(HEAD + body_of(keys)), failed_page(2), scanned_page(FOOT, 3))
    found = mapped(*pages)
    assert "missing" not in states(found).values()
    assert states(found)["phuong_huong"] == "unread"
    assert gap_kinds(found) == {"page_unread", "section_unread"}
    assert (found.pages_read, found.pages_failed) == (2, (2,))


def test_an_unread_page_behind_the_signature_hides_no_heading() -> None:
    keys = tuple(key for key in TITLES if key != "tthc")
    pages = (scanned_page(HEAD + body_of(keys) + FOOT), failed_page(2))
    assert states(mapped(*pages))["tthc"] == "missing"


def test_text_behind_an_unread_page_belongs_to_nobody_until_the_next_title() -> None:
    pages = (
        scanned_page(f"{HEAD}I. CẢI CÁCH THỂ CHẾ\n{SUBSTANCE}"),
        scanned_page("III. C€| #~ TH\n~~ |", 2, Grade.UNREAD),
        scanned_page(f"{SUBSTANCE} Đây là thủ tục.\nIII. CẢI CÁCH TÀI CHÍNH CÔNG\n{SUBSTANCE}\n{FOOT}", 3),
    )
    found = mapped(*pages)
    assert section(found, "the_che").pages == (1,)
    assert section(found, "tai_chinh_cong").text == SUBSTANCE
    assert states(found)["tthc"] == "unread"
    (gap,) = (gap for gap in found.gaps if gap.evidence.reason == "text_after_unread")
    assert "thủ tục" in gap.evidence.quotes[0].text
    assert_whole(found, pages)


def test_a_doubtful_page_is_told() -> None:
    body = f"{HEAD}I. CẢI CÁCH THỂ CHẾ\n{SUBSTANCE}"
    found = mapped(scanned_page(body, 1, Grade.DOUBTFUL), scanned_page(FOOT, 2, Grade.DOUBTFUL))
    told = [dict(gap.evidence.values)["page"] for gap in found.gaps if gap.evidence.reason == "page_doubtful"]
    assert told == ["1"]  # of the second only the signature is in doubt
    thin = mapped(scanned_page(f"{HEAD}I. CẢI CÁCH THỂ CHẾ\nĐã làm.\n{FOOT}", 1, Grade.DOUBTFUL))
    assert states(thin)["the_che"] == "unread"


def test_an_optional_heading_is_left_out_only_of_what_was_read() -> None:
    first = scanned_page(HEAD + body_of(tuple(TITLES)[:3]))
    assert states(mapped(first, failed_page(2)))["kien_nghi"] == "unread"
    assert states(mapped(first))["kien_nghi"] == "not_applicable"


def test_a_letter_without_any_heading_is_perhaps_no_report() -> None:
    letter = HEAD.replace("BÁO CÁO\n", "") + "UBND xã gửi kèm báo cáo để tổng hợp theo quy định.\n" + FOOT
    reasons = {gap.evidence.reason for gap in mapped(typed_page(letter)).gaps}
    assert "document_without_headings" in reasons


@pytest.mark.parametrize("year", ["2019", "2030"])
def test_a_year_far_off_is_another_period_unless_a_scan_says_otherwise_too(year: str) -> None:
    whole = HEAD.replace("2024", year) + body_of(tuple(TITLES)) + FOOT.replace("2024", year)
    assert "wrong_period" in gap_kinds(mapped(typed_page(whole)))
    assert "wrong_period" in gap_kinds(mapped(scanned_page(whole)))
    misread = HEAD.replace("quý I năm 2024\nKính", f"quý I năm {year}\nKính") + body_of(tuple(TITLES)) + FOOT
    assert "wrong_period" not in gap_kinds(mapped(scanned_page(misread)))
    assert "wrong_period" in gap_kinds(mapped(typed_page(misread)))


def test_neither_period_nor_date() -> None:
    text = HEAD.replace(" quý I năm 2024", "").replace("ngày 28 tháng 02 năm 2024", "ngày    tháng    năm")
    found = mapped(typed_page(text + f"I. CẢI CÁCH THỂ CHẾ\n{SUBSTANCE}\n"))
    assert "period_unknown" in {gap.evidence.reason for gap in found.gaps}


def test_an_annex_that_is_not_compiled_is_told() -> None:
    annex = "Phụ lục\nNHỮNG VIỆC ĐÃ LÀM\n" + f"{SUBSTANCE}\n" * 3
    pages = (scanned_page(HEAD + body_of(tuple(TITLES)) + FOOT), scanned_page(annex, 2))
    (gap,) = mapped(*pages).gaps
    assert (gap.kind.value, gap.evidence.reason) == ("text_unplaced", "text_in_annex")


def test_a_page_left_out_of_the_run_is_unread() -> None:
    found = mapped(scanned_page(HEAD + body_of(tuple(TITLES)[:6])), scanned_page(FOOT, 3))
    assert states(found)["phuong_huong"] == "unread"


def test_a_doubtful_page_hides_only_what_can_stand_on_it() -> None:
    first = HEAD + body_of(("chi_dao_dieu_hanh", "the_che", "che_do_cong_vu"))
    rest = "".join(f"{ROMAN[n]}. {TITLES[key].upper()}\n{SUBSTANCE}\n" for n, key in enumerate(list(TITLES)[4:6], 3))
    found = mapped(scanned_page(first), scanned_page(rest + FOOT, 2, Grade.DOUBTFUL))
    assert states(found)["tthc"] == "missing"  # between two headings of the good page
    assert states(found)["phuong_huong"] == "unread"


def test_a_title_eaten_by_a_seal_is_not_a_missing_one() -> None:
    damaged = (
        HEAD + body_of(("chi_dao_dieu_hanh", "the_che")) + f"III. Phư. mm nhh vx tr tâm -k SỈ H\n{SUBSTANCE}\n" + FOOT
    )
    found = mapped(scanned_page(damaged))
    assert states(found)["phuong_huong"] == "unread"
    assert section(found, "phuong_huong").evidence is not None
    assert section(found, "phuong_huong").evidence.reason == "section_title_unclear"  # type: ignore[union-attr]  # just asserted


def test_a_jump_in_the_numbering_of_a_scan_is_doubt() -> None:
    text = f"I. CẢI CÁCH THỂ CHẾ\n{SUBSTANCE}\nIII. CẢI CÁCH CHẾ ĐỘ CÔNG VỤ\n{SUBSTANCE}\n"
    assert states(mapped(scanned_page(HEAD + text + FOOT)))["tthc"] == "unread"
    assert states(mapped(typed_page(HEAD + text + FOOT)))["tthc"] == "missing"  # the author's own count


def test_optional_and_ambiguous_headings_left_out_are_no_gap() -> None:
    head = HEAD.replace("ỦY BAN NHÂN DÂN\nXÃ BẢO LÂM", "UBND HUYỆN CAO LỘC\nPHÒNG TƯ PHÁP").replace(
        "Bảo Lâm, ngày", "Cao Lộc, ngày"
    )
    keys = ("chi_dao_dieu_hanh", *FIELDS, "nhiem_vu_trong_tam", "phuong_huong")
    body = body_of(keys) + f"IX. DỰ KIẾN KẾT QUẢ TỰ CHẤM ĐIỂM CHỈ SỐ CCHC\n{SUBSTANCE}\n"
    found = report(body, head=head)
    assert found.match.unit == "phong-tu-phap"
    assert states(found)["khac_phuc_chi_so"] == "missing"  # ambiguous: settled once for all, elsewhere
    assert states(found)["kien_nghi"] == "not_applicable"
    assert gap_kinds(found) == set()


def test_text_that_is_placed_nowhere_is_told() -> None:
    loose = report(
        f"Tình hình chung của địa phương trong quý I có nhiều thuận lợi. {SUBSTANCE}\nI. CẢI CÁCH THỂ CHẾ\n{SUBSTANCE}"
    )
    assert "text_unplaced" in gap_kinds(loose)
    unknown = report(
        f"I. CẢI CÁCH THỂ CHẾ\n{SUBSTANCE}\nII. TÌNH HÌNH QUỐC PHÒNG, AN NINH\n{SUBSTANCE}\nIII. KIẾN NGHỊ\nKhông."
    )
    assert "text_unplaced" in gap_kinds(unknown)
    assert section(unknown, "the_che").text == SUBSTANCE
    prose = report("I. KẾT QUẢ THỰC HIỆN CÔNG TÁC CCHC\n" + "\n".join([SUBSTANCE] * 4) + "\nII. KIẾN NGHỊ\nKhông.")
    assert "text_unplaced" in gap_kinds(prose)


def test_a_list_inside_a_section_does_not_end_it() -> None:
    found = report(
        f"2. Cải cách thể chế\n{SUBSTANCE}\n1. Luật Đất đai\n2. Luật Căn cước\n3. Luật Nhà ở\n"
        f"3. Cải cách tài chính công\n{SUBSTANCE}"
    )
    assert section(found, "the_che").text.endswith("Luật Nhà ở")
    assert section(found, "tai_chinh_cong").text == SUBSTANCE


def test_annexes_stand_apart() -> None:
    text = HEAD + f"1. Cải cách thể chế\n{SUBSTANCE}\n" + FOOT
    annex = "Phụ lục I\nBIỂU TỔNG HỢP SỐ LIỆU\n1. Cải cách thủ tục hành chính\n120\n"
    pages = (scanned_page(text), scanned_page(annex, 2))
    found = mapped(*pages)
    assert states(found)["tthc"] == "missing"
    assert [span.page for span in found.unplaced] == [2]
    assert_whole(found, pages)


def test_lateness_by_the_date_of_the_report() -> None:
    def dated(day: str) -> set[str]:
        page = typed_page(HEAD.replace("28 tháng 02", day) + body_of(tuple(TITLES)) + FOOT)
        return gap_kinds(map_report(source(month=3, day=5), [page], cao_loc(), SETTINGS))

    assert dated("29 tháng 02") == set()
    assert dated("01 tháng 3") == {"report_late"}
    assert dated("     tháng 3") == set()  # undated: lateness is not claimed


@pytest.mark.parametrize("day", ["27 tháng 02 năm 2023", "06 tháng 3 năm 2024", "27 tháng 02 năm 2042"])
def test_a_date_that_cannot_be_the_reports_is_named_and_counts_for_nothing(day: str) -> None:
    page = typed_page(HEAD.replace("28 tháng 02 năm 2024", day) + body_of(tuple(TITLES)) + FOOT)
    found = map_report(source(month=3, day=5), [page], cao_loc(), SETTINGS)
    assert [(gap.kind.value, gap.evidence.reason) for gap in found.gaps] == [("decision_needed", "date_impossible")]
    assert day in found.gaps[0].evidence.quotes[0].text


def test_lateness_by_the_day_of_receipt() -> None:
    request = replace(cao_loc(), deadline_counts="receipt", deadline=date(2024, 2, 29))
    page = typed_page(HEAD + body_of(tuple(TITLES)) + FOOT)
    late = map_report(source(month=3, day=1), [page], request, SETTINGS)
    assert gap_kinds(late) == {"report_late"}
    assert gap_kinds(map_report(source(), [page], request, SETTINGS)) == set()


def test_last_years_year_left_in() -> None:
    whole = HEAD + body_of(tuple(TITLES)) + FOOT
    title = mapped(typed_page(whole.replace("hành chính quý I năm 2024\nKính", "hành chính quý I năm 2023\nKính")))
    assert gap_kinds(title) == {"wrong_period"}
    assert title.period == "quý I năm 2023"
    gap = title.gaps[0]
    assert [("2023" in quote.text, "2024" in quote.text) for quote in gap.evidence.quotes] == [
        (True, False),
        (False, True),
    ]
    heading = mapped(
        typed_page(
            whole.replace("TRỌNG TÂM QUÝ II\n", "TRỌNG TÂM QUÝ II NĂM 2024\n").replace(
                "CẢI CÁCH THỂ CHẾ\n", "CẢI CÁCH THỂ CHẾ QUÝ I NĂM 2023\n"
            )
        )
    )
    assert gap_kinds(heading) == {"wrong_period"}
    prose = mapped(typed_page(whole.replace(SUBSTANCE, SUBSTANCE + " So với quý I năm 2023 tăng khá.")))
    assert gap_kinds(prose) == set()


def test_what_is_quoted_of_the_closing_ends_with_its_sentence() -> None:
    head = HEAD.replace("quý I năm 2024\nKính gửi", "quý I năm 2023\nKính gửi")
    foot = "Trên đây là báo cáo kết quả quý I năm 2024 của UBND xã Bảo Lâm./.\nNơi nhận:\n- Lưu: VT.\n"
    found = report(f"I. CẢI CÁCH THỂ CHẾ\n{SUBSTANCE}", head, foot)
    (gap,) = (gap for gap in found.gaps if gap.kind.value == "wrong_period")
    assert all("Nơi nhận" not in quote.text for quote in gap.evidence.quotes)
    assert gap.evidence.quotes[-1].text.endswith("./.")


def test_another_addressee() -> None:
    other = HEAD.replace("Ủy ban nhân dân huyện Cao Lộc (qua Phòng Nội vụ)", "Sở Tài chính tỉnh Bắc Giang")
    assert gap_kinds(mapped(typed_page(other + body_of(tuple(TITLES)) + FOOT))) == {"wrong_addressee_or_unit"}


def test_every_piece_of_evidence_can_be_said() -> None:
    pages = (scanned_page(HEAD + body_of(tuple(TITLES)[:4])), failed_page(2))
    found = mapped(*pages)
    pieces = [
        found.match.evidence,
        *(g.evidence for g in found.gaps),
        *(s.evidence for s in found.sections if s.evidence),
    ]
    assert all(render(piece) for piece in pieces)


def test_no_page_at_all() -> None:
    found = mapped(failed_page(1))
    assert found.match.unit is None
    assert {"page_unread", "decision_needed"} <= gap_kinds(found)
    assert mapped().sections == ()


LINES = st.lists(
    st.sampled_from(
        [
            *HEAD.strip().split("\n"),
            *FOOT.strip().split("\n"),
            *(f"{ROMAN[n]}. {title.upper()}" for n, title in enumerate(TITLES.values())),
            *(f"{n + 1}. {title}: {SUBSTANCE}" for n, title in enumerate(TITLES.values())),
            *(f"- {title}:" for title in TITLES.values()),
            "II. KẾT QUẢ THỰC HIỆN CÔNG TÁC CCHC",
            "III. MỘT VIỆC KHÁC",
            "Phụ lục I",
            "2",
            "-----",
            "Phần I",
            "Hạn chế: còn chậm.",
            "Không.",
            SUBSTANCE,
        ]
    ),
    max_size=40,
)


@settings(max_examples=60)
@given(LINES, LINES, st.booleans())
def test_no_line_is_lost_and_none_is_in_two_places(first: list[str], second: list[str], scanned: bool) -> None:
    page_of = scanned_page if scanned else typed_page
    pages = tuple(page_of("\n".join(lines), n) for n, lines in enumerate((first, second), 1))
    found = mapped(*pages)
    assert_whole(found, pages)
    spans = {span for s in found.sections for span in s.spans}
    assert all(0 <= span.first < span.stop <= len(pages[span.page - 1].lines) for span in spans)


@settings(max_examples=60)
@given(st.lists(st.text(max_size=80), max_size=25))
def test_any_text_is_mapped_without_failing(lines: list[str]) -> None:
    pages = (typed_page("\n".join(lines)),)
    assert_whole(mapped(*pages), pages)


@pytest.mark.parametrize("style", [flat_roman, run_in, ordinal, dash, bracketed], ids=lambda style: style.__name__)
@pytest.mark.parametrize("rate", [0.1, 0.3])
def test_lost_marks_cost_no_heading(style, rate: float) -> None:  # type: ignore[no-untyped-def]
    keys = [key for key in TITLES if key != "tthc"]
    text = HEAD + "\n".join(style(n, TITLES[key]) for n, key in enumerate(keys)) + "\n" + FOOT
    for seed in range(5):
        found = mapped(scanned_page(with_noise(text, seed, rate)))
        assert found.match.unit in ("xa-bao-lam", None)
        assert found.letterhead.number == "31/BC-UBND"
        if found.match.unit:
            assert states(found) == {key: "missing" if key == "tthc" else "present" for key in TITLES}


def test_the_same_input_gives_the_same_report() -> None:
    pages = (scanned_page(HEAD + body_of(tuple(TITLES)) + FOOT),)
    assert mapped(*pages) == mapped(*pages)


def test_sections_stand_in_the_order_of_the_request() -> None:
    keys = tuple(reversed(TITLES))
    found = report(body_of(keys))
    order = [heading.key for heading in cao_loc().headings if heading.role is HeadingRole.ASKED]
    assert [s.heading for s in found.sections] == [key for key in order if key in TITLES]
