"""From one at a time to as many as there are: what came in while the last batch was worked on is the next one."""

from __future__ import annotations

import queue
import threading
from collections.abc import Generator, Iterable
from typing import TypeVar

__all__ = ["batches"]

Item = TypeVar("Item")
_LOOK_S = 0.5  # a wait without end cannot be interrupted on Windows


def batches(items: Iterable[Item], stop: threading.Event) -> Generator[list[Item], None, None]:
    """Yield `items`, drawn in a thread of their own, in lists of all that are there; end with them or with `stop`.

    Sets `stop` when left. What `items` raises is raised here.
    """
    arrived: queue.SimpleQueue[Item] = queue.SimpleQueue()
    failed: list[Exception] = []
    feeder = threading.Thread(target=_feed, args=(items, arrived, failed), daemon=True)
    feeder.start()
    try:
        while not stop.is_set() and (feeder.is_alive() or not arrived.empty()):
            if batch := _drain(arrived):
                yield batch
    finally:
        stop.set()
    if failed:
        raise failed[0]


def _feed(items: Iterable[Item], arrived: queue.SimpleQueue[Item], failed: list[Exception]) -> None:
    try:
        for item in items:
            arrived.put(item)
    except Exception as error:  # noqa: BLE001 - raised again where the batches are worked on
        failed.append(error)


def _drain(arrived: queue.SimpleQueue[Item]) -> list[Item]:
    batch: list[Item] = []
    try:
        batch.append(arrived.get(timeout=_LOOK_S))
        while True:
            batch.append(arrived.get_nowait())
    except queue.Empty:
        return batch
