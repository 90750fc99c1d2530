"""The second opinion on doubtful words: what it sees, how it is added up, that it stays inside the candidates."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from tonghop.models.artefact import load
from tonghop.models.candidates import Source
from tonghop.models.diacritics import DiacriticModel, Mode
from tonghop.models.protection import form_of
from tonghop.models.rescoring import (
    AROUND,
    DOUBT,
    NEAR,
    Context,
    Network,
    Quantised,
    context_of,
    doubtful,
    gathered,
    probabilities,
    rescore,
)
from tonghop.models.slots import Slots, Text
from tonghop.models.syllables import base_letters, without_marks
from tonghop.models.train.network import Sizes, initial, quantised

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]

SMALL = Sizes(near=5, around=4, inside=12, candidate=6)
WORDS, FINALISTS = 40, 4
TEXT = (
    "Ủy ban nhân dân huyện báo cáo kết quả thực hiện công tác cải cách hành chính quý I năm 2024 theo Nghị định số "
    "30/2020/NĐ-CP; đề nghị các xã, thị trấn gửi báo cáo về Phòng Nội vụ trước ngày 15/3/2024, số 362/QĐ-UBND."
)


def wild(words: int = WORDS, seed: int = 1, strength: float = 30.0) -> Network:
    """A network whose opinions are strong and mean nothing."""
    rng = np.random.default_rng(seed)
    weights = initial(rng.standard_normal((words, 128)).astype(np.float32), SMALL, rng)
    weights["candidates"] *= np.float32(strength)
    weights["bias"] += rng.standard_normal(words).astype(np.float32)
    return quantised(weights)


def silent(words: int) -> Network:
    """A network that says nothing and leaves the n-grams their word."""
    network = wild(words)
    none = Quantised.of(np.zeros((words, SMALL.candidate), np.float32))
    return replace(network, candidates=none, bias=np.zeros(words, np.float32), trust=np.ones(1, np.float32))


def context_with(paragraphs: list[int], seed: int = 0) -> Context:
    """Paragraphs of so many places each, filled with whatever words."""
    rng = np.random.default_rng(seed)
    ends = np.cumsum(paragraphs)
    size = sum(paragraphs)
    return Context(
        rng.integers(3, WORDS, size),
        rng.integers(0, 5, size),
        np.repeat(ends - paragraphs, paragraphs),
        np.repeat(ends, paragraphs),
    )


def questions(places: int, seed: int = 0) -> tuple[Ints, Floats]:
    """Candidates of so many places, and their chances, the likeliest first."""
    rng = np.random.default_rng(seed)
    chances = -np.sort(-rng.dirichlet(np.ones(FINALISTS), places).astype(np.float32), axis=1)
    return rng.integers(3, WORDS, (places, FINALISTS)), chances


# ---- eight bits ---------------------------------------------------------------------------------------------------


@given(arrays(np.float32, array_shapes(min_dims=2, max_dims=2, max_side=6), elements=st.floats(-1e6, 1e6, width=32)))
def test_eight_bits_are_at_most_half_a_step_away(matrix: Floats) -> None:
    stored = Quantised.of(matrix)
    assert stored.codes.dtype == np.int8
    steps = np.maximum(np.abs(matrix).max(axis=1, keepdims=True), 1e-12) / 127
    assert (np.abs(stored.whole() - matrix) <= steps * (0.5 + 1e-4)).all()


@given(arrays(np.float32, array_shapes(min_dims=2, max_dims=2, max_side=6), elements=st.floats(-1e6, 1e6, width=32)))
def test_stored_twice_is_stored_once(matrix: Floats) -> None:
    once = Quantised.of(matrix)
    twice = Quantised.of(once.whole())
    np.testing.assert_array_equal(once.codes, twice.codes)
    np.testing.assert_array_equal(once.whole(), twice.whole())


def test_rows_are_those_of_the_whole_in_any_shape() -> None:
    stored = wild().near
    at = np.array([[0, 3], [39, 3]])
    np.testing.assert_array_equal(stored.rows(at), stored.whole()[at])


def test_the_mean_is_that_of_the_rows_that_count() -> None:
    stored = wild().around
    at = np.array([[1, 2, 3], [4, 4, 9], [5, 6, 7]])
    found = stored.mean(at, np.array([[True, False, True], [True, True, True], [False, False, False]]))
    rows = stored.whole()
    expected = [(rows[1] + rows[3]) / 2, (2 * rows[4] + rows[9]) / 3, 0 * rows[0]]
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_a_network_is_the_same_after_it_was_stored() -> None:
    network = wild()
    again = Network.of(network.arrays())
    assert network.arrays().keys() == again.arrays().keys()
    for name, array in network.arrays().items():
        np.testing.assert_array_equal(array, again.arrays()[name], err_msg=name)
    tables = [network.near, network.around, network.candidates]
    assert all(table.codes.dtype == np.int8 for table in tables)  # few of their rows are ever made floats


# ---- what it sees -------------------------------------------------------------------------------------------------


@given(st.lists(st.lists(st.integers(0, 3), max_size=4), max_size=7))
def test_every_place_knows_where_its_paragraph_begins_and_ends(paragraphs: list[list[int]]) -> None:
    """Paragraphs without tokens and tokens without places (`--`) come first, last and between."""
    tokens = [places for paragraph in paragraphs for places in paragraph]
    firsts = np.cumsum([0, *map(len, paragraphs)]).tolist()
    text = Text(
        tuple(pairwise(firsts)),
        tuple(form_of("Không") for _ in tokens),
        (0,) * len(tokens),
        (Source.STRIPPED,) * len(paragraphs),
        frozenset(),
    )
    context = context_of(text, slots_of(np.repeat(np.arange(len(tokens)), tokens)), np.arange(sum(tokens)))
    start = 0
    expected = []
    for paragraph in paragraphs:
        expected += [(start, start + sum(paragraph))] * sum(paragraph)
        start += sum(paragraph)
    assert list(zip(context.starts.tolist(), context.ends.tolist(), strict=True)) == expected


def slots_of(tokens: Ints) -> Slots:
    size = len(tokens)
    no = np.zeros(size, dtype=np.bool_)
    none = np.zeros(size, dtype=np.int64)
    return Slots(none, tokens, none, no, no, none, ())


def test_a_symbol_has_no_case() -> None:
    text = Text(((0, 4),), tuple(map(form_of, ("không", "Có", "UBND.", "mÀy"))), (0,) * 4, (Source.MARKS,), frozenset())
    slots = replace(slots_of(np.array([0, 1, 2, 2, 3])), runs=np.array([0, 0, 0, -1, 0]))
    assert context_of(text, slots, np.zeros(5, np.int64)).cases.tolist() == [1, 2, 3, 0, 4]


def test_what_lies_beyond_the_paragraph_is_not_seen() -> None:
    sizes = [1, 40, 3, 70]
    context = context_with(sizes)
    near, cases, around = gathered(context, np.arange(sum(sizes)))
    for at in range(sum(sizes)):
        inside = range(int(context.starts[at]), int(context.ends[at]))
        steps = range(-NEAR, NEAR + 1)
        assert near[at].tolist() == [context.words[at + s] if at + s in inside else 0 for s in steps]
        assert cases[at].tolist() == [context.cases[at + s] if at + s in inside else 0 for s in steps]
        far = [s for s in range(-AROUND, AROUND + 1) if abs(s) > 1]
        assert around[at].tolist() == [context.words[at + s] if at + s in inside else 0 for s in far]


def test_a_place_is_doubtful_by_its_second_candidate() -> None:
    chances = np.array([[1, 0], [1 - 2 * DOUBT, 2 * DOUBT], [0.6, 0.4], [1 - DOUBT / 2, DOUBT / 2]], np.float32)
    assert doubtful(chances, np.array([True, True, False, True])).tolist() == [1]
    assert doubtful(chances[:, :1], np.ones(4, np.bool_)).tolist() == []


# ---- how it is added up -------------------------------------------------------------------------------------------

SCORES = arrays(np.float32, (3, FINALISTS), elements=st.floats(-80, 80, width=32))


@given(SCORES, st.integers(0, 99), st.floats(0, 2, width=32), st.integers(1, FINALISTS))
def test_probabilities_are_normed_and_nothing_comes_of_no_chance(
    scores: Floats, seed: int, trust: float, present: int
) -> None:
    chances = questions(3, seed)[1]
    chances[:, present:] = 0
    found = probabilities(scores, chances, np.array([trust], np.float32))
    assert (found[:, present:] == 0).all()
    assert ((found >= 0) & (found <= 1)).all()
    np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-5)


def test_without_an_opinion_the_n_grams_stand() -> None:
    chances = questions(200)[1]
    chances[::2, 2:] = 0
    chances /= chances.sum(axis=1, keepdims=True)
    found = probabilities(np.zeros_like(chances), chances, np.ones(1, np.float32))
    np.testing.assert_allclose(found, chances, atol=1e-6)


def test_a_score_is_worth_its_exponential() -> None:
    found = probabilities(np.array([[0, np.log(3)]], np.float32), np.array([[0.5, 0.5]], np.float32), np.ones(1, "f4"))
    np.testing.assert_allclose(found, [[0.25, 0.75]], atol=1e-6)
    sure = probabilities(np.zeros((1, 2), np.float32), np.array([[0.8, 0.2]], np.float32), np.full(1, 2, "f4"))
    np.testing.assert_allclose(sure, [[16 / 17, 1 / 17]], atol=1e-6)


def test_the_answer_does_not_depend_on_what_is_asked_beside_it(monkeypatch: pytest.MonkeyPatch) -> None:
    network, context = wild(), context_with([60, 90, 50])
    at = np.arange(0, 200, 3)
    words, chances = questions(len(at))
    together = rescore(network, context, at, words, chances)
    assert np.abs(together - chances).max() > 0.2  # it does say something
    monkeypatch.setattr("tonghop.models.rescoring._BATCH", 7)
    np.testing.assert_allclose(rescore(network, context, at, words, chances), together, atol=1e-5)
    for one in (0, 20, 66):
        alone = rescore(network, context, at[one : one + 1], words[one : one + 1], chances[one : one + 1])
        np.testing.assert_allclose(alone[0], together[one], atol=1e-5)


def test_other_paragraphs_have_no_say() -> None:
    network, context = wild(), context_with([60, 30, 50])
    at = np.arange(60, 90)
    words, chances = questions(len(at))
    others = context.words.copy()
    others[:60], others[90:] = 7, 8
    before, after = (rescore(network, one, at, words, chances) for one in (context, replace(context, words=others)))
    np.testing.assert_array_equal(before, after)
    others[60] = 3 if context.words[60] != 3 else 4
    assert (rescore(network, replace(context, words=others), at, words, chances) != before).any()


def test_nothing_asked_nothing_answered() -> None:
    none = np.zeros(0, np.int64)
    found = rescore(wild(), context_with([5]), none, np.zeros((0, 5), np.int64), np.zeros((0, 5), np.float32))
    assert found.shape == (0, 5)


# ---- in the model -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def model() -> DiacriticModel:
    return load()


def test_a_silent_network_changes_nothing(model: DiacriticModel) -> None:
    rows = [line.split() for line in (without_marks(TEXT), TEXT.replace("kết", "kêt"), "--", "")]
    model.network = None
    plain = model.restore_many(rows)
    model.network = silent(len(model.words))
    done = model.restore_many(rows)
    assert [[word.token for word in row] for row in done] == [[word.token for word in row] for row in plain]
    sure, before = ([word.posterior for row in rows for word in row] for rows in (done, plain))
    np.testing.assert_allclose(sure, before, atol=2e-3)  # nearly 1 minus what was dropped is as near


SHORT = "ban do co ban nay khong; toi muon doc ba quyen, hai dua be ma chi hoi cho"  # little to tell words apart by
TOKENS = st.sampled_from(
    [*SHORT.split(), *TEXT.split(), *without_marks(TEXT).split(), "-", "…", "1.250.000đ", "ubnd@x.gov.vn", "s6"]
)


@given(rows=st.lists(st.lists(TOKENS, max_size=12), max_size=3), seed=st.integers(0, 3))
def test_a_wild_network_stays_inside_the_candidates(rows: list[list[str]], seed: int) -> None:
    model = _wild_model(seed)
    for row, done in zip(rows, model.restore_many(rows, mode=Mode.STRIPPED), strict=True):
        for token, word in zip(row, done, strict=True):
            assert 0.0 <= word.posterior <= 1.0
            assert base_letters(word.token) == base_letters(token)
            if any(map(str.isdigit, token)) or "@" in token:
                assert word.token == token


@given(
    row=st.lists(TOKENS, max_size=12),
    token=st.from_regex(r"\A[0-9]{1,4}([/.,-][0-9]{1,4}){0,3}(/[A-ZĐ]{2,4}(-[A-ZĐ]{2,5})?)?[.,;]?\Z"),
    mode=st.sampled_from(Mode),
)
def test_a_wild_network_touches_no_number_and_no_code(row: list[str], token: str, mode: Mode) -> None:
    done = _wild_model(1).restore_many([[*row, token, *row]], [[0.5] * (2 * len(row) + 1)], mode)[0]
    assert done[len(row)].token == token


def test_a_wild_network_does_change_words() -> None:
    rows = [SHORT.split()]
    model = _wild_model(0)
    words = [word.token for word in model.restore_many(rows, mode=Mode.STRIPPED)[0]]
    plain = load()
    plain.network = None
    assert words != [word.token for word in plain.restore_many(rows, mode=Mode.STRIPPED)[0]]


_MODELS: list[DiacriticModel] = []
_NETWORKS: dict[int, Network] = {}


def _wild_model(seed: int) -> DiacriticModel:
    if not _MODELS:
        _MODELS.append(load())
    model = _MODELS[0]
    if seed not in _NETWORKS:
        _NETWORKS[seed] = wild(len(model.words), seed, strength=300.0)
    model.network = _NETWORKS[seed]
    return model
