"""The receiving authority's own area, and reports from another one: communes of the same name are many.

Xã Tân Thành, Hồng Phong and Mẫu Sơn each exist in more than one district, and every district has its Phòng Nội vụ. Only
the area in the letterhead, or the authority the report is written to, tells them apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from tonghop.extract.similarity import likeness
from tonghop.records import ReportingRequest
from tonghop.text import fold, nfc

__all__ = ["Area", "AreaIndex", "areas_of"]

_LEVELS = {
    "huyen": "district",
    "quan": "district",
    "thi xa": "district",
    "thanh pho": "district",
    "tinh": "province",
}
_SIGHT = re.compile(r"\b(huyen|quan|thi xa|thanh pho|tinh)\b")
_STARTS_ELSE = re.compile(r"(?:ubnd|uy ban|hdnd|hoi dong|xa|thi tran|phuong|phong|van phong|so|tinh|cong hoa|qua)\b")
_BODY = re.compile(r"(?:uy|doan) ")  # "Huyện ủy Cao Lộc"
# The authority of an area, not the area: reports tell of their neighbours.
_NAMED = re.compile(
    r"\b(?:UBND|[Ủủ]y ban nhân dân|Phòng Nội vụ|Văn phòng) "
    r"((?:huyện|quận|thị xã|thành phố|tỉnh)\s+[^\W\d_]+\s+[^\W\d_]+)"
)
_SAME = 75.0  # likeness from which a name is the own one, misread
_OTHER_SCAN = 60.0  # a scan's name must be at least so unlike the own one to be another


@dataclass(frozen=True, slots=True)
class Area:
    """An area as named: `level` is district or province, `name` its folded name, `text` as printed."""

    level: str
    name: tuple[str, ...]
    text: str


class AreaIndex:
    """The areas of a request: those its issuer and the issuer's parent are named after."""

    def __init__(self, request: ReportingRequest) -> None:
        named = [area for text in (request.issuer, request.issuer_parent) for area in _in_order(text)]
        self._own = {area.level: area for area in reversed(named)}

    @property
    def innermost(self) -> str:
        """The level of the smallest own area, empty when the request names none."""
        return next((level for level in ("district", "province") if level in self._own), "")

    def own(self, level: str) -> str:
        """Return the own area of `level` as the request prints it."""
        return self._own[level].text

    def foreign(self, heading: str, *, is_typed: bool) -> Area | None:
        """Return the first area in `heading`, a letterhead or an addressee, that is not the request's own."""
        return next((area for area in _in_order(heading) if self._is_foreign(area, is_typed=is_typed)), None)

    def foreign_in_text(self, body: str, *, is_typed: bool) -> Area | None:
        """Return the area whose authority running text names twice or more while it never names the own area."""
        named = [area for match in _NAMED.finditer(body) for area in _in_order(match[1])]
        foreign = [area for area in named if self._is_foreign(area, is_typed=is_typed)]
        often = [area for area in foreign if sum(other.name == area.name for other in foreign) >= 2]
        return next((area for area in often if not self.names_own(body, area.level)), None)

    def names_own(self, text: str, level: str) -> bool:
        """Return whether `text` names the own area of `level`, marks aside."""
        own = self._own.get(level)
        return own is not None and f" {' '.join(own.name)} " in f" {fold(text)} "

    def _is_foreign(self, area: Area, *, is_typed: bool) -> bool:
        own = self._own.get(area.level)
        if own is None or any(len(token) < 2 or not token.isalpha() for token in area.name):
            return False
        ratio = likeness("".join(area.name), "".join(own.name))
        return ratio < (_SAME if is_typed else _OTHER_SCAN)


def _in_order(text: str) -> Iterator[Area]:
    """Yield the areas that `text` names with two syllables in capitals."""
    folded, printed = fold(text), [word for word in re.findall(r"[^\W_]+", nfc(text)) if fold(word)]
    for match in _SIGHT.finditer(folded):
        before = len(folded[: match.start()].split())
        size = len(match[1].split())
        after = folded[match.end() + 1 :]
        if _STARTS_ELSE.match(after):
            continue
        lead = len(body[0].split()) if (body := _BODY.match(after)) else 0
        # Two syllables tell districts and provinces apart; most have no more.
        name = tuple(after.split()[lead : lead + 2])
        words = printed[before : before + size + lead + len(name)]
        if len(name) == 2 and all(word[0].isupper() for word in words[-2:]):
            yield Area(_LEVELS[match[1]], name, " ".join(words))


@lru_cache(maxsize=8)
def areas_of(request: ReportingRequest) -> AreaIndex:
    """Return the areas of `request`, made at the first call."""
    return AreaIndex(request)
