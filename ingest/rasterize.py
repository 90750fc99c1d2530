"""Files to page images, one page at a time. The only module that imports pdf2image.

A whole file is never in memory: poppler renders the asked page into a temporary folder, a TIFF gives the asked
frame. Colour is kept, since seals are known by it. Pixel arrays are uint8: `(height, width)` grey or
`(height, width, 3)` RGB.
"""

from __future__ import annotations

import re
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import BinaryIO, TypeAlias

import cv2
import numpy as np
import numpy.typing as npt
from pdf2image import convert_from_path, pdfinfo_from_path
from pdf2image.exceptions import PDFInfoNotInstalledError, PDFPageCountError, PDFPopplerTimeoutError
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from tonghop.errors import (
    N_,
    ChildProcessFailed,
    EncryptedFile,
    LayoutUnreadable,
    MissingDependency,
    OversizedImage,
    PageTimeout,
    TruncatedFile,
    UnreadableInput,
    phrase,
)
from tonghop.records import ProcessingStep
from tonghop.settings import IngestSettings

__all__ = [
    "MAX_PAGE_PIXELS",
    "PageImage",
    "Pixels",
    "capped_dpi",
    "count_frames",
    "count_pages",
    "estimate_dpi",
    "missing_poppler",
    "open_frame",
    "page_size",
    "render_page",
    "require_room",
]

Pixels: TypeAlias = npt.NDArray[np.uint8]

# A4 at 300 dpi has 8.7 million pixels, at 400 dpi 15.5, A3 at 300 dpi 17.4. A worker that reads a page of so many stays
# below 500 MB (`python -m bench.memory --fine`); finer letters read no better.
MAX_PAGE_PIXELS = 19_000_000
_SIXTEENTHS = 16  # pages are reduced by whole ones, so that bands of so many rows are reduced alike
# Quarter turns counter-clockwise, then whether mirrored, by EXIF's orientation.
_ORIENTATIONS = {
    2: (0, True), 3: (2, False), 4: (2, True), 5: (3, True), 6: (3, False), 7: (1, True), 8: (1, False),
}  # fmt: skip
_BAND = 32 * _SIXTEENTHS  # rows of a page that are reduced at once
_A4_LONG_SIDE_IN = 11.69
_PLAUSIBLE_DPI = range(100, 601)
# Pixels: the lower side of a line of letters that can just be read, and the length of a word of them.
_LEAST_HEIGHT, _LEAST_LENGTH = 16, 64
_LONGEST = 200  # times its height: a line of 400 letters
# No others: some of Pillow's readers start programs (EPS starts Ghostscript).
_FORMATS = ("JPEG", "PNG", "TIFF", "BMP", "GIF")
_SIZE = re.compile(r"([\d.]+) x ([\d.]+) pts")


@dataclass(frozen=True, slots=True, eq=False)
class PageImage:
    """A page as pixels, with the resolution it is believed to have, in dots per inch.

    `steps` say how it was reduced, where it was finer than needed.
    """

    pixels: Pixels
    dpi: int
    steps: tuple[ProcessingStep, ...] = ()


def count_pages(path: Path, name: str, settings: IngestSettings) -> int:
    """Return how many pages the PDF has. Raises `EncryptedFile`, `LayoutUnreadable`, `PageTimeout`."""
    with _poppler_errors("pdfinfo", name, settings):
        pages = int(pdfinfo_from_path(path.absolute().as_posix(), timeout=_seconds(settings))["Pages"])
    if pages < 1:
        raise LayoutUnreadable(name=name, detail=N_("it has no pages"))
    return pages


def page_size(path: Path, name: str, number: int, settings: IngestSettings) -> tuple[float, float]:
    """Return width and height, in points (1/72 in), of what is seen of PDF page `number`, before its rotation."""
    with _poppler_errors("pdfinfo", name, settings):
        info = pdfinfo_from_path(
            path.absolute().as_posix(), first_page=number, last_page=number, timeout=_seconds(settings)
        )
    sizes = [str(value) for key, value in info.items() if re.fullmatch(r"Page\s+\d+\s+size", key)]
    match = _SIZE.search(sizes[0]) if sizes else None
    if not match or min(float(match[1]), float(match[2])) <= 0:
        raise LayoutUnreadable(name=name, detail=phrase("page {number} has no size", number=number))
    return float(match[1]), float(match[2])


def capped_dpi(size: tuple[float, float], dpi: int, limit: int = MAX_PAGE_PIXELS) -> int:
    """Return `dpi`, or the highest lower one at which a page of `size` points has at most `limit` pixels (≥ 1)."""
    square_inches = size[0] * size[1] / 72**2
    return max(1, min(dpi, int((limit / square_inches) ** 0.5)))


def render_page(
    path: Path, name: str, number: int, dpi: int, settings: IngestSettings, *, grey: bool = False
) -> PageImage:
    """Return PDF page `number` (from 1) at `dpi`, or at less where its box is enormous; rotation applied.

    What the crop box shows, as a reader sees it. Raises `PageTimeout`, `ChildProcessFailed`, `LayoutUnreadable`.
    """
    asked, dpi = dpi, capped_dpi(page_size(path, name, number, settings), dpi)
    steps = (_reduce_step(dpi=dpi, asked=asked),) if dpi < asked else ()
    with tempfile.TemporaryDirectory(prefix="tonghop-") as folder, _poppler_errors("pdftoppm", name, settings):
        images = convert_from_path(
            path.absolute().as_posix(),
            dpi=dpi,
            first_page=number,
            last_page=number,
            output_folder=folder,
            grayscale=grey,
            use_cropbox=True,
            timeout=_seconds(settings),
        )
        if not images:
            raise ChildProcessFailed(
                program="pdftoppm", detail=phrase("page {number} of {name} gave no image", number=number, name=name)
            )
        with images[0] as image:
            return PageImage(_to_pixels(image), dpi, steps)


def count_frames(path: Path, name: str) -> int:
    """Return how many images a TIFF holds; 1 for other images. Raises `LayoutUnreadable`."""
    with _image_errors(name), Image.open(path) as image:
        return int(getattr(image, "n_frames", 1))


def open_frame(source: Path | BinaryIO, name: str, number: int, settings: IngestSettings) -> PageImage:
    """Return image `number` (from 1) of a JPEG, PNG, TIFF, BMP or GIF, turned as its EXIF orientation says.

    More pixels than `settings.max_megapixels` raise `OversizedImage` before any is decoded; more than
    `MAX_PAGE_PIXELS` are scaled down, and the resolution follows. Raises `TruncatedFile`, `LayoutUnreadable`.
    """
    with _image_errors(name), Image.open(source, formats=_FORMATS) as image:
        image.seek(number - 1)
        width, height = image.size
        if width * height > settings.max_megapixels * 1_000_000:
            raise OversizedImage(name=name, width=width, height=height, limit=settings.max_megapixels)
        dpi, factor = estimate_dpi(max(width, height), _tagged_dpi(image)), _factor(width, height)
        if factor == 1.0:
            ImageOps.exif_transpose(image, in_place=True)
            return PageImage(_to_pixels(image), dpi)
        image.draft(image.mode, (round(width * factor), round(height * factor)))
        smaller = _reduced(image)
        step = _reduce_step(width=width, height=height, factor=f"{max(smaller.shape) / max(width, height):.2f}")
        return PageImage(smaller, max(1, round(dpi * max(smaller.shape) / max(width, height))), (step,))


def estimate_dpi(long_side: int, tag: float) -> int:
    """Return the resolution of an image whose long side has `long_side` pixels.

    The file's own tag is believed only between 100 and 600 (cameras write 72 whatever they see) and where the
    paper it implies is between A5 and A3; else the page is taken for A4.
    """
    if round(tag) in _PLAUSIBLE_DPI and 7.5 <= long_side / tag <= 17:
        return round(tag)
    return max(1, round(long_side / _A4_LONG_SIDE_IN))


def require_room(image: PageImage, name: str) -> None:
    """Raise `UnreadableInput` where `image`, of the file `name`, is too small, or too narrow, for a line of writing."""
    height, width = image.pixels.shape[:2]
    low, long = sorted((height, width))
    if low < _LEAST_HEIGHT or long < _LEAST_LENGTH or long > _LONGEST * low:
        detail = phrase("an image of {width} × {height} pixels holds no writing", width=width, height=height)
        raise UnreadableInput(name=name, detail=detail)


def missing_poppler() -> MissingDependency:
    """Return the error that says how poppler is installed."""
    return MissingDependency(
        what="Poppler (pdfinfo, pdftoppm, pdftotext)",
        how="sudo apt-get install poppler-utils",
    )


def _tagged_dpi(image: Image.Image) -> float:
    """Return the higher resolution of the file's tag; 0.0 where it has none, or one that is no number (300/0)."""
    tags = [float(tag) for tag in image.info.get("dpi", ())]
    return max((tag for tag in tags if isfinite(tag)), default=0.0)


def _factor(width: int, height: int) -> float:
    """Return the factor, in whole sixteenths, that brings so many pixels down to `MAX_PAGE_PIXELS`; 1.0 for fewer."""
    share = (MAX_PAGE_PIXELS / (width * height)) ** 0.5
    return 1.0 if share >= 1 else max(1, int(share * _SIXTEENTHS)) / _SIXTEENTHS


def _reduced(image: Image.Image) -> Pixels:
    """Return `image` reduced to `MAX_PAGE_PIXELS`, upright, band by band: it is never in memory a second time."""
    white, factor = _white(image), _factor(*image.size)
    heights = [_reduced_side(min(_BAND, image.height - top), factor) for top in range(0, image.height, _BAND)]
    smaller, top = np.empty(0, np.uint8), 0
    for height, band in zip(heights, _bands(image), strict=True):
        part = _resized(_to_pixels(band, white), factor)
        if not top:
            smaller = np.empty((sum(heights), *part.shape[1:]), np.uint8)
        smaller[top : top + height] = part
        top += height
    return _upright(smaller, image.getexif().get(ExifTags.Base.Orientation, 1))


def _bands(image: Image.Image) -> Iterator[Image.Image]:
    for top in range(0, image.height, _BAND):
        yield image.crop((0, top, image.width, min(image.height, top + _BAND)))


def _reduced_side(pixels: int, factor: float) -> int:
    return max(1, round(pixels * factor))


def _resized(pixels: Pixels, factor: float) -> Pixels:
    height, width = pixels.shape[:2]
    size = (_reduced_side(width, factor), _reduced_side(height, factor))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _upright(pixels: Pixels, orientation: int) -> Pixels:
    """Return `pixels` as EXIF's `orientation` (1 to 8) says."""
    turns, is_mirrored = _ORIENTATIONS.get(orientation, (0, False))
    turned = np.rot90(pixels, turns)
    return np.ascontiguousarray(turned[:, ::-1] if is_mirrored else turned)


def _reduce_step(**settings: object) -> ProcessingStep:
    told = tuple((key, str(value)) for key, value in settings.items())
    return ProcessingStep("reduce", "opencv", cv2.__version__, told)


def _white(image: Image.Image) -> float:
    """Return what counts as white: 255, or the brightest value of an image that goes deeper than that.

    Programs write grey as fractions of 1 (white): where numbers with a point are at most 1, they are taken for that.
    """
    if not _is_deep(image):
        return 255.0
    brightest = max(
        (float(_known(np.asarray(band, dtype=np.float32)).max(initial=0.0)) for band in _bands(image)), default=0.0
    )
    return 1.0 if image.mode == "F" and brightest <= 1.0 else max(brightest, 255.0)


def _known(deep: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return `deep` without what is no number, and nothing below black."""
    return np.clip(np.nan_to_num(deep, nan=0.0, posinf=0.0, neginf=0.0), 0.0, None)


def _is_deep(image: Image.Image) -> bool:
    return image.mode.startswith("I") or image.mode == "F"


def _seconds(settings: IngestSettings) -> int:
    return max(1, round(settings.page_timeout_s))


def _to_pixels(image: Image.Image, white: float | None = None) -> Pixels:
    """Return the pixels of `image` in grey or RGB; `white` is what counts as white in a deep one."""
    if image.mode in ("L", "RGB") and "transparency" not in image.info:
        return np.array(image, dtype=np.uint8)
    if image.mode == "1":
        return np.array(image.convert("L"), dtype=np.uint8)
    if _is_deep(image):
        return _to_bytes(np.asarray(image, dtype=np.float32), white or _white(image))
    if "A" in image.getbands() or "transparency" in image.info:
        paper = Image.new("RGBA", image.size, "white")
        return np.array(Image.alpha_composite(paper, image.convert("RGBA")).convert("RGB"), dtype=np.uint8)
    return np.array(image.convert("RGB"), dtype=np.uint8)


def _to_bytes(deep: npt.NDArray[np.float32], white: float) -> Pixels:
    """Return grey of more than 8 bits as 0 to 255: Pillow's own conversion would clip it to white, or to black."""
    return np.asarray(np.minimum(_known(deep) * (255.0 / white), 255.0), dtype=np.uint8)


@contextmanager
def _poppler_errors(program: str, name: str, settings: IngestSettings) -> Iterator[None]:
    try:
        yield
    except (PDFInfoNotInstalledError, FileNotFoundError) as error:
        raise missing_poppler() from error
    except PDFPopplerTimeoutError as error:
        raise PageTimeout(program=program, seconds=_seconds(settings)) from error
    except PDFPageCountError as error:
        if "password" in str(error).lower():
            raise EncryptedFile(name=name) from error
        raise LayoutUnreadable(name=name, detail=str(error).strip().splitlines()[-1]) from error
    except (UnidentifiedImageError, OSError, SyntaxError) as error:
        raise ChildProcessFailed(program=program, detail=str(error)) from error


@contextmanager
def _image_errors(name: str) -> Iterator[None]:
    try:
        with warnings.catch_warnings():
            # The limit is `max_megapixels`, checked before decoding; Pillow's own warning says nothing more.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            yield
    except Image.DecompressionBombError as error:
        raise OversizedImage(name=name, width="?", height="?", limit="?") from error
    except EOFError as error:
        raise LayoutUnreadable(name=name, detail=N_("an image inside is missing")) from error
    except UnidentifiedImageError as error:  # its text holds the path, which is nobody's business
        raise LayoutUnreadable(name=name, detail=N_("it is not an image of a known kind")) from error
    except (OSError, SyntaxError, ValueError) as error:
        if "truncated" in str(error):
            raise TruncatedFile(name=name) from error
        raise LayoutUnreadable(name=name, detail=str(error)) from error
