"""Sphinx configuration of the demo."""

project = "tidebook"
author = "sphinx-kwindex contributors"
copyright = author
version = "1.0"  # an EPUB without one is not valid
extensions = ["myst_parser", "sphinx.ext.graphviz", "sphinx_kwindex"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = "tidebook"

# All that the index needs to know: where the source tree is.
kwindex_root = ".."
kwindex_source = "pages"

# scripts/convert_1998.py is Python 2 and does not parse. Its page in the index says so; the build need not.
suppress_warnings = ["kwindex.parse"]
