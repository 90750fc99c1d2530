"""What the ledger answers: frozen records, so that nobody outside it handles a database row."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from tonghop.records import Gap, Page, SourceFile

__all__ = [
    "Arrival",
    "EventEntry",
    "FileState",
    "FileStatus",
    "GapEntry",
    "PageRead",
    "Problem",
    "Receipt",
    "Refusal",
    "SourceState",
    "StatusReport",
]

Params = tuple[tuple[str, str], ...]


class FileState(StrEnum):
    """How far a received file has come."""

    RECEIVED = "received"  # its bytes are kept, nothing was read yet
    READING = "reading"  # some pages are read
    READ = "read"  # all pages are read; of an archive: all documents in it were taken
    MAPPED = "mapped"  # placed under the headings, nothing to settle
    NEEDS_REVIEW = "needs_review"  # placed, and an officer must look at something
    FAILED = "failed"  # no page could be read, or the pages could not be mapped
    DUPLICATE = "duplicate"  # the same bytes came again
    SUPERSEDED = "superseded"  # a newer report of the same unit and period counts


@dataclass(frozen=True, slots=True)
class Arrival:
    """One time that a name was received.

    `key` tells this arrival from every other one (place, name, file number, size, time), so that a run which
    was killed half-way knows it again and counts it once. `path` is where it was found, for the record only.
    """

    key: str
    name: str
    at: datetime
    from_inbox: bool = False
    path: str = ""

    def __post_init__(self) -> None:
        if not self.key:
            raise ValueError("an arrival has a key")
        if self.at.tzinfo is None:
            raise ValueError("at must be aware")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that went wrong: the code of a `TonghopError`, what fills its sentence, the page if one."""

    code: str
    params: Params = ()
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file that cannot be read, kept in quarantine under `sha256`."""

    sha256: str
    name: str
    at: datetime
    problem: Problem
    container: str | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """A name under which bytes were received again. `first` is the name they were first received under."""

    sha256: str
    name: str
    at: datetime
    from_inbox: bool
    first: str


@dataclass(frozen=True, slots=True)
class PageRead:
    """The result of one page job: the pages it gave (a Word file is one job of many pages).

    `engine` names what read it. `limits` names the limits (time, size) it was read under: a failed page is read
    again when they change, a good one is not.
    """

    sha256: str
    number: int
    engine: str
    pages: tuple[Page, ...]
    limits: str = ""

    @property
    def error(self) -> str:
        """The code of the error that stopped the job; empty when it was read."""
        return next((page.error for page in self.pages if page.error), "")


@dataclass(frozen=True, slots=True)
class SourceState:
    """A file in the ledger: `jobs` is how many page jobs it has in all."""

    source: SourceFile
    jobs: int
    state: FileState


@dataclass(frozen=True, slots=True)
class FileStatus:
    """One file, for `tonghop status`. Pages count jobs done and planned (of an archive, documents); `gaps` are open.

    `is_waiting`: the next run reads pages of it, for the first time or again.
    """

    source: SourceFile
    state: FileState
    pages_done: int
    pages_total: int
    unit: str | None = None
    gaps: int = 0
    problems: tuple[Problem, ...] = ()
    is_waiting: bool = False


@dataclass(frozen=True, slots=True)
class StatusReport:
    """Everything received, in the order it came, and what became of it."""

    files: tuple[FileStatus, ...] = ()
    duplicates: tuple[Receipt, ...] = ()
    refused: tuple[Refusal, ...] = ()

    def count(self, state: FileState) -> int:
        """Return how many files are in `state`."""
        return sum(file.state is state for file in self.files)


@dataclass(frozen=True, slots=True)
class GapEntry:
    """A gap with how it was settled: by whom, when and why. Open gaps have none of these."""

    gap: Gap
    settled_by: str = ""
    settled_at: datetime | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class EventEntry:
    """Who did what, and when. The log only grows."""

    who: str
    at: datetime
    what: str
    subject: str = ""
    details: Params = field(default=())
