"""Builds that are killed between any two writes, of rows and of files: the next build is as right as one in a new folder."""

from __future__ import annotations

import itertools
import os
import shutil
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from random_trees import RandomTree, write
from test_random_builds import RandomProject, differing, run
from test_recorded_reads import make_book

from sphinx_kwindex import Project
from sphinx_kwindex.cache import CHECKSUM, INDEX
from sphinx_kwindex.dump import dump_lines
from sphinx_kwindex.store import Store

if TYPE_CHECKING:
    from sphinx.testing.util import SphinxTestApp

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="needs forks"),
    pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning"),
]

TRIALS = int(os.environ.get("KWINDEX_TRIALS", "20"))
"""Kills of each kind; more by hand: `KWINDEX_TRIALS=1000`."""
_FILES = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.truncate"}
_KILLED = 9


def count_writes(work: Callable[[], Any], last: int = sys.maxsize) -> int:
    """Do some work in another process, which is killed before a write; return how many came before that."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            _watch(writing, last)
            work()
        finally:
            os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    with os.fdopen(reading, "rb") as stream:
        return len(stream.read())


def _watch(writing: int, last: int) -> None:
    """Tell of each write, and end the process before the last one; there is no way back from that."""
    numbers, itself = itertools.count(1), os.getpid()

    def count() -> None:
        if os.getpid() == itself:
            if next(numbers) >= last:
                os._exit(_KILLED)
            os.write(writing, b".")

    def on_event(event: str, arguments: tuple[Any, ...]) -> None:
        if event in _FILES or (
            event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
        ):
            count()

    for name in ("_run", "_many"):
        method = getattr(Store, name)
        setattr(Store, name, lambda *arguments, method=method: (count(), method(*arguments))[1])
    sys.addaudithook(on_event)


def index(root: Path, cache: Path) -> tuple[list[Any], dict[str, bytes]]:
    """Return what the index and its pages say, and record that."""
    with Project.open(root, cache) as project:
        book = make_book(project)
        book.record((name, item.digest, item.reads) for name in book.outdated() for item in [book.make(name)])
        return list(dump_lines(project)), book.digests()


@pytest.mark.parametrize("seed", range(max(1, TRIALS // 10)))
def test_killed_while_indexing(seed: int, tmp_path: Path, quick_index: None) -> None:
    """After a kill before any write to the index, it says what a new one says."""
    dice = Random(seed)
    tree, root, cache = RandomTree(dice), tmp_path / "tree", tmp_path / "cache"
    for _ in range(8):
        write(root, tree.edit())
    for trial in range(10):
        copy = tmp_path / f"copy{trial}"
        shutil.copytree(cache, copy, dirs_exist_ok=True) if cache.exists() else None
        total = count_writes(lambda copy=copy: index(root, copy))
        count_writes(lambda: index(root, cache), dice.randint(1, total))
        if dice.random() < 0.5:
            write(root, tree.edit())
        assert index(root, cache) == index(root, tmp_path / f"new{trial}")
        write(root, tree.edit())


@pytest.mark.parametrize("is_sealed", [True, False], ids=["finished", "killed"])
def test_damaged_ledger(is_sealed: bool, tmp_path: Path, quick_index: None) -> None:
    """Whatever bytes stand in the records of what depends on what, no page goes stale; whether the last build finished or not."""
    dice = Random(int(is_sealed))
    tree, root, cache = RandomTree(dice), tmp_path / "tree", tmp_path / "cache"
    for _ in range(8):
        write(root, tree.edit())
    for trial in range(5):
        index(root, cache)
        connection = sqlite3.connect(cache / INDEX)
        for table, columns in (("ledger_unit", ("result", "reads")), ("ledger_fact", ("facts",))):
            for number, *blobs in connection.execute(f"SELECT rowid, {', '.join(columns)} FROM {table}").fetchall():
                for column, blob in zip(columns, blobs, strict=True):
                    if blob and dice.random() < 0.2:
                        damaged = bytearray(blob)
                        damaged[dice.randrange(len(blob))] ^= 1 << dice.randrange(8)
                        connection.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (bytes(damaged), number))
        connection.commit()
        connection.close()
        if not is_sealed:
            (cache / CHECKSUM).unlink()
        write(root, tree.edit())
        assert index(root, cache) == index(root, tmp_path / f"new{trial}")


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(max(1, TRIALS // 10)))
def test_killed_while_building(
    seed: int, tmp_path: Path, make_app: Callable[..., SphinxTestApp], quick_index: None
) -> None:
    """After a kill before any write of Sphinx or of ours, and perhaps another edit, all output files are those of a first build."""
    dice = Random(seed)
    project, place = RandomProject(dice), tmp_path / "edited" / "project"
    write(place, project.start())
    run(make_app, place, "html", 0)
    for trial in range(5):
        write(place, project.edit())
        copy = copy_of(place, tmp_path / f"copy{trial}")
        total = count_writes(lambda copy=copy: run(make_app, copy, "html", 0))
        count_writes(lambda: run(make_app, place, "html", 0), dice.randint(1, total))
        if dice.random() < 0.5:
            write(place, project.edit())
        found = run(make_app, place, "html", 0)
        new = copy_of(place, tmp_path / f"new{trial}", "_build", "kwindex", "api")
        assert not differing(found, run(make_app, new, "html", 0))


def copy_of(place: Path, folder: Path, *left_out: str) -> Path:
    """Return a copy of a project under the same name."""
    return Path(shutil.copytree(place, folder / place.name, ignore=shutil.ignore_patterns(*left_out)))
