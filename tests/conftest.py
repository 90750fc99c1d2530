"""What all tests share: where the repository is, how its source reads, the guard on golden files."""

from __future__ import annotations

import ast
import os
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hypothesis
import pytest

REPO = Path(__file__).resolve().parent.parent
SOURCE_ROOTS = ("tonghop", "ingest", "extract", "compile", "models")
STAGES = ("ingest", "extract", "compile", "models")

# A build must give the same answer twice; a person's run may look further. Two busy cores make deadlines lie.
hypothesis.settings.register_profile("house", deadline=None, derandomize=bool(os.environ.get("CI")))
hypothesis.settings.load_profile("house")


@dataclass(frozen=True, slots=True)
class SourceModule:
    """One source file: the name it is imported by, where it lies, its syntax tree."""

    name: str
    path: Path
    tree: ast.Module

    @property
    def place(self) -> str:
        return self.path.relative_to(REPO).as_posix()


@dataclass(frozen=True, slots=True)
class SourceTree:
    """The source of the product, by root folder. Generated files (migrations) are not in it."""

    modules: tuple[SourceModule, ...]

    def under(self, *folders: str) -> tuple[SourceModule, ...]:
        return tuple(m for m in self.modules if m.place.split("/")[0] in folders)

    def __iter__(self) -> Iterator[SourceModule]:
        return iter(self.under(*SOURCE_ROOTS))


def _module_name(path: Path) -> str:
    parts = path.relative_to(REPO).with_suffix("").parts
    if parts[0] in STAGES:
        parts = ("tonghop", *parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _read_modules(*folders: str) -> Iterator[SourceModule]:
    for folder in folders:
        for path in sorted((REPO / folder).rglob("*.py")):
            if "migrations" not in path.parts and "generated" not in path.parts:
                yield SourceModule(_module_name(path), path, ast.parse(path.read_text(encoding="utf-8"), str(path)))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--regenerate-golden",
        action="store_true",
        help="write what the program gives now over the golden files, to be looked at before it is committed",
    )

    parser.addoption(
        "--alone",
        choices=("with", "without", "only"),
        default="with",
        help="tests that measure time or memory: run them with the others, leave them out, or run nothing else",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    wanted = config.getoption("--alone")
    if wanted != "with":
        chosen = [item for item in items if (item.get_closest_marker("alone") is not None) == (wanted == "only")]
        config.hook.pytest_deselected(items=[item for item in items if item not in set(chosen)])
        items[:] = chosen


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--regenerate-golden") and os.environ.get("CI"):
        # A build that writes its own expectations passes whatever the program does.
        raise pytest.UsageError("--regenerate-golden is for a person at a desk; an automatic build must not use it")


@pytest.fixture(scope="session")
def repo_root() -> Path:
    return REPO


@pytest.fixture(scope="session")
def source_tree() -> SourceTree:
    return SourceTree(tuple(_read_modules(*SOURCE_ROOTS, "fixtures", "bench")))


@pytest.fixture(scope="session")
def declared_dependencies() -> frozenset[str]:
    """The names under [project.dependencies], in lower case."""
    return frozenset(map(_requirement_name, _project()["dependencies"]))


@pytest.fixture(scope="session")
def optional_dependencies() -> frozenset[str]:
    """The names under [project.optional-dependencies], in lower case."""
    extras = _project()["optional-dependencies"].values()
    return frozenset(_requirement_name(line) for lines in extras for line in lines)


def _project() -> dict[str, Any]:
    project: dict[str, Any] = tomllib.loads((REPO / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return project


def _requirement_name(line: str) -> str:
    return re.split(r"[^\w.-]", line)[0].lower()


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """The folder of real documents and word lists beside the repository; they are not ours to publish."""
    folder = REPO.parent / "shared"
    if not folder.is_dir():
        pytest.skip("needs the folder `shared` beside the repository, which is not published")
    return folder


@pytest.fixture(scope="session")
def regenerate_golden(pytestconfig: pytest.Config) -> bool:
    return bool(pytestconfig.getoption("--regenerate-golden"))
