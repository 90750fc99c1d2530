"""Which printed word was read as which, and which character as which.

Words whose base letters were read right anchor the others, as in `confusions`; between the anchors words are paired
by closeness, so that one word may also be read as two, and two as one. Inside a pair of words characters are aligned
by a weighted edit distance that knows besides the usual edits two characters read as one (`rn` as `m`) and one read
as two. What edits cost is learned from the pairs found first; then more are found (`duge` for `được`).
"""

from __future__ import annotations

import difflib
import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from tonghop.models.syllables import base_letters
from tonghop.models.train.readings import ReadPage
from tonghop.text import nfc

__all__ = ["Cost", "Edit", "Pair", "align", "first_cost", "learn_cost", "pair_words"]

Edit = tuple[str, str]  # what was printed, what was read: none to two characters each, never two on both sides
Cost = Callable[[str, str], float]  # of an edit
Steps = list[list[tuple[float, tuple[int, int]]]]

_RIM = re.compile(r"^[\W_]+|[\W_]+$")
# The edits of `align`, (printed, read) characters; where costs are equal the first is taken.
_MOVES = ((1, 1), (1, 0), (0, 1), (2, 1), (1, 2))
# Before anything was counted: a letter with another mark is likely, two for one a little likelier than two edits that
# are not (ư read as u'), and unlikelier than one.
_MARK, _CASE, _OTHER, _TWO_FOR_ONE = 0.3, 0.4, 1.0, 1.25
# Of a character that is left unpaired. Words of which more than about half was read otherwise are not taken for pairs.
_UNPAIRED = 0.3
_JOINED = 0.5  # one word for two must fit better
_SHORT = 2  # characters of a word that its neighbours alone identify
_SIGNS = frozenset(".,;:-–—")  # dirt beside a letter, not a part of it
_PRIOR = 2.0  # observations that the first costs are worth
_STEEPNESS = 4.0  # of the probabilities that the first costs stand for
_SCALE = 5.0  # nats of a learned cost that weigh as much as another letter did at first


@dataclass(frozen=True, slots=True)
class Pair:
    """Printed words and what was read of them: one and one, two and one, or one and two. Confidence 0 to 1."""

    printed: tuple[str, ...]
    read: tuple[str, ...]
    confidence: float


@lru_cache(maxsize=65536)
def first_cost(printed: str, read: str) -> float:
    """Return the cost of an edit before anything was counted: 0 for no change, 1 for another letter.

    Infinite for two characters read as one, and one as two, where a sign has part in it.
    """
    if printed == read:
        return 0.0
    if len(printed) + len(read) == 3:
        return _TWO_FOR_ONE if printed.isalpha() and _SIGNS.isdisjoint(read) else math.inf
    if not printed or not read or base_letters(printed) != base_letters(read):
        return _OTHER
    return _MARK if printed.isupper() == read.isupper() else _CASE


def align(printed: str, read: str, cost: Cost = first_cost) -> tuple[Edit, ...]:
    """Return the edits of least cost that make `read` of `printed`; what was read right is an edit too."""
    if printed == read:
        return tuple((c, c) for c in printed)
    steps = _cheapest(len(printed), len(read), lambda a, b, c, d: cost(printed[a:b], read[c:d]))
    return tuple((printed[a:b], read[c:d]) for a, b, c, d in _way(steps, len(printed), len(read)))


def _cheapest(rows: int, columns: int, cost: Callable[[int, int, int, int], float]) -> Steps:
    """Return for each start of two sequences the least cost of aligning them, and the last move of that alignment.

    `cost` is given start and end in the first sequence, start and end in the second.
    """
    table: Steps = []
    for i in range(rows + 1):
        row: list[tuple[float, tuple[int, int]]] = []
        table.append(row)
        for j in range(columns + 1):
            best = (0.0 if i == j == 0 else math.inf, (0, 0))
            for move in _MOVES:
                di, dj = move
                if i >= di and j >= dj:
                    total = table[i - di][j - dj][0] + cost(i - di, i, j - dj, j)
                    if total < best[0]:
                        best = (total, move)
            row.append(best)
    return table


def _way(steps: Steps, i: int, j: int) -> list[tuple[int, int, int, int]]:
    """Return the moves that lead to place (i, j): start and end in both sequences."""
    out: list[tuple[int, int, int, int]] = []
    while i or j:
        di, dj = steps[i][j][1]
        out.append((i - di, i, j - dj, j))
        i, j = i - di, j - dj
    return out[::-1]


def learn_cost(words: Mapping[tuple[str, str], int], cost: Cost = first_cost) -> Cost:
    """Return costs in proportion to -log P(read | printed), from pairs of words and how often each was seen.

    The pairs are aligned by `cost`. An edit of which not one was seen costs about twice what it did at first.
    """
    edits: Counter[Edit] = Counter()
    places: Counter[str] = Counter()  # where each edit could have happened
    for (printed, read), count in words.items():
        for edit in align(printed, read, cost):
            edits[edit] += count
        for letter in printed:
            places[letter] += count
        for first, second in pairwise(printed):
            places[first + second] += count
        places[""] += count * (len(printed) + 1)
    known: dict[Edit, float] = {}

    def learned(printed: str, read: str) -> float:
        edit = printed, read
        if edit not in known:
            prior = _PRIOR * math.exp(-_STEEPNESS * first_cost(printed, read))
            seen = (edits[edit] + prior) / (places[printed] + _PRIOR)
            known[edit] = -math.log(seen) / _SCALE if seen > 0 else math.inf
        return known[edit]

    return learned


def pair_words(page: ReadPage, cost: Cost = first_cost) -> Iterator[Pair]:
    """Yield the words of `page` that were found again, in the order of print. A word is what stands between blanks.

    `cost` makes those words alike that the reader is known to mistake for each other.
    """
    printed = [word for line in page.printed for word in nfc(line).split()]
    read = [(word, sure) for line in page.read for word, sure in line if word]
    keys = [_key(word) for word in printed], [_key(word) for word, _ in read]
    matcher = difflib.SequenceMatcher(None, *keys, autojunk=False)
    i = j = 0
    for left, right, length in matcher.get_matching_blocks():
        yield from _pair_rest(printed[i:left], read[j:right], cost)
        for offset in range(length):
            word, sure = read[right + offset]
            yield Pair((printed[left + offset],), (word,), sure)
        i, j = left + length, right + length


def _key(word: str) -> str:
    return base_letters(_RIM.sub("", word)) or word


def _pair_rest(printed: Sequence[str], read: Sequence[tuple[str, float]], cost: Cost) -> Iterator[Pair]:
    """Pair words between two anchors; those that resemble none are left out."""
    words = [word for word, _ in read]
    if len(printed) == len(words) == 1 and _are_lone_pair(printed[0], words[0], cost):
        yield Pair((printed[0],), (words[0],), read[0][1])
        return
    steps = _cheapest(len(printed), len(words), lambda a, b, c, d: _distance(printed[a:b], words[c:d], cost))
    for a, b, c, d in _way(steps, len(printed), len(words)):
        if a < b and c < d:
            yield Pair(tuple(printed[a:b]), tuple(words[c:d]), min(sure for _, sure in read[c:d]))


def _are_lone_pair(printed: str, read: str, cost: Cost) -> bool:
    """Return whether `read`, alone between the same neighbours as `printed`, may be what was read of it."""
    longest = max(len(printed), len(read))
    if longest <= _SHORT:
        return True  # ổ read as 6
    return abs(len(printed) - len(read)) <= 1 and _unlikeness(printed, read, cost) < longest


def _unlikeness(printed: str, read: str, cost: Cost) -> float:
    """Return the cost of the edits between two words; what a reader rarely mistakes costs no more than at first."""

    def lesser(a: int, b: int, c: int, d: int) -> float:
        true, seen = printed[a:b], read[c:d]
        return min(first_cost(true, seen), cost(true, seen))

    return _cheapest(len(printed), len(read), lesser)[-1][-1][0]


def _distance(printed: Sequence[str], read: Sequence[str], cost: Cost) -> float:
    true, seen = "".join(printed), "".join(read)
    if not true or not seen:
        return _UNPAIRED * len(true + seen)
    if max(len(true), len(seen)) > 2 * min(len(true), len(seen)):
        return math.inf
    joined = _JOINED if len(printed) + len(read) == 3 else 0.0
    return joined + _unlikeness(true, seen, cost)
