"""The compiled report as a Word file. The only module that writes with python-docx.

python-docx gives the package: parts, relations, headers, properties. Text comes from `compile.wordml` as whole
elements, because adding paragraphs and comments one by one takes quadratic time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, time
from io import BytesIO

import docx
from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.part import XmlPart
from docx.oxml import parse_xml
from docx.oxml.xmlchemy import BaseOxmlElement

from tonghop.compile.archive import repack
from tonghop.compile.content import Document
from tonghop.compile.district import compose
from tonghop.compile.frame import issuer_of
from tonghop.compile.styles import NAMESPACES, settings_xml, styles_xml
from tonghop.compile.wordml import WordBody, header_xml
from tonghop.records import DistrictReport, Evidence
from tonghop.settings import CompileSettings

__all__ = ["write_document", "write_report"]

# Parts of python-docx's template that a report has no use for: Office 2007's theme, fonts, thumbnail, lists.
_UNUSED = frozenset(
    {
        RELATIONSHIP_TYPE.CUSTOM_XML,
        RELATIONSHIP_TYPE.FONT_TABLE,
        RELATIONSHIP_TYPE.NUMBERING,
        RELATIONSHIP_TYPE.THEME,
        RELATIONSHIP_TYPE.THUMBNAIL,
        RELATIONSHIP_TYPE.WEB_SETTINGS,
        RELATIONSHIP_TYPE.EXTENDED_PROPERTIES,
        "http://schemas.microsoft.com/office/2007/relationships/stylesWithEffects",
    }
)
_AT_ONCE = 500  # elements parsed together: bounds memory, keeps the parser's own limits far away


def write_report(
    report: DistrictReport, settings: CompileSettings, render: Callable[[Evidence], str], draft: bool
) -> bytes:
    """Return the compiled report as a .docx. Same input, same bytes.

    `render` says evidence as a sentence, in Vietnamese. With `draft` the first page says so, and every paragraph
    that comes from a unit carries a comment on its source.
    """
    document = compose(report, settings, render, is_draft=draft)
    author = issuer_of(report.request, settings)
    return write_document(document, author, report.request.deadline, has_comments=draft)


def write_document(document: Document, author: str, day: date, *, has_comments: bool = False) -> bytes:
    """Return `document` as a .docx; `day` stands in its properties and comments, never the clock."""
    body = WordBody(day, is_commented=has_comments)
    body.write(document)
    word = docx.Document()
    _drop_unused(word)
    _fill(word.styles.element, [parse_xml(styles_xml())])
    _fill(word.settings.element, [parse_xml(settings_xml())])
    _fill(word.element.body, _parsed("w:body", body.elements))
    _set_headers(word)
    if body.comments:
        _set_comments(word, body.comments)
    _set_properties(word, document, author, day)
    saved = BytesIO()
    word.save(saved)
    return repack(saved.getvalue())


def _drop_unused(word: WordDocument) -> None:
    for relations in (word.part.rels, word.part.package.rels if word.part.package else {}):
        for key in [key for key, relation in relations.items() if relation.reltype in _UNUSED]:
            del relations[key]


def _parsed(root: str, elements: list[str]) -> Iterator[BaseOxmlElement]:
    """Yield `elements` parsed inside elements `root`, in their order, and empty the list on the way."""
    elements.reverse()
    while elements:
        batch = [elements.pop() for _ in range(min(_AT_ONCE, len(elements)))]
        yield parse_xml(f"<{root} {NAMESPACES}>{''.join(batch)}</{root}>")


def _fill(target: BaseOxmlElement, sources: Iterable[BaseOxmlElement]) -> None:
    """Replace the children of `target` by those of `sources`."""
    for child in list(target):
        target.remove(child)
    for source in sources:
        for child in list(source):
            target.append(child)


def _set_headers(word: WordDocument) -> None:
    for section in word.sections:
        for header, has_number in ((section.header, True), (section.first_page_header, False)):
            header.is_linked_to_previous = False
            xml = f"<w:hdr {NAMESPACES}>{header_xml(has_number=has_number)}</w:hdr>"
            _fill(header.part.element, [parse_xml(xml)])


def _set_comments(word: WordDocument, comments: list[str]) -> None:
    # Asking for the comments makes their part; its element is then filled in one go.
    assert len(word.comments) == 0
    part = word.part.part_related_by(RELATIONSHIP_TYPE.COMMENTS)
    assert isinstance(part, XmlPart)
    _fill(part.element, _parsed("w:comments", comments))


def _set_properties(word: WordDocument, document: Document, author: str, day: date) -> None:
    moment = datetime.combine(day, time(), UTC)
    properties = word.core_properties
    properties.title = f"{document.kind} {document.subject}"[:255]
    properties.author = properties.last_modified_by = author[:255]
    properties.subject = properties.keywords = properties.comments = properties.category = ""
    properties.language = "vi-VN"
    properties.revision = 1
    properties.created = properties.modified = moment
