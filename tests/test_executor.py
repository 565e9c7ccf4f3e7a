"""Collecting on executors: a real Dask cluster of worker processes, and pools whose workers die."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

import pytest

from sphinx_kwindex import Project
from sphinx_kwindex import collect as collect_module
from sphinx_kwindex.collect import collect_files, default_collectors
from sphinx_kwindex.errors import WarningKind
from sphinx_kwindex.model import SourceFile
from sphinx_kwindex.options import Options
from sphinx_kwindex.scan import scan

TREE = {
    "pkg/m0.py": "class Base: ...\n",
    **{f"pkg/m{number}.py": f"from pkg.m0 import Base\n\nclass A{number}(Base): ...\n" for number in range(1, 12)},
}


@pytest.fixture
def cluster() -> Iterator[Any]:
    """Return a client of a local cluster of two worker processes."""
    distributed = pytest.importorskip("distributed", reason="Dask is an option, tested by `tox -e dask`")
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as made,
        distributed.Client(made) as client,
    ):
        yield client


def content(project: Project) -> list[object]:
    """Return what an index says."""
    return [(row, project.keywords(path=row.path), project.imports(row.path)) for row in project.files()]


@pytest.mark.filterwarnings("default")  # Dask's own
def test_dask(make_tree: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cluster: Any) -> None:
    """A cluster gives what one process gives, and both of its workers took part, outside this process."""
    monkeypatch.setattr(collect_module, "BATCH_BYTES", 100)
    root = make_tree(TREE)
    cluster.get_task_stream()  # from now on
    with Project.open(root, tmp_path / "one", executor=cluster.get_executor) as project:
        found = content(project)
        assert project.report.collected == len(TREE)
        assert not project.problems
    with Project.open(root) as project:
        assert content(project) == found
    assert len({task["worker"] for task in cluster.get_task_stream()}) == 2


class Fragile(Executor):
    """Breaks, with an exception of its own, at batches that hold a certain file."""

    made: list[Fragile] = []  # noqa: RUF012 - counts across instances

    def __init__(self, fatal: str) -> None:
        self.fatal = fatal
        self.is_broken = False
        self.made.append(self)

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run at once, unless broken."""
        future: Future[Any] = Future()
        self.is_broken = self.is_broken or any(file.path == self.fatal for file in args[1])
        if self.is_broken:
            future.set_exception(ConnectionError("lost the worker"))
        else:
            future.set_result(fn(*args, **kwargs))
        return future


def test_one_death_costs_one_file(make_tree: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """What was under way is tried again, what was not goes on together: few executors, and one file is lost."""
    monkeypatch.setattr(collect_module, "BATCH_BYTES", 120)
    monkeypatch.setattr(collect_module, "_WINDOW", 2)
    monkeypatch.setattr(Fragile, "made", [])
    root = make_tree(TREE)
    files: tuple[SourceFile, ...] = scan(root, Options(), {".py": "python"}, {}).files
    found = list(
        collect_files(root, files, default_collectors(), Options(), executor_factory=lambda: Fragile("pkg/m5.py"))
    )
    assert sorted(file.path for file, _ in found) == sorted(TREE)
    failed = [
        file.path
        for file, encoded in found
        if b"the process that analysed this file died; the next build will try again" in encoded.facts
    ]
    assert failed == ["pkg/m5.py"]
    assert len(Fragile.made) <= 8


def test_a_lost_file_is_tried_again(make_tree: Callable[..., Path], tmp_path: Path) -> None:
    """That a worker was lost says little of the file: the next run analyses it again, and only it."""
    root = make_tree(TREE)
    with Project.open(root, tmp_path / "cache", executor=lambda: Fragile("pkg/m5.py")) as project:
        assert [problem.path for problem in project.problems] == ["pkg/m5.py"]
    with Project.open(root, tmp_path / "cache") as project:
        assert project.problems == ()
        assert project.report.collected == 1


def test_an_executor_that_cannot_be_had(make_tree: Callable[..., Path]) -> None:
    """Without the executor files are analysed here, also where it was there at first; one problem says so."""
    root = make_tree(TREE)
    made = iter([Fragile("pkg/m5.py")])
    with Project.open(root, executor=lambda: next(made)) as project:
        assert [(problem.kind, problem.text.partition(" (")[0]) for problem in project.problems] == [
            (WarningKind.CONFIG, "executor: calling it failed")
        ]
        assert project.report.collected == len(project.files()) == len(TREE)
