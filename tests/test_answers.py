"""Short answers of the command line, and the site that it builds."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from linkcheck import broken_links

from sphinx_kwindex import Project
from sphinx_kwindex.__main__ import main
from sphinx_kwindex.answers import definition, uses

MakeTree = Callable[..., Path]

TREE = {
    "pkg/__init__.py": "from pkg.a import Boat\n",
    "pkg/a.py": """\
        class Boat:
            def sail(self, far=1):
                \"\"\"Go somewhere.\"\"\"
                def inner(): ...
                return self.sail()
        """,
    "pkg/b.py": "from pkg import Boat\n\ndef go(any_boat):\n    Boat().sail()\n    any_boat.sail()\n",
    "tests/test_a.py": "from pkg.a import Boat\ndef test_boat(): Boat()\n",
}


def ask(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    """Return the lines that a command writes."""
    assert main([*arguments, "--jobs", "1"]) == 0
    return capsys.readouterr().out.splitlines()


def test_texts(make_tree: MakeTree, capsys: pytest.CaptureFixture[str]) -> None:
    """Places are written as compilers and `grep` write them, and lead to the name."""
    root = str(make_tree(TREE))
    assert ask(capsys, "definition", root, "Boat.sail") == [
        "pkg/a.py:2:9: method pkg.a.Boat.sail(self, far=1): Go somewhere."
    ]
    assert ask(capsys, "uses", root, "pkg.a.Boat.sail") == [
        "pkg/a.py:5:21: call in Boat.sail",
        "pkg/b.py:4:12: call in go",
        "pkg/b.py:5:14: call in go (possible)",
    ]
    assert ask(capsys, "outline", root, "pkg/a.py") == [
        "pkg/a.py:1:7: class Boat",
        "pkg/a.py:2:9: method Boat.sail(self, far=1): Go somewhere.",
    ]
    groups = dict(line.split(": ")[:2] for line in ask(capsys, "related", root, "pkg/a.py"))
    assert groups["pkg/b.py"] == "used by"
    assert "tests/test_a.py" in groups


def test_json(make_tree: MakeTree, capsys: pytest.CaptureFixture[str]) -> None:
    """For programs there is one object a line; columns count from 0, as in the dump."""
    first, *_ = map(json.loads, ask(capsys, "uses", str(make_tree(TREE)), "Boat.sail", "--json"))
    assert first == {
        "path": "pkg/a.py", "line": 5, "col": 20, "scope": "Boat.sail", "kind": "call", "certain": True, "id": "pkg.a.Boat.sail",
    }  # fmt: skip


def test_name_by_which_it_is_known(make_tree: MakeTree) -> None:
    """A name that a package offers is that of what it stands for."""
    with Project.open(make_tree(TREE)) as project:
        assert [answer["id"] for answer in definition(project, "pkg.Boat")] == ["pkg.a.Boat"]
        assert {answer["path"] for answer in uses(project, "pkg.Boat")} == {
            "pkg/__init__.py",
            "pkg/b.py",
            "tests/test_a.py",
        }


@pytest.mark.parametrize(
    "arguments", [("uses", "Nobody"), ("definition", "x.y"), ("outline", "pkg/none.py"), ("related", "pkg")]
)
def test_not_there(make_tree: MakeTree, capsys: pytest.CaptureFixture[str], arguments: tuple[str, str]) -> None:
    """What is not in the index is said so; the status is 2."""
    command, of = arguments
    assert main([command, str(make_tree(TREE)), of]) == 2
    assert f"{of!r} is no" in capsys.readouterr().err


def test_site(make_tree: MakeTree, tmp_path: Path) -> None:
    """A tree without documentation gets a whole site, with its sources; the next build has nothing to do."""
    root, out, cache = make_tree(TREE, "a_*tree*"), tmp_path / "out", tmp_path / "cache"
    command = [
        "build",
        str(root),
        str(out),
        "--cache",
        str(cache),
        "--theme",
        "alabaster",
        "--option",
        "exclude=tests/",
    ]
    assert main(command) == 0
    assert "<h1>a_*tree*" in (out / "index.html").read_text(encoding="utf-8")
    assert (out / "kwindex/source/pkg/a.py.html").is_file()
    assert not (out / "kwindex/tree/tests").exists()
    assert broken_links(out) == []
    times = {path: path.stat().st_mtime_ns for path in out.rglob("*.html")}
    assert main(command) == 0
    changed = {path.name for path, time in times.items() if path.stat().st_mtime_ns != time}
    assert changed <= {"genindex.html", "search.html"}
    assert not list(root.glob("*.html"))


@pytest.mark.parametrize("root", ["none", "tree/pkg/a.py"])
def test_no_site(make_tree: MakeTree, tmp_path: Path, capsys: pytest.CaptureFixture[str], root: str) -> None:
    """Without a tree there is no site."""
    make_tree(TREE)
    assert main(["build", str(tmp_path / root), str(tmp_path / "out")]) == 2
    assert "no such folder" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
