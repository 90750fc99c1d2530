"""A text as the decoder sees it: a row of positions, one for each word and for each other symbol beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from tonghop.models.candidates import Candidates, Source
from tonghop.models.protection import Case, TokenForm, words_in_capitals

__all__ = ["Slots", "Text", "flat", "lay_out"]

_LONGEST = 60  # positions decoded in one row

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Text:
    """Paragraphs of tokens, one after the other.

    `bounds`: the first and the last token but one of each paragraph; `forms`, `bins`: of each token, the latter of its
    confidence; `sources`: of each paragraph; `known`: capitalised words that stand as they are; `names`: names and
    lines whose spelling is not in question, word by word as the model sees them; `seconds`: of each token what another
    reading had there, or nothing at all.
    """

    bounds: tuple[tuple[int, int], ...]
    forms: tuple[TokenForm, ...]
    bins: tuple[int, ...]
    sources: tuple[Source, ...]
    known: frozenset[str]
    names: tuple[tuple[str, ...], ...] = ()
    seconds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Slots:
    """N positions: row of `Candidates`, token and run of letters in it (-1 for a symbol that is no word).

    `is_open`: in question; `is_name`: capitalised where no sentence begins; `sources`: `Source` of each. `chunks`:
    first position and last but one of the pieces that are decoded by themselves.
    """

    numbers: Ints
    tokens: Ints
    runs: Ints
    is_open: Bools
    is_name: Bools
    sources: Ints
    chunks: tuple[tuple[int, int], ...]


_Item = tuple[int, int, bool, bool]  # number, run, is it open, is it a name


def lay_out(text: Text, candidates: Candidates) -> Slots:
    """Return the positions of `text`."""
    items: list[_Item] = []
    tokens: list[int] = []
    sources: list[int] = []
    chunks: list[tuple[int, int]] = []
    made: dict[tuple[int, int, Source, bool, bool], tuple[_Item, ...]] = {}
    for (first, last), source in zip(text.bounds, text.sources, strict=True):
        start, starts = len(items), True
        in_capitals = words_in_capitals(text.forms[first:last], lambda word: bool(candidates.syllables(word)))
        for at in range(first, last):
            form = text.forms[at]
            key = (id(form), text.bins[at], source, starts, in_capitals[at - first])
            found = made.get(key)
            if found is None:
                found = made[key] = _items(form, *key[1:], candidates, text.known)
            items += found
            tokens += [at] * len(found)
            starts = form.starts_next(starts)
            if len(items) - start >= _LONGEST or (starts and len(items) - start >= _LONGEST // 3):
                chunks.append((start, len(items)))
                start = len(items)
        chunks.append((start, len(items)))
        sources += [source] * (len(items) - len(sources))
    numbers, runs, is_open, is_name = zip(*items, strict=True) if items else ((), (), (), ())
    openness = np.array(is_open, dtype=np.bool_)
    return Slots(
        np.array(numbers, dtype=np.int64),
        np.array(tokens, dtype=np.int64),
        np.array(runs, dtype=np.int64),
        openness,
        np.array(is_name, dtype=np.bool_),
        np.array(sources, dtype=np.int64),
        tuple((a, b) for a, b in chunks if openness[a:b].any()),
    )


def _items(
    form: TokenForm,
    bin_index: int,
    source: Source,
    starts: bool,
    in_capitals: bool,
    candidates: Candidates,
    known: frozenset[str],
) -> tuple[_Item, ...]:
    is_open = form.is_open and (form.case is not Case.CAPITALS or in_capitals)
    is_name = form.case is Case.TITLE and not starts
    out: list[_Item] = []
    for run, word in enumerate(form.words):
        if is_open and not (word in known and word[0].isupper()) and candidates.has_rivals(word, source):
            out.append((candidates.number(word, bin_index, source, is_name=is_name), run, True, is_name))
        else:
            out.append((candidates.fixed(form.symbols[run]), run, False, False))
    out += [(candidates.fixed(symbol), -1, False, False) for symbol in form.symbols[len(form.words) :]]
    return tuple(out)


def flat(sequences: Sequence[Sequence[str]]) -> tuple[tuple[int, int], ...]:
    """Return the bounds of `sequences` laid one after the other."""
    ends = np.cumsum([0, *map(len, sequences)]).tolist()
    return tuple(pairwise(ends))
