"""Running heads, and lines that only look alike: letterheads, heads of tables. Stamps of digital signatures."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.extract.prints import RIGHT, body, line, page, with_role
from tonghop.extract.roles import mark_roles
from tonghop.records import Line, LineRole

HEAD = "Báo cáo công tác cải cách hành chính quý I năm 2024"


def test_a_head_read_differently_each_time() -> None:
    texts = [
        HEAD,
        "Báo cáo công tắc cải cach hành chính quý I năm 2024",
        "Bảo cáo công tác cải cách hanh chính quý l năm 2024",
    ]
    pages = [page(1, *body(300, 9)), *(page(n, line(90, text), *body(200, 9)) for n, text in enumerate(texts, 2))]
    assert with_role(mark_roles(pages), LineRole.RUNNING_HEAD) == texts


def test_a_foot_that_counts_and_a_rule_under_a_head() -> None:
    pages = [
        page(n, line(80, HEAD), line(118, "----"), *body(220, 9), line(2200, f"UBND xã Gia Cát | {n} | Báo cáo quý"))
        for n in range(1, 5)
    ]
    marked = mark_roles(pages)
    assert with_role(marked, LineRole.RUNNING_HEAD) == [
        t for n in range(1, 5) for t in (HEAD, f"UBND xã Gia Cát | {n} | Báo cáo quý")
    ]


def test_two_letterheads_in_one_file_are_no_running_heads() -> None:
    top = (line(100, "ỦY BAN NHÂN DÂN"), line(100, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 700), line(140, "XÃ GIA CÁT"))
    pages = [page(n, *top, *body(400, 9)) for n in range(1, 5)]
    assert with_role(mark_roles(pages), LineRole.RUNNING_HEAD) == []


def test_the_head_of_a_table_is_none() -> None:
    head = line(200, "STT Nội dung Số lượng Ghi chú")
    pages = [page(n, head, *body(260, 9)) for n in range(1, 5)]
    assert with_role(mark_roles(pages), LineRole.RUNNING_HEAD) == []


def test_pages_that_are_alike_have_none() -> None:
    """A form, or one page scanned three times: what stands at its edges is text."""
    assert with_role(mark_roles([page(n, *body(200, 9)) for n in range(1, 4)]), LineRole.RUNNING_HEAD) == []


def test_what_stands_twice_in_the_text_is_none() -> None:
    pages = [
        page(1, *body(200, 9, "thứ nhất")),
        page(2, *body(200, 9, "thứ hai ba")),
        page(3, *body(200, 9, "khác hẳn nhau")),
    ]
    assert with_role(mark_roles(pages), LineRole.RUNNING_HEAD) == []


def test_the_stamp_of_a_digital_signature() -> None:
    stamp = (
        line(60, "Người ký: Ủy ban nhân dân xã Gia Cát, huyện", 1000, 16, 7),
        line(82, "Cao Lộc, tỉnh Lạng Sơn", 1000, 16, 7),
        line(104, "Email: gia.cat@vi-du.vn", 1000, 16, 7),
        line(126, "Thời gian ký: 28/02/2024 16:20:11 +07:00", 1000, 16, 7),
    )
    marked = mark_roles([page(1, *stamp, line(200, "ỦY BAN NHÂN DÂN"), *body(400, 9))])
    assert with_role(marked, LineRole.STAMP) == [one.text for one in stamp]


def test_a_stamp_without_names_of_fields_above_a_letterhead() -> None:
    state = line(180, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 800)
    stamp = [line(60, "TRUNG TÂM TIN HỌC", 900, 16, 7), line(82, "18.03.2024 09:29:39", 900, 16, 7)]
    form = line(110, "Mẫu số 02", 900, 16, 7)
    figure = line(132, "Hỏa tốc 15 hồ sơ", 900, 16, 7)
    at_left = line(60, "Biểu của huyện", 300, 16, 7)
    marked = mark_roles([page(1, *stamp, form, figure, at_left, state, *body(400, 9))])
    assert with_role(marked, LineRole.STAMP) == [one.text for one in stamp]
    for rest in ([stamp[0], state], stamp):  # no minute; no letterhead
        assert with_role(mark_roles([page(1, *rest, *body(400, 9))]), LineRole.STAMP) == []


def test_a_sentence_on_signing_is_no_stamp() -> None:
    text = "Ngày ký ban hành Quyết định là căn cứ tính thời hạn giải quyết hồ sơ của đơn vị"
    assert with_role(mark_roles([page(1, line(100, text), *body(200, 9))]), LineRole.STAMP) == []


def test_numbers_beside_a_head() -> None:
    pages = [page(n, line(90, HEAD), line(90, f"Trang {n}/4", RIGHT - 150), *body(200, 9)) for n in range(1, 5)]
    marked = mark_roles(pages)
    assert with_role(marked, LineRole.RUNNING_HEAD) == [HEAD] * 4
    assert with_role(marked, LineRole.BODY) == [one.text for _ in range(4) for one in body(200, 9)]


def of_its_own(number: int) -> str:
    return ("tiếp nhận hồ sơ", "tuyên truyền vận động", "bồi dưỡng cán bộ", "công khai ngân sách")[number - 1]


@pytest.mark.parametrize(
    "texts",
    [
        ["PHỤ LỤC 1", "PHỤ LỤC 2", "PHỤ LỤC 3"],
        ["PHỤ LỤC SỐ LIỆU", "PHỤ LỤC SỐ LIỆU", "PHỤ LỤC SỐ LIỆU"],
        ["Phụ lục I", "Phụ lục II", "Phụ lục III"],
        ["Danh mục văn bản đợt I", "Danh mục văn bản đợt II", "Danh mục văn bản đợt III"],
        ["Danh sách cán bộ nhóm A", "Danh sách cán bộ nhóm B", "Danh sách cán bộ nhóm C"],
        ["Biểu số 01", "Biểu số 02"],
        ["Số liệu tháng 01", "Số liệu tháng 02"],
        ["Mẫu số 1/BC", "Mẫu số 2/BC", "Mẫu số 3/BC"],
        ["Thôn 3: 17 hộ nghèo", "Thôn 4: 21 hộ nghèo", "Thôn 5: 9 hộ nghèo"],
        ["Thôn 1: có 1 hộ nghèo", "Thôn 2: có 2 hộ nghèo", "Thôn 3: có 3 hộ nghèo"],
        ["Thôn Nà Pàn có hộ nghèo giảm", "Thôn Nà Lốc có hộ nghèo giảm", "Thôn Nà Tâm có hộ nghèo giảm"],
        [f"1. Kết quả giải quyết hồ sơ tháng {n}" for n in (1, 2, 3)],
        ["1. Kết quả giải quyết hồ sơ"] * 3,
        ["Tổng cộng: 137 hồ sơ", "Tổng cộng: 274 hồ sơ", "Tổng cộng: 411 hồ sơ"],
    ],
    ids=lambda texts: texts[0],
)
@pytest.mark.parametrize("y", [90, 2200])
def test_lines_that_differ_in_their_figures_are_text(texts: list[str], y: int) -> None:
    pages = [page(n, line(y, text), *body(220, 9, of_its_own(n))) for n, text in enumerate(texts, 1)]
    assert with_role(mark_roles(pages), LineRole.RUNNING_HEAD) == []


def test_a_title_where_the_text_of_other_pages_begins_is_text() -> None:
    title = "Tổng hợp kết quả thực hiện nhiệm vụ"
    pages = [page(n, line(118, title), *body(260, 9, of_its_own(n))) for n in (2, 3, 4)]
    assert with_role(mark_roles([page(1, *body(118, 9)), *pages]), LineRole.RUNNING_HEAD) == []
    assert with_role(mark_roles([page(1, *body(220, 9)), *pages]), LineRole.RUNNING_HEAD) == [title] * 3


def test_a_form_whose_name_was_misread_is_text() -> None:
    names = ["Phiếu rà soát hộ gia đình", "Phiếo rà soát hộ gia đình", "Phiếu rà soát hộ gia đình"]
    pages = [page(n, line(90, text), *body(220, 9, of_its_own(n))) for n, text in enumerate(names, 1)]
    assert with_role(mark_roles(pages), LineRole.RUNNING_HEAD) == []


def test_the_head_of_a_table_of_two_columns_is_text() -> None:
    def row(y: int, name: str, value: str) -> Line:
        return Line((*line(y, name).words, *line(y, value, RIGHT - 200).words))

    pages = [
        page(n, row(90, "Tên thôn", "Số hộ trong kỳ"), *(row(y, "Nà Pàn", f"{y + n}") for y in range(160, 900, 60)))
        for n in range(1, 4)
    ]
    assert with_role(mark_roles(pages), LineRole.RUNNING_HEAD) == []


def test_a_foot_below_a_page_that_a_row_of_a_table_fills() -> None:
    """The way between lines is not known where one row is all that stands there."""
    foot = "Ghi chú: chữ in đậm là nội dung sửa đổi"
    row = Line(tuple(replace(word, box=(300, 200, 1500, 2100)) for word in line(200, "Thời hạn").words), table=0)
    pages = [page(n, line(150, "STT"), row, line(2185, foot)) for n in (1, 2, 3)]
    assert with_role(mark_roles(pages), LineRole.RUNNING_HEAD) == [foot] * 3


def test_one_misread_figure_leaves_the_other_heads_what_they_are() -> None:
    texts = [HEAD, HEAD, HEAD.replace("2024", "2074"), HEAD]
    pages = [page(n, line(90, text), *body(220, 9, of_its_own(n))) for n, text in enumerate(texts, 1)]
    assert with_role(mark_roles(pages), LineRole.RUNNING_HEAD) == [HEAD] * 3


def test_a_head_that_counts_pages_in_words() -> None:
    texts = [f"UBND xã Gia Cát - Trang {n}/4" for n in range(1, 5)]
    pages = [page(n, line(90, text), *body(220, 9, of_its_own(n))) for n, text in enumerate(texts, 1)]
    assert with_role(mark_roles(pages), LineRole.RUNNING_HEAD) == texts


SIGNED_LISTS = [
    ["Ngày ký: 05/01/2024 văn bản số 12/QĐ-UBND giao 145 chỉ tiêu", "Cơ quan ban hành: Ủy ban nhân dân xã Gia Cát"],
    ["Ngày ký: 05/01/2024", "Đơn vị: 12 hồ sơ quá hạn"],
    ["Người ký: Chủ tịch Ủy ban nhân dân xã", "Ngày ký: 05/01/2024 08:30", "Đơn vị: 12 hồ sơ quá hạn"],
]


@pytest.mark.parametrize("texts", SIGNED_LISTS, ids=lambda texts: texts[0][:10])
@pytest.mark.parametrize("y", [110, 700])
def test_a_list_of_what_was_signed_is_no_stamp(texts: list[str], y: int) -> None:
    own = [line(y + 48 * n, text) for n, text in enumerate(texts)]
    (marked,) = mark_roles([page(1, *own, *body(y + 48 * len(own), 9))])
    assert with_role([marked], LineRole.STAMP) == []


@pytest.mark.parametrize("y", [60, 700])
def test_a_list_in_small_letters_keeps_its_figures(y: int) -> None:
    small = [line(y + 24 * n, text, 1000, 16, 7) for n, text in enumerate(SIGNED_LISTS[0])]
    assert with_role(mark_roles([page(1, *small, *body(800, 9))]), LineRole.STAMP) == []


def test_a_stamp_beside_the_signature_is_told_by_its_letters() -> None:
    stamp = (
        line(900, "Ký bởi: Ủy ban nhân dân xã Gia Cát", 1000, 16, 7),
        line(922, "Ngày ký: 28/02/2024 16:20:11", 1000, 16, 7),
    )
    marked = mark_roles([page(1, *body(200, 9), *stamp)])
    assert with_role(marked, LineRole.STAMP) == [one.text for one in stamp]
