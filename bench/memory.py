"""Peak memory of one worker process, and of the programs it starts, over a scanned PDF of 200 pages.

    python -m bench.memory [--pages 200] [--every 1]

The aim is at most 500 MB for the worker, and no growth with the number of pages. `--every 10` reads each tenth page
of the file only (rendering and conditioning cost the same a page; tesseract takes most of the time).
"""

from __future__ import annotations

import argparse
import resource
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from bench.throughput import draw_page
from tonghop.ingest.reader import PageJob, plan_jobs, read_job
from tonghop.records import MediaType
from tonghop.settings import IngestSettings

__all__ = ["main"]


def _scanned_pdf(folder: Path, pages: int) -> Path:
    """Write a PDF of JPEG pages, one object each, without holding more than one page in memory."""
    drawn = [folder / f"drawn{seed}.jpg" for seed in range(4)]
    for seed, path in enumerate(drawn):
        draw_page(path, seed)
    target, offsets = folder / "scan.pdf", []
    with target.open("wb") as file:
        file.write(b"%PDF-1.4\n")
        for number, body in _objects(drawn, pages):
            offsets.append(file.tell())
            file.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
        start = file.tell()
        file.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(offsets) + 1))
        file.writelines(b"%010d 00000 n \n" % offset for offset in offsets)
        file.write(b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(offsets) + 1, start))
    return target


def _objects(drawn: list[Path], pages: int) -> Iterator[tuple[int, bytes]]:
    yield 1, b"<</Type/Catalog/Pages 2 0 R>>"
    kids = b" ".join(b"%d 0 R" % (3 + 3 * index) for index in range(pages))
    yield 2, b"<</Type/Pages/Count %d/Kids[%s]>>" % (pages, kids)
    paint = b"q 595 0 0 842 0 0 cm /S Do Q"
    for index in range(pages):
        number, jpeg = 3 + 3 * index, drawn[index % len(drawn)].read_bytes()
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--every", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        path = _scanned_pdf(Path(name), options.pages)
        jobs = plan_jobs(path, path.name, MediaType.PDF, IngestSettings())[:: options.every]
        print(f"{len(jobs)} of {options.pages} pages, file of {path.stat().st_size / 1e6:.0f} MB")
        print(f"{'pages read':>10}  {'words':>7}  {'worker, MB':>10}  {'children, MB':>12}")
        total = 0
        with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as pool:
            for count, (words, own, children) in enumerate(pool.map(_read, jobs), 1):
                total += words
                if count in (1, 5, 10) or count % 50 == 0 or count == len(jobs):
                    print(f"{count:>10}  {total:>7}  {own:>10.0f}  {children:>12.0f}")


if __name__ == "__main__":
    main()
