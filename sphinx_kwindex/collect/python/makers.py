"""Names by the value assigned to them: lambdas, aliases, and calls that create more than a variable.

One short function for each, chosen from a table by the type of the value or by what is called.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterator
from typing import NamedTuple

from astroid import nodes

from sphinx_kwindex.collect.python.context import (
    FOUNDATIONS,
    FUNCTION_DECORATORS,
    PLAIN,
    TYPE_SOURCES,
    Context,
    Description,
    Targets,
    base_target,
    callee_of,
    target_of,
    union,
)
from sphinx_kwindex.collect.python.entries import Entry, add_members, callee_name, is_member, statement_of
from sphinx_kwindex.collect.python.exports import mapping_strings, static_strings
from sphinx_kwindex.collect.python.signatures import Limits, lambda_signature
from sphinx_kwindex.collect.python.variables import annotation_of, comment_of, describe_variable, value_of
from sphinx_kwindex.model import Flag, Kind

_NEVER_CLASSES = frozenset({"partial", "property", "staticmethod", "classmethod", "getattr", "isinstance"})
_MADE_BASES = {"namedtuple": "builtins.tuple", "NamedTuple": "builtins.tuple", "TypedDict": "builtins.dict"}


_TYPING = frozenset({"typing", "typing_extensions", "collections.abc"})


def describe_name(entry: Entry, context: Context) -> Description:
    """Describe an assigned name or attribute by what gives it its value."""
    node = entry.main.node
    statement = statement_of(node)
    value = value_of(node, statement)
    if isinstance(statement, nodes.TypeAlias):
        return _type_alias(value, context)
    facts = _describe_value(entry, value, context) if _is_single(node, statement) else None
    if facts is None:
        facts = describe_variable(entry, value, context)
    return facts._replace(summary=comment_of(entry, statement, context))


def _is_single(node: nodes.NodeNG, statement: nodes.NodeNG) -> bool:
    """Return whether a name gets the whole value of an assignment."""
    return isinstance(statement, (nodes.Assign, nodes.AnnAssign, nodes.NamedExpr)) and node.parent is statement


def _describe_value(entry: Entry, value: nodes.NodeNG | None, context: Context) -> Description | None:
    """Describe a name by the value that it gets as a whole; None if it is a plain variable."""
    annotation = annotation_of(entry)
    if annotation is not None and callee_name(annotation) == "TypeAlias" and value is not None:
        return _type_alias(value, context)._replace(annotation=context.text(annotation, Limits.ANNOTATION))
    if annotation is not None or not entry.main.own or len(entry.bindings) > TYPE_SOURCES:
        return None
    handler = _VALUES.get(type(value))
    return handler(entry, value, context) if handler is not None else None


def _from_lambda(entry: Entry, value: nodes.Lambda, context: Context) -> Description:
    context.lambdas[value] = entry
    kind = Kind.METHOD if is_member(entry) else Kind.FUNCTION
    flags = int(Flag.LAMBDA)
    if value in context.parsed.generators:
        flags |= Flag.GENERATOR
    return Description(
        kind,
        flags,
        signature=lambda_signature(context.parsed.source, value),
        value=context.text(value),
        type=context.meaning.value_types(value.body),
    )


def _from_name(entry: Entry, value: nodes.NodeNG, context: Context) -> Description | None:
    """Describe another name of something."""
    if len(entry.bindings) > 1:
        return None
    targets = context.meaning.targets(value)
    if len(targets) != 1 or not PLAIN.fullmatch(targets[0]):
        return None
    return describe_variable(entry, value, context)._replace(alias=targets[0])


def _from_subscript(entry: Entry, value: nodes.Subscript, context: Context) -> Description | None:
    """Describe an alias such as `Pair = Tuple[int, int]`, as far as it is sure to be one."""
    if is_member(entry) or len(entry.bindings) > 1:
        return None
    target = target_of(value.value, context)
    module, _, name = target.rpartition(".")
    if (module not in _TYPING or name == "Annotated") and target not in _TAKE_TYPES:
        return None
    return _type_alias(value, context)


def _from_union(entry: Entry, value: nodes.BinOp, context: Context) -> Description | None:
    """Describe an alias such as `Name = str | None`: where one part is a type for certain, so are the others."""
    if is_member(entry) or len(entry.bindings) > 1 or not any(_is_type(part, context) for part in _parts(value)):
        return None
    return _type_alias(value, context)


def _parts(value: nodes.NodeNG) -> Iterator[nodes.NodeNG]:
    while isinstance(value, nodes.BinOp) and value.op == "|":
        yield value.right
        value = value.left
    yield value


def _is_type(part: nodes.NodeNG, context: Context) -> bool:
    if isinstance(part, nodes.Const):
        return part.value is None
    is_generic = isinstance(part, nodes.Subscript)
    target = target_of(part.value if is_generic else part, context)
    module, _, name = target.rpartition(".")
    if module == "builtins":
        return isinstance(getattr(builtins, name, None), type)
    return (is_generic and module in _TYPING) or target in context.classes or _is_own_alias(part, context)


def _is_own_alias(part: nodes.NodeNG, context: Context) -> bool:
    """Return whether an expression names a type alias that the file has defined by now."""
    entry = context.entries.ordered[0].children.get((part.name, False)) if isinstance(part, nodes.Name) else None
    return entry is not None and entry.kind is Kind.TYPE_ALIAS


def _from_call(entry: Entry, value: nodes.Call, context: Context) -> Description | None:
    maker = _maker(value, context)
    return maker.describe(entry, value, context) if maker is not None else None


def _type_alias(value: nodes.NodeNG | None, context: Context) -> Description:
    types = context.meaning.types(value) if value is not None else ()
    return Description(Kind.TYPE_ALIAS, value=context.text(value), type=types)


_TAKE_TYPES = frozenset(f"builtins.{name}" for name in ("dict", "frozenset", "list", "set", "tuple", "type"))
"""Classes of which an item is one of certain types: `Pair = tuple[int, int]`."""


class _Maker(NamedTuple):
    """What a call of something well known makes."""

    describe: Callable[[Entry, nodes.Call, Context], Description | None]
    flags: int = 0
    members: int = 0
    """Flags of the members that its arguments name."""


def _maker(call: nodes.NodeNG, context: Context) -> _Maker | None:
    if not isinstance(call, nodes.Call):
        return None
    module, name = callee_of(call, context)
    maker = _MAKERS.get(name)
    is_known = not module or module in FOUNDATIONS or (name in _VARIABLES and _is_named_as_bound(call))
    return maker if maker is not None and is_known else None


def _is_named_as_bound(call: nodes.Call) -> bool:
    """Return whether a call is told the name that its result gets (`T = compat.TypeVar("T")`): modules hand `TypeVar` on."""
    statement = call.parent
    told = call.args[0].value if call.args and isinstance(call.args[0], nodes.Const) else None
    return isinstance(statement, nodes.Assign) and [getattr(to, "name", "") for to in statement.targets] == [told]


def _made_class(entry: Entry, call: nodes.Call, context: Context) -> Description | None:
    module, name = callee_of(call, context)
    if len(call.args) + len(call.keywords) < 2:
        return None
    base = _MADE_BASES.get(name, f"{module}.{name}" if module else "")
    flags = _MAKERS[name].flags
    context.classes[f"{context.module}.{entry.qualname}"] = entry
    return Description(Kind.CLASS, flags, value=context.text(call), base_targets=(base,) if base else ())


def _made_type(_entry: Entry, call: nodes.Call, context: Context) -> Description | None:
    if len(call.args) != 3 or not isinstance(call.args[1], nodes.Tuple):
        return None
    bases = call.args[1].elts
    return Description(
        Kind.CLASS,
        value=context.text(call),
        bases=tuple(context.text(base, Limits.BASE) for base in bases),
        base_targets=tuple(base_target(base, context) for base in bases),
    )


def _new_type(_entry: Entry, call: nodes.Call, context: Context) -> Description | None:
    return _type_alias(call.args[1], context)._replace(value=context.text(call)) if len(call.args) > 1 else None


def _type_variable(_entry: Entry, call: nodes.Call, context: Context) -> Description:
    limits = [*call.args[1:], *(item.value for item in call.keywords if item.arg == "bound")]
    types = union(context.meaning.types(item) for item in limits)
    return Description(Kind.TYPE_VARIABLE, value=context.text(call), type=types)


def _partial(entry: Entry, call: nodes.Call, context: Context) -> Description | None:
    if not call.args:
        return None
    kind = Kind.METHOD if is_member(entry) else Kind.FUNCTION
    types = tuple(f"={target}()" for target in context.meaning.targets(call.args[0]))
    return Description(kind, Flag.PARTIAL, value=context.text(call), type=types)


def _made_property(entry: Entry, call: nodes.Call, context: Context) -> Description | None:
    if not is_member(entry):
        return None
    arguments = {item.arg: item.value for item in call.keywords}
    getter = call.args[0] if call.args else arguments.get("fget")
    types: Targets = ()
    if getter is not None:
        types = tuple(f"={target}()" for target in context.meaning.targets(getter))
    flags = Flag.WRITABLE if len(call.args) > 1 or "fset" in arguments else 0
    return Description(Kind.PROPERTY, flags, value=context.text(call), type=types)


def _wrapped_method(entry: Entry, call: nodes.Call, context: Context) -> Description | None:
    if not is_member(entry) or not call.args:
        return None
    _, name = callee_of(call, context)
    alias = target_of(call.args[0], context)
    signature = lambda_signature(context.parsed.source, call.args[0]) if isinstance(call.args[0], nodes.Lambda) else ""
    return Description(
        Kind.METHOD,
        FUNCTION_DECORATORS[name],
        signature=signature,
        value=context.text(call),
        alias=alias if PLAIN.fullmatch(alias) else "",
    )


def expand(entry: Entry, context: Context) -> None:
    """Add the slots of a class, and the fields or members that an argument of a call names."""
    node = entry.main.node
    if isinstance(node, nodes.ClassDef):
        for base in node.bases:
            _expand_call(entry, base, context)
    elif type(node) is nodes.AssignName:
        statement = statement_of(node)
        if entry.name == "__slots__" and entry.parent is not None and is_member(entry):
            _expand_slots(entry.parent, statement, context)
        elif _is_single(node, statement) and isinstance(statement.value, nodes.Call):
            _expand_call(entry, statement.value, context)


def _expand_slots(holder: Entry, statement: nodes.NodeNG, context: Context) -> None:
    value = getattr(statement, "value", None)
    if value is not None:
        found = static_strings(value).found
        add_members(holder, found, Flag.SLOT, context.parsed.source)


def _expand_call(entry: Entry, call: nodes.NodeNG, context: Context) -> None:
    if not isinstance(call, nodes.Call) or len(call.args) < 2 or callee_name(call) in _NEVER_CLASSES:
        return
    maker = _maker(call, context)
    if maker is None or not maker.members:
        return
    add_members(entry, mapping_strings(call.args[1]), maker.members, context.parsed.source)


_VARIABLES = ("TypeVar", "ParamSpec", "TypeVarTuple")
_MAKERS = {
    **dict.fromkeys(("namedtuple", "NamedTuple"), _Maker(_made_class, Flag.NAMED_TUPLE, Flag.FIELD)),
    "TypedDict": _Maker(_made_class, Flag.TYPED_DICT, Flag.FIELD),
    **dict.fromkeys(
        ("Enum", "IntEnum", "StrEnum", "Flag", "IntFlag"), _Maker(_made_class, Flag.ENUM, Flag.ENUM_MEMBER)
    ),
    "NewType": _Maker(_new_type),
    **dict.fromkeys(_VARIABLES, _Maker(_type_variable)),
    **dict.fromkeys(("partial", "partialmethod"), _Maker(_partial)),
    "property": _Maker(_made_property),
    **dict.fromkeys(("staticmethod", "classmethod"), _Maker(_wrapped_method)),
    "type": _Maker(_made_type),
}
_VALUES: dict[type, Callable[[Entry, nodes.NodeNG, Context], Description | None]] = {
    nodes.Lambda: _from_lambda,
    nodes.Name: _from_name,
    nodes.Attribute: _from_name,
    nodes.Subscript: _from_subscript,
    nodes.BinOp: _from_union,
    nodes.Call: _from_call,
}
