"""Possible matches by name: which definitions a use on an object of unknown type may mean, and how many there were."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from sphinx_kwindex import Project
from sphinx_kwindex.ext.words import tell
from sphinx_kwindex.model import Role
from sphinx_kwindex.pages.phrases import possible_matches
from sphinx_kwindex.pages.records import UseList

Guesses = Callable[[Mapping[str, str]], set[tuple[str, str]]]
"""(using file, keyword) of each."""


@pytest.fixture
def guesses(make_tree: Callable[..., Path]) -> Guesses:
    """Return a function that gives the possible matches of a tree."""

    def make(files: Mapping[str, str]) -> set[tuple[str, str]]:
        with Project.open(make_tree(files)) as project:
            paths = [row.path for row in project.reader.files()]
            return {(use.path, use.target) for path in paths for use in project.reader.uses_in(path) if not use.exact}

    return make


RARE = "class Kept:\n    def rarely(self): ...\n"
USER = "def f(x):\n    x.rarely()\n"


def test_tests_know_others_not_the_other_way_round(guesses: Guesses) -> None:
    """Production code means no test double; a test may mean what production code defines."""
    found = guesses(
        {
            "pkg/a.py": RARE,
            "pkg/user.py": USER,
            "tests/test_a.py": "class Double:\n    def rarely(self): ...\n\ndef test_x(x):\n    x.rarely()\n",
            "tests/test_b.py": USER,
        }
    )
    assert found == {
        ("pkg/user.py", "pkg.a.Kept.rarely"),
        ("tests/test_a.py", "pkg.a.Kept.rarely"),
        ("tests/test_a.py", "tests.test_a.Double.rarely"),
        ("tests/test_b.py", "pkg.a.Kept.rarely"),
    }


def test_doubles_of_tests_do_not_make_names_common(guesses: Guesses) -> None:
    """What many tests define and one class of the rest is a possible match for the rest; of tests nobody can tell."""
    doubles = {f"tests/test_{name}.py": "class Double:\n    def rarely(self): ...\n" for name in "abc"}
    found = guesses({"pkg/a.py": RARE, "pkg/user.py": USER, "tests/test_user.py": USER, **doubles})
    assert found == {("pkg/user.py", "pkg.a.Kept.rarely")}


def test_keys_of_typed_dicts_are_no_attributes(guesses: Guesses) -> None:
    """Nobody reads a key of a typed dictionary as an attribute, also where the base comes from another file."""
    files = {
        "pkg/a.py": "from typing import TypedDict\nclass Token(TypedDict):\n    rarely: int\n",
        "pkg/b.py": "from pkg.a import Token\nclass Longer(Token):\n    rarely: int\n",
        "pkg/c.py": "class Link:\n    def __init__(self, rarely):\n        self.rarely = rarely\n",
        "pkg/user.py": USER,
    }
    assert guesses(files) == {("pkg/user.py", "pkg.c.Link.rarely")}
    many = {f"pkg/d{number}.py": files["pkg/a.py"] for number in range(4)}
    assert guesses({**files, **many}) == {("pkg/user.py", "pkg.c.Link.rarely")}


def test_below_external_bases(guesses: Guesses) -> None:
    """What a class seems to have from an external base class may be what subclasses define; no other class counts."""
    found = guesses(
        {
            "pkg/a.py": """
import threading

class Proxy(threading.Thread):
    def run(self):
        self.connection()
        self.elsewhere()

class Local(Proxy):
    def connection(self): ...

class Unrelated:
    def connection(self): ...
    def elsewhere(self): ...
"""
        }
    )
    assert found == {("pkg/a.py", "pkg.a.Local.connection")}


def test_half_known(guesses: Guesses) -> None:
    """Where of what class an object is can be told of one alternative only, and that has an external base, others may be meant."""
    found = guesses(
        {
            "pkg/a.py": """
from collections import UserDict

class Config(UserDict): ...

class Options:
    def rarely(self): ...

class User:
    def make(self):
        return Config() if self else self.other
    def use(self):
        self.make().rarely()
        Config().rarely()
"""
        }
    )
    assert found == {("pkg/a.py", "pkg.a.Options.rarely")}


def test_what_fixtures_set(guesses: Guesses) -> None:
    """A class of tests does not get what it lacks from classes that happen to have it."""
    test = "import pytest\n\n@pytest.mark.usefixtures('ready')\nclass TestIt:\n    def test_it(self): self.rarely()\n"
    assert guesses({"pkg/a.py": RARE, "tests/test_a.py": test}) == set()
    mixin = test.replace("TestIt", "Mixin")
    assert guesses({"tests/test_a.py": mixin}) == {("tests/test_a.py", "pkg.a.Kept.rarely")}


def test_only_a_double(guesses: Guesses) -> None:
    """Where only tests define a name, production code means nothing of the project."""
    assert guesses({"pkg/user.py": USER, "tests/test_a.py": RARE}) == set()


def test_doubles_of_other_tests(guesses: Guesses) -> None:
    """What a test file or a helper of tests defines is meant where it is imported, that of a conftest.py below it."""
    files = {
        "tests/helpers.py": RARE,
        "tests/test_a.py": "from tests.helpers import Kept\n" + USER,
        "tests/test_b.py": USER,
        "tests/unit/conftest.py": "class Around:\n    def always(self): ...\n",
        "tests/unit/test_c.py": "def f(x):\n    x.always()\n",
        "tests/test_d.py": "def f(x):\n    x.always()\n",
    }
    assert guesses(files) == {
        ("tests/test_a.py", "tests.helpers.Kept.rarely"),
        ("tests/unit/test_c.py", "tests.unit.conftest.Around.always"),
    }


def test_locals_and_examples(guesses: Guesses) -> None:
    """Classes of functions are meant in their own files only, those of examples among examples."""
    inside = "def f(x):\n    class Local:\n        def rarely(self): ...\n    x.rarely()\n"
    assert guesses({"a.py": inside, "b.py": USER}) == {("a.py", "a.f.<locals>.Local.rarely")}
    shown = {"examples/a.py": RARE, "examples/b.py": USER, "pkg/c.py": USER, "a.py": "", "b.py": ""}
    assert guesses(shown) == {("examples/b.py", "examples.a.Kept.rarely")}


def test_common_names(guesses: Guesses) -> None:
    """A name that much-used classes of other packages have is meant only where its file is imported."""
    files = {
        "pkg/a.py": "class Response:\n    def __init__(self): self.data = 1; self.end = ']'\n",
        "pkg/near.py": "from pkg.a import Response\n\ndef f(x):\n    x.data\n",
        "pkg/far.py": "def f(x):\n    x.data\n    x.end(0)\n",
    }
    assert guesses(files) == {("pkg/near.py", "pkg.a.Response.data")}


def test_candidates(make_tree: Callable[..., Path]) -> None:
    """A use knows how many definitions it may mean, after those that it cannot mean are left out."""
    with Project.open(make_tree({"a.py": RARE, "b.py": RARE, "tests/test_a.py": RARE, "user.py": USER})) as project:
        rows = [use for use in project.reader.uses_in("user.py") if not use.exact]
    assert [(row.target, row.candidates) for row in rows] == [("a.Kept.rarely", 2), ("b.Kept.rarely", 2)]
    assert tell(possible_matches(UseList(count=7, candidates=3))) == "7 matches by name only, one of 3 possible"
    assert tell(possible_matches(UseList(count=1, candidates=1))) == "1 match by name only"


def test_file_becomes_a_test(make_tree: Callable[..., Path], tmp_path: Path) -> None:
    """When a file turns into a test, what others meant in it is looked up again."""
    root = make_tree({"a.py": RARE, "user.py": USER})
    cache = tmp_path / "cache"
    with Project.open(root, cache) as project:
        assert [use.target for use in project.reader.uses_in("user.py") if not use.exact] == ["a.Kept.rarely"]
    make_tree({"a.py": RARE + "import pytest\n\ndef test_a(): ...\ndef test_b(): ...\n"})
    with Project.open(root, cache) as project:
        row = project.reader.file("a.py")
        assert row is not None
        assert row.role is Role.TEST
        assert not [use for use in project.reader.uses_in("user.py") if not use.exact]


def test_installed() -> None:
    """On a real package, no possible match leads from production code to tests or to common names of other files."""
    root = Path(str(importlib.import_module("docutils").__file__)).parent
    with Project.open(root, related_limit=0, lint=()) as project:
        roles = {row.path: row.role for row in project.reader.files()}
        for path, role in roles.items():
            for use in project.reader.uses_in(path):
                home = project.reader.keywords(id=use.target)[0].path
                assert use.exact or role is Role.TEST or roles[home] is not Role.TEST
                assert use.exact == (use.candidates == 0)


def test_objects_that_are_known_to_lack_it(guesses: Guesses) -> None:
    """What instances of a known class lack is no member of an unrelated class, be it read or set there."""
    files = {
        "a.py": RARE,
        "b.py": "class Plain: ...\n",
        "c.py": "from b import Plain\n\ndef f(x: Plain):\n    x.rarely\n    x.rarely = 1\n    Plain().rarely()\n",
    }
    assert guesses(files) == set()


def test_objects_that_may_have_it_all_the_same(guesses: Guesses) -> None:
    """Subclasses have more than their bases, mixins use what they are mixed with, and some classes make members up."""
    files = {
        "a.py": "from b import Base\n\nclass Kept(Base):\n    def rarely(self): ...\n",
        "b.py": "class Base: ...\nclass Mixin:\n    def f(self):\n        self.rarely()\nclass Proxy:\n    def __getattr__(self, name): ...\n",
        "c.py": "from b import Base\n\ndef f(x: Base):\n    x.rarely()\n",
        "d.py": "from b import Proxy\n\ndef f(x: Proxy):\n    x.rarely()\n",
        "e.py": "from b import Base\nfrom other import Thing\n\nclass Part(Thing): ...\n\ndef f(x: Base | Part, y: Base | int):\n    x.rarely()\n",
    }
    assert {path for path, _ in guesses(files)} == {"b.py", "c.py", "d.py", "e.py"}
    own = "class Other: ...\nclass Own:\n    rarely = 1\n    def f(self):\n        if isinstance(self, Other):\n            self.rarely\n"
    assert guesses({"f.py": own, **dict.fromkeys(files, "")}) == {("f.py", "f.Own.rarely")}


@pytest.mark.parametrize("start", ["P = t.ParamSpec('P')\n", "from other import P\n"], ids=["own", "imported"])
def test_arguments_of_parameter_specifications(guesses: Guesses, start: str) -> None:
    """`P.args` and `P.kwargs` of a `ParamSpec` mean no attributes of other objects."""
    call = "class Call:\n    def __init__(self): self.args, self.kwargs = (), {}\n"
    user = f"import typing as t\n{start}def f(do: t.Callable[P, int], *args: P.args, **kwargs: P.kwargs): ...\n"
    assert guesses({"a.py": call, "user.py": user, "other.py": "import typing\nP = typing.ParamSpec('P')\n"}) == set()
