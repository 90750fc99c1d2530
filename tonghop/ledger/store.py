"""The only door to the ledger. It takes and gives records; no database row leaves it.

Every step is one transaction and may be repeated: the second time it changes nothing.
`tonghop.ledger.open_ledger` opens it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from typing import TypeVar

from django.db import transaction
from django.db.models import Count, Max, Model, Q, QuerySet

from tonghop.ledger import models
from tonghop.ledger.codec import dump, load
from tonghop.ledger.configure import disconnect
from tonghop.ledger.gaps import carry_over, same_gap
from tonghop.ledger.overview import overview, refusals
from tonghop.ledger.records import (
    Arrival,
    EventEntry,
    FileState,
    FileStatus,
    GapEntry,
    PageRead,
    Problem,
    Refusal,
    SourceState,
    StatusReport,
)
from tonghop.ledger.rows import gap_entry, gap_row, source_state
from tonghop.records import Gap, GapState, MediaType, Page, SourceFile, UnitReport

__all__ = ["Ledger"]

Row = TypeVar("Row", bound=Model)
CURRENT, SUPERSEDED, REPLACED = "current", "superseded", "replaced"
_CONTAINERS = tuple(kind.value for kind in MediaType if kind.is_container)
_Params = tuple[tuple[str, str], ...]


class Ledger:
    """What was received and what was done with it, in one database."""

    def __init__(self, alias: str, clock: Callable[[], datetime], who: str) -> None:
        self._alias = alias
        self._clock = clock
        self._who = who

    def close(self) -> None:
        """Give the connection back. It is opened again when needed."""
        disconnect(self._alias)

    # ── receiving ──────────────────────────────────────────────────────────────────────────────────────────

    def accept(self, source: SourceFile, jobs: int, arrival: Arrival) -> bool:
        """Record that `source`, of `jobs` page jobs, arrived. Return whether its bytes are new."""
        with self._step():
            row, is_new = self._rows(models.Source).get_or_create(
                sha256=source.sha256,
                defaults={
                    "name": source.name,
                    "size": source.size,
                    "media_type": source.media_type.value,
                    "container": source.container,
                    "received_at": source.received_at,
                    "jobs": jobs,
                    "state": FileState.RECEIVED.value,
                },
            )
            _, is_first = self._rows(models.Receipt).get_or_create(
                source=row,
                arrival=arrival.key,
                defaults={
                    "name": arrival.name,
                    "received_at": arrival.at,
                    "from_inbox": arrival.from_inbox,
                    "path": arrival.path,
                },
            )
            if is_first:
                self._log("received" if is_new else "duplicate", source.sha256, (("name", arrival.name),))
        return is_new

    def refuse(self, refusal: Refusal, arrival: Arrival) -> bool:
        """Record that a file was refused and lies in quarantine. Return whether this arrival is new."""
        with self._step():
            _, is_new = self._rows(models.Quarantined).get_or_create(
                sha256=refusal.sha256,
                arrival=arrival.key,
                defaults={
                    "name": refusal.name,
                    "container": refusal.container,
                    "problem": dump(refusal.problem),
                    "refused_at": refusal.at,
                },
            )
            if is_new:
                details = (("name", refusal.name), ("code", refusal.problem.code))
                self._log("refused", refusal.sha256, details)
        return is_new

    def find(self, sha256: str) -> SourceState | None:
        """Return the file with these bytes, None when they were never accepted."""
        row = self._rows(models.Source).filter(sha256=sha256).first()
        return source_state(row) if row else None

    def has_arrived(self, sha256: str, arrival: Arrival) -> bool:
        """Return whether this very arrival is recorded already."""
        return self._rows(models.Receipt).filter(source__sha256=sha256, arrival=arrival.key).exists()

    def refusals(self, sha256: str) -> tuple[Refusal, ...]:
        """Return each time these bytes were refused."""
        return refusals(self._alias, sha256)

    # ── reading ────────────────────────────────────────────────────────────────────────────────────────────

    def add_page(self, read: PageRead) -> bool:
        """Record one page job's result. Return False when a good result of the same engine was there already.

        A result in place of a failed one makes the file unfinished again: what was mapped lacked this page.
        """
        with self._step():
            source = self._rows(models.Source).get(sha256=read.sha256)
            results = self._rows(models.PageResult).filter(source=source, engine=read.engine)
            if results.filter(number=read.number, error="").exists():
                return False
            _, is_new = results.update_or_create(
                source=source,
                number=read.number,
                engine=read.engine,
                defaults={"limits": read.limits, "error": read.error, "record": dump(read.pages, tuple[Page, ...])},
            )
            if not is_new:
                self._rows(models.Report).filter(source=source).update(state=REPLACED)
            if not self._rows(models.Report).filter(~Q(state=REPLACED), source=source).exists():
                state = FileState.READ if results.count() >= source.jobs else FileState.READING
                self._rows(models.Source).filter(pk=source.pk).update(state=state.value)
        return True

    def jobs_done(self, sha256: str, engine: str, limits: str) -> frozenset[int]:
        """Return the numbers of the page jobs that need no reading: good, or failed under the same limits."""
        results = self._rows(models.PageResult).filter(source__sha256=sha256, engine=engine)
        return frozenset(results.filter(Q(error="") | Q(limits=limits)).values_list("number", flat=True))

    def pages(self, sha256: str, engine: str) -> tuple[Page, ...]:
        """Return the pages of a file as `engine` read them, in order."""
        results = self._rows(models.PageResult).filter(source__sha256=sha256, engine=engine).order_by("number")
        return tuple(page for result in results for page in load(tuple[Page, ...], result.record))

    def unfinished(self, mapping: str, reading: str, limits: str) -> tuple[SourceState, ...]:
        """Return the files, in order of receipt, that are not done.

        Not mapped by the engine `mapping`; with a page that failed in the engine `reading` under other limits
        than `limits`; archives not yet unpacked.
        """
        mapped = self._rows(models.Report).filter(~Q(state=REPLACED), engine=mapping).values("source")
        failed = self._rows(models.PageResult).filter(~Q(error=""), ~Q(limits=limits), engine=reading).values("source")
        is_archive = Q(media_type__in=_CONTAINERS)
        is_left = Q(is_archive, ~Q(state=FileState.READ.value)) | Q(~is_archive, ~Q(pk__in=mapped))
        rows = self._rows(models.Source).filter(is_left | Q(pk__in=failed)).order_by("pk")
        return tuple(source_state(row) for row in rows)

    def waiting(self, reading: str, limits: str) -> tuple[SourceState, ...]:
        """Return the files, in order of receipt, with page jobs that `jobs_done` lacks, and archives not yet unpacked.

        A file that failed as a whole waits for nothing: it has its answer.
        """
        good = Q(error="") | Q(limits=limits)
        counted = self._rows(models.PageResult).filter(good, engine=reading).values_list("source_id")
        done = dict(counted.annotate(done=Count("pk")))
        rows = self._rows(models.Source).exclude(state=FileState.FAILED.value).order_by("pk")
        read = FileState.READ.value
        left = (r for r in rows if (r.state != read if r.media_type in _CONTAINERS else done.get(r.pk, 0) < r.jobs))
        return tuple(source_state(row) for row in left)

    def whole_readings(self, sha256: str) -> tuple[str, ...]:
        """Return the engines that did every page job of a file, well or not, the latest first."""
        results = self._rows(models.PageResult).filter(source__sha256=sha256).values_list("engine", "source__jobs")
        counted = results.annotate(done=Count("pk"), last=Max("pk")).order_by("-last")
        return tuple(engine for engine, jobs, done, _ in counted if done >= jobs)

    def finish_archive(self, sha256: str) -> None:
        """Record that all documents of an archive were taken."""
        with self._step():
            left = self._rows(models.Source).filter(~Q(state=FileState.READ.value), sha256=sha256)
            if left.update(state=FileState.READ.value):
                self._log("unpacked", sha256)

    # ── mapping ────────────────────────────────────────────────────────────────────────────────────────────

    def add_report(self, report: UnitReport, engine: str) -> bool:
        """Record a mapping with its gaps; older mappings of the file stay, replaced. False when it was there."""
        with self._step():
            source = self._rows(models.Source).get(sha256=report.source.sha256)
            mappings = self._rows(models.Report).filter(source=source)
            if mappings.filter(~Q(state=REPLACED), engine=engine).exists():
                return False
            mappings.update(state=REPLACED)
            values = {"unit": report.match.unit, "period": report.period, "state": CURRENT, "record": dump(report)}
            row, _ = mappings.update_or_create(source=source, engine=engine, defaults=values)
            self._replace_gaps(row, report)
            self._rows(models.Source).filter(pk=source.pk).update(state=FileState.MAPPED.value, error="")
            self._log("mapped", source.sha256, (("unit", report.match.unit or ""), ("engine", engine)))
        return True

    def _replace_gaps(self, row: models.Report, report: UnitReport) -> None:
        gaps = self._rows(models.GapRow).filter(report__source=row.source_id)
        entries = carry_over([gap_entry(gap) for gap in gaps.order_by("pk")], report.gaps)
        gaps.update(is_live=False)
        self._rows(models.GapRow).bulk_create([gap_row(entry, row) for entry in entries])

    def fail(self, sha256: str, problem: Problem) -> None:
        """Record that a file could not be mapped. An older mapping, made under another request, no longer counts."""
        with self._step():
            self._rows(models.Report).filter(source__sha256=sha256).update(state=REPLACED)
            self._rows(models.GapRow).filter(report__source__sha256=sha256).update(is_live=False)
            record = dump(problem)
            changed = self._rows(models.Source).filter(~Q(error=record), sha256=sha256)
            if changed.update(state=FileState.FAILED.value, error=record):
                self._log("failed", sha256, (("code", problem.code),))

    def reports(self) -> tuple[UnitReport, ...]:
        """Return the latest mapping of every file, in order of receipt: those that count and superseded ones."""
        rows = self._rows(models.Report).filter(~Q(state=REPLACED)).order_by("source__received_at", "source_id")
        return tuple(load(UnitReport, row.record) for row in rows)

    def mapped_by(self, sha256: str) -> str:
        """Return the engine of the latest mapping of a file, empty when there is none."""
        rows = self._rows(models.Report).filter(~Q(state=REPLACED), source__sha256=sha256)
        return rows.values_list("engine", flat=True).first() or ""

    def report(self, sha256: str) -> UnitReport | None:
        """Return the latest mapping of a file, None when there is none."""
        row = self._rows(models.Report).filter(~Q(state=REPLACED), source__sha256=sha256).first()
        return load(UnitReport, row.record) if row else None

    def supersede(self, superseded: Collection[str]) -> None:
        """Record which files are superseded by a newer report of the same unit and period; all others count."""
        with self._step():
            latest = self._rows(models.Report).filter(~Q(state=REPLACED))
            older = Q(source__sha256__in=superseded)
            for state, event, is_in in ((SUPERSEDED, "superseded", older), (CURRENT, "counts_again", ~older)):
                for row in latest.filter(is_in, ~Q(state=state)).select_related("source"):
                    self._rows(models.Report).filter(pk=row.pk).update(state=state)
                    self._log(event, row.source.sha256, (("unit", row.unit or ""),))

    # ── gaps ───────────────────────────────────────────────────────────────────────────────────────────────

    def gaps(self) -> tuple[GapEntry, ...]:
        """Return every gap that stands now, with how it was settled."""
        rows = self._rows(models.GapRow).filter(is_live=True).order_by("pk")
        return tuple(gap_entry(row) for row in rows)

    def keep_gaps(self, gaps: Sequence[Gap]) -> None:
        """Record the gaps between reports (a unit without one, a decision); others no longer stand.

        One that stands again, after a report was withdrawn for instance, is in the state it was left in.
        """
        with self._step():
            rows = list(self._rows(models.GapRow).filter(report=None).order_by("pk"))
            for row in rows:
                is_live = any(same_gap(gap_entry(row).gap, gap) for gap in gaps)
                if row.is_live != is_live:
                    self._rows(models.GapRow).filter(pk=row.pk).update(is_live=is_live)
            known = [gap_entry(row) for row in rows]
            new = [gap for gap in gaps if not any(same_gap(entry.gap, gap) for entry in known)]
            self._rows(models.GapRow).bulk_create([gap_row(entry, None) for entry in carry_over(known, new)])

    def settle(self, gap: Gap, state: GapState, why: str) -> None:
        """Record that an officer resolved, waived or opened a gap again. Raises `KeyError` when it does not stand."""
        with self._step():
            rows = self._rows(models.GapRow).filter(is_live=True, kind=gap.kind.value).order_by("pk")
            row = next((row for row in rows if same_gap(gap_entry(row).gap, gap)), None)
            if row is None:
                raise KeyError(f"no such gap: {gap.kind} {gap.unit} {gap.heading}")
            row.state, row.settled_by, row.settled_at, row.why = state.value, self._who, self._clock(), why
            row.save(using=self._alias)
            details = (("kind", gap.kind.value), ("unit", gap.unit or ""), ("heading", gap.heading or ""), ("why", why))
            self._log(f"gap_{state.value}", gap.source or "", details)

    # ── telling ────────────────────────────────────────────────────────────────────────────────────────────

    def status(self) -> StatusReport:
        """Return everything received and what became of it."""
        return overview(self._alias)

    def file(self, sha256: str) -> FileStatus | None:
        """Return one file's status, None when it was never accepted."""
        return next(iter(overview(self._alias, sha256).files), None)

    def events(self, subject: str | None = None) -> tuple[EventEntry, ...]:
        """Return the event log, oldest first, of one file or of all."""
        rows = self._rows(models.Event).order_by("pk")
        if subject is not None:
            rows = rows.filter(subject=subject)
        return tuple(EventEntry(r.who, r.at, r.what, r.subject, load(_Params, r.details)) for r in rows)

    # ── inside ─────────────────────────────────────────────────────────────────────────────────────────────

    def _step(self) -> transaction.Atomic:
        return transaction.atomic(using=self._alias, durable=True)

    def _rows(self, model: type[Row]) -> QuerySet[Row]:
        return model._default_manager.using(self._alias)  # noqa: SLF001 - Django documents this name

    def _log(self, what: str, subject: str = "", details: Iterable[tuple[str, str]] = ()) -> None:
        event = models.Event(
            who=self._who, at=self._clock(), what=what, subject=subject, details=dump(tuple(details), _Params)
        )
        event.save(using=self._alias)
