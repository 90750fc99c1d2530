"""The period a report is about, and places in it that name another: last year's year left in by copying."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tonghop.records import Quote
from tonghop.text import fold, one_line

__all__ = ["PeriodMention", "period_of", "periods_in"]

_QUARTERS = {
    "i": 1,
    "l": 1,
    "1": 1,
    "ii": 2,
    "il": 2,
    "ll": 2,
    "2": 2,
    "iii": 3,
    "ill": 3,
    "lll": 3,
    "3": 3,
    "iv": 4,
    "4": 4,
}
_YEAR = r"\s*,?\s*(?:(?:của |trong )?n[^\W\d]{1,2}\s*|[/-]\s*)?(?P<y>\d{4})(?!\d)"
_QUARTER = re.compile(r"\bqu[^\W\d]\s*(?P<q>[IVLil]{1,3}|[1-4])\b" + _YEAR, re.IGNORECASE)
_MONTHS = re.compile(
    r"\b(?P<n>0?[69]|sáu|chín)\s+th[^\W\d]{1,3}(?:\s+(?P<half>đầu|dau|cuối|cuoi))?" + _YEAR, re.IGNORECASE
)
_MONTH = re.compile(r"\bth[^\W\d]ng\s*(?P<m>\d{1,2})\b" + _YEAR, re.IGNORECASE)
_DATE_BEFORE = re.compile(r"\bng[^\W\d]{1,3}\s*\d{1,2}\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PeriodMention:
    """A period named in a text: `key` compares (("quarter", 1), year), `text` is as printed."""

    kind: tuple[str, int]
    year: int
    text: str
    quote: Quote

    @property
    def name(self) -> str:
        """The period in one wording: "quý I năm 2024", "tháng 3 năm 2024", "6 tháng đầu năm 2024"."""
        kind, number = self.kind
        if kind == "quarter":
            return f"quý {('I', 'II', 'III', 'IV')[number - 1]} năm {self.year}"
        if kind == "month":
            return f"tháng {number} năm {self.year}"
        return f"{number} tháng {'cuối' if kind.endswith('cuoi') else 'đầu'} năm {self.year}"


def periods_in(text: str, page: int | None = None) -> Iterator[PeriodMention]:
    """Yield the periods that `text` names with their year, in order."""
    found: list[tuple[int, PeriodMention]] = []
    quote = Quote(one_line(text), page)
    for match in _QUARTER.finditer(text):
        if number := _QUARTERS.get(match["q"].casefold()):
            found.append(
                (match.start(), PeriodMention(("quarter", number), int(match["y"]), one_line(match[0]), quote))
            )
    for match in _MONTHS.finditer(text):
        months = {"sau": 6, "chin": 9}.get(fold(match["n"])) or int(match["n"])
        half = fold(match["half"] or "dau")
        found.append(
            (match.start(), PeriodMention((f"months-{half}", months), int(match["y"]), one_line(match[0]), quote))
        )
    for match in _MONTH.finditer(text):
        if 1 <= int(match["m"]) <= 12 and not _DATE_BEFORE.search(text[: match.start()]):
            mention = PeriodMention(("month", int(match["m"])), int(match["y"]), one_line(match[0]), quote)
            found.append((match.start(), mention))
    yield from (mention for _, mention in sorted(found, key=lambda pair: pair[0]))


def period_of(texts: Sequence[tuple[str, int | None]]) -> PeriodMention | None:
    """Return the first period that any of `texts`, each with its page, names."""
    return next((mention for text, page in texts for mention in periods_in(text, page)), None)
