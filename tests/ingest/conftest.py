"""Pages drawn for the reading tests, and tesseracts that fail on purpose."""

from __future__ import annotations

import shutil
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

LINES = (
    "Thực hiện Kế hoạch của Ủy ban nhân dân huyện về cải cách",
    "hành chính, Ủy ban nhân dân xã báo cáo kết quả như sau:",
    "Tổng số hồ sơ tiếp nhận trong quý là 1.245 hồ sơ, trong đó",
    "giải quyết đúng hạn 1.230 hồ sơ, đạt tỷ lệ 98,8%.",
    "Phương hướng, nhiệm vụ trọng tâm quý tiếp theo: tiếp tục",
    "nâng cao chất lượng phục vụ người dân và doanh nghiệp.",
)
FONT = "Tinos-Regular.ttf"

DrawPage = Callable[..., Image.Image]
FakeTesseract = Callable[..., None]

_FAKE = """#!{python}
import os, signal, sys
if "--version" in sys.argv:
    print({version!r})
elif "--list-langs" in sys.argv:
    print("List of available languages (1):\\nvie")
else:
    {body}
"""


def _font(size: int) -> ImageFont.FreeTypeFont:
    try:
        return ImageFont.truetype(FONT, size)
    except OSError:
        pytest.skip(f"needs the font {FONT} (package fonts-croscore)")


@pytest.fixture
def draw_page() -> DrawPage:
    """Draw an A4 page of text lines, 13 points high."""

    def draw(lines: tuple[str, ...] = LINES, dpi: int = 200, colour: str = "black", repeat: int = 3) -> Image.Image:
        image = Image.new("RGB", (round(8.27 * dpi), round(11.69 * dpi)), "white")
        pen, font = ImageDraw.Draw(image), _font(round(14 * dpi / 72))
        for number, line in enumerate(lines * repeat):
            pen.text((dpi, dpi + number * round(0.3 * dpi)), line, font=font, fill=colour)
        return image

    return draw


@pytest.fixture
def fake_tesseract(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeTesseract:
    """Put a program in tesseract's place that answers when asked who it is, and runs `body` on a page."""

    def make(body: str, version: str = "tesseract 5.3.0") -> None:
        script = tmp_path / "tesseract"
        script.write_text(_FAKE.format(python=sys.executable, version=version, body=body), encoding="utf-8")
        script.chmod(script.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setattr("pytesseract.pytesseract.tesseract_cmd", str(script))

    return make


@pytest.fixture
def real_tesseract() -> None:
    """Skip unless tesseract and poppler are installed."""
    for program in ("tesseract", "pdftoppm"):
        if shutil.which(program) is None:
            pytest.skip(f"needs {program}")
