"""Vietnamese text: one normal form, folding for comparison, syllables, sorting.

Text is NFC from the door on. Compare and sort Vietnamese only through this module.
Folding is for matching and never for storing or showing: the original is kept.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from functools import lru_cache

__all__ = [
    "clean",
    "fold",
    "has_mark",
    "is_capitals",
    "is_syllable",
    "nfc",
    "one_line",
    "same_tone_style",
    "short_day",
    "shown_score",
    "sort_key",
    "squeeze",
    "syllable_share",
]

# Tone marks as combining characters, in dictionary order: huyền, hỏi, ngã, sắc, nặng.
_TONES = "\u0300\u0309\u0303\u0301\u0323"
_TONE_SET = frozenset(_TONES)
_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_RANK = {letter: f"{index:02d}" for index, letter in enumerate(_ALPHABET)}

# Letters that look Vietnamese and are not: typed by mistake or put out by OCR engines.
_LOOKALIKES = str.maketrans(
    {
        "Ð": "Đ",
        "ð": "đ",
        "Ɖ": "Đ",
        "ɖ": "đ",
        "ǎ": "ă",
        "Ǎ": "Ă",
        "\u2044": "/",  # the fraction slash that tesseract puts into "quý 1/2024"
        "\u2215": "/",
        "\u00a0": " ",
        "\u2007": " ",
        "\u202f": " ",
        "\x1f": " ",  # the unit separator
        # What ends a line elsewhere: Word's soft line break, a page, Unicode's own ends, the other separators of ASCII.
        **dict.fromkeys("\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029", "\n"),
        "\u00ad": "",
        "\ufeff": "",
        "\u200b": "",
    }
)
# Signs without meaning or width; those that part words are no such signs.
_UNSEEN = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_LINE_END = re.compile(r"\r\n?")
_SPACES = re.compile(r"[ \t\u00a0]+")
_WORD = re.compile(r"[^\W\d_]+")
_NOT_WORD = re.compile(r"[^\w]+")

# The syllable after its tone is taken off: onset + rhyme (vowels with their final).
# Source: the closed list of Vietnamese onsets and finals in school grammars.
_SYLLABLE = re.compile(
    r"(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdđghklmnprstvx])?"
    r"(?P<rhyme>"
    r"(?:iê|yê|uô|ươ|uyê|oă|uâ|oa|oe|ưa|ưu|ươu|uôi|ươi|iêu|yêu|oai|oay|oao|oeo|uây|uya|uyu|uyên|uyêt"
    r"|ai|ao|au|ay|âu|ây|eo|êu|ia|iu|oi|ôi|ơi|oo|ua|ui|uê|uơ|uy|ưi|a|ă|â|e|ê|i|o|ô|ơ|u|ư|y)"
    r"(?:ch|ng|nh|[cmnpt])?"
    r")"
)
_NEEDS_FINAL = re.compile(r"(?:[ăâ]|oă|iê|yê|uô|ươ|uâ|uyê|oo)")
_STOP_FINAL = re.compile(r"(?:ch|[cpt])$")
_OPEN_DIPHTHONG = re.compile(
    r"(?:ai|ao|au|ay|âu|ây|eo|êu|ia|iu|oi|ôi|ơi|ưa|ưu|ươu|uôi|ươi|iêu|yêu|oai|oay|oao|oeo|uây|uya|uyu|ui|ưi|uơ)"
    r"(?:ch|ng|nh|[cmnpt])"
)


def nfc(text: str) -> str:
    """Return `text` in Unicode normal form C."""
    return unicodedata.normalize("NFC", text)


def clean(text: str) -> str:
    """Return `text` as it may enter the program: NFC, look-alike letters mended, no control characters.

    New lines and tabs stay, and every other end of a line is a new line, so that no two words become one. Digits are
    never touched; of the signs only other slashes become /.
    """
    # A sign without width may stand between a letter and its mark, and a letter that is mended may take a mark.
    seen = _LINE_END.sub("\n", _UNSEEN.sub("", text))
    return nfc(nfc(seen).translate(_LOOKALIKES))


def one_line(text: str) -> str:
    """Return `text` on one line with single spaces, trimmed."""
    return " ".join(text.split())


def short_day(day: date) -> str:
    """Return `07/3/2024`: days, and the months 1 and 2, with two digits, as Decree 30/2020 writes dates."""
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"{day.day:02d}/{month}/{day.year}"


def shown_score(score: float) -> str:
    """Return a likeness of 0 to 1 as people read it here: `0,71`."""
    return f"{score:.2f}".replace(".", ",")


def squeeze(text: str) -> str:
    """Return `text` with runs of blanks made one, line by line; new lines stay."""
    return "\n".join(_SPACES.sub(" ", line).strip() for line in text.split("\n"))


@lru_cache(maxsize=65536)
def _fold_word(text: str) -> str:
    text = nfc(text).translate(_LOOKALIKES).casefold().replace("đ", "d")
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def fold(text: str) -> str:
    """Return `text` for matching: no marks, lower case, đ as d, only letters, digits and single spaces.

    `fold("Hoà  Bình;") == fold("hòa bình") == "hoa binh"`. Idempotent.
    """
    return _NOT_WORD.sub(" ", _fold_word(text).replace("_", " ")).strip()


def has_mark(text: str) -> bool:
    """Return whether any letter of `text` carries a Vietnamese mark or is đ."""
    return any(unicodedata.combining(c) for c in unicodedata.normalize("NFD", text)) or "đ" in text.casefold()


def is_capitals(text: str) -> bool:
    """Return whether `text` has at least two letters and none of them is lower case."""
    letters = [c for c in text if c.isalpha()]
    return len(letters) >= 2 and not any(c.islower() for c in letters)


def _split_tone(word: str) -> tuple[str, str]:
    decomposed = unicodedata.normalize("NFD", word)
    tones = "".join(c for c in decomposed if c in _TONE_SET)
    return nfc("".join(c for c in decomposed if c not in _TONE_SET)), tones


def same_tone_style(word: str) -> str:
    """Return `word` with the tone of open oa, oe, uy on the first vowel (hoà → hòa, thuỷ → thủy).

    For matching only; documents mix both styles and keep their own.
    """
    bare, tones = _split_tone(word)
    match = re.search(r"(?i)(?:o[ae]|uy)$", bare)
    if len(tones) != 1 or not match or bare[: match.start()].casefold().endswith("q"):
        return nfc(word)
    at = match.start() + 1
    return nfc(bare[:at] + tones + bare[at:])


@lru_cache(maxsize=65536)
def is_syllable(word: str) -> bool:
    """Return whether `word` can be one written Vietnamese syllable, judged by onset, rhyme and tone.

    A judgement of form, not of the dictionary: `nghiêng` and the unused `nghiêu` both pass, and so
    does `Cong`; `bjnh`, `street` and `viec` (a stop at the end without sắc or nặng) do not.
    """
    bare, tones = _split_tone(word.casefold())
    match = _SYLLABLE.fullmatch(bare)
    if len(tones) > 1 or not match:
        return False
    rhyme = match["rhyme"]
    if _NEEDS_FINAL.fullmatch(rhyme) or _OPEN_DIPHTHONG.fullmatch(rhyme):
        return False
    # A syllable closed by a stop always carries sắc or nặng.
    return not _STOP_FINAL.search(rhyme) or tones in ("\u0301", "\u0323")


def _is_abbreviation(token: str) -> bool:
    # HĐND and CQĐT are abbreviations too: đ is a letter of its own, a tone or hook is not.
    is_short_capitals = len(token) <= 7 and token.isupper()
    return is_short_capitals and not any(unicodedata.combining(c) for c in unicodedata.normalize("NFD", token))


def syllable_share(text: str) -> float:
    """Return the share (0 to 1) of alphabetic tokens in `text` that are marked or plain Vietnamese syllables.

    Abbreviations in capitals are left out of the count. 0.0 for a text without tokens.
    """
    tokens = [t for t in _WORD.findall(nfc(text)) if not _is_abbreviation(t)]
    if not tokens:
        return 0.0
    return sum(is_syllable(t) for t in tokens) / len(tokens)


def sort_key(text: str) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    """Return a key that sorts as Vietnamese dictionaries do: letters first, then tones, then the text itself."""
    letters: list[str] = []
    tones: list[str] = []
    for word in nfc(text).casefold().split():
        bare, tone = _split_tone(word)
        letters.append("".join(_RANK.get(c, c) for c in bare))
        tones.append(str(1 + _TONES.index(tone[0])) if tone else "0")
    return tuple(letters), tuple(tones), nfc(text)
