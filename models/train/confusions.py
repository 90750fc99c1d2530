"""How the reader confuses marks, observed: text is printed, damaged as scans are, read, aligned and counted.

Pages are drawn with a font that holds all Vietnamese letters, in the sizes of Decree 30 letters; the damage is that
of office scanners: blur, noise, JPEG, few dots per inch, black and white. The reader is `tesseract -l vie`.
"""

from __future__ import annotations

import difflib
import io
import json
import os
import random
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from tonghop.models.channel import CONFIDENCE_EDGES, confidence_bin
from tonghop.models.syllables import LETTER_INDEX, LETTERS, base_letters, letter_runs, normal_form
from tonghop.text import nfc

__all__ = ["DAMAGES", "Damage", "ReadPage", "aligned", "count_confusions", "load_pages", "read_pages", "save_pages"]

Pixels = npt.NDArray[np.uint8]

_LINES = 30
_WIDTH_MM, _HEIGHT_MM, _LEFT_MM, _TOP_MM, _TEXT_MM = 210, 297, 30, 20, 165
_FONTS = ("Tinos-Regular.ttf", "Tinos-Regular.ttf", "Tinos-Bold.ttf", "Tinos-Italic.ttf")


@dataclass(frozen=True, slots=True)
class Damage:
    """What happens to a page: resolution (dots per inch), blur (sigma, pixels), noise (sigma, grey levels of 255)."""

    name: str
    dpi: int
    blur: float
    noise: float
    jpeg: int
    bitonal: bool = False


DAMAGES = (
    Damage("clean", 200, 0.5, 3, 90),
    Damage("office", 150, 0.7, 9, 70),
    Damage("poor", 120, 0.6, 8, 65),
    Damage("fax", 105, 0.5, 8, 95, bitonal=True),
    Damage("worn", 150, 1.3, 14, 40),
)


@dataclass(frozen=True, slots=True)
class ReadPage:
    """What was printed, line by line, and what was read: (word, confidence 0 to 1)."""

    damage: str
    printed: tuple[str, ...]
    read: tuple[tuple[tuple[str, float], ...], ...]


def read_pages(lines: Sequence[str], pages: int, seed: int, fonts: Path) -> Iterator[ReadPage]:
    """Print, damage and read `pages` pages of random `lines`. Raises `OSError` when font or reader is missing."""
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    noise = np.random.default_rng(seed)
    for number in range(pages):
        damage = DAMAGES[number % len(DAMAGES)]
        face = ImageFont.truetype(str(fonts / chance.choice(_FONTS)), round(chance.choice((13, 14)) * damage.dpi / 72))
        printed = _fill(lines, face, damage.dpi, chance)
        yield ReadPage(
            damage.name, printed, _read(_damage(_draw(printed, face, damage.dpi), damage, noise), damage.dpi)
        )


def _fill(lines: Sequence[str], face: ImageFont.FreeTypeFont, dpi: int, chance: random.Random) -> tuple[str, ...]:
    """Break random paragraphs into lines of the page's width; one paragraph in eight is set in capitals."""
    width = _TEXT_MM * dpi / 25.4
    out: list[str] = []
    while len(out) < _LINES:
        paragraph = chance.choice(lines)
        line = ""
        for word in (paragraph.upper() if chance.random() < 0.125 else paragraph).split():
            if line and face.getlength(f"{line} {word}") > width:
                out.append(line)
                line = ""
            line = f"{line} {word}".strip()
        out.append(line)
    return tuple(out[:_LINES])


def _draw(lines: Sequence[str], face: ImageFont.FreeTypeFont, dpi: int) -> Pixels:
    page = Image.new("L", (round(_WIDTH_MM * dpi / 25.4), round(_HEIGHT_MM * dpi / 25.4)), 255)
    draw = ImageDraw.Draw(page)
    step = (_HEIGHT_MM - 2 * _TOP_MM) / _LINES
    for number, line in enumerate(lines):
        draw.text((_LEFT_MM * dpi / 25.4, (_TOP_MM + number * step) * dpi / 25.4), line, font=face, fill=20)
    return np.asarray(page, dtype=np.uint8)


def _damage(page: Pixels, damage: Damage, noise: np.random.Generator) -> Pixels:
    grey = cv2.GaussianBlur(page, (0, 0), damage.blur).astype(np.float32)
    grey += noise.normal(0, damage.noise, grey.shape)
    out = np.clip(grey, 0, 255).astype(np.uint8)
    if damage.bitonal:
        return np.where(out > 150, 255, 0).astype(np.uint8)
    _, packed = cv2.imencode(".jpg", out, [cv2.IMWRITE_JPEG_QUALITY, damage.jpeg])
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE), dtype=np.uint8)


def _read(page: Pixels, dpi: int) -> tuple[tuple[tuple[str, float], ...], ...]:
    program = shutil.which("tesseract")
    if program is None:
        raise FileNotFoundError("tesseract is not installed")
    image = io.BytesIO()
    Image.fromarray(page).save(image, "PNG", dpi=(dpi, dpi))
    command = [program, "stdin", "stdout", "-l", "vie", "--psm", "6", "tsv"]
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    done = subprocess.run(command, input=image.getvalue(), capture_output=True, check=True, env=environment)
    lines: dict[tuple[str, ...], list[tuple[str, float]]] = {}
    for row in done.stdout.decode("utf-8").splitlines()[1:]:
        cells = row.split("\t")
        if cells[0] == "5" and cells[11].strip():
            lines.setdefault(tuple(cells[2:5]), []).append((nfc(cells[11].strip()), max(0.0, float(cells[10]) / 100)))
    return tuple(map(tuple, lines.values()))


def count_confusions(pages: Iterable[ReadPage]) -> npt.NDArray[np.uint32]:
    """Return counts (confidence bins, 2 cases, printed letter, read letter) over words whose base letters are right."""
    counts = np.zeros((len(CONFIDENCE_EDGES) + 1, 2, len(LETTERS), len(LETTERS)), dtype=np.uint32)
    for page in pages:
        for printed, read, confidence, _ in aligned(page):
            before, after = normal_form(printed), normal_form(read)
            for place, (true, seen) in enumerate(zip(before, after, strict=True)):
                if true in LETTER_INDEX and seen in LETTER_INDEX:  # a reader also sees ï and ö, which no one prints
                    case = int(printed[place].isupper())
                    counts[confidence_bin(confidence), case, LETTER_INDEX[true], LETTER_INDEX[seen]] += 1
    return counts


def aligned(page: ReadPage) -> Iterator[tuple[str, str, float, int]]:
    """Yield (printed, read, confidence, place among all runs read) of every word whose base letters are right."""
    true = [word[a:b] for line in page.printed for word in nfc(line).split() for a, b in letter_runs(word)]
    seen = [(word[a:b], sure) for line in page.read for word, sure in line for a, b in letter_runs(word)]
    bases = [base_letters(word) for word in true], [base_letters(word) for word, _ in seen]
    matcher = difflib.SequenceMatcher(None, *bases, autojunk=False)
    for left, right, length in matcher.get_matching_blocks():
        for offset in range(length):
            word, confidence = seen[right + offset]
            yield true[left + offset], word, confidence, right + offset


def save_pages(pages: Sequence[ReadPage], path: Path) -> None:
    """Keep what was read, so that a training can be repeated without reading again."""
    path.write_text(json.dumps([asdict(page) for page in pages], ensure_ascii=False), encoding="utf-8")


def load_pages(path: Path) -> list[ReadPage]:
    """Return what `save_pages` kept."""
    rows = json.loads(path.read_text(encoding="utf-8"))
    return [
        ReadPage(
            row["damage"],
            tuple(row["printed"]),
            tuple(tuple((word, sure) for word, sure in line) for line in row["read"]),
        )
        for row in rows
    ]
