"""What a test says of the values that it tests: `isinstance`, `issubclass`, `type(x) is C`, and `and`, `or`, `not` of them.

`None` is never part of a value here, so `x is not None` needs no work.
"""

from __future__ import annotations

from typing import Any

from astroid import nodes

from sphinx_kwindex.collect.python.expressions import Expressions, chain_key
from sphinx_kwindex.collect.python.flow import Changes
from sphinx_kwindex.collect.python.values import UNKNOWN, AnyClass, Value, called, instances, union
from sphinx_kwindex.targets import bare_path, is_called, split_arguments

Undo = list[tuple[str, "Value | None"]]

_CHECKS = frozenset({"isinstance", "issubclass"})
_PARTS = 6
"""Limit: where one of more tests than this holds, nothing is narrowed."""
_BROAD = ("collections.abc.", "typing.", "builtins.object")


class Narrowing(Expressions):
    """The part of the walk that narrows values."""

    def assume(self, test: Any, outcome: bool) -> Undo:
        """Narrow what names hold by the outcome of a test; return what they held, in order."""
        kind = test.__class__
        if kind is nodes.Call:
            return self._assume_call(test, outcome)
        if kind is nodes.UnaryOp and test.op == "not":
            return self.assume(test.operand, not outcome)
        if kind is nodes.BoolOp:
            return self._assume_all(test, outcome) if (test.op == "and") == outcome else self._assume_any(test, outcome)
        if kind is nodes.Compare:
            return self._assume_type(test, outcome)
        return []

    def _assume_all(self, test: Any, outcome: bool) -> Undo:
        undo: Undo = []
        for part in test.values:
            undo += self.assume(part, outcome)
        return undo

    def _assume_any(self, test: Any, outcome: bool) -> Undo:
        """One of several holds, those before it do not: join what is then held."""
        if len(test.values) > _PARTS:
            return []
        paths: list[Changes] = []
        for position, part in enumerate(test.values):
            mark = len(self.journal)
            for earlier in test.values[:position]:
                self.assume(earlier, not outcome)
            self.assume(part, outcome)
            paths.append(self.rewind(mark))
        undo: Undo = []
        for key in dict.fromkeys(key for path in paths for key in path):
            before = self.env.get(key)
            held = [path.get(key, before) for path in paths]
            if None not in held or "." not in key:
                undo += self._hold_narrow(key, union(*[value for value in held if value is not None]))
        return undo

    def _assume_call(self, test: Any, outcome: bool) -> Undo:
        func = test.func
        if func.__class__ is not nodes.Name or func.name not in _CHECKS or len(test.args) != 2:
            return []
        return self._check(test.args[0], test.args[1], outcome, is_class=func.name == "issubclass")

    def _assume_type(self, test: Any, outcome: bool) -> Undo:
        left = test.left
        operator, right = test.ops[0]
        if (
            len(test.ops) != 1
            or left.__class__ is not nodes.Call
            or len(left.args) != 1
            or operator not in {"is", "=="}
        ):
            return []
        if left.func.__class__ is not nodes.Name or left.func.name != "type" or not outcome:
            return []
        return self._check(left.args[0], right, outcome, is_class=False)

    def _check(self, subject: Any, classes: Any, outcome: bool, *, is_class: bool) -> Undo:
        if subject.__class__ is nodes.NamedExpr:
            subject = subject.target
        key = chain_key(subject)
        checked = self._classes(classes)
        if key is None or not checked:
            return []
        wanted = tuple(map(AnyClass, checked)) if is_class else union(*[called(target) for target in checked])
        held = self._held(key, subject)
        return self._hold_narrow(key, _kept(held, wanted) if outcome else _left(held, wanted))

    def _held(self, key: str, subject: Any) -> Value:
        held = self.env.get(key)
        if held is not None:
            return held
        if subject.__class__ is nodes.AssignName:
            return UNKNOWN
        value = self.quietly(subject)
        if "." not in key:
            self.env[key] = value  # the name is not local: what it means anyway, so that a join has it
        return value

    def _hold_narrow(self, key: str, value: Value) -> Undo:
        before = self.env.get(key)
        self.narrow(key, value)
        return [(key, before)]

    def _classes(self, node: Any) -> Value:
        if node.__class__ is nodes.Tuple:
            return union(*[self._classes(part) for part in node.elts])
        if node.__class__ is nodes.BinOp and node.op == "|":
            return union(self._classes(node.left), self._classes(node.right))
        found: list[str] = []
        for target in self.quietly(node):
            listed = split_arguments(target)
            if listed is not None and listed[0] == "builtins.tuple":  # a tuple of classes, kept in a variable
                found.extend(instances(part for argument in listed[1] for part in argument))
            else:
                found.append(target)
        return union(tuple(target for target in found if not is_called(target)))


def needs_argument(test: Any, function: Any, outcome: bool) -> bool:
    """Tell whether a test comes out so only where a call of a function gives an argument that it may leave out."""
    kind = test.__class__
    if kind is nodes.UnaryOp and test.op == "not":
        return needs_argument(test.operand, function, not outcome)
    if kind is nodes.BoolOp:
        return (test.op == "and") == outcome and any(needs_argument(part, function, outcome) for part in test.values)
    if kind is nodes.Name:
        return outcome and _is_left_out(test, function)
    if kind is nodes.Compare and len(test.ops) == 1 and _is_none(test.ops[0][1]):
        return {"is": not outcome, "is not": outcome}.get(test.ops[0][0], False) and _is_left_out(test.left, function)
    is_check = kind is nodes.Call and getattr(test.func, "name", "") in _CHECKS and bool(test.args)
    return is_check and outcome and _is_left_out(test.args[0], function)


def _is_left_out(name: Any, function: Any) -> bool:
    """Tell whether a name is that of a parameter which is `None`, `False` or the like by default."""
    if name.__class__ is not nodes.Name or not isinstance(function, (nodes.FunctionDef, nodes.Lambda)):
        return False
    arguments = function.args
    given = (*(arguments.posonlyargs or ()), *(arguments.args or ()))
    defaults = arguments.defaults or ()
    pairs = (
        *zip(given[len(given) - len(defaults) :], defaults, strict=True),
        *zip(arguments.kwonlyargs or (), arguments.kw_defaults or (), strict=False),
    )
    found: Any = next((default for argument, default in pairs if argument.name == name.name), None)
    return found.__class__ is nodes.Const and not found.value


def _is_none(node: Any) -> bool:
    return node.__class__ is nodes.Const and node.value is None


def _kept(held: Value, wanted: Value) -> Value:
    """Return what is left of a union after a check that held: parts of those very classes, else the classes."""
    found: list[str] = []
    for target in wanted:
        head = bare_path(target)
        same = [part for part in held if bare_path(part) == head]
        found += same or (list(held) if head.startswith(_BROAD) else [target])
    return union(tuple(found))


def _left(held: Value, wanted: Value) -> Value:
    """Return what is left of a union after a check that failed."""
    heads = {bare_path(target) for target in wanted}
    return tuple(part for part in held if bare_path(part) not in heads)
