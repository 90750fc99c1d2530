"""Bring docs/errors.md up to date: the sentences of tonghop/errors.py, in Vietnamese and English.

    python scripts/errors_page.py            rewrite the two rows of every entry, from the source and the catalogue
    python scripts/errors_page.py --check    change nothing; exit 1 when the page does not say what the program says

What else an entry says (when it happens) is written by hand and left alone. A sentence that the catalogue does
not have yet keeps the Vietnamese that stands in the page. A new error needs its entry written first: copy one.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from tonghop.errors import TonghopError
from tonghop.i18n import Translator

__all__ = ["main", "missing_entries", "updated"]

PAGE = Path(__file__).resolve().parent.parent / "docs" / "errors.md"
ROWS = {"Báo / Says": "message", "Xử lý / Mend": "advice"}
HEADING = re.compile(r"^### `(\w+)`")
ROW = re.compile(rf"^\| (?P<label>{'|'.join(map(re.escape, ROWS))}) \| (?P<vi>.*?) \| .* \|$")


def all_errors(kind: type[TonghopError] = TonghopError) -> Iterator[type[TonghopError]]:
    """Yield `kind` and everything below it."""
    yield kind
    for child in kind.__subclasses__():
        yield from all_errors(child)


def missing_entries(page: str) -> list[str]:
    """Return the codes that have no entry on `page`, or no row for what they say or how to mend it."""
    return [
        kind.code
        for kind in all_errors()
        if not re.search(rf"(?ms)^### `{kind.code}` .*?^\| Báo / Says \|.*?^\| Xử lý / Mend \|", page)
    ]


def updated(page: str) -> str:
    """Return `page` with the sentences that the program says now."""
    kinds = {kind.code: kind for kind in all_errors()}
    translate = Translator("vi")
    lines: list[str] = []
    kind = None
    for line in page.split("\n"):
        if heading := HEADING.match(line):
            kind = kinds.get(heading[1])
            lines.append(_heading(kind) if kind else line)
        elif kind and (row := ROW.match(line)):
            english = getattr(kind, ROWS[row["label"]])
            vietnamese = translate(english)
            lines.append(f"| {row['label']} | {vietnamese if vietnamese != english else row['vi']} | {english} |")
        else:
            lines.append(line)
    return "\n".join(lines)


def _heading(kind: type[TonghopError]) -> str:
    return f"### `{kind.code}` · mã thoát / exit code {kind.exit_code}"


def main() -> int:
    """Rewrite the page, or compare it."""
    page = PAGE.read_text(encoding="utf-8")
    missing = missing_entries(page)
    for code in missing:
        sys.stderr.write(f"docs/errors.md has no entry for `{code}`\n")
    fresh = updated(page)
    if "--check" in sys.argv[1:]:
        return 1 if missing or fresh != page else 0
    PAGE.write_text(fresh, encoding="utf-8")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
