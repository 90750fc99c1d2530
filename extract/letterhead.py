"""The head of a report: issuer, number, place, date, title, subject, addressee.

The head of an administrative document (Decree 30/2020, annex I) has two columns: issuer and number on the left,
national name and date on the right. Scanners and Word files give them as two columns, as a table, or as one line
with both; so each line is cut where the boxes leave a wide gap, and where the national name or a date begins.
Nothing is guessed: what was not read is None, and a digit counts only when a digit was read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from tonghop.extract.document import Row, is_ornament, is_page_number
from tonghop.extract.handwriting import without_pen
from tonghop.extract.organisation import join_issuer
from tonghop.extract.similarity import likeness, part_likeness
from tonghop.records import Letterhead, Line, Origin, Page
from tonghop.text import fold, is_capitals, one_line

__all__ = ["OTHER_TITLES", "DateLine", "Head", "find_date_line", "find_number", "read_head"]

_NATIONAL = ("cong hoa xa hoi chu nghia viet nam", "doc lap tu do hanh phuc")
_OPENERS = re.compile(
    r"(?:can cu|thuc hien|thi hanh|trien khai|theo|kinh gui|de co co so|ubnd|uy ban nhan dan|phong|tiep tuc|nham|"
    r"trong quy|van phong|i|1|phan|a)\b"
)
_DAY = re.compile(
    r"\b(?P<place>.*?)\W*\b(?P<day>ng[^\W\d]{1,3})\b(?P<d>.{0,12}?)\bth[^\W\d]{1,4}\b(?P<m>.{0,10}?)\bn[^\W\d]{1,2}\b"
    r"\W*(?P<y>\w{4})?",
    re.IGNORECASE,
)
_SLASHED = re.compile(
    r"(?P<place>.*?)\W*\bng[^\W\d]{1,3}\b\s*(?P<d>\d{1,2})\s*[/.-]\s*(?P<m>\d{1,2})\s*[/.-]\s*(?P<y>\d{4})"
)
# "Số" is read as S6, s0, Sb, Sé …: one character after the S belongs to the word, not to the number.
_NUMBER = re.compile(
    r"^\W*[Ss](?:[^\W\d_]|[0-9&°](?=[\W\d])|(?=\s*[:.]))[:;.,\s]*(?P<n>[^/\n]{0,14}?)\s*/\s*(?P<year>\d{4}\s*/\s*)?"
    r"(?P<suffix>[A-ZĐ][A-ZĐ&]*(?:\s?[-–]\s?[A-ZĐ&]+)*)"
)
_BARE_NUMBER = re.compile(r"^\W*S[^\W\d_]\s*[:.][^/]{0,14}$")  # its "/BC-UBND" stands on a line of its own
# "Số: /Ï /BC-UBND": a number written by pen and read as anything, still known by what stands around it.
_SPOILT_NUMBER = re.compile(r"^\W*S[^\W\d_]\s*[:.].{0,16}/\s*[A-ZĐ]{2,}\b")
_BLANK_NUMBER = re.compile(r"^\W*S\w?\s*[:.]?[\s.…_-]*(?:/|$)")  # "Số:     /BC-UBND": left to be filled in
_TITLE = re.compile(r"^(?:du thao )?bao cao(?: du thao)?\b")
_REST_OF_DATE = re.compile(r"thang \d{1,2} nam \d{4}")
OTHER_TITLES = frozenset(
    ("quyet dinh", "thong bao", "ke hoach", "to trinh", "nghi quyet", "cong dien", "bien ban", "giay moi")
)
_UNNUMBERED_TITLES = ("bien ban", "giay moi")
_HEAD_ROWS = 40
_PLACE_WORDS = 7


@dataclass(frozen=True, slots=True)
class Head:
    """The letterhead and how many rows it takes: the body begins at row `stop`."""

    letterhead: Letterhead
    stop: int
    subject_rows: tuple[Row, ...] = ()
    issuer_raw: str = ""
    place_raw: str = ""
    number_text: str = ""
    date_text: str = ""
    issuer_lines: str = ""  # all that stands on the issuer's side, as read
    title: str = ""  # "BÁO CÁO", or what another document calls itself


@dataclass(frozen=True, slots=True)
class _Fragment:
    text: str
    raw: str
    is_left: bool


@dataclass(frozen=True, slots=True)
class DateLine:
    """A date line. `day` is None unless all digits are digits, `is_blank` where none was filled in yet."""

    place: str
    day: date | None
    is_blank: bool


def read_head(pages: Sequence[Page], rows: Sequence[Row]) -> Head:
    """Return the head of the report, read from its first page. `rows` are all rows of `pages`."""
    if not rows:
        return Head(Letterhead(), 0)
    page = next(p for p in pages if p.number == rows[0].page)
    first = [row for row in rows if row.page == page.number][:_HEAD_ROWS]
    title = _title_at(first)
    top = first[:title] if title is not None else first[: _top_without_title(first)]
    read = _read_top(page, top)
    if title is None:
        return _with_addressee(read, first, len(top))
    subject, stop = _subject(first, title, page)
    letterhead = replace(
        read.letterhead,
        subject=_join_subject(first[title], subject) or read.letterhead.subject,
        is_draft=read.letterhead.is_draft or "du thao" in first[title].folded,
    )
    whole = replace(read, letterhead=letterhead, subject_rows=tuple(subject), title=one_line(first[title].text))
    return _with_addressee(whole, first, stop)


def _title_at(rows: Sequence[Row]) -> int | None:
    for at, row in enumerate(rows):
        name = row.text.split()
        if _TITLE.match(row.folded) and len(name) <= 45 and is_capitals(" ".join(name[:2])):
            return at
        is_numbered = row.folded in _UNNUMBERED_TITLES or any(
            _NUMBER.match(before.text) or _BARE_NUMBER.match(before.text) for before in rows[:at]
        )
        if row.folded in OTHER_TITLES and is_capitals(row.text) and is_numbered:
            return at
        if len(row.folded) <= 10 and is_capitals(row.text) and likeness(row.folded, "bao cao") >= 80:
            return at
    return None


def _top_without_title(rows: Sequence[Row]) -> int:
    for at, row in enumerate(rows):
        if row.folded.startswith("kinh gui"):
            return at
    marks = [at for at, row in enumerate(rows[:15]) if _is_national(row.text) or _NUMBER.match(row.text)]
    marks += [at for at, row in enumerate(rows[:15]) if _DAY.search(row.text) and len(row.text) < 110]
    return max(marks) + 1 if marks and min(marks) < 8 else 0


def _is_national(text: str) -> bool:
    folded = fold(text)
    return any(part_likeness(name, folded) >= 80 for name in _NATIONAL) if len(folded) >= 16 else False


def _read_top(page: Page, rows: Sequence[Row]) -> Head:
    left: list[_Fragment] = []
    number: str | None = None
    has_number = has_draft_mark = False
    dated = DateLine("", None, is_blank=False)
    place_raw = number_text = date_text = ""
    about: list[str] = []
    for fragment in _whole_numbers(_fragments(page, rows)):
        text = fragment.text
        if "du thao" in fold(text) and len(text) < 40:
            has_draft_mark = True
        elif match := _NUMBER.match(text):
            has_number, number, number_text = True, find_number(text), one_line(match[0])
            about = [rest] if (rest := text[match.end() :].strip(" ,.;:-")) else []
        elif _BARE_NUMBER.match(text) or _SPOILT_NUMBER.match(text):
            has_number, number_text = True, one_line(text)
        elif found := find_date_line(text):
            dated, date_text = found, one_line(text)
            place_raw = (find_date_line(fragment.raw) or found).place
        elif fold(text).startswith("v v "):
            about = [text]
        elif about and fragment.is_left:
            about.append(text)
        elif fragment.is_left and not has_number:
            left.append(fragment)
    if number and page.origin is Origin.OCR and _is_by_hand(number_text, dated):
        number = None
    issuer = join_issuer([f.text for f in left])
    unread = [("number", has_number and number is None and not _BLANK_NUMBER.match(number_text))]
    unread += [("dated", dated.day is None and not dated.is_blank and bool(date_text))]
    letterhead = Letterhead(
        parent=issuer.parent,
        issuer=issuer.name,
        number=number,
        place=dated.place or None,
        dated=dated.day,
        subject=_about(about),
        is_draft=has_draft_mark or (has_number and number is None and dated.is_blank),
        unread=tuple(name for name, is_unread in unread if is_unread),
    )
    raw = join_issuer([f.raw for f in left]).name or ""
    return Head(
        letterhead,
        len(rows),
        issuer_raw=raw,
        place_raw=place_raw,
        number_text=number_text,
        date_text=date_text,
        issuer_lines=one_line(" ".join(f.raw for f in left)),
    )


def _is_by_hand(number_text: str, dated: DateLine) -> bool:
    """Return whether number and day were filled in by pen: the day is unreadable, the number stands in a blank.

    An engine for print reads such a digit with confidence and wrongly, so it is no reading at all.
    """
    return (
        dated.day is None and not dated.is_blank and bool(dated.place) and re.search(r"\d\s+/", number_text) is not None
    )


def _whole_numbers(fragments: Sequence[_Fragment]) -> list[_Fragment]:
    """Put a number and its suffix together that were read apart: "Số: 31" and "/BC-UBND"."""
    result = list(fragments)
    for at, fragment in enumerate(fragments):
        if _BARE_NUMBER.match(fragment.text):
            suffix = next((f for f in fragments[at + 1 : at + 5] if re.match(r"\s*/\s*[A-ZĐ]", f.text)), None)
            if suffix:
                whole = replace(fragment, text=fragment.text + suffix.text, raw=fragment.raw + suffix.raw)
                return [whole if f is fragment else f for f in result if f is not suffix]
    return result


def _about(parts: Sequence[str]) -> str | None:
    text = one_line(" ".join(parts))
    return re.sub(r"^[Vv]\s*/\s*[Vv]\s*", "", text) if fold(text).startswith("v v ") else None


def _fragments(page: Page, rows: Sequence[Row]) -> list[_Fragment]:
    found: list[_Fragment] = []
    for row in rows:
        if cells := _cells_of(page, row.line):
            found.extend(part for cell in cells for part in _cut_at_words(cell))
        elif not is_ornament(row) and not is_page_number(row):
            line = without_pen(row.line) if page.origin is Origin.OCR else row.line
            found.extend(part for piece in _cut_at_gap(page, line) for part in _cut_at_words(piece))
    return [fragment for fragment in found if not _is_national(fragment.text) and fold(fragment.text)]


def _cells_of(page: Page, line: Line) -> list[_Fragment]:
    """Return the cells of a line that is a whole row of a table; none when it is a paragraph inside a cell."""
    if line.table is None or line.table >= len(page.tables):
        return []
    for cells in page.tables[line.table].rows:
        distinct = [cell for at, cell in enumerate(cells) if not at or cell != cells[at - 1]]  # merged cells repeat
        if len(distinct) > 1 and one_line(" ".join(distinct)) == line.text:
            parts = [(one_line(text), not at) for at, cell in enumerate(distinct) for text in cell.split("\n")]
            return [_Fragment(text, text, is_left) for text, is_left in parts]
    return []


def _cut_at_gap(page: Page, line: Line) -> list[_Fragment]:
    boxed = sorted((w for w in line.words if w.box), key=lambda w: w.box[0] if w.box else 0)
    width = page.width or max((w.box[2] for w in boxed if w.box), default=0)
    if len(boxed) < len(line.words) or not boxed or not width:
        return [_Fragment(line.text, " ".join(w.raw for w in line.words), is_left=True)]
    height = sorted(w.box[3] - w.box[1] for w in boxed if w.box)[len(boxed) // 2]
    gaps = [(b.box[0] - a.box[2], at) for at, (a, b) in enumerate(pairwise(boxed), 1) if a.box and b.box]
    gap, at = max(gaps, default=(0, 0))
    parts = [boxed[:at], boxed[at:]] if gap > max(1.5 * height, 0.025 * width) else [boxed]
    return [
        _Fragment(
            " ".join(w.text for w in part),
            " ".join(w.raw for w in part),
            is_left=sum(w.box[0] + w.box[2] for w in part if w.box) / (2 * len(part)) < 0.47 * width,
        )
        for part in parts
        if part
    ]


def _cut_at_words(piece: _Fragment) -> list[_Fragment]:
    """Cut a line that holds both columns where the national name or the date begins."""
    words = piece.text.split()
    likeness, at = max((_national_likeness(fold(" ".join(words[at:]))), at) for at in range(max(len(words), 1)))
    if likeness >= 75:
        return [_Fragment(" ".join(words[:at]), _same_cut(piece, at, words), is_left=True)] if at else []
    match = _NUMBER.match(piece.text)
    if match and (rest := piece.text[match.end() :].strip()) and find_date_line(rest):
        return [
            _Fragment(match[0], match[0], is_left=True),
            _Fragment(rest, _same_tail(piece, rest), is_left=False),
        ]
    return [piece]


def _national_likeness(folded: str) -> float:
    return max(likeness(folded, name) if abs(len(folded) - len(name)) < 6 else 0.0 for name in _NATIONAL)


def _same_cut(piece: _Fragment, at: int, words: list[str]) -> str:
    raw = piece.raw.split()
    return " ".join(raw[:at]) if len(raw) == len(words) else " ".join(words[:at])


def _same_tail(piece: _Fragment, rest: str) -> str:
    raw, count = piece.raw.split(), len(rest.split())
    return " ".join(raw[-count:]) if len(raw) == len(piece.text.split()) else rest


def find_number(text: str) -> str | None:
    """Return the number in a "Số: 31  /BC-UBND" line as `31/BC-UBND`; None when its digits are blank or in doubt."""
    match = _NUMBER.match(text)
    if not match or not re.fullmatch(r"\d{1,5}", match["n"].strip()):
        return None
    suffix = re.sub(r"\s*[-–]\s*", "-", match["suffix"])
    year = f"{match['year'].strip(' /')}/" if match["year"] else ""
    return f"{match['n'].strip()}/{year}{suffix}"


def find_date_line(text: str) -> DateLine | None:
    """Return place and date of "…, ngày 07 tháng 3 năm 2025", marks damaged or not; None in running text."""
    if not (match := _SLASHED.search(text) or _DAY.search(text)):
        return None
    place = re.sub(r"[\s,.;:-]+$", "", match["place"]).strip(" ,.;:-'\"|")
    if len(place.split()) > _PLACE_WORDS or len(text) - match.end() > 6:
        return None  # a date in running text
    day, month, year = ((match[name] or "").strip(" .,…_-") for name in "dmy")
    if not all(re.fullmatch(r"\d{1,4}", part) for part in (day, month, year)):
        return DateLine(place, None, is_blank=not day)
    try:
        return DateLine(place, date(int(year), int(month), int(day)), is_blank=False)
    except ValueError:
        return DateLine(place, None, is_blank=False)


def _subject(rows: Sequence[Row], title: int, page: Page) -> tuple[list[Row], int]:
    subject: list[Row] = []
    stop = title + 1
    for row in rows[title + 1 : title + 8]:
        if (
            is_ornament(row)
            or _REST_OF_DATE.fullmatch(row.folded)
            or (subject and row.text.startswith("(") and row.text.endswith(")"))
        ):
            stop += 1
            continue
        if not _can_be_subject(row, subject, page):
            break
        subject.append(row)
        stop += 1
    return subject, stop


def _can_be_subject(row: Row, before: Sequence[Row], page: Page) -> bool:
    if row.text.rstrip().endswith((";", ":")) or len(row.text.split()) > 45 or len(before) >= 5:
        return False
    if re.match(r"\W*(?:[IVX]+|\d+|[A-H])\s*[.)]", row.text) or row.text.startswith(("-", "+")):
        return False
    if not before:
        return not re.match(r"(?:kinh gui|can cu)\b", row.folded)
    if _OPENERS.match(row.folded):
        return _is_centred(row, page) and not row.folded.startswith(("can cu", "kinh gui"))
    return _is_centred(row, page) or (row.line.is_centred is None and not row.has_box and len(row.text) < 90)


def _is_centred(row: Row, page: Page) -> bool:
    box = row.line.box
    if box is None or not page.width:
        return bool(row.line.is_centred)
    left, right = box[0], page.width - box[2]
    return abs(left - right) < 0.09 * page.width and left > 0.14 * page.width


def _join_subject(title: Row, rows: Sequence[Row]) -> str | None:
    inline = re.sub(r"^\W*(?:DỰ THẢO\s*)?\S+\s+\S+\s*", "", title.text)
    return one_line(" ".join([inline, *(row.text for row in rows)])) or None


def _with_addressee(head: Head, rows: Sequence[Row], stop: int) -> Head:
    at = next((i for i, row in enumerate(rows) if row.folded.startswith("kinh gui")), None)
    if at is None or at < stop - 1 or at > stop + 3:
        return replace(head, stop=rows[stop - 1].at + 1 if stop else 0)
    parts = [re.sub(r"^\W*\S+\s+[^\s:]+\s*:?\s*", "", rows[at].text)]
    stop = at + 1
    for row in rows[at + 1 : at + 8]:
        is_item = row.text.startswith(("-", "–", "+"))
        if not is_item and (not parts[-1].endswith(",") or len(row.text) > 60):
            break
        parts.append(row.text)
        stop += 1
    text = one_line(" ".join(part.lstrip("-–+ ").strip() for part in parts if part)).strip(" .;")
    return replace(head, letterhead=replace(head.letterhead, addressee=text or None), stop=rows[stop - 1].at + 1)
