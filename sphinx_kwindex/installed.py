"""Members that classes of installed packages may have, read from their sources without importing them.

Only to tell that a class lacks a name: every name in the body of a class counts as one that it may have.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from sphinx_kwindex.collect.python.dialects import parse_quietly
from sphinx_kwindex.regular import read_bytes
from sphinx_kwindex.stdlib import BUILTINS, members_of

_LARGEST = 4_000_000
"""Bytes of a module."""
_ELSEWHERE = {"collections.abc": "_collections_abc"}
"""Modules that stand for others, which Python 3.13 tells by replacing them when they are imported."""
_DEEPEST = 50
"""Imports and bases that are followed for one name."""
_DYNAMIC = frozenset({"__getattr__", "__getattribute__", "__init_subclass__", "__dict__"})
"""A class that has one of these, or works on it, may have members that its source does not name."""
_NO_MEMBERS = frozenset({"builtins.object", "typing.Generic", "typing.Protocol"})
_METACLASSES = frozenset({"type", "ABCMeta"})
_DECORATORS = frozenset({"dataclass", "final", "runtime_checkable", "total_ordering"})
"""Those that add nothing but special methods."""
_ANYWAY = frozenset({"_abc_impl", "_is_protocol", "_is_runtime_protocol", "mro", "register"})
"""What metaclasses and `typing` give to classes."""


class InstalledClasses:
    """Tells what classes of other packages may have, by their dotted names; each module is read once."""

    def __init__(self, folders: Iterable[str]) -> None:
        self._folders = tuple(map(Path, folders))
        self._modules: dict[str, _ModuleSource | None] = {}
        self._members: dict[str, frozenset[str] | None] = {}

    def may_have(self, name: str, member: str) -> bool:
        """Return whether a class may have a member; also if nothing is known about the class. Special methods any may have."""
        if member.startswith("__") or member in _ANYWAY:
            return True
        if name not in self._members:
            self._members[name] = self._inherited(name, _DEEPEST)
        members = self._members[name]
        return members is None or member in members

    def _inherited(self, name: str, depth: int) -> frozenset[str] | None:
        """Return the names that a class and its base classes may have; None if that is not known."""
        if name in _NO_MEMBERS:
            return frozenset()
        if name.startswith("builtins."):
            return members_of(name)
        parts, imported = self._bound(name, set())
        if not depth or not (parts or imported) or any(part.is_open for part in parts):
            return None
        found = set(members_of(name) or ()).union(*(part.names for part in parts))
        for base in (*imported, *(base for part in parts for base in part.bases)):
            inherited = self._inherited(base, depth - 1)
            if inherited is None:
                return None
            found |= inherited
        return frozenset(found)

    def _bound(self, name: str, seen: set[str]) -> tuple[tuple[_ClassSource, ...], tuple[str, ...]]:
        """Return the statements that define what a module has under a name, and what it is imported from."""
        owner, _, written = name.rpartition(".")
        module = self._module(owner) if owner and owner not in seen else None
        if module is None:
            return (), ()
        seen.add(owner)
        parts, imported = module.classes.get(written, ()), module.imported.get(written, ())
        if parts or imported:
            return parts, imported
        stars = (f"{star}.{written}" for star in module.imported.get("*", ()))
        return (), tuple(each for each in stars if any(self._bound(each, seen)))

    def _module(self, name: str) -> _ModuleSource | None:
        if name not in self._modules:
            self._modules[name] = self._read(name)
        return self._modules[name]

    def _read(self, name: str) -> _ModuleSource | None:
        for folder in self._folders:
            place = folder.joinpath(*_ELSEWHERE.get(name, name).split("."))
            for path in (place / "__init__.py", place.with_name(f"{place.name}.py")):
                if path.is_file():
                    return _read_module(path, name)
        return None


class _ClassSource(NamedTuple):
    """One statement that defines a class."""

    names: frozenset[str]
    bases: tuple[str, ...]
    """In full; empty ones are not known."""
    is_open: bool
    """It may have what its source does not name."""


class _ModuleSource(NamedTuple):
    """What a module binds at its top."""

    classes: Mapping[str, tuple[_ClassSource, ...]]
    imported: Mapping[str, tuple[str, ...]]


def _read_module(path: Path, name: str) -> _ModuleSource | None:
    try:
        tree = parse_quietly(read_bytes(path, _LARGEST))
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    statements = list(_at_top(tree.body))
    imported: dict[str, list[str]] = {}
    for own, target in _imports(statements, package):
        imported.setdefault(own, []).append(target)
    nodes = [node for node in statements if isinstance(node, ast.ClassDef)]
    local = {node.name for node in nodes}
    later = _set_on_classes(tree, local)
    classes: dict[str, list[_ClassSource]] = {}
    for node in nodes:
        bases = tuple(f"{name}.{base}" if base in local else _in_full(base, imported) for base in _bases(node))
        added = later.get(node.name, set())
        found = _ClassSource(_names(node) | added, bases, _is_open(node) or "" in added)
        classes.setdefault(node.name, []).append(found)
    return _ModuleSource(
        {name: tuple(each) for name, each in classes.items()}, {n: tuple(t) for n, t in imported.items()}
    )


def _at_top(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements of a module, also those in branches."""
    for node in body:
        yield node
        if not isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            for child in ast.iter_child_nodes(node):
                inner = child.body if isinstance(child, (ast.ExceptHandler, ast.match_case)) else [child]
                yield from _at_top(each for each in inner if isinstance(each, ast.stmt))


def _imports(statements: Iterable[ast.stmt], package: str) -> Iterator[tuple[str, str]]:
    """Yield what a module imports: the name there, and the dotted one."""
    for node in statements:
        if isinstance(node, ast.Import):
            for item in node.names:
                yield (item.asname, item.name) if item.asname else ((item.name.partition(".")[0],) * 2)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            source = ".".join([*above, *([node.module] if node.module else [])])
            for item in node.names:
                yield item.asname or item.name, source if item.name == "*" else f"{source}.{item.name}"


def _bases(node: ast.ClassDef) -> Iterator[str]:
    for base in node.bases:
        yield _dotted(base.value if isinstance(base, ast.Subscript) else base)


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        owner = _dotted(node.value)
        return f"{owner}.{node.attr}" if owner else ""
    return node.id if isinstance(node, ast.Name) else ""


def _in_full(name: str, imported: Mapping[str, list[str]]) -> str:
    """Write out what a module calls `name`; nothing if that may be several things."""
    first, dot, rest = name.partition(".")
    targets = imported.get(first, [f"builtins.{first}"] if first in BUILTINS and not dot else [])
    return f"{targets[0]}{dot}{rest}" if len(set(targets)) == 1 else ""


def _names(node: ast.ClassDef) -> frozenset[str]:
    """Return all names in the body of a class, and all strings that are names: `__slots__`, `setattr(self, "name", ...)`."""
    found: set[str] = set()
    for each in ast.walk(node):
        if isinstance(each, ast.Attribute):
            found.add(each.attr)
        elif isinstance(each, ast.Name):
            found.add(each.id)
        elif isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found.add(each.name)
        elif isinstance(each, ast.alias):
            found.add(each.asname or each.name)
        elif isinstance(each, ast.Constant) and isinstance(each.value, str) and each.value.isidentifier():
            found.add(each.value)
    return frozenset(found)


def _is_open(node: ast.ClassDef) -> bool:
    metaclass = next((item.value for item in node.keywords if item.arg == "metaclass"), None)
    if len(node.keywords) > (metaclass is not None):
        return True
    if metaclass is not None and _dotted(metaclass).rpartition(".")[2] not in _METACLASSES:
        return True
    decorators = (item.func if isinstance(item, ast.Call) else item for item in node.decorator_list)
    if not all(_dotted(item).rpartition(".")[2] in _DECORATORS for item in decorators):
        return True
    return not _DYNAMIC.isdisjoint(_names(node)) or any(name == "" for _, name in _setattrs(node))


def _set_on_classes(tree: ast.Module, classes: set[str]) -> dict[str, set[str]]:
    """Return what a module sets on its classes other than in their bodies; an empty name stands for any."""
    found: dict[str, set[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in classes:
            found.setdefault(node.value.id, set()).add(node.attr)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id in classes:
            found.setdefault(node.id, set()).add("")  # it may be something else now
    for owner, name in _setattrs(tree):
        if owner in classes:
            found.setdefault(owner, set()).add(name)
    return found


def _setattrs(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Yield the names on which attributes are set by name, with that of the attribute; nothing if it is computed."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _dotted(node.func) == "setattr" and len(node.args) == 3:
            name = node.args[1].value if isinstance(node.args[1], ast.Constant) else ""
            yield _dotted(node.args[0]), str(name)
