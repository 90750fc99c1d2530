"""Records to JSON and back, in one place. What goes in comes out equal, whatever the record."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import TypeAdapter

__all__ = ["dump", "load"]

Record = TypeVar("Record")
_adapters: dict[Any, TypeAdapter[Any]] = {}  # building one costs more than using it a hundred times


def _adapter(kind: Any) -> TypeAdapter[Any]:
    if kind not in _adapters:
        _adapters[kind] = TypeAdapter(kind)
    return _adapters[kind]


def dump(record: object, kind: Any = None) -> str:
    """Return `record` as JSON. `kind` says what it is when its class does not (`tuple[Page, ...]`)."""
    return _adapter(kind or type(record)).dump_json(record).decode("utf-8")


def load(kind: type[Record], text: str) -> Record:
    """Return the record of type `kind` that `dump` wrote. Raises `pydantic.ValidationError` on anything else."""
    record: Record = _adapter(kind).validate_json(text)
    return record
