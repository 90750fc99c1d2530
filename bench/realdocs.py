"""Every real document goes through reading: each ends in text or in a named error, no page is lost.

    python -m bench.realdocs [FOLDER] [--match TEXT] [--max-pages N]

FOLDER is ../shared/realdocs unless given. Prints a line a file: pages in, pages read, pages failed, the worst grade,
letters of text, seconds, and how it ended. Exits 1 when a file ends in anything but text or a named error, or when
pages in are not pages read plus pages named as failed. `--max-pages` leaves longer files out, and says so.
"""

from __future__ import annotations

import argparse
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tonghop.errors import TonghopError, UnreadableInput
from tonghop.executors import Executor, executor_for
from tonghop.ingest.reader import plan_jobs
from tonghop.ingest.sniff import sniff
from tonghop.reading import DocumentReading, read_document, worst_grade
from tonghop.records import MediaType
from tonghop.settings import Settings

__all__ = ["Ending", "main", "read_one"]

_REALDOCS = Path(__file__).resolve().parent.parent.parent / "shared" / "realdocs"
_NO_DOCUMENTS = frozenset((".txt", ".md", ".csv"))  # truths and indexes that lie beside the documents


_COLUMNS = ("file", "pages in", "read", "failed", "worst grade", "letters", "seconds", "error")


@dataclass(frozen=True, slots=True)
class Ending:
    """How the reading of one file ended. `error` is a code, or the last line of a traceback when `is_sound` is not."""

    pages_in: int = 0
    read: int = 0
    failed: int = 0
    grade: str = ""
    letters: int = 0
    seconds: float = 0.0
    error: str = ""
    is_sound: bool = True


def read_one(path: Path, settings: Settings, executor: Executor) -> Ending:
    """Read the file at `path` and return how that ended; never raises for the file's own sake."""
    began = time.monotonic()
    try:
        pages_in = _pages_in(path, settings)
        readings = read_document(path, settings, executor)
    except UnreadableInput as error:
        return Ending(error=error.code, seconds=time.monotonic() - began)
    except (Exception, TonghopError) as error:  # noqa: BLE001 - finding these is what this measures
        traceback.print_exc()
        return Ending(error=repr(error)[:60], seconds=time.monotonic() - began, is_sound=False)
    pages = [page for found in readings if isinstance(found, DocumentReading) for page in found.pages]
    failed = [page for page in pages if page.error]
    read = len(pages) - len(failed)
    # A Word file is one job and has the pages that it turns out to have.
    is_whole = pages_in in (0, len(pages))
    return Ending(
        pages_in or len(pages),
        read,
        len(failed),
        worst_grade(pages).value,
        sum(len(page.text) for page in pages),
        time.monotonic() - began,
        ", ".join(sorted({page.error for page in failed if page.error})),
        is_whole and all(page.error_detail for page in failed),
    )


def _pages_in(path: Path, settings: Settings) -> int:
    media_type = sniff(path, path.name, settings.ingest)
    if media_type.is_typed or media_type.is_container:
        return 0
    return len(plan_jobs(path, path.name, media_type, settings.ingest))


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
    with executor_for(settings) as executor:
        for path in files:
            if given.max_pages and _is_longer(path, settings, given.max_pages):
                print(f"| {path.relative_to(given.folder)} | left out: more than {given.max_pages} pages |")
                continue
            endings.append(read_one(path, settings, executor))
            print(_row(str(path.relative_to(given.folder)), endings[-1]), flush=True)
    return _summary(endings)


def _is_longer(path: Path, settings: Settings, limit: int) -> bool:
    try:
        return _pages_in(path, settings) > limit
    except TonghopError:
        return False


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
