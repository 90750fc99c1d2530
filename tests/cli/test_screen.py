"""What is shown fits a terminal without being cut, and is whole lines without loose ends on a pipe."""

from __future__ import annotations

from datetime import UTC, datetime
from io import StringIO

import pytest
from rich.console import Console

from tonghop.cli.screen import show_gaps, show_matrix, show_status
from tonghop.compile.merge import merge
from tonghop.compile.signs import GAP_LABELS, SHOWN, STATE_LABELS
from tonghop.i18n import Translator
from tonghop.ledger.records import FileState, FileStatus, StatusReport
from tonghop.messages import render
from tonghop.records import DistrictReport, Gap, GapKind, MediaType, SourceFile
from tonghop.request import load_preset

NAMES = (
    "bao-cao-cchc-thanh-loa (lan 1).docx",
    "Báo_cáo_kết_quả_công_tác_cải_cách_hành_chính_quý_I_năm_2024_của_xã_Thanh_Lòa(bản_chính).pdf",
)
ENGLISH = Translator("en")


def console(width: int) -> Console:
    """A terminal of `width` columns without colours; 0: a pipe, as wide as the command line makes it."""
    return Console(file=StringIO(), force_terminal=width > 0, color_system=None, width=width or 100_000)


def printed(screen: Console) -> list[str]:
    assert isinstance(screen.file, StringIO)
    return screen.file.getvalue().splitlines()


def is_absent(gap: Gap) -> bool:
    return gap.kind is GapKind.REPORT_MISSING


@pytest.fixture(scope="module")
def nobody_reported() -> DistrictReport:
    return merge(load_preset("cao-loc-2024-q1"), ())


@pytest.fixture(scope="module")
def two_files() -> StatusReport:
    received = datetime(2024, 2, 27, tzinfo=UTC)
    sources = [SourceFile(str(n) * 64, name, 10, received, MediaType.PDF) for n, name in enumerate(NAMES)]
    return StatusReport(tuple(FileStatus(s, FileState.NEEDS_REVIEW, 3, 3, "xa-thanh-loa", 2) for s in sources))


@pytest.mark.parametrize("width", [60, 80, 100])
def test_file_names_are_folded_and_never_cut(width: int, two_files: StatusReport) -> None:
    screen = console(width)
    show_status(screen, two_files, {"xa-thanh-loa": "Xã Thanh Lòa"}, ENGLISH)
    lines = printed(screen)
    column = lines[0].index("State")
    folded = "".join(line[:column].replace(" ", "") for line in lines[1:])
    assert folded == "".join(NAMES).replace(" ", "")
    assert max(map(len, lines)) <= width
    assert not any("…" in line for line in lines)


@pytest.mark.parametrize("width", [60, 80, 100])
def test_labels_stay_whole_and_gaps_hang(width: int, nobody_reported: DistrictReport) -> None:
    screen = console(width)
    show_matrix(screen, nobody_reported, ENGLISH)
    legend = [line for line in printed(screen) if any(STATE_LABELS[state] in line for state in SHOWN)]
    assert all(any(STATE_LABELS[state] in line for line in legend) for state in SHOWN)
    screen = console(width)
    show_gaps(screen, nobody_reported.gaps, nobody_reported.request, ENGLISH, {})
    lines = printed(screen)
    assert max(map(len, lines)) <= width
    first = next(at for at, line in enumerate(lines) if line.startswith("  • "))
    assert lines[first + 1].startswith("    ")
    known = {word for gap in nobody_reported.gaps for word in render(gap.evidence, ENGLISH).split()}
    assert {word for line in lines[first + 1 : first + 3] for word in line.split()} <= known, "no word is broken"
    for kind in {gap.kind for gap in nobody_reported.gaps}:
        count = sum(gap.kind is kind for gap in nobody_reported.gaps)
        assert any(f"{GAP_LABELS[kind]} {count}" in line for line in lines)


def test_on_a_pipe_a_gap_is_a_line_and_nothing_trails(nobody_reported: DistrictReport, two_files: StatusReport) -> None:
    screen = console(0)
    show_matrix(screen, nobody_reported, ENGLISH)
    show_status(screen, two_files, {}, ENGLISH)
    show_gaps(screen, nobody_reported.gaps, nobody_reported.request, ENGLISH, {})
    lines = printed(screen)
    assert [line for line in lines if line != line.rstrip()] == []
    assert sum(line.startswith("  • ") for line in lines) == sum(not is_absent(gap) for gap in nobody_reported.gaps)
    assert [line for line in lines[-4:] if line.startswith("    ")] == []
    assert all(any(name in line for line in lines) for name in NAMES)
