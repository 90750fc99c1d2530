from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from fpdf import FPDF
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, TiffImagePlugin

from tonghop.errors import (
    EncryptedFile,
    LayoutUnreadable,
    MissingDependency,
    OversizedImage,
    PageTimeout,
    TruncatedFile,
    UnreadableInput,
)
from tonghop.ingest import rasterize
from tonghop.ingest.rasterize import PageImage
from tonghop.settings import IngestSettings

if TYPE_CHECKING:
    from tests.ingest.conftest import DrawPage


SETTINGS = IngestSettings()


def write_pdf(path: Path, sizes: Sequence[tuple[float, float]] = ((210, 297),), *, is_locked: bool = False) -> Path:
    pdf = FPDF(unit="mm")
    for size in sizes:
        pdf.add_page(format=size)
        pdf.set_fill_color(200, 30, 40)
        pdf.rect(10, 10, 20, 20, style="F")
    if is_locked:
        pdf.set_encryption(owner_password="a", user_password="b")
    pdf.output(str(path))
    return path


def open_frame(path: Path, number: int = 1, settings: IngestSettings = SETTINGS) -> PageImage:
    return rasterize.open_frame(path, "sent.jpg", number, settings)


def test_pages_are_counted_and_sized(tmp_path: Path, real_tesseract: None) -> None:
    path = write_pdf(tmp_path / "a.pdf", ((210, 297), (297, 210)))
    assert rasterize.count_pages(path, "a.pdf", SETTINGS) == 2
    assert rasterize.page_size(path, "a.pdf", 2, SETTINGS) == pytest.approx((842, 595), abs=1)


def test_a_page_is_rendered_in_colour_at_the_asked_resolution(tmp_path: Path, real_tesseract: None) -> None:
    page = rasterize.render_page(write_pdf(tmp_path / "a.pdf"), "a.pdf", 1, 150, SETTINGS)
    assert page.dpi == 150
    assert page.pixels.shape == pytest.approx((1754, 1240, 3), abs=1)
    assert page.pixels[118, 118].tolist() == pytest.approx([200, 30, 40], abs=3)


def test_an_enormous_page_box_does_not_make_an_enormous_image(tmp_path: Path, real_tesseract: None) -> None:
    path = write_pdf(tmp_path / "a.pdf", ((4000, 4000),))
    page = rasterize.render_page(path, "a.pdf", 1, 300, SETTINGS, grey=True)
    assert page.pixels.size <= rasterize.MAX_PAGE_PIXELS * 1.01
    assert 20 <= page.dpi < 30


@given(st.floats(1, 20_000), st.floats(1, 20_000), st.integers(1, 600))
def test_the_cap_holds_and_never_raises_the_resolution(width: float, height: float, dpi: int) -> None:
    capped = rasterize.capped_dpi((width, height), dpi)
    assert 1 <= capped <= dpi
    assert capped == 1 or width * height / 72**2 * capped**2 <= rasterize.MAX_PAGE_PIXELS


def test_encrypted_damaged_and_missing_pdfs_are_named(tmp_path: Path, real_tesseract: None) -> None:
    locked = write_pdf(tmp_path / "locked.pdf", is_locked=True)
    with pytest.raises(EncryptedFile):
        rasterize.count_pages(locked, "locked.pdf", SETTINGS)
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.4\nnothing follows")
    with pytest.raises(LayoutUnreadable, match=r"sent\.pdf is damaged"):
        rasterize.count_pages(broken, "sent.pdf", SETTINGS)


def test_missing_poppler_says_how_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_pdf(tmp_path / "a.pdf")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingDependency) as caught:
        rasterize.count_pages(path, "a.pdf", SETTINGS)
    assert str(caught.value).startswith("Poppler ")
    assert caught.value.params["how"] == "sudo apt-get install poppler-utils"


def test_a_renderer_that_hangs_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "pdfinfo"
    script.write_text("#!/bin/sh\nexec tail -f /dev/null\n")
    script.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    with pytest.raises(PageTimeout, match="pdfinfo"):
        rasterize.count_pages(tmp_path / "a.pdf", "a.pdf", IngestSettings(page_timeout_s=0.2))


def test_exif_orientation_is_applied(tmp_path: Path) -> None:
    image = Image.new("RGB", (300, 200), "white")
    exif = Image.Exif()
    exif[0x0112] = 6
    image.save(tmp_path / "a.jpg", exif=exif)
    assert open_frame(tmp_path / "a.jpg").pixels.shape == (300, 200, 3)


def test_tiff_frames_come_by_number(tmp_path: Path) -> None:
    frames = [Image.new("1", (100 + 10 * n, 50), 1) for n in range(3)]
    frames[0].save(tmp_path / "a.tif", save_all=True, append_images=frames[1:])
    assert rasterize.count_frames(tmp_path / "a.tif", "a.tif") == 3
    page = open_frame(tmp_path / "a.tif", 3)
    assert page.pixels.shape == (50, 120)
    assert set(np.unique(page.pixels)) == {255}
    with pytest.raises(LayoutUnreadable):
        open_frame(tmp_path / "a.tif", 4)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16", "F"])
def test_every_kind_of_pixel_becomes_grey_or_rgb(tmp_path: Path, mode: str) -> None:
    source = Image.new("L", (40, 20), 255)
    source.paste(0, (0, 0, 20, 20))
    if mode == "I;16":
        image = Image.fromarray(np.asarray(source, np.uint16) * 257)
    elif mode == "F":
        image = Image.fromarray(np.asarray(source, np.float32) / 255)  # 0 to 1, as programs for pictures write it
    else:
        image = source.convert("RGB" if mode == "CMYK" else mode if mode != "P" else "L").convert(mode)
    image.save(tmp_path / "a.tif")
    pixels = open_frame(tmp_path / "a.tif").pixels
    assert pixels.dtype == np.uint8
    grey = pixels if pixels.ndim == 2 else pixels.mean(axis=2)
    assert grey[10, 5] < 5
    assert grey[10, 35] > 250


@pytest.mark.parametrize(("level", "expected"), [(0.5, 127), (0.0, 0), (128.0, 128), (float("nan"), 0)])
def test_grey_in_floating_numbers_keeps_its_level(tmp_path: Path, level: float, expected: int) -> None:
    Image.fromarray(np.full((20, 40), level, np.float32)).save(tmp_path / "a.tif")
    assert (open_frame(tmp_path / "a.tif").pixels == expected).all()


def test_transparent_paper_is_white(tmp_path: Path) -> None:
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(tmp_path / "a.png")
    assert open_frame(tmp_path / "a.png").pixels.min() == 255


def test_too_many_pixels_are_refused_before_decoding(tmp_path: Path) -> None:
    Image.new("1", (1500, 1500)).save(tmp_path / "a.png")
    with pytest.raises(OversizedImage, match="1500 × 1500"):
        open_frame(tmp_path / "a.png", settings=IngestSettings(max_megapixels=2))


def test_a_large_image_is_scaled_down_and_its_resolution_follows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rasterize, "MAX_PAGE_PIXELS", 1_000_000)
    for suffix in ("png", "jpg"):
        Image.new("RGB", (1654, 2339), "white").save(tmp_path / f"a.{suffix}", dpi=(200, 200))
        page = open_frame(tmp_path / f"a.{suffix}")
        assert page.pixels.shape[0] * page.pixels.shape[1] <= 1_000_000
        assert page.dpi == pytest.approx(page.pixels.shape[0] / 11.69, abs=2)


def test_truncated_and_foreign_images_are_named(tmp_path: Path, draw_page: DrawPage) -> None:
    draw_page().save(tmp_path / "whole.jpg")
    cut = tmp_path / "cut.jpg"
    cut.write_bytes((tmp_path / "whole.jpg").read_bytes()[:20_000])
    with pytest.raises(TruncatedFile, match=r"sent\.jpg"):
        open_frame(cut)
    (tmp_path / "text.jpg").write_text("not an image")
    with pytest.raises(LayoutUnreadable):
        open_frame(tmp_path / "text.jpg")


def test_a_resolution_that_is_no_number_is_no_resolution(tmp_path: Path) -> None:
    image = Image.new("L", (1654, 2339), 255)
    for tag in (TiffImagePlugin.IFDRational(300, 0), TiffImagePlugin.IFDRational(0, 0)):
        image.save(tmp_path / "a.tif", x_resolution=tag, y_resolution=tag, resolution_unit="inch")
        assert open_frame(tmp_path / "a.tif").dpi == 200


@pytest.mark.parametrize("size", [(1, 1), (3000, 5), (5, 3000), (40, 40)])
def test_an_image_too_small_for_a_line_is_named(size: tuple[int, int]) -> None:
    image = PageImage(np.full(size, 255, np.uint8), 100)
    with pytest.raises(UnreadableInput, match=f"{size[1]} × {size[0]} pixels"):
        rasterize.require_room(image, "sent.png")
    rasterize.require_room(PageImage(np.full((16, 64, 3), 255, np.uint8), 100), "sent.png")


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_page_that_is_reduced_is_turned_as_one_that_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, orientation: int
) -> None:
    image, exif = Image.new("L", (320, 160), 255), Image.Exif()
    image.paste(0, (0, 0, 160, 40))
    exif[0x0112] = orientation
    image.save(tmp_path / "a.png", exif=exif)
    whole = open_frame(tmp_path / "a.png").pixels
    monkeypatch.setattr(rasterize, "MAX_PAGE_PIXELS", 320 * 160 // 4)
    reduced = open_frame(tmp_path / "a.png").pixels
    assert np.array_equal(reduced, whole[::2, ::2])


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "I;16"])
def test_bands_of_a_page_are_reduced_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: str) -> None:
    ramp = np.repeat(np.linspace(0, 255, 1600).astype(np.uint8)[:, None], 800, axis=1)
    deep = Image.fromarray(ramp.astype(np.uint16) * 200)
    image = deep if mode == "I;16" else Image.fromarray(ramp).convert("RGB" if mode == "RGBA" else "L").convert(mode)
    image.save(tmp_path / "a.tif")
    monkeypatch.setattr(rasterize, "MAX_PAGE_PIXELS", 1600 * 800 * 9 // 16)
    page = open_frame(tmp_path / "a.tif")
    assert page.pixels.shape[:2] == (1200, 600)
    assert dict(page.steps[0].settings) == {"width": "800", "height": "1600", "factor": "0.75"}
    rows = page.pixels.reshape(1200, -1).mean(axis=1)
    assert np.abs(rows - np.linspace(0, 255, 1200)).max() < (90 if mode == "1" else 2)


@pytest.mark.parametrize(
    ("long_side", "tag", "expected"),
    [
        (3508, 300, 300),
        (2339, 200, 200),
        (3508, 72, 300),
        (3508, 0, 300),
        (1754, 1, 150),
        (1754, 600, 150),
        (4032, 96, 345),
    ],
)
def test_a_resolution_tag_is_believed_only_when_it_can_be(long_side: int, tag: float, expected: int) -> None:
    assert rasterize.estimate_dpi(long_side, tag) == expected
