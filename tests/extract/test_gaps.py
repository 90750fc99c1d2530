"""Gaps of one report: lateness, period, addressee, what is placed nowhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.extract.outlines import (
    TITLES,
    body_of,
)
from tests.extract.prints import body, line, page
from tests.extract.sheets import (
    FOOT,
    HEAD,
    SETTINGS,
    SUBSTANCE,
    cao_loc,
    failed_page,
    gap_kinds,
    mapped,
    report,
    scanned_page,
    section,
    source,
    typed_page,
)
from tonghop.extract.mapper import map_report
from tonghop.extract.roles import mark_roles
from tonghop.messages import render
from tonghop.records import Grade, Line, LineRole, Origin, UnitReport


def test_a_letter_without_any_heading_is_perhaps_no_report() -> None:
    letter = HEAD.replace("BÁO CÁO\n", "") + "UBND xã gửi kèm báo cáo để tổng hợp theo quy định.\n" + FOOT
    reasons = {gap.evidence.reason for gap in mapped(typed_page(letter)).gaps}
    assert "document_without_headings" in reasons


@pytest.mark.parametrize("year", ["2019", "2030"])
def test_a_year_far_off_is_another_period_unless_a_scan_says_otherwise_too(year: str) -> None:
    whole = HEAD.replace("2024", year) + body_of(tuple(TITLES)) + FOOT.replace("2024", year)
    assert "wrong_period" in gap_kinds(mapped(typed_page(whole)))
    assert "wrong_period" in gap_kinds(mapped(scanned_page(whole)))
    misread = HEAD.replace("quý I năm 2024\nKính", f"quý I năm {year}\nKính") + body_of(tuple(TITLES)) + FOOT
    assert "wrong_period" not in gap_kinds(mapped(scanned_page(misread)))
    assert "wrong_period" in gap_kinds(mapped(typed_page(misread)))


def test_on_a_first_page_in_doubt_number_and_date_are_unread_not_left_out() -> None:
    text = HEAD.replace("Số: 31  /BC-UBND\n", "").replace("Bảo Lâm, ngày 28 tháng 02 năm 2024\n", "") + FOOT
    assert mapped(scanned_page(text)).letterhead.unread == ()
    assert mapped(scanned_page(text, 1, Grade.DOUBTFUL)).letterhead.unread == ("number", "dated")


def test_a_date_by_pen_is_asked_for() -> None:
    text = HEAD.replace("ngày 28 tháng", "ngày 2Ÿ tháng") + body_of(tuple(TITLES)) + FOOT
    (gap,) = mapped(scanned_page(text)).gaps
    assert (gap.kind.value, gap.evidence.reason) == ("decision_needed", "date_unread")
    assert "2Ÿ" in gap.evidence.quotes[0].text


def test_neither_period_nor_date() -> None:
    text = HEAD.replace(" quý I năm 2024", "").replace("ngày 28 tháng 02 năm 2024", "ngày    tháng    năm")
    found = mapped(typed_page(text + f"I. CẢI CÁCH THỂ CHẾ\n{SUBSTANCE}\n"))
    assert "period_unknown" in {gap.evidence.reason for gap in found.gaps}


def test_an_annex_that_is_not_compiled_is_told() -> None:
    annex = "Phụ lục\nNHỮNG VIỆC ĐÃ LÀM\n" + f"{SUBSTANCE}\n" * 3
    pages = (scanned_page(HEAD + body_of(tuple(TITLES)) + FOOT), scanned_page(annex, 2))
    (gap,) = mapped(*pages).gaps
    assert (gap.kind.value, gap.evidence.reason) == ("text_unplaced", "text_in_annex")


def test_text_that_is_placed_nowhere_is_told() -> None:
    loose = report(
        f"Tình hình chung của địa phương trong quý I có nhiều thuận lợi. {SUBSTANCE}\nI. CẢI CÁCH THỂ CHẾ\n{SUBSTANCE}"
    )
    assert "text_unplaced" in gap_kinds(loose)
    unknown = report(
        f"I. CẢI CÁCH THỂ CHẾ\n{SUBSTANCE}\nII. TÌNH HÌNH QUỐC PHÒNG, AN NINH\n{SUBSTANCE}\nIII. KIẾN NGHỊ\nKhông."
    )
    assert "text_unplaced" in gap_kinds(unknown)
    assert section(unknown, "the_che").text == SUBSTANCE
    prose = report("I. KẾT QUẢ THỰC HIỆN CÔNG TÁC CCHC\n" + "\n".join([SUBSTANCE] * 4) + "\nII. KIẾN NGHỊ\nKhông.")
    assert "text_unplaced" in gap_kinds(prose)


def test_lateness_by_the_date_of_the_report() -> None:
    def dated(day: str) -> set[str]:
        page = typed_page(HEAD.replace("28 tháng 02", day) + body_of(tuple(TITLES)) + FOOT)
        return gap_kinds(map_report(source(month=3, day=5), [page], cao_loc(), SETTINGS))

    assert dated("29 tháng 02") == set()
    assert dated("01 tháng 3") == {"report_late"}
    assert dated("     tháng 3") == set()  # undated: lateness is not claimed


@pytest.mark.parametrize("day", ["27 tháng 02 năm 2023", "06 tháng 3 năm 2024", "27 tháng 02 năm 2042"])
def test_a_date_that_cannot_be_the_reports_is_named_and_counts_for_nothing(day: str) -> None:
    page = typed_page(HEAD.replace("28 tháng 02 năm 2024", day) + body_of(tuple(TITLES)) + FOOT)
    found = map_report(source(month=3, day=5), [page], cao_loc(), SETTINGS)
    assert [(gap.kind.value, gap.evidence.reason) for gap in found.gaps] == [("decision_needed", "date_impossible")]
    assert day in found.gaps[0].evidence.quotes[0].text


def test_lateness_by_the_day_of_receipt() -> None:
    request = replace(cao_loc(), deadline_counts="receipt", deadline=date(2024, 2, 29))
    page = typed_page(HEAD + body_of(tuple(TITLES)) + FOOT)
    late = map_report(source(month=3, day=1), [page], request, SETTINGS)
    assert gap_kinds(late) == {"report_late"}
    assert gap_kinds(map_report(source(), [page], request, SETTINGS)) == set()


def test_last_years_year_left_in() -> None:
    whole = HEAD + body_of(tuple(TITLES)) + FOOT
    title = mapped(typed_page(whole.replace("hành chính quý I năm 2024\nKính", "hành chính quý I năm 2023\nKính")))
    assert gap_kinds(title) == {"wrong_period"}
    assert title.period == "quý I năm 2023"
    gap = title.gaps[0]
    assert [("2023" in quote.text, "2024" in quote.text) for quote in gap.evidence.quotes] == [
        (True, False),
        (False, True),
    ]
    heading = mapped(
        typed_page(
            whole.replace("TRỌNG TÂM QUÝ II\n", "TRỌNG TÂM QUÝ II NĂM 2024\n").replace(
                "CẢI CÁCH THỂ CHẾ\n", "CẢI CÁCH THỂ CHẾ QUÝ I NĂM 2023\n"
            )
        )
    )
    assert gap_kinds(heading) == {"wrong_period"}
    prose = mapped(typed_page(whole.replace(SUBSTANCE, SUBSTANCE + " So với quý I năm 2023 tăng khá.")))
    assert gap_kinds(prose) == set()


def test_what_is_quoted_of_the_closing_ends_with_its_sentence() -> None:
    head = HEAD.replace("quý I năm 2024\nKính gửi", "quý I năm 2023\nKính gửi")
    foot = "Trên đây là báo cáo kết quả quý I năm 2024 của UBND xã Bảo Lâm./.\nNơi nhận:\n- Lưu: VT.\n"
    found = report(f"I. CẢI CÁCH THỂ CHẾ\n{SUBSTANCE}", head, foot)
    (gap,) = (gap for gap in found.gaps if gap.kind.value == "wrong_period")
    assert all("Nơi nhận" not in quote.text for quote in gap.evidence.quotes)
    assert gap.evidence.quotes[-1].text.endswith("./.")


def test_another_addressee() -> None:
    other = HEAD.replace("Ủy ban nhân dân huyện Cao Lộc (qua Phòng Nội vụ)", "Sở Tài chính tỉnh Bắc Giang")
    assert gap_kinds(mapped(typed_page(other + body_of(tuple(TITLES)) + FOOT))) == {"wrong_addressee_or_unit"}


def test_every_piece_of_evidence_can_be_said() -> None:
    pages = (scanned_page(HEAD + body_of(tuple(TITLES)[:4])), failed_page(2))
    found = mapped(*pages)
    pieces = [
        found.match.evidence,
        *(g.evidence for g in found.gaps),
        *(s.evidence for s in found.sections if s.evidence),
    ]
    assert all(render(piece) for piece in pieces)


def told_beside(found: UnitReport) -> list[str]:
    """What was read, but not placed, for it stands beside the running text."""
    gaps = [gap for gap in found.gaps if (gap.kind.value, gap.evidence.reason) == ("text_unplaced", "text_set_aside")]
    assert all(render(gap.evidence) for gap in gaps)
    return [quote.text for gap in gaps for quote in gap.evidence.quotes]


def without_boxes(one: Line) -> Line:
    return replace(one, words=tuple(replace(word, box=None) for word in one.words))


@pytest.mark.parametrize(("figures", "is_told"), [("giao 145 chỉ tiêu", True), ("của huyện", False)])
def test_a_footnote_of_the_opening_is_told_for_its_figures(figures: str, is_told: bool) -> None:
    text = HEAD.replace("báo cáo như sau:", "báo cáo theo Công văn1 như sau:") + body_of(tuple(TITLES)) + FOOT
    whole = scanned_page(text)
    notes = [line(2200, f"1 Công văn số 07/UBND-NV ngày 05/02/2024 {figures}", 200, 20, 9)]
    found = mapped(replace(whole, lines=(*whole.lines, *notes)))
    assert told_beside(found) == ([notes[0].text] if is_told else [])


def test_a_footnote_that_no_section_of_its_page_can_hold_is_told() -> None:
    """It stands alone on a page whose text is the letterhead, and nothing refers to it."""
    first = scanned_page(HEAD)
    note = line(2200, "1 Công văn số 07/UBND-NV của huyện", 200, 20, 9)
    noted = replace(first, lines=(*first.lines, replace(note, role=LineRole.FOOTNOTE)))
    pages = [noted, scanned_page(body_of(tuple(TITLES)) + FOOT, 2)]
    marked = [replace(one, origin=Origin.TYPED, lines=tuple(map(without_boxes, one.lines))) for one in pages]
    assert told_beside(mapped(*marked)) == [note.text]


@pytest.mark.parametrize(
    ("head", "is_told"),
    [
        ("Danh sách 17 hộ nghèo của xã Bảo Lâm", True),
        ("Báo cáo số 31/BC-UBND quý I năm 2024", False),
        ("Báo cáo công tác cải cách hành chính quý I năm 2024", False),
        ("UBND xã Bảo Lâm - Trang {}/3", False),
    ],
)
def test_figures_in_a_running_head_are_told_once(head: str, is_told: bool) -> None:
    whole = scanned_page(HEAD + body_of(tuple(TITLES)) + FOOT)
    pages = [replace(whole, lines=(line(40, head.format(1)), *whole.lines))]
    pages += [page(n, line(40, head.format(n)), *body(200, 9, f"thực hiện việc {'abcd'[n]}")) for n in (2, 3)]
    found = mapped(*mark_roles(pages))
    assert told_beside(found) == ([head] if is_told else [])
