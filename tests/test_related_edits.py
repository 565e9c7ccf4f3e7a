"""Related files after edits: the lists are those of a new index, whatever was edited, with a history and without."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from ranked import rank

from sphinx_kwindex.model import ImportFlag, Kind, Related, Role
from sphinx_kwindex.options import Options
from sphinx_kwindex.project import Project
from sphinx_kwindex.relate import ranking
from sphinx_kwindex.relate.evidence import Evidence
from sphinx_kwindex.relate.history import CoChange, Commit
from sphinx_kwindex.relate.rank import RankedList, bound_of, gather, score_of
from sphinx_kwindex.relate.reasons import default_weights
from sphinx_kwindex.relate.signals import BaseClass, FileUses, RelateInput
from sphinx_kwindex.relate.vocabulary import IMPACTS, Bags, Vocabulary

FILES = 4 * IMPACTS
"""Too many for all to be compared, or for the strongest of a word to be all that have it."""
EDITS = 16


class Tree:
    """Files on a few topics, and edits of them."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.coin = random.Random(-1 - seed)
        self.words = [f"word{number:03}" for number in range(900)]
        self.rows: dict[str, RelateInput] = {}
        self.number = 0
        for _ in range(FILES):
            self.add()
        for _ in range(FILES):
            self.link()
        for _ in range(FILES // 4):
            self.define()

    def edit(self) -> set[str]:
        """Edit one thing, or two at once; return the files that are others."""
        before = dict(self.rows)
        edits = [
            self.reword,
            self.reword,
            self.reword,
            self.link,
            self.derive,
            self.define,
            self.grow,
            self.add,
            self.remove,
            self.copy,
        ]
        for _ in range(self.dice.choice([1, 1, 2])):
            self.dice.choice(edits)()
        return {path for path, file in self.rows.items() if before.get(path) != file}

    def some(self, number: int) -> list[str]:
        """Return some files."""
        return self.dice.sample(sorted(self.rows), number)

    def _path(self) -> str:
        return self.dice.choice(sorted(self.rows))

    def _tell(self, path: str, kind: str, told: tuple[str, ...]) -> None:
        others = {name: rows for name, rows in self.rows[path].told.items() if name != kind}
        self._change(path, told={**others, kind: told} if told else others)

    def _change(self, path: str, **fields: Any) -> None:
        self.rows[path] = msgspec.structs.replace(self.rows[path], **fields)

    def _bag(self) -> dict[str, int]:
        topic = self.dice.randrange(0, len(self.words) - 20, 10)
        words = [*self.words[topic : topic + 20], *self.words[-8:]]
        return {self.dice.choice(words): self.dice.choice([1, 1, 2, 5]) for _ in range(self.dice.randint(2, 15))}

    def add(self) -> None:
        """Add a file, of code or of tests."""
        self.number += 1
        is_test = self.dice.random() < 0.3
        folder = "tests" if is_test else self.dice.choice(["pkg", "pkg/sub"])
        path = f"{folder}/{'test_' * is_test}{self.dice.choice(self.words)}_{self.number:03}.py"
        self.rows[path] = RelateInput(
            path=path, is_test=is_test, lines=self.dice.randint(0, 400), words=tuple(self._bag().items())
        )

    def reword(self) -> None:
        """Have a file say other words."""
        path = self._path()
        words = dict(self.rows[path].words)
        for word in self.dice.sample(sorted(words), len(words) // 8):
            del words[word]
        new = list(self._bag().items())
        self._change(path, words=tuple({**words, **dict(new[: self.dice.choice([1, 3, 20])])}.items()))

    def grow(self) -> None:
        """Have a file be of another size."""
        self._change(self._path(), lines=self.dice.randint(0, 400))

    def link(self) -> None:
        """Have a file import or use another one, at times only when it is run as a script."""
        one, other = self._path(), self._path()
        row = self.rows[one]
        uses = {use.path: use for use in row.uses} | {other: FileUses(path=other, count=1, names=("f",))}
        if one != other:
            scripts = {*row.scripts, other} if self.coin.random() < 0.3 else {*row.scripts} - {other}
            imports = tuple(sorted({*row.imports, other}))
            self._change(one, imports=imports, uses=tuple(uses.values()), scripts=tuple(sorted(scripts)))

    def derive(self) -> None:
        """Have a file extend a class of another one."""
        one, other = self._path(), self._path()
        if one != other:
            self._change(one, bases=(BaseClass(base=f"{other}.Base", path=other),))

    def define(self) -> None:
        """Have a file define names that a few others define, or hold the version of the project."""
        names = self.dice.sample([f"matcher{number:03}" for number in range(200)], self.dice.randint(0, 6))
        self._tell(self._path(), "defines", tuple(sorted(names)))
        if self.dice.random() < 0.2:
            self._tell(self._path(), "release", self.dice.choice([(), ("version",), ("version", "release")]))

    def remove(self) -> None:
        """Remove a file."""
        gone = self._path()
        del self.rows[gone]
        for path, file in sorted(self.rows.items()):
            uses = tuple(use for use in file.uses if use.path != gone)
            bases = tuple(base for base in file.bases if base.path != gone)
            imports, scripts = (tuple(sorted({*paths} - {gone})) for paths in (file.imports, file.scripts))
            self._change(path, imports=imports, uses=uses, bases=bases, scripts=scripts)

    def copy(self) -> None:
        """Add a copy of a file."""
        self.number += 1
        file = self.rows[self._path()]
        path = f"{file.path[:-3]}_{self.number:03}.py"
        self.rows[path] = msgspec.structs.replace(file, path=path)


class Memory:
    """As much of a store as ranking needs: what the tree has, and lists and blobs by key."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree.rows
        self.lists: dict[str, tuple[Related, ...]] = {}
        self.blobs: dict[str, Any] = {"relate:head": "some commit"}
        self.remade = 0

    def inputs(self) -> list[RelateInput]:
        """Return the files in their order."""
        return [self.tree[path] for path in sorted(self.tree)]

    def files(self) -> list[Any]:
        """Return what is told of each file."""
        role = {True: Role.TEST, False: Role.MODULE}
        return [
            SimpleNamespace(path=row.path, role=role[row.is_test], lines=row.lines, module="") for row in self.inputs()
        ]

    def all_words(self) -> Iterator[tuple[str, Any]]:
        """Return the words of all files."""
        return ((row.path, row.words) for row in self.inputs())

    def words(self, path: str) -> Any:
        """Return the words of one file."""
        return self.tree[path].words

    def import_edges(self) -> Iterator[tuple[str, str]]:
        """Return who imports whom."""
        return ((row.path, other) for row in self.inputs() for other in row.imports)

    def late_edges(self) -> dict[tuple[str, str], int]:
        """Return who imports whom only as a script."""
        return {(row.path, other): int(ImportFlag.MAIN) for row in self.inputs() for other in row.scripts}

    def file_edges(self, user: str | None = None) -> Iterator[tuple[str, str, dict[str, int]]]:
        """Return who uses whom."""
        rows = self.inputs() if user is None else [self.tree[user]]
        return ((row.path, use.path, {"f": 1}) for row in rows for use in row.uses)

    def base_edges(self) -> Iterator[tuple[str, str, str]]:
        """Return who extends whose classes."""
        return ((row.path, base.base, base.path) for row in self.inputs() for base in row.bases)

    def defined_by_few(self, _most: int) -> Iterator[tuple[str, str]]:
        """Return who defines names of which there are few."""
        return ((row.path, name) for row in self.inputs() for name in row.told.get("defines", ()))

    def keywords(self, *, name: str, kind: Kind) -> list[Any]:
        """Return who holds a version."""
        assert kind is Kind.DATA
        return [
            SimpleNamespace(path=row.path, name=name, qualname=name, position=0)
            for row in self.inputs()
            if name in row.told.get("release", ())
        ]

    def facts(self, _path: str) -> Any:
        """Return that what holds a version sets it."""
        return SimpleNamespace(definitions=[SimpleNamespace(value="'1.2'")])

    def related(self, path: str) -> tuple[Related, ...]:
        """Return a list as it is."""
        self.remade += 1
        return self.lists.get(path, ())

    def replace_related(self, path: str, rows: tuple[Related, ...]) -> None:
        """Keep a list."""
        self.lists[path] = rows

    def set_blob(self, key: str, value: Any) -> None:
        """Keep a value."""
        self.blobs[key] = value

    def get_blob(self, key: str) -> Any:
        """Return a value."""
        return self.blobs.get(key)

    set_meta, get_meta = set_blob, get_blob

    def lists_there(self) -> dict[str, tuple[Related, ...]]:
        """Return the lists of all files that there are."""
        return {path: self.lists.get(path, ()) for path in self.tree}


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
@pytest.mark.parametrize("history", [False, True], ids=["static", "history"])
@pytest.mark.parametrize("seed", range(3))
def test_update_equals_new(seed: int, history: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """After each of many edits, the lists are those of a new index, in one process or two; often, most were not made again."""
    tree = Tree(seed)
    store = Memory(tree)
    changed = set(tree.rows)
    commits = [Commit(time=number, paths=tuple(tree.some(3))) for number in range(FILES // 2)]
    monkeypatch.setattr(ranking, "_history", lambda *_: CoChange(commits, tree.rows) if history else None)
    monkeypatch.setattr(ranking, "_MANY", 0)
    options, some = Options(history=history), 0
    for _ in range(EDITS):
        store.remade = 0
        ranking.rank_project(store, options, changed, root=Path(), jobs=1 + seed % 2)  # type: ignore[arg-type]
        some += store.remade < len(tree.rows) / 2
        found = CoChange(commits, tree.rows) if history else None
        assert store.lists_there() == rank(store.inputs(), history=found)
        changed = tree.edit()

    assert some > EDITS / 4


def test_hub_is_not_ranked_everywhere(
    tmp_path: Path, make_tree: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """That one more word of a file that all use is in all of them has few lists made again."""
    users = {
        f"pkg/m{number}.py": f"from pkg.hub import serve\n\n\ndef common_{number % 7}_harbour_{number % 11}():\n    serve()\n"
        for number in range(60)
    }
    hub = "def serve():\n    return 1\n" + "\n" * 20  # files of another size score otherwise
    root = make_tree({"pkg/__init__.py": "", "pkg/hub.py": hub, **users})
    with Project.open(root, tmp_path / "cache"):
        pass
    (root / "pkg" / "hub.py").write_text(f"{hub}def common():\n    return 2\n", encoding="utf-8")
    made: list[int] = []
    rank_file = ranking.rank_file

    def watched(evidence: Evidence, number: int, **more: Any) -> RankedList:
        made.append(number)
        return rank_file(evidence, number, **more)

    monkeypatch.setattr(ranking, "rank_file", watched)
    with Project.open(root, tmp_path / "cache") as edited, Project.open(root) as new:
        assert 0 < len(made) - len(new.files()) < 30
        assert all(edited.related(row.path) == new.related(row.path) for row in new.files())


@pytest.mark.parametrize("history", [False, True], ids=["static", "history"])
def test_bounds_hold(history: bool) -> None:
    """No candidate scores more than its bound, which is near enough to leave most of the others out."""
    tree = Tree(7)
    files, bags = [], Bags()
    for path in sorted(tree.rows):
        bags.put(path, tree.rows[path].words)
        files.append(msgspec.structs.replace(tree.rows[path], words=()))
    commits = [Commit(time=number, paths=tuple(tree.some(3))) for number in range(FILES // 2)]
    vocabulary = Vocabulary(bags, [file.path for file in files])
    evidence = gather(files, vocabulary, history=CoChange(commits, tree.rows) if history else None)
    differences = []
    for number in range(0, FILES, 7):
        for other in set(range(FILES)) - {number}:
            similar = vocabulary.similar(number, [other]).get(other, 0.0)
            score = score_of(evidence, number, other, similar, scale=0.5, weights=default_weights())
            bound = bound_of(evidence, number, other, similar / 0.5, weights=default_weights())
            assert score <= bound
            differences.append(bound - score)
    assert history or sorted(differences)[len(differences) // 2] < 0.05
