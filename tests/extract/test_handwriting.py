"""Digits by pen in a printed line are left open; printed ones are not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.extract.sheets import HEAD, scanned_page
from tonghop.extract.document import rows_of
from tonghop.extract.handwriting import UNREAD, without_pen
from tonghop.extract.letterhead import read_head
from tonghop.records import Line, Word

_FOOT, _HEIGHT = 400, 36


def _word(text: str, height: int = _HEIGHT, foot: int = _FOOT) -> Word:
    return Word(text, text, (0, foot - height, 20 * len(text), foot))


def _number_line(digits: Word) -> Line:
    return Line((_word("Số:", 40, _FOOT + 1), digits, _word("/BC-UBND")))


def test_printed_digits_stay() -> None:
    line = _number_line(_word("31", 37, _FOOT + 1))
    assert without_pen(line) is line


@pytest.mark.parametrize(
    ("height", "foot"), [(60, 436), (60, _FOOT), (24, _FOOT), (_HEIGHT, _FOOT + 14), (_HEIGHT, _FOOT - 14)]
)
def test_digits_out_of_the_line_are_left_open(height: int, foot: int) -> None:
    line = without_pen(_number_line(_word("31", height, foot)))
    assert line.text == f"Số: {UNREAD} /BC-UBND"
    assert line.words[1].raw == "31"


def test_day_and_month_by_pen_are_measured_against_the_printed_year() -> None:
    words = ["Cao", "Lộc,", "ngày", "07", "tháng", "3", "năm", "2024"]
    line = Line(tuple(_word(word, 60 if word in {"07", "3"} else _HEIGHT) for word in words))
    assert without_pen(line).text == "Cao Lộc, ngày ? tháng ? năm 2024"


def test_nothing_is_said_without_a_printed_word_or_without_boxes() -> None:
    alone = Line((_word("Số:"), _word("31", 80)))
    unboxed = Line((Word("Số:", "Số:"), Word("31", "31"), Word("/BC-UBND", "/BC-UBND")))
    assert without_pen(alone) is alone
    assert without_pen(unboxed) is unboxed


def test_a_letterhead_takes_no_number_and_no_day_from_a_pen() -> None:
    printed = scanned_page(HEAD)
    by_pen = replace(printed, lines=tuple(_taller(line, {"31", "28"}) for line in printed.lines))
    for sheet, number, day in ((printed, "31/BC-UBND", date(2024, 2, 28)), (by_pen, None, None)):
        head = read_head((sheet,), rows_of((sheet,))).letterhead
        assert (head.number, head.dated, head.is_draft) == (number, day, False)


def _taller(line: Line, texts: set[str]) -> Line:
    return replace(line, words=tuple(_raised(word) if word.text in texts else word for word in line.words))


def _raised(word: Word) -> Word:
    assert word.box
    x0, y0, x1, y1 = word.box
    return replace(word, box=(x0, y0 - 24, x1, y1))


@given(st.integers(10, 200), st.lists(st.from_regex(r"\d{1,3}", fullmatch=True), min_size=1, max_size=5))
def test_a_line_of_one_size_is_never_touched(height: int, digits: list[str]) -> None:
    line = Line(tuple(_word(text, height) for text in ["Số", *digits, "2024"]))
    assert without_pen(line) is line
