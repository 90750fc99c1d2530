"""A made-up district: 27 units that answered in every way a unit can. No real person, no real figure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

import pytest

from tonghop.compile.merge import merge
from tonghop.records import (
    DistrictReport,
    Evidence,
    Gap,
    GapKind,
    Letterhead,
    MediaType,
    Quote,
    ReportingRequest,
    Requirement,
    Section,
    SectionState,
    SourceFile,
    Span,
    Unit,
    UnitMatch,
    UnitReport,
)
from tonghop.request import load_preset

TEXTS = {
    "chi_dao_dieu_hanh": (
        "Trong quý, đơn vị đã ban hành {n:02d} văn bản chỉ đạo, điều hành về cải cách hành chính; tổ chức {m:02d} cuộc "
        "họp giao ban, quán triệt các nhiệm vụ được giao đến toàn thể cán bộ, công chức.\n"
        "- Công tác kiểm tra: Tự kiểm tra {m:02d} lượt, chấn chỉnh kịp thời các tồn tại.\n"
        "- Công tác tuyên truyền: Phát {k} lượt tin bài trên hệ thống truyền thanh cơ sở."
    ),
    "the_che": "Đã rà soát {n:02d} văn bản; không có văn bản hết hiệu lực cần công bố trong kỳ báo cáo.",
    "tthc": (
        "Tiếp nhận {k}{m} hồ sơ, trong đó trực tuyến {k} hồ sơ; đã giải quyết {k}{n} hồ sơ, đúng hạn 99,7 %.\n"
        "Niêm yết công khai 100 % thủ tục hành chính tại Bộ phận tiếp nhận và trả kết quả."
    ),
    "to_chuc_bo_may": "Tham mưu sắp xếp {n:02d} phòng chuyên môn theo đúng quy định của Chính phủ.",
    "che_do_cong_vu": "Cử {n:02d} lượt cán bộ, công chức đi đào tạo, bồi dưỡng; thực hiện nghiêm kỷ luật, kỷ cương.",
    "tai_chinh_cong": "Thực hiện công khai dự toán ngân sách; giải ngân đạt {n},{m} % kế hoạch vốn được giao.",
    "cqdt_cqs": "100 % văn bản đi, đến được xử lý trên phần mềm; tỷ lệ hồ sơ trực tuyến toàn trình đạt {n}{m},5 %.",
    "nhiem_vu_trong_tam": "Hoàn thành {n:02d}/{n:02d} nhiệm vụ được giao, không có nhiệm vụ quá hạn.",
    "khac_phuc_chi_so": "Đã xây dựng kế hoạch khắc phục {m:02d} tiêu chí bị trừ điểm năm 2023.",
    "tac_dong_kt_xh": "Thu ngân sách đạt {n}{m} % dự toán; tỷ lệ hộ nghèo giảm {m},2 % so với cùng kỳ.",
    "phuong_huong": (
        "1. Tiếp tục thực hiện Kế hoạch cải cách hành chính năm 2024.\n"
        "2. Nâng cao tỷ lệ hồ sơ trực tuyến toàn trình lên trên {k} %."
    ),
    "kien_nghi": "Đề nghị cấp trên tổ chức tập huấn chuyên sâu về dịch vụ công trực tuyến cho cán bộ một cửa.",
    "tu_cham_diem": "Dự kiến tự chấm đạt {n},5/{n}5 điểm đối với các tiêu chí được phân công chủ trì.",
    "ton_tai_han_che": "Hạ tầng công nghệ thông tin còn thiếu đồng bộ; máy tính đã cũ, đường truyền không ổn định.",
}
NIL_TEXT = "Trong quý không phát sinh."
FEBRUARY_28 = datetime(2024, 2, 28, 2, 0, tzinfo=UTC)


def section_of(key: str, state: SectionState, index: int, **changes: object) -> Section:
    """Return a section of unit `index`, with words that fit its state."""
    words = TEXTS[key].format(n=2 + index % 8, m=1 + index % 5, k=20 + index)
    text = {SectionState.PRESENT: words, SectionState.NIL: NIL_TEXT, SectionState.THIN: "Đã triển khai."}.get(state, "")
    is_there = state not in {SectionState.MISSING, SectionState.UNREAD, SectionState.NOT_APPLICABLE}
    made = Section(
        heading=key,
        state=state,
        title=key,
        text=text,
        spans=(Span(1 + len(key) % 3, 0, 4),) if is_there else (),
        confidence=0.97 if is_there else 0.0,
        method="exact" if is_there else "none",
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # any field of the record


def report_of(request: ReportingRequest, unit: Unit | None, index: int, dated: date | None = date(2024, 2, 27),
              **states: SectionState) -> UnitReport:  # fmt: skip
    """Return the report of `unit`: every heading it owes is present unless `states` says otherwise.

    It is received on 28/02/2024, or on the day of its date where that is later.
    """
    owed = request.requirements(unit) if unit else {}
    sections, gaps = [], []
    arrived = FEBRUARY_28 + max(timedelta(), (dated or date.min) - FEBRUARY_28.date())
    digest = sha256(f"{unit.id if unit else 'unknown'}-{index}".encode()).hexdigest()
    for heading in request.headings:
        given = states.get(heading.key)
        if heading.key not in owed and given is None:
            continue
        usual = SectionState.NOT_APPLICABLE if owed.get(heading.key) is Requirement.OPTIONAL else SectionState.PRESENT
        state = given or usual
        into = "tthc" if state is SectionState.MERGED else None
        sections.append(section_of(heading.key, state, index, merged_into=into))
        kind = {SectionState.MISSING: GapKind.SECTION_MISSING, SectionState.UNREAD: GapKind.SECTION_UNREAD,
                SectionState.THIN: GapKind.SECTION_THIN}.get(state)  # fmt: skip
        if kind and owed.get(heading.key) is not Requirement.AMBIGUOUS:
            gaps.append(Gap(kind, Evidence(f"sample_{state.value}"), unit.id if unit else None, heading.key, digest))
    return UnitReport(
        source=SourceFile(digest, f"bao_cao_{index:02d}.pdf", 1000, arrived, MediaType.PDF),
        match=UnitMatch(
            unit.id if unit else None,
            0.98 if unit else 0.4,
            unit.name if unit else "",
            None,
            0.2,
            Evidence("no_report"),
        ),
        letterhead=Letterhead(
            issuer=unit.name if unit else "UBND XÃ KHÁC", number=f"{10 + index}/BC-UBND", dated=dated
        ),
        period=request.period.name,
        sections=tuple(sections),
        gaps=tuple(gaps),
        pages_read=3,
    )


_SAMPLE_REASONS = {
    "sample_missing": "Đã đọc cả 3 trang, không thấy đề mục này.",
    "sample_unread": "Trang 2 bị mờ, chỉ đọc được 41 % nội dung.",
    "sample_thin": "Chỉ có tên đề mục và một câu chung.",
    "sample_page": "Trang 4 không đọc được.",
    "no_report": "Chưa nhận được báo cáo của đơn vị.",
    "rule_ambiguous": "Yêu cầu có thể hiểu hai cách đối với {units}. {question}",
}


def say(evidence: Evidence) -> str:
    """Render evidence in Vietnamese, as the program does with its catalogue."""
    quotes = [f"“{q.text}”" + (f" (trang {q.page})" if q.page else "") for q in evidence.quotes]
    return " ".join([_SAMPLE_REASONS[evidence.reason].format(**dict(evidence.values)), *quotes])


def district_of(request: ReportingRequest) -> DistrictReport:
    """Return a district in which every status, state and kind of gap occurs; days count from the deadline."""
    later = request.deadline - date(2024, 2, 29)
    state = SectionState
    nil_everywhere = {"the_che": state.NIL, "kien_nghi": state.NIL}
    ways: tuple[dict[str, SectionState], ...] = (
        {},
        nil_everywhere,
        {"kien_nghi": state.PRESENT, "khac_phuc_chi_so": state.MISSING},
        {"cqdt_cqs": state.MERGED, "kien_nghi": state.NIL},
        {"tai_chinh_cong": state.UNREAD, "tac_dong_kt_xh": state.UNREAD},
        {"nhiem_vu_trong_tam": state.THIN, "the_che": state.NIL},
        {"tac_dong_kt_xh": state.MISSING, "phuong_huong": state.MISSING, "ton_tai_han_che": state.PRESENT},
    )
    reports = []
    for index, unit in enumerate(request.units):
        if index in {7, 19}:
            continue
        is_office = len(request.kinds) > 1 and unit.kind == request.kinds[-1].key
        states = {"khac_phuc_chi_so": state.MISSING} if is_office else ways[index % len(ways)]
        dated = (
            date(2024, 3, 4) if index in {3, 11} else None if index == 15 else date(2024, 2, 20) + timedelta(index % 9)
        )
        dated = dated and dated + later
        reports.append(report_of(request, unit, index, dated, **states))
    older = report_of(request, request.units[0], 50, date(2024, 2, 10) + later)
    last = min(4, len(reports) - 1)
    words = (Quote("…kết quả giải qu", 4),)
    page = Gap(GapKind.PAGE_UNREAD, Evidence("sample_page", (), words), reports[last].match.unit)
    reports[last] = replace(reports[last], gaps=(*reports[last].gaps, page))
    return merge(request, [*reports, older, report_of(request, None, 60, date(2024, 2, 27) + later)])


@pytest.fixture(scope="session")
def cao_loc() -> ReportingRequest:
    return load_preset("cao-loc-2024-q1")


@pytest.fixture(scope="session")
def district(cao_loc: ReportingRequest) -> DistrictReport:
    return district_of(cao_loc)


@pytest.fixture(scope="session")
def render() -> Callable[[Evidence], str]:
    return say


@pytest.fixture(scope="session")
def make_report() -> Callable[..., UnitReport]:
    return report_of


@pytest.fixture(scope="session")
def make_section() -> Callable[..., Section]:
    return section_of


@pytest.fixture(scope="session")
def make_district() -> Callable[[ReportingRequest], DistrictReport]:
    return district_of
