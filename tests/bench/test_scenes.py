from __future__ import annotations

import numpy as np
import pytest

from bench.scenes import SCENES, TURNED, table_page
from tonghop.ingest.ink import look_at_ink
from tonghop.ingest.orientation import is_upside_down
from tonghop.ingest.slope import is_sideways


@pytest.mark.parametrize("name", ["photo filled by the page", "copy with black edges, punched", "8 points at 100 dpi"])
def test_a_scene_is_the_same_for_the_same_seed(name: str) -> None:
    first, again, other = (SCENES[name](seed) for seed in ("1", "1", "2"))
    assert np.array_equal(first.pixels, again.pixels)
    assert first.words == again.words
    assert first.words != other.words
    assert first.pixels.dtype == np.uint8


def test_a_broad_table_lies() -> None:
    table = table_page("1", broad=True)
    assert table.pixels.shape[1] > 1.3 * table.pixels.shape[0]
    assert len(table.words) % 5 == 0


@pytest.mark.parametrize("name", list(TURNED))
def test_ink_tells_how_a_page_lies(name: str) -> None:
    page = TURNED[name]("7")
    grey = np.ascontiguousarray(page.pixels[..., 0])
    for quarter in range(4):
        turned = np.ascontiguousarray(np.rot90(grey, quarter))
        assert is_sideways(turned, page.dpi) == bool(quarter % 2)
    assert not is_upside_down(look_at_ink(grey, page.dpi))
