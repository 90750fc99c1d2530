"""Text from outside made harmless for the file formats we write: valid XML, no hidden direction, no formulas.

What cannot be shown is left out or put as U+FFFD; letters, digits and punctuation are never touched.
"""

from __future__ import annotations

import re

__all__ = ["CELL_LIMIT", "cell_text", "paragraphs", "printable"]

# Characters that XML 1.0 forbids (production [2] Char), and the non-characters at the end of each plane.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    + "".join(chr(plane << 16 | 0xFFFE) + chr(plane << 16 | 0xFFFF) for plane in range(1, 17))
    + "]"
)
# Direction marks and invisible operators: they make a line read other than it is written.
_INVISIBLE = re.compile("[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]")
_BREAKS = re.compile("\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_BLANKS = re.compile("[\t ]+")

CELL_LIMIT = 32_767  # characters in a cell: the workbook format's own limit
_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def printable(text: str) -> str:
    """Return `text` on one line, fit for XML: no control or direction characters, lone surrogates as U+FFFD."""
    text = _BREAKS.sub(" ", text)
    text = _INVISIBLE.sub("", text)
    return _FORBIDDEN.sub(lambda found: "\ufffd" if "\ud800" <= found[0] <= "\udfff" else "", text).replace("\t", " ")


def paragraphs(text: str) -> tuple[str, ...]:
    """Return the paragraphs of `text` that hold something, each `printable` and with single blanks."""
    lines = (_BLANKS.sub(" ", printable(line)).strip() for line in _BREAKS.split(text))
    return tuple(line for line in lines if line)


def cell_text(text: str) -> str:
    """Return `text` for a workbook cell; new lines stay, a formula becomes words, at most `CELL_LIMIT` characters.

    A leading `'` is what a spreadsheet itself puts before words that look like a formula. `_x0000_` is the
    format's own escape for a character, so its first `_` is escaped.
    """
    lines = "\n".join(printable(line) for line in _BREAKS.split(text))
    if text.startswith(_FORMULA) or lines.startswith(_FORMULA):
        lines = f"'{lines}"
    lines = _ESCAPED.sub("_x005F_", lines)
    return lines if len(lines) <= CELL_LIMIT else f"{lines[: CELL_LIMIT - 1]}…"
