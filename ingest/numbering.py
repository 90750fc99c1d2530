"""Word's automatic numbers, written out as Word shows them.

A paragraph of a Word file does not hold its number: it points to a list (`w:num`), which points to a pattern
(`w:abstractNum`) of nine levels, and the number depends on every paragraph before it. Sources: ISO/IEC 29500-1,
17.9 (numbering), and for what it leaves open, what Word does:
- lists with the same pattern go on counting together; a start override restarts the count once, on the level of
  the list's first paragraph that has one, and is the start value of its level from then on;
- a level that was never used shows its start value when a deeper one is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from tonghop.ingest.wordxml import Indent, Node, child, children, is_on, number, qualified, value

__all__ = ["Level", "ListReference", "Numbering", "format_number", "parse_numbering"]

_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x")),
    *((9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)
_PLACEHOLDER = re.compile(r"%([1-9])")
_PLUS = frozenset("+\uf02b")
_SEPARATORS = "-–—*"


@dataclass(frozen=True, slots=True)
class ListReference:
    """Which list and level a paragraph or a style names (`w:numPr`). Either may be left open."""

    list_id: str | None
    level: int | None


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list. `text` has `%1` to `%9` for the numbers; `restart` as in 17.9.10."""

    start: int = 1
    format: str = "decimal"
    text: str = ""
    restart: int | None = None
    is_legal: bool = False
    style: str | None = None
    indent: Indent = field(default_factory=Indent)
    font: str = ""  # of the number itself; "" when it is the paragraph's


@dataclass(frozen=True, slots=True)
class _List:
    pattern: str
    levels: Mapping[int, Level]
    starts: Mapping[int, int]  # start overrides by level


# --- formats ---


def _roman(count: int) -> str:
    text = ""
    for amount, letters in _ROMAN:
        times, count = divmod(count, amount)
        text += letters * times
    return text


def _letters(count: int) -> str:
    # After z Word goes on with aa, bb, cc (17.18.59), not with aa, ab, ac.
    times, index = divmod(count - 1, 26)
    return chr(ord("a") + index) * (times + 1)


def format_number(count: int, kind: str) -> str:
    """Return `count` in the number format `kind` of 17.18.59; formats not known here as decimal.

    Word has no letter or Roman numeral below 1 and shows nothing.
    """
    if kind in ("none", "bullet"):
        return ""
    if kind in ("upperRoman", "lowerRoman", "upperLetter", "lowerLetter"):
        if count < 1:
            return ""
        text = _roman(count) if kind.endswith("Roman") else _letters(count)
        return text.upper() if kind.startswith("upper") else text
    if kind == "decimalZero":
        return f"{count:02d}"
    if kind.startswith("custom:"):  # "001, 002, 003, ..."
        return f"{count:0{len(kind.removeprefix('custom:').split(',')[0].strip())}d}"
    return str(count)


def _bullet(text: str) -> str:
    """Return the sign of a bullet as plain text: + and the dashes as they are, everything else as "-"."""
    sign = text.strip()
    if sign in _PLUS:
        return "+"
    return sign if sign in _SEPARATORS and sign else "-" if sign else ""


# --- counting ---


@dataclass(slots=True)
class Numbering:
    """The lists of one document, and how far each has counted. `label` moves on: call it once per paragraph."""

    lists: Mapping[str, _List] = field(default_factory=dict)
    _counts: dict[str, dict[int, int]] = field(default_factory=dict)
    _overridden: set[str] = field(default_factory=set)

    def level_of_style(self, list_id: str, style: str) -> int | None:
        """Return the level of the list that is linked to a paragraph style (17.9.23), None when there is none."""
        found = self.lists.get(list_id)
        levels = found.levels if found else {}
        return next((index for index, level in levels.items() if level.style == style), None)

    def level(self, list_id: str, index: int) -> Level | None:
        """Return a level's definition, None for a list or level that is not there."""
        found = self.lists.get(list_id)
        return found.levels.get(index) if found else None

    def label(self, list_id: str, index: int) -> str:
        """Count one paragraph on level `index` (0 to 8) of a list and return its number, "" when it has none."""
        found = self.lists.get(list_id)
        level = found.levels.get(index) if found else None
        if found is None or level is None:
            return ""
        self._count(found, list_id, index)
        if level.format == "bullet":
            return _bullet(level.text)
        return _PLACEHOLDER.sub(lambda match: self._shown(found, int(match[1]) - 1, level), level.text).strip()

    def _count(self, found: _List, list_id: str, index: int) -> None:
        counts = self._counts.setdefault(found.pattern, {})
        for above in range(index):
            if above in found.levels:
                counts.setdefault(above, self._start(found, above))
        if index in found.starts and list_id not in self._overridden:
            self._overridden.add(list_id)
            counts[index] = found.starts[index]
        else:
            counts[index] = counts[index] + 1 if index in counts else self._start(found, index)
        for below in [deeper for deeper in counts if deeper > index]:
            if _restarts(found.levels.get(below), below, index):
                del counts[below]

    @staticmethod
    def _start(found: _List, index: int) -> int:
        return found.starts.get(index, found.levels[index].start)

    def _shown(self, found: _List, index: int, shown_in: Level) -> str:
        level = found.levels.get(index)
        if level is None:
            return ""
        count = self._counts[found.pattern].get(index, self._start(found, index))
        is_plain = shown_in.is_legal and level.format not in ("none", "bullet", "decimalZero")
        return format_number(count, "decimal" if is_plain else level.format)


def _restarts(level: Level | None, index: int, used: int) -> bool:
    """Return whether level `index` starts again after a paragraph on the higher level `used` (17.9.10)."""
    restart = level.restart if level else None
    if restart is None or restart > index:  # the standard: a level at or below this one is ignored
        return True
    return used < restart


# --- reading numbering.xml ---


def parse_numbering(root: Node | None, style_lists: Mapping[str, str]) -> Numbering:
    """Return the lists of `w:numbering`; none for None. `style_lists`: numbering style id -> its list id."""
    patterns = {value(node, "w:abstractNumId") or "": node for node in children(root, "w:abstractNum")}
    nums = {value(node, "w:numId") or "": node for node in children(root, "w:num")}
    targets = {key: value(child(node, "w:abstractNumId")) or "" for key, node in nums.items()}
    lists = {}
    for list_id, node in nums.items():
        pattern = _resolve(targets[list_id], patterns, targets, style_lists)
        levels = _levels(patterns.get(pattern))
        overrides = {number(o, "w:ilvl") or 0: o for o in children(node, "w:lvlOverride")}
        for index, override in overrides.items():
            if (replaced := child(override, "w:lvl")) is not None:
                levels[index] = _level(replaced)
        starts = {i: number(child(o, "w:startOverride")) for i, o in overrides.items()}
        lists[list_id] = _List(pattern, levels, {i: start for i, start in starts.items() if start is not None})
    return Numbering(lists)


def _resolve(
    pattern: str, patterns: Mapping[str, Node], targets: Mapping[str, str], style_lists: Mapping[str, str]
) -> str:
    """Follow `w:numStyleLink`: a pattern without levels stands for the one of a numbering style (17.9.21)."""
    seen = set[str]()
    while pattern not in seen and pattern in patterns:
        seen.add(pattern)
        style = value(child(patterns[pattern], "w:numStyleLink"))
        if style is None:
            return pattern
        linked = (key for key, node in patterns.items() if value(child(node, "w:styleLink")) == style)
        pattern = next(linked, None) or targets.get(style_lists.get(style, ""), "")
    return pattern


def _levels(pattern: Node | None) -> dict[int, Level]:
    return {number(node, "w:ilvl") or 0: _level(node) for node in children(pattern, "w:lvl")}


def _level(node: Node) -> Level:
    return Level(
        start=number(child(node, "w:start")) or 0,
        format=_format(node),
        text=value(child(node, "w:lvlText")) or "",
        restart=number(child(node, "w:lvlRestart")),
        is_legal=bool(is_on(child(node, "w:isLgl"))),
        style=value(child(node, "w:pStyle")),
        indent=Indent.read(child(node, "w:pPr")),
        font=value(child(node, "w:rPr", "w:rFonts"), "w:hAnsi") or "",
    )


def _format(node: Node) -> str:
    # Newer formats stand in an alternative, the first of which is the one Word shows.
    found = next(node.iter(qualified("w:numFmt")), None)
    kind = value(found) or "decimal"
    return f"custom:{value(found, 'w:format') or ''}" if kind == "custom" else kind
