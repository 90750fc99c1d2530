"""Train tesseract's Vietnamese model on: `python -m tonghop.models.train.recogniser --help`.

Debian's integer `vie.traineddata` is rewritten as a float model, trained on with Debian's own `lstmtraining` on
lines cut from drawn, worn pages, and made integer again. Only texts that may be shipped are taken: law and
administration (outside copyright in Vietnam) and Wikipedia (CC BY-SA 4.0). Two processes draw, one trains; an hour
or two. What is in the work folder already is not made again, so that a stopped training goes on.
"""

from __future__ import annotations

import argparse
import lzma
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from random import Random

from tonghop.models.train.cutting import LineFinder, cut_lines, write_lines
from tonghop.models.train.faces import choose_family, find_families
from tonghop.models.train.lstmfile import to_float
from tonghop.models.train.officetext import make_blocks, readable
from tonghop.models.train.printing import Family, print_page
from tonghop.models.train.recognisercard import describe_source, write_card
from tonghop.models.train.scoring import score_pages
from tonghop.models.train.wear import PROFILES, WornPage, wear

__all__ = ["Drawing", "draw_page", "main", "read_texts"]

_TAKEN = ("legal_", "wiki")
_LEFT = ("legal_qa",)  # explanations by a publisher
_SHARES = {"legal_admin": 6, "legal_diepxuan": 3, "legal_misc": 1, "legal_viparse": 1, "wiki": 2}  # of lines; others 2
_LEAST_LETTERS = 30
_TEXTS = 40_000  # paragraphs kept of a file
# Resolution of the scan, dots an inch, and damage: the shares of the pages drawn.
_DPI = (100, 120, 150, 150, 150, 200, 200, 200, 200, 300)
_PROFILES = ("clean", "clean", "office", "office", "office", "poor", "poor", "poor", "fax", "fax", "worn")


_STAGES = ("3500:0.0005:104", "8500:0.0005:176", "6500:0.0003", "4500:0.0001", "2000:0.00003")


@dataclass(frozen=True, slots=True)
class Drawing:
    """What pages are drawn from. `texts` are groups of paragraphs, `shares` how often each is drawn."""

    texts: tuple[tuple[str, ...], ...]
    shares: tuple[int, ...]
    families: tuple[Family, ...]
    weights: tuple[int, ...]
    tessdata: Path
    language: str


def read_texts(
    folder: Path, letters: frozenset[str], chance: Random
) -> tuple[tuple[tuple[str, ...], ...], tuple[int, ...]]:
    """Return the paragraphs of each file of `folder` that may be used, and its share.

    Raises `FileNotFoundError` when there is none.
    """
    groups, shares = [], []
    for path in _sources(folder):
        data = path.read_bytes()
        lines = (lzma.decompress(data) if path.suffix == ".xz" else data).decode("utf-8").split("\n")
        lines = chance.sample(lines, min(len(lines), _TEXTS))
        groups.append(tuple(text for line in lines if len(text := readable(line, letters)) >= _LEAST_LETTERS))
        shares.append(next((share for start, share in _SHARES.items() if path.name.startswith(start)), 2))
    return tuple(groups), tuple(shares)


def _sources(folder: Path) -> list[Path]:
    paths = [p for p in sorted(folder.iterdir()) if p.name.startswith(_TAKEN) and not p.name.startswith(_LEFT)]
    if not paths:
        raise FileNotFoundError(f"{folder} holds no file named {' or '.join(_TAKEN)}*.txt[.xz]")
    return paths


def draw_page(drawing: Drawing, seed: str, profile: str = "") -> WornPage:
    """Return the page of `seed`: the same for the same texts and fonts. `profile` is drawn, too, where empty."""
    chance = Random(seed)  # noqa: S311 - repeatable, not secret
    texts = chance.choices(drawing.texts, drawing.shares)[0]
    family = choose_family(drawing.families, drawing.weights, chance)
    blocks = make_blocks(texts, chance)
    kind = profile or chance.choice(_PROFILES)
    # A worn page of few dots is not legible to anybody.
    dpi = max(chance.choice(_DPI), {"worn": 150, "fax": 150, "poor": 120}.get(kind, 100))
    return wear(print_page(blocks, family, dpi, chance), kind, chance)


_DRAWING: list[Drawing] = []  # of this process: too large to be sent with each page


def _begin(drawing: Drawing) -> None:
    _DRAWING[:] = [drawing]


def _make_lines(seed: int, folder: Path, number: int) -> int:
    """Draw page `number` and write its lines; returns how many."""
    (drawing,) = _DRAWING
    path = folder / f"{number:05}.lstmf"
    if path.exists():
        return 0
    page = draw_page(drawing, f"{seed}:{number}")
    with LineFinder(drawing.tessdata, drawing.language) as finder:
        lines = list(cut_lines(page, finder))
    Random(seed + number).shuffle(lines)  # noqa: S311 - repeatable, not secret
    part = path.with_suffix(".part")
    count = write_lines(lines, part)
    part.replace(path)
    return count


def _letters(base: Path, work: Path) -> frozenset[str]:
    """Return the single letters and signs that the model at `base` can write."""
    _run("combine_tessdata", "-u", str(base), f"{work / 'base'}.")
    rows = (work / "base.lstm-unicharset").read_text(encoding="utf-8").split("\n")[1:]
    return frozenset(row.split(" ")[0] for row in rows if row)


def _run(program: str, *arguments: str) -> None:
    path = shutil.which(program)
    if path is None:
        raise FileNotFoundError(f"{program} is not installed (Debian and Ubuntu: apt install tesseract-ocr)")
    subprocess.run([path, *arguments], check=True, env={**os.environ, "OMP_THREAD_LIMIT": "1"})


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--text", type=Path, required=True, help="folder of plain texts, one paragraph a line")
    parser.add_argument("--held-out", type=Path, required=True, help="folder of texts to measure on")
    parser.add_argument("--held-out-pages", type=int, default=8, help="pages of each damage to measure on")
    parser.add_argument("--fonts", type=Path, nargs="+", default=[Path("/usr/share")], help="folders of fonts")
    parser.add_argument("--base", type=Path, default=Path("/usr/share/tesseract-ocr/5/tessdata/vie.traineddata"))
    parser.add_argument("--work", type=Path, required=True, help="folder for lines and checkpoints")
    parser.add_argument("--out", type=Path, required=True, help="the traineddata file to write")
    parser.add_argument("--pages", type=int, default=600)
    parser.add_argument("--stages", nargs="+", default=_STAGES,
                        help="lines, learning rate and, where not all, pages of each stage")  # fmt: skip
    parser.add_argument("--seed", type=int, default=20240315)
    parser.add_argument("--workers", type=int, default=2, help="processes that draw")
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the training; returns the exit code."""
    arguments = _arguments(argv)
    started = time.monotonic()

    def say(text: str) -> None:
        print(f"{time.monotonic() - started:6.0f} s  {text}", file=sys.stderr, flush=True)  # noqa: T201 - progress

    folder = arguments.work / "lines"
    folder.mkdir(parents=True, exist_ok=True)
    drawing = _drawing(arguments, arguments.text)
    say(f"{sum(map(len, drawing.texts))} paragraphs, {len(drawing.families)} typefaces")
    make = partial(_make_lines, arguments.seed, folder)
    with ProcessPoolExecutor(arguments.workers, get_context("spawn"), _begin, (drawing,)) as pool:
        made = sum(pool.map(make, range(arguments.pages)))
    say(f"{made} lines drawn")
    checkpoint = _train(arguments, [folder / f"{number:05}.lstmf" for number in range(arguments.pages)])
    _pack(checkpoint, arguments.base, arguments.out)
    say(f"{arguments.out.name} written; now it is measured")
    _measure(arguments)
    say("done")
    return 0


def _drawing(arguments: argparse.Namespace, folder: Path, *, held_out: bool = False) -> Drawing:
    letters = _letters(arguments.base, arguments.work)
    texts, shares = read_texts(folder, letters, Random(arguments.seed))  # noqa: S311 - repeatable, not secret
    families, weights = find_families(arguments.fonts, held_out=held_out)
    return Drawing(texts, shares, families, weights, arguments.base.parent, arguments.base.stem)


def _measure(arguments: argparse.Namespace) -> None:
    """Read held-out pages with the model trained on and with the new one; write the card."""
    drawing = _drawing(arguments, arguments.held_out, held_out=True)
    pages = (
        draw_page(drawing, f"held-out:{arguments.seed}:{profile}:{number}", profile)
        for profile in PROFILES
        for number in range(arguments.held_out_pages)
    )
    scores = score_pages(pages, (arguments.base, arguments.out))
    network = (arguments.work / "base.version").read_text(encoding="utf-8").rpartition(":[")[2].rstrip("]\n")
    write_card(arguments, network, map(describe_source, _sources(arguments.text)), scores, PROFILES)


def _train(arguments: argparse.Namespace, files: Sequence[Path]) -> Path:
    """Train stage after stage; returns the last checkpoint."""
    work: Path = arguments.work
    start = work / "float.lstm"
    start.write_bytes(to_float((work / "base.lstm").read_bytes()))
    for number, stage in enumerate(arguments.stages):
        lines, rate, *some = stage.split(":")
        listing = work / f"stage{number}.list"
        listing.write_text("".join(f"{path}\n" for path in files[: int(*some) or None]), encoding="utf-8")
        model = work / f"stage{number}"
        last = model.with_name(f"{model.name}_checkpoint")
        options = ["--model_output", str(model), "--continue_from", str(start)]  # its own checkpoint comes first
        options += ["--traineddata", str(arguments.base), "--train_listfile", str(listing)]
        # Lines are counted anew in each stage.
        options += ["--max_iterations", lines, "--learning_rate", rate, "--target_error_rate", "0.0001"]
        finished = model.with_name(f"{model.name}.finished")  # begun again, it would train a little more
        if not finished.exists():
            _run("lstmtraining", *options, *([] if last.exists() else ["--reset_learning_rate"]))
            finished.touch()
        start = last
    return start


def _pack(checkpoint: Path, base: Path, out: Path) -> None:
    """Write the model of `checkpoint`, its weights integers again, with the dictionaries of `base`."""
    _run("lstmtraining", "--stop_training", "--convert_to_int", "--continue_from", str(checkpoint),
         "--traineddata", str(base), "--model_output", str(out))  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
