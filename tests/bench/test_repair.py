"""The measurement of repair: counts that can be wrong, targets that can be missed, a peer that parts words refused."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from bench import repaircosts
from bench.repaircalibration import as_read_page, trust_in
from bench.repairchanges import Numbers, changes, found, harmed, is_number, read_verdicts, right_and_all, write_changes
from bench.repaircosts import Speed
from bench.repairpages import ReadImage
from bench.repairpeer import restore_with_pyvi
from tonghop.models.diacritics import Reason, Restored
from tonghop.records import Grade, Line, Origin, Page, Word


def test_harm_is_what_was_right_and_was_changed() -> None:
    truth = ["thực", "hiện", "các", "chỉ", "tiêu", "của", "kế", "hoạch"]
    read = ["thực", "hiên", "các", "chỉ", "tiêu", "cua", "kế", "hoạch"]
    assert harmed(truth, read, read) == []
    assert harmed(truth, read, ["thực", "hiện", "các", "chi", "tiêu", "của", "kế", "hoạch"]) == [3]
    # A word made wrong is not made up for by its like that was mended elsewhere.
    assert harmed(["của", "cửa"], ["của", "cưa"], ["cửa", "của"]) == [0]


def test_columns_read_in_another_order_are_found() -> None:
    left, right = ["ủy", "ban", "nhân", "dân", "xã"], ["độc", "lập", "tự", "do", "hạnh", "phúc"]
    assert found([*left, *right], [*right, *left]) == set(range(11))
    assert len(found([*left, *right], [*right, *left], rounds=1)) == 6


def test_syllables_are_right_whatever_their_case_and_tone_placement() -> None:
    assert right_and_all([["Hoà", "bình."]], [["hòa", "bình."]]) == (2, 2)
    assert right_and_all([["Hoà", "bình."]], [["hoá", "bình."]]) == (1, 2)


@pytest.mark.parametrize("token", ["12", "362/QĐ-UBND", "30/6/2023", "TT-BNV", "KT.CT", "a@b.vn", "https://x.vn", "s6"])
def test_numbers_codes_and_addresses_are_told(token: str) -> None:
    assert is_number(token)


@pytest.mark.parametrize("token", ["hội", "UBND", "kinh-tế", "BÁO", "và/hoặc", "(sau", "-"])
def test_words_are_no_numbers(token: str) -> None:
    assert not is_number(token)


def test_a_number_that_changes_or_appears_is_counted() -> None:
    numbers = Numbers()
    numbers.add([["số", "12", "QĐ-TTg", "xã"]], [["số", "12", "QĐ-TTg", "xa"]])
    assert (numbers.seen, numbers.changed) == (2, 0)
    numbers.add([["12", "lo", "QĐ-BNV"]], [["13", "10", "QD-BNV"]])
    assert (numbers.seen, numbers.changed) == (4, 3)
    assert numbers.examples[0] == "12 → 13"


def test_changes_are_written_with_their_verdicts_and_read_again(tmp_path: Path) -> None:
    rows = [["các", "co", "quan"], ["nha", "nước"]]
    done = [
        [Restored("các", 1.0), Restored("cơ", 0.9, Reason.CONFUSED), Restored("quan", 1.0)],
        [Restored("nhà", 0.8, Reason.CONFUSED), Restored("nước", 1.0)],
    ]
    first, second = changes("text", rows, done)
    assert (first.before, first.after, first.left, first.right) == ("co", "cơ", ("các",), ("quan",))
    assert first.key == changes("text", [["x"], *rows[:1]], [[Restored("x", 1.0)], *done[:1]])[0].key
    write_changes(tmp_path / "changes.tsv", [first, second], {second.key: "mended"})
    assert read_verdicts(tmp_path / "changes.tsv") == {first.key: "", second.key: "mended"}
    assert "các [co → cơ] quan" in (tmp_path / "changes.tsv").read_text(encoding="utf-8")


def test_verdicts_are_known_ones() -> None:
    assert set(read_verdicts().values()) <= {"mended", "harmed", "doubtful"}


def test_trust_counts_what_is_shown_as_sure() -> None:
    sure = np.array([0.9995] * 90 + [0.5] * 10, dtype=np.float32)
    right = np.array([True] * 90 + [True, False] * 5)
    good = trust_in(sure, right)
    assert (good.shown, good.kept, good.widest) == pytest.approx((0.9, 1.0, 0.9))
    assert good.error == pytest.approx(0.9 * 0.0005, abs=1e-5)
    right[0] = False
    bad = trust_in(sure, right)
    assert bad.kept == pytest.approx(89 / 90)
    assert bad.widest == 0.0


def test_a_page_is_judged_paragraph_by_paragraph() -> None:
    lines = tuple(Line((Word(w, w, confidence=0.9),), paragraph=number) for w, number in (("a", 0), ("b", 0), ("c", 1)))
    page = as_read_page(ReadImage("clean", "a b\nc", Page(1, Origin.OCR, Grade.GOOD, lines)))
    assert page.read == ((("a", 0.9), ("b", 0.9)), (("c", 0.9),))
    assert page.printed == ("a b", "c")


def test_costs_are_judged(capsys: pytest.CaptureFixture[str]) -> None:
    good = Speed(100_000, 50_000, 0, 0, 150, 90)
    assert repaircosts.is_met(0.3, [good])
    assert not repaircosts.is_met(0.31, [good])
    assert not repaircosts.is_met(0.3, [good, Speed(100_000, 49_000, 0, 0, 150, 90)])
    assert not repaircosts.is_met(0.3, [good, Speed(100_000, 51_000, 0, 0, 151, 90)])
    assert "MISSED peak memory: 151 MB (target 150 MB)" in capsys.readouterr().out


@pytest.fixture
def peer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return this interpreter, with a package in the place of pyvi that marks each a and parts `xx`."""
    (tmp_path / "pyvi").mkdir()
    (tmp_path / "pyvi" / "__init__.py").touch()
    code = (
        "def add_accents(line):\n    if 'z' in line: raise KeyError('z')\n"
        "    return line.replace('a', 'á').replace('xx', 'x x')\n"
    )
    (tmp_path / "pyvi" / "ViUtils.py").write_text(code, encoding="utf-8")
    info = tmp_path / "pyvi-9.9.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: pyvi\nVersion: 9.9\n", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return Path(sys.executable)


def test_the_peer_restores_the_same_paragraphs(peer: Path) -> None:
    done = restore_with_pyvi(peer, [["ba", "ca"], [], ["za"]])
    assert done.rows == [["bá", "cá"], [], ["za"]]
    assert (done.failed, done.version) == (1, "9.9")
    with pytest.raises(ValueError, match="parted"):
        restore_with_pyvi(peer, [["xx"]])
