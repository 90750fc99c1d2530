"""Where the log goes: tonghop.log in the workspace, nowhere else. Standard error is for the reader."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from logging.handlers import RotatingFileHandler
from pathlib import Path

__all__ = ["log_to"]

_BYTES, _OLDER = 1 << 20, 2  # tonghop.log, tonghop.log.1, tonghop.log.2: 3 MB at most


class _File(RotatingFileHandler):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the library's signature
        """Let a command go on whose log cannot be written: it says itself what went wrong."""


@contextmanager
def log_to(workspace: Path | None) -> Iterator[None]:
    """Keep warnings and errors of the program and its libraries in `workspace`/tonghop.log, or drop them."""
    handler: logging.Handler = logging.NullHandler()
    if workspace is not None:
        handler = _File(workspace / "tonghop.log", maxBytes=_BYTES, backupCount=_OLDER, encoding="utf-8", delay=True)
    handler.setLevel(logging.WARNING)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        yield
    finally:
        root.removeHandler(handler)
        handler.close()
