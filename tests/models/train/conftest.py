"""A small text in which a word is to be told only from one that stands far before it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

import numpy as np
import numpy.typing as npt
import pytest

from tonghop.models.candidates import Lexicon
from tonghop.models.channel import MarkChannel
from tonghop.models.diacritics import Channels, DiacriticModel, Thresholds
from tonghop.models.letters import LetterChannel, Misreadings, nearest_words
from tonghop.models.ngrams import load_ngrams
from tonghop.models.train.confusions import count_confusions
from tonghop.models.train.counts import Vocabulary, build_ngrams, choose_vocabulary, count_cases, count_symbols, encode
from tonghop.models.train.misreadings import count_misreadings
from tonghop.models.train.readings import ReadPage

Arrays = dict[str, npt.NDArray[np.generic]]

_CUES = (("hội", "bạn"), ("phòng", "bản"))
_BETWEEN = ["ngày", "xã", "vui", "thì", "của", "trong", "năm", "nay", "khi", "nào", "ai", "người", "đều"]


def _line(random: Random) -> str:
    cue, word = random.choice(_CUES)
    between = random.choices(_BETWEEN, k=random.randint(3, 11))
    return " ".join([cue, *between, "có", word, "mới."])


@pytest.fixture(scope="session")
def far_lines() -> tuple[str, ...]:
    """`hội … có bạn mới.` and `phòng … có bản mới.`, with three to eleven other words between."""
    random = Random(11)
    return tuple(_line(random) for _ in range(900))


@pytest.fixture(scope="session")
def far_vocabulary(far_lines: tuple[str, ...]) -> Vocabulary:
    return choose_vocabulary(count_symbols(far_lines), least=1)


@pytest.fixture(scope="session")
def misread() -> Misreadings:
    """What a reader made of a line: hardly a mistake."""
    return count_misreadings([_page()]).letters


@pytest.fixture(scope="session")
def far_arrays(far_lines: tuple[str, ...], far_vocabulary: Vocabulary, misread: Misreadings) -> Arrays:
    """All arrays that are stored with a model of `far_lines`."""
    near = nearest_words(LetterChannel(misread, far_vocabulary.words), far_vocabulary.words)
    return {
        **build_ngrams(encode(far_lines, far_vocabulary), len(far_vocabulary.words), 1000, 1000),
        "cases": count_cases(far_lines, far_vocabulary).astype(np.uint32),
        "confusions": count_confusions([_page()]),
        "near_words": near[0],
        "near_scores": near[1],
    }


@pytest.fixture(scope="session")
def build(
    far_vocabulary: Vocabulary, far_arrays: Arrays, misread: Misreadings
) -> Callable[[Sequence[str]], DiacriticModel]:
    """Make a model of the words of `far_lines` with n-grams of other lines."""
    words = far_vocabulary.words

    def built(lines: Sequence[str]) -> DiacriticModel:
        arrays = build_ngrams(encode(lines, far_vocabulary), len(words), 1000, 1000)
        lexicon = Lexicon(words, arrays["frequency"].astype(np.float32), far_arrays["cases"])
        near = (far_arrays["near_words"], far_arrays["near_scores"])
        letters = LetterChannel(misread, words, near)
        channels = Channels(MarkChannel(far_arrays["confusions"]), letters, LetterChannel(misread, words))
        return DiacriticModel(load_ngrams(arrays), lexicon, channels, Thresholds())

    return built


def _page() -> ReadPage:
    printed = "ngày hội của ai trong xã"
    return ReadPage("clean", (printed,), (tuple((word, 0.9) for word in printed.replace("của", "cua").split()),))
