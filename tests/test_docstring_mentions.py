"""What docstrings mention: which names they hold, what these mean, and where pages tell of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from shown import Uris, index

from sphinx_kwindex import Project
from sphinx_kwindex.collect.python.docstrings import mentions_in
from sphinx_kwindex.ext.html import render_section
from sphinx_kwindex.ext.plain import section_nodes

SAID = {
    "role": (":class:`Graph`", "Graph"),
    "domain": (":py:meth:`Graph.add`", "Graph.add"),
    "short": (":meth:`~pkg.mod.Graph.add`", "pkg.mod.Graph.add"),
    "text": (":func:`that <pkg.run>`", "pkg.run"),
    "call": (":func:`run()`", "run"),
    "anywhere": (":class:`.Graph`", "Graph"),
    "MyST": ("{class}`Graph`", "Graph"),
    "NumPy": ("Do.\n\n    See Also\n    --------\n    run\n    ", "run"),
    "NumPy, described": ("Do.\n\nSee Also\n--------\nGraph.add : Add it.\n    More of it.\n", "Graph.add"),
    "Google": ("Do.\n\nSee Also:\n    run: Do it.\n", "run"),
}
LITERAL = {
    "dotted": ("``Graph.add``", "Graph.add"),
    "call": ("``run()``", "run"),
    "call with arguments": ("`run(1, 2)`", "run"),
    "underscore": ("``add_all``", "add_all"),
    "own": ("``self.add``", "add"),
    "capital": ("`DiGraph`", "DiGraph"),
    "class": ("``Graph``", "Graph"),
    "Markdown": ("Of `Graph.add`.", "Graph.add"),
}
NOTHING = [
    "``run``",
    "``True``",
    "``None``",
    "``a b``",
    "``--flag``",
    "``x=1``",
    "``HTML``",
    "``str.join``",
    "``parameter``",
    "``parameter.name``",
    "``__init__``",
    ":class:`!Graph`",
    ":doc:`usage`",
    ":pep:`8`",
    "See also run.",
    "plain Graph",
    "``open",
    "``self.outside``",
    "https://example.org/`x`y",
]


@pytest.mark.parametrize(("doc", "name"), SAID.values(), ids=SAID)
def test_said(doc: str, name: str) -> None:
    """Roles and entries of "See Also" say that they name something."""
    assert mentions_in(doc) == {name: True}


@pytest.mark.parametrize(("doc", "name"), LITERAL.values(), ids=LITERAL)
def test_literals(doc: str, name: str) -> None:
    """Literals that are written as names of code are may name something."""
    assert mentions_in(doc, {"parameter"}, in_class=True) == {name: False}


@pytest.mark.parametrize("doc", NOTHING)
def test_nothing(doc: str) -> None:
    """Words, values, builtins, parameters and other roles name nothing."""
    assert mentions_in(doc, {"parameter"}) == {}


def test_see_also_ends() -> None:
    """A section ends with the next title; what describes an entry is none."""
    doc = "T.\n\nSee Also\n--------\na, b.c : Both.\n    indented\n:func:`d`\n\nNotes\n-----\ne : f\n"
    assert list(mentions_in(doc)) == ["d", "a", "b.c"]


TREE = {
    "pkg/__init__.py": "from pkg.base import Base, helper\n",
    "pkg/base.py": "class Base:\n    def add(self): ...\n\ndef helper(): ...\n\ndef Word(): ...\n",
    "pkg/mod.py": '''
"""Of :mod:`pkg.base`."""
from os import path
from pkg.base import Base as B, Word

class Child(B):
    """Has :meth:`add`, ``B.add`` and `Child`; ``path.join``; ``outer_name``."""

    def go(self, helper):
        """Of ``self.add``, ``helper``, ``B`` and :func:`helper`.

        See Also
        --------
        stop
        """

    def stop(self, first):
        """Of ``first.add``, :class:`Word`."""

def outer_name():
    """Of :class:`Base` and :class:`Missing`."""
''',
}  # fmt: skip


def test_meanings(make_tree: Callable[..., Path]) -> None:
    """Names mean what they do in the scope of the docstring: members, also inherited; names of the module; of packages around it."""
    with Project.open(make_tree(TREE)) as project:
        read = project.reader.doc_mentions
        assert read("pkg/base.py") == {
            "pkg.base": [("pkg/mod.py", "")],
            "pkg.base.Base": [("pkg/mod.py", "outer_name")],
            "pkg.base.Base.add": [("pkg/mod.py", "Child"), ("pkg/mod.py", "Child.go")],
            "pkg.base.Word": [("pkg/mod.py", "Child.stop")],
            "pkg.base.helper": [("pkg/mod.py", "Child.go")],
        }
        assert read("pkg/mod.py") == {
            "pkg.mod.Child.stop": [("pkg/mod.py", "Child.go")],
            "pkg.mod.outer_name": [("pkg/mod.py", "Child")],
        }
        assert not any(use.path == "pkg/mod.py" and use.name == "helper" for use in project.uses("pkg.base.helper"))


def test_pages(make_tree: Callable[..., Path]) -> None:
    """Rows, and the head of a module, link what has the docstrings; they are no uses."""
    with index(make_tree(TREE)) as pages:
        view = pages.view("file:pkg/base.py")
        row = render_section(view, "kw-functions", Uris("{docname}#{anchor}"))
        assert row.count("Mentioned in docstrings of") == 2
        assert 'mod.py#Child.go" title="pkg/mod.py"' in row
        assert "Mentioned in docstrings of" in render_section(view, "", Uris())
        text = "".join(node.astext() for node in section_nodes(view, "kw-functions", Uris()))
        assert "Mentioned in docstrings of: Child.go" in text


def test_edits(build: Callable[..., Any]) -> None:
    """An edit of a docstring, or of what it names, rewrites the pages on which it shows."""
    build(TREE)
    again = build({"pkg/mod.py": TREE["pkg/mod.py"].replace(" and :func:`helper`", "")})
    assert "kwindex/tree/pkg/base.py" in again.written
    assert (
        "Child.go"
        not in again.text("kwindex/tree/pkg/base.py.html").partition('id="helper"')[2].partition('id="Word"')[0]
    )
    renamed = build({"pkg/base.py": TREE["pkg/base.py"].replace("def Word", "def Verb")})
    assert "Child.stop" not in renamed.text("kwindex/tree/pkg/base.py.html")
    assert build({}).written == ()
