"""docs/command-line.md and its Vietnamese twin name every command, option, exit code, setting and JSON key."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from pydantic import BaseModel

from tonghop import errors
from tonghop.cli import app, session
from tonghop.settings import Settings

PAGES = ("command-line.md", "command-line.vi.md")
DOCUMENT_MODULES = ("doctor", "documents", "reading", "work")


def walk(command: Any, name: str) -> Iterator[tuple[str, Any]]:
    """Yield ("gaps", command), ("request list", command), … of the real application; groups yield their own."""
    subcommands = getattr(command, "commands", None)
    if subcommands is None:
        yield name, command
        return
    for key, subcommand in subcommands.items():
        yield from walk(subcommand, f"{name} {key}".strip())


APPLICATION = typer.main.get_command(app._build())
COMMANDS = dict(walk(APPLICATION, ""))
LATER = {name for name, command in COMMANDS.items() if command.callback.__name__ == "not_yet"}


@pytest.fixture(params=PAGES)
def page(request: pytest.FixtureRequest, repo_root: Path) -> str:
    name: str = request.param
    return (repo_root / "docs" / name).read_text(encoding="utf-8")


def sections(page: str) -> dict[str, str]:
    """Return the text of each section by its title."""
    parts = re.split(r"(?m)^## (.+)$", page)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def section_of(page: str, command: str) -> str:
    """Return the section that tells of `command`; those a later version brings share the last one."""
    found = sections(page)
    return list(found.values())[-1] if command in LATER else found[f"tonghop {command.split(maxsplit=1)[0]}"]


def names(parameter: Any) -> list[str]:
    """Return the names of an option; none of an argument, which the help calls otherwise than the pages."""
    return [name for name in parameter.opts if name.startswith("-")]


def is_named(name: str, text: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text) is not None


def test_the_application_is_walked() -> None:
    assert {"init", "gaps", "request list", "review"} <= COMMANDS.keys()
    assert {"review", "request read"} <= LATER
    assert "--png" in [name for parameter in COMMANDS["gaps"].params for name in names(parameter)]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_is_in_the_table_and_has_its_section(command: str, page: str) -> None:
    table = page.split("\n## ", 1)[0]
    assert is_named(command if command in LATER else f"tonghop {command}", table)
    assert is_named(f"tonghop {command}", section_of(page, command))


@pytest.mark.parametrize("command", COMMANDS)
def test_the_section_of_a_command_names_its_options(command: str, page: str) -> None:
    text = section_of(page, command)
    missing = [name for p in COMMANDS[command].params for name in names(p) if not is_named(name, text)]
    assert missing == []


def test_a_section_names_no_option_that_its_command_lacks(page: str) -> None:
    shared = {*session._GLOBAL, "--help"}
    for title, text in sections(page).items():
        if title.startswith("tonghop "):
            own = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", text))
            assert own - shared <= known_options(title.removeprefix("tonghop "))


def known_options(command: str) -> set[str]:
    """Return the options of a command, or of all commands of a group."""
    found = [c for name, c in COMMANDS.items() if name == command or name.startswith(f"{command} ")]
    return {name for c in found for parameter in c.params for name in names(parameter)}


def test_options_of_all_commands_are_named(page: str) -> None:
    text = list(sections(page).values())[1]
    own = [name for parameter in APPLICATION.params for name in names(parameter)]
    assert own == ["--version"]
    assert [name for name in (*session._GLOBAL, *own, "--help") if not is_named(name, text)] == []


def test_exit_codes_are_those_of_the_errors(page: str) -> None:
    text = next(iter(sections(page).values()))
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.TonghopError)]
    assert {int(code) for code in re.findall(r"(?m)^\| (\d+) \|", text)} == {0, *(kind.exit_code for kind in kinds)}


def setting_names(model: type[BaseModel]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield f"[{name}]"
            yield from setting_names(kind)
        else:
            yield name


def test_every_setting_is_named(page: str) -> None:
    text = list(sections(page).values())[2]
    assert [name for name in setting_names(Settings) if f"`{name}`" not in text] == []


def json_keys(repo_root: Path) -> set[str]:
    """Return every key of a JSON document that the command line writes."""
    sources = [(repo_root / "tonghop" / "cli" / f"{name}.py").read_text(encoding="utf-8") for name in DOCUMENT_MODULES]
    dicts = [node for source in sources for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Dict)]
    keys = [key for node in dicts for key in node.keys if isinstance(key, ast.Constant)]
    return {key.value for key in keys if isinstance(key.value, str)}


def test_every_json_key_is_named(page: str, repo_root: Path) -> None:
    keys = json_keys(repo_root)
    assert {"ink_coverage", "superseded", "posterior"} <= keys
    assert sorted(key for key in keys if f'"{key}"' not in page and f"`{key}`" not in page) == []


def test_the_two_pages_have_the_same_build(repo_root: Path) -> None:
    english, vietnamese = ((repo_root / "docs" / name).read_text(encoding="utf-8") for name in PAGES)
    shape = [re.findall(r"(?m)^(#+|\|(?=.*\|$)|```\w*|- )", text) for text in (english, vietnamese)]
    assert shape[0] == shape[1]


@pytest.mark.parametrize(("readme", "name"), [("README.md", PAGES[0]), ("README.vi.md", PAGES[1])])
def test_the_readme_leads_there(readme: str, name: str, repo_root: Path) -> None:
    assert f"(docs/{name})" in (repo_root / readme).read_text(encoding="utf-8")
