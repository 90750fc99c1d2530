"""From rules to cells: which grid a set of straight lines draws, and which of its places are merged.

The lines come from a PDF's drawing or from an image; nothing here knows which. A border between two places that is
not drawn merges them, so a head over two columns is one cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

__all__ = ["Lattice", "Place", "Rule", "find_lattices"]

# Inches. The two lines of a double rule lie up to 0.05 apart, the lines of a row of 9-point type at least 0.13.
_SAME = 0.06
_REACH = 0.08  # what ends as near as this to a rule meets it: scans break rules at their crossings
_OPEN_SIDE = 0.25  # rules that go on as far as this beyond the last upright one have an open cell there
_LEAST_WIDTH, _LEAST_HEIGHT = 3.0, 0.3  # less is a stamp: those of a registry have cells, and prose under them
_NEAR = 0.05  # what lies as near to an edge draws it; the text of a cell keeps further off
_DRAWN = 0.35  # of a border's length; faxes lose the rest
_ALONE = 0.75  # … of one whose line does not go on in the next cell
_WHOLE = 0.8  # of the side of one cell at least, or the line is none of the grid's
_LEAST_COLUMNS = 2  # one row may be all that a page holds of a table; a frame has one column
_MOST_LINES = 400  # in one direction; a drawing or a map has more


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line along one axis: it lies `at` on the other axis, from `start` to `stop`."""

    at: float
    start: float
    stop: float


@dataclass(frozen=True, slots=True)
class Place:
    """A cell of the grid: where it begins, and how many rows and columns it covers."""

    row: int
    column: int
    rows: int = 1
    columns: int = 1


@dataclass(frozen=True, slots=True)
class Lattice:
    """A grid: the edges of its columns from the left (`xs`) and of its rows from the top (`ys`), and its cells."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    places: tuple[Place, ...]

    def box(self, place: Place) -> tuple[float, float, float, float]:
        """Return the edges of a cell: left, top, right, bottom."""
        return (
            self.xs[place.column],
            self.ys[place.row],
            self.xs[place.column + place.columns],
            self.ys[place.row + place.rows],
        )

    def place_at(self, x: float, y: float) -> Place | None:
        """Return the cell that the point lies in; None outside the grid."""
        return next((place for place in self.places if _is_inside(x, y, self.box(place))), None)


def find_lattices(level: Iterable[Rule], upright: Iterable[Rule], unit: float) -> tuple[Lattice, ...]:
    """Return the grids that `level` (at y, from x to x) and `upright` (at x, from y to y) rules draw, from the top.

    `unit` is how many of their units an inch has. A frame has one cell and is no grid, nor is a single column.
    """
    levels, uprights = _joined(level, unit), _joined(upright, unit)
    if max(len(levels), len(uprights)) > _MOST_LINES:
        return ()
    grids = (_lattice(rows, columns, unit) for rows, columns in _groups(levels, uprights, _REACH * unit))
    return tuple(sorted((grid for grid in grids if grid), key=lambda grid: (grid.ys[0], grid.xs[0])))


def _is_inside(x: float, y: float, box: tuple[float, float, float, float]) -> bool:
    return box[0] <= x < box[2] and box[1] <= y < box[3]


def _joined(rules: Iterable[Rule], unit: float) -> list[Rule]:
    """Return the rules with pieces of one line put together. PDFs draw a line anew for every cell."""
    joined: list[Rule] = []
    for group in _clusters(sorted(rules, key=lambda rule: rule.at), 0.01 * unit):
        run: list[Rule] = []
        for rule in sorted(group, key=lambda rule: rule.start):
            if run and rule.start <= run[-1].stop + _REACH * unit:
                run[-1] = Rule(run[-1].at, run[-1].start, max(run[-1].stop, rule.stop))
            else:
                run.append(rule)
        joined += run
    return joined


def _clusters(rules: Sequence[Rule], apart: float) -> Iterator[list[Rule]]:
    """Yield runs of rules (sorted by `at`) each no further than `apart` from the one before."""
    run: list[Rule] = []
    for rule in rules:
        if run and rule.at - run[-1].at > apart:
            yield run
            run = []
        run.append(rule)
    if run:
        yield run


def _groups(levels: Sequence[Rule], uprights: Sequence[Rule], reach: float) -> Iterator[tuple[list[Rule], list[Rule]]]:
    """Yield what hangs together: level and upright rules that meet."""
    left = list(uprights)
    todo = list(levels)
    while todo:
        rows, columns, fresh = [todo.pop(0)], list[Rule](), True
        while fresh:
            met = [rule for rule in left if any(_meet(row, rule, reach) for row in rows)]
            left = [rule for rule in left if rule not in met]
            columns += met
            more = [row for row in todo if any(_meet(row, rule, reach) for rule in met)]
            todo = [row for row in todo if row not in more]
            rows += more
            fresh = bool(more)
        yield rows, columns


def _meet(level: Rule, upright: Rule, reach: float) -> bool:
    return (
        level.start - reach <= upright.at <= level.stop + reach
        and upright.start - reach <= level.at <= upright.stop + reach
    )


def _lattice(levels: Sequence[Rule], uprights: Sequence[Rule], unit: float) -> Lattice | None:
    xs, ys = _edges(uprights, unit), _edges(levels, unit)
    if len(ys) < 2 or not xs:
        return None
    xs = _with_open_sides([x for x in xs if _is_side(x, uprights, ys, unit)], levels, unit)
    ys = [y for y in ys if _is_side(y, levels, xs, unit)]
    xs = [x for x in xs if x in (xs[0], xs[-1]) or _is_side(x, uprights, ys, unit)]
    if len(ys) < 2 or len(xs) <= _LEAST_COLUMNS:
        return None
    if xs[-1] - xs[0] < _LEAST_WIDTH * unit or ys[-1] - ys[0] < _LEAST_HEIGHT * unit:
        return None
    above = [_borders(y, levels, xs, unit) for y in ys]
    beside = [_borders(x, uprights, ys, unit) for x in xs]
    places = tuple(_places(len(ys) - 1, len(xs) - 1, above, beside))
    return Lattice(tuple(xs), tuple(ys), places) if len(places) > 2 else None


def _is_side(edge: float, rules: Sequence[Rule], stops: Sequence[float], unit: float) -> bool:
    """Return whether a line is drawn along the whole side of any cell: underlines and stems of letters are not."""
    return max(_drawn(edge, rules, stops, unit), default=0.0) >= _WHOLE


def _with_open_sides(xs: list[float], levels: Sequence[Rule], unit: float) -> list[float]:
    """Return the edges of columns with those of a table that draws no line at its left or right."""
    low, high = min(rule.start for rule in levels), max(rule.stop for rule in levels)
    if not xs:
        return xs
    left = [low] if xs[0] - low > _OPEN_SIDE * unit else []
    right = [high] if high - xs[-1] > _OPEN_SIDE * unit else []
    return [*left, *xs, *right]


def _edges(rules: Iterable[Rule], unit: float) -> list[float]:
    """Return the places of the grid's lines; the two of a double rule are one, and so is a rule in pieces."""
    edges = []
    for run in _clusters(sorted(rules, key=lambda rule: rule.at), _SAME * unit):
        length = sum(rule.stop - rule.start for rule in run)
        edges.append(sum(rule.at * (rule.stop - rule.start) for rule in run) / length if length else run[0].at)
    return edges


def _drawn(edge: float, rules: Iterable[Rule], stops: Sequence[float], unit: float) -> list[float]:
    """Return for each interval between `stops` the share (0 to 1) of it along which the line at `edge` is drawn."""
    near = [rule for rule in rules if abs(rule.at - edge) <= _NEAR * unit]
    shares = []
    for start, stop in pairwise(stops):
        covered = sorted((max(start, rule.start), min(stop, rule.stop)) for rule in near)
        length, end = 0.0, start
        for begin, finish in covered:
            length += max(0.0, finish - max(begin, end))
            end = max(end, finish)
        shares.append(length / (stop - start))
    return shares


def _borders(edge: float, rules: Sequence[Rule], stops: Sequence[float], unit: float) -> list[bool]:
    """Return for each interval between `stops` whether the line at `edge` parts two cells there.

    A piece of line is enough that comes from the cell beside, as those of faxes do; one that stays within the cell
    could be the stem of a letter and must go all the way.
    """
    near = [rule for rule in rules if abs(rule.at - edge) <= _NEAR * unit]
    reach = _REACH * unit
    return [
        share >= _ALONE
        or (share >= _DRAWN and any(_crosses(rule, start, reach) or _crosses(rule, stop, reach) for rule in near))
        for share, (start, stop) in zip(_drawn(edge, near, stops, unit), pairwise(stops), strict=True)
    ]


def _crosses(rule: Rule, at: float, reach: float) -> bool:
    return rule.start < at - reach and rule.stop > at + reach


def _places(
    rows: int, columns: int, above: Sequence[Sequence[bool]], beside: Sequence[Sequence[bool]]
) -> Iterator[Place]:
    """Yield the cells. `above[r][c]` is the border above row r, `beside[c][r]` the one left of column c."""
    taken = [[False] * columns for _ in range(rows)]
    for row in range(rows):
        for column in range(columns):
            if taken[row][column]:
                continue
            wide = 1
            while column + wide < columns and not taken[row][column + wide] and not beside[column + wide][row]:
                wide += 1
            high = 1
            while row + high < rows and _goes_on(row + high, column, wide, above, beside, taken):
                high += 1
            for r in range(row, row + high):
                taken[r][column : column + wide] = [True] * wide
            yield Place(row, column, high, wide)


def _goes_on(
    row: int,
    column: int,
    wide: int,
    above: Sequence[Sequence[bool]],
    beside: Sequence[Sequence[bool]],
    taken: Sequence[Sequence[bool]],
) -> bool:
    """Return whether a cell `wide` columns wide goes on into `row`: no border above it, and none within."""
    across = range(column, column + wide)
    return (
        not any(above[row][c] for c in across)
        and not any(taken[row][c] for c in across)
        and not any(beside[c][row] for c in range(column + 1, column + wide))
    )
