"""What attributes hold that are descriptors of a class of the project, also where methods set them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sphinx_kwindex import Project

HEAD = """\
from typing import Generic, TypeVar, overload
T = TypeVar("T")
class Engine:
    def go(self): ...
class Late(Generic[T]):
    @overload
    def __get__(self, instance: None, owner: type) -> "Late[T]": ...
    @overload
    def __get__(self, instance: object, owner: type) -> T: ...
    def __get__(self, instance, owner): ...
    def name(self): ...
class Kept(Late[T]):
    def __set__(self, instance: object, value: T) -> None: ...
"""
CASES = {
    "declared": ("engine: Late[Engine] = Late()", "", "go", "a.Engine.go"),
    "declared and set": ("engine: Kept[Engine] = Kept()", "self.engine = make()", "go", "a.Engine.go"),
    "set on the instance alone": ("pass", "self.engine = Late()", "name", "a.Late.name"),
    "set in the place of one that sets nothing": (
        "engine: Late[Engine]",
        "self.engine = Late()",
        "name",
        "a.Late.name",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_descriptors(make_tree: Callable[..., Path], name: str) -> None:
    """A descriptor gives what its `__get__` does, by the arguments of its type; what is set on an instance is none."""
    declared, statement, member, expected = CASES[name]
    code = (
        f"{HEAD}class Crawler:\n    {declared}\n    def start(self):\n        {statement or 'pass'}\n"
        f"def make(): ...\ndef f(crawler: Crawler):\n    crawler.engine.{member}()\n"
    )
    with Project.open(make_tree({"a.py": code})) as project:
        uses = [use for use in project.reader.uses_in("a.py") if use.name == member and use.scope == "f"]
    assert [(use.target, use.exact) for use in uses] == [(expected, True)]
