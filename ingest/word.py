"""Word files (.docx) to pages of lines, as Word shows them: numbers written out, changes accepted, no headers.

Pages are those of the last time Word laid the file out (`w:lastRenderedPageBreak`), and the author's own breaks;
a file that Word never laid out, such as one from another program, has the author's breaks alone.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import docx
from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.exceptions import OpcError
from docx.oxml.parser import parse_xml

from tonghop.errors import N_, LayoutUnreadable
from tonghop.ingest.decoding import Decoder, Decoding, Piece
from tonghop.ingest.numbering import Numbering, parse_numbering
from tonghop.ingest.store import open_regular, safe_label
from tonghop.ingest.wordinline import Inline, Kind, inlines
from tonghop.ingest.wordpages import A4_MM2, Item, Note, PageBreak, Picture, Row, ShownLine, build_pages
from tonghop.ingest.wordstyles import Styles, read_list
from tonghop.ingest.wordtable import Cell, is_layout, table_rows
from tonghop.ingest.wordxml import Indent, Node, child, children, qualified, value
from tonghop.records import Grade, Line, Page, ProcessingStep, Word
from tonghop.settings import IngestSettings
from tonghop.text import clean, nfc

__all__ = ["Scan", "WordPage", "read_word", "read_word_pages"]

_P, _TBL, _ALT_CHUNK = qualified("w:p"), qualified("w:tbl"), qualified("w:altChunk")
_WRAPPERS = frozenset(
    qualified(name) for name in ("w:sdt", "w:sdtContent", "w:customXml", "w:ins", "w:moveTo", "mc:AlternateContent")
)
_ALTERNATIVES = qualified("mc:AlternateContent")
_SAME_PAGE = frozenset({"continuous", "nextColumn"})
_DAMAGE = (OpcError, KeyError, ValueError, SyntaxError, zipfile.BadZipFile, EOFError, OSError, AttributeError)
_SMALL = 0.05  # share of an A4 page: a logo, an icon, a signature


@dataclass(frozen=True, slots=True)
class Scan:
    """A picture that may show a page: its file as it lies in the Word file, empty when it is only linked to.

    `area` in square millimetres, 0.0 when the file does not say.
    """

    data: bytes
    area: float


@dataclass(frozen=True, slots=True)
class WordPage:
    """A page as typed, and its pictures, in order, where they may be scans of paper. Small ones are left out."""

    page: Page
    scans: tuple[Scan, ...]
    typed: Grade = Grade.GOOD  # the grade of what was typed, whatever the pictures hold


def read_word(path: Path, name: str, settings: IngestSettings) -> tuple[Page, ...]:
    """Return the pages of the Word file at `path` as typed; their pictures are not read. See `read_word_pages`."""
    return tuple(built.page for built in read_word_pages(path, name, settings))


def read_word_pages(path: Path, name: str, settings: IngestSettings) -> tuple[WordPage, ...]:  # noqa: ARG001 - the readers' common form
    """Return the pages of the Word file at `path`, in order, at least one; `name` is what errors call it.

    A page with nothing on it but pictures is unread and says so; one whose pictures take much of it is
    doubtful. Raises `LayoutUnreadable` when the file or a part of it is damaged, `UnreadableInput` when it
    cannot be opened.
    """
    document = _open(path, name)
    try:
        reader = _Reader(document)
    except SyntaxError as error:  # what the XML parser raises
        raise LayoutUnreadable(name=safe_label(name), detail=error) from error
    pages = build_pages(reader.document(), ProcessingStep("read_word", "python-docx", docx.__version__))
    return tuple(WordPage(one.page, _scans(document, one.scans), one.typed) for one in pages)


def _scans(document: Document, pictures: tuple[Picture, ...]) -> tuple[Scan, ...]:
    parts = document.part.related_parts
    large = (picture for picture in pictures if not 0 < picture.area < _SMALL * A4_MM2)
    return tuple(Scan(parts[one.key].blob if one.key in parts else b"", one.area) for one in large)


def _open(path: Path, name: str) -> Document:
    try:
        with open_regular(path, name) as file:
            document = docx.Document(file)
            body = document.element.body
    except _DAMAGE as error:
        raise LayoutUnreadable(name=safe_label(name), detail=error) from error
    if body is None:
        raise LayoutUnreadable(name=safe_label(name), detail=N_("word/document.xml has no body"))
    if next(body.iter(_ALT_CHUNK), None) is not None:
        raise LayoutUnreadable(name=safe_label(name), detail=N_("its text is another file inside it (altChunk)"))
    return document


def _related(document: Document, kind: str) -> Node | None:
    """Return the root of the part that the document relates to as `kind`, None when it has none."""
    try:
        blob = document.part.part_related_by(kind).blob
    except KeyError:
        return None
    return parse_xml(blob)


@dataclass(slots=True)
class _Pieces:
    """The text of a line under way, and how it looks."""

    parts: list[Piece] = field(default_factory=list)
    bold: set[bool] = field(default_factory=set)
    sizes: dict[float, int] = field(default_factory=dict)

    def add(self, part: Piece, size: float, *, is_bold: bool) -> None:
        self.parts.append(part)
        if visible := len(part.text) - part.text.count(" "):
            self.bold.add(is_bold)
            self.sizes[size] = self.sizes.get(size, 0) + visible

    def size(self) -> float | None:
        return max(self.sizes, key=lambda size: self.sizes[size]) if self.sizes else None


def _words(text: str) -> list[Word]:
    tokens = ((clean(token), token) for token in nfc(text).split())
    return [Word(shown, raw) for shown, raw in tokens if shown]


class _Reader:
    """One pass over a document. Lists count as it goes, so everything is met once and in order."""

    def __init__(self, document: Document) -> None:
        self.body: Node = document.element.body
        theme = _related(document, RELATIONSHIP_TYPE.THEME)
        self.styles = Styles(_related(document, RELATIONSHIP_TYPE.STYLES), theme)
        numbering = _related(document, RELATIONSHIP_TYPE.NUMBERING)
        self.numbering: Numbering = parse_numbering(numbering, self.styles.list_styles())
        self.notes = {
            Kind.FOOTNOTE: _notes(_related(document, RELATIONSHIP_TYPE.FOOTNOTES), "w:footnote"),
            Kind.ENDNOTE: _notes(_related(document, RELATIONSHIP_TYPE.ENDNOTES), "w:endnote"),
        }
        self.decoder = Decoder(self.paragraphs())
        self.noted = 0
        self.tables = 0
        self.carried: list[Inline] = []  # of paragraphs whose mark was deleted: it flows into the next one

    def paragraphs(self) -> Iterator[list[Piece]]:
        """Yield the text of every paragraph, notes included, before anything is counted or decoded."""
        notes = (note for kind in self.notes.values() for note in kind.values())
        for node in (p for part in (self.body, *notes) for p in part.iter(_P)):
            style = self.styles.style_of(child(node, "w:pPr"))
            yield [self.part(piece, style) for piece in inlines(node) if piece.kind is Kind.TEXT]

    def part(self, piece: Inline, style: str) -> Piece:
        """Return a piece of text with what says how to decode it."""
        font = piece.font or self.styles.font(style, piece.run)
        return Piece(piece.text, font, self.styles.has("w:caps", style, piece.run))

    def document(self) -> Iterator[Item]:
        """Yield everything the document shows, section by section."""
        sections = [child(p, "w:pPr", "w:sectPr") for p in self.body.iter(_P)]
        kinds = [value(child(s, "w:type")) for s in (*sections, child(self.body, "w:sectPr")) if s is not None]
        breaks = iter(kinds[1:])  # a section's type says how it begins; the first one just does
        for block in _flat(self.body):
            yield from self.block(block)
            if child(block, "w:pPr", "w:sectPr") is not None and next(breaks, None) not in _SAME_PAGE:
                yield PageBreak(is_typed=True)

    def blocks(self, container: Node) -> Iterator[Item]:
        """Yield what a cell, a text box or a note shows."""
        for block in _flat(container):
            yield from self.block(block)

    def block(self, block: Node) -> Iterator[Item]:
        if block.tag == _P:
            yield from self.paragraph(block)
        elif block.tag == _TBL:
            yield from self.table(block)

    # --- paragraphs ---

    def paragraph(self, node: Node) -> Iterator[Item]:
        properties = child(node, "w:pPr")
        style = self.styles.style_of(properties)
        pieces = [*self.carried, *(p for p in inlines(node) if not self.styles.has("w:vanish", style, p.run))]
        mark = child(properties, "w:rPr")
        self.carried = []
        if any(child(mark, gone) is not None for gone in ("w:del", "w:moveFrom")):
            self.carried = pieces
            return
        if not pieces and self.styles.has("w:vanish", style, mark):
            return
        if self.styles.breaks_page_before(properties):
            yield PageBreak(is_typed=True, at_top=True)
        yield from self.lines(pieces, properties, style)

    def lines(self, pieces: Sequence[Inline], properties: Node | None, style: str) -> Iterator[Item]:
        """Yield the lines of a paragraph, then its text boxes; breaks, notes and pictures where they stand."""
        label, indent = self.label(properties, style)
        layout = _Layout(self.styles.is_centred(properties), indent.points)
        line, starts, boxes, after = _Pieces(), True, list[Node](), list[Item]()
        for piece in (*pieces, Inline(Kind.LINE_BREAK)):
            if piece.kind is Kind.TEXT:
                is_bold = self.styles.has("w:b", style, piece.run)
                line.add(self.part(piece, style), self.styles.size(style, piece.run), is_bold=is_bold)
            elif piece.kind is Kind.BOX and piece.node is not None:
                boxes.append(piece.node)
            elif piece.kind is Kind.PICTURE:
                after.append(Picture(piece.area, piece.text))
            elif piece.kind in self.notes:
                after.extend(self.note(piece))
            else:
                is_end = piece.kind is Kind.LINE_BREAK
                # A break before the first word takes the number with it to the next page.
                texts, decodings = self.decoder.decode(line.parts)
                if shown := layout.line(line, "".join(texts), label if is_end or line.sizes else ""):
                    yield ShownLine(shown, starts=starts)
                    yield from decodings
                    label, starts = "", False
                line = _Pieces()
                yield from after
                after = []
                if not is_end:
                    yield PageBreak(is_typed=piece.kind is Kind.PAGE_BREAK)
                    starts = True
        for box in boxes:
            yield from self.blocks(box)

    def label(self, properties: Node | None, style: str) -> tuple[str, Indent]:
        """Count the paragraph in its list; return its number ("" without one) and its indent."""
        own, inherited = read_list(properties), self.styles.list_of(style)
        by_style, direct = self.styles.indent(style), Indent.read(properties)
        list_id = own.list_id if own and own.list_id is not None else inherited[0].list_id if inherited else None
        if list_id is None:
            return "", direct.over(by_style)
        level = own.level if own else None
        if level is None and inherited and inherited[0].list_id == list_id:
            linked = self.numbering.level_of_style(list_id, inherited[1])
            level = inherited[0].level if linked is None else linked
        found = self.numbering.level(list_id, level or 0)
        of_list = found.indent if found else Indent()
        base = of_list.over(by_style) if own else by_style.over(of_list)
        shown = Piece(
            self.numbering.label(list_id, level or 0), (found and found.font) or self.styles.font(style, None)
        )
        return clean(self.decoder.decode([shown])[0][0]), direct.over(base)

    def note(self, reference: Inline) -> Iterator[Note | Decoding]:
        node = self.notes[reference.kind].get(reference.text)
        if node is None:
            return
        self.noted += 1
        mark = f"[{self.noted}]"
        items = list(self.blocks(node))
        yield from (item for item in items if isinstance(item, Decoding))
        lines = [item.line for item in items if isinstance(item, ShownLine)]
        if lines:
            first = Line((Word(mark, mark), *lines[0].words), is_bold=lines[0].is_bold, size=lines[0].size)
            yield Note((first, *lines[1:]), at_end=reference.kind is Kind.ENDNOTE)

    # --- tables ---

    def table(self, node: Node) -> Iterator[Item]:
        self.tables += 1
        key, is_for_layout = self.tables, is_layout(node, self.styles.table_borders)
        above: dict[int, str] = {}
        for row in table_rows(node):
            cells = [
                (cell, list(self.blocks(cell.node)) if cell.node is not None and not cell.continues else [])
                for cell in row
            ]
            yield from self.row(key, cells, above, is_for_layout=is_for_layout)

    def row(
        self, key: int, cells: list[tuple[Cell, list[Item]]], above: dict[int, str], *, is_for_layout: bool
    ) -> Iterator[Item]:
        longest = max((content for _, content in cells), key=_count_breaks, default=[])
        texts = list[str]()
        for cell, content in cells:
            text = above.get(len(texts), "") if cell.continues else _cell_text(content)
            above.update(dict.fromkeys(range(len(texts), len(texts) + cell.span), text))
            texts.extend([text] * cell.span)
        shown_row = Row(key, tuple(texts), tuple((cell.span, cell.continues) for cell, _ in cells))
        if is_for_layout:
            yield shown_row
            for _, content in cells:
                # Cells stand side by side: the pages turn once for all of them.
                yield from (_in_table(i, key) for i in content if content is longest or not isinstance(i, PageBreak))
            return
        breaks = [item for item in longest if isinstance(item, PageBreak)]
        before = 1 if longest and isinstance(longest[0], PageBreak) else 0
        yield from breaks[:before]
        yield shown_row
        if shown := _row_line([_cell_lines(content) for _, content in cells]):
            yield ShownLine(shown, table=key)
        nested = (i for _, content in cells for i in content if isinstance(i, Row | Note | Picture | Decoding))
        yield from nested
        yield from breaks[before:]


@dataclass(frozen=True, slots=True)
class _Layout:
    is_centred: bool
    indent: float

    def line(self, pieces: _Pieces, text: str, label: str) -> Line | None:
        words = _words(text)
        if label:
            words.insert(0, Word(label, label))
        if not words:
            return None
        is_bold = pieces.bold == {True} if pieces.bold else None
        return Line(
            tuple(words),
            is_bold=is_bold,
            is_centred=self.is_centred,
            size=pieces.size(),
            indent=self.indent,
            label=label,
        )


def _flat(container: Node) -> Iterator[Node]:
    """Yield the blocks of a container, those in content controls and the like included."""
    for item in container:
        if item.tag == _ALTERNATIVES:
            yield from _flat(next(iter(item), item))
        elif item.tag in _WRAPPERS:
            yield from _flat(item)
        else:
            yield item


def _notes(root: Node | None, name: str) -> dict[str, Node]:
    # Those with a type are the rules between text and notes.
    return {value(n, "w:id") or "": n for n in children(root, name) if value(n, "w:type") in (None, "normal")}


def _count_breaks(content: list[Item]) -> int:
    return sum(isinstance(item, PageBreak) for item in content)


def _in_table(item: Item, key: int) -> Item:
    if isinstance(item, ShownLine) and item.table is None:
        return ShownLine(item.line, item.starts, key)
    return item


def _cell_lines(content: Iterable[Item]) -> list[Line]:
    return [item.line for item in content if isinstance(item, ShownLine)]


def _cell_text(content: Iterable[Item]) -> str:
    return " ".join(line.text for line in _cell_lines(content))


def _row_line(cells: list[list[Line]]) -> Line | None:
    """Return a row as one line, "a | b | c"; a merged cell once. None for a row without words."""
    lines = [line for cell in cells for line in cell]
    if not lines:
        return None
    words = list[Word]()
    for index, cell in enumerate(cells):
        words.extend([Word("|", "|")] if index else [])
        words.extend(word for line in cell for word in line.words)
    label = cells[0][0].label if cells[0] else ""
    is_bold = all(line.is_bold is not False for line in lines)
    size = next((line.size for line in lines if line.size is not None), None)
    return Line(tuple(words), is_bold=is_bold, size=size, label=label)
