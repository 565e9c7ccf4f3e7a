"""Trees are those that astroid's own rebuilder makes."""

from __future__ import annotations

import ast
import importlib.util
import sys
from pathlib import Path
from typing import Any

import pytest
from astroid import nodes
from astroid.manager import AstroidManager
from astroid.rebuilder import TreeRebuilder

from sphinx_kwindex.collect.python.rebuilding import rebuild

SOURCE = '''
"""Doc."""
import a.b as c
x = y = c.d(1, *z, k=2, **w)[0]
def f(a, /, b: int = 1, *args: c.t, d, e=None, **kwargs) -> None:
    """Doc."""
    global x, y
    x, (y, *v) = b"1", u"2"
    for i in a: i.j = i.k[x:y] = i
    del x, a.b, a[0]
    if (n := f"{x!r:>{b}}"): return lambda q, *, r=1: (yield q)
    i += [m for m in a if m < 2 <= 3 is not ...]
class C(c.B[int], metaclass=M):
    z: int = 1
    def g(self): self.h, self.i = -1, not x
    try: pass
    except (E, F) as error: raise error from None
u = [] # type: list[int]
match x:
    case C(1, y=[a, *b], z={"k": None, **d}) | -1 as e: x
'''


_NOT_COMPARED = {"parent", "position", "locals", "globals", "fromlineno", "tolineno"}
"""Compared in another way, ours on purpose (places of `def`), and what nodes work out when they are asked."""


def _shape(node: Any) -> Any:
    """Return a node with all that it holds, as values that can be compared."""
    if isinstance(node, nodes.NodeNG):
        held = sorted((name, _shape(value)) for name, value in vars(node).items() if name not in _NOT_COMPARED)
        return type(node), type(node.parent), getattr(node.parent, "lineno", None), held, _locals(node)
    if isinstance(node, (list, tuple)):
        return [_shape(part) for part in node]
    return type(node), repr(node)


def _locals(node: Any) -> list[Any]:
    """Return what a scope knows of its names, but for those that `from` imports, which only we bind."""
    bound = getattr(node, "locals", {}).items()
    kept = ((name, [item for item in found if not isinstance(item, nodes.ImportFrom)]) for name, found in bound)
    return sorted((name, [(type(item), item.lineno) for item in found]) for name, found in kept if found)


def _same(text: str) -> None:
    """Compare our tree of a text with astroid's."""
    theirs = TreeRebuilder(AstroidManager()).visit_module(ast.parse(text, type_comments=True), "m", "m.py", False)
    ours = rebuild(ast.parse(text, type_comments=True), "m", "m.py", False).tree
    assert _shape(ours) == _shape(theirs)


def test_syntax() -> None:
    """Every kind of node has the attributes that astroid gives to it."""
    _same(SOURCE)


@pytest.mark.parametrize("module", ["ast", "argparse", "asyncio.base_events"])
def test_library(module: str) -> None:
    """So have those of whole modules."""
    spec = importlib.util.find_spec(module)
    assert spec is not None
    _same(Path(str(spec.origin)).read_text("utf-8"))


@pytest.mark.skipif(sys.version_info < (3, 12), reason="syntax of Python 3.12")
def test_newer_syntax() -> None:
    """Type parameters are as astroid has them."""
    _same("type A[T: int, *U, **V] = list[T]\ndef f[T](x: T) -> T: ...\nclass C[T]: ...\n")
