"""Which of the documents that one unit sent is its report, and what becomes of the others.

A date alone does not make a document the report: a plan, a covering letter or a draft sent later replaces nothing.
Where documents do not settle which one counts, one is taken by a fixed rule and the officer is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import IntEnum

from tonghop.records import (
    Evidence,
    Gap,
    GapKind,
    Quote,
    ReportingRequest,
    Section,
    SectionState,
    SourceFile,
    UnitReport,
)

__all__ = ["Choice", "Standing", "choose", "order_of_age", "standing"]

_NOT_FOUND = frozenset({SectionState.MISSING, SectionState.UNREAD, SectionState.NOT_APPLICABLE})


class Standing(IntEnum):
    """What a document is to the request. A higher one counts before a lower one, whatever the dates."""

    NO_REPORT = 0  # calls itself something else, or holds none of the headings: never counts
    BARE = 1  # none of the headings was found, but it was not read well, or its number is a report's (…/BC-…)
    DRAFT = 2  # marked as a draft or with a blank for the number, and without one
    REPORT = 3


@dataclass(frozen=True, slots=True)
class Choice:
    """What one unit sent: the report that counts, those it replaces, those set aside, and what they leave open."""

    counting: UnitReport | None = None
    older: tuple[UnitReport, ...] = ()
    aside: tuple[UnitReport, ...] = ()
    gaps: tuple[Gap, ...] = ()


def standing(report: UnitReport) -> Standing:
    """Return what `report` is to the request, by its title, headings and number."""
    if _title_gap(report):
        return Standing.NO_REPORT
    if not any(section.spans or section.state not in _NOT_FOUND for section in report.sections):
        is_read = bool(report.sections) and all(s.state is not SectionState.UNREAD for s in report.sections)
        return Standing.NO_REPORT if is_read and not _is_numbered_as_report(report) else Standing.BARE
    head = report.letterhead
    return Standing.DRAFT if head.is_draft and not head.number else Standing.REPORT


def _title_gap(report: UnitReport) -> Gap | None:
    return next((gap for gap in report.gaps if gap.evidence.reason == "document_no_report"), None)


def _is_numbered_as_report(report: UnitReport) -> bool:
    # BC is the abbreviation of "báo cáo" in a number (Decree 30/2020, annex III, part I).
    return "BC" in re.split(r"[/\s-]+", (report.letterhead.number or "").upper())


def order_of_age(report: UnitReport, request: ReportingRequest) -> tuple[date, int, str, float, str]:
    """Return a sort key: by the document's date, then its number, then receipt. One without a date comes first."""
    number = report.letterhead.number or ""
    leading = number.partition("/")[0].strip()
    ordinal = int(leading) if leading.isdecimal() and len(leading) < 10 else -1
    return (_dated(report, request) or date.min, ordinal, number, *_receipt(report))


def _dated(report: UnitReport, request: ReportingRequest) -> date | None:
    """Return the document's date, unless it cannot be: it then orders nothing."""
    dated = report.letterhead.dated
    return dated if dated and request.can_be_dated(dated, report.source.received_at) else None


def _receipt(report: UnitReport) -> tuple[float, str]:
    return report.source.received_at.timestamp(), report.source.sha256


def choose(unit_id: str, reports: Iterable[UnitReport], request: ReportingRequest) -> Choice:
    """Return which of the documents of one unit counts; the result does not depend on their order.

    Those of the asked period come first, then the higher standing, then the newest.
    """
    sent = sorted(reports, key=lambda report: order_of_age(report, request))
    papers = [report for report in sent if standing(report) is not Standing.NO_REPORT]
    strangers = [report for report in sent if standing(report) is Standing.NO_REPORT]
    asked = [report for report in papers if not _is_of_another_period(report)]
    gaps = [_no_report(unit_id, report) for report in strangers]
    if not papers:
        return Choice(aside=tuple(strangers), gaps=tuple(gaps))
    counting = _best(asked or papers, request)
    rivals = asked or [report for report in papers if report.period == counting.period]
    rivals = [report for report in rivals if report.source.sha256 != counting.source.sha256]
    doubts = {report.source.sha256: _doubt(unit_id, counting, report, request) for report in rivals}
    newer = [r for r in rivals if doubts[r.source.sha256] and standing(r) < standing(counting)]
    others = [report for report in papers if report not in rivals and report != counting]
    gaps += [gap for gap in doubts.values() if gap]
    gaps += [gap for report in others for gap in report.gaps if gap.kind is GapKind.WRONG_PERIOD]
    if standing(counting) is Standing.DRAFT:
        gaps.append(_gap(unit_id, Evidence("only_draft", _files(file=counting))))
    older = [report for report in reversed(rivals) if report not in newer]
    return Choice(_hedged(counting, newer), tuple(older), (*others, *newer, *strangers), tuple(gaps))


def _best(pool: Sequence[UnitReport], request: ReportingRequest) -> UnitReport:
    """Return the newest of the highest standing; `pool` is in the order of age.

    Dated documents go by date. Where the newest of those and one without a date meet, the later receipt decides.
    """
    highest = max(standing(report) for report in pool)
    first = [report for report in pool if standing(report) is highest]
    undated = [report for report in first if _dated(report, request) is None]
    newest = first[-1]
    last = max(undated, key=_receipt, default=newest)
    return last if _dated(newest, request) is None or _receipt(last)[0] > _receipt(newest)[0] else newest


def _is_of_another_period(report: UnitReport) -> bool:
    """Return whether the report as a whole is of another period, not only a place in it that was left in."""
    found = [gap for gap in report.gaps if gap.kind is GapKind.WRONG_PERIOD]
    return any(("asked", report.period) not in gap.evidence.values for gap in found)


def _doubt(unit_id: str, counting: UnitReport, rival: UnitReport, request: ReportingRequest) -> Gap | None:
    """Return the question that `rival` leaves open, or None where it is surely replaced by `counting`."""
    dates = _dated(counting, request), _dated(rival, request)
    is_dated = None not in dates
    if is_dated:
        is_newer = order_of_age(rival, request) > order_of_age(counting, request)
    else:
        is_newer = _receipt(rival)[0] > _receipt(counting)[0]
    if standing(rival) is standing(counting):
        reason = None if is_dated else "which_report_counts"
    elif standing(rival) is Standing.DRAFT:
        reason = "draft_set_aside" if is_newer else None
    else:
        reason = None if is_dated and not is_newer else "unread_set_aside"
    return _gap(unit_id, Evidence(reason, _files(file=counting, other=rival))) if reason else None


def _no_report(unit_id: str, report: UnitReport) -> Gap:
    title = _title_gap(report)
    if title:
        return _gap(unit_id, Evidence("title_set_aside", _files(file=report), title.evidence.quotes))
    subject = report.letterhead.subject
    quotes = (Quote(subject),) if subject else ()
    return _gap(unit_id, Evidence("no_headings_set_aside", _files(file=report), quotes))


def _gap(unit_id: str, evidence: Evidence) -> Gap:
    # Between documents, and so of none: the ledger keeps it beside the request, and an officer can settle it.
    return Gap(GapKind.DECISION_NEEDED, evidence, unit_id)


def _files(**reports: UnitReport) -> tuple[tuple[str, str], ...]:
    return tuple((key, report.source.name) for key, report in reports.items())


def _hedged(counting: UnitReport, newer: Sequence[UnitReport]) -> UnitReport:
    """Return `counting` without "missing" under headings that stand, perhaps, in a newer document nobody could read."""
    sources = {
        section.heading: report.source
        for report in reversed(newer)
        for section in report.sections
        if section.state is SectionState.UNREAD
    }
    if not sources:
        return counting
    sections = tuple(_hedged_section(section, sources, counting.source) for section in counting.sections)
    changed = {new.heading: new.evidence for old, new in zip(counting.sections, sections, strict=True) if old != new}
    return replace(counting, sections=sections, gaps=tuple(_hedged_gaps(counting.gaps, changed)))


def _hedged_section(section: Section, sources: dict[str, SourceFile], own: SourceFile) -> Section:
    if section.state is not SectionState.MISSING or section.heading not in sources:
        return section
    values = (("file", own.name), ("other", sources[section.heading].name))
    return replace(
        section, state=SectionState.UNREAD, confidence=0.0, evidence=Evidence("section_in_other_file", values)
    )


def _hedged_gaps(gaps: Iterable[Gap], changed: dict[str, Evidence | None]) -> Iterator[Gap]:
    for gap in gaps:
        evidence = changed.get(gap.heading or "")
        if gap.kind is GapKind.SECTION_MISSING and evidence:
            yield Gap(GapKind.SECTION_UNREAD, evidence, gap.unit, gap.heading)
        else:
            yield gap
