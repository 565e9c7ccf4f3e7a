"""The directives, in reStructuredText and MyST."""

from __future__ import annotations

from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from sphinx_kwindex.errors import WarningKind
from sphinx_kwindex.ext.domain import KwDomain, Listing
from sphinx_kwindex.ext.messages import candidates_text, closest, warn
from sphinx_kwindex.ext.nodes import kwindex_listing
from sphinx_kwindex.pages.catalogue import DIRECTIVES
from sphinx_kwindex.pages.directives import Directive, OptionValueError


class _ListingDirective(SphinxDirective):
    """Puts something of the index into an author's page: a leaf with a query, which is noted for the document."""

    optional_arguments = 1
    final_argument_whitespace = True
    has_content = False
    kind: ClassVar[Directive[Any]]

    def run(self) -> list[nodes.Node]:
        """Return the leaf that stands for what is shown; nothing, after a warning, if nothing is asked for."""
        what = self.arguments[0].strip() if self.arguments else ""
        if self.kind.asks_for and not what:
            self._warn(f"expected an argument: {self.kind.asks_for}; nothing is shown")
            return []
        values = self._values()
        if self.kind.is_of_keywords:
            values["context"] = self._scope()
        query, docname = self.kind.query(what=what, **values), self.env.docname
        KwDomain.of(self.env).note_listing(docname, Listing(query, self.lineno))
        leaf = kwindex_listing(page=docname, query=query)
        self.set_source_info(leaf)
        return [leaf]

    def _scope(self) -> str:
        """Return the dotted name of the object in whose description the directive stands; mostly empty."""
        names = (self.env.ref_context.get(name) for name in ("py:module", "py:class"))
        return ".".join(name for name in names if name)

    def _warn(self, text: str) -> None:
        warn(WarningKind.DIRECTIVE, f"{self.name}: {text}", location=self.get_location())

    def _values(self) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for name, text in self.options.items():
            try:
                values[name] = self.kind.options[name]((text or "").strip())
            except OptionValueError as error:
                names = candidates_text(closest(error.value, error.names) or error.names, limit=20)
                self._warn(f"option {name!r}: {error}{names}; using the default")
        return values


def register(app: Sphinx) -> None:
    """Register the directives."""
    for kind in DIRECTIVES:
        # Values are read in `run`, so that a bad one is our own warning, with a type, and the rest is shown.
        options = dict.fromkeys(kind.options, directives.unchanged)
        members = {"kind": kind, "option_spec": options, "__doc__": f"The directive `{kind.name}`."}
        app.add_directive(kind.name, type(f"{kind.name.capitalize()}Directive", (_ListingDirective,), members))
