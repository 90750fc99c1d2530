"""Memory of one worker process, and of the programs it starts, over a scanned PDF of 1,000 pages.

    python -m bench.memory [--pages 1000]
    python -m bench.memory --fine     # pages finer than needed instead, each in a worker of its own; a minute

Memory must not depend on the number of pages. Ends with 1 when the worker's peak and its largest child's together are
above 500 MB, or when what the worker holds after a page grows by more than 1 MB in 100 pages (least squares, from page
100 on, when all libraries are loaded and all buffers have been needed). Every page is drawn anew, none is like another.
Each 50th is a full page at 300 dpi, for the peak; the others hold a few lines and are read at 150 dpi, for the time.

With `--fine` the worker's own peak is judged: it is that of opening the page, which is over when the child begins.
Linux only.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from statistics import linear_regression

from PIL import Image

from bench.throughput import draw_page
from tonghop.ingest.reader import PageJob, plan_jobs, read_job
from tonghop.records import MediaType
from tonghop.settings import IngestSettings

__all__ = ["Held", "is_met", "main"]

PEAK, GROWTH = 500, 1.0  # MB; MB in 100 pages
_FIRST = 100  # page from which growth counts
_FULL_EVERY = 50
_QUICK_DPI, _QUICK_LINES = 150, 4
_A4, _A3 = 1.0, 2**0.5  # of the side of A4
# Paper, dots per inch and kind of file; 300 dpi to compare.
_FINE = (
    (_A4, 300, "jpg"), (_A4, 600, "jpg"), (_A4, 600, "png"), (_A3, 300, "jpg"), (_A3, 400, "png"), (_A3, 600, "jpg"),
    (_A3, 600, "tif"),
)  # fmt: skip
_KINDS = {".jpg": MediaType.JPEG, ".png": MediaType.PNG, ".tif": MediaType.TIFF}
_OPTIONS: dict[str, dict[str, str]] = {"tif": {"compression": "tiff_lzw"}}


@dataclass(frozen=True, slots=True)
class Held:
    """Memory after a page, in MB: what the worker holds, its own peak so far, its largest child's peak so far."""

    page: int
    now: float
    peak: float
    children: float


def is_met(held: Sequence[Held]) -> bool:
    """Return whether both targets are kept; say so. Growth over too few pages is not judged."""
    peak = held[-1].peak + held[-1].children
    print(f"{'met   ' if peak <= PEAK else 'MISSED'} peak, worker and largest child: {peak:.0f} MB (target {PEAK})")
    # A full page leaves larger buffers behind than a quick one; those are no growth.
    late = [one for one in held if one.page >= _FIRST and not _is_full(one.page)]
    if len(late) < _FIRST:
        print(f"       growth: not measured, there are fewer than {2 * _FIRST} pages")
        return peak <= PEAK
    growth = 100 * linear_regression([one.page for one in late], [one.now for one in late]).slope
    print(f"{'met   ' if growth <= GROWTH else 'MISSED'} growth: {growth:.2f} MB in 100 pages (target {GROWTH:g})")
    return peak <= PEAK and growth <= GROWTH


def _is_full(page: int) -> bool:
    return page % _FULL_EVERY == 0


# --- the file ---


def _scanned_pdf(folder: Path, pages: int) -> Path:
    """Write a PDF of JPEG pages, one object each, without holding more than one page in memory."""
    target, offsets = folder / "scan.pdf", []
    with target.open("wb") as file:
        file.write(b"%PDF-1.4\n")
        for number, body in _objects(folder / "drawn.jpg", pages):
            offsets.append(file.tell())
            file.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
        start = file.tell()
        file.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(offsets) + 1))
        file.writelines(b"%010d 00000 n \n" % offset for offset in offsets)
        file.write(b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(offsets) + 1, start))
    return target


def _objects(drawn: Path, pages: int) -> Iterator[tuple[int, bytes]]:
    yield 1, b"<</Type/Catalog/Pages 2 0 R>>"
    kids = b" ".join(b"%d 0 R" % (3 + 3 * index) for index in range(pages))
    yield 2, b"<</Type/Pages/Count %d/Kids[%s]>>" % (pages, kids)
    paint = b"q 595 0 0 842 0 0 cm /S Do Q"
    for index in range(pages):
        drawing = {} if _is_full(index + 1) else {"dpi": _QUICK_DPI, "lines": _QUICK_LINES}
        width, height = draw_page(drawn, index, **drawing)
        number, jpeg = 3 + 3 * index, drawn.read_bytes()
        yield (
            number,
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents %d 0 R"
            b"/Resources<</XObject<</S %d 0 R>>>>>>" % (number + 1, number + 2),
        )
        yield number + 1, b"<</Length %d>>stream\n%s\nendstream" % (len(paint), paint)
        yield (
            number + 2,
            b"<</Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceRGB/BitsPerComponent 8"
            b"/Filter/DCTDecode/Length %d>>stream\n%s\nendstream" % (width, height, len(jpeg), jpeg),
        )


# --- reading it ---


def _read(job: PageJob) -> tuple[int, Held]:
    """Read a page in the worker; return its words and the memory after it."""
    words = sum(len(line.words) for page in read_job(job) for line in page.lines)
    # Linux counts a child's peak from what its parent held at the fork: an upper bound.
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    # `ru_maxrss` of the process itself would include what its own parent held.
    return words, Held(job.number, _status("VmRSS:"), _status("VmHWM:"), children)


def _status(field: str) -> float:
    """Return a field of this process's status in MB."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split(field)[1].split()[0]) / 1024


def _jobs(path: Path) -> list[PageJob]:
    full, quick = IngestSettings(), IngestSettings(dpi=_QUICK_DPI)
    jobs = plan_jobs(path, path.name, MediaType.PDF, full)
    return [job if _is_full(job.number) else replace(job, settings=quick) for job in jobs]


# --- fine pages ---


def _read_fine(name: str) -> Held:
    """Read the one page of an image; what the worker held, in MB, is that of this page alone."""
    path = Path(name)
    return _read(plan_jobs(path, path.name, _KINDS[path.suffix], IngestSettings())[0])[1]


def _measure_fine(folder: Path) -> bool:
    """Read each fine page in a fresh worker; return whether all stay below the target, and say so."""
    print("| page | pixels | file | its peak, MB | largest child, MB |\n|---|---|---|---|---|")
    highest = 0.0
    for side, dpi, suffix in _FINE:
        path = folder / f"page.{suffix}"
        draw_page(folder / "drawn.jpg", dpi, dpi=dpi)
        with Image.open(folder / "drawn.jpg") as image:
            size = round(image.width * side), round(image.height * side)
            whole = image.resize(size)
            whole.save(path, dpi=(dpi, dpi), **_OPTIONS.get(suffix, {}))
        with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as pool:
            held = pool.submit(_read_fine, str(path)).result()
        highest = max(highest, held.peak)
        paper, pixels = "A4" if side == _A4 else "A3", size[0] * size[1] / 1e6
        print(
            f"| {paper}, {dpi} dpi | {pixels:.1f} million | {suffix} | {held.peak:.0f} | {held.children:.0f} |",
            flush=True,
        )
    print(f"{'met   ' if highest <= PEAK else 'MISSED'} highest peak of a worker: {highest:.0f} MB (target {PEAK})")
    return highest <= PEAK


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the measurement; return 1 when a target is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench.memory", description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--fine", action="store_true", help="A4 and A3 pages of 300 to 600 dpi instead")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        if options.fine:
            return 0 if _measure_fine(Path(name)) else 1
        path = _scanned_pdf(Path(name), options.pages)
        print(f"{options.pages} pages, file of {path.stat().st_size / 1e6:.0f} MB")
        print(f"{'pages read':>10}  {'words':>7}  {'worker, MB':>10}  {'its peak':>10}  {'children, MB':>12}")
        return 0 if is_met(_measure(_jobs(path))) else 1


def _measure(jobs: Sequence[PageJob]) -> list[Held]:
    total, found = 0, list[Held]()
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as pool:
        for words, held in pool.map(_read, jobs):
            total += words
            found.append(held)
            if held.page in (1, 10) or held.page % 100 == 1 or held.page == len(jobs):
                row = f"{held.page:>10}  {total:>7}  {held.now:>10.1f}  {held.peak:>10.1f}  {held.children:>12.1f}"
                print(row, flush=True)
    return found


if __name__ == "__main__":
    raise SystemExit(main())
