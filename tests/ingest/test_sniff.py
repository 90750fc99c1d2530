from __future__ import annotations

import io
import os
import socket
import struct
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from PIL import Image

from tests.ingest.badfiles import ENTITY, huge_jpeg, huge_png, huge_tiff, image, ole, pdf, repacked, word
from tonghop import errors
from tonghop.ingest.archive import extract_members
from tonghop.ingest.sniff import sniff
from tonghop.records import MediaType
from tonghop.settings import IngestSettings

pytestmark = pytest.mark.alone  # each refusal has two seconds

SETTINGS = IngestSettings()
SHARED = Path(__file__).parents[3] / "shared"
Make = Callable[[bytes], Path]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    def write(data: bytes) -> Path:
        path = tmp_path / "file"
        path.write_bytes(data)
        return path

    return write


def refused(path: Path, kind: type[errors.TonghopError], name: str = "báo cáo.pdf") -> errors.TonghopError:
    start = time.perf_counter()
    with pytest.raises(errors.UnreadableInput) as caught:
        sniff(path, name, SETTINGS)
    assert time.perf_counter() - start < 2
    assert type(caught.value) is kind
    return caught.value


# --- accepted ---


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (pdf(), MediaType.PDF),
        (b"\r\n\0junk from a mail gateway" * 30 + pdf(), MediaType.PDF),
        (pdf() + b"\0" * 3000, MediaType.PDF),
        (image("JPEG"), MediaType.JPEG),
        (image("JPEG", progressive=True), MediaType.JPEG),
        (image("JPEG") + b"phone trailer" * 1000, MediaType.JPEG),
        (image("PNG"), MediaType.PNG),
        (image("TIFF"), MediaType.TIFF),
        (image("TIFF", compression="tiff_lzw"), MediaType.TIFF),
        (image("TIFF", save_all=True, append_images=[Image.new("L", (50, 60))] * 3), MediaType.TIFF),
        (image("TIFF", big_tiff=True), MediaType.TIFF),
        (word(), MediaType.DOCX),
    ],
    ids=lambda value: value.name if isinstance(value, MediaType) else "",
)
def test_whole_files_are_known_by_content(make: Make, data: bytes, expected: MediaType) -> None:
    assert sniff(make(data), "tên không nói gì.txt", SETTINGS) is expected


def test_zip_of_documents(make: Make) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("báo cáo.docx", word())
    assert sniff(make(stream.getvalue()), "a.zip", SETTINGS) is MediaType.ZIP


def test_owner_password_alone_only_restricts_printing(make: Make) -> None:
    data = pdf(owner_password="owner", user_password="")
    assert b"/Encrypt" in data
    assert sniff(make(data), "a.pdf", SETTINGS) is MediaType.PDF


def test_pdf_is_taken_when_poppler_is_too_slow(make: Make) -> None:
    assert sniff(make(pdf()), "a.pdf", SETTINGS, probe=lambda _path: None) is MediaType.PDF


def test_real_documents_pass() -> None:
    if not SHARED.exists():
        pytest.skip("../shared is not there")
    documents = [p for p in (SHARED / "realdocs").rglob("*") if p.suffix in (".pdf", ".docx", ".tif")]
    assert documents
    for path in documents:
        assert sniff(path, path.name, SETTINGS) in MediaType


# --- refused ---


def test_empty(make: Make) -> None:
    refused(make(b""), errors.EmptyFile)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
@pytest.mark.parametrize(
    "data",
    [
        pdf(),
        image("JPEG"),
        image("PNG"),
        image("TIFF"),
        image("TIFF", save_all=True, append_images=[Image.new("L", (50, 60))] * 3),
        word(),
    ],
    ids=["pdf", "jpeg", "png", "tiff", "pages", "docx"],
)
def test_truncated(make: Make, data: bytes, share: float) -> None:
    refused(make(data[: int(len(data) * share)]), errors.TruncatedFile)


def test_real_pdfs_cut_off_are_noticed(make: Make) -> None:
    if not SHARED.exists():
        pytest.skip("../shared is not there")
    for path in sorted((SHARED / "realdocs").rglob("*.pdf")):
        data = path.read_bytes()
        for share in (0.2, 0.6, 0.95):
            with pytest.raises((errors.TruncatedFile, errors.LayoutUnreadable)):
                sniff(make(data[: int(len(data) * share)]), path.name, SETTINGS)


def test_encrypted_pdf(make: Make) -> None:
    refused(make(pdf(owner_password="owner", user_password="user")), errors.EncryptedFile)


def test_pdf_that_is_only_a_header(make: Make) -> None:
    refused(make(b"%PDF-1.4\n" + b"x" * 5000 + b"\nstartxref\n0\n%%EOF\n"), errors.LayoutUnreadable)


def test_missing_poppler_is_named(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _name: None)
    with pytest.raises(errors.MissingDependency):
        sniff(make(pdf()), "a.pdf", SETTINGS)


def odt(kind: str = MediaType.ODT.value, manifest: str = "<manifest/>", **parts: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr("content.xml", parts.get("content", "<office/>"))
        archive.writestr("META-INF/manifest.xml", manifest)
    return stream.getvalue()


def workbook() -> bytes:
    stream = io.BytesIO()
    openpyxl.Workbook().save(stream)
    return stream.getvalue()


MAIL = b"From: xa.a@example.vn\r\nTo: noivu@example.vn\r\nSubject: bao cao\r\n\r\nKinh gui\r\n"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (ole("WordDocument"), MediaType.DOC),
        (ole("WordDocument", "1Table", mark=0xA5DC), MediaType.DOC),
        (b"{\\rtf1\\ansi Bao cao}", MediaType.RTF),
        (b"{\\rtf1\\ansi Bao cao}\r\n\0", MediaType.RTF),
        (odt(), MediaType.ODT),
        (workbook(), MediaType.XLSX),
        (MAIL, MediaType.EML),
    ],
    ids=lambda value: value.name if isinstance(value, MediaType) else "",
)
def test_typed_files_and_mails_are_known_by_content(make: Make, data: bytes, expected: MediaType) -> None:
    assert sniff(make(data), "a.txt", SETTINGS) is expected


@pytest.mark.parametrize(
    "data",
    [
        ole("WordDocument", flags=0x0100),
        odt(manifest='<m:manifest xmlns:m="x"><m:encryption-data/></m:manifest>'),
    ],
    ids=["doc", "odt"],
)
def test_old_word_files_with_a_password(make: Make, data: bytes) -> None:
    refused(make(data), errors.EncryptedFile)


@pytest.mark.parametrize(
    "data",
    [
        ole("WordDocument")[:-1],
        ole("WordDocument")[:1000],
        ole("Workbook", used=90),
        b"{\\rtf1 Bao cao",
        workbook()[:-30],
    ],
    ids=["doc", "half", "xls", "rtf", "xlsx"],
)
def test_typed_files_cut_off(make: Make, data: bytes) -> None:
    refused(make(data), errors.TruncatedFile)


def test_compound_files_that_are_damaged(make: Make) -> None:
    refused(make(ole("WordDocument", mark=0x1234)), errors.LayoutUnreadable)
    refused(make(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000), errors.LayoutUnreadable)


def test_open_document_with_a_declaration_or_without_its_text(make: Make) -> None:
    refused(make(odt(content='<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>')), errors.UnsafeContent)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", MediaType.ODT.value)
    refused(make(stream.getvalue()), errors.LayoutUnreadable)


@pytest.mark.parametrize("kind", ["doc", "odt", "rtf", "xlsx"])
def test_typed_files_may_lie_in_an_archive(tmp_path: Path, kind: str) -> None:
    data = {"doc": ole("WordDocument"), "odt": odt(), "rtf": b"{\\rtf1 a}", "xlsx": workbook()}[kind]
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(f"a.{kind}", data)
    (tmp_path / "a.zip").write_bytes(stream.getvalue())
    (member,) = extract_members(tmp_path / "a.zip", "a.zip", tmp_path / "into", SETTINGS)
    assert member.error is None


def test_mails_in_an_archive_are_refused(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a.eml", MAIL)
    (tmp_path / "a.zip").write_bytes(stream.getvalue())
    (member,) = extract_members(tmp_path / "a.zip", "a.zip", tmp_path / "into", SETTINGS)
    assert isinstance(member.error, errors.NestedArchive)


@pytest.mark.parametrize(
    ("data", "found"),
    [
        ("Kính gửi: Phòng Nội vụ\r\n".encode(), "plain text"),
        (b"K\xednh g\xe6i: Ph\xf2ng\r\n" * 9, "plain text"),
        ("Kính gửi".encode("utf-16"), "plain text"),
        (b"<html><body>Bao cao</body></html>", ".html"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIC"),
        (b"Rar!\x1a\x07\x01\0", "RAR"),
        (b"\x01\x02\x03\x04" * 50, "unknown"),
        ("BM: báo cáo".encode(), "plain text"),
        (ole("Workbook"), ".xls"),
        (ole("__substg1.0_0037001F"), ".msg"),
        (ole("VisioDocument"), "OLE"),
    ],
)
def test_other_kinds_are_named(make: Make, data: bytes, found: str) -> None:
    assert found in refused(make(data), errors.UnsupportedType).params["found"]


def test_open_document_is_named(make: Make) -> None:
    for kind, found in (("spreadsheet", ".ods"), ("text-template", ".ott")):
        data = odt(f"application/vnd.oasis.opendocument.{kind}")
        assert found in refused(make(data), errors.UnsupportedType).params["found"]


@pytest.mark.parametrize(
    ("kind", "found"),
    [
        ("ms-word.document.macroEnabled.main+xml", ".docm"),
        ("ms-excel.sheet.macroEnabled.main+xml", ".xlsm"),
        ("openxmlformats-officedocument.spreadsheetml.template.main+xml", ".xltx"),
    ],
)
def test_other_office_packages_are_named(make: Make, kind: str, found: str) -> None:
    types = f'<Types><Override PartName="/x.xml" ContentType="application/vnd.{kind}"/></Types>'.encode()
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("[Content_Types].xml", types)
    assert found in refused(make(stream.getvalue()), errors.UnsupportedType).params["found"]


def test_real_legacy_files_are_known(make: Make) -> None:
    if not SHARED.exists():
        pytest.skip("../shared is not there")
    kinds = {".doc": MediaType.DOC, ".rtf": MediaType.RTF}
    for path in (SHARED / "realdocs" / "doc_legacy").iterdir():
        if path.suffix == ".xls":
            assert path.suffix in refused(path, errors.UnsupportedType).params["found"]
        elif path.suffix in kinds:
            assert sniff(path, path.name, SETTINGS) is kinds[path.suffix]
            data = path.read_bytes()
            for share in (0.1, 0.5, 0.9, 0.99):
                refused(make(data[: int(len(data) * share)]), errors.TruncatedFile)


def test_protected_word_file(make: Make) -> None:
    refused(make(ole("EncryptedPackage", "EncryptionInfo")), errors.EncryptedFile)


@pytest.mark.parametrize("data", [huge_png(), huge_jpeg(), huge_tiff()], ids=["png", "jpeg", "tiff"])
def test_oversized_image_is_refused_by_its_header(make: Make, data: bytes) -> None:
    error = refused(make(data), errors.OversizedImage)
    assert (error.params["width"], error.params["height"], error.params["limit"]) == ("30000", "30000", "120")


def test_image_without_pixels(make: Make) -> None:
    data = huge_png().replace(struct.pack(">LL", 30_000, 30_000), struct.pack(">LL", 0, 10))
    refused(make(data), errors.LayoutUnreadable)


def test_tiff_whose_pages_go_round(make: Make) -> None:
    data = huge_tiff().replace(struct.pack("<L", 30_000), struct.pack("<L", 30))
    refused(make(data[:-4] + struct.pack("<L", 12)), errors.LayoutUnreadable)


def test_word_file_that_unpacks_to_200_mb(make: Make) -> None:
    data = repacked(word(), word__media=b"\0" * 200_000_000)
    assert len(data) < 300_000
    assert refused(make(data), errors.OversizedContent).params["limit"] == "150"


def test_word_file_that_lies_about_its_size(make: Make) -> None:
    data = bytearray(repacked(word(), word__media=b"\0" * 200_000_000))
    declared = struct.pack("<L", 200_000_000)
    assert data.count(declared) == 2
    refused(make(bytes(data).replace(declared, struct.pack("<L", 1000))), errors.OversizedContent)


def test_word_file_whose_text_would_not_fit_into_memory(make: Make) -> None:
    data = repacked(word(), word__document=b"<x>" + b"<y/>" * 8_000_000 + b"</x>")
    assert refused(make(data), errors.OversizedContent).params["limit"] == "30"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("part", ["word__document", "word__styles", "customXml__item1"])
def test_entities_in_any_part(make: Make, part: str, encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?>{ENTITY}'
    refused(make(repacked(word(), **{part: text.encode(encoding)})), errors.UnsafeContent)


def test_entities_behind_padding(make: Make) -> None:
    padding = "<!--" + "x" * 1_000_000 + "-->"
    refused(make(repacked(word(), word__document=(padding + ENTITY).encode())), errors.LayoutUnreadable)


def test_word_file_with_a_password_on_its_parts(make: Make) -> None:
    data = bytearray(word())
    at = data.rindex(b"PK\x01\x02")
    data[at + 8] |= 1
    refused(make(bytes(data)), errors.EncryptedFile)


def test_word_file_without_its_document(make: Make) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(word())) as old, zipfile.ZipFile(stream, "w") as new:
        for info in old.infolist():
            if info.filename != "word/document.xml":
                new.writestr(info, old.read(info))
    refused(make(stream.getvalue()), errors.LayoutUnreadable)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_list_of_types_in_either_encoding(make: Make, encoding: str) -> None:
    with zipfile.ZipFile(io.BytesIO(word())) as package:
        types = package.read("[Content_Types].xml").decode().replace("UTF-8", encoding)
    stream = io.BytesIO(word())
    with zipfile.ZipFile(io.BytesIO(word())) as old, zipfile.ZipFile(stream, "w") as new:
        for info in old.infolist():
            new.writestr(info, types.encode(encoding) if info.filename == "[Content_Types].xml" else old.read(info))
    assert sniff(make(stream.getvalue()), "a.docx", SETTINGS) is MediaType.DOCX


def test_list_of_types_cut_short(make: Make) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types><Override")
    refused(make(stream.getvalue()), errors.LayoutUnreadable)


def test_archive_with_a_damaged_directory(make: Make) -> None:
    data = bytearray(word())
    at = data.index(b"PK\x01\x02")
    data[at : at + 4] = b"XXXX"
    refused(make(bytes(data)), errors.LayoutUnreadable)


def test_archive_with_a_directory_out_of_proportion(make: Make) -> None:
    end = b"PK\x05\x06" + struct.pack("<HHHHLLH", 0, 0, 65535, 65535, 5_000_000, 30, 0)
    refused(make(b"PK\x03\x04" + b"\0" * 5_000_000 + end), errors.OversizedContent)
    damaged = end.replace(struct.pack("<L", 5_000_000), struct.pack("<L", 400_000_000))
    refused(make(b"PK\x03\x04" + b"\0" * 5_000_000 + damaged), errors.LayoutUnreadable)


def test_links_and_special_files(tmp_path: Path, make: Make) -> None:
    target = make(pdf())
    link, pipe, door = tmp_path / "link", tmp_path / "pipe", tmp_path / "s"
    link.symlink_to(target)
    os.mkfifo(pipe)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(door))
        for path in (link, pipe, tmp_path, door):
            refused(path, errors.NotRegularFile)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    refused(tmp_path / "gone", errors.FileMissing)


def test_names_are_shown_safely(make: Make) -> None:
    error = refused(make(b""), errors.EmptyFile, name="../a\0\x1b[31m\u202eb.pdf")
    assert error.params["name"] == "../a\\x00\\x1b[31m\\u202eb.pdf"


def test_large_archives_with_a_second_directory_record(make: Make) -> None:
    # Some writers add the ZIP64 records to small files too.
    data = word()
    at = data.rindex(b"PK\x05\x06")
    count, size, offset = struct.unpack_from("<HLL", data, at + 10)
    record = struct.pack("<4sQHHLLQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, size, offset)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, at, 1)
    end = data[at : at + 10] + struct.pack("<HLLH", 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    assert sniff(make(data[:at] + record + locator + end), "a.docx", SETTINGS) is MediaType.DOCX
    lost = struct.pack("<4sLQL", b"PK\x06\x07", 0, 10**9, 1)
    refused(make(data[:at] + record + lost + end), errors.TruncatedFile)


def test_protected_member_of_an_office_package(make: Make) -> None:
    data = bytearray(word())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    refused(make(bytes(data)), errors.EncryptedFile)
