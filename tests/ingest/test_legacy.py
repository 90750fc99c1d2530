from __future__ import annotations

import shutil
import subprocess
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ingest.legacyfonts import LETTERS, to_tcvn3, to_vni
from tonghop.ingest.legacy import Encoding, decode, encoding_of, is_capital_font, narrow

LOWER = LETTERS[:67]


def test_there_are_134_letters() -> None:
    assert len(set(LETTERS)) == 134
    assert all(unicodedata.is_normalized("NFC", letter) for letter in LETTERS)


@pytest.mark.parametrize("letter", LETTERS)
def test_every_letter_comes_back(letter: str) -> None:
    assert decode(to_vni(letter), Encoding.VNI) == letter
    code = to_tcvn3(letter.lower())
    assert len(code) == 1
    assert decode(code, Encoding.TCVN3, is_capitals=letter.isupper()) == letter


@pytest.mark.parametrize("letter", "ĂÂÊÔƠƯĐ")
def test_tcvn3_has_seven_capitals_of_its_own(letter: str) -> None:
    assert decode(to_tcvn3(letter), Encoding.TCVN3) == letter


def test_codes_are_those_of_the_standard() -> None:
    """The C library knows TCVN 5712 too; what it makes of each code is what we make."""
    if shutil.which("iconv") is None:
        pytest.skip("needs the program iconv")
    for letter in LOWER:
        code = to_tcvn3(letter).encode("latin-1")
        # The blank ends the letter: the library waits for marks that may follow it.
        done = subprocess.run(
            ["iconv", "-f", "TCVN", "-t", "UTF-8"], input=code + b" ", capture_output=True, check=False
        )
        if done.returncode:
            pytest.skip("this iconv does not know TCVN")
        assert unicodedata.normalize("NFC", done.stdout.decode().strip()) == letter


TEXTS = st.text(st.sampled_from(LETTERS + "abcdeghiklmnopqrstuvxy .,;:-/()0123456789%"))


@given(TEXTS)
def test_text_comes_back(text: str) -> None:
    assert decode(to_tcvn3(text.lower()), Encoding.TCVN3) == text.lower()
    assert decode(to_tcvn3(text.lower()), Encoding.TCVN3, is_capitals=True) == text.upper()
    assert decode(to_vni(text), Encoding.VNI) == text


@given(st.text(), st.sampled_from(list(Encoding)), st.booleans())
def test_digits_never_change(text: str, encoding: Encoding, is_capitals: bool) -> None:
    def digits(shown: str) -> list[str]:
        return [c for c in shown if c.isdecimal()]

    decoded = decode(text, encoding, is_capitals=is_capitals)
    assert digits(decoded) == digits(unicodedata.normalize("NFC", narrow(text)))
    assert unicodedata.is_normalized("NFC", decoded)


@pytest.mark.parametrize(
    ("font", "encoding", "is_capitals"),
    [
        (".VnTime", Encoding.TCVN3, False),
        (".VnTimeH", Encoding.TCVN3, True),
        (".vntime", Encoding.TCVN3, False),
        (".VnArial NarrowH", Encoding.TCVN3, True),
        (".VnTimeH,Bold", Encoding.TCVN3, True),
        (".Vn3DH", Encoding.TCVN3, True),
        ("VnTime", Encoding.TCVN3, False),
        ("VNI-Times", Encoding.VNI, False),
        ("VNI Times", Encoding.VNI, False),
        ("VNI-Helve-Condense", Encoding.VNI, False),
        ("VNI-AvoH", Encoding.VNI, False),
        ("Times New Roman", None, False),
        ("TimesH", None, False),
        ("Vnu", None, False),
        ("", None, False),
    ],
)
def test_names_of_fonts(font: str, encoding: Encoding | None, is_capitals: bool) -> None:
    assert encoding_of(font) is encoding
    assert is_capital_font(font) is is_capitals


def test_signs_are_left_alone() -> None:
    assert decode("25 m² – “5°”", Encoding.TCVN3, is_capitals=True) == "25 M² – “5°”"
    assert decode("ù 1", Encoding.VNI) == "ù 1"  # a mark with no letter before it


def test_codes_of_a_symbol_font() -> None:
    assert decode("C\uf0b6i", Encoding.TCVN3) == "Cải"
    assert decode("\uf061\uf0f9", Encoding.VNI) == "á"


def test_marks_of_vni_typed_one_by_one() -> None:
    assert decode("Vieâït, aêù, AÂÙ", Encoding.VNI) == "Việt, ắ, Ấ"
