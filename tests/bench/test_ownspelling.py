from __future__ import annotations

from random import Random

from bench import ownspelling
from tonghop.models.artefact import load
from tonghop.models.train.readings import ReadPage


def test_names_are_put_between_words_and_the_rest_stays() -> None:
    words = [f"từ{at}" for at in range(200)]
    out = ownspelling.with_names(" ".join(words), ["xã Pù Đạn", "bà Lò Bợm Ngủm"], Random(3))
    assert out.count("xã Pù Đạn") > 0
    assert out.replace(" xã Pù Đạn", "").replace(" bà Lò Bợm Ngủm", "").split() == words


def test_pages_are_filled_one_after_the_other() -> None:
    texts = [f"{at} " + "đoạn văn " * 80 for at in range(12)]
    pages = list(ownspelling.set_pages(texts))
    assert [block.texts[0] for page in pages for block in page] == texts
    assert {len(page) for page in pages} == {4}


def test_a_document_is_scored() -> None:
    line = "Ủy ban nhân dân xã Pù Đạn báo cáo kết quả thực hiện nhiệm vụ"
    read = [[(word, 0.96) for word in line.split()] for _ in range(2)]
    read[1][6] = ("Dạn", 0.7)
    document = ownspelling.Document(tuple(ReadPage("clean", (line,), (tuple(row),)) for row in read), has_names=True)
    assert ownspelling.score(load(), document) == [30, 1, 0, 0, 6, 0]
