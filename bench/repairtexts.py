"""The texts that repair is measured on, under ../shared. Imports nothing that weighs: children are measured."""

from __future__ import annotations

import lzma
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path

__all__ = [
    "LAW", "OTHERS", "SHARED", "STRIPPED", "Rows", "held_out", "law_of", "load_pairs", "read_rows", "text_of"
]  # fmt: skip

SHARED = Path(__file__).resolve().parents[2] / "shared"
# Law and administration; the encyclopedia; questions and answers, and news, of which nothing is in training.
LAW = ("legal_admin_tnt305", "legal_phapdien", "legal_diepxuan", "legal_vbpl_baegil", "legal_misc", "legal_viparse")
OTHERS = ("wiki_tnt305", "legal_qa_tnt305", "news_admin_vietnews", "news_misc_tnt305", "news_general_vietnews")
STRIPPED = (
    "udvtb_test", "udvtb_dev", "nomvn_formal72", "nomvn_business55", "nomvn_conversational300", "tienthanh_test"
)  # fmt: skip

Rows = list[list[str]]  # paragraphs of tokens that stand between blanks


def read_rows(path: Path) -> Rows:
    """Return the paragraphs of a text file, one a line, without the empty ones."""
    return [line.split() for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]


def held_out(name: str) -> Rows:
    """Return a held-out text."""
    return read_rows(SHARED / "corpora" / "heldout" / f"{name}.txt")


def law_of(tokens: int) -> tuple[Rows, Rows]:
    """Return the held-out law, cut behind the paragraph with which it has so many `tokens`: the one part, and the rest.

    The rest has at most as many tokens. Neither is part of the other: what the first left in caches is of other words.
    """
    rows = list(chain.from_iterable(map(held_out, ("legal_phapdien", "legal_diepxuan", *LAW[:1], *LAW[3:]))))
    return _cut(rows, tokens)


def _cut(rows: Sequence[list[str]], tokens: int) -> tuple[Rows, Rows]:
    count = 0
    for at, row in enumerate(rows):
        count += len(row)
        if count >= tokens:
            return list(rows[: at + 1]), list(rows[at + 1 :])
    return list(rows), []


def load_pairs() -> dict[str, list[tuple[str, str]]]:
    """Return lines as a reader read them beside the same lines as typed, by document."""
    path = SHARED / "corpora" / "bench" / "bench_ocr_real_pairs.tsv.xz"
    by_file: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for line in lzma.decompress(path.read_bytes()).decode("utf-8").split("\n"):
        if line:
            name, read, clean = line.split("\t")
            by_file[name].append((read, clean))
    return dict(by_file)


def text_of(rows: Iterable[Sequence[str]]) -> str:
    """Return paragraphs as text, one a line."""
    return "\n".join(map(" ".join, rows))
