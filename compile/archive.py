"""Office files are ZIP archives: the same members in the same order with the same times, so the same bytes."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from io import BytesIO

__all__ = ["repack"]

_FIRST = ("[Content_Types].xml", "_rels/.rels")  # readers that stream expect them at the front
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time a ZIP entry can hold


def repack(data: bytes, mend: Callable[[str, bytes], bytes] = lambda _, content: content) -> bytes:
    """Return the archive `data` with sorted members and fixed times; `mend(name, content)` may change a member."""
    packed = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist(), key=lambda name: (name not in _FIRST, name)):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0  # the same on every system
            target.writestr(entry, mend(name, source.read(name)))
    return packed.getvalue()
