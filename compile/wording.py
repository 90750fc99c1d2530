"""How the compiled report words dates, numbers, names and states. Vietnamese, as administrative documents write.

The sentences here are part of the legal document, not of the program's interface: they are not translated.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date

from tonghop.records import GapKind, ReportingRequest, Unit
from tonghop.text import fold, nfc, squeeze

__all__ = [
    "BLANK_DATE",
    "GAP_NAMES",
    "METHOD_NAMES",
    "capitals",
    "count",
    "day_in_words",
    "document_number",
    "in_sentence",
    "listed",
    "names",
    "names_period",
    "roman",
    "symbol_of",
]

BLANK_DATE = "ngày      tháng      năm 20.."

# Kinds of documents whose abbreviation leads the symbol: 12/KH-UBND. A công văn's symbol leads with the issuer.
# Source: Decree 30/2020, annex III, part I.
_DOCUMENT_KINDS = frozenset(
    re.findall(
        r"\w+",
        "NQ QĐ CT QC QyĐ TC TB HD CTr KH PA ĐA DA BC BB TTr HĐ CĐ BGN BTT GUQ GM GGT GNP PG PC PB",
    )
)
# Class words that stand in small letters inside a sentence; names of offices keep their capital.
# Source: Decree 30/2020, annex II.
_CLASS_WORDS = ("Xã ", "Phường ", "Thị trấn ", "Thị xã ", "Huyện ", "Thành phố ", "Tỉnh ", "Quận ", "Đặc khu ")

_NUMERALS = (
    (1000, "M"),
    (900, "CM"),
    (500, "D"),
    (400, "CD"),
    (100, "C"),
    (90, "XC"),
    (50, "L"),
    (40, "XL"),
    (10, "X"),
    (9, "IX"),
    (5, "V"),
    (4, "IV"),
    (1, "I"),
)

GAP_NAMES: dict[GapKind, str] = {
    GapKind.REPORT_MISSING: "Chưa gửi báo cáo",
    GapKind.REPORT_LATE: "Báo cáo trễ hạn",
    GapKind.WRONG_PERIOD: "Khác kỳ báo cáo",
    GapKind.WRONG_ADDRESSEE_OR_UNIT: "Khác nơi nhận hoặc đơn vị",
    GapKind.SECTION_MISSING: "Chưa có nội dung",
    GapKind.SECTION_THIN: "Nội dung sơ sài",
    GapKind.SECTION_UNREAD: "Chưa đọc được",
    GapKind.PAGE_UNREAD: "Trang chưa đọc được hoặc đọc chưa chắc",
    GapKind.FIGURE_CONFLICT: "Số liệu không khớp",
    GapKind.TEXT_UNPLACED: "Văn bản chưa xếp được vào đề mục",
    GapKind.DECISION_NEEDED: "Chờ quyết định",
}

METHOD_NAMES = {
    "exact": "khớp tên đề mục hoặc tên gọi khác đã biết",
    "fuzzy": "khớp gần đúng tên đề mục",
    "phrase": "theo cụm từ trong tên đề mục",
    "none": "không theo tên đề mục",
}


def count(number: int) -> str:
    """Return a count as documents write it: `05`, `27`, `1.024`. Below 10 with a leading zero; 0 is `0`."""
    return f"0{number}" if 0 < number < 10 else f"{number:,}".replace(",", ".")


def day_in_words(day: date) -> str:
    """Return `ngày 07 tháng 3 năm 2024`: days below 10 and the months 1 and 2 are padded."""
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def document_number(number: str, symbol: str) -> str:
    """Return `Số: 05/BC-UBND`. An empty `number` leaves room for it; one with a symbol of its own keeps it."""
    tight = re.sub(r"\s*([/-])\s*", r"\1", number.strip())
    ordinal, _, own = tight.partition("/")
    if not ordinal:
        return f"Số:      /{own or symbol}"
    padded = ordinal.zfill(2) if ordinal.isdecimal() else ordinal
    return f"Số: {padded}/{own or symbol}"


def symbol_of(number: str) -> tuple[str, str]:
    """Return the abbreviations of issuer and drafting unit in a letter's number; each may be empty.

    `479/UBND-NV` → `("UBND", "NV")`; `12/KH-UBND` → `("UBND", "")`.
    """
    groups = [group.strip() for group in number.partition("/")[2].split("-") if group.strip()]
    if groups and groups[0] in _DOCUMENT_KINDS:
        return (groups[1] if len(groups) > 1 else ""), ""
    return (groups[0] if groups else ""), (groups[1] if len(groups) > 1 else "")


def capitals(text: str) -> str:
    """Return `text` in capitals, NFC."""
    return nfc(text).upper()


def in_sentence(name: str) -> str:
    """Return a unit's name as it stands inside a sentence: `xã Bảo Lâm`, but `Phòng Nội vụ`."""
    return name[0].lower() + name[1:] if name.startswith(_CLASS_WORDS) else name


def listed(parts: Sequence[str]) -> str:
    """Return `a, b, c`; with `;` between them when a part holds a comma itself."""
    return ("; " if any("," in part for part in parts) else ", ").join(parts)


def names(units: Iterable[Unit]) -> str:
    """Return the names of `units` as they stand inside a sentence."""
    return listed([in_sentence(unit.name) for unit in units])


def roman(number: int) -> str:
    """Return 1 → I, 4 → IV, …; `number` from 1 to 3999."""
    if not 0 < number < 4000:
        raise ValueError(f"no Roman numeral for {number}")
    found = ""
    for value, letters in _NUMERALS:
        found += letters * (number // value)
        number %= value
    return found


def names_period(request: ReportingRequest) -> str:
    """Return the request's subject with its period; the period is added only when the subject lacks it."""
    subject, period = squeeze(request.subject), squeeze(request.period.name)
    return subject if fold(period) in fold(subject) else f"{subject} {period}"
