"""Our message catalogue."""

from __future__ import annotations

from pathlib import Path

from sphinx.application import Sphinx
from sphinx.locale import get_translation

CATALOG = "sphinx_kwindex"

translate = get_translation(CATALOG)
"""Return a text in the language of the documentation."""


def register(app: Sphinx) -> None:
    """Register the catalogue."""
    app.add_message_catalog(CATALOG, str(Path(__file__).parents[1] / "locale"))
