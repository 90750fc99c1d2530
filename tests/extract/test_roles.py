"""The roles of lines over whole documents."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fixtures.lookalikes import LOOKALIKES
from fixtures.pages import Noise, pages_of
from tests.extract.prints import ROUGH, SCAN, body, centred, line, page, plans, printed
from tests.extract.sheets import typed_page
from tonghop.extract.roles import mark_roles
from tonghop.records import Line, LineRole, Page

SHIFTED = Noise(0.002, 1, 0.05, 0.03, shift=8.5)
PRINTS = (("foot_number", "running_head", "footnote"), ("slash_number", "running_head"), ("footnote",))


def counted(noise: Noise | None, faults: tuple[str, ...]) -> Counter[tuple[str, str]]:
    """How often a line that is one thing was taken for another."""
    found: Counter[tuple[str, str]] = Counter()
    for plan in plans(3, 6, *faults):
        true = printed(plan, noise)
        for one, marked in zip(true, mark_roles([t.page for t in true]), strict=True):
            found.update(zip(one.roles, (line.role.value for line in marked.lines), strict=True))
    return found


@pytest.mark.parametrize("faults", PRINTS, ids="+".join)
@pytest.mark.parametrize("noise", [None, SCAN], ids=["layer", "scan"])
def test_generated_reports(noise: Noise | None, faults: tuple[str, ...]) -> None:
    found = counted(noise, faults)
    assert {pair for pair in found if pair[0] != pair[1]} <= {("running-head", "body")}
    assert found["page-number", "page-number"] >= 10
    if "running_head" in faults:  # a report of two pages shows its head once, so that nothing repeats
        assert found["running-head", "body"] <= 2 < found["running-head", "running-head"]
    if "footnote" in faults:
        assert found["footnote", "footnote"] >= 10


@pytest.mark.parametrize("faults", PRINTS, ids="+".join)
def test_rough_scans_lose_no_text(faults: tuple[str, ...]) -> None:
    """What is read badly may be taken for body; body is never taken for anything else."""
    assert {pair for pair in counted(ROUGH, faults) if pair[0] == "body"} == {("body", "body")}


@pytest.mark.parametrize("kind", LOOKALIKES)
def test_text_that_looks_like_what_stands_around_it_is_text(kind: str) -> None:
    found: Counter[tuple[str, str]] = Counter()
    for seed in range(8):
        for noise in (None, SHIFTED):
            rng = Random(f"{kind}:{seed}")
            true = pages_of(LOOKALIKES[kind](rng), rng, noise)
            for one, marked in zip(true, mark_roles([t.page for t in true]), strict=True):
                found.update(zip(one.roles, (line.role.value for line in marked.lines), strict=True))
    assert {pair for pair in found if pair[0] == "body"} == {("body", "body")}
    numbers = found["page-number", "page-number"], found["page-number", "body"]
    assert kind == "forms" or numbers[0] >= 5 > numbers[1]


lines = st.builds(
    line,
    st.integers(0, 2300),
    st.sampled_from(
        ["2", "- 3 -", "Trang 2/5", "1 Kế hoạch", "Người ký: A", "xã", "Báo cáo quý", "Độc lập - Tự do", "3."]
    ),
    st.integers(0, 1500),
    st.integers(10, 40),
    st.integers(5, 15),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(lines, max_size=8), min_size=1, max_size=5))
def test_every_line_has_one_role_and_none_is_moved(found: list[list[Line]]) -> None:
    pages = [page(number, *one) for number, one in enumerate(found, 1)]
    marked = mark_roles(pages)
    assert [[line.words for line in one.lines] for one in marked] == [
        [line.words for line in one.lines] for one in pages
    ]
    assert mark_roles(marked) == marked
    for one in marked:
        assert sum(line.role is LineRole.PAGE_NUMBER for line in one.lines) <= 1


def test_typed_pages_keep_what_their_file_says() -> None:
    typed = typed_page("2\nNội dung\n[1] Kế hoạch")
    note = Line(typed.lines[2].words, role=LineRole.FOOTNOTE)
    given_page = Page(1, typed.origin, typed.grade, (*typed.lines[:2], note))
    assert mark_roles([given_page]) == (given_page,)


def test_a_file_without_pages() -> None:
    assert mark_roles([]) == ()
    assert mark_roles([page(1)]) == (page(1),)
    (alone,) = mark_roles([page(1, centred(100, "1"), *body(300, 5))])
    assert [line.role for line in alone.lines][:2] == [LineRole.PAGE_NUMBER, LineRole.BODY]
