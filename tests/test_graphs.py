"""The directives `kwgraph` and `kwtree`: what they show, as pictures and in words, in every format."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from shown import Pages, index

from sphinx_kwindex.pages.blocks import Said, find_all
from sphinx_kwindex.pages.graph_view import MOST_NODES, GraphQuery, GraphView, find_graph
from sphinx_kwindex.pages.records import Files, TreeNode
from sphinx_kwindex.pages.tree_view import TreeQuery

Build = Callable[..., Any]

TREE = {
    "pkg/__init__.py": '"""A package."""\n',
    "pkg/low.py": '"""What lies low."""\n\ndef low(): ...\ndef _helper(): return low()\n',
    "pkg/mid.py": "from pkg.low import low\n\ndef mid(): return low() or low()\n",
    "pkg/top.py": "from pkg.mid import mid\n\ndef top():\n    def inner(): return mid()\n    return inner\n",
    "pkg/sub/__init__.py": '"""A part."""\n',
    "pkg/sub/leaf.py": "import pkg.low\nfrom pkg.sub import twig\n",
    "pkg/sub/twig.py": "def twig(): return twig()\n",
    "app/main.py": "from pkg.top import top\nfrom pkg.sub import leaf\n\ntop()\n",
    "tests/test_low.py": "from pkg.low import low\n\ndef test_low(): low()\n",
}


@pytest.fixture
def pages(make_tree: Callable[..., Path]) -> Iterator[Pages]:
    with index(make_tree(TREE)) as found:
        yield found


def graph(pages: Pages, what: str, **values: Any) -> GraphView:
    view = find_graph(pages.sources(), GraphQuery(what=what, **values))
    assert view is not None
    return view


def edges(view: GraphView) -> set[str]:
    if view.graph is None:
        return set()
    names = [node.link.text for node in view.graph.nodes]
    return {
        f"{names[edge.source]} {names[edge.target]}" + (f" {edge.count}" if edge.count > 1 else "")
        for edge in view.graph.edges
    }


GRAPHS: dict[str, tuple[str, dict[str, Any], set[str]]] = {
    "file": (
        "pkg/mid.py",
        {},
        {"pkg/mid.py pkg/low.py", "pkg/top.py pkg/mid.py"},
    ),
    "imports": ("pkg/mid.py", {"direction": "imports"}, {"pkg/mid.py pkg/low.py"}),
    "importers": ("pkg/mid.py", {"direction": "importers"}, {"pkg/top.py pkg/mid.py"}),
    "depth": (
        "pkg/mid.py",
        {"direction": "importers", "depth": 2},
        {"pkg/top.py pkg/mid.py", "app/main.py pkg/top.py"},
    ),
    "end of a path": ("mid.py", {"direction": "imports"}, {"pkg/mid.py pkg/low.py"}),
    "module": ("pkg.mid", {"direction": "imports"}, {"pkg/mid.py pkg/low.py"}),
    "tests": (
        "pkg/low.py",
        {"tests": True, "direction": "importers"},
        {"pkg/mid.py pkg/low.py", "pkg/sub/leaf.py pkg/low.py", "tests/test_low.py pkg/low.py"},
    ),
    "no tests": ("pkg/low.py", {}, {"pkg/mid.py pkg/low.py", "pkg/sub/leaf.py pkg/low.py"}),
    "no connections": ("pkg/__init__.py", {}, set()),
    "inside": ("pkg", {}, {"mid.py low.py", "top.py mid.py", "sub/ low.py"}),
    "around a folder": ("pkg/sub", {"direction": "both"}, {"pkg/sub/ pkg/low.py", "app/ pkg/sub/"}),
    "users": ("pkg.low.low", {}, {"_helper low", "mid low 2"}),
    "users with tests": ("low.low", {"tests": True}, {"_helper low", "mid low 2", "test_low low"}),
    "users of users": (
        "pkg.low.low",
        {"depth": 3},
        {"_helper low", "mid low 2", "top.<locals>.inner mid", "top top.<locals>.inner"},
    ),
    "what it uses": ("pkg.mid.mid", {"direction": "imports"}, {"mid low 2"}),
    "recursive": ("twig.twig", {}, set()),
}


@pytest.mark.parametrize(("what", "values", "expected"), GRAPHS.values(), ids=GRAPHS)
def test_graph(pages: Pages, what: str, values: dict[str, Any], expected: set[str]) -> None:
    """A graph has what can be reached from its subject, and all that leads from one of these to another."""
    view = graph(pages, what, **values)
    assert edges(view) == expected
    assert view.graph is None or view.is_inside or sum(node.is_start for node in view.graph.nodes) == 1


def test_limit(make_tree: Callable[..., Path]) -> None:
    """A graph is bounded; each direction gets its share, and what is left out is counted."""
    users = {f"u{number:03}.py": "import mid\n" for number in range(300)}
    used = {f"t{number:03}.py": "" for number in range(30)}
    tree = {"mid.py": "".join(f"import t{number:03}\n" for number in range(30)), **users, **used}
    with index(make_tree(tree)) as pages:
        view = graph(pages, "mid.py")
        assert view.graph is not None
        names = [node.link.text for node in view.graph.nodes]
        assert (len(names), view.more) == (21, 310)
        assert sum(name.startswith("t") for name in names) == 10
        assert graph(pages, "mid.py", direction="imports", limit=0).more == 0
        everything = graph(pages, "mid.py", limit=0)
        assert everything.graph is not None
        assert len(everything.graph.nodes) == MOST_NODES + 1


NEAREST: dict[str, tuple[dict[str, str], str, dict[str, Any], set[str]]] = {
    "files": (
        {
            "z.py": "",
            "b.py": "",
            "mid.py": "import b, c, z\n",
            "c.py": "",
            "u.py": "import z\nimport c\n",
            "v.py": "import z\n",
        },
        "mid.py",
        {"direction": "imports"},
        {"mid.py", "z.py", "c.py"},
    ),
    "nearer": (
        {"mid.py": "import z, y\n", "z.py": "import a\n", "y.py": "import a\n", "a.py": ""},
        "mid.py",
        {"direction": "imports", "depth": 2},
        {"mid.py", "z.py", "y.py"},
    ),
    "folders": (
        {
            "pkg/m.py": "import a.x, z.x, z.y, c.x, c.y\n",
            "a/x.py": "",
            "z/x.py": "",
            "z/y.py": "",
            "c/x.py": "",
            "c/y.py": "",
        },
        "pkg",
        {"direction": "imports"},
        {"pkg/", "z/", "c/"},
    ),
    "uses": (
        {"m.py": "def f(): ...\ndef a(): f()\ndef z():\n f()\n f()\ndef y():\n f()\n f()\n"},
        "m.f",
        {},
        {"f", "y", "z"},
    ),
}


@pytest.mark.parametrize(("files", "what", "values", "expected"), NEAREST.values(), ids=NEAREST)
def test_limit_keeps_what_is_connected_best(
    make_tree: Callable[..., Path], files: dict[str, str], what: str, values: dict[str, Any], expected: set[str]
) -> None:
    """Where not all fit, the nearest nodes are shown, of those as near the best connected; not the first in the tree."""
    with index(make_tree(files)) as pages:
        view = graph(pages, what, limit=2, **values)
        assert view.graph is not None
        assert {node.link.text for node in view.graph.nodes} == expected
        assert view.more == 1


def names(nodes: tuple[TreeNode, ...]) -> list[Any]:
    return [[node.entry.link.text, names(node.children)] if node.children else node.entry.link.text for node in nodes]


TREES: dict[str, tuple[str, dict[str, Any], list[Any]]] = {
    "folder": (
        "pkg",
        {},
        [["sub/", ["__init__.py", "leaf.py", "twig.py"]], "__init__.py", "low.py", "mid.py", "top.py"],
    ),
    "end of a path": ("sub/", {}, ["__init__.py", "leaf.py", "twig.py"]),
    "depth": ("", {"depth": 1}, ["app/", "pkg/", "tests/"]),
    "folders": ("", {"only": "folders"}, ["app/", ["pkg/", ["sub/"]], "tests/"]),
    "pattern": ("", {"pattern": "t*.py"}, [["pkg/", [["sub/", ["twig.py"]], "top.py"]], ["tests/", ["test_low.py"]]]),
    "pattern of a path": (
        "",
        {"pattern": "pkg/*.py", "depth": 2},
        [["pkg/", ["__init__.py", "low.py", "mid.py", "top.py"]]],
    ),
    "files": (
        "pkg",
        {"only": "files"},
        ["sub/__init__.py", "sub/leaf.py", "sub/twig.py", "__init__.py", "low.py", "mid.py", "top.py"],
    ),
    "files up to a limit": ("pkg", {"only": "files", "limit": 2}, ["__init__.py", "low.py"]),
    "limit": ("pkg", {"limit": 3}, ["sub/", "__init__.py", "low.py"]),
    "nothing matches": ("pkg", {"pattern": "x*"}, []),
}


@pytest.mark.parametrize(("what", "values", "expected"), TREES.values(), ids=TREES)
def test_tree(pages: Pages, what: str, values: dict[str, Any], expected: list[Any]) -> None:
    """A tree has the folders and files that are wanted; where there are too many, the deepest are left out."""
    view = pages.listing(TreeQuery(what=what, **values))
    assert names(tuple(node for files in find_all(view, Files) for node in files.nodes)) == expected
    assert any(said.text == "1 more is left out." for said in find_all(view, Said)) == ("limit" in values)


def page(*directives: str) -> str:
    return "Page\n====\n\n" + "\n\n".join(f".. {directive}" for directive in directives) + "\n"


INDEX = "Test\n====\n\n.. toctree::\n\n   kwindex/index\n   page\n"
CONF = {"version": "1", "copyright": "us", "author": "us"}
SITE = {**TREE, "docs/index.rst": INDEX}


@pytest.mark.parametrize("builder", ["html", "text", "epub", "latex", "man", "singlehtml", "dirhtml"])
def test_in_words(build: Build, builder: str) -> None:
    """Without graphviz, and in other formats, graphs and trees are lists."""
    text = page("kwgraph:: pkg/mid.py", "kwgraph:: pkg", "kwgraph:: pkg.mid.mid", "kwtree:: pkg")
    conf = {**CONF, "extensions": ["sphinx_kwindex", "sphinx.ext.graphviz"]} if builder != "html" else CONF
    if builder in {"singlehtml", "dirhtml"}:
        conf = CONF
    if builder == "man":
        conf = {**conf, "man_pages": [("index", "test", "test", [], 1)]}
    built = build({**SITE, "docs/page.rst": text}, conf, builder)
    path = next(path for path in built.outdir.rglob("*") if re.fullmatch(r"page\.x?html|page\.txt|.*\.tex|.*\.1", path.name)
                or path.as_posix().endswith(("page/index.html", "singlehtml/index.html")))  # fmt: skip
    shown = re.sub(r"<[^>]+>|\\f[BIPR]|\\%|\\[a-z]*\s?|[{}*_]", "", path.read_text(encoding="utf-8"))
    for part in ("imports pkg/low.py", "inner", "leaf.py", "What lies low."):
        assert part in shown


def test_myst(build: Build) -> None:
    """In MyST they are the same."""
    text = (
        "# Page\n\n```{kwgraph} pkg/mid.py\n:direction: imports\n```\n\n```{kwtree} pkg\n:depth: 1\n:counts: no\n```\n"
    )
    index = "# Test\n\n```{toctree}\nkwindex/index\npage\n```\n"
    conf = {"extensions": ["myst_parser", "sphinx_kwindex"]}
    shown = build({**TREE, "docs/index.md": index, "docs/page.md": text}, conf).text("page.html")
    assert ">pkg/low.py</a>" in shown
    assert ">twig.py</a>" not in shown
    assert "kw-counts" not in shown


FAULTS = {
    "missing": ("kwgraph:: pkg/mud.py", "kwgraph: 'pkg/mud.py' is not in the index (could be: pkg/mid.py"),
    "nothing": ("kwgraph::", "kwgraph: expected an argument: a file, a folder or a keyword"),
    "direction": ("kwgraph:: pkg\n   :direction: up", "kwgraph: option 'direction': invalid value 'up'"),
    "depth": ("kwgraph:: pkg\n   :depth: far", "kwgraph: option 'depth': expected a whole number"),
    "ambiguous": ("kwgraph:: __init__.py", "'__init__.py' is ambiguous; shown for pkg/__init__.py"),
    "no folder": ("kwtree:: pkgs", "kwtree: 'pkgs' is not in the index (could be: pkg"),
    "only": ("kwtree:: pkg\n   :only: file", "kwtree: option 'only': invalid value 'file' (could be: files)"),
}


@pytest.mark.parametrize(("directive", "text"), FAULTS.values(), ids=FAULTS)
def test_faults(build: Build, directive: str, text: str) -> None:
    """What cannot be shown is one warning with candidates, and the page is built."""
    built = build({**SITE, "docs/page.rst": page(directive) + "\nThe end.\n"}, warnings=[text])
    assert len(built.warnings) == 1
    assert "The end." in built.text("page.html")


def test_pages_follow(build: Build) -> None:
    """A page is written again when an import that it shows comes or goes, and is not read again."""
    build({**SITE, "docs/page.rst": page("kwgraph:: pkg/mid.py")})
    second = build({"pkg/mid.py": "\n" + TREE["pkg/mid.py"]})
    assert "page" not in second.written
    third = build({"pkg/mid.py": TREE["pkg/mid.py"] + "import pkg.sub.twig\n"})
    assert third.read == ()
    assert "page" in third.written
    assert "pkg/sub/twig.py" in third.text("page.html")


DOT = """\
#!{python}
import re, sys
code = sys.stdin.read()
nodes = re.findall(r'(n\\d+) \\[label="(.*?)", URL="(.*?)"', code)
items = "".join(f'<g id="{{name}}"><title>{{name}}</title><a xlink:href="{{url}}" xlink:title="t"><text>{{label}}</text></a></g>'
                for name, label, url in nodes)
head = '<?xml version="1.0"?><!DOCTYPE svg><svg width="900pt" xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'
print(head + items + "</svg>")
"""


@pytest.fixture
def dot(tmp_path: Path) -> str:
    """Make a program that answers as `dot` does."""
    path = tmp_path / "dot.py"
    path.write_text(DOT.format(python=sys.executable), encoding="utf-8")
    path.chmod(0o755)
    return str(path)


def pictures(html: str) -> list[ET.Element]:
    return [ET.fromstring(text) for text in re.findall("<svg class=.*?</svg>", html, re.DOTALL)]


@pytest.mark.skipif(sys.platform == "win32", reason="programs are made otherwise there")
def test_picture(build: Build, dot: str) -> None:
    """With graphviz there is a picture with links to pages, without ids, and the words are behind it."""
    conf = {"extensions": ["sphinx.ext.graphviz", "sphinx_kwindex"], "graphviz_dot": dot}
    built = build({**SITE, "docs/page.rst": page("kwgraph:: pkg/mid.py", "kwgraph:: pkg.low.low")}, conf)
    html = built.text("page.html")
    first, second = pictures(html)
    links = [link.get("href") for link in first.iter("{http://www.w3.org/2000/svg}a")]
    assert links == [f"kwindex/tree/pkg/{name}.py.html" for name in ("top", "mid", "low")]
    tips = [link.findtext("{http://www.w3.org/2000/svg}title") for link in first.iter("{http://www.w3.org/2000/svg}a")]
    assert tips == ["t", "t", "t"], "HTML knows no other tips in pictures"
    assert "kwindex/tree/pkg/low.py.html#low" in [
        link.get("href") for link in second.iter("{http://www.w3.org/2000/svg}a")
    ]
    assert not [element for element in first.iter() if element.get("id")]
    assert html.count("As text") == 2
    assert (first.get("width"), first.get("style")) == ("900pt", "min-width:648pt"), "as small as can be read"


@pytest.mark.skipif(sys.platform == "win32", reason="programs are made otherwise there")
@pytest.mark.parametrize("graphs", [False, True])
def test_pictures_on_folder_pages(build: Build, dot: str, *, graphs: bool) -> None:
    """Pages of folders have pictures only where `kwindex_graphs` asks for them; the table is there in both cases."""
    conf = {"extensions": ["sphinx.ext.graphviz", "sphinx_kwindex"], "graphviz_dot": dot, "kwindex_graphs": graphs}
    html = build({**SITE, "docs/page.rst": page()}, conf).text("kwindex/tree/pkg/index.html")
    assert len(pictures(html)) == graphs
    assert "kw-matrix" in html


def test_no_dot(build: Build) -> None:
    """Where the program is missing, there are words, and no warning."""
    conf = {"extensions": ["sphinx.ext.graphviz", "sphinx_kwindex"], "graphviz_dot": "no-such-dot"}
    html = build({**SITE, "docs/page.rst": page("kwgraph:: pkg/mid.py")}, conf).text("page.html")
    assert not pictures(html)
    assert "kw-edges" in html


@pytest.mark.skipif(sys.platform == "win32" or not shutil.which("false"), reason="needs a program that fails")
def test_dot_that_fails(build: Build) -> None:
    """Where the program fails, there is a warning, and there are words."""
    conf = {"extensions": ["sphinx.ext.graphviz", "sphinx_kwindex"], "graphviz_dot": "false"}
    files = {**SITE, "docs/page.rst": page("kwgraph:: pkg/mid.py")}
    html = build(files, conf, warnings=["cannot draw a graph"]).text("page.html")
    assert "kw-edges" in html


@pytest.mark.skipif(not shutil.which("dot"), reason="graphviz is not installed")
@pytest.mark.parametrize("name", ['a"b', "a&amp;b", "a\\\\Nb", "\u202eab", "x" * 200, "<b>"])
def test_names_in_pictures(build: Build, name: str) -> None:
    """Names of any kind are shown in real pictures as they are, or spelled out."""
    files = {f"d/{name}.py": "", "d/user.py": "", "d/other.py": "import d.user\n", **SITE}
    conf = {"extensions": ["sphinx.ext.graphviz", "sphinx_kwindex"], "kwindex_graphs": True}
    files["d/heading.md"] = f"# {name}\n"
    built = build({**files, "docs/page.rst": page("kwgraph:: d/other.py")}, conf)
    (picture,) = pictures(built.text("page.html"))
    assert "d/user.py" in "".join(picture.itertext())
