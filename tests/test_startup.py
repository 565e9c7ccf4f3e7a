"""The start of a build: what a build that changes nothing does not need is not imported."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
PARSERS = ("astroid", "sphinx_kwindex.collect.python.module", "sphinx_kwindex.collect.python.trees", "markdown_it")

CORE = """
import sys
from sphinx_kwindex import Project

with Project.open("tree", "cache", history=False) as project:
    print(project.report.collected, *(name for name in sys.argv[1:] if name in sys.modules))
"""


def run(folder: Path, *arguments: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    command = [sys.executable, *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_unchanged_tree_loads_no_parser(tmp_path: Path) -> None:
    """Only files without a summary need astroid and the parsers of prose."""
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "a.py").write_text("A = 1\n", encoding="utf-8")
    (tree / "README.md").write_text("# Title\n\nText.\n", encoding="utf-8")
    assert set(PARSERS) <= {*run(tmp_path, "-c", CORE, *PARSERS).split()}
    assert run(tmp_path, "-c", CORE, *PARSERS).split() == ["0"]
