"""The period a report is about, and places in it that name another: last year's year left in by copying."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tonghop.records import Quote
from tonghop.text import fold, one_line

__all__ = ["PeriodMention", "is_readable", "periods_in", "year_in"]

# A capital I is often read as l or 1.
_SIGNS = (("i", "l", "1"), ("ii", "il", "ll", "2"), ("iii", "ill", "lll", "3"), ("iv", "4"))
_QUARTERS = {sign: number for number, signs in enumerate(_SIGNS, 1) for sign in signs}
_YEAR = r"\s*,?\s*(?:(?:của |trong )?n[^\W\d]{1,2}\s*|[/-]\s*)?(?P<y>\d{4})(?!\d)"
# Any short sign may stand for a quarter that was misread: its year still tells something.
_QUARTER = re.compile(r"\bqu[yýỳỷỹỵ]\s*(?P<q>[IVLil]{1,3}|[1-4]|[^\W\d]{1,2})\b" + _YEAR, re.IGNORECASE)
_MONTHS = re.compile(
    r"\b(?P<n>0?[369]|ba|sáu|chín)\s+th[^\W\d]{1,3}(?:\s+(?P<half>đầu|dau|cuối|cuoi))?" + _YEAR, re.IGNORECASE
)
_MONTH = re.compile(r"\bth[^\W\d]ng\s*(?P<m>\d{1,2})\b" + _YEAR, re.IGNORECASE)
_YEAR_ALONE = re.compile(r"\bn[ăâa]m\s*(?P<y>\d{4})(?!\d)", re.IGNORECASE)
_DATE_BEFORE = re.compile(r"\bng[^\W\d]{1,3}\s*\d{1,2}\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PeriodMention:
    """A period named in a text, `text` as printed.

    `kind` is ("quarter", 1), ("month", 3), ("months-dau", 6) …; a quarter's number is 0 when it was not read.
    """

    kind: tuple[str, int]
    year: int
    text: str
    quote: Quote

    @property
    def name(self) -> str:
        """The period in one wording: "quý I năm 2024", "tháng 3 năm 2024", "6 tháng đầu năm 2024"."""
        kind, number = self.kind
        if kind == "year":
            return f"năm {self.year}"
        if kind == "quarter":
            return f"quý {('…', 'I', 'II', 'III', 'IV')[number]} năm {self.year}"
        if kind == "month":
            return f"tháng {number} năm {self.year}"
        return f"{number} tháng {'cuối' if kind.endswith('cuoi') else 'đầu'} năm {self.year}"


def periods_in(text: str, page: int | None = None) -> Iterator[PeriodMention]:
    """Yield the periods that `text` names with their year, in order."""
    quote = Quote(one_line(text), page)
    found = sorted([*_quarters(text), *_half_years(text), *_months(text)], key=lambda pair: pair[0].start())
    for match, kind in found:
        yield PeriodMention(kind, int(match["y"]), one_line(match[0]), quote)


_Found = Iterator[tuple[re.Match[str], tuple[str, int]]]


def year_in(text: str, page: int | None = None) -> PeriodMention | None:
    """Return the year that a subject without any shorter period names last: its quarter may not have been read."""
    years = list(_YEAR_ALONE.finditer(text))
    return (
        PeriodMention(("year", 0), int(years[-1]["y"]), one_line(years[-1][0]), Quote(one_line(text), page))
        if years
        else None
    )


def _quarters(text: str) -> _Found:
    for match in _QUARTER.finditer(text):
        yield match, ("quarter", _QUARTERS.get(match["q"].casefold(), 0))


def _half_years(text: str) -> _Found:
    for match in _MONTHS.finditer(text):
        months = {"ba": 3, "sau": 6, "chin": 9}.get(fold(match["n"])) or int(match["n"])
        if months == 3:
            if match["half"]:  # the first or last three months are a quarter
                yield match, ("quarter", 1 if fold(match["half"]) == "dau" else 4)
            continue
        yield match, (f"months-{fold(match['half'] or 'dau')}", months)


def _months(text: str) -> _Found:
    for match in _MONTH.finditer(text):
        if 1 <= int(match["m"]) <= 12 and not _DATE_BEFORE.search(text[: match.start()]):
            yield match, ("month", int(match["m"]))


def is_readable(mention: PeriodMention) -> bool:
    """Return whether the whole period was read, not only its year."""
    return mention.kind[1] > 0
