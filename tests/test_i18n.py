"""Everything the program says is there in Vietnamese; source, .po and .mo agree."""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from typing import Any

import pytest

from tonghop.errors import EmptyFile, MissingDependency
from tonghop.i18n import Translator

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def tool() -> dict[str, Any]:
    return runpy.run_path(str(ROOT / "scripts" / "catalogue.py"))


def _forms(message: Any) -> tuple[str, ...]:
    return (message,) if isinstance(message, str) else tuple(message)


def test_every_message_is_translated(tool: dict[str, Any]) -> None:
    catalogue = tool["read_catalogue"]()
    asked = [message.id for message in tool["extracted"]() if message.id]
    assert len(asked) > 150
    lacking = [key for key in asked if key not in catalogue or not all(_forms(catalogue[key].string))]
    assert not lacking, "run scripts/catalogue.py and translate"


def test_no_message_is_left_over(tool: dict[str, Any]) -> None:
    asked = {message.id for message in tool["extracted"]()}
    assert [message.id for message in tool["read_catalogue"]() if message.id and message.id not in asked] == []


def test_translations_keep_the_placeholders(tool: dict[str, Any]) -> None:
    for message in tool["read_catalogue"]():
        if message.id:
            english = set(re.findall(r"\{(\w+)\}", " ".join(_forms(message.id))))
            assert set(re.findall(r"\{(\w+)\}", " ".join(_forms(message.string)))) == english, message.id


def test_the_compiled_catalogue_is_that_of_the_text(tool: dict[str, Any]) -> None:
    assert tool["PO"].with_suffix(".mo").read_bytes() == tool["compiled"](tool["read_catalogue"]())


def test_an_error_speaks_the_users_language() -> None:
    message, advice = Translator("vi").error(EmptyFile(name="báo cáo.pdf"))
    assert message.startswith("báo cáo.pdf")
    assert (message, advice) != Translator("en").error(EmptyFile(name="báo cáo.pdf"))


def test_values_with_braces_are_not_filled_again() -> None:
    message, _ = Translator("en").error(EmptyFile(name="{name} {0} {advice}.pdf"))
    assert "{name} {0} {advice}.pdf" in message


def test_a_value_that_is_a_message_is_translated_too() -> None:
    _, advice = Translator("en").error(MissingDependency(what="x", how="Free space"))
    assert advice == "Free space"
    _, advice = Translator("vi").error(MissingDependency(what="x", how="Free space"))
    assert advice != "Free space"
