"""Train the diacritic model: `python -m tonghop.models.train.diacritics --corpus DIR --out models/data`.

DIR holds one plain text a file (`*.txt` or `*.txt.xz`), one paragraph a line. Only files whose texts may be shipped
are taken: law and administration (outside copyright in Vietnam) and Wikipedia (CC BY-SA 4.0). Half an hour on two
cores, two minutes with `--readings` and `--network` kept; 5 GB of memory. Writes diacritics.safetensors and the model
card diacritics.md.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tonghop.models.artefact import ARTEFACT, load_network, save, save_network
from tonghop.models.candidates import Lexicon
from tonghop.models.channel import MarkChannel
from tonghop.models.diacritics import Channels, DiacriticModel, Thresholds
from tonghop.models.letters import LetterChannel, nearest_words
from tonghop.models.ngrams import load_ngrams
from tonghop.models.rescoring import Network
from tonghop.models.train.card import write_card
from tonghop.models.train.confusions import count_confusions
from tonghop.models.train.counts import Vocabulary, build_ngrams, choose_vocabulary, count_cases, count_symbols, encode
from tonghop.models.train.misreadings import count_misreadings
from tonghop.models.train.readings import Reader, ReadPage, observe
from tonghop.models.train.rescoring import learn
from tonghop.models.train.sources import Source, read_sources
from tonghop.models.train.tuning import Score, calibrate, choose_thresholds, score_pages

__all__ = ["main"]


_CALIBRATING = 6000  # held-out lines that posteriors of restored text are calibrated on


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True, help="folder of plain texts")
    parser.add_argument("--out", type=Path, required=True, help="where the artefact and its card go")
    parser.add_argument("--fonts", type=Path, nargs="+", default=[Path("/usr/share")], help="folders of fonts")
    parser.add_argument("--pages", type=int, default=320, help="pages printed and read for the channel")
    parser.add_argument("--readings", type=Path, help="folder to keep what was read, and to take it from again")
    parser.add_argument("--steps", type=int, default=2800, help="steps of the rescorer's training; 0: without it")
    parser.add_argument("--network", type=Path, help="file to keep the rescorer in, and to take it from again")
    parser.add_argument("--trigrams", type=int, default=5_000_000)
    parser.add_argument("--bigrams", type=int, default=1_500_000)
    parser.add_argument("--seed", type=int, default=20240315)
    return parser.parse_args(argv)


def _all(sources: Sequence[Source]) -> Iterator[str]:
    for source in sources:
        yield from source.lines


def main(argv: Sequence[str] | None = None) -> int:
    """Run the training; returns the exit code."""
    arguments = _arguments(argv)
    started = time.monotonic()

    def say(text: str) -> None:
        print(f"{time.monotonic() - started:6.0f} s  {text}", file=sys.stderr)  # noqa: T201 - a command's progress

    sources = read_sources(arguments.corpus)
    say(f"{len(sources)} files, {sum(len(s.lines) for s in sources)} lines")
    vocabulary = choose_vocabulary(count_symbols(_all(sources)))
    row = encode(_all(sources), vocabulary)
    say(f"{len(row)} symbols, {len(vocabulary.words)} words")
    arrays = build_ngrams(row, len(vocabulary.words), arguments.trigrams, arguments.bigrams)
    say(f"{np.count_nonzero(arrays['bigram_prints'])} bigrams, {np.count_nonzero(arrays['trigram_prints'])} trigrams")
    cases = count_cases(_all(sources), vocabulary).astype(np.uint32)
    lexicon = Lexicon(vocabulary.words, arrays["frequency"].astype(np.float32), cases)
    training, tuning, latin = _observe(sources, arguments)
    confusions, misread = count_confusions(training), count_misreadings(training)
    say(f"{int(confusions.sum())} letters read for the channel")
    foreign = count_misreadings(latin)
    letters = LetterChannel(misread.letters, vocabulary.words)
    near = nearest_words(letters, vocabulary.words)
    channels = Channels(
        MarkChannel(confusions),
        LetterChannel(misread.letters, vocabulary.words, near),
        LetterChannel(foreign.letters, vocabulary.words),
    )
    model = DiacriticModel(load_ngrams(arrays), lexicon, channels, Thresholds())
    model.network = _rescorer(arguments, sources, model, cases, channels, say)
    model.thresholds = choose_thresholds(model, tuning)
    model.calibration = calibrate(model, tuning, _sample(sources))
    scores = score_pages(model, tuning)
    say(f"{model.thresholds} {scores}")
    kept = {**arrays, "cases": cases, "confusions": confusions, "near_words": near[0], "near_scores": near[1]}
    save(arguments.out / ARTEFACT, model, kept, {"vietnamese": misread.letters, "latin": foreign.letters})
    _card(arguments, sources, model.thresholds, scores)
    say("done")
    return 0


def _rescorer(
    arguments: argparse.Namespace,
    sources: Sequence[Source],
    model: DiacriticModel,
    cases: npt.NDArray[np.uint32],
    channels: Channels,
    say: Callable[[str], None],
) -> Network | None:
    if arguments.network and arguments.network.exists():
        return load_network(arguments.network, len(model.words))
    if not arguments.steps:
        return None
    vocabulary = Vocabulary(model.words, {word: number for number, word in enumerate(model.words)})

    def build(lines: Sequence[str]) -> DiacriticModel:
        row = encode(lines, vocabulary)
        arrays = build_ngrams(row, len(model.words), arguments.trigrams, arguments.bigrams)
        lexicon = Lexicon(model.words, arrays["frequency"].astype(np.float32), cases)
        return DiacriticModel(load_ngrams(arrays), lexicon, channels, Thresholds())

    network = learn(sources, model, build, arguments.steps, arguments.seed, say)
    if arguments.network:
        save_network(arguments.network, network)
    return network


def _sample(sources: Sequence[Source]) -> list[str]:
    """Return held-out lines from all over the sources."""
    lines = [line for source in sources for line in source.held_out]
    return lines[:: max(1, len(lines) // _CALIBRATING)]


def _observe(
    sources: Sequence[Source], arguments: argparse.Namespace
) -> tuple[list[ReadPage], list[ReadPage], list[ReadPage]]:
    """Return the pages for the channels of the program's reader and of the Latin one, and, between, those held out."""
    fonts, seed, keep = arguments.fonts, arguments.seed, arguments.readings
    counts = arguments.pages * 3 // 4, arguments.pages // 4
    training = observe(Reader.VIETNAMESE, sources, fonts, counts[0], seed, keep=keep)
    held_out = observe(Reader.VIETNAMESE, sources, fonts, counts[1], seed + 1, held_out=True, keep=keep)
    latin = observe(Reader.ENGLISH, sources, fonts, arguments.pages // 2, seed + 2, keep=keep)
    return training, held_out, latin


def _card(arguments: argparse.Namespace, sources: Sequence[Source], chosen: Thresholds, scores: list[Score]) -> None:
    artefact = arguments.out / ARTEFACT
    rows = [(s.name, s.sha256, len(s.lines), len(s.held_out)) for s in sources]
    write_card(artefact, rows, chosen, scores, arguments)


if __name__ == "__main__":
    sys.exit(main())
