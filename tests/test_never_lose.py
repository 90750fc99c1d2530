"""Never lose a file: a run is killed with SIGKILL between every two steps, and the next run finishes the work.

A child process takes an inbox of Word files, a picture, a duplicate, a broken file and an archive, and kills
itself at the named step. Afterwards the same command runs again, unharmed. Whatever the step: every file's bytes
are kept once, every row is there once, the inbox is empty.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import signal
import sqlite3
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Callable, Generator, Iterable
from contextlib import closing
from datetime import UTC, datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest
from PIL import Image

from tonghop.ingest import package
from tonghop.ingest.zipsafe import open_zip
from tonghop.pipeline import open_pipeline
from tonghop.records import Grade, Line, MediaType, Origin, Outcome, OutcomeStatus, Page, Word
from tonghop.request import preset_text
from tonghop.workspace import Workspace

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL and no fork")

STEPS = (
    "sniffed",
    "opened",
    "copied",
    "synced",
    "renamed",
    "source_committed",
    "inbox_removed",
    "quarantine_kept",
    "quarantine_committed",
    "archive_committed",
    "planned",
    "page_read",
    "page_committed",
    "pages_complete",
    "mapped",
    "report_committed",
    "decided",
)
ONCE = {"archive_committed", "decided"}
FAULTS = [(step, count) for step in STEPS for count in (1, 2) if count == 1 or step not in ONCE]


def noon() -> datetime:
    return datetime(2024, 2, 27, 5, tzinfo=UTC)


# ── the inbox ──────────────────────────────────────────────────────────────────────────────────────────────


@lru_cache  # once: its bytes tell the time they were made at
def word_file(unit: str, number: int) -> bytes:
    document = docx.Document()
    for line in (
        "ỦY BAN NHÂN DÂN",
        unit.upper(),
        f"Số: {number}/BC-UBND",
        f"{unit}, ngày 26 tháng 02 năm 2024",
        "BÁO CÁO",
        "Kết quả công tác cải cách hành chính quý I năm 2024",
        "1. Cải cách thể chế",
        "Trong quý đã rà soát 05 văn bản quy phạm pháp luật theo đúng kế hoạch được giao.",
    ):
        document.add_paragraph(line)
    file = BytesIO()
    document.save(file)
    return file.getvalue()


@lru_cache(maxsize=1)
def inbox_files() -> dict[str, bytes]:
    picture, archive = BytesIO(), BytesIO()
    Image.new("L", (60, 80), 255).save(picture, "PNG")
    with zipfile.ZipFile(archive, "w") as members:
        members.writestr("Thạch Đạn/báo cáo.docx", word_file("Xã Thạch Đạn", 7))
        members.writestr("Thạch Đạn/hỏng.pdf", b"%PDF-1.4 and no more")
    first = word_file("Xã Bảo Lâm", 5)
    return {
        "a bảo lâm.docx": first,
        "b bảo lâm (bản sao).docx": first,
        "c.docx": word_file("Xã Thanh Lòa", 6),
        "d trang.png": picture.getvalue(),
        "e hỏng.jpg": b"",
        "f.zip": archive.getvalue(),
    }


class CannedExecutor:
    """Reads Word files as they are and gives any picture the same words: this is about keeping, not reading."""

    def run(self, function: Callable[[Any], Any], jobs: Iterable[Any]) -> Generator[tuple[Any, Any], None, None]:
        line = Line((Word("Báo", "Báo"), Word("cáo", "cáo")))
        for job in jobs:
            is_word = job.media_type is MediaType.DOCX
            yield job, function(job) if is_word else (Page(job.number, Origin.OCR, Grade.GOOD, (line,)),)

    def close(self) -> None:
        pass


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = Workspace.create(tmp_path / "văn phòng", preset_text("cao-loc-2024-q1"))
    (made.root / "tonghop.toml").write_text("[ingest]\nsettle_s = 0.0\n", encoding="utf-8")
    for name, data in inbox_files().items():
        (made.inbox / name).write_bytes(data)
    return Workspace.open(made.root)


# ── running and dying ──────────────────────────────────────────────────────────────────────────────────────


def run(workspace: Workspace, on_step: Callable[[str], None] = lambda _: None) -> tuple[Outcome, ...]:
    with open_pipeline(workspace, CannedExecutor(), noon, on_step=on_step) as pipeline:
        return (*pipeline.resume(), *pipeline.take([workspace.inbox]))


def run_until(workspace: Workspace, is_last: Callable[[str], bool]) -> int | None:
    """Run in a child process that kills itself at the step for which `is_last` holds; return its exit code."""

    def die(step: str) -> None:
        if is_last(step):
            os.kill(os.getpid(), signal.SIGKILL)

    child = multiprocessing.get_context("fork").Process(target=run, args=(workspace, die))
    child.start()
    child.join()
    return child.exitcode


def at(step: str, count: int) -> Callable[[str], bool]:
    seen = Counter[str]()

    def is_last(name: str) -> bool:
        seen[name] += 1
        return name == step and seen[name] == count

    return is_last


def after(steps: int) -> Callable[[str], bool]:
    left = iter(range(steps - 1, -1, -1))
    return lambda _: next(left) == 0


# ── what must hold afterwards ──────────────────────────────────────────────────────────────────────────────


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def kept_in(folder: Path) -> list[str]:
    """The names of the files in a store; each holds the bytes that its name says."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".txt"]
    assert [digest(path.read_bytes()) for path in files] == [path.name for path in files]
    return sorted(path.name for path in files)


def assert_nothing_lost_and_nothing_twice(workspace: Workspace) -> None:
    files = inbox_files()
    good = {digest(files[name]) for name in ("a bảo lâm.docx", "c.docx", "d trang.png")} | {
        digest(word_file("Xã Thạch Đạn", 7))
    }
    bad = {digest(b""), digest(b"%PDF-1.4 and no more")}
    archive = digest(files["f.zip"])
    assert list(workspace.inbox.iterdir()) == []
    assert kept_in(workspace.originals) == sorted(good | {archive})
    assert kept_in(workspace.quarantine) == sorted(bad)
    assert all((workspace.quarantine / f"{sha256}.txt").is_file() for sha256 in bad)
    with closing(sqlite3.connect(workspace.root / "ledger.sqlite3")) as raw:
        counts = {
            table: raw.execute(f"SELECT count(*) FROM tonghop_ledger_{table}").fetchone()[0]
            for table in ("source", "receipt", "pageresult", "report", "quarantined")
        }
        events = Counter(what for (what,) in raw.execute("SELECT what FROM tonghop_ledger_event"))
        mapped = {sha256 for (sha256,) in raw.execute(
            "SELECT sha256 FROM tonghop_ledger_report r JOIN tonghop_ledger_source s ON s.id = r.source_id"
        )}  # fmt: skip
    assert counts == {"source": 5, "receipt": 6, "pageresult": 4, "report": 4, "quarantined": 2}
    assert events == {"received": 5, "duplicate": 1, "refused": 2, "mapped": 4, "unpacked": 1}
    assert mapped == good


@pytest.mark.parametrize(("step", "count"), FAULTS, ids=str)
def test_killed_at_a_step(workspace: Workspace, step: str, count: int) -> None:
    assert run_until(workspace, at(step, count)) == -signal.SIGKILL
    run(workspace)
    assert_nothing_lost_and_nothing_twice(workspace)


@pytest.mark.parametrize("steps", [9, 10, 13])
def test_killed_again_and_again(workspace: Workspace, steps: int) -> None:
    """Every run is killed after a few steps: each gets further, and at last one has nothing left to do."""
    runs = 0
    while run_until(workspace, after(steps)) != 0:
        runs += 1
        assert runs < 40, "the runs get no further"
    assert runs >= 3
    assert_nothing_lost_and_nothing_twice(workspace)


def test_an_unharmed_run_passes_every_step(workspace: Workspace) -> None:
    seen = Counter[str]()
    outcomes = run(workspace, lambda step: seen.update([step]))
    assert_nothing_lost_and_nothing_twice(workspace)
    assert set(seen) == set(STEPS)
    assert all(seen[step] >= 2 for step in STEPS if step not in ONCE)
    statuses = Counter(outcome.status for outcome in outcomes)
    assert (statuses[OutcomeStatus.DUPLICATE], statuses[OutcomeStatus.FAILED]) == (1, 2)
    assert sum(statuses.values()) == 7
    assert run(workspace) == ()


@pytest.mark.parametrize(("step", "count"), FAULTS, ids=str)
def test_another_run_goes_through_at_a_step(workspace: Workspace, step: str, count: int) -> None:
    """While one run stands between two steps another, in its own process, takes all it finds."""
    is_now = at(step, count)
    others: list[int | None] = []

    def meet(name: str) -> None:
        if is_now(name):
            others.append(run_until(workspace, lambda _: False))

    run(workspace, meet)
    assert others == [0]
    run(workspace)
    assert_nothing_lost_and_nothing_twice(workspace)


def test_another_run_takes_the_archive_while_it_is_looked_at(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its first bytes are read, and when its directory is to be read it is gone from the inbox."""

    def open_late(path: Path, name: str) -> zipfile.ZipFile:
        if path.parent == workspace.inbox:
            monkeypatch.setattr(package, "open_zip", open_zip)
            assert run_until(workspace, lambda _: False) == 0
            assert not path.exists()
        return open_zip(path, name)

    monkeypatch.setattr(package, "open_zip", open_late)
    run(workspace)
    assert_nothing_lost_and_nothing_twice(workspace)


def test_two_runs_at_the_same_time(workspace: Workspace) -> None:
    """A clerk starts `ingest` while `watch` is at work."""
    context = multiprocessing.get_context("fork")
    runs = [context.Process(target=run, args=(workspace,)) for _ in range(3)]
    for child in runs:
        child.start()
    for child in runs:
        child.join()
    assert [child.exitcode for child in runs] == [0, 0, 0]
    run(workspace)
    assert_nothing_lost_and_nothing_twice(workspace)


POOL_RUN = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from tonghop.executors import PoolExecutor
from tonghop.pipeline import open_pipeline
from tonghop.workspace import Workspace

def die(step):
    if step == sys.argv[2]:
        os.kill(os.getpid(), 9)

if __name__ == "__main__":
    workspace = Workspace.open(Path(sys.argv[1]))
    with open_pipeline(workspace, PoolExecutor(2), lambda: datetime(2024, 2, 27, tzinfo=UTC), on_step=die) as pipeline:
        pipeline.take([workspace.inbox])
"""


@pytest.mark.parametrize("step", ["planned", "page_read"])
def test_killed_with_a_pool_at_work(workspace: Workspace, step: str) -> None:
    killed = subprocess.run([sys.executable, "-c", POOL_RUN, str(workspace.root), step], check=False)
    assert killed.returncode == -signal.SIGKILL
    run(workspace)
    assert_nothing_lost_and_nothing_twice(workspace)
