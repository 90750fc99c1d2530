"""Pages of known text, as readers read them: what every channel is learned from.

Pages are printed and worn as for training the recogniser, in several typefaces, and read by the program itself or by
an English reader, since the text layers of many office scanners come from one. Training and held-out pages differ in
text, typefaces, resolutions and seeds.

    python -m tonghop.models.train.readings --corpus DIR --keep DIR [--reader vie] [--held-out] [--pages 240]
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from itertools import groupby, islice
from pathlib import Path
from random import Random
from string import ascii_letters, digits, punctuation

from PIL import Image

from tonghop.models.syllables import LETTERS
from tonghop.models.train.faces import choose_family, find_families
from tonghop.models.train.officetext import make_blocks, readable
from tonghop.models.train.printing import Family, print_page
from tonghop.models.train.sources import Source, read_sources
from tonghop.models.train.wear import WornPage, wear
from tonghop.text import nfc

__all__ = [
    "HELD_OUT",
    "TRAINING",
    "ReadPage",
    "Reader",
    "Scan",
    "draw_pages",
    "load_pages",
    "main",
    "observe",
    "read_pages",
    "save_pages",
]

Lines = tuple[tuple[tuple[str, float], ...], ...]

_TYPED = frozenset(ascii_letters + digits + punctuation + "".join(LETTERS) + "".join(LETTERS).upper())
_LEAST, _LONGEST_WORD = 30, 20  # letters: of a paragraph, of a word in it; what is longer is no Vietnamese
_BATCH = 20  # pages read by one child process: its start costs about as much as reading two


class Reader(StrEnum):
    """Who reads the pages."""

    VIETNAMESE = "vie"  # the program itself, without repair
    ENGLISH = "eng"  # Tesseract's English model, the page taken for one block


@dataclass(frozen=True, slots=True)
class Scan:
    """What happens to a page: a profile of `wear` at so many dots per inch."""

    profile: str
    dpi: int


# Offices scan at 150 to 300 dots per inch, where the program misreads hardly a word of a drawn page. At fewer dots it
# misreads as many as on real scans and on poor ones: 0 to 15 % of the words of most pages, far more of a few.
TRAINING = {
    Reader.VIETNAMESE: (
        Scan("office", 85), Scan("poor", 110), Scan("fax", 120), Scan("worn", 100), Scan("office", 100),
        Scan("fax", 150), Scan("clean", 85), Scan("poor", 100), Scan("worn", 120), Scan("office", 120),
        Scan("fax", 110), Scan("poor", 150),
    ),
    Reader.ENGLISH: (
        Scan("office", 150), Scan("poor", 150), Scan("fax", 150), Scan("office", 200), Scan("worn", 150),
        Scan("clean", 150), Scan("office", 300), Scan("fax", 200), Scan("poor", 200), Scan("worn", 200),
        Scan("office", 120), Scan("clean", 200),
    ),
}  # fmt: skip
HELD_OUT = {
    Reader.VIETNAMESE: (
        Scan("office", 95), Scan("poor", 105), Scan("fax", 115), Scan("clean", 90), Scan("worn", 105),
        Scan("office", 170), Scan("fax", 135),
    ),
    Reader.ENGLISH: (
        Scan("office", 170), Scan("poor", 140), Scan("fax", 180), Scan("clean", 240), Scan("worn", 170),
        Scan("office", 250), Scan("fax", 160),
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ReadPage:
    """What was printed, line by line, and what was read: (word, confidence 0 to 1)."""

    damage: str
    printed: tuple[str, ...]
    read: Lines


def observe(
    reader: Reader, sources: Sequence[Source], fonts: Iterable[Path], count: int, seed: int, *,
    held_out: bool = False, keep: Path | None = None,
) -> list[ReadPage]:  # fmt: skip
    """Return `count` pages of training or held-out text as `reader` reads them.

    Pages kept in the folder `keep` are taken from there, so that a training can be repeated without reading again.
    Raises `FileNotFoundError` when a font or a program is missing, `subprocess.CalledProcessError` when one fails.
    """
    kept = keep / f"{reader.value}-{'held' if held_out else 'train'}.json" if keep else None
    if kept and kept.exists():
        return load_pages(kept)
    texts = [s.held_out if held_out else s.lines for s in sources]
    families, weights = find_families(fonts, held_out=held_out)
    scans = (HELD_OUT if held_out else TRAINING)[reader]
    worn = draw_pages(texts, families, weights, scans, seed)
    pages: list[ReadPage] = []
    for page in read_pages(islice(worn, count), reader):
        pages.append(page)
        if kept and (len(pages) % _BATCH == 0 or len(pages) == count):
            _keep(pages, kept, is_whole=len(pages) == count)
    return pages


def _keep(pages: Sequence[ReadPage], path: Path, *, is_whole: bool) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    save_pages(pages, part)
    if is_whole:
        part.replace(path)


def draw_pages(
    texts: Sequence[Sequence[str]], families: Sequence[Family], weights: Sequence[int], scans: Sequence[Scan], seed: int
) -> Iterator[WornPage]:
    """Yield page after page without end, each of one of `texts` (groups of paragraphs), the `scans` in turn.

    Raises `ValueError` when no text has a paragraph that can be printed.
    """
    usable = [lines for text in texts if (lines := list(filter(None, map(_printable, text))))]
    if not usable:
        raise ValueError("no paragraph is long enough to be printed")
    number = 0
    while True:
        chance = Random(f"{seed}:{number}")  # noqa: S311 - repeatable, not secret
        scan = scans[number % len(scans)]
        blocks = make_blocks(chance.choice(usable), chance)
        yield wear(print_page(blocks, choose_family(families, weights, chance), scan.dpi, chance), scan.profile, chance)
        number += 1


def _printable(line: str) -> str:
    text = readable(line, _TYPED)
    return text if len(text) >= _LEAST and max(map(len, text.split())) <= _LONGEST_WORD else ""


def read_pages(pages: Iterable[WornPage], reader: Reader) -> Iterator[ReadPage]:
    """Yield `pages` as `reader` reads them, in their order."""
    rest = iter(pages)
    while batch := list(islice(rest, _BATCH)):
        with tempfile.TemporaryDirectory(prefix="tonghop-") as folder:
            images = [Path(folder) / f"{number:02}.png" for number in range(len(batch))]
            for page, image in zip(batch, images, strict=True):
                Image.fromarray(page.pixels).save(image, dpi=(page.dpi, page.dpi))
            for page, lines in zip(batch, _READERS[reader](images), strict=True):
                yield ReadPage(page.profile, _printed(page), lines)


def _printed(page: WornPage) -> tuple[str, ...]:
    return tuple(nfc(" ".join(word.text for word in line)) for _, line in groupby(page.words, key=lambda w: w.line))


def _read_as_the_program(images: Sequence[Path]) -> list[Lines]:
    command = [sys.executable, "-m", "tonghop", "read", "--no-repair", "--json", *map(str, images)]
    entries = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
    if [Path(entry["file"]) for entry in entries] != list(images):
        raise ValueError("the files read are not those that were given")
    return [
        tuple(
            tuple((nfc(word["raw"]), float(word["confidence"])) for word in line["words"])
            for page in entry["pages"]
            for line in page["lines"]
        )
        for entry in entries
    ]


def _read_in_english(images: Sequence[Path]) -> list[Lines]:
    program = shutil.which("tesseract")
    if program is None:
        raise FileNotFoundError("tesseract is not installed")
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    commands = ([program, str(image), "stdout", "-l", "eng", "--psm", "6", "tsv"] for image in images)
    tables = (subprocess.run(c, capture_output=True, check=True, env=environment).stdout for c in commands)
    return [_lines_of(table.decode("utf-8")) for table in tables]


def _lines_of(table: str) -> Lines:
    """Return the lines of tesseract's table of words: one word a row, tab-separated, a heading above."""
    lines: dict[tuple[str, ...], list[tuple[str, float]]] = {}
    for row in table.splitlines()[1:]:
        cells = row.split("\t")
        if cells[0] == "5" and cells[11].strip():
            lines.setdefault(tuple(cells[2:5]), []).append((nfc(cells[11].strip()), max(0.0, float(cells[10]) / 100)))
    return tuple(map(tuple, lines.values()))


_READERS = {Reader.VIETNAMESE: _read_as_the_program, Reader.ENGLISH: _read_in_english}


def save_pages(pages: Sequence[ReadPage], path: Path) -> None:
    """Keep what was read: a JSON list of pages with the fields of `ReadPage`."""
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


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True, help="folder of plain texts, one paragraph a line")
    parser.add_argument("--keep", type=Path, required=True, help="folder for what was read")
    parser.add_argument("--reader", type=Reader, choices=list(Reader), default=Reader.VIETNAMESE)
    parser.add_argument("--held-out", action="store_true", help="held-out text, other typefaces and resolutions")
    parser.add_argument("--fonts", type=Path, nargs="+", default=[Path("/usr/share")], help="folders of fonts")
    parser.add_argument("--pages", type=int, default=240)
    parser.add_argument("--seed", type=int, default=20240315)
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> int:
    """Print, wear and read pages and keep them; returns the exit code."""
    given = _arguments(argv)
    sources = read_sources(given.corpus)
    pages = observe(
        given.reader, sources, given.fonts, given.pages, given.seed, held_out=given.held_out, keep=given.keep
    )
    print(f"{len(pages)} pages read", file=sys.stderr)  # noqa: T201 - a command's progress
    return 0


if __name__ == "__main__":
    sys.exit(main())
