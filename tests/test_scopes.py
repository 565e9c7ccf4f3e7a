"""Names to symbolic targets: what an expression means, and the rows of uses that a file gives."""

from __future__ import annotations

import sys
import textwrap
import time
from pathlib import Path
from typing import Any

import astroid
import pytest
from astroid import nodes

from sphinx_kwindex.collect.python.scopes import Scopes
from sphinx_kwindex.collect.python.trees import parse
from sphinx_kwindex.model import UseKind
from sphinx_kwindex.packing import reference_rows
from sphinx_kwindex.targets import parse_target, parse_type


def scopes_of(code: str, module: str = "pkg.mod", *, is_package: bool = False) -> Scopes:
    """Return the scopes of a module given as text."""
    parsed = parse(textwrap.dedent(code), module, is_package, "mod.py")
    return Scopes(parsed.tree, module, is_package, parsed.source.text)


def uses(code: str, module: str = "pkg.mod", *, is_package: bool = False) -> list[tuple[int, int, str, str, str]]:
    """Return the rows of a module: line, column, name, kind, target."""
    packed, _ = scopes_of(code, module, is_package=is_package).references({})
    return [
        (line, column, packed.names[name], UseKind(kind).name, packed.targets[target])
        for target, name, line, column, kind, _ in reference_rows(packed)
    ]


def targets_of(code: str, name: str) -> list[str]:
    """Return the targets of the last uses of a name (those of its last token)."""
    rows = [row for row in uses(code) if row[2] == name]
    return [row[4] for row in rows if row[:2] == rows[-1][:2]] if rows else []


def find(scopes: Scopes, kind: type, name: str) -> Any:
    """Return the first node of a type and name in the module."""
    found = (
        node for node in scopes._flow.tree.nodes_of_class(kind) if name in (getattr(node, "name", ""), node.as_string())
    )
    return next(found)


VALUES = {
    "module": ("import a.b\na.b.mark", ["a.b.mark"]),
    "module-alias": ("import a.b as c\nc.mark", ["a.b.mark"]),
    "from": ("from a import b as c\nc.mark", ["a.b.mark"]),
    "relative": ("from . import b\nb.mark", ["pkg.b.mark"]),
    "relative-up": ("from ..x import b\nb.mark", ["x.b.mark"]),
    "star": ("from a import *\nb.mark", ["pkg.mod.b.mark"]),
    "conditional-import": ("try:\n import a\nexcept ImportError:\n import b as a\na.mark", ["a.mark", "b.mark"]),
    "import-or-none": ("try:\n import a\nexcept ImportError:\n a = None\ndef f(): a.mark", ["a.mark"]),
    "in-function": ("def f():\n from a import b\n b.mark", ["a.b.mark"]),
    "nested-function": ("def f():\n from a import b\n def g(): b.mark", ["a.b.mark"]),
    "self": ("class C:\n def f(self): self.mark", ["pkg.mod.C().mark"]),
    "self-in-nested": ("class C:\n def f(self):\n  def g(): self.mark", ["pkg.mod.C().mark"]),
    "self-in-lambda": ("class C:\n def f(self): return lambda: self.mark", ["pkg.mod.C().mark"]),
    "cls": ("class C:\n @classmethod\n def f(cls): cls.mark", ["pkg.mod.C.mark"]),
    "cls-called": ("class C:\n @classmethod\n def f(cls): cls().mark", ["pkg.mod.C().mark"]),
    "new": ("class C:\n def __new__(cls): cls.mark", ["pkg.mod.C.mark"]),
    "super-new": ("class C:\n def __new__(cls):\n  new = super().__new__(cls)\n  new.mark", ["pkg.mod.C().mark"]),
    "object-new": ("class C:\n def f(self):\n  new = object.__new__(self.__class__)\n  new.mark", ["pkg.mod.C().mark"]),
    "static": ("class C:\n @staticmethod\n def f(x): x.mark", ["?.mark"]),
    "super": ("class C:\n def f(self): super().mark", ["pkg.mod.C()!super.mark"]),
    "super-class": ("class C:\n @classmethod\n def f(cls): super().mark", ["pkg.mod.C!super.mark"]),
    "super-named": ("class C:\n def f(self): super(C, self).mark", ["pkg.mod.C()!super.mark"]),
    "type-self": ("class C:\n def f(self): type(self).mark", ["pkg.mod.C.mark"]),
    "class-self": ("class C:\n def f(self): self.__class__.mark", ["pkg.mod.C.mark"]),
    "nested-class": ("class C:\n class D:\n  def f(self): self.mark", ["pkg.mod.C.D().mark"]),
    "local-class": ("def f():\n class C:\n  def g(self): self.mark", ["pkg.mod.f.<locals>.C().mark"]),
    "assigned": ("from a import B\ndef f():\n x = B()\n x.mark", ["a.B().mark"]),
    "assigned-twice": ("from a import B, C\ndef f():\n x = B()\n x = C()\n x.mark", ["a.C().mark"]),
    "either-branch": ("from a import B, C\ndef f(q):\n if q: x = B()\n else: x = C()\n x.mark", ["a.B().mark", "a.C().mark"]),
    "branch-that-ends": ("from a import B, C\ndef f(q):\n x = B()\n if q:\n  x = C()\n  return\n x.mark", ["a.B().mark"]),
    "loop-carried": ("from a import B\ndef f(q):\n x = None\n for i in q:\n  x and x.mark\n  x = B()", ["a.B().mark"]),
    "broken-off": ("from a import B\ndef f(q):\n for i in q:\n  x = B()\n  break\n else: x = None\n x.mark", ["a.B().mark"]),
    "while-true": ("from a import B\ndef f():\n while True:\n  x = B()\n  break\n x.mark", ["a.B().mark"]),
    "handler": ("from a import B\ndef f():\n x = None\n try: x = B()\n except E: x.mark", ["a.B().mark"]),
    "caught": ("from a import E\ntry: pass\nexcept E as e: e.mark", ["a.E().mark"]),
    "caught-one-of": ("from a import E, F\ntry: pass\nexcept (E, F) as e: e.mark", ["a.E().mark", "a.F().mark"]),
    "walrus": ("from a import B\ndef f():\n if (x := B()): x.mark", ["a.B().mark"]),
    "parameter": ("from a import B\ndef f(x: B): x.mark", ["a.B().mark"]),
    "parameter-default": ("from a import B\ndef f(x=B()): x.mark", ["a.B().mark"]),
    "parameter-string": ("from a import B\ndef f(x: 'B'): x.mark", ["a.B().mark"]),
    "parameter-or-none": ("from a import B\ndef f(x: B | None): x.mark", ["a.B().mark"]),
    "parameter-optional": ("import typing as t\nfrom a import B\ndef f(x: t.Optional[B]): x.mark", ["a.B().mark"]),
    "parameter-union": ("from a import B, C\ndef f(x: 'B | C'): x.mark", ["a.B().mark", "a.C().mark"]),
    "parameter-type": ("from a import B\ndef f(x: type[B]): x.mark", ["a.B().__class__.mark"]),
    "parameter-bound": ("from a import B\ndef f[T: B](x: T): x.mark", ["a.B().mark"]),
    "annotation-hidden": ("class b: pass\ndef f(b: b):\n x: b = b\n x.mark", ["pkg.mod.b().mark"]),
    "args": ("from a import B\ndef f(*x: B):\n for y in x: y.mark", ["a.B().mark"]),
    "kwargs": ("from a import B\ndef f(**x: B): x['k'].mark", ["a.B().mark"]),
    "declared-wins": ("from a import B, c\ndef f():\n x: B = c()\n x.mark", ["a.B().mark"]),
    "declared-narrowed": ("from a import B, C\ndef f():\n x: B = C()\n x.mark", ["a.C().mark"]),
    "list": ("from a import B\ndef f(x: list[B]):\n for y in x: y.mark", ["a.B().mark"]),
    "list-item": ("from a import B\ndef f(x: list[B]): x[0].mark", ["a.B().mark"]),
    "dict-values": (
        "from a import B\ndef f(x: dict[str, B]):\n for y in x.values(): y.mark",
        ["builtins.dict[builtins.str,a.B]().values()!iter.mark"],
    ),
    "enumerated": ("from a import B\ndef f(x: list[B]):\n for i, y in enumerate(x): y.mark", ["a.B().mark"]),
    "zipped": ("from a import B\ndef f(x: list[B]):\n for i, y in zip(x, x): y.mark", ["a.B().mark"]),
    "sorted": ("from a import B\ndef f(x: list[B]): sorted(x)[0].mark", ["a.B().mark"]),
    "chained": ("import itertools\nfrom a import B\ndef f(x: list[B]):\n for y in itertools.chain(x): y.mark", ["a.B().mark"]),
    "slice": ("from a import B\ndef f(x: list[B]): x[1:][0].mark", ["a.B().mark"]),
    "slice-of-ours": ("from a import b\nfor x in b().c[1:]: x.mark", ["a.b().c!iter.mark"]),
    "sort-key": ("from a import B\ndef f(x: list[B]): x.sort(key=lambda y: y.mark)", ["a.B().mark"]),
    "sorted-key": ("from a import B\ndef f(x: list[B]): sorted(x, key=lambda y: y.mark)", ["a.B().mark"]),
    "mapped": ("from a import B\ndef f(x: list[B]): map(lambda y: y.mark, x)", ["a.B().mark"]),
    "map-made": ("from a import B\ndef f(x):\n for y in map(B, x): y.mark", ["a.B().mark"]),
    "next": ("from a import B\ndef f(x: list[B]): next(iter(x)).mark", ["a.B().mark"]),
    "tuple": ("from a import B, C\ndef f(x: tuple[B, C]):\n y, z = x\n z.mark", ["a.C().mark"]),
    "swap": ("from a import B, C\ndef f():\n y, z = B(), C()\n y, z = z, y\n z.mark", ["a.B().mark"]),
    "starred": ("from a import B\ndef f(x: list[B]):\n y, *z = x\n z[0].mark", ["a.B().mark"]),
    "display": ("from a import B\ndef f():\n for y in [B(), B()]: y.mark", ["a.B().mark"]),
    "comprehension": ("from a import B\ndef f(x: list[B]): return [y.mark for y in x]", ["a.B().mark"]),
    "comprehension-made": ("from a import B\ndef f(x):\n for z in [B() for y in x]: z.mark", ["a.B().mark"]),
    "with": ("from a import B\nwith B() as x: x.mark", ["a.B()!enter.mark"]),
    "call-result": ("from a import b\nb().mark", ["a.b().mark"]),
    "sent": (
        "from collections.abc import Generator\nfrom a import b\ndef f() -> Generator[None, b, int]:\n x = yield\n x.mark",
        ["a.b().mark"],
    ),
    "sent, nothing said": (
        "from collections.abc import Iterator\nfrom a import b\ndef f() -> Iterator[b]:\n x = yield\n x.mark",
        ["?.mark"],
    ),
    "sent to a lambda": ("from a import b\nclass C:\n def f(g=lambda: b((yield)).mark): pass", ["a.b().mark"]),
    "await": ("from a import b\nasync def f(): (await b()).mark", ["a.b()!await.mark"]),
    "future": ("import asyncio\nfrom a import B\nasync def f(x: 'asyncio.Future[B]'): (await x).mark", ["a.B().mark"]),
    "callable": ("from typing import Callable\nfrom a import B\ndef f(x: Callable[[int], B]): x().mark", ["a.B().mark"]),
    "lambda": ("from a import B\ng = lambda: B()\ng().mark", ["a.B().mark"]),
    "partial": ("from functools import partial\nfrom a import B\ng = partial(B, 1)\ng().mark", ["a.B().mark"]),
    "cast": ("import typing as t\nfrom a import B\ndef f(x): t.cast('B', x).mark", ["a.B().mark"]),
    "copy": ("import copy\nfrom a import B\ncopy.copy(B()).mark", ["a.B().mark"]),
    "either": ("from a import B, C\ndef f(q): (B() if q else C()).mark", ["a.B().mark", "a.C().mark"]),
    "or": ("from a import B\ndef f(x: B = None): (x or B()).mark", ["a.B().mark"]),
    "operator": ("from a import B\n(B() | B()).mark", ["a.B().__or__().mark"]),
    "isinstance": ("from a import B\ndef f(x):\n if isinstance(x, B): x.mark", ["a.B().mark"]),
    "isinstance-of-some": ("from a import B, C\ndef f(x):\n if isinstance(x, (B, C)): x.mark", ["a.B().mark", "a.C().mark"]),
    "isinstance-chain": ("from a import B\ndef f(x):\n if isinstance(x.y, B): x.y.mark", ["a.B().mark"]),
    "isinstance-item": ("from a import B\ndef f(*x):\n if isinstance(x[0], B): x[0].mark", ["a.B().mark"]),
    "isinstance-key": ("from a import B\ndef f(x):\n if isinstance(x.y['k'], B): x.y['k'].mark", ["a.B().mark"]),
    "isinstance-other-item": ("from a import B\ndef f(x):\n if isinstance(x[0], B): x[1].mark", ["?.mark"]),
    "isinstance-some-item": ("from a import B\ndef f(x, i):\n if isinstance(x[i], B): x[i].mark", ["?.mark"]),
    "isinstance-item-assigned": ("from a import B\ndef f(x, i):\n if isinstance(x[0], B):\n  x[i] = 1\n  x[0].mark", ["?.mark"]),
    "isinstance-item-deleted": ("from a import B\ndef f(x):\n if isinstance(x[0], B):\n  del x[0]\n  x[0].mark", ["?.mark"]),
    "isinstance-item-of-other": ("from a import B\ndef f(x):\n if isinstance(x[0], B):\n  x = x[1:]\n  x[0].mark", ["?.mark"]),
    "isinstance-and": ("from a import B\ndef f(x): return isinstance(x, B) and x.mark", ["a.B().mark"]),
    "isinstance-not": ("from a import B\ndef f(x):\n if not isinstance(x, B): return\n x.mark", ["a.B().mark"]),
    "isinstance-assert": ("from a import B\ndef f(x):\n assert isinstance(x, B)\n x.mark", ["a.B().mark"]),
    "isinstance-else": ("from a import B, C\ndef f(x: B | C):\n if isinstance(x, B): pass\n else: x.mark", ["a.C().mark"]),
    "isinstance-variable": ("from a import B\nK = (B,)\nk = K\nif isinstance(x, K): x.mark", ["a.B().mark"]),
    "isinstance-container": ("from a import B\ndef f(x: B | list[B]):\n if isinstance(x, list): x[0].mark", ["a.B().mark"]),
    "issubclass": ("from a import B\ndef f(x):\n if issubclass(x, B): x.mark", ["a.B().__class__.mark"]),
    "type-is": ("from a import B\ndef f(x):\n if type(x) is B: x.mark", ["a.B().mark"]),
    "narrowing-ends": ("from a import B\ndef f(x, y):\n if isinstance(x, B):\n  x = y\n  x.mark", ["?.mark"]),
    "attribute-assigned": ("from a import B\nclass C:\n def f(self):\n  self.x = B()\n  self.x.mark", ["a.B().mark"]),
    "match": ("from a import B\ndef f(x):\n match x:\n  case B() as y: y.mark", ["a.B().mark"]),
    "match-subject": ("from a import B\ndef f(x):\n match x:\n  case B(): x.mark", ["a.B().mark"]),
    "match-attribute": ("from a import B\ndef f(x):\n match x:\n  case B(z=y): y.mark", ["a.B().z.mark"]),
    "class-before-bound": ("import x\nclass C:\n y = x.mark\n def x(self): pass", ["x.mark"]),
    "class-after-bound": ("import x\nclass C:\n x = 1\n y = x\n def f(self): x.mark", ["x.mark"]),
    "shadowed-builtin": ("from a import B\ndef f():\n list = B\n list().mark", ["a.B().mark"]),
    "global": ("from a import B\ndef f():\n global g\n g = B()\ng.mark", ["pkg.mod.g.mark"]),
    "nonlocal": ("from a import B\ndef f():\n x = B()\n def g():\n  nonlocal x\n  x.mark", ["a.B().mark"]),
    "module-data": ("x = y()\ndef f(): x.mark", ["pkg.mod.x.mark"]),
    "parameter-hides-import": ("import x\ndef f(x): x.mark", ["?.mark"]),
    "unknown": ("def f(x): x.y().mark()", ["?.mark"]),
    "of-a-scalar": ("'a'.mark", []),
    "of-a-list-of-ours": ("from a import B\ndef f(x: list[B]): x.mark", []),
    "commented": ("from a import B\nx = q()  # type: B\nx.mark", ["a.B().mark"]),
    "commented-local": ("from a import B\ndef f(q):\n x = q()  # type: B\n x.mark", ["a.B().mark"]),
    "commented-subclass": ("from a import B, D\ndef f():\n x = D()  # type: B\n x.mark", ["a.D().mark"]),
    "commented-pair": ("from a import B\ndef f(q):\n x, y = q()  # type: B, B\n x.mark", ["?.mark"]),
    "commented-function": ("from a import B\ndef f(x, *y, **z):\n # type: (B, *int, **int) -> int\n x.mark", ["a.B().mark"]),
    "commented-method": ("from a import B\nclass C:\n def f(self, x):\n  # type: (B) -> int\n  x.mark", ["a.B().mark"]),
    "commented-parameter": ("from a import B\ndef f(x,  # type: B\n y):\n # type: (...) -> int\n x.mark", ["a.B().mark"]),
    "commented-too-few": ("from a import B\ndef f(x, y, z):\n # type: (B) -> int\n z.mark", ["?.mark"]),
    "new-type": ("from a import B\nC = type('C', (B,), {})\nC.mark", ["a.B.mark"]),
}  # fmt: skip


@pytest.mark.parametrize(("code", "expected"), VALUES.values(), ids=VALUES)
def test_receiver(code: str, expected: list[str]) -> None:
    """The attribute `mark` is looked up in what its receiver holds there."""
    if "[T:" in code and sys.version_info < (3, 12):
        pytest.skip("older Pythons read the file without its type parameters")
    assert targets_of(code, "mark") == expected


ROWS = {
    "chain": ("import a\na.b.c", [
        (1, 7, "a", "IMPORT", "a"), (2, 0, "a", "READ", "a"), (2, 2, "b", "READ", "a.b"), (2, 4, "c", "READ", "a.b.c"),
    ]),
    "chain-over-lines": ("import a\n(a\n  .b\n  .c())", [
        (1, 7, "a", "IMPORT", "a"), (2, 1, "a", "READ", "a"), (3, 3, "b", "READ", "a.b"), (4, 3, "c", "CALL", "a.b.c"),
    ]),
    "imports": ("from .x import (a as b, # c\n  d)\nimport p.q as r, s.t", [
        (1, 5, ".x", "IMPORT", "pkg.x"), (1, 16, "a", "IMPORT", "pkg.x.a"), (2, 2, "d", "IMPORT", "pkg.x.d"),
        (3, 7, "p.q", "IMPORT", "p.q"), (3, 17, "s.t", "IMPORT", "s.t"),
    ]),
    "import-of-package": ("from . import x", [(1, 5, ".", "IMPORT", "pkg"), (1, 14, "x", "IMPORT", "pkg.x")]),
    "definitions-give-none": ("x = 1\ndef f(): pass\nclass C: pass\nx = 2", []),
    "decorator": ("@d.e(1)\ndef f(): pass", [(1, 1, "d", "READ", "pkg.mod.d"), (1, 3, "e", "DECORATOR", "pkg.mod.d.e")]),
    "base": ("class A: pass\nclass B(A, metaclass=A): pass", [
        (2, 8, "A", "BASE", "pkg.mod.A"), (2, 21, "A", "READ", "pkg.mod.A"),
    ]),
    "generic-base": ("class A: pass\nclass B(A[A]): pass", [
        (2, 8, "A", "BASE", "pkg.mod.A"), (2, 10, "A", "ANNOTATION", "pkg.mod.A"),
    ]),
    "annotation": ("class A: pass\nx: A | None = None\ndef f(y: list[A]) -> A: pass", [
        (2, 3, "A", "ANNOTATION", "pkg.mod.A"), (3, 14, "A", "ANNOTATION", "pkg.mod.A"), (3, 21, "A", "ANNOTATION", "pkg.mod.A"),
    ]),
    "string-annotation": ("class A: pass\nx: 'list[A]'\ny: \"\"\"A\"\"\"\nz: 'A' 'B'", [
        (2, 9, "A", "ANNOTATION", "pkg.mod.A"), (3, 6, "A", "ANNOTATION", "pkg.mod.A"),
    ]),
    "literal-is-no-annotation": ("from typing import Literal\nclass A: pass\nx: Literal['A']", [
        (1, 5, "typing", "IMPORT", "typing"), (1, 19, "Literal", "IMPORT", "typing.Literal"),
        (3, 3, "Literal", "ANNOTATION", "typing.Literal"),
    ]),
    "raise": ("class E(Exception): pass\ndef f():\n raise E(1) from E", [
        (3, 7, "E", "RAISE", "pkg.mod.E"), (3, 17, "E", "READ", "pkg.mod.E"),
    ]),
    "except": ("class E(Exception): pass\ntry: pass\nexcept (E, OSError): pass", [(3, 8, "E", "EXCEPT", "pkg.mod.E")]),
    "augmented": ("x = 1\nx += 1", [(2, 0, "x", "WRITE", "pkg.mod.x")]),
    "global": ("x = 1\ndef f():\n global x\n x = 2", [(4, 1, "x", "WRITE", "pkg.mod.x")]),
    "global-that-defines": ("def f():\n global x\n x = 2\n x = 3", [(4, 1, "x", "WRITE", "pkg.mod.x")]),
    "del": ("x = 1\ndel x", [(2, 4, "x", "DELETE", "pkg.mod.x")]),
    "other-module": ("import m\nm.x = 1\ndel m.x", [
        (1, 7, "m", "IMPORT", "m"), (2, 0, "m", "READ", "m"), (2, 2, "x", "WRITE", "m.x"),
        (3, 4, "m", "READ", "m"), (3, 6, "x", "DELETE", "m.x"),
    ]),
    "self-first-in-init": ("class C:\n def f(self): self.x = 1\n def __init__(self):\n  self.x = 2\n  self.x = 3", [
        (2, 19, "x", "WRITE", "pkg.mod.C().x"), (5, 7, "x", "WRITE", "pkg.mod.C().x"),
    ]),
    "self-declared": ("class C:\n x: int\n def f(self): self.x = 1", [(3, 19, "x", "WRITE", "pkg.mod.C().x")]),
    "self-in-order": ("class C:\n def f(self): self.x = 1\n def g(self): self.x = 2", [
        (3, 19, "x", "WRITE", "pkg.mod.C().x"),
    ]),
    "locals-give-none": ("def f(a, *b, c=1):\n d = a\n for e in b: d, e\n return [g for g in c]", []),
    "builtins-give-none": ("print(len('x'))", []),
    "code-points": ("import m\n'é'; m.x", [(1, 7, "m", "IMPORT", "m"), (2, 5, "m", "READ", "m"), (2, 7, "x", "READ", "m.x")]),
    "default-stands-outside": ("import m\ndef f(m=m): m", [(1, 7, "m", "IMPORT", "m"), (2, 8, "m", "READ", "m")]),
    "undefined": ("foo", [(1, 0, "foo", "READ", "pkg.mod.foo")]),
    "class-pattern": ("class A: pass\nmatch 1:\n case A(): pass", [(3, 6, "A", "READ", "pkg.mod.A")]),
    "format-string": ("x = 1\nf'é{x}'", [(2, 4, "x", "READ", "pkg.mod.x")]),
}  # fmt: skip


@pytest.mark.parametrize(("code", "expected"), ROWS.values(), ids=ROWS)
def test_rows(code: str, expected: list[tuple[int, int, str, str, str]]) -> None:
    """One row for each token that names something, with its place and how it is used."""
    if code.endswith("f'é{x}'") and sys.version_info < (3, 12):
        pytest.skip("no true places inside format strings before Python 3.12")
    assert uses(code) == expected


TYPES = {
    "int": ("x = 1", ("builtins.int",)),
    "none": ("x = None", ()),
    "constructor": ("from a import B\nx = B(1)", ("a.B",)),
    "call": ("from a import b\nx = b(1)", ("=a.b()",)),
    "alias": ("from a import b\nx = b", ("=a.b",)),
    "list": ("from a import B\nx = [B()]", ("builtins.list[a.B]",)),
    "empty": ("x = []", ("builtins.list",)),
    "dict": ("from a import B\nx = {'k': B()}", ("builtins.dict[builtins.str,a.B]",)),
    "classes": ("from a import B\nx = {'k': B}", ("builtins.dict[builtins.str,=a.B]",)),
    "tuple": ("from a import B\nx = 1, B(), y", ("builtins.tuple[builtins.int,a.B,=pkg.mod.y]",)),
}  # fmt: skip


@pytest.mark.parametrize(("code", "expected"), TYPES.values(), ids=TYPES)
def test_value_types(code: str, expected: tuple[str, ...]) -> None:
    """The type of what is assigned is a constructor, a literal's or whatever a target gives."""
    scopes = scopes_of(code)
    assignment = next(scopes._flow.tree.nodes_of_class(nodes.Assign))
    assert scopes.value_types(assignment.value) == expected
    assert scopes.bound_types(assignment.targets[0]) == expected


ANNOTATIONS = {
    "tuple[()]": ("builtins.tuple",),
    "List[B]": ("builtins.list[a.B]",),
    "t.Dict[str, 'B']": ("builtins.dict[builtins.str,a.B]",),
    "t.Optional[t.Union[B, int]]": ("a.B", "builtins.int"),
    "t.Iterator[B]": ("collections.abc.Iterator[a.B]",),
    "t.Callable[[int], B]": ("typing.Callable[...,a.B]",),
    "t.Annotated[B, 1]": ("a.B",),
    "t.Annotated[()]": (),
    "t.ClassVar['B']": ("a.B",),
    "t.Literal['x', 1]": ("builtins.str", "builtins.int"),
    "t.Any": (),
    "None": (),
    "'B | None'": ("a.B",),
    "tuple[B, ...]": ("builtins.tuple[a.B,...]",),
    "type[B]": ("builtins.type[a.B]",),
    "t.Self": ("typing.Self",),
    "'not a type('": (),
}


@pytest.mark.parametrize(("text", "expected"), ANNOTATIONS.items(), ids=ANNOTATIONS)
def test_types(text: str, expected: tuple[str, ...]) -> None:
    """Annotations become unions of members, well-known types in one way of writing."""
    scopes = scopes_of(f"import typing as t\nfrom typing import List\nfrom a import B\nx: {text}")
    assignment = next(scopes._flow.tree.nodes_of_class(nodes.AnnAssign))
    found = scopes.types(assignment.annotation)
    assert found == expected
    assert all(parse_type(member) for member in found)


RETURNS = {
    "annotated": ("def f() -> B: return 1", ("a.B",)),
    "commented": ("def f(q):\n # type: () -> B\n return q", ("a.B",)),
    "commented-generator": ("def f(q):\n # type: (int) -> B\n yield q", ("collections.abc.Iterator[builtins.int]",)),
    "inferred": ("def f(q):\n if q: return B()\n return None", ("a.B",)),
    "self": ("class C:\n def f(self): return self", ("typing.Self",)),
    "cls": ("class C:\n @classmethod\n def f(cls): return cls()", ("typing.Self",)),
    "generator": ("def f(): yield B()", ("collections.abc.Iterator[a.B]",)),
    "delegating": ("def f(): yield from [B()]", ("collections.abc.Iterator[a.B]",)),
    "attribute": ("class C:\n def f(self): return self.x", ("=pkg.mod.C().x",)),
    "inner-function": ("def f():\n def g(): return B()\n return g", ("=pkg.mod.f.<locals>.g",)),
    "nothing": ("def f(): pass", ()),
}


@pytest.mark.parametrize(("code", "expected"), RETURNS.values(), ids=RETURNS)
def test_return_types(code: str, expected: tuple[str, ...]) -> None:
    """What a call gives is what the annotation says, else what is returned."""
    scopes = scopes_of("from a import B\n" + code)
    assert scopes.return_types(find(scopes, nodes.FunctionDef, "f")) == expected


def test_targets_of_bases_and_decorators() -> None:
    """Bases and decorators are named where they stand, with the arguments of generic bases."""
    scopes = scopes_of("from a import B, d\nT = 1\n@d.e(1)\nclass C(B, B[int], 1): pass")
    node = find(scopes, nodes.ClassDef, "C")
    assert [scopes.targets(base) for base in node.bases] == [("a.B",), ("a.B[builtins.int]",), ("builtins.int()",)]
    assert scopes.targets(node.decorators.nodes[0]) == ("a.d.e()",)


def test_targets_of_any_expression() -> None:
    """An expression that the walk has no reason to keep is answered from its scope."""
    scopes = scopes_of("from a import B\nclass C:\n def f(self, x: B):\n  g(x.y, self)")
    call = next(scopes._flow.tree.nodes_of_class(nodes.Call))
    assert [scopes.targets(argument) for argument in call.args] == [("a.B().y",), ("pkg.mod.C()",)]


@pytest.mark.parametrize(
    ("level", "name", "is_package", "expected"),
    [
        (0, "x.y", False, "x.y"),
        (1, None, False, "pkg"),
        (1, "x", False, "pkg.x"),
        (1, "x", True, "pkg.mod.x"),
        (2, "x", True, "pkg.x"),
        (2, "x", False, "x"),
        (4, "x", False, ""),
    ],
)
def test_absolute(level: int, name: str | None, is_package: bool, expected: str) -> None:
    """A relative import counts from the package that the module is in."""
    assert scopes_of("", is_package=is_package).absolute(level, name) == expected


def test_scope_of_a_row() -> None:
    """A row belongs to the nearest definition around it; defaults and decorators to the one that they are of."""
    scopes = scopes_of("x = 1\n@x\ndef f(a=x):\n g = lambda: x\n def h(): x\n")
    tree = scopes._flow.tree
    outer, inner = find(scopes, nodes.FunctionDef, "f"), find(scopes, nodes.FunctionDef, "h")
    packed, _ = scopes.references({tree: 0, outer: 5, inner: 7})
    assert [row[5] for row in reference_rows(packed)] == [5, 5, 5, 7]


def test_uses_of_imports() -> None:
    """Each import binding is counted by the place of its bound name."""
    code = "import a, b as c\nfrom d import e as f\nimport g.h\na.x, c.y, c.z\ndef k(f: f): return 'g'\n"
    _, counts = scopes_of(code).references({})
    assert counts == {(1, 7): 1, (1, 15): 2, (2, 19): 1, (3, 7): 0}


LOCAL_DEFINITIONS = {
    "lambda": ("def f(xs):\n key = lambda x: x\n key(3)\n def g(): return key", [3, 4]),
    "lambda or something else": ("def f():\n key = g()\n key\n key = lambda: 1\n key\n key = 3\n key", [5]),
    "lambda in one case": ("def f(key):\n if not key:\n  key\n  key = lambda: 1\n key", [5]),
    "def in one case": ("def f(key=None):\n if key is None:\n  def key(): ...\n else:\n  key\n return key", [6]),
    "class": ("def f(key):\n class key: ...\n key\n key = 1\n key", [3]),
    "def in a loop": ("def f(key):\n for x in key:\n  def key(): ...\n key", [4]),
    "def, used in a function": ("def f(key):\n def g(): return key\n def key(): ...", [2]),
    "parameter of a function inside": ("def f():\n key = lambda: 1\n def g(key): return key\n [key for key in g]", []),
}


@pytest.mark.parametrize(("code", "lines"), LOCAL_DEFINITIONS.values(), ids=LOCAL_DEFINITIONS)
def test_uses_of_local_definitions(code: str, lines: list[int]) -> None:
    """A local is a use of what a `def`, `class` or lambda of its function gave it, where it may hold that."""
    assert [row[0] for row in uses(code) if row[4] == "pkg.mod.f.<locals>.key"] == lines


def test_uses_of_names_set_to_none() -> None:
    """A name that is None if an import fails has the uses that the import has; of its attributes nothing is known."""
    code = "try:\n import a\nexcept ImportError:\n a = None\ndef f(): return a and a.b"
    assert [row[::4] for row in uses(code) if row[0] == 5] == [
        (5, "a"),
        (5, "pkg.mod.a"),
        (5, "a"),
        (5, "pkg.mod.a"),
        (5, "a.b"),
    ]


IMPORTS_OF_ONE_NAME = {
    "the longest path": ("import a\nimport a.b\nimport a.b.c\na.x, a.b.x, a.b.x, a.b.c, a", [2, 2, 1]),
    "one statement": ("import a, a.b, a.b.c\na.x, a.b.x, a.b.x, a.b.c.x, a.bc", [2, 2, 1]),
    "the first": ("import a.b, a.c\na.x, a.c.x, a", [2, 1]),
    "alternatives": ("try:\n import a.b\nexcept ImportError:\n import a.b\na.b.x", [1, 1]),
    "other names": ("import a.b\nfrom x import a\nimport c.a as a\na.x", [1, 1, 1]),
    "another name": ("import a.b as a\nimport a.c\na.c.x, a.x", [2, 2]),
    "writes": ("import a\nimport a.b\na.b.x = 1\na.b = 1\na.x = 1\ndel a.b.x\na.b[0] = 1", [1, 4]),
    "in quotes": ("import a\nimport a.b\ndef f(x: 'list[a.b.C]', y: 'a.C', z: 'A[a.b.C]'): ...", [1, 2]),
}


@pytest.mark.parametrize(("code", "expected"), IMPORTS_OF_ONE_NAME.values(), ids=IMPORTS_OF_ONE_NAME)
def test_uses_of_imports_of_one_name(code: str, expected: list[int]) -> None:
    """Of several imports that bind the first part of a path, a use belongs to the one that loads most of what it names."""
    _, counts = scopes_of(code).references({})
    assert [counts[place] for place in sorted(counts)] == expected


def test_every_target_parses() -> None:
    """Every target keeps to the grammar, whatever the code looks like."""
    for module in (astroid.builder, astroid.nodes.node_ng, textwrap, pytest, time):
        path = getattr(module, "__file__", None)
        if path is None or not path.endswith(".py"):
            continue
        packed, _ = scopes_of(Path(path).read_text(encoding="utf-8")).references({})
        assert packed.targets
        assert all(parse_target(target) for target in packed.targets)


LARGE = {
    "assignments": "\n".join(f"x = f{i}()" for i in range(1000)) + "\nx.y",
    "branches": "def f(x):\n" + "".join(f" if x.a{i}: v{i} = g{i}(); x = v{i}\n" for i in range(3000)) + " x.y",
    "elifs": "def f(x):\n if x: pass\n" + "".join(f" elif x.a{i}: x = g{i}()\n" for i in range(150)),
    "loops": "def f(x):\n"
    + "".join(" " * (2 * i + 1) + f"for v{i} in x.a:\n" + " " * (2 * i + 3) + f"x = y{i}()\n" for i in range(18))
    + " " * 37
    + "x.z",
    "growing": "def f(x: A):\n while x:\n  x = x.parent.child[0]\n  x.y",
    "sum": "x = " + " + ".join(f"y{i}" for i in range(250)),
    "lines": "def f(x: A):\n" + " x.y.z(x, key=x.w)\n" * 10_000,
    "data": "x = [" + "{'a': [1, 2, (3, B())]}, " * 5000 + "]",
}


@pytest.mark.parametrize("code", LARGE.values(), ids=LARGE)
def test_work_is_bounded(code: str) -> None:
    """Large and repetitive code costs no more than a small multiple of its size; unions stay small."""
    begin = time.process_time()
    packed, _ = scopes_of(code).references({})
    assert time.process_time() - begin < 10
    assert all(len(target) <= 250 for target in packed.targets)


def test_uses_under_conditions() -> None:
    """What may not run when its function does counts the conditions over it: branches, loops, operators, what a return skips."""
    code = """
        def f(a):
            zero()
            if a: one()
            elif zero():
                for _ in a: two()
            try: zero()
            except zero: one()
            zero(a or one(), one() if a else one(), lambda: one())
            while zero_or(): one()
            for _ in (1, 2):
                zero()
                if a:
                    def g(): zero()
                    return one()
                one()
            one()
            if a: two()
            for _ in a: two()
        """
    packed, _ = scopes_of(code).references({})
    found = {
        (packed.names[name], doubts)
        for (_, name, *_), doubts in zip(reference_rows(packed), packed.doubts, strict=True)
        if packed.names[name] in {"zero", "one", "two"}
    }
    assert found == {("zero", 0), ("zero", 1), ("one", 1), ("two", 2)}
