"""Every real document goes through `tonghop read --json`: each ends in text or in a named error, no page is lost.

    python -m bench.realdocs [FOLDER] [--match TEXT] [--max-pages N]

FOLDER is ../shared/realdocs unless given. Prints a line a file: pages in, pages read, pages failed, the worst grade,
letters of text, seconds, and how it ended. The command runs in this process, once for each file; pages in are counted
apart from it. Exits 1 when a file ends in anything but text or a named error, or when pages in are not pages read plus
pages named as failed. `--max-pages` leaves longer files out, and says so.
"""

from __future__ import annotations

import argparse
import io
import json
import sys
import time
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import tonghop.cli
from tonghop.errors import UnreadableInput
from tonghop.ingest.reader import plan_jobs
from tonghop.ingest.sniff import sniff
from tonghop.records import Grade
from tonghop.settings import Settings

__all__ = ["Ending", "main", "read_one"]

_REALDOCS = Path(__file__).resolve().parent.parent.parent / "shared" / "realdocs"
_NO_DOCUMENTS = frozenset((".txt", ".md", ".csv"))  # truths and indexes that lie beside the documents
_GRADES = [Grade.GOOD.value, Grade.DOUBTFUL.value, Grade.UNREAD.value]  # the worst last
_COLUMNS = ("file", "pages in", "read", "failed", "worst grade", "letters", "seconds", "error")


@dataclass(frozen=True, slots=True)
class Ending:
    """How the reading of one file ended. `error` holds the codes of its errors, or what went wrong when not sound."""

    pages_in: int = 0
    read: int = 0
    failed: int = 0
    grade: str = ""
    letters: int = 0
    seconds: float = 0.0
    error: str = ""
    is_sound: bool = True


def read_one(path: Path, settings: Settings) -> Ending:
    """Read the file at `path` and return how that ended; never raises for the file's own sake."""
    began = time.monotonic()
    pages_in = _pages_in(path, settings)
    out, said = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(said):
        code = tonghop.cli.main(["--lang", "en", "read", "--json", str(path)])
    seconds = time.monotonic() - began
    try:
        ending = _ending(json.loads(out.getvalue()), code, pages_in)
    except ValueError:
        ending = Ending(pages_in, error=f"no JSON document, exit code {code}", is_sound=False)
    if not ending.is_sound:
        print(said.getvalue(), file=sys.stderr)
    return replace(ending, seconds=seconds)


def _ending(entries: list[dict[str, Any]], code: int, pages_in: int) -> Ending:
    """Return the ending that the JSON document and the exit code tell; sound when the two agree."""
    errors = [entry["error"] for entry in entries if "error" in entry]
    pages = [page for entry in entries for page in entry["pages"]]
    failed = [page["error"] for page in pages if page["error"]]
    is_named = all(error["code"] and error["message"] and error["advice"] for error in errors)
    is_agreed = code == (errors[0]["exit_code"] if errors else 0) and code in (0, UnreadableInput.exit_code)
    # A Word file is one job and has the pages that it turns out to have; a refused file has none.
    is_whole = pages_in in (0, len(pages)) or (not pages and bool(errors))
    return Ending(
        (pages_in or len(pages)) if pages else 0,
        len(pages) - len(failed),
        len(failed),
        max((page["grade"] for page in pages), key=_GRADES.index, default=""),
        sum(len(page["text"]) for page in pages),
        error=", ".join(sorted({error["code"] for error in [*errors, *failed]})),
        is_sound=bool(entries) and is_named and is_agreed and is_whole and all(error["detail"] for error in failed),
    )


def _pages_in(path: Path, settings: Settings) -> int:
    """Return how many pages the file has; 0 where that is not known before it is read, or it is refused."""
    try:
        media_type = sniff(path, path.name, settings.ingest)
        if media_type.is_typed or media_type.is_container:
            return 0
        return len(plan_jobs(path, path.name, media_type, settings.ingest))
    except UnreadableInput:
        return 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Read all documents; return 1 when one ended as none may."""
    parser = argparse.ArgumentParser(prog="python -m bench.realdocs", description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path, nargs="?", default=_REALDOCS)
    parser.add_argument("--match", default="", help="only files whose path holds this text")
    parser.add_argument("--max-pages", type=int, help="leave files with more pages out")
    given = parser.parse_args(arguments)
    files = [
        path
        for path in sorted(given.folder.rglob("*"))
        if path.is_file() and path.suffix not in _NO_DOCUMENTS and given.match in str(path)
    ]
    if not files:
        print(f"no documents in {given.folder}")
        return 1
    settings = Settings()
    endings: list[Ending] = []
    print("| " + " | ".join(_COLUMNS) + " |\n|" + "---|" * len(_COLUMNS))
    for path in files:
        if given.max_pages and _pages_in(path, settings) > given.max_pages:
            print(f"| {path.relative_to(given.folder)} | left out: more than {given.max_pages} pages |")
            continue
        endings.append(read_one(path, settings))
        print(_row(str(path.relative_to(given.folder)), endings[-1]), flush=True)
    return _summary(endings)


def _row(name: str, ending: Ending) -> str:
    error = ending.error if ending.is_sound else f"UNSOUND {ending.error}"
    cells = (ending.pages_in, ending.read, ending.failed, ending.grade, ending.letters, f"{ending.seconds:.1f}", error)
    return f"| {name} | " + " | ".join(str(cell) for cell in cells) + " |"


def _summary(endings: Sequence[Ending]) -> int:
    unsound = sum(not ending.is_sound for ending in endings)
    with_text = sum(ending.letters > 0 for ending in endings)
    refused = sum(ending.letters == 0 and bool(ending.error) for ending in endings)
    silent = len(endings) - with_text - refused
    pages, read, failed = (sum(getattr(e, name) for e in endings) for name in ("pages_in", "read", "failed"))
    print(f"\n{len(endings)} files: {with_text} with text, {refused} refused by name, {silent} without text or error")
    print(f"{pages} pages in = {read} read + {failed} failed; {unsound} files ended as none may")
    return int(bool(unsound or silent or pages != read + failed))


if __name__ == "__main__":
    raise SystemExit(main())
