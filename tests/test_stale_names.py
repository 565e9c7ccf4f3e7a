"""Names in documents that the project does not have (any more)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sphinx_kwindex import Project
from sphinx_kwindex.installed import InstalledClasses
from sphinx_kwindex.own_code import find_own_code
from sphinx_kwindex.pages.lookup import Finder
from sphinx_kwindex.pages.prose_mentions import Pieces
from sphinx_kwindex.pages.stale_names import StaleNames

Build = Callable[..., Any]

TREE = {
    "pkg/__init__.py": "from pkg.graph import *\nfrom pkg import graph, lazy\n",
    "pkg/graph.py": """\
        import installed
        import outside

        class Graph:
            def add_node(self): ...
            def __init__(self): self.name = 1

        class Sub(Graph): ...
        class Open(outside.Base): ...
        class Closed(installed.Base): ...
        class Made:
            def __getattr__(self, name): ...

        def to_arrays() -> Graph: ...
        """,
    "pkg/made.py": """\
        import functools
        import logging
        from pkg.graph import Graph

        class Queries: ...
        def combine(cls): return type("Combined", (cls,), {})
        class Manager(combine(Queries)): ...

        class Meta(type): ...
        class Model(metaclass=Meta): ...

        class Special(Graph):
            def only_special(self): ...

        class Wrapper:
            def __init__(self, function): ...
            def __call__(self, *args): ...

        @Wrapper
        def wrapped(): ...

        def make_class(): return Graph
        logging.getLogger("pkg.made.logger")
        """,
    "pkg/lazy.py": "NAMES = ['spelled_out']\ndef __getattr__(name): ...\n",
    "pkg/stars.py": "from outside import *\n",
    "pkg/docutils.py": "",
    "pkg/uses.py": "from pkg import docutils\nclass Sub: ...\n",
    "pkg/again.py": "from pkg.deep import *\n",
    "pkg/deep/__init__.py": "",
    "pkg/deep/inner.py": "",
    "pkg/_fast.c": "int f(void) { return 1; }\n",
    "tests/test_graph.py": "class TestThing: ...\n",
}
STALE = {
    "function": ("pkg.to_array", "pkg", "to_array", "pkg.to_arrays"),
    "module": ("pkg.grap.Graph", "pkg", "grap", "pkg.graph"),
    "moved": ("pkg.deep.to_arrays", "pkg.deep", "to_arrays", "pkg.graph.to_arrays"),
    "method": ("pkg.Graph.add_nodes()", "pkg.graph.Graph", "add_nodes", "pkg.graph.Graph.add_node"),
    "attribute of a subclass": ("pkg.graph.Sub.names", "pkg.graph.Sub", "names", "pkg.graph.Sub.name"),
    "of a module by another name": ("pk.to_array", "pkg", "to_array", "pkg.to_arrays"),
    "called, nothing near": ("pkg.nothing_like_it()", "pkg", "nothing_like_it", ""),
    "deep in the package, nothing near": ("pkg.graph.unlike", "pkg.graph", "unlike", ""),
    "by another name, nothing near": ("pk.nothing_like_it", "pkg", "nothing_like_it", ""),
    "of a class with a known base": (
        "pkg.graph.Closed.add_node",
        "pkg.graph.Closed",
        "add_node",
        "pkg.graph.Graph.add_node",
    ),
    "by its class": ("Sub.add_nodes", "pkg.graph.Sub", "add_nodes", "pkg.graph.Sub.add_node"),
}
FINE = [
    "pkg.Graph.add_node",
    "pk.Graph.add_node",
    "pk",
    "pkg.graph.Sub.name",
    "pkg.nothing_like_it",
    "pkg._fast.f",
    "pkg.graph.Idea",
    "pkg.made.logger",
    "pkg.made.Manager.filter",
    "pkg.made.Model.objects",
    "pkg.made.wrapped.attribute",
    "pkg.graph.outside.x",
    "pkg.graph.Open.add_nodes",
    "pkg.graph.Closed.inherited",
    "pkg.graph.Closed.__special__",
    "pkg.graph.Made.add_nodes",
    "pkg.lazy.spelled_out",
    "pkg.stars.to_array",
    "pkg.again.inner",
    "pkg.Graph.__dict__",
    "pkg.graph.__path__",
    "graph.add_nodes",
    "self.add_nodes",
    "other.graph.Grap",
    "tests.test_graph.TestThings",
    "grap",
    "conf.py",
    "TestThing.go",
]


@pytest.fixture
def check(make_tree: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("packages")
    (folder / "installed.py").write_text("class Base:\n    def inherited(self): ...\n")
    with Project.open(make_tree(TREE)) as project:
        reader, finder = project.reader, Finder(project.reader)
        own = find_own_code({row.path: row.role for row in reader.roles()})
        described, modules = {"Graph": ["pkg.Graph"], "Sub": ["pkg.Sub"]}, {"pk": "pkg"}
        described |= {"Part": ["pkg.removed.Part"], "Idea": ["pkg.graph.Idea"]}
        yield StaleNames(
            reader,
            finder,
            Pieces(reader, finder, own),
            own,
            described,
            modules=modules,
            may_have=InstalledClasses([str(folder)]).may_have,
            described_modules=["pkg.removed", "pkg.graph", "outside"],
        )


@pytest.mark.parametrize(("text", "owner", "name", "nearest"), STALE.values(), ids=STALE)
def test_stale(check: StaleNames, text: str, owner: str, name: str, nearest: str) -> None:
    """What a whole module or class lacks is not there; the nearest name is a similar one, or the same elsewhere."""
    assert check.in_text(text, "", is_role=False) == (owner, name, nearest)


@pytest.mark.parametrize("text", FINE)
def test_fine(check: StaleNames, text: str) -> None:
    """What may be there, and what may be something else, is left alone."""
    assert check.in_text(text, "", is_role=False) is None


def test_roles_and_code(check: StaleNames) -> None:
    """Roles and code need no similar name; code is checked on instances as well, and roles in their scope."""
    assert check.in_text("pkg.nothing_like_it", "", is_role=True) == ("pkg", "nothing_like_it", "")
    assert check.in_text("Graph.add_nodes", "pkg.graph", is_role=True) is not None
    assert check.in_text("outside.parsers", "pkg.graph.Graph", is_role=True) is None
    assert check.in_text("docutils.parsers", "pkg.uses.Sub", is_role=True) is None
    assert check.in_code("pkg.to_arrays().add_nodes") == ("pkg.graph.Graph", "add_nodes", "pkg.graph.Graph.add_node")
    assert check.in_code("pkg.lazy.other_name") == ("pkg.lazy", "other_name", "")
    assert check.in_code("pkg.unknown().add_nodes") == ("pkg", "unknown", "")
    assert check.in_code("pkg.to_arrays().only_special") is None
    assert check.in_code("pkg.made.make_class()().add_nodes") is None
    assert check.in_code("pkg.Graph.only_special") is not None


def test_descriptions(check: StaleNames) -> None:
    """What documents describe is there, whatever the source says, but for what is of a module that is not."""
    assert check.in_text("pkg.removed.Part", "", is_role=True) == ("pkg", "removed", "")
    assert check.in_text("pkg.graph.Idea", "", is_role=True) is None


def test_scopes_that_are_not_there(check: StaleNames) -> None:
    """Of what stands in the description of something that the project does not have, only the text itself counts."""
    assert check.in_text("self.add_nodes", "pkg.graph.Removed.method", is_role=True) is None
    assert check.in_text("Graph.add_nodes", "pkg.graph.Removed", is_role=True) is not None


HEAD = ":orphan:\n\nStart\n=====\n\n"
PAGE = f"""{HEAD}``pkg.to_array`` and :py:meth:`pkg.Graph.add_nodes`.

``pkg.to_arrayz`` was removed.

>>> from pkg import to_arrayx

.. versionchanged:: 1.0
   ``pkg.to_arrayy``

Changes in 1.0
--------------

``pkg.to_arrayw``
"""
SAID = [
    "start.rst:6: WARNING: 'pkg.to_array': pkg has no 'to_array' (could be: pkg.to_arrays) [kwindex.stale]",
    "start.rst:6: WARNING: 'pkg.Graph.add_nodes': pkg.graph.Graph has no 'add_nodes' (could be: pkg.graph.Graph.add_node) [kwindex.stale]",
    "start.rst:10: WARNING: 'pkg.to_arrayx': pkg has no 'to_arrayx' (could be: pkg.to_arrays) [kwindex.stale]",
]
CONF = {"kwindex_check_mentions": True}


def said(built: Any) -> list[str]:
    return sorted(line.rpartition("/")[2] for line in built.warnings if "kwindex.stale" in line)


def test_warnings(build: Build) -> None:
    """Each is a warning with its place; what was is left out. They come again with the document, and new ones when code changes."""
    files = {**TREE, "docs/start.rst": PAGE}
    assert said(build(files, warnings=[])) == []
    assert said(build({}, CONF, warnings=["has no"] * 3)) == sorted(SAID)
    assert said(build({}, CONF)) == []
    changed = {"pkg/graph.py": TREE["pkg/graph.py"].replace("to_arrays", "to_array")}
    assert len(said(build(changed, CONF, warnings=["has no"]))) == 1
    assert len(said(build({"docs/start.rst": f"{PAGE}\nEnd.\n"}, CONF, warnings=["has no"] * 2))) == 2


def test_docstrings(build: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name in a docstring that autodoc shows is reported at the file that has it."""
    tree = {"kwstale/__init__.py": '"""Text.\n\nOf ``kwstale.to_array``.\n"""\ndef to_arrays(): ...\n'}
    monkeypatch.syspath_prepend(tmp_path / "project")
    page = f"{HEAD}.. automodule:: kwstale\n"
    conf = {**CONF, "extensions": ["sphinx.ext.autodoc", "sphinx_kwindex"]}
    built = build({**tree, "docs/api.rst": page}, conf, warnings=["to_array"])
    assert said(built)[0].startswith("__init__.py:docstring of kwstale:3: WARNING: 'kwstale.to_array'")
    assert any("project/kwstale/__init__.py:docstring" in line for line in built.warnings)


def test_baseline(build: Build) -> None:
    """What the baseline names is not said; the first build writes it, and none changes it."""
    conf = {**CONF, "kwindex_check_baseline": "stale.txt"}
    built = build({**TREE, "docs/start.rst": PAGE}, conf)
    assert said(built) == []
    path = built.srcdir / "stale.txt"
    names = ["pkg.graph.Graph.add_nodes", "pkg.to_array", "pkg.to_arrayx"]
    assert path.read_text().splitlines()[1:] == [f"start: {name}" for name in names]
    before = path.read_bytes()
    text = PAGE.replace("``pkg.to_array``", "``pkg.to_arrayq``")
    assert "to_arrayq" in said(build({"docs/start.rst": text}, conf, warnings=["to_arrayq"]))[0]
    assert path.read_bytes() == before
