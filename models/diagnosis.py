"""How a text came to be, decided from the text: read by a Vietnamese reader, stripped of its marks, read as Latin."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tonghop.models.candidates import Source
from tonghop.models.protection import TokenForm
from tonghop.models.syllables import is_marked

__all__ = ["Tally", "diagnose", "has_lost_marks", "tally"]

_FEW = 12  # of fewer syllables not one may be marked: short lines of plain syllables are not so rare
_LEAST_TEXT, _LEAST_LINE = 4, 6  # syllables
_LOST_SHARE = 0.35  # a text with fewer marked syllables has lost its marks; prose has 0.75 to 0.85
_SYLLABLES = 0.75  # of the words of Vietnamese text; of English a quarter
# A reader without Vietnamese knows no ă, đ, ơ, ư and no two marks on one letter; half of all words have one of these.
_LEAST_LATIN, _FOREIGN_SHARE, _ODD_SHARE, _LATIN_SYLLABLES = 20, 0.05, 0.06, 0.5


_Counts = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of words of two letters and more.

    `syllables` have the letters of a syllable; of these some are `marked`, some with marks that no Latin alphabet has
    (`vietnamese`).
    """

    words: int
    syllables: int
    marked: int
    vietnamese: int


def tally(forms: Sequence[TokenForm], is_syllable: Callable[[str], bool]) -> Tally:
    """Count the words of `forms`; `is_syllable` tells whether a word has the letters of a syllable."""
    return _tally(forms, _counter(is_syllable))


def _tally(forms: Sequence[TokenForm], count: Callable[[TokenForm], _Counts]) -> Tally:
    return Tally(*map(sum, zip(*map(count, forms), strict=True))) if forms else Tally(0, 0, 0, 0)


def _counter(is_syllable: Callable[[str], bool]) -> Callable[[TokenForm], _Counts]:
    """Return what counts the words of a form, each form once: a text has ten tokens for every different one."""
    known: dict[int, _Counts] = {}  # by identity: equal tokens share their form, and hashing one takes longer

    def count(form: TokenForm) -> _Counts:
        found = known.get(id(form))
        if found is None:
            found = known[id(form)] = _counts(form, is_syllable)
        return found

    return count


def _counts(form: TokenForm, is_syllable: Callable[[str], bool]) -> _Counts:
    words = [word for word in form.words if len(word) > 1] if form.is_open else []
    syllables = [word for word in words if word.isalpha() and is_syllable(word)]
    vietnamese = [word for word in syllables if any(ord(sign) > 0xFF for sign in word)]
    return len(words), len(syllables), sum(map(is_marked, syllables)), len(vietnamese)


def has_lost_marks(found: Tally, *, none_left: bool = False) -> bool:
    """Return whether a text has lost its marks: most of them, or (`none_left`) every single one."""
    return _has_few_marks(found, _LEAST_TEXT, 0.0 if none_left else _LOST_SHARE)


def _has_few_marks(found: Tally, least: int, share: float) -> bool:
    """Return whether at most `share` of at least `least` syllables carry marks, and little else is there."""
    if found.syllables < least or found.syllables < _SYLLABLES * found.words:
        return False
    allowed = share * found.syllables if found.syllables >= _FEW else 0
    return found.marked <= allowed


def diagnose(
    paragraphs: Sequence[Sequence[TokenForm]],
    latin: Sequence[Sequence[TokenForm]],
    is_syllable: Callable[[str], bool],
) -> tuple[Source, ...]:
    """Return the source of each paragraph: one for all, but single lines may have lost their marks.

    `latin` are the same tokens as `protection.latin_form_of` takes them apart; none where the reader is known to know
    Vietnamese.
    """
    count = _counter(is_syllable)
    if _is_latin(_tally([form for forms in latin for form in forms], count)):
        return (Source.LATIN,) * len(paragraphs)
    singles = [_tally(forms, count) for forms in paragraphs]
    if has_lost_marks(_sum(singles)):
        return (Source.STRIPPED,) * len(paragraphs)
    return tuple(Source.STRIPPED if _has_few_marks(one, _LEAST_LINE, 0.0) else Source.MARKS for one in singles)


def _is_latin(found: Tally) -> bool:
    if found.words < _LEAST_LATIN or found.syllables < _LATIN_SYLLABLES * found.words:
        return False
    odd = found.words - found.syllables
    return found.vietnamese <= _FOREIGN_SHARE * found.words and odd >= _ODD_SHARE * found.words


def _sum(tallies: Sequence[Tally]) -> Tally:
    return Tally(
        *(sum(getattr(one, name) for one in tallies) for name in ("words", "syllables", "marked", "vietnamese"))
    )
