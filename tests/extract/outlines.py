"""Outlines of every kind: how offices number and print their headings."""

from __future__ import annotations

from tests.extract.sheets import (
    SUBSTANCE,
)
from tonghop.records import Page, UnitReport

TITLES = {
    "chi_dao_dieu_hanh": "Công tác chỉ đạo, điều hành cải cách hành chính",
    "the_che": "Cải cách thể chế",
    "tthc": "Cải cách thủ tục hành chính",
    "che_do_cong_vu": "Cải cách chế độ công vụ",
    "tai_chinh_cong": "Cải cách tài chính công",
    "cqdt_cqs": "Xây dựng chính quyền điện tử, chính quyền số",
    "nhiem_vu_trong_tam": "Kết quả thực hiện các nhiệm vụ trọng tâm được UBND huyện, Chủ tịch UBND huyện giao",
    "khac_phuc_chi_so": "Kết quả khắc phục tồn tại, hạn chế Chỉ số CCHC năm 2023",
    "tac_dong_kt_xh": "Tác động của CCHC đến phát triển kinh tế - xã hội",
    "phuong_huong": "Phương hướng, nhiệm vụ trọng tâm quý II",
    "kien_nghi": "Kiến nghị, đề xuất",
}


FIELDS = ("the_che", "tthc", "che_do_cong_vu", "tai_chinh_cong", "cqdt_cqs")


ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")


ORDINALS = ("nhất", "hai", "ba", "tư", "năm", "sáu", "bảy", "tám", "chín", "mười", "mười một")


def flat_roman(n: int, title: str) -> str:
    return f"{ROMAN[n]}. {title.upper()}\n{SUBSTANCE}"


def roman_without_space(n: int, title: str) -> str:
    return f"{ROMAN[n]}.{title.upper()}\n{SUBSTANCE}"


def arabic(n: int, title: str) -> str:
    return f"{n + 1}. {title}\n{SUBSTANCE}"


def run_in(n: int, title: str) -> str:
    return f"{n + 1}. Về {title[0].lower()}{title[1:]}: {SUBSTANCE}"


def ordinal(n: int, title: str) -> str:
    return f"Thứ {ORDINALS[n]}, về {title[0].lower()}{title[1:]}.\n{SUBSTANCE}"


def ordinal_run_in(n: int, title: str) -> str:
    return f"Thứ {ORDINALS[n]}, về {title[0].lower()}{title[1:]}. {SUBSTANCE}"


def dash(n: int, title: str) -> str:
    return f"- {title}:\n{SUBSTANCE}\n+ {SUBSTANCE}"


def bracketed(n: int, title: str) -> str:
    return f"({n + 1}) {title}:\n{SUBSTANCE}"


def letters(n: int, title: str) -> str:
    return f"{'abcdđeghikl'[n]}) {title}\n{SUBSTANCE}"


def unnumbered(n: int, title: str) -> str:
    return f"{title}:\n{SUBSTANCE}"


def part(n: int, title: str) -> str:
    return f"Phần {ROMAN[n]}\n{title.upper()}\n{SUBSTANCE}"


FLAT = [
    flat_roman,
    roman_without_space,
    arabic,
    run_in,
    ordinal,
    ordinal_run_in,
    dash,
    bracketed,
    letters,
    unnumbered,
    part,
]


def assert_whole(mapped_report: UnitReport, pages: tuple[Page, ...]) -> None:
    """Every line is in exactly one place."""
    spans = [*mapped_report.letterhead.spans, *mapped_report.unplaced]
    spans += [span for s in mapped_report.sections for span in s.spans]
    places = [(span.page, n) for span in spans for n in range(span.first, span.stop)]
    assert sorted(places) == [(page.number, n) for page in pages for n in range(len(page.lines))]


def body_of(keys: tuple[str, ...]) -> str:
    return "\n".join(flat_roman(n, TITLES[key]) for n, key in enumerate(keys)) + "\n"
