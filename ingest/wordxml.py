"""The few questions that are asked of WordprocessingML elements, whoever parsed them.

Sources: ISO/IEC 29500-1 (WordprocessingML, clause 17), here by their numbers as "17.x".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

__all__ = ["Indent", "Node", "child", "children", "is_on", "number", "qualified", "value"]

_SPACES = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "v": "urn:schemas-microsoft-com:vml",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
}


class Node(Protocol):
    """An XML element, of lxml or of the standard library."""

    # Read-only and loose on purpose: lxml's own elements are wider.
    @property
    def tag(self) -> str: ...  # noqa: D102 - the protocol's docstring says it
    @property
    def text(self) -> str | None: ...  # noqa: D102 - the same

    def get(self, key: str, /) -> str | None: ...  # noqa: D102 - the same
    def find(self, path: str, /) -> Node | None: ...  # noqa: D102 - the same
    def findall(self, path: str, /) -> list[Node]: ...  # noqa: D102 - the same
    def iter(self, *tags: str) -> Iterator[Node]: ...  # noqa: D102 - the same
    def __iter__(self) -> Iterator[Node]: ...


def qualified(name: str) -> str:
    """Return `w:p` as the parsers write it: `{namespace}p`."""
    prefix, _, local = name.partition(":")
    return f"{{{_SPACES[prefix]}}}{local}"


def child(node: Node | None, *names: str) -> Node | None:
    """Return the descendant reached by the child `names[0]`, then its child `names[1]` …, or None."""
    for name in names:
        node = None if node is None else node.find(qualified(name))
    return node


def children(node: Node | None, name: str) -> list[Node]:
    """Return the children of `node` called `name`; none of None."""
    return [] if node is None else node.findall(qualified(name))


def value(node: Node | None, attribute: str = "w:val") -> str | None:
    """Return an attribute, None when the element or the attribute is not there."""
    return None if node is None else node.get(qualified(attribute))


def number(node: Node | None, attribute: str = "w:val") -> int | None:
    """Return an attribute as a whole number; None when it is not there or is none."""
    text = value(node, attribute)
    try:
        return None if text is None else round(float(text))
    except (ValueError, OverflowError):
        return None


def is_on(node: Node | None) -> bool | None:
    """Return the state of a toggle such as `<w:b/>`: None when it is not there (17.17.4)."""
    if node is None:
        return None
    return value(node) not in ("0", "false", "off")


@dataclass(frozen=True, slots=True)
class Indent:
    """Where a paragraph begins (`w:ind`, 17.3.1.12), in twentieths of a point; None where it is left open."""

    left: int | None = None
    first: int | None = None  # of the first line, against the others; negative when it hangs

    @classmethod
    def read(cls, properties: Node | None) -> Indent:
        """Return the indent in `w:pPr`."""
        node = child(properties, "w:ind")
        left = number(node, "w:left")
        first, hanging = number(node, "w:firstLine"), number(node, "w:hanging")
        return cls(number(node, "w:start") if left is None else left, first if hanging is None else -hanging)

    def over(self, base: Indent) -> Indent:
        """Return this indent with what it leaves open taken from `base`."""
        return Indent(base.left if self.left is None else self.left, base.first if self.first is None else self.first)

    @property
    def points(self) -> float:
        """Where the first line begins, in points from the text's left margin."""
        return ((self.left or 0) + (self.first or 0)) / 20
