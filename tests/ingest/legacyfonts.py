"""Text put into the encodings before Unicode, for tests. Written from the standards, apart from the reader's tables."""

from __future__ import annotations

import unicodedata

__all__ = ["LETTERS", "to_tcvn3", "to_vni"]

_TONES = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
_VOWELS = "aăâeêioôơuưy"
_LOWER = "đ" + "".join(
    unicodedata.normalize("NFC", vowel + tone) for vowel in _VOWELS for tone in _TONES if tone or not vowel.isascii()
)
LETTERS = _LOWER + _LOWER.upper()
"""The letters of Vietnamese that ASCII lacks: 67 small ones, 67 capitals."""

# TCVN 5712:1993, VN3, from A1 to FE; "." where the standard has no letter.
_VN3 = "ĂÂÊÔƠƯĐăâêôơưđ......àảãáạ.ằẳẵắ.......ặầẩẫấậè.ẻẽéẹềểễếệìỉ...ĩíịò.ỏõóọồổỗốộờởỡớợù.ủũúụừửữứựỳỷỹýỵ"
_TCVN3 = {letter: chr(0xA1 + at) for at, letter in enumerate(_VN3) if letter != "."}

_VNI_MARKS = {"\u0301": "ù", "\u0300": "ø", "\u0309": "û", "\u0303": "õ", "\u0323": "ï"}
_VNI_HATS = {"": "â", "\u0301": "á", "\u0300": "à", "\u0309": "å", "\u0303": "ã", "\u0323": "ä"}
_VNI_BOWS = {"": "ê", "\u0301": "é", "\u0300": "è", "\u0309": "ú", "\u0303": "ü", "\u0323": "ë"}
_VNI_SINGLE = {"đ": "ñ", "y\u0323": "î"} | {"i" + tone: code for tone, code in zip(_VNI_MARKS, "íìæóò", strict=True)}


def to_tcvn3(text: str) -> str:
    """Return small letters (and Ă Â Ê Ô Ơ Ư Đ) in the codes of TCVN3, as Word shows them in another font."""
    return "".join(_TCVN3.get(c, c) for c in text)


def to_vni(text: str) -> str:
    """Return `text` in the codes of VNI."""
    return "".join(_vni(c) for c in text)


def _vni(letter: str) -> str:
    if letter.isupper():
        return _vni(letter.lower()).upper()
    base, *marks = list(unicodedata.normalize("NFD", letter))
    tone = "".join(m for m in marks if m in _VNI_MARKS)
    if base + tone in _VNI_SINGLE:
        return _VNI_SINGLE[base + tone]
    if "\u0302" in marks:
        return base + _VNI_HATS[tone]
    if "\u0306" in marks:
        return base + _VNI_BOWS[tone]
    horned = {"o": "ô", "u": "ö"}[base] if "\u031b" in marks else base
    return horned + (_VNI_MARKS[tone] if tone else "")
