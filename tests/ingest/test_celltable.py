"""Words into cells: rows as lines, merged cells once in the lines and everywhere in the table, no word lost."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from tonghop.ingest.celltable import Cell, Grid, cells_of, join_rows, ruled_tables
from tonghop.ingest.lattice import Lattice, Place
from tonghop.records import CellSpan, Line, Word

HEAD = Lattice(
    (100, 300, 900, 1100, 1300),
    (300, 360, 420, 480),
    (
        Place(0, 0, 2, 1), Place(0, 1, 2, 1), Place(0, 2, 1, 2), Place(1, 2), Place(1, 3),
        *(Place(2, column) for column in range(4)),
    ),
)  # fmt: skip


def line(x: int, y: int, text: str, paragraph: int = 0) -> Line:
    words = []
    for word in text.split():
        right = x + 20 * len(word)
        words.append(Word(word, word, (x, y, right, y + 30)))
        x = right + 10
    return Line(tuple(words), paragraph)


BEFORE, AFTER = line(100, 200, "Phụ lục kèm theo"), line(100, 500, "Ghi chú: không")
CELLS = (
    line(120, 340, "TT"), line(320, 340, "Chỉ tiêu"), line(910, 310, "Kết quả thực hiện"), line(920, 370, "Trước"),
    line(1120, 370, "Này"), line(120, 440, "1"), line(320, 425, "Số hồ sơ đã giải"), line(320, 452, "quyết"),
    line(950, 440, "1.245"),
)  # fmt: skip


def test_rows_are_lines_and_merged_cells_stand_once() -> None:
    lines, tables = ruled_tables((BEFORE, *CELLS, AFTER), [HEAD])
    assert [one.text for one in lines] == [
        "Phụ lục kèm theo",
        "TT | Chỉ tiêu | Kết quả thực hiện",
        "| | Trước | Này",
        "1 | Số hồ sơ đã giải quyết | 1.245 |",
        "Ghi chú: không",
    ]
    assert [one.table for one in lines] == [None, 0, 0, 0, None]
    (table,) = tables
    assert table.rows == (
        ("TT", "Chỉ tiêu", "Kết quả thực hiện", "Kết quả thực hiện"),
        ("TT", "Chỉ tiêu", "Trước", "Này"),
        ("1", "Số hồ sơ đã giải quyết", "1.245", ""),
    )
    assert table.spans == (CellSpan(0, 0, 2, 1), CellSpan(0, 1, 2, 1), CellSpan(0, 2, 1, 2))
    assert table.box == (100, 300, 1300, 480)


def test_the_order_in_which_cells_were_read_does_not_matter() -> None:
    lines, tables = ruled_tables((BEFORE, *reversed(CELLS), AFTER), [HEAD])
    assert ruled_tables((BEFORE, *CELLS, AFTER), [HEAD])[1] == tables
    assert [one.text for one in lines][0::4] == ["Phụ lục kèm theo", "Ghi chú: không"]


def test_a_line_through_several_cells_is_taken_apart_and_what_stands_beside_the_table_stays() -> None:
    through = Line((*line(10, 440, "*").words, *CELLS[5].words, *CELLS[6].words, *CELLS[8].words))
    lines, _ = ruled_tables((*CELLS[:5], through, CELLS[7]), [HEAD])
    assert [one.text for one in lines] == [
        "TT | Chỉ tiêu | Kết quả thực hiện", "| | Trước | Này", "1 | Số hồ sơ đã giải quyết | 1.245 |", "*",
    ]  # fmt: skip


def test_a_grid_without_words_is_no_table() -> None:
    lines = (BEFORE, CELLS[1], AFTER)
    assert ruled_tables(lines, [HEAD]) == (lines, ())
    assert ruled_tables((), [HEAD]) == ((), ())


def test_rows_of_known_tables_and_words_without_boxes_stay() -> None:
    typed = Line((Word("a", "a"), *CELLS[5].words))
    known = Line((*CELLS[0].words, Word("|", "|"), *CELLS[1].words), table=0)
    lines, tables = ruled_tables((known, typed), [HEAD])
    assert (lines, tables) == ((known, typed), ())


def test_cells_that_were_read_otherwise_take_the_place_of_the_lines() -> None:
    grid = Grid(HEAD)
    cells = [Cell(p, (Word("x", "x", (0, 0, 9, 9)),)) for p in HEAD.places]
    lines, tables = join_rows((BEFORE, AFTER), [(grid, cells)])
    assert [one.text for one in lines] == ["Phụ lục kèm theo", "x | x | x", "| | x | x", "x | x | x | x", AFTER.text]
    assert tables[0].rows[1] == ("x",) * 4


def test_a_leaning_grid_finds_its_cells_and_boxes() -> None:
    grid = Grid(HEAD, fall=0.01, drift=-0.01)
    x, y = grid.point(1299, 479)
    assert grid.place_at(x, y) == Place(2, 3)
    assert grid.place_at(x + 3, y) is None
    left, top, right, bottom = grid.box(Place(2, 3))
    assert left < x <= right
    assert top < y <= bottom


@st.composite
def pages(draw: st.DrawFn) -> tuple[Line, ...]:
    place = st.tuples(st.integers(0, 70), st.integers(0, 30), st.sampled_from(["a", "12", "ba bốn", "1. Cải cách"]))
    return tuple(line(20 * x, 20 * y, text, at) for at, (x, y, text) in enumerate(draw(st.lists(place, max_size=30))))


@given(pages())
def test_no_word_is_lost_or_made(lines: tuple[Line, ...]) -> None:
    def words(found: Sequence[Line]) -> list[Word]:
        return sorted((w for one in found for w in one.words if w.box), key=repr)

    joined, tables = ruled_tables(lines, [HEAD])
    assert words(joined) == words(lines)
    assert all(w.text == "|" for one in joined for w in one.words if not w.box)
    assert {one.table for one in joined} - {None} == set(range(len(tables)))


def test_cells_hold_what_lies_in_them() -> None:
    found = {cell.place: cell.text for cell in cells_of(CELLS, Grid(HEAD))}
    assert found[Place(2, 1)] == "Số hồ sơ đã giải quyết"
    assert found[Place(2, 3)] == ""
