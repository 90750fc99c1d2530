"""The content store: every file received, once, under the sha256 of its bytes, never rewritten.

originals/<sha256>       the bytes of a file
originals/.incoming/     copies under way; what a killed run left there is worthless and may be removed
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import sys
import tempfile
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from tonghop.errors import N_, FileMissing, NotRegularFile, OutputNotWritable, StillChanging, UnreadableInput

__all__ = ["Kept", "clean_incoming", "keep", "open_regular", "safe_label", "sync_folder"]

_CHUNK = 1 << 20
# Categories of characters that can steer a terminal, reorder a line or break a record: control, format,
# lone surrogate, line and paragraph separator.
_UNSHOWN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class Kept:
    """A file in the store. `size` in bytes."""

    sha256: str
    size: int
    path: Path


def safe_label(name: str) -> str:
    r"""Return `name` as it may be shown and stored: NFC, with control and format characters as `\u` escapes.

    For showing only, never a path: a `/` or `..` stays what it is.
    """
    return "".join(_escape(c) if unicodedata.category(c) in _UNSHOWN else c for c in unicodedata.normalize("NFC", name))


def _escape(char: str) -> str:
    return f"\\x{ord(char):02x}" if ord(char) <= 0xFF else f"\\u{ord(char):04x}"


def open_regular(path: Path, name: str) -> BinaryIO:
    """Return `path` opened for reading: a regular file itself, never what a link points to.

    Raises `FileMissing`, `NotRegularFile` on a link, folder, pipe or device, `UnreadableInput` when it cannot be
    opened.
    """
    label = safe_label(name)
    try:
        is_regular = stat.S_ISREG(path.lstat().st_mode)
    except FileNotFoundError as error:
        raise FileMissing(name=label) from error
    except (OSError, ValueError) as error:  # a NUL in a path is a ValueError
        raise UnreadableInput(name=label, detail=getattr(error, "strerror", None) or error) from error
    if not is_regular:
        raise NotRegularFile(name=label)
    # The flag and the second look close the race between lstat and open.
    # Without O_NONBLOCK opening a pipe would wait for its writer.
    flags = os.O_RDONLY
    for flag in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY"):
        flags |= getattr(os, flag, 0)
    try:
        handle = os.open(path, flags)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise NotRegularFile(name=label) from error
        raise UnreadableInput(name=label, detail=error.strerror or error) from error
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise NotRegularFile(name=label)
    return os.fdopen(handle, "rb")


def keep(path: Path, originals: Path, on_step: Callable[[str], None] = lambda _step: None) -> Kept:
    """Copy the file at `path` into the store `originals` and return where it is. Idempotent.

    Hash while copying through one handle, fsync, rename, fsync of the folder: whenever the process dies,
    `originals/<sha256>` is either whole or not there. `on_step` is called after "opened", "copied", "synced"
    and "renamed". The source is left where it is.
    Raises `NotRegularFile`, `UnreadableInput` when it cannot be read, `StillChanging` when it was written to
    meanwhile, `OutputNotWritable` when the store has no room or no permission, or holds other bytes under that hash.
    """
    with open_regular(path, path.name) as source:
        on_step("opened")
        try:
            return _store(source, path, originals, on_step)
        except OSError as error:
            raise OutputNotWritable(file=originals, detail=error.strerror or error) from error


def _store(source: BinaryIO, path: Path, originals: Path, on_step: Callable[[str], None]) -> Kept:
    incoming = originals / ".incoming"
    incoming.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=incoming)
    try:
        with os.fdopen(handle, "wb") as copy:
            _lock(copy)
            sha256, size = _copy(source, copy, path)
            on_step("copied")
            copy.flush()
            os.fsync(copy.fileno())
            on_step("synced")
            kept = Kept(sha256, size, originals / sha256)
            if os.name != "nt":  # an open file can be renamed, and stays locked until it has its place
                _place(Path(temporary), kept)
        if os.name == "nt":
            _place(Path(temporary), kept)
        sync_folder(originals)
        on_step("renamed")
        return kept
    finally:
        Path(temporary).unlink(missing_ok=True)


def _copy(source: BinaryIO, copy: BinaryIO, path: Path) -> tuple[str, int]:
    before = os.fstat(source.fileno())
    digest, size = hashlib.sha256(), 0
    while chunk := _read(source, path):
        digest.update(chunk)
        size += len(chunk)
        copy.write(chunk)
    after = os.fstat(source.fileno())
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or size != after.st_size:
        raise StillChanging(name=safe_label(path.name))
    return digest.hexdigest(), size


def _read(source: BinaryIO, path: Path) -> bytes:
    try:
        return source.read(_CHUNK)
    except OSError as error:
        raise UnreadableInput(name=safe_label(path.name), detail=error.strerror or error) from error


def _place(temporary: Path, kept: Kept) -> None:
    if not kept.path.exists():
        if os.name != "nt":
            temporary.chmod(0o444)
        temporary.replace(kept.path)
    elif _sha256_of(kept.path) != kept.sha256:
        # Same name, other bytes: the disk lost some. The original is evidence and is not overwritten, and the
        # file just received is the last good copy: it must not be taken for kept.
        raise OutputNotWritable(file=kept.path, detail=N_("the stored original is damaged; restore it from a backup"))


def _sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sync_folder(folder: Path) -> None:
    """Write the names in `folder` to the disk, so that a rename in it survives a power cut."""
    if os.name == "nt":  # Windows opens no folders and commits renames by itself
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def clean_incoming(originals: Path) -> int:
    """Remove copies that a killed run left in `originals/.incoming`; return how many.

    Copies that a living process is still writing are locked by it and stay.
    """
    removed = 0
    for leftover in sorted((originals / ".incoming").glob("*")):
        with suppress(FileNotFoundError, PermissionError):  # just finished, or (on Windows) still open elsewhere
            if _is_abandoned(leftover):
                leftover.unlink()
                removed += 1
    return removed


if sys.platform == "win32":

    def _lock(file: BinaryIO) -> None:
        """Windows refuses to remove an open file, which is all the lock is for."""

    def _is_abandoned(path: Path) -> bool:
        return path.is_file()

else:
    import fcntl

    def _lock(file: BinaryIO) -> None:
        fcntl.flock(file, fcntl.LOCK_EX)

    def _is_abandoned(path: Path) -> bool:
        with path.open("rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
        return True
