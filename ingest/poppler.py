"""Runs poppler's programs that tell of a PDF in text, one page at a time, each as a child process."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tonghop.errors import ChildProcessFailed, PageTimeout
from tonghop.ingest.rasterize import missing_poppler
from tonghop.settings import IngestSettings

__all__ = ["ask_poppler"]


def ask_poppler(program: str, path: Path, number: int, settings: IngestSettings, *options: str) -> str:
    """Return what `program` says of page `number` (from 1) of the PDF at `path`, bytes that are no UTF-8 replaced.

    The program must write to its standard output for these options. Raises `MissingDependency`, `PageTimeout`,
    `ChildProcessFailed`.
    """
    page, place = str(number), path.absolute().as_posix()
    to_stdout = ["-"] if program == "pdftotext" else []
    command = [program, *options, "-f", page, "-l", page, place, *to_stdout]
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=settings.page_timeout_s, check=False
        )
    except FileNotFoundError as error:
        raise missing_poppler() from error
    except subprocess.TimeoutExpired as error:
        raise PageTimeout(program=program, seconds=f"{settings.page_timeout_s:g}") from error
    if done.returncode:
        detail = done.stderr.decode("utf-8", "replace").strip()[:200]
        raise ChildProcessFailed(program=program, detail=f"({done.returncode}) {detail}".strip())
    return done.stdout.decode("utf-8", "replace")
