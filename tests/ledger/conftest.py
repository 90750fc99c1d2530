"""A ledger of its own for each test, and the records that go into it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tonghop.ledger import open_ledger
from tonghop.ledger.records import Arrival
from tonghop.ledger.store import Ledger
from tonghop.records import Evidence, Gap, Letterhead, MediaType, SourceFile, UnitMatch, UnitReport

NOON = datetime(2024, 2, 27, 12, tzinfo=UTC)


class Clock:
    """A minute passes between two looks."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = open_ledger(f"sqlite:///{tmp_path / 'ledger.sqlite3'}", Clock(), "Nguyễn Văn A")
    yield opened
    opened.close()


@pytest.fixture
def source() -> Callable[..., SourceFile]:
    def make(name: str = "báo cáo.pdf", media_type: MediaType = MediaType.PDF, received: datetime = NOON) -> SourceFile:
        return SourceFile(hashlib.sha256(name.encode()).hexdigest(), name, 10, received, media_type)

    return make


@pytest.fixture
def arrival() -> Callable[..., Arrival]:
    def make(key: str = "1", name: str = "báo cáo.pdf") -> Arrival:
        return Arrival(key, name, NOON, from_inbox=True, path=f"inbox/{name}")

    return make


@pytest.fixture
def report() -> Callable[..., UnitReport]:
    def make(source: SourceFile, *gaps: Gap, unit: str | None = "xa-a") -> UnitReport:
        match = UnitMatch(unit, 1.0, "Xã A", None, 0.0, Evidence("no_report"))
        return UnitReport(source, match, Letterhead(), "quý I", (), gaps=gaps, pages_read=1)

    return make
