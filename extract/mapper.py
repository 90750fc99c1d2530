"""One report, mapped: letterhead, unit, sections, figures, checks and gaps. Pure over what it is given."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import takewhile

from tonghop.extract.aside import has_figures
from tonghop.extract.checks import check_figures
from tonghop.extract.document import Row, is_ornament, is_page_number, rows_aside, rows_of, spans_of
from tonghop.extract.doubts import find_doubts
from tonghop.extract.figures import figures_of
from tonghop.extract.footnotes import mark_of
from tonghop.extract.gaps import Facts, find_gaps
from tonghop.extract.headings import HeadingIndex
from tonghop.extract.letterhead import Head, read_head
from tonghop.extract.notes import LeftNote, attach_notes
from tonghop.extract.period import PeriodMention, is_readable, periods_in, year_in
from tonghop.extract.placing import Placed, place_rows
from tonghop.extract.roles import mark_roles
from tonghop.extract.sections import build_sections, page_state
from tonghop.extract.segment import Outline, read_outline
from tonghop.extract.units import UnitClues, UnitIndex
from tonghop.records import (
    Check,
    Correction,
    Figure,
    Grade,
    Letterhead,
    Origin,
    Page,
    ReportingRequest,
    SourceFile,
    Span,
    UnitMatch,
    UnitReport,
)
from tonghop.settings import ExtractSettings
from tonghop.text import fold, is_capitals, one_line

__all__ = ["RequestIndex", "index_for", "map_report"]

_OPENING_END = re.compile(r"\b(nhu sau|duoi day|sau day|cu the)\b\s*$")
_PART_ALONE = re.compile(r"(?:phan|chuong|muc)(?: thu)? \w{1,4}")
_OPENING = re.compile(
    r"(?:can ?cu|thuc ?hien|thi hanh|theo|trien khai|tiep tuc|de co co so|ubnd|uy ban nhan dan|phong|van phong)\b"
)


@dataclass(frozen=True, slots=True)
class RequestIndex:
    """What is prepared once for a request and used for all its reports."""

    request: ReportingRequest
    headings: HeadingIndex
    units: UnitIndex


@lru_cache(maxsize=8)
def index_for(request: ReportingRequest) -> RequestIndex:
    """Return the index of `request`, made at the first call."""
    return RequestIndex(request, HeadingIndex(request), UnitIndex(request))


def map_report(
    source: SourceFile,
    pages: Sequence[Page],
    request: ReportingRequest,
    settings: ExtractSettings,
    corrections: Sequence[Correction] = (),
) -> UnitReport:
    """Return `pages`, a report read from `source`, mapped to what `request` asks."""
    whole = mark_roles(sorted(pages, key=lambda p: p.number))
    return _Mapping(source, whole, index_for(request), settings).run(corrections)


class _Mapping:
    def __init__(
        self, source: SourceFile, pages: tuple[Page, ...], index: RequestIndex, settings: ExtractSettings
    ) -> None:
        self.source = source
        self.pages = pages
        self.index = index
        self.settings = settings
        self.rows = rows_of(pages)
        self.head: Head = read_head(pages, self.rows)
        self.outline: Outline = read_outline(self.rows, self.head.stop, index.headings, settings.heading_threshold)
        self.state = page_state(pages)
        self.placed: Placed = place_rows(index.request, self.rows, self.outline, self.state.unread)
        self.left_notes, self.aside = self._beside_text()
        self.before = self._before_headings()
        self.opening = self._opening_rows()

    def run(self, corrections: Sequence[Correction]) -> UnitReport:
        request, settings = self.index.request, self.settings
        stated = list(self._stated_periods())
        periods = [*stated, *self._title_periods()]
        match = self._match()
        unit = request.unit(match.unit) if match.unit else None
        doubts = find_doubts(self.rows, self.outline)
        sections = build_sections(request, unit, self.placed, self.state, self._last_page(), doubts, settings)
        figures, doubtful, checks = self._figures()
        letterhead = self._letterhead()
        loose = [row for row in self.before if row not in self.opening and not _is_no_text(row)]
        facts = Facts(
            source=self.source,
            request=request,
            pages=self.pages,
            letterhead=letterhead,
            match=match,
            sections=sections,
            checks=checks,
            doubtful=doubtful,
            placed=self.placed,
            own_periods=periods,
            loose=loose,
            body=self.rows[self.outline.body : self.outline.closing],
            annex=self.rows[self.outline.annex :],
            left_notes=self._notes_to_tell(),
            aside=self.aside,
            date_quote=self.head.date_text,
            document_title=self.head.title,
            thin_words=settings.thin_words,
        )
        return UnitReport(
            source=self.source,
            match=match,
            letterhead=letterhead,
            period=self._period(stated),
            sections=sections,
            figures=figures,
            checks=checks,
            gaps=find_gaps(facts),
            unplaced=self._unplaced(),
            corrections=tuple(corrections),
            pages_read=sum(page.grade is not Grade.UNREAD for page in self.pages),
            pages_failed=tuple(page.number for page in self.pages if page.grade is Grade.UNREAD),
            steps=tuple(dict.fromkeys(step for page in self.pages for step in page.steps)),
        )

    def _beside_text(self) -> tuple[tuple[LeftNote, ...], tuple[Row, ...]]:
        """Put footnotes behind what refers to them; return those that belong to no section, and what is no text."""
        notes = rows_aside(self.pages, len(self.rows), notes=True)
        left = attach_notes(self.placed.found.values(), notes, self.rows, self.state.sheets)
        return left, rows_aside(self.pages, len(self.rows) + len(notes), notes=False)

    def _notes_to_tell(self) -> list[Row]:
        """Return the notes of no section, but for those of the text before the headings that add no figure to it."""
        before = {row.at for row in self.before}
        told = [
            note
            for note in self.left_notes
            if note.reference is None
            or note.reference.at not in before
            or any(has_figures(row.text.removeprefix(mark_of(row.line) or "")) for row in note.rows)
        ]
        return [row for note in told for row in note.rows]

    def _before_headings(self) -> tuple[Row, ...]:
        starts = [title.first for title in self.placed.openers]
        return self.rows[self.outline.body : min([*starts, self.outline.closing])]

    def _opening_rows(self) -> tuple[Row, ...]:
        """Return the opening: up to "… như sau:", or the paragraphs that say on what grounds the report is made."""
        for at in range(len(self.before) - 1, -1, -1):
            # "như sau:" may itself be broken over two lines.
            folded = " ".join(row.folded for row in self.before[max(at - 1, 0) : at + 1])
            end = _OPENING_END.search(folded)
            marks = ":" if end and end[1] == "cu the" else (":", ".", ",", ";")  # "… tiêu chí cụ thể." opens nothing
            if end and self.before[at].text.rstrip().endswith(marks):
                return self.before[: at + 1]
        written = [row for row in self.before if not is_ornament(row) and not is_page_number(row)]
        if written and written[-1].text.rstrip().endswith(":"):
            return self.before[: written[-1].at - self.before[0].at + 1]
        rows: list[Row] = []
        for row in self.before:
            goes_on = bool(rows) and row.has_box and not rows[-1].text.rstrip().endswith((".", ":"))
            if not (_OPENING.match(row.folded) or goes_on or is_ornament(row)):
                break
            rows.append(row)
        return tuple(rows)

    def _letterhead(self) -> Letterhead:
        rows = [*self.rows[: self.outline.body], *self.opening, *self.rows[self.outline.closing : self.outline.annex]]
        return replace(self.head.letterhead, spans=spans_of(rows), unread=self._unread_in_head())

    def _unread_in_head(self) -> tuple[str, ...]:
        """Return which of number and date could not be read: on a first page in doubt, all that is not there."""
        head = self.head.letterhead
        is_sure = bool(self.pages) and self.pages[0].number == 1 and self.pages[0].grade is Grade.GOOD
        if is_sure or head.is_draft:
            return head.unread
        return tuple(name for name, value in (("number", head.number), ("dated", head.dated)) if value is None)

    def _unplaced(self) -> tuple[Span, ...]:
        opening = {row.at for row in self.opening}
        rows = [row for row in self.before if row.at not in opening]
        rows += [*self.placed.introductions, *self.placed.unread]
        rows += [row for _, group in self.placed.orphans for row in group]
        rows += [row for _, group in self.placed.unknown for row in group]
        rows += [*self.rows[self.outline.annex :], *self.aside]
        rows += [row for note in self.left_notes for row in note.rows]
        return spans_of(rows)

    def _last_page(self) -> int:
        """Return the page on which the closing stands: nothing of the body can be after it. 0 when there is none."""
        if self.outline.closing < self.outline.annex:
            return self.rows[self.outline.closing].page
        return 0

    def _match(self) -> UnitMatch:
        letterhead = self.head.letterhead
        first = self.pages[0] if self.pages else None
        asked = next(periods_in(self.index.request.period.name), None)
        own = next((mention for mention in self._stated_periods() if mention.kind[0] != "year"), None)
        is_of_period = own is not None and asked is not None and (own.kind, own.year) == (asked.kind, asked.year)
        clues = UnitClues(
            issuer=one_line(self.head.issuer_raw or ""),
            letterhead=self.head.issuer_lines,
            addressee=letterhead.addressee or "",
            place=self.head.place_raw or letterhead.place or "",
            number=self.head.number_text,
            body=" ".join(row.raw for row in self.rows[self.outline.body : self.outline.annex]),
            file_name=self.source.name,
            # A report of the asked period is of that time, whatever day a scanner read.
            day=None if is_of_period else letterhead.dated,
            is_typed=first is not None and first.origin is not Origin.OCR,
            page=first.number if first else 1,
        )
        return self.index.units.match(clues, self.settings)

    def _stated_periods(self) -> Iterator[PeriodMention]:
        """Yield the places where the report says what period it is of: subject, opening, closing."""
        subject = self.head.letterhead.subject
        if subject:
            page = self.head.subject_rows[0].page if self.head.subject_rows else self.pages[0].number
            mention = next(periods_in(subject, page), None) or year_in(subject, page)
            yield from (mention,) if mention else ()
        opening = one_line(" ".join(row.text for row in self.opening))
        at = _flat_find_last(opening, "báo cáo")
        if at is not None:
            yield from list(periods_in(opening[at:], self.opening[0].page))[:1]
        closing = list(takewhile(_is_sentence, self.rows[self.outline.closing : self.outline.annex][:3]))
        if closing and closing[0].folded.startswith("tren day"):
            yield from list(periods_in(one_line(" ".join(row.text for row in closing)), closing[0].page))[:1]

    def _period(self, stated: Sequence[PeriodMention]) -> str | None:
        """Return the first period stated in full. A year alone leaves it to the other places."""
        first = next((mention for mention in stated if mention.kind[0] != "year"), None)
        return first.name if first and is_readable(first) else None

    def _title_periods(self) -> Iterator[PeriodMention]:
        """Yield the periods in titles: the report's own, or the next one, but hardly another year's."""
        for title in self.outline.titles:
            if title.match:
                yield from list(periods_in(title.text, title.page))[:1]

    def _figures(self) -> tuple[tuple[Figure, ...], tuple[Figure, ...], tuple[Check, ...]]:
        """Return the figures, those whose numbers were read with doubt, and the checks of the former."""
        figures: list[Figure] = []
        doubtful: list[Figure] = []
        checks: list[Check] = []
        for found in self.placed.found.values():
            if found.merged_into:
                continue
            placed = figures_of(found, self.state.sheets)
            sure = [p for p in placed if not p.is_doubtful]
            figures.extend(p.figure for p in sure)
            doubtful.extend(p.figure for p in placed if p.is_doubtful)
            checks.extend(check_figures(sure))
        return tuple(dict.fromkeys(figures)), tuple(dict.fromkeys(doubtful)), tuple(checks)


def _is_no_text(row: Row) -> bool:
    """Return whether a row before the headings says nothing: a page number, "Phần I", a line of capitals."""
    return is_page_number(row) or is_capitals(row.text) or _PART_ALONE.fullmatch(row.folded) is not None


def _is_sentence(row: Row) -> bool:
    """Return whether the row can belong to the closing sentence: recipients and signature cannot."""
    return not row.folded.startswith(("noi nhan", "tm ", "kt ", "tl "))


def _flat_find_last(text: str, words: str) -> int | None:
    matches = [m.start(1) for m in re.finditer(r"(?=\b(\w+\s+\w+))", text) if fold(m[1]) == fold(words)]
    return max(matches, default=None)
