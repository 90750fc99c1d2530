from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.extract.sheets import FOOT, HEAD, SETTINGS, cao_loc, gap_kinds, mapped, scanned_page, typed_page
from tonghop.extract.units import UnitClues, UnitIndex
from tonghop.records import ReportingRequest, UnitMatch
from tonghop.text import fold

INDEX = UnitIndex(cao_loc())


def match(issuer: str = "", **clues: object) -> UnitMatch:
    return INDEX.match(replace(UnitClues(issuer=issuer), **clues), SETTINGS)  # type: ignore[arg-type]  # free fields


@pytest.mark.parametrize("unit", cao_loc().units, ids=lambda unit: unit.id)
def test_every_unit_by_its_letterhead(unit) -> None:  # type: ignore[no-untyped-def]
    name = unit.name.upper()
    issuer = f"ỦY BAN NHÂN DÂN {name}" if unit.kind == "commune" else name
    assert match(issuer).unit == unit.id
    assert match(issuer, is_typed=True).unit == unit.id
    assert match(fold(issuer).upper()).unit == unit.id  # a scan that lost every mark


@pytest.mark.parametrize(
    ("issuer", "unit"),
    [
        ("UBND XÃ THANH LOÀ", "xa-thanh-loa"),
        ("UBND XÃ THUỴ HÙNG", "xa-thuy-hung"),
        ("UBND TT CAO LỘC", "thi-tran-cao-loc"),
        ("UBND TT. ĐỒNG ĐĂNG", "thi-tran-dong-dang"),
        ("UỶ BAN NHÂN DÂN XÃHỒNG PHONG", "xa-hong-phong"),
        ("UỶ BAN NHÂN DÂN XÃTÂN THANH", None),  # glued, and a mark short of Tân Thành
        ("PHÒNG TC-KH", "phong-tai-chinh-ke-hoach"),
        ("PHÒNG VĂN HOÁ VÀ THÔNG TIN", "phong-van-hoa-thong-tin"),
        ("PHÒNG VĂN HÓA VÀ THÔNG TIN HUYỆN CAO LỘC", "phong-van-hoa-thong-tin"),
        ("VĂN PHÒNG HĐND VÀ UBND", "van-phong-hdnd-ubnd"),
        ("VĂN PHÒNG HỘI ĐỒNG NHÂN DÂN VÀ ỦY BAN NHÂN DÂN HUYỆN", "van-phong-hdnd-ubnd"),
    ],
)
def test_other_spellings(issuer: str, unit: str | None) -> None:
    assert match(issuer).unit == unit


STRANGERS = [
    "UBND XÃ TÂN THANH",  # one mark from Tân Thành
    "UBND PHƯỜNG KỲ LỪA",
    "UBND HUYỆN CAO LỘC",
    "UBND XÃ CAO LỘC",
    "UBND THỊ TRẤN CAO LÂU",
    "UBND XÃ ĐỒNG ĐĂNG",
    "UBND XÃ TÂN ĐOÀN",
    "UBND XÃ BẢO LẠC",
    "UBND XÃ HỒNG PHÚ",
    "UBND XÃ THANH LONG",
    "UBND XÃ YÊN TRÁCH PHÚ",
    "PHÒNG Y TẾ",
    "PHÒNG DÂN TỘC",
    "PHÒNG GIÁO DỤC VÀ ĐÀO TẠO",
    "PHÒNG TÀI NGUYÊN VÀ MÔI TRƯỜNG",
    "PHÒNG LAO ĐỘNG - THƯƠNG BINH VÀ XÃ HỘI",
    "SỞ NỘI VỤ",
    "THANH TRA HUYỆN",
]


@pytest.mark.parametrize("issuer", STRANGERS)
@pytest.mark.parametrize("is_typed", [True, False])
def test_a_unit_that_was_not_asked_is_never_the_nearest_name(issuer: str, is_typed: bool) -> None:
    found = match(issuer, is_typed=is_typed)
    assert found.unit is None
    assert found.evidence.reason in ("unit_not_in_request", "unit_uncertain")


def test_a_name_that_differs_by_a_mark_needs_a_second_place() -> None:
    assert match("ỦY BAN NHÂN DÂN XÃ TÂN THANH").unit is None
    assert match("ỦY BAN NHÂN DÂN XÃ TÂN THANH", place="Tân Thanh").unit is None
    confirmed = match("ỦY BAN NHÂN DÂN XÃ TÂN THANH", place="Tân Thành")
    assert confirmed.unit == "xa-tan-thanh"
    assert confirmed.evidence.reason == "unit_by_issuer_and_text"


def test_a_misread_letter_needs_a_second_place() -> None:
    assert match("ỦY BAN NHÂN DÂN XÃ GIA CÁI").unit is None
    assert match("ỦY BAN NHÂN DÂN XÃ GIA CÁI", place="Gia Cát").unit == "xa-gia-cat"
    text = "UBND xã Gia Cát báo cáo. Trên đây là báo cáo của UBND xã Gia Cát."
    assert match("ỦY BAN NHÂN DÂN XÃ GIA CÁI", body=text).unit == "xa-gia-cat"


def test_the_number_tells_an_office_apart() -> None:
    assert match("PHÒNG TÀI CHÍNH KÉ HOẬCH", number="Số: 12/BC-TCKH").unit == "phong-tai-chinh-ke-hoach"


def test_the_file_name_speaks_only_where_no_issuer_was_read() -> None:
    assert match(file_name="BC_CCHC_xa_Bao_Lam.pdf").unit == "xa-bao-lam"
    assert match(file_name="BaoCao-ThiTran-CaoLoc.docx").unit == "thi-tran-cao-loc"
    assert match("UBND XÃ TÂN THANH", file_name="BC xa Tan Thanh.pdf").unit is None
    assert match(file_name="SCAN_0012.pdf").unit is None


def test_place_and_file_name_that_disagree_are_no_answer() -> None:
    assert match(place="Hòa Cư", file_name="bc xa Bao Lam.pdf").unit is None


def test_a_unit_is_valid_on_the_day_of_the_report() -> None:
    assert match("UBND XÃ CÔNG SƠN", day=date(2024, 2, 28)).unit == "xa-cong-son"
    later = match("UBND XÃ CÔNG SƠN", day=date(2025, 12, 1))  # another commune bears the name now
    assert later.unit is None
    assert later.evidence.reason == "unit_not_valid"


def test_the_runner_up_is_told() -> None:
    found = match("UBND XÃ CAO LÂU")
    assert found.unit == "xa-cao-lau"
    assert found.runner_up not in (None, "xa-cao-lau")
    assert found.score - found.runner_up_score >= SETTINGS.unit_margin


def test_the_addressee_is_not_the_sender() -> None:
    report = mapped(
        typed_page(HEAD.replace("(qua Phòng Nội vụ)", "\n- Phòng Nội vụ huyện") + "I. KIẾN NGHỊ\nKhông.\n" + FOOT)
    )
    assert report.match.unit == "xa-bao-lam"


def test_the_parent_is_not_the_sender() -> None:
    text = HEAD.replace("ỦY BAN NHÂN DÂN\nXÃ BẢO LÂM", "UBND HUYỆN CAO LỘC\nPHÒNG NỘI VỤ").replace(
        "Bảo Lâm, ngày", "Cao Lộc, ngày"
    )
    assert mapped(typed_page(text)).match.unit == "phong-noi-vu"


def test_a_stranger_is_a_gap_of_its_own() -> None:
    text = (HEAD + "I. KIẾN NGHỊ\nKhông.\n" + FOOT).replace("BẢO LÂM", "KHUỔI SAO").replace("Bảo Lâm", "Khuổi Sao")
    report = mapped(scanned_page(text))
    assert report.match.unit is None
    assert "wrong_addressee_or_unit" in gap_kinds(report)
    unread = mapped(scanned_page("1. Kiến nghị, đề xuất: Không."))
    assert "decision_needed" in gap_kinds(unread)


def test_other_requests_have_other_kinds_of_units() -> None:
    from tonghop.request import load_preset

    request: ReportingRequest = load_preset("xa")
    index = UnitIndex(request)
    for unit in request.units:
        clues = UnitClues(issuer=unit.name.upper(), is_typed=True)
        assert index.match(clues, SETTINGS).unit == unit.id
