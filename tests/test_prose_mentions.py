"""What READMEs mention as code, and where pages tell of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from shown import Uris, index

from sphinx_kwindex import Project
from sphinx_kwindex.ext.html import render_section
from sphinx_kwindex.ext.plain import section_nodes
from sphinx_kwindex.pages.lookup import Finder
from sphinx_kwindex.pages.overview import Overview
from sphinx_kwindex.pages.prose_mentions import read_prose, turn_round
from sphinx_kwindex.pages.records import PageView

TREE = {
    "pkg/__init__.py": "from pkg.mod import Thing, run as run\n",
    "pkg/mod.py": "class Thing:\n    def go(self): ...\n\ndef run(): ...\ndef _hidden(): ...\nsize = 1\n",
    "pkg/ports.py": """\
        import sys

        if sys.platform == "win32":
            from pkg.win import Port
        else:
            from pkg.posix import Port
        """,
    "pkg/win.py": "class Port: ...\n",
    "pkg/posix.py": "class Port: ...\n",
    "pkg/actors/__init__.py": "from pkg.actors.actor import actor\n",
    "pkg/actors/actor.py": "def actor(): ...\nclass Actor: ...\n",
    "pkg/sub/__init__.py": "",
    "pkg/sub/deep.py": "def task(): ...\ndef run_task(): ...\n",
    "pkg/sub/other.py": "def twice(): ...\n",
    "pkg/sub/more.py": "def twice(): ...\n",
    "tests/test_mod.py": "def helper(): ...\n",
}
MEANT = {
    "id": ("pkg.mod.Thing", "pkg/mod.py", "Thing"),
    "other path": ("pkg.Thing", "pkg/mod.py", "Thing"),
    "end of an id": ("Thing.go()", "pkg/mod.py", "Thing.go"),
    "name": ("run", "pkg/mod.py", "run"),
    "name that is no word": ("run_task", "pkg/sub/deep.py", "run_task"),
    "call": ("run(1, x=2)", "pkg/mod.py", "run"),
    "module": ("pkg.mod", "pkg/mod.py", ""),
    "function that hides its module": ("pkg.actors.actor", "pkg/actors/actor.py", "actor"),
    "in a hidden module": ("pkg.actors.actor.Actor", "pkg/actors/actor.py", "Actor"),
    "package": ("pkg", "pkg/__init__.py", ""),
    "path": ("pkg/mod.py", "pkg/mod.py", ""),
    "path from here": ("other.py", "pkg/sub/other.py", ""),
    "up": ("../mod.py", "pkg/mod.py", ""),
    "folder": ("pkg/sub/", "pkg/sub", ""),
    "folder without its end": ("pkg/sub", "pkg/sub", ""),
}
NONE = [
    "twice",
    "go",
    "_hidden",
    "helper",
    "task",
    "deep",
    "pkg.ports.Port",
    "missing",
    "os.path",
    "--run",
    "True",
    "a/b",
    "../../../etc/passwd",
    "/",
    ".",
]


def meant(make_tree: Callable[..., Path], text: str) -> dict[str, set[str]]:
    root = make_tree({**TREE, "pkg/sub/README.md": f"Of `{text}`.\n"})
    with Project.open(root) as project:
        overview = Overview(project.reader)
        found = turn_round(read_prose(project.reader, lambda: Finder(project.reader), lambda: overview.own))
        return {path: set(names) for path, names in found.items()}


@pytest.mark.parametrize(("text", "path", "qualname"), MEANT.values(), ids=MEANT)
def test_meant(make_tree: Callable[..., Path], text: str, path: str, qualname: str) -> None:
    """Keywords are meant by their ids, by the end of one, and by a name that is the only one; files by their paths."""
    assert meant(make_tree, text) == {path: {qualname}}


@pytest.mark.parametrize("text", NONE)
def test_not_meant(make_tree: Callable[..., Path], text: str) -> None:
    """What could mean several things, something private or of a test, or nothing here, or is a plain word, counts not."""
    assert meant(make_tree, text) == {}


README = "# R&D\n\n`pkg.Thing`, again `Thing`; `pkg/mod.py` and `pkg/sub/`.\n"


@pytest.fixture
def views(make_tree: Callable[..., Path]) -> dict[str, PageView]:
    readmes = {f"docs/d{number}/README.rst": "``run`` \n" for number in range(7)}
    with index(make_tree({**TREE, "README.md": README, **readmes})) as pages:
        return pages.views()


LINK = 'Mentioned in{}<a href="kwindex/tree/README.md.html#r-d" title="R&amp;D">README.md</a>'


def test_pages(views: dict[str, PageView]) -> None:
    """Rows, and the heads of files and folders, link the README's heading; each README once, the first five of many."""
    rows = render_section(views["file:pkg/mod.py"], "kw-classes", Uris())
    assert rows.count(LINK.format("</dt><dd>")) == 1
    assert LINK.format(": ") in render_section(views["file:pkg/mod.py"], "", Uris())
    assert LINK.format(": ") in render_section(views["folder:pkg/sub"], "", Uris())
    assert "Mentioned" not in render_section(views["folder:pkg"], "", Uris())
    functions = render_section(views["file:pkg/mod.py"], "kw-functions", Uris())
    assert functions.count("/README.rst</a>") == 5
    assert "and 2 more" in functions


def test_plain(views: dict[str, PageView]) -> None:
    """Other formats name the same files."""
    for key, section in (("file:pkg/mod.py", ""), ("file:pkg/mod.py", "kw-classes"), ("folder:pkg/sub", "")):
        text = "\n".join(node.astext() for node in section_nodes(views[key], section, Uris()))
        assert text.count("Mentioned in: README.md") == 1


def test_pages_follow_readmes(build: Callable[..., Any]) -> None:
    """A build that follows an edit of a README writes the pages of what it mentions, or did, and of few others."""
    files = {path: text for path, text in TREE.items() if "test" not in path}
    build({**files, "README.md": "# T\n\nText.\n\nOf `run`.\n"}, {"kwindex_related_limit": 0})
    again = build({"README.md": "# T\n\nText.\n\nOf `pkg.sub.other.twice`.\n"})
    pages = {name.removeprefix("kwindex/") for name in again.written} - {"index"}
    assert pages == {"tree/README.md", "tree/pkg/mod.py", "tree/pkg/sub/other.py"}
    assert 'title="T">README.md</a>' in again.text("kwindex/tree/pkg/sub/other.py.html")
    assert "Mentioned in" not in again.text("kwindex/tree/pkg/mod.py.html")
    assert build({}).written == ()
