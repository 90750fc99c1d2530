from __future__ import annotations

import os
import threading
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tonghop import errors
from tonghop.ingest import store
from tonghop.ingest.inbox import (
    Arrival,
    Candidate,
    Refused,
    SettleTracker,
    hints,
    is_ignored,
    left_out,
    scan,
    watch,
)
from tonghop.settings import IngestSettings

SETTLE = 3.0


def candidate(name: str = "a.pdf", size: int = 10, mtime: int = 5, inode: int = 1) -> Candidate:
    return Candidate(Path("/inbox") / name, name, size, mtime, inode)


# --- scan ---


def test_subfolders_and_decomposed_names(tmp_path: Path) -> None:
    folder = tmp_path / unicodedata.normalize("NFD", "Xã Bảo Lâm")
    folder.mkdir()
    (folder / "quý I.pdf").write_bytes(b"12345")
    (tmp_path / "b.docx").write_bytes(b"")
    listing = scan(tmp_path)
    assert [(c.name, c.size) for c in listing.candidates] == [("Xã Bảo Lâm/quý I.pdf", 5), ("b.docx", 0)]
    assert all(c.path.exists() for c in listing.candidates)
    assert listing.refused == ()


@pytest.mark.parametrize(
    "name",
    [
        "~$bao cao.docx",
        "~WRL0001.tmp",
        "a.pdf.part",
        "a.pdf.crdownload",
        "Thumbs.db",
        "desktop.ini",
        ".DS_Store",
        ".hidden.pdf",
        "a.docx~",
        "A.TMP",
        "._a.pdf",
        ".~lock.a.docx#",
        "a.pdf.filepart",
    ],
)
def test_temporary_and_hidden_names_are_left_out(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"x")
    (tmp_path / ".folder").mkdir(exist_ok=True)
    (tmp_path / ".folder" / "a.pdf").write_bytes(b"x")
    assert is_ignored(name)
    assert scan(tmp_path).candidates == ()


def test_what_is_left_out_can_be_told(tmp_path: Path) -> None:
    told = [".hidden/", "bao cao.pdf.tmp", "xã/.bc.docx", "xã/~WRL0001.tmp"]
    untold = [".DS_Store", "Thumbs.db", "xã/~$bc.docx", "xã/bc.docx", "__MACOSX/.bc.docx"]
    for name in [*(f"{name}bc.pdf" if name.endswith("/") else name for name in told), *untold]:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x")
    (tmp_path / "folder").symlink_to(tmp_path / ".hidden")
    assert list(left_out(tmp_path)) == told
    assert [item.name for item in scan(tmp_path).candidates] == ["xã/bc.docx"]
    assert left_out(tmp_path / "gone") == ()


def test_links_and_special_files_are_reported(tmp_path: Path) -> None:
    inbox, outside = tmp_path / "inbox", tmp_path / "outside"
    inbox.mkdir()
    outside.mkdir()
    (outside / "secret.pdf").write_bytes(b"x")
    (inbox / "link.pdf").symlink_to(outside / "secret.pdf")
    (inbox / "folder").symlink_to(outside)
    (inbox / "dangling").symlink_to(inbox / "nowhere")
    os.mkfifo(inbox / "pipe")
    listing = scan(inbox)
    assert listing.candidates == ()
    assert [r.name for r in listing.refused] == ["dangling", "folder", "link.pdf", "pipe"]
    assert all(type(r.error) is errors.NotRegularFile for r in listing.refused)


def test_an_inbox_that_is_gone_is_reported(tmp_path: Path) -> None:
    (only,) = scan(tmp_path / "gone").refused
    assert (only.name, only.error.code) == (".", "unreadable")


def test_names_that_are_not_text_can_be_recorded(tmp_path: Path) -> None:
    odd = os.fsencode(tmp_path) + b"/b\xe1o c\xe1o\n.pdf"
    try:
        Path(os.fsdecode(odd)).write_bytes(b"x")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    (only,) = scan(tmp_path).candidates
    assert only.name == "b\\xe1o c\\xe1o\\x0a.pdf"
    assert only.path.read_bytes() == b"x"


# --- settling ---


def test_settles_once_after_the_time() -> None:
    tracker, file = SettleTracker(SETTLE), candidate()
    assert tracker.update([file], 0) == ()
    assert tracker.is_waiting
    assert tracker.update([file], 2.9) == ()
    assert tracker.update([file], 3.0) == (file,)
    assert not tracker.is_waiting
    assert tracker.update([file], 100) == ()


@pytest.mark.parametrize("changed", [candidate(size=11), candidate(mtime=6), candidate(mtime=1), candidate(inode=2)])
def test_a_writer_that_comes_back_starts_the_count_again(changed: Candidate) -> None:
    tracker = SettleTracker(SETTLE)
    tracker.update([candidate()], 0)
    assert tracker.update([changed], 2.9) == ()
    assert tracker.update([changed], 5.8) == ()
    assert tracker.update([changed], 5.9) == (changed,)


def test_a_settled_file_that_changes_is_handed_out_again() -> None:
    tracker = SettleTracker(SETTLE)
    tracker.update([candidate()], 0)
    assert tracker.update([candidate()], 3) == (candidate(),)
    assert tracker.update([candidate(size=20)], 4) == ()
    assert tracker.update([candidate(size=20)], 7) == (candidate(size=20),)


def test_a_vanished_file_is_forgotten() -> None:
    tracker = SettleTracker(SETTLE)
    tracker.update([candidate()], 0)
    tracker.update([], 2)
    assert not tracker.is_waiting
    assert tracker.update([candidate()], 4) == ()
    assert tracker.update([candidate()], 7) == (candidate(),)


@pytest.mark.parametrize("mtime", [0, -(10**18), 2**62])
def test_impossible_times_do_not_matter(mtime: int) -> None:
    tracker, file = SettleTracker(SETTLE), candidate(mtime=mtime)
    tracker.update([file], 0)
    assert tracker.update([file], 3) == (file,)


def test_an_empty_file_waits_longer() -> None:
    tracker, file = SettleTracker(SETTLE), candidate(size=0)
    tracker.update([file], 0)
    assert tracker.update([file], 29) == ()
    assert tracker.update([file], 30) == (file,)


LOOK = st.tuples(st.floats(0.0, 4.0), st.sampled_from([None, 0, 1, 2]), st.integers(0, 2))


@given(st.lists(LOOK, max_size=40))
def test_never_hands_out_what_changed_less_than_settle_s_ago(looks: list[tuple[float, int | None, int]]) -> None:
    tracker, now = SettleTracker(SETTLE), 0.0
    previous: Candidate | None = None
    changed_at = 0.0
    for step, size, mtime in looks:
        now += step
        current = None if size is None else candidate(size=size, mtime=mtime)
        if current != previous:
            changed_at = now
        previous = current
        settled = tracker.update([current] if current else [], now)
        if settled:
            assert settled == (current,)
            assert now - changed_at >= SETTLE


# --- watching ---


class Script:
    """Plays the ticks of a test: at each, the clock stands at the given time and the action is done."""

    def __init__(self, *steps: tuple[float, bool, object]) -> None:
        self.now, self.steps = 0.0, steps

    def clock(self) -> float:
        return self.now

    def ticks(self, _inbox: Path, _stop: threading.Event) -> Iterator[bool]:
        for now, changed, action in self.steps:
            self.now = now
            if callable(action):
                action()
            yield changed


def arrivals(inbox: Path, script: Script, stop: threading.Event | None = None) -> list[Arrival]:
    settings = IngestSettings(settle_s=SETTLE, rescan_s=60)
    return list(watch(inbox, settings, stop or threading.Event(), clock=script.clock, ticks=script.ticks))


def test_what_lay_there_at_the_start_is_taken(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"x")
    assert [a.name for a in arrivals(tmp_path, Script((1, False, 0), (3, False, 0), (4, False, 0)))] == ["a.pdf"]


def test_a_hint_makes_it_look_at_once(tmp_path: Path) -> None:
    file = tmp_path / "a.pdf"
    script = Script((10, False, 0), (11, True, lambda: file.write_bytes(b"x")), (13, False, 0), (14, False, 0))
    assert [a.name for a in arrivals(tmp_path, script)] == ["a.pdf"]


def test_without_hints_the_full_scan_finds_it(tmp_path: Path) -> None:
    file = tmp_path / "a.pdf"
    early = Script((1, False, lambda: file.write_bytes(b"x")), (50, False, 0), (59, False, 0))
    assert arrivals(tmp_path, early) == []
    late = Script((1, False, 0), (60, False, 0), (63, False, 0))
    assert [a.name for a in arrivals(tmp_path, late)] == ["a.pdf"]


def test_a_refusal_is_told_once(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "x")
    (only,) = arrivals(tmp_path, Script(*((t, True, 0) for t in range(1, 6))))
    assert isinstance(only, Refused)


def test_a_file_that_cannot_be_opened_is_told_once_and_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A change of permissions alone changes neither size nor time nor inode."""
    file, is_closed = tmp_path / "a.pdf", True
    file.write_bytes(b"x")

    def open_regular(path: Path, name: str) -> BinaryIO:
        if is_closed:
            raise errors.UnreadableInput(name=name, detail="Permission denied")
        return store.open_regular(path, name)

    def permit() -> None:
        nonlocal is_closed
        is_closed = False

    monkeypatch.setattr("tonghop.ingest.inbox.open_regular", open_regular)
    script = Script((1, True, 0), (4, True, 0), (8, True, 0), (20, False, permit), (68, False, 0), (130, True, 0))
    refused, taken = arrivals(tmp_path, script)
    assert isinstance(refused, Refused)
    assert (refused.name, refused.error.code) == ("a.pdf", "unreadable")
    assert isinstance(taken, Candidate)
    assert taken.path == file


def test_a_file_that_goes_as_it_settles_is_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.pdf"
    file.write_bytes(b"x")

    def open_regular(path: Path, name: str) -> BinaryIO:
        path.unlink()
        return store.open_regular(path, name)

    monkeypatch.setattr("tonghop.ingest.inbox.open_regular", open_regular)
    assert arrivals(tmp_path, Script(*((t, True, 0) for t in range(1, 6)))) == []


def test_stops_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"x")
    stop = threading.Event()
    script = Script((1, True, 0), (2, True, stop.set), (9, True, 0))
    assert arrivals(tmp_path, script, stop) == []


def test_real_hints_come_and_end(tmp_path: Path) -> None:
    stop = threading.Event()
    ticks = hints(tmp_path, stop)
    timer = threading.Timer(0.2, (tmp_path / "a.pdf").write_bytes, [b"x"])
    timer.start()
    assert any(ticks_seen for ticks_seen in (next(ticks) for _ in range(10)))
    stop.set()
    assert list(ticks) == []


def test_hints_survive_a_missing_folder(tmp_path: Path) -> None:
    stop = threading.Event()
    ticks = hints(tmp_path / "gone", stop)
    assert next(ticks) is False
    stop.set()
    assert list(ticks) == []
