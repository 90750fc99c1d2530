"""Repair of Vietnamese marks: a trigram language model over syllables and a channel of confused marks.

A word may become another word with the same base letters, nothing else: letters, digits, signs and case stay.
`load()` reads the artefact; what it was trained on, how, and how good it is stands in data/diacritics.md.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tonghop.models.candidates import Candidates, Entry
from tonghop.models.channel import CONFIDENCE_EDGES, LEVELS, MarkChannel, confidence_bin
from tonghop.models.lattice import Lattice, bigram_posteriors, bigram_transitions, narrow, trigram_posteriors
from tonghop.models.ngrams import NgramModel, load_ngrams
from tonghop.models.protection import Case, TokenForm, form_of, words_in_capitals
from tonghop.models.syllables import (
    BREAK,
    NUMBER,
    UNKNOWN,
    is_marked,
    later_tone_style,
    normal_form,
    with_case_of,
)
from tonghop.text import nfc

__all__ = ["ARTEFACT", "DiacriticModel", "Mode", "Reason", "Restored", "Thresholds", "load"]

ARTEFACT = "diacritics.npz"

_FINALISTS = 5  # kept for the trigram pass
_LEAST = 2e-5  # posterior after the bigram pass below which a candidate is dropped
_FEW = 12  # of fewer syllables not one may be marked: short lines of plain syllables are not so rare
_FIRST_WORD = 3  # ids below are BREAK, NUMBER, UNKNOWN
_LONGEST = 60  # positions decoded in one row
_BATCH = 4096  # positions decoded at once
_SAMPLE = 3000  # positions from which the noise of a text is estimated
_LOST_SHARE = 0.35  # a text with fewer marked syllables has lost its marks; prose has 0.75 to 0.85

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]


class Mode(StrEnum):
    """What is known of the text."""

    AUTO = "auto"  # decided from the text
    OCR = "ocr"  # marks were read and may be confused
    STRIPPED = "stripped"  # marks were lost


class Reason(StrEnum):
    """Why a word was changed."""

    CONFUSED = "marks_confused"
    LOST = "marks_lost"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Least posterior for a change: of a word, of a capitalised word inside a sentence, in a line without marks."""

    word: float = 0.95
    name: float = 0.995
    line: float = 0.9


@dataclass(frozen=True, slots=True)
class Restored:
    """A token after repair. `posterior`: probability that it is right, given the text; 1.0 when never in question."""

    token: str
    posterior: float
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class _Slot:
    """One position of a sequence: run `run` of token `token`, or a fixed symbol when `is_open` is false."""

    token: int
    run: int
    entry: Entry
    is_open: bool = False
    is_name: bool = False
    lost: bool = False


_Chunk = list[tuple[int, _Slot]]  # (sequence, slot)


class DiacriticModel:
    """The model in memory. Not thread-safe in its caches; cheap to share between calls of one thread."""

    def __init__(
        self,
        ngrams: NgramModel,
        words: Sequence[str],
        frequency: Floats,
        channel: MarkChannel,
        thresholds: Thresholds,
        version: str = "",
    ) -> None:
        self.ngrams = ngrams
        self.version = version  # of the artefact: the first digits of its SHA-256
        self.words = tuple(words)
        self.thresholds = thresholds
        self.candidates = Candidates(self.words, frequency, channel)

    def has_syllable(self, word: str) -> bool:
        """Return whether `word` (any case, either tone placement) is a syllable seen in training."""
        return normal_form(word) in self.candidates.syllables(word)

    def restore(
        self,
        tokens: Sequence[str],
        confidences: Sequence[float] | None = None,
        mode: Mode = Mode.AUTO,
        known: Iterable[str] = (),
    ) -> list[tuple[str, float]]:
        """Return (token, posterior) for each of `tokens`, one line or paragraph; see `restore_many`."""
        given = None if confidences is None else [confidences]
        return [(word.token, word.posterior) for word in self.restore_many([tokens], given, mode, known)[0]]

    def restore_many(
        self,
        sequences: Sequence[Sequence[str]],
        confidences: Sequence[Sequence[float]] | None = None,
        mode: Mode = Mode.AUTO,
        known: Iterable[str] = (),
    ) -> list[list[Restored]]:
        """Repair the paragraphs of one text together: its noise and its tone placement are its own.

        `sequences`: tokens as they stand between blanks; `confidences`: the reader's, 0 to 1, same shape.
        `known`: names that stand as they are. Returns one `Restored` for each token.
        """
        return _Repair(self, sequences, confidences, mode, _name_words(known)).run()

    def has_lost_marks(self, sequences: Sequence[Sequence[str]], *, none_left: bool = False) -> bool:
        """Return whether a text has lost its marks: most of them, or (`none_left`) every single one."""
        forms = [tuple(form_of(nfc(token)) for token in tokens) for tokens in sequences]
        return self.are_lost(forms, 4, 0.0 if none_left else _LOST_SHARE)

    def are_lost(self, sequences: Sequence[tuple[TokenForm, ...]], least: int, share: float) -> bool:
        """Whether at most `share` of at least `least` Vietnamese syllables carry marks, and little else is there."""
        words = [w for forms in sequences for form in forms if form.is_open for w in form.words if len(w) > 1]
        syllables = [w for w in words if self.candidates.syllables(w)]
        if len(syllables) < least or len(syllables) < 0.75 * len(words):
            return False
        allowed = share * len(syllables) if len(syllables) >= _FEW else 0
        return sum(map(is_marked, syllables)) <= allowed


class _Repair:
    """One run over one text."""

    def __init__(
        self,
        model: DiacriticModel,
        sequences: Sequence[Sequence[str]],
        confidences: Sequence[Sequence[float]] | None,
        mode: Mode,
        known: frozenset[str],
    ) -> None:
        self.model = model
        self.sequences = sequences
        self.confidences = confidences
        self.known = known
        self.forms = [tuple(form_of(nfc(token)) for token in tokens) for tokens in sequences]
        self.lost_lines = [False] * len(sequences)
        self.is_lost = mode is Mode.STRIPPED or (mode is Mode.AUTO and model.are_lost(self.forms, 4, _LOST_SHARE))
        if mode is Mode.AUTO and not self.is_lost:
            self.lost_lines = [model.are_lost([forms], 6, 0.0) for forms in self.forms]
        self.late_tones = _prefers_late_tones(self.forms)
        self.out = [[Restored(token, 1.0) for token in tokens] for tokens in sequences]

    def run(self) -> list[list[Restored]]:
        """Return the repaired tokens of every sequence."""
        chunks = sorted(self._chunks(), key=len)
        level = LEVELS.index(1.0)
        if not self.is_lost:
            level = self._noise_level(chunks)
        for batch in _batches(chunks):
            self._decode(batch, level)
        return self.out

    # ---- the lattice ------------------------------------------------------------------------------------------

    def _chunks(self) -> list[_Chunk]:
        chunks: list[_Chunk] = []
        for number in range(len(self.sequences)):
            chunk: _Chunk = []
            for slot in self._slots(number):
                chunk.append((number, slot))
                is_break = slot.entry is self.model.candidates.fixed(BREAK)
                if len(chunk) >= _LONGEST or (is_break and len(chunk) >= _LONGEST // 3):
                    chunks.append(chunk)
                    chunk = []
            chunks.append(chunk)
        return [chunk for chunk in chunks if any(slot.is_open for _, slot in chunk)]

    def _slots(self, number: int) -> Iterable[_Slot]:
        forms = self.forms[number]
        in_capitals = words_in_capitals(forms, lambda word: bool(self.model.candidates.syllables(word)))
        starts = True
        lost = self.is_lost or self.lost_lines[number]
        for position, form in enumerate(forms):
            is_open = form.is_open and (form.case is not Case.CAPITALS or in_capitals[position])
            bin_index = confidence_bin(self.confidences[number][position] if self.confidences else None)
            for run, word in enumerate(form.words):
                if is_open and self._is_in_question(word):
                    is_name = form.case is Case.TITLE and not starts
                    entry = self.model.candidates.entry(word, bin_index, lost=lost)
                    yield _Slot(position, run, entry, is_open=True, is_name=is_name, lost=lost)
                else:
                    yield _Slot(position, run, self.model.candidates.fixed(form.symbols[run]))
            for symbol in form.symbols[len(form.words) :]:
                yield _Slot(position, -1, self.model.candidates.fixed(symbol))
            starts = (form.ends_sentence and NUMBER not in form.symbols) or (starts and not form.words)

    def _is_in_question(self, word: str) -> bool:
        if word[0].isupper() and word in self.known:
            return False
        return bool(self.model.candidates.syllables(word))

    def _lattice(self, batch: list[_Chunk], level: int) -> Lattice:
        steps = max(3, 1 + max(map(len, batch)))
        entries: dict[int, int] = {}
        table: list[Entry] = []
        index = np.zeros((steps, len(batch)), dtype=np.int64)
        for entry in [self.model.candidates.fixed(BREAK), *(slot.entry for chunk in batch for _, slot in chunk)]:
            if id(entry) not in entries:
                entries[id(entry)] = len(table)
                table.append(entry)
        for column, chunk in enumerate(batch):
            index[1 : 1 + len(chunk), column] = [entries[id(slot.entry)] for _, slot in chunk]
        words = np.stack([entry.words for entry in table])
        emission = np.stack([entry.emission[level] for entry in table])
        width = max(int(np.isfinite(emission).sum(axis=1).max()), 1)
        return Lattice(words[index][:, :, :width], emission[index][:, :, :width])

    # ---- decoding ---------------------------------------------------------------------------------------------

    def _noise_level(self, chunks: list[_Chunk]) -> int:
        """Return the level of the channel that makes as many errors as the text seems to have."""
        level = LEVELS.index(1.0)
        sample = chunks[:: max(1, sum(map(len, chunks)) // _SAMPLE)]
        if not sample:
            return level
        lattice = self._lattice(sample, level)
        transitions = bigram_transitions(lattice, self.model.ngrams)
        for _ in range(3):
            scored = self._lattice(sample, level)
            posteriors = bigram_posteriors(scored, transitions)
            expected, seen = self._errors(sample, posteriors, level)
            wanted = LEVELS[level] * (seen + _PRIOR_ERRORS) / (expected + _PRIOR_ERRORS)
            new = int(np.argmin(np.abs(np.log(LEVELS) - np.log(wanted))))
            if new == level:
                break
            level = new
        return level

    def _errors(self, sample: list[_Chunk], posteriors: Floats, level: int) -> tuple[float, float]:
        expected = seen = 0.0
        for column, chunk in enumerate(sample):
            for step, (_, slot) in enumerate(chunk, 1):
                if slot.is_open and not slot.lost:
                    expected += 1 - float(np.exp(slot.entry.emission[level][0]))
                    seen += 1 - float(posteriors[step, column, 0])
        return expected, seen

    def _decode(self, batch: list[_Chunk], level: int) -> None:
        lattice = self._lattice(batch, level)
        first = bigram_posteriors(lattice, bigram_transitions(lattice, self.model.ngrams))
        narrowed, order = narrow(lattice, first, _FINALISTS, _LEAST)
        final = trigram_posteriors(narrowed, self.model.ngrams)
        best = final.argmax(axis=2)[:, :, None]
        place = np.take_along_axis(order, best, axis=2)[:, :, 0]
        top = np.take_along_axis(final, best, axis=2)[:, :, 0]
        words = np.take_along_axis(narrowed.words, best, axis=2)[:, :, 0]
        kept = np.where(order == 0, final, 0).sum(axis=2)  # the word as read stands at place 0
        for column, chunk in enumerate(batch):
            for step, (number, slot) in enumerate(chunk, 1):
                if not slot.is_open:
                    continue
                near = words[step - 1 : step + 2, column]
                posterior = float(top[step, column])
                if place[step, column] != 0 and self._may_change(slot, near, posterior):
                    self._change(number, slot, self.model.words[near[1]], posterior)
                else:
                    self._keep(number, slot, float(kept[step, column]))

    def _may_change(self, slot: _Slot, near: Ints, posterior: float) -> bool:
        """Whether the middle one of the words `near` may stand for what was read."""
        thresholds = self.model.thresholds
        if slot.lost:
            return self.is_lost or posterior >= thresholds.line
        after = self.model.words[near[1]]
        if not slot.is_name or after[0].upper() + after[1:] in self.known:
            return posterior >= thresholds.word
        return posterior >= thresholds.name and self._is_attested(near)

    def _is_attested(self, near: Ints) -> bool:
        """Whether the model has seen the word beside a neighbour: a name needs more than its own letters."""
        found = self.model.ngrams.find_bigrams(near[:-1], near[1:])
        are_words = np.minimum(near[:-1], near[1:]) >= _FIRST_WORD
        return bool(np.any((found >= 0) & are_words))

    def _keep(self, number: int, slot: _Slot, posterior: float) -> None:
        old = self.out[number][slot.token]
        self.out[number][slot.token] = Restored(old.token, min(old.posterior, _share(posterior)), old.reason)

    def _change(self, number: int, slot: _Slot, after: str, posterior: float) -> None:
        old = self.out[number][slot.token]
        form = self.forms[number][slot.token]
        start, end = form.runs[slot.run]
        before = nfc(old.token)
        new = with_case_of(before[start:end], later_tone_style(after) if self.late_tones else after)
        reason = Reason.LOST if slot.lost else Reason.CONFUSED
        token = before[:start] + new + before[end:]
        self.out[number][slot.token] = Restored(token, min(old.posterior, _share(posterior)), reason)


_PRIOR_ERRORS = 1.5  # strength, in errors, of the belief that a text is as noisy as the training pages


def _name_words(names: Iterable[str]) -> frozenset[str]:
    """Return the capitalised words of `names`, as they are and in capitals; small words stand in every name."""
    words = {word for name in names for token in nfc(name).split() for word in form_of(token).words}
    capitalised = {word for word in words if word[0].isupper()}
    return frozenset(capitalised | {word.upper() for word in capitalised})


def _share(value: float) -> float:
    return min(1.0, max(0.0, value))


def _prefers_late_tones(sequences: Sequence[tuple[TokenForm, ...]]) -> bool:
    """Whether the text itself writes hoà, uỷ rather than hòa, ủy."""
    balance = 0
    for forms in sequences:
        for form in forms:
            for word in form.words:
                lower = word.lower()
                early = normal_form(lower)
                if early != later_tone_style(early):
                    balance += -1 if lower == early else 1
    return balance > 0


def _batches(chunks: list[_Chunk]) -> Iterable[list[_Chunk]]:
    batch: list[_Chunk] = []
    for chunk in chunks:  # sorted by length: little is filled up in vain
        if batch and (len(batch) + 1) * len(chunk) > _BATCH:
            yield batch
            batch = []
        batch.append(chunk)
    if batch:
        yield batch


def load(folder: Path | None = None) -> DiacriticModel:
    """Read the artefact (about 0.1 s); `folder` holds diacritics.npz, by default the one that is installed.

    Raises `OSError` when the file is not there and `ValueError` when it does not fit this program.
    """
    path = (folder or Path(__file__).parent / "data") / ARTEFACT
    data = path.read_bytes()
    with np.load(io.BytesIO(data), allow_pickle=False) as file:
        arrays = {name: file[name] for name in file.files}
    words = bytes(arrays["words"]).decode("utf-8").split("\n")
    if tuple(words[:3]) != (BREAK, NUMBER, UNKNOWN) or arrays["confusions"].shape[0] != len(CONFIDENCE_EDGES) + 1:
        raise ValueError(f"{path} was made for another version of the model")
    settings = json.loads(bytes(arrays["settings"]))
    return DiacriticModel(
        load_ngrams(arrays),
        words,
        arrays["frequency"].astype(np.float32),
        MarkChannel(arrays["confusions"]),
        Thresholds(**settings["thresholds"]),
        hashlib.sha256(data).hexdigest()[:12],
    )
