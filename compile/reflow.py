"""Printed lines put together to paragraphs again. Only line breaks become blanks; no word is touched."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

__all__ = ["is_item", "line_groups", "reflowed"]

# A list item or a numbered sub-heading: "- ", "+", "a)", "(1)", "1.", "1.1.Về", "IV. "; not "10.455" or "28.02.2024".
_BULLET = re.compile(r"[-–—+*•●▪]\s*(?P<next>\S)")
_NUMBER = re.compile(r"(?:(?:\d{1,2}\.){1,3}|\d{1,2}\))\s*[^\W\d]|\([0-9a-zđ]{1,2}\)\s*\S|[a-zđ][.)]\s|[IVX]{1,4}\.\s")
_END = re.compile(r"[.;:!?…][”\"')]*$")
_FULL = 0.85  # share of the longest line from which a line counts as filled to the margin
_SHORT = 0.6  # below it the next word would have fitted: the line ended by intention (a row of a table, a title)


def is_item(line: str) -> bool:
    """Return whether `line` begins with the mark of a list item or the number of a sub-heading."""
    return bool(_BULLET.match(line) or _NUMBER.match(line))


def reflowed(lines: Sequence[str], lead: int = 0) -> tuple[str, ...]:
    """Return paragraphs made of printed `lines`; `lead` characters that stood before the first one were cut off.

    A line goes on the one before it unless it is an item, or the one before is short, or ends a sentence before
    the margin, or ends in `;` or `:` and a capital follows.
    """
    return tuple(" ".join(group) for group in line_groups(lines, lead))


def line_groups(lines: Sequence[str], lead: int = 0) -> Iterator[list[str]]:
    """Yield the printed lines of each paragraph, as `reflowed` puts them together."""
    widths = [len(line) + (0 if at else lead) for at, line in enumerate(lines)]
    longest = max(widths, default=0)
    group: list[str] = []
    for at, line in enumerate(lines):
        if group and _begins(line, group[-1], widths[at - 1] / longest):
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def _begins(line: str, before: str, filled: float) -> bool:
    """Return whether `line` begins a paragraph; the line `before` takes the share `filled` of the longest one."""
    has_ended = bool(_END.search(before))
    bullet = _BULLET.match(line)
    if bullet:
        # "kinh tế / - xã hội": a dash before a small letter in the middle of a sentence is no bullet.
        return has_ended or not bullet["next"].islower()
    if _NUMBER.match(line):
        return True
    if filled < _SHORT and not line[:1].islower():
        return True
    if not has_ended or not line[:1].isupper():
        return False
    return before.rstrip("”\"')").endswith((";", ":")) or filled < _FULL
