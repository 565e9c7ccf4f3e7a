"""Sphinx configuration of the project's own documentation, which the extension indexes like any other tree."""

from __future__ import annotations

import ast
import inspect

import sphinx_kwindex
from sphinx_kwindex import errors
from sphinx_kwindex.options import Options
from sphinx_kwindex.pages.catalogue import TITLES

project = "sphinx-kwindex"
author = "sphinx-kwindex contributors"
copyright = author
version = release = sphinx_kwindex.__version__

extensions = ["myst_parser", "sphinx.ext.graphviz", "sphinx_kwindex"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = "sphinx-kwindex"

kwindex_root = ".."
# The demo has a documentation of its own, and a file that does not parse on purpose.
kwindex_exclude = ["/demo_project/"]


def warning_table() -> str:
    """Return the table of warnings in Markdown: each member of `WarningKind` and the string below it."""
    tree = ast.parse(inspect.getsource(errors.WarningKind))
    (enumeration,) = tree.body
    assert isinstance(enumeration, ast.ClassDef)
    lines = ["| Subtype | Meaning |", "|---|---|"]
    for member, text in zip(enumeration.body, enumeration.body[1:], strict=False):
        if isinstance(member, ast.Assign):
            assert isinstance(text, ast.Expr)
            lines.append(
                f"| `kwindex.{ast.literal_eval(member.value)}` | {inspect.cleandoc(ast.literal_eval(text.value))} |"
            )
    return "\n".join(lines)


def section_table() -> str:
    """Return the table of sections in Markdown: their names for each kind of page, in their order."""
    lines = ["| Page | Sections |", "|---|---|"]
    for kind, titles in TITLES.items():
        lines.append(f"| `{kind.value}` | {', '.join(f'`{name[3:]}`' for name in titles)} |")
    return "\n".join(lines)


myst_enable_extensions = ["substitution"]
myst_heading_anchors = 3
myst_substitutions = {
    "option_table": Options.table(),
    "section_table": section_table(),
    "warning_table": warning_table(),
}
