"""Pages with known text as readers read them, each reading kept in a folder, so that a second run only repairs.

Public pages and real scans under ../shared, and pages drawn from its held-out law: of typefaces and resolutions that
nothing was trained on, and with other seeds than those that the calibration was fitted on.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, islice, repeat
from pathlib import Path

from PIL import Image

from bench.imagesets import BenchImage, public_images, real_images
from bench.repairtexts import LAW, held_out, text_of
from tonghop.engines import reading_key
from tonghop.ingest.reader import plan_jobs, read_job
from tonghop.ledger import codec
from tonghop.models.train.faces import find_families
from tonghop.models.train.readings import HELD_OUT, Reader, draw_pages
from tonghop.records import Grade, Line, MediaType, Origin, Page, Word
from tonghop.settings import IngestSettings
from tonghop.text import nfc

__all__ = ["STATES", "ReadImage", "drawn_pages", "public_pages", "real_pages", "to_page"]

STATES = ("clean", "office", "poor", "fax", "sealed", "photo")
_SEED = 20241124  # training has another
_KINDS = {".jpg": MediaType.JPEG, ".png": MediaType.PNG}


@dataclass(frozen=True, slots=True)
class ReadImage:
    """A page as it was read, the text that stands on it, and its state of wear."""

    state: str
    truth: str
    page: Page


def public_pages(work: Path, reader: str, most: int) -> list[ReadImage]:
    """Return at most `most` of the public pages of each state as `reader` (`tonghop`, `tesseract`) reads them."""
    images = list(chain.from_iterable(islice(public_images([state]), most) for state in STATES))
    return [ReadImage(image.state, image.truth, _READERS[reader](image.path, work)) for image in images]


def real_pages(work: Path, most: int) -> list[ReadImage]:
    """Return the pages of real scans with truth as the program reads them; a state is a document."""
    return [ReadImage(i.state, i.truth, _read(i.path, work)) for i in islice(real_images(work), most)]


def drawn_pages(work: Path, count: int, fonts: Sequence[Path]) -> list[ReadImage]:
    """Return `count` pages drawn from held-out law, as the program reads them. Raises `FileNotFoundError` for a font.

    A state is the kind of damage. No text of them was trained on, chosen or fitted by.
    """
    home = work / "drawn"
    home.mkdir(parents=True, exist_ok=True)
    return [ReadImage(i.state, i.truth, _read(i.path, work)) for i in _draw(home, count, fonts)]


def _draw(home: Path, count: int, fonts: Sequence[Path]) -> list[BenchImage]:
    kept = [home / f"{_SEED}-{number:03}" for number in range(count)]
    texts = [text_of(held_out(name)).split("\n") for name in LAW[:4]]
    families, weights = find_families(fonts, held_out=True)
    found = []
    drawn = draw_pages(texts, families, weights, HELD_OUT[Reader.VIETNAMESE], _SEED)
    for stem, page in zip(kept, repeat(None) if _are_there(kept) else drawn, strict=False):
        if page is not None:
            Image.fromarray(page.pixels).save(stem.with_suffix(".png"), dpi=(page.dpi, page.dpi))
            words = " ".join(nfc(word.text) for word in page.words)
            stem.with_suffix(".txt").write_text(f"{page.profile}\n{words}\n", encoding="utf-8")
        state, truth = stem.with_suffix(".txt").read_text(encoding="utf-8").split("\n", 1)
        found.append(BenchImage(stem.with_suffix(".png"), state, truth))
    return found


def _are_there(stems: Sequence[Path]) -> bool:
    return all(stem.with_suffix(".txt").exists() for stem in stems)


# --- readers ---


def _read(image: Path, work: Path) -> Page:
    """Return the page as the program reads it, without repair."""
    kept = work / f"{image.name}.{reading_key(IngestSettings())}.json"
    if not kept.exists():
        (job,) = plan_jobs(image, image.name, _KINDS[image.suffix], IngestSettings())
        (page,) = read_job(job)
        if page.error:
            raise RuntimeError(f"page {image.name}: {page.error_detail}")
        kept.write_text(codec.dump(page), encoding="utf-8")
    return codec.load(Page, kept.read_text(encoding="utf-8"))


def _read_with_tesseract(image: Path, work: Path) -> Page:
    kept = work / f"{image.name}.tsv"
    if not kept.exists():
        command = ["tesseract", str(image), "stdout", "-l", "vie", "tsv"]
        environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
        kept.write_bytes(subprocess.run(command, capture_output=True, check=True, env=environment).stdout)
    return to_page(kept.read_text(encoding="utf-8"), 1)


_READERS = {"tonghop": _read, "tesseract": _read_with_tesseract}


def to_page(tsv: str, number: int) -> Page:
    """Return the page of Tesseract's table of words."""
    lines: dict[tuple[str, ...], list[Word]] = {}
    paragraphs: dict[tuple[str, ...], int] = {}
    for row in tsv.splitlines()[1:]:
        cells = row.split("\t")
        text = nfc(cells[11].strip()) if cells[0] == "5" else ""
        if text:
            confidence = max(0.0, float(cells[10]) / 100)
            lines.setdefault(tuple(cells[2:5]), []).append(Word(text, text, confidence=confidence))
            paragraphs.setdefault(tuple(cells[2:4]), len(paragraphs))
    built = tuple(Line(tuple(words), paragraph=paragraphs[key[:2]]) for key, words in lines.items())
    return Page(number, Origin.OCR, Grade.GOOD, built)
