"""Tesseract: a grey page image to lines of words with boxes and confidences. The only importer of pytesseract.

One page is read by one thread: pages run side by side in as many processes as there are cores, and tesseract's
own threads would only fight over them. Tesseract reads that from the environment it inherits, hence the one
line below that sets it.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytesseract  # type: ignore[import-untyped]  # the package carries no types

from tonghop.errors import N_, ChildProcessFailed, MissingDependency, PageTimeout, phrase
from tonghop.ingest.rasterize import Pixels
from tonghop.ingest.recogniser import Recogniser, choose_recogniser
from tonghop.records import Line, Word
from tonghop.settings import IngestSettings
from tonghop.text import clean, nfc, one_line

__all__ = [
    "ONE_BLOCK",
    "PAGE_SEGMENTATION",
    "Reading",
    "parse_tsv",
    "read_image",
    "read_pieces",
    "require_language",
    "version",
]

os.environ["OMP_THREAD_LIMIT"] = "1"

# Tesseract's own default. `python -m bench.grades --modes 3 4 6` compares it with a column and a block of text.
PAGE_SEGMENTATION = 3
ONE_BLOCK = 6
_ONE_LINE = 13  # of its modes: the whole image is one line of text, and nothing is looked for in it
_PROBE_TIMEOUT_S = 30
_COLUMNS = (
    "level", "page_num", "block_num", "par_num", "line_num", "word_num",
    "left", "top", "width", "height", "conf", "text",
)  # fmt: skip
_WORD_LEVEL = "5"


@dataclass(frozen=True, slots=True)
class Reading:
    """What tesseract read: lines in its reading order. Boxes are in pixels of the image given."""

    lines: tuple[Line, ...]

    @property
    def words(self) -> tuple[Word, ...]:
        """All words in reading order."""
        return tuple(word for line in self.lines for word in line.words)

    @property
    def text(self) -> str:
        """The lines, one a line."""
        return "\n".join(line.text for line in self.lines)

    @property
    def confidence(self) -> float:
        """Mean confidence (0 to 1) of the words, each weighing as much as it is long; 0.0 without words."""
        weights = [len(word.text) for word in self.words]
        if not weights:
            return 0.0
        return sum(w.confidence * n for w, n in zip(self.words, weights, strict=True)) / sum(weights)


def read_image(grey: Pixels, dpi: int, settings: IngestSettings, mode: int = PAGE_SEGMENTATION) -> Reading:
    """Return what stands on `grey` (one page). `mode` is tesseract's page segmentation mode.

    Raises `MissingDependency` when tesseract or the language is not installed, `PageTimeout`, and
    `ChildProcessFailed` when it crashes, is killed or puts out something else than words.
    """
    recogniser = choose_recogniser(settings)
    if recogniser.folder is None:
        require_language(recogniser.language)
    with tempfile.TemporaryDirectory(prefix="tonghop-") as folder:
        image = Path(folder) / "page.pgm"
        _write_pgm(image, grey)
        # A path goes to tesseract as it is; an image object would be packed as PNG first.
        tsv = _run(image, f"{recogniser.config}--psm {mode} --dpi {max(70, dpi)}", recogniser, settings)
    return Reading(parse_tsv(tsv))


def read_pieces(pieces: Sequence[Pixels], dpi: int, settings: IngestSettings) -> tuple[Reading, ...]:
    """Return what stands on each of `pieces`, grey images of one line each; boxes are in pixels of the piece.

    All in one call: starting tesseract costs more than reading a line. Raises as `read_image` does.
    """
    if not pieces:
        return ()
    recogniser = choose_recogniser(settings)
    with tempfile.TemporaryDirectory(prefix="tonghop-") as folder:
        paths = [Path(folder) / f"piece{number}.pgm" for number in range(len(pieces))]
        for path, piece in zip(paths, pieces, strict=True):
            _write_pgm(path, piece)
        listing = Path(folder) / "pieces.txt"
        listing.write_text("".join(f"{path}\n" for path in paths), encoding="utf-8")
        tsv = _run(listing, f"{recogniser.config}--psm {_ONE_LINE} --dpi {max(70, dpi)}", recogniser, settings)
    return tuple(Reading(parse_tsv(tsv, page)) for page in range(1, len(pieces) + 1))


def parse_tsv(tsv: str, page: int = 1) -> tuple[Line, ...]:
    """Return the words of `page` in tesseract's TSV as lines; paragraphs numbered in order of appearance.

    Raises `ChildProcessFailed` when it is not such a table.
    """
    head, _, body = tsv.partition("\n")
    if tuple(head.strip().split("\t")) != _COLUMNS:
        raise ChildProcessFailed(program="tesseract", detail=N_("its output is not a table of words"))
    found: dict[tuple[str, ...], list[Word]] = {}
    for row in body.splitlines():
        cells = row.split("\t")
        if cells[0] == _WORD_LEVEL and (word := _word(cells)) and cells[1] == str(page):
            found.setdefault(tuple(cells[2:5]), []).append(word)
    paragraphs: dict[tuple[str, ...], int] = {}
    return tuple(
        Line(words=tuple(words), paragraph=paragraphs.setdefault(key[:2], len(paragraphs)))
        for key, words in found.items()
    )


def require_language(language: str) -> None:
    """Raise `MissingDependency`, with the command that mends it, unless all of `language` (vie+eng) is there."""
    installed = _languages(pytesseract.pytesseract.tesseract_cmd)
    for name in language.split("+"):
        if name not in installed:
            package = name.replace("_", "-").lower().replace("/", "-")
            raise MissingDependency(
                what=phrase("Tesseract's language {name}", name=name),
                how=f"sudo apt-get install tesseract-ocr-{package}",
            )


def version() -> str:
    """Return tesseract's version, such as `5.3.0`. Raises `MissingDependency`, `ChildProcessFailed`."""
    return _version(pytesseract.pytesseract.tesseract_cmd)


@lru_cache(maxsize=4)
def _version(command: str) -> str:
    output = _probe(command, "--version")
    match = re.match(r"tesseract v?([\d.]+\d)", output)
    if not match:
        raise ChildProcessFailed(
            program="tesseract", detail=phrase("it does not tell its version: {output}", output=output[:80])
        )
    return match[1]


@lru_cache(maxsize=4)
def _languages(command: str) -> frozenset[str]:
    return frozenset(line.strip() for line in _probe(command, "--list-langs").splitlines()[1:])


def _probe(command: str, option: str) -> str:
    try:
        done = subprocess.run(
            [command, option],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=_PROBE_TIMEOUT_S,
            check=False,
        )
    except FileNotFoundError as error:
        raise _missing() from error
    except subprocess.TimeoutExpired as error:
        raise PageTimeout(program="tesseract", seconds=_PROBE_TIMEOUT_S) from error
    except OSError as error:
        raise ChildProcessFailed(program="tesseract", detail=str(error)) from error
    return done.stdout.decode("utf-8", "replace")


def _missing() -> MissingDependency:
    return MissingDependency(what="Tesseract", how="sudo apt-get install tesseract-ocr tesseract-ocr-vie")


def _run(image: Path, config: str, recogniser: Recogniser, settings: IngestSettings) -> str:
    version()  # pytesseract ends the whole process on a version it does not understand; this raises first
    try:
        return str(
            pytesseract.image_to_data(
                str(image),
                lang=recogniser.language,
                config=config,
                output_type=pytesseract.Output.STRING,
                timeout=settings.page_timeout_s,
            )
        )
    except pytesseract.TesseractNotFoundError as error:
        raise _missing() from error
    except pytesseract.TesseractError as error:
        raise ChildProcessFailed(program="tesseract", detail=_why(error.status, error.message)) from error
    except RuntimeError as error:  # pytesseract has no class of its own for a timeout
        if "timeout" not in str(error):
            raise
        raise PageTimeout(program="tesseract", seconds=f"{settings.page_timeout_s:g}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ChildProcessFailed(program="tesseract", detail=str(error)) from error


def _why(status: int, message: str) -> str:
    if status < 0:
        return f"(signal {-status})"
    return f"({status}) {message[:200]}".strip()


def _write_pgm(path: Path, grey: Pixels) -> None:
    height, width = grey.shape
    with path.open("wb") as file:
        file.write(b"P5\n%d %d\n255\n" % (width, height))
        file.write(np.ascontiguousarray(grey).data)


def _word(cells: list[str]) -> Word | None:
    try:
        left, top, width, height = (int(cell) for cell in cells[6:10])
        confidence = float(cells[10])
        raw = nfc(cells[11]).strip()
    except (ValueError, IndexError) as error:
        raise ChildProcessFailed(
            program="tesseract", detail=phrase("a row of its output is broken: {cells}", cells=cells)
        ) from error
    text = one_line(clean(raw))
    if not text or confidence < 0:
        return None
    return Word(text, raw, (left, top, left + width, top + height), min(1.0, confidence / 100))
