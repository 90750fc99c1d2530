"""The workspace: made once, opened often, its settings file explained line by line."""

from __future__ import annotations

import re
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import BaseModel

from tonghop.errors import ConfigurationError, OutputNotWritable, WorkspaceMissing
from tonghop.request import load_preset, preset_text
from tonghop.settings import CompileSettings, ExtractSettings, IngestSettings, LedgerSettings, Settings
from tonghop.workspace import SETTINGS_TEXT, Workspace

REQUEST = preset_text("cao-loc-2024-q1")


def test_a_new_workspace_has_everything(tmp_path: Path) -> None:
    made = Workspace.create(tmp_path / "văn phòng", REQUEST)
    assert all(place.is_dir() for place in (made.inbox, made.originals, made.quarantine, made.out))
    assert made.settings == Settings()
    assert made.load_request() == load_preset("cao-loc-2024-q1")
    assert made == Workspace.open(tmp_path / "văn phòng")


def test_making_it_again_changes_nothing(tmp_path: Path) -> None:
    made = Workspace.create(tmp_path, REQUEST)
    (made.root / "tonghop.toml").write_text('language = "en"\n', encoding="utf-8")
    (made.root / "request.toml").write_text(REQUEST + "\n# của tôi\n", encoding="utf-8")
    (made.inbox / "báo cáo.docx").write_bytes(b"x")
    again = Workspace.create(tmp_path, preset_text("xa"))
    assert again.settings.language == "en"
    assert "của tôi" in (again.root / "request.toml").read_text(encoding="utf-8")
    assert (again.inbox / "báo cáo.docx").read_bytes() == b"x"


def test_the_settings_file_shows_every_setting_with_its_default() -> None:
    shown = re.sub(r"(?m)^# (?=\w+ = |\[)", "", SETTINGS_TEXT)
    assert Settings.model_validate(tomllib.loads(shown)) == Settings()
    names = {name for part in tomllib.loads(shown).values() for name in (part if isinstance(part, dict) else ())}
    names |= tomllib.loads(shown).keys()
    parts: list[type[BaseModel]] = [Settings, IngestSettings, ExtractSettings, CompileSettings, LedgerSettings]
    assert names == {name for part in parts for name in part.model_fields}


def test_the_settings_file_as_written_changes_nothing() -> None:
    assert tomllib.loads(SETTINGS_TEXT) == {}


def test_a_folder_that_is_none_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceMissing) as raised:
        Workspace.open(tmp_path)
    assert raised.value.params["folder"] == str(tmp_path)


def test_wrong_settings_are_named_with_their_line(tmp_path: Path) -> None:
    made = Workspace.create(tmp_path, REQUEST)
    (made.root / "tonghop.toml").write_text("workers = 2\nlanguaje = 'vi'\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="line 2"):
        Workspace.open(tmp_path)


def test_a_file_in_the_way_is_an_output_error(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("", encoding="utf-8")
    with pytest.raises(OutputNotWritable):
        Workspace.create(tmp_path / "x", REQUEST)
    made = Workspace.create(tmp_path / "y", REQUEST)
    made.inbox.rmdir()
    made.inbox.write_text("", encoding="utf-8")
    with pytest.raises(OutputNotWritable, match="inbox"):
        Workspace.open(tmp_path / "y")


@pytest.mark.parametrize("name", ["văn phòng", "50% #1?", "a b"])
def test_the_ledger_lies_in_the_workspace_whatever_its_name(tmp_path: Path, name: str) -> None:
    made = Workspace.create(tmp_path / name, REQUEST)
    ledger = made.open_ledger(lambda: datetime(2024, 2, 27, tzinfo=UTC))
    assert ledger.status().files == ()
    ledger.close()
    assert (made.root / "ledger.sqlite3").is_file()


def test_what_fails_leaves_what_was_there_and_nothing_else(tmp_path: Path) -> None:
    root = tmp_path / "x"
    (root / "inbox").mkdir(parents=True)
    (root / "inbox" / "báo cáo.docx").write_bytes(b"x")
    (root / "tonghop.toml").write_text('[ledger]\nurl = "mysql://nowhere/x"\n', encoding="utf-8")
    with pytest.raises(ConfigurationError):
        Workspace.create(root, REQUEST)
    assert sorted(path.name for path in root.rglob("*")) == ["báo cáo.docx", "inbox", "tonghop.toml"]
    (root / "tonghop.toml").write_text("", encoding="utf-8")
    (root / "request.toml").write_text("name = 1\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"request\.toml"):
        Workspace.create(root, REQUEST)
    assert sorted(path.name for path in root.iterdir()) == ["inbox", "request.toml", "tonghop.toml"]
    assert (root / "request.toml").read_text(encoding="utf-8") == "name = 1\n"
