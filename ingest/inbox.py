"""The inbox: which files lie there, which of them are finished, and a loop that hands them on.

`scan` looks, `SettleTracker` decides, `watch` repeats. Notifications of the operating system are a hint to look
sooner; the truth is the full scan, because network folders send no notifications and queues overflow.
"""

from __future__ import annotations

import itertools
import logging
import os
import stat
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tonghop.errors import FileMissing, NotRegularFile, UnreadableInput
from tonghop.ingest.store import open_regular, safe_label
from tonghop.settings import IngestSettings

__all__ = [
    "Arrival",
    "Candidate",
    "Listing",
    "Refused",
    "SettleTracker",
    "hints",
    "is_ignored",
    "is_litter",
    "left_out",
    "scan",
    "watch",
]

_log = logging.getLogger(__name__)
_IGNORED_ENDINGS = (".tmp", ".temp", ".part", ".partial", ".crdownload", ".download", ".opdownload", ".filepart", "~")
_IGNORED_STARTS = (".", "~wr")
# What systems and Word write beside documents, by names that nobody gives a document.
_LITTER_STARTS = ("~$", "._")
_LITTER_NAMES = frozenset(
    {"thumbs.db", "desktop.ini", "ehthumbs.db", "__macosx", "$recycle.bin", "#recycle", "@eadir", ".ds_store"}
    | {"system volume information", "lost+found"}
)
_TICK_S = 1.0


def is_litter(name: str) -> bool:
    """Return whether `name`, one component of a path, is what a system leaves beside documents: never a document."""
    lower = name.casefold()
    return lower in _LITTER_NAMES or lower.startswith(_LITTER_STARTS)


def is_ignored(name: str) -> bool:
    """Return whether `name`, one component of a path, is hidden, temporary, or a system's own litter."""
    lower = name.casefold()
    return is_litter(name) or lower.startswith(_IGNORED_STARTS) or lower.endswith(_IGNORED_ENDINGS)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A regular file in the inbox. `name` is its path below the inbox with `/`, NFC, for showing and recording.

    `size` in bytes; `mtime_ns` as the file system gives it, which may be zero or in the future.
    """

    path: Path
    name: str
    size: int
    mtime_ns: int
    inode: int

    @property
    def version(self) -> tuple[int, int, int]:
        """What changes when the file is written to or replaced."""
        return self.size, self.mtime_ns, self.inode


@dataclass(frozen=True, slots=True)
class Refused:
    """Something in the inbox that is not taken: a link, a special file, a folder or file that cannot be opened."""

    path: Path
    name: str
    error: UnreadableInput


Arrival = Candidate | Refused


@dataclass(frozen=True, slots=True)
class Listing:
    """What lay in the inbox at one moment, sorted by name."""

    candidates: tuple[Candidate, ...]
    refused: tuple[Refused, ...]


def scan(inbox: Path) -> Listing:
    """Return what lies in `inbox` and its subfolders. Links are never followed; ignored names are left out.

    An inbox or a subfolder that cannot be opened is among the refused.
    """
    found = sorted(_walk(inbox, inbox), key=lambda item: item.name)
    return Listing(
        tuple(item for item in found if isinstance(item, Candidate)),
        tuple(item for item in found if isinstance(item, Refused)),
    )


def left_out(inbox: Path) -> tuple[str, ...]:
    """Return the names, sorted, of what `scan` leaves out and what may be a document: hidden or temporary by name.

    A folder's name ends in `/`. A system's own litter is not among them, nor what cannot be looked into.
    """
    found: list[str] = []
    for folder, folders, files in os.walk(inbox):  # links to folders are not followed
        named = [(name, "/") for name in folders] + [(name, "") for name in files]
        hidden = [(name, end) for name, end in named if is_ignored(name) and not is_litter(name)]
        found += (_name(inbox, Path(folder) / name) + end for name, end in hidden)
        folders[:] = (name for name in folders if not is_ignored(name))
    return tuple(sorted(found))


def _walk(inbox: Path, folder: Path) -> Iterator[Arrival]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except FileNotFoundError as error:
        if folder == inbox:  # a subfolder may go while we look; the inbox may not
            yield Refused(folder, ".", UnreadableInput(name=".", detail=error.strerror))
        return
    except OSError as error:
        name = _name(inbox, folder)
        yield Refused(folder, name, UnreadableInput(name=name, detail=error.strerror or error))
        return
    for entry in entries:
        if not is_ignored(entry.name):
            yield from _look(inbox, Path(entry.path))


def _look(inbox: Path, path: Path) -> Iterator[Arrival]:
    try:
        status = path.lstat()
    except FileNotFoundError:  # gone since the folder was listed
        return
    name = _name(inbox, path)
    if stat.S_ISDIR(status.st_mode):
        yield from _walk(inbox, path)
    elif stat.S_ISREG(status.st_mode):
        yield Candidate(path, name, status.st_size, status.st_mtime_ns, status.st_ino)
    else:
        yield Refused(path, name, NotRegularFile(name=name))


def _name(inbox: Path, path: Path) -> str:
    # A name that is not UTF-8 cannot be stored as text: its odd bytes are shown as escapes.
    raw = os.fsencode(path.relative_to(inbox).as_posix())
    return safe_label(raw.decode("utf-8", "backslashreplace"))


class SettleTracker:
    """Decides when a file is finished. Pure: the clock is passed in, the files as `scan` found them.

    A file is settled when, over at least `settle_s` seconds and two looks, all of these held:
    1. its size stayed the same;
    2. its modification time stayed the same (it is compared with itself only, never with the clock: it may lie
       in the future or be zero);
    3. it stayed the same file (inode).
    A change of any starts the count again; a file that vanished is forgotten; a settled file is handed out once,
    and again only after a change. An empty file must stay so ten times as long.

    The real causes: files copied over the network in chunks stand still between two chunks; scanners create the
    file, close it, and open it again for each page, or make it empty and fill it when the last page is through;
    programs save to a new file and rename it over the old one, which changes the inode and little else.
    Residual risk: a writer that pauses for longer than `settle_s`. What was read then is a damaged or shorter
    file; the finished one differs in content and is read as a file of its own.
    """

    EMPTY_FACTOR = 10

    def __init__(self, settle_s: float) -> None:
        self._settle_s = settle_s
        self._since: dict[Path, tuple[tuple[int, int, int], float]] = {}
        self._handed: dict[Path, tuple[int, int, int]] = {}

    @property
    def is_waiting(self) -> bool:
        """Whether some file was seen and is not settled yet."""
        return any(self._handed.get(path) != version for path, (version, _) in self._since.items())

    def update(self, candidates: Iterable[Candidate], now: float) -> tuple[Candidate, ...]:
        """Take a scan made at `now` (seconds of a clock that only goes forward); return what is newly settled."""
        present = tuple(candidates)
        paths = {candidate.path for candidate in present}
        self._since = {path: seen for path, seen in self._since.items() if path in paths}
        self._handed = {path: version for path, version in self._handed.items() if path in paths}
        return tuple(candidate for candidate in present if self._settles(candidate, now))

    def _settles(self, candidate: Candidate, now: float) -> bool:
        version, since = self._since.get(candidate.path, (None, now))
        if version != candidate.version or now < since:
            version, since = candidate.version, now
        self._since[candidate.path] = (candidate.version, since)
        needed = self._settle_s * (1 if candidate.size else self.EMPTY_FACTOR)
        if now - since < needed or self._handed.get(candidate.path) == candidate.version:
            return False
        self._handed[candidate.path] = candidate.version
        return True


def watch(
    inbox: Path,
    settings: IngestSettings,
    stop: threading.Event,
    *,
    clock: Callable[[], float] = time.monotonic,
    ticks: Callable[[Path, threading.Event], Iterable[bool]] | None = None,
) -> Iterator[Arrival]:
    """Yield every file of `inbox` once it is settled, and everything refused once, until `stop` is set.

    A full scan is made at the start, every `rescan_s` seconds, when a tick says that something changed, and at
    every tick while a file is settling. A settled file that cannot be opened (no permission yet, held by another
    program) is refused once and tried again at every scan. `ticks` gives True for a change and False for time
    passed (about every second); without it, `hints`.
    """
    tracker, told, due = SettleTracker(settings.settle_s), frozenset[tuple[Path, str]](), clock()
    closed = frozenset[Candidate]()
    for changed in itertools.chain([True], (ticks or hints)(inbox, stop)):
        if stop.is_set():
            return
        now = clock()
        if not (changed or tracker.is_waiting or now >= due):
            continue
        listing, due = scan(inbox), now + settings.rescan_s
        settled = frozenset(tracker.update(listing.candidates, now))
        tried = [(item, _opened(item)) for item in listing.candidates if item in settled or item in closed]
        closed = frozenset(item for item, found in tried if isinstance(found, Refused))
        refused = (*listing.refused, *(found for _, found in tried if isinstance(found, Refused)))
        yield from (item for item in refused if (item.path, item.error.code) not in told)
        told = frozenset((item.path, item.error.code) for item in refused)
        yield from (item for item, found in tried if found is item)


def _opened(candidate: Candidate) -> Arrival | None:
    """Return `candidate` when it can be opened, why it cannot otherwise; None when it has gone."""
    try:
        open_regular(candidate.path, candidate.name).close()
    except FileMissing:
        return None
    except UnreadableInput as error:
        return Refused(candidate.path, candidate.name, error)
    return candidate


def hints(inbox: Path, stop: threading.Event) -> Iterator[bool]:
    """Yield True when the operating system says that `inbox` changed, False about every second, until `stop`.

    Where there are no notifications (no inotify handles left, some network folders) only the seconds come.
    """
    import watchfiles

    try:
        for changes in watchfiles.watch(
            inbox,
            watch_filter=None,
            stop_event=stop,
            rust_timeout=int(_TICK_S * 1000),
            yield_on_timeout=True,
            ignore_permission_denied=True,
        ):
            yield bool(changes)
    except (OSError, RuntimeError) as error:  # watchfiles passes the system's refusals on as either
        _log.warning("no notifications for %s (%s): it is looked through every rescan_s seconds", inbox, error)
        while not stop.wait(_TICK_S):
            yield False
