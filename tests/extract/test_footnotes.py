"""Footnotes of printed pages, and rows of tables that look like them."""

from __future__ import annotations

import pytest

from tests.extract.prints import LEFT, body, line, page, with_role
from tonghop.extract.footnotes import begins_note, has_mark_of, last_mark_after, mark_of
from tonghop.extract.roles import mark_roles
from tonghop.records import LineRole

NOTE = "1 Kế hoạch số 07/KH-UBND ngày 12/01/2024 của UBND huyện về cải cách hành chính."


def notes(*lines) -> list[str]:  # type: ignore[no-untyped-def]
    return with_role(mark_roles([page(1, *lines)]), LineRole.FOOTNOTE)


def test_smaller_lines_behind_a_mark_at_the_foot() -> None:
    second = "2 Theo số liệu của tỉnh, kỳ báo cáo tính đến hết ngày 28/02/2024 và được"
    goes_on = "kiểm tra lại."
    small = [line(2100 + 30 * n, text, LEFT, 20, 9) for n, text in enumerate((NOTE, second, goes_on))]
    assert notes(*body(200, 20), *small) == [NOTE, second, goes_on]


def test_a_note_close_to_the_text_needs_its_mark_there() -> None:
    small = line(200 + 20 * 48, NOTE, LEFT, 20, 9)
    assert notes(*body(200, 20), small) == []
    assert notes(line(152, "theo Kế hoạch của huyện1, UBND xã"), *body(200, 20), small) == [NOTE]


def test_letters_of_the_same_size_are_body() -> None:
    assert notes(*body(200, 20), line(2100, NOTE)) == []


def test_rows_of_a_table_are_body() -> None:
    rows = [
        line(2100 + 30 * n, f"{n} {name}", LEFT, 20, 9)
        for n, name in enumerate(("Kỳ trước chuyển sang", "Tiếp nhận"), 1)
    ]
    cells = [type(row)((*row.words, *line(2100 + 30 * n, "34", 1200, 20, 9).words)) for n, row in enumerate(rows)]
    assert notes(*body(200, 20), *cells) == []


def test_recipients_and_small_text_without_marks_are_body() -> None:
    small = [line(2000 + 30 * n, text, LEFT, 20, 9) for n, text in enumerate(("- UBND huyện;", "- Lưu: VT."))]
    assert notes(*body(200, 20), *small) == []


@pytest.mark.parametrize("sign", ["'", "?", "!", ")", "¹"])
def test_a_raised_mark_read_as_another_sign(sign: str) -> None:
    first, second = (
        NOTE.replace("1 ", f"{sign} ", 1),
        "2 Theo số liệu của tỉnh, kỳ báo cáo tính đến hết ngày 28/02/2024",
    )
    small = [line(2100 + 30 * n, text, LEFT, 20, 9) for n, text in enumerate((first, second))]
    assert notes(*body(200, 20), *small) == [first, second]
    assert notes(*body(200, 20), line(2100, first)) == []
    assert notes(*body(200, 40), line(200 + 40 * 48, first, LEFT, 20, 9)) == []


def test_small_letters_without_any_mark_are_body() -> None:
    assert notes(*body(200, 20), line(2100, NOTE.removeprefix("1 "), LEFT, 20, 9)) == []


def test_notes_count_on_over_marks_that_were_misread() -> None:
    texts = ("? Kế hoạch của huyện", "2 Công văn của tỉnh", "kéo dài", "! Theo số liệu")
    lines = [line(2000 + 30 * n, text) for n, text in enumerate(texts)]
    assert [begins_note(one) for one in lines] == [True, True, False, True]
    assert last_mark_after(lines, 0) == 3
    assert last_mark_after(lines[3:], 3) == 4
    assert last_mark_after([], 3) == 3


def test_numbered_rows_in_small_letters_are_body() -> None:
    """A head in letters like theirs, rows as far apart as from the text, a column of numbers, short lines: no notes."""
    long = "Tổng hợp kết quả giải quyết hồ sơ của bộ phận Một cửa trong kỳ báo cáo của đơn vị"
    head = line(2000, "TT Nội dung công việc", LEFT, 20, 9)
    under_a_head = [head, *(line(2070 + 30 * n, f"{n} {long}", LEFT, 20, 9) for n in (1, 2))]
    wide_apart = [line(1112 + 80 * n, f"{n} {long}", LEFT, 20, 9) for n in (1, 2)]
    short = [line(2100 + 30 * n, f"{n} Hộ tịch", LEFT, 20, 9) for n in (1, 2)]
    assert notes(*body(200, 20), *under_a_head) == notes(*body(200, 20), *wide_apart) == []
    assert notes(*body(200, 20), *short) == []


def test_marks() -> None:
    marked = {
        "1 Kế hoạch": "1",
        "[3] Theo": "3",
        "2Công văn": "2",
        "(4) Nghị định": "4",
        "10.455 hồ sơ": None,
        "Kế": None,
    }
    assert {text: mark_of(line(0, text)) for text in marked} == marked
    assert all(has_mark_of(text, "1") for text in ("của UBND huyện1.", "của huyện.1", "huyện [1]"))
    assert not any(has_mark_of(text, "2") for text in ("diện tích 450 m2", "số 2", "quý2/2024", "A21", "12 hồ sơ"))
