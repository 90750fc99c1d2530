"""The ledger: what was received and what was done with it.

`open_ledger` is the way in. Django is imported then and not before, so that workers, which only read pages,
start without it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from tonghop.ledger.store import Ledger

__all__ = ["create_tables", "open_ledger"]


def open_ledger(url: str, clock: Callable[[], datetime], who: str = "tonghop") -> Ledger:
    """Return the ledger at `url` (`sqlite:///FILE` or `postgresql://…`), its tables brought up to date.

    `clock` gives aware times for the event log, `who` is written beside each event. Raises `ConfigurationError`
    when the database cannot be opened, `MissingDependency` when its driver is not installed.
    """
    from tonghop.ledger.configure import connect
    from tonghop.ledger.store import Ledger

    return Ledger(connect(url), clock, who)


def create_tables(url: str) -> None:
    """Make the tables of the ledger at `url` where they are not there yet. Raises as `open_ledger` does."""
    from tonghop.ledger.configure import connect, disconnect

    disconnect(connect(url))
