"""Peak memory of one worker process, and of the programs it starts, over a scanned PDF of 200 pages.

    python -m bench.memory [--pages 200] [--every 1]

The aim is at most 500 MB for the worker, and no growth with the number of pages. `--every 10` reads each tenth page
of the file only (rendering and conditioning cost the same a page; tesseract takes most of the time).
"""

from __future__ import annotations

import argparse
import resource
import tempfile
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from PIL import Image
from tonghop.ingest.reader import PageJob, plan_jobs, read_job

from bench.throughput import draw_page
from tonghop.records import MediaType
from tonghop.settings import IngestSettings

__all__ = ["main"]


def _scanned_pdf(folder: Path, pages: int) -> Path:
    drawn = [folder / f"drawn{seed}.jpg" for seed in range(4)]
    for seed, path in enumerate(drawn):
        draw_page(path, seed)
    images = [Image.open(drawn[number % len(drawn)]) for number in range(pages)]
    target = folder / "scan.pdf"
    images[0].save(target, save_all=True, append_images=images[1:], resolution=300)
    return target


def _read(job: PageJob) -> tuple[int, int, int]:
    """Read a page in the worker; return its words and the peaks so far (KB): the worker's, its largest child's."""
    words = sum(len(line.words) for page in read_job(job) for line in page.lines)
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return words, own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss


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
                    print(f"{count:>10}  {total:>7}  {own / 1024:>10.0f}  {children / 1024:>12.0f}")


if __name__ == "__main__":
    main()
