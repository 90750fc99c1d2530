"""Footnotes put where they belong: behind the paragraph that refers to them, never in the middle of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from tonghop.extract.document import Row
from tonghop.extract.edges import Sheet
from tonghop.extract.footnotes import has_mark_of, mark_of
from tonghop.extract.paragraphs import paragraphs_of
from tonghop.extract.placing import Found

__all__ = ["attach_notes"]


def attach_notes(founds: Iterable[Found], notes: Sequence[Row], sheets: Mapping[int, Sheet]) -> tuple[Row, ...]:
    """Add each note to the section whose text refers to it; return the rows of those that no section refers to.

    A note stands on the page of its mark, or, at the end of a document, after it.
    """
    held = [found for found in founds if found.merged_into is None]
    left: list[Row] = []
    for note in _notes(notes):
        place = _reference(held, note)
        if place is None:
            left.extend(note)
        else:
            found, row = place
            stop = found.rows.index(_last_of_paragraph(found, row, sheets)) + 1
            while stop < len(found.rows) and found.rows[stop] in notes:
                stop += 1  # notes of one paragraph follow it in their order
            found.rows[stop:stop] = note
    return tuple(left)


def _notes(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """Yield the rows of each note. A note without a mark goes on the one before it, on the same page."""
    note: list[Row] = []
    for row in rows:
        if note and (mark_of(row.line) or row.page != note[-1].page):
            yield note
            note = []
        note.append(row)
    if note:
        yield note


def _reference(held: Sequence[Found], note: Sequence[Row]) -> tuple[Found, Row] | None:
    mark = mark_of(note[0].line)
    if mark is None:
        return None
    candidates = [
        (found, row)
        for found in held
        for row in found.rows
        if row.page <= note[0].page and row not in note and has_mark_of(row.text, mark)
    ]
    return max(candidates, key=lambda pair: pair[1].page, default=None)


def _last_of_paragraph(found: Found, row: Row, sheets: Mapping[int, Sheet]) -> Row:
    paragraphs = paragraphs_of(found.lines(), sheets)
    return next((p.rows[-1] for p in paragraphs if row in p.rows), row)
