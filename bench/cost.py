"""What something took: seconds on the clock, and of processor time in this process and all that it started."""

from __future__ import annotations

import resource
import time
from dataclasses import dataclass

__all__ = ["Cost", "Meter"]


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds on the clock, and seconds of processor time of all processes."""

    wall: float
    cpu: float

    def __add__(self, other: Cost) -> Cost:
        """Return the cost of both, one after the other."""
        return Cost(self.wall + other.wall, self.cpu + other.cpu)


class Meter:
    """Measures what happens between its making and `read`. A child counts once it has ended and was waited for."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), _cpu()

    def read(self) -> Cost:
        """Return the cost so far."""
        return Cost(time.perf_counter() - self._wall, _cpu() - self._cpu)


def _cpu() -> float:
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)
