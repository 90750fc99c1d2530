"""How far the readings can be trusted: makes the inbox of all units from seeds, reads and maps it, compares.

    python -m bench.accuracy [--seeds 1 2 3] [--units N] [--small] [--keep DIR] [--verbose]

Prints, on scans of office quality and on all files: units identified, units wrong, recall and precision of missing
sections, section states, numbers, dates, figures, and a table by format. Exits 1 when a target is missed: units
identified at least 99 % and none wrong; on office scans, missing sections found at least 97 % and right at least 90 %.
Grey scans with the seal over the text are no office scans (see fixtures/plan.py); the two shares are printed with them
too, so that it can be seen what leaving them out does.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from fixtures.generate import generate
from tonghop.errors import TonghopError
from tonghop.executors import Executor, executor_for
from tonghop.pipeline import map_document
from tonghop.reading import DocumentReading, names_of, read_document
from tonghop.records import GapKind, ReportingRequest, UnitReport
from tonghop.request import load_preset
from tonghop.settings import Settings

__all__ = ["Score", "compare", "main"]

# Scans as an office makes them: flatbed or feeder, 200 dpi or more, turned by at most 1 degree.
OFFICE = "office"
# Office scans in grey with the seal over the text: no part of the target, and shown beside it.
SEALED = "sealed"
# A heading answered together with another counts as answered, however the pair is named.
_ANSWERED = {"present": "answered", "merged": "answered"}
_BY_HEADING = (GapKind.SECTION_MISSING, GapKind.SECTION_THIN)
_GAPS = ("section_missing", "section_thin", "wrong_period", "report_late", "figure_conflict", "wrong_addressee_or_unit")
_TARGETS = (("unit identified", 0.99), ("missing recall, office", 0.97), ("missing precision, office", 0.90))


@dataclass(slots=True)
class Score:
    """Counts over files. Pairs are (right, all)."""

    files: int = 0
    pages: int = 0
    unit: list[int] = field(default_factory=lambda: [0, 0])
    wrong_unit: int = 0
    missing_found: int = 0
    missing_true: int = 0
    missing_said: int = 0
    missing_right: int = 0
    unread: int = 0
    states: list[int] = field(default_factory=lambda: [0, 0])
    exact: list[int] = field(default_factory=lambda: [0, 0])
    number: list[int] = field(default_factory=lambda: [0, 0, 0])  # right, all, wrong: what is left open is neither
    dated: list[int] = field(default_factory=lambda: [0, 0, 0])
    by_hand: list[int] = field(default_factory=lambda: [0, 0, 0])  # numbers and days written by pen
    period: list[int] = field(default_factory=lambda: [0, 0])
    figures: list[int] = field(default_factory=lambda: [0, 0])
    false_figures: list[int] = field(default_factory=lambda: [0, 0])
    conflicts: list[int] = field(default_factory=lambda: [0, 0])
    false_conflicts: int = 0
    gaps: Counter[str] = field(default_factory=Counter)  # "kind true", "kind said", "kind right"
    slips: list[str] = field(default_factory=list)

    def add(self, other: Score) -> None:
        """Add the counts of `other`."""
        for name in self.__dataclass_fields__:
            mine, theirs = getattr(self, name), getattr(other, name)
            if name == "slips":
                mine.extend(theirs)
            elif name == "gaps":
                mine.update(theirs)
            elif isinstance(mine, list):
                mine[:] = [a + b for a, b in zip(mine, theirs, strict=True)]
            else:
                setattr(self, name, mine + theirs)


def _share(right: int, whole: int) -> float:
    return right / whole if whole else 1.0


def compare(truth: dict[str, Any], report: UnitReport) -> Score:
    """Return how `report` stands against `truth`, an entry of truth.json."""
    score = Score(files=1, pages=report.pages_read + len(report.pages_failed))
    found = report.match.unit
    if truth["unit"]:
        score.unit = [int(found == truth["unit"]), 1]
    # A report whose sender is not on the list must not be given to a unit that is.
    score.wrong_unit = int(found is not None and found != truth["unit"])
    if found != truth["unit"]:
        score.slips.append(f"unit {found} for {truth['unit']}")
        # Whatever this report left out is not asked of its unit: not found, and not to be left out of the count.
        # Whatever is said to be missing is said of another unit: wrong, even where the heading happens to be the same.
        score.missing_true, score.missing_said = len(_missing(truth)), len(_said_missing(report))
        score.gaps["section_missing true"] = score.missing_true
        score.gaps["section_missing said"] = score.missing_said
        return score
    _compare_head(truth, report, score)
    _compare_gaps(truth, report, score)
    if truth["unit"]:
        _compare_sections(truth, report, score)
        _compare_figures(truth, report, score)
    return score


def _compare_sections(truth: dict[str, Any], report: UnitReport, score: Score) -> None:
    states = {section.heading: section.state.value for section in report.sections}
    for heading, state in truth["sections"].items():
        said = states.get(heading, "not listed")
        score.exact[0] += said == state
        score.exact[1] += 1
        score.states[0] += _ANSWERED.get(said, said) == _ANSWERED.get(state, state)
        score.states[1] += 1
        score.unread += said == "unread"
        if said != state:
            score.slips.append(f"{heading}: {said} for {state}")
    true, said_missing = _missing(truth), _said_missing(report)
    score.missing_true, score.missing_said = len(true), len(said_missing)
    score.missing_found = score.missing_right = len(true & said_missing)


def _said_missing(report: UnitReport) -> set[str | None]:
    return {gap.heading for gap in report.gaps if gap.kind is GapKind.SECTION_MISSING}


def _missing(truth: dict[str, Any]) -> set[str]:
    return {gap.split(":")[1] for gap in truth["gaps"] if gap.startswith("section_missing:")}


def _compare_head(truth: dict[str, Any], report: UnitReport, score: Score) -> None:
    head = report.letterhead
    number, dated = _plain_number(head.number), head.dated.isoformat() if head.dated else None
    is_right = number == _plain_number(truth["number"])
    of_number = [int(is_right), 1, int(bool(number) and not is_right)]
    of_date = [int(dated == truth["date"]), 1, int(dated not in (None, truth["date"]))]
    if "by_hand" in truth["faults"]:
        score.by_hand = [a + b for a, b in zip(of_number, of_date, strict=True)]
    else:
        score.number, score.dated = of_number, of_date
    score.period = [int(_plain(report.period) == _plain(truth["period"])), 1]
    if not of_number[0]:
        score.slips.append(f"number {head.number} for {truth['number']}")
    if not of_date[0]:
        score.slips.append(f"date {dated} for {truth['date']}")
    if not score.period[0]:
        score.slips.append(f"period {report.period} for {truth['period']}")


def _compare_gaps(truth: dict[str, Any], report: UnitReport, score: Score) -> None:
    true = {tuple(gap.partition(":")[::2]) for gap in truth["gaps"]}
    said = {(gap.kind.value, gap.heading if gap.kind in _BY_HEADING else "") for gap in report.gaps}
    for kind in _GAPS:
        for what, gaps in (("true", true), ("said", said), ("right", true & said)):
            score.gaps[f"{kind} {what}"] += sum(gap[0] == kind for gap in gaps)
    for gap in sorted(true ^ {pair for pair in said if pair[0] in _GAPS}, key=str):
        score.slips.append(f"gap {gap}: {'not said' if gap in true else 'said, is not there'}")


def _plain(text: str | None) -> str:
    return " ".join((text or "").casefold().split())


def _plain_number(text: str | None) -> str:
    return "".join((text or "").split()).lstrip("0")


def _compare_figures(truth: dict[str, Any], report: UnitReport, score: Score) -> None:
    """Compare the handling of files, the figures that the checks rest on."""
    true = {(f["indicator"], Decimal(f["value"])) for f in truth["figures"] if _is_checked(f)}
    # Answered together with another heading, its figures stand there.
    headings = {"tthc"} | {s.merged_into for s in report.sections if s.heading == "tthc" and s.merged_into}
    said = {(f.indicator, f.value) for f in report.figures if f.heading in headings and _is_known(f.indicator)}
    # An office writes of its own files and of the whole district's: both stand under one heading.
    district = {Decimal(f["value"]) for f in truth["figures"] if f["indicator"].startswith("huyen_")}
    score.figures = [len(true & said), len(true)]
    wrong = {pair for pair in said - true if pair[1] not in district}
    score.false_figures = [len(wrong), len(said)]
    score.slips += [f"figure {name} = {value} not found" for name, value in sorted(true - said)]
    score.slips += [f"figure {name} = {value} is not there" for name, value in sorted(wrong)]
    conflict = any(gap.kind is GapKind.FIGURE_CONFLICT for gap in report.gaps)
    if "figure_conflict" in truth["gaps"]:
        score.conflicts = [int(conflict), 1]
    elif conflict:
        score.false_conflicts = 1
        score.slips.append("a conflict of figures that is none")


_FILES = frozenset(
    ("ho_so_tong", "ho_so_ton", "ho_so_moi", "ho_so_giai_quyet", "ho_so_dung_han", "ho_so_tre_han", "ho_so_dang",
     "ty_le_dung_han", "ho_so_truc_tuyen")
)  # fmt: skip


def _is_known(indicator: str) -> bool:
    return indicator in _FILES


def _is_checked(figure: dict[str, Any]) -> bool:
    return figure["heading"] == "tthc" and _is_known(figure["indicator"])


def _truths(folder: Path) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for entry in json.loads((folder / "truth.json").read_text(encoding="utf-8"))["files"]:
        found.setdefault(entry["file"], []).append(entry)
    return found


def _read(
    folder: Path, request: ReportingRequest, settings: Settings, executor: Executor
) -> Iterator[tuple[dict[str, Any], UnitReport | TonghopError]]:
    known = names_of(request)
    for name, entries in _truths(folder).items():
        by_name = {entry["member"] or entry["file"]: entry for entry in entries}
        try:
            readings = read_document(folder / "inbox" / name, settings, executor, known=known)
        except TonghopError as error:
            yield entries[0], error
            continue
        for reading in readings:
            if isinstance(reading, DocumentReading):
                label = reading.source.name if reading.source.name in by_name else name
                yield by_name[label], map_document(reading, request, settings.extract)
            else:
                raise reading


def _measure(
    folder: Path, request: ReportingRequest, executor: Executor, *, verbose: bool
) -> Iterator[tuple[str, str, Score]]:
    settings = Settings()
    for truth, report in _read(folder, request, settings, executor):
        label = truth["member"] or truth["file"]
        if isinstance(report, TonghopError):
            if report.code != truth["error"]:
                raise report
            print(f"  {label}: refused as it should be ({report.code})")
            continue
        score = compare(truth, report)
        if verbose and score.slips:
            print(
                f"  {label} [{truth['format']}, {truth['quality']}, {truth['outline']}; {', '.join(truth['faults'])}]"
            )
            print("".join(f"    {slip}\n" for slip in score.slips), end="")
        yield truth["format"], truth["quality"], score


def _total(scores: Iterable[Score]) -> Score:
    total = Score()
    for score in scores:
        total.add(score)
    return total


_COLUMNS = ("files", "pages", "unit", "wrong", "missing recall", "missing precision", "states", "unread", "number",
            "date", "by hand", "period", "figures", "false figures", "conflicts")  # fmt: skip


def _row(label: str, score: Score) -> str:
    cells = (
        str(score.files),
        str(score.pages),
        _percent(*score.unit),
        str(score.wrong_unit),
        _percent(score.missing_found, score.missing_true),
        _percent(score.missing_right, score.missing_said),
        _percent(*score.states),
        str(score.unread),
        f"{_percent(*score.number[:2])}, {score.number[2]} wrong",
        f"{_percent(*score.dated[:2])}, {score.dated[2]} wrong",
        f"{score.by_hand[0]}/{score.by_hand[1]}, {score.by_hand[2]} wrong",
        _percent(*score.period),
        _percent(*score.figures),
        f"{score.false_figures[0]}/{score.false_figures[1]}",
        f"{score.conflicts[0]}/{score.conflicts[1]} +{score.false_conflicts}",
    )
    return f"| {label} | " + " | ".join(cells) + " |"


def _percent(right: int, whole: int) -> str:
    return f"{100 * right / whole:.1f} % ({right}/{whole})" if whole else "–"


def _print_tables(found: Sequence[tuple[str, str, Score]]) -> dict[str, float]:
    office = _total(score for _, quality, score in found if quality == OFFICE)
    with_sealed = _total(score for _, quality, score in found if quality in (OFFICE, SEALED))
    whole = _total(score for *_, score in found)
    print("\n| | " + " | ".join(_COLUMNS) + " |\n|" + "---|" * (len(_COLUMNS) + 1))
    print(_row("**office scans**", office))
    print(_row("**office and sealed**", with_sealed))
    print(_row("**all**", whole))
    for quality in sorted({quality for _, quality, _ in found}):
        print(_row(f"quality: {quality}", _total(s for _, q, s in found if q == quality)))
    for fmt in sorted({fmt for fmt, *_ in found}):
        print(_row(f"format: {fmt}", _total(s for f, _, s in found if f == fmt)))
    print("\n| gap | planted | found | said | right |\n|---|---|---|---|---|")
    for kind in _GAPS:
        true, said, right = (whole.gaps[f"{kind} {what}"] for what in ("true", "said", "right"))
        print(f"| {kind} | {true} | {_percent(right, true)} | {said} | {_percent(right, said)} |")
    return {
        "unit identified": _share(*whole.unit),
        "units wrong": float(whole.wrong_unit),
        "missing recall, office": _share(office.missing_found, office.missing_true),
        "missing precision, office": _share(office.missing_right, office.missing_said),
        "missing recall, office and sealed": _share(with_sealed.missing_found, with_sealed.missing_true),
        "missing precision, office and sealed": _share(with_sealed.missing_right, with_sealed.missing_said),
    }


def _is_met(measured: dict[str, float]) -> bool:
    met = measured["units wrong"] == 0
    print(f"\n{'met   ' if met else 'MISSED'} units wrong: {measured['units wrong']:.0f} (target 0)")
    for name, target in _TARGETS:
        is_met = measured[name] >= target
        met = met and is_met
        print(f"{'met   ' if is_met else 'MISSED'} {name}: {100 * measured[name]:.1f} % (target {100 * target:.0f} %)")
    for name in ("missing recall, office and sealed", "missing precision, office and sealed"):
        print(f"       {name}: {100 * measured[name]:.1f} % (no target)")
    return met


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the measurement; return 1 when a target is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench.accuracy", description=__doc__.split("\n")[0])
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--request", default="cao-loc-2024-q1")
    parser.add_argument("--units", type=int)
    parser.add_argument("--small", action="store_true", help="measure the inbox that comes with the product")
    parser.add_argument("--keep", type=Path, help="keep the generated inboxes in this folder")
    parser.add_argument("--verbose", action="store_true", help="show every slip")
    given = parser.parse_args(arguments)
    request = load_preset(given.request)
    found: list[tuple[str, str, Score]] = []
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as temporary, executor_for(Settings()) as executor:
        for seed in given.seeds[:1] if given.small else given.seeds:
            folder = (given.keep or Path(temporary)) / ("small" if given.small else f"seed{seed}")
            if not (folder / "truth.json").exists():
                generate(folder, request, seed=seed, units=given.units, small=given.small, jobs=os.cpu_count() or 1)
            print(f"seed {seed}:")
            found += _measure(folder, request, executor, verbose=given.verbose)
    met = _is_met(_print_tables(found))
    print(f"{time.monotonic() - began:.0f} s on {os.cpu_count()} cores")
    return 0 if met else 1


if __name__ == "__main__":
    raise SystemExit(main())
