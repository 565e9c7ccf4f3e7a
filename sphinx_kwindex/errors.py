"""Exceptions that carry data, and the kinds of warning that users can silence."""

from __future__ import annotations

import enum

import msgspec


class WarningKind(str, enum.Enum):
    """The subtype of a `kwindex` warning: `suppress_warnings = ["kwindex.parse"]` silences one."""

    CONFIG = "config"
    """A setting has a value that cannot be used."""
    ROOT = "root"
    """The source tree is missing, is not a folder, or holds no file to index."""
    PATTERN = "pattern"
    """An include, exclude or import-root pattern matches nothing."""
    READ = "read"
    """A file cannot be read."""
    DECODE = "decode"
    """A file is not text in the encoding it declares."""
    PARSE = "parse"
    """A file does not parse."""
    LIMIT = "limit"
    """A documented limit was met, and the rest of that file was left out."""
    MODULE = "module"
    """Two files claim the same module name."""
    HIERARCHY = "hierarchy"
    """A class cannot be given a method resolution order."""
    STORE = "store"
    """The cache was damaged, of another version or not writable, and was replaced or bypassed."""
    REFERENCE = "reference"
    """A role or directive names something that the index does not have."""
    AMBIGUOUS = "ambiguous"
    """A role names several things."""
    STALE = "stale"
    """A document names something that the project does not have."""
    DIRECTIVE = "directive"
    """A directive has an argument or option that cannot be used."""
    HISTORY = "history"
    """The version history could not be read."""
    SECTION = "section"
    """A section that `kwindex_sections` adds failed on a page."""
    LINT = "lint"
    """Ruff could not be asked for its findings."""
    COLLECTOR = "collector"
    """A collector failed on a file in a way that it should not."""


class Problem(msgspec.Struct, frozen=True, array_like=True):
    """Something wrong with one file: comparable, picklable, reported once.

    `path` is relative to the root (empty: no file); `line` counts from 1 (0: the whole file).
    """

    kind: WarningKind
    path: str
    line: int
    text: str


class KwindexError(Exception):
    """Base of every exception that this package raises on purpose."""


class OptionError(KwindexError):
    """A setting has a value that cannot be used."""

    def __init__(self, name: str, text: str) -> None:
        super().__init__(f"{name}: {text}")
        self.name = name
        self.text = text


class RootError(KwindexError):
    """The source tree is missing or is not a folder."""


class ExecutorError(KwindexError):
    """The executor of `kwindex_executor` cannot be had."""


class TargetError(KwindexError):
    """A dotted target does not follow the grammar of `sphinx_kwindex.targets`."""


class StoreError(KwindexError):
    """The index cannot be read or written; `damaged` whether rebuilding it would help."""

    def __init__(self, text: str, *, damaged: bool = False) -> None:
        super().__init__(text)
        self.damaged = damaged


OTHER_VERSION = ("needs Python", "written for Python 2")
"""How the texts of problems start that are in the version of a file: they say one thing of a whole project."""
