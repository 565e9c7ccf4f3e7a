"""What pages say of a file that only the whole tree can tell, worked out once for all pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, TypeVar, cast

import msgspec

from sphinx_kwindex.entry_points import EntryPoint
from sphinx_kwindex.link.cycles import Graph, find_groups, make_graph
from sphinx_kwindex.model import Flag, ImportFlag, Kind
from sphinx_kwindex.pages.layers import find_standings
from sphinx_kwindex.pages.lookup import Finder
from sphinx_kwindex.pages.own_code import find_own_code
from sphinx_kwindex.pages.patterns import PATTERNS, Pattern
from sphinx_kwindex.pages.prose_mentions import Mentions, read_mentions
from sphinx_kwindex.pages.reach import Ways
from sphinx_kwindex.pages.records import Runner, Standing
from sphinx_kwindex.pages.runners import find_runner
from sphinx_kwindex.pages.sections import Sections
from sphinx_kwindex.pages.sub_words import SubWords, read_sub_words

if TYPE_CHECKING:
    from sphinx_kwindex.store import Reader

T = TypeVar("T")

COMPARED = (
    Kind.CLASS,
    Kind.EXCEPTION,
    Kind.FUNCTION,
    Kind.METHOD,
    Kind.PROPERTY,
    Kind.DATA,
    Kind.TYPE_ALIAS,
    Kind.TYPE_VARIABLE,
)
"""Kinds of definitions whose namesakes readers may want; what attributes are called says little of what they are."""
NOT_COMPARED = int(Flag.SPECIAL | Flag.LOCAL | Flag.TEST)
"""Flags of those whose namesakes nobody wants."""


class Directions:
    """The same edges from both ends, and the circles that they make; each is worked out when it is asked for."""

    def __init__(self, edges: Iterable[tuple[str, str]]) -> None:
        self.forth: Graph = make_graph(edges)

    @cached_property
    def back(self) -> Graph:
        """What leads to each file."""
        return make_graph((target, user) for user, targets in self.forth.items() for target in targets)

    @cached_property
    def groups(self) -> Mapping[str, frozenset[str]]:
        """By file: the files that lead to one another, directly or through others, and it among them."""
        return {path: group for group in map(frozenset, find_groups(self.forth)) for path in group}


class ImportCounts(NamedTuple):
    """How many pairs of files stand behind an import of one folder or file by another; each pair counts once."""

    direct: int = 0
    """Pairs of which one imports the other when it is imported itself."""
    late: int = 0
    """Pairs of which it does so later only: in functions, or when run as a script."""
    for_types: int = 0
    """Pairs of which it does so for type checkers only."""

    def add(self, when: int) -> ImportCounts:
        """Count one more pair, by the `ImportFlag` that says when it imports (0: when it is imported itself)."""
        if not when:
            return ImportCounts(self.direct + 1, self.late, self.for_types)
        if when == _FOR_TYPES:
            return ImportCounts(self.direct, self.late, self.for_types + 1)
        return ImportCounts(self.direct, self.late + 1, self.for_types)


NO_IMPORTS = ImportCounts()
_FOR_TYPES = int(ImportFlag.TYPE_CHECKING)


class Overview:
    """Facts about the whole tree; each is worked out when a page first asks for it."""

    def __init__(
        self, reader: Reader, patterns: tuple[Pattern, ...] = PATTERNS, sections: Sections | None = None
    ) -> None:
        self._reader = reader
        self.patterns = patterns
        self.sections = sections or Sections()
        self._last: tuple[str, object] = ("", None)

    @property
    def has_foreign(self) -> bool:
        """Whether functions of others have a say in what pages there are."""
        return self.patterns != PATTERNS or self.sections.has_own

    def once(self, path: str, make: Callable[[], T]) -> T:
        """Return what is made for a file, from the last time if that was for the same file."""
        if self._last[0] != path:
            self._last = (path, make())
        return cast("T", self._last[1])

    @cached_property
    def own(self) -> frozenset[str]:
        """The files that are the project's own code: no tests, examples, tools and the like."""
        return find_own_code({row.path: row.role for row in self._reader.files()})

    @cached_property
    def own_modules(self) -> frozenset[str]:
        """The modules that are the project's own code."""
        return frozenset(row.module for row in self._reader.files() if row.path in self.own)

    @cached_property
    def imports(self) -> Directions:
        """Who imports whom in the project, whenever that is."""
        return Directions(self._reader.import_edges())

    @cached_property
    def loads(self) -> Directions:
        """Who imports whom when it is imported itself."""
        return Directions(self._reader.loaded_edges())

    @cached_property
    def late(self) -> Mapping[tuple[str, str], int]:
        """Who imports whom later only, or for type checkers only, with the `ImportFlag` that says when."""
        return self._reader.late_edges()

    @cached_property
    def standings(self) -> Mapping[str, Standing]:
        """By file, tests left out: where it sits in the project."""
        return find_standings(self._reader.files(), self._reader.loaded_edges(), self.late)

    def recall_standings(self, known: Mapping[str, Standing]) -> None:
        """Take `standings` from those who know that they are what they were."""
        self.__dict__["standings"] = known

    @cached_property
    def tested(self) -> frozenset[str]:
        """The files of whose keywords tests make certain uses."""
        return frozenset(self._reader.tested())

    @cached_property
    def with_tests(self) -> frozenset[str]:
        """The files that hold tests."""
        return frozenset(self._reader.test_files())

    @cached_property
    def runner(self) -> Runner:
        """What runs the tests of the project."""
        return find_runner(self._reader)

    @cached_property
    def with_findings(self) -> frozenset[str]:
        """The files in which a linter finds something."""
        return frozenset(self._reader.with_findings())

    @property
    def users(self) -> Mapping[str, int]:
        """By keyword id: how many files of the project's own code, other than the keyword's, use it for certain."""
        return self._used[0]

    @property
    def outside(self) -> Mapping[str, Mapping[str, int]]:
        """By folder: how many files of own code outside it use each keyword (by id) that is defined in such below it."""
        return self._used[1]

    @cached_property
    def _used(self) -> tuple[dict[str, int], dict[str, dict[str, int]]]:
        users: dict[str, int] = {}
        outside: dict[str, dict[str, int]] = {}
        for user, target, counts in self._reader.file_edges():
            if user == target or user not in self.own or target not in self.own:
                continue
            _count(users, counts)
            folder = target.rpartition("/")[0]
            while folder and not user.startswith(f"{folder}/"):
                _count(outside.setdefault(folder, {}), counts)
                folder = folder.rpartition("/")[0]
        return users, outside

    @cached_property
    def between(self) -> Mapping[str, Mapping[tuple[str, str], ImportCounts]]:
        """By folder: how many imports lead from one of its children to another; each import counts in one folder."""
        found: dict[str, dict[tuple[str, str], ImportCounts]] = {}
        for user, targets in self.imports.forth.items():
            for target in targets:
                folder, one, other = part_ways(user, target)
                inside = found.setdefault(folder, {})
                inside[one, other] = inside.get((one, other), NO_IMPORTS).add(self.late.get((user, target), 0))
        return found

    @cached_property
    def finder(self) -> Finder:
        """What finds keywords by the names that prose has for them."""
        return Finder(self._reader)

    @cached_property
    def mentions(self) -> Mentions:
        """What the project's prose mentions."""
        return read_mentions(self._reader, self.finder)

    @cached_property
    def ways(self) -> Ways:
        """How keywords are reached other than by their names."""
        return Ways(self._reader)

    @property
    def spelled(self) -> Mapping[str, int]:
        """By name, also dotted: how often strings spell it out."""
        return self._texts[0]

    @property
    def loose(self) -> Mapping[str, int]:
        """By name: how often it is looked up on objects of unknown type, so that nobody can tell what is meant."""
        return self._texts[1]

    @cached_property
    def _texts(self) -> tuple[dict[str, int], dict[str, int]]:
        return self._reader.texts()

    @cached_property
    def entry_points(self) -> Mapping[str, str]:
        """By keyword id: the name of the entry point that the project's own files give it."""
        blob = self._reader.get_blob("entry points")
        found = msgspec.msgpack.decode(blob, type=tuple[EntryPoint, ...]) if blob else ()
        return {item.target.replace(":", "."): item.name for item in reversed(found)}

    @cached_property
    def shared_names(self) -> Mapping[str, int]:
        """The names that several of the definitions that are compared have; with their number."""
        return self._reader.shared_names(COMPARED, NOT_COMPARED)

    @cached_property
    def sub_words(self) -> SubWords:
        """The words that names are made of, with these names."""
        return read_sub_words(self._reader, self.own)


def _count(table: dict[str, int], identities: Iterable[str]) -> None:
    # A `Counter` would take three times as long: there are tens of thousands of calls, for a few ids each.
    for identity in identities:
        table[identity] = table.get(identity, 0) + 1


def part_ways(one: str, other: str) -> tuple[str, str, str]:
    """Return the deepest folder that holds two files, and the names in it that lead to each."""
    first, second = one.split("/"), other.split("/")
    depth = 0
    while first[depth] == second[depth]:
        depth += 1
    return "/".join(first[:depth]), first[depth], second[depth]
