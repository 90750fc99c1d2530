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
    """One unit's answers; `cells` run along the matrix's headings.

    A cell is None where the unit was not asked, and in the row of an absent unit: that it sent nothing is one
    fault, not one for each heading.
    `undecided` are positions of `missing` cells of which the request does not say clearly that they are owed.
    """

    unit: Unit
    status: SubmissionStatus
    cells: tuple[Cell, ...]
    undecided: frozenset[int] = frozenset()

    def count(self, state: SectionState) -> int:
        """Return how many headings are in `state`; what is undecided is not counted as missing."""
        return self.cells.count(state) - (len(self.undecided) if state is SectionState.MISSING else 0)


@dataclass(frozen=True, slots=True)
class Matrix:
    """Rows in the request's order of units, columns in its order of asked headings."""

    headings: tuple[Heading, ...]
    rows: tuple[MatrixRow, ...]

    def __post_init__(self) -> None:
        if any(len(row.cells) != len(self.headings) for row in self.rows):
            raise ValueError("every row has one cell for each heading")

    def count(self, state: SectionState) -> int:
        """Return how many headings of all reports received are in `state`."""
        return sum(row.count(state) for row in self.rows)

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
    return Matrix(headings, tuple(_row(report, submission, headings) for submission in report.submissions))


def _row(report: DistrictReport, submission: Submission, headings: tuple[Heading, ...]) -> MatrixRow:
    owed = report.request.requirements(submission.unit)
    found = {section.heading: section.state for section in submission.report.sections} if submission.report else {}
    cells = tuple(found.get(heading.key) for heading in headings)
    undecided = frozenset(
        position
        for position, heading in enumerate(headings)
        if cells[position] is SectionState.MISSING and owed.get(heading.key) is Requirement.AMBIGUOUS
    )
    return MatrixRow(submission.unit, submission.status, cells, undecided)
