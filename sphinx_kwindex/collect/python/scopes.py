"""Names to symbolic targets: the meaning of each expression of one file, without opening another file.

The one class that others use is `Scopes`; see `sphinx_kwindex.targets` for the language in which it answers.
The walk behind it is in five layers: flow.py (names and what they hold), expressions.py, narrowing.py and statements.py,
with values.py for what can be said of a value from its target alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate
from typing import Any

import msgspec
from astroid import nodes

from sphinx_kwindex.collect.python.expressions import Row
from sphinx_kwindex.collect.python.flow import Frame
from sphinx_kwindex.collect.python.statements import Statements
from sphinx_kwindex.collect.python.tokens import Text
from sphinx_kwindex.collect.python.values import SelfTarget, Value, forget, generic, members, union
from sphinx_kwindex.model import References
from sphinx_kwindex.packing import pack_references

Form = tuple[tuple[str, ...], tuple[str, ...]]
"""What a function takes, and what it gives."""
_MAKERS = frozenset({"__init__", "__new__"})
_find_names = re.compile(r"[\w.]+").findall


class Scopes:
    """What the names and expressions of one module mean, and where they are used.

    The module is walked once, at the first question; every answer comes from that walk.
    """

    def __init__(
        self,
        tree: nodes.Module,
        module: str,
        is_package: bool,
        source: bytes | str = b"",
        *,
        is_test: bool = False,
        beside: Iterable[tuple[str, str]] = (),
    ) -> None:
        """Take a module's tree; `source` is its text (default: what astroid kept of it), needed for exact positions.

        With `is_test`, pytest takes functions called `test...` for tests. `beside` is as in `SourceFile`.
        """
        kept = getattr(tree, "file_bytes", b"") or b""
        self.text = Text(source or kept)
        self._flow = Statements(tree, module, is_package, self.text, is_test=is_test)
        self._flow.beside = dict(beside)
        self._walked: Statements | None = None

    def absolute(self, level: int, name: str | None) -> str:
        """Return the dotted module that `from <level dots><name> import ...` names ('' beyond the top)."""
        return self._flow.absolute(level, name)

    def targets(self, expression: nodes.NodeNG) -> tuple[str, ...]:
        """Return the possible values of an expression where it is, as targets (empty: unknown)."""
        return tuple(str(target) for target in self._value(expression))

    def types(self, annotation: nodes.NodeNG) -> tuple[str, ...]:
        """Return the members of the union that an annotation names; string annotations are parsed."""
        walk = self._walk()
        known = walk.notes.get(annotation)
        if known is None:
            known = self._asked(annotation, walk.annotation)
        return known

    def value_types(self, value: nodes.NodeNG) -> tuple[str, ...]:
        """Return the types of an assigned value as members (`pkg.Foo`, `builtins.str`, `=pkg.make()`)."""
        return members(self._value(value))

    def bound_types(self, target: nodes.NodeNG) -> tuple[str, ...]:
        """Return the types that one AssignName or AssignAttr gets where it is bound (also by `for`, `with`, unpacking)."""
        return members(self._walk().bound.get(target, ()))

    def return_types(self, function: nodes.FunctionDef) -> tuple[str, ...]:
        """Return what a call of a function gives: its annotation, else what its `return` and `yield` statements say.

        For `async def` it is what `await` gives.
        """
        if function.returns is not None:
            return self.types(function.returns)
        frame = self._walk().frames.get(function)
        if frame is None:
            return ()
        if frame.yields is not None:
            name = "AsyncIterator" if isinstance(function, nodes.AsyncFunctionDef) else "Iterator"
            return (generic(f"collections.abc.{name}", members(frame.yields)),)
        # What a function in a method returns is not asked for with an object.
        is_method = frame.parent is not None and frame.parent.is_class
        returned = (
            ("typing.Self",) if is_method and t.__class__ is SelfTarget else members((t,)) for t in frame.returns
        )
        types = tuple(member for member in union(*returned) if member != "builtins.object")
        return types or self._walk().notes.get(function, ())  # a type comment is last: nothing checks it any more

    def form(self, function: nodes.FunctionDef) -> Form | None:
        """Return what a function takes and gives, if what a call gives depends on its arguments (see `Definition.forms`)."""
        walk = self._walk()
        frame = walk.frames.get(function)
        if frame is None:
            return None
        given = self.return_types(function)
        asked = _type_names(_class_arguments(walk, frame) if function.name in _MAKERS else given)
        handed = _handed_on(function, frame) if function.returns is None else {}
        if not asked and not handed:
            return None
        taken = []
        is_method = frame.parent is not None and frame.parent.is_class and frame.method != "static"
        for mark, name, note in _parameters(function, is_bound=is_method):
            types = walk.notes.get(note, ()) if note is not None else (handed[name],) if name in handed else ()
            is_asked = name in handed or not asked.isdisjoint(_type_names(types))
            taken.append(f"{mark}{name}:{'|'.join(types) if is_asked else ''}")
        returns = given + tuple(frame.prefix + name for name in handed)
        return (tuple(taken), returns) if any(not text.endswith(":") for text in taken) else None

    def takes(self, method: nodes.FunctionDef) -> tuple[str, ...]:
        """Return what parameters of a method take whose annotation names more than built-in types (see `Definition.takes`)."""
        notes = self._walk().notes
        found = ((name, notes.get(note, ())) for mark, name, note in _parameters(method, is_bound=False) if mark != "+")
        return tuple(f"{name}:{'|'.join(types)}" for name, types in found if not all(map(_is_builtin, types)))

    def makes_function(self, function: nodes.FunctionDef) -> bool:
        """Return whether a function returns one that it defines itself, as decorators do."""
        frame = self._walk().frames.get(function)
        if frame is None or frame.yields is not None:
            return False
        own = (target.removeprefix(frame.prefix) for target in frame.returns if target.startswith(frame.prefix))
        bound = (node for name in own for node in function.locals.get(name, ()))
        return "functools.update_wrapper()" in frame.returns or any(
            isinstance(node, nodes.FunctionDef) for node in bound
        )

    def release(self) -> None:
        """Let go of the tree and of all that was found: the walk holds its own methods, and the frame of a class itself."""
        for frame in self._flow.frames.values():
            frame.owner = None
        vars(self._flow).clear()
        forget()
        self._walked = None

    def references(self, positions: Mapping[nodes.NodeNG, int]) -> tuple[References, dict[tuple[int, int], int]]:
        """Return all uses in the file, packed, and how often each import binding is used.

        `positions` gives the place in the file's list of definitions of each scope's node. Import bindings are
        keyed by the (line, col) of their `Import` record.
        """
        walk = self._walk()
        doubts = _count_doubts(walk)
        rows = walk.rows + _writes_on_self(walk)
        packed = _pack(rows, doubts, _scope_positions(walk.scopes, positions), self.text)
        return msgspec.structs.replace(packed, passed=_count_passed(walk)), _import_uses(walk)

    def _walk(self) -> Statements:
        if self._walked is None:
            self._walked = self._flow
            self._flow.walk()
        return self._walked

    def _value(self, expression: nodes.NodeNG) -> Value:
        walk = self._walk()
        known = walk.values.get(expression)
        return self._asked(expression, walk.evaluate) if known is None else known

    def _asked(self, node: nodes.NodeNG, answer: Any) -> tuple[str, ...]:
        """Answer for a node that the walk has not kept, from what its scope holds at the end."""
        walk = self._walk()
        scope: Any = node.parent.scope() if node.parent is not None else walk.tree
        while scope not in walk.frames:
            scope = scope.parent.scope()
        frame: Frame = walk.frames[scope]
        mark, before = walk.mark(), walk.enter(frame)
        held = frame.env
        walk.env = frame.finals | held if frame.is_function else held
        found: tuple[str, ...] = answer(node)
        walk.leave(before)
        walk.forget(mark)
        return found


def _is_builtin(text: str) -> bool:
    return text.startswith("builtins.") and "[" not in text


def _class_arguments(walk: Statements, frame: Frame) -> tuple[str, ...]:
    """Return the bases with type arguments of the class that a method is of."""
    bases = frame.owner.node.bases if frame.owner is not None else ()
    return union(*(walk.values.get(base, ()) for base in bases if isinstance(base, nodes.Subscript)))


def _type_names(types: Iterable[str]) -> set[str]:
    """Return the names in types that may be those of type variables."""
    names = {name for text in types for name in _find_names(text)}
    return {name for name in names if not name.startswith(("builtins.", "typing.", "collections."))}


def _parameters(function: nodes.FunctionDef, *, is_bound: bool) -> Iterator[tuple[str, str, Any]]:
    """Yield the parameters that a call gives, each with its mark (see `Definition.forms`), name and annotation."""
    args = function.args
    positional = zip(
        (*args.posonlyargs, *(args.args or ())), (*args.posonlyargs_annotations, *args.annotations), strict=False
    )
    for name, note in list(positional)[is_bound:]:
        yield "", name.name, note
    if args.vararg:
        yield "+", args.vararg, args.varargannotation
    for name, note in zip(args.kwonlyargs, args.kwonlyargs_annotations, strict=False):
        yield "*", name.name, note


def _handed_on(function: nodes.FunctionDef, frame: Frame) -> dict[str, str]:
    """Return the parameters without annotation that a function returns as it gets them, or calls and returns the result of.

    With each, the type that it takes, known from a variable named like the parameter.
    """
    found: dict[str, str] = {}
    if not frame.unknown or frame.yields is not None:
        return found
    notes = {name: note for mark, name, note in _parameters(function, is_bound=False) if mark != "+"}
    for node in frame.unknown:
        name = getattr(node.func if isinstance(node, nodes.Call) else node, "name", "")
        if name in notes and notes[name] is None and len(function.locals.get(name, ())) == 1:
            own = frame.prefix + name
            found[name] = generic("typing.Callable", ("...",), (own,)) if isinstance(node, nodes.Call) else own
    return found


def _writes_on_self(walk: Statements) -> list[Row]:
    """Return the writes of attributes of `self`, without the one that defines each attribute.

    That is a declaration in the class, else the first in `__init__`, else the first in any method.
    """
    first: dict[tuple[Frame, str], tuple[bool, int, int]] = {}
    for frame, name, row, is_init in walk.self_writes:
        place = (not is_init, row[0], row[1])
        if name in frame.node.locals:
            place = (False, 0, 0)
        key = (frame, name)
        first[key] = min(first.get(key, place), place)
    return [
        row for frame, name, row, is_init in walk.self_writes if first[frame, name] != (not is_init, row[0], row[1])
    ]


def _count_doubts(walk: Statements) -> list[int]:
    """Return, for each row, under how many conditions it is in its function."""
    counts = [0] * (len(walk.rows) + 1)
    for start, end in walk.doubts:
        counts[start] += 1
        counts[end] -= 1
    return list(accumulate(counts))


def _count_passed(walk: Statements) -> tuple[tuple[tuple[str, ...], str, int], ...]:
    counts = Counter((tuple(map(str, targets)), name) for targets, name in walk.passed)
    return tuple((targets, name, count) for (targets, name), count in sorted(counts.items()))


def _scope_positions(scopes: list[tuple[Any, int]], positions: Mapping[nodes.NodeNG, int]) -> list[int]:
    found: list[int] = []
    for node, parent in scopes:
        found.append(positions.get(node, found[parent] if parent >= 0 else 0))
    return found


def _import_uses(walk: Statements) -> dict[tuple[int, int], int]:
    uses: Counter[tuple[int, int]] = Counter()
    for places in walk.imported.values():
        uses.update(dict.fromkeys(places, 0))
    for keys, count in Counter(walk.used).items():
        for key in keys:
            for place in walk.imported.get(key, ()):
                uses[place] += count
    return dict(uses)


def _pack(rows: list[Row], doubts: list[int], scopes: list[int], text: Text) -> References:
    """Pack rows; columns become code points. The last rows have no `doubts`."""
    # A column in code points is given as a negative number.
    packed = (
        (line, text.column(line, column) if column >= 0 else -1 - column, name, kind, scopes[scope], target)
        for line, column, name, kind, scope, target in rows
    )
    return pack_references(packed, doubts)
