"""The measurements fail when a target is missed: a bench that cannot fail says nothing."""

from __future__ import annotations

import pytest

from bench import memory, throughput
from bench.cost import Cost
from bench.throughput import Round


def _round(ratio: float, good: int = 20) -> Round:
    return Round(20, Cost(10, 20), Cost(10 * ratio, 20), good)


def test_throughput_is_judged_by_the_median_round(capsys: pytest.CaptureFixture[str]) -> None:
    assert throughput.is_met([_round(1.15), _round(3), _round(0.9)])
    assert not throughput.is_met([_round(1.16), _round(1.2), _round(0.9)])
    assert "MISSED median ratio of wall times 1.16" in capsys.readouterr().out


def test_throughput_counts_no_page_that_was_not_read() -> None:
    """Reading nothing would be fastest."""
    assert not throughput.is_met([_round(0.5, good=19)])


def _peaks(count: int, worker: float, growth: float = 0.0) -> list[memory.Held]:
    """Of `count` quick pages; `growth` in MB a page."""
    return [memory.Held(page, worker + growth * page, worker, 50) for page in range(1, count + 1)]


def test_memory_is_judged_by_the_peak_of_a_worker_and_its_child() -> None:
    assert memory.is_met(_peaks(200, 450))
    assert not memory.is_met(_peaks(200, 451))


def test_memory_is_judged_by_its_growth() -> None:
    assert memory.is_met(_peaks(1000, 100, growth=0.0099))
    assert not memory.is_met(_peaks(1000, 100, growth=0.0101))


def test_memory_taken_once_is_no_growth() -> None:
    """Libraries are loaded and buffers made over the first hundred pages."""
    early = [memory.Held(page, 10 * page, 200, 50) for page in range(1, 100)]
    assert memory.is_met([*early, *(memory.Held(page, 200, 200, 50) for page in range(100, 1001))])


def test_growth_needs_pages_enough(capsys: pytest.CaptureFixture[str]) -> None:
    assert memory.is_met(_peaks(20, 100))
    assert "not measured" in capsys.readouterr().out
