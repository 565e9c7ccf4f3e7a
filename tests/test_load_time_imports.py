"""What imports when: only what runs when a file is imported counts for layers and circles; the rest is shown apart."""

from __future__ import annotations

import ast
import importlib.metadata
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sphinx_kwindex import Project
from sphinx_kwindex.ext.words import tell
from sphinx_kwindex.model import ImportFlag
from sphinx_kwindex.options import Options
from sphinx_kwindex.pages.blocks import Inline
from sphinx_kwindex.pages.file_view import standing_words
from sphinx_kwindex.pages.graph_view import GraphQuery, find_graph
from sphinx_kwindex.pages.graphs import Graph, children_graph, edge_words, graph_notes
from sphinx_kwindex.pages.imports_view import Imports, cycle_steps, find_imports, import_flag_words
from sphinx_kwindex.pages.overview import Overview
from sphinx_kwindex.pages.records import Layer
from sphinx_kwindex.pages.subjects import FileSubject, Sources
from sphinx_kwindex.pages.views import make_addresses

MakeTree = Callable[[dict[str, str]], Path]

AT_ONCE, LOCAL, MAIN, TYPES = 0, ImportFlag.LOCAL, ImportFlag.MAIN, ImportFlag.TYPE_CHECKING

FORMS = {
    "plain": ("import b\n", AT_ONCE),
    "in a class": ("class A:\n    import b\n", AT_ONCE),
    "in try": ("try:\n    import b\nexcept ImportError:\n    b = None\n", AT_ONCE),
    "by version": ("import sys\nif sys.version_info > (3,):\n    import b\n", AT_ONCE),
    "with": ("import contextlib\nwith contextlib.suppress(ImportError):\n    import b\n", AT_ONCE),
    "in a function": ("def f():\n    import b\n", LOCAL),
    "in a method": ("class A:\n    async def f(self):\n        from b import x\n", LOCAL),
    "in __getattr__ of the module": ("def __getattr__(name):\n    import b\n    return b\n", LOCAL),
    "TYPE_CHECKING": ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from b import x\n", TYPES),
    "typing.TYPE_CHECKING": ("import typing\nif typing.TYPE_CHECKING:\n    import b\n", TYPES),
    "typing by another name": ("import typing as t\nif t.TYPE_CHECKING:\n    import b\n", TYPES),
    "else of it": ("import typing as t\nif t.TYPE_CHECKING:\n    x = 1\nelse:\n    import b\n", AT_ONCE),
    "not": ("import typing as t\nif not t.TYPE_CHECKING:\n    import b\n", AT_ONCE),
    "else of not": ("import typing as t\nif not t.TYPE_CHECKING:\n    x = 1\nelse:\n    import b\n", TYPES),
    "elif": ("import typing as t, sys\nif sys.argv:\n    x = 1\nelif t.TYPE_CHECKING:\n    import b\n", TYPES),
    "and": ("import typing as t, sys\nif t.TYPE_CHECKING and sys.argv:\n    import b\n", TYPES),
    "or": ("import typing as t, sys\nif t.TYPE_CHECKING or sys.argv:\n    import b\n", AT_ONCE),
    "in try below": (
        "import typing as t\nif t.TYPE_CHECKING:\n    try:\n        import b\n    finally:\n        pass\n",
        TYPES,
    ),
    "False": ("if False:\n    import b\n", TYPES),
    "0": ("if 0:\n    from b import x\n", TYPES),
    "MYPY": ("MYPY = False\nif MYPY:\n    import b\n", TYPES),
    "if True": ("if True:\n    import b\n", AT_ONCE),
    "else of True": ("if True:\n    x = 1\nelse:\n    import b\n", TYPES),
    "main block": ("if __name__ == '__main__':\n    import b\n", MAIN),
    "not the main block": ("if __name__ != '__main__':\n    import b\n", AT_ONCE),
    "twice": ("def f():\n    import b\nimport b\n", AT_ONCE),
    "types and later": ("import typing\nif typing.TYPE_CHECKING:\n    import b\ndef f():\n    import b\n", LOCAL),
}


@contextmanager
def overview(root: Path) -> Iterator[Overview]:
    with Project.open(root) as project:
        yield Overview(project.reader)


@pytest.mark.parametrize("name", FORMS)
def test_forms(make_tree: MakeTree, name: str) -> None:
    """An import runs when its file is imported unless it is in a function, a main block or on a side never taken."""
    text, when = FORMS[name]
    with overview(make_tree({"a.py": text, "b.py": "x = 1\n"})) as found:
        assert found.imports.forth == {"a.py": ("b.py",)}
        assert found.loads.forth == ({} if when else {"a.py": ("b.py",)})
        assert found.late == ({("a.py", "b.py"): when} if when else {})


def test_stubs_never_run(make_tree: MakeTree) -> None:
    """What a stub imports is for type checkers only: two stubs that name each other are no circle."""
    with overview(make_tree({"a.pyi": "import b\n", "b.pyi": "import a\n"})) as found:
        assert set(found.late.values()) == {TYPES}
        assert not found.loads.groups


def test_star_import_of_a_module_with_a_name_of_its_own(make_tree: MakeTree) -> None:
    """`from pkg.f import *`, where `f` has an `f`, imports the module, whatever the name is bound to then."""
    tree = {"pkg/__init__.py": "from pkg.f import *\n", "pkg/f.py": "def f(): pass\n"}
    with overview(make_tree(tree)) as found:
        assert found.loads.forth == {"pkg/__init__.py": ("pkg/f.py",)}


def test_what_the_tree_lacks(make_tree: MakeTree) -> None:
    """An extension module of the file's own package asks the package for nothing; from elsewhere it does load that."""
    tree = {
        "pkg/__init__.py": "from pkg.a import f\n",
        "pkg/a.py": "from pkg._speed import f\nfrom ._speed import *\n",
        "other.py": "from pkg._speed import f\n",
    }
    with overview(make_tree(tree)) as found:
        assert found.loads.forth == {"pkg/__init__.py": ("pkg/a.py",), "other.py": ("pkg/__init__.py",)}


PACKAGE = {
    # The package imports what asks the package for a name: Python runs into it.
    "pkg/__init__.py": "from pkg.a import f\nfrom pkg.b import g\nfrom pkg.c import h\nx = 1\n",
    "pkg/a.py": "from pkg import x\ndef f(): pass\n",
    # To ask it for a submodule is no such thing: Python imports that, however far the package is.
    "pkg/b.py": "from pkg import d\nfrom . import d as e\ndef g(): pass\n",
    "pkg/c.py": "def h():\n    from pkg import x\n",
    "pkg/d.py": "",
}


def test_cycle_through_a_package(make_tree: MakeTree) -> None:
    """A circle through `__init__` is one if a name of the package is asked for, not if a submodule is."""
    with Project.open(make_tree(PACKAGE)) as project:
        found = Overview(project.reader)
        assert set(found.loads.groups) == {"pkg/__init__.py", "pkg/a.py"}
        assert cycle_steps(found, "pkg/a.py") == [("pkg/__init__.py", 0), ("pkg/a.py", 0)]
        assert not cycle_steps(found, "pkg/b.py")
        late = cycle_steps(found, "pkg/c.py")
        assert [told(import_flag_words(when)) for _, when in late] == [["in a function"], []]


def told(words: Iterable[Inline]) -> list[str]:
    return list(map(tell, words))


MIXED = {
    "pkg/__init__.py": "",
    "pkg/low.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from pkg.top import T\nclass L: ...\n",
    "pkg/mid.py": "from pkg.low import L\ndef f():\n    from pkg.top import T\n",
    "pkg/top.py": "from pkg.mid import f\nfrom pkg.low import L\nclass T: ...\n",
    "pkg/tool.py": "if __name__ == '__main__':\n    from pkg.top import T\n",
    "tests/test_top.py": "def test_it():\n    from pkg.top import T\n",
}


def imports_of(project: Project, path: str) -> Imports:
    addresses = make_addresses(project.reader, project.options)
    return find_imports(
        FileSubject(Sources(project.reader, project.options, addresses, Overview(project.reader)), path)
    )


def test_layers_agree_with_the_facts_beside_them(make_tree: MakeTree) -> None:
    """What a layer does not count, the numbers beside it do not count either; it is told apart."""
    with Project.open(make_tree(MIXED)) as project:
        found = Overview(project.reader).standings
    assert found["pkg/low.py"].layer is Layer.FOUNDATION
    assert told(standing_words(found["pkg/low.py"])) == [
        "1 import only in functions or for type checking",
        "imported by 2 files",
    ]
    assert found["pkg/top.py"].layer is Layer.UPPER
    assert told(standing_words(found["pkg/top.py"])) == ["imports 2 files"]
    assert told(standing_words(found["pkg/__init__.py"])) == []
    for standing in found.values():
        assert (standing.layer is Layer.FOUNDATION) <= (standing.imports == 0)
        assert (standing.layer is Layer.TOP) <= (standing.importers == 0)
        assert (standing.layer is Layer.ALONE) <= (told(standing_words(standing)) == [])


def test_importers(make_tree: MakeTree) -> None:
    """The files that import a file stand in lists by when they do; tests are tests whenever they do."""
    with Project.open(make_tree(MIXED)) as project:
        shown = imports_of(project, "pkg/top.py")
    assert [(title, [link.text for link in links]) for title, links in shown.importers] == [
        ("Imported, when run as scripts, by", ["pkg/tool.py"]),
        ("Imported in functions by", ["pkg/mid.py"]),
        ("Imported for type checking only by", ["pkg/low.py"]),
        ("Imported by tests", ["tests/test_top.py"]),
    ]


def edges(graph: Graph | None) -> dict[str, tuple[int, int, int, bool]]:
    assert graph is not None
    names = [node.link.text.rpartition("/")[2] for node in graph.nodes]
    return {
        f"{names[edge.source]} {names[edge.target]}": (edge.count, edge.late, edge.for_types, edge.is_cyclic)
        for edge in graph.edges
    }


EDGES = {
    "top.py mid.py": (1, 0, 0, False),
    "top.py low.py": (1, 0, 0, False),
    "mid.py low.py": (1, 0, 0, False),
    "mid.py top.py": (0, 1, 0, False),
    "low.py top.py": (0, 0, 1, False),
    "tool.py top.py": (0, 1, 0, False),
}


def test_no_word_of_parentheses(make_tree: MakeTree) -> None:
    """A table in which nothing stands in parentheses says nothing of them."""
    tree = {
        "pkg/a.py": "import pkg.b\nimport pkg.c\n",
        "pkg/b.py": "def f(): import pkg.c\n",
        "pkg/c.py": "import pkg.d",
        "pkg/d.py": "",
    }
    with Project.open(make_tree({**tree, "pkg/b.py": "import pkg.c\ndef f(): import pkg.c\n"})) as project:
        graph = children_graph(make_addresses(project.reader, Options()), Overview(project.reader), "pkg")
    assert graph is not None
    assert not any("parentheses" in text for text in told(graph_notes(graph)))


def test_dependencies_of_a_folder(make_tree: MakeTree) -> None:
    """Imports that come later or never are in the table, marked, and neither order it nor make circles."""
    with Project.open(make_tree(MIXED)) as project:
        addresses = make_addresses(project.reader, Options())
        graph = children_graph(addresses, Overview(project.reader), "pkg")
    assert edges(graph) == EDGES
    assert graph is not None
    assert graph.circles == ()
    assert any("in parentheses" in text for text in told(graph_notes(graph)))
    said = [tell(edge_words(graph, edge)) for edge in graph.edges]
    assert "mid.py imports top.py: 1 later" in said
    assert "low.py imports top.py: 1 for type checking only" in said


def test_graph_around_a_file(make_tree: MakeTree) -> None:
    """`kwgraph` has the same edges."""
    with Project.open(make_tree(MIXED)) as project:
        addresses = make_addresses(project.reader, Options())
        view = find_graph(
            Sources(project.reader, project.options, addresses, Overview(project.reader)), GraphQuery("pkg/top.py")
        )
    assert view is not None
    assert edges(view.graph) == EDGES
    assert view.graph is not None
    assert view.graph.circles == ()


# What is installed, compared with the syntax trees of Python itself


def late_lines(tree: ast.AST) -> set[int]:
    """Return the lines of the imports that do not run when a module is imported, as far as these packages have such."""
    found: set[int] = set()
    for node in ast.walk(tree):
        is_function = isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        is_never = isinstance(node, ast.If) and ast.unparse(node.test).rpartition(".")[2] == "TYPE_CHECKING"
        is_main = isinstance(node, ast.If) and ast.unparse(node.test) == "__name__ == '__main__'"
        if is_function or is_never or is_main:
            found |= {
                inner.lineno
                for item in node.body  # type: ignore[attr-defined]
                for inner in ast.walk(item)
                if isinstance(inner, (ast.Import, ast.ImportFrom))
            }
    return found


def at_once(path: Path, module: str, modules: dict[str, str], *, is_package: bool) -> Iterator[set[str]]:
    """Yield for each imported name the files that may be meant: a submodule, or the module that binds the name."""
    tree = ast.parse(path.read_bytes())
    late = late_lines(tree)
    for node in ast.walk(tree):
        if not isinstance(node, (ast.Import, ast.ImportFrom)) or node.lineno in late:
            continue
        start = ""
        if isinstance(node, ast.ImportFrom):
            parts = module.split(".")
            above = parts[: len(parts) + is_package - node.level] if node.level else []
            start = ".".join([*above, *([node.module] if node.module else [])])
        for alias in node.names:
            names = [alias.name] if not start else [start] if alias.name == "*" else [f"{start}.{alias.name}", start]
            found = {modules[name] for name in names if name in modules}
            if found:
                yield found


@pytest.mark.parametrize("name", ["docutils", "jinja2", "pygments", "markdown_it", "myst_parser", "babel", "sphinx"])
def test_installed_packages(name: str, tmp_path: Path) -> None:
    """What is imported at once is what Python's own syntax trees give."""
    package = find_package(name)
    with Project.open(package.parent, tmp_path, include=[f"/{name}/"], exclude=["*.pyi"], gitignore=False) as project:
        files = [row for row in project.files() if row.language == "python" and not row.error]
        modules = {row.module: row.path for row in files}
        ours: dict[str, set[str]] = {}
        for user, target in project.reader.loaded_edges():
            ours.setdefault(user, set()).add(target)
    for row in files:
        wanted = list(at_once(package.parent / row.path, row.module, modules, is_package=row.is_package))
        found = ours.get(row.path, set()) | {row.path}
        assert found - {row.path} <= {path for paths in wanted for path in paths}, row.path
        assert not [paths for paths in wanted if not paths & found], row.path


def find_package(name: str) -> Path:
    """Return the folder of an installed package, without importing it."""
    for distribution in importlib.metadata.distributions():
        for file in distribution.files or ():
            if file.as_posix() == f"{name}/__init__.py":
                return Path(str(distribution.locate_file(file))).parent
    pytest.skip(f"{name} is not installed")
    raise AssertionError
