"""Data from a project's own files: `pyproject.toml`, `setup.cfg`, `setup.py`. Read, never run."""

from __future__ import annotations

import ast
import configparser
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PROJECT_FILES = ("pyproject.toml", "setup.cfg", "setup.py")
"""A folder that holds one of these is a project of its own."""

T = TypeVar("T")

_FAULTS = (ValueError, TypeError, AttributeError, KeyError, SyntaxError, RecursionError, configparser.Error)


def read_project(texts: Mapping[str, str], readers: Mapping[str, Callable[[Any], Iterator[T]]]) -> Iterator[T]:
    """Yield what readers find in the files of a project, by name; a file that makes no sense says nothing.

    A reader gets the tables of `pyproject.toml`, the parser of `setup.cfg`, the same of other such files, or the tree of `setup.py`.
    """
    for name, read in readers.items():
        if name in texts:
            try:
                yield from [*read(_PARSERS[name](texts[name]))]
            except _FAULTS:
                continue  # its own tool will complain


def _parse_ini(text: str) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string(text)
    return parser


_PARSERS: Mapping[str, Callable[[str], Any]] = {
    "pyproject.toml": tomllib.loads,
    **dict.fromkeys(("setup.cfg", "tox.ini", "pytest.ini", ".pytest.ini"), _parse_ini),
    "setup.py": ast.parse,
}
