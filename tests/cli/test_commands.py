"""The contract of the command line: commands, JSON on standard output alone, exit codes, both languages."""

from __future__ import annotations

import getpass
import json
import logging
import subprocess
import sys
import unicodedata
import zipfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import docx
import pytest

from tonghop import executors
from tonghop.cli import app, main, work
from tonghop.cli.doctor import examine
from tonghop.workspace import Workspace

LETTER = [
    "Số: 12/BC-UBND",
    "Bảo Lâm, ngày 26 tháng 02 năm 2024",
    "BÁO CÁO",
    "Kết quả công tác cải cách hành chính quý I năm 2024",
    "Kính gửi: UBND huyện Cao Lộc",
    "I. CÔNG TÁC CHỈ ĐẠO, ĐIỀU HÀNH CCHC",
    "UBND xã đã ban hành Kế hoạch số 05/KH-UBND ngày 10/01/2024 và triển khai đến các thôn trong xã.",
    "II. KẾT QUẢ THỰC HIỆN",
    "1. Cải cách thể chế",
    "Trong quý không ban hành VBQPPL.",
    "2. Cải cách thủ tục hành chính",
    "Tiếp nhận 268 hồ sơ, trong đó trực tuyến 231 hồ sơ; đã giải quyết 260 hồ sơ đúng hạn.",
]
Json = Callable[..., tuple[int, Any]]


def write_report(path: Path, unit: str = "XÃ BẢO LÂM", letter: Sequence[str] = LETTER) -> Path:
    document = docx.Document()
    head = document.add_table(1, 2)
    head.cell(0, 0).text = f"ỦY BAN NHÂN DÂN\n{unit}"
    head.cell(0, 1).text = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc"
    for paragraph in letter:
        document.add_paragraph(paragraph)
    document.save(str(path))
    return path


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    root = tmp_path / "làm việc"
    assert main(["init", str(root)]) == 0
    settings = root / "tonghop.toml"
    settings.write_text('executor = "serial"\n[ingest]\nsettle_s = 0\n', encoding="utf-8")
    return root


@pytest.fixture
def run_json(capsys: pytest.CaptureFixture[str]) -> Json:
    def run(*arguments: object) -> tuple[int, Any]:
        capsys.readouterr()
        code = main([*map(str, arguments), "--json"])
        return code, json.loads(capsys.readouterr().out)

    return run


def test_from_inbox_to_report(workspace: Path, run_json: Json) -> None:
    write_report(workspace / "inbox" / "báo cáo.docx")
    (workspace / "inbox" / "rỗng.pdf").write_bytes(b"")
    code, outcomes = run_json("--workspace", workspace, "ingest")
    assert code == 8
    assert {o["file"]: o["status"] for o in outcomes} == {"báo cáo.docx": "needs_review", "rỗng.pdf": "failed"}
    assert not list((workspace / "inbox").iterdir())

    code, gaps = run_json("--workspace", workspace, "gaps")
    assert (code, gaps["request"], len(gaps["units"])) == (0, "cao-loc-2024-q1", 27)
    unit = next(unit for unit in gaps["units"] if unit["id"] == "xa-bao-lam")
    assert unit["received"]
    assert unit["sections"]["the_che"] == "nil"
    assert unit["sections"]["tai_chinh_cong"] == "missing"
    missing = [
        gap["heading"] for gap in gaps["gaps"] if gap["unit"] == "xa-bao-lam" and gap["kind"] == "section_missing"
    ]
    assert "tai_chinh_cong" in missing
    assert all(gap["evidence"] for gap in gaps["gaps"])
    assert sum(gap["kind"] == "report_missing" for gap in gaps["gaps"]) == 26

    output = workspace / "báo cáo huyện.docx"
    assert main(["compile", "-o", str(output), "--workspace", str(workspace)]) == 0
    assert any("268 hồ sơ" in paragraph.text for paragraph in docx.Document(str(output)).paragraphs)


def test_the_same_ledger_gives_the_same_bytes(workspace: Path) -> None:
    write_report(workspace / "inbox" / "a.docx")
    main(["--workspace", str(workspace), "ingest"])
    for draft in ([], ["--draft"]):
        files = [workspace / f"{name}.docx" for name in ("one", "two")]
        for file in files:
            assert main(["--workspace", str(workspace), "compile", "-o", str(file), *draft]) == 0
        assert files[0].read_bytes() == files[1].read_bytes()


def test_status_names_every_file(workspace: Path, run_json: Json) -> None:
    write_report(workspace / "inbox" / "a.docx")
    main(["--workspace", str(workspace), "ingest"])
    write_report(workspace / "inbox" / "b.docx")
    code, status = run_json("--workspace", workspace, "status")
    assert code == 0
    assert [file["file"] for file in status["files"]] == ["a.docx"]


def test_a_changed_request_is_used_at_once(workspace: Path, run_json: Json) -> None:
    write_report(workspace / "inbox" / "a.docx")
    main(["--workspace", str(workspace), "ingest"])
    request = workspace / "request.toml"
    text = request.read_text(encoding="utf-8").replace("issued = 2024-02-28", "issued = 2024-02-20")
    request.write_text(text.replace("last_day = 2024-02-29", "last_day = 2024-02-25"), encoding="utf-8")
    _, gaps = run_json("--workspace", workspace, "gaps")
    assert "report_late" in {gap["kind"] for gap in gaps["gaps"]}


def test_one_file_ends_with_its_own_exit_code(workspace: Path, tmp_path: Path) -> None:
    bad = tmp_path / "x.pdf"
    bad.write_bytes(b"")
    assert main(["--workspace", str(workspace), "ingest", str(bad)]) == 5
    good = write_report(tmp_path / "a.docx")
    assert main(["--workspace", str(workspace), "ingest", str(good)]) == 8
    assert main(["--workspace", str(workspace), "ingest", str(good)]) == 6
    assert good.is_file()
    assert bad.is_file()


def test_read_gives_text_and_named_errors(tmp_path: Path, run_json: Json) -> None:
    good, bad = write_report(tmp_path / "a.docx"), tmp_path / "b.pdf"
    bad.write_text("không phải PDF", encoding="utf-8")
    code, entries = run_json("read", good, bad)
    assert code == 5
    assert [entry["file"] for entry in entries] == [str(good), str(bad)]
    page = entries[0]["pages"][0]
    expected = {"number", "origin", "rotation", "skew", "dpi", "ink_coverage", "grade", "text", "lines", "tables"}
    assert expected <= page.keys()
    assert "Kính gửi: UBND huyện Cao Lộc" in page["text"]
    assert {"text", "raw", "box", "confidence"} == page["lines"][0]["words"][0].keys()
    assert entries[1]["error"]["code"] == "unsupported_type"
    assert entries[1]["error"]["advice"]


def test_map_gives_letterhead_sections_and_gaps(tmp_path: Path, run_json: Json) -> None:
    code, [report] = run_json("map", write_report(tmp_path / "a.docx"), "--request", "cao-loc-2024-q1")
    assert code == 0
    assert (report["unit"], report["number"], report["date"]) == ("xa-bao-lam", "12/BC-UBND", "2024-02-26")
    sections = {section["heading"]: section for section in report["sections"]}
    assert sections["tthc"]["pages"] == [1]
    assert "268 hồ sơ" in sections["tthc"]["text"]
    assert {"kind", "heading", "evidence"} <= report["gaps"][0].keys()


def test_repair_keeps_digits_and_lines(tmp_path: Path, run_json: Json) -> None:
    text = "Thuc hien Cong van so 983/SNV-TCBC ngay 30/6/2023\n\ncua So Noi vu tinh Lang Son\n"
    file = tmp_path / "a.txt"
    file.write_text(text, encoding="utf-8")
    _, repaired = run_json("repair", file)
    assert repaired["text"].count("\n") == text.count("\n")
    assert "983/SNV-TCBC" in repaired["text"]
    assert "30/6/2023" in repaired["text"]
    assert repaired["corrections"]


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", [b"\r\n", b"\n", b"\r"])
def test_repair_keeps_ends_of_lines_and_the_byte_order_mark(
    tmp_path: Path, mark: bytes, end: bytes, run_json: Json, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a.txt"
    typed = [b"Thuc hien Cong van so 983/SNV-TCBC", b"", b"  cua So Noi vu tinh\x0bLang Son ", b""]
    file.write_bytes(mark + end.join(typed))
    lines = ["Thực hiện Công văn số 983/SNV-TCBC", "", "  của Sở Nội vụ tỉnh\nLạng Sơn ", ""]
    meant = mark + end.join(line.encode() for line in lines)
    code = main(["repair", str(file)])
    assert (code, capsys.readouterr().out.encode()) == (0, meant)
    _, repaired = run_json("repair", file)
    assert repaired["text"].encode() == meant


@pytest.mark.parametrize("arguments", [["review"], ["search", "đường"], ["remind"], ["request", "read", "x.pdf"]])
def test_what_is_not_there_yet_says_so(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert arguments[0] in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["gaps", "--bogus"], 2), (["--lang", "fr", "gaps"], 2), (["compile", "--workspace", "nowhere"], 3)],
)
def test_exit_codes_of_the_contract(arguments: list[str], code: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == code
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "→" in captured.err


def test_an_output_that_cannot_be_written(workspace: Path) -> None:
    blocked = workspace / "out" / "x.docx"
    blocked.mkdir()
    assert main(["--workspace", str(workspace), "compile", "-o", str(blocked)]) == 9


def test_a_wrong_request_file_names_file_line_and_mend(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    request = workspace / "request.toml"
    request.write_text(request.read_text(encoding="utf-8").replace("place = ", "plase = "), encoding="utf-8")
    assert main(["--workspace", str(workspace), "gaps"]) == 3
    assert "request.toml" in capsys.readouterr().err


def test_help_speaks_both_languages(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["gaps", "--help"]) == 0
    assert "đề mục" in capsys.readouterr().out
    assert main(["gaps", "--help", "--lang", "en"]) == 0
    assert "heading" in capsys.readouterr().out


def test_a_file_set_aside_for_its_period_is_named(
    workspace: Path, run_json: Json, capsys: pytest.CaptureFixture[str]
) -> None:
    write_report(workspace / "inbox" / "quý I.docx")
    last_year = [line.replace("quý I năm 2024", "quý IV năm 2023").replace("2024", "2023") for line in LETTER]
    write_report(workspace / "inbox" / "quý IV.docx", letter=[*last_year[:1], *last_year[2:]])
    run_json("--workspace", workspace, "ingest")
    _, document = run_json("--workspace", workspace, "gaps")
    (unit,) = (entry for entry in document["units"] if entry["received"])
    assert (unit["file"], unit["set_aside"]) == ("quý I.docx", ["quý IV.docx"])
    assert main(["--workspace", str(workspace), "gaps"]) == 0
    (line,) = (line for line in capsys.readouterr().out.splitlines() if "quý IV.docx" in line)
    assert "Khác kỳ báo cáo" in line


def test_status_names_what_lies_in_the_inbox_and_is_not_taken(
    workspace: Path, run_json: Json, capsys: pytest.CaptureFixture[str]
) -> None:
    (workspace / "inbox" / "báo cáo.pdf.tmp").write_bytes(b"x")
    (workspace / "inbox" / ".DS_Store").write_bytes(b"x")
    _, document = run_json("--workspace", workspace, "status")
    assert document["left_out"] == ["báo cáo.pdf.tmp"]
    assert main(["--workspace", str(workspace), "status"]) == 0
    assert "báo cáo.pdf.tmp" in capsys.readouterr().err


def test_gap_register_and_picture(workspace: Path) -> None:
    xlsx, png = workspace / "a.xlsx", workspace / "a.png"
    assert main(["--workspace", str(workspace), "gaps", "--xlsx", str(xlsx), "--png", str(png)]) == 0
    assert xlsx.read_bytes()[:2] == b"PK"
    assert png.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"


def test_doctor_lists_what_is_needed(run_json: Json) -> None:
    code, findings = run_json("doctor")
    assert code in (0, 4)
    assert {"Python", "Tesseract", "Tesseract vie"} <= {finding["what"] for finding in findings}


def test_requests_are_listed_and_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["request", "list"]) == 0
    assert "so-noi-vu" in capsys.readouterr().out
    assert main(["request", "show", "xa"]) == 0
    assert "Phòng Kinh tế" in capsys.readouterr().out


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("tonghop ")


def test_without_arguments_there_is_help_and_no_error(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in ([], ["request"]):
        assert main(arguments) == 2
        captured = capsys.readouterr()
        assert "Cách dùng: tonghop" in captured.out + captured.err
        assert "✗" not in captured.out + captured.err


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("vi", ("Cách dùng", "bắt buộc", "mặc định", "Tùy chọn")),
        ("en", ("Usage", "required", "default", "Options")),
    ],
)
def test_labels_of_help_are_in_the_language(
    language: str, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["map", "--help", "--lang", language]) == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert [word for word in words if word not in printed] == []


def test_nothing_is_cut_or_wrapped_on_a_pipe(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = "báo cáo kết quả công tác cải cách hành chính quý I năm 2024 của Ủy ban nhân dân xã Bảo Lâm (bản chính).docx"
    write_report(workspace / "inbox" / name)
    main(["--workspace", str(workspace), "ingest"])
    capsys.readouterr()
    assert main(["--workspace", str(workspace), "status"]) == 0
    [line] = [line for line in capsys.readouterr().out.split("\n") if name in line]
    assert "Xã Bảo Lâm" in line
    assert main(["--workspace", str(workspace), "gaps"]) == 0
    lines = capsys.readouterr().out.split("\n")
    assert any(line.startswith("✓ đã báo cáo") and "cần quyết định" in line for line in lines)


def test_a_reader_who_leaves_early_ends_the_run_quietly(workspace: Path) -> None:
    for arguments in (["gaps"], ["request", "list"], ["gaps", "--json"]):
        command = [sys.executable, "-m", "tonghop", "--workspace", str(workspace), *arguments]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
            assert run.stdout
            assert run.stderr
            run.stdout.close()
            assert run.stderr.read() == b""
            assert run.wait() == 0


def _zip(path: Path, *files: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for file in files:
            archive.write(file, file.name)
    return path


def test_documents_of_an_archive_are_told_apart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = [write_report(tmp_path / name) for name in ("a.docx", "b.docx")]
    archive = _zip(tmp_path / "x.zip", *files)
    assert main(["read", str(archive)]) == 0
    heads = [line for line in capsys.readouterr().out.split("\n") if line.startswith("== ")]
    assert heads == [f"== {archive}/a.docx", f"== {archive}/b.docx"]
    assert main(["read", str(files[0])]) == 0
    assert "== " not in capsys.readouterr().out


def test_a_report_of_nobody_is_named_by_its_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["map", str(write_report(tmp_path / "lạ.docx", "XÃ KHÔNG CÓ"))]) == 0
    lines = capsys.readouterr().out.split("\n")
    assert "lạ.docx" in lines
    assert "Ủy ban nhân dân huyện Cao Lộc" not in lines


def test_file_names_are_nfc(tmp_path: Path, run_json: Json) -> None:
    write_report(tmp_path / unicodedata.normalize("NFD", "báo cáo.docx"))
    [path] = tmp_path.iterdir()
    _, [entry] = run_json("read", path)
    assert entry["file"].endswith("/báo cáo.docx") or entry["file"].endswith("\\báo cáo.docx")
    assert unicodedata.is_normalized("NFC", entry["file"])


def test_commands_that_read_nothing_start_no_workers(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cluster that is away must not hide what was received."""
    (workspace / "tonghop.toml").write_text('executor = "dask"\ndask_scheduler = "tcp://nowhere:1"\n', "utf-8")
    monkeypatch.setattr(executors, "_make", lambda _: pytest.fail("an executor was started"))
    for command in ("status", "gaps", "compile"):
        assert main(["--workspace", str(workspace), command]) == 0


def test_status_shows_files_whatever_the_request(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_report(workspace / "inbox" / "a.docx")
    main(["--workspace", str(workspace), "ingest"])
    (workspace / "request.toml").write_text("name = \n", encoding="utf-8")
    capsys.readouterr()
    assert main(["--workspace", str(workspace), "status"]) == 3
    captured = capsys.readouterr()
    assert "xa-bao-lam" in captured.out
    assert "request.toml" in captured.err


@pytest.mark.parametrize("name", ["x.pdf", "x", "x.doc"])
def test_the_report_is_a_word_file(workspace: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--workspace", str(workspace), "compile", "-o", str(workspace / name)]) == 2
    assert ".docx" in capsys.readouterr().err
    assert not (workspace / name).exists()


def test_doctor_knows_the_language_of_the_settings(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (workspace / "tonghop.toml").write_text('[ingest]\nlanguage = "vie+khm_x"\n', encoding="utf-8")
    assert main(["--workspace", str(workspace), "doctor"]) == 4
    assert "Tesseract khm_x" in capsys.readouterr().out
    findings = {f.what: f for f in examine(None, "vie+eng", lambda command: "vie\neng\n" if command else "")}
    assert findings["Tesseract eng"].is_well


def test_doctor_goes_on_with_wrong_settings(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (workspace / "tonghop.toml").write_text("x = 1\n", encoding="utf-8")
    assert main(["--workspace", str(workspace), "doctor"]) in (3, 4)
    captured = capsys.readouterr()
    assert "Python" in captured.out
    assert "tonghop.toml" in captured.err


def test_the_event_log_says_who(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(getpass, "getuser", lambda: "chuyenvien")
    write_report(workspace / "inbox" / "a.docx")
    main(["--workspace", str(workspace), "ingest"])
    ledger = Workspace.open(workspace).open_ledger(lambda: datetime(2024, 3, 1, tzinfo=UTC))
    assert {event.who for event in ledger.events()} == {"chuyenvien"}
    ledger.close()


def _nobody() -> str:
    raise KeyError("uid not found: 1000")


def test_a_container_without_users_still_works(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(getpass, "getuser", _nobody)
    assert work._user_name() == "tonghop"
    assert main(["--workspace", str(workspace), "status"]) == 0


def _break(*_: object) -> int:
    logging.getLogger("tonghop.pipeline").warning("một lời cảnh báo")
    raise RuntimeError("hỏng")


def test_what_nobody_foresaw_is_in_the_log_of_the_workspace(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(app, "run", _break)
    assert main(["--workspace", str(workspace), "status"]) == 1
    captured = capsys.readouterr().err
    assert "RuntimeError: hỏng" in captured
    assert "tonghop.log" in captured
    assert "Traceback" not in captured
    log = (workspace / "tonghop.log").read_text(encoding="utf-8")
    assert "một lời cảnh báo" in log
    assert "Traceback" in log


def test_without_a_workspace_no_log_is_spoken_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(app, "run", _break)
    monkeypatch.chdir(tmp_path)
    assert main(["read", "x.pdf"]) == 1
    captured = capsys.readouterr().err
    assert "RuntimeError: hỏng" in captured
    assert "tonghop.log" not in captured
    assert "Traceback" not in captured
    assert not list(tmp_path.iterdir())


def test_a_log_that_cannot_be_written_stops_nothing(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (workspace / "tonghop.log").mkdir()
    monkeypatch.setattr(app, "run", _break)
    assert main(["--workspace", str(workspace), "status"]) == 1
    assert "Traceback" not in capsys.readouterr().err
