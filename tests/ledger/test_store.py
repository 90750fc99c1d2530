"""The ledger: every step once, whatever is repeated; what an officer settled stays; the log only grows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tonghop.errors import PageTimeout, TonghopError
from tonghop.ledger import open_ledger
from tonghop.ledger.records import Arrival, FileState, PageRead, Problem, Refusal
from tonghop.ledger.store import Ledger
from tonghop.records import (
    Evidence,
    Gap,
    GapKind,
    GapState,
    Grade,
    MediaType,
    Origin,
    Page,
    SourceFile,
    UnitReport,
)

MakeSource = Callable[..., SourceFile]
MakeArrival = Callable[..., Arrival]
MakeReport = Callable[..., UnitReport]


TIMEOUT = PageTimeout(program="tesseract", seconds=120)


def page(number: int, error: TonghopError | None = None) -> tuple[Page, ...]:
    if error is None:
        return (Page(number, Origin.OCR, Grade.GOOD),)
    return (Page(number, Origin.OCR, Grade.UNREAD, error=error.code, error_detail=error.sentence()),)


def what(ledger: Ledger) -> list[str]:
    return [event.what for event in ledger.events()]


# ── receiving ──────────────────────────────────────────────────────────────────────────────────────────────


def test_an_arrival_is_counted_once(ledger: Ledger, source: MakeSource, arrival: MakeArrival) -> None:
    assert ledger.accept(source(), 2, arrival())
    assert not ledger.accept(source(), 2, arrival())
    assert ledger.status().duplicates == ()
    assert what(ledger) == ["received"]


def test_the_same_bytes_under_another_name_are_a_duplicate(
    ledger: Ledger, source: MakeSource, arrival: MakeArrival
) -> None:
    ledger.accept(source(), 2, arrival())
    ledger.accept(source(), 2, arrival("2", "bản sao.pdf"))
    (again,) = ledger.status().duplicates
    assert (again.name, again.first, again.from_inbox) == ("bản sao.pdf", "báo cáo.pdf", True)
    assert len(ledger.status().files) == 1
    assert what(ledger) == ["received", "duplicate"]


def test_what_was_accepted_is_found(ledger: Ledger, source: MakeSource, arrival: MakeArrival) -> None:
    assert ledger.find(source().sha256) is None
    ledger.accept(source(), 2, arrival())
    known = ledger.find(source().sha256)
    assert known is not None
    assert (known.source, known.jobs, known.state) == (source(), 2, FileState.RECEIVED)
    assert ledger.has_arrived(source().sha256, arrival())
    assert not ledger.has_arrived(source().sha256, arrival("2"))


def test_a_refused_file_keeps_its_reason(ledger: Ledger, arrival: MakeArrival) -> None:
    refusal = Refusal("f" * 64, "hỏng.pdf", arrival().at, Problem("empty_file", (("name", "hỏng.pdf"),)))
    assert ledger.refuse(refusal, arrival())
    assert not ledger.refuse(refusal, arrival())
    assert ledger.status().refused == (refusal,)
    assert ledger.refusals("f" * 64) == (refusal,)
    assert what(ledger) == ["refused"]


# ── reading ────────────────────────────────────────────────────────────────────────────────────────────────


def test_pages_come_back_in_order_and_are_read_once(ledger: Ledger, source: MakeSource, arrival: MakeArrival) -> None:
    sha256 = source().sha256
    ledger.accept(source(), 2, arrival())
    assert ledger.add_page(PageRead(sha256, 2, "one", page(2)))
    state = ledger.find(sha256)
    assert state is not None
    assert state.state is FileState.READING
    assert ledger.add_page(PageRead(sha256, 1, "one", page(1)))
    assert not ledger.add_page(PageRead(sha256, 1, "one", page(7)))
    assert ledger.pages(sha256, "one") == (*page(1), *page(2))
    assert ledger.jobs_done(sha256, "one", "") == {1, 2}
    state = ledger.find(sha256)
    assert state is not None
    assert state.state is FileState.READ


def test_another_engine_reads_again_and_the_old_reading_stays(
    ledger: Ledger, source: MakeSource, arrival: MakeArrival
) -> None:
    sha256 = source().sha256
    ledger.accept(source(), 1, arrival())
    ledger.add_page(PageRead(sha256, 1, "one", page(1)))
    assert ledger.jobs_done(sha256, "two", "") == frozenset()
    ledger.add_page(PageRead(sha256, 1, "two", page(1, TIMEOUT)))
    assert ledger.pages(sha256, "one") == page(1)
    assert ledger.pages(sha256, "two") == page(1, TIMEOUT)


def test_a_failed_page_is_read_again_under_other_limits(
    ledger: Ledger, source: MakeSource, arrival: MakeArrival
) -> None:
    sha256 = source().sha256
    ledger.accept(source(), 1, arrival())
    ledger.add_page(PageRead(sha256, 1, "one", page(1, TIMEOUT), limits="120 s"))
    assert ledger.jobs_done(sha256, "one", "120 s") == {1}
    assert ledger.jobs_done(sha256, "one", "600 s") == frozenset()
    assert ledger.add_page(PageRead(sha256, 1, "one", page(1), limits="600 s"))
    assert ledger.pages(sha256, "one") == page(1)


def test_a_file_is_unfinished_when_a_failed_page_may_be_read_again(
    ledger: Ledger, source: MakeSource, arrival: MakeArrival, report: MakeReport
) -> None:
    found = source()
    ledger.accept(found, 1, arrival())
    ledger.add_page(PageRead(found.sha256, 1, "one", page(1, TIMEOUT), limits="120 s"))
    ledger.add_report(report(found), "m1")
    assert ledger.unfinished("m1", "one", "120 s") == ()
    assert ledger.unfinished("m1", "one", "600 s")
    ledger.add_page(PageRead(found.sha256, 1, "one", page(1), limits="600 s"))
    assert ledger.reports() == (), "what was mapped lacked the page"
    assert ledger.unfinished("m1", "one", "120 s")
    assert ledger.add_report(report(found), "m1")
    assert ledger.unfinished("m1", "one", "120 s") == ()


def test_a_file_waits_until_an_engine_has_done_all_its_pages(
    ledger: Ledger, source: MakeSource, arrival: MakeArrival, report: MakeReport
) -> None:
    found = source()
    sha256 = found.sha256
    ledger.accept(found, 2, arrival())
    for number, engine in ((1, "one"), (2, "one"), (1, "two")):
        waiting = [file.source for file in ledger.waiting("one", "")]
        assert waiting == ([] if engine == "two" else [found])
        ledger.add_page(PageRead(sha256, number, engine, page(number)))
    assert ledger.whole_readings(sha256) == ("one",)
    assert [file.source for file in ledger.waiting("two", "")] == [found]
    ledger.add_page(PageRead(sha256, 2, "two", page(2, TIMEOUT), limits="120 s"))
    assert ledger.whole_readings(sha256) == ("two", "one")
    assert ledger.waiting("two", "120 s") == ()
    assert ledger.waiting("two", "600 s"), "more time may help"
    assert ledger.mapped_by(sha256) == ""
    ledger.add_report(report(found), "m1")
    ledger.add_report(report(found), "m2")
    assert ledger.mapped_by(sha256) == "m2"
    ledger.fail(sha256, Problem("unreadable"))
    assert ledger.waiting("three", "") == ()


# ── mapping ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_report_is_recorded_once(ledger: Ledger, read: MakeSource, report: MakeReport) -> None:
    found = read()
    assert [left.source for left in ledger.unfinished("m1", "one", "")] == [found]
    assert ledger.add_report(report(found), "m1")
    assert not ledger.add_report(report(found), "m1")
    assert ledger.unfinished("m1", "one", "") == ()
    assert ledger.reports() == (report(found),)
    assert ledger.report(found.sha256) == report(found)
    assert what(ledger) == ["received", "mapped"]


def test_a_new_mapping_replaces_and_an_old_one_can_come_back(
    ledger: Ledger, read: MakeSource, report: MakeReport
) -> None:
    found = read()
    one, two = report(found), report(found, unit="xa-b")
    ledger.add_report(one, "m1")
    assert ledger.unfinished("m2", "one", "")
    ledger.add_report(two, "m2")
    assert ledger.reports() == (two,)
    assert ledger.unfinished("m1", "one", ""), "m1 would map it again"
    ledger.add_report(one, "m1")
    assert ledger.reports() == (one,)


def test_a_failed_mapping_is_recorded_once_and_forgotten_when_it_succeeds(
    ledger: Ledger, read: MakeSource, report: MakeReport
) -> None:
    found, problem = read(), Problem("unexpected", (("detail", "KeyError: 'x'"),))
    ledger.fail(found.sha256, problem)
    ledger.fail(found.sha256, problem)
    status = ledger.file(found.sha256)
    assert status is not None
    assert (status.state, status.problems) == (FileState.FAILED, (problem,))
    ledger.add_report(report(found), "m1")
    status = ledger.file(found.sha256)
    assert status is not None
    assert (status.state, status.problems) == (FileState.MAPPED, ())
    assert what(ledger) == ["received", "failed", "mapped"]


def test_what_cannot_be_mapped_again_counts_no_more(ledger: Ledger, read: MakeSource, report: MakeReport) -> None:
    """The mapping of the old request must not be merged under the new one; what an officer settled is kept."""
    found = read()
    gap = Gap(GapKind.SECTION_MISSING, Evidence("no_report"), "xa-a", "tthc", found.sha256)
    before = report(found, gap)
    ledger.add_report(before, "m1")
    ledger.settle(gap, GapState.WAIVED, "đã hỏi")
    ledger.fail(found.sha256, Problem("unexpected"))
    assert ledger.reports() == ()
    assert ledger.report(found.sha256) is None
    assert ledger.gaps() == ()
    assert [left.source for left in ledger.unfinished("m1", "one", "")] == [found]
    ledger.add_report(before, "m1")
    assert ledger.reports() == (before,)
    assert [entry.gap.state for entry in ledger.gaps()] == [GapState.WAIVED]


def test_superseded_reports_stay_and_can_count_again(ledger: Ledger, read: MakeSource, report: MakeReport) -> None:
    old, new = read("cũ.pdf"), read("mới.pdf")
    for found in (old, new):
        ledger.add_report(report(found), "m1")
    ledger.supersede([old.sha256])
    ledger.supersede([old.sha256])
    assert [file.state for file in ledger.status().files] == [FileState.SUPERSEDED, FileState.MAPPED]
    assert len(ledger.reports()) == 2
    ledger.supersede([])
    assert [file.state for file in ledger.status().files] == [FileState.MAPPED, FileState.MAPPED]
    assert what(ledger)[-2:] == ["superseded", "counts_again"]


def test_an_archive_is_unfinished_until_unpacked(ledger: Ledger, source: MakeSource, arrival: MakeArrival) -> None:
    archive = source("tất cả.zip", MediaType.ZIP)
    ledger.accept(archive, 3, arrival())
    assert [left.source for left in ledger.unfinished("m1", "one", "")] == [archive]
    ledger.finish_archive(archive.sha256)
    ledger.finish_archive(archive.sha256)
    assert ledger.unfinished("m1", "one", "") == ()
    assert what(ledger) == ["received", "unpacked"]


# ── status ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_status_counts_pages_and_names_failed_ones(
    ledger: Ledger, source: MakeSource, arrival: MakeArrival, report: MakeReport
) -> None:
    found = source()
    ledger.accept(found, 2, arrival())
    ledger.add_page(PageRead(found.sha256, 1, "one", page(1)))
    (file,) = ledger.status().files
    assert (file.state, file.pages_done, file.pages_total) == (FileState.READING, 1, 2)
    ledger.add_page(PageRead(found.sha256, 2, "one", page(2, TIMEOUT)))
    ledger.add_report(report(found), "m1")
    (file,) = ledger.status().files
    assert (file.state, file.pages_done, file.unit) == (FileState.NEEDS_REVIEW, 2, "xa-a")
    assert file.problems == (Problem("page_timeout", (("program", "tesseract"), ("seconds", "120")), 2),)


def test_a_file_of_failed_pages_failed(
    ledger: Ledger, source: MakeSource, arrival: MakeArrival, report: MakeReport
) -> None:
    found = source()
    ledger.accept(found, 1, arrival())
    ledger.add_page(PageRead(found.sha256, 1, "one", page(1, TIMEOUT)))
    ledger.add_report(report(found, unit=None), "m1")
    assert ledger.status().count(FileState.FAILED) == 1


def test_an_open_gap_asks_for_review_and_a_waived_one_does_not(
    ledger: Ledger, read: MakeSource, report: MakeReport
) -> None:
    found = read()
    gap = Gap(GapKind.SECTION_MISSING, Evidence("no_report"), "xa-a", "tthc", found.sha256)
    ledger.add_report(report(found, gap), "m1")
    assert [(file.state, file.gaps) for file in ledger.status().files] == [(FileState.NEEDS_REVIEW, 1)]
    ledger.settle(gap, GapState.WAIVED, "không phát sinh")
    assert [(file.state, file.gaps) for file in ledger.status().files] == [(FileState.MAPPED, 0)]


# ── the log ────────────────────────────────────────────────────────────────────────────────────────────────


def test_events_say_who_and_when(ledger: Ledger, source: MakeSource, arrival: MakeArrival) -> None:
    ledger.accept(source(), 1, arrival())
    (event,) = ledger.events(source().sha256)
    assert (event.who, event.what, event.details) == ("Nguyễn Văn A", "received", (("name", "báo cáo.pdf"),))
    assert event.at > arrival().at
    assert ledger.events("khác") == ()


def test_the_database_itself_refuses_to_change_the_log(
    ledger: Ledger, source: MakeSource, arrival: MakeArrival
) -> None:
    from django.db import DatabaseError, connections

    ledger.accept(source(), 1, arrival())
    for statement in ("UPDATE tonghop_ledger_event SET who = 'x'", "DELETE FROM tonghop_ledger_event"):
        with connections[ledger._alias].cursor() as cursor, pytest.raises(DatabaseError, match="only grows"):
            cursor.execute(statement)


def test_events_are_not_saved_twice_nor_deleted(ledger: Ledger, source: MakeSource, arrival: MakeArrival) -> None:
    from tonghop.ledger.models import Event

    ledger.accept(source(), 1, arrival())
    rows = Event.objects.using(ledger._alias)
    event = rows.get()
    for forbidden in (event.save, event.delete, rows.delete, lambda: rows.update(who="x")):
        with pytest.raises(TypeError, match="only grows"):
            forbidden()


# ── the database ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_commits_survive_a_power_cut_and_readers_do_not_wait(ledger: Ledger) -> None:
    from django.db import connections

    cursor = connections[ledger._alias].cursor()
    settings = {name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")}
    assert settings == {"journal_mode": "wal", "synchronous": 2}


def test_two_ledgers_in_one_process_do_not_mix(
    ledger: Ledger, source: MakeSource, arrival: MakeArrival, tmp_path: Path
) -> None:
    other = open_ledger(f"sqlite:///{tmp_path / 'other.sqlite3'}", lambda: arrival().at)
    ledger.accept(source(), 1, arrival())
    assert other.status().files == ()
    other.close()


def test_the_migration_makes_the_tables_that_the_models_say(ledger: Ledger) -> None:
    from django.core.management import call_command

    call_command("makemigrations", "tonghop_ledger", check=True, dry_run=True, verbosity=0)
