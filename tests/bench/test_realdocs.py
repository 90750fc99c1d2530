from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

import tonghop.cli
from bench import realdocs
from tests.ingest.badfiles import pdf, word


def test_documents_end_in_text_or_a_named_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "báo cáo.docx").write_bytes(word())
    (tmp_path / "chữ.pdf").write_text("Kính gửi", encoding="utf-8")
    assert realdocs.main([str(tmp_path)]) == 0
    printed = capsys.readouterr().out
    assert "2 files: 1 with text, 1 refused by name, 0 without text or error" in printed
    assert "| chữ.pdf | 0 | 0 | 0 |  | 0 |" in printed
    assert "unsupported_type" in printed


def _page(**more: Any) -> dict[str, Any]:
    return {"text": "Báo cáo", "grade": "good", "error": None} | more


@pytest.mark.parametrize(
    ("pages", "code", "expected"),
    [
        ([_page()] * 3, 0, 0),
        ([_page()] * 2, 0, 1),  # a page is lost
        ([_page()] * 3, 7, 1),  # the exit code names an error that the document does not
        ([_page(), _page(), _page(text="", grade="unread", error={"code": "page_timeout", "detail": "?"})], 0, 0),
        ([_page(), _page(), _page(text="", grade="unread", error={"code": "page_timeout", "detail": ""})], 0, 1),
        ([_page(text="")] * 3, 0, 1),  # neither text nor error
        (None, 1, 1),
    ],
)
def test_what_may_not_be_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pages: list[dict[str, Any]] | None, code: int, expected: int
) -> None:
    (tmp_path / "a.pdf").write_bytes(pdf())  # three pages

    def main(arguments: Sequence[str]) -> int:
        if pages is not None:
            sys.stdout.write(json.dumps([{"file": arguments[-1], "pages": pages}]))
        return code

    monkeypatch.setattr(tonghop.cli, "main", main)
    assert realdocs.main([str(tmp_path)]) == expected
