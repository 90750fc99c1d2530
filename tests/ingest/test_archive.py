from __future__ import annotations

import io
import stat
import struct
import tempfile
import unicodedata
import zipfile
from pathlib import Path

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tonghop import errors
from tonghop.ingest.archive import Member, extract_members, member_name
from tonghop.settings import IngestSettings

SETTINGS = IngestSettings()


def packed(*members: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return stream.getvalue()


def extracted(data: bytes, folder: Path, limits: IngestSettings = SETTINGS) -> tuple[Member, ...]:
    path = folder / "a.zip"
    path.write_bytes(data)
    return extract_members(path, "a.zip", folder / "into", limits)


def summary(members: tuple[Member, ...]) -> list[tuple[str, str]]:
    return [(m.name, m.path.read_text() if m.path else m.error.code if m.error else "") for m in members]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_members_in_order_under_names_of_our_own(tmp_path: Path) -> None:
    data = packed(("Xã A/bc.pdf", b"1"), ("bc.pdf", b"2"), ("bc.pdf", b"3"), ("Xã A/", b""))
    members = extracted(data, tmp_path)
    assert summary(members) == [("Xã A/bc.pdf", "1"), ("bc.pdf", "2"), ("bc.pdf", "3")]
    assert [m.path and m.path.name for m in members] == ["0001", "0002", "0003"]


def test_system_litter_is_left_out(tmp_path: Path) -> None:
    names = ["__MACOSX/a.pdf", "._a.pdf", ".DS_Store", "x/Thumbs.db", "desktop.ini", "x/~$a.docx", "a.pdf"]
    assert summary(extracted(packed(*((n, b"1") for n in names)), tmp_path)) == [("a.pdf", "1")]


def test_no_document_is_left_out_for_its_name(tmp_path: Path) -> None:
    names = ["a/.hidden/bao cao.pdf", "bao cao.pdf.tmp", ".bc.docx", "bc.docx~", "~WRL0001.tmp"]
    assert [name for name, _ in summary(extracted(packed(*((n, b"1") for n in names)), tmp_path))] == names


@pytest.mark.parametrize(
    "name", ["../a.pdf", "x/../../a.pdf", "/etc/a.pdf", "..\\a.pdf", "C:\\a.pdf", "\\\\host\\share\\a"]
)
def test_names_that_lead_elsewhere(tmp_path: Path, name: str) -> None:
    members = extracted(packed((name, b"1"), ("good.pdf", b"2")), tmp_path)
    assert [m.error.code if m.error else "" for m in members] == ["unsafe_name", ""]


def test_name_with_nul(tmp_path: Path) -> None:
    data = packed(("aXb.pdf", b"1"), ("good.pdf", b"2")).replace(b"aXb.pdf", b"a\0b.pdf")
    first, second = extracted(data, tmp_path)
    assert first.error is not None
    assert (first.error.code, first.error.params["name"]) == ("unsafe_name", "a\\x00b.pdf")
    assert second.error is None


def test_folders_of_windows_and_long_names(tmp_path: Path) -> None:
    long = "ạ" * 80 + "." * 11 + "pdf"
    assert len(long.encode()) > 250
    assert summary(extracted(packed(("Xã A\\bc.pdf", b"1"), (long, b"2")), tmp_path)) == [
        ("Xã A/bc.pdf", "1"),
        (long, "2"),
    ]


def unflagged(raw: bytes) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo("x")
    info.filename = info.orig_filename = raw.decode("cp437")
    info.flag_bits = 0
    return info


def test_names_as_their_makers_meant_them() -> None:
    name = "Báo cáo xã Bảo Lâm quý I.pdf"
    decomposed = unicodedata.normalize("NFD", name)
    assert member_name(unflagged(decomposed.encode())) == name  # macOS
    tones = {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}
    windows = "".join(
        unicodedata.normalize("NFC", "".join(p for p in unicodedata.normalize("NFD", c) if p not in tones))
        + "".join(p for p in unicodedata.normalize("NFD", c) if p in tones)
        for c in name
    )
    assert member_name(unflagged(windows.encode("cp1258"))) == name  # Vietnamese Windows
    assert member_name(unflagged("Résumé.pdf".encode("cp437"))) == "Résumé.pdf"
    info = unflagged(b"B?o c?o\x80.pdf")
    text = name.encode()
    info.extra = struct.pack("<HHBL", 0x7075, 5 + len(text), 1, 0) + text
    assert member_name(info) == name  # Info-ZIP
    assert member_name(zipfile.ZipInfo(decomposed)) != ""


def test_flagged_names_are_composed(tmp_path: Path) -> None:
    (member,) = extracted(packed((unicodedata.normalize("NFD", "Bảo Lâm.pdf"), b"1")), tmp_path)
    assert member.name == "Bảo Lâm.pdf"


def test_links_inside(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("link.pdf")
    link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    members = extracted(packed((link, b"/etc/passwd"), ("a.pdf", b"1")), tmp_path)
    assert summary(members) == [("link.pdf", "not_regular_file"), ("a.pdf", "1")]


def test_encrypted_member(tmp_path: Path) -> None:
    data = bytearray(packed(("a.pdf", b"1"), ("b.pdf", b"2")))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert summary(extracted(bytes(data), tmp_path)) == [("a.pdf", "encrypted_file"), ("b.pdf", "2")]


def test_damaged_member_does_not_lose_the_others(tmp_path: Path) -> None:
    data = bytearray(packed(("a.pdf", b"first" * 100), ("b.pdf", b"2")))
    data[40] ^= 0xFF
    assert summary(extracted(bytes(data), tmp_path)) == [("a.pdf", "damaged_file"), ("b.pdf", "2")]
    assert [p.name for p in (tmp_path / "into").iterdir()] == ["0002"]


def test_archives_inside_are_refused_and_word_files_are_not(tmp_path: Path) -> None:
    stream = io.BytesIO()
    docx.Document().save(stream)
    data = packed(("inner.pdf", packed(("a.pdf", b"1"))), ("bc.docx", stream.getvalue()))
    inner, word = extracted(data, tmp_path)
    assert isinstance(inner.error, errors.UnsafeContent)
    assert word.path is not None
    assert word.path.read_bytes() == stream.getvalue()


def test_bomb_among_documents(tmp_path: Path) -> None:
    limits = IngestSettings(max_unpacked_mb=1)
    data = packed(("a.pdf", b"1"), ("bomb.pdf", b"\0" * 5_000_000), ("b.pdf", b"2"))
    assert summary(extracted(data, tmp_path, limits)) == [
        ("a.pdf", "1"),
        ("bomb.pdf", "oversized_content"),
        ("b.pdf", "2"),
    ]
    lying = data.replace(struct.pack("<L", 5_000_000), struct.pack("<L", 10))
    folder = tmp_path / "lying"
    folder.mkdir()
    assert [m.error.code if m.error else "" for m in extracted(lying, folder, limits)] == ["", "oversized_content", ""]


def test_limit_holds_for_all_together(tmp_path: Path) -> None:
    data = packed(*((f"{i}.pdf", b"\0" * 400_000) for i in range(4)))
    members = extracted(data, tmp_path, IngestSettings(max_unpacked_mb=1))
    assert [m.error.code if m.error else "" for m in members] == ["", "", "oversized_content", "oversized_content"]
    assert sum(p.stat().st_size for p in (tmp_path / "into").iterdir()) <= 1_000_000


def test_too_many(tmp_path: Path) -> None:
    with pytest.raises(errors.TooManyFiles):
        extracted(packed(*((f"{i}.pdf", b"1") for i in range(4))), tmp_path, IngestSettings(max_archive_files=3))


def test_cut_off(tmp_path: Path) -> None:
    with pytest.raises(errors.TruncatedFile):
        extracted(packed(("a.pdf", b"1" * 1000))[:-40], tmp_path)


NAMES = st.lists(
    st.one_of(
        st.text(max_size=40),
        st.lists(st.sampled_from(["..", ".", "", "/", "\\", "C:", "a", "xã", "\0", "~"]), max_size=8).map("/".join),
    ),
    max_size=6,
)


@pytest.mark.filterwarnings("ignore:Duplicate name")
@settings(deadline=None)
@given(NAMES)
def test_nothing_is_written_outside(names: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        infos = []
        for name in names:
            info = zipfile.ZipInfo("x")
            info.filename = name.encode("utf-8", "ignore").decode()[:60]
            infos.append((info, b"1"))
        members = extracted(packed(*infos), root)
        everything = {p.relative_to(root).as_posix() for p in root.rglob("*")}
        inside = {f"into/{m.path.name}" for m in members if m.path}
        assert everything == {"a.zip", "into"} | inside
        assert len(members) <= len(names)
