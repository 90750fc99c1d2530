"""Which heading a title names: exact on the plain wording, then nearly, then by the phrases inside it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from tonghop.extract.similarity import likeness, nearest, nearest_few
from tonghop.extract.wording import bare_title, loose_title, plain_title
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
_DONE = re.compile(r"^(?:ket qua )?(?:thuc hien )?(?=nhiem vu )")
_OWN_SECTION = (HeadingRole.ASKED, HeadingRole.EXTRA)
_EXPECTED = 0.12  # how much less likeness is enough where the numbering promises a heading
_BROKEN_OFF = 16  # letters that a title must keep to be known by its beginning
_SINGLE = 0.93  # a title as near as this to one heading is not taken apart
# Words that a shortened title drops without saying anything else.
_EMPTY = frozenset(
    ["va", "ve", "cua", "den", "toi", "doi", "voi", "cac", "nhung", "duoc", "do", "tai", "tren", "trong", "viec", "su"]
)
_SHORTENED = 0.95
_JOINT = re.compile(r"\s*[,;&]\s*(?:v[àaáâ]\s+)?|\s+v[àaáâ]\s+", re.IGNORECASE)
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
        self._glued = _glued_keys({**self._bare, **self._exact})
        self._choices = _with_glued(self._exact)
        self._bare_choices = _with_glued(self._bare)

    def is_exact(self, title: str) -> bool:
        """Return whether `title` is a known wording, marks, capitals and periods aside."""
        return self._exact_key(plain_title(title)) is not None

    def match(self, title: str, threshold: float, *, is_expected: bool = False) -> HeadingMatch | None:
        """Return the heading `title` names, or None below `threshold`.

        `is_expected`: the numbering says that a heading stands here, so that a damaged title needs less likeness.
        """
        plain = plain_title(title)
        if len(plain) < 5 or len(plain) > 240:
            return None
        if key := self._exact_key(plain):
            return HeadingMatch(self._headings[key], 1.0, "exact")
        found = self._several(plain) or self._halves(title, plain, threshold) or self._shortened(plain)
        mended = plain_title(title, mended=75)
        if found is None and mended != plain:
            found = self._several(mended) or self._nearest(mended, threshold, threshold - 0.1)
        if found is None and is_expected:
            mended = plain_title(title, mended=60)
            found = self._nearest(mended, threshold - _EXPECTED, threshold - 0.1) or self._beginning(mended)
            found = found if found and found.heading.role in _OWN_SECTION else None
        return found

    def _exact_key(self, plain: str) -> str | None:
        bare = bare_title(plain)
        return self._exact.get(plain) or self._bare.get(bare) or self._glued.get(bare.replace(" ", ""))

    def _shortened(self, plain: str) -> HeadingMatch | None:
        """Return the one heading that `plain` shortens or turns about.

        "Tác động đến KT-XH" begins and ends like its heading and leaves out words between; "Đề xuất, kiến nghị với
        cấp trên" has its words in another order. A title that fits two headings names neither.
        """
        words = _telling(bare_title(plain))
        if len(words) < 3 or words == ["cai", "cach", "hanh", "chinh"]:
            return None
        keys = {key for form, key in self._forms if _shortens(words, form)}
        if len(keys) != 1:
            return None
        return HeadingMatch(self._headings[keys.pop()], _SHORTENED, "fuzzy")

    @cached_property
    def _forms(self) -> list[tuple[list[str], str]]:
        titles = {*self._exact.items(), *self._bare.items()}
        stemless = {(rest.sub("", bare), key) for bare, key in self._bare.items() for rest in (_STEM, _DONE)}
        return [(_telling(text), key) for text, key in sorted(titles | stemless)]

    def _beginning(self, plain: str) -> HeadingMatch | None:
        """Return the one heading whose title begins with `plain`, a title that breaks off."""
        glued = plain.replace(" ", "")
        if len(glued) < _BROKEN_OFF:
            return None
        near = {
            self._exact[choice]: ratio / 100
            for choice, other in zip(*self._choices, strict=True)
            if len(other) > len(glued) and (ratio := likeness(glued, other[: len(glued)])) >= 90
        }
        if len(near) != 1:
            return None
        key, score = next(iter(near.items()))
        return HeadingMatch(self._headings[key], score * 0.9, "fuzzy")

    def _halves(self, title: str, plain: str, threshold: float) -> HeadingMatch | None:
        """Return the nearest heading, or two when the title is two headings joined, though damaged."""
        nearest = self._nearest(plain, threshold, threshold - 0.1)
        if (nearest and nearest.score >= _SINGLE) or len(plain.split()) < 5:
            return nearest
        for joint in _JOINT.finditer(title):
            halves = [self._one(part, threshold) for part in (title[: joint.start()], title[joint.end() :])]
            if all(half and half.heading.role is HeadingRole.ASKED for half in halves) and halves[0] and halves[1]:
                first, second = halves[0].heading, halves[1].heading
                if first.key != second.key:
                    return HeadingMatch(first, min(h.score for h in halves if h) * 0.9, "phrase", (second,))
        return nearest

    def _one(self, title: str, threshold: float) -> HeadingMatch | None:
        plain = plain_title(title)
        if key := self._exact_key(plain):
            return HeadingMatch(self._headings[key], 1.0, "exact")
        return self._nearest(plain, threshold, threshold - 0.1) if len(plain) >= 8 else None

    def _nearest(self, plain: str, threshold: float, stem_threshold: float) -> HeadingMatch | None:
        """Compare letter by letter, words glued: as the title stands, and without the words any title begins with."""
        best: tuple[float, str] = (0.0, "")
        floor = 100 * threshold
        bare = loose_title(plain)
        for text, choices in ((plain, self._choices), (bare, self._bare_choices)):
            glued = text.replace(" ", "")
            for value, at in nearest_few(glued, choices[1], floor, 6):
                choice = choices[0][at]
                # "cai cach" is most of a short title: without it the rest must agree as well.
                stem = likeness(_stemless(bare), _stemless(bare_title(choice)))
                if stem >= 100 * stem_threshold:
                    best = max(best, (value / 100, choice))
        if not best[1]:
            return None
        key = self._exact.get(best[1]) or self._bare[best[1]]
        return HeadingMatch(self._headings[key], best[0], "fuzzy")

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
        if token in self._words or len(token) < 3:
            return token
        cutoff = 85 if len(token) == 3 else 75
        return nearest(token, self._words, cutoff) or token

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset(token for choice in self._exact for token in choice.split())

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


def _glued_keys(titles: dict[str, str]) -> dict[str, str]:
    """Return titles with their words glued, without those that two headings would share."""
    owners: dict[str, set[str]] = {}
    for title, key in titles.items():
        owners.setdefault(title.replace(" ", ""), set()).add(key)
    return {glued: next(iter(keys)) for glued, keys in owners.items() if len(keys) == 1}


def _telling(text: str) -> list[str]:
    return [token for token in text.split() if token not in _EMPTY]


def _shortens(words: list[str], form: list[str]) -> bool:
    if sorted(words) == sorted(form):
        return True
    rest = iter(form)
    return words[:2] == form[:2] and words[-1:] == form[-1:] and all(word in rest for word in words)


def _with_glued(titles: Iterable[str]) -> tuple[list[str], list[str]]:
    return list(titles), [title.replace(" ", "") for title in titles]


def _stemless(bare: str) -> str:
    """Return a bare title without its first two words when these are, or nearly are, "cải cách" and the like."""
    tokens = bare.split()
    head = " ".join(tokens[:2])
    if len(tokens) > 2 and any(likeness(head, stem) >= 75 for stem in _STEMS):
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
