from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tonghop.ingest.secondreading import with_second, with_second_words
from tonghop.records import Line, Word


def word(text: str, left: int, right: int, top: int = 0) -> Word:
    return Word(text, text, (left, top, right, top + 30), 0.9)


def seconds(words: tuple[Word, ...]) -> list[str]:
    return [one.second for one in words]


def test_the_word_at_the_same_place_is_taken() -> None:
    own = (word("thư", 0, 50), word("tục", 60, 110))
    other = [word("tục", 61, 111), word("thủ", 2, 49), word("thủ", 0, 50, top=40)]
    assert seconds(with_second_words(own, other)) == ["thủ", "tục"]


def test_a_whole_line_or_half_a_word_is_not_the_word() -> None:
    assert seconds(with_second_words((word("thủ", 0, 50),), [word("thủtụchành", 0, 190), word("th", 0, 20)])) == [""]


def test_words_without_a_place_have_no_second_reading() -> None:
    assert seconds(with_second_words((Word("thủ", "thủ"),), [word("thư", 0, 50)])) == [""]
    assert seconds(with_second_words((word("thủ", 0, 50),), [Word("thư", "thư")])) == [""]
    assert with_second_words((), [word("thư", 0, 50)]) == ()


def test_lines_stay_as_they_are() -> None:
    lines = (
        Line((word("thư", 0, 50), word("tục", 60, 110)), 3, is_bold=True),
        Line(()),
        Line((word("12", 0, 30, 40),), 4),
    )
    found = with_second(lines, [Line((word("thủ", 0, 50), word("13", 0, 30, 40)))])
    assert [seconds(line.words) for line in found] == [["thủ", ""], [], ["13"]]
    assert tuple(replace(line, words=tuple(replace(w, second="") for w in line.words)) for line in found) == lines


BOX = st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9), st.integers(0, 9)).map(
    lambda sides: (sides[0], sides[1], sides[0] + sides[2], sides[1] + sides[3])
)
WORD = st.builds(lambda text, box: Word(text, text, box), st.sampled_from("abc"), BOX | st.none())


@given(st.lists(WORD, max_size=5), st.lists(WORD, max_size=5))
def test_nothing_but_the_second_reading_changes(words: list[Word], other: list[Word]) -> None:
    found = with_second_words(words, other)
    assert [replace(one, second="") for one in found] == words
    assert {one.second for one in found} <= {"", *(one.text for one in other)}
