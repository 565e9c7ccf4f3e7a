"""Lists of names that a module spells out: `__all__`, `__slots__`, field names; evaluated without running anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from astroid import nodes

from sphinx_kwindex.model import Exports

Resolve = Callable[[nodes.NodeNG], tuple[str, ...]]
"""Symbolic targets of an expression."""

_PAIRS = (nodes.Tuple, nodes.List)
_HOPS = 5
"""A name that stands for a list is followed through no more than this many assignments."""


class Strings(NamedTuple):
    """What a list of strings was found to hold."""

    found: list[tuple[str, nodes.NodeNG]]
    """Each string with the node that writes it."""
    modules: list[str]
    """Modules whose `__all__` is part of it."""
    complete: bool


def static_strings(node: nodes.NodeNG, resolve: Resolve | None = None, hops: int = _HOPS) -> Strings:
    """Evaluate an expression that should give strings; what cannot be determined makes the result incomplete."""
    result = Strings([], [], True)
    complete = True
    for part in _parts(node):
        complete = _add(part, result, resolve, hops) and complete
    return result._replace(complete=complete)


def _parts(node: nodes.NodeNG) -> Iterator[nodes.NodeNG]:
    """Yield what is concatenated: `[a, *b] + c` gives a, b and c."""
    if isinstance(node, nodes.BinOp) and node.op == "+":
        yield from _parts(node.left)
        yield from _parts(node.right)
    elif isinstance(node, (nodes.List, nodes.Tuple, nodes.Set)):
        for item in node.elts:
            yield from _parts(item.value) if isinstance(item, nodes.Starred) else (item,)
    elif isinstance(node, nodes.Dict):
        yield from (key for key, _ in node.items)
    elif _is_wrapper(node):
        yield from _parts(node.args[0])
    else:
        yield node


def _is_wrapper(node: nodes.NodeNG) -> bool:
    """Return whether a call only changes the order or the type of a list."""
    return (
        isinstance(node, nodes.Call)
        and isinstance(node.func, nodes.Name)
        and node.func.name in {"list", "tuple", "sorted", "set", "frozenset"}
        and len(node.args) == 1
    )


def _add(node: nodes.NodeNG, result: Strings, resolve: Resolve | None, hops: int) -> bool:
    """Add what one part gives; tell whether that could be done."""
    if isinstance(node, nodes.Const):
        if isinstance(node.value, str):
            result.found.append((node.value, node))
        return isinstance(node.value, str)
    if not isinstance(node, (nodes.Name, nodes.Attribute)):
        return False
    if resolve is not None:
        modules = [target.removesuffix(".__all__") for target in resolve(node) if target.endswith(".__all__")]
        if modules and not _is_own(node):
            result.modules.extend(modules)
            return True
    value = _assigned(node) if hops else None
    if value is None:
        return False
    inner = static_strings(value, resolve, hops - 1)
    result.found.extend(inner.found)
    result.modules.extend(inner.modules)
    return inner.complete


def _is_own(node: nodes.NodeNG) -> bool:
    return isinstance(node, nodes.Name) and node.name == "__all__"


def _assigned(node: nodes.NodeNG) -> nodes.NodeNG | None:
    """Return what a module-level name is given, if that is done once."""
    if not isinstance(node, nodes.Name):
        return None
    bound = node.root().locals.get(node.name, ())
    if len(bound) != 1 or not isinstance(bound[0].parent, (nodes.Assign, nodes.AnnAssign)):
        return None
    return bound[0].parent.value


def mapping_strings(node: nodes.NodeNG) -> list[tuple[str, nodes.NodeNG]]:
    """Return the names in the second argument of `namedtuple`, `Enum` and similar.

    They come as one string, as strings, as pairs that start with one, or as keys.
    """
    if isinstance(node, nodes.Name):
        node = _assigned(node) or node
    if isinstance(node, nodes.Const):
        names = node.value.replace(",", " ").split() if isinstance(node.value, str) else ()
        return [(name, node) for name in names]
    firsts = (part.elts[0] if isinstance(part, _PAIRS) and part.elts else part for part in _parts(node))
    return [(first.value, first) for first in firsts if isinstance(first, nodes.Const) and isinstance(first.value, str)]


def find_exports(tree: nodes.Module, resolve: Resolve) -> Exports | None:
    """Evaluate `__all__` with all that is added to it; None if the module has none."""
    if "__all__" not in tree.locals:
        return None
    names: dict[str, None] = {}
    modules: dict[str, None] = {}
    complete, line = True, 0
    for statement in _statements(tree.body):
        change = _change_of(statement)
        if change is None:
            continue
        line = line or statement.lineno or 0
        kind, value = change
        part = static_strings(value, resolve) if value is not None else Strings([], [], False)
        complete = complete and part.complete
        found = dict.fromkeys(name for name, _ in part.found)
        if kind == "remove":
            names = {name: None for name in names if name not in found}
            continue
        names.update(found)
        modules.update(dict.fromkeys(part.modules))
    return Exports(names=tuple(names), modules=tuple(modules), complete=complete, line=line)


def find_plugins(tree: nodes.Module) -> tuple[str, ...]:
    """Return the modules that `pytest_plugins` names."""
    if "pytest_plugins" not in tree.locals:
        return ()
    values = [getattr(node.parent, "value", None) for node in tree.locals["pytest_plugins"]]
    found = [name for value in values if value is not None for name, _ in static_strings(value).found]
    return tuple(dict.fromkeys(found))


def _statements(body: list[nodes.NodeNG]) -> Iterator[nodes.NodeNG]:
    """Yield the statements of a module, those under `if`, `try` and `with` included."""
    for statement in body:
        yield statement
        if isinstance(statement, (nodes.If, nodes.Try, nodes.With, nodes.For, nodes.While)):
            for field in ("body", "handlers", "orelse", "finalbody"):
                for item in getattr(statement, field, None) or ():
                    yield from _statements(item.body if isinstance(item, nodes.ExceptHandler) else [item])


def _change_of(statement: nodes.NodeNG) -> tuple[str, nodes.NodeNG | None] | None:
    """Return how a statement changes `__all__`, and by what."""
    if isinstance(statement, nodes.Assign):
        return ("set", statement.value) if any(_names_all(target) for target in statement.targets) else None
    if isinstance(statement, (nodes.AnnAssign, nodes.AugAssign)):
        return ("add", statement.value) if _names_all(statement.target) else None
    if isinstance(statement, nodes.Expr) and isinstance(statement.value, nodes.Call):
        return _method_change(statement.value)
    return None


def _method_change(call: nodes.Call) -> tuple[str, nodes.NodeNG | None] | None:
    function = call.func
    if not isinstance(function, nodes.Attribute) or not _names_all(function.expr):
        return None
    value = call.args[0] if call.args else None
    return ("remove" if function.attrname == "remove" else "add"), value


def _names_all(node: nodes.NodeNG) -> bool:
    return isinstance(node, (nodes.Name, nodes.AssignName)) and node.name == "__all__"
