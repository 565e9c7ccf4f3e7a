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
        "page.rst:6: WARNING: kwindex: option 'kinds': invalid value 'klass' (could be: class",
    ),
    "order": (":order: nome", "option 'order': invalid value 'nome' (could be: name)"),
    "flag": (":private: maybe", "option 'private': invalid value 'maybe' (could be: yes, no); using the default"),
    "number": (":limit: -1", "option 'limit': expected a whole number, 0 or more, got '-1'"),
}


@pytest.mark.parametrize(("option", "text"), FAULTS.values(), ids=FAULTS)
def test_bad_option(build: Build, option: str, text: str) -> None:
    """A bad value is one warning with file, line and candidates; the listing is shown without that option."""
    assert "make" in names(body(build, "pkg", option, warnings=[text]))


def test_missing_target_is_reported_once(build: Build) -> None:
    """An argument that names nothing is one warning, also if it named something in the last build; then it is quiet."""
    page = ":orphan:\n\nPage\n====\n\n.. kwindex:: pkg/onne.py\n"
    text = "page.rst:6: WARNING: kwindex: 'pkg/onne.py' is not in the index (could be: pkg/one.py"
    build({**TREE, "docs/page.rst": page, "pkg/onne.py": "x = 1\n"})
    assert len(build({"pkg/onne.py": None}, warnings=[text]).warnings) == 1
    assert not build({}).warnings


def test_several_on_one_page(build: Build) -> None:
    """A page may hold several listings, also inside other directives."""
    rst = ":orphan:\n\nPage\n====\n\n.. note::\n\n   .. kwindex:: pkg/two.py\n\n* .. kwindex:: other\n"
    built = build({**TREE, "docs/page.rst": rst})
    assert names(built.text("page.html")) >= {"get_it", "set_it", "get_other"}
    assert len(built.app.env.get_domain("kw").listings["page"]) == 2


USED = {
    "pkg/__init__.py": "from pkg.core import make\n",
    "pkg/core.py": "def make(): ...\n\ndef again(): return make()\n\nclass Box:\n    def lift(self): ...\n",
    "pkg/one.py": "from pkg.core import make\n\ndef first(): return make() or make\n\ndef second(it): it.lift()\n",
    "pkg/two.py": "from pkg.core import Box\n\ndef third(): Box().lift()\n",
    "tests/test_core.py": "from pkg.core import make\n\ndef test_make(): assert make() is None\n",
    "a/same.py": "def twin(): ...\n",
    "b/same.py": "def twin(): ...\n",
}


def prose(build: Build, directive: str, *options: str, **kwargs: Any) -> str:
    """Return what a page shows whose only content is a directive."""
    lines = "".join(f"   {option}\n" for option in options)
    rst = f":orphan:\n\nPage\n====\n\n.. {directive}\n{lines}"
    text = str(build({**USED, "docs/page.rst": rst}, **kwargs).text("page.html"))
    return text.partition("</h1>")[2].partition("</section>")[0]


def shown(text: str) -> set[str]:
    """Return which scopes and files of the tree a text names."""
    found = ("again", "first", "second", "third", "test_make", "pkg/core.py", "pkg/one.py", "tests/test_core.py")
    return {name for name in found if f">{name}<" in text}


USES = {
    "tail": ("make", [], {"again", "first", "test_make", "pkg/core.py", "pkg/one.py", "tests/test_core.py"}),
    "id": ("pkg.core.make", [":tests: no"], {"again", "first", "pkg/core.py", "pkg/one.py"}),
    "re-exported": ("pkg.make", [":tests: no"], {"again", "first", "pkg/core.py", "pkg/one.py"}),
    "kinds": ("make", [":kinds: read"], {"first", "pkg/one.py"}),
    "import": ("make", [":kinds: import"], {"pkg/one.py", "tests/test_core.py"}),
    "limit": ("make", [":limit: 1"], {"first", "pkg/one.py"}),
    "no limit": ("make", [":limit: 0", ":tests: no"], {"again", "first", "pkg/core.py", "pkg/one.py"}),
    "guesses": ("Box.lift", [], {"second", "third", "pkg/one.py"}),
    "no guesses": ("Box.lift", [":guesses: no"], {"third"}),
}


@pytest.mark.parametrize(("argument", "options", "expected"), USES.values(), ids=USES)
def test_uses(build: Build, argument: str, options: list[str], expected: set[str]) -> None:
    """The uses of one keyword are shown in prose, as an opened row shows them."""
    assert shown(prose(build, f"kwuses:: {argument}", *options)) == expected


def test_unused(build: Build) -> None:
    """That nothing was found says where it was looked for."""
    assert "No uses found in the 8 files searched." in prose(build, "kwuses:: pkg.core.again")


IN_PROSE_FAULTS = {
    "missing keyword": ("kwuses:: makke", "WARNING: kwuses: 'makke' is not in the index (could be: pkg.core.make)"),
    "ambiguous keyword": (
        "kwuses:: twin",
        "kwuses: 'twin' is ambiguous; shown for a.same.twin (could be: b.same.twin)",
    ),
    "no keyword": ("kwuses::", "page.rst:6: WARNING: kwuses: expected an argument: a keyword, named as in roles"),
    "kind of use": ("kwuses:: make\n   :kinds: cal", "kwuses: option 'kinds': invalid value 'cal' (could be: call)"),
    "missing path": ("kwrelated:: pkg/cor.py", "'pkg/cor.py' is not in the index (could be: pkg/core.py"),
    "ambiguous path": ("kwrelated:: same.py", "'same.py' is ambiguous; shown for a/same.py (could be: b/same.py)"),
    "no path": ("kwrelated::", "page.rst:6: WARNING: kwrelated: expected an argument: a file or folder"),
    "group": (
        "kwrelated:: pkg\n   :groups: test",
        "kwrelated: option 'groups': invalid value 'test' (could be: tests)",
    ),
}


@pytest.mark.parametrize(("directive", "text"), IN_PROSE_FAULTS.values(), ids=IN_PROSE_FAULTS)
def test_one_warning_and_the_page_is_built(build: Build, directive: str, text: str) -> None:
    """What a directive cannot show is one warning with candidates."""
    page = ":orphan:\n\nPage\n====\n\n.. " + directive + "\n\nThe end.\n"
    built = build({**USED, "docs/page.rst": page}, warnings=[text])
    assert len(built.warnings) == 1
    assert "page.rst:" in built.warnings[0]
    assert "The end." in built.text("page.html")


def test_related(build: Build) -> None:
    """Related files are shown by relation, with their reasons, or without."""
    text = prose(build, "kwrelated:: pkg/core.py")
    assert "tests/test_core.py</a>" in text
    assert text.index("<dt>Tests</dt>") < text.index("<dt>Used by</dt>") < text.index("is the package of this file")
    assert "kw-why" not in prose(build, "kwrelated:: pkg/core.py", ":reasons: no")
    assert "pkg/one.py" not in prose(build, "kwrelated:: pkg/core.py", ":groups: tests")
    assert "tests/</a>" in prose(build, "kwrelated:: pkg")


def test_myst_is_the_same_in_prose(build: Build) -> None:
    """MyST and reStructuredText give the same uses and related files."""
    rst = ":orphan:\n\nPage\n====\n\n.. kwuses:: make\n   :kinds: call\n\n.. kwrelated:: pkg/core.py\n   :limit: 2\n"
    myst = "---\norphan: true\n---\n# Page\n\n```{kwuses} make\n:kinds: call\n```\n\n```{kwrelated} pkg/core.py\n:limit: 2\n```\n"
    built = build({**USED, "docs/a.rst": rst, "docs/b.md": myst}, {"extensions": ["myst_parser", "sphinx_kwindex"]})
    first, second = (built.text(name).partition("</h1>")[2].partition("</section>")[0] for name in ("a.html", "b.html"))
    assert "kw-facts" in first
    assert first == second


def test_context_of_uses(build: Build) -> None:
    """Of several keywords of one name, the one in the scope of the directive is meant, as with roles."""
    page = ":orphan:\n\nPage\n====\n\n.. py:currentmodule:: b.same\n\n.. kwuses:: twin\n"
    assert "#twin" in build({**USED, "docs/page.rst": page}).text("page.html")


def test_prose_follows_uses_and_related_files(build: Build) -> None:
    """A page is written again when what it shows of uses or relations changes, not when a line moves, and not read."""
    uses = ":orphan:\n\nUses\n====\n\n.. kwuses:: make\n"
    related = ":orphan:\n\nRelated\n=======\n\n.. kwrelated:: pkg/core.py\n"
    build({**USED, "docs/uses.rst": uses, "docs/related.rst": related})
    moved = "\n\n" + USED["pkg/one.py"]
    second = build({"pkg/one.py": moved})
    assert not {"uses", "related"} & {*second.read, *second.written}
    third = build({"pkg/one.py": moved + "\ndef fourth(): return make()\n"})
    assert third.read == ()
    assert "uses" in third.written
    assert "fourth" in third.text("uses.html")
    fourth = build({"tests/test_core.py": None})
    assert {"uses", "related"} <= set(fourth.written)
    assert "test_core" not in fourth.text("related.html")


SUFFIXES = {"text": "txt", "xml": "xml", "epub": "xhtml", "dirhtml": ""}


@pytest.mark.parametrize("builder", SUFFIXES)
def test_prose_in_every_format(build: Build, builder: str) -> None:
    """Other builders show the same."""
    page = "Page\n====\n\n.. kwuses:: make\n\n.. kwrelated:: pkg/core.py\n"
    index = "Test\n====\n\n.. toctree::\n\n   kwindex/index\n   page\n"
    conf = {"version": "1", "copyright": "us", "author": "us"}
    built = build({**USED, "docs/page.rst": page, "docs/index.rst": index}, conf, builder)
    text = built.text(f"page.{SUFFIXES[builder]}" if SUFFIXES[builder] else "page/index.html")
    for part in ("make", "pkg/one.py", "tests/test_core.py", "is a test of this file"):
        assert part in text
