from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tonghop.errors import ChildProcessFailed, MissingDependency, PageTimeout
from tonghop.ingest import tesseract
from tonghop.settings import IngestSettings

if TYPE_CHECKING:
    from tests.ingest.conftest import DrawPage, FakeTesseract


SETTINGS = IngestSettings()
WHITE = np.full((200, 200), 255, np.uint8)
HEAD = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n"


def row(*cells: object) -> str:
    return "\t".join(map(str, cells)) + "\n"


def read(settings: IngestSettings = SETTINGS) -> tesseract.Reading:
    return tesseract.read_image(WHITE, 300, settings)


def test_a_crash_is_named_with_its_exit_code(fake_tesseract: FakeTesseract) -> None:
    fake_tesseract("print('out of cheese', file=sys.stderr); sys.exit(3)")
    with pytest.raises(ChildProcessFailed, match=r"\(3\) .*out of cheese"):
        read()


def test_a_killed_child_is_named_with_its_signal(fake_tesseract: FakeTesseract) -> None:
    fake_tesseract("os.kill(os.getpid(), signal.SIGKILL)")
    with pytest.raises(ChildProcessFailed, match="signal 9"):
        read()


def test_a_page_that_hangs_is_given_up(fake_tesseract: FakeTesseract) -> None:
    fake_tesseract("signal.pause()")
    with pytest.raises(PageTimeout, match=r"0\.5 seconds"):
        read(IngestSettings(page_timeout_s=0.5))


@pytest.mark.parametrize(
    "content",
    ["b''", "b'hello\\n'", "b'\\xff\\xfe\\x00'", "open(sys.executable, 'rb').read(4096)"],
    ids=["nothing", "prose", "not utf-8", "a binary"],
)
def test_rubbish_is_refused(fake_tesseract: FakeTesseract, content: str) -> None:
    fake_tesseract(f"open(sys.argv[2] + '.tsv', 'wb').write({content})")
    with pytest.raises(ChildProcessFailed):
        read()


def test_success_without_output_is_a_failure(fake_tesseract: FakeTesseract) -> None:
    fake_tesseract("pass")
    with pytest.raises(ChildProcessFailed):
        read()


def test_a_version_nobody_understands_does_not_end_the_process(fake_tesseract: FakeTesseract) -> None:
    fake_tesseract("pass", version="Segmentation fault")
    with pytest.raises(ChildProcessFailed, match="version"):
        read()


def test_a_missing_program_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("pytesseract.pytesseract.tesseract_cmd", str(tmp_path / "nowhere"))
    with pytest.raises(MissingDependency) as caught:
        read()
    assert str(caught.value) == "Tesseract is not installed."
    assert "apt-get install tesseract-ocr" in caught.value.params["how"]


def test_a_missing_language_says_how_to_install_it(fake_tesseract: FakeTesseract) -> None:
    fake_tesseract("pass")
    with pytest.raises(MissingDependency) as caught:
        read(IngestSettings(language="vie+chi_sim"))
    assert caught.value.params["how"] == "sudo apt-get install tesseract-ocr-chi-sim"


def test_one_thread_the_language_and_the_resolution_reach_the_child(
    fake_tesseract: FakeTesseract, tmp_path: Path
) -> None:
    told = tmp_path / "told"
    fake_tesseract(
        f"open({str(told)!r}, 'w').write(os.environ['OMP_THREAD_LIMIT'] + ' ' + ' '.join(sys.argv)); "
        f"open(sys.argv[2] + '.tsv', 'w').write({HEAD!r})"
    )
    assert read(IngestSettings(recogniser="system")).lines == ()
    words = told.read_text().split()
    assert words[0] == "1"
    assert words[words.index("-l") + 1] == "vie"
    assert words[words.index("--dpi") + 1] == "300"
    assert words[words.index("--psm") + 1] == str(tesseract.PAGE_SEGMENTATION)


def test_no_file_is_left_behind(fake_tesseract: FakeTesseract, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    fake_tesseract("sys.exit(1)")
    with pytest.raises(ChildProcessFailed):
        read()
    assert list(scratch.iterdir()) == []


def test_words_become_lines_with_boxes_paragraphs_and_shares() -> None:
    tsv = (
        HEAD
        + row(1, 1, 0, 0, 0, 0, 0, 0, 200, 200, -1, "")
        + row(5, 1, 1, 1, 1, 1, 10, 20, 30, 40, "96.5", "Ðiều")
        + row(5, 1, 1, 1, 1, 2, 50, 20, 30, 40, 91, "1.")
        + row(5, 1, 1, 1, 2, 1, 10, 70, 30, 40, 90, "hai")
        + row(5, 1, 1, 2, 1, 1, 10, 120, 30, 40, 90, "ba")
        + row(5, 1, 2, 1, 1, 1, 10, 170, 30, 20, 95, " ")
    )
    lines = tesseract.parse_tsv(tsv)
    assert [line.text for line in lines] == ["Điều 1.", "hai", "ba"]
    assert [line.paragraph for line in lines] == [0, 0, 1]
    first = lines[0].words[0]
    assert (first.raw, first.text, first.box, first.confidence) == ("Ðiều", "Điều", (10, 20, 40, 60), 0.965)


@pytest.mark.parametrize("cells", [(5, 1, 1, 1, 1, 1, "x", 0, 1, 1, 90, "a"), (5, 1, 1, 1, 1, 1, 0, 0)])
def test_a_broken_row_is_not_skipped(cells: tuple[object, ...]) -> None:
    with pytest.raises(ChildProcessFailed, match="broken"):
        tesseract.parse_tsv(HEAD + row(*cells))


def test_confidence_weighs_words_by_length() -> None:
    tsv = HEAD + row(5, 1, 1, 1, 1, 1, 0, 0, 9, 9, 100, "abcdefghi") + row(5, 1, 1, 1, 1, 2, 9, 0, 9, 9, 0, "a")
    assert tesseract.Reading(tesseract.parse_tsv(tsv)).confidence == pytest.approx(0.9)
    assert tesseract.Reading(()).confidence == 0.0


def test_a_drawn_page_is_read(draw_page: DrawPage, real_tesseract: None) -> None:
    grey = np.asarray(draw_page(("Ủy ban nhân dân xã báo cáo kết quả 1.245 hồ sơ",), repeat=5).convert("L"))
    reading = tesseract.read_image(grey, 200, IngestSettings())
    expected = ["Ủy", "ban", "nhân", "dân", "xã", "báo", "cáo", "kết", "quả", "1.245", "hồ", "sơ"] * 5
    right = sum(min(expected.count(w), reading.text.split().count(w)) for w in set(expected))
    assert right >= 0.9 * len(expected)
    assert len(reading.lines) == 5
    boxes = [word.box for word in reading.words if word.box]
    assert len(boxes) == len(reading.words)
    assert all(box[0] >= 200 - 20 and box[2] <= 200 * 8.27 for box in boxes)
    assert reading.confidence > 0.85
