"""What happens to whole pages on the glass and on the desk: drawn, read, compared with plain tesseract.

    python -m bench.scenes [--match TEXT] [--pages 2] [--seed 1]
    python -m bench.scenes --turns [--pages 1] [--seed 1]

Prints, for each scene, the share of tokens read wrong by tesseract from the image as it is (same recogniser), the
share read wrong after conditioning, the grades and the processor time as times that of plain tesseract. `--turns`
reads six kinds of page in all four orientations and prints how many were turned rightly, and what that cost.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from bench.damage import KINDS, Kind, Specimen, make
from bench.grades import wrong_share
from fixtures.scan import photograph, scan
from tonghop.ingest.reader import plan_jobs, read_job
from tonghop.ingest.tesseract import read_image
from tonghop.records import MediaType, Page
from tonghop.settings import IngestSettings

__all__ = ["SCENES", "TURNED", "main", "read_specimen", "table_page"]

Pixels = NDArray[np.uint8]
Scene = Callable[[str], Specimen]
_SETTINGS = IngestSettings()
_FONT = "Tinos-Regular.ttf"
_KIND = {kind.name: kind for kind in KINDS}


def _half(seed: str, **changes: object) -> Specimen:
    return make(replace(_KIND["as drawn, 200 dpi"], **changes), seed)  # type: ignore[arg-type]  # fields of Kind by name


def _page(seed: str, dpi: int = 150, points: float = 13.0) -> Specimen:
    """Return an A4 page of text."""
    upper, lower = (_half(f"{seed}:{part}", dpi=dpi, points=points) for part in "ab")
    return Specimen(np.vstack([upper.pixels, lower.pixels]), dpi, upper.words + lower.words)


def _scanned(specimen: Specimen, rng: Random, *, rough: bool = False) -> Specimen:
    return replace(specimen, pixels=np.asarray(scan(Image.fromarray(specimen.pixels), rng, rough=rough)))


def table_page(seed: str, dpi: int = 150, *, broad: bool = False, rules: bool = True) -> Specimen:
    """Return an A4 page, lying when `broad`, with a table of five columns under a line of text."""
    high, wide = (8.27, 11.69) if broad else (11.69, 8.27)
    image = Image.new("RGB", (round(wide * dpi), round(high * dpi)), "white")
    pen, font = ImageDraw.Draw(image), ImageFont.truetype(_FONT, 12 * dpi / 72)
    pool = list(dict.fromkeys(_half(seed).words))
    Random(f"table:{seed}").shuffle(pool)
    words: list[str] = []
    step, rows = (wide - 1.4) / 5, int((high - 2) / 0.4)
    for row in range(rows + 1):
        y = (0.9 + 0.4 * row) * dpi
        if rules:
            pen.line((0.7 * dpi, y, (wide - 0.7) * dpi, y), fill=20, width=2)
        for column in range(5 if row < rows else 0):
            cell = pool[(5 * row + column) % len(pool)]
            pen.text(((0.8 + step * column) * dpi, y + 0.1 * dpi), cell, font=font, fill=(20, 20, 20))
            words.append(cell)
    for column in range(6 if rules else 0):
        x = (0.7 + step * column) * dpi
        pen.line((x, 0.9 * dpi, x, (0.9 + 0.4 * rows) * dpi), fill=20, width=2)
    return Specimen(np.asarray(image), dpi, tuple(words))


def _little(seed: str) -> Specimen:
    """Return an A4 page with three lines at its top."""
    half = _half(seed, dpi=150, lines=3)
    return Specimen(np.vstack([half.pixels, np.full_like(half.pixels, 255)]), 150, half.words)


# --- on the desk ---


def _steep(seed: str) -> Specimen:
    """Return a photo from the side: the far edge is three quarters as long as the near one."""
    page, rng = _page(seed), Random(f"steep:{seed}")
    height, wide = page.pixels.shape[:2]
    inset = rng.uniform(0.08, 0.13) * wide
    frame = (round(1.12 * wide), round(1.08 * height))
    corners = np.array([[0, 0], [wide, 0], [wide, height], [0, height]], np.float32)
    seen = np.array([[inset, 0.06 * height], [wide - inset, 0.02 * height], [wide, height], [0, 0.96 * height]])
    target = np.add(seen, [0.06 * wide, 0.02 * height]).astype(np.float32)
    matrix = cv2.getPerspectiveTransform(corners, target)
    shot = cv2.warpPerspective(page.pixels, matrix, frame, flags=cv2.INTER_CUBIC, borderValue=(92, 84, 70))
    return replace(page, pixels=_shot(shot.astype(np.uint8), rng))


def _filling(seed: str) -> Specimen:
    """Return a photo that the sheet fills, its lines converging: no edge is seen."""
    page, rng = _page(seed), Random(f"filling:{seed}")
    height, wide = page.pixels.shape[:2]
    rise = rng.uniform(0.03, 0.05) * wide
    corners = np.array([[0, 0], [wide, 0], [wide, height], [0, height]], np.float32)
    target = np.array([[0, -rise], [wide, rise], [wide, height - rise], [0, height + rise]], np.float32)
    matrix = cv2.getPerspectiveTransform(corners, target)
    shot = cv2.warpPerspective(
        page.pixels, matrix, (wide, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return replace(page, pixels=_shot(shot.astype(np.uint8), rng))


def _shadowed(seed: str) -> Specimen:
    """Return a photo over which a hand throws a shadow with a sharp edge, a third as bright as the rest."""
    page, rng = _page(seed), Random(f"shadow:{seed}")
    height, wide = page.pixels.shape[:2]
    light = np.ones((height, wide), np.float32)
    start, end = rng.uniform(0.2, 0.4) * height, rng.uniform(0.6, 0.9) * height
    outline = np.array([[wide, start], [0.35 * wide, 0.8 * start], [0.2 * wide, end], [wide, height]], np.int32)
    cv2.fillPoly(light, [outline], (0.35,))
    light = cv2.GaussianBlur(light, (0, 0), wide * 0.006).astype(np.float32)
    lit = (page.pixels * light[..., None] * 0.93).astype(np.uint8)
    return replace(page, pixels=_shot(lit, rng))


def _shot(pixels: Pixels, rng: Random) -> Pixels:
    soft = cv2.GaussianBlur(pixels, (0, 0), rng.uniform(0.6, 0.8)).astype(np.float32)
    noise = np.random.default_rng(rng.getrandbits(32)).standard_normal(pixels.shape[:2], np.float32)
    return np.asarray((soft * 0.92 + 3.5 * noise[..., None]).clip(0, 255), np.uint8)


def _photo(seed: str) -> Specimen:
    page = _page(seed)
    return replace(page, pixels=np.asarray(photograph(Image.fromarray(page.pixels), Random(f"photo:{seed}"))))


def _half_photo(seed: str) -> Specimen:
    return make(_KIND["photo"], seed)


# --- on the glass ---


def _copied(seed: str) -> Specimen:
    """Return a copy of a punched sheet: black along two sides, two holes at the left."""
    rng = Random(f"copy:{seed}")
    page = _scanned(_page(seed), rng)
    pixels = page.pixels.copy()
    height, wide = pixels.shape[:2]
    for y in (0.36, 0.64):
        cv2.circle(pixels, (round(0.055 * wide), round(y * height)), round(0.12 * page.dpi), (25, 25, 25), -1)
    frayed = np.cumsum(np.random.default_rng(rng.getrandbits(32)).normal(0, 1.2, height)) * 0.5
    for row in range(height):
        pixels[row, : max(0, round(0.16 * page.dpi + frayed[row]))] = 12
    cv2.fillPoly(pixels, [np.array([[0, 0], [wide, 0], [wide, 14], [0, round(0.35 * page.dpi)]])], (15, 15, 15))
    return replace(page, pixels=pixels)


def _facing(seed: str, *, book: bool) -> Specimen:
    """Return two pages side by side, each a little askew; `book`: on black, with a shadow along the fold."""
    rng = Random(f"facing:{seed}:{book}")
    left, right = (_scanned(_page(f"{seed}:{side}"), rng) for side in "lr")
    pixels = np.hstack([left.pixels, right.pixels])
    if book:
        x = np.abs(np.arange(pixels.shape[1]) - pixels.shape[1] / 2) / left.dpi
        pixels = (pixels * (1 - 0.75 * np.exp(-((x / 0.35) ** 2)))[None, :, None]).astype(np.uint8)
        pixels = cv2.copyMakeBorder(pixels, 20, 90, 60, 60, cv2.BORDER_CONSTANT, value=(10, 10, 10))
    return Specimen(np.asarray(pixels, np.uint8), left.dpi, left.words + right.words)


def _small(dpi: int, points: float) -> Scene:
    return lambda seed: _scanned(_half(seed, dpi=dpi, points=points), Random(f"small:{seed}"))


def _as_kind(name: str, **changes: object) -> Scene:
    kind: Kind = replace(_KIND[name], **changes)  # type: ignore[arg-type]  # fields of Kind by name
    return lambda seed: make(kind, seed)


SCENES: dict[str, Scene] = {
    "photo of a page": _photo,
    "photo from the side": _steep,
    "photo filled by the page": _filling,
    "photo with a hand's shadow": _shadowed,
    "copy with black edges, punched": _copied,
    "two facing pages": lambda seed: _facing(seed, book=False),
    "open book": lambda seed: _facing(seed, book=True),
    "broad table": lambda seed: _scanned(table_page(seed, broad=True), Random(seed)),
    "broad table without rules": lambda seed: _scanned(table_page(seed, broad=True, rules=False), Random(seed)),
    "8 points at 100 dpi": _small(100, 8),
    "10 points at 75 dpi": _small(75, 10),
    "13 points at 600 dpi": _as_kind("office scan", dpi=600, lines=8),
    "strong grain at 150 dpi": _as_kind("strong grain", dpi=150),
    "strong grain at 300 dpi": _as_kind("strong grain", dpi=300),
    "specks at 300 dpi": _as_kind("specks", dpi=300),
}

TURNED: dict[str, Scene] = {
    "scan": lambda seed: _scanned(_page(seed), Random(seed)),
    "photo": _photo,
    "fax": _as_kind("fax, 150 dpi"),
    "half page": _half_photo,
    "table": lambda seed: _scanned(table_page(seed), Random(seed)),
    "three lines": _little,
}


@dataclass(frozen=True, slots=True)
class _Result:
    page: Page
    wrong: float
    plain: float
    cost: float


def read_specimen(specimen: Specimen) -> Page:
    """Return `specimen` as the product reads it."""
    return _timed(specimen)[0]


def _timed(specimen: Specimen) -> tuple[Page, float]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.png"
        Image.fromarray(specimen.pixels).save(path, dpi=(specimen.dpi, specimen.dpi), compress_level=1)
        (job,) = plan_jobs(path, path.name, MediaType.PNG, _SETTINGS)
        start = _seconds()
        (page,) = read_job(job)
        return page, _seconds() - start


def _seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _compare(specimen: Specimen) -> _Result:
    start = _seconds()
    grey = np.asarray(Image.fromarray(specimen.pixels).convert("L"))
    plain = wrong_share(specimen.words, read_image(grey, specimen.dpi, _SETTINGS).text.split())
    taken = _seconds() - start
    page, seconds = _timed(specimen)
    return _Result(page, wrong_share(specimen.words, page.text.split()), plain, seconds / taken)


def _print_scenes(match: str, pages: int, seed: int) -> None:
    print("| scene | wrong, plain | wrong | grades | cost | steps |\n|---|---|---|---|---|---|")
    for name, scene in SCENES.items():
        if match not in name:
            continue
        found = [_compare(scene(f"{seed}:{number}")) for number in range(pages)]
        wrong, plain, cost = (
            sum(values) / pages for values in zip(*((r.wrong, r.plain, r.cost) for r in found), strict=True)
        )
        grades = " ".join(str(one.page.grade) for one in found)
        steps = ", ".join(dict.fromkeys(step.action for one in found for step in one.page.steps))
        print(f"| {name} | {100 * plain:.1f} % | {100 * wrong:.1f} % | {grades} | {cost:.2f} | {steps} |", flush=True)


def _print_turns(match: str, pages: int, seed: int) -> None:
    print("| page | turned by | turned rightly | wrong | grades | cost |\n|---|---|---|---|---|---|")
    for name, scene in TURNED.items():
        if match not in name:
            continue
        for quarter in range(4):
            found = []
            for number in range(pages):
                upright = scene(f"{seed}:{number}")
                turned = np.ascontiguousarray(np.rot90(upright.pixels, -quarter))
                found.append(_compare(replace(upright, pixels=turned)))
            right = sum(one.page.rotation == 90 * quarter for one in found)
            wrong, cost = (sum(values) / pages for values in zip(*((r.wrong, r.cost) for r in found), strict=True))
            grades = " ".join(str(one.page.grade) for one in found)
            print(
                f"| {name} | {90 * quarter} | {right} of {pages} | {100 * wrong:.1f} % | {grades} | {cost:.2f} |",
                flush=True,
            )


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table that was asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench.scenes", description=__doc__.split("\n")[0])
    parser.add_argument("--pages", type=int, default=2, help="pages of each scene")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--match", default="", help="only scenes whose name holds this text")
    parser.add_argument("--turns", action="store_true", help="all four orientations instead")
    given = parser.parse_args(arguments)
    (_print_turns if given.turns else _print_scenes)(given.match, given.pages, given.seed)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
