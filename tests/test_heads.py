"""Whose a use is that stands before a body: what decorators, defaults, annotations and bases name is used by the definition."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sphinx_kwindex import Project
from sphinx_kwindex.model import UseKind

CODE = """
from a import Base, Meta, T, deco, make, size

@deco
@make(size)
def f(x: T, y: "T" = size, *, z: int = size) -> T:
    inner: Base = x
    def g(w: T): ...

@deco
class C(Base, metaclass=Meta, flag=size):
    @deco
    def m(self, x: T = size): ...

    @property
    def p(self): ...

    @p.setter
    def p(self, x): ...

    field: T = size

x: T = size
"""


def test_heads(make_tree: Callable[..., Path]) -> None:
    """Each is credited to the function or class, not to the scope around it."""
    first = "class Base: ...\nclass Meta(type): ...\nclass T: ...\ndef deco(f): ...\ndef make(n): ...\nsize = 1\n"
    with Project.open(make_tree({"a.py": first, "b.py": CODE})) as project:
        uses = [use for use in project.reader.uses_in("b.py") if use.kind is not UseKind.IMPORT]
        found: dict[str, list[str]] = {}
        for use in uses:
            found.setdefault(use.scope, []).append(use.name)
        assert {scope: " ".join(names) for scope, names in found.items()} == {
            "f": "deco make size T T size size T Base",
            "f.<locals>.g": "T",
            "C": "deco Base Meta size T size",
            "C.m": "deco T size",
            "C.p": "p",
            "": "T size",
        }
        linked = project.reader.linked("b.py")
        facts = project.facts("b.py")
        assert linked is not None
        assert facts is not None
        # what the body of a function says of types is no part of its signature
        types = {(facts.definitions[place].qualname, name) for place, name, _ in linked.types}
        assert types == {("f", "T"), ("f.<locals>.g", "T"), ("C.m", "T"), ("C.field", "T"), ("x", "T")}


def test_decorators_look_nothing_up_on_objects(make_tree: Callable[..., Path]) -> None:
    """`@p.setter` in a class may not mean what a subclass puts in the place of `p`."""
    code = (
        "class C:\n    @property\n    def p(self): ...\n    @p.setter\n    def p(self, x): ...\n"
        "    @classmethod\n    def k(cls):\n        return cls.m()\n    def m(self): ...\n"
    )
    with Project.open(make_tree({"a.py": code})) as project:
        assert [name for name, (_, reaches, _) in project.reader.reached().items() if reaches] == ["a.C.m"]
