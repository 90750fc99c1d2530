"""Words near a reading: of one longer than any word there are none, and it is not compared with any."""

from __future__ import annotations

import pytest

from tonghop.models.artefact import load
from tonghop.models.candidates import Source
from tonghop.models.diacritics import DiacriticModel, Mode
from tonghop.models.letters import LetterChannel
from tonghop.models.protection import Case


@pytest.fixture(scope="module")
def model() -> DiacriticModel:
    return load()


def channel_of(model: DiacriticModel, source: Source) -> LetterChannel:
    return model.candidates._letters[source is Source.LATIN]


@pytest.mark.parametrize("source", [Source.MARKS, Source.LATIN])
def test_a_word_is_among_those_near_its_misreading(model: DiacriticModel, source: Source) -> None:
    found = channel_of(model, source).nearest("nghiem", Case.LOWER)
    assert "nghiệm" in [model.words[at] for at in found.ids.tolist()]


@pytest.mark.parametrize("source", [Source.MARKS, Source.LATIN])
@pytest.mark.parametrize("read", ["a" * 1_000, "nghi" * 250, "ặ" * 20])
def test_a_long_reading_is_compared_with_no_word(
    model: DiacriticModel, source: Source, read: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def distances(*given: object) -> None:
        raise AssertionError(given)

    monkeypatch.setattr(LetterChannel, "_distances", distances)
    found = channel_of(model, source).nearest(read, Case.LOWER)
    assert (len(found.ids), len(found.score)) == (0, 0)


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("token", ["a" * 200_000, "nghi" * 50_000, "Aa" * 100_000, "A" * 200_000, "a" * 200_000 + "6"])
def test_a_token_of_200_000_letters_stays(model: DiacriticModel, token: str, mode: Mode) -> None:
    row = ["Ủy", "ban", token, "nhân", "dân"]
    assert [after for after, _ in model.restore(row, mode=mode)] == row
