"""What a report says under each heading it was asked for: the states, each with its evidence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tonghop.extract.document import spans_of
from tonghop.extract.doubts import Doubt
from tonghop.extract.edges import Sheet, sheet_of
from tonghop.extract.paragraphs import paragraphs_of
from tonghop.extract.placing import Found, Placed
from tonghop.extract.similarity import likeness
from tonghop.extract.wording import plain_title
from tonghop.records import (
    Evidence,
    Grade,
    Heading,
    Page,
    Quote,
    ReportingRequest,
    Requirement,
    Section,
    SectionState,
    Unit,
)
from tonghop.settings import ExtractSettings
from tonghop.text import fold, one_line, shown_score

__all__ = ["PageState", "build_sections", "is_nil", "page_state"]

_LEAD = re.compile(
    r"^(?:(?:trong|tai|den|tinh den|hien|quy|thang|nam|ky|bao cao|nay|thoi diem|ubnd|xa|thi tran|phuong|phong|don vi|"
    r"co quan|dia phuong|thoi gian|qua|i|ii|iii|iv|\d{1,4}|khong co noi dung|van phong|tren dia ban|noi dung nay|"
    r"linh vuc nay|ve|cua)\s+)*"
)
# What may follow "không" or "chưa" in an answer that says "nothing". Anything else is a statement.
_NIL = re.compile(
    r"(?:khong(?: (?:co|phat sinh|ban hanh|thuc hien|trien khai|bao cao|de xuat|kien nghi))*|"
    r"chua(?: co)? (?:phat sinh|ban hanh|de xuat|kien nghi|noi dung|y kien|kho khan|truong hop|nhiem vu))"
    r"(?: (?:gi|nao|them|noi dung|kien nghi|de xuat|y kien|van ban|vbqppl|quy pham phap luat|kho khan|vuong mac|"
    r"phat sinh|nhiem vu|truong hop|viec|va|hoac|duoc giao|trong tam|de|khac|moi|cai cach|so lieu|cac|cap tren|"
    r"trong|quy|ky|nam|thang|bao cao|nay|i|ii|iii|iv|\d{4}|doi voi|voi|cua|don vi|xa|ubnd|huyen|thuoc|linh vuc|ve|"
    r"tham quyen|tham muu|phai|can|den thoi diem|tai|ho so|thay doi|bien dong|sap xep|to chuc bo may))*"
    r"(?: duoc (?:ban hanh|giao|phat sinh|trien khai|de xuat))?"
)
# What was not done, not counted or not told is no "nothing arose": it stays in the unit's own words.
_NOT_DONE = re.compile(
    r"\b(?:khong|chua) (?:duoc )?(?:thuc hien|trien khai|bao cao|hoan thanh|dat|co so lieu|tong hop|to chuc)\b"
)
_AGAIN = re.compile(r"^ ?(?:(?:do|vi|va|nen) )?(?=(?:khong|chua) )")  # "không thuộc thẩm quyền, không phát sinh"
# Whole answers, for those a scanner damaged.
_ANSWERS = (
    "khong phat sinh",
    "khong co",
    "khong co kien nghi gi",
    "khong co kien nghi de xuat",
    "khong ban hanh van ban quy pham phap luat",
    "khong ban hanh vbqppl",
    "trong quy khong ban hanh van ban quy pham phap luat",
    "trong quy khong phat sinh",
    "trong quy khong co nhiem vu duoc giao",
    "khong phat sinh trong ky bao cao",
    "trong ky bao cao khong phat sinh",
    "trong ky bao cao don vi khong co noi dung phat sinh",
)
_AGAINST = re.compile(r"\b(?:nhung|tuy nhien|song|vi vay|do do|(?:khong|chua) (?:chi|ngung|nhung))\b")
_SENTENCE = re.compile(r"[.;\n]+")
_NIL_WORDS = 30


@dataclass(frozen=True, slots=True)
class PageState:
    """Which pages were not read well enough to say that something is absent from them, and all pages by number."""

    unread: tuple[int, ...]
    doubtful: tuple[int, ...]
    count: int
    sheets: Mapping[int, Sheet]


def page_state(pages: Sequence[Page]) -> PageState:
    """Return the pages that failed or are in doubt; a number left out of the run counts as unread."""
    numbers = {page.number for page in pages}
    last = max(numbers, default=0)
    lost = {number for number in range(1, last + 1) if number not in numbers}
    unread = lost | {page.number for page in pages if page.grade is Grade.UNREAD}
    doubtful = {page.number for page in pages if page.grade is Grade.DOUBTFUL}
    sheets = {page.number: sheet_of(page) for page in pages}
    return PageState(tuple(sorted(unread)), tuple(sorted(doubtful - unread)), last, sheets)


def is_nil(text: str, title: str = "") -> bool:
    """Return whether `text` is an answer that says there is nothing: "Không", "Trong quý không phát sinh".

    "Không chỉ …", "không ngừng …" and a statement such as "không để hồ sơ quá hạn" are substance. Words of the
    heading's own `title` may stand in the answer ("Không có nhiệm vụ được giao"). "Chưa thực hiện" is no such answer.
    """
    if len(text) > 60 + 8 * _NIL_WORDS:
        return False
    text = re.sub(r"(?<![.;:\n])\n", " ", text)  # a scan's lines end anywhere
    # "khôngban hành": words are often typed together.
    sentences = [re.sub(r"\bkhong(?=[a-z])", "khong ", fold(part)) for part in _SENTENCE.split(text) if fold(part)]
    if not sentences or sum(len(s.split()) for s in sentences) > _NIL_WORDS:
        return False
    own = set(plain_title(title).split())
    return all(_is_nil_sentence(sentence, own) for sentence in sentences)


def _is_nil_sentence(sentence: str, own: set[str]) -> bool:
    if _AGAINST.search(sentence) or (_NOT_DONE.search(sentence) and "khong phat sinh" not in sentence):
        return False
    if any(likeness(sentence, answer) >= 88 for answer in _ANSWERS):
        return True
    match = re.search(r"\b(?:khong|chua)\b", sentence)
    if not match:
        return False
    before, after = sentence[: match.start()], sentence[match.start() :]
    if not _LEAD.fullmatch(before) and len(before.split()) > 7:
        return False
    if re.match(r"(?:khong|chua) (?:de|bi|con|vi pham|cham|tre)\b", after) and after != "khong de xuat":
        return False
    nil = _NIL.match(after)
    rest = after[nil.end() :] if nil else after
    while (again := _AGAIN.match(rest)) and (nil := _NIL.match(rest, again.end())):
        rest = rest[nil.end() :]
    return all(word in own for word in rest.split())


def build_sections(
    request: ReportingRequest,
    unit: Unit | None,
    placed: Placed,
    pages: PageState,
    last_body_page: int,
    doubts: Sequence[Doubt],
    settings: ExtractSettings,
) -> tuple[Section, ...]:
    """Return a section for every heading asked of `unit`, in the request's order, then the extras that were found.

    Without a unit nothing is asked, so only what was found is listed.
    """
    owed = request.requirements(unit) if unit else {}
    builder = _Builder(request, placed, owed, pages, last_body_page, doubts, settings)
    return tuple(builder.sections())


@dataclass(frozen=True, slots=True)
class _Builder:
    request: ReportingRequest
    placed: Placed
    owed: Mapping[str, Requirement]
    pages: PageState
    last_body_page: int
    doubts: Sequence[Doubt]
    settings: ExtractSettings

    def sections(self) -> Iterator[Section]:
        for heading in self.request.headings:
            found = self.placed.found.get(heading.key)
            if found:
                yield self._found(heading, found)
            elif heading.key in self.owed:
                yield self._absent(heading)

    def _found(self, heading: Heading, found: Found) -> Section:
        title = found.titles[0]
        assert title.match
        method, score = title.match.method, title.match.score
        if found.merged_into:
            into = self.request.heading(found.merged_into).title
            quotes = (Quote(title.text, title.page),)
            evidence = Evidence("section_merged", (("heading", into),), quotes)
            return Section(
                heading.key,
                SectionState.MERGED,
                title=title.text,
                confidence=score,
                method="phrase",
                merged_into=found.merged_into,
                evidence=evidence,
            )
        paragraphs = paragraphs_of(found.lines(), self.pages.sheets)
        text = "\n".join(paragraph.text for paragraph in paragraphs)
        state, evidence = self._state(heading, found, text)
        places = tuple(paragraph.spans for paragraph in paragraphs)
        spans = spans_of(found.rows)
        return Section(heading.key, state, title.text, text, spans, score, method, None, evidence, places)

    def _state(self, heading: Heading, found: Found, text: str) -> tuple[SectionState, Evidence]:
        title = found.titles[0]
        quote = Quote(title.text, title.page)
        words = sum(any(c.isalnum() for c in word) for word in text.split(maxsplit=4 * self.settings.thin_words))
        if is_nil(text, f"{heading.title} {title.text}"):
            answer = Quote(one_line(text), found.rows[-1].page)
            return SectionState.NIL, Evidence("section_nil", (), (quote, answer))
        if words < self.settings.thin_words:
            return self._thin(quote, words, found)
        assert title.match
        values = (("score", shown_score(title.match.score)),)
        reason = "section_found" if title.match.method == "exact" else f"section_found_{title.match.method}"
        return SectionState.PRESENT, Evidence(reason, values, (quote,))

    def _thin(self, quote: Quote, words: int, found: Found) -> tuple[SectionState, Evidence]:
        """Tell a title without substance from one whose rest lies on a page that was not read."""
        page = found.rows[-1].page if found.rows else found.titles[0].page
        if page + 1 in self.pages.unread or page in self.pages.unread:
            values = (("pages", _list((page + 1,) if page + 1 in self.pages.unread else (page,))),)
            return SectionState.UNREAD, Evidence("section_cut_off", values, (quote,))
        if page in self.pages.doubtful:
            return SectionState.UNREAD, Evidence("section_cut_off", (("pages", str(page)),), (quote,))
        return SectionState.THIN, Evidence("section_thin", (("words", str(words)),), (quote,))

    def _absent(self, heading: Heading) -> Section:
        owed = self.owed[heading.key]
        between = self._neighbours(heading)
        bad = self._unread() or self._doubtful_between(heading)
        if bad:
            evidence = Evidence("section_unread", (("pages", _list(bad)),), between)
            return Section(heading.key, SectionState.UNREAD, confidence=0.0, evidence=evidence)
        if doubt := self._doubt(heading):
            return Section(heading.key, SectionState.UNREAD, confidence=0.0, evidence=doubt.evidence)
        if owed is Requirement.OPTIONAL:
            return Section(heading.key, SectionState.NOT_APPLICABLE, evidence=Evidence("section_optional"))
        reason = "section_not_found" if owed is Requirement.REQUIRED else "section_ambiguous"
        evidence = Evidence(reason, (("pages", str(self.pages.count)),), between)
        return Section(heading.key, SectionState.MISSING, evidence=evidence)

    def _unread(self) -> tuple[int, ...]:
        """Return the unread pages that can hold a heading: those behind the signature cannot."""
        return tuple(page for page in self.pages.unread if not self.last_body_page or page <= self.last_body_page)

    def _doubtful_between(self, heading: Heading) -> tuple[int, ...]:
        """Return the doubtful pages on which `heading` could stand.

        When the report keeps the request's order, that is from the last page of the heading before to the first
        page of the one after; else any page.
        """
        if not self.pages.doubtful:
            return ()
        first, last = 1, self.last_body_page or self.pages.count
        if self._keeps_order():
            before, after = self._around(heading)
            first = before.rows[-1].page if before and before.rows else first
            last = after.titles[0].page if after else last
        return tuple(page for page in self.pages.doubtful if first <= page <= last)

    def _doubt(self, heading: Heading) -> Doubt | None:
        """Return what may hide `heading`: between its neighbours when the report keeps the request's order."""
        before, after = self._around(heading) if self._keeps_order() else (None, None)
        first = before.titles[-1].first if before else 0
        last = after.titles[0].first if after else None
        inside = (d for d in self.doubts if d.last >= first and (last is None or d.first <= last))
        return next(inside, None)

    def _found_in_order(self) -> list[Found]:
        keys = [heading.key for heading in self.request.asked]
        held = [self.placed.found[key] for key in keys if key in self.placed.found]
        return [found for found in held if not found.merged_into]

    def _keeps_order(self) -> bool:
        places = [found.titles[0].first for found in self._found_in_order()]
        return places == sorted(places)

    def _around(self, heading: Heading) -> tuple[Found | None, Found | None]:
        order = {h.key: at for at, h in enumerate(self.request.headings)}
        at = order[heading.key]
        found = self._found_in_order()
        before = [f for f in found if order[f.heading.key] < at]
        after = [f for f in found if order[f.heading.key] > at]
        return (before[-1] if before else None), (after[0] if after else None)

    def _neighbours(self, heading: Heading) -> tuple[Quote, ...]:
        """Quote the titles between which the heading would stand."""
        if not self._keeps_order():
            return ()
        return tuple(Quote(f.titles[0].text, f.titles[0].page) for f in self._around(heading) if f)


def _list(pages: Sequence[int]) -> str:
    return ", ".join(str(page) for page in pages)
