"""Everything the program says is there in Vietnamese; source, .po and .mo agree."""

from __future__ import annotations

import ast
import errno
import os
import re
import runpy
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tonghop import errors
from tonghop.cli import main
from tonghop.errors import ChildProcessFailed, EmptyFile, MissingDependency, PageTimeout, TonghopError, phrase, quoted
from tonghop.foreign import SYSTEM
from tonghop.i18n import Translator, join_sentences

if TYPE_CHECKING:
    from tests.conftest import SourceModule, SourceTree

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def tool() -> dict[str, Any]:
    return runpy.run_path(str(ROOT / "scripts" / "catalogue.py"))


def _forms(message: Any) -> tuple[str, ...]:
    return (message,) if isinstance(message, str) else tuple(message)


def test_every_message_is_translated(tool: dict[str, Any]) -> None:
    catalogue = tool["read_catalogue"]()
    asked = [message for message in tool["extracted"]() if message.id]
    assert len(asked) > 250
    found = {message.id: catalogue.get(message.id, message.context) for message in asked}
    lacking = [key for key, message in found.items() if message is None or not all(_forms(message.string))]
    assert not lacking, "run scripts/catalogue.py and translate"


def test_no_message_is_left_over(tool: dict[str, Any]) -> None:
    asked = {(message.context, message.id) for message in tool["extracted"]()}
    kept = {(message.context, message.id) for message in tool["read_catalogue"]() if message.id}
    assert kept - asked == set()


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


# ── sentences that come filled ───────────────────────────────────────────────────────────────────────────────


def test_a_filled_phrase_is_known_again() -> None:
    text = phrase("{path} is part of the workspace; only its inbox is taken in.", path="việc/out")
    assert text == "việc/out is part of the workspace; only its inbox is taken in."
    assert Translator("vi")(text) == "việc/out thuộc thư mục làm việc; ở đó chỉ nhận tệp trong inbox."
    assert Translator("en")(text) == text


def test_a_phrase_inside_a_phrase_is_said_too() -> None:
    text = phrase("The file {file} cannot be read: {detail}", file="a.toml", detail="No such file or directory")
    assert Translator("vi")(text) == "Không đọc được tệp a.toml: không có tệp hoặc thư mục này"


def test_the_sentence_of_an_error_is_known_again() -> None:
    """A page keeps it as text; a gap and `tonghop read` show it."""
    error = ChildProcessFailed(program="tesseract", detail="killed while it read this page, twice")
    assert Translator("vi")(error.sentence()) == Translator("vi").error(error)[0]
    error = PageTimeout(program="tesseract", seconds=120)
    assert Translator("vi")(error.sentence()) == Translator("vi").error(error)[0] != error.sentence()


@pytest.mark.parametrize(
    "text",
    [
        'connection failed: connection to server at "127.0.0.1", port 1 failed: Connection refused',
        "RuntimeError: the reader failed: no page",
        quoted("tesseract failed: it did not start"),
    ],
)
def test_the_words_of_a_library_are_not_taken_for_ours(text: str) -> None:
    assert Translator("vi")(text) == text
    _, detail = Translator("vi").error(MissingDependency(what="x", how=text))
    assert detail == text


def test_a_quotation_is_no_part_of_our_sentence() -> None:
    text = f"Điều này “{'tesseract'} failed: x” failed: y"
    assert Translator("vi")(text) == text
    error = ChildProcessFailed(program="tesseract", detail=quoted("pix failed: no memory"))
    assert Translator("vi")(error.sentence()) == "tesseract bị lỗi: “pix failed: no memory”"


def test_our_own_worker_is_known_again() -> None:
    error = ChildProcessFailed(program="worker process", detail="killed while it read this page, twice")
    assert "failed" not in Translator("vi")(error.sentence())


def test_a_phrase_has_words_of_its_own(tool: dict[str, Any]) -> None:
    """Else it would be seen in any text."""
    phrases = [message.id for message in tool["extracted"]() if message.context == "phrase"]
    assert len(phrases) > 50
    assert [p for p in phrases if len(re.findall(r"[a-z]{2,}", re.sub(r"\{\w+\}", " ", p))) < 2] == []


@pytest.mark.parametrize("text", ["báo cáo quý I.pdf", "Xã Bảo Lâm", "a: b", "{x} {name}", "12", "?"])
def test_other_text_is_left_alone(text: str) -> None:
    assert Translator("vi")(text) == text


@pytest.mark.skipif(sys.platform == "win32", reason="the wording of Windows is its own, and follows its language")
@pytest.mark.parametrize(
    "number", [errno.ENOENT, errno.EACCES, errno.EISDIR, errno.ENOTDIR, errno.ENOSPC, errno.EROFS, errno.EIO]
)
def test_what_the_system_says_is_translated(number: int) -> None:
    assert os.strerror(number) in SYSTEM
    assert Translator("vi")(os.strerror(number)) != os.strerror(number)


def test_sentences_are_joined_by_a_full_stop() -> None:
    assert join_sentences("No such file", "Look for it.") == "No such file. Look for it."
    assert join_sentences("It is empty.", "", "Send it again") == "It is empty. Send it again"
    assert join_sentences("The unit wrote “Không.”", "See there.") == "The unit wrote “Không.” See there."
    assert join_sentences() == ""


def test_each_value_is_filled_once() -> None:
    _, advice = Translator("en").error(MissingDependency(what="{how}", how="{what}"))
    assert advice == "{what}"


# ── text that the catalogue cannot know ──────────────────────────────────────────────────────────────────────

# Values of errors that are no sentences of ours, by the expression that stands there.
NOT_SENTENCES = {
    "f'{type(error).__name__}: {error}'": "the fault of a library as it names it, for whoever mends it",
    "f'{settings.page_timeout_s:g}'": "a number",
    "f'{first.received_at:%d/%m/%Y}'": "a day",
    "f'DTD ({safe_label(part)})'": "the name of a thing in the file format",
    "f'models/data/diacritics.safetensors ({error})'": "a file, and why it cannot be opened",
    "'Poppler (pdfinfo, pdftoppm, pdftotext)'": "names of programs",
    "'?'": "nothing is known",
}
A_PROGRAM_OR_COMMAND = re.compile(r"^(sudo apt(-get)? install |pip install |\./run$)|^[a-z]+( \(poppler\))?$|^[\w.]+$")


def _values(module: SourceModule) -> Iterator[tuple[str, ast.expr]]:
    """Place and expression of every value that an error is given in `module`, branches apart."""
    kinds = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, TonghopError)}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in kinds:
            for keyword in node.keywords:
                pending = [keyword.value]
                while pending:
                    value = pending.pop()
                    if isinstance(value, ast.IfExp):
                        pending += [value.body, value.orelse]
                    elif isinstance(value, ast.BoolOp):
                        pending += value.values
                    else:
                        yield f"{module.place}:{value.lineno}", value


def _is_unmarked(value: ast.expr) -> bool:
    """Is it text with words in it that stands in no `N_` or `phrase`?"""
    if ast.unparse(value) in NOT_SENTENCES:
        return False
    if isinstance(value, ast.Constant):
        return isinstance(value.value, str) and not A_PROGRAM_OR_COMMAND.search(value.value)
    if isinstance(value, ast.JoinedStr):
        text = "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in value.values)
        return bool(re.search(r"[^\W\d_]", text)) and not A_PROGRAM_OR_COMMAND.search(text)
    return False


def test_errors_say_nothing_that_cannot_be_translated(source_tree: SourceTree) -> None:
    """A sentence goes through `N_`, one with values through `phrase`; what is none is listed with its reason."""
    product = source_tree.under("tonghop", "ingest", "extract", "compile", "models")
    found = [(place, value) for module in product for place, value in _values(module)]
    assert len(found) > 60
    assert [f"{place}: {ast.unparse(value)}" for place, value in found if _is_unmarked(value)] == []


def test_the_list_of_exceptions_holds_nothing_left_over(source_tree: SourceTree) -> None:
    used = {ast.unparse(value) for module in source_tree for _, value in _values(module)}
    assert set(NOT_SENTENCES) - used == set()


@pytest.mark.parametrize(
    ("code", "is_caught"),
    [
        ("UsageError(detail=f'{x} is wrong')", True),
        ("UsageError(detail='is wrong')", True),
        ("UsageError(detail=error.strerror or 'is wrong')", True),
        ("UsageError(detail=N_('is wrong'))", False),
        ("UsageError(detail=phrase('{x} is wrong', x=x))", False),
        ("PageTimeout(program='tesseract', seconds=f'{x:g}')", False),
        ("MissingDependency(what='psycopg', how='sudo apt-get install x')", False),
    ],
)
def test_the_check_sees_what_it_must(code: str, is_caught: bool) -> None:
    from tests.conftest import SourceModule

    module = SourceModule("x", Path(__file__), ast.parse(code))
    assert any(_is_unmarked(value) for _, value in _values(module)) is is_caught


# ── commands that fail ───────────────────────────────────────────────────────────────────────────────────────

ENGLISH = re.compile(
    r"\b(the|is|are|not|no such|missing|with|and|cannot|must|be|of|from|this|that|page|line|file|directory|"
    r"required|default|usage|option|argument|invalid|value|expected|command|error|failed|date|input)\b",
    re.IGNORECASE,
)
VIETNAMESE = re.compile("[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹĂÂĐÊÔƠƯ]")
QUOTED = re.compile(
    r"`[^`]*`|“[^”]*”|\S*[/\\]\S*|\[?[\w.]+\]?[.:=]\S+|--?\w[\w-]*|\w+\.(?:toml|log|docx|pdf|txt)|[A-Z]{3,}\w*"
)
FAILING = {
    "no such command": ["gapps"],
    "no such option": ["gaps", "--bogus"],
    "missing argument": ["read"],
    "option without value": ["gaps", "--xlsx"],
    "too many arguments": ["init", "a", "b"],
    "value for a flag": ["gaps", "--json=1"],
    "unknown language": ["--lang=fr", "gaps"],
    "no workspace": ["--workspace", "{tmp}/none", "status"],
    "not there yet": ["review"],
    "unknown preset": ["map", "{tmp}/a.txt", "--request", "none"],
    "no request file": ["map", "{tmp}/a.txt", "--request", "none.toml"],
    "a request that is no text": ["map", "{tmp}/a.txt", "--request", "{tmp}/bytes.toml"],
    "no such file": ["read", "{tmp}/none.pdf"],
    "a folder": ["repair", "{tmp}"],
    "a folder to read": ["read", "{tmp}"],
    "an empty argument": ["read", ""],
    "an output that is a folder": ["--workspace", "{tmp}/work", "gaps", "--xlsx", "{tmp}"],
    "an output of another kind": ["--workspace", "{tmp}/work", "gaps", "--png", "x.txt"],
    "a damaged ledger": ["--workspace", "{tmp}/damaged", "status"],
    "no text": ["repair", "{tmp}/bytes.toml"],
    "not a report": ["read", "{tmp}/a.txt"],
    "an output in no folder": ["--workspace", "{tmp}/work", "compile", "-o", "{tmp}/none/x.docx"],
    "no .docx": ["--workspace", "{tmp}/work", "compile", "-o", "x.pdf"],
    "part of the workspace": ["--workspace", "{tmp}/work", "ingest", "{tmp}/work/out"],
    "blocked": ["init", "{tmp}/a.txt/x"],
    "wrong key": ["--workspace", "{tmp}/wrong-key", "status"],
    "wrong number": ["--workspace", "{tmp}/wrong-number", "status"],
    "wrong word": ["--workspace", "{tmp}/wrong-word", "status"],
    "wrong toml": ["--workspace", "{tmp}/wrong-toml", "status"],
    "wrong ledger": ["--workspace", "{tmp}/wrong-ledger", "status"],
    "wrong date": ["request", "show", "{tmp}/wrong-date.toml"],
}
SETTINGS = {
    "wrong-key": "langauge = 1\n",
    "wrong-number": "[ingest]\ndpi = 9999\n",
    "wrong-word": '[extract]\nthin_words = "x"\n',
    "wrong-toml": "[ingest\n",
    "wrong-ledger": '[ledger]\nurl = "mysql://x"\n',
}


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("x")
    (root / "a.txt").write_text("abc", encoding="utf-8")
    (root / "bytes.toml").write_bytes(b"\xff\xfe\x00")
    (root / "wrong-date.toml").write_text('name = "x"\n[letter]\nissued = 2024-02-30\n', encoding="utf-8")
    for name, text in SETTINGS.items():
        (root / name).mkdir()
        (root / name / "tonghop.toml").write_text(text, encoding="utf-8")
    assert main(["init", str(root / "work")]) == 0
    assert main(["init", str(root / "damaged")]) == 0
    (root / "damaged" / "ledger.sqlite3").write_bytes(b"no database" * 100)
    return root


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("arguments", FAILING.values(), ids=FAILING)
def test_a_failing_command_speaks_one_language(
    arguments: list[str], language: str, places: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["--lang", language, *(argument.replace("{tmp}", str(places)) for argument in arguments)])
    captured = capsys.readouterr()
    assert code in (2, 3, 5, 9)
    assert captured.out == ""
    said = QUOTED.sub(" ", captured.err.replace(str(places), ""))
    wrong = ENGLISH if language == "vi" or "fr" in arguments[0] else VIETNAMESE  # --lang fr is answered in Vietnamese
    assert said.strip("✗→ \n")
    assert not wrong.search(said), said
