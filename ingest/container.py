"""Files that hold documents, archives and mails, opened by one call."""

from __future__ import annotations

from pathlib import Path

from tonghop.errors import N_, UnsupportedType
from tonghop.ingest.archive import Member, extract_members
from tonghop.ingest.mail import extract_attachments
from tonghop.ingest.store import safe_label
from tonghop.records import MediaType
from tonghop.settings import IngestSettings

__all__ = ["open_container"]


def open_container(
    path: Path, name: str, media_type: MediaType, into: Path, settings: IngestSettings
) -> tuple[Member, ...]:
    """Write the documents in the ZIP or mail at `path` into the folder `into` and return them.

    See `extract_members` and `extract_attachments`, also for what they raise; `UnsupportedType` when none is in it.
    """
    is_mail = media_type is MediaType.EML
    members = (extract_attachments if is_mail else extract_members)(path, name, into, settings)
    if not members:
        found = N_("an e-mail without attachments") if is_mail else N_("an archive without documents")
        raise UnsupportedType(name=safe_label(name), found=found)
    return members
