"""Vietnamese text: one form, folding for comparison, syllables, the order of the dictionary."""

from __future__ import annotations

import csv
import itertools
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tonghop.text import (
    clean,
    fold,
    has_mark,
    is_capitals,
    is_syllable,
    nfc,
    one_line,
    same_tone_style,
    sort_key,
    squeeze,
    syllable_share,
)

PLAIN_VOWELS = "aăâeêioôơuưy"
TONES = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")  # in dictionary order
VOWELS = [nfc(vowel + tone) for vowel in PLAIN_VOWELS for tone in TONES]
LETTERS = VOWELS + list("bcdđghklmnpqrstvx")
vietnamese = st.text(st.sampled_from(LETTERS + [x.upper() for x in LETTERS] + list(" .,;:-/()0123456789\n")))
BLANKS = [c for c in map(chr, range(0x3001)) if c.isspace()]
words = st.text(st.sampled_from(LETTERS), min_size=1, max_size=8)


def nfd(text: str) -> str:
    return unicodedata.normalize("NFD", text)


# --- one form -------------------------------------------------------------------------------------


def test_the_alphabet_of_these_tests_is_whole() -> None:
    """12 vowels × 6 tones and 17 consonants: 89 letters, every one a single character in NFC."""
    assert len(set(LETTERS)) == 89
    assert all(len(letter) == 1 for letter in LETTERS)


@given(vietnamese)
def test_nfc_undoes_nfd(text: str) -> None:
    assert nfc(nfd(text)) == nfc(text) == text


@given(vietnamese)
def test_clean_leaves_good_text_alone(text: str) -> None:
    assert clean(text) == text
    assert clean(nfd(text)) == text


@given(st.text())
@example("\u202e\u00adA\u0300")
@example("A\u00ad\u0300")  # the mark comes to its letter
@example("ǎ\u0301")  # the letter that is meant takes the mark
@example("\r\x00\n")
def test_clean_is_idempotent(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(st.text() | st.text(st.sampled_from("aǎ\u0301Ð1\u200b\u00ad\ufeff\x00" + "".join(BLANKS))))
def test_clean_parts_words_where_they_were_parted(text: str) -> None:
    assert clean(text).split() == [clean(token) for token in text.split() if clean(token)]
    assert "\r" not in clean(text)


@pytest.mark.parametrize("sign", BLANKS)
def test_no_blank_is_lost(sign: str) -> None:
    between = clean(f"cáo{sign}và").removeprefix("cáo").removesuffix("và")
    assert len(between) == 1
    assert between.isspace()


@given(st.text())
def test_clean_never_changes_digits(text: str) -> None:
    assert [c for c in clean(text) if c in "0123456789"] == [c for c in nfc(text) if c in "0123456789"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Ðảng", "Đảng"),  # Eth for Đ
        ("Ɖồng Ðăng", "Đồng Đăng"),  # African D and Eth
        ("ðồng", "đồng"),
        ("nǎm", "năm"),  # caron for breve
        ("NǍM", "NĂM"),
        ("Số:\u00a031", "Số: 31"),  # no-break space
        ("trong\u00ad", "trong"),  # soft hyphen
        ("\ufeffBáo cáo", "Báo cáo"),  # byte order mark
        ("quý\u200b I", "quý I"),  # zero width space
        ("a\x00b\x1bc\x7f", "abc"),  # control characters
        ("báo cáo\x0bvà", "báo cáo\nvà"),  # Word's soft line break
        ("hết trang\x0ctrang sau", "hết trang\ntrang sau"),
        ("một\r\nhai\rba\n\rbốn", "một\nhai\nba\n\nbốn"),
        ("một\x85hai\u2028ba\u2029bốn", "một\nhai\nba\nbốn"),
        ("cột\x1fcột\x1ehàng", "cột cột\nhàng"),
        ("A\u00ad\u0300", "À"),
        ("\u202eĐảo ngược", "Đảo ngược"),  # a name that would show backwards
        ("dòng một\ndòng hai\tcột", "dòng một\ndòng hai\tcột"),  # lines and columns stay
    ],
)
def test_clean_mends_what_only_looks_vietnamese(typed: str, meant: str) -> None:
    assert clean(typed) == meant


def test_clean_keeps_curly_apostrophes_and_dashes() -> None:
    assert clean("xã K’Nớ – “một cửa” 99,71%") == "xã K’Nớ – “một cửa” 99,71%"


def test_one_line() -> None:
    assert one_line("  Phòng \n Nội\tvụ ") == "Phòng Nội vụ"


def test_squeeze_keeps_lines() -> None:
    assert squeeze("Số:  31 \u00a0/BC\n  -   hết  ") == "Số: 31 /BC\n- hết"


# --- folding --------------------------------------------------------------------------------------


@given(st.text())
@example("ß İ ŉ ǅ")
def test_fold_is_idempotent(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(vietnamese)
def test_fold_does_not_see_the_form_or_the_case(text: str) -> None:
    assert fold(nfd(text)) == fold(text) == fold(text.upper()) == fold(text.lower())


@given(vietnamese)
def test_fold_leaves_plain_letters_digits_and_single_spaces(text: str) -> None:
    folded = fold(text)
    assert set(folded) <= set("abcdefghijklmnopqrstuvwxyz0123456789 ")
    assert folded == " ".join(folded.split())


@given(vietnamese)
def test_fold_keeps_every_letter_and_digit(text: str) -> None:
    assert len(fold(text).replace(" ", "")) == sum(c.isalnum() for c in text)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Hoà  Bình;", "hoa binh"),
        ("hòa bình", "hoa binh"),
        ("THUỶ / THỦY", "thuy thuy"),
        ("Đồng Đăng", "dong dang"),
        ("Ðồng Ðăng", "dong dang"),
        ("thị_trấn", "thi tran"),
        ("K’Nớ", "k no"),
        ("1.1.Về công tác", "1 1 ve cong tac"),
        ("TC-KH", "tc kh"),
        ("", ""),
        ("…", ""),
    ],
)
def test_fold_examples(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Cong tac", False), ("công tác", True), ("dieu", False), ("đieu", True), ("ĐIEU", True), ("", False)],
)
def test_has_mark(text: str, expected: bool) -> None:
    assert has_mark(text) is expected
    assert has_mark(nfd(text)) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("BÁO CÁO", True),
        ("ỦY BAN NHÂN DÂN XÃ", True),
        ("I. CÔNG TÁC 2024", True),
        ("Báo cáo", False),
        ("I.", False),  # one letter says nothing
        ("31/2024", False),
        ("", False),
    ],
)
def test_is_capitals(text: str, expected: bool) -> None:
    assert is_capitals(text) is expected


# --- placing of the tone --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("new_style", "old_style"),
    [
        ("hoà", "hòa"),
        ("HOÀ", "HÒA"),
        ("khoẻ", "khỏe"),
        ("thuỷ", "thủy"),
        ("Uỷ", "Ủy"),
        ("loá", "lóa"),
        ("quý", "quý"),  # the u belongs to q
        ("QUỸ", "QUỸ"),
        ("hoàn", "hoàn"),  # closed: both styles agree
        ("thuyền", "thuyền"),
        ("toà", "tòa"),
        ("hòa", "hòa"),
        ("bình", "bình"),
        ("khoa", "khoa"),
    ],
)
def test_same_tone_style(new_style: str, old_style: str) -> None:
    assert same_tone_style(new_style) == old_style
    assert same_tone_style(nfd(new_style)) == old_style


@given(words)
def test_same_tone_style_is_idempotent_and_folds_alike(word: str) -> None:
    once = same_tone_style(word)
    assert same_tone_style(once) == once
    assert fold(once) == fold(word)


# --- syllables ------------------------------------------------------------------------------------

REAL_SYLLABLES = """\
    cải cách hành chính thủ tục công tác chỉ đạo điều báo cáo quý năm huyện xã thị trấn phòng nội vụ tài chính kế
    hoạch tư pháp văn hóa hoá thông tin hội đồng nhân dân ủy uỷ ban nghị quyết quyết định nghiêng nghiệp nghĩa ngành
    giấy giữ gìn giếng gì gia giải quả quyền khuyến khuya khuỷu huýt tuyên truyền thuế thuở tuổi tươi rượu hươu yêu
    yếu chuyên xuyên loan hoặc hoằng xoăn xoèn ngoằn ngoèo oai oải khoáy uống ươm ước iêu yên ỉa ưa ừ ở ô ý ạ à
    một hai ba bốn lăm sáu bảy tám chín mười trăm nghìn triệu tỷ tỉ kỹ kĩ lý lí mỹ thuỷ thủy lạng sơn lộc đăng
    xoong boong goòng quốc khuếch huệ quê que quơ qua quán quẩn quỳnh luỹ lũy thúy suýt buýt bưu hưu cứu lưu
"""

NOT_SYLLABLES = """\
    bjnh street viec dat hcj cônq ưu1 zalo fax wifi ngh str bl pr ế́ tiêp hoc mât cac cach xãh ngưởơi ccc aaa tác1
    ă â ươ uyê đăngs thuêu hoaia aing ôing eoc aoc uic iuc yêu- nghjệp ừt ểp ãch
"""


@pytest.mark.parametrize("word", REAL_SYLLABLES.split())
def test_real_syllables_pass(word: str) -> None:
    assert is_syllable(word), word
    assert is_syllable(word.upper()), word
    assert is_syllable(nfd(word)), word


@pytest.mark.parametrize("word", NOT_SYLLABLES.split())
def test_what_cannot_be_a_syllable_fails(word: str) -> None:
    assert not is_syllable(word), word


@pytest.mark.parametrize("final", ["c", "ch", "p", "t"])
@pytest.mark.parametrize("tone", TONES)
def test_a_stop_at_the_end_carries_sac_or_nang(final: str, tone: str) -> None:
    vowel = "i" if final == "ch" else "a"
    assert is_syllable(nfc("t" + vowel + tone + final)) == (tone in (TONES[4], TONES[5]))


@given(words)
def test_a_syllable_has_one_vowel_group_and_one_tone(word: str) -> None:
    if is_syllable(word):
        tones = [c for c in nfd(word) if c in TONES[1:]]
        groups = [key for key, _ in itertools.groupby(fold(word), key=lambda c: c in "aeiouy") if key]
        assert len(tones) <= 1
        # gi and qu are spelt with a vowel letter, so at most one more group shows (none does: they are adjacent)
        assert len(groups) == 1


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("Công tác cải cách hành chính", 1.0),
        ("CCHC UBND HĐND CQĐT công tác", 1.0),  # abbreviations do not count against it
        ("UBND", 0.0),
        ("", 0.0),
        ("123 456", 0.0),
        ("công street", 0.5),
    ],
)
def test_syllable_share(text: str, share: float) -> None:
    assert syllable_share(text) == pytest.approx(share)


@pytest.mark.parametrize(
    "text",
    [
        "Céng hßa x· héi chñ nghÜa ViÖt Nam",  # TCVN3
        "Coäng hoaø xaõ hoäi chuû nghóa Vieät Nam",  # VNI
        "Cdng hoa x4 hoi chti nghia Vi¢t Nam",  # a bad text layer
        "The quick brown fox jumps over the lazy dog",
    ],
)
def test_other_encodings_and_languages_have_few_syllables(text: str) -> None:
    assert syllable_share(text) < 0.75 < syllable_share("Cộng hòa xã hội chủ nghĩa Việt Nam")


@given(vietnamese)
def test_syllable_share_is_a_share(text: str) -> None:
    assert 0.0 <= syllable_share(text) <= 1.0
    assert syllable_share(nfd(text)) == syllable_share(text)


def test_names_of_real_places_are_syllables(shared_dir: Path) -> None:
    """Word by word, the units' names of the request, from the list they were taken from."""
    with (shared_dir / "domain" / "units_caoloc.csv").open(encoding="utf-8", newline="") as table:
        names = [row["name"] for row in csv.DictReader(table)]
    assert len(names) >= 27
    assert [name for name in names if syllable_share(name.replace("-", " ")) < 1.0] == []


# --- the order of the dictionary ------------------------------------------------------------------


@pytest.mark.parametrize(
    "ordered",
    [
        ["ma", "mà", "mả", "mã", "má", "mạ"],  # ngang, huyền, hỏi, ngã, sắc, nặng
        ["a", "ă", "â", "b", "c", "d", "đ", "e", "ê", "g"],
        ["o", "ô", "ơ", "p"],
        ["u", "ư", "v", "x", "y"],
        ["Cao Lâu", "Cao Lộc"],
        ["dân", "dấu", "đá", "đất"],  # every d before every đ
        ["ca", "cá", "cam", "cám", "căm"],  # letters first, tones only where letters are equal
        ["Bảo Lâm", "Bình Trung", "Cao Lâu", "Công Sơn", "Gia Cát", "Hải Yến", "Hòa Cư", "Hồng Phong"],
        ["Đồng Đăng", "Hòa Cư"],
        ["hoa", "hòa", "hoan"],
    ],
)
def test_sort_order(ordered: list[str]) -> None:
    for shuffled in itertools.islice(itertools.permutations(ordered), 24):
        assert sorted(shuffled, key=sort_key) == ordered
    assert sorted(map(nfd, reversed(ordered)), key=sort_key) == list(map(nfd, ordered))


@given(st.lists(vietnamese).flatmap(lambda texts: st.tuples(st.just(texts), st.permutations(texts))))
def test_sorting_does_not_depend_on_what_came_first(orders: tuple[list[str], list[str]]) -> None:
    one, other = orders
    assert sorted(one, key=sort_key) == sorted(other, key=sort_key)


@given(words, words)
def test_equal_keys_mean_equal_text(one: str, other: str) -> None:
    assert (sort_key(one) == sort_key(other)) == (one == other)


def test_capitals_do_not_sort_apart() -> None:
    assert sorted(["Xã", "bản", "Cơ quan", "an"], key=sort_key) == ["an", "bản", "Cơ quan", "Xã"]
