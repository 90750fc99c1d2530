"""A content tree as WordprocessingML: the elements of the body and of the comments, as strings.

Pure text, no library: a thousand units are written in one pass. `compile.docx` puts the strings into a package.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from xml.sax.saxutils import escape, quoteattr

from tonghop.compile.content import Annex, Block, Document, Masthead, Paragraph, Run, Signature, Source, Style, Table
from tonghop.compile.layout import (
    GRID_MM,
    GRID_PADDING_MM,
    HEADER_MM,
    LINE_SHARE,
    MARGINS_MM,
    PAGE_MM,
    TEXT_WIDTH_MM,
    balanced_lines,
    text_width_mm,
)
from tonghop.compile.safety import printable
from tonghop.compile.styles import style_of
from tonghop.compile.wording import METHOD_NAMES, count
from tonghop.text import short_day

__all__ = ["WordBody", "header_xml", "twips"]

_STYLES = {
    Style.SECTION: "Heading1",
    Style.FIELD: "Heading2",
    Style.GROUP: "Heading2",
    Style.BODY: "BodyText",
    Style.LEAD: "BodyText",
    Style.CLOSING: "BodyText",
}
_KEPT = frozenset({Style.LEAD, Style.CLOSING})  # with what follows
_CHUNK = 60_000  # characters in one w:t: a parser may refuse text nodes of 10 MB
_SIGNATURE_MM = (80.0, 85.0)
_KEPT_ROWS = 8
_REPAIRS_NAMED = 12  # repaired words in one comment; a comment longer than its paragraph is not read
_BLANK_LINES = 4  # room for signature and seal
_AUTHOR = "Tổng Hợp"
_MARGIN_KEYS = ("top", "right", "bottom", "left")


def twips(millimetres: float) -> int:
    """Return a length in twentieths of a point."""
    return round(millimetres / 25.4 * 1440)


class WordBody:
    """Writes one document. `elements` and `comments` are filled by `write`, in reading order.

    `day` dates the comments, so that the same content gives the same bytes. With `is_commented` every paragraph
    that comes from a unit carries a comment on its source.
    """

    def __init__(self, day: date, *, is_commented: bool) -> None:
        self.elements: list[str] = []
        self.comments: list[str] = []
        self._stamp = f"{day.isoformat()}T00:00:00Z"
        self._is_commented = is_commented

    def write(self, document: Document) -> None:
        """Write the whole document: head, title, text, foot, annexes, with their sections."""
        add = self.elements.extend
        # LibreOffice puts an empty line above a table that begins a text with comments: a hairline goes first.
        add([_paragraph("RuleLine", ""), _masthead(document.masthead)])
        add(_title(document))
        add(_addressees(document.addressees))
        add(self._blocks(document.blocks))
        add([_signature(document.signature)])
        for annex in document.annexes:
            add([_section_end()])
            add(self._annex(annex))
        add([_section()])

    def _annex(self, annex: Annex) -> Iterator[str]:
        yield _paragraph("AnnexLabel", annex.label)
        for line in balanced_lines(annex.title, 14, TEXT_WIDTH_MM - 10, is_bold=True):
            yield _paragraph("AnnexTitle", line)
        for line in _attached_lines(annex.attached_to):
            yield _paragraph("AnnexNote", line)
        yield _paragraph("Normal", "", '<w:spacing w:line="240" w:lineRule="exact"/>')
        yield from self._blocks(annex.blocks)

    def _blocks(self, blocks: Sequence[Block]) -> Iterator[str]:
        for block in blocks:
            if isinstance(block, Table):
                yield self._table(block)
                # Word wants a paragraph between a table and what follows it.
                yield _paragraph("RuleLine", "", '<w:spacing w:before="100"/>')
            else:
                yield self._sourced(block)

    def _sourced(self, paragraph: Paragraph) -> str:
        runs = self._marked("".join(_run(run) for run in paragraph.runs), paragraph.sources)
        keep = "<w:keepNext/>" if paragraph.style in _KEPT else ""
        return f'<w:p><w:pPr><w:pStyle w:val="{_STYLES[paragraph.style]}"/>{keep}</w:pPr>{runs}</w:p>'

    def _marked(self, runs: str, sources: Sequence[Source]) -> str:
        """Return `runs` with a comment on their sources, when there are any and comments are wanted."""
        if not (self._is_commented and sources):
            return runs
        number = len(self.comments)
        self.comments.append(self._comment(number, sources))
        return (
            f'<w:commentRangeStart w:id="{number}"/>{runs}<w:commentRangeEnd w:id="{number}"/>'
            f'<w:r><w:rPr><w:rStyle w:val="CommentReference"/></w:rPr><w:commentReference w:id="{number}"/></w:r>'
        )

    def _table(self, table: Table) -> str:
        first, *others = (column.title for column in table.columns)
        titles = [self._marked(_run(Run(first)), table.sources), *(_run(Run(title)) for title in others)]
        return _table(table, titles)

    def _comment(self, number: int, sources: Sequence[Source]) -> str:
        mark = '<w:r><w:rPr><w:rStyle w:val="CommentReference"/></w:rPr><w:annotationRef/></w:r>'
        lines = [line for source in sources for line in _source_lines(source, is_short=len(sources) > 1)]
        texts = "".join(
            f'<w:p><w:pPr><w:pStyle w:val="CommentText"/></w:pPr>{"" if position else mark}{_run(Run(line))}</w:p>'
            for position, line in enumerate(lines)
        )
        return (
            f'<w:comment w:id="{number}" w:author={quoteattr(_AUTHOR)} w:date="{self._stamp}" w:initials="TH">'
            f"{texts}</w:comment>"
        )


def _attached_lines(text: str) -> tuple[str, ...]:
    """Return the line under an annex's title, broken before the issuer when it is too long for one line."""
    if text_width_mm(text, 14) <= TEXT_WIDTH_MM:
        return (text,)
    head, issuer = text.rsplit(" của ", 1)
    return (head, *balanced_lines(f"của {issuer}", 14, TEXT_WIDTH_MM))


def _source_lines(source: Source, *, is_short: bool) -> Iterator[str]:
    number = "chưa đọc được số" if "number" in source.unread else "không ghi số"
    day = "chưa đọc được ngày" if "dated" in source.unread else "không ghi ngày"
    document = f"số {source.number}" if source.number else number
    document += f" ngày {short_day(source.dated)}" if source.dated else f", {day}"
    pages = f"trang {', '.join(map(str, source.pages))}" if source.pages else "không rõ trang"
    if source.has_page_breaks and source.pages:
        pages += " tính theo ngắt trang trong tệp"
    if is_short:
        yield f"{source.unit}: {source.file}, {document}, {pages}"
        return
    yield source.unit
    yield f"Tệp: {source.file}"
    yield f"Văn bản {document}, {pages}"
    yield f"Đề mục: {METHOD_NAMES.get(source.method, source.method)}{_likeness(source)}"
    if source.repairs:
        yield _repaired(source.repairs)


def _likeness(source: Source) -> str:
    # Only of a heading that was found nearly word for word is the number a measure: how alike the words are.
    return f"; độ khớp {source.confidence:.2f}".replace(".", ",") if source.method == "fuzzy" else ""


def _repaired(repairs: Sequence[tuple[str, str]]) -> str:
    named = "; ".join(f"{before} → {after}" for before, after in repairs[:_REPAIRS_NAMED])
    rest = len(repairs) - _REPAIRS_NAMED
    more = f"; và {count(rest)} từ khác" if rest > 0 else ""
    return f"Máy sửa {count(len(repairs))} từ so với chữ đọc được: {named}{more}"


def _run(run: Run) -> str:
    look = ("<w:b/><w:bCs/>" if run.bold else "") + ("<w:i/><w:iCs/>" if run.italic else "")
    text = printable(run.text)
    pieces = [text[at : at + _CHUNK] for at in range(0, len(text), _CHUNK)]
    texts = "".join(f'<w:t xml:space="preserve">{escape(piece)}</w:t>' for piece in pieces)
    return f"<w:r>{f'<w:rPr>{look}</w:rPr>' if look else ''}{texts}</w:r>"


def _paragraph(style: str, text: str, properties: str = "") -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{properties}</w:pPr>{_run(Run(text)) if text else ""}</w:p>'


def _rule(length_mm: float, width_mm: float) -> str:
    """Return a solid line of `length_mm`, centred in `width_mm`: the top border of a paragraph between indents."""
    side = twips(max(width_mm - length_mm, 0.0) / 2)
    return (
        '<w:p><w:pPr><w:pStyle w:val="RuleLine"/><w:pBdr>'
        '<w:top w:val="single" w:sz="6" w:space="1" w:color="000000"/></w:pBdr>'
        '<w:spacing w:before="80" w:after="0" w:line="40" w:lineRule="exact"/>'
        f'<w:ind w:left="{side}" w:right="{side}"/></w:pPr></w:p>'
    )


def _masthead(head: Masthead) -> str:
    left, right = (width - 2 * GRID_PADDING_MM for width in GRID_MM)
    issuer = [line for part in head.issuer for line in balanced_lines(part, 12, left, is_bold=True)]
    parent = balanced_lines(head.parent, 12, left)
    motto = "Độc lập - Tự do - Hạnh phúc"
    names = [*(_paragraph("Parent", line) for line in parent), *(_paragraph("Issuer", line) for line in issuer)]
    names.append(_rule(LINE_SHARE * text_width_mm(issuer[-1], 12, is_bold=True), left))
    state = [
        _paragraph("NationalName", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
        _paragraph("Motto", motto),
        _rule(text_width_mm(motto, style_of("Motto").size, is_bold=True), right),
    ]
    number = [_paragraph("DocumentNumber", head.number), *([_draft_mark(left)] if head.is_draft else [])]
    rows = [("".join(names), "".join(state)), ("".join(number), _paragraph("PlaceAndDate", head.place_and_date))]
    return _grid(GRID_MM, rows, GRID_PADDING_MM)


def _draft_mark(width_mm: float) -> str:
    side = twips((width_mm - 30) / 2)
    border = "".join(
        f'<w:{edge} w:val="single" w:sz="6" w:space="1" w:color="000000"/>'
        for edge in ("top", "left", "bottom", "right")
    )
    look = f'<w:pBdr>{border}</w:pBdr><w:spacing w:before="120"/><w:ind w:left="{side}" w:right="{side}"/>'
    return _paragraph("DraftMark", "DỰ THẢO", look)


def _grid(widths_mm: Sequence[float], rows: Sequence[tuple[str, ...]], padding_mm: float) -> str:
    """Return a table without borders, centred on the text; `padding_mm` at the sides of every cell."""
    columns = "".join(f'<w:gridCol w:w="{twips(width)}"/>' for width in widths_mm)
    padding = f'w:w="{twips(padding_mm)}" w:type="dxa"'
    body = "".join(
        "<w:tr><w:trPr><w:cantSplit/></w:trPr>"
        + "".join(
            f'<w:tc><w:tcPr><w:tcW w:w="{twips(width)}" w:type="dxa"/></w:tcPr>{cell}</w:tc>'
            for width, cell in zip(widths_mm, row, strict=True)
        )
        + "</w:tr>"
        for row in rows
    )
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{twips(sum(widths_mm))}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left {padding}/><w:right {padding}/></w:tblCellMar></w:tblPr>'
        f"<w:tblGrid>{columns}</w:tblGrid>{body}</w:tbl>"
    )


def _title(document: Document) -> Iterator[str]:
    yield _paragraph("DocumentKind", document.kind)
    lines = balanced_lines(document.subject, style_of("Subject").size, TEXT_WIDTH_MM - 10, is_bold=True)
    for line in lines:
        yield _paragraph("Subject", line)
    if lines:
        length = LINE_SHARE * text_width_mm(lines[-1], style_of("Subject").size, is_bold=True)
        yield _rule(length, TEXT_WIDTH_MM)
    yield _paragraph("Normal", "", '<w:spacing w:line="120" w:lineRule="exact"/>')


def _addressees(names: Sequence[str]) -> Iterator[str]:
    if len(names) == 1:  # without a full stop: Decree 30/2020, annex I, the table of typefaces
        yield _paragraph("Addressee", f"Kính gửi: {names[0]}")
    elif names:
        label = "Kính gửi:"
        left = 40.0
        under = left + text_width_mm(label, style_of("AddresseeList").size)
        yield _paragraph("AddresseeList", label, f'<w:keepNext/><w:ind w:left="{twips(left)}"/>')
        for position, name in enumerate(names, 1):
            end = "." if position == len(names) else ";"
            after = '<w:spacing w:after="240"/>' if position == len(names) else ""
            yield _paragraph("AddresseeList", f"- {name}{end}", f'{after}<w:ind w:left="{twips(under)}"/>')


def _signature(foot: Signature) -> str:
    left = [_paragraph("RecipientsTitle", "Nơi nhận:"), *(_paragraph("Recipient", line) for line in foot.recipients)]
    right = [_paragraph("SignerTitle", line) for line in (foot.authority, foot.title)]
    right += [_paragraph("SignerTitle", "")] * _BLANK_LINES
    right.append(_paragraph("SignerName", foot.name))
    space = _paragraph("RuleLine", "", '<w:keepNext/><w:spacing w:before="120"/>')
    return space + _grid(_SIGNATURE_MM, [("".join(left), "".join(right))], 0)


def _table(table: Table, titles: Sequence[str]) -> str:
    widths = [twips(column.width) for column in table.columns]
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    look = '<w:pPr><w:pStyle w:val="TableTitle"/></w:pPr>'
    heads = "".join(_cell(w, f"<w:p>{look}{runs}</w:p>") for w, runs in zip(widths, titles, strict=True))
    body = "".join(_row(table, widths, position) for position in range(len(table.rows)))
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        '<w:jc w:val="center"/><w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="85" w:type="dxa"/>'
        f'<w:right w:w="85" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblGrid>{grid}</w:tblGrid>'
        f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{heads}</w:tr>{body}</w:tbl>"
    )


def _row(table: Table, widths: Sequence[int], position: int) -> str:
    row = table.rows[position]
    above = table.rows[position - 1] if position else ()
    # A short table stays on one page.
    keep = "<w:keepNext/>" if len(table.rows) <= _KEPT_ROWS and position + 1 < len(table.rows) else ""
    goes_on = bool(above) and above[: table.spans] == row[: table.spans]
    cells = []
    for at, (column, width, text) in enumerate(zip(table.columns, widths, row, strict=True)):
        merge = "" if at >= table.spans else "<w:vMerge/>" if goes_on else '<w:vMerge w:val="restart"/>'
        style = "TableCentred" if column.is_centred else "TableText"
        cells.append(_cell(width, _paragraph(style, "" if goes_on and at < table.spans else text, keep), merge))
    return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{''.join(cells)}</w:tr>"


def _cell(width: int, content: str, merge: str = "") -> str:
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{merge}</w:tcPr>{content}</w:tc>'


def _section() -> str:
    margins = " ".join(f'w:{key}="{twips(value)}"' for key, value in zip(_MARGIN_KEYS, MARGINS_MM, strict=True))
    # titlePg hides the number of the first page; start="1" numbers every annex apart.
    return (
        f'<w:sectPr><w:type w:val="nextPage"/><w:pgSz w:w="{twips(PAGE_MM[0])}" w:h="{twips(PAGE_MM[1])}"/>'
        f'<w:pgMar {margins} w:header="{twips(HEADER_MM)}" w:footer="{twips(HEADER_MM)}" w:gutter="0"/>'
        '<w:pgNumType w:start="1"/><w:titlePg/></w:sectPr>'
    )


def _section_end() -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="RuleLine"/>{_section()}</w:pPr></w:p>'


def header_xml(*, has_number: bool) -> str:
    """Return the paragraph of a page header: the page number, or nothing."""
    field = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>2</w:t></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    return f'<w:p><w:pPr><w:pStyle w:val="Header"/></w:pPr>{field if has_number else ""}</w:p>'
