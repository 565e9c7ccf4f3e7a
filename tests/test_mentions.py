"""What the authors' documents mention, however they write it, and what shows that."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from conftest import write_files
from docutils import nodes
from docutils.utils import new_document
from sphinx.testing.util import SphinxTestApp

from sphinx_kwindex.ext import mentions
from sphinx_kwindex.ext.written_names import find_names

Build = Callable[..., Any]

TREE = {
    "pkg/__init__.py": "from pkg.four import steady\nfrom pkg.one import Thing\n",
    "pkg/four.py": "def string(): ...\ndef steady(): ...\ndef from_stub(): ...\nclass only: ...\n__version__ = 1\n",
    "pkg/four.pyi": "def steady() -> int: ...\ndef from_stub() -> int: ...\n",
    "pkg/one.py": """\
        class Thing:
            def go(self): ...
            def name(self): ...

        def make_thing() -> Thing: ...
        def define(): ...
        def init(): ...
        """,
    "pkg/seven.py": """\
        class Lock:
            def __init__(self, max_count): self.max_count = self.held_by = 1
            def release_all(self, max_count): ...
            def take_all(self): ...
            def let_go(self): ...
            def begin(self): ...
            def search(self): ...
            def turn(self): ...
            def len(self): ...
        class Other:
            def take_all(self): ...
            def hidden_away(self): ...
        seven_log = Lock()
        def _hidden_helper(): ...
        def _hidden(): ...
        class Base:
            def run(self): ...
            def walk(self): ...
        class Sub(Base):
            def run(self): ...
            def walk(self): ...
        """,
    "pkg/fast.pyx": "cdef class FileKind:\n    pass\n",
    "pkg/fast.pxd": "cdef class FileKind:\n    pass\n",
    "pkg/search.py": "def search(): ...\ndef turn(): ...\n",
    "pkg/socket.py": "class Socket: ...\n",
    "pkg/two.py": "def twice(): ...\ndef both_ways(): ...\n",
    "pkg/three.py": "def both_ways(): ...\n",
    "pkg/five.py": "class Group:\n    def start(self): ...\n\nclass Pair:\n    def end(self): ...\n",
    "pkg/six.py": "class Group:\n    def start(self): ...\n\nclass Pair:\n    def end(self): ...\n",
    "pkg/string.py": "def capwords(): ...\n",
    "tests/test_one.py": "def only_helper(): ...\n",
}
PAGES = ("one", "two", "three")
HEAD = ":orphan:\n\nStart\n=====\n\n"


def mentioned(built: Any, *, of_wholes: bool = False) -> list[str]:
    """Return what rows of keywords say they are mentioned in: `name: page#anchor`."""
    found = []
    for page in PAGES:
        text = built.text(f"kwindex/tree/pkg/{page}.py.html")
        for row in re.split(r'(?=<(?:details|div|li)[^>]* id=")', text):
            name = re.search(r' id="([^"]*)"', row)
            for part in re.findall(r"<dt>Mentioned in</dt><dd>(.*?)</dd>", row):
                assert name is not None
                found += [f"{name[1]}: {uri}" for uri in re.findall(r'href="(?:\.\./)*([^"]*)"', part)]
        if of_wholes:
            for part in re.findall(r"Mentioned in: (.*?)</li>", text):
                found += [f"{page}: {uri}" for uri in re.findall(r'href="(?:\.\./)*([^"]*)"', part)]
    return sorted(found)


WRITTEN = {
    "role": (":py:func:`pkg.one.make_thing`", ["make_thing"]),
    "role in another domain's name": (":py:class:`pkg.Thing`", ["Thing"]),
    "role with a scope": (".. py:currentmodule:: pkg.one\n\n:py:func:`make_thing`", ["make_thing"]),
    "role without its scope": (":py:func:`make_thing`", ["make_thing"]),
    "role of another kind": (":py:func:`pkg.one.Thing.go`", ["Thing.go"]),
    "role with a dot": (":py:meth:`.Thing.go`", ["Thing.go"]),
    "role with a dot, in one class that is described": (
        ":py:meth:`.Group.start`\n\n.. py:class:: pkg.five.Group",
        ["Group", "Group.start"],
    ),
    "role with a dot, in two that are": (
        ":py:meth:`.Pair.end`\n\n.. py:class:: pkg.five.Pair\n.. py:class:: pkg.six.Pair",
        ["Pair", "Pair"],
    ),
    "end of a name, in one class that is described": ("``Group.start()``", ["Group.start"]),
    "end of a name, in two that are": ("``Pair.end()``", []),
    "role with a dot, one name, that one description has": (":py:meth:`.begin`", ["Lock.begin"]),
    "that two have": (":py:meth:`.end`", []),
    "descriptions of these two": (
        ".. py:method:: pkg.five.Pair.end\n.. py:method:: pkg.six.Pair.end",
        ["Pair.end"] * 2,
    ),
    "role with the end of a name": (":py:meth:`Group.start`\n\n.. py:class:: pkg.five.Group", ["Group", "Group.start"]),
    "role that is looked up in an inventory": (":py:class:`other:pkg.Thing`", ["Thing"]),
    "role that is to be no link": (":py:func:`!pkg.one.make_thing` :c:func:`!make_thing`", ["make_thing"]),
    "decorator": ("``@make_thing``", ["make_thing"]),
    "decorator that is called": ("``@pkg.one.define(x=1)``", ["define"]),
    "call of a method that one description has": ("``.begin(1)``", ["Lock.begin"]),
    "private name of several words": ("``_hidden_helper`` but not ``_hidden``", ["_hidden_helper"]),
    "method that overrides another": ("``run()``", ["Sub.run"]),
    "description of that": (".. py:method:: pkg.seven.Sub.run", ["Sub.run"]),
    "call of a function, if a method is described, too": ("``turn()``", []),
    "descriptions of both": (
        ".. py:method:: pkg.seven.Lock.turn\n.. py:function:: pkg.search.turn",
        ["Lock.turn", "turn"],
    ),
    "call of a method that an undocumented class has, too": ("``take_all()``", ["Lock.take_all"]),
    "methods that override one another": ("``walk()``", ["Base.walk"]),
    "descriptions of these": (
        ".. py:method:: pkg.seven.Sub.walk\n.. py:method:: pkg.seven.Base.walk",
        ["Base.walk", "Sub.walk"],
    ),
    "of what code before it makes": (
        "``t.go``\n\n>>> import pkg\n>>> t = pkg.Thing()\n>>> u = 1\n\n``t.name()``, ``t.nothing``, ``u.go``, ``pkg.go`` and ``t``",
        ["Thing", "Thing.name"],
    ),
    "function called as a method that is described": ("``search(1)``", ["Lock.search"]),
    "call of a builtin function": ("``len()``", []),
    "descriptions of methods called so": (
        ".. py:method:: pkg.seven.Lock.search\n.. py:method:: pkg.seven.Lock.len",
        ["Lock.len", "Lock.search"],
    ),
    "class of Cython that is declared, too": ("``FileKind``", ["FileKind"]),
    "name of a class in small letters": ("``lock.held_by`` ``lock.nothing`` ``lock.held_by.x``", ["Lock.held_by"]),
    "that of a class that is described, of two": ("``group.start``", ["Group.start"]),
    "that of two that are": ("``pair.end()`` ``only.x``", []),
    "method that is not called, or is one of two": ("``.begin`` ``.end()``", []),
    "role that names nothing": (":py:class:`str` :py:func:`go` :py:class:`init`", []),
    "standard library, in a package with such a module": (
        ".. py:currentmodule:: pkg.one\n\n:py:func:`string.capwords` ``string.capwords``",
        [],
    ),
    "the same in that package": (".. py:currentmodule:: pkg\n\n:py:func:`string.capwords`", ["capwords"]),
    "role of another domain": (":c:func:`make_thing`", []),
    "pep": (":pep:`8`", []),
    "literal": ("``make_thing``", ["make_thing"]),
    "member of the class described": (
        ".. py:class:: pkg.seven.Lock\n\n   ``held_by`` but not its parameter ``max_count``",
        ["Lock", "Lock.held_by"],
    ),
    "methods": (
        ".. py:method:: pkg.seven.Lock.release_all\n.. py:method:: pkg.seven.Lock.take_all\n.. py:method:: pkg.seven.Lock.begin",
        ["Lock.begin", "Lock.release_all", "Lock.take_all"],
    ),
    "method of several words that is described": ("``release_all``", ["Lock.release_all"]),
    "that is not, or is one of two": ("``hidden_away`` ``take_all`` ``let_go``", []),
    "method of something else that is described": (
        ".. py:method:: pkg.seven.Idea.let_go\n.. py:method:: pkg.seven.Lock.let_go",
        ["Lock.let_go"],
    ),
    "self, and the class itself": (
        ".. py:class:: pkg.seven.Lock\n\n   ``self.held_by`` and ``Lock``",
        ["Lock", "Lock.held_by"],
    ),
    "call of what is an attribute": (".. py:class:: pkg.seven.Lock\n\n   ``held_by()``", ["Lock"]),
    "role with parentheses": (".. py:currentmodule:: pkg.seven\n\n:py:attr:`Lock.take_all()`", ["Lock.take_all"]),
    "call of what is no function": ("``seven_log()``", []),
    "module called as one of the standard library": (".. py:currentmodule:: pkg.socket\n\n:py:mod:`socket`", []),
    "call": ("``make_thing(1)``", ["make_thing"]),
    "literal in full": ("``pkg.one.Thing.name``", ["Thing.name"]),
    "end of a name": ("``Thing.go``", ["Thing.go"]),
    "other path": ("``pkg.Thing.go()``", ["Thing.go"]),
    "class": ("``Thing``", []),
    "plain word": ("``init``", []),
    "plain word that is described": ("``define``\n\n.. py:function:: pkg.one.define()", ["define"]),
    "described by several names": (
        "``steady``\n\n.. py:function:: pkg.four.steady()\n.. py:function:: pkg.steady()",
        ["steady"],
    ),
    "plain word that is a module of the standard library": ("``string``", []),
    "call of that": ("``string()``", ["string"]),
    "description of that function": (".. py:function:: pkg.four.string()", ["string"]),
    "class in small letters": ("``only``\n\n.. py:class:: pkg.four.only", ["only"]),
    "the same elsewhere": ("``only``", []),
    "in a stub, too": ("``from_stub``", ["from_stub"]),
    "special": ("``__version__``", []),
    "method alone": ("``go``", []),
    "two": ("``both_ways``", []),
    "of a test": ("``only_helper``", []),
    "role for keys": (":kbd:`make_thing`", []),
    "command": (":command:`make_thing`", []),
    "code": (
        ".. code-block:: python\n\n   from pkg.one import make_thing\n   make_thing().go()",
        ["Thing.go", "make_thing"],
    ),
    "session": (">>> import pkg.two\n>>> pkg.two.twice()\n2", ["twice"]),
    "code in another language": (".. code-block:: text\n\n   from pkg.one import make_thing", []),
    "string in code": (".. code-block:: python\n\n   'make_thing'", []),
    "file included": (".. literalinclude:: example.py", ["twice"]),
    "description": (".. py:function:: pkg.two.twice()", ["twice"]),
    "in a signature": (".. py:function:: elsewhere.f(x: pkg.Thing)", []),
    "in a description": (".. py:function:: elsewhere.f()\n\n   See ``make_thing``.", ["make_thing"]),
}


@pytest.fixture(scope="module")
def ways(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, list[str]]:
    """Return which names each document mentions, of one build for all ways to write them."""
    folder = tmp_path_factory.mktemp("ways")
    names = {f"d{number}": way for number, way in enumerate(WRITTEN)}
    pages = {f"docs/{name}.rst": f"{HEAD}{WRITTEN[way][0]}\n" for name, way in names.items()}
    example = "from pkg.two import twice\ntwice()\n"
    conf = 'extensions = ["sphinx_kwindex"]\nkwindex_root = ".."\nkwindex_exclude = ["docs"]\n'
    write_files(folder, {**TREE, **pages, "docs/example.py": example, "docs/conf.py": conf, "docs/index.rst": HEAD})
    patched = pytest.MonkeyPatch()
    patched.setattr(mentions, "MAX_DOCUMENTS", 100)
    app = SphinxTestApp("html", srcdir=folder / "docs")
    try:
        app.build()
        table = app.env.get_domain("kw").session.outside.prose.table
    finally:
        app.cleanup()
        patched.undo()
    found: dict[str, list[str]] = {way: [] for way in WRITTEN}
    for anchors in table.values():
        for anchor, places in anchors.items():
            for link in places.documents if anchor else ():
                found[names[link.docname]].append(anchor)
    return {way: sorted(anchors) for way, anchors in found.items()}


@pytest.mark.parametrize("way", WRITTEN)
def test_ways_to_write(ways: Mapping[str, list[str]], way: str) -> None:
    """Roles, literals and code mention what they certainly name, and so do descriptions; a name that may be anything does not."""
    assert ways[way] == sorted(WRITTEN[way][1])


def test_modules_by_another_name(build: Build) -> None:
    """What documents import under another name means the same in all of them, but for names that one imports for something else."""
    pages = {
        "docs/a.rst": f"{HEAD}>>> import pkg.two as t\n>>> import pkg.one as one\n>>> import pkg.two as both\n",
        "docs/b.rst": f"{HEAD}``t.twice`` and ``both.twice``\n\n>>> one.make_thing()\n",
        "docs/c.rst": f"{HEAD}>>> import pkg.three as both\n",
    }
    built = build({**TREE, **pages})
    assert mentioned(built) == ["make_thing: b.html", "twice: b.html"]


def test_files(build: Build) -> None:
    """A file is mentioned by its path, or by its name alone if readers hardly have a file with that name."""
    tree = {**TREE, "pkg/conf.py": "", "tools/one_more.py": "", "tools/more.py": "", "pkg/deep/two.py": ""}
    page = f"{HEAD}``one.py``, ``two.py``, ``conf.py``, ``one_more.py``, ``more.py`` and ``pkg/three.py``.\n"
    built = build({**tree, "docs/start.rst": page})
    assert mentioned(built, of_wholes=True) == ["one: start.html", "three: start.html"]
    texts = {path: built.text(f"kwindex/tree/{path}.html") for path in tree if path.endswith(".py")}
    assert [path for path, text in texts.items() if 'start.html"' in text] == [
        "pkg/one.py",
        "pkg/three.py",
        "tools/one_more.py",
    ]


@pytest.mark.filterwarnings("ignore:.*MystReferenceResolver")
def test_markdown(build: Build) -> None:
    """MyST's roles, literals, code and links do as well."""
    text = "# Start\n\n{py:func}`pkg.one.make_thing`, `pkg.two.twice`.\n\n[go](#pkg.one.Thing.go)\n\n```python\nimport pkg.three as t\nt.both_ways()\n```\n"
    api = f"{HEAD}.. py:method:: pkg.one.Thing.go()\n"
    conf = {"extensions": ["myst_parser", "sphinx_kwindex"]}
    built = build({**TREE, "docs/start.md": f"---\norphan: true\n---\n\n{text}", "docs/api.rst": api}, conf)
    names = [
        "Thing.go: api.html#pkg.one.Thing.go",
        "Thing.go: start.html",
        "both_ways: start.html",
        "make_thing: start.html",
    ]
    assert mentioned(built) == [*names, "twice: start.html"]


def test_sections(build: Build) -> None:
    """A link leads to the section that mentions a name first, or to its description; that comes first."""
    text = f"{HEAD}Words.\n\nMore of it\n----------\n\n``twice()``\n\nLast\n----\n\n``twice()``\n"
    api = ":orphan:\n\nZ\n=\n\n.. py:function:: pkg.two.twice()\n\n   ``make_thing``\n"
    built = build({**TREE, "docs/start.rst": text, "docs/z.rst": api})
    found = ["make_thing: z.html#pkg.two.twice", "twice: start.html#more-of-it", "twice: z.html#pkg.two.twice"]
    assert mentioned(built) == found
    page = built.text("kwindex/tree/pkg/two.py.html")
    assert page.index('z.html#pkg.two.twice" title="pkg.two.twice">Z</a>') < page.index('title="More of it">Start</a>')


def test_files_and_folders(build: Build) -> None:
    """A file is mentioned where anything in it is, and a folder where any of its files is; paths mean them, too."""
    text = f"{HEAD}``pkg/two.py``, :file:`pkg/three.py`, ``pkg.one.Thing.go``\n"
    built = build({**TREE, "docs/start.rst": text, "docs/more.rst": f"{HEAD}``twice()``\n"})
    wholes = ["one: start.html", "three: start.html", "two: more.html", "two: start.html"]
    assert mentioned(built, of_wholes=True) == ["Thing.go: start.html", *wholes[:2], "twice: more.html", *wholes[2:]]
    assert built.text("kwindex/tree/pkg/index.html").count("Mentioned in: ") == 1


def test_rebuild(build: Build) -> None:
    """Pages follow what documents write, and what names mean; nothing else is written."""
    build({**TREE, "docs/start.rst": f"{HEAD}``make_thing``\n"})
    gone = build({"docs/start.rst": f"{HEAD}``make_nothing``\n"})
    assert mentioned(gone) == []
    assert build({}).written == ()
    there = build({"pkg/two.py": "def make_nothing(): ...\n"})
    assert mentioned(there) == ["make_nothing: start.html"]
    assert there.read == ()


def test_deleted_document(build: Build) -> None:
    """What only a document said that is deleted is mentioned no more; hostile titles are shown as they are."""
    there = build({**TREE, "docs/a.rst": ":orphan:\n\n<b>&amp; \u202e ``x``\n====================\n\n``twice()``\n"})
    assert mentioned(there) == ["twice: a.html"]
    assert "&lt;b&gt;&amp;amp;" in there.text("kwindex/tree/pkg/two.py.html")
    (there.srcdir / "a.rst").unlink()
    after = build({})
    assert mentioned(after) == []
    assert "kwindex/tree/pkg/two.py" in after.written
    assert after.read == ()


def test_same_from_many_processes(build: Build) -> None:
    """What several processes read is put together."""
    pages = {f"docs/p{number}.rst": f":orphan:\n\nP{number}\n==\n\n``twice()``\n" for number in range(4)}
    built = build({**TREE, **pages}, parallel=2)
    assert mentioned(built) == [f"twice: p{number}.html" for number in range(4)]


def test_deep(make_tree: Callable[..., Path]) -> None:
    """However deep a document is, it is read."""
    document = new_document(str(make_tree({}) / "x.rst"))
    innermost: nodes.Element = document
    for _ in range(5_000):
        inner = nodes.block_quote()
        innermost += inner
        innermost = inner
    innermost += nodes.literal("", "pkg.deep")
    paragraph = nodes.paragraph()
    paragraph += nodes.literal("", "pkg.plain")
    document += paragraph
    names = find_names(document, "x", "/docs")
    assert names is not None
    assert [name.text for name in names.names] == ["pkg.plain"]
