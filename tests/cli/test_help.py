"""Help: -h and --help, the global options, and placeholders for readers rather than types of the code."""

from __future__ import annotations

import re

import pytest
import typer

from tonghop.cli import app, main
from tonghop.cli.help import translate_help

COMMANDS = ["init", "watch", "ingest", "status", "gaps", "compile", "read", "repair", "map", "doctor", "review"]


def help_of(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    assert main(arguments) == 0
    return " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize("command", [[], ["request"], ["request", "show"], *([name] for name in COMMANDS)])
def test_h_is_help(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    shown = help_of([*command, "-h", "--lang", "en"], capsys)
    assert shown == help_of([*command, "--help", "--lang", "en"], capsys)
    assert "--help -h" in shown


@pytest.mark.parametrize("command", [[], ["request"], ["request", "show"], *([name] for name in COMMANDS)])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_help_of_a_command_names_the_global_options(
    command: list[str], language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = help_of([*command, "--help", "--lang", language], capsys)
    assert "--workspace" in shown
    assert "--lang" in shown


@pytest.mark.parametrize("command", [["request", "show"], *([name] for name in COMMANDS)])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_type_or_name_of_the_code_is_shown(
    command: list[str], language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = help_of([*command, "--help", "--lang", language], capsys)
    assert re.findall(r"<\w[^>]*>|\{\w+\}|\[[a-z]+\](?=\.{3}| *$)|\w+\.{3}", shown) == []


@pytest.mark.parametrize(
    ("command", "usage", "values"),
    [
        (["read"], "tonghop read [OPTIONS] FILE…", ()),
        (["ingest"], "tonghop ingest [OPTIONS] [PATH]…", ()),
        (["init"], "tonghop init [OPTIONS] [FOLDER]", (r"--request NAME\|FILE",)),
        (["gaps"], "tonghop gaps [OPTIONS] ", (r"--xlsx FILE", r"--png FILE")),
        (["compile"], "tonghop compile [OPTIONS] ", (r"--output -o FILE",)),
        (["request", "show"], "tonghop request show [OPTIONS] NAME|FILE", ()),
    ],
)
def test_placeholders_say_what_is_to_be_given(
    command: list[str], usage: str, values: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    shown = help_of([*command, "--help", "--lang", "en"], capsys)
    assert f"Usage: {usage}" in shown
    assert [value for value in values if not re.search(value, shown)] == []


def test_a_missing_argument_is_called_as_in_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", "--lang", "en"]) == 2
    assert "Missing argument 'FILE'." in capsys.readouterr().err


def test_placeholders_are_translated() -> None:
    """Every parameter with a value has one; it goes through the translation."""
    command = typer.main.get_command(app._build())
    translate_help(command, lambda message: f"«{message}»")
    pending, seen = [command], 0
    while pending:
        current = pending.pop()
        pending.extend(getattr(current, "commands", {}).values())
        for parameter in current.params:
            if not getattr(parameter, "is_flag", False):
                assert re.fullmatch(r"«[A-Z|]+»", parameter.metavar or ""), (current.name, parameter.name)
                seen += 1
    assert seen >= 10
