from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tonghop.ingest import layertrial
from tonghop.ingest.layertrial import Trial, try_layer
from tonghop.ingest.rasterize import PageImage
from tonghop.ingest.tesseract import Reading
from tonghop.records import Line, Word
from tonghop.settings import IngestSettings

SETTINGS = IngestSettings()
_READ = "tonghop.ingest.tesseract.read_image"
WORDS = [
    "Ủy",
    "ban",
    "nhân",
    "dân",
    "xã",
    "báo",
    "cáo",
    "kết",
    "quả",
    "quý",
    "I",
    "năm",
    "2024",
    "gồm",
    "12",
    "nội",
    "dung",
]
PAGE = PageImage(np.full((3000, 2000), 255, np.uint8), 300)


def layer(words: list[str], lines: int = 1) -> tuple[Line, ...]:
    return tuple(
        Line(tuple(Word(w, w, (40 + 90 * at, 60 + 70 * n, 120 + 90 * at, 100 + 70 * n)) for at, w in enumerate(words)))
        for n in range(lines)
    )


def tried(monkeypatch: pytest.MonkeyPatch, told: list[str], seen: list[str], confidence: float = 0.95) -> Trial:
    """Try one line of `told` where tesseract reads `seen`."""
    line = Line(tuple(Word(w, w, (9, 24, 99, 64), confidence) for w in seen))
    monkeypatch.setattr(_READ, lambda *_: Reading((line,)))
    return try_layer(layer(told), PAGE, 300, SETTINGS)


def test_a_layer_that_says_what_is_seen_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    trial = tried(monkeypatch, WORDS, WORDS)
    assert trial == Trial(words=17, confirmed=17, numbers=2)
    assert trial.is_passed(is_seen=False)
    assert trial.is_clear


@pytest.mark.parametrize(
    ("told", "seen"),
    [("hoà,", "hòa"), ("(xã)", "xã"), ("“thuỷ”", "thủy.")],
    ids=["tone style", "brackets", "quotes"],
)
def test_signs_and_tone_style_contradict_nothing(monkeypatch: pytest.MonkeyPatch, told: str, seen: str) -> None:
    assert tried(monkeypatch, [*WORDS, told], [*WORDS, seen]).wrong == 0


def test_only_sure_words_contradict(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = ["bán" if word == "ban" else word for word in WORDS]
    assert tried(monkeypatch, WORDS, seen, 0.95).wrong == 1
    assert tried(monkeypatch, WORDS, seen, 0.5).wrong == 0
    assert tried(monkeypatch, WORDS, ["bqn" if word == "ban" else word for word in WORDS]).wrong == 0


def test_two_wrong_numbers_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    long = WORDS * 20
    trial = tried(monkeypatch, long, ["2034" if word == "2024" else word for word in long])
    assert (trial.wrong, trial.wrong_numbers, trial.numbers) == (20, 20, 40)
    few = replace(trial, wrong=2, wrong_numbers=2, numbers=10)
    assert few.wrong_share < 0.01
    assert not few.is_passed(is_seen=False)
    assert few.is_passed(is_seen=True)
    assert replace(few, wrong_numbers=1).is_passed(is_seen=False)


def test_no_word_tried_proves_nothing() -> None:
    assert not Trial().is_passed(is_seen=False)
    assert not Trial().is_agreed


@pytest.mark.parametrize(
    ("trial", "is_agreed"),
    [
        (Trial(words=100, confirmed=97, wrong=1), True),
        (Trial(words=100, confirmed=98, wrong=2), False),
        (Trial(words=400, confirmed=399, wrong=1, numbers=40, wrong_numbers=1), False),
        (Trial(words=40, confirmed=36, wrong=4), False),
    ],
)
def test_one_wrong_number_or_several_words_speak_against_a_layer(trial: Trial, *, is_agreed: bool) -> None:
    assert trial.is_passed(is_seen=True)
    assert trial.is_agreed is is_agreed


def test_a_layer_of_other_words_is_not_confirmed(monkeypatch: pytest.MonkeyPatch) -> None:
    trial = tried(monkeypatch, WORDS, ["Điều", "này", "quy", "định", "về", "việc", "khác", "hẳn"])
    assert not trial.is_passed(is_seen=True)
    assert trial.is_clear


def test_words_told_twice_are_not_confirmed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not tried(monkeypatch, [w for w in WORDS for _ in range(2)], WORDS).is_passed(is_seen=False)


def test_what_cannot_be_read_is_not_confirmed(monkeypatch: pytest.MonkeyPatch) -> None:
    trial = tried(monkeypatch, WORDS, [])
    assert (trial.wrong, trial.is_passed(is_seen=True)) == (0, False)


def test_words_that_are_seen_may_differ_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was typed is right: a page that reads badly costs it nothing."""
    trial = Trial(words=100, confirmed=70, wrong=5)
    assert (trial.is_passed(is_seen=True), trial.is_passed(is_seen=False)) == (True, False)


def test_no_more_is_read_than_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def read(grey: np.ndarray, *args: object) -> Reading:
        asked.append(grey.shape[0])
        return Reading(())

    monkeypatch.setattr(_READ, read)
    assert try_layer(layer(WORDS, 40), PAGE, 300, SETTINGS).words <= 120
    assert len(asked) == 1
    # Forty lines are read where each has one word, a hundred words where lines are long.
    assert try_layer(layer(["một"], 60), PAGE, 300, SETTINGS).words == 40


def test_lines_with_numbers_come_first() -> None:
    lines = [*layer(["chữ", "thôi"], 30), *layer(["số", "12"], 30)]
    first = layertrial._order(lines)[:8]
    assert [line.text for line in first].count("số 12") == 6
    assert len(layertrial._order(lines)) == 60


def test_a_layer_without_boxes_or_off_the_page_is_tried_in_peace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_READ, lambda *_: Reading(()))
    bare = Line((Word("chữ", "chữ"),))
    far = Line((Word("chữ", "chữ", (9000, 9000, 9100, 9040)),))
    assert try_layer((bare,), PAGE, 300, SETTINGS) == Trial()
    assert try_layer((far,), PAGE, 300, SETTINGS).confirmed == 0
