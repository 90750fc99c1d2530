"""Which trained model tesseract reads with: the one made for office letters, or Tesseract's own.

`vie_office.traineddata` is Tesseract's `vie`, trained on (models/data/vie_office.md). It stands in for `vie` alone:
where another language is asked for besides, or the file is not there, or tesseract cannot be told where it is,
Tesseract's own is read with, and the page's steps say so.
"""

from __future__ import annotations

import hashlib
import shlex
import sys
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from tonghop.settings import IngestSettings

__all__ = ["OFFICE", "Recogniser", "choose_recogniser", "office_model"]

OFFICE = "vie_office"
_SYSTEM = "vie"


@dataclass(frozen=True, slots=True)
class Recogniser:
    """A model: `language` is its name for tesseract, `folder` where it is; None: where tesseract looks by itself."""

    language: str
    folder: Path | None = None

    @property
    def config(self) -> str:
        """The words that tell tesseract where the model is, as pytesseract splits them; empty for its own."""
        return "" if self.folder is None else f"--tessdata-dir {_as_word(self.folder)} "

    @property
    def fingerprint(self) -> str:
        """What changes when the model does; empty for Tesseract's own, which its version names."""
        return "" if self.folder is None else _digest(self.folder / f"{self.language}.traineddata")


def choose_recogniser(settings: IngestSettings) -> Recogniser:
    """Return what pages are read with under `settings`."""
    model = office_model()
    if settings.recogniser == "system" or settings.language != _SYSTEM or model is None or not _as_word(model.parent):
        return Recogniser(settings.language)
    return Recogniser(OFFICE, model.parent)


def office_model() -> Path | None:
    """Return the file of the model for office letters; None where it is not installed."""
    # Its data, not its code: ingest knows nothing of what the models do.
    path = Path(str(files("tonghop.models.data"))) / f"{OFFICE}.traineddata"
    return path if path.is_file() else None


def _as_word(folder: Path) -> str:
    """Return `folder` so that pytesseract takes it for one word; empty when that cannot be.

    On Windows it splits at blanks and knows no quotes; there the short name of the folder is taken.
    """
    if sys.platform != "win32":
        return shlex.quote(str(folder))
    return _short_name(str(folder))


def _short_name(folder: str) -> str:
    """Return Windows' name of `folder` without blanks; empty where the disk keeps none."""
    if sys.platform == "win32" and " " in folder:
        import ctypes

        buffer = ctypes.create_unicode_buffer(1024)
        length = ctypes.windll.kernel32.GetShortPathNameW(folder, buffer, len(buffer))
        folder = buffer.value if length else folder
    return "" if any(sign in folder for sign in " '\"") else folder


@lru_cache(maxsize=4)
def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]
