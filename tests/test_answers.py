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
    """What lines have in common is said once; by `--lines` each starts with its place, as compilers and `grep` write it."""
    root = str(make_tree(TREE))
    assert ask(capsys, "definition", root, "Boat.sail") == [
        "pkg/a.py:2:9: method pkg.a.Boat.sail(self, far=1): Go somewhere."
    ]
    assert ask(capsys, "uses", root, "pkg.a.Boat.sail") == [
        "pkg/a.py",
        "  5: call in Boat.sail",
        "pkg/b.py",
        "  4: call in go",
        "  5: call in go (possible)",
    ]
    assert ask(capsys, "uses", root, "pkg.a.Boat.sail", "--lines") == [
        "pkg/a.py:5:21: call in Boat.sail",
        "pkg/b.py:4:12: call in go",
        "pkg/b.py:5:14: call in go (possible)",
    ]
    assert ask(capsys, "outline", root, "pkg/a.py") == [
        "pkg/a.py",
        "  1: class Boat",
        "  2: method Boat.sail(self, far=1): Go somewhere.",
    ]
    groups = dict(line.split(": ")[:2] for line in ask(capsys, "related", root, "pkg/a.py"))
    assert groups["pkg/b.py"] == "used by"
    assert "tests/test_a.py" in groups


def test_tests(make_tree: MakeTree, capsys: pytest.CaptureFixture[str]) -> None:
    """The tests that reach a name by the fewest calls, and how many others do; with `--indirect` all of them, certain or not."""
    more = {
        "pkg/c.py": "def run(far):\n    if far:\n        return lift()\n\ndef lift(): ...\n",
        "tests/test_c.py": "from pkg.c import run\ndef test_run(): run(1)\ndef test_lift():\n    from pkg.c import lift\n    lift()\n",
    }
    root = str(make_tree({**TREE, **more}))
    near = ["tests/test_c.py", "  3: test_lift"]
    assert ask(capsys, "tests", root, "lift") == [*near, "farther (indirect): 1 through 1 call"]
    far = ["tests/test_c.py through 1 call", "  2: test_run (possible)"]
    assert ask(capsys, "tests", root, "lift", "--indirect") == [*near, *far]
    assert ask(capsys, "tests", root, "lift", "--lines") == [
        "tests/test_c.py:3:5: test_lift directly",
        "tests/test_c.py:2:5: test_run (possible) through 1 call",
    ]
    assert ask(capsys, "tests", root, "inner") == []


def test_all_tests_that_call(make_tree: MakeTree, capsys: pytest.CaptureFixture[str]) -> None:
    """All tests that call something are there, also those in which a function does that they define."""
    many = "".join(f"def test_{number}(): lift()\n" for number in range(60))
    inner = "def test_view():\n    @lift\n    def view(): ...\n"
    text = f"from pkg.c import lift\n{many}{inner}def help():\n    def go(): lift()\n"
    root = str(make_tree({"pkg/c.py": "def lift(far=1): ...\n", "tests/test_c.py": text}))
    lines = ask(capsys, "tests", root, "lift")
    assert len(lines) == 62
    assert [line for line in lines if "possible" in line] == ["  62: test_view (possible)"]


def test_in_local_functions(make_tree: MakeTree, capsys: pytest.CaptureFixture[str]) -> None:
    """A test in which a function of its own calls something calls it itself, whether it calls that function or hands it on."""
    text = "from pkg.c import lift, on\ndef test_a():\n    def view(): lift()\n    view()\ndef test_b():\n    @on\n    def view(): lift()\n"
    root = str(make_tree({"pkg/c.py": "def lift(): ...\ndef on(f): return f\n", "tests/test_c.py": text}))
    found = [line.partition(" (possible)")[0] for line in ask(capsys, "tests", root, "lift")]
    assert found == ["tests/test_c.py", "  2: test_a", "  5: test_b"]


def test_in_classes(make_tree: MakeTree, capsys: pytest.CaptureFixture[str]) -> None:
    """What stands in one class is below its name, if it is more than one function."""
    text = "from pkg.c import lift\nclass {}:\n    def {}_a(self): lift()\n    def {}_b(self):\n        lift()\n        lift()\nclass {}Alone:\n    def {}_c(self): lift()\n"
    tree = {
        "pkg/c.py": "def lift(): ...\n",
        "pkg/d.py": text.format("Crane", "go", "go", "", "go"),
        "tests/test_c.py": text.format("TestCrane", "test", "test", "Test", "test"),
    }
    root = str(make_tree(tree))
    assert ask(capsys, "uses", root, "lift")[:6] == [
        "pkg/d.py",
        "  1: import",
        "  Crane:",
        "    3: call in go_a",
        "    5, 6: call in go_b",
        "  8: call in Alone.go_c",
    ]
    assert ask(capsys, "tests", root, "lift") == [
        "tests/test_c.py",
        "  8: TestAlone.test_c",
        "  TestCrane:",
        "    3: test_a",
        "    4: test_b",
    ]


def test_several_of_one_name(make_tree: MakeTree, capsys: pytest.CaptureFixture[str]) -> None:
    """Where a name means several things, each use stands below the one that is meant; uses alike in one function are one line."""
    text = "from pkg.c import lift\ndef go(far):\n    lift(1, lift(2))\n    lift(3)\n"
    two = {f"{name}/c.py": "def lift(far=1): ...\n" for name in ("other", "pkg")}
    root = str(make_tree({**two, "other/d.py": text.replace("pkg", "other"), "pkg/b.py": text}))
    lines = ask(capsys, "uses", root, "lift")
    assert lines[lines.index("pkg.c.lift") :] == ["pkg.c.lift", "pkg/b.py", "  1: import", "  3, 4: call in go"]
    assert lines[0] == "other.c.lift"


def test_map(make_tree: MakeTree, capsys: pytest.CaptureFixture[str]) -> None:
    """The names that most files of own code use, by file, and no more of them than asked for; tests do not count."""
    more = {f"pkg/user{number}.py": "from pkg.c import lift, run\nlift()\n" for number in range(3)}
    more |= {"pkg/c.py": '"""A crane."""\ndef run(far): ...\ndef lift(' + "x, " * 90 + "): ...\n"}
    root = str(make_tree({**TREE, **more}))
    lines = ask(capsys, "map", root)
    assert lines[:2] == ["pkg/c.py: A crane.", "  2: function run(far) (3 files)"]
    assert lines[2].startswith("  3: function lift(x, x, ")
    assert lines[2].endswith(", x, ... (3 files)")
    assert lines[3:] == ["pkg/a.py", "  1: class Boat (2 files)", "  2: method Boat.sail(self, far=1) (1 file)"]
    for tokens in (0, 50, 80):
        assert len("\n".join(ask(capsys, "map", root, "--tokens", str(tokens)))) <= tokens * 4
    (first, _) = map(json.loads, ask(capsys, "map", root, "--json"))
    assert first["keywords"][0] == {"line": 2, "kind": "function", "name": "run", "files": 3, "signature": "(far)"}


def test_one_line_for_one_cause(make_tree: MakeTree, capsys: pytest.CaptureFixture[str]) -> None:
    """What many files have in common is said once."""
    root = make_tree({f"m{number}.py": "print 'old'\n" for number in range(9)})
    assert main(["dump", str(root), "--jobs", "1", "-o", str(root / "out")]) == 0
    (line,) = capsys.readouterr().err.splitlines()
    assert "the same for 8 other files" in line


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
    front = (out / "index.html").read_text(encoding="utf-8")
    assert "<h1>a_*tree*" in front
    assert "©" not in front  # nobody said whose it is
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
