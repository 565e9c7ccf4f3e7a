"""The tests that reach a keyword, directly or through calls.

A call that is under a condition may not run. So a test reaches for certain what it names, or what it comes to without a
condition on the way; with one, it perhaps does; further it is not followed. What pytest gives to a test, and what sets it up,
is called by it. docs/accuracy.md compares this with what runs under tests.

Perhaps it also reaches what functions on the way ask of objects of unknown type (`x.name()`), if a class that they construct or
name has that; what such a class overrides; and what is called in turn by other packages: functions that tests pass on, and methods
of classes that derive from theirs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from sphinx_kwindex.model import CLASSES, CONSTRUCTORS, EXTENDS, LOCALS, SET_UP, SET_UP_MODULE, Flag, Kind, RelationKind
from sphinx_kwindex.packing import DECORATED_BY_CALL, MANY_DOUBTS, NAMED, PERHAPS, REPLACED
from sphinx_kwindex.stdlib import BUILTINS, is_standard

if TYPE_CHECKING:
    from sphinx_kwindex.store import Reader

_TEST, _NOT_IMPLEMENTED = int(Flag.TEST), int(Flag.NOT_IMPLEMENTED)
MOST_TESTS = 50
"""Tests that are counted for one keyword; deeper ones are not looked for. It bounds the work in a tree of many tests."""
CERTAIN, LIKELY, CONDITIONAL, STOP = range(4)
"""How sure a way is: without a condition; with something that only perhaps runs; with one condition; with more."""
NEAREST = 3
"""Tests that are named for one keyword."""
Place = tuple[str, str]
"""File, qualified name."""
Members = dict[str, tuple[int, Kind]]
"""Of one class, by name: number and kind."""
Asked = TypeVar("Asked", int, str | int)
_MEMBERS = frozenset({Kind.METHOD, Kind.PROPERTY})


class Reaching(NamedTuple):
    """The tests that reach one keyword."""

    certain: int
    direct: int
    """Those that name it themselves."""
    nearest: tuple[Place, ...]
    """Those with the fewest calls between; certain ones if there are any."""
    possible: int = 0
    """Those that may reach it besides."""


def find_reaching(reader: Reader) -> dict[str, dict[str, Reaching]]:
    """Return, by file and qualified name, the tests that reach what is defined there."""
    found: dict[str, dict[str, Reaching]] = {}
    calls = Calls(reader)
    for node, tests in calls.follow().items():
        path, qualname = calls.places[node]
        direct = [test for test, steps in tests.items() if steps == 1]
        certain = {*direct, *calls.certain.get(node, ())}
        nearest = [test for test in tests if test in certain or not certain][:NEAREST]
        found.setdefault(path, {})[qualname] = Reaching(
            len(certain), len(direct), tuple(calls.places[test] for test in nearest), len(tests.keys() - certain)
        )
    return {path: dict(sorted(rows.items())) for path, rows in sorted(found.items())}


class Calls:
    """Who calls whom; functions and classes are numbers here."""

    def __init__(self, reader: Reader) -> None:
        self.places: list[Place] = []
        self.certain: Mapping[int, set[int]] = {}
        """The tests that come to something without a condition on the way."""
        self._numbers: dict[Place, int] = {}
        self._tests: dict[int, set[str]] = {}
        """With the ids of what holds each; of a test of a mixin, those of the classes of tests that have it."""
        self._replaced: dict[int, set[int]] = {}
        """What a function replaces: a test does not run that."""
        self._edges: dict[int, dict[int, int]] = {}
        """What a function runs, with the least number of conditions over it (see `packing.PERHAPS`)."""
        self.asked: dict[int, dict[str | int, int]] = {}
        """What a function asks of objects, in the same way: `LinkedFile.asked`, or a member that classes override."""
        self.named: dict[int, dict[int, int]] = {}
        """The classes that a function names, or calls."""
        self.by_id: dict[str, int] = {}
        self._refused: set[str] = set()
        """Ids of what does nothing but refuse: where something overrides it, that runs."""
        self._inner: dict[Place, list[int]] = {}
        """The functions that a function defines."""
        self._handed: dict[int, set[int]] = {}
        """Those of them that it names without a call."""
        self.classes: dict[int, str] = {}
        self._test_classes: dict[str, None] = {}
        self._bases: dict[str, list[str]] = {}
        for source, target in reader.all_bases():
            self._bases.setdefault(source, []).append(target)
        members = self._number_all(reader)
        self._inherit(members)
        overridden: dict[str, list[str]] = {}
        for _, source, target in reader.all_relations(RelationKind.OVERRIDE):
            overridden.setdefault(target, []).append(source)
        self._read(reader, overridden)
        self._set_up()
        self._read_asked(reader, members)
        self._objects = _Objects(self, members, overridden)

    def _number_all(self, reader: Reader) -> dict[str, Members]:
        """Give numbers to all that may run unnamed; return what classes have, by their ids."""
        members: dict[str, Members] = {}
        for path, qualname, identity, kind, told in reader.run_unnamed():
            number = self._number((path, qualname))
            self.by_id.setdefault(identity, number)
            outer = qualname.rpartition(LOCALS)[0]
            if outer and kind not in CLASSES and qualname.count(".", len(outer)) == 2:
                self._inner.setdefault((path, outer), []).append(number)
            if kind in CLASSES:
                self.classes[number] = identity
                if told & _TEST:
                    self._test_classes[identity] = None
            elif told & _TEST:
                self._tests[number] = {identity.rpartition(".")[0]}
            if kind in _MEMBERS:
                owner, _, name = identity.rpartition(".")
                members.setdefault(owner, {}).setdefault(name, (number, kind))
            if told & _NOT_IMPLEMENTED:
                self._refused.add(identity)
        return members

    def _inherit(self, members: Mapping[str, Members]) -> None:
        """Take for tests what classes of tests have from mixins: each of them sets it up in its own way."""
        for owner in self._test_classes:
            found: set[str] = set()
            for base in self.line(owner):
                rows = members.get(base, {})
                for name in sorted(rows.keys() - found) if base not in self._test_classes else ():
                    number, kind = rows[name]
                    if name.startswith("test") and kind is Kind.METHOD:
                        self._tests.setdefault(number, set()).add(owner)
                found.update(rows)

    def _read(self, reader: Reader, overridden: Collection[str]) -> None:
        made: dict[int, list[int]] = {}
        decorated: list[tuple[int, int, bool]] = []
        for user, caller, path, target, identity, conditions in reader.runs():
            one, other = self._number((user, caller)), self._number((path, target))
            if conditions < REPLACED:
                decorated.append((one, other, conditions == DECORATED_BY_CALL))
                continue
            if conditions >= NAMED:
                self._name(one, other, conditions - NAMED)
                continue
            # What overrides it may run instead; a method of the same name mostly calls it by `super()`.
            may_differ = conditions != REPLACED and identity in overridden and not _is_same(caller, target)
            if may_differ:
                _keep(self.asked, one, other, conditions)
            if may_differ and identity in self._refused:
                continue
            doubts = conditions + may_differ * (conditions % PERHAPS < MANY_DOUBTS)
            self._add(one, other, doubts)
            if other in self.classes and other not in made:
                made[other] = list(self._members(self.classes[other], CONSTRUCTORS))
            for constructor in made.get(other, ()):
                self._add(one, constructor, doubts)
        for one, decorator, is_called in decorated:
            self._wrap(one, decorator, is_called)

    def _read_asked(self, reader: Reader, members: Mapping[str, Members]) -> None:
        outside: list[tuple[int, str, int]] = []
        extending: set[int] = set()
        for path, caller, what, conditions in reader.asked():
            number = self._number((path, caller))
            if what == EXTENDS:
                extending.add(number)
            elif what.startswith("."):
                _keep(self.asked, number, what, conditions)
            else:
                outside.append((number, what, conditions))
        for number, owner, conditions in outside:
            self._call_back(number, list(self.line(owner)), conditions, members, extending)

    def _call_back(
        self,
        one: int,
        line: Collection[str],
        conditions: int,
        members: Mapping[str, Members],
        extending: Collection[int],
    ) -> None:
        """Have what calls other packages through a class run what they may call in turn: overridden methods, and objects."""
        if all(base in members or base in BUILTINS or is_standard(base) for base in line):
            return
        _keep(self.asked, one, ".__call__()", conditions)
        for name, (number, _) in ((name, member) for base in line for name, member in members.get(base, {}).items()):
            if number in extending and not name.startswith("__"):
                self._add(one, number, conditions + PERHAPS)

    def _name(self, one: int, other: int, conditions: int) -> None:
        """Have a function name another, or a class, without running it."""
        if other in self.classes:
            _keep(self.named, one, other, conditions)
        elif other in self._inner.get(self.places[one], ()):
            self._handed.setdefault(one, set()).add(other)
        else:
            self._add(one, other, conditions + PERHAPS)

    def _wrap(self, one: int, decorator: int, is_called: bool) -> None:
        """Have a function call what its decorator puts in its place: the only function that this defines, or hands out.

        What holds a decorated class runs this when it defines the class, and perhaps what it decorates otherwise.
        """
        inner = self._only_inner(decorator)
        path, qualname = self.places[one]
        outer = qualname.rpartition(LOCALS)[0]
        around = self._number((path, outer)) if outer else None
        if one in self.classes:
            if around is not None and inner is not None:
                self._add(around, inner, self._edges.get(around, {}).get(decorator, 0))
                if is_called and (inner := self._only_inner(inner)) is not None:
                    self._add(around, inner, PERHAPS)
            return
        if around is not None:
            self._add(around, one, PERHAPS)
        if decorator in self.classes:
            inner = next(self._members(self.classes[decorator], ("__call__",)), None)
        elif is_called and inner is not None:
            if around is not None:
                self._add(around, inner, 0)
            inner = self._only_inner(inner)
        if inner is not None and self._only_inner(inner) is None:  # else it may be there for `@decorator()` alone
            self._add(one, inner, 0)

    def _only_inner(self, function: int) -> int | None:
        handed = self._handed.get(function, ())
        found = handed if len(handed) == 1 else self._inner.get(self.places[function], ())
        return next(iter(found)) if len(found) == 1 else None

    def _number(self, place: Place) -> int:
        if place not in self._numbers:
            self._numbers[place] = len(self.places)
            self.places.append(place)
        return self._numbers[place]

    def _add(self, caller: int, called: int, conditions: int) -> None:
        if conditions == REPLACED:
            self._replaced.setdefault(caller, set()).add(called)
            return
        _keep(self._edges, caller, called, conditions)

    def _members(self, owner: str, names: Iterable[str]) -> Iterator[int]:
        """Yield what a class has under some names, itself or from the nearest base class."""
        line = list(self.line(owner))
        for name in names:
            found = (self.by_id[member] for base in line if (member := f"{base}.{name}") in self.by_id)
            yield from [*found][:1]

    def line(self, owner: str) -> Iterator[str]:
        """Yield a class and its base classes, the nearest first."""
        seen, waiting = {owner}, [owner]
        for base in waiting:
            yield base
            waiting += (above := [name for name in self._bases.get(base, ()) if name not in seen])
            seen.update(above)

    def _set_up(self) -> None:
        """Have tests call what runs before and after them."""
        known: dict[str, list[int]] = {}
        for test, owner in ((test, owner) for test, owners in self._tests.items() for owner in sorted(owners)):
            path, qualname = self.places[self.by_id.get(owner, test)][0], self.places[test][1]
            if owner not in known:
                in_module = (self._numbers.get((path, name)) for name in SET_UP_MODULE)
                in_class = self._members(owner, SET_UP) if "." in qualname else ()
                known[owner] = [
                    *in_class,
                    *self._asked_for(owner),
                    *(number for number in in_module if number is not None),
                ]
            for number in known[owner]:
                self._add(test, number, 0)

    def _asked_for(self, owner: str) -> Iterator[int]:
        """Yield the fixtures that marks on a class, or on one of its bases, ask for."""
        for base in self.line(owner):
            yield from self._edges.get(self.by_id.get(base, -1), ())

    def follow(self) -> dict[int, dict[int, int]]:
        """Return, for all that tests reach, these tests with the fewest steps that each needs; the nearest first.

        All tests take a step at the same time, so that the first to come to a function are the nearest.
        """
        tests = self._tests
        found: dict[int, dict[int, int]] = {}
        # By how sure the way is: who came by on a less sure one may be stopped where others go on.
        seen: tuple[dict[int, set[int]], ...] = tuple({} for _ in range(STOP))
        moving = [(test, test, CERTAIN) for test in tests]
        steps = 0
        while moving:
            steps += 1
            following: list[tuple[int, int, int]] = []
            for node, test, before in moving:
                for other, after, distance in self._ways(node, test, before, steps):
                    if other in tests or other in self._replaced.get(test, ()):
                        continue
                    if after == STOP:
                        if distance == 1 and len(row := found.setdefault(other, {})) < MOST_TESTS:
                            row.setdefault(test, distance)
                        continue
                    here = seen[after].setdefault(other, set())
                    if len(here) >= MOST_TESTS or any(test in seen[sure].get(other, ()) for sure in range(after + 1)):
                        continue
                    here.add(test)
                    following.append((other, test, after))
                    row = found.setdefault(other, {})
                    # Nearer tests that only perhaps reach it may have filled the row.
                    if len(row) < MOST_TESTS or after == CERTAIN:
                        row.setdefault(test, distance)
            moving = following
        self.certain = seen[CERTAIN]
        return found

    def _ways(self, node: int, test: int, before: int, steps: int) -> Iterator[tuple[int, int, int]]:
        """Yield what runs next on the way of a test, how sure that is, and how many steps it is from there.

        A test names for certain what it calls; what only perhaps runs is never a single step away.
        """
        for other, conditions in self._edges.get(node, {}).items():
            yield other, _after(before, conditions), steps if conditions < PERHAPS else max(steps, 2)
        for other, after in self._objects.ways(node, test, before):
            yield other, after, max(steps, 2)


class _Objects:
    """The classes that tests come by, and what is asked of objects that may be instances of these."""

    def __init__(self, calls: Calls, members: Mapping[str, Members], overridden: Mapping[str, Iterable[str]]) -> None:
        self._calls = calls
        self._members = members
        self._above: dict[str, list[str]] = {}
        """What a member overrides, by ids."""
        for target, sources in overridden.items():
            for source in sources:
                self._above.setdefault(source, []).append(target)
        self._offers: dict[int, dict[str | int, int]] = {}
        self._known: dict[int, dict[int, int]] = {}
        """By test: the classes on its way, with how sure that is."""
        self._open: dict[int, dict[str | int, int]] = {}
        """By test: what was asked on its way."""

    def ways(self, node: int, test: int, before: int) -> Iterator[tuple[int, int]]:
        """Yield what runs because of what a function asks, or because of the classes that it brings."""
        if node in self._calls.classes:
            yield from self._meet(node, test, before)
        for holder, conditions in self._calls.named.get(node, {}).items():
            yield from self._meet(holder, test, _after(before, conditions + PERHAPS))
        opened = self._open.setdefault(test, {})
        for what, conditions in self._calls.asked.get(node, {}).items():
            sure = _after(before, conditions + PERHAPS)
            if sure < opened.get(what, STOP):
                opened[what] = sure
                for holder, known in self._known.get(test, {}).items():
                    if (member := self._offered(holder).get(what)) is not None:
                        yield member, max(sure, known)

    def _meet(self, holder: int, test: int, sure: int) -> Iterator[tuple[int, int]]:
        """Yield what a class has of what was asked before it came."""
        known = self._known.setdefault(test, {})
        if sure >= known.get(holder, STOP):
            return
        known[holder] = sure
        opened, offered = self._open.get(test, {}), self._offered(holder)
        for what in opened if len(opened) < len(offered) else offered:
            if what in opened and what in offered:
                yield offered[what], max(sure, opened[what])

    def _offered(self, holder: int) -> Mapping[str | int, int]:
        """Return what the instances of a class have, by what asks for it."""
        if holder not in self._offers:
            found = self._offers[holder] = {}
            names: set[str] = set()
            for owner in self._calls.line(self._calls.classes[holder]):
                for name, (number, kind) in self._members.get(owner, {}).items():
                    if name not in names:
                        names.add(name)
                        found[f".{name}()"] = number
                        if kind is Kind.PROPERTY:
                            found[f".{name}"] = number
                        found.update(dict.fromkeys(self._overridden(f"{owner}.{name}"), number))
        return self._offers[holder]

    def _overridden(self, member: str) -> Iterator[int]:
        seen, waiting = {member}, [member]
        for each in waiting:
            waiting += (above := [name for name in self._above.get(each, ()) if name not in seen])
            seen.update(above)
            yield from (self._calls.by_id[name] for name in above if name in self._calls.by_id)


def _after(before: int, conditions: int) -> int:
    """Return how sure a way is that goes on under some conditions (see `packing.PERHAPS`).

    On one that has a condition already, nothing is followed that only perhaps runs.
    """
    if conditions % PERHAPS:
        return CONDITIONAL if conditions % PERHAPS == 1 and before < CONDITIONAL else STOP
    if conditions < PERHAPS:
        return before
    return LIKELY if before < CONDITIONAL else STOP


def _keep(known: dict[int, dict[Asked, int]], one: int, other: Asked, conditions: int) -> None:
    """Keep the least number of conditions."""
    row = known.setdefault(one, {})
    row[other] = min(row.get(other, conditions), conditions)


def _is_same(caller: str, target: str) -> bool:
    return caller.endswith(f".{target.rpartition('.')[2]}")
