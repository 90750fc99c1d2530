"""The lines that a digital page draws: strokes, thin filled boxes, frames of cells; not what cannot be seen."""

from __future__ import annotations

import io
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]  # pdfplumber brings it; the package carries no types
import pytest
from fpdf import FPDF

from fixtures.fonts import Style, font_path
from tonghop.errors import LayoutUnreadable
from tonghop.ingest.drawnrules import DrawnRules, read_rules
from tonghop.ingest.lattice import Place, Rule
from tonghop.ingest.tables import read_drawn_tables
from tonghop.ingest.textlayer import read_layer
from tonghop.records import CellSpan
from tonghop.settings import IngestSettings

DPI = 144  # two pixels a point


def canvas() -> FPDF:
    pdf = FPDF(unit="pt", format=(400, 600))
    pdf.set_auto_page_break(auto=False)
    pdf.add_page()
    return pdf


def saved(pdf: FPDF, folder: Path) -> Path:
    path = folder / "page.pdf"
    path.write_bytes(bytes(pdf.output()))
    return path


def rounded(rules: DrawnRules) -> tuple[list[tuple[int, ...]], list[tuple[int, ...]]]:
    def numbers(found: tuple[Rule, ...]) -> list[tuple[int, ...]]:
        return sorted({(round(r.at), round(r.start), round(r.stop)) for r in found})

    return numbers(rules.level), numbers(rules.upright)


def test_strokes_thin_boxes_and_frames_are_rules(tmp_path: Path) -> None:
    pdf = canvas()
    pdf.line(50, 100, 350, 100)
    pdf.line(50, 100, 50, 200)
    pdf.rect(50, 199.5, 300, 1, style="F")  # as Word draws a border
    pdf.rect(100, 300, 50, 40)
    level, upright = rounded(read_rules(saved(pdf, tmp_path), 1, DPI))
    assert level == [(200, 100, 700), (400, 100, 700), (600, 200, 300), (680, 200, 300)]
    assert upright == [(100, 200, 400), (200, 600, 680), (300, 600, 680)]


def test_white_lines_shading_and_slanted_lines_are_not(tmp_path: Path) -> None:
    pdf = canvas()
    pdf.set_fill_color(230, 230, 230)
    pdf.rect(50, 50, 300, 40, style="F")
    pdf.set_draw_color(255, 255, 255)
    pdf.line(50, 100, 350, 100)
    pdf.set_draw_color(0, 0, 0)
    pdf.line(50, 300, 350, 500)
    assert read_rules(saved(pdf, tmp_path), 1, DPI) == DrawnRules()


def test_places_are_those_of_what_is_seen(tmp_path: Path) -> None:
    pdf = canvas()
    pdf.line(50, 100, 350, 100)
    path = saved(pdf, tmp_path)
    document = pypdfium2.PdfDocument(path)
    document[0].set_cropbox(20, 100, 380, 540)  # 60 points go at the top
    cropped = io.BytesIO()
    document.save(cropped)
    path.write_bytes(cropped.getvalue())
    assert rounded(read_rules(path, 1, DPI))[0] == [(80, 60, 660)]


def test_a_file_that_cannot_be_read_says_so_and_keeps_its_lines(tmp_path: Path) -> None:
    path = tmp_path / "page.pdf"
    path.write_bytes(b"%PDF-1.7\nnothing\n%%EOF")
    with pytest.raises(LayoutUnreadable):
        read_rules(path, 1, DPI)
    lines, tables, (step,) = read_drawn_tables((), path, 1, DPI)
    assert (lines, tables) == ((), ())
    assert dict(step.settings)["failed"]


def test_a_page_of_endless_drawing_is_not_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pdf = canvas()
    for n in range(200):
        pdf.line(0, n, 399, n)
    path = saved(pdf, tmp_path)
    assert len(read_rules(path, 1, DPI).level) == 200
    for limit in ("_MOST_BYTES", "_MOST_LINES"):
        with monkeypatch.context() as patch:
            patch.setattr(f"tonghop.ingest.drawnrules.{limit}", 100)
            assert read_rules(path, 1, DPI) == DrawnRules()


@pytest.mark.parametrize(
    ("degrees", "level", "upright"),
    [
        (0, [(200, 100, 700)], []),
        (90, [], [(1000, 100, 700)]),  # clockwise: what was at the top is at the right
        (180, [(1000, 100, 700)], []),
        (270, [], [(200, 100, 700)]),
    ],
)
def test_a_page_that_is_shown_turned(
    tmp_path: Path, degrees: int, level: list[tuple[int, ...]], upright: list[tuple[int, ...]]
) -> None:
    pdf = canvas()
    pdf.line(50, 100, 350, 100)
    path = saved(pdf, tmp_path)
    turn(path, degrees)
    assert rounded(read_rules(path, 1, DPI)) == (level, upright)


def turn(path: Path, degrees: int) -> None:
    document = pypdfium2.PdfDocument(path)
    document[0].set_rotation(degrees)
    turned = io.BytesIO()
    document.save(turned)
    path.write_bytes(turned.getvalue())


CELLS = (
    (Place(0, 0, 2, 1), "TT"), (Place(0, 1, 2, 1), "Chỉ tiêu"), (Place(0, 2, 1, 2), "Kết quả"), (Place(1, 2), "Trước"),
    (Place(1, 3), "Này"), (Place(2, 0), "1"), (Place(2, 1), "Hồ sơ đã nhận"), (Place(2, 2), "1.245"),
    (Place(2, 3), "98,7%"), (Place(3, 0), "2"), (Place(3, 1), "Văn bản"), (Place(3, 2), ""), (Place(3, 3), "07"),
)  # fmt: skip
XS, YS = (50, 80, 220, 285, 350), (100, 120, 140, 160, 180)


def test_a_merged_head_is_read_cell_by_cell(tmp_path: Path) -> None:
    pdf = canvas()
    pdf.add_font("Tinos", "", font_path(Style.REGULAR))
    pdf.set_font("Tinos", "", 11)
    pdf.text(50, 80, "Phụ lục kèm theo báo cáo")
    for place, text in CELLS:
        left, top = XS[place.column], YS[place.row]
        right, bottom = XS[place.column + place.columns], YS[place.row + place.rows]
        pdf.rect(left, top, right - left, bottom - top)
        pdf.text(left + 4, (top + bottom) / 2 + 4, text)
    path = saved(pdf, tmp_path)
    lines, tables, (step,) = read_drawn_tables(read_layer(path, 1, DPI, IngestSettings()), path, 1, DPI)
    assert [line.text for line in lines] == [
        "Phụ lục kèm theo báo cáo", "TT | Chỉ tiêu | Kết quả", "| | Trước | Này", "1 | Hồ sơ đã nhận | 1.245 | 98,7%",
        "2 | Văn bản | | 07",
    ]  # fmt: skip
    assert tables[0].rows[0] == ("TT", "Chỉ tiêu", "Kết quả", "Kết quả")
    assert tables[0].spans == (CellSpan(0, 0, 2, 1), CellSpan(0, 1, 2, 1), CellSpan(0, 2, 1, 2))
    assert (step.engine, dict(step.settings)) == ("pdfplumber", {"tables": "1"})
    turn(path, 90)  # the words run down the page: they stay, whatever becomes of the table
    layer = read_layer(path, 1, DPI, IngestSettings())
    lines, _, _ = read_drawn_tables(layer, path, 1, DPI)
    words = sorted(word.text for line in lines for word in line.words if word.box)
    assert words == sorted(word.text for line in layer for word in line.words)
