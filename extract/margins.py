"""Where the text of a document's pages begins and ends: what stands further out is a running head or a page number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from tonghop.extract.edges import Sheet, heights

__all__ = ["First", "body_height", "first_lines", "is_outside"]

_SMALLER = 0.8  # of the height of the text's words: a stamp is set at 6 to 9 points, the text at 13 or 14
_LONG_LINE = 8  # words: a line of running text, or one that a long name fills
_REACH = 3.0  # ways from line to line: a page that begins further in, or ends early, does not tell where text may stand


@dataclass(frozen=True, slots=True)
class First:
    """The first line of a page's text from an edge: how far from it, as a share of the longer side, and its text."""

    is_top: bool
    depth: float
    text: str


def body_height(sheet: Sheet) -> float:
    """Return the height of the words of long lines; 0 where there are none, so that nothing is smaller."""
    long = [at for at in sheet.down if len(sheet.page.lines[at].words) >= _LONG_LINE]
    return median(heights([sheet.page.lines[at] for at in long])) if long else 0.0


def first_lines(sheet: Sheet, out: frozenset[int]) -> Iterator[First]:
    """Yield the outermost line at each edge, but those in `out` and small print, as a stamp in the corner is."""
    least = _SMALLER * body_height(sheet)
    for is_top in (True, False):
        tall = (
            at for at in sheet.edge(is_top=is_top) if at not in out and median(heights([sheet.page.lines[at]])) >= least
        )
        if (at := next(tall, None)) is not None:
            yield First(is_top, sheet.depth(at, is_top=is_top)[0], sheet.page.lines[at].text)


def is_outside(sheet: Sheet, at: int, firsts: Sequence[First], *, is_top: bool) -> bool:
    """Return whether a line stands in the border of its page, and further out than the text of other pages.

    `firsts` are those of the pages without such a line. Where none tells, the border alone decides.
    """
    if not sheet.is_in_border(at, is_top=is_top):
        return False
    inner = sheet.depth(at, is_top=is_top)[1]
    reach = inner + _REACH * sheet.pitch / max(sheet.width, sheet.tallness)
    depths = [first.depth for first in firsts if first.is_top == is_top and first.depth <= reach]
    return not depths or inner <= median(depths)
