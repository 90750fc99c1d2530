from __future__ import annotations

from pathlib import Path

import pytest

from bench.legacy import error_rate, main, tokens


def test_tokens_are_compared_as_the_public_score_does() -> None:
    assert tokens("“Hoà bình”, - 12,5%;") == ["Hòa", "bình", "12,5"]


def test_errors_are_counted_both_ways() -> None:
    assert error_rate(["a", "b"], ["b", "a"]) == 0
    assert error_rate(["a", "b"], ["a"]) == 0.5
    assert error_rate(["a", "b"], ["a", "b", "c"]) == 0.5
    assert error_rate([], ["a"]) == 0


def test_a_folder_without_truth_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path)]) == 2
    assert "nothing to measure" in capsys.readouterr().err


def test_a_file_is_scored(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.txt").write_text("no document", encoding="utf-8")
    (tmp_path / "b.gt.txt").write_text("một", encoding="utf-8")
    (tmp_path / "b.doc").write_bytes(b"no document either")
    assert main([str(tmp_path)]) == 0
    assert "| b.doc | refused: unsupported_type |" in capsys.readouterr().out
