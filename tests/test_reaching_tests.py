"""Which tests reach a keyword: directly, and through calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from shown import Pages

from sphinx_kwindex import Project
from sphinx_kwindex.ext.escape import Links
from sphinx_kwindex.ext.html import render_section
from sphinx_kwindex.ext.plain import section_nodes
from sphinx_kwindex.options import Options
from sphinx_kwindex.pages.blocks import Link
from sphinx_kwindex.pages.file_view import file_rows
from sphinx_kwindex.pages.overview import Overview
from sphinx_kwindex.pages.reaching import MOST_TESTS
from sphinx_kwindex.pages.records import Row
from sphinx_kwindex.pages.subjects import FileSubject, Sources
from sphinx_kwindex.pages.text import page_text
from sphinx_kwindex.pages.views import make_addresses

TREE = {
    "pkg/a.py": """\
        class Base:
            def __init__(self): deep()
            @property
            def size(self): return inner()
        class Shop(Base):
            def sell(self, what): return price(what)
        def price(what):
            return look_up(what) if what else nothing()
        def look_up(what):
            if what:
                return rare()
            return common()
        def rare(): ...
        def common(): ...
        def nothing(): return never()
        def never(): ...
        def inner(): ...
        def deep(): ...
        def alone(): ...
        def at_import(): ...
        at_import()
        """,
    "tests/conftest.py": """\
        import pytest
        from pkg.a import Shop
        @pytest.fixture
        def shop(): return Shop()
        """,
    "tests/test_a.py": """\
        import unittest
        from pkg import a
        def test_sell(shop): shop.sell(1)
        def test_size(shop): assert shop.size
        def test_price():
            if True:
                if True: a.price(1)
        class TestPrice(unittest.TestCase):
            def setUp(self): self.start()
            def start(self): a.alone()
            def test_it(self): ...
        def helper(): a.alone()
        """,
}


def rows_by_name(rows: Mapping[str, tuple[Row, ...]]) -> dict[str, Row]:
    """Return rows with their members."""
    waiting = [row for found in rows.values() for row in found]
    found: dict[str, Row] = {}
    while waiting:
        row = waiting.pop()
        found[row.qualname] = row
        waiting += row.members
    return found


@pytest.fixture
def tests_of(make_tree: Callable[..., Path]) -> Callable[[Mapping[str, str], str], dict[str, Row]]:
    """The rows of a file of a tree, by name."""

    def look(tree: Mapping[str, str], path: str) -> dict[str, Row]:
        with Project.open(make_tree(dict(tree))) as project:
            options = Options()
            sources = Sources(
                project.reader, options, make_addresses(project.reader, options), Overview(project.reader)
            )
            return rows_by_name(file_rows(FileSubject(sources, path)))

    return look


def told(row: Row) -> tuple[int, int, list[str]]:
    """Return how many tests reach a keyword, how many of them directly, and the names of the nearest."""
    found = row.tests
    return (found.count, found.direct, [link.text for link in found.nearest]) if found is not None else (0, 0, [])


def test_tests_by_distance(tests_of: Callable[[Mapping[str, str], str], dict[str, Row]]) -> None:
    """Direct tests come first, then those through calls: of fixtures, constructors, properties and what sets tests up."""
    rows = tests_of(TREE, "pkg/a.py")
    assert {name: told(row) for name, row in rows.items()} == {
        "Base": (0, 0, []),
        "Base.__init__": (2, 0, ["test_sell", "test_size"]),
        "Base.size": (1, 1, ["test_size"]),
        "Shop": (2, 0, ["test_sell", "test_size"]),
        "Shop.sell": (1, 1, ["test_sell"]),
        "price": (2, 1, ["test_price", "test_sell"]),
        "look_up": (0, 0, ["test_sell"]),
        "rare": (0, 0, []),
        "common": (0, 0, []),
        "nothing": (0, 0, ["test_sell"]),
        "never": (0, 0, ["test_sell"]),
        "inner": (1, 0, ["test_size"]),
        "deep": (2, 0, ["test_sell", "test_size"]),
        "alone": (1, 0, ["TestPrice.test_it"]),
        "at_import": (0, 0, []),
    }
    possible = {name: row.tests.possible for name, row in rows.items() if row.tests is not None and row.tests.possible}
    assert possible == {"look_up": 1, "nothing": 1, "never": 1}


MANY = {
    "pkg/a.py": "def some(): ...\ndef all_direct(): ...\ndef many(): few()\ndef few(): ...\n",
    "tests/test_a.py": "from pkg.a import *\ndef test_0(): some()\ndef test_1(): all_direct()\ndef test_2(): all_direct()\n"
    + "".join(f"def test_some_{number}(): help_me()\n" for number in range(9))
    + "def help_me(): some()\n",
    "pkg/c.py": "def ask(x):\n    if x: tell()\n    more(x) if x else None\ndef tell(): ...\ndef more(x): ...\n",
    "tests/test_c.py": "from pkg.c import ask, more\ndef test_ask(): ask(1)\ndef test_more(): more(1)\n",
    "tests/test_b.py": "from pkg.a import many\n" + "".join(f"def test_{number}(): many()\n" for number in range(60)),
}


class Nowhere(Links):
    """No link has an address."""

    def uri(self, link: Link) -> str | None:
        return None


def test_shown(make_tree: Callable[..., Path]) -> None:
    """Pages and other formats say how many there are, how many are direct, and name the nearest."""
    with Project.open(make_tree(MANY)) as project:
        view = Pages(project.reader).view("file:pkg/a.py")
    html = render_section(view, "kw-functions", Nowhere())
    assert "<dt>Reached by</dt><dd>10 tests, 1 direct: " in html
    text = section_nodes(view, "kw-functions", Nowhere())[0].astext()
    assert "Reached by: 10 tests, 1 direct: test_0, test_some_0, test_some_1 and 7 more" in text
    assert "Reached by: 2 tests, all direct: test_1, test_2" in text
    assert f"Reached by: {MOST_TESTS} or more tests: test_0, test_1, test_10" in text
    assert text.count(f"{MOST_TESTS} or more") == 2


def test_certain_after_many_possible(make_tree: Callable[..., Path]) -> None:
    """Tests that are certain to reach a keyword are named, also if many nearer ones only perhaps do."""
    tree = {
        "pkg/a.py": "def deep(): ...\ndef ask(x):\n    if x: deep()\ndef one(): two()\ndef two(): deep()\n",
        "tests/test_a.py": "from pkg.a import ask, one\n"
        + "".join(f"def test_ask_{number}(): ask(1)\n" for number in range(MOST_TESTS + 10))
        + "def test_sure(): one()\n",
    }
    with Project.open(make_tree(tree)) as project:
        text = page_text(project, "pkg/a.py")
    assert text.count("Reached by: 1 test: [`test_sure`]") == 2  # `two`, and `deep`
    assert f"perhaps {MOST_TESTS} or more" in text


def test_shown_as_possible(make_tree: Callable[..., Path]) -> None:
    """Tests that come to a keyword under a condition are counted apart."""
    with Project.open(make_tree(MANY)) as project:
        text = page_text(project, "pkg/c.py")
    assert "Reached by: perhaps 1 test: [`test_ask`]" in text
    assert "Reached by: 1 test, all direct: `test_more` · perhaps 1 more" in text.replace(
        "[`test_more`](<../tests/test_c.py>)", "`test_more`"
    )


def test_what_a_test_replaces(tests_of: Callable[[Mapping[str, str], str], dict[str, Row]]) -> None:
    """A test does not run what it puts something else in the place of, nor what only that would run."""
    code = "def ask(): fetch()\ndef fetch(): deep()\ndef deep(): ...\n"
    test = (
        "from unittest.mock import patch\nfrom a import ask\ndef test_real(): ask()\n"
        "def test_mocked():\n    with patch('a.fetch'): ask()\n@patch('a.fetch')\ndef test_dressed(mock): ask()\n"
    )
    rows = tests_of({"a.py": code, "test_a.py": test}, "a.py")
    assert {name: told(row)[2] for name, row in rows.items()} == {
        "ask": ["test_dressed", "test_mocked", "test_real"], "fetch": ["test_real"], "deep": ["test_real"]
    }  # fmt: skip


def test_fixtures_of_a_class(tests_of: Callable[[Mapping[str, str], str], dict[str, Row]]) -> None:
    """What a mark on a class asks for is run by each of its tests."""
    test = (
        "import pytest\nfrom a import make\n@pytest.fixture\ndef made(): return make()\n"
        "@pytest.mark.usefixtures('made')\nclass TestIt:\n    def test_one(self): ...\n    def test_two(self): ...\n"
        "class TestOther:\n    def test_three(self): ...\n"
    )
    rows = tests_of({"a.py": "def make(): ...\n", "test_a.py": test}, "a.py")
    assert told(rows["make"]) == (2, 0, ["TestIt.test_one", "TestIt.test_two"])


def test_loops(tests_of: Callable[[Mapping[str, str], str], dict[str, Row]]) -> None:
    """The body of a loop may not run, unless it is written what it goes through."""
    code = (
        "def run(items):\n    for item in items: maybe()\n    for number in [1, 2]: surely()\n    for number in range(3): counted()\n"
        "    while items: perhaps()\n    while True: endlessly()\n"
        "def maybe(): ...\ndef surely(): ...\ndef counted(): ...\ndef perhaps(): ...\ndef endlessly(): ...\n"
    )
    rows = tests_of({"a.py": code, "test_a.py": "from a import run\ndef test_run(): run([])\n"}, "a.py")
    certain = {name for name, row in rows.items() if told(row)[0]}
    assert certain == {"run", "surely", "counted", "endlessly"}


def test_overridden(tests_of: Callable[[Mapping[str, str], str], dict[str, Row]]) -> None:
    """Of a method that others override it is not certain that it runs where it is called, but by `super()`."""
    code = (
        "class Base:\n    def __init__(self): self.prepare(); self.finish()\n    def prepare(self): ...\n    def finish(self): ...\n"
        "class Child(Base):\n    def prepare(self): ...\n"
        "class Grandchild(Child):\n    def prepare(self): super().prepare()\n"
        "def direct(it: Grandchild): it.prepare()\n"
    )
    test = "from a import Child, Grandchild, direct\ndef test_it(): Child()\ndef test_direct(): direct(Grandchild())\n"
    rows = tests_of({"a.py": code, "test_a.py": test}, "a.py")
    certain = {name: told(row)[0] for name, row in rows.items() if "." in name}
    assert certain == {
        "Base.__init__": 2, "Base.prepare": 0, "Base.finish": 2, "Child.prepare": 1, "Grandchild.prepare": 1
    }  # fmt: skip


def test_decorated(tests_of: Callable[[Mapping[str, str], str], dict[str, Row]]) -> None:
    """A test that calls a decorated function runs what the decorator puts in its place; one that decorates, what it returns."""
    tree = {
        "pkg/b.py": """\
            def check(): ...
            def note(): ...
            def plain(f):
                def wrapper(*args):
                    check()
                    return f(*args)
                return wrapper
            def named(name):
                def decorate(f):
                    def inner(*args): return f(*args)
                    note()
                    return inner
                return decorate
            def register(name):
                def keep(f): return f
                return keep
            def either(f=None):
                def choose(f):
                    def run(): return f()
                    return run
                return choose if f is None else choose(f)
            class Wrap:
                def __init__(self, f): ...
                def __call__(self): ...
            @plain
            def one(): ...
            @named("x")
            def two(): ...
            @register("x")
            def three(): ...
            @Wrap
            def four(): ...
            @either
            def five(): ...
            """,
        "test_b.py": """\
            from pkg import b
            def test_one(): b.one()
            def test_two(): b.two()
            def test_three(): b.three()
            def test_four(): b.four()
            def test_five(): b.five()
            def test_here():
                @b.named("y")
                def six(): ...
            """,
    }
    rows = tests_of(tree, "pkg/b.py")

    def said(name: str) -> list[str]:
        tests = rows[name].tests
        return [link.text for link in tests.nearest] if tests is not None else []

    assert said("plain.<locals>.wrapper") == said("check") == ["test_one"]
    assert said("named.<locals>.decorate.<locals>.inner") == ["test_two"]
    assert said("named.<locals>.decorate") == said("note") == ["test_here"]
    assert said("register.<locals>.keep") == said("either.<locals>.choose") == []
    assert said("Wrap.__call__") == ["test_four"]


def test_not_implemented(tests_of: Callable[[Mapping[str, str], str], dict[str, Row]]) -> None:
    """What only refuses is not reached where something overrides it."""
    tree = {
        "pkg/c.py": """\
            class Base:
                def run(self): self.work(); self.stop()
                def work(self): raise NotImplementedError
                def stop(self): raise NotImplementedError
            class Sub(Base):
                def work(self): ...
            """,
        "test_c.py": "from pkg.c import Sub\ndef test_it(): Sub().run()\n",
    }
    rows = tests_of(tree, "pkg/c.py")
    assert rows["Base.work"].tests is None
    assert rows["Base.stop"].tests is not None


def test_circles_and_repeats(tests_of: Callable[[Mapping[str, str], str], dict[str, Row]]) -> None:
    """Functions that call each other end, and a class whose bases go in a circle too."""
    code = "class A(B): ...\nclass B(A): ...\ndef f(): g()\ndef g(): f(); A()\n"
    rows = tests_of({"a.py": code, "test_a.py": "from a import f\ndef test_f(): f(); f()\n"}, "a.py")
    assert {name: told(row)[:2] for name, row in rows.items()} == {"A": (1, 0), "B": (0, 0), "f": (1, 1), "g": (1, 0)}


def test_fields_before_their_class(make_tree: Callable[..., Path]) -> None:
    """A named tuple whose fields are listed before it has these before itself among the definitions, and is linked like others."""
    tree = {
        "pkg/b.py": 'from collections import namedtuple\nFIELDS = ["one", "two"]\nPair = namedtuple("Pair", FIELDS)\n',
        "tests/test_b.py": "from pkg.b import Pair\n\ndef test_pair(): Pair(1, 2)\n",
    }
    with Project.open(make_tree(tree)) as project:
        assert [keyword.qualname for keyword in project.keywords(path="pkg/b.py", kind="attribute")] == [
            "Pair.one",
            "Pair.two",
        ]
        assert [use.scope for use in project.uses("pkg.b.Pair") if use.path == "tests/test_b.py"] == ["", "test_pair"]


Look = Callable[[Mapping[str, str], str], dict[str, Row]]


def certain_and_possible(rows: Mapping[str, Row]) -> dict[str, tuple[int, int]]:
    """Return how many tests reach keywords for certain, and how many perhaps do besides."""
    return {name: (row.tests.count, row.tests.possible) for name, row in rows.items() if row.tests is not None}


def test_objects_of_unknown_type(tests_of: Look) -> None:
    """What is called on an object of unknown type perhaps runs, if a class that has it comes by on the way of the same test."""
    code = (
        "class Box:\n    def fill(self): ...\n    @property\n    def size(self): ...\n    def close(self): ...\n"
        "class Bag:\n    def fill(self): ...\ndef use(it):\n    it.fill()\n    it.size\n    it.close = None\n"
        "def make(kind): return kind()\n"
    )
    test = "from a import Box, Bag, use, make\ndef test_box(): use(Box())\ndef test_bag():\n    x = make(Bag)\n    use(x)\n"
    found = certain_and_possible(tests_of({"a.py": code, "test_a.py": test}, "a.py"))
    assert found == {
        "Box": (1, 0), "Box.fill": (0, 1), "Box.size": (0, 1), "Bag.fill": (0, 1), "use": (2, 0), "make": (1, 0)
    }  # fmt: skip


def test_overriding_classes(tests_of: Look) -> None:
    """What overrides a called method perhaps runs in a test that makes an instance of its class."""
    code = (
        "class Base:\n    def run(self): self.work()\n    def work(self): raise NotImplementedError\n"
        "class One(Base):\n    def work(self): ...\nclass Two(Base):\n    def work(self): ...\n"
    )
    test = "from a import One, Two\ndef test_one(): One().run()\ndef test_two(): Two().run()\n"
    rows = tests_of({"a.py": code, "test_a.py": test}, "a.py")
    possible = {name: [link.text for link in row.tests.nearest] for name, row in rows.items() if row.tests is not None}
    assert possible["One.work"] == ["test_one"]
    assert possible["Two.work"] == ["test_two"]


def test_what_variables_hold(tests_of: Look) -> None:
    """A call of a variable runs what it holds; one of an attribute of an object perhaps does."""
    code = (
        "def work(): ...\nclass Tool:\n    def __init__(self): ...\nclass Shop:\n    tool = Tool\n"
        "    def open(self): self.tool()\nrun = work\n"
    )
    test = "import a\ndef test_run(): a.run()\ndef test_open(): a.Shop().open()\n"
    found = certain_and_possible(tests_of({"a.py": code, "test_a.py": test}, "a.py"))
    assert found["work"] == (1, 0)
    assert found["Tool.__init__"] == (0, 1)


def test_decorated_classes(tests_of: Look) -> None:
    """A test that decorates a class runs what the decorator makes of it, also where it hands out one function of several."""
    code = (
        "def define(cls=None):\n    def build(cls): ...\n    def wrap(cls):\n        build(cls)\n"
        "    if cls is None:\n        return wrap\n    return wrap(cls)\nd = define\n"
    )
    test = (
        "import pytest\nimport a\ndef test_it():\n    @a.d\n    class C: ...\ndef test_called():\n    @a.define()\n    class D: ...\n"
        "def test_raises():\n    with pytest.raises(ValueError):\n        @a.d\n        class E: ...\n"
    )
    rows = tests_of({"a.py": code, "test_a.py": test}, "a.py")
    assert certain_and_possible(rows) == {
        "define": (3, 0), "define.<locals>.wrap": (3, 0), "define.<locals>.build": (2, 1)
    }  # fmt: skip


def test_called_back(tests_of: Look) -> None:
    """What tests pass on perhaps runs, and what other packages may call of objects that derive from their classes."""
    tree = {
        "pkg/app.py": """\
            from other import Client
            class App:
                def __call__(self): self.answer()
                def answer(self): ...
            class OwnClient(Client):
                def __init__(self, app): ...
                def open(self): return super().open()
                def unrelated(self): ...
            def deed(): ...
            def unused(): ...
            """,
        "tests/conftest.py": "import pytest\nfrom pkg.app import App, OwnClient\n@pytest.fixture\ndef client(): return OwnClient(App())\n",
        "tests/test_app.py": """\
            import pytest
            from pkg.app import deed, unused
            def test_get(client): client.get("/")
            def test_deed(): pytest.raises(ValueError, deed)
            @pytest.mark.parametrize("x", [unused()])
            def test_none(x): ...
            """,
    }
    rows = tests_of(tree, "pkg/app.py")
    found = certain_and_possible(rows)
    assert found["App.__call__"] == found["App.answer"] == found["OwnClient.open"] == found["deed"] == (0, 1)
    assert "OwnClient.unrelated" not in found
    assert "unused" not in found


def test_arguments_that_calls_leave_out(tests_of: Look) -> None:
    """What runs only where an optional argument is given is not followed; in a block that raises, what comes to run may not."""
    code = (
        "def make(data=None, *, name=None, flag=False, size=1):\n    if data is not None: read()\n"
        "    if isinstance(name, str) and size: label()\n    if not flag:\n        default()\n    else:\n        special()\n"
        "    if size: measure()\n"
        "def read(): ...\ndef label(): ...\ndef default(): ...\ndef special(): ...\ndef measure(): ...\n"
        "def fail(): deep()\ndef deep(): ...\n"
    )
    test = (
        "import pytest\nfrom a import fail, make\ndef test_make(): make()\n"
        "def test_fail():\n    with pytest.raises(ValueError):\n        fail()\n"
    )
    assert certain_and_possible(tests_of({"a.py": code, "test_a.py": test}, "a.py")) == {
        "make": (1, 0), "default": (0, 1), "measure": (0, 1), "fail": (1, 0), "deep": (0, 1)
    }  # fmt: skip


def test_descriptors(tests_of: Look) -> None:
    """To look up or set an attribute that a descriptor keeps runs its methods."""
    code = (
        "class Kept:\n    def __get__(self, one, owner): ...\n    def __set__(self, one, value): ...\n"
        "class Thing:\n    x = Kept()\n    y = Kept()\n    def __init__(self): self.x = 1\n    def look(self): return self.y\n"
    )
    test = "from a import Thing\ndef test_make(): Thing()\ndef test_look(): Thing().look()\n"
    found = certain_and_possible(tests_of({"a.py": code, "test_a.py": test}, "a.py"))
    assert found["Kept.__set__"] == (2, 0)
    assert found["Kept.__get__"] == (1, 0)


def test_mixins(tests_of: Look) -> None:
    """Tests of a mixin count where classes of tests derive from it, are set up by these, and are none if all override them."""
    mixin = (
        "import a\nclass Mixed:\n    def test_it(self): a.run()\n    def test_over(self): a.over()\n    def help(self): a.alone()\n"
        "class Unmixed:\n    def test_it(self): a.alone()\n"
    )
    test = (
        "import a\nfrom mixin import Mixed\nclass Between(Mixed): ...\nclass TestIt(Between):\n    def setUp(self): a.start()\n"
        "    def test_over(self): ...\n"
    )
    code = "def run(): ...\ndef over(): ...\ndef alone(): ...\ndef start(): ...\n"
    tree = {"a.py": code, "tests/mixin.py": mixin, "tests/test_a.py": test}
    rows = tests_of(tree, "a.py")
    assert told(rows["run"]) == (1, 1, ["Mixed.test_it"])
    assert told(rows["start"]) == (2, 0, ["TestIt.test_over", "Mixed.test_it"])
    assert [told(rows[name])[0] for name in ("over", "alone")] == [0, 0]
