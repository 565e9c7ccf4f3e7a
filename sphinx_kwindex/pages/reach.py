"""How keywords are reached other than by their names: through what they override, on subclasses, by construction.

Only the whole tree can tell; `conventions.py` has what a file shows by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from sphinx_kwindex.model import RelationKind
from sphinx_kwindex.pages.records import ReachKind

if TYPE_CHECKING:
    from sphinx_kwindex.store import Reader

CONSTRUCTORS = ("__init__", "__new__", "__post_init__", "__attrs_pre_init__", "__attrs_post_init__")
"""What a call of a class calls."""
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
        self._overrides: dict[str, list[str]] = {}
        self._overridden: dict[str, list[str]] = {}
        self._bases: dict[str, list[str]] = {}
        self._patterns: dict[str, list[tuple[str, str]]] = {}
        self._subclasses: dict[str, list[str]] = {}
        for kind, source, target in reader.all_relations():
            if kind == RelationKind.OVERRIDE:
                self._overrides.setdefault(source, []).append(target)
                self._overridden.setdefault(target, []).append(source)
            elif kind == RelationKind.PATTERN:
                owner, _, pattern = target.rpartition(".")
                self._patterns.setdefault(owner, []).append((pattern, source))
        for source, target in reader.all_bases():
            self._bases.setdefault(source, []).append(target)
            self._subclasses.setdefault(target, []).append(source)
        self._modules = {row.module for row in reader.files()}
        self._packages = {module.partition(".")[0] for module in self._modules}
        self._beside = dict(self._find_beside())
        self._inherited_patterns: dict[str, list[tuple[str, str]]] = {}
        for owner, patterns in self._patterns.items():
            for base in self._walk(owner, self._bases):
                self._inherited_patterns.setdefault(base, []).extend(patterns)

    def of(self, identity: str) -> tuple[Way, ...]:
        """Return how a keyword is reached, the surest way first."""
        owner, _, name = identity.rpartition(".")
        if name in CONSTRUCTORS:
            return (Way(ReachKind.CONSTRUCTED, owner, self._constructions(owner, name)),)
        found: list[Way] = []
        above = self._nearest(identity, self._overrides, self._is_reached) or self._beside.get(identity)
        if above:
            found.append(Way(ReachKind.THROUGH, above, self._reached[above][1]))
        by_pattern = self._by_pattern(owner, name)
        if by_pattern is not None:
            found.append(by_pattern)
        below = "" if found else self._nearest(identity, self._overridden, self._is_used)
        if below:
            found.append(Way(ReachKind.BELOW, below))
        return tuple(found)

    def rows(self) -> Iterator[tuple[str, str, tuple[object, ...]]]:
        """Yield (module, keyword id, all that is known of it here) of each keyword of which something is known."""
        for identity in sorted(self._overrides.keys() | self._overridden.keys() | self._beside.keys()):
            ways = self.of(identity)
            if ways:
                yield self.module_of(identity), identity, ways
        for name in CONSTRUCTORS:
            for keyword in self._reader.keywords(name=name):
                yield self.module_of(keyword.id), keyword.id, self.of(keyword.id)
        owners = self._bases.keys() | self._patterns.keys() | self._inherited_patterns.keys()
        for identity in sorted(owners if self._patterns else ()):
            patterns = tuple(Way(ReachKind.PATTERN, name, pattern=text) for text, name in self._patterns_of(identity))
            if patterns:
                yield self.module_of(identity), identity, patterns
        for identity in sorted(self._bases):
            outside = self.external_bases(identity)
            if outside:
                yield self.module_of(identity), identity, outside

    def module_of(self, identity: str) -> str:
        """Return the module of the project that a keyword lies in; empty: in none."""
        while identity and identity not in self._modules:
            identity = identity.rpartition(".")[0]
        return identity

    def guessed_patterns(self, name: str) -> Iterator[Way]:
        """Yield who looks up names like this one on objects of unknown types."""
        for pattern, source in self._patterns.get("?", ()):
            if _fits(name, pattern):
                yield Way(ReachKind.MAYBE_PATTERN, source, pattern=pattern)
                return

    @property
    def loose_patterns(self) -> tuple[tuple[str, str], ...]:
        """The patterns of names that are looked up on objects of unknown types, each with who does so."""
        return tuple(self._patterns.get("?", ()))

    def _patterns_of(self, owner: str) -> Iterator[tuple[str, str]]:
        """Yield the patterns of names that are looked up on instances of a class, or on a module."""
        for name in (owner, *self._walk(owner, self._bases)):
            yield from self._patterns.get(name, ())
        yield from self._inherited_patterns.get(owner, ())

    def _by_pattern(self, owner: str, name: str) -> Way | None:
        if not self._patterns:
            return None
        found = ((pattern, source) for pattern, source in self._patterns_of(owner) if _fits(name, pattern))
        return next((Way(ReachKind.PATTERN, source, pattern=pattern) for pattern, source in found), None)

    def external_bases(self, class_id: str) -> tuple[str, ...]:
        """Return the dotted names of the nearest classes outside the project that a class derives from, in order."""
        found: dict[str, None] = {}
        for base in self._walk(class_id, self._bases):
            if base.partition(".")[0] not in self._packages:
                found[base] = None
        return tuple(found)

    def calls(self, class_id: str) -> int:
        """Return how often a class is called by its name."""
        return self._reached.get(class_id, (0, 0))[0]

    def _is_reached(self, identity: str) -> bool:
        return self._reached.get(identity, (0, 0))[1] > 0

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
        there = self._reader.keywords_with(sorted(candidates.keys() - self._overrides.keys()))
        for identity in there:
            yield identity, candidates[identity]

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
