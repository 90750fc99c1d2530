"""ZIP archives: the documents inside, each written out under a name of our own, or the reason why not.

A member's name is data: it is decoded, shown and recorded, and never used as a path.
"""

from __future__ import annotations

import stat
import struct
import unicodedata
import zipfile
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath

from tonghop.errors import (
    NestedArchive,
    NotRegularFile,
    OutputNotWritable,
    OversizedContent,
    TooManyFiles,
    UnreadableInput,
    UnsafeName,
)
from tonghop.ingest.inbox import is_litter
from tonghop.ingest.mailhead import MAIL_HEAD, is_mail
from tonghop.ingest.package import is_office_package
from tonghop.ingest.store import safe_label
from tonghop.ingest.zipsafe import MEGABYTE, open_zip, read_member
from tonghop.settings import IngestSettings
from tonghop.text import nfc

__all__ = ["Member", "extract_members", "member_name"]

_UTF8_FLAG = 0x800
_UNICODE_PATH = 0x7075  # Info-ZIP's extra field with the name in UTF-8 (APPNOTE 4.6.9)


@dataclass(frozen=True, slots=True)
class Member:
    """A file inside an archive: either `path`, where its bytes now lie, or the `error` that kept them out.

    `name` is the name inside the archive, NFC, folders with `/`; two members may have the same.
    """

    name: str
    path: Path | None = None
    error: UnreadableInput | None = None

    def __post_init__(self) -> None:
        if (self.path is None) == (self.error is None):
            raise ValueError("a member has either a path or an error")


def extract_members(path: Path, name: str, into: Path, settings: IngestSettings) -> tuple[Member, ...]:
    """Write the files of the ZIP at `path` into the folder `into` and return them in the archive's order.

    Files are named `0001`, `0002`, … Folders and what macOS, Windows and Word leave beside documents are left
    out; hidden and temporary names are not. A member that cannot be taken carries its error (`EncryptedFile`,
    `NotRegularFile`, `UnsafeName`, `NestedArchive`, `OversizedContent` once the members before it used up
    `max_unpacked_mb`, `LayoutUnreadable`), and the others are taken all the same.
    Raises for the archive as a whole: `TruncatedFile`, `LayoutUnreadable`, `TooManyFiles`; `OutputNotWritable`
    when `into` has no room.
    """
    into.mkdir(parents=True, exist_ok=True)
    with open_zip(path, safe_label(name)) as archive:
        infos = [info for info in archive.infolist() if not _is_beside(info)]
        if len(infos) > settings.max_archive_files:
            raise TooManyFiles(name=safe_label(name), limit=settings.max_archive_files)
        left, members = settings.max_unpacked_mb * MEGABYTE, list[Member]()
        for index, info in enumerate(infos, 1):
            target = into / f"{index:04d}"
            try:
                left -= _extract(archive, info, target, left)
                members.append(Member(member_name(info), path=target))
            except OversizedContent:
                oversized = OversizedContent(name=_label(info), limit=settings.max_unpacked_mb)
                members.append(Member(member_name(info), error=oversized))
            except UnreadableInput as refusal:
                members.append(Member(member_name(info), error=refusal))
            except OSError as error:
                raise OutputNotWritable(file=into, detail=error.strerror or error) from error
        return tuple(members)


def _extract(archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path, left: int) -> int:
    label = _label(info)
    if stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG):
        raise NotRegularFile(name=label)
    if _leads_elsewhere(member_name(info)):
        raise UnsafeName(name=label)
    size = 0
    try:
        with target.open("xb") as file:
            for chunk in read_member(archive, info, label, left):
                size += file.write(chunk)
        _refuse_nested(target, label)
    except UnreadableInput:
        target.unlink(missing_ok=True)
        raise
    return size


def _refuse_nested(target: Path, label: str) -> None:
    with target.open("rb") as file:
        head = file.read(MAIL_HEAD)
    if is_mail(head):
        raise NestedArchive(name=label)
    if not head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return
    with open_zip(target, label) as inner:
        if not is_office_package(inner):
            raise NestedArchive(name=label)


# --- names ---


def member_name(info: zipfile.ZipInfo) -> str:
    """Return the name of a member as its maker meant it: NFC, folders with `/`.

    ZIP names are UTF-8 only when flagged so. Unflagged, macOS still writes UTF-8 (decomposed), Windows the code
    page of the machine. cp1258 (Vietnamese) and cp437 (the standard's) have their letters in different places, so
    the one that makes letters of all odd bytes is taken.
    """
    return nfc(_decode(info)).replace("\\", "/")


def _decode(info: zipfile.ZipInfo) -> str:
    written = info.orig_filename
    if info.flag_bits & _UTF8_FLAG or written.isascii():
        return written
    try:
        raw = written.encode("cp437")
    except UnicodeEncodeError:  # decoded otherwise by a later Python
        return written
    if unicode_path := _unicode_path(info.extra):
        return unicode_path
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        windows = raw.decode("cp1258", "replace")
        return windows if all(c.isascii() or unicodedata.category(c)[0] in "LM" for c in windows) else written


def _unicode_path(extra: bytes) -> str | None:
    while len(extra) >= 4:
        kind, length = struct.unpack_from("<HH", extra)
        if kind == _UNICODE_PATH and length > 5:
            return extra[9 : 4 + length].decode("utf-8", "replace")
        extra = extra[4 + length :]
    return None


def _label(info: zipfile.ZipInfo) -> str:
    return safe_label(member_name(info))


def _is_beside(info: zipfile.ZipInfo) -> bool:
    # Not `is_ignored`: no writer is at work in an archive, and what is left out here is never seen again.
    parts = [part for part in member_name(info).split("/") if part not in ("", ".", "..")]
    return member_name(info).endswith("/") or any(is_litter(part) for part in parts)


def _leads_elsewhere(name: str) -> bool:
    return (
        not name or name.startswith("/") or ".." in name.split("/") or "\0" in name or bool(PureWindowsPath(name).drive)
    )
