"""Thresholds and scores from pages that were printed, damaged and read: text the model was not trained on."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np
import numpy.typing as npt

from tonghop.models.calibration import Calibration, Kind
from tonghop.models.diacritics import DiacriticModel, Mode, Thresholds
from tonghop.models.syllables import letter_runs, normal_form, without_marks
from tonghop.models.train.calibrating import fit
from tonghop.models.train.confusions import aligned
from tonghop.models.train.readings import ReadPage
from tonghop.text import nfc

__all__ = ["Score", "calibrate", "choose_thresholds", "judged", "judged_lines", "score_pages"]

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_WORD_GRID = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98)
_NAME_GRID = (0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999)
_MOST_HARM = 0.0004  # correct syllables made wrong, as a share; a little below what is promised


@dataclass(frozen=True, slots=True)
class Score:
    """Syllables whose base letters were read right, and how their marks fared."""

    damage: str
    syllables: int
    wrong_before: int
    mended: int
    harmed: int

    @property
    def wrong_after(self) -> int:
        """Syllables with wrong marks after repair."""
        return self.wrong_before - self.mended + self.harmed

    @property
    def harm(self) -> float:
        """The share of correct syllables that were made wrong."""
        return self.harmed / max(1, self.syllables - self.wrong_before)


def choose_thresholds(model: DiacriticModel, pages: Sequence[ReadPage]) -> Thresholds:
    """Return the thresholds that leave the fewest errors among those that do little harm."""
    best = model.thresholds
    grids = [("word", _WORD_GRID), ("name", _NAME_GRID)]
    for field, grid in grids:
        scored = []
        for value in grid:
            model.thresholds = replace(best, **{field: value})
            total = _total(score_pages(model, pages))
            scored.append((total.harm > _MOST_HARM, total.wrong_after, -value))
        best = replace(best, **{field: -min(scored)[2]})
    return best


def _total(scores: Sequence[Score]) -> Score:
    return Score(
        "all",
        *(sum(getattr(s, name) for s in scores) for name in ("syllables", "wrong_before", "mended", "harmed")),
    )


def score_pages(model: DiacriticModel, pages: Sequence[ReadPage]) -> list[Score]:
    """Return one score for each kind of damage, in the order of its name."""
    singles = sorted((_score_page(model, page) for page in pages), key=lambda s: s.damage)
    return [replace(_total(list(group)), damage=name) for name, group in groupby(singles, key=lambda s: s.damage)]


def _score_page(model: DiacriticModel, page: ReadPage) -> Score:
    words = [word for line in page.read for word in line]
    restored = model.restore_many([[w for w, _ in words]], [[c for _, c in words]])[0]
    after = [done.token[a:b] for (word, _), done in zip(words, restored, strict=True) for a, b in letter_runs(word)]
    wrong = mended = harmed = total = 0
    for printed, read, _, at in aligned(page):
        total += 1
        was_right = normal_form(read) == normal_form(printed)
        is_right = normal_form(after[at]) == normal_form(printed)
        wrong += not was_right
        mended += is_right and not was_right
        harmed += was_right and not is_right
    return Score(page.damage, total, wrong, mended, harmed)


def calibrate(model: DiacriticModel, pages: Sequence[ReadPage], lines: Sequence[str] = ()) -> Calibration:
    """Return how far posteriors can be trusted.

    Counted on `pages` as read, on their text without its marks, and on other held-out `lines` without theirs, of which
    there can be as many as it takes to tell 999 in 1,000 from 998.
    """
    found = [judged(model, page, mode) for page in pages for mode in (Mode.OCR, Mode.STRIPPED)]
    found += [judged_lines(model, lines)] if lines else []
    posteriors, right, kinds = zip(*found, strict=True)
    return fit(np.concatenate(posteriors), np.concatenate(right), np.concatenate(kinds))


def judged_lines(model: DiacriticModel, lines: Sequence[str]) -> tuple[Floats, Bools, Ints]:
    """Return posterior, whether it is right, and kind of each word of `lines` restored to its marks."""
    rows = [nfc(line).split() for line in lines]
    run = model.run([[without_marks(token) for token in row] for row in rows], None, Mode.STRIPPED)
    true = (token for row in rows for token in row)
    right = np.array([_key(a) == _key(b) for a, b in zip(true, run.tokens, strict=True)], dtype=np.bool_)
    counted = run.kinds == Kind.RESTORED  # of words never in question pages tell more
    return run.posteriors[counted], right[counted], run.kinds[counted]


def judged(model: DiacriticModel, page: ReadPage, mode: Mode) -> tuple[Floats, Bools, Ints]:
    """Return posterior, whether it is right, and kind of each word of a page after repair."""
    printed = [token for line in page.printed for token in nfc(line).split()]
    if mode is Mode.STRIPPED:
        run = model.run([[without_marks(token) for token in line.split()] for line in page.printed], None, mode)
    else:
        run = model.run(
            [[word for word, _ in line] for line in page.read], [[sure for _, sure in line] for line in page.read], mode
        )
    true, seen = ([_key(token) for token in tokens] for tokens in (printed, run.tokens))
    right = _found(true, seen)
    counted = run.kinds >= 0
    return run.posteriors[counted], right[counted], run.kinds[counted]


def _found(true: Sequence[str], seen: Sequence[str]) -> Bools:
    """Return which of the words `seen` are right: those of rows of words that stand in `true`, in whatever order.

    Columns may be read in another order than they were printed in; each round finds what was moved past the last.
    """
    right = np.zeros(len(seen), dtype=np.bool_)
    left, rest = list(range(len(true))), list(range(len(seen)))
    for least in (1, 3, 2, 2):
        matcher = difflib.SequenceMatcher(None, [true[n] for n in left], [seen[n] for n in rest], autojunk=False)
        blocks = [block for block in matcher.get_matching_blocks() if block.size >= least]
        gone = {left[b.a + at] for b in blocks for at in range(b.size)}
        got = {rest[b.b + at] for b in blocks for at in range(b.size)}
        right[list(got)] = True
        left, rest = [n for n in left if n not in gone], [n for n in rest if n not in got]
    return right


def _key(token: str) -> str:
    return " ".join(normal_form(token[a:b]) for a, b in letter_runs(token)) or token
