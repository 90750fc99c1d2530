"""Printed pages for tests of layout: lines with boxes, and whole generated reports whose truth is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from random import Random

from fixtures.compose import compose
from fixtures.layout import set_report
from fixtures.pages import Noise, TruePage, pages_of
from fixtures.plan import Plan, draw_plans
from tests.extract.sheets import cao_loc
from tonghop.records import Grade, Line, LineRole, Origin, Page, Word

WIDTH, HEIGHT = 1654, 2339
LEFT, RIGHT, LETTER, TALL, PITCH = 236, 1534, 13, 28, 48
SCAN = Noise(skew=0.002, jitter=1, unmarked=0.05, spoilt=0.03)
ROUGH = Noise(skew=0.006, jitter=2, unmarked=0.15, spoilt=0.1)


def line(y: int, text: str, x: int = LEFT, tall: int = TALL, letter: int = LETTER) -> Line:
    """A line of words at 200 dpi; `letter` is the width of a letter."""
    words = []
    for token in text.split():
        words.append(Word(token, token, (x, y, x + letter * len(token), y + tall), 0.95))
        x += letter * len(token) + letter * 2 // 3
    return Line(tuple(words))


def centred(y: int, text: str) -> Line:
    return line(y, text, (LEFT + RIGHT - LETTER * len(text)) // 2)


def body(first: int, count: int, words: str = "thực hiện kế hoạch cải cách hành chính") -> list[Line]:
    """Lines of running text from `first` down, filled to the margin."""
    return [line(first + PITCH * n, f"{words} {n} {words} của đơn vị tại xã nhà") for n in range(count)]


def page(number: int, *lines: Line) -> Page:
    return Page(number, Origin.OCR, Grade.GOOD, lines, width=WIDTH, height=HEIGHT, dpi=200, ink_coverage=0.97)


def roles(marked: Page) -> list[str]:
    return [line.role.value for line in marked.lines]


def with_role(pages: Sequence[Page], role: LineRole) -> list[str]:
    return [line.text for marked in pages for line in marked.lines if line.role is role]


@lru_cache
def plans(seed: int, count: int, *faults: str) -> tuple[Plan, ...]:
    """Plans of long printed reports with just these faults of print."""
    found = draw_plans(cao_loc(), seed)[:count]
    return tuple(replace(plan, format="scan", short=False, faults=(*plan.faults_of_text, *faults)) for plan in found)


@lru_cache
def printed(plan: Plan, noise: Noise | None) -> tuple[TruePage, ...]:
    report, _ = compose(plan, cao_loc())
    return pages_of(set_report(report), Random(plan.seed), noise)
