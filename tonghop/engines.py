"""What names the engine that made a result. The ledger keeps results by it, so that nothing is done twice.

A key holds the engine's version, the settings that change its result, and the keys of what it builds upon.
"""

from __future__ import annotations

import hashlib

from tonghop import __version__
from tonghop.errors import ChildProcessFailed, MissingDependency
from tonghop.ingest import tesseract
from tonghop.ingest.recogniser import choose_recogniser
from tonghop.ledger.codec import dump
from tonghop.records import ReportingRequest
from tonghop.settings import ExtractSettings, IngestSettings

__all__ = ["MAPPING", "READING", "can_read", "limits_key", "mapping_key", "reading_key"]

# Raise these when the same input gives another result: pages are then read, reports mapped, again.
READING, MAPPING = "8", "9"

_LIMITS = {"page_timeout_s", "max_megapixels", "max_unpacked_mb"}


def reading_key(settings: IngestSettings) -> str:
    """Return what names the engine that reads pages: our version, tesseract's, its model, settings that matter."""
    # All but those that are known to change nothing: a new setting is taken to change the reading.
    shaping = settings.model_dump_json(exclude=_LIMITS | {"settle_s", "rescan_s", "max_archive_files"})
    return f"read-{READING}-{_digest(_tesseract_version(), choose_recogniser(settings).fingerprint, shaping)}"


def _tesseract_version() -> str:
    """Return tesseract's version. Without tesseract nothing can be read, but what was read can still be shown."""
    try:
        return tesseract.version()
    except (MissingDependency, ChildProcessFailed):
        return ""


def can_read() -> bool:
    """Return whether tesseract is there. Without it, nothing says that pages read before would be read otherwise."""
    return bool(_tesseract_version())


def limits_key(settings: IngestSettings) -> str:
    """Return what names the limits a page may fail by: where they change, failed pages are read again."""
    return _digest(settings.model_dump_json(include=_LIMITS))


def mapping_key(request: ReportingRequest, settings: ExtractSettings, reading: str) -> str:
    """Return what names the engine that maps reports: its version, request, settings, and how pages were read.

    Mapping takes a moment, so every release of the product does it again; reading takes hours.
    """
    return f"map-{MAPPING}-{_digest(__version__, dump(request), settings.model_dump_json(), reading)}"


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]
