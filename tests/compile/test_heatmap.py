"""The matrix as a picture: the right size, the right colours in the right places, the same bytes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO

import pytest
from matplotlib import font_manager
from matplotlib.ft2font import FT2Font
from PIL import Image

from tonghop.compile.heatmap import matrix_png
from tonghop.compile.merge import merge
from tonghop.compile.signs import COLOURS, NOT_ASKED, SIGNS, UNDECIDED
from tonghop.records import DistrictReport, ReportingRequest, SectionState, UnitReport


def picture(report: DistrictReport) -> Image.Image:
    return Image.open(BytesIO(matrix_png(report))).convert("RGB")


def shares(image: Image.Image) -> dict[str, int]:
    colours = image.getcolors(maxcolors=1 << 24)
    assert colours is not None
    return {"{:02X}{:02X}{:02X}".format(*rgb): count for count, rgb in colours}  # type: ignore[misc]  # RGB image


@pytest.fixture(scope="module")
def shown(district: DistrictReport) -> Image.Image:
    return picture(district)


@pytest.mark.parametrize("state", [s for s in SectionState if s is not SectionState.NOT_APPLICABLE])
def test_every_state_is_coloured(state: SectionState, shown: Image.Image) -> None:
    # A cell is about 0.58 × 0.30 inches at 150 dpi, less its sign: some 3,500 pixels; the legend alone is 1,600.
    assert shares(shown)[COLOURS[state]] > 3_500


def test_width_goes_with_headings_and_height_with_units(shown: Image.Image, cao_loc: ReportingRequest) -> None:
    fewer = picture(merge(replace(cao_loc, units=cao_loc.units[:10]), []))
    assert fewer.width == shown.width
    assert shown.height - fewer.height == pytest.approx(17 * 0.34 * 150, abs=2)
    assert 1_200 < shown.width < 2_400
    assert 1_200 < shown.height < 2_400


def test_a_hole_changes_one_cell(cao_loc: ReportingRequest, make_report: Callable[..., UnitReport]) -> None:
    unit = cao_loc.units[0]
    whole = picture(merge(cao_loc, [make_report(cao_loc, unit, 1)]))
    holed = picture(merge(cao_loc, [make_report(cao_loc, unit, 1, tthc=SectionState.MISSING)]))
    alarm = COLOURS[SectionState.MISSING]
    assert 3_000 < shares(holed)[alarm] - shares(whole)[alarm] < 8_000


def test_no_units_at_all(cao_loc: ReportingRequest) -> None:
    assert picture(replace(merge(cao_loc, []), submissions=())).height > 100


def test_hundreds_of_units_stay_within_what_viewers_open(cao_loc: ReportingRequest) -> None:
    units = tuple(replace(cao_loc.units[0], id=f"x-{n}", aliases=()) for n in range(600))
    assert picture(merge(replace(cao_loc, units=units), [])).height <= 20_000


def test_same_input_same_bytes(district: DistrictReport) -> None:
    assert matrix_png(district) == matrix_png(district)


def test_font_holds_every_sign_and_vietnamese_letter() -> None:
    font = FT2Font(font_manager.findfont("DejaVu Sans"))
    held = set(font.get_charmap())
    letters = "ăâđêôơưĂÂĐÊÔƠƯạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ"
    assert not [c for c in (*letters, *SIGNS.values(), NOT_ASKED, UNDECIDED, "…") if ord(c) not in held]
