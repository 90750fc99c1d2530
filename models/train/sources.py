"""The texts that training may use, whole blocks of each held out.

A folder holds one plain text a file (`*.txt` or `*.txt.xz`), one paragraph a line. Only files whose texts may be
shipped are taken: law and administration (outside copyright in Vietnam) and Wikipedia (CC BY-SA 4.0).
"""

from __future__ import annotations

import hashlib
import lzma
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Source", "read_sources"]

# Rights: law texts are no subject of copyright (Law on Intellectual Property, article 15); wiki is CC BY-SA 4.0.
_TAKEN = ("legal_", "wiki")
_LEFT = ("legal_qa",)  # explanations by a publisher
_BLOCK, _EVERY = 100, 40  # of 40 blocks of 100 lines one is held out


@dataclass(frozen=True, slots=True)
class Source:
    """A file of the corpus: its name, the SHA-256 of its bytes, its lines in training and held out."""

    name: str
    sha256: str
    lines: tuple[str, ...]
    held_out: tuple[str, ...]


def read_sources(corpus: Path) -> list[Source]:
    """Return the files of `corpus` that may be used. Raises `FileNotFoundError` when there is none."""
    paths = [p for p in sorted(corpus.iterdir()) if p.name.startswith(_TAKEN) and not p.name.startswith(_LEFT)]
    if not paths:
        raise FileNotFoundError(f"{corpus} holds no file named {' or '.join(_TAKEN)}*.txt[.xz]")
    return [_read_source(path) for path in paths]


def _read_source(path: Path) -> Source:
    data = path.read_bytes()
    text = (lzma.decompress(data) if path.suffix == ".xz" else data).decode("utf-8")
    lines = [line for line in text.split("\n") if line.strip()]
    # Whole blocks: neighbouring lines are of one document, which must not stand on both sides.
    held = [(number // _BLOCK) % _EVERY == _EVERY - 1 for number in range(len(lines))]
    return Source(
        path.name,
        hashlib.sha256(data).hexdigest(),
        tuple(line for line, out in zip(lines, held, strict=True) if not out),
        tuple(line for line, out in zip(lines, held, strict=True) if out),
    )
