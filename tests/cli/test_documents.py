"""JSON documents made from records."""

from __future__ import annotations

from datetime import UTC, datetime

from tonghop.cli.documents import Documents
from tonghop.i18n import Translator
from tonghop.records import (
    Correction,
    Evidence,
    Grade,
    Letterhead,
    Line,
    LineRole,
    MediaType,
    Origin,
    Page,
    SourceFile,
    UnitMatch,
    UnitReport,
    Word,
)
from tonghop.request import load_preset


def test_a_line_that_is_no_body_says_what_it_is() -> None:
    words = (Word("2", "2", (5, 6, 7, 8), 0.9),)
    page = Page(2, Origin.OCR, Grade.GOOD, (Line(words, role=LineRole.PAGE_NUMBER), Line(words)))
    told = Documents(Translator("en")).page(page)
    assert [line.get("role") for line in told["lines"]] == ["page-number", None]
    assert told["lines"][1] == {"words": [{"text": "2", "raw": "2", "box": [5, 6, 7, 8], "confidence": 0.9}]}
    assert told["text"] == "2\n2"


def test_map_tells_every_repaired_word() -> None:
    source = SourceFile("0" * 64, "a.pdf", 1, datetime(2024, 2, 28, tzinfo=UTC), MediaType.PDF)
    match = UnitMatch(None, 0.1, "", None, 0.0, Evidence("unit_not_read"))
    repaired = Correction(2, 5, 1, "che", "chế", 0.93, "diacritics")
    report = UnitReport(source, match, Letterhead(), None, (), corrections=(repaired,))
    told = Documents(Translator("en")).unit_report(report, load_preset("cao-loc-2024-q1"))
    (correction,) = told["corrections"]
    assert (correction["page"], correction["line"], correction["word"]) == (2, 5, 1)
    assert (correction["before"], correction["after"], correction["posterior"]) == ("che", "chế", 0.93)
