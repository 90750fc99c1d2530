"""Numbering at the head of a line: I. 1. 1.1 a) đ) (1) - + A. Phần I, Thứ nhất; also as scanners damage it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import lru_cache

from tonghop.extract.similarity import nearest
from tonghop.extract.wording import flat
from tonghop.text import fold, is_capitals

__all__ = ["Label", "Level", "read_label"]


class Level(IntEnum):
    """Kinds of numbering, from the outermost inwards."""

    PART = 0  # Phần I
    CAPITAL = 1  # A.
    ROMAN = 2  # I.
    ARABIC = 3  # 1.   Thứ nhất,
    ARABIC_2 = 4  # 1.1
    ARABIC_3 = 5  # 1.1.1
    LETTER = 6  # a)
    BRACKETED = 7  # (1)
    DASH = 8  # -
    PLUS = 9  # + *
    NONE = 10  # no number at all


@dataclass(frozen=True, slots=True)
class Label:
    """`level` of a numbered line, its place in the count (0 when it has none) and where the title begins."""

    level: Level
    count: int
    stop: int
    is_sure: bool = True  # False when dots were lost or letters stand for digits


# These two run over flat text, so that lost marks do not matter.
_PART = re.compile(
    r"^\W*(?:(?:phan|chuong|muc)\s+(?:thu\s+)?([ivxlh1]{1,4}|\d{1,2}|nhat|hai|ba|tu)\b\s*[.:,)\-–]*"
    r"|noi dung\s+(?:thu\s+)?([ivxl1]{1,4}|\d{1,2}|nhat|hai|ba|tu)\s*[.:)\-–])\s*"
)
_ORDINAL = re.compile(
    r"^\W*(?:thu\s+(nhat|hai|ba|tu|nam|sau|bay|tam|chin|muoi(?:\s+(?:mot|hai|ba|bon|tu|lam|nam))?)|"
    r"(mot|hai|ba|bon|nam|sau|bay) la)\b\s*[,:.]?\s*"
)
_NEAR_ORDINAL = re.compile(r"^\W*t\w{1,2}\s+(\w{2,5}(?:\s\w{2,4})?)\s*,\s*")
# A stroke closes a number ("1/ Cải cách") only before a word: "17/BC-UBND" is the number of a document.
_STROKE = r"\s?/\s*(?=[^\W\d][^\W\dA-ZĐ])"
_ROMAN = re.compile(r"^[^\w(]{0,2}([IVXlLH1|ỊÌÍỈĨ]{1,5})(?:\s*[.,:)\-–]+\s*(?=\w)|\s?/\s*(?=[^\W\d]{2}))")
_BARE_ROMAN = re.compile(r"^[^\w(]{0,2}([IVXlLH1|]{1,6})\s+(?=\w)")
_DOTLESS_ROMAN = re.compile(r"^[^\w(]{0,2}([IVXH]{1,4}L|[IVX]{2,5})\s+(?=[A-ZĐ][^\W\d_])")
_LOST = re.compile(r"^[.,]\s+(?=[A-ZĐ][^\W\d_])")
_NUMBERS = re.compile(
    rf"^[^\w(\-–+]{{0,2}}(\d{{1,2}}(?:\s?[.,]\s?\d{{1,2}}){{0,3}})(?:\s?[.,):]+\s*(?=[^\W\d])|{_STROKE})"
)
_DOTTED = re.compile(r"^[^\w(\-–+]{0,2}(\d{1,2}(?:[.]\d{1,2}){1,3})\s*(?=[^\W\d])")
_FIVE = re.compile(r"^[^\w(]{0,2}[Ss]\s?[.,)]\s*(?=[A-ZĐ][^\W\d_])")  # a scanner's "5."
_BARE_NUMBER = re.compile(r"^[^\w(\-–+]{0,2}(\d{1,2})\s+(?=[^\W\d])")
_CAPITAL = re.compile(r"^[^\w(]{0,2}([A-HĐ])\s*[.)\-]\s*(?=[^\W\d]{2})")
_LETTER = re.compile(rf"^[^\w(]{{0,2}}([a-zđ])(?:\s?[.,)]+\s*(?=\w)|{_STROKE})")
# "đd) Cải cách": one letter read as two.
_ODD_LETTER = re.compile(r"^[^\W\d_]{2,3}\s?\)\s*(?=[A-ZĐ][^\W\d_])")
_SPECK = re.compile(r"^_+\s*")
_BRACKETED = re.compile(r"^\W?\(\s?(\d{1,2}|[a-zđ])\s?\)\s*[.:]?\s*")
_DASH = re.compile(r"^[-–—−‐_~]+\s*(?=\w)")
_PLUS = re.compile(r"^[+*•·●▪◦»]\s*(?=\w)")
_WORDS = {
    "nhat": 1,
    "mot": 1,
    "hai": 2,
    "ba": 3,
    "tu": 4,
    "bon": 4,
    "nam": 5,
    "sau": 6,
    "bay": 7,
    "tam": 8,
    "chin": 9,
    "muoi": 10,
    "lam": 5,
}
_LETTERS = "abcdđeghiklmnopqrstuvxy"  # the order of Vietnamese lists


@lru_cache(maxsize=4096)
def read_label(text: str) -> Label | None:
    """Return the numbering `text` begins with; None when it begins with none."""
    return _behind_speck(text) or _worded(text) or _signed(text) or _numbered(text) or _damaged(text)


def _behind_speck(text: str) -> Label | None:
    """Return the number that stands behind a stroke of dirt: "_ VIII. KẾT QUẢ"."""
    speck = _SPECK.match(text)
    label = _numbered(text[speck.end() :]) if speck else None
    return replace(label, stop=label.stop + speck.end()) if speck and label else None


def _worded(text: str) -> Label | None:
    plain = flat(text[:40])
    if (match := _PART.match(plain)) and text[:1].isupper():
        return Label(Level.PART, _count((match[1] or match[2]).upper()), match.end())
    if match := _ORDINAL.match(plain):
        return Label(Level.ARABIC, sum(_WORDS[word] for word in (match[1] or match[2]).split()), match.end())
    if (match := _NEAR_ORDINAL.match(plain)) and (count := _near_count(match[1])):
        return Label(Level.ARABIC, count, match.end())
    return None


def _signed(text: str) -> Label | None:
    if match := _BRACKETED.match(text):
        return Label(Level.BRACKETED, _count(match[1]), match.end())
    if match := _DASH.match(text):
        return Label(Level.DASH, 0, match.end())
    if match := _PLUS.match(text):
        return Label(Level.PLUS, 0, match.end())
    return None


def _numbered(text: str) -> Label | None:
    if match := _NUMBERS.match(text) or _DOTTED.match(text):
        parts = re.findall(r"\d+", match[1])
        level = Level(min(Level.ARABIC + len(parts) - 1, Level.ARABIC_3))
        return Label(level, int(parts[-1]), match.end())
    if (match := _ROMAN.match(text)) and (value := _roman(match[1])) is None and match[1].isupper():
        return Label(Level.ROMAN, 0, match.end(), is_sure=False)  # "HH.": Roman, and no number can be told
    if match and value:
        is_clean = re.fullmatch(r"[IVX]+", match[1]) is not None
        # "l." may be 1 or I: capitals behind it speak for the Roman one. "H.", "IH." can only be II, III.
        is_roman = bool(re.search(r"[IVXHL]", match[1])) or is_capitals(_first_words(text[match.end() :]))
        return Label(Level.ROMAN if is_roman else Level.ARABIC, value, match.end(), is_clean)
    if match := _CAPITAL.match(text):
        return Label(Level.CAPITAL, ord(fold(match[1])) - ord("a") + 1, match.end())
    if match := _LETTER.match(text):
        return Label(Level.LETTER, _count(match[1]), match.end())
    return None


def _damaged(text: str) -> Label | None:
    return _damaged_roman(text) or _damaged_other(text)


def _damaged_roman(text: str) -> Label | None:
    if (match := _BARE_ROMAN.match(text)) and is_capitals(_first_words(text[match.end() :])):
        # The dot itself may have been read as one more stroke: "VIIIL".
        value = _roman(match[1]) or _roman(match[1][:-1]) or 0
        return Label(Level.ROMAN, value, match.end(), is_sure=False) if value else None
    if match := _DOTLESS_ROMAN.match(text):
        # "HL Cải cách TTHC": the dot and the last stroke became one letter.
        return Label(Level.ROMAN, _roman(match[1]) or 0, match.end(), is_sure=False)
    return None


def _damaged_other(text: str) -> Label | None:
    if match := _LOST.match(text):
        return Label(Level.ARABIC, 0, match.end(), is_sure=False)  # of the number only the dot was read
    if match := _ODD_LETTER.match(text):
        return Label(Level.LETTER, 0, match.end(), is_sure=False)
    if match := _FIVE.match(text):
        return Label(Level.ARABIC, 5, match.end(), is_sure=False)
    if match := _BARE_NUMBER.match(text):
        return Label(Level.ARABIC, int(match[1]), match.end(), is_sure=False)
    return None


def _first_words(text: str) -> str:
    return " ".join(text.split()[:3])


def _roman(text: str) -> int | None:
    """Return the number of a Roman numeral, l 1 | and marked I read as I, H as II; None when it is none."""
    text = re.sub(r"[lL1|ỊÌÍỈĨ]", "I", text).replace("H", "II")
    if not re.fullmatch(r"(?:X{0,2})(?:IX|IV|V?I{0,3})", text) or not text:
        return None
    values = [{"I": 1, "V": 5, "X": 10}[c] for c in text]
    return sum(-v if any(w > v for w in values[i + 1 :]) else v for i, v in enumerate(values))


def _count(text: str) -> int:
    if text.isdigit():
        return int(text)
    if fold(text) in _WORDS:
        return _WORDS[fold(text)]
    if len(text) == 1 and text in _LETTERS:
        return _LETTERS.index(text) + 1
    return _roman(text) or 0


def _near_count(words: str) -> int:
    """Return the number that damaged words ("mườn một") nearly say, 0 when they say none."""
    near = [nearest(word, _WORDS.keys(), 66) for word in words.split()]
    return sum(_WORDS[word] for word in near if word) if all(near) else 0
