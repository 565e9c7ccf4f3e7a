"""What link says of a file does not depend on what was linked before it."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from link_builder import build
from link_store import MemoryStore, make_sources
from random_projects import PATHS, random_targets, random_text

from sphinx_kwindex import Project
from sphinx_kwindex.dump import dump_lines
from sphinx_kwindex.link import Linked, Names, link_file
from sphinx_kwindex.model import FileFacts, Outcome, References, Settled

DEEP = 300


def _references(targets: list[str]) -> References:
    rows = [number for at in range(len(targets)) for number in (at, 0, at + 1, 0, 1, 0)]
    return References(targets=tuple(targets), names=("x",), rows=tuple(rows))


def _link_all(facts: list[FileFacts], targets: dict[str, list[str]], order: list[int]) -> dict[str, Linked]:
    names = Names.of(facts)
    found = {}
    for at in order:
        item = facts[at]
        found[item.path] = link_file(names, item, _references(targets[item.path]))._replace(reads=frozenset())
    return found


@pytest.mark.parametrize("seed", range(30))
def test_any_order(seed: int) -> None:
    """Files of random projects, full of circles, are linked to the same in whatever order."""
    dice = random.Random(seed)
    for _ in range(4):
        paths = dice.sample(PATHS, dice.randint(3, 9))
        facts = build("\n".join(f"{path}\n{random_text(dice, dice.randint(2, 7))}" for path in paths))
        targets = {path: random_targets(dice, 6) for path in paths}
        order = list(range(len(facts)))
        expected = _link_all(facts, targets, order)
        for _ in range(4):
            dice.shuffle(order)
            assert _link_all(facts, targets, order) == expected


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system copies no processes")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
@pytest.mark.parametrize("seed", range(5))
def test_several_processes(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same files are linked to the same in two processes as in one, also after an edit: the same is recorded for them."""
    monkeypatch.setattr("sphinx_kwindex.link._MANY", 1)
    dice = random.Random(seed)
    stores = MemoryStore(), MemoryStore(jobs=2)
    for _ in range(4):
        paths = dice.sample(PATHS, dice.randint(3, 9))
        texts = {path: random_text(dice, dice.randint(2, 7)) for path in paths}
        sources = make_sources(texts, {path: random_targets(dice, 6) for path in paths})
        one, two = (store.update(sources) for store in stores)
        assert one == two
        assert stores[0].results == stores[1].results


CLASH = """\
p/__init__.py
    class N
    class N.X
    def N.X.m -> p.other.A
    def N.go -> p.other.A
p/N.py
    class X
    def X.n -> p.other.B
    def go -> p.other.B
p/other.py
    class A
    def A.a
    class B
    def B.b
q.py
    from p import N
"""


def test_one_id_for_two_definitions() -> None:
    """A class in a package and a module there may be called the same, and so what is in them; still any order will do."""
    facts = build(CLASH)
    texts = ("q.N.X().m", "p.N.X().n", "q.N.X().n", "p.N.X().m", "q.N.go().a", "p.N.go().b", "q.N().go().a")
    found = set()
    for start in range(len(texts)):
        for order in ((*texts[start:], *texts[:start]), (*texts[start::-1], *texts[:start:-1])):
            names = Names.of(facts)
            outcomes = {text: names.settle(text) for text in order}
            found.add(tuple(outcomes[text] for text in texts))
    assert len(found) == 1


CHAINS = {
    "imports": ("from m{next} import X", "m{start}.X().go"),
    "aliases": ("data X = m{next}.X", "m{start}.X().go"),
    "wildcards": ("from m{next} import *", "m{start}.X().go"),
    "modules": ("import m{next}", "m{start}.{modules}.X().go"),
    "calls": ("def X -> =m{next}.X()", "m{start}.X().go"),
    "bases": ("class X(m{next}.X)", "m{start}.X().go"),
    "attributes": ("class X\n    attr X.x : m{next}.X", "m{start}.X(){attributes}.go"),
    "__all__": ("all + m{next}\n    from m{next} import *", "m{start}.X().go"),
}


@pytest.mark.parametrize(("line", "target"), CHAINS.values(), ids=CHAINS)
def test_deep_chains(line: str, target: str) -> None:
    """A chain is followed to its end, whatever its length and wherever one starts."""

    def find(names: Names, start: int) -> Settled:
        modules = ".".join(f"m{number}" for number in range(start + 1, DEEP + 1))
        text = target.format(start=start, modules=modules, attributes=".x" * (DEEP - start))
        return names.settle(text)

    files = [f"m{number}.py\n    {line.format(next=number + 1)}" for number in range(DEEP)]
    facts = build("\n".join([*files, f"m{DEEP}.py\n    class X\n    def X.go\n    all X"]))
    for starts in ([0], [DEEP // 2, 9, 0], [DEEP - 1, DEEP - 60, 0]):
        names = Names.of(facts)
        expected = Settled(outcome=Outcome.EXACT, ids=(f"m{DEEP}.X.go",))
        assert [find(names, start) for start in starts] == [expected] * len(starts)


def test_long_chain_after_an_edit(tmp_path: Path) -> None:
    """A chain of sixty imports and a user of it: after an edit of the user, the index says what a new one says."""
    root = tmp_path / "tree"
    root.mkdir()
    for number in range(60):
        (root / f"m{number}.py").write_text(f"from m{number + 1} import X\n\nX().go()\n")
    (root / "m60.py").write_text("class X:\n    def go(self):\n        return X()\n")
    user = root / "user.py"
    user.write_text("from m0 import X\n\nX().go().go()\n")
    with Project.open(root, tmp_path / "cache"):
        pass
    user.write_text("from m0 import X\n\nX().go().go()\nX.go\n")
    with Project.open(root, tmp_path / "cache") as project, Project.open(root) as fresh:
        assert list(dump_lines(project)) == list(dump_lines(fresh))
        assert len(project.uses("m60.X.go")) == 63
