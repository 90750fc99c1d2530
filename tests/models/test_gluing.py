"""Where a blank was lost between two words; a token of any length is told apart at once."""

from __future__ import annotations

import pytest

from tonghop.models.artefact import load
from tonghop.models.diacritics import DiacriticModel
from tonghop.models.gluing import find_seam, glued_form
from tonghop.models.protection import form_of

_LONGEST = 14  # letters: two syllables have no more


@pytest.fixture(scope="module")
def model() -> DiacriticModel:
    return load()


@pytest.mark.parametrize(("word", "at"), [("nghịquyết", 4), ("phườngLong", 6), ("nghiêngnghiêng", None), ("xãhội", 2)])
def test_two_words_fall_apart_where_they_were_seen_side_by_side(
    model: DiacriticModel, word: str, at: int | None
) -> None:
    found = find_seam(word, model.candidates, model.ngrams)
    assert (found and found[0]) == at


@pytest.mark.parametrize("letters", ["nghi", "a", "hộiXã", "ặ", "A"])
def test_a_long_token_is_not_searched_for_a_seam(
    model: DiacriticModel, letters: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def syllables(word: str) -> list[str]:
        asked.append(word)
        return []

    monkeypatch.setattr(model.candidates, "syllables", syllables)
    for count in (_LONGEST + 1, 2_000):
        word = (letters * count)[:count]
        assert find_seam(word, model.candidates, model.ngrams) is None
        assert glued_form(form_of(word), lambda whole: (len(whole) // 2, 1.0)) is None
    assert asked == []
