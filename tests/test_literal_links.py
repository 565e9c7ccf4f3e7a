"""Inline literals that are links."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

Build = Callable[..., Any]

TREE = {
    "pkg/__init__.py": "from pkg.one import make_thing\n",
    "pkg/one.py": "class BigThing:\n    def go(self): ...\n\ndef make_thing(): ...\ndef init(): ...\n",
}
PAGE = """:orphan:

Of ``make_thing``
=================

``make_thing``, ``BigThing.go``, ``init``, ``other.name`` and `text of a link with ``make_thing`` <https://example.org>`__.

:py:func:`make_thing`, :ref:`label <search>`.
"""
CONF = {"kwindex_link_literals": True}


def links(built: Any, page: str = "start") -> list[tuple[str, str]]:
    """Return the links around code in the text: (name, address)."""
    body = built.text(f"{page}.html").partition("<h1>")[2].partition("</section>")[0]
    found = re.findall(r'<a class="reference internal" href="([^"]*)"[^>]*><code [^>]*>(.*?)</code></a>', body)
    return [(re.sub(r"<[^>]+>", "", text), address) for address, text in found]


def test_links(build: Build) -> None:
    """A literal that names one thing is a link into the index; headings, links and plain words stay as they are."""
    files = {**TREE, "docs/start.rst": PAGE}
    assert links(build(files)) == []
    page = "kwindex/tree/pkg/one.py.html"
    expected = [("make_thing", f"{page}#make_thing"), ("BigThing.go", f"{page}#BigThing.go")]
    on = build({}, CONF)
    assert links(on) == expected
    assert on.read == ()
    off = build({}, {"kwindex_link_literals": False})
    assert (links(off), off.read) == ([], ())
    assert build({}).written == ()


def test_described(build: Build) -> None:
    """What this documentation describes is linked there, under whatever name that is."""
    api = ":orphan:\n\nApi\n===\n\n.. py:function:: pkg.make_thing()\n\n   As ``make_thing``.\n"
    built = build({**TREE, "docs/start.rst": PAGE, "docs/api.rst": api}, CONF)
    assert links(built)[0] == ("make_thing", "api.html#pkg.make_thing")
    assert links(built, "api") == [("make_thing", "#pkg.make_thing")]


def test_rebuild(build: Build) -> None:
    """A document is written again, and not read, when its literals lead elsewhere."""
    build({**TREE, "docs/start.rst": PAGE}, CONF)
    moved = build({"pkg/one.py": "def init(): ...\n", "pkg/two.py": "def make_thing(): ...\n"}, CONF)
    assert links(moved) == [("make_thing", "kwindex/tree/pkg/two.py.html#make_thing")]
    assert "start" not in moved.read
    same = build({"pkg/two.py": "# More.\ndef make_thing(): ...\n"}, CONF)
    assert "start" not in same.written


@pytest.mark.parametrize("builder", ["text", "latex", "singlehtml", "gettext"])
def test_other_formats(build: Build, builder: str) -> None:
    """Every format is written; links are only where the page is."""
    index = "Test\n====\n\n.. toctree::\n\n   kwindex/index\n   start\n"
    built = build({**TREE, "docs/start.rst": PAGE.replace(":orphan:", ""), "docs/index.rst": index}, CONF, builder)
    assert built.outdir.exists()
