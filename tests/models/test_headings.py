from __future__ import annotations

import subprocess
import sys
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tonghop.models.headings import Mention, PhraseIndex

INDEX = PhraseIndex({"a": ["cai cach the che", "the che"], "b": ["thu tuc hanh chinh", "tthc"]})


def test_mentions_in_order_longest_first() -> None:
    found = INDEX.find(["cai", "cach", "the", "che", "va", "thu", "tuc", "hanh", "chinh"])
    assert found == (Mention("a", 0, 4), Mention("b", 5, 9))


def test_nothing_to_find() -> None:
    assert INDEX.find([]) == ()
    assert INDEX.find(["cai", "cach"]) == ()


def test_an_index_without_phrases_finds_nothing() -> None:
    assert PhraseIndex({"a": [], "b": [" "]}).find(["the", "che"]) == ()


@given(
    st.lists(st.sampled_from(["cai", "cach", "the", "che", "thu", "tuc", "hanh", "chinh", "tthc", "va"]), max_size=30)
)
def test_mentions_never_overlap(tokens: list[str]) -> None:
    found = INDEX.find(tokens)
    assert all(a.stop <= b.start for a, b in pairwise(found))
    assert all(0 <= m.start < m.stop <= len(tokens) for m in found)


def test_the_library_is_imported_only_when_an_index_is_built() -> None:
    code = "import sys, tonghop.models.headings; assert 'spacy' not in sys.modules"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
