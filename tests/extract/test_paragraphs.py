"""Paragraphs put together from printed and typed lines."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fixtures.pages import Noise
from tests.extract.prints import LEFT, LETTER, PITCH, RIGHT, ROUGH, SCAN, line, page, plans, printed
from tests.extract.sheets import typed_page
from tonghop.extract.document import rows_of
from tonghop.extract.edges import sheet_of
from tonghop.extract.paragraphs import Paragraph, join_lines, paragraphs_of
from tonghop.extract.roles import mark_roles
from tonghop.records import Line, LineRole, Page, Table

INDENT = 90


def joined(*pages: Page) -> tuple[Paragraph, ...]:
    return paragraphs_of(((row, row.text) for row in rows_of(pages)), {one.number: sheet_of(one) for one in pages})


def texts(*pages: Page) -> list[str]:
    return [paragraph.text for paragraph in joined(*pages)]


def filled(y: int, text: str, x: int = LEFT) -> Line:
    """A line of `text`, set to the margin as justified print is."""
    words = text.split()
    room = RIGHT - x - LETTER * sum(map(len, words))
    space, boxes, left = room / (len(words) - 1), [], float(x)
    for word in words:
        boxes.append((round(left), y, round(left) + LETTER * len(word), y + 28))
        left += LETTER * len(word) + space
    made = line(y, text)
    return Line(tuple(replace(w, box=box) for w, box in zip(made.words, boxes, strict=True)))


FIRST = "Trong quý, Ủy ban nhân dân xã đã ban hành Kế hoạch số 12/KH-UBND ngày 15 tháng 01 năm"
SECOND = "về cải cách hành chính năm 2024 và giao nhiệm vụ cho từng công chức phụ trách của xã"
LAST = "theo quy định."


def test_lines_to_the_margin_go_on_and_an_indent_begins() -> None:
    lines = [filled(200, FIRST, LEFT + INDENT), filled(200 + PITCH, SECOND), line(200 + 2 * PITCH, LAST)]
    lines += [filled(200 + 3 * PITCH, FIRST, LEFT + INDENT), filled(200 + 4 * PITCH, SECOND)]
    assert texts(page(1, *lines)) == [f"{FIRST} {SECOND} {LAST}", f"{FIRST} {SECOND}"]


def test_a_sentence_goes_over_the_page() -> None:
    number, head = line(100, "2", 880), line(60, "Báo cáo quý")
    first = page(1, *(filled(200 + PITCH * n, FIRST, LEFT + INDENT * (n == 0)) for n in range(3)))
    second = page(2, head, number, filled(200, SECOND), line(200 + PITCH, LAST))
    third = page(3, head, line(100, "3", 880), filled(200, FIRST, LEFT + INDENT), filled(200 + PITCH, SECOND))
    fourth = page(4, head, line(100, "4", 880), filled(200, SECOND), filled(200 + PITCH, SECOND))
    found = texts(*mark_roles([first, second, third, fourth]))
    assert found == [f"{FIRST} {FIRST} {FIRST} {SECOND} {LAST}", f"{FIRST} {SECOND} {SECOND} {SECOND}"]


@pytest.mark.parametrize("mark", ["-", "+", "*", "•", "a)", "đ)", "(1)", "1.", "2.1."])
def test_items_of_a_list_with_their_further_lines(mark: str) -> None:
    lines = []
    for n in range(3):
        lines += [filled(200 + 2 * n * PITCH, f"{mark} {FIRST}", LEFT + INDENT), line(200 + (2 * n + 1) * PITCH, LAST)]
    assert texts(page(1, *lines)) == [f"{mark} {FIRST} {LAST}"] * 3


def test_a_list_that_hangs() -> None:
    """The further lines of an item stand under its first word, not at the margin."""
    lines = [filled(200, SECOND), filled(200 + PITCH, f"{SECOND}:")]
    for n in range(1, 3):
        lines += [
            filled(200 + 3 * n * PITCH, f"- {FIRST}", LEFT + 40),
            filled(200 + (3 * n + 1) * PITCH, SECOND, LEFT + 70),
            filled(200 + (3 * n + 2) * PITCH, f"{SECOND};", LEFT + 70),
        ]
    assert texts(page(1, *lines))[1:] == [f"- {FIRST} {SECOND} {SECOND};"] * 2


def test_a_dash_inside_a_sentence_is_no_item() -> None:
    lines = [filled(200, f"{SECOND} kinh tế"), line(200 + PITCH, "- xã hội của địa phương.")]
    assert texts(page(1, *lines)) == [f"{SECOND} kinh tế - xã hội của địa phương."]


def test_typed_paragraphs_stay_and_an_open_sentence_goes_over_the_page() -> None:
    first, second = typed_page("Một.\nĐơn vị đã tiếp nhận", 1), typed_page("36 hồ sơ mới.\nHai", 2)
    assert texts(first, second) == ["Một.", "Đơn vị đã tiếp nhận 36 hồ sơ mới.", "Hai"]
    assert texts(typed_page("Một.\nHai", 1), typed_page("2. ba", 2)) == ["Một.", "Hai", "2. ba"]
    assert texts(typed_page("Một\nhai", 1)) == ["Một", "hai"]


def test_rows_of_a_table_stay_apart() -> None:
    rows = tuple(replace(line(200 + PITCH * n, f"{n} | hồ sơ"), table=0) for n in range(3))
    assert texts(replace(page(1, *rows), tables=(Table(()),))) == [row.text for row in rows]
    cells = [Line((*line(y, "1 Kỳ trước").words, *line(y, "chuyển sang", 900).words)) for y in (200, 248)]
    assert len(texts(page(1, *cells))) == 2


def test_pages_of_a_paragraph_and_where_they_begin() -> None:
    first, second = page(1, filled(200, FIRST)), page(2, filled(200, SECOND), line(248, LAST))
    (found,) = joined(first, second)
    assert (found.page_at(0), found.page_at(len(FIRST)), found.page_at(len(FIRST) + 1)) == (1, 1, 2)
    assert [(span.page, span.first, span.stop) for span in found.spans] == [(1, 0, 1), (2, 0, 2)]


@pytest.mark.parametrize(
    ("before", "after", "whole"),
    [
        ("Quyết định số 362/QĐ-", "UBND ngày 05/02/2024", "Quyết định số 362/QĐ-UBND ngày 05/02/2024"),
        ("Quyết định số 362/QĐ", "-UBND ngày", "Quyết định số 362/QĐ-UBND ngày"),
        ("Nghị định số 33/", "2023/NĐ-CP", "Nghị định số 33/2023/NĐ-CP"),
        ("giai đoạn 2021-", "2025", "giai đoạn 2021-2025"),
        ("giai đoạn 2021–", "2025", "giai đoạn 2021–2025"),
        ("dân tộc Ê-", "đê và", "dân tộc Ê-đê và"),
        ("theo Lê-", "nin", "theo Lê-nin"),
        ("tại https://dichvucong.", "langson.gov.vn", "tại https://dichvucong.langson.gov.vn"),
        ("hộp thư ubnd@caoloc.", "langson.gov.vn", "hộp thư ubnd@caoloc.langson.gov.vn"),
        ("230.473 triệu đồng/", "13.203.300 triệu đồng", "230.473 triệu đồng/13.203.300 triệu đồng"),
        ("infor\u00ad", "mation", "information"),
        ("kinh tế -", "xã hội", "kinh tế - xã hội"),
        ("phát triển kinh tế", "- xã hội", "phát triển kinh tế - xã hội"),
        ("tổng số 10.", "455 hồ sơ", "tổng số 10. 455 hồ sơ"),
        ("đạt 99,", "71%", "đạt 99, 71%"),
        ("báo cáo./.", "Nơi nhận", "báo cáo./. Nơi nhận"),
        ("trong quý.", "UBND xã", "trong quý. UBND xã"),
    ],
)
def test_joints(before: str, after: str, whole: str) -> None:
    assert join_lines(before, after) == whole


def boundaries(noise: Noise | None) -> Counter[tuple[bool, bool]]:
    """Of the lines of generated reports behind another line: whether a paragraph begins there, and is said to."""
    found: Counter[tuple[bool, bool]] = Counter()
    for plan in plans(4, 8, "foot_number", "running_head", "footnote"):
        true = printed(plan, noise)
        marked = mark_roles([one.page for one in true])
        truth = {(one.page.number, at): begins for one in true for at, begins in enumerate(one.begins)}
        rows = [row for row in rows_of(marked) if truth[row.page, row.index] is not None]
        made = paragraphs_of(((row, row.text) for row in rows), {one.number: sheet_of(one) for one in marked})
        heads = {paragraph.rows[0].at for paragraph in made}
        found.update((truth[row.page, row.index] is True, row.at in heads) for row in rows[1:])
    return found


@pytest.mark.parametrize(
    ("noise", "missed"), [(None, 0.01), (SCAN, 0.015), (ROUGH, 0.03)], ids=["layer", "scan", "rough"]
)
def test_generated_reports(noise: Noise | None, missed: float) -> None:
    """Measured over two inboxes: 0.2, 0.3 and 0.7 % of the beginnings missed, none invented."""
    found = boundaries(noise)
    assert found[False, True] == 0
    assert found[True, False] <= missed * found[True, True]
    assert found[True, True] > 250


lines = st.builds(
    line,
    st.integers(0, 2300),
    st.lists(
        st.sampled_from(["xã", "Hà", "-", "1.", "12/QĐ-", "UBND", "a)", "quý.", "2", "CỘNG", "hồ"]),
        min_size=1,
        max_size=6,
    ).map(" ".join),
    st.sampled_from([LEFT, LEFT + INDENT, 900]),
)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.lists(lines, max_size=6), min_size=1, max_size=3))
def test_no_word_is_lost_and_none_told_twice(found: list[list[Line]]) -> None:
    pages = [page(number, *one) for number, one in enumerate(found, 1)]
    whole = "".join(one.text for text in pages for one in text.lines).replace(" ", "")
    made = joined(*pages)
    assert "".join(paragraph.text for paragraph in made).replace(" ", "") == whole
    assert [row.at for paragraph in made for row in paragraph.rows] == list(range(sum(len(one.lines) for one in pages)))
    assert all(p.text[start:].startswith(row.text) for p in made for row, start in zip(p.rows, p.starts, strict=True))


def test_notes_are_paragraphs_of_their_own() -> None:
    notes = [
        replace(one, role=LineRole.FOOTNOTE)
        for one in (line(2000, "1 Kế hoạch"), line(2030, "của huyện"), line(2060, "2 Số liệu"))
    ]
    rows = rows_of([page(1, *(replace(one, role=LineRole.BODY) for one in notes))])
    told = [(replace(row, line=note), row.text) for row, note in zip(rows, notes, strict=True)]
    assert [p.text for p in paragraphs_of(told, {1: sheet_of(page(1, *notes))})] == [
        "1 Kế hoạch của huyện",
        "2 Số liệu",
    ]
