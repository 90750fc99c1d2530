"""How a text came to be: prose of other languages and code are no Vietnamese that lost its marks or was misread."""

from __future__ import annotations

import pytest

from tonghop.extract.repair import repair_text
from tonghop.models.artefact import load
from tonghop.models.candidates import Source
from tonghop.models.diacritics import DiacriticModel
from tonghop.models.diagnosis import diagnose, tally
from tonghop.models.protection import form_of, latin_form_of
from tonghop.models.syllables import without_marks

_READ_AS_LATIN = (
    "Thyc hién Cong Vén s6 983/SNV-TCBC ngay 30/6/2023 ctia S¢ Noi vu tinh vé viéc hudng dan xay dung Ke hoach "
    "cai cach hanh chinh x4 va thuc hién ché d6 béo cao dinh ky, UBND huyén yéu cau cac co quan, don vi bao cao"
)
_TYPED = (
    "Thực hiện công tác cải cách hành chính và kiểm soát thủ tục hành chính trên địa bàn huyện, các phòng chuyên môn "
    "báo cáo kết quả về Ủy ban nhân dân huyện trước ngày 15 hằng tháng."
)
_FOREIGN = {
    "short words": (
        "Do not change any of it. The man can go to the sun and say so, but then he may not do it at all: no one can, "
        "and if they do not let me in then let them run to the hut on the hill, or get it to us by the end of the day."
    ),
    "an office": (
        "The clerk sent the note to the ban on May 6 so that no one may say he did not get it. If you can not see the "
        "tin, ask the man in the van: he has a map, a pen and ten hats, and he may lend them to you. Do not pay him."
    ),
    "a program": (
        "def run(self, num, val): if num in self.map: return self.map[num] else: try: self.map[num] = val() except "
        "KeyError: pass for i in range(num): print(i, val, sep) import os, sys let val = map.get(num) if let set to "
        "do not run the cat bin lib so can add it in"
    ),
    "French": (
        "Le ton de la note ne me va pas : on a dit que le plan du canton se fait au bord de la mer, et non pas en bas "
        "de la tour. On ne peut ni le lire ni le dire, car il y a du bruit, et tu ne sais pas si le lien est bon."
    ),
    "German": (
        "Man hat mir den Ton an dem Tag so leise gemacht, dass ich um das Haus gehen und den Mann im Hut fragen kann, "
        "ob er den Hahn da oben hat. Das tut er nie, da er so alt ist und im Bett liegt."
    ),
}  # fmt: skip

_NEVER_NATIVE = [name for name in _FOREIGN if name != "French"]  # that has some of the frequent syllables: va, sa


@pytest.fixture(scope="module")
def model() -> DiacriticModel:
    return load()


def sources_of(model: DiacriticModel, *paragraphs: str) -> tuple[Source | None, ...]:
    rows = [paragraph.split() for paragraph in paragraphs]
    forms = [[take(token) for token in row] for take in (form_of, latin_form_of) for row in rows]
    return diagnose(forms[: len(rows)], forms[len(rows) :], model.candidates.frequency_of)


@pytest.mark.parametrize("name", _FOREIGN)
@pytest.mark.parametrize("size", [6, 12, 20, 60])
def test_a_foreign_text_has_not_lost_its_marks_nor_was_it_misread(model: DiacriticModel, name: str, size: int) -> None:
    words = _FOREIGN[name].split()
    for piece in (words[at : at + size] for at in range(0, len(words), size)):
        assert sources_of(model, " ".join(piece))[0] in (None, Source.MARKS), piece
        assert not model.has_lost_marks([piece]), piece
        assert not model.has_lost_marks([piece], none_left=True), piece


@pytest.mark.parametrize("name", _NEVER_NATIVE)
@pytest.mark.parametrize("size", [6, 12, 20, 60])
def test_a_foreign_text_is_left_alone(model: DiacriticModel, name: str, size: int) -> None:
    words = _FOREIGN[name].split()
    pieces = [" ".join(words[at : at + size]) for at in range(0, len(words), size)]
    for text in ("\n".join(pieces), *(piece for piece in pieces if len(piece.split()) == size)):
        assert repair_text(text, model).text == text


@pytest.mark.parametrize("name", _NEVER_NATIVE)
@pytest.mark.parametrize("around", [_READ_AS_LATIN, without_marks(_TYPED)])
def test_a_foreign_paragraph_is_left_alone_in_a_vietnamese_text(model: DiacriticModel, name: str, around: str) -> None:
    (source,) = sources_of(model, around)
    assert source is not Source.MARKS
    text = _FOREIGN[name]
    assert sources_of(model, *[around] * 4, text) == (*[source] * 4, None)
    assert repair_text("\n\n".join([*[around] * 4, text]), model).text.split("\n")[8] == text


def test_vietnamese_without_its_marks_and_read_as_latin_is_known(model: DiacriticModel) -> None:
    assert sources_of(model, _READ_AS_LATIN) == (Source.LATIN,)
    assert sources_of(model, _TYPED) == (Source.MARKS,)
    assert sources_of(model, without_marks(_TYPED)) == (Source.STRIPPED,)
    assert sources_of(model, _TYPED, "CONG HOA XA HOI CHU NGHIA VIET NAM") == (Source.MARKS, Source.STRIPPED)


def test_words_are_native_when_frequent_and_of_no_other_language(model: DiacriticModel) -> None:
    found = tally(
        [form_of(t) for t in ("The", "huyen", "can", "bao", "cao", "so", "nghieng", "kilogram")],
        model.candidates.frequency_of,
    )
    assert (found.words, found.syllables, found.native) == (8, 7, 2)  # `bao`, `cao`
