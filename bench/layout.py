"""How well printed lines become text again: roles of lines, paragraphs, reading order. No recogniser, so it is fast.

    python -m bench.layout [--seeds 1 2 3]

Generated reports are set on pages, their words given as a layer or a scan would give them, and what is found is held
against what was set: page numbers, running heads and footnotes; where paragraphs begin, for print with and without
indents, justified and ragged; letterhead and signature block whose rows were read as one line or as two. Then pages
that hold no report (`fixtures.lookalikes`), whose text looks like what stands around text and must not be taken for it.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from random import Random

from fixtures.compose import compose
from fixtures.layout import Layout, Print, set_report
from fixtures.lookalikes import LOOKALIKES
from fixtures.model import Report
from fixtures.pages import Noise, TruePage, pages_of
from fixtures.plan import Plan, draw_plans
from tonghop.extract.document import rows_of
from tonghop.extract.edges import sheet_of
from tonghop.extract.paragraphs import paragraphs_of
from tonghop.extract.roles import mark_roles
from tonghop.ingest.layout import part_columns
from tonghop.records import Line, LineRole, Page
from tonghop.request import load_preset

__all__ = ["main"]

NOISES = {"layer": None, "scan": Noise(0.002, 1, 0.05, 0.03), "rough scan": Noise(0.006, 2, 0.15, 0.1),
          "scan, marks misread": Noise(0.002, 1, 0.05, 0.03, marks=0.8)}  # fmt: skip
PRINTS = {"indented": Print(), "flush": Print(indent=0.0), "ragged": Print(is_ragged=True),
          "flush, ragged": Print(indent=0.0, is_ragged=True)}  # fmt: skip
_SKEWS = {"layer": None, "scan": Noise(0.004, 1), "skewed by 1°": Noise(0.0175, 2), "skewed by -1°": Noise(-0.0175, 2)}
_LIKE = 20  # documents a seed of each kind of lookalikes
_LIKE_NOISES = NOISES | {"scan, pages off by 3 mm": Noise(0.002, 1, 0.05, 0.03, shift=8.5)}
_ROLES = (LineRole.PAGE_NUMBER, LineRole.RUNNING_HEAD, LineRole.FOOTNOTE)
_Roles = Counter[tuple[str, str]]
_Begins = Counter[tuple[bool, bool, bool]]
_MOST_TORN = 0.001  # of the lines that go on
_PARTED = 1.5  # heights of a line: where a recogniser may read two lines


def _plans(seeds: Sequence[int]) -> Iterator[tuple[Plan, Random]]:
    """Yield the plans of each seed's reports, all long and printed, with their random sources."""
    request = load_preset("cao-loc-2024-q1")
    for seed in seeds:
        for number, plan in enumerate(draw_plans(request, seed)):
            rng = Random(f"{seed}:{number}:layout")
            yield replace(plan, format="scan", short=False, faults=(*plan.faults_of_text, *_faults(rng))), rng


def _faults(rng: Random) -> Iterator[str]:
    numbering = rng.choice(("", "", "foot_number", "slash_number"))
    if numbering:
        yield numbering
        yield from ("running_head",) if rng.random() < 0.6 else ()
    yield from ("footnote",) if rng.random() < 0.4 else ()


def _report(plan: Plan) -> Report:
    return compose(plan, load_preset("cao-loc-2024-q1"))[0]


def _roles_and_paragraphs(true: Sequence[TruePage]) -> tuple[_Roles, _Begins]:
    """Return (true role, found role), and (a paragraph begins, is said to, at the head of a page), line by line."""
    marked = mark_roles([one.page for one in true])
    roles = _role_counts(true, marked)
    begins = {(one.page.number, at): b for one in true for at, b in enumerate(one.begins)}
    rows = [row for row in rows_of(marked) if begins[row.page, row.index] is not None]
    made = paragraphs_of(((row, row.text) for row in rows), {page.number: sheet_of(page) for page in marked})
    heads = {paragraph.rows[0].at for paragraph in made}
    paragraphs = Counter(
        (begins[row.page, row.index] is True, row.at in heads, row.page != before.page)
        for before, row in pairwise(rows)
        if row.at == before.at + 1
    )
    return roles, paragraphs


def _print_roles(found: dict[str, _Roles]) -> None:
    heads = " | ".join(f"{role.value}s found" for role in _ROLES)
    print(f"\n| | {heads} | body taken for one |\n|---|---|---|---|---|")
    for name, roles in found.items():
        cells = [_share(roles[role, role], sum(n for (r, _), n in roles.items() if r == role)) for role in _ROLES]
        false = _taken(roles)
        body = sum(n for (true, _), n in roles.items() if true == LineRole.BODY)
        print(f"| {name} | {' | '.join(cells)} | {false} of {body} |")


def _role_counts(true: Sequence[TruePage], marked: Sequence[Page]) -> _Roles:
    """Return (true role, found role), line by line."""
    return Counter(
        (role, line.role.value)
        for one, page in zip(true, marked, strict=True)
        for role, line in zip(one.roles, page.lines, strict=True)
    )


def _lookalikes(seeds: Sequence[int], make: Callable[[Random], Layout], kind: str) -> dict[str, _Roles]:
    """Return the counts of one kind by noise; the same documents for each."""
    found = {name: _Roles() for name in _LIKE_NOISES}
    for seed in seeds:
        for number in range(_LIKE):
            for name, noise in _LIKE_NOISES.items():
                rng = Random(f"{seed}:{number}:{kind}")
                true = pages_of(make(rng), rng, noise)
                found[name].update(_role_counts(true, mark_roles([one.page for one in true])))
    return found


def _taken(roles: _Roles) -> int:
    return sum(n for (true, said), n in roles.items() if true == LineRole.BODY != said)


def _print_lookalikes(found: dict[str, dict[str, _Roles]]) -> None:
    heads = " | ".join(_LIKE_NOISES)
    print(f"\n| body taken for anything else | {heads} | page numbers found | running heads found |")
    print("|---|" + "---|" * (len(_LIKE_NOISES) + 2))
    for kind, by_noise in found.items():
        cells = [f"{_taken(r)} of {sum(n for (t, _), n in r.items() if t == LineRole.BODY)}" for r in by_noise.values()]
        whole = sum(by_noise.values(), _Roles())
        cells.extend(
            _share(whole[role, role], sum(n for (true, _), n in whole.items() if true == role))
            for role in (LineRole.PAGE_NUMBER, LineRole.RUNNING_HEAD)
        )
        print(f"| {kind} | {' | '.join(cells)} |")


def _print_paragraphs(found: dict[str, _Begins]) -> None:
    print("\n| | beginnings found | beginnings said that are none | lines over a page joined |\n|---|---|---|---|")
    for name, counts in found.items():
        hits = counts[True, True, False] + counts[True, True, True]
        missed = counts[True, False, False] + counts[True, False, True]
        false = counts[False, True, False] + counts[False, True, True]
        over = _share(counts[False, False, True], counts[False, False, True] + counts[False, True, True])
        print(f"| {name} | {_share(hits, hits + missed)} | {false} | {over} |")


def _apart(line: Line, rng: Random, chance: float) -> list[Line]:
    """Return the line, or the two that a recogniser makes of it, with that chance."""
    box = line.box
    assert box, "all lines are printed"
    for at, (a, b) in enumerate(pairwise(word.box for word in line.words), 1):
        if a and b and b[0] - a[2] > _PARTED * (box[3] - box[1]) and rng.random() < chance:
            return [replace(line, words=line.words[:at]), replace(line, words=line.words[at:])]
    return [line]


def _read(true: TruePage, rng: Random, chance: float) -> Iterator[Line]:
    for line in true.page.lines:
        yield from _apart(line, rng, chance)


def _in_order(texts: Sequence[str], left: Sequence[str], right: Sequence[str]) -> bool:
    """Return whether the one column is read after the other, with nothing between."""
    a, b = ([" ".join(text.split()) for text in column] for column in (left, right))
    joined = "\n".join(texts)
    return "\n".join([*a, *b]) in joined or "\n".join([*b, *a]) in joined


def _order(seeds: Sequence[int], noise: Noise | None, chance: float) -> tuple[int, int, int]:
    """Return how many letterheads and how many signature blocks are read column by column, of how many reports."""
    heads = feet = count = 0
    for plan, rng in _plans(seeds):
        report = _report(replace(plan, faults=plan.faults_of_text))
        layout = set_report(report)
        pages = pages_of(layout, rng, noise)
        first, signed = (
            [line.text for line in part_columns(list(_read(pages[at], rng, chance)))] for at in (0, layout.signature[0])
        )
        motto = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", report.place_line)
        heads += _in_order(first, (*report.parent, *report.issuer, report.number_line), motto)
        feet += _in_order(signed, ("Nơi nhận:", *report.recipients), (*report.authority, report.signer))
        count += 1
    return heads, feet, count


def _share(right: int, whole: int) -> str:
    return f"{100 * right / whole:.1f} % ({right}/{whole})" if whole else "–"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the measurement; return 1 when body was taken for something else, or too many paragraphs torn."""
    parser = argparse.ArgumentParser(prog="python -m bench.layout", description=__doc__.split("\n")[0])
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    given = parser.parse_args(arguments)
    began = time.monotonic()
    roles: dict[str, _Roles] = {}
    paragraphs: dict[str, _Begins] = {}
    for print_name, style in PRINTS.items():
        for noise_name, noise in NOISES.items():
            name = f"{noise_name}, {print_name}"
            for plan, rng in _plans(given.seeds):
                found = _roles_and_paragraphs(pages_of(set_report(_report(plan), style), rng, noise))
                roles.setdefault(name, Counter()).update(found[0])
                paragraphs.setdefault(name, Counter()).update(found[1])
    _print_roles(roles)
    _print_paragraphs(paragraphs)
    print("\n| rows read as two lines | | letterheads in order | signature blocks in order |\n|---|---|---|---|")
    for chance in (0.0, 0.5, 1.0):
        for name, noise in _SKEWS.items():
            heads, feet, count = _order(given.seeds, noise, chance)
            print(f"| {100 * chance:.0f} % | {name} | {_share(heads, count)} | {_share(feet, count)} |")
    alike = {kind: _lookalikes(given.seeds, make, kind) for kind, make in LOOKALIKES.items()}
    _print_lookalikes(alike)
    false = sum(map(_taken, [*roles.values(), *(found for by_noise in alike.values() for found in by_noise.values())]))
    inner = [(said, n) for found in paragraphs.values() for (begins, said, _), n in found.items() if not begins]
    torn, lines = sum(n for said, n in inner if said), sum(n for _, n in inner)
    met = not false and torn <= _MOST_TORN * lines
    print(f"\n{'met   ' if met else 'MISSED'} body taken for anything else: {false}; torn: {torn} of {lines} lines")
    print(f"{time.monotonic() - began:.0f} s")
    return 0 if met else 1


if __name__ == "__main__":
    raise SystemExit(main())
