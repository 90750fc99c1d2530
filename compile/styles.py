"""The Word styles of an administrative document, as WordprocessingML.

Source: Decree 30/2020/NĐ-CP, annex I, part I; the sizes are those of its model ("mẫu chữ"). Real styles with
outline levels, so that a reader can navigate and an officer can restyle.
"""

from __future__ import annotations

from dataclasses import dataclass

from tonghop.compile.layout import BODY_SIZE, FONT

__all__ = ["NAMESPACES", "PARAGRAPH_STYLES", "ParagraphStyle", "settings_xml", "style_of", "styles_xml"]

NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)


@dataclass(frozen=True, slots=True)
class ParagraphStyle:
    """A paragraph style. Sizes, spacings and indents in points; `line` in lines; `outline` from 0."""

    id: str
    name: str
    size: float = BODY_SIZE
    bold: bool = False
    italic: bool = False
    align: str = "left"
    indent: float = 0.0  # of the first line
    before: float = 0.0
    after: float = 0.0
    line: float = 1.0
    outline: int | None = None
    keep_next: bool = False

    def xml(self) -> str:
        """Return the `w:style` element."""
        keep = "<w:keepNext/><w:keepLines/>" if self.keep_next else ""
        outline = "" if self.outline is None else f'<w:outlineLvl w:val="{self.outline}"/>'
        indent = f'<w:ind w:firstLine="{round(self.indent * 20)}"/>' if self.indent else ""
        spacing = (
            f'<w:spacing w:before="{round(self.before * 20)}" w:after="{round(self.after * 20)}" '
            f'w:line="{round(self.line * 240)}" w:lineRule="auto"/>'
        )
        following = '<w:next w:val="BodyText"/>' if self.outline is not None else ""
        default = ' w:default="1"' if self.id == "Normal" else ""
        based = "" if default else '<w:basedOn w:val="Normal"/>'
        return (
            f'<w:style w:type="paragraph"{default} w:styleId="{self.id}"><w:name w:val="{self.name}"/>{based}'
            f'{following}<w:qFormat/><w:pPr>{keep}<w:widowControl/>{spacing}{indent}<w:jc w:val="{self.align}"/>'
            f"{outline}</w:pPr>"
            f"<w:rPr>{_typeface(self.bold, self.italic, self.size)}</w:rPr></w:style>"
        )


def _typeface(bold: bool, italic: bool, size: float) -> str:
    fonts = f'<w:rFonts w:ascii="{FONT}" w:eastAsia="{FONT}" w:hAnsi="{FONT}" w:cs="{FONT}"/>'
    weight = "<w:b/><w:bCs/>" if bold else '<w:b w:val="0"/><w:bCs w:val="0"/>'
    slant = "<w:i/><w:iCs/>" if italic else '<w:i w:val="0"/><w:iCs w:val="0"/>'
    half_points = round(size * 2)
    return (
        f'{fonts}{weight}{slant}<w:color w:val="000000"/><w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/>'
    )


_INDENT = 36.0  # 1.27 cm
_SINGLE, _BODY_LINE = 1.0, 1.1

PARAGRAPH_STYLES: tuple[ParagraphStyle, ...] = (
    ParagraphStyle("Normal", "Normal"),
    ParagraphStyle(
        "Heading1", "heading 1", bold=True, align="both", indent=_INDENT, before=6, after=6, line=_BODY_LINE,
        outline=0, keep_next=True,
    ),
    ParagraphStyle(
        "Heading2", "heading 2", bold=True, align="both", indent=_INDENT, before=6, after=6, line=_BODY_LINE,
        outline=1, keep_next=True,
    ),
    ParagraphStyle("BodyText", "Body Text", align="both", indent=_INDENT, after=6, line=_BODY_LINE),
    ParagraphStyle("Parent", "Parent Authority", 12, align="center"),
    ParagraphStyle("Issuer", "Issuing Authority", 12, bold=True, align="center"),
    ParagraphStyle("NationalName", "National Name", 12, bold=True, align="center"),
    ParagraphStyle("Motto", "National Motto", 13, bold=True, align="center"),
    ParagraphStyle("DocumentNumber", "Document Number", 13, align="center", before=6),
    ParagraphStyle("PlaceAndDate", "Place And Date", 13, italic=True, align="center", before=6),
    ParagraphStyle("DraftMark", "Draft Mark", 13, bold=True, align="center", before=4, after=4),
    ParagraphStyle("DocumentKind", "Document Kind", 14, bold=True, align="center", before=18),
    ParagraphStyle("Subject", "Document Subject", 14, bold=True, align="center"),
    ParagraphStyle("Addressee", "Addressee", 14, align="center", before=6, after=12),
    ParagraphStyle("AddresseeList", "Addressee List", 14),
    ParagraphStyle("AnnexLabel", "Annex Label", 14, bold=True, align="center", outline=0, keep_next=True),
    ParagraphStyle("AnnexTitle", "Annex Title", 14, bold=True, align="center", keep_next=True),
    ParagraphStyle("AnnexNote", "Annex Note", 14, italic=True, align="center", keep_next=True),
    ParagraphStyle("RecipientsTitle", "Recipients Title", 12, bold=True, italic=True, keep_next=True),
    ParagraphStyle("Recipient", "Recipient", 11, keep_next=True),
    ParagraphStyle("SignerTitle", "Signer Title", 14, bold=True, align="center", keep_next=True),
    ParagraphStyle("SignerName", "Signer Name", 14, bold=True, align="center"),
    ParagraphStyle("TableTitle", "Table Title", 12, bold=True, align="center", before=2, after=2, keep_next=True),
    ParagraphStyle("TableText", "Table Text", 12, before=2, after=2),
    ParagraphStyle("TableCentred", "Table Centred", 12, align="center", before=2, after=2),
    ParagraphStyle("RuleLine", "Rule Line", 1),
    ParagraphStyle("Header", "header", 14, align="center"),
    ParagraphStyle("CommentText", "annotation text", 10),
)  # fmt: skip


def style_of(style_id: str) -> ParagraphStyle:
    """Return the style with this id. Raises `KeyError`."""
    return _BY_ID[style_id]


_BY_ID = {style.id: style for style in PARAGRAPH_STYLES}


def styles_xml() -> str:
    """Return the whole styles part."""
    return (
        f"<w:styles {NAMESPACES}><w:docDefaults><w:rPrDefault><w:rPr>{_typeface(False, False, BODY_SIZE)}"
        '<w:lang w:val="vi-VN" w:eastAsia="vi-VN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault><w:pPrDefault/>'
        "</w:docDefaults>" + "".join(style.xml() for style in PARAGRAPH_STYLES) + _OTHER_STYLES + "</w:styles>"
    )


_BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)
_OTHER_STYLES = (
    '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
    '<w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/></w:style>'
    '<w:style w:type="character" w:styleId="CommentReference"><w:name w:val="annotation reference"/>'
    '<w:rPr><w:sz w:val="16"/><w:szCs w:val="16"/></w:rPr></w:style>'
    '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
    '<w:uiPriority w:val="99"/><w:semiHidden/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/></w:tblPr></w:style>'
    '<w:style w:type="table" w:styleId="TableGrid"><w:name w:val="Table Grid"/><w:basedOn w:val="TableNormal"/>'
    f"<w:tblPr><w:tblBorders>{_BORDERS}</w:tblBorders></w:tblPr></w:style>"
)


def settings_xml() -> str:
    """Return the settings part: Word 2013 layout, no compatibility mode, no revision ids."""
    return (
        f'<w:settings {NAMESPACES}><w:zoom w:percent="100"/><w:defaultTabStop w:val="720"/>'
        '<w:characterSpacingControl w:val="doNotCompress"/><w:compat>'
        '<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/>'
        '</w:compat><w:themeFontLang w:val="vi-VN"/><w:decimalSymbol w:val=","/><w:listSeparator w:val=";"/>'
        "</w:settings>"
    )
