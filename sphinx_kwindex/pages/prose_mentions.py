"""What the project's prose (its READMEs) mentions as code: keywords, files and folders. Rather none than a doubtful one."""

from __future__ import annotations

import builtins
import posixpath
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from sphinx_kwindex.layout import folders_above
from sphinx_kwindex.model import Flag, Kind, Role
from sphinx_kwindex.pages.stdlib import is_standard

if TYPE_CHECKING:
    from sphinx_kwindex.model import Keyword
    from sphinx_kwindex.pages.lookup import Finder
    from sphinx_kwindex.store import Reader

_NAME = re.compile(r"([^\W\d]\w*(?:\.[^\W\d]\w*)*)(?:\(.*\))?")
_PATH = re.compile(r"[\w.+@-]*(?:/[\w.+@-]+)+/?|[\w+@-]+\.pyi?|[\w.+@-]+/")
_ALONE = frozenset({Kind.CLASS, Kind.EXCEPTION, Kind.FUNCTION, Kind.DATA, Kind.TYPE_ALIAS, Kind.MODULE})
"""Kinds that a name without a dot may mean: a method's or attribute's name alone may mean anything."""
_WORD = re.compile(r"[A-Za-z]?[a-z]*[0-9]*|[A-Z]+[0-9]*")
"""A word of prose, or a code (`HTML`): mostly not meant for whatever is called so."""
_BUILTINS = frozenset(vars(builtins))
_SMALL = frozenset({Kind.FUNCTION, Kind.DATA})
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


def read_mentions(reader: Reader, get_finder: Callable[[], Finder], get_own: Callable[[], Collection[str]]) -> Mentions:
    """Return all that prose mentions; a finder, fetched if there is any prose, is asked what names mean.

    `get_own` returns the files that are the project's own code.
    """
    rows = reader.roles()
    prose = [row.path for row in rows if row.role is Role.PROSE]
    pieces = Pieces(reader, get_finder(), get_own()) if prose else None
    found: dict[str, dict[str, dict[str, Mention]]] = {}
    for path in prose if pieces else ():
        facts = reader.facts(path)
        for text, place in facts.mentions if facts else ():
            target = pieces.find(text, posixpath.dirname(path)) if pieces else None
            if facts and target and target[0] != path:
                heading = facts.definitions[place]
                mention = Mention(path, place, heading.qualname, heading.name if place else "")
                found.setdefault(target[0], {}).setdefault(target[1], {}).setdefault(path, mention)
    return {
        path: {qualname: tuple(places.values()) for qualname, places in names.items()} for path, names in found.items()
    }


class Pieces:
    """Finds what pieces of code in prose mean."""

    def __init__(self, reader: Reader, finder: Finder, own: Collection[str]) -> None:
        self._reader = reader
        self._finder = finder
        self._own = own
        paths = [row.path for row in reader.roles()]
        self._paths = {*paths, *(folder for path in paths for folder in folders_above(path))}

    def find(self, text: str, folder: str) -> tuple[str, str] | None:
        """Return the file or folder, and the qualified name in it, that a piece of code in a README means."""
        if _PATH.fullmatch(text):
            path = self.path(text, folder)
            return (path, "") if path else None
        keyword = self.name(text)
        return (keyword.path, keyword.qualname) if keyword else None

    def path(self, text: str, folder: str = "") -> str:
        """Take a path from the folder of the prose, or from the root; nothing if it is neither."""
        for path in (posixpath.join(folder, text), text):
            plain = posixpath.normpath(path.lstrip("/"))
            if plain in self._paths:
                return plain
        return ""

    def name(
        self, text: str, context: str = "", described: Mapping[str, Sequence[str]] | None = None
    ) -> Keyword | None:
        """Return the keyword that a literal means; `context`: the object in whose description it stands.

        `described`: by last part, the names that this documentation describes. A plain word then means nothing but one of these.
        """
        match = _NAME.fullmatch(text)
        if match is None:
            return None
        name, is_called = match[1], match.end(1) < len(text)
        if "." in name:
            found = self._dotted(name, context)
        elif described is not None and not is_called and _WORD.fullmatch(name):
            found = self._plain(name, described)
        else:
            found = self._one(name, context if is_called else "")
        return found[0] if len(found) == 1 else None

    def _dotted(self, name: str, context: str) -> Sequence[Keyword]:
        """Return what a dotted name means: in full, or the end of one in the project's own code."""
        found = self._finder.find(name, context=context, tails=False).keywords
        if found or is_standard(name) or name.partition(".")[0] in _BUILTINS:
            return found
        return [keyword for keyword in self._finder.find(name).keywords if keyword.path in self._own]

    def _plain(self, name: str, described: Mapping[str, Sequence[str]]) -> Sequence[Keyword]:
        """Return what a word of prose means: a package, or the one thing so called that is described, if it is no module."""
        for names in ((name,), described.get(name, ())):
            found = {keyword.id: keyword for item in names if (keyword := self._finder.find(item, tails=False).best)}
            if found:
                # Classes in small letters are mostly called as something else is: `only` is a directive and its node.
                kinds = _SMALL if name.islower() else _ALONE - {Kind.MODULE}
                is_meant = (item for item in found.values() if item.id == name or item.kind in kinds)
                return [item for item in is_meant if item.path in self._own] if len(found) == 1 else ()
        return ()

    def _one(self, name: str, context: str) -> Sequence[Keyword]:
        """Return what one name means: in a scope, a package, or the one public thing so called."""
        found = self._finder.find(name, context=context, tails=False).keywords
        own = [keyword for keyword in found if keyword.path in self._own]  # `setup` is no `setup.py`
        return own if found or name in _BUILTINS or name.startswith("__") else self._alone(name)

    def _alone(self, name: str) -> tuple[Keyword, ...]:
        """Return what a name without a dot means, wherever it is defined: one public thing, or it says nothing.

        Where a file imports the name as well (`try: import yaml`, `except ImportError: yaml = None`), prose means what is imported.
        """
        rows = self._reader.keywords(name=name)
        importing = {keyword.path for keyword in rows if keyword.kind is Kind.IMPORT}
        found = (
            keyword
            for keyword in sorted(rows, key=lambda keyword: not keyword.path.endswith(".pyi"))
            if keyword.kind in _ALONE
            and not keyword.flags & _HIDDEN
            and keyword.path in self._own
            and keyword.path not in importing
        )
        return tuple(
            {keyword.id: keyword for keyword in found}.values()
        )  # what a stub has is the same thing as in its source
