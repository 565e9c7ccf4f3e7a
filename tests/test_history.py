"""History: what git says of files that were changed together, and every way in which it can fail to say it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from sphinx_kwindex import Project
from sphinx_kwindex.errors import WarningKind
from sphinx_kwindex.relate import history
from sphinx_kwindex.relate.history import CoChange, Commit, HistoryError, head_of, parse_log, read_history

MakeTree = Callable[..., Path]
YEAR = 365 * 86_400


def git(folder: Path, *arguments: str, day: int = 1) -> None:
    """Run git in a folder, on a given day of January 2024, with no settings but our own."""
    date = f"2024-01-{day:02}T12:00:00+0000"
    who = {
        f"GIT_{role}_{field}": value
        for role in ("AUTHOR", "COMMITTER")
        for field, value in (("NAME", "n"), ("EMAIL", "e"))
    }
    environment = {
        **os.environ,
        **who,
        "GIT_AUTHOR_DATE": date,
        "GIT_COMMITTER_DATE": date,
        "GIT_CONFIG_GLOBAL": os.devnull,
    }
    subprocess.run(
        ["git", "-c", "init.defaultBranch=main", *arguments],
        cwd=folder,
        env=environment,
        check=True,
        capture_output=True,
    )


def commit(folder: Path, day: int, **files: str | None) -> None:
    """Write files (`a` for a.py; None removes) and commit them."""
    for name, text in files.items():
        path = folder / f"{name}.py"
        if text is None:
            path.unlink()
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    git(folder, "add", "-A", ".", day=day)
    git(folder, "commit", "-q", "-m", f"day {day}", day=day)


@pytest.fixture
def repository(make_tree: MakeTree) -> Path:
    """Return a repository whose files `a` and `b` change together, in 3 commits, the first of which moved `old` to `a`."""
    folder = make_tree({"c.py": "c = 1\n"}, name="repository")
    git(folder, "init", "-q")
    body = "".join(f"def function_{number}(): pass\n" for number in range(20))
    commit(folder, 1, old=body, b="b = 1\n")
    git(folder, "mv", "old.py", "a.py")
    commit(folder, 2, b="b = 2\n")
    commit(folder, 3, a=body + "x = 1\n", b="b = 3\n")
    return folder


def test_reads_commits_by_todays_names(repository: Path) -> None:
    """Commits come newest first; a file that was moved has today's name in the older ones too."""
    found = read_history(repository, limit=100)
    assert [set(commit.paths) for commit in found] == [{"a.py", "b.py"}, {"a.py", "b.py"}, {"a.py", "b.py", "c.py"}]
    assert [commit.time for commit in found] == sorted((commit.time for commit in found), reverse=True)


def test_limit(repository: Path) -> None:
    """No more commits are read than asked for, the newest."""
    assert len(read_history(repository, limit=2)) == 2


def test_paths_are_relative_to_the_root(repository: Path) -> None:
    """A root below the repository's has its own paths; files outside it are left out."""
    commit(repository, 4, **{"pkg/m": "m = 1\n", "pkg/n": "n = 1\n", "c": "c = 2\n"})
    found = read_history(repository / "pkg", limit=100)
    assert [commit.paths for commit in found] == [("m.py", "n.py")]


def test_strange_names(repository: Path) -> None:
    """Blanks, quotes, newlines and letters of any script in names are read as they are."""
    names = ["two words", 'quo"te', "ümlaut", "new\nline"]
    commit(repository, 4, **dict.fromkeys(names, "x = 1\n"))
    assert set(read_history(repository, limit=1)[0].paths) == {f"{name}.py" for name in names}


def test_merges_are_left_out(repository: Path) -> None:
    """What a merge brings in was counted where it was made."""
    git(repository, "checkout", "-q", "-b", "side", "HEAD~1")
    commit(repository, 4, d="d = 1\n")
    git(repository, "checkout", "-q", "main")
    git(repository, "merge", "-q", "--no-ff", "-m", "merge", "side", day=5)
    assert len(read_history(repository, limit=100)) == 4


def test_head(repository: Path) -> None:
    """The history's key is the commit that the tree is at."""
    before = head_of(repository)
    commit(repository, 4, a="a = 4\n")
    assert len(before) == 40
    assert head_of(repository) != before


PARSED = {
    "nothing": ("", []),
    "no files": ("\x0110\0", [(10, ())]),
    "two commits": ("\x0120\0\nM\0a.py\0A\0b.py\0\x0110\0\nM\0a.py\0", [(20, ("a.py", "b.py")), (10, ("a.py",))]),
    "renamed twice": (
        "\x0130\0\nR100\0b.py\0c.py\0\x0120\0\nR090\0a.py\0b.py\0\x0110\0\nM\0a.py\0",
        [(30, ("c.py",)), (20, ("c.py",)), (10, ("c.py",))],
    ),
    "copied": ("\x0120\0\nC100\0a.py\0b.py\0\x0110\0\nM\0a.py\0", [(20, ("b.py",)), (10, ("a.py",))]),
    "cut short": ("\x0110\0\nR100\0a.py", [(10, ())]),
    "no time": ("\x01soon\0\nM\0a.py\0", [(0, ("a.py",))]),
}


@pytest.mark.parametrize(("text", "expected"), PARSED.values(), ids=PARSED.keys())
def test_parse_log(text: str, expected: list[tuple[int, tuple[str, ...]]]) -> None:
    """Every form of line that git writes is read; half a line is nothing."""
    assert [(commit.time, tuple(path for path in commit.paths if path)) for commit in parse_log(text)] == expected


def commits(*rows: tuple[int, str]) -> list[Commit]:
    """Return commits from times and letters of files."""
    return [Commit(time=time, paths=tuple(sorted(paths))) for time, paths in rows]


def test_confidence() -> None:
    """A file that is changed along more often is likelier; counts are of commits."""
    found = CoChange(commits((3, "ab"), (2, "ab"), (1, "ac"), (1, "d")), "abcd")
    likely = found.likely("a", "d")
    assert likely["b"] > likely["c"] > likely["d"] == 0
    assert (found.times("a", "b"), found.times("a", "d"), found.times("x", "y")) == (2, 0, 0)


def test_smoothing() -> None:
    """One commit together is less than nine of ten; a file without a history is as likely as it is for any file."""
    rows = [(1, "ab")] * 9 + [(1, "ac"), (1, "de")]
    found = CoChange(commits(*rows), "abcdex")
    assert found.likely("a", ())["b"] > found.likely("d", ())["e"]
    assert found.likely("x", "bc")["b"] > found.likely("x", "bc")["c"] > 0


def test_old_commits_fade() -> None:
    """What was changed together lately counts more than what was long ago."""
    likely = CoChange(commits((10 * YEAR, "ab"), (YEAR, "ac")), "abc").likely("a", ())
    assert likely["b"] > 2 * likely["c"]


def test_big_commits_say_nothing() -> None:
    """A commit of five thousand files relates none of them; a small one counts more than a middling one."""
    many = tuple(f"m{number:04}" for number in range(5_000))
    found = CoChange([Commit(time=1, paths=many), *commits((1, "ab"), (1, "acdefgh"))], {*many, *"abcdefgh"})
    assert found.times("m0000", "m0001") == 0
    assert found.likely("m0000", ()) == {}
    assert found.likely("a", ())["b"] > found.likely("a", ())["c"]


def test_files_that_are_gone_are_left_out() -> None:
    """Only files of today are named, but the others still make a commit as big as it was."""
    found = CoChange(commits((1, "abx")), "ab")
    assert found.likely("a", ()).keys() == {"b"}


FILES = {"a.py": "def alpha_thing(): ...\n", "b.py": "def beta_other(): ...\n", "c.py": "def gamma(): ...\n"}


def reasons_of(project: Project, path: str, other: str) -> set[str]:
    """Return the kinds of reasons why a file is related."""
    return {reason.kind for row in project.related(path) if row.path == other for reason in row.reasons}


def test_project_with_history(repository: Path) -> None:
    """With the setting, files that change together are related, with the number of times; without it they are not."""
    with Project.open(repository, history=True) as project:
        row = next(row for row in project.related("a.py") if row.path == "b.py")
        assert [(reason.kind, reason.count) for reason in row.reasons if reason.kind == "history"] == [("history", 3)]
        assert not project.problems
    with Project.open(repository) as project:
        assert "history" not in reasons_of(project, "a.py", "b.py")


def test_history_is_read_once_per_commit(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The log is read again only after a new commit; then the lists change."""
    reads = []
    original = history.read_history

    def counted(root: Path, *, limit: int) -> tuple[Commit, ...]:
        reads.append(limit)
        return original(root, limit=limit)

    monkeypatch.setattr("sphinx_kwindex.relate.ranking.read_history", counted)
    for _ in range(2):
        with Project.open(repository, tmp_path / "cache", history=True) as project:
            assert "history" in reasons_of(project, "a.py", "b.py")
    assert len(reads) == 1
    commit(repository, 5, a="a = 5\n", b="b = 5\n")
    commit(repository, 6, a="a = 6\n", b="b = 6\n")
    with Project.open(repository, tmp_path / "cache", history=True) as project:
        row = next(row for row in project.related("a.py") if row.path == "b.py")
        assert [reason.count for reason in row.reasons if reason.kind == "history"] == [5]
    assert len(reads) == 2


def no_repository(folder: Path, _monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a tree that is in no repository."""
    subprocess.run(["rm", "-rf", ".git"], cwd=folder, check=True)
    return folder


def no_git(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the tree on a system without git."""
    monkeypatch.setenv("PATH", str(folder))
    return folder


def shallow(folder: Path, _monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a shallow clone."""
    clone = folder.parent / "shallow"
    git(folder.parent, "clone", "-q", "--depth", "1", folder.as_uri(), str(clone))
    return clone


def no_commit(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a repository without a commit."""
    no_repository(folder, monkeypatch)
    git(folder, "init", "-q")
    return folder


def damaged(folder: Path, _monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a repository whose objects are gone."""
    subprocess.run(["rm", "-rf", ".git/objects"], cwd=folder, check=True)
    (folder / ".git" / "objects").mkdir()
    return folder


@pytest.mark.parametrize("spoil", [no_repository, no_git, shallow, no_commit, damaged])
def test_bad_history_is_one_problem(
    repository: Path, spoil: Callable[[Path, pytest.MonkeyPatch], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is wrong with the history, there is one problem and the ranking without it."""
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(repository.parent))
    folder = spoil(repository, monkeypatch)
    with pytest.raises(HistoryError):
        (head_of(folder), read_history(folder, limit=10))
    with Project.open(folder, history=True) as project:
        assert [problem.kind for problem in project.problems] == [WarningKind.HISTORY]
        with Project.open(folder) as static:
            assert [project.related(path) for path in ("a.py", "b.py", "c.py")] == [
                static.related(path) for path in ("a.py", "b.py", "c.py")
            ]


def test_submodule_is_no_obstacle(repository: Path, make_tree: MakeTree) -> None:
    """A submodule is one path of its repository's history; its files have none there."""
    other = make_tree({"s.py": "s = 1\n"}, name="other")
    git(other, "init", "-q")
    git(other, "add", "-A")
    git(other, "commit", "-q", "-m", "first")
    git(repository, "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(other), "sub")
    git(repository, "commit", "-q", "-m", "submodule", day=6)
    with Project.open(repository, history=True) as project:
        assert not project.problems
        assert project.file("sub/s.py") is not None
