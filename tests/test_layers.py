"""Where files sit in a project."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from sphinx_kwindex import Project
from sphinx_kwindex.model import Role
from sphinx_kwindex.pages.layers import find_standings
from sphinx_kwindex.pages.overview import Overview
from sphinx_kwindex.pages.records import Layer, Standing
from sphinx_kwindex.store import FileRow

Edges = Iterable[tuple[str, str]]


def standings(paths: Iterable[str], edges: Edges, loaded: Edges | None = None) -> dict[str, Standing]:
    def role(path: str) -> Role:
        return Role.TEST if path.startswith("test") else Role.MODULE

    rows = [
        FileRow(
            path=path,
            language="python",
            module=path,
            is_package=path.endswith("__init__"),
            role=role(path),
            lines=1,
            size=1,
        )
        for path in paths
    ]
    edges = list(edges)
    at_once = edges if loaded is None else list(loaded)
    return find_standings(rows, at_once, [edge for edge in edges if edge not in at_once])


def chain(text: str) -> list[tuple[str, str]]:
    """Return the edges of `a b c`: each imports the next."""
    names = text.split()
    return list(itertools.pairwise(names))


LAYERS = {
    "chain": (chain("a b c"), {"a": Layer.TOP, "b": Layer.MIDDLE, "c": Layer.FOUNDATION}),
    "alone": ([], {"a": Layer.ALONE}),
    "lower": ([*chain("m z"), *((name, "m") for name in "abc")], {"m": Layer.LOWER}),
    "upper": ([*chain("a m"), *(("m", name) for name in "xyz")], {"m": Layer.UPPER}),
    "through others": ([*chain("a b m z"), ("c", "b")], {"m": Layer.LOWER}),
    "cycle": (chain("a b c a"), {"a": Layer.MIDDLE, "b": Layer.MIDDLE, "c": Layer.MIDDLE}),
    "cycle on a foundation": ([*chain("a b a"), ("b", "z")], {"a": Layer.MIDDLE, "z": Layer.FOUNDATION}),
    "tests do not count": ([("test_a", "a")], {"a": Layer.ALONE}),
    "itself": ([("a", "a")], {"a": Layer.ALONE}),
}


@pytest.mark.parametrize("name", LAYERS)
def test_layers(name: str) -> None:
    """The layer says how many files rest on a file, directly or not, beside how many it rests on."""
    edges, expected = LAYERS[name]
    paths = {path for edge in edges for path in edge} | expected.keys()
    found = standings(sorted(paths), edges)
    assert {path: found[path].layer for path in expected} == expected
    assert not any(path.startswith("test") for path in found)


def test_counts() -> None:
    """Direct imports are counted exactly, what rests on a file roughly and only where it is much."""
    paths = ["base", "mid", *(f"u{number:02}" for number in range(26))]
    edges = [("mid", "base"), *((path, "mid") for path in paths[2:])]
    found = standings(paths, edges)
    assert found["base"] == Standing(Layer.FOUNDATION, 0, 1, 20)
    assert found["mid"] == Standing(Layer.LOWER, 1, 26, 20)
    assert found["u00"] == Standing(Layer.TOP, 1, 0, 0)


def test_imports_that_say_nothing() -> None:
    """The import of its own package, and one that is not there when a file is loaded, give no layer."""
    paths = ["p/__init__", "p/a", "p/b", "q"]
    edges = [("p/__init__", "p/a"), ("p/a", "p/__init__"), ("p/b", "p/__init__"), ("q", "p/b")]
    found = standings(paths, edges, [edge for edge in edges if edge[0] != "q"])
    assert found["p/a"] == Standing(Layer.FOUNDATION, 0, 1, 0, has_package=True)
    assert found["p/__init__"] == Standing(Layer.UPPER, 1, 0, 0, members=2)
    assert found["q"] == Standing(None, 0, 0, 0, late=1)
    assert [found[path].layer for path in ("p/b", "q")] == [None, None]


@pytest.mark.parametrize("seed", range(5))
def test_random_graphs(seed: int) -> None:
    """Whatever imports whatever, no file is lost, and what rests on a file is what one finds by walking."""
    chance = random.Random(seed)
    names = [f"f{number:02}" for number in range(40)]
    edges = sorted({(chance.choice(names), chance.choice(names)) for _ in range(chance.randrange(20, 120))})
    found = standings(names, edges)
    assert sorted(found) == names
    for name in names:
        reached, work = set(), [name]
        while work:
            new = {user for user, target in edges if target == work[-1]} - reached
            work.pop()
            reached |= new
            work += sorted(new)
        count = len(reached - {name})
        assert found[name].above == (count // 10 * 10 if count >= 10 else 0)


def test_of_a_project(make_tree: Callable[..., Path]) -> None:
    """Imports in functions and for type checkers only are counted apart, and give no layer."""
    tree = {
        "a.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import c\n",
        "b.py": "import a\ndef f():\n    import c\n",
        "c.py": "x = 1\n",
    }
    with Project.open(make_tree(tree)) as project:
        assert Overview(project.reader).standings == {
            "a.py": Standing(Layer.FOUNDATION, 0, 1, 0, late=1),
            "b.py": Standing(Layer.TOP, 1, 0, 0, late=1),
            "c.py": Standing(None, 0, 0, 0),
        }
