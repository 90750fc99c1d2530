"""What the rescorer learns from, and that it learns what trigrams cannot know."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tonghop.models.artefact import ARTEFACT, load, save
from tonghop.models.diacritics import DiacriticModel, Mode
from tonghop.models.letters import Misreadings
from tonghop.models.rescoring import NEAR, Network
from tonghop.models.syllables import base_letters, normal_form, without_marks
from tonghop.models.train.counts import Vocabulary
from tonghop.models.train.network import FLOOR, UNKNOWN, Sizes
from tonghop.models.train.rescoring import Drawer, Lessons, learn, lessons_of, rivals_of, thirds, vectors_of
from tonghop.models.train.sources import Source

Build = Callable[[Sequence[str]], DiacriticModel]
Arrays = Mapping[str, npt.NDArray[np.generic]]

SMALL = Sizes(near=12, around=8, inside=24, candidate=8, batch=128)
# The cue is the first word; the words beside the one in question are the same.
FAR = (
    "hội xã vui nay có bạn mới.",
    "phòng xã vui nay có bản mới.",
    "hội ngày xã vui thì của trong năm nay khi nào có bạn mới.",
    "phòng ngày xã vui thì của trong năm nay khi nào có bản mới.",
)


def source(lines: Sequence[str], name: str = "wiki_far.txt") -> Source:
    return Source(name, "", tuple(lines), ())


@pytest.fixture(scope="module")
def lessons(build: Build, far_lines: tuple[str, ...]) -> Lessons:
    return lessons_of(build(far_lines[:700]), far_lines[700:])


@pytest.fixture(scope="module")
def network(build: Build, far_lines: tuple[str, ...]) -> Network:
    return learn([source(far_lines)], build(far_lines), build, 800, 7, sizes=SMALL)


# ---- which lines are decoded by which counts ----------------------------------------------------------------------


@given(st.integers(1, 40), st.sampled_from(["wiki_a.txt", "legal_admin_a.txt", "legal_a.txt"]))
def test_no_line_is_decoded_by_counts_that_saw_it(size: int, name: str) -> None:
    lines = [str(number) for number in range(size)]
    parts = thirds([source(lines, name)])
    for counted, decoded in parts:
        assert not set(counted) & set(decoded)
        if name != "legal_a.txt":  # of laws not all are decoded
            assert sorted(counted + decoded, key=int) == lines
    if size >= 3:
        assert all(counted and decoded for counted, decoded in parts)


def test_of_laws_every_fourth_block_is_decoded_and_all_others_are_counted() -> None:
    lines = [str(number) for number in range(50_000)]
    for name, share in (("wiki_a.txt", 1.0), ("legal_admin_a.txt", 1.0), ("legal_a.txt", 0.3)):
        parts = thirds([source(lines, name)])
        decoded = [line for _, rows in parts for line in rows]
        assert len(decoded) == len(set(decoded)) == pytest.approx(share * len(lines), rel=0.1)
        for counted, rows in parts:
            assert not set(counted) & set(rows)
            assert len(counted) == pytest.approx(len(lines) * 2 / 3, rel=0.05)


# ---- lessons ------------------------------------------------------------------------------------------------------


def test_lessons_name_the_right_word_of_every_doubtful_place(
    lessons: Lessons, far_lines: tuple[str, ...], far_vocabulary: Vocabulary
) -> None:
    assert len(lessons.at) == 200  # one in each line
    rows = np.arange(len(lessons.at))
    np.testing.assert_array_equal(lessons.candidates[rows, lessons.right], lessons.words[lessons.at])
    np.testing.assert_allclose(lessons.chances.sum(axis=1), 1, atol=1e-4)
    true = [far_vocabulary.words[int(word)] for word in lessons.words[lessons.at]]
    assert true == ["bạn" if "bạn" in line else "bản" for line in far_lines[700:]]
    words = [normal_form(token.strip(".")) for line in far_lines[700:] for token in line.split()]
    named = lessons.words[lessons.words >= 0]
    assert [far_vocabulary.words[int(word)] for word in named] == words  # the break behind each line has no name


def test_lessons_of_many_pieces_are_those_of_one(
    lessons: Lessons, build: Build, far_lines: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tonghop.models.train.rescoring._AT_ONCE", 37)
    pieces = lessons_of(build(far_lines[:700]), far_lines[700:])
    for name in ("words", "at", "candidates", "right"):
        np.testing.assert_array_equal(getattr(pieces, name), getattr(lessons, name))
    for name in ("words", "cases", "starts", "ends"):
        np.testing.assert_array_equal(getattr(pieces.context, name), getattr(lessons.context, name))
    np.testing.assert_allclose(pieces.chances, lessons.chances, atol=1e-5)


def test_batches_hold_doubts_and_words_that_do_not_tell_themselves(
    lessons: Lessons, build: Build, far_lines: tuple[str, ...]
) -> None:
    model = build(far_lines)
    draw = Drawer(lessons, rivals_of(model.words, model.candidates.frequency), np.random.default_rng(1))
    batch = draw(100)
    rows = np.arange(100)
    assert (batch.near[50:, NEAR] == UNKNOWN).all()
    assert np.isin(batch.near[:50, NEAR], lessons.context.words[lessons.at]).all()
    right = batch.candidates[rows, batch.right]
    assert (right >= 3).all()
    assert (batch.prior[rows, batch.right] > FLOOR).all()
    assert set(batch.prior[50:].ravel().tolist()) == {0.0, FLOOR}
    assert ((batch.candidates == 0) == (batch.prior == FLOOR))[50:].all()
    for row in rows.tolist():
        present = batch.candidates[row][batch.prior[row] > FLOOR]
        assert len(set(present.tolist())) == len(present) >= 2
        assert len({base_letters(model.words[int(word)]) for word in present}) == 1


def test_doubts_are_all_drawn_before_any_comes_again(
    lessons: Lessons, build: Build, far_lines: tuple[str, ...]
) -> None:
    model = build(far_lines)
    draw = Drawer(lessons, rivals_of(model.words, model.candidates.frequency), np.random.default_rng(1))
    right = np.concatenate([draw(100).candidates[:50, :2].sum(axis=1) for _ in range(4)])
    assert len(right) == len(lessons.at)
    priors = np.concatenate([draw(100).prior[:50, :2] for _ in range(4)])
    expected = np.log(lessons.chances[:, :2])
    np.testing.assert_allclose(np.sort(priors, axis=0), np.sort(expected, axis=0), atol=1e-5)


# ---- what it starts from ------------------------------------------------------------------------------------------


def test_rivals_are_the_most_frequent_words_with_the_same_letters_and_the_word_itself() -> None:
    many = ["ban", "bàn", "bán", "bản", "bạn", "bân", "bần", "bấn", "bẩn", "bận"]
    words = ("<break>", "<number>", "<unknown>", *many, "có", "ubnd")
    frequency = np.array([0, 0, 0, *range(-1, -11, -1), -1, -1], np.float32)
    rivals = rivals_of(words, frequency)
    assert rivals.shape == (15, 8)
    assert [words[n] for n in rivals[3]] == many[:8]
    assert [words[n] for n in rivals[12]] == [*many[:7], "bận"]
    assert [words[n] for n in rivals[13] if n] == ["có"]
    assert not rivals[[0, 1, 2, 14]].any()


def test_words_used_alike_have_like_vectors() -> None:
    rng = np.random.default_rng(0)
    first = rng.integers(3, 5, 3000)  # 3 or 4; behind it stands 5 or 6, or else 7 or 8
    row = np.stack([first, 2 * first - 1 + rng.integers(0, 2, 3000)], axis=1).ravel()
    vectors = vectors_of(row.astype(np.int32), 10)
    assert vectors.shape == (10, 128)
    assert vectors.dtype == np.float32
    assert np.isfinite(vectors).all()
    assert not vectors[9].any()  # a word that never occurs

    def likeness(one: int, other: int) -> float:
        return float(vectors[one] @ vectors[other] / np.linalg.norm(vectors[one]) / np.linalg.norm(vectors[other]))

    assert likeness(5, 6) > 0.8
    assert likeness(5, 6) > likeness(5, 7) + 0.5
    assert (np.diff((vectors**2).sum(axis=0)) <= 1e-3).all()  # the most telling number first


# ---- what comes of it ---------------------------------------------------------------------------------------------


def test_it_learns_what_trigrams_cannot_know(build: Build, far_lines: tuple[str, ...], network: Network) -> None:
    model = build(far_lines)
    rows = [without_marks(line).split() for line in FAR]
    places = [line.split().index("bạn" if "bạn" in line else "bản") for line in FAR]
    plain = model.restore_many(rows, mode=Mode.STRIPPED)
    assert len({row[at].token for row, at in zip(plain, places, strict=True)}) == 1  # to it all are alike
    assert all(row[at].posterior < 0.8 for row, at in zip(plain, places, strict=True))
    model.network = network
    done = model.restore_many(rows, mode=Mode.STRIPPED)
    assert [" ".join(word.token for word in row) for row in done] == list(FAR)
    assert all(row[at].posterior > 0.9 for row, at in zip(done, places, strict=True))


def test_the_same_seed_learns_the_same(build: Build, far_lines: tuple[str, ...]) -> None:
    def learnt(seed: int) -> Arrays:
        return learn([source(far_lines[:90])], build(far_lines), build, 3, seed, sizes=SMALL).arrays()

    one, two, other = learnt(7), learnt(7), learnt(8)
    for name, array in one.items():
        np.testing.assert_array_equal(array, two[name], err_msg=name)
    assert any((one[name] != other[name]).any() for name in one)


def test_a_stored_model_restores_the_same(
    build: Build,
    far_lines: tuple[str, ...],
    far_arrays: Arrays,
    misread: Misreadings,
    network: Network,
    tmp_path: Path,
) -> None:
    model = build(far_lines)
    readers = {"vietnamese": misread, "latin": misread}
    without = save(tmp_path / ARTEFACT, model, far_arrays, readers)
    model.network = network
    version = save(tmp_path / ARTEFACT, model, far_arrays, readers)
    assert version != without
    loaded = load(tmp_path)
    assert loaded.version == version
    rows = [without_marks(line).split() for line in far_lines[:50]]
    assert loaded.restore_many(rows) == model.restore_many(rows)
    assert save(tmp_path / ARTEFACT, loaded, far_arrays, readers) == version
