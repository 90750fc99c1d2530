"""The rules that a PDF page draws, with pdfplumber. The only module that imports it.

Words come from poppler (`textlayer`); only the lines are asked for here, in its units: pixels at the given resolution,
origin at the top left of what the page shows.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pdfplumber
from pdfplumber.utils.pdfinternals import resolve

from tonghop.errors import LayoutUnreadable
from tonghop.ingest.lattice import Rule

__all__ = ["DrawnRules", "read_rules", "version"]

_THIN = 3.0  # points: a filled box thinner than this is a rule, as Word writes them
_PALE = 0.9  # of white, from which a colour cannot be seen on paper
_MOST_BYTES = 4_000_000  # of drawing commands: a page of text and tables has a hundredth, a map a hundred times as many
_MOST_LINES = 20_000

_Edge = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class DrawnRules:
    """The rules of a page: `level` at y, from x to x; `upright` at x, from y to y."""

    level: tuple[Rule, ...] = ()
    upright: tuple[Rule, ...] = ()


def version() -> str:
    """Return pdfplumber's version."""
    return str(pdfplumber.__version__)


def read_rules(path: Path, number: int, dpi: int) -> DrawnRules:
    """Return the level and upright lines that PDF page `number` (from 1) draws visibly, in pixels at `dpi`.

    None where the page's drawing is out of all proportion. Raises `LayoutUnreadable` when pdfplumber cannot read it.
    """
    try:
        with pdfplumber.open(path, pages=[number]) as document:
            page = document.pages[0]
            if not _is_light(page):
                return DrawnRules()
            lines = [edge for item in _drawn(page) for edge in _edges(item)]
            left, top = page.cropbox[:2]
    except Exception as error:  # pdfminer lets errors of every kind through
        raise LayoutUnreadable(name=path.name, detail=f"{type(error).__name__}: {error}"[:200]) from error
    if len(lines) > _MOST_LINES:
        return DrawnRules()
    moved = [_scaled(edge, left, top, dpi / 72) for edge in lines]
    return DrawnRules(
        tuple(Rule(y0, x0, x1) for x0, y0, x1, y1 in moved if x1 - x0 >= y1 - y0),
        tuple(Rule(x0, y0, y1) for x0, y0, x1, y1 in moved if x1 - x0 < y1 - y0),
    )


def _is_light(page: Any) -> bool:
    """Return whether the page's drawing commands are few, without unpacking more than that many."""
    room = _MOST_BYTES
    for stream in page.page_obj.contents:
        data = getattr(resolve(stream), "rawdata", None) or b""
        with suppress(zlib.error):  # not packed, or in another way: as many bytes as it has
            data = zlib.decompressobj().decompress(data, room)
        room -= len(data)
        if room <= 0:
            return False
    return True


def _drawn(page: Any) -> Iterator[dict[str, Any]]:
    yield from page.lines
    yield from page.rects


def _edges(item: dict[str, Any]) -> Iterator[_Edge]:
    """Yield the lines that an object shows: itself, the middle of a thin filled box, the four sides of a drawn one."""
    x0, top, x1, bottom = (float(item[key]) for key in ("x0", "top", "x1", "bottom"))
    wide, high = x1 - x0, bottom - top
    is_filled = item.get("fill") and not _is_pale(item.get("non_stroking_color"))
    is_stroked = item.get("stroke") and not _is_pale(item.get("stroking_color"))
    if not (is_stroked or (is_filled and min(wide, high) <= _THIN)):
        return
    if high <= _THIN:
        yield x0, (top + bottom) / 2, x1, (top + bottom) / 2
    elif wide <= _THIN:
        yield (x0 + x1) / 2, top, (x0 + x1) / 2, bottom
    elif item["object_type"] == "rect":
        yield x0, top, x1, top
        yield x0, bottom, x1, bottom
        yield x0, top, x0, bottom
        yield x1, top, x1, bottom


def _is_pale(colour: Any) -> bool:
    """Return whether a colour is that of paper. Patterns and unknown colour spaces are taken for visible."""
    parts = colour if isinstance(colour, (tuple, list)) else (colour,)
    if not parts or not all(isinstance(part, (int, float)) for part in parts):
        return False
    return bool(max(parts) <= 1 - _PALE if len(parts) == 4 else min(parts) >= _PALE)  # ink (CMYK), else light


def _scaled(edge: _Edge, left: float, top: float, scale: float) -> _Edge:
    x0, y0, x1, y1 = edge
    return (x0 - left) * scale, (y0 - top) * scale, (x1 - left) * scale, (y1 - top) * scale
