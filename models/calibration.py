"""From what the decoder thinks of a word to how often such words are right, as counted on pages held out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

__all__ = ["KNOTS", "Calibration", "Kind", "logit", "untouched"]

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

KNOTS = 16
_SUREST = 12.0  # logit: one in 160,000


class Kind(IntEnum):
    """What happened to a word, which decides how far its posterior can be trusted."""

    KEPT = 0  # in question, and left as it was read
    CHANGED = 1
    APART = 2  # never in question: a name, an abbreviation, a word that is in no lexicon
    RESTORED = 3  # in text that had lost its marks
    LATIN = 4  # in text read without Vietnamese


@dataclass(frozen=True, slots=True)
class Calibration:
    """For each `Kind` a line through `KNOTS` points: `knots` logits that rise, `values` shares (0 to 1) that rise."""

    knots: Floats
    values: Floats

    def apply(self, posteriors: Floats, kinds: Ints) -> Floats:
        """Return the share of words of that kind and posterior that are right. Shapes (N,); 1 where the kind is -1."""
        logits = logit(posteriors)
        out = np.ones(len(posteriors), dtype=np.float32)
        for kind in Kind:
            chosen = kinds == kind
            out[chosen] = np.interp(logits[chosen], self.knots[kind], self.values[kind])
        return out


def logit(posteriors: Floats) -> Floats:
    """Return log(p / (1 - p)), bounded on both sides."""
    bounded = np.clip(posteriors.astype(np.float64), 1 / (1 + np.exp(_SUREST)), 1 / (1 + np.exp(-_SUREST)))
    return np.log(bounded / (1 - bounded)).astype(np.float32)


def untouched() -> Calibration:
    """Return the calibration that leaves posteriors as they are, as far as sixteen points allow."""
    knots = np.tile(np.linspace(-_SUREST, _SUREST, KNOTS, dtype=np.float32), (len(Kind), 1))
    return Calibration(knots, (1 / (1 + np.exp(-knots))).astype(np.float32))
