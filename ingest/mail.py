"""E-mails saved as files (.eml): their attachments, each written out under a name of our own, as from an archive.

Left out: signatures and calendar entries, and small pictures that stand within the text, which are logos. The text of
the mail is not read: reports come signed, as attachments. The whole mail stays in originals/.
"""

from __future__ import annotations

import email
import io
import unicodedata
from collections.abc import Iterator
from email.errors import CloseBoundaryNotFoundDefect, MessageError
from email.message import EmailMessage, Message
from email.policy import default
from pathlib import Path

from tonghop.errors import (
    LayoutUnreadable,
    NestedArchive,
    OutputNotWritable,
    OversizedContent,
    TooManyFiles,
    TruncatedFile,
    UnreadableInput,
)
from tonghop.ingest.archive import Member
from tonghop.ingest.imageheader import CutOff, Damaged, jpeg_sizes, png_sizes
from tonghop.ingest.mailhead import MAIL_HEAD, is_mail
from tonghop.ingest.store import open_regular, safe_label
from tonghop.ingest.zipsafe import MEGABYTE
from tonghop.settings import IngestSettings
from tonghop.text import nfc

__all__ = ["extract_attachments"]

_BASE64 = 1.4  # what encoding adds to the size of an attachment, line ends included
_MOST_PARTS = 20  # times the documents that are taken: each has text, pictures and containers beside it
_FURNITURE = frozenset(
    {"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"}
    | {"text/calendar", "application/ics", "text/vcard", "text/x-vcard", "text/x-amp-html"}
)
_LOGO_SIDE = 500  # pixels: a page with a shorter side cannot be read, an A4 page has this at 60 dpi
_LOGO_BYTES = 50_000  # of a picture that does not tell its size
# What the parser of headers raises on hostile ones, besides its own errors.
_DAMAGE = (MessageError, ValueError, LookupError, TypeError, AttributeError, RecursionError)


def extract_attachments(path: Path, name: str, into: Path, settings: IngestSettings) -> tuple[Member, ...]:
    """Write the attachments of the mail at `path` into the folder `into` and return them in the mail's order.

    Files are named `0001`, `0002`, …. The attachments of a mail attached to it are taken too, one layer deep; one
    that is attached to that is a member with its error (`NestedArchive`), like one beyond `max_unpacked_mb`
    (`OversizedContent`). None for a mail without attachments.
    Raises `TruncatedFile`, `LayoutUnreadable`, `TooManyFiles`, `OversizedContent`; `OutputNotWritable`.
    """
    label = safe_label(name)
    message = _parse(path, name, settings)
    into.mkdir(parents=True, exist_ok=True)
    members: list[Member] = []
    left = settings.max_unpacked_mb * MEGABYTE
    try:
        for found in _attachments(message, label, settings):
            if len(members) >= settings.max_archive_files:
                raise TooManyFiles(name=label, limit=settings.max_archive_files)
            member, size = _write(found, into, len(members) + 1, left, settings)
            left -= size
            members.append(member)
    except _DAMAGE as error:
        raise LayoutUnreadable(name=label, detail=f"{type(error).__name__}: {error}") from error
    return tuple(members)


def _parse(path: Path, name: str, settings: IngestSettings) -> EmailMessage:
    label = safe_label(name)
    with open_regular(path, name) as file:
        if file.seek(0, 2) > settings.max_unpacked_mb * MEGABYTE * _BASE64:
            raise OversizedContent(name=label, limit=settings.max_unpacked_mb)
        file.seek(0)
        try:
            message = email.message_from_binary_file(file, policy=default)
        except _DAMAGE as error:
            raise LayoutUnreadable(name=label, detail=f"{type(error).__name__}: {error}") from error
    if any(isinstance(d, CloseBoundaryNotFoundDefect) for d in message.defects):
        raise TruncatedFile(name=label)
    return message


def _attachments(
    message: Message, label: str, settings: IngestSettings
) -> Iterator[tuple[Message, UnreadableInput | None]]:
    """Yield the parts that are documents, in order; with an error those that lie too deep."""
    pending: list[tuple[Message, int]] = [(message, 0)]
    seen = 0
    while pending:
        part, depth = pending.pop()
        seen += 1
        if seen > settings.max_archive_files * _MOST_PARTS:
            raise TooManyFiles(name=label, limit=settings.max_archive_files)
        if part.get_content_type() == "message/rfc822" and depth:
            yield part, NestedArchive(name=_label(part, seen))
        elif part.is_multipart():
            inside = part.get_content_type() == "message/rfc822"
            pending.extend((child, depth + inside) for child in reversed(_children(part)))
        elif _is_document(part):
            yield part, None


def _children(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [child for child in payload if isinstance(child, Message)] if isinstance(payload, list) else []


def _is_document(part: Message) -> bool:
    kind = part.get_content_type()
    if kind in _FURNITURE:
        return False
    is_attached = part.get_content_disposition() == "attachment"
    if kind in ("text/plain", "text/html"):
        return is_attached  # otherwise it is the text of the mail
    is_within = part.get_content_disposition() == "inline" or (part["Content-ID"] is not None and not is_attached)
    return not (kind.startswith("image/") and is_within and _is_logo(_data(part)))


def _is_logo(data: bytes) -> bool:
    read = jpeg_sizes if data.startswith(b"\xff\xd8") else png_sizes
    try:
        sizes = read(io.BytesIO(data))
    except (CutOff, Damaged):
        return len(data) < _LOGO_BYTES
    return all(min(size) < _LOGO_SIDE for size in sizes)


def _write(
    found: tuple[Message, UnreadableInput | None], into: Path, number: int, left: int, settings: IngestSettings
) -> tuple[Member, int]:
    part, error = found
    name = _name(part, number)
    if error:
        return Member(name, error=error), 0
    data = _data(part)
    if len(data) > left:
        return Member(name, error=OversizedContent(name=safe_label(name), limit=settings.max_unpacked_mb)), 0
    if is_mail(data[:MAIL_HEAD]):  # attached as a file rather than as a mail
        return Member(name, error=NestedArchive(name=safe_label(name))), 0
    target = into / f"{number:04d}"
    try:
        target.write_bytes(data)
    except OSError as failure:
        raise OutputNotWritable(file=into, detail=failure.strerror or failure) from failure
    return Member(name, path=target), len(data)


def _data(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


# --- names ---


def _label(part: Message, number: int) -> str:
    return safe_label(_name(part, number))


def _name(part: Message, number: int) -> str:
    """Return an attachment's name, NFC and without folders; its number where it has none."""
    written = part.get_filename() or ""
    name = nfc(_mended(written)).replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(c for c in name if unicodedata.category(c) not in ("Cc", "Cs")).strip()
    return name or f"{number:04d}"


def _mended(written: str) -> str:
    """Return a name that was sent as bare bytes: UTF-8, else the code page of Vietnamese Windows."""
    if not any("\udc80" <= c <= "\udcff" for c in written):
        return written
    raw = written.encode("utf-8", "surrogateescape")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1258", "replace")
