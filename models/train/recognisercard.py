"""The model card of the recogniser."""

from __future__ import annotations

import hashlib
from argparse import Namespace
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from tonghop.models.train.scoring import Score

__all__ = ["describe_source", "write_card"]

_HEAD = """# Recogniser of office letters

`{name}`, {size:.2f} MB, SHA-256 `{digest}`. Apache-2.0.

Tesseract's Vietnamese model `vie`, trained on: the same network (LSTM, {network}), the same unicharset and
dictionaries, weights of its own. It is read by Tesseract 4 and 5 (`-l {stem}`). It knows the signs that `vie` knows,
no others: `–` is read as `-`, and the letter `ỵ` is unknown to both.

Derived from `vie.traineddata` of tessdata_fast, Apache-2.0, as Debian's package tesseract-ocr-vie installs it
(SHA-256 `{base}`).

## How it was made

```
python -m tonghop.models.train.recogniser --text DIR --held-out DIR --fonts DIR… --work DIR \\
    --out models/data/{name} --pages {pages} --seed {seed} \\
    --stages {stages}
```

The integer network was rewritten as a float one (`models/train/lstmfile.py`), trained on by Tesseract's
`lstmtraining` in stages of so many lines at such a rate (and on the first so many pages), and made integer again.

Pages are drawn (text of the files below, and invented numbers, codes, dates, sums, Roman numerals, abbreviations,
headings, letterheads, tables: `models/train/officetext.py`), worn as printers, scanners, faxes do (100 to
300 dpi; toner, blur, noise, JPEG, black and white, skew), made level as the product does, and cut into the lines that
tesseract's own layout analysis finds. Typefaces: Tinos, TeX Gyre Termes, Linux Libertine, Charis SIL, Noto Serif,
Arimo.

| source | SHA-256 |
|---|---|
"""
_RIGHTS = """
Laws, regulations and administrative documents (`legal_*`) are outside copyright in Vietnam (Law on Intellectual
Property, article 15). `wiki_*` is text of the Vietnamese Wikipedia, CC BY-SA 4.0; the model holds no text. No real
scan was trained on.

## Scores on held-out pages

Drawn from texts and in typefaces (FreeSerif, Gentium Plus) that were not trained on. Words without digits read
wrong, and words with digits, read by `vie` and by this model; the order of words is not counted.

| damage | words | `vie` | this | with digits | `vie` | this |
|---|---|---|---|---|---|---|
"""


def describe_source(path: Path) -> tuple[str, str]:
    """Return the name and the SHA-256 of a file."""
    return path.name, hashlib.sha256(path.read_bytes()).hexdigest()


def write_card(
    arguments: Namespace,
    network: str,
    sources: Iterable[tuple[str, str]],
    scores: Mapping[tuple[Path, str], Score],
    profiles: Sequence[str],
) -> None:
    """Write the card beside the model that `arguments` names. `sources`: (name, SHA-256)."""
    out: Path = arguments.out
    head = _HEAD.format(
        name=out.name,
        stem=out.stem,
        size=out.stat().st_size / 1e6,
        digest=describe_source(out)[1],
        base=describe_source(arguments.base)[1],
        network=network,
        pages=arguments.pages,
        seed=arguments.seed,
        stages=" ".join(arguments.stages),
    )
    table = "".join(f"| {name} | `{digest}` |\n" for name, digest in sources)
    rows = "".join(_row(profile, scores[arguments.base, profile], scores[out, profile]) for profile in profiles)
    out.with_suffix(".md").write_text(head + table + _RIGHTS + rows, encoding="utf-8")


def _row(profile: str, before: Score, after: Score) -> str:
    (words, numbers), (new_words, new_numbers) = before.rates, after.rates
    return (
        f"| {profile} | {before.words:,} | {words:.2%} | {new_words:.2%} "
        f"| {before.numbers:,} | {numbers:.2%} | {new_numbers:.2%} |\n"
    )
