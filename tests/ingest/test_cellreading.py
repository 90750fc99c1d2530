"""Cells cut out and put on a sheet: what is cut, and that every word comes back to its cell."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from tests.ingest.drawntables import CELLS, DPI, clean_page
from tonghop.ingest.cellreading import Crop, crop_cells, read_crops
from tonghop.ingest.rasterize import Pixels
from tonghop.ingest.ruling import find_grids, without_rules
from tonghop.ingest.tesseract import Reading
from tonghop.records import Box, Line, Word
from tonghop.settings import IngestSettings


def test_cells_without_ink_and_grain_are_not_cut_out() -> None:
    page = np.full((400, 600), 240, np.uint8)
    page[50:80, 50:60] = 20
    page[:, 300:] -= np.random.default_rng(1).integers(0, 25, (400, 300), dtype=np.uint8)
    boxes = [(0, 0, 200, 200), (0, 200, 200, 400), (300, 0, 600, 400), (5, 5, 6, 6)]
    assert crop_cells(page, DPI, boxes) == (Crop((46, 46, 64, 84), is_cut=False, pieces=1), None, None, None)


def test_pale_ink_is_cut_out_grain_and_the_rest_of_a_rule_are_not() -> None:
    grain = np.random.default_rng(2).normal(0, 8, (200, 900))
    page = np.clip(240 + grain, 0, 255).astype(np.uint8)
    page[:, 890:] = 20  # the page's ink
    page[80:104, 100:112] -= 45
    page[20:180, 301:304] -= 45  # what is left of a rule
    page[100:103, 700:740] -= 45  # a pale dash
    cells = crop_cells(page, DPI, [(0, 0, 298, 200), (298, 0, 598, 200), (600, 0, 880, 200)])
    assert [cell and cell.is_pale for cell in cells] == [True, None, None]
    assert cells[0]
    assert cells[0].box == pytest.approx((96, 76, 116, 108), abs=2)


def test_a_digit_that_runs_into_the_rule_is_told_from_the_rule() -> None:
    page = np.full((200, 300), 255, np.uint8)
    page[80:105, 1:6] = 0  # a digit over the left edge
    beside = page.copy()
    beside[:, 1:6] = 0  # what is left of a rule
    whole = np.full((200, 300), 255, np.uint8)
    whole[80:105, 20:25] = 0
    cells = [crop_cells(one, DPI, [(0, 0, 300, 200)])[0] for one in (page, beside, whole)]
    assert [cell.is_cut for cell in cells if cell] == [True, False, False]


def fake_reader(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, ...]]:
    """Read each connected run of dark columns in each run of dark rows as a word named for its grey level."""
    sheets: list[tuple[int, ...]] = []

    def read(sheet: Pixels, *_: object) -> Reading:
        sheets.append(sheet.shape)
        return Reading(tuple(Line(tuple(words_of(sheet, rows))) for rows in runs((sheet < 200).any(axis=1))))

    monkeypatch.setattr("tonghop.ingest.cellreading.tesseract.read_image", read)
    return sheets


def runs(dark: npt.ArrayLike) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], np.asarray(dark, np.int8), [0]])))
    return [(int(a), int(b)) for a, b in edges.reshape(-1, 2)]


def words_of(sheet: Pixels, rows: tuple[int, int]) -> list[Word]:
    part = sheet[rows[0] : rows[1]]
    found = []
    for left, right in runs((part < 200).any(axis=0)):
        down = runs((part[:, left:right] < 200).any(axis=1))
        box: Box = (left, rows[0] + down[0][0], right, rows[0] + down[-1][1])
        name = str(part[:, left:right].min())
        found.append(Word(name, name, box))
    return found


def test_every_word_comes_back_to_its_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    sheets = fake_reader(monkeypatch)
    page = np.full((3000, 3000), 255, np.uint8)
    boxes, marks = [], []
    for n in range(90):
        left, top = 20 + (n % 9) * 330, 20 + (n // 9) * 290
        high = 120 if n % 7 == 0 else 20 + n % 5
        page[top + 30 : top + 30 + high, left + 40 : left + 80 + n] = n
        boxes.append((left, top, left + 320, top + 280))
        marks.append((left + 40, top + 30, left + 80 + n, top + 30 + high))
    crops = [crop for crop in crop_cells(page, DPI, boxes) if crop]
    assert len(crops) == 90
    for one_a_line in (False, True):
        read = read_crops(page, DPI, crops, IngestSettings(), one_a_line=one_a_line)
        assert [[(word.text, word.box) for word in words] for words in read] == [
            [(str(n), mark)] for n, mark in enumerate(marks)
        ]
    assert sheets[0][0] < sheets[1][0] / 2  # cells stood side by side


def test_a_long_sheet_is_read_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    sheets = fake_reader(monkeypatch)
    monkeypatch.setattr("tonghop.ingest.cellreading._HIGHEST", 2.0)
    page = np.full((2000, 400), 255, np.uint8)
    for n in range(20):
        page[100 * n + 30 : 100 * n + 60, 100:130] = n
    crops = [crop for crop in crop_cells(page, DPI, [(0, 100 * n, 300, 100 * n + 100) for n in range(20)]) if crop]
    read = read_crops(page, DPI, crops, IngestSettings())
    assert [words[0].text for words in read] == [str(n) for n in range(20)]
    assert len(sheets) > 2
    assert max(shape[0] for shape in sheets) < 3 * DPI


def test_nothing_to_read_starts_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    sheets = fake_reader(monkeypatch)
    assert read_crops(np.full((9, 9), 255, np.uint8), DPI, [], IngestSettings()) == ()
    assert sheets == []


def test_tesseract_reads_lone_numbers_on_a_sheet() -> None:
    page = clean_page()
    grids = find_grids(page, DPI)
    clean = without_rules(page, DPI, grids)
    crops = crop_cells(clean, DPI, [grids[0].box(place) for place, _ in CELLS])
    read = read_crops(clean, DPI, [crop for crop in crops if crop], IngestSettings())
    texts = [" ".join(word.text for word in words) for words in read]
    truth = [text.replace("\n", " ") for _, text in CELLS if text]
    assert sum(a == b for a, b in zip(texts, truth, strict=True)) >= 14  # of 15; all when this was written
