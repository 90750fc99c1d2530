"""The set-up scripts: what they install, what they say, and that they stay out of the program's way."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

BASH = shutil.which("bash")
pytestmark = pytest.mark.skipif(BASH is None, reason="needs bash")

OTHER_SYSTEM = "is_debian() { false; }; not_installed() { false; }"
DEBIAN = 'is_debian() { true; }; not_installed() { printf "%s\\n" "$@"; }'
NOTHING_AT_HAND = "is_at_hand() { false; }"
ONLY_THE_FONT_IS_MISSING = "is_at_hand() { [[ $1 != fonts-croscore ]]; }"
APT_IS_WATCHED = 'as_root() { printf "ROOT %s\\n" "$*"; }'


def sourced(root: Path, *lines: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `lines` in a bash that has sourced scripts/setup.sh with `root`, without standard input."""
    assert BASH
    script = "\n".join(["set -euo pipefail", f"root='{root}'", f"source '{root}/scripts/setup.sh'", *lines])
    return subprocess.run(
        [BASH, "-c", script],
        capture_output=True,
        text=True,
        encoding="utf-8",
        stdin=subprocess.DEVNULL,
        env={**os.environ, **environment},
        check=False,
    )


@pytest.fixture
def root(tmp_path: Path, repo_root: Path) -> Path:
    """A repository of its own: scripts, locks, and an environment in which everything stands for itself."""
    shutil.copytree(repo_root / "scripts", tmp_path / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(repo_root / "run", tmp_path)
    for name in ("requirements.lock", "requirements-dev.lock", "pyproject.toml"):
        (tmp_path / name).write_text(f"{name}\n", encoding="utf-8")
    return tmp_path


def with_environment(root: Path, program: str = "exit 0") -> Path:
    """Give `root` an environment: this Python, and `program` as tonghop."""
    folder = root / ".venv" / "bin"
    folder.mkdir(parents=True)
    executable(folder / "python", f'exec "{sys.executable}" "$@"')
    executable(folder / "tonghop", program)
    return folder


def executable(path: Path, body: str) -> None:
    path.write_text(f"#!/bin/bash\n{body}\n", encoding="utf-8")
    path.chmod(0o755)


@pytest.mark.parametrize("name", ["run", "check", ".ci/run", "scripts/hook.sh", "scripts/lock.sh"])
def test_scripts_can_be_started(repo_root: Path, name: str) -> None:
    assert BASH
    assert os.access(repo_root / name, os.X_OK)
    assert subprocess.run([BASH, "-n", str(repo_root / name)], check=False).returncode == 0


# --- programs -------------------------------------------------------------------------------------


def test_nothing_is_done_where_all_is_there(root: Path) -> None:
    done = sourced(root, OTHER_SYSTEM, "is_at_hand() { true; }", APT_IS_WATCHED, "ensure_programs")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_another_system_is_told_its_own_commands(root: Path) -> None:
    done = sourced(root, OTHER_SYSTEM, NOTHING_AT_HAND, "ensure_programs")
    assert done.returncode == 4
    assert done.stdout == ""
    for command in ("dnf install tesseract ", "pacman -S tesseract ", "brew install tesseract ", "winget install "):
        assert command in done.stderr


def test_a_missing_font_stops_nobody(root: Path) -> None:
    done = sourced(root, OTHER_SYSTEM, ONLY_THE_FONT_IS_MISSING, "ensure_programs", "echo on")
    assert (done.returncode, done.stdout) == (0, "on\n")
    assert "fonts-croscore" in done.stderr


def test_debian_installs_only_what_is_missing_and_says_so_first(root: Path) -> None:
    done = sourced(root, DEBIAN, ONLY_THE_FONT_IS_MISSING, "can_be_root() { true; }", APT_IS_WATCHED, "ensure_programs")
    assert done.returncode == 0
    assert done.stdout == ""
    before, _, after = done.stderr.partition("ROOT")
    assert "fonts-croscore" in before
    assert "install -y -qq --no-install-recommends fonts-croscore\n" in after
    assert "tesseract" not in done.stderr


def test_without_sudo_the_exact_command_is_given(root: Path) -> None:
    done = sourced(root, DEBIAN, NOTHING_AT_HAND, "can_be_root() { false; }", APT_IS_WATCHED, "ensure_programs")
    assert done.returncode == 4
    wanted = "tesseract-ocr tesseract-ocr-vie poppler-utils fonts-croscore"
    assert f"apt-get install -y --no-install-recommends {wanted}\n" in done.stderr
    assert "ROOT" not in done.stderr


def test_a_failing_apt_gives_the_command_and_code_4(root: Path) -> None:
    done = sourced(root, DEBIAN, NOTHING_AT_HAND, "can_be_root() { true; }", "as_root() { false; }", "ensure_programs")
    assert done.returncode == 4
    assert "sudo apt-get update && sudo apt-get install -y" in done.stderr


# --- Python ---------------------------------------------------------------------------------------


def test_a_python_that_does_not_run_or_is_too_old_is_passed_over(root: Path) -> None:
    folder = root / "programs"
    folder.mkdir()
    executable(folder / "python3.13", "exit 127")  # what a version manager puts there
    executable(folder / "python3.12", "exit 1")  # says that it is too old
    executable(folder / "python3.11", f'exec "{sys.executable}" "$@"')
    done = sourced(root, "find_python", PATH=f"{folder}:{os.environ['PATH']}", TONGHOP_PYTHON="")
    assert done.stdout == "python3.11\n"


def test_the_users_python_comes_first(root: Path) -> None:
    done = sourced(root, "find_python", TONGHOP_PYTHON=sys.executable)
    assert done.stdout == f"{sys.executable}\n"


def test_no_python_is_said_clearly(root: Path) -> None:
    done = sourced(root, "is_good_python() { false; }", "ensure_python")
    assert done.returncode == 4
    assert "Python 3.11" in done.stderr


# --- the environment ------------------------------------------------------------------------------

INSTALLING = 'install_lock() { echo "installing $1"; }'


def test_the_second_start_installs_nothing(root: Path) -> None:
    with_environment(root)
    once = 'ensure_venv "requirements.lock"'
    assert sourced(root, INSTALLING, once, once).stdout == "installing requirements.lock\n"
    assert sourced(root, INSTALLING, once).stdout == ""


@pytest.mark.parametrize("name", ["requirements.lock", "pyproject.toml"])
def test_a_change_installs_again(root: Path, name: str) -> None:
    with_environment(root)
    once = 'ensure_venv "requirements.lock"'
    sourced(root, INSTALLING, once)
    (root / name).write_text("changed\n", encoding="utf-8")
    assert sourced(root, INSTALLING, once).stdout == "installing requirements.lock\n"


def test_after_check_run_installs_nothing_and_not_the_other_way_round(root: Path) -> None:
    with_environment(root)
    run, check = "ensure_venv requirements.lock", "ensure_venv requirements-dev.lock"
    assert sourced(root, INSTALLING, run, check, run, check).stdout == (
        "installing requirements.lock\ninstalling requirements-dev.lock\n"
    )


def test_a_failed_installation_is_not_taken_for_one(root: Path) -> None:
    with_environment(root)
    done = sourced(root, "install_lock() { exit 4; }", "ensure_venv requirements.lock")
    assert done.returncode == 4
    assert not (root / ".venv" / ".installed-requirements.lock").exists()


@pytest.mark.parametrize(("code", "is_told"), [(0, False), (1, True)])
def test_pip_is_heard_only_where_it_fails(root: Path, code: int, is_told: bool) -> None:
    folder = with_environment(root)
    executable(folder / "python", f'echo "WARNING: $2 of no use"; echo "ERROR: why" >&2; exit {code}')
    done = sourced(root, "find_venv_bin", "install_lock requirements.lock")
    assert (done.returncode, done.stdout) == (4 if is_told else 0, "")
    assert done.stderr.startswith("» ")  # what is going on is said in any case
    assert ("WARNING: pip of no use\nERROR: why\n✗ " in done.stderr) is is_told
    assert ("WARNING" in done.stderr) is is_told


@pytest.mark.parametrize(
    "break_it",
    [
        "rm .venv/bin/python",
        "mv .venv old; cp -r old .venv; echo elsewhere 3.11 >.venv/home; echo old >.venv/.installed-requirements.lock",
    ],
)
def test_a_broken_or_moved_environment_is_made_anew(root: Path, break_it: str) -> None:
    with_environment(root)
    make = "make_venv() { echo making; exit 9; }"
    assert sourced(root, make, INSTALLING, "ensure_venv requirements.lock").returncode == 0
    done = sourced(root, f"cd '{root}'", break_it, make, INSTALLING, "ensure_venv requirements.lock")
    assert (done.returncode, done.stdout) == (9, "making\n")


def test_run_is_the_program_with_its_output_and_exit_code(root: Path) -> None:
    with_environment(root, 'printf "<%s>" "$@"; exit 7')
    sourced(root, INSTALLING, "ensure_venv requirements.lock")
    folder = root / "another folder"
    folder.mkdir()
    # Programs are taken as installed: this test is about what is passed on.
    setup = root / "scripts" / "setup.sh"
    setup.write_text(setup.read_text(encoding="utf-8") + "\nensure_programs() { :; }\n", encoding="utf-8")
    done = subprocess.run(
        [str(root / "run"), "read", "a b.pdf", "--json", ""], capture_output=True, text=True, cwd=folder, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (7, "<read><a b.pdf><--json><>", "")


@pytest.mark.parametrize("page", ["README.md", "README.vi.md"])
def test_the_readme_says_how_tonghop_is_found(page: str, root: Path, repo_root: Path) -> None:
    with_environment(root, 'printf "<%s>" "$@"')
    text = (repo_root / page).read_text(encoding="utf-8")
    [line] = re.findall(r"`(export [^`]+)`", text)
    done = sourced(root, f"cd '{root}'", line, "cd /", "tonghop status")
    assert (done.returncode, done.stdout) == (0, "<status>")


# --- the demo -------------------------------------------------------------------------------------

CLEAR = ("source scripts/demo.sh", "clear_demo", "ls -a")


def cleared(root: Path) -> subprocess.CompletedProcess[str]:
    return sourced(root, f"cd '{root}'", *CLEAR)


def make_demo(root: Path, originals: int) -> Path:
    folder = root / "demo" / "originals"
    folder.mkdir(parents=True)
    for number in range(originals):
        (folder / str(number)).write_bytes(b"x")
    return root / "demo"


@pytest.mark.parametrize("marker", ["2\n", "running\n"])
def test_the_demo_removes_what_it_made(root: Path, marker: str) -> None:
    (make_demo(root, 2) / ".made-by-run").write_text(marker, encoding="utf-8")
    done = cleared(root)
    assert done.returncode == 0
    assert not (root / "demo").exists()


@pytest.mark.parametrize("marker", ["1\n", None])
def test_the_demo_leaves_somebodys_documents_alone(root: Path, marker: str | None) -> None:
    folder = make_demo(root, 2)
    if marker:
        (folder / ".made-by-run").write_text(marker, encoding="utf-8")
    done = cleared(root)
    assert done.returncode == 2
    assert "demo" in done.stderr
    assert len(list((folder / "originals").iterdir())) == 2


@pytest.mark.parametrize("marker", ["0\n", "running\n"])
def test_the_demo_leaves_a_dropped_file_alone(root: Path, marker: str) -> None:
    folder = make_demo(root, 0)
    (folder / ".made-by-run").write_text(marker, encoding="utf-8")
    (folder / "inbox").mkdir()
    (folder / "inbox" / "của tôi.pdf").write_bytes(b"x")
    assert cleared(root).returncode == 2
    assert (folder / "inbox" / "của tôi.pdf").exists()
