"""What the pages of folders show beside their lists: what others use, who imports whom, the names below."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from docutils import nodes
from shown import FolderShown, Pages, folder_shown, index, project_shown
from test_html import NASTY
from test_views import store_of

from sphinx_kwindex.ext.escape import Links
from sphinx_kwindex.ext.html import render_section
from sphinx_kwindex.ext.plain import section_nodes
from sphinx_kwindex.pages.blocks import Link
from sphinx_kwindex.pages.folder_parts import NAMES
from sphinx_kwindex.pages.graphs import LIST_EDGES, LIST_NODES, TABLE_NODES, Graph, make_view, sort_by_layer
from sphinx_kwindex.pages.overview import ImportCounts
from sphinx_kwindex.pages.records import PageView

MakeTree = Callable[..., Path]

TREE = {
    "pkg/__init__.py": "",
    "pkg/core/__init__.py": "",
    "pkg/core/base.py": (
        "import pkg.tools\n\nclass Base: ...\ndef _hidden(): ...\ndef make():\n    def inner(): ...\ndef alone(): ...\n"
    ),
    "pkg/core/more.py": "from pkg.core.base import alone\n\nalone()\n",
    "pkg/tools.py": "from pkg.core.base import make\nfrom pkg.leaf import leaf\n\nmake()\nleaf()\n",
    "pkg/app.py": "from pkg.core.base import Base, _hidden\nfrom pkg.core import base\n\nBase()\n_hidden()\n",
    "pkg/leaf.py": "def leaf(): ...\n",
    "pkg/lone.py": "def lone(): ...\n",
    "main.py": "from pkg.core.base import Base\n\nBase()\n",
    "tests/test_base.py": "from pkg.core.base import alone\n\nalone()\n",
}


class AllLinks(Links):
    """Every page exists."""

    def uri(self, link: Link) -> str | None:
        return f"{link.docname}.html" + (f"#{link.anchor}" if link.anchor else "")


def folder(pages: Pages, path: str) -> FolderShown:
    return folder_shown(pages.reader, pages.options, pages.addresses, pages.pages[f"folder:{path}"])


def html(view: PageView) -> str:
    return "".join(render_section(view, key, AllLinks()) for key in ("", *dict(view.page.sections)))


def text(view: PageView) -> str:
    found = [node for key in ("", *dict(view.page.sections)) for node in section_nodes(view, key, AllLinks())]
    return nodes.container("", *found).astext()


def edges_of(graph: Graph | None) -> dict[tuple[str, str], int]:
    assert graph is not None
    return {(graph.nodes[e.source].link.text, graph.nodes[e.target].link.text): e.count for e in graph.edges}


def test_most_used_from_outside(make_tree: MakeTree) -> None:
    """A folder names the public keywords that files outside it use; tests and its own files do not count."""
    with index(make_tree(TREE)) as pages:
        used = [(item.link.text, item.files) for item in folder(pages, "pkg/core").used]
        assert used == [("Base", 2), ("make", 1)]
        assert [(item.link.text, item.files) for item in folder(pages, "pkg").used] == [("Base", 1)]
        assert "used in 2 files" in html(pages.view("folder:pkg/core"))


def test_rough_counts(make_tree: MakeTree) -> None:
    """Ten users or more are told roughly, so that one more does not change the page."""
    tree = {f"u/u{number:02}.py": "from pkg.a import f\nf()\n" for number in range(14)}
    with index(make_tree({"pkg/a.py": "def f(): ...\n", **tree})) as pages:
        before = pages.prints()["folder:pkg"]
        (item,) = folder(pages, "pkg").used
        assert item.files == 10
        assert "used in 10 or more files" in html(pages.view("folder:pkg"))
    with index(make_tree({"u/u14.py": tree["u/u00.py"]}), related_limit=8) as pages:
        assert pages.prints()["folder:pkg"] == before


def test_imports_among_children(make_tree: MakeTree) -> None:
    """Imports count between the children of the deepest folder that holds both files, and only there."""
    with index(make_tree(TREE)) as pages:
        graph = folder(pages, "pkg").imports
        assert edges_of(graph) == {
            ("app.py", "core/"): 1,
            ("core/", "tools.py"): 1,
            ("tools.py", "core/"): 1,
            ("tools.py", "leaf.py"): 1,
        }
        assert graph is not None
        assert [node.link.text for node in graph.nodes] == ["app.py", "core/", "tools.py", "leaf.py"]
        assert graph.circles == ((1, 2),)
        assert graph.alone == 2
        assert edges_of(folder(pages, "pkg/core").imports) == {("more.py", "base.py"): 1}
        root = project_shown(pages.reader, pages.options, pages.addresses, pages.pages["project"])
        assert edges_of(root.imports) == {("main.py", "pkg/"): 1, ("tests/", "pkg/"): 1}


def test_table_and_list_say_the_same(make_tree: MakeTree) -> None:
    """The table has a row and a column for each child; other formats say it in sentences."""
    with index(make_tree(TREE)) as pages:
        view = pages.view("folder:pkg")
        table = ET.fromstring(f"<x>{re.search('<table.*</table>', html(view))[0]}</x>")  # type: ignore[index]
        rows = [["".join(cell.itertext()).strip() for cell in row] for row in table.iter("tr")]
        assert rows == [
            ["", "app.py", "core/", "tools.py", "leaf.py"],
            ["app.py", "", "1", "", ""],
            ["core/", "", "", "1 in a cycle", ""],
            ["tools.py", "", "1 in a cycle", "", "1"],
            ["leaf.py", "", "", "", ""],
        ]
        said = text(view)
        assert "tools.py imports core/ (1), leaf.py (1)" in said
        assert "In a cycle, directly or through others: core/, tools.py." in said


@pytest.mark.parametrize(
    ("pairs", "order"),
    [
        pytest.param([("b", "a"), ("c", "b")], ["c", "b", "a"], id="chain"),
        pytest.param([("a", "d"), ("b", "d"), ("b", "c")], ["a", "b", "c", "d"], id="ties-by-name"),
        pytest.param([("x", "b"), ("b", "c"), ("c", "b"), ("c", "a")], ["x", "b", "c", "a"], id="circle-together"),
        pytest.param([], [], id="none"),
    ],
)
def test_layers(pairs: list[tuple[str, str]], order: list[str]) -> None:
    """What imports comes before what it imports; what is in a circle stays together."""
    assert sort_by_layer(pairs) == order


def test_large_graph(make_tree: MakeTree) -> None:
    """Of many children, the most imported are listed, each with some of those that import it."""
    tree = {f"d/f{number:02}.py": "import d.base\nimport d.other\n" for number in range(TABLE_NODES)}
    with index(make_tree({"d/base.py": "", "d/other.py": "", "d/__init__.py": "", **tree})) as pages:
        graph = folder(pages, "d").imports
        assert graph is not None
        assert len(graph.edges) == 2 * LIST_EDGES
        assert graph.more_edges == 2 * (TABLE_NODES - LIST_EDGES)
        assert "<table" not in html(pages.view("folder:d"))
        said = text(pages.view("folder:d"))
        assert "base.py is imported by f00.py, f01.py" in said
        assert f" and {TABLE_NODES - LIST_EDGES} more" in html(pages.view("folder:d"))


def test_graphs_are_bounded() -> None:
    """However many imports there are, a list of them is short."""
    counts = {(f"a{one}", f"a{other}"): ImportCounts(1) for one in range(60) for other in range(60) if one != other}
    graph = make_view(counts, lambda name: Link(docname=name, text=name))
    assert len(graph.edges) == LIST_NODES * LIST_EDGES


def test_names_below(make_tree: MakeTree) -> None:
    """The public classes and functions below a folder stand from A to Z; private ones and those in functions do not."""
    with index(make_tree(TREE)) as pages:
        names = folder(pages, "pkg").names
        assert names is not None
        assert [link.text for link in names.names] == ["alone", "Base", "leaf", "lone", "make"]
        assert names.is_whole
        assert "2 names" not in html(pages.view("folder:pkg"))
        assert "5 names" in html(pages.view("folder:pkg"))
        assert "A: alone" in text(pages.view("folder:pkg"))


def test_very_many_names_below() -> None:
    """A folder with too many names lists those of its own files, and leads to the folders below."""
    with store_of({"d/a/x.py": NAMES, "d/b/y.py": NAMES, "d/own.py": 3}) as pages:
        names = folder(pages, "d").names
        assert names is not None
        assert [link.text for link in names.names] == ["f00000", "f00001", "f00002"]
        assert [link.text for link in names.folders] == ["a/", "b/"]
        assert not names.is_whole
        below = folder(pages, "d/a").names
        assert below is not None
        assert (len(below.names), below.is_whole) == (NAMES, True)


def test_wide_folder() -> None:
    """The page of a folder of 3,000 files is bounded in size and time, and names them all."""
    with store_of({f"d/f{number:04}.py": 2 for number in range(3_000)}) as pages:
        start = time.process_time()
        page = html(pages.view("folder:d"))
        assert time.process_time() - start < 5
        assert len(page) < 1_000_000
        assert page.count('class="kw-entry"') == 3_000


def test_deep_tree(make_tree: MakeTree) -> None:
    """A tree of 30 levels has a page for each."""
    path = "/".join(f"level{number}" for number in range(30))
    files = {f"{path}/mod.py": "def f(): ...\n", "level0/top.py": f"from {path.replace('/', '.')}.mod import f\nf()\n"}
    with index(make_tree(files)) as pages:
        assert len([key for key in pages.pages if key.startswith("folder:")]) == 30
        assert [item.link.text for item in folder(pages, path).used] == ["f"]
        assert not folder(pages, "level0").used
        for key in pages.pages:
            ET.fromstring(f"<x>{html(pages.view(key))}</x>")


@pytest.mark.parametrize(
    "tree", [{"one.py": "x = 1\n"}, {"one.py": ""}, {"a/one.py": ""}], ids=["one", "none", "empty"]
)
def test_small(make_tree: MakeTree, tree: dict[str, str]) -> None:
    """A project of one file, or without a keyword, has no empty lists."""
    with index(make_tree(tree)) as pages:
        for key in pages.pages:
            assert "<table" not in html(pages.view(key))
            assert "kw-az" not in html(pages.view(key)) or tree["one.py"]


@pytest.mark.parametrize("name", [item for item in NASTY if item.id not in {"surrogate", "control"}])
def test_nasty_names(make_tree: MakeTree, name: str) -> None:
    """Names of folders and files are shown as they are, and never as markup."""
    part = name.replace("/", "")[:80]
    files = {f"d/{part}/{part}.py": "def f(): ...\n", "d/__init__.py": "", "d/user.py": "def g(): ...\n"}
    with index(make_tree(files)) as pages:
        for key in pages.pages:
            shown = html(pages.view(key))
            ET.fromstring(f"<x>{shown}</x>")
            assert "<script" not in shown
            assert text(pages.view(key)) is not None


def test_order_is_stable(make_tree: MakeTree, tmp_path: Path) -> None:
    """The views of folders are the same however the index came about."""
    root = make_tree(TREE)
    prints = []
    for cache in (None, tmp_path / "cache", tmp_path / "cache"):
        with index(root, cache) as pages:
            prints.append(pages.prints())
    assert all(one == other for one, other in pairwise(prints))
