"""Which unit sent a report. Never a guess: below the threshold, or too near the runner-up, the answer is None.

Vietnamese unit names often differ by one letter or by marks alone (Tân Thành, Tân Thanh), and a scan loses marks.
So a name that agrees only after folding, or by all but a letter, is a suspicion; it becomes an answer when a second,
independent place of the report (place of issue, number, running text) has the name in full.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from tonghop.extract.areas import areas_of
from tonghop.extract.similarity import likeness
from tonghop.records import Evidence, Quote, ReportingRequest, Unit, UnitMatch
from tonghop.settings import ExtractSettings
from tonghop.text import fold, has_mark, same_tone_style, short_day, shown_score

__all__ = ["UnitClues", "UnitIndex"]

_TOKEN = re.compile(r"[^\W_]+")
_EXPANSIONS = (
    (("uy", "ban", "nhan", "dan"), ("ubnd",)),
    (("hoi", "dong", "nhan", "dan"), ("hdnd",)),
    (("tt",), ("thi", "tran")),
    (("vp",), ("van", "phong")),
)
_TYPES = (
    ("thi", "tran"),
    ("thi", "xa"),
    ("thanh", "pho"),
    ("van", "phong"),
    ("trung", "tam"),
    ("xa",),
    ("phuong",),
    ("huyen",),
    ("tinh",),
    ("phong",),
    ("so",),
    ("ban",),
)
_PLACE_TYPES = {("thi", "tran"), ("xa",), ("phuong",)}
_CERTAIN = 0.95  # a name in full, marks and all
_SUSPICION = 0.66  # enough to ask a second place
_SAME_LETTERS = 0.62  # all letters are those of the name, only marks differ: no stranger, and no answer
# Bodies of a commune that are not its People's Committee.
_OTHER_BODY = re.compile(
    r"\b(?:doan|(?<!xa )hoi (?!dong|chu)\w+|hop tac xa|dang uy|dang bo|chi bo|huyen uy|cong an|quan su|mat tran|mttq|"
    r"truong|tram y te|hdnd|hoi dong nhan dan|ban chap hanh|bch)\b"
)


@dataclass(frozen=True, slots=True)
class UnitClues:
    """What a report says about its sender. Texts are as read, before repair; `day` is None when undated.

    `letterhead` is all that stands on the issuer's side. `is_typed` is true when no letter can have been misread.
    `page` is where the issuer stands.
    """

    issuer: str = ""
    letterhead: str = ""
    addressee: str = ""
    place: str = ""
    number: str = ""
    body: str = ""
    file_name: str = ""
    day: date | None = None
    is_typed: bool = False
    page: int = 1


@dataclass(frozen=True, slots=True)
class _Name:
    """A name taken apart: its type ("xã") and the rest, folded and as printed, token by token.

    `kind` is the type as printed.
    """

    type: tuple[str, ...]
    folded: tuple[str, ...]
    printed: tuple[str, ...]
    kind: tuple[str, ...] = ()

    @property
    def joined(self) -> str:
        return "".join(self.folded)


@dataclass(frozen=True, slots=True)
class _Form:
    unit: Unit
    text: str
    name: _Name


@dataclass(frozen=True, slots=True)
class _Score:
    value: float
    form: _Form


def _pairs(text: str) -> list[tuple[str, str]]:
    return [(fold(token), token) for token in _TOKEN.findall(text) if fold(token)]


def _parse(text: str, areas: Sequence[tuple[str, ...]] = ()) -> _Name:
    pairs = _pairs(re.sub(r"\(.*?\)", " ", text))
    pairs = _without_committee(pairs)
    for before, after in _EXPANSIONS:
        pairs = _replaced(pairs, before, after)
    while pairs and pairs[0][0] == "ubnd":
        pairs = pairs[1:]
    for area in areas:
        tokens = tuple(p[0] for p in pairs)
        is_office = tokens[:1] in (("phong",), ("van",), ("trung",))
        if len(tokens) > len(area) and tokens[-len(area) :] == area and (is_office or len(area) > 2):
            pairs = pairs[: -len(area)]
    kind = next((t for t in _TYPES if tuple(p[0] for p in pairs[: len(t)]) == t and len(pairs) > len(t)), ())
    rest = [pair for pair in pairs[len(kind) :] if not (kind in (("phong",), ("van", "phong")) and pair[0] == "va")]
    printed = tuple(p[1] for p in pairs[: len(kind)])
    return _Name(kind, tuple(p[0] for p in rest), tuple(p[1] for p in rest), printed)


def _without_committee(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Take "Ủy ban nhân dân" off the front, however a scanner read or glued it."""
    for count in (4, 3, 5, 2, 1):
        if len(pairs) > count and likeness("".join(p[0] for p in pairs[:count]), "uybannhandan") >= 82:
            return pairs[count:]
    return pairs


def _replaced(pairs: list[tuple[str, str]], before: tuple[str, ...], after: tuple[str, ...]) -> list[tuple[str, str]]:
    size = len(before)
    found = [at for at in range(len(pairs) - size + 1) if tuple(p[0] for p in pairs[at : at + size]) == before]
    for at in reversed(found):
        pairs = [*pairs[:at], *((word, word) for word in after), *pairs[at + size :]]
    return pairs


def _areas(request: ReportingRequest) -> tuple[tuple[str, ...], ...]:
    """Return the names of areas that may follow an office's name: "huyện Cao Lộc", "huyện"."""
    issuer = _parse(request.issuer)
    parent = _parse(request.issuer_parent)
    whole = [(*name.type, *name.folded) for name in (parent, issuer) if name.type]
    return (*whole, *((name.type) for name in (parent, issuer) if name.type))


class UnitIndex:
    """The names of a request's units, taken apart once."""

    def __init__(self, request: ReportingRequest) -> None:
        self._areas = _areas(request)
        self._area_index = areas_of(request)
        self._forms = [
            _Form(unit, text, _parse(text, self._areas))
            for unit in request.units
            for text in (unit.name, *unit.aliases)
        ]
        self._typed_forms = [form for form in self._forms if form.name.type]
        self._period_day = request.period.last

    def match(self, clues: UnitClues, settings: ExtractSettings) -> UnitMatch:
        """Return the unit that `clues` name, with the runner-up and the evidence."""
        if elsewhere := self._elsewhere(clues):
            return elsewhere
        ranked = self._ranked(self._issuer_scores(clues))
        if not clues.issuer and _OTHER_BODY.search(fold(clues.letterhead)):
            return _nobody(Evidence("unit_not_in_request", (), (Quote(clues.letterhead, clues.page),)))
        if not clues.issuer or not ranked:
            return self._without_issuer(clues, settings)
        best = ranked[0]
        value, reason = best.value, "unit_by_issuer"
        if value < settings.unit_threshold and value >= _SUSPICION and self._is_confirmed(best.form.unit, clues):
            value, reason = 0.9, "unit_by_issuer_and_text"
        return self._answer(_Score(value, best.form), ranked[1:], reason, clues, settings)

    def _elsewhere(self, clues: UnitClues) -> UnitMatch | None:
        """Return that the report comes from another area: letterhead, addressee or text name that one, and not the own.

        What a scan says in one place counts only when no other place names the own area.
        """
        areas, is_typed = self._area_index, clues.is_typed
        whole = f"{clues.letterhead} {clues.issuer}"
        area = areas.foreign(whole, is_typed=is_typed)
        is_own_elsewhere = area is not None and areas.names_own(f"{clues.addressee} {clues.body}", area.level)
        if area is None or (is_own_elsewhere and not is_typed):
            area, whole = areas.foreign(clues.addressee, is_typed=is_typed), clues.addressee
            if area is not None and areas.names_own(f"{clues.letterhead} {clues.body}", area.level):
                area = None
        if area is None:
            area = areas.foreign_in_text(clues.body, is_typed=is_typed)
            whole = area.text if area else ""
        if area is None or area.level != self._level:
            return None
        values = (("found", area.text), ("asked", areas.own(area.level)))
        return _nobody(Evidence("unit_elsewhere", values, (Quote(whole.strip(), clues.page),)))

    @property
    def _level(self) -> str:
        """Return the innermost level of area the request knows: a report may well speak to the outer ones."""
        return self._area_index.innermost

    def _issuer_scores(self, clues: UnitClues) -> list[_Score]:
        name = _parse(clues.issuer, self._areas)
        return [_Score(_similarity(name, form.name, clues), form) for form in self._typed_forms]

    def _ranked(self, scores: Iterable[_Score]) -> list[_Score]:
        best: dict[str, _Score] = {}
        for score in scores:
            held = best.get(score.form.unit.id)
            if held is None or score.value > held.value:
                best[score.form.unit.id] = score
        return sorted(best.values(), key=lambda s: (-s.value, s.form.unit.id))

    def _is_confirmed(self, unit: Unit, clues: UnitClues) -> bool:
        if clues.place and self._place_score(unit, clues.place) >= _CERTAIN:
            return True
        if _suffix_names(unit, clues.number):
            return True
        return self._mentions(clues.body).get(unit.id, 0) >= 2

    def _place_score(self, unit: Unit, place: str) -> float:
        name = _parse(place)
        forms = [form.name for form in self._forms if form.unit.id == unit.id and form.name.type in (*_PLACE_TYPES, ())]
        return max((_name_similarity(name, form, 0.16, place) for form in forms), default=0.0)

    def _mentions(self, body: str) -> dict[str, int]:
        """Return how often each unit's full name stands in `body`, marks and all."""
        text = f" {' '.join(same_tone_style(token.casefold()) for token in _TOKEN.findall(body))} "
        counts: dict[str, int] = {}
        for form in self._typed_forms:
            if form.text == form.unit.name:
                words = " ".join(same_tone_style(t.casefold()) for t in _TOKEN.findall(form.text))
                counts[form.unit.id] = text.count(f" {words} ")
        return {key: count for key, count in counts.items() if count}

    def _without_issuer(self, clues: UnitClues, settings: ExtractSettings) -> UnitMatch:
        named = self._ranked(self._file_scores(clues.file_name))
        placed = self._ranked(_Score(self._place_score(f.unit, clues.place), f) for f in self._forms if clues.place)
        mentions = self._mentions(clues.body)
        by_name = [score for score in named if score.value >= _CERTAIN]
        by_place = [score for score in placed if score.value >= _CERTAIN]
        if len(by_place) == 1 and mentions.get(by_place[0].form.unit.id, 0) >= 1:
            return self._answer(_Score(0.9, by_place[0].form), placed[1:], "unit_by_place", clues, settings)
        is_denied = bool(by_place) and bool(by_name) and by_place[0].form.unit.id != by_name[0].form.unit.id
        if len(by_name) == 1 and not is_denied:
            return self._answer(_Score(0.9, by_name[0].form), named[1:], "unit_by_file_name", clues, settings)
        nearest = max([*named[:1], *placed[:1]], key=lambda s: s.value, default=None)
        evidence = Evidence("unit_not_read", (), _quotes(clues))
        return _nobody(evidence, nearest.value if nearest else 0.0, nearest.form.text if nearest else "")

    def _file_scores(self, file_name: str) -> list[_Score]:
        stem = re.sub(r"\.\w{2,4}$", "", file_name)
        spaced = re.sub(r"(?<=[a-zà-ỹ])(?=[A-ZĐÀ-Ỹ])", " ", stem)  # "XaBaoLam"
        folded = f" {' '.join(p[0] for p in _replaced(_pairs(spaced), ('tt',), ('thi', 'tran')))} "
        marked = has_mark(spaced)
        return [
            _Score(1.0, form)
            for form in self._forms
            if f" {' '.join((*form.name.type, *form.name.folded))} " in folded
            and len(form.name.folded) + len(form.name.type) >= 2
            and (not marked or _stands_in(form.name.printed, spaced))
        ]

    def _answer(
        self, best: _Score, others: Sequence[_Score], reason: str, clues: UnitClues, settings: ExtractSettings
    ) -> UnitMatch:
        second = others[0] if others else None
        behind = second.value if second else 0.0
        unit = best.form.unit
        day = clues.day or self._period_day
        values: tuple[tuple[str, str], ...] = (
            ("name", unit.name),
            ("score", shown_score(best.value)),
            ("second", second.form.unit.name if second else "–"),
        )
        is_sure = best.value >= settings.unit_threshold and best.value - behind >= settings.unit_margin
        if best.value < settings.unit_threshold:
            reason = "unit_uncertain" if best.value >= _SAME_LETTERS else "unit_not_in_request"
        elif not is_sure:
            reason = "unit_too_near"
        elif not unit.is_valid_on(day):
            reason, is_sure = "unit_not_valid", False
            values = (("name", unit.name), ("day", short_day(day)))
        return UnitMatch(
            unit=unit.id if is_sure else None,
            score=round(best.value, 4),
            alias=best.form.text,
            runner_up=second.form.unit.id if second else None,
            runner_up_score=round(behind, 4),
            evidence=Evidence(reason, values, _quotes(clues)),
        )


def _nobody(evidence: Evidence, score: float = 0.0, alias: str = "") -> UnitMatch:
    return UnitMatch(None, score, alias, None, 0.0, evidence)


def _quotes(clues: UnitClues) -> tuple[Quote, ...]:
    quotes = []
    if clues.issuer:
        quotes.append(Quote(clues.issuer, clues.page))
    elif clues.place:
        quotes.append(Quote(clues.place, clues.page))
    if not clues.issuer and clues.file_name:
        quotes.append(Quote(clues.file_name))
    return tuple(quotes)


def _stands_in(printed: Sequence[str], text: str) -> bool:
    wanted = " ".join(same_tone_style(token.casefold()) for token in printed)
    return f" {wanted} " in f" {' '.join(same_tone_style(t.casefold()) for t in _TOKEN.findall(text))} "


def _suffix_names(unit: Unit, number: str) -> bool:
    """Return whether the number's suffix is the unit's initials: "12/BC-TCKH" for Phòng Tài chính - Kế hoạch."""
    name = _parse(unit.name)
    initials = "".join(token[0] for token in name.folded)
    suffix = fold(number.rsplit("-", 1)[-1]) if "-" in number else ""
    return name.type == ("phong",) and len(initials) >= 2 and suffix in (initials, f"p{initials}")


def _similarity(name: _Name, form: _Name, clues: UnitClues) -> float:
    """Return 0 to 1: how well a printed name is this one. Another type of unit is another unit."""
    if name.type and form.type and name.type != form.type:
        return 0.6 * likeness(name.joined, form.joined) / 100
    if not name.type:
        return _glued_similarity(name, form, clues)
    return _name_similarity(name, form, per_syllable=0.3 if clues.is_typed else 0.16, context=clues.issuer)


def _glued_similarity(name: _Name, form: _Name, clues: UnitClues) -> float:
    """Compare where no type was read: it is glued to the name ("XÃHỒNG PHONG"), damaged or left out."""
    whole = _Name((), (*form.type, *form.folded), (*form.kind, *form.printed))
    if name.joined == whole.joined:
        is_same = _plain("".join(name.printed)) == _plain("".join(whole.printed))
        return 0.95 if is_same or not has_mark(clues.issuer) else 0.75
    return likeness(name.joined, whole.joined) / 100 - 0.15


def _name_similarity(name: _Name, form: _Name, per_syllable: float, context: str) -> float:
    """`context` is the whole text the name was read in: a text without any mark has lost them all."""
    if not name.joined:
        return 0.0
    if name.joined != form.joined:
        ratio = likeness(name.joined, form.joined) / 100
        # One wrong letter of sixteen is noise; one of seven may be another commune.
        return ratio if len(form.joined) >= 14 else ratio - 0.12
    if not has_mark(context):
        return 1.0
    differing = _differing_marks(name.printed, form.printed)
    return max(_SAME_LETTERS, 1.0 - per_syllable * differing * min(1.0, 2 / len(form.folded)))


def _differing_marks(printed: Sequence[str], wanted: Sequence[str]) -> int:
    """Count syllables whose marks differ; glued or cut words count as one where anything differs."""
    if len(printed) != len(wanted):
        return int(_plain("".join(printed)) != _plain("".join(wanted)))
    return sum(_plain(a) != _plain(b) for a, b in zip(printed, wanted, strict=True))


def _plain(token: str) -> str:
    return same_tone_style(token.casefold())
