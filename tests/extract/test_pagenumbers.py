"""Numbers of pages, and lone numbers that are none."""

from __future__ import annotations

import pytest

from tests.extract.prints import LEFT, RIGHT, body, centred, line, page
from tonghop.extract.pagenumbers import PageNumber, page_numbers


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


def test_pages_without_lines_or_boxes_have_none() -> None:
    assert page_numbers([]) == ()
    assert page_numbers([page(1), page(2)]) == ()
