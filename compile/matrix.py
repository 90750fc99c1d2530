"""Unit × heading: what each unit answered, as a table of states."""

from __future__ import annotations

from dataclasses import dataclass

from tonghop.records import (
    DistrictReport,
    Heading,
    Requirement,
    SectionState,
    Submission,
    SubmissionStatus,
    Unit,
)

__all__ = ["Matrix", "MatrixRow", "matrix"]

Cell = SectionState | None


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One unit's answers; `cells` run along the matrix's headings, None where the unit was not asked."""

    unit: Unit
    status: SubmissionStatus
    cells: tuple[Cell, ...]

    def count(self, state: SectionState) -> int:
        """Return how many headings are in `state`."""
        return self.cells.count(state)


@dataclass(frozen=True, slots=True)
class Matrix:
    """Rows in the request's order of units, columns in its order of asked headings.

    Of a unit without a report every heading it owes is `missing`; its row says `absent`.
    """

    headings: tuple[Heading, ...]
    rows: tuple[MatrixRow, ...]

    def __post_init__(self) -> None:
        if any(len(row.cells) != len(self.headings) for row in self.rows):
            raise ValueError("every row has one cell for each heading")

    def count(self, state: SectionState) -> int:
        """Return how many headings of the reports received are in `state`; absent units are not counted."""
        return sum(row.count(state) for row in self.rows if row.status is not SubmissionStatus.ABSENT)

    def column(self, position: int) -> tuple[Cell, ...]:
        """Return the cells under the heading at `position`, from 0."""
        return tuple(row.cells[position] for row in self.rows)

    @property
    def received(self) -> int:
        """The number of units whose report was received."""
        return sum(row.status is not SubmissionStatus.ABSENT for row in self.rows)


def matrix(report: DistrictReport) -> Matrix:
    """Return the states of all asked headings of all units. A heading found though not asked is shown."""
    headings = report.request.asked
    rows = tuple(
        MatrixRow(submission.unit, submission.status, _cells(report, submission, headings))
        for submission in report.submissions
    )
    return Matrix(headings, rows)


def _cells(report: DistrictReport, submission: Submission, headings: tuple[Heading, ...]) -> tuple[Cell, ...]:
    if submission.report:
        found = {section.heading: section.state for section in submission.report.sections}
        return tuple(found.get(heading.key) for heading in headings)
    owed = report.request.requirements(submission.unit)
    return tuple(_unanswered(owed.get(heading.key)) for heading in headings)


def _unanswered(requirement: Requirement | None) -> Cell:
    if requirement is None:
        return None
    return SectionState.NOT_APPLICABLE if requirement is Requirement.OPTIONAL else SectionState.MISSING
