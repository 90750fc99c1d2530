"""`read` and `map`: a document of which no page could be read is no success."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_commands import LETTER, Json, run_json, write_report
from tonghop import reading as documents
from tonghop.cli import main, reading
from tonghop.errors import ChildProcessFailed
from tonghop.records import Grade, Line, Origin, Page, Word
from tonghop.settings import Settings

__all__ = ["run_json"]


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every page fail as it does where Tesseract stops."""
    error = ChildProcessFailed(program="tesseract", detail="exit code 1")

    def run(job: Any) -> tuple[Page, ...]:
        return (documents.failed_page(job, error),)

    # The executor sends the job by name; here it stays in this process.
    monkeypatch.setattr(documents, "read_job", run)
    monkeypatch.setattr(reading, "Settings", lambda: Settings(executor="serial"))


@pytest.mark.usefixtures("failing")
@pytest.mark.parametrize("command", ["read", "map"])
def test_no_page_read_is_a_failure(command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, str(write_report(tmp_path / "a.docx")), "--lang", "en"]) == 7
    captured = capsys.readouterr()
    assert "a.docx: no page could be read." in captured.err
    assert "✗ tesseract failed: exit code 1" in captured.err
    assert command == "map" or captured.out == ""


@pytest.mark.usefixtures("failing")
@pytest.mark.parametrize("command", ["read", "map"])
def test_the_document_names_the_error(command: str, tmp_path: Path, run_json: Json) -> None:
    code, [entry] = run_json(command, write_report(tmp_path / "a.docx"))
    assert code == 7
    assert (entry["error"]["code"], entry["error"]["exit_code"]) == ("child_failed", 7)
    assert entry["sha256"]


@pytest.mark.parametrize(("day", "is_late"), [("15 tháng 3", False), ("17 tháng 3", True)])
def test_map_knows_no_day_of_receipt(day: str, is_late: bool, tmp_path: Path, run_json: Json) -> None:
    """The request `xa` counts the day of receipt, which a file alone does not tell: its own date is what counts."""
    letter = [line.replace("26 tháng 02 năm 2024", f"{day} năm 2026") for line in LETTER]
    _, [report] = run_json("map", write_report(tmp_path / "a.docx", letter=letter), "--request", "xa")
    reasons = {gap["reason"] for gap in report["gaps"]}
    assert "late_by_receipt" not in reasons
    assert ("late_by_date" in reasons) == is_late


LOST = Page(2, Origin.OCR, Grade.UNREAD, error="child_failed", error_detail="x failed: y")
AddPages = Callable[..., None]


@pytest.fixture
def add_pages(monkeypatch: pytest.MonkeyPatch) -> AddPages:
    """Let every document have more pages than its file has."""
    read = documents._read

    def add(*pages: Page) -> None:
        def with_pages(*arguments: Any) -> documents.DocumentReading:
            found = read(*arguments)
            return replace(found, pages=(*found.pages, *pages))

        monkeypatch.setattr(documents, "_read", with_pages)

    return add


def page(number: int, text: str, confidence: float = 1.0, grade: Grade = Grade.GOOD) -> Page:
    words = tuple(Word(word, word, confidence=confidence) for word in text.split())
    return Page(number, Origin.OCR, grade, (Line(words),))


def test_one_page_read_is_enough(tmp_path: Path, add_pages: AddPages, run_json: Json) -> None:
    add_pages(LOST)
    code, [entry] = run_json("read", write_report(tmp_path / "a.docx"))
    assert (code, "error" in entry) == (0, False)


def test_each_page_begins_on_a_line_of_its_own(
    tmp_path: Path, add_pages: AddPages, run_json: Json, capsys: pytest.CaptureFixture[str]
) -> None:
    add_pages(page(2, "trang hai"), page(3, "trang ba"))
    letter = write_report(tmp_path / "a.docx")
    assert main(["read", str(letter)]) == 0
    first, *others = capsys.readouterr().out.split("\f")
    assert first.endswith(f"{LETTER[-1]}\n")
    assert others == ["trang hai\n", "trang ba\n"]
    _, [entry] = run_json("read", letter)
    assert entry["text"].endswith("\ftrang hai\ftrang ba")
