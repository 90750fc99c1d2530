"""A section's paragraphs, each with the lines and pages of the original that it stands on."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tonghop.compile.passages import passages
from tonghop.records import Section, SectionState, Span


def section(text: str, *spans: Span, title: str = "1. Cải cách thể chế") -> Section:
    return Section("the_che", SectionState.PRESENT, title, text, spans)


def test_each_paragraph_has_its_own_page() -> None:
    """Title on page 2, then a paragraph of two lines, one across the page break, one on page 3 alone."""
    first = "Trong quý, đơn vị đã ban hành năm văn bản chỉ đạo, điều hành và tổ chức\nhai cuộc họp giao ban."
    second = "- Công tác kiểm tra: tự kiểm tra hai lượt tại các bộ phận chuyên môn, chấn\nchỉnh kịp thời tồn tại."
    third = "- Công tác tuyên truyền: phát hai mươi lượt tin bài."
    found = passages(section(f"{first}\n{second}\n{third}", Span(2, 10, 14), Span(3, 1, 3)), is_typed=False)
    assert [passage.text for passage in found] == [text.replace("\n", " ") for text in (first, second, third)]
    assert [passage.pages for passage in found] == [(2,), (2, 3), (3,)]
    assert found[1].places == ((2, 13), (3, 1))


def test_paragraphs_whose_places_are_known() -> None:
    """A note stands at the foot of the first page, behind a paragraph that goes over to the second."""
    made = section("Một và hai.\n1 Kế hoạch.", Span(1, 9, 11), Span(1, 20, 21), Span(2, 1, 2))
    made = replace(made, places=((Span(1, 10, 11), Span(2, 1, 2)), (Span(1, 20, 21),)))
    for is_typed in (True, False):
        found = passages(made, is_typed=is_typed)
        assert [passage.text for passage in found] == ["Một và hai.", "1 Kế hoạch."]
        assert [passage.places for passage in found] == [((1, 10), (2, 1)), ((1, 20),)]


def test_a_run_in_title_shifts_nothing() -> None:
    found = passages(section("Đã rà soát.\nKhông có hạn chế.", Span(1, 9, 10), Span(2, 0, 1)), is_typed=True)
    assert [passage.places for passage in found] == [((1, 9),), ((2, 0),)]


def test_where_titles_inside_leave_it_open_both_pages_are_named() -> None:
    """Four lines of titles somewhere among six: the first line of text can be on either page."""
    found = passages(section("Một.\nHai.", Span(1, 0, 3), Span(2, 0, 3)), is_typed=True)
    assert [passage.pages for passage in found] == [(1, 2), (1, 2)]


def test_rows_of_a_table_have_their_places() -> None:
    text = "Kết quả như sau:\nSTT | Số\n1 | 30"
    found = passages(section(text, Span(1, 0, 2), Span(2, 0, 2)), is_typed=False)
    assert [(passage.text, passage.pages) for passage in found] == [
        ("Kết quả như sau:", (1,)),
        ("STT | Số", (2,)),
        ("1 | 30", (2,)),
    ]


def test_text_without_known_lines_has_no_places() -> None:
    assert [passage.places for passage in passages(section("Một.\nHai."), is_typed=True)] == [(), ()]


@given(
    st.lists(st.text(alphabet="abc .-|", min_size=1, max_size=80), max_size=12),
    st.lists(st.tuples(st.integers(1, 4), st.integers(1, 5)), max_size=4, unique_by=lambda span: span[0]),
    st.booleans(),
)
def test_no_word_is_lost_and_no_place_invented(lines: list[str], spans: list[tuple[int, int]], is_typed: bool) -> None:
    made = section("\n".join(lines), *(Span(page, 0, stop) for page, stop in sorted(spans)))
    found = passages(made, is_typed=is_typed)
    assert " ".join(passage.text for passage in found).split() == " ".join(lines).split()
    rows = {(span.page, at) for span in made.spans for at in range(span.first, span.stop)}
    assert all(set(passage.places) <= rows for passage in found)
    assert [passage.pages for passage in found] == sorted(passage.pages for passage in found)
