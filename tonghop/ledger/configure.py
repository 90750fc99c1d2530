"""Django without a project: configured from a database URL, once per process.

The first database opened in a process is Django's `default`; any other one gets an alias of its own, so that
one process can hold several workspaces.

SQLite runs in WAL mode: the review station reads while a run writes. `synchronous=FULL`, because an inbox file
is removed as soon as its row is committed: with NORMAL, WAL may forget the last commits when the power fails,
and the row would be gone with the file. A commit then costs one fsync, a page costs seconds of reading.
Transactions begin IMMEDIATE: a writer waits for the other at the start, where the busy timeout is honoured,
instead of failing in the middle when its read lock cannot be raised.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tonghop.errors import N_, P_, ConfigurationError, LedgerClosed, MissingDependency, phrase, quoted

__all__ = ["LEDGER_APP", "configure", "connect", "database", "disconnect"]

LEDGER_APP = "tonghop.ledger"
BUSY_TIMEOUT_S = 30
_PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON"
_aliases: dict[str, str] = {}

# What to do, by words of what the database says. A server may say it in its own language: then the last one holds.
_DAMAGED = N_(
    "The file is damaged: put back a copy of it. Without a copy, move it away and put the files of the folder "
    "originals into the inbox again: they are read anew, but their names and what an officer decided are lost."
)
_FILE_MENDS = (
    ("not a database", _DAMAGED),
    ("malformed", _DAMAGED),
    ("locked", N_("Another run is writing into it: wait until that one is done, then run the command again.")),
)
_SEE_FILE = N_("See that the folder is there, that you may read and write the file and that the disk has room.")
_LOGIN = N_("Correct the name and the password in `url` under [ledger] in tonghop.toml.")
_SERVER_MENDS = (
    ("authentication failed", _LOGIN),
    ("no password supplied", _LOGIN),
    ('role "', _LOGIN),
    ("does not exist", N_("Make the database, or correct its name in `url` under [ledger] in tonghop.toml.")),
)
_SEE_SERVER = N_(
    "See that the database server runs and can be reached from here, and that `url` under [ledger] in tonghop.toml "
    "names the right one; then run the command again."
)


def database(url: str) -> dict[str, Any]:
    """Return Django's description of the database at `url` (`sqlite:///FILE` or `postgresql://…`).

    Raises `ConfigurationError` for another scheme, `MissingDependency` when PostgreSQL's driver is not installed.
    """
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return _sqlite(Path(unquote(parts.path.removeprefix("/"))))
    if parts.scheme in ("postgresql", "postgres"):
        return _postgresql(url)
    template = P_("[ledger] url: {shown} is no database for the ledger; write postgresql://… or leave it empty.")
    raise ConfigurationError(detail=phrase(template, shown=parts.scheme or url))


def _sqlite(file: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(file),
        "OPTIONS": {"timeout": BUSY_TIMEOUT_S, "transaction_mode": "IMMEDIATE", "init_command": _PRAGMAS},
    }


def _postgresql(url: str) -> dict[str, Any]:
    if importlib.util.find_spec("psycopg") is None:
        raise MissingDependency(what="psycopg", how="pip install 'tonghop[postgres]'")
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.removeprefix("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": dict(parse_qsl(parts.query)),
    }


def configure(apps: Sequence[str] = (), **options: Any) -> None:
    """Set Django up with the ledger and `apps`; `options` are more of Django's settings. Does nothing twice."""
    import django
    from django.apps import apps as registry
    from django.conf import settings

    if not settings.configured:
        settings.configure(INSTALLED_APPS=[LEDGER_APP, *apps], USE_TZ=True, TIME_ZONE="UTC", **options)
    if not registry.apps_ready:  # it is while Django loads the tables, which ask for this
        django.setup()


def connect(url: str) -> str:
    """Return the alias under which Django knows the database at `url`, after bringing its tables up to date.

    Raises `LedgerClosed` when it cannot be opened, `MissingDependency` when its driver is not installed.
    """
    configure()
    if url not in _aliases:
        alias = f"ledger{len(_aliases)}" if _aliases else "default"
        _register(alias, database(url))
        _aliases[url] = alias
    _migrate(_aliases[url], url)
    return _aliases[url]


def disconnect(alias: str) -> None:
    """Give the connection back. It is opened again when needed."""
    from django.db import connections

    connections[alias].close()


def _register(alias: str, description: dict[str, Any]) -> None:
    from django.db import connections

    # Django fills the defaults only for a whole set of databases, one of which must be called "default".
    complete = connections.configure_settings({"default": description})
    connections.settings[alias] = complete["default"]
    with suppress(AttributeError):  # none opened yet
        del connections[alias]  # Django looks at "default" while it loads the tables, and remembers that it is empty


def _migrate(alias: str, url: str) -> None:
    from django.core.management import call_command
    from django.db import DatabaseError

    try:
        call_command("migrate", database=alias, app_label="tonghop_ledger", verbosity=0, interactive=False)
    except DatabaseError as error:
        raise LedgerClosed(ledger=_shown(url), detail=quoted(error), mend=_mend(url, str(error))) from error


def _shown(url: str) -> str:
    """Return the place of the database as a reader knows it: a file by its path, a server without the password."""
    place = urlsplit(url)
    if place.scheme == "sqlite":
        return str(database(url)["NAME"])
    return url if place.password is None else url.replace(f":{place.password}@", ":***@", 1)


def _mend(url: str, said: str) -> str:
    """Return what to do when the database at `url` said `said` instead of opening."""
    mends, otherwise = (_FILE_MENDS, _SEE_FILE) if urlsplit(url).scheme == "sqlite" else (_SERVER_MENDS, _SEE_SERVER)
    return next((mend for word, mend in mends if word in said), otherwise)
