"""Digits that say no more than page, day or hour, and those that may be figures of the report."""

from __future__ import annotations

import pytest

from tonghop.extract.aside import has_figures


@pytest.mark.parametrize(
    "text",
    [
        "Trang 3/5",
        "Irang 12 trên 25",
        "UBND xã Gia Cát | 3 | Báo cáo quý",
        "Báo cáo công tác CCHC quý I năm 2024",
        "Báo cáo tháng 3/2024, giai đoạn 2021-2025",
        "Báo cáo 6 tháng đầu năm 2024",
        "Thời gian ký: 28/02/2024 16:20:11 +07:00",
        "ngày 28 tháng 02 năm 2024, 16 giờ 20",
        "Báo cáo số 31/BC-UBND, Nghị định 30/2020/NĐ-CP",
        "Báo cao công tac CCHC quý I nom 2024",
        "Email: gia.cat01@vi-du.vn",
    ],
)
def test_explained(text: str) -> None:
    assert not has_figures(text)


@pytest.mark.parametrize(
    "text",
    [
        "Thôn 3: 17 hộ nghèo",
        "Tổng cộng: 274",
        "Đơn vị: 12 hồ sơ quá hạn",
        "Ngày ký: 05/01/2024 văn bản số 12/QĐ-UBND giao 145 chỉ tiêu",
        "Năm nay 2024 hồ sơ",
        "UBND xã Gia Cát | 3",
        "Hồ sơ quá hạn: 3/xã",
        "Trang 1234",
        "3/5",
    ],
)
def test_figures(text: str) -> None:
    assert has_figures(text)
