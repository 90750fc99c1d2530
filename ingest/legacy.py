"""The two encodings of Vietnamese before Unicode, which live on in the fonts of old files.

TCVN3 (also "ABC"; fonts named .VnTime, .VnArial, …): one code a letter. Lower case with marks, and only the seven
capitals Ă Â Ê Ô Ơ Ư Đ; the other capitals are drawn by fonts whose names end in H, which show every letter of the
same codes as a capital. Source: TCVN 5712:1993, character set VN3.

VNI (fonts named VNI-Times, VNI-Helve, …): a letter, then a code that adds its marks; some letters have a code of
their own. Source: the VNI character set for Windows as VNI Software published it.

Word keeps both as the characters that Windows-1252 has at these codes: `C¶i c¸ch` for "Cải cách".
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

from tonghop.text import nfc

__all__ = ["Encoding", "decode", "encoding_of", "is_capital_font", "narrow"]


class Encoding(StrEnum):
    """An encoding of Vietnamese by font."""

    TCVN3 = "TCVN3"
    VNI = "VNI"


_TCVN3_ROWS = {
    0xA1: "ĂÂÊÔƠƯĐăâêôơưđ",
    0xB5: "àảãáạ",
    0xBB: "ằẳẵắ",
    0xC6: "ặầẩẫấậè",
    0xCE: "ẻẽéẹềểễếệìỉ",
    0xDC: "ĩíịò",
    0xE1: "ỏõóọồổỗốộờởỡớợù",
    0xF1: "ủũúụừửữứựỳỷỹýỵ",
}
_TCVN3 = {first + index: letter for first, row in _TCVN3_ROWS.items() for index, letter in enumerate(row)}

_ACUTE, _GRAVE, _HOOK, _TILDE, _DOT = "\u0301", "\u0300", "\u0309", "\u0303", "\u0323"
_CIRCUMFLEX, _BREVE = "\u0302", "\u0306"
_VNI_TONES = {"ù": _ACUTE, "ø": _GRAVE, "û": _HOOK, "õ": _TILDE, "ï": _DOT}
_VNI_CIRCUMFLEX = {"â": "", "á": _ACUTE, "à": _GRAVE, "å": _HOOK, "ã": _TILDE, "ä": _DOT}
_VNI_BREVE = {"ê": "", "é": _ACUTE, "è": _GRAVE, "ú": _HOOK, "ü": _TILDE, "ë": _DOT}
_VNI_SINGLE = {"ô": "ơ", "ö": "ư", "ñ": "đ", "í": "í", "ì": "ì", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}


def _vni_codes() -> dict[str, str]:
    """Return what stands in a VNI text, lower case, for each letter with marks."""
    codes = dict(_VNI_SINGLE)
    for mark, tone in _VNI_TONES.items():
        codes.update({base + mark: base + tone for base in "aeouy"})
        codes.update({base + mark: _VNI_SINGLE[base] + tone for base in "ôö"})
    for mark, tone in _VNI_CIRCUMFLEX.items():
        codes.update({base + mark: base + _CIRCUMFLEX + tone for base in "aeo"})
    codes.update({"a" + mark: "a" + _BREVE + tone for mark, tone in _VNI_BREVE.items()})
    for mark, tone in _VNI_TONES.items():  # not of the standard: typed mark by mark it looks the same
        codes.update({base + "â" + mark: base + _CIRCUMFLEX + tone for base in "aeo"})
        codes["aê" + mark] = "a" + _BREVE + tone
    return {code: nfc(letter) for code, letter in codes.items()}


_VNI = _vni_codes()
_VNI_CODE = re.compile("|".join(sorted(map(re.escape, _VNI), key=len, reverse=True)), re.IGNORECASE)

_TCVN3_FONT = re.compile(r"\.vn[a-z0-9]|vn[ -]?(?:time|arial|helvetins|courier|avant|century|book)", re.IGNORECASE)
_VNI_FONT = re.compile(r"vni[- ]", re.IGNORECASE)
_CAPITAL_FONT = re.compile(r"H(?:[ ,].*)?$")  # .VnTimeH, .VnArial NarrowH, also ".VnTimeH,Bold"
# Fonts that call themselves symbol fonts have their codes stored here.
_SYMBOL_AREA = range(0xF020, 0xF100)


def encoding_of(font: str) -> Encoding | None:
    """Return the encoding that a font's name stands for; None for a font of Unicode text, and for an empty name."""
    if _TCVN3_FONT.match(font):
        return Encoding.TCVN3
    return Encoding.VNI if _VNI_FONT.match(font) else None


def is_capital_font(font: str) -> bool:
    """Return whether a font draws small letters as capitals, as those of TCVN3 do whose names end in H."""
    return encoding_of(font) is Encoding.TCVN3 and bool(_CAPITAL_FONT.search(font))


def narrow(text: str) -> str:
    """Return `text` with the codes of a symbol font (U+F020 to U+F0FF) as the characters they are codes of."""
    return "".join(chr(ord(c) - 0xF000) if ord(c) in _SYMBOL_AREA else c for c in text)


def decode(text: str, encoding: Encoding, *, is_capitals: bool = False) -> str:
    """Return `text` of a font with `encoding` as Unicode, NFC; `is_capitals` when the font draws capitals.

    What is no code of the encoding, every digit among it, stays as it is.
    """
    text = narrow(text)
    decoded = text.translate(_TCVN3) if encoding is Encoding.TCVN3 else _VNI_CODE.sub(_vni_letter, text)
    return nfc("".join(map(_capital, decoded)) if is_capitals else decoded)


def _vni_letter(match: re.Match[str]) -> str:
    code = match[0]
    letter = _VNI[code.lower()]
    return letter.upper() if code[0].isupper() else letter


def _capital(letter: str) -> str:
    # Signs such as µ and ß have capitals that are other letters, or two.
    is_vietnamese = letter.isascii() or letter == "đ" or len(unicodedata.normalize("NFD", letter)) > 1
    return letter.upper() if is_vietnamese else letter
