"""How a run that the user ends is ended: with Ctrl+C, and `watch`, a service, with SIGTERM too."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from tonghop.cli.session import Session
from tonghop.errors import N_, Interrupted

__all__ = ["say_stopped", "terminable"]


def _command(arguments: Sequence[str]) -> str:
    return next((argument for argument in arguments if not argument.startswith("-")), "")


@contextmanager
def terminable(arguments: Sequence[str]) -> Iterator[None]:
    """Let SIGTERM, with which supervisors and containers stop a service, end `watch` as Ctrl+C does.

    Other commands end at once, as any program does: nothing of theirs needs an orderly end.
    """
    if _command(arguments) != "watch" or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def say_stopped(session: Session, arguments: Sequence[str]) -> int:
    """Say that the run was stopped, and of a command that keeps its work that it goes on; return the exit code."""
    command = _command(arguments)
    if command == "ingest":
        session.print_error(Interrupted())
    elif command == "watch":  # this is how it ends, no failure
        session.say(
            N_("Watching has ended. Nothing is lost: the next `{watch}` or `{ingest}` goes on."),
            watch=session.command("watch"),
            ingest=session.command("ingest"),
        )
    else:
        session.say(N_("Stopped."))
    return Interrupted.exit_code
