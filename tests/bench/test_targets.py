"""The measurements fail when a target is missed: a bench that cannot fail says nothing."""

from __future__ import annotations

import pytest

from bench import memory, throughput
from bench.throughput import Cost, Round


def _round(ratio: float, good: int = 20) -> Round:
    return Round(20, Cost(10, 20), Cost(10 * ratio, 20), good)


def test_throughput_is_judged_by_the_median_round(capsys: pytest.CaptureFixture[str]) -> None:
    assert throughput.is_met([_round(1.15), _round(3), _round(0.9)])
    assert not throughput.is_met([_round(1.16), _round(1.2), _round(0.9)])
    assert "MISSED median ratio of wall times 1.16" in capsys.readouterr().out


def test_throughput_counts_no_page_that_was_not_read() -> None:
    """Reading nothing would be fastest."""
    assert not throughput.is_met([_round(0.5, good=19)])


def test_memory_is_judged_by_peak_and_growth() -> None:
    assert memory.is_met([100, *[300.0] * 199])
    assert memory.is_met([300, 310])
    assert not memory.is_met([501.0] * 200)
    assert not memory.is_met([200.0] * 10 + [226.0])
    assert memory.is_met([100.0] * 9 + [200.0] * 2)
