"""The figures that are looked for, each by the few wordings in which it is sure. Precision before recall.

Patterns run over flat text: marks off, small letters, one character for one of the original, so that a match's
place is the same in both. `{n}` stands for a count, `{p}` for a percentage; one named group `n` holds the value.
Wordings: the reports and the statistical forms of administrative reform (forms 3 and 4: handling of files).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

__all__ = ["CATALOGUE", "Indicator", "indicator_name", "rule_in_words"]

_COUNT = (
    r"(?P<n>\d{1,3}(?:\.\d{3})+|\d+)"
    r"(?!\d|[.,]\d|\s*(?:%|phan tram|ngay\b|thang\b|nam\b|gio\b|trieu|ty\b|dong\b|tieu chi))"
    r"(?:\s*/\s*[\d.]+)?"
)
_PERCENT = r"(?P<n>\d{1,3}(?:[.,]\d{1,3})?)\s*%"
_IS = r"(?:\s*(?:la|dat|duoc|co|:|-|\|))*\s*"  # a bar parts the cells of a table


@dataclass(frozen=True)
class Indicator:
    """A figure of the catalogue: its key, its name in the forms, its unit and the wordings in which it is sure.

    Every wording holds one of `cues`, blanks left out: most paragraphs need no further look.
    """

    key: str
    name: str
    unit: str
    patterns: tuple[str, ...]
    cues: tuple[str, ...]

    @cached_property
    def compiled(self) -> tuple[re.Pattern[str], ...]:
        """The wordings as expressions over flat text."""
        values = (("{n}", _COUNT), ("{p}", _PERCENT), ("{is}", _IS))
        return tuple(re.compile(_filled(pattern, values)) for pattern in self.patterns)


def _filled(pattern: str, values: tuple[tuple[str, str], ...]) -> str:
    # Words are often typed together: "tỷ lệđúng hạn".
    pattern = pattern.replace(" ", r"\s?")
    for placeholder, expression in values:
        pattern = pattern.replace(placeholder, expression)
    return pattern


_ON_TIME = r"(?:(?:truoc han va|truoc va|truoc,) )?dung han(?: va truoc han)?"
_LATE = r"(?:qua han|cham han|tre han|tre hen)"
_CARRIED = (
    r"(?:(?:tu )?ky truoc chuyen (?:sang|qua)|chuyen tu ky truoc(?: sang)?"
    r"|ton (?:tu )?ky truoc(?: chuyen sang)?|ton dau ky)"
)
_PART = rf"(?:(?:tiep nhan )?moi\b|{_CARRIED})"
_OF_WHICH = r"(?:[,(:]\s*(?:gom|trong do|bao gom)?|gom|bao gom):?\s*"
_HANDLED = r"(?:da giai quyet|da giai quyet xong|da tra ket qua|giai quyet xong)(?: va tra ket qua)?"
_PERIOD = r"(?: trong (?:ky|quy)(?: i{1,3}v?)?(?: bao cao)?)?"

CATALOGUE = (
    Indicator(
        "ho_so_tong",
        "tổng số hồ sơ",
        "hồ sơ",
        (
            rf"\btong so(?: ho so)?(?: da)?(?: tiep nhan)?(?: va giai quyet)?{_PERIOD}{{is}}{{n}}\s*ho so",
            r"\btong cong{is}{n}\s*ho so",
            rf"\btiep nhan{{is}}{{n}}\s*ho so\s*{_OF_WHICH}{_PART}",
            rf"\btiep nhan{{is}}{{n}}\s*ho so\s*{_OF_WHICH}[\d.]+\s*ho so\s*{_PART}",
        ),
        ("tongso", "tongcong", "tiepnhan"),
    ),
    Indicator(
        "ho_so_moi",
        "hồ sơ tiếp nhận mới",
        "hồ sơ",
        (
            rf"\b(?:tiep nhan moi|moi tiep nhan|nhan moi){_PERIOD}{{is}}{{n}}",
            r"\b{n}\s*ho so(?: tiep nhan)? moi\b",
            r"[(,]\s*moi{is}{n}",
        ),
        ("moi",),
    ),
    Indicator(
        "ho_so_ton",
        "hồ sơ kỳ trước chuyển sang",
        "hồ sơ",
        (rf"\b{_CARRIED}{{is}}{{n}}", rf"\b{{n}}\s*ho so(?: ton)?\s*{_CARRIED}"),
        ("kytruoc", "tondauky"),
    ),
    Indicator(
        "ho_so_giai_quyet",
        "hồ sơ đã giải quyết",
        "hồ sơ",
        (rf"\b{_HANDLED}(?:\s*(?:la|duoc|:))*\s*{{n}}(?!\s*ho so(?: giai quyet)? (?:dung|truoc|qua|cham|tre))",),
        ("giaiquyet", "traketqua"),
    ),
    Indicator(
        "ho_so_den_han",
        "hồ sơ đến hạn",
        "hồ sơ",
        (r"\bden han(?: giai quyet| tra ket qua)?{is}{n}\s*ho so", r"\b{n}\s*ho so den han\b"),
        ("denhan",),
    ),
    Indicator(
        "ho_so_dang",
        "hồ sơ đang giải quyết",
        "hồ sơ",
        (r"\bdang (?:giai quyet|xu ly)(?: trong han)?{is}{n}\s*(?:ho so|$)",),
        ("danggiaiquyet", "dangxuly"),
    ),
    Indicator(
        "ho_so_truoc_han",
        "hồ sơ trước hạn",
        "hồ sơ",
        (r"\btruoc han(?! va\b){is}{n}\s*ho so", r"\b{n}\s*ho so(?: giai quyet)? truoc han(?! va\b)"),
        ("truochan",),
    ),
    Indicator(
        "ho_so_dung_han",
        "hồ sơ đúng hạn",
        "hồ sơ",
        (rf"\b{_ON_TIME}{{is}}{{n}}\s*(?:ho so|,|;|\(|$)", rf"\b{{n}}\s*ho so(?: duoc)?(?: giai quyet)? {_ON_TIME}\b"),
        ("dunghan",),
    ),
    Indicator(
        "ho_so_tre_han",
        "hồ sơ quá hạn",
        "hồ sơ",
        (rf"\b{_LATE}(?: giai quyet)?{{is}}{{n}}\s*(?:ho so|,|;|\(|$)", rf"\b{{n}}\s*ho so(?: giai quyet)? {_LATE}\b"),
        ("quahan", "chamhan", "trehan", "trehen"),
    ),
    Indicator(
        "ho_so_truc_tuyen",
        "hồ sơ trực tuyến",
        "hồ sơ",
        (r"\btruc tuyen{is}{n}\s*ho so", r"\b{n}\s*ho so(?: nop| tiep nhan| duoc nop)? truc tuyen\b"),
        ("tructuyen",),
    ),
    Indicator(
        "ty_le_dung_han",
        "tỷ lệ đúng hạn",
        "%",
        (
            rf"\bty le(?: ho so)?(?: giai quyet)?(?: ho so)? {_ON_TIME}{{is}}{{p}}",
            rf"\b{_ON_TIME}{{is}}[\d.]+(?:\s*/\s*[\d.]+)?\s*ho so\s*[,(]?\s*(?:(?:dat|chiem)\s*)?(?:ty le\s*)?{{p}}",
        ),
        ("dunghan",),
    ),
    Indicator(
        "ty_le_truc_tuyen",
        "tỷ lệ trực tuyến",
        "%",
        (
            r"\bty le(?: ho so)?(?: nop)? truc tuyen{is}{p}",
            r"\btruc tuyen{is}[\d.]+(?:\s*/\s*[\d.]+)?\s*ho so\s*[,(]?\s*(?:(?:dat|chiem)\s*)?(?:ty le\s*)?{p}",
        ),
        ("tructuyen",),
    ),
    Indicator(
        "vbqppl",
        "văn bản quy phạm pháp luật",
        "văn bản",
        (r"\bban hanh{is}{n}\s*(?:van ban quy pham phap luat|vbqppl)",),
        ("banhanh",),
    ),
    Indicator(
        "van_ban_chi_dao",
        "văn bản chỉ đạo",
        "văn bản",
        (
            r"\bban hanh{is}{n}\s*van ban (?:chi dao|don doc|huong dan)",
            r"\bvan ban chi dao(?:[^.;\d]{0,50}) la {n}\s*van ban",
        ),
        ("banhanh", "vanbanchidao"),
    ),
    Indicator(
        "tuyen_truyen",
        "cuộc tuyên truyền",
        "cuộc",
        (r"\b{n}\s*(?:buoi|cuoc|hoi nghi|lop|dot) tuyen truyen\b",),
        ("tuyentruyen",),
    ),
)


_NAMES = {indicator.key: indicator.name for indicator in CATALOGUE}


def indicator_name(key: str) -> str:
    """Return the name of an indicator in the forms."""
    return _NAMES[key]


def rule_in_words(rule: str) -> str:
    """Return the rule of a check with the names of its indicators: "hồ sơ đúng hạn + … = hồ sơ đã giải quyết"."""
    return re.sub(r"[a-z_]{3,}", lambda match: _NAMES.get(match[0], match[0]), rule)
