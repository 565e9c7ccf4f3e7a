"""The start of a build: what a build that changes nothing does not need is not imported."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
UNNEEDED = (
    "astroid",
    "markdown_it",
    "myst_parser",
    "sphinx_kwindex.collect.prose.outline",
    "sphinx_kwindex.collect.python.module",
    "sphinx_kwindex.link.modules",
    "sphinx_kwindex.relate.rank",
    "sphinx_kwindex.relate.reasons",
)
WRITING = "sphinx_kwindex.ext.html"

READING = "sphinx_kwindex.collect.native.reading"

CORE = """
import sys
from sphinx_kwindex import Project

with Project.open("tree", "cache") as project:
    print(project.report.collected)
"""
BUILD = """
import sys
from sphinx.cmd.build import build_main

assert not build_main(["-q", "docs", "out"])
"""


def run(folder: Path, *arguments: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    command = [sys.executable, *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def loaded(folder: Path, code: str) -> set[str]:
    """Run code twice; return what the second run loaded that nothing needed."""
    run(folder, "-c", code)
    print_loaded = f"print(*({{*{UNNEEDED!r}}} & {{*sys.modules}}))"
    return {*run(folder, "-c", f"{code}\n{print_loaded}").split()}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A tree of a module and a README, and its documentation."""
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "a.py").write_text("A = 1\n", encoding="utf-8")
    (tmp_path / "tree" / "README.md").write_text("# Title\n\nText.\n", encoding="utf-8")
    (tmp_path / "docs").mkdir()
    conf = 'extensions = ["sphinx_kwindex"]\nkwindex_root = "../tree"\n'
    (tmp_path / "docs" / "conf.py").write_text(conf, encoding="utf-8")
    index = "Title\n=====\n\n.. toctree::\n\n   kwindex/index\n"
    (tmp_path / "docs" / "index.rst").write_text(index, encoding="utf-8")
    return tmp_path


def test_first_run_loads_parsers(folder: Path) -> None:
    """The names below are those of modules that a run with new files loads: else the other tests would prove nothing."""
    shown = run(folder, "-c", f"{CORE}\nprint(*({{*{UNNEEDED!r}}} & {{*sys.modules}}))").split()
    assert {*shown} == {"2", *UNNEEDED} - {"myst_parser"}  # which only the site itself may load


def test_unchanged_tree_loads_no_parser(folder: Path) -> None:
    """Only files without a summary need astroid and the parsers of prose, and only changed ones are linked."""
    assert loaded(folder, CORE) == {"0"}


def test_unchanged_build_loads_no_parser(folder: Path) -> None:
    """The same holds for a build of the documentation."""
    assert loaded(folder, BUILD) == set()


def test_unchanged_build_loads_no_writer(folder: Path) -> None:
    """What writes pages is imported by a build that writes some, and by no other."""
    code = f'{BUILD}\nprint("{WRITING}" in sys.modules)'
    assert [run(folder, "-c", code).split() for _ in range(2)] == [["True"], ["False"]]


def test_python_needs_no_other_parser(folder: Path) -> None:
    """A tree without files in other languages loads nothing of tree-sitter, not even in its first run."""
    shown = run(folder, "-c", f'{CORE}\nprint("tree_sitter" in sys.modules, "{READING}" in sys.modules)').split()
    assert shown == ["2", "False", "False"]
