"""Wall time of 20 scanned pages on two processes, beside `xargs -P2 tesseract` on the same images in the same run.

    python -m bench.throughput [--pages 20] [--rounds 1]

Each round runs both, one after the other; the pool's start is part of our time. Exits 1 when the ratio of wall times
(the median of the rounds) is above 1.15 or a page was not read well. Processor time is printed too: it tells a slow
reader from a machine that did other work meanwhile.
Page images are those of ../shared/bench/ocr (clean and office) repeated, or drawn here when that folder is absent.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import tempfile
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from statistics import median

from PIL import Image, ImageDraw, ImageFont

from bench.cost import Cost, Meter
from tonghop.ingest.reader import PageJob, plan_jobs, read_job
from tonghop.records import Grade, MediaType
from tonghop.settings import IngestSettings

__all__ = ["Round", "draw_page", "is_met", "main"]

TARGET = 1.15  # times the wall time of `xargs -P2 tesseract`

_REPO = Path(__file__).resolve().parent.parent
_SHARED = _REPO.parent / "shared" / "bench" / "ocr"
_FONT = "Tinos-Regular.ttf"
_SENTENCE = (
    "Ủy ban nhân dân xã báo cáo kết quả thực hiện công tác cải cách hành chính quý I năm 2024 như sau "
    "tiếp nhận và giải quyết hồ sơ thủ tục hành chính tại bộ phận một cửa đúng hạn đạt tỷ lệ 99,71%"
)


def draw_page(path: Path, seed: int, *, dpi: int = 300, lines: int = 36) -> tuple[int, int]:
    """Draw an A4 page of text as JPEG; return its width and height in pixels."""
    image = Image.new("RGB", (round(8.268 * dpi), round(11.693 * dpi)), "white")
    draw, words = ImageDraw.Draw(image), random.Random(seed)
    font = ImageFont.truetype(_FONT, 58 * dpi / 300)
    for line in range(lines):
        text = " ".join(words.choices(_SENTENCE.split(), k=13))
        draw.text((dpi, (1.07 + line * 0.267) * dpi), text, font=font, fill="black")
    image.save(path, quality=90, dpi=(dpi, dpi))
    return image.size


def _page_images(folder: Path, pages: int) -> list[Path]:
    found = sorted([*_SHARED.glob("*.clean.jpg"), *_SHARED.glob("*.office.jpg")])
    if not found:
        found = [folder / f"drawn{seed}.jpg" for seed in range(6)]
        for seed, path in enumerate(found):
            draw_page(path, seed)
    copies = []
    for number in range(pages):
        copies.append(folder / f"page{number:02d}.jpg")
        copies[-1].write_bytes(found[number % len(found)].read_bytes())
    return copies


def _time_xargs(images: list[Path], folder: Path) -> Cost:
    meter = Meter()
    subprocess.run(
        ["xargs", "-P2", "-I{}", "tesseract", "{}", "{}.out", "-l", "vie"],
        input="\n".join(map(str, images)),
        text=True,
        env={**os.environ, "OMP_THREAD_LIMIT": "1"},
        cwd=folder,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    return meter.read()


def _time_reader(images: list[Path]) -> tuple[Cost, int]:
    settings = IngestSettings()
    meter = Meter()
    jobs: list[PageJob] = [job for path in images for job in plan_jobs(path, path.name, MediaType.JPEG, settings)]
    with ProcessPoolExecutor(max_workers=2, mp_context=get_context("spawn")) as pool:
        pages = [page for result in pool.map(read_job, jobs) for page in result]
    return meter.read(), sum(page.grade is Grade.GOOD for page in pages)


@dataclass(frozen=True, slots=True)
class Round:
    """What one round took: `theirs` for tesseract alone, `ours` for the reader, which read `good` of `pages` well."""

    pages: int
    theirs: Cost
    ours: Cost
    good: int


def _measure(pages: int) -> Round:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        images = _page_images(folder, pages)
        theirs = _time_xargs(images, folder)
        ours, good = _time_reader(images)
    return Round(len(images), theirs, ours, good)


def _row(number: int, found: Round) -> str:
    theirs, ours = found.theirs, found.ours
    return (
        f"{number:>5}  {found.pages:>5}  {theirs.wall:>10.1f}  {theirs.cpu:>10.1f}  {ours.wall:>10.1f}"
        f"  {ours.cpu:>10.1f}  {ours.wall / theirs.wall:>6.2f}  {ours.cpu / theirs.cpu:>4.2f}  {found.good:>4}"
    )


def is_met(rounds: Sequence[Round]) -> bool:
    """Return whether the median ratio of wall times keeps the target and every page was read well; say so."""
    ratio = median(found.ours.wall / found.theirs.wall for found in rounds)
    unread = sum(found.pages - found.good for found in rounds)
    print(f"{'met   ' if ratio <= TARGET else 'MISSED'} median ratio of wall times {ratio:.2f} (target {TARGET})")
    print(f"{'met   ' if not unread else 'MISSED'} pages not read well: {unread} (target 0)")
    return ratio <= TARGET and not unread


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the measurement; return 1 when the target is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench.throughput", description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=1)
    options = parser.parse_args(arguments)
    print(f"{'':>5}  {'':>5}  {'xargs -P2 tesseract, s':>22}  {'reader, 2 processes, s':>22}  {'ratio':>12}")
    columns = "  ".join(f"{'wall':>10}  {'cpu':>10}" for _ in range(2))
    print(f"{'round':>5}  {'pages':>5}  {columns}    wall   cpu  good")
    rounds = []
    for number in range(1, options.rounds + 1):
        rounds.append(_measure(options.pages))
        print(_row(number, rounds[-1]), flush=True)
    return 0 if is_met(rounds) else 1


if __name__ == "__main__":
    raise SystemExit(main())
