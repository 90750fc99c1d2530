"""Footnotes put where they belong: behind the paragraph that refers to them, never in the middle of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tonghop.extract.document import Row
from tonghop.extract.edges import Sheet
from tonghop.extract.footnotes import begins_note, mark_of, refers_to
from tonghop.extract.paragraphs import paragraphs_of
from tonghop.extract.placing import Found

__all__ = ["LeftNote", "attach_notes"]

_MISREAD = re.compile(r"(?<=[.,;:)])[”\"'’‘`?!*°ˆ^]{1,2}(?=\s|$)")


@dataclass(frozen=True, slots=True)
class LeftNote:
    """The rows of a note that belongs to no section, and the row that refers to it, where one does."""

    rows: tuple[Row, ...]
    reference: Row | None


def attach_notes(
    founds: Iterable[Found], notes: Sequence[Row], rows: Sequence[Row], sheets: Mapping[int, Sheet]
) -> tuple[LeftNote, ...]:
    """Add each note to the section whose text refers to it; return those that belong to no section.

    `rows` are the running text. A note stands on the page of its mark, or, at the end of a document, after it. Where
    the mark cannot be found (scanners lose it, a Word file's text has none) the note follows the text of its page.
    """
    held = [found for found in founds if found.merged_into is None]
    left: list[LeftNote] = []
    for note, reference in _references(list(_notes(notes)), rows):
        row = reference or _last_on_page(held, note[0], notes)
        found = next((found for found in held if row in found.rows), None)
        if row is None or found is None:
            left.append(LeftNote(tuple(note), reference))
            continue
        stop = found.rows.index(_last_of_paragraph(found, row, sheets)) + 1
        while stop < len(found.rows) and found.rows[stop] in notes:
            stop += 1  # notes of one paragraph follow it in their order
        found.rows[stop:stop] = note
    return tuple(left)


def _notes(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """Yield the rows of each note. A note without a mark goes on the one before it, on the same page."""
    note: list[Row] = []
    for row in rows:
        if note and (begins_note(row.line) or row.page != note[-1].page):
            yield note
            note = []
        note.append(row)
    if note:
        yield note


def _references(notes: Sequence[list[Row]], rows: Sequence[Row]) -> Iterator[tuple[list[Row], Row | None]]:
    """Yield each note with the row that refers to it.

    A raised digit often reads as a quotation mark. Where a page has as many such signs behind its sentences as notes
    without a mark in the text, the one is the other, in order.
    """
    found = [_reference(rows, note) for note in notes]
    for page in {note[0].page for note in notes}:
        open_notes = [at for at, note in enumerate(notes) if note[0].page == page and found[at] is None]
        signs = [row for row in rows if row.page == page and row.has_box for _ in _MISREAD.finditer(row.text)]
        if len(signs) == len(open_notes):
            for at, row in zip(open_notes, signs, strict=True):
                found[at] = row
    yield from zip(notes, found, strict=True)


def _reference(rows: Sequence[Row], note: Sequence[Row]) -> Row | None:
    """Return the row whose text has the note's mark: the last one of the note's page, or of the nearest before."""
    mark = mark_of(note[0].line)
    referring = [row for row in rows if mark and row.page <= note[0].page and refers_to(row.line, mark)]
    return referring[-1] if referring else None


def _last_on_page(held: Sequence[Found], note: Row, notes: Sequence[Row]) -> Row | None:
    """Return the last row of the text on the page of `note`. Notes put into sections before count behind all text."""
    text = [row for found in held for row in found.rows if row.page == note.page and row not in notes]
    return max(text, key=lambda row: row.at, default=None)


def _last_of_paragraph(found: Found, row: Row, sheets: Mapping[int, Sheet]) -> Row:
    paragraphs = paragraphs_of(found.lines(), sheets)
    return next((p.rows[-1] for p in paragraphs if row in p.rows), row)
