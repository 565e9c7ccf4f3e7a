"""Links from pages to other documentation: other projects' through intersphinx, and the site's own of Python's objects."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from typing import Any

import pytest

from sphinx_kwindex.pages import book

Build = Callable[..., Any]

TREE = {
    "pkg/__init__.py": "from pkg.one import Thing\n",
    "pkg/one.py": """\
        import os
        import veclib
        from veclib.core import Base as B, nothing
        from veclib import *

        class Thing(B):
            def go(self): return veclib, os, nothing

        def f(): ...
        """,
}
ONE = "kwindex/tree/pkg/one.py"
FOLDER = "kwindex/tree/pkg/index"
DOCS = "kwindex/tree/docs/index"
"""It says how large the documents are."""
ITEMS = [
    "veclib py:module 0 api.html#module-$ -",
    "veclib.core.Base py:class 1 api.html#$ -",
    "veclib.core.nothing std:label 1 api.html#x Nothing",
]


def inventory(*items: str) -> bytes:
    """Return an `objects.inv`."""
    head = b"# Sphinx inventory version 2\n# Project: veclib\n# Version: 1\n# The remainder is compressed using zlib.\n"
    return head + zlib.compress("".join(f"{item}\n" for item in items).encode())


def conf(address: str = "https://veclib.example/", **values: Any) -> dict[str, Any]:
    return {
        "extensions": ["sphinx.ext.intersphinx", "sphinx_kwindex"],
        "intersphinx_mapping": {"veclib": (address, "veclib.inv")},
        **values,
    }


def links(text: str) -> dict[str, str]:
    """Return the addresses of links to other projects, by their texts."""
    return {name: uri for uri, name in re.findall(r'<a class="kw-external" href="([^"]*)">([^<]*)</a>', text)}


def test_other_projects(build: Build) -> None:
    """Imports and base classes from outside are links where an inventory has them as objects of Python."""
    text = build({**TREE, "docs/veclib.inv": inventory(*ITEMS)}, conf()).text(f"{ONE}.html")
    base = "https://veclib.example/api.html"
    assert links(text) == {"veclib": f"{base}#module-veclib", "veclib.core.Base": f"{base}#veclib.core.Base"}
    classes, _, imports = text.partition('id="kw-imports"')
    assert "#veclib.core.Base" in classes
    assert imports.count("#module-veclib") == 2  # the module, and the wildcard
    assert "os</code> → " not in text


@pytest.mark.parametrize(("builder", "address"), [("html", "../../../../lib/"), ("dirhtml", "../../../../../lib/")])
def test_relative_address(build: Build, builder: str, address: str) -> None:
    """An address relative to the output folder works from every page."""
    built = build({**TREE, "docs/veclib.inv": inventory(*ITEMS)}, conf("../lib/"), builder)
    page = f"{ONE}.html" if builder == "html" else f"{ONE}/index.html"
    assert links(built.text(page))["veclib"] == f"{address}api.html#module-veclib"


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"extensions": ["sphinx_kwindex"]}, id="not-loaded"),
        pytest.param({"intersphinx_mapping": {}}, id="no-inventory"),
        pytest.param({"intersphinx_disabled_reftypes": ["py:*"]}, id="disabled"),
    ],
)
def test_no_links_without_inventory(build: Build, changed: dict[str, Any]) -> None:
    """Pages are written anew, without links, when intersphinx is taken away."""
    build({**TREE, "docs/veclib.inv": inventory(*ITEMS)}, conf())
    settings = {**conf(), **changed}
    if "sphinx.ext.intersphinx" not in settings["extensions"]:
        del settings["intersphinx_mapping"]
    second = build({}, settings)
    assert ONE in second.written
    assert links(second.text(f"{ONE}.html")) == {}


def test_plain_formats(build: Build) -> None:
    """Other formats have the same links."""
    text = build({**TREE, "docs/veclib.inv": inventory(*ITEMS)}, conf(), "xml").text(f"{ONE}.xml")
    assert 'refuri="https://veclib.example/api.html#veclib.core.Base"' in text
    assert 'refuri="https://veclib.example/api.html#module-veclib"' in text


API = """\
:orphan:

API
===

.. py:function:: pkg.one.f()

.. py:class:: pkg.Thing

   .. py:method:: go()

.. py:module:: pkg.one
"""


def docs(text: str) -> dict[str, str]:
    """Return the addresses of documentation, by the name of the keyword."""
    return {name: uri for uri, name in re.findall(r'<a href="([^"]*)" aria-label="docs of ([^"]*)">', text)}


def test_documented_objects(build: Build) -> None:
    """What the site documents is linked from its row, by its id or by a name under which it is re-exported."""
    built = build({**TREE, "docs/api.rst": API})
    text = built.text(f"{ONE}.html")
    up = "../../../api.html"
    assert docs(text) == {"f": f"{up}#pkg.one.f", "Thing": f"{up}#pkg.Thing", "Thing.go": f"{up}#pkg.Thing.go"}
    assert f'<a href="{up}#module-pkg.one">Documentation</a>' in text
    assert docs(built.text("kwindex/tree/pkg/__init__.py.html")) == {}


def test_documented_objects_in_plain_formats(build: Build) -> None:
    """Other formats have the same links."""
    text = build({**TREE, "docs/api.rst": API}, None, "xml").text(f"{ONE}.xml")
    assert text.count("Documentation</reference>") == 4


def test_pages_follow_other_documentation(build: Build) -> None:
    """A page is written again when what others say of its names changes, and only that page is."""
    build({**TREE, "pkg/two.py": "def g(): ...\n"})
    second = build({"docs/api.rst": ":orphan:\n\nAPI\n===\n\n.. py:function:: pkg.one.f\n"})
    assert set(second.read) == {"api"}
    assert set(second.written) - {"index"} == {"api", ONE, FOLDER, DOCS}
    assert set(docs(second.text(f"{ONE}.html"))) == {"f"}
    third = build({"docs/api.rst": ":orphan:\n\nAPI\n===\n\nWords.\n\n.. py:function:: pkg.one.f\n"})
    assert ONE not in third.written
    fourth = build({"docs/api.rst": ":orphan:\n\nAPI\n===\n"})
    assert ONE in fourth.written
    assert docs(fourth.text(f"{ONE}.html")) == {}


def test_inventory_changed(build: Build) -> None:
    """A page is written again when another project documents one of its names."""
    build({**TREE, "docs/veclib.inv": inventory(ITEMS[0])}, conf(intersphinx_cache_limit=0))
    second = build({"docs/veclib.inv": inventory(*ITEMS)}, conf(intersphinx_cache_limit=0))
    assert ONE in second.written
    assert "veclib.core.Base" in links(second.text(f"{ONE}.html"))


PAGES = {
    "docs/start.rst": ":orphan:\n\nGetting *started*\n=================\n\n:kw:func:`pkg.one.f`, :kw:file:`pkg/one.py`\n",
    "docs/refs.rst": ":orphan:\n\nReference\n=========\n\n.. kwuses:: pkg.one.f\n",
    "docs/other.rst": ":orphan:\n\nOther\n=====\n\n:any:`pkg.one.Thing.go` and :py:class:`pkg.Thing`\n",
}


def mentions(text: str) -> list[list[tuple[str, str]]]:
    """Return the documents that rows are mentioned in, by place on the page."""
    found = re.findall(r"<dt>Mentioned in</dt><dd>(.*?)</dd>", text)
    return [re.findall(r'<a href="([^"]*)">([^<]*)</a>', part) for part in found]


def test_mentioned_in_prose(build: Build) -> None:
    """Rows and the head of a file's page name the documents that refer to them, by their titles."""
    text = build({**TREE, **PAGES}, {"kwindex_py_fallback": True}).text(f"{ONE}.html")
    up = "../../.."
    other = [(f"{up}/other.html", "Other")]
    prose = [(f"{up}/refs.html", "Reference"), (f"{up}/start.html", "Getting started")]
    assert sorted(mentions(text)) == sorted([other, other, prose])
    other, start = f'<a href="{up}/other.html">Other</a>', f'<a href="{up}/start.html">Getting started</a>'
    assert f'Mentioned in: {other}, <a href="{up}/refs.html">Reference</a>, {start}</li>' in text


def test_mentions_in_plain_formats(build: Build) -> None:
    """Other formats name the same documents."""
    text = build({**TREE, **PAGES}, None, "text").text(f"{ONE}.txt")
    assert "Mentioned in: Reference, Getting started" in text
    assert text.count("Mentioned in: Other") == 3


@pytest.mark.parametrize("options", [{}, {"parallel": 2}])
def test_pages_follow_mentions(build: Build, options: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the page of what is mentioned is looked at and written when a mention, or a title, comes or goes."""
    other = "def g(): ...\n"
    head = ":orphan:\n\nStart\n=====\n\n"
    build({**TREE, "pkg/two.py": other, "docs/start.rst": head}, **options)
    made: list[str] = []

    def note(*args: Any) -> Any:
        made.extend(part.docname for part in args if hasattr(part, "docname"))
        return page_view(*args)

    page_view = book.page_view
    monkeypatch.setattr(book, "page_view", note)
    second = build({"docs/start.rst": f"{head}:kw:func:`pkg.one.f`\n"}, **options)
    assert mentions(second.text(f"{ONE}.html")) == [[("../../../start.html", "Start")]]
    assert set(made) == {ONE, FOLDER, DOCS}
    if not options:
        assert set(second.written) - {"index"} == {"start", ONE, FOLDER, DOCS}
    third = build({"docs/start.rst": f"{head}Words. :kw:func:`pkg.one.f`\n"}, **options)
    assert ONE not in third.written
    fourth = build({"docs/start.rst": f"{head.replace('Start', 'First')}:kw:func:`pkg.one.f`\n"}, **options)
    assert mentions(fourth.text(f"{ONE}.html")) == [[("../../../start.html", "First")]]
    fifth = build({"docs/start.rst": None}, **options)
    assert mentions(fifth.text(f"{ONE}.html")) == []


def test_mentions_that_are_none(build: Build) -> None:
    """An ambiguous reference counts for what it links to; a label is no keyword of the same name."""
    page = ":orphan:\n\n.. _f:\n\nTitle\n=====\n\n:any:`f` :kw:func:`g`\n"
    files = {**TREE, "pkg/two.py": "def g(): ...\n", "pkg/zwei.py": "def g(): ...\n", "docs/page.rst": page}
    built = build(files, warnings=["'g' is ambiguous"])
    assert mentions(built.text(f"{ONE}.html")) == []
    assert mentions(built.text("kwindex/tree/pkg/two.py.html")) == [[("../../../page.html", "Title")]]
    assert mentions(built.text("kwindex/tree/pkg/zwei.py.html")) == []


def test_many_mentions(build: Build) -> None:
    """Of many documents the first five are named, and the others counted."""
    pages = {f"docs/p{number}.rst": f":orphan:\n\nP{number}\n==\n\n:kw:func:`pkg.one.f`\n" for number in range(7)}
    text = build({**TREE, **pages}).text(f"{ONE}.html")
    assert [title for _, title in mentions(text)[0]] == ["P0", "P1", "P2", "P3", "P4"]
    assert "P4</a> and 2 more</dd>" in text


def test_source(build: Build) -> None:
    """In the source, names of other projects are links where an inventory has them, and are written again when it changes."""
    page, values = "kwindex/source/pkg/one.py", {"kwindex_source": "pages", "intersphinx_cache_limit": 0}
    first = build({**TREE, "docs/veclib.inv": inventory(ITEMS[0])}, conf(**values))
    found = re.findall(r'class="kw-outside" href="([^"]*)" title="([^"]*)"', first.text(f"{page}.html"))
    assert set(found) == {("https://veclib.example/api.html#module-veclib", "veclib")}
    assert len(found) == 3, "where it is imported, twice, and where it is used"
    second = build({"docs/veclib.inv": inventory(*ITEMS)}, conf(**values))
    assert page in second.written
    assert 'href="https://veclib.example/api.html#veclib.core.Base" title="veclib.core.Base"' in second.text(
        f"{page}.html"
    )


TYPED = """\
import veclib.core as vc
from veclib.core import Base, hidden

hidden = int

def f(x: Base, y: "vc.Base | None" = Base, *, z: hidden) -> list[vc.Other]: ...

def g(x: vc.Other): ...

kept: Base = None
"""


def test_types(build: Build) -> None:
    """Types of other projects in signatures and annotations are links where an inventory has them."""
    items = [*ITEMS, "veclib.core.hidden py:class 1 api.html#$ -"]
    files = {"pkg/__init__.py": "", "pkg/one.py": TYPED, "docs/veclib.inv": inventory(*items)}
    text = build(files, conf()).text(f"{ONE}.html")
    functions = text[text.index('id="kw-functions"') : text.index('id="kw-imports"')]
    shown = "".join(re.findall(r'<pre class="kw-code">.*?</pre>', functions, re.DOTALL))
    base = "https://veclib.example/api.html#veclib.core.Base"
    assert links(shown) == {"Base": base, "vc.Base": base}
    assert shown.count("kw-external") == 3
    assert "vc.Other" in shown
    without = build({}, conf(intersphinx_mapping={})).text(f"{ONE}.html")
    assert without.count('<pre class="kw-code">') == 1  # of what is too long for the closed row
