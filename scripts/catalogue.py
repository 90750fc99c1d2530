"""Gather the message ids of the source into the catalogues, and compile them.

    python scripts/catalogue.py          update tonghop/locale/vi/LC_MESSAGES/tonghop.po, write the .mo beside it

Message ids are English and stand in `N_("…")` and `translate.plural("one", "many", n)`; templates that come filled,
in `phrase("…", x=…)` and `P_("…")`, under the context `phrase`. Translate what the .po
file then shows as empty, and run it again. A test holds source, .po and .mo together.
"""

from __future__ import annotations

import io
import sys
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

__all__ = ["compiled", "extracted", "main", "read_catalogue"]

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ("tonghop", "ingest", "extract", "compile", "models")
KEYWORDS: dict[str | None, dict[str, Any]] = {  # by context
    None: {"N_": None, "plural": (1, 2)},
    "phrase": {"phrase": None, "P_": None},
}
PO = ROOT / "tonghop" / "locale" / "vi" / "LC_MESSAGES" / "tonghop.po"


def extracted() -> Catalog:
    """Return a catalogue of every message id in the source, in the order of the files."""
    template = Catalog(project="tonghop", charset="utf-8")
    for folder, (context, keywords) in product(SOURCES, KEYWORDS.items()):
        found = extract_from_dir(ROOT / folder, [("**.py", "python")], {"**.py": {}}, keywords)
        for name, line, message, comments, _ in sorted(found, key=lambda entry: (entry[0], entry[1])):
            template.add(message, None, [(f"{folder}/{name}", line)], auto_comments=comments, context=context)
    return template


def read_catalogue() -> Catalog:
    """Return the Vietnamese catalogue as it stands."""
    with PO.open("rb") as file:
        return read_po(file, locale="vi")


def compiled(catalogue: Catalog) -> bytes:
    """Return the binary form that gettext reads."""
    data = io.BytesIO()
    write_mo(data, catalogue)
    return data.getvalue()


def main() -> int:
    """Update the catalogue from the source and compile it; say what is still empty."""
    catalogue = read_catalogue() if PO.is_file() else Catalog(locale="vi")
    catalogue.update(extracted(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    _stamp(catalogue)
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as file:
        write_po(file, catalogue, width=0, sort_output=True, omit_header=False, include_lineno=False)
    PO.with_suffix(".mo").write_bytes(compiled(catalogue))
    empty = [message.id for message in catalogue if message.id and not all(_strings(message.string))]
    for message in empty:
        sys.stderr.write(f"not translated: {message}\n")
    return 1 if empty else 0


def _stamp(catalogue: Catalog) -> None:
    """Fix the header, so that the same messages give the same file whatever the day."""
    catalogue.project, catalogue.version, catalogue.fuzzy = "tonghop", "", False
    catalogue.copyright_holder = catalogue.last_translator = "Tổng Hợp"
    catalogue.msgid_bugs_address, catalogue.language_team = "", "vi"
    catalogue.header_comment = "# Tổng Hợp: what the program says, in Vietnamese."
    catalogue.creation_date = catalogue.revision_date = datetime(2024, 3, 1, tzinfo=UTC)


def _strings(string: object) -> tuple[str, ...]:
    return tuple(string) if isinstance(string, tuple | list) else (str(string or ""),)


if __name__ == "__main__":
    sys.exit(main())
