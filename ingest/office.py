"""Word files of old, .odt and .rtf: turned into .docx by LibreOffice, in a child process that can do no harm.

What keeps it harmless: a profile of its own, made for one file and thrown away, in which macros and active content
are off, links and remote pictures are never followed, and every web address leads to a closed port of this machine;
a copy of the file in a folder of its own under a name of ours; a time limit, after which the child and all that it
started are killed. Nothing of the user's own LibreOffice is read or changed, and it may be running.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tonghop.errors import N_, ChildProcessFailed, ConverterMissing, LayoutUnreadable, PageTimeout, phrase
from tonghop.ingest.store import safe_label
from tonghop.records import MediaType
from tonghop.settings import IngestSettings

__all__ = ["as_docx", "find_office", "is_convertible", "office_version"]

_PROGRAM = "LibreOffice"
_ENDINGS = {MediaType.DOC: "doc", MediaType.ODT: "odt", MediaType.RTF: "rtf"}
_COMMANDS = ("soffice", "libreoffice")
# Where the installers of macOS and Windows put it, without telling PATH.
_PLACES = (
    Path("/Applications/LibreOffice.app/Contents/MacOS/soffice"),
    Path("C:/Program Files/LibreOffice/program/soffice.com"),
    Path("C:/Program Files (x86)/LibreOffice/program/soffice.com"),
)
_OPTIONS = ("--headless", "--norestore", "--nolockcheck", "--nodefault", "--nologo", "--nofirststartwizard")
_OUTPUT_TAIL = 400
_MAKER, _VERSION = "docProps/app.xml", re.compile(rb"LibreOffice/([\d.]+)")

# Path, property, value. A proxy that is not there (port 9, "discard") answers every address with a refusal.
_PROFILE = (
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Office.Common/Security/Scripting", "DisableActiveContent", "true"),
    ("Office.Common/Misc", "FirstRun", "false"),
    ("Office.Writer/Content/Update", "Link", "0"),
    ("Office.Writer/Content/Update", "Field", "false"),
    ("Inet/Settings", "ooInetProxyType", "2"),
    ("Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPSProxyPort", "9"),
    ("Inet/Settings", "ooInetFTPProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetFTPProxyPort", "9"),
    ("Inet/Settings", "ooInetNoProxy", ""),
)


def is_convertible(media_type: MediaType) -> bool:
    """Return whether files of this kind are read through LibreOffice."""
    return media_type in _ENDINGS


def find_office(name: str) -> str:
    """Return the program to start. Raises `ConverterMissing`, which calls the file `name`, when there is none."""
    found = next(filter(None, map(shutil.which, _COMMANDS)), None)
    found = found or next((str(place) for place in _PLACES if place.is_file()), None)
    if found is None:
        raise ConverterMissing(name=safe_label(name), what=_PROGRAM)
    return found


@contextmanager
def as_docx(path: Path, name: str, media_type: MediaType, settings: IngestSettings) -> Iterator[Path]:
    """Give the file at `path` (DOC, ODT, RTF) as a .docx, which is removed afterwards.

    Raises `ConverterMissing`, `PageTimeout` after `page_timeout_s`, `ChildProcessFailed` when LibreOffice ends
    badly, `LayoutUnreadable` when it cannot open the file.
    """
    program = find_office(name)
    # On Windows a killed child's files may stay locked for a moment; the system clears its own folder.
    with tempfile.TemporaryDirectory(prefix="tonghop-", ignore_cleanup_errors=True) as folder:
        work = Path(folder)
        source = work / f"document.{_ENDINGS[media_type]}"
        shutil.copyfile(path, source)
        _write_profile(work / "profile")
        said = _run(_command(program, work, source), work / "output.txt", settings.page_timeout_s)
        result = work / "out" / "document.docx"
        if not result.is_file():
            detail = said or N_("LibreOffice could not open it")
            raise LayoutUnreadable(name=safe_label(name), detail=detail.replace(str(work), ""))
        yield result


def office_version(docx: Path) -> str:
    """Return the version of the LibreOffice that wrote a .docx, as the file says; "" when it does not."""
    with zipfile.ZipFile(docx) as package:
        found = _VERSION.search(package.read(_MAKER)) if _MAKER in package.namelist() else None
    return found[1].decode("ascii") if found else ""


def _command(program: str, work: Path, source: Path) -> list[str]:
    profile = (work / "profile").absolute().as_uri()
    convert = ("--convert-to", "docx:MS Word 2007 XML", "--outdir", str(work / "out"), str(source))
    return [program, *_OPTIONS, f"-env:UserInstallation={profile}", *convert]


def _write_profile(folder: Path) -> None:
    items = "".join(
        f'<item oor:path="/org.openoffice.{path}"><prop oor:name="{prop}" oor:op="fuse"><value>{value}</value></prop>'
        "</item>"
        for path, prop, value in _PROFILE
    )
    user = folder / "user"
    user.mkdir(parents=True)
    (user / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry">'
        f"{items}</oor:items>",
        encoding="utf-8",
    )


def _run(command: list[str], output: Path, seconds: float) -> str:
    """Run the child and return the end of what it said. A file takes its output: a pipe would outlive its killing."""
    with output.open("wb") as said:
        try:
            child = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT, start_new_session=True
            )
        except OSError as error:
            raise ChildProcessFailed(program=_PROGRAM, detail=error.strerror or error) from error
        try:
            code = child.wait(timeout=seconds)
        except subprocess.TimeoutExpired as error:
            raise PageTimeout(program=_PROGRAM, seconds=f"{seconds:g}") from error
        finally:
            _kill_all(child)
    text = output.read_bytes()[-_OUTPUT_TAIL:].decode("utf-8", "replace").strip()
    if code:
        raise ChildProcessFailed(program=_PROGRAM, detail=text or phrase("it ended with code {code}", code=code))
    return text


if sys.platform == "win32":

    def _kill_all(child: subprocess.Popen[bytes]) -> None:
        if child.poll() is None:
            taskkill = shutil.which("taskkill") or "taskkill"
            subprocess.run([taskkill, "/T", "/F", "/PID", str(child.pid)], capture_output=True, check=False)
        child.wait()

else:

    def _kill_all(child: subprocess.Popen[bytes]) -> None:
        """Kill the child's whole session: the program `soffice` only starts the one that works."""
        with suppress(ProcessLookupError, PermissionError):  # all of it has ended (macOS says: not permitted)
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
