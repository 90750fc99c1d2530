"""The command line: `tonghop COMMAND`. The contract of commands, JSON and exit codes is in docs/."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime

from tonghop.cli.session import Session, hoist, start_session
from tonghop.errors import Interrupted, TonghopError
from tonghop.i18n import Translator

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        # Windows consoles and pipes may be set to a code page that lacks Vietnamese letters.
        getattr(stream, "reconfigure", lambda **_: None)(encoding="utf-8", errors="replace")
    session = None
    try:
        options, rest = hoist(sys.argv[1:] if arguments is None else arguments)
        session = start_session(options)
        from tonghop.cli.app import run

        return run(session, rest)
    except TonghopError as error:
        return _fail(session, error)
    except KeyboardInterrupt:
        return _fail(session, Interrupted())
    except BrokenPipeError:
        # `tonghop … | head`: the reader has what it wanted. Python would complain again at exit.
        sys.stdout = None  # the documented way to silence the flush at exit
        return 0
    except Exception as error:  # noqa: BLE001 - the last door: say it calmly, keep the traceback for whoever mends it
        _log(session)
        return _fail(session, TonghopError(detail=f"{type(error).__name__}: {error}"))


def _fail(session: Session | None, error: TonghopError) -> int:
    if session is None:
        message, advice = Translator().error(error)
        sys.stderr.write(f"✗ {message}\n  → {advice}\n")
    else:
        session.print_error(error)
    return error.exit_code


def _log(session: Session | None) -> None:
    """Append the traceback to tonghop.log in the workspace, or print it where there is none."""
    text = f"{datetime.now(UTC).isoformat()}\n{traceback.format_exc()}\n"
    folder = session.folder if session else None
    if folder is None or not (folder / "tonghop.toml").is_file():
        sys.stderr.write(text)
        return
    with (folder / "tonghop.log").open("a", encoding="utf-8") as log:
        log.write(text)
