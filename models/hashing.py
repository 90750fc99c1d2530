"""A static table from 64-bit keys to bytes that holds fingerprints in place of keys: two buckets of eight for each.

After Azar, Broder, Karlin and Upfal (1999), "Balanced allocations": each key lies in the emptier of two buckets that
its hash names. A look-up reads two short rows, wherever the key may be; a binary search of millions reads twenty
places. A key that is not in the table is taken for one that is with a chance of 16 / 2^bits of the fingerprint.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["HashTable", "build_table"]

Ints = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]
Bytes = npt.NDArray[np.uint8]
Prints = npt.NDArray[np.generic]  # of an unsigned type

_SLOTS = 8
_CHUNK = 4096  # keys placed at once, which do not see each other's choice of bucket
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)  # of SplitMix64 (Steele et al. 2014)
_LOW = np.uint64(0xFFFFFFFF)


@dataclass(frozen=True, slots=True)
class HashTable:
    """`prints`: (buckets, 8) fingerprints, 0 where a slot is empty; `values`: by name, (buckets * 8,) bytes."""

    prints: Prints
    values: Mapping[str, Bytes]

    def find(self, keys: Ints) -> Ints:
        """Return the slot of each key, -1 where it is not in the table. Same shape in and out."""
        flat = np.ascontiguousarray(keys).ravel()
        one, two, prints = _places(flat, len(self.prints), self.prints.dtype)
        out = self._find_in(one, prints)
        left = np.flatnonzero(out < 0)
        out[left] = self._find_in(two[left], prints[left])
        return out.reshape(keys.shape)

    def _find_in(self, buckets: Ints, prints: Prints) -> Ints:
        is_same = self.prints[buckets] == prints[:, None]
        at = is_same.argmax(axis=1)
        found = is_same[np.arange(len(at)), at]
        return np.where(found, buckets * _SLOTS + at, -1)


def build_table(
    keys: Ints, values: Mapping[str, Bytes], dtype: npt.DTypeLike, load: float = 0.85
) -> tuple[HashTable, npt.NDArray[np.bool_]]:
    """Return the table of `keys` and which of them found room: the first ones first, so the least needed go last.

    `values`: (N,) for each name; `dtype`: unsigned, of the fingerprints; `load`: the share of slots in use.
    """
    buckets = max(1, int(np.ceil(len(keys) / load / _SLOTS)))
    one, two, prints = _places(keys, buckets, dtype)
    used = np.zeros(buckets, dtype=np.int64)
    slots = np.full(len(keys), -1, dtype=np.int64)
    for start in range(0, len(keys), _CHUNK):
        part = slice(start, start + _CHUNK)
        first, second = one[part], two[part]
        chosen = np.where(used[first] <= used[second], first, second)
        slots[part] = _place(chosen, used)
        late = np.flatnonzero(slots[part] < 0)
        slots[start + late] = _place((first + second - chosen)[late], used)
    kept = slots >= 0
    table = np.zeros(buckets * _SLOTS, dtype=dtype)
    table[slots[kept]] = prints[kept]
    filled = {}
    for name, given in values.items():
        filled[name] = np.zeros(buckets * _SLOTS, dtype=np.uint8)
        filled[name][slots[kept]] = given[kept]
    return HashTable(table.reshape(buckets, _SLOTS), filled), kept


def _place(buckets: Ints, used: Ints) -> Ints:
    """Return the slot of each key in its bucket, -1 where that is full; counts them into `used`."""
    order = np.argsort(buckets, kind="stable")
    ordered = buckets[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]]) if len(ordered) else np.zeros(0, np.int64)
    rank = np.arange(len(ordered)) - np.repeat(starts, np.diff(np.r_[starts, len(ordered)]))
    at = used[ordered] + rank
    out = np.empty(len(buckets), dtype=np.int64)
    out[order] = np.where(at < _SLOTS, ordered * _SLOTS + at, -1)
    np.add.at(used, ordered[at < _SLOTS], 1)
    return out


def _places(keys: Ints, buckets: int, dtype: npt.DTypeLike) -> tuple[Ints, Ints, Prints]:
    """Return the two buckets and the fingerprint (never 0) of each key."""
    mixed = _mixed(keys.astype(np.uint64))
    count = np.uint64(buckets)
    one = ((mixed >> np.uint64(32)) * count) >> np.uint64(32)
    two = ((mixed & _LOW) * count) >> np.uint64(32)
    most = np.uint64(np.iinfo(dtype).max)
    prints = _mixed(mixed) % most + np.uint64(1)
    return one.astype(np.int64), two.astype(np.int64), prints.astype(dtype)


def _mixed(keys: Words) -> Words:
    keys = (keys ^ (keys >> np.uint64(30))) * _FIRST
    keys = (keys ^ (keys >> np.uint64(27))) * _SECOND
    return np.asarray(keys ^ (keys >> np.uint64(31)), dtype=np.uint64)
