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
    ConverterMissing,
    MissingDependency,
    TonghopError,
    UnsupportedType,
)
from tonghop.ingest import rasterize
from tonghop.ingest.grid import find_tables
from tonghop.ingest.layerjudge import JudgedLayer, judge_page
from tonghop.ingest.layout import part_columns
from tonghop.ingest.office import as_docx, find_office, is_convertible, office_version
from tonghop.ingest.package import package_type
from tonghop.ingest.scanreader import read_page_image
from tonghop.ingest.tables import read_drawn_tables
from tonghop.ingest.textlayer import LayerVerdict
from tonghop.records import Grade, MediaType, Origin, Page, ProcessingStep
from tonghop.settings import IngestSettings

if TYPE_CHECKING:
    from tonghop.ingest.word import Scan, WordPage

__all__ = ["PageJob", "plan_jobs", "read_job"]

_IMAGES = (MediaType.JPEG, MediaType.PNG, MediaType.TIFF)
_LEAST_SCAN = 300  # pixels: 36 dpi over the width of A4


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
        rasterize.require_room(image, job.name)
        return (read_page_image(image, job.number, job.settings),)
    page, steps = _by_its_layer(job)
    if page:
        return (page,)
    image = rasterize.render_page(job.path, job.name, job.number, job.settings.dpi, job.settings)
    rasterize.require_room(image, job.name)
    return (read_page_image(image, job.number, job.settings, *steps),)


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
    return (read_page_image(image, job.number, job.settings, *typed.page.steps),)


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
