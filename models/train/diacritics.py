"""Train the diacritic model: `python -m tonghop.models.train.diacritics --corpus DIR --out models/data`.

DIR holds one plain text a file (`*.txt` or `*.txt.xz`), one paragraph a line. Only files whose texts may be shipped
are taken: law and administration (outside copyright in Vietnam) and Wikipedia (CC BY-SA 4.0). Single process,
about ten minutes on one core, 4 GB of memory. Writes diacritics.npz and the model card diacritics.md.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import lzma
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from tonghop.models.channel import MarkChannel
from tonghop.models.diacritics import ARTEFACT, DiacriticModel, Thresholds
from tonghop.models.ngrams import load_ngrams
from tonghop.models.train.card import write_card
from tonghop.models.train.confusions import ReadPage, count_confusions, load_pages, read_pages, save_pages
from tonghop.models.train.counts import build_ngrams, choose_vocabulary, count_symbols, encode
from tonghop.models.train.tuning import Score, choose_thresholds, score_pages

__all__ = ["main"]

# Rights: law texts are no subject of copyright (Law on Intellectual Property, article 15); wiki is CC BY-SA 4.0.
_TAKEN = ("legal_", "wiki")
_LEFT = ("legal_qa",)  # explanations by a publisher
_PRINTED = ("legal_admin", "legal_diepxuan")  # the nearest to office letters: printed and read for the channel
_BLOCK, _EVERY = 100, 40  # of 40 blocks of 100 lines one is held out
_FONTS = Path("/usr/share/fonts/truetype/croscore")


@dataclass(frozen=True, slots=True)
class _Source:
    """A file of the corpus: its name, the SHA-256 of its bytes, its lines in training and held out."""

    name: str
    sha256: str
    lines: tuple[str, ...]
    held_out: tuple[str, ...]


def _read_sources(corpus: Path) -> list[_Source]:
    """Return the files of `corpus` that may be used. Raises `FileNotFoundError` when there is none."""
    paths = [p for p in sorted(corpus.iterdir()) if p.name.startswith(_TAKEN) and not p.name.startswith(_LEFT)]
    if not paths:
        raise FileNotFoundError(f"{corpus} holds no file named {' or '.join(_TAKEN)}*.txt[.xz]")
    return [_read_source(path) for path in paths]


def _read_source(path: Path) -> _Source:
    data = path.read_bytes()
    text = (lzma.decompress(data) if path.suffix == ".xz" else data).decode("utf-8")
    lines = [line for line in text.split("\n") if line.strip()]
    # Whole blocks: neighbouring lines are of one document, which must not stand on both sides.
    held = [(number // _BLOCK) % _EVERY == _EVERY - 1 for number in range(len(lines))]
    return _Source(
        path.name,
        hashlib.sha256(data).hexdigest(),
        tuple(line for line, out in zip(lines, held, strict=True) if not out),
        tuple(line for line, out in zip(lines, held, strict=True) if out),
    )


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True, help="folder of plain texts")
    parser.add_argument("--out", type=Path, required=True, help="where the artefact and its card go")
    parser.add_argument("--fonts", type=Path, default=_FONTS, help="folder of the Tinos fonts")
    parser.add_argument("--pages", type=int, default=160, help="pages printed and read for the channel")
    parser.add_argument("--readings", type=Path, help="folder to keep what was read, and to take it from again")
    parser.add_argument("--trigrams", type=int, default=2_000_000)
    parser.add_argument("--bigrams", type=int, default=800_000)
    parser.add_argument("--seed", type=int, default=20240315)
    return parser.parse_args(argv)


def _all(sources: Sequence[_Source]) -> Iterator[str]:
    for source in sources:
        yield from source.lines


def main(argv: Sequence[str] | None = None) -> int:
    """Run the training; returns the exit code."""
    arguments = _arguments(argv)
    started = time.monotonic()

    def say(text: str) -> None:
        print(f"{time.monotonic() - started:6.0f} s  {text}", file=sys.stderr)  # noqa: T201 - a command's progress

    sources = _read_sources(arguments.corpus)
    say(f"{len(sources)} files, {sum(len(s.lines) for s in sources)} lines")
    vocabulary = choose_vocabulary(count_symbols(_all(sources)))
    row = encode(_all(sources), vocabulary)
    say(f"{len(row)} symbols, {len(vocabulary.words)} words")
    arrays = build_ngrams(row, len(vocabulary.words), arguments.trigrams, arguments.bigrams)
    say(f"{len(arrays['bigram_word'])} bigrams, {len(arrays['trigram_word'])} trigrams")
    training, tuning = _observe(sources, arguments)
    confusions = count_confusions(training)
    say(f"{int(confusions.sum())} letters read for the channel")
    model = DiacriticModel(
        load_ngrams(arrays),
        vocabulary.words,
        arrays["frequency"].astype(np.float32),
        MarkChannel(confusions),
        Thresholds(),
    )
    thresholds = choose_thresholds(model, tuning)
    model.thresholds = thresholds
    scores = score_pages(model, tuning)
    say(f"{thresholds} {scores}")
    settings = json.dumps({"thresholds": asdict(thresholds)}).encode()
    arrays["words"] = np.frombuffer("\n".join(vocabulary.words).encode(), dtype=np.uint8)
    arrays["confusions"] = confusions
    arrays["settings"] = np.frombuffer(settings, dtype=np.uint8)
    np.savez(arguments.out / ARTEFACT, allow_pickle=False, **arrays)
    _card(arguments, sources, thresholds, scores)
    say("done")
    return 0


def _observe(sources: Sequence[_Source], arguments: argparse.Namespace) -> tuple[list[ReadPage], list[ReadPage]]:
    """Return the pages read for the channel, and those, of held-out text, for the thresholds."""
    near = [s for s in sources if s.name.startswith(_PRINTED)] or list(sources)
    lines = [line for s in near for line in s.lines]
    held_out = [line for s in near for line in s.held_out] or lines
    training = _read("channel", lines, arguments.pages * 3 // 4, arguments.seed, arguments)
    return training, _read("thresholds", held_out, arguments.pages // 4, arguments.seed + 1, arguments)


def _read(name: str, lines: Sequence[str], pages: int, seed: int, arguments: argparse.Namespace) -> list[ReadPage]:
    kept = arguments.readings / f"{name}-{pages}-{seed}.json" if arguments.readings else None
    if kept and kept.exists():
        return load_pages(kept)
    read = list(read_pages(lines, pages, seed, arguments.fonts))
    if kept:
        kept.parent.mkdir(parents=True, exist_ok=True)
        save_pages(read, kept)
    return read


def _card(arguments: argparse.Namespace, sources: Sequence[_Source], chosen: Thresholds, scores: list[Score]) -> None:
    artefact = arguments.out / ARTEFACT
    rows = [(s.name, s.sha256, len(s.lines), len(s.held_out)) for s in sources]
    write_card(artefact, rows, chosen, scores, arguments)


if __name__ == "__main__":
    sys.exit(main())
