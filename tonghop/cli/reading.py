"""Commands that need no workspace: `tonghop read`, `repair`, `map`."""

from __future__ import annotations

import codecs
import io
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from tonghop.cli.documents import Documents
from tonghop.cli.progress import progress_for
from tonghop.cli.requests import find_request
from tonghop.cli.screen import show_gaps, show_report
from tonghop.cli.session import Session
from tonghop.errors import (
    N_,
    ConverterMissing,
    FileMissing,
    FolderGiven,
    MissingDependency,
    TonghopError,
    UnreadableInput,
    error_from,
)
from tonghop.executors import executor_for
from tonghop.i18n import Translator, join_sentences
from tonghop.ingest.store import safe_label
from tonghop.messages import REASONS
from tonghop.pipeline import DocumentReading, map_document, read_document
from tonghop.reading import names_of
from tonghop.records import Grade, Page
from tonghop.settings import Settings
from tonghop.text import clean, nfc

__all__ = ["map_reports", "read", "repair"]

Files = Annotated[
    list[Path], typer.Argument(help=N_("PDF, JPEG, PNG, TIFF, DOCX, DOC, ODT, RTF, XLSX, EML or ZIP files."))
]
AsJson = Annotated[bool, typer.Option("--json", help=N_("Print one JSON document on standard output."))]

Reading = DocumentReading | TonghopError

_BYTE_ORDER_MARK = "\ufeff"
_LINE_END = re.compile(r"(\r\n|\r|\n)")
_SHOWN_WORDS = 5  # they tell how bad it is in one line; what is in doubt is looked up in the original anyway
_GRADES: dict[Grade, str] = {
    Grade.GOOD: N_("Page {page} was read well."),
    Grade.DOUBTFUL: REASONS["page_doubtful"],
    Grade.UNREAD: REASONS["page_unread"],
}


def read(
    context: typer.Context,
    files: Files,
    as_json: AsJson = False,
    no_repair: Annotated[bool, typer.Option("--no-repair", help=N_("Leave the words as they were read."))] = False,
) -> int:
    """Print the text of files. Exit code: that of the first file that could not be read, else 0."""
    session: Session = context.obj
    documents = Documents(session.translate)
    entries: list[dict[str, Any]] = []
    failed: list[TonghopError] = []
    for name, reading, is_alone in _read_all(session, files, repair=not no_repair):
        if isinstance(reading, TonghopError):
            failed.append(reading)
            entries.append(documents.failure(name, reading))
            session.print_error(reading)
            continue
        if as_json:
            entries.append(_entry(documents, name, reading))
        else:
            _print_text(session, reading, "" if is_alone else name)
        failed += _all_pages_failed(session, name, reading)
    if as_json:
        session.print_json(entries)
    return failed[0].exit_code if failed else 0


def _entry(documents: Documents, name: str, reading: DocumentReading) -> dict[str, Any]:
    source = reading.source
    entry = documents.reading(name, source.sha256, source.media_type.value, reading.pages)
    entry["corrections"] = [documents.correction(correction) for correction in reading.corrections]
    return {**entry, **_error_of(documents, reading)}


def _unread(reading: DocumentReading) -> TonghopError | None:
    """Return why the first page could not be read when none could; None when one was, or there is none."""
    errors = [error_from(page.error, page.error_detail) for page in reading.pages if page.error]
    return errors[0] if errors and len(errors) == len(reading.pages) else None


def _error_of(documents: Documents, reading: DocumentReading) -> dict[str, Any]:
    error = _unread(reading)
    return {"error": documents.error(error)} if error else {}


def _all_pages_failed(session: Session, name: str, reading: DocumentReading) -> tuple[TonghopError, ...]:
    """Say it when no page of a document could be read, and return why; nothing otherwise."""
    error = _unread(reading)
    if error is None:
        return ()
    session.say(N_("{file}: no page could be read."), file=name)
    session.print_error(error)
    return (error,)


def _print_text(session: Session, reading: DocumentReading, name: str) -> None:
    if name:
        session.out.print(f"== {name}", style="bold", markup=False, highlight=False)
    if _unread(reading) is None:
        sys.stdout.write("\f".join(f"{page.text}\n" for page in reading.pages))
    sys.stdout.flush()  # where both streams end in one place, what is said of the text follows it
    for page in reading.pages:
        if doubt := _doubt(page, session.translate):
            session.warn(f"{name}: {doubt}" if name else doubt)


def _doubt(page: Page, translate: Translator) -> str:
    """Return what a person should know of a page beside its text; nothing of one that was simply read."""
    if page.error:
        sentence = translate(N_("Page {page} could not be read: {detail}"))
        return sentence.format(page=page.number, detail=translate(page.error_detail))
    doubted = [word.text for line in page.lines for word in line.words if word.is_doubted]
    if page.grade is Grade.GOOD and not doubted:
        return ""
    return join_sentences(translate(_GRADES[page.grade]).format(page=page.number), _quoted(doubted, translate))


def _quoted(words: Sequence[str], translate: Translator) -> str:
    """Return how many words are in doubt, and the first of them as they stand in the text."""
    if not words:
        return ""
    shown = ", ".join(f"“{word}”" for word in words[:_SHOWN_WORDS]) + (", …" if len(words) > _SHOWN_WORDS else "")
    text = translate.plural("{count} word is in doubt: {words}", "{count} words are in doubt: {words}", len(words))
    return text.format(count=len(words), words=shown)


def _read_all(
    session: Session, files: list[Path], *, repair: bool, known: Iterable[str] = ()
) -> Iterator[tuple[str, Reading, bool]]:
    """Yield (name, reading or error, is it the only one) for every document; an archive yields all that are in it.

    `known` are names that repair leaves as they are. The bars of a file are gone before it is yielded, so that
    its text is printed where nothing moves.
    """
    settings, names = Settings(), tuple(known)
    with executor_for(settings) as executor:
        for path in files:
            try:
                _check(path)
                with progress_for(session) as progress:
                    readings = read_document(path, settings, executor, progress, repair=repair, known=names)
            except TonghopError as error:
                if isinstance(error, MissingDependency) and not isinstance(error, ConverterMissing):
                    raise
                yield nfc(str(path)), error, len(files) == 1
                continue
            for reading in readings:
                is_alone = len(readings) == 1
                member = reading.params.get("name", "?") if isinstance(reading, TonghopError) else reading.source.name
                yield nfc(str(path) if is_alone else f"{path}/{member}"), reading, is_alone and len(files) == 1


def _check(path: Path) -> None:
    """Raise `FolderGiven` for a folder: the stages, which are given files, would call it a special file."""
    if path.is_dir() and not path.is_symlink():
        raise FolderGiven(name=safe_label(str(path)))


def map_reports(
    context: typer.Context,
    files: Files,
    request: Annotated[str, typer.Option(help=N_("A preset, or a request file."))] = "cao-loc-2024-q1",
    as_json: AsJson = False,
) -> int:
    """Show letterhead, sections, figures and gaps of single reports."""
    session: Session = context.obj
    # When the file came in is not known here, so that a report is late only by its own date.
    asked = replace(find_request(request), deadline_counts="document")
    documents = Documents(session.translate)
    entries: list[dict[str, Any]] = []
    failed: list[TonghopError] = []
    for name, reading, _ in _read_all(session, files, repair=True, known=names_of(asked)):
        if isinstance(reading, TonghopError):
            failed.append(reading)
            entries.append({"file": name, "error": documents.error(reading), "sections": [], "figures": [], "gaps": []})
            session.print_error(reading)
            continue
        report = map_document(reading, asked, Settings().extract)
        entries.append({**documents.unit_report(report, asked), "file": name, **_error_of(documents, reading)})
        if not as_json:
            show_report(session.out, report, asked, session.translate)
            names = {report.source.sha256: report.source.name}
            show_gaps(session.out, report.gaps, asked, session.translate, names)
        failed += _all_pages_failed(session, name, reading)
    if as_json:
        session.print_json(entries)
    return failed[0].exit_code if failed else 0


def repair(
    context: typer.Context,
    file: Annotated[str, typer.Argument(help=N_("A text file; - for standard input."))] = "-",
    as_json: AsJson = False,
) -> None:
    """Put back the diacritics of a text, line by line. Digits and codes are never changed."""
    from tonghop.extract.repair import repair_text

    session: Session = context.obj
    mark, text = _text_of(file)
    repaired = repair_text(text)
    whole = mark + repaired.text
    if not as_json:
        _write_as_it_is(whole)
        return
    documents = Documents(session.translate)
    corrections = [documents.correction(correction) for correction in repaired.corrections]
    session.print_json({"text": whole, "corrections": corrections})


def _write_as_it_is(text: str) -> None:
    """Write `text` to standard output; ends of lines are its own, not those of the system."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(newline="")
    sys.stdout.write(text)


def _text_of(file: str) -> tuple[str, str]:
    """Return byte order mark, if there is one, and text of a file or of standard input, its ends of lines as they are.

    Raises `UnreadableInput` for what is no UTF-8 text.
    """
    name = safe_label(file)
    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        # Each line by itself: `clean` makes every end of a line the same.
        parts = _LINE_END.split(data.decode("utf-8-sig"))
    except FileNotFoundError as error:
        raise FileMissing(name=name) from error
    except IsADirectoryError as error:
        raise FolderGiven(name=name) from error
    except OSError as error:
        raise UnreadableInput(name=name, detail=error.strerror or error) from error
    except UnicodeDecodeError as error:
        raise UnreadableInput(name=name, detail=N_("it is not text in UTF-8.")) from error
    mark = _BYTE_ORDER_MARK if data.startswith(codecs.BOM_UTF8) else ""
    return mark, "".join(part if at % 2 else clean(part) for at, part in enumerate(parts))
