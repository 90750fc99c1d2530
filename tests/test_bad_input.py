"""All bad inputs at once: each is refused by name and kept, and the good ones among them are done."""

from __future__ import annotations

import hashlib
import io
import unicodedata
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import docx

from tests.ingest.badfiles import ENTITY, huge_png, image, pdf, repacked, word
from tonghop.executors import SerialExecutor
from tonghop.pipeline import open_pipeline
from tonghop.records import Outcome, OutcomeStatus
from tonghop.request import preset_text
from tonghop.workspace import Workspace

LONG_NAME = unicodedata.normalize("NFD", "ạ" * 83 + "x.docx")  # as long as a file system takes, and decomposed
BAD = {
    "trống.pdf": (b"", "empty_file"),
    "cụt.pdf": (pdf()[:-400], "truncated_file"),
    "cụt.jpg": (image("JPEG")[:-400], "truncated_file"),
    "khóa.pdf": (pdf(owner_password="owner", user_password="user"), "encrypted_file"),
    "chữ.pdf": ("Kính gửi: Phòng Nội vụ\n".encode(), "unsupported_type"),
    "lớn.png": (huge_png(), "oversized_image"),
    "nở.docx": (repacked(word(), word__media=b"\0" * 200_000_000), "oversized_content"),
    "xxe.docx": (repacked(word(), word__document=ENTITY.encode()), "unsafe_content"),
    "x" * 251 + ".pdf": (b"x", "unsupported_type"),
}


def good(unit: str) -> bytes:
    document, file = docx.Document(), io.BytesIO()
    head = ("ỦY BAN NHÂN DÂN", unit.upper(), "Số: 5/BC-UBND", f"{unit}, ngày 26 tháng 02 năm 2024", "BÁO CÁO")
    for line in (*head, "Kết quả công tác cải cách hành chính quý I năm 2024", "1. Cải cách thể chế", "Không có."):
        document.add_paragraph(line)
    document.save(file)
    return file.getvalue()


def archive() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        for name in ("../thoát.docx", "nulX.docx", unicodedata.normalize("NFD", "thanh lòa.docx")):
            package.writestr(name, good("Xã Thanh Lòa"))
    return file.getvalue().replace(b"nulX.docx", b"nul\0.docx")


def fill(inbox: Path) -> None:
    for name, (data, _) in BAD.items():
        (inbox / name).write_bytes(data)
    (inbox / "bảo lâm.docx").write_bytes(good("Xã Bảo Lâm"))
    (inbox / LONG_NAME).write_bytes(good("Xã Hải Yến"))
    (inbox / "gói.zip").write_bytes(archive())


def test_bad_files_are_refused_and_kept_and_the_others_done(tmp_path: Path) -> None:
    assert len(LONG_NAME.encode()) == max(len(name.encode()) for name in BAD) == 255
    workspace = Workspace.create(tmp_path / "work", preset_text("cao-loc-2024-q1"))
    fill(workspace.inbox)
    with open_pipeline(workspace, SerialExecutor(), lambda: datetime(2024, 2, 27, 5, tzinfo=UTC)) as line:
        outcomes = {outcome.name: outcome for outcome in line.take([workspace.inbox])}
        units = {file.source.name: file.unit for file in line.status().files}
    refused = {name: codes(outcomes[name]) for name in [*BAD, "../thoát.docx", "nul\\x00.docx"]}
    unsafe = {"../thoát.docx": ["unsafe_name"], "nul\\x00.docx": ["unsafe_name"]}
    assert refused == {name: [code] for name, (_, code) in BAD.items()} | unsafe
    long_name = unicodedata.normalize("NFC", LONG_NAME)
    assert {name: units[name] for name in ("bảo lâm.docx", long_name, "thanh lòa.docx")} == {
        "bảo lâm.docx": "xa-bao-lam",
        long_name: "xa-hai-yen",
        "thanh lòa.docx": "xa-thanh-loa",
    }
    assert list(workspace.inbox.iterdir()) == []
    assert not (tmp_path / "work" / "thoát.docx").exists()
    for name, (data, _) in BAD.items():
        sha256 = hashlib.sha256(data).hexdigest()
        assert (workspace.quarantine / sha256).read_bytes() == data
        note = (workspace.quarantine / f"{sha256}.txt").read_text(encoding="utf-8")
        assert name in note
        assert outcomes[name].issues[0].message in note


def codes(outcome: Outcome) -> list[str]:
    assert outcome.status is OutcomeStatus.FAILED
    return [issue.code for issue in outcome.issues]
