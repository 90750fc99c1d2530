"""Paths that name nothing, a folder or the wrong kind of file are told from files that are damaged."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.test_commands import Json, run_json, workspace
from tonghop.cli import main

__all__ = ["run_json", "workspace"]


@pytest.mark.parametrize("command", ["read", "map"])
def test_a_missing_file_is_said_to_be_missing(command: str, tmp_path: Path, run_json: Json) -> None:
    code, [entry] = run_json(command, tmp_path / "none.pdf")
    assert (code, entry["error"]["code"]) == (5, "file_missing")


def test_ingest_says_it_too(workspace: Path, tmp_path: Path, run_json: Json) -> None:
    code, [entry] = run_json("--workspace", workspace, "ingest", tmp_path / "none.pdf")
    assert code == 5
    assert [issue["code"] for issue in entry["issues"]] == ["file_missing"]


@pytest.mark.parametrize("arguments", [["repair", "none.txt"], ["read", "none.pdf"]])
def test_the_mend_of_a_missing_file_is_to_check_its_name(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*arguments, "--lang", "en"]) == 5
    said = capsys.readouterr().err
    assert f"There is no file {arguments[1]}." in said
    assert "Check the name" in said


@pytest.mark.parametrize(
    "arguments", [["request", "show", "none.toml"], ["init", "{tmp}", "--request", "none.toml"], ["gaps"]]
)
def test_a_missing_request_is_said_to_be_missing(
    arguments: list[str], workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (workspace / "request.toml").unlink()
    given = [argument.format(tmp=tmp_path / "new") for argument in arguments]
    assert main(["--workspace", str(workspace), "--lang", "en", *given]) == 3
    said = capsys.readouterr().err
    assert "There is no file" in said
    assert "Mend the file" not in said


@pytest.mark.parametrize("command", ["read", "map", "repair"])
def test_a_folder_is_called_a_folder(command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, str(tmp_path), "--lang", "en"]) == 5
    said = capsys.readouterr().err
    assert f"{tmp_path} is a folder" in said
    assert "tonghop ingest" in said


@pytest.mark.parametrize(
    "arguments", [["read", ""], ["map", ""], ["ingest", ""], ["gaps", "--png", ""], ["--workspace", "", "status"]]
)
def test_an_empty_argument_is_a_usage_error(
    arguments: list[str], workspace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(workspace)
    assert main([*arguments, "--lang", "en"]) == 2
    assert "→" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["gaps", "--xlsx", "."],
        ["gaps", "--xlsx", ".."],
        ["gaps", "--xlsx", "/"],
        ["gaps", "--xlsx="],
        ["gaps", "--png", "out"],
        ["compile", "-o", "out"],
    ],
)
def test_an_output_that_is_a_folder_is_a_usage_error(
    arguments: list[str], workspace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(workspace)
    assert main([*arguments, "--lang", "en"]) == 2
    said = capsys.readouterr().err
    assert "is a folder" in said
    assert "as in" in said


@pytest.mark.parametrize(
    ("arguments", "suffix"),
    [(["gaps", "--xlsx", "x.txt"], ".xlsx"), (["gaps", "--png", "x"], ".png"), (["compile", "-o", "x.pdf"], ".docx")],
)
def test_an_output_of_another_kind_is_a_usage_error(
    arguments: list[str],
    suffix: str,
    workspace: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(workspace)
    assert main([*arguments, "--lang", "en"]) == 2
    assert f"must end in {suffix}" in capsys.readouterr().err
    assert not Path(arguments[-1]).exists()


@pytest.mark.parametrize(
    "arguments", [["gaps", "--xlsx", "x.xlsx"], ["gaps", "--png", "x.png"], ["compile", "-o", "x.docx"]]
)
def test_a_slip_in_the_name_of_a_folder_makes_none(
    arguments: list[str], workspace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(workspace)
    *command, name = arguments
    for place in ("outt", "out/quý 1", "request.toml"):
        assert main([*command, f"{place}/{name}", "--lang", "en"]) == 9
        said = capsys.readouterr().err
        assert f"✗ {Path(place, name)} cannot be written: there is no folder {Path(place)}." in said
        assert "→ Check the name of the folder" in said
    assert not Path("outt").exists()
    assert not any(Path("out").iterdir())
    assert main([*command, f"out/{name}", "--lang", "en"]) == 0


def test_a_name_that_no_folder_can_have_is_told_when_it_is_written(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = workspace / ("x" * 300) / "x.docx"
    assert main(["--workspace", str(workspace), "--lang", "en", "compile", "-o", str(output)]) == 9
    assert "File name too long" in capsys.readouterr().err
