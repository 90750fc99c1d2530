"""Places where a heading may stand unread."""

from __future__ import annotations

import pytest

from tests.extract.sheets import cao_loc, scanned_page, typed_page
from tonghop.extract.document import rows_of
from tonghop.extract.doubts import find_doubts
from tonghop.extract.headings import HeadingIndex
from tonghop.extract.segment import read_outline
from tonghop.records import Page

ANSWER = "UBND xã đã triển khai đầy đủ các nội dung theo kế hoạch đề ra trong quý."


def reasons(page: Page) -> list[str]:
    rows = rows_of((page,))
    outline = read_outline(rows, 0, HeadingIndex(cao_loc()), 0.75)
    return [doubt.evidence.reason for doubt in find_doubts(rows, outline)]


def body(*titles: str) -> str:
    return "\n".join(f"{title}\n{ANSWER}" for title in titles)


FIVE = ("II. CẢI CÁCH THỂ CHẾ", "III. CẢI CÁCH THỦ TỤC HÀNH CHÍNH", "IV. CẢI CÁCH CHẾ ĐỘ CÔNG VỤ")


def test_a_count_that_goes_on_raises_no_doubt() -> None:
    assert reasons(scanned_page(body(*FIVE))) == []


def test_a_jump_in_the_count_of_a_scan_is_a_doubt() -> None:
    assert reasons(scanned_page(body(FIVE[0], FIVE[2]))) == ["section_number_jump"]
    assert reasons(typed_page(body(FIVE[0], FIVE[2]))) == []


def test_a_number_read_twice_is_one_that_lost_a_stroke() -> None:
    assert reasons(scanned_page(body(FIVE[0], FIVE[1].replace("III", "II"), FIVE[2]))) == []


def test_a_count_goes_on_behind_several_lost_strokes() -> None:
    titles = ("I. CÔNG TÁC CHỈ ĐẠO", "I. CẢI CÁCH THỂ CHẾ", "II. CẢI CÁCH THỦ TỤC HÀNH CHÍNH", FIVE[2])
    assert reasons(scanned_page(body(*titles))) == []


def test_a_field_named_by_no_word_is_a_doubt() -> None:
    assert reasons(scanned_page(body("2. Cải cách thể chế", "3. Cải cách 'FHC"))) == ["section_title_unclear"]
    assert reasons(scanned_page(body("2. Cải cách thể chế", "3. Cải cách TTHC"))) == []


@pytest.mark.parametrize("title", ["III. CÄ1 C0CH TH0 T8C", "III. #%! ~~"])
def test_a_numbered_title_that_is_not_words_is_a_doubt(title: str) -> None:
    assert set(reasons(scanned_page(body(FIVE[0], title, FIVE[2])))) <= {"section_title_unclear", "section_number_jump"}
    assert reasons(scanned_page(body(FIVE[0], title, FIVE[2])))
