"""Everything received and what became of it, gathered in a handful of queries."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from django.db.models import Count, Max, Q

from tonghop.errors import error_from
from tonghop.ledger import models
from tonghop.ledger.codec import load
from tonghop.ledger.records import FileState, FileStatus, Problem, Receipt, Refusal, StatusReport
from tonghop.ledger.rows import source_state
from tonghop.records import GapState, MediaType, Page

__all__ = ["overview", "refusals"]


@dataclass(slots=True)
class _Reading:
    """Where the latest engine stands with one file."""

    engine: str = ""
    done: int = 0
    problems: list[Problem] = field(default_factory=list)


def overview(alias: str, sha256: str | None = None) -> StatusReport:
    """Return the status of all files in the database `alias`, or of the one with these bytes."""
    sources = models.Source.objects.using(alias).order_by("pk")
    if sha256 is not None:
        sources = sources.filter(sha256=sha256)
    rows = list(sources)
    only = Q(source__in=[row.pk for row in rows]) if sha256 is not None else Q()
    readings, reports, gaps = _readings(alias, only), _reports(alias, only), _open_gaps(alias)
    files = tuple(_file(row, readings[row.pk], reports.get(row.pk), gaps[row.sha256]) for row in rows)
    return StatusReport(files, _duplicates(alias, only), refusals(alias, sha256))


def _readings(alias: str, only: Q) -> dict[int, _Reading]:
    results = models.PageResult.objects.using(alias).filter(only)
    readings: dict[int, _Reading] = defaultdict(_Reading)
    counted = results.values_list("source_id", "engine").annotate(done=Count("pk"), last=Max("pk")).order_by("last")
    for source, engine, done, _ in counted:
        readings[source].engine, readings[source].done = engine, done
    for row in results.exclude(error="").order_by("number"):
        if row.engine == readings[row.source_id].engine:
            readings[row.source_id].problems.extend(_page_problems(row))
    return readings


def _page_problems(row: models.PageResult) -> list[Problem]:
    failed = [page for page in load(tuple[Page, ...], row.record) if page.error]
    errors = [(error_from(page.error or "", page.error_detail), page.number) for page in failed]
    return [Problem(error.code, tuple(sorted(error.params.items())), number) for error, number in errors]


def _reports(alias: str, only: Q) -> dict[int, models.Report]:
    latest = models.Report.objects.using(alias).filter(only).exclude(state="replaced").defer("record")
    return {row.source_id: row for row in latest}


def _open_gaps(alias: str) -> Counter[str]:
    standing = models.GapRow.objects.using(alias).filter(is_live=True, state=GapState.OPEN.value, source__isnull=False)
    return Counter(source for source in standing.values_list("source", flat=True) if source)


def _file(row: models.Source, reading: _Reading, report: models.Report | None, gaps: int) -> FileStatus:
    problems = ([load(Problem, row.error)] if row.error else []) + reading.problems
    is_settled = report is not None and report.unit is not None and not gaps and not problems
    return FileStatus(
        source=source_state(row).source,
        state=_state(row, reading, report, is_settled=is_settled),
        pages_done=_jobs_done(row, reading),
        pages_total=row.jobs,
        unit=report.unit if report else None,
        gaps=gaps,
        problems=tuple(problems),
    )


def _jobs_done(row: models.Source, reading: _Reading) -> int:
    is_unpacked = MediaType(row.media_type).is_container and row.state == FileState.READ.value
    return row.jobs if is_unpacked else reading.done


def _state(row: models.Source, reading: _Reading, report: models.Report | None, *, is_settled: bool) -> FileState:
    state = FileState(row.state)
    if MediaType(row.media_type).is_container or report is None or state is not FileState.MAPPED:
        return state
    if report.state == "superseded":
        return FileState.SUPERSEDED
    if reading.done and len(reading.problems) >= reading.done:
        return FileState.FAILED
    return FileState.MAPPED if is_settled else FileState.NEEDS_REVIEW


def _duplicates(alias: str, only: Q) -> tuple[Receipt, ...]:
    receipts = models.Receipt.objects.using(alias).filter(only).order_by("pk").select_related("source")
    seen: set[int] = set()
    again: list[Receipt] = []
    for row in receipts:
        if row.source_id in seen:
            again.append(Receipt(row.source.sha256, row.name, row.received_at, row.from_inbox, row.source.name))
        seen.add(row.source_id)
    return tuple(again)


def refusals(alias: str, sha256: str | None) -> tuple[Refusal, ...]:
    """Return every refusal in the database `alias`, or those of the file with these bytes."""
    rows = models.Quarantined.objects.using(alias).order_by("pk")
    if sha256 is not None:
        rows = rows.filter(sha256=sha256)
    return tuple(Refusal(r.sha256, r.name, r.refused_at, load(Problem, r.problem), r.container) for r in rows)
