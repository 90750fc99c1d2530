import pytest
from hypothesis import given
from hypothesis import strategies as st

from tonghop.ingest.grade import Measures, grade, is_blank
from tonghop.records import Grade
from tonghop.settings import IngestSettings

SETTINGS = IngestSettings()
FINE = {"ink": 0.05, "ink_coverage": 0.99, "confidence": 0.95, "syllables": 0.98, "words": 400}
NOTHING = {"words": 0, "ink_coverage": 0.0, "confidence": 0.0, "syllables": 0.0}
ORDER = [Grade.UNREAD, Grade.DOUBTFUL, Grade.GOOD]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, Grade.GOOD),
        ({"ink_coverage": 0.85}, Grade.DOUBTFUL),
        ({"ink_coverage": 0.4}, Grade.UNREAD),
        ({"confidence": 0.7}, Grade.DOUBTFUL),
        ({"syllables": 0.75}, Grade.DOUBTFUL),
        ({"syllables": 0.3}, Grade.UNREAD),
        (NOTHING, Grade.UNREAD),
        ({**NOTHING, "ink": 0.0001, "has_lines": False}, Grade.GOOD),
        ({**NOTHING, "ink": 0.0001, "has_lines": True}, Grade.UNREAD),
    ],
)
def test_grades(change, expected):
    assert grade(Measures(**{**FINE, **change}), SETTINGS) is expected


def test_confidence_alone_never_makes_a_page_good():
    sure = Measures(ink=0.05, ink_coverage=0.8, confidence=1.0, syllables=1.0, words=300)
    assert grade(sure, SETTINGS) is Grade.DOUBTFUL


def test_a_blank_page_is_one_with_almost_no_ink():
    assert is_blank(Measures(0.0, 1.0, 0.0, 0.0, 0, has_lines=False))
    assert not is_blank(Measures(**FINE))


SHARES = st.tuples(*[st.floats(0, 1)] * 3)


@given(SHARES, SHARES)
def test_a_better_measure_never_gives_a_worse_grade(shares, gains):
    worse = Measures(0.05, *shares, 100)
    better = Measures(0.05, *(min(1.0, a + b) for a, b in zip(shares, gains, strict=True)), 100)
    assert ORDER.index(grade(better, SETTINGS)) >= ORDER.index(grade(worse, SETTINGS))
