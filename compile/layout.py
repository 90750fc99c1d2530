"""The layout of administrative documents: sizes, margins and line lengths, as numbers.

Source of every rule: Decree 30/2020/NĐ-CP, annex I, part I ("thể thức, kỹ thuật trình bày văn bản hành chính").
Lengths are millimetres, type sizes and spacings points.
"""

from __future__ import annotations

import unicodedata

__all__ = [
    "BODY_SIZE",
    "FONT",
    "GRID_MM",
    "GRID_PADDING_MM",
    "HEADER_MM",
    "LINE_SHARE",
    "MARGINS_MM",
    "PAGE_MM",
    "TEXT_WIDTH_MM",
    "balanced_lines",
    "text_width_mm",
]

FONT = "Times New Roman"
PAGE_MM = (210.0, 297.0)
MARGINS_MM = (20.0, 15.0, 20.0, 30.0)  # top 20-25, right 15-20, bottom 20-25, left 30-35
HEADER_MM = 10.0  # page number: centred inside the top margin
TEXT_WIDTH_MM = PAGE_MM[0] - MARGINS_MM[1] - MARGINS_MM[3]
BODY_SIZE = 14.0

# The head's grid is 67.5 + 100 mm, 2.5 mm more than the text: the padding keeps its words inside the margins.
GRID_MM = (67.5, 100.0)
GRID_PADDING_MM = (sum(GRID_MM) - TEXT_WIDTH_MM) / 2

# "độ dài bằng từ 1/3 đến 1/2 độ dài của dòng chữ"
LINE_SHARE = 0.42

_MM_PER_POINT = 25.4 / 72


def _table(groups: str) -> dict[str, int]:
    pairs = (group.split("=") for group in groups.split("|"))
    return {letter: int(width) for width, letters in pairs for letter in letters}


# Advance widths of Times New Roman in thousandths of the type size; marks do not change them.
_REGULAR = _table(
    "722=ADGHKNOQUVXYwĐƠ|667=BCR|611=ELTZ|556=FPS|333=I-()fr|389=Js|889=M|944=W|776=Ư|444=acez“”|500=bdghknopquvxyđ–"
    "0123456789|278=ijlt:;/|778=m|529=ơ|542=ư|250= .,"
)
_BOLD = _table(
    "722=ACDNRUVXYwĐ|667=BELTZ|611=FP|778=GHKOQƠ|389=Is|500=Jagovyx0123456789–“”|944=M|556=Sbdhknpquđ|1000=W|796=Ư"
    "|444=ecrz|333=fjt:;-()|278=il/|833=m|554=ơ|600=ư|250= .,"
)
_USUAL = 556  # for a letter that is in neither table


def text_width_mm(text: str, size: float, *, is_bold: bool = False) -> float:
    """Return how wide `text` is on one line at `size` points, in millimetres."""
    widths = _BOLD if is_bold else _REGULAR
    units = sum(_advance(letter, widths) for letter in unicodedata.normalize("NFC", text))
    return units * size / 1000 * _MM_PER_POINT


def _advance(letter: str, widths: dict[str, int]) -> int:
    while letter not in widths:
        bare = unicodedata.normalize("NFD", letter)
        # Tones go first: Ớ is as wide as Ơ, not as O.
        shorter = unicodedata.normalize("NFC", bare[:-1])
        if len(bare) < 2 or shorter == letter:
            return _USUAL
        letter = shorter
    return widths[letter]


def balanced_lines(text: str, size: float, width_mm: float, *, is_bold: bool = False) -> tuple[str, ...]:
    """Return `text` broken at blanks into the fewest lines of `width_mm`, as equal in length as can be.

    A word wider than `width_mm` stands on a line of its own.
    """
    words = text.split()
    fewest = len(_filled(words, size, width_mm, is_bold))
    best = _filled(words, size, width_mm, is_bold)
    narrow, wide = 0.0, width_mm
    for _ in range(12):
        middle = (narrow + wide) / 2
        lines = _filled(words, size, middle, is_bold)
        if len(lines) > fewest:
            narrow = middle
        else:
            best, wide = lines, middle
    return tuple(best)


def _filled(words: list[str], size: float, width_mm: float, is_bold: bool) -> list[str]:
    lines: list[str] = []
    for word in words:
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width_mm(longer, size, is_bold=is_bold) <= width_mm:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
