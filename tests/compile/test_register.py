"""The gap register: signs and colours, evidence, nothing that runs, the same bytes."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO

import openpyxl
import pytest
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tonghop.compile.content import Table
from tonghop.compile.district import compose
from tonghop.compile.merge import merge
from tonghop.compile.register import gap_workbook
from tonghop.compile.signs import COLOURS, SIGNS
from tonghop.records import DistrictReport, Evidence, Gap, GapKind, Quote, ReportingRequest, SectionState, UnitReport
from tonghop.settings import CompileSettings

Render = Callable[[Evidence], str]


def opened(data: bytes) -> Workbook:
    return openpyxl.load_workbook(BytesIO(data))


def sheet(book: Workbook, position: int) -> Worksheet:
    found = book.worksheets[position]
    assert isinstance(found, Worksheet)
    return found


@pytest.fixture(scope="module")
def book(district: DistrictReport, render: Render) -> Workbook:
    return opened(gap_workbook(district, render))


def test_matrix_tells_states_by_sign_and_colour(book: Workbook, district: DistrictReport) -> None:
    first = sheet(book, 0)
    keys = [h.key for h in district.request.asked]
    missing = first.cell(4 + 3, 4 + keys.index("khac_phuc_chi_so"))
    assert missing.value == SIGNS[SectionState.MISSING]
    assert missing.fill.fgColor.rgb == f"00{COLOURS[SectionState.MISSING]}"
    names = [first.cell(row, 2).value for row in range(5, 32)]
    assert names == [unit.name for unit in district.request.units]
    undecided = first.cell(4 + 27, 4 + keys.index("khac_phuc_chi_so"))
    assert undecided.value == "!"


def test_counts_are_numbers(book: Workbook) -> None:
    last = sheet(book, 0).max_column
    assert [sheet(book, 0).cell(4 + 7, column).value for column in range(last - 2, last + 1)] == [2, 0, 0]


def test_columns_add_up_to_the_headline(book: Workbook, district: DistrictReport) -> None:
    first = sheet(book, 0)
    last = first.max_column
    rows = [[first.cell(row, column).value for column in range(last - 2, last + 1)] for row in range(5, 32)]
    sums = [sum(int(value or 0) for value in column) for column in zip(*rows, strict=True)]
    headline = str(first["A2"].value)
    assert headline.endswith(f"; {sums[0]} headings missing, {sums[1]} not read")
    assert sums[0] > 0


def test_the_row_of_an_absent_unit_says_no_more_than_that(book: Workbook, district: DistrictReport) -> None:
    first = sheet(book, 0)
    values = [first.cell(4 + 8, column).value for column in range(1, first.max_column + 1)]
    assert district.submissions[7].report is None
    assert values[:3] == [8, district.submissions[7].unit.name, "no report"]
    assert set(values[3:]) == {None}


def test_every_gap_has_its_row_with_evidence(book: Workbook, district: DistrictReport, render: Render) -> None:
    rows = list(sheet(book, 1).iter_rows(min_row=2, values_only=True))
    assert len(rows) == len(district.gaps)
    assert [row[4] for row in rows] == [render(gap.evidence) for gap in district.gaps]
    assert all(row[6] == "open" for row in rows)


def test_a_report_set_aside_is_named_by_its_file(
    cao_loc: ReportingRequest, make_report: Callable[..., UnitReport]
) -> None:
    unit = cao_loc.units[0]
    counting, aside = make_report(cao_loc, unit, 1), make_report(cao_loc, unit, 2)
    values = (("found", "quý II năm 2024"), ("asked", cao_loc.period.name))
    gap = Gap(GapKind.WRONG_PERIOD, Evidence("period_differs", values), unit.id, source=aside.source.sha256)
    aside = replace(aside, period="quý II năm 2024", gaps=(gap,))
    report = merge(cao_loc, [counting, aside])
    rows = list(sheet(opened(gap_workbook(report, lambda e: e.reason)), 1).iter_rows(min_row=2, values_only=True))
    assert [row[5] for row in rows if row[4] == "period_differs"] == ["bao_cao_02.pdf"]
    annex = compose(report, CompileSettings(), lambda e: e.reason, is_draft=False).annexes[1]
    cells = [cell for block in annex.blocks if isinstance(block, Table) for row in block.rows for cell in row]
    assert "Khác kỳ báo cáo: tệp bao_cao_02.pdf" in cells


def test_view_is_ready_for_screen_and_paper(book: Workbook) -> None:
    for position, frozen in ((0, "D5"), (1, "C2")):
        found = sheet(book, position)
        assert found.freeze_panes == frozen
        assert found.auto_filter.ref
        assert found.page_setup.orientation == "landscape"
        assert found.page_setup.fitToWidth == 1
        assert found.print_title_rows
        assert (found.column_dimensions["B"].width or 0) > 20


def test_labels_are_translated(district: DistrictReport, render: Render) -> None:
    vietnamese = {"Gaps": "Thiếu sót", "Unit": "Đơn vị"}
    book = opened(gap_workbook(district, render, lambda message: vietnamese.get(message, message)))
    assert book.sheetnames[1] == "Thiếu sót"
    assert sheet(book, 1)["B1"].value == "Đơn vị"


@pytest.mark.parametrize("words", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x")'])
def test_nothing_from_a_report_is_a_formula(
    words: str, cao_loc: ReportingRequest, make_report: Callable[..., UnitReport]
) -> None:
    unit = replace(cao_loc.units[0], name=words)
    request = replace(cao_loc, units=(unit, *cao_loc.units[1:]))
    gap = Gap(GapKind.PAGE_UNREAD, Evidence("x", (), (Quote(words),)), unit.id)
    report = replace(make_report(request, unit, 1), gaps=(gap,))
    book = opened(gap_workbook(merge(request, [report]), lambda _: words))
    for found in book.worksheets:
        for row in found.iter_rows():
            assert all(cell.data_type != "f" for cell in row)
    assert str(sheet(book, 1)["E2"].value).startswith("'")
    assert str(sheet(book, 0)["B5"].value).startswith("'")


def test_same_input_same_bytes(district: DistrictReport, render: Render) -> None:
    written = gap_workbook(district, render)
    assert gap_workbook(district, render) == written
    with zipfile.ZipFile(BytesIO(written)) as package:
        core = package.read("docProps/core.xml").decode()
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert re.findall(r"\d{4}-\d\d-\d\dT[\d:]+Z", core) == ["2024-02-29T00:00:00Z"] * 2
