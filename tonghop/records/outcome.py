"""How a run over one file ended."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

__all__ = [
    "Issue",
    "Outcome",
    "OutcomeStatus",
]


class OutcomeStatus(StrEnum):
    """How a run over one file ended."""

    DONE = "done"
    NEEDS_REVIEW = "needs_review"
    DUPLICATE = "duplicate"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Issue:
    """Something that went wrong: the error's code, the finished sentence, the page if it is one page's."""

    code: str
    message: str
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file. Never `done` with issues in it."""

    name: str
    status: OutcomeStatus
    sha256: str | None = None
    issues: tuple[Issue, ...] = field(default=())

    def __post_init__(self) -> None:
        if self.status is OutcomeStatus.DONE and self.issues:
            raise ValueError("an outcome with issues is not done")
