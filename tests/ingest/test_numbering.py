from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ingest.wordfiles import level, lines, make, numbered, texts
from tonghop.ingest.numbering import Numbering, format_number, parse_numbering

MULTI = '<w:multiLevelType w:val="multilevel"/>'
OUTLINE = MULTI + level(0, "%1.", "upperRoman") + level(1, "%1.%2") + level(2, "%3)", "lowerLetter")


def pattern(content: str, number: int = 0) -> str:
    return f'<w:abstractNum w:abstractNumId="{number}">{content}</w:abstractNum>'


def num(number: int, target: int = 0, more: str = "") -> str:
    return f'<w:num w:numId="{number}"><w:abstractNumId w:val="{target}"/>{more}</w:num>'


def restart_at(index: int, start: int) -> str:
    return f'<w:lvlOverride w:ilvl="{index}"><w:startOverride w:val="{start}"/></w:lvlOverride>'


def labels(folder: Path, numbering: str, *paragraphs: tuple[int, int]) -> list[str]:
    """The labels of paragraphs given as (level, list)."""
    body = "".join(numbered(index, list_id) for index, list_id in paragraphs)
    return [line.label for line in lines(make(folder / "a.docx", body, numbering=numbering))]


# --- formats ---

ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}


def from_roman(text: str) -> int:
    values = [ROMAN[c] for c in text.lower()]
    return sum(-v if v < max(values[i:]) else v for i, v in enumerate(values))


def from_letters(text: str) -> int:
    assert len(set(text)) == 1
    return (len(text) - 1) * 26 + ord(text[0].lower()) - ord("a") + 1


@given(st.integers(1, 3999))
def test_roman_numerals_round_trip(count: int) -> None:
    assert from_roman(format_number(count, "upperRoman")) == count
    assert from_roman(format_number(count, "lowerRoman")) == count


@given(st.integers(1, 780))
def test_letters_round_trip(count: int) -> None:
    assert from_letters(format_number(count, "upperLetter")) == count
    assert from_letters(format_number(count, "lowerLetter")) == count


@pytest.mark.parametrize(
    ("count", "kind", "shown"),
    [
        (4, "upperRoman", "IV"),
        (1994, "lowerRoman", "mcmxciv"),
        (5, "lowerLetter", "e"),  # Word has no đ
        (27, "lowerLetter", "aa"),
        (28, "upperLetter", "BB"),
        (0, "lowerLetter", ""),
        (7, "decimalZero", "07"),
        (10, "decimalZero", "10"),
        (7, "custom:001, 002, 003, ...", "007"),
        (7, "none", ""),
        (7, "chicago", "7"),
    ],
)
def test_formats(count: int, kind: str, shown: str) -> None:
    assert format_number(count, kind) == shown


# --- counting: what LibreOffice shows for the same files, unless a case says otherwise ---


def test_outline_with_restart_under_each_parent(tmp_path: Path) -> None:
    shown = labels(tmp_path, pattern(OUTLINE) + num(1), *((i, 1) for i in (0, 1, 1, 2, 2, 1, 0, 1, 2)))
    assert shown == ["I.", "I.1", "I.2", "a)", "b)", "I.3", "II.", "II.1", "a)"]


def test_levels_without_their_parents_count_from_the_start(tmp_path: Path) -> None:
    shown = labels(tmp_path, pattern(OUTLINE) + num(1), *((i, 1) for i in (1, 1, 0, 1, 2, 0, 2, 1)))
    assert shown == ["I.1", "I.2", "II.", "II.1", "a)", "III.", "a)", "III.2"]


def test_lists_of_one_pattern_count_together(tmp_path: Path) -> None:
    numbering = pattern(OUTLINE) + num(1) + num(2, 0, restart_at(0, 1)) + num(3)
    shown = labels(tmp_path, numbering, *((0, n) for n in (1, 1, 1, 2, 1, 2, 3)))
    assert shown == ["I.", "II.", "III.", "I.", "II.", "III.", "IV."]


def test_lists_of_two_patterns_count_apart(tmp_path: Path) -> None:
    numbering = pattern(OUTLINE) + pattern(level(0, "%1)"), 1) + num(1) + num(2, 1)
    assert labels(tmp_path, numbering, (0, 1), (0, 2), (0, 1), (0, 2)) == ["I.", "1)", "II.", "2)"]


def test_start_override_is_used_once_and_on_its_own_level(tmp_path: Path) -> None:
    numbering = pattern(OUTLINE) + num(1) + num(2, 0, restart_at(0, 1) + restart_at(1, 4))
    shown = labels(tmp_path, numbering, (0, 1), (1, 1), (1, 2), (1, 2), (0, 2))
    assert shown == ["I.", "I.1", "I.4", "I.5", "II."]


def test_level_override_replaces_the_level(tmp_path: Path) -> None:
    replaced = f'<w:lvlOverride w:ilvl="0">{level(0, "Phần %1", start=3)}</w:lvlOverride>'
    assert labels(tmp_path, pattern(OUTLINE) + num(1, 0, replaced), (0, 1), (0, 1)) == ["Phần 3", "Phần 4"]


def test_level_that_never_restarts_and_one_that_restarts_late(tmp_path: Path) -> None:
    # By the standard (17.9.10); LibreOffice does not know lvlRestart.
    never, late = '<w:lvlRestart w:val="0"/>', '<w:lvlRestart w:val="1"/>'
    content = MULTI + level(0, "%1.", "upperRoman") + level(1, "%2.", more=never) + level(2, "%3)", "lowerLetter", late)
    shown = labels(tmp_path, pattern(content) + num(1), *((i, 1) for i in (0, 1, 2, 1, 2, 0, 1, 2)))
    assert shown == ["I.", "1.", "a)", "2.", "b)", "II.", "3.", "a)"]


def test_legal_numbering_is_decimal_throughout(tmp_path: Path) -> None:
    # By the standard (17.9.4); LibreOffice shows II.a.
    content = MULTI + level(0, "%1.", "upperRoman") + level(1, "%1.%2", "lowerLetter", "<w:isLgl/>")
    assert labels(tmp_path, pattern(content) + num(1), (0, 1), (0, 1), (1, 1)) == ["I.", "II.", "2.1"]


def test_other_starts(tmp_path: Path) -> None:
    content = MULTI + level(0, "%1.", "decimalZero", start=9) + level(1, "%2)", "upperLetter", start=26)
    shown = labels(tmp_path, pattern(content) + num(1), (0, 1), (0, 1), (1, 1), (1, 1))
    assert shown == ["09.", "10.", "Z)", "AA)"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\uf0b7", "-"),
        ("\uf0a7", "-"),
        ("o", "-"),
        ("•", "-"),
        ("+", "+"),
        ("\uf02b", "+"),
        ("-", "-"),
        ("–", "–"),
        ("*", "*"),
    ],
)
def test_bullets_are_plain_signs(tmp_path: Path, text: str, shown: str) -> None:
    assert labels(tmp_path, pattern(level(0, text, "bullet")) + num(1), (0, 1), (0, 1)) == [shown, shown]


def test_list_without_a_sign(tmp_path: Path) -> None:
    assert labels(tmp_path, pattern(level(0, "", "none")) + num(1), (0, 1)) == [""]


def test_newer_formats_stand_in_an_alternative(tmp_path: Path) -> None:
    content = (
        '<w:lvl w:ilvl="0"><w:start w:val="1"/><mc:AlternateContent><mc:Choice Requires="w14">'
        '<w:numFmt w:val="custom" w:format="001, 002, 003, ..."/></mc:Choice><mc:Fallback>'
        '<w:numFmt w:val="decimal"/></mc:Fallback></mc:AlternateContent><w:lvlText w:val="%1."/></w:lvl>'
    )
    assert labels(tmp_path, pattern(content) + num(1), (0, 1)) == ["001."]


# --- which list a paragraph is in ---


def styled(style: str, more: str = "") -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{more}</w:pPr><w:r><w:t>x</w:t></w:r></w:p>'


def style(key: str, properties: str, based_on: str = "Normal") -> str:
    return (
        f'<w:style w:type="paragraph" w:styleId="{key}"><w:name w:val="{key}"/><w:basedOn w:val="{based_on}"/>'
        f"<w:pPr>{properties}</w:pPr></w:style>"
    )


LINKED = (
    MULTI
    + level(0, "%1.", "upperRoman", '<w:pStyle w:val="Muc1"/>')
    + level(1, "%1.%2", "decimal", '<w:pStyle w:val="Muc2"/>')
)
STYLES = (
    style("Muc1", '<w:numPr><w:numId w:val="1"/></w:numPr>')
    + style("Muc2", '<w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr>')
    + style("Con", "", "Muc2")
    + style("Khong", '<w:numPr><w:numId w:val="0"/></w:numPr>', "Muc1")
)


def test_numbers_by_style_and_by_what_it_is_based_on(tmp_path: Path) -> None:
    body = "".join(styled(key) for key in ("Muc1", "Muc2", "Con", "Khong", "Muc1", "Muc2"))
    found = lines(make(tmp_path / "a.docx", body, numbering=pattern(LINKED) + num(1), styles=STYLES))
    assert [line.label for line in found] == ["I.", "I.1", "I.2", "", "II.", "II.1"]


def test_paragraph_takes_itself_out_of_its_styles_list(tmp_path: Path) -> None:
    out = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="0"/></w:numPr>'
    body = styled("Muc1") + styled("Muc1", out) + styled("Muc1")
    found = lines(make(tmp_path / "a.docx", body, numbering=pattern(LINKED) + num(1), styles=STYLES))
    assert [line.label for line in found] == ["I.", "", "II."]


def test_paragraph_names_the_level_and_its_style_the_list(tmp_path: Path) -> None:
    body = styled("Muc1") + styled("Muc1", '<w:numPr><w:ilvl w:val="1"/></w:numPr>')
    found = lines(make(tmp_path / "a.docx", body, numbering=pattern(LINKED) + num(1), styles=STYLES))
    assert [line.label for line in found] == ["I.", "I.1"]


def test_pattern_that_stands_for_a_numbering_style(tmp_path: Path) -> None:
    numbering = (
        pattern('<w:multiLevelType w:val="multilevel"/><w:numStyleLink w:val="KieuSo"/>', 1)
        + pattern('<w:multiLevelType w:val="multilevel"/><w:styleLink w:val="KieuSo"/>' + level(0, "%1)"), 2)
        + num(1, 1)
        + num(2, 2)
    )
    styles = (
        '<w:style w:type="numbering" w:styleId="KieuSo"><w:name w:val="KieuSo"/>'
        '<w:pPr><w:numPr><w:numId w:val="2"/></w:numPr></w:pPr></w:style>'
    )
    body = numbered(0, 1) + numbered(0, 2) + numbered(0, 1)
    found = lines(make(tmp_path / "a.docx", body, numbering=numbering, styles=styles))
    assert [line.label for line in found] == ["1)", "2)", "3)"]


def test_links_that_go_round(tmp_path: Path) -> None:
    numbering = pattern('<w:numStyleLink w:val="A"/>', 1) + pattern(
        '<w:numStyleLink w:val="A"/><w:styleLink w:val="A"/>', 2
    )
    assert labels(tmp_path, numbering + num(1, 1), (0, 1)) == [""]


def test_lists_that_are_not_there(tmp_path: Path) -> None:
    assert labels(tmp_path, pattern(OUTLINE) + num(1), (0, 7), (8, 1), (0, 1)) == ["", "", "I."]
    assert parse_numbering(None, {}).label("1", 0) == ""
    assert Numbering().level("1", 0) is None


def test_label_is_the_first_word(tmp_path: Path) -> None:
    path = make(tmp_path / "a.docx", numbered(0, text="Về thể chế"), numbering=pattern(level(0, "Mục %1.")) + num(1))
    (line,) = lines(path)
    assert (line.words[0].text, line.label, line.text) == ("Mục 1.", "Mục 1.", "Mục 1. Về thể chế")


def test_deleted_paragraphs_are_not_counted(tmp_path: Path) -> None:
    gone = numbered(0).replace("</w:numPr>", "</w:numPr><w:rPr><w:del/></w:rPr>").replace("<w:r>", "<w:del><w:r>")
    gone = gone.replace("</w:r>", "</w:r></w:del>")
    path = make(tmp_path / "a.docx", numbered(0) + gone + numbered(0), numbering=pattern(OUTLINE) + num(1))
    assert texts(path) == ["I. x", "II. x"]


LISTS = st.lists(st.tuples(st.integers(0, 2), st.integers(1, 2)), min_size=1, max_size=12)


@given(LISTS)
def test_every_paragraph_of_a_list_has_a_number(paragraphs: list[tuple[int, int]]) -> None:
    from docx.oxml.parser import parse_xml

    from tests.ingest.wordfiles import SPACES

    root = parse_xml(f"<w:numbering {SPACES}>{pattern(OUTLINE)}{num(1)}{num(2, 0, restart_at(0, 1))}</w:numbering>")
    numbering = parse_numbering(root, {})
    assert all(numbering.label(str(list_id), index) for index, list_id in paragraphs)
