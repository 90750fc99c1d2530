"""Values of workbook cells as a Vietnamese Excel shows them: 1.234,5 and 31/12/2024.

A format that is not simple (fractions, powers of ten, words by condition) shows the value itself, in full.
Source of the codes: ISO/IEC 29500-1, 18.8.31.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import ROUND_HALF_UP, Context, Decimal

__all__ = ["shown"]

Value = str | int | float | bool | dt.datetime | dt.date | dt.time | dt.timedelta | None

_LITERAL = re.compile(r'"([^"]*)"|\\(.)|_.|\*.|\[[^\]]*\]')
_NUMBER = re.compile(
    r"(?P<before>[^#0?.,%]*)(?P<whole>[#0?,]+)(?:\.(?P<decimals>[#0?]+))?(?P<percent>%?)(?P<after>[^#0?.,%]*)"
)
_DATE_PART = re.compile(r"yyyy|yy|mm?|dd?|hh?|ss?", re.IGNORECASE)
_ORDINARY = frozenset({"", "general", "@"})
_LOCAL_DATE = "dd/mm/yyyy"  # built-in formats 14 and 22 stand for the date as the computer's region has it
_BUILT_IN_DATES = {"mm-dd-yy": _LOCAL_DATE, "m/d/yy": _LOCAL_DATE, "m/d/yy h:mm": f"{_LOCAL_DATE} h:mm"}
_NAMES = re.compile(r"mmm|ddd|am/pm|a/p|\.0", re.IGNORECASE)
_WIDE = Context(prec=700)  # the largest double has 309 digits, a format at most 255 characters
_EXACT_DIGITS = 15  # what a double holds, and Excel shows


def shown(value: Value, code: str = "General") -> str:
    """Return `value` as it is shown under the number format `code`. "" for an empty cell."""
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, dt.timedelta):
        return _span(value)
    if isinstance(value, dt.date | dt.time):
        return _date(value, code)
    return _number(value, code)


# --- numbers ---


def _number(value: float, code: str) -> str:
    number = Decimal(f"{value:.{_EXACT_DIGITS}g}" if isinstance(value, float) else value)
    if not number.is_finite():
        return str(value)
    sections = _sections(code)
    is_negative = number < 0
    section = sections[1] if is_negative and len(sections) > 1 else sections[0]
    if not number and len(sections) > 2:
        section = sections[2]
    return _simple(abs(number), section, sign="-" if is_negative and len(sections) < 2 else "") or _plain(number)


def _sections(code: str) -> list[str]:
    """Return the formats of positive, negative and zero numbers; a `;` within quotes parts nothing."""
    parts = re.split(r';(?=(?:[^"]*"[^"]*")*[^"]*$)', code)
    return parts if len(parts) < 4 else parts[:3]


def _simple(number: Decimal, section: str, *, sign: str) -> str:
    """Return `number`, not negative, under a simple format; "" when it is none."""
    if section.strip().casefold() in _ORDINARY:
        return ""
    texts: list[str] = []

    def keep(match: re.Match[str]) -> str:
        # Words of the format are set aside: their letters are no codes. Blanks and colours go.
        texts.append(match[1] or match[2] or "")
        return chr(0xE000 + len(texts) - 1)

    match = _NUMBER.fullmatch(_LITERAL.sub(keep, section))
    if match is None or match["whole"].endswith(",") or "E" in match["after"].upper():
        return ""
    shown_number = _grouped(number * 100 if match["percent"] else number, match["whole"], match["decimals"] or "")
    text = f"{match['before']}{sign}{shown_number}{match['percent']}{match['after']}"
    return re.sub("[\ue000-\uefff]", lambda mark: texts[ord(mark[0]) - 0xE000], text).strip()


def _grouped(number: Decimal, whole: str, decimals: str) -> str:
    rounded = number.quantize(Decimal(1).scaleb(-len(decimals)), rounding=ROUND_HALF_UP, context=_WIDE)
    digits, _, rest = f"{rounded:f}".partition(".")
    digits = digits.zfill(whole.count("0")) if whole.count("0") else digits.lstrip("0")
    if "," in whole:
        digits = re.sub(r"(?<=\d)(?=(?:\d{3})+$)", ".", digits)
    least = len(decimals.rstrip("#?"))
    while len(rest) > least and rest.endswith("0"):
        rest = rest[:-1]
    return f"{digits},{rest}" if rest else digits


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace(".", ",")


# --- dates ---


def _date(value: dt.date | dt.time, code: str) -> str:
    code = _BUILT_IN_DATES.get(code.casefold(), code)
    plain = _LITERAL.sub(lambda match: match[2] or "", code).split(";")[0].replace("@", "").strip()
    if (
        '"' in code
        or not _DATE_PART.search(plain)
        or _NAMES.search(plain)
        or re.sub(r"[ymdhs\W]", "", plain, flags=re.IGNORECASE)
    ):
        plain = "h:mm:ss" if isinstance(value, dt.time) else _LOCAL_DATE
    last_hour = False
    out: list[str] = []
    position = 0
    for part in _DATE_PART.finditer(plain):
        out.append(plain[position : part.start()])
        code_part = part[0].lower()
        is_minute = code_part.startswith("m") and (
            last_hour or bool(re.match(r":s", plain[part.end() :], re.IGNORECASE))
        )
        out.append(_part(value, "n" * len(code_part) if is_minute else code_part))
        last_hour, position = code_part.startswith("h"), part.end()
    return "".join([*out, plain[position:]])


def _part(value: dt.date | dt.time, part: str) -> str:
    name = {"y": "year", "m": "month", "d": "day", "h": "hour", "n": "minute", "s": "second"}[part[0]]
    number = int(getattr(value, name, 0))
    return f"{number:04d}" if part == "yyyy" else f"{number % 100:0{len(part)}d}"


def _span(value: dt.timedelta) -> str:
    minutes, seconds = divmod(round(value.total_seconds()), 60)
    return f"{minutes // 60}:{minutes % 60:02d}:{seconds:02d}"
