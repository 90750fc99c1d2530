"""Rows to records and back, for the store alone."""

from __future__ import annotations

from tonghop.ledger import models
from tonghop.ledger.codec import dump, load
from tonghop.ledger.records import FileState, GapEntry, SourceState
from tonghop.records import Evidence, Gap, GapKind, GapState, MediaType, SourceFile

__all__ = ["gap_entry", "gap_row", "source_state"]


def source_state(row: models.Source) -> SourceState:
    """Return the record of a row."""
    source = SourceFile(row.sha256, row.name, row.size, row.received_at, MediaType(row.media_type), row.container)
    return SourceState(source, row.jobs, FileState(row.state))


def gap_entry(row: models.GapRow) -> GapEntry:
    """Return the record of a row."""
    evidence = load(Evidence, row.evidence)
    gap = Gap(GapKind(row.kind), evidence, row.unit, row.heading, row.source, GapState(row.state))
    return GapEntry(gap, row.settled_by, row.settled_at, row.why)


def gap_row(entry: GapEntry, report: models.Report | None) -> models.GapRow:
    """Return a new row, not yet saved, for `entry`, found in `report` or between reports."""
    gap = entry.gap
    return models.GapRow(
        report=report,
        kind=gap.kind.value,
        unit=gap.unit,
        heading=gap.heading,
        source=gap.source,
        evidence=dump(gap.evidence),
        state=gap.state.value,
        settled_by=entry.settled_by,
        settled_at=entry.settled_at,
        why=entry.why,
    )
