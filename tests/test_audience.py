"""An index for users: the public part of the project's own code, and nothing that leads elsewhere."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from linkcheck import broken_links

from sphinx_kwindex import Project

Build = Callable[..., Any]

TREE = {
    "README.md": "# The project\n\nUse `pkg.run`.\n",
    "setup.py": "from setuptools import setup\nsetup()\n",
    "docs/helper.py": "def for_docs(): ...\n",
    "tools/release.py": "def release(): ...\n",
    "examples/show.py": "from pkg import run\nrun()\n",
    "src/pkg/__init__.py": "from pkg._impl import Thing, run\n\n__all__ = ['Thing', 'run']\n",
    "src/pkg/_impl.py": '''\
        """Where things are."""

        _LIMIT = 3

        class _Base:
            def shared(self):
                """Share."""

        class Thing(_Base):
            """A thing."""

            def shared(self):
                return _help()

            def _own(self):
                return run()

            def __len__(self):
                return 0

        def _help():
            """Help."""
            def inner():
                return Thing().shared()
            return inner()

        def run():
            """Run."""
            return _help()
        ''',
    "src/pkg/more.py": "from pkg import run\n\ndef _quiet():\n    run()\n    run()\n\ndef loud():\n    return run()\n",
    "src/pkg/tests/test_more.py": "from pkg.more import loud\n\ndef test_loud():\n    loud()\n",
    "tests/test_run.py": "from pkg import run\n\ndef test_run():\n    run()\n",
}
FOR_USERS = ["README.md", "src/pkg/__init__.py", "src/pkg/_impl.py", "src/pkg/more.py"]
CONF = {"kwindex_audience": "users", "kwindex_source": "pages"}
HIDDEN = ["_LIMIT", "_Base", "_help", "_own", "_quiet", "test_run", "for_docs", "release", "inner"]


def test_files(make_tree: Callable[..., Path], tmp_path: Path) -> None:
    """What only contributors want is not in the index: no tests, tools, examples, files of the documentation."""
    with Project.open(make_tree(TREE), cache_dir=tmp_path / "cache", audience="users") as project:
        assert [row.path for row in project.files()] == FOR_USERS
        assert project.report.left_out == len(TREE) - len(FOR_USERS)


def test_pages(build: Build) -> None:
    """Private names have no rows, no entries from A to Z, and none in the inventory; what they did stands at what they are in."""
    built = build({**TREE, "docs/index.rst": "T\n=\n\n.. toctree::\n\n   kwindex/index\n"}, CONF)
    pages = sorted(
        path.relative_to(built.outdir).as_posix() for path in (built.outdir / "kwindex/tree").rglob("*.html")
    )
    assert [page for page in pages if "index.html" not in page] == [f"kwindex/tree/{path}.html" for path in FOR_USERS]
    text = built.text("kwindex/tree/src/pkg/_impl.py.html")
    assert 'id="Thing.shared"' in text
    assert 'id="Thing.__len__"' in text
    for name in ("_LIMIT", "_Base", "_help", "Thing._own"):
        assert f'id="{name}"' not in text
    letters = "".join(path.read_text() for path in (built.outdir / "kwindex/names").rglob("*.html"))
    scripts = "".join(path.read_text() for path in (built.outdir / "_static/kwindex").rglob("*.js"))
    for name in HIDDEN:
        assert f">{name}<" not in letters
        assert f'"{name}"' not in scripts
    assert broken_links(built.outdir) == []


def test_uses(build: Build) -> None:
    """A use in a private function counts, and is shown at the file; tests and examples are not counted."""
    text = build(TREE, CONF).text("kwindex/tree/src/pkg/_impl.py.html")
    row = text[text.index('id="run"') :]
    assert "_quiet" not in row
    assert "loud" in row
    assert "test_run" not in text


@pytest.mark.parametrize("order", [("contributors", "users"), ("users", "contributors")])
def test_switch(build: Build, order: tuple[str, str]) -> None:
    """Switched, the index is that of a fresh build; pages that are no more are removed."""
    build(TREE, {"kwindex_audience": order[0]})
    switched = build({}, {"kwindex_audience": order[1]})
    fresh = build(TREE, {"kwindex_audience": order[1]}, name="fresh")
    found = {
        path.relative_to(switched.outdir): path.read_bytes() for path in (switched.outdir / "kwindex").rglob("*.html")
    }
    assert found == {
        path.relative_to(fresh.outdir): path.read_bytes() for path in (fresh.outdir / "kwindex").rglob("*.html")
    }
    again = build({})
    assert (again.read, again.written) == ((), ())


def test_cost_is_told(build: Build) -> None:
    """The log says what the pages cost before they are written, and what those for contributors do."""
    told = r"keyword index: \d+ pages, about 0.\d MB, of which 7 pages, about 0.1 MB are tests, examples and tools"
    assert re.search(told, build(TREE).app.status.getvalue())
    assert ", about " not in build({}).app.status.getvalue()
    assert "7 files for contributors excluded (kwindex_audience)" in build({}, CONF).app.status.getvalue()
