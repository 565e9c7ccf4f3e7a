"""Commands and other entry points of a project, from its own files. Read, never run."""

from __future__ import annotations

import ast
import configparser
import re
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from sphinx_kwindex.project_files import read_project
from sphinx_kwindex.regular import read_setting

COMMANDS, PROGRAMS = "console_scripts", "gui_scripts"
"""Groups of what is run from a terminal, and from a desktop."""
MOST = 500
"""Entry points that are kept."""
_ABOVE = 3
"""Folders above the root that are looked into for the project's files, if the root has none."""
_LONGEST = 200


class EntryPoint(msgspec.Struct, frozen=True, array_like=True):
    """One name by which something is started or found."""

    group: str
    name: str
    target: str
    """Dotted name of the module, a colon, and the name in it."""


def read_entry_points(texts: Mapping[str, str]) -> tuple[EntryPoint, ...]:
    """Return what the texts of project files name, commands first; a text that makes no sense says nothing."""
    found = set(_valid(read_project(texts, _READERS)))
    order = {COMMANDS: 0, PROGRAMS: 1}
    return tuple(sorted(found, key=lambda item: (order.get(item.group, 2), item.group, item.name, item.target)))[:MOST]


def names_pytest(root: Path, texts: Mapping[str, str]) -> bool:
    """Return whether a project's own files, or others in its root, configure pytest."""
    if any(read_project(texts, _PYTEST)):
        return True
    for name in _PYTEST_FILES:
        try:
            if _PYTEST_SECTION(read_setting(root / name)):
                return True
        except OSError:
            continue
    return False


_PYTEST_FILES = ("pytest.ini", ".pytest.ini", "tox.ini")
_PYTEST_SECTION = re.compile(r"^\[pytest\]", re.MULTILINE).search


def _pytest_of_pyproject(data: Any) -> Iterator[bool]:
    if "pytest" in data.get("tool", {}):
        yield True


def _pytest_of_setup_cfg(parser: configparser.ConfigParser) -> Iterator[bool]:
    if parser.has_section("tool:pytest"):
        yield True


_PYTEST: Mapping[str, Callable[[Any], Iterator[bool]]] = {
    "pyproject.toml": _pytest_of_pyproject,
    "setup.cfg": _pytest_of_setup_cfg,
}


def project_texts(root: Path, texts: Mapping[str, str]) -> Mapping[str, str]:
    """Return the texts of a root's project files; those of the nearest project that it is part of if it has none."""
    folder = root.resolve()
    for _ in range(_ABOVE):
        if texts or (folder / ".git").exists():
            break
        folder = folder.parent
        texts = dict(_read_files(folder))
    return texts


def _read_files(folder: Path) -> Iterator[tuple[str, str]]:
    for name in _READERS:
        try:
            yield name, read_setting(folder / name)
        except OSError:
            continue


def _valid(items: Iterable[tuple[Any, Any, Any]]) -> Iterator[EntryPoint]:
    for item in items:
        if all(isinstance(text, str) and 0 < len(text) <= _LONGEST for text in item):
            group, name, target = item
            yield EntryPoint(group, name, "".join(target.partition("[")[0].split()))


def _read_pyproject(data: Any) -> Iterator[tuple[Any, Any, Any]]:
    project, poetry = data.get("project", {}), data.get("tool", {}).get("poetry", {})
    groups = {COMMANDS: project.get("scripts", {}), PROGRAMS: project.get("gui-scripts", {})}
    for group, names in (*groups.items(), *project.get("entry-points", {}).items(), *poetry.get("plugins", {}).items()):
        yield from ((group, name, target) for name, target in names.items())
    for name, target in poetry.get("scripts", {}).items():
        yield COMMANDS, name, target.get("reference") if isinstance(target, dict) else target


def _read_setup_cfg(parser: configparser.ConfigParser) -> Iterator[tuple[Any, Any, Any]]:
    if parser.has_section("options.entry_points"):
        for group, lines in parser.items("options.entry_points"):
            pairs = (line.partition("=") for line in lines.splitlines())
            yield from ((group, name.strip(), target.strip()) for name, mark, target in pairs if mark)


def _read_setup_py(tree: ast.Module) -> Iterator[tuple[Any, Any, Any]]:
    """Yield what calls of `setup()` are given as `entry_points`, as far as it is written out: nothing is run."""
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and _last_name(call.func) == "setup":
            for item in _keywords(call, tree):
                yield from _read_groups(_literal(item, tree))


def _keywords(call: ast.Call, tree: ast.Module) -> Iterator[ast.expr]:
    """Yield what a call is given as `entry_points`, also in a dictionary: `setup(**options)`."""
    for item in call.keywords:
        if item.arg == "entry_points":
            yield item.value
        given = _bound(item.value, tree) if item.arg is None else None
        if isinstance(given, ast.Dict):
            pairs = zip(given.keys, given.values, strict=True)
            yield from (value for key, value in pairs if isinstance(key, ast.Constant) and key.value == "entry_points")


def _read_groups(groups: Any) -> Iterator[tuple[Any, Any, Any]]:
    if isinstance(groups, str):
        parser = configparser.ConfigParser(delimiters=("=",), interpolation=None)
        parser.optionxform = str  # type: ignore[assignment,method-assign] # names keep their case
        parser.read_string(textwrap.dedent(groups))
        for group in parser.sections():
            yield from ((group, name, target) for name, target in parser.items(group))
        return
    for group, lines in groups.items():
        for line in lines.splitlines() if isinstance(lines, str) else lines:
            name, mark, target = line.partition("=")
            if mark:
                yield group, name.strip(), target.strip()


def _literal(node: ast.expr, tree: ast.Module) -> Any:
    """Return the value of a literal, or of a name that the module binds to one, once."""
    bound = _bound(node, tree)
    return ast.literal_eval(bound) if bound is not None else {}


def _bound(node: ast.expr, tree: ast.Module) -> ast.expr | None:
    """Return an expression, or for a name what the module binds to it, if it does so once."""
    if not isinstance(node, ast.Name):
        return node
    bound = [
        item.value
        for item in tree.body
        if isinstance(item, ast.Assign) and [_last_name(target) for target in item.targets] == [node.id]
    ]
    return bound[0] if len(bound) == 1 else None


def _last_name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


_READERS: Mapping[str, Callable[[Any], Iterator[tuple[Any, Any, Any]]]] = {
    "pyproject.toml": _read_pyproject,
    "setup.cfg": _read_setup_cfg,
    "setup.py": _read_setup_py,
}
