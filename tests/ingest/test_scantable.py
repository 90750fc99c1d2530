"""Ruled tables of scans: two readings of every number, doubt where they differ, rows as lines."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import pytest

from tests.ingest.drawntables import CELLS, DPI, XS, YS, clean_page, conditioned, turned
from tonghop.errors import PageTimeout
from tonghop.ingest.cellreading import Crop
from tonghop.ingest.rasterize import Pixels
from tonghop.ingest.scantable import ScannedTables, read_ruled_tables
from tonghop.ingest.tables import read_scanned_tables
from tonghop.ingest.tesseract import Reading, read_image
from tonghop.records import DOUBT, CellSpan, Line, Word
from tonghop.settings import IngestSettings

SETTINGS = IngestSettings()
ROWS = [
    "TT | Chỉ tiêu thống kê | Kết quả",
    "| | Kỳ trước | Kỳ này",
    "1 | Số hồ sơ đã tiếp nhận | 157 | 1.245",
    "1.1 | Số văn bản chỉ đạo đã ban hành trong kỳ báo cáo của đơn vị | | 98,7%",
    "Tổng cộng | 64 | 2.016",
]


def test_a_scanned_table_is_read_cell_by_cell() -> None:
    page = turned(clean_page(), 0.2)
    reading = read_image(page, DPI, SETTINGS)
    read = read_ruled_tables(conditioned(page), reading.lines, SETTINGS)
    lines, (table,), steps = read.lines, read.tables, read.steps
    assert not read.has_doubt
    rows = [line.text for line in lines if line.table == 0]
    assert rows == ROWS
    numbers = [word for line in lines if line.table == 0 for word in line.words if any(map(str.isdigit, word.text))]
    assert [word.text for word in numbers] == ["1", "157", "1.245", "1.1", "98,7%", "64", "2.016"]
    assert not any(word.is_doubted for word in numbers)
    assert [line.text.split()[0] for line in lines if line.table is None] == ["Phụ", "Ghi"]
    assert table.spans[2] == CellSpan(0, 2, 1, 2)
    assert [step.action for step in steps] == ["find-tables", "read-cells"]
    told = dict(steps[1].settings)
    assert told["cells"] == "15"
    assert 0 < float(told["share"]) < 0.5  # of the page: what the cells hold is cut out without its paper


def test_a_page_without_a_table_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> Reading:
        pytest.fail("a second reading")

    monkeypatch.setattr("tonghop.ingest.cellreading.tesseract.read_image", fail)
    lines = (Line((Word("a", "a", (1, 1, 9, 9)),)),)
    page = conditioned(np.full((900, 1300), 250, np.uint8))
    assert read_ruled_tables(page, lines, SETTINGS) == ScannedTables(lines)


def place(text: str, confidence: float, at: int = 2, row: int = 2) -> Word:
    """A word of the page's reading in the middle of a cell."""
    x, y = (XS[at] + XS[at + 1]) // 2, (YS[row] + YS[row + 1]) // 2
    return Word(text, text, (x - 20, y - 10, x + 20, y + 10), confidence)


def number(
    monkeypatch: pytest.MonkeyPatch, first: tuple[str, float], second: tuple[str, float], third: tuple[str, float]
) -> tuple[str, float]:
    """What stands in the cell of `157`, and how sure, once the page, the sheet and the third reading said so much."""
    sheets = iter([second, third])

    def read(clean: object, dpi: int, crops: Sequence[object], *_: object, one_a_line: bool = False) -> object:
        if not crops:
            return ()
        text, confidence = next(sheets)
        found: list[tuple[Word, ...]] = [(Word("x", "x", (0, 0, 9, 9)),)] * len(crops)
        at = 0 if one_a_line else [text for _, text in CELLS if text].index("157")
        found[at] = tuple(place(word, confidence) for word in text.split())
        return tuple(found)

    monkeypatch.setattr("tonghop.ingest.scantable.read_crops", read)
    others = tuple(Word("x", "x", (x, y, x + 9, y + 9)) for x in (160, 300) for y in (460, 540))
    text, confidence = first
    lines = (Line((*others, *(place(word, confidence) for word in text.split()))),)
    joined = read_ruled_tables(conditioned(clean_page()), lines, SETTINGS).lines
    row = [line for line in joined if line.table == 0][2]
    cell = row.text.split(" | ")[2]
    return cell, min(word.confidence for word in row.words if word.text in cell.split())


def test_two_readings_that_agree_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    assert number(monkeypatch, ("157", 0.8), ("157", 0.9), ("", 0.0)) == ("157", 0.9)


def test_a_digit_that_a_rule_swallowed_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    assert number(monkeypatch, ("7", 0.95), ("157", 0.9), ("157", 0.7)) == ("157", 0.9)
    assert number(monkeypatch, ("", 0.0), ("157", 0.9), ("157", 0.7)) == ("157", 0.9)


def test_the_page_may_be_right(monkeypatch: pytest.MonkeyPatch) -> None:
    assert number(monkeypatch, ("92,7", 0.9), ("927", 0.95), ("92,7", 0.6)) == ("92,7", 0.9)


def test_what_no_two_readings_agree_on_shows_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    assert number(monkeypatch, ("7", 0.95), ("157", 0.9), ("187", 0.7)) == ("7", DOUBT)
    assert number(monkeypatch, ("7", 0.3), ("157", 0.45), ("", 0.0)) == ("157", 0.45)


def test_a_digit_that_went_with_the_rule_shows_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    assert number(monkeypatch, ("157", 0.9), ("57", 0.95), ("57", 0.9)) == ("57", DOUBT)


def test_a_number_among_words_is_read_until_two_readings_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = ("36 hồ sơ", 0.9), ("56 hồ sơ", 0.91)
    assert number(monkeypatch, first, second, ("36 hồ sơ", 0.8)) == ("36 hồ sơ", 0.9)
    assert number(monkeypatch, first, second, ("36 hô sơ", 0.8)) == ("36 hồ sơ", 0.9)  # a mark is no number
    assert number(monkeypatch, first, second, ("86 hồ sơ", 0.8)) == ("56 hồ sơ", DOUBT)
    assert number(monkeypatch, first, ("hồ sơ", 0.91), ("hồ sơ", 0.9))[1] == DOUBT


def test_a_reading_that_left_out_words_does_not_win(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = "Đã giải quyết 36 hồ sơ"
    assert number(monkeypatch, (whole, 0.95), ("Đã giải", 0.4), (whole, 0.9)) == (whole, 0.95)
    assert number(monkeypatch, (whole, 0.95), ("Đã giải", 0.97), ("", 0.0)) == (whole, DOUBT)
    assert number(monkeypatch, ("Đã giải quyết", 0.95), ("Đã giải", 0.97), ("", 0.0)) == ("Đã giải quyết", 0.95)
    assert number(monkeypatch, ("l l Tổng", 0.55), ("Tổng", 0.9), ("", 0.0)) == ("Tổng", 0.9)


def test_a_sure_word_in_a_cell_without_ink_stays_and_shows_doubt() -> None:
    words = (place("12", 0.95, at=2, row=3), place("|", 0.9, at=2, row=3), place("l", 0.4, at=2, row=3))
    page = turned(clean_page(), 0.0)
    lines = (*read_image(page, DPI, SETTINGS).lines, Line(words))
    read = read_ruled_tables(conditioned(page), lines, SETTINGS)
    row = next(line for line in read.lines if line.text.startswith("1.1 | "))
    assert row.text.split(" | ")[2] == "12"
    assert [word.confidence for word in row.words if word.text == "12"] == [DOUBT]
    assert dict(read.steps[1].settings)["doubtful"] == "1"


def test_a_number_on_its_rule_shows_doubt() -> None:
    page = clean_page()
    page[YS[2] + 5 : YS[3] - 5, XS[2] + 20 : XS[3] - 20] = 255
    cv2.putText(page, "57", (XS[2] - 8, YS[3] - 14), cv2.FONT_HERSHEY_SIMPLEX, 1.1, (0,), 3)
    reading = read_image(page, DPI, SETTINGS)
    lines = read_ruled_tables(conditioned(page), reading.lines, SETTINGS).lines
    (row,) = (line for line in lines if line.text.startswith("1 | "))
    cell = row.text.split(" | ")[2]
    assert min(word.confidence for word in row.words if word.text in cell.split()) <= DOUBT


def test_pale_text_is_read_with_doubt() -> None:
    page = clean_page()
    for column, row in ((3, 2), (2, 4)):  # 1.245 and 64, in grey
        cell = page[YS[row] + 5 : YS[row + 1] - 5, XS[column] + 5 : XS[column + 1] - 5]
        cell[:] = 255 - (255 - cell) // 4
    read = read_ruled_tables(conditioned(page), read_image(page, DPI, SETTINGS).lines, SETTINGS)
    (table,) = read.tables
    assert (table.rows[2][3], table.rows[4][2]) == ("1.245", "64")
    words = [word for line in read.lines for word in line.words if word.text in ("1.245", "64")]
    assert [word.is_doubted for word in words] == [True, True]
    assert read.has_doubt
    assert dict(read.steps[1].settings)["pale"] == "2"


@pytest.mark.parametrize(
    ("doubtful", "numbers", "expected"), [(0, 9, False), (2, 4, False), (3, 9, True), (8, 40, False), (11, 40, True)]
)
def test_few_doubtful_numbers_are_shown_where_they_stand_more_by_the_page(
    monkeypatch: pytest.MonkeyPatch, doubtful: int, numbers: int, expected: bool
) -> None:
    def read(clean: object, dpi: int, crops: Sequence[Crop], *_: object, **__: object) -> object:
        low = [Word("1", "1", crop.box, 0.4 if at < doubtful else 0.9) for at, crop in enumerate(crops)]
        texts = [Word("x", "x", crop.box, 0.9) for crop in crops]
        return tuple((word,) for word in (*low[:numbers], *texts[numbers:]))

    monkeypatch.setattr("tonghop.ingest.scantable.read_crops", read)
    assert read_ruled_tables(conditioned(ruled_page()), (), SETTINGS).has_doubt is expected


@pytest.mark.parametrize(("high", "expected"), [(20, True), (4, False)])
def test_a_cell_whose_ink_gives_no_word_is_doubt_unless_it_is_a_dash(
    monkeypatch: pytest.MonkeyPatch, high: int, expected: bool
) -> None:
    def read(clean: object, dpi: int, crops: Sequence[Crop], *_: object, **__: object) -> object:
        words = [
            (Word("1" if at < 5 else "x", "x", crop.box, 0.4 if at < 2 else 0.9),) for at, crop in enumerate(crops)
        ]
        return (*words[:49], ()) if len(words) == 50 else words

    monkeypatch.setattr("tonghop.ingest.scantable.read_crops", read)
    assert read_ruled_tables(conditioned(ruled_page(high)), (), SETTINGS).has_doubt is expected


def ruled_page(high: int = 20) -> Pixels:
    """A page with a table of ten rows and five columns, a piece of ink in each cell; the last is so high."""
    page = np.full((900, 1300), 255, np.uint8)
    for n in range(11):
        page[100 + 60 * n : 102 + 60 * n, 100:1100] = 30
    for n in range(6):
        page[100:702, 100 + 199 * n : 102 + 199 * n] = 30
    for n in range(50):
        y, x = 120 + 60 * (n // 5), 190 + 199 * (n % 5)
        page[y : y + (20 if n < 49 else high), x : x + 12] = 20
    return page


@pytest.mark.parametrize(
    "error", [ValueError("cannot convert float NaN to integer"), cv2.error("-215 Assertion failed")]
)
def test_tables_that_cannot_be_found_leave_the_page_as_it_was_read(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*_: object) -> object:
        raise error

    monkeypatch.setattr("tonghop.ingest.scantable.find_grids", fail)
    lines = (Line((place("157", 0.9),)),)
    read = read_scanned_tables(conditioned(clean_page()), lines, SETTINGS)
    assert (read.lines, read.tables, read.has_doubt) == (lines, (), True)
    (step,) = read.steps
    assert (step.action, step.settings[0][0]) == ("find-tables", "failed")
    assert str(error) in step.settings[0][1]


def test_cells_that_cannot_be_read_leave_the_page_as_it_was_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def hang(*_: object) -> Reading:
        raise PageTimeout(program="tesseract", seconds="120")

    monkeypatch.setattr("tonghop.ingest.cellreading.tesseract.read_image", hang)
    lines = (Line((place("157", 0.9), place("x", 0.9, at=0, row=3))),)
    read = read_scanned_tables(conditioned(clean_page()), lines, SETTINGS)
    (step,) = read.steps
    assert (read.lines, read.tables, read.has_doubt) == (lines, (), True)
    assert (step.action, [key for key, _ in step.settings]) == ("read-cells", ["failed"])
