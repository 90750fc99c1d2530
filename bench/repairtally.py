"""What all parts of the measurement of repair share: the model, how words are scored, what was harmed, what missed."""

from __future__ import annotations

import importlib.util
import types
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.repairchanges import Numbers, found, harmed
from tonghop.models.diacritics import DiacriticModel

__all__ = ["EXAMPLES", "Bench", "Harm", "load_score", "print_harm"]

EXAMPLES = 20  # printed
_NEAR = 5  # words shown on each side


@dataclass(slots=True)
class Harm:
    """Of `right` words read right, how many repair made wrong."""

    right: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Of 1,000 words read right."""
        return 1000 * len(self.wrong) / max(1, self.right)


@dataclass(slots=True)
class Bench:
    """What all parts share: the model, how texts are scored, counts over all of them, targets missed."""

    model: DiacriticModel
    score: types.ModuleType
    pyvi: Path | None = None
    numbers: Numbers = field(default_factory=Numbers)
    missed: list[str] = field(default_factory=list)

    def judge(self, is_kept: bool, what: str) -> None:
        """Say whether a target is kept."""
        print(f"{'met   ' if is_kept else 'MISSED'} {what}")
        if not is_kept:
            self.missed.append(what)

    def key(self, token: str) -> str:
        """Return a token as it is scored."""
        return " ".join(self.score.tokens(token))

    def add_harm(self, harm: Harm, truth: Sequence[str], old: Sequence[str], new: Sequence[str]) -> None:
        """Count the words of a text that were read right, and those made wrong. `new`: what each of `old` became."""
        pairs = [(before, after) for before, after in zip(old, new, strict=True) if self.key(before)]
        read, repaired = ([self.key(pair[side]) for pair in pairs] for side in (0, 1))
        harm.right += len(found(truth, read))
        for at in harmed(truth, read, repaired):
            near = " ".join(read[max(0, at - _NEAR) : at]), " ".join(read[at + 1 : at + 1 + _NEAR])
            harm.wrong.append(f"{near[0]} [{' → '.join(pairs[at])}] {near[1]}")


def print_harm(harm: Harm) -> None:
    """Print how many words were made wrong, and which."""
    print(f"{len(harm.wrong)} of {harm.right:,} words read right made wrong, {harm.rate:.2f} of 1,000")
    for one in harm.wrong[:EXAMPLES]:
        print(f"    {one}")


def load_score(path: Path) -> types.ModuleType:
    """Return the score that lies beside the pages, as a module."""
    spec = importlib.util.spec_from_file_location("score", path)
    if spec is None or spec.loader is None:
        raise ImportError(path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
