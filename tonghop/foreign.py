"""What the system and the libraries say to the user in English, so that it can be said in the user's language.

Their sentences come as text, with the values filled in; `Translator` knows them again by these templates. An
error's own sentence is used wherever there is one; here is what passes through as its detail.
"""

from __future__ import annotations

from tonghop.errors import N_, P_

__all__ = ["COMMAND_LINE", "SYSTEM"]

# `strerror` of the common failures: first of POSIX systems, then of Windows.
SYSTEM: tuple[str, ...] = (
    N_("No such file or directory"),
    N_("Permission denied"),
    N_("Operation not permitted"),
    N_("Is a directory"),
    N_("Not a directory"),
    N_("File exists"),
    N_("Directory not empty"),
    N_("No space left on device"),
    N_("Disk quota exceeded"),
    N_("Read-only file system"),
    N_("Input/output error"),
    N_("File name too long"),
    N_("File too large"),
    N_("Too many open files"),
    N_("Too many levels of symbolic links"),
    N_("Device or resource busy"),
    N_("Text file busy"),
    N_("No such device or address"),
    N_("Invalid argument"),
    N_("Cannot allocate memory"),
    N_("Stale file handle"),
    N_("Connection refused"),
    N_("Connection timed out"),
    N_("Access is denied"),
    N_("The system cannot find the file specified"),
    N_("The system cannot find the path specified"),
    N_("The process cannot access the file because it is being used by another process"),
    N_("There is not enough space on the disk"),
)

# What typer says of a command line that it does not understand.
COMMAND_LINE: tuple[str, ...] = (
    P_("No such command '{name}'."),
    P_("No such command '{name}'. Did you mean {names}?"),
    P_("No such option: {name}"),
    P_("No such option: {name} (Possible options: {names})"),
    P_("Missing command."),
    P_("Missing argument '{name}'."),
    P_("Missing option '{name}'."),
    P_("Option '{name}' requires an argument."),
    P_("Option '{name}' does not take a value."),
    P_("Got unexpected extra argument(s) ({names})"),
    P_("Invalid value for '{name}': {detail}"),
    P_("Invalid value: {detail}"),
)
