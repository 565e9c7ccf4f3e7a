"""The names that each module of the project binds, and what a name looked up through a module means."""

from __future__ import annotations

import copy
import re
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from itertools import filterfalse
from typing import NamedTuple

from sphinx_kwindex.cycles import find_groups
from sphinx_kwindex.ledger import digest
from sphinx_kwindex.link.foreign import includes_of, names_of
from sphinx_kwindex.link.surface import (
    CIRCLE,
    EVERYTHING,
    EXISTS,
    OFFERED,
    WILD,
    Existence,
    Keys,
    Surface,
    conftest_key,
    key_of,
    member_key,
    members_of,
    parameters_of,
    spot,
)
from sphinx_kwindex.link.tracking import Tracker
from sphinx_kwindex.model import (
    CLASSES,
    LATE,
    MEMBERS,
    TEST_ROLES,
    Definition,
    Exports,
    FileFacts,
    Flag,
    Import,
    ImportFlag,
    Kind,
    LinkState,
    is_python,
    keyword_id,
)
from sphinx_kwindex.targets import is_value

_SEEN_FLAGS = (
    Flag.GENERATOR | Flag.ASYNC | Flag.CLASSMETHOD | Flag.STATICMETHOD | Flag.ENUM | Flag.ENUM_MEMBER | Flag.INSTANCE
    | Flag.CONTEXT_MANAGER | Flag.PARTIAL | Flag.FIELD | Flag.LOCAL
    | Flag.UNSURE_BASES | Flag.FIXTURE | Flag.WRITABLE
)  # fmt: skip
_SEEN_IMPORT_FLAGS = ImportFlag.STAR | ImportFlag.FROM | ImportFlag.TOP | ImportFlag.LOCAL | ImportFlag.TYPE_CHECKING
# plain numbers: operations on enumerations cost ten times as much
_LOCAL, _STAR, _FROM, _TOP = (
    int(flag) for flag in (ImportFlag.LOCAL, ImportFlag.STAR, ImportFlag.FROM, ImportFlag.TOP)
)
_SOURCES = (".py", ".pyi")
_BRANCH = int(ImportFlag.CONDITIONAL | ImportFlag.TRY)
_SEEN, _SEEN_IMPORT = int(_SEEN_FLAGS), int(_SEEN_IMPORT_FLAGS)
_FIELD, _TYPED_DICT, _TYPE_CHECKING = int(Flag.FIELD), int(Flag.TYPED_DICT), int(Flag.TYPE_CHECKING)
_SELF_TYPE = re.compile(r"\(\s*\w+\s*:\s*['\"]?(?:(?:\w+\.)*[tT]ype\[)?(?:\w+\.)*(\w+)")
_METACLASS = re.compile(r"metaclass=((?:\w+\.)*\w+)$")


Forms = tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]


class LinkEntry(NamedTuple):
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
    forms: Forms = ()
    """See `Definition.forms`."""
    takes: tuple[str, ...] = ()
    """See `Definition.takes`."""


class ModulePlace(NamedTuple):
    """A module or namespace package of the project."""

    module: str


class ExternalPlace(NamedTuple):
    """Something outside the project, by its dotted name."""

    name: str


Place = LinkEntry | ModulePlace | ExternalPlace
Places = tuple[Place, ...]


class ModuleTable:
    """What one module binds: its definitions by qualified name, its imports by name, its wildcard imports.

    Whatever is asked of it is noted, also what it does not have.
    """

    __slots__ = (
        "_branches",
        "_described",
        "_entries",
        "_exports",
        "_fixtures",
        "_imports",
        "_inside",
        "_is_dynamic",
        "_is_python",
        "_keys",
        "_members",
        "_note",
        "_plugins",
        "_stars",
        "is_test",
        "module",
        "path",
    )

    def __init__(self, facts: FileFacts, note: Callable[[int], None] | None = None) -> None:
        """`note` is called with the key of each thing that is asked of the table."""
        self.module = facts.module
        self.path = facts.path
        self.is_test = facts.role in TEST_ROLES
        self._note = note or _forget
        self._keys = Keys(facts.module)
        self._is_dynamic = facts.dynamic
        self._is_python = is_python(facts)
        self._exports: Exports | None = facts.exports
        self._entries = {item.qualname: _entry(facts, item) for item in facts.definitions}
        self._described: dict[str, LinkEntry] = {}
        """What the stub defines and the source imports: from a compiled module, mostly."""
        self._imports: dict[str, tuple[Import, ...]] = {}
        self._stars = star_targets(facts)
        self._branches = frozenset(item.target for item in facts.imports if item.flags & _STAR and item.flags & _BRANCH)
        self._fixtures = {name: facts.definitions[place].qualname for name, place in facts.fixtures}
        self._plugins = facts.plugins
        self._members: dict[str, list[LinkEntry]] | None = None
        self._inside: dict[str, list[LinkEntry]] | None = None
        self._take_imports(facts)

    def _take_imports(self, facts: FileFacts) -> None:
        for item in facts.imports:
            if item.flags & (_LOCAL | _STAR):
                continue
            scope = facts.definitions[item.scope].qualname if facts.definitions else ""
            name = f"{scope}.{item.name}" if scope else item.name
            self._imports[name] = (*self._imports.get(name, ()), item)

    def add_stub(self, stub: ModuleTable) -> None:
        """Take types, and names that the source lacks, from the stub of this module."""
        for qualname, entry in stub._entries.items():
            own = self._entries.get(qualname)
            if own is None:
                known = self._entries if qualname not in self._imports else self._described
                known[qualname] = entry
            elif entry.type and own.kind not in CLASSES:
                self._entries[qualname] = own._replace(type=entry.type, alias="", forms=entry.forms)
        for name, imports in stub._imports.items():
            if name not in self._entries:
                self._imports.setdefault(name, imports)
        self._exports = self._exports or stub._exports
        self._is_dynamic = self._is_dynamic or stub._is_dynamic

    def find(self, qualname: str) -> tuple[LinkEntry | None, tuple[Import, ...]]:
        """Return the definition with a qualified name, and the imports that bind it."""
        self._note(self._keys[qualname])
        return self._entries.get(qualname), self._imports.get(qualname, ())

    def entry(self, qualname: str) -> LinkEntry | None:
        """Return the definition with a qualified name."""
        return self.find(qualname)[0]

    def binds(self, name: str) -> bool:
        """Return whether a definition or an import of the module has this name."""
        entry, imports = self.find(name)
        return entry is not None or bool(imports)

    @property
    def stars(self) -> tuple[str, ...]:
        """The modules from which it imports everything, in order."""
        self._note(self._keys[WILD])
        return self._stars

    @property
    def branches(self) -> frozenset[str]:
        """Those modules of which another one may take the place: under `if` or `try`."""
        self._note(self._keys[WILD])
        return self._branches

    @property
    def dynamic(self) -> bool:
        """Whether it has a `__getattr__`."""
        self._note(self._keys[WILD])
        return self._is_dynamic

    @property
    def exports(self) -> Exports | None:
        """Its `__all__`, with all names in it."""
        self._note(self._keys[WILD])
        self._note(self._keys[OFFERED])
        return self._exports

    @property
    def is_selective(self) -> bool:
        """Whether wildcard imports take what `__all__` says."""
        self._note(self._keys[WILD])
        return self._exports is not None

    @property
    def lists_all(self) -> bool:
        """Whether `__all__` is known to the last name, or there is none."""
        self._note(self._keys[WILD])
        return self._exports is None or self._exports.complete

    @property
    def sums(self) -> tuple[str, ...]:
        """The modules whose `__all__` is part of this one's."""
        self._note(self._keys[WILD])
        return self._exports.modules if self._exports is not None else ()

    @property
    def plugins(self) -> tuple[str, ...]:
        """The modules that `pytest_plugins` names."""
        self._note(self._keys[WILD])
        return self._plugins

    def fixture(self, name: str) -> LinkEntry | None:
        """Return the fixture that pytest knows by a name, in the module (`name`) or in a class of it (`C.name`)."""
        self._note(self._keys[f"${name}"])
        qualname = self._fixtures.get(name)
        return self.entry(qualname) if qualname is not None else None

    def lists(self, name: str) -> bool:
        """Return whether a name is written in `__all__`."""
        self._note(self._keys[f"+{name}"])
        return self._exports is not None and name in self._exports.names

    def public_names(self) -> list[str]:
        """Return the names that a wildcard import takes if there is no `__all__`, except for those of other wildcards."""
        self._note(self._keys[OFFERED])
        return [name for name in (*self._entries, *self._imports) if _is_public(name)]

    def loaded_names(self) -> list[str]:
        """Return those of its public names that it has when it runs, and not for type checkers only."""
        return [name for name in self.public_names() if self._is_loaded(name)]

    def _is_loaded(self, name: str) -> bool:
        entry = self._entries.get(name)
        is_defined = entry is not None and not entry.flags & _TYPE_CHECKING
        return is_defined or any(not item.flags & LATE for item in self._imports.get(name, ()))

    def is_imported(self, name: str) -> bool:
        """Return whether an import of the module has this name."""
        return bool(self.find(name)[1])

    def described(self, qualname: str) -> LinkEntry | None:
        """Return what the stub says about something that the source imports."""
        self._note(self._keys[qualname])
        return self._described.get(qualname)

    def members(self, name: str) -> list[LinkEntry]:
        """Return what the module's classes define under a name."""
        if self._members is None:
            self._members = {}
            for entry in self._entries.values() if self._is_python else ():
                owner = self._entries.get(entry.qualname.rpartition(".")[0])
                if is_guessable(entry.kind, entry.qualname) and not (owner is not None and owner.flags & _TYPED_DICT):
                    self._members.setdefault(entry.qualname.rpartition(".")[2], []).append(entry)
        found = self._members.get(name, [])
        self._note(self._keys[f"?{name}"])
        for entry in found:
            self._note(self._keys[entry.qualname])
        return found

    def inside(self, qualname: str) -> list[LinkEntry]:
        """Return what is defined directly in a class or function, in order: public names and their kinds count."""
        self._note(self._keys[members_of(qualname)])
        return self._directly_in(qualname)

    def parameters(self, qualname: str) -> list[LinkEntry]:
        """Return the type parameters that a class or function declares, and the fields of a named tuple, in order."""
        self._note(self._keys[parameters_of(qualname)])
        return [entry for entry in self._directly_in(qualname) if _is_parameter(entry)]

    def _directly_in(self, qualname: str) -> list[LinkEntry]:
        if self._inside is None:
            self._inside = {}
            for entry in self._entries.values():
                self._inside.setdefault(entry.qualname.rpartition(".")[0], []).append(entry)
        return self._inside.get(qualname, [])

    def everything(self) -> list[LinkEntry]:
        """Return all definitions."""
        self._note(self._keys[EVERYTHING])
        return list(self._entries.values())

    def quiet(self) -> ModuleTable:
        """Return the same table, of which nothing is noted."""
        table = copy.copy(self)
        table.take_notes(_forget)
        return table

    def take_notes(self, note: Callable[[int], None]) -> None:
        """Have `note` called with the key of each thing that is asked from now on."""
        self._note = note

    def surface(self, paths: tuple[str, ...], known: dict[object, int]) -> dict[int, int]:
        """Return the facts that others may have read, `paths` being the files of the module."""
        surface = Surface(self.module, known)
        surface.add(EXISTS, paths, self.is_test)
        whole: list[tuple[LinkEntry, int]] = []
        inner: dict[str, list[object]] = {}
        for entry in self._entries.values():
            place = spot(entry.qualname)
            if place == entry.qualname:
                whole.append((entry, surface.add_common(place, self._seen(entry))))
            else:
                inner.setdefault(place, []).append((entry.qualname, self._seen(entry)))
        for place, rows in inner.items():
            surface.add(place, rows)
        if len(paths) > 1:
            surface.add(EVERYTHING, [number for _, number in whole], list(inner.values()))
            for entry in self._entries.values():
                if is_guessable(entry.kind, entry.qualname):
                    surface.add(f"?{entry.qualname.rpartition('.')[2]}", entry.qualname)
        for name, qualname in self._fixtures.items():
            surface.add_common(f"${name}", qualname)
        self._publish_members(surface, whole)
        for qualname, entry in self._described.items():
            surface.add_common(spot(qualname), ("described", *self._seen(entry)))
        for name, items in self._imports.items():
            surface.add_common(spot(name), tuple((item.target, item.flags & _SEEN_IMPORT) for item in items))
        self._publish_exports(surface)
        return surface.facts

    def _seen(self, entry: LinkEntry) -> tuple[Hashable, ...]:
        """Leave out the line, what is the same for all of the module, and flags that change nothing for others."""
        return (entry.path == self.path, entry.kind, entry.flags & _SEEN, *entry[7:])

    def _publish_members(self, surface: Surface, entries: Iterable[tuple[LinkEntry, int]]) -> None:
        members: dict[str, list[object]] = {}
        parameters: dict[str, list[object]] = {}
        for entry, number in entries:
            outer, _, name = entry.qualname.rpartition(".")
            if outer and _is_parameter(entry):
                parameters.setdefault(outer, []).append((name, number))
            if outer and not name.startswith("_"):
                members.setdefault(outer, []).append((name, entry.kind))
        for outer, rows in members.items():
            surface.add(members_of(outer), rows)
        for outer, rows in parameters.items():
            surface.add(parameters_of(outer), rows)

    def _publish_exports(self, surface: Surface) -> None:
        exports = self._exports
        names, sums, complete = (exports.names, exports.modules, exports.complete) if exports else ((), (), None)
        surface.add(WILD, self._stars, sorted(self._branches), self._is_dynamic, sums, complete, self._plugins)
        public = sorted(filter(_is_public, (*self._entries, *self._imports)))
        surface.add(OFFERED, public, list(filterfalse(self._is_loaded, public)), sorted(names))
        for name in names:
            surface.add_common(f"+{name}", True)


def _is_parameter(entry: LinkEntry) -> bool:
    return bool(entry.flags & _FIELD) or entry.kind is Kind.TYPE_VARIABLE


def _forget(_key: int) -> None:
    pass


def star_targets(facts: FileFacts) -> tuple[str, ...]:
    """Return the modules from which a file imports everything, in order."""
    targets = (item.target for item in facts.imports if item.flags & _STAR and not item.flags & _LOCAL)
    return tuple(dict.fromkeys(targets))


def is_guessable(kind: Kind, qualname: str) -> bool:
    """Return whether an attribute of an unknown receiver may be a keyword of this kind and name."""
    return kind in MEMBERS and "." in qualname


def _entry(facts: FileFacts, item: Definition) -> LinkEntry:
    self_type = _SELF_TYPE.match(item.signature) if item.kind is Kind.METHOD else None
    return LinkEntry(
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
        forms=item.forms,
        takes=item.takes,
    )


def _metaclass(item: Definition) -> str:
    for text in item.bases:
        match = _METACLASS.match(text)
        if match:
            return match.group(1)
    return ""


def link_state(facts: FileFacts) -> LinkState:
    """Return what the index of modules needs to know about a file."""
    members = sorted(
        item.name
        for item in (facts.definitions if is_python(facts) else ())
        if is_guessable(item.kind, item.qualname) and not facts.definitions[item.scope].flags & _TYPED_DICT
    )
    return LinkState(
        path=facts.path,
        module=facts.module,
        is_package=facts.is_package,
        members=tuple(members),
        is_test=facts.role in TEST_ROLES,
        stars=star_targets(facts),
        offered=_offered(facts),
        names=names_of(facts),
        includes=includes_of(facts),
    )


def _offered(facts: FileFacts) -> int:
    """Return a digest of all that a cycle of wildcard imports passes on from a file; 0 if it can be in none."""
    exports = facts.exports
    if not star_targets(facts) and not facts.path.endswith(".pyi"):
        return 0
    names = sorted({item.qualname for item in facts.definitions} | {item.name for item in facts.imports})
    listed = (sorted(exports.names), exports.modules, exports.complete) if exports is not None else ()
    return digest([name for name in names if "." not in name], star_targets(facts), listed)


def module_names(states: Iterable[LinkState]) -> set[str]:
    """Return every module of the files, and every namespace package around one of Python: no other folder is what `import` means."""
    states = tuple(states)
    return {state.module for state in states} | _around(
        state.module for state in states if state.path.endswith(_SOURCES)
    )


def _around(modules: Iterable[str]) -> set[str]:
    """Return the packages that modules are in."""
    found: set[str] = set()
    for module in modules:
        package = module.rpartition(".")[0]
        while package and package not in found:
            found.add(package)
            package = package.rpartition(".")[0]
    return found


MAX_GUESSES = 3
"""A member that more classes than this define is not guessed at."""


class MemberModules(NamedTuple):
    """The modules whose classes define a member of some name, sorted, with how many do; nothing where they are too many."""

    all: tuple[tuple[str, int], ...] = ()
    others: tuple[tuple[str, int], ...] = ()
    """Those that are not tests: what is not a test means none of the rest."""
    are_any: bool = False
    """Some class defines one, be they too many."""

    @classmethod
    def of(cls, counts: Counter[str], tests: Collection[str]) -> MemberModules:
        """Take how many classes of each module define the member, and which modules are tests."""
        others = Counter({module: count for module, count in counts.items() if module not in tests})
        return cls(_if_few(counts), _if_few(others), bool(counts))


def _if_few(counts: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(counts.items())) if counts.total() <= MAX_GUESSES else ()


class ModuleIndex:
    """Which modules the project has, in which files, and how many classes define a member of a name.

    Where two files give one module, the source goes before the stub, a package before a module, and then the
    shorter path; `import_roots` (best first) goes before all of that.
    """

    def __init__(self, states: Iterable[LinkState], import_roots: tuple[str, ...] = ()) -> None:
        self._paths: dict[str, list[str]] = {}
        self._member_modules: dict[str, list[str]] = {}
        self._known_members: dict[str, MemberModules] = {}
        self._tests: set[str] = set()
        self._stars: dict[str, tuple[str, ...]] = {}
        self._offered: dict[str, list[int]] = {}
        self._circles: dict[str, tuple[str, ...]] | None = None
        self._conftests: dict[str, str] = {}
        ranked = sorted(states, key=lambda state: _file_rank(state, import_roots))
        for state in ranked:
            self._paths.setdefault(state.module, []).append(state.path)
            self._stars.setdefault(state.module, state.stars)
            self._offered.setdefault(state.module, []).append(state.offered)
            folder, _, name = state.path.rpartition("/")
            if name == "conftest.py":
                self._conftests[folder] = state.module
        for state in ranked:
            if state.is_test and state.path == self.paths(state.module)[0]:
                self._tests.add(state.module)
            for name in state.members if state.path in self.paths(state.module) else ():
                self._member_modules.setdefault(name, []).append(state.module)
        self._all = frozenset(module_names(ranked))
        self.folders = frozenset(_around(state.module for state in ranked)) - self._all
        """The beginnings of module names that are not packages: what is in them is not of Python."""

    def __contains__(self, module: str) -> bool:
        return module in self._all

    def paths(self, module: str) -> tuple[str, ...]:
        """Return the files of a module: the one that gives its places, then its stub if there is one."""
        paths = self._paths.get(module, [])
        stubs = [path for path in paths[1:] if path.endswith(".pyi")]
        return (*paths[:1], *stubs[:1])

    def conftest(self, folder: str) -> str:
        """Return the module that the `conftest.py` of a folder is; empty if there is none."""
        return self._conftests.get(folder, "")

    def circles(self) -> dict[str, tuple[str, ...]]:
        """Return, by module, the modules that import everything from one another in a cycle with it, sorted."""
        if self._circles is None:
            groups = find_groups({module: stars for module, stars in self._stars.items() if stars})
            self._circles = {module: group for group in groups for module in group}
        return self._circles

    def circle_marks(self) -> dict[str, object]:
        """Return, by module, what stands for the cycle that it belongs to and for all names in it."""
        marks = {group: self._mark(group) for group in {*self.circles().values()}}
        return {module: marks[group] for module, group in self.circles().items()}

    def _mark(self, group: tuple[str, ...]) -> object:
        """Return what stands for a cycle: all names in it, and which of the modules around it there are."""
        around = {star for module in group for star in self._stars[module] if star in self}
        return group, [self._offered[module] for module in group], around

    def names(self) -> frozenset[str]:
        """Return all modules, also those without a file."""
        return self._all

    def member_modules(self, name: str) -> MemberModules:
        """Return the modules whose classes define a member of this name."""
        known = self._known_members.get(name)
        if known is None:
            known = self._known_members[name] = MemberModules.of(
                Counter(self._member_modules.get(name, ())), self._tests
            )
        return known


def _file_rank(state: LinkState, import_roots: tuple[str, ...]) -> tuple[int, bool, bool, int, str]:
    path = state.path
    within = (at for at, root in enumerate(import_roots) if root in {"", "."} or path.startswith(f"{root}/"))
    return next(within, len(import_roots)), path.endswith(".pyi"), not state.is_package, len(path), path


class _Circle(NamedTuple):
    """Modules that import everything from one another, directly or through others."""

    modules: frozenset[str]
    homes: Mapping[str, Sequence[str]]
    """The modules of the cycle that bind each name."""
    is_plain: bool
    """They import everything from nowhere else and have no `__all__`: each of them has all public names of all."""


class Modules:
    """Looks names up in modules, through imports, re-exports and wildcards; loads each module when it is first asked for."""

    def __init__(self, index: ModuleIndex, load: Callable[[str], FileFacts | None], tracker: Tracker) -> None:
        self.index = index
        self._load = load
        self._tracker = tracker
        self._tables: dict[str, ModuleTable | None] = {}
        self._existence = Existence()
        self._there = index.names()
        self._circles: dict[tuple[str, ...], _Circle] = {}

    def forget(self) -> None:
        """Let go of what was loaded."""
        self._tables.clear()
        self._circles.clear()
        self._existence.clear()

    def table(self, module: str) -> ModuleTable | None:
        """Return what a module binds; None for a namespace package."""
        return self._table(module) if self.has(module) else None

    def has(self, module: str) -> bool:
        """Return whether there is a module."""
        self._tracker.touch(self._existence[module])
        return module in self._there

    def is_outside(self, name: str) -> bool:
        """Return whether no module is called so, nor begins so; that one does shows what asks next."""
        if name in self._there:
            return False
        self._tracker.touch(self._existence[name])
        return name not in self.index.folders

    def paths(self, module: str) -> tuple[str, ...]:
        """Return the files of a module, as its index does."""
        self._tracker.touch(self._existence[module])
        return self.index.paths(module)

    def conftest(self, folder: str) -> str:
        """Return the module that the `conftest.py` of a folder is; empty if there is none."""
        self._tracker.touch(conftest_key(folder))
        return self.index.conftest(folder)

    def brought(self, table: ModuleTable, name: str) -> Places:
        """Return what a module has by imports, wildcards included."""
        return self._ask(table.module, name)

    def member_modules(self, name: str) -> MemberModules:
        """Return the modules whose classes define a member of a name."""
        self._tracker.touch(member_key(name))
        return self.index.member_modules(name)

    def surface(self, module: str, known: dict[object, int]) -> dict[int, int]:
        """Return the facts of a module that others may have read; none if it has no file."""
        table = self._table(module)
        return table.surface(self.index.paths(module), known) if table is not None else {}

    def _table(self, module: str) -> ModuleTable | None:
        if module not in self._tables:
            self._tables[module] = self._read(module)
        return self._tables[module]

    def _read(self, module: str) -> ModuleTable | None:
        table: ModuleTable | None = None
        for path in self.index.paths(module):
            facts = self._load(path)
            if facts is None:
                continue
            if table is None:
                table = ModuleTable(facts, self._tracker.touch)
            else:
                table.add_stub(ModuleTable(facts))
        return table

    def split(self, names: tuple[str, ...]) -> int:
        """Return how many of the leading names are a module's."""
        count, module, longest = 0, "", ""
        for place, name in enumerate(names, 1):
            module = f"{module}.{name}" if module else name
            if module in self._there:
                count, longest = place, module
                continue
            self._tracker.touch(self._existence[module])
            if module not in self.index.folders:
                break
        if count:
            # Packages around it are there as long as it is.
            self._tracker.touch(self._existence[longest])
        return count

    def attribute(self, module: str, name: str) -> Places:
        """Return what `module.name` is: what the module binds, else what its wildcards bring, else a submodule."""
        places = self._ask(module, name)
        if places:
            return places
        submodule = f"{module}.{name}"
        if self.has(submodule):
            return (ModulePlace(submodule),)
        return self._beyond(module, name)

    def attribute_is_bound(self, module: str, name: str) -> bool:
        """Return whether a module says itself that it has a name, or has a submodule that is called so."""
        return bool(self._ask(module, name)) or self.has(f"{module}.{name}")

    def _ask(self, module: str, name: str) -> Places:
        nothing: Places = ()
        return self._tracker.ask(("bound", module, name), lambda: self._bound(module, name), nothing)

    def _beyond(self, module: str, name: str) -> Places:
        """Name what a module may have without saying so: its special names, what its `__getattr__` makes, or other projects add.

        Several projects may have modules in one package without an `__init__`.
        """
        table = self.table(module)
        if name.startswith("__") and name.endswith("__"):
            return (ExternalPlace(f"types.ModuleType.{name}"),)
        if table is None or table.dynamic:
            return (ExternalPlace(f"{module}.{name}"),)
        outside = [star for star in table.stars if not self.has(star.partition(".")[0])]
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
        self._tracker.touch(key_of(module, CIRCLE))
        if not circle.is_plain:
            return self._search(table, name, circle.modules)
        homes = circle.homes.get(name, ()) if not name.startswith("_") else ()
        return (
            self._ask(homes[0], name) if len(homes) == 1 else self._search(table, name, circle.modules) if homes else ()
        )

    def _search(self, table: ModuleTable, name: str, circle: Collection[str]) -> Places:
        """Search the modules behind wildcards depth first, each once: cycles of them are searched like trees.

        The last one that has the name counts; of those in branches, every one. Those of `circle` are known dependencies.
        """
        seen = {table.module}
        found: list[Place] = []
        for star in reversed(table.stars):
            places = self._behind(table.module, star, name, circle, seen)
            found += places
            if places and star not in table.branches:
                break  # it binds the name again, whatever those before it did
        return tuple(dict.fromkeys(found))

    def _behind(self, module: str, start: str, name: str, circle: Collection[str], seen: set[str]) -> Places:
        """Search the modules behind one wildcard of a module, except for those that have been `seen`."""
        way = [(module, iter((start,)))]
        while way:
            star = next(way[-1][1], None)
            if star is None:
                left, _ = way.pop()
                if way and self._offers_submodule(left, name):
                    return (ModulePlace(f"{left}.{name}"),)
                continue
            if star in seen:
                continue
            seen.add(star)
            found = self._quiet(star) if star in circle else self.table(star)
            if found is None or not self._passes(found, name):
                continue
            binds = found.binds(name)
            if places := self._ask(star, name) if binds else ():
                return places
            way.append((star, reversed(() if binds else found.stars)))
        return ()

    def _quiet(self, module: str) -> ModuleTable | None:
        """Return what a module binds, for lookups that are noted as going through its whole cycle."""
        table = self._table(module)
        return table.quiet() if table is not None else None

    def _circle(self, module: str) -> _Circle | None:
        """Return the cycle of wildcard imports that a module belongs to, if there is one."""
        modules = self.index.circles().get(module)
        if modules is not None and modules not in self._circles:
            self._circles[modules] = self._survey(frozenset(modules))
        return self._circles[modules] if modules is not None else None

    def _survey(self, modules: frozenset[str]) -> _Circle:
        tables = [table for table in map(self._quiet, sorted(modules)) if table is not None]
        homes: dict[str, list[str]] = {}
        for table in tables:
            for name in table.public_names():
                homes.setdefault(name, []).append(table.module)
        outside = {star for table in tables for star in table.stars if star in self.index} - modules
        is_plain = not outside and not any(table.is_selective for table in tables)
        return _Circle(modules, homes, is_plain)

    def _offers_submodule(self, module: str, name: str) -> bool:
        return self.has(f"{module}.{name}") and self._names_in_all(module, name)

    def member(self, table: ModuleTable, qualname: str) -> Places:
        """Return what a module, or a class in it, binds itself: by a definition, else by imports.

        A variable without a type next to an import (`except ImportError: Foo = None`) is the other branch of it.
        """
        entry, imports = table.find(qualname)
        if entry is not None and not (imports and entry.kind is Kind.DATA and not entry.type and not entry.alias):
            return (entry,)
        own: Places = () if entry is None else (entry,)
        places = join((*(self.bound(item) for item in imports), own))
        described = table.described(qualname)
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
            return (ModulePlace(top),) if self.has(top) else (ExternalPlace(top),)
        return self.imported(item)

    def _plain(self, item: Import, names: tuple[str, ...], count: int) -> Places:
        return (ModulePlace(item.target),) if count == len(names) else ()

    def _from(self, names: tuple[str, ...]) -> Places:
        """`from a.b import c`: the module is found by its name, `c` is asked of it."""
        module = ".".join(names[:-1])
        if not module:
            return (ModulePlace(names[0]),) if self.has(names[0]) else (ExternalPlace(names[0]),)
        return self.attribute(module, names[-1])

    def walk(self, module: tuple[str, ...], names: tuple[str, ...]) -> Places:
        """Follow names that are all bound in modules (`from six.moves import x` where `moves` is not a file)."""
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
        """Return whether a wildcard import takes a name from a module."""
        table = self.table(module)
        return table is not None and self._passes(table, name)

    def _passes(self, table: ModuleTable, name: str) -> bool:
        if not table.is_selective:
            return not name.startswith("_")
        return self._names_in_all(table.module, name) or (not table.lists_all and not name.startswith("_"))

    def _names_in_all(self, module: str, name: str) -> bool:
        """Return whether `__all__` of a module, or one that is added to it, has a name."""
        return self._tracker.ask(("__all__", module, name), lambda: self._find_in_all(module, name), False)

    def _find_in_all(self, module: str, name: str) -> bool:
        table = self.table(module)
        found = table is not None and table.lists(name)
        todo = list(table.sums) if table is not None and not found else []
        seen = {module}
        while todo and not found:
            other = todo.pop()
            table = self.table(other) if other not in seen else None
            seen.add(other)
            if table is None:
                continue
            is_open = not table.is_selective or not table.lists_all
            found = (is_open and not name.startswith("_")) or table.lists(name)
            todo.extend(table.sums)
        return found

    def is_circular(self, module: str, star: str) -> bool:
        """Return whether a module from which another one imports everything does the same, directly or through others."""
        self._tracker.touch(key_of(module, CIRCLE))
        return star == module or star in self.index.circles().get(module, ())

    def exported_names(self, module: str, *, for_types: bool = True) -> tuple[str, ...]:
        """Return the names that a wildcard import takes from a module, sorted; of those behind it, each is read once.

        `for_types`: also those that only type checkers know.
        """
        names: set[str] = set()
        seen: set[tuple[str, bool]] = set()
        todo = [(module, True)]
        while todo:
            each = todo.pop()
            table = self.table(each[0]) if each not in seen else None
            seen.add(each)
            if table is None:
                continue
            exports, takes_private = table.exports, each[1]
            listed = exports.names if exports is not None else ()
            names.update(name for name in listed if takes_private or not name.startswith("_"))
            todo.extend((other, takes_private) for other in table.sums)
            if exports is None or not exports.complete:
                names.update(table.public_names() if for_types else table.loaded_names())
                todo.extend((star, False) for star in table.stars)
        return tuple(sorted(names))


def _is_public(name: str) -> bool:
    """Return whether a module without `__all__` offers a name that it binds."""
    return bool(name) and "." not in name and not name.startswith("_")


def _is_vague(place: Place) -> bool:
    """Return whether a stub knows better what a name is: of another package or a value of which nothing is known."""
    if isinstance(place, LinkEntry):
        return place.kind is Kind.DATA and not place.alias and all(map(is_value, place.type))
    return isinstance(place, ExternalPlace)


def join(parts: Iterable[Places]) -> Places:
    """Return all places of the parts once each, those of the project first."""
    places = dict.fromkeys(place for part in parts for place in part)
    inside = [place for place in places if not isinstance(place, ExternalPlace)]
    return (*inside, *(place for place in places if isinstance(place, ExternalPlace)))
