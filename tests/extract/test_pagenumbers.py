"""Numbers of pages, and lone numbers that are none."""

from __future__ import annotations

import pytest

from tests.extract.prints import LEFT, RIGHT, body, centred, line, page
from tonghop.extract.pagenumbers import PageNumber, page_numbers
from tonghop.records import Line, Page


def values(*pages) -> dict[int, int | None]:  # type: ignore[no-untyped-def]
    return {found.page: found.value for found in page_numbers(pages)}


def test_the_number_in_the_top_margin() -> None:
    pages = [
        page(1, *body(200, 5)),
        page(2, centred(100, "2"), *body(200, 5)),
        page(3, centred(100, "3"), *body(200, 5)),
    ]
    assert page_numbers(pages) == (PageNumber(2, 0, 2, None, True), PageNumber(3, 0, 3, None, True))


@pytest.mark.parametrize("text", ["- {} -", "Trang {}", "Trang {}/4", "{} |", "{}/4", "Trang {} trên 4", "{}"])
def test_numbers_at_the_foot(text: str) -> None:
    pages = [page(n, *body(200, 5), line(2200, text.format(n), RIGHT - 200)) for n in range(1, 5)]
    assert values(*pages) == {1: 1, 2: 2, 3: 3, 4: 4}
    total = 4 if "4" in text else None
    assert {found.total for found in page_numbers(pages)} == {total}


def test_an_annex_counts_anew_and_a_lost_page_shows() -> None:
    """Pages 2, 3 and 5 of six were scanned: the count is what it is."""
    pages = [page(n, centred(100, str(printed)), *body(200, 5)) for n, printed in ((2, 2), (3, 3), (4, 5), (5, 6))]
    assert values(*pages) == {2: 2, 3: 3, 4: 5, 5: 6}


def test_a_number_misread_stands_where_the_others_do() -> None:
    pages = [page(2, centred(100, "2"), *body(200, 5)), page(3, centred(102, "»"), *body(200, 5))]
    pages += [page(4, centred(98, "á"), *body(200, 5)), page(5, centred(100, "7"), *body(200, 5))]
    found = page_numbers(pages)
    assert [(n.page, n.value, n.is_counted) for n in found] == [(2, 2, True), (4, None, False), (5, 7, False)]


def test_lone_numbers_of_the_text_are_none() -> None:
    cell = page(2, *body(200, 5), line(1000, "2", LEFT + 40), line(1000, "Hồ sơ tiếp nhận trong kỳ", LEFT + 300))
    item = page(3, *body(200, 5), line(200 + 5 * 48, "3."))
    last_line = page(4, *body(200, 5), line(200 + 5 * 48, "12"))
    assert page_numbers([cell, item, last_line]) == ()


def numbered(*own: Line, y: int = 100) -> list[Page]:
    """Pages 2 and 3 with their numbers in the middle at `y`, and page 4, which has none, with `own` lines besides."""
    pages = [page(n, centred(y, str(n)), *body(220, 9)) for n in (2, 3)]
    return [*pages, page(4, *own, *body(220, 9))]


@pytest.mark.parametrize("number", ["125", "2", "45", "- 2 -"])
@pytest.mark.parametrize("y", [200 + 9 * 48 + 20, 1000])
@pytest.mark.parametrize("x", [None, LEFT + 20, RIGHT - 60], ids=["centred", "left", "right"])
def test_a_lone_number_below_a_short_text_is_none(number: str, y: int, x: int | None) -> None:
    own = centred(y, number) if x is None else line(y, number, x)
    assert page_numbers([page(1, *body(200, 9)), page(2, *body(200, 9), own)]) == ()


def test_a_lone_number_between_head_and_text_is_none() -> None:
    assert page_numbers([page(1, centred(400, "45"), *body(500, 9)), page(45, centred(400, "45"), *body(500, 9))]) == ()


@pytest.mark.parametrize("y", [150, 2100])
def test_a_figure_in_the_margin_is_no_number_of_another_page(y: int) -> None:
    """The last cell of a table without rules, the first line of a page: alone, in the middle or at the right."""
    rest = body(250, 30)
    for own in (centred(y, "137"), line(y, "137", RIGHT - 60), line(y, "2", RIGHT - 60), line(y, "1/2", RIGHT - 60)):
        assert page_numbers([page(1, *rest), page(2, own, *rest)]) == (), own.text


def test_sums_at_the_foot_do_not_count_pages() -> None:
    assert page_numbers([page(n, *body(250, 30), line(2100, str(137 * n), RIGHT - 60)) for n in (1, 2, 3)]) == ()


@pytest.mark.parametrize("text", ["II.", "II", "a)", "b.", "A.", "Xã", "45%", "1,5", "3."])
def test_what_stands_where_numbers_do_and_is_none(text: str) -> None:
    assert values(*numbered(centred(100, text))) == {2: 2, 3: 3}


def test_an_annex_of_one_page_counts_anew() -> None:
    """Its number is alone in its count; in the border of the page no figure of the text can stand."""
    assert values(page(3, *body(220, 9)), page(4, centred(70, "2"), *body(220, 9))) == {4: 2}
    assert values(page(3, *body(220, 9)), page(4, centred(70, "12"), *body(220, 9))) == {}


def test_figures_that_count_on_where_the_text_begins_are_none() -> None:
    """Pages that begin at 15 mm: a figure at the margin heads two of them, and text the others."""
    pages = [page(n, line(118, str(n)), *body(166, 9)) for n in (2, 3)]
    assert values(page(1, *body(118, 9)), *pages) == {}


def test_numbers_at_the_outer_sides_count_together() -> None:
    pages = [page(n, line(80, str(n), RIGHT - 20 if n % 2 else LEFT - 60), *body(220, 9)) for n in (1, 2, 3)]
    assert values(*pages) == {1: 1, 2: 2, 3: 3}


def test_a_figure_at_the_margin_does_not_count_with_numbers_in_the_middle() -> None:
    pages = [page(n, centred(100, str(n)), *body(220, 9)) for n in (2, 3)]
    assert values(page(1, line(125, "1"), *body(172, 9)), *pages) == {2: 2, 3: 3}


def test_a_number_amid_the_lines_of_a_row_is_none() -> None:
    def row(number: int) -> list[Line]:
        beside = [line(y, "Bộ phận Một cửa đã tiếp nhận hồ sơ", LEFT + 120) for y in (70, 110)]
        return [line(90, str(number), LEFT + 20), *beside]

    assert values(*(page(n, *row(n), *body(220, 9)) for n in (1, 2, 3))) == {}


def test_pages_without_lines_or_boxes_have_none() -> None:
    assert page_numbers([]) == ()
    assert page_numbers([page(1), page(2)]) == ()
