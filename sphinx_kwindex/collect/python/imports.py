"""Import statements as keywords."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import msgspec
from astroid import nodes

from sphinx_kwindex.collect.python.entries import Entries, is_for_types, is_main_test
from sphinx_kwindex.collect.python.rebuilding import ImportPlaces
from sphinx_kwindex.collect.python.trees import Parsed
from sphinx_kwindex.model import Import, ImportFlag

# As numbers: to put two flags together takes ten times as long.
_RELATIVE, _STAR, _FROM, _LOCAL, _EXPORTED, _ALIASED, _TOP, _TRY, _CONDITIONAL, _FOR_TYPES, _MAIN = (
    int(flag)
    for flag in (
        ImportFlag.RELATIVE, ImportFlag.STAR, ImportFlag.FROM, ImportFlag.LOCAL, ImportFlag.EXPORTED, ImportFlag.ALIASED,
        ImportFlag.TOP, ImportFlag.TRY, ImportFlag.CONDITIONAL, ImportFlag.TYPE_CHECKING, ImportFlag.MAIN,
    )
)  # fmt: skip

Absolute = Callable[[int, str | None], str]
"""Returns the module that the dots and the name of a `from` import stand for."""


def find_imports(parsed: Parsed, entries: Entries, absolute: Absolute, exported: frozenset[str]) -> tuple[Import, ...]:
    """Return every name that an import statement binds, in source order."""
    found = [
        item for statement in parsed.imports for item in _bound_names(statement, parsed, entries, absolute, exported)
    ]
    return tuple(sorted(found, key=lambda item: (item.line, item.col)))


def count_uses(
    imports: tuple[Import, ...], uses: Mapping[tuple[int, int], int], entries: Entries
) -> tuple[Import, ...]:
    """Return the imports with the number of their uses, which are keyed by line and column.

    What type checkers import is not used if something else is bound to the name when the module runs.
    """
    bound = {(entry.parent.position, entry.name) for entry in entries.ordered if entry.parent is not None}
    bound.update((item.scope, item.name) for item in imports if not item.flags & _FOR_TYPES)
    return tuple(
        item
        if item.flags & _FOR_TYPES and (item.scope, item.name) in bound
        else _with_uses(item, uses.get((item.line, item.col), 0))
        for item in imports
    )


def _with_uses(item: Import, uses: int) -> Import:
    return msgspec.structs.replace(item, uses=uses) if uses else item


def _bound_names(
    statement: ImportPlaces, parsed: Parsed, entries: Entries, absolute: Absolute, exported: frozenset[str]
) -> Iterator[Import]:
    node = statement.node
    scope = entries.scope_of(node)
    shared = _branch_flags(node) | (_LOCAL if _in_function(node) else 0)
    module = _source_module(node, absolute)
    for (name, other), (line, column) in zip(node.names, statement.places, strict=True):
        bound = other or (name if isinstance(node, nodes.ImportFrom) else name.partition(".")[0])
        flags = shared | _name_flags(node, name, other)
        if scope.parent is None and (bound in exported or other == name):
            flags |= _EXPORTED
        yield Import(
            name=bound,
            target=_target(module, name) if isinstance(node, nodes.ImportFrom) else absolute(0, name),
            line=line,
            col=parsed.source.column(line, column),
            scope=scope.position,
            text=_text(node, name, other),
            flags=flags,
        )


def _source_module(node: nodes.Import | nodes.ImportFrom, absolute: Absolute) -> str:
    return absolute(node.level or 0, node.modname or None) if isinstance(node, nodes.ImportFrom) else ""


def _target(module: str, name: str) -> str:
    if name == "*":
        return module
    return f"{module}.{name}" if module else name


def _text(node: nodes.Import | nodes.ImportFrom, name: str, other: str | None) -> str:
    what = f"import {name} as {other}" if other else f"import {name}"
    return f"from {'.' * (node.level or 0)}{node.modname} {what}" if isinstance(node, nodes.ImportFrom) else what


def _name_flags(node: nodes.Import | nodes.ImportFrom, name: str, other: str | None) -> int:
    flags = _ALIASED if other else 0
    if not isinstance(node, nodes.ImportFrom):
        return flags | (_TOP if "." in name and not other else 0)
    flags |= _FROM
    if node.level:
        flags |= _RELATIVE
    return flags | (_STAR if name == "*" else 0)


def _branch_flags(node: nodes.NodeNG) -> int:
    """Tell under what conditions an import runs."""
    flags = 0
    child, parent = node, node.parent
    while parent is not None and not isinstance(parent, (nodes.Module, nodes.FunctionDef, nodes.ClassDef)):
        if isinstance(parent, (nodes.Try, nodes.TryStar)):
            flags |= _TRY
        elif isinstance(parent, (nodes.If, nodes.Match)):
            flags |= _CONDITIONAL
            if isinstance(parent, nodes.If):
                flags |= _side_flags(parent, child)
        child, parent = parent, parent.parent
    return flags


def _side_flags(branch: nodes.If, child: nodes.NodeNG) -> int:
    """Return whether one side of an `if` is taken when the module is imported."""
    if is_for_types(branch, child):
        return _FOR_TYPES
    return _MAIN if child in branch.body and is_main_test(branch.test) else 0


def _in_function(node: nodes.NodeNG) -> bool:
    parent = node.parent
    while parent is not None:
        if isinstance(parent, nodes.FunctionDef):
            return True
        parent = parent.parent
    return False
