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

from tonghop.errors import N_

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
    "vie": ("tesseract-ocr-vie", N_("vie.traineddata in Tesseract's folder tessdata")),
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


def examine(workspace: Path | None, run: Callable[[list[str]], str] | None = None) -> Iterator[Finding]:
    """Yield a finding for each thing the program needs. `run` starts a program and returns what it printed."""
    run = run or _output
    yield Finding("Python", platform.python_version(), sys.version_info >= (3, 11))
    yield _program("Tesseract", "tesseract", ["tesseract", "--version"], run)
    languages = run(["tesseract", "--list-langs"]).split()
    yield Finding("Tesseract vie", "vie" if "vie" in languages else "", "vie" in languages, how=_how_to_get("vie"))
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
    if sys.platform == "win32":
        return windows if " " in windows else f"winget install {windows}"
    return f"sudo apt install {debian}"


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
