"""What is wrong or missing in one report, each with its evidence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tonghop.extract.areas import areas_of
from tonghop.extract.aside import has_figures
from tonghop.extract.catalogue import indicator_name, rule_in_words
from tonghop.extract.document import Row
from tonghop.extract.letterhead import OTHER_TITLES
from tonghop.extract.period import PeriodMention, is_readable, periods_in
from tonghop.extract.placing import Placed
from tonghop.extract.segment import Title
from tonghop.extract.similarity import set_likeness
from tonghop.records import (
    OFFICE_TIME,
    Check,
    Evidence,
    Figure,
    Gap,
    GapKind,
    Grade,
    Letterhead,
    LineRole,
    Origin,
    Page,
    ProcessingStep,
    Quote,
    ReportingRequest,
    Requirement,
    Section,
    SectionState,
    SourceFile,
    UnitMatch,
)
from tonghop.text import fold, one_line, short_day

__all__ = ["Facts", "find_gaps"]

_STATE_GAPS = {
    SectionState.MISSING: GapKind.SECTION_MISSING,
    SectionState.THIN: GapKind.SECTION_THIN,
    SectionState.UNREAD: GapKind.SECTION_UNREAD,
}
_LONG_INTRODUCTION = 6  # times a thin text
_BESIDE = (LineRole.RUNNING_HEAD, LineRole.STAMP)
_STRANGER = ("unit_not_in_request", "unit_elsewhere")


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is known of one report when its gaps are looked for.

    `own_periods` are the places that name the report's own period; the first is its title's, when it has one.
    `loose` are rows before the first heading that are no opening, `body` all between head and closing, `annex` those
    behind the signature, `left_notes` the footnotes that nobody compiles, `aside` what is no running text: page
    numbers, running heads, stamps. `date_quote` is the date line as printed, `document_title` what the document calls
    itself ("BÁO CÁO"). `doubtful` are figures whose numbers were read with doubt: they are not among the report's
    figures.
    """

    source: SourceFile
    request: ReportingRequest
    pages: Sequence[Page]
    letterhead: Letterhead
    match: UnitMatch
    sections: Sequence[Section]
    checks: Sequence[Check]
    placed: Placed
    own_periods: Sequence[PeriodMention]
    loose: Sequence[Row]
    body: Sequence[Row]
    annex: Sequence[Row]
    left_notes: Sequence[Row]
    aside: Sequence[Row]
    date_quote: str
    document_title: str
    thin_words: int
    doubtful: Sequence[Figure] = ()


def find_gaps(facts: Facts) -> tuple[Gap, ...]:
    """Return the gaps of a single report, those of the whole report first."""
    found = [
        *_unit(facts),
        *_title(facts),
        *_addressee(facts),
        *_late(facts),
        *_period(facts),
        *_pages(facts),
        *_sections(facts),
        *_figures(facts),
        *_unplaced(facts),
        *_beside_text(facts),
    ]
    unit, sha256 = facts.match.unit, facts.source.sha256
    return tuple(Gap(kind, evidence, unit, heading, sha256) for kind, evidence, heading in found)


_Found = tuple[GapKind, Evidence, str | None]


def _unit(facts: Facts) -> Iterator[_Found]:
    if facts.match.unit is None:
        is_stranger = facts.match.evidence.reason in _STRANGER
        kind = GapKind.WRONG_ADDRESSEE_OR_UNIT if is_stranger else GapKind.DECISION_NEEDED
        yield kind, facts.match.evidence, None


def _title(facts: Facts) -> Iterator[_Found]:
    """Find a plan, a notice, minutes sent in place of a report."""
    title = facts.document_title
    if title and fold(title) in OTHER_TITLES:
        quotes = (Quote(title, facts.pages[0].number),)
        yield GapKind.DECISION_NEEDED, Evidence("document_no_report", (), quotes), None
    elif facts.body and not facts.placed.found:
        yield GapKind.DECISION_NEEDED, Evidence("document_without_headings", (), (_excerpt(facts.body),)), None


def _addressee(facts: Facts) -> Iterator[_Found]:
    """Find a report that is sent to another authority than the one that asked."""
    addressee = facts.letterhead.addressee
    if not addressee or fold(addressee).startswith("nhu tren"):
        return
    wanted = [facts.request.issuer, facts.request.channel, re.sub(r"[^(]*\(|\)[^)]*", "", facts.request.channel)]
    names = [_authority(text) for text in wanted if text]
    likeness = max((set_likeness(_authority(addressee), name) for name in names), default=100.0)
    is_foreign = areas_of(facts.request).foreign(addressee, is_typed=facts.pages[0].origin is not Origin.OCR)
    if likeness < 60 or is_foreign:
        values = (("asked", facts.request.issuer),)
        evidence = Evidence("addressee_differs", values, (Quote(addressee, facts.pages[0].number),))
        yield GapKind.WRONG_ADDRESSEE_OR_UNIT, evidence, None


def _authority(text: str) -> str:
    return fold(text).replace("uy ban nhan dan", "ubnd")


def _late(facts: Facts) -> Iterator[_Found]:
    request, dates = facts.request, (facts.letterhead.dated, facts.source.received_at)
    is_by_date = request.deadline_counts == "document"
    reason = "late_by_date" if is_by_date else "late_by_receipt"
    quotes = _date_line(facts) if is_by_date else ()
    dated, received_at = dates
    if dated and not request.can_be_dated(dated, received_at):
        values = (("day", short_day(dated)), ("received", short_day(received_at.astimezone(OFFICE_TIME).date())))
        yield GapKind.DECISION_NEEDED, Evidence("date_impossible", values, _date_line(facts)), None
    if is_by_date and dated is None and "dated" in facts.letterhead.unread:
        yield GapKind.DECISION_NEEDED, Evidence("date_unread", (), _date_line(facts)), None
    if request.is_late(*dates) and (day := request.counted_day(*dates)):
        values = (("day", short_day(day)), ("deadline", short_day(request.deadline)))
        yield GapKind.REPORT_LATE, Evidence(reason, values, quotes), None


def _date_line(facts: Facts) -> tuple[Quote, ...]:
    return (Quote(facts.date_quote, facts.pages[0].number),) if facts.date_quote else ()


def _period(facts: Facts) -> Iterator[_Found]:
    asked = next(periods_in(facts.request.period.name), None)
    if asked is None:
        return
    if not facts.own_periods and facts.letterhead.dated is None and facts.placed.found:
        yield GapKind.DECISION_NEEDED, Evidence("period_unknown"), None
    wrong = [mention for mention in facts.own_periods if _is_other(mention, asked, facts)]
    if wrong:
        right = [mention for mention in facts.own_periods if mention not in wrong]
        quotes = list(dict.fromkeys(mention.quote for mention in (*wrong, *right[:1])))
        if len(quotes) == 1 and facts.date_quote:
            quotes.append(Quote(facts.date_quote, facts.pages[0].number))
        values = (("found", wrong[0].name), ("asked", asked.name))
        yield GapKind.WRONG_PERIOD, Evidence("period_differs", values, tuple(quotes)), None


def _is_other(mention: PeriodMention, asked: PeriodMention, facts: Facts) -> bool:
    if abs(mention.year - asked.year) > 3 and facts.pages[0].origin is Origin.OCR and _is_supported(asked.year, facts):
        return False  # no copying mistake: a misread digit
    subject = one_line(facts.letterhead.subject or "")
    is_title = mention is facts.own_periods[0] and mention.quote.text == subject
    if mention.kind != asked.kind and is_readable(mention):
        return is_title
    return mention.year != asked.year


def _is_supported(year: int, facts: Facts) -> bool:
    """Return whether another place of the report names this year."""
    years = [mention.year for mention in facts.own_periods]
    return year in years or (facts.letterhead.dated is not None and facts.letterhead.dated.year == year)


def _pages(facts: Facts) -> Iterator[_Found]:
    used = {row.page for row in facts.body}  # what is doubtful of a page with the signature alone is the signature
    for page in facts.pages:
        doubts = [doubt for step in page.steps for doubt in _doubts(page.number, step)]
        if page.grade is Grade.DOUBTFUL and page.number in used and not doubts:
            yield GapKind.PAGE_UNREAD, Evidence("page_doubtful", (("page", str(page.number)),)), None
        if page.grade is Grade.UNREAD:
            number = ("page", str(page.number))
            unread = Evidence("page_unread", (number,))
            failed = Evidence("page_failed", (number, ("error", page.error_detail)))
            yield GapKind.PAGE_UNREAD, failed if page.error else unread, None
        yield from ((GapKind.PAGE_UNREAD, doubt, None) for doubt in doubts)


def _doubts(page: int, step: ProcessingStep) -> Iterator[Evidence]:
    """Yield what a step in the reading of a typed page leaves to an officer."""
    found = (("page", str(page)), *step.settings)
    if step.action == "suspect_encoding":
        yield Evidence("encoding_uncertain", found)
    elif step.action == "miss_results":
        yield Evidence("cells_without_result", found)


def _sections(facts: Facts) -> Iterator[_Found]:
    unit = facts.request.unit(facts.match.unit) if facts.match.unit else None
    owed = facts.request.requirements(unit) if unit else {}
    for section in facts.sections:
        kind = _STATE_GAPS.get(section.state)
        requirement = owed.get(section.heading)
        is_absent = not section.spans
        if kind is None or requirement is None or section.evidence is None:
            continue
        if is_absent and requirement is not Requirement.REQUIRED:
            continue
        yield kind, section.evidence, section.heading


def _figures(facts: Facts) -> Iterator[_Found]:
    for figure in facts.doubtful:
        # The page stands for where to look, the quote for the cell.
        doubt = (("name", indicator_name(figure.indicator)), ("found", figure.text))
        yield GapKind.PAGE_UNREAD, Evidence("figure_doubtful", doubt, (figure.quote,)), figure.heading
    for check in facts.checks:
        if not check.holds:
            values = (
                ("rule", rule_in_words(check.rule)),
                ("expected", _number(check.expected)),
                ("found", check.operands[-1].text),
            )
            quotes = tuple(dict.fromkeys(figure.quote for figure in check.operands))
            yield GapKind.FIGURE_CONFLICT, Evidence("figures_conflict", values, quotes), check.operands[-1].heading


def _number(value: object) -> str:
    return f"{value:,}".replace(",", "_").replace(".", ",").replace("_", ".")


def _unplaced(facts: Facts) -> Iterator[_Found]:
    if _words(facts.loose) >= facts.thin_words:
        yield GapKind.TEXT_UNPLACED, Evidence("text_before_headings", (), (_excerpt(facts.loose),)), None
    for title, rows in facts.placed.unknown:
        body = rows[1:] if title else rows
        if title and _words(body) >= facts.thin_words:
            values = (("title", title.text),)
            yield GapKind.TEXT_UNPLACED, Evidence("text_under_unknown", values, (_excerpt(rows),)), None
    for number, rows in facts.placed.orphans:
        values = (("page", str(number)),)
        yield GapKind.TEXT_UNPLACED, Evidence("text_after_unread", values, (_excerpt(rows),)), None
    if _words(facts.annex) >= facts.thin_words:
        yield GapKind.TEXT_UNPLACED, Evidence("text_in_annex", (), (_excerpt(facts.annex),)), None
    for group, introduction in _empty_groups(facts):
        values = (("title", group.text),)
        yield GapKind.TEXT_UNPLACED, Evidence("text_under_group", values, (_excerpt(introduction),)), None


def _beside_text(facts: Facts) -> Iterator[_Found]:
    """Find footnotes that no section holds, and figures in what was set aside as a running head or a stamp."""
    heads = [row for row in facts.aside if row.line.role in _BESIDE and has_figures(row.text)]
    once = {row.folded: row for row in reversed(heads)}  # the first of the pages a running head stands on
    rows = [*facts.left_notes, *once.values()]
    for page in sorted({row.page for row in rows}):
        quotes = tuple(Quote(row.text, page) for row in rows if row.page == page)
        # The line was read, what it is was not: an officer compares it with the page.
        yield GapKind.TEXT_UNPLACED, Evidence("text_set_aside", (("page", str(page)),), quotes), None


def _empty_groups(facts: Facts) -> Iterator[tuple[Title, Sequence[Row]]]:
    """Yield groups that hold text and no heading: "Kết quả thực hiện" written as prose."""
    starts = sorted(title.first for found in facts.placed.found.values() for title in found.titles)
    for group in facts.placed.containers:
        following = next((start for start in starts if start > group.first), None)
        rows = [row for row in facts.placed.introductions if row.at >= group.stop]
        rows = [row for row in rows if following is None or row.at < following]
        announces = bool(rows) and rows[-1].text.rstrip().endswith(":")  # "… đạt được kết quả như sau:"
        if _words(rows) >= (_LONG_INTRODUCTION if announces else 1) * facts.thin_words:
            yield group, rows


def _words(rows: Sequence[Row]) -> int:
    return sum(any(c.isalnum() for c in word) for row in rows for word in row.text.split())


def _excerpt(rows: Sequence[Row]) -> Quote:
    words = one_line(" ".join(row.text for row in rows)).split()
    return Quote(" ".join(words[:30]) + (" …" if len(words) > 30 else ""), rows[0].page)
