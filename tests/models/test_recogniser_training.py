"""What the recogniser is trained on: the float model, the texts, the drawn pages and the lines cut from them."""

from __future__ import annotations

import ctypes.util
import lzma
import shutil
import struct
import subprocess
from pathlib import Path
from random import Random

import numpy as np
import pytest

from tonghop.models.train.cutting import CutLine, LineFinder, cut_lines, write_lines
from tonghop.models.train.faces import missing_letters
from tonghop.models.train.lstmfile import UnknownNetwork, to_float
from tonghop.models.train.officetext import Kind, make_blocks, readable
from tonghop.models.train.printing import Family, print_page
from tonghop.models.train.recogniser import Drawing, draw_page, read_texts
from tonghop.models.train.recogniser import main as train
from tonghop.models.train.scoring import Score
from tonghop.models.train.wear import PROFILES, wear

TESSDATA = Path("/usr/share/tesseract-ocr/5/tessdata")
TEXTS = (
    "Ủy ban nhân dân xã báo cáo kết quả thực hiện công tác cải cách hành chính quý I năm 2024 trên địa bàn xã.",
    "Tiếp tục rà soát, công khai thủ tục hành chính thuộc thẩm quyền giải quyết của Ủy ban nhân dân cấp xã.",
)


def text(value: str) -> bytes:
    return struct.pack("<I", len(value)) + value.encode()


def layer(kind: str, body: bytes, flags: int = 0) -> bytes:
    return b"\0" + text(kind) + b"\0\0" + struct.pack("<4i", flags, 3, 2, 6) + text(kind) + body


def matrix(mode: int = 0x81) -> bytes:
    weights = np.array([[127, -127, 1], [0, 64, -3]], np.int8)
    return bytes([mode]) + struct.pack("<2Ib", 2, 3, 0) + weights.tobytes() + struct.pack("<I2d", 2, 0.5, 0.25)


def component(mode: int = 0x81, flags: int = 65, kind: str = "Softmax") -> bytes:
    rates = struct.pack("<If", 1, 0.001)
    network = layer("Series", struct.pack("<I", 1) + layer(kind, matrix(mode)) + rates, flags=64)
    return network + text("[1,36,0,1O1c2]") + struct.pack("<4i3f", flags, 700, 800, 1, 0.9, 0.001, 0.5)


def test_integer_weights_become_their_products_with_the_scales() -> None:
    made = to_float(component())
    place = made.index(struct.pack("<B2Id", 0x80, 2, 3, 0.0))
    floats = np.frombuffer(made, "<f8", 6, place + 17).reshape(2, 3)
    assert floats.tolist() == [[63.5, -63.5, 0.5], [0.0, 16.0, -0.75]]


def test_the_float_model_says_that_it_is_one_and_begins_anew() -> None:
    assert struct.unpack("<4i", to_float(component())[-28:-12]) == (64, 0, 0, 1)


@pytest.mark.parametrize(
    "wrong",
    [component(flags=64), component(mode=0x80), component(mode=1), component(kind="Magic"), component() + b"\0",
     component()[:-1], component()[:40], b"", b"no network"],
    ids=["float", "float matrix", "old matrix", "layer", "longer", "shorter", "half", "empty", "prose"],
)  # fmt: skip
def test_what_is_no_integer_network_is_refused(wrong: bytes) -> None:
    with pytest.raises(UnknownNetwork):
        to_float(wrong)


def test_a_text_in_signs_the_model_knows() -> None:
    letters = frozenset("abcđ-.'")
    assert readable("a –  b…", letters) == "a - b..."
    assert readable("a € b", letters) == ""


def test_pages_hold_what_law_texts_lack() -> None:
    blocks = [block for seed in range(12) for block in make_blocks(TEXTS, Random(seed))]
    words = {word for block in blocks for text in block.texts for word in text.split()}
    assert {block.kind for block in blocks} == set(Kind)
    assert {"I.", "II.", "III.", "VIII.", "UBND", "VBQPPL,."} <= words
    assert any("/QĐ-UBND" in word for word in words)


def test_a_face_without_a_letter_is_found_out(tinos: Family) -> None:
    assert missing_letters(tinos.regular) == ""
    symbols = Path("/usr/share/fonts/truetype/openoffice/opens___.ttf")
    if not symbols.is_file():
        pytest.skip("needs the font OpenSymbol (package fonts-opensymbol)")
    assert len(missing_letters(symbols)) > 100


def test_a_page_is_the_same_for_the_same_seed(tinos: Family) -> None:
    drawing = Drawing((TEXTS,), (1,), (tinos,), (1,), TESSDATA, "vie")
    first, again, other = (draw_page(drawing, seed) for seed in ("7:1", "7:1", "7:2"))
    assert first.pixels.tobytes() == again.pixels.tobytes()
    assert first.words == again.words
    assert first.pixels.tobytes() != other.pixels.tobytes()


@pytest.mark.parametrize("profile", PROFILES)
def test_words_lie_where_their_ink_lies(tinos: Family, profile: str) -> None:
    """Turning, levelling and enlarging move the boxes with the words."""
    page = wear(print_page(make_blocks(TEXTS, Random(5)), tinos, 200, Random(5)), profile, Random(5))
    dark = page.pixels < np.percentile(page.pixels, 90) - 60
    inside = np.zeros(dark.shape, bool)
    for word in page.words:
        left, top, right, bottom = (round(value) for value in word.box)
        inside[max(0, top) : bottom, max(0, left) : right] = True
    assert (dark & inside).sum() > 0.97 * dark.sum()


def test_lines_are_cut_with_their_words(tinos: Family) -> None:
    if ctypes.util.find_library("tesseract") is None or not (TESSDATA / "vie.traineddata").is_file():
        pytest.skip("needs tesseract and its language vie")
    page = wear(print_page(make_blocks(TEXTS, Random(3)), tinos, 200, Random(3)), "clean", Random(3))
    printed: dict[int, list[str]] = {}
    for word in page.words:
        printed.setdefault(word.line, []).append(word.text)
    with LineFinder(TESSDATA, "vie") as finder:
        cut = list(cut_lines(page, finder))
    whole = {" ".join(words) for words in printed.values()}
    assert len(cut) > 0.6 * len(whole)
    assert sum(line.text in whole for line in cut) > 0.8 * len(cut)


def test_lines_are_packed_as_tesseract_packs_them(tmp_path: Path) -> None:
    lines = [CutLine(np.full((30, 90), 200, np.uint8), "Điều 1."), CutLine(np.zeros((9, 20), np.uint8), "II.")]
    assert write_lines(lines, tmp_path / "00001.lstmf") == 2
    data = (tmp_path / "00001.lstmf").read_bytes()
    assert data[:4] == struct.pack("<I", 2)
    assert data.count(b"\x89PNG") == 2
    assert data.count(text("Điều 1.".encode().decode("latin-1"))) == 0  # lengths are of bytes, not of letters
    packed = "Điều 1.".encode()
    assert data.count(struct.pack("<I", len(packed)) + packed) == 2


def test_errors_are_counted_without_order_and_digits_apart() -> None:
    score = Score()
    score.add("Căn cứ Quyết định số 362/QĐ-UBND, ngày 5", "Quyết định căn cứ số 362/QĐ-UBND ngày 6 ngày")
    assert (score.wrong, score.words, score.wrong_numbers, score.numbers) == (2, 6, 1, 2)


def test_only_texts_that_may_be_shipped_are_read(tmp_path: Path) -> None:
    (tmp_path / "legal_a.txt").write_text(TEXTS[0], encoding="utf-8")
    (tmp_path / "wiki_b.txt.xz").write_bytes(lzma.compress(TEXTS[1].encode()))
    (tmp_path / "news_c.txt").write_text("Báo chí không được dùng để luyện mô hình.", encoding="utf-8")
    (tmp_path / "legal_qa_d.txt").write_text("Giải thích của nhà xuất bản không được dùng.", encoding="utf-8")
    letters = frozenset("".join(TEXTS))
    assert read_texts(tmp_path, letters, Random(1)) == (((TEXTS[0],), (TEXTS[1],)), (2, 2))


def test_debian_s_model_reads_the_same_as_a_float_one(tmp_path: Path, tinos: Family) -> None:
    base = TESSDATA / "vie.traineddata"
    if shutil.which("combine_tessdata") is None or not base.is_file():
        pytest.skip("needs tesseract's training programs and its language vie")
    from tonghop.models.train.scoring import read_page

    made = tmp_path / "float.traineddata"
    shutil.copy(base, made)
    subprocess.run(["combine_tessdata", "-e", str(base), str(tmp_path / "vie.lstm")], check=True, capture_output=True)
    (tmp_path / "float.lstm").write_bytes(to_float((tmp_path / "vie.lstm").read_bytes()))
    subprocess.run(["combine_tessdata", "-o", str(made), str(tmp_path / "float.lstm")], check=True, capture_output=True)
    page = wear(print_page(make_blocks(TEXTS, Random(9)), tinos, 200, Random(9)), "clean", Random(9))
    before, after = (read_page(page, model).split() for model in (base, made))
    assert len(before) > 100
    # Activations are rounded in one and not in the other: a word in a hundred may differ.
    score = Score()
    score.add(" ".join(before), " ".join(after))
    assert score.wrong + score.wrong_numbers <= 0.01 * len(before)


@pytest.mark.parametrize("absent", ["--text", "--held-out"])
def test_the_command_asks_for_its_texts(absent: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = {"--text": tmp_path, "--held-out": tmp_path, "--work": tmp_path, "--out": tmp_path / "x.traineddata"}
    del given[absent]
    with pytest.raises(SystemExit):
        train([word for pair in given.items() for word in map(str, pair)])
    assert absent in capsys.readouterr().err
