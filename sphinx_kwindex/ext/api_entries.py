"""The line under each description of a Python object, by autodoc, autosummary, other generators or authors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils import nodes
from sphinx import addnodes

from sphinx_kwindex.ext.domain import KwDomain, Listing
from sphinx_kwindex.ext.nodes import kwindex_listing
from sphinx_kwindex.ext.written_names import described
from sphinx_kwindex.pages.entry_view import EntryQuery, PlacedEntryQuery

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def register(app: Sphinx) -> None:
    """Ask to hear of descriptions."""
    app.connect("object-description-transform", _on_described)


def _on_described(app: Sphinx, domain: str, _objtype: str, content: addnodes.desc_content) -> None:
    """Put a leaf behind what is said about an object, before what is said about its members."""
    if domain != "py" or content.parent is None:
        return
    _, names = described(content.parent)
    if not names or _is_hidden(content):
        return
    query, docname = EntryQuery(names[0], names[1:]), app.env.docname
    KwDomain.of(app.env).note_listing(docname, Listing(query))
    content.insert(_end_of_own(content), kwindex_listing(page=docname, query=query))


def _is_hidden(content: nodes.Element) -> bool:
    """Return whether a description has a field `:kw-hide:`, which is taken out, or places the line itself."""
    lists = [child for child in content.children if isinstance(child, nodes.field_list)]
    marks = [field for fields in lists for field in fields.children if field.children[0].astext() == "kw-hide"]
    for mark in marks:
        mark.parent.remove(mark)
    for fields in lists:
        if not fields.children:
            content.remove(fields)
    placed = (node.get("query") for node in content.children if isinstance(node, kwindex_listing))
    return bool(marks) or any(isinstance(query, PlacedEntryQuery) for query in placed)


def _end_of_own(content: nodes.Element) -> int:
    """Return the place of the first member; the end if there is none."""
    places = (place for place, node in enumerate(content) if isinstance(node, (addnodes.index, addnodes.desc)))
    return next(places, len(content))
