"""The district report as a tree: all headings in the request's order, under each what each unit reported.

Nothing is invented: a paragraph is a unit's own words, or says who answered nothing, together, or elsewhere.
What is missing or was not read is not told as a fact here; annex II names it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from tonghop.compile.annexes import annexes
from tonghop.compile.content import Block, Document, Paragraph, Run, Source, Style
from tonghop.compile.frame import addressees, closing, masthead, opening, signature, subject_of
from tonghop.compile.passages import Passage, passages
from tonghop.compile.reflow import is_item
from tonghop.compile.rows import is_row, with_tables
from tonghop.compile.safety import paragraphs, printable
from tonghop.compile.wording import capitals, names, roman
from tonghop.records import (
    DistrictReport,
    Evidence,
    Heading,
    HeadingRole,
    MediaType,
    ReportingRequest,
    Requirement,
    Section,
    SectionState,
    Submission,
    UnitReport,
)
from tonghop.settings import CompileSettings

__all__ = ["Answer", "Entry", "compose", "outline"]

_TOLD = frozenset({SectionState.PRESENT, SectionState.THIN})


@dataclass(frozen=True, slots=True)
class Answer:
    """What one unit's report says under one heading. `role` is "chủ trì", "phối hợp" or empty."""

    submission: Submission
    section: Section
    role: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A heading of the document: `number` is `II` or, for a clause of section II, `II.3`."""

    heading: Heading
    number: str

    @property
    def is_clause(self) -> bool:
        """Whether the heading is a clause inside a section."""
        return "." in self.number


def compose(
    report: DistrictReport, settings: CompileSettings, render: Callable[[Evidence], str], *, is_draft: bool
) -> Document:
    """Return the whole district report. `render` says evidence as a sentence."""
    request = report.request
    answers = _answers(report)
    entries = outline(request, answers.keys())
    body: list[Block] = list(opening(report, settings))
    for entry in entries:
        body.extend(_entry_blocks(entry, answers.get(entry.heading.key, ()), entries, report))
    body.append(closing(request, settings))
    return Document(
        masthead=masthead(request, settings, is_draft=is_draft),
        kind="BÁO CÁO",
        subject=subject_of(request),
        addressees=addressees(request, settings),
        blocks=tuple(body),
        signature=signature(request, settings),
        annexes=annexes(report, settings, render),
    )


def outline(request: ReportingRequest, answered: Collection[str]) -> tuple[Entry, ...]:
    """Return the numbered headings: all that are asked, and those of the others that somebody answered.

    Neighbours of one group are clauses of its section. What is parted from them stands as a section of its own.
    """
    containers = {heading.key: heading for heading in request.headings if heading.role is HeadingRole.CONTAINER}
    entries: list[Entry] = []
    used: set[str] = set()
    sections = 0
    for group, run in groupby(_shown(request, answered), lambda heading: heading.group):
        if group and group not in used:
            used.add(group)
            sections += 1
            entries.append(Entry(containers[group], roman(sections)))
            entries += [Entry(heading, f"{roman(sections)}.{clause}") for clause, heading in enumerate(run, 1)]
            continue
        for heading in run:
            sections += 1
            entries.append(Entry(heading, roman(sections)))
    return tuple(entries)


def _shown(request: ReportingRequest, answered: Collection[str]) -> Iterator[Heading]:
    told = {h.key for h in request.headings if h.role is HeadingRole.EXTRA and h.key in answered}
    told |= {heading.key for heading in request.asked}
    filled = {heading.group for heading in request.headings if heading.key in told}
    for heading in request.headings:
        is_bare = heading.role is HeadingRole.CONTAINER and heading.key not in filled
        if heading.key in told or (is_bare and heading.key in answered):
            yield heading


def _answers(report: DistrictReport) -> dict[str, list[Answer]]:
    """Return heading → answers: leading offices first, then contributing ones, then the request's order."""
    roles = {(owner.heading, owner.unit): owner.leads for owner in report.request.owners}
    found: dict[str, list[Answer]] = defaultdict(list)
    for submission in report.submissions:
        for section in submission.report.sections if submission.report else ():
            if _is_said(section):
                leads = roles.get((section.heading, submission.unit.id))
                role = "" if leads is None else "chủ trì" if leads else "phối hợp"
                found[section.heading].append(Answer(submission, section, role))
    rank = {"chủ trì": 0, "phối hợp": 1, "": 2}
    return {heading: sorted(answers, key=lambda a: rank[a.role]) for heading, answers in found.items()}


def _is_said(section: Section) -> bool:
    return section.state in _TOLD or section.state in {SectionState.NIL, SectionState.MERGED}


def _is_told(section: Section) -> bool:
    """Return whether the section's own words belong here; a merged one's stand where it was merged into."""
    return section.state in _TOLD or (section.state is SectionState.MERGED and section.merged_into is None)


def _entry_blocks(
    entry: Entry, answers: Sequence[Answer], entries: Sequence[Entry], report: DistrictReport
) -> Iterator[Block]:
    title = printable(entry.heading.title)
    if entry.is_clause:
        yield Paragraph(Style.FIELD, (Run(f"{entry.number.rpartition('.')[2]}. {title}"),))
    else:
        yield Paragraph(Style.SECTION, (Run(f"{entry.number}. {capitals(title)}"),))
    for answer in answers:
        yield from _told(answer)
    yield from _gathered(answers, {other.heading.key: other.number for other in entries})
    if not answers and entry.heading.role is HeadingRole.ASKED:
        yield _own(_nobody(entry.heading, report))


def _told(answer: Answer) -> Iterator[Block]:
    """Yield a unit's own words: its name run in, then its paragraphs as they stand."""
    found = _passages(answer) if _is_told(answer.section) else ()
    if not found:
        return
    name = printable(answer.submission.unit.name) + (f" ({answer.role})" if answer.role else "")
    first = found[0]
    if is_item(first.text) or is_row(first.text):  # cannot run on after the unit's name
        yield Paragraph(Style.LEAD, (Run(f"{name}:", bold=True),), (_source(answer, found[:1]),))
    else:
        yield Paragraph(Style.BODY, (Run(f"{name}: ", bold=True), Run(first.text)), (_source(answer, found[:1]),))
        found = found[1:]
    for block in with_tables([passage.text for passage in found]):
        taken = 1 if isinstance(block, str) else 1 + len(block.rows)
        sources = (_source(answer, found[:taken]),)
        found = found[taken:]
        if isinstance(block, str):
            yield Paragraph(Style.BODY, (Run(block),), sources)
        else:
            yield replace(block, sources=sources)


def _passages(answer: Answer) -> tuple[Passage, ...]:
    """Return the paragraphs of a section. A Word file's lines are paragraphs; others are lines as printed."""
    report = answer.submission.report
    is_typed = report is None or report.source.media_type.is_typed
    return passages(answer.section, is_typed=is_typed)


def _gathered(answers: Sequence[Answer], numbers: dict[str, str]) -> Iterator[Paragraph]:
    """Yield one sentence for those who answered that there was nothing, one for each place of merged answers."""
    nil = [a for a in answers if a.section.state is SectionState.NIL]
    bare = [a for a in answers if a.section.state in _TOLD and not paragraphs(a.section.text)]
    if nil:
        yield _together("Các đơn vị báo cáo không phát sinh: ", nil)
    yield from _merged(answers, numbers)
    if bare:
        yield _together("Các đơn vị chỉ nêu tên đề mục, chưa có nội dung: ", bare)


def _merged(answers: Sequence[Answer], numbers: dict[str, str]) -> Iterator[Paragraph]:
    groups: dict[str, list[Answer]] = defaultdict(list)
    for answer in answers:
        is_elsewhere = not (_is_told(answer.section) and paragraphs(answer.section.text))
        if answer.section.state is SectionState.MERGED and is_elsewhere:
            groups[answer.section.merged_into or ""].append(answer)
    places = [key for key in numbers if key in groups] + sorted(key for key in groups if key not in numbers)
    for place in places:
        where = f"mục {numbers[place]}" if place in numbers else "mục khác"
        yield _together("Các đơn vị báo cáo chung với nội dung khác: ", groups[place], f" (nêu chung tại {where})")


def _together(lead: str, answers: Sequence[Answer], tail: str = "") -> Paragraph:
    units = printable(names(answer.submission.unit for answer in answers))
    return Paragraph(Style.BODY, (Run(f"{lead}{units}{tail}."),), tuple(_source(answer) for answer in answers))


def _nobody(heading: Heading, report: DistrictReport) -> str:
    """Return the honest sentence under a heading that no report answers."""
    states = {
        section.state
        for submission in report.submissions
        if submission.report
        for section in submission.report.sections
        if section.heading == heading.key
    }
    if SectionState.UNREAD in states:
        return "Chưa xác định được nội dung này trong báo cáo của các đơn vị."
    rules = [rule for rule in report.request.rules if rule.heading == heading.key]
    if all(rule.requirement is Requirement.OPTIONAL for rule in rules):
        return "Không có đơn vị nào báo cáo nội dung này."
    return "Chưa có đơn vị nào báo cáo nội dung này."


def _own(text: str) -> Paragraph:
    return Paragraph(Style.BODY, (Run(text),))


def _source(answer: Answer, told: Sequence[Passage] = ()) -> Source:
    """Return where `told` comes from, the paragraphs or rows that make one block; or else the whole section."""
    report: UnitReport | None = answer.submission.report
    assert report is not None  # an answer comes from a report
    pages = tuple(sorted({page for passage in told for page in passage.pages}))
    places = {place for passage in told for place in passage.places}
    repairs = [found for found in report.corrections if (found.page, found.line) in places]
    return Source(
        unit=printable(answer.submission.unit.name),
        file=printable(report.source.name),
        number=printable(report.letterhead.number) if report.letterhead.number else None,
        dated=report.letterhead.dated,
        pages=pages or answer.section.pages,
        method=answer.section.method,
        confidence=answer.section.confidence,
        unread=report.letterhead.unread,
        has_page_breaks=report.source.media_type.is_typed and report.source.media_type is not MediaType.XLSX,
        repairs=tuple((printable(found.before), printable(found.after)) for found in repairs),
    )
