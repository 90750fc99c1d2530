"""What each line of a document is: body, running head, page number, footnote, stamp of a digital signature.

No page shows it alone: what repeats and what counts is seen over all pages, so this is done where a document's pages
come together. Lines only get a role; none is moved or taken away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tonghop.extract.edges import Sheet, sheet_of
from tonghop.extract.footnotes import find_footnotes, last_mark_after
from tonghop.extract.pagenumbers import find_page_numbers
from tonghop.extract.runningheads import find_running_heads, find_stamps
from tonghop.records import LineRole, Page

__all__ = ["mark_roles"]


def mark_roles(pages: Sequence[Page]) -> tuple[Page, ...]:
    """Return the pages of one document with the role of every line. Idempotent.

    Lines without boxes, those of Word files, keep the role they have: there the file itself says what is a note.
    """
    sheets = [sheet_of(page) for page in pages]
    stamps = [find_stamps(sheet) for sheet in sheets]
    numbers = {number.page: number.line for number in find_page_numbers(sheets, stamps)}
    passed = [
        stamp | ({numbers[sheet.page.number]} if sheet.page.number in numbers else frozenset())
        for sheet, stamp in zip(sheets, stamps, strict=True)
    ]
    heads = find_running_heads(sheets, passed)
    marked: list[Page] = []
    last_mark = 0
    for sheet, stamp, head, out in zip(sheets, stamps, heads, passed, strict=True):
        notes = find_footnotes(sheet, out | head, last_mark)
        last_mark = last_mark_after([sheet.page.lines[at] for at in sorted(notes, key=sheet.down.index)], last_mark)
        roles = dict.fromkeys(notes, LineRole.FOOTNOTE) | dict.fromkeys(head, LineRole.RUNNING_HEAD)
        roles |= dict.fromkeys(out, LineRole.PAGE_NUMBER) | dict.fromkeys(stamp, LineRole.STAMP)
        marked.append(_with_roles(sheet, roles))
    return tuple(marked)


def _with_roles(sheet: Sheet, roles: dict[int, LineRole]) -> Page:
    """Return the page with `roles`; what has a box and none of them is body."""
    lines = []
    for at, line in enumerate(sheet.page.lines):
        role = roles.get(at, LineRole.BODY if line.box else line.role)
        lines.append(line if role is line.role else replace(line, role=role))
    return replace(sheet.page, lines=tuple(lines)) if tuple(lines) != sheet.page.lines else sheet.page
