"""Rows of a list without rules: the names in one column, the figures in others, read column by column.

Tesseract takes columns far apart for blocks of text, one after the other; a figure that is missing then shifts all
below it against their names. Rows are joined only where a column is nothing but numbers in line, each level with one
name, and the names in line too: the halves of a letterhead, a signature block or text in two columns are no numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from tonghop.records import Box, Line

__all__ = ["join_rows"]

_NUMBER = re.compile(r"[-(]?\d[\d.,/%-]*[).]?")
_LEAST_ROWS = 3  # a date or a page number level with a line of text is no list
_IN_LINE = 0.5  # of a figure's height: edges of one column differ by less
_LEVEL = 0.5  # of the lower of two heights: by how much lines of one row share their height at least
_GAP = 1.5  # of a figure's height between name and figure: words of one line stand closer
_EDGES: tuple[Callable[[Box], float], ...] = (lambda b: b[0], lambda b: b[2], lambda b: (b[0] + b[2]) / 2)


def join_rows(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Return `lines` with each row of such a list as one line in its name's place, a paragraph of its own.

    Figures level with no name, or with two, stay as they are. No word is lost or changed.
    """
    rows = _find_rows(lines)
    if not rows:
        return tuple(lines)
    moved = {at for cells in rows.values() for at in cells}
    first = max(line.paragraph for line in lines) + 1
    joined: list[Line] = []
    for at, line in enumerate(lines):
        if at in rows:
            parts = sorted((line, *(lines[cell] for cell in rows[at])), key=_left)
            joined.append(Line(tuple(word for part in parts for word in part.words), first + at))
        elif at not in moved:
            joined.append(line)
    return tuple(joined)


def _find_rows(lines: Sequence[Line]) -> dict[int, list[int]]:
    """Return the figures of each row by its name, both as places in `lines`."""
    boxes = {at: line.box for at, line in enumerate(lines) if line.box}
    cells = {at for at in boxes if all(_NUMBER.fullmatch(word.text) for word in lines[at].words)}
    names = {at: box for at, box in boxes.items() if at not in cells}
    named = {at: found[0] for at in cells if len(found := _names_of(boxes[at], names)) == 1}
    listed = {at for at in named if _is_in_list(at, named, boxes)}
    rows: dict[int, list[int]] = {}
    for at in sorted(listed):
        rows.setdefault(named[at], []).append(at)
    for at in cells - set(named):
        # A running number left of a name.
        right_of = [name for name in rows if boxes[at][2] <= boxes[name][0] and _is_level(boxes[at], boxes[name])]
        if len(right_of) == 1:
            rows[right_of[0]].append(at)
    return rows


def _names_of(cell: Box, names: dict[int, Box]) -> list[int]:
    """Return the names that stand left of `cell`, level with it."""
    gap = _GAP * (cell[3] - cell[1])
    return [at for at, name in names.items() if name[2] + gap <= cell[0] and _is_level(name, cell)]


def _is_in_list(at: int, named: dict[int, int], boxes: dict[int, Box]) -> bool:
    """Return whether enough figures are in line with the one at `at`, and their names with its name."""
    most = _IN_LINE * (boxes[at][3] - boxes[at][1])
    mine = boxes[named[at]]
    column = [other for other, name in named.items() if abs(boxes[name][0] - mine[0]) <= 2 * most]
    in_line = (
        {named[other] for other in column if abs(edge(boxes[other]) - edge(boxes[at])) <= most} for edge in _EDGES
    )
    return max(map(len, in_line)) >= _LEAST_ROWS


def _is_level(box: Box, other: Box) -> bool:
    shared = min(box[3], other[3]) - max(box[1], other[1])
    return shared > _LEVEL * min(box[3] - box[1], other[3] - other[1])


def _left(line: Line) -> int:
    return line.box[0] if line.box else 0
