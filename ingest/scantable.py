"""Ruled tables of a scanned page: its rules found, its cells read on their own, numbers read until two readings agree.

The page's own reading is the first, the sheet of cells the second (`cellreading`). A number that they read otherwise,
alone in its cell or among words, is read a third time. What two readings agree on stands; else the surest stands, with
a confidence that shows the doubt, and so does one that may have lost a digit with the rule beside it. Of text the surer
reading stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import cv2

from tonghop.ingest import tesseract
from tonghop.ingest.cellreading import Crop, crop_cells, read_crops
from tonghop.ingest.celltable import Cell, Grid, cells_of, join_rows
from tonghop.ingest.condition import Conditioned
from tonghop.ingest.lattice import Place
from tonghop.ingest.rasterize import Pixels
from tonghop.ingest.ruling import find_grids, without_rules
from tonghop.ingest.tesseract import Reading
from tonghop.records import DOUBT, Line, ProcessingStep, Table, Word
from tonghop.settings import IngestSettings

__all__ = ["ScannedTables", "read_ruled_tables"]

_LETTER = re.compile(r"[^\W\d_]")
_DIGITS = re.compile(r"\D+")
_NUMBER = re.compile(r"\d[\d.,/]*\d|\d")
# Of a page's numbers in tables. Fewer are told where they stand, each by its own gap: of those read right on office
# scans 4 to 8 % show doubt, and a page whose sections can be read is not to be called unread for them.
_MOST_DOUBTFUL, _MOST_DOUBTFUL_SHARE = 2, 0.25
_SURE_WORD = 0.6  # a letter or digit read with less in a cell without ink was a rule


@dataclass(frozen=True, slots=True)
class ScannedTables:
    """The lines of a page with the rows of its tables joined, the tables, and the steps.

    `has_doubt` when the page as a whole is to be compared with the original: too many numbers are doubtful, or a cell
    holds pale ink.
    """

    lines: tuple[Line, ...]
    tables: tuple[Table, ...] = ()
    steps: tuple[ProcessingStep, ...] = ()
    has_doubt: bool = False


@dataclass(frozen=True, slots=True)
class _Reading:
    """A cell with ink: its grid's position, its place there, what the page's reading and the sheet's made of it."""

    grid: int
    crop: Crop
    first: Cell
    second: tuple[Word, ...]

    @property
    def is_open(self) -> bool:
        """Whether it holds a number that the two readings do not agree on."""
        if _numbers(self.second) != _numbers(self.first.words):
            return True
        return _text(self.second) != self.first.text and (_is_number(self.second) or _is_number(self.first.words))


_Settled = Mapping[tuple[int, Place], tuple[Word, ...]]


@dataclass(frozen=True, slots=True)
class _Tally:
    """Numbers of a page's tables, those in doubt, cells with ink as high as letters and no word, cells of pale ink."""

    numbers: int
    doubtful: int
    unread: int
    pale: int

    @property
    def has_doubt(self) -> bool:
        """Whether the page as a whole is to be compared with the original."""
        doubts = self.doubtful + self.unread
        return self.pale > 0 or doubts > max(_MOST_DOUBTFUL, _MOST_DOUBTFUL_SHARE * (self.numbers + self.unread))


def read_ruled_tables(page: Conditioned, lines: Sequence[Line], settings: IngestSettings) -> ScannedTables:
    """Return `lines` (the reading of `page`) with the rows of its ruled tables joined, the tables, and the steps.

    Raises what `read_image` does.
    """
    grids = find_grids(page.grey, page.dpi)
    if not grids:
        return ScannedTables(tuple(lines))
    clean = without_rules(page.grey, page.dpi, grids)
    firsts = [cells_of(lines, grid) for grid in grids]
    readings = _read(clean, page.dpi, grids, firsts, settings)
    thirds = _read_again(clean, page.dpi, readings, settings)
    settled = {(r.grid, r.first.place): _settled(r, third) for r, third in zip(readings, thirds, strict=True)}
    cells = [
        tuple(Cell(c.place, settled[at, c.place] if (at, c.place) in settled else _without_ink(c.words)) for c in first)
        for at, first in enumerate(firsts)
    ]
    joined, tables = join_rows(lines, list(zip(grids, cells, strict=True)))
    tally = _tally(readings, settled, joined)
    steps = _steps(tables, tally, _counts(page.grey.size, readings, thirds)) if tables else ()
    return ScannedTables(joined, tables, steps, tally.has_doubt)


def _read(
    clean: Pixels, dpi: int, grids: Sequence[Grid], firsts: Sequence[Sequence[Cell]], settings: IngestSettings
) -> list[_Reading]:
    """Return the cells that hold ink, read on a sheet."""
    cells = [(at, cell) for at, first in enumerate(firsts) for cell in first]
    crops = crop_cells(clean, dpi, [grids[at].box(cell.place) for at, cell in cells])
    inked = [(at, cell, crop) for (at, cell), crop in zip(cells, crops, strict=True) if crop]
    words = read_crops(clean, dpi, [crop for *_, crop in inked], settings)
    return [_Reading(at, crop, cell, second) for (at, cell, crop), second in zip(inked, words, strict=True)]


def _read_again(
    clean: Pixels, dpi: int, readings: Sequence[_Reading], settings: IngestSettings
) -> list[tuple[Word, ...] | None]:
    """Return a third reading of each number that the first two read otherwise; None for all else."""
    crops = [reading.crop for reading in readings if reading.is_open]
    words = iter(read_crops(clean, dpi, crops, settings, one_a_line=True))
    return [next(words) if reading.is_open else None for reading in readings]


def _settled(reading: _Reading, third: tuple[Word, ...] | None) -> tuple[Word, ...]:
    """Return the words that stand for a cell."""
    words = _chosen(reading, third)
    # What is paler than the page's ink may be the back of the sheet.
    return _doubted(words) if reading.crop.is_pale else words


def _chosen(reading: _Reading, third: tuple[Word, ...] | None) -> tuple[Word, ...]:
    first, second = reading.first.words, reading.second
    if third is None:
        words, is_sure = _surest(second, first), True
    elif _agree(third, second):
        words, is_sure = second, not _has_lost_digit(second, first)
    elif _agree(third, first):
        words, is_sure = first, True
    else:
        words, is_sure = _surest(second, first, third), False
    is_suspect = _is_number(words) and _is_suspect(reading.crop, words)
    return words if is_sure and not is_suspect else _doubted(words)


def _agree(third: Sequence[Word], other: Sequence[Word]) -> bool:
    """Return whether two readings say the same, or words apart the same numbers."""
    if _is_number(third) or _is_number(other):
        return _text(third) == _text(other)
    return _numbers(third) == _numbers(other) != ()


def _surest(*readings: tuple[Word, ...]) -> tuple[Word, ...]:
    """Return the surest reading, the first of equals.

    Of text that is the one with the most letters surely read: the mean alone speaks for the reading that left out most.
    """
    is_alike = len({len(words) for words in readings}) == 1 or any(map(_is_number, readings))
    return max(readings, key=_confidence if is_alike else _weight)


def _weight(words: Sequence[Word]) -> float:
    return sum((word.confidence - DOUBT) * len(word.text) for word in words)


def _without_ink(words: Sequence[Word]) -> tuple[Word, ...]:
    """Return what the page's reading may have right where no ink is left without the rules: most of it were rules."""
    return _doubted([w for w in words if w.confidence >= _SURE_WORD and any(map(str.isalnum, w.text))])


def _has_lost_digit(read: Sequence[Word], before: Sequence[Word]) -> bool:
    """Return whether `before` has the digits of `read` and more: the first may have gone with the rule."""
    digits, more = (_DIGITS.sub("", _text(words)) for words in (read, before))
    return len(more) > len(digits) and digits in more


def _is_suspect(crop: Crop, words: Sequence[Word]) -> bool:
    """Return whether the ink of a number says otherwise than its readings: cut by the rule, or of more signs."""
    text = "".join(word.text for word in words)
    return crop.is_cut or crop.pieces > len(text) + 2 * text.count("%") or _is_stacked(words)


def _is_stacked(words: Sequence[Word]) -> bool:
    """Return whether numbers stand one below the other in one cell: the rule between them may not have been seen."""
    boxes = [word.box for word in words if word.box]
    return any(a[3] <= b[1] or b[3] <= a[1] for a, b in pairwise(boxes))


def _doubted(words: Sequence[Word]) -> tuple[Word, ...]:
    return tuple(replace(word, confidence=min(word.confidence, DOUBT)) for word in words)


def _numbers(words: Sequence[Word]) -> tuple[str, ...]:
    return tuple(_NUMBER.findall(_text(words)))


def _is_number(words: Sequence[Word]) -> bool:
    text = _text(words)
    return any(sign.isdigit() for sign in text) and not _LETTER.search(text)


def _text(words: Sequence[Word]) -> str:
    return " ".join(word.text for word in words)


def _confidence(words: Sequence[Word]) -> float:
    return Reading((Line(tuple(words)),)).confidence


def _tally(readings: Sequence[_Reading], settled: _Settled, lines: Iterable[Line]) -> _Tally:
    words = (word for line in lines if line.table is not None for word in line.words)
    numbers = [word for word in words if _NUMBER.search(word.text)]
    return _Tally(
        numbers=len(numbers),
        doubtful=sum(word.is_doubted for word in numbers),
        unread=sum(not settled[r.grid, r.first.place] and r.crop.is_high for r in readings),
        pale=sum(reading.crop.is_pale for reading in readings),
    )


def _counts(
    pixels: int, readings: Sequence[_Reading], thirds: Sequence[tuple[Word, ...] | None]
) -> tuple[tuple[str, str], ...]:
    """Return the cells read, those read again, and both together as a share of the page's `pixels`."""
    areas = [(r.crop.box[2] - r.crop.box[0]) * (r.crop.box[3] - r.crop.box[1]) for r in readings]
    again = [area for area, third in zip(areas, thirds, strict=True) if third is not None]
    share = (sum(areas) + sum(again)) / pixels
    return (("cells", str(len(readings))), ("again", str(len(again))), ("share", f"{share:.3f}"))


def _steps(tables: Sequence[Table], tally: _Tally, counts: tuple[tuple[str, str], ...]) -> tuple[ProcessingStep, ...]:
    # Seldom any.
    rare = ((name, str(count)) for name, count in (("unread", tally.unread), ("pale", tally.pale)) if count)
    told = (("psm", str(tesseract.ONE_BLOCK)), *counts, ("doubtful", str(tally.doubtful)), *rare)
    return (
        ProcessingStep("find-tables", "opencv", cv2.__version__, (("tables", str(len(tables))),)),
        ProcessingStep("read-cells", "tesseract", tesseract.version(), told),
    )
