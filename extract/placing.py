"""Which rows answer which heading, and what they say: present, nil, thin, merged.

Titles nest. "1. Cải cách thể chế" under "IV. Phương hướng" speaks of the next quarter and stays there; the same
title under a heading that only groups others opens its own section. The order of the request decides where the
outline leaves it open: a field named inside a later heading is looked back at, not reported.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace

from tonghop.extract.document import Row, is_page_number
from tonghop.extract.labels import Level
from tonghop.extract.segment import Outline, Title
from tonghop.records import Heading, HeadingRole, ReportingRequest
from tonghop.text import is_capitals

__all__ = ["Found", "Placed", "place_rows"]


@dataclass(slots=True)
class Found:
    """What was found under one heading: its titles and rows, in the report's order."""

    heading: Heading
    titles: list[Title] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    merged_into: str | None = None

    def lines(self) -> Iterator[tuple[Row, str]]:
        """Yield the rows without their titles; text run in after a title stays."""
        inside = {at for title in self.titles for at in range(title.first, title.stop)}
        rests = {title.stop - 1: title.rest for title in self.titles}
        for row in self.rows:
            line = rests.get(row.at, "") if row.at in inside else row.text
            if line.strip():
                yield row, line


@dataclass(frozen=True, slots=True)
class Placed:
    """Every row of the body: under a heading, in a group's introduction, or under a title nobody asked for."""

    found: dict[str, Found]
    introductions: tuple[Row, ...]
    unknown: tuple[tuple[Title | None, tuple[Row, ...]], ...]
    containers: tuple[Title, ...]
    openers: tuple[Title, ...]  # the titles at which rows change their owner
    unread: tuple[Row, ...] = ()  # on pages too badly read to be anybody's words
    orphans: tuple[tuple[int, tuple[Row, ...]], ...] = ()  # behind an unread page, up to the next title


@dataclass(slots=True)
class _Open:
    """An open title: `owner` is the heading its rows belong to, None for a group or an unknown title."""

    rank: float
    count: int
    owner: str | None
    title: Title


def place_rows(
    request: ReportingRequest, rows: Sequence[Row], outline: Outline, unread: Collection[int] = ()
) -> Placed:
    """Return the rows of the body, each under the heading it answers.

    A title may stand on a page of `unread`: what follows that page belongs to nobody until the next title.
    """
    return _Placing(request, rows, outline, unread).run()


class _Placing:
    def __init__(
        self, request: ReportingRequest, rows: Sequence[Row], outline: Outline, unread: Collection[int]
    ) -> None:
        self._unread = sorted(unread)
        self._order = {heading.key: at for at, heading in enumerate(request.headings)}
        self._headings = {heading.key: heading for heading in request.headings}
        self._rows = rows
        self._outline = outline
        self._titles = [_as_parent(title, self._headings) for title in outline.titles]
        known = [t for t in self._titles if t.match]
        self._dashes_lead = bool(known) and known[0].label.level is Level.DASH
        self._outer = self._outer_keys()
        self._found: dict[str, Found] = {}
        self._stack: list[_Open] = []
        self._inner = 0  # the last count of a list inside the open section

    def run(self) -> Placed:
        owners: dict[int, str | None] = {}
        causes: dict[int, Title] = {}
        for title in self._titles:
            if self._step(title):
                owners[title.first] = self._stack[-1].owner if self._stack else None
                causes[title.first] = self._stack[-1].title if self._stack else title
        return self._distribute(owners, causes)

    def _rank(self, title: Title) -> float:
        if self._dashes_lead and title.label.level is Level.BRACKETED:
            return Level.DASH + 0.5
        return float(title.label.level)

    def _outer_keys(self) -> frozenset[str]:
        """Return the headings that have a title of their own, not inside another heading's section."""
        outer: set[str] = set()
        stack: list[tuple[float, Title]] = []
        for title in self._titles:
            if not title.match:
                continue
            stack = [(rank, other) for rank, other in stack if rank < self._rank(title)]
            if not any(_is_section(other) for _, other in stack):
                outer.add(title.match.heading.key)
            stack.append((self._rank(title), title))
        return frozenset(outer)

    def _step(self, title: Title) -> bool:
        """Put `title` on the stack. Return whether the rows from here on have another owner."""
        if title.match is None:
            return self._unknown(title)
        heading, rank = title.match.heading, self._rank(title)
        outer = [entry for entry in self._stack if entry.rank < rank]
        owner = next((entry.owner for entry in reversed(outer) if entry.owner), None)
        if owner and owner != heading.key and not self._splits(heading, owner, title):
            return self._stay_inside(title, outer, owner)
        if heading.role is HeadingRole.SUB:
            return self._sub_alone(title)
        if heading.role is HeadingRole.EXTRA and self._is_remark(title):
            return False
        self._inner = 0
        self._stack = [*outer, _Open(rank, title.label.count, None, title)]
        if heading.role is not HeadingRole.CONTAINER:
            self._stack[-1].owner = heading.key
            self._record(title)
        return True

    def _stay_inside(self, title: Title, outer: list[_Open], owner: str) -> bool:
        """Keep a sub-title in the section around it. A section that was split off before ends here."""
        returns = title.label.level is not Level.NONE and self._stack[-1].owner != owner
        self._stack = outer if returns else self._stack
        return returns

    def _is_remark(self, title: Title) -> bool:
        """Return whether the title is a line inside an open section: "- Hạn chế: công chức còn kiêm nhiệm"."""
        is_open = bool(self._stack) and self._stack[-1].owner is not None
        is_short = len(title.text[title.label.stop :].split()) <= 2
        return is_open and is_short and bool(title.rest) and title.label.level >= Level.DASH

    def _sub_alone(self, title: Title) -> bool:
        """Open the parent's section for a sub-heading that follows another heading's section at its level."""
        assert title.match
        parent = self._headings[title.match.heading.parent or ""]
        top = self._stack[-1] if self._stack else None
        if top and (top.owner in (None, parent.key) or top.rank != self._rank(title)):
            return False
        return self._step(replace(title, match=replace(title.match, heading=parent)))

    def _splits(self, heading: Heading, owner: str, title: Title) -> bool:
        if heading.role is not HeadingRole.ASKED or heading.key in self._outer:
            return False
        if self._headings[owner].role is HeadingRole.EXTRA:
            if title.rest and title.label.level >= Level.DASH:
                return False  # "- Cải cách tài chính công: nguồn thu hạn hẹp" under "Tồn tại, hạn chế"
            asked = [self._order[k] for k, f in self._found.items() if f.heading.role is HeadingRole.ASKED]
            return self._order[heading.key] > max(asked, default=-1)
        return self._order[heading.key] > self._order[owner]

    def _unknown(self, title: Title) -> bool:
        """End a section at an unknown title that goes on the count of an open one, or stands above all."""
        rank = self._rank(title)
        peers = [entry for entry in self._stack if entry.rank == rank]
        goes_on = bool(peers) and self._goes_on(title, peers[-1])
        stands_above = bool(self._stack) and rank < self._stack[0].rank and rank <= Level.ROMAN
        if not (goes_on or stands_above or (not self._stack and rank <= Level.ROMAN)):
            return False
        outer = [entry for entry in self._stack if entry.rank < rank]
        owner = next((entry.owner for entry in reversed(outer) if entry.owner), None)
        self._stack = [*outer, _Open(rank, title.label.count, owner, title)]
        return True

    def _goes_on(self, title: Title, peer: _Open) -> bool:
        """Return whether `title` counts on from `peer`, and not from a list inside its section."""
        count = title.label.count
        if count in (1, self._inner + 1) and count <= max(self._inner + 1, peer.count) and peer.count:
            is_inner = count == 1 or self._inner > 0
            self._inner = count if is_inner else self._inner
            if is_inner:
                return False
        is_alike = is_capitals(title.text) == is_capitals(peer.title.text)
        return is_alike and 1 <= count - peer.count <= 2

    def _record(self, title: Title) -> None:
        assert title.match
        key = title.match.heading.key
        self._found.setdefault(key, Found(self._headings[key])).titles.append(title)
        self._found[key].merged_into = None
        for other in title.match.others:
            held = self._found.setdefault(other.key, Found(other, merged_into=key))
            if held.merged_into:
                held.titles.append(title)

    def _distribute(self, owners: dict[int, str | None], causes: dict[int, Title]) -> Placed:
        introductions: list[Row] = []
        lost: list[Row] = []
        orphans: list[tuple[int, list[Row]]] = []
        unknown: list[tuple[Title | None, list[Row]]] = []
        owner: str | None = None
        cause: Title | None = None
        hole, page = 0, 0
        begin = min([*owners, self._outline.closing])
        for row in self._rows[begin : self._outline.closing]:
            hole, page = self._hole(page, row.page) or hole, row.page
            if row.page in self._unread:
                lost.append(row)
                continue
            if row.at in owners:
                owner, cause, hole = owners[row.at], causes[row.at], 0
            if is_page_number(row):
                introductions.append(row)
            elif hole:
                if not orphans or orphans[-1][0] != hole:
                    orphans.append((hole, []))
                orphans[-1][1].append(row)
            elif owner:
                self._found[owner].rows.append(row)
            elif cause and cause.match:
                introductions.append(row)
            elif unknown and unknown[-1][0] is cause:
                unknown[-1][1].append(row)
            else:
                unknown.append((cause, [row]))
        containers = tuple(t for t in self._titles if t.match and t.match.heading.role is HeadingRole.CONTAINER)
        openers = tuple(title for title in self._titles if title.first in owners)
        groups = tuple((title, tuple(rows)) for title, rows in unknown)
        behind = tuple((number, tuple(rows)) for number, rows in orphans)
        return Placed(self._found, tuple(introductions), groups, containers, openers, tuple(lost), behind)

    def _hole(self, before: int, page: int) -> int:
        """Return the last unread page between two rows' pages, 0 when there is none."""
        return max((number for number in self._unread if before and before <= number < page), default=0)


def _is_section(title: Title) -> bool:
    return title.match is not None and title.match.heading.role in (HeadingRole.ASKED, HeadingRole.EXTRA)


def _as_parent(title: Title, headings: dict[str, Heading]) -> Title:
    """Let a sub-heading numbered like a heading of the first rank stand for its parent."""
    if not title.match or title.match.heading.role is not HeadingRole.SUB or title.label.level > Level.ROMAN:
        return title
    parent = headings[title.match.heading.parent or ""]
    return replace(title, match=replace(title.match, heading=parent))
