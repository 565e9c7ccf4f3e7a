"""Shared context of the functions that describe the entries of one file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple, Protocol

from astroid import nodes

from sphinx_kwindex.collect.python.entries import Entries, Entry, branch_flags, callee_name
from sphinx_kwindex.collect.python.signatures import Limits, text_of
from sphinx_kwindex.collect.python.trees import Parsed
from sphinx_kwindex.errors import Problem
from sphinx_kwindex.model import Flag, Kind, References
from sphinx_kwindex.targets import is_value

Targets = tuple[str, ...]

PLAIN = re.compile(r"[^\W\d]\w*(?:\.(?:[^\W\d]\w*|<locals>))*")
"""A target that is a dotted name, without steps."""
FOUNDATIONS = frozenset(
    {"abc", "attr", "attrs", "builtins", "collections", "dataclasses", "enum", "functools", "msgspec", "pydantic"}
    | {"typing", "typing_extensions"}
)
"""Where the bases and callables that have a meaning of their own are defined."""

# Plain numbers: `IntFlag` takes a microsecond for each operation, and there are many.
ENUM = int(Flag.ENUM)
ENUM_MEMBER = int(Flag.ENUM_MEMBER)
PRIVATE = int(Flag.PRIVATE)
WRITABLE = int(Flag.WRITABLE)
OVERLOAD = int(Flag.OVERLOAD)
TEST = int(Flag.TEST)
SLOT = int(Flag.SLOT)
FIELD = int(Flag.FIELD)

FUNCTION_DECORATORS = {
    **dict.fromkeys(("abstractmethod", "abstractproperty"), Flag.ABSTRACT),
    "abstractclassmethod": Flag.ABSTRACT | Flag.CLASSMETHOD,
    "abstractstaticmethod": Flag.ABSTRACT | Flag.STATICMETHOD,
    "classmethod": Flag.CLASSMETHOD,
    "staticmethod": Flag.STATICMETHOD,
    "final": Flag.FINAL,
    "overload": Flag.OVERLOAD,
    **dict.fromkeys(("contextmanager", "asynccontextmanager"), Flag.CONTEXT_MANAGER),
    **dict.fromkeys(("cached_property", "lru_cache", "cache"), Flag.CACHED),
}
TYPE_SOURCES = 8
"""Types are gathered from no more than this many places that bind a name."""


class Meaning(Protocol):
    """What `collect.scopes.Scopes` says about names and expressions."""

    def absolute(self, level: int, name: str | None) -> str:
        """Return the module that a `from` import names."""

    def targets(self, expression: nodes.NodeNG) -> Targets:
        """Return the possible values of an expression."""

    def types(self, annotation: nodes.NodeNG) -> Targets:
        """Return the members of an annotation."""

    def value_types(self, value: nodes.NodeNG) -> Targets:
        """Return the types of a value."""

    def bound_types(self, target: nodes.NodeNG) -> Targets:
        """Return the types that an assigned name or attribute gets."""

    def return_types(self, function: nodes.FunctionDef) -> Targets:
        """Return what a call of a function gives."""

    def form(self, function: nodes.FunctionDef) -> tuple[Targets, Targets] | None:
        """Return what a function takes and gives, if the latter depends on the former."""

    def takes(self, method: nodes.FunctionDef) -> Targets:
        """Return what parameters of a method take by their annotations."""

    def makes_function(self, function: nodes.FunctionDef) -> bool:
        """Return whether a function returns one that it defines."""

    def references(self, positions: Mapping[nodes.NodeNG, int]) -> tuple[References, dict[tuple[int, int], int]]:
        """Return all uses, and the number of uses of each import by its place."""


class Context(NamedTuple):
    """What describing one entry may need to know about its file."""

    parsed: Parsed
    meaning: Meaning
    path: str
    module: str
    is_test: bool
    test_classes: tuple[str, ...]
    """Patterns of the names of classes with tests."""
    test_functions: tuple[str, ...]
    """Patterns of the names of tests that pytest runs."""
    exported: frozenset[str]
    documented: frozenset[str]
    """Names of the module to whose `__doc__` something is assigned."""
    entries: Entries
    classes: dict[str, Entry]
    """By id, filled as they are described."""
    lambdas: dict[nodes.NodeNG, Entry]
    problems: list[Problem]

    def text(self, node: nodes.NodeNG | None, limit: int = Limits.VALUE) -> str:
        """Return a node as written."""
        return "" if node is None else text_of(self.parsed.source, node, limit)


class Description(NamedTuple):
    """What is particular to one way of defining things."""

    kind: Kind
    flags: int = 0
    signature: str = ""
    value: str = ""
    annotation: str = ""
    summary: str = ""
    decorators: Targets = ()
    bases: Targets = ()
    base_targets: Targets = ()
    type: Targets = ()
    alias: str = ""
    decorator_targets: Targets = ()
    forms: tuple[tuple[Targets, Targets], ...] = ()
    takes: Targets = ()


def target_of(node: nodes.NodeNG, context: Context) -> str:
    """Return the first target of an expression, or nothing."""
    return next(iter(context.meaning.targets(node)), "")


def callee_of(call: nodes.Call, context: Context) -> tuple[str, str]:
    """Return module (empty: unknown) and name of what is called."""
    target = target_of(call.func, context)
    if not target or not PLAIN.fullmatch(target):
        return "", callee_name(call)
    module, _, name = target.rpartition(".")
    return module, name


def base_target(base: nodes.NodeNG, context: Context) -> str:
    """Return the target of one base: `pkg.Base[builtins.int]` keeps its arguments."""
    if isinstance(base, nodes.Subscript):
        member = next(iter(context.meaning.types(base)), "")
        if member.startswith("typing.") and target_of(base.value, context).startswith(_BACKPORTS):
            member = _BACKPORTS + member.removeprefix("typing.")  # a base is shown by the name that it has there
        return member if not is_value(member) else ""
    if _is_parameter(base):
        return ""  # callers say which class it is; the default is only one
    targets = context.meaning.targets(base)
    # a class of this file that is defined by now hides the import whose name it took, unless it is in a branch
    own = (target for target in targets if target in context.classes)
    defined = (target for target in own if not branch_flags(context.classes[target].main.node))
    return next(defined, next(iter(targets), ""))


def is_sure_base(base: nodes.NodeNG, context: Context) -> bool:
    """Return whether a base can only be one thing: a plain or subscripted name with one possible value."""
    if isinstance(base, nodes.Subscript):
        return isinstance(base.value, _NAMED) and len(set(context.meaning.types(base))) == 1
    return isinstance(base, _NAMED) and not _is_parameter(base) and len(set(context.meaning.targets(base))) == 1


def _is_parameter(base: nodes.NodeNG) -> bool:
    """Return whether a base is a parameter of the function in which the class stands."""
    around = base.parent.parent.frame() if isinstance(base, nodes.Name) and base.parent is not None else None
    if not isinstance(around, nodes.FunctionDef):
        return False
    return any(isinstance(bound.parent, nodes.Arguments) for bound in around.locals.get(base.name, ()))


_BACKPORTS = "typing_extensions."
_NAMED = (nodes.Name, nodes.Attribute)


def union(parts: Iterable[Targets]) -> Targets:
    """Return the members of all parts, each once, in order."""
    return tuple(dict.fromkeys(member for part in parts for member in part))
