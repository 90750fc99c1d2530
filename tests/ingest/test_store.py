from __future__ import annotations

import hashlib
import os
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tonghop import errors
from tonghop.ingest.store import clean_incoming, keep, safe_label

STEPS = ["opened", "copied", "synced", "renamed"]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "bc.pdf"
    path.write_bytes(b"report" * 500_000)
    return path


@pytest.fixture
def originals(tmp_path: Path) -> Path:
    return tmp_path / "originals"


def stored(originals: Path) -> list[str]:
    return sorted(p.name for p in originals.iterdir() if p.is_file())


def test_kept_under_the_hash_of_its_bytes(source: Path, originals: Path) -> None:
    steps: list[str] = []
    kept = keep(source, originals, steps.append)
    data = source.read_bytes()
    assert kept.sha256 == hashlib.sha256(data).hexdigest()
    assert (kept.size, kept.path) == (len(data), originals / kept.sha256)
    assert kept.path.read_bytes() == data
    assert steps == STEPS
    assert not any((originals / ".incoming").iterdir())


def test_twice_is_once_and_nothing_is_rewritten(source: Path, originals: Path) -> None:
    first = keep(source, originals)
    before = first.path.stat()
    assert keep(source, originals) == first
    assert (first.path.stat().st_ino, first.path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert stored(originals) == [first.sha256]


class Killed(BaseException):
    pass


@pytest.mark.parametrize("at", STEPS)
def test_a_death_at_any_step_leaves_all_or_nothing(source: Path, originals: Path, at: str) -> None:
    def die(step: str) -> None:
        if step == at:
            raise Killed

    with pytest.raises(Killed):
        keep(source, originals, die)
    assert source.exists()
    kept = keep(source, originals)
    assert kept.path.read_bytes() == source.read_bytes()
    assert stored(originals) == [kept.sha256]


def test_what_a_killed_run_left_is_removed(source: Path, originals: Path) -> None:
    pid = os.fork()
    if pid == 0:
        keep(source, originals, lambda step: os._exit(9) if step == "copied" else None)
    os.waitpid(pid, 0)
    assert len(list((originals / ".incoming").iterdir())) == 1
    assert clean_incoming(originals) == 1
    assert not any((originals / ".incoming").iterdir())


def test_a_copy_under_way_is_not_removed(source: Path, originals: Path) -> None:
    removed = []
    kept = keep(source, originals, lambda _step: removed.append(clean_incoming(originals)))
    assert removed == [0, 0, 0, 0]
    assert kept.path.exists()


def test_cleaning_before_anything_was_kept(originals: Path) -> None:
    assert clean_incoming(originals) == 0


def test_links_are_never_followed(source: Path, originals: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.pdf"
    link.symlink_to(source)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path in (link, pipe, tmp_path):
        with pytest.raises(errors.NotRegularFile):
            keep(path, originals)
    assert not originals.exists()


def test_a_file_written_to_meanwhile_is_not_taken(source: Path, originals: Path) -> None:
    def write(step: str) -> None:
        if step == "opened":
            with source.open("ab") as file:
                file.write(b"more")
            os.utime(source, ns=(1, 1))

    original_fstat = os.fstat
    calls = []

    def late_fstat(handle: int) -> os.stat_result:
        result = original_fstat(handle)
        calls.append(handle)
        if len(calls) == 2:  # after the copy's first look at the source
            write("opened")
        return result

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tonghop.ingest.store.os.fstat", late_fstat)
        with pytest.raises(errors.StillChanging):
            keep(source, originals)
    assert stored(originals) == []
    assert not any((originals / ".incoming").iterdir())


def test_a_damaged_original_is_not_overwritten(source: Path, originals: Path) -> None:
    kept = keep(source, originals)
    good = source.read_bytes()
    kept.path.chmod(0o644)
    for damaged in (b"short", b"R" + good[1:]):  # bytes lost, and one bit turned
        kept.path.write_bytes(damaged)
        with pytest.raises(errors.OutputNotWritable):
            keep(source, originals)
        assert kept.path.read_bytes() == damaged
        assert not any((originals / ".incoming").iterdir())
    assert source.read_bytes() == good


def test_no_room_is_named(source: Path, tmp_path: Path) -> None:
    blocked = tmp_path / "a file where the store should be"
    blocked.write_bytes(b"")
    with pytest.raises(errors.OutputNotWritable):
        keep(source, blocked)


def test_labels() -> None:
    assert safe_label(unicodedata.normalize("NFD", "Xã Bảo Lâm")) == "Xã Bảo Lâm"
    assert safe_label("a\0b\n\u202e\udcff") == "a\\x00b\\x0a\\u202e\\udcff"
    assert safe_label("../../etc/passwd") == "../../etc/passwd"


@given(st.text(st.characters(codec=None)))
def test_labels_can_always_be_shown(name: str) -> None:
    label = safe_label(name)
    assert label.encode("utf-8").decode("utf-8") == label
    assert label == safe_label(label) == unicodedata.normalize("NFC", label)
    assert not any(unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") for c in label)
