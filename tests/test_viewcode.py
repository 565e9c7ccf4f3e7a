"""`[source]` links of viewcode lead to our pages of sources, and nothing of the tree is imported for them."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable
from typing import Any

from linkcheck import broken_links

Build = Callable[..., Any]

FILES = {
    "pkg/__init__.py": "from pkg.one import Ship\nraise SystemExit\n",
    "pkg/one.py": "class Ship:\n    def sail(self): ...\n",
    "pkg/left.py": "def out(): ...\n",
    "docs/api.rst": """\
        API
        ===

        .. py:module:: pkg

        .. py:class:: Ship

           .. py:method:: sail()

        .. py:function:: absent()

        .. py:module:: pkg.left

        .. py:function:: out()
        """,
    "docs/index.rst": "Test\n====\n\n.. toctree::\n\n   api\n   kwindex/index\n",
}
CONF = {"extensions": ["sphinx.ext.viewcode", "sphinx_kwindex"], "kwindex_api_entries": []}


def sources(text: str) -> list[str]:
    """Return where links to sources lead."""
    return re.findall(r'href="([^"]*)"><span class="viewcode-link"', text)


def test_links(build: Build) -> None:
    """Links lead to the definition, through re-exports; viewcode makes no pages of its own of these modules."""
    conf = {
        **CONF,
        "kwindex_source": "pages",
        "kwindex_source_exclude": ["left.py"],
        "viewcode_follow_imported_members": True,
    }
    built = build(FILES, conf)
    assert sources(built.text("api.html")) == [
        "kwindex/source/pkg/one.py.html#Ship",
        "kwindex/source/pkg/one.py.html#Ship.sail",
    ]
    assert not (built.outdir / "_modules").exists()
    assert broken_links(built.outdir) == []
    again = build({"docs/api.rst": textwrap.dedent(FILES["docs/api.rst"]) + "\nMore.\n"})
    assert len(sources(again.text("api.html"))) == 2
    assert not (built.outdir / "_modules").exists()
