"""The names of the whole project: each distinct symbolic target is resolved here, once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from sphinx_kwindex.collect.native.registry import FILE
from sphinx_kwindex.errors import TargetError
from sphinx_kwindex.link.containers import BUILTIN_MEMBERS
from sphinx_kwindex.link.foreign import Foreign, is_foreign
from sphinx_kwindex.link.hierarchy import Hierarchy
from sphinx_kwindex.link.modules import LinkEntry, ModuleIndex, ModulePlace, Modules, ModuleTable, Place, link_state
from sphinx_kwindex.link.tracking import Basis, Tracker, keys_of
from sphinx_kwindex.link.values import METACLASSES, TYPED_DICTS, UNKNOWN, Evaluator, Form, Value, read_target
from sphinx_kwindex.model import (
    CLASSES,
    FileFacts,
    Flag,
    Import,
    ImportFlag,
    Kind,
    LinkState,
    Outcome,
    PythonName,
    Settled,
    keyword_id,
)
from sphinx_kwindex.targets import Op, Target, parse_target

T = TypeVar("T")

_Located = tuple[Settled, tuple[str, ...], tuple[Kind, ...]]
"""What is named, in which files that is defined, and of what kinds it is (no kinds of guesses)."""
_NOWHERE: _Located = (Settled(outcome=Outcome.UNRESOLVED), (), ())

MayHave = Callable[[str, str], bool]
"""Returns whether a class of another package may have a member."""


def _may_have_any(_class: str, _name: str) -> bool:
    return True


class Names:
    """The project's name table. Modules are loaded when something is first looked up in them."""

    def __init__(
        self,
        index: ModuleIndex,
        load: Callable[[str], FileFacts | None],
        plugins: tuple[str, ...] = (),
        states: Iterable[LinkState] = (),
    ) -> None:
        """Take which modules there are, a function from a file's path to its facts, installed plugins of pytest, and what is known about files."""
        self.index = index
        self._tracker = Tracker()
        self.modules = Modules(index, load, self._tracker)
        self.evaluator = Evaluator(self.modules, self._tracker, plugins)
        self._settled: dict[str, tuple[_Located, Basis]] = {}
        self._descriptors: dict[tuple[str, str], tuple[tuple[LinkEntry, ...], Basis]] = {}
        self._tests: set[str] = set()
        self.foreign = Foreign(states, self._tracker.touch)
        """What files of other languages include and name."""

    @classmethod
    def of(cls, facts: Iterable[FileFacts], import_roots: tuple[str, ...] = (), plugins: tuple[str, ...] = ()) -> Names:
        """Return the names of files whose facts are all in memory."""
        by_path = {item.path: item for item in facts}
        states = [link_state(item) for item in by_path.values()]
        return cls(ModuleIndex(states, import_roots), by_path.get, plugins, states)

    def forget(self) -> None:
        """Let go of everything: objects that refer to one another would wait for the garbage collector, a second's work."""
        self._settled.clear()
        self._descriptors.clear()
        self._tests.clear()
        self._tracker.forget()
        self.modules.forget()
        self.evaluator.forget()

    @property
    def hierarchy(self) -> Hierarchy:
        """The inheritance of the project's classes."""
        return self.evaluator.hierarchy

    def settle(self, text: str) -> Settled:
        """Return what a symbolic target names."""
        return self.locate(text)[0]

    def locate(self, text: str) -> tuple[Settled, tuple[str, ...], tuple[Kind, ...]]:
        """Return what a symbolic target names; of each keyword the file that defines it ('' for a namespace package), and if exact the kind."""
        known = self._settled.get(text)
        if known is None:
            known = self._settled[text] = self._tracker.record(lambda: self._settle(text))
        self._tracker.rest_on(known[1])
        return known[0]

    def resolve(self, item: Import, path: str) -> Settled:
        """Return what an import statement of a file names."""
        if is_foreign(item.target):
            home = self.included(item, path)
            ids = (home.module,) if home is not None else (item.target.partition(":")[2],)
            return Settled(outcome=Outcome.EXACT if home is not None else Outcome.EXTERNAL, ids=ids)
        located = self._outcome(self.modules.imported(item))
        is_found = located[0].outcome is Outcome.EXACT
        return located[0] if is_found else (self._in_bindings(item.target) or located)[0]

    def included(self, item: Import, path: str) -> LinkState | None:
        """Return the file of the project that an import by its path names."""
        if item.target.startswith("rust:"):
            return self.foreign.module_file(item.target, path)
        is_path = item.target.startswith(FILE)
        return self.foreign.file(item.target, path, is_relative=bool(item.flags & _RELATIVE)) if is_path else None

    def bound(self, facts: FileFacts) -> Iterator[tuple[str, str]]:
        """Yield what a file makes known to Python: the name there, of a stub if one has it, and the id of what it stands for."""
        if facts.family not in {"c", "cython"}:
            return
        unknown = dict(self._names_in_stubs([item.name for item in facts.bindings if item.name.startswith("?")]))
        for item in facts.bindings:
            name = unknown.get(item.name, "") if item.name.startswith("?") else self._python_name(item.name)
            target = (
                (self.foreign.bound(facts, item) or self._field(facts, item) or _place_of(facts, item)) if name else ""
            )
            if target:
                yield name, target

    def _field(self, facts: FileFacts, item: PythonName) -> str:
        """Return the id of the field that a binding stands for: of a class that is certain."""
        owner, _, name = item.target.rpartition("::")
        home = self.foreign.bound(facts, PythonName(name=item.name, target=owner, scope=item.scope)) if owner else ""
        return found if home and self.entry(found := f"{home}::{name}") is not None else ""

    def _names_in_stubs(self, names: Sequence[str]) -> Iterator[tuple[str, str]]:
        """Yield names of bindings in a module that nothing names, with the ids in the only stub that has them.

        Of a table half the names must be found: it may be that of a type.
        """
        owners = Counter(name.partition(".")[0] for name in names)
        found = {
            name: home for name in names if (home := self._name_in_stub(name)) and self.foreign.is_bound_once(name)
        }
        counts = Counter(name.partition(".")[0] for name in found)
        for name, home in found.items():
            owner = name.partition(".")[0]
            if owner == "?" or 2 * counts[owner] >= owners[owner]:
                yield name, home

    def _name_in_stub(self, name: str) -> str:
        """Return the id of what one stub alone has of a name that follows an unknown module; empty if none or several have it."""
        known = self._python_name(name)
        if known != name:
            return known
        rest = name.partition(".")[2]
        found = {f"{module}.{rest}" for module in self.foreign.stubs_with(rest.partition(".")[0])}
        found = {each for each in found if self.entry(each) is not None}
        return found.pop() if len(found) == 1 else ""

    def _python_name(self, name: str) -> str:
        """Return the id that the one stub of a module has for a name in it; the name itself if there is none."""
        if self.entry(name) is not None:
            return name
        parts = name.split(".")
        for count in range(len(parts) - 1):
            for full in self.foreign.stubs(parts[count]):
                found = ".".join([full, *parts[count + 1 :]])
                if self.entry(found) is not None:
                    return found
        return self._in_package(parts) or name

    def _in_package(self, parts: Sequence[str]) -> str:
        """Return the id of a type in the only stub of its package that has it: types are called as users are to import them."""
        for count in range(1, len(parts) if parts[0] != "?" else 0):
            package, rest = ".".join(parts[:count]), ".".join(parts[count:])
            homes = {module for module in self.foreign.stubs_with(parts[count]) if module.startswith(f"{package}.")}
            found = [each for module in homes if self.entry(each := f"{module}.{rest}") is not None]
            if len(found) == 1:
                return found[0]
        return ""

    def is_test(self, path: str) -> bool:
        """Return whether a file with a keyword that was guessed at is a test."""
        return path in self._tests

    def are_few(self, name: str) -> bool:
        """Return whether few classes define a member of this name, those of tests counted."""
        return bool(self.modules.member_modules(name).all)

    def entry(self, keyword: str) -> LinkEntry | None:
        """Return the definition that an id names, if it is one."""
        for found in self.evaluator.find_path(tuple(keyword.split("."))):
            if isinstance(found.place, LinkEntry) and found.place.id == keyword:
                self.evaluator.value_of(found)
                return found.place
        return None

    def declared_home(self, module: str, qualname: str) -> LinkEntry | None:
        """Return what an attribute of a class is when it is looked up: its own definition, or one of a base class."""
        outer, _, name = qualname.rpartition(".")
        owner = self.entry(keyword_id(module, outer)) if outer else None
        if owner is None or owner.kind not in CLASSES:
            return None
        place = next(iter(self.evaluator.lookup(self.hierarchy.line(owner.id).classes, name)), None)
        return place if isinstance(place, LinkEntry) else None

    def owners(self, targets: Iterable[str]) -> tuple[str, ...]:
        """Return the ids of the classes and modules of the project whose attributes values have; `?` if nobody can tell."""
        found: dict[str, None] = {}
        for text in targets or ("?",):
            for value in self.evaluator.evaluate(read_target(text)):
                if value.form in {Form.INSTANCE, Form.CLASS, Form.MODULE}:
                    found[value.name] = None
                elif value.form is Form.UNKNOWN:
                    found["?"] = None
        return tuple(found) if len(found) == 1 else tuple(name for name in found if name != "?")

    def held(self, text: str) -> Iterator[LinkEntry]:
        """Yield the classes and functions of the project that a target may be."""
        for value in self.evaluator.evaluate(read_target(text)):
            entry = self.entry(value.name) if value.form in _CALLABLE else None
            if entry is not None:
                yield entry

    def described(self, keyword: str, method: str) -> tuple[LinkEntry, ...]:
        """Return the methods of a name that the descriptors have which an attribute of a class holds."""
        if not self.modules.member_modules(method).are_any:
            return ()
        known = self._descriptors.get((keyword, method))
        if known is None:
            known = self._tracker.record(lambda: tuple(self._described(keyword, method)))
            self._descriptors[keyword, method] = known
        self._tracker.rest_on(known[1])
        return known[0]

    def _described(self, keyword: str, method: str) -> Iterator[LinkEntry]:
        entry = self.entry(keyword)
        if entry is not None and self.entry(keyword.rpartition(".")[0]) is not None:
            yield from self.evaluator.methods_of(entry, method)

    def instances(self, text: str) -> tuple[str, ...]:
        """Return the ids of the classes of the project on whose instances a target is looked up."""
        target = read_target(text)
        if not target.steps:
            return ()
        values = self.evaluator.evaluate(target._replace(steps=target.steps[:-1]))
        return tuple(
            dict.fromkeys(value.name for value in values if value.form is Form.INSTANCE and self.entry(value.name))
        )

    def lacking(self, text: str) -> str:
        """Return the class of the project on whose instances a target looks a member up that it has not.

        Nothing if that may be looked up on something else (of several classes, not all may have been found), or if the
        class makes up members or has some from elsewhere.
        """
        target = read_target(text)
        if not target.steps or target.steps[-1].op is not Op.ATTRIBUTE:
            return ""
        values = self.evaluator.evaluate(target._replace(steps=target.steps[:-1]))
        is_whole = len(values) == 1 and values[0].form is Form.INSTANCE and self._is_whole(values[0].name)
        return values[0].name if is_whole else ""

    def may_have_special(self, text: str) -> bool:
        """Return whether the special method that an operator calls may be one of the project: most are not, and cost little so."""
        receiver = text[: text.rindex(_SPECIAL)]
        if "[" not in receiver and not self.modules.has(receiver.partition(".")[0]):
            return False
        return any(value.form in _CLASSED for value in self.evaluator.evaluate(read_target(receiver)))

    def missing(self, text: str, may_have: MayHave = _may_have_any) -> tuple[str, str] | None:
        """Return the module or class of the project on which a target looks up a name that it certainly lacks, and the name.

        `may_have` returns whether a class of another package may have a member, for what derives from them.
        """
        steps = _STEP.findall(text)
        if "".join(steps) != text or steps[0] not in self.index:
            return None
        so_far = steps[0]
        for step in steps[1:]:
            owner, so_far = so_far, so_far + step
            if step.startswith(".") and (settled := self.settle(so_far)).outcome is not Outcome.EXACT:
                holder = "" if self._is_function(owner) else self._whole_owner(owner, step[1:], may_have)
                if settled.outcome is Outcome.EXTERNAL and not self.is_made_up(so_far):
                    holder = holder if self._may_inherit(holder, settled.ids, step) else ""
                return (holder, step[1:]) if holder and not self._brings(holder, step[1:]) else None
        return None

    def _may_inherit(self, class_id: str, names: Iterable[str], step: str) -> bool:
        """Return whether names of other packages are those that a class would have from its base classes there."""
        return self.entry(class_id) is not None and {
            f"{base}{step}" for base in self.hierarchy.line(class_id).outside
        }.issuperset(names)

    def _is_function(self, text: str) -> bool:
        """Return whether a target names a function: what a decorator makes of one may have further attributes."""
        return any(
            entry is not None and entry.kind is Kind.FUNCTION for entry in map(self.entry, self.settle(text).ids)
        )

    def _brings(self, module: str, name: str) -> bool:
        """Return whether a wildcard import may bring a submodule of the package behind it."""
        queue, seen = [module], {module}
        while queue:
            each = queue.pop()
            table = self.modules.table(each) if each in self.index else None
            stars = [star for star in (table.stars if table else ()) if star not in seen]
            if any(self.modules.has(f"{star}.{name}") for star in stars):
                return True
            seen.update(stars)
            queue += stars
        return False

    def is_made_up(self, text: str) -> bool:
        """Return whether a name is one that a module of the project has, if any, by its `__getattr__`."""
        module, _, name = text.rpartition(".")
        table = self.modules.table(module) if module in self.index else None
        return table is not None and table.dynamic and not self.modules.attribute_is_bound(module, name)

    def members(self, owner: str) -> set[str]:
        """Return the names that can be looked up on a module or class of the project."""
        if owner not in self.index:
            tables = (self._table_of(home) for home in self.line_of(owner))
            return {
                entry.qualname.rpartition(".")[2] for table, inner in tables if table for entry in table.inside(inner)
            }
        table, start = self.modules.table(owner), f"{owner}."
        below = (name for name in self.index.names() if name.startswith(start))
        found = {name[len(start) :].partition(".")[0] for name in below} | {*self.modules.exported_names(owner)}
        here = (entry.qualname for entry in table.everything()) if table else ()
        return found | {name for name in here if name and "." not in name}

    def _table_of(self, class_id: str) -> tuple[ModuleTable | None, str]:
        names = tuple(class_id.split("."))
        count = self.modules.split(names)
        return self.modules.table(".".join(names[:count])), ".".join(names[count:])

    def _whole_owner(self, text: str, name: str, may_have: MayHave) -> str:
        """Return the module or class of the project that a target is, or is an instance of, if it is known whether it has a name."""
        values = self.evaluator.evaluate(read_target(text))
        if len(values) != 1 or values[0].form not in {Form.MODULE, Form.CLASS, Form.INSTANCE}:
            return ""
        owner = values[0].name
        is_whole = values[0].form is Form.MODULE or (
            self._is_whole(owner, name, may_have) and not any(map(self._is_made, self.line_of(owner)))
        )
        return owner if is_whole and "()()" not in text else ""  # called twice: a class that a function makes

    def _is_made(self, class_id: str) -> bool:
        """Return whether a class may get members when it is made: from a call that returns a base, or from a metaclass."""
        entry = self.entry(class_id)
        return (
            entry is None
            or entry.metaclass.rpartition(".")[2] not in METACLASSES
            or any("()" in base for base in entry.bases)
        )

    def _is_whole(self, class_id: str, name: str = "", may_have: MayHave = _may_have_any) -> bool:
        """Return whether all members of a class are known, or at least that none of them has a name."""
        line = self.hierarchy.line(class_id)
        open_ended = (self.evaluator.lookup(line.classes, each) for each in _OPEN_ENDED)
        return not any(may_have(base, name) for base in line.outside) and not line.unknown and not any(open_ended)

    def is_of_tests(self, class_id: str) -> bool:
        """Return whether a class is one of tests: nobody derives from it what it lacks, fixtures set that."""
        entry = self.entry(class_id)
        return entry is not None and bool(entry.flags & _TEST)

    def line_of(self, class_id: str) -> tuple[str, ...]:
        """Return the method resolution order of a class: ids of the project's classes."""
        return self.hierarchy.line(class_id).classes if self.entry(class_id) is not None else ()

    def reading(self, work: Callable[[], T]) -> tuple[T, frozenset[int]]:
        """Run something that looks names up; return its result, and the keys of all facts that it depends on."""
        value, basis = self._tracker.record(work)
        return value, frozenset(keys_of([basis]))

    def _settle(self, text: str) -> _Located:
        try:
            target = parse_target(text) if _has_marks(text) else Target(tuple(text.split(".")))
        except TargetError:
            return _NOWHERE
        if not target.path and not target.steps:
            return _NOWHERE
        located = self._outcome(item.place for item in self.evaluator.find(target))
        if located is _NOWHERE or located[0].outcome is Outcome.EXTERNAL:
            located = self._in_bindings(text) or located
        if located[0].outcome not in {Outcome.EXTERNAL, Outcome.UNRESOLVED}:
            return located
        in_library = self._in_library(target)
        if in_library is not None:
            return in_library
        if located[0].outcome is Outcome.EXTERNAL and target.steps and target.steps[-1].op is Op.ATTRIBUTE:
            return self._guess_below(target) or located
        return self._guess(target, is_open=True) if located is _NOWHERE else located

    def _in_library(self, target: Target) -> _Located | None:
        """Return the functions of C that a name may mean which is looked up on a library that ctypes or cffi loads."""
        last, path = target.steps[-1] if target.steps else None, target.path
        if not self.foreign.has_c or (last is not None and last.op is not Op.ATTRIBUTE):
            return None
        owner = Target(path[:-1]) if last is None else target._replace(steps=target.steps[:-1])
        is_made = len(path) > 2 and path[-2] == "lib" and last is None and self.foreign.is_made_by_cffi(path[:-2])
        if not is_made and not any(_is_library(value) for value in self.evaluator.evaluate(owner)):
            return None
        found = self.foreign.functions_called(path[-1] if last is None else last.name)
        ids, homes = tuple(home.id for home in found), tuple(home.path for home in found)
        return (Settled(outcome=Outcome.GUESS, ids=ids), homes, ()) if found else None

    def _in_bindings(self, name: str) -> _Located | None:
        """Return what a name stands for that only bindings of C make known to Python."""
        found = [(home, self.entry(home.id)) for home in self.foreign.in_python(name)]
        if not found:
            return None
        kinds = tuple(entry.kind if entry is not None else Kind.MODULE for _, entry in found)
        ids = tuple(home.id for home, _ in found)
        return Settled(outcome=Outcome.EXACT, ids=ids), tuple(home.path for home, _ in found), kinds

    def _outcome(self, places: Iterable[Place]) -> _Located:
        inside: dict[str, tuple[str, Kind]] = {}
        outside: dict[str, None] = {}
        for place in places:
            if isinstance(place, LinkEntry):
                inside.setdefault(place.id, (place.path, place.kind))
            elif isinstance(place, ModulePlace):
                inside.setdefault(place.module, (next(iter(self.modules.paths(place.module)), ""), Kind.MODULE))
            else:
                outside[place.name] = None
        if inside:
            paths, kinds = zip(*inside.values(), strict=True)
            return Settled(outcome=Outcome.EXACT, ids=tuple(inside)), paths, kinds
        return (Settled(outcome=Outcome.EXTERNAL, ids=tuple(outside)), (), ()) if outside else _NOWHERE

    def _guess_below(self, target: Target) -> _Located | None:
        """Guess at a member that a class of the project seems to have from an external base class: subclasses may define it.

        Where other values are possible as well, of which nothing is known, it may be that of any class.
        """
        guessed = self._guess(target)
        if guessed is _NOWHERE:
            return None
        values = self.evaluator.evaluate(target._replace(steps=target.steps[:-1]))
        own = {value.name for value in values if value.form in {Form.INSTANCE, Form.CLASS}}
        if own and UNKNOWN in values:
            return guessed
        found = [
            (keyword, home)
            for keyword, home in zip(guessed[0].ids, guessed[1], strict=True)
            if not own.isdisjoint(self.line_of(keyword.rpartition(".")[0]))
        ]
        if not found:
            return None
        ids, homes = zip(*found, strict=True)
        return Settled(outcome=Outcome.GUESS, ids=ids), homes, ()

    def _guess(self, target: Target, *, is_open: bool = False) -> _Located:
        """Guess at a member by its name alone, where few classes of the project define one.

        With `is_open`, also where they are few without those of tests; for tests that is not a guess (see `are_few`).
        """
        last = target.steps[-1] if target.steps else None
        name = last.name if last is not None and last.op is Op.ATTRIBUTE else ""
        if not last and len(target.path) > 1 and self.modules.split(target.path) < len(target.path) - 1:
            name = target.path[-1]
        if not name or name.startswith("__") or name in BUILTIN_MEMBERS:
            return _NOWHERE
        return self._tracker.ask(
            ("guess", name, is_open), lambda: self._members_called(name, is_open=is_open), _NOWHERE
        )

    def _members_called(self, name: str, *, is_open: bool) -> _Located:
        modules = self.modules.member_modules(name)
        tables = [self.modules.table(module) for module, _ in modules.all or (modules.others if is_open else ())]
        entries = [
            entry
            for table in tables
            if table is not None
            for entry in table.members(name)
            if not self._is_of_typed_dict(entry)
        ]
        self._tests.update(table.path for table in tables if table is not None and table.is_test)
        if not entries:
            return _NOWHERE
        homes = {entry.id: entry.path for entry in reversed(entries)}
        ids = tuple(dict.fromkeys(entry.id for entry in entries))
        return Settled(outcome=Outcome.GUESS, ids=ids), tuple(map(homes.__getitem__, ids)), ()

    def _is_of_typed_dict(self, entry: LinkEntry) -> bool:
        """Return whether something is a key, and no attribute of any object."""
        owner = entry.id.rpartition(".")[0]
        if entry.kind is not Kind.ATTRIBUTE or self.entry(owner) is None:
            return False
        return not TYPED_DICTS.isdisjoint(self.hierarchy.line(owner).outside)


def _place_of(facts: FileFacts, item: PythonName) -> str:
    """Return the id of the function in which something is bound that the project does not define, or not for certain; operators, which have many, left out."""
    is_placed = item.scope and facts.family == "c" and not item.name.startswith("torch.ops.")
    return keyword_id(facts.module, facts.definitions[item.scope].qualname) if is_placed else ""


def _is_library(value: Value) -> bool:
    return value.form is Form.OUTSIDE_INSTANCE and value.name in _LIBRARIES


_LIBRARIES = frozenset(
    {
        "cffi.FFI.dlopen",
        "cffi.FFI.verify",
        "ctypes.CDLL",
        "ctypes.PyDLL",
        "ctypes.WinDLL",
        "ctypes.OleDLL",
        "ctypes.LibraryLoader.LoadLibrary",
        "ctypes.cdll.LoadLibrary",
        "ctypes.pydll.LoadLibrary",
        "ctypes.windll.LoadLibrary",
        "numpy.ctypeslib.load_library",
    }
)
"""Calls that load a library of C."""
_TEST = int(Flag.TEST)
_SPECIAL = Op.SPECIAL.value
_RELATIVE = int(ImportFlag.RELATIVE)
_CALLABLE = frozenset({Form.CLASS, Form.FUNCTION})
_CLASSED = frozenset({Form.INSTANCE, Form.CLASS})
_has_marks = re.compile(r"[?(\[!]").search
_STEP = re.compile(r"\.?\w+|\(\)|![a-z]+")
"""Of targets without types in them."""
_OPEN_ENDED = ("__getattr__", "__getattribute__", "__get__")
"""What has one of these may have members without defining them, or be replaced by something else where it is looked up."""
