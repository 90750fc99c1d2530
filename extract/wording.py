"""Titles in one wording for comparison: abbreviations written out, years and empty words taken off."""

from __future__ import annotations

import re
from functools import lru_cache

from tonghop.extract.similarity import likeness, nearest
from tonghop.text import fold, is_syllable, nfc

__all__ = ["bare_title", "flat", "is_abbreviation", "loose_title", "plain_title"]

# Abbreviations of the reports, folded. Longer ones first.
_ABBREVIATIONS = (
    ("cbccvc", "can bo cong chuc vien chuc"),
    ("cbcc", "can bo cong chuc"),
    ("vbqppl", "van ban quy pham phap luat"),
    ("qppl", "quy pham phap luat"),
    ("cchc", "cai cach hanh chinh"),
    ("tthc", "thu tuc hanh chinh"),
    ("cqdt", "chinh quyen dien tu"),
    ("cqs", "chinh quyen so"),
    ("kt xh", "kinh te xa hoi"),
    ("ktxh", "kinh te xa hoi"),
    ("cntt", "cong nghe thong tin"),
    ("cds", "chuyen doi so"),
    ("hdnd", "hoi dong nhan dan"),
    ("uy ban nhan dan", "ubnd"),
)
_SHORT = ("cchc", "tthc", "cbcc", "cbccvc", "vbqppl", "cqdt", "cntt")
_LONG_FORM = re.compile(r"\b(" + "|".join(short for short, _ in _ABBREVIATIONS) + r")\b")
_LONG = dict(_ABBREVIATIONS)
_PERIOD = (
    r"(?:quy (?:i{1,3}v?|iv|l{1,3}|il|[1-4])|thang \d{1,2}|(?:6|06|9|09|sau|chin) thang(?: (?:dau|cuoi))?|"
    r"trong quy|nam truoc|nua dau|thoi gian toi|trong thoi gian toi)"
)
# "trên địa bàn xã", "tại cơ quan", "của xã Gia Cát": whose report it is, not what it is about.
_PLACE = (
    r"(?:cua|tren dia ban|tai) (?:ubnd )?(?:toan )?(?:xa|thi tran|phuong|huyen|phong|co quan|don vi|dia phuong)"
    r"(?: (?!(?:den|doi|voi|va|duoc|giao)\b)\w+){0,3}"
)
_TAIL = re.compile(
    rf"(?: (?:cua|trong|den|tren dia ban)?\s*(?:{_PERIOD}|nam \d{{4}}|nam|\d{{4}}|neu co|va nam \d{{4}})| {_PLACE})+$"
)
_LEAD = re.compile(r"^(?:(?:ve|viec|cong tac|noi dung|tinh hinh|nhung|cac|mot so|doi voi|linh vuc)\s+)+")
_LEADS = ("cong tac", "noi dung", "tinh hinh")
_RESULT = re.compile(r"^(?:(?:ket qua|thuc hien|trien khai|danh gia|ve|cong tac|cac)\s+)+")


def is_abbreviation(token: str) -> bool:
    """Return whether `token` is one of the abbreviations in titles of reports: TTHC, CBCC."""
    return fold(token) in _LONG or fold(token) == "ubnd"


@lru_cache(maxsize=4096)
def _flat_letter(letter: str) -> str:
    folded = fold(letter)
    return folded if len(folded) == 1 else " " if letter.isspace() else letter


def flat(text: str) -> str:
    """Return `text` without marks and capitals, one character for each of `text`: places stay the same."""
    return "".join(map(_flat_letter, text))


@lru_cache(maxsize=8192)
def plain_title(text: str, *, mended: int = 0) -> str:
    """Return `text` folded, abbreviations written out, brackets and a trailing period ("quý I năm 2024") taken off.

    With `mended`, a token that no syllable can be is read as the abbreviation it is like, by at least so many
    percent ("othc": tthc).
    """
    # "điều hànhCCHC"
    parted = re.sub(r"([^\W\d_])(?=[A-ZĐ]{3})", lambda m: f"{m[1]} " if m[1].islower() else m[1], text)
    without = re.sub(r"\([^)]{0,120}\)", " ", parted)
    folded = fold(without) or fold(text)
    if mended:
        folded = " ".join(_mended(token, mended) for token in folded.split())
    plain = _LONG_FORM.sub(lambda m: _LONG[m[1]], folded)
    return _TAIL.sub("", plain) or plain


def _can_be_syllable(folded: str) -> bool:
    # Folding took the tone that a syllable closed by a stop needs.
    toned = re.sub(r"([aeiouy])(?=c|t|p)", "\\1\u0301", folded, count=1)
    return is_syllable(folded) or is_syllable(nfc(toned))


def _mended(token: str, cutoff: int) -> str:
    """Return the abbreviation that a token no Vietnamese syllable can be nearly is ("othc": tthc), else the token."""
    if not 3 <= len(token) <= 6 or token in _SHORT or _can_be_syllable(token) or not token.isalpha():
        return token
    return nearest(token, _SHORT, cutoff) or token


@lru_cache(maxsize=8192)
def bare_title(plain: str) -> str:
    """Return a plain title without the words any title may begin with ("về", "công tác", "kết quả thực hiện").

    "Kết quả thực hiện nhiệm vụ …" keeps them: without them it would be a title of what is yet to be done.
    """
    bare = _LEAD.sub("", plain) or plain
    without = _RESULT.sub("", bare)
    return without if without and not without.startswith(("nhiem vu", "cai cach hanh chinh")) else bare


@lru_cache(maxsize=8192)
def loose_title(plain: str) -> str:
    """Return the bare title of one whose first words a scanner may have damaged ("ong tac cai cach …")."""
    tokens = plain.split()
    while len(tokens) > 3 and any(likeness(" ".join(tokens[:2]), lead) >= 80 for lead in _LEADS):
        tokens = tokens[2:]
    return bare_title(" ".join(tokens))
