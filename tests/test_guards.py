"""The guards of the tests themselves."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = "tests/test_guards.py"


def pytest_run(repo_root: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", *arguments, HERE]
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("CI", "COV", "PYTEST"))}
    return subprocess.run(
        command, capture_output=True, text=True, cwd=repo_root, env={**clean, **environment}, check=False
    )


def test_an_automatic_build_must_not_regenerate_golden_files(repo_root: Path) -> None:
    done = pytest_run(repo_root, "--regenerate-golden", CI="true")
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "a person at a desk" in done.stderr


def test_a_person_may(repo_root: Path) -> None:
    assert pytest_run(repo_root, "--regenerate-golden").returncode == pytest.ExitCode.OK


def test_an_unknown_marker_is_an_error(repo_root: Path, tmp_path: Path) -> None:
    file = tmp_path / "test_x.py"
    file.write_text("import pytest\n@pytest.mark.slwo\ndef test_x(): pass\n", encoding="utf-8")
    done = pytest_run(repo_root, "-c", str(repo_root / "pyproject.toml"), str(file))
    assert done.returncode != pytest.ExitCode.OK
    assert "slwo" in done.stdout


@pytest.mark.alone
def test_what_measures_is_left_out_or_run_alone(repo_root: Path) -> None:
    name = test_what_measures_is_left_out_or_run_alone.__name__
    assert name not in pytest_run(repo_root, "--alone=without").stdout
    only = pytest_run(repo_root, "--alone=only").stdout
    assert name in only
    assert test_a_person_may.__name__ not in only
