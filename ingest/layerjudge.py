"""Whether the text layer of a PDF page may stand for the page: its words, its fonts, its ink, and a trial reading.

words → garbage? → in old fonts: decoded, judged anew
      → real: ink outside them? → partial
      → not to be seen, or doubtful: some lines read and compared → contradicted
      → good, lines seen outside the words: read, and added
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from tonghop import __version__
from tonghop.errors import ChildProcessFailed
from tonghop.ingest import rasterize, tesseract
from tonghop.ingest.decoding import Decoding, decoding_steps
from tonghop.ingest.grade import FULL_LINE, MOST_UNREAD
from tonghop.ingest.ink import INK_DPI, coverage, find_lines_outside, look_at_ink
from tonghop.ingest.layerfonts import decode_layer, has_old_codes
from tonghop.ingest.layergaps import Gaps, find_gaps, read_gaps
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

_MOST_UNSURE = 0.02  # of the words that old fonts may hold


@dataclass(frozen=True, slots=True)
class JudgedLayer:
    """A layer, decoded where it was in old fonts, and what it is worth.

    `ink_coverage` (0 to 1) is the share of the page's ink inside its words, 0.0 where it was not measured; `unread`
    the length of what looks like lines outside them, in inches. `has_gaps`: there are such lines, pale or dark.
    `gaps` is what was read there, where it was; its lines are among `lines`. `failed`: the code of the error for which
    it could not be read.
    """

    lines: tuple[Line, ...]
    verdict: LayerVerdict
    kind: LayerKind = LayerKind.VISIBLE
    ink_coverage: float = 0.0
    unread: float = 0.0
    decodings: tuple[Decoding, ...] = ()
    trial: Trial | None = None
    has_gaps: bool = False
    gaps: Gaps | None = None
    failed: str = ""

    @property
    def steps(self) -> tuple[ProcessingStep, ...]:
        """What was done to judge it."""
        found = [("verdict", self.verdict.value)]
        if self.verdict is not LayerVerdict.NONE:
            found.append(("kind", self.kind.value))
        if self.trial:
            found += [("words_tried", str(self.trial.words)), ("contradicted", str(self.trial.wrong))]
            found += [("numbers_contradicted", str(self.trial.wrong_numbers))] if self.trial.wrong_numbers else []
        if self.unread > MOST_UNREAD:
            found.append(("unread_lines_in", f"{self.unread:.1f}"))
        is_kept = self.verdict is LayerVerdict.GOOD
        decoded = decoding_steps(self.decodings) if is_kept else ()
        return (ProcessingStep("text-layer", "poppler", __version__, tuple(found)), *decoded, *self._reading())

    def _reading(self) -> tuple[ProcessingStep, ...]:
        """Return the step that says what was read outside the words; none where nothing was."""
        if self.gaps is None and not self.failed:
            return ()
        found = [("failed", self.failed)] if self.gaps is None else _told(self.gaps)
        return (ProcessingStep("read-outside-layer", "tesseract", tesseract.version(), tuple(found)),)

    def grade(self, settings: IngestSettings) -> Grade:
        """Return the grade of the page that it stands for."""
        is_contradicted = self.trial is not None and not self.trial.is_agreed
        is_unsure = any(one.is_unsure for one in self.decodings)
        if is_contradicted or is_unsure or self.failed or self.unread > MOST_UNREAD:
            return Grade.DOUBTFUL
        gaps = self.gaps
        if gaps and (gaps.has_lost or gaps.longest >= FULL_LINE or gaps.confidence < settings.good_confidence):
            return Grade.DOUBTFUL
        return grade_layer(self.ink_coverage, settings)


def judge_page(path: Path, name: str, number: int, settings: IngestSettings) -> JudgedLayer:
    """Return the text layer of PDF page `number`, judged; `name` is what errors call the file.

    The page is rendered only when the words could stand for it. Raises what poppler and tesseract raise.
    """
    layer = _judged(path, name, number, settings)
    is_filled = layer.verdict is LayerVerdict.GOOD and layer.has_gaps
    return _filled(layer, path, name, number, settings) if is_filled else layer


def _filled(layer: JudgedLayer, path: Path, name: str, number: int, settings: IngestSettings) -> JudgedLayer:
    """Return `layer` with what is read where lines are seen outside its words."""
    image = rasterize.render_page(path, name, number, settings.dpi, settings, grey=True)
    try:
        gaps = read_gaps(layer.lines, image, settings.dpi, settings)
    except ChildProcessFailed as error:
        return replace(layer, failed=error.code)  # the words of the layer stay
    after = max((line.paragraph for line in layer.lines), default=-1) + 1
    added = [replace(line, paragraph=line.paragraph + after) for line in gaps.lines]
    return replace(layer, lines=(*layer.lines, *added), ink_coverage=gaps.ink_coverage, unread=gaps.unread, gaps=gaps)


def _told(gaps: Gaps) -> list[tuple[str, str]]:
    """Return what the step tells of `gaps`."""
    words = sum(len(line.words) for line in gaps.lines)
    found = [("share", f"{gaps.share:.3f}"), ("words", str(words))]
    found += [("confidence", f"{gaps.confidence:.2f}")] if words else []
    found += [("pieces_unread", str(gaps.pieces))] if gaps.pieces else []
    return found + ([("unread_in", f"{gaps.unread:.1f}")] if gaps.unread else [])


def _judged(path: Path, name: str, number: int, settings: IngestSettings) -> JudgedLayer:
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
        layer.unread > MOST_UNREAD or layer.ink_coverage < settings.unread_ink_coverage
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
    ink = look_at_ink(image.pixels, image.dpi)
    share = coverage(ink.text, boxes, 1 / scale)
    drawn = [(int(x0 * scale), int(y0 * scale), round(x1 * scale), round(y1 * scale)) for x0, y0, x1, y1 in boxes]
    is_covered = share >= settings.layer_ink_coverage
    return replace(
        layer,
        verdict=LayerVerdict.GOOD if is_covered else LayerVerdict.PARTIAL,
        ink_coverage=share,
        unread=sum(x1 - x0 for x0, _, x1, _ in find_lines_outside(ink, drawn)) / image.dpi,
        has_gaps=bool(find_gaps(ink, drawn)),
    )
