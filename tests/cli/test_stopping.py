"""A run that the user ends says so in one calm line; only what goes on by itself says that it goes on."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.test_commands import workspace, write_report
from tonghop import pipeline
from tonghop.cli import main, reading
from tonghop.errors import Interrupted

__all__ = ["workspace"]

posix = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX systems")


def _interrupt(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def _interrupted(*_: object, **__: object) -> None:
    raise Interrupted  # as the pipeline does


@pytest.mark.parametrize("command", ["read", "map", "repair"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_what_was_stopped_says_so_in_one_line(
    command: str, language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(reading, "read_document", _interrupt)
    monkeypatch.setattr(reading, "_text_of", _interrupt)
    assert main([command, str(tmp_path / "a.docx"), "--lang", language]) == 130
    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(captured.err.splitlines()) == 1
    assert language == "vi" or captured.err == "Stopped.\n"


@pytest.mark.parametrize("stop", [_interrupt, _interrupted])
def test_ingest_says_that_it_goes_on(
    stop: Callable[..., None], workspace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(pipeline.Pipeline, "take", stop)
    assert main(["--workspace", str(workspace), "--lang", "en", "ingest"]) == 130
    assert "it goes on where it stopped" in capsys.readouterr().err


@pytest.mark.parametrize("stop", [_interrupt, _interrupted])
def test_gaps_does_not_say_that_it_goes_on(
    stop: Callable[..., None], workspace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(pipeline.Pipeline, "remap", stop)
    assert main(["--workspace", str(workspace), "--lang", "en", "gaps"]) == 130
    assert capsys.readouterr().err == "Stopped.\n"


@posix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_watch_ends_calmly(workspace: Path, number: signal.Signals) -> None:
    command = [sys.executable, "-m", "tonghop", "--workspace", str(workspace), "--lang", "en", "watch"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8") as run:
        assert run.stderr
        assert run.stderr.readline().startswith("Watching ")
        run.send_signal(number)
        said = run.stderr.read()
    assert run.returncode == 130
    # A signal in the midst of printing a line may have it printed twice; that is not what is asked here.
    [last] = [line for line in said.splitlines() if not line.endswith("Stop with Ctrl+C.")]
    assert last.startswith("Watching has ended.")
    assert f"`tonghop --workspace '{workspace}' watch`" in last


@posix
def test_a_closed_standard_error_stops_no_work(workspace: Path) -> None:
    """`ingest 2>&1 | head -0` takes all files in, and its exit code is that of the work."""
    report = write_report(workspace / "inbox" / "a.docx")
    command = [sys.executable, "-m", "tonghop", "--workspace", str(workspace), "ingest", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
        assert run.stdout
        assert run.stderr
        run.stderr.close()
        assert b"needs_review" in run.stdout.read()
    assert run.returncode == 8
    assert not report.exists()
    assert "standard error was closed" in (workspace / "tonghop.log").read_text(encoding="utf-8")
