"""Which tokens a repair must leave alone: numbers, codes, addresses, abbreviations, numerals, list letters.

Judged by form alone; names are a matter of evidence and settled by the decoder.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import lru_cache
from itertools import groupby, pairwise

from tonghop.models.syllables import BREAK, NUMBER, UNKNOWN, base_letters, letter_runs, symbols

__all__ = ["Case", "TokenForm", "case_of", "closed", "form_of", "in_case", "latin_form_of", "words_in_capitals"]

_ROMAN = re.compile(r"[IVXLC]+")
# What may stand between two runs of letters of ordinary prose: "kinh tế-xã hội", "và/hoặc", "(sau", "xã,phường".
_JOINT = re.compile(r"[-–/,;:()\"“”'’]{1,2}")
_ADDRESS = re.compile(r"@|://|^www\.|\.(?:vn|com|net|org|gov)\b", re.IGNORECASE)


_AROUND = " .,:;!?()[]{}\"“”'’‘«»…-–—/*~_"
_COMPOUND = re.compile(r"[-–/@.,:]")
_MOST_DIGITS = 2  # in a word: `n0i1`
_OTHER_DIGIT = re.compile(r"[235789]")  # stand for a letter in 11 of 1,283 words mended on pages read by `eng`
# A figure or a code must never become a word, even where a misread word is then left as it is: a number with its unit
# or letter (`5km`, `km4`, `1a`), and what capitals and a digit make (`A4`, `QL1A`; `No6` is "No. 6"). On 81 pages read
# by `eng` that leaves 240 words as they are (`B6` = "Bộ", `1a` = "là") of 1,260.
_UNIT = r"(?:k?m|cm|mm|dm|ml|kg|ha|tr|triệu|tỷ|tỉ)"
_NUMBER = re.compile(rf"\d+{_UNIT}|{_UNIT}\d|[A-ZĐ][^\W\d_]\d")
_ONE_LETTER = re.compile(r"[^\W\d_][046]")  # `s6`, `x4`, `s0` = "số", "xã", "so"; nothing else of one letter is a word


class Case(IntEnum):
    """How a token is written."""

    LOWER = 0  # không
    TITLE = 1  # Không
    CAPITALS = 2  # KHÔNG
    MIXED = 3  # khÔng: never changed


@dataclass(frozen=True, slots=True)
class TokenForm:
    """A token taken apart: `runs` are (start, end) of its letters; nothing in it may change unless `is_open`.

    `seam`: where a blank was lost between two words (0: nowhere), and how `sure` that is.
    """

    runs: tuple[tuple[int, int], ...]
    words: tuple[str, ...]
    symbols: tuple[str, ...]
    case: Case
    is_open: bool
    seam: int = 0
    sure: float = 1.0

    def starts_next(self, starts: bool) -> bool:
        """Return whether the next token begins a sentence, when this one does or does not (`starts`).

        A number with a full stop (`1.`, `15.000.`) ends none, and signs alone change nothing.
        """
        ends = len(self.symbols) > len(self.words) and NUMBER not in self.symbols
        return ends or (starts and not self.words)


@lru_cache(maxsize=65536)
def form_of(token: str) -> TokenForm:
    """Return `token`, which stands between blanks, taken apart."""
    if any(c.isdigit() for c in token):
        return TokenForm((), (), symbols(token), Case.MIXED, is_open=False)
    runs = tuple(letter_runs(token))
    words = tuple(token[start:end] for start, end in runs)
    cases = [case_of(word) for word in words]
    case = cases[0] if cases else Case.MIXED
    # Foreign letters whose lower case is longer (İ) cannot change marks in place.
    is_whole = all(len(word.lower()) == len(word) for word in words)
    is_open = bool(words) and is_whole and Case.MIXED not in cases and _is_prose(token, runs, words)
    return TokenForm(runs, words, symbols(token), case, is_open)


@lru_cache(maxsize=65536)  # the same form for the same token: see `slots.lay_out`
def closed(form: TokenForm) -> TokenForm:
    """Return `form` of which nothing may change."""
    return replace(form, is_open=False)


@lru_cache(maxsize=65536)
def latin_form_of(token: str) -> TokenForm:
    """Return `token` of a text whose letters were misread taken apart: signs and a digit may stand for letters.

    `s6`, `K&`, `No6i`, `nhi€m` are words; what has more digits than letters, is put together, or may be a number with
    its unit or letter or a code (`5km`, `1A`, `m2`, `A4`, `QL1A`) stays as it is.
    """
    usual = form_of(token)
    start, end = _core(token)
    core = token[start:end]
    letters, digits = sum(map(str.isalpha, core)), sum(map(str.isdigit, core))
    if core.isalpha() or not letters or letters < digits or digits > _MOST_DIGITS or _COMPOUND.search(core):
        return usual
    if digits and _is_figure(core):
        return usual
    written = "".join(filter(str.isalpha, core))
    case = case_of(written) if len(written) > 1 or written.islower() else Case.TITLE
    if case is Case.MIXED:
        return usual
    rest = (BREAK,) if BREAK in usual.symbols or BREAK in symbols(token[end:]) else ()
    return TokenForm(((start, end),), (core,), (UNKNOWN, *rest), case, is_open=True)


def _is_figure(core: str) -> bool:
    """Tell a number or a code from a word with a digit for a letter; `core` has at least one of each."""
    written = "".join(filter(str.isalpha, core))
    if _OTHER_DIGIT.search(core) or _NUMBER.fullmatch(core) or written.isupper():
        return True
    return len(written) == 1 and not _ONE_LETTER.fullmatch(core)


def _core(token: str) -> tuple[int, int]:
    """Return where `token` begins and ends without the signs around it; `&` and `€` are letters misread."""
    inner = token.lstrip(_AROUND)
    return len(token) - len(inner), len(token) - len(inner) + len(inner.rstrip(_AROUND))


def case_of(word: str) -> Case:
    """Return how `word` is written; a single capital is a title."""
    if word.islower():
        return Case.LOWER
    if len(word) > 1 and word.isupper():
        return Case.CAPITALS
    return Case.TITLE if word[0].isupper() and (len(word) == 1 or word[1:].islower()) else Case.MIXED


def in_case(word: str, case: Case) -> str:
    """Return `word`, given in lower case, in `case`."""
    if case is Case.CAPITALS:
        return word.upper()
    return word[:1].upper() + word[1:] if case is Case.TITLE else word


def _is_prose(token: str, runs: tuple[tuple[int, int], ...], words: tuple[str, ...]) -> bool:
    if _ADDRESS.search(token) or _ROMAN.fullmatch(token.strip(".,:;()-–")):
        return False
    if len(words) == 1:
        return len(words[0]) > 1 or _is_letter_word(token)
    joints = [token[end:start] for (_, end), (start, _) in pairwise(runs)]
    # A part in capitals or of one letter makes a code of the whole: UBND-NV, V/v, TP.HCM.
    return all(_JOINT.fullmatch(j) for j in joints) and all(len(w) > 1 and not w.isupper() for w in words)


def _is_letter_word(token: str) -> bool:
    """Tell a vowel that is a word (ở, ý, ô); with a sign behind it, or in capitals, it is a list letter."""
    return len(token) == 1 and token.islower() and base_letters(token) in "aeiouy"


def words_in_capitals(forms: Sequence[TokenForm], is_word: Callable[[str], bool]) -> list[bool]:
    """Return for each token whether it is a word set in capitals, as in a title, and no abbreviation.

    Such words come in rows: at least three tokens, or a whole line of two, two thirds of them words to `is_word`.
    """
    out = [False] * len(forms)
    written = [at for at, form in enumerate(forms) if form.words]
    for is_capital, group in groupby(written, key=lambda at: forms[at].case is Case.CAPITALS):
        row = list(group)
        if not is_capital or len(row) < (2 if len(row) == len(written) else 3):
            continue
        if 3 * sum(is_word(forms[at].words[0]) for at in row) >= 2 * len(row):
            for at in row:
                out[at] = True
    return out
