"""What each module of the project binds, and what a name that is reached through a module stands for."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from sphinx_kwindex.link.cycles import find_groups
from sphinx_kwindex.link.tracking import Tracker
from sphinx_kwindex.model import (
    TEST_ROLES,
    Definition,
    Exports,
    FileFacts,
    Flag,
    Import,
    ImportFlag,
    Kind,
    LinkState,
    keyword_id,
)

CLASSES = frozenset({Kind.CLASS, Kind.EXCEPTION})
FUNCTIONS = frozenset({Kind.FUNCTION, Kind.METHOD})
MEMBERS = frozenset({Kind.METHOD, Kind.PROPERTY, Kind.ATTRIBUTE})

_SEEN_FLAGS = (
    Flag.GENERATOR | Flag.ASYNC | Flag.CLASSMETHOD | Flag.STATICMETHOD | Flag.ENUM | Flag.ENUM_MEMBER | Flag.INSTANCE
    | Flag.CONTEXT_MANAGER | Flag.PARTIAL | Flag.FIELD | Flag.LOCAL
    | Flag.UNSURE_BASES
)  # fmt: skip
_SEEN_IMPORT_FLAGS = ImportFlag.STAR | ImportFlag.FROM | ImportFlag.TOP | ImportFlag.LOCAL | ImportFlag.TYPE_CHECKING
# plain numbers: operations on enumerations cost ten times as much
_LOCAL, _STAR, _FROM, _TOP = (
    int(flag) for flag in (ImportFlag.LOCAL, ImportFlag.STAR, ImportFlag.FROM, ImportFlag.TOP)
)
_SEEN, _SEEN_IMPORT = int(_SEEN_FLAGS), int(_SEEN_IMPORT_FLAGS)
_SELF_TYPE = re.compile(r"\(\s*\w+\s*:\s*['\"]?(?:(?:\w+\.)*[tT]ype\[)?(?:\w+\.)*(\w+)")
_METACLASS = re.compile(r"metaclass=((?:\w+\.)*\w+)$")


class Entry(NamedTuple):
    """What link needs of one definition."""

    id: str
    module: str
    path: str
    qualname: str
    kind: Kind
    flags: int
    line: int
    type: tuple[str, ...]
    alias: str
    bases: tuple[str, ...]
    decorators: tuple[str, ...]
    metaclass: str
    self_type: str
    """Name of the type variable that annotates `self` or `cls`, if any."""
    is_declared: bool
    """It is more than an assignment: a function, class or property, or a variable with an annotation."""


class ModulePlace(NamedTuple):
    """A module or namespace package of the project."""

    module: str


class ExternalPlace(NamedTuple):
    """Something outside the project, by its dotted name."""

    name: str


Place = Entry | ModulePlace | ExternalPlace
Places = tuple[Place, ...]


class Table:
    """What one module binds: its definitions by qualified name, its imports by name, its wildcard imports."""

    __slots__ = (
        "_inside",
        "_members",
        "described",
        "dynamic",
        "entries",
        "exports",
        "imports",
        "is_package",
        "is_test",
        "module",
        "path",
        "stars",
    )

    def __init__(self, facts: FileFacts) -> None:
        self.module = facts.module
        self.path = facts.path
        self.is_package = facts.is_package
        self.is_test = facts.role in TEST_ROLES
        self.dynamic = facts.dynamic
        self.exports: Exports | None = facts.exports
        self.entries = {item.qualname: _entry(facts, item) for item in facts.definitions}
        self.described: dict[str, Entry] = {}
        """What the stub defines and the source imports: from a compiled module, mostly."""
        self.imports: dict[str, tuple[Import, ...]] = {}
        self.stars = star_targets(facts)
        self._members: dict[str, list[Entry]] | None = None
        self._inside: dict[str, list[Entry]] | None = None
        self._take_imports(facts)

    def _take_imports(self, facts: FileFacts) -> None:
        for item in facts.imports:
            if item.flags & (_LOCAL | _STAR):
                continue
            scope = facts.definitions[item.scope].qualname if facts.definitions else ""
            name = f"{scope}.{item.name}" if scope else item.name
            self.imports[name] = (*self.imports.get(name, ()), item)

    def add_stub(self, stub: Table) -> None:
        """Take types, and names that the source lacks, from the stub of this module."""
        for qualname, entry in stub.entries.items():
            own = self.entries.get(qualname)
            if own is None:
                known = self.entries if qualname not in self.imports else self.described
                known[qualname] = entry
            elif entry.type and own.kind not in CLASSES:
                self.entries[qualname] = own._replace(type=entry.type, alias="")
        for name, imports in stub.imports.items():
            if name not in self.entries:
                self.imports.setdefault(name, imports)
        self.exports = self.exports or stub.exports
        self.dynamic = self.dynamic or stub.dynamic

    def binds(self, name: str) -> bool:
        """Tell whether a definition or an import of the module has this name."""
        return name in self.entries or name in self.imports

    def members(self, name: str) -> list[Entry]:
        """Return what the module's classes define under a name."""
        if self._members is None:
            self._members = {}
            for entry in self.entries.values():
                if is_guessable(entry.kind, entry.qualname):
                    self._members.setdefault(entry.qualname.rpartition(".")[2], []).append(entry)
        return self._members.get(name, [])

    def inside(self, qualname: str) -> list[Entry]:
        """Return what is defined directly in a class or function, in order."""
        if self._inside is None:
            self._inside = {}
            for entry in self.entries.values():
                self._inside.setdefault(entry.qualname.rpartition(".")[0], []).append(entry)
        return self._inside.get(qualname, [])


def star_targets(facts: FileFacts) -> tuple[str, ...]:
    """Return the modules from which a file imports everything, in order."""
    targets = (item.target for item in facts.imports if item.flags & _STAR and not item.flags & _LOCAL)
    return tuple(dict.fromkeys(targets))


def is_guessable(kind: Kind, qualname: str) -> bool:
    """Tell whether an attribute of an unknown receiver may be a keyword of this kind and name."""
    return kind in MEMBERS and "." in qualname


def _entry(facts: FileFacts, item: Definition) -> Entry:
    self_type = _SELF_TYPE.match(item.signature) if item.kind is Kind.METHOD else None
    return Entry(
        id=keyword_id(facts.module, item.qualname),
        module=facts.module,
        path=facts.path,
        qualname=item.qualname,
        kind=item.kind,
        flags=item.flags,
        line=item.line,
        type=item.type,
        alias=item.alias,
        bases=item.base_targets,
        decorators=item.decorator_targets,
        metaclass=_metaclass(item),
        self_type=self_type.group(1) if self_type else "",
        is_declared=bool(item.annotation) or item.kind not in {Kind.ATTRIBUTE, Kind.DATA},
    )


def _metaclass(item: Definition) -> str:
    for text in item.bases:
        match = _METACLASS.match(text)
        if match:
            return match.group(1)
    return ""


def interface_digest(facts: FileFacts) -> str:
    """Return the digest of what other files can see of a file: no lines, no values, no words."""
    seen = (
        facts.path,
        facts.module,
        facts.is_package,
        facts.dynamic,
        facts.role in TEST_ROLES,
        facts.exports and (facts.exports.names, facts.exports.modules, facts.exports.complete),
        [_seen(_entry(facts, item)) for item in facts.definitions],
        [(item.name, item.target, item.scope, item.flags & _SEEN_IMPORT)
         for item in facts.imports if not item.flags & _LOCAL],
    )  # fmt: skip
    return hashlib.blake2b(msgspec.msgpack.encode(seen), digest_size=12).hexdigest()


def _seen(entry: Entry) -> tuple[object, ...]:
    """Leave out the line, and flags that change nothing for others."""
    return (*entry[:5], entry.flags & _SEEN, *entry[7:])


def link_state(facts: FileFacts) -> LinkState:
    """Return what the index of modules needs to know of a file."""
    members = sorted(item.name for item in facts.definitions if is_guessable(item.kind, item.qualname))
    return LinkState(
        path=facts.path,
        module=facts.module,
        is_package=facts.is_package,
        interface=interface_digest(facts),
        members=tuple(members),
        stars=star_targets(facts),
    )


def module_names(states: Iterable[LinkState]) -> set[str]:
    """Return every module of the files, and every namespace package around one."""
    names: set[str] = set()
    for state in states:
        module = state.module
        while module and module not in names:
            names.add(module)
            module = module.rpartition(".")[0]
    return names


class ModuleIndex:
    """Which modules the project has, in which files, and how many classes define a member of a name.

    Where two files give one module, the source goes before the stub, a package before a module, and then the
    shorter path; `import_roots` (best first) goes before all of that.
    """

    def __init__(self, states: Iterable[LinkState], import_roots: tuple[str, ...] = ()) -> None:
        self._paths: dict[str, list[str]] = {}
        self._member_modules: dict[str, Counter[str]] = {}
        self._stars: dict[str, tuple[str, ...]] = {}
        self._circles: dict[str, tuple[str, ...]] | None = None
        packages: set[str] = set()
        ranked = sorted(states, key=lambda state: _file_rank(state, import_roots))
        for state in ranked:
            self._paths.setdefault(state.module, []).append(state.path)
            self._stars.setdefault(state.module, state.stars)
            for name in state.members:
                self._member_modules.setdefault(name, Counter())[state.module] += 1
            if state.is_package:
                packages.add(state.module)
        self.packages = packages | (module_names(ranked) - self._paths.keys())

    def __contains__(self, module: str) -> bool:
        return module in self._paths or module in self.packages

    def paths(self, module: str) -> tuple[str, ...]:
        """Return the files of a module: the one that gives its places, then its stub if there is one."""
        paths = self._paths.get(module, [])
        stubs = [path for path in paths[1:] if path.endswith(".pyi")]
        return (*paths[:1], *stubs[:1])

    def circles(self) -> dict[str, tuple[str, ...]]:
        """Return, by module, the modules that import everything from one another in a circle with it, sorted."""
        if self._circles is None:
            groups = find_groups({module: stars for module, stars in self._stars.items() if stars})
            self._circles = {module: group for group in groups for module in group}
        return self._circles

    def member_modules(self, name: str) -> Counter[str]:
        """Return the modules whose classes define a member of this name, with how many do."""
        return self._member_modules.get(name) or Counter()


def _file_rank(state: LinkState, import_roots: tuple[str, ...]) -> tuple[int, bool, bool, int, str]:
    path = state.path
    within = (at for at, root in enumerate(import_roots) if root in {"", "."} or path.startswith(f"{root}/"))
    return next(within, len(import_roots)), path.endswith(".pyi"), not state.is_package, len(path), path


class _Circle(NamedTuple):
    """Modules that import everything from one another, directly or through others."""

    modules: frozenset[str]
    homes: Mapping[str, Sequence[str]]
    """The modules of the circle that bind each name."""
    is_plain: bool
    """They import everything from nowhere else and have no `__all__`: each of them has all public names of all."""


class Modules:
    """Looks names up in modules, through imports, re-exports and wildcards; loads each module when it is first asked for."""

    def __init__(self, index: ModuleIndex, load: Callable[[str], FileFacts | None], tracker: Tracker) -> None:
        self.index = index
        self._load = load
        self._tracker = tracker
        self._tables: dict[str, Table | None] = {}
        self._circles: dict[tuple[str, ...], _Circle] = {}

    def forget(self) -> None:
        """Let go of what was loaded."""
        self._tables.clear()
        self._circles.clear()

    def table(self, module: str) -> Table | None:
        """Return what a module binds; None for a namespace package."""
        self._tracker.touch(module)
        return self._table(module)

    def _table(self, module: str) -> Table | None:
        if module not in self._tables:
            self._tables[module] = self._read(module)
        return self._tables[module]

    def _read(self, module: str) -> Table | None:
        table: Table | None = None
        for path in self.index.paths(module):
            facts = self._load(path)
            if facts is None:
                continue
            if table is None:
                table = Table(facts)
            else:
                table.add_stub(Table(facts))
        return table

    def split(self, names: tuple[str, ...]) -> int:
        """Return how many of the leading names are a module's."""
        count, module = 0, ""
        for name in names:
            longer = f"{module}.{name}" if module else name
            if longer not in self.index:
                break
            count, module = count + 1, longer
        self._tracker.touch(module or names[0])
        return count

    def attribute(self, module: str, name: str) -> Places:
        """Return what `module.name` is: what the module binds, else what its wildcards bring, else a submodule."""
        places = self._ask(module, name)
        if places:
            return places
        submodule = f"{module}.{name}"
        if submodule in self.index:
            return (ModulePlace(submodule),)
        return self._beyond(module, name)

    def _ask(self, module: str, name: str) -> Places:
        nothing: Places = ()
        return self._tracker.ask(("bound", module, name), lambda: self._bound(module, name), nothing)

    def _beyond(self, module: str, name: str) -> Places:
        """Name what a module may have without saying so: its special names, or what its `__getattr__` makes."""
        table = self.table(module)
        if name.startswith("__") and name.endswith("__"):
            return (ExternalPlace(f"types.ModuleType.{name}"),)
        if table is not None and table.dynamic:
            return (ExternalPlace(f"{module}.{name}"),)
        outside = [star for star in table.stars if star.partition(".")[0] not in self.index] if table else []
        return (ExternalPlace(f"{outside[0]}.{name}"),) if outside and not name.startswith("_") else ()

    def _bound(self, module: str, name: str) -> Places:
        """Return what a module binds itself, else what the last of its wildcards that knows the name brings."""
        table = self.table(module)
        if table is None:
            return ()
        if places := self.member(table, name):
            return places
        # An import that leads nowhere (to a compiled module, mostly) may be one branch, and a wildcard the other.
        circle = self._circle(module)
        if circle is None:
            return self._search(table, name, frozenset())
        self._tracker.touch(f"@{module}")
        if not circle.is_plain:
            return self._search(table, name, circle.modules)
        homes = circle.homes.get(name, ()) if not name.startswith("_") else ()
        return (
            self._ask(homes[0], name) if len(homes) == 1 else self._search(table, name, circle.modules) if homes else ()
        )

    def _search(self, table: Table, name: str, circle: Collection[str]) -> Places:
        """Search the modules behind wildcards depth first, each once: circles of them are searched like trees.

        Those of `circle` are known to be rested on.
        """
        seen = {table.module}
        way = [(table.module, reversed(table.stars))]
        while way:
            star = next(way[-1][1], None)
            if star is None:
                left, _ = way.pop()
                if way and self._offers_submodule(left, name):
                    return (ModulePlace(f"{left}.{name}"),)
                continue
            if star in seen or star not in self.index:
                continue
            seen.add(star)
            found = self._table(star) if star in circle else self.table(star)
            if found is None or not self._passes(found, name):
                continue
            binds = found.binds(name)
            if places := self._ask(star, name) if binds else ():
                return places
            way.append((star, reversed(() if binds else found.stars)))
        return ()

    def _circle(self, module: str) -> _Circle | None:
        """Return the circle of wildcard imports that a module belongs to, if there is one."""
        modules = self.index.circles().get(module)
        if modules is not None and modules not in self._circles:
            self._circles[modules] = self._survey(frozenset(modules))
        return self._circles[modules] if modules is not None else None

    def _survey(self, modules: frozenset[str]) -> _Circle:
        tables = [table for table in map(self._table, sorted(modules)) if table is not None]
        homes: dict[str, list[str]] = {}
        for table in tables:
            for name in dict.fromkeys((*table.entries, *table.imports)):
                homes.setdefault(name, []).append(table.module)
        outside = {star for table in tables for star in table.stars if star in self.index} - modules
        is_plain = not outside and all(table.exports is None for table in tables)
        return _Circle(modules, homes, is_plain)

    def _offers_submodule(self, module: str, name: str) -> bool:
        return f"{module}.{name}" in self.index and self._names_in_all(module, name)

    def member(self, table: Table, qualname: str) -> Places:
        """Return what a module, or a class in it, binds itself: by a definition, else by imports.

        A variable without a type beside an import (`except ImportError: Foo = None`) is the other branch of it.
        """
        entry = table.entries.get(qualname)
        imports = table.imports.get(qualname, ())
        if entry is not None and not (imports and entry.kind is Kind.DATA and not entry.type and not entry.alias):
            return (entry,)
        own: Places = () if entry is None else (entry,)
        places = join((*(self.bound(item) for item in imports), own))
        described = table.described.get(qualname)
        if described is not None and all(map(_is_vague, places)):
            return (described,)
        return places

    def imported(self, item: Import) -> Places:
        """Return what an import names (for `import a.b` the module `a.b`, although it binds `a`)."""
        names = tuple(item.target.split("."))
        count = self.split(names)
        if count == 0:
            return (ExternalPlace(item.target),)
        if not item.flags & _FROM or item.flags & _STAR:
            return self._plain(item, names, count)
        if count >= len(names) - 1:
            return self._from(names)
        return self.walk(names[:count], names[count:])

    def bound(self, item: Import) -> Places:
        """Return what the bound name of an import stands for."""
        if item.flags & _TOP:
            top = item.target.partition(".")[0]
            self._tracker.touch(top)
            return (ModulePlace(top),) if top in self.index else (ExternalPlace(top),)
        return self.imported(item)

    def _plain(self, item: Import, names: tuple[str, ...], count: int) -> Places:
        return (ModulePlace(item.target),) if count == len(names) else ()

    def _from(self, names: tuple[str, ...]) -> Places:
        """`from a.b import c`: the module is found by its name, `c` is asked of it."""
        module = ".".join(names[:-1])
        if not module:
            return (ModulePlace(names[0]),) if names[0] in self.index else (ExternalPlace(names[0]),)
        return self.attribute(module, names[-1])

    def walk(self, module: tuple[str, ...], names: tuple[str, ...]) -> Places:
        """Follow names that are all bound in modules (`from six.moves import x` where `moves` is no file)."""
        places: Places = (ModulePlace(".".join(module)),)
        for name in names:
            found: list[Places] = []
            for place in places:
                if isinstance(place, ModulePlace):
                    found.append(self.attribute(place.module, name))
                elif isinstance(place, ExternalPlace):
                    found.append((ExternalPlace(f"{place.name}.{name}"),))
            places = join(found)
        return places

    def is_exported(self, module: str, name: str) -> bool:
        """Tell whether a wildcard import takes a name from a module."""
        table = self.table(module)
        return table is not None and self._passes(table, name)

    def _passes(self, table: Table, name: str) -> bool:
        if table.exports is None:
            return not name.startswith("_")
        return self._names_in_all(table.module, name) or (not table.exports.complete and not name.startswith("_"))

    def _names_in_all(self, module: str, name: str) -> bool:
        """Tell whether `__all__` of a module, or one that is added to it, has a name."""
        return self._tracker.ask(("__all__", module, name), lambda: self._find_in_all(module, name), False)

    def _find_in_all(self, module: str, name: str) -> bool:
        table = self.table(module)
        found = name in table.exports.names if table is not None and table.exports is not None else False
        todo = list(table.exports.modules) if table is not None and table.exports is not None else []
        seen = {module}
        while todo and not found:
            other = todo.pop()
            table = self.table(other) if other in self.index and other not in seen else None
            seen.add(other)
            if table is None:
                continue
            exports = table.exports
            if exports is not None:
                todo.extend(exports.modules)
            is_listed = exports is not None and name in exports.names
            found = is_listed or ((exports is None or not exports.complete) and not name.startswith("_"))
        return found

    def is_circular(self, module: str, star: str) -> bool:
        """Tell whether a module from which another one imports everything does the same, directly or through others."""
        self._tracker.touch(f"@{module}")
        return star == module or star in self.index.circles().get(module, ())

    def exported_names(self, module: str) -> tuple[str, ...]:
        """Return the names that a wildcard import takes from a module, sorted; of those behind it, each is read once."""
        names: set[str] = set()
        seen: set[tuple[str, bool]] = set()
        todo = [(module, True)]
        while todo:
            each = todo.pop()
            table = self.table(each[0]) if each not in seen and each[0] in self.index else None
            seen.add(each)
            if table is None:
                continue
            exports, takes_private = table.exports, each[1]
            listed = exports.names if exports is not None else ()
            names.update(name for name in listed if takes_private or not name.startswith("_"))
            todo.extend((other, takes_private) for other in (exports.modules if exports is not None else ()))
            if exports is None or not exports.complete:
                names.update(name for name in (*table.entries, *table.imports) if _is_public(name))
                todo.extend((star, False) for star in table.stars)
        return tuple(sorted(names))


def _is_public(name: str) -> bool:
    """Tell whether a module without `__all__` offers a name that it binds."""
    return bool(name) and "." not in name and not name.startswith("_")


def _is_vague(place: Place) -> bool:
    """Tell whether a stub knows better what a name is: of another package or a value of which nothing is known."""
    if isinstance(place, Entry):
        return place.kind is Kind.DATA and not place.alias and all(text.startswith("=") for text in place.type)
    return isinstance(place, ExternalPlace)


def join(parts: Iterable[Places]) -> Places:
    """Return all places of the parts once each, those of the project first."""
    places = dict.fromkeys(place for part in parts for place in part)
    inside = [place for place in places if not isinstance(place, ExternalPlace)]
    return (*inside, *(place for place in places if isinstance(place, ExternalPlace)))
