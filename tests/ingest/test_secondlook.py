from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from fixtures.scan import scan
from tests.ingest.conftest import LINES
from tonghop.ingest.condition import condition
from tonghop.ingest.ink import look_at_ink
from tonghop.ingest.rasterize import PageImage
from tonghop.ingest.secondlook import find_dropped, part_standing, read_dropped, with_standing, with_words
from tonghop.ingest.tesseract import Reading
from tonghop.records import Line, Word
from tonghop.settings import IngestSettings

if TYPE_CHECKING:
    from tests.ingest.conftest import DrawPage
    from tonghop.ingest.rasterize import Pixels
    from tonghop.records import Box

DPI = 200
PITCH = 60  # pixels between the lines that `draw_page` draws at 200 dpi


def grey_of(draw_page: DrawPage, lines: tuple[str, ...], seed: int = 0) -> Pixels:
    image = draw_page(lines, dpi=DPI, repeat=1)
    return condition(PageImage(np.asarray(scan(image, Random(seed), rough=False)), DPI)).grey


def row(number: int) -> Box:
    """The whole of line `number`, as if its words had been read."""
    return (DPI, DPI + number * PITCH - 8, 1640, DPI + number * PITCH + 46)


def word(text: str, box: Box, confidence: float = 0.9) -> Word:
    return Word(text, text, box, confidence)


def test_a_piece_is_found_from_its_first_pixel_to_its_last(draw_page: DrawPage) -> None:
    """A cut off edge makes a 6 unreadable."""
    grey = np.full((400, 600), 250, np.uint8)
    grey[200:226, 300:316] = 20
    assert find_dropped(look_at_ink(grey, DPI), ()) == ((300, 200, 316, 226),)


def test_all_pieces_are_found_the_largest_first() -> None:
    grey = np.full((1200, 1400), 250, np.uint8)
    for at in range(80):
        x, y = 100 + at % 10 * 120, 100 + at // 10 * 120
        grey[y : y + 26, x : x + 10 + at // 4 * 2] = 20
    found = find_dropped(look_at_ink(grey, DPI), ())
    widths = [x1 - x0 for x0, _, x1, _ in found]
    assert len(found) == 80
    assert widths == sorted(widths, reverse=True)


def test_ink_without_words_is_found(draw_page: DrawPage) -> None:
    grey = grey_of(draw_page, ("12", *LINES))
    (piece,) = find_dropped(look_at_ink(grey, DPI), [row(number) for number in range(1, 7)])
    x0, y0, x1, y1 = piece
    assert abs(x0 - DPI) < 12
    assert x1 - x0 < 60
    assert DPI - 10 < y0 < y1 < DPI + PITCH


def test_a_page_read_in_full_has_nothing_left(draw_page: DrawPage) -> None:
    grey = grey_of(draw_page, LINES)
    assert find_dropped(look_at_ink(grey, DPI), [row(number) for number in range(6)]) == ()


@pytest.mark.parametrize("tone", [150, 185, 230])
def test_a_pale_line_among_black_ones_is_found_in_one_piece(draw_page: DrawPage, tone: int) -> None:
    image = draw_page(LINES, dpi=DPI, repeat=1)
    font = ImageFont.truetype("Tinos-Regular.ttf", 38)
    ImageDraw.Draw(image).text((DPI, DPI + 6 * PITCH), "Số hồ sơ: 1.245, quá hạn: 36", font=font, fill=(tone,) * 3)
    grey = np.asarray(image.convert("L"))
    (piece,) = find_dropped(look_at_ink(grey, DPI), [row(number) for number in range(6)])
    assert abs(piece[0] - DPI) < 12
    assert 1.5 * DPI < piece[2] - piece[0] < 4 * DPI
    assert DPI + 6 * PITCH - 10 < piece[1] < piece[3] < DPI + 7 * PITCH + 10


def test_rules_and_blots_are_no_writing(draw_page: DrawPage) -> None:
    grey = np.full((800, 1654), 250, np.uint8)
    grey[300:303, 200:1400] = 30  # a rule
    grey[400:520, 400:520] = 40  # a blot
    grey[600:602, 300:302] = 20  # a speck
    assert find_dropped(look_at_ink(grey, DPI), ()) == ()


def test_lone_numbers_are_read(draw_page: DrawPage, real_tesseract: None) -> None:
    """Of thirty page numbers on scans 24 at least; none of the others may be read as another number for sure."""
    right = wrong = 0
    for number in range(2, 32):
        grey = grey_of(draw_page, (str(number),), seed=number)
        words = read_dropped(grey, DPI, find_dropped(look_at_ink(grey, DPI), ()), (), IngestSettings()).words
        texts = [word.text for word in words]
        right += texts == [str(number)]
        wrong += any(text != str(number) for text in texts)
    assert right >= 24
    assert wrong <= 1


def looked(monkeypatch: pytest.MonkeyPatch, drawn: str, read: str) -> list[str]:
    """Let tesseract read the four copies of the lone `drawn` as `read`; return what is made of it."""
    grey = np.full((DPI, 2 * DPI), 250, np.uint8)
    image = Image.fromarray(grey)
    font = ImageFont.truetype("Tinos-Regular.ttf", 38)
    ImageDraw.Draw(image).text((DPI, DPI // 2), drawn, font=font, fill=20)
    grey = np.asarray(image)
    ys, xs = np.nonzero(grey < 200)
    box = (int(xs.min()), int(ys.min()), int(xs.max()) + 1, int(ys.max()) + 1)
    line = Line(tuple(word(text, (9 * at, 9, 9 * at + 8, 40)) for at, text in enumerate(read.split())))
    monkeypatch.setattr("tonghop.ingest.tesseract.read_pieces", lambda *_: (Reading((line,)),))
    return [one.text for one in read_dropped(grey, DPI, [box], (), IngestSettings()).words]


@pytest.mark.parametrize(
    ("drawn", "read", "made"),
    [
        ("12", "12 12 12 12", ["12"]),
        ("12", "12 12 12 12.", ["12"]),
        ("12", "12121212", ["12"]),
        ("12", "1212 12 12", ["12"]),
        ("3", "3333", ["3"]),
        ("3", "3 333", ["3"]),
        ("12 3", "12 3 12 3 12 3 12 3", []),
        ("11", "1 1 1 1", []),
        ("11", "1111", []),
        ("1212", "12 12 12 12", []),
        ("1212", "1212 1212", []),
        ("12", "1212", []),
        ("12", "1 2 1 2 1 2 1 2", []),
        ("3", "", []),
        ("1,5", "1,5 1,5 1,5 1,5", ["1,5"]),
        ("9%", "9% 9% 9% 9%", ["9%"]),
    ],
)
def test_digits_are_neither_glued_nor_halved(
    monkeypatch: pytest.MonkeyPatch, drawn: str, read: str, made: list[str]
) -> None:
    assert looked(monkeypatch, drawn, read) == made


def test_a_dropped_line_is_read_in_its_place(draw_page: DrawPage, real_tesseract: None) -> None:
    grey = grey_of(draw_page, ("Phòng Nội vụ",), seed=3)
    words = read_dropped(grey, DPI, find_dropped(look_at_ink(grey, DPI), ()), (), IngestSettings()).words
    assert [word.text for word in words] == ["Phòng", "Nội", "vụ"]
    box = words[0].box
    assert box is not None
    assert abs(box[0] - DPI) < 12
    assert abs(box[1] - DPI) < 20


def test_a_word_goes_into_the_line_it_stands_on() -> None:
    line = Line((word("Tổng", (100, 100, 180, 130)), word("hồ", (240, 100, 280, 130))), 0)
    found = with_words(Reading((line,)), [word("số", (195, 101, 225, 131)), word("2", (500, 20, 512, 40))])
    assert [one.text for one in found.lines] == ["Tổng số hồ", "2"]


def test_a_guess_goes_where_something_was_surely_read() -> None:
    line = Line((word("ếi", (500, 20, 514, 42), 0.1), word("Tổng", (540, 20, 620, 42))), 0)
    found = with_words(Reading((line,)), [word("2", (500, 20, 512, 40))])
    assert found.text == "2 Tổng"
    assert [one.second for one in found.words] == ["ếi", ""]


def column(*texts: str, confidence: float = 0.95) -> Line:
    """Words one above the other, as tesseract gives a column it takes for a line."""
    words = (word(text, (100, 40 * at, 130, 40 * at + 26), confidence) for at, text in enumerate(texts))
    return Line(tuple(words), 3)


def test_a_column_is_read_anew_and_what_was_sure_stays_where_nothing_is_found() -> None:
    level = Line((word("Tổng", (300, 0, 400, 30)),))
    rest, standing = part_standing(Reading((level, column("1", "2", "8"))))
    assert rest.lines == (level,)
    found = with_standing(with_words(rest, [word("3", (101, 80, 129, 106))]), standing)
    assert [line.text for line in found.lines] == ["Tổng", "3", "1", "2"]


def test_an_unsure_column_goes() -> None:
    rest, standing = part_standing(Reading((column("1", "2", "8", confidence=0.7),)))
    assert with_standing(rest, standing) == Reading(())


@pytest.mark.parametrize(("confidence", "stays"), [(0.95, True), (0.6, False)])
def test_writing_that_surely_runs_up_the_page_stays(confidence: float, *, stays: bool) -> None:
    words = [word(t, (100, 900 - 100 * n, 126, 980 - 100 * n), confidence) for n, t in enumerate(["Kèm", "theo", "số"])]
    line = Line(tuple(words))
    rest, standing = part_standing(Reading((line,)))
    assert (rest.lines, standing) == (((line,), ()) if stays else ((), (line,)))


def test_of_writing_down_the_page_not_even_what_seems_sure_stays() -> None:
    words = [
        word(t, (100, 100 * n, 126, 100 * n + 80), c)
        for n, (t, c) in enumerate([("quịp", 0.93), ("ọs", 0.4), ("ueq", 0.3)])
    ]
    rest, standing = part_standing(Reading((Line(tuple(words)),)))
    assert with_standing(rest, standing) == Reading(())


boxes = st.tuples(st.integers(0, 900), st.integers(0, 900), st.integers(4, 90), st.integers(8, 40)).map(
    lambda b: (b[0], b[1], b[0] + b[2], b[1] + b[3])
)
words = st.builds(word, st.sampled_from(["xã", "báo", "12"]), boxes, st.floats(0.3, 1.0))


@given(st.lists(st.lists(words, min_size=1, max_size=4), max_size=5), st.lists(words, max_size=5))
def test_no_trusted_word_is_lost_and_none_doubled(lines: list[list[Word]], more: list[Word]) -> None:
    reading = Reading(tuple(Line(tuple(line), number) for number, line in enumerate(lines)))
    found = with_words(reading, more)
    assert sorted(map(repr, found.words)) == sorted(map(repr, (*reading.words, *more)))
