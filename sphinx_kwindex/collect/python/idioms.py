"""Idioms that only the statements of a file show: registries and singletons. Rather none than a doubtful one.

What is looked at is narrowed down by definitions and uses first, so that the tree of most files is not walked again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from astroid import nodes

from sphinx_kwindex.collect.python.trees import Parsed
from sphinx_kwindex.grouping import grouped
from sphinx_kwindex.model import Definition, Flag, Kind, Note, References, UseKind
from sphinx_kwindex.packing import rows_of

REGISTRY = "registry"
SINGLETON = "singleton"

_FUNCTIONS = (nodes.FunctionDef, nodes.AsyncFunctionDef)
_COMPOUND = frozenset({Kind.FUNCTION, Kind.METHOD, Kind.PROPERTY})
_VARIABLES = frozenset({Kind.DATA, Kind.ATTRIBUTE})
_CONTAINER = re.compile(
    r"[{\[]|(?:\w+\.)*(?:dict|list|set|defaultdict|OrderedDict|WeakValueDictionary|WeakKeyDictionary|WeakSet)\("
).match
_FILLING = frozenset({"append", "add", "insert", "setdefault"})
_FILLED = re.compile(r"\w+\s*(?:\[[^\n]*\]\s*=(?!=)|\.(?:append|add|insert|setdefault)\s*\()").match
_LONGEST = 500
"""Limit: characters in which a line must show that it fills something."""
_REGISTERS = re.compile(r"(?:^|_)register(?:_|$)").search
_INSTANCE = re.compile(r"(?:^|_)instances?(?:_|$)", re.IGNORECASE).search
_MAKERS = frozenset({"__new__", "__call__"})


def find_notes(
    parsed: Parsed, module: str, definitions: Sequence[Definition], references: References
) -> tuple[Note, ...]:
    """Return the idioms of a file with the lines of the definitions that follow them."""
    found = (
        Note(name=REGISTRY, lines=tuple(sorted(set(_registries(parsed, module, definitions, references))))),
        Note(name=SINGLETON, lines=tuple(sorted(set(_singletons(parsed, module, definitions, references))))),
    )
    return tuple(note for note in found if note.lines)


# Registries: a container that a decorator, or a function called so, puts into what it is given


def _registries(
    parsed: Parsed, module: str, definitions: Sequence[Definition], references: References
) -> Iterator[int]:
    homes = dict(_containers(module, definitions))
    places = dict(_filled(parsed, homes, definitions, references))
    lines = {line for line, _ in places}
    returned: dict[Any, set[str]] = {}
    statements = (node for node in parsed.of(nodes.Assign, nodes.Call) if node.lineno in lines)
    for node in statements if places else ():
        name, value = _filling(node)
        home = places.get((name.lineno, _name(name))) if name is not None else None
        if home is not None and _is_given(node, value, returned, is_own=home.flags & Flag.INSTANCE):
            yield home.line


def _containers(module: str, definitions: Sequence[Definition]) -> Iterator[tuple[str, Definition]]:
    """Yield the targets under which the containers of modules, classes and instances are used."""
    for item in definitions:
        if item.kind in _VARIABLES and not item.flags & Flag.LOCAL and _CONTAINER(item.value):
            yield f"{module}.{item.qualname}", item
            if item.kind is Kind.ATTRIBUTE:
                yield f"{module}.{item.qualname.rpartition('.')[0]}().{item.name}", item


def _filled(
    parsed: Parsed, homes: dict[str, Definition], definitions: Sequence[Definition], references: References
) -> Iterator[tuple[tuple[int, str], Definition]]:
    """Yield (line, name) of each use of a container by which a function seems to fill it."""
    wanted = {number: homes[target] for number, target in enumerate(references.targets) if target in homes}
    for target, name, line, col, _, scope in rows_of(references, wanted):
        if definitions[scope].kind in _COMPOUND and _FILLED(parsed.source.lines[line - 1], col, col + _LONGEST):
            yield (line, references.names[name]), wanted[target]


def _filling(node: Any) -> tuple[Any, Any]:
    """Return the expression of what is filled, and what is put in, of `x[key] = value` and `x.append(value)`."""
    if isinstance(node, nodes.Assign):
        target = node.targets[0]
        return (target.value, node.value) if isinstance(target, nodes.Subscript) else (None, None)
    if not (isinstance(node.func, nodes.Attribute) and node.func.attrname in _FILLING and node.args):
        return None, None
    return node.func.expr, node.args[-1]


def _name(node: Any) -> str:
    return str(node.attrname if isinstance(node, nodes.Attribute) else getattr(node, "name", ""))


def _is_given(node: Any, value: Any, returned: dict[Any, set[str]], *, is_own: int) -> bool:
    """Tell whether a function stores what it is given, as a register does; `is_own`: in its own instance.

    `returned` remembers what functions return.
    """
    function = node.scope()
    if not isinstance(function, _FUNCTIONS):
        return False
    given = _names(value) & _parameters(function)
    if not given:
        return False
    if function.name == "__init_subclass__" or any(_REGISTERS(outer.name) for outer in _outwards(function)):
        return True
    # Not `self.nodes.append(node); return node`: that is a walk.
    if is_own or not isinstance(value, nodes.Name):
        return False
    if function not in returned:
        returned[function] = _returned(function)
    return value.name in returned[function]


def _names(value: Any) -> set[str]:
    return {item.name for item in value.nodes_of_class(nodes.Name)}


def _parameters(function: Any) -> set[str]:
    return {name for outer in _outwards(function) for name in outer.argnames()}


def _outwards(function: Any) -> Iterator[Any]:
    while isinstance(function, _FUNCTIONS):
        yield function
        function = function.parent.scope()


def _returned(function: Any) -> set[str]:
    """Return the names that a function returns, as they are."""
    found = function.nodes_of_class(nodes.Return, skip_klass=(*_FUNCTIONS, nodes.ClassDef, nodes.Lambda))
    return {_name(item.value) for item in found if item.value is not None}


# Singletons: a class that keeps its one instance, or a variable that holds the one instance of a class of this file


def _singletons(
    parsed: Parsed, module: str, definitions: Sequence[Definition], references: References
) -> Iterator[int]:
    yield from _only_instances(module, definitions, references)
    yield from _instance_keepers(parsed, definitions)
    if "global " in parsed.source.text:
        yield from _lazily_made(parsed, definitions)


def _only_instances(module: str, definitions: Sequence[Definition], references: References) -> Iterator[int]:
    """Yield the variables that hold the only instance of a private class, made without arguments: nobody varies it."""
    private = {
        f"{module}.{item.name}": item.name
        for item in _top_level(definitions, Kind.CLASS)
        if item.flags & Flag.PRIVATE and not item.flags & Flag.ENUM
    }
    wanted = {number: private[target] for number, target in enumerate(references.targets) if target in private}
    rows = rows_of(references, wanted)
    calls = grouped((wanted[target], line) for target, _, line, _, kind, _ in rows if kind == UseKind.CALL)
    only = {(f"{name}()", lines[0]) for name, lines in calls.items() if len(lines) == 1}
    return (item.line for item in _top_level(definitions, Kind.DATA) if (item.value, item.line) in only)


def _instance_keepers(parsed: Parsed, definitions: Sequence[Definition]) -> Iterator[int]:
    """Yield the classes that keep their instance in an attribute, and have a method that hands it out."""
    keeping = {item.scope for item in definitions if item.kind is Kind.ATTRIBUTE and _INSTANCE(item.name)}
    classes = {definitions[scope].qualname: definitions[scope].line for scope in keeping}
    for node in _functions_in(parsed, nodes.ClassDef) if classes else ():
        if node.parent.name in classes and _keeps_instance(node):
            yield classes[node.parent.name]


def _lazily_made(parsed: Parsed, definitions: Sequence[Definition]) -> Iterator[int]:
    """Yield the variables that are None until a function sets them to an instance of a class of the file."""
    empty = {item.name: item.line for item in _top_level(definitions, Kind.DATA) if item.value == "None"}
    classes = {item.name for item in _top_level(definitions, Kind.CLASS)}
    for node in _functions_in(parsed, nodes.Module) if empty else ():
        yield from (empty[name] for name in _made_once(node, classes) if name in empty)


def _top_level(definitions: Iterable[Definition], kind: Kind) -> Iterator[Definition]:
    return (item for item in definitions if item.kind is kind and item.scope == 0)


def _functions_in(parsed: Parsed, home: type[nodes.NodeNG]) -> Iterator[Any]:
    """Yield the functions that stand right in nodes of a kind."""
    return (node for node in parsed.of(*_FUNCTIONS) if isinstance(node.parent, home))


def _keeps_instance(function: Any) -> bool:
    """Tell whether a method of a class stores an instance there and hands it out."""
    names = {_name(call) for call in getattr(function.decorators, "nodes", ())}
    if function.name not in _MAKERS and names.isdisjoint({"classmethod", "staticmethod"}):
        return False
    stored = {
        _name(_bare(target)) if not isinstance(target, nodes.AssignAttr) else target.attrname
        for item in function.nodes_of_class(nodes.Assign)
        for target in item.targets
        if isinstance(item.value, nodes.Call)
    }
    handed = {
        _name(_bare(item.value)) for item in function.nodes_of_class(nodes.Return) if _is_attribute(_bare(item.value))
    }
    return any(_INSTANCE(name) for name in stored & handed)


def _bare(node: Any) -> Any:
    """Return what stands before the brackets: `cls._instances` of `cls._instances[cls]`."""
    return node.value if isinstance(node, nodes.Subscript) else node


def _is_attribute(node: Any) -> bool:
    return isinstance(node, nodes.Attribute)


def _made_once(function: Any, classes: Iterable[str]) -> Iterator[str]:
    """Yield the global variables that a function sets to an instance of a class of the file, and returns."""
    shared = {name for item in function.nodes_of_class(nodes.Global) for name in item.names}
    if not shared:
        return
    returned = _returned(function)
    for item in function.nodes_of_class(nodes.Assign):
        if isinstance(item.value, nodes.Call) and _name(item.value.func) in classes:
            yield from shared & returned & {_name(target) for target in item.targets}
