from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ingest.legacyfonts import to_tcvn3, to_vni
from tonghop.ingest.decoding import Decoder, Decoding, Piece, decoding_steps
from tonghop.ingest.legacy import Encoding

TEXT = "Ủy ban nhân dân xã báo cáo kết quả cải cách hành chính quý I năm 2024, số 15/BC-UBND, đạt 98,5%".lower()
TIMES = "Times New Roman"


def decoded(*pieces: Piece, file: tuple[Piece, ...] | None = None) -> tuple[str, tuple[Decoding, ...]]:
    texts, done = Decoder([pieces] if file is None else [file, pieces]).decode(pieces)
    assert len(texts) == len(pieces)
    return "".join(texts), done


def test_by_the_name_of_the_font() -> None:
    text, (done,) = decoded(Piece(to_tcvn3(TEXT), ".VnTime"))
    assert text == TEXT
    assert (done.encoding, done.by, done.is_unsure) == (Encoding.TCVN3, "font", False)
    assert done.words > 10
    assert decoded(Piece(to_vni(TEXT), "VNI-Times"))[0] == TEXT


def test_unicode_beside_both_encodings_in_one_paragraph() -> None:
    text, done = decoded(
        Piece("Số liệu ", TIMES),
        Piece(to_tcvn3("đến ngày 30/6 "), ".VnTime"),
        Piece(to_tcvn3("của xã"), ".VnTimeH"),
        Piece(to_vni(" vẫn như cũ"), "VNI-Times"),
    )
    assert text == "Số liệu đến ngày 30/6 CỦA XÃ vẫn như cũ"
    assert {one.encoding for one in done} == set(Encoding)


def test_capitals_by_font_without_any_letter_of_ours() -> None:
    assert decoded(Piece("viet nam", ".VnTimeH")) == ("VIET NAM", ())


def test_capitals_by_format_come_after_decoding() -> None:
    assert decoded(Piece(to_tcvn3("báo cáo"), ".VnTime", is_upper=True))[0] == "BÁO CÁO"


@pytest.mark.parametrize("text", ["Ủy ban nhân dân xã", "và các xã là", "báo cáo và", "có"])
def test_unicode_in_an_old_font_stays(text: str) -> None:
    """`.VnTime` around a Unicode text is no proof: Word draws the letters with another font."""
    file = (Piece("Ủy ban nhân dân huyện đề nghị các xã, thị trấn thực hiện nghiêm túc", ".VnTime"),)
    assert decoded(Piece(text, ".VnTime"), file=file)[0] == text


def test_a_short_piece_follows_its_font() -> None:
    assert decoded(Piece(to_tcvn3("có"), ".VnTime"))[0] == "có"
    assert decoded(Piece(to_tcvn3("QĐ-UBND, NĐ-CP, HĐND"), ".VnTime"))[0] == "QĐ-UBND, NĐ-CP, HĐND"


def test_contradicting_text_is_left_and_called_unsure() -> None:
    text = to_tcvn3("báo cáo quý") + " thực hiện nghiêm"
    shown, (done,) = decoded(Piece(text, ".VnTime"))
    assert shown == text
    assert done.is_unsure
    (step,) = decoding_steps([done])
    assert step.action == "suspect_encoding"


def test_contradicting_word_is_settled_by_the_file() -> None:
    file = tuple(Piece(to_tcvn3(TEXT), ".VnTime") for _ in range(3))
    shown, (done,) = decoded(Piece("các " + to_tcvn3("xã"), ".VnTime"), file=file)
    assert (shown.split()[1], done.is_unsure) == ("xã", False)


@pytest.mark.parametrize(("encode", "encoding"), [(to_tcvn3, Encoding.TCVN3), (to_vni, Encoding.VNI)])
def test_by_the_text_where_the_font_says_nothing(encode: object, encoding: Encoding) -> None:
    assert callable(encode)
    text, (done,) = decoded(Piece(encode(TEXT), "Arial"))
    assert text == TEXT
    assert (done.encoding, done.by) == (encoding, "text")


def test_short_text_is_settled_by_the_file() -> None:
    file = tuple(Piece(to_tcvn3(TEXT), TIMES) for _ in range(3))
    assert decoded(Piece(to_tcvn3("có"), TIMES), file=file)[0] == "có"
    assert decoded(Piece("Ủy ban xã có", TIMES), file=file)[0] == "Ủy ban xã có"


def test_one_odd_word_is_no_proof() -> None:
    assert decoded(Piece(to_tcvn3("việc"), TIMES)) == (to_tcvn3("việc"), ())


def test_one_odd_word_in_a_file_of_old_text_is_unsure() -> None:
    file = tuple(Piece(to_tcvn3(TEXT), ".VnTime") for _ in range(3))
    shown, (done,) = decoded(Piece(to_tcvn3("việc"), TIMES), file=file)
    assert (shown, done.is_unsure) == (to_tcvn3("việc"), True)


@pytest.mark.parametrize(
    "text",
    [
        "L'été dernier, nous avons célébré la fête à Évreux ; l'école élémentaire créée près du château.",
        "Für die Prüfung müssen Schüler über die Straße gehen; schöne Grüße aus München und Österreich.",
        "El niño comió piñas en España; el señor García habló del año pasado: acción, población, según.",
        "A administração não está obrigada à revisão das decisões; são informações públicas, você é.",
    ],
)
def test_other_languages_are_left_alone(text: str) -> None:
    assert decoded(Piece(text, "Arial")) == (text, ())


def test_signs_of_symbol_fonts_are_no_letters() -> None:
    file = (Piece(to_vni(TEXT) * 3, "VNI-Times"),)
    assert decoded(Piece("\uf0e5", "Symbol"), file=file) == ("\uf0e5", ())


def test_a_letter_of_vni_that_two_runs_share() -> None:
    text, _ = decoded(Piece("Vie", "VNI-Times"), Piece("ät ñö", "VNI-Times"), Piece("ôïc", "VNI-Times"))
    assert text == "Việt được"


def test_steps_add_up_by_encoding_and_proof() -> None:
    one, other = Decoding(Encoding.VNI, "font", 3), Decoding(Encoding.VNI, "font", 4)
    (step,) = decoding_steps([one, other])
    assert (step.action, step.settings) == ("decode", (("encoding", "VNI"), ("by", "font"), ("words", "7")))


FONTS = st.sampled_from([".VnTime", ".VnTimeH", "VNI-Times", TIMES, "Symbol", ""])
PIECES = st.lists(st.builds(Piece, st.text(max_size=30), FONTS), max_size=8)


@given(PIECES)
def test_any_text_keeps_its_digits_and_its_pieces(pieces: list[Piece]) -> None:
    texts, _ = Decoder([pieces]).decode(pieces)
    assert len(texts) == len(pieces)
    before = [c for piece in pieces for c in piece.text if c in "0123456789"]
    assert [c for text in texts for c in text if c in "0123456789"] == before


@given(st.text(st.sampled_from("aáàảãạăắâấậbcdđeéêệghiíklmnoóôốơớợpqrstuúưứựvxyý 0123456789,."), max_size=60))
def test_nothing_changes_without_being_recorded(text: str) -> None:
    known = (Piece("Ủy ban nhân dân huyện đề nghị các xã thực hiện nghiêm túc việc báo cáo", TIMES),) * 3
    shown, done = decoded(Piece(text, TIMES), file=known)
    assert shown == text or done
