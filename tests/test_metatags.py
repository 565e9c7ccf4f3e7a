"""What generated pages tell search engines and previews of links."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

Build = Callable[..., Any]

TREE = {
    "pkg/__init__.py": "",
    "pkg/one.py": '"""Says <b> "hello" with `code` & more."""\n',
    "pkg/long.py": f'"""{"word " * 100}."""\n',
    "pkg/none.py": "x = 1\n",
}


def told(text: str, name: str) -> list[str]:
    """Return what a page says under a name."""
    return re.findall(rf'<meta name="{name}" content="([^"]*)"', text)


def test_description(build: Build) -> None:
    """A page says in its head what its file says of itself, as plain text and not at length; a file that says nothing, nothing."""
    built = build(TREE)
    page = "kwindex/tree/pkg/{}.py.html"
    assert told(built.text(page.format("one")), "description") == [
        "Says &lt;b&gt; &quot;hello&quot; with code &amp; more."
    ]
    (long,) = told(built.text(page.format("long")), "description")
    assert long.endswith("word …")
    assert len(long) <= 200
    assert told(built.text(page.format("none")), "description") == []
    assert told(built.text(page.format("one")), "robots") == told(built.text("index.html"), "robots") == []


def test_robots(build: Build) -> None:
    """The setting keeps generated pages out of search engines, and others as they are; a changed one has pages written again."""
    first = build({**TREE, "docs/own.rst": ":orphan:\n\nOwn\n===\n\n:kw:module:`pkg.one`\n"})
    built = build({}, {"kwindex_robots": "noindex"})
    assert told(built.text("kwindex/tree/pkg/one.py.html"), "robots") == ["noindex"]
    assert told(built.text("kwindex/index.html"), "robots") == ["noindex"]
    assert told(built.text("index.html"), "robots") == []
    # That with the table of contents is Sphinx's to write again.
    assert set(first.written) - set(built.written) == {"own"}


@pytest.mark.parametrize("value", [1, '"><script>'])
def test_bad_robots(build: Build, value: object) -> None:
    """What cannot stand there is a warning, and nothing is told."""
    built = build(TREE, {"kwindex_robots": value}, warnings=["must be words separated by commas"])
    assert told(built.text("kwindex/index.html"), "robots") == []


def test_edit_links(build: Build) -> None:
    """Read the Docs' theme offers to edit documents of authors only: generated ones are no files of the repository."""
    shown = "{% if display_github %}github.com/{{ pagename }}{% endif %}"
    layout = '{% extends "!layout.html" %}{% block footer %}' + shown + "{{ super() }}{% endblock %}"
    conf = {"templates_path": ["templates"], "html_context": {"display_github": True}}
    built = build({**TREE, "docs/templates/layout.html": layout}, conf)
    assert "github.com/index" in built.text("index.html")
    assert "github.com/kwindex" not in built.text("kwindex/tree/pkg/one.py.html")


OTHERS = """\
extensions = ["sphinx_kwindex"]
kwindex_root = ".."
html_theme = "alabaster"

def describe(app, pagename, templatename, context, doctree):
    context["metatags"] = context.get("metatags", "") + "".join(f'<meta name="{k}" content="{v}">' for k, v in (context.get("meta") or {}).items() if k.startswith("og:"))

def setup(app):
    app.add_config_value("llms_txt_exclude", ["drafts/*"], "env")
    app.connect("html-page-context", describe)
"""


def test_other_extensions(build: Build) -> None:
    """Those that preview links find what a page is about; the one that lists sources of documents leaves out pages that have none."""
    built = build(TREE, OTHERS)
    page = "kwindex/tree/pkg/{}.py.html"
    assert told(built.text(page.format("one")), "og:description")[0].startswith("Says")
    assert told(built.text(page.format("none")), "og:description") == ["pkg/none.py"]
    assert told(built.text("index.html"), "og:description") == []
    assert built.app.config.llms_txt_exclude == ["drafts/*", "kwindex/*"]
