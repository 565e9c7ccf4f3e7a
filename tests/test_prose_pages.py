"""Prose files: which are indexed, what their pages show, and what stands for documents of the site."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from linkcheck import broken_links
from shown import Uris, index

from sphinx_kwindex import Project
from sphinx_kwindex.collect import Collector
from sphinx_kwindex.collect.prose import MarkdownCollector, NotebookCollector, RestCollector
from sphinx_kwindex.errors import WarningKind
from sphinx_kwindex.ext.html import render_section
from sphinx_kwindex.ext.plain import section_nodes
from sphinx_kwindex.model import FileFacts, Role, SourceFile
from sphinx_kwindex.options import Options
from sphinx_kwindex.scan import reads_as_prose

TREE = {
    "pkg/__init__.py": "",
    "pkg/mod.py": "class Thing:\n    def go(self): ...\n\ndef run(): ...\n",
    "README.md": "# P\n",
    "CHANGES.rst": "Changes\n=======\n\n1.0: ``pkg.mod.run``.\n",
    "requirements.txt": "pathspec>=0.12\nmsgspec\n",
    "notes.txt": "These are notes on how all of this has come to be what it is.\n",
    "guide/use.md": (
        "# Use\n\n## First\n\n`Thing.go` and [that](../pkg/mod.py), [web](https://example.org/x), [gone](nowhere.py).\n\n"
        "```python\n# a comment\nfrom pkg.mod import run\nrun()\n```\n"
    ),
    "guide/more.txt": "x = 1\n",
}


def _collect(collector: Collector, name: str, source: str) -> FileFacts:
    file = SourceFile(
        path=name, language=collector.language, module="x", is_package=False, digest="", size=len(source), mtime_ns=0
    )
    return collector.collect(source.encode(), file, Options()).facts


@pytest.mark.parametrize(
    ("prose", "expected"),
    [
        (None, {"README.md", "CHANGES.rst", "notes.txt"}),
        (["*"], {"README.md", "CHANGES.rst", "notes.txt", "guide/use.md"}),
        (["GUIDE/"], {"guide/use.md"}),
        ([], set()),
    ],
    ids=["default", "all", "a folder, in any case", "none"],
)
def test_which(make_tree: Callable[..., Path], prose: list[str] | None, expected: set[str]) -> None:
    """By default READMEs and what lies in the root; texts only if they read as prose."""
    with Project.open(make_tree(TREE), **({} if prose is None else {"prose": prose})) as project:
        assert {row.path for row in project.files() if row.language not in {"python", "text"}} == expected
        assert not project.problems


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One day all of this will be a text that people read.", True),
        ("# One day all of this will be a text that people read.\nattrs==1\n", False),
        ("1 2 3 4 5 6 7 8 9 10 11 12\n", False),
        ("a.b c_d e=f g/h i-1 j k l m n o p q", False),
        ("\0One day all of this will be a text that people read.", False),
        ("", False),
    ],
)
def test_texts(text: str, expected: bool) -> None:
    """A text is prose if it has a paragraph of words."""
    assert reads_as_prose(text) is expected


def test_page(make_tree: Callable[..., Path]) -> None:
    """A page has the outline, the names by file, the blocks of code and the links of its file."""
    with index(make_tree(TREE), prose=["*"]) as pages:
        view = pages.view("file:guide/use.md")
        assert [name for name, _ in view.page.sections] == [
            "kw-headings", "kw-discussed", "kw-blocks-of-code", "kw-leads", "kw-about",
        ]  # fmt: skip
        names = render_section(view, "kw-discussed", Uris("{docname}#{anchor}"))
        assert "tree/pkg/mod.py#Thing.go" in names
        assert "tree/pkg/mod.py#run" in names
        code = render_section(view, "kw-blocks-of-code", Uris())
        assert "from pkg.mod import run" in code
        assert "a comment" not in code
        links = render_section(view, "kw-leads", Uris())
        assert 'href="https://example.org/x"' in links
        assert "tree/pkg/mod.py.html" in links
        assert "nowhere" not in links
        text = "".join(node.astext() for key, _ in view.page.sections for node in section_nodes(view, key, Uris()))
        assert "Thing.go" in text
        assert "from pkg.mod import run" in text
        head = render_section(pages.view("file:pkg/mod.py"), "", Uris())
        assert "guide/use.md" in head
        assert head.index("guide/use.md") < head.index("CHANGES.rst")


@pytest.mark.parametrize(
    ("path", "is_one"),
    [
        ("CHANGES.rst", True),
        ("docs/history.md", True),
        ("changelog-2.0.md", True),
        ("docs/release_notes/1.0.rst", True),
        ("newsfragments/12.md", True),
        ("docs/exchange.md", False),
        ("docs/changing.md", False),
    ],
)
def test_changelogs(path: str, is_one: bool) -> None:
    """Changelogs are told by their names, or those of their folders."""
    facts = _collect(RestCollector(), path, "Title\n=====\n\nText.\n")
    assert (facts.role is Role.CHANGELOG) is is_one


def test_long_changelog(make_tree: Callable[..., Path]) -> None:
    """Of a long changelog the newest part is read, and its page says how much."""
    entries = "\n".join(f"## 1.{number}\n\n- `pkg.mod.run` {'x ' * 50}\n" for number in range(1_000))
    with index(make_tree({"pkg/mod.py": "def run(): ...\n", "CHANGELOG.md": f"# Changes\n\n{entries}"})) as pages:
        facts = pages.reader.facts("CHANGELOG.md")
        assert facts is not None
        assert 0 < facts.lines_read < facts.lines
        assert "lines were read" in render_section(pages.view("file:CHANGELOG.md"), "", Uris())


def test_rest() -> None:
    """Directives of Sphinx are read: those with prose, and those with code."""
    text = "T\n=\n\n.. seealso:: ``a.b``\n\n.. doctest::\n\n   >>> import os.path\n\n.. code-block:: python\n\n   x.y\n\n.. py:module:: m\n\n"
    facts = _collect(RestCollector(), "a.rst", text)
    assert facts.mentions == (("a.b", 1),)
    assert [(block.language, block.first) for block in facts.code] == [("pycon", "import os.path"), ("python", "x.y")]
    assert [target for target, _ in facts.code_targets] == ["os.path", "x.y", "x"]


def test_myst() -> None:
    """Directives of MyST are read as well."""
    text = "(label)=\n\nText.\n\n```{note}\n`a.b` [c](d.md)\n```\n\n```{doctest}\n>>> import os\n```\n\n```{toctree}\nx\n```\n"
    facts = _collect(MarkdownCollector(), "a.md", text)
    assert facts.doc == "Text."
    assert [text for text, _ in facts.mentions] == ["a.b"]
    assert [link.target for link in facts.links] == ["d.md"]
    assert [block.language for block in facts.code] == ["pycon"]


def _notebook(*cells: tuple[str, Any], **more: Any) -> str:
    return json.dumps({"cells": [{"cell_type": kind, "source": source} for kind, source in cells], **more}, indent=1)


CELLS = (
    ("markdown", ["# Title\n", "\n", "Of `pkg.mod`."]),
    ("code", ["%matplotlib inline\n", "import pkg.mod\n", "pkg.mod.run()"]),
    ("raw", "`nothing`"),
    ("markdown", "## More\n\n[a](b.md)"),
)


def test_notebook() -> None:
    """Cells are one document; lines are those of the file."""
    source = _notebook(*CELLS)
    facts = _collect(NotebookCollector(), "a.ipynb", source)
    assert [item.name for item in facts.definitions[1:]] == ["Title", "More"]
    assert '"# Title' in source.splitlines()[facts.definitions[1].line - 1]
    assert facts.doc == "Of pkg.mod."
    assert facts.mentions == (("pkg.mod", 1),)
    assert ("pkg.mod.run", 1) in facts.code_targets
    assert [(block.language, block.first) for block in facts.code] == [("python", "import pkg.mod")]
    assert [(link.target, link.heading) for link in facts.links] == [("b.md", 2)]


@pytest.mark.parametrize(
    "source",
    ["", "{", "[]", "null", '{"cells": 1}', '{"worksheets": [1]}', "[" * 100_000],
    ids=["empty", "broken", "list", "null", "no cells", "old", "deep"],
)
def test_no_notebook(source: str) -> None:
    """What is no notebook has its page, and one reason on it."""
    facts = _collect(NotebookCollector(), "a.ipynb", source)
    assert facts.error is not None
    assert facts.error.kind in {WarningKind.PARSE, WarningKind.LIMIT}


@pytest.mark.parametrize(
    "source",
    [
        _notebook(),
        _notebook(("code", None), ("code", [1, "x"]), ("markdown", {"a": 1}), metadata=None),
        '{"cells": [1, null, {}, {"cell_type": "code"}]}',
        '{"worksheets": [{"cells": [{"cell_type": "code", "input": "import x"}]}]}',
        _notebook(("markdown", "x" * 1_000_000), *[("code", "x")] * 2_000, metadata={"language_info": []}),
    ],
    ids=["no cells", "odd cells", "no metadata", "version 3", "huge"],
)
def test_odd_notebooks(source: str) -> None:
    """A notebook without metadata, or with odd cells, is read as far as it goes."""
    assert _collect(NotebookCollector(), "a.ipynb", source).error is None


def test_huge_notebook(build: Callable[..., Any]) -> None:
    """A huge notebook is not read, and one line says so, once."""
    files = {"pkg/a.py": "x = 1\n", "big.ipynb": b'{"cells": []}' + b" " * 5_000_000}
    conf = {"kwindex_prose": ["*"]}
    first = build(files, conf, warnings=["larger than"])
    assert "larger than" in first.text("kwindex/tree/big.ipynb.html")
    build({})


def test_documents_of_the_site(build: Callable[..., Any]) -> None:
    """A document of the site has no other page: lists, links and roles lead to it; one that comes to be excluded gets a page."""
    files = {
        **TREE,
        "docs/usage.rst": "Usage\n=====\n\nOf ``pkg.mod.run``, and :kw:file:`docs/usage.rst`.\n",
        "docs/index.rst": "T\n=\n\n.. toctree::\n\n   usage\n   kwindex/index\n",
        "guide/link.md": "[docs](../docs/usage.rst)\n",
    }
    conf = {"kwindex_prose": ["*"]}
    first = build(files, conf)
    assert not (first.outdir / "kwindex/tree/docs/usage.rst.html").exists()
    assert 'href="../../../usage.html"' in first.text("kwindex/tree/docs/index.html")
    assert 'href="../../../usage.html"' in first.text("kwindex/tree/guide/link.md.html")
    page = first.text("kwindex/tree/pkg/mod.py.html")
    assert "usage.html" in page
    assert "docs/usage.rst" not in page
    assert not broken_links(first.outdir)
    second = build(
        {"docs/index.rst": "T\n=\n\n.. toctree::\n\n   kwindex/index\n"}, {**conf, "exclude_patterns": ["usage.rst"]}
    )
    assert (second.outdir / "kwindex/tree/docs/usage.rst.html").exists()
    assert "../docs/usage.rst.html" in second.text("kwindex/tree/pkg/mod.py.html")
    assert not broken_links(second.outdir)
