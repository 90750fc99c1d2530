"""Marks for the catalogue, and sentences filled with values. `tonghop.errors` hands them on to everybody."""

from __future__ import annotations

__all__ = ["N_", "P_", "Filled", "phrase", "quoted"]


def N_(message: str) -> str:  # noqa: N802 - gettext's name for "translate later"
    """Mark `message` for the catalogue and return it unchanged."""
    return message


def P_(template: str) -> str:  # noqa: N802 - as N_
    """Mark `template` for the catalogue as one that `phrase` or a library fills, and return it unchanged."""
    return template


def phrase(template: str, **values: object) -> str:
    """Return the English sentence: `template` with its `{placeholders}` filled.

    The sentence is plain text, so that it can be kept and sent anywhere; `Translator` knows it again by its
    template, which therefore needs words of its own around the placeholders.
    """
    return template.format_map(Filled({key: str(value) for key, value in values.items()}))


def quoted(text: object) -> str:
    """Return what another program or library says, in one line and in quotes: `Translator` leaves it as it is."""
    return f"“{' '.join(str(text).split())}”"


class Filled(dict[str, str]):
    """Values of a sentence; a missing one shows as `?`, never as a crash."""

    def __missing__(self, key: str) -> str:
        return "?"
