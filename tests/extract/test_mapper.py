"""Whole reports: outlines of every kind, and that no line is lost."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.extract.outlines import (
    FIELDS,
    FLAT,
    ROMAN,
    TITLES,
    arabic,
    assert_whole,
    body_of,
    bracketed,
    dash,
    flat_roman,
    letters,
    ordinal,
    run_in,
)
from tests.extract.sheets import (
    FOOT,
    HEAD,
    SUBSTANCE,
    cao_loc,
    failed_page,
    gap_kinds,
    mapped,
    report,
    scanned_page,
    section,
    states,
    typed_page,
    with_noise,
)
from tonghop.records import HeadingRole, SectionState


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
