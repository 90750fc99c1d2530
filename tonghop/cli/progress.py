"""Progress for each file and page: bars on a terminal, a line for each finished file on a pipe."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from tonghop.cli.screen import OUTCOME_NAMES
from tonghop.cli.session import Session
from tonghop.errors import N_
from tonghop.progress import SILENT, ProgressListener
from tonghop.records import Grade, Outcome

__all__ = ["progress_for"]


class _Bars:
    """Bars of Rich: one for each file being read, one for all files.

    How many files there are is known step by step: a file counts from when it is told of, for the first time when
    its reading starts or, if it is not read, when it is done. All files to be read are told of before the first page.
    """

    def __init__(self, bars: Progress, total: TaskID) -> None:
        self._bars = bars
        self._total = total
        self._tasks: dict[str, TaskID] = {}
        self._files = 0
        self._under_way: Counter[str] = Counter()  # two files may have one name

    def file_started(self, name: str, pages: int) -> None:
        self._tasks[name] = self._bars.add_task(name, total=pages)
        self._under_way[name] += 1
        self._count_file()

    def page_done(self, name: str, number: int, grade: Grade) -> None:  # noqa: ARG002 - the listener's signature
        if name in self._tasks:
            self._bars.advance(self._tasks[name])

    def file_done(self, outcome: Outcome) -> None:
        if self._under_way[outcome.name]:
            self._under_way[outcome.name] -= 1
        else:
            self._count_file()
        self._bars.advance(self._total)
        task = self._tasks.pop(outcome.name, None)
        if task is not None:
            self._bars.remove_task(task)

    def _count_file(self) -> None:
        self._files += 1
        self._bars.update(self._total, total=self._files)


class _Lines:
    """One line on standard error for each finished file."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def file_started(self, name: str, pages: int) -> None:
        """Say nothing: the line comes when the file is done."""

    def page_done(self, name: str, number: int, grade: Grade) -> None:
        """Say nothing."""

    def file_done(self, outcome: Outcome) -> None:
        sign, label, _ = OUTCOME_NAMES[outcome.status]
        self._session.say("{sign} {name}: {label}", sign=sign, name=outcome.name, label=self._session.translate(label))


@contextmanager
def progress_for(session: Session, files: int | None = None) -> Iterator[ProgressListener]:
    """Give the listener that fits where standard error goes. Without `files` none are counted; on a pipe: silence."""
    if not session.err.is_terminal:
        yield SILENT if files is None else _Lines(session)
        return
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    # Results belong to standard output even while bars are shown: by default Rich prints them beside its bars.
    with Progress(*columns, console=session.err, transient=True, redirect_stdout=False) as bars:
        total = bars.add_task(session.translate(N_("Files")), total=None, visible=files is not None)
        yield _Bars(bars, total)
