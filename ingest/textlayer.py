"""The text layer of a PDF page, and whether it may stand for the page.

A layer is a claim: a scanner's OCR in the wrong language, a legacy font without a character map, or the twenty
words of a digital signature over a scanned page are layers too. So it is judged before it is used.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

from tonghop.ingest.poppler import ask_poppler
from tonghop.records import Grade, Line, Word
from tonghop.settings import IngestSettings
from tonghop.text import clean, has_mark, is_syllable, nfc, one_line, syllable_share

__all__ = [
    "LayerVerdict",
    "grade_layer",
    "is_doubtful",
    "is_partly_vietnamese",
    "judge_layer",
    "parse_bbox_layout",
    "read_layer",
]

_LEAST_TOKENS = 8  # with fewer words a share says nothing; ink coverage alone decides then
_LEAST_MARKED = 0.35  # of the words; real Vietnamese has about two thirds with a mark
_SURE_SYLLABLES, _SURE_MARKED = 0.95, 0.5  # below, a layer is put to the proof
_LEAST_REAL = 0.25  # of the words: marked syllables on a page that is half in a foreign language
_FEW_LETTERS = 0.3  # of all characters: a table of numbers, or letters mapped to signs
_MOST_UNMAPPED = 0.02  # of the characters
_ELEMENT = re.compile(r"<(block|line|word)\b([^>]*)>(?:([^<]*)</word>)?")
_EDGES = re.compile(r'(xMin|yMin|xMax|yMax)="(-?[\d.]+)"')
_LETTERS = re.compile(r"[^\W\d_]+")


class LayerVerdict(StrEnum):
    """What a text layer is worth."""

    NONE = "none"  # no words
    GOOD = "good"  # may stand for the page
    GARBAGE = "garbage"  # words that are not Vietnamese: wrong OCR language, legacy font, unmapped glyphs
    PARTIAL = "partial"  # real words, but much of the page's ink lies outside them
    CONTRADICTED = "contradicted"  # real words, and others are seen where they stand


def read_layer(path: Path, number: int, dpi: int, settings: IngestSettings) -> tuple[Line, ...]:
    """Return the text layer of PDF page `number`: boxes in pixels at `dpi`, paragraphs are poppler's blocks.

    Raises `MissingDependency`, `PageTimeout`, `ChildProcessFailed`.
    """
    options = ("-q", "-bbox-layout", "-cropbox")
    return parse_bbox_layout(ask_poppler("pdftotext", path, number, settings, *options), dpi)


def parse_bbox_layout(xhtml: str, dpi: int) -> tuple[Line, ...]:
    """Return the lines in poppler's `-bbox-layout` output.

    Read by pattern, not as XML: poppler passes control characters on that no XML parser accepts.
    """
    lines: list[list[Word]] = []
    paragraphs: list[int] = []
    paragraph = -1
    for kind, attributes, text in _ELEMENT.findall(xhtml):
        if kind == "block":
            paragraph += 1
        elif kind == "line":
            lines.append([])
            paragraphs.append(max(0, paragraph))
        elif lines and (word := _word(attributes, text, dpi / 72)):
            lines[-1].append(word)
    return tuple(Line(tuple(words), number) for words, number in zip(lines, paragraphs, strict=True) if words)


def judge_layer(lines: Sequence[Line], ink_coverage: float, settings: IngestSettings) -> LayerVerdict:
    """Return what the layer `lines` is worth, given the share (0 to 1) of the page's ink inside its words."""
    text = " ".join(word.raw for line in lines for word in line.words)
    if not text.strip():
        return LayerVerdict.NONE
    if _unmapped_share(text) > _MOST_UNMAPPED:
        return LayerVerdict.GARBAGE
    tokens = _LETTERS.findall(text)
    if len(tokens) >= _LEAST_TOKENS and (
        syllable_share(text) < settings.layer_syllable_share or _marked_share(tokens) < _LEAST_MARKED
    ):
        return LayerVerdict.GARBAGE
    return LayerVerdict.GOOD if ink_coverage >= settings.layer_ink_coverage else LayerVerdict.PARTIAL


def is_doubtful(lines: Sequence[Line]) -> bool:
    """Return whether the words alone leave open if they are right: many foreign or broken ones, or few letters."""
    text = " ".join(word.raw for line in lines for word in line.words)
    tokens = _LETTERS.findall(text)
    solid = "".join(text.split()).replace(".", "")  # dotted lines of forms say nothing
    if sum(map(len, tokens)) < _FEW_LETTERS * len(solid):
        return True
    return len(tokens) >= _LEAST_TOKENS and (
        syllable_share(text) < _SURE_SYLLABLES or _marked_share(tokens) < _SURE_MARKED
    )


def is_partly_vietnamese(lines: Sequence[Line]) -> bool:
    """Return whether a layer judged garbage may be Vietnamese all the same, with many foreign names in it."""
    text = " ".join(word.raw for line in lines for word in line.words)
    tokens = _LETTERS.findall(text)
    real = sum(has_mark(token) and is_syllable(token) for token in map(nfc, tokens))
    return _unmapped_share(text) <= _MOST_UNMAPPED and real >= max(_LEAST_TOKENS, _LEAST_REAL * len(tokens))


def grade_layer(ink_coverage: float, settings: IngestSettings) -> Grade:
    """Return the grade of a page that a good layer stands for: doubtful when ink lies outside its words.

    Seal and signature of a short page lie outside too, and may.
    """
    return Grade.GOOD if ink_coverage >= settings.good_ink_coverage else Grade.DOUBTFUL


def _unmapped_share(text: str) -> float:
    """Share of characters without a meaning: private use, unassigned, control characters, U+FFFD."""
    bad = sum(c == "\ufffd" or unicodedata.category(c) in {"Co", "Cn", "Cc"} for c in text)
    return bad / max(1, len(text))


def _marked_share(tokens: Sequence[str]) -> float:
    return sum(has_mark(token) for token in tokens) / len(tokens)


def _word(attributes: str, text: str, scale: float) -> Word | None:
    edges = {name: float(value) for name, value in _EDGES.findall(attributes)}
    raw = nfc(html.unescape(text)).strip()
    cleaned = one_line(clean(raw))
    if not cleaned or len(edges) != 4:
        return None
    x0, y0 = max(0, int(edges["xMin"] * scale)), max(0, int(edges["yMin"] * scale))
    x1, y1 = max(x0, round(edges["xMax"] * scale)), max(y0, round(edges["yMax"] * scale))
    return Word(cleaned, raw, (x0, y0, x1, y1))
