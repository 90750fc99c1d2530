"""Error rates of a page's text against its truth, blind to the order of words: a letterhead has two columns.

With T and H the bags of tokens of truth and reading: rate = (max(|T|, |H|) - |T ∩ H|) / |T|, apart for tokens without
digits (SER, syllable error rate) and with (NER, number error rate). Tokens are NFC, case kept, the tone of oa, oe, uy
in one place (hoà = hòa), signs at their ends stripped.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches

__all__ = ["Errors", "Miss", "compare", "missed_numbers", "tokens"]

_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_ENDS = re.compile(r"^\W+|\W+$")
_RHYME = re.compile(r"(o[ae]|uy)$", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_WIDEST = 6  # tokens: a longer stretch read differently says nothing of one token in it
_CONTEXT = 3  # tokens before and after


@dataclass(frozen=True, slots=True)
class Errors:
    """Counts of tokens: wrong and all, without digits (`syllables`) and with (`numbers`). Wrong may exceed all."""

    syllables_wrong: int = 0
    syllables: int = 0
    numbers_wrong: int = 0
    numbers: int = 0

    def __add__(self, other: Errors) -> Errors:
        """Return the counts of both together."""
        return Errors(
            self.syllables_wrong + other.syllables_wrong,
            self.syllables + other.syllables,
            self.numbers_wrong + other.numbers_wrong,
            self.numbers + other.numbers,
        )

    @property
    def ser(self) -> float:
        """Syllable error rate, 0 to 1 or above; 0 where the truth has none."""
        return self.syllables_wrong / self.syllables if self.syllables else 0.0

    @property
    def ner(self) -> float:
        """Number error rate, 0 to 1 or above; 0 where the truth has none."""
        return self.numbers_wrong / self.numbers if self.numbers else 0.0


@dataclass(frozen=True, slots=True)
class Miss:
    """A token with digits that the reading does not hold; `read` is what stands in its place, "" if unknown."""

    truth: str
    read: str
    context: str


def tokens(text: str) -> list[str]:
    """Return the tokens of `text` in order."""
    cores = (_one_placement(_ENDS.sub("", word)) for word in unicodedata.normalize("NFC", text).split())
    return [core for core in cores if core]


def _one_placement(word: str) -> str:
    letters = unicodedata.normalize("NFD", word)
    tones = [letter for letter in letters if letter in _TONES]
    bare = "".join(letter for letter in letters if letter not in _TONES)
    rhyme = _RHYME.search(bare)
    # In `quy` and its like the u belongs to the consonant.
    if len(tones) != 1 or not rhyme or bare[: rhyme.start()].lower().endswith("q"):
        return unicodedata.normalize("NFC", word)
    at = rhyme.start() + 1
    return unicodedata.normalize("NFC", bare[:at] + tones[0] + bare[at:])


def compare(truth: str, read: str) -> Errors:
    """Return the errors of `read` against `truth`."""
    sides = tokens(truth), tokens(read)
    syllables = [[token for token in side if not _DIGIT.search(token)] for side in sides]
    numbers = [[token for token in side if _DIGIT.search(token)] for side in sides]
    return Errors(_wrong(*syllables), len(syllables[0]), _wrong(*numbers), len(numbers[0]))


def _wrong(truth: Sequence[str], read: Sequence[str]) -> int:
    return max(len(truth), len(read)) - (Counter(truth) & Counter(read)).total()


def missed_numbers(truth: str, read: str) -> list[Miss]:
    """Return the tokens with digits that `read` lacks, beside what was read there.

    Taken from an alignment of both texts; where the order differs too much, the most similar token that the truth
    does not hold.
    """
    true, found = tokens(truth), tokens(read)
    lacking = Counter(true) - Counter(found)
    spare = list((Counter(found) - Counter(true)).elements())
    misses = []
    for at, place in _differences(true, found):
        token = true[at]
        if lacking[token] and _DIGIT.search(token):
            lacking[token] -= 1
            context = " ".join([*true[max(0, at - _CONTEXT) : at], f"[{token}]", *true[at + 1 : at + 1 + _CONTEXT]])
            misses.append(Miss(token, place or _similar(token, spare), context))
    return misses


def _differences(true: Sequence[str], found: Sequence[str]) -> Iterable[tuple[int, str]]:
    """Yield the index of each token of `true` that is not matched in place, with the words read there ("": unknown)."""
    for kind, t0, t1, f0, f1 in SequenceMatcher(None, true, found, autojunk=False).get_opcodes():
        if kind in ("replace", "delete"):
            is_near = t1 - t0 <= _WIDEST and f1 - f0 <= _WIDEST
            yield from ((at, " ".join(found[f0:f1]) if is_near else "") for at in range(t0, t1))


def _similar(token: str, spare: Sequence[str]) -> str:
    return next(iter(get_close_matches(token, spare, 1, 0.5)), "")
