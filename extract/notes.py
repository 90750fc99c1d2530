"""Footnotes put where they belong: behind the paragraph that refers to them, never in the middle of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from tonghop.extract.document import Row
from tonghop.extract.edges import Sheet
from tonghop.extract.footnotes import has_mark_of, mark_of
from tonghop.extract.paragraphs import paragraphs_of
from tonghop.extract.placing import Found

__all__ = ["attach_notes"]


def attach_notes(
    founds: Iterable[Found], notes: Sequence[Row], rows: Sequence[Row], sheets: Mapping[int, Sheet]
) -> tuple[Row, ...]:
    """Add each note to the section whose text refers to it; return the rows of those that cannot be told.

    `rows` are the running text. A note stands on the page of its mark, or, at the end of a document, after it. Where
    the mark was not read, it is the section's that has the page to itself; a Word file's text has no marks, and its
    notes follow the page's text.
    """
    held = [found for found in founds if found.merged_into is None]
    left: list[Row] = []
    for note in _notes(notes):
        row = _reference(rows, note) or _last_on_page(held, note[0])
        found = next((found for found in held if row in found.rows), None)
        if row is None or found is None:
            left.extend(note)
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
        if note and (mark_of(row.line) or row.page != note[-1].page):
            yield note
            note = []
        note.append(row)
    if note:
        yield note


def _reference(rows: Sequence[Row], note: Sequence[Row]) -> Row | None:
    """Return the row whose text has the note's mark: the last one of the note's page, or of the nearest before."""
    mark = mark_of(note[0].line)
    referring = [row for row in rows if mark and row.page <= note[0].page and has_mark_of(row.text, mark)]
    return referring[-1] if referring else None


def _last_on_page(held: Sequence[Found], note: Row) -> Row | None:
    last = [rows[-1] for found in held if (rows := [row for row in found.rows if row.page == note.page])]
    return max(last, key=lambda row: row.at) if len(last) == 1 or (last and not note.has_box) else None


def _last_of_paragraph(found: Found, row: Row, sheets: Mapping[int, Sheet]) -> Row:
    paragraphs = paragraphs_of(found.lines(), sheets)
    return next((p.rows[-1] for p in paragraphs if row in p.rows), row)
