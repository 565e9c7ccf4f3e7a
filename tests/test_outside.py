"""Links from pages to other documentation: other projects' through intersphinx, and the site's own of Python's objects."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from typing import Any

import pytest

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
    assert set(second.written) - {"index"} == {"api", ONE}
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
