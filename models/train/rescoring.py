"""What the rescorer is trained on: texts without marks, decoded by n-grams that were counted without them.

N-grams know by heart the text that they were counted on, and would leave the network nothing to learn. So the texts
are cut in three, and each third is decoded with the counts of the other two (cross-fitting).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tonghop.models.candidates import Source as Origin
from tonghop.models.channel import LEVELS, confidence_bin
from tonghop.models.decoding import FINALISTS, decode
from tonghop.models.diacritics import DiacriticModel
from tonghop.models.protection import form_of
from tonghop.models.rescoring import NEAR, Context, Network, context_of, doubtful, gathered
from tonghop.models.slots import Text, flat, lay_out
from tonghop.models.syllables import base_letters, normal_form, without_marks
from tonghop.models.train.network import FLOOR, UNKNOWN, Batch, Sizes, initial, quantised, train
from tonghop.models.train.sources import Source
from tonghop.text import is_syllable

__all__ = ["Drawer", "Lessons", "learn", "learn_from", "lessons_of", "rivals_of", "thirds", "vectors_of"]

_BLOCK = 2000  # lines that go into the same third together: neighbours tell of each other
_PARTS = 3
# Of laws, which say the same things over and over, every fourth block is enough.
_EVERY_BLOCK = ("wiki", "legal_admin")
_AT_ONCE = 20_000  # lines decoded at once
_DOUBT = 1e-3  # more words than are rescored in use: there is more to learn from
_RIVALS = 8
_CONTEXTS, _STEPS = 1000, (-2, -1, 1, 2)  # words counted beside a word for `vectors_of`, and where
_LENGTH = 128
_SIZES = Sizes()

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]
Build = Callable[[Sequence[str]], DiacriticModel]


@dataclass(frozen=True, slots=True)
class Lessons:
    """A text as decoded, N places: its `context`, the true `words` (-1 where none is in question).

    M doubtful places `at`: candidates (M, K), their posteriors, and the column of the right one.
    """

    context: Context
    words: npt.NDArray[np.int32]
    at: Ints
    candidates: npt.NDArray[np.int32]
    chances: Floats
    right: Ints


def thirds(sources: Sequence[Source]) -> list[tuple[list[str], list[str]]]:
    """Return, three times, the lines to count and the lines to decode with those counts.

    No line is in both. Of sources other than those of `_EVERY_BLOCK` every fourth block is decoded.
    """
    counted: list[list[str]] = [[] for _ in range(_PARTS)]
    decoded: list[list[str]] = [[] for _ in range(_PARTS)]
    for source in sources:
        is_rich = source.name.startswith(_EVERY_BLOCK)
        # Of fewer than three blocks one third would have all lines to decode and none to count.
        size = max(1, min(_BLOCK, len(source.lines) // _PARTS))
        for number, start in enumerate(range(0, len(source.lines), size)):
            block, third = source.lines[start : start + size], number % _PARTS
            for part in range(_PARTS):
                if part != third:
                    counted[part] += block
                elif is_rich or number // _PARTS % 4 == 0:
                    decoded[part] += block
    return list(zip(counted, decoded, strict=True))


def lessons_of(model: DiacriticModel, lines: Sequence[str]) -> Lessons:
    """Decode `lines`, at least one, without their marks by `model`, whose n-grams never saw them."""
    pieces = [_lesson(model, lines[at : at + _AT_ONCE]) for at in range(0, len(lines), _AT_ONCE)]
    return _joined(pieces)


def _lesson(model: DiacriticModel, lines: Sequence[str]) -> Lessons:
    rows = [line.split() for line in lines]
    true = [token for row in rows for token in row]
    forms = tuple(form_of(without_marks(token)) for token in true)
    bounds = flat(rows)
    lost = (Origin.STRIPPED,) * len(bounds)
    text = Text(bounds, forms, (confidence_bin(None),) * len(forms), lost, frozenset())
    slots = lay_out(text, model.candidates)
    beams = decode(slots, model.candidates, model.ngrams, LEVELS.index(1.0))
    words = np.full(len(slots.numbers), -1, dtype=np.int32)
    for at in np.flatnonzero(slots.is_open).tolist():
        start, end = forms[int(slots.tokens[at])].runs[int(slots.runs[at])]
        words[at] = model.candidates.identity(normal_form(true[int(slots.tokens[at])][start:end]).lower())
    doubts = doubtful(beams.chances, slots.is_open, _DOUBT)
    is_right = (beams.words[doubts] == words[doubts, None]) & (beams.chances[doubts] > 0)
    doubts, is_right = doubts[is_right.any(axis=1)], is_right[is_right.any(axis=1)]
    context = _small(context_of(text, slots, beams.words[:, 0]))
    return Lessons(
        context, words, doubts, beams.words[doubts].astype(np.int32), beams.chances[doubts], np.argmax(is_right, axis=1)
    )


def _small(context: Context) -> Context:
    """Return it in fewer bytes: there are sixteen million places."""
    return Context(
        context.words.astype(np.int32),
        context.cases.astype(np.int8),
        context.starts.astype(np.int32),
        context.ends.astype(np.int32),
    )


def _joined(pieces: Sequence[Lessons]) -> Lessons:
    offsets = np.cumsum([0, *(len(piece.words) for piece in pieces)])[:-1].tolist()
    contexts = [piece.context for piece in pieces]
    context = Context(
        np.concatenate([c.words for c in contexts]),
        np.concatenate([c.cases for c in contexts]),
        np.concatenate([c.starts + np.int32(offset) for c, offset in zip(contexts, offsets, strict=True)]),
        np.concatenate([c.ends + np.int32(offset) for c, offset in zip(contexts, offsets, strict=True)]),
    )
    return Lessons(
        context,
        np.concatenate([piece.words for piece in pieces]),
        np.concatenate([piece.at + offset for piece, offset in zip(pieces, offsets, strict=True)]),
        *(np.concatenate([getattr(piece, name) for piece in pieces]) for name in ("candidates", "chances", "right")),
    )


def vectors_of(words: npt.NDArray[np.int32], size: int) -> Floats:
    """Return (size, 128): what words are like, from the words two places around them.

    Singular vectors of positive pointwise mutual information (Levy and Goldberg 2014), the most telling first.
    """
    often = np.bincount(words, minlength=size)
    usual = np.argsort(-often, kind="stable")[:_CONTEXTS]
    rank = np.full(size, -1)
    rank[usual] = np.arange(len(usual))
    blocks = []
    for step in _STEPS:
        one, other = (words[:-step], rank[words[step:]]) if step > 0 else (words[-step:], rank[words[:step]])
        inside = other >= 0
        counts = np.bincount(
            one[inside].astype(np.int64) * len(usual) + other[inside], minlength=size * len(usual)
        ).reshape(size, len(usual))
        smoothed = counts.sum(axis=0) ** 0.75
        expected = np.maximum(counts.sum(axis=1, keepdims=True), 1) * (smoothed / max(smoothed.sum(), 1))
        blocks.append(np.log(np.maximum(counts / np.maximum(expected, 1e-9), 1)).astype(np.float32))
    table = np.concatenate(blocks, axis=1)
    values, axes = np.linalg.eigh(table.T @ table)
    best = np.argsort(-values)[:_LENGTH]
    vectors = (table @ axes[:, best]) / np.sqrt(np.sqrt(np.maximum(values[best], 1e-6)))
    out = np.zeros((size, _LENGTH), dtype=np.float32)
    out[:, : vectors.shape[1]] = vectors / max(float(vectors.std()), 1e-6)
    return out


def rivals_of(words: Sequence[str], frequency: Floats) -> Ints:
    """Return (V, 8): of each word the most frequent ones with the same letters, itself among them; 0 where none."""
    out = np.zeros((len(words), _RIVALS), dtype=np.int64)
    by_base: dict[str, list[int]] = {}
    for number, word in enumerate(words):
        if is_syllable(word):
            by_base.setdefault(base_letters(word), []).append(number)
    for group in by_base.values():
        best = sorted(group, key=lambda number: -float(frequency[number]))
        for number in group:
            chosen = best[:_RIVALS] if number in best[:_RIVALS] else [*best[: _RIVALS - 1], number]
            out[number, : len(chosen)] = chosen
    return out


class Drawer:
    """Draws batches: half doubtful places, none twice before nearly all were drawn, half any place in question.

    `rivals`: (V, 8) what each word may be mistaken for; see `rivals_of`.
    """

    def __init__(self, lessons: Lessons, rivals: Ints, rng: np.random.Generator) -> None:
        self._lessons, self._rivals, self._rng = lessons, rivals, rng
        named = np.flatnonzero(lessons.words >= 0)
        self._open = named[rivals[lessons.words[named], 1] > 0]
        self._order, self._next = rng.permutation(len(lessons.at)), 0

    def __call__(self, size: int) -> Batch:
        """Return a batch of `size` places."""
        lessons, half = self._lessons, size // 2
        if self._next + half > len(self._order):
            self._order, self._next = self._rng.permutation(len(lessons.at)), 0
        doubts = self._order[self._next : self._next + half]
        if len(doubts) < half:  # fewer than half a batch in all
            doubts = self._rng.integers(len(lessons.at), size=half)
        self._next += half
        others = self._open[self._rng.integers(len(self._open), size=size - half)]
        near, cases, around = gathered(lessons.context, np.r_[lessons.at[doubts], others])
        near = near.astype(np.int64)
        near[half:, NEAR] = UNKNOWN  # the word itself would tell itself
        words = np.zeros((size, _RIVALS), dtype=np.int64)
        prior = np.full((size, _RIVALS), FLOOR, dtype=np.float32)
        words[:half, :FINALISTS] = lessons.candidates[doubts]
        chances = lessons.chances[doubts]
        prior[:half, :FINALISTS] = np.where(chances > 0, np.log(np.maximum(chances, 1e-7)), FLOOR)
        true = lessons.words[others]
        words[half:] = self._rivals[true]
        prior[half:] = np.where(words[half:] > 0, 0.0, FLOOR)
        right = np.r_[lessons.right[doubts], np.argmax(words[half:] == true[:, None], axis=1)]
        return Batch(near, cases, around, words, prior, right)


def learn(
    sources: Sequence[Source],
    model: DiacriticModel,
    build: Build,
    steps: int,
    seed: int,
    say: Callable[[str], None] = lambda _text: None,
    sizes: Sizes = _SIZES,
) -> Network:
    """Return the rescorer for `model`; `build` makes one with the same words from other lines.

    Raises `ValueError` when the texts are so few that there is nothing to learn from.
    """
    pieces = []
    for counted, decoded in thirds(sources):
        if counted and decoded:
            pieces.append(lessons_of(build(counted), decoded))
            say(f"{len(pieces[-1].at)} doubtful words of {len(pieces[-1].words)}")
    if not any(len(piece.at) for piece in pieces):
        raise ValueError("no word of the texts is doubtful: nothing to train the rescorer on (--steps 0: without it)")
    return learn_from(_joined(pieces), model, steps, seed, say, sizes)


def learn_from(
    lessons: Lessons,
    model: DiacriticModel,
    steps: int,
    seed: int,
    say: Callable[[str], None] = lambda _text: None,
    sizes: Sizes = _SIZES,
) -> Network:
    """Return the network trained on `lessons`, which have at least one doubtful place."""
    rng = np.random.default_rng(seed)
    vectors = vectors_of(np.asarray(lessons.context.words, dtype=np.int32), len(model.words))
    rivals = rivals_of(model.words, model.candidates.frequency)
    weights = initial(vectors, sizes, rng)
    return quantised(train(weights, Drawer(lessons, rivals, rng), steps, sizes.batch, rng, say))
