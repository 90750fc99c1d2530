"""A second look at what the first reading left out: ink without words, cut out and read by itself.

Tesseract's layout analysis drops what stands alone: page numbers, single digits in cells, short lines beside rules.
Their ink is there for all to see, so it is found, cut out with a rim of paper and read as one line each, all in one
call. Only what is surely writing is taken in; the rest stays uncovered ink and counts against the page's grade.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

import cv2
import numpy as np

from tonghop.ingest import tesseract
from tonghop.ingest.ink import INK_DPI, PageInk, find_lines_outside, find_standing_outside, share_inside
from tonghop.ingest.rasterize import Pixels
from tonghop.ingest.secondreading import with_second_words
from tonghop.ingest.tesseract import Reading
from tonghop.records import Box, Line, Word
from tonghop.settings import IngestSettings
from tonghop.text import is_syllable

__all__ = [
    "MOST_PIECES",
    "TRUSTED_WORD",
    "SecondLook",
    "find_dropped",
    "part_standing",
    "pixels_read",
    "read_dropped",
    "with_standing",
    "with_words",
    "without_scraps",
]

_GAP = 0.12  # inches between two letters of one piece: a wide word space
_LEAST_HEIGHT, _MOST_HEIGHT = 0.06, 0.32  # inches: digits of 8 points to capitals with marks of 18
_RIM, _SPACE = 0.04, 0.1  # inches of paper around a piece and between its copies
# Of 104 lone numbers on drawn scans 103 are read right so and none wrong; alone 97, four of the others for sure.
_TIMES, _SHORT = 4, 0.45  # copies of a piece that is narrower (inches): four digits of 14 points
TRUSTED_WORD = 0.30  # a word below this confidence is a guess over a smudge and covers no ink
_LEAST_FILLED = 0.2  # of a piece's box, its letters joined: scribbles and the rims of seals are emptier
_LEAST_STANDING = 3  # words one above the other, from which a line is none
_FOUND = 0.9  # of the length of a line: a black one is all there, of a pale one some letters alone
MOST_PIECES = 48  # of one page that are read again: a page of specks has hundreds
_ALL_READ = 0.9  # of the ink of a line that stands: numbers of a column are read whole, of turned writing scraps
_SURE_STANDING = 0.85  # a word of a line that stands: the numbers of a column are misread on their side
_SURE = 0.75  # a word by itself
_SURE_PIECE, _SURE_INSIDE = 0.88, 0.5  # all of a piece, and then each of its words
_INK, _HIGH = 0.5, 0.55  # of the darkest ink; of a piece's height: a digit, neither its dot nor a mark
_ROOM = 0.3  # of its height: closer to a lone number no other writing stands; a word space is a little wider
_DIGIT = re.compile(r"\d")
_NUMBER = re.compile(r"[-(]?\d[\d.,/%-]*[).]?")


@dataclass(frozen=True, slots=True)
class SecondLook:
    """The words that were read in pieces of ink, and the pieces in which nothing was read for sure."""

    words: tuple[Word, ...]
    unread: tuple[Box, ...]


def find_dropped(ink: PageInk, boxes: Sequence[Box]) -> tuple[Box, ...]:
    """Return the boxes, in pixels of the page, of pieces of a line whose ink lies outside all word `boxes`.

    Lines too pale to be ink beside black text are among them. The largest come first: most is lost with them.
    """
    dark = _find_dark(ink, boxes)
    pale = [line for line in find_lines_outside(ink, boxes) if not _is_found(line, dark)]
    found = [*pale, *(one for one in dark if not any(_overlap(one, line) for line in pale))]
    found.sort(key=lambda box: (box[0] - box[2]) * (box[3] - box[1]))
    return tuple(found)


def _is_found(line: Box, pieces: Sequence[Box]) -> bool:
    """Return whether `pieces` are nearly all of `line`; of a pale one the darkest letters alone may be among them."""
    length = sum(min(line[2], one[2]) - max(line[0], one[0]) for one in pieces if _overlap(line, one))
    return length >= _FOUND * (line[2] - line[0])


def _overlap(box: Box, other: Box) -> bool:
    return box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3]


def _find_dark(page: PageInk, boxes: Sequence[Box]) -> list[Box]:
    """Return the pieces of ink that is about as black as the page's own."""
    ink, unit, scale = page.text.astype(np.uint8), min(page.dpi, INK_DPI), page.scale
    for x0, y0, x1, y1 in boxes:
        ink[max(0, int(y0 / scale) - 2) : int(y1 / scale) + 3, max(0, int(x0 / scale) - 2) : int(x1 / scale) + 3] = 0
    # An even kernel has no middle: what it closes is moved by a pixel, and the left edge of a digit cut off.
    reach = max(3, round(_GAP * unit) | 1)
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((3, reach), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    x, y, width, height, area = stats[1:].T
    keep = (height >= _LEAST_HEIGHT * unit) & (height <= _MOST_HEIGHT * unit) & (width > 2)
    keep &= area >= _LEAST_FILLED * width * height
    found = np.stack((x, y, x + width, y + height), axis=1)[keep].tolist()
    return [(int(x0 * scale), int(y0 * scale), round(x1 * scale), round(y1 * scale)) for x0, y0, x1, y1 in found]


def read_dropped(
    grey: Pixels, dpi: int, boxes: Sequence[Box], read: Sequence[Box], settings: IngestSettings
) -> SecondLook:
    """Return what surely stands in the pieces `boxes` and what was `read` in none, in pixels of `grey`.

    A short piece is set four times on one line, and what is read must be four times the same: the engine is made
    for lines, and of a number that stands alone it is sure even when it errs. A number beside which other writing
    stands closer than a word space is no number, but a piece of a word. `read` are the boxes of the words that were.
    """
    is_short = [_copies(box, dpi) > 1 for box in boxes]
    lines = [_line_of(grey, dpi, box, _copies(box, dpi)) for box in boxes]
    paper = float(np.percentile(grey[::8, ::8], 80))
    words: list[Word] = []
    unread: list[Box] = []
    for box, short, reading in zip(boxes, is_short, tesseract.read_pieces(lines, dpi, settings), strict=True):
        if short:
            pieces = _high_pieces(grey[box[1] : box[3], box[0] : box[2]], paper)
            found = [
                w for w in _repeated(reading, box, pieces) if not _DIGIT.search(w.text) or _is_alone(box, boxes, read)
            ]
        else:
            rim = round(_RIM * dpi)
            found = [_moved(word, box[0] - rim, box[1] - rim) for word in _sure_words(reading)]
        words += found
        unread += [] if found else [box]
    return SecondLook(tuple(words), tuple(unread))


def pixels_read(boxes: Sequence[Box], dpi: int) -> int:
    """Return how many pixels the lines have that `read_dropped` makes of the pieces `boxes` and reads."""
    sizes = (_line_size(box, dpi, _copies(box, dpi)) for box in boxes)
    return sum(height * width for height, width in sizes)


def _copies(box: Box, dpi: int) -> int:
    return _TIMES if box[2] - box[0] <= _SHORT * dpi else 1


def _line_size(box: Box, dpi: int, times: int) -> tuple[int, int]:
    """Return height and width of the line on which the piece in `box` stands `times`."""
    rim, gap = round(_RIM * dpi), round(_SPACE * dpi)
    return box[3] - box[1] + 2 * rim, times * (box[2] - box[0] + gap) - gap + 2 * rim


def _is_alone(box: Box, pieces: Sequence[Box], read: Sequence[Box]) -> bool:
    room = _ROOM * (box[3] - box[1])
    around = (box[0] - room, box[1], box[2] + room, box[3])
    return not any(
        other != box and other[0] < around[2] and around[0] < other[2] and other[1] < around[3] and around[1] < other[3]
        for other in (*pieces, *read)
    )


def _line_of(grey: Pixels, dpi: int, box: Box, times: int) -> Pixels:
    """Return the image of a line on which the piece in `box` stands `times`, with a rim of clean paper."""
    rim, gap = round(_RIM * dpi), round(_SPACE * dpi)
    x0, y0, x1, y1 = box
    piece = grey[y0:y1, x0:x1]
    height, width = piece.shape
    line = np.full(_line_size(box, dpi, times), np.percentile(grey[::8, ::8], 80), np.uint8)
    for number in range(times):
        left = rim + number * (width + gap)
        line[rim : rim + height, left : left + width] = piece
    return line


def _repeated(reading: Reading, box: Box, pieces: int) -> list[Word]:
    """Return the word that stands four times in `reading`; none where the copies are not alike, or it is no writing.

    `pieces` is how many pieces of ink in `box` are as high as a digit: of so many signs it has at least. Four words
    alike, or three, are four copies. Where the spaces between copies were lost (`3 333`), each word must be whole
    copies, and then as many signs as pieces: `1 1 1 1` may be half of each `11`, `12 3` four times is not `123`.
    """
    texts = [word.text for word in reading.words]
    once, together = Counter(texts).most_common(1)[0][0] if texts else "", "".join(texts)
    # Beside the rim the last copy is sometimes read with a sign too many.
    if len(texts) == _TIMES and texts.count(once) >= _TIMES - 1:
        is_whole = pieces <= _high_signs(once) + 2 * once.count("%")
    else:
        once = together[: len(together) // _TIMES]
        is_alike = bool(once) and together == once * _TIMES and all(not text.replace(once, "") for text in texts)
        is_whole = is_alike and pieces == _high_signs(once)
    word = Word(once, once, box, reading.confidence)
    return [word] if is_whole and word.confidence >= _SURE_INSIDE and _is_writing(word) else []


def _high_signs(text: str) -> int:
    """Return how many signs of `text` are as high as a digit."""
    return sum(sign.isalnum() or sign in "/()%" for sign in text)


def _high_pieces(part: Pixels, paper: float) -> int:
    """Return how many pieces of ink of a digit's height the cut out `part` has, on `paper` of that grey level."""
    depth = paper - part.astype(np.float32)
    mask = np.asarray(depth > _INK * float(depth.max()), dtype=np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    return int((stats[1:, cv2.CC_STAT_HEIGHT] >= _HIGH * part.shape[0]).sum())


def _sure_words(reading: Reading) -> list[Word]:
    if reading.confidence >= _SURE_PIECE and any(_is_writing(word) for word in reading.words):
        return [word for word in reading.words if word.confidence >= _SURE_INSIDE]
    return [word for word in reading.words if word.confidence >= _SURE and _is_writing(word)]


def _is_writing(word: Word) -> bool:
    core = word.text.strip(".,;:-()“”")
    return bool(_NUMBER.fullmatch(word.text)) or (len(core) > 1 and is_syllable(core))


def _moved(word: Word, left: int, top: int) -> Word:
    assert word.box is not None  # tesseract gives every word one
    x0, y0, x1, y1 = word.box
    return replace(word, box=(max(0, x0 + left), max(0, y0 + top), x1 + left, y1 + top))


def part_standing(reading: Reading) -> tuple[Reading, tuple[Line, ...]]:
    """Return `reading` without the lines whose words stand one above the other, and those: read on their side.

    A column of numbers, as at the left of a list, is taken for one line that runs down the page. Writing that does
    run up or down the page, and was surely read so, stays.
    """
    standing = tuple(line for line in reading.lines if _is_standing(line) and not _is_turned_text(line))
    return Reading(tuple(line for line in reading.lines if line not in standing)), standing


def without_scraps(ink: PageInk, look: SecondLook, read: Sequence[Box]) -> SecondLook:
    """Return `look` without words that are scraps of writing up or down the page; `read` are boxes read before.

    Letters on their side look like digits here and there. A column of numbers stands so too, but is read whole.
    """
    found = [word.box for word in look.words if word.box]
    lines = [line for line in find_standing_outside(ink, read) if share_inside(ink, line, found) < _ALL_READ]
    scraps = [word for word in look.words if word.box and any(_shared(word.box, line) > 0.5 for line in lines)]
    if not scraps:
        return look
    kept = tuple(word for word in look.words if word not in scraps)
    return SecondLook(kept, (*look.unread, *(word.box for word in scraps if word.box)))


def with_standing(reading: Reading, standing: Sequence[Line]) -> Reading:
    """Return `reading` with the words of the `standing` lines that are sure, where nothing else was read.

    Each is given a line of its own, since they are a column. Of writing on its side that is not sure none stays.
    """
    taken = [word.box for word in reading.words if word.box]
    columns = [line for line in standing if not _runs_upward(line)]
    kept = (replace(line, words=(word,)) for line in columns for word in line.words if _is_kept(word, taken))
    return Reading((*reading.lines, *kept))


def _is_kept(word: Word, taken: Sequence[Box]) -> bool:
    if word.box is None or word.confidence < _SURE_STANDING:
        return False
    return not any(_shared(word.box, box) > 0.5 for box in taken)


def _is_turned_text(line: Line) -> bool:
    """Return whether `line` is writing that runs up the page and most of its words are sure.

    Of one that runs down the page, its letters on their heads, single words are sure, and all wrong.
    """
    return _runs_upward(line) and median(word.confidence for word in line.words) >= _SURE_STANDING


def _runs_upward(line: Line) -> bool:
    """Return whether most words of two signs and more are higher than broad."""
    longer = [word.box for word in line.words if word.box and len(word.text) > 1]
    return 2 * sum(y1 - y0 > x1 - x0 for x0, y0, x1, y1 in longer) > len(longer)


def _is_standing(line: Line) -> bool:
    boxes = [word.box for word in line.words if word.box]
    if len(boxes) < _LEAST_STANDING:
        return False
    tops = sorted((box[1], box[3]) for box in boxes)
    return all(below[0] >= above[1] for above, below in pairwise(tops))


def with_words(reading: Reading, words: Sequence[Word]) -> Reading:
    """Return `reading` with `words`, each in the line it stands on or in one of its own.

    What was guessed where one of them stands goes, and is kept as its second reading.
    """
    guesses = {id(w): w for line in reading.lines for w in line.words if _is_replaced(w, words)}
    kept = [replace(line, words=tuple(w for w in line.words if id(w) not in guesses)) for line in reading.lines]
    lines = [line for line in kept if line.words]
    for word in with_second_words(words, list(guesses.values())):
        at = next((n for n, line in enumerate(lines) if _stands_on(word, line)), None)
        if at is None:
            lines.append(Line((word,), max((line.paragraph for line in lines), default=-1) + 1))
        else:
            inside = sorted((*lines[at].words, word), key=lambda one: one.box[0] if one.box else 0)
            lines[at] = replace(lines[at], words=tuple(inside))
    return Reading(tuple(lines))


def _is_replaced(guess: Word, words: Sequence[Word]) -> bool:
    """Return whether `guess`, which the first reading was not sure of, stands where one of `words` was read."""
    if guess.confidence >= TRUSTED_WORD or guess.box is None:
        return False
    return any(word.box and _shared(guess.box, word.box) > 0.5 for word in words)


def _shared(box: Box, other: Box) -> float:
    """Return the share (0 to 1) of the smaller box that lies in the other."""
    width = min(box[2], other[2]) - max(box[0], other[0])
    height = min(box[3], other[3]) - max(box[1], other[1])
    areas = [max(1, (b[2] - b[0]) * (b[3] - b[1])) for b in (box, other)]
    return max(0, width) * max(0, height) / min(areas)


def _stands_on(word: Word, line: Line) -> bool:
    if word.box is None or line.box is None:
        return False
    x0, y0, x1, y1 = word.box
    left, top, right, bottom = line.box
    height = max(y1 - y0, 1)
    return min(bottom, y1) - max(top, y0) > 0.6 * height and left - 2 * height < x1 and x0 < right + 2 * height
