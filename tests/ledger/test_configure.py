"""Where the ledger lives: a file, or PostgreSQL where its driver is installed."""

from __future__ import annotations

import importlib.util
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tonghop.errors import ConfigurationError, LedgerClosed, MissingDependency
from tonghop.i18n import Translator
from tonghop.ledger import open_ledger
from tonghop.ledger.configure import _mend, _shown, database


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


def now() -> datetime:
    return datetime(2024, 2, 27, tzinfo=UTC)


def test_a_damaged_file_is_to_be_put_back(tmp_path: Path) -> None:
    file = tmp_path / "số liệu.sqlite3"
    file.write_bytes(b"no database at all, whatever its name" * 100)
    with pytest.raises(LedgerClosed) as raised:
        open_ledger(f"sqlite:///{quote(str(file))}", now)
    assert raised.value.params["ledger"] == str(file)
    assert raised.value.params["detail"] == "“file is not a database”"
    assert "put back a copy" in raised.value.params["mend"]


def test_a_server_that_is_down_is_to_be_started() -> None:
    pytest.importorskip("psycopg", reason="PostgreSQL's driver is not installed")
    with pytest.raises(LedgerClosed) as raised:
        open_ledger("postgresql://u:secret@127.0.0.1:1/x", now)
    assert "server runs" in raised.value.params["mend"]
    message, _ = Translator("vi").error(raised.value)
    assert raised.value.params["detail"] in message  # as the database says it, not half of it in another language
    assert "bị lỗi" not in message
    assert "secret" not in message


SERVER = "postgresql://u:p@db/x"


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ('connection to server at "db" failed: FATAL:  password authentication failed for user "u"', "password"),
        ("connection to server failed: fe_sendauth: no password supplied", "password"),
        ('FATAL:  role "u" does not exist', "password"),
        ('FATAL:  database "x" does not exist', "Make the database"),
        ("failed to resolve host 'db': [Errno -2] Name or service not known", "server runs"),
        ("connection timeout expired", "server runs"),
        ("FATAL: die Passwort-Authentifizierung schlug fehl", "`url`"),
    ],
)
def test_each_failure_of_a_server_has_its_mend(said: str, word: str) -> None:
    assert word in _mend(SERVER, said)


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ("database disk image is malformed", "put back a copy"),
        ("database is locked", "wait"),
        ("unable to open database file", "folder"),
        ("attempt to write a readonly database", "write"),
    ],
)
def test_each_failure_of_a_file_has_its_mend(said: str, word: str) -> None:
    assert word in _mend("sqlite:////x.sqlite3", said)


def test_a_password_is_not_shown() -> None:
    assert _shown("postgresql://post:post@db/post") == "postgresql://post:***@db/post"
