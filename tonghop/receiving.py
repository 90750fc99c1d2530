"""How a file is taken in, and why it cannot be lost on the way.

    sniff → copy into originals/ → look inside → commit the ledger row → only then remove the inbox file

Whenever the process dies, the bytes are in the inbox, or in the store, or in both; the next run finds the inbox
file again, sees by its arrival key what was already recorded, and goes on from there. A refused file takes the
same way into quarantine/. Files outside the inbox are copied and never touched.
"""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tonghop.errors import (
    N_,
    ChildProcessFailed,
    ConverterMissing,
    DuplicateInput,
    NotRegularFile,
    StillChanging,
    TonghopError,
    UnreadableInput,
)
from tonghop.i18n import LANGUAGES, Translator
from tonghop.ingest.archive import Member
from tonghop.ingest.container import open_container
from tonghop.ingest.inbox import Candidate, Refused
from tonghop.ingest.reader import plan_jobs
from tonghop.ingest.sniff import sniff
from tonghop.ingest.store import Kept, keep, safe_label, sync_folder
from tonghop.ledger.records import Arrival, FileState, Problem, Refusal, SourceState
from tonghop.records import Issue, MediaType, Outcome, OutcomeStatus, SourceFile
from tonghop.workspace import Workspace

if TYPE_CHECKING:
    from tonghop.ledger.store import Ledger

__all__ = ["Received", "Receiver", "failed_outcome", "problem_of"]

_LOG = logging.getLogger(__name__)
_DAY_S = 86_400
_UNFINISHED = (FileState.RECEIVED, FileState.READING, FileState.READ)


@dataclass(frozen=True, slots=True)
class Received:
    """A file that is to be read (`sha256`), or the outcome of one that is not; neither: nothing new."""

    sha256: str | None = None
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True)
class _Found:
    """A file where it was found. `version` is set in the inbox: what was taken there is removed there."""

    path: Path
    arrival: Arrival
    version: tuple[int, int, int] | None = None
    container: str | None = None

    @property
    def name(self) -> str:
        return self.arrival.name


def problem_of(error: TonghopError, page: int | None = None) -> Problem:
    """Return `error` as the ledger keeps it."""
    return Problem(error.code, tuple(sorted(error.params.items())), page)


def failed_outcome(name: str, error: TonghopError, translate: Translator, sha256: str | None = None) -> Outcome:
    """Return the outcome of a file that `error` stopped, with what to do about it."""
    is_duplicate = isinstance(error, DuplicateInput)
    status = OutcomeStatus.DUPLICATE if is_duplicate else OutcomeStatus.FAILED
    return Outcome(name, status, sha256, (Issue(error.code, translate.sentence(error)),))


class Receiver:
    """Takes files into a workspace. Calls `on_step` between every two steps."""

    def __init__(
        self,
        workspace: Workspace,
        ledger: Ledger,
        clock: Callable[[], datetime],
        translate: Translator,
        on_step: Callable[[str], None],
    ) -> None:
        self._workspace = workspace
        self._settings = workspace.settings.ingest
        self._ledger = ledger
        self._clock = clock
        self._translate = translate
        self._step = on_step

    def receive(self, item: Candidate | Refused, *, from_inbox: bool) -> tuple[Received, ...]:
        """Take one file in. An archive gives one `Received` for each document in it.

        A link or special file is left where it is. Raises `OutputNotWritable` when the store has no room.
        """
        if isinstance(item, Refused):
            return (self._failed(item.name, item.error),)
        place = "inbox" if from_inbox else str(item.path.resolve().parent)
        key = _key(place, str(item.path.name), *map(str, item.version))
        arrival = Arrival(key, item.name, self._clock(), from_inbox, safe_label(str(item.path)))
        return self._take(_Found(item.path, arrival, item.version if from_inbox else None))

    def unpack(self, archive: SourceFile) -> tuple[Received, ...]:
        """Take the documents of an archive that is in the store already. Raises `UnreadableInput`."""
        with self._unpacked(self._workspace.originals / archive.sha256, archive.name, archive.media_type) as members:
            return self._take_members(archive.sha256, members)

    def clean_scratch(self) -> None:
        """Remove what a killed run left unpacked; what is younger than a day may be another run's."""
        for folder in self._workspace.scratch.glob("*"):
            if self._clock().timestamp() - folder.stat().st_mtime > _DAY_S:
                shutil.rmtree(folder, ignore_errors=True)

    def _take(self, found: _Found) -> tuple[Received, ...]:
        kept: Kept | None = None
        try:
            media_type = sniff(found.path, found.name, self._settings)
            self._step("sniffed")
            kept = keep(found.path, self._workspace.originals, self._step)
            if media_type.is_container:
                return self._take_archive(found, kept, media_type)
            known = self._ledger.find(kept.sha256)
            jobs = known.jobs if known else len(plan_jobs(kept.path, found.name, media_type, self._settings))
            return self._accept(found, kept, media_type, jobs)
        except (NotRegularFile, StillChanging) as error:
            return (self._failed(found.name, error),)  # left where it is
        except (UnreadableInput, ChildProcessFailed, ConverterMissing) as error:
            return (self._refuse(found, error, kept),)

    def _accept(self, found: _Found, kept: Kept, media_type: MediaType, jobs: int) -> tuple[Received, ...]:
        before = self._ledger.find(kept.sha256)
        is_repeated = self._ledger.has_arrived(kept.sha256, found.arrival)
        source = SourceFile(kept.sha256, found.name, kept.size, found.arrival.at, media_type, found.container)
        self._ledger.accept(source, jobs, found.arrival)
        self._step("source_committed")
        if not kept.path.exists():  # another run, at the same time, took it for unreadable and moved it away
            keep(found.path, self._workspace.originals)
        self._remove(found)
        return self._received(found, before, is_repeated=is_repeated) or (Received(kept.sha256),)

    def _received(self, found: _Found, before: SourceState | None, *, is_repeated: bool) -> tuple[Received, ...]:
        """Return what a file known before is; nothing for one that is to be read."""
        if before is None or (is_repeated and _is_unfinished(before)):
            return ()
        if is_repeated and (found.version or found.container):
            return (Received(),)  # a killed run had recorded it and not yet removed it
        first = before.source
        name = N_("the one of the same name") if first.name == found.name else first.name
        error = DuplicateInput(name=found.name, first=name, received=f"{first.received_at:%d/%m/%Y}")
        return (Received(outcome=failed_outcome(found.name, error, self._translate, first.sha256)),)

    def _remove(self, found: _Found) -> None:
        """Remove the inbox file whose bytes are safe, unless it has changed since: then it is another file."""
        if found.version is None:
            return
        try:
            now = found.path.lstat()
            if (now.st_size, now.st_mtime_ns, now.st_ino) == found.version:
                found.path.unlink()
        except FileNotFoundError:
            return
        except OSError as error:  # open in another program, on Windows; the next run removes it
            _LOG.warning("%s stays in the inbox: %s", found.name, error)
        self._step("inbox_removed")

    # ── archives ───────────────────────────────────────────────────────────────────────────────────────────

    def _take_archive(self, found: _Found, kept: Kept, media_type: MediaType) -> tuple[Received, ...]:
        with self._unpacked(kept.path, found.name, media_type) as members:
            received = self._accept(found, kept, media_type, len(members))
            if received == (Received(kept.sha256),):
                return self._take_members(kept.sha256, members)
            return received

    @contextmanager
    def _unpacked(self, path: Path, name: str, media_type: MediaType) -> Iterator[tuple[Member, ...]]:
        self._workspace.scratch.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self._workspace.scratch) as folder:
            yield open_container(path, name, media_type, Path(folder) / "members", self._settings)

    def _take_members(self, container: str, members: tuple[Member, ...]) -> tuple[Received, ...]:
        received: list[Received] = []
        for number, member in enumerate(members, 1):
            key = _key(container, str(number), member.name)
            arrival = Arrival(key, safe_label(member.name), self._clock(), path=f"{container}/{number:04d}")
            if member.path:
                received += self._take(_Found(member.path, arrival, container=container))
            elif member.error:
                received.append(self._refuse_unwritten(arrival, member.error, container))
        self._ledger.finish_archive(container)
        self._step("archive_committed")
        return tuple(received)

    def _refuse_unwritten(self, arrival: Arrival, error: UnreadableInput, container: str) -> Received:
        """Refuse a document that never left its archive; there its bytes stay, in originals/."""
        return self._record_refusal(arrival.key, arrival, error, container)

    # ── quarantine ─────────────────────────────────────────────────────────────────────────────────────────

    def _refuse(self, found: _Found, error: TonghopError, kept: Kept | None) -> Received:
        try:
            kept = self._move_to_quarantine(kept) if kept else keep(found.path, self._workspace.quarantine)
        except UnreadableInput as unkept:
            if found.version and not found.path.exists():  # another run, at the same time, has taken it
                return Received()
            return self._failed(found.name, unkept)  # cannot even be copied: it stays where it is
        self._step("quarantine_kept")
        received = self._record_refusal(kept.sha256, found.arrival, error, found.container)
        self._remove(found)
        return received

    def _move_to_quarantine(self, kept: Kept) -> Kept:
        """Move a file that no ledger row speaks of out of the store."""
        target = self._workspace.quarantine / kept.sha256
        if self._ledger.find(kept.sha256) is None:
            try:
                kept.path.replace(target)
            except FileNotFoundError:
                if not target.exists():  # it is there when another run, at the same time, moved it first
                    raise
            sync_folder(target.parent)
            sync_folder(kept.path.parent)
        return Kept(kept.sha256, kept.size, target)

    def _record_refusal(self, sha256: str, arrival: Arrival, error: TonghopError, container: str | None) -> Received:
        refusal = Refusal(sha256, arrival.name, arrival.at, problem_of(error), container)
        names = dict.fromkeys([*(earlier.name for earlier in self._ledger.refusals(sha256)), arrival.name])
        note = self._workspace.quarantine / f"{sha256}.txt"
        with note.open("w", encoding="utf-8") as file:
            file.write(_note(list(names), error))
            file.flush()
            os.fsync(file.fileno())
        self._ledger.refuse(refusal, arrival)
        self._step("quarantine_committed")
        return self._failed(arrival.name, error, sha256)

    def _failed(self, name: str, error: TonghopError, sha256: str | None = None) -> Received:
        return Received(outcome=failed_outcome(name, error, self._translate, sha256))


def _is_unfinished(file: SourceState) -> bool:
    """Return whether a run that was killed left something to do; of an archive, documents to take out of it."""
    is_unpacked = file.source.media_type.is_container and file.state is FileState.READ
    return file.state in _UNFINISHED and not is_unpacked


def _note(names: list[str], error: TonghopError) -> str:
    """Return what lies beside a refused file: its names, the reason and the mend, in every language."""
    texts = [Translator(language).sentence(error) for language in LANGUAGES]
    return "\n".join([*names, "", *dict.fromkeys(texts), ""])


def _key(*parts: str) -> str:
    return hashlib.sha256(b"\0".join(os.fsencode(part) for part in parts)).hexdigest()
