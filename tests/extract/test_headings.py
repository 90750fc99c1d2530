from __future__ import annotations

import pytest

from tests.extract.sheets import cao_loc
from tonghop.extract.headings import HeadingIndex
from tonghop.extract.wording import bare_title, flat, plain_title

INDEX = HeadingIndex(cao_loc())
THRESHOLD = 0.85


def key_of(title: str, *, is_expected: bool = False) -> str | None:
    match = INDEX.match(title, THRESHOLD, is_expected=is_expected)
    return match.heading.key if match else None


@pytest.mark.parametrize("heading", cao_loc().headings, ids=lambda heading: heading.key)
def test_every_wording_of_the_request_is_exact(heading) -> None:  # type: ignore[no-untyped-def]
    for title in (heading.title, *heading.variants):
        match = INDEX.match(title, THRESHOLD)
        assert match is not None, title
        assert (match.heading.key, match.score) == (heading.key, 1.0), title


@pytest.mark.parametrize(
    ("title", "key"),
    [
        ("CÔNG TÁC CHỈ ĐẠO, ĐIỀU HÀNH CCHC QUÝ I NĂM 2024", "chi_dao_dieu_hanh"),
        ("Về cải cách thể chế", "the_che"),
        ("Kết quả cải cách thủ tục hành chính (TTHC)", "tthc"),
        ("Hiện đại hoá hành chính", "cqdt_cqs"),
        ("PHƯƠNG HƯỚNG, NHIỆM VỤ CCHC QUÝ II NĂM 2024", "phuong_huong"),
        ("Kiến nghị, đề xuất (nếu có)", "kien_nghi"),
        ("KẾT QUẢ THỰC HIỆN CÔNG TÁC CẢI CÁCH HÀNH CHÍNH 6 THÁNG ĐẦU NĂM 2021", "ket_qua_linh_vuc"),
        ("Kết quả thực hiện nhiệm vụ trọng tâm", "nhiem_vu_trong_tam"),
        ("Nhiệm vụ trọng tâm quý II", "phuong_huong"),
        ("ci cách thủ tc hành chính", "tthc"),
        ("Cải cách thểchế", "the_che"),
        ("Cai cach th tuc hanh chlnh", "tthc"),
        ("Cải cách thủ tục hành chính, kiểm soát oTHC", "tthc"),
        ("ông tác cải cách tài chính cong", "tai_chinh_cong"),
    ],
)
def test_other_wordings_and_damage(title: str, key: str) -> None:
    assert key_of(title) == key


@pytest.mark.parametrize(
    "title",
    [
        "Cải cách hành chính",
        "Cải cách tư pháp",
        "Tình hình dân số",
        "Công tác quốc phòng, an ninh",
        "Cải cách thủ tục hành chính tiếp tục được quan tâm, chỉ đạo thực hiện",
        "Công tác",
        "",
    ],
)
def test_titles_of_something_else(title: str) -> None:
    assert key_of(title) is None
    assert key_of(title, is_expected=True) is None


@pytest.mark.parametrize(
    ("title", "keys"),
    [
        ("Cải cách thể chế và cải cách thủ tục hành chính", ["the_che", "tthc"]),
        ("Cải cách thể chế, thủ tục hành chính", ["the_che", "tthc"]),
        ("Cải cách tổ chức bộ máy và chế độ công vụ", ["to_chuc_bo_may", "che_do_cong_vu"]),
        ("Về cải cách thể chế, TTHC và chế độ công vụ", ["the_che", "tthc", "che_do_cong_vu"]),
        ("PHƯƠNG HƯỚNG, NHIỆM VỤ QUÝ II VÀ KIẾN NGHỊ, ĐỀ XUẤT", ["phuong_huong", "kien_nghi"]),
        ("Cải cách thể chế và cải cách hủ tục hành chính", ["the_che", "tthc"]),
        ("Cải cálh chế độ công vụ va cải cách tà chính công", ["che_do_cong_vu", "tai_chinh_cong"]),
        ("Xây dựng chính quyền điện tử, chính quyền số", ["cqdt_cqs"]),
        ("Khó khăn, vướng mắc và kiến nghị, đề xuất", ["kien_nghi"]),
    ],
)
def test_one_title_over_several_headings(title: str, keys: list[str]) -> None:
    match = INDEX.match(title, THRESHOLD)
    assert match is not None
    assert [match.heading.key, *(h.key for h in match.others)] == keys


def test_a_damaged_title_needs_less_where_the_number_promises_one() -> None:
    damaged = "Cải cích thồ tực hàm chnh"
    assert key_of(damaged) is None
    assert key_of(damaged, is_expected=True) == "tthc"


def test_a_title_that_breaks_off_is_known_by_its_beginning() -> None:
    assert key_of("Dự kiến kết quả tự đánh Ái", is_expected=True) == "tu_cham_diem"
    assert key_of("Kết quả thực hiện các", is_expected=True) is None  # begins several


def test_wording() -> None:
    assert plain_title("II. Cải cách TTHC quý I năm 2024") == "ii cai cach thu tuc hanh chinh"
    assert plain_title("Tác động của CCHC đến KT-XH") == "tac dong cua cai cach hanh chinh den kinh te xa hoi"
    assert bare_title("ve cong tac cai cach the che") == "cai cach the che"
    assert flat("Đã giải quyết 1.204 hồ sơ") == "da giai quyet 1.204 ho so"
