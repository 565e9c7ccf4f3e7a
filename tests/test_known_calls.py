"""Calls into the standard library and pytest that hand on what they get: what comes out of them is known."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sphinx_kwindex import Project

FILES = {
    "a.py": "from typing import Generic, TypedDict, TypeVar\n\nT = TypeVar('T')\n\n\nclass C(Exception):\n    def go(self): ...\n\n\n"
    "class Box(Generic[T]):\n    def get(self) -> T: ...\n\n\ndef make() -> C: ...\n\n\nasync def ask() -> C: ...\n\n\nclass Row(TypedDict):\n    c: C\n    d: int\n"
}
HEAD = """\
import asyncio, concurrent.futures, contextlib, random, unittest, weakref
from collections import defaultdict
import pytest
from a import *


class TestIt(unittest.TestCase):
    async def f(self, unknown):
"""
FORMS = {
    "pytest.raises": "with pytest.raises(C) as e: ...\ne.value.go()",
    "pytest.raises, several": "with pytest.raises((ValueError, C)) as e: ...\ne.value.go()",
    "assertRaises": "with self.assertRaises(C) as e: ...\ne.exception.go()",
    "gather": "x, y = await asyncio.gather(ask(), ask())\ny.go()",
    "gather, starred": "(await asyncio.gather(*[ask()]))[0].go()",
    "task": "t = asyncio.create_task(ask())\n(await t).go()",
    "result of a task": "asyncio.create_task(ask()).result().go()",
    "task of a group": "async with asyncio.TaskGroup() as group:\n    (await group.create_task(ask())).go()",
    "task of a loop": "(await asyncio.get_running_loop().create_task(ask())).go()",
    "loop": "asyncio.get_event_loop().run_until_complete(ask()).go()",
    "thread of a loop": "(await asyncio.get_running_loop().run_in_executor(None, make)).go()",
    "as they complete": "for x in asyncio.as_completed([ask()]):\n    (await x).go()",
    "set by an inner function": "x = None\ndef fill():\n    nonlocal x\n    x = C()\ndef use():\n    x.go()",
    "comment on a loop": "for x in unknown:  # type: C\n    x.go()",
    "comment on a block": "with unknown as x:  # type: C\n    x.go()",
    "item of a typed dictionary": "x: Row = {}\nx['c'].go()",
    "future": "(await asyncio.ensure_future(ask())).go()",
    "to_thread": "(await asyncio.to_thread(make)).go()",
    "shield": "(await asyncio.shield(ask())).go()",
    "executor": "with concurrent.futures.ThreadPoolExecutor() as pool:\n    pool.submit(make).result().go()",
    "nullcontext": "with contextlib.nullcontext(C()) as x: x.go()",
    "closing": "with contextlib.closing(C()) as x: x.go()",
    "exit stack": "with contextlib.ExitStack() as stack:\n    stack.enter_context(contextlib.closing(C())).go()",
    "choice": "random.choice([C()]).go()",
    "sample": "random.sample([C()], 1)[0].go()",
    "proxy": "weakref.proxy(C()).go()",
    "default": "d = defaultdict(C)\nd[0].go()",
    "default, made": "d = defaultdict(lambda: C())\nd[0].go()",
    "list": "x = []\nx.append(C())\nx[0].go()",
    "list in a loop": "x = []\nfor _ in unknown:\n    x.append(C())\nfor y in x:\n    y.go()",
    "set": "x = set()\nx.add(C())\nfor y in x: y.go()",
    "dictionary": "x = {}\nx[1] = C()\nx[2].go()",
    "command": "import click\n@click.group(cls=C)\ndef cli(): ...\ncli.go()",
    "declared": "x: Box[C] = Box()\nx.get().go()",
}
NOTHING = {
    "first of another type": "x = []\nx.append(1)\nx.append(unknown)\nx[0].go()",
    "other list": "x = unknown\nx.append(C())\nx[0].go()",
    "other item of a typed dictionary": "x: Row = {}\nx['d'].go()",
    "no class": "with pytest.raises(unknown) as e: ...\ne.value.go()",
    "other maker of commands": "@unknown.group(cls=C)\ndef cli(): ...\ncli.go()",
    "other method": "with unknown.assertRaises(C) as e: ...\ne.exception.go()",
}


def goes(root: Path) -> list[str]:
    with Project.open(root) as project:
        return [use.target for use in project.reader.uses_in("b.py") if use.name == "go" and use.exact]


def indented(text: str) -> str:
    return HEAD + "".join(f"        {line}\n" for line in text.split("\n"))


@pytest.mark.parametrize("text", FORMS.values(), ids=FORMS)
def test_forms(make_tree: Callable[..., Path], text: str) -> None:
    """Each form gives what it was given."""
    assert goes(make_tree({**FILES, "b.py": indented(text)})) == ["a.C.go"]


@pytest.mark.parametrize("text", NOTHING.values(), ids=NOTHING)
def test_nothing_known(make_tree: Callable[..., Path], text: str) -> None:
    """What is not certain stays unknown."""
    assert goes(make_tree({**FILES, "b.py": indented(text)})) == []


def test_set_below_a_declaration(make_tree: Callable[..., Path]) -> None:
    """An attribute that is declared with a class from outside has what a class below sets it to; one of the project's own classes stays."""
    tree = {
        "a.py": "from click import Group\n\nclass Mine: ...\n\nclass Base:\n    cli: Group\n    own: Mine\n",
        "b.py": "from click import Group\nfrom a import Base, Mine\n\nclass App(Group):\n    def command(self): ...\n\nclass Own(Mine):\n"
        "    def command(self): ...\n\nclass Flask(Base):\n    def __init__(self):\n        self.cli = App()\n        self.own = Own()\n\n"
        "def go(app: Flask, base: Base):\n    app.cli.command()\n    base.cli.command()\n    app.own.command()\n",
    }
    with Project.open(make_tree(tree)) as project:
        (app,) = project.keywords(name="command", path="b.py")[:1]
        assert [use.line for use in project.uses(app) if use.exact] == [16]
