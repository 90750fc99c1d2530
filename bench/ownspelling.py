"""Measure what a document's own spelling brings: drawn documents of several pages, repaired with it and without it.

    python -m bench.ownspelling [--work DIR] [--fonts DIR ...] [--documents N] [--pages N] [--seed N]

Each document is held-out text in one held-out typeface through one scanner; every second pair of them has the names of
six real places and four invented persons put into it again and again. What was read is kept in --work. Says so and
stops where ../shared is not there.
"""

from __future__ import annotations

import argparse
import csv
import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from random import Random
from unittest.mock import patch

import numpy as np

from tonghop.models import diacritics
from tonghop.models.artefact import load
from tonghop.models.candidates import MOST_CANDIDATES
from tonghop.models.diacritics import DiacriticModel
from tonghop.models.evidence import Support
from tonghop.models.syllables import LETTERS, letter_runs, normal_form
from tonghop.models.train.confusions import aligned
from tonghop.models.train.faces import choose_family, find_families
from tonghop.models.train.officetext import Block, Kind, readable
from tonghop.models.train.printing import print_page
from tonghop.models.train.readings import HELD_OUT, Reader, ReadPage, load_pages, read_pages, save_pages
from tonghop.models.train.sources import Source, read_sources
from tonghop.models.train.wear import WornPage, wear
from tonghop.text import is_syllable

SHARED = Path(__file__).resolve().parents[2] / "shared"
FAMILIES = (
    "Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Huỳnh", "Phan", "Vũ", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương",
    "Lý", "Nông", "Vi", "Lương", "Lò", "Triệu",
)  # fmt: skip
PLACES, PERSONS = ("xã", "xã", "phường", "thôn"), ("ông", "bà", "đồng chí")
SIGNS = frozenset("".join(LETTERS) + "".join(LETTERS).upper() + "".join(map(chr, range(33, 127))))
EVERY = 0.04  # of the words one is followed by a name
PAGE, PARAGRAPH = 2600, 700  # letters


@dataclass(frozen=True, slots=True)
class Document:
    """The pages as they were printed and read; whether names were put into them."""

    pages: tuple[ReadPage, ...]
    has_names: bool


def draw_names(units: Sequence[str], words: Sequence[str], chance: Random) -> list[str]:
    """Return six places and four persons that do not exist, each with the word before it."""
    places = [f"{chance.choice(PLACES)} {unit}" for unit in chance.sample(units, 6)]
    given = (chance.sample(words, chance.choice((1, 2, 2))) for _ in range(4))
    return places + [
        " ".join((chance.choice(PERSONS), chance.choice(FAMILIES), *(word.capitalize() for word in name)))
        for name in given
    ]


def with_names(text: str, names: Sequence[str], chance: Random) -> str:
    """Return `text` with `names` between its words, the first ones more often."""
    out = []
    for word in text.split():
        out.append(word)
        if chance.random() < EVERY and word[-1] not in ".;:,":
            out.append(chance.choices(names, [1 / (1 + at % 6) for at in range(len(names))])[0])
    return " ".join(out)


def paragraphs(source: Source, chance: Random) -> list[str]:
    """Return neighbouring paragraphs of held-out text."""
    start = chance.randrange(max(1, len(source.held_out) // 100)) * 100 + chance.randrange(30)
    rest = (*source.held_out[start:], *source.held_out[:start])[:200]
    return [text[:PARAGRAPH] for line in rest if len(text := readable(line, SIGNS)) >= 30]


def set_pages(texts: Sequence[str]) -> Iterator[list[Block]]:
    """Yield the paragraphs of one page after the other."""
    blocks: list[Block] = []
    for text in texts:
        blocks.append(Block(Kind.BODY, (text,)))
        if sum(len(block.texts[0]) for block in blocks) >= PAGE:
            yield blocks
            blocks = []


def draw(arguments: argparse.Namespace, model: DiacriticModel) -> tuple[list[WornPage], list[tuple[int, bool]]]:
    """Return all pages, and of each the number of its document and whether that has names."""
    sources = read_sources(SHARED / "corpora" / "train")
    wiki = next(source for source in sources if source.name.startswith("wiki"))
    families, weights = find_families(arguments.fonts, held_out=True)
    with (SHARED / "corpora" / "units_post2025_2tier.csv").open(encoding="utf-8") as file:
        names = [row["ward_name"] for row in csv.DictReader(file)]
    units = [name for name in names if len(name.split()) in (2, 3) and all(map(is_syllable, name.split()))]
    words = [word for word in model.words[3:] if len(word) > 1 and is_syllable(word)]
    scans = HELD_OUT[Reader.VIETNAMESE]
    pages: list[WornPage] = []
    belongs: list[tuple[int, bool]] = []
    for number in range(arguments.documents):
        chance, has_names = Random(f"{arguments.seed}:{number}"), number // 2 % 2 == 0
        texts = paragraphs(sources[number % len(sources)] if number % 2 else wiki, chance)
        if has_names:
            own = draw_names(units, words, chance)
            texts = [with_names(text, own, chance) for text in texts]
        family, scan = choose_family(families, weights, chance), scans[number % len(scans)]
        for page, blocks in enumerate(islice(set_pages(texts), arguments.pages)):
            setting = Random(f"{arguments.seed}:{number}:set")
            printed = print_page(blocks, family, scan.dpi, setting)
            pages.append(wear(printed, scan.profile, Random(f"{arguments.seed}:{number}:{page}")))
            belongs.append((number, has_names))
    return pages, belongs


def documents(arguments: argparse.Namespace, model: DiacriticModel) -> list[Document]:
    """Return the documents as read, from what is kept where it is."""
    kept = arguments.work / f"own-{arguments.seed}-{arguments.documents}-{arguments.pages}.json"
    owners = kept.with_suffix(".owners.json")
    if not owners.exists():
        worn, belongs = draw(arguments, model)
        save_pages(list(read_pages(worn, Reader.VIETNAMESE)), kept)
        owners.write_text(json.dumps(belongs), encoding="utf-8")
    found: dict[int, list[ReadPage]] = {}
    named: dict[int, bool] = {}
    for page, (number, has_names) in zip(load_pages(kept), json.loads(owners.read_text("utf-8")), strict=True):
        found.setdefault(number, []).append(page)
        named[number] = has_names
    return [Document(tuple(pages), named[number]) for number, pages in found.items()]


def score(model: DiacriticModel, document: Document) -> list[int]:
    """Return syllables: all, read wrong, wrong after repair, made wrong by it, capitalised, and of these wrong."""
    tokens = [[word for line in page.read for word, _ in line] for page in document.pages]
    sure = [[confidence for line in page.read for _, confidence in line] for page in document.pages]
    total = [0] * 6
    for page, before, done in zip(document.pages, tokens, model.restore_many(tokens, sure), strict=True):
        runs = [new.token[a:b] for old, new in zip(before, done, strict=True) for a, b in letter_runs(old)]
        for printed, read, _, at in aligned(page):
            true, old, new = map(normal_form, (printed, read, runs[at]))
            found = (1, old != true, new != true, old == true != new, printed[0].isupper())
            for place, value in enumerate((*found, found[2] and found[4])):
                total[place] += value
    return total


def nothing(*_: object) -> Support:
    """Return what stands in for the document's own spelling where it is left out."""
    return Support(np.zeros(0, np.int64), np.zeros((0, MOST_CANDIDATES), np.float32))


def report(model: DiacriticModel, found: Sequence[Document], name: str) -> None:
    for has_names in (True, False):
        rows = [score(model, document) for document in found if document.has_names is has_names]
        syllables, wrong, after, harmed, capitals, wrong_capitals = map(sum, zip(*rows, strict=True))
        kind = "with names" if has_names else "plain"
        print(f"{name:14} {kind:10} {syllables:9} {wrong:10} {after:6} {harmed:7} {capitals:12} {wrong_capitals:6}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "tonghop-bench-own")
    parser.add_argument("--fonts", type=Path, nargs="+", default=[Path("/usr/share")], help="folders of fonts")
    parser.add_argument("--documents", type=int, default=14)
    parser.add_argument("--pages", type=int, default=4, help="of each document")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    if not SHARED.is_dir():
        print(f"skipped: the corpora are not there ({SHARED.name}/ beside the project)")
        return 0
    arguments.work.mkdir(parents=True, exist_ok=True)
    model = load()
    found = documents(arguments, model)
    print("own spelling   documents  syllables  read wrong  after  harmed  capitalised  wrong")
    with patch.object(diacritics, "spelt_elsewhere", nothing):
        report(model, found, "left out")
    report(model, found, "counts")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
