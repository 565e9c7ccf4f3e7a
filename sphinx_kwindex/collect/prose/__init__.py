"""Prose: Markdown, reStructuredText and notebooks. The parsers are imported when there is a file to read."""

from __future__ import annotations

import pkgutil
from importlib.metadata import version

from sphinx_kwindex.model import FileSummary, SourceFile
from sphinx_kwindex.options import Options


class ProseCollector:
    """Collects headings, names, links and code."""

    language: str
    suffixes: tuple[str, ...]
    revision: str
    """Raise it when this collector finds something else in the same file."""
    package: str
    """Of the parser, as it is installed."""
    parse: str
    """Name of what makes an outline of a text."""

    @property
    def version(self) -> str:
        """Return what else the result depends on."""
        return f"{self.revision}{version(self.package)}"

    def collect(self, source: bytes, file: SourceFile, options: Options) -> FileSummary:
        """Return all that is to be found in one file; never raises because of what is in it."""
        from sphinx_kwindex.collect.prose.outline import collect_prose

        return collect_prose(source, file, options, pkgutil.resolve_name(f"{__name__}.{self.parse}"))


class MarkdownCollector(ProseCollector):
    """Reads Markdown."""

    language = "markdown"
    suffixes = (".md", ".markdown")
    revision = "2-markdown-it"
    package = "markdown-it-py"
    parse = "markdown:parse_markdown"


class RestCollector(ProseCollector):
    """Reads reStructuredText, or plain text."""

    language = "rest"
    suffixes = (
        *(".rst", ".txt", "readme", "changelog", "changes", "history", "news", "contributing", "install", "todo"),
        "hacking",
    )
    revision = "6-docutils"
    package = "docutils"
    parse = "rest:parse_rest"


class NotebookCollector(ProseCollector):
    """Reads notebooks, whose cells of text are Markdown."""

    language = "notebook"
    suffixes = (".ipynb",)
    revision = "2-2-markdown-it"
    package = "markdown-it-py"
    parse = "notebook:parse_notebook"
