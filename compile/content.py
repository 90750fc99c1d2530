"""What a document says, in order, before any file format: a pure tree of records, and the same as plain text.

`compile.district` builds the tree, `compile.docx` writes it as a Word file, the golden tests read it as text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

__all__ = [
    "Annex",
    "Block",
    "Column",
    "Document",
    "Masthead",
    "Paragraph",
    "Run",
    "Signature",
    "Source",
    "Style",
    "Table",
    "plain_text",
]


class Style(StrEnum):
    """What a paragraph is. The writer decides how each looks."""

    SECTION = "section"  # I. IN CAPITALS
    FIELD = "field"  # 1. A titled clause
    GROUP = "group"  # a heading inside an annex
    BODY = "body"
    LEAD = "lead"  # whose words follow: stays on their page
    CLOSING = "closing"  # the last sentence: stays on the signature's page


@dataclass(frozen=True, slots=True)
class Run:
    """Words in one typeface."""

    text: str
    bold: bool = False
    italic: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """Where a paragraph comes from. `method` tells how its heading was found.

    `confidence` (0 to 1) is how alike the words are, where they were found nearly (`fuzzy`). `repairs` are the words
    of the paragraph that were read otherwise: (as read, as it stands here). `unread` is that of the letterhead.
    """

    unit: str
    file: str
    number: str | None = None
    dated: date | None = None
    pages: tuple[int, ...] = ()
    method: str = "none"
    confidence: float = 1.0
    repairs: tuple[tuple[str, str], ...] = ()
    unread: tuple[str, ...] = ()
    has_page_breaks: bool = False  # its pages are those between page breaks: a Word file has no others of its own


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; `sources` name the reports its words come from, none when the words are our own."""

    style: Style
    runs: tuple[Run, ...]
    sources: tuple[Source, ...] = ()

    @property
    def text(self) -> str:
        """The words alone."""
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its title, its width in millimetres, whether its cells are centred."""

    title: str
    width: float
    is_centred: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a title row that repeats on every page.

    `spans` is the number of leading columns whose equal neighbours below are one cell. `sources` as of a paragraph.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    spans: int = 0
    sources: tuple[Source, ...] = ()

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError("every row has one cell for each column")


Block = Paragraph | Table


@dataclass(frozen=True, slots=True)
class Masthead:
    """The head of page 1: who writes, to whom the State's name belongs, number, place and date."""

    parent: str
    issuer: tuple[str, ...]  # its lines
    number: str
    place_and_date: str
    is_draft: bool = False


@dataclass(frozen=True, slots=True)
class Signature:
    """The foot: recipients line by line; authority, title and name of the signer, each may be empty."""

    recipients: tuple[str, ...]
    authority: str = ""
    title: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Annex:
    """An annex: "Phụ lục I", its title in capitals, the document it belongs to, what it says."""

    label: str
    title: str
    attached_to: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A whole administrative document."""

    masthead: Masthead
    kind: str  # "BÁO CÁO"
    subject: str
    addressees: tuple[str, ...]
    blocks: tuple[Block, ...]
    signature: Signature
    annexes: tuple[Annex, ...] = ()


def plain_text(document: Document) -> str:
    """Return the document as text: a line for each paragraph and table row, sources after `⟵`."""
    return "\n".join(_document_lines(document)) + "\n"


def _document_lines(document: Document) -> Iterator[str]:
    head = document.masthead
    yield " / ".join(part for part in (head.parent, *head.issuer) if part)
    yield from (head.number, head.place_and_date)
    if head.is_draft:
        yield "DỰ THẢO"
    yield from ("", document.kind, document.subject, "")
    yield from (f"Kính gửi: {addressee}" for addressee in document.addressees)
    yield from _block_lines(document.blocks)
    foot = document.signature
    yield from ("", "Nơi nhận:", *foot.recipients, "", f"{foot.authority} | {foot.title} | {foot.name}")
    for annex in document.annexes:
        yield from ("", f"=== {annex.label} ===", annex.title, annex.attached_to)
        yield from _block_lines(annex.blocks)


def _block_lines(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Table):
            yield " | ".join(column.title for column in block.columns) + _source_text(block.sources)
            yield from (" | ".join(row) for row in block.rows)
        else:
            yield f"{_MARKS[block.style]}{block.text}{_source_text(block.sources)}"


_MARKS = {
    Style.SECTION: "\n# ",
    Style.FIELD: "\n## ",
    Style.GROUP: "\n# ",
    Style.BODY: "",
    Style.LEAD: "",
    Style.CLOSING: "",
}


def _source_text(sources: tuple[Source, ...]) -> str:
    if not sources:
        return ""
    parts = (f"{source.file} p. {','.join(map(str, source.pages)) or '-'}" for source in sources)
    return f"  ⟵ {'; '.join(parts)}"
