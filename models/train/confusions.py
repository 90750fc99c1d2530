"""How the reader confuses marks, observed: printed words and what was read, aligned and counted."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt

from tonghop.models.channel import CONFIDENCE_EDGES, confidence_bin
from tonghop.models.syllables import LETTER_INDEX, LETTERS, base_letters, letter_runs, normal_form
from tonghop.models.train.readings import ReadPage
from tonghop.text import nfc

__all__ = ["aligned", "count_confusions"]


def count_confusions(pages: Iterable[ReadPage]) -> npt.NDArray[np.uint32]:
    """Return counts (confidence bins, 2 cases, printed letter, read letter) over words whose base letters are right."""
    counts = np.zeros((len(CONFIDENCE_EDGES) + 1, 2, len(LETTERS), len(LETTERS)), dtype=np.uint32)
    for page in pages:
        for printed, read, confidence, _ in aligned(page):
            before, after = normal_form(printed), normal_form(read)
            for place, (true, seen) in enumerate(zip(before, after, strict=True)):
                if true in LETTER_INDEX and seen in LETTER_INDEX:  # a reader also sees ï and ö, which no one prints
                    case = int(printed[place].isupper())
                    counts[confidence_bin(confidence), case, LETTER_INDEX[true], LETTER_INDEX[seen]] += 1
    return counts


def aligned(page: ReadPage) -> Iterator[tuple[str, str, float, int]]:
    """Yield (printed, read, confidence, place among all runs read) of every word whose base letters are right."""
    true = [word[a:b] for line in page.printed for word in nfc(line).split() for a, b in letter_runs(word)]
    seen = [(word[a:b], sure) for line in page.read for word, sure in line for a, b in letter_runs(word)]
    bases = [base_letters(word) for word in true], [base_letters(word) for word, _ in seen]
    matcher = difflib.SequenceMatcher(None, *bases, autojunk=False)
    for left, right, length in matcher.get_matching_blocks():
        for offset in range(length):
            word, confidence = seen[right + offset]
            yield true[left + offset], word, confidence, right + offset
