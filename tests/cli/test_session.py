"""Global options stand anywhere; the language comes from the option, then the workspace, then Vietnamese."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tonghop.cli.session import hoist, start_session
from tonghop.errors import UsageError

plain = st.text(min_size=1).filter(lambda word: not word.startswith("--"))


@pytest.mark.parametrize(
    "arguments",
    [
        ["--workspace", "w", "gaps", "--lang", "en"],
        ["gaps", "--workspace=w", "--lang=en"],
        ["--lang", "en", "gaps", "--workspace", "w"],
    ],
)
def test_global_options_stand_anywhere(arguments: list[str]) -> None:
    assert hoist(arguments) == ({"workspace": "w", "lang": "en"}, ["gaps"])


def test_what_follows_two_dashes_is_left_alone() -> None:
    assert hoist(["read", "--", "--lang", "x"]) == ({}, ["read", "--", "--lang", "x"])


def test_an_option_without_its_value_is_a_usage_error() -> None:
    with pytest.raises(UsageError):
        hoist(["gaps", "--workspace"])


@given(st.lists(plain))
def test_other_arguments_keep_their_order(words: list[str]) -> None:
    assert hoist([*words[:1], "--lang", "en", *words[1:]]) == ({"lang": "en"}, words)


def test_an_unknown_language_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="fr"):
        start_session({"lang": "fr"})


def test_the_language_is_vietnamese_without_a_workspace(tmp_path: Path) -> None:
    assert start_session({"workspace": str(tmp_path)}).translate.language == "vi"


def test_the_workspace_chooses_the_language_and_the_option_wins(tmp_path: Path) -> None:
    (tmp_path / "tonghop.toml").write_text('language = "en"\n', encoding="utf-8")
    assert start_session({"workspace": str(tmp_path)}).translate.language == "en"
    assert start_session({"workspace": str(tmp_path), "lang": "vi"}).translate.language == "vi"


def test_the_environment_names_the_workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONGHOP_WORKSPACE", str(tmp_path))
    assert start_session({}).folder == tmp_path
