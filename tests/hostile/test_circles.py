"""Projects whose names run in circles of any size: linking them takes seconds, and finds what can be found."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

import pytest
from link_builder import build

from sphinx_kwindex.link import Linked, Names, link_file
from sphinx_kwindex.model import Outcome, References, RelationKind, Settled

BAR = 5.0
"""Seconds of one processor for a circle of two thousand modules; others are smaller and have as long."""

Lines = Callable[[int, int], Iterable[str]]


def _stars(*steps: int) -> Lines:
    return lambda at, size: [*(f"from m{(at + step) % size} import *" for step in steps), f"def f{at}", f"class C{at}"]


SHAPES: dict[str, tuple[int, Lines]] = {
    "one star each": (2000, _stars(1)),
    "two stars each": (2000, _stars(1, 7)),
    "three stars each": (2000, _stars(1, 5, 90)),
    "stars of everything": (60, _stars(*range(60))),
    "stars and __all__": (400, lambda at, size: [*_stars(1, 3)(at, size), f"all f{at} f{(at + 1) % size} C{at}"]),
    "__all__ of others": (150, lambda at, size: [*_stars(1, 7)(at, size), f"all f{at} C{at} + m{(at + 1) % size}"]),
    "imports": (
        500,
        lambda at, size: [f"from m{(at + 1) % size} import f{(at + 1) % size}", f"from m{(at + 1) % size} import X"],
    ),
    "aliases": (600, lambda at, size: [f"data X = m{(at + 1) % size}.X", f"data Y = m{(at + 1) % size}.X().y"]),
    "results": (600, lambda at, size: [f"def X -> =m{(at + 1) % size}.X() | =m{(at * 3) % size}.X()"]),
    "bases": (100, lambda at, size: [f"class X(m{(at + 1) % size}.X, m{(at + 7) % size}.X)", f"def X.f{at}"]),
    "attributes": (600, lambda at, size: ["class X", f"attr X.y : m{(at + 1) % size}.X", f"attr X.z : =m{(at + 2) % size}.X().z"]),
    "all of it": (
        150,
        lambda at, size: [
            *_stars(1, 11)(at, size), f"from m{at * 3 % size} import f{at * 5 % size}", f"data X = m{(at + 3) % size}.X.y",
            f"class K{at}(m{(at + 2) % size}.K{(at + 2) % size})", f"def g{at} -> =m{at * 7 % size}.g{at * 7 % size}()",
        ],
    ),
}  # fmt: skip


def _link(text: str, targets: Callable[[str], tuple[str, ...]]) -> tuple[list[Linked], float]:
    facts = build(text)
    names = Names.of(facts)
    start = time.process_time()
    linked = []
    for item in facts:
        texts = targets(item.module)
        rows = [number for at in range(len(texts)) for number in (at, 0, at + 1, 0, 1, 0)]
        linked.append(link_file(names, item, References(targets=texts, names=("x",), rows=tuple(rows))))
    return linked, time.process_time() - start


@pytest.mark.parametrize(("size", "lines"), SHAPES.values(), ids=SHAPES)
def test_circles_end(size: int, lines: Lines) -> None:
    """Whatever goes round in a circle, each file of it is linked once and soon."""
    text = "\n".join(f"m{at}.py\n" + "\n".join(f"    {line}" for line in lines(at, size)) for at in range(size))

    def targets(module: str) -> tuple[str, ...]:
        return (f"{module}.f{size // 2}", f"{module}.X.y", f"{module}.X().z.f3", f"{module}.nothing")

    linked, seconds = _link(text, targets)
    assert len(linked) == size
    assert seconds < BAR


def test_package_and_its_modules() -> None:
    """A package that takes everything from its modules, each of which takes everything from it and from a sibling."""
    size = 80
    files = ["p/__init__.py", *(f"    from p.m{at} import *" for at in range(size))]
    for at in range(size):
        files += [f"p/m{at}.py", "    from p import *", f"    from p.m{(at + 1) % size} import *", f"    def f{at}"]
    linked, seconds = _link("\n".join(files), lambda module: (f"{module}.f7", "p.f7"))
    assert seconds < BAR
    assert all(pack.path == "p/m7.py" and set(pack.targets) == {"p.m7.f7"} for item in linked for pack in item.uses)
    offered = {(row.source, row.target) for row in linked[0].file.relations if row.kind is RelationKind.REEXPORT}
    assert offered == {(f"p.f{at}", f"p.m{at}.f{at}") for at in range(size)}


def test_what_a_circle_has() -> None:
    """Each module of a circle has all its public names, as it has when Python has loaded the whole of it."""
    names = Names.of(
        build(
            "\n".join(f"m{at}.py\n    from m{(at + 1) % 9} import *\n    def f{at}\n    def _p{at}" for at in range(9))
        )
    )
    for at in range(9):
        for other in range(9):
            expected = Settled(outcome=Outcome.EXACT, ids=(f"m{other}.f{other}",))
            assert names.settle(f"m{at}.f{other}") == expected
            assert (names.settle(f"m{at}._p{other}").outcome is Outcome.EXACT) == (at == other)
