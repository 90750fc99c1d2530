from __future__ import annotations

from random import Random

import cv2
import numpy as np
import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFont

from fixtures.paint import seal_image
from tests.ingest.conftest import FONT, LINES
from tonghop.ingest.seals import find_seals, without_seals

DPI = 200
RED, BLUE = (206, 32, 44), (20, 40, 160)


def paper() -> Image.Image:
    return Image.new("RGB", (round(8.27 * DPI), round(11.69 * DPI)), "white")


def write(
    image: Image.Image,
    lines: tuple[str, ...],
    ink: tuple[int, int, int],
    points: float = 13,
    leading: float = 1.0,
    at: tuple[int, int] = (220, 400),
) -> Image.Image:
    try:
        font = ImageFont.truetype(FONT, round(points * DPI / 72))
    except OSError:
        pytest.skip(f"needs the font {FONT} (package fonts-croscore)")
    for number, line in enumerate(lines):
        ImageDraw.Draw(image).text((at[0], at[1] + number * points * leading * DPI / 72), line, font=font, fill=ink)
    return image


def stamp(image: Image.Image, at: tuple[int, int], seed: int = 1, inches: float = 1.42) -> Image.Image:
    """Multiply a red office seal into `image` with its upper left corner `at`; what lies outside is cut off."""
    layer = paper()
    layer.paste(seal_image("VĂN PHÒNG", "XÃ BẢO LÂM", round(inches * DPI), Random(seed)), at)
    return ImageChops.multiply(image, layer)


def table(ink: tuple[int, int, int]) -> Image.Image:
    image, pen = paper(), None
    for number, line in enumerate(LINES):
        write(image, (line[:30],), ink, at=(420, 1010 + 65 * number))
        write(image, (str(number + 1),), ink, at=(240, 1010 + 65 * number))
    pen = ImageDraw.Draw(image)
    for number in range(len(LINES) + 1):
        pen.line((220, 1000 + 65 * number, 1400, 1000 + 65 * number), fill=ink, width=3)
    for x in (220, 400, 1000, 1400):
        pen.line((x, 1000, x, 1000 + 65 * len(LINES)), fill=ink, width=3)
    return image


def framed(ink: tuple[int, int, int], box: tuple[int, int, int, int]) -> Image.Image:
    image = write(
        paper(), ("CÔNG VĂN ĐẾN", "Số: 214", "Ngày 30/6/2024"), ink, leading=1.4, at=(box[0] + 15, box[1] + 10)
    )
    ImageDraw.Draw(image).rectangle(box, outline=ink, width=4)
    return image


def scribble(ink: tuple[int, int, int]) -> Image.Image:
    image = paper()
    points = [(800 + 25 * n, 1500 + (90 if n % 2 else -60) - 5 * n) for n in range(12)]
    ImageDraw.Draw(image).line(points, fill=ink, width=4)
    return image


COLOURED = {
    "tight lines": lambda ink: write(paper(), LINES * 4, ink),
    "tight narrow lines": lambda ink: write(paper(), tuple(line[:14] for line in LINES * 2), ink),
    "capitals of 40 points": lambda ink: write(paper(), ("ỦY BAN", "NHÂN DÂN", "QUỐC GIA"), ink, points=40),
    "capitals of 70 points": lambda ink: write(paper(), ("OCQ", "ĐÃO"), ink, points=70),
    "pale tight lines": lambda ink: write(paper(), LINES * 4, tuple(round(255 - (255 - c) * 0.3) for c in ink)),
    "table": table,
    "frame": lambda ink: framed(ink, (220, 1000, 1400, 1200)),
    "square frame": lambda ink: framed(ink, (220, 1000, 500, 1280)),
    "signature": scribble,
}


@pytest.mark.parametrize("ink", [RED, BLUE])
@pytest.mark.parametrize("kind", COLOURED)
def test_coloured_text_stays_as_it_is(kind: str, ink: tuple[int, int, int]) -> None:
    image = COLOURED[kind](ink)
    assert find_seals(np.asarray(image), DPI) == []
    turned = image.rotate(0.6, Image.Resampling.BICUBIC, fillcolor="white")
    soft = np.asarray(cv2.GaussianBlur(np.asarray(turned), (0, 0), 1.0), dtype=np.uint8)
    grey, seals = without_seals(soft, DPI)
    assert seals == 0
    assert (grey == cv2.cvtColor(soft, cv2.COLOR_RGB2GRAY)).all()


@pytest.mark.parametrize(("seed", "turn"), [(0, 0.0), (1, 2.0), (2, -3.0)])
def test_a_seal_over_black_text_goes_and_the_text_stays(seed: int, turn: float) -> None:
    plain = write(paper(), LINES * 3, (20, 20, 24), leading=1.5)
    sealed = stamp(plain, (500, 600), seed)
    before, after = (
        np.asarray(page.rotate(turn, Image.Resampling.BICUBIC, fillcolor="white")) for page in (plain, sealed)
    )
    (seal,) = find_seals(after, DPI)
    assert seal.circle is not None
    assert seal.circle.radius / DPI == pytest.approx(0.75, abs=0.06)
    grey, _ = without_seals(after, DPI)
    assert np.abs(grey.astype(int) - cv2.cvtColor(before, cv2.COLOR_RGB2GRAY)).mean() < 1.5


def test_a_seal_across_the_edges_of_sheets_goes() -> None:
    half = np.asarray(stamp(paper(), (1654 - 140, 900)))
    (seal,) = find_seals(half, DPI)
    assert without_seals(half, DPI)[0].min() > 200
    assert seal.is_warm


def test_blue_ink_across_a_red_seal_stays_and_so_does_red_text_beside_it() -> None:
    page = ImageChops.multiply(stamp(paper(), (700, 1380)), scribble(BLUE))
    write(page, ("Đã đối chiếu với bản chính",), RED, at=(300, 700))
    grey, seals = without_seals(np.asarray(page), DPI)
    assert seals == 1
    drawn = np.asarray(scribble(BLUE).convert("L")) < 100
    assert (grey[drawn] < 120).mean() > 0.95
    written = np.asarray(write(paper(), ("Đã đối chiếu với bản chính",), RED, at=(300, 700)).convert("L")) < 100
    assert (grey[written] < 120).all()


def test_a_seal_in_the_midst_of_text_of_its_own_colour_stays() -> None:
    page = stamp(write(paper(), LINES * 4, RED, leading=1.2), (500, 600))
    assert without_seals(np.asarray(page), DPI)[1] == 0


def test_a_worn_seal_that_shows_through_goes() -> None:
    page = np.asarray(stamp(paper(), (700, 900))).astype(float)
    worn = cv2.resize(np.random.default_rng(3).random((180, 130)), (page.shape[1], page.shape[0])) < 0.45
    pale = np.where(worn[..., None], 255 - (255 - page) * 0.35, 255).astype(np.uint8)
    assert len(find_seals(pale, DPI)) == 1
    assert without_seals(pale, DPI)[0].min() > 225


@pytest.mark.parametrize("points", [9, 11, 13, 16])
@pytest.mark.parametrize("width", [10, 14, 18])
def test_small_blocks_of_coloured_text_are_no_worn_seals(points: int, width: int) -> None:
    words = " ".join(LINES)
    lines = tuple(words[at : at + width].center(width) for at in range(0, 8 * width, width))
    assert find_seals(np.asarray(write(paper(), lines, RED, points=points)), DPI) == []


def test_grey_pages_have_no_seals() -> None:
    grey = np.full((300, 200), 200, np.uint8)
    assert find_seals(grey, DPI) == []
    assert without_seals(grey, DPI)[0] is grey
