"""Contact sheets: a page as it came, as it was conditioned, and the words that were read, side by side in one image.

    python -m bench.contact FILE... --out DIR
    python -m bench.contact --kinds [TEXT] --out DIR [--seed 1]      the pages of bench.damage and bench.scenes

Boxes are green where a word was read surely, yellow where less so, red where hardly. The caption names the grade and
every step.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from bench.damage import KINDS, Specimen, make
from bench.scenes import SCENES
from tonghop.ingest import rasterize
from tonghop.ingest.condition import condition
from tonghop.ingest.reader import PageJob, plan_jobs, read_job
from tonghop.ingest.sniff import sniff
from tonghop.records import MediaType, Page
from tonghop.settings import IngestSettings

__all__ = ["main", "sheet_of"]

Pixels = NDArray[np.uint8]
_SETTINGS = IngestSettings()
_HIGH = 900  # pixels of each picture
_SURE, _FAIR = 0.9, 0.6
_COLOURS = ((0, 150, 60), (230, 160, 0), (220, 20, 30))
_CAPTION = 20  # pixels of a line
_FONT = "Arimo-Regular.ttf"


def sheet_of(image: rasterize.PageImage, page: Page, title: str) -> Image.Image:
    """Return the contact sheet of `page`, read from `image`."""
    ready = condition(image, page.rotation).grey
    boxed = Image.fromarray(ready).convert("RGB")
    pen = ImageDraw.Draw(boxed)
    for word in (word for line in page.lines for word in line.words if word.box):
        colour = _COLOURS[0 if word.confidence >= _SURE else 1 if word.confidence >= _FAIR else 2]
        assert word.box is not None
        pen.rectangle(word.box, outline=colour, width=max(2, ready.shape[0] // 700))
    pictures = [_fitted(np.asarray(one)) for one in (Image.fromarray(image.pixels).convert("RGB"), ready, boxed)]
    captions = _captions(page, title)
    width = sum(one.width + 8 for one in pictures)
    sheet = Image.new("RGB", (width, _HIGH + _CAPTION * len(captions) + 8), "#404040")
    left = 4
    for one in pictures:
        sheet.paste(one, (left, 0))
        left += one.width + 8
    pen, font = ImageDraw.Draw(sheet), ImageFont.truetype(_FONT, 15)
    for number, caption in enumerate(captions):
        pen.text((8, _HIGH + 4 + number * _CAPTION), caption, font=font, fill="white")
    return sheet


def _fitted(pixels: Pixels) -> Image.Image:
    grey_or_rgb = pixels if pixels.ndim == 3 else cv2.cvtColor(pixels, cv2.COLOR_GRAY2RGB)
    factor = _HIGH / pixels.shape[0]
    return Image.fromarray(cv2.resize(grey_or_rgb, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA))


def _captions(page: Page, title: str) -> list[str]:
    confidence = [word.confidence for line in page.lines for word in line.words]
    mean = sum(confidence) / len(confidence) if confidence else 0.0
    covered = f"{page.ink_coverage:.3f}" if page.ink_coverage is not None else "-"
    first = f"{title}   {page.grade}   {len(confidence)} words, mean confidence {mean:.2f}, ink coverage {covered}"
    steps = [
        step.action + ("(" + ", ".join(f"{k}={v}" for k, v in step.settings) + ")" if step.settings else "")
        for step in page.steps
    ]
    return [first, "  →  ".join(steps)[:260]]


def _from_files(files: Sequence[Path]) -> Iterator[tuple[rasterize.PageImage, Page, str]]:
    for file in files:
        for job in plan_jobs(file, file.name, sniff(file, file.name, _SETTINGS), _SETTINGS):
            if job.media_type.is_typed:
                continue
            for page in read_job(job):
                yield _image(job), page, f"{file.name}, page {job.number}"


def _image(job: PageJob) -> rasterize.PageImage:
    if job.media_type is MediaType.PDF:
        return rasterize.render_page(job.path, job.name, job.number, _SETTINGS.dpi, _SETTINGS)
    return rasterize.open_frame(job.path, job.name, job.number, _SETTINGS)


def _from_kinds(match: str, seed: str) -> Iterator[tuple[rasterize.PageImage, Page, str]]:
    for kind in KINDS:
        if match in kind.name:
            yield _read(make(kind, seed), kind.name)
    for name, scene in SCENES.items():
        if match in name:
            yield _read(scene(seed), name)


def _read(specimen: Specimen, name: str) -> tuple[rasterize.PageImage, Page, str]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.png"
        Image.fromarray(specimen.pixels).save(path, dpi=(specimen.dpi, specimen.dpi))
        (job,) = plan_jobs(path, path.name, MediaType.PNG, _SETTINGS)
        (page,) = read_job(job)
        return _image(job), page, name


def main(arguments: Sequence[str] | None = None) -> int:
    """Write a PNG for each page; return 2 when asked for nothing."""
    parser = argparse.ArgumentParser(prog="python -m bench.contact", description=__doc__.split("\n")[0])
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--kinds", nargs="?", const="", help="pages drawn here whose kind holds this text")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args(arguments)
    if not given.files and given.kinds is None:
        parser.print_usage()
        return 2
    given.out.mkdir(parents=True, exist_ok=True)
    pages = _from_files(given.files) if given.files else _from_kinds(given.kinds, given.seed)
    for number, (image, page, title) in enumerate(pages, 1):
        path = given.out / f"{number:03}.png"
        sheet_of(image, page, title).save(path)
        print(f"{path}  {page.grade}  {title}", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
