"""What pytest passes to parameters of tests and fixtures: fixtures, or the values of `parametrize`.

Which fixture a name means is for link to say: `conftest.py` files and base classes define them. Here it is only told where
it has to be looked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from astroid import nodes

from sphinx_kwindex.collect.python.known_calls import KnownCalls
from sphinx_kwindex.collect.python.tokens import Text
from sphinx_kwindex.collect.python.values import MAX_TEXT, UNKNOWN, Value, element, item, union
from sphinx_kwindex.model import UseKind
from sphinx_kwindex.targets import of_fixture

FIXTURE = int(UseKind.FIXTURE)
FIXTURES = frozenset(
    {"pytest.fixture", "pytest.yield_fixture", "_pytest.fixtures.fixture", "_pytest.fixtures.yield_fixture"}
    | {"pytest_asyncio.fixture", "pytest_asyncio.plugin.fixture", "pytest_trio.trio_fixture"}
)
"""Decorators that make a fixture of a function."""

_BASES = 8
"""Limit: so many steps are base classes followed within a file."""
_SCANNED = 8
"""Limit: the type of a parameter is made from this many rows of `parametrize`."""
_PATCHES = {
    "unittest.mock.patch()": 2, "mock.patch()": 2, "unittest.mock.patch.object()": 3, "mock.patch.object()": 3,
}  # fmt: skip
"""Decorators that hand the test a mock, unless they are called with so many arguments."""
_LISTS = (nodes.List, nodes.Tuple, nodes.Set)


def fixture_name(function: Any) -> str:
    """Return the name of the fixture that a function with such a decorator is."""
    for decorator in _decorators(function):
        name = _argument(decorator, "name")
        if name.__class__ is nodes.Const and isinstance(name.value, str):
            return name.value
    return str(function.name)


class Requests(KnownCalls):
    """The part of the walk that deals with what pytest gives."""

    def __init__(self, tree: nodes.Module, module: str, is_package: bool, text: Text, *, is_test: bool = False) -> None:
        super().__init__(tree, module, is_package, text)
        self.is_test = is_test
        self.decorating = ""
        """Id of the class whose decorators are being walked."""
        self.offered: dict[Any, Value] = {}
        """What fixtures get as `request.param`."""
        self._fixtures: dict[Any, str] = {}
        self._given: dict[Any, dict[str, Value]] = {}
        self.specials["pytest.mark.usefixtures"] = self._use_fixtures
        self.methods["getfixturevalue"] = self._get_fixture

    def give(self, node: Any, identity: str, kind: str, held: dict[str, Value], declared: dict[str, Value]) -> None:
        """Note which parameters of a function pytest gives a fixture; let them, and others, hold what they get."""
        if "<locals>" in self.frame.prefix:
            return
        own = self._make_fixture(node)
        if not own and not self._is_test(node):
            return
        given = self._parametrized(node)
        for parameter in self._requesting(node, kind):
            name = parameter.name
            if name in given:
                value = given[name]
            else:
                target = of_fixture(identity if name == own else self.frame.id, name)
                if len(target) > MAX_TEXT:
                    continue
                self.rows.append((parameter.lineno, parameter.col_offset, name, FIXTURE, self.scope, target))
                value = (target,)
            if name not in declared:
                held[name] = value

    def _make_fixture(self, node: Any) -> str:
        """Return the name of the fixture that a function is; empty if it is none."""
        if not any(self._is_call_of(FIXTURES, decorator) for decorator in _decorators(node)):
            return ""
        name = self._fixtures[node] = fixture_name(node)
        for decorator in _decorators(node):
            params = _argument(decorator, "params")
            if params is not None:
                self.offered[node] = self._columns(params, 0)[0]
        return name

    def _is_call_of(self, names: frozenset[str], decorator: Any) -> bool:
        value = self.values.get(decorator)
        return bool(value) and value[0].removesuffix("()") in names  # type: ignore[index]

    def _is_test(self, node: Any) -> bool:
        if not node.name.startswith("test") or not (self.is_test or "pytest" in self.module.survey.imports):
            return False  # projects may call their test files as they like, but these need pytest
        return not (self.frame.is_class and self._is_of_unittest(self.frame.node, _BASES))

    def _is_of_unittest(self, node: Any, depth: int) -> bool:
        """Return whether a class is one of unittest: by the names of its bases, except for those that this file defines."""
        for base in node.bases:
            name = getattr(base, "attrname", "") or getattr(base, "name", "")
            own = [each for each in self.tree.locals.get(name, ()) if each.__class__ is nodes.ClassDef]
            if own and base.__class__ is nodes.Name and own[-1] is not node and depth:
                if self._is_of_unittest(own[-1], depth - 1):
                    return True
            elif name.endswith("TestCase"):
                return True
        return False

    def _requesting(self, node: Any, kind: str) -> Iterator[Any]:
        """Yield the parameters that pytest has to give something."""
        args = node.args
        positional = args.args or []
        wanted = positional[: len(positional) - len(args.defaults or ())]
        start = (self.frame.is_class and kind != "static" and not args.posonlyargs) + sum(
            self._is_patch(decorator) for decorator in _decorators(node)
        )
        yield from wanted[start:]
        for parameter, default in zip(args.kwonlyargs, args.kw_defaults or (), strict=False):
            if default is None:
                yield parameter

    def _is_patch(self, decorator: Any) -> bool:
        value = self.values.get(decorator)
        limit = _PATCHES.get(value[0], 0) if value else 0
        return bool(limit) and len(decorator.args) < limit and _argument(decorator, "new") is None

    # -- parametrize ----------------------------------------------------------------------------------------------

    def _parametrized(self, node: Any) -> dict[str, Value]:
        """Return what parameters get from decorators of a function, and of the classes around it."""
        found: dict[str, Value] = {}
        frame: Any = self.frame
        while frame is not None and frame.is_class:
            found = {**self._given_by(frame.node), **found}
            frame = frame.parent
        return {**found, **self._given_by(node)}

    def _given_by(self, node: Any) -> dict[str, Value]:
        known = self._given.get(node)
        if known is None:
            known = self._given[node] = {}
            for decorator in _decorators(node):
                value = self.values.get(decorator) if decorator.__class__ is nodes.Call else None
                if value and value[0] == "pytest.mark.parametrize()":
                    known.update(self._from_table(decorator))
                elif value and value[0] == "hypothesis.given()":
                    known.update(_from_strategies(decorator, node))
        return known

    def _from_table(self, call: Any) -> dict[str, Value]:
        """Return what `parametrize` gives: what is indirect goes to the fixture of that name."""
        written = _argument(call, "argnames", 0)
        names = _names(written)
        indirect = _argument(call, "indirect", 2)
        fixtures = _names(indirect) if indirect is not None else []
        if indirect.__class__ is nodes.Const and indirect.value is True:
            return {}
        is_plain = len(names) == 1 and written.__class__ is nodes.Const
        columns = self._columns(_argument(call, "argvalues", 1), 0 if is_plain else len(names))
        return {name: value for name, value in zip(names, columns, strict=False) if name not in fixtures}

    def _columns(self, table: Any, count: int) -> list[Value]:
        """Return what each of some parameters gets from the rows of a table (0: one parameter gets each row as it is)."""
        places = range(count or 1)
        if table is None:
            return [UNKNOWN for _ in places]
        if not isinstance(table, _LISTS):
            value = _without_marks(element(self.quietly(table)))
            return [item(value, at) if count else value for at in places]
        rows = [self._cells(row, count) for row in table.elts[:_SCANNED] if row.__class__ is not nodes.Starred]
        return [_without_marks(union(*[row[at] for row in rows])) for at in places]

    def _cells(self, row: Any, count: int) -> list[Value]:
        cells: list[Any] | None = None
        if row.__class__ is nodes.Call and getattr(row.func, "attrname", getattr(row.func, "name", "")) == "param":
            cells = row.args
        elif not count:
            cells = [row]
        elif isinstance(row, _LISTS):
            cells = row.elts
        if cells is None:
            value = self.quietly(row)
            return [item(value, at) for at in range(count)]
        return [self.quietly(cells[at]) if at < len(cells) else UNKNOWN for at in range(count or 1)]

    # -- names in strings -----------------------------------------------------------------------------------------

    def _use_fixtures(self, node: Any, _arguments: list[Value]) -> Value:
        place = self.decorating or self.frame.id
        for argument in node.args:
            self._spell(argument, of_fixture(place, ""))
        return ("pytest.mark.usefixtures()",)

    def _get_fixture(self, node: Any, _targets: Value) -> Value | None:
        """Return what `request.getfixturevalue("name")` gives."""
        argument = _argument(node, "argname", 0)
        if argument.__class__ is not nodes.Const or not isinstance(argument.value, str):
            return None
        frame: Any = self.frame
        place = frame.id
        while frame is not None:
            if frame.is_function and frame.parent is not None:
                is_own = self._fixtures.get(frame.node) == argument.value
                place = frame.id if is_own else frame.parent.id
            frame = frame.parent
        return self._spell(argument, of_fixture(place, ""))

    def _spell(self, node: Any, start: str) -> Value:
        """Note the use of a fixture that a string names."""
        name = node.value if node.__class__ is nodes.Const else None
        if not isinstance(name, str) or not name.isidentifier() or len(start) + len(name) > MAX_TEXT:
            return UNKNOWN
        self.note_string(node, FIXTURE, start + name)
        return (start + name,)


def _decorators(node: Any) -> list[Any]:
    return node.decorators.nodes if node.decorators is not None else []


def _argument(call: Any, name: str, place: int = 1_000) -> Any:
    """Return an argument of a call by its name or place, if it is given."""
    if call.__class__ is not nodes.Call:
        return None
    if place < len(call.args):
        return call.args[place]
    return next((keyword.value for keyword in call.keywords if keyword.arg == name), None)


def _names(node: Any) -> list[str]:
    """Return the names that `parametrize` is given: `"a, b"`, or a list of strings."""
    if node.__class__ is nodes.Const and isinstance(node.value, str):
        return [name for name in map(str.strip, node.value.split(",")) if name]
    parts = node.elts if isinstance(node, _LISTS) else ()
    return [str(part.value) for part in parts if part.__class__ is nodes.Const]


def _from_strategies(call: Any, node: Any) -> dict[str, Value]:
    """Return the parameters that Hypothesis gives values: by name, or the last ones."""
    last = (node.args.args or [])[-len(call.args) :] if call.args and hasattr(node, "args") else []
    names = [*(parameter.name for parameter in last), *(keyword.arg for keyword in call.keywords)]
    return dict.fromkeys(filter(None, names), UNKNOWN)


def _without_marks(value: Value) -> Value:
    return tuple(target for target in value if not target.startswith("pytest.param"))
