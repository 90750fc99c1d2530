from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tests.ingest.badfiles import ole
from tonghop.errors import UnreadableInput
from tonghop.ingest.compound import COMPOUND_MARK, compound_type
from tonghop.records import MediaType


def kind_of(data: bytes) -> MediaType | str:
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.flush()
        try:
            return compound_type(file, "a.doc")
        except UnreadableInput as error:
            return error.code


def test_a_name_that_only_stands_in_the_text_is_no_stream(tmp_path: Path) -> None:
    text = "EncryptedPackage\0".encode("utf-16-le")
    data = ole("WordDocument")
    assert kind_of(data) is MediaType.DOC
    assert kind_of(data[:-100] + text + data[-100 + len(text) :]) is MediaType.DOC


@given(st.binary(max_size=200), st.integers(8, 2500), st.integers(0, 2600))
def test_noise_ends_in_an_error_of_ours_or_none(noise: bytes, at: int, length: int) -> None:
    data = bytearray(ole("WordDocument"))
    data[at : at + len(noise)] = noise
    found = kind_of(COMPOUND_MARK + bytes(data[8:length]))
    assert found is MediaType.DOC or isinstance(found, str)
    assert kind_of(ole("WordDocument")[: max(8, min(length, 2559))]) != MediaType.DOC
