from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ingest.legacyfonts import LETTERS, to_tcvn3, to_vni
from tonghop.ingest.layerfonts import decode_layer, has_old_codes, typeface
from tonghop.ingest.layerprobe import FontRun, font_of
from tonghop.ingest.legacy import Encoding, encoding_of, is_capital_font
from tonghop.records import Line, Word

TEXT = "cải cách thủ tục hành chính của ủy ban nhân dân xã đã được thực hiện nghiêm túc"


def layer(text: str, font: str) -> tuple[tuple[Line, ...], tuple[FontRun, ...]]:
    words = tuple(Word(w, w, (40 * at, 0, 40 * at + 30, 20)) for at, w in enumerate(text.split()))
    return (Line(words),), (FontRun(font, text, (0, 0, 40 * len(words), 20)),)


@pytest.mark.parametrize(
    ("font", "encoding", "is_capital"),
    [
        ("FBHPEM+VnTime", Encoding.TCVN3, False),
        ("FBHPFO+VnTimeHBold", Encoding.TCVN3, True),
        ("CCBOFB+.VnTime,Bold", Encoding.TCVN3, False),
        ("CCBOOA+.VnTimeH,BoldItalic", Encoding.TCVN3, True),
        (".VnArialH", Encoding.TCVN3, True),
        ("ABCDEF+VNI-Times,Italic", Encoding.VNI, False),
        ("ABCDEF+VNI-Times-Bold", Encoding.VNI, False),
        ("ABCDEF+VNITimes", Encoding.VNI, False),
        ("TimesNewRomanPS-BoldMT", None, False),
        ("", None, False),
    ],
)
def test_the_names_of_a_pdf_are_understood(font: str, encoding: Encoding | None, is_capital: bool) -> None:
    assert encoding_of(typeface(font)) is encoding
    assert is_capital_font(typeface(font)) is is_capital


@pytest.mark.parametrize(("font", "encode"), [("VnTime", to_tcvn3), ("VNI-Times", to_vni), ("F1", to_tcvn3)])
def test_a_layer_in_an_old_font_is_decoded(font: str, encode: object) -> None:
    assert callable(encode)
    lines, runs = layer(encode(TEXT), font)
    assert has_old_codes(lines)
    decoded, done = decode_layer(lines, runs)
    assert [line.text for line in decoded] == [TEXT]
    assert decoded[0].words[0].raw == "cải"
    assert sum(one.words for one in done) >= 10
    assert {one.by for one in done} == {"text" if font == "F1" else "font"}


def test_capital_fonts_draw_capitals() -> None:
    decoded, _ = decode_layer(*layer(to_tcvn3("ủy ban nhân dân"), "ABCDEF+VnTimeHBold"))
    assert decoded[0].text == "ỦY BAN NHÂN DÂN"


def test_glyphs_named_by_their_look_are_codes() -> None:
    decoded, _ = decode_layer(*layer("n−íc céng hoµ x∙ héi chñ nghÜa", "VnTime"))
    assert decoded[0].text == "nước cộng hoà xã hội chủ nghĩa"


def test_a_word_that_such_a_glyph_parts_is_one_again() -> None:
    boxes = [(0, 0, 10, 20), (12, 0, 22, 20), (24, 0, 60, 20), (72, 0, 120, 20)]
    words = tuple(Word(w, w, box) for w, box in zip(["t", "−", "íng", "chÝnh"], boxes, strict=True))
    decoded, _ = decode_layer((Line(words),), (FontRun("VnTime", "", (0, 0, 200, 20)),))
    assert [(word.text, word.box) for word in decoded[0].words] == [("tướng", (0, 0, 60, 20)), ("chính", boxes[3])]


def test_real_minus_signs_part_words() -> None:
    words = tuple(Word(w, w, (60 * at, 0, 60 * at + 30, 20)) for at, w in enumerate(["phÝ", "−", "lÖ"]))
    decoded, _ = decode_layer((Line(words),), (FontRun("VnTime", "", (0, 0, 200, 20)),))
    assert len(decoded[0].words) == 3


def test_unicode_text_stays_as_it_is() -> None:
    lines, runs = layer(TEXT, "VnTime")
    decoded, _ = decode_layer(lines, runs)
    assert decoded[0].text == TEXT
    assert not has_old_codes(())
    assert not has_old_codes(layer("Uy ban nhan dan xa bao cao", "")[0])


@given(st.lists(st.text(LETTERS.lower() + "bcdghklmnpqrstvx0123456789", min_size=1, max_size=6), min_size=1))
def test_digits_are_never_changed(words: list[str]) -> None:
    text = " ".join(words)
    decoded, _ = decode_layer(*layer(to_tcvn3(text), "VnTime"))
    digits = "".join(c for c in text if c in "0123456789")
    assert "".join(c for line in decoded for c in line.text if c in "0123456789") == digits


def test_the_font_of_a_word_is_that_of_most_of_it() -> None:
    runs = (FontRun("A", "", (0, 0, 10, 20)), FontRun("B", "", (10, 0, 100, 20)))
    assert font_of((0, 0, 50, 20), runs) == "B"
    assert font_of((0, 30, 50, 40), runs) == ""
    assert font_of((0, 0, 5, 5), ()) == ""


def test_public_documents_in_tcvn3_are_decoded(shared_dir: Path) -> None:
    """Without case, which their truth has otherwise in places, less than 1 % of their syllables differ."""
    from bench.legacy import error_rate, tokens
    from tonghop.ingest.layerjudge import judge_page
    from tonghop.ingest.rasterize import count_pages
    from tonghop.settings import IngestSettings

    settings = IngestSettings()
    for path in sorted((shared_dir / "realdocs" / "doc_legacy").glob("tcvn3_*.pdf")):
        truth = path.with_suffix(".gt.txt").read_text(encoding="utf-8").lower()
        pages = range(1, 1 + count_pages(path, path.name, settings))
        layers = [judge_page(path, path.name, number, settings) for number in pages]
        read = " ".join(line.text for one in layers for line in one.lines).lower()
        assert error_rate(tokens(truth), tokens(read)) < 0.01, path.name


def test_all_letters_come_through_a_layer() -> None:
    small, capitals = LETTERS[:67], LETTERS[67:]
    vni, _ = decode_layer(*layer(to_vni(" ".join(LETTERS)), "ABCDEF+VNI-Times"))
    tcvn3, _ = decode_layer(*layer(to_tcvn3(" ".join(small)), "ABCDEF+.VnTime"))
    drawn, _ = decode_layer(*layer(to_tcvn3(" ".join(small)), "ABCDEF+.VnTimeH,Bold"))
    assert vni[0].text == " ".join(LETTERS)
    assert tcvn3[0].text == " ".join(small)
    assert drawn[0].text == " ".join(capitals)
