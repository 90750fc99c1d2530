from __future__ import annotations

from dataclasses import replace

import pytest

from bench import layers
from bench.layers import Judged, is_met, main
from fixtures.layers import LayerGroup, LayerKind, LayerPage, Unavailable
from tonghop.ingest.layerjudge import JudgedLayer
from tonghop.ingest.textlayer import LayerVerdict


def judged(group: LayerGroup, verdict: LayerVerdict, wrong: float = 0.0) -> Judged:
    kind = LayerKind("x", group, lambda _: LayerPage(b"", ()))
    return Judged(kind, JudgedLayer((), verdict), wrong, 0.1)


@pytest.mark.parametrize(
    ("group", "verdict", "wrong", "is_right"),
    [
        (LayerGroup.BAD, LayerVerdict.GOOD, 0.0, False),
        (LayerGroup.BAD, LayerVerdict.CONTRADICTED, 0.0, True),
        (LayerGroup.GOOD, LayerVerdict.GOOD, 0.0, True),
        (LayerGroup.GOOD, LayerVerdict.PARTIAL, 0.0, False),
        (LayerGroup.LEGACY, LayerVerdict.GOOD, 0.01, True),
        (LayerGroup.LEGACY, LayerVerdict.GOOD, 0.5, False),
        (LayerGroup.LEGACY, LayerVerdict.GARBAGE, 0.9, True),
    ],
)
def test_what_is_right(group: LayerGroup, verdict: LayerVerdict, wrong: float, *, is_right: bool) -> None:
    assert judged(group, verdict, wrong).is_right is is_right


def test_one_in_thirty_may_fail(capsys: pytest.CaptureFixture[str]) -> None:
    good = [judged(LayerGroup.GOOD, LayerVerdict.GOOD)] * 30
    bad = judged(LayerGroup.BAD, LayerVerdict.GOOD)
    right = replace(bad, layer=JudgedLayer((), LayerVerdict.GARBAGE))
    assert is_met([*good, *[right] * 29, bad])
    assert not is_met([*good, *[right] * 28, bad, bad])
    assert "MISSED bad: 28 of 30 treated rightly; 2 kept" in capsys.readouterr().out


def test_a_kind_that_cannot_be_made_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(rng: object) -> LayerPage:
        raise Unavailable("no such program")

    monkeypatch.setattr(layers, "KINDS", (LayerKind("none", LayerGroup.GOOD, fail),))
    assert main(["--pages", "1"]) == 0
    assert "| none | left out: no such program |" in capsys.readouterr().out
