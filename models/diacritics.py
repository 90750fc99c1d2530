"""Repair of Vietnamese marks and letters: a trigram language model over syllables and channels of misreading.

What may change depends on how the text came to be: see `Mode`. Digits and signs stay, codes and addresses too.
`artefact.load` reads the model; what it was trained on, how, and how good it is stands in data/diacritics.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby

import numpy as np
import numpy.typing as npt

from tonghop.models.calibration import Calibration, Kind, untouched
from tonghop.models.candidates import Candidates, Lexicon, Source
from tonghop.models.channel import LEVELS, MarkChannel, confidence_bin
from tonghop.models.decoding import Beams, Decoded, decode, noise_level
from tonghop.models.diagnosis import diagnose, has_lost_marks, tally
from tonghop.models.evidence import joined, read_again, spelt_elsewhere, supported
from tonghop.models.gluing import Seam, find_seam, glued_form, parted_form
from tonghop.models.letters import LetterChannel
from tonghop.models.ngrams import NgramModel
from tonghop.models.protection import Case, TokenForm, closed, form_of, in_case, latin_form_of
from tonghop.models.rescoring import Network, context_of, doubtful, rescore
from tonghop.models.slots import Slots, Text, flat, lay_out
from tonghop.models.syllables import base_letters, later_tone_style, normal_form
from tonghop.text import nfc

__all__ = ["Channels", "DiacriticModel", "Mode", "Reason", "Restored", "Run", "Thresholds"]

# Of changes whose document does not write the word so elsewhere: no change is made that is more often wrong than right.
_LEAST_SHARE = 0.5
_LEAST_ATTESTED = 0.8  # posterior for a change towards what the document writes elsewhere; measured in ADR 0013
_FIRST_WORD = 3  # ids below are BREAK, NUMBER, UNKNOWN

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


class Mode(StrEnum):
    """What is known of the text."""

    AUTO = "auto"  # decided from the text
    OCR = "ocr"  # marks were read and may be confused
    STRIPPED = "stripped"  # marks were lost
    LATIN = "latin"  # read by a reader that knows no Vietnamese


class Reason(StrEnum):
    """Why a word was changed."""

    CONFUSED = "marks_confused"
    LOST = "marks_lost"
    LETTERS = "letters_misread"
    GLUED = "words_glued"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Least posterior for a change.

    Of a word, of a capitalised word inside a sentence, in a line without marks, of a word whose letters change too.
    """

    word: float = 0.95
    name: float = 0.995
    line: float = 0.9
    letters: float = 0.98


@dataclass(frozen=True, slots=True)
class Channels:
    """How readers misread: marks and letters of the Vietnamese one, letters of one that knows no Vietnamese."""

    marks: MarkChannel
    letters: LetterChannel
    latin: LetterChannel


@dataclass(frozen=True, slots=True)
class Restored:
    """A token after repair.

    `posterior`: probability that it is right, given the text. That of a number, a code or signs alone, of which the
    text tells nothing, is how often such words are right as are never in question and were read with like confidence;
    1.0 where no confidence is given, as in typed text.
    """

    token: str
    posterior: float
    reason: Reason | None = None


# Posteriors of what was never in question, by the reader's confidence; what they are worth the calibration knows. It
# is fitted on words; numbers of 42 held-out pages were right in 5, 59 and 97 % of cases, words in 15, 77 and 98 %.
_APART = np.array([0.5, 0.9, 0.99, 0.999], dtype=np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """A text after repair, N tokens in a row: why each was changed, its posterior as decoded, its `Kind` or -1."""

    tokens: tuple[str, ...]
    reasons: tuple[Reason | None, ...]
    posteriors: Floats
    kinds: Ints


_SOURCES = {Mode.OCR: Source.MARKS, Mode.STRIPPED: Source.STRIPPED, Mode.LATIN: Source.LATIN}


class DiacriticModel:
    """The model in memory. Not thread-safe in its caches; cheap to share between calls of one thread."""

    def __init__(
        self,
        ngrams: NgramModel,
        lexicon: Lexicon,
        channels: Channels,
        thresholds: Thresholds,
        calibration: Calibration | None = None,
        version: str = "",
        network: Network | None = None,
    ) -> None:
        self.ngrams = ngrams
        self.calibration = calibration or untouched()
        self.version = version  # of the artefact
        self.network = network  # rescores doubtful words
        self.words = lexicon.words
        self.thresholds = thresholds
        self.candidates = Candidates(lexicon, channels.marks, (channels.letters, channels.latin))
        self._seams: dict[str, Seam | None] = {}

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
        seconds: Sequence[Sequence[str]] | None = None,
        typed: Sequence[str] = (),
    ) -> list[list[Restored]]:
        """Repair the paragraphs of one text together: its noise and its tone placement are its own.

        `sequences`: tokens as they stand between blanks; `confidences`: the reader's, 0 to 1, same shape.
        `known`: names that stand as they are, and after which misread ones are corrected; so are words that were
        clearly read elsewhere in the text. `seconds`: what another reading had at each token, empty where none.
        `typed`: lines of the same document that are not in question. Returns one `Restored` for each token.
        """
        run = self.run(sequences, confidences, mode, known, seconds, typed)
        # A number that the reader doubted is worth what a name is that it doubted as much.
        is_doubted = (run.kinds < 0) & (run.posteriors < 1)
        sure = self.calibration.apply(run.posteriors, np.where(is_doubted, Kind.APART, run.kinds))
        given = (token for row in sequences for token in row)
        out = [
            Restored(new if reason else old, posterior, reason)
            for old, new, reason, posterior in zip(given, run.tokens, run.reasons, sure.tolist(), strict=True)
        ]
        return [out[a:b] for a, b in flat(sequences)]

    def run(
        self,
        sequences: Sequence[Sequence[str]],
        confidences: Sequence[Sequence[float]] | None = None,
        mode: Mode = Mode.AUTO,
        known: Iterable[str] = (),
        seconds: Sequence[Sequence[str]] | None = None,
        typed: Sequence[str] = (),
    ) -> Run:
        """Return what `restore_many` does, of all tokens in a row, with posteriors as the decoder gives them."""
        tokens = [nfc(token) for row in sequences for token in row]
        known = tuple(known)
        text = replace(
            self._text(tokens, flat(sequences), confidences, mode, _name_words(known)),
            names=_split((*known, *typed)),
            seconds=tuple(second for row in seconds or () for second in row),
        )
        slots = lay_out(text, self.candidates)
        level = LEVELS.index(1.0)
        if (slots.sources == Source.MARKS).any():
            level = noise_level(slots, self.candidates, self.ngrams)
        spelt = spelt_elsewhere(text, slots, self.candidates)
        slots = supported(slots, joined(spelt, read_again(text, slots, self.candidates)), self.candidates)
        beams = decode(slots, self.candidates, self.ngrams, level)
        self._rescore(text, slots, beams, spelt.places)
        decoded = beams.decided()
        is_attested = spelt.covers(slots, decoded.words, self.candidates)
        self.candidates.forget()
        return self._applied(tokens, text, slots, decoded, is_attested)

    def _rescore(self, text: Text, slots: Slots, beams: Beams, spelt: Ints) -> None:
        """Let the network have its say where the document itself, at the places `spelt`, has none."""
        at = np.setdiff1d(doubtful(beams.chances, slots.is_open), spelt)
        if self.network is None or not len(at):
            return
        context = context_of(text, slots, beams.words[:, 0])
        has_marks = slots.sources[at] != Source.STRIPPED
        new = rescore(self.network, context, at, beams.words[at], beams.chances[at], has_marks)
        beams.reweigh(at, new)

    def has_lost_marks(self, sequences: Sequence[Sequence[str]], *, none_left: bool = False) -> bool:
        """Return whether a text has lost its marks: most of them, or (`none_left`) every single one."""
        forms = [form_of(nfc(token)) for tokens in sequences for token in tokens]
        return has_lost_marks(tally(forms, self.candidates.frequency_of), none_left=none_left)

    def _text(
        self,
        tokens: Sequence[str],
        bounds: tuple[tuple[int, int], ...],
        confidences: Sequence[Sequence[float]] | None,
        mode: Mode,
        known: frozenset[str],
    ) -> Text:
        forms = [form_of(token) for token in tokens]
        sources: tuple[Source | None, ...] = (_SOURCES.get(mode),) * len(bounds)
        if mode is Mode.AUTO:
            # Confidences come from the program's own reader, which knows Vietnamese: its digits are digits.
            latin = [latin_form_of(token) for token in tokens] if confidences is None else []
            sources = diagnose(
                [forms[a:b] for a, b in bounds], [latin[a:b] for a, b in bounds], self.candidates.frequency_of
            )
        for (a, b), source in zip(bounds, sources, strict=True):
            if source is Source.LATIN:
                forms[a:b] = map(latin_form_of, tokens[a:b])
            elif source is None:
                forms[a:b] = map(closed, forms[a:b])
        for at, form in self._glued(tokens, forms, bounds, sources).items():
            forms[at] = form
        flat_confidences = [None] * len(tokens) if confidences is None else [c for row in confidences for c in row]
        bins = tuple(map(confidence_bin, flat_confidences))
        return Text(bounds, tuple(forms), bins, tuple(source or Source.MARKS for source in sources), known)

    def _glued(
        self,
        tokens: Sequence[str],
        forms: Sequence[TokenForm],
        bounds: tuple[tuple[int, int], ...],
        sources: Sequence[Source | None],
    ) -> dict[int, TokenForm]:
        """Return the forms of tokens that are two words without a blank, by token."""
        out = {}
        for (a, b), source in zip(bounds, sources, strict=True):
            for at in range(a, b) if source is Source.MARKS else ():
                form = forms[at]
                found = (
                    parted_form(tokens[at], form, self.candidates)
                    if len(form.words) == 2
                    else glued_form(form, self._seam)
                )
                if found is not None:
                    out[at] = found
        return out

    def _seam(self, word: str) -> Seam | None:
        if word not in self._seams:
            is_word = self.candidates.is_word(normal_form(word))
            self._seams[word] = None if is_word else find_seam(word, self.candidates, self.ngrams)
        return self._seams[word]

    # ---- what is changed --------------------------------------------------------------------------------------

    def _applied(self, tokens: list[str], text: Text, slots: Slots, decoded: Decoded, is_attested: Bools) -> Run:
        """Return the text with the changes that are sure enough; `tokens` is written over."""
        changed = self._accepted(text, slots, decoded, is_attested)
        reasons: list[Reason | None] = [None] * len(tokens)
        is_late = bool(changed.any()) and _prefers_late_tones(text.forms)
        for at, group in groupby(np.flatnonzero(changed).tolist(), key=lambda slot: int(slots.tokens[slot])):
            for slot in reversed(list(group)):  # from the last: letters that come or go move what stands behind them
                start, end = text.forms[at].runs[int(slots.runs[slot])]
                new = self.words[int(decoded.words[slot])]
                reason = _reason(tokens[at][start:end], new, Source(slots.sources[slot]))
                reasons[at] = reason if reasons[at] is not Reason.LETTERS else Reason.LETTERS
                cased = in_case(later_tone_style(new) if is_late else new, text.forms[at].case)
                tokens[at] = tokens[at][:start] + cased + tokens[at][end:]
        sure, kinds = _posteriors(text, slots, decoded, changed)
        for at, form in enumerate(text.forms):
            if form.seam:
                tokens[at] = tokens[at][: form.seam] + " " + tokens[at][form.seam :]
                sure[at], kinds[at], reasons[at] = form.sure, Kind.CHANGED, Reason.GLUED
        return Run(tuple(tokens), tuple(reasons), sure, kinds)

    def _accepted(self, text: Text, slots: Slots, decoded: Decoded, is_attested: Bools) -> Bools:
        """Return (N,): which words are changed. `is_attested`: whose new spelling the document itself has elsewhere."""
        limits = self.thresholds
        is_lost, is_latin = slots.sources == Source.STRIPPED, slots.sources == Source.LATIN
        least = np.where(slots.is_name, limits.name, limits.word)
        whole = bool(is_lost.all())
        least = np.where(is_lost, 0.0 if whole else limits.line, np.where(is_latin, 0.0, least))
        able = slots.is_open & ~decoded.is_read & (decoded.words >= _FIRST_WORD)
        spelt = np.where(is_attested, _LEAST_ATTESTED, limits.word)
        out = able & (decoded.top >= np.minimum(least, spelt))
        share = self.calibration.apply(decoded.top, np.full(len(out), Kind.CHANGED))
        out &= (share >= _LEAST_SHARE) | is_attested | is_lost | is_latin
        for at in np.flatnonzero(out & ~is_lost & ~is_latin).tolist():
            out[at] = self._may_change(text, slots, decoded, at, float(least[at]), bool(is_attested[at]))
        return out

    def _may_change(self, text: Text, slots: Slots, decoded: Decoded, at: int, least: float, is_attested: bool) -> bool:
        after = self.words[int(decoded.words[at])]
        form = text.forms[int(slots.tokens[at])]
        before = form.words[int(slots.runs[at])]
        sure = float(decoded.top[at])
        if base_letters(after) != base_letters(before):
            return not slots.is_name[at] and form.case is not Case.CAPITALS and sure >= self.thresholds.letters
        if is_attested:
            return sure >= _LEAST_ATTESTED
        if not slots.is_name[at] or in_case(after, Case.TITLE) in text.known:
            return sure >= self.thresholds.word
        return sure >= least and self._has_company(decoded, at)

    def _has_company(self, decoded: Decoded, at: int) -> bool:
        """Whether the model has seen the word beside a neighbour: a name needs more than its own letters."""
        near = decoded.words[max(0, at - 1) : at + 2]
        found = self.ngrams.find_bigrams(near[:-1], near[1:])
        return bool(np.any((found >= 0) & (np.minimum(near[:-1], near[1:]) >= _FIRST_WORD)))


def _posteriors(text: Text, slots: Slots, decoded: Decoded, changed: Bools) -> tuple[Floats, Ints]:
    """Return posterior and `Kind` of each token, -1 for one without words. The least sure word of a token counts."""
    bins = np.array(text.bins, dtype=np.int64)
    sure = np.where(bins < len(_APART) - 1, _APART[bins], np.float32(1.0))  # the last bin: no confidence is given
    kinds = np.full(len(text.forms), -1, dtype=np.int64)
    has_words = np.array([bool(form.words) for form in text.forms], dtype=np.bool_)
    sure[has_words] = _APART[bins[has_words]]
    kinds[has_words] = Kind.APART
    opened = np.flatnonzero(slots.is_open)
    at = slots.tokens[opened]
    sure[at], kinds[at] = 1.0, Kind.KEPT
    np.minimum.at(sure, at, np.where(changed, decoded.top, decoded.kept)[opened])
    kinds[slots.tokens[np.flatnonzero(changed)]] = Kind.CHANGED
    kinds[slots.tokens[np.flatnonzero(slots.is_open & (slots.sources == Source.STRIPPED))]] = Kind.RESTORED
    kinds[slots.tokens[np.flatnonzero(slots.is_open & (slots.sources == Source.LATIN))]] = Kind.LATIN
    return sure, kinds


def _reason(before: str, after: str, source: Source) -> Reason:
    if base_letters(before) != base_letters(after):
        return Reason.LETTERS
    return Reason.LOST if source is Source.STRIPPED else Reason.CONFUSED


def _name_words(names: Iterable[str]) -> frozenset[str]:
    """Return the capitalised words of `names`, as they are and in capitals; small words stand in every name."""
    words = {word for name in names for token in nfc(name).split() for word in form_of(token).words}
    capitalised = {word for word in words if word[0].isupper()}
    return frozenset(capitalised | {word.upper() for word in capitalised})


def _split(names: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    """Return the words of each of `names` as the model sees them."""
    forms = ((form_of(token) for token in nfc(name).split()) for name in names)
    return tuple(tuple(normal_form(word) for form in name for word in form.words) for name in forms)


def _prefers_late_tones(forms: Sequence[TokenForm]) -> bool:
    """Whether the text itself writes hoà, uỷ rather than hòa, ủy."""
    balance = 0
    for form in forms:
        for word in form.words:
            early = normal_form(word)
            if early != later_tone_style(early):
                balance += -1 if word.lower() == early else 1
    return balance > 0
