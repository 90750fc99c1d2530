"""Gaps: what an officer settled stays settled, and no other gap with it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tonghop.ledger.store import Ledger
from tonghop.records import Evidence, Gap, GapKind, GapState, Quote, SourceFile, UnitReport

MakeSource = Callable[..., SourceFile]
MakeReport = Callable[..., UnitReport]


def test_a_settled_gap_stays_settled_when_mapped_again(ledger: Ledger, read: MakeSource, report: MakeReport) -> None:
    found = read()
    gap = Gap(GapKind.SECTION_MISSING, Evidence("no_report", quotes=(Quote("cũ"),)), "xa-a", "tthc", found.sha256)
    ledger.add_report(report(found, gap), "m1")
    ledger.settle(gap, GapState.WAIVED, "đã gọi điện")
    worded_anew = Gap(GapKind.SECTION_MISSING, Evidence("no_report"), "xa-a", "tthc", found.sha256)
    other = Gap(GapKind.SECTION_MISSING, Evidence("no_report"), "xa-a", "the_che", found.sha256)
    ledger.add_report(report(found, worded_anew, other), "m2")
    first, second = ledger.gaps()
    assert (first.gap.state, first.settled_by, first.why) == (GapState.WAIVED, "Nguyễn Văn A", "đã gọi điện")
    assert first.gap.evidence == worded_anew.evidence
    assert (second.gap.state, second.settled_at) == (GapState.OPEN, None)


def test_a_waiver_of_one_wrong_sum_does_not_waive_another(ledger: Ledger, read: MakeSource, report: MakeReport) -> None:
    found = read()

    def conflict(total: str) -> Gap:
        return Gap(GapKind.FIGURE_CONFLICT, Evidence("sum", (("total", total),)), "xa-a", "tthc", found.sha256)

    ledger.add_report(report(found, conflict("10"), conflict("20")), "m1")
    ledger.settle(conflict("10"), GapState.WAIVED, "lỗi in")
    ledger.add_report(report(found, conflict("20"), conflict("30")), "m2")
    assert [entry.gap.state for entry in ledger.gaps()] == [GapState.OPEN, GapState.OPEN]
    ledger.add_report(report(found, conflict("10"), conflict("20")), "m3")
    assert [entry.gap.state for entry in ledger.gaps()] == [GapState.WAIVED, GapState.OPEN]


def test_gaps_between_reports_come_and_go_and_keep_their_state(ledger: Ledger) -> None:
    absent = Gap(GapKind.REPORT_MISSING, Evidence("no_report"), "xa-a")
    other = Gap(GapKind.REPORT_MISSING, Evidence("no_report"), "xa-b")
    ledger.keep_gaps([absent, other])
    ledger.settle(absent, GapState.WAIVED, "đơn vị đã sáp nhập")
    ledger.keep_gaps([other])
    assert [entry.gap.unit for entry in ledger.gaps()] == ["xa-b"]
    ledger.keep_gaps([absent, other])
    ledger.keep_gaps([absent, other])
    assert [(e.gap.unit, e.gap.state) for e in ledger.gaps()] == [("xa-a", GapState.WAIVED), ("xa-b", GapState.OPEN)]


def test_a_gap_that_does_not_stand_cannot_be_settled(ledger: Ledger) -> None:
    with pytest.raises(KeyError, match="report_missing"):
        ledger.settle(Gap(GapKind.REPORT_MISSING, Evidence("no_report"), "xa-a"), GapState.WAIVED, "")
    assert ledger.events() == ()
