"""Entry points: what project files say, and how the project's page shows it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from shown import ProjectShown, Uris, index, project_shown

from sphinx_kwindex.entry_points import MOST, EntryPoint, read_entry_points
from sphinx_kwindex.ext.html import render_section
from sphinx_kwindex.ext.plain import section_nodes
from sphinx_kwindex.pages.records import PageView

PYPROJECT = """
[project.scripts]
tide = "pkg.cli:main"
old-tide = "pkg:run"
gone = "other.cli:main"
[project.gui-scripts]
"tide <b>" = "pkg.gui"
[project.entry-points."pkg.plugins"]
one = "pkg.plugins:One [extra]"
[tool.poetry.scripts]
poem = { reference = "pkg.cli:main", type = "console" }
bad = { callable = 3 }
[tool.poetry.plugins.more]
two = "pkg.plugins:Two"
"""
SETUP_CFG = """
[options.entry_points]
console_scripts =
    tide = pkg.cli:main
    no target
pkg.plugins =
    three = pkg.plugins:Three
"""
TREE = {
    "src/pkg/__init__.py": "from pkg.cli import main as run\n",
    "src/pkg/__main__.py": "from pkg.cli import main\nmain()\n",
    "src/pkg/cli.py": "def main(): ...\n",
    "src/pkg/gui.py": "",
    "src/pkg/plugins.py": "class One: ...\n",
}


def test_setup_py_with_a_dictionary() -> None:
    """What `setup()` gets may stand in a dictionary beside values that nobody can tell without running it."""
    text = """
from setuptools import find_packages, setup
options = {"packages": find_packages(), "entry_points": {"console_scripts": ["tide = pkg.cli:main"]}}
setup(**options)
"""
    assert [item.name for item in read_entry_points({"setup.py": text})] == ["tide"]
    assert read_entry_points({"setup.py": text.replace("(**options)", "(**other)")}) == ()


def test_files() -> None:
    """Commands come first, then programs of a desktop, then other groups; poetry and setup.cfg have ways of their own."""
    found = read_entry_points({"pyproject.toml": PYPROJECT})
    assert [(item.group, item.name, item.target) for item in found] == [
        ("console_scripts", "gone", "other.cli:main"),
        ("console_scripts", "old-tide", "pkg:run"),
        ("console_scripts", "poem", "pkg.cli:main"),
        ("console_scripts", "tide", "pkg.cli:main"),
        ("gui_scripts", "tide <b>", "pkg.gui"),
        ("more", "two", "pkg.plugins:Two"),
        ("pkg.plugins", "one", "pkg.plugins:One"),
    ]
    assert read_entry_points({"setup.cfg": SETUP_CFG}) == (
        EntryPoint("console_scripts", "tide", "pkg.cli:main"),
        EntryPoint("pkg.plugins", "three", "pkg.plugins:Three"),
    )


@pytest.mark.parametrize(
    "text",
    ["", "[", "project = 3", "[project]\nscripts = ['a']", "[project]\nscripts = 'a'", "[project.scripts]\na = 3\n'' = 'b'",
     "[project.scripts]\na = '" + "x" * 300 + "'", "tool = []", "[tool]\npoetry = 1", "[project]\nentry-points.a = 'b'"],
)  # fmt: skip
def test_bad_files(text: str) -> None:
    """What a project's own tools would refuse says nothing, and stops nothing."""
    assert read_entry_points({"pyproject.toml": text, "setup.cfg": text}) == ()


def test_many() -> None:
    """Their number is bounded."""
    lines = "".join(f"n{number} = 'm:f'\n" for number in range(MOST + 1))
    assert len(read_entry_points({"pyproject.toml": f"[project.scripts]\n{lines}"})) == MOST


def view_of(root: Path) -> PageView:
    with index(root) as pages:
        return pages.view("project")


def shown_of(root: Path) -> ProjectShown:
    with index(root) as pages:
        return project_shown(pages.reader, pages.options, pages.addresses, pages.pages["project"])


def test_page(make_tree: Callable[..., Path]) -> None:
    """The project's page lists them with what they name, by whatever path, before the files that are run."""
    root = make_tree({**TREE, "pyproject.toml": PYPROJECT})
    view = view_of(root)
    assert {item.name: link.title for item, link in shown_of(root).commands if link} == {
        "old-tide": "pkg.cli.main",
        "poem": "pkg.cli.main",
        "tide": "pkg.cli.main",
        "tide <b>": "pkg.gui",
        "one": "pkg.plugins.One",
    }
    html = render_section(view, "", Uris("{docname}.html#{anchor}"))
    assert "Entry points <span>8</span>" in html
    assert (
        '<a href="kwindex/tree/src/pkg/cli.py.html#main" title="pkg.cli.main">pkg.cli:main</a></code> command' in html
    )
    assert "<code>tide &lt;b&gt;</code>" in html
    assert html.index("other.cli:main") < html.index("src/pkg/__main__.py")
    text = "\n".join(node.astext() for node in section_nodes(view, "", Uris("{docname}.html#{anchor}")))
    assert "one → pkg.plugins:One (pkg.plugins)" in text
    assert "src/pkg/__main__.py" in text
    (root / "pyproject.toml").write_text(PYPROJECT.replace("gone", "here"), encoding="utf-8")
    assert view_of(root) != view


def test_of_the_project_around(make_tree: Callable[..., Path]) -> None:
    """A root without files of a project has those of the project that it is part of; what is beyond a clone counts not."""
    root = make_tree({**TREE, "pyproject.toml": PYPROJECT})
    assert len(shown_of(root / "src").commands) == 7
    (root / "src" / ".git").mkdir()
    assert shown_of(root / "src").commands == []
