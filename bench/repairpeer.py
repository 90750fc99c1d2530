"""pyvi's `ViUtils.add_accents` on the same texts: another interpreter that has it runs this file by itself.

It stands beside the project, not in it: nothing is imported from here but the standard library, and pyvi.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Restoration", "restore_with_pyvi"]


@dataclass(frozen=True, slots=True)
class Restoration:
    """What a peer made of texts: their paragraphs, seconds of processor time, paragraphs it failed at (left bare)."""

    rows: list[list[str]]
    seconds: float
    failed: int
    version: str


def restore_with_pyvi(python: Path, rows: Sequence[Sequence[str]]) -> Restoration:
    """Return what pyvi, under the interpreter `python`, makes of texts without marks, paragraph by paragraph.

    Raises `subprocess.CalledProcessError` when it ends with an error, `ValueError` when it parts or joins words.
    """
    text = "".join(f"{' '.join(row)}\n" for row in rows)
    done = subprocess.run(
        [str(python), str(Path(__file__))], input=text.encode("utf-8"), stdout=subprocess.PIPE, check=True
    )
    *lines, last = done.stdout.decode("utf-8").splitlines()
    told = json.loads(last)
    restored = [line.split() for line in lines]
    if [len(row) for row in restored] != [len(row) for row in rows]:
        raise ValueError("pyvi has parted or joined words")
    return Restoration(restored, told["seconds"], told["failed"], told["version"])


def _run_pyvi() -> None:
    """Restore the lines of the standard input; the last line written tells the time."""
    from importlib import import_module
    from importlib.metadata import version

    add_accents = import_module("pyvi.ViUtils").add_accents  # by name: the project itself knows no such package
    sys.stdin.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # it is a text stream here
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # the same
    seconds, failed = 0.0, 0
    for line in sys.stdin.read().splitlines():
        started = time.process_time()
        try:
            restored = add_accents(line)
        except (KeyError, IndexError, ValueError):  # labels that make no letter
            restored, failed = line, failed + 1
        seconds += time.process_time() - started
        print(restored)
    print(json.dumps({"seconds": seconds, "failed": failed, "version": version("pyvi")}))


if __name__ == "__main__":
    _run_pyvi()
