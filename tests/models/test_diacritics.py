from __future__ import annotations

import itertools
import unicodedata
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import save_file

from tonghop.models.artefact import ARTEFACT, load
from tonghop.models.channel import LEVELS, MarkChannel, confidence_bin
from tonghop.models.diacritics import DiacriticModel, Mode, Reason
from tonghop.models.lattice import Lattice, bigram_posteriors, bigram_transitions, narrow, trigram_posteriors
from tonghop.models.ngrams import NgramModel, load_ngrams
from tonghop.models.protection import form_of, words_in_capitals
from tonghop.models.syllables import (
    LETTERS,
    base_letters,
    later_tone_style,
    letter_runs,
    normal_form,
    symbols,
    with_case_of,
)
from tonghop.models.train.confusions import aligned, count_confusions
from tonghop.models.train.counts import build_ngrams, choose_vocabulary, count_symbols, encode
from tonghop.models.train.readings import ReadPage
from tonghop.models.train.tuning import choose_thresholds, score_pages

Ints = npt.NDArray[np.int64]

TYPED = (
    "Ủy ban nhân dân huyện báo cáo kết quả thực hiện công tác cải cách hành chính quý I năm 2024 "
    "trên địa bàn huyện theo quy định tại Nghị định số 30/2020/NĐ-CP của Chính phủ về công tác văn thư."
)


@pytest.fixture(scope="module")
def model() -> DiacriticModel:
    return load()


def words_of(text: str) -> list[str]:
    return text.split()


def strip(text: str) -> str:
    bare = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(c for c in bare if not unicodedata.combining(c))


def text_of(restored: list[tuple[str, float]]) -> str:
    return " ".join(token for token, _ in restored)


def test_marks_that_a_reader_confused_are_mended(model: DiacriticModel) -> None:
    read = TYPED.replace("kết quả", "kêt quả").replace("Chính phủ", "Chính phú").replace("địa bàn", "địa ban")
    assert text_of(model.restore(read.split())) == TYPED


def test_typed_text_stays_as_it_is(model: DiacriticModel) -> None:
    restored = model.restore(TYPED.split())
    assert text_of(restored) == TYPED
    assert all(posterior > 0.9 for _, posterior in restored)


@pytest.mark.parametrize("mode", [Mode.AUTO, Mode.STRIPPED])
def test_text_without_marks_is_restored(model: DiacriticModel, mode: Mode) -> None:
    sentence = "Thực hiện công tác cải cách hành chính và kiểm soát thủ tục hành chính trên địa bàn huyện."
    done = model.restore_many([strip(sentence).split()], mode=mode)[0]
    assert " ".join(word.token for word in done) == sentence
    assert {word.reason for word in done if word.reason} == {Reason.LOST}


def test_a_few_plain_syllables_are_not_taken_for_lost_marks(model: DiacriticModel) -> None:
    assert not model.has_lost_marks([["xem", "trang", "hai,", "theo", "quy", "định"]])
    assert model.has_lost_marks([["Doc", "lap", "-", "Tu", "do", "-", "Hanh", "phuc"]])
    assert not model.has_lost_marks([["the", "office", "of", "the", "city", "council", "meets", "in", "June"]])
    assert not model.has_lost_marks([TYPED.split()])
    half = [*TYPED.split()[:6], *strip(TYPED).split()]
    assert model.has_lost_marks([half])
    assert not model.has_lost_marks([half], none_left=True)


def test_one_line_without_marks_in_a_marked_text_is_restored(model: DiacriticModel) -> None:
    line = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
    done = model.restore_many([strip(line).split(), *[TYPED.split()] * 3])
    assert " ".join(word.token for word in done[0]) == line


@pytest.mark.parametrize(
    "token",
    [
        "362/QD-UBND",
        "30/6/2023",
        "1.250.000d",
        "UBND-NV",
        "UBND",
        "HDND",
        "V/v",
        "II",
        "VI.",
        "d)",
        "TP.HCM",
        "thang3",
        "CCHC",
        "-",
        "…",
        "caoloc.langson.gov.vn",
        "vanphong@caoloc.langson.gov.vn",
        "https://langson.gov.vn/tin",
    ],
)
def test_tokens_that_are_no_prose_are_never_touched(model: DiacriticModel, token: str) -> None:
    for sentence in (TYPED, strip(TYPED)):
        tokens = [*sentence.split(), token, *sentence.split()]
        middle = len(sentence.split())
        assert model.restore(tokens)[middle][0] == token


def test_a_known_name_stands_as_it_is(model: DiacriticModel) -> None:
    tokens = words_of("Uỷ ban nhân dân huyện Cao Lôc báo cáo kêt quả công tác cải cách hành chính năm 2024")
    known = model.restore(tokens, known=["huyện Cao Lôc"])
    assert [token for token, _ in known][5:7] == ["Cao", "Lôc"]
    assert known[9][0] == "kết"


def test_tone_placement_is_the_documents_own(model: DiacriticModel) -> None:
    for written, mended in (("hoá", "uỷ"), ("hóa", "ủy")):
        tokens = f"công tác xã hội {written} giáo dục, xã hội {written} y tế do uy ban nhân dân xã trình".split()
        done = [token for token, _ in model.restore(tokens)]
        assert done[done.index("do") + 1] == mended
        assert done.count(written) == 2


def test_confidence_counts(model: DiacriticModel) -> None:
    tokens = words_of("các phòng chuyên môn, đơn vị cần lưu ý thời hạn báo cáo kết quả xã loại A")
    sure = model.restore(tokens, [0.97] * len(tokens))
    unsure = model.restore(tokens, [0.2] * len(tokens))
    assert sum(p for _, p in unsure) < sum(p for _, p in sure)


LETTER = st.sampled_from("".join(LETTERS) + "".join(LETTERS).upper() + "bcghklmnpqrstvx")
SYLLABLES = ["thuc", "hiện", "UY", "ban", "nhân", "dân", "xa", "hội", "Lộc", "hoà", "thủy", "so", "ngay", "tháng", "đ"]
TOKENS = st.one_of(
    st.text(LETTER, min_size=1, max_size=7),
    st.sampled_from(SYLLABLES),
    st.builds("{}{}".format, st.sampled_from(SYLLABLES), st.sampled_from(".,;:)/-”…")),
    st.builds("{}{}{}".format, st.sampled_from(SYLLABLES), st.sampled_from("-/.–"), st.sampled_from(SYLLABLES)),
    st.from_regex(r"\A[0-9]{1,4}[/.,-]?[A-ZĐa-z]{0,3}\Z"),
    st.text(st.characters(exclude_categories=["Z", "C"]), min_size=1, max_size=5),
)


@given(tokens=st.lists(TOKENS, max_size=25), mode=st.sampled_from(Mode))
def test_digits_signs_and_case_stay(tokens: list[str], mode: Mode) -> None:
    for token, (after, posterior) in zip(tokens, _shared_model().restore(tokens, mode=mode), strict=True):
        assert 0.0 <= posterior <= 1.0
        if token == after:
            continue
        before = unicodedata.normalize("NFC", token)
        digits = sum(map(str.isdigit, before))
        # Where letters were read as digits (`s6`), a word has more letters, and nothing that puts it together.
        assert digits == 0 or (mode is Mode.LATIN and digits <= sum(map(str.isalpha, before)))
        if mode is Mode.LATIN:
            continue
        assert [c for c in before if not c.isalpha()] == [c for c in after.replace(" ", "") if not c.isalpha()]
        assert before[:1].isupper() == after[:1].isupper()


@given(st.from_regex(r"\A[0-9]{1,4}([/.,-][0-9]{1,4}){0,3}(/[A-ZĐ]{2,4}(-[A-ZĐ]{2,5})?)?\Z"), st.sampled_from(Mode))
def test_numbers_dates_and_codes_never_change(token: str, mode: Mode) -> None:
    tokens = [*strip(TYPED).split()[:12], token, *strip(TYPED).split()[12:]]
    assert _shared_model().restore(tokens, mode=mode)[12][0] == token


_MODELS: list[DiacriticModel] = []


def _shared_model() -> DiacriticModel:
    if not _MODELS:
        _MODELS.append(load())
    return _MODELS[0]


def test_what_our_own_reader_read_is_never_taken_for_latin(model: DiacriticModel) -> None:
    text = (
        "Thyc hién Cong Vén s6 983/SNV-TCBC ngay 30/6/2023 ctia S¢ Noi vu tinh vé viéc hudng dan xay dung Ke hoach "
        "cai cach hanh chinh x4 va thuc hién ché d6 béo cao"
    )
    words = text.split()
    unknown = [token for token, _ in model.restore(words)]
    ours = [token for token, _ in model.restore(words, [0.9] * len(words))]
    assert unknown[4] == "số"
    assert [w for w in ours if any(map(str.isdigit, w))] == [w for w in words if any(map(str.isdigit, w))]


def test_nothing_in_nothing_out(model: DiacriticModel) -> None:
    assert model.restore([]) == []
    assert model.restore_many([]) == []
    assert model.restore_many([[], ["--"]])[0] == []


def test_load_says_when_the_artefact_is_missing_or_strange(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load(tmp_path)
    save_file({"unigram": np.zeros(3, np.float32)}, tmp_path / ARTEFACT, {"settings": '{"format": "1"}'})
    with pytest.raises(ValueError, match="another version"):
        load(tmp_path)
    (tmp_path / ARTEFACT).write_bytes((tmp_path / ARTEFACT).read_bytes()[:20])
    with pytest.raises(ValueError, match=ARTEFACT):
        load(tmp_path)


# ---- the language model -------------------------------------------------------------------------------------------

CORPUS = [
    "xã báo cáo huyện.",
    "huyện báo cáo tỉnh.",
    "xã báo cáo tỉnh; tỉnh báo cáo.",
    "xã họp, huyện họp.",
    "bảo cao xa",
] * 3


def tiny() -> tuple[NgramModel, dict[str, int]]:
    vocabulary = choose_vocabulary(count_symbols(CORPUS), least=1)
    arrays = build_ngrams(encode([*CORPUS, *CORPUS[:7]], vocabulary), len(vocabulary.words), 1000, 1000)
    return load_ngrams(arrays), vocabulary.ids


def test_probabilities_sum_to_one() -> None:
    ngrams, ids = tiny()
    everything = np.arange(ngrams.size, dtype=np.int64)
    for first in ids.values():
        context = np.full_like(everything, first)
        two = ngrams.log_bigram(context, everything)
        assert np.exp(two).sum() == pytest.approx(1, abs=0.05)  # one byte a value
        for second in ids.values():
            rows = (np.full_like(everything, first), np.full_like(everything, second), everything)
            assert np.exp(log_three(ngrams, *rows)).sum() == pytest.approx(1, abs=0.08)


def log_three(ngrams: NgramModel, first: Ints, second: Ints, third: Ints) -> npt.NDArray[np.float32]:
    """Return log P(third | first, second), whatever is kept."""
    one, two = ngrams.find_bigrams(first, second), ngrams.find_bigrams(second, third)
    shorter = ngrams.context_weight(one) + ngrams.log_bigram(second, third)
    return np.where((one >= 0) & (two >= 0), ngrams.log_trigram((first, second, third), shorter), shorter)


def lattice_of(ids: dict[str, int]) -> Lattice:
    choices = [["<break>"], ["xã", "xa"], ["báo", "bảo"], ["cáo", "cao"], ["tỉnh", "huyện", "họp"], ["<break>"]]
    words = np.zeros((len(choices), 2, 3), dtype=np.int64)
    emission = np.full(words.shape, -np.inf, dtype=np.float32)
    for step, options in enumerate(choices):
        for place, word in enumerate(options):
            for row in range(2):
                words[step, row, place] = ids[word]
                emission[step, row, place] = -0.7 * place - 0.3 * row * step * place
    return Lattice(words, emission)


def by_hand(lattice: Lattice, row: int, ngrams: NgramModel, order: int) -> npt.NDArray[np.float64]:
    """Posteriors from the sum over all paths."""
    steps, _, size = lattice.words.shape
    out = np.zeros((steps, size))
    for path in itertools.product(*(np.flatnonzero(lattice.present[t, row]) for t in range(steps))):
        ids = [np.array([lattice.words[t, row, k]]) for t, k in enumerate(path)]
        score = sum(lattice.emission[t, row, k] for t, k in enumerate(path))
        for t in range(1, steps):
            two = ngrams.log_bigram(ids[t - 1], ids[t])
            if order == 3 and t >= 2:
                score += log_three(ngrams, ids[t - 2], ids[t - 1], ids[t])[0]
            else:
                score += two[0]
        for t, k in enumerate(path):
            out[t, k] += np.exp(score)
    return np.asarray(out / out.sum(axis=1, keepdims=True), dtype=np.float64)


def test_forward_backward_equals_the_sum_over_all_paths() -> None:
    ngrams, ids = tiny()
    lattice = lattice_of(ids)
    two = bigram_posteriors(lattice, bigram_transitions(lattice, ngrams))
    three = trigram_posteriors(lattice, ngrams)
    for row in range(2):
        np.testing.assert_allclose(two[:, row], by_hand(lattice, row, ngrams, 2), atol=1e-4)
        np.testing.assert_allclose(three[:, row], by_hand(lattice, row, ngrams, 3), atol=1e-4)


def test_narrow_keeps_the_best_and_says_where_they_were() -> None:
    ngrams, ids = tiny()
    lattice = lattice_of(ids)
    posteriors = bigram_posteriors(lattice, bigram_transitions(lattice, ngrams))
    narrowed, order = narrow(lattice, posteriors, 2, 1e-6)
    assert narrowed.words.shape == (6, 2, 2)
    np.testing.assert_array_equal(narrowed.words, np.take_along_axis(lattice.words, order, axis=2))
    assert (order[:, :, 0] == posteriors.argmax(axis=2)).all()


# ---- the channel --------------------------------------------------------------------------------------------------


def test_channel_is_a_distribution_over_readings_and_grows_with_noise() -> None:
    right = ReadPage("clean", ("kết quả",), ((("kết", 0.95), ("quả", 0.5)),))
    wrong = ReadPage("clean", ("kết quả",), ((("kêt", 0.95), ("quả", 0.5)),))
    channel = MarkChannel(count_confusions([right] * 200 + [wrong] * 5))
    readings = [letter for letter in LETTERS if base_letters(letter) == "e"]
    mass = sum(np.exp(channel.confused(["ế"], reading, 0)) for reading in readings)
    np.testing.assert_allclose(mass, 1, atol=1e-3)
    scores = channel.confused(["kết"], "kêt", confidence_bin(0.95))[:, 0]
    assert (np.diff(scores) > 0).all()
    assert len(scores) == len(LEVELS)


def test_lost_marks_cost_nothing_and_kept_ones_count() -> None:
    channel = MarkChannel(np.zeros((3, 2, len(LETTERS), len(LETTERS)), dtype=np.uint32))
    scores = channel.lost(["kết", "két", "ket"], "ket")[0]
    assert set(scores.tolist()) == {0.0}
    kept = channel.lost(["kết", "kêt"], "kêt")[0]
    assert kept[1] == 0
    assert kept[0] < 0


def test_alignment_takes_words_whose_letters_are_right() -> None:
    page = ReadPage(
        "fax", ("Thực hiện Nghị quyết", "số 5"), ((("Thưc", 0.9), ("hlện", 0.4)), (("Nghị", 0.9), ("quyêt", 0.8)))
    )
    assert list(aligned(page)) == [
        ("Thực", "Thưc", 0.9, 0),
        ("Nghị", "Nghị", 0.9, 2),
        ("quyết", "quyêt", 0.8, 3),
    ]
    assert count_confusions([page]).sum() == 2 + 1 + 2


def test_thresholds_are_chosen_for_little_harm(model: DiacriticModel) -> None:
    read = tuple((word, 0.9) for word in TYPED.replace("kết", "kêt").replace("hiện", "hiên").split())
    page = ReadPage("clean", (TYPED,), (read,))
    before = model.thresholds
    try:
        chosen = choose_thresholds(model, [page])
        model.thresholds = chosen
        (score,) = score_pages(model, [page])
    finally:
        model.thresholds = before
    assert (score.wrong_before, score.wrong_after, score.harmed) == (2, 0, 0)
    assert 0.5 <= chosen.word < 1


# ---- syllables and tokens -----------------------------------------------------------------------------------------


@given(st.text(LETTER, min_size=1, max_size=7))
def test_tone_styles_are_two_ways_of_one_word(word: str) -> None:
    early = normal_form(word)
    assert normal_form(later_tone_style(early)) == normal_form(early)
    assert base_letters(early) == base_letters(word)
    assert len(early) == len(unicodedata.normalize("NFC", word))


def test_later_tone_style() -> None:
    assert [later_tone_style(w) for w in ("hòa", "ủy", "khỏe", "quý", "toàn")] == ["hoà", "uỷ", "khoẻ", "quý", "toàn"]


def test_with_case_of() -> None:
    assert with_case_of("THUc", "thực") == "THỰc"
    with pytest.raises(ValueError, match="case"):
        with_case_of("abc", "ab")


def test_symbols_of_a_token() -> None:
    assert symbols("Hoà;") == ("hòa", "<break>")
    assert symbols("362/QĐ-UBND") == ("<number>",)
    assert symbols("kinh-tế") == ("kinh", "tế")
    assert symbols("-") == ()
    assert letter_runs("(kinh-tế)") == [(1, 5), (6, 8)]


def test_words_in_capitals_are_told_from_abbreviations() -> None:
    def judged(line: str) -> list[bool]:
        return words_in_capitals([form_of(t) for t in line.split()], lambda word: len(word) > 2 and word != "UBND")

    assert judged("BÁO CÁO KẾT QUẢ 2024") == [True, True, True, True, False]
    assert judged("KT. CHỦ TỊCH") == [True, True, True]
    assert judged("của UBND xã") == [False, False, False]


@pytest.mark.parametrize("token", ["362/QĐ-UBND", "268", "99,71%", "–", "30/6/2023"])
def test_a_number_that_the_reader_doubted_is_doubted(model: DiacriticModel, token: str) -> None:
    tokens = [*TYPED.split()[:12], token, *TYPED.split()[12:]]

    def sure(confidence: float) -> tuple[float, float]:
        """Return the posteriors of the token, and of a code in the text that was read clearly."""
        confidences = [0.98] * len(tokens)
        confidences[12] = confidence
        done = model.restore(tokens, confidences)
        return done[12][1], done[tokens.index("30/2020/NĐ-CP")][1]

    doubted, clear = zip(*map(sure, (0.1, 0.8, 0.98)), strict=True)
    assert doubted[0] < 0.5
    assert doubted[0] < doubted[1] <= doubted[2] < 1.0
    assert set(clear) == {doubted[2]}
    assert model.restore(tokens)[12] == (token, 1.0)  # typed: nobody read it
    run = model.run([tokens], [[0.1] * len(tokens)])
    assert run.kinds[12] == -1  # it is not counted among the words that the calibration is fitted on
