"""How the keywords of one file are reached other than by name, for its page."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from sphinx_kwindex.model import (
    CLASSES,
    CONSTRUCTORS,
    FUNCTIONS,
    LOOSE_IN_TESTS,
    MEMBERS,
    TEST_ROLES,
    Definition,
    FileFacts,
    Flag,
    Kind,
    RelationKind,
    keyword_id,
)
from sphinx_kwindex.pages.addresses import round_down
from sphinx_kwindex.pages.blocks import Link
from sphinx_kwindex.pages.conventions import Conventions
from sphinx_kwindex.pages.overview import Overview
from sphinx_kwindex.pages.reach import Way
from sphinx_kwindex.pages.records import Reach, ReachKind
from sphinx_kwindex.pages.relations_view import link_keywords
from sphinx_kwindex.pages.subjects import Sources
from sphinx_kwindex.store import Home, Reader

_FIELD, _LOCAL, _TYPED_DICT = int(Flag.FIELD), int(Flag.LOCAL), int(Flag.TYPED_DICT)
_PRIVATE, _SPECIAL, _TEST = int(Flag.PRIVATE), int(Flag.SPECIAL), int(Flag.TEST)
_NO_INIT = re.compile(r"\binit\s*=\s*False\b")
_DOUBLE = re.compile(r"Mock|Fake|Dummy|Stub|Spy").search
"""Names of classes of tests that stand for others: what these have is called by code that does not know them."""
MOST_BELOW = 400
"""Classes below one that are looked at, until one is a test."""
MOST_IN_PLACE = 3
"""Of a name that more classes outside of tests have, nobody can tell which of them a double of tests stands for."""


def find_reached(
    sources: Sources, facts: FileFacts, places: Iterable[int], *, guessed: Collection[str] = ()
) -> dict[int, tuple[Reach, ...]]:
    """Return, by position, how definitions at some positions (those without certain uses) are reached.

    `guessed` are the ids of those with possible matches by name.
    """
    overview = sources.overview
    stubs = _stubs(sources.reader, facts)
    conventions = Conventions(facts, overview.ways.external_bases, overview.entry_points)
    among_tests = _AmongTests(sources, facts)
    found: dict[int, list[Reach | Way]] = {}
    for place in places:
        item = facts.definitions[place]
        # Rows of prose are headings, which nothing uses by name.
        if item.kind is not Kind.SECTION:
            rows = _in_stub(facts, item, stubs) or _ways(sources, facts, item, conventions, guessed)
            found[place] = rows or [*among_tests.ways(item)]
    return _with_links(sources, facts, {place: rows for place, rows in found.items() if rows})


def _with_links(
    sources: Sources, facts: FileFacts, found: Mapping[int, Sequence[Reach | Way]]
) -> dict[int, tuple[Reach, ...]]:
    targets = {row.target for rows in found.values() for row in rows if not isinstance(row, Reach) and _is_linked(row)}
    links = link_keywords(sources, targets)
    return {
        place: tuple(
            row if isinstance(row, Reach) else _reach(row, facts.definitions[place], links.get(row.target))
            for row in rows
        )
        for place, rows in found.items()
    }


def _in_stub(facts: FileFacts, item: Definition, stubs: Collection[str]) -> list[Reach | Way]:
    """Return that a definition of a stub has its uses in the source, if that has it."""
    identity = keyword_id(facts.module, item.qualname)
    if identity in stubs:
        return [Way(ReachKind.STUB, identity)]
    return [Reach(kind=ReachKind.STUB, name=identity)] if item.qualname.partition(".")[0] in stubs else []


def _ways(
    sources: Sources, facts: FileFacts, item: Definition, conventions: Conventions, guessed: Collection[str]
) -> list[Reach | Way]:
    """Return how one definition is reached: for certain, else by what is likely."""
    overview = sources.overview
    rows: list[Reach | Way] = [*overview.ways.of(keyword_id(facts.module, item.qualname))]
    if item.name not in CONSTRUCTORS:
        rows = [*conventions.certain(item), *rows]
    if not rows and _is_guessable(item):
        rows = [*overview.ways.guessed_patterns(keyword_id(facts.module, item.qualname))]
    weak = [row for row in rows if row.kind is ReachKind.BESIDE]
    rows = (
        [row for row in rows if row not in weak] or [*conventions.likely(item), *_field(facts, item, overview)] or weak
    )
    if not rows or rows[0].kind is ReachKind.MAYBE:
        rows += _by_text(sources, facts, item, guessed)
    elif rows[0].kind is ReachKind.BELOW:  # where the class of the object is not known, it may be this one
        loose = (row for row in _by_text(sources, facts, item, guessed) if row.kind is ReachKind.LOOSE)
        rows = [*loose, *rows]
    return rows


def _stubs(reader: Reader, facts: FileFacts) -> frozenset[str]:
    """Return what a stub file says about the source next to it: ids of its definitions, and names that the source imports."""
    if not facts.path.endswith(".pyi"):
        return frozenset()
    linked = reader.linked(facts.path)
    ids = {item.source for item in linked.relations if item.kind is RelationKind.STUB} if linked is not None else set()
    source = reader.facts(facts.path.removesuffix("i"))
    return frozenset(ids | {item.name for item in (source.imports if source is not None else ())})


def _is_linked(way: Way) -> bool:
    return way.kind is not ReachKind.CONSTRUCTED


def _reach(way: Way, item: Definition, link: Link | None) -> Reach:
    return Reach(
        kind=way.kind, name=way.pattern, link=link, count=round_down(way.times), is_called=item.kind in FUNCTIONS
    )


def _by_text(sources: Sources, facts: FileFacts, item: Definition, guessed: Collection[str]) -> Iterator[Reach]:
    """Yield at how many places nobody can tell whether the name means it, and in how many strings the name stands."""
    overview = sources.overview
    identity = keyword_id(facts.module, item.qualname)
    is_local = item.flags & _LOCAL and item.kind not in MEMBERS  # members of local classes are looked up as others are
    spelled = overview.spelled.get(identity, 0) + (0 if is_local else overview.spelled.get(item.name, 0))
    may_be_loose = _may_be_loose(item) and not is_key(facts, item) and identity not in guessed
    loose = _count_loose(sources, facts, item) if may_be_loose else 0
    if loose:
        yield Reach(kind=ReachKind.LOOSE, name=f".{item.name}", count=round_down(loose))
    if spelled:
        yield Reach(kind=ReachKind.SPELLED, count=round_down(spelled))


class _AmongTests:
    """How what classes among the tests of one file define is reached, if nothing else tells."""

    def __init__(self, sources: Sources, facts: FileFacts) -> None:
        self._sources = sources
        self._facts = facts
        self._mixins: dict[int, bool] = {}
        """Whether tests derive from the class at a position."""
        self._members: dict[int, set[str]] = {}
        """The names of the public members of the class at a position."""

    def ways(self, item: Definition) -> Iterator[Reach | Way]:
        """Yield that tests below run a test of a mixin, or the member whose place one of a double may take."""
        if self._facts.role not in TEST_ROLES or item.kind not in MEMBERS or item.flags & _SPECIAL:
            return
        if item.kind is Kind.METHOD and item.name.startswith("test") and self._is_mixin(item.scope):
            yield Reach(kind=ReachKind.TEST)
        else:
            yield from self._in_place(item)

    def _is_mixin(self, place: int) -> bool:
        if place not in self._mixins:
            owner = self._facts.definitions[place]
            below = self._below(keyword_id(self._facts.module, owner.qualname), self._facts.path)
            self._mixins[place] = owner.kind in CLASSES and any(home.flags & _TEST for home in below)
        return self._mixins[place]

    def _below(self, class_id: str, path: str) -> Iterator[Home]:
        """Yield the classes that derive from a class of a file, directly or not."""
        seen, waiting = {class_id}, [(class_id, path)]
        while waiting and len(seen) < MOST_BELOW:
            above, path = waiting.pop()
            relations = self._sources.reader.relations_to(path)
            sources = {row.source for row in relations if row.kind is RelationKind.BASE and row.target == above} - seen
            seen |= sources
            for homes in self._sources.reader.homes(sorted(sources)).values():
                yield homes[0]
                waiting.append((homes[0].id, homes[0].path))

    def _in_place(self, item: Definition) -> Iterator[Way]:
        """Yield the member of a name of the code under test that is used for certain, if it is one of few of that name.

        Its class must have most of what the double has: a writer of tests that can `drain` stands for no flow control that can.
        """
        reader, addresses = self._sources.reader, self._sources.addresses
        named = (home for home in reader.homes_called(item.name) if home.name == item.name and home.kind in MEMBERS)
        homes = [home for home in named if not addresses.is_test(home.path)]
        for home in homes if len(homes) <= MOST_IN_PLACE else ():
            if reader.use_counts(home.path).get(home.id, (0, 0))[0] and self._is_like(item.scope, home.id):
                yield Way(ReachKind.BESIDE, home.id)
                return

    def _is_like(self, place: int, member_id: str) -> bool:
        """Return whether the class of a member has more than half of the public members of the class at a position."""
        if place not in self._members:
            members = (item for item in self._facts.definitions if item.scope == place and item.kind in MEMBERS)
            self._members[place] = {item.name for item in members if not item.name.startswith("_")}
        owner, names = member_id.rpartition(".")[0], self._members[place]
        found = self._sources.reader.homes(sorted(f"{owner}.{name}" for name in names))
        return 2 * len(found) > len(names)


def _count_loose(sources: Sources, facts: FileFacts, item: Definition) -> int:
    """Count the places that may mean a definition; only tests mean what tests define, only its file what a function does."""
    places = sources.overview.loose
    if "<locals>" in item.qualname:
        linked = sources.reader.linked(facts.path)
        places = dict(linked.loose) if linked is not None else {}
    in_tests = places.get(f"{LOOSE_IN_TESTS}{item.name}", 0)
    return in_tests if facts.role in TEST_ROLES else in_tests + places.get(item.name, 0)


def _may_be_loose(item: Definition) -> bool:
    """Return whether an attribute of something unknown may mean it: a member; of what modules hold, classes and settings."""
    is_setting = item.kind is Kind.DATA and item.name.isupper()
    return item.kind in MEMBERS or (item.scope == 0 and (is_setting or item.kind is Kind.CLASS))


def is_key(facts: FileFacts, item: Definition) -> bool:
    """Return whether it is a key of a typed dictionary: a string names it, often in a dictionary of which no type is said."""
    return bool(item.flags & _FIELD and facts.definitions[item.scope].flags & _TYPED_DICT)


def is_searched(facts: FileFacts, item: Definition) -> bool:
    """Return whether uses of a definition would mostly be found: not of keys, nor of members of doubles in tests."""
    return not is_key(facts, item) and not _is_of_double(facts, item)


def _is_of_double(facts: FileFacts, item: Definition) -> bool:
    owner = facts.definitions[item.scope]
    is_named_so = owner.kind in CLASSES and _DOUBLE(owner.name) is not None
    return is_named_so and facts.role in TEST_ROLES and item.kind in MEMBERS and not item.flags & _PRIVATE


def _is_guessable(item: Definition) -> bool:
    return item.kind is Kind.METHOD


def _field(facts: FileFacts, item: Definition, overview: Overview) -> Iterator[Reach]:
    """A field that nobody names is given all the same, where its class is called."""
    owner = facts.definitions[item.scope]
    if item.flags & _FIELD and not is_key(facts, item) and _is_given(facts, item, owner):
        count = overview.ways.calls(keyword_id(facts.module, owner.qualname))
        if count:
            yield Reach(kind=ReachKind.FIELD, count=round_down(count), is_called=False)


def _is_given(facts: FileFacts, item: Definition, owner: Definition) -> bool:
    """Return whether a call of its class can set a field: not by an `__init__` of the class's own, nor if it says `init=False`."""
    if any(map(_NO_INIT.search, (item.value, *owner.decorators))):
        return False
    return not any(other.name == "__init__" and other.scope == item.scope for other in facts.definitions)


def unused(facts: FileFacts, places: Iterable[int], used: Collection[str]) -> list[int]:
    """Return the positions of the definitions that have no certain uses, by the ids of those that have."""
    return [place for place in places if keyword_id(facts.module, facts.definitions[place].qualname) not in used]
