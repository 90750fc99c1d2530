"""Commands on a workspace as a clerk meets them: what waits, what comes twice, what is not there, what to do next."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
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
    assert "1 file waits to be read: run `tonghop --workspace " in captured.err
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


# ── what to do next ────────────────────────────────────────────────────────────────────────────────────────


def test_an_empty_workspace_says_what_to_do_next(
    workspace: Path, tmp_path: Path, run_json: Json, capsys: pytest.CaptureFixture[str]
) -> None:
    inbox, empty = workspace / "inbox", tmp_path / "trống"
    empty.mkdir()
    hints = {("status",): inbox, ("ingest",): inbox, ("ingest", str(empty)): empty}
    capsys.readouterr()
    for command, place in hints.items():
        assert run(workspace, *command) == 0
        captured = capsys.readouterr()
        (line,) = captured.err.splitlines()
        assert str(place) in line
        assert "put the reports" in line
        assert str(place) not in captured.out
        code, document = run_json("--workspace", workspace, *command)
        assert code == 0
        assert not (document["files"] if command == ("status",) else document)


def hints(text: str) -> list[list[str]]:
    """The arguments of the commands that `text` tells to type, taken apart as a shell does."""
    found = [shlex.split(hint) for hint in re.findall(r"`(tonghop [^`]+)`", text)]
    return [arguments for _, *arguments in found]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_hint_can_be_typed_as_it_is_printed(
    language: str, workspace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """From another folder, in a workspace whose name holds a blank."""
    monkeypatch.chdir(workspace.parent)
    here = ["--workspace", workspace.name]
    main([*here, "status", "--lang", language])
    assert hints(capsys.readouterr().err) == [[*here, "ingest"]]
    (workspace / "inbox" / "hỏng.pdf").write_bytes(b"")
    main([*here, "ingest"])
    capsys.readouterr()
    main([*here, "compile", "--lang", language])
    [hint] = hints(capsys.readouterr().err)
    assert hint == [*here, "status"]
    assert main(hint) == 0
    assert "hỏng.pdf" in capsys.readouterr().out


def test_the_usual_workspace_is_not_named_in_a_hint(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TONGHOP_WORKSPACE", str(workspace))
    main(["status"])
    monkeypatch.delenv("TONGHOP_WORKSPACE")
    monkeypatch.chdir(workspace)
    main(["status"])
    assert hints(capsys.readouterr().err) == [["ingest"], ["ingest"]]


def test_init_says_what_to_type(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["init", str(tmp_path / "quý 1"), "--lang", "en"])
    program, *arguments = shlex.split(capsys.readouterr().err.rpartition("then run: ")[2])
    assert (program, arguments) == ("tonghop", ["--workspace", str(tmp_path / "quý 1"), "ingest"])


@pytest.mark.parametrize("is_there", [True, False])
def test_a_request_that_is_wrong_or_missing_is_the_exit_code_of_status(
    is_there: bool, workspace: Path, run_json: Json, capsys: pytest.CaptureFixture[str]
) -> None:
    taken(workspace, capsys)
    if is_there:
        (workspace / "request.toml").write_text("name = \n", encoding="utf-8")
    else:
        (workspace / "request.toml").unlink()
    assert run(workspace, "status") == 3
    captured = capsys.readouterr()
    assert "a.docx" in captured.out
    assert "request.toml" in captured.err
    code, status = run_json("--workspace", workspace, "status")
    assert (code, [file["file"] for file in status["files"]]) == (3, ["a.docx"])


# ── each file once ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("is_one_place", [True, False])
def test_each_file_is_told_once_in_each_place(is_one_place: bool, workspace: Path) -> None:
    (workspace / "inbox" / "rỗng.pdf").write_bytes(b"")
    command = [sys.executable, "-m", "tonghop", "--workspace", str(workspace), "--lang", "en", "ingest"]
    stderr = subprocess.STDOUT if is_one_place else subprocess.PIPE
    run = subprocess.run(command, stdout=subprocess.PIPE, stderr=stderr, check=False)
    told = "✗ rỗng.pdf: could not be read"
    assert run.stdout.decode().count(told) == 1
    assert is_one_place or run.stderr.decode().count(told) == 1


def test_what_an_earlier_run_left_is_counted_apart(
    workspace: Path, tmp_path: Path, run_json: Json, capsys: pytest.CaptureFixture[str]
) -> None:
    taken(workspace, capsys)
    (workspace / "tonghop.toml").write_text('executor = "serial"\n[ingest]\ndpi = 200\n', encoding="utf-8")
    new = write_report(tmp_path / "b.docx", "XÃ THANH LÒA")
    assert run(workspace, "ingest", new) == 8
    totals = [line for line in capsys.readouterr().out.splitlines() if line[0].isdecimal()]
    assert totals == [
        "1 file of an earlier run: read, needs an officer 1",
        "1 file: read, needs an officer 1",
    ]
    (workspace / "tonghop.toml").write_text('executor = "serial"\n[ingest]\ndpi = 250\n', encoding="utf-8")
    _, outcomes = run_json("--workspace", workspace, "ingest", new)
    assert [(o["file"], o["status"], o["resumed"]) for o in outcomes] == [
        ("a.docx", "needs_review", True),
        ("b.docx", "needs_review", True),
        ("b.docx", "duplicate", False),
    ]


@pytest.mark.parametrize("command", [["request", "list"], ["request", "show", "xa"], ["doctor"]])
def test_tables_on_a_pipe_have_no_loose_ends(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    main([*command, "--lang", "en"])
    assert [line for line in capsys.readouterr().out.splitlines() if line != line.rstrip()] == []
