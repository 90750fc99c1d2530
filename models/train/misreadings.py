"""How a reader confuses letters, observed: counts of what was read for what was printed.

Counted over words of nothing but Vietnamese letters, in lower case, with a capital first or all in capitals, with
signs before and behind them allowed. Digits are counted apart: that they are misread may be said, and is never a
reason to change one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from tonghop.models.channel import CONFIDENCE_EDGES, confidence_bin
from tonghop.models.letters import Misreadings
from tonghop.models.syllables import LETTERS, base_letters, normal_form
from tonghop.models.train.alignment import Cost, Edit, Pair, align, first_cost, learn_cost, pair_words
from tonghop.models.train.readings import ReadPage
from tonghop.text import nfc

__all__ = ["DIGITS", "PRINTED", "Observed", "core_of", "count_misreadings"]

Counts = npt.NDArray[np.uint32]

# Every letter of a Vietnamese syllable with every mark, lower case first; the order is fixed.
_LOWER = "".join(dict.fromkeys("".join(LETTERS) + "bcghklmnpqrstvx"))
PRINTED = _LOWER + _LOWER.upper()
DIGITS = "0123456789"
_KNOWN = frozenset(PRINTED)
_CORE = re.compile(r"[\W_]*([^\W\d_]+)[\W_]*")
_RIM = re.compile(r"^[\W_]+|[\W_]+$")
_LEGIBLE = 0.5  # share of the words of a page that were found; what fewer were found of was not read but guessed
_ROUNDS = 2  # of learning what edits cost and of looking for more pairs


@dataclass(frozen=True, slots=True, eq=False)
class Observed:
    """What one reader made of pages.

    letters: what it read for printed letters
    digits: (10, read + 1), what was read for a printed digit; last column: nothing
    glued, broken: words read together with their neighbour, words read as two; counted nowhere else
    missed: words that were not found among what was read
    illegible: pages left out of all the other counts, since hardly a word of them was found
    """

    letters: Misreadings
    digits: Counts
    glued: int
    broken: int
    missed: int
    illegible: int


def core_of(word: str) -> tuple[int, int] | None:
    """Return start and end of the letters of a word that is counted; None for any other."""
    match = _CORE.fullmatch(word)
    if not match or not _KNOWN.issuperset(match[1]):
        return None
    is_plain = match[1].islower() or match[1].isupper() or (match[1][0].isupper() and match[1][1:].islower())
    return match.span(1) if is_plain else None


def count_misreadings(pages: Sequence[ReadPage]) -> Observed:
    """Return what one reader made of `pages`."""
    cost: Cost = first_cost
    tally = _pair_all(pages, cost)
    for _ in range(_ROUNDS):
        cost = learn_cost(tally.pairs, cost)
        tally = _pair_all(pages, cost)
    for (printed, read), count in tally.pairs.items():
        tally.add_edits(printed, align(printed, read, cost), count)
    return _arrays(tally)


@dataclass(slots=True)
class _Tally:
    """What is counted, before the alphabet of what was read is known."""

    pairs: Counter[tuple[str, str]] = field(default_factory=Counter)
    letters: Counter[Edit] = field(default_factory=Counter)
    digits: Counter[Edit] = field(default_factory=Counter)
    words: Counts = field(default_factory=lambda: np.zeros((len(CONFIDENCE_EDGES) + 1, 3), dtype=np.uint32))
    words_printed: int = 0
    illegible: int = 0
    glued: int = 0
    broken: int = 0
    places: int = 0

    def add(self, pair: Pair) -> None:
        """Count a pair of words; its letters are counted when all pairs are known."""
        is_counted = all(core_of(word) for word in pair.printed)
        if len(pair.printed) == len(pair.read) == 1:
            self.pairs[pair.printed[0], pair.read[0]] += 1
            if is_counted:
                self.words[confidence_bin(pair.confidence), _fault_of(pair)] += 1
        elif is_counted:
            self.glued += len(pair.printed) if len(pair.printed) > 1 else 0
            self.broken += len(pair.read) > 1

    def add_edits(self, printed: str, edits: Iterable[Edit], count: int) -> None:
        """Count the characters of a pair of words that was seen `count` times."""
        span = core_of(printed)
        if span is None:
            for true, seen in edits:
                if true and true in DIGITS:
                    self.digits[true, seen] += count
            return
        start, end = span
        first, last = start + (start > 0), end - (end < len(printed))  # beside a sign nobody knows what was added to
        self.places += (last - first + 1) * count
        place = 0
        for true, seen in edits:
            if (start <= place < end) if true else (first <= place <= last):
                self.letters[true, seen] += count
            place += len(true)


def _pair_all(pages: Sequence[ReadPage], cost: Cost) -> _Tally:
    tally = _Tally()
    for page in pages:
        printed = sum(core_of(word) is not None for line in page.printed for word in nfc(line).split())
        pairs = list(pair_words(page, cost))
        found = sum(core_of(word) is not None for pair in pairs for word in pair.printed)
        if found < _LEGIBLE * printed:
            tally.illegible += 1
            continue
        tally.words_printed += printed
        for pair in pairs:
            tally.add(pair)
    return tally


def _fault_of(pair: Pair) -> int:
    """Return 0 for a word read right, 1 for wrong marks alone, 2 for wrong letters; its case does not count."""
    true, seen = (normal_form(_RIM.sub("", word)) for word in (*pair.printed, *pair.read))
    if true == seen:
        return 0
    return 1 if base_letters(true) == base_letters(seen) else 2


def _arrays(tally: _Tally) -> Observed:
    read = "".join(sorted({letter for _, seen in (*tally.letters, *tally.digits) for letter in seen}))
    true_at, seen_at = ({letter: at for at, letter in enumerate(letters)} for letters in (PRINTED, read))
    substitutions = np.zeros((len(PRINTED), len(read)), dtype=np.uint32)
    deletions, insertions = np.zeros(len(PRINTED), dtype=np.uint32), np.zeros(len(read), dtype=np.uint32)
    digits = np.zeros((len(DIGITS), len(read) + 1), dtype=np.uint32)
    merges: list[list[int]] = []
    splits: list[list[int]] = []
    for (true, seen), count in sorted(tally.letters.items()):
        before, after = [true_at[letter] for letter in true], [seen_at[letter] for letter in seen]
        match len(true), len(seen):
            case 1, 1:
                substitutions[before[0], after[0]] += count
            case 1, 0:
                deletions[before[0]] += count
            case 0, 1:
                insertions[after[0]] += count
            case 2, 1:
                merges.append([*before, *after, count])
            case _:
                splits.append([*before, *after, count])
    for (true, seen), count in tally.digits.items():
        digits[int(true), seen_at[seen] if seen else len(read)] += count
    found = int(tally.words.sum()) + tally.glued + tally.broken
    letters = Misreadings(
        PRINTED,
        read,
        substitutions,
        deletions,
        insertions,
        np.array(merges, dtype=np.uint32).reshape(-1, 4),
        np.array(splits, dtype=np.uint32).reshape(-1, 4),
        tally.words,
        tally.places,
    )
    return Observed(letters, digits, tally.glued, tally.broken, tally.words_printed - found, tally.illegible)
