from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bench.contact import main, sheet_of
from tonghop.ingest.rasterize import PageImage
from tonghop.records import Grade, Line, Origin, Page, ProcessingStep, Word


def test_the_sheet_shows_the_page_thrice_and_each_word_in_its_colour() -> None:
    image = PageImage(np.full((1170, 827, 3), 250, np.uint8), 100)
    words = (Word("a", "a", (100, 100, 300, 200), 0.95), Word("b", "b", (100, 400, 300, 500), 0.2))
    step = ProcessingStep("read", "tesseract", "5.3.0")
    page = Page(1, Origin.OCR, Grade.DOUBTFUL, (Line(words=words),), width=827, height=1170, steps=(step,))
    sheet = np.asarray(sheet_of(image, page, "page 1")).astype(int)
    green, red = (sheet[..., a] - sheet[..., b] > 60 for a, b in ((1, 0), (0, 1)))
    third = sheet.shape[1] / 3
    for colour, rows in ((green, (70, 160)), (red, (300, 390))):
        y, x = np.nonzero(colour)
        assert x.min() > 2 * third
        assert y.min() > rows[0]
        assert y.max() < rows[1]


def test_nothing_to_show_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--out", str(tmp_path)]) == 2
    assert "usage" in capsys.readouterr().out
