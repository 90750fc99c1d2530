"""The tables of a page, whatever it came from: what `reader` asks for.

digital PDF: the lines it draws (pdfplumber) → lattice → the text layer's words into cells
scan:        the rules in its image (OpenCV) → lattice → tesseract's words into cells, doubtful cells read again
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2

from tonghop.errors import ChildProcessFailed, LayoutUnreadable, PageTimeout
from tonghop.ingest import drawnrules, tesseract
from tonghop.ingest.celltable import ruled_tables
from tonghop.ingest.condition import Conditioned
from tonghop.ingest.lattice import find_lattices
from tonghop.ingest.scantable import ScannedTables, read_ruled_tables
from tonghop.records import Line, ProcessingStep, Table
from tonghop.settings import IngestSettings

__all__ = ["read_drawn_tables", "read_scanned_tables"]


def read_drawn_tables(
    lines: Sequence[Line], path: Path, number: int, dpi: int
) -> tuple[tuple[Line, ...], tuple[Table, ...], tuple[ProcessingStep, ...]]:
    """Return the text layer of PDF page `number` with the rows of its ruled tables joined, the tables, and the step.

    `lines` have boxes in pixels at `dpi`. A page whose drawing pdfplumber cannot read keeps its lines as they are, and
    the step says so: poppler could read its words.
    """
    try:
        rules = drawnrules.read_rules(path, number, dpi)
    except LayoutUnreadable as error:
        return tuple(lines), (), (_step(("failed", error.sentence())),)
    found, tables = ruled_tables(lines, find_lattices(rules.level, rules.upright, dpi))
    return found, tables, (_step(("tables", str(len(tables)))),) if tables else ()


def read_scanned_tables(page: Conditioned, lines: Sequence[Line], settings: IngestSettings) -> ScannedTables:
    """Return the reading `lines` of `page` with the rows of its ruled tables joined, the tables, and the steps.

    Where the tables cannot be found, or their cells not be read on their own, the lines stay as the page was read,
    which loses every second number of a table: the page has doubt, and the step says what failed.
    """
    try:
        return read_ruled_tables(page, lines, settings)
    except (ChildProcessFailed, PageTimeout) as error:
        step = ProcessingStep("read-cells", "tesseract", tesseract.version(), (("failed", error.sentence()),))
    except (cv2.error, ValueError, IndexError, ZeroDivisionError) as error:
        # What image and lattice can raise on a page that nobody foresaw: its reading must not go with its tables.
        failed = f"{type(error).__name__}: {error}"[:200]
        step = ProcessingStep("find-tables", "opencv", cv2.__version__, (("failed", failed),))
    return ScannedTables(tuple(lines), steps=(step,), has_doubt=True)


def _step(*settings: tuple[str, str]) -> ProcessingStep:
    return ProcessingStep("find-tables", "pdfplumber", drawnrules.version(), settings)
