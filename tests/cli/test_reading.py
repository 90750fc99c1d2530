"""`read` and `map`: a document of which no page could be read is no success."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from tests.cli.test_commands import LETTER, Json, run_json, write_report
from tonghop import reading as documents
from tonghop.cli import main, reading, session
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
DOUBTFUL = "Page 2 was read with doubt: compare what it says with the original."
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


def test_doubt_is_told_beside_the_text(tmp_path: Path, add_pages: AddPages, capsys: pytest.CaptureFixture[str]) -> None:
    doubted = page(2, "268 2Š O1 một hai ba bốn", 0.5, Grade.DOUBTFUL)
    add_pages(
        doubted, page(3, "rõ cả"), page(4, "ngày 2Š", 0.51, Grade.DOUBTFUL), page(5, "l5", 0.2), replace(LOST, number=6)
    )
    letter = str(write_report(tmp_path / "a.docx"))
    assert main(["read", letter, "--lang", "en"]) == 0
    captured = capsys.readouterr()
    assert captured.err.splitlines() == [
        f"! {DOUBTFUL} 7 words are in doubt: “268”, “2Š”, “O1”, “một”, “hai”, …",
        f"! {DOUBTFUL.replace('2', '4')}",
        "! Page 5 was read well. 1 word is in doubt: “l5”",
        "! Page 6 could not be read: x failed: y",
    ]
    assert "doubt" not in captured.out
    assert main(["read", letter, letter]) == 0
    told = capsys.readouterr().err.splitlines()
    assert told[0].startswith(f"! {letter}: Trang 2 đọc chưa chắc: đối chiếu nội dung với bản gốc. Có 7 từ ")
    assert told[3:5] == [f"! {letter}: Không đọc được trang 6: x failed: y", told[0]]


def test_a_page_that_is_of_no_use_is_told(
    tmp_path: Path, add_pages: AddPages, capsys: pytest.CaptureFixture[str]
) -> None:
    add_pages(page(2, "x", 0.1, Grade.UNREAD))
    assert main(["read", str(write_report(tmp_path / "a.docx")), "--lang", "en"]) == 0
    assert capsys.readouterr().err == ("! Page 2 was not read well enough to be used. 1 word is in doubt: “x”\n")


def test_of_what_was_read_well_nothing_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", str(write_report(tmp_path / "a.docx"))]) == 0
    assert capsys.readouterr().err == ""


def test_doubt_leaves_the_json_alone(tmp_path: Path, add_pages: AddPages, capsys: pytest.CaptureFixture[str]) -> None:
    add_pages(page(2, "2Š", 0.5, Grade.DOUBTFUL))
    assert main(["read", str(write_report(tmp_path / "a.docx")), "--json"]) == 0
    captured = capsys.readouterr()
    assert json.loads(captured.out)[0]["pages"][1]["grade"] == "doubtful"
    assert captured.err == ""


@pytest.mark.parametrize("command", ["read", "map"])
def test_results_go_to_standard_output_while_bars_are_shown(
    command: str,
    tmp_path: Path,
    add_pages: AddPages,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """As in `tonghop read FILE > out.txt` at a terminal."""
    add_pages(page(2, "trang hai"))
    letter = str(write_report(tmp_path / "a.docx"))
    main([command, letter])
    on_a_pipe = capsys.readouterr().out
    console, screen = session._console, io.StringIO()

    def on_a_terminal(*, stderr: bool = False) -> Console:
        return Console(file=screen, force_terminal=True) if stderr else console()

    monkeypatch.setattr(session, "_console", on_a_terminal)
    main([command, letter])
    assert capsys.readouterr().out == on_a_pipe
    assert len(on_a_pipe) > 500
    assert "a.docx" in screen.getvalue()
    assert LETTER[-1] not in screen.getvalue()
