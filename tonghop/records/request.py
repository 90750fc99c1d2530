"""What is asked: the letter of a receiving authority as data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum

__all__ = [
    "OFFICE_TIME",
    "Heading",
    "HeadingRole",
    "HeadingRule",
    "Owner",
    "Period",
    "ReportingRequest",
    "Requirement",
    "Unit",
    "UnitKind",
]

# Viet Nam has one zone and no summer time (Asia/Ho_Chi_Minh, since 13/06/1975): a fixed offset needs no zone files.
OFFICE_TIME = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")


class Requirement(StrEnum):
    """What a unit owes under a heading. A heading without a rule for a unit is not asked of it."""

    REQUIRED = "required"  # its absence is a gap
    OPTIONAL = "optional"  # "nếu có": its absence is no gap
    AMBIGUOUS = "ambiguous"  # the letter can be read both ways: the officer decides, once


class HeadingRole(StrEnum):
    """What a title found in a report is to the request."""

    ASKED = "asked"  # the request asks some unit for it
    EXTRA = "extra"  # known and accepted, asked of nobody
    CONTAINER = "container"  # only groups other headings; its own text is introductory
    SUB = "sub"  # belongs inside `parent`; never ends the parent's section


@dataclass(frozen=True, slots=True)
class Heading:
    """One heading of the outline. `variants` are other wordings of `title`; `quote` is the letter's sentence.

    `short` is a label of one or two short words for the columns of the matrix. `group` is the key of the container
    whose section the compiled report puts the heading into.
    """

    key: str
    title: str
    role: HeadingRole = HeadingRole.ASKED
    variants: tuple[str, ...] = ()
    parent: str | None = None
    quote: str = ""
    short: str = ""
    group: str | None = None

    def __post_init__(self) -> None:
        if (self.role is HeadingRole.SUB) != (self.parent is not None):
            raise ValueError(f"heading {self.key}: a sub-heading has a parent, and only a sub-heading")


@dataclass(frozen=True, slots=True)
class HeadingRule:
    """What is asked under one heading of one unit kind, or of single units. `quote` is the letter's sentence."""

    heading: str
    requirement: Requirement
    kinds: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    quote: str = ""
    question: str = ""  # for an ambiguous rule: what the officer must decide

    def __post_init__(self) -> None:
        if not self.kinds and not self.units:
            raise ValueError(f"rule for {self.heading}: names neither kinds nor units")


@dataclass(frozen=True, slots=True)
class UnitKind:
    """A kind of reporting unit: `commune`, `office`, … with its name in singular and plural."""

    key: str
    name: str
    plural: str


@dataclass(frozen=True, slots=True)
class Unit:
    """A reporting unit. `id` is its own key, stable over renamings; it is valid from..to, both included."""

    id: str
    name: str
    kind: str
    aliases: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    successor: str = ""

    def __post_init__(self) -> None:
        if self.valid_from and self.valid_to and self.valid_from > self.valid_to:
            raise ValueError(f"unit {self.id}: valid_from is after valid_to")

    def is_valid_on(self, day: date) -> bool:
        """Return whether the unit exists on `day`."""
        return (self.valid_from or date.min) <= day <= (self.valid_to or date.max)


@dataclass(frozen=True, slots=True)
class Owner:
    """The unit that leads a heading for the receiving authority's whole area, or contributes to it."""

    heading: str
    unit: str
    leads: bool = True
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Period:
    """The reporting period. Data is counted from `first` to `last`, both included."""

    name: str
    first: date
    last: date

    def __post_init__(self) -> None:
        if self.first > self.last:
            raise ValueError("period: first day is after last day")


@dataclass(frozen=True, slots=True)
class ReportingRequest:
    """Who reports, under which headings, by when: the letter of a receiving authority as data.

    `headings` are in the request's order. `deadline` is the last day on time.
    `deadline_counts` is "document" (the report's own date) or "receipt".
    """

    name: str
    issuer: str
    issuer_parent: str
    number: str
    issued: date
    subject: str
    place: str
    addressee: str
    period: Period
    deadline: date
    deadline_counts: str
    kinds: tuple[UnitKind, ...]
    units: tuple[Unit, ...]
    headings: tuple[Heading, ...]
    rules: tuple[HeadingRule, ...]
    owners: tuple[Owner, ...] = ()
    channel: str = ""
    quotes: tuple[tuple[str, str], ...] = ()  # (field, sentence of the letter)

    def unit(self, unit_id: str) -> Unit:
        """Return the unit with this id. Raises `KeyError`."""
        for unit in self.units:
            if unit.id == unit_id:
                return unit
        raise KeyError(unit_id)

    def heading(self, key: str) -> Heading:
        """Return the heading with this key. Raises `KeyError`."""
        for heading in self.headings:
            if heading.key == key:
                return heading
        raise KeyError(key)

    def counted_day(self, dated: date | None, received_at: datetime) -> date | None:
        """Return the day that is held against the deadline: the report's own date, or the day of its receipt.

        `received_at` is aware; its day is the one in Viet Nam. None for a report that counts by a date it lacks, or
        that cannot be its date.
        """
        if self.deadline_counts != "document":
            return received_at.astimezone(OFFICE_TIME).date()
        return dated if dated and self.can_be_dated(dated, received_at) else None

    def can_be_dated(self, dated: date, received_at: datetime) -> bool:
        """Return whether a report of the period can bear this date: not before the period, nor after its receipt.

        A date outside is last year's left in, a misread digit or a slip of the pen; lateness cannot rest on it.
        """
        return self.period.first <= dated <= received_at.astimezone(OFFICE_TIME).date()

    def is_late(self, dated: date | None, received_at: datetime) -> bool | None:
        """Return whether a report came after the last day; None when that cannot be said."""
        day = self.counted_day(dated, received_at)
        return None if day is None else day > self.deadline

    @property
    def asked(self) -> tuple[Heading, ...]:
        """The headings the request asks of anybody, in its order."""
        return tuple(h for h in self.headings if h.role is HeadingRole.ASKED)

    def requirements(self, unit: Unit) -> dict[str, Requirement]:
        """Return heading key → what `unit` owes, in the request's order. A rule naming the unit wins."""
        found: dict[str, Requirement] = {}
        for heading in self.asked:
            rules = [r for r in self.rules if r.heading == heading.key]
            named = [r for r in rules if unit.id in r.units] or [r for r in rules if unit.kind in r.kinds]
            if named:
                found[heading.key] = named[0].requirement
        return found
