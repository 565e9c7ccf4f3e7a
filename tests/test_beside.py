"""Modules that scripts and tests import by what stands beside them, without a package around."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from sphinx_kwindex import Project
from sphinx_kwindex.dump import dump_lines

MakeTree = Callable[..., Path]
HELP = "def help(): ...\n"
ASKS = "from helper import help\nhelp()\n"

TREES: dict[str, tuple[Mapping[str, str], str, str]] = {
    "script": ({"bench/run.py": ASKS, "bench/helper.py": HELP}, "bench/run.py", "bench.helper.help"),
    "each its own": (
        {"tests/test_a.py": ASKS, "tests/helper.py": HELP, "more/test_a.py": ASKS, "more/helper.py": HELP},
        "more/test_a.py",
        "more.helper.help",
    ),
    "package": (
        {
            "bench/run.py": "import helper.sub\nhelper.sub.help()\n",
            "bench/helper/__init__.py": "",
            "bench/helper/sub.py": HELP,
        },
        "bench/run.py",
        "bench.helper.sub.help",
    ),
    "from inside of a package": (
        {"bench/own/__init__.py": "", "bench/own/a.py": ASKS, "bench/helper.py": HELP},
        "bench/own/a.py",
        "bench.helper.help",
    ),
    "example in a package": (
        {"examples/__init__.py": "", "examples/run.py": ASKS, "examples/helper.py": HELP},
        "examples/run.py",
        "examples.helper.help",
    ),
    "beside a conftest above": (
        {"tests/conftest.py": "", "tests/helper.py": HELP, "tests/unit/test_a.py": ASKS},
        "tests/unit/test_a.py",
        "tests.helper.help",
    ),
    "no conftest above": ({"tests/helper.py": HELP, "tests/unit/test_a.py": ASKS}, "tests/unit/test_a.py", ""),
    "elsewhere": ({"pkg/__init__.py": "", "pkg/a.py": ASKS, "tests/helper.py": HELP}, "pkg/a.py", ""),
    "namespace of sources": ({"src/ns/a.py": ASKS, "src/ns/helper.py": HELP}, "src/ns/a.py", ""),
    "of the root": ({"bench/run.py": ASKS, "bench/helper.py": HELP, "helper.py": HELP}, "bench/run.py", "helper.help"),
    "another package": (
        {"examples/run.py": ASKS, "examples/helper.py": "import helper\nhelp = helper.help\n"},
        "examples/run.py",
        "",
    ),
    "standard library": (
        {"examples/run.py": "from random import help\nhelp()\n", "examples/random.py": HELP},
        "examples/run.py",
        "",
    ),
}


def target(root: Path, path: str) -> str:
    """Return the keyword that the call in a file means."""
    with Project.open(root) as project:
        uses = [use.target for use in project.reader.uses_in(path) if use.exact and use.target.endswith("help")]
    return uses[-1] if uses else ""


@pytest.mark.parametrize(("files", "path", "expected"), TREES.values(), ids=TREES)
def test_modules_beside(make_tree: MakeTree, files: Mapping[str, str], path: str, expected: str) -> None:
    """Names lead to the module that Python finds when it runs the file or its tests, and to no other one."""
    assert target(make_tree(files), path) == expected


def test_modules_that_come_and_go(make_tree: MakeTree, tmp_path: Path) -> None:
    """A module that appears or vanishes beside a file has its imports read again, as in a new index."""
    root = make_tree({"bench/run.py": ASKS, "bench/other.py": "x = 1\n"})

    def agree() -> str:
        with Project.open(root, tmp_path / "cache") as kept, Project.open(root) as fresh:
            assert list(dump_lines(kept)) == list(dump_lines(fresh))
        return target(root, "bench/run.py")

    assert agree() == ""
    (root / "bench/helper.py").write_text(HELP)
    assert agree() == "bench.helper.help"
    (root / "bench/helper.py").unlink()
    assert agree() == ""


def test_root_that_is_a_package(make_tree: MakeTree) -> None:
    """In a tree that is a package itself, files have only its import roots."""
    with Project.open(
        make_tree({"__init__.py": "", "a.py": "from b import x\n", "sub/__init__.py": "", "sub/c.py": "import d\n"})
    ) as project:
        assert [row.path for row in project.files()] == ["__init__.py", "a.py", "sub/__init__.py", "sub/c.py"]
