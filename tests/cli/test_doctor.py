"""`tonghop doctor`: one finding a thing, how to get what is missing, and a workspace that is not there."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.cli.test_commands import Json, run_json, workspace
from tonghop.cli import doctor, main
from tonghop.cli.doctor import examine

__all__ = ["run_json", "workspace"]


def answer(command: list[str]) -> str:
    return "vie\n" if "--list-langs" in command else f"{command[0]} 1.0\n"


def test_how_is_empty_where_all_is_well() -> None:
    assert {finding.how for finding in examine(None, run=answer) if finding.is_well} == {""}


def test_how_is_told_of_all_that_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=0))
    monkeypatch.setattr(doctor, "_PACKAGES", ("no-such-package",))
    missing = [finding for finding in examine(tmp_path, run=lambda _: "") if not finding.is_well]
    assert {"Tesseract", "Tesseract vie", "LibreOffice", "no-such-package", "Free space"} <= {f.what for f in missing}
    assert all(finding.how for finding in missing)
    assert not any("apt install" in finding.how for finding in missing)  # as the errors and the documents write it


@pytest.mark.parametrize("is_by_environment", [False, True])
def test_a_workspace_that_is_not_there_is_a_finding(
    is_by_environment: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run_json: Json
) -> None:
    monkeypatch.setattr(doctor, "_output", answer)
    folder = tmp_path / "nowhere"
    if is_by_environment:
        monkeypatch.setenv("TONGHOP_WORKSPACE", str(folder))
    code, findings = run_json("doctor", *([] if is_by_environment else ["--workspace", folder]))
    [found] = [finding for finding in findings if finding["what"] == "Workspace"]
    assert (code, found["well"], found["how"]) == (3, False, f"tonghop init {folder}")


def test_without_a_workspace_there_is_nothing_to_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run_json: Json
) -> None:
    monkeypatch.setattr(doctor, "_output", answer)
    monkeypatch.chdir(tmp_path)
    code, findings = run_json("doctor")
    assert (code, "Workspace" in {finding["what"] for finding in findings}) == (0, False)


def test_what_is_missing_comes_before_a_missing_workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_output", lambda _: "")
    assert main(["doctor", "--workspace", str(tmp_path / "nowhere")]) == 4


def test_a_name_is_in_the_language_and_what_is_not(workspace: Path, run_json: Json) -> None:
    _, findings = run_json("--workspace", workspace, "doctor", "--lang", "vi")
    [found] = [finding for finding in findings if finding["what"] == "Free space"]
    assert found["name"] == "Dung lượng trống"
    assert [f["found"] for f in findings if f["what"] == "Workspace"] == [str(workspace)]
