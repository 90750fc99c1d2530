"""From rules to cells: the grid, its merged places, and what is no table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hypothesis import assume, given
from hypothesis import strategies as st

from tonghop.ingest.lattice import Lattice, Place, Rule, find_lattices

UNIT = 200.0
WIDE, HIGH = 200, 60  # of a column and a row, pixels


def drawn(places: Sequence[Place], columns: int) -> tuple[list[Rule], list[Rule]]:
    """The four sides of every cell, as a PDF draws them."""
    xs = [100.0 + WIDE * n for n in range(columns + 1)]
    ys = [300.0 + HIGH * n for n in range(99)]
    level, upright = [], []
    for p in places:
        left, right, top, bottom = xs[p.column], xs[p.column + p.columns], ys[p.row], ys[p.row + p.rows]
        level += [Rule(top, left, right), Rule(bottom, left, right)]
        upright += [Rule(left, top, bottom), Rule(right, top, bottom)]
    return level, upright


HEAD = (
    Place(0, 0, 2, 1), Place(0, 1, 2, 1), Place(0, 2, 1, 2), Place(1, 2), Place(1, 3),
    *(Place(2, column) for column in range(4)), Place(3, 0), Place(3, 1, 1, 3),
)  # fmt: skip


def places(lattices: Sequence[Lattice]) -> set[Place]:
    (only,) = lattices
    return set(only.places)


def test_merged_heads_are_one_cell() -> None:
    (grid,) = find_lattices(*drawn(HEAD, 4), UNIT)
    assert set(grid.places) == set(HEAD)
    assert grid.xs == (100, 300, 500, 700, 900)
    assert grid.ys == (300, 360, 420, 480, 540)
    assert grid.box(Place(0, 2, 1, 2)) == (500, 300, 900, 360)
    assert grid.place_at(501, 301) == Place(0, 2, 1, 2)
    assert grid.place_at(99, 301) is None


def test_double_rules_are_one_edge() -> None:
    level, upright = drawn(HEAD, 4)
    level += [Rule(rule.at + 6, rule.start, rule.stop) for rule in level]
    upright += [Rule(rule.at + 6, rule.start, rule.stop) for rule in upright]
    assert places(find_lattices(level, upright, UNIT)) == set(HEAD)


def test_a_rule_in_pieces_parts_its_cells_all_the_same() -> None:
    level, upright = drawn([Place(row, column) for row in range(4) for column in range(3)], 3)
    # What a fax leaves of the second rule: a good deal, in pieces that reach into the next cell.
    level = [rule for rule in level if rule.at != 360]
    level += [Rule(360, 100, 340), Rule(360, 420, 530), Rule(360, 580, 700)]
    assert len(places(find_lattices(level, upright, UNIT))) == 12


def test_the_stem_of_a_letter_and_an_underline_part_nothing() -> None:
    level, upright = drawn(HEAD, 4)
    upright.append(Rule(400, 310, 338))  # within the second cell
    upright.append(Rule(706, 312, 341))  # over the edge of the columns below, in the merged head
    level.append(Rule(395, 320, 420))
    assert places(find_lattices(level, upright, UNIT)) == set(HEAD)


def test_open_sides_have_cells_too() -> None:
    level = [Rule(y, 100, 900) for y in (300, 360, 420)]
    upright = [Rule(x, 300, 420) for x in (400, 650)]
    (grid,) = find_lattices(level, upright, UNIT)
    assert grid.xs == (100, 400, 650, 900)
    assert len(grid.places) == 6


def test_a_frame_a_column_and_lines_without_uprights_are_no_tables() -> None:
    frame = drawn([Place(0, 0)], 1)
    column = drawn([Place(row, 0) for row in range(4)], 1)
    underlines = ([Rule(y, 100, 900) for y in (300, 360, 420, 480)], list[Rule]())
    stamp = ([Rule(y, 100, 560) for y in (300, 330, 360, 420)], [Rule(x, 300, 420) for x in (100, 250, 560)])
    tick_boxes = ([Rule(y, 100, 130) for y in (300, 330)], [Rule(x, 300, 330) for x in (100, 115, 130)])
    for level, upright in (frame, column, underlines, stamp, tick_boxes):
        assert find_lattices(level, upright, UNIT) == ()


def test_a_table_within_a_frame_and_two_side_by_side_are_each_found() -> None:
    level, upright = drawn(HEAD, 4)
    level += [Rule(y, 20, 2000) for y in (100, 2900)]
    upright += [Rule(x, 100, 2900) for x in (20, 2000)]
    assert places(find_lattices(level, upright, UNIT)) == set(HEAD)
    level += [Rule(rule.at, rule.start + 1000, rule.stop + 1000) for rule in level if rule.start >= 100]
    upright += [Rule(rule.at + 1000, rule.start, rule.stop) for rule in upright if rule.start >= 300]
    assert len(find_lattices(level, upright, UNIT)) == 2


def test_one_row_of_three_cells_is_the_end_of_a_table() -> None:
    assert len(places(find_lattices(*drawn([Place(0, n) for n in range(3)], 3), UNIT))) == 3
    assert find_lattices(*drawn([Place(0, 0), Place(0, 1)], 2), UNIT) == ()


def test_a_map_is_no_table() -> None:
    lines = [Rule(10.0 * n, 0, 9000) for n in range(500)]
    assert find_lattices(lines, lines, UNIT) == ()


@st.composite
def tables(draw: st.DrawFn) -> tuple[tuple[Place, ...], int]:
    """A grid in which some cells are merged, every edge of it drawn along one cell at least, or it has none."""
    rows, columns = draw(st.integers(2, 6)), draw(st.integers(2, 5))
    taken: set[tuple[int, int]] = set()
    found = []
    for row in range(rows):
        for column in range(columns):
            if (row, column) in taken:
                continue
            high, wide = draw(st.integers(1, min(3, rows - row))), draw(st.integers(1, min(3, columns - column)))
            area = list(_area(row, column, high, wide))
            if taken.intersection(area):
                high = wide = 1
                area = [(row, column)]
            taken.update(area)
            found.append(Place(row, column, high, wide))
    assume({place.row for place in found} == set(range(rows)))
    assume({place.column for place in found} == set(range(columns)))
    assume(len(found) > 2)
    return tuple(found), columns


def _area(row: int, column: int, high: int, wide: int) -> Iterator[tuple[int, int]]:
    yield from ((r, c) for r in range(row, row + high) for c in range(column, column + wide))


@given(tables())
def test_any_table_comes_back_as_it_was_drawn(table: tuple[tuple[Place, ...], int]) -> None:
    assert places(find_lattices(*drawn(*table), UNIT / 2)) == set(table[0])


RULES = st.lists(
    st.builds(Rule, at=st.integers(0, 20).map(lambda n: 40.0 * n), start=st.integers(0, 9).map(lambda n: 80.0 * n),
              stop=st.integers(10, 20).map(lambda n: 80.0 * n)),
    max_size=14,
)  # fmt: skip


@given(RULES, RULES)
def test_the_cells_of_any_rules_cover_the_grid_once(level: list[Rule], upright: list[Rule]) -> None:
    for grid in find_lattices(level, upright, UNIT):
        covered = [place for p in grid.places for place in _area(p.row, p.column, p.rows, p.columns)]
        assert sorted(covered) == list(_area(0, 0, len(grid.ys) - 1, len(grid.xs) - 1))
