"""Layers of drawn pages, each of its kind: what `python -m bench.layers` measures on more of them."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from bench.layers import judge_kind
from fixtures.badlayers import BAD_KINDS
from fixtures.goodlayers import GOOD_KINDS, LEGACY_KINDS
from fixtures.layers import Paper, first_page, paint, scanned, words_of
from tonghop.ingest.layerjudge import JudgedLayer, judge_page
from tonghop.ingest.layerprobe import LayerKind, font_runs, layer_kind
from tonghop.ingest.layertrial import Trial
from tonghop.ingest.reader import plan_jobs, read_job
from tonghop.ingest.textlayer import LayerVerdict, read_layer
from tonghop.records import Grade, Line, MediaType, Origin, Word
from tonghop.settings import IngestSettings

SETTINGS = IngestSettings()
KINDS = {kind.name: kind for kind in (*BAD_KINDS, *GOOD_KINDS, *LEGACY_KINDS)}
_NOT_READ_HERE = {
    "searchable scan", "searchable scan, 150 dpi", "searchable scan, turned", "searchable scan, marks apart",
    "searchable scan with a seal", "searchable scan of a table, landscape", "table of numbers, landscape",
    "foreign names", "OCR nearly right: wrong letters", "OCR right but for the numbers",
}  # fmt: skip
# Those that need no trial reading, and of those that do enough to see it work.
FAST = [name for name, kind in KINDS.items() if not kind.is_slow and name not in _NOT_READ_HERE]


def written(tmp_path: Path, pdf: bytes) -> Path:
    path = tmp_path / "page.pdf"
    path.write_bytes(pdf)
    return path


@pytest.mark.parametrize("name", FAST)
def test_each_kind_of_layer_is_treated_as_it_ought_to_be(name: str, real_tesseract: None) -> None:
    judged = judge_kind(KINDS[name], "test:1")
    assert judged.is_right, (judged.layer.verdict, judged.layer.trial, judged.wrong)


def test_there_are_enough_kinds() -> None:
    assert len(BAD_KINDS) >= 15  # two pages of each make thirty
    assert len(GOOD_KINDS) >= 15
    assert len(KINDS) == len(BAD_KINDS) + len(GOOD_KINDS) + len(LEGACY_KINDS)


def test_a_page_of_foreign_names_is_kept_where_they_are_seen(
    tmp_path: Path, real_tesseract: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    strict = IngestSettings(layer_syllable_share=0.99)  # any foreign word is one too many
    path = written(tmp_path, KINDS["foreign names"].page("test:1").pdf)
    judged = judge_page(path, path.name, 1, strict)
    assert judged.verdict is LayerVerdict.GOOD
    assert judged.trial
    monkeypatch.setattr("tonghop.ingest.layerjudge.layer_kind", lambda *_: LayerKind.INVISIBLE)
    assert judge_page(path, path.name, 1, strict).verdict is LayerVerdict.GARBAGE


def test_the_same_seed_draws_the_same_page() -> None:
    kind = KINDS["digital report"]
    assert kind.page("a") == kind.page("a")
    assert kind.page("a").words != kind.page("b").words


@pytest.mark.parametrize("is_under", [True, False])
def test_words_that_cannot_be_seen_are_told_from_those_that_are(tmp_path: Path, *, is_under: bool) -> None:
    sheet = first_page(Random("hidden"))
    words = words_of(sheet)
    image = paint(sheet, Paper(dpi=100), Random(1))
    hidden = written(tmp_path, scanned(image, words, is_under=is_under))
    lines = read_layer(hidden, 1, 300, SETTINGS)
    assert layer_kind(hidden, 1, lines, (595.28, 841.89), SETTINGS) is LayerKind.INVISIBLE


def test_words_that_are_not_drawn_are_invisible_without_an_image_too(tmp_path: Path) -> None:
    sheet = first_page(Random("hidden"))
    small = paint(sheet, Paper(dpi=20), Random(1))
    path = written(tmp_path, scanned(small, words_of(sheet)))
    lines = read_layer(path, 1, 300, SETTINGS)
    shown = font_runs(path, 1, 300, SETTINGS, hidden=False)
    assert layer_kind(path, 1, lines, (5000, 5000), SETTINGS) is LayerKind.INVISIBLE
    assert not "".join(run.text for run in shown).strip()
    assert {run.font for run in font_runs(path, 1, 300, SETTINGS)} <= {
        "Tinos",
        "TinosBold",
        "TinosItalic",
        "TinosBoldItalic",
    }


def test_a_decoded_page_says_so(tmp_path: Path) -> None:
    page = KINDS["TCVN3 in .VnTime and .VnTimeH"].page("test:2")
    path = written(tmp_path, page.pdf)
    (job,) = plan_jobs(path, path.name, MediaType.PDF, SETTINGS)
    (read,) = read_job(job)
    assert (read.origin, read.grade) == (Origin.TEXT_LAYER, Grade.GOOD)
    assert [step.action for step in read.steps] == ["text-layer", "decode"]
    assert dict(read.steps[0].settings) == {"verdict": "good", "kind": "visible"}
    assert dict(read.steps[1].settings)["encoding"] == "TCVN3"


def layer(**more: object) -> JudgedLayer:
    lines = (Line((Word("một", "một"),)),)
    return JudgedLayer(lines, LayerVerdict.GOOD, **more)  # type: ignore[arg-type]  # the test names its fields


def test_the_step_tells_what_was_found() -> None:
    (step,) = layer(kind=LayerKind.INVISIBLE, trial=Trial(90, 88, 1), unread=12.0).steps
    assert dict(step.settings) == {
        "verdict": "good", "kind": "invisible", "words_tried": "90", "contradicted": "1", "unread_lines_in": "12.0",
    }  # fmt: skip
    (none,) = JudgedLayer((), LayerVerdict.NONE).steps
    assert none.settings == (("verdict", "none"),)


@pytest.mark.parametrize(
    ("coverage", "unread", "grade"),
    [(1.0, 0.0, Grade.GOOD), (1.0, 9.0, Grade.DOUBTFUL), (0.8, 0.0, Grade.DOUBTFUL)],
)
def test_lines_outside_a_layer_make_its_page_doubtful(coverage: float, unread: float, grade: Grade) -> None:
    assert layer(ink_coverage=coverage, unread=unread).grade(SETTINGS) is grade


@pytest.mark.parametrize(
    ("trial", "grade"),
    [
        (None, Grade.GOOD),
        (Trial(words=90, confirmed=89, wrong=1), Grade.GOOD),
        (Trial(words=90, confirmed=89, wrong=1, numbers=12, wrong_numbers=1), Grade.DOUBTFUL),
        (Trial(words=40, confirmed=36, wrong=4), Grade.DOUBTFUL),
        (Trial(), Grade.DOUBTFUL),
    ],
)
def test_a_layer_kept_though_the_page_says_otherwise_is_doubtful(trial: Trial | None, grade: Grade) -> None:
    assert layer(ink_coverage=1.0, trial=trial).grade(SETTINGS) is grade


def test_a_page_without_words_is_not_rendered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, scanned(paint(first_page(Random(3)), Paper(dpi=50), Random(3)), []))
    monkeypatch.setattr("tonghop.ingest.rasterize.render_page", None)
    assert judge_page(path, path.name, 1, SETTINGS) == JudgedLayer((), LayerVerdict.NONE)
