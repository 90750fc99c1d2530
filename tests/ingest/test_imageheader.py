from __future__ import annotations

import io
import struct
import tempfile
import time
from collections.abc import Callable
from typing import BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tonghop.ingest.imageheader import CutOff, Damaged, Size, jpeg_sizes, png_sizes, tiff_sizes

pytestmark = pytest.mark.alone  # each refusal has two seconds

Reader = Callable[[BinaryIO], tuple[Size, ...]]


def sizes(reader: Reader, data: bytes) -> tuple[Size, ...]:
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.flush()
        return reader(file)


def image(kind: str, **options: object) -> bytes:
    stream = io.BytesIO()
    Image.linear_gradient("L").resize((70, 50)).save(stream, kind, **options)
    return stream.getvalue()


READERS: list[tuple[Reader, bytes]] = [
    (jpeg_sizes, image("JPEG")),
    (png_sizes, image("PNG")),
    (tiff_sizes, image("TIFF")),
    (tiff_sizes, image("TIFF", big_tiff=True)),
]


@pytest.mark.parametrize(("reader", "data"), READERS)
def test_sizes(reader: Reader, data: bytes) -> None:
    assert sizes(reader, data) == ((70, 50),)


def test_every_page_of_a_tiff() -> None:
    data = image("TIFF", save_all=True, append_images=[Image.new("1", (8, 9)), Image.new("L", (300, 1))])
    assert sizes(tiff_sizes, data) == ((70, 50), (8, 9), (300, 1))


@given(st.sampled_from(READERS), st.data())
def test_damage_is_always_named(whole: tuple[Reader, bytes], data: st.DataObject) -> None:
    reader, content = whole
    changed = bytearray(content)
    for at, value in data.draw(st.lists(st.tuples(st.integers(2, len(content) - 1), st.integers(0, 255)), max_size=9)):
        changed[at] = value
    del changed[data.draw(st.integers(8, len(content))) :]
    try:
        found = sizes(reader, bytes(changed))
    except (CutOff, Damaged):
        return
    assert all(width >= 0 and height >= 0 for width, height in found)


@given(st.sampled_from(READERS), st.binary(max_size=200))
def test_noise_behind_the_first_bytes(whole: tuple[Reader, bytes], noise: bytes) -> None:
    reader, content = whole
    with pytest.raises((CutOff, Damaged)):
        sizes(reader, content[:8] + noise)


def tiff_with_strips(count: int) -> bytes:
    fields = [(256, 4, 1, 10), (257, 4, 1, 10), (273, 4, count, 62), (279, 4, count, 62)]
    entries = b"".join(struct.pack("<HHLL", *field) for field in fields)
    return b"II*\0" + struct.pack("<LH", 8, 4) + entries + b"\0" * 4 + b"\0" * (4 * count)


@pytest.mark.parametrize(
    ("reader", "data"),
    [
        (jpeg_sizes, b"\xff\xd8" + b"\xff" * 3_000_000),
        (png_sizes, image("PNG")[:33] + b"\0\0\0\0teXt\0\0\0\0" * 300_000),
        (tiff_sizes, tiff_with_strips(1_500_000)),
    ],
)
def test_files_made_to_keep_us_busy(reader: Reader, data: bytes) -> None:
    start = time.perf_counter()
    with pytest.raises(Damaged):
        sizes(reader, data)
    assert time.perf_counter() - start < 2


def test_page_without_a_size() -> None:
    data = b"II*\0" + struct.pack("<LH", 8, 1) + struct.pack("<HHLL", 256, 4, 1, 10) + b"\0" * 4
    with pytest.raises(Damaged):
        sizes(tiff_sizes, data)


def test_size_that_is_no_number() -> None:
    fields = struct.pack("<HHLL", 256, 2, 1, 10) + struct.pack("<HHLL", 257, 4, 1, 10)
    with pytest.raises(Damaged):
        sizes(tiff_sizes, b"II*\0" + struct.pack("<LH", 8, 2) + fields + b"\0" * 4)
