"""Where a command writes its result: the path is looked at before any work is done for it."""

from __future__ import annotations

from pathlib import Path

from tonghop.errors import UsageError, phrase

__all__ = ["check_output"]


def check_output(option: str, path: Path | None, suffix: str) -> None:
    """Raise `UsageError` unless `path`, the value of `option`, can be a file that ends in `suffix` (".xlsx").

    None, for an option that is not given, is well. Whether it can be written, be it that a folder has its very
    name, shows when it is.
    """
    if path is None:
        return
    is_kind = path.suffix.lower() == suffix
    if not path.name or path.name == ".." or (path.is_dir() and not is_kind):
        detail = phrase(
            "{option} {path} is a folder: write the name of a file too, as in {example}.",
            option=option,
            path=path,
            example=path / f"x{suffix}",
        )
        raise UsageError(detail=detail)
    if not is_kind:
        detail = phrase(
            "{option} {path}: the name of the file must end in {suffix}.", option=option, path=path, suffix=suffix
        )
        raise UsageError(detail=detail)
