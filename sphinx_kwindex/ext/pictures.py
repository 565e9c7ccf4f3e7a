"""Pictures of graphs, by `dot`, if `sphinx.ext.graphviz` is enabled."""

from __future__ import annotations

import subprocess
from pathlib import Path

from sphinx.writers.html5 import HTML5Translator

from sphinx_kwindex.errors import WarningKind
from sphinx_kwindex.ext.messages import warn
from sphinx_kwindex.ext.session import find_session
from sphinx_kwindex.isolation import find_program

TIMEOUT = 60
"""Seconds for one picture."""


class Drawer:
    """Draws for the page that is being written; called with graphviz's code, returns SVG, or nothing."""

    def __init__(self, translator: HTML5Translator) -> None:
        self._translator = translator

    def __call__(self, code: str) -> str:
        """Return the picture as SVG; empty where there can be none."""
        builder = self._translator.builder
        name = getattr(builder.config, "graphviz_dot", "")
        session = find_session(builder.env)
        root = session.places.root if session else Path(builder.srcdir)
        # E-book readers know little of pictures with links in them.
        if not name or builder.name == "epub" or not (dot := find_program(name, root)):
            return ""
        try:
            return _run(dot, builder.config.graphviz_dot_args, code)
        except (OSError, subprocess.SubprocessError, UnicodeDecodeError) as error:
            said = getattr(error, "stderr", None) or b""
            text = " ".join((said.decode("utf-8", "replace") or str(error)).split())
            warn(
                WarningKind.DIRECTIVE,
                f"cannot draw a graph ({text}); it is shown as text only",
                location=builder.current_docname,
            )
            return ""


def _run(dot: str, arguments: list[str] | tuple[str, ...], code: str) -> str:
    """Run graphviz where it is installed: whatever a program looks for in its working folder must not be the tree's."""
    done = subprocess.run(  # noqa: S603 - no shell; a program that lies outside of the tree, and arguments of conf.py
        [dot, *arguments, "-Tsvg"],
        input=code.encode(),
        cwd=Path(dot).parent,
        capture_output=True,
        check=True,
        timeout=TIMEOUT,
    )
    return done.stdout.decode("utf-8")
