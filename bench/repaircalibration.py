"""How far the posteriors of the installed model can be trusted: calibration error, and the band of the surest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import numpy.typing as npt

from bench.repairpages import ReadImage
from tonghop.models.calibration import Kind
from tonghop.models.diacritics import DiacriticModel, Mode
from tonghop.models.train.calibrating import expected_error, fit
from tonghop.models.train.readings import ReadPage
from tonghop.models.train.tuning import judged
from tonghop.records import Page

__all__ = ["BAND", "ERROR", "SURE", "Trust", "as_read_page", "halves", "shipped", "trust_in"]

ERROR, BAND, SURE = 0.01, 0.90, 0.999

Floats = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Judged = tuple[Floats, Bools, Ints]  # posterior as decoded, whether it is right, kind


@dataclass(frozen=True, slots=True)
class Trust:
    """Of `words`: the share that is right, the expected calibration error, and two bands.

    `shown`: share of the words whose posterior says 0.999 or more, and `kept`, how many of these are right: what a
    reviewer sees. `widest`: share of the surest words of which 99.9 % are right, wherever their posteriors lie: how
    well words are ordered.
    """

    words: int
    right: float
    error: float
    shown: float
    kept: float
    widest: float


def trust_in(sure: Floats, right: Bools) -> Trust:
    """Return how far posteriors can be trusted. Shapes (N,), N at least 1."""
    chosen = sure >= SURE
    # Words of equal posteriors stand or fall together: ends of their groups alone are cuts.
    order = np.argsort(-sure, kind="stable")
    wrong = np.cumsum(~right[order])
    ends = np.flatnonzero(np.r_[np.diff(sure[order]) != 0, True])
    good = ends[wrong[ends] <= (1 - SURE) * (ends + 1)]
    return Trust(
        len(sure), float(right.mean()), expected_error(sure, right), float(chosen.mean()),
        float(right[chosen].mean()) if chosen.any() else 0.0, float((good.max() + 1) / len(sure)) if len(good) else 0.0,
    )  # fmt: skip


def as_read_page(image: ReadImage) -> ReadPage:
    """Return a page as `judged` takes it, a paragraph a line: as the pipeline repairs it."""
    return ReadPage(image.state, tuple(image.truth.split("\n")), tuple(_paragraphs(image.page)))


def _paragraphs(page: Page) -> Iterable[tuple[tuple[str, float], ...]]:
    for _, lines in groupby((line for line in page.lines if line.words), key=lambda line: (line.paragraph, line.table)):
        yield tuple((word.text, word.confidence) for line in lines for word in line.words)


def shipped(model: DiacriticModel, pages: Sequence[ReadPage], mode: Mode) -> dict[str, Trust]:
    """Return the trust in the model as it is, in all words of `pages` and, by name, in those of each `Kind`."""
    posteriors, right, kinds = _together(judged(model, page, mode) for page in pages)
    sure = model.calibration.apply(posteriors, kinds)
    by_kind = {kind.name.lower(): kinds == kind for kind in Kind if (kinds == kind).any()}
    return {"all": trust_in(sure, right), **{name: trust_in(sure[at], right[at]) for name, at in by_kind.items()}}


def halves(model: DiacriticModel, pages: Sequence[ReadPage], mode: Mode) -> tuple[Trust, Trust]:
    """Return the trust in each half of `pages` where the calibration is fitted on the other, as training fits it."""
    both = [[judged(model, page, one) for one in (Mode.OCR, Mode.STRIPPED)] for page in pages]
    at = (Mode.OCR, Mode.STRIPPED).index(mode)
    out = []
    for fitted, measured in ((both[::2], both[1::2]), (both[1::2], both[::2])):
        calibration = fit(*_together(one for page in fitted for one in page))
        posteriors, right, kinds = _together(page[at] for page in measured)
        out.append(trust_in(calibration.apply(posteriors, kinds), right))
    return out[0], out[1]


def _together(parts: Iterable[Judged]) -> Judged:
    posteriors, right, kinds = zip(*parts, strict=True)
    return np.concatenate(posteriors), np.concatenate(right), np.concatenate(kinds)
