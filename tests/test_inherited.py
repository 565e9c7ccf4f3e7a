"""What classes inherit from classes of the project."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from link_builder import build
from shown import Uris, index

from sphinx_kwindex import Project
from sphinx_kwindex.ext.html import render_section
from sphinx_kwindex.ext.plain import section_nodes
from sphinx_kwindex.link.inherited import find_inherited
from sphinx_kwindex.link.names import Names
from sphinx_kwindex.model import MOST_INHERITED
from sphinx_kwindex.pages.records import PageView
from sphinx_kwindex.pages.tests_view import how_tested

FILES = """
pkg/root.py
    class Root
    def Root.go
    def Root.stop
    def Root._hidden
    def Root.__init__
    attr Root.size
    prop Root.bar
    class Other
    def Other.stop
    def Other.wait
pkg/mid.py
    from pkg.root import Root
    class Mid(pkg.root.Root)
    def Mid.go
    self Mid.bar
pkg/leaf.py
    from pkg.mid import Mid as M
    class Leaf(pkg.mid.Mid, pkg.root.Other, external.Base)
    def Leaf.own
    class Alone(external.Base)
    class Loop(pkg.leaf.Loop)
"""


def found(files: str, path: str) -> list[tuple[str, str, tuple[str, ...], int]]:
    facts = build(files)
    names = Names.of(facts)
    wanted = next(item for item in facts if item.path == path)
    return [
        (wanted.definitions[item.place].name, item.source, item.names, item.more)
        for item in find_inherited(names, wanted)
    ]


def test_members() -> None:
    """Public methods and properties come from the first class in the order of inheritance that defines the name at all."""
    assert found(FILES, "pkg/root.py") == []
    assert found(FILES, "pkg/mid.py") == [("Mid", "pkg.root.Root", ("stop", "bar"), 0)]
    assert found(FILES, "pkg/leaf.py") == [
        ("Leaf", "pkg.mid.Mid", ("go",), 0),
        ("Leaf", "pkg.root.Root", ("stop", "bar"), 0),
        ("Leaf", "pkg.root.Other", ("wait",), 0),
    ]


def test_many() -> None:
    """Of many names the first are kept, and the others counted."""
    members = "".join(f"    def A.f{number:02}\n" for number in range(MOST_INHERITED + 3))
    files = f"a.py\n    class A\n{members}b.py\n    class B(a.A)\n"
    assert found(files, "b.py") == [("B", "a.A", tuple(f"f{number:02}" for number in range(MOST_INHERITED)), 3)]


def test_many_tests(make_tree: Callable[..., Path], tmp_path: Path) -> None:
    """Tests that a class has from a base are all kept: each can be run. Rows show the first of them, as of other names."""
    names = [f"test_{number:02}" for number in range(MOST_INHERITED + 3)]
    methods = "".join(f"    def {name}(self): ...\n" for name in ("setUp", *names))
    files = {
        "tests/test_a.py": f"import unittest\nclass Shared:\n{methods}class TestA(Shared, unittest.TestCase): ...\n"
        "def test_own(): ...\n"
    }
    with index(make_tree(files), tmp_path / "cache") as pages:
        text = section_nodes(pages.view("file:tests/test_a.py"), "kw-classes", Uris())[0].astext()
        (linked,) = pages.subject("tests/test_a.py").linked.inherited
        tested = how_tested(pages.subject("tests/test_a.py"))
    assert linked.names == ("setUp", *names)
    assert f"test_{MOST_INHERITED - 2:02} and 4 more" in text
    assert tested is not None
    assert len(tested.cases) == len(names) + 1


TREE = {
    "pkg/__init__.py": "from pkg.base import Base\n",
    "pkg/base.py": "class Base:\n    def go(self): ...\n",
    "pkg/child.py": "from pkg import Base\nclass Child(Base): ...\n",
}


def shown_child(root: Path, cache: Path) -> PageView:
    with index(root, cache) as pages:
        return pages.view("file:pkg/child.py")


def test_pages(make_tree: Callable[..., Path], tmp_path: Path) -> None:
    """An opened row names them, closed, by base class; a new member of a base class shows on pages of its subclasses."""
    view = shown_child(make_tree(TREE), tmp_path / "cache")
    html = render_section(view, "kw-classes", Uris())
    assert (
        '<summary>1 method or property</summary><ul class="kw-uses"><li><code><a href="kwindex/tree/pkg/base.py.html'
        in html
    )
    assert "pkg.base.Base</a></code>: <code>go</code></li>" in html
    assert "Inherited: pkg.base.Base: go" in section_nodes(view, "kw-classes", Uris())[0].astext()
    root = make_tree({"pkg/base.py": TREE["pkg/base.py"] + "    def stop(self): ...\n"})
    assert "<code>go, stop</code>" in render_section(shown_child(root, tmp_path / "cache"), "kw-classes", Uris())


def test_assignments_to_self(make_tree: Callable[..., Path]) -> None:
    """`self.x = ...` goes through a property of a base class, which is inherited then, but hides a method."""
    code = """
        class Base:
            @property
            def debug(self): ...
            @debug.setter
            def debug(self, value): ...
            def run(self): ...
        class Child(Base):
            def __init__(self):
                self.debug = True
                self.run = print
        class Grandchild(Child): ...
        """
    with Project.open(make_tree({"a.py": code})) as project:
        linked = project.reader.linked("a.py")
        facts = project.reader.facts("a.py")
    found = {facts.definitions[item.place].name: item.names for item in linked.inherited}
    assert found == {"Child": ("debug",), "Grandchild": ("debug",)}
