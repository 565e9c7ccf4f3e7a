"""The stages in order: what a run finds, and that the next one redoes only what an edit touched."""

from __future__ import annotations

import itertools
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sphinx_kwindex import Project, cache
from sphinx_kwindex.collect import default_collectors
from sphinx_kwindex.errors import RootError, WarningKind
from sphinx_kwindex.model import FileSummary, Kind, Outcome, SourceFile, UseKind
from sphinx_kwindex.options import Options

MakeTree = Callable[..., Path]

TREE = {
    "pkg/__init__.py": "from pkg.a import make as build\n",
    "pkg/a.py": '"""Makes things."""\n\n\nclass Thing:\n    size = 1\n\n\ndef make() -> Thing:\n    return Thing()\n',
    "pkg/b.py": "import os\nfrom pkg import build\n\nvalue = build().size\n",
    "bad.py": "def (:\n",
}


class CountingCollector:
    """The collector of Python, with a list of what it was given."""

    def __init__(self, log: list[str]) -> None:
        (self._collector,) = [item for item in default_collectors() if item.language == "python"]
        self.language = self._collector.language
        self.suffixes = self._collector.suffixes
        self.version = self._collector.version
        self._log = log

    def collect(self, source: bytes, file: SourceFile, options: Options) -> FileSummary:
        self._log.append(file.path)
        return self._collector.collect(source, file, options)


@pytest.fixture
def collected() -> list[str]:
    """Return the list that fills with the paths of collected files."""
    return []


@pytest.fixture
def open_project(tmp_path: Path, collected: list[str]) -> Callable[..., Project]:
    """Return a function that opens a tree with this test's cache, noting what is collected."""

    def run(root: Path, **options: Any) -> Project:
        collected.clear()
        return Project.open(root, tmp_path / "cache", collectors=[CountingCollector(collected)], **options)

    return run


def test_what_python_sees(make_tree: MakeTree) -> None:
    """The public surface answers with files, keywords, uses and imports."""
    with Project.open(make_tree(TREE)) as project:
        assert [row.path for row in project.files()] == sorted(TREE)
        row = project.file("pkg/a.py")
        assert row is not None
        assert (row.module, row.doc) == ("pkg.a", "Makes things.")
        facts = project.facts("pkg/a.py")
        assert facts is not None
        assert [item.qualname for item in facts.definitions] == ["", "Thing", "Thing.size", "make"]
        (thing,) = project.keywords(name="Thing")
        assert [keyword.id for keyword in project.keywords(path="pkg/a.py", kind=Kind.FUNCTION)] == ["pkg.a.make"]
        kinds = [(use.path, use.line, use.kind) for use in project.uses(thing)]
        assert kinds == [("pkg/a.py", 8, UseKind.ANNOTATION), ("pkg/a.py", 9, UseKind.CALL)]
        assert project.uses("pkg.a.Thing") == project.uses(thing)
        rows = [(row.name, row.outcome, row.resolved, row.path) for row in project.imports("pkg/b.py")]
        assert rows[0][1] is Outcome.EXTERNAL
        assert rows[1] == ("build", Outcome.EXACT, "pkg.a.make", "pkg/a.py")
        assert "pkg/b.py" in project.importers("pkg/__init__.py")
        assert [(p.kind, p.path) for p in project.problems] == [(WarningKind.PARSE, "bad.py")]
        assert project.imports("none.py") == project.uses("none") == project.importers("none.py") == ()


def test_nothing_is_imported(make_tree: MakeTree, tmp_path: Path) -> None:
    """A tree whose every module leaves a mark and raises when it runs is indexed whole, and leaves no mark."""
    mark = tmp_path / "mark"
    code = f"open({str(mark)!r}, 'w').close()\nraise RuntimeError\n\n\ndef f():\n    pass\n"
    names = ["setup.py", "conftest.py", "pkg/__init__.py", "pkg/__main__.py", "pkg/os.py", "sitecustomize.py"]
    with Project.open(make_tree(dict.fromkeys(names, code))) as project:
        assert len(project.keywords(name="f")) == len(names)
        assert project.problems == ()
    assert not mark.exists()


def test_second_run_does_nothing(
    make_tree: MakeTree, open_project: Callable[..., Project], collected: list[str]
) -> None:
    """With nothing changed, no file is collected and none is linked; problems of files are told again."""
    root = make_tree(TREE)
    with open_project(root) as first:
        assert sorted(collected) == sorted(TREE)
        before = (first.digest, first.problems, first.files())
    with open_project(root) as second:
        assert collected == []
        assert (second.report.collected, second.report.linked) == (0, 0)
        assert (second.digest, second.problems, second.files()) == before


EDITS: dict[str, tuple[dict[str, str | None], list[str]]] = {
    "edited": ({"pkg/a.py": "def make():\n    pass\n"}, ["pkg/a.py"]),
    "added": ({"pkg/c.py": "x = 1\n"}, ["pkg/c.py"]),
    "deleted": ({"pkg/a.py": None}, []),
    "renamed": ({"pkg/a.py": None, "pkg/z.py": TREE["pkg/a.py"]}, ["pkg/z.py"]),
    "mended": ({"bad.py": "x = 1\n"}, ["bad.py"]),
}


@pytest.mark.parametrize(("edit", "expected"), EDITS.values(), ids=EDITS)
def test_incremental_equals_fresh(
    make_tree: MakeTree,
    open_project: Callable[..., Project],
    collected: list[str],
    edit: dict[str, str | None],
    expected: list[str],
) -> None:
    """After an edit only that file is collected, and everything is as if it had been indexed anew."""
    root = make_tree(TREE)
    open_project(root).close()
    make_tree(edit)
    with open_project(root) as project, Project.open(root) as fresh:
        assert collected == expected
        assert everything(project) == everything(fresh)


def everything(project: Project) -> list[Any]:
    answers: list[Any] = [project.problems, project.files(), project.keywords()]
    for row in project.files():
        reader = project.reader
        answers += [
            reader.facts(row.path),
            reader.uses_of(row.path),
            reader.linked(row.path),
            reader.importers(row.path),
        ]
    return answers


def test_stored_data_is_used(make_tree: MakeTree, open_project: Callable[..., Project], tmp_path: Path) -> None:
    """What stands in the cache appears; once the source is touched, it is gone."""
    root = make_tree(TREE)
    open_project(root).close()
    index = tmp_path / "cache" / cache.INDEX
    connection = sqlite3.connect(index)
    connection.execute("UPDATE file SET doc = 'Altered.' WHERE path = 'pkg/a.py'")
    connection.execute("UPDATE keyword SET name = 'altered' WHERE id = 'pkg.a.make'")
    connection.commit()
    connection.close()
    (tmp_path / "cache" / cache.CHECKSUM).write_text(cache.checksum(index))
    with open_project(root) as project:
        assert [row.doc for row in project.files() if row.path == "pkg/a.py"] == ["Altered."]
        assert project.problems[0].kind is WarningKind.PARSE
    make_tree({"pkg/a.py": TREE["pkg/a.py"] + "# touched\n"})
    with open_project(root) as project:
        assert [row.doc for row in project.files() if row.path == "pkg/a.py"] == ["Makes things."]
        assert [keyword.name for keyword in project.keywords(id="pkg.a.make")] == ["make"]


def test_settings_of_collect(make_tree: MakeTree, open_project: Callable[..., Project], collected: list[str]) -> None:
    """Other settings of collect mean other summaries; going back finds the old ones."""
    root = make_tree(TREE)
    open_project(root).close()
    with open_project(root, max_file_size=60) as project:
        assert sorted(collected) == sorted(TREE)
        assert "pkg/a.py" in {problem.path for problem in project.problems}
    open_project(root).close()
    assert collected == []


def test_wrong_settings(make_tree: MakeTree) -> None:
    """A setting that cannot be used is a problem, and the tree is indexed all the same."""
    with Project.open(make_tree({"a.py": ""}), jobs=1, include="*.py", nonsense=1) as project:
        assert [problem.kind for problem in project.problems] == [WarningKind.CONFIG] * 2
        assert len(project.files()) == 1


@pytest.mark.parametrize("name", ["none", "a.py"])
def test_no_root(make_tree: MakeTree, tmp_path: Path, name: str) -> None:
    """A root that is missing or is a file is an error, and no cache is made for it."""
    with pytest.raises(RootError):
        Project.open(make_tree({"a.py": ""}) / name, tmp_path / "cache")
    assert not (tmp_path / "cache").exists()


def test_relocated_cache(make_tree: MakeTree, open_project: Callable[..., Project], collected: list[str]) -> None:
    """A fresh clone with only the cache collects nothing."""
    open_project(make_tree(TREE, name="one")).close()
    with open_project(make_tree(TREE, name="two")) as project:
        assert collected == []
        assert project.report.linked == 0
        assert len(project.files()) == len(TREE)


def test_killed_between_stages(
    make_tree: MakeTree, open_project: Callable[..., Project], collected: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A build that ends after collect and before link is continued by the next one."""
    root = make_tree(TREE)

    def stop(*_args: object, **_more: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("sphinx_kwindex.link.link_project", stop)
        with pytest.raises(KeyboardInterrupt):
            open_project(root)
    with open_project(root) as project, Project.open(root) as fresh:
        assert collected == []
        assert everything(project) == everything(fresh)


def damage(folder: Path, statement: str, *stages: str) -> None:
    """Change an index as a build may leave it that was killed in the middle of a run, without its checksum."""
    connection = sqlite3.connect(folder / cache.INDEX)
    connection.execute(statement)
    for stage in stages:
        connection.execute("INSERT INTO pending SELECT ?, path FROM file", [stage])
    connection.commit()
    connection.close()
    (folder / cache.CHECKSUM).unlink()


@pytest.mark.parametrize("column", ["facts", "refs"])
def test_damage_after_a_kill(
    make_tree: MakeTree, open_project: Callable[..., Project], tmp_path: Path, column: str
) -> None:
    """A damaged record in an index without checksum: one problem, and everything as if indexed anew."""
    root = make_tree(TREE)
    open_project(root).close()
    damage(tmp_path / "cache", f"UPDATE summary SET {column} = x'c1'", "link")
    with open_project(root) as project, Project.open(root) as fresh:
        assert [problem.kind for problem in project.problems] == [WarningKind.STORE, WarningKind.PARSE]
        assert everything(project)[1:] == everything(fresh)[1:]


def test_random_damage(make_tree: MakeTree, open_project: Callable[..., Project], tmp_path: Path) -> None:
    """Whatever byte is damaged, the next build is right."""
    root = make_tree(TREE)
    open_project(root).close()
    index = tmp_path / "cache" / cache.INDEX
    with Project.open(root) as fresh:
        expected = everything(fresh)[1:]
    for place in range(0, index.stat().st_size, index.stat().st_size // 12):
        data = bytearray(index.read_bytes())
        data[place] ^= 0x55
        index.write_bytes(data)
        with open_project(root) as project:
            assert [problem.kind for problem in project.problems] == [WarningKind.STORE, WarningKind.PARSE], place
            assert everything(project)[1:] == expected, place


def test_full_disk(
    make_tree: MakeTree, open_project: Callable[..., Project], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the disk is full, a temporary folder is used, with one problem."""
    connect = cache.connect

    def small(path: Path, *, read_only: bool) -> sqlite3.Connection:
        connection = connect(path, read_only=read_only)
        if path.parent == tmp_path / "cache":
            connection.execute("PRAGMA max_page_count = 60")
        return connection

    monkeypatch.setattr(cache, "connect", small)
    tree = {f"m{number}.py": "".join(f"name_{number}_{line} = {line}\n" for line in range(300)) for number in range(9)}
    with open_project(make_tree(tree)) as project:
        assert [problem.kind for problem in project.problems] == [WarningKind.STORE]
        assert "full" in project.problems[0].text
        assert len(project.files()) == 9


def test_processes(make_tree: MakeTree) -> None:
    """Several processes find what one does."""
    tree = {**TREE, **{f"m{number}.py": f"x = {number}\n" + "# \n" * 50_000 for number in range(6)}}
    root = make_tree(tree)
    with Project.open(root) as one, Project.open(root, jobs=2) as two:
        assert everything(one) == everything(two)


def test_progress(make_tree: MakeTree) -> None:
    """Progress is told by stage."""
    calls: list[tuple[str, int, int]] = []
    Project.open(make_tree(TREE), progress=lambda *call: calls.append(call)).close()
    assert ("collect", 4, 4) in calls
    assert [stage for stage, _ in itertools.groupby(call[0] for call in calls)][:2] == ["collect", "link"]


def test_temporary_cache_is_removed(make_tree: MakeTree) -> None:
    """Without a cache folder nothing is left behind."""
    project = Project.open(make_tree({"a.py": ""}))
    folder = project.reader.path.parent
    assert folder.exists()
    project.close()
    del project
    assert not folder.exists()


def test_cache_in_the_tree(make_tree: MakeTree) -> None:
    """A cache folder in the tree is not part of it."""
    root = make_tree({"a.py": "", "made/b.py": ""})
    with Project.open(root, root / "made") as project:
        assert [row.path for row in project.files()] == ["a.py"]


def test_no_sphinx(make_tree: MakeTree) -> None:
    """Indexing a tree loads neither Sphinx nor docutils."""
    code = (
        "import sys; from sphinx_kwindex import Project; Project.open(sys.argv[1]).close();"
        "sys.exit(bool({'sphinx', 'docutils'} & set(sys.modules)))"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parent.parent)}
    assert subprocess.run([sys.executable, "-c", code, make_tree(TREE)], env=environment, check=False).returncode == 0


def test_aliases_of_unions(make_tree: MakeTree) -> None:
    """A parameter whose type is an alias of a union has the members of all its classes, in whatever file the alias is."""
    aliases = "from typing import Union\nclass A:\n    def go(self): ...\nclass B:\n    def go(self): ...\n"
    aliases += "Old = Union[A, B]\nNew = A | B\n"
    user = "def use(old: Old, new: New, maybe: Old | None):\n    old.go()\n    new.go()\n    maybe.go()\n"
    with Project.open(make_tree({"m.py": aliases + user, "n.py": f"from m import Old, New\n{user}"})) as project:
        for name in ("A", "B"):
            uses = [use for use in project.uses(f"m.{name}.go") if use.exact]
            assert [(use.path, use.scope) for use in uses] == [("m.py", "use")] * 3 + [("n.py", "use")] * 3


def test_fields_of_named_tuples(make_tree: MakeTree) -> None:
    """What a named tuple is unpacked to, and its elements, have the types of its fields, also in a class below it."""
    tree = {
        "m.py": """\
            from typing import NamedTuple
            class A:
                def go(self): ...
            class B:
                def go(self): ...
            class Pair(NamedTuple):
                first: A
                second: B
            class Special(Pair): ...
            """,
        "n.py": """\
            from m import Pair, Special
            def use(pair: Pair, pairs: list[Special]):
                a, b = pair
                a.go()
                pair[1].go()
                for c, d in pairs:
                    d.go()
            """,
    }
    with Project.open(make_tree(tree)) as project:
        lines = {name: [use.line for use in project.uses(f"m.{name}.go") if use.exact] for name in "AB"}
    assert lines == {"A": [4], "B": [5, 7]}


def test_an_assignment_is_one_use(make_tree: MakeTree) -> None:
    """`self.x = ...` below a class that declares `x` is one use of that, also where it is not the first."""
    code = "class A:\n    x: int\nclass B(A):\n    def f(self):\n        self.x = 1\n        if self.x:\n            self.x = 2\n"
    with Project.open(make_tree({"m.py": code})) as project:
        assert [(use.line, use.col) for use in project.uses("m.A.x")] == [(5, 13), (6, 16), (7, 17)]
