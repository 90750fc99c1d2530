"""Tables in a text layer: rows are joined by their places, and only where there is a table."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from tonghop.ingest.grid import find_tables
from tonghop.records import Line, Word

HEIGHT, LETTER, SPACE = 58, 20, 14


def line(x: int, y: int, text: str, paragraph: int = 0) -> Line:
    words = []
    for word in text.split():
        right = x + LETTER * len(word)
        words.append(Word(word, word, (x, y, right, y + HEIGHT)))
        x = right + SPACE
    return Line(tuple(words), paragraph)


def texts(lines: Sequence[Line]) -> list[str]:
    return [one.text for one in find_tables(lines)[0]]


PROSE = tuple(line(350, y, "Trong quý đã giải quyết hồ sơ đúng hạn theo quy định của huyện") for y in (0, 71, 142))
HEAD = (line(400, 230, "STT"), line(700, 230, "Nội dung"), line(1820, 230, "Số lượng"))
ROWS = tuple(
    line(x, 313 + 83 * at, text)
    for at, cells in enumerate([("1", "Chuyển sang", "30"), ("2", "Tiếp nhận", "590"), ("3", "Đã giải quyết", "615")])
    for x, text in zip((440, 565, 1960), cells, strict=True)
)
TABLE = ["STT | Nội dung | Số lượng", "1 | Chuyển sang | 30", "2 | Tiếp nhận | 590", "3 | Đã giải quyết | 615"]


def test_cells_that_come_as_lines_are_rows_again() -> None:
    after = line(480, 650, "IV. CẢI CÁCH CHẾ ĐỘ CÔNG VỤ")
    lines, tables = find_tables((*PROSE, *HEAD, *ROWS, after))
    assert [one.text for one in lines] == [*(one.text for one in PROSE), *TABLE, after.text]
    assert [one.table for one in lines] == [None] * 3 + [0] * 4 + [None]
    assert tables[0].rows == tuple(tuple(row.split(" | ")) for row in TABLE)
    assert tables[0].box == (400, 230, 2020, 537)


def test_cells_may_come_column_by_column() -> None:
    cells = sorted((*HEAD, *ROWS), key=lambda one: one.box[0] if one.box else 0)
    after = line(350, 650, "Hết.")
    assert texts((*PROSE, *cells[:4], after, *cells[4:])) == [*(one.text for one in PROSE), *TABLE, "Hết."]


def test_cells_on_one_line_are_told_apart_by_their_gaps() -> None:
    rows = [(*HEAD[n : n + 3],) if not n else ROWS[n - 3 : n] for n in range(0, 12, 3)]
    joined = [Line(tuple(word for cell in row for word in cell.words)) for row in rows]
    assert texts(joined) == TABLE


def test_a_cell_of_several_lines_is_one_cell_and_an_empty_one_stays_empty() -> None:
    lines = (
        *HEAD,
        line(440, 313, "1"), line(565, 313, "Hộ tịch, chứng"), line(1960, 313, "30"), line(565, 380, "thực"),
        line(440, 460, "2"), line(565, 460, "Đất đai"),
        line(440, 540, "3"), line(565, 540, "Bảo trợ"), line(1960, 540, "5"),
    )  # fmt: skip
    assert texts(lines)[1:] == ["1 | Hộ tịch, chứng thực | 30", "2 | Đất đai |", "3 | Bảo trợ | 5"]


def test_what_stands_side_by_side_without_numbers_is_no_table() -> None:
    signature = [("Nơi nhận:", "TM. ỦY BAN"), ("- Như trên;", "CHỦ TỊCH"), ("- Lưu: VT.", "Nguyễn Văn A")]
    lines = tuple(
        line(x, 80 * at, text) for at, pair in enumerate(signature) for x, text in zip((350, 1500), pair, strict=True)
    )
    assert find_tables(lines) == (lines, ())


def test_two_rows_are_no_table() -> None:
    assert find_tables((*HEAD, *ROWS[:3])) == ((*HEAD, *ROWS[:3]), ())


def test_columns_that_cannot_be_told_apart_are_left_as_they_were() -> None:
    wide = line(565, 620, "Một dòng chạy qua cả hai cột của bảng này tới tận cùng bên phải kia")
    beside = line(440, 620, "4")
    assert texts((*HEAD, *ROWS, beside, wide))[:4] == TABLE
    mixed = (
        line(600, 230, "a"), line(1000, 230, "b"), line(1960, 230, "5"),
        line(600, 313, "một hai ba bốn năm sáu bảy"), line(1960, 313, "7"),
        line(600, 396, "c"), line(1000, 396, "d"), line(1960, 396, "9"),
    )  # fmt: skip
    assert find_tables(mixed) == (mixed, ())


def test_lines_without_boxes_stay() -> None:
    typed = (Line((Word("a", "a"),)), Line(()))
    assert find_tables(typed) == (typed, ())


@st.composite
def pages(draw: st.DrawFn) -> tuple[Line, ...]:
    place = st.tuples(st.integers(0, 30), st.integers(0, 25), st.sampled_from(["a", "12", "ba bốn", "1. Cải cách"]))
    return tuple(line(80 * x, 40 * y, text, at) for at, (x, y, text) in enumerate(draw(st.lists(place, max_size=30))))


@given(pages())
def test_no_word_is_lost_or_made(lines: tuple[Line, ...]) -> None:
    def words(found: Sequence[Line]) -> list[Word]:
        return sorted((w for one in found for w in one.words if w.box), key=repr)

    joined, tables = find_tables(lines)
    assert words(joined) == words(lines)
    assert all(w.text == "|" for one in joined for w in one.words if not w.box)
    assert {one.table for one in joined} - {None} == set(range(len(tables)))
