"""What stands around the compiled text: head, addressees, opening, closing, recipients and signature.

Every value comes from the settings, and from the request where the settings are empty. A number or a day that
is not known is left open, as a draft leaves it.
"""

from __future__ import annotations

import re
from collections import Counter

from tonghop.compile.content import Masthead, Paragraph, Run, Signature, Style
from tonghop.compile.safety import printable
from tonghop.compile.wording import (
    BLANK_DATE,
    capitals,
    count,
    day_in_words,
    document_number,
    names_period,
    symbol_of,
)
from tonghop.records import DistrictReport, ReportingRequest, SubmissionStatus
from tonghop.settings import CompileSettings
from tonghop.text import fold, short_day

__all__ = ["addressees", "attached_to", "closing", "issuer_of", "masthead", "opening", "signature", "subject_of"]

_COMMITTEE = "Ủy ban nhân dân"


def issuer_of(request: ReportingRequest, settings: CompileSettings) -> str:
    """Return the full name of the authority that sends the compiled report."""
    return printable(settings.issuer or request.issuer)


def subject_of(request: ReportingRequest) -> str:
    """Return the subject line, with the period in it."""
    return printable(names_period(request))


def masthead(request: ReportingRequest, settings: CompileSettings, *, is_draft: bool) -> Masthead:
    """Return the head of page 1."""
    parent = printable(settings.parent or request.issuer_parent)
    place = printable(settings.place or request.place)
    return Masthead(
        # The parent's usual words are abbreviated, the issuer's are not (Decree 30, annex I, part I, II.2.a).
        parent=capitals(_abbreviated(parent)),
        issuer=_issuer_lines(capitals(issuer_of(request, settings))),
        number=_number(request, settings),
        place_and_date=f"{place}, {_day(settings)}",
        is_draft=is_draft,
    )


def _abbreviated(name: str) -> str:
    is_committee = fold(name).startswith(fold(_COMMITTEE))
    return f"UBND{name[len(_COMMITTEE) :]}" if is_committee else name


def _issuer_lines(name: str) -> tuple[str, ...]:
    # A committee's name is broken before its place, never inside "nhân dân".
    committee, place = name[: len(_COMMITTEE)], name[len(_COMMITTEE) :].strip()
    return (committee, place) if fold(committee) == fold(_COMMITTEE) and place else (name,)


def _number(request: ReportingRequest, settings: CompileSettings) -> str:
    issuer, _ = symbol_of(request.number)
    return document_number(printable(settings.number), f"BC-{issuer or '…'}")


def _day(settings: CompileSettings) -> str:
    day = settings.day
    return day_in_words(day) if day else BLANK_DATE


def addressees(request: ReportingRequest, settings: CompileSettings) -> tuple[str, ...]:
    """Return who the report is sent to; several are parted by `;` or new lines."""
    parts = re.split(r"[;\n]", settings.addressee or request.addressee)
    return tuple(printable(part).strip(" .") for part in parts if part.strip(" ."))


def opening(report: DistrictReport, settings: CompileSettings) -> tuple[Paragraph, ...]:
    """Return the opening: on what order, about which days, who had to report and who did."""
    request = report.request
    issuer = issuer_of(request, settings)
    return (
        _body(
            f"{_order(request)}, các cơ quan, đơn vị đã báo cáo {_lowered(subject_of(request))}; số liệu tính từ "
            f"ngày {short_day(request.period.first)} đến ngày {short_day(request.period.last)}."
        ),
        _body(_turnout(report)),
        _body(f"Trên cơ sở báo cáo của các đơn vị, {issuer} tổng hợp như sau:"),
    )


def _order(request: ReportingRequest) -> str:
    # A number with a gap in it ("…/UBND") has not been given yet.
    if not any(letter.isdigit() for letter in request.number.partition("/")[0]):
        return f"Thực hiện yêu cầu báo cáo của {printable(request.issuer)}"
    number, day = printable(request.number), day_in_words(request.issued)
    return f"Thực hiện Văn bản số {number} {day} của {printable(request.issuer)}"


def _turnout(report: DistrictReport) -> str:
    statuses = Counter(submission.status for submission in report.submissions)
    absent = statuses[SubmissionStatus.ABSENT]
    parts = [f"{count(statuses[status])} {words}" for status, words in _TURNOUT if statuses[status]]
    received = len(report.submissions) - absent
    sent = f"{count(received)} đơn vị đã gửi" + (f" ({', '.join(parts)})" if parts else "")
    clauses = [f"Có {count(len(report.submissions))} đơn vị phải báo cáo ({_kinds(report)})", sent]
    if absent:
        clauses.append(f"{count(absent)} đơn vị chưa gửi")
    if report.unidentified:
        clauses.append(f"{count(len(report.unidentified))} văn bản chưa xác định được đơn vị gửi")
    return (
        f"{'; '.join(clauses)}. Danh sách các đơn vị tại Phụ lục I; nội dung còn thiếu, chưa đọc được hoặc chờ "
        "quyết định tại Phụ lục II."
    )


_TURNOUT = (
    (SubmissionStatus.ON_TIME, "đúng hạn"),
    (SubmissionStatus.LATE, "quá hạn"),
    (SubmissionStatus.UNDATED, "chưa xác định được ngày"),
)


def _kinds(report: DistrictReport) -> str:
    numbers = Counter(submission.unit.kind for submission in report.submissions)
    return "; ".join(
        f"{count(numbers[kind.key])} {printable(kind.name)}" for kind in report.request.kinds if numbers[kind.key]
    )


def closing(request: ReportingRequest, settings: CompileSettings) -> Paragraph:
    """Return the last sentence, which ends in `./.`."""
    to = ", ".join(addressees(request, settings))
    issuer, subject = issuer_of(request, settings), _lowered(subject_of(request))
    if not to:
        return Paragraph(Style.CLOSING, (Run(f"Trên đây là báo cáo {subject} của {issuer}./."),))
    return Paragraph(Style.CLOSING, (Run(f"Trên đây là {subject}, {issuer} báo cáo {to}./."),))


def attached_to(request: ReportingRequest, settings: CompileSettings) -> str:
    """Return the line under an annex's title: `(Kèm theo Báo cáo số … ngày … của …)`."""
    number = _number(request, settings).removeprefix("Số:")
    return f"(Kèm theo Báo cáo số{number} {_day(settings)} của {issuer_of(request, settings)})"


def signature(request: ReportingRequest, settings: CompileSettings) -> Signature:
    """Return the foot. The last recipient is always the file copy, `- Lưu: VT, …`.

    Where the settings name no signer, the place is laid out for the head of the authority; the name stays open.
    """
    given = [printable(name).strip(" -;.") for name in settings.recipients]
    kept = [name for name in given if name and not fold(name).startswith("luu")]
    archive = next((name for name in given if fold(name).startswith("luu")), _archive(request))
    if addressees(request, settings) and not any(fold(name) == "nhu tren" for name in kept):
        kept.insert(0, "Như trên")
    authority, title = _head_of(issuer_of(request, settings))
    return Signature(
        recipients=(*(f"- {name};" for name in kept), f"- {archive}."),
        authority=capitals(printable(settings.signer_authority)) or (authority if not settings.signer_title else ""),
        title=capitals(printable(settings.signer_title)) or title,
        name=printable(settings.signer_name),
    )


def _head_of(issuer: str) -> tuple[str, str]:
    """Return on whose behalf the head of `issuer` signs, and the head's title (Decree 30, annex I, part I, II.7)."""
    folded = fold(issuer)
    if folded.startswith((fold(_COMMITTEE), "ubnd")):
        return "TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"
    return "", "GIÁM ĐỐC" if folded.startswith("so ") else ""


def _archive(request: ReportingRequest) -> str:
    _, drafter = symbol_of(request.number)
    return f"Lưu: VT, {drafter}" if drafter else "Lưu: VT"


def _lowered(text: str) -> str:
    return text[:1].lower() + text[1:]


def _body(text: str) -> Paragraph:
    return Paragraph(Style.BODY, (Run(text),))
