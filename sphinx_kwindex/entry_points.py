"""What a project's own files say that it is started by: commands, and entry points for others. Read, never run."""

from __future__ import annotations

import configparser
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


_READERS: Mapping[str, Callable[[Any], Iterator[tuple[Any, Any, Any]]]] = {
    "pyproject.toml": _read_pyproject,
    "setup.cfg": _read_setup_cfg,
}
