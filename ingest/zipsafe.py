"""ZIP files that may have been made to do harm: opened and read within bounds.

What a ZIP says of itself is not believed: its directory is measured before it is parsed, and every byte that
comes out of a member is counted, whatever size was declared.
"""

from __future__ import annotations

import copy
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from tonghop.errors import EncryptedFile, FileMissing, LayoutUnreadable, OversizedContent, TruncatedFile
from tonghop.ingest.store import open_regular

__all__ = ["MEGABYTE", "is_encrypted", "open_zip", "read_member"]

MEGABYTE = 1_000_000
_CHUNK = 1 << 18
_END = b"PK\x05\x06"
_END_SIZE = 22
_END64_LOCATOR = b"PK\x06\x07"
# The directory of 500 files with long names takes 0.1 MB; parsing it costs time for every entry.
_MAX_DIRECTORY = 4 * MEGABYTE
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, struct.error, NotImplementedError, OverflowError, ValueError)


def open_zip(path: Path, name: str) -> zipfile.ZipFile:
    """Return the ZIP at `path` opened for reading; the caller closes it.

    Raises `FileMissing` or `UnreadableInput` when it cannot be opened (another run may have taken it since it was
    found); `TruncatedFile` when its directory, which stands at the end, is missing; `OversizedContent` when the
    directory alone is out of all proportion; `LayoutUnreadable` when it is damaged.
    """
    with open_regular(path, name) as file:
        size, length = _directory_size(file), file.seek(0, 2)
    if size is None:
        raise TruncatedFile(name=name)
    if _MAX_DIRECTORY < size <= length:  # larger than the file itself: damage, which zipfile names
        raise OversizedContent(name=name, limit=_MAX_DIRECTORY // MEGABYTE)
    try:
        return zipfile.ZipFile(path)
    except FileNotFoundError as error:
        raise FileMissing(name=name) from error
    except _DAMAGE as error:
        raise LayoutUnreadable(name=name, detail=str(error)) from error


def _directory_size(file: BinaryIO) -> int | None:
    file.seek(0, 2)
    length = file.tell()
    file.seek(max(0, length - _END_SIZE - 0xFFFF - 20))
    tail = file.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < _END_SIZE:
        return None
    (size,) = struct.unpack_from("<L", tail, at + 12)
    if at >= 20 and tail[at - 20 : at - 16] == _END64_LOCATOR:
        (offset,) = struct.unpack_from("<Q", tail, at - 12)
        if offset + 56 > length:
            return None
        file.seek(offset + 40)
        (size,) = struct.unpack("<Q", file.read(8))
    return int(size)


def is_encrypted(member: zipfile.ZipInfo) -> bool:
    """Return whether `member` needs a password."""
    return bool(member.flag_bits & 0x1)


def read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, limit: int) -> Iterator[bytes]:
    """Yield the bytes of `member` in chunks, at most `limit` bytes in all, and check its checksum at the end.

    The declared size is not relied upon: it is compared with the limit first, and the real bytes are counted
    then. `name` is what errors call the file. Raises `EncryptedFile`, `OversizedContent` (limit in MB is left
    to the caller's message: the one of the whole file), `LayoutUnreadable`.
    """
    if is_encrypted(member):
        raise EncryptedFile(name=name)
    if member.file_size > limit:
        raise OversizedContent(name=name, limit=limit // MEGABYTE)
    total = 0
    try:
        # zipfile stops silently at the declared size; a copy that declares more shows what is really there.
        honest = copy.copy(member)
        honest.file_size = limit + 2 * _CHUNK  # so the limit is met before zipfile stops
        with archive.open(honest) as stream:
            while chunk := stream.read(_CHUNK):
                total += len(chunk)
                if total > limit:
                    raise OversizedContent(name=name, limit=limit // MEGABYTE)
                yield chunk
    except (*_DAMAGE, RuntimeError, OSError) as error:
        raise LayoutUnreadable(name=name, detail=str(error)) from error
