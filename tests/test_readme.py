"""The README tells the truth."""

from __future__ import annotations

from pathlib import Path

from sphinx_kwindex.options import Options

PROJECT = Path(__file__).resolve().parent.parent


def test_option_table() -> None:
    """The table of settings is the one that the code makes."""
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    shown = readme.partition("<!-- options:")[2].partition("-->")[2].partition("<!-- end of options -->")[0]
    assert shown.strip() == Options.table().strip()


def test_ci_runs_the_test_command() -> None:
    """CI does what the README tells people to do."""
    command = "python3 dev.py test"
    assert f"    {command}\n" in (PROJECT / "README.md").read_text(encoding="utf-8")
    assert command in (PROJECT / ".ci" / "run").read_text(encoding="utf-8")
