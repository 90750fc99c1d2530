"""The pipeline: what becomes of files, of pages that fail, of reports that are mapped again, of interruptions."""

from __future__ import annotations

import os
import threading
import zipfile
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest
from PIL import Image

from tonghop import engines, pipeline
from tonghop.errors import (
    ChildProcessFailed,
    EmptyFile,
    Interrupted,
    MissingDependency,
    PageTimeout,
    TonghopError,
    UnreadableInput,
    UsageError,
)
from tonghop.i18n import Translator
from tonghop.ledger.records import FileState
from tonghop.pipeline import DocumentReading, Pipeline, map_document, open_pipeline, read_document
from tonghop.records import (
    GapKind,
    GapState,
    Grade,
    Line,
    MediaType,
    Origin,
    Outcome,
    OutcomeStatus,
    Page,
    SectionState,
    Word,
)
from tonghop.request import load_preset, preset_text
from tonghop.settings import IngestSettings, Settings
from tonghop.workspace import Workspace

DONE, REVIEW, DUPLICATE, FAILED = (
    OutcomeStatus.DONE,
    OutcomeStatus.NEEDS_REVIEW,
    OutcomeStatus.DUPLICATE,
    OutcomeStatus.FAILED,
)
REQUEST = "cao-loc-2024-q1"
TEXT = "Trong quý đã rà soát 05 văn bản quy phạm pháp luật theo đúng kế hoạch được giao."


def noon() -> datetime:
    return datetime(2024, 2, 27, 5, tzinfo=UTC)


def word_file(
    unit: str = "Xã Bảo Lâm", number: int = 5, day: int = 26, *headings: str, period: str = "quý I năm 2024"
) -> bytes:
    document = docx.Document()
    head = ("ỦY BAN NHÂN DÂN", unit.upper(), f"Số: {number}/BC-UBND", f"{unit}, ngày {day} tháng 02 năm 2024")
    for line in (*head, "BÁO CÁO", f"Kết quả công tác cải cách hành chính {period}"):
        document.add_paragraph(line)
    for place, heading in enumerate(headings or ("Cải cách thể chế",), 1):
        document.add_paragraph(f"{place}. {heading}")
        document.add_paragraph(TEXT)
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def picture(shade: int = 255) -> bytes:
    file = BytesIO()
    Image.new("L", (60, 80), shade).save(file, "PNG")
    return file.getvalue()


def archive_of(**members: bytes) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


class CannedExecutor:
    """Reads Word files as they are; for a picture it answers what the test says."""

    def __init__(self) -> None:
        line = Line((Word("Báo", "Báo"), Word("cáo", "cáo")))
        self.answer: Any = (Page(1, Origin.OCR, Grade.GOOD, (line,)),)
        self.done: list[tuple[str, int]] = []

    def run(self, function: Callable[[Any], Any], jobs: Iterable[Any]) -> Generator[tuple[Any, Any], None, None]:
        for job in jobs:
            self.done.append((job.name, job.number))
            if job.media_type is MediaType.DOCX:
                yield job, function(job)
            elif isinstance(self.answer, BaseException) and not isinstance(self.answer, ChildProcessFailed):
                raise self.answer
            else:
                yield job, self.answer

    def close(self) -> None:
        pass


class Diary:
    """A listener that writes down what it is told."""

    def __init__(self) -> None:
        self.lines: list[tuple[object, ...]] = []

    def file_started(self, name: str, pages: int) -> None:
        self.lines.append(("started", name, pages))

    def page_done(self, name: str, number: int, grade: Grade) -> None:
        self.lines.append(("page", name, number, grade.value))

    def file_done(self, outcome: Outcome) -> None:
        self.lines.append(("done", outcome.name, outcome.status.value))


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = Workspace.create(tmp_path / "work", preset_text(REQUEST))
    (made.root / "tonghop.toml").write_text("[ingest]\nsettle_s = 0.0\n", encoding="utf-8")
    return Workspace.open(made.root)


@pytest.fixture
def executor() -> CannedExecutor:
    return CannedExecutor()


@pytest.fixture
def diary() -> Diary:
    return Diary()


@pytest.fixture
def line(workspace: Workspace, executor: CannedExecutor, diary: Diary) -> Iterator[Pipeline]:
    """The production line of the workspace."""
    with open_pipeline(workspace, executor, noon, progress=diary, translate=Translator("en")) as opened:
        yield opened


def drop(workspace: Workspace, name: str, data: bytes) -> Path:
    path = workspace.inbox / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def again(workspace: Workspace, executor: CannedExecutor) -> Any:
    return open_pipeline(workspace, executor, noon, translate=Translator("en"))


def statuses(outcomes: Iterable[Outcome]) -> dict[str, OutcomeStatus]:
    return {outcome.name: outcome.status for outcome in outcomes}


# ── accept ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_report_goes_from_the_inbox_to_the_district(line: Pipeline, workspace: Workspace, diary: Diary) -> None:
    drop(workspace, "bảo lâm.docx", word_file())
    (outcome,) = line.take([workspace.inbox])
    assert (outcome.name, outcome.status) == ("bảo lâm.docx", REVIEW)
    assert [issue.code for issue in outcome.issues] == ["needs_review"]
    assert list(workspace.inbox.iterdir()) == []
    district = line.district_report()
    (submission,) = [s for s in district.submissions if s.report]
    assert submission.unit.id == "xa-bao-lam"
    assert {s.heading: s.state for s in submission.report.sections}["the_che"] is SectionState.PRESENT  # type: ignore[union-attr] # chosen above
    assert sum(gap.kind is GapKind.REPORT_MISSING for gap in district.gaps) == 26
    assert diary.lines == [
        ("started", "bảo lâm.docx", 1),
        ("page", "bảo lâm.docx", 1, "good"),
        ("done", "bảo lâm.docx", "needs_review"),
    ]


def test_files_elsewhere_are_copied_and_left_alone(line: Pipeline, tmp_path: Path) -> None:
    folder = tmp_path / "usb" / "quý I"
    folder.mkdir(parents=True)
    (folder / "tốt.docx").write_bytes(word_file())
    (folder / "hỏng.pdf").write_bytes(b"")

    def look() -> dict[Path, tuple[int, int, bytes]]:  # when a file was last read may change
        return {p: (p.stat().st_ino, p.stat().st_mtime_ns, p.read_bytes()) for p in folder.iterdir()}

    before = look()
    assert statuses(line.take([tmp_path / "usb"])) == {"quý I/tốt.docx": REVIEW, "quý I/hỏng.pdf": FAILED}
    assert look() == before


def test_a_single_file_of_the_inbox_is_removed_and_its_neighbour_stays(line: Pipeline, workspace: Workspace) -> None:
    one = drop(workspace, "sub/một.docx", word_file())
    two = drop(workspace, "sub/hai.docx", word_file("Xã Thanh Lòa"))
    assert statuses(line.take([one])) == {"sub/một.docx": REVIEW}
    assert not one.exists()
    assert two.exists()


def test_the_same_bytes_again_are_recorded_and_not_read(
    line: Pipeline, workspace: Workspace, executor: CannedExecutor
) -> None:
    drop(workspace, "một.docx", word_file())
    line.take([workspace.inbox])
    drop(workspace, "hai.docx", (workspace.originals / line.status().files[0].source.sha256).read_bytes())
    (outcome,) = line.take([workspace.inbox])
    assert (outcome.status, outcome.issues[0].code) == (DUPLICATE, "duplicate")
    assert "một.docx" in outcome.issues[0].message
    assert [receipt.name for receipt in line.status().duplicates] == ["hai.docx"]
    assert executor.done == [("một.docx", 1)]


def test_naming_the_same_file_twice_is_one_receipt(line: Pipeline, tmp_path: Path) -> None:
    path = tmp_path / "một.docx"
    path.write_bytes(word_file())
    assert statuses(line.take([path])) == {"một.docx": REVIEW}
    assert statuses(line.take([path])) == {"một.docx": DUPLICATE}
    assert line.status().duplicates == ()


def test_a_refused_file_is_kept_with_a_note_in_both_languages(line: Pipeline, workspace: Workspace) -> None:
    drop(workspace, "trống.pdf", b"")
    drop(workspace, "tốt.docx", word_file())
    assert statuses(line.take([workspace.inbox])) == {"trống.pdf": FAILED, "tốt.docx": REVIEW}
    (refusal,) = line.status().refused
    assert (workspace.quarantine / refusal.sha256).read_bytes() == b""
    note = (workspace.quarantine / f"{refusal.sha256}.txt").read_text(encoding="utf-8")
    for language in ("vi", "en"):
        assert all(part in note for part in Translator(language).error(EmptyFile(name="trống.pdf")))


def test_the_same_refused_bytes_under_two_names_are_kept_once(line: Pipeline, workspace: Workspace) -> None:
    for name in ("a.pdf", "b.pdf"):
        drop(workspace, name, b"")
        line.take([workspace.inbox])
    first, second = line.status().refused
    assert (first.name, second.name, first.sha256) == ("a.pdf", "b.pdf", second.sha256)
    note = (workspace.quarantine / f"{first.sha256}.txt").read_text(encoding="utf-8")
    assert note.startswith("a.pdf\nb.pdf\n")


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")
def test_a_link_stays_where_it_is(line: Pipeline, workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "secret.docx").write_bytes(word_file())
    link = workspace.inbox / "link.docx"
    link.symlink_to(tmp_path / "secret.docx")
    (outcome,) = line.take([workspace.inbox])
    assert (outcome.status, outcome.issues[0].code) == (FAILED, "not_regular_file")
    assert link.is_symlink()
    assert line.status().files == ()


def test_a_file_that_is_not_there_is_its_own_failure(line: Pipeline, tmp_path: Path) -> None:
    (tmp_path / "có.docx").write_bytes(word_file())
    found = line.take([tmp_path / "không.docx", tmp_path / "có.docx"])
    assert statuses(found) == {"không.docx": FAILED, "có.docx": REVIEW}


def test_the_workspace_does_not_swallow_itself(line: Pipeline, workspace: Workspace) -> None:
    own = (workspace.root, workspace.originals, workspace.root / "request.toml", workspace.originals / "..")
    for path in (*own, workspace.inbox / ".." / "quarantine", workspace.inbox / ".."):
        with pytest.raises(UsageError):
            line.take([path])


def test_a_folder_that_holds_the_workspace_gives_what_lies_beside_it_and_the_inbox(
    line: Pipeline, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(workspace, "sub/một.docx", word_file())
    (workspace.root.parent / "bên cạnh.docx").write_bytes(word_file("Xã Thanh Lòa"))
    own = sorted(path.name for path in workspace.root.iterdir())
    found = statuses(line.take([workspace.root.parent]))
    assert found == {"bên cạnh.docx": REVIEW, "sub/một.docx": REVIEW}
    monkeypatch.chdir(workspace.root.parent)
    for path in (Path(), workspace.root / "..", workspace.root.parent):
        assert statuses(line.take([path])) == {"bên cạnh.docx": DUPLICATE}
    assert (workspace.root.parent / "bên cạnh.docx").exists()
    assert list(workspace.inbox.rglob("*.docx")) == []
    assert set(own) <= {path.name for path in workspace.root.iterdir()}
    assert kept(workspace.quarantine) == []
    assert len(line.status().files) == 2
    assert line.status().refused == ()


def test_what_is_named_twice_in_one_run_is_taken_once(line: Pipeline, workspace: Workspace) -> None:
    path = drop(workspace, "một.docx", word_file())
    outcomes = line.take([workspace.root.parent, workspace.inbox, path])
    assert [(outcome.name, outcome.status) for outcome in outcomes] == [("một.docx", REVIEW)]


def test_an_inbox_file_that_changed_after_it_was_copied_stays(workspace: Workspace, executor: CannedExecutor) -> None:
    path = drop(workspace, "báo cáo.docx", word_file())

    def scanner_goes_on(step: str) -> None:
        if step == "source_committed" and path.stat().st_size:
            path.write_bytes(b"")

    with open_pipeline(workspace, executor, noon, on_step=scanner_goes_on) as opened:
        opened.take([workspace.inbox])
        assert path.exists()
        assert len(opened.status().files) == 1


def test_a_file_still_being_written_is_left_for_later(
    line: Pipeline, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = replace(
        workspace, settings=workspace.settings.model_copy(update={"ingest": IngestSettings(settle_s=3.0)})
    )
    path, calm = drop(workspace, "quét.pdf", b"%PDF-1.4"), drop(workspace, "xong.docx", word_file())
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        path.write_bytes(b"%PDF-1.4 and some more")

    monkeypatch.setattr("tonghop.finding.time.sleep", sleep)
    line.workspace = changed
    assert statuses(line.take([workspace.inbox])) == {"quét.pdf": FAILED, "xong.docx": REVIEW}
    assert slept == [3.0]
    assert path.exists()
    assert not calm.exists()
    assert line.status().refused == ()


# ── archives ───────────────────────────────────────────────────────────────────────────────────────────────


def test_an_archive_is_kept_and_each_document_is_a_file(line: Pipeline, workspace: Workspace) -> None:
    inner = archive_of(x=b"x")
    data = archive_of(
        **{"một.docx": word_file(), "hai.docx": word_file("Xã Thanh Lòa"), "hỏng.pdf": b"", "x.zip": inner}
    )
    drop(workspace, "tất cả.zip", data)
    found = statuses(line.take([workspace.inbox]))
    assert found == {"một.docx": REVIEW, "hai.docx": REVIEW, "hỏng.pdf": FAILED, "x.zip": FAILED}
    archive, *members = line.status().files
    assert (archive.source.media_type, archive.state) == (MediaType.ZIP, FileState.READ)
    assert {member.source.container for member in members} == {archive.source.sha256}
    assert {refusal.container for refusal in line.status().refused} == {archive.source.sha256}
    assert list(workspace.scratch.iterdir()) == []


def test_the_same_archive_again_is_one_duplicate(line: Pipeline, workspace: Workspace, tmp_path: Path) -> None:
    data = archive_of(**{"một.docx": word_file()})
    drop(workspace, "a.zip", data)
    line.take([workspace.inbox])
    drop(workspace, "b.zip", data)
    assert statuses(line.take([workspace.inbox])) == {"b.zip": DUPLICATE}
    assert len(line.status().files) == 2


def test_an_archive_named_again_is_a_duplicate_not_nothing(line: Pipeline, tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(archive_of(**{"một.docx": word_file(), "hỏng.pdf": b""}))
    assert statuses(line.take([path])) == {"một.docx": REVIEW, "hỏng.pdf": FAILED}
    (outcome,) = line.take([path])
    assert (outcome.name, outcome.status, outcome.issues[0].code) == ("a.zip", DUPLICATE, "duplicate")
    assert outcome.issues[0].message.startswith("a.zip is the same file as the one of the same name, received ")
    assert line.resume() == ()


def test_an_archive_of_a_killed_run_is_gone_on_with(
    workspace: Workspace, executor: CannedExecutor, tmp_path: Path
) -> None:
    def die(step: str) -> None:
        if step == "source_committed":
            raise KeyboardInterrupt

    path = tmp_path / "a.zip"
    path.write_bytes(archive_of(**{"một.docx": word_file()}))
    with open_pipeline(workspace, executor, noon, on_step=die) as opened, pytest.raises(Interrupted):
        opened.take([path])
    with again(workspace, executor) as opened:
        assert statuses(opened.take([path])) == {"một.docx": REVIEW}
        assert statuses(opened.take([path])) == {"a.zip": DUPLICATE}


def mail_of(**attachments: bytes) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "xa@example.vn", "huyen@example.vn", "Báo cáo"
    message.set_content("Kính gửi báo cáo đính kèm.")
    for name, data in attachments.items():
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return bytes(message)


def test_the_documents_of_a_mail_are_files_also_those_in_an_archive(line: Pipeline, workspace: Workspace) -> None:
    inner = archive_of(**{"hai.docx": word_file("Xã Thanh Lòa"), "thư.eml": mail_of(x=b"x")})
    drop(workspace, "thư.eml", mail_of(**{"một.docx": word_file(), "tất cả.zip": inner}))
    found = statuses(line.take([workspace.inbox]))
    assert found == {"một.docx": REVIEW, "hai.docx": REVIEW, "thư.eml": FAILED}
    files = {file.source.name: file.source for file in line.status().files}
    assert files["thư.eml"].media_type is MediaType.EML
    assert files["một.docx"].container == files["thư.eml"].sha256
    assert files["hai.docx"].container == files["tất cả.zip"].sha256
    assert line.resume() == ()


def test_a_mail_without_attachments_is_refused(line: Pipeline, workspace: Workspace) -> None:
    drop(workspace, "thư.eml", mail_of())
    assert statuses(line.take([workspace.inbox])) == {"thư.eml": FAILED}
    assert len(line.status().refused) == 1


def test_a_file_that_needs_libreoffice_stops_no_other(
    line: Pipeline, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tonghop.ingest.office._COMMANDS", ())
    monkeypatch.setattr("tonghop.ingest.office._PLACES", ())
    drop(workspace, "cũ.rtf", b"{\\rtf1 x}")
    drop(workspace, "mới.docx", word_file())
    assert statuses(line.take([workspace.inbox])) == {"cũ.rtf": FAILED, "mới.docx": REVIEW}
    (refused,) = line.status().refused
    assert refused.problem.code == "converter_missing"


def test_an_archive_without_documents_is_refused(line: Pipeline, workspace: Workspace) -> None:
    drop(workspace, "rỗng.zip", archive_of(**{"thư mục/": b""}))
    assert statuses(line.take([workspace.inbox])) == {"rỗng.zip": FAILED}
    assert kept(workspace.originals) == []
    assert len(kept(workspace.quarantine)) == 2


def kept(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.is_file()]


# ── pages ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_failed_page_is_not_a_failed_run(
    line: Pipeline, workspace: Workspace, executor: CannedExecutor, diary: Diary
) -> None:
    executor.answer = ChildProcessFailed(program="worker", detail="killed")
    drop(workspace, "ảnh.png", picture())
    drop(workspace, "tốt.docx", word_file())
    found = line.take([workspace.inbox])
    assert statuses(found) == {"ảnh.png": FAILED, "tốt.docx": REVIEW}
    (file,) = [file for file in line.status().files if file.source.name == "ảnh.png"]
    assert (file.state, file.pages_done, file.pages_total) == (FileState.FAILED, 1, 1)
    assert [(problem.code, problem.page) for problem in file.problems] == [("child_failed", 1)]
    assert ("page", "ảnh.png", 1, "unread") in diary.lines


def test_a_page_that_ran_out_of_time_is_read_again_when_it_gets_more(
    workspace: Workspace, executor: CannedExecutor
) -> None:
    good, error = executor.answer, PageTimeout(program="tesseract", seconds=120)
    executor.answer = (Page(1, Origin.OCR, Grade.UNREAD, error=error.code, error_detail=error.sentence()),)
    drop(workspace, "ảnh.png", picture())
    with again(workspace, executor) as opened:
        (outcome,) = opened.take([workspace.inbox])
        assert (outcome.status, outcome.issues[0].page) == (FAILED, 1)
        assert outcome.issues[0].message == " ".join(Translator("en").error(error))
        assert opened.resume() == ()
    executor.answer = good
    (workspace.root / "tonghop.toml").write_text("[ingest]\npage_timeout_s = 600.0\n", encoding="utf-8")
    with again(Workspace.open(workspace.root), executor) as opened:
        assert statuses(opened.resume()) == {"ảnh.png": REVIEW}
    assert len(executor.done) == 2


def test_a_missing_program_stops_the_run_and_loses_nothing(
    line: Pipeline, workspace: Workspace, executor: CannedExecutor
) -> None:
    good = executor.answer
    executor.answer = MissingDependency(what="tesseract", how="apt-get install tesseract-ocr")
    drop(workspace, "ảnh.png", picture())
    with pytest.raises(MissingDependency):
        line.take([workspace.inbox])
    assert [file.state for file in line.status().files] == [FileState.RECEIVED]
    executor.answer = good
    assert statuses(line.resume()) == {"ảnh.png": REVIEW}


def test_ctrl_c_leaves_work_that_the_next_run_finishes(
    line: Pipeline, workspace: Workspace, executor: CannedExecutor
) -> None:
    good, executor.answer = executor.answer, KeyboardInterrupt()
    drop(workspace, "a.docx", word_file())
    drop(workspace, "b.png", picture())
    with pytest.raises(Interrupted):
        line.take([workspace.inbox])
    executor.answer = good
    assert statuses(line.resume()) == {"b.png": REVIEW}
    assert executor.done == [("a.docx", 1), ("b.png", 1), ("b.png", 1)]


def test_a_newer_reading_engine_reads_again_and_keeps_the_old_pages(
    workspace: Workspace, executor: CannedExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(workspace, "ảnh.png", picture())
    with again(workspace, executor) as opened:
        opened.take([workspace.inbox])
    old = engines.reading_key(workspace.settings.ingest)
    monkeypatch.setattr(engines, "READING", engines.READING + "x")
    with again(workspace, executor) as opened:
        assert statuses(opened.resume()) == {"ảnh.png": REVIEW}
        sha256 = opened.status().files[0].source.sha256
        assert opened.ledger.pages(sha256, old)
        assert opened.resume() == ()
    assert len(executor.done) == 2


def test_settings_that_change_no_reading_cause_none() -> None:
    assert engines.reading_key(IngestSettings()) == engines.reading_key(IngestSettings(settle_s=9, page_timeout_s=9))
    assert engines.reading_key(IngestSettings()) != engines.reading_key(IngestSettings(dpi=200))


def test_another_tesseract_is_another_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    before = engines.reading_key(IngestSettings())
    monkeypatch.setattr("tonghop.engines.tesseract.version", lambda: "99.0")
    assert engines.reading_key(IngestSettings()) != before


def test_without_tesseract_what_was_read_can_still_be_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> str:
        raise MissingDependency(what="tesseract", how="?")

    monkeypatch.setattr("tonghop.engines.tesseract.version", missing)
    assert engines.reading_key(IngestSettings())
    assert engines.limits_key(IngestSettings()) != engines.limits_key(IngestSettings(page_timeout_s=9))


# ── map ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_another_request_maps_again_without_reading(
    line: Pipeline, workspace: Workspace, executor: CannedExecutor
) -> None:
    drop(workspace, "bảo lâm.docx", word_file())
    line.take([workspace.inbox])
    waived = next(e.gap for e in line.ledger.gaps() if e.gap.heading == "tthc" and e.gap.source)
    line.ledger.settle(waived, GapState.WAIVED, "đã gọi điện")
    text = preset_text(REQUEST).replace("last_day = 2024-02-29", "last_day = 2024-03-05")
    (workspace.root / "request.toml").write_text(text, encoding="utf-8")
    assert statuses(line.remap()) == {"bảo lâm.docx": REVIEW}
    assert line.remap() == ()
    assert len(executor.done) == 1
    states = {gap.heading: gap.state for gap in line.district_report().gaps if gap.source}
    assert (states["tthc"], states["che_do_cong_vu"]) == (GapState.WAIVED, GapState.OPEN)


def with_dpi(workspace: Workspace, dpi: int) -> Workspace:
    text = f"[ingest]\nsettle_s = 0.0\ndpi = {dpi}\n"
    (workspace.root / "tonghop.toml").write_text(text, encoding="utf-8")
    return Workspace.open(workspace.root)


def with_last_day(workspace: Workspace, day: str) -> None:
    text = preset_text(REQUEST).replace("last_day = 2024-02-29", f"last_day = {day}")
    text = text.replace("issued = 2024-02-28", "issued = 2024-02-20")
    (workspace.root / "request.toml").write_text(text, encoding="utf-8")


def lateness(opened: Pipeline) -> tuple[str, list[str]]:
    """The status of the unit that reported, and the evidence of its late gap."""
    report = opened.district_report()
    (submission,) = [s for s in report.submissions if s.report]
    late = [gap for gap in report.gaps if gap.kind is GapKind.REPORT_LATE]
    return submission.status.value, [dict(gap.evidence.values)["deadline"] for gap in late]


def test_a_report_that_waits_to_be_read_again_is_judged_by_the_request_of_now(
    workspace: Workspace, executor: CannedExecutor
) -> None:
    drop(workspace, "bảo lâm.docx", word_file(day=26))
    with again(workspace, executor) as opened:
        opened.take([workspace.inbox])
        assert [lateness(opened), opened.waiting()] == [("on_time", []), ()]
    with_last_day(workspace, "2024-02-25")
    with again(with_dpi(workspace, 200), executor) as opened:
        assert statuses(opened.remap()) == {"bảo lâm.docx": REVIEW}
        assert opened.remap() == ()
        assert lateness(opened) == ("late", ["25/02/2024"])
        assert TEXT in opened.reading(opened.waiting()[0].sha256).pages[0].text
    with_last_day(workspace, "2024-03-05")
    with again(with_dpi(workspace, 200), executor) as opened:
        opened.remap()
        assert lateness(opened) == ("on_time", [])
        assert [(file.is_waiting, file.state) for file in opened.status().files] == [(True, FileState.NEEDS_REVIEW)]
        assert len(executor.done) == 1, "nothing was read for it"
        assert statuses(opened.resume()) == {"bảo lâm.docx": REVIEW}
        assert len(executor.done) == 2
        assert [opened.waiting(), opened.remap()] == [(), ()]


def test_without_tesseract_the_request_of_now_counts_and_nothing_waits(
    workspace: Workspace, executor: CannedExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(workspace, "bảo lâm.docx", word_file(day=26))
    with again(workspace, executor) as opened:
        opened.take([workspace.inbox])
    monkeypatch.setattr(engines, "_tesseract_version", str)
    with_last_day(workspace, "2024-02-25")
    with again(workspace, executor) as opened:
        opened.remap()
        assert lateness(opened) == ("late", ["25/02/2024"])
        assert opened.waiting() == ()


def test_what_was_never_read_waits_and_what_failed_does_not(
    line: Pipeline, workspace: Workspace, executor: CannedExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    executor.answer = MissingDependency(what="tesseract", how="?")
    drop(workspace, "ảnh.png", picture())
    with pytest.raises(MissingDependency):
        line.take([workspace.inbox])
    assert [source.name for source in line.waiting()] == ["ảnh.png"]

    def fail(*_: object) -> None:
        raise UnreadableInput(name="ảnh.png", detail="?")

    monkeypatch.setattr(pipeline, "plan_jobs", fail)
    assert statuses(line.resume()) == {"ảnh.png": FAILED}
    assert line.waiting() == ()


def test_pages_read_by_a_run_that_was_killed_are_mapped_without_reading(
    workspace: Workspace, executor: CannedExecutor
) -> None:
    def die(step: str) -> None:
        if step == "pages_complete":
            raise KeyboardInterrupt

    drop(workspace, "bảo lâm.docx", word_file())
    with open_pipeline(workspace, executor, noon, on_step=die) as opened, pytest.raises(Interrupted):
        opened.take([workspace.inbox])
    with again(workspace, executor) as opened:
        assert opened.waiting() == ()
        assert statuses(opened.remap()) == {"bảo lâm.docx": REVIEW}
        assert len(executor.done) == 1


def test_a_comment_in_the_request_maps_nothing_again(line: Pipeline, workspace: Workspace) -> None:
    drop(workspace, "bảo lâm.docx", word_file())
    line.take([workspace.inbox])
    (workspace.root / "request.toml").write_text("# ghi chú\n" + preset_text(REQUEST), encoding="utf-8")
    assert line.remap() == ()


def test_a_newer_report_of_the_same_unit_supersedes_the_older(line: Pipeline, workspace: Workspace) -> None:
    drop(workspace, "a mới.docx", word_file(day=27, number=9))
    drop(workspace, "b cũ.docx", word_file(day=20, number=3))
    line.take([workspace.inbox])
    states = {file.source.name: file.state for file in line.status().files}
    assert states == {"a mới.docx": FileState.NEEDS_REVIEW, "b cũ.docx": FileState.SUPERSEDED}
    (submission,) = [s for s in line.district_report().submissions if s.report]
    assert [source.name for source in submission.superseded] == ["b cũ.docx"]
    assert len(kept(workspace.originals)) == 2


def test_a_report_of_another_period_supersedes_nothing(line: Pipeline, workspace: Workspace) -> None:
    drop(workspace, "quý I.docx", word_file(day=20, number=3))
    drop(workspace, "quý II.docx", word_file(day=27, number=9, period="quý II năm 2024"))
    line.take([workspace.inbox])
    states = {file.source.name: file.state for file in line.status().files}
    assert states == dict.fromkeys(("quý I.docx", "quý II.docx"), FileState.NEEDS_REVIEW)
    report = line.district_report()
    (submission,) = [s for s in report.submissions if s.report]
    assert submission.report is not None
    assert submission.report.source.name == "quý I.docx"
    assert [source.name for source in submission.set_aside] == ["quý II.docx"]
    (gap,) = [gap for gap in report.gaps if gap.kind is GapKind.WRONG_PERIOD]
    assert gap.source == submission.set_aside[0].sha256


def test_a_waiver_between_reports_holds(line: Pipeline, workspace: Workspace) -> None:
    drop(workspace, "bảo lâm.docx", word_file())
    line.take([workspace.inbox])
    absent = next(gap for gap in line.district_report().gaps if gap.unit == "xa-thanh-loa")
    line.ledger.settle(absent, GapState.WAIVED, "đã sáp nhập")
    (found,) = [gap for gap in line.district_report().gaps if gap.unit == "xa-thanh-loa"]
    assert found.state is GapState.WAIVED
    drop(workspace, "thanh lòa.docx", word_file("Xã Thanh Lòa"))
    line.take([workspace.inbox])
    assert all(gap.kind is not GapKind.REPORT_MISSING for gap in line.district_report().gaps if gap.unit == absent.unit)


@pytest.mark.parametrize("error", [ValueError("a fault of the program"), UnreadableInput(name="x", detail="y")])
def test_a_report_that_cannot_be_mapped_stops_no_other(
    line: Pipeline, workspace: Workspace, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    real = pipeline.map_document

    def map_or_fail(reading: DocumentReading, *more: Any) -> Any:
        if reading.source.name == "a.docx":
            raise error
        return real(reading, *more)

    monkeypatch.setattr(pipeline, "map_document", map_or_fail)
    drop(workspace, "a.docx", word_file())
    drop(workspace, "b.docx", word_file("Xã Thanh Lòa"))
    assert statuses(line.take([workspace.inbox])) == {"a.docx": FAILED, "b.docx": REVIEW}
    monkeypatch.undo()
    assert statuses(line.resume()) == {"a.docx": REVIEW}, "a mended program tries again"


def test_a_reading_comes_back_from_the_ledger(line: Pipeline, workspace: Workspace) -> None:
    drop(workspace, "bảo lâm.docx", word_file())
    line.take([workspace.inbox])
    sha256 = line.status().files[0].source.sha256
    assert TEXT in line.reading(sha256).pages[0].text
    with pytest.raises(KeyError):
        line.reading("f" * 64)


# ── watch ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_watching_takes_what_is_there_and_what_comes(line: Pipeline, workspace: Workspace) -> None:
    drop(workspace, "a.docx", word_file())
    stop, seen = threading.Event(), dict[str, OutcomeStatus]()
    for outcomes in line.watch(stop):
        seen |= statuses(outcomes)
        if "b.docx" in seen:
            stop.set()
        else:
            drop(workspace, "b.docx", word_file("Xã Thanh Lòa"))
    assert seen == {"a.docx": REVIEW, "b.docx": REVIEW}
    assert list(workspace.inbox.iterdir()) == []


# ── without a workspace ────────────────────────────────────────────────────────────────────────────────────


def test_a_document_is_read_and_mapped_without_a_workspace(tmp_path: Path, diary: Diary) -> None:
    path = tmp_path / "bảo lâm.docx"
    path.write_bytes(word_file())
    (reading,) = read_document(path, Settings(), CannedExecutor(), diary)
    assert isinstance(reading, DocumentReading)
    assert (reading.source.name, reading.source.size) == ("bảo lâm.docx", path.stat().st_size)
    assert TEXT in reading.pages[0].text
    assert [kind for kind, *_ in diary.lines] == ["started", "page"]
    report = map_document(reading, load_preset(REQUEST), Settings().extract)
    assert report.match.unit == "xa-bao-lam"


def test_an_archive_gives_each_document_or_why_it_is_none(tmp_path: Path) -> None:
    path = tmp_path / "tất cả.zip"
    path.write_bytes(archive_of(**{"một.docx": word_file(), "hỏng.pdf": b""}))
    one, broken = read_document(path, Settings(), CannedExecutor(), repair=False)
    assert isinstance(one, DocumentReading)
    assert one.source.container
    assert isinstance(broken, TonghopError)
    assert (broken.code, broken.params["name"]) == ("empty_file", "hỏng.pdf")


def test_pages_of_a_failed_worker_are_named(tmp_path: Path) -> None:
    path, executor = tmp_path / "ảnh.png", CannedExecutor()
    path.write_bytes(picture())
    executor.answer = ChildProcessFailed(program="worker", detail="killed")
    (reading,) = read_document(path, Settings(), executor)
    assert isinstance(reading, DocumentReading)
    assert [(page.number, page.error) for page in reading.pages] == [(1, "child_failed")]


def test_a_file_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "trống.pdf").write_bytes(b"")
    with pytest.raises(EmptyFile):
        read_document(tmp_path / "trống.pdf", Settings(), CannedExecutor())
