"""Syntax trees to astroid's: by its own rebuilder, in the short way where there are many nodes of a kind.

astroid calls two constructors for each node, and a chain of methods for each name. What is most of every tree (names, attributes,
calls, constants, parameters) is made here as those would make it: the same nodes with the same attributes.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Collection
from typing import Any, NamedTuple, TypeAlias

from astroid import nodes
from astroid.manager import AstroidManager
from astroid.nodes.utils import Position
from astroid.rebuilder import TreeRebuilder

ImportNode: TypeAlias = "nodes.Import | nodes.ImportFrom"
NodesByKind: TypeAlias = "dict[type[nodes.NodeNG], list[Any]]"
"""Every node, by its class; those of a class in no order."""

_new: Any = object.__new__


class ImportPlaces(NamedTuple):
    """An import statement, and where each of the names that it binds is written (columns in bytes)."""

    node: ImportNode
    places: tuple[tuple[int, int], ...]


class Rebuilt(NamedTuple):
    """A tree, and what was noticed while it was built, in source order."""

    tree: nodes.Module
    imports: list[ImportPlaces]
    attributes: list[nodes.AssignAttr]
    """Every assignment to an attribute of something."""
    generators: set[nodes.NodeNG]
    """The functions (and lambdas) that hold a `yield`."""
    nodes: NodesByKind


def rebuild(syntax: ast.Module, module: str, path: str, is_package: bool) -> Rebuilt:
    """Return astroid's tree of a module."""
    builder = _Builder()
    tree = builder.visit_module(syntax, module, path, is_package)
    made = builder.made
    made.pop(type(None), None)
    rebuilt = Rebuilt(tree, builder.imports, builder.attributes, builder.generators, dict(made))
    builder.__dict__.clear()  # it holds its own bound methods, and so itself, and so the tree
    return rebuilt


def _placed(kind: type, node: Any, parent: Any) -> Any:
    """Return a new node with what astroid's constructor gives to each."""
    made = _new(kind)
    made.lineno = node.lineno
    made.col_offset = node.col_offset
    made.end_lineno = node.end_lineno
    made.end_col_offset = node.end_col_offset
    made.parent = parent
    made.position = None
    return made


class _Builder(TreeRebuilder):  # type: ignore[misc]
    """astroid's rebuilder, that also notes imports, attributes and generators on its way.

    It is given no source text: astroid would tokenize each `def` again to find its name.
    """

    def __init__(self) -> None:
        super().__init__(AstroidManager())
        self.imports: list[ImportPlaces] = []
        self.attributes: list[nodes.AssignAttr] = []
        self.generators: set[nodes.NodeNG] = set()
        self.made: dict[type, list[Any]] = defaultdict(list)

    def _get_position_info(self, node: Any, parent: Any) -> Position:  # noqa: ARG002
        # The node itself says where its first decorator stands.
        return Position(node.lineno, node.col_offset, node.lineno, node.col_offset)

    def visit(self, node: ast.AST | None, parent: nodes.NodeNG) -> nodes.NodeNG | None:
        method = self._visit_meths.get(node.__class__)
        made = super().visit(node, parent) if method is None else method(node, parent)
        self.made[made.__class__].append(made)
        return made

    def visit_import(self, node: ast.Import, parent: nodes.NodeNG) -> nodes.Import:
        made = super().visit_import(node, parent)
        self.imports.append(ImportPlaces(made, _places(node)))
        return made

    def visit_importfrom(self, node: ast.ImportFrom, parent: nodes.NodeNG) -> nodes.ImportFrom:
        made = super().visit_importfrom(node, parent)
        self.imports.append(ImportPlaces(made, _places(node)))
        _bind(made, self._global_names[-1] if self._global_names else ())
        return made

    def visit_yield(self, node: ast.Yield, parent: nodes.NodeNG) -> nodes.NodeNG:
        made = super().visit_yield(node, parent)
        self.generators.add(made.scope())
        return made

    def visit_yieldfrom(self, node: ast.YieldFrom, parent: nodes.NodeNG) -> nodes.NodeNG:
        made = super().visit_yieldfrom(node, parent)
        self.generators.add(made.scope())
        return made

    # -- the short way ----------------------------------------------------------------------------------------------

    def visit_name(self, node: ast.Name, parent: nodes.NodeNG) -> nodes.NodeNG:
        context = node.ctx.__class__
        if context is ast.Load:
            made = _placed(nodes.Name, node, parent)
            made.name = node.id
            return made
        return self._assigned(node, node.id, parent) if context is ast.Store else super().visit_name(node, parent)

    def _assigned(self, node: Any, name: str, parent: Any) -> nodes.NodeNG:
        """Return the node of a name that is bound, and make it known to its scope."""
        made = _placed(nodes.AssignName, node, parent)
        made.name = name
        if self._global_names and name in self._global_names[-1]:
            parent = made.root()
        parent.set_local(name, made)
        return made

    def visit_arg(self, node: ast.arg, parent: nodes.NodeNG) -> nodes.NodeNG:
        return self._assigned(node, node.arg, parent)

    def visit_constant(self, node: ast.Constant, parent: nodes.NodeNG) -> nodes.NodeNG:
        made = _placed(nodes.Const, node, parent)
        made.value = node.value
        made.kind = node.kind
        return made

    def visit_attribute(self, node: ast.Attribute, parent: nodes.NodeNG) -> nodes.NodeNG:
        if node.ctx.__class__ is ast.Load:
            read = _placed(nodes.Attribute, node, parent)
            read.attrname = node.attr
            read.expr = self.visit(node.value, read)
            return read
        made = super().visit_attribute(node, parent)
        if type(made) is nodes.AssignAttr:
            self.attributes.append(made)
        return made

    def visit_call(self, node: ast.Call, parent: nodes.NodeNG) -> nodes.NodeNG:
        made = _placed(nodes.Call, node, parent)
        visit = self.visit
        made.func = visit(node.func, made)
        made.args = [visit(child, made) for child in node.args]
        made.keywords = [visit(child, made) for child in node.keywords] if node.keywords else []
        return made

    def visit_keyword(self, node: ast.keyword, parent: nodes.NodeNG) -> nodes.NodeNG:
        made = _placed(nodes.Keyword, node, parent)
        made.arg = node.arg
        made.value = self.visit(node.value, made)
        return made

    def visit_expr(self, node: ast.Expr, parent: nodes.NodeNG) -> nodes.NodeNG:
        made = _placed(nodes.Expr, node, parent)
        made.value = self.visit(node.value, made)
        return made

    def visit_assign(self, node: ast.Assign, parent: nodes.NodeNG) -> nodes.NodeNG:
        made = _placed(nodes.Assign, node, parent)
        made.type_annotation = self.check_type_comment(node, parent=made) if node.type_comment else None
        made.targets = [self.visit(child, made) for child in node.targets]
        made.value = self.visit(node.value, made)
        return made


def _places(node: ast.Import | ast.ImportFrom) -> tuple[tuple[int, int], ...]:
    return tuple(
        (alias.end_lineno or alias.lineno, (alias.end_col_offset or 0) - len(alias.asname.encode()))
        if alias.asname
        else (alias.lineno, alias.col_offset)
        for alias in node.names
    )


def _bind(node: nodes.ImportFrom, global_names: Collection[str]) -> None:
    """Make the names of a `from` import known to scope lookup, which astroid leaves to its builder."""
    module = node.root()
    if node.modname == "__future__":
        module.future_imports.update(name for name, _ in node.names)
    for name, other in node.names:
        if name != "*":
            bound = other or name
            scope = module if bound in global_names else node.parent
            scope.set_local(bound, node)
