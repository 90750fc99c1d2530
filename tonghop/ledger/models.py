"""The tables of the ledger. Only `tonghop.ledger.store` uses them.

What a stage made is kept as the record's JSON; columns beside it are those that are searched or counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from django.db import models

import tonghop.ledger.ready  # noqa: F401 - must come before the first table

if TYPE_CHECKING:
    from datetime import datetime

    Text = models.Field[str, str]
    TextOrNone = models.Field[str | None, str | None]
    Whole = models.Field[int, int]
    Flag = models.Field[bool, bool]
    Time = models.Field[datetime, datetime]
    TimeOrNone = models.Field[datetime | None, datetime | None]

__all__ = ["Event", "GapRow", "PageResult", "Quarantined", "Receipt", "Report", "Source"]

SHA256_DIGITS = 64


class Source(models.Model):
    """Bytes that were received and kept, once each."""

    sha256: Text = models.CharField(max_length=SHA256_DIGITS, unique=True)
    name: Text = models.TextField()
    size: Whole = models.BigIntegerField()
    media_type: Text = models.CharField(max_length=100)
    container: TextOrNone = models.CharField(max_length=SHA256_DIGITS, null=True)
    received_at: Time = models.DateTimeField()
    jobs: Whole = models.IntegerField()
    state: Text = models.CharField(max_length=20)
    error: Text = models.TextField(default="")

    class Meta:
        """Which application it belongs to."""

        app_label = "tonghop_ledger"

    def __str__(self) -> str:
        return f"{self.name} ({self.sha256[:12]})"


class Receipt(models.Model):
    """Each time a name was received; a second receipt of the same source is a duplicate."""

    source_id: int
    source: models.ForeignKey[Source, Source] = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    arrival: Text = models.CharField(max_length=SHA256_DIGITS)
    name: Text = models.TextField()
    received_at: Time = models.DateTimeField()
    from_inbox: Flag = models.BooleanField()
    path: Text = models.TextField(default="")

    class Meta:
        """An arrival is counted once, however often a run was killed over it."""

        app_label = "tonghop_ledger"
        constraints = (models.UniqueConstraint(fields=("source", "arrival"), name="receipt_once"),)

    def __str__(self) -> str:
        return self.name


class PageResult(models.Model):
    """What an engine read in one page job. Results of older engines stay."""

    source_id: int
    source: models.ForeignKey[Source, Source] = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    number: Whole = models.IntegerField()
    engine: Text = models.CharField(max_length=100)
    limits: Text = models.CharField(max_length=100, default="")
    error: Text = models.CharField(max_length=50, default="")
    record: Text = models.TextField()

    class Meta:
        """A page is read once by an engine."""

        app_label = "tonghop_ledger"
        constraints = (models.UniqueConstraint(fields=("source", "number", "engine"), name="page_once"),)

    def __str__(self) -> str:
        return f"{self.source} {self.number}"


class Report(models.Model):
    """One mapping of one source. `state` is current, superseded (by another source) or replaced (by a new mapping)."""

    source_id: int
    source: models.ForeignKey[Source, Source] = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    unit: TextOrNone = models.CharField(max_length=100, null=True)
    period: TextOrNone = models.TextField(null=True)
    state: Text = models.CharField(max_length=20)
    engine: Text = models.CharField(max_length=100)
    record: Text = models.TextField()

    class Meta:
        """An engine maps a source once, and one mapping of a source is not replaced."""

        app_label = "tonghop_ledger"
        constraints = (
            models.UniqueConstraint(fields=("source", "engine"), name="report_once"),
            models.UniqueConstraint(
                fields=("source",), condition=~models.Q(state="replaced"), name="report_one_counts"
            ),
        )

    def __str__(self) -> str:
        return f"{self.source} {self.state}"


class GapRow(models.Model):
    """A gap and how it was settled. `report` is null for gaps between reports; not `is_live`: no longer found."""

    report: models.ForeignKey[Report | None, Report | None] = models.ForeignKey(
        Report, on_delete=models.PROTECT, null=True, related_name="+"
    )
    kind: Text = models.CharField(max_length=50)
    unit: TextOrNone = models.CharField(max_length=100, null=True)
    heading: TextOrNone = models.CharField(max_length=100, null=True)
    source: TextOrNone = models.CharField(max_length=SHA256_DIGITS, null=True)
    evidence: Text = models.TextField()
    state: Text = models.CharField(max_length=20)
    settled_by: Text = models.TextField(default="")
    settled_at: TimeOrNone = models.DateTimeField(null=True)
    why: Text = models.TextField(default="")
    is_live: Flag = models.BooleanField(default=True)

    class Meta:
        """Which application it belongs to."""

        app_label = "tonghop_ledger"
        indexes = (models.Index(fields=("source", "is_live"), name="gap_by_source"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.unit} {self.heading}"


class Quarantined(models.Model):
    """A file that was refused, each time it arrived. Its bytes lie in quarantine under `sha256`, once."""

    sha256: Text = models.CharField(max_length=SHA256_DIGITS)
    arrival: Text = models.CharField(max_length=SHA256_DIGITS)
    name: Text = models.TextField()
    container: TextOrNone = models.CharField(max_length=SHA256_DIGITS, null=True)
    problem: Text = models.TextField()
    refused_at: Time = models.DateTimeField()

    class Meta:
        """A refused arrival is counted once."""

        app_label = "tonghop_ledger"
        constraints = (models.UniqueConstraint(fields=("sha256", "arrival"), name="refusal_once"),)

    def __str__(self) -> str:
        return self.name


class _AppendOnly(models.QuerySet["Event"]):
    def update(self, **_: Any) -> NoReturn:
        raise TypeError("the event log only grows")

    def delete(self) -> NoReturn:
        raise TypeError("the event log only grows")


class Event(models.Model):
    """Who did what. Rows are never changed nor deleted; a trigger of the database holds that too."""

    who: Text = models.TextField()
    at: Time = models.DateTimeField()
    what: Text = models.CharField(max_length=50)
    subject: Text = models.CharField(max_length=SHA256_DIGITS, default="")
    details: Text = models.TextField()

    objects = _AppendOnly.as_manager()

    class Meta:
        """Which application it belongs to."""

        app_label = "tonghop_ledger"

    def __str__(self) -> str:
        return f"{self.at} {self.who} {self.what}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write a new event. Raises `TypeError` on one that is already in the log."""
        if self.pk is not None:
            raise TypeError("the event log only grows")
        super().save(*args, **kwargs)

    def delete(self, *_: Any, **__: Any) -> NoReturn:
        """Raise `TypeError`: events stay."""
        raise TypeError("the event log only grows")
