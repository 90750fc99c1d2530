"""Reading order: from above to below, and where an administrative document has two columns, one after the other.

Tesseract joins what stands side by side into one line. Tables do too, and there it is right: so lines are
parted only between the anchors that Decree 30/2020 prescribes (the motto at the right of the letterhead,
`Nơi nhận` at the left of the signature). It also takes a piece of the text below a column for a part of it now and
then, and reads that before what stands above.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from tonghop.records import Box, Line, Word
from tonghop.text import fold

__all__ = ["from_above", "part_columns"]

_MOTTO = ("cong hoa xa", "hoi chu nghia", "chu nghia viet", "doc lap", "tu do hanh", "hanh phuc")
_RECIPIENTS = ("noi nhan",)
_HEAD_LINES = 9  # issuer over two or three lines, rule, number, subject over three
_LINES_BEFORE = 10  # a digital signature in the top corner may stand before the letterhead
_TAIL_LINES = 16
_MOST_OVERLAP = 0.3  # of the lower of two lines' heights: skewed lines reach into each other
_CLOSE = -0.6  # the same, of lines that a skew of a degree has moved apart
_LEAST_OVERLAP = 0.3  # of the lower of two lines' heights, for lines that stand beside each other
_LEAST_GAP = 0.9  # of the line's height: word spaces are a quarter to a half of it


def part_columns(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Return `lines` with letterhead and signature block as left column, then right column.

    What stands side by side may have been read as one line or as two. Words are kept as they are and none is lost;
    paragraphs are numbered anew. Lines without boxes stay.
    """
    parted = list(from_above(lines))
    head = _anchor(parted[:_LINES_BEFORE], _MOTTO, at_left=False)
    if head is not None:
        parted = _part(parted, _row_start(parted, head), _HEAD_LINES)
    tail = _anchor(parted, _RECIPIENTS, at_left=True)
    if tail is not None:
        parted = _part(parted, _row_start(parted, tail), _TAIL_LINES)
    return _renumbered(parted)


def from_above(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Return `lines` so that none comes before one that stands above it; else in the order they had.

    This is the first of the two rules for reading order of T. M. Breuel, "High Performance Document Layout
    Analysis" (2003): of two lines that share a part of the page's width the upper one comes first.
    """
    boxes = [line.box for line in lines]
    above = [[at for at, other in enumerate(boxes) if _is_above(other, box)] for box in boxes]
    order: list[int] = []
    taken = [False] * len(lines)
    while len(order) < len(lines):
        # One is always free: what is above has its middle above, so no circle can arise.
        at = next(i for i, upper in enumerate(above) if not taken[i] and all(taken[j] for j in upper))
        taken[at] = True
        order.append(at)
    return tuple(lines[at] for at in order)


def _is_above(a: Box | None, b: Box | None) -> bool:
    if a is None or b is None:
        return False
    height = min(a[3] - a[1], b[3] - b[1])
    return (
        a[1] + a[3] < b[1] + b[3]
        and a[3] - b[1] < _MOST_OVERLAP * height
        # A page number is narrower than it is high.
        and min(a[2], b[2]) - max(a[0], b[0]) > min(height, 0.6 * (a[2] - a[0]), 0.6 * (b[2] - b[0]))
    )


def _anchor(lines: Sequence[Line], phrases: tuple[str, ...], *, at_left: bool) -> int | None:
    for index, line in enumerate(lines):
        text = fold(line.text)
        if any(text.startswith(phrase) if at_left else phrase in text for phrase in phrases):
            return index
    return None


def _row_start(lines: Sequence[Line], at: int) -> int:
    """Return the first of the lines that stand beside the one at `at`, or close above, aside of it."""
    beside = [other for other in range(at) if _is_beside(lines[other].box, lines[at].box, _CLOSE)]
    return min(beside, default=at)


def _is_beside(a: Box | None, b: Box | None, least: float) -> bool:
    if a is None or b is None:
        return False
    height = min(a[3] - a[1], b[3] - b[1])
    return min(a[3], b[3]) - max(a[1], b[1]) > least * height and (a[2] <= b[0] or b[2] <= a[0])


def _part(lines: list[Line], start: int, most: int) -> list[Line]:
    """Part the run of rows around one gutter that begins at the first row, of `most`, that has a wide gap."""
    gutter: tuple[int, int] | None = None
    inside: list[int] = []
    above: list[int] = []
    for row in _rows(lines, start, start + 2 * most)[:most]:
        narrowed = _narrow(_as_line([lines[at] for at in row]), gutter)
        if narrowed is None and gutter is None:
            above = row if _is_boxed(lines[at] for at in row) else []
            continue
        if narrowed is None:
            break
        if gutter is None and any(_is_beside(lines[a].box, lines[b].box, _CLOSE) for a in above for b in row):
            inside = above  # on a skewed page one column begins higher than the other
        gutter, inside = narrowed, [*inside, *row]
    if gutter is None or gutter[0] <= 0:
        return lines
    left: list[Line] = []
    right: list[Line] = []
    middle = (gutter[0] + gutter[1]) / 2
    for line in (lines[at] for at in sorted(inside)):
        _append(left, line, [w for w in line.words if w.box and w.box[0] < middle])
        _append(right, line, [w for w in line.words if w.box and w.box[0] >= middle])
    taken, first = set(inside), min(inside)
    after = [line for at, line in enumerate(lines) if at > first and at not in taken]
    return [*lines[:first], *_top_down(left), *_top_down(right), *after]


def _rows(lines: Sequence[Line], start: int, stop: int) -> list[list[int]]:
    """Return the lines from `start` to `stop`, those that stand beside each other together, from above to below."""
    rows: list[list[int]] = []
    for at in sorted(range(start, min(stop, len(lines))), key=lambda at: _middle(lines[at])):
        if rows and all(_is_beside(lines[other].box, lines[at].box, _LEAST_OVERLAP) for other in rows[-1]):
            rows[-1].append(at)
        else:
            rows.append([at])
    return rows


def _middle(line: Line) -> int:
    return line.box[1] + line.box[3] if line.box else 0


def _as_line(lines: Sequence[Line]) -> Line:
    return lines[0] if len(lines) == 1 else Line(tuple(word for line in lines for word in line.words))


def _narrow(line: Line, gutter: tuple[int, int] | None) -> tuple[int, int] | None:
    """Return the gutter that `line` leaves free too; None when it leaves none."""
    box = line.box
    if box is None or not _is_boxed([line]):
        return None
    if gutter is None:
        gaps = _gaps(line, box)
        return max(gaps, key=lambda gap: gap[1] - gap[0]) if gaps else None
    for low, high in [(-1, box[0]), *_gaps(line, box), (box[2], 1 << 30)]:
        both = (max(low, gutter[0]), min(high, gutter[1]))
        if both[1] - both[0] > 0.3 * (box[3] - box[1]):
            return both
    return None


def _is_boxed(lines: Iterable[Line]) -> bool:
    return all(word.box for line in lines for word in line.words)


def _gaps(line: Line, box: Box) -> list[tuple[int, int]]:
    boxes: list[Box] = sorted(word.box for word in line.words if word.box)
    least = _LEAST_GAP * (box[3] - box[1]) * 0.6
    return [(a[2], b[0]) for a, b in pairwise(boxes) if b[0] - a[2] > least]


def _append(column: list[Line], line: Line, words: list[Word]) -> None:
    if words:
        column.append(replace(line, words=tuple(words)))


def _top_down(column: list[Line]) -> list[Line]:
    return sorted(column, key=lambda line: line.box[1] if line.box else 0)


def _renumbered(lines: list[Line]) -> tuple[Line, ...]:
    numbers: list[int] = []
    for index, line in enumerate(lines):
        is_same = index > 0 and line.paragraph == lines[index - 1].paragraph
        numbers.append((numbers[-1] + (not is_same)) if numbers else 0)
    return tuple(replace(line, paragraph=number) for line, number in zip(lines, numbers, strict=True))
