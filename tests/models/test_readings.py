"""Pages printed, worn and read: texts that may be used, what is drawn of them, who reads."""

from __future__ import annotations

import shutil
from itertools import islice
from pathlib import Path

import pytest

from tonghop.models.train.misreadings import count_misreadings
from tonghop.models.train.printing import Family
from tonghop.models.train.readings import HELD_OUT, TRAINING, Reader, ReadPage, Scan, draw_pages, main, read_pages
from tonghop.models.train.sources import read_sources
from tonghop.models.train.wear import PROFILES

TEXTS = (
    "Ủy ban nhân dân xã báo cáo kết quả thực hiện công tác cải cách hành chính quý I năm 2024 trên địa bàn xã.",
    "Tiếp tục rà soát, công khai thủ tục hành chính thuộc thẩm quyền giải quyết của Ủy ban nhân dân cấp xã.",
)


def read(tinos: Family, reader: Reader) -> ReadPage:
    if shutil.which("tesseract") is None:
        pytest.skip("needs tesseract")
    (page,) = read_pages(islice(draw_pages([TEXTS], [tinos], [1], [Scan("clean", 150)], 5), 1), reader)
    return page


def test_whole_blocks_are_held_out(tmp_path: Path) -> None:
    lines = [f"Điều {number}" for number in range(8000)]
    (tmp_path / "legal_near.txt").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "news_other.txt").write_text("Báo chí", encoding="utf-8")
    (source,) = read_sources(tmp_path)
    assert source.held_out == (*lines[3900:4000], *lines[7900:8000])
    assert {*source.lines, *source.held_out} == set(lines)
    assert len(source.lines) + len(source.held_out) == len(lines)


@pytest.mark.parametrize("reader", Reader)
def test_held_out_pages_have_other_damage(reader: Reader) -> None:
    training, held_out = TRAINING[reader], HELD_OUT[reader]
    assert {scan.profile for scan in training} == {scan.profile for scan in held_out} == set(PROFILES)
    assert {scan.dpi for scan in training}.isdisjoint(scan.dpi for scan in held_out)


def test_pages_are_the_same_for_the_same_seed(tinos: Family) -> None:
    scans = (Scan("office", 100), Scan("fax", 120))
    first, again, other = (list(islice(draw_pages([TEXTS], [tinos], [1], scans, seed), 2)) for seed in (7, 7, 8))
    assert [page.profile for page in first] == ["office", "fax"]
    assert [page.pixels.tobytes() for page in first] == [page.pixels.tobytes() for page in again]
    assert [page.words for page in first] == [page.words for page in again]
    assert first[0].pixels.tobytes() != other[0].pixels.tobytes()


def test_a_text_that_cannot_be_printed_is_refused(tinos: Family) -> None:
    with pytest.raises(ValueError, match="no paragraph"):
        next(draw_pages([["ngắn"], ["行政改革" * 20]], [tinos], [1], [Scan("clean", 150)], 1))


def test_the_program_reads_a_page_with_its_marks(tinos: Family) -> None:
    page = read(tinos, Reader.VIETNAMESE)
    counts = count_misreadings([page])
    right, marks, letters = counts.letters.words.sum(axis=0)
    assert right >= 300
    assert marks + letters + counts.missed <= 0.02 * right  # measured: none of 317
    assert all(0 <= sure <= 1 for line in page.read for _, sure in line)


def test_an_english_reader_loses_marks_and_mistakes_letters(tinos: Family) -> None:
    page = read(tinos, Reader.ENGLISH)
    counts = count_misreadings([page])
    right, marks, letters = counts.letters.words.sum(axis=0)
    assert counts.missed <= 0.05 * (right + marks + letters)  # measured: none of 317
    assert marks > right
    assert letters > 20  # measured: 32 right, 229 with other marks, 56 with other letters
    assert not {"ế", "ạ", "ư"} & set(counts.letters.read)


def test_what_was_kept_is_not_read_again(tmp_path: Path) -> None:
    (tmp_path / "legal_near.txt").write_text(TEXTS[0], encoding="utf-8")
    (tmp_path / "eng-held.json").write_text("[]", encoding="utf-8")
    nowhere = str(tmp_path / "none")  # no fonts: nothing could be drawn
    arguments = ["--corpus", str(tmp_path), "--fonts", nowhere, "--keep", str(tmp_path), "--reader", "eng"]
    assert main([*arguments, "--held-out"]) == 0
    with pytest.raises(FileNotFoundError, match="fonts"):
        main(arguments)
