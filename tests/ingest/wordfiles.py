"""Small Word files for tests: python-docx makes the package, the parts that matter are written as XML."""

from __future__ import annotations

from pathlib import Path

import docx
from docx.document import Document
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml.parser import parse_xml

from tonghop.ingest.word import read_word
from tonghop.records import Line, Page
from tonghop.settings import IngestSettings

__all__ = ["level", "lines", "make", "numbered", "pages", "texts"]

SPACES = " ".join(
    f'xmlns:{prefix}="{uri}"'
    for prefix, uri in {
        "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
        "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
        "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
        "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
        "v": "urn:schemas-microsoft-com:vml",
        "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
    }.items()
)


def make(path: Path, body: str, *, numbering: str = "", styles: str = "", footnotes: str = "") -> Path:
    """Write a Word file whose body holds the XML `body`; the other parts likewise, styles added to the usual ones."""
    document = docx.Document()
    element = document.element.body
    for item in list(element):
        element.remove(item)
    for item in parse_xml(f"<w:body {SPACES}>{body}</w:body>"):
        element.append(item)
    for style in parse_xml(f"<w:styles {SPACES}>{styles}</w:styles>"):
        document.styles.element.append(style)
    part = document.part.numbering_part.element
    for item in list(part):
        part.remove(item)
    for item in parse_xml(f"<w:numbering {SPACES}>{numbering}</w:numbering>"):
        part.append(item)
    if footnotes:
        _add_footnotes(document, f"<w:footnotes {SPACES}>{footnotes}</w:footnotes>")
    document.save(str(path))
    return path


def _add_footnotes(document: Document, xml: str) -> None:
    name = PackURI("/word/footnotes.xml")
    part = Part(name, CONTENT_TYPE.WML_FOOTNOTES, xml.encode(), document.part.package)
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)


def level(index: int, text: str, kind: str = "decimal", more: str = "", start: int = 1) -> str:
    """One `w:lvl` of a list."""
    return (
        f'<w:lvl w:ilvl="{index}"><w:start w:val="{start}"/><w:numFmt w:val="{kind}"/>{more}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


def numbered(index: int, list_id: int = 1, text: str = "x") -> str:
    """One paragraph on a level of a list."""
    return (
        f'<w:p><w:pPr><w:numPr><w:ilvl w:val="{index}"/><w:numId w:val="{list_id}"/></w:numPr></w:pPr>'
        f"<w:r><w:t>{text}</w:t></w:r></w:p>"
    )


def pages(path: Path) -> tuple[Page, ...]:
    return read_word(path, "báo cáo.docx", IngestSettings())


def lines(path: Path) -> list[Line]:
    return [line for page in pages(path) for line in page.lines]


def texts(path: Path) -> list[str]:
    return [line.text for line in lines(path)]
