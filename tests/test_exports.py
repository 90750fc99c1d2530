"""Every module says what it offers: `__all__` is there, true, complete and in order."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.conftest import SourceModule, SourceTree


def exported(module: SourceModule) -> list[str] | None:
    """The names in `__all__`, or None when there is none or it is not written out."""
    for node in module.tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", node)]
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value and ast.unparse(targets[0]) == "__all__":
            value = ast.literal_eval(node.value)
            return value if isinstance(value, list) else None
    return None


def defined(module: SourceModule) -> set[str]:
    """All names that exist at the top of the module."""
    names: set[str] = set()
    for node in _top_level(module.tree.body):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names |= {(alias.asname or alias.name).split(".", maxsplit=1)[0] for alias in node.names}
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names |= {n.id for target in targets for n in ast.walk(target) if isinstance(n, ast.Name)}
    return names


def _top_level(body: list[ast.stmt]) -> list[ast.stmt]:
    found: list[ast.stmt] = []
    for node in body:
        found.append(node)
        if isinstance(node, ast.If | ast.Try):
            found += _top_level([*node.body, *node.orelse])
    return found


def reading_order(name: str) -> tuple[int, str]:
    """Constants, then types, then functions, each by name."""
    return (0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2), name


def test_every_module_has_all(source_tree: SourceTree) -> None:
    empty_packages = {m.place for m in source_tree if m.path.name == "__init__.py" and len(m.tree.body) <= 1}
    assert [m.place for m in source_tree if exported(m) is None and m.place not in empty_packages] == []


def test_every_exported_name_exists(source_tree: SourceTree) -> None:
    wrong = [f"{m.place}: {name}" for m in source_tree for name in exported(m) or () if name not in defined(m)]
    assert wrong == []


def test_every_public_definition_is_exported(source_tree: SourceTree) -> None:
    wrong = [
        f"{m.place}:{node.lineno}: {node.name}"
        for m in source_tree
        for node in m.tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        if not node.name.startswith("_") and node.name not in (exported(m) or ())
    ]
    assert wrong == []


def test_exports_are_in_order_and_each_there_once(source_tree: SourceTree) -> None:
    wrong = {}
    for module in source_tree:
        names = exported(module) or []
        if names != sorted(set(names), key=reading_order):
            wrong[module.place] = sorted(set(names), key=reading_order)
    assert wrong == {}


def test_private_names_are_not_exported(source_tree: SourceTree) -> None:
    allowed = {"__version__"}
    assert [f"{m.place}: {n}" for m in source_tree for n in exported(m) or () if n[0] == "_" and n not in allowed] == []


def test_public_definitions_say_what_they_are(source_tree: SourceTree) -> None:
    """Docstrings of public functions and classes; the linter asks for them too, but not in every folder."""
    wrong = [
        f"{m.place}:{node.lineno}: {node.name}"
        for m in source_tree
        for node in m.tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        if not node.name.startswith("_") and not ast.get_docstring(node)
    ]
    assert wrong == []
