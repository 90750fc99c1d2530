"""Every correction can be taken back: from what is recorded comes the text as it was read, byte for byte."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tonghop.extract.repair import RepairedText, repair_pages, repair_text
from tonghop.models.syllables import without_marks
from tonghop.records import Correction, Grade, Line, Origin, Page, Word
from tonghop.settings import ExtractSettings

_TOKEN = re.compile(r"\S+")


def undone(done: RepairedText) -> str:
    """Return the text before repair. A correction that parts a word stands for as many words as it has now."""
    made = {(c.line, c.word): c for c in done.corrections}
    return "\n".join(_undone_line(line, number, made) for number, line in enumerate(done.text.split("\n")))


def _undone_line(line: str, number: int, made: dict[tuple[int, int], Correction]) -> str:
    out, copied, word = "", 0, 0
    for match in _TOKEN.finditer(line):
        if match.start() < copied:
            continue
        correction = made.get((number, word))
        word += 1
        if correction:
            assert line.startswith(correction.after, match.start())
            out += line[copied : match.start()] + correction.before
            copied = match.start() + len(correction.after)
    return out + line[copied:]


def undone_pages(pages: Sequence[Page], corrections: Sequence[Correction]) -> list[Page]:
    """Return the pages before repair, the corrected words as they were read."""
    made = {(c.page, c.line, c.word): c for c in corrections}
    out = []
    for page in pages:
        lines = [
            replace(line, words=tuple(_undone_word(word, made.get((page.number, at, place)))
                                      for place, word in enumerate(line.words)))
            for at, line in enumerate(page.lines)
        ]  # fmt: skip
        steps = tuple(step for step in page.steps if step.action != "repair")
        out.append(replace(page, lines=tuple(lines), steps=steps))
    return out


def _undone_word(word: Word, correction: Correction | None) -> Word:
    if correction is None:
        return word
    assert (word.raw, word.text) == (correction.before, correction.after)
    return replace(word, text=correction.before)


# --- texts, drawn ---

_SENTENCES = (
    "Thưc hiện Công văn số 983/SNV-TCBC ngày 30/6/2023 của Sở Nội vụ về viêc hướng dẫn xây dựng kê hoạch",
    "Kết quả thực hiện nghịquyết của phườngLong Anh về ci cách hành chính trên địa bàn huyện năm 2024.",
    "các xã,phường hoà giải và uỷ quyền; ban hành quyêt định.Căn cứ (quy đinh) của ủy ban nhân dân tinh Lạng Sơn",
    "CỘNG HOA XA HOI CHỦ NGHĨA VIÊT NAM",
    "1.250.000đ 12,5% vanphong@caoloc.langson.gov.vn UBND HĐND TP.HCM II. d) V/v Facebook",
)
_LATIN = (
    "Thyc hién Cong Vén s6 983/SNV-TCBC ngay 30/6/2023 ctia S¢ Noi vu tinh vé viéc hudng dan xay dung Ke hoach",
    "cai cach hanh chinh hang nam va thuc hién ché d6 béo cao cai cach hanh chinh dinh ky; Phong No1 vu c4c x4,",
)


def _nfd(text: str) -> str:
    return unicodedata.normalize("NFD", text)


_FORMS: tuple[Callable[[str], str], ...] = (str, str, str, without_marks, _nfd, str.upper, str.title)
_BLANKS = st.sampled_from((" ", " ", " ", "  ", "\t", "\n", "\r\n", "\n\n", "\u00a0", "\u2028", "\x0b", " \n "))


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Return sentences in some form, words lost and put in, blanks of every kind between them."""
    source = _LATIN * 2 if draw(st.integers(0, 3)) == 0 else _SENTENCES
    words: list[str] = []
    for _ in range(draw(st.integers(1, 4))):
        form = draw(st.sampled_from(_FORMS))
        words += form(draw(st.sampled_from(source))).split()
    lost = draw(st.sets(st.integers(0, len(words) - 1), max_size=4))
    words = [word for at, word in enumerate(words) if at not in lost]
    for at in draw(st.lists(st.integers(0, len(words)), max_size=3)):
        words.insert(at, draw(st.text(st.characters(exclude_categories=["Z", "C"]), min_size=1, max_size=4)))
    blanks = draw(st.lists(_BLANKS, min_size=8, max_size=8))
    # Most blanks are plain: sentences must stay whole for anything to be repaired in them.
    parts = [word + (blanks[at % 8] if at % 5 == 0 else " ") for at, word in enumerate(words)]
    return draw(_BLANKS) + "".join(parts) if draw(st.booleans()) else "".join(parts).rstrip(" ")


@example("\n".join(_SENTENCES))
@example("\n".join(_LATIN))
@example(_nfd("\n".join(_SENTENCES)))
@settings(max_examples=60)
@given(texts())
def test_a_text_comes_back_byte_for_byte(text: str) -> None:
    done = repair_text(text)
    assert undone(done).encode() == text.encode()
    assert all(c.before != c.after for c in done.corrections)
    assert len({(c.line, c.word) for c in done.corrections}) == len(done.corrections)


def test_all_kinds_of_corrections_are_among_them() -> None:
    """Else the property above would say nothing of them."""
    texts = ("\n".join(_SENTENCES), "\n".join(_LATIN), without_marks("\n".join(_SENTENCES[:2])))
    reasons = {c.reason for text in texts for c in repair_text(text).corrections}
    assert reasons == {"marks_confused", "marks_lost", "letters_misread", "words_glued"}


@st.composite
def documents(draw: st.DrawFn) -> list[Page]:
    """Return pages of lines, of some words read otherwise than they are shown (an invisible sign was taken out)."""
    pages = []
    for number in range(1, draw(st.integers(1, 3)) + 1):
        lines = []
        for at, row in enumerate(line.split() for line in draw(texts()).split("\n")):
            hidden = draw(st.integers(0, 12))
            words = (
                Word(word, word + "\u200b" if place == hidden else word, (place, at, place + 1, at + 1), 0.9)
                for place, word in enumerate(row)
            )
            lines.append(Line(tuple(words), paragraph=at // 3))
        pages.append(Page(number, draw(st.sampled_from(Origin)), Grade.GOOD, tuple(lines)))
    return pages


@settings(max_examples=40)
@given(documents())
def test_pages_come_back_as_they_were_read(pages: list[Page]) -> None:
    repaired, corrections = repair_pages(pages, ExtractSettings())
    corrected = {(c.page, c.line, c.word) for c in corrections}
    expected = [
        replace(page, lines=tuple(
            replace(line, words=tuple(
                replace(word, text=word.raw) if (page.number, at, place) in corrected else word
                for place, word in enumerate(line.words)
            ))
            for at, line in enumerate(page.lines)
        ))
        for page in pages
    ]  # fmt: skip
    assert undone_pages(repaired, corrections) == expected
    assert [[[w.raw for w in line.words] for line in page.lines] for page in repaired] == [
        [[w.raw for w in line.words] for line in page.lines] for page in pages
    ]
    for before, after in zip(pages, repaired, strict=True):
        named = {at for page, at, _ in corrected if page == before.number}
        changed = {at for at, (a, b) in enumerate(zip(before.lines, after.lines, strict=True)) if a != b}
        assert changed == named
        assert [step.action for step in after.steps] == (["repair"] if named else [])
