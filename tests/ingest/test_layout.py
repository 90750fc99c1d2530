from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tonghop.ingest.layout import from_above, part_columns
from tonghop.records import Line, Word

HEIGHT = 40


def line(y: int, *parts: tuple[int, str], paragraph: int = 0) -> Line:
    """A line of words; each part is the x where its first word begins, and its words, 20 px a letter."""
    words = []
    for x, text in parts:
        left = x
        for word in text.split():
            right = left + 20 * len(word)
            words.append(Word(word, word, (left, y, right, y + HEIGHT)))
            left = right + 12
    return Line(tuple(words), paragraph)


LETTERHEAD = (
    line(0, (100, "UBND HUYỆN A"), (500, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")),
    line(60, (80, "ỦY BAN NHÂN DÂN XÃ B"), (560, "Độc lập - Tự do - Hạnh phúc")),
    line(160, (120, "Số: 12 /BC-UBND"), (600, "Xã B, ngày 27 tháng 02 năm 2024")),
    line(220, (100, "V/v báo cáo")),
)
BODY = (
    line(320, (350, "BÁO CÁO KẾT QUẢ CẢI CÁCH HÀNH CHÍNH"), paragraph=1),
    line(400, (60, "Thực hiện Kế hoạch của Ủy ban nhân dân huyện về cải cách"), paragraph=2),
)


def texts(lines: Sequence[Line]) -> list[str]:
    return [one.text for one in part_columns(lines)]


def test_the_letterhead_is_read_left_then_right() -> None:
    assert texts((*LETTERHEAD, *BODY)) == [
        "UBND HUYỆN A",
        "ỦY BAN NHÂN DÂN XÃ B",
        "Số: 12 /BC-UBND",
        "V/v báo cáo",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Xã B, ngày 27 tháng 02 năm 2024",
        *(one.text for one in BODY),
    ]


def test_text_that_was_read_before_what_stands_above_goes_back_to_its_place() -> None:
    opening = line(400, (60, "hành chính quý I, cụ thể như sau:"))
    first = line(480, (100, "I. CÔNG TÁC CHỈ ĐẠO"))
    title = line(240, (520, "BÁO CÁO"))
    subject = line(320, (200, "Kết quả công tác cải cách hành chính quý I năm 2024"))
    body = line(560, (60, "UBND xã đã kiện toàn tổ công tác cải cách hành chính"))
    left, right = (Line(LETTERHEAD[0].words[:3], 0), Line(LETTERHEAD[0].words[3:], 0))
    read = (left, opening, first, right, title, subject, body)
    assert [one.text for one in from_above(read)] == [
        one.text for one in (left, right, title, subject, opening, first, body)
    ]


_LINES = st.lists(
    st.tuples(st.integers(0, 2000), st.integers(0, 800), st.sampled_from(["BÁO CÁO", "Số: 12", "Cải cách thể chế"])),
    max_size=25,
)


@given(_LINES)
def test_no_line_is_lost_and_none_comes_before_one_above_it(placed: list[tuple[int, int, str]]) -> None:
    lines = [line(y, (x, text), paragraph=at) for at, (y, x, text) in enumerate(placed)]
    ordered = from_above(lines)
    assert sorted(one.paragraph for one in ordered) == list(range(len(lines)))
    for at, upper in enumerate(ordered):
        for lower in ordered[:at]:
            assert upper.box
            assert lower.box
            shared = min(upper.box[2], lower.box[2]) - max(upper.box[0], lower.box[0])
            assert not (upper.box[3] <= lower.box[1] and shared > HEIGHT)


@given(_LINES)
def test_what_is_in_order_stays(placed: list[tuple[int, int, str]]) -> None:
    lines = tuple(line(y, (x, text)) for y, x, text in sorted(placed))
    assert from_above(lines) == lines
    assert from_above(from_above(tuple(reversed(lines)))) == from_above(tuple(reversed(lines)))


def test_a_digital_signature_may_stand_above_the_letterhead() -> None:
    signature = tuple(line(-300 + 30 * n, (100, "Ký bởi"), (400, f"ngày {n}"), paragraph=9) for n in range(5))
    assert texts((*signature, *LETTERHEAD, *BODY)) == [
        *(one.text for one in signature),
        *texts((*LETTERHEAD, *BODY)),
    ]


@pytest.mark.parametrize("joined", range(16))
def test_lines_of_the_letterhead_are_parted_whichever_were_read_as_one(joined: int) -> None:
    """Each of its rows may have been read as one line or as two."""
    lines: list[Line] = []
    for at, row in enumerate(LETTERHEAD):
        gap = next((n for n, (a, b) in enumerate(pairwise(row.words), 1) if b.box[0] - a.box[2] > HEIGHT), None)  # type: ignore[index]  # all have boxes
        parts = [row.words] if gap is None or joined >> at & 1 else [row.words[:gap], row.words[gap:]]
        lines += [Line(words) for words in parts]
    assert texts((*lines, *BODY)) == texts((*LETTERHEAD, *BODY))


@pytest.mark.parametrize("shift", [-18, 0, 18])
def test_a_skewed_signature_block(shift: int) -> None:
    """One column stands higher than the other by most of a line."""
    left = (line(900, (60, "Nơi nhận:")), line(950, (60, "- UBND huyện;")), line(1000, (60, "- Lưu: VT.")))
    right = (
        line(900 + shift, (700, "TM. ỦY BAN NHÂN DÂN")),
        line(950 + shift, (800, "CHỦ TỊCH")),
        line(1200, (760, "A B")),
    )
    block = sorted((*left, *right), key=lambda one: one.box or (0, 0, 0, 0))
    block.sort(key=lambda one: one.box[1] if one.box else 0)
    assert texts((*BODY, *block))[2:] == [one.text for one in (*left, *right)]


def test_the_signature_block_is_read_left_then_right() -> None:
    block = (
        line(900, (60, "Nơi nhận:"), (700, "TM. ỦY BAN NHÂN DÂN")),
        line(950, (60, "- UBND huyện;"), (800, "CHỦ TỊCH")),
        line(1000, (60, "- Lưu: VT.")),
        line(1200, (760, "Nguyễn Văn A")),
    )
    assert texts((*BODY, *block))[2:] == [
        "Nơi nhận:", "- UBND huyện;", "- Lưu: VT.", "TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH", "Nguyễn Văn A",
    ]  # fmt: skip


def test_a_table_keeps_its_rows() -> None:
    rows = tuple(line(500 + 60 * n, (60, f"{n}"), (300, "Hồ sơ tiếp nhận"), (900, f"1.24{n}")) for n in range(6))
    assert part_columns((*BODY, *rows))[2:] == tuple(Line(row.words, paragraph=2) for row in rows)


def test_a_letterhead_read_in_columns_stays() -> None:
    columns = (
        line(0, (100, "UBND HUYỆN A")),
        line(60, (80, "ỦY BAN NHÂN DÂN XÃ B")),
        line(0, (500, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"), paragraph=1),
        line(60, (560, "Độc lập - Tự do - Hạnh phúc"), paragraph=1),
    )
    assert texts((*columns, *BODY)) == [one.text for one in (*columns, *BODY)]


def test_typed_lines_without_boxes_stay() -> None:
    lines = tuple(Line((Word(text, text),)) for text in ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Nơi nhận:"))
    assert [one.words for one in part_columns(lines)] == [one.words for one in lines]


@given(
    st.lists(
        st.tuples(st.integers(0, 40), st.integers(0, 60), st.sampled_from(["Độc lập", "Nơi nhận:", "Số: 12", "a b c"])),
        max_size=25,
    )
)
def test_no_word_is_lost_and_paragraphs_count_up(rows: list[tuple[int, int, str]]) -> None:
    lines = [line(50 * y, (20 * x, text), (20 * x + 700, "hai")) for y, x, text in rows]
    parted = part_columns(lines)
    assert sorted(w.text for one in parted for w in one.words) == sorted(w.text for one in lines for w in one.words)
    numbers = [one.paragraph for one in parted]
    assert all(0 <= b - a <= 1 for a, b in pairwise(numbers))
