"""The ledger as a Django application."""

from __future__ import annotations

from django.apps import AppConfig

__all__ = ["LedgerConfig"]


class LedgerConfig(AppConfig):
    """What was received and what was done with it."""

    name = "tonghop.ledger"
    label = "tonghop_ledger"
    default_auto_field = "django.db.models.BigAutoField"
