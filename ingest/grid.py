"""Tables in a text layer: cells that stand on one row are one line again, `a | b | c`, as in a Word file.

A PDF keeps no tables, only words with their places, and poppler gives every cell as a line of its own. So rows are
found by their places: lines that overlap in height are a row, cells that overlap in width are a column.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from tonghop.records import Box, Line, Table, Word

__all__ = ["find_tables"]

_LEAST_ROWS, _MOST_ROWS = 3, 120
_CELL_GAP = 1.0  # of the line's height: as wide a gap between two words parts cells; word spaces are half of it
_OVERLAP = 0.25  # of the lower line's height from which two lines stand on one row
_LEADING = 0.3  # of the line's height: a cell's next line is nearer than this, a table's next row seldom
_NUMBER = re.compile(r"[\d.,/%]*\d%?")


@dataclass(frozen=True, slots=True)
class _Cell:
    """Words that stand together; `line` is the position of their line in reading order."""

    words: tuple[Word, ...]
    box: Box
    line: int

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)


_Row = list[_Cell]
_Columns = list[tuple[int, int]]


def find_tables(lines: Sequence[Line], known: Sequence[Table] = ()) -> tuple[tuple[Line, ...], tuple[Table, ...]]:
    """Return `lines` with the rows of tables joined, and the tables, behind the `known` ones. No word is lost.

    A table has three rows or more with two cells or more, and a column of numbers: what only stands side by side,
    as the blocks of a signature do, counts nothing. Lines with a word that has no box stay as they are.
    """
    rows = _rows([cell for at, line in enumerate(lines) for cell in _cells(at, line)])
    grids: list[list[_Row]] = []
    start = 0
    while start < len(rows):
        stop = _stop(rows, start)
        if stop:
            grids.append(rows[start:stop])
        start = stop or start + 1
    return _joined(lines, grids, known)


def _cells(at: int, line: Line) -> list[_Cell]:
    if not line.words or any(word.box is None for word in line.words):
        return []
    groups: list[list[Word]] = [[line.words[0]]]
    for before, word in pairwise(line.words):
        assert before.box
        assert word.box
        is_apart = word.box[0] - before.box[2] > _CELL_GAP * (word.box[3] - word.box[1])
        groups.append([word]) if is_apart else groups[-1].append(word)
    return [_Cell(tuple(words), _around(words), at) for words in groups]


def _around(words: Iterable[Word]) -> Box:
    box = Line(tuple(words)).box
    assert box is not None
    return box


def _rows(cells: Iterable[_Cell]) -> list[_Row]:
    """Return the rows from the top, each with its cells in reading order."""
    rows: list[_Row] = []
    bottom = 0
    for cell in sorted(cells, key=lambda cell: cell.box[1]):
        _, top, _, below = cell.box
        least = _OVERLAP * min(below - top, *(c.box[3] - c.box[1] for c in rows[-1])) if rows else 0
        if rows and bottom - top > least:
            rows[-1].append(cell)
            bottom = max(bottom, below)
        else:
            rows.append([cell])
            bottom = below
    return [sorted(row, key=lambda cell: (cell.line, cell.box)) for row in rows]


def _stop(rows: Sequence[_Row], start: int) -> int:
    """Return where the longest table that begins at row `start` ends; 0 when none begins there."""
    if len(rows[start]) < 2:
        return 0
    found, at = 0, start + 1
    while at < min(len(rows), start + _MOST_ROWS) and _goes_on(rows[at - 1], rows[at]):
        at += 1
        run = rows[start:at]
        columns = _columns(run)
        if len(columns) < 2:
            break
        if _is_table(run, columns):
            found = at
    return found


def _goes_on(above: _Row, row: _Row) -> bool:
    """Return whether `row` may belong to the table of `above`: it has cells, or is the rest of one."""
    if len(row) > 1:
        return True
    box = row[0].box
    nearest = max(cell.box[3] for cell in above)
    is_below_one = any(cell.box[0] <= box[2] and box[0] <= cell.box[2] for cell in above)
    return is_below_one and box[1] - nearest < _LEADING * (box[3] - box[1])


def _columns(run: Iterable[_Row]) -> _Columns:
    """Return the columns from the left, as the least and greatest x of their cells."""
    columns: _Columns = []
    for left, right in sorted((cell.box[0], cell.box[2]) for row in run for cell in row):
        if columns and left <= columns[-1][1]:
            columns[-1] = (columns[-1][0], max(columns[-1][1], right))
        else:
            columns.append((left, right))
    return columns


def _column_of(cell: _Cell, columns: _Columns) -> int:
    return next(at for at, (left, right) in enumerate(columns) if left <= cell.box[0] <= right)


def _is_table(run: Sequence[_Row], columns: _Columns) -> bool:
    filled = [row for row in run if len({_column_of(cell, columns) for cell in row}) > 1]
    is_past = len(run[-1]) == 1 and _column_of(run[-1][0], columns) == 0  # no rest of a cell: what follows the table
    if len(filled) < _LEAST_ROWS or is_past:
        return False
    if any(_is_mixed(cells) for row in run for cells in _by_column(row, columns)):
        return False
    texts = [_texts(row, columns) for row in filled]
    return any(
        2 * sum(bool(_NUMBER.fullmatch(text)) for text in column) >= len(filled) for column in zip(*texts, strict=True)
    )


def _is_mixed(cells: _Row) -> bool:
    """Return whether cells of one row and column stand side by side: the columns were not told apart."""
    tops = sorted((cell.box[1], cell.box[3]) for cell in cells)
    return any(below[0] < (above[0] + above[1]) / 2 for above, below in pairwise(tops))


def _texts(row: _Row, columns: _Columns) -> tuple[str, ...]:
    return tuple(" ".join(cell.text for cell in cells) for cells in _by_column(row, columns))


def _by_column(row: _Row, columns: _Columns) -> list[_Row]:
    return [[cell for cell in row if _column_of(cell, columns) == at] for at in range(len(columns))]


def _joined(
    lines: Sequence[Line], grids: Sequence[list[_Row]], known: Sequence[Table]
) -> tuple[tuple[Line, ...], tuple[Table, ...]]:
    inside: dict[int, list[Line]] = {}  # rows to put in place of a line; none where a line has gone into a row
    tables = list(known)
    for grid in grids:
        columns = _columns(grid)
        rows = _whole(grid, columns)
        cells = [cell for row in rows for cell in row]
        used = sorted({cell.line for cell in cells})
        inside.update({at: [] for at in used})
        inside[used[0]] = [_line(row, columns, lines[used[0]], len(tables)) for row in rows]
        tables.append(Table(tuple(_texts(row, columns) for row in rows), _around([w for c in cells for w in c.words])))
    kept = (new for at, line in enumerate(lines) for new in inside.get(at, [line]))
    return tuple(kept), tuple(tables)


def _whole(grid: Sequence[_Row], columns: _Columns) -> list[_Row]:
    """Return the rows with the further lines of their cells: such a line leaves the first column empty."""
    rows: list[_Row] = []
    for row in grid:
        is_rest = (
            bool(rows) and _column_of(min(row, key=lambda c: c.box[0]), columns) > 0 and _goes_on(rows[-1], row[:1])
        )
        if is_rest:
            rows[-1].extend(row)
        else:
            rows.append(list(row))
    return rows


def _line(row: _Row, columns: _Columns, first: Line, table: int) -> Line:
    words: list[Word] = []
    for at, cells in enumerate(_by_column(row, columns)):
        words.extend([Word("|", "|")] if at else [])
        words.extend(word for cell in cells for word in cell.words)
    return replace(first, words=tuple(words), table=table)
