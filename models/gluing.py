"""Words that were glued together (`nghịquyết`, `phườngLong`): where the blank between them was."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from tonghop.models.candidates import Candidates
from tonghop.models.ngrams import NgramModel
from tonghop.models.protection import Case, TokenForm, case_of
from tonghop.models.syllables import is_marked, normal_form

__all__ = ["Seam", "find_seam", "glued_form", "parted_form"]

_LEAST, _MOST = 4, 14  # letters of two words: a syllable has at most 7 (`nghiêng`)
# Log-probabilities: that a blank is lost between two words, in typed text and in text read (about 1 in 2,000); that a
# word in no lexicon stands there, and is this one (`candidates`); that it has a capital inside.
_GLUED, _FOREIGN, _FOREIGN_MIXED = math.log(5e-4), -21.0, -32.0
_SURE = 0.95  # posterior from which words are parted
_STOPS, _PARTED = ".,;:", 0.99  # behind which a blank is wanted; how sure that is
_INSIDE = re.compile(r"(?<=[^\W\d_])(?=[^\W\d_])")

Seam = tuple[int, float]  # offset of the second word, posterior


def find_seam(word: str, candidates: Candidates, ngrams: NgramModel) -> Seam | None:
    """Return where `word`, which is in no lexicon, falls into two known syllables that were seen side by side."""
    if not _LEAST <= len(word) <= _MOST:
        return None
    best: Seam | None = None
    for match in _INSIDE.finditer(word):
        at = match.start()
        first, second = word[:at], word[at:]
        if not (_may_begin(first, second) and _is_known(first, candidates) and _is_known(second, candidates)):
            continue
        ids = np.array([candidates.identity(normal_form(part)) for part in (first, second)])
        is_capital = second[0].isupper()
        if not is_capital and ngrams.find_bigrams(ids[:1], ids[1:])[0] < 0:
            continue
        one_word = _FOREIGN_MIXED if is_capital else _FOREIGN
        score = float(ngrams.unigram[ids[0]] + ngrams.log_bigram(ids[:1], ids[1:])[0]) + _GLUED - one_word
        posterior = 1 / (1 + math.exp(-score))
        if posterior >= _SURE and (best is None or posterior > best[1]):
            best = (at, posterior)
    return best


def glued_form(form: TokenForm, find: Callable[[str], Seam | None]) -> TokenForm | None:
    """Return the form of a token of one word that is two; None where it is one."""
    if len(form.words) != 1 or not _LEAST <= len(form.words[0]) <= _MOST or not form.words[0].isalpha():
        return None
    found = find(form.words[0])
    if found is None:
        return None
    (start, end), at = form.runs[0], found[0]
    words = (form.words[0][:at], form.words[0][at:])
    symbols = (*map(normal_form, words), *form.symbols[1:])
    runs = ((start, start + at), (start + at, end))
    return replace(form, runs=runs, words=words, symbols=symbols, is_open=False, seam=start + at, sure=found[1])


def parted_form(token: str, form: TokenForm, candidates: Candidates) -> TokenForm | None:
    """Return the form of a token that is two words with a stop, and no blank, between them; None for any other.

    Both must be syllables, one of them marked: addresses (`caoloc.langson`) have no marks.
    """
    if len(form.words) != 2 or not all(_is_known(word, candidates) for word in form.words):
        return None
    (_, end), (start, _) = form.runs
    if start != end + 1 or token[end] not in _STOPS or not any(map(is_marked, form.words)):
        return None
    return replace(form, is_open=False, seam=start, sure=_PARTED)


def _may_begin(first: str, second: str) -> bool:
    """Capitals begin words: nothing else is asked where one stands inside; a word in capitals is left alone."""
    cases = case_of(first), case_of(second)
    if cases[1] is Case.TITLE:
        return cases[0] in (Case.LOWER, Case.TITLE)
    return cases[1] is Case.LOWER and cases[0] is Case.LOWER and min(len(first), len(second)) > 1


def _is_known(part: str, candidates: Candidates) -> bool:
    return normal_form(part) in candidates.syllables(part)
