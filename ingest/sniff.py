"""What a file is, judged by its content and never by its name, and whether it may be read at all.

`sniff` is the door: what passes is a whole, unprotected PDF, JPEG, PNG, TIFF, DOCX, DOC, ODT, RTF, XLSX, e-mail or
ZIP within the limits of the settings. What does not pass is refused with an error that says what it is. Nothing is
decoded or unpacked to memory, so that a hostile file costs no more time than an honest one.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from tonghop.errors import (
    N_,
    EmptyFile,
    EncryptedFile,
    LayoutUnreadable,
    MissingDependency,
    OversizedImage,
    TruncatedFile,
    UnsupportedType,
    phrase,
)
from tonghop.ingest.compound import COMPOUND_MARK, compound_type
from tonghop.ingest.imageheader import CutOff, Damaged, Size, jpeg_sizes, png_sizes, tiff_sizes
from tonghop.ingest.mailhead import is_mail
from tonghop.ingest.package import package_type
from tonghop.ingest.store import open_regular, safe_label
from tonghop.records import MediaType
from tonghop.settings import IngestSettings

__all__ = ["PdfProbe", "probe_pdf", "sniff"]

_HEAD = 4096
_RTF = b"{\\rtf"
_PDF_HEAD = 1024  # bytes of junk before the header that readers forgive (ISO 32000-1, annex H, note 13)
_PDF_TAIL = 1 << 16
_PDF_SECONDS = 1.2  # leaves time for the rest of a refusal in 2 s

PdfProbe = Callable[[Path], str | None]
"""Returns what poppler says against opening a PDF, None when it says nothing in time."""

_TIFF_MARKS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")

# What an office machine meets and this program does not read. Marks stand at the given byte.
_OTHERS: tuple[tuple[int, bytes, str], ...] = (
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
        if head.startswith(COMPOUND_MARK):
            return compound_type(file, label)
        if head.startswith(_RTF):
            return _check_rtf(file, label)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return package_type(path, label, settings.max_unpacked_mb)
    if is_mail(head):
        return MediaType.EML
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


# --- Rich Text Format ---


def _check_rtf(file: BinaryIO, name: str) -> MediaType:
    file.seek(max(0, file.seek(0, 2) - _HEAD))
    # Its groups close with the last character; a line end and the padding of old programs may follow.
    if not file.read().rstrip(b"\0\x1a \t\r\n").endswith(b"}"):
        raise TruncatedFile(name=name)
    return MediaType.RTF


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
