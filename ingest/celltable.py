"""Words into the cells of a grid: the rows as lines, `a | b | c`, and the table.

One rule for all origins, as in a Word file: a merged cell stands once in the lines, in its first row, and its further
rows leave nothing between the bars; in the table it is repeated in every place that it covers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, groupby

from tonghop.ingest.lattice import Lattice, Place
from tonghop.records import Box, CellSpan, Line, Table, Word

__all__ = ["Cell", "Grid", "Parted", "join_rows", "part_words", "ruled_tables"]

_BESIDE = 0.5  # of the lower one's height: two runs of words that overlap by more stand side by side
_LEAST_FILLED = 2  # rows, and columns, with words in them: a form's empty boxes are no table


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell and its words in reading order."""

    place: Place
    words: tuple[Word, ...] = ()

    @property
    def text(self) -> str:
        """The words, with single spaces."""
        return " ".join(word.text for word in self.words)


@dataclass(frozen=True, slots=True)
class Grid:
    """A lattice on a page. Its rules may lean: level ones fall by `fall` px a px, upright ones drift by `drift`."""

    lattice: Lattice
    fall: float = 0.0
    drift: float = 0.0

    def place_at(self, x: float, y: float) -> Place | None:
        """Return the cell at a point of the page."""
        return self.lattice.place_at(x - self.drift * y, y - self.fall * x)

    def box(self, place: Place) -> Box:
        """Return the box of a cell on the page, as large as its leaning edges make it."""
        return self._around(*self.lattice.box(place))

    @property
    def outline(self) -> Box:
        """The box of the whole grid on the page."""
        xs, ys = self.lattice.xs, self.lattice.ys
        return self._around(xs[0], ys[0], xs[-1], ys[-1])

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Return where on the page a point of the lattice lies."""
        across = (x + self.drift * y) / (1 - self.drift * self.fall)
        return across, y + self.fall * across

    def _around(self, left: float, top: float, right: float, bottom: float) -> Box:
        corners = [self.point(x, y) for x in (left, right) for y in (top, bottom)]
        xs, ys = zip(*corners, strict=True)
        return max(0, round(min(xs))), max(0, round(min(ys))), max(0, round(max(xs))), max(0, round(max(ys)))


@dataclass(frozen=True, slots=True)
class Parted:
    """Lines taken apart: what stands outside all grids, and for each grid its cells and where it goes in.

    `outside` has an entry for each line, None where nothing of it is left; `at` are positions among the lines.
    """

    outside: tuple[Line | None, ...]
    grids: tuple[Grid, ...]
    cells: tuple[tuple[Cell, ...], ...]
    at: tuple[int, ...]


def part_words(lines: Sequence[Line], grids: Sequence[Grid]) -> Parted:
    """Return `lines` taken apart by `grids`; grids that hold next to no words are left out. No word is lost.

    A word belongs to the cell that its middle lies in. Words without a box stay in their line.
    """
    found = [_runs(lines, grid) for grid in grids]
    kept = [at for at, runs in enumerate(found) if _is_filled(runs)]
    inside = {id(word) for at in kept for _, _, words in found[at] for word in words}
    outside = tuple(_without(line, inside) for line in lines)
    return Parted(
        outside,
        tuple(grids[at] for at in kept),
        tuple(tuple(_cells(grids[at], found[at])) for at in kept),
        tuple(min(line for _, line, _ in found[at]) for at in kept),
    )


def join_rows(lines: Sequence[Line], parted: Parted) -> tuple[tuple[Line, ...], tuple[Table, ...]]:
    """Return the page's lines with each grid's rows, `a | b | c`, where it stands, and the tables."""
    rows: dict[int, list[Line]] = {}
    for number, (cells, at) in enumerate(zip(parted.cells, parted.at, strict=True)):
        rows.setdefault(at, []).extend(_row_lines(cells, lines[at], number))
    joined: list[Line] = []
    for at, line in enumerate(parted.outside):
        # What is left of a line whose other words went into the table stood beside or above it.
        joined += [*([line] if line else []), *rows.get(at, [])]
    return tuple(joined), tuple(_table(cells, grid) for cells, grid in zip(parted.cells, parted.grids, strict=True))


def ruled_tables(lines: Sequence[Line], lattices: Sequence[Lattice]) -> tuple[tuple[Line, ...], tuple[Table, ...]]:
    """Return `lines` with the rows of the tables that upright `lattices` draw joined, and the tables."""
    parted = part_words(lines, [Grid(lattice) for lattice in lattices])
    return join_rows(lines, parted)


_Run = tuple[Place, int, list[Word]]  # words of one line in one cell


def _runs(lines: Sequence[Line], grid: Grid) -> list[_Run]:
    runs: list[_Run] = []
    for at, line in enumerate(lines):
        if line.table is not None:
            continue
        placed = [(_place_of(word, grid), word) for word in line.words]
        for place, pairs in groupby(placed, key=lambda pair: pair[0]):
            if place is not None:
                runs.append((place, at, [word for _, word in pairs]))
    return runs


def _place_of(word: Word, grid: Grid) -> Place | None:
    if word.box is None:
        return None
    x0, y0, x1, y1 = word.box
    return grid.place_at((x0 + x1) / 2, (y0 + y1) / 2)


def _is_filled(runs: Sequence[_Run]) -> bool:
    rows, columns = {place.row for place, _, _ in runs}, {place.column for place, _, _ in runs}
    return min(len(rows), len(columns)) >= _LEAST_FILLED


def _without(line: Line, gone: set[int]) -> Line | None:
    words = tuple(word for word in line.words if id(word) not in gone)
    if len(words) == len(line.words):
        return line
    return replace(line, words=words) if words else None


def _cells(grid: Grid, runs: Sequence[_Run]) -> Iterator[Cell]:
    for place in grid.lattice.places:
        mine = [words for where, _, words in runs if where == place]
        yield Cell(place, tuple(chain.from_iterable(_in_order(mine))))


def _in_order(runs: Sequence[list[Word]]) -> Iterator[list[Word]]:
    """Yield runs of words from above to below, those that stand side by side from the left."""
    boxed = sorted(((_box(run), run) for run in runs), key=lambda pair: pair[0][1] + pair[0][3])
    row: list[tuple[Box, list[Word]]] = []
    for box, run in boxed:
        if row and not _is_beside(row[-1][0], box):
            yield from (words for _, words in sorted(row, key=lambda pair: pair[0][0]))
            row = []
        row.append((box, run))
    yield from (words for _, words in sorted(row, key=lambda pair: pair[0][0]))


def _is_beside(a: Box, b: Box) -> bool:
    return min(a[3], b[3]) - max(a[1], b[1]) > _BESIDE * min(a[3] - a[1], b[3] - b[1])


def _box(words: Sequence[Word]) -> Box:
    box = Line(tuple(words)).box
    assert box is not None
    return box


def _row_lines(cells: Sequence[Cell], first: Line, table: int) -> Iterator[Line]:
    for row in range(max(cell.place.row + cell.place.rows for cell in cells)):
        across = sorted(
            (cell for cell in cells if cell.place.row <= row < cell.place.row + cell.place.rows),
            key=lambda cell: cell.place.column,
        )
        words: list[Word] = []
        for at, cell in enumerate(across):
            words += [Word("|", "|")] if at else []
            words += cell.words if cell.place.row == row else ()
        if any(word.box for word in words):
            yield replace(first, words=tuple(words), table=table)


def _table(cells: Sequence[Cell], grid: Grid) -> Table:
    rows, columns = len(grid.lattice.ys) - 1, len(grid.lattice.xs) - 1
    texts = [[""] * columns for _ in range(rows)]
    for cell in cells:
        place = cell.place
        for row in range(place.row, place.row + place.rows):
            texts[row][place.column : place.column + place.columns] = [cell.text] * place.columns
    spans = tuple(
        CellSpan(p.row, p.column, p.rows, p.columns) for p in (cell.place for cell in cells) if p.rows * p.columns > 1
    )
    return Table(tuple(map(tuple, texts)), grid.outline, spans)
