from __future__ import annotations

import http.server
import os
import signal
import stat
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import docx
import pytest

from tests.ingest.legacyfonts import to_tcvn3
from tonghop import errors
from tonghop.ingest.office import as_docx, find_office, office_version
from tonghop.ingest.reader import plan_jobs, read_job
from tonghop.ingest.sniff import sniff
from tonghop.records import Grade, MediaType, Page
from tonghop.settings import IngestSettings

SETTINGS = IngestSettings()
SHARED = Path(__file__).parents[3] / "shared"
ODF = "urn:oasis:names:tc:opendocument:xmlns"


@pytest.fixture
def office() -> None:
    try:
        find_office("x")
    except errors.ConverterMissing:
        pytest.skip("needs LibreOffice (soffice)")


def fake(folder: Path, monkeypatch: pytest.MonkeyPatch, body: str) -> None:
    """Put a program in LibreOffice's place; `out` is its output folder."""
    script = folder / "soffice"
    lines = f"import os, signal, subprocess, sys, time\nout = sys.argv[sys.argv.index('--outdir') + 1]\n{body}\n"
    script.write_text(f"#!{sys.executable}\n{lines}", encoding="utf-8")
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr("shutil.which", lambda _name: str(script))


def rtf(path: Path, body: str, fonts: str = r"{\f0 Times New Roman;}") -> Path:
    escaped = "".join(c if ord(c) < 128 else f"\\'{ord(c):02x}" if ord(c) < 256 else f"\\u{ord(c)}?" for c in body)
    path.write_bytes(rf"{{\rtf1\ansi\ansicpg1252{{\fonttbl{fonts}}}\f0 {escaped}\par}}".encode("ascii"))
    return path


def odt(path: Path, body: str) -> Path:
    spaces = " ".join(f'xmlns:{name}="{ODF}:{uri}:1.0"' for name, uri in (
        ("office", "office"), ("text", "text"), ("draw", "drawing"), ("svg", "svg-compatible"),
    ))  # fmt: skip
    content = (
        f'<office:document-content {spaces} xmlns:xlink="http://www.w3.org/1999/xlink" office:version="1.2">'
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
    manifest = (
        f'<m:manifest xmlns:m="{ODF}:manifest:1.0"><m:file-entry m:full-path="/" m:media-type="{MediaType.ODT.value}"/>'
        '<m:file-entry m:full-path="content.xml" m:media-type="text/xml"/></m:manifest>'
    )
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("mimetype", MediaType.ODT.value)
        package.writestr("content.xml", content)
        package.writestr("META-INF/manifest.xml", manifest)
    return path


def read(path: Path) -> tuple[Page, ...]:
    media_type = sniff(path, path.name, SETTINGS)
    (job,) = plan_jobs(path, path.name, media_type, SETTINGS)
    return read_job(job)


@pytest.mark.slow
def test_rtf_in_an_old_font(tmp_path: Path, office: None) -> None:
    text = "ủy ban nhân dân xã báo cáo kết quả cải cách hành chính quý i năm 2024"
    (page,) = read(rtf(tmp_path / "a", to_tcvn3(text), fonts=r"{\f0 .VnTime;}"))
    assert page.text == text
    assert (page.grade, page.steps[0].action, page.steps[0].engine) == (Grade.GOOD, "convert", "libreoffice")
    assert page.steps[0].version[0].isdigit()


@pytest.mark.slow
def test_open_document(tmp_path: Path, office: None) -> None:
    (page,) = read(odt(tmp_path / "a", "<text:p>Báo cáo quý I: 98,5%</text:p>"))
    assert page.text == "Báo cáo quý I: 98,5%"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["tcvn3_2003-a30.rtf", "vni_2009-download.doc"])
def test_real_files_of_old(name: str, office: None) -> None:
    if not SHARED.exists():
        pytest.skip("../shared is not there")
    path = SHARED / "realdocs" / "doc_legacy" / name
    truth = path.with_suffix(".gt.txt").read_text(encoding="utf-8").casefold().split()
    found = set(" ".join(page.text for page in read(path)).casefold().split())
    assert sum(word in found for word in truth) / len(truth) > 0.97


@pytest.fixture
def listener() -> Iterator[tuple[str, list[str]]]:
    """A server on this machine, and what was asked of it."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def do_HEAD(self) -> None:
            self.do_GET()

        def do_OPTIONS(self) -> None:
            self.do_GET()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()


@pytest.mark.slow
def test_nothing_is_fetched_and_no_other_file_is_read(
    tmp_path: Path, office: None, listener: tuple[str, list[str]]
) -> None:
    url, asked = listener
    secret = tmp_path / "secret.txt"
    secret.write_text("BIMATTUYETDOI", encoding="utf-8")
    picture = f'<draw:image xlink:href="{url}/a.png"/>'
    frame = f'<draw:frame svg:width="5cm" svg:height="5cm" text:anchor-type="as-char">{picture}</draw:frame>'
    sections = "".join(
        f'<text:section text:name="{n}"><text:section-source xlink:href="{link}"/><text:p>trống</text:p></text:section>'
        for n, link in enumerate((secret.as_uri(), f"{url}/b.odt"))
    )
    body = f"<text:p>Báo cáo {frame}</text:p>{sections}"
    pages = read(odt(tmp_path / "a", body))
    assert "Báo cáo" in pages[0].text
    assert asked == []
    assert "BIMATTUYETDOI" not in " ".join(page.text for page in pages)


def test_without_libreoffice_the_file_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _name: None)
    monkeypatch.setattr("tonghop.ingest.office._PLACES", ())
    with pytest.raises(errors.ConverterMissing) as caught:
        plan_jobs(rtf(tmp_path / "a", "x"), "a.rtf", MediaType.RTF, SETTINGS)
    assert caught.value.exit_code == 4
    assert "libreoffice-writer" in caught.value.advice


def test_a_program_that_hangs_is_killed_with_its_children(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    noted = tmp_path / "child"
    body = (
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        f"open({str(noted)!r} + '.new', 'w').write(str(child.pid))\n"
        f"os.rename({str(noted)!r} + '.new', {str(noted)!r})\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\ntime.sleep(600)"
    )
    fake(tmp_path, monkeypatch, body)
    start = time.monotonic()
    limits = IngestSettings(page_timeout_s=1.5)
    with pytest.raises(errors.PageTimeout), as_docx(rtf(tmp_path / "a", "x"), "a.rtf", MediaType.RTF, limits):
        pass
    assert time.monotonic() - start < 10
    pid = int(noted.read_text(encoding="ascii"))
    assert is_gone(pid)


def is_gone(pid: int) -> bool:
    """Whether a process has ended; one that nobody has waited for yet (a zombie) has."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
            state = Path(f"/proc/{pid}/stat")
            if state.exists() and state.read_text(encoding="ascii").rpartition(")")[2].split()[0] == "Z":
                return True
        except (ProcessLookupError, FileNotFoundError):
            return True
    os.kill(pid, signal.SIGKILL)
    return False


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("sys.exit('cannot start')", "child_failed"),
        ("os.kill(os.getpid(), signal.SIGKILL)", "child_failed"),
        ("print('no filter for this')", "damaged_file"),
        ("os.mkdir(out); open(out + '/document.docx', 'wb').write(b'PK no package')", "truncated_file"),
    ],
)
def test_a_program_that_fails_costs_this_file_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str, code: str
) -> None:
    fake(tmp_path, monkeypatch, body)
    (page,) = read(rtf(tmp_path / "a", "x"))
    assert (page.grade, page.error) == (Grade.UNREAD, code)


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = tmp_path / "made.docx"
    docx.Document().save(str(made))
    fake(tmp_path, monkeypatch, f"import shutil; os.mkdir(out); shutil.copy({str(made)!r}, out + '/document.docx')")
    with as_docx(rtf(tmp_path / "a", "x"), "a.rtf", MediaType.RTF, SETTINGS) as result:
        assert result.read_bytes() == made.read_bytes()
        assert office_version(result) == ""
        profile = result.parent.parent / "profile" / "user" / "registrymodifications.xcu"
        assert "DisableMacrosExecution" in profile.read_text(encoding="utf-8")
    assert not result.parent.parent.exists()
