"""Words and characters paired with what was read of them, and counted."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tonghop.models.train.alignment import Pair, align, first_cost, learn_cost, pair_words
from tonghop.models.train.misreadings import PRINTED, Observed, core_of, count_misreadings
from tonghop.models.train.readings import ReadPage
from tonghop.text import nfc

SURE = 0.95


def page(printed: str, read: str, sure: float = SURE) -> ReadPage:
    lines = [line.split() for line in read.split("\n")]
    return ReadPage("office", tuple(printed.split("\n")), tuple(tuple((w, sure) for w in line) for line in lines))


def pairs(printed: str, read: str) -> list[tuple[str, str]]:
    return [(" ".join(p.printed), " ".join(p.read)) for p in pair_words(page(printed, read))]


def count_of(observed: Observed, printed: str, read: str) -> int:
    counts = observed.letters
    if read not in counts.read:
        return 0
    return int(counts.substitutions[counts.printed.index(printed), counts.read.index(read)])


# ---- words --------------------------------------------------------------------------------------------------------


def test_words_between_anchors_are_paired_by_closeness() -> None:
    assert pairs("UBND các xã, thị trấn báo cáo", "UBND céc x4, thi tran bao cdo") == [
        ("UBND", "UBND"), ("các", "céc"), ("xã,", "x4,"), ("thị", "thi"), ("trấn", "tran"), ("báo", "bao"),
        ("cáo", "cdo"),
    ]  # fmt: skip


def test_glued_and_broken_words() -> None:
    assert pairs("cải cách hành chính năm nay", "cải cách hànhchinh năm nay") == [
        ("cải", "cải"), ("cách", "cách"), ("hành chính", "hànhchinh"), ("năm", "năm"), ("nay", "nay"),
    ]  # fmt: skip
    assert ("nghiệm", "ngh iém") in pairs("kinh nghiệm hay", "kinh ngh iém hay")


def test_a_short_word_is_known_by_its_neighbours() -> None:
    assert ("ổ", "6") in pairs("một ổ khóa", "một 6 khóa")


def test_words_that_resemble_none_are_left_out() -> None:
    assert pairs("Kế hoạch tuyên truyền năm", "Kế hoạch ////— zzzz năm") == [
        ("Kế", "Kế"), ("hoạch", "hoạch"), ("năm", "năm"),
    ]  # fmt: skip


def test_a_word_keeps_the_confidence_of_the_less_sure_half() -> None:
    given_page = ReadPage("fax", ("một nghiệm hay",), ((("một", 0.9), ("ngh", 0.8), ("iệm", 0.3), ("hay", 1.0)),))
    assert list(pair_words(given_page))[1] == Pair(("nghiệm",), ("ngh", "iệm"), 0.3)


# ---- characters ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("printed", "read", "edits"),
    [
        ("số", "s6", [("s", "s"), ("ố", "6")]),
        ("Vụ", "Vu;", [("V", "V"), ("ụ", "u"), ("", ";")]),
        ("hoạch", "hoch", [("h", "h"), ("o", "o"), ("ạ", ""), ("c", "c"), ("h", "h")]),
        ("Đảng", "Bang", [("Đ", "B"), ("ả", "a"), ("n", "n"), ("g", "g")]),
        ("thứ", "thit", [("t", "t"), ("h", "h"), ("ứ", "it")]),
        ("mương", "mu'ong", [("m", "m"), ("ư", "u'"), ("ơ", "o"), ("n", "n"), ("g", "g")]),
        ("nội", "no6i", [("n", "n"), ("ộ", "o6"), ("i", "i")]),
    ],
)
def test_characters_are_aligned(printed: str, read: str, edits: list[tuple[str, str]]) -> None:
    assert list(align(printed, read)) == edits


def test_two_letters_are_read_as_one_where_that_happens_often() -> None:
    words = Counter({("lin", "hm"): 1, ("tin", "tm"): 60, ("chi", "chi"): 60, ("in", "in"): 60, ("lim", "lim"): 60})
    assert ("in", "m") in align("bin", "bm", learn_cost(words))


def test_signs_are_no_part_of_what_is_read_as_one() -> None:
    assert first_cost("i,", ";") == float("inf")
    assert align("hội,", "hộ;") == (("h", "h"), ("ộ", "ộ"), ("i", ""), (",", ";"))


@given(st.text(max_size=9), st.text(max_size=9))
def test_edits_say_what_was_printed_and_what_was_read(printed: str, read: str) -> None:
    for cost in (first_cost, learn_cost({(printed, read): 3})):
        edits = align(printed, read, cost)
        assert "".join(true for true, _ in edits) == printed
        assert "".join(seen for _, seen in edits) == read
        assert all(1 <= len(true) + len(seen) <= 3 for true, seen in edits)


# ---- counts -------------------------------------------------------------------------------------------------------


def test_letters_are_counted_by_case() -> None:
    counts = count_misreadings([page("Đảng bộ ĐẢNG BỘ đảng", "Bảng bộ DANG BỘ đang")])
    assert (count_of(counts, "Đ", "B"), count_of(counts, "Đ", "D"), count_of(counts, "đ", "đ")) == (1, 1, 1)
    assert (count_of(counts, "Ả", "A"), count_of(counts, "ả", "a"), count_of(counts, "ả", "ả")) == (1, 1, 1)


def test_codes_and_mixed_words_are_not_counted_and_digits_stand_apart() -> None:
    counts = count_misreadings([page("số 362/QĐ-UBND TTr của năm 2024", "số 3b2/QD-UBND TTi của năm 202")])
    letters = sum(map(len, ("số", "của", "năm")))
    assert counts.letters.substitutions.sum() == letters
    assert counts.digits[6, counts.letters.read.index("b")] == 1
    assert counts.digits[4, -1] == 1
    assert counts.digits.sum() == len("3622024")


def test_faults_of_words_by_confidence() -> None:
    low, high = page("kết quả tốt", "két quả tôt", 0.5), page("kết quả tốt", "kết gu4 tốt.", 0.99)
    counts = count_misreadings([low, high])
    assert counts.letters.words.tolist() == [[1, 2, 0], [0, 0, 0], [2, 0, 1]]


def test_glued_broken_and_missed_words_are_counted_apart() -> None:
    counts = count_misreadings(
        [page("cải cách hành chính năm nay kinh nghiệm hay đã mất", "cải cách hànhchính năm nay kinh ngh iệm hay")]
    )
    assert (counts.glued, counts.broken, counts.missed) == (2, 1, 2)
    assert int(counts.letters.words.sum()) == 6


def test_what_stands_beside_a_sign_is_not_an_insertion() -> None:
    counts = count_misreadings([page("(nếu có) thì thôi", "(~nếu có,) ~thì thôi")])
    assert int(counts.letters.insertions.sum()) == 1
    assert counts.letters.insertions[counts.letters.read.index("~")] == 1
    assert counts.letters.places == 3 + 2 + 4 + 5


def test_a_page_that_was_guessed_teaches_nothing() -> None:
    legible, guessed = page("kết quả tốt", "két quả tốt"), page("kết quả năm nay tốt", "1/ Hà 0n tốt vv ~ 88")
    counts = count_misreadings([legible, guessed])
    assert counts.illegible == 1
    assert (counts.letters.words.sum(), counts.missed) == (3, 0)


def test_no_page_no_counts() -> None:
    counts = count_misreadings([])
    assert counts.letters.read == ""
    assert counts.letters.substitutions.shape == (len(PRINTED), 0)
    assert counts.letters.merges.shape == counts.letters.splits.shape == (0, 4)
    assert counts.missed == 0


WORDS = st.text(st.sampled_from("aâấnhmỐĐ0;~(— rw"), max_size=30)


@given(WORDS, WORDS)
def test_every_letter_of_a_word_that_was_found_is_counted_once(printed: str, read: str) -> None:
    printed, read = nfc(printed), nfc(read)
    given_page = page(printed, read)
    counts = count_misreadings([given_page])
    letters: Counter[str] = Counter()
    for word in printed.split():
        if span := core_of(word):
            letters.update(word[slice(*span)])
    first, second, split = counts.letters.merges[:, 0], counts.letters.merges[:, 1], counts.letters.splits[:, 0]
    found = counts.letters.substitutions.sum(axis=1) + counts.letters.deletions
    for rows, at in ((counts.letters.merges, first), (counts.letters.merges, second), (counts.letters.splits, split)):
        np.add.at(found, at, rows[:, 3])
    expected = np.array([letters[letter] for letter in PRINTED])
    assert (found <= expected).all()
    if not counts.missed + counts.glued + counts.broken + counts.illegible:
        np.testing.assert_array_equal(found, expected)
    assert int(counts.letters.insertions.sum()) <= counts.letters.places * len(read)


@given(st.lists(st.text(max_size=12), max_size=6), st.lists(st.text(max_size=12), max_size=6))
def test_odd_text_is_counted_too(printed: list[str], read: list[str]) -> None:
    odd = ReadPage("fax", tuple(printed), tuple(((word, 0.5),) for word in read))
    counts = count_misreadings([odd])
    assert len(counts.letters.printed) == len(set(counts.letters.printed)) == 178
    assert "".join(sorted(set(counts.letters.read))) == counts.letters.read
