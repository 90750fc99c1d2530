"""What the clerk sees: the matrix, the gaps, the state of each file. Plain text on a pipe."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from tonghop.cli.layout import print_flow, print_hanging, print_table
from tonghop.compile.matrix import matrix
from tonghop.compile.signs import GAP_LABELS, SHOWN, STATE_LABELS, STATUS_LABELS, UNDECIDED, UNDECIDED_LABEL, sign
from tonghop.errors import N_, error_class
from tonghop.i18n import Translator
from tonghop.ledger.records import FileState, FileStatus, Problem, StatusReport
from tonghop.messages import PAGE, render
from tonghop.records import (
    DistrictReport,
    Gap,
    GapKind,
    Outcome,
    OutcomeStatus,
    ReportingRequest,
    SectionState,
    SubmissionStatus,
    UnitReport,
)
from tonghop.text import one_line

__all__ = [
    "FILE_NAMES",
    "OUTCOME_NAMES",
    "problem_sentence",
    "show_gaps",
    "show_matrix",
    "show_outcomes",
    "show_report",
    "show_status",
]

_STYLES: dict[SectionState, str] = {
    SectionState.PRESENT: "green",
    SectionState.NIL: "green",
    SectionState.MERGED: "green",
    SectionState.THIN: "yellow",
    SectionState.MISSING: "bold red",
    SectionState.UNREAD: "bold magenta",
    SectionState.NOT_APPLICABLE: "dim",
}
_STATUS_STYLES: dict[SubmissionStatus, str] = {
    SubmissionStatus.ON_TIME: "green",
    SubmissionStatus.LATE: "yellow",
    SubmissionStatus.UNDATED: "yellow",
    SubmissionStatus.ABSENT: "bold red",
}
OUTCOME_NAMES: dict[OutcomeStatus, tuple[str, str, str]] = {
    OutcomeStatus.DONE: ("✓", N_("read"), "green"),
    OutcomeStatus.NEEDS_REVIEW: ("!", N_("read, needs an officer"), "yellow"),
    OutcomeStatus.DUPLICATE: ("=", N_("received before"), "cyan"),
    OutcomeStatus.FAILED: ("✗", N_("could not be read"), "bold red"),
}
FILE_NAMES: dict[FileState, str] = {
    FileState.RECEIVED: N_("received"),
    FileState.READING: N_("being read"),
    FileState.READ: N_("read"),
    FileState.MAPPED: N_("read"),
    FileState.NEEDS_REVIEW: N_("read, needs an officer"),
    FileState.FAILED: N_("could not be read"),
    FileState.DUPLICATE: N_("received before"),
    FileState.SUPERSEDED: N_("superseded by a newer report"),
}
_UNREAD = (FileState.RECEIVED, FileState.READING, FileState.READ)  # these say themselves that more is to come
_NARROW = 96  # columns a terminal needs for heading labels; below, headings are numbered


def show_matrix(console: Console, report: DistrictReport, translate: Translator) -> None:
    """Print unit × heading with a sign in each cell and the legend."""
    found = matrix(report)
    numbered = console.width < _NARROW
    console.print(_title(report, found.received, translate), style="bold", highlight=False)
    table = Table(box=None, padding=(0, 1, 0, 0))
    table.add_column(translate(N_("Unit")), no_wrap=True)
    for number, heading in enumerate(found.headings, 1):
        label = str(number) if numbered else heading.short.replace(" ", "\n")
        table.add_column(label, justify="center", no_wrap=numbered, min_width=2)
    table.add_column(translate(N_("Report")), no_wrap=True)
    for row in found.rows:
        is_absent = row.status is SubmissionStatus.ABSENT
        cells = [Text("") if is_absent else _cell(state, at in row.undecided) for at, state in enumerate(row.cells)]
        status = Text(translate(STATUS_LABELS[row.status]), style=_STATUS_STYLES[row.status])
        table.add_row(row.unit.name, *cells, status)
    print_table(console, table)
    if numbered:
        print_flow(console, [Text(f"{n} {h.short}", style="dim") for n, h in enumerate(found.headings, 1)], "  ")
    print_flow(console, _legend(translate), "   ")


def _cell(state: SectionState | None, is_undecided: bool = False) -> Text:
    style = "bold yellow" if is_undecided else _STYLES[state or SectionState.NOT_APPLICABLE]
    return Text(sign(state, is_undecided=is_undecided), style=style)


def _legend(translate: Translator) -> list[Text]:
    signs = [(sign(state), _STYLES[state], STATE_LABELS[state]) for state in SHOWN]
    signs.append((UNDECIDED, "bold yellow", UNDECIDED_LABEL))
    return [Text().append(mark, style=style).append(f" {translate(label)}", "dim") for mark, style, label in signs]


def _title(report: DistrictReport, received: int, translate: Translator) -> str:
    return translate(N_("{issuer}, {period}: {received} of {units} units have reported")).format(
        issuer=report.request.issuer,
        period=report.request.period.name,
        received=received,
        units=len(report.submissions),
    )


def show_report(console: Console, report: UnitReport, request: ReportingRequest, translate: Translator) -> None:
    """Print one mapped report: whose it is, and each heading with its state and title as printed."""
    unit = request.unit(report.match.unit).name if report.match.unit else translate(N_("unit not settled"))
    head = report.letterhead
    dated = f"{head.dated:%d/%m/%Y}" if head.dated else translate(N_("no date"))
    console.print(Text(f"{report.source.name}: {unit} · {head.number or '?'} · {dated}", style="bold"))
    for section in report.sections:
        title = section.title or request.heading(section.heading).title
        where = f" ({translate(PAGE)} {section.pages[0]})" if section.pages else ""
        state = translate(STATE_LABELS[section.state])
        line = Text("  ").append_text(_cell(section.state)).append(f" {one_line(title)}{where}: ")
        print_hanging(console, line.append(state, style=_STYLES[section.state]), 4)


def show_status(console: Console, found: StatusReport, names: Mapping[str, str], translate: Translator) -> None:
    """Print every file received with its state, then what was refused and why, then what came twice.

    `names` are those of the units, by id; a unit that is not in it shows its id.
    """
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column(translate(N_("File")), overflow="fold")
    table.add_column(translate(N_("State")), overflow="fold")
    for column in (N_("Pages"), N_("Gaps")):
        table.add_column(translate(column), no_wrap=True)
    table.add_column(translate(N_("Unit")), overflow="fold")
    for file in found.files:
        pages = f"{file.pages_done}/{file.pages_total}" if file.pages_total else ""
        cells = (
            translate(_state_name(file)),
            pages,
            str(file.gaps or ""),
            names.get(file.unit or "", file.unit or ""),
        )
        table.add_row(Text(file.source.name), *cells)
    print_table(console, table)
    for file in found.files:
        for problem in file.problems:
            print_hanging(console, Text(f"! {file.source.name}: {problem_sentence(problem, translate)}"), 2)
    for refusal in found.refused:
        print_hanging(console, Text(f"✗ {problem_sentence(refusal.problem, translate)}", style="red"), 2)
    for receipt in found.duplicates:
        sentence = translate(N_("{name} is the same file as {first}."))
        first = translate(N_("the one of the same name")) if receipt.first == receipt.name else receipt.first
        print_hanging(console, Text("= " + sentence.format(name=receipt.name, first=first)), 2)


def _state_name(file: FileStatus) -> str:
    """Return how far a file has come. What was read in another way than now is not shown as done."""
    is_again = file.is_waiting and file.state not in _UNREAD
    return N_("waits to be read again") if is_again else FILE_NAMES[file.state]


def problem_sentence(problem: Problem, translate: Translator) -> str:
    """Return what went wrong and what to do, in the reader's language."""
    page = f"{translate(PAGE)} {problem.page}: " if problem.page else ""
    return page + translate.sentence(error_class(problem.code)(**dict(problem.params)))


def show_gaps(
    console: Console,
    gaps: Sequence[Gap],
    request: ReportingRequest,
    translate: Translator,
    files: Mapping[str, str],
    set_aside: Mapping[str, str] | None = None,
) -> None:
    """Print every gap with its evidence, unit by unit in the request's order, those of no unit last.

    Units without a report come in one line. `files` gives the name of the file with a sha256: gaps of no unit
    are told apart by it. `set_aside` does for files that do not count: their gaps name the file.
    """
    names = {unit.id: unit.name for unit in request.units}
    order = {unit.id: position for position, unit in enumerate(request.units)}
    absent = [gap for gap in gaps if gap.kind is GapKind.REPORT_MISSING]
    last: str | None = None
    for gap in sorted(
        (gap for gap in gaps if gap not in absent), key=lambda gap: order.get(gap.unit or "", len(order))
    ):
        group = names.get(gap.unit or "") or files.get(gap.source or "") or request.issuer
        if group != last:
            last = group
            print_hanging(console, Text(group, style="bold"), 2)
        line = _gap_line(gap, request, translate)
        if name := (set_aside or {}).get(gap.source or ""):
            line.append(f" – {name}", style="dim")
        print_hanging(console, line, 4)
    if absent:
        heading = f"{translate(GAP_LABELS[GapKind.REPORT_MISSING])} ({len(absent)})"
        units = ", ".join(names.get(gap.unit or "", "?") for gap in absent)
        print_hanging(console, Text(heading, style="bold red").append(f": {units}", style="not bold"), 2)
    print_flow(console, _count(gaps, translate), " ")


def _gap_line(gap: Gap, request: ReportingRequest, translate: Translator) -> Text:
    line = Text("  • ").append(translate(GAP_LABELS[gap.kind]), style="yellow")
    if gap.heading:
        line.append(f" [{request.heading(gap.heading).short}]")
    return line.append(": " + one_line(render(gap.evidence, translate)))


def _count(gaps: Sequence[Gap], translate: Translator) -> list[Text]:
    kinds = Counter(gap.kind for gap in gaps)
    parts = [f"{translate(GAP_LABELS[kind])} {kinds[kind]}" for kind in GapKind if kinds[kind]]
    return _total(translate.plural("{count} gap", "{count} gaps", len(gaps)).format(count=len(gaps)), parts)


def _total(total: str, parts: Sequence[str]) -> list[Text]:
    """Return "18 files: read 3; failed 15" in pieces that hold together."""
    return [Text(total + (":" if parts else ".")), *(Text(f"{part};") for part in parts[:-1]), *map(Text, parts[-1:])]


def show_outcomes(
    console: Console, outcomes: Sequence[Outcome], translate: Translator, resumed: Sequence[Outcome] = ()
) -> None:
    """Print what became of each file, the reason beside what was not simply read.

    `resumed` are files that an earlier run left; they come first and are counted apart.
    """
    if resumed:
        _show_each(console, resumed, translate)
        many = translate.plural("{count} file of an earlier run", "{count} files of an earlier run", len(resumed))
        print_flow(console, _count_outcomes(many, resumed, translate), " ")
    _show_each(console, outcomes, translate)
    many = translate.plural("{count} file", "{count} files", len(outcomes))
    print_flow(console, _count_outcomes(many, outcomes, translate), " ")


def _show_each(console: Console, outcomes: Sequence[Outcome], translate: Translator) -> None:
    for outcome in outcomes:
        sign, name, style = OUTCOME_NAMES[outcome.status]
        line = Text().append(f"{sign} ", style=style).append(f"{outcome.name}: ").append(translate(name), style=style)
        print_hanging(console, line, 2)
        for issue in outcome.issues:
            page = f"{translate(PAGE)} {issue.page}: " if issue.page else ""
            print_hanging(console, Text(f"    {page}{issue.message}"), 4)


def _count_outcomes(many: str, outcomes: Sequence[Outcome], translate: Translator) -> list[Text]:
    kinds = Counter(outcome.status for outcome in outcomes)
    parts = [f"{translate(OUTCOME_NAMES[kind][1])} {kinds[kind]}" for kind in OutcomeStatus if kinds[kind]]
    return _total(many.format(count=len(outcomes)), parts)
