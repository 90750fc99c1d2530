"""Repair of marks on pages and in plain text: every change is a `Correction`, and what was read stays in `Word.raw`.

Pages read from images are repaired. Text layers and Word files are left as their authors wrote them, unless their
marks were lost altogether. Page tables are left alone: they hold figures and names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby

from tonghop.errors import N_, MissingDependency
from tonghop.models.artefact import load
from tonghop.models.diacritics import DiacriticModel, Mode, Restored
from tonghop.records import Correction, Line, Origin, Page, ProcessingStep, Word
from tonghop.settings import ExtractSettings

__all__ = ["RepairedText", "repair_pages", "repair_text"]

_HOW_TO_GET_THE_MODEL = N_("Install the program again: a file of it is missing or damaged.")
_TOKEN = re.compile(r"\S+")
_LINE_END = re.compile(r"(\r\n|\r|\n)")

# Where a token stands: page, line, word.
_Place = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class RepairedText:
    """A plain text after repair: same lines, and the same blanks but where words were parted.

    Corrections are on page 1; lines and words count from 0, as they stood before.
    """

    text: str
    corrections: tuple[Correction, ...]


@dataclass(frozen=True, slots=True)
class _Paragraph:
    """Lines that belong together, as one row of tokens."""

    places: tuple[_Place, ...]
    tokens: tuple[str, ...]
    confidences: tuple[float, ...]
    seconds: tuple[str, ...]


@cache
def _installed_model() -> DiacriticModel:
    """Return the model that comes with the program. Raises `MissingDependency` when its file is not whole."""
    try:
        return load()
    except (OSError, ValueError) as error:
        raise MissingDependency(
            what=f"models/data/diacritics.safetensors ({error})", how=_HOW_TO_GET_THE_MODEL
        ) from error


def repair_pages(
    pages: Sequence[Page],
    settings: ExtractSettings,
    known: Iterable[str] = (),
    model: DiacriticModel | None = None,
) -> tuple[tuple[Page, ...], tuple[Correction, ...]]:
    """Return the pages of one document with repaired words, and every correction, in reading order.

    `known` are names that stand as they are, such as those of the units of the request. What the pages themselves
    write clearly, in the letterhead or elsewhere, counts for the same words read less clearly, and so does what a
    second reading had (`Word.second`). Digits, signs and case never change. Pages without an error in them come back
    as they are.
    """
    if not settings.repair or not pages:
        return tuple(pages), ()
    engine = model or _installed_model()
    names = tuple(known)
    lost = [_has_lost_marks(engine, page) for page in pages]
    read = [at for at, page in enumerate(pages) if page.origin is Origin.OCR and not lost[at]]
    typed = [
        line.text
        for page, has_lost in zip(pages, lost, strict=True)
        if page.origin is not Origin.OCR and not has_lost
        for line in page.lines
    ]
    done = _repaired(engine, pages, read, Mode.AUTO, names, typed)
    done |= _repaired(engine, pages, [at for at in range(len(pages)) if lost[at]], Mode.STRIPPED, names)
    return _applied(pages, done, engine.version)


def repair_text(text: str, model: DiacriticModel | None = None) -> RepairedText:
    """Return `text` with its marks repaired, line by line; blanks and line ends stay as they are."""
    parts = _LINE_END.split(text)  # lines and what ends them, by turns
    lines: list[str] = parts[::2]
    rows = [[match.group() for match in _TOKEN.finditer(line)] for line in lines]
    groups = _joined(rows)
    restored = (model or _installed_model()).restore_many([[t for at in group for t in rows[at]] for group in groups])
    corrections: list[Correction] = []
    for group, words in zip(groups, restored, strict=True):
        rest = iter(words)
        for at in group:
            new = [next(rest) for _ in rows[at]]
            corrections += _corrections(1, at, rows[at], new)
            filled = iter(new)
            lines[at] = _TOKEN.sub(lambda _, filled=filled: next(filled).token, lines[at])  # type: ignore[misc]  # mypy: lambda default
    parts[::2] = lines
    return RepairedText("".join(parts), tuple(corrections))


def _joined(rows: Sequence[Sequence[str]]) -> list[list[int]]:
    """Group line numbers: a line that begins in lower case goes on with the sentence of the line before."""
    groups: list[list[int]] = []
    for at, row in enumerate(rows):
        goes_on = bool(row) and row[0][0].islower() and at > 0 and bool(rows[at - 1])
        if goes_on and groups:
            groups[-1].append(at)
        else:
            groups.append([at])
    return groups


def _corrections(page: int, line: int, before: Sequence[str], after: Sequence[Restored]) -> list[Correction]:
    return [
        Correction(page, line, word, old, new.token, new.posterior, str(new.reason))
        for word, (old, new) in enumerate(zip(before, after, strict=True))
        if new.token != old
    ]


def _has_lost_marks(model: DiacriticModel, page: Page) -> bool:
    rows = [[word.text for word in line.words] for line in page.lines]
    # What an author typed is only in question when not one mark is left.
    return model.has_lost_marks(rows, none_left=page.origin is Origin.TYPED)


def _paragraphs(page: Page) -> list[_Paragraph]:
    numbered = [(at, line) for at, line in enumerate(page.lines) if line.words]
    paragraphs = []
    for _, group in groupby(numbered, key=lambda pair: (pair[1].paragraph, pair[1].table)):
        words = [(at, place, word) for at, line in group for place, word in enumerate(line.words)]
        paragraphs.append(
            _Paragraph(
                tuple((page.number, at, place) for at, place, _ in words),
                tuple(word.text for _, _, word in words),
                tuple(word.confidence for _, _, word in words),
                tuple(word.second for _, _, word in words),
            )
        )
    return paragraphs


def _repaired(
    model: DiacriticModel,
    pages: Sequence[Page],
    chosen: Sequence[int],
    mode: Mode,
    known: tuple[str, ...],
    typed: Sequence[str] = (),
) -> dict[_Place, Restored]:
    paragraphs = [paragraph for at in chosen for paragraph in _paragraphs(pages[at])]
    if not paragraphs:
        return {}
    restored = model.restore_many(
        [paragraph.tokens for paragraph in paragraphs],
        [paragraph.confidences for paragraph in paragraphs],
        mode,
        known,
        [paragraph.seconds for paragraph in paragraphs],
        typed,
    )
    return {
        place: new
        for paragraph, words in zip(paragraphs, restored, strict=True)
        for place, old, new in zip(paragraph.places, paragraph.tokens, words, strict=True)
        if new.token != old
    }


def _applied(
    pages: Sequence[Page], done: dict[_Place, Restored], version: str
) -> tuple[tuple[Page, ...], tuple[Correction, ...]]:
    step = ProcessingStep("repair", "diacritics", version)
    corrections: list[Correction] = []
    out = []
    for page in pages:
        changed = {place[1] for place in done if place[0] == page.number}
        lines = list(page.lines)
        for at in sorted(changed):
            lines[at], made = _applied_line(page.number, at, lines[at], done)
            corrections += made
        out.append(replace(page, lines=tuple(lines), steps=(*page.steps, step)) if changed else page)
    return tuple(out), tuple(corrections)


def _applied_line(page: int, at: int, line: Line, done: dict[_Place, Restored]) -> tuple[Line, list[Correction]]:
    words: list[Word] = []
    made: list[Correction] = []
    for place, word in enumerate(line.words):
        new = done.get((page, at, place))
        words.append(replace(word, text=new.token) if new else word)
        if new:
            made.append(Correction(page, at, place, word.raw, new.token, new.posterior, str(new.reason)))
    return replace(line, words=tuple(words)), made
