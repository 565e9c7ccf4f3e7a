"""Paths: import roots, module names, and whether a file is a test or a changelog. Pure: paths and texts in."""

from __future__ import annotations

import ast
import configparser
import fnmatch
import posixpath
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from sphinx_kwindex.ignore import IgnoreList
from sphinx_kwindex.project_files import read_project

INITS = ("__init__.py", "__init__.pyi")
_NOT_IN_NAMES = re.compile(r"[\s.\[\](){},|=!?<>]")
"""Characters that have a meaning in ids and targets; a module name has `-` instead, which no importable name has."""

_CHANGELOG = re.compile(
    r"(?:change[_-]?logs?|changes?|history|news|release[_-]?(?:notes?|history)|what[_-]?s[_-]?new)(?:[_.-].*)?"
)
_DATA_FOLDER = re.compile(r"(?:.*[_-])?(?:test)?data(?:[_-].*)?|roots|snapshots|golden").fullmatch
_CHANGES = re.compile(
    r"(?:change[_-]?logs?|changes|release[_-]?notes|releases|what[_-]?s[_-]?new|news(?:fragments)?)(?:\.d)?"
)
"""Folders with a file for each version or change."""
_EXAMPLE_FOLDERS = frozenset({"example", "examples", "demos", "samples", "tutorial", "tutorials"})
_EXAMPLE_TOPS = frozenset({"demo", "sample"})
"""Folders of examples where they are in the root; elsewhere they may be named for what they do."""


class Module(NamedTuple):
    """What a file is to the import system."""

    name: str
    is_package: bool
    root: str
    """The import root that the name starts from."""
    in_package: bool = False
    """Its folder is a package (of which it is the `__init__`, or a member)."""


Beside = tuple[tuple[str, str], ...]
"""(First name of what a file imports, module that this is)."""


class Layout(NamedTuple):
    """How the files of a tree are imported."""

    roots: tuple[str, ...]
    """Import roots, best first; the tree's root is the empty path."""
    sources: frozenset[str]
    """Import roots that hold modules directly; below any other (a nested project) only packages are imported from it."""
    packages: frozenset[str]
    """Folders that hold an `__init__`."""
    prefix: str
    """Dotted name of the package that the tree's root is itself, if it is one."""


def find_layout(
    paths: Collection[str], projects: Mapping[str, Mapping[str, str]], *, given: Sequence[str] = (), prefix: str = ""
) -> Layout:
    """Find the import roots of a tree.

    `projects` maps folders to the texts of their `PROJECT_FILES`; `given` are the roots that the user names, which
    leave nothing to find.
    """
    packages = frozenset(folder for folder, name in map(posixpath.split, paths) if name in INITS)
    if given:
        return Layout(_unique((*given, "")), frozenset((*given, "")), packages, prefix)
    folders = frozenset(find_folders(paths)) - {""} - packages
    roots: list[str] = []
    sources = {""}
    for project in sorted({*projects, ""}):
        if project not in packages or not project:
            named = [_join(project, hint) for hint in (*_hints(projects.get(project, {})), "src")]
            found = [folder for folder in named if folder in folders]
            sources.update(found)
            roots += [*found, project]
    return Layout(_unique(roots), frozenset(sources), packages, prefix)


def name_module(path: str, layout: Layout) -> Module:
    """Return the module that a file is, by the deepest import root above it."""
    folder = posixpath.dirname(path)
    above = [root for root in layout.roots if _is_inside(path, root)]
    for root in sorted(above, key=len, reverse=True):
        if root in layout.sources or _is_in_package_of(folder, root, layout.packages):
            return _module_below(path, root, layout)
    return name_by_path(path, layout)


def name_by_path(path: str, layout: Layout) -> Module:
    """Return the module that a file's path from the tree's root gives."""
    return _module_below(path, "", layout)


def find_beside(
    modules: Mapping[str, Module], wanted: Mapping[str, Collection[str]], layout: Layout
) -> dict[str, Beside]:
    """Return, by path, the modules of those that a file wants which Python finds next to it, by the name that it wants.

    A file that is run, or that pytest imports, finds what is in the folder of its package or of its own; its tests also what
    is next to each `conftest.py` above; an example, which is run, what is in its own, even if that is a package. What the import roots have, or what means another package in the file that is
    called so (`import redis` in `redis.py`), is left out.
    """
    top = {module.name.partition(".")[0] for module in modules.values()}
    conftests = {posixpath.dirname(path) for path in modules if posixpath.basename(path) == "conftest.py"}
    found: dict[str, Beside] = {}
    for path, names in wanted.items():
        folders = list(_folders_beside(path, conftests, layout)) if not modules[path].root else ()
        pairs = ((name, _file_in(folders, name, modules)) for name in names if name not in top)
        found[path] = tuple(
            (name, modules[home].name) for name, home in pairs if home and name not in wanted.get(home, ())
        )
    return found


def _folders_beside(path: str, conftests: Collection[str], layout: Layout) -> Iterator[str]:
    """Yield the folders in which Python looks for modules when it runs a file or its tests, except for import roots."""
    folder = posixpath.dirname(path)
    while folder and folder in layout.packages:  # the root may be a package, too
        folder = posixpath.dirname(folder)
    if folder:
        above = (each for each in folders_above(folder) if each in conftests and each not in layout.packages)
        yield from (each for each in (folder, *above) if each not in layout.roots)
    if is_example_path(path):
        yield posixpath.dirname(path)


def _file_in(folders: Iterable[str], name: str, paths: Collection[str]) -> str:
    """Return the file that a module of a name is in the first of some folders that has it; empty if none has."""
    candidates = (f"{folder}/{end}" for folder in folders for end in (f"{name}/__init__.py", f"{name}.py"))
    return next((path for path in candidates if path in paths), "")


def match_folders(pattern: str, folders: Iterable[str]) -> list[str]:
    """Return the folders that a path with `*` in its parts matches."""
    parts = [part for part in pattern.split("/") if part not in {"", "."}]
    return [folder for folder in folders if _match_parts(folder.split("/") if folder else [], parts)]


def find_folders(paths: Iterable[str]) -> list[str]:
    """Return all folders above these files, the root (the empty path) first."""
    return sorted({folder for path in paths for folder in folders_above(path)} | {""})


def folders_above(path: str) -> Iterator[str]:
    """Yield the folders that a file or folder is in, the nearest first; not the root."""
    while path := path.rpartition("/")[0]:
        yield path


def _match_parts(parts: Sequence[str], patterns: Sequence[str]) -> bool:
    return len(parts) == len(patterns) and all(map(fnmatch.fnmatchcase, parts, patterns))


def _is_inside(path: str, folder: str) -> bool:
    return not folder or path.startswith(f"{folder}/")


def _is_in_package_of(folder: str, root: str, packages: Collection[str]) -> bool:
    """Return whether a folder and all above it, up to the root, are packages."""
    if folder == root:
        return False
    while folder != root and folder in packages:
        folder = posixpath.dirname(folder)
    return folder == root


def _module_below(path: str, root: str, layout: Layout) -> Module:
    folder, name = posixpath.split(path[len(root) + 1 if root else 0 :])
    is_package = name in INITS
    parts = folder.split("/") if folder else []
    # Stubs that are distributed apart from what they describe (PEP 561).
    if parts and path.endswith(".pyi") and parts[0].endswith("-stubs"):
        parts[0] = parts[0].removesuffix("-stubs")
    if not is_package:
        # What Cython modules are made from may have a further suffix: `fast.templ.pyx`.
        parts.append(name.partition(".")[0] if name.endswith(".pyx") else posixpath.splitext(name)[0])
    names = [_clean(part) for part in parts]
    if layout.prefix and not root:
        names.insert(0, layout.prefix)
    in_package = posixpath.dirname(path) in layout.packages
    return Module(".".join(names) or "__init__", is_package, root, in_package)


def _clean(part: str) -> str:
    return _NOT_IN_NAMES.sub("-", part)


def _join(folder: str, name: str) -> str:
    path = posixpath.normpath(posixpath.join(folder, name.replace("\\", "/")))
    return "" if path == "." else path


def _unique(items: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(items))


# What project files say


def _hints(texts: Mapping[str, str]) -> Iterator[str]:
    """Return the folders that a project's files name as holding its packages."""
    return (hint for hint in read_project(texts, _READERS) if isinstance(hint, str))


def _read_pyproject(data: Any) -> Iterator[Any]:
    tool = data.get("tool", {})
    setuptools = tool.get("setuptools", {})
    hatch = tool.get("hatch", {}).get("build", {})
    wheel = hatch.get("targets", {}).get("wheel", {})
    packages = setuptools.get("packages", {})
    yield from packages.get("find", {}).get("where", []) if isinstance(packages, dict) else []
    yield setuptools.get("package-dir", {}).get("")
    yield from (item.get("from") for item in tool.get("poetry", {}).get("packages", []))
    yield from (posixpath.dirname(item) for item in [*hatch.get("packages", []), *wheel.get("packages", [])])
    yield from [*hatch.get("sources", []), *wheel.get("sources", [])]
    yield tool.get("pdm", {}).get("build", {}).get("package-dir")
    yield tool.get("maturin", {}).get("python-source")


def _read_setup_cfg(parser: configparser.ConfigParser) -> Iterator[Any]:
    where = parser.get("options.packages.find", "where", fallback="").split()
    lines = parser.get("options", "package_dir", fallback="").splitlines()
    pairs = [line.partition("=") for line in lines]
    yield from where
    yield from (folder.strip() for package, mark, folder in pairs if mark and not package.strip())


def _read_setup_py(tree: ast.Module) -> Iterator[Any]:
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "package_dir" and isinstance(node.value, ast.Dict):
            yield ast.literal_eval(node.value).get("")


_READERS: Mapping[str, Callable[[Any], Iterator[Any]]] = {
    "pyproject.toml": _read_pyproject,
    "setup.cfg": _read_setup_cfg,
    "setup.py": _read_setup_py,
}


_read_patterns = lru_cache(maxsize=8)(IgnoreList.of)


def is_test_path(path: str, patterns: Sequence[str]) -> bool:
    """Return whether a path is that of a test file, by patterns as in `.gitignore`."""
    return is_matched(path, patterns)


def is_example_path(path: str) -> bool:
    """Return whether a file is in a folder of examples."""
    *folders, _ = path.split("/")
    return not _EXAMPLE_FOLDERS.isdisjoint(folders) or not _EXAMPLE_TOPS.isdisjoint(folders[:1])


def is_test_data(path: str) -> bool:
    """Return whether a test file is something that tests work on, by what the folders are called that it is in."""
    return any(map(_DATA_FOLDER, path.split("/")[1:-1]))


def is_matched(path: str, patterns: Sequence[str]) -> bool:
    """Return whether a path matches patterns as in `.gitignore`."""
    return _read_patterns(tuple(patterns)).covers(path)


def is_changelog(path: str) -> bool:
    """Return whether a file says what changed, by what it or its folder is called."""
    *folders, name = path.lower().split("/")
    return bool(_CHANGELOG.fullmatch(name) or (folders and _CHANGES.fullmatch(folders[-1])))
