"""What every command needs: the user's language, where the workspace is, where to print."""

from __future__ import annotations

import json
import logging
import os
import shlex
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from tonghop.errors import TonghopError, UsageError, phrase
from tonghop.i18n import LANGUAGES, Translator

__all__ = ["Session", "as_typed", "hoist", "start_session"]

_LOG = logging.getLogger(__name__)
_WIDE = 100_000
_GLOBAL = {"--workspace": "workspace", "--lang": "lang"}


def hoist(arguments: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """Return the global options, wherever they stand, and the other arguments in their order.

    `tonghop gaps --lang en` and `tonghop --lang en gaps` mean the same. Arguments after `--` are left alone.
    Raises `UsageError` for an option without its value.
    """
    options: dict[str, str] = {}
    rest: list[str] = []
    pending = list(arguments)
    while pending:
        argument = pending.pop(0)
        name, equals, value = argument.partition("=")
        if argument == "--":
            return options, [*rest, argument, *pending]
        if name not in _GLOBAL:
            rest.append(argument)
        elif equals:
            options[_GLOBAL[name]] = value
        elif pending:
            options[_GLOBAL[name]] = pending.pop(0)
        else:
            raise UsageError(detail=phrase("Option '{name}' requires an argument.", name=name))
    return options, rest


@dataclass(frozen=True, slots=True)
class Session:
    """One run of the command line."""

    folder: Path
    language: str | None  # None: the workspace decides, and Vietnamese where there is none
    translate: Translator
    out: Console
    err: Console
    is_named: bool = False  # by --workspace or TONGHOP_WORKSPACE, not just the current folder
    program: str = "tonghop"  # with --workspace where the user gave it: without, a hint would lead elsewhere

    @property
    def workspace(self) -> Path | None:
        """The folder, where it is a workspace."""
        return self.folder if (self.folder / "tonghop.toml").is_file() else None

    def command(self, name: str) -> str:
        """Return what to type for the command `name` on this workspace."""
        return f"{self.program} {name}"

    def print_json(self, document: Any) -> None:
        """Print one JSON document on standard output, and nothing else there."""
        sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")

    def print_error(self, error: TonghopError) -> None:
        """Print what happened and what to do about it on standard error."""
        message, advice = self.translate.error(error)
        self.err.print(f"✗ {message}", style="bold red", markup=False, highlight=False, soft_wrap=True)
        if advice:
            self.err.print(f"  → {advice}", markup=False, highlight=False, soft_wrap=True)

    def say(self, message: str, **values: object) -> None:
        """Print a translated sentence on standard error, where progress and log go."""
        text = self.translate(message).format(**values)
        self.err.print(text, markup=False, highlight=False, soft_wrap=True)

    def warn(self, text: str) -> None:
        """Print what a person should look at, already translated, on standard error."""
        self.err.print(f"! {text}", style="yellow", markup=False, highlight=False, soft_wrap=True)


def start_session(options: dict[str, str]) -> Session:
    """Return the session for these global options. Raises `UsageError` for an unknown language."""
    language = options.get("lang")
    if language is not None and language not in LANGUAGES:
        detail = phrase("--lang {language}: the languages are {known}.", language=language, known=", ".join(LANGUAGES))
        raise UsageError(detail=detail)
    if options.get("workspace") == "":
        raise UsageError(detail=phrase("Option '{name}' requires an argument.", name="--workspace"))
    named = options.get("workspace") or os.environ.get("TONGHOP_WORKSPACE")
    folder = Path(named or ".")
    chosen = language or _workspace_language(folder)
    given = options.get("workspace")
    program = f"tonghop --workspace {as_typed(given)}" if given else "tonghop"
    return Session(folder, language, Translator(chosen), _console(), _console(stderr=True), bool(named), program)


def as_typed(path: Path | str) -> str:
    """Return `path` as it is typed on a command line: in quotes where it holds blanks."""
    return subprocess.list2cmdline([str(path)]) if os.name == "nt" else shlex.quote(str(path))


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Go on in silence when nobody reads standard error any more; for standard output, leave it to `main`.

        Results that nobody takes need no more work; files are taken in whether or not somebody reads of it.
        """
        if not self.stderr:
            raise BrokenPipeError
        self.quiet = True
        _LOG.warning("standard error was closed: nothing more is told there")


def _console(*, stderr: bool = False) -> Console:
    """Return a console as wide as the terminal; on a pipe so wide that nothing is cut or wrapped."""
    console = _Console(stderr=stderr)
    return console if console.is_terminal else _Console(stderr=stderr, width=_WIDE)


def _workspace_language(folder: Path) -> str:
    """Return the language the workspace asks for. A wrong settings file is reported by the command that needs it."""
    from tonghop.errors import ConfigurationError
    from tonghop.settings import load_settings

    path = folder / "tonghop.toml"
    if not path.is_file():
        return "vi"
    try:
        return load_settings(path).language
    except ConfigurationError:
        return "vi"
