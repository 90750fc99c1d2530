"""The command line: `tonghop COMMAND`. Its contract: commands, JSON documents, exit codes."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence

from tonghop.cli.log import log_to
from tonghop.cli.session import Session, hoist, start_session
from tonghop.cli.stopping import say_stopped, terminable
from tonghop.errors import Interrupted, TonghopError, UnloggedError, quoted
from tonghop.i18n import Translator

__all__ = ["main"]

_LOG = logging.getLogger(__name__)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        # Windows consoles and pipes may be set to a code page that lacks Vietnamese letters.
        getattr(stream, "reconfigure", lambda **_: None)(encoding="utf-8", errors="replace")
    session, rest = None, list[str]()
    try:
        options, rest = hoist(sys.argv[1:] if arguments is None else arguments)
        session = start_session(options)
        with log_to(session.workspace), terminable(rest):
            code = _run(session, rest)
        sys.stdout.flush()  # here, not at exit: a reader that has gone is then met below
    except (KeyboardInterrupt, Interrupted):
        return say_stopped(session or start_session({}), rest)
    except TonghopError as error:
        return _fail(session, error)
    except BrokenPipeError:
        # `tonghop … | head`: the reader has what it wanted. Python would complain again at exit.
        sys.stdout = None  # the documented way to silence the flush at exit
        return 0
    return code


def _run(session: Session, arguments: Sequence[str]) -> int:
    """Run one command. What nobody foresaw is raised as a calm error, its traceback in the log."""
    from tonghop.cli.app import run

    try:
        return run(session, arguments)
    except (TonghopError, BrokenPipeError):
        raise
    except Exception as error:
        _LOG.exception("%s", " ".join(arguments))
        kind = TonghopError if session.workspace else UnloggedError
        raise kind(detail=quoted(f"{type(error).__name__}: {error}")) from error


def _fail(session: Session | None, error: TonghopError) -> int:
    if session is None:
        message, advice = Translator().error(error)
        sys.stderr.write(f"✗ {message}\n  → {advice}\n")
    else:
        session.print_error(error)
    return error.exit_code
