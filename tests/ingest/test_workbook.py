from __future__ import annotations

import datetime as dt
import io
import re
import tempfile
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.drawing.image import Image as Drawing
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet
from PIL import Image

from tests.ingest.legacyfonts import to_tcvn3
from tonghop import errors
from tonghop.ingest.numberformat import shown
from tonghop.ingest.reader import plan_jobs, read_job
from tonghop.ingest.sniff import sniff
from tonghop.ingest.workbook import read_workbook
from tonghop.records import Grade, MediaType, Origin, Page
from tonghop.settings import IngestSettings

SETTINGS = IngestSettings()
DAY = dt.datetime(2024, 3, 1, 14, 5)  # noqa: DTZ001 - cells hold days and hours without a zone


def new() -> tuple[openpyxl.Workbook, Worksheet]:
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    return book, sheet


def read(book: openpyxl.Workbook, folder: Path) -> tuple[Page, ...]:
    path = folder / "a"
    book.save(path)
    return read_workbook(path, "a.xlsx", SETTINGS)


def changed(book: openpyxl.Workbook, path: Path, part: str, old: str, new_text: str) -> Path:
    stream = io.BytesIO()
    book.save(stream)
    with zipfile.ZipFile(stream) as before, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as after:
        for info in before.infolist():
            text = before.read(info)
            if info.filename == part:
                assert re.search(old.encode(), text)
                text = re.sub(old.encode(), new_text.encode(), text, count=1)
            after.writestr(info, text)
    return path


def test_an_appendix_with_merged_heads(tmp_path: Path) -> None:
    book, sheet = new()
    rows = (
        ("BIỂU SỐ 01",),
        ("STT", "Chỉ tiêu", "Số lượng", None),
        (None, None, "Kế hoạch", "Thực hiện"),
        (1, "Hồ sơ", 1234567, 0.985),
        (2, "Ngày họp", 12.5, dt.date(2024, 3, 31)),
    )
    for row in rows:
        sheet.append(row)
    for area in ("A1:D1", "A2:A3", "B2:B3", "C2:D2"):
        sheet.merge_cells(area)
    sheet["C4"].number_format, sheet["D4"].number_format, sheet["D5"].number_format = "#,##0", "0.0%", "dd/mm/yyyy"
    (page,) = read(book, tmp_path)
    assert page.tables[0].rows == (
        ("BIỂU SỐ 01",) * 4,
        ("STT", "Chỉ tiêu", "Số lượng", "Số lượng"),
        ("STT", "Chỉ tiêu", "Kế hoạch", "Thực hiện"),
        ("1", "Hồ sơ", "1.234.567", "98,5%"),
        ("2", "Ngày họp", "12,5", "31/03/2024"),
    )
    assert page.text.splitlines() == [
        "BIỂU SỐ 01",
        "STT | Chỉ tiêu | Số lượng",
        "Kế hoạch | Thực hiện",
        "1 | Hồ sơ | 1.234.567 | 98,5%",
        "2 | Ngày họp | 12,5 | 31/03/2024",
    ]
    assert (page.origin, page.grade) == (Origin.TYPED, Grade.GOOD)
    assert [line.table for line in page.lines] == [None, 0, 0, 0, 0]


def test_through_the_door_and_the_reader(tmp_path: Path) -> None:
    book, sheet = new()
    sheet["A1"] = "Báo cáo"
    book.save(tmp_path / "a")
    assert sniff(tmp_path / "a", "a", SETTINGS) is MediaType.XLSX
    (job,) = plan_jobs(tmp_path / "a", "a", MediaType.XLSX, SETTINGS)
    assert [page.text for page in read_job(job)] == ["Báo cáo"]


def test_each_visible_sheet_is_a_page_and_hidden_ones_are_named(tmp_path: Path) -> None:
    book, sheet = new()
    sheet.title, sheet["A1"] = "Biểu 1", "một"
    book.create_sheet("trống")
    book.create_sheet("Biểu 2")["B2"] = "hai"
    hidden = book.create_sheet("nháp")
    hidden["A1"], hidden.sheet_state = "không in", "veryHidden"
    pages = read(book, tmp_path)
    assert [(page.number, page.text) for page in pages] == [(1, "một"), (2, "hai")]
    assert [dict(page.steps[0].settings)["sheet"] for page in pages] == ["Biểu 1", "Biểu 2"]
    assert all(("hidden_sheet", "nháp") in page.steps[1].settings for page in pages)


def test_hidden_rows_and_columns_are_left_out_and_counted(tmp_path: Path) -> None:
    book, sheet = new()
    for row in (("a", "b", "c"), ("d", "e", "f"), ("g", "h", "i")):
        sheet.append(row)
    sheet.row_dimensions[2].hidden = True
    sheet.column_dimensions["B"].hidden = True
    (page,) = read(book, tmp_path)
    assert page.tables[0].rows == (("a", "c"), ("g", "i"))
    assert page.steps[0].settings[1:] == (("hidden_rows", "1"), ("hidden_columns", "1"))


def test_old_fonts(tmp_path: Path) -> None:
    book, sheet = new()
    sheet["A1"], sheet["A1"].font = to_tcvn3("tổng số hồ sơ"), Font(name=".VnTimeH")
    (page,) = read(book, tmp_path)
    assert page.text == "TỔNG SỐ HỒ SƠ"
    assert page.steps[-1].action == "decode"


def test_results_that_are_not_in_the_file_are_doubt(tmp_path: Path) -> None:
    book, sheet = new()
    sheet["A1"], sheet["B1"] = "Tổng", "=1+1"
    (page,) = read(book, tmp_path)
    assert page.grade is Grade.DOUBTFUL
    assert (page.steps[-1].action, dict(page.steps[-1].settings)) == ("miss_results", {"cells": "1"})
    sheet["B1"] = 0
    sheet["C1"] = "#REF!"
    sheet["C1"].data_type = "e"
    (page,) = read(book, tmp_path)
    assert (page.grade, page.text) == (Grade.DOUBTFUL, "Tổng | 0 | #REF!")


def test_results_that_were_saved_are_shown(tmp_path: Path) -> None:
    book, sheet = new()
    sheet["A1"] = "=1+1"
    path = changed(book, tmp_path / "a", "xl/worksheets/sheet1.xml", "<v ?/>|<v></v>", "<v>2</v>")
    (page,) = read_workbook(path, "a.xlsx", SETTINGS)
    assert (page.text, page.grade) == ("2", Grade.GOOD)


def test_a_sheet_of_pictures_is_unread(tmp_path: Path) -> None:
    book, sheet = new()
    picture = io.BytesIO()
    Image.new("RGB", (50, 50)).save(picture, "PNG")
    sheet.add_image(Drawing(picture), "A1")
    (page,) = read(book, tmp_path)
    assert (page.grade, page.error) == (Grade.UNREAD, "unreadable")


def test_an_empty_workbook(tmp_path: Path) -> None:
    (page,) = read(new()[0], tmp_path)
    assert (page.text, page.tables) == ("", ())


def test_a_cell_far_away_costs_a_row_and_a_column(tmp_path: Path) -> None:
    book, sheet = new()
    sheet["A1"], sheet["XFD1048576"] = "đầu", "cuối"
    (page,) = read(book, tmp_path)
    assert page.tables[0].rows == (("đầu", ""), ("", "cuối"))


# --- made to do harm ---


def test_seventeen_thousand_million_merged_cells(tmp_path: Path) -> None:
    book, sheet = new()
    sheet["A1"] = "x"
    sheet.merge_cells("A1:B2")
    path = changed(
        book, tmp_path / "a", "xl/worksheets/sheet1.xml", '<mergeCell ref="A1:B2"', '<mergeCell ref="A1:XFD1048576"'
    )
    with pytest.raises(errors.TooManyCells):
        read_workbook(path, "a.xlsx", SETTINGS)


def test_a_sheet_by_another_name_is_counted_too(tmp_path: Path) -> None:
    book, sheet = new()
    sheet["A1"] = "x"
    sheet.merge_cells("A1:B2")
    stream = io.BytesIO()
    book.save(stream)
    path = tmp_path / "a"
    with zipfile.ZipFile(stream) as before, zipfile.ZipFile(path, "w") as after:
        for info in before.infolist():
            text = before.read(info).replace(b"worksheets/sheet1.xml", b"media/image1.xml")
            name = info.filename.replace("worksheets/sheet1.xml", "media/image1.xml")
            after.writestr(name, text.replace(b"A1:B2", b"A1:XFD1048576"))
    with pytest.raises(errors.TooManyCells):
        read_workbook(path, "a.xlsx", SETTINGS)


def test_more_cells_than_are_read(tmp_path: Path) -> None:
    book, sheet = new()
    sheet["A1"] = 1
    cells = "<row>" + "<c><v>1</v></c>" * 300_000 + "</row></sheetData>"
    path = changed(book, tmp_path / "a", "xl/worksheets/sheet1.xml", "</sheetData>", cells)
    with pytest.raises(errors.TooManyCells):
        read_workbook(path, "a.xlsx", SETTINGS)


def test_a_bomb_is_refused_at_the_door(tmp_path: Path) -> None:
    book, _ = new()
    stream = io.BytesIO()
    book.save(stream)
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/media/image9.png", b"\0" * 200_000_000)
    (tmp_path / "a").write_bytes(stream.getvalue())
    with pytest.raises(errors.OversizedContent):
        sniff(tmp_path / "a", "a.xlsx", SETTINGS)


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml"])
def test_damaged_parts(tmp_path: Path, part: str) -> None:
    book, sheet = new()
    sheet["A1"] = "x"
    path = changed(book, tmp_path / "a", part, "</[a-zA-Z]+>$", "")
    with pytest.raises(errors.LayoutUnreadable):
        read_workbook(path, "a.xlsx", SETTINGS)


# --- numbers ---


@pytest.mark.parametrize(
    ("value", "code", "expected"),
    [
        (1234567, "#,##0", "1.234.567"),
        (-1234.5, "#,##0.00", "-1.234,50"),
        (-5, "#,##0;(#,##0)", "(5)"),
        (0.9545, "0.0%", "95,5%"),
        (2.675, "0.00", "2,68"),
        (7, "00", "07"),
        (0.1 + 0.2, "General", "0,3"),
        (123456789012, "General", "123456789012"),
        (5, '0" hồ sơ"', "5 hồ sơ"),
        (1234, '_(* #,##0_);_(* (#,##0);_(* "-"_);_(@_)', "1.234"),
        (0.25, "# ?/?", "0,25"),
        (12, "0.00E+00", "12"),
        (1_500_000, "#,##0,", "1500000"),
        (True, "General", "TRUE"),
        (None, "0", ""),
        (DAY, "mm-dd-yy", "01/03/2024"),
        (DAY, "m/yyyy", "3/2024"),
        (DAY, "dd/mm/yyyy hh:mm", "01/03/2024 14:05"),
        (DAY, '"ngày "dd" tháng "mm', "01/03/2024"),
        (DAY, "d mmm yy", "01/03/2024"),
        (dt.time(14, 5), "h:mm", "14:05"),
        (dt.timedelta(hours=30, minutes=5), "[h]:mm:ss", "30:05:00"),
    ],
)
def test_values_as_shown(value: float | None, code: str, expected: str) -> None:
    assert shown(value, code) == expected


@given(st.integers(-(10**14), 10**14), st.sampled_from(["General", "0", "#,##0", "#,##0;-#,##0", "@"]))
def test_whole_numbers_keep_their_digits(number: int, code: str) -> None:
    assert re.sub(r"[.\-]", "", shown(number, code)).lstrip("0") == str(abs(number)).lstrip("0")
    assert shown(number, code).startswith("-") == (number < 0)


@given(
    st.floats(allow_nan=False, allow_infinity=False) | st.dates() | st.times() | st.timedeltas(), st.text(max_size=12)
)
def test_any_format_shows_something(value: float, code: str) -> None:
    assert isinstance(shown(value, code), str)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(st.text("aăâbc đ1.,|", max_size=6), min_size=1, max_size=4), min_size=1, max_size=5))
def test_text_cells_come_back(rows: list[list[str]]) -> None:
    book, sheet = new()
    for row in rows:
        sheet.append([text or None for text in row])
    with tempfile.TemporaryDirectory() as folder:
        (page,) = read(book, Path(folder))
    found = [" ".join(text.split()) for row in (page.tables[0].rows if page.tables else ()) for text in row]
    assert [t for t in found if t] == [" ".join(t.split()) for row in rows for t in row if t.strip()]
