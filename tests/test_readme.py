"""The README tells the truth."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sphinx_kwindex.options import Options

PROJECT = Path(__file__).resolve().parent.parent


def test_option_table() -> None:
    """The table of settings is the one that the code makes."""
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    shown = readme.partition("<!-- options:")[2].partition("-->")[2].partition("<!-- end of options -->")[0]
    assert shown.strip() == Options.table().strip()


def test_lines_for_conf_py(build: Callable[..., Any]) -> None:
    """The lines for conf.py work at the end of an existing one."""
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    lines = readme.partition("```python\n")[2].partition("```")[0]
    assert lines.startswith("extensions += ")
    conf = f'html_theme = "alabaster"\nextensions = ["sphinx.ext.autodoc"]\n\n{lines}'
    done = build({"pkg/a.py": "A = 1\n"}, conf)  # no warning, as a pattern that matches nothing would be
    assert "kwindex/tree/pkg/a.py" in done.app.env.found_docs
    done = build({"vendored/b.py": "B = 1\n"}, conf.replace("# kwindex_exclude", "kwindex_exclude"))
    assert "kwindex/tree/vendored/b.py" not in done.app.env.found_docs


def test_ci_runs_the_test_command() -> None:
    """CI does what the README tells people to do."""
    command = "python3 dev.py test"
    assert f"    {command}\n" in (PROJECT / "README.md").read_text(encoding="utf-8")
    assert command in (PROJECT / ".ci" / "run").read_text(encoding="utf-8")


def test_changelog_entries() -> None:
    """Files in `changes/` are named for towncrier, which passes over others in silence."""
    names = {file.name for file in (PROJECT / "changes").iterdir()} - {"README.md"}
    wrong = [name for name in names if not re.fullmatch(r"\+[\w-]+\.(added|changed|fixed|removed)\.md", name)]
    assert not wrong


def test_changelog_says_things_once() -> None:
    """Merges of branches have not doubled lines of the changelog."""
    lines = [line for line in (PROJECT / "CHANGELOG.md").read_text(encoding="utf-8").splitlines() if line[:2] == "- "]
    assert len(lines) == len({*lines})
