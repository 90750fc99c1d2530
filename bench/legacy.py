"""Syllable and number error rates on typed files of old that have truth: in the fonts of TCVN3 and VNI.

    python -m bench.legacy [FOLDER] [--ocr]

Reads ../shared/realdocs/doc_legacy as `tonghop read --no-repair` does; says so and stops where that folder is not
there. Scores order-free by the rules of ../shared/bench/score.py, and without case too: the truth has some titles of
capital fonts in small letters. `--ocr` reads the pages of PDFs from their images as well, for comparison.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from tonghop.errors import UnreadableInput
from tonghop.ingest.rasterize import render_page
from tonghop.ingest.reader import PageJob, plan_jobs, read_job
from tonghop.ingest.sniff import sniff
from tonghop.ingest.tesseract import read_image
from tonghop.records import MediaType, Page
from tonghop.settings import IngestSettings
from tonghop.text import nfc, same_tone_style

__all__ = ["error_rate", "main", "tokens"]

_FOLDER = Path(__file__).resolve().parent.parent.parent / "shared" / "realdocs" / "doc_legacy"
_SETTINGS = IngestSettings()
_EDGE = re.compile(r"^\W+|\W+$")
_DIGIT = re.compile(r"\d")


def tokens(text: str) -> list[str]:
    """Return the words of `text` as ../shared/bench/score.py compares them."""
    return [token for word in nfc(text).split() if (token := same_tone_style(_EDGE.sub("", word)))]


def error_rate(truth: Sequence[str], read: Sequence[str]) -> float:
    """Return `(max(|T|, |H|) - |T ∩ H|) / |T|` of the bags of tokens; 0.0 without truth."""
    common = (Counter(truth) & Counter(read)).total()
    return (max(len(truth), len(read)) - common) / len(truth) if truth else 0.0


def _rates(truth: str, read: str) -> list[float]:
    """Return the error rates of syllables, of syllables without case, and of tokens with digits."""
    words: list[Callable[[str], bool]] = [lambda token: not _DIGIT.search(token), lambda t: bool(_DIGIT.search(t))]
    true, told = tokens(truth), tokens(read)
    syllables, numbers = ((list(filter(is_one, true)), list(filter(is_one, told))) for is_one in words)
    lower = [[token.lower() for token in side] for side in syllables]
    return [error_rate(*syllables), error_rate(*lower), error_rate(*numbers)]


def _pages(path: Path) -> list[Page]:
    media_type = sniff(path, path.name, _SETTINGS)
    return [page for job in plan_jobs(path, path.name, media_type, _SETTINGS) for page in read_job(job)]


def _from_images(path: Path) -> str:
    jobs = plan_jobs(path, path.name, MediaType.PDF, _SETTINGS)
    return "\n".join(_from_image(job) for job in jobs)


def _from_image(job: PageJob) -> str:
    image = render_page(job.path, job.name, job.number, _SETTINGS.dpi, _SETTINGS, grey=True)
    return read_image(image.pixels, image.dpi, _SETTINGS).text


def _rows(path: Path, *, with_ocr: bool) -> Iterator[str]:
    truth = path.with_suffix(".gt.txt").read_text(encoding="utf-8")
    try:
        pages = _pages(path)
    except UnreadableInput as error:
        yield f"| {path.name} | refused: {error.code} |"
        return
    grades = Counter(page.grade.value for page in pages)
    by = {value for page in pages for step in page.steps for key, value in step.settings if key == "encoding"}
    text = "\n".join(page.text for page in pages)
    yield _row(path.name, f"{' '.join(sorted(by)) or '-'}, {_shown(grades)}", _rates(truth, text))
    if with_ocr and path.suffix == ".pdf":
        yield _row(path.name, "from its images", _rates(truth, _from_images(path)))


def _shown(grades: Counter[str]) -> str:
    return ", ".join(f"{count} {grade}" for grade, count in sorted(grades.items()))


def _row(name: str, how: str, rates: Sequence[float]) -> str:
    return f"| {name} | {how} | " + " | ".join(f"{100 * rate:.2f} %" for rate in rates) + " |"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a row for each file; return 2 where there are none."""
    parser = argparse.ArgumentParser(prog="python -m bench.legacy", description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path, nargs="?", default=_FOLDER)
    parser.add_argument("--ocr", action="store_true", help="read PDFs from their images too")
    given = parser.parse_args(arguments)
    truths = {path.name.removesuffix(".gt.txt") for path in given.folder.glob("*.gt.txt")}
    files = [path for path in sorted(given.folder.glob("*.*")) if path.stem in truths and path.suffix != ".txt"]
    if not files:
        print(f"{given.folder} holds no files with truth: nothing to measure.", file=sys.stderr)
        return 2
    print("| file | encodings, grades | SER | SER without case | NER |\n|" + "---|" * 5)
    for path in files:
        for row in _rows(path, with_ocr=given.ocr):
            print(row, flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
