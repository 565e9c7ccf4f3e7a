"""Related files and bad input: bounded, damped, explained, never an error."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from sphinx_kwindex import Project
from sphinx_kwindex.errors import WarningKind
from sphinx_kwindex.relate import history
from sphinx_kwindex.relate.rank import COPIES

MakeTree = Callable[..., Path]


def git(folder: Path, *arguments: str, data: bytes | None = None) -> None:
    """Run git."""
    settings = ("-c", "user.name=n", "-c", "user.email=e", "-c", "core.autocrlf=false")
    subprocess.run(["git", *settings, *arguments], cwd=folder, check=True, capture_output=True, input=data)


def commit_all(folder: Path) -> None:
    """Commit everything."""
    git(folder, "add", "-A", ".")
    git(folder, "commit", "-q", "-m", "more")


def paths_of(project: Project, path: str) -> list[str]:
    """Return the related files of a file."""
    return [row.path for row in project.related(path)]


# Trees

WORDLESS = {
    "empty.py": "",
    "comment.py": "# nothing but a comment\n",
    "numbers.py": "1, 2, 3\n" * 50,
    "letters.py": "x = y = z = 1\nx + y\n",
    "broken.py": "def (:\n",
    "blank.py": "\n" * 500,
    "binary.py": "\0\1\2",
}


def test_files_without_words(make_tree: MakeTree) -> None:
    """Files that say nothing are related to none, and to none is an error; the others are as without them."""
    words = {"one.py": "def read_matcher(capture): ...\n", "two.py": "def write_matcher(capture): ...\n"}
    folder = make_tree({f"{name}/{path}": text for name in ("a", "b") for path, text in WORDLESS.items()} | words)
    with Project.open(folder) as project:
        found = {row.path: paths_of(project, row.path) for row in project.files()}
    assert found.pop("one.py") == ["two.py"]
    assert found.pop("two.py") == ["one.py"]
    assert len(found) == 2 * len(WORDLESS)
    assert not any({"one.py", "two.py"} & set(rows) for rows in found.values())


def test_hundreds_of_near_copies(make_tree: MakeTree) -> None:
    """Of hundreds of generated files that are nearly the same, no list has more than two for their likeness."""
    body = "".join(
        f"def handle_{word}(request, {word}): return {word}\n" for word in ("alpha", "beta", "gamma", "delta")
    )
    tree = {f"gen/client_{number:03}.py": f"{body}NUMBER_{number} = {number}\n" for number in range(300)}
    tree["pkg/user.py"] = "from gen.client_007 import handle_alpha\n\nhandle_alpha(1, 2)\n"
    start = time.process_time()
    with Project.open(make_tree(tree)) as project:
        assert time.process_time() - start < 60
        assert paths_of(project, "pkg/user.py")[0] == "gen/client_007.py"
        assert "pkg/user.py" in paths_of(project, "gen/client_007.py")
        likeness = [[row for row in project.related(path) if row.group == "similar"] for path in tree]
    assert max(map(len, likeness)) <= COPIES


def test_vendored_copy(make_tree: MakeTree) -> None:
    """A copy of a package inside another one takes no place from what a file uses; each twin is named once."""
    package = {
        "reader.py": "from .matcher import Matcher\n\ndef read_capture(replay): return Matcher(replay)\n",
        "matcher.py": "class Matcher:\n    def match_capture(self, replay): ...\n",
        "plot.py": "def plot_palette(axis): ...\n",
    }
    places = ("pkg", "app/vendor/pkg", "other/vendor/pkg")
    tree = {f"{place}/{name}": text for place in places for name, text in {**package, "__init__.py": ""}.items()}
    with Project.open(make_tree(tree)) as project:
        for place in places:
            found = paths_of(project, f"{place}/reader.py")
            assert found[0] == f"{place}/matcher.py"
            assert len(found) == len(set(found))
            assert not any(path.endswith("plot.py") for path in found)


def test_huge_file(make_tree: MakeTree) -> None:
    """A generated file of 100,000 lines is related to those that use it, and does not crowd out what else they are related to."""
    rows = "".join(f"    ({number}, 'entry{number}', {number % 7}),\n" for number in range(100_000))
    tree = {
        "pkg/tables.py": f"TABLE = [\n{rows}]\n",
        "pkg/reader.py": "from pkg.matcher import match_capture\nfrom pkg.tables import TABLE\n\nmatch_capture(TABLE)\n",
        "pkg/matcher.py": "def match_capture(replay): ...\n",
    }
    with Project.open(make_tree(tree)) as project:
        assert set(paths_of(project, "pkg/reader.py")) == {"pkg/matcher.py", "pkg/tables.py"}
        assert paths_of(project, "pkg/tables.py")[0] == "pkg/reader.py"


# Histories


def test_commit_of_five_thousand_files(make_tree: MakeTree) -> None:
    """A commit that changed five thousand files relates none of them, and takes no time; small ones after it do."""
    folder = make_tree({})
    git(folder, "init", "-q")
    head = b"commit refs/heads/big\ncommitter n <e> 1700000000 +0000\ndata 3\nbig\n"
    files = b"".join(b"M 100644 inline many/m%04d.py\ndata 6\nx = 1\n\n" % number for number in range(5_000))
    git(folder, "fast-import", "--quiet", data=head + files)
    git(folder, "symbolic-ref", "HEAD", "refs/heads/big")
    git(folder, "reset", "-q", "--hard")
    for text in ("alpha", "beta"):
        for name in ("m0001", "m0002"):
            (folder / "many" / f"{name}.py").write_text(f"{text} = 1\n")
        commit_all(folder)
    with Project.open(folder, include=["many/m000*.py"], history=True) as project:
        assert not project.problems
        counts = [
            (row.path, reason.count)
            for row in project.related("many/m0001.py")
            for reason in row.reasons
            if reason.kind == "history"
        ]
        assert counts == [("many/m0002.py", 2)]
        assert not any(reason.kind == "history" for row in project.related("many/m0003.py") for reason in row.reasons)


def test_renamed_folder(make_tree: MakeTree) -> None:
    """What was changed together under other names counts for the files of today."""
    body = "".join(f"def function_{number}(): pass\n" for number in range(20))
    folder = make_tree({"old/one.py": f"{body}one = 1\n", "old/two.py": f"{body}two = 1\n"})
    git(folder, "init", "-q")
    commit_all(folder)
    git(folder, "mv", "old", "new")
    commit_all(folder)
    with Project.open(folder, history=True) as project:
        assert not project.problems
        row = project.related("new/one.py")[0]
        assert (row.path, row.group) == ("new/two.py", "history")


GITS = {
    "fails": ("import sys; sys.exit('fatal: no luck today')", "fatal: no luck today"),
    "fails silently": ("import sys; sys.exit(3)", "git ended with status 3"),
    "hangs": ("import time; time.sleep(60)", "git failed: "),
    "no text": ("import os; os.kill(os.getpid(), 9)", "git ended with status -9"),
}


@pytest.mark.skipif(sys.platform == "win32", reason="a script is no program there")
@pytest.mark.parametrize(("code", "expected"), GITS.values(), ids=GITS.keys())
def test_bad_git(
    code: str, expected: str, make_tree: MakeTree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever git does, there is one problem that says so, and the ranking of the files alone."""
    program = tmp_path / "bin" / "git"
    program.parent.mkdir()
    program.write_text(f"#!{sys.executable}\n{code}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent))
    monkeypatch.setattr(history, "TIMEOUT", 2)
    folder = make_tree({"one.py": "def read_matcher(capture): ...\n", "two.py": "def write_matcher(capture): ...\n"})
    with Project.open(folder, history=True, gitignore=False) as project:
        assert [problem.kind for problem in project.problems] == [WarningKind.HISTORY]
        assert expected in project.problems[0].text
        assert paths_of(project, "one.py") == ["two.py"]
