"""The commands, put together in the user's language."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any

import typer
from typer import _click as click

import tonghop
from tonghop.cli import doctor, reading, requests, work
from tonghop.cli.help import HELP_OPTIONS, translate_help
from tonghop.cli.session import Session
from tonghop.errors import N_, Interrupted, NotYetAvailable, UsageError

__all__ = ["run"]

_COMMANDS: tuple[tuple[str, Callable[..., Any], str], ...] = (
    (
        "init",
        work.init,
        N_("Make a workspace: inbox, originals, quarantine, out, tonghop.toml, request.toml and the ledger."),
    ),
    ("watch", work.watch, N_("Take what lands in the inbox, for as long as it runs; stop with Ctrl+C.")),
    (
        "ingest",
        work.ingest,
        N_("Take files in, read them, record their gaps. Exit code 8: something needs an officer."),
    ),
    ("status", work.status, N_("Show what was received, what is being done, what failed and why.")),
    ("gaps", work.gaps, N_("Show unit × heading, and every gap with its evidence.")),
    ("compile", work.compile_report, N_("Compile the report of all units into one Word file.")),
    ("read", reading.read, N_("Print the text of files, without a workspace.")),
    ("repair", reading.repair, N_("Put back the diacritics of a text. Digits and codes are never changed.")),
    ("map", reading.map_reports, N_("Show letterhead, sections, figures and gaps of single reports.")),
    ("doctor", doctor.doctor, N_("Show what is installed, what is missing, how to get it.")),
)
_LATER = ("review", "remind", "search")  # commands of the contract that a later version brings

_ABOUT = N_(
    "From an inbox of scanned and typed reports to one checked, compiled report. "
    "Global options, at any place: --workspace DIR (default: this folder or TONGHOP_WORKSPACE), --lang vi|en."
)


def run(session: Session, arguments: Sequence[str]) -> int:
    """Run one command and return its exit code. Raises `TonghopError`, `KeyboardInterrupt`."""
    if "" in arguments:  # a path would be taken for the current folder
        raise UsageError(detail=N_("An argument is empty; perhaps a variable in quotes holds nothing."))
    command = typer.main.get_command(_build())
    translate_help(command, session.translate)
    try:
        result = command.main(list(arguments), prog_name="tonghop", standalone_mode=False, obj=session)
    except click.exceptions.NoArgsIsHelpError:
        return UsageError.exit_code  # the help was printed instead
    except click.exceptions.ClickException as error:
        raise UsageError(detail=error.format_message()) from error
    except (typer.Abort, EOFError) as error:
        raise KeyboardInterrupt from error
    except SystemExit as error:
        if isinstance(error.__context__, BrokenPipeError):  # the library ends the program there, with 1
            raise error.__context__ from None
        raise
    if result == Interrupted.exit_code:  # the library has made this of Ctrl+C; no command returns it itself
        raise KeyboardInterrupt
    return result if isinstance(result, int) else 0


def _build() -> typer.Typer:
    named: dict[str, Any] = {"help_option_names": list(HELP_OPTIONS)}
    app = typer.Typer(name="tonghop", add_completion=False, help=_ABOUT, no_args_is_help=True, context_settings=named)
    app.callback()(_root)
    for name, function, about in _COMMANDS:
        app.command(name, help=about)(function)
    letters = typer.Typer(help=N_("Request files: who reports, under which headings, by when."), no_args_is_help=True)
    letters.command("list", help=N_("List the request files that come with the product."))(requests.list_requests)
    letters.command(
        "show", help=N_("Show what a request asks of whom: ● required, ○ optional, ? the officer decides.")
    )(requests.show)
    _promise(letters, "read", "request read")
    app.add_typer(letters, name="request")
    for name in _LATER:
        _promise(app, name, name)
    return app


def _promise(app: typer.Typer, name: str, command: str) -> None:
    """Add a command of the contract that this version does not have: it says so and exits with 2."""

    def not_yet(_: typer.Context) -> None:
        raise NotYetAvailable(command=command)

    settings = {"allow_extra_args": True, "ignore_unknown_options": True}
    app.command(name, help=N_("Not there yet in this version."), context_settings=settings)(not_yet)


def _print_version(is_wanted: bool) -> None:
    if is_wanted:
        print(f"tonghop {tonghop.__version__}")  # noqa: T201 - the answer itself
        raise typer.Exit


def _root(
    version: Annotated[
        bool, typer.Option("--version", help=N_("Print the version and exit."), is_eager=True, callback=_print_version)
    ] = False,
) -> None:
    """Take the options that belong to no command."""
