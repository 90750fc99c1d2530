"""Where the ledger lives: a file, or PostgreSQL where its driver is installed."""

from __future__ import annotations

import importlib.util
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tonghop.errors import ConfigurationError, MissingDependency
from tonghop.ledger import open_ledger
from tonghop.ledger.configure import database


def test_a_file_with_an_odd_name(tmp_path: Path) -> None:
    assert database("sqlite:////thư%20mục/%3F%23.sqlite3")["NAME"] == str(Path("/thư mục/?#.sqlite3"))


def test_postgresql_by_its_url(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: object())
    found = database("postgresql://user:p%40ss@db.local:5433/tonghop?sslmode=require")
    assert found["ENGINE"] == "django.db.backends.postgresql"
    assert [found[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")] == [
        "tonghop",
        "user",
        "p@ss",
        "db.local",
        "5433",
    ]
    assert found["OPTIONS"] == {"sslmode": "require"}


def test_postgresql_without_its_driver_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    find = importlib.util.find_spec
    hidden: Any = lambda name, *more: None if name == "psycopg" else find(name, *more)  # noqa: E731 - one line says it
    monkeypatch.setattr(importlib.util, "find_spec", hidden)
    with pytest.raises(MissingDependency) as raised:
        database("postgresql://db/tonghop")
    assert raised.value.params == {"what": "psycopg", "how": "pip install 'tonghop[postgres]'"}


@pytest.mark.parametrize("url", ["mysql://db/x", "ledger.sqlite3", ""])
def test_other_databases_are_a_configuration_error(url: str) -> None:
    with pytest.raises(ConfigurationError, match="no database for the ledger"):
        database(url)


def test_a_database_that_does_not_open_is_a_configuration_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="nowhere"):
        open_ledger(f"sqlite:///{tmp_path}/nowhere/ledger.sqlite3", lambda: datetime(2024, 2, 27, tzinfo=UTC))
