"""Executors: every job comes back, with its result or its error; a killed worker costs one page at most."""

from __future__ import annotations

import importlib.util
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tonghop import executors
from tonghop.errors import ChildProcessFailed, ConfigurationError, MissingDependency, PageTimeout, TonghopError
from tonghop.executors import DaskExecutor, Executor, PoolExecutor, SerialExecutor, executor_for
from tonghop.settings import Settings

# Functions for a pool must be importable in its processes, which a test module is not: the standard library's are.


def double(job: int) -> int:
    if job == 13:
        raise PageTimeout(program="tesseract", seconds=120)
    if job == 14:
        raise ZeroDivisionError("a fault of the program")
    if job == 15:
        raise MissingDependency(what="tesseract", how="apt-get install tesseract-ocr")
    return 2 * job


def results_of(executor: Executor, function: Callable[[Any], Any], jobs: list[Any]) -> dict[Any, Any]:
    with closing(executor.run(function, jobs)) as results:
        return dict(results)


@pytest.fixture
def pool() -> Iterator[PoolExecutor]:
    executor = PoolExecutor(2)
    yield executor
    executor.close()


# ── in this process ────────────────────────────────────────────────────────────────────────────────────────


def test_serial_gives_results_in_order() -> None:
    assert list(SerialExecutor().run(double, [1, 2, 3])) == [(1, 2), (2, 4), (3, 6)]


def test_an_error_costs_its_job_only() -> None:
    found = results_of(SerialExecutor(), double, [1, 13, 14, 2])
    assert (found[1], found[2]) == (2, 4)
    assert isinstance(found[13], PageTimeout)
    assert found[14].params == {"detail": "ZeroDivisionError: a fault of the program"}


def test_a_missing_program_stops_the_run() -> None:
    with pytest.raises(MissingDependency):
        results_of(SerialExecutor(), double, [1, 15, 2])


# ── in a pool ──────────────────────────────────────────────────────────────────────────────────────────────


def test_a_pool_gives_every_job_back(pool: PoolExecutor, tmp_path: Path) -> None:
    files = [tmp_path / str(size) for size in range(12)]
    for size, file in enumerate(files):
        file.write_bytes(b"x" * size)
    missing = tmp_path / "missing"
    found = results_of(pool, os.path.getsize, [*files, missing])
    assert [found[file] for file in files] == list(range(12))
    assert isinstance(found[missing], TonghopError)
    assert results_of(pool, os.path.getsize, files[:2]) == {files[0]: 0, files[1]: 1}, "and may run again"


def test_jobs_are_drawn_as_they_are_needed(pool: PoolExecutor) -> None:
    drawn: list[int] = []

    def jobs() -> Iterator[str]:
        for number in range(50):
            drawn.append(number)
            yield "/"

    with closing(pool.run(os.path.getsize, jobs())) as results:
        next(results)
        assert len(drawn) <= 2 * pool.workers + 2


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_a_killed_worker_costs_one_job(pool: PoolExecutor) -> None:
    kill = "import os; os.kill(os.getpid(), 9)"
    found = results_of(pool, exec, ["a = 1", "b = 2", kill, "c = 3", "d = 4", "e = 5", "f = 6"])
    assert isinstance(found.pop(kill), ChildProcessFailed)
    assert set(found.values()) == {None}
    assert len(found) == 6


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_a_worker_killed_once_loses_nothing(pool: PoolExecutor, tmp_path: Path) -> None:
    flag = tmp_path / "flag"
    once = f"""
import os, pathlib
flag = pathlib.Path({str(flag)!r})
if not flag.exists():
    flag.touch()
    os.kill(os.getpid(), 9)
"""
    found = results_of(pool, exec, ["a = 1", once, "b = 2"])
    assert set(found.values()) == {None}


def test_workers_that_cannot_start_are_no_page_s_fault(pool: PoolExecutor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(executors, "_start_worker", os.abort)
    with pytest.raises(ChildProcessFailed, match="cannot start"):
        results_of(pool, exec, ["a = 1"])


# `is_alive` will not do: for a moment it holds for a process that the pool's own thread has just waited for.
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks processes up in /proc")
def test_leaving_in_the_middle_ends_the_workers(pool: PoolExecutor) -> None:
    long = "import threading; threading.Event().wait(600)"
    with closing(pool.run(exec, ["a = 1", long, long])) as results:
        next(results)
        workers = [worker.pid for worker in multiprocessing.active_children()]
        assert workers
    assert not any(pid is not None and Path(f"/proc/{pid}").exists() for pid in workers)


def test_a_worker_has_one_thread_in_each_library(pool: PoolExecutor) -> None:
    assert results_of(pool, os.getenv, ["OMP_THREAD_LIMIT", "OPENBLAS_NUM_THREADS"]) == {
        "OMP_THREAD_LIMIT": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks processes up in /proc")
def test_workers_go_when_their_parent_is_killed() -> None:
    import subprocess

    script = """
import multiprocessing, os, sys
from tonghop.executors import PoolExecutor
if __name__ == "__main__":
    results = PoolExecutor(1).run(os.getenv, ["HOME"])
    next(results)
    print(multiprocessing.active_children()[0].pid, flush=True)
    os.kill(os.getpid(), 9)
"""
    parent = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert parent.returncode == -signal.SIGKILL, parent.stderr
    worker = Path("/proc") / parent.stdout.strip()
    pause = multiprocessing.Event()
    for _ in range(100):
        if not worker.exists():
            return
        pause.wait(0.05)
    pytest.fail("the worker is still there after 5 seconds")


def test_workers_import_what_reading_needs_and_no_more() -> None:
    """Django, spaCy and Typer cost a worker memory and a second of its start."""
    import subprocess

    script = "import sys, tonghop.executors, tonghop.ingest.reader; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    assert not {"django", "spacy", "typer", "rich", "matplotlib", "openpyxl"} & set(loaded)


# ── on a cluster ───────────────────────────────────────────────────────────────────────────────────────────


class FakeFuture:
    def __init__(self, function: Callable[[Any], Any], job: Any) -> None:
        self._function, self._job = function, job

    def exception(self) -> Exception | None:
        try:
            self._function(self._job)
        except Exception as error:  # noqa: BLE001 - what dask's future does
            return error
        return None

    def result(self) -> Any:
        return self._function(self._job)


class FakeClient:
    """Answers as `distributed.Client` does, with two workers of two threads each."""

    def __init__(self) -> None:
        self.submitted: list[Any] = []
        self.cancelled: list[FakeFuture] = []
        self.is_closed = False

    def nthreads(self) -> dict[str, int]:
        return {"tcp://a": 2, "tcp://b": 2}

    def submit(self, function: Callable[[Any], Any], job: Any, *, pure: bool) -> FakeFuture:
        assert not pure, "dask would look a job up instead of doing it again"
        self.submitted.append(job)
        return FakeFuture(function, job)

    def cancel(self, futures: list[FakeFuture], *, force: bool) -> None:
        assert force
        self.cancelled += futures

    def close(self) -> None:
        self.is_closed = True


class FakeAsCompleted:
    """Gives the last first, as a cluster may."""

    def __init__(self, futures: list[FakeFuture]) -> None:
        self._left = list(futures)

    def add(self, future: FakeFuture) -> None:
        self._left.append(future)

    def __iter__(self) -> Iterator[FakeFuture]:
        while self._left:
            yield self._left.pop()


def test_dask_gives_every_job_back() -> None:
    client = FakeClient()
    found = results_of(DaskExecutor(client, FakeAsCompleted), double, [*range(12), 13])
    assert [found[job] for job in range(12)] == [2 * job for job in range(12)]
    assert isinstance(found[13], PageTimeout)
    assert client.cancelled == []


def test_dask_hands_out_a_bounded_number_and_cancels_the_rest() -> None:
    client = FakeClient()
    with closing(DaskExecutor(client, FakeAsCompleted).run(double, iter(range(100)))) as results:
        next(results)
        assert len(client.submitted) == 8
    assert len(client.cancelled) == 7


def test_dask_stops_for_a_missing_program() -> None:
    with pytest.raises(MissingDependency):
        results_of(DaskExecutor(FakeClient(), FakeAsCompleted), double, [1, 15, 2])


def test_dask_not_installed_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(MissingDependency, match=r"dask\.distributed"), executor_for(Settings(executor="dask")):
        pass


def test_dask_without_a_scheduler_is_a_configuration_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: object())
    with pytest.raises(ConfigurationError, match="dask_scheduler"), executor_for(Settings(executor="dask")):
        pass


def test_dask_on_a_real_cluster() -> None:
    distributed = pytest.importorskip("distributed", reason="needs the extra `dask`")
    with distributed.LocalCluster(n_workers=1, threads_per_worker=2, dashboard_address=None) as cluster:
        executor = DaskExecutor.connect(cluster.scheduler_address)
        assert results_of(executor, abs, [-1, -2, -3]) == {-1: 1, -2: 2, -3: 3}
        executor.close()


# ── by settings ────────────────────────────────────────────────────────────────────────────────────────────


def test_the_settings_choose() -> None:
    with executor_for(Settings(executor="serial")) as serial, executor_for(Settings(workers=3)) as pool:
        assert isinstance(serial, SerialExecutor)
        assert isinstance(pool, PoolExecutor)
        assert pool.workers == 3
    with executor_for(Settings()) as pool:
        assert isinstance(pool, PoolExecutor)
        assert pool.workers == os.cpu_count()
