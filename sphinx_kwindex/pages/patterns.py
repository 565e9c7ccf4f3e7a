"""Patterns and idioms in the definitions of a file: a table of names and detectors.

A detector gets what collect found in one file and yields the definitions that follow the pattern. It looks at facts,
never at the source: flags, bases, decorators, members, types. Doubtful ones are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from sphinx_kwindex.errors import OptionError
from sphinx_kwindex.marking import N_
from sphinx_kwindex.model import CLASSES, Definition, FileFacts, Flag, Kind
from sphinx_kwindex.options import load_named
from sphinx_kwindex.pages.addresses import Addresses
from sphinx_kwindex.pages.blocks import Link, View

MAX_PLACES = 20
"""Definitions that are named for one pattern."""

FUNCTIONS = frozenset({Kind.FUNCTION, Kind.METHOD, Kind.PROPERTY})

_METACLASSES = frozenset({"builtins.type", "abc.ABCMeta", "enum.EnumMeta", "enum.EnumType"})
_LOCAL = int(Flag.LOCAL)
_CACHES = frozenset({"functools.lru_cache", "functools.cache", "functools.cached_property"})
_DISPATCH = frozenset({"functools.singledispatch", "functools.singledispatchmethod"})
_CALLABLE = ("typing.Callable[", "collections.abc.Callable[")
"""How the types start that say: returns a function."""


class PatternPlaces(View, frozen=True):
    """A pattern or idiom that a file shows."""

    name: str
    title: str
    """In English."""
    places: tuple[tuple[Link, int], ...]
    """Definitions of the file, with their lines; a link without text for a bare line."""
    more: int = 0


class Shape:
    """What detectors look at: a file's definitions, by position, and the members of each."""

    def __init__(self, facts: FileFacts) -> None:
        self.facts = facts
        self.members: dict[int, set[str]] = {}
        """Names that a definition binds inside, by its position."""
        self.classes: list[tuple[int, Definition]] = []
        self.functions: list[tuple[int, Definition]] = []
        for place, item in enumerate(facts.definitions):
            self.members.setdefault(item.scope, set()).add(item.name)
            if item.kind in CLASSES:
                self.classes.append((place, item))
            elif item.kind in FUNCTIONS:
                self.functions.append((place, item))

    def classes_with(self, *names: str) -> Iterator[int]:
        """Yield the classes that define all of these members themselves."""
        wanted = set(names)
        return (place for place, _ in self.classes if wanted <= self.members.get(place, set()))

    def flagged(self, items: Iterable[tuple[int, Definition]], flag: Flag, without: int = 0) -> Iterator[int]:
        """Yield those of some definitions that have a flag, and none of others."""
        bit = int(flag)
        return (place for place, item in items if item.flags & bit and not item.flags & without)


Detector = Callable[[Shape], Iterable[int]]
"""Yields the positions of definitions, in any order; one may come twice."""


class Pattern(NamedTuple):
    """One row of the table."""

    name: str
    title: str
    """Heads the list, in English."""
    find: Detector


def _context_managers(shape: Shape) -> Iterator[int]:
    yield from shape.classes_with("__enter__", "__exit__")
    yield from shape.classes_with("__aenter__", "__aexit__")
    yield from shape.flagged(shape.functions, Flag.CONTEXT_MANAGER)


def _descriptors(shape: Shape) -> Iterator[int]:
    yield from shape.classes_with("__get__")
    yield from shape.classes_with("__set__")


def _metaclasses(shape: Shape) -> Iterator[int]:
    known = set(_METACLASSES)
    for place, item in shape.classes:
        if not known.isdisjoint(item.base_targets):
            known.add(f"{shape.facts.module}.{item.qualname}")
            yield place


def _closures(shape: Shape) -> Iterator[int]:
    """Yield the functions that return a function which they define, and those that dress one up as another."""
    yield from shape.flagged(shape.functions, Flag.CLOSURE)
    makers = {item.scope for _, item in shape.functions if item.flags & _LOCAL and item.kind is Kind.FUNCTION}
    for place, item in shape.functions:
        if place in makers and any(text.startswith(_CALLABLE) for text in item.type):
            yield place
        if "functools.wraps" in item.decorator_targets and shape.facts.definitions[item.scope].kind in FUNCTIONS:
            yield item.scope


def _caches(shape: Shape) -> Iterator[int]:
    yield from shape.flagged(shape.functions, Flag.CACHED)
    yield from _decorated(shape, _CACHES)


def _decorated(shape: Shape, targets: frozenset[str]) -> Iterator[int]:
    return (place for place, item in shape.functions if not targets.isdisjoint(item.decorator_targets))


def _module_functions(shape: Shape) -> Iterator[int]:
    return (place for place, item in shape.functions if item.scope == 0 and item.name in {"__getattr__", "__dir__"})


def _noted(name: str) -> Detector:
    """Make the detector of what the collector has noted of definitions, by their lines."""

    def find(shape: Shape) -> Iterator[int]:
        lines = {line for note in shape.facts.notes if note.name == name for line in note.lines}
        return (place for place, item in enumerate(shape.facts.definitions) if item.line in lines and place)

    return find


def _slots(shape: Shape) -> Iterator[int]:
    return shape.classes_with("__slots__")


PATTERNS: tuple[Pattern, ...] = (
    Pattern("context-manager", N_("Context managers"), _context_managers),
    Pattern(
        "abstract-class",
        N_("Abstract classes"),
        lambda shape: shape.flagged(shape.classes, Flag.ABSTRACT, int(Flag.PROTOCOL)),
    ),
    Pattern("protocol", N_("Protocols"), lambda shape: shape.flagged(shape.classes, Flag.PROTOCOL)),
    Pattern("dataclass", N_("Data classes"), lambda shape: shape.flagged(shape.classes, Flag.DATACLASS)),
    Pattern("enum", N_("Enumerations"), lambda shape: shape.flagged(shape.classes, Flag.ENUM)),
    Pattern("descriptor", N_("Descriptors"), _descriptors),
    Pattern("metaclass", N_("Metaclasses"), _metaclasses),
    Pattern("slots", N_("Classes with slots"), _slots),
    Pattern("iterator", N_("Iterators"), lambda shape: shape.classes_with("__iter__", "__next__")),
    Pattern("closure", N_("Decorators and closures"), _closures),
    Pattern(
        "generator",
        N_("Generators"),
        lambda shape: shape.flagged(shape.functions, Flag.GENERATOR, int(Flag.CONTEXT_MANAGER)),
    ),
    Pattern("async", N_("Asynchronous functions"), lambda shape: shape.flagged(shape.functions, Flag.ASYNC)),
    Pattern("cache", N_("Cached results"), _caches),
    Pattern("dispatch", N_("Dispatch by type"), lambda shape: _decorated(shape, _DISPATCH)),
    Pattern("registry", N_("Registries"), _noted("registry")),
    Pattern("singleton", N_("Singletons"), _noted("singleton")),
    Pattern("module-getattr", N_("Lazy module attributes"), _module_functions),
)
"""What this package looks for, in the order shown. docs/pages.md says what each means."""


def load_patterns(names: Iterable[str]) -> tuple[tuple[Pattern, ...], tuple[str, ...]]:
    """Return the table with the patterns that dotted names name behind it, and what is wrong with the other names."""
    found, problems = list(PATTERNS), []
    for name in names:
        try:
            pattern = load_named(name)
        except OptionError as error:
            problems.append(f"{error}; ignored")
            continue
        if isinstance(pattern, Pattern):
            found.append(pattern._replace(find=_Guarded(name, pattern.find)))
        else:
            problems.append(f"{name}: expected a Pattern, got {type(pattern).__name__}; ignored")
    return tuple(found), tuple(problems)


def find_faults(patterns: Iterable[Pattern]) -> list[str]:
    """Return what went wrong in functions of others until now."""
    return [item.find.fault for item in patterns if isinstance(item.find, _Guarded) and item.find.fault]


class _Guarded:
    """The function of a custom pattern; where it fails, nothing follows the pattern, and the first fault is noted."""

    def __init__(self, name: str, find: Detector) -> None:
        self._name = name
        self.__wrapped__ = find
        self.fault = ""

    def __call__(self, shape: Shape) -> Iterable[int]:
        try:
            places = tuple(self.__wrapped__(shape))
            if not all(0 <= place < len(shape.facts.definitions) for place in places):
                raise IndexError("yielded a number that is no position of a definition")
        except Exception as error:  # noqa: BLE001 - it is the project's own code, and one pattern less is no disaster
            where = f"failed on {shape.facts.path} ({type(error).__name__}: {error}); the pattern is not shown there"
            self.fault = self.fault or f"{self._name} {where}"
            return ()
        return places


def has_patterns(facts: FileFacts, patterns: Sequence[Pattern] = PATTERNS) -> bool:
    """Return whether a file shows any of the patterns."""
    if facts.notes:
        return True
    shape = Shape(facts)
    return any(next(iter(pattern.find(shape)), None) is not None for pattern in patterns)


def find_patterns(
    addresses: Addresses, facts: FileFacts, patterns: Sequence[Pattern] = PATTERNS
) -> tuple[PatternPlaces, ...]:
    """Return the patterns of a file with the definitions that follow them; then the notes of its collector."""
    shape = Shape(facts)
    link = addresses.definition_links(facts)
    rows = []
    for pattern in patterns:
        places = sorted(set(pattern.find(shape)))
        rows.append((pattern.name, pattern.title, [(link(place), facts.definitions[place].line) for place in places]))
    known = {pattern.name for pattern in patterns}
    notes = (note for note in facts.notes if note.name not in known)
    rows += [(note.name, note.name, [(Link(docname=""), line) for line in note.lines]) for note in notes]
    return tuple(
        PatternPlaces(name, title, tuple(places[:MAX_PLACES]), max(0, len(places) - MAX_PLACES))
        for name, title, places in rows
        if places
    )
