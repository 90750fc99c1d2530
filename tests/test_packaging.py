"""What is installed is what is in the folders, and nothing generic lands among other people's packages."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest

ROOTS = {
    "tonghop": "tonghop",
    "ingest": "tonghop.ingest",
    "extract": "tonghop.extract",
    "compile": "tonghop.compile",
    "models": "tonghop.models",
}
DATA_SUFFIXES = {".toml", ".mo", ".typed", ".html", ".css", ".js"}


@pytest.fixture(scope="module")
def project(repo_root: Path) -> dict[str, Any]:
    return tomllib.loads((repo_root / "pyproject.toml").read_text(encoding="utf-8"))


def folders_with_code(repo_root: Path) -> set[str]:
    """The packages on disk, by the names they are installed under."""
    found = set()
    for folder, package in ROOTS.items():
        for path in (repo_root / folder).rglob("*.py"):
            found.add(".".join((package, *path.parent.relative_to(repo_root).parts[1:])))
    return found


def test_every_folder_with_code_is_declared(repo_root: Path, project: dict[str, Any]) -> None:
    """An undeclared folder can be imported in development and is silently absent from the wheel."""
    assert folders_with_code(repo_root) == set(project["tool"]["setuptools"]["packages"])


def test_every_package_has_its_init(repo_root: Path) -> None:
    missing = [
        path.parent.relative_to(repo_root).as_posix()
        for folder in ROOTS
        for path in (repo_root / folder).rglob("*.py")
        if not (path.parent / "__init__.py").is_file()
    ]
    assert missing == []


def test_type_checkers_see_every_stage(repo_root: Path) -> None:
    for folder in set(ROOTS) - {"tonghop"}:
        link = repo_root / "typings" / "tonghop" / folder
        assert link.resolve() == (repo_root / folder).resolve()


def pins(lock: Path) -> dict[str, set[str]]:
    """Name → the versions it is pinned to; more than one where systems or Pythons differ."""
    found: dict[str, set[str]] = {}
    for line in lock.read_text(encoding="utf-8").splitlines():
        if match := re.match(r"([\w.\[\]-]+)==([^\s;\\]+)", line):
            found.setdefault(match[1].partition("[")[0].lower(), set()).add(match[2])
    return found


def test_locks_agree(repo_root: Path) -> None:
    """./run and ./check share one environment, so what runs is what was tested."""
    run, dev = pins(repo_root / "requirements.lock"), pins(repo_root / "requirements-dev.lock")
    assert run
    assert {name: dev.get(name) for name in run} == run


def test_locks_hold_every_dependency(repo_root: Path, project: dict[str, Any], declared_dependencies: set[str]) -> None:
    groups = [*project["dependency-groups"]["dev"], *project["build-system"]["requires"]]
    wanted = declared_dependencies | {re.split(r"[^\w.-]", line)[0].lower() for line in groups}
    assert wanted - set(pins(repo_root / "requirements-dev.lock")) == set()
    # The build tool is needed to install the program itself, offline.
    assert declared_dependencies | {"setuptools"} <= set(pins(repo_root / "requirements.lock"))


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_locks_pin_by_hash_and_name_no_place(repo_root: Path, lock: str) -> None:
    text = (repo_root / lock).read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=\S)", text)
    assert [b.split("\n", 1)[0] for b in blocks if "==" in b.split("\n", 1)[0] and "--hash=sha256:" not in b] == []
    assert not re.search(r"://|--index|--find-links|--trusted", text)


def built_wheel(repo_root: Path, folder: Path) -> Path:
    """Build from a copy, so that no `build/` is left behind and none that lies about is packed."""
    source = folder / "source"
    source.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(repo_root / name, source)
    for name in ROOTS:
        shutil.copytree(repo_root / name, source / name, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(source)]
    # The coverage of a build process is nobody's interest, and its measuring would slow it.
    environment = {key: value for key, value in os.environ.items() if not key.startswith("COV")}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = folder.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def wheel_names(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> frozenset[str]:
    with zipfile.ZipFile(built_wheel(repo_root, tmp_path_factory.mktemp("wheel"))) as wheel:
        return frozenset(wheel.namelist())


def as_installed(path: Path, repo_root: Path) -> str:
    inside = path.relative_to(repo_root)
    return "/".join((*ROOTS[inside.parts[0]].split("."), *inside.parts[1:]))


@pytest.mark.slow
def test_wheel_holds_every_module_and_data_file(repo_root: Path, wheel_names: frozenset[str]) -> None:
    wanted = {
        as_installed(path, repo_root)
        for folder in ROOTS
        for path in (repo_root / folder).rglob("*")
        if path.is_file() and path.suffix in {".py"} | DATA_SUFFIXES
    }
    wanted |= {as_installed(path, repo_root) for path in (repo_root / "models" / "data").iterdir() if path.is_file()}
    assert wanted - wheel_names == set()


@pytest.mark.slow
def test_wheel_holds_the_presets_and_the_licence(wheel_names: frozenset[str]) -> None:
    assert "tonghop/presets/cao-loc-2024-q1.toml" in wheel_names
    assert any(name.endswith("licenses/LICENSE") for name in wheel_names)


@pytest.mark.slow
def test_wheel_brings_one_top_level_name(wheel_names: frozenset[str]) -> None:
    tops = {name.split("/")[0] for name in wheel_names}
    assert {top for top in tops if not re.fullmatch(r"tonghop-[\d.]+\.dist-info", top)} == {"tonghop"}


@pytest.mark.slow
def test_wheel_leaves_tests_and_samples_out(wheel_names: frozenset[str]) -> None:
    assert [name for name in wheel_names if re.search(r"/(tests|fixtures|bench)/", name)] == []


def test_every_dependency_has_its_reason(
    repo_root: Path, project: dict[str, Any], declared_dependencies: set[str], optional_dependencies: set[str]
) -> None:
    """ADR 0007 has one line of why for each, and none for what is gone."""
    page = (repo_root / "docs" / "adr" / "0007-dependencies.md").read_text(encoding="utf-8")
    told = set(re.findall(r"(?m)^\| ([a-z][\w-]*) \| ", page.replace("| name |", "")))
    development = {re.split(r"[^\w.-]", line)[0].lower() for line in project["dependency-groups"]["dev"]}
    assert told - {"fonts-croscore"} == declared_dependencies | optional_dependencies | development
