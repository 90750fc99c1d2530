"""The product's sentence, and the one place where the stages meet.

    A file dropped in the inbox is accepted, its pages are read and repaired, placed under the required headings,
    checked for what is missing, and compiled with all the others into one report.

    take     accept ──► read ──► repair ──► map ──► gaps ──► which reports count
    resume   what a killed run left, from wherever it stopped
    remap    repair ──► map ──► … again, from stored pages, when the request has changed: also from those that a
             newer engine, or other settings, will read again, so that all reports speak of the same request

Nothing is done twice: accepting is keyed by content, reading by content and reading engine, mapping by content,
reading, request and mapping engine. What an older engine made stays in the ledger.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from tonghop.batches import batches
from tonghop.compile.merge import merge
from tonghop.engines import can_read, limits_key, mapping_key, reading_key
from tonghop.errors import (
    ConfigurationError,
    Interrupted,
    MissingDependency,
    NeedsReview,
    TonghopError,
    UnreadableInput,
    error_class,
)
from tonghop.executors import Executor
from tonghop.extract.mapper import map_report
from tonghop.extract.repair import repair_pages
from tonghop.extract.roles import mark_roles
from tonghop.finding import Found, find
from tonghop.i18n import Translator
from tonghop.ingest import inbox
from tonghop.ingest.reader import PageJob, plan_jobs, read_job
from tonghop.ingest.store import clean_incoming
from tonghop.ledger.gaps import with_states
from tonghop.ledger.records import FileState, PageRead, Problem, StatusReport
from tonghop.progress import SILENT, ProgressListener
from tonghop.reading import DocumentReading, failed_page, names_of, read_document, worst_grade
from tonghop.receiving import Received, Receiver, failed_outcome, problem_of
from tonghop.records import (
    DistrictReport,
    Issue,
    Outcome,
    OutcomeStatus,
    Page,
    ReportingRequest,
    SourceFile,
    UnitReport,
)
from tonghop.settings import ExtractSettings
from tonghop.workspace import Workspace

if TYPE_CHECKING:
    from tonghop.ledger.store import Ledger

__all__ = [
    "DocumentReading",
    "Pipeline",
    "map_document",
    "mapping_key",
    "open_pipeline",
    "read_document",
    "reading_key",
]

_LOG = logging.getLogger(__name__)
_STATUS = {FileState.MAPPED: OutcomeStatus.DONE, FileState.FAILED: OutcomeStatus.FAILED}
_READ = (FileState.READ, FileState.MAPPED)


def map_document(reading: DocumentReading, request: ReportingRequest, settings: ExtractSettings) -> UnitReport:
    """Return one document placed under the headings of `request`."""
    return map_report(reading.source, reading.pages, request, settings, reading.corrections)


@contextmanager
def open_pipeline(
    workspace: Workspace,
    executor: Executor,
    clock: Callable[[], datetime],
    *,
    on_step: Callable[[str], None] = lambda _: None,
    progress: ProgressListener = SILENT,
    translate: Translator | None = None,
    who: str = "tonghop",
) -> Iterator[Pipeline]:
    """Give the pipeline of `workspace` with its ledger open. Raises `ConfigurationError`, `MissingDependency`."""
    ledger = workspace.open_ledger(clock, who)
    try:
        yield Pipeline(workspace, ledger, executor, clock, on_step=on_step, progress=progress, translate=translate)
    finally:
        ledger.close()


@contextmanager
def _interruptible() -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt as interrupt:
        raise Interrupted from interrupt


class Pipeline:
    """From files to the district report, in one workspace.

    `clock` gives aware times; `on_step` is called between every two steps with the name of the one done.
    """

    def __init__(
        self,
        workspace: Workspace,
        ledger: Ledger,
        executor: Executor,
        clock: Callable[[], datetime],
        *,
        on_step: Callable[[str], None] = lambda _: None,
        progress: ProgressListener = SILENT,
        translate: Translator | None = None,
    ) -> None:
        self.workspace = workspace
        self.ledger = ledger
        self._executor = executor
        self._clock = clock
        self._step = on_step
        self._progress = progress
        self._translate = translate or Translator(workspace.settings.language)
        self._receiver = Receiver(workspace, ledger, clock, self._translate, on_step)
        self._reading = reading_key(workspace.settings.ingest)
        self._limits = limits_key(workspace.settings.ingest)

    @cached_property
    def request(self) -> ReportingRequest:
        """The request of the workspace. Raises `ConfigurationError`."""
        return self.workspace.load_request()

    @cached_property
    def _mapping(self) -> str:
        return self._mapping_of(self._reading)

    def _mapping_of(self, reading: str) -> str:
        return mapping_key(self.request, self.workspace.settings.extract, reading)

    # ── what it does ───────────────────────────────────────────────────────────────────────────────────────

    def take(self, paths: Iterable[Path]) -> tuple[Outcome, ...]:
        """Take files, or all files of folders, and return what became of each. One file's failure is its own.

        Files of the inbox are removed from it once they are safe; others are left alone, and what the workspace
        keeps for itself is left out. Raises `Interrupted`, `UsageError` for a path inside the workspace other than
        the inbox, `OutputNotWritable`.
        """
        with _interruptible():
            return self._process(find(paths, self.workspace, self._clock))

    def resume(self) -> tuple[Outcome, ...]:
        """Finish what a killed run left, and what an older engine read or mapped. Raises `Interrupted`."""
        with _interruptible():
            for store in (self.workspace.originals, self.workspace.quarantine):
                clean_incoming(store)
            self._receiver.clean_scratch()
            received: list[Received] = []
            for left in self.ledger.unfinished(self._mapping, self._reading, self._limits):
                is_archive = left.source.media_type.is_container
                received += self._unpack(left.source) if is_archive else [Received(left.source.sha256)]
            return self._finish(received)

    def remap(self) -> tuple[Outcome, ...]:
        """Map again, from stored pages, what was mapped under another request; read nothing. Raises `Interrupted`.

        Pages that wait to be read again are mapped as they were read last.
        """
        vars(self).pop("request", None)
        vars(self).pop("_mapping", None)
        with _interruptible():
            left = self.ledger.unfinished(self._mapping, self._reading, self._limits)
            read = [file.source for file in left if file.state in _READ]
            stale = [(source.sha256, engine) for source in read if (engine := self._stale_reading(source))]
            outcomes = tuple(self._map(sha256, engine) for sha256, engine in stale)
            self._decide()
            return outcomes

    def _stale_reading(self, source: SourceFile) -> str:
        """Return the engine whose pages of `source` are not mapped under the request; empty when there is none."""
        engine = self._shown_reading(source.sha256)
        return engine if engine and self.ledger.mapped_by(source.sha256) != self._mapping_of(engine) else ""

    def _shown_reading(self, sha256: str) -> str:
        """Return the engine whose pages of a file count: ours, or the latest while ours has not read them all."""
        whole = self.ledger.whole_readings(sha256)
        return self._reading if self._reading in whole else next(iter(whole), "")

    def watch(self, stop: threading.Event) -> Iterator[tuple[Outcome, ...]]:
        """Take what lands in the inbox until `stop` is set; yield the outcomes of each batch. Raises `Interrupted`."""
        with _interruptible():
            if outcomes := self.resume():
                yield outcomes
            arrivals = inbox.watch(self.workspace.inbox, self.workspace.settings.ingest, stop)
            with closing(batches(arrivals, stop)) as arrived:
                for batch in arrived:
                    if outcomes := self._process([(item, True) for item in batch]):
                        yield outcomes

    def status(self) -> StatusReport:
        """Return what was received and what became of it."""
        waiting = {source.sha256 for source in self.waiting()}
        found = self.ledger.status()
        files = tuple(replace(file, is_waiting=file.source.sha256 in waiting) for file in found.files)
        return replace(found, files=files)

    def waiting(self) -> tuple[SourceFile, ...]:
        """Return the files of which `resume` would read pages, for the first time or again, in order of receipt."""
        left = [file.source for file in self.ledger.waiting(self._reading, self._limits)]
        known = can_read()
        return tuple(source for source in left if known or not self.ledger.whole_readings(source.sha256))

    def district_report(self) -> DistrictReport:
        """Return all reports that count under the request, merged, with every gap in the state it was left in."""
        entries = self.ledger.gaps()
        reports = [replace(r, gaps=with_states(r.gaps, entries)) for r in self.ledger.reports()]
        report = merge(self.request, reports)
        return replace(report, gaps=with_states(report.gaps, entries), refused=self._unreadable())

    def _unreadable(self) -> tuple[str, ...]:
        """Return the names of received files that no report could be made of: any unit may have sent them."""
        found = self.status()
        failed = [file.source.name for file in found.files if file.state is FileState.FAILED]
        return tuple(dict.fromkeys([*(refusal.name for refusal in found.refused), *failed]))

    def reading(self, sha256: str) -> DocumentReading:
        """Return a received file's pages, repaired. Raises `KeyError` when it was never received."""
        return self._reading_by(sha256, self._shown_reading(sha256) or self._reading)

    def _reading_by(self, sha256: str, engine: str) -> DocumentReading:
        known = self.ledger.find(sha256)
        if known is None:
            raise KeyError(sha256)
        pages = mark_roles(self.ledger.pages(sha256, engine))
        repaired = repair_pages(pages, self.workspace.settings.extract, names_of(self.request))
        return DocumentReading(known.source, *repaired)

    # ── accept ─────────────────────────────────────────────────────────────────────────────────────────────

    def _process(self, found: Sequence[Found]) -> tuple[Outcome, ...]:
        return self._finish([r for item, is_inbox in found for r in self._receiver.receive(item, from_inbox=is_inbox)])

    def _unpack(self, archive: SourceFile) -> tuple[Received, ...]:
        try:
            return self._receiver.unpack(archive)
        except UnreadableInput as error:
            return (Received(outcome=self._fail(archive, error)),)

    # ── read ───────────────────────────────────────────────────────────────────────────────────────────────

    def _finish(self, received: Sequence[Received]) -> tuple[Outcome, ...]:
        """Read and map what was accepted; return all outcomes in the order of receipt."""
        for item in received:
            if item.outcome:
                self._progress.file_done(item.outcome)
        read = self._read(dict.fromkeys(item.sha256 for item in received if item.sha256))
        self._decide()
        found = [item.outcome or read.pop(item.sha256 or "", None) for item in received]
        return tuple(outcome for outcome in found if outcome)

    def _read(self, wanted: Iterable[str]) -> dict[str, Outcome]:
        """Read the pages that are missing, all files in one stream, and map each file as its last page comes."""
        outcomes: dict[str, Outcome] = {}
        jobs: list[PageJob] = []
        left: dict[str, int] = {}
        for sha256 in wanted:
            source = self._source(sha256)
            try:
                missing = self._missing_jobs(source)
            except TonghopError as error:
                outcomes[sha256] = self._fail(source, error)
                continue
            self._step("planned")
            self._progress.file_started(source.name, len(missing))
            left[sha256] = len(missing)
            jobs += missing
        outcomes.update((sha256, self._map(sha256, self._reading)) for sha256, count in left.items() if not count)
        with closing(self._executor.run(read_job, jobs)) as results:
            for job, result in results:
                sha256 = job.path.name
                self._keep_page(job, (failed_page(job, result),) if isinstance(result, TonghopError) else result)
                left[sha256] -= 1
                if not left[sha256]:
                    outcomes[sha256] = self._map(sha256, self._reading)
        return outcomes

    def _source(self, sha256: str) -> SourceFile:
        known = self.ledger.find(sha256)
        assert known is not None, "only what was accepted is read"
        return known.source

    def _missing_jobs(self, source: SourceFile) -> list[PageJob]:
        path = self.workspace.originals / source.sha256
        done = self.ledger.jobs_done(source.sha256, self._reading, self._limits)
        jobs = plan_jobs(path, source.name, source.media_type, self.workspace.settings.ingest)
        return [job for job in jobs if job.number not in done]

    def _keep_page(self, job: PageJob, pages: tuple[Page, ...]) -> None:
        self._step("page_read")
        self.ledger.add_page(PageRead(job.path.name, job.number, self._reading, pages, self._limits))
        self._step("page_committed")
        self._progress.page_done(job.name, job.number, worst_grade(pages))

    # ── map ────────────────────────────────────────────────────────────────────────────────────────────────

    def _map(self, sha256: str, engine: str) -> Outcome:
        """Map a file from the pages that `engine` read."""
        self._step("pages_complete")
        source = self._source(sha256)
        try:
            report = map_document(self._reading_by(sha256, engine), self.request, self.workspace.settings.extract)
        except (ConfigurationError, MissingDependency):
            raise
        except TonghopError as error:
            return self._fail(source, error)
        except Exception as error:  # noqa: BLE001 - the border of a file: a fault over this one stops no other
            _LOG.exception("%s cannot be mapped", source.name)
            return self._fail(source, TonghopError(detail=f"{type(error).__name__}: {error}"))
        self._step("mapped")
        self.ledger.add_report(report, self._mapping_of(engine))
        self._step("report_committed")
        return self._done(self._outcome(sha256))

    def _fail(self, source: SourceFile, error: TonghopError) -> Outcome:
        self.ledger.fail(source.sha256, problem_of(error))
        return self._done(failed_outcome(source.name, error, self._translate, source.sha256))

    def _done(self, outcome: Outcome) -> Outcome:
        self._progress.file_done(outcome)
        return outcome

    def _outcome(self, sha256: str) -> Outcome:
        file = self.ledger.file(sha256)
        assert file is not None, "only what was accepted is mapped"
        issues = [Issue(p.code, self._sentence(p), p.page) for p in file.problems]
        if file.gaps:
            issues.append(Issue(NeedsReview.code, self._translate.error(NeedsReview(count=file.gaps))[0]))
        status = OutcomeStatus.NEEDS_REVIEW if issues else OutcomeStatus.DONE
        return Outcome(file.source.name, _STATUS.get(file.state, status), sha256, tuple(issues))

    def _sentence(self, problem: Problem) -> str:
        error = error_class(problem.code)(**dict(problem.params))
        return self._translate.sentence(error)

    def _decide(self) -> None:
        """Record which reports count and what is missing between them: what `merge` says, the only judge of it."""
        report = merge(self.request, self.ledger.reports())
        self.ledger.supersede([source.sha256 for s in report.submissions for source in s.superseded])
        self.ledger.keep_gaps([gap for gap in report.gaps if gap.source is None])
        self._step("decided")
