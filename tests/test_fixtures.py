"""Fixtures of pytest: what tests and other fixtures get for the names of their parameters, and what that is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from link_store import MemoryStore, make_sources

from sphinx_kwindex import Project
from sphinx_kwindex.model import Flag, UseKind

Found = set[tuple[str, str, str, str]]
Uses = Callable[[Mapping[str, str]], Found]
"""(scope, token, kind, target) of the exact uses in `tests/test_a.py`."""

HEAD = "import pytest\nfrom pkg import App, Other\n\n"
PACKAGE = {
    "pkg/__init__.py": (
        "class App:\n    def run(self) -> 'Other': ...\n    name = ''\n\n"
        "class Other:\n    def go(self): ...\n    def run(self): ...\n"
    ),
    "tests/conftest.py": f"{HEAD}@pytest.fixture\ndef app():\n    return App()\n",
}


@pytest.fixture
def uses(make_tree: Callable[..., Path]) -> Uses:
    """Return a function that gives the uses of a tree."""

    def make(files: Mapping[str, str]) -> Found:
        with Project.open(make_tree({**PACKAGE, **files})) as project:
            assert not project.problems
            return {
                (use.scope, use.name, use.kind.name, use.target)
                for use in project.reader.uses_in("tests/test_a.py")
                if use.exact and use.kind is not UseKind.IMPORT
            }

    return make


def fixture(text: str, name: str = "app", mark: str = "") -> str:
    """Return a fixture that returns something."""
    return f"@pytest.fixture{mark}\ndef {name}(self=None):\n    return {text}\n"


TEST = "def test_x(app):\n    app.run()\n"
LOCAL = fixture("Other()")
ORDER = {
    "conftest": ({}, TEST, "tests.conftest.app", "pkg.App.run"),
    "nearest conftest": ({"conftest.py": HEAD + LOCAL}, TEST, "tests.conftest.app", "pkg.App.run"),
    "module": ({}, LOCAL + TEST, "tests.test_a.app", "pkg.Other.run"),
    "imported": (
        {"tests/fix.py": HEAD + LOCAL},
        f"from tests.fix import app\n{TEST}",
        "tests.fix.app",
        "pkg.Other.run",
    ),
    "wildcard": ({"tests/fix.py": HEAD + LOCAL}, f"from tests.fix import *\n{TEST}", "tests.fix.app", "pkg.Other.run"),
    "class": (
        {},
        """
class TestX:
    @pytest.fixture
    def app(self):
        return Other()

    def test_x(self, app):
        app.run()
""",
        "tests.test_a.TestX.app",
        "pkg.Other.run",
    ),
    "base class": (
        {"tests/fix.py": f"{HEAD}class Base:\n    @pytest.fixture\n    def app(self):\n        return Other()\n"},
        "from tests.fix import Base\nclass TestX(Base):\n    def test_x(self, app):\n        app.run()\n",
        "tests.fix.Base.app",
        "pkg.Other.run",
    ),
    "another name": (
        {},
        fixture("Other()", "make_app", '(name="app")') + TEST,
        "tests.test_a.make_app",
        "pkg.Other.run",
    ),
    "overriding": (
        {},
        "@pytest.fixture\ndef app(app):\n    app.run()\n    return app\n" + TEST,
        "tests.test_a.app",
        "pkg.App.run",
    ),
    "yielded": ({}, "@pytest.fixture\ndef app():\n    yield Other()\n" + TEST, "tests.test_a.app", "pkg.Other.run"),
    "generator": (
        {},
        "from collections.abc import Iterator\n@pytest.fixture\ndef app() -> Iterator[Other]:\n    yield make()\n"
        + TEST,
        "tests.test_a.app",
        "pkg.Other.run",
    ),
    "awaited": (
        {},
        "@pytest.fixture\nasync def app():\n    yield Other()\nasync def test_x(app):\n    app.run()\n",
        "tests.test_a.app",
        "pkg.Other.run",
    ),
    "keyword only": ({}, "def test_x(*, app):\n    app.run()\n", "tests.conftest.app", "pkg.App.run"),
    "mocked": (
        {},
        "from unittest.mock import patch\n@patch('os.x')\ndef test_x(mock, app):\n    app.run()\n",
        "tests.conftest.app",
        "pkg.App.run",
    ),
    "plugin of the tests": (
        {"tests/plug.py": HEAD + fixture("Other()", "late")},
        "pytest_plugins = ['tests.plug']\ndef test_x(late):\n    late.run()\n",
        "tests.plug.late",
        "pkg.Other.run",
    ),
    "installed plugin": (
        {
            "pkg/plug.py": HEAD + fixture("Other()", "late"),
            "pyproject.toml": '[project]\nname = "pkg"\n[project.entry-points.pytest11]\npkg = "pkg.plug"\n',
        },
        "def test_x(late):\n    late.run()\n",
        "pkg.plug.late",
        "pkg.Other.run",
    ),
    "indirect": (
        {},
        '@pytest.mark.parametrize("app", [1], indirect=True)\n' + TEST,
        "tests.conftest.app",
        "pkg.App.run",
    ),
    "asked for by name": (
        {},
        'def test_x(request):\n    request.getfixturevalue("app").run()\n',
        "tests.conftest.app",
        "pkg.App.run",
    ),
}


@pytest.mark.parametrize(("files", "text", "home", "called"), ORDER.values(), ids=ORDER)
def test_where_fixtures_are_looked_up(uses: Uses, files: Mapping[str, str], text: str, home: str, called: str) -> None:
    """A parameter names the fixture that pytest would give it, and is what that returns."""
    found = uses({**files, "tests/test_a.py": HEAD + text})
    asked = {(token, target) for scope, token, kind, target in found if kind == "FIXTURE" and scope != "app"}
    assert asked == {("late" if "late" in text else "app", home)}
    assert {target for scope, token, _, target in found if token == "run" and scope != "app"} == {called}


def test_overriding_fixture_asks_for_the_hidden_one(uses: Uses) -> None:
    """A fixture with a parameter of its own name gets the fixture that it hides."""
    found = uses({"tests/test_a.py": f"{HEAD}@pytest.fixture\ndef app(app):\n    return app.run()\n{TEST}"})
    assert ("app", "app", "FIXTURE", "tests.conftest.app") in found
    assert ("test_x", "app", "FIXTURE", "tests.test_a.app") in found
    assert ("test_x", "run", "CALL", "pkg.Other.run") in found


NOT_ASKED = {
    "helper": "def check(app):\n    app.go()\n",
    "default": "def test_x(app=None):\n    app.go()\n",
    "hook": "def pytest_configure(app):\n    app.go()\n",
    "receiver": "class TestX:\n    def test_x(app):\n        app.go()\n",
    "parametrized": '@pytest.mark.parametrize("app, x", make())\ndef test_x(app, x):\n    app.go()\n',
    "parametrized class": '@pytest.mark.parametrize("app", make())\nclass TestX:\n    def test_x(self, app):\n        app.go()\n',
    "unittest": "import unittest\nclass TestX(unittest.TestCase):\n    def test_x(self, app):\n        app.go()\n",
    "unittest, by a base in the file": (
        "import unittest\nclass Common(unittest.TestCase): ...\nclass TestX(Common):\n    def test_x(self, app):\n        app.go()\n"
    ),
    "mocked": "from unittest import mock\n@mock.patch('os.x')\ndef test_x(app):\n    app.go()\n",
    "in a function": "def f():\n    @pytest.fixture\n    def g(app): ...\n",
    "of nobody": "def test_x(nobody):\n    nobody.name\n",
    "hypothesis": "from hypothesis import given\n@given(app=make())\ndef test_x(app):\n    app.go()\n",
}


def test_base_called_like_one_of_unittest(uses: Uses) -> None:
    """A class that the file defines is what it is there, however it is called."""
    text = "class MyTestCase: ...\nclass TestX(MyTestCase):\n    def test_x(self, app):\n        app.go()\n"
    assert ("TestX.test_x", "app", "FIXTURE", "tests.conftest.app") in uses({"tests/test_a.py": HEAD + text})


@pytest.mark.parametrize("text", NOT_ASKED.values(), ids=NOT_ASKED)
def test_no_fixture(uses: Uses, text: str) -> None:
    """Parameters of other functions, and those that something else gives, name no fixture."""
    assert not {row for row in uses({"tests/test_a.py": HEAD + text}) if row[2] == "FIXTURE"}


GIVEN = {
    "one": '"x", [App(), None]',
    "list of names": '["x"], [[App()]]',
    "several": '"y, x", [(1, App()), (2, App())]',
    "marked": '"y, x", [pytest.param(1, App(), id="a"), (2, App())]',
    "marked, one": '"x", (pytest.param(App(), id="a"),)',
    "by name": 'argnames="x", argvalues=[App()]',
    "a variable": '"x", CASES',
    "rows in a variable": '"y, x", ROWS',
}


@pytest.mark.parametrize("arguments", GIVEN.values(), ids=GIVEN)
def test_what_parametrize_gives(uses: Uses, arguments: str) -> None:
    """A parameter is what `parametrize` gives it."""
    start = f"{HEAD}CASES = [App()]\nROWS = [(1, App())]\n@pytest.mark.parametrize({arguments})\n"
    found = uses({"tests/test_a.py": f"{start}def test_x(x, y=1):\n    x.run()\n"})
    assert ("test_x", "run", "CALL", "pkg.App.run") in found


def test_what_params_give(uses: Uses) -> None:
    """`request.param` is one of the values that the fixture lists."""
    text = "@pytest.fixture(params=[App(), pytest.param(Other())])\ndef x(request):\n    request.param.run()\n"
    found = uses({"tests/test_a.py": HEAD + text})
    assert {row[3] for row in found if row[1] == "run"} == {"pkg.App.run", "pkg.Other.run"}


def test_use_fixtures(uses: Uses) -> None:
    """Names in `usefixtures` are uses: of the class that is decorated, too."""
    text = (
        'pytestmark = pytest.mark.usefixtures("app")\n\n@pytest.mark.usefixtures("own", "app")\nclass TestX:\n'
        "    @pytest.fixture\n    def own(self): ...\n"
    )
    found = uses({"tests/test_a.py": HEAD + text})
    assert {row[3] for row in found if row[2] == "FIXTURE"} == {"tests.conftest.app", "tests.test_a.TestX.own"}


def test_attributes_set_on_unknown_fixtures(make_tree: Callable[..., Path]) -> None:
    """What is set on a fixture of unknown type is no possible match, as on any parameter; what is read is one."""
    files = {
        **PACKAGE,
        "tests/test_a.py": f"{HEAD}def test_x(gone):\n    gone.go = 1\n    del gone.go\n    gone.go()\n",
    }
    with Project.open(make_tree(files)) as project:
        found = [use.line for use in project.reader.uses_in("tests/test_a.py") if use.name == "go"]
        assert found == [7]


def test_flags_and_bounds(make_tree: Callable[..., Path]) -> None:
    """Fixtures have a flag; circles of them, and tables of any size, do no harm."""
    rows = ", ".join(["(1, 2)"] * 10_000)
    text = (
        f"{HEAD}@pytest.fixture\ndef a(b):\n    return b.x()\n@pytest.fixture\ndef b(a):\n    return a.y()\n"
        f'@pytest.mark.parametrize("p, q", [{rows}])\ndef test_x(p, q, a, b, c):\n    a.x.y\n'
    )
    with Project.open(make_tree({**PACKAGE, "tests/test_a.py": text})) as project:
        assert not project.problems
        assert {item.name for item in project.keywords() if item.flags & Flag.FIXTURE} == {"app", "a", "b"}


LATER = {
    "conftest": {"conftest.py": "    fixture m -> t.b.X"},
    "nearer": {"conftest.py": "    fixture m -> t.b.Y", "t/conftest.py": "    fixture m -> t.b.X"},
    "imported": {"t/conftest.py": "    from t.b import m"},
    "plugin": {"t/conftest.py": "    plugins t.b"},
    "own": {"t/a.py": "    fixture make(m) -> t.b.X"},
}


@pytest.mark.parametrize("more", LATER.values(), ids=LATER)
def test_fixture_that_comes_later(more: Mapping[str, str]) -> None:
    """A file whose tests ask in vain is linked again when a fixture appears, and when it goes."""
    texts = {
        "t/a.py": "    data a",
        "t/b.py": "    class X\n    def X.x\n    class Y\n    def Y.x\n    fixture m -> t.b.X",
    }
    targets = {"t/a.py": ["t.a!fixture:m", "t.a!fixture:m.x"]}
    store = MemoryStore()
    store.update(make_sources(texts, targets))
    for step in (*({path: text} for path, text in more.items()), {}):
        texts_now = {**texts, **step}
        store.update(make_sources(texts_now, targets))
        new = MemoryStore()
        new.update(make_sources(texts_now, targets))
        assert store.results == new.results
    store.update(make_sources({**texts, **more}, targets))
    assert any("t.b.X.x" in uses.targets for uses in store.results["t/a.py"][1])
