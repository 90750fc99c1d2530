"""What repair changed: every change with the words around it, what a person made of it, and what must never change.

A machine cannot tell a misprint that was mended from a word that was harmed. `write_changes` gives a person the changes
to judge; verdicts already given are kept in repairverdicts.tsv, by the digest of the change and of the words around it.
"""

from __future__ import annotations

import csv
import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from tonghop.models.diacritics import Restored
from tonghop.models.syllables import letter_runs, normal_form

__all__ = [
    "VERDICTS", "Change", "Numbers", "changes", "found", "harmed", "is_number", "read_verdicts", "right_and_all",
    "write_changes",
]  # fmt: skip

VERDICTS = Path(__file__).with_name("repairverdicts.tsv")
_AROUND = 10  # words before and behind a change
_ENOUGH = 3  # of them tell one change from another
# A part in capitals makes a code of a token; addresses are of letters, too.
_CODE = re.compile(r"(?=.*[^\W\d_])(?:.*[-–/.&].*)")
_CAPITALS = re.compile(r"[^\W\d_]{2,}")
_ADDRESS = re.compile(r"@|://|^www\.", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Change:
    """A token that was changed: where (text, paragraph and token from 0), into what, how sure, between which words."""

    text: str
    row: int
    at: int
    before: str
    after: str
    reason: str
    posterior: float
    left: tuple[str, ...]
    right: tuple[str, ...]

    @property
    def key(self) -> str:
        """What names the change in the file of verdicts: the same wherever it stands in a text."""
        near = (*self.left[-_ENOUGH:], self.before, self.after, *self.right[:_ENOUGH])
        return sha256(" ".join((self.text, *near)).encode()).hexdigest()[:12]


def changes(text: str, rows: Sequence[Sequence[str]], done: Sequence[Sequence[Restored]]) -> list[Change]:
    """Return what was changed in `rows`."""
    return [
        Change(
            text, number, at, old, new.token, str(new.reason), new.posterior,
            tuple(row[max(0, at - _AROUND) : at]), tuple(row[at + 1 : at + 1 + _AROUND]),
        )
        for number, (row, words) in enumerate(zip(rows, done, strict=True))
        for at, (old, new) in enumerate(zip(row, words, strict=True))
        if new.token != old
    ]  # fmt: skip


def read_verdicts(path: Path = VERDICTS) -> dict[str, str]:
    """Return verdicts (`mended`, `harmed`, `doubtful`) by the key of a change."""
    with path.open(encoding="utf-8", newline="") as file:
        return {row["key"]: row["verdict"] for row in csv.DictReader(file, delimiter="\t")}


def write_changes(path: Path, found: Iterable[Change], verdicts: Mapping[str, str]) -> None:
    """Write changes as tab-separated rows for a person to judge, verdicts that are known beside them."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter="\t", lineterminator="\n")
        writer.writerow(("key", "verdict", "text", "line", "reason", "posterior", "before", "after", "between"))
        for one in found:
            between = " ".join((*one.left, f"[{one.before} → {one.after}]", *one.right))
            row = (one.text, one.row + 1, one.reason, f"{one.posterior:.4f}", one.before, one.after, between)
            writer.writerow((one.key, verdicts.get(one.key, ""), *row))


# --- what must not change ---


def is_number(token: str) -> bool:
    """Return whether `token` is a number, a code or an address: a digit, a part in capitals beside another, an @."""
    if any(map(str.isdigit, token)) or _ADDRESS.search(token):
        return True
    parts = _CAPITALS.findall(token)
    return bool(_CODE.fullmatch(token)) and len(parts) > 1 and any(map(str.isupper, parts))


@dataclass(slots=True)
class Numbers:
    """Counts of numbers, codes and addresses, and of those that were changed, with examples."""

    seen: int = 0
    changed: int = 0
    examples: list[str] = field(default_factory=list)

    def add(self, rows: Iterable[Sequence[str]], done: Iterable[Sequence[str]]) -> None:
        """Count the numbers of texts before and after, token by token; a digit that appears is a change, too."""
        for row, words in zip(rows, done, strict=True):
            for old, new in zip(row, words, strict=True):
                self.seen += is_number(old)
                if old != new and (is_number(old) or any(map(str.isdigit, new))):
                    self.changed += 1
                    self.examples.append(f"{old} → {new}")


# --- right and wrong ---


def right_and_all(truth: Iterable[Sequence[str]], done: Iterable[Sequence[str]]) -> tuple[int, int]:
    """Return how many syllables of `truth` stand in `done`, and how many there are; case and tone placement apart."""
    right = total = 0
    for true, new in zip(truth, done, strict=True):
        for a, b in zip(true, new, strict=True):
            for start, end in letter_runs(a):
                total += 1
                right += normal_form(a[start:end]) == normal_form(b[start:end])
    return right, total


def harmed(truth: Sequence[str], before: Sequence[str], after: Sequence[str]) -> list[int]:
    """Return which tokens of `before` were right and were changed: `after` has what each became, in its place.

    Right is what stands in `truth` among its neighbours. All as scored: signs at the ends off, one tone placement.
    """
    right = found(truth, before)
    return [at for at, (old, new) in enumerate(zip(before, after, strict=True)) if old != new and at in right]


def found(truth: Sequence[str], read: Sequence[str], rounds: int = 3) -> set[int]:
    """Return which tokens of `read` are right: those of rows that stand in `truth`, in whatever order.

    The head of a page stands in two columns, which may be read in another order than they are written down in: what
    the first alignment left over is aligned again, `rounds` times in all.
    """
    right = set[int]()
    left, rest = list(range(len(truth))), list(range(len(read)))
    for least in (1, *[2] * (rounds - 1)):
        matcher = difflib.SequenceMatcher(None, [truth[n] for n in left], [read[n] for n in rest], autojunk=False)
        blocks = [block for block in matcher.get_matching_blocks() if block.size >= least]
        gone = {left[block.a + at] for block in blocks for at in range(block.size)}
        right |= {rest[block.b + at] for block in blocks for at in range(block.size)}
        left, rest = [n for n in left if n not in gone], [n for n in rest if n not in right]
    return right
