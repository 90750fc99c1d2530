"""How far a page's reading can be trusted. The one place where grades are given."""

from __future__ import annotations

from dataclasses import dataclass

from tonghop.ingest.ink import coverage, text_ink
from tonghop.ingest.rasterize import Pixels
from tonghop.ingest.tesseract import Reading

from tonghop.records import Grade
from tonghop.settings import IngestSettings
from tonghop.text import syllable_share

__all__ = ["Measures", "grade", "is_blank", "measure"]

_TRUSTED_WORD = 0.30  # a word below this confidence is a guess over a smudge and covers no ink
_BLANK_INK = 0.0003  # share of a page: a line of five words on A4 holds as much


@dataclass(frozen=True, slots=True)
class Measures:
    """What a grade is given for. Shares and confidence 0 to 1; `ink` is the share of the page that is text ink."""

    ink: float
    ink_coverage: float
    confidence: float
    syllables: float
    words: int


def measure(grey: Pixels, dpi: int, reading: Reading) -> Measures:
    """Return the measures of `reading` on the conditioned page `grey` it was read from."""
    ink = text_ink(grey, dpi)
    boxes = [word.box for word in reading.words if word.box and word.confidence >= _TRUSTED_WORD]
    return Measures(
        ink=float(ink.mean()),
        ink_coverage=coverage(ink, boxes, grey.shape[0] / ink.shape[0]),
        confidence=reading.confidence,
        syllables=syllable_share(reading.text),
        words=len(reading.words),
    )


def is_blank(measures: Measures) -> bool:
    """Return whether the page holds less ink than a short line: a blank back, a page number alone."""
    return measures.ink < _BLANK_INK


def grade(measures: Measures, settings: IngestSettings) -> Grade:
    """Return the grade of a page read by OCR."""
    if is_blank(measures):
        return Grade.GOOD
    if measures.words == 0 or measures.ink_coverage < settings.unread_ink_coverage or measures.syllables < 0.5:
        return Grade.UNREAD
    if measures.ink_coverage < settings.good_ink_coverage or measures.confidence < 0.8 or measures.syllables < 0.85:
        return Grade.DOUBTFUL
    return Grade.GOOD
