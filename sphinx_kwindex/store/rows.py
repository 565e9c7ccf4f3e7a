"""Records that the store returns; those of indexed objects are in `model.py`."""

from __future__ import annotations

from typing import NamedTuple

from sphinx_kwindex.model import PART_SIZE, Kind, Record, Role


class FileRow(Record, frozen=True):
    """One file, as lists show it."""

    path: str
    language: str
    module: str
    is_package: bool
    role: Role
    lines: int
    size: int
    error: str = ""
    """Why it could not be analysed, in words."""
    doc: str = ""
    """First sentence of its docstring."""
    counts: tuple[tuple[Kind, int, int], ...] = ()
    """How many keywords of each kind readers see: (kind, public, private), kinds in the order of `Kind`."""
    definitions: int = 0
    """All keywords but imports, whoever sees them."""


class FileRole(NamedTuple):
    """What one file is."""

    path: str
    role: Role
    is_package: bool
    module: str


class Changes(NamedTuple):
    """What `replace_files` found different, as sorted paths."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]


class Pending(NamedTuple):
    """What a stage has to do, as sorted paths."""

    changed: tuple[str, ...]
    """New, or with another summary than the stage last saw."""
    removed: tuple[str, ...]


Key = tuple[str, ...]
"""A fact of the index that somebody may depend on: what it is, and of what."""


class Home(NamedTuple):
    """What a keyword is called, and on which page it stands: all that links need, and no more, for every line may move."""

    id: str
    name: str
    qualname: str
    kind: Kind
    path: str
    part: int
    """Page of the file, from 1."""
    flags: int


class Described(NamedTuple):
    """What the search box says about a keyword."""

    home: Home
    summary: str
    types: str


def part_of(kind: Kind | str, position: int) -> int:
    """Return the page of its file, from 1, on which a keyword stands: imports are on the first."""
    return 1 if kind == Kind.IMPORT else position // PART_SIZE + 1
