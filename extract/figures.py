"""Figures in a report's sections, as printed. A figure is taken only where its wording leaves no doubt."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from tonghop.extract.catalogue import CATALOGUE, Indicator
from tonghop.extract.document import Row
from tonghop.extract.edges import Sheet
from tonghop.extract.paragraphs import Paragraph, paragraphs_of
from tonghop.extract.placing import Found
from tonghop.extract.wording import flat
from tonghop.records import Figure, Quote
from tonghop.text import one_line

__all__ = ["PlacedFigure", "figures_of", "read_number"]

_HAS_DIGIT = re.compile(r"\d")
_NUMBER = re.compile(r"\d[\d.,]*\d|\d")
_SENTENCE_END = re.compile(r"[.;]\s|$")


@dataclass(frozen=True, slots=True)
class PlacedFigure:
    """A figure and the paragraph of its section that it stands in, counted from 0.

    `is_doubtful` when its number was read with doubt: then it is no fact, only what may stand there.
    """

    figure: Figure
    paragraph: int
    is_doubtful: bool = False


def read_number(text: str, *, is_share: bool = False) -> Decimal:
    """Return the value of a number as Vietnamese offices write it: `10.455` is 10455, `99,71` is 99.71, `05` is 5.

    A point followed by anything but groups of three digits is read as a decimal point (`99.71`), and so is any point
    in a percentage (`is_share`) or behind a leading zero.
    """
    if not is_share and re.fullmatch(r"[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?", text):
        text = text.replace(".", "")
    return Decimal(text.replace(",", "."))


def figures_of(found: Found, sheets: Mapping[int, Sheet]) -> tuple[PlacedFigure, ...]:
    """Return the figures under one heading, in order, each value of an indicator once a paragraph.

    `sheets` are the pages by number.
    """
    figures: dict[tuple[str, Decimal, int, bool], PlacedFigure] = {}
    for number, paragraph in enumerate(paragraphs_of(found.lines(), sheets)):
        if not _HAS_DIGIT.search(paragraph.text):
            continue
        for figure, is_doubtful in _in_paragraph(paragraph, found.heading.key):
            key = (figure.indicator, figure.value, number, is_doubtful)
            figures.setdefault(key, PlacedFigure(figure, number, is_doubtful))
    return tuple(figures.values())


def _in_paragraph(paragraph: Paragraph, heading: str) -> Iterator[tuple[Figure, bool]]:
    """Yield the figures of a paragraph in order, each with whether its number was read with doubt."""
    plain = flat(paragraph.text)
    glued = plain.replace(" ", "")
    found = [
        (match.start("n"), indicator, match)
        for indicator in CATALOGUE
        if any(cue in glued for cue in indicator.cues)
        for pattern in indicator.compiled
        for match in pattern.finditer(plain)
    ]
    for _, indicator, match in sorted(found, key=lambda triple: triple[0]):
        figure = _figure(indicator, match, paragraph, heading)
        yield figure, _is_doubtful(figure.text, paragraph.row_at(match.start("n")))


def _figure(indicator: Indicator, match: re.Match[str], paragraph: Paragraph, heading: str) -> Figure:
    start, stop = match.span("n")
    printed = paragraph.text[start:stop]
    quote = Quote(_sentence(paragraph.text, start), paragraph.page_at(start))
    value = read_number(printed, is_share=indicator.unit == "%")
    return Figure(indicator.key, value, indicator.unit, printed, heading, quote)


def _is_doubtful(printed: str, row: Row) -> bool:
    """Return whether a number was read with doubt; the same number in another cell of the row cannot speak for it."""
    words = row.line.words
    # One that stands in no single word was read in pieces: then all digits of the row are asked.
    its = [word for word in words if printed in _NUMBER.findall(word.text)] or words
    return any(word.is_doubted and _HAS_DIGIT.search(word.text) for word in its)


def _sentence(text: str, at: int) -> str:
    begin = max((m.end() for m in re.finditer(r"[.;]\s", text[:at])), default=0)
    end = _SENTENCE_END.search(text, at)
    return one_line(text[begin : end.start() + 1 if end else len(text)])
