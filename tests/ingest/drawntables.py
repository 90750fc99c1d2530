"""A page at 200 dpi with a ruled table under two merged heads, drawn with Tinos."""

from __future__ import annotations

import cv2
import numpy as np
from PIL import Image, ImageDraw

from fixtures.fonts import Style, font
from tonghop.ingest.condition import Conditioned
from tonghop.ingest.lattice import Place
from tonghop.ingest.rasterize import Pixels

DPI = 200
XS, YS = (150, 240, 800, 960, 1130), (300, 350, 400, 450, 530, 580)
CELLS = (
    (Place(0, 0, 2, 1), "TT"), (Place(0, 1, 2, 1), "Chỉ tiêu thống kê"), (Place(0, 2, 1, 2), "Kết quả"),
    (Place(1, 2), "Kỳ trước"), (Place(1, 3), "Kỳ này"), (Place(2, 0), "1"), (Place(2, 1), "Số hồ sơ đã tiếp nhận"),
    (Place(2, 2), "157"), (Place(2, 3), "1.245"), (Place(3, 0), "1.1"),
    (Place(3, 1), "Số văn bản chỉ đạo đã ban hành\ntrong kỳ báo cáo của đơn vị"), (Place(3, 2), ""),
    (Place(3, 3), "98,7%"), (Place(4, 0, 1, 2), "Tổng cộng"), (Place(4, 2), "64"), (Place(4, 3), "2.016"),
)  # fmt: skip
PLACES = {place for place, _ in CELLS}


def clean_page(weight: int = 2, *, texts: bool = True) -> Pixels:
    """Return the page: a line of prose, the table, a line of prose."""
    page = Image.new("L", (1300, 900), 255)
    pen = ImageDraw.Draw(page)
    face = font(Style.REGULAR, 34)
    if texts:
        pen.text((150, 200), "Phụ lục kèm theo báo cáo của đơn vị", fill=20, font=face)
        pen.text((150, 680), "Ghi chú: số liệu tính đến hết ngày báo cáo", fill=20, font=face)
    for place, text in CELLS:
        left, top = XS[place.column], YS[place.row]
        right, bottom = XS[place.column + place.columns], YS[place.row + place.rows]
        pen.rectangle((left, top, right, bottom), outline=30, width=weight)
        if texts:
            pen.multiline_text(((left + right) / 2, (top + bottom) / 2 - 2), text, fill=20, font=face, anchor="mm")
    return np.array(page, dtype=np.uint8)


def turned(page: Pixels, degrees: float) -> Pixels:
    """Return the page as a crooked scan has it."""
    height, width = page.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    return np.asarray(
        cv2.warpAffine(page, matrix, (width, height), flags=cv2.INTER_CUBIC, borderValue=(255,)), np.uint8
    )


def conditioned(page: Pixels) -> Conditioned:
    """Return the page as ready for reading."""
    return Conditioned(page, DPI, 0.0, (), np.zeros((9, 9), np.uint8))
