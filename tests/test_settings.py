"""Settings: every one has a default; a mistake is named with file, line and mend."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError

from tonghop.errors import ConfigurationError, FileProblem
from tonghop.settings import IngestSettings, Settings, load_settings
from tonghop.tomlfile import line_of


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "tonghop.toml"


def problem_of(file: Path, text: str) -> FileProblem:
    file.write_text(text, encoding="utf-8")
    with pytest.raises(FileProblem) as caught:
        load_settings(file)
    assert caught.value.params["file"] == str(file)
    return caught.value


def test_an_empty_file_is_all_defaults(file: Path) -> None:
    file.write_text("", encoding="utf-8")
    assert load_settings(file) == Settings()
    assert Settings().language == "vi"


def test_values_are_read(file: Path) -> None:
    file.write_text('language = "en"\nworkers = 3\n[ingest]\ndpi = 200\n[compile]\nplace = "Cao Lộc"\n', "utf-8")
    settings = load_settings(file)
    assert (settings.language, settings.workers, settings.ingest.dpi) == ("en", 3, 200)
    assert settings.compile.place == "Cao Lộc"
    assert settings.extract == Settings().extract


def test_a_file_from_notepad_begins_with_a_byte_order_mark(file: Path) -> None:
    file.write_text('\ufefflanguage = "en"\r\n', encoding="utf-8")
    assert load_settings(file).language == "en"


def test_zero_and_empty_are_values(file: Path) -> None:
    """What the user wrote wins over the default, also where it is 0 or nothing."""
    file.write_text("[ingest]\nsettle_s = 0\n[extract]\nthin_words = 0\nrepair = false\n", encoding="utf-8")
    settings = load_settings(file)
    assert (settings.ingest.settle_s, settings.extract.thin_words, settings.extract.repair) == (0.0, 0, False)


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        Settings().workers = 3  # type: ignore[misc] # the very thing that must fail


@pytest.mark.parametrize(
    ("text", "line", "named"),
    [
        ('langauge = "vi"\n', 1, "langauge"),
        ('\n# a comment\nlanguage = "vi"\nworker = 2\n', 4, "worker"),
        ("workers = 1\n\n[ingest]\ndpi = 300\ndpy = 300\n", 5, "dpy"),
        ("[ingest]\ndpi = 300\n[extract]\ndpi = 300\n", 4, "dpi"),
        ("[ingestion]\n", 1, "ingestion"),
        ("[ingest.more]\nx = 1\n", 1, "more"),
    ],
)
def test_an_unknown_key_is_named_with_its_line(file: Path, text: str, line: int, named: str) -> None:
    problem = problem_of(file, text)
    assert problem.params["line"] == str(line)
    assert named in problem.params["problem"]
    assert "correct its spelling" in problem.params["mend"]


def test_the_mend_lists_the_keys_known_there(file: Path) -> None:
    mend = problem_of(file, "[ledger]\nurn = 1\n").params["mend"]
    assert mend.endswith("Known here: url.")
    mend = problem_of(file, "[ingest]\ndpy = 1\n").params["mend"]
    assert ", ".join(sorted(IngestSettings.model_fields)) in mend


@pytest.mark.parametrize(
    ("text", "line", "named"),
    [
        ("[ingest]\ndpi = 5000\n", 2, "ingest.dpi"),
        ("[ingest]\n\ndpi = 99\n", 3, "ingest.dpi"),
        ('language = "fr"\n', 1, "language"),
        ("workers = -1\n", 1, "workers"),
        ("[ingest]\npage_timeout_s = 0\n", 2, "ingest.page_timeout_s"),
        ("[extract]\nunit_threshold = 1.5\n", 2, "extract.unit_threshold"),
        ('executor = "spark"\n', 1, "executor"),
        ('[ingest]\ndpi = "much"\n', 2, "ingest.dpi"),
    ],
)
def test_an_impossible_value_is_named_with_its_line(file: Path, text: str, line: int, named: str) -> None:
    problem = problem_of(file, text)
    assert problem.params["line"] == str(line)
    assert problem.params["problem"].startswith(f"{named}: ")
    assert problem.params["mend"].startswith("Replace the value")


@pytest.mark.parametrize(
    ("text", "line"), [("workers = \n", 1), ('a = 1\nlanguage = "vi\n', 2), ("[ingest\n", 1), ("\n\nx\n", 3)]
)
def test_bad_toml_is_named_with_its_line(file: Path, text: str, line: int) -> None:
    problem = problem_of(file, text)
    assert problem.params["line"] == str(line)
    assert "quotes, brackets and equals signs" in problem.params["mend"]


def test_the_sentence_reads_like_a_compiler(file: Path) -> None:
    assert problem_of(file, "worker = 2\n").sentence().startswith(f"{file}, line 1: worker: ")


def test_a_missing_file_and_a_file_that_is_no_text(file: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"tonghop\.toml"):
        load_settings(file)
    file.write_bytes(b"language = \xff\xfe")
    with pytest.raises(ConfigurationError, match=r"tonghop\.toml"):
        load_settings(file)


TOML = """\
name = "x"
[letter]
issued = 2024-01-01
[[units]]
id = "a"
name = "A"
[[units]]
id = "b"
name = "B"
"""


@pytest.mark.parametrize(
    ("loc", "line"),
    [
        (("name",), 1),
        (("letter", "issued"), 3),
        (("units", 0, "id"), 5),
        (("units", 1, "id"), 8),
        (("units", 1, "name"), 9),
        (("units", 1, "colour"), 7),  # not there: where its table begins
    ],
)
def test_line_of(loc: tuple[int | str, ...], line: int) -> None:
    assert line_of(TOML, loc) == line


@pytest.mark.parametrize("day", ["31/02/2024", "2024-02-29", "hôm nay"])
def test_a_date_of_the_report_that_is_none_is_named_with_its_line(file: Path, day: str) -> None:
    problem = problem_of(file, f'[compile]\nnumber = "5"\ndate = "{day}"\n')
    assert problem.params["line"] == "3"
    assert problem.params["problem"].startswith("compile.date: ")
    assert "DD/MM/YYYY" in problem.params["problem"]


def test_the_date_of_the_report_is_a_day_or_open(file: Path) -> None:
    file.write_text('[compile]\ndate = " 07/3/2024 "\n', encoding="utf-8")
    assert load_settings(file).compile.day == date(2024, 3, 7)
    assert Settings().compile.day is None
