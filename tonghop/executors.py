"""Who runs the page jobs: this process, a pool of processes, or a dask cluster.

An executor runs one pure function over jobs and gives each result as it comes. It decides nothing else: what a
job is, what is kept and what is done again is the pipeline's business.

    Executor.run(function, jobs) -> (job, result), (job, result), …     in any order

A job that cannot be done comes back as a `TonghopError` in place of its result. `MissingDependency` and
`ConfigurationError` are raised instead: then the run is wrong, not the job. Closing the iterator cancels what
has not begun and ends the workers.
"""

from __future__ import annotations

import importlib.util
import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import islice
from multiprocessing.context import SpawnContext
from multiprocessing.process import BaseProcess
from typing import Any, Protocol, TypeVar

from tonghop.errors import N_, ChildProcessFailed, ConfigurationError, MissingDependency, TonghopError, phrase
from tonghop.settings import Settings

__all__ = ["DaskExecutor", "Executor", "PoolExecutor", "SerialExecutor", "executor_for"]

Job = TypeVar("Job")
Result = TypeVar("Result")
Done = Generator[tuple[Job, Result | TonghopError], None, None]

# Jobs handed out ahead of each worker: enough that none waits for the next, few enough that memory stays flat.
_AHEAD = 2
_GRACE_S = 0.5  # for a worker to end the program it runs
_PATIENCE_S = 5.0  # for a worker to end by itself


class Executor(Protocol):
    """Runs a pure function over jobs. Function, jobs and results must be picklable."""

    def run(self, function: Callable[[Job], Result], jobs: Iterable[Job]) -> Done[Job, Result]:
        """Yield each job with its result, or with the error that stopped it, as they come."""
        ...

    def close(self) -> None:
        """Give back what it holds. It may run again afterwards."""
        ...


@contextmanager
def executor_for(settings: Settings) -> Iterator[Executor]:
    """Give the executor that `settings` ask for, and close it. Raises `MissingDependency`, `ConfigurationError`."""
    executor = _make(settings)
    try:
        yield executor
    finally:
        executor.close()


def _make(settings: Settings) -> Executor:
    if settings.executor == "serial":
        return SerialExecutor()
    if settings.executor == "dask":
        return DaskExecutor.connect(settings.dask_scheduler)
    return PoolExecutor(settings.workers or os.cpu_count() or 1)


class SerialExecutor:
    """One job after the other in this process."""

    def run(self, function: Callable[[Job], Result], jobs: Iterable[Job]) -> Done[Job, Result]:
        """Yield each job with its result, in order."""
        for job in jobs:
            yield job, _call(function, job)

    def close(self) -> None:
        """Do nothing: this process goes on."""


def _call(function: Callable[[Job], Result], job: Job) -> Result | TonghopError:
    try:
        return function(job)
    except Exception as error:  # noqa: BLE001 - the border of a job: its own failure costs this job only
        return _as_error(error)


def _as_error(error: BaseException) -> TonghopError:
    """Return what stopped a job as one of our errors. Raises it again when the run is wrong, not the job."""
    if isinstance(error, (MissingDependency, ConfigurationError)) or not isinstance(error, Exception):
        raise error
    if isinstance(error, TonghopError):
        return error
    return TonghopError(detail=f"{type(error).__name__}: {error}")


class PoolExecutor:
    """A pool of processes, started afresh (spawn) so that it is the same on every system, kept between runs.

    A worker that is killed (by the system when memory runs out, for instance) breaks the whole pool of the
    standard library. The jobs under way are then done one at a time, each alone: the one that breaks its
    worker again is the culprit and comes back as `ChildProcessFailed`; the others go on in a new pool.
    """

    def __init__(self, workers: int) -> None:
        self.workers = max(1, workers)
        self._context = _Context()
        self._pool: ProcessPoolExecutor | None = None

    def run(self, function: Callable[[Job], Result], jobs: Iterable[Job]) -> Done[Job, Result]:
        """Yield each job with its result as it comes."""
        left = iter(jobs)
        try:
            while broken := (yield from self._run_until_broken(function, left)):
                self.stop()
                for job in broken:
                    yield job, self._run_alone(function, job)
        except BaseException:  # also KeyboardInterrupt and GeneratorExit: nobody waits for the pages under way
            self.stop()
            raise

    def close(self) -> None:
        """Let the workers end. The next run starts new ones."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None
            self._context = _Context()

    def stop(self) -> None:
        """End the workers now, whatever they are doing."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._context.stop()
            self.close()

    def _start(self, workers: int) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(workers, self._context, _start_worker)
        return self._pool

    def _run_until_broken(
        self, function: Callable[[Job], Result], jobs: Iterator[Job]
    ) -> Generator[tuple[Job, Result | TonghopError], None, list[Job]]:
        """Yield results until the jobs are done or a worker is killed; return the jobs then under way."""
        head = deque(islice(jobs, self.workers * _AHEAD))
        pending: dict[Future[Result], Job] = {}
        broken: list[Job] = []
        while head or pending:
            broken += self._submit(function, head, pending)
            for future in wait(pending, return_when=FIRST_COMPLETED).done:
                job = pending.pop(future)
                error = future.exception()
                if isinstance(error, BrokenProcessPool):
                    broken.append(job)
                    continue
                yield job, _as_error(error) if error else future.result()
                if not broken:
                    head.extend(islice(jobs, 1))
        return broken

    def _submit(
        self, function: Callable[[Job], Result], head: deque[Job], pending: dict[Future[Result], Job]
    ) -> list[Job]:
        """Hand out the jobs of `head`; return those that a broken pool did not take."""
        try:
            while head:
                pending[self._start(self.workers).submit(function, head[0])] = head[0]
                head.popleft()
        except BrokenProcessPool:
            refused = list(head)
            head.clear()
            return refused
        return []

    def _run_alone(self, function: Callable[[Job], Result], job: Job) -> Result | TonghopError:
        pool = self._start(1)
        _check_start(pool)
        future = pool.submit(function, job)
        error = future.exception()
        self.stop()
        if isinstance(error, BrokenProcessPool):
            return ChildProcessFailed(program=N_("worker process"), detail=N_("killed while it read this page, twice"))
        return _as_error(error) if error else future.result()


def _check_start(pool: ProcessPoolExecutor) -> None:
    """Raise `ChildProcessFailed` when a worker cannot even start: no page is to blame then."""
    try:
        pool.submit(_nothing).result()
    except BrokenProcessPool as error:
        raise ChildProcessFailed(program=sys.executable, detail=N_("a worker process cannot start")) from error


def _nothing() -> None:
    """Do nothing, in a worker."""


class _Context(SpawnContext):
    """Starts processes and remembers them, so that they can be ended in the middle of a page."""

    def __init__(self) -> None:
        super().__init__()
        self._started: list[BaseProcess] = []

    def Process(self, *args: Any, **kwargs: Any) -> BaseProcess:  # type: ignore[override]  # noqa: N802 - a class there
        """Return a new process."""
        process = super().Process(*args, **kwargs)
        self._started.append(process)
        return process

    def stop(self) -> None:
        """End all processes; those that do not listen are killed."""
        for process in self._started:
            if process.is_alive():
                process.terminate()
        for process in self._started:
            process.join(_PATIENCE_S)
            if process.is_alive():
                process.kill()
                process.join()


def _start_worker() -> None:
    """Set a worker up: one thread in each library, stopped by its parent alone, gone when its parent is gone."""
    os.environ["OMP_THREAD_LIMIT"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"
    # Ctrl-C reaches the whole group of processes. The program under way (tesseract) ends by it, since a handler,
    # unlike SIG_IGN, is not handed on; the worker waits for its parent's word, without a traceback of its own.
    signal.signal(signal.SIGINT, lambda *_: None)
    signal.signal(signal.SIGTERM, _leave)
    threading.Thread(target=_leave_with_parent, daemon=True).start()


def _leave(*_: object) -> None:
    # SystemExit first, for subprocess.run ends its child on the way out. The pool takes even that for a job's
    # failure and would wait for the next one, hence the second step.
    last = threading.Timer(_GRACE_S, os._exit, (1,))
    last.daemon = True
    last.start()
    raise SystemExit(1)


def _leave_with_parent() -> None:
    # A parent killed with SIGKILL cannot end its workers, and they would wait for ever for the next job.
    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(1)


class DaskExecutor:
    """A dask cluster. Its workers must see the originals under the same path as this machine does."""

    def __init__(self, client: Any, as_completed: Callable[..., Any]) -> None:
        self._client = client
        self._as_completed = as_completed

    @classmethod
    def connect(cls, scheduler: str) -> DaskExecutor:
        """Return an executor on the cluster at `scheduler` (`tcp://host:8786`).

        Raises `MissingDependency` when dask is not installed, `ConfigurationError` when there is no such cluster.
        """
        if importlib.util.find_spec("distributed") is None:
            raise MissingDependency(what="dask.distributed", how="pip install 'tonghop[dask]'")
        if not scheduler:
            raise ConfigurationError(
                detail=N_("executor is dask, and dask_scheduler is empty: set it to tcp://host:8786.")
            )
        # An optional extra: without it there is nothing to check against.
        import distributed  # type: ignore[import-not-found,unused-ignore]

        try:
            return cls(distributed.Client(scheduler), distributed.as_completed)
        except OSError as error:
            detail = phrase("No dask scheduler answers at {scheduler}: {detail}", scheduler=scheduler, detail=error)
            raise ConfigurationError(detail=detail) from error

    def run(self, function: Callable[[Job], Result], jobs: Iterable[Job]) -> Done[Job, Result]:
        """Yield each job with its result as it comes; as many are handed out as the cluster has threads, twice."""
        left = iter(jobs)
        ahead = _AHEAD * max(1, sum(self._client.nthreads().values()))
        pending = {self._submit(function, job): job for job in islice(left, ahead)}
        futures = self._as_completed(list(pending))
        try:
            for future in futures:
                error = future.exception()
                yield pending.pop(future), _as_error(error) if error else future.result()
                for job in islice(left, 1):
                    pending[added := self._submit(function, job)] = job
                    futures.add(added)
        finally:
            if pending:
                self._client.cancel(list(pending), force=True)

    def close(self) -> None:
        """Leave the cluster; it goes on without us."""
        self._client.close()

    def _submit(self, function: Callable[[Job], Result], job: Job) -> Any:
        # pure=False: a page that is read again must be read again, not looked up.
        return self._client.submit(function, job, pure=False)
