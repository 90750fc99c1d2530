from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tonghop.extract.labels import Level, read_label


@pytest.mark.parametrize(
    ("text", "level", "count", "rest"),
    [
        ("I. CÔNG TÁC CHỈ ĐẠO", Level.ROMAN, 1, "CÔNG TÁC CHỈ ĐẠO"),
        ("IV. Phương hướng", Level.ROMAN, 4, "Phương hướng"),
        ("II.CẢI CÁCH THỂ CHẾ", Level.ROMAN, 2, "CẢI CÁCH THỂ CHẾ"),
        ("XIV. Kiến nghị", Level.ROMAN, 14, "Kiến nghị"),
        ("1. Cải cách thể chế", Level.ARABIC, 1, "Cải cách thể chế"),
        ("10. Kiến nghị", Level.ARABIC, 10, "Kiến nghị"),
        ("1.1.Về ban hành kế hoạch", Level.ARABIC_2, 1, "Về ban hành kế hoạch"),
        ("2.3 Về kiểm tra", Level.ARABIC_2, 3, "Về kiểm tra"),
        ("1.2.3. Về tuyên truyền", Level.ARABIC_3, 3, "Về tuyên truyền"),
        ("a) Rà soát", Level.LETTER, 1, "Rà soát"),
        ("đ) Ứng dụng nội bộ", Level.LETTER, 5, "Ứng dụng nội bộ"),
        ("(5) Xây dựng chính quyền số", Level.BRACKETED, 5, "Xây dựng chính quyền số"),
        ("- Về chế độ hội họp:", Level.DASH, 0, "Về chế độ hội họp:"),
        ("– Công tác kiểm tra", Level.DASH, 0, "Công tác kiểm tra"),
        ("+ Công tác kiểm tra", Level.PLUS, 0, "Công tác kiểm tra"),
        ("* Công tác kiểm tra", Level.PLUS, 0, "Công tác kiểm tra"),
        ("B. KẾT QUẢ THỰC HIỆN", Level.CAPITAL, 2, "KẾT QUẢ THỰC HIỆN"),
        ("Phần II. KẾT QUẢ", Level.PART, 2, "KẾT QUẢ"),
        ("Thứ nhất, về công tác chỉ đạo", Level.ARABIC, 1, "về công tác chỉ đạo"),
        ("Thứ mười hai, kiến nghị", Level.ARABIC, 12, "kiến nghị"),
    ],
)
def test_numbering_of_every_kind(text: str, level: Level, count: int, rest: str) -> None:
    label = read_label(text)
    assert label is not None
    assert (label.level, label.count, text[label.stop :]) == (level, count, rest)


@pytest.mark.parametrize(
    ("text", "level", "count"),
    [
        ("l. Cải cách thể chế", Level.ARABIC, 1),  # a small L for 1
        ("l. CÔNG TÁC CHỈ ĐẠO", Level.ROMAN, 1),  # … or for I
        ("Il. KẾT QUẢ", Level.ROMAN, 2),
        ("I1. KẾT QUẢ", Level.ROMAN, 2),
        ("H. CẢI CÁCH THỂ CHẾ", Level.ROMAN, 2),
        ("IH. Cải cách thể chế", Level.ROMAN, 3),
        ("HL. Cải cách thủ tục hành chính", Level.ROMAN, 3),
        ("1X. Kết quả thực hiện", Level.ROMAN, 9),
        ("HH. Công tác cải cách thủ tục hành chính", Level.ROMAN, 0),  # no number can be told
        ("VIIIL KẾT QUẢ THỰC HIỆN", Level.ROMAN, 8),  # the point read as a stroke
        ("II KẾT QUẢ THỰC HIỆN", Level.ROMAN, 2),  # the point lost
        ("II Thực hiện nhiệm vụ được giao", Level.ROMAN, 2),
        ("HL Cải cách TTHC", Level.ROMAN, 3),  # the point and the last stroke read as one letter
        ("VỊ. Hiện đại hóa hành chính", Level.ROMAN, 6),  # a speck under the I
        (". Cải cách tài chính công", Level.ARABIC, 0),  # only the point was read
        ("_ VIII. KẾT QUẢ THỰC HIỆN", Level.ROMAN, 8),  # dirt before the number
        ("đd) Cải cách tài chính công", Level.LETTER, 0),  # one letter read as two
        ("Phần IH", Level.PART, 3),
        ("Thu ba, ve cai cach", Level.ARABIC, 3),
        ("Thứ mườn một, phương hướng", Level.ARABIC, 11),
    ],
)
def test_numbering_as_scanners_damage_it(text: str, level: Level, count: int) -> None:
    label = read_label(text)
    assert label is not None
    assert (label.level, label.count) == (level, count)


@pytest.mark.parametrize(
    "text",
    [
        "Cải cách thể chế",
        "UBND xã báo cáo",
        "VỊ TRÍ VIỆC LÀM",
        "... tiếp theo",
        "10.455 hồ sơ",
        "",
        "Thực hiện, theo dõi",
    ],
)
def test_text_without_numbering(text: str) -> None:
    assert read_label(text) is None


@given(st.text(max_size=60))
def test_the_title_begins_inside_the_text(text: str) -> None:
    label = read_label(text)
    assert label is None or 0 < label.stop <= len(text)
