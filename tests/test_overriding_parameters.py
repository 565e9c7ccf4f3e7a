"""What parameters without annotation take in methods that override others: what they take there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sphinx_kwindex import Project

BASE = """\
from typing import Generic, TypeVar
T = TypeVar("T")
class C:
    def go(self): ...
class Base:
    def run(self, item: C, *, last: "C | None" = None): ...
    @classmethod
    def make(cls, item: C): ...
class Middle(Base):
    def run(self, item, *, last=None): ...
class Box(Generic[T]):
    def put(self, item: T): ...
"""
KNOWN = {
    "by position": "class D(Base):\n    def run(self, item):\n        item.go()\n",
    "by name alone": "class D(Base):\n    def run(self, item, *, last=None):\n        last.go()\n",
    "past another one without annotation": "class D(Middle):\n    def run(self, item):\n        item.go()\n",
    "of a class method": "class D(Base):\n    @classmethod\n    def make(cls, item):\n        item.go()\n",
    "of a generic class": "class D(Box[C]):\n    def put(self, item):\n        item.go()\n",
    "in a loop": "class D(Base):\n    def run(self, item):\n        for _ in range(3):\n            other = item\n        other.go()\n",
    "kept by the object": (
        "class D(Base):\n    def run(self, item):\n        self.item = item\n    def f(self):\n        self.item.go()\n"
    ),
    "handed back": "class D(Base):\n    def run(self, item):\n        return item\nD().run(C()).go()\n",
}
UNKNOWN = {
    "by another name": "class D(Base):\n    def run(self, thing):\n        thing.go()\n",
    "annotated otherwise": "class D(Base):\n    def run(self, item: int):\n        item.go()\n",
    "assigned before": "class D(Base):\n    def run(self, item):\n        item = unknown()\n        item.go()\n",
    "no method of the base": "class D(Base):\n    def walk(self, item):\n        item.go()\n",
    "a function": "def run(item):\n    item.go()\n",
}


def goes(root: Path) -> set[str]:
    """Return the targets of certain uses of `go`."""
    with Project.open(root) as project:
        return {use.target for use in project.reader.uses_in("a.py") if use.name == "go" and use.exact}


@pytest.mark.parametrize("text", KNOWN.values(), ids=KNOWN)
def test_known(make_tree: Callable[..., Path], text: str) -> None:
    """The annotation of the overridden method counts, also in another file."""
    assert goes(make_tree({"base.py": BASE, "a.py": f"from base import *\n{text}"})) == {"base.C.go"}


@pytest.mark.parametrize("text", UNKNOWN.values(), ids=UNKNOWN)
def test_unknown(make_tree: Callable[..., Path], text: str) -> None:
    """What is called otherwise, or says more itself, does not take it over."""
    assert goes(make_tree({"base.py": BASE, "a.py": f"from base import *\n{text}"})) == set()


def test_edit_of_the_base(make_tree: Callable[..., Path]) -> None:
    """If the annotation changes, files with overriding methods are linked again."""
    text = "from base import *\nclass D(Base):\n    def run(self, item):\n        item.go()\n"
    root = make_tree({"base.py": BASE, "a.py": text})
    assert goes(root) == {"base.C.go"}
    (root / "base.py").write_text(BASE.replace("item: C, *", "item, *"), encoding="utf-8")
    assert goes(root) == set()
    (root / "base.py").write_text(BASE, encoding="utf-8")
    assert goes(root) == {"base.C.go"}
