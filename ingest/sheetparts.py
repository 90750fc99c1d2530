"""How large a workbook really is: counted in its sheets' XML before a library builds cells from it.

A sheet of a few hundred bytes may merge 17 thousand million cells, or have one cell at its far end: what is counted
here is what a reader would build.
"""

from __future__ import annotations

import posixpath
import re
import xml.parsers.expat
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

from tonghop.errors import LayoutUnreadable, TooManyCells
from tonghop.ingest.zipsafe import MEGABYTE, read_member

__all__ = ["MAX_CELLS", "SheetCount", "count_cells"]

MAX_CELLS = 200_000  # some hundred dense pages; as objects they take 100 MB
_MAX_XML = 30 * MEGABYTE
_RANGE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?")


@dataclass(slots=True)
class SheetCount:
    """What a sheet holds: `cells` with merged ones, `formulas` without a result, whether there is a drawing.

    `filled` are row and column, from 1, of the cells with a value.
    """

    cells: int = 0
    formulas: int = 0
    filled: list[tuple[int, int]] = field(default_factory=list)
    has_drawing: bool = False


def count_cells(archive: zipfile.ZipFile, name: str) -> dict[str, SheetCount]:
    """Return what each sheet holds, by its title. Raises `TooManyCells`, `LayoutUnreadable`.

    Every XML part is looked at, whatever its name: what is a sheet is decided by its first element.
    """
    parts: dict[str, _Part] = {}
    for member in archive.infolist():
        if member.filename.lower().endswith((".xml", ".rels")) or "worksheet" in member.filename.lower():
            parts[member.filename] = _look(read_member(archive, member, name, _MAX_XML), name)
            if sum(part.count.cells for part in parts.values()) > MAX_CELLS:
                raise TooManyCells(name=name, limit=MAX_CELLS)
    return {title: parts[target].count for title, target in _titles(parts) if target in parts}


def _titles(parts: dict[str, _Part]) -> Iterator[tuple[str, str]]:
    """Yield title and part of each sheet, by the workbook's list of sheets and its relations."""
    for book, part in parts.items():
        folder, _, base = book.rpartition("/")
        relations = parts.get(f"{folder}/_rels/{base}.rels".lstrip("/"))
        if part.root == "workbook" and relations is not None:
            for title, key in part.sheets:
                target = relations.targets.get(key, "")
                yield title, target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{folder}/{target}")


def _look(chunks: Iterator[bytes], name: str) -> _Part:
    part = _Part(name)
    parser = xml.parsers.expat.ParserCreate()
    parser.StartElementHandler = part.start
    parser.EndElementHandler = part.end
    parser.CharacterDataHandler = part.text
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except xml.parsers.expat.ExpatError as error:
        raise LayoutUnreadable(name=name, detail=error) from error
    return part


class _Part:
    """One XML part, met element by element."""

    def __init__(self, name: str) -> None:
        self.root = ""
        self.count = SheetCount()
        self.sheets: list[tuple[str, str]] = []
        self.targets: dict[str, str] = {}
        self._name = name
        self._element = ""
        self._row, self._column = 0, 0
        self._inside: set[str] = set()
        self._has_value = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        local = tag.rpartition(":")[2]
        self.root = self.root or local
        self._element = local
        if self.root == "worksheet":
            self._in_sheet(local, attributes)
        elif local == "sheet":
            key = next((text for key, text in attributes.items() if key.endswith(":id")), "")
            self.sheets.append((attributes.get("name", ""), key))
        elif local == "Relationship":
            self.targets[attributes.get("Id", "")] = attributes.get("Target", "")

    def _in_sheet(self, local: str, attributes: dict[str, str]) -> None:
        if local == "c":
            self._inside = {"v"} if attributes.get("t") == "str" else set()  # an empty text is a result too
            self._has_value = False
            self._column += 1  # a cell that does not say where it is follows the one before
            if place := _RANGE.fullmatch(attributes.get("r", "").upper()):
                self._row, self._column = int(place[2]), _column(place[1])
            self._add(1)
        elif local == "row":
            number = attributes.get("r", "")
            self._row, self._column = int(number) if number.isdecimal() else self._row + 1, 0
        elif local == "mergeCell":
            self._add(_area(attributes.get("ref", "")))
        elif local == "drawing":
            self.count.has_drawing = True
        elif local == "f":
            self._inside.add("f")

    def end(self, tag: str) -> None:
        if self.root != "worksheet" or tag.rpartition(":")[2] != "c":
            return
        if self._has_value:
            self.count.filled.append((self._row, self._column))
        elif "f" in self._inside and "v" not in self._inside:
            self.count.formulas += 1

    def text(self, data: str) -> None:
        # A formula's own text is none of the value.
        self._has_value = self._has_value or (self._element in ("v", "t") and bool(data.strip()))

    def _add(self, cells: int) -> None:
        self.count.cells += cells
        if self.count.cells > MAX_CELLS:
            raise TooManyCells(name=self._name, limit=MAX_CELLS)


def _area(reference: str) -> int:
    match = _RANGE.fullmatch(reference.upper())
    if match is None or match[3] is None:
        return 1
    width, height = abs(_column(match[3]) - _column(match[1])) + 1, abs(int(match[4]) - int(match[2])) + 1
    return width * height


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
