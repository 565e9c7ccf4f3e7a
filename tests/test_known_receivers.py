"""What an object is where classes hand it on: new objects of a class, `Self`, type variables of others, `__getattr__`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sphinx_kwindex import Project
from sphinx_kwindex.model import Kind

COMPAT = "from typing_extensions import Self as Self, TypeVar as TypeVar\n"
CASES = {
    "made by __new__": "class C:\n    @classmethod\n    def make(cls):\n        new = cls.__new__(cls)\n        new.go()\n    def go(self): ...\n",
    "made by __new__ of its class": (
        "class C:\n    def copy(self):\n        new = self.__class__.__new__(self.__class__)\n        new.go()\n    def go(self): ...\n"
    ),
    "Self handed on by a module": (
        "from compat import Self\nclass C:\n    def then(self) -> Self: ...\n    def go(self): ...\n"
        "def f(c: C):\n    c.then().then().go()\n"
    ),
    "type variable of TypeVar handed on": (
        "from compat import TypeVar\nfrom typing import Generic\nclass C:\n    def go(self): ...\n"
        "T = TypeVar('T', bound='C')\nclass Box(Generic[T]):\n    def get(self) -> T: ...\n"
        "class Big(Box[C]): ...\ndef f(box: Big):\n    box.get().go()\n"
    ),
    "__getattr__": (
        "class C:\n    def go(self): ...\nclass Row:\n    def __getattr__(self, name) -> C: ...\n"
        "def f(row: Row):\n    row.column.go()\nrow = Row()\nrow.column.go()\n"
    ),
    "awaited by __await__": (
        "from typing import Any, Generator, Generic, TypeVar\nT = TypeVar('T')\nclass C:\n    def go(self): ...\n"
        "class Request(Generic[T]):\n    def __await__(self) -> Generator[Any, None, T]: ...\n"
        "def get() -> Request[C]: ...\nasync def f():\n    (await get()).go()\n"
    ),
    "awaited by __await__ of another type": (
        "class C:\n    def go(self): ...\nclass Request:\n    def __await__(self):\n        return self.read().__await__()\n"
        "    async def read(self) -> 'Request': ...\n    def go(self): ...\nasync def make() -> C: ...\nasync def f():\n"
        "    c = await make()\n    c.go()\n"
    ),
    "task in a variable": (
        "import asyncio\nclass C:\n    def go(self): ...\n    def cancel(self): ...\nclass Owner:\n    task: asyncio.Task[C]\n"
        "    async def f(self):\n        self.task.cancel()\n        (await self.task).go()\n"
    ),
    "called through an object that a decorator makes": (
        "class C:\n    def go(self): ...\nclass Other:\n    def go(self): ...\nclass Wrapper:\n"
        "    def __init__(self, function):\n        self.function = function\n    def __call__(self, *args, backend=None):\n"
        "        if backend:\n            return Other()\n        return self.function(*args)\n"
        "@Wrapper\ndef make():\n    return C()\nmake().go()\n"
    ),
    "called through an object that says what it gives": (
        "class C:\n    def go(self): ...\nclass Wrapper:\n    def __init__(self, function): ...\n    def __call__(self) -> C: ...\n"
        "class Other:\n    def go(self): ...\n@Wrapper\ndef make():\n    return Other()\nmake().go()\n"
    ),
    "call with arguments of long names": (
        f"class C:\n    def go(self): ...\nclass {'Request' * 8}: ...\n"
        f"class Client:\n    def {'send' * 12}(self, request) -> 'Client': ...\n    def end(self) -> C: ...\n"
        f"def f(client: Client, r: {'Request' * 8}):\n    client.{'send' * 12}(r).{'send' * 12}(r).end().go()\n"
    ),
    "self from a function inside": (
        "class C:\n    def named(self, name):\n        def decorate(function):\n            return self\n        return decorate\n"
        "    def go(self): ...\ndef f():\n    C().named('x')(f).go()\n"
    ),
}
NOTHING = {
    "what an async function returns is awaited once": (
        "class C:\n    def go(self): ...\nclass Request:\n    def __await__(self) -> 'Generator[Any, None, C]': ...\n"
        "    def close(self): ...\nasync def make() -> Request: ...\nasync def f():\n    (await make()).go()\n"
    ),
    "method of a task": (
        "import asyncio\nclass C:\n    def go(self): ...\ndef f(task: asyncio.Task[C]):\n    task.go()\n"
    ),
    "__new__ of another": "class C:\n    def go(self): ...\ndef f(new):\n    c = C.__new__(new)\n    c.go()\n",
    "__getattr__ that says nothing": "class C:\n    def __getattr__(self, name): ...\n    def go(self): ...\nC().other.go()\n",
    "__getattr__ of a class to mix in": (
        "class C:\n    def go(self): ...\nclass Mixin:\n    def __getattr__(self, name):\n        return True\n"
        "    def f(self):\n        self.other.go()\n"
    ),
    "__getattr__ beside an unknown base": (
        "class C:\n    def go(self): ...\nclass Row(unknown()):\n    def __getattr__(self, name) -> C: ...\nRow().column.go()\n"
    ),
    "special method past __getattr__": (
        "class C:\n    def go(self): ...\nclass Row:\n    def __getattr__(self, name) -> C: ...\nRow().__deepcopy__.go()\n"
    ),
}


def goes(root: Path) -> set[str]:
    """Return the targets of certain uses of `go`."""
    with Project.open(root) as project:
        return {use.target for use in project.reader.uses_in("a.py") if use.name == "go" and use.exact}


@pytest.mark.parametrize("text", CASES.values(), ids=CASES)
def test_known(make_tree: Callable[..., Path], text: str) -> None:
    """The object is known, and so is its member."""
    assert goes(make_tree({"a.py": text, "compat.py": COMPAT})) == {"a.C.go"}


@pytest.mark.parametrize("text", NOTHING.values(), ids=NOTHING)
def test_unknown(make_tree: Callable[..., Path], text: str) -> None:
    """What is not certain stays unknown."""
    assert goes(make_tree({"a.py": text, "compat.py": COMPAT})) == set()


def test_annotation_beside_a_slot(make_tree: Callable[..., Path]) -> None:
    """An annotation in a class with slots declares the attribute there, and is where it is defined."""
    text = (
        "class Base:\n    name: str\nclass C(Base):\n    __slots__ = ('name', 'size')\n    name: str\n"
        "    def __init__(self):\n        self.name = ''\n        self.size = 1\n    def f(self):\n        self.name\n"
    )
    with Project.open(make_tree({"a.py": text})) as project:
        used = {use.target for use in project.reader.uses_in("a.py") if use.name == "name" and use.exact}
        lines = {item.qualname: item.line for item in project.keywords(path="a.py")}
    assert used == {"a.C.name"}
    assert (lines["C.name"], lines["C.size"]) == (5, 4)


def test_type_variable_handed_on(make_tree: Callable[..., Path]) -> None:
    """`TypeVar` from a module of the project makes type variables, but only under the name that it is told."""
    text = "from compat import TypeVar\nT = TypeVar('T', bound=int)\nOther = TypeVar('T')\n"
    with Project.open(make_tree({"a.py": text, "compat.py": COMPAT})) as project:
        facts = project.facts("a.py")
        assert facts is not None
        kinds = {item.name: item.kind for item in facts.definitions}
    assert kinds["T"] is Kind.TYPE_VARIABLE
    assert kinds["Other"] is not Kind.TYPE_VARIABLE
