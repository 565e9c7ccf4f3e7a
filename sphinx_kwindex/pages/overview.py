"""Facts about a file that depend on the whole tree, computed once for all pages."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, ValuesView
from functools import cached_property
from itertools import chain
from typing import Any, Generic, NamedTuple, TypeVar, cast

import msgspec

from sphinx_kwindex.cycles import Graph, find_groups, make_graph
from sphinx_kwindex.entry_points import EntryPoint
from sphinx_kwindex.garbage import no_collection
from sphinx_kwindex.grouping import grouped
from sphinx_kwindex.layout import folders_above
from sphinx_kwindex.ledger import ANYTHING, FactKeys, Recorder, digest
from sphinx_kwindex.model import Flag, ImportFlag, Kind
from sphinx_kwindex.own_code import find_own_code
from sphinx_kwindex.pages.addresses import ROUGH, Addresses, round_down
from sphinx_kwindex.pages.fixture_trees import find_fixture_trees
from sphinx_kwindex.pages.folder_tables import folders_with_names, folders_with_related
from sphinx_kwindex.pages.imports_view import cycle_of
from sphinx_kwindex.pages.layers import find_standings
from sphinx_kwindex.pages.lookup import Finder
from sphinx_kwindex.pages.name_parts import LETTERS, NamePart, make_parts
from sphinx_kwindex.pages.names_view import plan_letters
from sphinx_kwindex.pages.patterns import PATTERNS, Pattern
from sphinx_kwindex.pages.prose_mentions import Discussed, Mention, Mentions, read_prose, turn_round
from sphinx_kwindex.pages.reach import Way, Ways, WayTables
from sphinx_kwindex.pages.reaching import Reaching, find_reaching
from sphinx_kwindex.pages.records import LetterPage, Page, Standing
from sphinx_kwindex.pages.runners import Runner, find_runner
from sphinx_kwindex.pages.search_data import (
    Typed,
    Weights,
    Words,
    WordSize,
    shelve_types,
    shelve_words,
    size_words,
    weigh,
)
from sphinx_kwindex.pages.sections import Sections
from sphinx_kwindex.pages.stand_outs import StandOuts, edges_within, find_stand_outs
from sphinx_kwindex.pages.sub_words import SubWords, find_sub_words
from sphinx_kwindex.plain_files import Unread, place_unread
from sphinx_kwindex.shares import work_in_shares
from sphinx_kwindex.store import FileRow, Home, Ledger, Reader
from sphinx_kwindex.text import letter_of_key

T = TypeVar("T")
K = TypeVar("K")
V = TypeVar("V")
R = TypeVar("R")

_pack = msgspec.msgpack.Encoder().encode

COMPARED = (
    Kind.CLASS,
    Kind.EXCEPTION,
    Kind.STRUCT,
    Kind.UNION,
    Kind.ENUM,
    Kind.INTERFACE,
    Kind.TRAIT,
    Kind.MACRO,
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
DOCUMENTS = digest("site documents")
"""The fact which files are pages of the site."""


class Directions:
    """The same edges from both ends, and the cycles that they make; each is computed when it is asked for."""

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
    """How many pairs of files are behind an import of one folder or file by another; each pair counts once."""

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


class RecordedTable(Mapping[K, V]):
    """Answers by file (or folder, name, document); notes which of them are asked for, also where there is none."""

    def __init__(self, name: str, values: Mapping[K, V], recorder: Recorder) -> None:
        self._name = name
        self._values = values
        self._recorder = recorder
        self._keys, self._all = FactKeys("table", name), digest("table", name)

    def __getitem__(self, key: K) -> V:
        """Return one answer."""
        self._recorder.read_one(self._keys, key)
        return self._values[key]

    def __contains__(self, key: object) -> bool:
        """Return whether there is an answer."""
        self._recorder.read_one(self._keys, key)
        return key in self._values

    def __iter__(self) -> Iterator[K]:
        """Yield every key; what is made of them depends on the whole table."""
        self._recorder.read(self._all)
        return iter(self._values)

    def __len__(self) -> int:
        """Return the number of answers."""
        self._recorder.read(self._all)
        return len(self._values)

    def values(self) -> ValuesView[V]:
        """Return all answers."""
        self._recorder.read(self._all)
        return self._values.values()

    def facts(self) -> dict[int, int]:
        """Return digests of the answers, by the keys that are noted."""
        facts = {self._keys[key]: digest(value) for key, value in self._values.items()}
        facts[self._all] = digest(sorted(facts.items()))
        return facts


_PARTS, _PLANS, _WORDS, _SEARCHED, _SIZES = (
    tuple(f"{name} {letter}" for letter in LETTERS)
    for name in ("names", "letters", "words", "search words", "word sizes")
)
"""Tables of each letter."""
_BASES = (("own", "fixture trees"), (*_PARTS, "used"), _PLANS, ("letters",), ("letter bounds",))
"""The tables that others are made from, in the order in which they are made: others are outdated when these say something else."""
_BASE_NAMES = frozenset(chain.from_iterable(_BASES))
_LARGE_BASES: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(_PARTS, frozenset((*_WORDS, *_SEARCHED, *_SIZES))),
    "used": frozenset({"stand outs", "outside", "weights"}),
}
"""Those of them that take much space and that no page reads, with what is made from them."""


_GROUPS = (
    ("way lists", "name patterns", "external bases", "calls"),
    ("stand outs", "outside", "weights"),
    ("search types",),
    (*_WORDS, *_SEARCHED, *_SIZES),
    ("discussed", "mentions"),
    ("reaching",),
    ("spelled", "loose"),
)
"""Tables that are computed together, as they are made from the same; those that take longest first."""
_QUICK = frozenset(
    (
        *("tested", "with findings", "with tests", "with names", "with related", "runner", "own modules"),
        *(*_WORDS, *_SEARCHED, *_SIZES),
    )
)
"""Tables that take less time than a process to start, unless all of them are computed."""
_LARGE = 500
"""Files from which on tables are worth more processes than one."""


class _Worked(NamedTuple):
    """A table that was computed."""

    name: str
    facts: dict[int, int]
    values: bytes
    reads: tuple[int, ...]


class _Packed(Mapping[K, V]):
    """Values that are unpacked when they are asked for: a page needs few of a table."""

    def __init__(self, values: dict[K, Any], unpack: Callable[[msgspec.Raw], V]) -> None:
        self._values = values
        self._unpack = unpack

    def __getitem__(self, key: K) -> V:
        value = self._values[key]
        if isinstance(value, msgspec.Raw):
            value = self._values[key] = self._unpack(value)
        return cast("V", value)

    def __iter__(self) -> Iterator[K]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


class _FileTable(RecordedTable[str, FileRow]):
    """The light rows of files, by path, which depend on these files."""

    def __init__(self, rows: Iterable[FileRow], recorder: Recorder) -> None:
        super().__init__("files", {row.path: row for row in rows}, recorder)
        self._keys, self._all = FactKeys("file"), digest("files")


class _NameKeys(FactKeys):
    """The keys of facts of names, which are those of the names in folded case."""

    def __missing__(self, last: Any) -> int:
        key = self[last] = digest("name", last.casefold())
        return key


class _NameTable(RecordedTable[str, int]):
    """Answers by name, which depend on the keywords that are called so."""

    def __init__(self, values: Mapping[str, int], recorder: Recorder) -> None:
        super().__init__("name", values, recorder)
        self._keys, self._all = _NameKeys(), digest("names")


class _KeptProperty(Generic[R]):
    """A property of the overview that is kept from build to build, by its name."""

    def __init__(self, make: Callable[[Any], R], unpack: Callable[[bytes], Any], *, is_one: bool) -> None:
        self._make = make
        self._is_one = is_one
        self._name = ""
        self.unpack = unpack
        self.__doc__ = make.__doc__

    def __set_name__(self, _owner: type, name: str) -> None:
        self._name = name.strip("_").replace("_", " ")
        _TABLES[self._name] = self

    def __get__(self, overview: Overview, _owner: type) -> R:
        table = overview.table(self._name)
        return cast("R", table[""] if self._is_one else table)

    def make(self, overview: Overview) -> Mapping[Any, Any]:
        """Work the table out; one answer that has no key is a table of one entry."""
        found = self._make(overview)
        return {"": found} if self._is_one else cast("Mapping[Any, Any]", found)


_TABLES: dict[str, _KeptProperty[Any]] = {}


def _tabled(value: Any, key: Any = str) -> Callable[[Callable[[Any], R]], _KeptProperty[R]]:
    """Make a property of a function that returns a table: each answer in it is depended on by itself."""
    unpack = _unpacker(value, key)
    return lambda make: _KeptProperty(make, unpack, is_one=False)


def _single(value: Any) -> Callable[[Callable[[Any], R]], _KeptProperty[R]]:
    """Make a property of a function that returns one answer."""
    unpack = _unpacker(value, str)
    return lambda make: _KeptProperty(make, unpack, is_one=True)


def _unpacker(value: Any, key: Any) -> Callable[[bytes], Mapping[Any, Any]]:
    if value in _SMALL:
        return msgspec.msgpack.Decoder(dict[key, value]).decode
    split, unpack = msgspec.msgpack.Decoder(dict[key, msgspec.Raw]).decode, msgspec.msgpack.Decoder(value).decode
    return lambda data: _Packed(split(data), unpack)


_SMALL = (int, bool)
"""What is not worth being unpacked by itself."""


Cycle = tuple[tuple[str, ...], int]


_HOMES = 20_000
"""Ids, or names, of which is kept which keywords have them."""
_DESCRIBED = 50
"""Files of which is kept what descriptions of their names are made from."""


class Overview:
    """Facts about the whole tree; each is computed when a page first asks for it.

    What is not a table is read by pages as what it was made from: all of it.
    """

    def __init__(
        self,
        reader: Reader,
        patterns: tuple[Pattern, ...] = PATTERNS,
        sections: Sections | None = None,
        documents: Mapping[str, str] | None = None,
        *,
        folds: bool = True,
        related_limit: int | None = None,
    ) -> None:
        self._reader = reader
        self.documents = documents or {}
        """Files that are pages of the site, with the names of these documents."""
        self._folds = folds
        self._related_limit = related_limit
        self._recorder = reader.recorder
        self.patterns = patterns
        self.sections = sections or Sections()
        self._known: dict[Any, tuple[Any, set[int]]] = {}
        self._tables: dict[str, RecordedTable[Any, Any]] = {}
        self._ledger: Ledger | None = None
        self._publish: Callable[[str, Mapping[int, int]], None] = lambda _name, _facts: None
        self.outdated: set[str] = set()
        """The tables that had to be computed again."""
        self._finder = Finder(reader)
        self._addresses: Addresses | None = None
        self._last_path = ""
        self._last: dict[Any, tuple[Any, set[int]]] = {}
        self._described: dict[Any, tuple[Any, set[int]]] = {}
        self._homes = _Homes(reader.homes, FactKeys("home"), reader.recorder)
        self._namesakes = _Homes(
            lambda names: reader.namesakes(names, COMPARED, NOT_COMPARED),
            FactKeys("name"),
            reader.recorder,
            str.casefold,
        )

    @no_collection()
    def open(self, ledger: Ledger, stamp: str, publish: Callable[[str, Mapping[int, int]], None]) -> None:
        """Keep tables in a ledger; `publish` gets the facts of those that are computed again.

        A table of which nothing changed that was read for it is what it was, and is read from the ledger if it is needed.
        """
        self._ledger, self._publish = ledger, publish
        self.outdated = set(ledger.outdated(list(_TABLES), stamp))
        for bases in _BASES:
            wanted = [name for name in bases if name in self.outdated]
            for name in wanted:
                self.table(name)
            if wanted:
                self.outdated.update(ledger.outdated(list(_TABLES), stamp))

    @no_collection()
    def bring_up_to_date(self, addresses: Addresses, *, jobs: int = 1) -> None:
        """Compute again what is outdated, in `jobs` processes if the tree is large."""
        self._addresses = addresses
        waiting = [name for name in _TABLES if name in self.outdated and name not in self._tables]
        grouped_names = [name for group in _GROUPS for name in group]
        groups = [*_GROUPS, *([name] for name in waiting if name not in grouped_names)]
        groups = [wanted for group in groups if (wanted := [name for name in group if name in waiting])]
        if jobs == 1 or len(groups) <= 1 or len(addresses.files) < _LARGE or _QUICK.issuperset(waiting):
            for name in waiting:
                self.table(name)
        else:
            self._work_in_processes(groups, jobs)
        for name in _LARGE_BASES:
            self._tables.pop(name, None)
        for letter in LETTERS:
            self._known.pop(("search words", letter), None)

    def _work_in_processes(self, groups: Sequence[Sequence[str]], jobs: int) -> None:
        waiting = {name for group in groups for name in group}
        for name in _BASE_NAMES:
            if name not in _LARGE_BASES or not _LARGE_BASES[name].isdisjoint(waiting):
                self.table(name)  # other processes cannot read the ledger

        def work(place: int) -> list[_Worked]:
            return [self._pack_table(name, *self._make_table(name)) for name in groups[place]]

        for tables in work_in_shares(work, range(len(groups)), list[_Worked], jobs=jobs):
            for table in tables:
                self._keep_table(table)

    def table(self, name: str) -> RecordedTable[Any, Any]:
        """Return a table as it is kept, or computed."""
        if name not in self._tables:
            packed = self._ledger.result(name) if self._ledger is not None else None
            if packed is not None:
                values = _TABLES[name].unpack(packed)
            else:
                values, reads = self._make_table(name)
                if self._ledger is not None:
                    self._keep_table(self._pack_table(name, values, reads))
            self._tables[name] = RecordedTable(name, values, self._recorder)
        return self._tables[name]

    def _make_table(self, name: str) -> tuple[Mapping[Any, Any], set[int]]:
        with self._recorder.recording() as reads:
            values = _TABLES[name].make(self)
        return values, reads

    def _pack_table(self, name: str, values: Mapping[Any, Any], reads: Iterable[int]) -> _Worked:
        return _Worked(name, RecordedTable(name, values, self._recorder).facts(), _pack(values), tuple(reads))

    def _keep_table(self, worked: _Worked) -> None:
        name, facts, values, reads = worked
        assert self._ledger is not None
        self._publish(name, facts)  # before it counts as made, should the build be killed
        if name in _BASE_NAMES:
            self._ledger.publish(name, facts)
        self._ledger.record([(name, values, reads)])

    def once(self, path: str, name: str, make: Callable[[], T]) -> T:
        """Return what is made for a file under a name, from the last time if that was for the same file."""
        if self._last_path != path:
            self._last_path = path
            self._last.clear()
        return self._recorder.once(self._last, name, make)

    def remember(self, path: str, make: Callable[[], T]) -> T:
        """Return what descriptions of the names of a file are made from; many files are, and in any order."""
        if len(self._described) >= _DESCRIBED and path not in self._described:
            self._described.clear()
        return self._recorder.once(self._described, path, make)

    def homes(self, ids: Collection[str]) -> Mapping[str, Sequence[Home]]:
        """Return the keywords with some ids, as `Reader.homes` does; many pages name the same."""
        return self._homes.find(ids)

    def namesakes(self, names: Collection[str]) -> Mapping[str, Sequence[Home]]:
        """Return the definitions that are compared, by their names, as `Reader.namesakes` does."""
        return self._namesakes.find(names)

    # Tables, each with the type of its answers

    @_single(tuple[LetterPage, ...])
    def letters(self) -> tuple[LetterPage, ...]:
        """The pages of the A-Z index: letters first."""
        return tuple(chain.from_iterable(self.table(name)[""] for name in (*_PLANS[1:], _PLANS[0])))

    @_single(int)
    def letter_bounds(self) -> int:
        """What tells on which page of the A-Z index a name stands, as a digest: new names seldom move it."""
        return digest([(page.group, page.prefix, page.label, page.buckets) for page in self.letters])

    @_tabled(int)
    def fixture_trees(self) -> Mapping[str, int]:
        """The folders whose files have no pages, being fixtures, with how many there are."""
        if not self._folds:
            return {}
        roles = {row.path: row.role for row in self._reader.roles()}
        return find_fixture_trees(roles, self._reader.used_edges(), self._reader.fixture_files())

    @_tabled(dict[str, int])
    def later_parts(self) -> Mapping[str, Mapping[str, int]]:
        """By file that has several pages: on which of them definitions stand that are not on the first, by qualified name."""
        return self._reader.later_parts()

    @_tabled(list[Unread])
    def unread(self) -> Mapping[str, Sequence[Unread]]:
        """By folder: the files without pages that its page lists."""
        blob = self._reader.get_blob("unread")
        if not blob:
            return {}
        folded = tuple(self.fixture_trees)
        paths = (row.path for row in self._reader.roles())
        folders = {folder for path in paths for folder in folders_above(path)}
        with_pages = {"", *(each for each in folders if not any(f"{each}/".startswith(f"{tree}/") for tree in folded))}
        return place_unread(msgspec.msgpack.decode(blob, type=tuple[Unread, ...]), with_pages)

    @_tabled(Cycle)
    def cycles(self) -> Mapping[str, Cycle]:
        """By file: the shortest cycle of imports through it, and roughly how many are in its group if it is more."""
        return {path: cycle_of(self, path) for path in self.imports.groups}

    @_tabled(Standing)
    def standings(self) -> Mapping[str, Standing]:
        """By file, tests left out: where it sits in the project."""
        return find_standings(self._reader.roles(), self._reader.loaded_edges(), self._reader.late_edges())

    @_tabled(bool)
    def tested(self) -> Mapping[str, bool]:
        """The files of whose keywords tests make certain uses."""
        return dict.fromkeys(self._reader.tested(), True)

    @_tabled(bool)
    def with_findings(self) -> Mapping[str, bool]:
        """The files in which a linter finds something."""
        return dict.fromkeys(self._reader.with_findings(), True)

    @_tabled(bool)
    def with_names(self) -> Mapping[str, bool]:
        """The folders below which there are public classes and functions to list."""
        return dict.fromkeys(sorted(folders_with_names(self._reader.kinds(), self.own)), True)

    @_tabled(bool)
    def with_related(self) -> Mapping[str, bool]:
        """The folders that have related ones."""
        related = self._reader.all_related()
        return dict.fromkeys(
            sorted(folders_with_related({path: rows[: self._related_limit] for path, rows in related.items()})), True
        )

    @_single(StandOuts)
    def stand_outs(self) -> StandOuts:
        """The keywords of the project's own code that stand out."""
        return find_stand_outs(self._reader, self.own, self._used[0])

    @_tabled(list[tuple[str, int]])
    def outside(self) -> Mapping[str, Sequence[tuple[str, int]]]:
        """By folder: the ids of keywords in own code below it that files of own code outside it use, with roughly how many; most first."""
        # By rough counts: else each new user would change the order.
        rough = {
            folder: [(name, round_down(count, ROUGH)) for name, count in counts.items()]
            for folder, counts in self._used[1].items()
        }
        return {folder: sorted(rows, key=lambda row: (-row[1], row[0])) for folder, rows in rough.items()}

    @_tabled(dict[tuple[str, str], ImportCounts])
    def between(self) -> Mapping[str, Mapping[tuple[str, str], ImportCounts]]:
        """By folder: how many imports lead from one of its children to another; each import counts in one folder."""
        late = self._reader.late_edges()
        found: dict[str, dict[tuple[str, str], ImportCounts]] = {}
        for user, targets in self.imports.forth.items():
            for target in targets:
                folder, one, other = part_ways(user, target)
                inside = found.setdefault(folder, {})
                inside[one, other] = inside.get((one, other), NO_IMPORTS).add(late.get((user, target), 0))
        return found

    @_tabled(bool)
    def own(self) -> Mapping[str, bool]:
        """The files that are the project's own code: no tests, examples, tools and similar."""
        return dict.fromkeys(sorted(find_own_code({row.path: row.role for row in self._reader.roles()})), True)

    @_tabled(bool)
    def own_modules(self) -> Mapping[str, bool]:
        """The modules that are the project's own code."""
        return {row.module: True for row in self._reader.roles() if row.path in self.own}

    @_tabled(int)
    def spelled(self) -> Mapping[str, int]:
        """By name, also dotted: how often strings spell it out."""
        return self._texts[0]

    @_tabled(int)
    def loose(self) -> Mapping[str, int]:
        """By name: how often it is looked up on objects of unknown type, so that nobody can tell what is meant."""
        return self._texts[1]

    @_tabled(int, key=tuple[str, str])
    def late(self) -> Mapping[tuple[str, str], int]:
        """Imports that run later or are for type checking only, with the `ImportFlag` that says which."""
        return self._reader.late_edges()

    @_tabled(dict[str, tuple[Mention, ...]])
    def mentions(self) -> Mentions:
        """What the project's prose mentions."""
        return turn_round(self._discussed)

    @_tabled(tuple[Discussed, ...])
    def discussed(self) -> Mapping[str, tuple[Discussed, ...]]:
        """By file of prose: what it mentions."""
        return self._discussed

    @_tabled(bool)
    def with_tests(self) -> Mapping[str, bool]:
        """The files that hold tests."""
        return dict.fromkeys(self._reader.test_files(), True)

    @_tabled(dict[str, Reaching])
    def reaching(self) -> Mapping[str, Mapping[str, Reaching]]:
        """By file, and the qualified name of what it defines: the tests that reach it."""
        return find_reaching(self._reader)

    @_single(Runner)
    def runner(self) -> Runner:
        """What runs the tests of the project."""
        return find_runner(self._reader)

    @_tabled(tuple[Way, ...])
    def _way_lists(self) -> Mapping[str, tuple[Way, ...]]:
        return self._ways.all_ways()

    @_tabled(tuple[tuple[str, str], ...])
    def _name_patterns(self) -> Mapping[str, tuple[tuple[str, str], ...]]:
        return self._ways.all_patterns()

    @_tabled(tuple[str, ...])
    def _external_bases(self) -> Mapping[str, tuple[str, ...]]:
        return self._ways.all_external_bases()

    @_tabled(int)
    def _calls(self) -> Mapping[str, int]:
        return self._ways.all_calls()

    @_tabled(Typed)
    def _search_types(self) -> Mapping[str, Typed]:
        """By page of the A-Z index: the types that functions take or return, with these functions."""
        return shelve_types(self._reader, self._letter_addresses, tuple(self.fixture_trees))

    @_tabled(Weights)
    def weights(self) -> Mapping[str, Weights]:
        """By name: how much keywords are used."""
        return weigh(self._used[0])

    @_single(tuple[dict[str, int], dict[str, dict[str, int]]])
    def _used(self) -> tuple[dict[str, int], dict[str, dict[str, int]]]:
        """Return how many files of own code use keywords of others of it, by id; and by folder, for those of files outside it."""
        users: dict[str, int] = {}
        outside: dict[str, dict[str, int]] = {}
        for user, target, counts in edges_within(self._reader, self.own):
            _count(users, counts)
            folder = target.rpartition("/")[0]
            while folder and not user.startswith(f"{folder}/"):
                _count(outside.setdefault(folder, {}), counts)
                folder = folder.rpartition("/")[0]
        return users, outside

    # What tables are made from, and what only few pages show

    @property
    def _letter_addresses(self) -> Addresses:
        """The addresses, for a table that depends on where letters are."""
        assert self._addresses is not None
        _ = self.letter_bounds
        return self._addresses

    @property
    def ways(self) -> WayTables:
        """How keywords are reached other than by their names."""
        return WayTables(self._way_lists, self._name_patterns, self._external_bases, self._calls)

    def words_on(self, addresses: Addresses, page: Page) -> SubWords:
        """Return the words that are on a page of the A-Z index, with the names that they are part of."""
        self._addresses = addresses
        words: SubWords = self.table(f"words {letter_of_key(page.subject)}").get(page.docname, {})
        return words

    def search_types_on(self, addresses: Addresses) -> Mapping[str, Typed]:
        """Return the types that the search box knows, by page of the A-Z index."""
        self._addresses = addresses
        return self._search_types

    def search_words_on(self, addresses: Addresses, page: Page) -> Words:
        """Return the words that the search box knows on a page of the A-Z index, sorted; also those of letters that have no page."""
        self._addresses = addresses
        without = set(LETTERS).difference(letter_of_key(plan.group) for plan in addresses.letter_plan)
        tables = (f"search words {letter}" for letter in sorted({letter_of_key(page.subject), *without}))
        return dict(sorted(chain.from_iterable(self.table(name).get(page.docname, {}).items() for name in tables)))

    def word_sizes(self, addresses: Addresses) -> Mapping[str, tuple[WordSize, ...]]:
        """Return the words that the search box knows, by page of the A-Z index, sorted."""
        self._addresses = addresses
        found = grouped(chain.from_iterable(self.table(name).items() for name in _SIZES))
        return {docname: tuple(sorted(chain.from_iterable(sizes))) for docname, sizes in found.items()}

    @property
    def files(self) -> Mapping[str, FileRow]:
        """The light rows of all files, by path."""
        if "files" not in self._tables:
            with self._recorder.recording():  # each row is depended on by itself
                self._tables["files"] = _FileTable(self._reader.files(), self._recorder)
        return self._tables["files"]

    @property
    def imports(self) -> Directions:
        """All imports in the project, whenever they run."""
        return self._keep("imports", lambda: Directions(self._reader.import_edges()))

    @property
    def loads(self) -> Directions:
        """Imports that run when the importing file is imported."""
        return self._keep("loads", lambda: Directions(self._reader.loaded_edges()))

    @property
    def finder(self) -> Finder:
        """What finds keywords by the names that prose has for them; it remembers answers, so nobody can say what they depend on."""
        self._recorder.read(ANYTHING)
        return self._finder

    @property
    def entry_points(self) -> Mapping[str, str]:
        """By keyword id: the name of the entry point that the project's own files give it."""
        return self._keep("entry points", self._read_entry_points)

    def _read_entry_points(self) -> dict[str, str]:
        blob = self._reader.get_blob("entry points")
        found = msgspec.msgpack.decode(blob, type=tuple[EntryPoint, ...]) if blob else ()
        return {item.target.replace(":", "."): item.name for item in reversed(found)}

    @property
    def shared_names(self) -> Mapping[str, int]:
        """The names that several of the definitions that are compared have; with their number."""
        if "shared names" not in self._tables:
            with self._recorder.recording():
                counts = self._reader.shared_names(COMPARED, NOT_COMPARED)
            self._tables["shared names"] = _NameTable(counts, self._recorder)
        return self._tables["shared names"]

    def find_parts(self, letter: str) -> Mapping[str, NamePart]:
        """Return what there is to know about the names that sort under a letter, by the letters of words in them."""
        return make_parts(letter, self._reader.names_at(letter), self.own.__contains__, tuple(self.fixture_trees))

    def _parts(self, letter: str) -> list[NamePart]:
        """Return what there is to know about all names for the words under a letter."""
        return [part for name in _PARTS if (part := self.table(name).get(letter)) is not None]

    def _sub_words(self, letter: str) -> SubWords:
        """Return the words that names are made of, with these names."""
        return self._keep(("words", letter), lambda: find_sub_words(part.sub_words for part in self._parts(letter)))

    def plan_letter(self, letter: str) -> tuple[LetterPage, ...]:
        """Return the pages of the A-Z index for one letter."""
        part: NamePart | None = self.table(f"names {letter}").get(letter)
        return plan_letters(part.tallies if part is not None else {}, self._sub_words(letter))

    def shelve_sub_words(self, letter: str) -> Mapping[str, dict[str, tuple[str, ...]]]:
        """Return the words that names are made of, under one letter, by page of the A-Z index."""
        addresses = self._letter_addresses
        homes = ((addresses.find_letter(word), (word, names)) for word, names in self._sub_words(letter).items())
        return {docname: dict(words) for docname, words in grouped(homes).items()}

    def shelve_search_words(self, letter: str) -> Mapping[str, Words]:
        """Return, by page of the A-Z index, the words under one letter that names are made of: all of them, for the search box."""

        def make() -> Mapping[str, Words]:
            parts = self._parts(letter)
            return shelve_words((part.first for part in parts), (part.inner for part in parts), self._letter_addresses)

        return self._keep(("search words", letter), make)

    def size_search_words(self, letter: str) -> Mapping[str, tuple[WordSize, ...]]:
        """Return what the search box knows about these words first."""
        return {docname: size_words(words) for docname, words in self.shelve_search_words(letter).items()}

    @property
    def _discussed(self) -> Mapping[str, tuple[Discussed, ...]]:
        return self._keep("discussed", self._read_prose)

    def _read_prose(self) -> Mapping[str, tuple[Discussed, ...]]:
        self._recorder.read(DOCUMENTS)
        return read_prose(self._reader, lambda: self.finder, lambda: self.own, self.documents)

    @property
    def _ways(self) -> Ways:
        return self._keep("ways", lambda: Ways(self._reader))

    @property
    def _texts(self) -> tuple[dict[str, int], dict[str, int]]:
        return self._keep("texts", self._reader.texts)

    def _keep(self, name: object, make: Callable[[], T]) -> T:
        return self._recorder.once(self._known, name, make)


class _Homes:
    """Keywords by id or name that were looked up lately."""

    def __init__(
        self,
        read: Callable[[Collection[str]], Mapping[str, Sequence[Home]]],
        keys: FactKeys,
        recorder: Recorder,
        fold: Callable[[str], str] = str,
    ) -> None:
        self._read = read
        self._keys = keys
        self._recorder = recorder
        self._fold = fold
        self._known: dict[str, Sequence[Home]] = {}

    def find(self, names: Collection[str]) -> Mapping[str, Sequence[Home]]:
        """Return the keywords by what they are looked up by, with nothing where there are none."""
        known = self._known
        missing = [name for name in names if name not in known]
        if len(known) + len(missing) > _HOMES:
            known.clear()
            missing = list(names)
        if missing:
            found = self._read(missing)
            known.update((name, found.get(name, ())) for name in missing)
        self._recorder.read_all(self._keys[self._fold(name)] for name in names)
        return {name: known[name] for name in names}


def _add_tables(letter: str) -> None:
    """Make what there is to know about the names and words under a letter tables of their own."""
    tables: Mapping[str, _KeptProperty[Any]] = {
        "names": _tabled(NamePart)(lambda overview: overview.find_parts(letter)),
        "letters": _single(tuple[LetterPage, ...])(lambda overview: overview.plan_letter(letter)),
        "words": _tabled(dict[str, tuple[str, ...]])(lambda overview: overview.shelve_sub_words(letter)),
        "search words": _tabled(Words)(lambda overview: overview.shelve_search_words(letter)),
        "word sizes": _tabled(tuple[WordSize, ...])(lambda overview: overview.size_search_words(letter)),
    }
    for name, table in tables.items():
        table.__set_name__(Overview, f"{name} {letter}")


for _letter in LETTERS:
    _add_tables(_letter)


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
