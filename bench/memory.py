"""Peak memory of one worker process, and of the programs it starts, over a scanned PDF of 200 pages.

    python -m bench.memory [--pages 200] [--every 1]

Exits 1 when the worker's peak is above 500 MB, or has grown by more than 25 MB since its tenth page: memory must not
depend on the number of pages. Every page is drawn anew, none is like another. `--every 10` reads each tenth page of the
file only (rendering and conditioning cost the same a page; tesseract takes most of the time).
"""

from __future__ import annotations

import argparse
import resource
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from bench.throughput import draw_page
from tonghop.ingest.reader import PageJob, plan_jobs, read_job
from tonghop.records import MediaType
from tonghop.settings import IngestSettings

__all__ = ["is_met", "main"]

TARGET, GROWTH = 500, 25  # MB
_WARM = 10  # pages until all libraries are loaded and all buffers have been needed once


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
        draw_page(drawn, seed=index)
        number, jpeg = 3 + 3 * index, drawn.read_bytes()
        yield (
            number,
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents %d 0 R"
            b"/Resources<</XObject<</S %d 0 R>>>>>>" % (number + 1, number + 2),
        )
        yield number + 1, b"<</Length %d>>stream\n%s\nendstream" % (len(paint), paint)
        yield (
            number + 2,
            b"<</Type/XObject/Subtype/Image/Width 2480/Height 3508/ColorSpace/DeviceRGB/BitsPerComponent 8"
            b"/Filter/DCTDecode/Length %d>>stream\n%s\nendstream" % (len(jpeg), jpeg),
        )


def _read(job: PageJob) -> tuple[int, float, float]:
    """Read a page in the worker; return its words and the peaks so far (MB): the worker's, its largest child's."""
    words = sum(len(line.words) for page in read_job(job) for line in page.lines)
    # Linux counts a child's peak from what its parent held at the fork, so the second number is an upper bound.
    return words, _own_peak(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def _own_peak() -> float:
    """Return this process's own peak in MB (Linux); `ru_maxrss` would include what the parent held."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def is_met(peaks: Sequence[float]) -> bool:
    """Return whether the worker's peaks (MB), one after each page, keep both targets; say so."""
    growth = peaks[-1] - peaks[min(_WARM, len(peaks)) - 1]
    print(f"{'met   ' if peaks[-1] <= TARGET else 'MISSED'} worker's peak: {peaks[-1]:.0f} MB (target {TARGET})")
    since = f"growth since page {_WARM}"
    print(f"{'met   ' if growth <= GROWTH else 'MISSED'} {since}: {growth:.0f} MB (target {GROWTH})")
    return peaks[-1] <= TARGET and growth <= GROWTH


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the measurement; return 1 when a target is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench.memory", description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--every", type=int, default=1)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        path = _scanned_pdf(Path(name), options.pages)
        jobs = plan_jobs(path, path.name, MediaType.PDF, IngestSettings())[:: options.every]
        print(f"{len(jobs)} of {options.pages} pages, file of {path.stat().st_size / 1e6:.0f} MB")
        print(f"{'pages read':>10}  {'words':>7}  {'worker, MB':>10}  {'children, MB':>12}")
        return 0 if is_met(_peaks(jobs)) else 1


def _peaks(jobs: Sequence[PageJob]) -> list[float]:
    total, peaks = 0, list[float]()
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as pool:
        for count, (words, own, children) in enumerate(pool.map(_read, jobs), 1):
            total += words
            peaks.append(own)
            if count in (1, 5, _WARM) or count % 50 == 0 or count == len(jobs):
                print(f"{count:>10}  {total:>7}  {own:>10.0f}  {children:>12.0f}", flush=True)
    return peaks


if __name__ == "__main__":
    raise SystemExit(main())
