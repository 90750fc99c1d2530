"""How far a page's reading can be trusted. The one place where grades are given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from tonghop.ingest.condition import MEASURE_DPI, Conditioned
from tonghop.ingest.ink import PageInk, coverage, find_lines_outside, find_standing_outside, hidden_area
from tonghop.ingest.secondlook import TRUSTED_WORD
from tonghop.ingest.tesseract import Reading
from tonghop.records import Box, Grade
from tonghop.settings import IngestSettings
from tonghop.text import syllable_share

__all__ = ["FULL_LINE", "MOST_UNREAD", "Measures", "grade", "has_loss", "is_blank", "measure"]

_SURE_WORD = 0.60
_GOOD_SYLLABLES = 0.85
_UNREAD_SYLLABLES = 0.50
# Inches of lines outside all words: a line and a quarter of A4 text.
MOST_UNREAD = 8.0
_STANDING = 1.5  # inches of one that runs up the page: the side of a grey seal's rim is 1.1 at most
FULL_LINE = 2.0  # inches of one of them: six words say something, however pale
# Words below the confidence, and unread pieces, within a seal's size (inches): something lies over the text there.
# On drawn half pages read right at most 2 stand so, around signatures 4; where a grey seal lies over text, 5 and more.
_GUESS, _MOST_GUESSES, _SEAL = 0.70, 4, 1.5
_MOST_DARK = 0.02  # share of a page without ink: two square inches of A4; what ink such a page has is far less
_BLANK_INK = 0.0003  # share of a page: a line of five words on A4 holds as much


@dataclass(frozen=True, slots=True)
class Measures:
    """What a grade is given for. Shares and confidence 0 to 1; `ink` is the share of the page that is text ink.

    `has_lines` tells a blank page from one whose writing is too faint to count as ink. `unread` is the length
    (inches) of lines outside all words, faint ones too, `longest` that of the longest; `hidden` the area (square
    inches) of dark blobs without words; `guesses` is how many unsure words and unread pieces stand side by side at
    most, within a seal's size. `pale` is `unread` as it was before a second look: faded parts are read worse than the
    rest of a page even where each line is read again. `dark` is the share of the page that is too dark to be paper.
    `standing` is the length (inches) of the longest line outside the words that runs up or down the page.
    """

    ink: float
    ink_coverage: float
    confidence: float
    syllables: float
    words: int
    has_lines: bool = True
    unread: float = 0.0
    hidden: float = 0.0
    guesses: int = 0
    longest: float = 0.0
    pale: float = 0.0
    dark: float = 0.0
    standing: float = 0.0


def measure(page: Conditioned, ink: PageInk, reading: Reading, unread: Sequence[Box] = ()) -> Measures:
    """Return the measures of `reading` on the conditioned `page` it was read from, whose ink is `ink`.

    `unread` are pieces of ink in which a second look found nothing.
    """
    grey, dpi = page.grey, page.dpi
    boxes = [word.box for word in reading.words if word.box and word.confidence >= TRUSTED_WORD]
    outside = find_lines_outside(ink, [word.box for word in reading.words if word.box])
    lengths = [(x1 - x0) / dpi for x0, _, x1, _ in outside]
    return Measures(
        ink=float(ink.text.mean()),
        ink_coverage=coverage(ink.text, boxes, ink.scale),
        confidence=reading.confidence,
        syllables=syllable_share(reading.text),
        words=len(reading.words),
        has_lines=ink.has_lines,
        unread=sum(lengths),
        longest=max(lengths, default=0.0),
        hidden=hidden_area(
            page.blobs, min(dpi, MEASURE_DPI), _surely_read(reading), grey.shape[0] / page.blobs.shape[0]
        ),
        guesses=_most_guesses(reading, unread, dpi),
        dark=page.dark,
        standing=max((y1 - y0 for _, y0, _, y1 in find_standing_outside(ink, boxes)), default=0) / dpi,
    )


def _surely_read(reading: Reading) -> list[Box]:
    """Return the boxes of words surely read, one line high: over a blob tesseract sees a word as large as the blob."""
    boxes = [word.box for word in reading.words if word.box and word.confidence >= _SURE_WORD]
    tallest = 2 * median(y1 - y0 for _, y0, _, y1 in boxes) if boxes else 0
    return [box for box in boxes if box[3] - box[1] <= tallest]


def _most_guesses(reading: Reading, unread: Sequence[Box], dpi: int) -> int:
    """Return how many unsure words of two letters and more, and unread pieces, a square of a seal's size holds at most.

    Unread pieces alone are a signature or a seal where no text stands.
    """
    unsure = [w.box for w in reading.words if w.box and w.confidence < _GUESS and sum(map(str.isalnum, w.text)) > 1]
    middles = [((x0 + x1) / 2, (y0 + y1) / 2) for x0, y0, x1, y1 in (*unsure, *unread)]
    reach = _SEAL * dpi / 2

    def around(at: int) -> list[int]:
        left, top = middles[at]
        return [n for n, (x, y) in enumerate(middles) if abs(x - left) < reach and abs(y - top) < reach]

    groups = map(around, range(len(unsure)))
    return max((len(group) for group in groups if sum(at < len(unsure) for at in group) > 1), default=0)


def has_loss(measures: Measures) -> bool:
    """Return whether there is writing that was not read, or something that may cover some."""
    has_lines = measures.longest >= FULL_LINE or measures.standing >= _STANDING
    return has_lines or measures.unread > MOST_UNREAD or measures.hidden > 0


def is_blank(measures: Measures) -> bool:
    """Return whether the page holds less ink than a short line: a blank back, a page number alone.

    A dark page, or one with a blob on it, has no ink that is seen, and anything may stand there.
    """
    is_paper = measures.dark < _MOST_DARK and measures.hidden == 0
    return is_paper and measures.ink < _BLANK_INK and not measures.has_lines


def grade(measures: Measures, settings: IngestSettings) -> Grade:
    """Return the grade of a page read by OCR.

    `python -m bench.grades` draws half pages in 30 kinds of damage, loss and scan, and prints for each how they are
    graded and the share of tokens read wrong. A blob as light as paper is not seen, nor always a grey seal over text.
    """
    if is_blank(measures):
        return Grade.GOOD
    if (
        measures.words == 0
        or measures.ink_coverage < settings.unread_ink_coverage
        or measures.syllables < _UNREAD_SYLLABLES
    ):
        return Grade.UNREAD
    if (
        measures.ink_coverage < settings.good_ink_coverage
        or measures.confidence < settings.good_confidence
        or measures.syllables < _GOOD_SYLLABLES
        or has_loss(measures)
        or measures.pale > MOST_UNREAD
        or measures.guesses > _MOST_GUESSES
    ):
        return Grade.DOUBTFUL
    return Grade.GOOD
