"""Keyword arguments that set fields: of dataclasses, named tuples, typed dictionaries, and of the models of other packages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from shown import Pages

from sphinx_kwindex import Project
from sphinx_kwindex.ext.escape import Links
from sphinx_kwindex.ext.html import render_section
from sphinx_kwindex.ext.plain import section_nodes
from sphinx_kwindex.model import UseKind
from sphinx_kwindex.pages.blocks import Link
from sphinx_kwindex.pages.text import page_text

FIELDS = {
    "dataclass": ("from dataclasses import dataclass\n@dataclass\nclass C:\n    x: int\n", "C.x"),
    "of a base class": (
        "from dataclasses import dataclass\n@dataclass\nclass B:\n    x: int\n@dataclass\nclass C(B):\n    y: int\n",
        "B.x",
    ),
    "named tuple": ("from typing import NamedTuple\nclass C(NamedTuple):\n    x: int\n", "C.x"),
    "made named tuple": ("from collections import namedtuple\nC = namedtuple('C', 'x y')\n", "C.x"),
    "typed dict": ("from typing import TypedDict\nclass C(TypedDict):\n    x: int\n", "C.x"),
    "attrs": ("import attr\n@attr.s\nclass C:\n    x = attr.ib()\n", "C.x"),
    "attrs, new": ("from attrs import define\n@define\nclass C:\n    x: int\n", "C.x"),
    "attrs, private": ("import attr\n@attr.s\nclass C:\n    _x = attr.ib()\n", "C._x"),
    "model": ("from pydantic import BaseModel\nclass C(BaseModel):\n    x: int\n", "C.x"),
    "model of pydantic 1": ("from pydantic.v1 import BaseModel\nclass C(BaseModel):\n    x: int\n", "C.x"),
    "model of a model": (
        "from pydantic import BaseModel\nclass B(BaseModel):\n    pass\nclass C(B):\n    x: int\n",
        "C.x",
    ),
    "__init__": (
        "from dataclasses import dataclass\n@dataclass\nclass C:\n    x: int\n    def __init__(self, x): ...\n",
        "",
    ),
    "class variable": (
        "from dataclasses import dataclass\nfrom typing import ClassVar\n@dataclass\nclass C:\n    x: ClassVar[int]\n",
        "",
    ),
    "plain class": ("class C:\n    x: int\n", ""),
    "function": ("def C(x): ...\n", ""),
    "elsewhere": ("from other import C\n", ""),
}


@pytest.mark.parametrize(("text", "field"), FIELDS.values(), ids=FIELDS)
def test_fields(make_tree: Callable[..., Path], text: str, field: str) -> None:
    """The name of a keyword argument is a use of the field that it sets, if the class has such a field."""
    root = make_tree({"a.py": text, "b.py": "from a import C\nC(x=1,\n  x_=2)\n"})
    with Project.open(root) as project:
        found = [use for use in project.reader.uses_in("b.py") if use.kind is UseKind.ARGUMENT]
        assert [(use.line, use.col, use.name, use.target) for use in found] == (
            [(2, 2, "x", f"a.{field}")] if field else []
        )
        linked = project.reader.linked("b.py")
        assert linked is not None
        assert not linked.unresolved
        assert not linked.loose


COPIES = {
    "replace": "import dataclasses\ndataclasses.replace(c, x=1)",
    "attr.evolve": "import attr\nattr.evolve(c, x=1)",
    "copy.replace": "import copy\ncopy.replace(c, x=1)",
    "_replace": "c._replace(x=1)",
    "class of self": "type(c)(x=1)",
}


@pytest.mark.parametrize("text", COPIES.values(), ids=COPIES)
def test_copies(make_tree: Callable[..., Path], text: str) -> None:
    """Functions that make a changed copy take fields, too."""
    first = "from dataclasses import dataclass\n@dataclass\nclass C:\n    x: int\n"
    root = make_tree(
        {"a.py": first, "b.py": f"from a import C\n\ndef f(c: C):\n    {text.replace(chr(10), chr(10) + '    ')}\n"}
    )
    with Project.open(root) as project:
        found = [use.target for use in project.reader.uses_in("b.py") if use.kind is UseKind.ARGUMENT]
        assert found == ["a.C.x"]


PASSED = {
    "pkg/a.py": """\
        class Shop:
            def __init__(self, name=""): ...
            def sell(self, what, *, price=1, **more): ...
        def f(a=1, b=2): return a
        def unused(a=1): ...
        """,
    "pkg/b.py": """\
        from pkg.a import Shop, f
        shop = Shop(name="x")
        for _ in range(3):
            shop.sell(1, price=f(b=1))
        def g(shop: Shop, **more):
            call = f
            shop.sell(what=1, price=2, colour=3, **more)
            call(b=1)
            print(1, end=f(a=1, b=2))
        """,
}


class Nowhere(Links):
    """No link has an address."""

    def uri(self, link: Link) -> str | None:
        return None


def test_parameters_passed_by_name(make_tree: Callable[..., Path]) -> None:
    """The opened row of a function or class says which parameters callers pass by name, the most frequent first."""
    with Project.open(make_tree(PASSED)) as project:
        assert project.reader.passed("pkg/a.py") == {
            "pkg.a.Shop": {"name": 1},
            "pkg.a.Shop.sell": {"colour": 1, "price": 2, "what": 1},
            "pkg.a.f": {"a": 1, "b": 3},
        }
        view = Pages(project.reader).view("file:pkg/a.py")
    html = render_section(view, "kw-functions", Nowhere())
    assert "<dt>Passed by name</dt><dd><code>b</code> 3×, <code>a</code> 1×</dd>" in html
    assert "Passed by name: b 3×, a 1×" in section_nodes(view, "kw-functions", Nowhere())[0].astext()


def test_fixtures_are_not_called(make_tree: Callable[..., Path]) -> None:
    """What a test calls by the name of a fixture is what that gives."""
    conftest = "import pytest\n@pytest.fixture\ndef make(request): return request.param\n@pytest.fixture\ndef made(make): return make(size=1)\n"
    with Project.open(make_tree({"conftest.py": conftest})) as project:
        text = page_text(project, "conftest.py")
    assert "Passed by name" not in text


ONCE = """
class curry:
    def __init__(self, func, extra=1): self.func = func
    def __call__(self, **named): ...
class Retry:
    @classmethod
    def of(cls, value): return cls() if value else Retry()
    def more(self, step=1): return self
def use(retries, funcs: list[curry]):
    if not isinstance(retries, Retry):
        retries = Retry.of(retries)
    retries.more(step=2)
    curry(use, extra=2)(other=1)
    for func in funcs: func(never=1)
"""


def test_each_call_counts_once(make_tree: Callable[..., Path]) -> None:
    """A call counts once, however many types its object may have; what calls and loops give is not called by its own name."""
    with Project.open(make_tree({"a.py": ONCE})) as project:
        assert project.reader.passed("a.py") == {"a.Retry.more": {"step": 1}, "a.curry": {"extra": 1}}
