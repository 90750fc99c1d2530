"""What repair costs on one core, each figure from a fresh process: loading, memory, speed from a cold start and warm.

    python -m bench.repaircosts [--tokens 100000]

Files are in the system's cache: a first child that nobody counts reads them. Speed is processor time, of repair alone.
"Warm" is the rest of the held-out law, other text than what the model has just seen, in the same process. Memory is
the highest the process ever held (`VmHWM`, mapped files included) and what was its own at the end (`RssAnon`); the
text itself, about 10 MB of words, is part of it. Linux only.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.repairtexts import SHARED, Rows, law_of

__all__ = ["LOAD", "MEMORY", "SPEED", "is_met", "main", "measure"]

SPEED, LOAD, MEMORY = 50_000, 0.3, 150  # syllables a second; seconds; MB
_TOKENS = 100_000
_PAGE = 12  # paragraphs repaired together, about a page
_LOADS = 5  # of which the median counts
_ONE_CORE = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL")}


@dataclass(frozen=True, slots=True)
class Speed:
    """Tokens a second of one core and MB: of `tokens` from a cold start, and of `more` others in the same process."""

    tokens: int
    cold: float
    more: int
    warm: float
    peak: float
    own: float


# --- in the child ---


def _status(field: str) -> float:
    """Return a field of this process's status in MB."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split(f"{field}:")[1].split()[0]) / 1024


def _child_of_numpy() -> dict[str, float]:
    import numpy as np

    np.zeros(1)
    return {"peak": _status("VmHWM")}


def _child_that_loads() -> dict[str, float]:
    started = time.perf_counter()
    from tonghop.models.artefact import load

    imported = time.perf_counter()
    model = load()
    return {
        "import": imported - started, "load": time.perf_counter() - imported, "words": len(model.words),
        "peak": _status("VmHWM"),
    }  # fmt: skip


def _child_that_repairs(kind: str, tokens: int) -> dict[str, float]:
    from tonghop.models.artefact import load
    from tonghop.models.diacritics import DiacriticModel, Mode
    from tonghop.models.syllables import without_marks

    def spent(model: DiacriticModel, rows: Rows, together: int) -> float:
        started = time.process_time()
        for at in range(0, len(rows), together):
            model.restore_many(rows[at : at + together], mode=Mode.STRIPPED if kind == "stripped" else Mode.AUTO)
        return time.process_time() - started

    parts = law_of(tokens)
    if kind == "stripped":
        parts = tuple([[without_marks(token) for token in row] for row in part] for part in parts)  # type: ignore[assignment]  # two as before
    model = load()
    counts = [sum(map(len, part)) for part in parts]
    times = [spent(model, part, _PAGE if kind == "pages" else len(part) or 1) for part in parts]
    return {
        "tokens": counts[0], "cold": counts[0] / times[0], "more": counts[1],
        "warm": counts[1] / times[1] if counts[1] else 0.0, "peak": _status("VmHWM"), "own": _status("RssAnon"),
    }  # fmt: skip


# --- in the parent ---


def measure(what: str, tokens: int = _TOKENS) -> dict[str, float]:
    """Return what a fresh process measured: `numpy`, `load`, or repair of `typed`, `stripped` or, in `pages`, typed."""
    command = [sys.executable, "-m", "bench.repaircosts", "--child", what, "--tokens", str(tokens)]
    root = Path(__file__).resolve().parents[1]
    done = subprocess.run(command, stdout=subprocess.PIPE, cwd=root, env={**os.environ, **_ONE_CORE}, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def is_met(seconds: float, speeds: Sequence[Speed]) -> bool:
    """Return whether loading, memory and both speeds from a cold start keep their targets; say so."""
    slowest, most = min(speed.cold for speed in speeds), max(speed.peak for speed in speeds)
    met = [
        _say(seconds <= LOAD, f"loading: {seconds:.2f} s (target {LOAD} s)"),
        _say(slowest >= SPEED, f"speed from a cold start: {slowest:,.0f} tokens a second (target {SPEED:,})"),
        _say(most <= MEMORY, f"peak memory: {most:.0f} MB (target {MEMORY} MB)"),
    ]
    return all(met)


def _say(is_kept: bool, what: str) -> bool:
    print(f"{'met   ' if is_kept else 'MISSED'} {what}")
    return is_kept


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the measurement; returns 1 when a target is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench.repaircosts", description=__doc__.split("\n")[0])
    parser.add_argument("--tokens", type=int, default=_TOKENS)
    parser.add_argument("--child", choices=("numpy", "load", "typed", "stripped", "pages"), help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.child:
        children = {"numpy": _child_of_numpy, "load": _child_that_loads}
        child = children.get(given.child)
        print(json.dumps(child() if child else _child_that_repairs(given.child, given.tokens)))
        return 0
    if not SHARED.is_dir():
        print("skipped: the texts are not there (shared/ beside the project)")
        return 0
    return 0 if report(given.tokens) else 1


def report(tokens: int = _TOKENS) -> bool:
    """Measure and print; return whether the targets are kept."""
    measure("load")  # reads the files once
    loads = [measure("load") for _ in range(_LOADS)]
    seconds = median(one["load"] for one in loads)
    alone = measure("numpy")["peak"]
    imports, held = (median(one[what] for one in loads) for what in ("import", "peak"))
    print(f"loading the model: {seconds:.3f} s, and {imports:.2f} s to import the code (medians of {_LOADS} processes)")
    print(f"memory: {alone:.0f} MB the interpreter with NumPy alone, {held:.0f} MB with the model loaded\n")
    print(
        "| repaired in a fresh process | tokens | tokens/s, cold | others | tokens/s, warm | peak, MB | its own, MB |"
    )
    print("|---|---|---|---|---|---|---|")
    speeds = []
    for what, name in (
        ("typed", "law as typed, one text"),
        ("stripped", "the same without marks"),
        ("pages", "as typed, page by page"),
    ):
        speed = Speed(**measure(what, tokens))  # type: ignore[arg-type]  # the fields by name
        speeds.append(speed)
        print(
            f"| {name} | {speed.tokens:,} | {speed.cold:,.0f} | {speed.more:,} | {speed.warm:,.0f} "
            f"| {speed.peak:.0f} | {speed.own:.0f} |",
            flush=True,
        )
    return is_met(seconds, speeds[:2])


if __name__ == "__main__":
    sys.exit(main())
