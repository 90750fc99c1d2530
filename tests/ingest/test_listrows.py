from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tonghop.ingest.listrows import join_rows
from tonghop.records import Line, Word

NAMES = ("Thôn Một", "Thôn Hai", "Thôn Ba", "Thôn Bốn", "Thôn Năm")


def line(x: int, y: int, text: str, paragraph: int = 0) -> Line:
    words = []
    for word in text.split():
        words.append(Word(word, word, (x, y, x + 15 * len(word), y + 26)))
        x += 15 * len(word) + 8
    return Line(tuple(words), paragraph)


def column(x: int, *texts: str, paragraph: int = 0, pitch: int = 50) -> list[Line]:
    return [line(x, 1000 + pitch * at, text, paragraph) for at, text in enumerate(texts) if text]


def texts(*columns: list[Line]) -> list[str]:
    return [one.text for one in join_rows([line for column in columns for line in column])]


def test_columns_of_figures_are_joined_row_by_row() -> None:
    found = texts(column(220, *NAMES), column(1000, "7", "10", "13", "16", "19"), column(1300, "1", "2", "3", "4", "5"))
    assert found == ["Thôn Một 7 1", "Thôn Hai 10 2", "Thôn Ba 13 3", "Thôn Bốn 16 4", "Thôn Năm 19 5"]


def test_a_figure_that_was_not_read_shifts_no_other() -> None:
    found = texts(column(220, *NAMES), column(1000, "7", "10", "", "16", "19"))
    assert found == ["Thôn Một 7", "Thôn Hai 10", "Thôn Ba", "Thôn Bốn 16", "Thôn Năm 19"]


def test_running_numbers_stand_before_the_names() -> None:
    found = texts(column(120, "1", "2", "3"), column(220, *NAMES[:3]), column(1000, "7", "10", "13"))
    assert found == ["1 Thôn Một 7", "2 Thôn Hai 10", "3 Thôn Ba 13"]


def test_a_paragraph_each() -> None:
    lines = join_rows([*column(220, *NAMES, paragraph=4), *column(1000, "7", "10", "13", "16", "19", paragraph=9)])
    assert len({one.paragraph for one in lines}) == len(NAMES)


def test_two_columns_of_text_stay() -> None:
    left, right = column(100, "Nơi nhận:", "- UBND huyện;", "- Lưu: VT."), column(900, "TM. ỦY BAN", "CHỦ TỊCH", "12")
    assert texts(left, right) == [one.text for one in (*left, *right)]


def test_two_figures_are_no_list() -> None:
    left, right = column(100, "Thôn Một", "Thôn Hai"), column(900, "12", "14")
    assert texts(left, right) == [one.text for one in (*left, *right)]


def test_numbers_of_a_line_of_text_stay_where_they_are() -> None:
    left, right = column(100, *NAMES), column(100 + 8 * 15 + 16, "1", "2", "3", "4", "5")
    assert texts(left, right) == [one.text for one in (*left, *right)]


_PLACED = st.lists(
    st.builds(line, st.integers(0, 15).map(lambda x: 100 * x), st.integers(0, 9).map(lambda y: 50 * y),
              st.sampled_from(["12", "7", "Thôn Một", "1.245", "Số: 12"]), st.integers(0, 5)),
    max_size=30,
)  # fmt: skip


@given(_PLACED)
def test_no_word_is_lost_or_changed(lines: list[Line]) -> None:
    joined = join_rows(lines)
    assert sorted(repr(word) for one in joined for word in one.words) == sorted(
        repr(word) for one in lines for word in one.words
    )
