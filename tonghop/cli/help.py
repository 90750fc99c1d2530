"""The help of the commands in the user's language, its placeholders included."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from typer import _click as click
from typer import rich_utils

from tonghop.errors import N_

__all__ = ["HELP_OPTIONS", "translate_help"]

HELP_OPTIONS = ("--help", "-h")

# What stands for the value of a parameter, by the name that the parameter has in the code.
_METAVARS = {
    "file": N_("FILE"),
    "files": N_("FILE"),
    "folder": N_("FOLDER"),
    "name": N_("NAME|FILE"),
    "output": N_("FILE"),
    "paths": N_("PATH"),
    "png": N_("FILE"),
    "request": N_("NAME|FILE"),
    "xlsx": N_("FILE"),
}
_GLOBAL = N_(
    "As with every command, at any place: --workspace DIR (default: this folder or TONGHOP_WORKSPACE), "
    "--lang vi|en (the language of the screen)."
)

Translate = Callable[[str], str]


def translate_help(command: Any, translate: Translate) -> None:
    """Put the help of `command`, its parameters and its subcommands into the user's language, in place.

    The help of a subcommand ends with the options that all commands have, which the root tells of itself.
    """
    _translate_labels(translate)
    pending = [command]
    while pending:
        current = pending.pop()
        current.help = translate(current.help) if current.help else current.help
        current.options_metavar = translate(N_("[OPTIONS]"))
        if hasattr(current, "subcommand_metavar"):
            current.subcommand_metavar = translate(N_("COMMAND [ARGUMENTS]…"))
        if current is not command:
            current.epilog = translate(_GLOBAL)
        for parameter in current.get_params(click.Context(current, help_option_names=list(HELP_OPTIONS))):
            _translate_parameter(parameter, translate)
        pending.extend(getattr(current, "commands", {}).values())


def _translate_labels(translate: Translate) -> None:
    rich_utils.OPTIONS_PANEL_TITLE = translate(N_("Options"))
    rich_utils.ARGUMENTS_PANEL_TITLE = translate(N_("Arguments"))
    rich_utils.COMMANDS_PANEL_TITLE = translate(N_("Commands"))
    rich_utils.REQUIRED_LONG_STRING = translate(N_("[required]"))
    rich_utils.DEFAULT_STRING = translate(N_("[default: {}]"))
    N_("Show this message and exit.")  # the library's own, for the option --help
    click.Context.formatter_class = _formatter(translate(N_("Usage: ")))


def _translate_parameter(parameter: Any, translate: Translate) -> None:
    """Translate the help and the placeholder of a parameter. A flag has none; the library would call it <bool>."""
    if parameter.help:
        parameter.help = translate(parameter.help)
    is_argument = parameter.param_type_name == "argument"
    known = _METAVARS.get(parameter.name)
    parameter.metavar = translate(known) if known else ""
    if is_argument:  # the library shows {FILE}..., and the type of the code besides
        several = "…" if parameter.nargs != 1 else ""
        usage = parameter.metavar if parameter.required else f"[{parameter.metavar}]"
        parameter.display_type_rich = lambda ctx: None  # noqa: ARG005 - the library's signature
        parameter.get_usage_pieces = lambda ctx: [usage + several]  # noqa: ARG005 - as above


def _formatter(usage: str) -> type[click.HelpFormatter]:
    """Return a formatter of help that begins the line of usage with `usage`."""

    class Formatter(click.HelpFormatter):
        def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
            super().write_usage(prog, args, prefix or usage)

    return Formatter
