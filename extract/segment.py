"""A report's outline: where head, opening, body, closing and annexes lie, and which rows are titles.

A title stands at the head of a row, numbered or not, on one to three rows, alone or with its text run in after a
colon. A mention in running text is no title: what follows the words decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tonghop.extract.document import Row, is_ornament, is_page_number
from tonghop.extract.headings import HeadingIndex, HeadingMatch
from tonghop.extract.labels import Label, Level, read_label
from tonghop.extract.similarity import likeness
from tonghop.extract.wording import flat
from tonghop.text import fold, is_capitals, one_line

__all__ = ["Outline", "Title", "read_outline"]

_ANNEX = re.compile(r"(?:phu luc|bieu mau|bieu so|bieu tong hop|bieu thong ke|mau so)\b")
_SIGNATURE = re.compile(r"^\W*(?:TM|KT|TL|TUQ|T/M)\s*[.,]\s*\w")
_THEREBY = re.compile(r"(?:tren day|tren dday|tren da y) (?:la|bao cao)\b|tren day ubnd|tren day phong")
_REPORTING = re.compile(
    r"(?:tren day|ubnd|uy ban nhan dan|phong|van phong|don vi|tran trong|kinh)\b.{0,120}"
    r"\b(?:bao cao|tong hop|xem xet|tran trong)\b"
)
_LEADERS = re.compile(r"(?:\.\s?){5,}|…{2,}|_{5,}")
_CONTENTS = re.compile(r"[\s.…_]\d{1,3}\s*$")
_DECLARED = re.compile(r"(.{5,240}?)\s*:?\s*(\((?:khong|chua)\b[^)]{0,60}\))\W*$")  # "… (không phát sinh)"
_GOES_ON = re.compile(r"\b(?:va|voi|cua|theo|doi voi)\s*$")
_MAX_TITLE_ROWS = 4
_MAX_TITLE_WORDS = 32
_UNNUMBERED = 0.92  # a title without a number must be nearly exact
_NO_LABEL = Label(Level.NONE, 0, 0)
_TABLE_LABEL = Label(Level.ARABIC, 0, 0)
_TABLE_HEADINGS = 3
_TABLE_WORDS = 6  # words a row of a report has on average, and a row of figures has not


@dataclass(frozen=True, slots=True)
class Title:
    """A title at rows `first` to `stop` (exclusive). `match` is None for one the request does not know.

    `text` is as printed, number and all; `rest` is what follows it on its last row.
    """

    first: int
    stop: int
    text: str
    rest: str
    label: Label
    match: HeadingMatch | None
    page: int


@dataclass(frozen=True, slots=True)
class Outline:
    """Row positions: the body is `body` to `closing`, the closing `closing` to `annex`, annexes the rest."""

    body: int
    closing: int
    annex: int
    titles: tuple[Title, ...]


def read_outline(rows: Sequence[Row], body: int, index: HeadingIndex, threshold: float) -> Outline:
    """Return the outline of `rows`, whose head ends at row `body`."""
    body = _after_contents(rows, body)
    annex = _annex_at(rows, body)
    closing = _closing_at(rows, body, annex)
    return Outline(body, closing, annex, tuple(_titles(rows[:closing], body, index, threshold)))


def _after_contents(rows: Sequence[Row], body: int) -> int:
    """Return where the body begins behind a table of contents, whose lines are titles with a page number."""
    at = next((row.at for row in rows[body : body + 12] if row.folded == "muc luc"), None)
    if at is None:
        return body
    while at + 1 < len(rows) and (_CONTENTS.search(rows[at + 1].text) or is_ornament(rows[at + 1])):
        at += 1
    return at + 1


def _annex_at(rows: Sequence[Row], body: int) -> int:
    signed = False
    for row in rows[body:]:
        signed = signed or bool(_SIGNATURE.match(row.text)) or row.folded.startswith("noi nhan")
        before = rows[row.at - 1] if row.at else row
        is_at_top = row.page > 1 and (row.is_first or (is_page_number(before) and before.page == row.page))
        if _ANNEX.match(row.folded) and len(row.text.split()) <= 12 and (signed or is_at_top):
            return row.at
    return len(rows)


def _closing_at(rows: Sequence[Row], body: int, annex: int) -> int:
    signed = [row.at for row in rows[body:annex] if _SIGNATURE.match(row.text) or re.match(r"noi nhan\b", row.folded)]
    first = signed[0] if signed else annex
    floor = max(body, first - 10) if signed else max(body, annex - 12)
    for row in reversed(rows[floor:first]):
        if _THEREBY.match(row.folded) or likeness(row.folded.replace(" ", "")[:9], "trendayla") >= 85:
            return row.at
    return _last_sentence(rows, floor, first) or first


def _last_sentence(rows: Sequence[Row], floor: int, first: int) -> int | None:
    """Return where a closing sentence of another form begins: "UBND xã … báo cáo UBND huyện … ./."."""
    ends = [row.at for row in rows[floor:first] if re.search(r"[./]\s*[./]\s*[./]?\W*$", row.text)]
    if not ends:
        return None
    start = ends[-1]
    while start > floor and ends[-1] - start < 4 and rows[start].has_box and not read_label(rows[start].text):
        if re.search(r"[.:;/]\W*$", rows[start - 1].text) or _REPORTING.match(rows[start].folded):
            break
        start -= 1
    text = " ".join(row.folded for row in rows[start : ends[-1] + 1])
    return start if _REPORTING.match(text) else None


def _titles(rows: Sequence[Row], body: int, index: HeadingIndex, threshold: float) -> Iterator[Title]:
    tables = dict(_table_titles(rows, body, index))
    at = body
    siblings: dict[Level, str] = {}
    counts: dict[Level, int] = {}
    while at < len(rows):
        row = rows[at]
        title = tables.get(at)
        if title:
            yield title
        elif not (row.line.table is not None or is_ornament(row) or is_page_number(row)):
            label = read_label(row.text) or _NO_LABEL
            is_expected = label.is_sure and label.count > 1 and label.count - counts.get(label.level, 0) in (1, 2)
            title = _Reader(rows, at, label, index, threshold).read(
                siblings.get(label.level, ""), is_expected=is_expected
            )
            siblings[label.level] = row.text
            if title:
                counts[label.level] = label.count
                yield title
        at = max(title.stop if title and not title.rest else at + 1, at + 1)


def _table_titles(rows: Sequence[Row], body: int, index: HeadingIndex) -> Iterator[tuple[int, Title]]:
    """Yield the titles of a report written as a table: number, heading, what was done.

    A table of figures names fields too. One that is the report answers several headings in sentences.
    """
    groups: dict[tuple[int, int], list[Title]] = {}
    for row in rows[body:]:
        if row.line.table is not None and (title := _row_title(row, index)):
            groups.setdefault((row.page, row.line.table), []).append(title)
    for titles in groups.values():
        words = sum(len(title.rest.split()) for title in titles)
        keys = {title.match.heading.key for title in titles if title.match}
        if len(keys) >= _TABLE_HEADINGS and words >= _TABLE_WORDS * len(titles):
            yield from ((title.first, title) for title in titles)


def _row_title(row: Row, index: HeadingIndex) -> Title | None:
    cells = [cell.strip() for cell in row.text.split("|")]
    number = cells[0] if re.fullmatch(r"\d{1,2}\.?|[IVX]{1,4}\.?", cells[0]) else ""
    named = cells[1:] if number else cells
    if len(named) < 2:
        return None
    label = read_label(f"{number.rstrip('.')}. {named[0]}" if number else named[0])
    name = named[0] if number or label is None else named[0][label.stop :]
    match = index.match(name.rstrip(" :"), _UNNUMBERED)
    if match is None:
        return None
    rest = " ".join(cell for cell in named[1:] if cell)
    return Title(row.at, row.at + 1, one_line(f"{number} {named[0]}"), rest, label or _TABLE_LABEL, match, row.page)


@dataclass(frozen=True, slots=True)
class _Candidate:
    text: str  # the title without its number
    rest: str
    rows: int
    is_run_in: bool
    must_be_near: bool = False


class _Reader:
    """Decides whether the row at `at` begins a title."""

    def __init__(self, rows: Sequence[Row], at: int, label: Label, index: HeadingIndex, threshold: float) -> None:
        self._rows = rows
        self._at = at
        self._label = label
        self._index = index
        self._threshold = threshold

    def read(self, sibling: str, *, is_expected: bool) -> Title | None:
        """Return the title, known or not.

        `sibling` is the last row with the same kind of number; `is_expected` says that the number goes on from
        the title before.
        """
        if self._is_enumeration(sibling):
            return None
        best: tuple[float, int, _Candidate, HeadingMatch] | None = None
        for candidate in self._candidates():
            match = self._match(candidate, is_expected=is_expected)
            if match and (best is None or (match.score, self._length_bonus(candidate)) > best[:2]):
                best = (match.score, self._length_bonus(candidate), candidate, match)
        if best is None:
            return self._unknown()
        return self._title(self._whole_capitals(best[2]), best[3])

    def _row(self, offset: int = 0) -> Row:
        return self._rows[self._at + offset]

    def _is_enumeration(self, sibling: str) -> bool:
        """Items of a list that happen to be titles: "- Cải cách thể chế;"."""
        if self._label.level < Level.LETTER or self._has_speck():
            return False
        text = self._row().text.rstrip()
        return ":" not in text and (text.endswith((";", ",")) or sibling.rstrip().endswith(";"))

    def _has_speck(self) -> bool:
        """Return whether the comma behind a title is a speck: in a list the next letter would follow at once."""
        row, after = self._row(), self._at + 1
        if self._label.level is not Level.LETTER or not row.has_box or not row.text.rstrip().endswith(","):
            return False
        following = read_label(self._rows[after].text) if after < len(self._rows) else None
        is_item = following is not None and following.level is Level.LETTER
        return not is_item and self._index.is_exact(row.text[self._label.stop :])

    def _candidates(self) -> Iterator[_Candidate]:
        body, known = self._row().text[self._label.stop :], 0
        continuations = list(self._continuations())
        for count, offset in enumerate([0, *continuations]):
            if count:
                if re.search(r"[.:;]\s*$", body) or ":" in body or len(body.split()) > _MAX_TITLE_WORDS:
                    return
                known, body = len(body), f"{body} {self._row(offset).text}".strip()
            goes_on = _GOES_ON.search(flat(body)) is not None and count < len(continuations)
            is_short = len(body.split()) <= _MAX_TITLE_WORDS
            if is_short and not goes_on and not _DECLARED.match(flat(body)):
                yield _Candidate(body, "", offset + 1, is_run_in=False)
            yield from (c for c in _run_ins(body, offset + 1, self._label) if len(c.text) >= known)

    def _continuations(self) -> Iterator[int]:
        """Yield how far on the rows lie that the title may go on to: numbers of pages between do not count."""
        offset = 1
        while offset < _MAX_TITLE_ROWS and self._at + offset < len(self._rows):
            row = self._row(offset)
            if not is_page_number(row):
                label = read_label(row.text)
                is_answer = re.match(r"(?:khong|chua)\b", row.folded) is not None
                if row.line.table is not None or is_ornament(row) or is_answer or (label is not None and label.is_sure):
                    return
                yield offset
            offset += 1

    def _match(self, candidate: _Candidate, *, is_expected: bool) -> HeadingMatch | None:
        text = candidate.text.strip()
        if not text or _LEADERS.search(text) or not self._may_be_title(candidate):
            return None
        if candidate.must_be_near and not self._index.match(text, _UNNUMBERED):
            return None
        stands_out = text.endswith(":") or is_capitals(text) or bool(self._row().line.is_bold)
        needs_exact = not stands_out if self._label.level is Level.NONE else not self._label.is_sure
        if needs_exact and self._label.level is not Level.ROMAN and not self._index.is_exact(text):
            return None
        if self._label.level is Level.NONE:
            return self._index.match(text, max(self._threshold, _UNNUMBERED))
        is_item = self._label.level >= Level.LETTER and not candidate.is_run_in and not text.endswith(":")
        threshold = max(self._threshold, 0.9) if is_item else self._threshold
        return self._index.match(text, threshold, is_expected=is_expected)

    def _may_be_title(self, candidate: _Candidate) -> bool:
        if candidate.text.rstrip().endswith((";", ",")):
            # A speck after a numbered title reads as a comma.
            is_high = self._label.level <= Level.ARABIC_2 or self._has_speck()
            return is_high and self._index.is_exact(candidate.text)
        if self._label.level is not Level.NONE:
            return True
        row = self._row()
        first = row.text.lstrip(" \"'“*")[:1]
        if not first.isupper() or not self._follows_an_end():
            return False
        stands_out = is_capitals(candidate.text) or bool(row.line.is_bold) or bool(row.line.is_centred)
        return candidate.is_run_in or stands_out or candidate.text.rstrip().endswith(":") or self._is_alone(candidate)

    def _follows_an_end(self) -> bool:
        if self._at == 0:
            return True
        before = self._rows[self._at - 1]
        is_end = re.search(r"[.;:!?/…”\"]\W*$", before.text) is not None or is_capitals(before.text)
        return is_end or is_page_number(before) or is_ornament(before) or not before.has_box

    def _is_alone(self, candidate: _Candidate) -> bool:
        after = self._at + candidate.rows
        if after >= len(self._rows):
            return True
        row, following = self._row(), self._rows[after]
        if not row.has_box:
            return True
        return row.page != following.page or row.line.paragraph != following.line.paragraph

    def _length_bonus(self, candidate: _Candidate) -> int:
        """Prefer the longer of two equal titles only where the rows look alike."""
        if candidate.rows == 1:
            return 1
        last = self._row(candidate.rows - 1)
        is_alike = is_capitals(self._row().text) == is_capitals(last.text)
        return candidate.rows if is_alike else 0

    def _whole_capitals(self, candidate: _Candidate) -> _Candidate:
        """Take in the rows on which a title in capitals goes on, whatever they say."""
        while not candidate.is_run_in and is_capitals(candidate.text) and candidate.rows < _MAX_TITLE_ROWS:
            following = self._row(candidate.rows) if candidate.rows in self._continuations() else None
            if following is None or not is_capitals(following.text) or self._index.is_exact(following.text):
                break
            candidate = _Candidate(f"{candidate.text} {following.text}", "", candidate.rows + 1, is_run_in=False)
        return candidate

    def _title(self, candidate: _Candidate, match: HeadingMatch | None) -> Title:
        printed = one_line(f"{self._row().text[: self._label.stop]} {candidate.text}").rstrip(" :")
        first = self._row()
        stop = self._at + candidate.rows
        return Title(first.at, first.at + stop - self._at, printed, candidate.rest, self._label, match, first.page)

    def _unknown(self) -> Title | None:
        """Return a numbered row that looks like a title and is none that the request knows."""
        row, label = self._row(), self._label
        if label.level > Level.ARABIC or not label.is_sure:
            return None
        text = row.text[label.stop :].strip()
        words = len(text.split())
        stands_out = is_capitals(text) or bool(row.line.is_bold) or text.endswith(":")
        if not words or words > 25 or not (stands_out or words <= 12) or text.endswith((";", ",", ".")):
            return None
        return self._title(self._whole_capitals(_Candidate(text, "", 1, is_run_in=False)), None)


def _run_ins(body: str, count: int, label: Label) -> Iterator[_Candidate]:
    if colon := re.match(r"([^:]{5,240}?)\s*:\s*(?=\S)", body):
        yield _Candidate(colon[1], body[colon.end() :], count, is_run_in=True)
    if label.level <= Level.ARABIC_3 and (stop := re.match(r"([^.:]{8,200}?)\.\s+(?=[^\W_])", body)):
        yield _Candidate(stop[1], body[stop.end() :], count, is_run_in=True)
    # "kinh tế - xã hội" holds a dash too, so a title ends at one only before a sentence.
    for dash in re.finditer(r"\s[-–—]\s+(?=\w)", body[:200]) if label.level <= Level.ARABIC_3 else ():
        text = body[dash.end() :]
        if (text[0].isupper() or text[0].isdigit()) and not is_capitals(text) and not fold(text).startswith("xa hoi"):
            yield _Candidate(body[: dash.start()], text, count, is_run_in=True, must_be_near=True)
    if declared := _DECLARED.match(flat(body)):
        yield _Candidate(body[: declared.end(1)], body[declared.start(2) :], count, is_run_in=True)
