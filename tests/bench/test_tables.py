from __future__ import annotations

from bench.tables import compare
from fixtures.appendix import Cell
from tonghop.records import CellSpan, Grade, Line, Origin, Page, Table, Word

TRUTH = (Cell(0, 0, "Kết quả", 1, 2), Cell(1, 0, "12"), Cell(1, 1, "Hồ  sơ đã nhận"), Cell(2, 0, "7"), Cell(2, 1, ""))
HEAD = (CellSpan(0, 0, 1, 2),)


def page(*rows: tuple[str, ...], spans: tuple[CellSpan, ...] = HEAD, doubt: str = "") -> Page:
    words = tuple(Word(t, t, confidence=0.4 if t == doubt else 0.9) for row in rows for t in row)
    table = Table(rows, spans=spans)
    return Page(1, Origin.OCR, Grade.GOOD, lines=(Line(words, table=0),), tables=(table,), dpi=200)


def test_cells_count_by_place_span_and_text() -> None:
    score = compare([page(("Kết quả", "Kết quả"), ("12", "Hồ sơ đã nhận"), ("7", ""))], TRUTH)
    assert (score.truth, score.read, score.right, score.f1) == (4, 4, 4, 1.0)
    split = compare([page(("Kết quả", "Kết quả"), ("12", "Hồ sơ đã nhận"), ("7", ""), spans=())], TRUTH)
    assert (split.read, split.right) == (5, 3)
    assert split.f1 == 2 * 3 / 9


def test_text_in_an_empty_cell_and_a_lost_cell_cost() -> None:
    score = compare([page(("Kết quả", "Kết quả"), ("12", "Hồ sơ đã nhân"), ("", "x"))], TRUTH)
    assert (score.truth, score.read, score.right, score.close) == (4, 4, 2, 3)


def test_wrong_numbers_are_silent_unless_a_word_shows_doubt() -> None:
    rows = (("Kết quả", "Kết quả"), ("18", "Hồ sơ đã nhận"), ("7", ""))
    score = compare([page(*rows)], TRUTH)
    assert (score.numbers, score.wrong_numbers, score.silent) == (2, 1, 1)
    assert compare([page(*rows, doubt="18")], TRUTH).silent == 0


def test_parts_on_two_pages_are_one_table_and_another_table_counts_against_it() -> None:
    first, second = page(("Kết quả", "Kết quả"), ("12", "Hồ sơ đã nhận")), page(("7", ""), spans=())
    assert compare([first, second], TRUTH).f1 == 1.0
    letterhead = page(("UBND", "Độc lập"), ("Số 5", "ngày 3"), spans=())
    score = compare([letterhead, first, second], TRUTH)
    assert (score.right, score.read) == (4, 8)
