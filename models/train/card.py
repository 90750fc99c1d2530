"""The model card: what the artefact is, from what and how it was made, how good it is."""

from __future__ import annotations

import hashlib
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from tonghop.models.diacritics import Thresholds
from tonghop.models.train.tuning import Score

__all__ = ["write_card"]

_HEAD = """# Diacritic model

`{name}`, {size:.1f} MB, SHA-256 `{digest}`.

A trigram model of Vietnamese syllables (interpolated Kneser-Ney, pruned, one byte a probability) and counts of the
marks that tesseract `vie` confuses. `tonghop.models.diacritics` reads it. It puts back marks that were lost or
confused; it never changes letters, digits, signs or case.

## How it was made

```
python -m tonghop.models.train.diacritics --corpus DIR --out models/data --pages {pages} \\
    --trigrams {trigrams} --bigrams {bigrams} --seed {seed}
```

| source | SHA-256 | lines in training | lines held out |
|---|---|---|---|
"""
_RIGHTS = """
Laws, regulations and administrative documents (`legal_*`) and their official translations are outside copyright in
Vietnam (Law on Intellectual Property, article 15). `wiki_*` is text of the Vietnamese Wikipedia, CC BY-SA 4.0; the
artefact holds counts of word sequences, no text. One block of 100 lines in 40 was held out of training.

The channel: pages of law text in Tinos, 13 and 14 points, damaged as office scans are (200 to 110 dpi; blur, noise,
JPEG, black and white), read by tesseract. The thresholds were chosen on such pages of held-out text: the
fewest errors at no more than 0.4 correct syllables in 1,000 made wrong.

## Thresholds

Least posterior for a change: {word} for a word, {name} for a capitalised word inside a sentence (which also needs
a neighbour it was seen beside), {line} in a line without marks.

## Scores on the held-out pages

Syllables whose letters were read right; marks wrong before and after repair.

| damage | syllables | wrong before | wrong after | mended | harmed |
|---|---|---|---|---|---|
"""


def write_card(
    artefact: Path,
    sources: Sequence[tuple[str, str, int, int]],
    thresholds: Thresholds,
    scores: Sequence[Score],
    arguments: Namespace,
) -> None:
    """Write the card beside `artefact`. `sources`: (name, SHA-256, lines in training, lines held out)."""
    data = artefact.read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    options = {key: getattr(arguments, key) for key in ("pages", "trigrams", "bigrams", "seed")}
    head = _HEAD.format(name=artefact.name, size=len(data) / 1e6, digest=digest, **options)
    table = "".join(f"| {name} | `{sha}` | {lines:,} | {held:,} |\n" for name, sha, lines, held in sources)
    rights = _RIGHTS.format(word=thresholds.word, name=thresholds.name, line=thresholds.line)
    rows = "".join(
        f"| {s.damage} | {s.syllables:,} | {s.wrong_before} | {s.wrong_after} | {s.mended} | {s.harmed} |\n"
        for s in scores
    )
    artefact.with_suffix(".md").write_text(head + table + rights + rows, encoding="utf-8")
