"""Whether text layers are told apart: pages with good and bad layers, drawn from a seed, and what becomes of each.

    python -m bench.layers [--seed 1] [--pages 2] [--match TEXT]

Draws `--pages` pages of each kind of `fixtures.badlayers` and `fixtures.goodlayers` and prints for each kind what was
done with their layers. Exits 1 when more than one bad layer in thirty is kept, more than one good one in thirty is
not, or any layer in an old font is taken with more than 2 % of its syllables wrong.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from fixtures.badlayers import BAD_KINDS
from fixtures.goodlayers import GOOD_KINDS, LEGACY_KINDS
from fixtures.layers import LayerGroup, LayerKind, LayerPage, Unavailable
from tonghop.ingest.layerjudge import JudgedLayer, judge_page
from tonghop.ingest.textlayer import LayerVerdict
from tonghop.settings import IngestSettings
from tonghop.text import nfc, same_tone_style

__all__ = ["Judged", "is_met", "judge_kind", "main"]

KINDS = (*BAD_KINDS, *GOOD_KINDS, *LEGACY_KINDS)
_SETTINGS = IngestSettings()
_MOST_FAILED = 1 / 30
_MOST_WRONG = 0.02


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of the layer of one page; `wrong` is the share (0 to 1) of the page's words it does not have."""

    kind: LayerKind
    layer: JudgedLayer
    wrong: float
    seconds: float

    @property
    def is_kept(self) -> bool:
        """Whether the layer stands for the page."""
        return self.layer.verdict is LayerVerdict.GOOD

    @property
    def is_right(self) -> bool:
        """Whether that is what ought to become of it."""
        if self.kind.group is LayerGroup.LEGACY:
            return not self.is_kept or self.wrong <= _MOST_WRONG
        return self.is_kept is (self.kind.group is LayerGroup.GOOD)


def judge_kind(kind: LayerKind, seed: str) -> Judged:
    """Draw a page of `kind` and judge its layer. Raises `Unavailable`."""
    page = kind.page(seed)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.pdf"
        path.write_bytes(page.pdf)
        start = time.perf_counter()
        layer = judge_page(path, path.name, 1, _SETTINGS)
        return Judged(kind, layer, _wrong(page, layer), time.perf_counter() - start)


def _wrong(page: LayerPage, layer: JudgedLayer) -> float:
    told = Counter(same_tone_style(word.text) for line in layer.lines for word in line.words)
    true = Counter(same_tone_style(nfc(word)) for word in page.words)
    return 1 - (told & true).total() / max(1, true.total())


def is_met(found: Sequence[Judged]) -> bool:
    """Return whether no group has more layers treated wrongly than it may; say so."""
    all_met = True
    for group, most in ((LayerGroup.BAD, _MOST_FAILED), (LayerGroup.GOOD, _MOST_FAILED), (LayerGroup.LEGACY, 0.0)):
        layers = [one for one in found if one.kind.group is group]
        right = sum(one.is_right for one in layers)
        kept = sum(one.is_kept for one in layers)
        met = len(layers) - right <= most * len(layers)
        all_met = all_met and met
        print(f"{'met   ' if met else 'MISSED'} {group}: {right} of {len(layers)} treated rightly; {kept} kept")
    return all_met


def _row(kind: LayerKind, found: Sequence[Judged]) -> str:
    verdicts = Counter(one.layer.verdict.value + (" decoded" if one.layer.decodings else "") for one in found)
    shown = ", ".join(f"{count} {verdict}" for verdict, count in sorted(verdicts.items()))
    seen = " ".join(sorted({one.layer.kind.value for one in found if one.is_kept or one.layer.trial}))
    tried = " ".join(f"{t.confirmed}/{t.wrong}/{t.words}" for one in found if (t := one.layer.trial))
    seconds = sum(one.seconds for one in found) / max(1, len(found))
    mark = "" if all(one.is_right for one in found) else " WRONG"
    return f"| {kind.name} | {kind.group} | {shown}{mark} | {seen} | {tried} | {seconds:.1f} s |"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the measurement; return 1 when a target is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench.layers", description=__doc__.split("\n")[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pages", type=int, default=2, help="pages of each kind")
    parser.add_argument("--match", default="", help="only kinds whose name holds this text")
    given = parser.parse_args(arguments)
    print("| kind | group | layers | words | confirmed/contradicted/tried | time |\n|" + "---|" * 6)
    found: list[Judged] = []
    with ThreadPoolExecutor(os.cpu_count()) as pool:  # poppler and tesseract, processes of their own, do the work
        for kind in (kind for kind in KINDS if given.match in kind.name):
            try:
                judged = list(pool.map(lambda n, kind=kind: judge_kind(kind, f"{given.seed}:{n}"), range(given.pages)))
            except Unavailable as error:
                print(f"| {kind.name} | left out: {error} |")
                continue
            found += judged
            print(_row(kind, judged), flush=True)
    return 0 if is_met(found) else 1


if __name__ == "__main__":
    raise SystemExit(main())
