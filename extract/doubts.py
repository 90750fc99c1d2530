"""Places of a scan where a heading may stand unread: titles that came out damaged, and gaps in the numbering.

"Absent" and "not read" are different answers. A seal or a fold can eat one title while the page as a whole reads
well; what is left is a number without a title, or a count that jumps.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tonghop.extract.document import Row
from tonghop.extract.labels import Level, read_label
from tonghop.extract.segment import Outline, Title
from tonghop.extract.wording import is_abbreviation
from tonghop.records import Evidence, Quote
from tonghop.text import fold, has_mark, is_syllable

__all__ = ["Doubt", "find_doubts"]

_TOKEN = re.compile(r"[^\W\d_]+")
_TITLE_WORDS = 14
_GOOD_SHARE = 0.75
_FIELD = "cai cach "
_GOOD_CONFIDENCE = 0.7
_GOOD_MATCH = 0.85  # below it a title was known by its number as much as by its words


@dataclass(frozen=True, slots=True)
class Doubt:
    """Rows `first` to `last` may hide a heading; `evidence` says why."""

    first: int
    last: int
    evidence: Evidence


def find_doubts(rows: Sequence[Row], outline: Outline) -> tuple[Doubt, ...]:
    """Return the doubts of the body. A typed text has none: what is not there was not written."""
    return (*_damaged(rows, outline), *_jumps(rows, outline.titles))


def _damaged(rows: Sequence[Row], outline: Outline) -> Iterator[Doubt]:
    known = {
        at
        for title in outline.titles
        if title.match and title.match.score >= _GOOD_MATCH
        for at in range(title.first, title.stop)
    }
    for row in rows[outline.body : outline.closing]:
        if row.at in known or not row.has_box:
            continue
        label = read_label(row.text)
        if label and label.level <= Level.ARABIC and label.is_sure and _is_damaged(row, label.stop):
            quote = Quote(row.text, row.page)
            yield Doubt(row.at, row.at, Evidence("section_title_unclear", (), (quote,)))


def _is_damaged(row: Row, start: int) -> bool:
    title = re.split(r":\s", row.text[start:], maxsplit=1)[0].split()[:_TITLE_WORDS]
    tokens = [token for word in title for token in _TOKEN.findall(word)]
    if not tokens:
        return True
    # "Cải cách 'FHC": what a field is called must be words, or one of the abbreviations that offices use for it.
    of_field = fold(" ".join(tokens)).startswith(_FIELD)
    good = sum(
        is_syllable(token) or is_abbreviation(token) or (not of_field and _may_be_abbreviation(token))
        for token in tokens
    )
    words = row.line.words[: len(title) + 1]
    confidence = sum(word.confidence for word in words) / len(words)
    return good / len(tokens) < _GOOD_SHARE or confidence < _GOOD_CONFIDENCE


def _may_be_abbreviation(token: str) -> bool:
    return 3 <= len(token) <= 7 and token.isupper() and not has_mark(token)


def _jumps(rows: Sequence[Row], titles: Sequence[Title]) -> Iterator[Doubt]:
    last: dict[Level, tuple[Title, int]] = {}
    for title in titles:
        level, count = title.label.level, title.label.count
        before, count_before = last.get(level, (None, 0))
        if before and count and before.label.count <= count <= count_before:
            count = count_before + 1  # "II." twice: a stroke of "III." was lost, and no title between the two
        is_sure = before is not None and title.label.is_sure and before.label.is_sure
        if before and is_sure and rows[title.first].has_box and level <= Level.ARABIC and count - count_before == 2:
            quotes = (Quote(before.text, before.page), Quote(title.text, title.page))
            yield Doubt(before.first, title.first, Evidence("section_number_jump", (), quotes))
        last = {other: held for other, held in last.items() if other <= level}
        last[level] = (title, count)
