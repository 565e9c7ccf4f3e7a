"""The keywords that a tree defines, and every site that binds them.

astroid files each binding under the scope that it belongs to while it builds the tree, so nothing is walked here but
scopes and the names in them. `definitions.py` finds what an entry is (its kind, type, text).
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, TypeAlias

from astroid import nodes

from sphinx_kwindex.collect.python.signatures import name_of
from sphinx_kwindex.collect.python.trees import Parsed, SourceText
from sphinx_kwindex.model import Flag, Kind

ScopeNode: TypeAlias = "nodes.Module | nodes.ClassDef | nodes.FunctionDef"

SITES = 50
"""No more further places than this are kept for one keyword where it is assigned."""

DEFINITIONS = 1_000
"""And no more than this where `def` or `class` binds it: `def _` under the decorator of a dispatcher stands there often."""

SCOPES = (nodes.FunctionDef, nodes.AsyncFunctionDef, nodes.ClassDef)
_BRANCHES = (nodes.If, nodes.Try, nodes.TryStar, nodes.Match)
_TARGET_LISTS = (nodes.Tuple, nodes.List, nodes.Starred)


class BindingPlace(NamedTuple):
    """One place that binds a keyword; the column is in code points."""

    line: int
    col: int
    end_line: int
    node: nodes.NodeNG
    own: bool = True
    """False where the name is bound from another scope: by `self.x = ...` or under `global`."""
    name_end: int = 0
    """Offset in the text at which the name ends (`def` and `class` only)."""
    flags: int = 0
    """What this way of binding says about the keyword."""


class Entry:
    """One keyword while its file is collected."""

    __slots__ = ("bindings", "children", "flags", "kind", "main", "name", "parent", "position", "qualname")

    def __init__(self, name: str, qualname: str, parent: Entry | None) -> None:
        self.name = name
        self.qualname = qualname
        self.parent = parent
        self.bindings: list[BindingPlace] = []
        self.children: dict[tuple[str, bool], Entry] = {}
        """By name, and whether they are local to a function."""
        self.main: BindingPlace
        """The binding that the entry is shown by; chosen when all are known."""
        self.position = 0
        self.kind = Kind.DATA
        self.flags = 0

    def child(self, name: str, in_function: bool) -> Entry:
        """Return the entry of a name in this scope, made if need be."""
        found = self.children.get((name, in_function))
        if found is None:
            dot = ".<locals>." if in_function else "." if self.qualname else ""
            found = self.children[name, in_function] = Entry(name, f"{self.qualname}{dot}{name}", self)
        return found


class Entries(NamedTuple):
    """All entries of a file, the module first, the rest in source order; and the entry of each scope's node."""

    ordered: list[Entry]
    by_scope: dict[nodes.NodeNG, Entry]

    def scope_of(self, node: nodes.NodeNG) -> Entry:
        """Return the entry of the scope in which a statement stands."""
        return self.by_scope[node.parent.frame() if node.parent else node]

    def release(self) -> None:
        """Let go of the tree: entries know their parents, and so hold each other."""
        for entry in self.ordered:
            entry.children.clear()


def find_entries(parsed: Parsed, module_name: str) -> Entries:
    """Find every keyword that a module defines."""
    root = Entry(module_name.rpartition(".")[2], "", None)
    root.kind = Kind.MODULE
    root.main = BindingPlace(1, 0, max(parsed.source.line_count, 1), parsed.tree)
    by_scope: dict[nodes.NodeNG, Entry] = {parsed.tree: root}
    _fill(parsed.tree, root, parsed.source, by_scope)
    for attribute in parsed.attributes:
        _add_attribute(attribute, by_scope, parsed.source)
    entries = Entries([], by_scope)
    settle_order(entries)
    return entries


def settle_order(entries: Entries) -> None:
    """Choose the main binding of each entry, and number them all in source order."""
    root = next(iter(entries.by_scope.values()))
    found = list(_below(root))
    for entry in found:
        entry.bindings.sort(key=_place)
        entry.main = min(entry.bindings, key=_rank)
    found.sort(key=lambda entry: (entry.main.line, entry.main.col, entry.qualname))
    entries.ordered[:] = [root, *found]
    for position, entry in enumerate(entries.ordered):
        entry.position = position


def _below(entry: Entry) -> Iterator[Entry]:
    for child in entry.children.values():
        yield child
        yield from _below(child)


def _place(binding: BindingPlace) -> tuple[int, int]:
    return binding.line, binding.col


def _rank(binding: BindingPlace) -> tuple[int, bool, bool, int, int]:
    """Order bindings by how well they stand for the keyword: the `def` itself before its overloads and setters, an annotation before a slot."""
    if binding.flags & _ACCESSORS:
        weight = 1
    elif isinstance(binding.node, SCOPES):
        weight = 0
    else:
        weight = 3 if isinstance(binding.node.parent, nodes.AugAssign) else 2
    return weight, not binding.own, binding.flags == _SLOT, binding.line, binding.col


def _fill(scope: ScopeNode, entry: Entry, source: SourceText, by_scope: dict[nodes.NodeNG, Entry]) -> None:
    """Add what is bound directly in a scope, and below it."""
    in_function = isinstance(scope, nodes.FunctionDef)
    for name, bound in scope.locals.items():
        for node in bound:
            if isinstance(node, SCOPES):
                if node.name == name:  # astroid also files the class of a method as `__class__` in it
                    _add_scope(node, entry.child(name, in_function), source, by_scope)
            elif type(node) is nodes.AssignName and _is_keyword(node, in_function=in_function):
                own = node.frame() is scope
                entry.child(name, in_function).bindings.append(name_binding(node, source, own=own))


def _is_keyword(node: nodes.AssignName, *, in_function: bool) -> bool:
    """Return whether an assigned name is a keyword: in a function only if it names a lambda."""
    if in_function:
        return isinstance(node.parent, nodes.Assign) and isinstance(node.parent.value, nodes.Lambda)
    return not isinstance(node.parent, _TYPE_PARAMETERS)


def _add_scope(
    node: nodes.FunctionDef | nodes.ClassDef, entry: Entry, source: SourceText, by_scope: dict[nodes.NodeNG, Entry]
) -> None:
    name = name_of(source, node)
    end = node.end_lineno or name.line
    flags = _accessor_flags(node) if node.decorators is not None else 0
    entry.bindings.append(BindingPlace(name.line, name.column, end, node, True, name.end, flags))
    by_scope[node] = entry
    _fill(node, entry, source, by_scope)


def is_member(entry: Entry) -> bool:
    """Return whether an entry is a member of a class (a class and a function may share one qualified name)."""
    if entry.parent is None or ".<locals>." in entry.qualname[len(entry.parent.qualname) :]:
        return False
    scope = entry.main.node.parent.frame()
    return isinstance(scope if entry.main.own else entry.parent.main.node, nodes.ClassDef)


def _accessor_flags(node: nodes.FunctionDef | nodes.ClassDef) -> int:
    """Tell overloads, setters and deleters, which are never what a keyword is shown by."""
    for decorator in node.decorators.nodes if node.decorators else ():
        name = callee_name(decorator)
        if name == "overload":
            return _OVERLOAD
        if name in {"setter", "deleter"} and isinstance(decorator, nodes.Attribute):
            return _WRITABLE
    return 0


def callee_name(node: nodes.NodeNG) -> str:
    """Return the last name of a callee or decorator: `cache` of `functools.cache`, `f` of `f(x)`."""
    if isinstance(node, nodes.Call):
        node = node.func
    if isinstance(node, nodes.Attribute):
        return str(node.attrname)
    return str(node.name) if isinstance(node, nodes.Name) else ""


def name_binding(
    node: nodes.AssignName | nodes.AssignAttr, source: SourceText, *, own: bool, flags: int = 0
) -> BindingPlace:
    """Return the binding that an assigned name or attribute is."""
    if type(node) is nodes.AssignAttr:
        line = node.end_lineno or node.lineno or 1
        column = source.column(line, node.end_col_offset or 0) - len(node.attrname)
    elif isinstance(node.parent, _NAMELESS):
        line, column = _find_name(node, source)
    else:
        line = node.lineno or 1
        column = source.column(line, node.col_offset or 0)
    return BindingPlace(line, column, max(_end_of(node), line), node, own, 0, flags)


def _find_name(node: nodes.AssignName, source: SourceText) -> tuple[int, int]:
    """Return the place of a name that the parser gives no place of its own: after `as`, or in a pattern."""
    parent = node.parent
    line, column = node.lineno or 1, node.col_offset or 0
    if isinstance(parent, nodes.ExceptHandler) and parent.type is not None:
        line, column = parent.type.end_lineno or line, parent.type.end_col_offset or column
    elif isinstance(parent, nodes.MatchAs) and parent.pattern is not None:
        line, column = parent.pattern.end_lineno or line, parent.pattern.end_col_offset or column
    start = source.offset(line, column)
    match = re.compile(rf"\b{re.escape(node.name)}\b").search(source.text, start)
    if match is None:
        return line, source.column(line, column)
    line = bisect.bisect_right(source.offsets, match.start())
    return line, match.start() - source.offsets[line - 1]


def statement_of(node: nodes.NodeNG) -> nodes.NodeNG:
    """Return the node that gives an assigned name its value: an assignment, `for`, `with`, `except`, `:=`..."""
    parent = node.parent
    while isinstance(parent, _TARGET_LISTS):
        parent = parent.parent
    return parent


def _end_of(node: nodes.NodeNG) -> int:
    statement = statement_of(node)
    if isinstance(statement, (nodes.Assign, nodes.AnnAssign, nodes.AugAssign, nodes.NamedExpr, nodes.TypeAlias)):
        return statement.end_lineno or 0
    return node.end_lineno or 0


def _add_attribute(node: nodes.AssignAttr, by_scope: dict[nodes.NodeNG, Entry], source: SourceText) -> None:
    """Add an attribute that a method sets on its instance or class."""
    owner = receiver_of(node)
    if owner is None or isinstance(node.parent, nodes.AugAssign):
        return
    scope, is_instance = owner
    holder = by_scope.get(scope)
    if holder is None:
        return
    known = holder.children.get((node.attrname, False))
    if known is not None and any(_is_property(binding.node) for binding in known.bindings):
        return  # `self.x = 1` runs the setter of a property, it binds nothing
    flags = _INSTANCE if is_instance else 0
    binding = name_binding(node, source, own=False, flags=flags)
    holder.child(node.attrname, False).bindings.append(binding)
    scope.instance_attrs.setdefault(node.attrname, []).append(node)


def _is_property(node: nodes.NodeNG) -> bool:
    decorators = getattr(node, "decorators", None)
    return decorators is not None and any(callee_name(item).endswith("property") for item in decorators.nodes)


def receiver_of(node: nodes.AssignAttr | nodes.Attribute) -> tuple[nodes.ClassDef, bool] | None:
    """Return the class on whose instance (or, with False, on which itself) a method sets an attribute."""
    if type(node.expr) is not nodes.Name:
        return None
    name = node.expr.name
    scope = node.scope()
    while not isinstance(scope, (nodes.Module, nodes.ClassDef)):
        if isinstance(scope, nodes.FunctionDef) and name in scope.locals:
            return _receiver(scope, name)
        if name in scope.locals:
            return None
        scope = scope.parent.scope()
    return None


def _receiver(function: nodes.FunctionDef, name: str) -> tuple[nodes.ClassDef, bool] | None:
    """Tell what a name that is local to a function stands for, if that is a method's receiver."""
    holder = function.parent.frame() if function.parent else None
    if not isinstance(holder, nodes.ClassDef):
        return None
    first = first_parameter(function)
    on_class = function.name in _CLASS_METHODS or _is_decorated(function, "classmethod")
    if name != first:
        # `self = super().__new__(cls)`
        return (holder, True) if on_class and name == "self" else None
    return None if _is_decorated(function, "staticmethod") else (holder, not on_class)


def first_parameter(function: nodes.FunctionDef) -> str:
    """Return the name of a function's first positional parameter, or nothing."""
    arguments = function.args
    positional = arguments.posonlyargs or arguments.args or ()
    return str(positional[0].name) if positional else ""


def _is_decorated(function: nodes.FunctionDef, name: str) -> bool:
    return function.decorators is not None and any(callee_name(item) == name for item in function.decorators.nodes)


def branch_flags(node: nodes.NodeNG) -> int:
    """Tell under what conditions a statement of its scope runs."""
    flags = 0
    child, parent = node, node.parent
    while parent is not None and not isinstance(parent, (nodes.Module, *SCOPES)):
        if isinstance(parent, _BRANCHES) and not _runs_anyway(parent, child):
            flags |= _CONDITIONAL
            if isinstance(parent, nodes.If) and is_for_types(parent, child):
                flags |= _FOR_TYPES
            elif isinstance(parent, nodes.If) and child in parent.body and is_main_test(parent.test):
                flags |= _MAIN
        child, parent = parent, parent.parent
    return flags


def _runs_anyway(branch: nodes.NodeNG, child: nodes.NodeNG) -> bool:
    """Return whether a part of a statement with branches runs whichever is taken: a condition, or `finally`."""
    return child is getattr(branch, "test", None) or child in getattr(branch, "finalbody", ())


def is_for_types(branch: nodes.If, child: nodes.NodeNG) -> bool:
    """Return whether only type checkers take the side of an `if` on which a statement stands."""
    return _is_never(branch.test) if child in branch.body else _is_always(branch.test)


def _is_never(test: nodes.NodeNG) -> bool:
    """Return whether a condition is false when Python runs: `TYPE_CHECKING`, `typing.TYPE_CHECKING`, `False`."""
    if isinstance(test, nodes.UnaryOp) and test.op == "not":
        return _is_always(test.operand)
    if isinstance(test, nodes.BoolOp):
        return (any if test.op == "and" else all)(map(_is_never, test.values))
    if isinstance(test, nodes.Const):
        return not test.value
    return not isinstance(test, nodes.Call) and callee_name(test) in _TYPE_CHECKING


def _is_always(test: nodes.NodeNG) -> bool:
    """Return whether a condition is true when Python runs: `not TYPE_CHECKING`, `True`."""
    if isinstance(test, nodes.UnaryOp) and test.op == "not":
        return _is_never(test.operand)
    if isinstance(test, nodes.BoolOp):
        return (all if test.op == "and" else any)(map(_is_always, test.values))
    return isinstance(test, nodes.Const) and bool(test.value)


def is_main_test(test: nodes.NodeNG) -> bool:
    """Return whether a condition is `__name__ == "__main__"`, perhaps with more that must be true."""
    if isinstance(test, nodes.BoolOp) and test.op == "and":
        return any(map(is_main_test, test.values))
    if not isinstance(test, nodes.Compare) or len(test.ops) != 1 or test.ops[0][0] != "==":
        return False
    sides = (test.left, test.ops[0][1])
    return any(isinstance(side, nodes.Name) and side.name == "__name__" for side in sides) and any(
        isinstance(side, nodes.Const) and side.value == "__main__" for side in sides
    )


def add_members(holder: Entry, members: Iterable[tuple[str, nodes.NodeNG]], flags: int, source: SourceText) -> None:
    """Add keywords that strings make: each is placed on the string (at its own word, if that can be determined)."""
    for name, node in members:
        if name.isidentifier():
            line = node.lineno or 1
            column = source.column(line, node.col_offset or 0)
            at = source.lines[line - 1].find(name, column) if node.end_lineno == line else -1
            binding = BindingPlace(line, at if at >= 0 else column, node.end_lineno or line, node, True, 0, flags)
            holder.child(name, False).bindings.append(binding)


def scope_positions(entries: Entries, lambdas: Mapping[nodes.NodeNG, Entry]) -> dict[nodes.NodeNG, int]:
    """Return the place in the list of definitions for the node of each scope."""
    return {node: entry.position for found in (entries.by_scope, lambdas) for node, entry in found.items()}


_TYPE_CHECKING = frozenset({"TYPE_CHECKING", "MYPY"})
"""Names that type checkers take for true, and Python for false."""
# As numbers: to put two flags together takes ten times as long.
_OVERLOAD, _WRITABLE, _INSTANCE = int(Flag.OVERLOAD), int(Flag.WRITABLE), int(Flag.INSTANCE)
_ACCESSORS = _OVERLOAD | _WRITABLE
_SLOT = int(Flag.SLOT)
_CONDITIONAL, _FOR_TYPES, _MAIN = int(Flag.CONDITIONAL), int(Flag.TYPE_CHECKING), int(Flag.MAIN)
_CLASS_METHODS = frozenset({"__new__", "__init_subclass__", "__class_getitem__"})
_NAMELESS = (nodes.ExceptHandler, nodes.MatchAs, nodes.MatchStar, nodes.MatchMapping)
_TYPE_PARAMETERS = (nodes.TypeVar, nodes.ParamSpec, nodes.TypeVarTuple)
