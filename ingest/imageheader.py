"""Width, height and wholeness of image files, from their headers alone. Nothing is decoded.

Every reader walks the file's own structure: a JPEG's segments, a PNG's chunks, a TIFF's directories. Time and
memory do not depend on how many pixels the header claims.
"""

from __future__ import annotations

import mmap
import struct
from typing import BinaryIO

__all__ = ["CutOff", "Damaged", "Size", "jpeg_sizes", "png_sizes", "tiff_sizes"]

Size = tuple[int, int]
"""Width and height in pixels."""

# More than any scanner writes: such a file is damaged, or made to keep us busy.
_MAX_PAGES = 10_000
_MAX_PARTS = 100_000  # segments of a JPEG, chunks of a PNG
_MAX_VALUES = 2_000_000  # places of strips and tiles, all pages of a TIFF together


class CutOff(Exception):
    """The file ends before its structure does."""


class Damaged(Exception):
    """The structure makes no sense; the argument says where."""


def _length(file: BinaryIO) -> int:
    return file.seek(0, 2)


def _take(file: BinaryIO, offset: int, count: int) -> bytes:
    try:
        file.seek(offset)
    except (OSError, OverflowError, ValueError) as error:  # further than any file reaches
        raise CutOff from error
    data = file.read(count)
    if len(data) < count:
        raise CutOff
    return data


# --- JPEG (ITU-T T.81, annex B) ---

_SOF = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})  # markers without a length
_SOS, _EOI = 0xDA, b"\xff\xd9"


def jpeg_sizes(file: BinaryIO) -> tuple[Size, ...]:
    """Return the one size of a JPEG. Raises `CutOff` without an end-of-image marker, `Damaged` without a frame.

    Bytes after the end of the image are allowed: phones append a video or a depth map there.
    """
    at, size = 2, (0, 0)
    for _ in range(_MAX_PARTS):
        marker = _take(file, at, 2)
        if marker[0] != 0xFF:
            raise Damaged(f"no JPEG marker at byte {at}")
        if marker[1] == 0xFF:  # fill byte
            at += 1
        elif marker[1] in _ALONE:
            at += 2
        else:
            (length,) = struct.unpack(">H", _take(file, at + 2, 2))
            if marker[1] in _SOF:
                height, width = struct.unpack(">HH", _take(file, at + 5, 4))
                size = (max(size[0], width), max(size[1], height))
            at += 2 + length
            if marker[1] == _SOS:
                _require_end_of_image(file, at)
                return (size,)
    raise Damaged("a JPEG of too many segments")


def _require_end_of_image(file: BinaryIO, start: int) -> None:
    # Inside coded data FF is always followed by 00 or a restart marker, so FF D9 can only be the end.
    if start >= _length(file):
        raise CutOff
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if data.find(_EOI, start) < 0:
            raise CutOff


# --- PNG (ISO/IEC 15948) ---


def png_sizes(file: BinaryIO) -> tuple[Size, ...]:
    """Return the one size of a PNG. Raises `CutOff` when a chunk or the last one is missing, `Damaged`."""
    if _take(file, 12, 4) != b"IHDR":
        raise Damaged("a PNG that does not begin with its header")
    width, height = struct.unpack(">LL", _take(file, 16, 8))
    end, at = _length(file), 8
    for _ in range(_MAX_PARTS):
        length, kind = struct.unpack(">L4s", _take(file, at, 8))
        if not kind.isalpha():
            raise Damaged(f"no PNG chunk at byte {at}")
        at += 12 + length
        if at > end:
            raise CutOff
        if kind == b"IEND":
            return ((width, height),)
    raise Damaged("a PNG of too many chunks")


# --- TIFF 6.0 and BigTIFF ---

_FIELD_BYTES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
_FIELD_CODE = {1: "B", 3: "H", 4: "L", 16: "Q"}
_WIDTH, _HEIGHT = 256, 257
_OFFSETS = {273: 279, 324: 325}  # strips and tiles: tag of their offsets -> tag of their byte counts


def tiff_sizes(file: BinaryIO) -> tuple[Size, ...]:
    """Return the size of every page of a TIFF, in order.

    Raises `CutOff` when a directory, or the pixels it points to, lie beyond the end; `Damaged` on a directory
    that makes no sense.
    """
    reader = _Tiff(file)
    offset, seen, sizes = reader.first, set[int](), list[Size]()
    while offset:
        if offset in seen or len(seen) > _MAX_PAGES:
            raise Damaged("TIFF pages that go round in a circle")
        seen.add(offset)
        fields, offset = reader.directory(offset)
        sizes.append(reader.page_size(fields))
    if not sizes:
        raise CutOff
    return tuple(sizes)


_Field = tuple[int, int, int]  # type, count, offset in the file of the values


class _Tiff:
    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.values_left = _MAX_VALUES
        self.end = _length(file)
        head = _take(file, 0, 8)
        self.order = "<" if head[:2] == b"II" else ">"
        self.is_big = self._unpack("H", head[2:4]) == 43
        self.first = self._unpack("Q", _take(file, 8, 8)) if self.is_big else self._unpack("L", head[4:8])

    def _unpack(self, code: str, data: bytes) -> int:
        return int(struct.unpack(self.order + code, data)[0])

    def directory(self, offset: int) -> tuple[dict[int, _Field], int]:
        """Return the fields of the directory at `offset`, and the offset of the next (0: none)."""
        width, count_code, word = (20, "Q", "Q") if self.is_big else (12, "H", "L")
        head = struct.calcsize("=" + count_code)
        count = self._unpack(count_code, _take(self.file, offset, head))
        if not 0 < count <= 4096:
            raise Damaged(f"a TIFF directory of {count} fields")
        data = _take(self.file, offset + head, count * width)
        fields = {}
        for index in range(count):
            tag, field = self._field(data[index * width : (index + 1) * width], offset + head + index * width)
            fields[tag] = field
        step = struct.calcsize("=" + word)
        return fields, self._unpack(word, _take(self.file, offset + head + count * width, step))

    def _field(self, data: bytes, at: int) -> tuple[int, _Field]:
        tag, kind = struct.unpack(self.order + "HH", data[:4])
        word, room = ("Q", 8) if self.is_big else ("L", 4)
        count = self._unpack(word, data[4 : 4 + room])
        is_inline = _FIELD_BYTES.get(kind, 1) * count <= room
        return tag, (kind, count, at + 4 + room if is_inline else self._unpack(word, data[4 + room :]))

    def _values(self, field: _Field) -> tuple[int, ...]:
        kind, count, offset = field
        code = _FIELD_CODE.get(kind)
        if code is None:
            raise Damaged(f"a TIFF field of type {kind} where a whole number is due")
        if offset + count * _FIELD_BYTES[kind] > self.end:
            raise CutOff
        self.values_left -= count
        if self.values_left < 0:
            raise Damaged("a TIFF of too many strips")
        return struct.unpack(f"{self.order}{count}{code}", _take(self.file, offset, count * _FIELD_BYTES[kind]))

    def page_size(self, fields: dict[int, _Field]) -> Size:
        """Return the size of the page described by `fields`, its pixels being there."""
        if _WIDTH not in fields or _HEIGHT not in fields:
            raise Damaged("a TIFF page without width or height")
        for offsets, counts in _OFFSETS.items():
            if offsets in fields and counts in fields:
                pieces = zip(self._values(fields[offsets]), self._values(fields[counts]), strict=False)
                if any(start + size > self.end for start, size in pieces):
                    raise CutOff
        width, height = self._values(fields[_WIDTH]), self._values(fields[_HEIGHT])
        if not (width and height):
            raise Damaged("a TIFF page without width or height")
        return width[0], height[0]
