"""Office files before 2007: streams in a compound file ([MS-CFB]), looked at and never unpacked.

Only what decides whether the file can be read is taken from it: the streams it has, whether it is whole, and
whether Word wrote it with a password ([MS-DOC] 2.5.2, fEncrypted).
"""

from __future__ import annotations

import mmap
import struct
from dataclasses import dataclass
from typing import BinaryIO

from tonghop.errors import N_, EncryptedFile, LayoutUnreadable, TruncatedFile, UnsupportedType
from tonghop.records import MediaType

__all__ = ["COMPOUND_MARK", "compound_type"]

COMPOUND_MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEADER = 512
_ENTRY = 128
_FREE = 0xFFFFFFFF
_LAST_SECTOR = 0xFFFFFFFA  # higher values are marks ([MS-CFB] 2.1)
_TABLES = 109  # sectors of the allocation table that the header lists: enough for 7 MB of 512-byte sectors
_WORD_MARKS = frozenset({0xA5EC, 0xA5DC})  # Word 97 and later; Word 6 and 95
_ENCRYPTED = 0x0100

# An encrypted .docx or .xlsx is a compound file with this stream ([MS-OFFCRYPTO] 2.3.2).
_PROTECTED = "EncryptedPackage"
_WORD = "WordDocument"
_OTHERS = (
    ("Workbook", N_("Excel 97-2003 workbook, .xls")),
    ("Book", N_("Excel 97-2003 workbook, .xls")),
    ("PowerPoint Document", N_("PowerPoint 97-2003 presentation, .ppt")),
    ("__substg1.0_", N_("Outlook message, .msg")),
)


@dataclass(frozen=True, slots=True)
class _Stream:
    start: int  # its first sector
    size: int


def compound_type(file: BinaryIO, name: str) -> MediaType:
    """Return what the compound file is: a Word file without a password.

    Raises `EncryptedFile`, `TruncatedFile`, `LayoutUnreadable`, `UnsupportedType` for other programs' files.
    """
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        _check_whole(data, name)
        if _find(data, _PROTECTED) is not None:
            raise EncryptedFile(name=name)
        word = _find(data, _WORD)
        if word is None:
            found = (kind for stream, kind in _OTHERS if _has_name(data, stream))
            raise UnsupportedType(name=name, found=next(found, N_("OLE file of a program before 2007")))
        if _word_flags(data, word, name) & _ENCRYPTED:
            raise EncryptedFile(name=name)
        return MediaType.DOC


def _has_name(data: mmap.mmap, stream: str) -> bool:
    return data.find(stream.encode("utf-16-le")) >= 0


def _find(data: mmap.mmap, stream: str) -> _Stream | None:
    """Return the directory's entry for a stream: 128 bytes, which begin with its name and a NUL."""
    mark = stream.encode("utf-16-le") + b"\0\0"
    at = data.find(mark)
    while at >= 0:
        if at % _ENTRY == 0 and at + _ENTRY <= len(data):
            start, size = struct.unpack_from("<LL", data, at + 116)
            return _Stream(start, size)
        at = data.find(mark, at + 1)
    return None


def _sector_size(data: mmap.mmap, name: str) -> int:
    (shift,) = struct.unpack_from("<H", data, 30) if len(data) >= _HEADER else (0,)
    if shift not in (9, 12):
        raise LayoutUnreadable(name=name, detail=N_("a compound file with a broken header"))
    return int(1 << shift)


def _check_whole(data: mmap.mmap, name: str) -> None:
    """Raise `TruncatedFile` when sectors that are in use lie beyond the end: LibreOffice would read on in silence."""
    size = _sector_size(data, name)
    tables = [one for one in struct.unpack_from(f"<{_TABLES}L", data, 76) if one <= _LAST_SECTOR]
    for index, table in reversed(list(enumerate(tables))):
        at = (table + 1) * size
        if at + size > len(data):
            raise TruncatedFile(name=name)
        used = [i for i, entry in enumerate(struct.unpack_from(f"<{size // 4}L", data, at)) if entry != _FREE]
        if used:
            last = index * (size // 4) + used[-1]
            if (last + 2) * size > len(data):
                raise TruncatedFile(name=name)
            return


def _word_flags(data: mmap.mmap, stream: _Stream, name: str) -> int:
    at = (stream.start + 1) * _sector_size(data, name)
    if at + 12 > len(data):
        raise TruncatedFile(name=name)
    mark, flags = struct.unpack_from("<H8xH", data, at)
    if mark not in _WORD_MARKS:
        raise LayoutUnreadable(name=name, detail=N_("its stream WordDocument is not Word's"))
    return int(flags)
