"""Which heading a title names: exact on the plain wording, then nearly, then by the phrases inside it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import fuzz, process
from tonghop.extract.wording import bare_title, plain_title
from tonghop.models.headings import Mention, PhraseIndex

from tonghop.records import Heading, HeadingRole, ReportingRequest

__all__ = ["HeadingIndex", "HeadingMatch"]

# Words a title may put between the headings it names.
_JOINING = frozenset(
    [
        "va",
        "voi",
        "gan",
        "ve",
        "cong",
        "tac",
        "ket",
        "qua",
        "thuc",
        "hien",
        "cai",
        "cach",
        "hanh",
        "chinh",
        "xay",
        "dung",
        "phat",
        "trien",
        "viec",
        "trien",
        "khai",
        "cac",
        "nhiem",
        "vu",
        "nang",
        "cao",
    ]
)
_STEM = re.compile(r"^(?:cai cach|xay dung(?: va phat trien)?|phat trien|doi moi) ")
_STEMS = ("cai cach", "xay dung", "phat trien", "doi moi")


@dataclass(frozen=True, slots=True)
class HeadingMatch:
    """A title's heading. `others` are further headings that the same title names. `score` is 0 to 1."""

    heading: Heading
    score: float
    method: str
    others: tuple[Heading, ...] = ()


class HeadingIndex:
    """The titles and variants of a request's headings, prepared once."""

    def __init__(self, request: ReportingRequest) -> None:
        self._headings = {heading.key: heading for heading in request.headings}
        self._exact: dict[str, str] = {}
        self._bare: dict[str, str] = {}
        for heading in request.headings:
            for title in (heading.title, *heading.variants):
                plain = plain_title(title)
                self._exact.setdefault(plain, heading.key)
                self._bare.setdefault(bare_title(plain), heading.key)
        self._choices = list(self._exact)
        self._glued = [choice.replace(" ", "") for choice in self._choices]

    def is_exact(self, title: str) -> bool:
        """Return whether `title` is a known wording, marks, capitals and periods aside."""
        plain = plain_title(title)
        return plain in self._exact or bare_title(plain) in self._bare

    def match(self, title: str, threshold: float) -> HeadingMatch | None:
        """Return the heading `title` names, or None below `threshold`."""
        plain = plain_title(title)
        if len(plain) < 5 or len(plain) > 240:
            return None
        key = self._exact.get(plain) or self._bare.get(bare_title(plain))
        if key:
            return HeadingMatch(self._headings[key], 1.0, "exact")
        if several := self._several(plain):
            return several
        return self._nearest(plain, threshold)

    def _nearest(self, plain: str, threshold: float) -> HeadingMatch | None:
        best: tuple[float, str] = (0.0, "")
        floor = 100 * threshold
        glued = plain.replace(" ", "")
        for _, value, at in process.extract(glued, self._glued, scorer=fuzz.ratio, score_cutoff=floor, limit=6):
            choice = self._choices[at]
            # "cai cach" is most of a short title: without it the rest must agree as well.
            stem = fuzz.ratio(_stemless(bare_title(plain)), _stemless(bare_title(choice)))
            if stem >= floor - 10:
                best = max(best, (value / 100, choice))
        if not best[1]:
            return None
        return HeadingMatch(self._headings[self._exact[best[1]]], best[0], "fuzzy")

    def _several(self, plain: str) -> HeadingMatch | None:
        tokens = plain.split()
        if len(tokens) < 5:
            return None
        tokens = [self._known_token(token) for token in tokens]
        mentions = self._phrases.find(tokens)
        keys = list(dict.fromkeys(mention.key for mention in mentions))
        if len(keys) < 2 or not _is_joined(tokens, mentions):
            return None
        headings = [self._headings[key] for key in keys]
        return HeadingMatch(headings[0], 0.9, "phrase", tuple(headings[1:]))

    def _known_token(self, token: str) -> str:
        """Return the word of the headings that a misread token stands for, or the token itself."""
        if token in self._words or len(token) < 4:
            return token
        nearest = process.extractOne(token, self._words, scorer=fuzz.ratio, score_cutoff=75)
        return nearest[0] if nearest else token

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset(token for choice in self._choices for token in choice.split())

    @cached_property
    def _phrases(self) -> PhraseIndex:
        phrases: dict[str, list[str]] = {}
        for plain, key in self._exact.items():
            if self._headings[key].role is not HeadingRole.ASKED:
                continue
            bare = bare_title(plain)
            for phrase in {plain, bare, _STEM.sub("", bare)}:
                if len(phrase.split()) >= 2:
                    phrases.setdefault(key, []).append(phrase)
        return PhraseIndex(_unshared(phrases))


def _stemless(bare: str) -> str:
    """Return a bare title without its first two words when these are, or nearly are, "cải cách" and the like."""
    tokens = bare.split()
    head = " ".join(tokens[:2])
    if len(tokens) > 2 and any(fuzz.ratio(head, stem) >= 75 for stem in _STEMS):
        return " ".join(tokens[2:])
    return bare


def _unshared(phrases: dict[str, list[str]]) -> dict[str, list[str]]:
    """Leave out a phrase that two headings share: it tells nothing."""
    owners: dict[str, set[str]] = {}
    for key, texts in phrases.items():
        for text in texts:
            owners.setdefault(text, set()).add(key)
    return {key: [t for t in texts if len(owners[t]) == 1] for key, texts in phrases.items()}


def _is_joined(tokens: list[str], mentions: tuple[Mention, ...]) -> bool:
    """Return whether the title is its mentions and joining words, and little else."""
    covered = {at for mention in mentions for at in range(mention.start, mention.stop)}
    rest = [token for at, token in enumerate(tokens) if at not in covered and token not in _JOINING]
    return len(rest) <= len(tokens) // 5
