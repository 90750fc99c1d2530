"""A section's words as paragraphs, each with the lines of the original that it stands on.

A section keeps its words line by line without its titles, and the lines of the original with them. Which line is
whose is counted, not guessed: where titles inside the section leave two places open, a paragraph has both.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from tonghop.compile.reflow import line_groups
from tonghop.compile.rows import is_row
from tonghop.compile.safety import paragraphs
from tonghop.records import Section, Span

__all__ = ["Passage", "passages"]

_NARROWEST = 60  # characters on a printed line of the page; a short text does not show its width

Place = tuple[int, int]  # a line of the original: its page, from 1, and its position there, from 0


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph or a row of a table, and the lines of the original it stands on: (page, line from 0)."""

    text: str
    places: tuple[Place, ...] = ()

    @property
    def pages(self) -> tuple[int, ...]:
        """The pages it stands on, in order, each once."""
        return tuple(sorted({page for page, _ in self.places}))


def passages(section: Section, *, is_typed: bool) -> tuple[Passage, ...]:
    """Return the paragraphs of `section`.

    Where it says on which lines of the original each stands, that is so. Of an older one the lines are paragraphs
    with `is_typed`, else lines as printed.
    """
    lines = paragraphs(section.text)
    if section.places and len(section.places) == len(lines):
        return tuple(Passage(text, _lines(spans)) for text, spans in zip(lines, section.places, strict=True))
    places = _places(section, lines)
    if is_typed:
        return tuple(Passage(line, place) for line, place in zip(lines, places, strict=True))
    found: list[Passage] = []
    for group in _groups(section, lines):
        own = places[: len(group)]
        found.append(Passage(" ".join(group), tuple(dict.fromkeys(place for line in own for place in line))))
        places = places[len(group) :]
    return tuple(found)


def _lines(spans: Sequence[Span]) -> tuple[Place, ...]:
    return tuple((span.page, at) for span in spans for at in range(span.first, span.stop))


def _groups(section: Section, lines: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield the lines that make a paragraph together; a row of a table stays alone."""
    lead = _lead(section, lines)
    is_first = True
    for is_table, group in groupby(lines, is_row):
        run = tuple(group)
        yield from ([line] for line in run) if is_table else line_groups(run, lead if is_first else 0)
        is_first = False


def _places(section: Section, lines: Sequence[str]) -> list[tuple[Place, ...]]:
    """Return for each line of the text the lines of the original that it can be."""
    rows = [(span.page, at) for span in section.spans for at in range(span.first, span.stop)]
    spare = len(rows) - len(lines)
    if spare < 0:
        return [tuple(rows)] * len(lines)
    if spare in _title_lines(section, lines):  # the title at the top takes them all
        return [(row,) for row in rows[spare:]]
    return [tuple(rows[at : at + spare + 1]) for at in range(len(lines))]


def _title_lines(section: Section, lines: Sequence[str]) -> tuple[int, int]:
    """Return how many lines the title fills: when text runs on in its last line, and when it stands apart."""
    full = max(len(section.title) - 1, 0) // _width(lines)
    return full, full + 1


def _width(lines: Sequence[str]) -> int:
    return max(_NARROWEST, *map(len, lines)) if lines else _NARROWEST


def _lead(section: Section, lines: Sequence[str]) -> int:
    """Return how many characters of the title stand on the text's first line: 0 when the title has its own lines."""
    own_lines = sum(span.stop - span.first for span in section.spans) - len(lines)
    full_lines = (len(section.title) - 1) // _width(lines) if own_lines else 0
    if not section.title or own_lines != full_lines:
        return 0
    return len(section.title) - full_lines * _width(lines) + len(": ")
