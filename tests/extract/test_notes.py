"""Footnotes, running heads and page numbers of whole reports: nothing lost, no sentence torn."""

from __future__ import annotations

from dataclasses import replace

from fixtures.compose import compose
from fixtures.model import Paragraph
from tests.extract.outlines import assert_whole
from tests.extract.prints import LEFT, line, page, plans, printed
from tests.extract.sheets import HEAD, cao_loc, mapped, typed_page
from tonghop.records import Line, LineRole, Page, Section, Word

WHOLE = (
    "Ủy ban nhân dân xã đã tổ chức thực hiện đầy đủ các nội dung theo kế hoạch{} đề ra trong quý I và báo cáo kết quả "
    "về Ủy ban nhân dân huyện đúng thời gian quy định."
)
NOTES = ("1 Kế hoạch số 07/KH-UBND của UBND huyện.", "2 Theo số liệu của tỉnh, kỳ báo cáo", "đến hết ngày 28/02/2024.")


def told(*pages: Page) -> list[Section]:
    found = mapped(*pages)
    assert_whole(found, pages)
    return [one for one in found.sections if one.text]


def scanned(number: int, text: str, notes: tuple[str, ...] = (), heads: tuple[Line, ...] = ()) -> Page:
    lines = [line(200 + 48 * n, row) for n, row in enumerate(text.strip().split("\n"))]
    small = [line(2060 + 30 * n, note, LEFT, 20, 9) for n, note in enumerate(notes)]
    return page(number, *heads, *lines, *small)


FIRST = f"""{HEAD}I. CẢI CÁCH THỂ CHẾ
Ủy ban nhân dân xã đã ban hành Kế hoạch theo chỉ đạo của huyện1.
Ủy ban nhân dân xã đã tổ chức thực hiện đầy đủ các nội dung theo kế hoạch2 đề ra trong
"""
SECOND = """quý I và báo cáo kết quả về Ủy ban nhân dân huyện đúng thời gian quy định.
II. CẢI CÁCH TÀI CHÍNH CÔNG
Ủy ban nhân dân xã đã thực hiện công khai dự toán theo quy định.
"""


def test_a_sentence_over_the_page_is_one_and_its_note_follows_it() -> None:
    heads = (line(90, "2", 880),)
    reform, money = told(scanned(1, FIRST, NOTES), scanned(2, SECOND, (), heads))
    assert reform.text.split("\n") == [
        "Ủy ban nhân dân xã đã ban hành Kế hoạch theo chỉ đạo của huyện1.",
        NOTES[0],
        WHOLE.format(2),
        f"{NOTES[1]} {NOTES[2]}",
    ]
    assert [len(spans) for spans in reform.places] == [1, 1, 2, 1]
    assert money.text == "Ủy ban nhân dân xã đã thực hiện công khai dự toán theo quy định."


def test_a_note_that_nothing_refers_to_follows_the_text_of_its_page() -> None:
    """Two sections share its page, and its mark was not read."""
    second = SECOND.replace("quý I và", "Ủy ban nhân dân xã")
    first = scanned(1, f"{FIRST.replace('huyện1', 'huyện').replace('hoạch2', 'hoạch')}{second}", NOTES)
    reform, money = told(first)
    assert "07/KH-UBND" not in reform.text
    assert money.text.split("\n")[1:] == [NOTES[0], f"{NOTES[1]} {NOTES[2]}"]


def test_a_note_without_a_mark_follows_its_page_whatever_note_came_before() -> None:
    """The first note is put at the end of the first section; the second belongs to the page's last one all the same."""
    start, _, _ = FIRST.partition("Ủy ban nhân dân xã đã tổ chức")
    _, _, end = SECOND.partition("\n")
    first = scanned(1, f"{start}{end}", NOTES)
    reform, money = told(first)
    assert reform.text.split("\n")[1:] == [NOTES[0]]
    assert money.text.split("\n")[1:] == [f"{NOTES[1]} {NOTES[2]}"]


def test_marks_read_as_other_signs() -> None:
    second = SECOND.replace("quý I và", "Ủy ban nhân dân xã")
    text = FIRST.replace("huyện1.", "huyện.'").replace("hoạch2 đề ra trong", 'hoạch đề ra."')
    reform, money = told(scanned(1, f"{text}{second}", NOTES))
    assert [row for row in reform.text.split("\n") if row[0].isdigit()] == [NOTES[0], f"{NOTES[1]} {NOTES[2]}"]
    assert reform.text.split("\n")[1] == NOTES[0]
    assert money.text.startswith("Ủy ban")


def test_a_raised_mark_of_a_layer_is_a_small_word() -> None:
    first = scanned(1, FIRST.replace("huyện1.", "huyện.").replace("hoạch2", "hoạch"), NOTES[:1])
    at = next(n for n, row in enumerate(first.lines) if row.text.endswith("của huyện."))
    left, top, right, _ = first.lines[at].words[-1].box or (0, 0, 0, 0)
    words = (*first.lines[at].words, Word("1", "1", (right + 3, top - 6, right + 11, top + 10)))
    marked = replace(first, lines=(*first.lines[:at], replace(first.lines[at], words=words), *first.lines[at + 1 :]))
    assert left < right
    (reform,) = told(marked)
    assert reform.text.split("\n")[:2] == [
        "Ủy ban nhân dân xã đã ban hành Kế hoạch theo chỉ đạo của huyện. 1",
        NOTES[0],
    ]


def test_the_note_of_the_opening_is_in_no_section() -> None:
    first = scanned(
        1, FIRST.replace("báo cáo như sau:", "báo cáo theo Công văn1 như sau:").replace("huyện1", "huyện"), NOTES
    )
    found = mapped(first)
    assert not any("07/KH-UBND" in one.text for one in found.sections)
    assert_whole(found, (first,))


def test_notes_of_a_word_file_tear_no_sentence() -> None:
    first, second = typed_page(FIRST.replace("huyện1", "huyện").replace("hoạch2", "hoạch")), typed_page(SECOND, 2)
    words = tuple(Word(word, word) for word in ("[1]", "Kế", "hoạch", "số", "07/KH-UBND"))
    noted = replace(first, lines=(*first.lines, Line(words, role=LineRole.FOOTNOTE)))
    reform, _ = told(noted, second)
    assert reform.text.split("\n")[1:] == [
        WHOLE.format(""),
        "[1] Kế hoạch số 07/KH-UBND",
    ]


def test_generated_reports_come_whole_through_their_print() -> None:
    """Every paragraph under a heading is one line of a section, whatever pages it goes over; what is printed besides is
    in none."""
    paragraphs = found = 0
    for plan in plans(5, 6, "foot_number", "running_head", "footnote"):
        pages = [one.page for one in printed(plan, None)]
        report = mapped(*pages)
        assert_whole(report, tuple(pages))
        lines = {row for one in report.sections for row in one.text.split("\n")}
        assert not any(row.startswith(("Báo cáo công tác CCHC", "Trang ")) or row.isdigit() for row in lines)
        written, _ = compose(plan, cao_loc())
        long = [b for b in written.blocks[1:-1] if isinstance(b, Paragraph) and not b.is_title and not b.heading]
        for block in (b for b in long if len(b.text.split()) > 30):
            text = " ".join(f"{block.label} {block.text}".split())
            paragraphs += 1
            found += any(row.rstrip("123") == text for row in lines)
    assert paragraphs > 40
    assert found >= 0.97 * paragraphs
