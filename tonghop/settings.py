"""The settings of a workspace: `tonghop.toml`, checked. Each stage gets its own slice and nothing else.

Every setting has a default, so an empty file is a valid one. An unknown key or an impossible value is a
`FileProblem` that names file, line and mend.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from tonghop.errors import N_
from tonghop.tomlfile import load_toml

__all__ = [
    "CompileSettings",
    "ExtractSettings",
    "IngestSettings",
    "LedgerSettings",
    "Settings",
    "load_settings",
]

Share = Annotated[float, Field(ge=0.0, le=1.0)]


class _Checked(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class IngestSettings(_Checked):
    """How files are taken and pages read. Times in seconds, sizes in MB, resolutions in dots per inch."""

    language: str = "vie"
    recogniser: Literal["office", "system"] = "office"  # for "vie" alone: trained on office letters, or Tesseract's own
    dpi: int = Field(300, ge=100, le=600)
    page_timeout_s: float = Field(120.0, gt=0)
    settle_s: float = Field(3.0, ge=0)
    rescan_s: float = Field(60.0, gt=0)
    max_megapixels: int = Field(120, gt=0)
    max_unpacked_mb: int = Field(150, gt=0)
    max_archive_files: int = Field(500, gt=0)
    layer_syllable_share: Share = 0.85  # a text layer with fewer real syllables is read from the image
    layer_ink_coverage: Share = 0.60  # … and so is one that leaves more of the ink outside its words
    good_ink_coverage: Share = 0.90
    unread_ink_coverage: Share = 0.75
    good_confidence: Share = 0.88  # mean confidence of the words; measured in ingest/grade.py


class ExtractSettings(_Checked):
    """How sure the mapper must be. Scores 0 to 1."""

    unit_threshold: Share = 0.85
    unit_margin: Share = 0.05  # least distance to the runner-up
    heading_threshold: Share = 0.85
    thin_words: int = Field(8, ge=0)  # a section with fewer words is thin
    repair: bool = True


class CompileSettings(_Checked):
    """What the compiled report says of its sender.

    Empty `parent`, `issuer`, `place`, `addressee` come from the request, an empty signer's authority and title
    from the issuer's kind; an empty number, date or signer's name is left open.
    """

    parent: str = ""
    issuer: str = ""
    place: str = ""
    number: str = ""
    date: str = ""  # DD/MM/YYYY; empty leaves the day open, as a draft does
    addressee: str = ""
    signer_authority: str = ""  # "TM. ỦY BAN NHÂN DÂN"
    signer_title: str = ""  # "CHỦ TỊCH"
    signer_name: str = ""
    recipients: tuple[str, ...] = ()

    @property
    def day(self) -> dt.date | None:
        """The day of `date`; None when it is left open."""
        return _day_of(self.date)

    @field_validator("date")
    @classmethod
    def _check_date(cls, value: str) -> str:
        _day_of(value)
        return value


class LedgerSettings(_Checked):
    """Where the ledger lives: SQLite in the workspace, or a PostgreSQL URL (postgresql://…)."""

    url: str = ""


class Settings(_Checked):
    """All settings of a workspace."""

    request: str = "request.toml"
    language: Literal["vi", "en"] = "vi"
    executor: Literal["serial", "pool", "dask"] = "pool"
    workers: int = Field(0, ge=0)  # 0: as many as the machine has cores
    dask_scheduler: str = ""
    ingest: IngestSettings = IngestSettings()
    extract: ExtractSettings = ExtractSettings()
    compile: CompileSettings = CompileSettings()
    ledger: LedgerSettings = LedgerSettings()


def _day_of(text: str) -> dt.date | None:
    if not text.strip():
        return None
    try:
        return dt.datetime.strptime(text.strip(), "%d/%m/%Y").date()  # noqa: DTZ007 - a calendar day has no zone
    except ValueError as error:
        raise ValueError(N_("It is not a date in the form DD/MM/YYYY.")) from error


def load_settings(path: Path) -> Settings:
    """Return the settings in `path`. Raises `ConfigurationError`."""
    return load_toml(path, Settings)
