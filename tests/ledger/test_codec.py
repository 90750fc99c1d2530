"""Records to JSON and back: whatever the record, it comes out equal."""

from __future__ import annotations

import dataclasses
import types
import typing
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from tonghop import records
from tonghop.ledger import records as ledger_records
from tonghop.ledger.codec import dump, load
from tonghop.records import Grade, Origin, Page, SubmissionStatus

RECORDS = [
    kind
    for module in (records, ledger_records)
    for name in module.__all__
    if dataclasses.is_dataclass(kind := getattr(module, name))
]

# All text that a file can hold: also marks apart from their letter, quotes, line ends, NUL.
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
SIMPLE: dict[Any, st.SearchStrategy[Any]] = {
    str: TEXT,
    int: st.integers(1, 999),
    float: st.floats(0, 1),
    bool: st.booleans(),
    date: st.dates(),
    datetime: st.datetimes(timezones=st.just(UTC)),
    Decimal: st.decimals(allow_nan=False, allow_infinity=False),
    types.NoneType: st.none(),
    records.Box: st.tuples(*[st.integers(0, 99)] * 2, *[st.integers(99, 9999)] * 2),
}
# Fields whose values a constructor ties together.
SPECIAL: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "SourceFile": {"sha256": st.text("0123456789abcdef", min_size=64, max_size=64)},
    "CellSpan": {"rows": st.integers(2, 9)},
    "Arrival": {"key": TEXT.filter(bool)},
    "Page": {"rotation": st.sampled_from((0, 90, 180, 270)), "error": st.none()},
    "Span": {"first": st.integers(0, 9), "stop": st.integers(10, 99)},
    "Period": {"first": st.dates(max_value=date(2024, 1, 1)), "last": st.dates(min_value=date(2024, 1, 1))},
    "Unit": {"valid_from": st.none(), "valid_to": st.none() | st.dates()},
    "Heading": {"role": st.just(records.HeadingRole.SUB), "parent": TEXT},
    "HeadingRule": {"kinds": st.tuples(TEXT)},
    "Outcome": {"status": st.just(records.OutcomeStatus.FAILED)},
}


def any_of(kind: Any) -> st.SearchStrategy[Any]:
    """A strategy for values of a type, as records' fields use them."""
    if kind in SIMPLE:
        return SIMPLE[kind]
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        return st.one_of([any_of(argument) for argument in arguments])
    if origin is tuple and arguments[-1] is ...:
        return st.lists(any_of(arguments[0]), max_size=2).map(tuple)
    if origin is tuple:
        return st.tuples(*map(any_of, arguments))
    if issubclass(kind, Enum):
        return st.sampled_from(kind)
    return any_record(kind)


def any_record(kind: type) -> st.SearchStrategy[Any]:
    if kind is records.Submission:
        absent = st.builds(records.Submission, any_of(records.Unit), st.just(SubmissionStatus.ABSENT))
        late = st.just(SubmissionStatus.LATE)
        return absent | st.builds(records.Submission, any_of(records.Unit), late, any_of(records.UnitReport))
    hints = typing.get_type_hints(kind)
    fields = {field.name: any_of(hints[field.name]) for field in dataclasses.fields(kind)}
    return st.builds(kind, **fields | SPECIAL.get(kind.__name__, {}))


@pytest.mark.parametrize("kind", RECORDS, ids=lambda kind: kind.__name__)
def test_any_record_comes_back_equal(kind: type) -> None:
    @settings(max_examples=40)
    @given(any_record(kind))
    def comes_back(record: object) -> None:
        assert load(kind, dump(record)) == record

    comes_back()


def test_a_failed_page_comes_back() -> None:
    page = Page(3, Origin.OCR, Grade.UNREAD, error="page_timeout", error_detail="tesseract did not finish")
    assert load(tuple[Page, ...], dump((page,), tuple[Page, ...])) == (page,)


def test_impossible_states_are_refused_on_the_way_back() -> None:
    with pytest.raises(ValidationError):
        load(Page, '{"number": 0, "origin": "ocr", "grade": "good"}')


def test_a_record_of_an_older_version_takes_the_defaults_of_new_fields() -> None:
    assert load(Page, '{"number": 1, "origin": "typed", "grade": "good"}') == Page(1, Origin.TYPED, Grade.GOOD)


def test_a_page_kept_before_words_had_a_second_reading_is_still_one() -> None:
    page = Page(1, Origin.OCR, Grade.GOOD, (records.Line((records.Word("thủ", "thủ", (0, 0, 9, 9), 0.5),)),))
    kept = dump(page)
    assert ',"second":""' in kept
    assert load(Page, kept.replace(',"second":""', "")) == page
