from __future__ import annotations

from pathlib import Path

import pytest

from tonghop.models.train.printing import Family

CROSCORE = Path("/usr/share/fonts/truetype/croscore")


@pytest.fixture
def tinos() -> Family:
    family = Family(*(CROSCORE / f"Tinos-{style}.ttf" for style in ("Regular", "Bold", "Italic")))
    if not family.regular.is_file():
        pytest.skip("needs the font Tinos (package fonts-croscore)")
    return family
