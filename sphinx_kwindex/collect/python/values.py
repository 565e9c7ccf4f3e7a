"""Small steps on symbolic targets: what an element, an item or a member of a value is.

Values are tuples of targets (a union; empty: unknown), types are tuples of members: see `sphinx_kwindex.targets`.
What the text shows is resolved here, so that targets stay short; the rest is left to link as a step.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import ParamSpec, TypeVar, cast

from sphinx_kwindex.stdlib import AWAITED
from sphinx_kwindex.targets import Op, bare_path, instance_of, is_path, is_taken, is_value, split_arguments

MAX_MEMBERS = 4
"""Limit: a union keeps its first members only."""
MAX_TEXT = 200
"""Limit: a target with a longer text counts as unknown."""
MAX_HANDED = 64
"""Limit: longer arguments of a call are left out, so that there is room for what is looked up on its result."""

_GIVEN = re.compile(rf"{Op.WITH.value}\[(?:[^\[\]]|\[[^\[\]]*\])*\]")

Value = tuple[str, ...]
P = ParamSpec("P")
T = TypeVar("T")

_caches: list[Callable[[], None]] = [split_arguments.cache_clear]


def remembered(function: Callable[P, T]) -> Callable[P, T]:
    """Have a function remember its answers within a file, which asks the same of few targets again and again.

    It must depend on the texts of targets alone, not on their classes (below).
    """
    cached = lru_cache(maxsize=None)(function)
    _caches.append(cached.cache_clear)
    return cast("Callable[P, T]", cached)


def forget() -> None:
    """Forget the answers. What is left of one file in memory would scatter what the next one needs: that costs more than it saves."""
    for clear in _caches:
        clear()


class SelfTarget(str):
    """The target of `self`, kept apart so that a method that returns it is known to do so."""

    __slots__ = ()


class SelfClass(str):
    """The target of `cls` in a class method."""

    __slots__ = ()


class AnyClass(str):
    """The target of a class that may as well be one derived from it: of `type[Base]`, or after `issubclass(x, Base)`."""

    __slots__ = ()


UNKNOWN: Value = ()
SOMETHING: Value = ("builtins.object()",)
"""A value of some built-in scalar type: known not to be of the project."""

_SCALARS = frozenset(f"builtins.{name}()" for name in ("str", "bytes", "int", "float", "bool", "complex", "object"))
_TYPING = {
    "List": "builtins.list", "Dict": "builtins.dict", "Set": "builtins.set", "FrozenSet": "builtins.frozenset",
    "Tuple": "builtins.tuple", "Type": "builtins.type", "Text": "builtins.str",
    "Deque": "collections.deque", "DefaultDict": "collections.defaultdict", "OrderedDict": "collections.OrderedDict",
    "Counter": "collections.Counter", "ChainMap": "collections.ChainMap", "Pattern": "re.Pattern", "Match": "re.Match",
    "ContextManager": "contextlib.AbstractContextManager", "AsyncContextManager": "contextlib.AbstractAsyncContextManager",
    "AbstractSet": "collections.abc.Set",
}  # fmt: skip
_ABSTRACT = frozenset({
    "Awaitable", "Coroutine", "AsyncIterable", "AsyncIterator", "AsyncGenerator", "Generator", "Iterable",
    "Iterator", "Reversible", "Container", "Collection", "Sized", "Hashable", "Sequence", "MutableSequence",
    "Mapping", "MutableMapping", "MutableSet", "KeysView", "ItemsView", "ValuesView", "ByteString",
})  # fmt: skip
WRAPPERS = frozenset(
    f"typing.{name}" for name in ("Annotated", "Final", "ClassVar", "Required", "NotRequired", "ReadOnly", "Unpack")
)
UNIONS = frozenset({"typing.Union", "typing.Optional"})
NOTHING = frozenset(
    {"typing.Any", "typing.NoReturn", "typing.Never", "types.NoneType", "typing.Optional", "typing.Union"}
    | {"builtins.object", "builtins.NotImplemented", "typing.TypeAlias", "builtins.None", "builtins.Ellipsis"}
    | WRAPPERS
)
"""Types that say nothing of what a value has."""
_NO_VALUE = frozenset({"...", "builtins.type"})
"""What says nothing of the members of its instances: `x: type` is any class."""

ELEMENTS = frozenset(
    [f"builtins.{name}" for name in ("list", "set", "frozenset", "dict", "reversed")]
    + ["collections.deque", "collections.defaultdict", "collections.OrderedDict", "collections.Counter"]
    + [f"collections.abc.{name}" for name in _ABSTRACT - {"Awaitable", "Coroutine", "ItemsView", "ValuesView"}]
    + ["collections.abc.Set"]
)
"""Types whose elements are what their first argument says."""

CAUGHT = "pytest.ExceptionInfo"
"""The type of what `pytest.raises` gives; its argument is that of the exception."""
_KEPT = {"value": (CAUGHT,), "exception": (CAUGHT,), "result": ("asyncio.Task", "asyncio.Future")}
"""Names under which objects of these types keep what their argument says."""

_CALL, _ITEM, _ITERATE, _WITH = Op.CALL.value, Op.ITEM.value, Op.ITERATE.value, Op.WITH.value


def normalise(path: str) -> str:
    """Return the one way in which a well-known type's path is written."""
    if path.startswith("typing_extensions."):
        path = "typing." + path[18:]
    if path.startswith("typing."):
        name = path[7:]
        return _TYPING.get(name) or (f"collections.abc.{name}" if name in _ABSTRACT else path)
    return "typing.Callable" if path == "collections.abc.Callable" else path


def union(*values: Value) -> Value:
    """Return the distinct parts of several unions, in order, as many as are kept."""
    if len(values) == 1 and len(values[0]) <= 1:
        return values[0]
    merged: dict[str, None] = {}
    for value in values:
        for part in value:
            merged[part] = None
    return tuple(merged) if len(merged) <= MAX_MEMBERS else tuple(merged)[:MAX_MEMBERS]


@remembered
def is_constructor(target: str) -> bool:
    """Tell whether a target looks like a new instance of a class (by its name, unless it is a built-in)."""
    if not target.endswith("()") or not is_path(target[:-2]):
        return False
    path = bare_path(target)
    name = path.rpartition(".")[2].lstrip("_")
    return name[:1].isupper() or path.startswith("builtins.")


@remembered
def members(value: Value) -> tuple[str, ...]:
    """Return the types that values have, as members of a type expression."""
    return tuple(target[:-2] if is_constructor(target) else f"={target}" for target in value)


def instances(types: Iterable[str]) -> Value:
    """Return the targets of values that have these types."""
    found: list[str] = []
    for member in types:
        if is_value(member):
            found.append(instance_of(member))
        elif member.startswith("builtins.type["):
            arguments = split_arguments(f"{member}()")
            classes = arguments[1][0] if arguments else ()
            found.extend(AnyClass(part) for part in classes if not is_value(part) and part not in NOTHING)
        elif member not in NOTHING and member not in _NO_VALUE:
            found.append(instance_of(member))
    return tuple(found)


def generic(path: str, *arguments: Iterable[str]) -> str:
    """Return a type with arguments (each a union; an empty one is written `typing.Any`); `tuple[()]` has none."""
    if not arguments:
        return path
    inner = ",".join("|".join(argument) or "typing.Any" for argument in arguments)
    text = f"{path}[{inner}]"
    return text if len(text) <= MAX_TEXT else path


@remembered
def container(path: str, *elements: Value) -> Value:
    """Return the value of a new container; without arguments if nothing is known of its elements."""
    if not any(elements):
        return (f"{path}()",)
    return (f"{generic(path, *(members(element) for element in elements))}()",)


def sequence(elements: Value) -> Value:
    """Return the value of a tuple of any length."""
    return (f"{generic('builtins.tuple', members(elements), ('...',))}()",) if elements else ("builtins.tuple()",)


def step(value: Value, text: str) -> Value:
    """Add a step to each target; one that gets too long loses the arguments of calls, or is dropped."""
    longer = (with_room(target, len(text)) for target in value)
    return tuple(target + text for target in longer if target)


def with_room(target: str, length: int) -> str:
    """Return a target to which so many characters can be added: without the arguments of its calls if need be, or nothing."""
    if len(target) + length <= MAX_TEXT:
        return target
    shorter = _GIVEN.sub("", target)
    return shorter if len(shorter) + length <= MAX_TEXT else ""


@remembered
def element(value: Value) -> Value:
    """Return what `for` gets from a value."""
    return union(*[_element(target) for target in value])


def _element(target: str) -> Value:
    known = split_arguments(target)
    if known is not None:
        path, arguments = known
        if path in ELEMENTS:
            return instances(arguments[0])
        if path == "builtins.tuple":
            return instances(part for argument in arguments for part in argument)
    elif _is_bare_builtin(target):
        return SOMETHING if target in _SCALARS else UNKNOWN
    return step((target,), _ITERATE)


def item(value: Value, index: object = None) -> Value:
    """Return what a subscript gets from a value; an integer index is told apart."""
    return union(*[_item(target, index) for target in value])


def _item(target: str, index: object) -> Value:
    known = split_arguments(target)
    if known is not None:
        path, arguments = known
        if path == "builtins.tuple" and type(index) is int and ("...",) not in arguments:
            return instances(arguments[index]) if -len(arguments) <= index < len(arguments) else UNKNOWN
        if path == "builtins.tuple":
            return _element(target)
        if path == "builtins.list":
            return instances(arguments[0])
        if path == "builtins.dict":
            return instances(arguments[-1])
    elif _is_bare_builtin(target):
        return SOMETHING if target in _SCALARS else UNKNOWN
    return step((target,), _ITEM + (f":{index}" if type(index) is int else ""))


def attribute(target: str, name: str) -> str | None:
    """Return the target of an attribute; None for what nobody can name (built-in scalars, too long)."""
    if target in _SCALARS:
        return None
    longer = with_room(target, len(name) + 1)
    return f"{longer}.{name}" if longer else None


def kept(target: str, name: str) -> Value:
    """Return what some objects of other packages keep: exceptions that were caught, results of tasks (for a call)."""
    known = split_arguments(target) if name in _KEPT else None
    if known is None or known[0] not in _KEPT[name]:
        return UNKNOWN
    kept_types = known[1][0]
    return (f"{generic('typing.Callable', ('...',), kept_types)}()",) if name == "result" else instances(kept_types)


def awaited(value: Value) -> Value:
    """Return what `await` gets (link knows what is an `async def`, whose calls count as what it returns)."""
    return union(*[_awaited(target) for target in value])


def _awaited(target: str) -> Value:
    known = split_arguments(target)
    if known is not None and known[0] in AWAITED:
        return instances(known[1][AWAITED[known[0]]]) if known[1] else UNKNOWN
    return (target,) if is_quiet(target) else step((target,), Op.AWAIT.value)


def called(target: str) -> Value:
    """Return what a call of a target gives."""
    if target.__class__ is SelfClass:
        return (SelfTarget(f"{target}()"),)
    return _called(target)


@remembered
def _called(target: str) -> Value:
    if target.startswith("typing.Callable["):
        known = split_arguments(target)
        return instances(known[1][-1]) if known else UNKNOWN
    if target.startswith("builtins.") and ")." in target and "[" not in target:
        return UNKNOWN  # a method of a container of who knows what
    return step((target,), _CALL)


def handed(arguments: Iterable[tuple[str, Value]]) -> str:
    """Return the step that hands arguments (each with its name, or none) to a call; nothing if they say nothing."""
    parts: list[str] = []
    count = 0
    for name, value in arguments:
        part = _said(value)
        if part or not name:
            parts.append((f"{name}:" if name else "") + (part or "typing.Any"))
        count = len(parts) if part else count
    text = f"{_WITH}[{','.join(parts[:count])}]" if count else ""
    return text if len(text) <= MAX_HANDED else ""


@remembered
def _said(value: Value) -> str:
    """Return what a value tells a call that it is handed to."""
    says = [t for t in value if not is_taken(t) and (not t.startswith("builtins.") or "[" in t)]
    return "|".join(members(tuple(says)))


def is_quiet(receiver: str) -> bool:
    """Tell whether a target is a built-in thing or container itself, so that naming its attributes helps nobody."""
    return receiver.startswith("builtins.") and ("[" not in receiver or receiver.endswith("]()"))


def _is_bare_builtin(target: str) -> bool:
    return target.startswith("builtins.") and target.endswith("()") and "[" not in target
