from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import pytest

from bench.accuracy import Score, _is_met, _print_tables, compare
from tonghop.records import (
    Evidence,
    Gap,
    GapKind,
    Letterhead,
    MediaType,
    Section,
    SectionState,
    SourceFile,
    UnitMatch,
    UnitReport,
)


def _truth(**more: Any) -> dict[str, Any]:
    truth = {
        "unit": "xa-bao-lam", "number": "05/BC-UBND", "date": "2024-02-29", "period": "quý I năm 2024",
        "sections": {"the_che": "missing", "tthc": "present"}, "gaps": ["section_missing:the_che"], "figures": [],
        "faults": [],
    }  # fmt: skip
    return truth | more


def _report(unit: str | None, states: dict[str, str], missing: Sequence[str], number: str = "5/BC-UBND") -> UnitReport:
    evidence = Evidence("no_report")
    source = SourceFile("0" * 64, "a.pdf", 1, datetime(2024, 2, 29, tzinfo=UTC), MediaType.PDF)
    return UnitReport(
        source,
        UnitMatch(unit, 1.0, "", None, 0.0, evidence),
        Letterhead(number=number, dated=date(2024, 2, 29)),
        "Quý I năm 2024",
        tuple(Section(key, SectionState(state)) for key, state in states.items()),
        gaps=tuple(Gap(GapKind.SECTION_MISSING, evidence, unit, key) for key in missing),
    )


def test_a_right_report_has_no_slips() -> None:
    report = _report("xa-bao-lam", {"the_che": "missing", "tthc": "present"}, ("the_che",))
    score = compare(_truth(), report)
    assert score.slips == []
    assert (score.unit, score.wrong_unit, score.missing_found, score.missing_said) == ([1, 1], 0, 1, 1)
    assert (score.number, score.dated, score.period) == ([1, 1, 0], [1, 1, 0], [1, 1])


def test_what_is_missed_and_what_is_made_up_both_count() -> None:
    report = _report("xa-bao-lam", {"the_che": "present", "tthc": "missing"}, ("tthc",), "6/BC-UBND")
    score = compare(_truth(), report)
    assert (score.missing_true, score.missing_found, score.missing_said, score.missing_right) == (1, 0, 1, 0)
    assert score.states == [0, 2]
    assert score.number == [0, 1, 1]


def test_a_wrong_unit_is_worse_than_none() -> None:
    wrong, none = (compare(_truth(), _report(unit, {}, ())) for unit in ("xa-gia-cat", None))
    assert (wrong.wrong_unit, none.wrong_unit) == (1, 0)
    assert wrong.unit == none.unit == [0, 1]


def test_what_a_wrong_unit_is_said_to_lack_is_wrong() -> None:
    """Though the same heading is missing in the report of the right unit."""
    score = compare(_truth(), _report("xa-gia-cat", {}, ("the_che", "tthc")))
    assert (score.missing_true, score.missing_found, score.missing_said, score.missing_right) == (1, 0, 2, 0)
    assert score.gaps["section_missing said"] == 2
    assert score.gaps["section_missing right"] == 0


def test_the_target_is_shown_with_sealed_scans_too(capsys: pytest.CaptureFixture[str]) -> None:
    found = compare(_truth(), _report("xa-bao-lam", {"the_che": "missing"}, ("the_che",)))
    lost = compare(_truth(), _report("xa-bao-lam", {"the_che": "unread"}, ()))
    measured = _print_tables([("scan", "office", found), ("png", "sealed", lost), ("docx", "typed", found)])
    assert measured["missing recall, office"] == 1.0
    assert measured["missing recall, office and sealed"] == 0.5
    _is_met(measured)
    printed = capsys.readouterr().out
    assert "| **office and sealed** | 2 |" in printed
    assert "missing recall, office and sealed: 50.0 %" in printed


def test_a_stranger_given_to_a_unit_is_wrong() -> None:
    assert compare(_truth(unit=None, sections={}), _report("xa-gia-cat", {}, ())).wrong_unit == 1


def test_numbers_by_pen_are_counted_apart() -> None:
    report = _report("xa-bao-lam", {"the_che": "missing", "tthc": "present"}, ("the_che",), "6/BC-UBND")
    score = compare(_truth(faults=["by_hand"]), report)
    assert (score.number, score.dated, score.by_hand) == ([0, 0, 0], [0, 0, 0], [1, 2, 1])


def test_scores_add_up() -> None:
    report = _report("xa-bao-lam", {"the_che": "missing", "tthc": "present"}, ("the_che",))
    total = Score()
    for _ in range(3):
        total.add(compare(_truth(), report))
    assert (total.files, total.unit, total.missing_true, total.gaps["section_missing right"]) == (3, [3, 3], 3, 3)
