"""The test files of a project, by its pytest settings. Read, never run."""

from __future__ import annotations

import configparser
import fnmatch
import os
import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from sphinx_kwindex.layout import is_test_path
from sphinx_kwindex.project_files import read_project
from sphinx_kwindex.regular import read_setting

_SETTINGS = ("python_files", "python_classes", "python_functions", "testpaths")
_REQUIREMENTS = ("dev-requirements.txt", "requirements-dev.txt", "requirements.txt")
_RELAXED = "pytest-relaxed"
"""A plugin of pytest that takes all that is not private for tests, in all files of tests that are not."""
_NOT_PRIVATE = "[!_]*"
_TELLING = re.compile(r"test|spec|check", re.IGNORECASE)
"""A pattern of names that says nothing of tests (`*.py`) is meant for the folders that pytest looks into."""
_DEFAULT = ("test_*.py", "*_test.py")
"""Names of files that pytest looks into, unless it is told others."""
_AROUND = ("__init__.py", "conftest.py")
_MOST_FILES = 2_000
"""Files of a folder that are looked at."""


Settings = Sequence[tuple[str, str]]
"""Names of settings, each with one of its values."""


def find_test_patterns(root: Path, said: Settings, known: Sequence[str]) -> tuple[str, ...]:
    """Return patterns, as in `.gitignore`, for what a project tells pytest of its tests, and some patterns do not have.

    That is `python_files`, and those `testpaths` in which most files are tests by their names: some have pytest look for
    examples in all of their code.
    """
    names = [value for key, value in said if key == "python_files" and "/" not in value and _TELLING.search(value)]
    folders = (posixpath.normpath(value) for key, value in said if key == "testpaths")
    news = (folder for folder in folders if not is_test_path(f"{folder}/x.py", known))
    places = (f"/{folder}/**" for folder in news if _holds_tests(root, folder, (*names, *_DEFAULT)))
    return tuple(dict.fromkeys((*(name for name in names if name not in known), *places)))


def find_test_classes(said: Settings) -> tuple[str, ...]:
    """Return patterns of the names of classes that a project has pytest look into; none if it does not say which."""
    return _find_names(said, "python_classes")


def find_test_functions(said: Settings) -> tuple[str, ...]:
    """Return patterns of the names of functions that a project has pytest run; none if it does not say which."""
    return _find_names(said, "python_functions")


def _find_names(said: Settings, key: str) -> tuple[str, ...]:
    """Return what a setting says as patterns: what has no sign of one is how names start."""
    if (_RELAXED, "") in said:
        return (_NOT_PRIVATE,)
    names = (value for name, value in said if name == key)
    return tuple(dict.fromkeys(name if re.search(r"[*?\[]", name) else f"{name}*" for name in names))


def read_pytest_settings(root: Path) -> Settings:
    """Return what a project tells pytest of its tests."""
    # Parsing takes longer than an unchanged build has for this, and few files say any of it.
    found = dict(_texts(root, (*_READERS, *_REQUIREMENTS)))
    texts = {name: found[name] for name in _READERS if any(map(found.get(name, "").__contains__, _SETTINGS))}
    is_relaxed = any(_RELAXED in text for text in found.values())
    return [*read_project(texts, _READERS), *([(_RELAXED, "")] if is_relaxed else ())]


def _texts(root: Path, names: Iterable[str]) -> Iterator[tuple[str, str]]:
    for name in names:
        try:
            yield name, read_setting(root / name)
        except OSError:
            continue


def _holds_tests(root: Path, folder: str, names: tuple[str, ...]) -> bool:
    if not re.fullmatch(r"[\w-][\w./-]*", folder):  # outside, the whole tree, or a pattern
        return False
    is_test = re.compile("|".join(map(fnmatch.translate, names))).match
    files = list(islice(_python_files(root / folder), _MOST_FILES))
    return sum(is_test(name) is not None for name in files) * 2 > len(files)


def _python_files(folder: Path) -> Iterator[str]:
    """Yield names of files, always in the same order."""
    for _, folders, names in os.walk(folder):
        folders.sort()
        yield from (name for name in sorted(names) if name.endswith(".py") and name not in _AROUND)


def _of_pyproject(data: Any) -> Iterator[tuple[str, str]]:
    tables = data.get("tool", {}).get("pytest", {})
    yield from _values({**tables.get("ini_options", {}), **tables})


def _of_setup_cfg(parser: configparser.ConfigParser) -> Iterator[tuple[str, str]]:
    if parser.has_section("tool:pytest"):
        yield from _values(parser["tool:pytest"])


def _of_ini(parser: configparser.ConfigParser) -> Iterator[tuple[str, str]]:
    if parser.has_section("pytest"):
        yield from _values(parser["pytest"])


def _values(options: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name in _SETTINGS:
        value = options.get(name, ())
        yield from ((name, str(item)) for item in (value.split() if isinstance(value, str) else value))


_READERS: Mapping[str, Callable[[Any], Iterator[tuple[str, str]]]] = {
    "pytest.ini": _of_ini,
    ".pytest.ini": _of_ini,
    "tox.ini": _of_ini,
    "pyproject.toml": _of_pyproject,
    "setup.cfg": _of_setup_cfg,
}
