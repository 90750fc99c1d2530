"""From plain text to a pruned, quantised trigram model: interpolated Kneser-Ney with modified discounts.

After Chen and Goodman (1999), "An empirical study of smoothing techniques for language modeling"; pruning by
weighted difference after Seymore and Rosenfeld (1996). Everything is arrays: 18 million tokens take a minute.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tonghop.models.hashing import build_table
from tonghop.models.protection import Case, form_of
from tonghop.models.syllables import BREAK, NUMBER, UNKNOWN, symbols
from tonghop.text import is_syllable

__all__ = ["Vocabulary", "build_ngrams", "choose_vocabulary", "count_cases", "count_symbols", "encode"]

Ints = npt.NDArray[np.int64]
Reals = npt.NDArray[np.float64]
Arrays = dict[str, npt.NDArray[np.generic]]

_LEVELS = np.linspace(-18.0, 0.0, 256)
_BACKOFF_LEVELS = np.linspace(-7.0, 1.5, 256)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words by id; the first three are BREAK, NUMBER, UNKNOWN."""

    words: tuple[str, ...]
    ids: dict[str, int]


def count_symbols(lines: Iterable[str]) -> Counter[str]:
    """Return how often each symbol occurs."""
    tokens: Counter[str] = Counter()
    for line in lines:
        tokens.update(line.split())
    counts: Counter[str] = Counter()
    for token, count in tokens.items():
        for symbol in symbols(token):
            counts[symbol] += count
    return counts


def choose_vocabulary(counts: Counter[str], least: int = 5, least_foreign: int = 150, most: int = 16000) -> Vocabulary:
    """Keep syllables seen `least` times, and other words (names, abbreviations) seen `least_foreign` times."""
    special = (BREAK, NUMBER, UNKNOWN)
    kept = [
        word
        for word, count in counts.most_common()
        if word not in special and count >= (least if is_syllable(word) else least_foreign)
    ]
    words = special + tuple(sorted(kept[:most]))
    return Vocabulary(words, {word: index for index, word in enumerate(words)})


def encode(lines: Iterable[str], vocabulary: Vocabulary) -> Ints:
    """Return the ids of all lines in one row, a BREAK between lines."""
    unknown = vocabulary.ids[UNKNOWN]
    known: dict[str, tuple[int, ...]] = {}
    out: list[int] = [0]
    for line in lines:
        for token in line.split():
            ids = known.get(token)
            if ids is None:
                ids = known[token] = tuple(vocabulary.ids.get(s, unknown) for s in symbols(token))
            out.extend(ids)
        if out[-1] != 0:
            out.append(0)
    row = np.asarray(out, dtype=np.int64)
    return row[np.r_[True, (row[1:] != 0) | (row[:-1] != 0)]]  # one BREAK is as good as two


def count_cases(lines: Iterable[str], vocabulary: Vocabulary) -> Ints:
    """Return (V, 2): how often each word stands in lower case and capitalised, where no sentence begins."""
    counts = np.zeros((len(vocabulary.words), 2), dtype=np.int64)
    for line in lines:
        starts = True
        for token in line.split():
            form = form_of(token)
            if len(form.words) == 1 and form.is_open and not starts and form.case in (Case.LOWER, Case.TITLE):
                counts[vocabulary.ids.get(form.symbols[0], vocabulary.ids[UNKNOWN]), int(form.case)] += 1
            starts = form.starts_next(starts)
    return counts


def _discounts(counts: Ints) -> Reals:
    """Return D(1), D(2), D(3+) as an array indexed by min(count, 3)."""
    # At least one of each kind: a small corpus may lack some, and the formula divides by them.
    n1, n2, n3, n4 = (max(1.0, float(np.count_nonzero(counts == k))) for k in (1, 2, 3, 4))
    y = n1 / (n1 + 2 * n2)
    found = np.array([0.0, 1 - 2 * y * n2 / n1, 2 - 3 * y * n3 / n2, 3 - 4 * y * n4 / n3])
    return np.asarray(np.clip(found, [0.0, 0.1, 0.1, 0.1], [0.0, 0.95, 1.9, 2.9]), dtype=np.float64)


def _discounted(contexts: Ints, counts: Ints, size: int) -> tuple[Reals, Reals]:
    """Return the discounted share of each n-gram and, per context, the mass left for the shorter model."""
    discounts = _discounts(counts)[np.minimum(counts, 3)]
    total = np.bincount(contexts, weights=counts, minlength=size)
    left = np.bincount(contexts, weights=discounts, minlength=size) / np.maximum(total, 1)
    return (counts - discounts) / total[contexts], left


def _backoff(contexts: Ints, longer: Reals, shorter: Reals, size: int) -> Reals:
    """Return per context the weight that makes kept n-grams and backed-off rest sum to one."""
    rest = 1 - np.bincount(contexts, weights=longer, minlength=size)
    uncovered = 1 - np.bincount(contexts, weights=shorter, minlength=size)
    return np.clip(rest, 1e-6, None) / np.clip(uncovered, 1e-6, None)


def _code(values: Reals, levels: Reals) -> npt.NDArray[np.uint8]:
    step = levels[1] - levels[0]
    return np.asarray(np.clip(np.rint((values - levels[0]) / step), 0, 255), dtype=np.uint8)


def build_ngrams(row: Ints, size: int, trigrams: int, bigrams: int) -> Arrays:
    """Return the arrays that `tonghop.models.ngrams.load_ngrams` takes, at most so many trigrams and bigrams.

    Those are kept that raise the probability of `row` most. Both bigrams of a trigram are kept with it.
    """
    keys3, counts3 = _trigram_counts(row, size)
    keys2, counts2 = _bigram_counts(row, keys3, size)
    first, second = keys2 // size, keys2 % size
    preceding = np.bincount(second, minlength=size) + 0.5
    unigram: Reals = preceding / preceding.sum()
    share2, left2 = _discounted(first, counts2, size)
    p2 = share2 + left2[first] * unigram[second]

    context3 = np.searchsorted(keys2, keys3 // size)
    rest3 = np.searchsorted(keys2, keys3 % (size * size))
    lower3 = p2[rest3]
    share3, left3 = _discounted(context3, counts3, len(keys2))
    p3 = share3 + left3[context3] * lower3
    gain3 = counts3 * (np.log(p3) - np.log(left3[context3] * lower3))
    keep3 = _best(gain3, trigrams)

    needed = np.zeros(len(keys2), dtype=bool)
    needed[context3[keep3]] = needed[rest3[keep3]] = True
    raw2 = np.bincount(np.searchsorted(keys2, row[:-1] * size + row[1:]), minlength=len(keys2))
    gain2 = raw2 * (np.log(p2) - np.log(left2[first] * unigram[second]))
    keep2 = _best(np.where(needed, np.inf, gain2), max(bigrams, int(needed.sum())))
    arrays = _pack(
        unigram,
        (first[keep2], second[keep2], p2[keep2], gain2[keep2]),
        ((np.cumsum(keep2) - 1)[context3[keep3]], keys3[keep3] % size, p3[keep3], gain3[keep3]),
    )
    often = np.bincount(row, minlength=size) + 0.5
    return {**arrays, "frequency": np.log(often / often.sum()).astype(np.float32)}


def _trigram_counts(row: Ints, size: int) -> tuple[Ints, Ints]:
    # A sentence's first word does not depend on the sentence before it: no trigram has a BREAK in its middle.
    inside = row[1:-1] != 0
    keys, counts = np.unique(((row[:-2] * size + row[1:-1]) * size + row[2:])[inside], return_counts=True)
    return keys, counts


def _bigram_counts(row: Ints, keys3: Ints, size: int) -> tuple[Ints, Ints]:
    """Kneser-Ney: how many words precede the bigram; after a BREAK, where that says nothing, how often it occurs."""
    inner, preceding = np.unique(keys3 % (size * size), return_counts=True)
    starts, occurring = np.unique(row[1:][row[:-1] == 0], return_counts=True)
    # The very first bigram of the row may have no predecessor at all.
    missing = np.setdiff1d(np.unique(row[:-1] * size + row[1:]), np.r_[starts, inner])
    keys = np.r_[starts, inner, missing]
    counts = np.r_[occurring, preceding, np.ones(len(missing), dtype=np.int64)]
    order = np.argsort(keys)
    return keys[order], counts[order]


def _best(gain: Reals, most: int) -> npt.NDArray[np.bool_]:
    keep = gain > 0
    if np.count_nonzero(keep) > most:
        keep &= gain >= np.partition(gain, len(gain) - most)[len(gain) - most]
    return keep


def _pack(unigram: Reals, two: tuple[Ints, Ints, Reals, Reals], three: tuple[Ints, Ints, Reals, Reals]) -> Arrays:
    """Return the arrays.

    `two`: first word, second word, probability, gain; `three`: place of the context, third word, probability, gain.
    """
    size = len(unigram)
    first, second, p2, gain2 = two
    context, third, p3, gain3 = three
    backoff1 = _backoff(first, p2, unigram[second], size)
    keys2 = first * size + second
    wanted = second[context] * size + third
    at = np.minimum(np.searchsorted(keys2, wanted), len(keys2) - 1)
    shorter = np.where(keys2[at] == wanted, p2[at], backoff1[second[context]] * unigram[third])
    codes2 = {"code": _code(np.log(p2), _LEVELS)}
    codes2["backoff"] = _code(np.log(_backoff(context, p3, shorter, len(keys2))), _BACKOFF_LEVELS)
    return {
        "unigram": np.log(unigram).astype(np.float32),
        "backoff": np.log(backoff1).astype(np.float32),
        **_table("bigram", keys2, codes2, gain2, np.uint32),
        # Looked up where both bigrams are kept, and so seldom for nothing: sixteen bits are enough.
        **_table("trigram", keys2[context] * size + third, {"code": _code(np.log(p3), _LEVELS)}, gain3, np.uint16),
        "levels": _LEVELS.astype(np.float32),
        "backoff_levels": _BACKOFF_LEVELS.astype(np.float32),
    }


def _table(
    name: str, keys: Ints, values: dict[str, npt.NDArray[np.uint8]], gain: Reals, dtype: npt.DTypeLike
) -> Arrays:
    order = np.argsort(-gain, kind="stable")
    table, _ = build_table(keys[order], {name: codes[order] for name, codes in values.items()}, dtype)
    return {f"{name}_prints": table.prints, **{f"{name}_{value}": codes for value, codes in table.values.items()}}
