from __future__ import annotations

import numpy as np
import pytest

from tonghop.ingest.ink import PageInk, find_standing_outside
from tonghop.ingest.lostfigures import find_lost_figures
from tonghop.ingest.secondlook import SecondLook, without_scraps
from tonghop.ingest.tesseract import Reading
from tonghop.records import Line, Word

DPI = 200
Box = tuple[int, int, int, int]
NAMES = tuple((220, 1000 + 50 * row, 400, 1026 + 50 * row) for row in range(7))
FIRST = tuple((1006, 1000 + 50 * row, 1038, 1026 + 50 * row) for row in range(7))
SECOND = tuple((1304, 1000 + 50 * row, 1320, 1026 + 50 * row) for row in range(7))
LOST = SECOND[5]


def page(*boxes: Box) -> PageInk:
    """A page with solid ink in `boxes`."""
    grey = np.full((2338, 1654), 250, np.uint8)
    text = np.zeros((1169, 827), np.bool_)
    for x0, y0, x1, y1 in boxes:
        text[y0 // 2 : y1 // 2, x0 // 2 : x1 // 2] = True
    return PageInk(grey, DPI, text, text.astype(np.uint8), has_lines=True)


def reading(numbers: tuple[Box, ...], names: tuple[Box, ...] = ()) -> Reading:
    words = [Word(text, text, box, 0.95) for text, boxes in (("Thôn", names), ("12", numbers)) for box in boxes]
    return Reading(tuple(Line((word,)) for word in words))


def lost(numbers: tuple[Box, ...], *unread: Box, names: tuple[Box, ...] = (), more: tuple[Box, ...] = ()) -> list[Box]:
    ink = page(*numbers, *unread, *names, *more)
    return list(find_lost_figures(ink, reading(numbers, names), unread))


def test_a_figure_lost_from_a_column_is_found() -> None:
    column = tuple(box for box in SECOND if box != LOST)
    assert lost(column, LOST, names=NAMES) == [LOST]


def test_a_figure_lost_from_a_row_is_found() -> None:
    assert lost((FIRST[5],), LOST, names=NAMES) == [LOST]


def test_a_column_of_which_nothing_was_read_is_found() -> None:
    assert lost((), *SECOND, names=NAMES) == list(SECOND)


def test_a_piece_in_line_with_nothing_is_no_figure() -> None:
    """A signature beside the recipients, or a stain: names stand in its rows, and numbers in other columns."""
    assert lost(FIRST, (1304, 1266, 1320, 1288), names=NAMES) == []


def test_a_piece_of_a_scribble_is_no_figure() -> None:
    column = tuple(box for box in SECOND if box != LOST)
    assert lost(column, LOST, more=((1326, 1240, 1400, 1290),)) == []


@pytest.mark.parametrize("piece", [(1304, 1258, 1306, 1284), (1304, 1230, 1320, 1284), (1100, 1258, 1320, 1284)])
def test_what_has_no_figures_size_is_none(piece: Box) -> None:
    column = tuple(box for box in SECOND if box != LOST)
    assert lost(column, piece) == []


def test_a_number_in_a_line_of_text_makes_no_column() -> None:
    beside = tuple((x0 - 90, y0, x0 - 12, y1) for x0, y0, x1, y1 in SECOND)
    column = tuple(box for box in SECOND if box != LOST)
    assert lost(column, (1304, 1262, 1320, 1290), names=beside) == []


def upward(length: float, x: int = 200) -> tuple[Box, ...]:
    """Letters of a line of `length` inches that runs up the page."""
    return tuple((x, 800 + 18 * at, x + 24, 812 + 18 * at) for at in range(round(length * DPI / 18)))


def test_a_line_that_runs_up_the_page_is_found_outside_the_words() -> None:
    letters = upward(3.0)
    ((x0, y0, x1, y1),) = find_standing_outside(page(*letters), ())
    assert (x0, x1) == (200, 224)
    assert y0 == pytest.approx(letters[0][1], abs=4)
    assert y1 == pytest.approx(letters[-1][3], abs=4)
    assert find_standing_outside(page(*letters), [(190, 780, 240, 1450)]) == ()


def test_level_lines_and_big_strokes_do_not_run_up_the_page() -> None:
    level = tuple((200 + 18 * at, 400, 212 + 18 * at, 424) for at in range(40))
    stroke = (700, 500, 720, 900)
    assert find_standing_outside(page(*level, stroke), ()) == ()
    assert find_standing_outside(page(), ()) == ()


def test_scraps_of_a_line_that_runs_up_the_page_are_no_words() -> None:
    letters = upward(3.0)
    scraps = tuple(Word("8", "8", box, 0.9) for box in letters[4:8])
    look = without_scraps(page(*letters), SecondLook(scraps, ()), ())
    assert look == SecondLook((), letters[4:8])


def test_a_column_that_was_read_whole_is_no_line() -> None:
    numbers = tuple(Word("8", "8", box, 0.9) for box in upward(3.0))
    look = SecondLook(numbers, ())
    assert without_scraps(page(*(word.box for word in numbers if word.box)), look, ()) == look
