"""The readers that are compared: plain tesseract, OCRmyPDF and this product, on two processes each."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from fpdf import FPDF
from PIL import Image

from bench.cost import Cost, Meter
from bench.imagesets import BenchImage
from tonghop.errors import TonghopError
from tonghop.executors import PoolExecutor
from tonghop.extract.repair import repair_pages
from tonghop.ingest.reader import PageJob, read_job
from tonghop.records import MediaType, Page
from tonghop.settings import ExtractSettings, IngestSettings

__all__ = ["OCRMYPDF", "OURS", "REPAIRED", "TESSERACT", "Run", "count_readings", "installed_peers", "run_ours"]

TESSERACT, OCRMYPDF = "tesseract", "OCRmyPDF"
OURS, REPAIRED = "tonghop, as read", "tonghop, repaired"
_PROCESSES = 2
_MEDIA_TYPES = {".jpg": MediaType.JPEG, ".png": MediaType.PNG}


@dataclass(frozen=True, slots=True)
class Run:
    """What a reader made of the images: a text for each, the cost of all, and readings for each where known."""

    name: str
    texts: tuple[str, ...]
    cost: Cost
    readings: tuple[float, ...] = ()


def installed_peers() -> tuple[dict[str, Callable[[Sequence[BenchImage]], Run]], tuple[str, ...]]:
    """Return the peers that can run here, by name, and a sentence for each that cannot."""
    programs = {TESSERACT: ("tesseract",), OCRMYPDF: ("ocrmypdf", "unpaper", "tesseract")}
    runners = {TESSERACT: _run_tesseract, OCRMYPDF: _run_ocrmypdf}
    missing = {name: [one for one in needed if not shutil.which(one)] for name, needed in programs.items()}
    left_out = tuple(f"{name} is left out: not installed: {', '.join(gone)}" for name, gone in missing.items() if gone)
    return {name: run for name, run in runners.items() if not missing[name]}, left_out


def _run_tesseract(images: Sequence[BenchImage]) -> Run:
    """Read with `tesseract IMAGE - -l vie`, one thread each, two side by side."""
    meter = Meter()
    with ThreadPoolExecutor(_PROCESSES) as pool:
        texts = tuple(pool.map(_tesseract, images))
    return Run(TESSERACT, texts, meter.read())


def _tesseract(image: BenchImage) -> str:
    command = ["tesseract", str(image.path), "-", "-l", "vie"]
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment, check=True)
    return done.stdout.decode("utf-8")


def _run_ocrmypdf(images: Sequence[BenchImage]) -> Run:
    """Read with `ocrmypdf --deskew --clean --jobs 2 -l vie`, the images as the pages of one PDF; text of its sidecar.

    Raises `RuntimeError` with what it said when it fails, or when the sidecar has not a text for each page.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _write_pdf(images, folder / "in.pdf")
        command = ["ocrmypdf", "--deskew", "--clean", "--jobs", str(_PROCESSES), "-l", "vie", "--quiet"]
        command += ["--sidecar", str(folder / "text"), str(folder / "in.pdf"), str(folder / "out.pdf")]
        meter = Meter()
        done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
        cost = meter.read()
        if done.returncode:
            raise RuntimeError(
                f"ocrmypdf ended with {done.returncode}: {done.stderr.decode('utf-8', 'replace')[-500:]}"
            )
        # A form feed ends each page but the last.
        texts = tuple((folder / "text").read_text(encoding="utf-8").split("\f"))[: len(images)]
    if len(texts) != len(images):
        raise RuntimeError(f"ocrmypdf wrote {len(texts)} texts for {len(images)} pages")
    return Run(OCRMYPDF, texts, cost)


def _write_pdf(images: Sequence[BenchImage], target: Path) -> None:
    """Write a PDF with a page for each image, as large as its resolution says; JPEG data goes in as it is."""
    pdf = FPDF(unit="pt")
    for image in images:
        with Image.open(image.path) as opened:
            size = (opened.width * 72 / image.dpi, opened.height * 72 / image.dpi)
        # fpdf2 turns a landscape format upright unless it is told.
        pdf.add_page("L" if size[0] > size[1] else "P", format=(min(size), max(size)))
        pdf.image(str(image.path), 0, 0, *size)
    pdf.output(str(target))


def run_ours(images: Sequence[BenchImage], settings: IngestSettings) -> tuple[Run, Run]:
    """Return our run as read and as repaired, whose cost is the repair's own. The pool's start is part of the cost.

    Raises the error of a page that could not be read at all.
    """
    meter = Meter()
    jobs = [
        PageJob(image.path, str(number), _MEDIA_TYPES[image.path.suffix], 1, settings)
        for number, image in enumerate(images)
    ]
    executor = PoolExecutor(_PROCESSES)
    try:
        pages = dict(_pages(executor, jobs))
    finally:
        executor.close()
    cost = meter.read()
    ordered = [pages[job.name] for job in jobs]
    read = Run(OURS, tuple(page.text for page in ordered), cost, tuple(map(count_readings, ordered)))
    meter = Meter()
    repaired = tuple(repair_pages((page,), ExtractSettings())[0][0].text for page in ordered)
    return read, replace(read, name=REPAIRED, texts=repaired, cost=meter.read())


def _pages(executor: PoolExecutor, jobs: Sequence[PageJob]) -> list[tuple[str, Page]]:
    found = []
    for job, result in executor.run(read_job, jobs):
        if isinstance(result, TonghopError):
            raise result
        (page,) = result
        if page.error:
            raise RuntimeError(f"page {job.path.name}: {page.error_detail}")
        found.append((job.name, page))
    return found


def count_readings(page: Page) -> float:
    """Return how many whole pages the recogniser read for `page`, as its steps say.

    A step `read`, `read-again` or the like is one reading; one whose settings tell its `share` of the page's pixels
    (a small copy, a strip) is that much.
    """
    steps = [dict(step.settings) for step in page.steps if step.action.partition("-")[0] == "read"]
    return sum(float(settings.get("share", 1)) for settings in steps)
