"""Pages as Markdown: the third writer of blocks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from test_html import NASTY

from sphinx_kwindex import Project
from sphinx_kwindex.__main__ import main
from sphinx_kwindex.errors import OptionError
from sphinx_kwindex.pages.blocks import Bullets, Code, Fold, Grid, Item, Lines, Link, Para, Series, Strong, To
from sphinx_kwindex.pages.markdown import MarkdownWriter
from sphinx_kwindex.pages.phrases import say_count
from sphinx_kwindex.pages.text import page_text

HERE = Link(docname="a", anchor="f", text="f")
TREE = {
    "pkg/__init__.py": "",
    "pkg/a.py": 'import os\nfrom pkg.b import g\n\ndef f(x=1):\n    """Do *it*."""\n    return g(os)\n',
    "pkg/b.py": "def g(x): ...\n",
    "tests/test_a.py": "from pkg.a import f\ndef test_f(): f()\n",
}


@pytest.mark.parametrize(
    ("block", "text"),
    [
        pytest.param(Para(("a*b ", Strong("c"), " ", Code("d`e"))), "a\\*b **c** ``d`e``", id="inlines"),
        pytest.param(Para(To(HERE)), "[`f`](<a.md>)", id="link"),
        pytest.param(Para(To(Link(docname="none", text="_b_c*"))), "\\_b_c\\*", id="no-page"),
        pytest.param(Para(""), "", id="empty"),
        pytest.param(Bullets((Item("a", (Para("b"), Bullets((Item("c"),)))),), more="d"), "- a\n\n  b\n\n  - c\n- d", id="list"),
        pytest.param(Fold("T", (Bullets((Item("a"), Item("b")), is_short=True),)), "T: a, b", id="short-list"),
        pytest.param(Fold("T", (Bullets((Item("a"),)),)), "T:\n\n- a", id="fold"),
        pytest.param(Para(Series(("a", "", "b"), say_count("1", " and %(count)s", 2))), "a, b and 2", id="series"),
        pytest.param(Lines("a\n b"), "    a\n     b", id="code"),
        pytest.param(Grid(("a", "b"), (("c", Code("|")),)), "| a | b |\n| --- | --- |\n| c | `|` |", id="table"),
    ],
)  # fmt: skip
def test_blocks(block: Para, text: str) -> None:
    """Each kind of block has one form."""
    writer = MarkdownWriter(lambda link: None if link.docname == "none" else f"{link.docname}.md")
    assert writer.write([block]) == text + "\n"


@pytest.mark.parametrize("text", NASTY)
def test_nasty_names(text: str) -> None:
    """Whatever names hold, nothing of it is markup."""
    written = MarkdownWriter(lambda _: None).write([Bullets((Item((text, " ", Code(text))),))])
    assert not [token for token in MarkdownIt().parse(written) if token.type.startswith(("html", "heading"))]


def test_page(make_tree: Callable[..., Path]) -> None:
    """A page has all its sections, in their order, with links to files of the tree."""
    with Project.open(make_tree(TREE)) as project:
        text = page_text(project, "pkg/a.py")
        assert page_text(project).startswith("# Keyword index\n")
        assert "pkg/b.py" not in page_text(project, "tests/")
        with pytest.raises(OptionError, match="is not in the index"):
            page_text(project, "pkg/none.py")
    parts = [
        "# pkg/a.py", "`pkg.a`", "Module, 6 lines", "## Functions", "- `f(x=1)` (function), L4–6", "Do it.",
        "Used in tests: [tests/test_a.py](<../tests/test_a.py>) 2×: module level import, `test_f` call", "## Imports and importers", "`from pkg.b import` [g](<b.py>)",
        "## Tests", "`pytest tests/test_a.py`", "## About this page",
    ]  # fmt: skip
    places = [text.index(part) for part in parts]
    assert places == sorted(places)


def test_command(make_tree: Callable[..., Path], capfd: pytest.CaptureFixture[str]) -> None:
    """`python -m sphinx_kwindex page` writes a page; one that there is not is an error of one line."""
    root = make_tree(TREE)
    assert main(["page", str(root), "pkg/b.py", "--jobs", "1"]) == 0
    assert "- `g(x)` (function), L1" in capfd.readouterr().out
    assert main(["page", str(root), "none", "--jobs", "1"]) == 2
    assert "'none' is not in the index" in capfd.readouterr().err
