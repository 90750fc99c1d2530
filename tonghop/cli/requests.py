"""`tonghop request list | show`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from tonghop.cli.layout import print_table
from tonghop.cli.session import Session
from tonghop.errors import N_
from tonghop.records import ReportingRequest, Requirement
from tonghop.request import load_preset, load_request, preset_names

__all__ = ["find_request", "list_requests", "show"]

_SIGNS = {Requirement.REQUIRED: "●", Requirement.OPTIONAL: "○", Requirement.AMBIGUOUS: "?"}


def find_request(name: str) -> ReportingRequest:
    """Return the preset called `name`, or the request in the TOML file of that name. Raises `ConfigurationError`."""
    path = Path(name)
    return load_request(path) if path.suffix == ".toml" or path.is_file() else load_preset(name)


def list_requests(context: typer.Context) -> None:
    """List the request files that come with the product."""
    session: Session = context.obj
    table = Table(box=None, padding=(0, 2, 0, 0))
    for column in (N_("Name"), N_("Authority"), N_("Period"), N_("Deadline"), N_("Units")):
        table.add_column(session.translate(column))
    for name in preset_names():
        request = load_preset(name)
        deadline = f"{request.deadline:%d/%m/%Y}"
        table.add_row(name, request.issuer, request.period.name, deadline, str(len(request.units)))
    print_table(session.out, table)


def show(context: typer.Context, name: Annotated[str, typer.Argument(help=N_("A preset or a TOML file."))]) -> None:
    """Show what a request asks of whom: ● required, ○ optional, ? the officer decides."""
    session: Session = context.obj
    request = find_request(name)
    first, last, deadline = (f"{d:%d/%m/%Y}" for d in (request.period.first, request.period.last, request.deadline))
    session.out.print(f"{request.issuer} · {request.number} · {request.issued:%d/%m/%Y}", style="bold", highlight=False)
    session.out.print(request.subject, highlight=False)
    dates = session.translate(N_("Data from {first} to {last}, both included; last day on time: {deadline}"))
    session.out.print(dates.format(first=first, last=last, deadline=deadline), highlight=False)
    print_table(session.out, _owed(request, session))
    for kind in request.kinds:
        names = ", ".join(unit.name for unit in request.units if unit.kind == kind.key)
        session.out.print(f"{kind.plural}: {names}", highlight=False)


def _owed(request: ReportingRequest, session: Session) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column(session.translate(N_("Heading")))
    for kind in request.kinds:
        table.add_column(kind.name)
    table.add_column(session.translate(N_("Exceptions")))
    for heading in request.asked:
        rules = [rule for rule in request.rules if rule.heading == heading.key]
        by_kind = {kind: _SIGNS[rule.requirement] for rule in rules if not rule.units for kind in rule.kinds}
        single = [f"{_SIGNS[rule.requirement]} {request.unit(unit).name}" for rule in rules for unit in rule.units]
        table.add_row(heading.title, *(by_kind.get(kind.key, "") for kind in request.kinds), "; ".join(single))
    return table
