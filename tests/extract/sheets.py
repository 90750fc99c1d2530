"""Typed text as pages: what the readers would give for a report that says just this."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from functools import lru_cache

from tonghop.extract.mapper import map_report
from tonghop.records import (
    Grade,
    Line,
    MediaType,
    Origin,
    Page,
    ReportingRequest,
    Section,
    SourceFile,
    UnitReport,
    Word,
)
from tonghop.request import load_preset
from tonghop.settings import ExtractSettings
from tonghop.text import fold

SETTINGS = ExtractSettings()
HEAD = """\
ỦY BAN NHÂN DÂN
XÃ BẢO LÂM
Số: 31  /BC-UBND
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Bảo Lâm, ngày 28 tháng 02 năm 2024
BÁO CÁO
Kết quả công tác cải cách hành chính quý I năm 2024
Kính gửi: Ủy ban nhân dân huyện Cao Lộc (qua Phòng Nội vụ)
Thực hiện Công văn số 479/UBND-NV ngày 28/02/2024 của UBND huyện, UBND xã Bảo Lâm báo cáo như sau:
"""
FOOT = """\
Trên đây là báo cáo kết quả công tác cải cách hành chính quý I năm 2024 của UBND xã Bảo Lâm./.
Nơi nhận: TM. ỦY BAN NHÂN DÂN
- UBND huyện; CHỦ TỊCH
- Lưu: VT. Nguyễn Văn A
"""
SUBSTANCE = "Ủy ban nhân dân xã đã tổ chức thực hiện đầy đủ các nội dung theo kế hoạch đề ra trong quý."


@lru_cache
def cao_loc() -> ReportingRequest:
    return load_preset("cao-loc-2024-q1")


def typed_page(text: str, number: int = 1, grade: Grade = Grade.GOOD) -> Page:
    """One page of a Word file: a line is a paragraph."""
    lines = tuple(Line(_words(line), paragraph=i) for i, line in enumerate(_written(text)))
    return Page(number, Origin.TYPED, grade, lines)


def scanned_page(text: str, number: int = 1, grade: Grade = Grade.GOOD, confidence: float = 0.95) -> Page:
    """One page of a scan at 200 dpi: lines have boxes. `\\t` inside a line moves to the right column."""
    lines = []
    for at, line in enumerate(_written(text)):
        y = 100 + 40 * at
        words: list[Word] = []
        for column, part in enumerate(line.split("\t")):
            x = 200 if not column else 900
            for word in part.split():
                words.append(Word(word, word, (x, y, x + 13 * len(word), y + 28), confidence))
                x += 13 * len(word) + 9
        lines.append(Line(tuple(words), paragraph=at))
    return Page(number, Origin.OCR, grade, tuple(lines), width=1654, height=2339, dpi=200, ink_coverage=0.97)


def failed_page(number: int) -> Page:
    return Page(number, Origin.OCR, Grade.UNREAD, error="page_timeout")


def source(name: str = "bao cao.pdf", day: int = 28, month: int = 2) -> SourceFile:
    return SourceFile("0" * 64, name, 1, datetime(2024, month, day, 8, tzinfo=UTC), MediaType.PDF)


def mapped(*pages: Page, name: str = "bao cao.pdf", request: ReportingRequest | None = None) -> UnitReport:
    return map_report(source(name), pages, request or cao_loc(), SETTINGS)


def report(body: str, head: str = HEAD, foot: str = FOOT) -> UnitReport:
    """A typed report of xã Bảo Lâm with this body."""
    return mapped(typed_page(head + body.strip() + "\n" + foot))


def states(mapped_report: UnitReport) -> dict[str, str]:
    return {section.heading: section.state.value for section in mapped_report.sections}


def section(mapped_report: UnitReport, key: str) -> Section:
    return next(s for s in mapped_report.sections if s.heading == key)


def gap_kinds(mapped_report: UnitReport) -> set[str]:
    return {gap.kind.value for gap in mapped_report.gaps}


def with_noise(text: str, seed: int, rate: float) -> str:
    """Drop the marks of a share of the words, as scanners do. Digits stay."""
    chance = random.Random(seed)
    return "\n".join(
        "\t".join(
            " ".join(_bare(w) if chance.random() < rate else w for w in part.split(" ")) for part in line.split("\t")
        )
        for line in text.split("\n")
    )


def _bare(word: str) -> str:
    return "".join((fold(c).upper() if c.isupper() else fold(c)) if c.isalpha() else c for c in word)


def _written(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.strip()]


def _words(line: str) -> tuple[Word, ...]:
    return tuple(Word(word, word) for word in line.split())
