"""Method resolution order, and what overrides what."""

from __future__ import annotations

import pytest
from link_builder import build

from sphinx_kwindex.errors import Problem, WarningKind
from sphinx_kwindex.link import Linked, Names, link_file
from sphinx_kwindex.link.hierarchy import Lineage
from sphinx_kwindex.model import References, RelationKind

CLASSES = """
m.py
    class O
    class A(m.O)
    class B(m.O)
    class C(m.O)
    class D(m.A, m.B)
    class E(m.D, m.C)
    class Outer(threading.Thread, m.A)
    class Under(m.Outer, logging.Handler)
    class Vague(, m.A)
    class Generic(typing.Generic[m.T], m.A)
    typevar T
    class Called(m.make())
    def make -> builtins.type[m.A]
    data Alias = m.A
    class Aliased(m.Alias)
    class Missing(m.nothing)
    class outer.<locals>.Inner(m.A)
"""

ORDERS = {
    "single": ("m.A", Lineage(("m.A", "m.O"))),
    "diamond": ("m.D", Lineage(("m.D", "m.A", "m.B", "m.O"))),
    "two diamonds": ("m.E", Lineage(("m.E", "m.D", "m.A", "m.B", "m.C", "m.O"))),
    "a class of another package": ("m.Outer", Lineage(("m.Outer", "m.A", "m.O"), ("threading.Thread",))),
    "two of them": (
        "m.Under",
        Lineage(("m.Under", "m.Outer", "m.A", "m.O"), ("threading.Thread", "logging.Handler")),
    ),
    "Generic counts for nothing": ("m.Generic", Lineage(("m.Generic", "m.A", "m.O"))),
    "what a call returns": ("m.Called", Lineage(("m.Called", "m.A", "m.O"))),
    "an alias": ("m.Aliased", Lineage(("m.Aliased", "m.A", "m.O"))),
    "a base that is not there": ("m.Missing", Lineage(("m.Missing",), unknown=True)),
    "a local class": ("m.outer.<locals>.Inner", Lineage(("m.outer.<locals>.Inner", "m.A", "m.O"))),
}


@pytest.mark.parametrize(("name", "line"), ORDERS.values(), ids=ORDERS)
def test_order(name: str, line: Lineage) -> None:
    """Classes are ordered as Python orders them."""
    names = Names.of(build(CLASSES))
    assert names.entry(name) is not None
    assert names.hierarchy.line(name) == line


BROKEN = {
    "twice the same": ("class A(m.B, m.B)\n    class B", ("m.A", "m.B"), "a base is named twice"),
    "twice, with other arguments": (
        "class A(m.B[builtins.int], m.B[builtins.str])\n    class B(typing.Generic[m.T])",
        ("m.A", "m.B"),
        "a base is named twice",
    ),
    "contradiction": (
        "class A(m.X, m.Y)\n    class X(m.P, m.Q)\n    class Y(m.Q, m.P)\n    class P\n    class Q",
        ("m.A", "m.X", "m.Y", "m.P", "m.Q"),
        "no consistent",
    ),
    "base before its subclass": (
        "class A(m.B, m.C)\n    class B\n    class C(m.B)",
        ("m.A", "m.B", "m.C"),
        "no consistent",
    ),
}


@pytest.mark.parametrize(("text", "order", "fault"), BROKEN.values(), ids=BROKEN)
def test_no_consistent_order(text: str, order: tuple[str, ...], fault: str) -> None:
    """A class that Python would refuse gets the nearest order, and one problem at its line."""
    linked = _link(f"m.py\n    {text}")
    names = Names.of(build(f"m.py\n    {text}"))
    assert names.line_of("m.A") == order
    (problem,) = linked.problems
    assert (problem.kind, problem.path, problem.line) == (WarningKind.HIERARCHY, "m.py", 2)
    assert isinstance(problem, Problem)
    assert "class A" in problem.text
    assert fault in problem.text


CIRCLES = {
    "self": ("class A(m.A)", ("m.A",)),
    "mutual": ("class A(m.B)\n    class B(m.A)", ("m.A", "m.B")),
    "below a self-inheriting class": ("class A(m.B)\n    class B(m.B)", ("m.A", "m.B")),
}


@pytest.mark.parametrize(("text", "order"), CIRCLES.values(), ids=CIRCLES)
def test_circle(text: str, order: tuple[str, ...]) -> None:
    """A class that comes from itself is a name that hides another: Python does not see a circle, and nor do we."""
    assert Names.of(build(f"m.py\n    {text}")).line_of("m.A") == order
    assert not _link(f"m.py\n    {text}").problems


def _link(text: str) -> Linked:
    facts = build(text)
    return link_file(Names.of(facts), facts[0], References())


FAMILY = """
m.py
    class Base
    def Base.run
    def Base.__init__
    def Base.__private
    attr Base.size
    self Base.state
    class Base.Meta
    class Middle(m.Base)
    class Leaf(m.Middle, enum.Enum)
    def Leaf.run
    def Leaf.__init__
    def Leaf.__private
    prop Leaf.size
    self Leaf.state
    class Leaf.Meta
    def Leaf.run.<locals>.size
"""


def test_relations() -> None:
    """A class names its bases; members name the nearest one that they override, private and instance ones do not."""
    rows = {(r.kind, r.source, r.target) for r in _link(FAMILY).file.relations}
    bases = {("m.Middle", "m.Base"), ("m.Leaf", "m.Middle"), ("m.Leaf", "enum.Enum")}
    overrides = {(f"m.Leaf.{name}", f"m.Base.{name}") for name in ("run", "__init__", "size", "Meta")}
    expected = {(RelationKind.BASE, *pair) for pair in bases} | {(RelationKind.OVERRIDE, *pair) for pair in overrides}
    assert rows == expected


def test_deep_hierarchy() -> None:
    """A line of a thousand classes is ordered without recursion."""
    classes = [f"    class C{i}(m.C{i + 1})" for i in range(1000)]
    names = Names.of(build("\n".join(["m.py", *classes, "    class C1000", "    def C1000.last"])))
    assert names.settle("m.C0().last").ids == ("m.C1000.last",)
    assert len(names.line_of("m.C0")) == 1001
