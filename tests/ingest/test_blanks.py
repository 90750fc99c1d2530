from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tonghop.ingest.blanks import without_false_blanks
from tonghop.records import Line, Word

LETTER = 10  # pixels


def line(*words: str, gaps: dict[int, int] | None = None, space: int = 12) -> Line:
    """A line of `words`, `space` pixels apart but where `gaps` says otherwise (by the position of the right one)."""
    x, made = 0, []
    for at, text in enumerate(words):
        x += (gaps or {}).get(at, space if at else 0)
        made.append(Word(text, text, (x, 0, x + LETTER * len(text), 30), 0.9 - at / 100))
        x += LETTER * len(text)
    return Line(tuple(made))


@pytest.mark.parametrize(
    ("left", "right"),
    [("80-", "NQ/TW"), ("128/KH-", "UBND"), ("02/201", "7/TT-VPCP"), ("3", "77/QĐ-UBND;"), ("15/2024/NĐ-", "CP.")],
)
def test_pieces_of_a_code_without_a_space_are_joined(left: str, right: str) -> None:
    found = without_false_blanks(line("Nghị", "quyết", "số", left, right, "ngày", gaps={4: 3}))
    assert found.text == f"Nghị quyết số {left}{right} ngày"
    assert found.words[3].raw == left + right
    is_inside_number = left[-1].isdigit() and right[0].isdigit()
    assert found.words[3].confidence == pytest.approx(0.5 if is_inside_number else 0.86)


@pytest.mark.parametrize(
    ("left", "right", "gap"),
    [
        ("80-", "NQ/TW", 12),  # a word space lies between
        ("số", "12/KH-UBND", 3),  # no piece of the code
        ("1", "245", 3),  # digits alone are never joined
        ("12,", "13/KH-UBND", 3),
    ],
)
def test_what_is_no_code_or_has_a_space_stays(left: str, right: str, gap: int) -> None:
    given_line = line("Nghị", "quyết", "số", left, right, "ngày", gaps={4: gap})
    assert without_false_blanks(given_line) == given_line


def test_a_line_too_short_to_know_its_spaces_stays() -> None:
    short = line("80-", "NQ/TW", gaps={1: 2})
    assert without_false_blanks(short) == short


@given(st.lists(st.sampled_from(["80-", "NQ/TW", "số", "3", "77/QĐ-UBND", "|"]), max_size=8), st.integers(0, 14))
def test_no_letter_is_lost(words: list[str], gap: int) -> None:
    given_line = line(*words, gaps=dict.fromkeys(range(1, 8, 2), gap))
    assert without_false_blanks(given_line).text.replace(" ", "") == "".join(words)
