"""What a symbolic target evaluates to: modules, classes, instances, functions, and what lies outside the project."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from sphinx_kwindex.errors import TargetError
from sphinx_kwindex.link import containers
from sphinx_kwindex.link.containers import OPAQUE, PASS_THROUGH, RULES, Rule
from sphinx_kwindex.link.fixtures import TYPES, Fixture, Fixtures
from sphinx_kwindex.link.hierarchy import GENERIC, Bases, Hierarchy, Lineage, as_created
from sphinx_kwindex.link.modules import ExternalPlace, LinkEntry, ModulePlace, Modules, ModuleTable, Place, Places
from sphinx_kwindex.link.tracking import Tracker
from sphinx_kwindex.model import CLASSES, FUNCTIONS, Flag, Kind
from sphinx_kwindex.stdlib import AWAITED
from sphinx_kwindex.targets import Given, Op, Step, Target, TypeMember, parse_target, parse_type

MAX_UNION = 16
"""Alternatives of one value that are followed; the rest are left out."""
MAX_NESTING = 5
"""Depth of type arguments within type arguments; deeper ones are left out."""

Members = tuple[TypeMember, ...]
Args = tuple[Members, ...]
Substitutes = Mapping[str, Members]

_SELF = frozenset({"typing.Self", "typing_extensions.Self"})
_ANYTHING = frozenset({"typing.Any", "builtins.object", "..."})
_TYPES = frozenset({"builtins.type", "typing.Type"})
_TAKING = frozenset({Op.CALL, Op.ITEM})
_NO_TYPE: Members = (TypeMember(Target(("typing", "Any"))),)


# plain numbers: operations on enumerations cost ten times as much
_ENUM, _ENUM_MEMBER, _INSTANCE, _PARTIAL, _STATICMETHOD = (
    int(flag) for flag in (Flag.ENUM, Flag.ENUM_MEMBER, Flag.INSTANCE, Flag.PARTIAL, Flag.STATICMETHOD)
)
_FIELD = int(Flag.FIELD)
_BOUND = int(Flag.STATICMETHOD | Flag.CLASSMETHOD)
_GENERATOR, _ASYNC = int(Flag.GENERATOR), int(Flag.ASYNC)
_UNSURE = int(Flag.UNSURE_BASES)

METACLASSES = frozenset({"", "type", "ABCMeta", "EnumMeta", "EnumType"})
"""Metaclasses that leave the bases of a class and their order alone."""
_WELL_KNOWN = frozenset({"abc", "builtins", "collections", "enum", "logging", "threading", "typing", "unittest"})
"""Packages whose classes are plain ones, but for those of `_COLLAPSING`: nothing is certain below other ones."""
_COLLAPSING = frozenset({"TypedDict", "NamedTuple", "NewType"})
TYPED_DICTS = frozenset({"typing.TypedDict", "typing_extensions.TypedDict"})
_MODELS = frozenset({"pydantic.BaseModel", "pydantic.main.BaseModel", "pydantic.v1.BaseModel", "msgspec.Struct"})
_HARMLESS = frozenset(
    {"dataclasses.dataclass", "enum.unique", "functools.total_ordering", "typing.final", "typing.runtime_checkable"}
)
"""Decorators that return the class, or one with the same bases."""


class Form(enum.IntEnum):
    """What sort of thing a value is."""

    UNKNOWN = 0
    MODULE = 1
    CLASS = 2
    INSTANCE = 3
    FUNCTION = 4
    SUPER = 5
    """`super()`: members are looked up after the class itself."""
    VARIABLE = 6
    """A type variable."""
    OUTSIDE = 7
    """Something of another package, by its dotted name."""
    OUTSIDE_INSTANCE = 8
    """What a call of that gives."""


class Value(NamedTuple):
    """One possible value.

    `owner` is what a function or container method was taken from, and for an object that a decorator makes of a function, that function.
    """

    form: Form
    name: str = ""
    args: Args = ()
    owner: Value | None = None


Values = tuple[Value, ...]
_MET = CLASSES | FUNCTIONS
_RECEIVERS = frozenset({Form.CLASS, Form.INSTANCE})
UNKNOWN = Value(Form.UNKNOWN)
_UNKNOWN: Values = (UNKNOWN,)


class Found(NamedTuple):
    """A place, and the value that it was looked up in as a member (None: in a module)."""

    place: Place
    owner: Value | None = None


def union(parts: Iterable[Values]) -> Values:
    """Return each value of the parts once, up to the limit."""
    return tuple(dict.fromkeys(value for part in parts for value in part))[:MAX_UNION]


class Evaluator:
    """Evaluates targets and types against the modules of a project."""

    def __init__(self, modules: Modules, tracker: Tracker, plugins: tuple[str, ...] = ()) -> None:
        self._modules = modules
        self._fixtures = Fixtures(modules, self._line, plugins)
        self._tracker = tracker
        self._classes: dict[str, LinkEntry] = {}
        self.hierarchy = Hierarchy(self._bases, tracker)
        self._steps: dict[Op, Callable[[Value, str], Values]] = {
            Op.ATTRIBUTE: self._attribute,
            Op.CALL: lambda value, _: self._call(value),
            Op.ITERATE: lambda value, _: self._iterate(value),
            Op.ITEM: self._item,
            Op.ENTER: lambda value, _: self._enter(value),
            Op.AWAIT: lambda value, _: self._await(value),
            Op.SUPER: lambda value, _: self._super(value),
            Op.FIXTURE: lambda _value, _name: _UNKNOWN,
            Op.TAKEN: lambda _value, _name: _UNKNOWN,
            Op.FIELD: lambda _value, _name: _UNKNOWN,
            Op.SPECIAL: lambda _value, _name: _UNKNOWN,
            Op.WITH: lambda _value, _name: _UNKNOWN,
        }

        self._calls: dict[Form, Callable[[Value], Values]] = {
            Form.CLASS: lambda value: (Value(Form.INSTANCE, value.name, value.args),),
            Form.FUNCTION: lambda value: self._returned(self._classes[value.name], value.owner),
            Form.INSTANCE: self._call_object,
            Form.VARIABLE: self._bound_of,
            Form.OUTSIDE: self._outside_call,
            Form.OUTSIDE_INSTANCE: self._outside_result_call,
        }

    def forget(self) -> None:
        """Let go of the classes that were met."""
        self._classes.clear()

    # -- paths and targets ------------------------------------------------------------------------------------------

    def find_path(self, names: tuple[str, ...]) -> tuple[Found, ...]:
        """Return what a dotted path names."""
        if not names or self._modules.is_outside(names[0]):  # as every other path, and this is soon told
            return (Found(ExternalPlace(".".join(names))),)
        return self._tracker.ask(("path", names), lambda: self._find_path(names), ())

    def evaluate(self, target: Target) -> Values:
        """Return the possible values of a target."""
        if not target.path:
            return _UNKNOWN
        return self._tracker.ask(target, lambda: self._evaluate(target), ())

    def find(self, target: Target) -> tuple[Found, ...]:
        """Return what the last step of a target names."""
        if target.path and not target.steps:
            return self.find_path(target.path)
        last = target.steps[-1]
        if last.op is Op.FIXTURE:
            fixture = self._fixture(target.path, last.name) if len(target.steps) == 1 else None
            return (Found(fixture.place),) if fixture is not None else ()
        receivers = self.evaluate(Target(target.path, target.args, target.steps[:-1]))
        if last.op is Op.FIELD:
            return tuple(item for value in receivers for item in self._field(value, last.name))
        if last.op is Op.SPECIAL:
            # What may also be a list has no need of ours: which of them is meant, nobody knows.
            is_open = any(
                value.form is Form.OUTSIDE_INSTANCE and not _lacks(value.name, last.name) for value in receivers
            )
            return () if is_open else tuple(item for value in receivers for item in self._special(value, last.name))
        if last.op is not Op.ATTRIBUTE:
            return tuple(Found(place) for value in self.evaluate(target) for place in self._places(value))
        return tuple(item for value in receivers for item in self.members(value, last.name))

    def _evaluate(self, target: Target) -> Values:
        steps = target.steps
        if steps and steps[0].op is Op.FIXTURE:
            values, steps = self._injected(target.path, steps[0].name), steps[1:]
        elif steps and steps[0].op is Op.TAKEN:
            values, steps = self._taken(target.path, steps[0].name), steps[1:]
        else:
            values = self._root(target.path, target.args)
        return self._walk(values, steps)

    def _walk(self, values: Values, steps: Iterable[Step]) -> Values:
        """Apply steps one after another."""
        given: Given = ()
        called: Values = ()
        for step in steps:
            if step.op is Op.WITH:
                given = step.given
            elif not self._is_awaited(step, called):
                called = values if step.op is Op.CALL else ()
                values, given = self._step(values, step, given), ()
        return values

    def _is_awaited(self, step: Step, called: Values) -> bool:
        """Tell whether a step awaits the call of an `async def`, which counts as what that returns."""
        names = (value.name for value in called if value.form is Form.FUNCTION) if step.op is Op.AWAIT else ()
        return any(self._classes[name].flags & _ASYNC for name in names)

    def _fixture(self, path: tuple[str, ...], name: str) -> Fixture | None:
        """Return the fixture that a name means for a test."""
        nothing: Fixture | None = None
        return self._tracker.ask(("fixture", path, name), lambda: self._fixtures.find(path, name), nothing)

    def _injected(self, path: tuple[str, ...], name: str) -> Values:
        """Return what pytest gives to a parameter: what a fixture returns or yields."""
        found = self._fixture(path, name)
        if found is None:
            return (Value(Form.OUTSIDE_INSTANCE, TYPES[name]),) if name in TYPES else _UNKNOWN
        place = found.place
        if not isinstance(place, LinkEntry) or place.kind not in FUNCTIONS:
            return _UNKNOWN
        values = self._returned(place, Value(Form.INSTANCE, found.owner) if found.owner else None)
        return union(self._iterate(value) for value in values) if place.flags & _GENERATOR else values

    def _taken(self, path: tuple[str, ...], name: str) -> Values:
        """Return what a parameter of a method takes by the annotation of a method that this overrides."""
        for found in self.find_path(path[:-1]):
            for owner in self.value_of(found) if isinstance(found.place, LinkEntry) else ():
                above = self.hierarchy.line(owner.name).classes[1:] if owner.form is Form.CLASS else ()
                for place in (each for places in self._members(above, path[-1]) for each in places[:1]):
                    texts = place.takes if isinstance(place, LinkEntry) else ()
                    types = next((text.partition(":")[2] for text in texts if text.startswith(f"{name}:")), "")
                    if types and isinstance(place, LinkEntry):
                        members = read_target(f"_[{types}]").args[0]
                        substitutes = self._substitutes(place, owner._replace(form=Form.INSTANCE))
                        return union(map(self._instances, self._substitute(members, substitutes))) or _UNKNOWN
        return _UNKNOWN

    def _line(self, entry: LinkEntry) -> tuple[LinkEntry, ...]:
        """Return a class, and those of the project that it derives from, in order."""
        self._class(entry)
        return tuple(self._classes[name] for name in self.hierarchy.line(entry.id).classes if name in self._classes)

    def _step(self, values: Values, step: Step, given: Given = ()) -> Values:
        if given and step.op in _TAKING:
            return union(self._with(value, step, given) for value in values)
        apply = self._steps[step.op]
        return union(apply(value, step.name) for value in values)

    def _with(self, value: Value, step: Step, given: Given) -> Values:
        """Return what a call or subscript gives that gets these arguments."""
        if step.op is Op.ITEM and value.form is Form.CLASS:
            classes = self._item(value, step.name)
            args = _type_arguments(given)
            return tuple(each._replace(args=args) if each.form is Form.CLASS else each for each in classes)
        if step.op is Op.ITEM and self._is_typed_dict(value) and (key := _key(given)):
            return union(self.value_of(found) for found in self.members(value, key)) or _UNKNOWN
        if step.op is Op.ITEM or value.form is Form.INSTANCE:
            name = "__call__" if step.op is Op.CALL else "__getitem__"
            methods = self.lookup(self.hierarchy.line(value.name).classes, name) if value.form is Form.INSTANCE else ()
            called = union(self.value_of(Found(place, value)) for place in methods)
            found = union(self._returned_for(each, given) for each in called if each.form is Form.FUNCTION)
        elif value.form is Form.FUNCTION:
            found = self._returned_for(value, given)
        else:
            found = self._made_for(value, given) if value.form is Form.CLASS else ()
        return found or self._steps[step.op](value, step.name)

    def _is_typed_dict(self, value: Value) -> bool:
        return value.form is Form.INSTANCE and not TYPED_DICTS.isdisjoint(self.hierarchy.line(value.name).outside)

    def _root(self, path: tuple[str, ...], args: Args) -> Values:
        dotted = ".".join(path)
        if args and not self._modules.has(path[0]):
            return (Value(Form.OUTSIDE, dotted, args),)
        values = union(self.value_of(found) for found in self.find_path(path))
        if not args:
            return values
        return tuple(v._replace(args=args) if v.form in {Form.CLASS, Form.OUTSIDE} else v for v in values)

    def _find_path(self, names: tuple[str, ...]) -> tuple[Found, ...]:
        count = self._modules.split(names)
        if not count:
            return (Found(ExternalPlace(".".join(names))),)
        module, rest = ".".join(names[:count]), names[count:]
        if not rest:
            return tuple(Found(place) for place in self._whole(names, module))
        table = self._modules.table(module)
        direct = table.entry(".".join(rest)) if table is not None and len(rest) > 1 else None
        if direct is not None:
            return (Found(direct, self._owner(direct)),)
        if "<locals>" in rest:
            return self._inside(table, rest) or self._beside_submodule(names, count)
        found = self._follow(self._modules.attribute(module, rest[0]), rest[1:])
        if not found and count > 1:
            # a package may bind the name of its submodule to something else
            places = self._modules.attribute(".".join(names[: count - 1]), names[count - 1])
            found = self._follow(tuple(p for p in places if p != ModulePlace(module)), rest)
        return found

    def _beside_submodule(self, names: tuple[str, ...], count: int) -> tuple[Found, ...]:
        """Return what a function of a package defines which is called like a submodule of that."""
        table, rest = self._modules.table(".".join(names[: count - 1])), names[count - 1 :]
        direct = table.entry(".".join(rest)) if table is not None else None
        return (Found(direct, self._owner(direct)),) if direct is not None else self._inside(table, rest)

    def _inside(self, table: ModuleTable | None, names: tuple[str, ...]) -> tuple[Found, ...]:
        """Return what is reached through something that a function defines: a member that its class inherits."""
        if table is None:
            return ()
        first = len(names) - names[::-1].index("<locals>")  # a function is no way to what it defines
        for count in range(len(names) - 1, first, -1):
            entry = table.entry(".".join(names[:count]))
            if entry is not None:
                return self._follow((entry,), names[count:])
        return ()

    def _owner(self, entry: LinkEntry) -> Value | None:
        """Return the class that a member is named through in a plain path."""
        outer = entry.qualname.rpartition(".")[0]
        if not outer or outer.endswith("<locals>"):
            return None
        table = self._modules.table(entry.module)
        owner = table.entry(outer) if table is not None else None
        return self._class(owner) if owner is not None and owner.kind in CLASSES else None

    def _whole(self, names: tuple[str, ...], module: str) -> Places:
        """A path that is a module's name: what the package binds under that name, else the module."""
        if len(names) == 1:
            return (ModulePlace(module),)
        return self._modules.attribute(".".join(names[:-1]), names[-1]) or (ModulePlace(module),)

    def _follow(self, places: Places, names: tuple[str, ...]) -> tuple[Found, ...]:
        found = tuple(Found(place) for place in places)
        if not names:
            return found
        values = union(map(self.value_of, found))
        for name in names[:-1]:
            values = union(self._attribute(value, name) for value in values)
        return tuple(dict.fromkeys(item for value in values for item in self.members(value, names[-1])))

    # -- places and values ------------------------------------------------------------------------------------------

    def value_of(self, found: Found) -> Values:
        """Return what a place holds."""
        place, owner = found
        if isinstance(place, ModulePlace):
            return (Value(Form.MODULE, place.module),)
        if isinstance(place, ExternalPlace):
            return (Value(Form.OUTSIDE, place.name, (), owner if _is_container(owner) else None),)
        if place.kind in CLASSES:
            return (self._class(place),)
        empty: Values = ()
        return self._tracker.ask(
            ("holds", place.module, place.qualname, owner), lambda: self._held(place, owner), empty
        )

    def _held(self, entry: LinkEntry, owner: Value | None) -> Values:
        if entry.kind in FUNCTIONS:
            return self._function(entry, owner)
        if entry.kind is Kind.PROPERTY:
            return self._returned(entry, owner) if owner is None or owner.form is not Form.CLASS else _UNKNOWN
        if entry.kind is Kind.TYPE_VARIABLE:
            return (Value(Form.VARIABLE, entry.id),)
        if entry.kind is Kind.TYPE_ALIAS:
            return self._stands_for(entry)
        if entry.flags & _ENUM_MEMBER and owner is not None:
            return (owner._replace(form=Form.INSTANCE, owner=None),)
        return self._variable(entry, owner)

    def _class(self, entry: LinkEntry, args: Args = ()) -> Value:
        self._meet(entry)
        return Value(Form.CLASS, entry.id, args)

    def _function(self, entry: LinkEntry, owner: Value | None) -> Values:
        if entry.flags & _PARTIAL and entry.kind is Kind.METHOD:
            owner = None
        nothing: Values = ()
        replaced = self._tracker.ask(
            ("decorated", entry.module, entry.qualname), lambda: self._decorated(entry), nothing
        )
        self._meet(entry)
        if replaced:
            wrapped = Value(Form.FUNCTION, entry.id) if entry.kind is Kind.FUNCTION else None
            made = tuple(each._replace(owner=wrapped) if each.form is Form.INSTANCE else each for each in replaced)
            return self._through_descriptors(made, entry, owner)
        return (Value(Form.FUNCTION, entry.id, (), owner),)

    def _meet(self, entry: LinkEntry) -> None:
        """Note what the id of a class or function stands for.

        `N.X` of `p/__init__.py` and `X` of `p/N.py` share one id. What the deeper module defines counts, whichever is met first.
        """
        names = entry.qualname.split(".")
        for count in range(len(names) - 1, 0, -1):
            table = self._modules.table(".".join((entry.module, *names[:count])))
            qualname = ".".join(names[count:])
            found = table.entry(qualname) or table.described(qualname) if table is not None else None
            if found is not None and found.kind in _MET:
                entry = found
                break
        self._classes[entry.id] = entry

    def _decorated(self, entry: LinkEntry) -> Values:
        """Return what a project's decorator makes of a function; nothing if it keeps it (or nobody can tell)."""
        for text in entry.decorators:
            if not text or not self._modules.has(text.partition(".")[0]):
                continue
            made = union(self._call(value) for value in self.evaluate(read_target(text)))
            replaced = tuple(value for value in made if value.form in {Form.INSTANCE, Form.CLASS})
            if replaced:
                return replaced
        return ()

    def _variable(self, entry: LinkEntry, owner: Value | None) -> Values:
        if entry.alias:
            values = self.evaluate(read_target(entry.alias))
        else:
            values = self._typed(entry, owner) if entry.type else _UNKNOWN
            if values == _UNKNOWN:
                return self._inherited(entry, owner)
        return self._through_descriptors(self._narrower(values, entry, owner), entry, owner)

    def _narrower(self, values: Values, entry: LinkEntry, owner: Value | None) -> Values:
        """An attribute that is declared with a class from outside holds what a class below sets it to, if that is one of the project."""
        if (
            owner is None
            or owner.form is not Form.INSTANCE
            or not entry.is_declared
            or not all(map(_is_foreign, values))
        ):
            return values
        holder, _, name = entry.id.rpartition(".")
        classes = self.hierarchy.line(owner.name).classes
        below = classes[: classes.index(holder)] if holder in classes else ()
        set_on_self = next((place for place in self._members(below, name) if _is_set_on_self(place[0])), ())
        found = union(self.value_of(Found(place, owner)) for place in set_on_self)
        return found if found and all(value.form is Form.INSTANCE for value in found) else values

    def _inherited(self, entry: LinkEntry, owner: Value | None) -> Values:
        """An attribute of unknown type has the type that a base class gives it."""
        if owner is None or owner.form not in {Form.INSTANCE, Form.CLASS, Form.SUPER}:
            return _UNKNOWN
        holder = entry.id.rpartition(".")[0]
        classes = self.hierarchy.line(owner.name).classes
        above = classes[classes.index(holder) + 1 :] if holder in classes else ()
        for place in self.lookup(above, entry.qualname.rpartition(".")[2]):
            return self.value_of(Found(place, owner))
        return _UNKNOWN

    def _through_descriptors(self, values: Values, entry: LinkEntry, owner: Value | None) -> Values:
        """Replace descriptors of a class by what their `__get__` gives."""
        is_set = bool(entry.flags & _INSTANCE)
        if owner is None or (is_set and not entry.is_declared):
            return values
        return union(self._got(value, is_set=is_set) for value in values)

    def _got(self, value: Value, *, is_set: bool) -> Values:
        """Return what looking up a descriptor gives; what is set on an instance takes the place of one that sets nothing."""
        if value.form is not Form.INSTANCE:
            return (value,)
        classes = self.hierarchy.line(value.name).classes
        if not self.lookup(classes, "__get__") or (is_set and not self.lookup(classes, "__set__")):
            return (value,)
        return self._call_member(value, "__get__")

    def methods_of(self, entry: LinkEntry, name: str) -> Iterator[LinkEntry]:
        """Yield the methods of a name that the objects have which an attribute of a class holds."""
        for value in self.value_of(Found(entry)) if entry.type else ():
            if value.form is Form.INSTANCE:
                places = self.lookup(self.hierarchy.line(value.name).classes, name)
                yield from (place for place in places if isinstance(place, LinkEntry) and place.kind in FUNCTIONS)

    def _stands_for(self, entry: LinkEntry) -> Values:
        """Return the classes that a type alias or new type stands for."""
        if entry.alias:
            return self.evaluate(read_target(entry.alias))
        return union(self._classes_of(_read_type(text)) for text in entry.type) or _UNKNOWN

    def _classes_of(self, member: TypeMember) -> Values:
        target = member.target
        if member.is_value or target.steps:
            return self.evaluate(target)
        return self._root(target.path, target.args)

    def _places(self, value: Value) -> Places:
        if value.form is Form.MODULE:
            return (ModulePlace(value.name),)
        if value.form in {Form.OUTSIDE, Form.OUTSIDE_INSTANCE}:
            return (ExternalPlace(value.name),)
        entry = self._classes.get(value.name)
        return (entry,) if entry is not None else ()

    # -- types ------------------------------------------------------------------------------------------------------

    def _typed(self, entry: LinkEntry, owner: Value | None) -> Values:
        """Return what a variable holds or a function returns, taken from `owner`."""
        members = self._substitute(tuple(_read_type(text) for text in entry.type), self._substitutes(entry, owner))
        holder = tuple(entry.id.split("."))[:-1]
        return union(self._instances(member, holder, owner) for member in members) or _UNKNOWN

    def _instances(self, member: TypeMember, holder: tuple[str, ...] = (), owner: Value | None = None) -> Values:
        """Return what a value of a type may be; `holder` is the path of the class that says so."""
        if not member.is_value:
            return union(self._call(value) for value in self._classes_of(member))
        target = member.target
        if owner is None or not target.steps or target.path != holder or owner.form not in _RECEIVERS:
            return self.evaluate(target)
        return self._evaluate_on(owner, target)

    def _evaluate_on(self, owner: Value, target: Target) -> Values:
        """Evaluate what a class says of its own instances (`C().copy()`, `C()!super.copy()`) for another receiver."""
        values: Values = (owner._replace(form=Form.CLASS),)
        called: Values = ()
        for at, step in enumerate(target.steps):
            if step.op is Op.SUPER:
                values = tuple(v._replace(form=Form.SUPER, name=".".join(target.path), owner=v) for v in values)
            elif step.op is not Op.WITH and not self._is_awaited(step, called):
                called = values if step.op is Op.CALL else ()
                values = self._step(values, step, target.steps[at - 1].given)
        return values

    def _argument(self, args: Args, at: int) -> Values:
        if not args or not -len(args) <= at < len(args):
            return _UNKNOWN
        return union(self._instances(member) for member in args[at]) or _UNKNOWN

    def _substitutes(self, entry: LinkEntry, owner: Value | None) -> Substitutes:
        """Return what `Self` and type variables stand for in a member that was taken from `owner`."""
        if owner is None or owner.form not in {Form.INSTANCE, Form.CLASS, Form.SUPER}:
            return {}
        itself = (TypeMember(Target(tuple(owner.name.split(".")), owner.args)),)
        found: dict[str, Members] = dict(self._type_arguments(owner.name, owner.args))
        found.update(dict.fromkeys(_SELF, itself))
        if entry.self_type:
            found.update(
                (place.id, itself)
                for place in self._modules.attribute(entry.module, entry.self_type)
                if isinstance(place, LinkEntry) and place.kind is Kind.TYPE_VARIABLE
            )
        return found

    def _substitute(self, members: Members, substitutes: Substitutes, depth: int = 0) -> Members:
        if not substitutes:
            return members
        found: list[TypeMember] = []
        for member in members:
            target = member.target
            if member.is_value or target.steps:
                found.append(member)
            elif target.args:
                args = tuple(self._substitute(arg, substitutes, depth + 1) for arg in target.args)
                found.append(member._replace(target=target._replace(args=args if depth < MAX_NESTING else ())))
            else:
                found.extend(self._substituted(member, substitutes))
        return tuple(found)

    def _substituted(self, member: TypeMember, substitutes: Substitutes) -> Members:
        dotted = ".".join(member.target.path)
        if dotted in substitutes or dotted in _SELF:
            return substitutes.get(dotted, (member,))
        is_asked = member.target.path[-1] == "Self" or not _SELF.issuperset(substitutes)
        return substitutes.get(self._variable_id(member) if is_asked else "", (member,))

    def _variable_id(self, member: TypeMember) -> str:
        """Return the id of the type variable that a member names (`Self` by any name under which modules hand it on), or nothing."""
        if member.is_value or member.target.steps or member.target.args:
            return ""
        for found in self.find_path(member.target.path):
            place = found.place
            if isinstance(place, LinkEntry) and place.kind is Kind.TYPE_VARIABLE:
                return place.id
            if isinstance(place, ExternalPlace) and place.name in _SELF:
                return place.name
        return ""

    def _type_arguments(self, class_id: str, args: Args) -> Substitutes:
        """Return what the type variables of a class and of its bases stand for."""
        empty: Substitutes = {}
        return self._tracker.ask(
            ("arguments", class_id, args), lambda: self._work_out_arguments(class_id, args, frozenset()), empty
        )

    def _work_out_arguments(self, class_id: str, args: Args, seen: frozenset[str]) -> Substitutes:
        entry = self._classes.get(class_id)
        if entry is None or class_id in seen:
            return {}
        bases = [read_target(text) for text in entry.bases if text]
        found: dict[str, Members] = {}
        if args:
            found.update(zip(self._parameters(entry, bases), args, strict=False))
        for base in bases:
            for value in self._root(base.path, ()) if not base.steps else ():
                if value.form is Form.CLASS:
                    given = tuple(self._substitute(arg, found) for arg in base.args)
                    above = self._work_out_arguments(value.name, given, seen | {class_id})
                    found = {**above, **found}
        return found

    def _parameters(self, entry: LinkEntry, bases: list[Target]) -> list[str]:
        """Return the ids of a class's type variables, in order."""
        generic = [base for base in bases if base.args and base.path[-1] in {"Generic", "Protocol"}]
        found: dict[str, None] = {}
        for base in generic or bases:
            for arg in base.args:
                for member in arg:
                    variable = self._variable_id(member)
                    if variable:
                        found[variable] = None
        return list(found) or self._declared_parameters(entry)

    def _declared_parameters(self, entry: LinkEntry) -> list[str]:
        table = self._modules.table(entry.module)
        inside = table.parameters(entry.qualname) if table is not None else ()
        return [item.id for item in inside if item.kind is Kind.TYPE_VARIABLE]

    # -- arguments --------------------------------------------------------------------------------------------------

    def _returned_for(self, function: Value, given: Given) -> Values:
        """Return what a function gives for some arguments, if that depends on them; else nothing."""
        entry, owner = self._classes[function.name], function.owner
        if not entry.forms:
            return ()
        if owner is not None and owner.form is Form.CLASS and not entry.flags & _BOUND and entry.kind is Kind.METHOD:
            given = given[1:]  # the first one is the object
        nothing: Values = ()
        return self._tracker.ask(
            ("returned for", function, given), lambda: self._work_out_returned(entry, owner, given), nothing
        )

    def _work_out_returned(self, entry: LinkEntry, owner: Value | None, given: Given) -> Values:
        substitutes, holder = self._substitutes(entry, owner), tuple(entry.id.split("."))[:-1]
        found: list[Values] = []
        for parameters, returns in entry.forms:
            bound = self._bound_by(entry, parameters, given)
            if bound:
                members = self._substitute(tuple(map(_read_type, returns)), {**substitutes, **bound})
                found.extend(self._instances(member, holder, owner) for member in members)
        return union(found)

    def _made_for(self, made: Value, given: Given) -> Values:
        """Return the instance of a generic class whose constructor gets some arguments; nothing if they say nothing of its type."""
        makers = self.lookup(self.hierarchy.line(made.name).classes, "__init__") if not made.args else ()
        for maker in makers:
            if isinstance(maker, LinkEntry) and maker.forms:
                entry = self._classes[made.name]
                variables = self._parameters(entry, [read_target(text) for text in entry.bases if text])
                bound = self._bound_by(maker, maker.forms[0][0], given)
                if not bound.keys().isdisjoint(variables):
                    args = tuple(bound.get(variable, _NO_TYPE) for variable in variables)
                    return (Value(Form.INSTANCE, made.name, args),)
        return ()

    def _bound_by(self, entry: LinkEntry, parameters: tuple[str, ...], given: Given) -> dict[str, Members]:
        """Return what arguments make of type variables, and of parameters that are handed on."""
        found: dict[str, Members] = {}
        own = (*entry.id.split("."), "<locals>")
        for types, members in _paired(parameters, given):
            values = union(self._instances(member) for member in members)
            for pattern in types:
                self._match(pattern, values, own, found)
        return found

    def _match(self, pattern: TypeMember, values: Values, own: tuple[str, ...], found: dict[str, Members]) -> None:
        """Note what the type variables in the type of a parameter stand for where it gets some values."""
        target, values = pattern.target, tuple(value for value in values if value.form is not Form.UNKNOWN)
        if not values or pattern.is_value or target.steps:
            return
        if not target.args:
            variable = ".".join(target.path) if target.path[:-1] == own else self._variable_id(pattern)
            members = tuple(member for value in values for member in _as_type(value))
            if variable and members:
                found[variable] = (*found.get(variable, ()), *members)
            return
        head = ".".join(target.path)
        for argument, step in _inner(head, target.args):
            for member in argument:
                self._match(member, self._step(values, step) if step is not None else values, own, found)
        if self._modules.has(target.path[0]):
            self._match_class(target, values, found)

    def _match_class(self, target: Target, values: Values, found: dict[str, Members]) -> None:
        """The same for a parameter that takes objects of a generic class of the project."""
        for wanted in self._root(target.path, ()):
            entry = self._classes.get(wanted.name) if wanted.form is Form.CLASS else None
            bases = [read_target(text) for text in entry.bases if text] if entry is not None else []
            for variable, argument in zip(self._parameters(entry, bases) if entry else (), target.args, strict=False):
                for value in values if len(argument) == 1 else ():
                    own = self._variable_id(argument[0])
                    members = self._type_arguments(value.name, value.args).get(variable, ())
                    if own and members and value.form is Form.INSTANCE:
                        found[own] = (*found.get(own, ()), *members)

    # -- members ----------------------------------------------------------------------------------------------------

    def members(self, value: Value, name: str) -> tuple[Found, ...]:
        """Return what attribute `name` of a value is: nothing if there is none, or nobody can tell."""
        if value.form is Form.MODULE:
            return tuple(Found(place) for place in self._modules.attribute(value.name, name))
        if value.form in {Form.CLASS, Form.INSTANCE, Form.SUPER}:
            return self._class_members(value, name)
        if value.form in {Form.OUTSIDE, Form.OUTSIDE_INSTANCE}:
            return (Found(ExternalPlace(f"{value.name}.{name}"), value),)
        if value.form is Form.FUNCTION and _is_special(name):
            return (Found(ExternalPlace(f"types.FunctionType.{name}"), value),)
        if value.form is Form.VARIABLE and name in {"args", "kwargs"}:
            return (Found(ExternalPlace(f"typing.ParamSpec.{name}"), value),)
        return ()

    def _class_members(self, value: Value, name: str) -> tuple[Found, ...]:
        receiver = value.owner if value.form is Form.SUPER and value.owner is not None else value
        line = self.hierarchy.line(receiver.name)
        classes = line.classes
        if value.form is Form.SUPER and value.name in classes:
            classes = classes[classes.index(value.name) + 1 :]
        places = self.lookup(classes, name)
        if places:
            return tuple(Found(place, receiver) for place in places)
        if value.form is Form.CLASS:
            places = self.lookup(self._metaclasses(line.classes), name)
            if places:
                return tuple(Found(place, value) for place in places)
        if line.outside:
            return (Found(ExternalPlace(f"{line.outside[0]}.{name}"), self._as_container(value)),)
        if _is_special(name) and not line.unknown:
            return (Found(ExternalPlace(f"builtins.object.{name}"), value),)
        return ()

    def lookup(self, classes: Iterable[str], name: str) -> Places:
        """Return what the first of these classes that binds a name binds it to.

        `self.x = ...` in a class below one that declares `x` (as a property, or with an annotation) is a use of that.
        """
        first: Places = ()
        for places in self._members(classes, name):
            if not _is_set_on_self(places[0]) if not first else _is_declared(places[0]):
                return places
            first = first or places
        return first

    def _members(self, classes: Iterable[str], name: str) -> Iterator[Places]:
        """Yield what each of these classes that binds a name binds it to."""
        for class_id in classes:
            entry = self._classes.get(class_id)
            table = self._modules.table(entry.module) if entry is not None else None
            if (
                entry is not None
                and table is not None
                and (places := self._modules.member(table, f"{entry.qualname}.{name}"))
            ):
                yield places

    def _field(self, value: Value, name: str) -> tuple[Found, ...]:
        """Return the field that a keyword argument sets where a class is called; nothing if `__init__` is written out."""
        if value.form is not Form.CLASS:
            return ()
        line = self.hierarchy.line(value.name)
        for class_id in line.classes:
            entry = self._classes.get(class_id)
            table = self._modules.table(entry.module) if entry is not None else None
            if entry is None or table is None:
                continue
            if any(table.binds(f"{entry.qualname}.{special}") for special in ("__init__", "__new__")):
                return ()
            # attrs takes the underscore off
            is_attrs = any(text.partition(".")[0] in {"attr", "attrs"} for text in entry.decorators)
            for spelling in (name, f"_{name}") if is_attrs else (name,):
                field = table.entry(f"{entry.qualname}.{spelling}")
                if field is not None and (field.flags & _FIELD or (_is_model(line) and _may_be_field(field))):
                    return (Found(field, value),)
        return ()

    def _special(self, value: Value, name: str) -> tuple[Found, ...]:
        """Return the special method that an operator calls, and what it calls besides: `__exit__` after `__enter__`."""
        found = self._special_method(value, name)
        if name in _LEAVE:
            return (*found, *self._special_method(value, _LEAVE[name]))
        if name in _NEXT and found:
            iterators = union(self._call(each) for item in found for each in self.value_of(item))
            return (*found, *(item for each in iterators for item in self._special_method(each, _NEXT[name])))
        return found

    def _special_method(self, value: Value, name: str) -> tuple[Found, ...]:
        """Return what the class of a value defines as a special method, or what stands in for it."""
        if value.form is Form.CLASS:
            classes = self.hierarchy.line(value.name).classes
            own = classes if name == "__getitem__" else ()
            places = self.lookup(self._metaclasses(classes), name) or self.lookup(own, "__class_getitem__")
            return tuple(Found(place, value) for place in places)
        if value.form is not Form.INSTANCE:
            return ()
        line = self.hierarchy.line(value.name)
        for special in (name, *_INSTEAD.get(name, ())):
            places = self.lookup(line.classes, special)
            if places:
                return tuple(Found(place, value) for place in places)
            if line.unknown or not all(_lacks(base, special) for base in line.outside):
                return ()
        return ()

    def _metaclasses(self, classes: Iterable[str]) -> tuple[str, ...]:
        for class_id in classes:
            entry = self._classes.get(class_id)
            if entry is not None and entry.metaclass:
                names = (*entry.module.split("."), *entry.metaclass.split("."))
                values = union(self.value_of(found) for found in self.find_path(names))
                found = next((value.name for value in values if value.form is Form.CLASS), "")
                return self.hierarchy.line(found).classes if found else ()
        return ()

    def _bases(self, class_id: str) -> Bases:
        """Return the direct bases of a class."""
        entry = self._classes.get(class_id)
        if entry is None:
            return Bases()
        found: list[tuple[str, bool]] = []
        is_sure = self._is_plain(entry)
        for text in entry.bases:
            values = self._base_values(text)
            inside = next((value.name for value in values if value.form is Form.CLASS), "")
            outside = next((value.name for value in values if value.form >= Form.OUTSIDE), "")
            target = read_target(text)
            if inside or outside:
                found.append((inside or f":{outside}", bool(target.args)))
            is_sure = is_sure and len(values) == 1 and not target.steps and (bool(inside) or _is_well_known(values[0]))
        names = tuple(name for name, _ in found)
        created = as_created(found)
        if not GENERIC.isdisjoint(names) or not self._declared_parameters(entry):
            return Bases(names, len(found) < len(entry.bases), created, is_sure, _is_replaced(entry))
        return Bases(names, len(found) < len(entry.bases), (*created, ":typing.Generic"), is_sure, _is_replaced(entry))

    def _is_plain(self, entry: LinkEntry) -> bool:
        """Tell whether a class is created with the bases that its statement names, whenever that runs."""
        if entry.flags & _UNSURE or entry.path.endswith(".pyi"):
            return False
        table = self._modules.table(entry.module)
        special = [f"{entry.qualname}.{name}" for name in ("__class_getitem__", "mro")]
        is_ours = table is not None and not any(table.entry(name) for name in special)
        return is_ours and entry.metaclass.rpartition(".")[2] in METACLASSES

    def _base_values(self, text: str) -> Values:
        return self.evaluate(read_target(text)) if text else _UNKNOWN

    # -- steps ------------------------------------------------------------------------------------------------------

    def _attribute(self, value: Value, name: str) -> Values:
        if name == "__class__" and value.form is Form.INSTANCE:
            return (value._replace(form=Form.CLASS),)
        if name == "__class__" and value.form is Form.OUTSIDE_INSTANCE:
            return (value._replace(form=Form.OUTSIDE),)
        found = self.members(value, name)
        return union(self.value_of(item) for item in found) if found else self._from_getattr(value, name)

    def _from_getattr(self, value: Value, name: str) -> Values:
        """Return what `__getattr__` gives for an attribute that a class does not have, if that is an object of the project.

        In a class to mix in, other attributes may be there, and one that gives texts or truth values says nothing of these.
        """
        if value.form is not Form.INSTANCE or _is_special(name) or self.hierarchy.line(value.name).unknown:
            return _UNKNOWN
        given = self._call_member(value, "__getattr__")
        return given if given and all(each.form is Form.INSTANCE for each in given) else _UNKNOWN

    def _super(self, value: Value) -> Values:
        if value.form in {Form.CLASS, Form.INSTANCE}:
            return (Value(Form.SUPER, value.name, value.args, value),)
        return (value,)

    def _call(self, value: Value) -> Values:
        call = self._calls.get(value.form)
        return call(value) if call is not None else _UNKNOWN

    def _returned(self, entry: LinkEntry, owner: Value | None) -> Values:
        if entry.flags & _STATICMETHOD and owner is not None:
            owner = owner._replace(owner=None)
        question = ("returns", entry.module, entry.qualname, owner)
        return self._tracker.ask(question, lambda: self._typed(entry, owner), ())

    def _bound_of(self, value: Value) -> Values:
        name = value.name.split(".")
        for found in self.find_path(tuple(name)):
            if isinstance(found.place, LinkEntry) and found.place.type:
                return self._typed(found.place, None)
        return _UNKNOWN

    def _call_object(self, value: Value) -> Values:
        """Return what a call of an object gives: of one made by a decorator that does not say it, what the function gives."""
        found = self._call_member(value, "__call__")
        if value.owner is None or UNKNOWN not in found:
            return found
        own = self._call(value.owner)
        return own if own != _UNKNOWN else found

    def _call_member(self, value: Value, *names: str) -> Values:
        """Call the first special method that a value has."""
        for name in names:
            found = self.lookup(self.hierarchy.line(value.name).classes, name)
            if found:
                held = union(self.value_of(Found(place, value)) for place in found)
                return union(self._call(each) for each in held if each != value)
        return _UNKNOWN

    def _outside_call(self, value: Value) -> Values:
        """Return what a call of something outside the project gives, as far as its name tells."""
        if value.owner is not None:
            return self._container_call(value.owner, value.name.rpartition(".")[2])
        if value.name in PASS_THROUGH:
            return self._argument(value.args, PASS_THROUGH[value.name])
        if value.name in _TYPES:
            return union(self._classes_of(member) for arg in value.args for member in arg) or _UNKNOWN
        if (value.name in OPAQUE and not value.args) or value.name in _ANYTHING or value.name in _SELF:
            return _UNKNOWN
        return (Value(Form.OUTSIDE_INSTANCE, value.name, value.args),)

    def _outside_result_call(self, value: Value) -> Values:
        at = _rule(value).call
        return self._argument(value.args, at) if at is not None else self._more_of(value)

    def _container_call(self, owner: Value, method: str) -> Values:
        result = containers.method_result(owner.name, method)
        if result is None:
            return (Value(Form.OUTSIDE_INSTANCE, f"{owner.name}.{method}"),) if _rule(owner) is _NO_RULE else _UNKNOWN
        if result.same:
            return (owner,)
        if result.argument is not None:
            return self._argument(owner.args, result.argument)
        args = tuple(owner.args[at] for at in result.of) if len(owner.args) > max(result.of, default=0) else ()
        return (Value(Form.OUTSIDE_INSTANCE, result.type, args),)

    def _iterate(self, value: Value) -> Values:
        if value.form in {Form.INSTANCE, Form.CLASS}:
            return self._tracker.ask(("iterate", value), lambda: self._elements(value), ())
        if value.form is not Form.OUTSIDE_INSTANCE:
            return self._more_of(value)
        if value.name == containers.PAIRS:
            return (Value(Form.OUTSIDE_INSTANCE, "builtins.tuple", value.args),)
        if value.name == "builtins.tuple":
            return self._any_argument(value.args)
        at = _rule(value).iterate
        return self._argument(value.args, at) if at is not None else self._more_of(value)

    def _elements(self, value: Value) -> Values:
        if value.form is Form.CLASS:
            entry = self._classes.get(value.name)
            is_enum = entry is not None and entry.flags & _ENUM
            return (value._replace(form=Form.INSTANCE),) if is_enum else _UNKNOWN
        classes = self.hierarchy.line(value.name).classes
        if self.lookup(classes, "__iter__") or self.lookup(classes, "__aiter__"):
            iterators = self._call_member(value, "__iter__", "__aiter__")
            return union(self._next(iterator) for iterator in iterators)
        if self.lookup(classes, "__getitem__"):
            return self._call_member(value, "__getitem__")
        container = self._as_container(value)
        return self._iterate(container) if container is not None and container != value else _UNKNOWN

    def _next(self, iterator: Value) -> Values:
        if iterator.form is not Form.INSTANCE:
            return self._iterate(iterator)
        found = self._call_member(iterator, "__next__", "__anext__")
        return found if found != _UNKNOWN else self._iterate(iterator)

    def _item(self, value: Value, index: str) -> Values:
        if value.form is Form.CLASS:
            entry = self._classes.get(value.name)
            return (value._replace(form=Form.INSTANCE),) if entry is not None and entry.flags & _ENUM else (value,)
        if value.form is Form.INSTANCE:
            found = self._call_member(value, "__getitem__")
            container = self._as_container(value) if found == _UNKNOWN else None
            return self._item(container, index) if container is not None and container != value else found
        if value.form is not Form.OUTSIDE_INSTANCE:
            return self._more_of(value)
        if value.name == "builtins.tuple":
            return self._element_of_tuple(value.args, index)
        at = _rule(value).item
        return self._argument(value.args, at) if at is not None else self._more_of(value)

    def _element_of_tuple(self, args: Args, index: str) -> Values:
        if not index or _is_endless(args):
            return self._any_argument(args)
        return self._argument(args, int(index))

    def _any_argument(self, args: Args) -> Values:
        count = 1 if _is_endless(args) else len(args)
        return union(self._argument(args, at) for at in range(count)) or _UNKNOWN

    def _enter(self, value: Value) -> Values:
        if value.form is Form.INSTANCE:
            found = self._call_member(value, "__enter__", "__aenter__")
            if found == _UNKNOWN:
                container = self._as_container(value)
                return self._enter(container) if container is not None and container != value else found
            return found
        if value.form is Form.OUTSIDE_INSTANCE:
            at = _rule(value).enter
            return self._argument(value.args, at) if at is not None else (value,)
        return self._more_of(value)

    def _await(self, value: Value) -> Values:
        if value.form is Form.INSTANCE and self.lookup(self.hierarchy.line(value.name).classes, "__await__"):
            return union(self._await(each) for each in self._call_member(value, "__await__"))
        if value.form is Form.OUTSIDE_INSTANCE and value.name in AWAITED:
            return self._argument(value.args, AWAITED[value.name])
        return (value,)

    def _more_of(self, value: Value) -> Values:
        """What comes out of a thing of another package is that package's too, unless it holds what it was given."""
        if value.form not in {Form.OUTSIDE, Form.OUTSIDE_INSTANCE}:
            return _UNKNOWN
        if value.name in RULES or value.name in OPAQUE:
            return _UNKNOWN
        return (Value(Form.OUTSIDE_INSTANCE, value.name),)

    def _as_container(self, value: Value) -> Value | None:
        """Return the container of the standard library that a class of the project derives from, with its arguments."""
        if value.form not in {Form.INSTANCE, Form.SUPER}:
            return None
        for class_id in self.hierarchy.line(value.name).classes:
            entry = self._classes.get(class_id)
            for text in entry.bases if entry is not None else ():
                base = read_target(text) if text else None
                if entry is not None and text in _NAMED_TUPLES:
                    return Value(Form.OUTSIDE_INSTANCE, "builtins.tuple", self._fields(entry))
                if base is None or ".".join(base.path) not in RULES:
                    continue
                substitutes = self._type_arguments(value.name, value.args)
                args = tuple(self._substitute(arg, substitutes) for arg in base.args)
                return Value(Form.OUTSIDE_INSTANCE, ".".join(base.path), args)
        return None

    def _fields(self, entry: LinkEntry) -> Args:
        """Return the types of the fields of a named tuple, in order."""
        table = self._modules.table(entry.module)
        inside = table.parameters(entry.qualname) if table is not None else ()
        return tuple(tuple(_read_type(text) for text in item.type) for item in inside if item.flags & _FIELD)


def _paired(parameters: Iterable[str], given: Given) -> Iterator[tuple[Members, Members]]:
    """Yield the types that parameters take (see `Definition.forms`) with those that they get."""
    named = {name: members for name, members in given if name}
    positional = [members for name, members in given if not name]
    for text in parameters:
        name, _, types = text.partition(":")
        taken = name.lstrip("+*")
        is_many = name.startswith("+")
        if is_many or name.startswith("*"):
            got, positional = positional if is_many else [], []
        else:
            got, positional = positional[:1], positional[1:]
        got = [named[taken]] if taken in named and not is_many else got
        if types and got:
            yield read_target(f"_[{types}]").args[0], tuple(member for members in got for member in members)


def _key(given: Given) -> str:
    """Return the text that a subscript gets, if it gets one that is known."""
    path = given[0][1][0].target.path
    return path[-1] if path[:-1] == ("typing", "Literal") else ""


def _type_arguments(given: Given) -> Args:
    """Return the arguments that a class gets in brackets, outside of annotations."""
    members = given[0][1]
    is_tuple = len(members) == 1 and members[0].target.path == ("builtins", "tuple")
    args = members[0].target.args if is_tuple else (members,)
    return tuple(tuple(member._replace(is_value=False) for member in arg) for arg in args)


def _inner(head: str, args: Args) -> Iterator[tuple[Members, Step | None]]:
    """Yield the arguments of a type, each with the step that leads from a value of that type to one of the argument's."""
    rule = RULES.get(head, _NO_RULE)
    if head in _TYPES or head == "typing.Callable":
        yield args[-1], Step(Op.CALL)
    elif head in PASS_THROUGH:
        yield args[PASS_THROUGH[head]], None
    elif head in AWAITED and head not in RULES:
        yield args[AWAITED[head]], Step(Op.AWAIT)
    elif rule.iterate is not None:
        yield args[rule.iterate], Step(Op.ITERATE)
        if rule.item not in {None, rule.iterate} and len(args) > 1:
            yield args[-1], Step(Op.ITEM)


def _as_type(value: Value) -> Members:
    """Return the type of a value; nothing if that cannot be written."""
    path = tuple(value.name.split("."))
    if value.form in {Form.INSTANCE, Form.OUTSIDE_INSTANCE}:
        return (TypeMember(Target(path, value.args)),)
    if value.form in {Form.CLASS, Form.FUNCTION} and value.owner is None:
        return (TypeMember(Target(path, value.args), is_value=True),)
    return ()


_INSTEAD: Mapping[str, tuple[str, ...]] = {
    "__bool__": ("__len__",), "__contains__": ("__iter__", "__getitem__"), "__iter__": ("__getitem__",), "__ne__": ("__eq__",),
    "__format__": ("__str__", "__repr__"), "__str__": ("__repr__",), "__reversed__": ("__getitem__",), "__int__": ("__index__",),
    "__float__": ("__index__",), "__complex__": ("__float__", "__index__"),
    **{f"__i{name}__": (f"__{name}__",)
       for name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "matmul", "and", "or", "xor", "lshift", "rshift", "pow")},
}  # fmt: skip
"""What is called where a class lacks a special method."""
_LEAVE: Mapping[str, str] = {"__enter__": "__exit__", "__aenter__": "__aexit__"}
_NEXT: Mapping[str, str] = {"__iter__": "__next__", "__aiter__": "__anext__"}
_BARE = frozenset({"builtins.object", "abc.ABC", "typing.Generic", "typing.Protocol"})
"""Base classes that define none of these."""


def _lacks(base: str, special: str) -> bool:
    """Tell whether a class outside the project certainly has no special method of its own: exceptions have little of it."""
    is_exception = base.startswith("builtins.") and base.endswith(("Error", "Exception", "Warning"))
    return base in _BARE or (is_exception and special not in {"__str__", "__repr__"})


def _is_model(line: Lineage) -> bool:
    """Tell whether a class of a project is a model of another package, whose subclasses have fields without saying so."""
    return not _MODELS.isdisjoint(line.outside)


def _may_be_field(entry: LinkEntry) -> bool:
    return entry.kind is Kind.ATTRIBUTE and entry.is_declared and not entry.flags & _INSTANCE


def _is_well_known(value: Value) -> bool:
    package, _, name = value.name.partition(".")
    return value.form is Form.OUTSIDE and package in _WELL_KNOWN and name.rpartition(".")[2] not in _COLLAPSING


def _is_replaced(entry: LinkEntry) -> bool:
    return not all(text.removesuffix("()") in _HARMLESS for text in entry.decorators)


_NAMED_TUPLES = frozenset({"typing.NamedTuple", "typing_extensions.NamedTuple"})
_NO_RULE = Rule()


def _rule(value: Value) -> Rule:
    return RULES.get(value.name, _NO_RULE)


def _is_foreign(value: Value) -> bool:
    return value.form in {Form.OUTSIDE, Form.OUTSIDE_INSTANCE, Form.UNKNOWN}


def _is_container(value: Value | None) -> bool:
    return value is not None and value.form is Form.OUTSIDE_INSTANCE


def _is_endless(args: Args) -> bool:
    return len(args) == 2 and any(member.target.path == ("...",) for member in args[1])


def _is_declared(place: Place) -> bool:
    return not isinstance(place, LinkEntry) or place.is_declared


def _is_set_on_self(place: Place) -> bool:
    return isinstance(place, LinkEntry) and bool(place.flags & _INSTANCE) and not place.is_declared


def _is_special(name: str) -> bool:
    return name.startswith("__") and name.endswith("__")


def read_target(text: str) -> Target:
    """Parse a target; one that no collector should have written is of something unknown."""
    try:
        return parse_target(text)
    except TargetError:
        return Target(())


def _read_type(text: str) -> TypeMember:
    """Parse a member of a type, with the same forgiveness."""
    try:
        return parse_type(text)
    except TargetError:
        return TypeMember(Target(()), is_value=True)
