"""Which report counts, who is late or absent, what is open: the same answer in whatever order reports come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tonghop.compile.merge import merge, received_on, status_of, units_in_doubt
from tonghop.messages import REASONS, render
from tonghop.records import (
    DistrictReport,
    Evidence,
    Gap,
    GapKind,
    Quote,
    ReportingRequest,
    Requirement,
    SectionState,
    SubmissionStatus,
    UnitReport,
)

Make = Callable[..., UnitReport]
LATER = datetime(2024, 2, 28, 8, tzinfo=UTC)


def received(report: UnitReport, moment: datetime) -> UnitReport:
    return replace(report, source=replace(report.source, received_at=moment))


def numbered(report: UnitReport, number: str | None) -> UnitReport:
    return replace(report, letterhead=replace(report.letterhead, number=number))


def test_submissions_follow_the_requests_order(district: DistrictReport, cao_loc: ReportingRequest) -> None:
    assert [s.unit for s in district.submissions] == list(cao_loc.units)


def test_no_reports_make_everyone_absent(cao_loc: ReportingRequest) -> None:
    merged = merge(cao_loc, [])
    assert {s.status for s in merged.submissions} == {SubmissionStatus.ABSENT}
    assert Counter(g.kind for g in merged.gaps) == {GapKind.REPORT_MISSING: 27, GapKind.DECISION_NEEDED: 3}


@pytest.mark.parametrize(
    ("dated", "status"),
    [
        (date(2024, 2, 29), SubmissionStatus.ON_TIME),
        (date(2024, 3, 1), SubmissionStatus.LATE),
        (None, SubmissionStatus.UNDATED),
    ],
)
def test_status_by_document_date(
    cao_loc: ReportingRequest, make_report: Make, dated: date | None, status: SubmissionStatus
) -> None:
    assert status_of(make_report(cao_loc, cao_loc.units[0], 0, dated), cao_loc) is status


def test_status_by_receipt_counts_the_day_in_viet_nam(cao_loc: ReportingRequest, make_report: Make) -> None:
    by_receipt = replace(cao_loc, deadline_counts="receipt")
    report = make_report(cao_loc, cao_loc.units[0], 0, None)
    last_minute = received(report, datetime(2024, 2, 29, 16, 59, tzinfo=UTC))
    midnight = received(report, datetime(2024, 2, 29, 17, 0, tzinfo=UTC))
    assert received_on(midnight) == date(2024, 3, 1)
    assert status_of(last_minute, by_receipt) is SubmissionStatus.ON_TIME
    assert status_of(midnight, by_receipt) is SubmissionStatus.LATE


def test_newest_date_counts_and_older_are_kept(cao_loc: ReportingRequest, make_report: Make) -> None:
    unit = cao_loc.units[0]
    days = [date(2024, 2, 9), date(2024, 2, 20), date(2024, 2, 1)]
    reports = [make_report(cao_loc, unit, n, day) for n, day in enumerate(days)]
    submission = merge(cao_loc, reports).submissions[0]
    assert submission.report == reports[1]
    assert submission.superseded == (reports[0].source, reports[2].source)


def test_same_date_goes_by_number_as_a_number(cao_loc: ReportingRequest, make_report: Make) -> None:
    unit = cao_loc.units[0]
    ninth = numbered(make_report(cao_loc, unit, 1), "9/BC-UBND")
    tenth = numbered(make_report(cao_loc, unit, 2), "10/BC-UBND")
    assert merge(cao_loc, [tenth, ninth]).submissions[0].report == tenth


def test_same_date_and_number_goes_by_receipt(cao_loc: ReportingRequest, make_report: Make) -> None:
    unit = cao_loc.units[0]
    first = numbered(make_report(cao_loc, unit, 1), None)
    second = received(numbered(make_report(cao_loc, unit, 2), None), datetime(2024, 2, 28, 3, tzinfo=UTC))
    assert merge(cao_loc, [second, first]).submissions[0].report == second


def test_superseded_reports_bring_no_gaps(cao_loc: ReportingRequest, make_report: Make) -> None:
    unit = cao_loc.units[0]
    older = make_report(cao_loc, unit, 1, date(2024, 2, 1), the_che=SectionState.MISSING)
    newer = make_report(cao_loc, unit, 2, date(2024, 2, 2))
    assert not [g for g in merge(cao_loc, [older, newer]).gaps if g.unit == unit.id]


def of_period(report: UnitReport, period: str | None, found: str = "") -> UnitReport:
    """Return `report` with `period` as its own; `found` is the other period that its gap names."""
    values = (("found", found or period or ""), ("asked", report.period or ""))
    gap = Gap(GapKind.WRONG_PERIOD, Evidence("period_differs", values), report.match.unit, source=report.source.sha256)
    return replace(report, period=period, gaps=(*report.gaps, gap))


def test_another_period_does_not_displace_the_asked_one(cao_loc: ReportingRequest, make_report: Make) -> None:
    unit = cao_loc.units[0]
    first = make_report(cao_loc, unit, 1, date(2024, 2, 20))
    second = make_report(cao_loc, unit, 2, date(2024, 2, 27), the_che=SectionState.MISSING)
    second = of_period(second, "quý II năm 2024")
    merged = merge(cao_loc, [second, first])
    submission = merged.submissions[0]
    assert submission.report == first
    assert (submission.superseded, submission.set_aside) == ((), (second.source,))
    own = [gap for gap in merged.gaps if gap.unit == unit.id]
    assert [(gap.kind, gap.source) for gap in own] == [(GapKind.WRONG_PERIOD, second.source.sha256)]


def test_without_the_asked_period_the_newest_of_another_counts(cao_loc: ReportingRequest, make_report: Make) -> None:
    unit = cao_loc.units[0]
    days = [date(2024, 2, 20), date(2024, 2, 21), date(2024, 2, 22)]
    reports = [make_report(cao_loc, unit, n, day) for n, day in enumerate(days)]
    periods = ("quý I năm 2023", "quý IV năm 2023", "quý I năm 2023")
    early, other, newest = (of_period(r, period) for r, period in zip(reports, periods, strict=True))
    merged = merge(cao_loc, [other, newest, early])
    submission = merged.submissions[0]
    assert submission.report == newest
    assert (submission.superseded, submission.set_aside) == ((early.source,), (other.source,))
    named = {gap.source for gap in merged.gaps if gap.kind is GapKind.WRONG_PERIOD}
    assert named == {newest.source.sha256, other.source.sha256}


def test_a_year_left_in_does_not_make_it_another_period(cao_loc: ReportingRequest, make_report: Make) -> None:
    unit = cao_loc.units[0]
    older = make_report(cao_loc, unit, 1, date(2024, 2, 20))
    newer = make_report(cao_loc, unit, 2, date(2024, 2, 27))
    newer = of_period(newer, newer.period, "quý I năm 2023")
    submission = merge(cao_loc, [older, newer]).submissions[0]
    assert (submission.report, submission.superseded) == (newer, (older.source,))


def test_a_period_that_was_not_read_counts_as_the_asked_one(cao_loc: ReportingRequest, make_report: Make) -> None:
    unit = cao_loc.units[0]
    unread = replace(make_report(cao_loc, unit, 1, date(2024, 2, 20)), period=None)
    other = of_period(make_report(cao_loc, unit, 2, date(2024, 2, 27)), "quý II năm 2024")
    assert merge(cao_loc, [unread, other]).submissions[0].report == unread


# ── what is no report, and which of two counts ──


def of_title(report: UnitReport, title: str) -> UnitReport:
    """Return `report` as a document that calls itself `title`."""
    gap = Gap(GapKind.DECISION_NEEDED, Evidence("document_no_report", (), (Quote(title, 1),)), report.match.unit)
    return replace(report, gaps=(*report.gaps, replace(gap, source=report.source.sha256)))


def without_headings(report: UnitReport, number: str | None, state: SectionState = SectionState.MISSING) -> UnitReport:
    """Return `report` with none of its headings found, each with its gap."""
    kind = GapKind.SECTION_MISSING if state is SectionState.MISSING else GapKind.SECTION_UNREAD
    sections = tuple(replace(s, state=state, text="", spans=(), method="none") for s in report.sections)
    gaps = [Gap(kind, Evidence("x"), report.match.unit, s.heading, report.source.sha256) for s in sections]
    return numbered(replace(report, sections=sections, gaps=tuple(gaps)), number)


def as_draft(report: UnitReport) -> UnitReport:
    return replace(report, letterhead=replace(report.letterhead, is_draft=True, number=None, dated=None))


def own_gaps(merged: DistrictReport) -> list[Gap]:
    return [gap for gap in merged.gaps if gap.unit == merged.submissions[0].unit.id]


@pytest.mark.parametrize(
    ("make_other", "reason"),
    [
        (lambda r: of_title(r, "KẾ HOẠCH"), "title_set_aside"),
        (lambda r: without_headings(r, "40/UBND-NV"), "no_headings_set_aside"),
        (lambda r: without_headings(r, None), "no_headings_set_aside"),
        (as_draft, "draft_set_aside"),
        (lambda r: without_headings(r, None, SectionState.UNREAD), "unread_set_aside"),
    ],
)
def test_only_a_report_replaces_a_report(
    make_other: Callable[[UnitReport], UnitReport], reason: str, cao_loc: ReportingRequest, make_report: Make
) -> None:
    """A plan, a covering letter, a draft, an unread paper that came later: named with its file, and set aside."""
    signed = make_report(cao_loc, cao_loc.units[0], 1, date(2024, 2, 26))
    other = received(make_report(cao_loc, cao_loc.units[0], 2, date(2024, 2, 28)), LATER)
    other = make_other(other)
    for reports in ([signed, other], [other, signed]):
        merged = merge(cao_loc, reports)
        submission = merged.submissions[0]
        assert submission.report == signed
        assert (submission.superseded, submission.set_aside) == ((), (other.source,))
        (gap,) = own_gaps(merged)
        assert (gap.kind, gap.evidence.reason) == (GapKind.DECISION_NEEDED, reason)
        assert "bao_cao_02.pdf" in render(gap.evidence)


@pytest.mark.parametrize("title", [None, "KẾ HOẠCH"])
def test_what_is_no_report_does_not_count_even_alone(
    title: str | None, cao_loc: ReportingRequest, make_report: Make
) -> None:
    paper = make_report(cao_loc, cao_loc.units[0], 1)
    paper = of_title(paper, title) if title else without_headings(paper, "40/UBND-NV")
    merged = merge(cao_loc, [paper])
    submission = merged.submissions[0]
    assert (submission.status, submission.report) == (SubmissionStatus.ABSENT, None)
    assert submission.set_aside == (paper.source,)
    missing, decision = own_gaps(merged)
    assert (missing.kind, missing.evidence.reason) == (GapKind.REPORT_MISSING, "no_report_among")
    assert decision.kind is GapKind.DECISION_NEEDED
    assert all("bao_cao_01.pdf" in render(gap.evidence) for gap in (missing, decision))


@pytest.mark.parametrize(("number", "state"), [("40/BC-UBND", SectionState.MISSING), (None, SectionState.UNREAD)])
def test_a_report_without_headings_counts_when_nothing_better_came(
    number: str | None, state: SectionState, cao_loc: ReportingRequest, make_report: Make
) -> None:
    bare = without_headings(make_report(cao_loc, cao_loc.units[0], 1), number, state)
    assert merge(cao_loc, [bare]).submissions[0].report == bare


def test_a_draft_alone_counts_and_is_called_one(cao_loc: ReportingRequest, make_report: Make) -> None:
    draft = as_draft(make_report(cao_loc, cao_loc.units[0], 1))
    merged = merge(cao_loc, [draft])
    assert (merged.submissions[0].report, merged.submissions[0].status) == (draft, SubmissionStatus.UNDATED)
    assert [gap.evidence.reason for gap in own_gaps(merged)] == ["only_draft"]


def test_a_report_with_a_number_is_no_draft(cao_loc: ReportingRequest, make_report: Make) -> None:
    marked = make_report(cao_loc, cao_loc.units[0], 1)
    marked = replace(marked, letterhead=replace(marked.letterhead, is_draft=True))
    assert own_gaps(merge(cao_loc, [marked])) == []


def test_a_draft_before_the_report_is_replaced_without_a_word(cao_loc: ReportingRequest, make_report: Make) -> None:
    draft = as_draft(make_report(cao_loc, cao_loc.units[0], 1))
    signed = received(make_report(cao_loc, cao_loc.units[0], 2, date(2024, 2, 26)), LATER)
    merged = merge(cao_loc, [draft, signed])
    assert merged.submissions[0].superseded == (draft.source,)
    assert own_gaps(merged) == []


def test_missing_is_not_said_of_what_a_newer_unread_paper_may_hold(
    cao_loc: ReportingRequest, make_report: Make
) -> None:
    signed = make_report(cao_loc, cao_loc.units[0], 1, date(2024, 2, 20), the_che=SectionState.MISSING)
    scan = received(make_report(cao_loc, cao_loc.units[0], 2, None), LATER)
    merged = merge(cao_loc, [signed, without_headings(scan, None, SectionState.UNREAD)])
    assert [(gap.kind, gap.heading) for gap in own_gaps(merged)] == [
        (GapKind.DECISION_NEEDED, None),
        (GapKind.SECTION_UNREAD, "the_che"),
    ]
    counting = merged.submissions[0].report
    assert counting
    (section,) = (s for s in counting.sections if s.heading == "the_che")
    assert section.state is SectionState.UNREAD


@pytest.mark.parametrize("is_last", [False, True])
def test_without_a_date_receipt_decides_and_the_officer_is_asked(
    is_last: bool, cao_loc: ReportingRequest, make_report: Make
) -> None:
    unit = cao_loc.units[0]
    dated = make_report(cao_loc, unit, 1, date(2024, 2, 21), the_che=SectionState.MISSING)
    undated = make_report(cao_loc, unit, 2, None)
    undated, dated = (received(undated, LATER), dated) if is_last else (undated, received(dated, LATER))
    counting, other = (undated, dated) if is_last else (dated, undated)
    for reports in ([dated, undated], [undated, dated]):
        merged = merge(cao_loc, reports)
        assert merged.submissions[0].report == counting
        assert merged.submissions[0].superseded == (other.source,)
        (gap,) = (gap for gap in own_gaps(merged) if gap.kind is GapKind.DECISION_NEEDED)
        assert gap.evidence == Evidence(
            "which_report_counts", (("file", counting.source.name), ("other", other.source.name))
        )


def test_a_date_that_cannot_be_orders_nothing_and_says_nothing_of_lateness(
    cao_loc: ReportingRequest, make_report: Make
) -> None:
    """Last year's date, or one after the day of receipt, is no date."""
    unit = cao_loc.units[0]
    for day in (date(2023, 2, 27), date(2026, 2, 27)):
        wrong = received(make_report(cao_loc, unit, 1, day), LATER - timedelta(days=1))
        assert status_of(wrong, cao_loc) is SubmissionStatus.UNDATED
        right = received(make_report(cao_loc, unit, 2, date(2024, 2, 27)), LATER)
        merged = merge(cao_loc, [wrong, right])
        assert merged.submissions[0].report == right
        assert "which_report_counts" in {gap.evidence.reason for gap in own_gaps(merged)}


def test_three_papers_in_a_circle_give_one_answer(cao_loc: ReportingRequest, make_report: Make) -> None:
    """By date the first beats the third, by receipt the second beats the first and the third the second."""
    unit = cao_loc.units[0]
    first = make_report(cao_loc, unit, 1, date(2024, 2, 27))
    second = received(make_report(cao_loc, unit, 2, None), LATER)
    third = received(make_report(cao_loc, unit, 3, date(2024, 2, 20)), LATER + timedelta(hours=1))
    found = {merge(cao_loc, order).submissions[0].report == second for order in permutations([first, second, third])}
    assert found == {True}


def test_unknown_sender_is_kept_with_its_gaps(cao_loc: ReportingRequest, make_report: Make) -> None:
    gap = Gap(GapKind.WRONG_ADDRESSEE_OR_UNIT, Evidence("no_report"))
    stranger = replace(make_report(cao_loc, None, 1), gaps=(gap,))
    merged = merge(cao_loc, [stranger])
    assert merged.unidentified == (stranger,)
    assert gap in merged.gaps


def test_unit_outside_the_request_is_unidentified(cao_loc: ReportingRequest, make_report: Make) -> None:
    report = make_report(cao_loc, cao_loc.units[0], 1)
    foreign = replace(report, match=replace(report.match, unit="xa-khac"))
    assert merge(cao_loc, [foreign]).unidentified == (foreign,)


def test_one_decision_for_each_ambiguous_rule(cao_loc: ReportingRequest) -> None:
    decisions = [g for g in merge(cao_loc, []).gaps if g.kind is GapKind.DECISION_NEEDED]
    assert [g.heading for g in decisions] == ["khac_phuc_chi_so", "tac_dong_kt_xh", "tu_cham_diem"]
    assert all(g.unit is None and g.evidence.reason in REASONS for g in decisions)
    rule = next(r for r in cao_loc.rules if r.heading == "tac_dong_kt_xh" and r.requirement is Requirement.AMBIGUOUS)
    values = dict(decisions[1].evidence.values)
    assert values["question"] == rule.question
    assert decisions[1].evidence.quotes[0].text == rule.quote
    # The rule that names Tài chính - Kế hoạch wins over the one for its kind.
    assert "Tài chính" not in values["units"]
    assert [u.name for u in units_in_doubt(cao_loc, rule)] == values["units"].split("; ")


def test_no_decision_where_all_in_doubt_answered(cao_loc: ReportingRequest, make_report: Make) -> None:
    office = cao_loc.unit("phong-van-hoa-thong-tin")
    answered = merge(cao_loc, [make_report(cao_loc, office, 1, tu_cham_diem=SectionState.NIL)])
    assert "tu_cham_diem" not in {g.heading for g in answered.gaps if g.kind is GapKind.DECISION_NEEDED}
    left_out = merge(cao_loc, [make_report(cao_loc, office, 1, tu_cham_diem=SectionState.MISSING)])
    assert "tu_cham_diem" in {g.heading for g in left_out.gaps if g.kind is GapKind.DECISION_NEEDED}


def test_gaps_stand_in_order_of_units_headings_kinds(district: DistrictReport) -> None:
    units = {u.id: n for n, u in enumerate(district.request.units)}
    headings = {h.key: n for n, h in enumerate(district.request.headings)}
    places = [(units.get(g.unit or "", 99), headings[g.heading] if g.heading else -1) for g in district.gaps]
    assert places == sorted(places)
    assert len({g.kind for g in district.gaps}) >= 6


@given(order=st.randoms(use_true_random=False))
def test_order_of_arrival_does_not_matter(order: object, district: DistrictReport) -> None:
    reports = [s.report for s in district.submissions if s.report] + list(district.unidentified)
    order.shuffle(reports)  # type: ignore[attr-defined]  # hypothesis hands out a random.Random
    again = merge(district.request, reports)
    assert again.gaps == district.gaps
    assert [s.report for s in again.submissions] == [s.report for s in district.submissions]
