"""What was looked for in vain is found when it is added, and is missed again when it is removed: on real files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sphinx_kwindex import Project
from sphinx_kwindex.dump import dump_lines

TREES = {
    "a wildcard of a module that does not exist": (
        {"q.py": "from m1 import *\n", "a.py": "import q\n\nq.f()\n"},
        {"m1.py": "def f(): ...\n"},
    ),
    "a sum of __all__": (
        {"m3.py": "import m4\nfrom m4 import *\n\n__all__ = [*m4.__all__, 'E']\nE = 1\n", "u.py": "from m3 import *\n\nf()\n"},
        {"m4.py": "__all__ = ['f']\n\ndef f(): ...\n"},
    ),
    "a namespace package": (
        {"u.py": "from scripts.gamma import *\n\nrun()\n", "v.py": "import scripts\n\nscripts.gamma.run()\n"},
        {"scripts/gamma.py": "def run(): ...\n"},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("files", "added"), TREES.values(), ids=TREES)
def test_comes_and_goes(
    files: dict[str, str], added: dict[str, str], make_tree: Callable[..., Path], tmp_path: Path
) -> None:
    """After each step the index says what a new one says."""
    root = make_tree(files)
    counts = []
    for step in ({}, added, dict.fromkeys(added), added):
        make_tree(step)
        with Project.open(root, tmp_path / "cache") as project, Project.open(root) as new:
            lines = list(dump_lines(project))
            assert lines == list(dump_lines(new))
            counts.append(sum(line.get("path") in files and line.get("type") == "use" for line in lines))
    assert counts[0] == counts[2] < counts[1] == counts[3]
