"""Pages of known text, drawn, and what can happen to them: damage, losses, scanners. All from a seed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from random import Random

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from fixtures.paint import seal_image
from fixtures.scan import bitonal, photograph, scan

__all__ = ["KINDS", "Group", "Kind", "Specimen", "make"]

Pixels = NDArray[np.uint8]
_SENTENCES = (
    "Thực hiện Kế hoạch số 12/KH-UBND ngày 15/01/2024 của Ủy ban nhân dân huyện về công tác cải cách hành chính.",
    "Trong quý đã ban hành 07 văn bản chỉ đạo, đôn đốc các bộ phận chuyên môn tổ chức thực hiện nhiệm vụ được giao.",
    "Tổng số hồ sơ tiếp nhận là 1.245 hồ sơ, trong đó tiếp nhận mới 1.198 hồ sơ, kỳ trước chuyển sang 47 hồ sơ.",
    "Đã giải quyết 1.230 hồ sơ, trước hạn và đúng hạn 1.226 hồ sơ, đạt tỷ lệ 99,7%; quá hạn 04 hồ sơ.",
    "Việc sắp xếp tổ chức bộ máy được thực hiện theo đúng quy định, bảo đảm tinh gọn, hoạt động hiệu lực, hiệu quả.",
    "Cán bộ, công chức chấp hành nghiêm kỷ luật, kỷ cương hành chính, văn hóa công sở và đạo đức công vụ.",
    "Công tác tuyên truyền được lồng ghép trong 14 cuộc họp thôn, thu hút hơn 860 lượt người tham dự.",
    "Bên cạnh những kết quả đạt được vẫn còn một số khó khăn, hạn chế do trang thiết bị chưa đồng bộ.",
    "Phương hướng quý tiếp theo: tiếp tục nâng cao chất lượng phục vụ người dân và doanh nghiệp.",
    "Kiến nghị cấp trên quan tâm bố trí kinh phí mua sắm máy quét, đường truyền cho bộ phận một cửa.",
    "Hệ thống quản lý văn bản và điều hành được sử dụng thường xuyên; 98% văn bản đi được ký số.",
    "Thu ngân sách trên địa bàn đạt 312.500.000 đồng, bằng 26,4% dự toán được giao trong năm.",
)
_FONTS = ("Tinos-Regular.ttf", "Arimo-Regular.ttf", "Tinos-Bold.ttf", "Tinos-Italic.ttf")
_WIDE, _HIGH = 8.27, 5.85  # inches: half a page of A4


class Group(StrEnum):
    """What is expected of a kind: see `bench.grades`."""

    DAMAGE = "damage"  # all ink can be seen, more or less well
    LOSS = "loss"  # some of the text cannot be read, and no ink tells
    OFFICE = "office"  # as offices scan
    UNSEEN = "unseen"  # known not to be noticed, or not always
    BLANK = "blank"  # no text
    FAINT = "faint"  # nothing but text that may be too faint to count as ink


@dataclass(frozen=True, slots=True, eq=False)
class Specimen:
    """A page and the words that stand on it, also those that can no longer be seen."""

    pixels: Pixels
    dpi: int
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of page: what happens (`act`) to a clean one of `points` type at `dpi`."""

    name: str
    group: Group
    act: Callable[[Pixels, Random], Pixels]
    dpi: int = 200
    points: float = 13.0
    ink: tuple[int, int] = (20, 20)  # from the darkest to the lightest ink
    lines: int = 19


def make(kind: Kind, seed: str) -> Specimen:
    """Return a page of `kind`; the same for the same seed."""
    rng = Random(f"{kind.name}:{seed}")
    pixels, words = _draw(kind, rng)
    return Specimen(kind.act(pixels, rng), kind.dpi, words)


def _draw(kind: Kind, rng: Random) -> tuple[Pixels, tuple[str, ...]]:
    dpi = kind.dpi
    size = kind.points * dpi / 72
    image = Image.new("RGB", (round(_WIDE * dpi), round(_HIGH * dpi)), "white")
    pen, font = ImageDraw.Draw(image), ImageFont.truetype(rng.choice(_FONTS), size)
    fill = (rng.randint(*kind.ink),) * 3
    words: list[str] = []
    left = iter(word for _ in range(9) for sentence in rng.sample(_SENTENCES, 12) for word in sentence.split())
    word = next(left)
    for number in range(kind.lines):
        x = 1.0 * dpi
        while x + pen.textlength(word, font=font) < (_WIDE - 0.7) * dpi:
            pen.text((x, 0.5 * dpi + number * 1.45 * size), word, font=font, fill=fill)
            x += pen.textlength(word + " ", font=font)
            words.append(word)
            word = next(left)
    return np.asarray(image), tuple(words)


# --- damage ---


def _as_drawn(pixels: Pixels, _rng: Random) -> Pixels:
    return pixels


def _soft(sigma: float) -> Callable[[Pixels, Random], Pixels]:
    return lambda pixels, _rng: np.asarray(cv2.GaussianBlur(pixels, (0, 0), sigma), np.uint8)


def _grain(least: float, most: float) -> Callable[[Pixels, Random], Pixels]:
    def act(pixels: Pixels, rng: Random) -> Pixels:
        noise = np.random.default_rng(rng.getrandbits(32)).standard_normal(pixels.shape[:2], np.float32)
        lowered = pixels.astype(np.float32) * (240 / 255) + rng.uniform(least, most) * noise[..., None]
        return np.asarray(lowered.clip(0, 255), np.uint8)

    return act


def _jpeg(quality: int) -> Callable[[Pixels, Random], Pixels]:
    def act(pixels: Pixels, _rng: Random) -> Pixels:
        _, packed = cv2.imencode(".jpg", pixels, (cv2.IMWRITE_JPEG_QUALITY, quality))
        return np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8)

    return act


def _strokes(operation: int) -> Callable[[Pixels, Random], Pixels]:
    kernel = np.ones((2, 2), np.uint8)
    return lambda pixels, _rng: np.asarray(cv2.morphologyEx(pixels, operation, kernel), np.uint8)


def _coarse(pixels: Pixels, _rng: Random) -> Pixels:
    small = cv2.resize(pixels, None, fx=0.35, fy=0.35, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, pixels.shape[1::-1], interpolation=cv2.INTER_LINEAR), np.uint8)


def _tilted(pixels: Pixels, rng: Random) -> Pixels:
    height, wide = pixels.shape[:2]
    matrix = cv2.getRotationMatrix2D((wide / 2, height / 2), rng.choice((-1, 1)) * rng.uniform(2, 5), 1.0)
    white = (255, 255, 255)
    return np.asarray(cv2.warpAffine(pixels, matrix, (wide, height), borderValue=white), np.uint8)


def _specks(pixels: Pixels, rng: Random) -> Pixels:
    chance = np.random.default_rng(rng.getrandbits(32)).random(pixels.shape[:2], np.float32)
    specked = pixels.copy()
    specked[cv2.dilate((chance < 0.0006).astype(np.uint8), np.ones((2, 2), np.uint8)) > 0] = 20
    return specked


def _back_shows(pixels: Pixels, _rng: Random) -> Pixels:
    behind = 255 - (255 - cv2.GaussianBlur(pixels[:, ::-1], (0, 0), 1.5).astype(np.float32)) * 0.3
    return np.asarray(np.minimum(pixels, np.roll(behind, 11, axis=0)), np.uint8)


def _fax(pixels: Pixels, rng: Random) -> Pixels:
    return np.asarray(bitonal(Image.fromarray(pixels), rng).convert("RGB"))


# --- losses ---


def _blob(wide: float, high: float, shade: int) -> Callable[[Pixels, Random], Pixels]:
    """Cover the text with a blob of `wide` × `high` inches, on paper with a little grain."""

    def act(pixels: Pixels, rng: Random) -> Pixels:
        covered = _grain(1, 3)(pixels, rng).copy()
        unit = pixels.shape[1] / _WIDE
        x, y = rng.uniform(1.2, 6.4 - wide) * unit, rng.uniform(0.7, 4.6 - high) * unit
        centre, axes = (round(x + wide * unit / 2), round(y + high * unit / 2)), (wide * unit / 2, high * unit / 2)
        cv2.ellipse(covered, centre, (round(axes[0]), round(axes[1])), 0, 0, 360, (shade,) * 3, -1)
        return covered

    return act


def _faded(reach: tuple[float, float]) -> Callable[[Pixels, Random], Pixels]:
    """Fade what lies below and right of `reach` (shares of height and width) to 6 to 16 % of its darkness."""

    def act(pixels: Pixels, rng: Random) -> Pixels:
        height, wide = pixels.shape[:2]
        left = 255 - (255 - pixels.astype(np.float32)) * rng.uniform(0.06, 0.16)
        faded = pixels.copy()
        rows, columns = round(height * reach[0]), round(wide * reach[1])
        faded[rows:, columns:] = left[rows:, columns:].astype(np.uint8)
        return _grain(1, 3)(faded, rng)

    return act


# --- scanners ---


def _scanned(*, rough: bool) -> Callable[[Pixels, Random], Pixels]:
    return lambda pixels, rng: np.asarray(scan(Image.fromarray(pixels), rng, rough=rough))


def _sealed(*, in_grey: bool) -> Callable[[Pixels, Random], Pixels]:
    def act(pixels: Pixels, rng: Random) -> Pixels:
        unit = pixels.shape[1] / _WIDE
        seal = np.asarray(seal_image("VĂN PHÒNG", "XÃ BẢO LÂM", round(1.42 * unit), rng))
        stamped = pixels.copy()
        y, x = round(rng.uniform(2.5, 4.0) * unit), round(rng.uniform(2.0, 5.5) * unit)
        under = stamped[y : y + len(seal), x : x + len(seal)]
        under[:] = (under.astype(np.uint16) * seal // 255).astype(np.uint8)
        scanned = _scanned(rough=False)(stamped, rng)
        return np.asarray(Image.fromarray(scanned).convert("L").convert("RGB")) if in_grey else scanned

    return act


def _photo(pixels: Pixels, rng: Random) -> Pixels:
    return np.asarray(photograph(Image.fromarray(pixels), rng))


KINDS = (
    Kind("as drawn, 200 dpi", Group.DAMAGE, _as_drawn),
    Kind("as drawn, 150 dpi", Group.DAMAGE, _as_drawn, dpi=150),
    Kind("as drawn, 100 dpi", Group.DAMAGE, _as_drawn, dpi=100),
    Kind("9 points, 150 dpi", Group.DAMAGE, _as_drawn, dpi=150, points=9),
    Kind("soft", Group.DAMAGE, _soft(1.5)),
    Kind("out of focus", Group.DAMAGE, _soft(3.5)),
    Kind("grain", Group.DAMAGE, _grain(15, 25)),
    Kind("strong grain", Group.DAMAGE, _grain(50, 80)),
    Kind("JPEG, quality 15", Group.DAMAGE, _jpeg(15)),
    Kind("JPEG, quality 4", Group.DAMAGE, _jpeg(4)),
    Kind("pale ink", Group.DAMAGE, _grain(2, 5), ink=(170, 200)),
    Kind("thin strokes", Group.DAMAGE, _strokes(cv2.MORPH_DILATE)),
    Kind("thick strokes", Group.DAMAGE, _strokes(cv2.MORPH_ERODE)),
    Kind("fax, 150 dpi", Group.DAMAGE, _fax, dpi=150),
    Kind("70 dpi enlarged", Group.DAMAGE, _coarse),
    Kind("turned 2 to 5 degrees", Group.DAMAGE, _tilted),
    Kind("specks", Group.DAMAGE, _specks),
    Kind("back side shows", Group.DAMAGE, _back_shows),
    Kind("lines under a dark blob", Group.LOSS, _blob(3.5, 1.4, 70)),
    Kind("words under a dark blob", Group.LOSS, _blob(1.4, 0.5, 70)),
    Kind("lower half faded", Group.LOSS, _faded((0.5, 0.0))),
    Kind("right side faded", Group.LOSS, _faded((0.0, 0.55))),
    Kind("lines under a blob as light as paper", Group.UNSEEN, _blob(3.5, 1.4, 240)),
    Kind("office scan", Group.OFFICE, _scanned(rough=False)),
    Kind("rough scan", Group.OFFICE, _scanned(rough=True)),
    Kind("red seal over the text", Group.OFFICE, _sealed(in_grey=False)),
    Kind("seal over the text, in grey", Group.LOSS, _sealed(in_grey=True)),
    Kind("photo", Group.OFFICE, _photo),
    Kind("blank, grain of 0 to 20 levels", Group.BLANK, _grain(0, 20), lines=0),
    Kind("only text 8 to 26 levels from paper", Group.FAINT, _grain(0, 4), ink=(229, 247)),
)
