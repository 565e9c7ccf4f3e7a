"""What a keyword says that nobody uses by its name: how it is reached all the same, or that no uses were found."""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from shown import Pages, Uris, groups_of, index

from sphinx_kwindex import Project
from sphinx_kwindex.ext.html import render_section
from sphinx_kwindex.ext.plain import section_nodes
from sphinx_kwindex.ext.words import tell
from sphinx_kwindex.model import Flag
from sphinx_kwindex.pages.file_view import find_head
from sphinx_kwindex.pages.phrases import row_uses, used_words
from sphinx_kwindex.pages.records import PageView, ReachKind, RelationRole, Row
from sphinx_kwindex.stdlib import members_of

Labels = Callable[[Mapping[str, str]], dict[str, str]]
"""What closed rows say of uses, by `path:qualified name`."""


def all_rows(project: Project) -> Iterator[tuple[PageView, Row]]:
    """Return all rows of all pages of files, each with the view that it is in."""

    def walk(group: tuple[Row, ...]) -> Iterator[Row]:
        for row in group:
            yield row
            yield from walk(row.members)

    for view in Pages(project.reader).views().values():
        for _, group in groups_of(view):
            for row in walk(group):
                yield view, row


def label(row: Row) -> str:
    """Return what the closed row says of uses."""
    words = used_words(
        row.uses, row.files, operators=row.operators, reached=row.reached, guesses=row.guesses, kind=row.kind
    )
    return tell(words)


@pytest.fixture
def labels(make_tree: Callable[..., Path]) -> Labels:
    """Return a function that gives the labels of a tree."""

    def make(files: Mapping[str, str]) -> dict[str, str]:
        with Project.open(make_tree(files)) as project:
            return {f"{view.page.subject}:{row.qualname}": label(row) for view, row in all_rows(project)}

    return make


def check(labels: Labels, files: Mapping[str, str], expected: Mapping[str, str]) -> None:
    """Compare the labels of some rows."""
    found = labels(files)
    assert {name: found[name] for name in expected} == expected


def test_set_properties(labels: Labels) -> None:
    """`self.x = ...` runs the setter of a base class, also of one in another file: it defines nothing, and is a use there."""
    check(
        labels,
        {
            "a.py": """\
                class Base:
                    @property
                    def debug(self): return self._debug
                    @debug.setter
                    def debug(self, value): self._debug = value
                    def get(self): return 1
                    def put(self, value): ...
                    made = property(get, put)
                    only = property(get)
                    plain = 1
                """,
            "b.py": """\
                from a import Base
                class Middle(Base): ...
                class Child(Middle):
                    def run(self):
                        self.debug = True
                        self.made = 2
                        self.only = 3
                        self.plain = 4
                        return self.debug
                """,
        },
        {
            "a.py:Base.debug": "3 uses in 2 files",
            "a.py:Base.made": "1 use",
            "b.py:Child.debug": "sets property Base.debug",
            "b.py:Child.made": "sets property Base.made",
            "b.py:Child.plain": "no uses found",
        },
    )


def test_constructors(labels: Labels) -> None:
    """`__init__` and the like are called as often as their class and what inherits them is."""
    check(
        labels,
        {
            "a.py": """\
                class Base:
                    def __new__(cls): ...
                    def __init__(self): ...
                class Same(Base): ...
                class Own(Base):
                    def __init__(self): super().__init__()
                class Never:
                    def __init__(self): ...
                class Data:
                    def __post_init__(self): ...
                class Fault(Exception):
                    def __init__(self): ...
                class Meta(type):
                    def __call__(cls): ...
                """,
            "b.py": """\
                from a import Base, Data, Fault, Own, Same
                made = [Base(), Same(), Same(), Own(), Data()]
                raise Fault
                """,
        },
        {
            "a.py:Base.__new__": "constructed 4 times",
            "a.py:Base.__init__": "1 use",
            "a.py:Own.__init__": "constructed once",
            "a.py:Never.__init__": "called on construction",
            "a.py:Data.__post_init__": "constructed once",
            "a.py:Fault.__init__": "constructed once",
            "a.py:Meta.__call__": "called by Python",
        },
    )


def test_constructions_without_a_name(labels: Labels) -> None:
    """Classes are constructed through `cls`, `type(self)`, `__class__`, other names and attributes that hold them as well."""
    check(
        labels,
        {
            "a.py": """\
                class Made:
                    def __init__(self, x=0): ...
                    @classmethod
                    def create(cls): return cls()
                    @classmethod
                    def passing(cls): return cls(x=1)
                    def copy(self): return type(self)()
                    def again(self): return self.__class__(1)
                    def other(self, made): return made(), made.__class__()
                class Sub(Made): ...
                class Aside:
                    def __init__(self): ...
                class Held:
                    def __init__(self): ...
                class Owner:
                    held = Held
                    def make(self): return self.held()
                """,
            "b.py": """\
                from a import Aside, Owner, Sub
                def f(x: type[Sub]):
                    local = Aside
                    return local(), local(), Owner.held(), Sub.create()
                """,
            "c.py": "from b import Owner\nOwner.held()\n",  # names nothing of `a.py`
        },
        {
            "a.py:Made.__init__": "constructed 4 times",
            "a.py:Aside.__init__": "constructed 2 times",
            "a.py:Held.__init__": "constructed 3 times",
            "a.py:Made.create": "1 use",
        },
    )


OVERRIDES = """\
    class Base:
        limit = 1
        def run(self): self.step(); self.other()
        def step(self): ...
        def other(self): ...
        def quiet(self): ...
        def above(self): ...
        @classmethod
        def make(cls): ...
        @classmethod
        def build(cls): cls.part()
        @classmethod
        def part(cls): ...
    class Mid(Base):
        limit = 2
        def step(self): super().step()
    class Child(Mid):
        limit = 3
        def step(self): super().step()
        def quiet(self): Base.quiet(self)
        def above(self): ...
        @classmethod
        def make(cls): ...
        @classmethod
        def part(cls): ...
    class Mixin:
        def other(self): ...
    class Both(Mixin, Base): ...
    """


def test_overrides(labels: Labels) -> None:
    """An override is called through what it overrides, also levels above and beside it; not where only overrides call that."""
    check(
        labels,
        {
            "a.py": OVERRIDES,
            "b.py": "from a import Base, Child\n\ndef f(x: Base):\n    x.run()\n    x.limit\n    Child().above()\n    Base.make()\n",
        },
        {
            "a.py:Mid.step": "1 use",
            "a.py:Child.step": "called through Base",
            "a.py:Child.limit": "read through Base",
            "a.py:Child.quiet": "no uses found",
            "a.py:Base.above": "called on subclasses",
            "a.py:Child.make": "no uses found",
            "a.py:Child.part": "called through Base",
            "a.py:Mixin.other": "called through Base",
        },
    )


def test_alternatives(labels: Labels) -> None:
    """Where one class of several that override a member is known to be called, the others may be meant as well."""
    check(
        labels,
        {
            "a.py": """\
                class Policy:
                    def missing(self): ...
                class Reject(Policy):
                    def missing(self): ...
                class Add(Policy):
                    def missing(self): ...
                class Client:
                    def __init__(self): self._policy = Reject()
                    def use(self, policy): self._policy = policy
                    def go(self): self._policy.missing()
                class Handler:
                    def get(self): ...
                class Static(Handler):
                    def get(self): ...
                    def head(self): return self.get()
                class Below(Static):
                    def post(self): return self.get()
                class Other(Handler):
                    def get(self): ...
                """
        },
        {
            "a.py:Other.get": "no uses found",
            "a.py:Policy.missing": "called on subclasses",
            "a.py:Reject.missing": "1 use",
            "a.py:Add.missing": "may be called where Reject.missing is",
        },
    )


def test_called_on_subclasses(labels: Labels) -> None:
    """Where the name is so common that it means nothing on an unknown object, that comes before what subclasses are called."""
    check(
        labels,
        {
            "a.py": """\
                class Logger:
                    def info(self): ...
                    def settle(self): ...
                class Statsd(Logger):
                    def info(self): ...
                    def settle(self): ...
                """,
            "b.py": "def go(worker):\n    worker.log.info()\n    worker.log.info()\n",
            "test_a.py": "from a import Statsd\ndef test_it():\n    Statsd().info()\n    Statsd().settle()\n",
        },
        {"a.py:Logger.info": "2 possible places", "a.py:Logger.settle": "called on subclasses"},
    )


def test_names_that_are_not_bound(labels: Labels) -> None:
    """A name that a module lacks is not looked up on an object, so it cannot mean a class of another module."""
    check(
        labels,
        {
            "a.py": "class Loose: ...\nclass Unbound: ...\n",
            "b.py": "class B(Unbound): ...\ndef f(x): return x.Loose\n",
            "c.py": "import b\nb.Unbound\n",
        },
        {"a.py:Loose": "1 possible place", "a.py:Unbound": "no uses found"},
    )


def test_set_on_instances(labels: Labels) -> None:
    """What a method sets on an instance takes the place of what a base class defines."""
    check(
        labels,
        {
            "a.py": """\
                class Pool:
                    def on_apply(self): ...
                    def go(self): self.on_apply()
                class Fork(Pool):
                    def __init__(self, pool):
                        self.on_apply = pool.apply
                        self.alone = 1
                """
        },
        {"a.py:Fork.on_apply": "read through Pool", "a.py:Fork.alone": "no uses found"},
    )


def test_stubs(labels: Labels) -> None:
    """The rows of a stub lead to the source, which has the uses."""
    check(
        labels,
        {
            "a.py": "class A: ...\ndef f(): ...\n",
            "a.pyi": "class A: ...\ndef f() -> A: ...\ndef only_here() -> A: ...\n",
            "pkg/__init__.py": "from pkg.c import Moved\n",
            "pkg/__init__.pyi": "class Moved:\n    def run(self): ...\n",
            "pkg/c.py": "class Moved:\n    def run(self): ...\n",
            "b.py": "from a import f\nf()\n",
        },
        {
            "a.py:f": "2 uses",
            "a.pyi:f": "stub",
            "pkg/__init__.pyi:Moved": "stub",
            "pkg/__init__.pyi:Moved.run": "stub",
            "a.pyi:only_here": "no uses found",
        },
    )


def test_stub_and_source_name_each_other(make_tree: Callable[..., Path]) -> None:
    """A stub and its source have the same ids: each leads to the other file and none to itself, on rows and in the head."""
    tree = make_tree(
        {
            "a.py": "from c import Moved\ndef f(): ...\n",
            "a.pyi": "class Moved: ...\ndef f() -> Moved: ...\n",
            "c.py": "class Moved: ...\n",
        }
    )
    with index(tree) as pages:
        rows = {path: groups_of(pages.view(f"file:{path}")) for path in ("a.py", "a.pyi")}
        heads = [find_head(pages.subject(path)).beside for path in ("a.py", "a.pyi")]
    said = {
        (path, row.qualname): [
            (item.role, *[(link.text, link.anchor) for link in item.links]) for item in row.relations
        ]
        for path, groups in rows.items()
        for _, group in groups
        for row in group
    }
    assert said == {
        ("a.py", "f"): [(RelationRole.STUB, ("a.pyi", "f"))],
        ("a.pyi", "f"): [(RelationRole.STUB_OF, ("a.py", "f"))],
        ("a.pyi", "Moved"): [],
    }
    assert [beside and (beside.role, [link.text for link in beside.links]) for beside in heads] == [
        (RelationRole.STUB, ["a.pyi"]),
        (RelationRole.STUB_OF, ["a.py"]),
    ]


def test_doubles(labels: Labels) -> None:
    """What a class of tests has may be called where the code under test calls what it stands for, if that can be told."""
    many = "".join(f"class C{n}:\n    def wide(self): ...\n" for n in range(4))
    check(
        labels,
        {
            "pkg/a.py": "class Real:\n    def settle(self): ...\n    def idle(self): ...\ndef f(x: Real): x.settle()\n"
            + many,
            "tests/test_a.py": """\
                class Double:
                    def settle(self): ...
                    def idle(self): ...
                    def wide(self): ...
                def settle(): ...
                class Writer:
                    def settle(self): ...
                    def write(self): ...
                """,
        },
        {
            "tests/test_a.py:Double.settle": "may be called where Real.settle is",
            "tests/test_a.py:Double.idle": "no uses found",
            "tests/test_a.py:Double.wide": "no uses found",
            "tests/test_a.py:settle": "no uses found",
            "tests/test_a.py:Writer.settle": "no uses found",
        },
    )


def test_tests_of_mixins(labels: Labels) -> None:
    """The tests of a class that no runner collects run through the tests that derive from it."""
    check(
        labels,
        {
            "tests/test_a.py": """\
                import unittest
                class Integration:
                    def test_get(self): ...
                    def helper(self): ...
                class Deeper(Integration): ...
                class OfSqlite(Deeper, unittest.TestCase): ...
                class Alone:
                    def test_get(self): ...
                """,
        },
        {
            "tests/test_a.py:Integration.test_get": "run as a test",
            "tests/test_a.py:Integration.helper": "no uses found",
            "tests/test_a.py:Alone.test_get": "no uses found",
        },
    )


def test_overrides_before_another_base(labels: Labels) -> None:
    """An override takes the place of what a later base class defines and calls, as what it overrides does; only below both."""
    check(
        labels,
        {
            "a.py": """\
                class First:
                    def start(self): ...
                class Second:
                    def start(self): ...
                    def go(self): self.start()
                class Both(First, Second):
                    def start(self): super().start()
                class One(First):
                    def start(self): super().start()
                """,
        },
        {"a.py:Both.start": "called through Second", "a.py:One.start": "no uses found"},
    )


def test_decorators_of_unknown_objects(labels: Labels) -> None:
    """A decorator that is an attribute of something unknown is a possible match, too."""
    check(
        labels,
        {
            "a.py": "class App:\n    def rare_filter(self): ...\n",
            "b.py": "def test(app):\n    @app.rare_filter()\n    def f(): ...\n    @app.rare_filter\n    def g(): ...\n",
        },
        {"a.py:App.rare_filter": "2 by name"},
    )


def test_only_tests_may_mean_what_tests_define(labels: Labels) -> None:
    """What many tests define has possible places in tests, none in code that is no test."""
    double = "class Double:\n    def rarely(self): ...\n"
    check(
        labels,
        {
            "pkg/a.py": "class Kept:\n    def rarely(self): ...\n",
            "pkg/b.py": "def f(x):\n    x.rarely()\n",
            "tests/test_a.py": double,
            "tests/test_b.py": double,
            "tests/test_c.py": double,
        },
        {"pkg/a.py:Kept.rarely": "1 by name", "tests/test_a.py:Double.rarely": "no uses found"},
    )
    check(
        labels,
        {"tests/test_d.py": "def g(x):\n    x.rarely()\n"},
        {"tests/test_a.py:Double.rarely": "1 possible place"},
    )


def test_overrides_of_possible_matches(labels: Labels) -> None:
    """What overrides something with possible matches may be meant there, too; what has some of its own shows those."""
    check(
        labels,
        {
            "pkg/a.py": "class Base:\n    def rarely(self): ...\n    def seldom(self): ...\n",
            "pkg/b.py": "from pkg.a import Base\ndef f(x):\n    x.rarely()\n    x.seldom()\n",
            "tests/test_a.py": """\
                from pkg.a import Base
                class Double(Base):
                    def rarely(self): ...
                    def seldom(self): ...
                    def other(self): ...
                def test(x):
                    x.seldom()
                """,
        },
        {
            "pkg/a.py:Base.rarely": "1 by name",
            "tests/test_a.py:Double.rarely": "may be called where Base.rarely is",
            "tests/test_a.py:Double.seldom": "1 by name",
            "tests/test_a.py:Double.other": "no uses found",
        },
    )


def test_names_that_dir_lists(labels: Labels) -> None:
    """What is picked from `dir()` by its start is called by that pattern; without a condition, nothing is known."""
    check(
        labels,
        {
            "a.py": """\
                class Plugin:
                    def on_start(self): ...
                    def at_end(self): ...
                    def run_it(self): ...
                    def set_up(self): ...
                def register(plugin: Plugin):
                    for event in (x for x in dir(plugin) if x.startswith("on_")):
                        getattr(plugin, event, None)
                    for name in dir(plugin):
                        if name.startswith("run_") and name:
                            getattr(plugin, name)()
                    for name in others(plugin):
                        if name.startswith("set_"):
                            getattr(plugin, name)()
                    return [getattr(plugin, name) for name in dir(plugin) if name.startswith("at_")]
                """,
        },
        {
            "a.py:Plugin.on_start": "called by pattern on_*",
            "a.py:Plugin.at_end": "called by pattern at_*",
            "a.py:Plugin.run_it": "called by pattern run_*",
            "a.py:Plugin.set_up": "no uses found",
        },
    )


def test_links_of_overrides(make_tree: Callable[..., Path]) -> None:
    """The open row links what an override is called through, with a count, in HTML and in other formats."""
    root = make_tree({"a.py": OVERRIDES, "b.py": "from a import Base\n\ndef f(x: Base):\n    x.step()\n"})
    with Project.open(root) as project:
        view, row = next(item for item in all_rows(project) if item[1].qualname == "Child.step")
    (reach,) = row.reached
    assert (reach.kind, reach.count) == (ReachKind.THROUGH, 2)
    html = render_section(view, "kw-classes", Uris("#{anchor}"))
    assert 'called through <code><a href="#Base.step">a.Base.step</a></code> 2×' in html
    texts = [node.astext() for node in section_nodes(view, "kw-classes", Uris("#{anchor}"))]
    assert any("called through a.Base.step 2×" in text for text in texts)
    assert "No uses found in the 2 files searched." in html


def test_python_calls(labels: Labels) -> None:
    """Special names that the language calls say so; other special names do not."""
    check(
        labels,
        {
            "a.py": """\
                __all__ = ["C"]
                __lazy_modules__ = {"json"}
                __version__ = "1"
                def __getattr__(name): ...
                class C:
                    __slots__ = ("__dict__", "__weakref__")
                    def __len__(self): ...
                    def __enter__(self): ...
                    def __radd__(self, other): ...
                    __rmul__ = __radd__
                    def __html__(self): ...
                    def __own_thing__(self): ...
                """
        },
        {
            "a.py:__all__": "read by Python",
            "a.py:__lazy_modules__": "read by Python",
            "a.py:__version__": "no uses found",
            "a.py:__getattr__": "called by Python",
            "a.py:C.__slots__": "read by Python",
            "a.py:C.__dict__": "read by Python",
            "a.py:C.__weakref__": "read by Python",
            "a.py:C.__len__": "called by Python",
            "a.py:C.__enter__": "called by Python",
            "a.py:C.__rmul__": "called by Python",
            "a.py:C.__html__": "called by MarkupSafe",
            "a.py:C.__own_thing__": "no uses found",
        },
    )


def test_tests_and_hooks(labels: Labels) -> None:
    """Test runners run tests and what goes around them; pytest calls fixtures and hooks, pluggy implementations of hooks."""
    check(
        labels,
        {
            "tests/test_a.py": """\
                import unittest
                import pytest
                pytestmark = []
                class TestIt(unittest.TestCase):
                    def setUp(self): ...
                    def test_x(self): ...
                    def helper(self): ...
                @pytest.fixture
                def thing(): ...
                @pytest.fixture(autouse=True)
                def around(): ...
                def test_y(thing): ...
                def apart(): ...
                class test_lower:
                    def test_it(self): ...
                class Helper:
                    def test_it(self): ...
                def test_z():
                    class TestSpider:
                        def test_inside(self): ...
                    TestSpider()
                """,
            "conftest.py": "def pytest_configure(config): ...\n",
            "plug.py": """\
                import pluggy
                hookimpl = pluggy.HookimplMarker("x")
                @hookimpl
                def on_start(): ...
                class Plugin:
                    @hookimpl(tryfirst=True)
                    def on_stop(self): ...
                """,
        },
        {
            "tests/test_a.py:pytestmark": "read by pytest",
            "tests/test_a.py:TestIt": "run as a test",
            "tests/test_a.py:TestIt.setUp": "called by unittest",
            "tests/test_a.py:TestIt.test_x": "run as a test",
            "tests/test_a.py:TestIt.helper": "no uses found",
            "tests/test_a.py:thing": "1 use",
            "tests/test_a.py:around": "called by pytest",
            "tests/test_a.py:test_y": "run as a test",
            "tests/test_a.py:apart": "no uses found",
            "tests/test_a.py:test_lower": "run as a test",
            "tests/test_a.py:test_lower.test_it": "run as a test",
            "tests/test_a.py:Helper.test_it": "no uses found",
            "tests/test_a.py:test_z.<locals>.TestSpider": "1 use",
            "tests/test_a.py:test_z.<locals>.TestSpider.test_inside": "no uses found",
            "conftest.py:pytest_configure": "called by pytest",
            "plug.py:on_start": "called by pluggy",
            "plug.py:Plugin.on_stop": "called by pluggy",
        },
    )


def test_tools(labels: Labels) -> None:
    """Sphinx reads its conf.py and calls `setup` of extensions; entry points are named by the project's own files."""
    check(
        labels,
        {
            "docs/conf.py": "project = 'x'\nhtml_theme = 'y'\nmine = 1\nautoclass_content = 'both'\n_own = 1\n",
            "ext.py": "from sphinx.application import Sphinx\n\ndef setup(app: Sphinx): ...\n",
            "other.py": "def setup(app): ...\n",
            "cli.py": "def main(): ...\n",
            "proj/settings.py": "INSTALLED_APPS = []\nDATABASES = {}\nUSE_IT = 1\nown = 1\n",
            "proj/wsgi.py": "application = 1\n",
            "pyproject.toml": "[project]\nname = 'x'\n[project.scripts]\nrun-it = 'cli:main'\n",
        },
        {
            "docs/conf.py:project": "read by Sphinx",
            "docs/conf.py:html_theme": "read by Sphinx",
            "docs/conf.py:mine": "may be read by Sphinx",
            "docs/conf.py:autoclass_content": "read by Sphinx",
            "docs/conf.py:_own": "no uses found",
            "ext.py:setup": "called by Sphinx",
            "other.py:setup": "no uses found",
            "cli.py:main": "entry point run-it",
            "proj/settings.py:USE_IT": "read by Django",
            "proj/settings.py:own": "no uses found",
            "proj/wsgi.py:application": "read by WSGI servers",
        },
    )


def test_external_bases(labels: Labels) -> None:
    """What overrides a member of the standard library says which; other external base classes may call public methods."""
    check(
        labels,
        {
            "a.py": """\
                import argparse, ast, threading
                from enum import Enum
                from django.views import View
                class Work(threading.Thread):
                    def run(self): ...
                    def more(self): ...
                class Page(View):
                    template = "x"
                    _data = 1
                    def get(self): ...
                    def _private(self): ...
                    def __init__(self): self.attribute = 1
                class Below(Page):
                    def post(self): ...
                    class Meta: ...
                class Walk(ast.NodeVisitor):
                    def visit_Name(self, node): ...
                    def other(self): ...
                @implementer(IProducer)
                class Producer:
                    def pause(self): ...
                class Colour(Enum):
                    RED = 1
                class Help(argparse.RawTextHelpFormatter):
                    def _format_usage(self, *args): ...
                    def _own(self): ...
                """
        },
        {
            "a.py:Help._format_usage": "overrides RawTextHelpFormatter._format_usage",
            "a.py:Help._own": "no uses found",
            "a.py:Work.run": "overrides Thread.run",
            "a.py:Work.more": "no uses found",
            "a.py:Page.template": "may be read by View",
            "a.py:Page.get": "may be called by View",
            "a.py:Page._private": "may be called by View",
            "a.py:Page._data": "no uses found",
            "a.py:Producer.pause": "may be called by IProducer",
            "a.py:Page.attribute": "no uses found",
            "a.py:Below.post": "may be called by View",
            "a.py:Below.Meta": "may be read by View",
            "a.py:Walk.visit_Name": "called by pattern visit_*",
            "a.py:Walk.other": "no uses found",
            "a.py:Colour.RED": "no uses found",
        },
    )


def test_patterns(labels: Labels) -> None:
    """Names put together at run time reach what fits in the class, those below and above it, or in the module."""
    check(
        labels,
        {
            "a.py": """\
                class Above:
                    def visit_Above(self): ...
                class Visitor(Above):
                    def visit(self, node):
                        method = "visit_" + node.name
                        getattr(self, method)(node)
                        getattr(self, "render_%s_as_html" % node)
                        getattr(self, "clean_{}".format(node))
                        getattr(self, f"do_{node}")
                        getattr(self, f"_{node}")
                        getattr(self, f"__{node}__")
                    __slots__ = ()
                    def visit_Name(self): ...
                    def visit_(self): ...
                    def render_x_as_html(self): ...
                    def render_x(self): ...
                    def clean_it(self): ...
                    def do_it(self): ...
                    def _it(self): ...
                    visit_Num = visit_Name
                class Below(Visitor):
                    def visit_Call(self): ...
                class Other(Above):
                    def visit_Other(self): ...
                """,
            "b.py": """\
                def cmd_go(): ...
                def run(name, thing):
                    globals()["cmd_" + name]()
                    getattr(thing, "as_" + name)
                class Free:
                    def as_sql(self): ...
                    def sort_sql(self): ...
                """,
            "tests/test_b.py": """\
                def sort(thing, name): getattr(thing, "sort_" + name)()
                def test_sort(): sort(object(), "rows")
                """,
        },
        {
            "a.py:Visitor.visit_Name": "1 use",
            "a.py:Visitor.visit_": "no uses found",
            "a.py:Visitor.visit_Num": "read by pattern visit_*",
            "a.py:Visitor.render_x_as_html": "called by pattern render_*_as_html",
            "a.py:Visitor.render_x": "no uses found",
            "a.py:Visitor.clean_it": "called by pattern clean_*",
            "a.py:Visitor.do_it": "called by pattern do_*",
            "a.py:Visitor._it": "no uses found",
            "a.py:Visitor.__slots__": "read by Python",
            "a.py:Below.visit_Call": "called by pattern visit_*",
            "a.py:Above.visit_Above": "called by pattern visit_*",
            "a.py:Other.visit_Other": "no uses found",
            "b.py:cmd_go": "called by pattern cmd_*",
            "b.py:Free.as_sql": "no uses found",
            "b.py:Free.sort_sql": "no uses found",
        },
    )


def test_patterns_on_unknown_objects(labels: Labels) -> None:
    """What else a function takes of an object tells of what classes it can be; one end of a name alone tells nothing."""
    check(
        labels,
        {
            "a.py": """\
                def compile(node, vendor):
                    own = getattr(node, "as_" + vendor, None)
                    if own:
                        return own(node)
                    if hasattr(node, "as_tree"):
                        node.tree()
                    return node.as_sql(node).__class__
                def permissions(backend, name):
                    return getattr(backend, f"get_{name}_permissions")()
                def again(node, vendor):
                    getattr(node, "draw_" + vendor)
                    node = node.as_sql
                class Mixin:
                    def as_lite(self): ...
                class Node:
                    def as_sql(self, node): ...
                    def draw_line(self): ...
                class Lite(Mixin, Node):
                    def as_big(self): ...
                class Form:
                    def as_div(self): ...
                    def as_list(self): ...
                class Backend:
                    def get_user_permissions(self): ...
                """,
        },
        {
            "a.py:Mixin.as_lite": "may be called by pattern as_*",
            "a.py:Lite.as_big": "may be called by pattern as_*",
            "a.py:Node.draw_line": "no uses found",
            "a.py:Form.as_div": "no uses found",
            "a.py:Form.as_list": "no uses found",
            "a.py:Backend.get_user_permissions": "may be called by pattern get_*_permissions",
        },
    )


def test_strings(labels: Labels) -> None:
    """Names in strings count: dotted paths, entry points of a setup.py; not what a name is made of, or lists of exports."""
    check(
        labels,
        {
            "pkg/__init__.py": "",
            "pkg/a.py": """\
                from typing import TypeVar
                __all__ = ["LISTED"]
                T = TypeVar("T_OWN")
                OWN = TypeVar("OWN")
                LIMIT_SIZE = 1
                LISTED = 2
                class Handler: ...
                def start(): ...
                class Shown:
                    def plain(self): ...
                    def other(self): ...
                    def both_ways(self): ...
                """,
            "pkg/b.py": """\
                handlers = {"LIMIT_SIZE": "pkg.a.Handler", "x": "other", "both_ways": 1}
                def f(x): getattr(x, "plain"); x.both_ways()
                """,
            "setup.py": "from setuptools import setup\nsetup(entry_points={'console_scripts': ['run = pkg.a:start']})\n",
            "pkg/c.py": "def f():\n    def plain(): ...\n    class Local:\n        def plain(self): ...\n",
        },
        {
            "pkg/a.py:LIMIT_SIZE": "named in 1 string",
            "pkg/a.py:LISTED": "no uses found",
            "pkg/a.py:OWN": "no uses found",
            "pkg/a.py:Handler": "named in 1 string",
            "pkg/a.py:start": "entry point run",
            "pkg/a.py:Shown.plain": "1 by name",
            "pkg/c.py:f.<locals>.Local.plain": "named in 1 string",
            "pkg/c.py:f.<locals>.plain": "no uses found",
            "pkg/a.py:Shown.other": "no uses found",
            "pkg/a.py:Shown.both_ways": "1 by name",
        },
    )


def test_called_on_classes(labels: Labels) -> None:
    """A class that a parameter holds, or that `issubclass` tests, may be derived from the one that is named: its methods may be meant."""
    names = ("one", "two", "three")
    methods = "".join(f"    @classmethod\n    def {name}(cls): ...\n" for name in names)
    check(
        labels,
        {
            "a.py": f"class Base:\n{methods}class Child(Base):\n{methods}",
            "b.py": """\
                from a import Base
                def f(cls: type[Base], things):
                    cls.one()
                    for thing in things:
                        if issubclass(thing, Base):
                            thing.two()
                    Base.three()
                """,
        },
        {
            "a.py:Base.one": "1 use",
            "a.py:Base.two": "1 use",
            "a.py:Base.three": "1 use",
            "a.py:Child.one": "called through Base",
            "a.py:Child.two": "called through Base",
            "a.py:Child.three": "no uses found",
        },
    )


def test_too_common(labels: Labels) -> None:
    """A name that too many classes have, or much-used ones of other packages, counts the places that may mean it."""
    many = "".join(f"class C{n}:\n    def settle(self): ...\n" for n in range(5))
    check(
        labels,
        {
            "a.py": many
            + "HOST_NAME = 1\nclass Command: ...\nclass Query:\n    def filter(self): ...\n    def lonely(self): ...\n",
            "b.py": "def f(x, y):\n    x.settle()\n    y.settle()\n    x.filter()\n    y.data = 1\n    x.HOST_NAME\n    y.Command()\n"
            "    print('HOST_NAME')\n",  # a string says less
        },
        {
            "a.py:C0.settle": "2 possible places",
            "a.py:Query.filter": "1 possible place",
            "a.py:Query.lonely": "no uses found",
            "a.py:HOST_NAME": "1 possible place",
            "a.py:Command": "1 possible place",
        },
    )


def test_members_of_local_classes(labels: Labels) -> None:
    """What a class has that a function defines is looked up in its own file; elsewhere such a name means something else."""
    local = "def f():\n    class Local:\n        def get(self): ...\n        def lonely(self): ...\n"
    check(
        labels,
        {"a.py": local + "def g(x): x.get()\n", "b.py": "def h(x, y):\n    x.get(); y.get(); y.lonely()\n"},
        {"a.py:f.<locals>.Local.get": "1 possible place", "a.py:f.<locals>.Local.lonely": "no uses found"},
    )


def test_decorators(labels: Labels) -> None:
    """A decorator that may keep what it is given is named; the usual ones that dress a function up are not."""
    check(
        labels,
        {
            "a.py": """\
                import functools
                from x import app, receiver, task, wrapped
                @app.route("/")
                def index(): ...
                @receiver(app)
                def on_signal(): ...
                @task
                def job(): ...
                @register.tag("now")
                def shown(): ...
                @tag("slow")
                def marked(): ...
                @functools.lru_cache(maxsize=None)
                def cached(): ...
                @wrapped
                def dressed(): ...
                """
        },
        {
            "a.py:index": "passed to decorator app.route",
            "a.py:on_signal": "passed to decorator receiver",
            "a.py:job": "passed to decorator task",
            "a.py:shown": "passed to decorator register.tag",
            "a.py:marked": "no uses found",
            "a.py:cached": "no uses found",
            "a.py:dressed": "no uses found",
        },
    )


def test_fields(labels: Labels) -> None:
    """A field that nobody names is given where its class is called."""
    check(
        labels,
        {
            "a.py": """\
                from dataclasses import dataclass, field
                @dataclass
                class Made:
                    x: int
                    later: bool = field(init=False, default=False)
                @dataclass
                class Never:
                    x: int
                @dataclass
                class Wrapper:
                    x: int
                    def __init__(self): ...
                @dataclass(init=False)
                class Bare:
                    x: int
                made = Made(1), Wrapper(), Bare()
                """
        },
        {
            "a.py:Made.x": "set on construction",
            "a.py:Made.later": "no uses found",
            "a.py:Never.x": "no uses found",
            "a.py:Wrapper.x": "no uses found",
            "a.py:Bare.x": "no uses found",
        },
    )


def test_keys_of_dictionaries(make_tree: Callable[..., Path]) -> None:
    """Of a key of a typed dictionary nothing is said where none is found: strings name it, `Unpack`, and attributes never do."""
    code = (
        "from typing import TypedDict\nclass Options(TypedDict, total=False):\n    plain: int\n    found: int\n"
        "class Known:\n    plain = 1\ndef f(other): other.plain; return Options(found=1)\n"
    )
    with Project.open(make_tree({"a.py": code})) as project:
        found = {row.qualname: tell(row_uses(row)) for _, row in all_rows(project)}
    assert found["Options.plain"] == ""
    assert found["Options.found"] == "1 use"


def test_members_of_doubles(make_tree: Callable[..., Path]) -> None:
    """Of what a double in tests has nothing is said where no use is found: code that does not know it calls that."""
    code = "class MockLoop:\n    def create(self): ...\n    def _own(self): ...\nclass Helper:\n    def create(self): ...\n"
    with Project.open(make_tree({"tests/doubles.py": code, "pkg.py": code})) as project:
        found = {f"{view.page.subject}:{row.qualname}": tell(row_uses(row)) for view, row in all_rows(project)}
    assert found["tests/doubles.py:MockLoop.create"] == ""
    others = ("tests/doubles.py:MockLoop._own", "tests/doubles.py:Helper.create", "pkg.py:MockLoop.create")
    assert {found[name] for name in others} == {"no uses found"}


def test_matches_by_name(labels: Labels) -> None:
    """Where there are possible matches only, the closed row counts them."""
    check(
        labels,
        {"a.py": "class A:\n    def rare(self): ...\n", "b.py": "def f(x, y):\n    x.rare()\n    y.rare()\n"},
        {"a.py:A.rare": "2 by name"},
    )


def test_headings(labels: Labels) -> None:
    """Headings of prose are not used by name, so nothing is said of their uses."""
    check(labels, {"README.md": "# Title\n\n## Part\n"}, {"README.md:part": ""})


def test_directive(build: Callable[..., object], make_tree: Callable[..., Path]) -> None:
    """The directive that lists uses says the same."""
    built = build(
        {
            "a.py": OVERRIDES,
            "docs/index.rst": "Test\n====\n\n.. toctree::\n\n   kwindex/index\n\n.. kwuses:: a.Child.step\n",
        }
    )
    text = built.text("index.html")  # type: ignore[attr-defined]
    assert "called through Base" in text
    assert "No uses found" not in text


@pytest.mark.parametrize(
    "name", ["threading.Thread", "logging.Handler", "collections.abc.MutableMapping", "argparse.Action"]
)
def test_table_has_what_this_python_has(name: str) -> None:
    """No public member of the running version is missing."""
    module, _, own = name.rpartition(".")
    cls = getattr(importlib.import_module(module), own)
    assert {item for item in dir(cls) if not item.startswith("_")} <= (members_of(name) or set())


@pytest.mark.parametrize("package", ["docutils", "sphinx"])
def test_installed(package: str) -> None:
    """On real packages no constructor of a constructed class, no special method and no override of a called one is lost."""
    root = Path(str(sys.modules[package].__file__)).parent if package in sys.modules else None
    root = root or Path(str(importlib.import_module(package).__file__)).parent
    with Project.open(root, related_limit=0, lint=()) as project:
        found = [(row, label(row)) for _, row in all_rows(project)]
    silent = {row.id for row, text in found if text == "no uses found"}
    assert not [
        identity for identity in silent if re.search(r"\.__(init|new|len|enter|exit|repr|eq|hash)__$", identity)
    ]
    kinds = {reach.kind for row, _ in found for reach in row.reached}
    assert {ReachKind.CONSTRUCTED, ReachKind.THROUGH, ReachKind.PYTHON, ReachKind.MAYBE} <= kinds
    assert all(not row.reached for row, _ in found if row.uses)
    assert not [row.id for row, text in found if text == "" and row.flags & int(Flag.SPECIAL)]
