"""Views as ordinary nodes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from docutils import nodes
from shown import Pages

from sphinx_kwindex import Project
from sphinx_kwindex.ext import escape
from sphinx_kwindex.ext.plain import listing_nodes, section_nodes
from sphinx_kwindex.model import Kind
from sphinx_kwindex.pages.blocks import Bullets, Item, Link, Mark, Named, Para, Qualified, To
from sphinx_kwindex.pages.directives import DirectiveView
from sphinx_kwindex.pages.listing import ListingQuery
from sphinx_kwindex.pages.plain_forms import MAX_FILES
from sphinx_kwindex.pages.records import PageView
from sphinx_kwindex.pages.views import listing_view

TREE = {
    "pkg/__init__.py": '"""The package."""\n',
    "pkg/a.py": '''\
        """Things with ``code``."""
        import os, pkg.b
        class Base:
            """A base."""
            def run(self, x=1): return os.name
        class Child(Base):
            def run(self): pass
        def used(): pass
        ''',
    "pkg/b.py": "import pkg.a",
    "tests/test_a.py": "from pkg.a import Child\ndef test_child(): Child()\n",
    "bad.py": "def",
} | {f"u{number:02}.py": "from pkg.a import used\nused()\n" for number in range(14)}


class Links(escape.Links):
    """Addresses; none for the pages of files that use something."""

    def uri(self, link: Link) -> str | None:
        return None if "/u" in link.docname else f"{link.docname}.txt"


class Site(Pages):
    """The pages of a small project."""

    def listing(self, **values: object) -> str:
        query = ListingQuery(what="pkg/a.py", **values)  # type: ignore[arg-type]
        view = listing_view(self.sources(), query)
        return "\n".join(node.astext() for node in listing_nodes(view, Links()))


@pytest.fixture
def site(make_tree: Callable[..., Path]) -> Iterator[Site]:
    with Project.open(make_tree(TREE)) as project:
        yield Site(project.reader)


def whole(view: PageView) -> nodes.Element:
    """Return all sections of a page in one node."""
    found = nodes.container()
    for section_id in ("kw-path", "", *(key for key, _ in view.page.sections)):
        found += section_nodes(view, section_id, Links())
    return found


def test_file_page(site: Site) -> None:
    """A file's page has the same order as in HTML: what it is, keywords with their members, imports, notes."""
    text = whole(site.view("file:pkg/a.py")).astext()
    parts = [
        "Keyword index / pkg", "pkg.a", "Module, 8 lines", "Things with code.", "Base (class), L3", "A base.",
        "Subclasses: pkg.a.Child", "Base.run(self, x=1) (method), L5", "Overridden by: pkg.a.Child.run",
        "Child(Base)", "used() (function)", "Used in: u00.py (2)", "From the standard library:", "import os", "Imported by: pkg/b.py, u00.py",
        "Import cycle: → pkg/b.py → pkg/a.py", "Tests that use it: tests/test_a.py", "pytest tests/test_a.py",
    ]  # fmt: skip
    places = [text.index(part) for part in parts]
    assert places == sorted(places)


def test_project_page(site: Site) -> None:
    """The project's page names the most used keywords and what has no docstring, as links."""
    text = whole(site.view("project")).astext()
    assert "Most used keywords: pkg.a.used" in text
    assert "Public names without a docstring: pkg.a.used, pkg.a.Child" in text


def test_at_most_ten_files_per_keyword(site: Site) -> None:
    """A keyword lists ten using files, and says how many more there are; scopes and lines are left out."""
    text = whole(site.view("file:pkg/a.py")).astext()
    line = next(line for line in text.splitlines() if line.startswith("Used in: u"))
    assert line.count("(2)") == MAX_FILES
    assert line.endswith("and 4 more")


def test_members_are_nested(site: Site) -> None:
    """Members stand in a list inside their class's item."""
    body = whole(site.view("file:pkg/a.py"))
    depths = {
        node.astext(): sum(isinstance(above, nodes.bullet_list) for above in _above(node))
        for node in body.findall(nodes.literal)
    }
    assert depths["Base.run(self, x=1)"] == depths["Base"] + 1


def test_no_list_is_nested_too_deeply(make_tree: Callable[..., Path]) -> None:
    """LaTeX has four levels of lists: what is deeper stands behind its parent, in order."""
    code = "".join("    " * depth + f"class C{depth}:\n" for depth in range(9)) + "    " * 9 + "x: int\n    y: int\n"
    with Project.open(make_tree({"m.py": code})) as project:
        body = whole(Site(project.reader).view("file:m.py"))
    names = [node for node in body.findall(nodes.literal) if re.fullmatch(r"[\w.]*(C\d|x|y)(: int)?", node.astext())]
    shown = [
        (node.astext().rpartition(".")[2], sum(isinstance(n, nodes.bullet_list) for n in _above(node)))
        for node in names
    ]
    deepest = [*((f"C{depth}", 4) for depth in range(3, 9)), ("x: int", 4), ("y: int", 2)]
    assert shown == [("C0", 1), ("C1", 2), ("C2", 3), *deepest]


def test_deep_trees(make_tree: Callable[..., Path]) -> None:
    """What a tree has below its fourth level is called by its path from there."""
    with Project.open(make_tree({"a/b/c/d/e/f/m.py": "", "a/b/m.py": ""})) as project:
        body = whole(Site(project.reader).view("project"))
    assert [name for name in body.astext().split() if name.endswith(("/", ".py"))] == [
        "a/", "b/", "c/", "d/", "d/e/", "d/e/f/", "d/e/f/m.py", "m.py",
    ]  # fmt: skip


def _above(node: nodes.Node) -> Iterator[nodes.Node]:
    while node.parent is not None:
        node = node.parent
        yield node


def test_anchors_and_links(site: Site) -> None:
    """Keywords have the same anchors as in HTML; a page that the output lacks is plain text."""
    body = whole(site.view("file:pkg/a.py"))
    ids = {name for node in body.findall(nodes.Element) for name in node["ids"]}
    assert {"Base", "Base.run", "used"} <= ids
    references = {node.astext() for node in body.findall(nodes.reference)}
    assert "pkg.a.Child" in references
    assert "u00.py" not in references
    assert "u00.py" in body.astext()


def test_every_page(site: Site) -> None:
    """Every page has something to show, and its lists are lists."""
    for key in site.pages:
        body = whole(site.view(key))
        assert body.astext().strip(), key
        for found in body.findall(nodes.bullet_list):
            assert all(isinstance(child, nodes.list_item) and child.children for child in found.children), key
            assert found.children, key


def test_broken_file(site: Site) -> None:
    """A file that cannot be analysed says why."""
    assert "This file could not be analysed. Line 1" in whole(site.view("file:bad.py")).astext()


@pytest.mark.parametrize("group", ["file", "kind", "letter", "none"])
def test_listing(site: Site, group: str) -> None:
    """A listing shows its rows in groups."""
    text = site.listing(group=group, columns=("kind", "signature", "summary", "file", "uses", "line"))
    for part in ("class Base", "A base.", "method Base.run(self, x=1)", "(pkg/a.py L5)", "28 uses"):
        assert part in text


def test_listing_of_nothing(site: Site) -> None:
    """A listing that finds nothing says so."""
    assert site.listing(pattern="nothing") == "No keywords."


def test_unseen_characters_are_spelled_out() -> None:
    """What cannot be seen, or cannot be written, is told by its number."""
    name = Named("", To(Link(docname="a", text="\ud800"), Qualified("\ud800")), "\x00")
    row = Item(name, mark=Mark(Kind.DATA))
    view = DirectiveView(ListingQuery(), (Para("\u202ex"), Bullets((row,))))
    text = "\n".join(node.astext() for node in listing_nodes(view, Links()))
    assert text.split() == ["⟨U+202E⟩x", "variable", "⟨U+D800⟩⟨U+0000⟩"]
