"""What a text layer is set in: its fonts, and whether its words can be seen or lie under an image of the page.

Words that cannot be seen are the reading of some scanner's OCR: nothing on the page shows whether they are right.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from tonghop.ingest.poppler import ask_poppler
from tonghop.records import Box, Line
from tonghop.settings import IngestSettings

__all__ = ["FontRun", "LayerKind", "font_of", "font_runs", "layer_kind"]

_PAGE_IMAGE = 0.8  # of the page's area, all its images together: scanners store pages in one piece or in strips
_SHOWN = 0.5  # of the letters; a digital signature shows some words over a hidden layer
_IMAGE = re.compile(r"^\s*\d+\s+\d+\s+(?:image|stencil)\s+(\d+)\s+(\d+)\s.*?\s(\d+)\s+(\d+)\s+\S+\s+\S+$", re.MULTILINE)
_FONT = re.compile(r'<fontspec id="(\d+)"[^>]* family="([^"]*)"')
_RUN = re.compile(
    r'<text top="(-?[\d.]+)" left="(-?[\d.]+)" width="(-?[\d.]+)" height="(-?[\d.]+)" font="(\d+)">(.*?)</text>'
)
_TAG = re.compile(r"<[^>]*>")


class LayerKind(StrEnum):
    """How the words of a layer stand on their page."""

    VISIBLE = "visible"  # they are what is seen
    INVISIBLE = "invisible"  # not drawn, or on a page that an image fills


@dataclass(frozen=True, slots=True)
class FontRun:
    """Text in one font. `box` in pixels of the layer's resolution; `font` without the tag of a subset."""

    font: str
    text: str
    box: Box


def layer_kind(
    path: Path, number: int, lines: Sequence[Line], size: tuple[float, float], settings: IngestSettings
) -> LayerKind:
    """Return whether the words `lines` of PDF page `number`, `size` points large, can be seen.

    Raises `MissingDependency`, `PageTimeout`, `ChildProcessFailed`.
    """
    found = _IMAGE.findall(ask_poppler("pdfimages", path, number, settings, "-list"))
    areas = [int(w) / int(x) * int(h) / int(y) for w, h, x, y in found if int(x) and int(y)]  # square inches
    if sum(areas) * 72**2 >= _PAGE_IMAGE * size[0] * size[1]:
        return LayerKind.INVISIBLE
    letters = sum(len(word.raw) for line in lines for word in line.words)
    shown = sum(len("".join(run.text.split())) for run in font_runs(path, number, 72, settings, hidden=False))
    return LayerKind.INVISIBLE if shown < _SHOWN * letters else LayerKind.VISIBLE


def font_runs(
    path: Path, number: int, dpi: int, settings: IngestSettings, *, hidden: bool = True
) -> tuple[FontRun, ...]:
    """Return the text of PDF page `number` by fonts, boxes in pixels at `dpi`; that not drawn only when `hidden`.

    Raises `MissingDependency`, `PageTimeout`, `ChildProcessFailed`.
    """
    options = ("-q", "-xml", "-i", "-stdout", "-zoom", "1", "-noroundcoord", "-nomerge", "-fontfullname")
    xml = ask_poppler("pdftohtml", path, number, settings, *options, *(("-hidden",) if hidden else ()))
    fonts = {key: html.unescape(name).rpartition("+")[2] for key, name in _FONT.findall(xml)}
    runs = []
    for *edges, key, marked in _RUN.findall(xml):
        top, left, width, height = (float(edge) * dpi / 72 for edge in edges)
        box = (max(0, int(left)), max(0, int(top)), max(0, int(left + width)), max(0, int(top + height)))
        runs.append(FontRun(fonts.get(key, ""), html.unescape(_TAG.sub("", marked)), box))
    return tuple(runs)


def font_of(box: Box, runs: Sequence[FontRun]) -> str:
    """Return the font of the run that shares most area with `box`; "" where none does."""
    shares = [(_shared(box, run.box), run.font) for run in runs]
    area, font = max(shares, key=lambda share: share[0], default=(0, ""))
    return font if area else ""


def _shared(one: Box, other: Box) -> int:
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    return wide * high if wide > 0 and high > 0 else 0
