"""Keep the code of an indexed tree from being run: modules and programs come from outside of it.

A module of the tree may have the name of one that we need (`types.py`, `ruff.py`), and a folder of the tree may be on the
import path: `python -m` puts the working folder there, and many a `conf.py` the root.
"""

from __future__ import annotations

import contextlib
import functools
import os
import site
import sys
import sysconfig
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

_PACKAGES = ("sphinx_kwindex", "astroid", "docutils", "markdown_it", "msgspec", "sphinx")
"""What we run on. Where one of these comes from a folder of the tree, that folder has to stay importable."""


_ROOT_MARKS = ("pyproject.toml", "setup.py", ".git")

_given: list[str] | None = None
"""The import path as it was before it was closed."""


def closed_path(root: Path, *modules: str) -> list[str]:
    """Return the import path without the folders of a tree; those that hold what we run ourselves come last.

    `modules` are names of loaded modules that are run next to ours.
    """
    outside = [entry for entry in sys.path if not _is_in_tree(entry, root)]
    own = _folders_of({*_PACKAGES, *modules})
    return [
        *outside,
        *(entry for entry in sys.path if entry and entry not in outside and os.path.realpath(entry) in own),
    ]


@contextlib.contextmanager
def imports_closed(root: Path) -> Iterator[None]:
    """Import nothing from a tree meanwhile."""
    with _import_path(closed_path(root)):
        yield


@contextlib.contextmanager
def imports_as_given() -> Iterator[None]:
    """Import from wherever the user wanted, also while imports are closed: for what the user names in a setting."""
    with _import_path(sys.path[:] if _given is None else _given):
        yield


@contextlib.contextmanager
def _import_path(entries: list[str]) -> Iterator[None]:
    global _given  # noqa: PLW0603 - as global as the path itself
    before, given = sys.path[:], _given
    _given = before if given is None else given
    sys.path[:] = entries
    try:
        yield
    finally:
        _given = given
        if sys.path == entries:  # else somebody changed it on purpose
            sys.path[:] = before


def likely_root(confdir: str | Path | None, settings: Mapping[str, Any]) -> Path:
    """Return the tree that a conf.py is about, before its settings are known."""
    base, root = Path(confdir or "."), settings.get("kwindex_root")
    return base / root if root and isinstance(root, str) else find_root(base)


def find_root(confdir: Path) -> Path:
    """Return the nearest folder from `confdir` up that looks like a project, else the parent of `confdir`."""
    for folder in (confdir, *confdir.parents):
        if any((folder / mark).exists() for mark in _ROOT_MARKS):
            return folder
    return confdir.parent


def find_program(name: str, root: Path) -> str:
    """Return the path of a program of the search path that lies outside of a tree; empty if there is none.

    Relative entries of the search path, which would lead into the working folder, do not count. A name with a slash is a
    path that the user gave.
    """
    if os.path.dirname(name):  # noqa: PTH120 - `Path` would drop a leading `./`
        return os.path.abspath(name) if is_program(name) else ""  # noqa: PTH100
    endings = os.environ.get("PATHEXT", ".COM;.EXE;.BAT;.CMD").split(";") if os.name == "nt" else []
    folders = (folder for folder in os.get_exec_path() if Path(folder).is_absolute() and not _is_in_tree(folder, root))
    paths = (os.path.join(folder, name + ending) for folder in folders for ending in ("", *endings))  # noqa: PTH118
    return next(filter(is_program, paths), "")


def is_program(path: str) -> bool:
    """Return whether a path is that of a file that can be run."""
    return os.path.isfile(path) and os.access(path, os.X_OK)  # noqa: PTH113


def script_folders() -> list[str]:
    """Return the folders that hold the commands of packages installed next to this one."""
    user = sysconfig.get_preferred_scheme("user") if site.ENABLE_USER_SITE else None
    schemes = [sysconfig.get_default_scheme(), *([user] if user else [])]
    return [sysconfig.get_path("scripts", scheme) for scheme in schemes]


def _is_in_tree(folder: str, root: Path) -> bool:
    """Return whether a folder is in a tree; an environment that we run in does not belong to the tree around it."""
    path, top = os.path.realpath(folder), os.path.realpath(root)
    if not folder or not _is_below(path, top):
        return not folder
    return not any(path == home or (_is_below(path, home) and not _is_below(top, home)) for home in _homes())


@functools.cache
def _homes() -> tuple[str, ...]:
    """Return the folders of the running Python, of its packages and of their commands."""
    folders = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    folders |= {sysconfig.get_config_var("DESTSHARED"), *site.getsitepackages(), *script_folders()}
    folders |= {site.getusersitepackages()} if site.ENABLE_USER_SITE else set()
    return tuple(sorted(os.path.realpath(folder) for folder in folders if folder))


def _is_below(path: str, top: str) -> bool:
    return path == top or path.startswith(top.rstrip(os.sep) + os.sep)


def _folders_of(modules: Iterable[str]) -> set[str]:
    """Return the folders that some modules' packages were imported from."""
    files = (getattr(sys.modules.get(name.partition(".")[0]), "__file__", None) for name in modules)
    return {os.path.realpath(Path(file).parents[Path(file).stem == "__init__"]) for file in files if file}
