"""Unit reports to one district report: which report counts, who is late or absent, what is still open.

Pure: the same request and reports give the same result, whatever the order the reports come in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

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
    the asked one, and are else set aside. Reports whose unit is not one of the request's are `unidentified`.
    """
    known = {unit.id for unit in request.units}
    by_unit: dict[str, list[UnitReport]] = defaultdict(list)
    for report in sorted(reports, key=_age):
        by_unit[str(report.match.unit) if report.match.unit in known else ""].append(report)
    unidentified = tuple(by_unit.pop("", ()))
    sent = [_sent(by_unit[unit.id]) for unit in request.units]
    submissions = tuple(_submission(unit, own, request) for unit, own in zip(request.units, sent, strict=True))
    aside = [report for own in sent for report in own.aside]
    return DistrictReport(request, submissions, _gaps(request, submissions, unidentified, aside), unidentified)


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


def _age(report: UnitReport) -> tuple[date, int, str, float, str]:
    # An undated report is older than any dated one: nothing says that it replaces them.
    number = report.letterhead.number or ""
    leading = number.partition("/")[0].strip()
    ordinal = int(leading) if leading.isdecimal() and len(leading) < 10 else -1
    return (
        report.letterhead.dated or date.min,
        ordinal,
        number,
        report.source.received_at.timestamp(),
        report.source.sha256,
    )


@dataclass(frozen=True, slots=True)
class _Sent:
    """What one unit sent: the report that counts, older ones of its period, and those of other periods."""

    counting: UnitReport | None = None
    older: tuple[UnitReport, ...] = ()
    aside: tuple[UnitReport, ...] = ()


def _sent(oldest_first: Sequence[UnitReport]) -> _Sent:
    if not oldest_first:
        return _Sent()
    asked = [report for report in oldest_first if not _is_of_another_period(report)]
    counting = (asked or oldest_first)[-1]
    rivals = asked or [report for report in oldest_first if report.period == counting.period]
    older = [report for report in rivals if report.source.sha256 != counting.source.sha256]
    aside = [report for report in oldest_first if report not in rivals]
    return _Sent(counting, tuple(reversed(older)), tuple(aside))


def _is_of_another_period(report: UnitReport) -> bool:
    """Return whether the report as a whole is of another period, not only a place in it that was left in."""
    found = [gap for gap in report.gaps if gap.kind is GapKind.WRONG_PERIOD]
    return any(("asked", report.period) not in gap.evidence.values for gap in found)


def _submission(unit: Unit, sent: _Sent, request: ReportingRequest) -> Submission:
    if sent.counting is None:
        return Submission(unit, SubmissionStatus.ABSENT)
    status = status_of(sent.counting, request)
    return Submission(unit, status, sent.counting, _sources(sent.older), _sources(sent.aside))


def _sources(reports: Iterable[UnitReport]) -> tuple[SourceFile, ...]:
    return tuple({report.source.sha256: report.source for report in reports}.values())


def _gaps(
    request: ReportingRequest,
    submissions: Sequence[Submission],
    unidentified: Iterable[UnitReport],
    aside: Iterable[UnitReport],
) -> tuple[Gap, ...]:
    found: list[Gap] = []
    for submission in submissions:
        if submission.report is None:
            found.append(Gap(GapKind.REPORT_MISSING, Evidence("no_report"), submission.unit.id))
        else:
            found.extend(submission.report.gaps)
    for report in unidentified:
        found.extend(report.gaps)
    for report in aside:  # that it is of another period is all that matters of it
        found.extend(gap for gap in report.gaps if gap.kind is GapKind.WRONG_PERIOD)
    found.extend(_decisions(request, submissions))
    return _in_order(request, found)


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
