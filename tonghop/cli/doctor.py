"""What is installed, what is missing, how to get it."""

from __future__ import annotations

import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from tonghop.errors import N_, phrase

__all__ = ["Finding", "examine"]

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
_HOW = {
    "tesseract": ("tesseract-ocr", "UB-Mannheim.TesseractOCR"),
    "poppler": ("poppler-utils", "oschwartz10612.Poppler"),
    "libreoffice": ("libreoffice-writer", "TheDocumentFoundation.LibreOffice"),
}
_TIMEOUT_S = 20


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing examined. `how` says how to get it, when it is missing; an optional one never fails the command."""

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
    yield Finding("Python", platform.python_version(), sys.version_info >= (3, 11))
    yield _program("Tesseract", "tesseract", ["tesseract", "--version"], run)
    languages = run(["tesseract", "--list-langs"]).split()
    for name in dict.fromkeys(("vie", *language.split("+"))):
        found = name if name in languages else ""
        yield Finding(f"Tesseract {name}", found, bool(found), how=_how_to_get_language(name))
    for program in ("pdftoppm", "pdftotext", "pdfinfo"):
        yield _program(f"Poppler {program}", "poppler", [program, "-v"], run)
    yield _program("LibreOffice", "libreoffice", ["soffice", "--version"], run, is_optional=True)
    for package in _PACKAGES:
        yield _package(package)
    if workspace is not None:
        free = shutil.disk_usage(workspace).free // 2**20
        yield Finding(N_("Free space"), f"{free} MB", free > 500)


def _how_to_get(what: str) -> str:
    """Return the command that installs `what` on this system."""
    debian, windows = _HOW[what]
    return f"winget install {windows}" if sys.platform == "win32" else f"sudo apt install {debian}"


def _how_to_get_language(name: str) -> str:
    if sys.platform == "win32":
        return phrase("{file} in Tesseract's folder tessdata", file=f"{name}.traineddata")
    return f"sudo apt install tesseract-ocr-{name.replace('_', '-').lower()}"


def _program(
    what: str, key: str, command: list[str], run: Callable[[list[str]], str], *, is_optional: bool = False
) -> Finding:
    printed = run(command).strip()
    first = printed.split("\n")[0]
    return Finding(what, first, bool(printed), is_optional, _how_to_get(key))


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
