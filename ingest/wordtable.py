"""The grid of a Word table: rows, cells, and which cells are merged."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tonghop.ingest.wordxml import Node, child, number, qualified, value

__all__ = ["Cell", "has_borders", "is_layout", "table_rows"]

_ROW, _CELL = qualified("w:tr"), qualified("w:tc")
_WRAPPERS = frozenset(qualified(name) for name in ("w:sdt", "w:sdtContent", "w:customXml", "w:ins", "w:moveTo"))
_NO_LINE = frozenset({"nil", "none"})
_MAX_SPAN = 63  # columns a Word table can have
_HEAD_COLUMNS, _HEAD_ROWS = 3, 6


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of one row. `span` columns wide; `continues` when it is the lower part of a merged cell.

    `node` is None for the columns that a row leaves out at its beginning.
    """

    node: Node | None
    span: int
    continues: bool


def table_rows(table: Node) -> Iterator[tuple[Cell, ...]]:
    """Yield the rows of a table (`w:tbl`) that were not deleted."""
    for row in _within(table, _ROW):
        if child(row, "w:trPr", "w:del") is None:
            yield (*_left_out(row), *(_cell(node) for node in _within(row, _CELL)))


def _left_out(row: Node) -> Iterator[Cell]:
    if before := number(child(row, "w:trPr", "w:gridBefore")):
        yield Cell(None, max(1, min(before, _MAX_SPAN)), continues=False)


def _within(node: Node, tag: str) -> Iterator[Node]:
    for item in node:
        if item.tag == tag:
            yield item
        elif item.tag in _WRAPPERS:
            yield from _within(item, tag)


def _cell(node: Node) -> Cell:
    properties = child(node, "w:tcPr")
    merge = child(properties, "w:vMerge")
    span = number(child(properties, "w:gridSpan")) or 1
    return Cell(node, max(1, min(span, _MAX_SPAN)), merge is not None and value(merge) != "restart")


def has_borders(borders: Node | None) -> bool | None:
    """Return whether a set of borders (`w:tblBorders`, `w:tcBorders`) draws any line; None without one."""
    if borders is None:
        return None
    return any(value(side) not in _NO_LINE for side in borders)


def is_layout(table: Node, style_borders: Callable[[str], bool]) -> bool:
    """Return whether a table only puts text side by side, as the head of a Vietnamese document does.

    Such are tables of one column (a frame round text), and small ones of up to three columns that draw no line.
    `style_borders` says whether a table style draws lines.
    """
    rows = list(table_rows(table))
    columns = max((sum(cell.span for cell in row) for row in rows), default=0)
    if columns <= 1:
        return True
    if columns > _HEAD_COLUMNS or len(rows) > _HEAD_ROWS:
        return False
    properties = child(table, "w:tblPr")
    drawn = has_borders(child(properties, "w:tblBorders"))
    if drawn is None:
        drawn = style_borders(value(child(properties, "w:tblStyle")) or "")
    cells = (cell for row in rows for cell in row)
    return not drawn and not any(has_borders(child(cell.node, "w:tcPr", "w:tcBorders")) for cell in cells)
