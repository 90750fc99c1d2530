"""Which files the paths that a user names mean.

Whatever a path looks like (`..` in it, a folder above the workspace), what the workspace keeps for itself is never
among them: taken in, the ledger would be removed as an inbox file is, and originals would be received for ever.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path

from tonghop.errors import FileMissing, StillChanging, UnreadableInput, UsageError, phrase
from tonghop.ingest import inbox
from tonghop.ingest.store import safe_label
from tonghop.workspace import Workspace

__all__ = ["Found", "find"]

Found = tuple[inbox.Arrival, bool]  # and whether it lies in the inbox


def find(paths: Iterable[Path], workspace: Workspace, clock: Callable[[], datetime]) -> tuple[Found, ...]:
    """Return the files that `paths` mean, each once, and what is refused at once.

    A folder that holds the workspace gives what lies beside it, and the inbox; a file that changes while it is
    looked at is refused when it lies in the inbox. Raises `UsageError` for a path inside the workspace other
    than its inbox.
    """
    found = (item for path in paths for item in _find(path, workspace, clock))
    return tuple({item.path: (item, is_inbox) for item, is_inbox in found}.values())


def _find(path: Path, workspace: Workspace, clock: Callable[[], datetime]) -> Iterator[Found]:
    place = _resolved(path)
    is_inbox = place.is_relative_to(workspace.inbox)
    if place.is_relative_to(workspace.root) and not is_inbox:
        raise UsageError(detail=phrase("{path} is part of the workspace; only its inbox is taken in.", path=path))
    if not place.is_dir() or place.is_symlink():
        yield _single(place, workspace), is_inbox
        return
    if not is_inbox:
        beside = _items(inbox.scan(place))
        yield from ((item, False) for item in beside if not item.path.is_relative_to(workspace.root))
    if is_inbox or workspace.root.is_relative_to(place):
        listing = _settled(place if is_inbox else workspace.inbox, workspace.settings.ingest.settle_s, clock)
        yield from ((item, True) for item in _items(listing))


def _resolved(path: Path) -> Path:
    """Return where `path` leads, but for its last part: a link is not followed, it is refused as one."""
    return path.resolve() if path.name in ("", "..") else path.parent.resolve() / path.name


def _items(listing: inbox.Listing) -> tuple[inbox.Arrival, ...]:
    return (*listing.refused, *listing.candidates)


def _single(place: Path, workspace: Workspace) -> inbox.Arrival:
    is_inbox = place.is_relative_to(workspace.inbox)
    name = safe_label(place.relative_to(workspace.inbox).as_posix() if is_inbox else place.name)
    try:
        status = place.lstat()
    except FileNotFoundError:
        return inbox.Refused(place, name, FileMissing(name=name))
    except OSError as error:
        return inbox.Refused(place, name, UnreadableInput(name=name, detail=error.strerror or error))
    return inbox.Candidate(place, name, status.st_size, status.st_mtime_ns, status.st_ino)


def _settled(folder: Path, settle_s: float, clock: Callable[[], datetime]) -> inbox.Listing:
    """Return what lies in `folder`; a file written a moment ago is watched, and refused while it changes."""
    listing = inbox.scan(folder)
    now = clock().timestamp()
    if all(now - item.mtime_ns / 1e9 >= settle_s for item in listing.candidates):
        return listing
    time.sleep(settle_s)
    before = {item.path: item.version for item in listing.candidates}
    listing = inbox.scan(folder)
    restless = [item for item in listing.candidates if before.get(item.path) != item.version]
    refused = [inbox.Refused(item.path, item.name, StillChanging(name=item.name)) for item in restless]
    calm = tuple(item for item in listing.candidates if item not in restless)
    return inbox.Listing(calm, (*listing.refused, *refused))
