"""What a call gives where that depends on its arguments: type variables, functions that hand on what they get, keys."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sphinx_kwindex import Project

TYPES = """\
from typing import Any, Callable, Generic, Iterable, Iterator, Optional, Type, TypeVar
T = TypeVar("T")
K = TypeVar("K")
class Base:
    def go(self): ...
class Other:
    def go(self): ...
def same(x: T) -> T: ...
def first(xs: list[T]) -> T: ...
def make(cls: Type[T], *args: Any) -> Optional[T]: ...
def made(n: int, *, cls: type[T]) -> T: ...
def call(f: Callable[..., T]) -> T: ...
def filtered(xs: Iterable[T]) -> Iterator[T]: ...
def values(xs: dict[K, T]) -> list[T]: ...
def get(xs: dict[str, T], key: str, default: T) -> T: ...
def gathered(*xs: T) -> list[T]: ...
def plain(x: Base) -> Base: ...
def hand_on(x, y=1):
    print(x)
    return x
def perhaps(x):
    if x:
        return None
    return x
def changed(x):
    x = x.other
    return x
def run(f, *args):
    return f(*args)
class Registry:
    def get(self, cls: type[T]) -> T: ...
    def hand_on(self, x):
        return x
    @classmethod
    def made(cls, kind: type[T]) -> T: ...
class Key(Generic[T]): ...
class Pair(Generic[K, T]):
    def second(self) -> T: ...
class Stash:
    def __getitem__(self, key: Key[T]) -> T: ...
    def get(self, key: Key[T]) -> T: ...
key = Key[Base]()
def base() -> Base: ...
"""
FORMS = {
    "itself": "same(Base()).go()",
    "element of a list": "first(xs).go()",
    "class": "make(Base, 1).go()",
    "class by keyword": "made(1, cls=Base).go()",
    "what a function returns": "call(base).go()",
    "iterator": "for x in filtered(xs): x.go()",
    "values of a dictionary": "values(d)[0].go()",
    "default": "get({}, 'a', Base()).go()",
    "further arguments": "gathered(Base())[0].go()",
    "method": "Registry().get(Base).go()",
    "class method": "Registry.made(Base).go()",
    "method through its class": "Registry.get(Registry(), Base).go()",
    "no type variable": "plain(Base()).go()",
    "handed on": "hand_on(Base()).go()",
    "handed on, by keyword": "hand_on(y=2, x=Base()).go()",
    "handed on by a method": "Registry().hand_on(Base()).go()",
    "handed on in a branch": "perhaps(Base()).go()",
    "handed on twice": "hand_on(same(Base())).go()",
    "called": "run(base).go()",
    "called class": "run(Base, 1).go()",
    "item by key": "Stash()[key].go()",
    "method with a key": "Stash().get(key).go()",
    "class in brackets": "Stash().get(Key[Base]()).go()",
    "union in brackets": "Stash().get(Key[Base | None]()).go()",
    "list in brackets": "Stash().get(Key[list[Base]]())[0].go()",
    "quoted class in brackets": "Stash().get(Key['Base']()).go()",
    "classes in brackets": "Pair[Other, Base]().second().go()",
}
NOTHING = {
    "another value": "changed(Base()).go()",
    "unknown": "same(unknown).go()",
    "starred": "hand_on(*[Base()]).go()",
    "text": "hand_on('a').go()",
}


def goes(root: Path) -> list[str]:
    with Project.open(root) as project:
        return [use.target for use in project.reader.uses_in("b.py") if use.name == "go" and use.exact]


def lines(text: str) -> dict[str, str]:
    head = "from a import *\n\n\ndef f(unknown, xs: list[Base], d: dict[str, Base]):\n    "
    return {"a.py": TYPES, "b.py": head + text + "\n"}


@pytest.mark.parametrize("text", FORMS.values(), ids=FORMS)
def test_forms(make_tree: Callable[..., Path], text: str) -> None:
    """What a call gives follows from what it gets."""
    assert goes(make_tree(lines(text))) == ["a.Base.go"]


@pytest.mark.parametrize("text", NOTHING.values(), ids=NOTHING)
def test_nothing_known(make_tree: Callable[..., Path], text: str) -> None:
    """What is not certain stays unknown."""
    assert goes(make_tree(lines(text))) == []


def test_generic_class(make_tree: Callable[..., Path]) -> None:
    """The constructor of a generic class says what its type variables stand for."""
    text = (
        "class Box(Generic[T]):\n    def __init__(self, x: T) -> None:\n        self.x: T = x\n    def get(self) -> T: ...\n"
        "def f():\n    box = Box(Base())\n    box.get().go()\n    box.x.go()\n"
    )
    assert goes(make_tree({"a.py": TYPES, "b.py": "from a import *\n" + text})) == ["a.Base.go", "a.Base.go"]


def test_function_in_a_method(make_tree: Callable[..., Path]) -> None:
    """The first parameter of a function in a method is one as any other."""
    text = "class C:\n    def m(self):\n        def inner(x, y):\n            return x\n        inner(Base(), Other()).go()\n"
    assert goes(make_tree({"a.py": TYPES, "b.py": f"from a import *\n{text}"})) == ["a.Base.go"]


def test_texts_as_keys(make_tree: Callable[..., Path]) -> None:
    """What a table holds under a text has nothing to do with what is called so."""
    tree = make_tree(
        {"b.py": "def go(): ...\ndef stop(): ...\nWAYS = {'go': stop}\nWAYS['go']()\ndef f(x):\n    x['go']()\n"}
    )
    assert goes(tree) == []


def test_circles(make_tree: Callable[..., Path]) -> None:
    """Functions that call one another with what they get end, and so do calls nested a hundred deep."""
    text = "def g(x):\n    return h(x)\ndef h(x):\n    return g(x)\ng(Base()).go()\n"
    deep = f"{'hand_on(' * 90}Base(){')' * 90}.go()\n"
    assert goes(make_tree({"a.py": TYPES, "b.py": f"from a import *\n{text}{deep}"})) in ([], ["a.Base.go"])
