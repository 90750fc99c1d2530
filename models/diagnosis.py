"""How a text came to be, decided from the text: read by a Vietnamese reader, stripped of its marks, read as Latin."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tonghop.models.candidates import Source
from tonghop.models.protection import TokenForm
from tonghop.models.syllables import base_letters, is_marked

__all__ = ["Tally", "diagnose", "has_lost_marks", "tally"]

_FEW = 12  # of fewer syllables not one may be marked: short lines of plain syllables are not so rare
_LEAST_TEXT, _LEAST_LINE = 4, 6  # syllables
_LOST_SHARE = 0.35  # a text with fewer marked syllables has lost its marks; prose has 0.75 to 0.85
_SYLLABLES = 0.75  # of the words of Vietnamese text; of English a quarter
# A reader without Vietnamese knows no ă, đ, ơ, ư and no two marks on one letter; half of all words have one of these.
_LEAST_LATIN, _FOREIGN_SHARE, _ODD_SHARE, _LATIN_SYLLABLES = 20, 0.05, 0.06, 0.5
# Other languages have words with the letters of syllables, but few with those of the frequent ones: about 210 of these
# letters, each once among 1,000 words or more, are half of all Vietnamese words. Left out are those that are frequent
# words of English, French or German too.
_FREQUENT = 1e-3
# fmt: off
_FOREIGN = frozenset((
    "an", "ban", "bien", "ca", "can", "cap", "cat", "chat", "con", "da", "dam", "day", "de", "den", "do", "du",
    "hang", "hat", "he", "la", "lien", "lieu", "long", "ma", "mat", "me", "no", "on", "sa", "sat", "si", "so",
    "son", "te", "than", "that", "the", "tin", "to", "tu", "van", "vi",
))
# fmt: on
# Least share of native words. Of 2,300 pieces of 20 words that `eng` read of Vietnamese pages less than 1 % have fewer
# than the first; none that was known without this is lost. Of 4,026 pieces of 6 words that lost their marks 3 % have
# fewer than the second, of 575 whole lines none; of 52,689 pieces of English, French, German and code 2 pass, not 52.
_LATIN_NATIVE, _STRIPPED_NATIVE = 0.15, 0.25
# A paragraph of so many words, fewer of them native and none marked, is foreign in whatever text it stands: 99 % of
# English, German and code, three quarters of French; of 3,012 pieces of Vietnamese that lost their marks 2, of 3,882
# that `eng` read at most 24. Of what a Vietnamese reader read every line has marks.
_LEAST_FOREIGN, _FOREIGN_NATIVE = {Source.MARKS: 4, Source.STRIPPED: 8, Source.LATIN: 12}, 0.05


_Counts = tuple[int, int, int, int, int]


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of words of two letters and more.

    `syllables` have the letters of a syllable; of these some are `marked`, some with marks that no Latin alphabet has
    (`vietnamese`). `native` have the letters of frequent syllables that are no frequent words of other languages.
    """

    words: int
    syllables: int
    marked: int
    vietnamese: int
    native: int


def tally(forms: Sequence[TokenForm], frequency: Callable[[str], float]) -> Tally:
    """Count the words of `forms`.

    `frequency` tells which share of all words are syllables with the letters of a word, whatever their marks.
    """
    return _tally(forms, _counter(frequency))


def _tally(forms: Sequence[TokenForm], count: Callable[[TokenForm], _Counts]) -> Tally:
    return Tally(*map(sum, zip(*map(count, forms), strict=True))) if forms else Tally(0, 0, 0, 0, 0)


def _counter(frequency: Callable[[str], float]) -> Callable[[TokenForm], _Counts]:
    """Return what counts the words of a form, each form once: a text has ten tokens for every different one."""
    known: dict[int, _Counts] = {}  # by identity: equal tokens share their form, and hashing one takes longer

    def count(form: TokenForm) -> _Counts:
        found = known.get(id(form))
        if found is None:
            found = known[id(form)] = _counts(form, frequency)
        return found

    return count


def _counts(form: TokenForm, frequency: Callable[[str], float]) -> _Counts:
    words = [word for word in form.words if len(word) > 1] if form.is_open else []
    syllables = [word for word in words if word.isalpha() and frequency(word) > 0]
    vietnamese = [word for word in syllables if any(ord(sign) > 0xFF for sign in word)]
    native = [word for word in syllables if frequency(word) >= _FREQUENT and base_letters(word) not in _FOREIGN]
    return len(words), len(syllables), sum(map(is_marked, syllables)), len(vietnamese), len(native)


def has_lost_marks(found: Tally, *, none_left: bool = False) -> bool:
    """Return whether a text has lost its marks: most of them, or (`none_left`) every single one."""
    return _has_few_marks(found, _LEAST_TEXT, 0.0 if none_left else _LOST_SHARE)


def _has_few_marks(found: Tally, least: int, share: float) -> bool:
    """Return whether at most `share` of at least `least` syllables carry marks, and little else is there."""
    if found.syllables < least or found.syllables < _SYLLABLES * found.words:
        return False
    if found.native < _STRIPPED_NATIVE * found.words:
        return False
    allowed = share * found.syllables if found.syllables >= _FEW else 0
    return found.marked <= allowed


def diagnose(
    paragraphs: Sequence[Sequence[TokenForm]],
    latin: Sequence[Sequence[TokenForm]],
    frequency: Callable[[str], float],
) -> tuple[Source | None, ...]:
    """Return the source of each paragraph: one for all, but single ones may have lost their marks.

    None is one in another language, or code: it is left alone.

    `latin` are the same tokens as `protection.latin_form_of` takes them apart; none where the reader is known to know
    Vietnamese. `frequency`: see `tally`.
    """
    count = _counter(frequency)
    singles = [_tally(forms, count) for forms in paragraphs]
    if _is_foreign(_sum(singles), Source.MARKS):
        return (None,) * len(paragraphs)
    if found := _if_own([_tally(forms, count) for forms in latin], Source.LATIN, _is_latin):
        return found
    if found := _if_own(singles, Source.STRIPPED, has_lost_marks):
        return found
    return tuple(map(_source_of_line, singles))


def _if_own(
    tallies: Sequence[Tally], source: Source, is_so: Callable[[Tally], bool]
) -> tuple[Source | None, ...] | None:
    """Return `source` for all paragraphs but the foreign ones, which count for nothing; None where it is not so."""
    own = [None if _is_foreign(one, source) else source for one in tallies]
    total = _sum([one for one, kept in zip(tallies, own, strict=True) if kept is not None])
    return tuple(own) if is_so(total) else None


def _source_of_line(found: Tally) -> Source | None:
    if _is_foreign(found, Source.MARKS):
        return None
    return Source.STRIPPED if _has_few_marks(found, _LEAST_LINE, 0.0) else Source.MARKS


def _is_foreign(found: Tally, source: Source) -> bool:
    """Return whether a paragraph is in another language, or is code, in a text of `source`."""
    few = found.native < _FOREIGN_NATIVE * found.words and not found.marked
    return found.words >= _LEAST_FOREIGN[source] and few


def _is_latin(found: Tally) -> bool:
    if found.words < _LEAST_LATIN or found.syllables < _LATIN_SYLLABLES * found.words:
        return False
    if found.native < _LATIN_NATIVE * found.words:
        return False
    odd = found.words - found.syllables
    return found.vietnamese <= _FOREIGN_SHARE * found.words and odd >= _ODD_SHARE * found.words


def _sum(tallies: Sequence[Tally]) -> Tally:
    names = ("words", "syllables", "marked", "vietnamese", "native")
    return Tally(*(sum(getattr(one, name) for one in tallies) for name in names))
