"""Whether the text layer of a PDF page may stand for the page: its words, its fonts, its ink, and a trial reading.

words → garbage? → in old fonts: decoded, judged anew
      → real: ink outside them? → partial
      → not to be seen, or doubtful: some lines read and compared → contradicted
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from tonghop import __version__
from tonghop.ingest import rasterize
from tonghop.ingest.decoding import Decoding, decoding_steps
from tonghop.ingest.ink import INK_DPI, coverage, lines_outside, text_ink
from tonghop.ingest.layerfonts import decode_layer, has_old_codes
from tonghop.ingest.layerprobe import LayerKind, font_runs, layer_kind
from tonghop.ingest.layertrial import Trial, try_layer
from tonghop.ingest.textlayer import (
    LayerVerdict,
    grade_layer,
    is_doubtful,
    is_partly_vietnamese,
    judge_layer,
    read_layer,
)
from tonghop.records import Grade, Line, ProcessingStep
from tonghop.settings import IngestSettings

__all__ = ["JudgedLayer", "judge_page"]

_MOST_UNREAD = 8.0  # inches of lines outside all words, as `ingest.grade` has it
_MOST_UNSURE = 0.02  # of the words that old fonts may hold


@dataclass(frozen=True, slots=True)
class JudgedLayer:
    """A layer, decoded where it was in old fonts, and what it is worth.

    `ink_coverage` (0 to 1) is the share of the page's ink inside its words, 0.0 where it was not measured; `unread`
    the length of what looks like lines outside them, in inches.
    """

    lines: tuple[Line, ...]
    verdict: LayerVerdict
    kind: LayerKind = LayerKind.VISIBLE
    ink_coverage: float = 0.0
    unread: float = 0.0
    decodings: tuple[Decoding, ...] = ()
    trial: Trial | None = None

    @property
    def steps(self) -> tuple[ProcessingStep, ...]:
        """What was done to judge it."""
        found = [("verdict", self.verdict.value)]
        if self.verdict is not LayerVerdict.NONE:
            found.append(("kind", self.kind.value))
        if self.trial:
            found += [("words_tried", str(self.trial.words)), ("contradicted", str(self.trial.wrong))]
            found += [("numbers_contradicted", str(self.trial.wrong_numbers))] if self.trial.wrong_numbers else []
        if self.unread > _MOST_UNREAD:
            found.append(("unread_lines_in", f"{self.unread:.1f}"))
        is_kept = self.verdict is LayerVerdict.GOOD
        decoded = decoding_steps(self.decodings) if is_kept else ()
        return (ProcessingStep("text-layer", "poppler", __version__, tuple(found)), *decoded)

    def grade(self, settings: IngestSettings) -> Grade:
        """Return the grade of the page that it stands for."""
        is_contradicted = self.trial is not None and not self.trial.is_agreed
        if is_contradicted or self.unread > _MOST_UNREAD or any(one.is_unsure for one in self.decodings):
            return Grade.DOUBTFUL
        return grade_layer(self.ink_coverage, settings)


def judge_page(path: Path, name: str, number: int, settings: IngestSettings) -> JudgedLayer:
    """Return the text layer of PDF page `number`, judged; `name` is what errors call the file.

    The page is rendered only when the words could stand for it. Raises what poppler and tesseract raise.
    """
    layer = _with_words(path, number, settings)
    if layer.verdict is LayerVerdict.GARBAGE and is_partly_vietnamese(layer.lines):
        layer = _if_seen(layer, path, name, number, settings)
    if layer.verdict is not LayerVerdict.GOOD:
        return layer
    layer = _with_ink(layer, path, name, number, settings)
    if layer.verdict is not LayerVerdict.GOOD or layer.trial:
        return layer
    layer = replace(layer, kind=_kind(layer, path, name, number, settings))
    if layer.kind is LayerKind.INVISIBLE and (
        layer.unread > _MOST_UNREAD or layer.ink_coverage < settings.unread_ink_coverage
    ):  # a reading of ours that missed as much would be called unread
        return replace(layer, verdict=LayerVerdict.PARTIAL)
    if layer.kind is LayerKind.INVISIBLE or is_doubtful(layer.lines):
        return _tried(layer, path, name, number, settings)
    return layer


def _if_seen(layer: JudgedLayer, path: Path, name: str, number: int, settings: IngestSettings) -> JudgedLayer:
    """Return `layer` as good where its words are seen and the page confirms them, as it is where not."""
    kind = _kind(layer, path, name, number, settings)
    tried = _tried(replace(layer, kind=kind), path, name, number, settings) if kind is LayerKind.VISIBLE else layer
    return tried if tried.verdict is LayerVerdict.GOOD else layer


def _kind(layer: JudgedLayer, path: Path, name: str, number: int, settings: IngestSettings) -> LayerKind:
    size = rasterize.page_size(path, name, number, settings)
    return layer_kind(path, number, layer.lines, size, settings)


def _tried(layer: JudgedLayer, path: Path, name: str, number: int, settings: IngestSettings) -> JudgedLayer:
    """Put `layer` to the proof: good, or contradicted."""
    image = rasterize.render_page(path, name, number, settings.dpi, settings, grey=True)
    trial = try_layer(layer.lines, image, settings.dpi, settings)
    is_passed = trial.is_passed(is_seen=layer.kind is LayerKind.VISIBLE)
    return replace(layer, trial=trial, verdict=LayerVerdict.GOOD if is_passed else LayerVerdict.CONTRADICTED)


def _with_words(path: Path, number: int, settings: IngestSettings) -> JudgedLayer:
    """Judge the words, as they are or decoded."""
    lines = read_layer(path, number, settings.dpi, settings)
    verdict = judge_layer(lines, 1.0, settings)
    if not lines or verdict is not LayerVerdict.GARBAGE or not has_old_codes(lines):
        return JudgedLayer(lines, verdict)
    decoded, done = decode_layer(lines, font_runs(path, number, settings.dpi, settings))
    words = sum(one.words for one in done)
    unsure = sum(one.words for one in done if one.is_unsure)
    if judge_layer(decoded, 1.0, settings) is LayerVerdict.GOOD and unsure <= _MOST_UNSURE * words:
        return JudgedLayer(decoded, LayerVerdict.GOOD, decodings=done)
    return JudgedLayer(lines, verdict)


def _with_ink(layer: JudgedLayer, path: Path, name: str, number: int, settings: IngestSettings) -> JudgedLayer:
    image = rasterize.render_page(path, name, number, INK_DPI, settings, grey=True)
    scale = image.dpi / settings.dpi
    boxes = [word.box for line in layer.lines for word in line.words if word.box]
    share = coverage(text_ink(image.pixels, image.dpi), boxes, 1 / scale)
    drawn = [(int(x0 * scale), int(y0 * scale), round(x1 * scale), round(y1 * scale)) for x0, y0, x1, y1 in boxes]
    is_covered = share >= settings.layer_ink_coverage
    return replace(
        layer,
        verdict=LayerVerdict.GOOD if is_covered else LayerVerdict.PARTIAL,
        ink_coverage=share,
        unread=lines_outside(image.pixels, image.dpi, drawn),
    )
