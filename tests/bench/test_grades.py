from __future__ import annotations

import numpy as np

from bench.damage import KINDS, Group, make
from bench.grades import Graded, is_met, wrong_share
from tonghop.records import Grade


def test_shares_of_wrong_tokens() -> None:
    assert wrong_share(["hồ", "sơ,", "1.245"], ["hồ", ".", "sơ", "1.245"]) == 0.0
    assert wrong_share(["hồ", "sơ"], ["hồ", "so"]) == 0.5
    assert wrong_share(["hồ", "sơ"], []) == 1.0
    assert wrong_share([], ["x"]) == 1.0


def test_a_grade_that_hides_errors_is_a_miss() -> None:
    kinds = {kind.group: kind for kind in KINDS}
    assert is_met([Graded(kinds[Group.DAMAGE], Grade.DOUBTFUL, 0.5), Graded(kinds[Group.OFFICE], Grade.GOOD, 0.01)])
    for group, grade, wrong in (
        (Group.DAMAGE, Grade.GOOD, 0.16),
        (Group.LOSS, Grade.GOOD, 0.02),
        (Group.OFFICE, Grade.DOUBTFUL, 0.01),
        (Group.BLANK, Grade.DOUBTFUL, 0.0),
        (Group.FAINT, Grade.GOOD, 1.0),
    ):
        assert not is_met([Graded(kinds[group], grade, wrong)])


def test_the_same_seed_gives_the_same_page() -> None:
    one, two, other = (make(KINDS[0], seed) for seed in ("1", "1", "2"))
    assert np.array_equal(one.pixels, two.pixels)
    assert one.words == two.words != other.words
