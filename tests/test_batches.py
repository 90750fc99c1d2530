"""Batches: all that came while the last one was worked on."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing

import pytest

from tonghop.batches import batches


def test_everything_comes_once_and_in_order() -> None:
    assert [item for batch in batches(range(100), threading.Event()) for item in batch] == list(range(100))


def test_what_came_meanwhile_is_one_batch() -> None:
    more = threading.Event()

    def items() -> Iterator[int]:
        yield 0
        more.wait(30)
        yield from range(1, 50)

    with closing(batches(items(), threading.Event())) as found:
        assert next(found) == [0]
        more.set()
        rest = [item for batch in found for item in batch]
    assert rest == list(range(1, 50))


def test_an_error_of_the_source_is_raised_after_what_came_before() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise OSError("the folder is gone")

    found = batches(items(), threading.Event())
    assert next(found) == [1]
    with pytest.raises(OSError, match="gone"):
        next(found)


def test_leaving_stops_the_source() -> None:
    stop = threading.Event()

    def items() -> Iterator[int]:
        yield 1
        while not stop.wait(0.01):
            yield 2

    with closing(batches(items(), stop)) as found:
        next(found)
    assert stop.is_set()


def test_nothing_more_comes_after_stop() -> None:
    stop = threading.Event()
    stop.set()
    assert list(batches(iter([1, 2]), stop)) == []
