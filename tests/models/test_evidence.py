"""Names here are invented: no place and no person is called so."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tonghop.models.artefact import load
from tonghop.models.candidates import Source
from tonghop.models.channel import confidence_bin
from tonghop.models.diacritics import DiacriticModel
from tonghop.models.evidence import spelt_elsewhere
from tonghop.models.protection import form_of
from tonghop.models.slots import Text, flat, lay_out

CLEAR, UNSURE = 0.96, 0.7
SENTENCES = (
    "Ủy ban nhân dân xã {} báo cáo kết quả thực hiện nhiệm vụ",
    "Trên địa bàn xã {} có nhiều hộ dân",
    "nhân dân xã {} thực hiện tốt",
)
DOUBTFUL = "Đoàn công tác của huyện đến xã {} kiểm tra"


@pytest.fixture(scope="module")
def model() -> DiacriticModel:
    return load()


def read_at_last(
    model: DiacriticModel,
    read: str,
    elsewhere: Sequence[str],
    sure: float = UNSURE,
    sure_elsewhere: float = CLEAR,
    known: Sequence[str] = (),
) -> str:
    """Return what becomes of the name `read` in the last sentence, whose other words are clear."""
    rows = [SENTENCES[at % len(SENTENCES)].format(name).split() for at, name in enumerate(elsewhere)]
    last = DOUBTFUL.format(read).split()
    confidences = [[sure_elsewhere] * len(row) for row in rows]
    confidences.append([sure if word in read.split() else CLEAR for word in last])
    done = model.restore_many([*rows, last], confidences, known=known)[-1]
    start = DOUBTFUL.split().index("{}")
    return " ".join(word.token for word in done[start : start + len(read.split())])


@pytest.mark.parametrize(
    ("name", "read"), [("Thạch Bợm", "Thạch Bơm"), ("Khuổi Đạn", "Khuôi Đạn"), ("Pù Đạn", "Pù Dạn")]
)
def test_a_name_is_spelt_as_elsewhere(model: DiacriticModel, name: str, read: str) -> None:
    assert read_at_last(model, read, []) == read
    assert read_at_last(model, read, [name] * 3) == name


def test_one_clear_page_is_enough(model: DiacriticModel) -> None:
    assert read_at_last(model, "Pù Dạn", ["Pù Đạn"]) == "Pù Đạn"


def test_a_letterhead_in_capitals_counts(model: DiacriticModel) -> None:
    head, last = ["ỦY", "BAN", "NHÂN", "DÂN", "XÃ", "PÙ", "ĐẠN"], DOUBTFUL.format("Pù Dạn").split()
    sure = [[CLEAR] * len(head), [UNSURE if word == "Dạn" else CLEAR for word in last]]
    assert "Đạn" in [word.token for word in model.restore_many([head, last], sure)[-1]]


def test_what_was_not_clearly_read_tells_nothing(model: DiacriticModel) -> None:
    assert read_at_last(model, "Thạch Bơm", ["Thạch Bợm"] * 3, sure_elsewhere=UNSURE) == "Thạch Bơm"


def test_a_text_without_confidences_tells_nothing(model: DiacriticModel) -> None:
    rows = [sentence.format("Thạch Bợm").split() for sentence in SENTENCES] + [DOUBTFUL.format("Thạch Bơm").split()]
    assert "Bơm" in [word.token for word in model.restore_many(rows)[-1]]


def test_a_given_name_is_a_spelling_too(model: DiacriticModel) -> None:
    assert read_at_last(model, "Pù Dạn", []) == "Pù Dạn"
    assert read_at_last(model, "Pù Dạn", [], known=["Ủy ban nhân dân xã Pù Đạn"]) == "Pù Đạn"


def test_a_misreading_said_twice_does_not_change_what_is_clear(model: DiacriticModel) -> None:
    assert read_at_last(model, "Thạch Bợm", ["Thạch Bơm"] * 2, sure=CLEAR) == "Thạch Bợm"


def test_a_clear_name_said_often_stays_whatever_the_language_says(model: DiacriticModel) -> None:
    assert read_at_last(model, "Pù Nhi", ["Pù Nhi"] * 5, sure=CLEAR) == "Pù Nhi"


def test_another_name_with_one_word_in_common_stays(model: DiacriticModel) -> None:
    assert read_at_last(model, "Sơn Bơm", ["Thạch Bợm"] * 5) == "Sơn Bơm"


def test_a_second_reading_of_a_word_no_lexicon_knows_speaks_for_it(model: DiacriticModel) -> None:
    row = DOUBTFUL.format("Thạch Khrông").split()
    seconds = [word if word == "Khrông" else "" for word in row]
    done = model.restore_many([row], [[UNSURE] * len(row)], seconds=[seconds])[0]
    assert [word.token for word in done] == row


def test_agreeing_readings_are_surer(model: DiacriticModel) -> None:
    row = DOUBTFUL.format("Thạch Bợm").split()
    sure = [[UNSURE] * len(row)]
    alone, agreed = (
        sum(word.posterior for word in model.restore_many([row], sure, seconds=seconds)[0]) for seconds in (None, [row])
    )
    assert agreed > alone


def test_nothing_is_left_behind(model: DiacriticModel) -> None:
    outcomes, sizes = set(), set()
    for _ in range(3):
        outcomes.add(read_at_last(model, "Thạch Bơm", ["Thạch Bợm"] * 3))
        sizes.add(len(model.candidates.words))
    assert outcomes == {"Thạch Bợm"}
    assert len(sizes) == 1
    assert read_at_last(model, "Thạch Bơm", []) == "Thạch Bơm"


def test_positions_that_last_are_not_forgotten(model: DiacriticModel) -> None:
    candidates = model.candidates
    old = candidates.number("bợm", 2, Source.MARKS, is_name=False)
    added = np.ones((1, candidates.words.shape[1]), dtype=np.float32)
    varied = candidates.vary(np.array([old]), added)
    size = len(candidates.words)
    assert np.allclose(candidates.emission[varied[0]], candidates.emission[old] + 1)
    lasting = candidates.number("ngủmm", 2, Source.MARKS, is_name=False)
    candidates.forget()
    candidates.forget()
    assert len(candidates.words) == size + 1
    assert candidates.words[lasting].any()
    candidates.vary(np.array([old]), added)
    candidates.forget()
    assert len(candidates.words) == size + 1


_MODELS: list[DiacriticModel] = []
WORDS = st.sampled_from(
    ["xã", "Thạch", "Thach", "Bợm", "Bơm", "BỢM", "983/QĐ-UBND", "12,5%", "Pù", "kết", "kêt", "—", "."]
)


@given(
    st.lists(st.lists(st.tuples(WORDS, st.floats(0, 1)), max_size=8), max_size=6),
    st.lists(st.sampled_from(["xã Thạch Bợm", "Pù", "", "2024"]), max_size=3),
)
def test_no_score_falls_and_numbers_stay(rows: list[list[tuple[str, float]]], known: list[str]) -> None:
    if not _MODELS:
        _MODELS.append(load())
    model, tokens = _MODELS[0], [[word for word, _ in row] for row in rows]
    sure = [[confidence for _, confidence in row] for row in rows]
    seconds = [[words[-1 - at] for at in range(len(words))] for words in tokens]
    for row, done in zip(tokens, model.restore_many(tokens, sure, known=known, seconds=seconds), strict=True):
        for before, after in zip(row, done, strict=True):
            if not before.isalpha():
                assert after.token == before
    forms = tuple(form_of(word) for row in tokens for word in row)
    bins = tuple(confidence_bin(one) for row in sure for one in row)
    text = Text(flat(tokens), forms, bins, (Source.MARKS,) * len(tokens), frozenset(), (("thạch", "bợm"),))
    slots = lay_out(text, model.candidates)
    support = spelt_elsewhere(text, slots, model.candidates)
    assert (support.added >= 0).all()
    assert (support.added > 0).any(axis=1).all()
    assert slots.is_open[support.places].all()
    assert np.all(np.diff(support.places) > 0)
