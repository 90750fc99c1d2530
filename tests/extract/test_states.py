"""States of headings: nil, thin, unread, left out; what an unread page may hide."""

from __future__ import annotations

import pytest

from tests.extract.outlines import (
    FIELDS,
    ROMAN,
    TITLES,
    assert_whole,
    body_of,
)
from tests.extract.sheets import (
    FOOT,
    HEAD,
    SUBSTANCE,
    failed_page,
    gap_kinds,
    mapped,
    report,
    scanned_page,
    section,
    states,
    typed_page,
)
from tonghop.records import Grade

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
