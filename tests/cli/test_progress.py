"""The bar of all files ends where it should: as many done as there were."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from rich.console import Console
from rich.progress import Progress, TaskID

from tests.cli.test_commands import workspace, write_report
from tonghop.cli import main, progress, session
from tonghop.records import Grade, Outcome, OutcomeStatus

__all__ = ["workspace"]


def test_files_are_counted_as_they_are_told_of() -> None:
    bars = Progress(console=Console(file=io.StringIO()))
    total = bars.add_task("Files", total=None)
    listener = progress._Bars(bars, total)

    def counted() -> tuple[float, float | None]:
        return bars.tasks[0].completed, bars.tasks[0].total

    assert counted() == (0, None)
    listener.file_done(Outcome("a.pdf", OutcomeStatus.DUPLICATE))
    assert counted() == (1, 1)
    listener.file_started("a.pdf", 1)
    listener.file_started("b.pdf", 1)
    assert counted() == (1, 3)
    listener.page_done("a.pdf", 1, Grade.GOOD)
    listener.file_done(Outcome("a.pdf", OutcomeStatus.DONE))
    listener.file_done(Outcome("b.pdf", OutcomeStatus.FAILED))
    assert counted() == (3, 3)


def test_documents_of_an_archive_are_counted(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[progress._Bars] = []
    bars, console = progress._Bars, session._console

    def kept(shown: Progress, total: TaskID) -> progress._Bars:
        made.append(bars(shown, total))
        return made[-1]

    def on_a_terminal(*, stderr: bool = False) -> Console:
        return Console(file=io.StringIO(), force_terminal=True) if stderr else console()

    monkeypatch.setattr(progress, "_Bars", kept)
    monkeypatch.setattr(session, "_console", on_a_terminal)
    inner = [write_report(workspace / name, f"XÃ {name}") for name in ("1.docx", "2.docx")]
    with zipfile.ZipFile(workspace / "inbox" / "x.zip", "w") as archive:
        for file in inner:
            archive.write(file, file.name)
    write_report(workspace / "inbox" / "3.docx", "XÃ BA")
    (workspace / "inbox" / "4.pdf").write_bytes(b"")
    assert main(["--workspace", str(workspace), "ingest"]) == 8
    [all_files] = [task for task in made[0]._bars.tasks if task.id == made[0]._total]
    assert (all_files.completed, all_files.total) == (4, 4)
