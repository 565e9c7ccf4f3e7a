"""Which tests reach a keyword, directly or through calls, as the whole tree tells it.

A call that stands under a condition may not run. So a test reaches for certain what it names, or what it comes to without a
condition on the way; with one, it perhaps does; further it is not followed. What pytest gives to a test, and what sets it up,
is called by it. docs/accuracy.md compares this with what runs under tests.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from sphinx_kwindex.model import CONSTRUCTORS, LOCALS, SET_UP, SET_UP_MODULE, Flag, RelationKind
from sphinx_kwindex.packing import DECORATED, DECORATED_BY_CALL, REPLACED

if TYPE_CHECKING:
    from sphinx_kwindex.store import Reader

_TEST, _NOT_IMPLEMENTED = int(Flag.TEST), int(Flag.NOT_IMPLEMENTED)
MOST_TESTS = 50
"""Tests that are counted for one keyword; deeper ones are not looked for. It bounds the work in a tree of many tests."""
MOST_CONDITIONS = 1
"""Calls that stand under more conditions, all on the way from the test counted, are not followed."""
NEAREST = 3
"""Tests that are named for one keyword."""
Place = tuple[str, str]
"""File, qualified name."""


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
        self._tests: dict[int, str] = {}
        """With their ids."""
        self._replaced: dict[int, set[int]] = {}
        """What a function replaces: a test does not run that."""
        self._edges: dict[int, dict[int, int]] = {}
        """What a function runs, with the least number of conditions over it."""
        self._by_id: dict[str, int] = {}
        self._refused: set[str] = set()
        """Ids of what does nothing but refuse: where something overrides it, that runs."""
        self._inner: dict[Place, list[int]] = {}
        """The functions that a function defines."""
        self._bases: dict[str, list[str]] = {}
        for source, target in reader.all_bases():
            self._bases.setdefault(source, []).append(target)
        classes: dict[int, str] = {}
        for path, qualname, identity, is_class, told in reader.run_unnamed():
            number = self._number((path, qualname))
            self._by_id.setdefault(identity, number)
            outer = qualname.rpartition(LOCALS)[0]
            if outer and not is_class and qualname.count(".", len(outer)) == 2:
                self._inner.setdefault((path, outer), []).append(number)
            if is_class:
                classes[number] = identity
            elif told & _TEST:
                self._tests[number] = identity
            if told & _NOT_IMPLEMENTED:
                self._refused.add(identity)
        self._read(reader, classes)
        self._set_up()

    def _read(self, reader: Reader, classes: Mapping[int, str]) -> None:
        made: dict[int, list[int]] = {}
        overridden = {target for _, _, target in reader.all_relations(RelationKind.OVERRIDE)}
        for user, caller, path, target, identity, conditions in reader.runs():
            one, other = self._number((user, caller)), self._number((path, target))
            if conditions <= DECORATED:
                self._wrap(one, other, conditions == DECORATED_BY_CALL, classes)
                continue
            # What overrides it may run instead; a method of the same name mostly calls it by `super()`.
            is_same = caller.endswith(f".{target.rpartition('.')[2]}")
            if identity in overridden and identity in self._refused and not is_same:
                continue
            doubts = conditions + (conditions != REPLACED and identity in overridden and not is_same)
            self._add(one, other, doubts)
            if other in classes and other not in made:
                made[other] = list(self._members(classes[other], CONSTRUCTORS))
            for constructor in made.get(other, ()):
                self._add(one, constructor, doubts)

    def _wrap(self, one: int, decorator: int, is_called: bool, classes: Mapping[int, str]) -> None:
        """Have a function call what its decorator puts in its place: the only function that this defines."""
        inner = self._only_inner(decorator)
        if decorator in classes:
            inner = next(self._members(classes[decorator], ("__call__",)), None)
        elif is_called and inner is not None:
            path, qualname = self.places[one]
            outer = qualname.rpartition(LOCALS)[0]
            if outer:
                self._add(self._number((path, outer)), inner, 0)
            inner = self._only_inner(inner)
        if inner is not None and self._only_inner(inner) is None:  # else it may be there for `@decorator()` alone
            self._add(one, inner, 0)

    def _only_inner(self, function: int) -> int | None:
        found = self._inner.get(self.places[function], ())
        return found[0] if len(found) == 1 else None

    def _number(self, place: Place) -> int:
        if place not in self._numbers:
            self._numbers[place] = len(self.places)
            self.places.append(place)
        return self._numbers[place]

    def _add(self, caller: int, called: int, conditions: int) -> None:
        if conditions == REPLACED:
            self._replaced.setdefault(caller, set()).add(called)
            return
        known = self._edges.setdefault(caller, {})
        known[called] = min(known.get(called, conditions), conditions)

    def _members(self, owner: str, names: Iterable[str]) -> Iterator[int]:
        """Yield what a class has under some names, itself or from the nearest base class."""
        line = list(self._line(owner))
        for name in names:
            found = (self._by_id[member] for base in line if (member := f"{base}.{name}") in self._by_id)
            yield from [*found][:1]

    def _line(self, owner: str) -> Iterator[str]:
        seen, waiting = {owner}, [owner]
        for base in waiting:
            yield base
            waiting += (above := [name for name in self._bases.get(base, ()) if name not in seen])
            seen.update(above)

    def _set_up(self) -> None:
        """Have tests call what runs before and after them."""
        known: dict[str, list[int]] = {}
        for test, identity in self._tests.items():
            path, qualname = self.places[test]
            owner = identity.rpartition(".")[0]
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
        for base in self._line(owner):
            yield from self._edges.get(self._by_id.get(base, -1), ())

    def follow(self) -> dict[int, dict[int, int]]:
        """Return, for all that tests reach, these tests with the fewest steps that each needs; the nearest first.

        All tests take a step at the same time, so that the first to come to a function are the nearest.
        """
        tests = self._tests
        found: dict[int, dict[int, int]] = {}
        # By the conditions on the way: who came by under more of them may be stopped where others go on.
        seen: tuple[dict[int, set[int]], ...] = tuple({} for _ in range(MOST_CONDITIONS + 1))
        moving = [(test, test, 0) for test in self._tests]
        steps = 0
        while moving:
            steps += 1
            following: list[tuple[int, int, int]] = []
            for node, test, before in moving:
                for other, conditions in self._edges.get(node, {}).items():
                    if other in tests or other in self._replaced.get(test, ()):
                        continue
                    after = before + conditions
                    if after > MOST_CONDITIONS:
                        if steps == 1 and len(row := found.setdefault(other, {})) < MOST_TESTS:
                            row.setdefault(test, steps)
                        continue
                    here = seen[after].setdefault(other, set())
                    if test in here or len(here) >= MOST_TESTS or (after and test in seen[0].get(other, ())):
                        continue
                    here.add(test)
                    following.append((other, test, after))
                    if len(row := found.setdefault(other, {})) < MOST_TESTS:
                        row.setdefault(test, steps)
            moving = following
        self.certain = seen[0]
        return found
