"""Packages without an `__init__`, of which other projects have modules too."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sphinx_kwindex import Project
from sphinx_kwindex.pages.text import page_text

TREE = {
    "src/shared/own/__init__.py": "def f(): ...\n",
    "src/shared/used.py": "class Mine:\n    extras = ()\n",
    "src/shared/a.py": """\
        from shared.core.links import Link
        from shared.own import f, lacking
        def g(link: Link): return f(), lacking(), link.extras
        """,
}


def test_what_others_add(make_tree: Callable[..., Path]) -> None:
    """What such a package lacks is of another project: nothing is missing there, and members of its objects are not guessed at."""
    with Project.open(make_tree(TREE)) as project:
        linked = project.reader.linked("src/shared/a.py")
        assert linked is not None
        assert {name for name, _ in linked.unresolved} == {"lacking"}
        assert not project.reader.guessed()
        assert "Uses other packages: shared.core." in page_text(project, "src/shared/a.py")
