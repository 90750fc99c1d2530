"""What a file is, judged by its content and never by its name, and whether it may be read at all.

`sniff` is the door: what passes is a whole, unprotected PDF, JPEG, PNG, TIFF, DOCX or ZIP within the limits of
the settings. What does not pass is refused with an error that says what it is. Nothing is decoded or unpacked
to memory, so that a hostile file costs no more time than an honest one.
"""

from __future__ import annotations

import mmap
import re
import shutil
import subprocess
import xml.parsers.expat
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from tonghop.errors import (
    N_,
    EmptyFile,
    EncryptedFile,
    LayoutUnreadable,
    MissingDependency,
    OversizedContent,
    OversizedImage,
    TruncatedFile,
    UnsafeContent,
    UnsupportedType,
    phrase,
)
from tonghop.ingest.imageheader import CutOff, Damaged, Size, jpeg_sizes, png_sizes, tiff_sizes
from tonghop.ingest.store import open_regular, safe_label
from tonghop.ingest.zipsafe import MEGABYTE, is_encrypted, open_zip, read_member
from tonghop.records import MediaType
from tonghop.settings import IngestSettings

__all__ = ["PdfProbe", "is_office_package", "probe_pdf", "sniff"]

_HEAD = 4096
_PDF_HEAD = 1024  # bytes of junk before the header that readers forgive (ISO 32000-1, annex H, note 13)
_PDF_TAIL = 1 << 16
_PDF_SECONDS = 1.2  # leaves time for the rest of a refusal in 2 s

PdfProbe = Callable[[Path], str | None]
"""Returns what poppler says against opening a PDF, None when it says nothing in time."""

_TIFF_MARKS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

# What an office machine meets and this program does not read. Marks stand at the given byte.
_OTHERS: tuple[tuple[int, bytes, str], ...] = (
    (0, b"{\\rtf", N_("Rich Text Format, .rtf")),
    (4, b"ftyphei", N_("HEIC photo")),
    (4, b"ftyphev", N_("HEIC photo")),
    (4, b"ftypmif1", N_("HEIC photo")),
    (4, b"ftyp", N_("video")),
    (8, b"WEBP", N_("WebP image")),
    (0, b"GIF8", N_("GIF image")),
    (0, b"BM", N_("BMP image")),
    (0, b"\0\0\0\x0cjP  ", N_("JPEG 2000 image")),
    (0, b"AT&TFORM", N_("DjVu document")),
    (0, b"Rar!", N_("RAR archive")),
    (0, b"7z\xbc\xaf\x27\x1c", N_("7-Zip archive")),
    (0, b"\x1f\x8b", N_("gzip archive")),
    (257, b"ustar", N_("tar archive")),
    (0, b"MZ", N_("Windows program")),
    (0, b"\x7fELF", N_("program")),
    (0, b"%!PS", N_("PostScript")),
    (0, b"MIME-Version:", N_("saved web page, .mht")),
    (0, b"<?xml", N_("XML")),
)
_OLE_STREAMS = (
    ("WordDocument", N_("Word 97-2003 document, .doc")),
    ("Workbook", N_("Excel 97-2003 workbook, .xls")),
    ("Book", N_("Excel 97-2003 workbook, .xls")),
    ("PowerPoint Document", N_("PowerPoint 97-2003 presentation, .ppt")),
)
_OFFICE_PARTS = (
    ("ms-word.document.macroEnabled", N_("Word document with macros, .docm")),
    ("wordprocessingml.template", N_("Word template, .dotx")),
    ("ms-word.template", N_("Word template, .dotm")),
    ("spreadsheetml", N_("Excel workbook, .xlsx")),
    ("ms-excel", N_("Excel workbook, .xlsx")),
    ("presentationml", N_("PowerPoint presentation, .pptx")),
)
_OPEN_DOCUMENTS = (
    (b"opendocument.text", N_("OpenDocument text, .odt")),
    (b"opendocument.spreadsheet", N_("OpenDocument spreadsheet, .ods")),
    (b"opendocument.presentation", N_("OpenDocument presentation, .odp")),
    (b"epub+zip", N_("EPUB book")),
)
_TYPES = "[Content_Types].xml"
_MAX_XML_MB = 30  # a tree in memory takes some ten times that; 20 pages of dense text take 0.3 MB
_WORD_MAIN = "wordprocessingml.document.main+xml"


def probe_pdf(path: Path) -> str | None:
    """Return poppler's complaint about the PDF at `path`; None when it opens, or when poppler is still busy.

    A PDF whose owner password only restricts printing or copying opens without one, and is fine.
    Raises `MissingDependency` without poppler.
    """
    program = shutil.which("pdfinfo")
    if program is None:
        raise MissingDependency(what="Poppler (pdfinfo, pdftoppm, pdftotext)", how="sudo apt-get install poppler-utils")
    try:
        done = subprocess.run(  # the path is absolute: a name that begins with "-" is no option
            [program, str(path.absolute())], capture_output=True, timeout=_PDF_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return None  # a slow machine is no fault of the file; rasterizing it will tell
    if done.returncode == 0:
        return None
    return done.stderr.decode("utf-8", "replace").strip() or f"exit {done.returncode}"


def sniff(path: Path, name: str, settings: IngestSettings, *, probe: PdfProbe = probe_pdf) -> MediaType:
    """Return what the file at `path` is; `name` is what errors call it. Refuses within 2 s.

    Raises `NotRegularFile`, `EmptyFile`, `TruncatedFile`, `EncryptedFile`, `UnsupportedType`, `OversizedImage`,
    `OversizedContent`, `UnsafeContent`, `LayoutUnreadable`, or plain `UnreadableInput` when the file cannot be
    opened. All are `UnreadableInput`. Raises `MissingDependency` when poppler is needed and absent.
    """
    label = safe_label(name)
    with open_regular(path, name) as file:
        head = file.read(_HEAD)
        if not head:
            raise EmptyFile(name=label)
        if b"%PDF-" in head[: _PDF_HEAD + 5]:
            _check_pdf(file, path, label, probe)
            return MediaType.PDF
        if (image := _image_type(head)) is not None:
            _check_image(file, image, label, settings.max_megapixels)
            return image
        if head.startswith(_OLE):
            raise _ole_error(file, label)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_type(path, label, settings.max_unpacked_mb)
    raise UnsupportedType(name=label, found=_describe(head))


# --- PDF ---


def _check_pdf(file: BinaryIO, path: Path, name: str, probe: PdfProbe) -> None:
    file.seek(max(0, file.seek(0, 2) - _PDF_TAIL))
    if not _has_pdf_end(file.read()):
        raise TruncatedFile(name=name)
    complaint = probe(path)
    if complaint is None:
        return
    if "Incorrect password" in complaint or "encryption" in complaint:
        raise EncryptedFile(name=name)
    errors = [line for line in complaint.splitlines() if "Error" in line] or [complaint]
    raise LayoutUnreadable(name=name, detail=errors[0].replace(str(path), name))


def _has_pdf_end(tail: bytes) -> bool:
    # A linearized PDF has an end mark near its beginning too, and each later saving adds one: a file is cut
    # off when the last mark is missing, or when objects begin after it.
    at = max(tail.rfind(b"%%EOF"), tail.rfind(b"startxref"))
    return at >= 0 and not re.search(rb"\d\s+\d+\s+obj\b|\bendobj\b|\bendstream\b", tail[at:])


# --- images ---


def _image_type(head: bytes) -> MediaType | None:
    if head.startswith(b"\xff\xd8\xff"):
        return MediaType.JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return MediaType.PNG
    return MediaType.TIFF if head.startswith(_TIFF_MARKS) else None


_SIZES: dict[MediaType, Callable[[BinaryIO], tuple[Size, ...]]] = {
    MediaType.JPEG: jpeg_sizes,
    MediaType.PNG: png_sizes,
    MediaType.TIFF: tiff_sizes,
}


def _check_image(file: BinaryIO, kind: MediaType, name: str, megapixels: int) -> None:
    try:
        sizes = _SIZES[kind](file)
    except CutOff as error:
        raise TruncatedFile(name=name) from error
    except Damaged as error:
        raise LayoutUnreadable(name=name, detail=error) from error
    for width, height in sizes:
        if width * height > megapixels * 1_000_000:
            raise OversizedImage(name=name, width=width, height=height, limit=megapixels)
        if not width * height:
            raise LayoutUnreadable(
                name=name, detail=phrase("an image of {width} × {height} pixels", width=width, height=height)
            )


# --- Office files before 2007, and protected ones since ---


def _ole_error(file: BinaryIO, name: str) -> EncryptedFile | UnsupportedType:
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        # An encrypted .docx is an OLE file with these two streams ([MS-OFFCRYPTO] 2.3.2).
        if data.find("EncryptedPackage".encode("utf-16-le")) >= 0:
            return EncryptedFile(name=name)
        found = (kind for stream, kind in _OLE_STREAMS if data.find(stream.encode("utf-16-le") + b"\0\0") >= 0)
        return UnsupportedType(name=name, found=next(found, N_("OLE file of a program before 2007")))


# --- ZIP and the Office files that are ZIPs ---


def _zip_type(path: Path, name: str, limit_mb: int) -> MediaType:
    with open_zip(path, name) as archive:
        names = set(archive.namelist())
        if not names:
            raise LayoutUnreadable(name=name, detail=N_("an archive without files"))
        if _TYPES not in names:
            _refuse_open_document(archive, name)
            return MediaType.ZIP
        types = _content_types(archive, name)
        mains = [part for part, kind in types if _WORD_MAIN in kind]
        if not mains:
            found = (label for mark, label in _OFFICE_PARTS if any(mark in kind for _, kind in types))
            raise UnsupportedType(name=name, found=next(found, N_("unknown Office package")))
        _check_parts(archive, name, limit_mb)
        if missing := [part for part in mains if part and part not in names]:
            raise LayoutUnreadable(name=name, detail=safe_label(missing[0]))
        return MediaType.DOCX


def is_office_package(archive: zipfile.ZipFile) -> bool:
    """Return whether `archive` is an Office package rather than an archive of files, by its parts."""
    return _TYPES in archive.namelist()


def _refuse_open_document(archive: zipfile.ZipFile, name: str) -> None:
    first = archive.infolist()[0]
    if first.filename != "mimetype" or is_encrypted(first):
        return
    kind = b"".join(read_member(archive, first, name, 1000))
    found = next((label for mark, label in _OPEN_DOCUMENTS if mark in kind), kind.decode("ascii", "replace"))
    raise UnsupportedType(name=name, found=safe_label(found))


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


# --- everything else ---


def _describe(head: bytes) -> str:
    for at, mark, kind in _OTHERS:
        # A text may well begin with two letters that mark another kind.
        if head[at : at + len(mark)] == mark and (len(mark) > 2 or not _is_text(head)):
            return kind
    if not _is_text(head):
        return N_("unknown data")
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return N_("web page, .html") if start.startswith((b"<!doctype html", b"<html")) else N_("plain text")


def _is_text(head: bytes) -> bool:
    # Older Vietnamese text files are in many one-byte encodings: what they share is the lack of control codes.
    return head.startswith((b"\xff\xfe", b"\xfe\xff")) or not any(b < 32 and b not in b"\t\n\r\f\x1a" for b in head)
