"""Whether a file is an e-mail as programs save it (.eml), by its first header lines: RFC 5322, 2.2."""

from __future__ import annotations

import re

__all__ = ["MAIL_HEAD", "is_mail"]

MAIL_HEAD = 4096  # bytes; a mail from outside begins with kilobytes of delivery notes, all of them headers
_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:")
_SENDER = frozenset({b"from", b"received", b"return-path", b"delivered-to", b"x-sender"})
_OTHERS = frozenset({b"to", b"date", b"subject", b"message-id", b"mime-version", b"content-type"})
# Web pages that a browser or Word saved as one file have the same form.
_SAVED_PAGE = re.compile(rb"(?im)^(?:snapshot-content-location:|from:\s*\"?<?saved by)")


def is_mail(head: bytes) -> bool:
    """Return whether a file that begins with `head` (at most 4096 bytes are looked at) is an e-mail."""
    lines = re.split(rb"\r?\n", head[:MAIL_HEAD])
    if len(head) >= MAIL_HEAD:
        lines.pop()  # cut off in the middle
    names: set[bytes] = set()
    for line in lines:
        if not line:
            break
        field = _FIELD.match(line)
        if field:
            names.add(field[1].lower())
        elif not (names and line[:1] in b" \t"):
            return False
    return bool(names & _SENDER) and len(names & _OTHERS) >= 2 and not _SAVED_PAGE.search(head)
