"""Where a command writes its result: the path is looked at before any work is done for it."""

from __future__ import annotations

from pathlib import Path

from tonghop.errors import OutputFolderMissing, UsageError, phrase

__all__ = ["check_output"]


def check_output(option: str, path: Path | None, suffix: str) -> None:
    """Raise `UsageError` unless `path`, the value of `option`, can be a file that ends in `suffix` (".xlsx").

    Raises `OutputFolderMissing` where there is no folder for it. None, for an option that is not given, is well.
    Whether it can be written, be it that a folder has its very name, shows when it is.
    """
    if path is None:
        return
    is_kind = path.suffix.lower() == suffix
    if not path.name or path.name == ".." or (_is_folder(path) and not is_kind):
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
    if _is_folder(path.parent) is False:
        raise OutputFolderMissing(file=path, folder=path.parent)


def _is_folder(path: Path) -> bool | None:
    """Return whether `path` is a folder; None where one may not look, of which writing there will tell."""
    try:
        return path.is_dir()
    except OSError:
        return None
