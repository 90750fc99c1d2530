from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tonghop.ingest.grade import Measures, grade, is_blank
from tonghop.records import Grade
from tonghop.settings import IngestSettings

SETTINGS = IngestSettings()
FINE = Measures(ink=0.05, ink_coverage=0.99, confidence=0.95, syllables=0.98, words=400)
NOTHING = replace(FINE, words=0, ink_coverage=0.0, confidence=0.0, syllables=0.0)
ORDER = [Grade.UNREAD, Grade.DOUBTFUL, Grade.GOOD]


@pytest.mark.parametrize(
    ("measures", "expected"),
    [
        (FINE, Grade.GOOD),
        (replace(FINE, ink_coverage=0.85), Grade.DOUBTFUL),
        (replace(FINE, ink_coverage=0.4), Grade.UNREAD),
        (replace(FINE, confidence=0.7), Grade.DOUBTFUL),
        (replace(FINE, syllables=0.75), Grade.DOUBTFUL),
        (replace(FINE, syllables=0.3), Grade.UNREAD),
        (NOTHING, Grade.UNREAD),
        (replace(FINE, unread=3.0), Grade.GOOD),
        (replace(FINE, unread=20.0), Grade.DOUBTFUL),
        (replace(FINE, unread=1.9, longest=1.9), Grade.GOOD),
        (replace(FINE, unread=2.1, longest=2.1), Grade.DOUBTFUL),
        (replace(FINE, pale=3.0), Grade.GOOD),
        (replace(FINE, pale=9.0), Grade.DOUBTFUL),
        (replace(FINE, standing=1.2), Grade.GOOD),
        (replace(FINE, standing=1.6), Grade.DOUBTFUL),
        (replace(FINE, hidden=0.4), Grade.DOUBTFUL),
        (replace(NOTHING, ink=0.0001, has_lines=False), Grade.GOOD),
        (replace(NOTHING, ink=0.0001, has_lines=True), Grade.UNREAD),
        (replace(NOTHING, ink=0.0001, has_lines=False, dark=1.0), Grade.UNREAD),
        (replace(NOTHING, ink=0.0001, has_lines=False, dark=0.01), Grade.GOOD),
        (replace(NOTHING, ink=0.0001, has_lines=False, hidden=20.0), Grade.UNREAD),
        (replace(FINE, ink=0.0001, has_lines=False, hidden=20.0), Grade.DOUBTFUL),
    ],
)
def test_grades(measures: Measures, expected: Grade) -> None:
    assert grade(measures, SETTINGS) is expected


def test_confidence_alone_never_makes_a_page_good() -> None:
    sure = Measures(ink=0.05, ink_coverage=0.8, confidence=1.0, syllables=1.0, words=300)
    assert grade(sure, SETTINGS) is Grade.DOUBTFUL


def test_a_blank_page_is_one_with_almost_no_ink() -> None:
    assert is_blank(Measures(0.0, 1.0, 0.0, 0.0, 0, has_lines=False))
    assert not is_blank(FINE)


Shares = tuple[float, float, float]
SHARES = st.tuples(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))


@given(SHARES, SHARES)
def test_a_better_measure_never_gives_a_worse_grade(shares: Shares, gains: Shares) -> None:
    def measures(ink_coverage: float, confidence: float, syllables: float) -> Measures:
        return Measures(0.05, ink_coverage, confidence, syllables, 100)

    worse = measures(*shares)
    better = measures(*(min(1.0, a + b) for a, b in zip(shares, gains, strict=True)))
    assert ORDER.index(grade(better, SETTINGS)) >= ORDER.index(grade(worse, SETTINGS))
