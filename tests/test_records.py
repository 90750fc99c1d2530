"""Records: frozen, without a dictionary, and never in a state that cannot be."""

from __future__ import annotations

import dataclasses
import pickle
from collections.abc import Callable
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from tonghop import records
from tonghop.records import (
    Evidence,
    Grade,
    Heading,
    HeadingRole,
    HeadingRule,
    Issue,
    Letterhead,
    Line,
    MediaType,
    Origin,
    Outcome,
    OutcomeStatus,
    Page,
    Period,
    ReportingRequest,
    Requirement,
    Section,
    SectionState,
    SourceFile,
    Span,
    Submission,
    SubmissionStatus,
    Unit,
    UnitKind,
    UnitMatch,
    UnitReport,
    Word,
)

NOON = datetime(2024, 2, 27, 12, tzinfo=UTC)
SOURCE = SourceFile("0" * 64, "báo cáo.pdf", 10, NOON, MediaType.PDF)
UNIT = Unit("xa-a", "Xã A", "commune")
NOBODY = UnitMatch(None, 0.0, "", None, 0.0, Evidence("no_report"))
REPORT = UnitReport(SOURCE, NOBODY, Letterhead(), None, ())

ALL_TYPES = [getattr(records, name) for name in records.__all__]
RECORDS = [kind for kind in ALL_TYPES if dataclasses.is_dataclass(kind)]
ENUMS = [kind for kind in ALL_TYPES if isinstance(kind, type) and issubclass(kind, StrEnum)]


def test_the_records_are_all_here() -> None:
    assert len(RECORDS) >= 25
    assert len(ENUMS) >= 9


@pytest.mark.parametrize("kind", RECORDS, ids=lambda kind: kind.__name__)
def test_records_are_frozen_and_slotted(kind: type) -> None:
    assert kind.__dataclass_params__.frozen  # type: ignore[attr-defined] # every dataclass has it
    assert "__slots__" in vars(kind)
    assert kind.__doc__
    assert not kind.__doc__.startswith(f"{kind.__name__}("), "a docstring of its own"


@pytest.mark.parametrize("kind", RECORDS, ids=lambda kind: kind.__name__)
def test_records_hold_no_mutable_containers(kind: type) -> None:
    """A list inside a frozen record can still be changed, and cannot be hashed."""
    for field in dataclasses.fields(kind):
        assert not str(field.type).startswith(("list", "dict", "set")), field.name


@pytest.mark.parametrize("kind", ENUMS, ids=lambda kind: kind.__name__)
def test_stored_values_are_lower_case(kind: type[StrEnum]) -> None:
    assert all(member.value == member.value.lower() and member.value for member in kind)


def test_a_record_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        UNIT.name = "Xã B"  # type: ignore[misc] # the very thing that must fail


IMPOSSIBLE: dict[str, Callable[[], object]] = {
    "done with issues": lambda: Outcome("a", OutcomeStatus.DONE, issues=(Issue("x", "y"),)),
    "short hash": lambda: SourceFile("abc", "a", 1, NOON, MediaType.PDF),
    "naive time": lambda: SourceFile("0" * 64, "a", 1, NOON.replace(tzinfo=None), MediaType.PDF),
    "confidence above 1": lambda: Word("a", "a", None, 1.01),
    "confidence below 0": lambda: Word("a", "a", None, -0.01),
    "confidence is no number": lambda: Word("a", "a", None, float("nan")),
    "box from right to left": lambda: Word("a", "a", (10, 0, 5, 5)),
    "box from bottom to top": lambda: Word("a", "a", (0, 10, 5, 5)),
    "page 0": lambda: Page(0, Origin.OCR, Grade.GOOD),
    "crooked rotation": lambda: Page(1, Origin.OCR, Grade.GOOD, rotation=45),
    "ink coverage above 1": lambda: Page(1, Origin.OCR, Grade.GOOD, ink_coverage=1.5),
    "failed and good": lambda: Page(1, Origin.OCR, Grade.GOOD, error="page_timeout"),
    "empty span": lambda: Span(1, 3, 3),
    "span backwards": lambda: Span(1, 3, 2),
    "span before the page": lambda: Span(1, -1, 2),
    "section too sure": lambda: Section("tthc", SectionState.PRESENT, confidence=2.0),
    "sub-heading without parent": lambda: Heading("a", "A", HeadingRole.SUB),
    "parent of no sub-heading": lambda: Heading("a", "A", parent="b"),
    "rule for nobody": lambda: HeadingRule("a", Requirement.REQUIRED),
    "unit ends before it begins": lambda: Unit("a", "A", "k", (), date(2025, 1, 1), date(2024, 1, 1)),
    "period ends before it begins": lambda: Period("q", date(2024, 2, 1), date(2024, 1, 1)),
    "absent with a report": lambda: Submission(UNIT, SubmissionStatus.ABSENT, REPORT),
    "on time without a report": lambda: Submission(UNIT, SubmissionStatus.ON_TIME),
}


@pytest.mark.parametrize("make", IMPOSSIBLE.values(), ids=IMPOSSIBLE)
def test_what_cannot_be_is_refused(make: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        make()


def test_what_can_be_is_accepted() -> None:
    """The edges of the same rules, from the inside."""
    assert Outcome("a", OutcomeStatus.NEEDS_REVIEW, issues=(Issue("x", "y", 1),)).issues
    assert Word("", "", (3, 3, 3, 3), 0.0).box == (3, 3, 3, 3)
    assert Page(1, Origin.OCR, Grade.UNREAD, error="page_timeout", rotation=270, ink_coverage=0.0).error
    assert Span(1, 0, 1).stop == 1
    assert Submission(UNIT, SubmissionStatus.UNDATED, REPORT).report is REPORT
    assert Period("ngày", date(2024, 1, 1), date(2024, 1, 1)).first


# --- what is derived ------------------------------------------------------------------------------

boxes = st.tuples(*[st.integers(0, 500)] * 4).map(
    lambda b: (min(b[0], b[2]), min(b[1], b[3]), max(b[0], b[2]), max(b[1], b[3]))
)
word_lists = st.lists(st.builds(Word, st.just("a"), st.just("a"), st.none() | boxes), max_size=6)


@given(word_lists)
def test_a_lines_box_holds_all_its_words(words: list[Word]) -> None:
    box = Line(tuple(words)).box
    inside = [w.box for w in words if w.box]
    assert (box is None) == (not inside)
    if box:
        assert all(box[0] <= b[0] and box[1] <= b[1] and box[2] >= b[2] and box[3] >= b[3] for b in inside)
        assert all(any(b[i] == box[i] for b in inside) for i in range(4))


def test_text_of_a_page() -> None:
    lines = tuple(Line(tuple(Word(w, w) for w in text.split())) for text in ("BÁO CÁO", "Quý I năm 2024"))
    assert Page(1, Origin.TYPED, Grade.GOOD, lines).text == "BÁO CÁO\nQuý I năm 2024"


def test_a_line_shows_what_is_believed_not_what_was_read() -> None:
    assert Line((Word("cải", "ci"), Word("cách", "cách"))).text == "cải cách"


def test_pages_of_a_section_are_in_order_each_once() -> None:
    section = Section("tthc", SectionState.PRESENT, spans=(Span(3, 0, 2), Span(1, 5, 9), Span(3, 4, 6)))
    assert section.pages == (1, 3)


def test_a_unit_is_valid_on_its_first_and_last_day() -> None:
    unit = Unit("a", "A", "k", (), date(2020, 1, 1), date(2025, 6, 30))
    assert [unit.is_valid_on(date(*d)) for d in ((2019, 12, 31), (2020, 1, 1), (2025, 6, 30), (2025, 7, 1))] == [
        False,
        True,
        True,
        False,
    ]
    assert UNIT.is_valid_on(date.min)
    assert UNIT.is_valid_on(date.max)


# --- what a request asks --------------------------------------------------------------------------

ASKED, EXTRA = Heading("tthc", "Cải cách thủ tục"), Heading("hai_long", "Hài lòng", HeadingRole.EXTRA)
PLAN = Heading("ke_hoach", "Kế hoạch", HeadingRole.SUB, parent="tthc")
PROPOSALS = Heading("kien_nghi", "Kiến nghị")
OFFICE = Unit("phong-b", "Phòng B", "office")
REQUEST = ReportingRequest(
    name="thu",
    issuer="Phòng Nội vụ",
    issuer_parent="UBND huyện",
    number="1/PNV",
    issued=date(2024, 1, 2),
    subject="báo cáo",
    place="A",
    addressee="",
    period=Period("quý I", date(2023, 12, 1), date(2024, 2, 28)),
    deadline=date(2024, 2, 29),
    deadline_counts="document",
    kinds=(UnitKind("commune", "xã", "các xã"), UnitKind("office", "phòng", "các phòng")),
    units=(UNIT, OFFICE),
    headings=(PROPOSALS, EXTRA, PLAN, ASKED),
    rules=(
        HeadingRule("tthc", Requirement.REQUIRED, kinds=("commune", "office")),
        HeadingRule("tthc", Requirement.AMBIGUOUS, units=("phong-b",)),
        HeadingRule("kien_nghi", Requirement.OPTIONAL, kinds=("commune",)),
    ),
)


def test_only_what_is_asked_is_asked() -> None:
    assert REQUEST.asked == (PROPOSALS, ASKED)


def test_requirements_are_in_the_requests_order() -> None:
    found = REQUEST.requirements(UNIT)
    assert list(found.items()) == [("kien_nghi", Requirement.OPTIONAL), ("tthc", Requirement.REQUIRED)]


def test_a_rule_that_names_the_unit_wins_over_its_kinds() -> None:
    assert REQUEST.requirements(OFFICE) == {"tthc": Requirement.AMBIGUOUS}


def test_lookups() -> None:
    assert REQUEST.unit("phong-b") is OFFICE
    assert REQUEST.heading("ke_hoach") is PLAN
    for look in (REQUEST.unit, REQUEST.heading):
        with pytest.raises(KeyError, match="nothing"):
            look("nothing")


# --- over borders ---------------------------------------------------------------------------------


@pytest.mark.parametrize("record", [SOURCE, UNIT, REPORT, REQUEST], ids=lambda record: type(record).__name__)
def test_records_survive_pickle_and_json(record: object) -> None:
    """Pages cross to worker processes and back; reports lie in the ledger as JSON."""
    assert pickle.loads(pickle.dumps(record)) == record
    adapter = TypeAdapter(type(record))
    assert adapter.validate_json(adapter.dump_json(record)) == record
    assert hash(record) == hash(pickle.loads(pickle.dumps(record)))


def test_every_record_is_offered_by_the_package(repo_root: Path) -> None:
    inside = {
        name
        for module in ("outcome", "reading", "report", "request")
        for name in __import__(f"tonghop.records.{module}", fromlist=["__all__"]).__all__
    }
    assert inside - {"share"} == set(records.__all__)


@pytest.mark.parametrize(
    ("counts", "dated", "received_at", "is_late"),
    [
        ("document", date(2024, 2, 29), datetime(2024, 3, 5, tzinfo=UTC), False),
        ("document", date(2024, 3, 1), datetime(2024, 3, 2, tzinfo=UTC), True),
        ("document", None, datetime(2024, 2, 1, tzinfo=UTC), None),
        ("document", date(2024, 3, 1), datetime(2024, 2, 1, tzinfo=UTC), None),
        ("receipt", None, datetime(2024, 2, 29, 16, 59, tzinfo=UTC), False),
        ("receipt", date(2024, 2, 1), datetime(2024, 2, 29, 17, 0, tzinfo=UTC), True),
    ],
)
def test_late_is_after_the_last_day_in_viet_nam(
    counts: str, dated: date | None, received_at: datetime, is_late: bool | None
) -> None:
    asked = dataclasses.replace(REQUEST, deadline=date(2024, 2, 29), deadline_counts=counts)
    assert asked.is_late(dated, received_at) is is_late
