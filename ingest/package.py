"""Office files that are ZIPs: told apart by what they say they hold, and looked through before anything opens them.

Every part is read once, within bounds, whatever sizes are declared, so that no reader behind it meets a bomb, a
password or an XML entity.
"""

from __future__ import annotations

import xml.parsers.expat
import zipfile
from pathlib import Path

from tonghop.errors import N_, EncryptedFile, LayoutUnreadable, OversizedContent, UnsafeContent, UnsupportedType
from tonghop.ingest.store import safe_label
from tonghop.ingest.zipsafe import MEGABYTE, is_encrypted, open_zip, read_member
from tonghop.records import MediaType

__all__ = ["is_office_package", "package_type"]

_OFFICE_PARTS = (
    ("ms-word.document.macroEnabled", N_("Word document with macros, .docm")),
    ("wordprocessingml.template", N_("Word template, .dotx")),
    ("ms-word.template", N_("Word template, .dotm")),
    ("ms-excel.sheet.macroEnabled", N_("Excel workbook with macros, .xlsm")),
    ("ms-excel.sheet.binary", N_("binary Excel workbook, .xlsb")),
    ("spreadsheetml", N_("Excel template, .xltx")),
    ("ms-excel", N_("Excel template, .xltx")),
    ("presentationml", N_("PowerPoint presentation, .pptx")),
)
_OPEN_DOCUMENTS = (
    (b"opendocument.text", N_("OpenDocument template or other text, .ott")),
    (b"opendocument.spreadsheet", N_("OpenDocument spreadsheet, .ods")),
    (b"opendocument.presentation", N_("OpenDocument presentation, .odp")),
    (b"epub+zip", N_("EPUB book")),
)
_TYPES = "[Content_Types].xml"
_MAX_XML_MB = 30  # a tree in memory takes some ten times that; 20 pages of dense text take 0.3 MB
_MAINS = {
    "wordprocessingml.document.main+xml": MediaType.DOCX,
    "openxmlformats-officedocument.spreadsheetml.sheet.main+xml": MediaType.XLSX,
}
_MIMETYPE, _MANIFEST = "mimetype", "META-INF/manifest.xml"  # OpenDocument 1.2, part 3


def package_type(path: Path, name: str, limit_mb: int) -> MediaType:
    """Return what the ZIP at `path` is: a Word file, a workbook, an OpenDocument text, or an archive of files.

    Raises `UnsupportedType` for other packages, `EncryptedFile`, `OversizedContent`, `UnsafeContent`,
    `LayoutUnreadable`, `TruncatedFile`.
    """
    with open_zip(path, name) as archive:
        if not archive.namelist():
            raise LayoutUnreadable(name=name, detail=N_("an archive without files"))
        if _TYPES in archive.namelist():
            return _office_type(archive, name, limit_mb)
        if not is_office_package(archive):
            return MediaType.ZIP
        return _open_document_type(archive, name, limit_mb)


def is_office_package(archive: zipfile.ZipFile) -> bool:
    """Return whether `archive` is an Office package rather than an archive of files, by its parts."""
    names = archive.namelist()
    return _TYPES in names or names[:1] == [_MIMETYPE]


def _office_type(archive: zipfile.ZipFile, name: str, limit_mb: int) -> MediaType:
    types = _content_types(archive, name)
    for mark, media_type in _MAINS.items():
        if mains := [part for part, kind in types if mark in kind]:
            _check_parts(archive, name, limit_mb)
            if missing := [part for part in mains if part and part not in archive.namelist()]:
                raise LayoutUnreadable(name=name, detail=safe_label(missing[0]))
            return media_type
    found = (label for mark, label in _OFFICE_PARTS if any(mark in kind for _, kind in types))
    raise UnsupportedType(name=name, found=next(found, N_("unknown Office package")))


def _open_document_type(archive: zipfile.ZipFile, name: str, limit_mb: int) -> MediaType:
    kind = b"".join(read_member(archive, archive.infolist()[0], name, 1000)).strip()
    if kind != MediaType.ODT.value.encode():
        found = next((label for mark, label in _OPEN_DOCUMENTS if mark in kind), kind.decode("ascii", "replace"))
        raise UnsupportedType(name=name, found=safe_label(found))
    _check_parts(archive, name, limit_mb)
    names = archive.namelist()
    if _MANIFEST in names and b"encryption-data" in b"".join(
        read_member(archive, archive.getinfo(_MANIFEST), name, _MAX_XML_MB * MEGABYTE)
    ):
        raise EncryptedFile(name=name)
    if "content.xml" not in names:
        raise LayoutUnreadable(name=name, detail="content.xml")
    return MediaType.ODT


def _content_types(archive: zipfile.ZipFile, name: str) -> list[tuple[str, str]]:
    """Return the package's list of types: part ("" for a whole extension) and type."""
    data = b"".join(read_member(archive, archive.getinfo(_TYPES), name, MEGABYTE))
    _refuse_doctype(data, name, _TYPES)
    found: list[tuple[str, str]] = []

    def element(_tag: str, attributes: dict[str, str]) -> None:
        found.append((attributes.get("PartName", "").lstrip("/"), attributes.get("ContentType", "")))

    parser = xml.parsers.expat.ParserCreate()
    parser.StartElementHandler = element
    try:
        parser.Parse(data, True)
    except xml.parsers.expat.ExpatError as error:
        raise LayoutUnreadable(name=name, detail=f"{_TYPES}: {error}") from error
    return found


def _check_parts(archive: zipfile.ZipFile, name: str, limit_mb: int) -> None:
    """Read every part once: real sizes, checksums, and no document type declaration in any XML."""
    members = archive.infolist()
    if any(is_encrypted(member) for member in members):
        raise EncryptedFile(name=name)
    left = limit_mb * MEGABYTE
    if sum(member.file_size for member in members) > left:
        raise OversizedContent(name=name, limit=limit_mb)
    for member in members:
        try:
            size, is_xml = _check_part(archive, member, name, left)
        except OversizedContent as error:
            raise OversizedContent(name=name, limit=limit_mb) from error
        if is_xml and size > _MAX_XML_MB * MEGABYTE:
            raise OversizedContent(name=name, limit=_MAX_XML_MB)
        left -= size


def _check_part(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, limit: int) -> tuple[int, bool]:
    chunks = read_member(archive, member, name, limit)
    first = next(chunks, b"")
    is_xml = _may_be_xml(member.filename, first)
    if is_xml:
        _refuse_doctype(first, name, member.filename)
    return len(first) + sum(len(chunk) for chunk in chunks), is_xml


def _may_be_xml(part: str, first: bytes) -> bool:
    # Which parts are parsed is decided by their declared types, so a hostile one can have any name; an HTML
    # part is never parsed.
    return (
        not part.lower().endswith((".htm", ".html", ".mht"))
        and first.lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n")[:1] == b"<"
    )


class _RootReached(Exception):
    """A document type declaration can only stand before the first element."""


def _refuse_doctype(data: bytes, name: str, part: str) -> None:
    """Raise `UnsafeContent` if the XML that begins with `data` declares a document type (entities, references).

    `LayoutUnreadable` if a part of the document has no first element there: it is no XML, in an encoding the
    parser does not know, or padded so that a declaration would lie further on.
    """

    def refuse(*_: object) -> None:
        raise UnsafeContent(name=name, detail=f"DTD ({safe_label(part)})")

    def stop(*_: object) -> None:
        raise _RootReached

    parser = xml.parsers.expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = stop
    try:
        parser.Parse(data, True)
    except _RootReached:
        return
    except xml.parsers.expat.ExpatError as error:
        raise LayoutUnreadable(name=name, detail=f"{safe_label(part)}: {error}") from error
