"""The annexes of the district report: I who reported and when, II what is still open and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from tonghop.compile.choice import Standing, standing
from tonghop.compile.content import Annex, Block, Column, Paragraph, Run, Style, Table
from tonghop.compile.frame import attached_to
from tonghop.compile.merge import received_on
from tonghop.compile.safety import printable
from tonghop.compile.wording import GAP_NAMES, capitals, count, day_in_words, listed, roman
from tonghop.records import (
    DistrictReport,
    Evidence,
    Gap,
    GapKind,
    GapState,
    Letterhead,
    Submission,
    SubmissionStatus,
    UnitReport,
)
from tonghop.settings import CompileSettings
from tonghop.text import short_day

__all__ = ["annexes"]

Render = Callable[[Evidence], str]

_SUBMISSIONS = (
    Column("STT", 13, is_centred=True),
    Column("Đơn vị", 46),
    Column("Số, ký hiệu", 30),
    Column("Ngày văn bản", 24, is_centred=True),
    Column("Ngày nhận", 24, is_centred=True),
    Column("Ghi chú", 28),
)
_ABSENT = (Column("STT", 13, is_centred=True), Column("Đơn vị", 152))
_ABSENT_BUT_SENT = (Column("STT", 13, is_centred=True), Column("Đơn vị", 60), Column("Ghi chú", 92))
_UNKNOWN = (
    Column("STT", 13, is_centred=True),
    Column("Tệp nhận được", 48),
    Column("Cơ quan ghi trên văn bản", 48),
    Column("Số, ký hiệu", 31),
    Column("Ngày văn bản", 25, is_centred=True),
)
_SECTIONS = (
    Column("STT", 13, is_centred=True),
    Column("Đơn vị", 36),
    Column("Đề mục", 52),
    Column("Căn cứ", 64),
)
_DECISIONS = (
    Column("STT", 13, is_centred=True),
    Column("Đề mục", 52),
    Column("Căn cứ", 100),
)
_OTHERS = (
    Column("STT", 13, is_centred=True),
    Column("Đơn vị, tệp", 36),
    Column("Vấn đề", 32),
    Column("Căn cứ", 84),
)
_STATUS_TITLES = (
    (SubmissionStatus.ON_TIME, "Đơn vị gửi báo cáo đúng hạn"),
    (SubmissionStatus.LATE, "Đơn vị gửi báo cáo quá hạn"),
    (SubmissionStatus.UNDATED, "Đơn vị đã gửi, chưa xác định được ngày"),
    (SubmissionStatus.ABSENT, "Đơn vị chưa gửi báo cáo"),
)
_SECTION_TITLES = (
    (GapKind.SECTION_MISSING, "Đề mục chưa có nội dung"),
    (GapKind.SECTION_UNREAD, "Đề mục chưa đọc được"),
    (GapKind.SECTION_THIN, "Đề mục có nội dung sơ sài"),
)
# Told in annex I, unit by unit.
_TOLD_BEFORE = frozenset({GapKind.REPORT_MISSING, GapKind.REPORT_LATE})


def annexes(report: DistrictReport, settings: CompileSettings, render: Render) -> tuple[Annex, ...]:
    """Return annex I and annex II. Only gaps that are open are named."""
    attached = attached_to(report.request, settings)
    return (
        Annex("Phụ lục I", "DANH SÁCH CÁC ĐƠN VỊ BÁO CÁO", attached, tuple(_units(report))),
        Annex("Phụ lục II", "NỘI DUNG CÒN THIẾU HOẶC CHƯA RÕ", attached, tuple(_open_points(report, render))),
    )


def _units(report: DistrictReport) -> Iterator[Block]:
    basis = "ngày ghi trên văn bản" if report.request.deadline_counts == "document" else "ngày nhận được"
    yield _body(f"Hạn gửi báo cáo: hết {day_in_words(report.request.deadline)}, tính theo {basis}.")
    number = 0
    for status, title in _STATUS_TITLES:
        group = [submission for submission in report.submissions if submission.status is status]
        if group:
            number += 1
            yield _group(number, title, len(group), "đơn vị")
            yield _absent(group) if status is SubmissionStatus.ABSENT else _received(group)
    if report.unidentified:
        yield _group(number + 1, "Văn bản chưa xác định được đơn vị gửi", len(report.unidentified), "văn bản")
        yield Table(_UNKNOWN, tuple(_unknown(n, found) for n, found in enumerate(report.unidentified, 1)))
    if report.refused:
        names = listed([printable(name) for name in report.refused])
        yield _body(f"Tệp đã nhận nhưng không đọc được, chưa rõ của đơn vị nào: {names}.")


def _received(group: Sequence[Submission]) -> Table:
    rows = tuple(
        (str(number), *_received_cells(submission, submission.report))
        for number, submission in enumerate(group, 1)
        if submission.report
    )
    return Table(_SUBMISSIONS, rows)


def _received_cells(submission: Submission, report: UnitReport) -> tuple[str, ...]:
    older = len(submission.superseded)
    notes = ["Dự thảo, chưa có số"] if standing(report) is Standing.DRAFT else []
    notes += [f"Thay thế {count(older)} báo cáo gửi trước"] if older else []
    return (
        printable(submission.unit.name),
        *_number_and_day(report.letterhead),
        short_day(received_on(report)),
        "; ".join(notes),
    )


def _absent(group: Sequence[Submission]) -> Table:
    if not any(submission.set_aside for submission in group):
        return Table(_ABSENT, tuple((str(n), printable(s.unit.name)) for n, s in enumerate(group, 1)))
    rows = ((str(n), printable(s.unit.name), _other_documents(s)) for n, s in enumerate(group, 1))
    return Table(_ABSENT_BUT_SENT, tuple(rows))


def _other_documents(submission: Submission) -> str:
    names = [printable(source.name) for source in submission.set_aside]
    return f"Đã gửi văn bản khác, không tính là báo cáo: {listed(names)}" if names else ""


def _unknown(number: int, report: UnitReport) -> tuple[str, ...]:
    head = report.letterhead
    return (
        str(number),
        printable(report.source.name),
        printable(head.issuer or "không đọc được"),
        *_number_and_day(head),
    )


def _number_and_day(head: Letterhead) -> tuple[str, str]:
    """Return number and date; where there is none, whether the writer left it out or it was not read."""
    number = "chưa đọc được" if "number" in head.unread else "không ghi số"
    day = "chưa đọc được" if "dated" in head.unread else "không ghi"
    return printable(head.number or number), short_day(head.dated) if head.dated else day


def _open_points(report: DistrictReport, render: Render) -> Iterator[Block]:
    gaps = [gap for gap in report.gaps if gap.state is GapState.OPEN and gap.kind not in _TOLD_BEFORE]
    if not gaps:
        yield _body("Không có nội dung nào còn thiếu hoặc chưa rõ trong các báo cáo đã nhận.")
        return
    if any(submission.report is None for submission in report.submissions):
        yield _body("Các đơn vị chưa gửi báo cáo nêu tại Phụ lục I, không nhắc lại ở đây.")
    points = _Points(report, render)
    for number, (title, noun, make, group) in enumerate(_grouped(gaps, points), 1):
        yield _group(number, title, len(group), noun)
        yield make(group)


def _grouped(
    gaps: Sequence[Gap], points: _Points
) -> Iterator[tuple[str, str, Callable[[Sequence[Gap]], Table], list[Gap]]]:
    named = {kind for kind, _ in _SECTION_TITLES}
    groups = [
        (title, "đề mục", points.sections, [g for g in gaps if g.kind is kind]) for kind, title in _SECTION_TITLES
    ]
    # A decision about no heading is one about a document: which one counts, who sent it.
    decisions = [g for g in gaps if g.kind is GapKind.DECISION_NEEDED and g.heading]
    others = [g for g in gaps if g.kind not in named and g not in decisions]
    groups.append(("Đề mục chưa xác định được có phải báo cáo hay không", "đề mục", points.decisions, decisions))
    groups.append(("Vấn đề khác cần xử lý", "vấn đề", points.others, others))
    return (group for group in groups if group[3])


class _Points:
    """Tables of gaps, with the names of units, headings and files looked up once."""

    def __init__(self, report: DistrictReport, render: Render) -> None:
        self._render = render
        self._headings = {heading.key: printable(heading.title) for heading in report.request.headings}
        self._units = {unit.id: printable(unit.name) for unit in report.request.units}
        self._files = {found.source.sha256: printable(found.source.name) for found in report.unidentified}
        self._aside = {
            source.sha256: printable(source.name) for found in report.submissions for source in found.set_aside
        }

    def sections(self, gaps: Sequence[Gap]) -> Table:
        """Return a row for each unit and reason; headings that lack for the same reason share it."""
        rows: dict[tuple[str, str], list[str]] = {}
        for gap in gaps:
            rows.setdefault((self._who(gap), self._why(gap)), []).append(self._heading(gap))
        numbers = _numbered(who for who, _ in rows)
        cells = tuple((numbers[who], who, "; ".join(named), why) for (who, why), named in rows.items())
        return Table(_SECTIONS, cells, spans=2)

    def decisions(self, gaps: Sequence[Gap]) -> Table:
        """Return a row for each rule that can be read both ways."""
        return Table(_DECISIONS, tuple((str(n), self._heading(g), self._why(g)) for n, g in enumerate(gaps, 1)))

    def others(self, gaps: Sequence[Gap]) -> Table:
        """Return a row for each gap."""
        numbers = _numbered(self._who(gap) for gap in gaps)
        rows = tuple((numbers[self._who(gap)], self._who(gap), self._what(gap), self._why(gap)) for gap in gaps)
        return Table(_OTHERS, rows, spans=2)

    def _who(self, gap: Gap) -> str:
        return self._units.get(gap.unit or "") or self._files.get(gap.source or "") or "Chung"

    def _what(self, gap: Gap) -> str:
        heading = self._heading(gap)
        aside = self._aside.get(gap.source or "")  # no report that counts: only its file tells which one it is
        named = heading or (f"tệp {aside}" if aside else "")
        return f"{GAP_NAMES[gap.kind]}: {named}" if named else GAP_NAMES[gap.kind]

    def _why(self, gap: Gap) -> str:
        return printable(self._render(_without_error(gap.evidence)))

    def _heading(self, gap: Gap) -> str:
        return self._headings.get(gap.heading or "", "")


def _without_error(evidence: Evidence) -> Evidence:
    """Return `evidence` without the words of a tool: `status` tells them to who runs the program."""
    if evidence.reason != "page_failed":
        return evidence
    return Evidence("page_not_read", tuple((key, value) for key, value in evidence.values if key == "page"))


def _numbered(names: Iterable[str]) -> dict[str, str]:
    return {name: str(number) for number, name in enumerate(dict.fromkeys(names), 1)}


def _group(number: int, title: str, size: int, noun: str) -> Paragraph:
    # A Roman numeral's title stands in capitals (Decree 30/2020, annex I, the table of typefaces).
    return Paragraph(Style.GROUP, (Run(f"{roman(number)}. {capitals(title)} ({count(size)} {capitals(noun)})"),))


def _body(text: str) -> Paragraph:
    return Paragraph(Style.BODY, (Run(text),))
