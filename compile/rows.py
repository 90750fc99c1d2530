"""Rows of a report's own table, written `a | b | c` a line, made a table again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from tonghop.compile.content import Column, Table
from tonghop.compile.layout import TEXT_WIDTH_MM

__all__ = ["is_row", "with_tables"]

_EDGE = re.compile(r"(?:^| )\|(?= |$)")  # an empty cell leaves a single blank between two edges
_NUMBER = re.compile(r"[\d.,/%\s]*")  # a column of such cells is centred; empty ones are no words either
_LONGEST = 60  # characters from which a column grows no further
_MOST = 12  # columns; more would be too narrow to read


def is_row(line: str) -> bool:
    """Return whether `line` is a row of a table."""
    return _EDGE.search(line) is not None


def with_tables(lines: Sequence[str]) -> Iterator[str | Table]:
    """Yield the lines in order, two or more rows with as many cells each as one table; its first row titles it."""
    for cells, group in groupby(lines, lambda line: len(_EDGE.findall(line)) + 1):
        run = list(group)
        if 1 < cells <= _MOST and len(run) > 1:
            yield _table([tuple(cell.strip() for cell in _EDGE.split(line)) for line in run])
        else:
            yield from run


def _table(rows: Sequence[tuple[str, ...]]) -> Table:
    weights = [min(max(map(len, column)), _LONGEST) + 4 for column in zip(*rows, strict=True)]
    share = TEXT_WIDTH_MM / sum(weights)
    numbers = [all(_NUMBER.fullmatch(cell) for cell in column[1:]) for column in zip(*rows, strict=True)]
    columns = tuple(Column(t, weight * share, n) for t, weight, n in zip(rows[0], weights, numbers, strict=True))
    return Table(columns, tuple(rows[1:]))
