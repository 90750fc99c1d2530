"""How well models read drawn pages that were held out: other texts, other typefaces, other seeds.

The measure forgives the order of words, since a page's head stands in two columns: with T and H the bags of words
printed and read, ER = (max(|T|, |H|) - |T ∩ H|) / |T|; words with digits are counted apart.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2

from tonghop.models.train.wear import WornPage
from tonghop.text import nfc

__all__ = ["Score", "read_page", "score_pages"]

_SEGMENTATION = 3  # as the product reads
_RIM = re.compile(r"^\W+|\W+$")


@dataclass(slots=True)
class Score:
    """Errors and words, without digits and with them."""

    wrong: int = 0
    words: int = 0
    wrong_numbers: int = 0
    numbers: int = 0

    def add(self, printed: str, read: str) -> None:
        """Count what was read of what was printed."""
        true, seen = _words(printed), _words(read)
        errors, count = _errors([w for w in true if not _has_digit(w)], [w for w in seen if not _has_digit(w)])
        self.wrong, self.words = self.wrong + errors, self.words + count
        errors, count = _errors([w for w in true if _has_digit(w)], [w for w in seen if _has_digit(w)])
        self.wrong_numbers, self.numbers = self.wrong_numbers + errors, self.numbers + count

    @property
    def rates(self) -> tuple[float, float]:
        """The error rates of words without digits and with them."""
        return self.wrong / max(1, self.words), self.wrong_numbers / max(1, self.numbers)


def score_pages(
    pages: Iterable[WornPage], models: Sequence[Path], read: Callable[[WornPage, Path], str] | None = None
) -> dict[tuple[Path, str], Score]:
    """Return how well each of `models` read `pages`, by damage. `read` is `read_page` unless given."""
    read = read or read_page
    scores: dict[tuple[Path, str], Score] = {}
    for page in pages:
        printed = " ".join(word.text for word in page.words)
        for model in models:
            scores.setdefault((model, page.profile), Score()).add(printed, read(page, model))
    return scores


def read_page(page: WornPage, model: Path) -> str:
    """Return what tesseract reads on `page` with the traineddata file `model`."""
    program = shutil.which("tesseract")
    if program is None:
        raise FileNotFoundError("tesseract is not installed")
    with tempfile.TemporaryDirectory(prefix="tonghop-") as folder:
        image = Path(folder) / "page.pgm"
        cv2.imwrite(str(image), page.pixels)
        command = [program, str(image), "stdout", "--tessdata-dir", str(model.parent), "-l", model.stem]
        command += ["--psm", str(_SEGMENTATION), "--dpi", str(page.dpi)]
        environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
        done = subprocess.run(command, capture_output=True, check=True, env=environment)
    return done.stdout.decode("utf-8")


def _words(text: str) -> list[str]:
    return [word for raw in nfc(text).split() if (word := _RIM.sub("", raw))]


def _has_digit(word: str) -> bool:
    return any(sign.isdigit() for sign in word)


def _errors(true: Sequence[str], seen: Sequence[str]) -> tuple[int, int]:
    return max(len(true), len(seen)) - (Counter(true) & Counter(seen)).total(), len(true)
