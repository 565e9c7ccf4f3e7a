"""What the project's prose (its READMEs) mentions as code: keywords, files and folders. Rather none than a doubtful one."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, NamedTuple

from sphinx_kwindex.model import TEST_ROLES, Flag, Kind, Role

if TYPE_CHECKING:
    from sphinx_kwindex.model import Keyword
    from sphinx_kwindex.pages.lookup import Finder
    from sphinx_kwindex.store import FileRole, Reader

_NAME = re.compile(r"([^\W\d]\w*(?:\.[^\W\d]\w*)*)(?:\(.*\))?")
_PATH = re.compile(r"[\w.+@-]*(?:/[\w.+@-]+)+/?|[\w+@-]+\.pyi?|[\w.+@-]+/")
_ALONE = frozenset({Kind.CLASS, Kind.EXCEPTION, Kind.FUNCTION, Kind.DATA, Kind.TYPE_ALIAS, Kind.MODULE})
"""Kinds that a name without a dot may mean: a method's or attribute's name alone may mean anything."""
_HIDDEN = int(Flag.PRIVATE | Flag.LOCAL | Flag.TEST)


class Mention(NamedTuple):
    """A place in a prose file."""

    path: str
    position: int
    """Of the heading that it stands under, in the file's definitions (0: before the first)."""
    heading: str
    """Qualified name of the heading."""
    title: str


Mentions = Mapping[str, Mapping[str, tuple[Mention, ...]]]
"""By file or folder, and qualified name in it (empty: itself): where prose mentions it, the first place in each file."""


def read_mentions(reader: Reader, get_finder: Callable[[], Finder]) -> Mentions:
    """Return all that prose mentions; a finder, fetched if there is any prose, is asked what names mean."""
    rows = reader.roles()
    prose = [row.path for row in rows if row.role is Role.PROSE]
    pieces = _Pieces(reader, rows, get_finder()) if prose else None
    found: dict[str, dict[str, dict[str, Mention]]] = {}
    for path in prose if pieces else ():
        facts = reader.facts(path)
        for text, place in facts.mentions if facts else ():
            target = pieces.find(text, path) if pieces else None
            if facts and target and target[0] != path:
                heading = facts.definitions[place]
                mention = Mention(path, place, heading.qualname, heading.name if place else "")
                found.setdefault(target[0], {}).setdefault(target[1], {}).setdefault(path, mention)
    return {
        path: {qualname: tuple(places.values()) for qualname, places in names.items()} for path, names in found.items()
    }


class _Pieces:
    """Finds what pieces of code in prose mean."""

    def __init__(self, reader: Reader, rows: Collection[FileRole], finder: Finder) -> None:
        self._reader = reader
        self._finder = finder
        self._tests = {row.path for row in rows if row.role in TEST_ROLES}
        self._paths = {row.path for row in rows}
        for path in list(self._paths):
            while path := posixpath.dirname(path):
                self._paths.add(path)
        self._known: dict[str, tuple[str, str] | None] = {}

    def find(self, text: str, prose: str) -> tuple[str, str] | None:
        """Return the file or folder, and the qualified name in it, that a piece of code means."""
        if _PATH.fullmatch(text):
            return self._path(text, posixpath.dirname(prose))
        if text not in self._known:
            match = _NAME.fullmatch(text)
            self._known[text] = self._name(match[1]) if match else None
        return self._known[text]

    def _path(self, text: str, folder: str) -> tuple[str, str] | None:
        """Take a path from the folder of the prose, or from the root."""
        for path in (posixpath.join(folder, text), text):
            plain = posixpath.normpath(path.lstrip("/"))
            if plain in self._paths:
                return plain, ""
        return None

    def _name(self, name: str) -> tuple[str, str] | None:
        found = self._finder.find(name, tails="." in name)
        keywords = found.keywords if found.keywords or "." in name else self._alone(name)
        if len(keywords) != 1:
            return None
        return keywords[0].path, keywords[0].qualname

    def _alone(self, name: str) -> tuple[Keyword, ...]:
        """Return what a name without a dot means, wherever it is defined: one public thing, or it says nothing.

        Where a file imports the name as well (`try: import yaml`, `except ImportError: yaml = None`), prose means what is imported.
        """
        rows = self._reader.keywords(name=name)
        importing = {keyword.path for keyword in rows if keyword.kind is Kind.IMPORT}
        return tuple(
            keyword
            for keyword in rows
            if keyword.kind in _ALONE
            and not keyword.flags & _HIDDEN
            and keyword.path not in self._tests
            and keyword.path not in importing
        )
