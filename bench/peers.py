"""The reader beside plain tesseract and OCRmyPDF, on the same images in the same run.

    python -m bench.peers [--pages 24] [--rounds 1]          office scans, drawn; ends with 1 when a target is missed
    python -m bench.peers --rendered [--states clean fax]    pages of digital PDFs under ../shared, in states of wear
    python -m bench.peers --public                           the six public pages under ../shared
    python -m bench.peers --real                             real scans with truth under ../shared
    … [--only tonghop tesseract] [--keep DIR] [--dump DIR] [--seed N]

Prints SER and NER (see bench/scoring.py), seconds on the clock and of processor time, ratios, readings a page. A peer
that is not installed, or images that are not there, are named and left out. `--keep` keeps images that were made;
`--dump` writes what each reader read and, in misses.tsv, each number missed beside what was read instead.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean, median

from bench.imagesets import STATES, BenchImage, office_images, public_images, real_images, rendered_images
from bench.readers import OCRMYPDF, OURS, REPAIRED, TESSERACT, Run, installed_peers, run_ours
from bench.scoring import Errors, compare, missed_numbers
from tonghop.settings import IngestSettings

__all__ = ["is_better", "is_cheap", "is_within", "main"]

CPU_TARGET = 1.5  # times the processor time of plain tesseract, at most
WALL_TARGET = 1.5  # times as fast on the clock as OCRmyPDF, at least
READINGS_TARGET = 1.3  # a page
# Syllable errors as read, by state; and the numbers' in all.
SER_TARGETS = {
    "clean": 0.04, "office": 0.045, "poor": 0.05, "fax": 0.045, "sealed": 0.055, "photo": 0.07, "upside": 0.048
}  # fmt: skip
NER_TARGET = 0.08

Table = dict[str, dict[str, Errors]]  # reader, state: errors


# --- targets ---


def is_cheap(rounds: Sequence[Sequence[Run]]) -> bool:
    """Return whether the median ratios of costs and the readings a page keep their targets; say so."""
    by_name = [{run.name: run for run in runs} for runs in rounds]
    met = []
    if TESSERACT in by_name[0]:
        ratio = median(runs[OURS].cost.cpu / runs[TESSERACT].cost.cpu for runs in by_name)
        met.append(_say(ratio <= CPU_TARGET, f"processor time, × tesseract: {ratio:.2f} (target {CPU_TARGET})"))
    if OCRMYPDF in by_name[0]:
        ratio = median(runs[OCRMYPDF].cost.wall / runs[OURS].cost.wall for runs in by_name)
        met.append(_say(ratio >= WALL_TARGET, f"times as fast as OCRmyPDF: {ratio:.2f} (target {WALL_TARGET})"))
    readings = fmean(count for runs in by_name for count in runs[OURS].readings)
    met.append(_say(readings <= READINGS_TARGET, f"readings a page: {readings:.2f} (target {READINGS_TARGET})"))
    return all(met)


def is_within(table: Table) -> bool:
    """Return whether our reading keeps the bound of each state; say so."""
    met = []
    for state, errors in table[OURS].items():
        bound = SER_TARGETS[state]
        said = f"{state}: SER {errors.ser:.2%} (target {bound:.1%}), NER {errors.ner:.2%} (target {NER_TARGET:.0%})"
        met.append(_say(errors.ser <= bound and errors.ner <= NER_TARGET, said))
    return all(met)


def is_better(table: Table) -> bool:
    """Return whether our reading has fewer errors than plain tesseract's on each document; say so."""
    if TESSERACT not in table:
        print("       not judged: tesseract was left out")
        return True
    met = []
    for state, ours in table[OURS].items():
        theirs = table[TESSERACT][state]
        both = [(one.syllables_wrong + one.numbers_wrong) for one in (ours, theirs)]
        met.append(_say(both[0] < both[1], f"{state}: {both[0]} tokens wrong, tesseract {both[1]}"))
    return all(met)


def _say(is_met: bool, what: str) -> bool:
    print(f"{'met   ' if is_met else 'MISSED'} {what}")
    return is_met


# --- running and printing ---


def _run_all(images: Sequence[BenchImage], settings: IngestSettings, only: Sequence[str]) -> list[Run]:
    peers, left_out = installed_peers()
    if set(only) != {"tonghop"}:
        print("".join(f"{sentence}\n" for sentence in left_out), end="")
    runs = []
    for name, run in peers.items():
        if name.lower() not in only:
            continue
        print(f"{name} reads {len(images)} pages", file=sys.stderr)
        runs.append(run(images))
    print(f"tonghop reads {len(images)} pages", file=sys.stderr)
    return [*runs, *run_ours(images, settings)]


def _tabulate(images: Sequence[BenchImage], runs: Sequence[Run]) -> Table:
    table: Table = {}
    for run in runs:
        by_state = table.setdefault(run.name, {})
        for image, text in zip(images, run.texts, strict=True):
            by_state[image.state] = by_state.get(image.state, Errors()) + compare(image.truth, text)
    return table


def _print_errors(table: Table) -> None:
    states = list(next(iter(table.values())))
    print("\n| SER / NER, % | " + " | ".join(states) + " | all |\n|" + "---|" * (len(states) + 2))
    for name, by_state in table.items():
        cells = [*(by_state[state] for state in states), sum(by_state.values(), Errors())]
        print(f"| {name} | " + " | ".join(f"{100 * one.ser:.2f} / {100 * one.ner:.1f}" for one in cells) + " |")
    counted = [*next(iter(table.values())).values()]
    counted.append(sum(counted, Errors()))
    print("| of | " + " | ".join(f"{one.syllables} / {one.numbers}" for one in counted) + " |")


def _print_costs(runs: Sequence[Run], pages: int) -> None:
    print(f"\n| {pages} pages | wall, s | processor, s | ours / theirs: wall | processor |\n|---|---|---|---|---|")
    ours = next(run.cost for run in runs if run.name == OURS)
    for run in runs:
        ratios = (ours.wall / run.cost.wall, ours.cpu / run.cost.cpu)
        name = "repair alone" if run.name == REPAIRED else run.name
        shown = " | ".join("" if run.name in (OURS, REPAIRED) else f"{ratio:.2f}" for ratio in ratios)
        print(f"| {name} | {run.cost.wall:.1f} | {run.cost.cpu:.1f} | {shown} |", flush=True)


def _dump(folder: Path, images: Sequence[BenchImage], runs: Sequence[Run]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    rows = ["reader\tpage\tstate\ttruth\tread\tcontext"]
    for run in runs:
        short = run.name.split()[-1].lower()
        for image, text in zip(images, run.texts, strict=True):
            (folder / f"{image.path.stem}.{short}.txt").write_text(text, encoding="utf-8")
            (folder / f"{image.path.stem}.truth.txt").write_text(image.truth, encoding="utf-8")
            rows += (
                f"{short}\t{image.path.stem}\t{image.state}\t{miss.truth}\t{miss.read}\t{miss.context}"
                for miss in missed_numbers(image.truth, text)
            )
    (folder / "misses.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")


# --- the command ---


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the measurement; return 1 when a target is missed, 2 where the images are not there."""
    given = _parser().parse_args(arguments)
    with tempfile.TemporaryDirectory() as temporary:
        images = _images(given, given.keep or Path(temporary))
        if not images:
            print("skipped: the images are not there (shared/ beside the project)", file=sys.stderr)
            return 2
        rounds = []
        for number in range(given.rounds):
            runs = _run_all(images, IngestSettings(recogniser=given.recogniser), given.only)
            rounds.append(runs)
            if number == 0:
                _print_errors(_tabulate(images, runs))
            _print_costs(runs, len(images))
        if given.dump:
            _dump(given.dump, images, rounds[0])
    return 0 if _is_met(given, rounds, _tabulate(images, rounds[0])) else 1


def _is_met(given: argparse.Namespace, rounds: Sequence[Sequence[Run]], table: Table) -> bool:
    if given.public:
        return is_within(table)
    if given.real:
        return is_better(table)
    return given.rendered or is_cheap(rounds)  # the rendered pages are for comparing; they have no target of their own


def _images(given: argparse.Namespace, folder: Path) -> list[BenchImage]:
    if given.public:
        return public_images(given.states)
    if given.real:
        return real_images(folder)
    if given.rendered:
        return rendered_images(folder, given.states, given.pages or 24, given.seed)
    return office_images(folder, given.pages or 24, given.seed)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.peers", description=__doc__.split("\n")[0])
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--rendered", action="store_true", help="pages of digital PDFs under ../shared")
    which.add_argument("--public", action="store_true", help="the public pages under ../shared")
    which.add_argument("--real", action="store_true", help="real scans with truth under ../shared")
    parser.add_argument("--states", nargs="+", choices=STATES, default=list(STATES), metavar="STATE")
    parser.add_argument("--pages", type=int, help="how many to draw or render (24)")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    only = ("tonghop", "tesseract", "ocrmypdf")
    parser.add_argument(
        "--only", nargs="+", choices=only, default=only, help="leave the others out; tonghop always reads"
    )
    parser.add_argument("--recogniser", choices=("office", "system"), default="office")
    parser.add_argument("--keep", type=Path, help="keep the images in this folder")
    parser.add_argument("--dump", type=Path, help="write texts and missed numbers into this folder")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
