"""The training command, end to end on a corpus of a few lines; what was read from pages is given, not read."""

from __future__ import annotations

import hashlib
import lzma
from pathlib import Path

import numpy as np
import pytest

from tonghop.models.artefact import ARTEFACT, load, load_network
from tonghop.models.ngrams import load_ngrams
from tonghop.models.train.counts import build_ngrams, choose_vocabulary, count_cases, count_symbols, encode
from tonghop.models.train.diacritics import main
from tonghop.models.train.readings import ReadPage, load_pages, save_pages

LINES = [
    "Ủy ban nhân dân xã báo cáo kết quả thực hiện công tác cải cách hành chính quý I năm 2024.",
    "Ủy ban nhân dân huyện tổng hợp báo cáo của các xã, thị trấn trên địa bàn huyện.",
    "Kết quả thực hiện nhiệm vụ; tồn tại, hạn chế và nguyên nhân.",
    "Xã có bạn; huyện có bản; xã có bản; huyện có bạn.",  # which is not to be told from the words beside
]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "legal_near.txt").write_text("\n".join(LINES * 8), encoding="utf-8")
    (folder / "wiki_far.txt.xz").write_bytes(lzma.compress("\n".join(LINES[::-1] * 8).encode()))
    (folder / "news_other.txt").write_text("Báo chí không được dùng.\n" * 50, encoding="utf-8")
    (folder / "legal_qa_other.txt").write_text("Giải thích không được dùng.\n" * 50, encoding="utf-8")
    readings = tmp_path / "readings"
    readings.mkdir()
    right = tuple((word, 0.9) for word in LINES[0].split())
    wrong = tuple((word.replace("kết", "kêt"), 0.9) for word in LINES[0].split())
    save_pages([ReadPage("clean", (LINES[0],), (line,)) for line in (right, wrong, right)], readings / "vie-train.json")
    save_pages([ReadPage("clean", (LINES[0],), (wrong,))], readings / "vie-held.json")
    latin = tuple((word, 0.9) for word in ["Uy", "ban", "nhan", "dan", "x4", "béo", "cdo", "két", "qué"])
    save_pages([ReadPage("clean", (" ".join(LINES[0].split()[:9]),), (latin,))], readings / "eng-train.json")
    return folder


def train(corpus: Path, out: Path, *more: str) -> int:
    out.mkdir()
    options = ["--pages", "4", "--seed", "7", "--trigrams", "500", "--bigrams", "500", "--steps", "1", *more]
    return main(["--corpus", str(corpus), "--out", str(out), "--readings", str(corpus.parent / "readings"), *options])


def test_a_model_is_made_from_texts_that_may_be_shipped(corpus: Path, tmp_path: Path) -> None:
    assert train(corpus, tmp_path / "out") == 0
    model = load(tmp_path / "out")
    assert model.network is not None
    assert len(model.network.bias) == len(model.words)
    assert "nhân" in model.candidates.syllables("nhan")
    assert "chí" not in model.candidates.syllables("chi")  # stands only in texts that may not be shipped
    restored = model.restore(["Uy", "ban", "nhan", "dan", "xa", "bao", "cao", "ket", "qua", "thuc", "hien"])
    assert " ".join(token for token, _ in restored) == "Ủy ban nhân dân xã báo cáo kết quả thực hiện"
    card = (tmp_path / "out" / "diacritics.md").read_text(encoding="utf-8")
    for path in corpus.iterdir():
        is_used = not path.name.startswith(("news", "legal_qa"))
        assert (hashlib.sha256(path.read_bytes()).hexdigest() in card) == is_used
    assert hashlib.sha256((tmp_path / "out" / ARTEFACT).read_bytes()).hexdigest() in card


def test_the_same_corpus_makes_the_same_model(corpus: Path, tmp_path: Path) -> None:
    train(corpus, tmp_path / "one")
    train(corpus, tmp_path / "two")
    one, two = ((tmp_path / name / ARTEFACT).read_bytes() for name in ("one", "two"))
    assert one == two


def test_the_rescorer_is_kept_and_taken_again(corpus: Path, tmp_path: Path) -> None:
    kept = tmp_path / "network.safetensors"
    train(corpus, tmp_path / "one", "--network", str(kept))
    train(corpus, tmp_path / "two", "--network", str(kept), "--steps", "0")
    one, two = ((tmp_path / name / ARTEFACT).read_bytes() for name in ("one", "two"))
    assert one == two  # stored in eight bits once more, it is still the same
    with pytest.raises(ValueError, match="not for these 3"):
        load_network(kept, 3)


def test_without_steps_there_is_no_rescorer(corpus: Path, tmp_path: Path) -> None:
    train(corpus, tmp_path / "out", "--steps", "0")
    assert load(tmp_path / "out").network is None


def test_texts_without_a_doubtful_word_are_refused(corpus: Path, tmp_path: Path) -> None:
    for path in corpus.iterdir():
        path.unlink()
    (corpus / "legal_sure.txt").write_text("\n".join(LINES[:3] * 8), encoding="utf-8")
    with pytest.raises(ValueError, match="--steps 0"):
        train(corpus, tmp_path / "out")


def test_a_folder_without_texts_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="legal_"):
        main(["--corpus", str(tmp_path), "--out", str(tmp_path)])


def test_pages_are_kept_as_they_were(tmp_path: Path) -> None:
    pages = [ReadPage("fax", ("a b", "c"), ((("a", 0.5), ("b", 1.0)), ()))]
    save_pages(pages, tmp_path / "pages.json")
    assert load_pages(tmp_path / "pages.json") == pages


def test_rows_have_one_break_between_lines() -> None:
    vocabulary = choose_vocabulary(count_symbols(LINES), least=1)
    row = encode(["xã báo cáo.", "Xã, thị trấn; 12 xã"], vocabulary)
    words = [vocabulary.words[i] for i in row]
    assert words == (
        ["<break>", "xã", "báo", "cáo", "<break>", "xã", "thị", "trấn", "<break>", "<number>", "xã", "<break>"]
    )


def test_pruning_keeps_contexts_of_what_is_kept() -> None:
    vocabulary = choose_vocabulary(count_symbols(LINES), least=1)
    row = encode(LINES * 5, vocabulary)
    full = load_ngrams(build_ngrams(row, len(vocabulary.words), 10_000, 10_000))
    small = load_ngrams(build_ngrams(row, len(vocabulary.words), 10, 1))
    assert 0 < np.count_nonzero(small.trigrams.prints) < np.count_nonzero(full.trigrams.prints)
    triples = [row[at : at + 3] for at in range(len(row) - 2) if row[at + 1] != 0]
    keys = np.array([(a * small.size + b) * small.size + c for a, b, c in triples])
    kept = [triple for triple, at in zip(triples, small.trigrams.find(keys).tolist(), strict=True) if at >= 0]
    assert kept
    for a, b, c in kept:
        assert (small.find_bigrams(np.array([a, b]), np.array([b, c])) >= 0).all()


def test_cases_are_counted_inside_sentences() -> None:
    vocabulary = choose_vocabulary(count_symbols(["Xã xã Xã, xã. Xã báo cáo"]), least=1)
    counts = count_cases(["Xã xã Xã, xã. Xã báo cáo"], vocabulary)
    assert counts[vocabulary.ids["xã"]].tolist() == [2, 1]
