"""A page image to a page of words: condition → tesseract → second look → tables → reading order → grade.

What was read stays whatever a later step does: one that fails, or reads worse, is recorded and leaves it as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tonghop import __version__
from tonghop.errors import (
    ChildProcessFailed,
)
from tonghop.ingest import tesseract
from tonghop.ingest.blanks import without_false_blanks
from tonghop.ingest.condition import Conditioned, condition, turn
from tonghop.ingest.facing import in_reading_order, read_sides
from tonghop.ingest.grade import Measures, grade, has_loss, is_blank, measure
from tonghop.ingest.ink import PageInk, grey_of, look_at_ink, scaled
from tonghop.ingest.lostfigures import find_lost_figures
from tonghop.ingest.orientation import is_on_side, is_upright, is_upside_down, likely_turns
from tonghop.ingest.rasterize import PageImage
from tonghop.ingest.recogniser import choose_recogniser
from tonghop.ingest.scantable import ScannedTables
from tonghop.ingest.secondlook import (
    MOST_PIECES,
    TRUSTED_WORD,
    find_dropped,
    part_standing,
    pixels_read,
    read_dropped,
    with_standing,
    with_words,
    without_scraps,
)
from tonghop.ingest.secondreading import with_second
from tonghop.ingest.slope import is_sideways
from tonghop.ingest.tables import read_scanned_tables
from tonghop.ingest.tesseract import Reading
from tonghop.records import Box, Grade, Line, Origin, Page, ProcessingStep
from tonghop.settings import IngestSettings
from tonghop.text import has_mark, is_syllable

__all__ = ["read_page_image"]

_POOR_SYLLABLES = 0.6  # upright Vietnamese reads far above, a page upside down far below
_TRIAL_DPI = 150
_LEAST_SIDE = 0.8  # inches: of a narrower strip all is margin, in which no ink is looked for
_LEAST_DPI = 36  # below it no letter of a page is told from a speck
_NOISE_CONFIDENCE = 0.5  # on a blank page, words below it are specks read as letters


@dataclass(frozen=True, slots=True, eq=False)
class _Try:
    """One reading of a page in one orientation, in one of tesseract's page segmentation modes.

    `unread` are the pieces of ink in which a second look found nothing, `left_out` how many it did not look at.
    """

    rotation: int
    page: Conditioned
    ink: PageInk
    reading: Reading
    measures: Measures
    mode: int = tesseract.PAGE_SEGMENTATION
    unread: tuple[Box, ...] = ()
    left_out: int = 0


def read_page_image(image: PageImage, number: int, settings: IngestSettings, *before: ProcessingStep) -> Page:
    """Return page `number` as `image` shows it; `before` are the steps that led to the image.

    Raises `MissingDependency`, and `ChildProcessFailed` or `PageTimeout` when the first reading fails: a later one
    that fails leaves what is there.
    """
    best = _first_try(image, settings)
    trials: list[ProcessingStep] = []
    if best.measures.words and (best.measures.syllables < _POOR_SYLLABLES or is_on_side(best.reading)):
        best = _turned_best(image, best, settings, trials)
    if best.measures.ink_coverage < settings.good_ink_coverage:
        best = _block_if_better(best, settings, trials)
    best, looked = _look_again(best, settings)
    page = _page(best, number, settings, (*before, *image.steps), (*trials, *looked))
    # Which way up it lies was not found out.
    has_failed = any("failed" in dict(step.settings) for step in trials)
    return replace(page, grade=Grade.DOUBTFUL) if has_failed and page.grade is Grade.GOOD else page


def _turned_best(image: PageImage, first: _Try, settings: IngestSettings, trials: list[ProcessingStep]) -> _Try:
    """Return the best of `first` and the page read in a further turn; each reading that is not kept into `trials`.

    A reading that fails leaves the one that is there.
    """
    rotation = _best_rotation(first, settings, trials)
    if not rotation:
        return first
    turned = (first.rotation + rotation) % 360
    try:
        again = _try(image, turned, settings)
    except ChildProcessFailed as error:
        trials.append(_trial_step(settings, turned, 1.0, failed=error.code))
        return first
    best, other = sorted((again, first), key=lambda one: _rank(one.reading), reverse=True)
    trials.append(_trial_step(settings, other.rotation, 1.0))
    return best


def _block_if_better(first: _Try, settings: IngestSettings, trials: list[ProcessingStep]) -> _Try:
    """Return the better of `first`, which left much ink out, and the page read as one block of text.

    The layout analysis takes a broad table without rules, or the lines under a grey seal, for no text at all; as a
    block they are read. Of columns and ruled tables a block makes nonsense, which scores next to nothing.
    """
    page = first.page
    try:
        reading = read_sides(page.grey, page.gutter, page.dpi, settings, tesseract.ONE_BLOCK)
    except ChildProcessFailed as error:
        trials.append(_read_step("read-trial", settings, psm=tesseract.ONE_BLOCK, share="1.00", failed=error.code))
        return first
    again = replace(first, reading=reading, measures=measure(page, first.ink, reading), mode=tesseract.ONE_BLOCK)
    best, other = sorted((again, first), key=lambda one: _rank(one.reading), reverse=True)
    trials.append(_read_step("read-trial", settings, psm=other.mode, share="1.00"))
    return replace(best, reading=Reading(with_second(best.reading.lines, other.reading.lines)))


def _first_try(image: PageImage, settings: IngestSettings) -> _Try:
    """Read the page as its ink says that it lies."""
    rotation = 90 if _is_sideways(image) else 0
    page = condition(image, rotation)
    ink = look_at_ink(page.grey, page.dpi)
    if is_upside_down(ink):
        return _try(image, rotation + 180, settings)
    return _tried(page, ink, rotation, settings)


def _try(image: PageImage, rotation: int, settings: IngestSettings) -> _Try:
    page = condition(image, rotation)
    return _tried(page, look_at_ink(page.grey, page.dpi), rotation, settings)


def _tried(page: Conditioned, ink: PageInk, rotation: int, settings: IngestSettings) -> _Try:
    reading = read_sides(page.grey, page.gutter, page.dpi, settings)
    return _Try(rotation, page, ink, reading, measure(page, ink, reading))


def _look_again(first: _Try, settings: IngestSettings) -> tuple[_Try, tuple[ProcessingStep, ...]]:
    """Return the reading with the pieces that it left out, and the step that says what was read again; none without."""
    page, (reading, standing) = first.page, part_standing(first.reading)
    trusted = [word.box for word in reading.words if word.box and word.confidence >= TRUSTED_WORD]
    found_all = find_dropped(first.ink, trusted)
    if not found_all:
        return first, ()
    pieces, left_out = found_all[:MOST_PIECES], len(found_all[MOST_PIECES:])
    found: dict[str, object] = {"pieces": len(pieces), "share": f"{pixels_read(pieces, page.dpi) / page.grey.size:.3f}"}
    found |= {"left_out": left_out} if left_out else {}
    try:
        look = without_scraps(first.ink, read_dropped(page.grey, page.dpi, pieces, trusted, settings), trusted)
    except ChildProcessFailed as error:
        # The first reading stands; what it left out stays uncovered and counts against the grade.
        unlooked = replace(first, unread=pieces, left_out=left_out)
        return unlooked, (_read_step("read-again", settings, **found, error=error.code),)
    level = with_words(reading, look.words)
    again = with_standing(level, standing)
    step = _read_step("read-again", settings, **found, words=len(look.words))
    measures = replace(measure(page, first.ink, again, look.unread), pale=first.measures.unread)
    looked = replace(first, reading=again, measures=measures, unread=look.unread, left_out=left_out)
    return looked, (step, *_dropped_step(standing, len(again.words) - len(level.words)))


def _dropped_step(standing: Sequence[Line], kept: int) -> tuple[ProcessingStep, ...]:
    """Return the step that says how many words of `standing` lines went, to be read anew, and were `kept`; or none."""
    words = sum(len(line.words) for line in standing)
    told = (("words", str(words)), ("kept", str(kept)))
    return (ProcessingStep("drop-standing", "tonghop", __version__, told),) if words else ()


def _is_sideways(image: PageImage) -> bool:
    return is_sideways(grey_of(image.pixels), image.dpi)


def _best_rotation(first: _Try, settings: IngestSettings, trials: list[ProcessingStep]) -> int:
    """Return the further turn in which a small copy of the page reads better than `first`, the likeliest turn first.

    0 where none does. Each copy read goes into `trials`; one that cannot be read says nothing for its turn.
    """
    small = scaled(first.page.grey, first.page.dpi, _TRIAL_DPI)
    dpi, share = min(first.page.dpi, _TRIAL_DPI), small.size / first.page.grey.size
    best, rank = 0, _rank(first.reading)
    for rotation in likely_turns(first.reading):
        turned = (first.rotation + rotation) % 360
        try:
            reading = tesseract.read_image(turn(small, rotation), dpi, settings)
        except ChildProcessFailed as error:
            trials.append(_trial_step(settings, turned, share, failed=error.code))
            continue
        trials.append(_trial_step(settings, turned, share))
        if _rank(reading) > rank:
            best, rank = rotation, _rank(reading)
        if best and is_upright(reading):
            break
    return best


def _trial_step(settings: IngestSettings, rotation: int, share: float, **more: str) -> ProcessingStep:
    """Return the step of a reading that was not kept, `share` its pixels as a share of the page's."""
    return _read_step("read-trial", settings, degrees=rotation, share=f"{share:.2f}", **more)


def _rank(reading: Reading) -> tuple[bool, float]:
    """Return what a reading is chosen by among others: first that its words run level, then its score."""
    return not is_on_side(reading), _score(reading)


def _score(reading: Reading) -> float:
    """Return how much a reading holds that is surely Vietnamese: confident words with a mark."""
    return sum(w.confidence for w in reading.words if has_mark(w.text) and is_syllable(w.text.strip(".,;:-()“”")))


def _read_step(action: str, settings: IngestSettings, **more: object) -> ProcessingStep:
    told = (("language", choose_recogniser(settings).language), *((key, str(value)) for key, value in more.items()))
    return ProcessingStep(action, "tesseract", tesseract.version(), told)


def _page(
    best: _Try,
    number: int,
    settings: IngestSettings,
    before: tuple[ProcessingStep, ...],
    looked: tuple[ProcessingStep, ...],
) -> Page:
    height, width = best.page.grey.shape
    lines, dropped = _without_noise(best.reading.lines) if is_blank(best.measures) else (best.reading.lines, ())
    tabled = read_scanned_tables(best.page, lines, settings)
    ordered = in_reading_order(tabled.lines, best.page.gutter)
    whole = tuple(map(without_false_blanks, ordered))
    lost = _count_lost_figures(best, tabled)
    read = _read_step("read", settings, psm=best.mode)
    return Page(
        number=number,
        origin=Origin.OCR,
        grade=_graded(best, tabled, settings, lost),
        lines=whole,
        tables=tabled.tables,
        rotation=best.rotation,
        skew=best.page.skew,
        dpi=best.page.dpi,
        width=width,
        height=height,
        ink_coverage=best.measures.ink_coverage,
        steps=(
            *before,
            *best.page.steps,
            read,
            *looked,
            *tabled.steps,
            *_joins(ordered, whole),
            *dropped,
            *_losses(best.measures, lost),
        ),
    )


def _joins(before: Sequence[Line], after: Sequence[Line]) -> tuple[ProcessingStep, ...]:
    """Return the step that says how many false blanks went; none where none did."""
    blanks = sum(len(line.words) for line in before) - sum(len(line.words) for line in after)
    return (ProcessingStep("join-codes", "tonghop", __version__, (("blanks", str(blanks)),)),) if blanks else ()


def _count_lost_figures(best: _Try, tabled: ScannedTables) -> int:
    """Return how many figures outside the tables were not read: of the cells, which are read anew, those tell."""
    lost = find_lost_figures(best.ink, best.reading, best.unread)
    tables = [table.box for table in tabled.tables if table.box]
    return sum(
        not any(x0 <= box[0] and y0 <= box[1] and box[2] <= x1 and box[3] <= y1 for x0, y0, x1, y1 in tables)
        for box in lost
    )


def _graded(best: _Try, tabled: ScannedTables, settings: IngestSettings, lost_figures: int) -> Grade:
    """Return the grade of a reading.

    However sure each word is: lines that stand come in pieces, and of a page far out of focus or of tiny letters 3 to
    11 % of the tokens are misread. What is in doubt in its tables, the page's own reading does not tell. And whether a
    strip, or a page in miniature, is blank cannot be seen.
    """
    given = grade(best.measures, settings)
    is_tiny = best.page.dpi < _LEAST_DPI or min(best.page.grey.shape) < _LEAST_SIDE * best.page.dpi
    has_doubt = best.page.is_unclear or is_tiny or is_on_side(best.reading) or tabled.has_doubt
    has_doubt |= lost_figures > 0 or best.left_out > 0
    return Grade.DOUBTFUL if given is Grade.GOOD and has_doubt else given


def _losses(measures: Measures, lost_figures: int) -> tuple[ProcessingStep, ...]:
    """Return the step that says how much of the page was not read; none where nothing is missed."""
    if not has_loss(measures) and not lost_figures:
        return ()
    found = (
        ("unread_lines_in", f"{measures.unread:.1f}"),
        ("hidden_sq_in", f"{measures.hidden:.2f}"),
        ("standing_line_in", f"{measures.standing:.1f}"),
        ("figures", str(lost_figures)),
    )
    return (ProcessingStep("look-for-losses", "tonghop", __version__, found),)


def _without_noise(lines: tuple[Line, ...]) -> tuple[tuple[Line, ...], tuple[ProcessingStep, ...]]:
    """Return the lines of a blank page without specks read as letters, and the step that says how many went."""
    kept = [replace(line, words=tuple(w for w in line.words if w.confidence >= _NOISE_CONFIDENCE)) for line in lines]
    gone = sum(len(line.words) for line in lines) - sum(len(line.words) for line in kept)
    step = ProcessingStep("drop-noise", "tonghop", __version__, (("words", str(gone)),))
    return tuple(line for line in kept if line.words), (step,) if gone else ()
