"""Errors: one code each, the exit code of the contract, a sentence, a mend, an entry in docs/errors.md."""

from __future__ import annotations

import ast
import pickle
import re
import string
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tonghop import errors
from tonghop.errors import (
    ChildProcessFailed,
    ConfigurationError,
    DuplicateInput,
    EmptyFile,
    FileProblem,
    Interrupted,
    MissingDependency,
    NeedsReview,
    OutputNotWritable,
    PageTimeout,
    TonghopError,
    UnloggedError,
    UnreadableInput,
    UsageError,
    error_class,
    error_from,
)
from tonghop.i18n import Translator

if TYPE_CHECKING:
    from tests.conftest import SourceTree

CLASSES = [value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, TonghopError)]
BRANCHES = {
    UsageError: 2,
    ConfigurationError: 3,
    MissingDependency: 4,
    UnreadableInput: 5,
    DuplicateInput: 6,
    ChildProcessFailed: 7,
    NeedsReview: 8,
    OutputNotWritable: 9,
    Interrupted: 130,
}


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def by_name(kind: type) -> str:
    return kind.__name__


def test_codes_are_unique() -> None:
    codes = [kind.code for kind in CLASSES]
    assert len(CLASSES) >= 27
    assert sorted(codes) == sorted(set(codes))


@pytest.mark.parametrize("kind", CLASSES, ids=by_name)
def test_a_code_leads_back_to_its_class(kind: type[TonghopError]) -> None:
    assert re.fullmatch(r"[a-z][a-z_]*[a-z]", kind.code)
    assert error_class(kind.code) is kind


def test_an_unknown_code_is_the_base() -> None:
    assert error_class("from a later version") is TonghopError


@pytest.mark.parametrize("kind", CLASSES, ids=by_name)
def test_exit_codes_are_the_contract(kind: type[TonghopError]) -> None:
    branch = [base for base in BRANCHES if issubclass(kind, base)]
    assert kind.exit_code == (BRANCHES[branch[0]] if branch else 1)
    assert len(branch) == (0 if kind in (TonghopError, UnloggedError) else 1)


@pytest.mark.parametrize("kind", CLASSES, ids=by_name)
def test_every_error_says_what_happened_and_what_to_do(kind: type[TonghopError]) -> None:
    assert kind.message
    assert kind.advice
    assert kind.advice[-1] in ".}"
    assert kind.message != kind.advice


@pytest.mark.parametrize("kind", CLASSES, ids=by_name)
def test_the_docstring_names_the_parameters(kind: type[TonghopError]) -> None:
    needed = placeholders(kind.message) | placeholders(kind.advice)
    told = set(re.findall(r"\w+", (kind.__doc__ or "").partition("arams")[2]))
    # `detail` alone is explained by the base.
    assert needed - told - {"detail"} == set() or kind.code == "not_yet"


@pytest.mark.parametrize("kind", CLASSES, ids=by_name)
def test_errors_cross_process_borders(kind: type[TonghopError]) -> None:
    error = kind(**dict.fromkeys(placeholders(kind.message) | placeholders(kind.advice), "x{y}"))
    back = pickle.loads(pickle.dumps(error))
    assert type(back) is kind
    assert (back.params, str(back)) == (error.params, str(error))


def test_the_sentence_is_filled() -> None:
    assert str(EmptyFile(name="báo cáo.pdf")) == "báo cáo.pdf is empty (0 bytes)."
    assert str(PageTimeout(program="tesseract", seconds=120)) == "tesseract did not finish within 120 seconds."


def test_a_value_that_is_missing_shows_and_does_not_crash() -> None:
    assert str(FileProblem(file=Path("a.toml"), line=3)) == "a.toml, line 3: ?"


def test_braces_in_a_value_are_only_text() -> None:
    error = EmptyFile(name="{name}{0}.pdf")
    assert str(error) == "{name}{0}.pdf is empty (0 bytes)."
    assert Translator("en").error(error)[0] == str(error)


def raised(source_tree: SourceTree) -> Iterator[tuple[str, type[TonghopError], set[str]]]:
    """Place, class and keywords of every error that is made, unless its keywords come from elsewhere (`**`)."""
    kinds = {kind.__name__: kind for kind in CLASSES}
    for module in source_tree:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in kinds:
                names = [keyword.arg for keyword in node.keywords]
                assert not node.args, f"{module.place}:{node.lineno}: errors take keywords"
                if None not in names:
                    yield f"{module.place}:{node.lineno}", kinds[node.func.id], {name for name in names if name}


def test_every_error_raised_fills_its_sentence(source_tree: SourceTree) -> None:
    wrong = [
        f"{place}: {kind.__name__} lacks {', '.join(sorted(missing))}"
        for place, kind, given in raised(source_tree)
        if (missing := (placeholders(kind.message) | placeholders(kind.advice)) - given)
    ]
    assert wrong == []


@pytest.mark.parametrize("kind", CLASSES, ids=by_name)
def test_an_error_is_known_again_by_its_sentence(kind: type[TonghopError]) -> None:
    error = kind(**{name: f"{name} 1, ({name}) 2.\n" for name in placeholders(kind.message)})
    again = error_from(error.code, error.sentence())
    assert (type(again), again.params) == (kind, error.params)


def test_a_sentence_of_another_version_is_still_said() -> None:
    assert "nicht lesbar" in error_from("page_timeout", "nicht lesbar").sentence()


def test_every_error_is_raised_somewhere(source_tree: SourceTree) -> None:
    """An error nobody raises is a promise in the docs that the program does not keep."""
    named = {
        node.id
        for module in source_tree
        if module.name != "tonghop.errors"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Name)
    }
    assert sorted({kind.__name__ for kind in CLASSES} - named) == []


def test_no_error_is_defined_elsewhere(source_tree: SourceTree) -> None:
    names = {kind.__name__ for kind in CLASSES}
    wrong = [
        f"{module.place}:{node.lineno}: {node.name}"
        for module in source_tree
        if module.name != "tonghop.errors"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ClassDef) and {ast.unparse(base) for base in node.bases} & names
    ]
    assert wrong == []


def test_docs_say_what_the_program_says(repo_root: Path) -> None:
    """Mend with `python scripts/errors_page.py`; a new error needs its entry written first."""
    command = [sys.executable, str(repo_root / "scripts" / "errors_page.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_docs_have_no_entry_for_an_error_that_is_gone(repo_root: Path) -> None:
    page = (repo_root / "docs" / "errors.md").read_text(encoding="utf-8")
    assert set(re.findall(r"(?m)^### `(\w+)`", page)) == {kind.code for kind in CLASSES}


@pytest.mark.parametrize("kind", CLASSES, ids=by_name)
def test_docs_are_in_both_languages(repo_root: Path, kind: type[TonghopError]) -> None:
    page = (repo_root / "docs" / "errors.md").read_text(encoding="utf-8")
    entry = re.search(rf"(?ms)^### `{kind.code}` .*?exit code {kind.exit_code}$(.*?)(?=^##|\Z)", page)
    assert entry
    rows = re.findall(r"(?m)^\| (?:Báo|Xử lý|Khi nào) / \w+ \| (.+?) \| (.+?) \|$", entry[1])
    assert len(rows) == 3
    for vietnamese, english in rows:
        assert placeholders(vietnamese) == placeholders(english)
        assert vietnamese != english or not re.sub(r"\{\w+\}", "", english)
