"""Keywords, files and folders that the project's prose mentions, in code or code blocks. Doubtful ones are left out."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from sphinx_kwindex.layout import folders_above
from sphinx_kwindex.model import CLASSES, PROSE_ROLES, Flag, Kind
from sphinx_kwindex.stdlib import BUILTINS, is_standard

if TYPE_CHECKING:
    from sphinx_kwindex.model import FileFacts, Keyword
    from sphinx_kwindex.pages.lookup import Finder
    from sphinx_kwindex.store import Reader

_NAME = re.compile(r"([^\W\d]\w*(?:\.[^\W\d]\w*)*)(?:\(.*\))?")
_PATH = re.compile(r"[\w.+@-]*(?:/[\w.+@-]+)+/?|[\w+@-]+\.pyi?|[\w.+@-]+/")
_ALONE = frozenset({Kind.CLASS, Kind.EXCEPTION, Kind.FUNCTION, Kind.DATA, Kind.TYPE_ALIAS, Kind.MODULE})
"""Kinds that a name without a dot may mean: a method's or attribute's name alone may mean anything."""
_CALLED = frozenset({Kind.CLASS, Kind.EXCEPTION, Kind.FUNCTION})
_VALUES = frozenset({Kind.PROPERTY, Kind.ATTRIBUTE, Kind.DATA})
"""What is hardly meant by a call."""
_METHODS = frozenset({Kind.METHOD})
_COMPOUND = re.compile(r"[a-z]+[a-z0-9]*(?:_[a-z0-9]+)+")
"""A name of several words, which hardly anything else is called."""
_PRIVATE = re.compile(r"_[a-z]+[a-z0-9]*(?:_[a-z0-9]+)+")
"""One that its author hides: nothing else is meant, if only one thing is called so."""
_OF_ANYBODY = frozenset(
    {
        "__init__.py",
        "__main__.py",
        "conf.py",
        "conftest.py",
        "manage.py",
        "models.py",
        "settings.py",
        "setup.py",
        "urls.py",
        "views.py",
    }
)
"""Files that readers have as well."""
_WORD = re.compile(r"[A-Za-z]?[a-z]*[0-9]*|[A-Z]+[0-9]*")
"""A word of prose, or a code (`HTML`): mostly not meant for whatever is called so."""
_SMALL = frozenset({Kind.FUNCTION, Kind.DATA})
_HIDDEN = int(Flag.PRIVATE | Flag.LOCAL | Flag.TEST)


class Mention(NamedTuple):
    """A place in a prose file."""

    path: str
    position: int
    """Of the heading that it is under, in the file's definitions (0: before the first)."""
    heading: str
    """Qualified name of the heading."""
    title: str


Mentions = Mapping[str, Mapping[str, tuple[Mention, ...]]]
"""By file or folder, and qualified name in it (empty: itself): where prose mentions it, the first place in each file."""


class Discussed(NamedTuple):
    """What a piece of code in a prose file means."""

    path: str
    """Of a file or folder."""
    qualname: str
    """In the file (empty: itself)."""
    mention: Mention


def read_prose(
    reader: Reader,
    get_finder: Callable[[], Finder],
    get_own: Callable[[], Collection[str]],
    left_out: Container[str] = (),
) -> Mapping[str, tuple[Discussed, ...]]:
    """Return what prose mentions, by its file, each thing where it is first; a finder is fetched if there is any prose.

    `get_own` returns the files that are the project's own code. What is in files `left_out` the documentation of the project tells.
    """
    prose = [row.path for row in reader.roles() if row.role in PROSE_ROLES and row.path not in left_out]
    if not prose:
        return {}
    finder = get_finder()
    pieces = Pieces(reader, finder, get_own())
    found: dict[str, tuple[Discussed, ...]] = {}
    for facts in filter(None, map(reader.facts, prose)):
        places: dict[tuple[str, str], int] = {}
        for target, place in _mentioned(facts, finder, pieces):
            if target[0] != facts.path:
                places[target] = min(place, places.get(target, place))
        if places:
            found[facts.path] = tuple(Discussed(*target, _mention(facts, place)) for target, place in places.items())
    return found


def _mentioned(facts: FileFacts, finder: Finder, pieces: Pieces) -> Iterator[tuple[tuple[str, str], int]]:
    """Yield what a file of prose names, by file and qualified name, and the place of the heading above."""
    for text, place in facts.mentions:
        if (target := pieces.find(text, posixpath.dirname(facts.path))) is not None:
            yield target, place
    for text, place in facts.code_targets:
        if (keyword := finder.find_target(text)) is not None:
            yield (keyword.path, keyword.qualname), place


def _mention(facts: FileFacts, place: int) -> Mention:
    heading = facts.definitions[place]
    return Mention(facts.path, place, heading.qualname, heading.name if place else "")


def turn_round(discussed: Mapping[str, Iterable[Discussed]]) -> Mentions:
    """Return where prose mentions things, by what prose mentions."""
    found: dict[str, dict[str, list[Mention]]] = {}
    for rows in discussed.values():
        for row in rows:
            found.setdefault(row.path, {}).setdefault(row.qualname, []).append(row.mention)
    return {path: {name: tuple(places) for name, places in names.items()} for path, names in found.items()}


def in_full(name: str, modules: Mapping[str, str]) -> str:
    """Write a dotted name out that starts with what `modules` call a module (`nx.Graph`); nothing if it does not."""
    first, dot, rest = name.partition(".")
    return f"{modules[first]}.{rest}" if dot and first in modules else ""


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

    def file(self, name: str) -> str:
        """Return the one file with a name, if it is one of own code or its name has several words; nothing if readers may have such a file."""
        found = self._by_name.get(name, []) if name not in _OF_ANYBODY else []
        stem = name.rpartition(".")[0]
        is_meant = len(found) == 1 and (found[0] in self._own or _WORD.fullmatch(stem) is None)
        return found[0] if is_meant else ""

    @cached_property
    def _by_name(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for path in sorted(self._paths):
            found.setdefault(posixpath.basename(path), []).append(path)
        return found

    def instance(self, text: str, described: Mapping[str, Sequence[str]]) -> Keyword | None:
        """Return what a name of two parts means whose first one is that of a class in small letters: `dataset.shape`."""
        match = _NAME.fullmatch(text)
        first, _, member = match[1].partition(".") if match is not None else ("", "", "")
        if not member.isidentifier() or not first.islower() or self._finder.is_module(first):
            return None
        owners = {
            keyword.id
            for keyword in self._reader.keywords(folded=first.replace("_", ""))
            if self._is_offered_class(keyword)
        }
        if len(owners) > 1:
            names = {owner.rpartition(".")[2] for owner in owners}
            owners &= {found.id for name in names for item in described.get(name, ()) if (found := self._at(item))}
        return self._at(f"{owners.pop()}.{member}") if len(owners) == 1 else None

    def _is_offered_class(self, keyword: Keyword) -> bool:
        is_hidden = keyword.flags & _HIDDEN or keyword.path not in self._own
        return keyword.kind in CLASSES and not is_hidden and not keyword.name.islower()

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
        if name.startswith("self."):
            found = self._of_self(name.removeprefix("self."), context)
        elif "." in name:
            found = self._dotted(name, context)
        elif name == context.rpartition(".")[2] and not is_called and (whole := self._at(context)) is not None:
            found = (whole,)
        elif described is not None and not is_called and _WORD.fullmatch(name):
            # `gettext` may be the module, or the program that it is named after.
            is_other = is_standard(name) and not self._finder.is_module(name)
            found = () if is_other else self._plain(name, described)
        else:
            known = (described or {}).get(name, ())
            found = self._one(name, context if is_called else "", is_called=is_called, described=known)
            if not found and (is_called or _COMPOUND.fullmatch(name)):
                found = self._member(name, context, is_called=is_called, described=described or {})
        return found[0] if len(found) == 1 else None

    def _of_self(self, rest: str, context: str) -> Sequence[Keyword]:
        """Return what a name after `self` means in the description of a class, or of something of one."""
        scopes = filter(None, map(self._at, (context, context.rpartition(".")[0])))
        around = next((keyword for keyword in scopes if keyword.kind in CLASSES), None)
        found = self._at(f"{around.id}.{rest}") if around is not None else None
        return () if found is None else (found,)

    def _dotted(self, name: str, context: str) -> Sequence[Keyword]:
        """Return what a dotted name means: in full, or the end of one in the project's own code."""
        found = self._finder.find(name, context=context, tails=False).keywords
        if len(self._finder.branches(name)) > 1:
            return ()
        if found or is_standard(name) or name.partition(".")[0] in BUILTINS:
            return found
        return [keyword for keyword in self._finder.find(name).keywords if keyword.path in self._own]

    def _plain(self, name: str, described: Mapping[str, Sequence[str]]) -> Sequence[Keyword]:
        """Return what a word of prose means: a package, or the one thing so called that is described, if it is not a module."""
        for names in ((name,), described.get(name, ())):
            found = {keyword.id: keyword for item in names if (keyword := self._finder.find(item, tails=False).best)}
            if found:
                # Classes in small letters are mostly called as something else is: `only` is a directive and its node.
                kinds = _SMALL if name.islower() else _ALONE - {Kind.MODULE}
                is_meant = (item for item in found.values() if item.id == name or item.kind in kinds)
                return [item for item in is_meant if item.path in self._own] if len(found) == 1 else ()
        return ()

    def _one(self, name: str, context: str, *, is_called: bool, described: Sequence[str]) -> Sequence[Keyword]:
        """Return what one name means: in a scope, a package, or the one public thing so called, unless documents describe something else so."""
        found = self._finder.find(name, context=context, tails=False).keywords
        own = [keyword for keyword in found if keyword.path in self._own]  # `setup` is no `setup.py`
        if is_called:
            own = [keyword for keyword in own if keyword.kind not in _VALUES]
        if found or name in BUILTINS or name.startswith("__"):
            return own
        is_word = name.islower() and not is_called and _WORD.fullmatch(name)
        if _PRIVATE.fullmatch(name):
            return self._alone(name, _ALONE | _METHODS, hidden=_HIDDEN & ~Flag.PRIVATE)
        kinds = _CALLED if is_called else _ALONE
        known = self._described_ids(described) - {""}
        return [
            keyword
            for keyword in self._alone(name, kinds)
            if not (is_word and not self._is_offered(keyword)) and (not known or known == {keyword.id})
        ]

    def _member(
        self, name: str, context: str, *, is_called: bool, described: Mapping[str, Sequence[str]]
    ) -> Sequence[Keyword]:
        """Return what a call, or a name of several words, means that is not a parameter: a member of the class described, or the one method so called."""
        scopes = filter(None, map(self._at, (context, context.rpartition(".")[0])))
        if any(self._has_parameter(keyword, name) for keyword in scopes):
            return ()
        around = self._at(context)
        inside = self._at(f"{around.id}.{name}") if around is not None and around.kind in CLASSES else None
        if inside is not None and inside.path in self._own:
            return () if is_called and inside.kind in _VALUES else (inside,)
        if name not in described or name in BUILTINS or name.startswith("__"):
            return ()
        return self._method(name, described, is_called=is_called)

    def _method(self, name: str, described: Mapping[str, Sequence[str]], *, is_called: bool) -> Sequence[Keyword]:
        """Return the one method with a name, or the one that the others override; of a call, those of undocumented classes do not count."""
        known = self._described_ids(described[name])
        methods = self._alone(name, _METHODS)
        if is_called:
            owners = {each.id: each.id.rpartition(".")[0] for each in methods}
            methods = tuple(
                each
                for each in methods
                if each.id in known
                or owners[each.id] in self._described_ids(described.get(owners[each.id].rpartition(".")[2], ()))
            )
        # If documents describe something else that is called so, which is not in the index, that may be meant as well.
        meant = self._first_of(known | {each.id for each in methods} if is_called else known)
        return [each for each in methods if meant == {each.id}] if self._is_one(methods, meant) else ()

    def _described_ids(self, names: Iterable[str]) -> set[str]:
        """Return the ids of what documents describe by some names; an empty one if something of that is not in the index."""
        return {found.id if found else "" for found in map(self._at, names)}

    def _first_of(self, known: set[str]) -> set[str]:
        """Return the one of some methods that all the others override, if there is one."""
        owners = {identity: identity.rpartition(".")[0] for identity in known}
        lines = [self._finder.classes_of(owner) for owner in owners.values()]
        first = {identity for identity, owner in owners.items() if all(owner in line for line in lines)}
        return first or known

    def _is_one(self, methods: Sequence[Keyword], known: Container[str]) -> bool:
        """Return whether methods are those that documents describe, or come from the same class as these: one overrides the other."""
        owners = {each.id: each.id.rpartition(".")[0] for each in methods}
        meant = [owner for identity, owner in owners.items() if identity in known]
        lines = [self._finder.classes_of(owner) for owner in meant]
        return all(
            any(owner in line for line in lines) or not set(meant).isdisjoint(self._finder.classes_of(owner))
            for owner in owners.values()
        )

    def _at(self, name: str) -> Keyword | None:
        return self._finder.find(name, tails=False).best if name else None

    def _has_parameter(self, keyword: Keyword, name: str) -> bool:
        """Return whether a function, or what constructs a class, has a parameter: prose on it is about that."""
        made_by = self._at(f"{keyword.id}.__init__") if keyword.kind in CLASSES else None
        return any(
            re.search(rf"\b{re.escape(name)}\b", self._signature(each)) is not None
            for each in (keyword, made_by or keyword)
        )

    def _signature(self, keyword: Keyword) -> str:
        facts = self._reader.facts(keyword.path)
        return facts.definitions[keyword.position].signature if facts is not None else ""

    def _is_offered(self, keyword: Keyword) -> bool:
        """Return whether the package that a keyword is in offers it: a plain word (`task`, `device`) may mean many other things."""
        offered = f"{keyword.id.partition('.')[0]}.{keyword.name}"
        return keyword in self._finder.find(offered, tails=False).keywords

    def _alone(self, name: str, kinds: Container[Kind], hidden: int = _HIDDEN) -> tuple[Keyword, ...]:
        """Return what a name without a dot means, wherever it is defined: one public thing, or it says nothing.

        Where a file imports the name as well (`try: import yaml`, `except ImportError: yaml = None`), prose means what is imported.
        """
        rows = self._reader.keywords(name=name)
        if not all(keyword.path.endswith(".pxd") for keyword in rows):
            rows = tuple(
                keyword for keyword in rows if not keyword.path.endswith(".pxd")
            )  # they declare what others define
        importing = {keyword.path for keyword in rows if keyword.kind is Kind.IMPORT}
        found = (
            keyword
            for keyword in sorted(rows, key=lambda keyword: not keyword.path.endswith(".pyi"))
            if keyword.kind in kinds
            and not keyword.flags & hidden
            and keyword.path in self._own
            and keyword.path not in importing
        )
        return tuple(
            {keyword.id: keyword for keyword in found}.values()
        )  # what a stub has is the same thing as in its source
