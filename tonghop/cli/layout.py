"""How lines and tables are laid out: folded to fit a terminal, nothing cut; in whole lines on a pipe."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

__all__ = ["print_flow", "print_hanging", "print_table"]

_LEAST = 20  # columns that text gets however narrow the terminal


def print_table(console: Console, table: Table) -> None:
    """Print `table`; on a pipe without the blanks that fill its last column."""
    if console.is_terminal:
        console.print(table)
        return
    with console.capture() as captured:
        console.print(table)
    for line in captured.get().splitlines():
        console.print(Text(line.rstrip()), soft_wrap=True)


def print_hanging(console: Console, line: Text, indent: int) -> None:
    """Print `line`; on a terminal it breaks between words, and what follows is `indent` columns in."""
    if not console.is_terminal:
        console.print(line, soft_wrap=True)
        return
    first, *rest = line.wrap(console, max(_LEAST, console.width - indent)) or [line]
    for part in (first, *(Text(" " * indent).append_text(part) for part in rest)):
        console.print(part, soft_wrap=True)


def print_flow(console: Console, items: Sequence[Text], between: str) -> None:
    """Print `items` one after the other, as many on a line as fit; none breaks inside."""
    lines: list[Text] = []
    for item in items:
        if lines and lines[-1].cell_len + len(between) + item.cell_len <= console.width:
            lines[-1] = lines[-1].append(between).append_text(item)
        else:
            lines.append(Text().append_text(item))
    for line in lines:
        console.print(line, soft_wrap=True)
