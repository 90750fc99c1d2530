"""Written syllables as a language model sees them: base letters, marks, tone placement, case, symbols of a token.

"Base letters" are the letters without marks (`đ` → `d`); two syllables with the same base letters can be mistaken
for each other by a reader that loses marks. A *run* is an unbroken row of letters inside a token.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from tonghop.text import nfc, same_tone_style

__all__ = [
    "BREAK",
    "LETTERS",
    "LETTER_INDEX",
    "NUMBER",
    "UNKNOWN",
    "base_letters",
    "is_marked",
    "later_tone_style",
    "letter_runs",
    "normal_form",
    "symbols",
    "with_case_of",
    "without_marks",
]

# Symbols of a token stream that are no words.
BREAK, NUMBER, UNKNOWN = "<break>", "<number>", "<unknown>"

_TONES = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
_VOWELS = "aăâeêioôơuưy"
# Every letter that marks can change, each with all its tones; the order is fixed: the artefact relies on it.
LETTERS: tuple[str, ...] = ("d", "đ", *(unicodedata.normalize("NFC", v + t) for v in _VOWELS for t in _TONES))
LETTER_INDEX: dict[str, int] = {letter: index for index, letter in enumerate(LETTERS)}

_RUN = re.compile(r"[^\W\d_]+")
_BREAKS = re.compile(r"[.;:!?…][\"”’')\]]*$")
_OPEN_RHYME = re.compile(r"(?i)(?:o[ae]|uy)$")
_TONE_MARK = re.compile("[\u0300\u0301\u0303\u0309\u0323]")


@lru_cache(maxsize=65536)
def base_letters(word: str) -> str:
    """Return `word` in lower case without marks; as many characters as its NFC form has."""
    bare = unicodedata.normalize("NFD", word.lower().replace("đ", "d"))
    return "".join(c for c in bare if not unicodedata.combining(c))


@lru_cache(maxsize=65536)
def normal_form(word: str) -> str:
    """Return `word` in lower case, NFC, with the one tone placement the model uses (hoà → hòa)."""
    return same_tone_style(nfc(word).lower())


@lru_cache(maxsize=65536)
def is_marked(word: str) -> bool:
    """Return whether a letter of `word` carries a Vietnamese mark or is đ."""
    return base_letters(word) != nfc(word).lower()


@lru_cache(maxsize=65536)
def later_tone_style(word: str) -> str:
    """Return `word` with the tone of open oa, oe, uy on the last vowel (hòa → hoà): the inverse of `normal_form`."""
    decomposed = unicodedata.normalize("NFD", word)
    tones = _TONE_MARK.findall(decomposed)
    bare = nfc(_TONE_MARK.sub("", decomposed))
    match = _OPEN_RHYME.search(bare)
    if len(tones) != 1 or not match or bare[: match.start()].lower().endswith("q"):
        return nfc(word)
    return nfc(bare + tones[0])


def without_marks(text: str) -> str:
    """Return `text` with every mark taken off and đ made d; case and all else stay."""
    bare = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(c for c in bare if not unicodedata.combining(c))


def with_case_of(pattern: str, word: str) -> str:
    """Return `word` with the case of `pattern`, letter by letter; both have the same number of characters."""
    if len(pattern) != len(word):
        raise ValueError(f"{word!r} cannot take the case of {pattern!r}")
    return "".join(new.upper() if old.isupper() else new for old, new in zip(pattern, word, strict=True))


def letter_runs(token: str) -> list[tuple[int, int]]:
    """Return start and end of every run of letters in `token`."""
    return [match.span() for match in _RUN.finditer(token)]


def symbols(token: str) -> tuple[str, ...]:
    """Return what the model sees of a token that stands between blanks: its words, or NUMBER, then BREAK or not.

    A token with a digit is one NUMBER; a token of signs alone is nothing, or a BREAK when it ends a sentence.
    """
    if any(c.isdigit() for c in token):
        words: list[str] = [NUMBER]
    else:
        words = [normal_form(match) for match in _RUN.findall(token)]
    return (*words, BREAK) if _BREAKS.search(token) else tuple(words)
