"""How well tables are read: appendix tables drawn from a seed, as Word files, digital PDFs and scans, cell by cell.

    python -m bench.tables [--seed 1] [--tables 12] [--only word pdf scan] [--keep DIR] [--verbose]

The tables are those of `fixtures.appendix`: merged heads over one to three rows, sections over the whole width, merged
units, cells of several lines, empty ones, landscape and portrait, some over two pages, every sixth without rules; some
pages have a letterhead and signatures in two columns or a frame round the page. LibreOffice, which must be installed,
makes the PDF; poppler renders it at 200 dpi, and `fixtures.scan` makes an office scan, a rough scan or a fax of it.

Cell F1: a cell of the table that holds text counts as read when the reading has a cell at the same row and column, of
the same spans, with the same text after NFC and folding of white space. Cells read that are not so in the table count
against precision: a letterhead taken for a table costs as much as a cell read wrong. Empty cells count neither way, but
text in one does. The parts of a table over two pages are put one below the other. Beside it for scans: the same with
texts that differ by at most a tenth of their letters, and the share of cells with a number that was read
as another, with and without sign of doubt (a word of confidence 0.5 or less).

Exits 1 when cell F1 is below 0.98 in Word files, 0.95 in digital PDFs, 0.85 in scans (all kinds of scan together).
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from PIL import Image
from rapidfuzz.distance import Levenshtein

from fixtures.appendix import Appendix, Cell, make_appendix, write_appendix
from fixtures.scan import bitonal, scan
from tonghop.ingest.rasterize import count_pages, render_page
from tonghop.ingest.reader import plan_jobs, read_job
from tonghop.records import MediaType, Page, Table
from tonghop.settings import IngestSettings
from tonghop.text import nfc, one_line

__all__ = ["Score", "compare", "main", "read_cells"]

_SETTINGS = IngestSettings()
_TARGETS = {"word": 0.98, "pdf": 0.95, "scan": 0.85}
_SCANS = ("office", "rough", "office", "fax")
_DPI = 200
_TOLERANCE = 0.1  # of the letters
_DOUBT = 0.5
_ELSEWHERE = 10_000  # rows: where a table goes that is not the one asked for
_NUMBER = re.compile(r"[\d.,]*\d%?")
_LAYOUT = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Nơi nhận:")  # tables of Word files that only lay out


@dataclass(slots=True)
class Score:
    """Counts of cells: in the table, read, read right, read right but for a tenth of the letters; and of numbers."""

    truth: int = 0
    read: int = 0
    right: int = 0
    close: int = 0
    numbers: int = 0
    wrong_numbers: int = 0
    silent: int = 0  # of the wrong ones, those without sign of doubt
    doubted: int = 0  # numbers read right that show doubt
    seconds: float = 0.0
    misses: list[str] = field(default_factory=list)

    def add(self, other: Score) -> None:
        """Add another's counts."""
        for name in ("truth", "read", "right", "close", "numbers", "wrong_numbers", "silent", "doubted", "seconds"):
            setattr(self, name, getattr(self, name) + getattr(other, name))

    @property
    def f1(self) -> float:
        """Strict cell F1."""
        return 2 * self.right / (self.truth + self.read) if self.truth + self.read else 1.0

    @property
    def close_f1(self) -> float:
        """Cell F1 where texts may differ by a tenth of their letters."""
        return 2 * self.close / (self.truth + self.read) if self.truth + self.read else 1.0


def read_cells(pages: Sequence[Page], truth: Sequence[Cell]) -> dict[tuple[int, int], tuple[int, int, str]]:
    """Return the cells read that hold text: (row, column) → rows, columns, text; tables one below the other.

    Those that share less than a third of their texts with `truth` stand far below.
    """
    texts = {_folded(cell.text) for cell in truth}
    found: dict[tuple[int, int], tuple[int, int, str]] = {}
    below, elsewhere = 0, _ELSEWHERE
    for table in (table for page in pages for table in page.tables):
        cells = list(_cells(table))
        if any(mark in text for mark in _LAYOUT for *_, text in cells) and pages[0].dpi is None:
            continue
        is_it = 3 * sum(text in texts for *_, text in cells) >= len(cells)
        start = below if is_it else elsewhere
        found.update({(start + row, column): (rows, columns, text) for row, column, rows, columns, text in cells})
        below, elsewhere = (below + len(table.rows), elsewhere) if is_it else (below, elsewhere + len(table.rows))
    return found


def _cells(table: Table) -> Iterator[tuple[int, int, int, int, str]]:
    covered = {
        (row, column): (span.row, span.column)
        for span in table.spans
        for row in range(span.row, span.row + span.rows)
        for column in range(span.column, span.column + span.columns)
    }
    sizes = {(span.row, span.column): (span.rows, span.columns) for span in table.spans}
    for r, texts in enumerate(table.rows):
        for c, text in enumerate(texts):
            if _folded(text) and covered.get((r, c), (r, c)) == (r, c):
                yield r, c, *sizes.get((r, c), (1, 1)), _folded(text)


def _folded(text: str) -> str:
    return one_line(nfc(text))


def compare(pages: Sequence[Page], truth: Sequence[Cell]) -> Score:
    """Return how `pages` were read where the table `truth` stands on them."""
    found = read_cells(pages, truth)
    asked = {(cell.row, cell.column): (cell.rows, cell.columns, _folded(cell.text)) for cell in truth if cell.text}
    score = Score(truth=len(asked), read=len(found))
    unsure = _unsure(pages)
    for place, cell in asked.items():
        read = found.get(place)
        is_right = read == cell
        score.right += is_right
        score.close += read is not None and read[:2] == cell[:2] and _is_close(read[2], cell[2])
        if not is_right:
            score.misses.append(f"{place} {cell} read {read}")
        if _NUMBER.fullmatch(cell[2]):
            score.numbers += 1
            is_wrong = read is not None and bool(re.search(r"\d", read[2])) and _value(read[2]) != _value(cell[2])
            score.wrong_numbers += is_wrong
            is_doubted = read is not None and not unsure.isdisjoint(read[2].split())
            score.silent += is_wrong and not is_doubted
            score.doubted += not is_wrong and is_doubted
    return score


def _unsure(pages: Sequence[Page]) -> set[str]:
    return {word.text for page in pages for line in page.lines for word in line.words if word.confidence <= _DOUBT}


def _value(text: str) -> str:
    """Return what of a number makes its value: the stop of `2.` does not, that of `2.3` does."""
    return re.sub(r"[^\d.,%]", "", text).strip(".,")


def _is_close(read: str, truth: str) -> bool:
    return Levenshtein.distance(read, truth) <= _TOLERANCE * len(truth)


@dataclass(frozen=True, slots=True)
class _Specimen:
    name: str
    appendix: Appendix
    docx: Path


def _make(tables: int, seed: int, folder: Path) -> list[_Specimen]:
    made = []
    for number in range(tables):
        appendix = make_appendix(number, Random(f"{seed}:{number}"))
        docx = folder / f"{seed}-{number:03}.docx"
        docx.write_bytes(write_appendix(appendix))
        made.append(_Specimen(docx.stem, appendix, docx))
    return made


def _print_pdfs(specimens: Sequence[_Specimen], folder: Path) -> None:
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        raise SystemExit("LibreOffice is not installed: sudo apt-get install libreoffice-writer")
    profile = (folder / "profile").absolute().as_uri()
    options = ["--headless", "--convert-to", "pdf", "--outdir", str(folder)]
    files = [str(specimen.docx) for specimen in specimens]
    subprocess.run([program, f"-env:UserInstallation={profile}", *options, *files], check=True, capture_output=True)


def _read(path: Path, kind: MediaType) -> list[Page]:
    pages = [page for job in plan_jobs(path, path.name, kind, _SETTINGS) for page in read_job(job)]
    for page in pages:
        if page.error:
            raise RuntimeError(f"{path.name}: {page.error} {page.error_detail}")
    return pages


def _read_scans(specimen: _Specimen, number: int) -> tuple[str, list[Page], float]:
    kind = _SCANS[(number + number // len(_SCANS)) % len(_SCANS)]
    pdf = specimen.docx.with_suffix(".pdf")
    pages: list[Page] = []
    seconds = 0.0
    for at in range(1, count_pages(pdf, pdf.name, _SETTINGS) + 1):
        clean = Image.fromarray(render_page(pdf, pdf.name, at, _DPI, _SETTINGS).pixels)
        rng = Random(f"{specimen.name}:{at}")
        image = bitonal(clean, rng) if kind == "fax" else scan(clean, rng, rough=kind == "rough")
        path = specimen.docx.with_name(f"{specimen.name}-{kind}-{at}.png")
        image.save(path, dpi=(_DPI, _DPI))
        start = time.perf_counter()
        pages += _read(path, MediaType.PNG)
        seconds += time.perf_counter() - start
    return kind, pages, seconds


def _measure(specimens: Sequence[_Specimen], only: Sequence[str]) -> Iterator[tuple[str, str, Score]]:
    """Yield (origin, kind, score) of each reading."""
    for number, specimen in enumerate(specimens):
        shape = "ruled" if specimen.appendix.is_ruled else "without rules"
        if "word" in only:
            yield (
                "word",
                shape,
                _named(compare(_read(specimen.docx, MediaType.DOCX), specimen.appendix.cells), specimen),
            )
        if "pdf" in only:
            start = time.perf_counter()
            pages = _read(specimen.docx.with_suffix(".pdf"), MediaType.PDF)
            score = compare(pages, specimen.appendix.cells)
            score.seconds = time.perf_counter() - start
            yield "pdf", shape, _named(score, specimen)
        if "scan" in only:
            kind, pages, seconds = _read_scans(specimen, number)
            score = compare(pages, specimen.appendix.cells)
            score.seconds = seconds
            yield "scan", f"{shape}, {kind}", _named(score, specimen)


def _named(score: Score, specimen: _Specimen) -> Score:
    score.misses = [f"{specimen.name} {miss}" for miss in score.misses]
    return score


def _row(name: str, score: Score) -> str:
    numbers = f"{score.wrong_numbers} of {score.numbers}, {score.silent} in silence; {score.doubted} doubted"
    return (
        f"| {name} | {score.truth} | {score.read} | {score.f1:.3f} | {score.close_f1:.3f} | {numbers} "
        f"| {score.seconds:.1f} |"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the measurement; return 1 when a target is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench.tables", description=__doc__.split("\n")[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tables", type=int, default=12)
    parser.add_argument("--only", nargs="+", choices=tuple(_TARGETS), default=tuple(_TARGETS))
    parser.add_argument("--keep", type=Path, help="leave the files in this folder")
    parser.add_argument("--verbose", action="store_true", help="print every cell that was not read right")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        specimens = _make(given.tables, given.seed, folder)
        if set(given.only) - {"word"}:
            _print_pdfs(specimens, folder)
        scores: dict[tuple[str, str], Score] = {}
        for origin, kind, score in _measure(specimens, given.only):
            for name in (kind, "all"):
                scores.setdefault((origin, name), Score()).add(score)
            if given.verbose and score.misses:
                print(*score.misses, sep="\n", file=sys.stderr, flush=True)
    print("| origin | cells | read | cell F1 | within a tenth | numbers read wrong | seconds |\n|" + "---|" * 7)
    for (origin, kind), score in sorted(scores.items()):
        print(_row(f"{origin}, {kind}", score))
    met = True
    for origin in given.only:
        f1 = scores[origin, "all"].f1
        met = met and f1 >= _TARGETS[origin]
        print(f"{'met   ' if f1 >= _TARGETS[origin] else 'MISSED'} {origin}: {f1:.3f} (target {_TARGETS[origin]})")
    return 0 if met else 1


if __name__ == "__main__":
    raise SystemExit(main())
