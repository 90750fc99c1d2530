"""Names of organisations as letterheads print them: over several lines, with or without their parent."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tonghop.text import fold, one_line

__all__ = ["Issuer", "join_issuer"]

_STARTS = re.compile(
    r"(?:uy ban|ubnd|u b n d|hdnd|hoi dong|phong \w|van phong|vp\b|so \w|ban \w|bo \w|trung tam|thanh tra|chi cuc|dang uy|"
    r"truong \w|cong an)"
)
_IS_OPEN = re.compile(r"(?:\bva|^hdnd|^phong|^hoi dong nhan dan)$")


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who issued a document and the body it belongs to, as printed; None when not read."""

    name: str | None = None
    parent: str | None = None


def join_issuer(lines: Sequence[str]) -> Issuer:
    """Return the issuer printed over `lines`: a line that begins no organisation goes on with the one before."""
    names: list[str] = []
    for line in lines:
        text = one_line(line).strip(" -–_*.'\"|,;:")
        if not fold(text):
            continue
        is_start = bool(_STARTS.match(fold(text)))
        if names and (not is_start or _is_open(names[-1], line)):
            names[-1] = f"{names[-1]} {text}"
        elif is_start:
            names.append(text)
    return Issuer(names[-1] if names else None, names[-2] if len(names) > 1 else None)


def _is_open(name: str, following: str) -> bool:
    """Return whether `name` cannot end there: "VĂN PHÒNG", "… HĐND VÀ"."""
    if fold(name).endswith(("van phong", "vp")):
        return bool(re.match(r"(?:hdnd|hoi dong|ubnd|uy ban)", fold(following)))
    return name.rstrip().endswith(("-", "–", ",", "&")) or bool(_IS_OPEN.search(fold(name)))
