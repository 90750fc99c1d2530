"""`tonghop doctor`: what is installed, what is missing, how to get it."""

from __future__ import annotations

import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from tonghop.cli.layout import print_table
from tonghop.cli.session import Session
from tonghop.errors import N_, ConfigurationError, MissingDependency, WorkspaceMissing, phrase
from tonghop.i18n import Translator
from tonghop.ingest.recogniser import OFFICE, office_model
from tonghop.settings import IngestSettings, load_settings

__all__ = ["Finding", "doctor", "examine"]

_PACKAGES = (
    "Django",
    "numpy",
    "opencv-python-headless",
    "pdf2image",
    "pytesseract",
    "python-docx",
    "rapidfuzz",
    "spacy",
)
# The package of Debian and its kin, and that of Windows.
_TESSERACT = ("tesseract-ocr", "UB-Mannheim.TesseractOCR")
_POPPLER = ("poppler-utils", "oschwartz10612.Poppler")
_LIBREOFFICE = ("libreoffice-writer", "TheDocumentFoundation.LibreOffice")
_TIMEOUT_S = 20
_LEAST_MB = 500


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing examined. An optional one never fails the command.

    `what` is its name, a message id. `how` says how to get it; it is empty where all is well.
    """

    what: str
    found: str
    is_well: bool
    is_optional: bool = False
    how: str = ""


def examine(
    workspace: Path | None, language: str = "vie", run: Callable[[list[str]], str] | None = None
) -> Iterator[Finding]:
    """Yield a finding for each thing the program needs, `language` being what pages are read in (vie, vie+eng).

    `run` starts a program and returns what it printed.
    """
    run = run or _output
    yield _finding(
        "Python", platform.python_version(), sys.version_info >= (3, 11), "https://www.python.org/downloads/"
    )
    yield _program("Tesseract", _TESSERACT, ["tesseract", "--version"], run)
    languages = run(["tesseract", "--list-langs"]).split()
    for name in dict.fromkeys(("vie", *language.split("+"))):
        found = name if name in languages else ""
        yield _finding(f"Tesseract {name}", found, bool(found), _how_to_get_language(name))
    model = office_model()
    yield _finding(f"Tesseract {OFFICE}", model.name if model else "", model is not None, "./run", is_optional=True)
    for program in ("pdftoppm", "pdftotext", "pdfinfo"):
        yield _program(f"Poppler {program}", _POPPLER, [program, "-v"], run)
    yield _program("LibreOffice", _LIBREOFFICE, ["soffice", "--version"], run, is_optional=True)
    for package in _PACKAGES:
        yield _package(package)
    if workspace is not None:
        free = shutil.disk_usage(workspace).free // 2**20
        yield _finding(N_("Free space"), f"{free} MB", free > _LEAST_MB, N_("make room on the disk"))


def _finding(what: str, found: str, is_well: bool, how: str, *, is_optional: bool = False) -> Finding:
    return Finding(what, found, is_well, is_optional, "" if is_well else how)


def _how_to_get(packages: tuple[str, str]) -> str:
    """Return the command that installs the one of `packages` that is for this system."""
    debian, windows = packages
    return f"winget install {windows}" if sys.platform == "win32" else f"sudo apt-get install {debian}"


def _how_to_get_language(name: str) -> str:
    if sys.platform == "win32":
        return phrase("{file} in Tesseract's folder tessdata", file=f"{name}.traineddata")
    return f"sudo apt-get install tesseract-ocr-{name.replace('_', '-').lower()}"


def _program(
    what: str,
    packages: tuple[str, str],
    command: list[str],
    run: Callable[[list[str]], str],
    *,
    is_optional: bool = False,
) -> Finding:
    printed = run(command).strip()
    first = printed.split("\n")[0]
    return _finding(what, first, bool(printed), _how_to_get(packages), is_optional=is_optional)


def _package(name: str) -> Finding:
    try:
        return Finding(name, metadata.version(name), is_well=True)
    except metadata.PackageNotFoundError:
        return Finding(name, "", is_well=False, how="./run")


def _output(command: list[str]) -> str:
    """Return what a program prints about itself; nothing when it is not there or does not answer."""
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=_TIMEOUT_S, check=False, errors="replace"
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout + done.stderr


def doctor(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help=N_("Print one JSON document on standard output."))] = False,
) -> int:
    """Show what is installed, what is missing, how to get it. What is wrong with the workspace is told besides."""
    session: Session = context.obj
    language, wrong = IngestSettings().language, _without_workspace(session)
    if session.workspace is not None:
        try:
            language = load_settings(session.workspace / "tonghop.toml").ingest.language
        except ConfigurationError as error:
            wrong = error  # told below; what is installed is told all the same
    installed = tuple(examine(session.workspace, language))
    findings = (*installed, *_workspace_finding(session))
    if as_json:
        session.print_json([_json(finding, session.translate) for finding in findings])
    else:
        print_table(session.out, _table(findings, session.translate))
    if wrong is not None:
        session.print_error(wrong)
    if any(not finding.is_well and not finding.is_optional for finding in installed):
        return MissingDependency.exit_code
    return wrong.exit_code if wrong else 0


def _without_workspace(session: Session) -> ConfigurationError | None:
    """Return the error of a workspace that was asked for and is not there; without one there is nothing to say."""
    return WorkspaceMissing(folder=session.folder) if session.is_named and session.workspace is None else None


def _workspace_finding(session: Session) -> Iterator[Finding]:
    if session.workspace is not None:
        yield Finding(N_("Workspace"), str(session.workspace.resolve()), is_well=True)
    elif session.is_named:
        yield Finding(N_("Workspace"), "", is_well=False, how=f"tonghop init {session.folder}")


def _json(finding: Finding, translate: Translator) -> dict[str, str | bool]:
    return {
        "what": finding.what,
        "name": translate(finding.what),
        "found": finding.found,
        "well": finding.is_well,
        "optional": finding.is_optional,
        "how": translate(finding.how),
    }


def _table(findings: tuple[Finding, ...], translate: Translator) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    for finding in findings:
        sign, style = ("✓", "green") if finding.is_well else ("–", "dim") if finding.is_optional else ("✗", "bold red")
        table.add_row(Text(sign, style=style), translate(finding.what), finding.found or translate(finding.how))
    return table
