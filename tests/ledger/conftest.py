"""A ledger of its own for each test, and the records that go into it.

Each test runs on SQLite, and on PostgreSQL where TONGHOP_TEST_POSTGRES holds the URL of a database on a server that
may make and drop others: TONGHOP_TEST_POSTGRES=postgresql://postgres:…@localhost/postgres pytest tests/ledger
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import pytest

from tonghop.ledger import open_ledger
from tonghop.ledger.records import Arrival, PageRead
from tonghop.ledger.store import Ledger
from tonghop.records import Evidence, Gap, Grade, Letterhead, MediaType, Origin, Page, SourceFile, UnitMatch, UnitReport

NOON = datetime(2024, 2, 27, 12, tzinfo=UTC)


class Clock:
    """A minute passes between two looks."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'ledger.sqlite3'}"
    else:
        yield from _on_postgresql()


def _on_postgresql() -> Iterator[str]:
    server = os.environ.get("TONGHOP_TEST_POSTGRES")
    if not server:
        pytest.skip("TONGHOP_TEST_POSTGRES names no PostgreSQL server")
    import psycopg

    name = f"tonghop_test_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
        connection.execute(f'DROP DATABASE "{name}"')


@pytest.fixture
def ledger(database_url: str) -> Iterator[Ledger]:
    opened = open_ledger(database_url, Clock(), "Nguyễn Văn A")
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


@pytest.fixture
def read(
    ledger: Ledger, source: Callable[..., SourceFile], arrival: Callable[..., Arrival]
) -> Callable[..., SourceFile]:
    """A file of one page, received and read."""

    def make(name: str = "báo cáo.pdf") -> SourceFile:
        found = source(name)
        ledger.accept(found, 1, arrival(name, name))
        ledger.add_page(PageRead(found.sha256, 1, "one", (Page(1, Origin.OCR, Grade.GOOD),)))
        return found

    return make
