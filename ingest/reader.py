"""A file to page jobs, a page job to a page of words. What a pool runs: pure, picklable, never half done.

    PDF page: text layer good? → its words · else → image → condition → tesseract → grade
    image:                       image → condition → tesseract → grade
    Word file: one job for the whole file; typed pages as they are, pictures of page size like images
    older Word files, .odt, .rtf: → LibreOffice → Word file
    workbook: one job for the whole file; each sheet a typed page

The ink says which way up a page lies; where the reading has few real syllables, or its lines stand, a small copy is
read in the other orientations, and the best is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from tonghop import __version__
from tonghop.errors import (
    ChildProcessFailed,
    ConverterMissing,
    MissingDependency,
    TonghopError,
    UnsupportedType,
)
from tonghop.ingest import rasterize, tesseract
from tonghop.ingest.blanks import without_false_blanks
from tonghop.ingest.condition import Conditioned, condition, turn
from tonghop.ingest.facing import in_reading_order, read_sides
from tonghop.ingest.grade import Measures, grade, has_loss, is_blank, measure
from tonghop.ingest.grid import find_tables
from tonghop.ingest.ink import grey_of, scaled
from tonghop.ingest.layerjudge import JudgedLayer, judge_page
from tonghop.ingest.layout import part_columns
from tonghop.ingest.office import as_docx, find_office, is_convertible, office_version
from tonghop.ingest.orientation import is_on_side, is_upright, is_upside_down, likely_turns
from tonghop.ingest.package import package_type
from tonghop.ingest.rasterize import PageImage
from tonghop.ingest.recogniser import choose_recogniser
from tonghop.ingest.secondlook import TRUSTED_WORD, find_dropped, pixels_read, read_dropped, with_words
from tonghop.ingest.slope import is_sideways
from tonghop.ingest.tables import read_drawn_tables, read_scanned_tables
from tonghop.ingest.tesseract import Reading
from tonghop.ingest.textlayer import LayerVerdict
from tonghop.records import Grade, Line, MediaType, Origin, Page, ProcessingStep
from tonghop.settings import IngestSettings
from tonghop.text import has_mark, is_syllable

if TYPE_CHECKING:
    from tonghop.ingest.word import Scan, WordPage

__all__ = ["PageJob", "plan_jobs", "read_job"]

_IMAGES = (MediaType.JPEG, MediaType.PNG, MediaType.TIFF)
_POOR_SYLLABLES = 0.6  # upright Vietnamese reads far above, a page upside down far below
_TRIAL_DPI = 150
_LEAST_SCAN = 300  # pixels: 36 dpi over the width of A4
_NOISE_CONFIDENCE = 0.5  # on a blank page, words below it are specks read as letters


@dataclass(frozen=True, slots=True)
class PageJob:
    """One page to read. `name` is shown to people; `path` is where the bytes are."""

    path: Path
    name: str
    media_type: MediaType
    number: int
    settings: IngestSettings


def plan_jobs(path: Path, name: str, media_type: MediaType, settings: IngestSettings) -> tuple[PageJob, ...]:
    """Return the jobs of a file: one for each page, one for a whole typed file.

    Raises an `UnreadableInput` when the file cannot be opened, `UnsupportedType` for an archive or mail (its members
    are files of their own), `ConverterMissing` for one that LibreOffice must open where it is not installed.
    """
    if media_type is MediaType.PDF:
        pages = rasterize.count_pages(path, name, settings)
    elif media_type is MediaType.TIFF:
        pages = rasterize.count_frames(path, name)
    elif media_type.is_container:
        raise UnsupportedType(name=name, found=media_type.value)
    else:
        pages = 1
    if is_convertible(media_type):
        find_office(name)
    return tuple(PageJob(path, name, media_type, number, settings) for number in range(1, pages + 1))


def read_job(job: PageJob) -> tuple[Page, ...]:
    """Return the page of `job`, or all pages of a typed file.

    A page that fails comes back with its error's code, graded unread. Only `MissingDependency` is raised: then
    the whole run is wrong, not the page (but for `ConverterMissing`, which is one file's).
    """
    return _guarded(partial(_read, job), Origin.TYPED if job.media_type.is_typed else Origin.OCR, job.number)


def _guarded(read: Callable[[], tuple[Page, ...]], origin: Origin, number: int) -> tuple[Page, ...]:
    try:
        return read()
    except ConverterMissing as error:
        return (_failed(number, origin, error),)
    except MissingDependency:
        raise
    except TonghopError as error:
        return (_failed(number, origin, error),)
    except Exception as error:  # noqa: BLE001 - the border of a page: a library's own failure costs this page only
        return (_failed(number, origin, TonghopError(detail=f"{type(error).__name__}: {error}")),)


def _read(job: PageJob) -> tuple[Page, ...]:
    if job.media_type.is_typed:
        return _read_typed(job)
    if job.media_type in _IMAGES:
        image = rasterize.open_frame(job.path, job.name, job.number, job.settings)
        return (_read_image(image, job),)
    page, steps = _by_its_layer(job)
    if page:
        return (page,)
    image = rasterize.render_page(job.path, job.name, job.number, job.settings.dpi, job.settings)
    return (_read_image(image, job, *steps),)


def _read_typed(job: PageJob) -> tuple[Page, ...]:
    if job.media_type is MediaType.XLSX:
        from tonghop.ingest.workbook import read_workbook

        return read_workbook(job.path, job.name, job.settings)
    if job.media_type is MediaType.DOCX:
        return _read_word(job)
    with as_docx(job.path, job.name, job.media_type, job.settings) as path:
        # What LibreOffice wrote is a file like any other: it may be out of all proportion.
        package_type(path, job.name, job.settings.max_unpacked_mb)
        pages, version = _read_word(replace(job, path=path)), office_version(path)
    step = ProcessingStep("convert", "libreoffice", version, (("from", job.media_type.value),))
    return tuple(replace(page, steps=(step, *page.steps)) for page in pages)


def _read_word(job: PageJob) -> tuple[Page, ...]:
    from tonghop.ingest.word import read_word_pages

    pages = [page for one in read_word_pages(job.path, job.name, job.settings) for page in _with_scans(one, job)]
    return tuple(replace(page, number=number) for number, page in enumerate(pages, 1))


def _with_scans(typed: WordPage, job: PageJob) -> Iterator[Page]:
    """Yield the page as typed, where anything is, and a page for each of its pictures that holds writing."""
    scanned = [
        page
        for number, scan in enumerate(typed.scans, 1)
        for page in _guarded(partial(_read_scan, scan, typed, job), Origin.OCR, number)
    ]
    if len(scanned) < max(1, len(typed.scans)):
        yield typed.page
    elif typed.page.lines:
        # Its pictures answer for themselves: what was typed stands there in full.
        yield replace(typed.page, grade=typed.typed, error=None, error_detail="")
    yield from scanned


def _read_scan(scan: Scan, typed: WordPage, job: PageJob) -> tuple[Page, ...]:
    """Return the page that a picture shows; none when the picture is too coarse to hold writing."""
    image = rasterize.open_frame(BytesIO(scan.data), job.name, 1, job.settings)
    if min(image.pixels.shape[:2]) < _LEAST_SCAN:
        return ()
    return (_read_image(image, job, *typed.page.steps),)


def _failed(number: int, origin: Origin, error: TonghopError) -> Page:
    return Page(number, origin, Grade.UNREAD, error=error.code, error_detail=error.sentence())


def _by_its_layer(job: PageJob) -> tuple[Page | None, tuple[ProcessingStep, ...]]:
    """Return the page that its text layer stands for; None where it must be read, and the steps that say why.

    A layer that cannot be judged, since a program fails on it or a library does, costs the layer and not the page.
    """
    try:
        layer = judge_page(job.path, job.name, job.number, job.settings)
        return (_layer_page(layer, job), ()) if layer.verdict is LayerVerdict.GOOD else (None, layer.steps)
    except MissingDependency:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, the page itself can still be read
        failed = error.code if isinstance(error, TonghopError) else type(error).__name__
        return None, (ProcessingStep("text-layer", "poppler", __version__, (("failed", failed),)),)


def _layer_page(layer: JudgedLayer, job: PageJob) -> Page:
    width, height = rasterize.page_size(job.path, job.name, job.number, job.settings)
    ruled, tables, steps = read_drawn_tables(layer.lines, job.path, job.number, job.settings.dpi)
    lines, tables = find_tables(part_columns(ruled), tables)
    return Page(
        number=job.number,
        origin=Origin.TEXT_LAYER,
        grade=layer.grade(job.settings),
        lines=lines,
        tables=tables,
        dpi=job.settings.dpi,
        width=round(width * job.settings.dpi / 72),
        height=round(height * job.settings.dpi / 72),
        ink_coverage=layer.ink_coverage,
        steps=(*layer.steps, *steps),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Try:
    """One reading of a page in one orientation."""

    rotation: int
    page: Conditioned
    reading: Reading
    measures: Measures


def _read_image(image: PageImage, job: PageJob, *before: ProcessingStep) -> Page:
    best = _first_try(image, job.settings)
    trials: list[ProcessingStep] = []
    if best.measures.words and (best.measures.syllables < _POOR_SYLLABLES or is_on_side(best.reading)):
        best = _turned_best(image, best, job.settings, trials)
    best, looked = _look_again(best, job.settings)
    page = _page(best, job, before, (*trials, *looked))
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


def _first_try(image: PageImage, settings: IngestSettings) -> _Try:
    """Read the page as its ink says that it lies."""
    rotation = 90 if _is_sideways(image) else 0
    page = condition(image, rotation)
    if is_upside_down(page.grey, page.dpi):
        return _try(image, rotation + 180, settings)
    return _tried(page, rotation, settings)


def _try(image: PageImage, rotation: int, settings: IngestSettings) -> _Try:
    return _tried(condition(image, rotation), rotation, settings)


def _tried(page: Conditioned, rotation: int, settings: IngestSettings) -> _Try:
    reading = read_sides(page.grey, page.gutter, page.dpi, settings)
    return _Try(rotation, page, reading, measure(page, reading))


def _look_again(first: _Try, settings: IngestSettings) -> tuple[_Try, tuple[ProcessingStep, ...]]:
    """Return the reading with the pieces that it left out, and the step that says what was read again; none without."""
    page, reading = first.page, first.reading
    trusted = [word.box for word in reading.words if word.box and word.confidence >= TRUSTED_WORD]
    pieces = find_dropped(page.grey, page.dpi, trusted)
    if not pieces:
        return first, ()
    found = {"pieces": len(pieces), "share": f"{pixels_read(pieces, page.dpi) / page.grey.size:.3f}"}
    try:
        look = read_dropped(page.grey, page.dpi, pieces, trusted, settings)
    except ChildProcessFailed as error:
        # The first reading stands; what it left out stays uncovered and counts against the grade.
        return first, (_read_step("read-again", settings, **found, error=error.code),)
    again = with_words(reading, look.words)
    step = _read_step("read-again", settings, **found, words=len(look.words))
    measures = replace(measure(page, again, look.unread), pale=first.measures.unread)
    return replace(first, reading=again, measures=measures), (step,)


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


def _page(best: _Try, job: PageJob, before: tuple[ProcessingStep, ...], looked: tuple[ProcessingStep, ...]) -> Page:
    height, width = best.page.grey.shape
    lines, dropped = _without_noise(best.reading.lines) if is_blank(best.measures) else (best.reading.lines, ())
    lines, tables, tabled = read_scanned_tables(best.page, lines, job.settings)
    read = _read_step("read", job.settings, psm=tesseract.PAGE_SEGMENTATION)
    return Page(
        number=job.number,
        origin=Origin.OCR,
        grade=_graded(best, job.settings),
        lines=tuple(map(without_false_blanks, in_reading_order(lines, best.page.gutter))),
        tables=tables,
        rotation=best.rotation,
        skew=best.page.skew,
        dpi=best.page.dpi,
        width=width,
        height=height,
        ink_coverage=best.measures.ink_coverage,
        steps=(*before, *best.page.steps, read, *looked, *tabled, *dropped, *_losses(best.measures)),
    )


def _graded(best: _Try, settings: IngestSettings) -> Grade:
    """Return the grade of a reading.

    However sure each word is: lines that stand come in pieces, and of a page far out of focus or of tiny letters 3 to
    11 % of the tokens are misread.
    """
    given = grade(best.measures, settings)
    has_doubt = best.page.is_unclear or is_on_side(best.reading)
    return Grade.DOUBTFUL if given is Grade.GOOD and has_doubt else given


def _losses(measures: Measures) -> tuple[ProcessingStep, ...]:
    """Return the step that says how much of the page was not read; none where nothing is missed."""
    if not has_loss(measures):
        return ()
    found = (("unread_lines_in", f"{measures.unread:.1f}"), ("hidden_sq_in", f"{measures.hidden:.2f}"))
    return (ProcessingStep("look-for-losses", "tonghop", __version__, found),)


def _without_noise(lines: tuple[Line, ...]) -> tuple[tuple[Line, ...], tuple[ProcessingStep, ...]]:
    """Return the lines of a blank page without specks read as letters, and the step that says how many went."""
    kept = [replace(line, words=tuple(w for w in line.words if w.confidence >= _NOISE_CONFIDENCE)) for line in lines]
    gone = sum(len(line.words) for line in lines) - sum(len(line.words) for line in kept)
    step = ProcessingStep("drop-noise", "tonghop", __version__, (("words", str(gone)),))
    return tuple(line for line in kept if line.words), (step,) if gone else ()
