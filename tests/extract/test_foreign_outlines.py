"""Reports as others write them: outlines, letterheads and mistakes that no fixture of ours holds."""

from __future__ import annotations

import pytest

from tests.extract.sheets import (
    FOOT,
    HEAD,
    SUBSTANCE,
    gap_kinds,
    mapped,
    report,
    scanned_page,
    section,
    states,
    typed_page,
)
from tonghop.records import Grade, Line, Origin, Page, Table, UnitReport, Word

FIELDS = ("the_che", "tthc", "che_do_cong_vu", "tai_chinh_cong", "cqdt_cqs")
REST = ("nhiem_vu_trong_tam", "khac_phuc_chi_so", "tac_dong_kt_xh", "phuong_huong")
OWED = ("chi_dao_dieu_hanh", *FIELDS, *REST)
TITLES = dict(
    zip(
        OWED,
        (
            "Công tác chỉ đạo, điều hành",
            "Cải cách thể chế",
            "Cải cách thủ tục hành chính",
            "Cải cách chế độ công vụ",
            "Cải cách tài chính công",
            "Xây dựng chính quyền điện tử, chính quyền số",
            "Nhiệm vụ trọng tâm được UBND huyện giao",
            "Khắc phục Chỉ số CCHC năm 2023",
            "Tác động đến KT-XH",
            "Phương hướng, nhiệm vụ quý II năm 2024",
        ),
        strict=True,
    )
)
BODY = "\n".join(f"{n}. {title}\n{SUBSTANCE}" for n, title in enumerate(TITLES.values(), 1))


def outline(form: str, titles: dict[str, str] = TITLES, text: str = SUBSTANCE) -> str:
    """Every title numbered in `form`, a format of `n`, `title` and `text`."""
    return "\n".join(form.format(n=n, title=title, text=text) for n, title in enumerate(titles.values(), 1))


def letter(issuer: str, to: str = "", opening: str = "báo cáo như sau:", place: str = "Gia Cát", kind: str = "") -> str:
    kind = kind or "BÁO CÁO\nKết quả công tác cải cách hành chính quý I năm 2024"
    addressee = f"Kính gửi: {to}\n" if to else ""
    return (
        f"{issuer}\nSố: 31/BC-UBND\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n"
        f"{place}, ngày 26 tháng 02 năm 2024\n{kind}\n{addressee}{opening}\n"
    )


def written(head: str, body: str = BODY, foot: str = "Nơi nhận:\n- UBND huyện;\n- Lưu: VT.\n") -> UnitReport:
    return mapped(typed_page(head + body + "\n" + foot))


# --- outlines ---


@pytest.mark.parametrize(
    "form",
    [
        "{n}/ {title}\n{text}",
        "{n}/{title}:\n{text}",
        "Nội dung {n}: {title}\n{text}",
        "{n}. {title} - {text}",
        "{n}. {title} – {text}",
        "{n}. {title}. {text}",
        "* {title}\n{text}",
        "{n}. {title} trên địa bàn xã:\n{text}",
        "{n}. {title} của UBND xã Bảo Lâm\n{text}",
    ],
)
def test_every_heading_is_found_in_the_numbering_of_others(form: str) -> None:
    found = states(report(outline(form)))
    assert [key for key in OWED if found[key] != "present"] == []


def test_letters_and_roman_numbers_with_strokes() -> None:
    fields = "\n".join(
        f"{letter}/ Lĩnh vực {TITLES[key].lower()}\n{SUBSTANCE}" for letter, key in zip("abcdđ", FIELDS, strict=True)
    )
    rest = "\n".join(f"{n}/ {TITLES[key]}\n{SUBSTANCE}" for n, key in zip(("III", "IV", "V", "VI"), REST, strict=True))
    found = states(
        report(f"I/ {TITLES['chi_dao_dieu_hanh']}\n{SUBSTANCE}\nII/ Kết quả trên các lĩnh vực\n{fields}\n{rest}")
    )
    assert [key for key in OWED if found[key] != "present"] == []


def test_a_digit_right_behind_a_title_is_its_text() -> None:
    found = report(BODY.replace(f"{TITLES['cqdt_cqs']}\n", f"{TITLES['cqdt_cqs']}. 100% văn bản đi được ký số, "))
    assert section(found, "cqdt_cqs").text.startswith("100% văn bản")


def test_the_number_of_a_document_is_no_numbering() -> None:
    lines = f"17/BC-UBND của xã; 12/26 nhiệm vụ đã xong.\n{SUBSTANCE}"
    found = report(BODY.replace(SUBSTANCE, lines, 1))
    assert lines in section(found, "chi_dao_dieu_hanh").text


@pytest.mark.parametrize(
    ("key", "title"),
    [
        ("tac_dong_kt_xh", "Tác động kinh tế - xã hội"),
        ("cqdt_cqs", "Chính quyền số"),
        ("kien_nghi", "Những đề xuất, kiến nghị với cấp trên"),
        ("nhiem_vu_trong_tam", "NHIỆM VỤ TRỌNG TÂM UBND HUYỆN, CHỦ TỊCH UBND HUYỆN GIAO"),
        ("tthc", "Cải cách thủ tục hành chính quý I/2024 trên địa bàn xã"),
        ("the_che", "Thể chế"),
        ("kien_nghi", "Đề xuất"),
        ("che_do_cong_vu", "Cải cách chế độ công vụ (đào tạo, bồi dưỡng, đánh giá, xếp loại cán bộ, công chức)"),
        ("chi_dao_dieu_hanh", "Công tác chỉ đạo, điều hànhCCHC"),
        ("the_che", "Cải cáchthể chế"),
    ],
)
def test_shortened_turned_and_glued_titles(key: str, title: str) -> None:
    assert states(report(f"1. {title}\n{SUBSTANCE}"))[key] == "present"


@pytest.mark.parametrize(
    "title",
    [
        "TÌNH HÌNH KINH TẾ - XÃ HỘI",
        "Xây dựng nông thôn mới",
        "Nhiệm vụ, giải pháp",
        "Công tác xây dựng Đảng, chính quyền",
        "Công tác cải cách hành chính",
        "Công tác quốc phòng - an ninh",
    ],
)
def test_titles_of_other_matters_are_no_heading(title: str) -> None:
    found = states(report(f"I. {title}\n{SUBSTANCE}\nII. {TITLES['tthc']}\n{SUBSTANCE}"))
    assert {key for key in OWED if found[key] == "present"} == {"tthc"}


def test_a_table_of_contents_holds_no_headings() -> None:
    contents = "MỤC LỤC\n" + "\n".join(f"{n}. {title} ........ {n}" for n, title in enumerate(TITLES.values(), 1))
    body = outline("{n}. {title}\n{text}", {k: v for k, v in TITLES.items() if k != "cqdt_cqs"})
    found = report(f"{contents}\n{body}")
    assert [key for key in OWED if states(found)[key] == "missing"] == ["cqdt_cqs"]
    assert "text_unplaced" not in gap_kinds(found)


def test_a_remark_on_a_field_among_the_limits_is_no_report_on_it() -> None:
    found = report(
        f"I. {TITLES['tthc']}\n{SUBSTANCE}\nII. Tồn tại, hạn chế\n"
        "- Cải cách tài chính công: Nguồn thu hạn hẹp.\nIII. Phương hướng\n" + SUBSTANCE
    )
    assert states(found)["tai_chinh_cong"] == "missing"


def test_a_scans_5_read_as_s() -> None:
    body = BODY.replace("5. Cải cách tài chính công", "S. Cải cách tài chính công")
    found = mapped(scanned_page(HEAD + body + "\n" + FOOT))
    assert states(found)["tai_chinh_cong"] == "present"


# --- reports written as a table ---


def tabled(*rows: tuple[str, ...], before: str = "") -> UnitReport:
    def lines(text: str, table: int | None = None) -> list[Line]:
        return [Line(tuple(Word(w, w) for w in row.split()), table=table) for row in text.split("\n") if row.strip()]

    written = lines("\n".join(" | ".join(row) for row in rows), 0)
    whole = (*lines(HEAD + before), *written, *lines(FOOT))
    return mapped(Page(1, Origin.TYPED, Grade.GOOD, whole, tables=(Table(rows),)))


def test_a_report_written_as_a_table() -> None:
    rows = [(str(n), title, SUBSTANCE) for n, title in enumerate(TITLES.values(), 1)]
    rows[3] = ("4", TITLES["che_do_cong_vu"], "Không phát sinh")
    found = tabled(("STT", "Nội dung", "Kết quả thực hiện"), *rows)
    expected = {key: "nil" if key == "che_do_cong_vu" else "present" for key in OWED}
    assert {key: states(found)[key] for key in OWED} == expected
    assert section(found, "the_che").text == SUBSTANCE
    assert "text_unplaced" not in gap_kinds(found)


def test_a_table_of_two_columns_with_its_numbers_in_the_headings() -> None:
    found = tabled(*((f"{n}. {title}", SUBSTANCE) for n, title in enumerate(TITLES.values(), 1)))
    assert [key for key in OWED if states(found)[key] != "present"] == []


def test_a_table_of_figures_answers_nothing() -> None:
    rows = [(str(n), TITLES[key], "văn bản", "12") for n, key in enumerate(FIELDS, 1)]
    found = tabled(*rows, before=f"1. {TITLES['chi_dao_dieu_hanh']}\n{SUBSTANCE}\n")
    assert [key for key in OWED if states(found)[key] == "present"] == ["chi_dao_dieu_hanh"]


# --- nil ---


@pytest.mark.parametrize(
    "answer",
    [
        "(Không)",
        "Không có văn bản nào được ban hành.",
        "Không thực hiện do không phát sinh nhiệm vụ.",
        "Không thuộc thẩm quyền của UBND xã, không phát sinh.",
        "Trong quý I năm 2024, không có văn bản nào được ban hành.",
    ],
)
def test_more_ways_to_say_nothing(answer: str) -> None:
    assert states(report(f"1. {TITLES['the_che']}\n{answer}\n2. {TITLES['tthc']}\n{SUBSTANCE}"))["the_che"] == "nil"


@pytest.mark.parametrize("line", ["1. Cải cách thể chế (không phát sinh)", "1. Cải cách thể chế: (không)"])
def test_nothing_said_in_brackets_behind_the_title(line: str) -> None:
    assert states(report(f"{line}\n2. {TITLES['tthc']}\n{SUBSTANCE}"))["the_che"] == "nil"


@pytest.mark.parametrize(
    "answer",
    [
        "Không phát sinh văn bản trái luật, đã rà soát 11 văn bản và đề nghị bãi bỏ 02 văn bản.",
        "Không có đơn thư, không có kỷ luật; 02 đồng chí đi học bồi dưỡng.",
        "Chưa thực hiện mua sắm do chờ dự toán bổ sung của huyện.",
        "Không thực hiện văn bản giấy, 100% trên môi trường mạng.",
    ],
)
def test_two_clauses_are_nothing_only_when_both_are(answer: str) -> None:
    assert states(report(f"1. {TITLES['the_che']}\n{answer}\n2. {TITLES['tthc']}\n{SUBSTANCE}"))["the_che"] == "present"


# --- the period ---


def test_the_first_three_months_are_the_first_quarter() -> None:
    found = written(HEAD.replace("quý I năm 2024\nKính", "3 tháng đầu năm 2024\nKính"))
    assert found.period == "quý I năm 2024"
    assert "wrong_period" not in gap_kinds(found)


def test_a_title_about_the_next_quarter_is_not_the_reports_period() -> None:
    head = HEAD.replace(
        "Kết quả công tác cải cách hành chính quý I năm 2024\nKính", "Kết quả cải cách hành chính\nKính"
    )
    found = written(head)
    assert found.period is None
    assert "wrong_period" not in gap_kinds(found)


@pytest.mark.parametrize(("year", "is_wrong"), [("2023", True), ("2024", False)])
def test_a_subject_with_a_year_alone(year: str, is_wrong: bool) -> None:
    found = written(HEAD.replace("chính quý I năm 2024\nKính", f"chính năm {year}\nKính"))
    assert ("wrong_period" in gap_kinds(found)) is is_wrong


# --- who sent it ---

ELSEWHERE = [
    ("HUYỆN HỮU LŨNG\nỦY BAN NHÂN DÂN\nXÃ TÂN THÀNH", "Ủy ban nhân dân huyện Hữu Lũng"),
    ("UBND HUYỆN BÌNH GIA\nUBND XÃ HỒNG PHONG", "Phòng Nội vụ"),
    ("ỦY BAN NHÂN DÂN\nXÃ HỒNG PHONG, HUYỆN BÌNH GIA", ""),
    ("ỦY BAN NHÂN DÂN\nXÃ MẪU SƠN", "UBND huyện Lộc Bình"),
    ("UBND HUYỆN LỘC BÌNH\nPHÒNG NỘI VỤ", ""),
    ("ỦY BAN NHÂN DÂN\nHUYỆN ĐÌNH LẬP\nPHÒNG TƯ PHÁP", ""),
    ("UBND THÀNH PHỐ LẠNG SƠN\nPHÒNG TƯ PHÁP", "UBND thành phố Lạng Sơn"),
]


@pytest.mark.parametrize(("issuer", "to"), ELSEWHERE)
@pytest.mark.parametrize("is_typed", [True, False])
def test_a_namesake_of_another_district_is_not_our_unit(issuer: str, to: str, is_typed: bool) -> None:
    text = letter(issuer, to, "Thực hiện chỉ đạo của huyện, đơn vị báo cáo như sau:") + BODY
    found = mapped(typed_page(text) if is_typed else scanned_page(text))
    assert found.match.unit is None
    assert found.match.evidence.reason == "unit_elsewhere"
    assert "wrong_addressee_or_unit" in gap_kinds(found)


def test_a_namesake_known_only_by_its_text() -> None:
    opening = "Thực hiện Công văn số 300/UBND-NV của UBND huyện Lộc Bình, UBND xã Mẫu Sơn báo cáo như sau:"
    found = written(letter("ỦY BAN NHÂN DÂN\nXÃ MẪU SƠN", "", opening), foot="Nơi nhận:\n- UBND huyện Lộc Bình;\n")
    assert found.match.evidence.reason == "unit_elsewhere"


@pytest.mark.parametrize(
    ("issuer", "unit"),
    [
        ("HUYỆN CAO LỘC\nỦY BAN NHÂN DÂN\nXÃ MẪU SƠN", "xa-mau-son"),
        ("ỦY BAN NHÂN DÂN\nXÃ HỒNG PHONG - HUYỆN CAO LỘC", "xa-hong-phong"),
        ("UBND XÃ CAO LÂU, HUYỆN CAO LỘC, TỈNH LẠNG SƠN", "xa-cao-lau"),
        ("TỈNH LẠNG SƠN\nHUYỆN CAO LỘC\nUBND XÃ XUÂN LONG", "xa-xuan-long"),
        ("UBND HUYỆN CAO LỌC\nPHÒNG NỘI VỤ", "phong-noi-vu"),
    ],
)
def test_the_own_district_in_the_letterhead(issuer: str, unit: str) -> None:
    assert written(letter(issuer, "UBND huyện Cao Lộc", place="Cao Lộc")).match.unit == unit


def test_a_neighbour_told_of_in_the_text_is_not_where_a_report_comes_from() -> None:
    told = "Phối hợp với huyện Văn Quan tuần tra; ký quy chế với huyện Văn Quan và huyện Lộc Bình."
    found = written(letter("ỦY BAN NHÂN DÂN\nXÃ GIA CÁT", "UBND huyện"), BODY.replace(SUBSTANCE, told, 1))
    assert found.match.unit == "xa-gia-cat"


@pytest.mark.parametrize(
    "issuer",
    [
        "HUYỆN ỦY CAO LỘC\nĐẢNG ỦY XÃ GIA CÁT",
        "HỘI ĐỒNG NHÂN DÂN\nXÃ GIA CÁT",
        "HUYỆN ĐOÀN CAO LỘC\nBCH ĐOÀN XÃ GIA CÁT",
        "CÔNG AN HUYỆN CAO LỘC\nCÔNG AN XÃ GIA CÁT",
        "PHÒNG GD&ĐT HUYỆN CAO LỘC\nTRƯỜNG TIỂU HỌC XÃ GIA CÁT",
        "HỘI LHPN HUYỆN CAO LỘC\nHỘI LHPN XÃ GIA CÁT",
        "BAN CHQS HUYỆN CAO LỘC\nBAN CHỈ HUY QUÂN SỰ\nXÃ GIA CÁT",
        "HỢP TÁC XÃ GIA CÁT",
        "TRUNG TÂM Y TẾ HUYỆN CAO LỘC\nTRẠM Y TẾ XÃ GIA CÁT",
    ],
)
def test_other_bodies_of_a_commune_are_not_its_committee(issuer: str) -> None:
    found = written(letter(issuer, "UBND huyện Cao Lộc", "Đơn vị tại xã Gia Cát, xã Gia Cát báo cáo như sau:"))
    assert found.match.unit is None
    assert gap_kinds(found) & {"wrong_addressee_or_unit", "decision_needed"}


def test_a_name_with_all_marks_wrong_is_doubt_and_no_stranger() -> None:
    found = written(letter("ỦY BAN NHÂN DÂN\nXÃ XUÂT LỂ", "UBND huyện Cao Lộc", place="Xuât Lể"))
    assert found.match.unit is None
    assert found.match.evidence.reason == "unit_uncertain"


def test_an_addressee_that_is_another_district() -> None:
    found = written(
        letter("ỦY BAN NHÂN DÂN\nXÃ GIA CÁT", "UBND huyện Lộc Bình", "UBND huyện Cao Lộc yêu cầu; xã báo cáo:")
    )
    assert found.match.unit == "xa-gia-cat"
    assert [gap.evidence.reason for gap in found.gaps if gap.kind == "wrong_addressee_or_unit"] == ["addressee_differs"]


@pytest.mark.parametrize("kind", ["KẾ HOẠCH\nCải cách hành chính năm 2024", "BIÊN BẢN\nHọp về cải cách hành chính"])
def test_another_document_sent_by_mistake_is_asked_about(kind: str) -> None:
    found = written(letter("ỦY BAN NHÂN DÂN\nXÃ GIA CÁT", "UBND huyện Cao Lộc", kind=kind))
    asked = [gap.evidence.reason for gap in found.gaps if gap.kind == "decision_needed"]
    assert asked == ["document_no_report"]


def test_part_titles_before_the_first_heading_are_no_lost_text() -> None:
    found = report("Phần I\nKẾT QUẢ CẢI CÁCH HÀNH CHÍNH TẠI CƠ QUAN PHÒNG NỘI VỤ HUYỆN\n" + BODY)
    assert "text_unplaced" not in gap_kinds(found)


def test_a_number_spoilt_by_a_pen_is_not_the_issuer() -> None:
    found = mapped(scanned_page(HEAD.replace("Số: 31  /BC-UBND", "Số: /Ï /BC-UBND") + BODY + "\n" + FOOT))
    assert found.match.unit == "xa-bao-lam"
    assert found.letterhead.number is None
