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

A trigram model of Vietnamese syllables (interpolated Kneser-Ney, pruned, one byte a probability), counts of the marks
that the program's own reader confuses and of the letters that it and an English reader misread, and how far the
posteriors can be trusted. `tonghop.models.artefact` reads it. It puts back marks that were lost or confused, mends
letters where that is surer still, and parts words that were glued together. Signs and case stay, and digits too but for
those inside a word of a text read as Latin (`No6i`). A small network (feed-forward, six words on each side and the mean
of the paragraph, eight bits a weight) rescores doubtful words.

## How it was made

```
python -m tonghop.models.train.diacritics --corpus DIR --out models/data --pages {pages} \\
    --trigrams {trigrams} --bigrams {bigrams} --steps {steps} --seed {seed}
```

| source | SHA-256 | lines in training | lines held out |
|---|---|---|---|
"""
_RIGHTS = """
Laws, regulations and administrative documents (`legal_*`) and their official translations are outside copyright in
Vietnam (Law on Intellectual Property, article 15). `wiki_*` is text of the Vietnamese Wikipedia, CC BY-SA 4.0; the
artefact holds counts of word sequences, no text. One block of 100 lines in 40 was held out of training.

The channel: pages of these texts, with invented numbers and codes between, in the typefaces and with the wear that
the recogniser of office letters was trained on (toner, blur, noise, JPEG, black and white, skew), but at 85 to 150
dots an inch, where as much is misread as on real scans; read by the program itself. The thresholds were chosen on such
pages of held-out text in other typefaces and at other resolutions: the fewest errors at no more than 0.4 correct
syllables in 1,000 made wrong. The letters of texts read as Latin: pages at 120 to 300 dots, read by Tesseract's `eng`.

The network: the same texts, every block of the encyclopedia and of administration and every fourth of the laws, without
their marks, decoded by trigrams of the other two thirds of all text, so that it learns what trigrams do not know.

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
    options = {key: getattr(arguments, key) for key in ("pages", "trigrams", "bigrams", "steps", "seed")}
    head = _HEAD.format(name=artefact.name, size=len(data) / 1e6, digest=digest, **options)
    table = "".join(f"| {name} | `{sha}` | {lines:,} | {held:,} |\n" for name, sha, lines, held in sources)
    rights = _RIGHTS.format(word=thresholds.word, name=thresholds.name, line=thresholds.line)
    rows = "".join(
        f"| {s.damage} | {s.syllables:,} | {s.wrong_before} | {s.wrong_after} | {s.mended} | {s.harmed} |\n"
        for s in scores
    )
    artefact.with_suffix(".md").write_text(head + table + rights + rows, encoding="utf-8")
