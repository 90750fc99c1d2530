"""Commands on a workspace as a clerk meets them: what waits, what comes twice, what is not there, what to do next."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from tests.cli.test_commands import Json, run_json, workspace, write_report
from tonghop.cli import main

__all__ = ["run_json", "workspace"]


def run(workspace: Path, *arguments: object) -> int:
    return main(["--workspace", str(workspace), "--lang", "en", *map(str, arguments)])


def taken(workspace: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """The workspace with one report taken in, and nothing printed yet."""
    write_report(workspace / "inbox" / "a.docx")
    run(workspace, "ingest")
    capsys.readouterr()
    return workspace


# ── what waits ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("command", [["status"], ["gaps"], ["compile"]])
def test_what_waits_to_be_read_again_is_told(
    command: list[str], workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    taken(workspace, capsys)
    assert run(workspace, *command) == 0
    captured = capsys.readouterr()
    assert "to be read" not in captured.out + captured.err
    (workspace / "tonghop.toml").write_text('executor = "serial"\n[ingest]\ndpi = 200\n', encoding="utf-8")
    assert run(workspace, *command) == 0
    captured = capsys.readouterr()
    assert "1 file waits to be read: run `tonghop ingest`." in captured.err
    assert ("waits to be read again" in captured.out) is (command == ["status"])
    run(workspace, "ingest")
    capsys.readouterr()
    assert run(workspace, *command) == 0
    assert "to be read" not in capsys.readouterr().err


def test_what_waits_is_data_too(workspace: Path, run_json: Json, capsys: pytest.CaptureFixture[str]) -> None:
    taken(workspace, capsys)
    (workspace / "tonghop.toml").write_text('executor = "serial"\n[ingest]\ndpi = 200\n', encoding="utf-8")
    _, status = run_json("--workspace", workspace, "status")
    assert [(file["state"], file["waiting"]) for file in status["files"]] == [("needs_review", True)]
    for command in ("gaps", "compile"):
        _, document = run_json("--workspace", workspace, command)
        assert [entry["file"] for entry in document["waiting"]] == ["a.docx"]


# ── init ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_wrong_request_is_named_and_leaves_nothing_behind(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mine = tmp_path / "của tôi.toml"
    mine.write_text("name = \n", encoding="utf-8")
    assert main(["init", str(tmp_path / "a" / "zz"), "--request", str(mine), "--lang", "en"]) == 3
    assert f"{mine}, line 1" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["của tôi.toml"]
    assert main(["init", str(tmp_path / "a" / "zz"), "--request", "xa"]) == 0


# ── what came before ───────────────────────────────────────────────────────────────────────────────────────


def test_what_was_received_before_is_named_and_ends_with_6(
    workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "usb"
    folder.mkdir()
    report = write_report(folder / "a.docx")
    with zipfile.ZipFile(folder / "b.zip", "w") as archive:
        archive.write(write_report(tmp_path / "c.docx", "XÃ THANH LÒA"), "c.docx")
    assert run(workspace, "ingest", folder) == 8
    capsys.readouterr()
    for given in (folder / "b.zip", folder):
        assert run(workspace, "ingest", given) == 6
        assert "= b.zip: received before" in capsys.readouterr().out
    (workspace / "inbox" / report.name).write_bytes(report.read_bytes())
    assert run(workspace, "ingest") == 6
    capsys.readouterr()
    run(workspace, "status")
    assert "= a.docx is the same file as the one of the same name." in capsys.readouterr().out.splitlines()
