"""Pictures of graphs, by `sphinx.ext.graphviz` where that is among the extensions and its program `dot` is there."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx.ext.graphviz import GraphvizError, render_dot

from sphinx_kwindex.errors import WarningKind
from sphinx_kwindex.ext.messages import warn

if TYPE_CHECKING:
    from sphinx.writers.html5 import HTML5Translator


class Drawer:
    """Draws for the page that is being written; called with graphviz's code, returns SVG, or nothing."""

    def __init__(self, translator: HTML5Translator) -> None:
        self._translator = translator

    def __call__(self, code: str) -> str:
        """Return the picture as SVG; empty where there can be none."""
        builder = self._translator.builder
        dot = getattr(builder.config, "graphviz_dot", "")
        # E-book readers know little of pictures with links in them.
        if not dot or builder.name == "epub" or shutil.which(dot) is None:
            return ""
        try:
            _, path = render_dot(self._translator, code, {}, "svg", "kwgraph")
            return "" if path is None else Path(path).read_text(encoding="utf-8")
        except (GraphvizError, OSError) as error:
            text = " ".join(str(error).split())
            warn(WarningKind.DIRECTIVE, f"a graph is not drawn ({text})", location=builder.current_docname)
            return ""
