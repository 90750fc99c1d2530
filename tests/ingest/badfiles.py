"""Files that are whole, and files that are refused: too large, encrypted, unsafe, of another kind."""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib

import docx
from fpdf import FPDF
from PIL import Image

__all__ = ["ENTITY", "huge_jpeg", "huge_png", "huge_tiff", "image", "ole", "pdf", "repacked", "word"]

ENTITY = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'


def pdf(**protection: object) -> bytes:
    document = FPDF()
    for _ in range(3):
        document.add_page()
        document.set_font("Helvetica", size=12)
        document.multi_cell(0, text="Bao cao " * 200)
    if protection:
        document.set_encryption(**protection)  # type: ignore[arg-type]  # keyword names are checked by fpdf
    return bytes(document.output())


def image(kind: str, size: tuple[int, int] = (300, 200), **options: object) -> bytes:
    stream = io.BytesIO()
    noise = random.Random(7).randbytes(size[0] * size[1] * 3)
    Image.frombytes("RGB", size, noise).save(stream, kind, **options)
    return stream.getvalue()


def word() -> bytes:
    stream = io.BytesIO()
    document = docx.Document()
    document.add_paragraph("Báo cáo")
    document.save(stream)
    return stream.getvalue()


def repacked(data: bytes, **parts: bytes) -> bytes:
    """The package `data` with the parts `word_document` (for word/document.xml) and so on replaced or added."""
    replaced = {name.replace("__", "/") + ".xml": content for name, content in parts.items()}
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            if info.filename not in replaced:
                new.writestr(info, old.read(info))
        for name, content in replaced.items():
            new.writestr(name, content)
    return stream.getvalue()


def ole(*streams: str, mark: int = 0xA5EC, flags: int = 0, used: int = 3) -> bytes:
    """A compound file of four sectors: allocation table, directory, and the first stream in the two last."""
    names = [("Root Entry", 0), *((name, 2) for name in streams)]
    directory = b"".join(
        name.encode("utf-16-le").ljust(116, b"\0") + struct.pack("<LL4x", start, 1024) for name, start in names
    )
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(30, b"\0") + struct.pack("<H", 9)
    header = header.ljust(76, b"\0") + struct.pack("<L", 0) + b"\xff" * 432
    table = struct.pack("<128L", *([1] * (used + 1)), *([0xFFFFFFFF] * (127 - used)))
    stream = struct.pack("<H8xH", mark, flags).ljust(1024, b"\0")
    return header + table + directory.ljust(512, b"\0")[:512] + stream


def huge_png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">L", len(data)) + kind + data + struct.pack(">L", zlib.crc32(kind + data))

    header = struct.pack(">LLBBBBB", 30_000, 30_000, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


def huge_jpeg() -> bytes:
    data = bytearray(image("JPEG"))
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 9] = struct.pack(">HH", 30_000, 30_000)
    return bytes(data)


def huge_tiff() -> bytes:
    fields = [(256, 4, 30_000), (257, 4, 30_000), (273, 4, 8), (279, 4, 4)]
    entries = b"".join(struct.pack("<HHLL", tag, kind, 1, value) for tag, kind, value in fields)
    return b"II*\0" + struct.pack("<L", 12) + b"data" + struct.pack("<H", 4) + entries + b"\0" * 4
