"""The dump: its format, and that it has every definition of real packages."""

from __future__ import annotations

import ast
import importlib.util
import json
import tokenize
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sphinx_kwindex import Project, __version__
from sphinx_kwindex.__main__ import main
from sphinx_kwindex.dump import dump_lines
from sphinx_kwindex.model import Reason, Related
from sphinx_kwindex.options import Options

MakeTree = Callable[..., Path]

TREE = {
    "a.py": "import b\nfrom b import f as g\nfrom os import *\n\n\nclass A:\n    def m(self):\n        return g(b.f)\n",
    "b.py": "def f(x): ...\n\n\nif f:\n\n    def f(y): ...\n",
    "bad.py": "def (:\n",
}


def dump(root: Path) -> list[dict[str, Any]]:
    with Project.open(root) as project:
        return [dict(line) for line in dump_lines(project)]


def test_whole_dump(make_tree: MakeTree) -> None:
    """All lines of a small tree, field by field."""
    header, *lines = dump(make_tree(TREE))
    assert header == {"format": "kwindex", "version": 1}
    rest = {"role", "encoding", "flags", "col", "scope", "outcome", "file"}
    by_file = {path: [line for line in lines if line["path"] == path] for path in TREE}
    assert {key: value for key, value in by_file["a.py"][0].items() if key not in rest} == {
        "type": "file", "path": "a.py", "language": "python", "module": "a", "lines": 8, "bytes": len(TREE["a.py"]), "error": None,
    }  # fmt: skip
    keywords = [line for line in by_file["a.py"] if line["type"] == "keyword"]
    assert [(k["qualname"], k["name"], k["kind"], k["line"], k["end_line"], k["id"]) for k in keywords] == [
        ("", "a", "module", 1, 8, "a"),
        ("A", "A", "class", 6, 8, "a.A"),
        ("A.m", "m", "method", 7, 8, "a.A.m"),
    ]
    imports = [line for line in by_file["a.py"] if line["type"] == "import"]
    assert [(i["name"], i["target"], i["resolved"], i["file"], i["line"]) for i in imports] == [
        ("b", "b", "b", "b.py", 1),
        ("g", "b.f", "b.f", "b.py", 2),
        ("*", "os", None, None, 3),
    ]
    uses = [line for line in by_file["a.py"] if line["type"] == "use" and line["line"] == 8]
    assert [(u["name"], u["col"], u["scope"], u["kind"], u["target"], u["confidence"]) for u in uses] == [
        ("g", 15, "A.m", "call", "b.f", "exact"),
        ("b", 17, "A.m", "read", "b", "exact"),
        ("f", 19, "A.m", "read", "b.f", "exact"),
    ]


def test_every_site_has_a_line(make_tree: MakeTree) -> None:
    """A keyword that is bound twice has a line for each place, with one id."""
    lines = [line for line in dump(make_tree(TREE)) if line.get("id") == "b.f"]
    assert [(line["line"], line.get("site")) for line in lines] == [(1, None), (6, 2)]


def test_error_is_told(make_tree: MakeTree) -> None:
    """A file that does not parse has its line with the reason, and its module."""
    lines = [line for line in dump(make_tree(TREE)) if line.get("path") == "bad.py"]
    assert [line["type"] for line in lines] == ["file", "keyword"]
    assert lines[0]["error"]


def test_order(make_tree: MakeTree) -> None:
    """Files by path; in a file by line and column."""
    lines = dump(make_tree({**TREE, "a/x.py": "y = 1; x = y\n", "B.py": ""}))[1:]
    assert [line["path"] for line in lines] == sorted(line["path"] for line in lines)
    for path in {line["path"] for line in lines}:
        places = [(line["line"], line["col"]) for line in lines if line["path"] == path and "line" in line]
        assert places == sorted(places)


def test_related(make_tree: MakeTree) -> None:
    """Related files are ranked from 1, with their reasons in words."""
    with Project.open(make_tree(TREE)) as project:
        reason = Reason(kind="uses", count=2)
        related = (Related(path="b.py", score=2.0, group="uses", reasons=(reason,)),)
        project._store.replace_related("a.py", related)
        lines = [line for line in dump_lines(project) if line.get("type") == "related" and line["path"] == "a.py"]
    assert lines == [
        {"type": "related", "path": "a.py", "other": "b.py", "rank": 1, "reasons": ["uses 2 names from it"], "group": "uses", "score": 2.0}
    ]  # fmt: skip


# The command


def test_command(make_tree: MakeTree, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The command writes what `dump_lines` says, in UTF-8, and tells of problems."""
    root = make_tree({**TREE, "é.py": "ä = 1\n"})
    output = tmp_path / "out.jsonl"
    assert main(["dump", str(root), "-o", str(output), "--cache", str(tmp_path / "cache"), "--jobs", "1"]) == 0
    lines = [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]
    assert lines == dump(root)
    assert "bad.py:1: " in capsys.readouterr().err
    assert (tmp_path / "cache").is_dir()


def test_command_twice(make_tree: MakeTree, tmp_path: Path) -> None:
    """The same tree gives the same bytes, from the cache or not."""
    root = make_tree(TREE)
    outputs = []
    for number, more in enumerate([["--cache", str(tmp_path / "cache")], ["--cache", str(tmp_path / "cache")], []]):
        output = tmp_path / f"{number}.jsonl"
        main(["dump", str(root), "-o", str(output), "--jobs", "1", *more])
        outputs.append(output.read_bytes())
    assert outputs[0] == outputs[1] == outputs[2]


def test_options_of_the_command(make_tree: MakeTree, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Settings are given by name; a list is given item by item or as a whole."""
    output = tmp_path / "out.jsonl"
    options = [
        "--option",
        "exclude=bad.py",
        "--option",
        "exclude=b.py",
        "--option",
        "gitignore=False",
        "--option",
        "x=1",
    ]
    main(["dump", str(make_tree({**TREE, ".gitignore": "a.py"})), "-o", str(output), "--jobs", "1", *options])
    paths = [json.loads(line).get("path") for line in output.read_text().splitlines()[1:]]
    assert set(paths) == {"a.py"}
    assert capsys.readouterr().err == "x: unknown setting, ignored [kwindex.config]\n"


def test_to_the_terminal(make_tree: MakeTree, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """Without `-o` lines go to standard output."""
    assert main(["dump", str(make_tree({"a.py": ""})), "--jobs", "1"]) == 0
    assert capfdbinary.readouterr().out.splitlines()[0] == b'{"format":"kwindex","version":1}'


@pytest.mark.parametrize(
    "arguments",
    [
        ["none"],
        ["tree/a.py"],
        ["tree", "-o", "none/out"],
        ["tree", "--option", "exclude"],
        ["tree", "--option", "jobs=2"],
        ["tree", "--option", "root=none"],
    ],
    ids=["no root", "a file", "no folder", "no value", "no option", "the root"],
)
def test_command_that_cannot_work(
    make_tree: MakeTree, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    """Where there is nothing to work on, or nobody can tell how, one line says so, and the status is 2."""
    monkeypatch.chdir(make_tree({"a.py": ""}).parent)
    assert main(["dump", "--jobs", "1", *arguments]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_table_of_settings(capsys: pytest.CaptureFixture[str]) -> None:
    """`options` prints the table of the README."""
    assert main(["options"]) == 0
    assert capsys.readouterr().out == Options.table()


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    """`--version` prints the version."""
    with pytest.raises(SystemExit):
        main(["--version"])
    assert capsys.readouterr().out.strip() == __version__


# Real packages


def definitions(root: Path) -> Iterator[tuple[str, str, int]]:
    """Yield (path, qualified name, line of the name) of every class and function that the standard library finds."""
    for file in sorted(root.rglob("*.py")):
        with tokenize.open(file) as stream:
            tree = ast.parse(stream.read())
        yield from _definitions(tree, file.relative_to(root).as_posix(), "")


def _definitions(node: ast.AST, path: str, prefix: str) -> Iterator[tuple[str, str, int]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            name = prefix + child.name
            yield path, name, child.lineno
            inside = "." if isinstance(child, ast.ClassDef) else ".<locals>."
            yield from _definitions(child, path, name + inside)
        else:
            yield from _definitions(child, path, prefix)


@pytest.mark.slow
@pytest.mark.parametrize("package", ["docutils", "sphinx"])
def test_every_definition_of_a_real_package(package: str) -> None:
    """Every class and function that `ast` finds in an installed package is in the dump, with line and qualified name."""
    spec = importlib.util.find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    root = Path(spec.origin).parent
    expected = Counter(definitions(root))
    with Project.open(root) as project:
        lines = [line for line in dump_lines(project) if line.get("type") == "keyword"]
    found = Counter((line["path"], line["qualname"], line["line"]) for line in lines)
    missing = [place for place in expected if place not in found]
    assert not missing, f"{len(missing)} of {len(expected)}: {missing[:20]}"
