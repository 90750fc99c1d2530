"""Names of organisations as letterheads print them: over several lines, with or without their parent."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tonghop.extract.similarity import likeness
from tonghop.text import fold, one_line

__all__ = ["Issuer", "join_issuer"]

_STARTS = re.compile(
    r"(?:uy ban|ubnd|u b n d|hdnd|hoi dong|phong \w|van phong|vp\b|so [a-z]|ban \w|bo \w|trung tam|thanh tra|chi cuc|"
    r"dang uy|truong \w|cong an)"
)
_SECOND = re.compile(r"(?:phong|van phong|trung tam|thanh tra) \w|(?:ubnd|uy ban nhan dan) (?:xa|thi tran|phuong)\b")
_WORDS = ("uy ban", "van phong", "trung tam", "thanh tra", "hoi dong")  # also as scanners damage them
_IS_OPEN = re.compile(r"(?:\bva|^hdnd|^phong|^hoi dong nhan dan)$")


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who issued a document and the body it belongs to, as printed; None when not read."""

    name: str | None = None
    parent: str | None = None


def join_issuer(lines: Sequence[str]) -> Issuer:
    """Return the issuer printed over `lines`: a line that begins no organisation goes on with the one before."""
    names: list[str] = []
    for line in (part for whole in lines for part in _parted(one_line(whole))):
        text = one_line(line).strip(" _*.'\"|,;:")
        if not fold(text):
            continue
        is_start = _is_start(fold(text))
        if names and (not is_start or _is_open(names[-1], line)):
            names[-1] = f"{names[-1]} {text}"
        elif is_start:
            names.append(text)
    names = [name.strip(" -–") for name in names]
    return Issuer(names[-1] if names else None, names[-2] if len(names) > 1 else None)


def _parted(line: str) -> list[str]:
    """Cut "UBND HUYỆN CAO LỘC PHÒNG NỘI VỤ", two lines put on one, where the second organisation begins."""
    words = line.split()
    if not re.match(r"(?:uy ban|ubnd)\b", fold(line)):
        return [line]
    for at in range(3, len(words) - 1):
        is_name = fold(" ".join(words[at - 2 : at])) in ("xa hong", "phuong hong")
        if _SECOND.match(fold(" ".join(words[at:]))) and not is_name and not _is_open(" ".join(words[:at]), words[at]):
            return [" ".join(words[:at]), " ".join(words[at:])]
    return [line]


def _is_start(folded: str) -> bool:
    tokens = folded.split()
    head = " ".join(tokens[:2])
    is_near = tokens[:1] != ["tinh"] and any(likeness(head, word) >= 80 for word in _WORDS)
    return bool(_STARTS.match(folded)) or is_near or (len(tokens) > 1 and likeness(tokens[0], "phong") >= 80)


def _is_open(name: str, following: str) -> bool:
    """Return whether `name` cannot end there: "VĂN PHÒNG", "… HĐND VÀ"."""
    if fold(name).endswith(("van phong", "vp")):
        return bool(re.match(r"(?:hdnd|hoi dong|ubnd|uy ban)", fold(following)))
    return name.rstrip().endswith(("-", "–", ",", "&")) or bool(_IS_OPEN.search(fold(name)))
