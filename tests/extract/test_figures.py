from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.extract.sheets import FOOT, HEAD, gap_kinds, mapped, report, scanned_page, section
from tonghop.extract.figures import read_number
from tonghop.records import DOUBT, GapKind, Page, UnitReport


def figures(text: str) -> dict[str, str]:
    found = report(f"1. Cải cách thủ tục hành chính\n{text}")
    return {figure.indicator: figure.text for figure in found.figures}


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("10.455", "10455"),
        ("99,71", "99.71"),
        ("05", "5"),
        ("1.204.300", "1204300"),
        ("99.71", "99.71"),
        ("0", "0"),
        ("0.455", "0.455"),
    ],
)
def test_numbers_as_offices_write_them(printed: str, value: str) -> None:
    assert read_number(printed) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Tổng số hồ sơ tiếp nhận là 1.131 hồ sơ, kỳ trước chuyển sang 17 hồ sơ, tiếp nhận mới 1.114 hồ sơ.",
            {"ho_so_tong": "1.131", "ho_so_ton": "17", "ho_so_moi": "1.114"},
        ),
        (
            "Đã giải quyết 1.103 hồ sơ, trong đó đúng hạn 1.098 hồ sơ, quá hạn 05 hồ sơ; tỷ lệ đúng hạn đạt 99,55%.",
            {"ho_so_giai_quyet": "1.103", "ho_so_dung_han": "1.098", "ho_so_tre_han": "05", "ty_le_dung_han": "99,55"},
        ),
        (
            "Trong số hồ sơ đã giải quyết có 1.342 hồ sơ đúng hạn, 02 hồ sơ quá hạn.",
            {"ho_so_dung_han": "1.342", "ho_so_tre_han": "02"},
        ),
        (
            "Tiếp nhận 120 hồ sơ (mới 110, kỳ trước chuyển sang 10).",
            {"ho_so_tong": "120", "ho_so_moi": "110", "ho_so_ton": "10"},
        ),
        ("Hồ sơ nộp trực tuyến 946/1.315 hồ sơ, đạt 71,94%.", {"ho_so_truc_tuyen": "946", "ty_le_truc_tuyen": "71,94"}),
        ("Số hồ sơ đến hạn giải quyết 4.169 hồ sơ.", {"ho_so_den_han": "4.169"}),
        ("Đang giải quyết trong hạn 28 hồ sơ.", {"ho_so_dang": "28"}),
        ("Đã ban hành 03 văn bản quy phạm pháp luật.", {"vbqppl": "03"}),
        ("Tổ chức 12 buổi tuyên truyền.", {"tuyen_truyen": "12"}),
        ("Tỷ lệ hồ sơ đúng hạn đạt 99.715%", {"ty_le_dung_han": "99.715"}),
        ("tỷ lệđúng hạn đạt 92,31%", {"ty_le_dung_han": "92,31"}),
        ("2 | Tiếp nhận mới trong kỳ | 148", {"ho_so_moi": "148"}),
        ("1 | Kỳ trước chuyển sang | 17", {"ho_so_ton": "17"}),
        ("4 | Đang giải quyết | 08", {"ho_so_dang": "08"}),
    ],
)
def test_wordings_that_leave_no_doubt(text: str, expected: dict[str, str]) -> None:
    assert figures(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Chưa có hồ sơ quá hạn.",
        "Phấn đấu 100% hồ sơ đúng hạn.",
        "Hồ sơ quá hạn 05 ngày đã có thư xin lỗi.",
        "Thực hiện Kế hoạch số 14/KH-UBND ngày 15/01/2024.",
        "Thu ngân sách đạt 825 triệu đồng.",
    ],
)
def test_what_is_no_figure_of_the_catalogue(text: str) -> None:
    assert figures(text) == {}


def test_a_figure_keeps_its_page_sentence_and_heading() -> None:
    first = HEAD + "1. Cải cách thủ tục hành chính\nĐã niêm yết công khai. Tổng số hồ sơ tiếp nhận"
    second = "trong kỳ là 1.131 hồ sơ.\n" + FOOT
    figure = mapped(scanned_page(first), scanned_page(second, 2)).figures[0]
    assert (figure.indicator, figure.value, figure.heading) == ("ho_so_tong", Decimal(1131), "tthc")
    assert figure.quote.page == 2
    assert figure.quote.text == "Tổng số hồ sơ tiếp nhận trong kỳ là 1.131 hồ sơ."


def rules(found: UnitReport) -> dict[str, bool]:
    return {check.rule: check.holds for check in found.checks}


WHOLE = (
    "Tổng số {tong} hồ sơ, kỳ trước chuyển sang {ton} hồ sơ, tiếp nhận mới {moi} hồ sơ. Đã giải quyết {xong} hồ sơ, "
    "đúng hạn {dung} hồ sơ, quá hạn {tre} hồ sơ; tỷ lệ đúng hạn đạt {ty_le}%."
)
GOOD = {"tong": "1.131", "ton": "17", "moi": "1.114", "xong": "1.103", "dung": "1.098", "tre": "05", "ty_le": "99,55"}


def test_sums_that_hold() -> None:
    found = report("1. Cải cách thủ tục hành chính\n" + WHOLE.format(**GOOD))
    assert set(rules(found).values()) == {True}
    assert len(rules(found)) == 3
    assert "figure_conflict" not in gap_kinds(found)


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        ({"tong": "1.121"}, "ho_so_ton + ho_so_moi = ho_so_tong"),
        ({"tre": "15"}, "ho_so_dung_han + ho_so_tre_han = ho_so_giai_quyet"),
        ({"ty_le": "92,31"}, "ty_le_dung_han = ho_so_dung_han / ho_so_giai_quyet"),
    ],
)
def test_a_sum_that_fails_is_a_gap_with_its_operands(wrong: dict[str, str], rule: str) -> None:
    found = report("1. Cải cách thủ tục hành chính\n" + WHOLE.format(**{**GOOD, **wrong}))
    assert [r for r, holds in rules(found).items() if not holds] == [rule]
    gap = next(gap for gap in found.gaps if gap.kind == "figure_conflict")
    assert gap.heading == "tthc"
    printed = " ".join(quote.text for quote in gap.evidence.quotes)
    assert all(value in printed for value in wrong.values())


@pytest.mark.parametrize("share", ["99,55", "99,54", "99,5", "99,6", "100"])
def test_a_share_may_be_rounded_or_cut(share: str) -> None:
    found = report("1. Cải cách thủ tục hành chính\n" + WHOLE.format(**{**GOOD, "ty_le": share}))
    assert all(rules(found).values())


def test_the_share_is_of_the_files_that_fell_due() -> None:
    text = "Đã giải quyết 4.500 hồ sơ. Đến hạn giải quyết 4.169 hồ sơ, đúng hạn 4.157 hồ sơ, đạt 99,71%."
    found = report("1. Cải cách thủ tục hành chính\n" + text)
    assert rules(found) == {"ty_le_dung_han = ho_so_dung_han / ho_so_den_han": True}


def test_early_and_on_time_files_add_up() -> None:
    text = "Đã giải quyết 120 hồ sơ, trước hạn 50 hồ sơ, đúng hạn 65 hồ sơ, quá hạn 05 hồ sơ."
    assert set(rules(report("1. Cải cách thủ tục hành chính\n" + text)).values()) == {True}


def test_figures_of_the_office_and_of_the_district_are_not_mixed() -> None:
    own = "Tiếp nhận mới 100 hồ sơ, kỳ trước chuyển sang 20 hồ sơ."
    district = "Trên địa bàn huyện, tổng số 5.000 hồ sơ, tiếp nhận mới 4.800 hồ sơ, kỳ trước chuyển sang 200 hồ sơ."
    found = report(f"1. Cải cách thủ tục hành chính\n{own}\n{district}")
    assert rules(found) == {"ho_so_ton + ho_so_moi = ho_so_tong": True}
    assert section(found, "tthc").text == f"{own}\n{district}"


def test_a_percentage_has_no_thousands() -> None:
    found = report("1. Cải cách thủ tục hành chính\nTỷ lệ hồ sơ đúng hạn đạt 99.715%.")
    assert [figure.value for figure in found.figures] == [Decimal("99.715")]


def doubted(page: Page, text: str) -> Page:
    """The page with the words that are `text` read with doubt."""
    lines = [
        replace(line, words=tuple(replace(w, confidence=DOUBT) if w.text == text else w for w in line.words))
        for line in page.lines
    ]
    return replace(page, lines=tuple(lines))


def test_a_number_read_with_doubt_is_no_figure_but_a_gap_that_names_it() -> None:
    rows = "1 | Kỳ trước chuyển sang | 17\n2 | Tiếp nhận mới trong kỳ | 148"
    page = scanned_page(f"{HEAD}1. Cải cách thủ tục hành chính\n{rows}\n{FOOT}")
    assert {figure.text for figure in mapped(page).figures} == {"17", "148"}
    found = mapped(doubted(page, "148"))
    assert [figure.text for figure in found.figures] == ["17"]
    (gap,) = (gap for gap in found.gaps if gap.evidence.reason == "figure_doubtful")
    assert (gap.kind, gap.heading) == (GapKind.PAGE_UNREAD, "tthc")
    assert dict(gap.evidence.values)["found"] == "148"
    assert [(quote.page, "148" in quote.text) for quote in gap.evidence.quotes] == [(1, True)]


def test_a_number_read_with_doubt_takes_part_in_no_check() -> None:
    page = scanned_page(f"{HEAD}1. Cải cách thủ tục hành chính\n{WHOLE.format(**{**GOOD, 'tong': '1.121'})}\n{FOOT}")
    assert "figure_conflict" in gap_kinds(mapped(page))
    assert "figure_conflict" not in gap_kinds(mapped(doubted(page, "1.121")))
