"""Syllable and number error rates on the public pages, for each recogniser, before and after repair.

    python -m bench.pages [--repaired]

Reads ../shared/bench/ocr (six pages of a real plan in seven states of wear) as `tonghop read --no-repair` does, and
scores with ../shared/bench/score.py; says so and stops where that folder is not there. Nothing is tuned to these pages.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from tonghop.extract.repair import repair_pages
from tonghop.ingest.reader import PageJob, read_job
from tonghop.records import MediaType, Page
from tonghop.settings import ExtractSettings, IngestSettings

__all__ = ["main"]

_SHARED = Path(__file__).resolve().parent.parent.parent / "shared" / "bench"


def _read(images: Sequence[Path], settings: IngestSettings) -> list[Page]:
    kinds = {".jpg": MediaType.JPEG, ".png": MediaType.PNG}
    jobs = [PageJob(path, path.name, kinds[path.suffix], 1, settings) for path in images]
    with ProcessPoolExecutor(max_workers=2, mp_context=get_context("spawn")) as pool:
        return [page for pages in pool.map(read_job, jobs) for page in pages]


def _score(images: Sequence[Path], pages: Sequence[Page]) -> str:
    with tempfile.TemporaryDirectory() as folder:
        for image, page in zip(images, pages, strict=True):
            text = "\n".join(line.text for line in page.lines)
            Path(folder, f"{image.name}.txt").write_text(text, encoding="utf-8")
        command = [sys.executable, str(_SHARED / "score.py"), "ocr", str(_SHARED / "ocr"), folder]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def main() -> int:
    """Print a table for each recogniser; return 2 where the pages are not there."""
    parser = argparse.ArgumentParser(prog="python -m bench.pages", description=__doc__.split("\n")[0])
    parser.add_argument("--repaired", action="store_true", help="score the text after diacritic repair too")
    given = parser.parse_args()
    images = sorted(path for path in (_SHARED / "ocr").glob("*") if path.suffix in (".jpg", ".png"))
    if not images:
        print(f"{_SHARED / 'ocr'} is not there: nothing to measure.", file=sys.stderr)
        return 2
    for recogniser in ("system", "office"):
        pages = _read(images, IngestSettings(recogniser=recogniser))
        print(f"recogniser {recogniser}, as read\n{_score(images, pages)}")
        if given.repaired:
            repaired = [repair_pages((page,), ExtractSettings())[0][0] for page in pages]
            print(f"recogniser {recogniser}, repaired\n{_score(images, repaired)}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
