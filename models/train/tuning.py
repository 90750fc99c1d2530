"""Thresholds and scores from pages that were printed, damaged and read: text the model was not trained on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from tonghop.models.diacritics import DiacriticModel, Thresholds
from tonghop.models.syllables import letter_runs, normal_form
from tonghop.models.train.confusions import ReadPage, aligned

__all__ = ["Score", "choose_thresholds", "score_pages"]

_WORD_GRID = (0.8, 0.85, 0.9, 0.95, 0.98)
_NAME_GRID = (0.9, 0.95, 0.98, 0.99, 0.995, 0.999)
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
