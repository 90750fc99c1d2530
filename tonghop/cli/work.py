"""Commands on a workspace: `tonghop init`, `watch`, `ingest`, `status`, `gaps`, `compile`."""

from __future__ import annotations

import getpass
import os
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import typer

from tonghop.cli.documents import Documents
from tonghop.cli.outputs import check_output
from tonghop.cli.progress import progress_for
from tonghop.cli.requests import find_request
from tonghop.cli.screen import show_gaps, show_matrix, show_outcomes, show_status
from tonghop.cli.session import Session, as_typed
from tonghop.errors import (
    N_,
    ConfigurationError,
    NeedsReview,
    OutputNotWritable,
    error_class,
)
from tonghop.i18n import Translator
from tonghop.ingest.inbox import left_out
from tonghop.ledger.records import StatusReport
from tonghop.messages import render
from tonghop.records import DistrictReport, Outcome, OutcomeStatus
from tonghop.request import request_text

if TYPE_CHECKING:
    from tonghop.pipeline import Pipeline

__all__ = ["compile_report", "gaps", "ingest", "init", "status", "watch"]

_SETTLED = (OutcomeStatus.DONE, OutcomeStatus.DUPLICATE)

AsJson = Annotated[bool, typer.Option("--json", help=N_("Print one JSON document on standard output."))]


def init(
    context: typer.Context,
    folder: Annotated[Path | None, typer.Argument(help=N_("The folder; by default this one."))] = None,
    request: Annotated[str, typer.Option(help=N_("A preset, or a request file."))] = "cao-loc-2024-q1",
) -> None:
    """Make a workspace: inbox, originals, quarantine, out, tonghop.toml, request.toml and the ledger."""
    from tonghop.workspace import Workspace

    session: Session = context.obj
    find_request(request)  # a complaint names the file that was given, not its copy in the workspace
    text = request_text(request)
    workspace = Workspace.create(folder or session.folder, text)
    if (workspace.root / workspace.settings.request).read_text(encoding="utf-8-sig") != text:
        session.say(N_("There is a request.toml already; it stays as it is."))
    session.say(N_("The workspace is ready: {folder}"), folder=workspace.root)
    session.say(
        N_("Put the reports into {inbox}, then run: tonghop --workspace {folder} ingest"),
        inbox=workspace.inbox,
        folder=as_typed(workspace.root),
    )


@contextmanager
def _pipeline(session: Session, files: int | None = None, *, is_reading: bool = False) -> Iterator[Pipeline]:
    """Give the pipeline of the session's workspace. Commands that read no page start no workers and no cluster."""
    from tonghop.executors import SerialExecutor, executor_for
    from tonghop.pipeline import open_pipeline
    from tonghop.workspace import Workspace

    workspace = Workspace.open(session.folder)
    with (
        executor_for(workspace.settings) if is_reading else nullcontext(SerialExecutor()) as executor,
        progress_for(session, files) as progress,
        open_pipeline(
            workspace,
            executor,
            lambda: datetime.now(UTC),
            progress=progress,
            translate=session.translate,
            who=_user_name(),
        ) as pipeline,
    ):
        yield pipeline


def _user_name() -> str:
    """Return the login name of whoever runs the command, for the event log; the program's own where there is none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # a container's number without a name; Windows without USERNAME
        return "tonghop"


def ingest(
    context: typer.Context,
    paths: Annotated[list[Path] | None, typer.Argument(help=N_("Files or folders; by default the inbox."))] = None,
    as_json: AsJson = False,
) -> int:
    """Take files in, read them, record their gaps. Exit code 8: something needs an officer."""
    session: Session = context.obj
    # Where both streams end in one place, as with 2>&1, a line for each finished file would tell each file twice.
    files = None if _is_one_place(sys.stdout, sys.stderr) and not session.err.is_terminal else 0
    with _pipeline(session, files=files, is_reading=True) as pipeline:
        resumed = pipeline.resume()
        places = paths or [pipeline.workspace.inbox]
        taken = pipeline.take(places)
    if as_json:
        documents = Documents(session.translate)
        runs = ((outcome, run is resumed) for run in (resumed, taken) for outcome in run)
        session.print_json([{**documents.outcome(outcome), "resumed": is_resumed} for outcome, is_resumed in runs])
    else:
        show_outcomes(session.out, taken, session.translate, resumed)
        if not resumed and not taken:
            _say_nothing_taken(session, places)
    return _exit_code((*resumed, *taken))


def _is_one_place(out: IO[str], err: IO[str]) -> bool:
    try:
        return os.path.sameopenfile(out.fileno(), err.fileno())
    except (OSError, ValueError, AttributeError):  # a stream that is closed, or no file of the system
        return False


def _say_nothing_taken(session: Session, places: Sequence[Path]) -> None:
    session.say(
        N_("There is nothing to take in {place}: put the reports there and run the command again."),
        place=", ".join(map(str, places)),
    )


def _exit_code(outcomes: Sequence[Outcome]) -> int:
    """Return 0 when all is done, the first file's own code when all failed or came before, else 8."""
    if any(outcome.status in (OutcomeStatus.DONE, OutcomeStatus.NEEDS_REVIEW) for outcome in outcomes):
        return 0 if all(outcome.status in _SETTLED for outcome in outcomes) else NeedsReview.exit_code
    codes = [error_class(issue.code).exit_code for outcome in outcomes for issue in outcome.issues[:1]]
    return codes[0] if codes else 0


def watch(context: typer.Context) -> None:
    """Take what lands in the inbox, for as long as it runs; stop with Ctrl+C."""
    session: Session = context.obj
    with _pipeline(session, is_reading=True) as pipeline:
        session.say(N_("Watching {inbox}. Stop with Ctrl+C."), inbox=pipeline.workspace.inbox)
        for outcomes in pipeline.watch(threading.Event()):
            show_outcomes(session.err, outcomes, session.translate)


def status(context: typer.Context, as_json: AsJson = False) -> int:
    """Show what was received, what is being done, what failed and why."""
    session: Session = context.obj
    with _pipeline(session) as pipeline:
        found, inbox = pipeline.status(), pipeline.workspace.inbox
        others = left_out(inbox)
        names, wrong = _unit_names(pipeline)
    if as_json:
        session.print_json({**Documents(session.translate).status(found), "left_out": list(others)})
    elif found == StatusReport():
        session.say(
            N_("Nothing was received yet: put the reports into {inbox}, then run `{command}`."),
            inbox=inbox,
            command=session.command("ingest"),
        )
    else:
        show_status(session.out, found, names, session.translate)
        _say_waiting(session, sum(file.is_waiting for file in found.files))
    if others and not as_json:
        _say_left_out(session, others)
    if wrong is None:
        return 0
    session.print_error(wrong)
    return wrong.exit_code


def _say_waiting(session: Session, count: int) -> None:
    if count:
        text = session.translate.plural(
            "{count} file waits to be read: run `{command}`.",
            "{count} files wait to be read: run `{command}`.",
            count,
        )
        session.warn(text.format(count=count, command=session.command("ingest")))


def _say_refused(session: Session, names: Sequence[str]) -> None:
    if names:
        text = session.translate.plural(
            "{count} file could not be read, and nobody knows of which unit it is: {names}. `{command}` says why.",
            "{count} files could not be read, and nobody knows of which unit they are: {names}. `{command}` says why.",
            len(names),
        )
        session.warn(text.format(count=len(names), names=", ".join(names), command=session.command("status")))


def _say_left_out(session: Session, names: Sequence[str]) -> None:
    text = session.translate.plural(
        "{count} file in the inbox is not taken, hidden or temporary by its name: {names}. Rename it if it is a "
        "report.",
        "{count} files in the inbox are not taken, hidden or temporary by their names: {names}. Rename those that are "
        "reports.",
        len(names),
    )
    session.warn(text.format(count=len(names), names=", ".join(names)))


def _unit_names(pipeline: Pipeline) -> tuple[dict[str, str], ConfigurationError | None]:
    """Return the names of the units by id, or what is wrong with the request: it hides the files from nobody."""
    try:
        return {unit.id: unit.name for unit in pipeline.request.units}, None
    except ConfigurationError as error:
        return {}, error


def gaps(
    context: typer.Context,
    as_json: AsJson = False,
    xlsx: Annotated[Path | None, typer.Option(help=N_("Write the gap register as a workbook."))] = None,
    png: Annotated[Path | None, typer.Option(help=N_("Write the matrix as a picture."))] = None,
) -> None:
    """Show unit × heading, and every gap with its evidence."""
    session: Session = context.obj
    check_output("--xlsx", xlsx, ".xlsx")
    check_output("--png", png, ".png")
    with _pipeline(session) as pipeline:
        pipeline.remap()
        report, waiting = pipeline.district_report(), pipeline.waiting()
    if xlsx is not None:
        from tonghop.compile.register import gap_workbook

        _write(session, xlsx, gap_workbook(report, Documents(session.translate).evidence(), session.translate))
    if png is not None:
        from tonghop.compile.heatmap import matrix_png

        _write(session, png, matrix_png(report, session.translate))
    if as_json:
        session.print_json(Documents(session.translate).gaps(report, waiting))
    elif xlsx is None and png is None:
        show_matrix(session.out, report, session.translate)
        counting, aside = _file_names(report)
        show_gaps(session.out, report.gaps, report.request, session.translate, counting, aside)
    _say_refused(session, report.refused)
    _say_waiting(session, len(waiting))


def _file_names(report: DistrictReport) -> tuple[dict[str, str], dict[str, str]]:
    """Return the names by sha256 of the files that count, and of those set aside for their period."""
    reports = [submission.report for submission in report.submissions if submission.report]
    counting = {found.source.sha256: found.source.name for found in (*reports, *report.unidentified)}
    aside = {source.sha256: source.name for submission in report.submissions for source in submission.set_aside}
    return counting, aside


def compile_report(
    context: typer.Context,
    output: Annotated[Path | None, typer.Option("-o", "--output", help=N_("The .docx file to write."))] = None,
    draft: Annotated[bool, typer.Option("--draft", help=N_("With a comment on the source of each paragraph."))] = False,
    as_json: AsJson = False,
) -> None:
    """Compile the report of all units into one Word file."""
    from tonghop.compile.docx import write_report

    session: Session = context.obj
    check_output("--output", output, ".docx")
    with _pipeline(session) as pipeline:
        pipeline.remap()
        report, settings = pipeline.district_report(), pipeline.workspace.settings.compile
        waiting = pipeline.waiting()
        path = output or pipeline.workspace.out / f"bao-cao-{report.request.name}{'-du-thao' if draft else ''}.docx"
    # The compiled report is an official Vietnamese document, whatever the language of the screen.
    vietnamese = Translator("vi")
    data = write_report(report, settings, lambda evidence: render(evidence, vietnamese), draft)
    _write(session, path, data)
    _say_refused(session, report.refused)
    _say_waiting(session, len(waiting))
    if as_json:
        document = Documents(session.translate).gaps(report, waiting)
        session.print_json({"file": str(path), "draft": draft, "bytes": len(data), **document})


def _write(session: Session, path: Path, data: bytes) -> None:
    """Write a whole file or none: a reader never sees half of it. Raises `OutputNotWritable`."""
    partial = path.with_name(f".{path.name}.part")
    try:
        partial.write_bytes(data)
        partial.replace(path)
    except OSError as error:
        with suppress(OSError):  # what went wrong is told; this is only about what would lie about
            partial.unlink()
        raise OutputNotWritable(file=path, detail=error.strerror or error) from error
    session.say(N_("Written: {path}"), path=path)
