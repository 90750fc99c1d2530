"""The edges of a printed page: its lines from the top and from the foot, and the column its text fills.

Running heads, page numbers and footnotes are told by where they stand, so only lines with boxes count here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from tonghop.records import Box, Line, Page

__all__ = ["Sheet", "baseline", "heights", "sheet_of"]

_INDENT = (1.0, 5.0)  # heights of a line: 1 to 1.27 cm are two to three
_INDENTED = 0.18  # of the long lines, where paragraphs are indented; those of a letterhead are fewer
_MARGIN = 0.12  # of the page: 36 mm at top and foot; the text of an office's page leaves 20 to 25 mm
_BORDER = (
    22 / 297
)  # of the page's longer side: Decree 30/2020 leaves 20 mm at top and foot, and a line of the text is 4 high
_AMID = 0.1  # of the height of a line that two lines beside it reach into, one from above and one from below
_LONG = 0.6  # of the longest line: shorter ones end a paragraph, or are centred


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page's printed lines: `down` are their positions in `page.lines` from top to foot.

    `left` and `right` bound the text, `height` is that of a line, `pitch` the way from one line to the next; all in
    pixels, 0 when the page has no printed line. `has_indents` says that the first lines of paragraphs stand further in.
    """

    page: Page
    down: tuple[int, ...]
    left: int
    right: int
    height: float
    pitch: float
    has_indents: bool

    def box(self, at: int) -> Box:
        """Return the box of the line at `at`, one of `down`."""
        box = self.page.lines[at].box
        assert box is not None, "only lines with a box are on a sheet"
        return box

    @property
    def width(self) -> int:
        """The width of the page, or of what is printed on it when that is not known."""
        return self.page.width or max((self.box(at)[2] for at in self.down), default=1)

    @property
    def tallness(self) -> int:
        """The height of the page, or of what is printed on it when that is not known."""
        return self.page.height or max((self.box(at)[3] for at in self.down), default=1)

    def edge(self, *, is_top: bool) -> Iterator[int]:
        """Yield the lines from that edge of the page inwards."""
        return iter(self.down if is_top else self.down[::-1])

    def is_centred(self, at: int, tolerance: float) -> bool:
        """Return whether a line stands in the middle of page or text; `tolerance` is a share of the page's width."""
        box = self.box(at)
        middle = (box[0] + box[2]) / 2
        return min(abs(middle - self.width / 2), abs(middle - (self.left + self.right) / 2)) <= tolerance * self.width

    def is_in_margin(self, at: int, *, is_top: bool) -> bool:
        """Return whether a line stands near that edge of the page; a first or last line of the text may too."""
        box = self.box(at)
        return box[3] <= _MARGIN * self.tallness if is_top else box[1] >= (1 - _MARGIN) * self.tallness

    def depth(self, at: int, *, is_top: bool) -> tuple[float, float]:
        """Return how far the outer and the inner side of a line are from that edge, as shares of the longer side.

        A page turned by a quarter has the same margins in millimetres, not in shares of its height.
        """
        box, longer = self.box(at), max(self.width, self.tallness)
        near, far = (box[1], box[3]) if is_top else (self.tallness - box[3], self.tallness - box[1])
        return near / longer, far / longer

    def is_in_border(self, at: int, *, is_top: bool) -> bool:
        """Return whether a line ends in the border of the page, which the text leaves free."""
        return self.depth(at, is_top=is_top)[1] <= _BORDER

    def is_alone(self, at: int) -> bool:
        """Return whether no other line stands beside a line, as the cells of a table's row do.

        A cell's lone line may stand between two lines of the cell beside it.
        """
        box = self.box(at)
        middle = (box[1] + box[3]) / 2
        others = [self.box(other) for other in self.down if other != at]
        if any(other[1] < middle < other[3] for other in others):
            return False
        reach = _AMID * (box[3] - box[1])
        return not (
            any(other[1] < box[1] < other[3] - reach for other in others)
            and any(other[1] + reach < box[3] < other[3] for other in others)
        )

    def way(self, at: int, other: int) -> float:
        """Return how far apart two lines stand, in ways from one line of the text to the next."""
        lines = self.page.lines
        return abs(baseline(lines[at]) - baseline(lines[other])) / max(self.pitch, 1)

    def gap(self, at: int, *, is_top: bool) -> float:
        """Return the blank between a line and the next one inwards, in heights of a line."""
        box = self.box(at)
        if is_top:
            nearest = min((b[1] for b in map(self.box, self.down) if b[1] >= box[3]), default=self.tallness)
            return (nearest - box[3]) / max(self.height, 1)
        nearest = max((b[3] for b in map(self.box, self.down) if b[3] <= box[1]), default=0)
        return (box[1] - nearest) / max(self.height, 1)


def sheet_of(page: Page) -> Sheet:
    """Return the printed lines of `page` and the column they fill."""
    boxes = {at: box for at, line in enumerate(page.lines) if (box := line.box) and _is_written(line)}
    down = tuple(sorted(boxes, key=lambda at: boxes[at][1] + boxes[at][3]))
    if not down:
        return Sheet(page, (), 0, 0, 0.0, 0.0, has_indents=False)
    longest = max(box[2] - box[0] for box in boxes.values())
    text = [boxes[at] for at in down if boxes[at][2] - boxes[at][0] >= _LONG * longest]
    lefts, rights = sorted(box[0] for box in text), sorted(box[2] for box in text)
    height = median(box[3] - box[1] for box in text)
    feet = [baseline(page.lines[at]) for at in down]
    steps = sorted(b - a for a, b in pairwise(feet) if height / 2 < b - a < 3 * height)
    pitch = steps[len(steps) // 4] if steps else 1.5 * height  # every other step may be one between paragraphs
    left, right = lefts[len(lefts) // 10], rights[-1 - len(rights) // 10]
    indented = sum(_INDENT[0] <= (box[0] - left) / height <= _INDENT[1] for box in text)
    return Sheet(page, down, left, right, height, pitch, indented >= _INDENTED * len(text))


def baseline(line: Line) -> int:
    """Return how far down a line stands, in pixels, whatever letters reach below it: most words have none of those."""
    feet = sorted(word.box[3] for word in line.words if word.box)
    return feet[len(feet) // 4] if feet else 0


def _is_written(line: Line) -> bool:
    return any(c.isalnum() for word in line.words for c in word.text)


def heights(lines: Sequence[Line]) -> list[int]:
    """Return the heights of all words of `lines` that have a box."""
    return [word.box[3] - word.box[1] for line in lines for word in line.words if word.box]
