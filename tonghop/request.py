"""Request files: a commented TOML file that says who reports, under which headings, by when.

The file is checked as a whole: an unknown key, an unknown heading, kind or unit, aliases that two units share,
a date that cannot be. Every complaint is a `FileProblem` that names file, line and mend.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from tonghop.errors import N_, P_, FileProblem, UnknownRequest, phrase
from tonghop.records import (
    Heading,
    HeadingRole,
    HeadingRule,
    Owner,
    Period,
    ReportingRequest,
    Requirement,
    Unit,
    UnitKind,
)
from tonghop.text import clean, same_tone_style
from tonghop.tomlfile import line_of, load_toml, text_of

__all__ = ["load_preset", "load_request", "preset_names", "preset_text", "request_text"]

Key = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")]
Text = Annotated[str, Field(min_length=1)]


class _Checked(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Letter(_Checked):
    issuer: Text
    issuer_parent: str = ""
    number: str = ""
    issued: date
    place: Text
    subject: Text
    addressee: str = ""
    channel: str = ""
    quote: str = ""


class _Period(_Checked):
    name: Text
    first: date
    last: date
    quote: str = ""


class _Deadline(_Checked):
    last_day: date
    counts: Literal["document", "receipt"] = "receipt"
    quote: str = ""


class _Kind(_Checked):
    key: Key
    name: Text
    plural: Text


class _Heading(_Checked):
    key: Key
    title: Text
    role: HeadingRole = HeadingRole.ASKED
    parent: Key | None = None
    group: Key | None = None
    short: str = ""
    variants: tuple[Text, ...] = ()
    quote: str = ""


class _Rule(_Checked):
    headings: Annotated[tuple[Key, ...], Field(min_length=1)]
    requirement: Requirement
    kinds: tuple[Key, ...] = ()
    units: tuple[Key, ...] = ()
    quote: str = ""
    question: str = ""


class _Owner(_Checked):
    headings: Annotated[tuple[Key, ...], Field(min_length=1)]
    unit: Key
    leads: bool = True
    quote: str = ""


class _Unit(_Checked):
    id: Key
    name: Text
    kind: Key
    aliases: tuple[Text, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    successor: str = ""


class _File(_Checked):
    name: Key
    letter: _Letter
    period: _Period
    deadline: _Deadline
    kinds: Annotated[tuple[_Kind, ...], Field(min_length=1)]
    headings: Annotated[tuple[_Heading, ...], Field(min_length=1)]
    rules: Annotated[tuple[_Rule, ...], Field(min_length=1)]
    owners: tuple[_Owner, ...] = ()
    units: Annotated[tuple[_Unit, ...], Field(min_length=1)]


Problem = tuple[tuple[int | str, ...], str, str]  # where, what is wrong, how to mend it

_NO_HEADING = P_("{name} is no heading of this file.")
_NOT_ASKED = P_("{name} is no heading that this file asks for.")
_NO_CONTAINER = P_("{name} is no heading with the role `container` of this file.")
_NO_KIND = P_("{name} is no kind of unit of this file.")
_NO_UNIT = P_("{name} is no unit of this file.")


def preset_names() -> tuple[str, ...]:
    """Return the names of the request files that come with the product."""
    folder = resources.files("tonghop.presets")
    return tuple(sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml")))


def preset_text(name: str) -> str:
    """Return the TOML text of a preset. Raises `UnknownRequest`."""
    if name not in preset_names():
        raise UnknownRequest(name=name, known=", ".join(preset_names()))
    return (resources.files("tonghop.presets") / f"{name}.toml").read_text(encoding="utf-8")


def request_text(name: str) -> str:
    """Return the TOML text of the preset called `name`, or of the file of that name. Raises `ConfigurationError`."""
    path = Path(name)
    return text_of(path) if path.suffix == ".toml" or path.is_file() else preset_text(name)


def load_preset(name: str) -> ReportingRequest:
    """Return a request that comes with the product. Raises `ConfigurationError`."""
    preset_text(name)
    with resources.as_file(resources.files("tonghop.presets") / f"{name}.toml") as path:
        return load_request(path)


def load_request(path: Path) -> ReportingRequest:
    """Return the request in the TOML file `path`. Raises `ConfigurationError` with file, line and mend."""
    file = load_toml(path, _File)
    for where, problem, mend in _problems(file):
        line = line_of(path.read_text(encoding="utf-8-sig"), where)
        raise FileProblem(file=path, line=line, problem=problem, mend=mend)
    return _request(file)


def _problems(file: _File) -> Iterator[Problem]:
    yield from _duplicates(file)
    yield from _unknown_names(file)
    yield from _impossible_dates(file)
    yield from _shared_aliases(file)


def _duplicates(file: _File) -> Iterator[Problem]:
    for table, keys in (
        ("kinds", [kind.key for kind in file.kinds]),
        ("headings", [heading.key for heading in file.headings]),
        ("units", [unit.id for unit in file.units]),
    ):
        for index, key in enumerate(keys):
            if key in keys[:index]:
                column = "id" if table == "units" else "key"
                yield (
                    (table, index, column),
                    phrase("{key} is there twice.", key=key),
                    N_("Give one of the two another name."),
                )


def _unknown_names(file: _File) -> Iterator[Problem]:
    headings = {heading.key for heading in file.headings}
    asked = {heading.key for heading in file.headings if heading.role is HeadingRole.ASKED}
    containers = {heading.key for heading in file.headings if heading.role is HeadingRole.CONTAINER}
    kinds, units = {kind.key for kind in file.kinds}, {unit.id for unit in file.units}
    for i, heading in enumerate(file.headings):
        if (heading.role is HeadingRole.SUB) != (heading.parent is not None):
            yield (
                ("headings", i, "key"),
                phrase("{key}: a sub-heading has a parent, and no other heading has one.", key=heading.key),
                N_("Set `role` and `parent` both, or neither."),
            )
        parents = [heading.parent] if heading.parent else []
        yield from _missing_from(headings, parents, ("headings", i, "parent"), _NO_HEADING)
        groups = [heading.group] if heading.group else []
        yield from _missing_from(containers, groups, ("headings", i, "group"), _NO_CONTAINER)
        if heading.group and heading.role not in (HeadingRole.ASKED, HeadingRole.EXTRA):
            yield (
                ("headings", i, "group"),
                phrase("{key}: only a heading that is asked for, or an extra one, stands in a group.", key=heading.key),
                N_("Take `group` from it."),
            )
    for i, rule in enumerate(file.rules):
        yield from _missing_from(asked, rule.headings, ("rules", i, "headings"), _NOT_ASKED)
        yield from _missing_from(kinds, rule.kinds, ("rules", i, "kinds"), _NO_KIND)
        yield from _missing_from(units, rule.units, ("rules", i, "units"), _NO_UNIT)
        if not rule.kinds and not rule.units:
            yield ("rules", i, "headings"), N_("The rule is for nobody."), N_("Add `kinds` or `units`.")
    for i, owner in enumerate(file.owners):
        yield from _missing_from(asked, owner.headings, ("owners", i, "headings"), _NOT_ASKED)
        yield from _missing_from(units, [owner.unit], ("owners", i, "unit"), _NO_UNIT)
    for i, unit in enumerate(file.units):
        yield from _missing_from(kinds, [unit.kind], ("units", i, "kind"), _NO_KIND)


def _missing_from(
    known: set[str], names: tuple[str, ...] | list[str], where: tuple[int | str, ...], problem: str
) -> Iterator[Problem]:
    for name in names:
        if name not in known:
            mend = phrase("Put one of these in its place: {known}.", known=", ".join(sorted(known)))
            yield where, phrase(problem, name=name), mend


def _impossible_dates(file: _File) -> Iterator[Problem]:
    period, deadline = file.period, file.deadline
    if period.first > period.last:
        yield (
            ("period", "first"),
            N_("The period begins after it ends."),
            N_("Exchange `first` and `last`, or correct the year."),
        )
    if deadline.last_day < period.first:
        mend = N_("Correct the year of the deadline.")
        yield ("deadline", "last_day"), N_("The deadline is before the period."), mend
    if deadline.last_day < file.letter.issued:
        mend = N_("Correct the deadline or `issued`.")
        yield ("deadline", "last_day"), N_("The deadline is before the letter."), mend
    for i, unit in enumerate(file.units):
        first, last = unit.valid_from or date.min, unit.valid_to or date.max
        if first > last:
            problem = phrase("{name}: valid_from is after valid_to.", name=unit.name)
            yield ("units", i, "valid_from"), problem, N_("Exchange the two dates.")
        elif last < period.first or first > deadline.last_day:
            yield (
                ("units", i, "id"),
                phrase("{name} does not exist in the period.", name=unit.name),
                N_("Correct its dates, or take the unit out."),
            )


def _shared_aliases(file: _File) -> Iterator[Problem]:
    owner: dict[str, int] = {}
    for i, unit in enumerate(file.units):
        for name in (unit.name, *unit.aliases):
            other = owner.setdefault(_matching_form(name), i)
            if other != i:
                column = "name" if name == unit.name else "aliases"
                yield (
                    ("units", i, column),
                    phrase("“{name}” also names {other}.", name=name, other=file.units[other].name),
                    N_("Take it from one of the two units."),
                )


def _matching_form(name: str) -> str:
    """Return `name` as two units must not share it: capitals and tone placement do not count, marks do.

    Two communes may differ by their marks alone (Tân Thanh, Tân Thành).
    """
    return " ".join(same_tone_style(word) for word in clean(name).casefold().split())


def _request(file: _File) -> ReportingRequest:
    letter = file.letter
    return ReportingRequest(
        name=file.name,
        issuer=clean(letter.issuer),
        issuer_parent=clean(letter.issuer_parent),
        number=letter.number,
        issued=letter.issued,
        subject=clean(letter.subject),
        place=clean(letter.place),
        addressee=clean(letter.addressee),
        period=Period(clean(file.period.name), file.period.first, file.period.last),
        deadline=file.deadline.last_day,
        deadline_counts=file.deadline.counts,
        kinds=tuple(UnitKind(k.key, clean(k.name), clean(k.plural)) for k in file.kinds),
        units=tuple(_unit(u) for u in file.units),
        headings=tuple(_heading(h) for h in file.headings),
        rules=tuple(
            HeadingRule(key, r.requirement, r.kinds, r.units, clean(r.quote), clean(r.question))
            for r in file.rules
            for key in r.headings
        ),
        owners=tuple(Owner(key, o.unit, o.leads, clean(o.quote)) for o in file.owners for key in o.headings),
        channel=clean(letter.channel),
        quotes=(("letter", letter.quote), ("period", file.period.quote), ("deadline", file.deadline.quote)),
    )


def _unit(unit: _Unit) -> Unit:
    aliases = tuple(clean(alias) for alias in unit.aliases)
    return Unit(unit.id, clean(unit.name), unit.kind, aliases, unit.valid_from, unit.valid_to, clean(unit.successor))


def _heading(heading: _Heading) -> Heading:
    variants = tuple(clean(variant) for variant in heading.variants)
    short = clean(heading.short or heading.title)
    return Heading(
        key=heading.key,
        title=clean(heading.title),
        role=heading.role,
        variants=variants,
        parent=heading.parent,
        quote=clean(heading.quote),
        short=short,
        group=heading.group,
    )
