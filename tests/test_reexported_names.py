"""Names under which a project offers what it defines elsewhere: roles, references, READMEs and entry points find it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sphinx_kwindex import Project
from sphinx_kwindex.model import Kind
from sphinx_kwindex.pages.lookup import Finder
from sphinx_kwindex.pages.overview import Overview
from sphinx_kwindex.pages.prose_mentions import read_prose, turn_round

MakeTree = Callable[[dict[str, str]], Path]

FILES = {
    "net/__init__.py": (
        "from net.classes import *\nfrom net import algorithms\nfrom net.algorithms import *\n"
        "from net.chain import Last as First\nalias = First\nfrom net.classes.graph import Graph as _Hidden\n"
    ),
    "net/classes/__init__.py": "from .graph import Graph\nfrom .digraph import *\n",
    "net/classes/graph.py": (
        "class Graph:\n    size = 0\n    def add_node(self): pass\n    @property\n    def adj(self): pass\n"
        "    def __init__(self): self.nodes = {}\n"
    ),
    "net/classes/digraph.py": (
        "from net.classes.graph import Graph\n__all__ = ['DiGraph']\nclass DiGraph(Graph):\n    def reverse(self): pass\n"
        "def not_exported(): pass\n"
    ),
    "net/algorithms/__init__.py": "from net.algorithms.bridges import *\nfrom net.algorithms import shortest\n",
    "net/algorithms/bridges.py": "__all__ = ['bridges']\ndef bridges(): pass\ndef helper(): pass\n",
    "net/algorithms/shortest.py": "def path(): pass\n",
    "net/chain.py": "from net.link1 import Middle as Last\n",
    "net/link1.py": "from net.link2 import Middle\n",
    "net/link2.py": "try:\n    from net._fast import Middle\nexcept ImportError:\n    from net.link3 import *\n",
    "net/link3.py": "class Middle:\n    def run(self): pass\n",
    "lazy/__init__.py": (
        "import importlib, enum\n__all__ = ['Model', 'Twice', 'Own', 'Quick']\nclass Own(enum.Enum): pass\nfrom lazy._fast import Quick\n_where = {'Model': '.models.big', 'Twice': '.one'}\n"
        "def __getattr__(name): return getattr(importlib.import_module(_where[name], __name__), name)\n"
    ),
    "lazy/models/big.py": "class Model:\n    def fit(self): pass\nclass _Private: pass\n",
    "lazy/other.py": "class Quick: pass\n",
    "lazy/one.py": "class Twice: pass\n",
    "lazy/two.py": "class Twice: pass\ndef local():\n    class Model: pass\n",
    "lazy/test_model.py": "def Model(): pass\ndef test_it(): pass\n",
    "typed/__init__.py": "from ._make import Attribute, generic\nfrom typed._compiled import Array\nfrom other import bool\nfrom typed._fast import quick, Kind, round\n",
    "typed/__init__.pyi": (
        "class Attribute:\n    name: str\nclass generic:\n    def all(self): ...\nclass Array(generic):\n    shape: int\n"
        "class bool(generic): ...\nfrom typed._fast import quick as quick, Kind, round\n"
    ),
    "typed/_fast.py": "from typed._compiled import quick, Kind, round\n",
    "typed/_fast.pyi": "from .stubs import quick, Kind, round\n",
    "typed/stubs.pyi": "def quick(): ...\nclass Kind:\n    def go(self): ...\nfrom typed._fast import round\n",
    "typed/_make.py": "class Attribute:\n    def evolve(self): pass\ngeneric = make()['generic']\n",
}

FOUND = {
    "by stubs alone": ("typed.quick", "typed.stubs.quick"),
    "member of that": ("typed.Kind.go", "typed.stubs.Kind.go"),
    "wildcard": ("net.Graph", "net.classes.graph.Graph"),
    "wildcard of a wildcard": ("net.DiGraph", "net.classes.digraph.DiGraph"),
    "member": ("net.Graph.add_node", "net.classes.graph.Graph.add_node"),
    "property": ("net.Graph.adj", "net.classes.graph.Graph.adj"),
    "attribute": ("net.Graph.size", "net.classes.graph.Graph.size"),
    "attribute of instances": ("net.Graph.nodes", "net.classes.graph.Graph.nodes"),
    "inherited member": ("net.DiGraph.add_node", "net.classes.graph.Graph.add_node"),
    "own member": ("net.DiGraph.reverse", "net.classes.digraph.DiGraph.reverse"),
    "through a package in between": ("net.classes.DiGraph", "net.classes.digraph.DiGraph"),
    "inherited at home": ("net.classes.digraph.DiGraph.adj", "net.classes.graph.Graph.adj"),
    "function": ("net.bridges", "net.algorithms.bridges.bridges"),
    "in a subpackage that is imported": ("net.algorithms.shortest.path", "net.algorithms.shortest.path"),
    "chain of aliases": ("net.First", "net.link3.Middle"),
    "member through a chain": ("net.First.run", "net.link3.Middle.run"),
    "assigned alias": ("net.alias.run", "net.link3.Middle.run"),
    "lazily": ("lazy.Model", "lazy.models.big.Model"),
    "member, lazily": ("lazy.Model.fit", "lazy.models.big.Model.fit"),
    "source before stub": ("typed.Attribute", "typed._make.Attribute"),
    "compiled, in the stub": ("typed.Array.shape", "typed.Array.shape"),
    "inherited, in the stub": ("typed.Array.all", "typed.generic.all"),
    "of another package, in the stub": ("typed.bool.all", "typed.generic.all"),
    "what only the stub has": ("typed.Attribute.name", "typed.Attribute.name"),
}

NOT_FOUND = {
    "left out by __all__": "net.helper",
    "left out by another __all__": "net.not_exported",
    "not there": "net.Grph",
    "member that is not there": "net.Graph.nothing",
    "two that might be loaded lazily": "lazy.Twice",
    "compiled, with a namesake": "lazy.Quick",
    "private, lazily": "lazy._Private",
    "member that another package may bring": "lazy.Own.nothing",
    "stubs that import from each other": "typed.round",
    "member that is not there, by stubs alone": "typed.Kind.come",
    "of another package": "numpy.ndarray",
    "builtin": "str",
}


@pytest.fixture(name="project", scope="module")
def _project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    root = tmp_path_factory.mktemp("tree")
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    (root / "README.md").write_text(
        "# Net\n\nUse `net.Graph` and `net.DiGraph.add_node()`, or `lazy.Model`; not `net.helper`.\n"
    )
    with Project.open(root) as project:
        yield project


@pytest.mark.parametrize(("name", "identity"), FOUND.values(), ids=FOUND)
def test_found(name: str, identity: str, project: Project) -> None:
    """A public name leads to the definition that it stands for, and to nothing else."""
    assert [keyword.id for keyword in Finder(project.reader).find(name, tails=False).keywords] == [identity]


def _described(project: Project, name: str) -> str:
    keyword = Finder(project.reader).find_described(name)
    return keyword.id if keyword is not None else ""


@pytest.mark.parametrize(("name", "identity"), FOUND.values(), ids=FOUND)
def test_described(name: str, identity: str, project: Project) -> None:
    """Descriptions are found under every name that leads anywhere."""
    assert _described(project, name) == identity


def test_described_without_module(project: Project) -> None:
    """A description that leaves out modules is that of the one thing below the package, or of a member of it."""
    assert _described(project, "net.helper") == "net.algorithms.bridges.helper"
    assert _described(project, "lazy.models.Model.fit") == "lazy.models.big.Model.fit"
    for name in (
        "lazy.Twice",
        "lazy.Quick",
        "lazy._Private",
        "net.Grph",
        "lazy.models.Model.nothing",
        "elsewhere.helper",
    ):
        assert _described(project, name) == ""


@pytest.mark.parametrize("name", NOT_FOUND.values(), ids=NOT_FOUND)
def test_not_found(name: str, project: Project) -> None:
    """What a package does not offer is not made up."""
    assert not Finder(project.reader).find(name, tails=False).keywords


def test_kind_and_context(project: Project) -> None:
    """A role's kinds choose between a module and what hides it; the scope of the author counts for re-exports too."""
    finder = Finder(project.reader)
    functions = frozenset({Kind.FUNCTION})
    found = finder.find("net.algorithms.bridges", kinds=functions, tails=False).best
    assert found is not None
    assert found.id == "net.algorithms.bridges.bridges"
    found = finder.find("DiGraph.add_node", context="net", tails=False).best
    assert found is not None
    assert found.id == "net.classes.graph.Graph.add_node"


def test_mentions(project: Project) -> None:
    """READMEs mention keywords by their public names."""
    found = turn_round(read_prose(project.reader, lambda: Finder(project.reader), lambda: Overview(project.reader).own))
    places = {(path, name) for path, names in found.items() for name in names}
    expected = {
        ("net/classes/graph.py", "Graph"),
        ("net/classes/graph.py", "Graph.add_node"),
        ("lazy/models/big.py", "Model"),
    }
    assert places == expected


def test_many_lookups(project: Project) -> None:
    """Ten thousand roles are no burden."""
    finder = Finder(project.reader)
    start = time.process_time()
    for _ in range(10_000 // len(FOUND)):
        for name, _identity in FOUND.values():
            finder.find(name, tails=False)
    assert time.process_time() - start < 10
