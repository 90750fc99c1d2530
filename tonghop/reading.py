"""A file to a document of pages, without a workspace: for `tonghop read` and `tonghop map`."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tonghop.errors import TonghopError
from tonghop.executors import Executor
from tonghop.extract.repair import repair_pages
from tonghop.extract.roles import mark_roles
from tonghop.ingest.container import open_container
from tonghop.ingest.reader import PageJob, plan_jobs, read_job
from tonghop.ingest.sniff import sniff
from tonghop.ingest.store import open_regular, safe_label
from tonghop.progress import SILENT, ProgressListener
from tonghop.records import Correction, Grade, MediaType, Origin, Page, ReportingRequest, SourceFile
from tonghop.settings import Settings

__all__ = ["DocumentReading", "failed_page", "names_of", "read_document", "worst_grade"]

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class DocumentReading:
    """A document as read and repaired. `received_at` of its source is the time the file was last changed."""

    source: SourceFile
    pages: tuple[Page, ...]
    corrections: tuple[Correction, ...] = ()


def read_document(
    path: Path,
    settings: Settings,
    executor: Executor,
    progress: ProgressListener = SILENT,
    *,
    repair: bool = True,
    known: Iterable[str] = (),
) -> tuple[DocumentReading | TonghopError, ...]:
    """Return the document in the file at `path`, or, for an archive, each document in it or why it is none.

    `known` are names that repair leaves as they are. Raises an `UnreadableInput` when the file itself cannot be
    read, `MissingDependency` when a program is not installed.
    """
    names = tuple(known)

    def read(where: Path, source: SourceFile) -> DocumentReading:
        return _read(where, source, settings, executor, progress, repair, names)

    name = safe_label(path.name)
    source = _source(path, name, sniff(path, name, settings.ingest))
    return tuple(_inside(path, source, settings, read)) if source.media_type.is_container else (read(path, source),)


def _inside(
    path: Path, container: SourceFile, settings: Settings, read: Callable[[Path, SourceFile], DocumentReading]
) -> Iterator[DocumentReading | TonghopError]:
    """Yield each document in an archive or mail, or why it is none; an archive in a mail is opened as well.

    No deeper: archives refuse archives and mails.
    """
    with tempfile.TemporaryDirectory() as folder:
        into = Path(folder) / "members"
        for member in open_container(path, container.name, container.media_type, into, settings.ingest):
            try:
                if member.error or member.path is None:
                    raise member.error or AssertionError("a member has either a path or an error")
                label = safe_label(member.name)
                kind = sniff(member.path, label, settings.ingest)
                source = _source(member.path, label, kind, container.sha256)
                if kind.is_container:
                    yield from _inside(member.path, source, settings, read)
                else:
                    yield read(member.path, source)
            except TonghopError as error:
                yield error


def _source(path: Path, name: str, media_type: MediaType, container: str | None = None) -> SourceFile:
    digest, size = hashlib.sha256(), 0
    with open_regular(path, name) as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
    changed = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return SourceFile(digest.hexdigest(), name, size, changed, media_type, container)


def _read(
    path: Path,
    source: SourceFile,
    settings: Settings,
    executor: Executor,
    progress: ProgressListener,
    repair: bool,
    known: tuple[str, ...],
) -> DocumentReading:
    jobs = plan_jobs(path, source.name, source.media_type, settings.ingest)
    progress.file_started(source.name, len(jobs))
    pages: list[Page] = []
    with closing(executor.run(read_job, jobs)) as results:
        for job, result in results:
            read = (failed_page(job, result),) if isinstance(result, TonghopError) else result
            pages.extend(read)
            progress.page_done(source.name, job.number, worst_grade(read))
    whole = mark_roles(sorted(pages, key=lambda page: page.number))
    if not repair:
        return DocumentReading(source, whole)
    return DocumentReading(source, *repair_pages(whole, settings.extract, known))


def failed_page(job: PageJob, error: TonghopError) -> Page:
    """Return the page that a job whose worker failed stands for."""
    origin = Origin.TYPED if job.media_type.is_typed else Origin.OCR
    return Page(job.number, origin, Grade.UNREAD, error=error.code, error_detail=error.sentence())


def worst_grade(pages: Iterable[Page]) -> Grade:
    """Return the worst grade of `pages`; `Grade` lists them from best to worst."""
    order = list(Grade)
    return max((page.grade for page in pages), key=order.index, default=Grade.UNREAD)


def names_of(request: ReportingRequest) -> tuple[str, ...]:
    """Return the names of the units of `request` and of who asks them: repair leaves them as they are."""
    units = (name for unit in request.units for name in (unit.name, *unit.aliases))
    return (request.issuer, request.issuer_parent, *units)
