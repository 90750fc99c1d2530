"""How alike two folded texts are, 0 to 100: the one door to rapidfuzz, whose scores these are."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from rapidfuzz import fuzz, process

__all__ = ["likeness", "nearest", "nearest_few", "part_likeness", "set_likeness"]


def likeness(first: str, second: str) -> float:
    """Return how much of both texts is alike, in order (normalised indel distance)."""
    return fuzz.ratio(first, second)


def part_likeness(first: str, second: str) -> float:
    """Return how much the shorter text is like the part of the longer one that fits it best."""
    return fuzz.partial_ratio(first, second)


def set_likeness(first: str, second: str) -> float:
    """Return how alike the two texts are as sets of words; 100 when one holds all words of the other."""
    return fuzz.token_set_ratio(first, second)


def nearest(text: str, choices: Collection[str], least: float) -> str | None:
    """Return the choice most like `text`, None when none is at least `least` alike."""
    hit = process.extractOne(text, choices, scorer=fuzz.ratio, score_cutoff=least)
    return hit[0] if hit else None


def nearest_few(text: str, choices: Sequence[str], least: float, most: int) -> list[tuple[float, int]]:
    """Return (likeness, position) of up to `most` choices that are at least `least` alike, best first."""
    return [
        (score, at)
        for _, score, at in process.extract(text, choices, scorer=fuzz.ratio, score_cutoff=least, limit=most)
    ]
