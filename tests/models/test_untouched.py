"""What repair must leave alone, over whole pages: numbers, codes, dates, addresses, abbreviations, unknown names.

What must stay is told here by its form, not by asking the code that protects it. The pages are the public ones under
../shared, as they are, stripped of their marks, and with marks and letters confused; a drawn text always runs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tonghop.extract.repair import repair_pages, repair_text
from tonghop.models.artefact import load
from tonghop.models.diacritics import DiacriticModel, Mode
from tonghop.models.syllables import LETTERS, base_letters, without_marks
from tonghop.records import Grade, Line, Origin, Page, Word
from tonghop.settings import ExtractSettings
from tonghop.text import nfc

SHARED = Path(__file__).resolve().parents[3] / "shared"
PAGES = sorted((SHARED / "bench" / "ocr").glob("*.gt.txt"))
HELD_OUT = sorted((SHARED / "corpora" / "heldout").glob("*.txt"))
needs_pages = pytest.mark.skipif(not PAGES, reason="the public pages are not there (shared/ beside the project)")
needs_texts = pytest.mark.skipif(not HELD_OUT, reason="the held-out texts are not there (shared/ beside the project)")

_OTHER_MODES = [mode for mode in Mode if mode is not Mode.LATIN]
_ROUND = ".,;:!?()[]{}\"'“”‘’«»…–—-/*~_+<>="
_ADDRESS = re.compile(r"@|://|^www\.|\.(?:vn|com|net|org)$", re.IGNORECASE)
_JOINED = re.compile(r"[^\W_][-–/.,:%&][^\W_]")


@cache
def model() -> DiacriticModel:
    return load()


def has_digit(token: str) -> bool:
    return any(map(str.isdigit, token))


def is_like_a_syllable(word: str) -> bool:
    """Return whether `word` has the letters of a known syllable, whatever its marks."""
    return bool(model().candidates.syllables(word))


def is_number(token: str) -> bool:
    """Return whether `token` is a number, a date, money or a code with a number in it, and no word with a digit in it.

    A word read as Latin has at least as many letters as digits and is of one piece. One of two signs is a letter in
    lower case and behind it a digit that looks like one: `s6`, `x4`; no word is a capital and a digit, or all capitals.
    """
    core = token.strip(_ROUND)
    digits, letters = sum(map(str.isdigit, core)), "".join(filter(str.isalpha, core))
    if not digits or digits > len(letters) or _JOINED.search(core):
        return digits > 0
    if len(letters) == 1:
        return not (core[0].islower() and core[-1] in "046")
    return letters.isupper() or bool(re.fullmatch(r"\d+[^\W\d_]|[A-ZĐ]\w\d|km\d", core))


def is_code(token: str) -> bool:
    """Return whether `token` is an address, or has capitals of no syllable joined to something: `QĐ-UBND`, `TP.HCM`."""
    parts = re.findall(r"[^\W\d_]+", token)
    joined = len(parts) > 1 and any(len(p) > 1 and p.isupper() and not is_like_a_syllable(p) for p in parts)
    return bool(_ADDRESS.search(token)) or (joined and bool(_JOINED.search(token)))


def is_abbreviation(token: str) -> bool:
    """Return whether `token` is letters in capitals that make no syllable: `UBND`, `HĐND`."""
    core = token.strip(_ROUND)
    return len(core) > 1 and core.isalpha() and core.isupper() and not is_like_a_syllable(core)


def is_unknown_name(token: str) -> bool:
    """Return whether `token` is a capitalised word that is no syllable, whatever its marks."""
    core = token.strip(_ROUND)
    return len(core) > 1 and core.isalpha() and core.istitle() and not is_like_a_syllable(core)


def must_stay(token: str, mode: Mode) -> bool:
    """Return whether `token` may not change. Letters of a text read as Latin are wrong everywhere, digits are not."""
    if mode is Mode.LATIN:
        return is_number(token) or is_code(token)
    return has_digit(token) or is_code(token) or is_abbreviation(token) or is_unknown_name(token)


def broken(before: Sequence[str], after: Sequence[str], mode: Mode) -> list[str]:
    """Return the changes that must not be: of tokens that must stay, and of digits that come from nowhere."""
    return [
        f"{old} → {new}"
        for old, new in zip(before, after, strict=True)
        if nfc(old) != new and (must_stay(old, mode) or (has_digit(new) and not has_digit(old)))
    ]


def repaired(rows: Sequence[Sequence[str]], mode: Mode) -> tuple[list[str], list[str]]:
    done = model().restore_many(rows, mode=mode)
    return [token for row in rows for token in row], [word.token for row in done for word in row]


def rows_of(text: str) -> list[list[str]]:
    return [line.split() for line in nfc(text).split("\n") if line.strip()]


def stripped(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    return [[without_marks(token) for token in row] for row in rows]


# fmt: off
_WORDS = [
    "Ủy", "ban", "nhân", "dân", "huyện", "báo", "cáo", "kết", "quả", "thực", "hiện", "công", "tác", "cải", "cách",
    "hành", "chính", "quý", "trên", "địa", "bàn", "huyện", "theo", "quy", "định", "của", "Chính", "phủ", "về", "công",
    "tác", "văn", "thư", "và", "kiểm", "soát", "thủ", "tục", "hành", "chính",
]
# fmt: on


# --- confusions, drawn ---

_LIKE = {"i": "l", "l": "i", "h": "b", "b": "h", "n": "u", "u": "n", "c": "e", "e": "c", "m": "rn", "t": "f", "o": "c"}
_BY_BASE: dict[str, str] = {}
for _letter in LETTERS:
    _BY_BASE[base_letters(_letter)] = _BY_BASE.get(base_letters(_letter), "") + _letter


@st.composite
def confused(draw: st.DrawFn, rows: list[list[str]]) -> list[list[str]]:
    """Return `rows` with marks and letters of some words confused, lost, or another in their place."""
    out = [list(row) for row in rows]
    where = [(at, place) for at, row in enumerate(rows) for place in range(len(row))]
    spots = draw(st.lists(st.tuples(st.sampled_from(where), st.integers(0, 9), st.integers(0, 13)), max_size=120))
    for (at, place), offset, how in spots:
        token = out[at][place]
        spot = offset % max(1, len(token))
        out[at][place] = token and token[:spot] + _other(token[spot], how) + token[spot + 1 :]
    return [[token for token in row if token] for row in out]


def _other(letter: str, how: int) -> str:
    lower = letter.lower()
    marked = _BY_BASE.get(base_letters(lower), "")
    if not letter.isalpha() or how == 13:
        return letter
    new = _LIKE.get(base_letters(lower), "") if how == 12 else marked[how % len(marked)] if marked else lower
    return new.upper() if letter.isupper() else new


# --- the pages ---


@needs_pages
@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name.split(".")[0])
@pytest.mark.parametrize("mode", Mode)
def test_a_page_keeps_them(path: Path, mode: Mode) -> None:
    rows = rows_of(path.read_text(encoding="utf-8"))
    assert any(must_stay(token, mode) for row in rows for token in row)
    for text in (rows, stripped(rows)):
        assert broken(*repaired(text, mode), mode) == []


@needs_pages
@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name.split(".")[0])
def test_a_page_misread_keeps_them(path: Path) -> None:
    rows = rows_of(path.read_text(encoding="utf-8"))

    @settings(max_examples=6)
    @given(confused(rows), st.sampled_from(Mode))
    def check(text: list[list[str]], mode: Mode) -> None:
        assert broken(*repaired(text, mode), mode) == []

    check()


@needs_pages
@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name.split(".")[0])
def test_a_page_keeps_them_in_the_pipeline_and_at_the_command_line(path: Path) -> None:
    rows = rows_of(path.read_text(encoding="utf-8"))

    @settings(max_examples=4)
    @given(confused(rows), st.floats(0, 1), st.sampled_from(Origin))
    def check(text: list[list[str]], confidence: float, origin: Origin) -> None:
        for form in (text, stripped(text)):
            before = [token for row in form for token in row]
            built = tuple(Line(tuple(Word(w, w, confidence=confidence) for w in row)) for row in form)
            (page,), _ = repair_pages([Page(1, origin, Grade.GOOD, built)], ExtractSettings())
            after = [word.text for line in page.lines for word in line.words]
            assert broken(before, after, Mode.OCR) == []
        written = "\n".join(map(" ".join, text))
        made = {(c.line, c.word): c.after for c in repair_text(written).corrections}
        old = [(line, at, token) for line, row in enumerate(text) for at, token in enumerate(row)]
        assert broken([o[2] for o in old], [made.get(o[:2], o[2]) for o in old], Mode.AUTO) == []

    check()


@needs_texts
@pytest.mark.parametrize("path", HELD_OUT, ids=lambda path: path.stem)
def test_a_sample_of_other_texts_keeps_them(path: Path) -> None:
    for mode in _OTHER_MODES:
        for text in (sample_of(path), stripped(sample_of(path))):
            assert broken(*repaired(text, mode), mode) == []


@needs_texts
def test_a_sample_of_other_texts_read_as_latin_keeps_them() -> None:
    rows = [row for path in HELD_OUT for row in sample_of(path)]
    assert broken(*repaired(rows, Mode.LATIN), Mode.LATIN) == []


@pytest.mark.parametrize("token", ["5km", "5m", "1km", "3a.", "2tr", "1tỷ", "5đ", "1A", "2G", "m2", "m3", "km2", "dm3",
    "km4", "4l", "1ml", "6a", "1a)", "6c.", "4n"])  # fmt: skip
@pytest.mark.parametrize("mode", Mode)
def test_a_number_keeps_its_unit(token: str, mode: Mode) -> None:
    row = [*_WORDS[:12], token, *_WORDS[12:]]
    assert repaired([row], mode)[1][12] == token


_CODES = [
    "A4",
    "(A4)",
    "B1",
    "H6,",
    "K4",
    "Q1",
    "P6",
    "T6",
    "V1",
    "S6:",
    "X4",
    "Đ4",
    "No6",
    "No1.",
    "QL1A",
    "KCN6",
    "DT4",
    "ĐT6.",
    "o1",
    "t1",
    "e1,",
    "A&4",
    "B1B",
]


@pytest.mark.parametrize("token", _CODES)
def test_a_code_of_capitals_and_a_digit_stays(token: str) -> None:
    for words in (_WORDS, [word.upper() for word in _WORDS]):
        for row in ([*words[:12], token, *words[12:]], [*stripped([words])[0][:12], token, "983/SNV-TCBC"]):
            assert repaired([row], Mode.LATIN)[1][12] == token


@pytest.mark.parametrize(
    ("before", "token", "after", "mended"),
    [
        ("Công văn", "s6", "983/SNV-TCBC ngày 30/6/2023 của Sở Nội vụ", "số"),
        ("UBND các", "x4,", "thị trấn báo cáo", "xã,"),
        ("Phòng", "No6i", "vụ huyện báo cáo kết quả", "Nội"),
        ("Phòng", "N6i", "vụ huyện báo cáo kết quả", "Nội"),
        ("phát triển kinh tế - xã", "h6i", "của huyện", "hội"),
        ("trên địa bàn huyện và", "c6ng", "tác cải cách hành chính", "công"),
    ],
)  # fmt: skip
def test_a_word_read_with_a_digit_is_mended(before: str, token: str, after: str, mended: str) -> None:
    row = [*before.split(), token, *after.split()]
    assert repaired([row], Mode.LATIN)[1][len(before.split())] == mended


def sample_of(path: Path) -> list[list[str]]:
    """Return about forty paragraphs from all over a text."""
    lines = rows_of(path.read_text(encoding="utf-8"))
    return lines[:: max(1, len(lines) // 40)]


# --- drawn text ---

_CAPITALS = st.text(st.sampled_from("BCDĐGHKLMNPQSTVX"), min_size=2, max_size=5)
_DAY = st.builds("{:02}/{:02}/{}".format, st.integers(1, 31), st.integers(1, 12), st.integers(1990, 2030))
_GROUPED = st.integers(0, 10**12).map(lambda n: f"{n:,}".replace(",", "."))
_NAMES = ("Facebook", "Singapore", "Microsoft", "Brussels", "Zalo", "Washington", "Kpăng", "Krông")
STAYING = st.one_of(
    st.integers(0, 10**6).map(str),
    st.builds("{},{:02}%".format, st.integers(0, 99), st.integers(0, 99)),
    _DAY,
    _GROUPED,
    _GROUPED.filter(lambda n: len(n) > 1).map(lambda n: f"{n}đ"),  # of one digit: see `test_a_number_keeps_its_unit`
    st.builds(
        "{}/{}-{}".format, st.integers(1, 9999), st.sampled_from(("QĐ", "NQ", "KH", "BC", "TT", "NĐ")), _CAPITALS
    ),
    st.builds("{}/{}/{}-{}".format, st.integers(1, 999), st.integers(1990, 2030), _CAPITALS, _CAPITALS),
    st.builds("{}-{}".format, _CAPITALS, _CAPITALS).filter(is_code),
    st.builds(
        "{}@{}.gov.vn".format, st.sampled_from(("vanphong", "snv", "ubnd")), st.sampled_from(("langson", "caoloc"))
    ),
    _CAPITALS.filter(is_abbreviation),
    st.builds("{}{}".format, st.sampled_from("ABCDĐHKMNPQSTVX"), st.integers(0, 19)),
    st.builds("{}{}".format, st.integers(0, 19), st.sampled_from("abcdđeghiklmnpqstvx")),
    st.builds("{}{}{}".format, st.sampled_from(("QL", "ĐT", "KCN")), st.integers(0, 99), st.sampled_from(("", "A"))),
    st.sampled_from(_NAMES).filter(is_unknown_name),
)
AROUND = st.sampled_from(("{}", "({})", "{},", "{}.", "{};", "“{}”", "{}:"))


@st.composite
def _texts(draw: st.DrawFn) -> list[str]:
    """Return a text of words and tokens that must stay, its marks kept, stripped, or confused."""
    row = [draw(st.builds(str.format, AROUND, STAYING)) if draw(st.booleans()) else draw(st.sampled_from(_WORDS))
           for _ in range(draw(st.integers(1, 30)))]  # fmt: skip
    how = draw(st.sampled_from((list, stripped, None)))
    words = [row] if how is list else stripped([row]) if how is stripped else draw(confused([row]))
    return [token for part in words for token in part]


@given(_texts(), st.sampled_from(Mode))
def test_a_drawn_text_keeps_them(row: list[str], mode: Mode) -> None:
    before, after = repaired([row], mode)
    assert broken(before, after, mode) == []
    if mode is not Mode.LATIN:
        assert [c for c in "".join(after) if c.isdigit()] == [c for c in "".join(before) if c.isdigit()]
