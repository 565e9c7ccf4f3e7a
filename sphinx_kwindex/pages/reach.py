"""How keywords are reached other than by name: through what they override, on subclasses, by construction.

Only the whole tree can tell; `conventions.py` has what a file shows by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from sphinx_kwindex.model import CONSTRUCTORS, RelationKind
from sphinx_kwindex.pages.records import ReachKind
from sphinx_kwindex.store import Reader

MOST_CLASSES = 400
"""Subclasses that are followed from one class: a limit for trees of generated classes."""

_Edges = Mapping[str, Iterable[str]]


class Way(NamedTuple):
    """One way in which a keyword is reached."""

    kind: ReachKind
    target: str = ""
    """Keyword id."""
    times: int = 0
    pattern: str = ""
    """Of the names that `target` looks up: `visit_*`."""


class Ways:
    """The ways of all keywords, by id, and the external base classes of classes."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._reached = reader.reached()
        self._guessed = reader.guessed()
        self._overrides: dict[str, list[str]] = {}
        self._overridden: dict[str, list[str]] = {}
        self._sets: dict[str, str] = {}
        self._bases: dict[str, list[str]] = {}
        self._patterns: dict[str, list[tuple[str, str]]] = {}
        self._subclasses: dict[str, list[str]] = {}
        for kind, source, target in reader.all_relations():
            if kind == RelationKind.OVERRIDE:
                self._overrides.setdefault(source, []).append(target)
                self._overridden.setdefault(target, []).append(source)
            elif kind == RelationKind.SETS:
                self._sets[source] = target
            elif kind == RelationKind.PATTERN:
                owner, _, pattern = target.rpartition(".")
                self._patterns.setdefault(owner, []).append((pattern, source))
        for source, target in reader.all_bases():
            self._bases.setdefault(source, []).append(target)
            self._subclasses.setdefault(target, []).append(source)
        starts = {base.partition(".")[0] for bases in self._bases.values() for base in bases}
        self._packages = frozenset(filter(reader.is_package, sorted(starts)))
        self._beside = {**dict(self._find_beside()), **dict(self._find_assigned())}
        self._inherited_patterns: dict[str, list[tuple[str, str]]] = {}
        for owner, patterns in self._patterns.items():
            for base in self._walk(owner, self._bases):
                self._inherited_patterns.setdefault(base, []).extend(patterns)

    def _of(self, identity: str) -> tuple[Way, ...]:
        owner, _, name = identity.rpartition(".")
        if name in CONSTRUCTORS:
            return (Way(ReachKind.CONSTRUCTED, owner, self._constructions(owner, name)),)
        if identity in self._sets:
            return (Way(ReachKind.SETS, self._sets[identity]),)
        if above := self._nearest(identity, self._overrides, self._is_reached) or self._find_in_place(identity):
            return (Way(ReachKind.THROUGH, above, self._reached[above][1]),)
        if below := self._nearest(identity, self._overridden, self._is_used):
            return (Way(ReachKind.BELOW, below),)
        beside = next(self._find_called_beside(identity), "")
        if not beside and identity not in self._guessed:
            beside = self._nearest(identity, self._overrides, self._guessed.__contains__)
        return (Way(ReachKind.BESIDE, beside),) if beside else ()

    def _find_in_place(self, identity: str) -> str:
        """Return the reached member of another base class whose place a keyword takes, itself or as what it overrides does."""
        if identity in self._beside:
            return self._beside[identity]
        owner = identity.rpartition(".")[0]
        beside = (self._beside[each] for each in self._walk(identity, self._overrides) if each in self._beside)
        return next((each for each in beside if each.rpartition(".")[0] in self._walk(owner, self._bases)), "")

    def _find_called_beside(self, identity: str) -> Iterator[str]:
        """Yield what overrides the same member as a keyword, and is looked up on objects: of what class these are may be half known."""
        for above in self._walk(identity, self._overrides):
            yield from (other for other in self._walk(above, self._overridden) if self._is_reached_elsewhere(other))

    def all_ways(self) -> dict[str, tuple[Way, ...]]:
        """Return the ways of all keywords that have any, by id; without patterns."""
        ids = {*self._overrides, *self._overridden, *self._beside, *self._sets}
        ids.update(home.id for name in CONSTRUCTORS for home in self._reader.homes_called(name) if home.name == name)
        return {identity: ways for identity in sorted(ids) if (ways := self._of(identity))}

    def all_patterns(self) -> dict[str, tuple[tuple[str, str], ...]]:
        """Return, by class or module, the patterns of names that are looked up on it, each with who does so.

        Where the object is not known, `?` is before the classes that it can be of, or alone for all.
        """
        owners = {*self._bases, *self._patterns, *self._inherited_patterns} if self._patterns else ()
        found = {owner: rows for owner in sorted(owners) if (rows := tuple(self._patterns_of(owner)))}
        for owner in [owner for owner in found if owner.startswith("?") and owner != "?"]:
            rows = found.pop(owner)
            for class_id in self._classes_with(owner[1:].split(",")):
                found[f"?{class_id}"] = (*found.get(f"?{class_id}", ()), *rows)
        return found

    def _classes_with(self, names: Iterable[str]) -> list[str]:
        """Return the classes that have all members called so, and those that these derive from."""
        having = [set(self._having(name)) for name in names]
        able = set.intersection(*having)
        return sorted({*able, *(base for each in able for base in self._walk(each, self._bases))})

    def _having(self, name: str) -> Iterator[str]:
        for home in self._reader.homes_called(name):
            if home.name == name:
                owner = home.id.rpartition(".")[0]
                yield from (owner, *self._walk(owner, self._subclasses))

    def all_external_bases(self) -> dict[str, tuple[str, ...]]:
        """Return the `external_bases` of all classes that have any."""
        return {identity: found for identity in sorted(self._bases) if (found := self.external_bases(identity))}

    def all_calls(self) -> dict[str, int]:
        """Return the `calls` of all keywords that are called."""
        return {identity: calls for identity, (calls, *_) in sorted(self._reached.items()) if calls}

    def _patterns_of(self, owner: str) -> Iterator[tuple[str, str]]:
        """Yield the patterns of names that are looked up on instances of a class, or on a module."""
        for name in (owner, *self._walk(owner, self._bases)):
            yield from self._patterns.get(name, ())
        yield from self._inherited_patterns.get(owner, ())

    def external_bases(self, class_id: str) -> tuple[str, ...]:
        """Return the dotted names of the nearest classes outside the project that a class derives from, in order."""
        found: dict[str, None] = {}
        for base in self._walk(class_id, self._bases):
            if base.partition(".")[0] not in self._packages:
                found[base] = None
        return tuple(found)

    def calls(self, class_id: str) -> int:
        """Return how often a class is called by its name."""
        return self._reached.get(class_id, (0,))[0]

    def _is_reached(self, identity: str) -> bool:
        return self._reached.get(identity, (0, 0))[1] > 0

    def _is_reached_elsewhere(self, identity: str) -> bool:
        """Return whether something else than its own class looks a member up: `self.x` means no other class."""
        _, reaches, within = self._reached.get(identity, (0, 0, 0))
        return reaches > within

    def _is_used(self, identity: str) -> bool:
        return identity in self._reached

    def _constructions(self, class_id: str, name: str) -> int:
        """Count the calls of a class, and of those below it that have no `name` of their own."""
        count = self.calls(class_id)
        seen, waiting = {class_id}, [class_id]
        while waiting and len(seen) < MOST_CLASSES:
            for below in self._subclasses.get(waiting.pop(), ()):
                if below not in seen and f"{below}.{name}" not in self._overrides:
                    seen.add(below)
                    waiting.append(below)
                    count += self.calls(below)
        return count

    def _nearest(self, start: str, edges: _Edges, is_wanted: Callable[[str], bool]) -> str:
        return next((found for found in self._walk(start, edges) if is_wanted(found)), "")

    def _walk(self, start: str, edges: _Edges) -> Iterator[str]:
        """Yield what can be reached by edges, the nearest first."""
        seen, level = {start}, [start]
        while level:
            following: list[str] = []
            for here in level:
                for there in edges.get(here, ()):
                    if there not in seen:
                        seen.add(there)
                        following.append(there)
                        yield there
            level = following

    # A class with several bases: what an earlier one defines takes the place of what a later one does.

    def _find_beside(self) -> Iterator[tuple[str, str]]:
        """Yield (member of a class, member of the same name of another class that some class derives from after it)."""
        members: dict[str, dict[str, str]] = {}
        for identity in self._reached:
            owner, _, name = identity.rpartition(".")
            if self._is_reached(identity):
                members.setdefault(owner, {})[name] = identity
        candidates: dict[str, str] = {}
        for bases in self._bases.values():
            for first, later in self._pairs(bases) if len(bases) > 1 else ():
                for name, identity in members.get(later, {}).items():
                    candidates.setdefault(f"{first}.{name}", identity)
        there = self._reader.homes(sorted(candidates.keys() - self._overrides.keys()))
        for identity in there:
            yield identity, candidates[identity]

    def _find_assigned(self) -> Iterator[tuple[str, str]]:
        """Yield (attribute that a method sets on instances, member of a base class whose place it takes)."""
        for identity in self._reader.instance_attributes():
            owner, _, name = identity.rpartition(".")
            bases = self._walk(owner, self._bases) if owner in self._bases and not name.startswith("__") else ()
            found = next((f"{base}.{name}" for base in bases if self._is_reached(f"{base}.{name}")), "")
            if found:
                yield identity, found

    def _pairs(self, bases: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Yield (class, class that comes after it) where the first does not derive from the second."""
        lines = [[base, *self._walk(base, self._bases)] for base in bases if base.partition(".")[0] in self._packages]
        for place, line in enumerate(lines):
            for after in lines[place + 1 :]:
                both = set(line) & set(after)
                for first in line:
                    if first not in both:
                        yield from ((first, later) for later in after if later not in line)


def _fits(name: str, pattern: str) -> bool:
    start, _, end = pattern.partition("*")
    return len(name) > len(start) + len(end) and name.startswith(start) and name.endswith(end)


class WayTables(NamedTuple):
    """How keywords are reached other than by their names, by id; what `Ways` has of the whole tree."""

    ways: Mapping[str, tuple[Way, ...]]
    patterns: Mapping[str, tuple[tuple[str, str], ...]]
    bases: Mapping[str, tuple[str, ...]]
    called: Mapping[str, int]

    def of(self, identity: str) -> tuple[Way, ...]:
        """Return how a keyword is reached, the surest way first."""
        owner, _, name = identity.rpartition(".")
        ways = self.ways.get(identity, ())
        pattern = None if name in CONSTRUCTORS else self._by_pattern(ReachKind.PATTERN, owner, name)
        if pattern is None:
            return ways
        return (*(way for way in ways if way.kind is not ReachKind.BELOW), pattern)

    def guessed_patterns(self, identity: str) -> tuple[Way, ...]:
        """Return who looks up names like that of a keyword on objects of unknown types that may be of its class."""
        owner, _, name = identity.rpartition(".")
        found = (self._by_pattern(ReachKind.MAYBE_PATTERN, place, name) for place in (f"?{owner}", "?"))
        return tuple(way for way in found if way is not None)[:1]

    def external_bases(self, class_id: str) -> tuple[str, ...]:
        """Return the dotted names of the nearest classes outside the project that a class derives from, in order."""
        return self.bases.get(class_id, ())

    def calls(self, class_id: str) -> int:
        """Return how often a class is called by its name."""
        return self.called.get(class_id, 0)

    def _by_pattern(self, kind: ReachKind, owner: str, name: str) -> Way | None:
        found = (item for item in self.patterns.get(owner, ()) if _fits(name, item[0]))
        return next((Way(kind, source, pattern=pattern) for pattern, source in found), None)
