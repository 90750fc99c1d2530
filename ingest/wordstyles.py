"""How a paragraph or a run of a Word file looks once its styles are applied: ISO/IEC 29500-1, 17.7.

What stands in the paragraph or run itself wins over its style, a style over the one it is based on, and the
document's defaults come last.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TypeVar

from tonghop.ingest.numbering import ListReference
from tonghop.ingest.wordtable import has_borders
from tonghop.ingest.wordxml import Indent, Node, child, children, is_on, number, value

__all__ = ["Styles", "read_list"]

T = TypeVar("T")
_WORD_SIZE = 10.0  # points, when nothing in the file says otherwise
_DEEPEST = 20  # styles based on styles; more is a circle


def _typeface(latin: Node | None) -> str | None:
    return None if latin is None else latin.get("typeface")


def read_list(properties: Node | None) -> ListReference | None:
    """Return the list that `w:pPr` names itself, None when it names none."""
    node = child(properties, "w:numPr")
    if node is None:
        return None
    return ListReference(value(child(node, "w:numId")), number(child(node, "w:ilvl")))


class Styles:
    """The styles of one document. `root` is `w:styles`, `theme` is `a:theme`; None when the file has none."""

    def __init__(self, root: Node | None, theme: Node | None = None) -> None:
        fonts = child(theme, "a:themeElements", "a:fontScheme")
        self._theme = {name: _typeface(child(fonts, f"a:{name}Font", "a:latin")) for name in ("major", "minor")}
        self._styles = {value(node, "w:styleId") or "": node for node in children(root, "w:style")}
        self._defaults = child(root, "w:docDefaults")
        self._cache: dict[tuple[str, str], object] = {}

    @cached_property
    def _default_style(self) -> str:
        for key, node in self._styles.items():
            if value(node, "w:type") == "paragraph" and value(node, "w:default") in ("1", "true", "on"):
                return key
        return ""

    def list_styles(self) -> dict[str, str]:
        """Return the numbering styles that name a list: style id -> list id."""
        found = {key: value(child(node, "w:pPr", "w:numPr", "w:numId")) for key, node in self._styles.items()}
        return {key: list_id for key, list_id in found.items() if list_id}

    def style_of(self, properties: Node | None) -> str:
        """Return the id of a paragraph's style, the default one when it names none or one that is not there."""
        named = value(child(properties, "w:pStyle"))
        return named if named in self._styles else self._default_style

    def _chain(self, style: str | None) -> list[Node]:
        chain: list[Node] = []
        while style in self._styles and len(chain) < _DEEPEST:
            chain.append(self._styles[style])
            style = value(child(chain[-1], "w:basedOn"))
        return chain

    def _first(self, style: str | None, what: str, read: Callable[[Node], T | None]) -> T | None:
        """Return what the nearest style of a chain says; `what` names the question for the cache."""
        key = (style or "", what)
        if key not in self._cache:
            answers = (read(node) for node in self._chain(style))
            self._cache[key] = next((answer for answer in answers if answer is not None), None)
        return self._cache[key]  # type: ignore[return-value]  # the cache holds answers of many types

    # --- runs ---

    def has(self, toggle: str, style: str, run: Node | None) -> bool:
        """Return whether a toggle ("w:b", "w:caps", "w:vanish") is on in a run of a paragraph with `style`.

        `run` is `w:rPr`. A toggle on in both the paragraph's and the run's style is off (17.7.3).
        """
        direct = is_on(child(run, toggle))
        if direct is not None:
            return direct

        def read(node: Node) -> bool | None:
            return is_on(child(node, "w:rPr", toggle))

        by_paragraph = self._first(style, toggle, read)
        by_run = self._first(value(child(run, "w:rStyle")), toggle, read)
        if by_paragraph is None and by_run is None:
            return bool(is_on(child(self._defaults, "w:rPrDefault", "w:rPr", toggle)))
        return bool(by_paragraph) != bool(by_run)

    def size(self, style: str, run: Node | None) -> float:
        """Return the size of a run in points."""

        def read(node: Node) -> int | None:
            return number(child(node, "w:rPr", "w:sz"))

        answers = (
            number(child(run, "w:sz")),
            self._first(value(child(run, "w:rStyle")), "w:sz", read),
            self._first(style, "w:sz", read),
            number(child(self._defaults, "w:rPrDefault", "w:rPr", "w:sz")),
        )
        return next((half / 2 for half in answers if half), _WORD_SIZE)

    def font(self, style: str, run: Node | None) -> str:
        """Return the font of a run's letters beyond ASCII (`w:hAnsi`, 17.3.2.26); "" when nothing names one."""
        return self._font("w:hAnsi", style, run) or self._font("w:ascii", style, run) or ""

    def _font(self, kind: str, style: str, run: Node | None) -> str | None:
        def read(node: Node) -> str | None:
            return self._named_font(child(node, "w:rPr", "w:rFonts"), kind)

        defaults = child(self._defaults, "w:rPrDefault", "w:rPr", "w:rFonts")
        direct = self._named_font(child(run, "w:rFonts"), kind)
        by_run = direct or self._first(value(child(run, "w:rStyle")), kind, read)
        return by_run or self._first(style, kind, read) or self._named_font(defaults, kind)

    def _named_font(self, fonts: Node | None, kind: str) -> str | None:
        theme = value(fonts, f"{kind}Theme")  # it wins over a name beside it
        return self._theme.get(theme[:5]) if theme else value(fonts, kind)

    # --- paragraphs ---

    def is_centred(self, properties: Node | None) -> bool:
        """Return whether a paragraph is centred."""
        direct = value(child(properties, "w:jc"))
        found = direct or self._first(
            self.style_of(properties), "w:jc", lambda node: value(child(node, "w:pPr", "w:jc"))
        )
        return found == "center"

    def breaks_page_before(self, properties: Node | None) -> bool:
        """Return whether a paragraph begins a new page by its own or its style's order."""
        direct = is_on(child(properties, "w:pageBreakBefore"))
        if direct is not None:
            return direct
        style = self.style_of(properties)
        name = "w:pageBreakBefore"
        return bool(self._first(style, name, lambda node: is_on(child(node, "w:pPr", name))))

    def indent(self, style: str) -> Indent:
        """Return the indent of a paragraph style, all it is based on taken together."""
        indent = Indent()
        for node in self._chain(style):
            indent = indent.over(Indent.read(child(node, "w:pPr")))
        return indent.over(Indent.read(child(self._defaults, "w:pPrDefault", "w:pPr")))

    def table_borders(self, style: str) -> bool:
        """Return whether a table style draws lines."""
        name = "w:tblBorders"
        return bool(self._first(style, name, lambda node: has_borders(child(node, "w:tblPr", name))))

    def list_of(self, style: str) -> tuple[ListReference, str] | None:
        """Return the list that a paragraph style names, and the style of the chain that names it."""
        level: int | None = None
        for node in self._chain(style):
            named = read_list(child(node, "w:pPr"))
            if named is None:
                continue
            level = named.level if level is None else level
            if named.list_id is not None:
                return ListReference(named.list_id, level), value(node, "w:styleId") or ""
        return None
