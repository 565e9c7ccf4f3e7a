"""The directives: the same in reStructuredText and MyST, and forgiving of bad options."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Build = Callable[..., Any]

TREE = {
    "pkg/__init__.py": "",
    "pkg/one.py": """\
        '''The first.'''
        LIMIT = 3

        class One:
            '''A class.'''
            def __init__(self): ...
            def run(self): ...
            def _hide(self): ...

        def make(size=1):
            '''Make one.'''

        def _secret(): ...
        """,
    "pkg/two.py": "def get_it(): ...\ndef set_it(): ...\n",
    "other/three.py": "def get_other(): ...\n",
}


def body(build: Build, argument: str, *options: str, **kwargs: Any) -> str:
    """Return what a page shows whose only content is the directive."""
    lines = "".join(f"   {option}\n" for option in options)
    rst = f":orphan:\n\nPage\n====\n\n.. kwindex:: {argument}\n{lines}"
    built = build({**TREE, "docs/page.rst": rst}, **kwargs)
    return (
        str(built.text("page.html")).partition("<h1>")[2].partition("<footer")[0].partition('class="sphinxsidebar"')[0]
    )


def names(text: str) -> set[str]:
    """Return which of the tree's names a text holds as the text of a link."""
    known = ("LIMIT", "One", "__init__", "run", "_hide", "make", "_secret", "get_it", "set_it", "get_other")
    return {name for name in known if f">{name}<" in text or f".{name}<" in text}


LISTINGS = {
    "project": ("", [], {"LIMIT", "One", "run", "make", "get_it", "set_it", "get_other"}),
    "file": ("pkg/one.py", [], {"LIMIT", "One", "run", "make"}),
    "folder": ("pkg", [], {"LIMIT", "One", "run", "make", "get_it", "set_it"}),
    "module": ("pkg.two", [], {"get_it", "set_it"}),
    "glob": ("*/t*.py", [], {"get_it", "set_it", "get_other"}),
    "kinds": ("pkg", [":kinds: class, func"], {"One", "make", "get_it", "set_it"}),
    "private": ("pkg/one.py", [":private:"], {"LIMIT", "One", "run", "_hide", "make", "_secret"}),
    "special": ("pkg/one.py", [":special: yes"], {"LIMIT", "One", "__init__", "run", "make"}),
    "not nested": ("pkg/one.py", [":nested: no"], {"LIMIT", "One", "make"}),
    "pattern": ("", [":pattern: get_*"], {"get_it", "get_other"}),
    "qualified pattern": ("", [":pattern: One.*"], {"run"}),
    "limit": ("pkg.two", [":limit: 1"], {"get_it"}),
}


@pytest.mark.parametrize(("argument", "options", "expected"), LISTINGS.values(), ids=LISTINGS)
def test_listing(build: Build, argument: str, options: list[str], expected: set[str]) -> None:
    """The argument and the options say which keywords are listed."""
    assert names(body(build, argument, *options)) == expected


@pytest.mark.parametrize("group", ["file", "kind", "letter", "none"])
@pytest.mark.parametrize("order", ["source", "name", "uses"])
def test_every_order_and_group(build: Build, order: str, group: str) -> None:
    """Order and group change the arrangement, not the selection."""
    text = body(build, "pkg", f":order: {order}", f":group: {group}", ":columns: kind signature summary file uses line")
    assert names(text) == {"LIMIT", "One", "run", "make", "get_it", "set_it"}


def test_myst_is_the_same(build: Build) -> None:
    """MyST and reStructuredText give the same listing."""
    rst = ":orphan:\n\nPage\n====\n\n.. kwindex:: pkg\n   :kinds: function\n   :private:\n"
    myst = "---\norphan: true\n---\n# Page\n\n```{kwindex} pkg\n:kinds: function\n:private:\n```\n"
    conf = {"extensions": ["myst_parser", "sphinx_kwindex"]}
    built = build({**TREE, "docs/a.rst": rst, "docs/b.md": myst}, conf)
    first, second = (built.text(name).partition("</h1>")[2].partition("</section>")[0] for name in ("a.html", "b.html"))
    assert "_secret" in first
    assert first == second


FAULTS = {
    "kind": (
        ":kinds: klass, function",
        "page.rst:6: WARNING: kwindex: option 'kinds' cannot be 'klass' (could be: class",
    ),
    "order": (":order: nome", "option 'order' cannot be 'nome' (could be: name)"),
    "flag": (":private: maybe", "option 'private' cannot be 'maybe' (could be: yes, no)"),
    "number": (":limit: -1", "option 'limit' must be a whole number, 0 or more, not '-1'"),
}


@pytest.mark.parametrize(("option", "text"), FAULTS.values(), ids=FAULTS)
def test_bad_option(build: Build, option: str, text: str) -> None:
    """A bad value is one warning with file, line and candidates; the listing is shown without that option."""
    assert "make" in names(body(build, "pkg", option, warnings=[text]))


def test_missing_target_is_reported_in_every_build(build: Build) -> None:
    """An argument that names nothing is one warning, also in a build that does not read the page again."""
    files = {**TREE, "docs/page.rst": ":orphan:\n\nPage\n====\n\n.. kwindex:: pkg/onne.py\n"}
    text = "page.rst:6: WARNING: kwindex: 'pkg/onne.py' is not in the index (could be: pkg/one.py"
    for changes in (files, {}):
        built = build(changes, warnings=[text])
        assert len(built.warnings) == 1


def test_several_on_one_page(build: Build) -> None:
    """A page may hold several listings, also inside other directives."""
    rst = ":orphan:\n\nPage\n====\n\n.. note::\n\n   .. kwindex:: pkg/two.py\n\n* .. kwindex:: other\n"
    built = build({**TREE, "docs/page.rst": rst})
    assert names(built.text("page.html")) >= {"get_it", "set_it", "get_other"}
    assert len(built.app.env.get_domain("kw").listings["page"]) == 2
