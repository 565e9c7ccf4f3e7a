"""A keyword index of a source tree, inside its Sphinx documentation.

`from sphinx_kwindex import Project` imports neither Sphinx nor docutils; Sphinx itself calls `setup`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

    from sphinx_kwindex.project import Project

__version__ = "0.1.0"
__all__ = ["Project", "__version__", "setup"]


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the extension with Sphinx."""
    from sphinx_kwindex.isolation import imports_closed, likely_root

    # conf.py has run, and may have put the tree on the import path: what we need is not to be taken from there.
    with imports_closed(likely_root(app.confdir, vars(app.config).get("_raw_config", {}))):
        from sphinx_kwindex import ext

    return ext.setup(app)


def __getattr__(name: str) -> Any:
    """Import the core only when it is asked for: Sphinx loads the extension long before."""
    if name == "Project":
        from sphinx_kwindex.project import Project

        return Project
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
