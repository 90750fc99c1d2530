"""What a paragraph of a Word file shows, piece by piece: text, breaks, notes, text boxes, pictures.

Left out as Word leaves it out when printing: what was deleted or moved away under change tracking, field codes
(their results stay), comments. Of alternatives (`mc:AlternateContent`) one is taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from tonghop.ingest.legacy import encoding_of, narrow
from tonghop.ingest.wordxml import Node, child, qualified, value

__all__ = ["Inline", "Kind", "inlines"]


class Kind(StrEnum):
    """What a piece of a paragraph is."""

    TEXT = "text"
    LINE_BREAK = "line_break"
    PAGE_BREAK = "page_break"  # typed by the author
    RENDERED_BREAK = "rendered_break"  # where the page ended when Word last laid the file out
    BOX = "box"  # a text box: paragraphs of its own
    FOOTNOTE = "footnote"
    ENDNOTE = "endnote"
    PICTURE = "picture"


@dataclass(frozen=True, slots=True)
class Inline:
    """A piece of a paragraph. `run` is its `w:rPr`.

    `text` is the text, or the id of a note, or the relationship of a picture; `node` the content of a text box;
    `area` the size of a picture in square millimetres, 0.0 when the file does not say; `font` the font of a sign
    that names its own, "" when it is the run's.
    """

    kind: Kind
    text: str = ""
    run: Node | None = None
    node: Node | None = None
    area: float = 0.0
    font: str = ""


def _tags(*names: str) -> frozenset[str]:
    return frozenset(qualified(name) for name in names)


_RUN, _MATH, _ALTERNATIVES = qualified("w:r"), _tags("m:oMath"), qualified("mc:AlternateContent")
_CONTAINERS = _tags(
    "w:hyperlink", "w:smartTag", "w:ins", "w:moveTo", "w:fldSimple", "w:sdt", "w:sdtContent", "w:customXml", "w:dir"
) | _tags("w:bdo", "m:oMathPara", "w:ruby", "w:rubyBase")
_OBJECTS = _tags("w:drawing", "w:pict", "w:object")
_FIXED = {
    qualified("w:tab"): " ",
    qualified("w:ptab"): " ",
    qualified("w:noBreakHyphen"): "-",
    qualified("w:softHyphen"): "\u00ad",  # in a font of TCVN3 it is the letter ư
}
_NOTES = {qualified("w:footnoteReference"): Kind.FOOTNOTE, qualified("w:endnoteReference"): Kind.ENDNOTE}
_TEXT, _BREAK, _RETURN = qualified("w:t"), qualified("w:br"), qualified("w:cr")
_RENDERED, _FIELD, _SYMBOL = qualified("w:lastRenderedPageBreak"), qualified("w:fldChar"), qualified("w:sym")
_BOX, _BLIP, _IMAGE_DATA = qualified("w:txbxContent"), qualified("a:blip"), qualified("v:imagedata")

# Signs of the fonts Symbol and Wingdings that stand in office documents, by their code there.
_SYMBOLS = {
    "symbol": {0xA3: "≤", 0xB3: "≥", 0xB0: "°", 0xB1: "±", 0xB4: "×", 0xB7: "-", 0xB8: "÷", 0xB9: "≠", 0xBB: "≈"}
    | {0xAE: "→", 0xDE: "⇒", 0xE5: "∑", 0x61: "α", 0x62: "β", 0x44: "Δ"},
    "wingdings": {0x6F: "☐", 0xA8: "☐", 0x71: "☐", 0xFE: "☑", 0x78: "☒", 0xFD: "☒", 0xFC: "✓", 0xFB: "✗", 0xE0: "→"}
    | {0x6C: "-", 0x6E: "-", 0x76: "-", 0xA7: "-", 0xD8: "-", 0xF0: "→", 0xE8: "→", 0xF3: "↔"},
}
_UNKNOWN_SIGN = "\ufffd"
_EMU_PER_MM = 36_000
_VML_LENGTH = re.compile(r"(?:^|;)\s*(width|height)\s*:\s*([\d.]+)(pt|in|mm|cm|px)?", re.IGNORECASE)
_MM = {"pt": 25.4 / 72, "in": 25.4, "mm": 1.0, "cm": 10.0, "px": 25.4 / 96, "": 25.4 / 96}


def inlines(paragraph: Node) -> Iterator[Inline]:
    """Yield what `paragraph` (`w:p`) shows, in order."""
    # Whether each field under way, from the outside in, has come to its result. A code never goes on into the
    # next paragraph, so a field without an end cannot swallow the rest of the document.
    fields: list[bool] = []
    yield from _inside(paragraph, fields)


def _inside(node: Node, fields: list[bool]) -> Iterator[Inline]:
    for item in node:
        if item.tag == _RUN:
            run = child(item, "w:rPr")
            yield from _run(item, run, fields)
        elif item.tag in _MATH:
            yield Inline(Kind.TEXT, "".join(t.text or "" for t in item.iter(qualified("m:t"))))
        elif item.tag in _CONTAINERS:
            yield from _inside(item, fields)
        elif item.tag == _ALTERNATIVES:
            yield from _inside(_chosen(item), fields)


def _chosen(alternatives: Node) -> Node:
    """Return the alternative to show: the first that holds text, else the first."""
    options = list(alternatives)
    first = options[0] if options else alternatives
    return next((option for option in options if next(option.iter(_TEXT), None) is not None), first)


def _run(node: Node, run: Node | None, fields: list[bool]) -> Iterator[Inline]:
    for item in node:
        if item.tag == _FIELD:
            _step(fields, value(item, "w:fldCharType"))
        elif item.tag == _RENDERED:
            yield Inline(Kind.RENDERED_BREAK)
        elif item.tag == _ALTERNATIVES:
            yield from _run(_chosen(item), run, fields)
        elif all(fields):
            yield from _visible(item, run)


def _step(fields: list[bool], kind: str | None) -> None:
    if kind == "begin":
        fields.append(False)
    elif fields and kind == "separate":
        fields[-1] = True
    elif fields and kind == "end":
        fields.pop()


def _visible(item: Node, run: Node | None) -> Iterator[Inline]:
    if item.tag == _TEXT:
        yield Inline(Kind.TEXT, item.text or "", run)
    elif item.tag in _FIXED:
        yield Inline(Kind.TEXT, _FIXED[item.tag], run)
    elif item.tag == _SYMBOL:
        font = value(item, "w:font") or ""
        yield Inline(Kind.TEXT, _symbol(item, font), run, font=font)
    elif item.tag in (_BREAK, _RETURN):
        is_page = value(item, "w:type") == "page"
        yield Inline(Kind.PAGE_BREAK if is_page else Kind.LINE_BREAK)
    elif item.tag in _NOTES:
        yield Inline(_NOTES[item.tag], value(item, "w:id") or "")
    elif item.tag in _OBJECTS:
        yield from _object(item, _area(item))


def _symbol(item: Node, font: str) -> str:
    try:
        code = int(value(item, "w:char") or "", 16)
        sign = chr(code)
    except (ValueError, OverflowError):
        return _UNKNOWN_SIGN
    if encoding_of(font):
        return narrow(sign)
    for name, signs in _SYMBOLS.items():
        if font.casefold().startswith(name):
            # Below 0x40 Symbol has ASCII's digits and punctuation, Wingdings has pictures.
            plain = chr(code & 0xFF) if name == "symbol" and code & 0xFF < 0x40 else _UNKNOWN_SIGN
            return signs.get(code & 0xFF, plain)
    return _UNKNOWN_SIGN if 0xE000 <= code < 0xF900 else sign


def _object(node: Node, area: float) -> Iterator[Inline]:
    for item in node:
        if item.tag == _BOX:
            yield Inline(Kind.BOX, node=item)
        elif item.tag == _ALTERNATIVES:
            yield from _object(_chosen(item), area)
        elif item.tag in (_BLIP, _IMAGE_DATA):
            yield Inline(Kind.PICTURE, value(item, "r:embed") or value(item, "r:id") or "", area=area)
        else:
            yield from _object(item, area)


def _area(node: Node) -> float:
    extent = next(node.iter(qualified("wp:extent")), None)
    if extent is not None:
        width, height = extent.get("cx") or "0", extent.get("cy") or "0"
        return int(width) / _EMU_PER_MM * int(height) / _EMU_PER_MM if width.isdigit() and height.isdigit() else 0.0
    shape = next((item for item in node.iter() if item.get("style")), None)
    sides = {m[1].lower(): float(m[2]) * _MM[(m[3] or "").lower()] for m in _VML_LENGTH.finditer(_style(shape))}
    return sides.get("width", 0.0) * sides.get("height", 0.0)


def _style(shape: Node | None) -> str:
    return (shape.get("style") if shape is not None else None) or ""
