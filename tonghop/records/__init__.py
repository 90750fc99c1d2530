"""The nouns of the product, as frozen records. Standard library only.

Conventions that hold for all of them:
- Boxes are `(x0, y0, x1, y1)` in pixels of the page image after rotation and deskew, at `Page.dpi`;
  origin top left, x to the right, y down; `x1`, `y1` are exclusive.
- Page numbers count from 1. Line and word positions count from 0.
- Confidences, shares and coverages are 0 to 1. Angles are degrees, counter-clockwise.
- Dates are calendar dates where the office is; times are aware, in UTC.
- Text is NFC.
Constructors raise `ValueError` on a state that cannot be.
"""

from tonghop.records.outcome import (
    Issue,
    Outcome,
    OutcomeStatus,
)
from tonghop.records.reading import (
    DOUBT,
    Box,
    CellSpan,
    Correction,
    Grade,
    Line,
    LineRole,
    MediaType,
    Origin,
    Page,
    ProcessingStep,
    SourceFile,
    Table,
    Word,
)
from tonghop.records.report import (
    Check,
    DistrictReport,
    Evidence,
    Figure,
    Gap,
    GapKind,
    GapState,
    Letterhead,
    Quote,
    Section,
    SectionState,
    Span,
    Submission,
    SubmissionStatus,
    UnitMatch,
    UnitReport,
)
from tonghop.records.request import (
    OFFICE_TIME,
    Heading,
    HeadingRole,
    HeadingRule,
    Owner,
    Period,
    ReportingRequest,
    Requirement,
    Unit,
    UnitKind,
)

__all__ = [
    "DOUBT",
    "OFFICE_TIME",
    "Box",
    "CellSpan",
    "Check",
    "Correction",
    "DistrictReport",
    "Evidence",
    "Figure",
    "Gap",
    "GapKind",
    "GapState",
    "Grade",
    "Heading",
    "HeadingRole",
    "HeadingRule",
    "Issue",
    "Letterhead",
    "Line",
    "LineRole",
    "MediaType",
    "Origin",
    "Outcome",
    "OutcomeStatus",
    "Owner",
    "Page",
    "Period",
    "ProcessingStep",
    "Quote",
    "ReportingRequest",
    "Requirement",
    "Section",
    "SectionState",
    "SourceFile",
    "Span",
    "Submission",
    "SubmissionStatus",
    "Table",
    "Unit",
    "UnitKind",
    "UnitMatch",
    "UnitReport",
    "Word",
]
