"""Names to symbolic targets: what each expression of one file means, without opening another file.

The one class here is `Scopes`; see `sphinx_kwindex.targets` for the language in which it answers.
"""

from __future__ import annotations

from collections.abc import Mapping

from astroid import nodes

from sphinx_kwindex.model import References


class Scopes:
    """What the names and expressions of one module mean, and where they are used.

    The module is walked once, at the first question; every answer comes from that walk.
    """

    def __init__(self, tree: nodes.Module, module: str, is_package: bool, source: bytes | str = b"") -> None:
        """Take a module's tree; `source` is its text (default: what astroid kept of it), needed for exact positions."""
        self._tree = tree
        self._module = module
        self._is_package = is_package

    def absolute(self, level: int, name: str | None) -> str:
        """Return the dotted module that `from <level dots><name> import ...` names ('' beyond the top)."""
        raise NotImplementedError

    def targets(self, expression: nodes.NodeNG) -> tuple[str, ...]:
        """Return the possible values of an expression where it stands, as targets (empty: unknown)."""
        raise NotImplementedError

    def types(self, annotation: nodes.NodeNG) -> tuple[str, ...]:
        """Return the members of the union that an annotation names; string annotations are parsed."""
        raise NotImplementedError

    def value_types(self, value: nodes.NodeNG) -> tuple[str, ...]:
        """Return the types of an assigned value as members (`pkg.Foo`, `builtins.str`, `=pkg.make()`)."""
        raise NotImplementedError

    def bound_types(self, target: nodes.NodeNG) -> tuple[str, ...]:
        """Return the types that one AssignName or AssignAttr gets where it is bound (also by `for`, `with`, unpacking)."""
        raise NotImplementedError

    def return_types(self, function: nodes.FunctionDef) -> tuple[str, ...]:
        """Return what a call of a function gives: its annotation, else what its `return` and `yield` statements say.

        For `async def` it is what `await` gives.
        """
        raise NotImplementedError

    def references(self, positions: Mapping[nodes.NodeNG, int]) -> tuple[References, dict[tuple[int, int], int]]:
        """Return all uses in the file, packed, and how often each import binding is used.

        `positions` gives the place in the file's list of definitions of each scope's node. Import bindings are
        keyed by the (line, col) of their `Import` record.
        """
        raise NotImplementedError
