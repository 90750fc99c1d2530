"""Dates, numbers and names as administrative documents write them; text from outside made harmless."""

from __future__ import annotations

from datetime import date
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tonghop.compile.layout import TEXT_WIDTH_MM, balanced_lines, text_width_mm
from tonghop.compile.reflow import is_item, reflowed
from tonghop.compile.rows import with_tables
from tonghop.compile.safety import CELL_LIMIT, cell_text, paragraphs, printable
from tonghop.compile.wording import (
    GAP_NAMES,
    capitals,
    count,
    day_in_words,
    document_number,
    in_sentence,
    listed,
    roman,
    symbol_of,
)
from tonghop.records import GapKind
from tonghop.text import short_day


@pytest.mark.parametrize(
    ("day", "words", "short"),
    [
        (date(2024, 3, 7), "ngày 07 tháng 3 năm 2024", "07/3/2024"),
        (date(2024, 2, 28), "ngày 28 tháng 02 năm 2024", "28/02/2024"),
        (date(2024, 1, 1), "ngày 01 tháng 01 năm 2024", "01/01/2024"),
        (date(2023, 12, 31), "ngày 31 tháng 12 năm 2023", "31/12/2023"),
    ],
)
def test_days_below_10_and_months_1_and_2_are_padded(day: date, words: str, short: str) -> None:
    assert (day_in_words(day), short_day(day)) == (words, short)


@pytest.mark.parametrize(
    ("given_number", "shown"),
    [
        ("", "Số:      /BC-UBND"),
        ("5", "Số: 05/BC-UBND"),
        ("15", "Số: 15/BC-UBND"),
        (" 7 / BC - SNV ", "Số: 07/BC-SNV"),
        ("102/BC-UBND", "Số: 102/BC-UBND"),
        ("/BC-PNV", "Số:      /BC-PNV"),
    ],
)
def test_document_numbers(given_number: str, shown: str) -> None:
    assert document_number(given_number, "BC-UBND") == shown


@pytest.mark.parametrize(
    ("number", "symbols"),
    [("479/UBND-NV", ("UBND", "NV")), ("12/KH-UBND", ("UBND", "")), ("…/SNV-CCHC", ("SNV", "CCHC")), ("", ("", ""))],
)
def test_symbols_of_letters(number: str, symbols: tuple[str, str]) -> None:
    assert symbol_of(number) == symbols


def test_small_words() -> None:
    assert [count(n) for n in (0, 5, 10, 27, 1024)] == ["0", "05", "10", "27", "1.024"]
    assert [roman(n) for n in (1, 4, 9, 14, 40, 1999)] == ["I", "IV", "IX", "XIV", "XL", "MCMXCIX"]
    assert in_sentence("Xã Bảo Lâm") == "xã Bảo Lâm"
    assert in_sentence("Thị trấn Đồng Đăng") == "thị trấn Đồng Đăng"
    assert in_sentence("Phòng Nội vụ") == "Phòng Nội vụ"
    assert listed(["a", "b"]) == "a, b"
    assert listed(["a, b", "c"]) == "a, b; c"
    assert capitals("thủ tục, độ") == "THỦ TỤC, ĐỘ"
    assert set(GAP_NAMES) == set(GapKind)
    with pytest.raises(ValueError, match="Roman"):
        roman(0)


HOSTILE = "a\x00b\x0bc\u202ed\ufffee\ud800f_x0000_g\u200fh\U0001fffei"


def test_printable_leaves_what_can_be_read() -> None:
    assert printable(HOSTILE) == "ab cde\ufffdf_x0000_ghi"
    assert paragraphs("một\r\n\n  hai \u2028ba\x0cbốn") == ("một", "hai", "ba", "bốn")


@given(st.text(st.characters(exclude_categories=()), max_size=80))
def test_printable_is_valid_xml_and_keeps_letters(text: str) -> None:
    shown = printable(text)
    assert ET.fromstring(f"<t>{escape(shown)}</t>").text == (shown or None)
    assert [c for c in shown if c.isalnum() and c != "\ufffd"] == [c for c in text if c.isalnum()]
    assert printable(shown) == shown


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_formulas_become_words(start: str) -> None:
    assert cell_text(f"{start}1+1").startswith("'")


def test_cells_escape_the_formats_own_escape_and_are_cut() -> None:
    assert cell_text("a_x0041_b") == "a_x005F_x0041_b"
    assert len(cell_text("a" * 100_000)) == CELL_LIMIT
    assert cell_text("một\nhai") == "một\nhai"


def test_widths_of_letters_ignore_tones_but_not_horns() -> None:
    assert text_width_mm("ệ", 14) == text_width_mm("e", 14)
    assert text_width_mm("ớ", 14, is_bold=True) == text_width_mm("ơ", 14, is_bold=True)
    assert text_width_mm("ơ", 14) > text_width_mm("o", 14)
    assert text_width_mm("☃", 14) > 0
    # Measured on Tinos Bold at 14 pt, which has the widths of Times New Roman.
    assert text_width_mm("Độc lập - Tự do - Hạnh phúc", 14, is_bold=True) == pytest.approx(60.46, abs=0.01)


@given(st.lists(st.text("abcđêghưW", min_size=1, max_size=9), min_size=1, max_size=40))
def test_balanced_lines_keep_the_words_and_the_width(words: list[str]) -> None:
    lines = balanced_lines(" ".join(words), 14, TEXT_WIDTH_MM)
    assert " ".join(lines).split() == words
    assert all(text_width_mm(line, 14) <= TEXT_WIDTH_MM for line in lines)


PRINTED = (
    "Trong quý I, UBND xã đã ban hành kế hoạch và tổ chức thực hiện nghiêm túc các",
    "nhiệm vụ được giao. Tác động đến phát triển kinh tế",
    "- xã hội được đánh giá hằng tháng.",
    "- Công tác kiểm tra: tự kiểm tra 02 lượt.",
    "1.1.Về tuyên truyền",
    "Tổ chức 10.455 lượt tuyên truyền trong toàn xã, trong đó có các thôn vùng sâu;",
    "Niêm yết công khai.",
)


def test_printed_lines_become_paragraphs() -> None:
    assert reflowed(PRINTED) == (
        " ".join(PRINTED[:3]),
        PRINTED[3],
        PRINTED[4],
        PRINTED[5],
        PRINTED[6],
    )


def test_a_line_cut_short_at_its_beginning_goes_on() -> None:
    lines = ("Trong quý I, UBND xã Hồng", "Phong ban hành 05 văn bản chỉ đạo, điều hành công tác cải cách hành chính")
    title = "1. Công tác chỉ đạo, điều hành cải cách hành chính: "
    assert reflowed(lines) == lines
    assert reflowed(lines, len(title)) == (" ".join(lines),)


@pytest.mark.parametrize(
    "line", ["- Công tác", "+ Về", "a) Về", "đ) Về", "(1) Về", "1. Về", "1.1.Về", "IV. VỀ", "2) Về"]
)
def test_items(line: str) -> None:
    assert is_item(line)


@pytest.mark.parametrize("line", ["10.455 hồ sơ", "28.02.2024", "Ủy ban", "12,5 %", "a", ""])
def test_not_items(line: str) -> None:
    assert not is_item(line)


@given(st.lists(st.text("abcĐ -.;1)|", min_size=1, max_size=60), max_size=12), st.integers(0, 90))
def test_reflow_only_turns_breaks_into_blanks(lines: list[str], lead: int) -> None:
    assert " ".join(reflowed(lines, lead)) == " ".join(lines)


def test_rows_become_a_table_again() -> None:
    lines = ["Kết quả:", "STT | Nội dung | Số", "1 | Tiếp nhận | 428", "2 | Giải quyết | 401", "Hết.", "a | b"]
    first, table, after, lonely = with_tables(lines)
    assert (first, after, lonely) == ("Kết quả:", "Hết.", "a | b")
    assert not isinstance(table, str)
    assert [column.title for column in table.columns] == ["STT", "Nội dung", "Số"]
    assert [column.is_centred for column in table.columns] == [True, False, True]
    assert table.rows == (("1", "Tiếp nhận", "428"), ("2", "Giải quyết", "401"))
    assert sum(column.width for column in table.columns) == pytest.approx(TEXT_WIDTH_MM)


def test_empty_cells_keep_their_place() -> None:
    (table,) = with_tables(["STT | Nội dung | Ghi chú", "1 | Hộ tịch |", "2 | |", "| Đất đai | giấy"])
    assert not isinstance(table, str)
    assert table.rows == (("1", "Hộ tịch", ""), ("2", "", ""), ("", "Đất đai", "giấy"))
