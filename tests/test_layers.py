"""The rules of the house, read from the source: who may import whom, and what stages must not do.

Import-linting tools cannot see folders that are mapped into a package, so the syntax trees are read here.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import SourceModule, SourceTree

# Each layer: the modules it is made of. A longer name wins over a shorter one.
LAYERS = {
    "records": ("tonghop.records",),
    "foundation": tuple(
        f"tonghop.{name}" for name in ("errorbase", "errors", "messages", "phrases", "settings", "text", "tomlfile")
    ),
    "version": ("tonghop",),
    "models": ("tonghop.models",),
    "ingest": ("tonghop.ingest",),
    "extract": ("tonghop.extract",),
    "compile": ("tonghop.compile",),
    "request": ("tonghop.request", "tonghop.presets"),
    "language": ("tonghop.i18n", "tonghop.foreign"),
    "ledger": ("tonghop.ledger",),
    "executors": ("tonghop.executors",),
    "progress": ("tonghop.progress",),
    "workspace": ("tonghop.workspace",),
    "pipeline": (
        "tonghop.pipeline",
        "tonghop.batches",
        "tonghop.engines",
        "tonghop.finding",
        "tonghop.reading",
        "tonghop.receiving",
    ),
    "cli": ("tonghop.cli", "tonghop.__main__"),
}
BASE = {"records", "foundation", "version"}
STAGES = {"ingest", "extract", "compile"}
# What a layer may import besides itself.
ALLOWED = {
    "version": set[str](),
    "records": set[str](),
    "foundation": BASE,
    "models": BASE,
    "ingest": BASE,
    "extract": BASE | {"models"},
    "compile": BASE,
    "request": BASE,
    "language": BASE,
    "ledger": BASE,
    "executors": BASE,
    "progress": BASE,
    "workspace": BASE | {"ledger", "request"},
    "pipeline": BASE | STAGES | {"models", "ledger", "executors", "request", "language", "progress", "workspace"},
    "cli": set(LAYERS),
}

# Each third-party package: the modules that may import it. A trailing dot stands for everything below.
OWNERS = {
    "pydantic": ("tonghop.settings", "tonghop.tomlfile", "tonghop.request", "tonghop.ledger.codec"),
    "pytesseract": ("tonghop.ingest.tesseract",),
    "pdf2image": ("tonghop.ingest.rasterize",),
    "pdfplumber": ("tonghop.ingest.drawnrules",),
    "docx": ("tonghop.ingest.word", "tonghop.compile.docx"),
    "safetensors": ("tonghop.models.artefact",),
    "spacy": ("tonghop.models.headings",),
    "django": ("tonghop.ledger.",),
    "watchfiles": ("tonghop.ingest.inbox",),
    "openpyxl": ("tonghop.compile.register", "tonghop.ingest.workbook"),
    "matplotlib": ("tonghop.compile.heatmap",),
    "PIL": ("tonghop.ingest.rasterize", "tonghop.models.train."),
    "cv2": ("tonghop.ingest.", "tonghop.models.train."),
    "numpy": ("tonghop.ingest.", "tonghop.models."),
    "rapidfuzz": ("tonghop.extract.similarity",),
    "distributed": ("tonghop.executors",),
    "typer": ("tonghop.cli.",),
    "click": ("tonghop.cli.",),
    "rich": ("tonghop.cli.",),
}


def layer_of(module: str) -> str | None:
    """The layer of a module; None for one that the table does not know."""
    found = [
        (len(prefix), layer)
        for layer, prefixes in LAYERS.items()
        for prefix in prefixes
        if module == prefix or (prefix != "tonghop" and module.startswith(prefix + "."))
    ]
    return max(found)[1] if found else None


def imports_of(module: SourceModule) -> Iterator[tuple[int, str]]:
    """Line and full name of all that is imported, wherever in the file, also for type checking only."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module.place}:{node.lineno}: relative import"
            yield node.lineno, node.module or ""
            # `from tonghop import text` imports a module too.
            yield from (
                (node.lineno, f"{node.module}.{alias.name}") for alias in node.names if node.module == "tonghop"
            )
        elif isinstance(node, ast.Call) and _called(node) in ("import_module", "__import__"):
            assert node.args, f"{module.place}:{node.lineno}: import of nothing"
            name = node.args[0]
            if isinstance(name, ast.Constant) and isinstance(name.value, str):
                yield node.lineno, name.value


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def is_third_party(name: str) -> bool:
    return name.partition(".")[0] not in {*sys.stdlib_module_names, "tonghop", "ingest", "extract", "compile", "models"}


def test_every_module_has_a_layer(source_tree: SourceTree) -> None:
    assert [m.place for m in source_tree if layer_of(m.name) is None] == []


def test_no_layer_imports_what_it_may_not(source_tree: SourceTree) -> None:
    wrong = []
    for module in source_tree:
        layer = layer_of(module.name)
        assert layer is not None
        for line, name in imports_of(module):
            if name != "tonghop" and not name.startswith("tonghop."):
                continue
            other = layer_of(name) or layer_of(name.rpartition(".")[0])
            if other != layer and other not in ALLOWED[layer]:
                wrong.append(f"{module.place}:{line}: {layer} imports {name} ({other})")
    assert wrong == []


def test_records_are_made_of_the_standard_library(source_tree: SourceTree) -> None:
    wrong = [
        f"{module.place}:{line}: {name}"
        for module in source_tree
        if layer_of(module.name) == "records"
        for line, name in imports_of(module)
        if is_third_party(name)
    ]
    assert wrong == []


def test_the_foundation_knows_pydantic_and_nothing_else(source_tree: SourceTree) -> None:
    found = {
        name.split(".")[0]
        for module in source_tree
        if layer_of(module.name) == "foundation"
        for _, name in imports_of(module)
        if is_third_party(name)
    }
    assert found == {"pydantic"}


@pytest.mark.parametrize("tool", sorted(OWNERS))
def test_each_tool_has_one_importer(source_tree: SourceTree, tool: str) -> None:
    owners = OWNERS[tool]
    importers = {m.name for m in source_tree for _, name in imports_of(m) if name.split(".")[0] == tool}
    strangers = [
        name
        for name in importers
        if not any(name == o or (o.endswith(".") and f"{name}.".startswith(o)) for o in owners)
    ]
    assert sorted(strangers) == []


def test_every_tool_has_an_owner(source_tree: SourceTree) -> None:
    """Who may import a new tool is decided when it comes, not when it has spread."""
    imported = {name.split(".")[0] for module in source_tree for _, name in imports_of(module) if is_third_party(name)}
    assert imported - set(OWNERS) == set()


def test_every_tool_imported_is_a_dependency(
    source_tree: SourceTree, declared_dependencies: frozenset[str], optional_dependencies: frozenset[str]
) -> None:
    names = {"PIL": "pillow", "cv2": "opencv-python-headless", "docx": "python-docx"}
    imported = {name.split(".")[0] for module in source_tree for _, name in imports_of(module) if is_third_party(name)}
    assert {names.get(name, name) for name in imported} - declared_dependencies - optional_dependencies == set()


def test_stages_are_imported_by_their_full_name(source_tree: SourceTree) -> None:
    """`import compile` would find a folder of this repository; `from tonghop import compile` hides a builtin."""
    wrong = [
        f"{module.place}:{line}: {name}"
        for module in source_tree.modules
        for line, name in imports_of(module)
        if name.split(".")[0] in {"ingest", "extract", "compile", "models"}
    ]
    hiding = [
        f"{module.place}:{node.lineno}"
        for module in source_tree.modules
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ImportFrom) and node.module == "tonghop"
        if any((alias.asname or alias.name) == "compile" for alias in node.names)
    ]
    assert wrong + hiding == []


# Calls that make a stage depend on when or where it runs. Handing such a function in as an argument is the way.
IMPURE = (
    ".datetime.now",
    ".datetime.utcnow",
    ".datetime.today",
    ".date.today",
    ".time.time",
    ".os.getenv",
    ".random.random",
    ".random.choice",
    ".random.shuffle",
    ".uuid.uuid4",
)


def test_stages_do_not_read_clock_environment_or_dice(source_tree: SourceTree) -> None:
    wrong = []
    for module in source_tree:
        if layer_of(module.name) not in STAGES | {"models", "records", "foundation"}:
            continue
        if ".train" in module.name:  # run by a developer, not by the program
            continue
        # Setting a variable is how a child process is told something; what is forbidden is to depend on one.
        set_for_children = [
            node.value
            for node in ast.walk(module.tree)
            if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store)
        ]
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and f".{ast.unparse(node.func)}".endswith(IMPURE):
                wrong.append(f"{module.place}:{node.lineno}: {ast.unparse(node.func)}()")
            elif isinstance(node, ast.Attribute) and ast.unparse(node) == "os.environ" and node not in set_for_children:
                wrong.append(f"{module.place}:{node.lineno}: os.environ")
    assert wrong == []


def test_functions_and_modules_stay_small(source_tree: SourceTree) -> None:
    wrong = []
    for module in source_tree.modules:
        lines = len(module.path.read_text(encoding="utf-8").splitlines())
        if lines > 400:
            wrong.append(f"{module.place}: {lines} lines")
        for node in ast.walk(module.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
                length = node.end_lineno - node.lineno + 1
                if length > 50:
                    wrong.append(f"{module.place}:{node.lineno}: {node.name} has {length} lines")
    assert wrong == []


_EVERYTHING = {"Exception", "BaseException"}


def _names(node: ast.expr | None) -> set[str]:
    """The names in what a handler catches; all there is for a bare `except:`."""
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)} if node else _EVERYTHING


def _takes_all(kinds: list[ast.expr]) -> bool:
    return any(_names(kind) & _EVERYTHING for kind in kinds)


def swallowers(tree: ast.AST) -> Iterator[int]:
    """Lines of handlers that take any error there is and neither raise one nor do anything with it.

    Something is done where the error is used, or a log told of it with its traceback.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler) and _names(node.type) & _EVERYTHING:
            inside = [part for statement in node.body for part in ast.walk(statement)]
            is_used = any(isinstance(part, ast.Name) and part.id == node.name for part in inside)
            is_raised = any(isinstance(part, ast.Raise) for part in inside)
            is_logged = any(isinstance(part, ast.Call) and _called(part) == "exception" for part in inside)
            if not (is_used or is_raised or is_logged):
                yield node.lineno
        elif isinstance(node, ast.Call) and _called(node) == "suppress" and _takes_all(node.args):
            yield node.lineno


def test_errors_are_not_swallowed(source_tree: SourceTree) -> None:
    """A handler for everything that does nothing hides what went wrong."""
    assert [f"{module.place}:{line}" for module in source_tree.modules for line in swallowers(module.tree)] == []


@pytest.mark.parametrize(
    ("caught", "body"),
    [
        (" Exception", "pass"),
        (" Exception", "..."),
        (" BaseException", "return None"),
        (" (OSError, Exception)", "x = 1"),
        (" Exception as error", "print('no')"),
        ("", "x = 1"),
    ],
)
def test_every_way_of_swallowing_is_found(caught: str, body: str) -> None:
    assert list(swallowers(ast.parse(f"try:\n    f()\nexcept{caught}:\n    {body}\n"))) == [3]


def test_other_ways_of_swallowing() -> None:
    assert list(
        swallowers(ast.parse("for x in y:\n    try:\n        f()\n    except Exception:\n        continue"))
    ) == [4]
    assert list(swallowers(ast.parse("with contextlib.suppress(OSError, Exception):\n    f()"))) == [1]
    assert list(swallowers(ast.parse("with suppress(OSError):\n    f()"))) == []
    for body in ("raise", "_LOG.exception('x')", "failed.append(error)"):
        assert list(swallowers(ast.parse(f"try:\n    f()\nexcept Exception as error:\n    {body}"))) == []


def test_the_rules_themselves_bite() -> None:
    """A table that allows everything would pass for ever."""
    assert layer_of("tonghop.ingest.word") == "ingest"
    assert layer_of("tonghop.errors") == "foundation"
    assert layer_of("tonghop.nothing") is None
    for stage in STAGES:
        assert not ALLOWED[stage] & (STAGES | {"ledger", "pipeline", "cli"})
