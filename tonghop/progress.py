"""Who is told how a run goes on."""

from __future__ import annotations

from typing import Protocol

from tonghop.records import Grade, Outcome

__all__ = ["SILENT", "ProgressListener"]


class ProgressListener(Protocol):
    """Is told of each file and page. Called from the run's own thread."""

    def file_started(self, name: str, pages: int) -> None:
        """Take note that `pages` page jobs of a file are to be read."""
        ...

    def page_done(self, name: str, number: int, grade: Grade) -> None:
        """Take note that a page was read, and how well."""
        ...

    def file_done(self, outcome: Outcome) -> None:
        """Take note of what became of a file."""
        ...


class _Silent:
    """Tells nobody."""

    def file_started(self, name: str, pages: int) -> None:
        """Do nothing."""

    def page_done(self, name: str, number: int, grade: Grade) -> None:
        """Do nothing."""

    def file_done(self, outcome: Outcome) -> None:
        """Do nothing."""


SILENT: ProgressListener = _Silent()
