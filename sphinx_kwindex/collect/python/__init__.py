"""Python: modules, stubs and scripts. The code that reads them (with astroid) is imported when there is a file to read."""

from __future__ import annotations

import sys
from importlib.metadata import version

from sphinx_kwindex.model import FileSummary, SourceFile
from sphinx_kwindex.options import Options

REVISION = 12
"""Raise it when this collector finds something else in the same file."""


class PythonCollector:
    """Collect Python modules, stubs and scripts."""

    language = "python"
    suffixes = (".py", ".pyi")

    @property
    def version(self) -> str:
        """Return what else the result depends on: this code, the parser and the grammar of the running Python."""
        return f"{REVISION}-astroid{version('astroid')}-py{sys.version_info[0]}.{sys.version_info[1]}"

    def collect(self, source: bytes, file: SourceFile, options: Options) -> FileSummary:
        """Return all that is to be found in one file; never raises because of what is in it."""
        from sphinx_kwindex.collect.python.module import collect_module

        return collect_module(source, file, options)
