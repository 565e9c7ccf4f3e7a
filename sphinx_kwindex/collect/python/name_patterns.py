"""Attributes that are looked up by names put together at run time, where part of the name stands in the source.

`getattr(self, f"visit_{name}")`, `getattr(self, "do_" + name)`, `globals()["cmd_%s" % name]`; also of names that
`dir()` lists and a condition picks by their start.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from astroid import nodes

from sphinx_kwindex.collect.python.trees import Parsed
from sphinx_kwindex.model import Definition, Kind, NamePattern

SHORTEST = 3
"""Characters of a name that must be known, not all of them `_`: less tells nothing apart."""

_FUNCTIONS = frozenset({Kind.FUNCTION, Kind.METHOD, Kind.PROPERTY})
_CONVERSION = re.compile(r"%(?:\(\w*\))?[sdr]")
_FIELD = re.compile(r"\{[^{}]*\}")
_QUESTIONS = frozenset({"isinstance", "issubclass", "hasattr", "getattr", "callable", "type"})
_PART = re.compile(r"\w*")

_Parts = Iterator[tuple[str, str]]
"""What a name starts with and what it ends with."""


def find_name_patterns(
    parsed: Parsed, module: str, definitions: Sequence[Definition], targets: Callable[[Any], tuple[str, ...]]
) -> tuple[NamePattern, ...]:
    """Return the patterns of names that a file looks up, in order; `targets` names what an expression is."""
    text = parsed.source.text
    if "getattr" not in text and "globals()" not in text:
        return ()
    found: dict[NamePattern, None] = {}
    looking = parsed.of(nodes.Call, nodes.Subscript)
    calls = ((node, *parts) for node in looking if (parts := _looked_up(node)) is not None)
    for node, receiver, name in sorted(calls, key=lambda item: (item[0].lineno, item[0].col_offset)):
        scope = _scope_at(definitions, node.lineno)
        receivers = (module,) if receiver is None else targets(receiver)
        asked = _asked(receiver)
        for start, end in _parts(name):
            if len(start) + len(end) >= SHORTEST and (start + end).strip("_"):
                pattern = NamePattern(receivers=receivers, start=start, end=end, scope=scope, asked=asked)
                found[pattern] = None
    return tuple(found)


def _looked_up(node: Any) -> tuple[Any, Any] | None:
    """Return the expressions of what is looked into (None: this module) and of the name."""
    if isinstance(node, nodes.Call):
        if isinstance(node.func, nodes.Name) and node.func.name in {"getattr", "hasattr"} and len(node.args) > 1:
            return node.args[0], node.args[1]
        is_get = isinstance(node.func, nodes.Attribute) and node.func.attrname == "get"
        return (None, node.args[0]) if is_get and node.args and _is_globals(node.func.expr) else None
    if isinstance(node, nodes.Subscript) and _is_globals(node.value):
        return None, node.slice
    return None


def _asked(receiver: Any) -> tuple[str, ...]:
    """Return the attributes that a function takes of the object that a name holds throughout, unless it looks before."""
    if not isinstance(receiver, nodes.Name):
        return ()
    scope: Any = receiver.scope()
    if len(scope.locals.get(receiver.name, ())) != 1:
        return ()
    same = (node.parent for node in scope.nodes_of_class(nodes.Name) if node.name == receiver.name)
    taken = (node for node in same if isinstance(node, nodes.Attribute) and not _is_tried(node, receiver.name))
    return tuple(sorted({node.attrname for node in taken if not node.attrname.startswith("__")}))


def _is_tried(node: Any, name: str) -> bool:
    """Tell whether an expression runs only where an object is of some type or has some attribute, or may fail."""
    scope, child = node.scope(), node
    while child is not scope:
        above = child.parent
        if isinstance(above, nodes.Try) and child in above.body:
            return True
        test = getattr(above, "test", child)
        if test is not child and any(_looks(call, name) for call in test.nodes_of_class(nodes.Call)):
            return True
        child = above
    return False


def _looks(call: Any, name: str) -> bool:
    """Tell whether a call asks of what type an object is, or what it has."""
    is_question = isinstance(call.func, nodes.Name) and call.func.name in _QUESTIONS and call.args
    return bool(is_question) and isinstance(call.args[0], nodes.Name) and call.args[0].name == name


def _is_globals(node: Any) -> bool:
    return isinstance(node, nodes.Call) and isinstance(node.func, nodes.Name) and node.func.name == "globals"


def _parts(name: Any, *, follow: bool = True) -> _Parts:
    """Yield what is known of the names that an expression gives; nothing where it is a whole name, or nothing is known."""
    if isinstance(name, nodes.JoinedStr):
        yield from _ends([_constant(item) for item in name.values])
    elif isinstance(name, nodes.BinOp) and name.op == "+":
        yield from _ends(list(_summands(name)))
    elif isinstance(name, nodes.BinOp) and name.op == "%":
        yield from _around(_CONVERSION, _constant(name.left))
    elif isinstance(name, nodes.Call) and isinstance(name.func, nodes.Attribute) and name.func.attrname == "format":
        yield from _around(_FIELD, _constant(name.func.expr))
    elif isinstance(name, nodes.Name) and follow:
        for binding in name.scope().locals.get(name.name, ()):
            yield from _parts_of_bound(name, binding.parent)


def _parts_of_bound(name: nodes.Name, binder: Any) -> _Parts:
    """Yield what is known of the names that a variable has from the statement, or comprehension, that binds it."""
    if isinstance(binder, (nodes.Assign, nodes.NamedExpr)):
        yield from _parts(binder.value, follow=False)
    elif isinstance(binder, nodes.Comprehension) or (isinstance(binder, nodes.For) and binder.parent_of(name)):
        yield from _ends_of_listed(name, binder)


def _ends_of_listed(name: nodes.Name, loop: Any) -> _Parts:
    """Yield the start of names that are taken from `dir(x)`, where a condition says it."""
    conditions = list(_conditions_over(name, loop)) if isinstance(loop, nodes.For) else [*loop.ifs]
    source, variable = loop.iter, name.name
    if isinstance(source, (nodes.GeneratorExp, nodes.ListComp)) and isinstance(source.elt, nodes.Name):
        inner = source.generators[0]
        source, variable, conditions = inner.iter, source.elt.name, [*inner.ifs]
    if isinstance(source, nodes.Call) and isinstance(source.func, nodes.Name) and source.func.name == "dir":
        yield from ((start, "") for start in filter(None, (_start_of(item, variable) for item in conditions)))


def _conditions_over(name: nodes.Name, loop: Any) -> Iterator[Any]:
    """Yield the conditions that hold where a name stands in the body of a loop."""
    child: Any = name
    while child.parent is not None and child.parent is not loop:
        if isinstance(child.parent, nodes.If) and child in child.parent.body:
            yield child.parent.test
        child = child.parent


def _start_of(test: Any, variable: str) -> str:
    """Return the start that a test of `x.startswith("start")` asks for."""
    tests = test.values if isinstance(test, nodes.BoolOp) and test.op == "and" else [test]
    for item in tests:
        func: Any = getattr(item, "func", None)
        is_test = isinstance(func, nodes.Attribute) and func.attrname == "startswith" and len(item.args) == 1
        if is_test and isinstance(func.expr, nodes.Name) and func.expr.name == variable:
            start = _constant(item.args[0]) or ""
            return start if _PART.fullmatch(start) else ""
    return ""


def _summands(node: Any) -> Iterator[str | None]:
    if isinstance(node, nodes.BinOp) and node.op == "+":
        yield from _summands(node.left)
        yield from _summands(node.right)
    else:
        yield _constant(node)


def _constant(node: Any) -> str | None:
    return node.value if isinstance(node, nodes.Const) and isinstance(node.value, str) else None


def _ends(items: Sequence[str | None]) -> _Parts:
    if None in items and items:
        yield from _names(items[0] or "", items[-1] or "" if len(items) > 1 else "")


def _around(mark: re.Pattern[str], text: str | None) -> _Parts:
    pieces = mark.split(text) if text is not None else []
    if len(pieces) > 1:
        yield from _names(pieces[0], pieces[-1])


def _names(start: str, end: str) -> _Parts:
    if _PART.fullmatch(start) and _PART.fullmatch(end):
        yield start, end


def _scope_at(definitions: Sequence[Definition], line: int) -> int:
    """Return the position of the innermost function around a line (0: the module)."""
    around = (place for place, item in enumerate(definitions) if item.kind in _FUNCTIONS)
    inside = [place for place in around if definitions[place].line <= line <= definitions[place].end_line]
    return max(inside, key=lambda place: definitions[place].line, default=0)
