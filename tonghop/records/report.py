"""What a report says and lacks, and all reports together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from tonghop.records.reading import Correction, ProcessingStep, SourceFile, share
from tonghop.records.request import ReportingRequest, Unit

__all__ = [
    "Check",
    "DistrictReport",
    "Evidence",
    "Figure",
    "Gap",
    "GapKind",
    "GapState",
    "Letterhead",
    "Quote",
    "Section",
    "SectionState",
    "Span",
    "Submission",
    "SubmissionStatus",
    "UnitMatch",
    "UnitReport",
]


@dataclass(frozen=True, slots=True)
class Quote:
    """Words as they stand in a source, with their page (None: the file name or another place)."""

    text: str
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why something is believed: `reason` is a message code of `tonghop.messages`, filled with `values`."""

    reason: str
    values: tuple[tuple[str, str], ...] = ()
    quotes: tuple[Quote, ...] = ()


@dataclass(frozen=True, slots=True)
class Span:
    """Lines `first` to `stop` (exclusive) of a page."""

    page: int
    first: int
    stop: int

    def __post_init__(self) -> None:
        if not 0 <= self.first < self.stop:
            raise ValueError("a span holds at least one line")


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The head of a report. Every field is None when it was not read; nothing is guessed.

    `unread` names those of `number` and `dated` that stand there, or may, and could not be read: by pen, under a seal,
    on a page in doubt. What is None and not named there was left out by the writer.
    """

    parent: str | None = None
    issuer: str | None = None
    number: str | None = None
    place: str | None = None
    dated: date | None = None
    subject: str | None = None
    addressee: str | None = None
    is_draft: bool = False
    spans: tuple[Span, ...] = ()
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UnitMatch:
    """Which unit sent a report. `unit` is None below the threshold: never a guess. Scores are 0 to 1."""

    unit: str | None
    score: float
    alias: str
    runner_up: str | None
    runner_up_score: float
    evidence: Evidence


class SectionState(StrEnum):
    """What a report says under a heading. "Absent" and "not read" are different answers."""

    PRESENT = "present"
    NIL = "nil"  # declared empty: an answer
    MERGED = "merged"  # covered under another heading
    THIN = "thin"  # a title without substance
    MISSING = "missing"
    UNREAD = "unread"  # the pages were not read well enough to say
    NOT_APPLICABLE = "not_applicable"  # not asked of this unit, or optional and left out


@dataclass(frozen=True, slots=True)
class Section:
    """What stands under one heading. `title` as printed; `text` without the title, one paragraph or row a line.

    `places` says for each line of `text` where it stands in the original; it is empty where that is not known.
    `method` is how the heading was found: exact, fuzzy, phrase, none. `merged_into` names the heading under
    which a merged one is answered.
    """

    heading: str
    state: SectionState
    title: str = ""
    text: str = ""
    spans: tuple[Span, ...] = ()
    confidence: float = 1.0
    method: str = "none"
    merged_into: str | None = None
    evidence: Evidence | None = None
    places: tuple[tuple[Span, ...], ...] = ()

    def __post_init__(self) -> None:
        share("confidence", self.confidence)

    @property
    def pages(self) -> tuple[int, ...]:
        """The pages it stands on, in order, each once."""
        return tuple(sorted({span.page for span in self.spans}))


@dataclass(frozen=True, slots=True)
class Figure:
    """A value as read. `text` is as printed and never changed; `value` is its number."""

    indicator: str
    value: Decimal
    unit: str
    text: str
    heading: str | None
    quote: Quote


@dataclass(frozen=True, slots=True)
class Check:
    """A rule between figures. `expected` is computed, `found` is what the report says; nothing is corrected."""

    rule: str
    operands: tuple[Figure, ...]
    expected: Decimal
    found: Decimal
    holds: bool


class GapKind(StrEnum):
    """What can be wrong or missing."""

    REPORT_MISSING = "report_missing"
    REPORT_LATE = "report_late"
    WRONG_PERIOD = "wrong_period"
    WRONG_ADDRESSEE_OR_UNIT = "wrong_addressee_or_unit"
    SECTION_MISSING = "section_missing"
    SECTION_THIN = "section_thin"
    SECTION_UNREAD = "section_unread"
    PAGE_UNREAD = "page_unread"
    FIGURE_CONFLICT = "figure_conflict"
    TEXT_UNPLACED = "text_unplaced"
    DECISION_NEEDED = "decision_needed"


class GapState(StrEnum):
    """Where a gap stands; `resolved` and `waived` say by whom, when and why in the ledger."""

    OPEN = "open"
    RESOLVED = "resolved"
    WAIVED = "waived"


@dataclass(frozen=True, slots=True)
class Gap:
    """Something an officer must know or settle. `source` is the sha256 of the file it was found in."""

    kind: GapKind
    evidence: Evidence
    unit: str | None = None
    heading: str | None = None
    source: str | None = None
    state: GapState = GapState.OPEN


@dataclass(frozen=True, slots=True)
class UnitReport:
    """One file, mapped. `sections` hold every heading the unit was asked for, and extras that were found."""

    source: SourceFile
    match: UnitMatch
    letterhead: Letterhead
    period: str | None
    sections: tuple[Section, ...]
    figures: tuple[Figure, ...] = ()
    checks: tuple[Check, ...] = ()
    gaps: tuple[Gap, ...] = ()
    unplaced: tuple[Span, ...] = ()
    corrections: tuple[Correction, ...] = ()
    pages_read: int = 0
    pages_failed: tuple[int, ...] = ()
    steps: tuple[ProcessingStep, ...] = ()


class SubmissionStatus(StrEnum):
    """How a unit answered the request."""

    ON_TIME = "on_time"
    LATE = "late"
    UNDATED = "undated"  # received, but whether in time cannot be said
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Submission:
    """A unit and the report that counts for it.

    `superseded` are older ones of the same period; `set_aside` do not count and are replaced by nothing: of another
    period, no report, or a draft or an unread document that came after the report.
    """

    unit: Unit
    status: SubmissionStatus
    report: UnitReport | None = None
    superseded: tuple[SourceFile, ...] = ()
    set_aside: tuple[SourceFile, ...] = ()

    def __post_init__(self) -> None:
        if (self.report is None) != (self.status is SubmissionStatus.ABSENT):
            raise ValueError("a unit is absent exactly when it has no report")


@dataclass(frozen=True, slots=True)
class DistrictReport:
    """All submissions under one request, in the request's order of units, with every gap."""

    request: ReportingRequest
    submissions: tuple[Submission, ...]
    gaps: tuple[Gap, ...]
    unidentified: tuple[UnitReport, ...] = ()
    refused: tuple[str, ...] = ()  # names of files that could not be read: of which unit, nobody knows
