"""The matrix says what each unit answered, and does not accuse where the request itself is unclear."""

from __future__ import annotations

import pytest

from tonghop.compile.matrix import Matrix, MatrixRow, matrix
from tonghop.compile.merge import merge
from tonghop.compile.signs import COLOURS, GAP_LABELS, INKS, SHOWN, SIGNS, STATE_LABELS, STATUS_LABELS, label, sign
from tonghop.records import DistrictReport, GapKind, ReportingRequest, SectionState, SubmissionStatus


def test_rows_and_columns_are_the_requests(district: DistrictReport) -> None:
    found = matrix(district)
    assert found.headings == district.request.asked
    assert [row.unit for row in found.rows] == list(district.request.units)


def test_cells_are_the_sections_states(district: DistrictReport) -> None:
    found = matrix(district)
    keys = [heading.key for heading in found.headings]
    assert found.rows[2].cells[keys.index("khac_phuc_chi_so")] is SectionState.MISSING
    assert found.rows[1].cells[keys.index("the_che")] is SectionState.NIL
    assert found.rows[0].cells[keys.index("to_chuc_bo_may")] is None
    assert found.column(keys.index("the_che"))[1] is SectionState.NIL


def test_of_an_absent_unit_nothing_is_said_heading_by_heading(cao_loc: ReportingRequest) -> None:
    found = matrix(merge(cao_loc, []))
    assert {row.status for row in found.rows} == {SubmissionStatus.ABSENT}
    assert {cell for row in found.rows for cell in row.cells} == {None}
    assert found.count(SectionState.MISSING) == found.received == 0


def test_undecided_is_not_counted_as_missing(district: DistrictReport) -> None:
    found = matrix(district)
    office = found.rows[-1]
    position = [h.key for h in found.headings].index("khac_phuc_chi_so")
    assert office.cells[position] is SectionState.MISSING
    assert office.undecided == {position}
    assert office.count(SectionState.MISSING) == 0


def test_missing_count_is_the_number_of_gaps(district: DistrictReport) -> None:
    kinds = [gap.kind for gap in district.gaps]
    assert matrix(district).count(SectionState.MISSING) == kinds.count(GapKind.SECTION_MISSING)
    assert matrix(district).count(SectionState.UNREAD) == kinds.count(GapKind.SECTION_UNREAD)
    assert matrix(district).received == 25


def test_a_row_of_another_length_is_refused(district: DistrictReport) -> None:
    short = MatrixRow(district.request.units[0], SubmissionStatus.ON_TIME, (None,))
    with pytest.raises(ValueError, match="one cell for each heading"):
        Matrix(district.request.asked, (short,))


def test_every_state_has_sign_label_and_colours() -> None:
    assert set(SIGNS) == set(STATE_LABELS) == set(COLOURS) == set(INKS) == set(SHOWN) == set(SectionState)
    assert set(STATUS_LABELS) == set(SubmissionStatus)
    assert set(GAP_LABELS) == set(GapKind)


def test_signs_tell_all_states_apart() -> None:
    signs = [sign(state) for state in SectionState] + [sign(SectionState.MISSING, is_undecided=True)]
    assert len(set(signs)) == len(signs)
    assert sign(None) == "·"
    assert label(None) != label(SectionState.MISSING) != label(SectionState.MISSING, is_undecided=True)
