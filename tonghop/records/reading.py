"""What was received and read: files, pages, lines, words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

__all__ = [
    "DOUBT",
    "Box",
    "CellSpan",
    "Correction",
    "Grade",
    "Line",
    "LineRole",
    "MediaType",
    "Origin",
    "Page",
    "ProcessingStep",
    "SourceFile",
    "Table",
    "Word",
    "share",
]

Box = tuple[int, int, int, int]


DOUBT = 0.5  # the most confidence of a word whose digits no two readings agree on (`Word.is_doubted`)


def share(name: str, value: float) -> None:
    """Raise `ValueError` unless `value` is between 0 and 1."""
    if not 0.0 <= value <= 1.0:
        raise ValueError(f"{name} must be between 0 and 1, not {value}")


class MediaType(StrEnum):
    """What a file is by its content."""

    PDF = "application/pdf"
    JPEG = "image/jpeg"
    PNG = "image/png"
    TIFF = "image/tiff"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    ZIP = "application/zip"
    DOC = "application/msword"
    ODT = "application/vnd.oasis.opendocument.text"
    RTF = "application/rtf"
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    EML = "message/rfc822"

    @property
    def is_container(self) -> bool:
        """Whether the file only holds documents, each a file of its own."""
        return self in (MediaType.ZIP, MediaType.EML)

    @property
    def is_typed(self) -> bool:
        """Whether the file holds text as it was typed, paragraph by paragraph, rather than printed pages."""
        return self in (MediaType.DOCX, MediaType.DOC, MediaType.ODT, MediaType.RTF, MediaType.XLSX)


class Origin(StrEnum):
    """Where the words of a page come from."""

    OCR = "ocr"  # read from the image
    TEXT_LAYER = "text-layer"  # taken from a digital PDF
    TYPED = "typed"  # taken from a Word file or a workbook


class Grade(StrEnum):
    """How far a page's reading can be trusted. Decided in one place: `ingest.grade`."""

    GOOD = "good"
    DOUBTFUL = "doubtful"
    UNREAD = "unread"  # nothing may be said to be absent from this page


class LineRole(StrEnum):
    """What a line is on its page. Whatever it is, it stays among the page's lines."""

    BODY = "body"
    RUNNING_HEAD = "running-head"  # the same at the top or the foot of page after page
    PAGE_NUMBER = "page-number"
    FOOTNOTE = "footnote"
    STAMP = "stamp"  # what a digital signature prints: who signed, and when


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file as received. `name` is data, never a path; `container` is the sha256 of the archive or mail it came in."""

    sha256: str
    name: str
    size: int
    received_at: datetime
    media_type: MediaType
    container: str | None = None

    def __post_init__(self) -> None:
        if len(self.sha256) != 64:
            raise ValueError("sha256 must be 64 hexadecimal digits")
        if self.received_at.tzinfo is None:
            raise ValueError("received_at must be aware")


@dataclass(frozen=True, slots=True)
class ProcessingStep:
    """What was done, with which engine and settings. Rides with the result."""

    action: str
    engine: str
    version: str
    settings: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Word:
    """A word. `raw` is what was read; `text` is what the program believes after repair.

    `second` is what another reading had at the same place, where there was one; it was not chosen.
    """

    text: str
    raw: str
    box: Box | None = None
    confidence: float = 1.0
    second: str = ""

    def __post_init__(self) -> None:
        share("confidence", self.confidence)
        if self.box and (self.box[0] > self.box[2] or self.box[1] > self.box[3]):
            raise ValueError(f"impossible box {self.box}")

    @property
    def is_doubted(self) -> bool:
        """Return whether its digits may not be stated as fact: no two readings agree on them, or hardly one is sure."""
        return self.confidence <= DOUBT


@dataclass(frozen=True, slots=True)
class Line:
    """A line as printed, or a whole paragraph of a Word file.

    `paragraph` numbers the paragraphs of a page from 0. `is_bold`, `size` (points) and `indent` (points from
    the text's left margin) are None when not known. `label` is Word's automatic number, also the first word.
    `role` is decided over all pages of a document, by `extract.roles`; a reader knows it of a Word file's notes alone.
    """

    words: tuple[Word, ...]
    paragraph: int = 0
    is_bold: bool | None = None
    is_centred: bool | None = None
    size: float | None = None
    indent: float | None = None
    label: str = ""
    table: int | None = None  # position in `Page.tables` when the line is a row of it
    role: LineRole = LineRole.BODY

    @property
    def text(self) -> str:
        """The words, with single spaces."""
        return " ".join(w.text for w in self.words)

    @property
    def box(self) -> Box | None:
        """The smallest box around all words that have one."""
        boxes = [w.box for w in self.words if w.box]
        if not boxes:
            return None
        return (min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes))


@dataclass(frozen=True, slots=True)
class CellSpan:
    """A merged cell of a table: its first row and column, counted from 0, and how many it covers of each."""

    row: int
    column: int
    rows: int
    columns: int

    def __post_init__(self) -> None:
        if min(self.row, self.column) < 0 or min(self.rows, self.columns) < 1 or self.rows * self.columns < 2:
            raise ValueError(f"no merged cell: {self}")


@dataclass(frozen=True, slots=True)
class Table:
    """A table; merged cells repeat their text in every cell they cover, and `spans` tells which they are.

    So `rows` answers what stands at a place of the grid, and a head over two columns belongs to both. The lines of
    the page hold a merged cell once, where it begins: `a | b | c`, with nothing between the bars of its lower rows.
    """

    rows: tuple[tuple[str, ...], ...]
    box: Box | None = None
    spans: tuple[CellSpan, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """A page as read. `rotation` (0, 90, 180, 270) and `skew` were applied to the image before reading.

    `ink_coverage` is the share of ink pixels inside word boxes once the seal is taken out, None when there is
    no image. `width`, `height` in pixels. `error` is the code of the `TonghopError` that stopped the reading.
    """

    number: int
    origin: Origin
    grade: Grade
    lines: tuple[Line, ...] = ()
    tables: tuple[Table, ...] = ()
    rotation: int = 0
    skew: float = 0.0
    dpi: int | None = None
    width: int | None = None
    height: int | None = None
    ink_coverage: float | None = None
    steps: tuple[ProcessingStep, ...] = ()
    error: str | None = None
    error_detail: str = ""

    def __post_init__(self) -> None:
        if self.number < 1:
            raise ValueError("pages count from 1")
        if self.rotation not in (0, 90, 180, 270):
            raise ValueError("rotation must be 0, 90, 180 or 270")
        if self.ink_coverage is not None:
            share("ink_coverage", self.ink_coverage)
        if self.error and self.grade is not Grade.UNREAD:
            raise ValueError("a failed page is unread")

    @property
    def text(self) -> str:
        """The lines of the page, one a line."""
        return "\n".join(line.text for line in self.lines)


@dataclass(frozen=True, slots=True)
class Correction:
    """A word that repair changed. Reversible: `before` is the word's `raw`."""

    page: int
    line: int
    word: int
    before: str
    after: str
    posterior: float
    reason: str
