from __future__ import annotations

from datetime import date

import pytest

from tests.extract.sheets import FOOT, HEAD, mapped, scanned_page, typed_page
from tonghop.extract.letterhead import find_date_line, find_number
from tonghop.records import Letterhead


def head_of(text: str, *, scanned: bool = False) -> Letterhead:
    page = scanned_page(text) if scanned else typed_page(text)
    return mapped(page).letterhead


def test_typed_head_line_by_line() -> None:
    head = head_of(HEAD)
    assert head.parent is None
    assert head.issuer == "ỦY BAN NHÂN DÂN XÃ BẢO LÂM"
    assert head.number == "31/BC-UBND"
    assert head.place == "Bảo Lâm"
    assert head.dated == date(2024, 2, 28)
    assert head.subject == "Kết quả công tác cải cách hành chính quý I năm 2024"
    assert head.addressee == "Ủy ban nhân dân huyện Cao Lộc (qua Phòng Nội vụ)"
    assert not head.is_draft


SCAN = """\
UBND HUYỆN CAO LỘC\tCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
PHÒNG TÀI CHÍNH -\tĐộc lập - Tự do - Hạnh phúc
KẾ HOẠCH
Số: 12/BC-TCKH\tCao Lộc, ngày 07 tháng 3 năm 2024
BÁO CÁO
Kết quả công tác cải cách hành chính
"""


def test_two_columns_of_a_scan() -> None:
    head = head_of(SCAN, scanned=True)
    assert head.parent == "UBND HUYỆN CAO LỘC"
    assert head.issuer == "PHÒNG TÀI CHÍNH - KẾ HOẠCH"
    assert (head.number, head.place, head.dated) == ("12/BC-TCKH", "Cao Lộc", date(2024, 3, 7))


def test_two_columns_typed_with_tabs() -> None:
    head = head_of(SCAN.replace("\t", "      "))
    assert head.parent == "UBND HUYỆN CAO LỘC"
    assert head.issuer == "PHÒNG TÀI CHÍNH - KẾ HOẠCH"
    assert (head.number, head.place, head.dated) == ("12/BC-TCKH", "Cao Lộc", date(2024, 3, 7))


def test_a_number_read_apart_from_its_suffix() -> None:
    head = head_of(HEAD.replace("Số: 31  /BC-UBND", "Số: 31").replace("Độc lập", "/BC-UBND\nĐộc lập"))
    assert (head.issuer, head.number) == ("ỦY BAN NHÂN DÂN XÃ BẢO LÂM", "31/BC-UBND")


def test_a_number_filled_in_by_pen_is_not_trusted() -> None:
    by_hand = SCAN.replace("Số: 12/BC", "Số: 12 /BC").replace("ngày 07", "ngày 0Ÿ")
    assert head_of(by_hand, scanned=True).number is None
    assert head_of(by_hand).number == "12/BC-TCKH"  # typed: what stands there is what was typed


def test_three_lines_of_issuer_and_a_glued_name() -> None:
    head = head_of(HEAD.replace("ỦY BAN NHÂN DÂN\nXÃ BẢO LÂM", "UBND HUYỆN CAO LỘC\nỦY BAN NHÂN DÂN\nXÃ BẢO\nLÂM"))
    assert (head.parent, head.issuer) == ("UBND HUYỆN CAO LỘC", "ỦY BAN NHÂN DÂN XÃ BẢO LÂM")


def test_an_office_with_councils_in_its_name() -> None:
    head = head_of(
        HEAD.replace("ỦY BAN NHÂN DÂN\nXÃ BẢO LÂM", "ỦY BAN NHÂN DÂN\nHUYỆN CAO LỘC\nVĂN PHÒNG\nHĐND VÀ UBND")
    )
    assert (head.parent, head.issuer) == ("ỦY BAN NHÂN DÂN HUYỆN CAO LỘC", "VĂN PHÒNG HĐND VÀ UBND")


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("Số: 31  /BC-UBND", "31/BC-UBND"),
        ("Số: 05/BC-UBND", "05/BC-UBND"),
        ("Số 112 / BC - UBND", "112/BC-UBND"),
        ("Số: 30/2024/BC-UBND", "30/2024/BC-UBND"),
        ("S6479 /UBND-NV", "479/UBND-NV"),  # the ố of "Số" read as 6
        ("Sô: 8/BC-PNV", "8/BC-PNV"),
        ("SỐ: 41/BC-UBND", "41/BC-UBND"),
        ("Số:      /BC-UBND", None),
        ("Số: …/BC-UBND", None),
        ("Số: 3l/BC-UBND", None),  # l may be 1: in doubt, nothing
        ("Số: O5/BC-UBND", None),
        ("Căn cứ Quyết định số 65/QĐ-UBND", None),
    ],
)
def test_numbers(line: str, number: str | None) -> None:
    assert find_number(line) == number


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("Bảo Lâm, ngày 28 tháng 02 năm 2024", date(2024, 2, 28)),
        ("Cao Lộc, ngày 7 tháng 3 năm 2024", date(2024, 3, 7)),
        ("Cao Léc, ngay 28 thang 02 nam 2024", date(2024, 2, 28)),
        ("Bảo Lâm, ngảy 28 thảng 02 nãm 2024", date(2024, 2, 28)),
        ("Bảo Lâm, nǵày28tháng02năm2024", None),
        ("Bảo Lâm, ngày 28/02/2024", date(2024, 2, 28)),
        ("Bảo Lâm, ngày     tháng 02 năm 2024", None),
        ("Bảo Lâm, ngày 2Š tháng 02 năm 2024", None),  # a digit that is none
        ("Bảo Lâm, ngày l2 tháng 02 năm 2024", None),
        ("Bảo Lâm, ngày 31 tháng 02 năm 2024", None),
        ("Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015;", None),
        ("ngày 19 tháng 6 năm 2015 của Chính phủ", None),
    ],
)
def test_dates(line: str, day: date | None) -> None:
    found = find_date_line(line)
    assert (found and found.day) == day


@pytest.mark.parametrize(
    ("number", "day", "unread"),
    [
        ("Số: 31 /BC-UBND", "ngày 28 tháng", ()),
        ("Số:      /BC-UBND", "ngày     tháng", ()),  # left to be filled in
        ("Số: #Ÿ /BC-UBND", "ngày 2Ÿ tháng", ("number", "dated")),  # by pen
        ("Số: 3l/BC-UBND", "ngày 28 tháng", ("number",)),
    ],
)
def test_what_stands_there_and_was_not_read_is_not_left_out(number: str, day: str, unread: tuple[str, ...]) -> None:
    text = HEAD.replace("Số: 31  /BC-UBND", number).replace("ngày 28 tháng", day)
    assert head_of(text, scanned=True).unread == unread


def test_a_draft_by_its_mark() -> None:
    assert head_of(HEAD.replace("BÁO CÁO\n", "DỰ THẢO\nBÁO CÁO\n")).is_draft
    assert head_of(HEAD.replace("BÁO CÁO\n", "DỰ THẢO BÁO CÁO\n")).is_draft


def test_a_draft_by_blank_number_and_day() -> None:
    blank = HEAD.replace("31  ", "      ").replace("ngày 28", "ngày      ")
    head = head_of(blank)
    assert head.is_draft
    assert (head.number, head.dated) == (None, None)
    assert not head_of(HEAD.replace("31  ", "      ")).is_draft


def test_a_subject_of_several_lines_ends_before_the_body() -> None:
    text = HEAD.replace("hành chính quý I năm 2024\nKính", "hành chính\nquý I năm 2024\nKính")
    assert head_of(text).subject == "Kết quả công tác cải cách hành chính quý I năm 2024"


def test_a_letter_has_its_subject_beside_the_date() -> None:
    text = """\
ỦY BAN NHÂN DÂN\tCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
XÃ BẢO LÂM\tĐộc lập - Tự do - Hạnh phúc
Số: 31/UBND-VP\tBảo Lâm, ngày 28 tháng 02 năm 2024
V/v báo cáo cải cách
hành chính quý I năm 2024
Kính gửi: UBND huyện Cao Lộc
"""
    head = head_of(text, scanned=True)
    assert head.subject == "báo cáo cải cách hành chính quý I năm 2024"
    assert (head.number, head.addressee) == ("31/UBND-VP", "UBND huyện Cao Lộc")


def test_several_addressees() -> None:
    text = HEAD.replace(
        "Kính gửi: Ủy ban nhân dân huyện Cao Lộc (qua Phòng Nội vụ)", "Kính gửi:\n- UBND huyện;\n- Phòng Nội vụ huyện."
    )
    assert head_of(text).addressee == "UBND huyện; Phòng Nội vụ huyện"


def test_nothing_is_guessed_from_a_text_without_a_head() -> None:
    head = head_of("1. Cải cách thể chế: Đã ban hành kế hoạch.\n2. Cải cách tài chính công: Không phát sinh.")
    assert head == Letterhead()


def test_an_empty_page() -> None:
    assert head_of("") == Letterhead()


def test_head_opening_and_closing_are_in_its_spans() -> None:
    report = mapped(typed_page(HEAD + "I. KIẾN NGHỊ\nKhông.\n" + FOOT))
    lines = [n for span in report.letterhead.spans for n in range(span.first, span.stop)]
    assert lines == [*range(10), 12, 13, 14, 15]
