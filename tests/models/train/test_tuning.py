"""Posteriors of text without marks, judged on lines that were held out."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from tonghop.models.calibration import Kind
from tonghop.models.diacritics import DiacriticModel
from tonghop.models.train.readings import ReadPage
from tonghop.models.train.tuning import calibrate, judged_lines

Build = Callable[[Sequence[str]], DiacriticModel]


def test_restored_lines_are_judged_word_by_word(build: Build, far_lines: tuple[str, ...]) -> None:
    model = build(far_lines)
    posteriors, right, kinds = judged_lines(model, ["hội xã vui có bạn mới.", "12/2024 -", "phòng xã vui có bản mới."])
    assert len(posteriors) == len(right) == len(kinds) == 12  # numbers and signs are not judged
    assert (kinds == Kind.RESTORED).all()
    wrong = np.flatnonzero(~right).tolist()
    assert wrong in ([4], [10])  # both lines look alike to the trigrams: one of them is wrong
    assert posteriors[4] + posteriors[10] == pytest.approx(2 * posteriors[wrong[0]], abs=1e-3)
    assert posteriors[[4, 10]].max() < 0.8 < posteriors[[0, 6]].min()


def test_posteriors_of_restored_text_are_worth_what_held_out_lines_say(
    build: Build, far_lines: tuple[str, ...]
) -> None:
    model = build(far_lines[:60])
    line = far_lines[100]
    page = ReadPage("clean", (line,), (tuple((word, 0.9) for word in line.split()),))
    plain, counted = calibrate(model, [page]), calibrate(model, [page], far_lines[60:])
    posteriors, right, kinds = judged_lines(model, far_lines[60:])
    sure = counted.apply(posteriors, kinds)
    assert sure.mean() == pytest.approx(right.mean(), abs=0.01)
    assert sure[posteriors < 0.9].mean() == pytest.approx(right[posteriors < 0.9].mean(), abs=0.05)
    assert np.abs(counted.values - plain.values).max() > 0.01
