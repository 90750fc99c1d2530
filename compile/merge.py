"""Unit reports to one district report: which report counts, who is late or absent, what is still open.

Pure: the same request and reports give the same result, whatever the order the reports come in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from tonghop.compile.choice import Choice, choose, order_of_age
from tonghop.records import (
    OFFICE_TIME,
    DistrictReport,
    Evidence,
    Gap,
    GapKind,
    HeadingRule,
    Quote,
    ReportingRequest,
    Requirement,
    SectionState,
    SourceFile,
    Submission,
    SubmissionStatus,
    Unit,
    UnitReport,
)

__all__ = ["merge", "received_on", "status_of", "units_in_doubt"]

_ANSWERS = frozenset({SectionState.PRESENT, SectionState.NIL, SectionState.MERGED, SectionState.THIN})
_KIND_RANK = {kind: rank for rank, kind in enumerate(GapKind)}


def merge(request: ReportingRequest, reports: Sequence[UnitReport]) -> DistrictReport:
    """Return all submissions under `request`, in its order of units, with every gap.

    Of several reports of one unit and period the newest counts: by document date, then number, then time of
    receipt; the others are kept as superseded. Reports of another period count only for a unit that sent none of
    the asked one, and are else set aside. What is no report counts for nothing, and is set aside with a gap that
    names it (`compile.choice`). Reports whose unit is not one of the request's are `unidentified`.
    """
    known = {unit.id for unit in request.units}
    by_unit: dict[str, list[UnitReport]] = defaultdict(list)
    for report in sorted(reports, key=lambda report: order_of_age(report, request)):
        by_unit[str(report.match.unit) if report.match.unit in known else ""].append(report)
    unidentified = tuple(by_unit.pop("", ()))
    choices = [choose(unit.id, by_unit[unit.id], request) for unit in request.units]
    submissions = tuple(_submission(unit, own, request) for unit, own in zip(request.units, choices, strict=True))
    between = [gap for own in choices for gap in own.gaps]
    return DistrictReport(request, submissions, _gaps(request, submissions, unidentified, between), unidentified)


def received_on(report: UnitReport) -> date:
    """Return the calendar day in Viet Nam on which the file was received."""
    return report.source.received_at.astimezone(OFFICE_TIME).date()


def status_of(report: UnitReport, request: ReportingRequest) -> SubmissionStatus:
    """Return whether `report` is in time, by the date that the request counts."""
    is_late = request.is_late(report.letterhead.dated, report.source.received_at)
    if is_late is None:
        return SubmissionStatus.UNDATED
    return SubmissionStatus.LATE if is_late else SubmissionStatus.ON_TIME


def units_in_doubt(request: ReportingRequest, rule: HeadingRule) -> tuple[Unit, ...]:
    """Return the units whose duty under `rule.heading` is decided by `rule`. A rule naming the unit wins."""
    return tuple(unit for unit in request.units if _rule_for(request, unit, rule.heading) is rule)


def _rule_for(request: ReportingRequest, unit: Unit, heading: str) -> HeadingRule | None:
    rules = [rule for rule in request.rules if rule.heading == heading]
    named = [rule for rule in rules if unit.id in rule.units] or [rule for rule in rules if unit.kind in rule.kinds]
    return named[0] if named else None


def _submission(unit: Unit, choice: Choice, request: ReportingRequest) -> Submission:
    aside = _sources(choice.aside)
    if choice.counting is None:
        return Submission(unit, SubmissionStatus.ABSENT, set_aside=aside)
    status = status_of(choice.counting, request)
    return Submission(unit, status, choice.counting, _sources(choice.older), aside)


def _sources(reports: Iterable[UnitReport]) -> tuple[SourceFile, ...]:
    return tuple({report.source.sha256: report.source for report in reports}.values())


def _gaps(
    request: ReportingRequest,
    submissions: Sequence[Submission],
    unidentified: Iterable[UnitReport],
    between: Iterable[Gap],
) -> tuple[Gap, ...]:
    """Return every gap; `between` are those that lie between the documents of one unit."""
    found = list(between)
    for submission in submissions:
        if submission.report is None:
            found.append(Gap(GapKind.REPORT_MISSING, _why_absent(submission), submission.unit.id))
        else:
            found.extend(submission.report.gaps)
    for report in unidentified:
        found.extend(report.gaps)
    found.extend(_decisions(request, submissions))
    return _in_order(request, found)


def _why_absent(submission: Submission) -> Evidence:
    if not submission.set_aside:
        return Evidence("no_report")
    return Evidence("no_report_among", (("files", ", ".join(source.name for source in submission.set_aside)),))


def _decisions(request: ReportingRequest, submissions: Sequence[Submission]) -> list[Gap]:
    answers = {submission.unit.id: _answers(submission.report) for submission in submissions}
    gaps = []
    for rule in request.rules:
        if rule.requirement is not Requirement.AMBIGUOUS:
            continue
        units = units_in_doubt(request, rule)
        # Nothing is left to decide once every unit in doubt has answered.
        if any(rule.heading not in answers[unit.id] for unit in units):
            gaps.append(_decision(rule, units))
    return gaps


def _answers(report: UnitReport | None) -> frozenset[str]:
    return frozenset(s.heading for s in report.sections if s.state in _ANSWERS) if report else frozenset()


def _decision(rule: HeadingRule, units: Sequence[Unit]) -> Gap:
    values = (("units", "; ".join(unit.name for unit in units)), ("question", rule.question))
    quotes = (Quote(rule.quote),) if rule.quote else ()
    return Gap(GapKind.DECISION_NEEDED, Evidence("rule_ambiguous", values, quotes), heading=rule.heading)


def _in_order(request: ReportingRequest, gaps: Iterable[Gap]) -> tuple[Gap, ...]:
    """Return `gaps` in the request's order of units, then of headings, then of kinds; no unit comes last."""
    units = {unit.id: rank for rank, unit in enumerate(request.units)}
    headings = {heading.key: rank for rank, heading in enumerate(request.headings)}

    def key(gap: Gap) -> tuple[int, int, int, str, str, str]:
        unit = units.get(gap.unit or "", len(units))
        heading = headings.get(gap.heading or "", len(headings)) if gap.heading else -1
        return unit, heading, _KIND_RANK[gap.kind], gap.source or "", gap.evidence.reason, repr(gap.evidence)

    return tuple(sorted(gaps, key=key))
