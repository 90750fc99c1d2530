"""Evidence: every reason a stage gives has its sentence, every sentence is given, and its values fill it."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tonghop.messages import REASONS, render
from tonghop.records import Evidence, Quote

if TYPE_CHECKING:
    from tests.conftest import SourceModule, SourceTree

Function = ast.FunctionDef | ast.AsyncFunctionDef


def placeholders(template: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in string.Formatter().parse(template) if name)


@dataclass(frozen=True, slots=True)
class Use:
    """One `Evidence(…)` in the source: the codes it may carry (patterns) and the sets of values it may be given."""

    place: str
    codes: frozenset[str]
    values: frozenset[frozenset[str]] | None  # None: not written out there


class Reader:
    """Reads what an expression may be, from the assignments and calls around it."""

    def __init__(self, module: SourceModule) -> None:
        self.module = module
        self.functions = [node for node in ast.walk(module.tree) if isinstance(node, Function)]

    def uses(self) -> Iterator[Use]:
        for node in ast.walk(self.module.tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Evidence":
                named = {keyword.arg: keyword.value for keyword in node.keywords}
                reason = node.args[0] if node.args else named["reason"]
                values = node.args[1] if len(node.args) > 1 else named.get("values", ast.Tuple([], ast.Load()))
                around = self._around(node)
                codes = frozenset(c for e in self.spread(reason, around) for c in _pattern(e))
                keys = [_keys(e) for e in self.spread(values, around)]
                known = None if None in keys or not keys else frozenset(k for k in keys if k is not None)
                yield Use(f"{self.module.place}:{node.lineno}", codes, known)

    def _around(self, node: ast.AST) -> Function | None:
        inside = [f for f in self.functions if any(node is part for part in ast.walk(f))]
        return min(inside, key=lambda f: (f.end_lineno or 0) - f.lineno, default=None)

    def spread(self, node: ast.expr, around: Function | None, depth: int = 4) -> Iterator[ast.expr]:
        """All expressions that `node` may stand for: branches, assignments, arguments of the function's callers."""
        if isinstance(node, ast.IfExp):
            yield from self.spread(node.body, around, depth)
            yield from self.spread(node.orelse, around, depth)
        elif isinstance(node, ast.Name) and depth:
            for value, place in (*self._assigned(node.id, around), *self._passed(node.id, around)):
                yield from self.spread(value, place, depth - 1)
        else:
            yield node

    def _assigned(self, name: str, around: Function | None) -> Iterator[tuple[ast.expr, Function | None]]:
        for node in ast.walk(around or self.module.tree):
            if isinstance(node, ast.Assign):
                for target in node.targets:
                    for value in _matching(target, node.value, name):
                        yield value, around
            elif isinstance(node, ast.AnnAssign) and node.value and ast.unparse(node.target) == name:
                yield node.value, around

    def _passed(self, name: str, around: Function | None) -> Iterator[tuple[ast.expr, Function | None]]:
        if around is None:
            return
        arguments = [*around.args.posonlyargs, *around.args.args]
        names = [argument.arg for argument in arguments]
        if name not in names and name not in [a.arg for a in around.args.kwonlyargs]:
            return
        for node in ast.walk(self.module.tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == around.name:
                found = {k.arg: k.value for k in node.keywords}.get(name)
                at = names.index(name) - (names[0] in ("self", "cls")) if name in names else len(node.args)
                if found is None and at < len(node.args):
                    found = node.args[at]
                if found is not None:
                    yield found, self._around(node)


def _matching(target: ast.expr, value: ast.expr, name: str) -> Iterator[ast.expr]:
    """The part of `value` that `target = value` gives to `name`."""
    if isinstance(target, ast.Name) and target.id == name:
        yield value
    elif isinstance(target, ast.Tuple):
        if isinstance(value, ast.IfExp):
            yield from _matching(target, value.body, name)
            yield from _matching(target, value.orelse, name)
        elif isinstance(value, ast.Tuple):
            for part, given in zip(target.elts, value.elts, strict=False):
                yield from _matching(part, given, name)


def _pattern(node: ast.expr) -> Iterator[str]:
    """A regular expression for the code in `node`: itself, or what an f-string may become."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield re.escape(node.value)
    elif isinstance(node, ast.JoinedStr):
        parts = [re.escape(str(p.value)) if isinstance(p, ast.Constant) else r"\w+" for p in node.values]
        yield "".join(parts)


def _keys(node: ast.expr) -> frozenset[str] | None:
    """The names in `(("name", value), …)`; None when it is not written out."""
    if not isinstance(node, ast.Tuple):
        return None
    keys = []
    for pair in node.elts:
        if not (isinstance(pair, ast.Tuple) and pair.elts and isinstance(pair.elts[0], ast.Constant)):
            return None
        keys.append(str(pair.elts[0].value))
    return frozenset(keys)


@pytest.fixture(scope="module")
def uses(source_tree: SourceTree) -> tuple[Use, ...]:
    return tuple(use for module in source_tree for use in Reader(module).uses())


def test_evidence_is_given_in_the_source(uses: tuple[Use, ...]) -> None:
    assert len(uses) >= 10


def test_every_code_can_be_told_from_the_source(uses: tuple[Use, ...]) -> None:
    """A code that comes from nowhere cannot be held against the list."""
    assert [use.place for use in uses if not use.codes] == []


def test_every_code_used_has_its_sentence(uses: tuple[Use, ...]) -> None:
    wrong = [
        f"{use.place}: {code}" for use in uses for code in use.codes if not any(re.fullmatch(code, r) for r in REASONS)
    ]
    assert wrong == []


def test_every_sentence_is_used(uses: tuple[Use, ...]) -> None:
    codes = {code for use in uses for code in use.codes}
    assert sorted(reason for reason in REASONS if not any(re.fullmatch(code, reason) for code in codes)) == []


def test_the_values_given_fill_the_sentence(uses: tuple[Use, ...]) -> None:
    """Where code and values are chosen apart, one choice of values must fit."""
    wrong = [
        f"{use.place}: {reason} needs {', '.join(sorted(placeholders(sentence)))}"
        for use in uses
        if use.values is not None
        for reason, sentence in REASONS.items()
        if any(re.fullmatch(code, reason) for code in use.codes)
        if not any(placeholders(sentence) <= given for given in use.values)
    ]
    assert wrong == []


def test_sentences_are_whole() -> None:
    for reason, sentence in REASONS.items():
        assert re.fullmatch(r"[a-z][a-z_]*[a-z]", reason), reason
        assert sentence[-1] in ".}:", reason
        assert not re.search(r"\{\d*\}", sentence), reason


# --- rendering ------------------------------------------------------------------------------------


def test_render_fills_and_quotes() -> None:
    evidence = Evidence("no_report", (), (Quote("Kính gửi", 2), Quote("bao-cao.pdf")))
    assert render(evidence) == "No report from this unit was received. “Kính gửi” (page 2) “bao-cao.pdf”"


def test_render_translates_sentence_and_page() -> None:
    known = {REASONS["no_report"]: "Chưa nhận được báo cáo.", "page": "trang"}
    evidence = Evidence("no_report", (), (Quote("x", 1),))
    assert render(evidence, lambda message: known.get(message, message)) == "Chưa nhận được báo cáo. “x” (trang 1)"


def test_values_are_not_read_as_templates() -> None:
    reason = next(r for r, sentence in REASONS.items() if placeholders(sentence))
    values = tuple((name, "{0} {x}") for name in sorted(placeholders(REASONS[reason])))
    assert "{0} {x}" in render(Evidence(reason, values))


def test_an_unknown_reason_is_an_error() -> None:
    with pytest.raises(KeyError):
        render(Evidence("not_there"))


# --- the reader of the source itself --------------------------------------------------------------

SAMPLE = """
def direct(): return Evidence("one", (("a", "1"),))
def branch(x): return Evidence("two" if x else "three")
def variable(x):
    reason, values = ("four", (("b", x),)) if x else ("five", ())
    return Evidence(reason, values)
def formatted(kind): return Evidence(f"six_{kind}", ())
def made(reason): return Evidence(reason)
def caller(): return made("seven")
"""


def test_the_reader_follows_names(repo_root: object) -> None:
    class Module:
        tree = ast.parse(SAMPLE)
        place = "sample"

    found = list(Reader(Module).uses())  # type: ignore[arg-type] # a stand-in with the two fields that are read
    assert [sorted(use.codes) for use in found] == [
        ["one"],
        ["three", "two"],
        ["five", "four"],
        ["six_\\w+"],
        ["seven"],
    ]
    assert found[0].values == frozenset({frozenset({"a"})})
    assert found[2].values == frozenset({frozenset({"b"}), frozenset()})
