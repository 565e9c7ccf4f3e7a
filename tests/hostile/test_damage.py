"""Whatever a kill or a disk does to the cache, the next build is right, and nothing damaged is taken for whole."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import sys
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from conftest import Built, write_files

from sphinx_kwindex import Project, cache
from sphinx_kwindex.dump import dump_lines
from sphinx_kwindex.errors import StoreError, WarningKind
from sphinx_kwindex.ext.documents import write_stubs

TRIALS = int(os.environ.get("KWINDEX_TRIALS", "20"))
TREE = {
    f"pkg/m{number}.py": f'"""Module {number}."""\nfrom pkg.m{(number + 1) % 12} import C{(number + 1) % 12}\n\n\n'
    f"class C{number}:\n    def run(self):\n        return C{(number + 1) % 12}().run()\n" + "x = 1\n" * 40
    for number in range(12)
}


def answers(project: Project) -> list[bytes]:
    return [msgspec.json.encode(line) for line in dump_lines(project)]


def open_project(root: Path, folder: Path | None) -> Project:
    return Project.open(root, folder, lint=[])


def fresh(root: Path) -> list[bytes]:
    with open_project(root, None) as project:
        return answers(project)


def index_in_a_child(root: Path, folder: Path, seconds: float) -> None:
    """Index a tree in another process, which is killed after some time."""
    child = os.fork()
    if child == 0:
        try:
            open_project(root, folder).close()
        finally:
            os._exit(0)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def flip(path: Path, source: random.Random) -> None:
    """Change some bytes of a file, or cut it."""
    data = bytearray(path.read_bytes()) if path.exists() else bytearray()
    if not data:
        return
    for _ in range(source.choice((1, 1, 3, 20))):
        data[source.randrange(len(data))] ^= 1 << source.randrange(8)
    if source.random() < 0.2:
        del data[source.randrange(len(data)) :]
    path.write_bytes(data)


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals and forks")
@pytest.mark.slow
def test_killed_and_damaged(tmp_path: Path) -> None:
    """After kills at any moment and damage anywhere, a build gives what a fresh one does, and so does the one after it."""
    source = random.Random(19)
    root, folder = tmp_path / "tree", tmp_path / "cache"
    write_files(root, TREE)
    start = time.monotonic()
    open_project(root, folder).close()
    longest = (time.monotonic() - start) * 1.2
    for trial in range(TRIALS):
        for number in source.sample(range(12), 3):
            write_files(root, {f"pkg/m{number}.py": TREE[f"pkg/m{number}.py"] + f"y{trial} = C{number}\n"})
        index_in_a_child(root, folder, source.uniform(0, longest))
        for name in source.choice([[], [cache.INDEX], [f"{cache.INDEX}-wal"], [cache.INDEX, f"{cache.INDEX}-wal"]]):
            flip(folder / name, source)
        expected = fresh(root)
        with open_project(root, folder) as project:
            assert answers(project) == expected, trial
            assert len([problem for problem in project.problems if problem.kind is WarningKind.STORE]) <= 1
        with open_project(root, folder) as project:
            assert answers(project) == expected, trial
            assert project.problems == ()
            assert project.report.collected == 0, "and it is kept"


@pytest.fixture
def unsealed(tmp_path: Path) -> tuple[Path, Path]:
    """Return a tree and an index of it that a killed build left."""
    root, folder = tmp_path / "tree", tmp_path / "cache"
    write_files(root, TREE)
    open_project(root, folder).close()
    (folder / cache.CHECKSUM).unlink()
    return root, folder


def run_sql(folder: Path, statement: str, *values: object) -> None:
    connection = sqlite3.connect(folder / cache.INDEX)
    connection.execute(statement, values)
    connection.commit()
    connection.close()


@pytest.mark.parametrize(
    ("statement", "is_told"),
    [
        ("UPDATE summary SET facts = CAST(replace(CAST(facts AS TEXT), 'run', 'rum') AS BLOB)", True),
        ("UPDATE summary SET facts = x''", True),
        ("UPDATE summary SET words = refs", True),
        ("UPDATE summary SET key = 'x' || key", True),
        ("UPDATE keyword SET name = 'damaged'", False),
        ("UPDATE file SET role = 'roll'", False),
        ("UPDATE linked SET facts = x'c1'", False),
        ("UPDATE uses SET rows = x'c1'", False),
        ("DELETE FROM pending", False),
        ("DROP TABLE related", False),
    ],
)
def test_what_a_kill_left(unsealed: tuple[Path, Path], statement: str, is_told: bool) -> None:
    """Of an index without checksum only summaries that are as they were written are used, and all else is made again."""
    root, folder = unsealed
    run_sql(folder, statement)
    expected = fresh(root)
    for problems in ((WarningKind.STORE,) if is_told else (), ()):
        with open_project(root, folder) as project:
            assert tuple(problem.kind for problem in project.problems) == problems
            assert answers(project) == expected


def test_whole_summaries_are_kept(unsealed: tuple[Path, Path]) -> None:
    """A build that was killed after it had read everything has not done so in vain."""
    root, folder = unsealed
    with open_project(root, folder) as project:
        assert project.report.collected == 0
        assert project.report.linked == len(TREE)


def test_reading_error_means_rebuild(tmp_path: Path) -> None:
    """What proves damaged while it is read is not believed by the next build, whatever its checksum says."""
    root, folder = tmp_path / "tree", tmp_path / "cache"
    write_files(root, TREE)
    open_project(root, folder).close()
    run_sql(folder, "UPDATE linked SET facts = x'c1'")
    (folder / cache.CHECKSUM).write_text(cache.checksum(folder / cache.INDEX), encoding="ascii")
    with pytest.raises(StoreError), open_project(root, folder) as project:
        answers(project)
    with open_project(root, folder) as project:
        assert answers(project) == fresh(root)


def test_killed_while_it_is_rescued(unsealed: tuple[Path, Path]) -> None:
    """What a kill leaves of the new index that takes an old one's place is in nobody's way."""
    root, folder = unsealed
    (folder / cache.RESCUED).write_bytes(b"x" * 5_000)
    (folder / f"{cache.RESCUED}-journal").write_bytes(b"y" * 5_000)
    with open_project(root, folder) as project:
        assert project.problems == ()
        assert answers(project) == fresh(root)
    assert not (folder / cache.RESCUED).exists()


def age(path: Path, seconds: float) -> None:
    then = time.time() - seconds
    os.utime(path, (then, then))


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals and forks")
def test_folders_of_killed_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Temporary folders of dead processes go, after a while; those of living ones, and what is not ours, stay."""
    root, places = tmp_path / "tree", tmp_path / "tmp"
    write_files(root, {"a.py": "x = 1\n"})
    places.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(places))
    child = os.fork()
    if child == 0:
        open_project(root, None)
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    (dead,) = places.iterdir()
    with open_project(root, None) as living:
        lives = living.reader.path.parent
        assert dead.exists(), "it may be about to be used"
        write_files(
            places,
            {
                "kwindex-other/index.sqlite": "",
                "kwindex-other/mine.txt": "",
                "kwindex-file": "",
                "far/index.sqlite": "",
            },
        )
        (places / "kwindex-link").symlink_to(places / "far")
        for path in places.iterdir():
            age(path, 2 * cache.OLD)
        open_project(root, None).close()
        assert {path.name for path in places.iterdir()} == {
            lives.name,
            "kwindex-other",
            "kwindex-file",
            "kwindex-link",
            "far",
        }
        assert list((places / "far").iterdir())


def test_files_of_killed_runs(tmp_path: Path) -> None:
    """What a killed run left beside a file that it was about to write goes, after a while."""
    names = ["plan.12", "plan.13", "plan", "plan.x", "other.12"]
    write_files(tmp_path, dict.fromkeys(names, ""))
    age(tmp_path / "plan.12", 2 * cache.OLD)
    age(tmp_path / "other.12", 2 * cache.OLD)
    cache.keep(tmp_path / "plan", "key", b"data")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["other.12", "plan", "plan.13", "plan.x"]
    assert cache.kept(tmp_path / "plan", "key") == b"data"
    stubs = tmp_path / "stubs"
    write_files(stubs, {"a.py.kwindex.12": "", "b.py.kwindex.13": ""})
    age(stubs / "a.py.kwindex.12", 2 * cache.OLD)
    write_stubs(stubs, "stubs", [])
    assert [path.name for path in stubs.iterdir()] == ["b.py.kwindex.13"]


def test_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk is one warning, which says so, and no reason to throw an index away."""
    root, folder = tmp_path / "tree", tmp_path / "cache"
    write_files(root, TREE)
    open_project(root, folder).close()
    connect = cache.connect

    def full(path: Path, *, read_only: bool) -> sqlite3.Connection:
        if path.parent == folder and not read_only:
            raise sqlite3.OperationalError("database or disk is full")
        return connect(path, read_only=read_only)

    with monkeypatch.context() as patch:
        patch.setattr(cache, "connect", full)
        with open_project(root, folder) as project:
            (problem,) = project.problems
            assert "the cache folder cannot be written (database or disk is full)" in problem.text
            assert project.report.collected == 0
    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_text", refuse)
        write_files(root, {"new.py": b"x = 1\n"})
        open_project(root, folder).close()
    assert not (folder / cache.CHECKSUM).exists(), "half of one would stand for damage"
    with open_project(root, folder) as project:
        assert project.problems == ()


def refuse(path: Path, *_arguments: object, **_options: object) -> int:
    path.touch()
    raise OSError(28, "No space left on device")


def test_a_cache_of_somebody_else(build: Callable[..., Built], tmp_path: Path) -> None:
    """A cache cannot lead a build out of the folder of its documents, whatever is in it."""
    write_files(tmp_path, {"elsewhere/x.kwindex": "", "elsewhere/.gitignore": ""})
    files = {"pkg/a.py": "x = 1\n"}
    built = build(files)
    note = built.outdir.parent / "doctrees" / "kwindex" / "outputs" / "folder.txt"
    assert note.read_text(encoding="utf-8") == "kwindex"
    for text in (b"../../elsewhere", str(tmp_path / "elsewhere").encode(), b"\xff\xfe", b""):
        note.write_bytes(text)
        build(files)
    assert sorted(path.name for path in (tmp_path / "elsewhere").iterdir()) == [".gitignore", "x.kwindex"]
    for path in (built.outdir.parent / "doctrees" / "kwindex").rglob("*"):
        if path.is_file() and "sqlite" not in path.name and path.suffix != ".doctree":
            path.write_bytes(b"\xff\x00{[" * 100)
    assert "pkg" in build(files, warnings=["cache"]).text("kwindex/index.html")
