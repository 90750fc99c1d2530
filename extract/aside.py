"""What the digits of a line that is no running text say: which page, what day or hour, or something of the report.

A running head, or the stamp of a digital signature, holds no more than pages, days, addresses and numbers of documents.
Other digits are figures, and a line that has some may be text.
"""

from __future__ import annotations

import re

from tonghop.extract.wording import flat

__all__ = ["COUNTED", "has_figures"]

# The page, and of how many: "Trang 3/5", "| 3 |". Scanners spoil the first letters of "Trang".
COUNTED = re.compile(
    r"\b(?:[^\W\d_]{0,2}rang|page)\s*(?:so\s*)?(\d{1,3})(?!\d)(?:\s*(?:/|tren|cua|of)\s*(\d{1,3})(?!\d))?"
    r"|\|\s*(\d{1,3})\s*(?=\|)"
)
_YEAR = r"(?:19|20)\d{2}"
_EXPLAINED = re.compile(
    r"\S+@\S+|\b(?:https?://|www\.)\S+"
    rf"|(?<![\d/])\d{{1,2}}\s?[/.-]\s?\d{{1,2}}\s?[/.-]\s?{_YEAR}(?!\d)"
    r"|(?<!\d)\d{1,2}(?::|h| gio )\d{2}(?::\d{2})?(?!\d)(?:\s*[+-]\s?\d{2}[:']?\d{2}'?)?"
    rf"|\bngay \d{{1,2}}(?![\d/.-])|\bthang \d{{1,2}}(?:\s?/\s?{_YEAR})?(?![\d/])|\bquy \d(?:\s?/\s?{_YEAR})?(?![\d/])"
    rf"|\b(?:0?[369]|12) thang\b|\b(?:nam|giai doan) {_YEAR}(?:\s?[-–]\s?{_YEAR})?(?![\d/])"
)


_DOCUMENT = re.compile(r"(?<!\d)\d{1,5}\s?/(?:\s?\d{4}\s?/)?\s?[A-ZĐ]{1,5}(?:-[A-ZĐ]+)+")  # 12/QĐ-UBND, 30/2020/NĐ-CP
# "quý I năe 2024" at the end of a running head: a year behind "năm" with one letter misread
_OF_YEAR = re.compile(rf"\b(?:n[^\W\d_]{{2}}|[^\W\d_]{{2}}m|n[^\W\d_]m) {_YEAR}\W*$")


def has_figures(text: str) -> bool:
    """Return whether `text` holds digits that are no page's count, day, hour, address or number of a document."""
    rest = flat(_DOCUMENT.sub(" ", text))
    for explained in (COUNTED, _OF_YEAR, _EXPLAINED):
        rest = explained.sub(" ", rest)
    return any(c.isdigit() for c in rest)
