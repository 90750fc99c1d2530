from __future__ import annotations

import io
import tempfile
import zipfile
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tonghop import errors
from tonghop.executors import SerialExecutor
from tonghop.ingest.archive import Member
from tonghop.ingest.container import open_container
from tonghop.ingest.mail import extract_attachments
from tonghop.ingest.mailhead import is_mail
from tonghop.ingest.sniff import sniff
from tonghop.reading import DocumentReading, read_document
from tonghop.records import MediaType
from tonghop.settings import IngestSettings, Settings

SETTINGS = IngestSettings()


def mail(*attachments: tuple[str, bytes], text: str = "Kính gửi báo cáo.") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = "Xã A <xa.a@example.vn>", "noivu@example.vn"
    message["Subject"], message["Message-ID"] = "Báo cáo quý I", "<1@example.vn>"
    message.set_content(text)
    for name, data in attachments:
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message


def picture(width: int, height: int) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (width, height), "white").save(stream, "PNG")
    return stream.getvalue()


def extracted(message: EmailMessage | bytes, folder: Path, limits: IngestSettings = SETTINGS) -> tuple[Member, ...]:
    path = folder / "thu.eml"
    path.write_bytes(message if isinstance(message, bytes) else bytes(message))
    assert sniff(path, "thu.eml", limits) is MediaType.EML
    return extract_attachments(path, "thu.eml", folder / "into", limits)


def summary(members: tuple[Member, ...]) -> list[tuple[str, str]]:
    return [(m.name, m.path.read_text() if m.path else m.error.code if m.error else "") for m in members]


def test_attachments_in_order(tmp_path: Path) -> None:
    members = extracted(mail(("Báo cáo quý I xã Bảo Lâm.docx", b"1"), ("biểu.xlsx", b"2")), tmp_path)
    assert summary(members) == [("Báo cáo quý I xã Bảo Lâm.docx", "1"), ("biểu.xlsx", "2")]
    assert [m.path and m.path.name for m in members] == ["0001", "0002"]


@pytest.mark.parametrize(
    ("header", "name"),
    [
        (b'attachment; filename="=?UTF-8?B?QsOhbyBjw6FvLnBkZg==?="', "Báo cáo.pdf"),
        (b"attachment; filename*=UTF-8''B%C3%A1o%20c%C3%A1o.pdf", "Báo cáo.pdf"),
        ('attachment; filename="Báo cáo.pdf"'.encode(), "Báo cáo.pdf"),
        (b'attachment; filename="../../etc/passwd"', "passwd"),
        (b'attachment; filename="C:\\\\x\\\\a.pdf"', "a.pdf"),
        (b'attachment; filename=""', "0001"),
        (b"attachment", "0001"),
    ],
)
def test_names(tmp_path: Path, header: bytes, name: str) -> None:
    data = bytes(mail(("NAME.pdf", b"1"))).replace(b'attachment; filename="NAME.pdf"', header)
    assert [member.name for member in extracted(data, tmp_path)] == [name]


def test_small_pictures_in_the_text_are_left_out_and_pages_are_not(tmp_path: Path) -> None:
    message = mail(("bc.pdf", b"1"))
    for name, data, where in (
        ("logo.png", picture(300, 90), "inline"),
        ("trang1.png", picture(1200, 1700), "inline"),
        ("nho.png", picture(300, 90), "attachment"),
    ):
        message.add_attachment(data, maintype="image", subtype="png", filename=name, disposition=where)
    assert [member.name for member in extracted(message, tmp_path)] == ["bc.pdf", "trang1.png", "nho.png"]


def test_signatures_and_calendars_are_left_out(tmp_path: Path) -> None:
    message = mail(("bc.pdf", b"1"))
    message.add_attachment(b"x", maintype="application", subtype="pkcs7-signature", filename="smime.p7s")
    message.add_attachment("BEGIN:VCALENDAR", subtype="calendar", filename="a.ics")
    assert [member.name for member in extracted(message, tmp_path)] == ["bc.pdf"]


def test_mail_in_a_mail_one_layer_deep(tmp_path: Path) -> None:
    inner, outer, outermost = mail(("a.pdf", b"1")), mail(("b.pdf", b"2")), mail(("c.pdf", b"3"))
    outer.add_attachment(inner)
    outermost.add_attachment(outer)
    found = summary(extracted(outermost, tmp_path))
    assert found[:2] == [("c.pdf", "3"), ("b.pdf", "2")]
    assert [text for _, text in found[2:]] == ["nested_archive"]


def test_mail_attached_as_a_file_is_not_opened(tmp_path: Path) -> None:
    assert summary(extracted(mail(("thu.eml", bytes(mail(("a.pdf", b"1"))))), tmp_path)) == [
        ("thu.eml", "nested_archive")
    ]


def test_mail_without_attachments(tmp_path: Path) -> None:
    assert extracted(mail(), tmp_path) == ()
    with pytest.raises(errors.UnsupportedType, match="without attachments"):
        open_container(tmp_path / "thu.eml", "thu.eml", MediaType.EML, tmp_path / "again", SETTINGS)


def test_ten_thousand_parts(tmp_path: Path) -> None:
    parts = b"".join(b"--x\r\nContent-Type: application/pdf\r\n\r\n1\r\n" for _ in range(10_000))
    head = b'From: a@b.vn\r\nTo: c@d.vn\r\nSubject: x\r\nContent-Type: multipart/mixed; boundary="x"\r\n\r\n'
    with pytest.raises(errors.TooManyFiles):
        extracted(head + parts + b"--x--\r\n", tmp_path)
    assert len(list((tmp_path / "into").iterdir())) <= SETTINGS.max_archive_files


def test_parts_inside_parts_without_end(tmp_path: Path) -> None:
    head = b"From: a@b.vn\r\nTo: c@d.vn\r\nSubject: x\r\n"
    body = b"".join(b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n) for n in range(3000))
    with pytest.raises(errors.UnreadableInput):
        extracted(head + body, tmp_path)


def test_cut_off(tmp_path: Path) -> None:
    data = bytes(mail(("a.pdf", b"1" * 5000)))
    with pytest.raises(errors.TruncatedFile):
        extracted(data[: len(data) * 2 // 3], tmp_path)


def test_limit_holds_for_all_attachments_together(tmp_path: Path) -> None:
    message = mail(*((f"{n}.pdf", b"\0" * 400_000) for n in range(3)))
    path = tmp_path / "a.eml"
    path.write_bytes(bytes(message))
    with pytest.raises(errors.OversizedContent):
        extract_attachments(path, "a.eml", tmp_path / "into", IngestSettings(max_unpacked_mb=1))
    members = extract_attachments(path, "a.eml", tmp_path / "into", IngestSettings(max_unpacked_mb=2))
    assert [member.error for member in members] == [None, None, None]


def test_archive_in_a_mail_is_read_too(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a.txt", "báo cáo")
    path = tmp_path / "a.eml"
    path.write_bytes(bytes(mail(("tài liệu.zip", stream.getvalue()), ("b.txt", b"x"))))
    found = read_document(path, Settings(), SerialExecutor())
    assert not any(isinstance(one, DocumentReading) for one in found)
    assert [one.params["name"] for one in found if isinstance(one, errors.UnsupportedType)] == ["a.txt", "b.txt"]


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"Received: from x by y;\r\n\tTue, 1 Jan 2024\r\nFrom: a\r\nSubject: b\r\nDate: c\r\n\r\n", True),
        (b"From: a@b\nTo: c@d\nSubject: e\n\nbody", True),
        (b"From: <Saved by Blink>\r\nSnapshot-Content-Location: x\r\nSubject: a\r\nDate: b\r\n", False),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n", False),
        ("Kính gửi: Phòng Nội vụ\nSubject: x\n".encode(), False),
        (b"Subject: a\nDate: b\n\n", False),
        (b"", False),
    ],
)
def test_what_is_a_mail(head: bytes, expected: bool) -> None:
    assert is_mail(head) is expected


@settings(max_examples=60)
@given(st.binary(max_size=400))
def test_any_attachment_comes_back_whole(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        message = mail(("a.bin", b"\0" + data))
        member = extracted(message, Path(folder))[0]
        assert member.path is not None
        assert member.path.read_bytes() == b"\0" + data


@settings(max_examples=60)
@given(st.binary(max_size=300), st.integers(0, 2000))
def test_damage_ends_in_an_error_of_ours(noise: bytes, at: int) -> None:
    data = bytearray(bytes(mail(("Báo cáo.pdf", b"1" * 300))))
    data[at : at + len(noise)] = noise
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.eml"
        path.write_bytes(bytes(data))
        try:
            members = extract_attachments(path, "a.eml", Path(folder) / "into", SETTINGS)
        except errors.UnreadableInput:
            return
        inside = {p.name for p in (Path(folder) / "into").iterdir()}
        assert inside == {m.path.name for m in members if m.path}
