"""Page images with known text, by state of wear: drawn here, rendered from digital PDFs, or lying beside the project.

Drawn and rendered images are the same for the same seed, and are kept in a folder, so that they are made once.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from itertools import islice, zip_longest
from pathlib import Path
from random import Random

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from bench.damage import KINDS
from fixtures.compose import compose
from fixtures.layout import HEIGHT, WIDTH, Layout, Sheet, set_report
from fixtures.model import Report
from fixtures.paint import paint_sheets, seal_image
from fixtures.plan import draw_plans
from fixtures.scan import bitonal, photograph, scan
from tonghop.request import load_preset
from tonghop.text import is_syllable

__all__ = ["STATES", "BenchImage", "office_images", "public_images", "real_images", "rendered_images"]

_SHARED = Path(__file__).resolve().parent.parent.parent / "shared"
_PUBLIC, _REAL = _SHARED / "bench" / "ocr", _SHARED / "realdocs"
_REQUEST = "cao-loc-2024-q1"
_OFFICE_DPI, _REAL_DPI = 200, 300
_LEAST_WORDS = 80
_BLANKS = re.compile(r"_{3}|\.{6}|…{3}")  # a form to be filled in: its lines and dots are no words
_LEAST_SYLLABLES = 0.9  # of a page's words without digits; a page below is in another language, or its layer is bad


@dataclass(frozen=True, slots=True)
class BenchImage:
    """An image file of one page, its state of wear, and the text that stands on it."""

    path: Path
    state: str
    truth: str

    @property
    def dpi(self) -> float:
        """Dots per inch as the file says; 200 where it says nothing."""
        with Image.open(self.path) as image:
            return float(image.info.get("dpi", (_OFFICE_DPI, 0))[0])


# --- states of wear of a rendered page ---


@dataclass(frozen=True, slots=True)
class _State:
    """How a page is rendered (`dpi`), worn and packed (JPEG of `quality`, or black and white as PNG)."""

    dpi: int
    wear: Callable[[Image.Image, Random], Image.Image]
    quality: int = 64


def _sealed(page: Image.Image, rng: Random) -> Image.Image:
    """Stamp a red seal on the text and scan the page."""
    inch = max(page.size) * 72 / HEIGHT
    seal = np.asarray(seal_image("VĂN PHÒNG", "XÃ BẢO LÂM", round(1.42 * inch), rng))
    pixels = np.asarray(page).copy()
    side = len(seal)
    y, x = (round(rng.uniform(0.25, 0.75) * (length - side)) for length in pixels.shape[:2])
    under = pixels[y : y + side, x : x + side]
    under[:] = (under.astype(np.uint16) * seal // 255).astype(np.uint8)
    return scan(Image.fromarray(pixels), rng, rough=False)


_STATES = {
    "clean": _State(300, lambda page, _rng: page, 90),
    "office": _State(200, lambda page, rng: scan(page, rng, rough=False)),
    "poor": _State(150, lambda page, rng: scan(page, rng, rough=True), 58),
    "fax": _State(150, bitonal),
    "sealed": _State(200, _sealed),
    "photo": _State(200, photograph, 74),
    "upside": _State(200, lambda page, rng: scan(page, rng, rough=False, upside_down=True)),
}
STATES = tuple(_STATES)


def _save(image: Image.Image, path: Path, dpi: int, quality: int) -> None:
    """Write `image` at `path`, whole or not at all: a cut run leaves no half page in the cache."""
    packed = BytesIO()
    kind = "PNG" if path.suffix == ".png" else "JPEG"
    image.save(packed, kind, dpi=(dpi, dpi), **({} if kind == "PNG" else {"quality": quality}))
    part = path.with_suffix(".part")
    part.write_bytes(packed.getvalue())
    part.replace(path)


# --- pages rendered from digital PDFs ---


def rendered_images(folder: Path, states: Sequence[str], pages: int, seed: int) -> list[BenchImage]:
    """Return `pages` pages of the typed documents of ../shared/realdocs in `states`, made in `folder`.

    Digital PDFs as they are, Word files as LibreOffice prints them (left out where it is not installed). None where
    the folder is absent.
    """
    home = folder / f"rendered-{seed}"
    home.mkdir(parents=True, exist_ok=True)
    found = []
    for number, (file, page, truth) in enumerate(islice(_digital_pages(folder, seed), pages)):
        # An image is kept for its text: never taken for another page that now has its number.
        name = f"{number:03d}-{sha256(truth.encode()).hexdigest()[:8]}"
        for state in states:
            path = home / f"{name}.{state}.{'png' if state == 'fax' else 'jpg'}"
            if not path.exists():
                how = _STATES[state]
                worn = how.wear(_rasterize(file, page, how.dpi), Random(f"{seed}:{number}:{state}"))
                _save(worn, path, how.dpi, how.quality)
            found.append(BenchImage(path, state, truth))
    return found


def _digital_pages(folder: Path, seed: int) -> Iterator[tuple[Path, int, str]]:
    """Yield file, page number and text of the pages fit for measuring, each file's in turn, in the order of `seed`."""
    rows: list[list[tuple[Path, int, str]]] = []
    for file in (*sorted((_REAL / "digital_pdf").glob("*.pdf")), *_printed(folder / "printed")):
        good = [(file, number, text) for number, text in _texts(file) if _is_fit(text)]
        Random(f"{seed}:{len(rows)}").shuffle(good)
        rows.append(good)
    # The first few pages are of all kinds too.
    Random(seed).shuffle(rows)
    yield from (page for turn in zip_longest(*rows) for page in turn if page)


def _printed(home: Path) -> list[Path]:
    """Return the Word files as PDF, made in `home` by LibreOffice; the text of those in a legacy encoding is unfit."""
    program = shutil.which("soffice")
    files = sorted([*(_REAL / "docx").glob("*.docx"), *(_REAL / "doc_legacy").glob("*.doc")])
    if not program or not files:
        return []
    home.mkdir(parents=True, exist_ok=True)
    left = [file for file in files if not (home / f"{file.stem}.pdf").exists()]
    if left:
        profile = f"-env:UserInstallation={(home / 'profile').resolve().as_uri()}"
        command = [program, profile, "--headless", "--convert-to", "pdf", "--outdir", str(home), *map(str, left)]
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    return sorted(home.glob("*.pdf"))


def _texts(file: Path) -> Iterator[tuple[int, str]]:
    """Yield number and text of the pages without pictures: what stands in a picture is not in the text."""
    pictured = {int(row.split()[0]) for row in _output("pdfimages", "-list", str(file)).splitlines()[2:]}
    pages = _output("pdftotext", "-layout", str(file), "-").split("\f")[:-1]
    yield from ((number, text) for number, text in enumerate(pages, 1) if number not in pictured)


def _is_fit(text: str) -> bool:
    if _BLANKS.search(text):
        return False
    words = [word.strip(".,;:-()“”\"'/") for word in text.split()]
    letters = [word for word in words if word.isalpha()]
    return len(words) >= _LEAST_WORDS and sum(map(is_syllable, letters)) >= _LEAST_SYLLABLES * len(letters) > 0


def _rasterize(file: Path, page: int, dpi: int) -> Image.Image:
    number = str(page)
    command = ["pdftoppm", "-r", str(dpi), "-f", number, "-l", number, str(file)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
    return Image.open(BytesIO(done.stdout)).convert("RGB")


def _output(*command: str) -> str:
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
    return done.stdout.decode("utf-8")


# --- office scans of drawn reports ---

# What happens to a page before it is scanned, or instead: kinds of bench.damage; then whether it is scanned in grey.
_OFFICE_KINDS = (
    ("office scan", False),
    ("office scan", True),
    ("red seal over the text", False),
    ("back side shows", False),
    ("thin strokes", True),
    ("specks", True),
)
# Each with its size beside that of Tinos, so that words of the same layout take about the same room.
_FAMILIES = (("Tinos", 1.0), ("Arimo", 0.88), ("Tinos", 1.0))
_INK = (24, 24, 28)


def office_images(folder: Path, pages: int, seed: int) -> list[BenchImage]:
    """Return `pages` whole A4 pages of reports of the generated inbox as office scans at 200 dpi, made in `folder`."""
    home = folder / f"office-{seed}"
    home.mkdir(parents=True, exist_ok=True)
    found = []
    for number, (report, layout, index) in enumerate(islice(_report_pages(seed), pages)):
        name, is_grey = _OFFICE_KINDS[number % len(_OFFICE_KINDS)]
        path = home / f"{number:03d}.jpg"
        if not path.exists():
            rng = Random(f"{seed}:{number}")
            page = _paint(report, layout, index, _FAMILIES[number % len(_FAMILIES)], rng)
            worn = _worn(page, name, rng)
            _save(worn.convert("L") if is_grey else worn, path, _OFFICE_DPI, rng.choice((58, 64, 75)))
        state = f"{name}, grey" if is_grey else name
        found.append(BenchImage(path, state, _sheet_text(layout.sheets[index])))
    return found


def _report_pages(seed: int) -> Iterator[tuple[Report, Layout, int]]:
    """Yield the pages of an inbox, one of each report in turn."""
    request = load_preset(_REQUEST)
    # What a pen writes is not in the truth.
    plans = [plan for plan in draw_plans(request, seed) if "by_hand" not in plan.faults]
    reports = [compose(plan, request)[0] for plan in plans]
    layouts = [set_report(report) for report in reports]
    for turn in range(max(len(layout.sheets) for layout in layouts)):
        for report, layout in zip(reports, layouts, strict=True):
            if turn < len(layout.sheets):
                yield report, layout, turn


def _paint(report: Report, layout: Layout, index: int, family: tuple[str, float], rng: Random) -> Image.Image:
    if family[0] == "Tinos":
        return paint_sheets(report, layout, _OFFICE_DPI, rng, over_text=False)[index]
    scale = _OFFICE_DPI / 72
    page = Image.new("RGB", (round(WIDTH * scale), round(HEIGHT * scale)), "white")
    pen = ImageDraw.Draw(page)
    for piece in layout.sheets[index].pieces:
        face = ImageFont.truetype(f"{family[0]}-{piece.style}.ttf", piece.size * scale * family[1])
        pen.text((piece.x * scale, piece.y * scale), piece.text, fill=_INK, font=face, anchor="ls")
    for rule in layout.sheets[index].rules:
        ends = [length * scale for length in (rule.x0, rule.y0, rule.x1, rule.y1)]
        pen.line(ends, fill=_INK, width=max(1, round(rule.weight * scale)))
    return page


def _worn(page: Image.Image, name: str, rng: Random) -> Image.Image:
    (kind,) = (kind for kind in KINDS if kind.name == name)
    worn = Image.fromarray(kind.act(np.asarray(page), rng))
    is_scanned = kind.group == "office"
    return worn if is_scanned else scan(worn, rng, rough=False)


def _sheet_text(sheet: Sheet) -> str:
    rows: dict[float, list[tuple[float, str]]] = {}
    for piece in sheet.pieces:
        rows.setdefault(round(piece.y), []).append((piece.x, piece.text))
    return "\n".join(" ".join(text for _, text in sorted(row)) for _, row in sorted(rows.items()))


# --- images that lie beside the project ---


def public_images(states: Sequence[str]) -> list[BenchImage]:
    """Return the pages of ../shared/bench/ocr in `states`; none where that folder is absent."""
    found = []
    for state in states:
        for path in sorted(path for path in _PUBLIC.glob(f"*.{state}.*") if path.suffix in (".jpg", ".png")):
            truth = path.with_name(f"{path.name.rsplit('.', 2)[0]}.gt.txt")
            found.append(BenchImage(path, state, truth.read_text(encoding="utf-8")))
    return found


def real_images(folder: Path) -> list[BenchImage]:
    """Return the pages of the real scans whose truth is known, rendered at 300 dpi; a state is a document."""
    home = folder / "real"
    home.mkdir(parents=True, exist_ok=True)
    found = []
    for file in sorted((_REAL / "scans_gt").glob("*.pdf")):
        truths = re.split("\f", file.with_suffix(".gt.txt").read_text(encoding="utf-8").rstrip("\f\n"))
        for number, truth in enumerate(truths, 1):
            path = home / f"{file.stem}-{number}.png"
            if not path.exists():
                _save(_rasterize(file, number, _REAL_DPI), path, _REAL_DPI, 0)
            found.append(BenchImage(path, file.stem, truth))
    return found
