"""Importing this sets Django up, unless somebody did already: tables need it to know its applications."""

from __future__ import annotations

from tonghop.ledger.configure import configure

__all__: list[str] = []

configure()
