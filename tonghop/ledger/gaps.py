"""What an officer settled stays settled when a report is mapped again. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from tonghop.ledger.records import GapEntry
from tonghop.records import Gap, GapState

__all__ = ["carry_over", "same_gap", "with_states"]

Key = tuple[str, str | None, str | None, str | None]


def _key(gap: Gap) -> Key:
    return gap.kind, gap.unit, gap.heading, gap.source


def same_gap(one: Gap, other: Gap) -> bool:
    """Return whether both say the same of the same place, whatever their state."""
    return _key(one) == _key(other) and one.evidence == other.evidence


def carry_over(old: Sequence[GapEntry], new: Sequence[Gap]) -> tuple[GapEntry, ...]:
    """Return `new` as entries, settled as the same gap in `old` was; the latest of `old` counts.

    The same gap is the one with the same kind, unit, heading, source and evidence. Evidence may be worded anew
    by a newer version; kind, unit, heading and source are then enough where only one gap has them, before and
    after: a waiver of one wrong sum must not waive another.
    """
    settled = [entry for entry in reversed(old) if entry.gap.state is not GapState.OPEN]
    before = Counter({key: len({e.gap.evidence for e in old if _key(e.gap) == key}) for key in map(_key, _gaps(old))})
    after = Counter(map(_key, new))
    return tuple(_settled(gap, settled, is_alone=before[_key(gap)] == after[_key(gap)] == 1) for gap in new)


def _gaps(entries: Sequence[GapEntry]) -> list[Gap]:
    return [entry.gap for entry in entries]


def _settled(gap: Gap, settled: Sequence[GapEntry], *, is_alone: bool) -> GapEntry:
    for entry in settled:
        if same_gap(entry.gap, gap) or (is_alone and _key(entry.gap) == _key(gap)):
            return replace(entry, gap=replace(gap, state=entry.gap.state))
    return GapEntry(gap)


def with_states(gaps: Sequence[Gap], entries: Sequence[GapEntry]) -> tuple[Gap, ...]:
    """Return `gaps` in the state that `entries` say; a gap without an entry is as it was."""
    states = {(_key(entry.gap), entry.gap.evidence): entry.gap.state for entry in entries}
    return tuple(replace(gap, state=states.get((_key(gap), gap.evidence), gap.state)) for gap in gaps)
