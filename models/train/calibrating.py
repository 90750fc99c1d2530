"""The calibration, counted on pages held out: words in groups of like posterior, and how many of each are right."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tonghop.models.calibration import KNOTS, Calibration, Kind, logit, untouched

__all__ = ["expected_error", "fit"]

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_LEAST = 20  # words in a group
_BELIEF = 1.0  # strength, in words, of the belief that a group is as right as all words of its kind


def fit(posteriors: Floats, right: Bools, kinds: Ints) -> Calibration:
    """Return the calibration of words with these posteriors, right or not; kinds with few words stay as they are."""
    plain = untouched()
    knots, values = plain.knots.copy(), plain.values.copy()
    for kind in Kind:
        chosen = kinds == kind
        if np.count_nonzero(chosen) >= _LEAST:
            knots[kind], values[kind] = _line(logit(posteriors[chosen]), right[chosen])
    return Calibration(knots, values)


def _line(logits: Floats, right: Bools) -> tuple[Floats, Floats]:
    """Return the middles of the groups and the share that is right, made to rise by pooling neighbours that fall.

    Isotonic regression (Ayer et al. 1955, "pool adjacent violators").
    """
    order = np.argsort(logits, kind="stable")
    # Small groups where words are doubtful, which are few and differ most; large ones where nearly all are right.
    mistakes = max(1.0, float(np.sum(~right)))
    weight = np.cumsum(~right[order]) + np.linspace(0.0, mistakes, len(order))
    cuts = np.searchsorted(weight, np.linspace(0, weight[-1], KNOTS + 1)[1:-1])
    groups = [group for group in np.split(order, np.unique(cuts)) if len(group)]
    pooled: list[list[float]] = []  # middle times size, right, size
    overall = float(right.mean())
    for group in groups:
        pooled.append([float(logits[group].sum()), float(right[group].sum()), float(len(group))])
        while len(pooled) > 1 and (
            pooled[-1][2] < _LEAST or _share(pooled[-2], overall) >= _share(pooled[-1], overall)
        ):
            last = pooled.pop()
            pooled[-1] = [a + b for a, b in zip(pooled[-1], last, strict=True)]
    middles = np.array([total / size for total, _, size in pooled])
    shares = np.array([_share(one, overall) for one in pooled])
    missing = KNOTS - len(middles)
    at = np.r_[middles, middles[-1] + 1e-3 * np.arange(1, missing + 1)]
    return at.astype(np.float32), np.r_[shares, np.repeat(shares[-1], missing)].astype(np.float32)


def _share(group: list[float], overall: float) -> float:
    return (group[1] + _BELIEF * overall) / (group[2] + _BELIEF)


def expected_error(sure: Floats, right: Bools, groups: int = 15) -> float:
    """Return the expected calibration error: mean distance of confidence and share right, over groups of equal width.

    Guo et al. (2017), "On calibration of modern neural networks".
    """
    at = np.clip((sure * groups).astype(np.int64), 0, groups - 1)
    sizes = np.bincount(at, minlength=groups)
    apart = np.abs(np.bincount(at, weights=sure, minlength=groups) - np.bincount(at, weights=right, minlength=groups))
    return float(apart.sum() / max(1, sizes.sum()))
